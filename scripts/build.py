"""Runs the project once and says how it went: `make build`.

The run itself is `dbt build`; this program chooses its instant, shows progress, and sums up what the warehouse says.
Exit code: 0 when the run completed, with or without errors or warnings in the data; 1 when it failed.
"""

from __future__ import annotations

import time

STARTED = time.monotonic()  # first of all: what is imported next takes seconds that the user waits for, too

import argparse
import contextlib
import hashlib
import json
import os
import re
import sys
from datetime import datetime, timedelta, timezone
from importlib.metadata import version
from pathlib import Path

import duckdb
from alert import alert
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner
from fix_first import counted
from land import SAMPLE, check_drop, check_flow
from privacy import key_file_of
from rich.console import Console
from summary import print_summary, summary_of
from warehouse import Refusal, WarehouseInUse, WorkingCopy, made_landed_folder, warehouse_path, working_copy

PROJECT = Path(__file__).resolve().parent.parent
DBT_READS = ["dbt_project.yml", "macros", "models", "profiles.yml", "seeds", "selectors.yml", "snapshots", "tests/configuration"]
PACKAGES = ["dbt-core", "dbt-duckdb", "duckdb"]
STEPS = {
    "landing": "reading the files",
    "validation": "judging the records",
    "staging": "staging the records",
    "changes": "comparing with history",
    "history": "writing history",
    "rostering": "building the roster",
}


def main() -> int:
    """Parses the command line, runs dbt on a copy of the warehouse, prints the summary and publishes the copy.

    Returns:
        0 when the run completed, 1 when it failed.
    """
    arguments = parse_arguments()
    os.umask(0o077)
    os.chdir(PROJECT)
    with text_beside_json(arguments.json):
        summary = attempt(arguments)
        for failure in alert(summary):
            print(failure)
    if arguments.json:
        print(json.dumps(summary, indent=1, default=str))
    return 0 if summary["is_complete"] else 1


def text_beside_json(is_json: bool) -> contextlib.AbstractContextManager:
    """Sends what is for people to the standard error, where the standard output is for a program."""
    return contextlib.redirect_stdout(sys.stderr) if is_json else contextlib.nullcontext()


def attempt(arguments: argparse.Namespace) -> dict:
    """Runs, as far as the command line and the state of things allow.

    Args:
        arguments: the command line.

    Returns:
        The summary of the run; of one that did not begin, its status, problems and is_complete.
    """
    landing = Path(os.environ.setdefault("ONEROSTER_LANDING", str(SAMPLE)))
    warehouse = warehouse_path()
    os.environ["ONEROSTER_WAREHOUSE"] = str(warehouse)
    try:
        if not landing.is_dir():
            raise Refusal(f"there is no landing zone at {landing}. Set ONEROSTER_LANDING to the folder that holds the drops.")
        if set("*?[") & set(str(landing)):
            raise Refusal(
                f"the path of the landing zone, {landing}, has one of the characters * ? [ in it, "
                "which DuckDB takes for a pattern. Rename it."
            )
        check(arguments, landing)
        with working_copy(warehouse, arguments.wait) as copy:
            return run_on(copy, landing, arguments)
    except Refusal as refusal:
        status, problem = "refused", f"Refused: {refusal}"
    except WarehouseInUse as error:
        status, problem = "warehouse in use", str(error)
    except (OSError, duckdb.Error) as error:
        status, problem = "broke off", f"The run broke off: {error}\nThe warehouse {warehouse} is as the last run left it."
    print(problem)
    return {"status": status, "problems": [problem], "is_complete": False}


def run_on(copy: WorkingCopy, landing: Path, arguments: argparse.Namespace) -> dict:
    """Runs dbt on a working copy. A run that completed is published; of one that failed, only the report is.

    Args:
        copy: the working copy.
        landing: the landing zone.
        arguments: the command line.

    Returns:
        The summary; is_complete says whether the run completed and is published, `warehouse` where.
    """
    os.environ["ONEROSTER_KEY"] = str(key_file_of(copy.published))
    os.environ["ONEROSTER_PARQUET"] = str(made_landed_folder(copy.published))
    os.environ["ONEROSTER_WAREHOUSE"] = str(copy.path)
    run_at = arguments.run_at or (instant_of_the_sample(copy.path) if landing.resolve() == SAMPLE.resolve() else None)
    if run_at:
        os.environ["ONEROSTER_RUN_AT"] = run_at
    variables = {"flows": arguments.flow, "approved_drops": arguments.approve}
    os.environ.setdefault("DBT_TARGET_PATH", "target/make")  # dbt reads the whole project anew when the warehouse's path changes
    run_id, problems = run_dbt(
        copy.path, {name: value for name, value in variables.items() if value}, is_full=arguments.full
    )
    reason = "The run did not finish."
    summary = summarise(copy.path, run_id, problems) | {"warehouse": str(copy.published)}
    if summary["is_complete"]:
        try:
            copy.publish()
            print(f"\nThe warehouse is {copy.published}. {took()}")
            return summary
        except (OSError, duckdb.Error) as error:
            reason = f"The run could not be published: {error}"
            print(f"\n{reason}")
            summary |= {"is_complete": False, "problems": [*summary["problems"], reason]}
    try:
        copy.publish_report(reason)
        print(f"\nThe roster in {copy.published} is as the last run left it; its schema runs tells of this run. {took()}")
    except (OSError, duckdb.Error) as error:
        print(f"\nThe warehouse {copy.published} is as the last run left it; it could not even note this run: {error}")
    return summary


