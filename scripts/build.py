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
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner
from fix_first import MOST, cost_in_words, counted, root_causes
from land import SAMPLE, check_drop, check_flow
from privacy import key_file_of
from warehouse import Refusal, WarehouseInUse, WorkingCopy, made_landed_folder, working_copy

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
    landing = Path(os.environ.setdefault("ONEROSTER_LANDING", str(SAMPLE)))
    warehouse = Path(os.environ.setdefault("ONEROSTER_WAREHOUSE", "warehouse/roster.duckdb"))
    if not landing.is_dir():
        print(f"There is no landing zone at {landing}. Set ONEROSTER_LANDING to the folder that holds the drops.")
        return 1
    if set("*?[") & set(str(landing)):
        print(
            f"The path of the landing zone, {landing}, has one of the characters * ? [ in it, "
            "which DuckDB takes for a pattern. Rename it."
        )
        return 1
    try:
        check(arguments, landing)
        with working_copy(warehouse, arguments.wait) as copy:
            return run_on(copy, landing, arguments)
    except Refusal as refusal:
        print(f"Refused: {refusal}")
    except WarehouseInUse as error:
        print(error)
    except (OSError, duckdb.Error) as error:
        print(f"The run broke off: {error}\nThe warehouse {warehouse} is as the last run left it.")
    return 1


def run_on(copy: WorkingCopy, landing: Path, arguments: argparse.Namespace) -> int:
    """Runs dbt on a working copy. A run that completed is published; of one that failed, only the report is.

    Args:
        copy: the working copy.
        landing: the landing zone.
        arguments: the command line.

    Returns:
        0 when the run completed, 1 when it failed.
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
    if summarise(copy.path, run_id, problems) == 0:
        try:
            copy.publish()
            print(f"\nThe warehouse is {copy.published}. {took()}")
            return 0
        except (OSError, duckdb.Error) as error:
            reason = f"The run could not be published: {error}"
            print(f"\n{reason}")
    try:
        copy.publish_report(reason)
        print(f"\nThe roster in {copy.published} is as the last run left it; its schema runs tells of this run. {took()}")
    except (OSError, duckdb.Error) as error:
        print(f"\nThe warehouse {copy.published} is as the last run left it; it could not even note this run: {error}")
    return 1


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
        The options: run_at (text or None), wait (seconds), flow and approve (lists of text).
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
    """Runs `dbt build` in this process, showing a line of progress for each step that begins, and lets go of the warehouse.

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
                print(f"  {what}" + (f" ({finished} of {total} steps done)" if total else ""), flush=True)

    os.environ["ONEROSTER_PROJECT"] = project = state_of_the_project()
    os.environ.setdefault("DBT_WRITE_JSON", "false")  # nothing here reads what takes half a second to write
    project_before = told_by_runs(
        warehouse, "select project from runs.run where starts_with(status, 'completed') order by run_at desc limit 1"
    )
    selector = "daily_run_of_the_same_project" if project == project_before else "daily_run"
    print("Running ...", flush=True)
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


def summarise(warehouse: Path, run_id: str, problems: list[str], is_trial: bool = False) -> int:
    """Prints what a run did.

    Args:
        warehouse: the DuckDB file.
        run_id: the run.
        problems: what went wrong apart from findings in the data.
        is_trial: whether the warehouse is thrown away afterwards, so that all that it says is printed.

    Returns:
        0 when the run completed, 1 when it failed.
    """
    try:
        connection = duckdb.connect(str(warehouse), read_only=True)
    except duckdb.Error:
        print("The run did not begin.", *problems, sep="\n  ")
        return 1
    with connection:
        return print_summary(connection, run_id, problems, is_trial)


