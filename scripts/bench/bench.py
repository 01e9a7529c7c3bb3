"""Measures what a run costs, beside what it could cost at least and what the ordinary way costs: `make bench`.

Each measured thing runs in a process of its own (see measure.py), on a copy of the project, in a temporary folder that
is removed at the end. The numbers go into docs/benchmark.json, and from there into docs/benchmark.md and its charts
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
from history import DAILY_RUN, simulate
from measure import Measurement, measure
from page import terminal_table, write_page

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parent.parent
RESULTS = PROJECT / "docs" / "benchmark.json"
VALIDATOR_PYTHON = PROJECT / ".venv-bench" / "bin" / "python"

FLOW = "contoso-2027"
DROPS = ["20260901T060000Z", "20260902T060000Z"]
PHASES = {  # phase: the drop it reads, the instant of the run
    "first": (DROPS[0], "2026-09-01T07:00:00Z"),
    "churn": (DROPS[1], "2026-09-02T07:00:00Z"),
    "unchanged": (DROPS[1], "2026-09-02T19:00:00Z"),
}
SIZES = {"tiny": 25, "10k": 10_000, "100k": 100_000, "1m": 1_000_000}
LIMITED_MEMORY = "3GB"
DEAREST = 12
FILES = ["academic_sessions", "orgs", "courses", "classes", "users", "enrollments", "demographics"]


class Bench:
    """A place to measure in: a copy of the project, one landing zone and one warehouse per contestant.

    Paths stay the same from one size to the next, for dbt parses the whole project anew when the path of its warehouse
    changes.
    """

    def __init__(self, work: Path, most_seconds: float, ordinary: bool = True) -> None:
        """Copies the project and lets dbt parse it.

        Args:
            work: an empty folder.
            most_seconds: wall time after which a measured step is stopped.
            ordinary: whether the ordinary way will be measured, too.

        Raises:
            RuntimeError: the project does not parse.
        """
        self.work = work
        self.most_seconds = most_seconds
        # beyond this the system would end some process or other by itself
        self.most_megabytes = 0.85 * os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e6
        self.landing = work / "landing"
        self.drop = work / "drop"
        self.project = copy_of_the_project(work / "project")
        self.ordinary = HERE / "ordinary"
        self.limited_profiles = work / "limited"
        write_limited_profiles(self.project / "profiles.yml", self.limited_profiles / "profiles.yml")
        self.choose_drop(DROPS[0])
        self.warm_up("engine")
        if ordinary:
            self.warm_up("ordinary")

    def warehouse(self, contestant: str) -> Path:
        """The DuckDB file of a contestant."""
        return self.work / "warehouses" / contestant / "roster.duckdb"

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

    def choose_drop(self, drop: str) -> None:
        """Lets the ordinary way's one path point to this drop."""
        self.drop.unlink(missing_ok=True)
        self.drop.symlink_to(self.landing / FLOW / drop)

    def dbt(self, contestant: str, command: str) -> tuple[list[str], dict[str, str]]:
        """The command line and the environment of a dbt command of `engine`, `engine limited` or `ordinary`."""
        project = self.ordinary if contestant == "ordinary" else self.project
        profiles = self.limited_profiles if contestant == "engine limited" else project
        target = self.target(contestant)
        warehouse = str(self.warehouse(contestant))
        return (
            [
                *(sys.executable, "-m", "dbt.cli.main", command, "--no-use-colors", "--project-dir", str(project)),
                *("--profiles-dir", str(profiles), "--target-path", str(target), "--log-path", str(target / "logs")),
            ],
            {
                "ONEROSTER_LANDING": str(self.landing),
                "ONEROSTER_WAREHOUSE": warehouse,
                "ORDINARY_DROP": str(self.drop),
                "ORDINARY_WAREHOUSE": warehouse,
            },
        )

    def target(self, contestant: str) -> Path:
        return self.work / "target" / contestant.replace(" ", "-")

    def warm_up(self, contestant: str) -> None:
        """Lets dbt parse a project, so that what is measured begins as every run but the very first does."""
        self.warehouse(contestant).parent.mkdir(parents=True, exist_ok=True)
        command, environment = self.dbt(contestant, "parse")
        log = self.work / "logs" / f"{contestant} parse.log"
        parsed = measure(command, log, environment, self.project)
        if parsed.exit_code:
            raise RuntimeError(f"{contestant} does not parse:\n{log.read_text(errors='replace')[-2000:]}")

    def run_floor(self) -> dict:
        """Reads the first drop as text, and nothing else."""
        self.remove_warehouse("floor")
        command = [sys.executable, str(HERE / "floor.py"), str(self.landing / FLOW / DROPS[0])]
        return self.run("floor", [*command, str(self.warehouse("floor"))])

    def run_validator(self) -> dict:
        """Validates the first drop with pandera."""
        command = [str(VALIDATOR_PYTHON), str(HERE / "validator.py"), str(self.landing / FLOW / DROPS[0])]
        return self.run("validator", command)

    def run_phase(self, contestant: str, phase: str) -> dict:
        """One dbt build: `first` on no warehouse, `churn` and `unchanged` on what the phase before left."""
        drop, run_at = PHASES[phase]
        if phase == "first":
            self.remove_warehouse(contestant)
        self.choose_drop(drop)
        command, environment = self.dbt(contestant, "build")
        if contestant != "ordinary":
            command += DAILY_RUN
        return self.run(f"{contestant} {phase}", command, environment | {"ONEROSTER_RUN_AT": run_at})

    def run(self, name: str, command: list[str], environment: dict[str, str] | None = None) -> dict:
        """Measures a command and judges whether it did its work.

        Returns:
            seconds, megabytes, and problem: blank when the work was done.
        """
        log = self.work / "logs" / f"{name}.log"
        taken = measure(command, log, environment, self.project, self.most_seconds, self.most_megabytes)
        problem = self.problem(name, taken, log)
        print(
            f"  {name}: {taken.seconds:,.1f} s, {taken.megabytes:,.0f} MB{f', {problem}' if problem else ''}",
            flush=True,
        )
        return {"seconds": round(taken.seconds, 2), "megabytes": round(taken.megabytes), "problem": problem}

    def problem(self, name: str, taken: Measurement, log: Path) -> str:
        """Why a measured step did not do its work; blank when it did."""
        if taken.stopped:
            return f"stopped: {taken.stopped}"
        if taken.exit_code < 0:
            return f"ended by signal {-taken.exit_code}"
        if name.startswith("engine"):
            # dbt's exit code is 1 whenever an error rule finds something
            contestant = name.rsplit(" ", 1)[0]
            status = newest_status(self.warehouse(contestant))
            return "" if status in ("completed", "completedWithErrors", "completedWithWarnings") else f"run {status}"
        return f"exit code {taken.exit_code}: {last_line(log)}" if taken.exit_code else ""

    def remove_warehouse(self, contestant: str) -> None:
        folder = self.warehouse(contestant).parent
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)

    def dearest(self, contestant: str) -> list[dict]:
        """The nodes of the newest build that took longest: name, kind, seconds."""
        path = self.target(contestant) / "run_results.json"
        nodes = [
            {
                "kind": node["unique_id"].split(".")[0],
                "name": node["unique_id"].split(".")[2],
                "seconds": node["execution_time"],
            }
            for node in json.loads(path.read_text())["results"]
        ]
        by_kind: dict[str, dict] = {}
        for node in nodes:
            total = by_kind.setdefault(node["kind"], {"nodes": 0, "seconds": 0.0})
            total["nodes"] += 1
            total["seconds"] = round(total["seconds"] + node["seconds"], 2)
        nodes.sort(key=lambda node: -node["seconds"])
        return {"kinds": by_kind, "nodes": [node | {"seconds": round(node["seconds"], 2)} for node in nodes[:DEAREST]]}


