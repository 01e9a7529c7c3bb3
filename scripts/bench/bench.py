"""Measures what a run costs, beside what it could cost at least and what the ordinary way costs: `make bench`.

Each measured thing runs in a process of its own (see measure.py), on a copy of the project, in a temporary folder that
is removed at the end. The numbers go into target/benchmark.json, and from there into docs/benchmark.md and its chart
(see page.py); `--size small` only prints them.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from datetime import datetime, timezone
from importlib.metadata import version
from pathlib import Path

import duckdb
import yaml
from measure import Measurement, measure
from page import terminal_table, write_page

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parent.parent
RESULTS = PROJECT / "target" / "benchmark.json"
VALIDATOR_PYTHON = PROJECT / ".venv-bench" / "bin" / "python"

FLOW = "contoso-2027"
DROPS = ["20260901T060000Z", "20260902T060000Z"]
PHASES = {  # phase: the drop it reads, the instant of the run
    "first": (DROPS[0], "2026-09-01T07:00:00Z"),
    "churn": (DROPS[1], "2026-09-02T07:00:00Z"),
    "unchanged": (DROPS[1], "2026-09-02T19:00:00Z"),
}
SIZES = {"25": 25, "10k": 10_000, "1m": 1_000_000}
SIDE_BY_SIDE = ["make build", "dbt build", "ordinary"]
CONTESTANTS = {"25": SIDE_BY_SIDE, "10k": SIDE_BY_SIDE, "1m": ["make build", "make build limited", "ordinary"]}
LIMITED_MEMORY = "2GB"
OUTBOUND_FLOW = "library"  # of the sample's outbound flows: a roster in OneRoster 1.1
# what is handed over after a phase of make build: a trial tells what is wanted and what changes, and writes nothing
DELIVERIES = {"first": ["make send"], "churn": ["make send DRY=1", "make send"], "unchanged": ["make send"]}
FLOWS, STUDENTS_OF_A_FLOW = 100, 200
FLOW_SEEDS = {
    "source_system": "{district},{district},,",
    "data_connector": "{district},{district},{district},file",
    "inbound_flow": "{district},{district},{district},2027,educationRostering,2026-07-01,2027-07-31,ready,",
}
MOST_SECONDS = 3600
DEAREST = 6
FILES = ["academic_sessions", "orgs", "courses", "classes", "users", "enrollments", "demographics"]
# what the figures depend on
MEASURED = ["macros", "models", "scripts", "seeds", "snapshots", "tests", "dbt_project.yml", "profiles.yml", "selectors.yml"]


class Bench:
    """A place to measure in: a copy of the project, one landing zone and one warehouse per contestant.

    Paths stay the same from one size to the next, for dbt parses the whole project anew when the path of its warehouse
    changes.
    """

    def __init__(self, work: Path) -> None:
        """Copies the project.

        Args:
            work: an empty folder.
        """
        self.work = work
        # beyond this the system would end some process or other by itself
        self.most_megabytes = 0.85 * os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e6
        self.landing = work / "landing"
        self.drop = work / "drop"
        self.project = copy_of_the_project(work / "project")
        self.deliveries = work / "outbound"
        keep_one_outbound_flow(self.project)
        self.limited_profiles = work / "limited"
        write_limited_profiles(self.project / "profiles.yml", self.limited_profiles / "profiles.yml")

    def warehouse(self, contestant: str) -> Path:
        """The DuckDB file of a contestant."""
        return self.work / "warehouses" / contestant.replace(" ", "-") / "roster.duckdb"

    def target(self, contestant: str) -> Path:
        """Where dbt keeps what it parsed, and what it did."""
        return self.work / "target" / contestant.replace(" ", "-")

    def generate(self, students: int) -> None:
        """Writes the two drops of a district, in place of the former one's."""
        shutil.rmtree(self.landing, ignore_errors=True)
        subprocess.run(
            [
                *(sys.executable, str(PROJECT / "scripts" / "make_sample.py")),
                *("--landing", str(self.landing), "--students", str(students), "--second-drop"),
                *("--faulty-share", "0.01", "--churn-share", "0.01"),
            ],
            check=True,
            stdout=subprocess.DEVNULL,
        )

    def configure_flows(self) -> None:
        """Configures many flows, each of a source system of its own, and lands the first drop in each of them."""
        districts = [f"district-{number:03}" for number in range(1, FLOWS + 1)]
        for seed, line in FLOW_SEEDS.items():
            with (self.project / "seeds" / "district" / f"district_{seed}.csv").open("a", encoding="utf-8") as file:
                file.writelines(line.format(district=district) + "\n" for district in districts)
        for district in districts:
            shutil.copytree(self.landing / FLOW / DROPS[0], self.landing / district / DROPS[0], copy_function=os.link)
        shutil.rmtree(self.landing / FLOW)

    def warm_up(self, contestants: list[str]) -> None:
        """Makes a run that is not measured, so that the measured ones find the project parsed, as all but the very first do.

        Raises:
            RuntimeError: it did not do its work.
        """
        for contestant in contestants:
            run = self.run_phase(contestant, "first")
            if run["problem"]:
                raise RuntimeError(f"{contestant}: {run['problem']}\n{self.log(f'{contestant} first').read_text()[-2000:]}")

    def run_floor(self) -> dict:
        """Reads the first drop as text, and nothing else."""
        self.remove_warehouse("floor")
        command = [sys.executable, str(HERE / "floor.py"), str(self.landing / FLOW / DROPS[0])]
        return self.run("floor", [*command, str(self.warehouse("floor"))])

    def run_validator(self) -> dict:
        """Validates the first drop with pandera."""
        command = [str(VALIDATOR_PYTHON), str(HERE / "validator.py"), str(self.landing / FLOW / DROPS[0])]
        return self.run("pandera", command)

    def run_phase(self, contestant: str, phase: str) -> dict:
        """One run: `first` on no warehouse, `churn` and `unchanged` on what the phase before left."""
        drop, run_at = PHASES[phase]
        if phase == "first":
            self.remove_warehouse(contestant)
        # the ordinary way reads one folder
        self.drop.unlink(missing_ok=True)
        self.drop.symlink_to(self.landing / FLOW / drop)
        project = HERE / "ordinary" if contestant == "ordinary" else self.project
        command = [sys.executable, "-m", "dbt.cli.main", "build"]
        if contestant == "dbt build":
            command += ["--exclude-resource-types", "unit_test"]
        elif contestant != "ordinary":
            command = [sys.executable, str(project / "scripts" / "build.py")]
        warehouse = str(self.warehouse(contestant))
        environment = {
            "ONEROSTER_LANDING": str(self.landing),
            "ONEROSTER_WAREHOUSE": warehouse,
            "ONEROSTER_RUN_AT": run_at,
            "ORDINARY_DROP": str(self.drop),
            "ORDINARY_WAREHOUSE": warehouse,
            "DBT_PROFILES_DIR": str(self.limited_profiles if contestant.endswith("limited") else project),
            "DBT_TARGET_PATH": str(self.target(contestant)),
            "DBT_LOG_PATH": str(self.target(contestant) / "logs"),
            "DBT_USE_COLORS": "0",
            "DBT_WRITE_JSON": "true",
        }
        run = self.run(f"{contestant} {phase}", command, environment, project)
        if not run["problem"] and contestant != "ordinary":
            run["problem"] = status_problem(self.warehouse(contestant), run_at)
        return run

    def run_delivery(self, name: str, phase: str) -> dict:
        """Hands over, or tries to, what the phase of `make build` that went before left to send."""
        command = [sys.executable, str(self.project / "scripts" / "send.py"), "--flow", OUTBOUND_FLOW]
        command += ["--dry"] if "DRY" in name else []
        environment = {
            "ONEROSTER_WAREHOUSE": str(self.warehouse("make build")),
            "ONEROSTER_OUTBOUND": str(self.deliveries),
        }
        return self.run(f"{name} {phase}", command, environment, self.project)

    def run(
        self, name: str, command: list[str], environment: dict[str, str] | None = None, folder: Path | None = None
    ) -> dict:
        """Measures a command.

        Returns:
            seconds, megabytes, and problem: why it did not do its work; blank when it did.
        """
        taken = measure(command, self.log(name), environment, folder, MOST_SECONDS, self.most_megabytes)
        problem = self.problem(name, taken)
        print(f"  {name}: {taken.seconds:,.1f} s, {taken.megabytes:,.0f} MB {problem}".rstrip(), flush=True)
        return {"seconds": round(taken.seconds, 2), "megabytes": round(taken.megabytes), "problem": problem}

    def log(self, name: str) -> Path:
        """What a measured step printed."""
        return self.work / "logs" / f"{name}.log"

    def problem(self, name: str, taken: Measurement) -> str:
        """Why a command did not do its work; blank when it did, as far as its end tells."""
        if taken.stopped:
            return f"stopped: {taken.stopped}"
        if taken.exit_code < 0:
            return f"ended by signal {-taken.exit_code}"
        # plain dbt gives 1 whenever an error rule finds something
        if taken.exit_code > (1 if name.startswith("dbt build") else 0):
            said = last_line(self.log(name)).replace(f"{self.work}/", "")
            return f"exit code {taken.exit_code}: {said}"
        return ""

    def remove_warehouse(self, contestant: str) -> None:
        """Removes a contestant's warehouse and what lies beside it."""
        folder = self.warehouse(contestant).parent
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        if contestant == "make build":
            shutil.rmtree(self.deliveries, ignore_errors=True)

    def dearest(self, contestant: str) -> list[dict]:
        """The nodes of the newest run that took longest: name and seconds."""
        nodes = json.loads((self.target(contestant) / "run_results.json").read_text())["results"]
        nodes.sort(key=lambda node: -node["execution_time"])
        return [
            {"name": node["unique_id"].split(".")[2], "seconds": round(node["execution_time"], 2)}
            for node in nodes[:DEAREST]
        ]