def print_summary(connection: duckdb.DuckDBPyConnection, run_id: str, problems: list[str], is_trial: bool) -> int:
    """Prints what a run in an open warehouse did; see `summarise`."""
    try:
        run_at, status, blocking_error = connection.execute(
            "select run_at, status, blocking_error from runs.run where run_id = ?", [run_id]
        ).fetchone()
    except (duckdb.Error, TypeError):
        print("The run did not begin.", *problems, sep="\n  ")
        return 1
    print(f"\nRun of {run_at:%Y-%m-%d %H:%M} UTC: {status}")
    if blocking_error:
        print(f"  {blocking_error}")
    for problem in problems if status == "failed" else []:
        if not problem.startswith("run: "):  # that is the blocking error
            print(f"  {problem}")
    with contextlib.suppress(duckdb.CatalogException):  # a first run that broke off may have made none of these tables
        print_flows(connection, run_id)
        print_causes(connection, run_id, status, is_trial)
        print_rules(connection, run_id)
        if is_trial:
            print_notices(connection, run_id)
        print_totals(connection, run_id, is_trial)
        if not is_trial:
            print_outbound(connection)
    return 1 if status == "failed" or problems else 0


def print_flows(connection: duckdb.DuckDBPyConnection, run_id: str) -> None:
    """Prints, for each flow, what came in, what was left out and what changed."""
    flows = connection.execute(
        """
        with lines as (
            select
                inbound_flow_id,
                sum(received_records) as received,
                sum(rejected_records + unreadable_lines) as left_out
            from landing.file_inventory
            where is_processed
            group by inbound_flow_id
        ),

        changes as (
            select inbound_flow_id, change, recorded_at from history.users
            union all
            select inbound_flow_id, change, recorded_at from history.classes
            union all
            select inbound_flow_id, change, recorded_at from history.enrollments
        ),

        moves as (
            select
                inbound_flow_id,
                count(*) filter (where change in ('appeared', 'returned')) as joined,
                count(*) filter (where change = 'left') as departed,
                count(*) filter (where change = 'changed') as changed
            from changes
            where recorded_at = (select run_at from runs.run where run_id = $run_id)
            group by inbound_flow_id
        )

        select
            activities.inbound_flow_id,
            activities.drop_id,
            activities.status,
            concat_ws(' ', activities.reason, stale.message),
            lines.received,
            lines.left_out,
            coalesce(moves.joined, 0),
            coalesce(moves.departed, 0),
            coalesce(moves.changed, 0)
        from runs.run_activity as activities
        left join lines on activities.inbound_flow_id = lines.inbound_flow_id
        left join moves on activities.inbound_flow_id = moves.inbound_flow_id
        left join runs.validation_result as stale
            on activities.inbound_flow_id = stale.inbound_flow_id and stale.run_id = $run_id and stale.rule = 'stale'
        where activities.run_id = $run_id
        order by activities.inbound_flow_id
        """,
        {"run_id": run_id},
    ).fetchall()
    pulls = connection.execute(
        "select inbound_flow_id, drop_id, records, pages, requests, retries, seconds from landing.pull order by drop_id"
    ).fetchall()
    for flow, drop, status, reason, received, left_out, joined, departed, changed in flows:
        print(f"\n{flow}{f', drop {drop}' if drop else ''}: {status}")
        if reason:
            print(f"  {reason}")
        for pulled_flow, pulled_drop, *cost in pulls:
            if pulled_flow == flow:
                print(f"  Pulled{f' as {pulled_drop}' if pulled_drop != drop else ''}: {cost_in_words(*cost)}.")
        if status.startswith("completed") and received is not None:
            was = "was" if left_out == 1 else "were"
            print(f"  {counted(int(received), 'line')} came in, {counted(int(left_out), 'record')} {was} left out.")
            print(f"  People, classes and enrollments: {joined:,} joined, {departed:,} left, {changed:,} changed.")


