"""Replays the bundled sample, drop by drop, and shows how one person's history grows: `make demo`.

The demo has a warehouse of its own, warehouse/demo.duckdb, which is made anew each time.
"""

from __future__ import annotations

import os
import shutil
import sys
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
from build import PROJECT, SAMPLE, run_dbt
from warehouse import clear_landed_files, remove

PERSON = "stu-3003"


def main() -> int:
    """Replays every drop an hour after it arrived.

    Returns:
        0 when every run completed, 1 as soon as one failed.
    """
    os.umask(0o077)
    os.chdir(PROJECT)
    warehouse = PROJECT / "warehouse" / "demo.duckdb"
    if Path(os.environ.get("ONEROSTER_WAREHOUSE") or "warehouse/roster.duckdb").resolve() == warehouse:
        print(
            f"{warehouse} is made anew by each demo, and ONEROSTER_WAREHOUSE names it as yours: rename it, "
            "or unset ONEROSTER_WAREHOUSE."
        )
        return 1
    remove(warehouse)
    os.environ["ONEROSTER_LANDING"] = str(SAMPLE)
    os.environ["ONEROSTER_WAREHOUSE"] = str(warehouse)
    landed = warehouse.with_suffix(".landed")
    os.environ["ONEROSTER_PARQUET"] = str(landed)
    shutil.rmtree(landed, ignore_errors=True)
    landed.mkdir(mode=0o700)
    instants = sorted({drop.name for flow in SAMPLE.iterdir() if flow.name != "directory" for drop in flow.iterdir()})
    for instant in instants:
        run_at = datetime.strptime(instant, "%Y%m%dT%H%M%SZ") + timedelta(hours=1)
        os.environ["ONEROSTER_RUN_AT"] = run_at.strftime("%Y-%m-%dT%H:%M:%SZ")
        print(f"\nRun as of {run_at:%Y-%m-%d %H:%M} UTC")
        # the rules' reports are left out: what they report decides nothing here
        _, problems = run_dbt(warehouse, {}, "--exclude-resource-types", "test", "unit_test")
        if problems:
            print(*problems, sep="\n")
            return 1
        show_history(str(warehouse))
    clear_landed_files(warehouse)
    name = warehouse.relative_to(PROJECT)
    print(f"\nThe demo's warehouse is {name}. To query it: ONEROSTER_WAREHOUSE={name} make sql")
    return 0


def show_history(warehouse: str) -> None:
    """Prints every version that history holds of the demo's person."""
    with duckdb.connect(warehouse) as connection:
        connection.sql(
            f"""
            select
                inbound_flow_id as flow,
                sourced_id as person,
                change,
                family_name,
                array_to_string(grades, ', ') as grade,
                is_active_in_session as present,
                first_seen_at,
                last_seen_at,
                dbt_valid_from as valid_from,
                dbt_valid_to as valid_to
            from history.users
            where sourced_id = '{PERSON}'
            order by inbound_flow_id, dbt_valid_from
            """
        ).show(max_width=200)


if __name__ == "__main__":
    sys.exit(main())