def copy_of_the_project(target: Path) -> Path:
    """Copies what a run reads, so that edits meanwhile do not change what is measured."""
    ignored = shutil.ignore_patterns("scenarios", "test_*.py", "bench", "__pycache__")
    for name in MEASURED:
        if (PROJECT / name).is_dir():
            shutil.copytree(PROJECT / name, target / name, ignore=ignored)
        else:
            shutil.copy(PROJECT / name, target / name)
    return target


def keep_one_outbound_flow(project: Path) -> None:
    """Leaves one of the sample's outbound flows, so that a run costs what it costs a district with one."""
    seed = project / "seeds" / "outbound" / "default_outbound_flow.csv"
    header, *lines = seed.read_text(encoding="utf-8").splitlines(keepends=True)
    seed.write_text(header + "".join(line for line in lines if line.startswith(f"{OUTBOUND_FLOW},")), encoding="utf-8")


def write_limited_profiles(original: Path, limited: Path) -> None:
    """The project's own profile, with a limit to DuckDB's memory."""
    profiles = yaml.safe_load(original.read_text(encoding="utf-8"))
    for output in profiles["oneroster"]["outputs"].values():
        output.setdefault("settings", {})["memory_limit"] = LIMITED_MEMORY
    limited.parent.mkdir(parents=True)
    limited.write_text(yaml.safe_dump(profiles), encoding="utf-8")