def state_of_the_project() -> str:
    """What dbt makes its statements of, apart from the drops and from where things lie.

    Returns:
        A hash of the project's files and the packages. It takes the sizes and times of change of the files, which is quick.
    """
    seen = hashlib.sha256(repr([str(PROJECT), sys.version, *(version(name) for name in PACKAGES)]).encode())
    for place in DBT_READS:
        for path in sorted((PROJECT / place).rglob("*")) if (PROJECT / place).is_dir() else [PROJECT / place]:
            file = path.stat()
            if not path.is_dir():
                seen.update(repr((str(path), file.st_size, file.st_mtime_ns)).encode())
    return seen.hexdigest()


def told_by_runs(warehouse: Path, question: str) -> object | None:
    """What the run log of a warehouse answers.

    Args:
        warehouse: the DuckDB file, which need not exist yet.
        question: SQL of one value of `runs.run`.

    Returns:
        The value; None where there is no run log, or none that has what is asked for.
    """
    if not warehouse.exists():
        return None
    with duckdb.connect(str(warehouse)) as connection:
        try:
            answer = connection.execute(question).fetchone()
        except (duckdb.CatalogException, duckdb.BinderException):
            return None
    return answer and answer[0]


def took() -> str:
    """How long this program has been running, as a sentence."""
    return f"It took {counted(round(time.monotonic() - STARTED), 'second')}."


def release_warehouse() -> None:
    """Closes the file that dbt keeps open in this process, so that DuckDB writes its log into it."""
    if DuckDBConnectionManager._ENV is not None:
        DuckDBConnectionManager._ENV.close()
    DuckDBConnectionManager.close_all_connections()


def parse_arguments() -> argparse.Namespace:
    """Reads the command line.

    Returns:
        The options: run_at (text or None), wait (seconds), flow and approve (lists of text), json and full.
    """
    parser = argparse.ArgumentParser(description="Run the project once and say how it went.")
    parser.add_argument(
        "--run-at", help="UTC instant that the run stands for, such as 2026-09-01T07:00:00Z (default: now)"
    )
    parser.add_argument(
        "--flow", action="extend", default=[], type=listed, metavar="FLOW,...", help="run these inbound flows only"
    )
    parser.add_argument(
        "--wait", type=float, default=10, metavar="SECONDS", help="how long to wait for another run (default: 10)"
    )
    parser.add_argument(
        "--approve", action="extend", default=[], type=listed, metavar="FLOW/DROP,...", help="let held drops through"
    )
    parser.add_argument("--json", action="store_true", help="the summary as JSON on the standard output, all else on the other")
    parser.add_argument("--full", action="store_true", help="run every test of data, also those that prove code")
    return parser.parse_args()


def listed(text: str) -> list[str]:
    """The items of a list that is written with commas or blanks between them."""
    return re.split(r"[\s,]+", text.strip(", "))


def check(arguments: argparse.Namespace, landing: Path) -> None:
    """Raises a refusal when the command line names what is not there, before anything is run."""
    for flow in arguments.flow:
        check_flow(flow)
    for approved in arguments.approve:
        flow, _, drop = approved.partition("/")
        check_flow(flow)
        check_drop(drop)
        if not (landing / flow / drop).is_dir():
            raise Refusal(f"there is no drop {approved} in the landing zone {landing}.")
    if arguments.run_at is not None:
        try:
            datetime.fromisoformat(arguments.run_at.replace("Z", "+00:00"))
        except ValueError:
            raise Refusal(f"{arguments.run_at!r} is no instant; write it as in 2026-09-01T07:00:00Z, in UTC.") from None
    if not arguments.wait >= 0:
        raise Refusal("WAIT is a number of seconds, 0 or more.")