def copy_of_the_project(target: Path) -> Path:
    """Copies what dbt reads, so that edits meanwhile do not change what is measured."""
    for folder in ("macros", "models", "seeds", "snapshots"):
        shutil.copytree(PROJECT / folder, target / folder)
    ignored = shutil.ignore_patterns("scenarios", "*.py", "__pycache__")
    shutil.copytree(PROJECT / "tests", target / "tests", ignore=ignored)
    for file in ("dbt_project.yml", "profiles.yml", "selectors.yml"):
        shutil.copy(PROJECT / file, target / file)
    return target


def write_limited_profiles(original: Path, limited: Path) -> None:
    """The project's own profile, with a limit to DuckDB's memory."""
    profiles = yaml.safe_load(original.read_text(encoding="utf-8"))
    for output in profiles["oneroster"]["outputs"].values():
        output.setdefault("settings", {})["memory_limit"] = LIMITED_MEMORY
    limited.parent.mkdir(parents=True)
    limited.write_text(yaml.safe_dump(profiles), encoding="utf-8")


def newest_status(warehouse: Path) -> str:
    """The status of the newest run, or what keeps it from being told."""
    try:
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            return connection.execute("select status from runs.run order by run_at desc, started_at desc limit 1").fetchone()[0]
    except (duckdb.Error, TypeError) as error:
        return f"left no status ({error})"


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


