"""Replays the bundled sample, drop by drop, and tells one pupil's story as it grows: `make demo`.

The demo has a warehouse of its own, warehouse/demo.duckdb, which is made anew each time.
"""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import sys
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
from build import PROJECT, SAMPLE, run_dbt
from warehouse import clear_landed_files, remove, warehouse_path

PERSON = "stu-3003"


def main() -> int:
    """Replays every drop an hour after it arrived.

    Returns:
        0 when every run completed, 1 as soon as one failed.
    """
    os.umask(0o077)
    os.chdir(PROJECT)
    warehouse = PROJECT / "warehouse" / "demo.duckdb"
    if warehouse_path().resolve() == warehouse:
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
        flows = sorted(drop.parent.name for drop in SAMPLE.glob(f"*/{instant}"))
        print(f"\n{run_at:%d %B %Y}: {' and '.join(flows)} export{'s' if len(flows) == 1 else ''}", flush=True)
        # the rules' reports are left out: what they report decides nothing here
        with contextlib.redirect_stdout(io.StringIO()):
            _, problems = run_dbt(warehouse, {}, "--exclude-resource-types", "test", "unit_test")
        if problems:
            print(*problems, sep="\n")
            return 1
        for sentence in what_happened(warehouse):
            print(f"  {sentence}")
    print("\nAll that is known of this pupil, and since when:")
    show_history(str(warehouse))
    clear_landed_files(warehouse)
    name = warehouse.relative_to(PROJECT)
    print(f"\nThe demo's warehouse is {name}. To query it: ONEROSTER_WAREHOUSE={name} make sql")
    return 0


def what_happened(warehouse: Path) -> list[str]:
    """What the newest run found out about the demo's person, as sentences."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        events = connection.execute(
            """
            select
                change,
                given_name || ' ' || family_name,
                array_to_string(grades, ', '),
                inbound_flow_id,
                dbt_valid_from = min(dbt_valid_from) over ()
            from history.users
            where sourced_id = $person
            qualify recorded_at = (select max(run_at) from runs.run)
            order by inbound_flow_id, change
            """,
            {"person": PERSON},
        ).fetchall()
        classes = connection.execute(
            """
            with titles as (
                select inbound_flow_id, sourced_id, arg_max(title, dbt_valid_from) as title
                from history.classes
                group by all
            )

            select
                if(enrollments.change = 'left', 'leaves', 'joins'),
                string_agg(distinct titles.title, ', ' order by titles.title)
            from history.enrollments as enrollments
            inner join titles
                on
                    enrollments.inbound_flow_id = titles.inbound_flow_id
                    and enrollments.class_sourced_id = titles.sourced_id
            where
                enrollments.user_sourced_id = $person
                and enrollments.recorded_at = (select max(run_at) from runs.run)
                and enrollments.change in ('appeared', 'returned', 'left')
            group by all
            order by all
            """,
            {"person": PERSON},
        ).fetchall()
    sentences = []
    for change, name, grade, flow, is_first in events:
        if change == "left":
            sentences.append(f"{name} is not in {flow} any more. Nothing is deleted: the last version is kept, with its end.")
        elif change == "changed":
            sentences.append(f"{name} is not as before in {flow}: a new version begins, the old one is kept.")
        elif change == "returned":
            sentences.append(f"{name} is back in {flow}, in grade {grade}.")
        elif is_first:
            sentences.append(f"{name} ({PERSON}) is seen for the first time, in grade {grade}.")
        else:
            sentences.append(f"{name} is seen in {flow}, in grade {grade}: the same person, whom an earlier year knows.")
    sentences += [f"{what.capitalize()} {titles}." for what, titles in classes]
    return sentences or ["Nothing new about our pupil."]


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
