"""Writes the error log of a run: `make errors`.

For each inbound flow, or with BY=school for each of its schools, one CSV and one Parquet file with the run's findings: errors
and warnings, root causes before their consequences, then notices. A finding about two schools is in the files of both. The CSV is for spreadsheets: UTF-8 with a byte order mark, and no cell that a spreadsheet would
take for a formula. The Parquet file holds the values as they are. Both hold data of students, so only their owner may read
them.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from pathlib import Path

import duckdb
from schools import FINDING_SCHOOLS
from warehouse import quoted, warehouse_path

PROJECT = Path(__file__).resolve().parent.parent
COLUMNS = {
    "severity": "severity",
    "what_happened": "effect",
    "is_consequence": "coalesce(caused_by in ('rejected', 'unreadable'), false)",
    "file": "file_name",
    "line": "line_number",
    "id": "sourced_id",
    "column": "column_name",
    "value": "value",
    "message": "message",
    "rule": "rule",
    "inbound_flow": "inbound_flow_id",
    "drop": "drop_id",
    "run": "run_id",
}
SPREADSHEET_ROWS = 1_048_576
NUMBERS = ("is_consequence", "line")
FORMULA = "=+@＝＋－＠-"  # what a formula begins with, in full width too


def main() -> int:
    """Parses the command line and writes the files.

    Returns:
        0 when the log was written, 1 when there is no such run or the warehouse could not be read.
    """
    parser = argparse.ArgumentParser(description="Write the errors, warnings and notices of a run as CSV and Parquet, per flow.")
    parser.add_argument("--run", help="run_id of the run (default: the newest)")
    parser.add_argument("--output", type=Path, default=PROJECT / "reports" / "errors", help="the folder to write into")
    parser.add_argument("--by", choices=["flow", "school"], default="flow", help="what has a file of its own (default: flow)")
    parser.add_argument("--json", action="store_true", help="the files as JSON on the standard output")
    arguments = parser.parse_args()
    path = warehouse_path()
    if not path.exists():
        print(f"There is no warehouse at {path}. Run `make build` first, or set ONEROSTER_WAREHOUSE.")
        return 1
    try:
        connection = duckdb.connect(str(path), read_only=True)
        run = connection.execute(
            "select run_id, run_at, status from runs.run where run_id = coalesce($1, run_id) "
            "order by run_at desc, started_at desc limit 1",
            [arguments.run],
        ).fetchone()
    except duckdb.IOException as error:
        print(f"The warehouse {path} cannot be read now; perhaps a run is writing it. Try again later.\n  {error}")
        return 1
    except duckdb.CatalogException:
        run = None
    if run is None:
        print(f"There is no run {arguments.run}." if arguments.run else "There is no run yet. Run `make build` first.")
        return 1
    run_id, run_at, status = run
    os.umask(0o077)
    arguments.output.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        written = write_logs(connection, run_id, arguments.output, by_school=arguments.by == "school")
    except (duckdb.IOException, duckdb.InvalidInputException):
        print("The lines of this run can no longer be read, so that nobody can tell their schools. Run `make errors` without BY.")
        return 1
    if arguments.json:
        files = [{"name": name, "findings": findings, "file": str(file)} for name, findings, file in written]
        print(json.dumps({"run_id": run_id, "run_at": run_at, "status": status, "files": files}, indent=1, default=str))
        return 0
    print(f"Run of {run_at:%Y-%m-%d %H:%M} UTC, {status}:")
    for name, findings, file in written:
        print(f"  {name}: {findings:,} {'finding' if findings == 1 else 'findings'} in {file} and .parquet")
        if findings >= SPREADSHEET_ROWS:
            print(f"    A spreadsheet shows the first {SPREADSHEET_ROWS:,} lines of it only.")
    if not written:
        print("  no errors, warnings or notices, or a run so old that they are no longer kept.")
    return 0


def write_logs(
    connection: duckdb.DuckDBPyConnection, run_id: str, folder: Path, by_school: bool = False
) -> list[tuple[str, int, Path]]:
    """Writes the log of a run, and removes what an earlier log left in the folder.

    Args:
        connection: the warehouse.
        run_id: the run.
        folder: where to write.
        by_school: whether each school of a flow has a file of its own.

    Returns:
        Flow, and school, number of findings, and CSV file of each log.

    Raises:
        duckdb.Error: the lines, which tell the school, can no longer be read.
    """
    schools = FINDING_SCHOOLS if by_school else "select null::bigint as finding_id, null::varchar as org_id, null::varchar as name"
    # a school's file is named by its id, for names may be the same
    connection.execute(
        f"""
        create temp table log as
        select
            results.rowid as finding_id,
            coalesce(results.inbound_flow_id, 'landing_zone') as flow,
            if({by_school}, coalesce(schools.org_id, 'no school'), null) as school_id,
            if({by_school}, coalesce(schools.name, schools.org_id, 'no school'), null) as school
        from runs.validation_result as results
        left join ({schools}) as schools on results.rowid = schools.finding_id
        where results.run_id = $run_id
        """,
        {"run_id": run_id},
    )
    logs = connection.execute(
        "select flow, school_id, any_value(school), count(distinct finding_id) from log group by flow, school_id order by flow, school_id"
    ).fetchall()
    for old in [*folder.glob("errors_*.csv"), *folder.glob("errors_*.parquet")]:
        old.unlink()
    written = []
    for number, (flow, school_id, school, findings) in enumerate(logs, start=1):
        # a flow's id comes from the name of a folder, and a school's from the export: neither is trusted as the name of a file
        name = re.sub(r"[^\w.-]", "_", flow if school_id is None else f"{flow}_{school_id}")
        name = name[:150]
        if any(file.stem == f"errors_{name}" for _, _, file in written):
            name = f"{name}_{number}"
        file = folder / f"errors_{name}.csv"
        query = log_query(flow, school_id)
        connection.sql(query).write_parquet(str(file.with_suffix(".parquet")), compression="zstd")
        write_csv(connection, query, file)
        written.append((flow if school is None else f"{flow}, {school}", findings, file))
    return written


def log_query(flow: str, school_id: str | None) -> str:
    """The findings of a flow, or of a school of it, in the order in which to fix them."""
    columns = ", ".join(f'{expression} as "{name}"' for name, expression in COLUMNS.items())
    school = "null" if school_id is None else quoted(school_id)
    return f"""
        select {columns}
        from runs.validation_result
        where rowid in (
            select finding_id from log where flow = {quoted(flow)} and school_id is not distinct from {school}
        )
        order by
            severity = 'notice',
            is_consequence,
            case severity when 'catastrophic' then 1 when 'error' then 2 else 3 end,
            file_name,
            line_number,
            column_name,
            value
    """


def write_csv(connection: duckdb.DuckDBPyConnection, query: str, file: Path) -> None:
    """Writes a query as a CSV that a spreadsheet may open.

    What begins like a formula gets an apostrophe before it, also after a character that some spreadsheets take for the end
    of a cell.

    Args:
        connection: the warehouse.
        query: the rows.
        file: the CSV file.
    """
    cells = ", ".join(f'"{name}"' if name in NUMBERS else f'{harmless(name)} as "{name}"' for name in COLUMNS)
    body = file.with_suffix(".part")
    connection.sql(f"select {cells} from ({query})").write_csv(str(body), header=True)
    with open(file, "wb") as target, open(body, "rb") as source:
        target.write(b"\xef\xbb\xbf")
        while block := source.read(1 << 20):
            target.write(block)
    body.unlink()


def harmless(name: str) -> str:
    """A column as SQL text that no spreadsheet takes for a formula."""
    begins = rf"""regexp_replace("{name}", '^([\s\x00]*[{FORMULA}]|[\t\r\n])', '''\0')"""
    return rf"""regexp_replace({begins}, '([;\t\r\n])(\s*[{FORMULA}])', '\1''\2', 'g')"""


if __name__ == "__main__":
    sys.exit(main())