def measure_size(bench: Bench, size: str, repeat: int, others: bool = True, phases: tuple = tuple(PHASES)) -> dict:
    """Measures everything at one size.

    Args:
        bench: the place to measure in.
        size: a key of SIZES.
        repeat: how often the floor and the engine are measured; the others once from 100 thousand students on.
        others: whether the ordinary way, the validator and limited memory are measured, too.
        phases: the phases to measure, in order.

    Returns:
        students, lines, bytes, runs (what was measured: a list by name), records by contestant, dearest nodes by phase.
    """
    print(f"{size}: {SIZES[size]:,} students", flush=True)
    bench.generate(SIZES[size])
    lines, volume = lines_of(bench.landing / FLOW / DROPS[0])
    result = {"students": SIZES[size], "lines": lines, "bytes": volume, "runs": {}, "records": {}, "dearest": {}}
    runs = result["runs"]

    def keep(name: str, run: dict) -> bool:
        runs.setdefault(name, []).append(run)
        return not run["problem"]

    def build(contestant: str, wanted: tuple) -> None:
        for phase in wanted:
            if not keep(f"{contestant} {phase}", bench.run_phase(contestant, phase)):
                break
            if contestant == "engine":
                result["dearest"][phase] = bench.dearest(contestant)
        else:
            result["records"][contestant] = records(bench, contestant)
            warehouse = bench.warehouse(contestant).stat().st_size
            result.setdefault("warehouse_bytes", {})[contestant] = warehouse

    for _ in range(repeat):
        keep("floor", bench.run_floor())
        bench.remove_warehouse("floor")
        build("engine", phases)
    bench.remove_warehouse("engine")
    if others:
        for _ in range(repeat if SIZES[size] < 100_000 else 1):
            keep("validator", bench.run_validator())
            build("ordinary", phases)
        bench.remove_warehouse("ordinary")
    if others and SIZES[size] >= 1_000_000:
        bench.warm_up("engine limited")
        build("engine limited", phases[:2])
        bench.remove_warehouse("engine limited")
    shutil.rmtree(bench.landing)
    return result