def status_problem(warehouse: Path, run_at: str) -> str:
    """What is wrong with the status of the run of an instant; blank when it completed."""
    try:
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            found = connection.execute(
                "select status from runs.run where run_at = $run_at::timestamptz::timestamp", {"run_at": run_at}
            ).fetchone()
    except duckdb.Error as error:
        return f"left no status ({error})"
    if found is None:
        return "left no status"
    return "" if found[0].startswith("completed") else f"run {found[0]}"


def last_line(log: Path) -> str:
    """The last line of a log that says something."""
    lines = [line.strip() for line in log.read_text(errors="replace").splitlines() if line.strip()]
    return lines[-1][-200:] if lines else "it said nothing"


def records(bench: Bench, contestant: str) -> dict[str, int]:
    """How many valid records a warehouse holds of each file, and how many versions of them."""
    counts = {}
    with duckdb.connect(str(bench.warehouse(contestant)), read_only=True) as connection:
        for file in FILES:
            if contestant == "ordinary":
                relations = f"valid.valid_{file}", f"history.history_{file}"
            else:
                relations = f"staging.stg_oneroster__{file}", f"history.{file}"
            for kind, relation in zip(("valid", "versions"), relations, strict=True):
                counts[f"{file} {kind}"] = connection.execute(f"select count(*) from {relation}").fetchone()[0]
    return counts