def instant_of_the_sample(warehouse: Path) -> str:
    """The instant at which the bundled sample is run: an hour after its newest drop, or just after the newest run.

    Args:
        warehouse: the DuckDB file, which need not exist yet.

    Returns:
        An instant in ISO 8601, UTC.
    """
    newest_drop = max(path.name for path in SAMPLE.glob("*/*") if path.is_dir())
    instant = datetime.strptime(newest_drop, "%Y%m%dT%H%M%SZ").replace(tzinfo=timezone.utc) + timedelta(hours=1)
    return after_the_newest_run(warehouse, instant)


def after_the_newest_run(warehouse: Path, instant: datetime) -> str:
    """An instant at which a warehouse can be run: the one given, or just after its newest run when that is later.

    Args:
        warehouse: the DuckDB file, which need not exist yet.
        instant: the instant, UTC.

    Returns:
        An instant in ISO 8601, UTC.
    """
    newest_run = told_by_runs(warehouse, "select max(run_at) from runs.run")
    if newest_run:
        instant = max(instant, newest_run.replace(tzinfo=timezone.utc) + timedelta(seconds=1))
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")


def run_dbt(warehouse: Path, variables: dict, *options: str, is_full: bool = False) -> tuple[str, list[str]]:
    """Runs `dbt build` in this process, and lets go of the warehouse.

    Progress is one line that moves in a terminal, and elsewhere a line for each step that begins.

    Args:
        warehouse: the DuckDB file that it runs on.
        variables: dbt variables of the run.
        options: further options of `dbt build`.
        is_full: whether everything is made and tested, as `dbt build` does but for unit tests, and not what the day needs.

    Returns:
        The run's id in `runs.run`, which is dbt's id of the invocation, and what went wrong apart from findings in the
        data, as sentences; none when nothing did.
    """
    begun: set[str] = set()
    run_id, finished, total, shown_at = "", 0, 0, time.monotonic()

    def show(event) -> None:
        nonlocal run_id, finished, total, shown_at
        run_id = event.info.invocation_id
        if event.info.name == "LogStartLine":
            total = event.data.total
        elif event.info.name == "NodeFinished":
            finished += event.data.node_info.materialized != "ephemeral"  # which the total leaves out, too
        elif event.info.name == "NodeStart":
            relation = event.data.node_info.node_relation
            step = STEPS.get(relation.schema)
            is_new = step is not None and step not in begun
            if is_new or time.monotonic() - shown_at > 10:
                begun.add(step)
                shown_at = time.monotonic()
                what = step if is_new else f"... {event.data.node_info.node_name}"
                told = what + (f" ({finished} of {total} steps done)" if total else "")
                if line:
                    line.update(told)
                else:
                    print(f"  {told}", flush=True)

    os.environ["ONEROSTER_PROJECT"] = project = state_of_the_project()
    os.environ.setdefault("DBT_WRITE_JSON", "false")  # nothing here reads what takes half a second to write
    project_before = told_by_runs(
        warehouse, "select project from runs.run where starts_with(status, 'completed') order by run_at desc limit 1"
    )
    selector = "daily_run_of_the_same_project" if project == project_before else "daily_run"
    console = Console()
    if not console.is_terminal:
        print("Running ...", flush=True)
    with console.status("reading the project") if console.is_terminal else contextlib.nullcontext() as line:
        result = dbtRunner(callbacks=[show]).invoke(
            [
                *("build", "--log-level", "none"),
                *(("--exclude-resource-types", "unit_test") if is_full else ("--selector", selector)),
                *("--vars", json.dumps(variables), *options),
            ]
        )
    release_warehouse()
    if result.exception is not None:
        return run_id, [str(result.exception)]
    rule_table = "model.oneroster.validation_result"
    return run_id, [
        f"{node.node.name}: {without_trace(node.message or node.status)}"
        for node in result.result or []
        if node.status in ("error", "runtime error")
        or (node.status == "fail" and rule_table not in node.node.depends_on.nodes)
    ]


def without_trace(message: str) -> str:
    """A message of dbt without the names of the macros that it came through."""
    return "\n".join(line for line in message.strip().splitlines() if line.strip() and not line.startswith("  > "))


def summarise(warehouse: Path, run_id: str, problems: list[str], is_trial: bool = False) -> dict:
    """Prints what a run did, or with JSON=1 keeps it for the end.

    Args:
        warehouse: the DuckDB file.
        run_id: the run.
        problems: what went wrong apart from findings in the data.
        is_trial: whether the warehouse is thrown away afterwards, so that all that it says is printed.

    Returns:
        The summary; see summary.py. Its `is_complete` says whether the run can be published.
    """
    try:
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            summary = summary_of(connection, run_id, problems, is_trial)
    except duckdb.Error:
        summary = summary_of(None, run_id, problems, is_trial)
    print_summary(summary)
    return summary


if __name__ == "__main__":
    sys.exit(main())