def print_causes(connection: duckdb.DuckDBPyConnection, run_id: str, status: str, is_trial: bool) -> None:
    """Prints what to fix first; of a trial, whose warehouse nobody will see, whatever else there is to fix as well."""
    causes = root_causes(connection, run_id, most=1000 if is_trial else MOST)
    for number, cause in enumerate(causes, start=1):
        if number in (1, MOST + 1):
            print("\nFix first:" if number == 1 else "\nThen fix:")
        place = ", ".join(cause[part] for part in ("inbound_flow_id", "file_name") if cause[part])
        place += f", column {cause['column_name']}" if cause["column_name"] else ""
        if cause["findings"] > 1:
            place += f", {cause['findings']:,} times"
            if cause["first_line_number"] != cause["last_line_number"]:
                place += f", lines {cause['first_line_number']} to {cause['last_line_number']}"
        print(f"  {number}. {cause['title']} ({place})")
        print(f"     {cause['brings_back']}")
        print(f"     {'For example: ' if cause['findings'] > 1 else ''}{cause['message']}")
    if not causes and status != "failed":
        print("\nThere is nothing to fix.")


def print_rules(connection: duckdb.DuckDBPyConnection, run_id: str) -> None:
    """Prints the rules that were broken, a line each, under the names that `rule_severities` has, and how many hold."""
    rules = connection.execute(
        """
        select rules.test_severity, rules.rule_key, count(distinct results.rowid) as findings
        from validation.rule_in_force as rules
        left join runs.validation_result as results
            on
                results.run_id = ?
                and results.file_name = string_split(rules.file_name, '/')[-1]
                and (results.inbound_flow_id = 'directory') = contains(rules.file_name, '/')
                and results.rule = rules.rule
                and results.column_name is not distinct from rules.column_name
        where rules.test_severity <> 'notice'
        group by rules.test_severity, rules.rule_key
        order by rules.test_severity, rules.rule_key
        """,
        [run_id],
    ).fetchall()
    broken = [rule for rule in rules if rule[2]]
    if broken:
        print(f"\nRules: {len(broken):,} broken, {len(rules) - len(broken):,} hold.")
        for severity, key, findings in broken:
            print(f"  {severity:<7}  {key}: {findings:,}")


def print_notices(connection: duckdb.DuckDBPyConnection, run_id: str) -> None:
    """Prints the notices of a run."""
    notices = connection.execute(
        """
        select message from runs.validation_result
        where run_id = ? and severity = 'notice'
        order by inbound_flow_id, file_name, line_number, column_name, rule
        """,
        [run_id],
    ).fetchall()
    if notices:
        print("\nNotices, for which nothing is left out:", *(message for (message,) in notices), sep="\n  ")


def print_totals(connection: duckdb.DuckDBPyConnection, run_id: str, is_trial: bool) -> None:
    """Prints the run's totals."""
    totals = connection.execute(
        "select errors, warnings, notices, organizations, people, groups, memberships from runs.run_statistics where run_id = ?",
        [run_id],
    ).fetchone()
    if totals:
        errors, warnings, notices, organizations, people, sections, memberships = totals
        where = " `make report` shows each." if errors + warnings + notices and not is_trial else ""
        print(f"\n{counted(errors, 'error')}, {counted(warnings, 'warning')}, {counted(notices, 'notice')}.{where}")
        print(
            f"Active: {counted(organizations, 'organization')}, {counted(people, 'person')}, "
            f"{counted(sections, 'class')}, {counted(memberships, 'enrollment')}."
        )


def print_outbound(connection: duckdb.DuckDBPyConnection) -> None:
    """Prints when each outbound flow that is ready was last sent."""
    flows = connection.execute(
        """
        select outbound_flow_id, status, created_at, delivery_id
        from outbound.last_delivery
        where readiness_status = 'ready'
        order by outbound_flow_id
        """
    ).fetchall()
    width = max((len(flow) for flow, *_ in flows), default=0)
    for flow, status, created_at, delivery in flows:
        if not status:
            told = f"never sent. See what would be: make send FLOW={flow} DRY=1"
        elif status == "held":
            told = f"held for approval: make send FLOW={flow}"
        elif status == "unconfirmed":
            told = f"sent as {delivery}, and waits for the receiver: make send FLOW={flow} CONFIRM={delivery}"
        else:
            told = f"last sent {created_at:%Y-%m-%d %H:%M} UTC"
        print(f"  outbound {flow:{width}}  {told}")


if __name__ == "__main__":
    sys.exit(main())
