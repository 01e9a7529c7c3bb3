"""Says what an export would bring, and changes nothing: `make validate FROM=export.zip FLOW=contoso-2027`.

The export is landed in a throw-away landing zone and run on a throw-away copy of the warehouse; both are gone in the
end.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from datetime import datetime, timezone
from pathlib import Path

import duckdb
from build import PROJECT, SAMPLE, after_the_newest_run, instant_of_the_sample, run_dbt, summarise, took
from land import land, offered_flows
from privacy import key_file_of
from scratch import SCRATCH, scratch_folder
from warehouse import Refusal, WarehouseInUse, WorkingCopy, clear_leftovers

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
    arguments = parser.parse_args()
    os.umask(0o077)
    export = arguments.export.resolve()
    os.chdir(PROJECT)
    landing = Path(os.environ.get("ONEROSTER_LANDING") or SAMPLE)
    warehouse = Path(os.environ.get("ONEROSTER_WAREHOUSE") or "warehouse/roster.duckdb")
    warehouse.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        clear_leftovers(warehouse)
        os.environ["ONEROSTER_KEY"] = str(key_file_of(warehouse))
        with scratch_folder(warehouse.resolve().parent, SCRATCH) as scratch:
            copy = WorkingCopy(warehouse.resolve(), scratch / warehouse.name)
            run_at = arguments.run_at or instant_of_trial(copy.path, landing)
            return try_out(export, flow_for(arguments.flow), run_at, copy.path)
    except (Refusal, WarehouseInUse) as refusal:
        print(f"Refused: {refusal}", file=sys.stderr)
    except (OSError, duckdb.Error, ValueError) as error:
        print(f"The trial broke off: {error}", file=sys.stderr)
    return 1


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


def try_out(export: Path, flow: str, run_at: str, warehouse: Path) -> int:
    """Lands an export beside a copy of the warehouse, runs it there and prints what came of it.

    Args:
        export: the archive or folder.
        flow: its inbound flow.
        run_at: the instant of the trial, which is also when the export arrives.
        warehouse: the copy.

    Returns:
        0 when a run would use the drop, 1 otherwise.
    """
    zone = warehouse.parent / "landing"
    zone.mkdir(mode=0o700)
    instant = datetime.fromisoformat(run_at.replace("Z", "+00:00")).astimezone(timezone.utc)
    landed = land(export, zone, flow, f"{instant:%Y%m%dT%H%M%SZ}")
    for remark in landed.remarks:
        print(remark)
    os.environ |= {
        "ONEROSTER_LANDING": str(zone),
        "ONEROSTER_WAREHOUSE": str(warehouse),
        "ONEROSTER_PARQUET": str(warehouse.with_suffix(".landed")),
        "ONEROSTER_RUN_AT": run_at,
        "DBT_TARGET_PATH": str(warehouse.parent / "target"),
        "DBT_LOG_PATH": str(warehouse.parent / "logs"),
    }
    parsed = warehouse.parent / "target" / "partial_parse.msgpack"
    if PARSED.exists():
        parsed.parent.mkdir()
        shutil.copyfile(PARSED, parsed)
    # the rules' reports are left out: what they report is printed from the warehouse
    run_id, problems = run_dbt(warehouse, {"flows": [flow]}, "--exclude-resource-types", "test", "unit_test")
    keep_parsed(parsed)
    outcome = summarise(warehouse, run_id, problems, is_trial=True)
    is_used = outcome == 0 and print_changes(warehouse, run_id, flow)
    if not is_used:
        print("\nHistory would not change: the drop would not be used.")
    print(f"\nThis was a trial: nothing was landed, and the warehouse is as it was. {took()}")
    return 0 if is_used else 1


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


def print_changes(warehouse: Path, run_id: str, flow: str) -> bool:
    """Prints, for each file, how many records the drop would add, change and end in history.

    Args:
        warehouse: the copy, after the run that tried the drop.
        run_id: that run.
        flow: the drop's flow.

    Returns:
        Whether the run used the drop; nothing is printed when not.
    """
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        activity = "directory_activity" if flow == "directory" else "run_activity"
        [status] = connection.execute(
            f"select status from runs.{activity} where run_id = ? and inbound_flow_id = ?", [run_id, flow]
        ).fetchone()
        if not status.startswith("completed"):
            return False
        files = connection.execute(
            """
            select table_name from duckdb_columns()
            where schema_name = 'changes' and column_name = 'change'
            order by table_name
            """
        ).fetchall()
        lines = []
        for (file,) in files:
            changes = connection.execute(
                f"""
                select case change when 'appeared' then 'new' else change end as what, count(*) from changes.{file}
                where change <> 'stood_in'
                group by what
                order by what
                """
            ).fetchall()
            if changes:
                lines.append(f"  {file}: " + ", ".join(f"{count:,} {what}" for what, count in changes))
    print("\nHistory would change:" if lines else "\nHistory would not change.", *lines, sep="\n")
    return True


if __name__ == "__main__":
    sys.exit(main())
