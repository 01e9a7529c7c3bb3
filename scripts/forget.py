"""Takes a person, or everything older than some years, out of the warehouse, history included.

    make forget PERSON=contoso:stu-3003
    make forget YEARS=7

A person is put on a list of keyed hashes, so that the next drop does not bring them back: their lines are counted as
withdrawn, and nothing of them is kept. What was removed is noted, without names, in privacy.removal. The file is
written anew, so that nothing lingers in its free space. Drops in the landing zone, backups and copies are not touched.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import duckdb
from privacy import key_of, keyed_hash
from warehouse import WarehouseInUse, WorkingCopy, quoted, remove, working_copy

PROJECT = Path(__file__).resolve().parent.parent

# where a file's records name their person, as landed and from staging on
PERSON_COLUMNS = {
    "users": ("sourcedId", "sourced_id"),
    "demographics": ("sourcedId", "sourced_id"),
    "enrollments": ("userSourcedId", "user_sourced_id"),
    "roles": ("userSourcedId", "user_sourced_id"),
    "user_profiles": ("userSourcedId", "user_sourced_id"),
}
FILE_NAMES = {name: f"{name}.csv" for name in PERSON_COLUMNS} | {"user_profiles": "userProfiles.csv"}

DERIVED_SCHEMAS = ("rostering", "rostering_versions", "demographics", "directory", "directory_matching")


class Refusal(Exception):
    """Nothing was removed; the message is a sentence that says why."""


def main() -> int:
    """Removes what the command line names.

    Returns:
        0 when it is gone, 1 when nothing was changed.
    """
    parser = argparse.ArgumentParser(description="Take a person, or what is old, out of the warehouse.")
    parser.add_argument("--person", metavar="PERSON_ID", help="source system and sourcedId, such as contoso:stu-3003")
    parser.add_argument("--years", type=int, help="remove what has not been in force for so many years")
    arguments = parser.parse_args()
    os.umask(0o077)
    warehouse = Path(os.environ.get("ONEROSTER_WAREHOUSE") or PROJECT / "warehouse" / "roster.duckdb")
    try:
        if bool(arguments.person) == (arguments.years is not None):
            raise Refusal("say either whom to forget (PERSON=contoso:stu-3003) or what is too old (YEARS=7).")
        if arguments.years is not None and arguments.years < 1:
            raise Refusal("YEARS must be 1 or more.")
        if not warehouse.exists():
            raise Refusal(f"there is no warehouse at {warehouse}.")
        key = key_of(warehouse)
        with working_copy(warehouse) as copy:
            with duckdb.connect(str(copy.path)) as connection:
                connection.execute("begin")
                note_of_removals(connection)
                if arguments.person:
                    removed = forget_person(connection, arguments.person, key)
                else:
                    removed = forget_what_is_old(connection, arguments.years)
                connection.execute("commit")
            write_anew(copy)
            copy.publish()
    except (Refusal, WarehouseInUse) as refusal:
        print(f"Nothing was removed: {refusal}", file=sys.stderr)
        return 1
    except (OSError, duckdb.Error) as error:
        print(f"Nothing was removed, and the warehouse is as it was: {error}", file=sys.stderr)
        return 1
    print(f"Removed {removed:,} rows from {warehouse}; the table privacy.removal tells of it.")
    print("Not touched: drops in the landing zone, backups, and copies published before. Remove those too.")
    return 0


def note_of_removals(connection: duckdb.DuckDBPyConnection) -> None:
    """Makes the table that tells of removals, and is the list of people to keep out."""
    connection.execute("create schema if not exists privacy")
    connection.execute("""
        create table if not exists privacy.removal (
            removed_at timestamp, reason varchar, person_hash varchar, older_than timestamp, removed_rows bigint
        )
        """)
    comments = {
        "": "One row per removal, never pruned. The hashes of people keep the next drops from bringing them back.",
        ".removed_at": "UTC instant of the removal.",
        ".reason": "`person` or `age`.",
        ".person_hash": "Keyed hash of the person_id that was forgotten; null for age.",
        ".older_than": "What was last in force before this UTC instant was removed; null for a person.",
        ".removed_rows": "Rows that were removed, over all tables.",
    }
    for column, comment in comments.items():
        connection.execute(f"comment on {'column' if column else 'table'} privacy.removal{column} is {quoted(comment)}")


def forget_person(connection: duckdb.DuckDBPyConnection, person_id: str, key: str) -> int:
    """Removes every row about a person and every mention in the rows of others.

    Args:
        connection: the working copy.
        person_id: source system and sourcedId, such as contoso:stu-3003.
        key: the key of the warehouse.

    Returns:
        How many rows were removed.
    """
    source_system_id, _, sourced_id = person_id.partition(":")
    connection.execute("set variable person_id = ?", [person_id])
    connection.execute("set variable sourced_id = ?", [sourced_id])
    connection.execute(
        """
        set variable flows = (
            select list(inbound_flow_id) from inbound.inbound_flow where source_system_id = $1
        )
        """,
        [source_system_id],
    )
    of_flows = "list_contains(getvariable('flows'), inbound_flow_id)"
    if not connection.execute(
        f"select 1 from history.users where {of_flows} and sourced_id = getvariable('sourced_id')"
    ).fetchone():
        raise Refusal(
            f"history knows nobody of the id {person_id}; write it as in contoso:stu-3003 (rostering.person has it)."
        )

    drop_what_reads_drops(connection)
    tables = columns_by_table(connection)
    connection.execute("create temp table gone (inbound_flow_id varchar, file_name varchar, sourced_id varchar)")
    removals: list[tuple[str, str]] = []
    for name, (landed_column, column) in PERSON_COLUMNS.items():
        for schema in ("landing", "changes", "history"):
            table = f"{schema}.{name}"
            if table in tables:
                person, record = (landed_column, "sourcedId") if schema == "landing" else (column, "sourced_id")
                condition = f"{of_flows} and \"{person}\" = getvariable('sourced_id')"
                connection.execute(f"""
                    insert into gone
                    select distinct inbound_flow_id, '{FILE_NAMES[name]}', "{record}" from {table} where {condition}
                    """)
                removals.append((table, condition))
        removals.append((f"validation.{name}", is_gone(f"'{FILE_NAMES[name]}'")))
    for table, columns in tables.items():
        if {"inbound_flow_id", "file_name", "sourced_id"} <= columns:
            removals.append((table, is_gone("file_name")))
            if "value" in columns:
                removals.append((table, f"{of_flows} and value = getvariable('sourced_id')"))
        elif table.split(".")[1].startswith("person_") and {"inbound_flow_id", "sourced_id"} <= columns:
            removals.append((table, f"{of_flows} and sourced_id = getvariable('sourced_id')"))
        for column in columns & {"person_id", "related_person_id"}:
            removals.append((table, f"{column} = getvariable('person_id')"))
    removed = sum(delete(connection, table, condition) for table, condition in removals if table in tables)

    for table, columns in tables.items():
        if "agent_sourced_ids" in columns:
            connection.execute(f"""
                update {table}
                set agent_sourced_ids = nullif(
                    list_filter(agent_sourced_ids, lambda agent: agent <> getvariable('sourced_id')), []
                )
                where {of_flows} and list_contains(agent_sourced_ids, getvariable('sourced_id'))
                """)
    if "landing.users" in tables:
        connection.execute(f"""
            update landing.users
            set "agentSourcedIds" = array_to_string(
                list_filter(
                    string_split("agentSourcedIds", ','), lambda agent: trim(agent) <> getvariable('sourced_id')
                ),
                ','
            )
            where {of_flows} and contains("agentSourcedIds", getvariable('sourced_id'))
            """)
    for table, columns in tables.items():
        if table.startswith("validation.") and "findings" in columns:
            connection.execute(f"""
                update {table}
                set findings = list_filter(
                    findings, lambda finding: finding.value is distinct from getvariable('sourced_id')
                )
                where {of_flows}
                """)
    connection.execute("drop table gone")
    connection.execute(
        f"""
        insert into privacy.removal
        select cast(current_timestamp as timestamp), 'person', {keyed_hash("getvariable('person_id')", "$1")}, null, $2
        """,
        [key, removed],
    )
    return removed


def drop_what_reads_drops(connection: duckdb.DuckDBPyConnection) -> None:
    """Drops the views through which the drops themselves can be read, where the person still is. The next run makes them
    anew, without the person.

    Args:
        connection: the working copy.
    """
    views = connection.execute("""
        select schema_name, view_name from duckdb_views()
        where database_name = current_database() and schema_name in ('landing', 'staging', 'changes')
        """).fetchall()
    for schema, view in views:
        connection.execute(f'drop view "{schema}"."{view}"')


def is_gone(file_name: str) -> str:
    """Whether a row is about a record of the person, as SQL; `file_name` is SQL for the file it is about."""
    return f"(inbound_flow_id, {file_name}, sourced_id) in (select inbound_flow_id, file_name, sourced_id from gone)"


def forget_what_is_old(connection: duckdb.DuckDBPyConnection, years: int) -> int:
    """Removes what was last in force so many years before the newest run.

    Args:
        connection: the working copy.
        years: how many.

    Returns:
        How many rows were removed.
    """
    connection.execute(
        f"set variable cutoff = (select max(run_at) - interval {years} year from runs.run where status <> 'failed')"
    )
    if connection.execute("select getvariable('cutoff')").fetchone()[0] is None:
        raise Refusal("no run has completed yet.")
    connection.execute("""
        create temp table last_processed as
        select activities.inbound_flow_id, max(runs.run_at) as run_at
        from runs.run_activity as activities
        inner join runs.run as runs on activities.run_id = runs.run_id
        where starts_with(activities.status, 'completed')
        group by activities.inbound_flow_id
        """)
    tables = columns_by_table(connection)
    removed = 0
    connection.execute("create temp table known as select distinct inbound_flow_id, sourced_id from history.users")
    for table, columns in tables.items():
        if table.startswith("history."):
            # the end of a version; of an open one, when its record was last seen
            last_in_force = """
                coalesce(dbt_valid_to, last_seen_at, (
                    select last_processed.run_at from last_processed
                    where last_processed.inbound_flow_id = versions.inbound_flow_id
                ))
            """
            removed += delete(connection, f"{table} as versions", f"{last_in_force} < getvariable('cutoff')")
        elif table.split(".")[0] in DERIVED_SCHEMAS:
            for column in columns & {"last_seen_at", "active_to", "seen_until", "present_to"}:
                removed += delete(connection, table, f"{column} < getvariable('cutoff')")
    connection.execute("""
        create temp table gone as
        select * from known anti join history.users using (inbound_flow_id, sourced_id)
        """)
    for name, (_, column) in PERSON_COLUMNS.items():
        if f"history.{name}" in tables:
            removed += delete(
                connection,
                f"history.{name}",
                f"(inbound_flow_id, {column}) in (select inbound_flow_id, sourced_id from gone)",
            )
    for table, columns in tables.items():
        if table.split(".")[0] in DERIVED_SCHEMAS:
            for column in columns & {"person_id", "related_person_id"}:
                removed += delete(
                    connection, table, f"{column} not in (select person.person_id from rostering.person as person)"
                )
    for table in ("last_processed", "known", "gone"):
        connection.execute(f"drop table {table}")
    connection.execute(
        """
        insert into privacy.removal
        select cast(current_timestamp as timestamp), 'age', null, getvariable('cutoff'), $1
        """,
        [removed],
    )
    return removed


def columns_by_table(connection: duckdb.DuckDBPyConnection) -> dict[str, set[str]]:
    """The tables of the warehouse (no views), each with its columns."""
    rows = connection.execute("""
        select tables.schema_name || '.' || tables.table_name, list(columns.column_name)
        from duckdb_tables() as tables
        inner join duckdb_columns() as columns using (database_name, schema_name, table_name)
        where tables.database_name = current_database() and not tables.temporary
        group by all
        """).fetchall()
    return {table: set(columns) for table, columns in rows}


def delete(connection: duckdb.DuckDBPyConnection, table: str, condition: str) -> int:
    """Deletes rows; says how many."""
    return connection.execute(f"delete from {table} where {condition}").fetchone()[0]


def write_anew(copy: WorkingCopy) -> None:
    """Writes the working copy into a fresh file: in the old one, what was deleted lingers in free blocks.

    Args:
        copy: the working copy.
    """
    fresh = copy.path.with_name("fresh.duckdb")
    with duckdb.connect(str(copy.path)) as connection:
        connection.execute(f"attach {quoted(str(fresh))} as fresh")
        connection.execute(f'copy from database "{copy.path.stem}" to fresh')
        connection.execute("detach fresh")
    remove(copy.path)
    os.replace(fresh, copy.path)


if __name__ == "__main__":
    sys.exit(main())
