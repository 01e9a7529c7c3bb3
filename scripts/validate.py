"""Says what an export would bring, and changes nothing: `make validate FROM=export.zip FLOW=contoso-2027`.

The export is landed in a throw-away landing zone and run on a throw-away copy of the warehouse; both are gone in the
end.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import sys
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

import duckdb
from build import PROJECT, SAMPLE, after_the_newest_run, instant_of_the_sample, run_dbt, summarise, text_beside_json, took
from land import land, offered_flows
from privacy import key_file_of
from scratch import SCRATCH, scratch_folder
from warehouse import Refusal, WarehouseInUse, WorkingCopy, clear_leftovers, warehouse_path

PARSED = PROJECT / "target" / "validate.msgpack"


def main() -> int:
    """Tries the export named on the command line.

    Returns:
        0 when a run would use it, 1 when the drop would be refused, held or not landed at all.
    """
    parser = argparse.ArgumentParser(description="Say what an export would bring, and change nothing.")
    parser.add_argument("export", type=Path, metavar="FROM", help="zip archive, or folder, of OneRoster CSV files")
    parser.add_argument("--flow", help="inbound flow that the export is for; not needed where one alone is configured")
    parser.add_argument("--run-at", help="UTC instant to try it at, such as 2026-09-01T07:00:00Z (default: now)")
    parser.add_argument("--json", action="store_true", help="the outcome as JSON on the standard output, all else on the other")
    arguments = parser.parse_args()
    os.umask(0o077)
    with text_beside_json(arguments.json):
        outcome = attempt(arguments)
    if arguments.json:
        print(json.dumps(outcome, indent=1, default=str))
    return 0 if outcome["is_used"] else 1


def attempt(arguments: argparse.Namespace) -> dict:
    """Tries the export.

    Args:
        arguments: the command line.

    Returns:
        The summary of the trial, with `is_used` (whether a run would use the drop) and `would_change` (file -> kind of change ->
        records); of a trial that did not come about, its status, problems and is_used.
    """
    export = arguments.export.resolve()
    os.chdir(PROJECT)
    landing = Path(os.environ.get("ONEROSTER_LANDING") or SAMPLE)
    warehouse = warehouse_path()
    warehouse.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with copy_to_try(warehouse) as copy:
            run_at = arguments.run_at or instant_of_trial(copy, landing)
            return try_out(export, flow_for(arguments.flow), run_at, copy)
    except (Refusal, WarehouseInUse) as refusal:
        status, problem = "refused", f"Refused: {refusal}"
    except (OSError, duckdb.Error, ValueError) as error:
        status, problem = "broke off", f"The trial broke off: {error}"
    print(problem, file=sys.stderr)
    return {"status": status, "problems": [problem], "is_used": False}


@contextlib.contextmanager
def copy_to_try(warehouse: Path) -> Iterator[Path]:
    """A throw-away copy of the warehouse, in a folder for unfinished work that is gone in the end."""
    clear_leftovers(warehouse)
    os.environ["ONEROSTER_KEY"] = str(key_file_of(warehouse))
    with scratch_folder(warehouse.resolve().parent, SCRATCH) as scratch:
        yield WorkingCopy(warehouse.resolve(), scratch / warehouse.name).path


def flow_for(flow: str | None) -> str:
    """The flow to try, which need not be named where only one is configured."""
    flows = offered_flows()
    if flow:
        return flow
    if len(flows) != 1:
        raise Refusal(f"name the flow that the export is for; configured are {', '.join(flows)}.")
    return flows[0]


def instant_of_trial(warehouse: Path, landing: Path) -> str:
    """Now, or just after the newest run; beside the bundled sample, the instant at which that would be run.

    Args:
        warehouse: the copy of the warehouse.
        landing: the landing zone in use.

    Returns:
        An instant in ISO 8601, UTC.
    """
    if landing.resolve() == SAMPLE.resolve():
        return instant_of_the_sample(warehouse)
    return after_the_newest_run(warehouse, datetime.now(timezone.utc))


def try_out(export: Path, flow: str, run_at: str, warehouse: Path) -> dict:
    """Lands an export beside a copy of the warehouse, runs it there and prints what came of it.

    Args:
        export: the archive or folder.
        flow: its inbound flow.
        run_at: the instant of the trial, which is also when the export arrives.
        warehouse: the copy.

    Returns:
        The outcome; see `attempt`.
    """
    zone = warehouse.parent / "landing"
    zone.mkdir(mode=0o700)
    instant = datetime.fromisoformat(run_at.replace("Z", "+00:00")).astimezone(timezone.utc)
    landed = land(export, zone, flow, f"{instant:%Y%m%dT%H%M%SZ}")
    for remark in landed.remarks:
        print(remark)
    run_id, problems = trial_run(warehouse, zone, run_at, {"flows": [flow]})
    summary = summarise(warehouse, run_id, problems, is_trial=True)
    changes = changes_of(warehouse, run_id, flow) if summary["is_complete"] else None
    if changes is None:
        print("\nHistory would not change: the drop would not be used.")
    else:
        print("\nHistory would change:" if changes else "\nHistory would not change.")
        for file, counts in changes.items():
            print(f"  {file}: " + ", ".join(f"{count:,} {what}" for what, count in counts.items()))
    print(f"\nThis was a trial: nothing was landed, and the warehouse is as it was. {took()}")
    return summary | {"is_used": changes is not None, "would_change": changes}


def trial_run(warehouse: Path, landing: Path, run_at: str, variables: dict) -> tuple[str, list[str]]:
    """Runs dbt on a throw-away copy of the warehouse.

    Args:
        warehouse: the copy, in a folder for unfinished work.
        landing: the landing zone to read.
        run_at: the instant of the run.
        variables: dbt variables of the run.

    Returns:
        The run's id, and what went wrong apart from findings in the data.
    """
    os.environ |= {
        "ONEROSTER_LANDING": str(landing),
        "ONEROSTER_WAREHOUSE": str(warehouse),
        "ONEROSTER_PARQUET": str(warehouse.with_suffix(".landed")),
        "ONEROSTER_RUN_AT": run_at,
        "DBT_TARGET_PATH": str(warehouse.parent / "target"),
        "DBT_LOG_PATH": str(warehouse.parent / "logs"),
    }
    parsed = warehouse.parent / "target" / "partial_parse.msgpack"
    if PARSED.exists():
        parsed.parent.mkdir(exist_ok=True)
        shutil.copyfile(PARSED, parsed)
    # the rules' reports are left out: what they report is read from the warehouse
    outcome = run_dbt(warehouse, variables, "--exclude-resource-types", "test", "unit_test")
    keep_parsed(parsed)
    return outcome


def keep_parsed(parsed: Path) -> None:
    """Keeps what dbt read of the project for the next trial, which it saves several seconds.

    Args:
        parsed: where dbt left it.
    """
    if parsed.exists():
        PARSED.parent.mkdir(exist_ok=True)
        beside = PARSED.with_suffix(f".{os.getpid()}")
        shutil.copyfile(parsed, beside)
        beside.replace(PARSED)


def changes_of(warehouse: Path, run_id: str, flow: str) -> dict[str, dict[str, int]] | None:
    """How many records a drop would add, change and end in history.

    Args:
        warehouse: the copy, after the run that tried the drop.
        run_id: that run.
        flow: the drop's flow.

    Returns:
        File -> kind of change -> records; None when the run did not use the drop.
    """
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        activity = "directory_activity" if flow == "directory" else "run_activity"
        [status] = connection.execute(
            f"select status from runs.{activity} where run_id = ? and inbound_flow_id = ?", [run_id, flow]
        ).fetchone()
        if not status.startswith("completed"):
            return None
        files = connection.execute(
            """
            select table_name from duckdb_columns()
            where schema_name = 'changes' and column_name = 'change'
            order by table_name
            """
        ).fetchall()
        changes = {
            file: dict(connection.execute(
                f"""
                select case change when 'appeared' then 'new' else change end as what, count(*) from changes.{file}
                where change <> 'stood_in'
                group by what
                order by what
                """
            ).fetchall())
            for (file,) in files
        }
    return {file: counts for file, counts in changes.items() if counts}


if __name__ == "__main__":
    sys.exit(main())