def about() -> dict:
    """What was measured, when and on what: date, commit, machine, versions."""
    git = ["git", "-C", str(PROJECT)]
    commit = subprocess.run([*git, "rev-parse", "--short", "HEAD"], capture_output=True, text=True).stdout.strip()
    measured = ("macros", "models", "seeds", "snapshots", "dbt_project.yml", "profiles.yml")
    changed = subprocess.run([*git, "status", "--porcelain", "--", *measured], capture_output=True, text=True).stdout
    versions = {"Python": platform.python_version()}
    versions |= {package: version(package) for package in ("duckdb", "dbt-core", "dbt-duckdb")}
    if VALIDATOR_PYTHON.exists():
        asked = "from importlib.metadata import version as v; print(v('pandera'), v('polars'))"
        answer = subprocess.run([str(VALIDATOR_PYTHON), "-c", asked], capture_output=True, text=True).stdout.split()
        versions |= dict(zip(("pandera", "polars"), answer))
    return {
        "date": datetime.now(timezone.utc).strftime("%Y-%m-%d"),
        "commit": (commit or "unknown") + (", with changes" if changed.strip() else ""),
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
        description="Measure what a run costs. All sizes take one to two hours.",
        epilog="With make: make bench, make bench SIZE=small, make bench SIZE=100k REPEAT=1.",
    )
    parser.add_argument(
        "--size",
        choices=["all", "small", "10k", "100k", "1m", "history"],
        default="all",
        help="small: 10 thousand students, engine and floor only, printed and not written; a number: students; "
        "history: three years of two runs a day; all (the default): 10k, 100k, 1m and history",
    )
    parser.add_argument(
        "--repeat", type=int, default=3, help="how often to measure the engine and the floor (default: 3)"
    )
    parser.add_argument(
        "--every", type=int, default=1, metavar="WEEKS", help="make one real run of history in so many weeks (default: 1)"
    )
    parser.add_argument(
        "--limit", type=float, default=3600, metavar="SECONDS", help="stop a measured step after this (default: 3600)"
    )
    parser.add_argument("--work", type=Path, help="where to make the temporary folder; 1m needs 12 GB of room there")
    parser.add_argument("--keep", action="store_true", help="keep the temporary folder, and say where it is")
    parser.add_argument(
        "--render", action="store_true", help="measure nothing; draw docs/benchmark.md from its numbers"
    )
    arguments = parser.parse_args()
    if arguments.repeat < 1 or arguments.every < 1:
        parser.error("--repeat and --every are at least 1")
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
    small = arguments.size == "small"
    if not small and arguments.size != "history" and not VALIDATOR_PYTHON.exists():
        print(f"The validator is not installed at {VALIDATOR_PYTHON}: start this with make bench.")
        return 1
    work = Path(tempfile.mkdtemp(prefix="oneroster-bench-", dir=arguments.work))
    complete = True
    try:
        if small:
            bench = Bench(work, arguments.limit, ordinary=False)
            measured = {
                "tiny": measure_size(bench, "tiny", 1, others=False, phases=("first",)),
                "10k": measure_size(bench, "10k", 1, others=False, phases=("first", "churn")),
            }
            print(f"\n{terminal_table(measured)}")
            return 0 if did_their_work(measured) else 1
        for part in ["10k", "100k", "1m", "history"] if arguments.size == "all" else [arguments.size]:
            folder = work / part
            folder.mkdir()
            measured = measure_part(folder, part, arguments)
            complete = complete and did_their_work(measured)
            # another bench may have written meanwhile
            results = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
            results |= measured
            RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
            write_page(results)
            if not arguments.keep:
                shutil.rmtree(folder)
    finally:
        if arguments.keep:
            print(f"What was made is in {work}.")
        else:
            shutil.rmtree(work, ignore_errors=True)
    return 0 if complete else 1


def did_their_work(measured: dict[str, dict]) -> bool:
    """Whether each run of the engine and of the floor did its work; the others may fail, and the page says so."""
    return not any(
        run["problem"]
        for part in measured.values()
        for name, runs in part.get("runs", {}).items()
        if name.startswith(("engine", "floor"))
        for run in runs
    )


def measure_part(folder: Path, part: str, arguments: argparse.Namespace) -> dict:
    """Measures one size, with the tiny drop that tells its fixed cost, or the cost of history.

    Returns:
        The part's results by name, each with what `about` says.
    """
    if part == "history":
        simulated = simulate(folder, copy_of_the_project(folder / "project"), every=arguments.every)
        return {"history": simulated | {"about": about()}}
    bench = Bench(folder, arguments.limit)
    told = about()
    tiny = measure_size(bench, "tiny", arguments.repeat)
    return {part: measure_size(bench, part, arguments.repeat) | {"tiny": tiny, "about": told}}


if __name__ == "__main__":
    sys.exit(main())