def lines_of(drop: Path) -> tuple[int, int]:
    """The lines and bytes of a drop's files."""
    lines = size = 0
    for file in drop.glob("*.csv"):
        size += file.stat().st_size
        with file.open("rb") as content:
            lines += sum(block.count(b"\n") for block in iter(lambda: content.read(1 << 20), b""))
    return lines, size


def measure_size(bench: Bench, size: str, repeat: int, contestants: list[str], phases: tuple = tuple(PHASES)) -> dict:
    """Measures everything at one size.

    Args:
        bench: the place to measure in; it is warm.
        size: a key of SIZES.
        repeat: how often each thing is measured.
        contestants: what is measured beside the floor and, where it is installed, the validator.
        phases: the phases to measure, in order.

    Returns:
        students, lines, bytes, runs (what was measured: a list by name), and of the last repetition the records by
        contestant and the dearest nodes of `make build` by phase.
    """
    print(f"{SIZES[size]:,} students", flush=True)
    bench.generate(SIZES[size])
    lines, volume = lines_of(bench.landing / FLOW / DROPS[0])
    part = {"students": SIZES[size], "lines": lines, "bytes": volume, "runs": {}, "records": {}, "dearest": {}}

    def keep(name: str, run: dict) -> bool:
        part["runs"].setdefault(name, []).append(run)
        return not run["problem"]

    for _ in range(repeat):
        keep("floor", bench.run_floor())
        bench.remove_warehouse("floor")
        if VALIDATOR_PYTHON.exists():
            keep("pandera", bench.run_validator())
        for contestant in contestants:
            for phase in phases:
                if not keep(f"{contestant} {phase}", bench.run_phase(contestant, phase)):
                    break
                if contestant == "make build":
                    part["dearest"][phase] = bench.dearest(contestant)
                    for name in DELIVERIES[phase]:
                        keep(f"{name} {phase}", bench.run_delivery(name, phase))
            else:
                part["records"][contestant] = records(bench, contestant)
            bench.remove_warehouse(contestant)
    shutil.rmtree(bench.landing)
    return part


def measure_flows(bench: Bench, repeat: int) -> dict:
    """Measures a first run of one small flow, and one of many such flows. It leaves them configured, so it comes last.

    Returns:
        flows, students (of each), and runs: `one` and `many`.
    """
    print(f"one flow of {STUDENTS_OF_A_FLOW} students, and {FLOWS}", flush=True)
    bench.generate(STUDENTS_OF_A_FLOW)
    one = [bench.run_phase("make build", "first") for _ in range(repeat)]
    bench.configure_flows()
    bench.warm_up(["make build"])
    many = []
    for _ in range(repeat):
        run = bench.run_phase("make build", "first")
        if not run["problem"]:
            processed = completed_flows(bench.warehouse("make build"))
            run["problem"] = "" if processed == FLOWS else f"{processed} flows completed"
        many.append(run)
    return {"flows": FLOWS, "students": STUDENTS_OF_A_FLOW, "runs": {"one": one, "many": many}}


def completed_flows(warehouse: Path) -> int:
    """How many flows completed in the one run of a warehouse."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        query = "select count(*) from runs.run_activity where status like 'completed%' and drop_id is not null"
        return connection.execute(query).fetchone()[0]


def about() -> dict:
    """What was measured, when and on what: date, commit, machine, versions."""
    git = ["git", "-C", str(PROJECT)]
    commit = subprocess.run([*git, "rev-parse", "--short", "HEAD"], capture_output=True, text=True).stdout.strip()
    status = subprocess.run([*git, "status", "--porcelain", "--", *MEASURED], capture_output=True, text=True)
    versions = {"Python": platform.python_version()}
    versions |= {package: version(package) for package in ("duckdb", "dbt-core", "dbt-duckdb")}
    if VALIDATOR_PYTHON.exists():
        asked = "from importlib.metadata import version as v; print(v('pandera'), v('polars'))"
        answer = subprocess.run([str(VALIDATOR_PYTHON), "-c", asked], capture_output=True, text=True).stdout.split()
        versions |= dict(zip(("pandera", "polars"), answer))
    return {
        "date": datetime.now(timezone.utc).strftime("%Y-%m-%d"),
        "commit": (commit or "unknown") + (", with changes" if status.stdout.strip() else ""),
        "machine": {
            "processor": processor(),
            "cores": len(os.sched_getaffinity(0)),
            "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9),
            "system": system(),
        },
        "versions": versions,
    }


def processor() -> str:
    """The name of the processor, as Linux tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.machine()


def system() -> str:
    """The name of the operating system."""
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        return platform.system()


def parse_arguments() -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(
        description="Measure what a run costs. A million students need 12 GB of room for temporary files (TMPDIR)."
    )
    parser.add_argument(
        "--size",
        choices=["all", "small", "10k", "1m", "flows"],
        default="all",
        help="small: make build and the floor at 10 thousand students, once, printed and not written; 10k or 1m: students; "
        "flows: a hundred small flows in one run; all (the default): 10k, 1m and flows",
    )
    parser.add_argument("--repeat", type=int, default=3, help="how often to measure each thing (default: 3)")
    parser.add_argument(
        "--render", action="store_true", help="measure nothing; write docs/benchmark.md from target/benchmark.json"
    )
    arguments = parser.parse_args()
    if arguments.repeat < 1:
        parser.error("--repeat is at least 1")
    return arguments


def main() -> int:
    """Measures what the command line asks for, and writes it down after each size.

    Returns:
        0 when the engine and the floor did their work, 1 otherwise.
    """
    arguments = parse_arguments()
    results = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    if arguments.render:
        write_page(results)
        return 0
    with tempfile.TemporaryDirectory(prefix="oneroster-bench-") as work:
        bench = Bench(Path(work))
        bench.generate(SIZES["25"])
        print("Warming up", flush=True)
        if arguments.size == "small":
            bench.warm_up(["make build"])
            measured = {
                size: measure_size(bench, size, 1, ["make build"], ("first", "churn"))
                for size in ("25", "10k")
            }
            print(f"\n{terminal_table(measured)}")
            return 0 if did_their_work(measured) else 1
        told = about()
        if results.get("about", {}).get("commit") != told["commit"] or "changes" in told["commit"]:
            results = {}  # of other code
        results["about"] = told
        parts = ["10k", "1m", "flows"] if arguments.size == "all" else [arguments.size]
        sizes = ["25"] * (parts != ["flows"]) + [part for part in parts if part in SIZES]
        bench.warm_up(sorted({contestant for size in sizes for contestant in CONTESTANTS[size]} or {"make build"}))
        for size in sizes:
            results[size] = measure_size(bench, size, arguments.repeat, CONTESTANTS[size])
            if size in parts:
                write(results)
        if "flows" in parts:
            results["flows"] = measure_flows(bench, arguments.repeat)
            write(results)
    return 0 if did_their_work(results) else 1


def write(results: dict) -> None:
    """Keeps the numbers, and writes the page from them."""
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    write_page(results)


def did_their_work(results: dict[str, dict]) -> bool:
    """Whether each run of the engine and of the floor did its work; the others may fail, and the page says so."""
    return not any(
        run["problem"]
        for part in results.values()
        for name, runs in part.get("runs", {}).items()
        if not name.startswith(("ordinary", "pandera"))
        for run in runs
    )


if __name__ == "__main__":
    sys.exit(main())
