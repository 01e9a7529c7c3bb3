"""Takes a person, or everything older than some years, out of the warehouse, history included.

    make forget PERSON=contoso:stu-3003
    make forget YEARS=7

First it shows what it would take, and asks; YES=1 answers beforehand. A person is put on a list of keyed hashes, so
that the next drop does not bring them back: their lines are counted as withdrawn, and nothing of them is kept. What was
removed is noted, without names, in privacy.removal. The warehouse is written anew, so that nothing lingers in its free
space; all landed files are removed, and the reports, error files and logs that name the person. What it cannot reach it
lists in the end.
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import html
import json
import os
import re
import sys
import zlib
from collections import Counter
from pathlib import Path

import duckdb
from confirm import NobodyToAsk, is_confirmed
from privacy import key_of, keyed_hash
from warehouse import Refusal, WarehouseInUse, WorkingCopy, landed_files, quoted, remove, warehouse_path, working_copy

PROJECT = Path(__file__).resolve().parent.parent

# where a file's records name their person, or one of their two: the file, the column as landed and from staging on
PERSON_COLUMNS = (
    ("users", "sourcedId", "sourced_id"),
    ("demographics", "sourcedId", "sourced_id"),
    ("enrollments", "userSourcedId", "user_sourced_id"),
    ("roles", "userSourcedId", "user_sourced_id"),
    ("user_profiles", "userSourcedId", "user_sourced_id"),
    ("relationships", "userSourcedId", "user_sourced_id"),
    ("relationships", "relationshipUserSourcedId", "relationship_user_sourced_id"),
    ("user_flags", "userSourcedId", "user_sourced_id"),
)
FILE_NAMES = {name: f"{name}.csv" for name, _, _ in PERSON_COLUMNS} | {
    "user_profiles": "userProfiles.csv", "user_flags": "userFlags.csv",
}

# columns of history.users by which somebody is known, beside their id
NAMES = (
    *("given_name", "family_name", "middle_name"),
    *("preferred_given_name", "preferred_family_name", "preferred_middle_name"),
    *("username", "email", "identifier", "sms", "phone", "user_master_identifier", "user_ids"),
)

DERIVED_SCHEMAS = ("rostering", "rostering_versions", "demographics", "directory", "directory_matching")

# what is made from the warehouse, or written down of a run; the rest of target/ holds no values
MADE_FILES = ("reports/*.html", "reports/errors/*", "logs/**/*", "target/**/run_results.json")


class Removal:
    """What is taken out, counted as it goes."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        self.rows: Counter[str] = Counter()
        self.mentions: Counter[str] = Counter()
        self.files: list[Path] = []
        self.landed_files: list[Path] = []
        self.landed_records: list[tuple[str, str, str]] = []
        self.receivers: set[str] = set()

    @property
    def removed(self) -> int:
        """How many rows were removed, over all tables."""
        return self.rows.total()

    @property
    def is_empty(self) -> bool:
        """Whether the warehouse held nothing to take out."""
        return not (self.rows.total() or self.mentions.total() or self.landed_records)

    def delete(self, table: str, condition: str) -> None:
        """Removes the rows of a table, which may bear an alias, for which a condition holds."""
        count = self.connection.execute(f"delete from {table} where {condition}").fetchone()[0]
        self.rows[table.split()[0]] += count

    def update(self, table: str, column: str, value: str, condition: str) -> None:
        """Gives a column another value, in the rows of others for which a condition holds."""
        count = self.connection.execute(f"update {table} set {column} = {value} where {condition}").fetchone()[0]
        self.mentions[table] += count

    def print_preview(self) -> None:
        """Prints what is taken, table by table and file by file."""
        for counts, what in ((self.rows, "rows"), (self.mentions, "rows of others, where they are named")):
            for table, count in sorted(counts.items()):
                if count:
                    print(f"  {table:<42}{count:>9,} {what if count > 1 else what.replace('rows', 'row', 1)}")
        for path in self.files:
            print(f"  {path}")
        if self.landed_files:
            folder, count = self.landed_files[0].parent, len(self.landed_files)
            print(f"  {folder}, {count:,} landed files: the next run lands them anew, without the person")


def main() -> int:
    """Removes what the command line names.

    Returns:
        0 when it is gone, 1 when nothing was changed or something could not be removed.
    """
    parser = argparse.ArgumentParser(description="Take a person, or what is old, out of the warehouse.")
    parser.add_argument("--person", metavar="PERSON_ID", help="source system and sourcedId, such as contoso:stu-3003")
    parser.add_argument("--years", type=int, help="remove what has not been in force for so many years")
    parser.add_argument("--yes", action="store_true", help="do it without asking")
    arguments = parser.parse_args()
    os.umask(0o077)
    warehouse = warehouse_path()
    try:
        if bool(arguments.person) == (arguments.years is not None):
            raise Refusal("say either whom to forget (PERSON=contoso:stu-3003) or what is too old (YEARS=7).")
        if arguments.years is not None and arguments.years < 1:
            raise Refusal("YEARS must be 1 or more.")
        if not warehouse.exists():
            raise Refusal(f"there is no warehouse at {warehouse}.")
        return forget(warehouse, arguments)
    except (Refusal, NobodyToAsk, WarehouseInUse) as refusal:
        print(f"Nothing was removed: {refusal}", file=sys.stderr)
    except (OSError, duckdb.Error) as error:
        print(f"Nothing was removed, and the warehouse is as it was: {error}", file=sys.stderr)
    return 1


def forget(warehouse: Path, arguments: argparse.Namespace) -> int:
    """Takes out of a copy of the warehouse what is asked for, shows it, asks, and publishes the copy.

    Args:
        warehouse: the DuckDB file.
        arguments: the command line.

    Returns:
        The exit code, as for `main`.
    """
    key = key_of(warehouse)
    with working_copy(warehouse) as copy:
        with duckdb.connect(str(copy.path)) as connection:
            removal = Removal(connection)
            if arguments.person:
                removal.landed_files = landed_files(warehouse)
                removal.landed_records = records_in_landed_files(removal, arguments.person)
            connection.execute("begin")
            note_of_removals(connection)
            if arguments.person:
                what = arguments.person
                directory_users = forget_person(removal, arguments.person, key)
            else:
                what = f"what was last in force more than {arguments.years} years before the newest run"
                directory_users = []
                forget_what_is_old(removal, arguments.years)
            is_needless = removal.is_empty and not removal.files
            if not is_needless:
                print(f"This is taken out of {warehouse}, and what is made from it, for good:")
                removal.print_preview()
                if not is_confirmed(f"Forget {what}?", arguments.yes):
                    raise Refusal("it was not confirmed.")
                connection.execute("commit")
        if not is_needless:
            write_anew(copy)
            copy.publish()
    if is_needless:
        removal.landed_files = []
        print(f"{warehouse} holds nothing of {what}.")
    else:
        print(f"Removed {removal.removed:,} rows from {warehouse}; the table privacy.removal tells of it.")
    failures = [failure for failure in map(remove_file, removal.files) if failure]
    if removal.files:
        print(f"Removed {len(removal.files) - len(failures):,} files made from it; make anew those you need.")
    failures += [failure for failure in map(remove_file, removal.landed_files) if failure]
    for failure in failures:
        print(f"This file may name the person and could not be removed: {failure}", file=sys.stderr)
    print(
        "Not reached, and yours to remove:",
        *out_of_reach(warehouse, arguments.person, directory_users),
        *(f"what the receiver of the outbound flow {flow} has" for flow in sorted(removal.receivers)),
        sep="\n  ",
    )
    return 1 if failures else 0


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


def records_in_landed_files(removal: Removal, person_id: str) -> list[tuple[str, str, str]]:
    """The person's records in the landed files: somebody whose every line was rejected, or whose drop is held, has no
    others.

    Args:
        removal: has the landed files.
        person_id: source system and sourcedId.

    Returns:
        Flow, file and id of each.
    """
    flows, sourced_id = flows_of(removal.connection, person_id)
    records = []
    for path in removal.landed_files:
        flow, _, name = path.name.split(".parquet")[0].rsplit(".", 4)[:3]
        for column in [landed for file, landed, _ in PERSON_COLUMNS if file == name and flow in flows]:
            with contextlib.suppress(duckdb.Error):  # damaged, and removed all the same
                records += removal.connection.execute(
                    f"""
                    select distinct $1, '{FILE_NAMES[name]}', "sourcedId"
                    from read_parquet($2, hive_partitioning = false)
                    where "{column}" = $3
                    """,
                    [flow, str(path), sourced_id],
                ).fetchall()
    return records


def flows_of(connection: duckdb.DuckDBPyConnection, person_id: str) -> tuple[list[str], str]:
    """The inbound flows that a person may come from, and their sourcedId."""
    source_system_id, _, sourced_id = person_id.partition(":")
    flows = connection.execute(
        "select inbound_flow_id from inbound.inbound_flow where source_system_id = ? order by all", [source_system_id]
    ).fetchall()
    if not flows or not sourced_id:
        raise Refusal(
            f"{person_id} is no id of a person; write it as in contoso:stu-3003, source system first "
            "(rostering.person has it, and the sourcedId of users.csv follows the colon)."
        )
    return [flow for (flow,) in flows], sourced_id


def forget_person(removal: Removal, person_id: str, key: str) -> list[tuple[str, str]]:
    """Removes every row about a person and every mention in the rows of others.

    Args:
        removal: counts what goes, on the working copy.
        person_id: source system and sourcedId, such as contoso:stu-3003.
        key: the key of the warehouse.

    Returns:
        What stays: users of the directory that the person was matched to, each with the user's name.
    """
    connection = removal.connection
    flows, sourced_id = flows_of(connection, person_id)
    for name, value in (("person_id", person_id), ("sourced_id", sourced_id), ("flows", flows)):
        connection.execute(f"set variable {name} = ?", [value])
    of_flows = "list_contains(getvariable('flows'), inbound_flow_id)"
    is_person = "= getvariable('sourced_id')"

    drop_what_reads_landed_files(connection)
    tables = columns_by_table(connection)
    # everything that is a record of the person: by its own id, or because it names them as its user
    connection.execute("create temp table gone (inbound_flow_id varchar, file_name varchar, sourced_id varchar)")
    connection.execute("insert into gone select unnest(getvariable('flows')), 'users.csv', getvariable('sourced_id')")
    connection.execute("insert into gone select inbound_flow_id, 'demographics.csv', sourced_id from gone")
    if removal.landed_records:
        connection.executemany("insert into gone values (?, ?, ?)", removal.landed_records)
    for name, _, column in PERSON_COLUMNS:
        for schema in ("changes", "history"):
            if f"{schema}.{name}" in tables:
                connection.execute(f"""
                    insert into gone
                    select distinct inbound_flow_id, '{FILE_NAMES[name]}', sourced_id from {schema}.{name}
                    where {of_flows} and {column} {is_person}
                    """)
    if "runs.validation_result" in tables:
        connection.execute(f"""
            insert into gone
            select distinct inbound_flow_id, file_name, sourced_id from runs.validation_result
            where {of_flows} and column_name in ('userSourcedId', 'relationshipUserSourcedId') and value {is_person}
            """)
    users = directory_users_of(connection, tables)
    removal.files = files_that_name(traces_of(connection, tables))

    for name, _, column in PERSON_COLUMNS:
        for schema in ("changes", "history"):
            if f"{schema}.{name}" in tables:
                removal.delete(f"{schema}.{name}", f"{of_flows} and {column} {is_person}")
        if f"validation.{name}" in tables:
            removal.delete(f"validation.{name}", is_gone(f"'{FILE_NAMES[name]}'"))
    for table, columns in tables.items():
        if {"inbound_flow_id", "file_name", "sourced_id"} <= columns:
            removal.delete(table, is_gone("file_name"))
        elif table.split(".")[1].startswith("person_") and {"inbound_flow_id", "sourced_id"} <= columns:
            removal.delete(table, f"{of_flows} and sourced_id {is_person}")
        for column in sorted(columns & {"person_id", "related_person_id"}):
            removal.delete(table, f"{column} = getvariable('person_id')")
        if {"inbound_flow_id", "rule", "value"} <= columns:
            removal.delete(table, f"{of_flows} and {names_person('value')}")
            # a notice about a whole file tells the first value
            own = "sourced_id is null and " if "sourced_id" in columns else ""
            removal.delete(table, f"{of_flows} and {own}value in (select trace from known_by)")
        if {"inbound_flow_id", "rule", "value", "sourced_id", "message"} <= columns:
            # people whom the directory has under one value are named together
            removal.delete(
                table,
                """
                inbound_flow_id = 'directory' and rule = 'matched_once' and (
                    value in (select lower(trace) from known_by)
                    or contains(message, ' ' || getvariable('person_id') || ',')
                    or contains(message, ' ' || getvariable('person_id') || '.')
                    or contains(message, ' ' || getvariable('person_id') || ' ')
                )
                """,
            )

    for table, columns in tables.items():
        if "agent_sourced_ids" in columns:
            removal.update(
                table,
                "agent_sourced_ids",
                "nullif(list_filter(agent_sourced_ids, lambda agent: agent <> getvariable('sourced_id')), [])",
                f"{of_flows} and list_contains(agent_sourced_ids, getvariable('sourced_id'))",
            )
        if table.startswith("validation."):
            # what is left out of a list is written as `column: item`
            for column, value in (("findings", "part.item"), ("left_out", "regexp_replace(part, '^\\w+: ', '')")):
                if column in columns:
                    removal.update(
                        table,
                        column,
                        f"list_filter({column}, lambda part: ({names_person(value)}) is not true)",
                        f"{of_flows} and len(list_filter({column}, lambda part: {names_person(value)})) > 0",
                    )
    forget_what_was_sent(removal, tables)
    person_hash = keyed_hash("getvariable('person_id')", "$1")
    if removal.is_empty and not connection.execute(
        f"select 1 from privacy.removal where person_hash = {person_hash}", [key]
    ).fetchone():
        raise Refusal(
            f"neither history nor any finding knows {person_id}; write it as in contoso:stu-3003 "
            "(rostering.person has it)."
        )
    for table in ("gone", "known_by"):
        connection.execute(f"drop table {table}")
    connection.execute(
        f"""
        insert into privacy.removal
        select cast(current_timestamp as timestamp), 'person', {person_hash}, null, $2
        """,
        [key, removal.removed],
    )
    return users


def forget_what_was_sent(removal: Removal, tables: dict[str, set[str]]) -> None:
    """Removes what outbound flows remember to have sent of a person. What also tells of others is sent once more.

    Args:
        removal: counts what goes, on the working copy, where the variables of `forget_person` are set.
        tables: its tables.
    """
    names = "[getvariable('person_id'), getvariable('sourced_id'), replace(getvariable('person_id'), ':', '/')]"
    for table in ("outbound.sent", "outbound.unconfirmed_change"):
        if table in tables:
            condition = f"""
                list_has_any(string_split(key, ','), {names})
                or len(list_filter(json_keys(contents), lambda member:
                    regexp_full_match(member, '.*[iI]ds?')
                    and list_has_any(string_split(json_extract_string(contents, '$."' || member || '"'), ','), {names})
                )) > 0
            """
            removal.receivers |= {
                flow for (flow,) in removal.connection.execute(
                    f"select distinct outbound_flow_id from {table} where {condition}"
                ).fetchall()
            }
            removal.delete(table, condition)


def traces_of(connection: duckdb.DuckDBPyConnection, tables: dict[str, set[str]]) -> list[str]:
    """What tells that a text is about the person: ids, names, addresses, and values of theirs that were found faulty.

    Args:
        connection: the working copy, with the table `gone`; a table `known_by` is made of the traces.
        tables: its tables with their columns.

    Returns:
        The traces. Single characters are none: every text holds them.
    """
    connection.execute("""
        create temp table known_by as select unnest([getvariable('person_id'), getvariable('sourced_id')]) as trace
        """)
    own = "inbound_flow_id in (select inbound_flow_id from gone) and sourced_id = getvariable('sourced_id')"
    for column in NAMES:
        if column in tables.get("history.users", ()):
            value = column if column == "user_ids" else f"[{column}]"
            connection.execute(f"insert into known_by select unnest({value}) from history.users where {own}")
    if "runs.validation_result" in tables:
        connection.execute("""
            insert into known_by
            select value from runs.validation_result
            where
                (inbound_flow_id, file_name, sourced_id) in (select * from gone)
                and file_name in ('users.csv', 'demographics.csv', 'userProfiles.csv')
            """)
    rows = connection.execute("select distinct trace from known_by where length(trace) > 1 order by all").fetchall()
    return [trace for (trace,) in rows]


def directory_users_of(connection: duckdb.DuckDBPyConnection, tables: dict[str, set[str]]) -> list[tuple[str, str]]:
    """The users of the directory whom the person was matched to, each with the user's name there."""
    if not {"directory_matching.match_candidate", "directory.directory_user"} <= tables.keys():
        return []
    return connection.execute("""
        select object_id, user_principal_name from directory.directory_user
        where object_id in (
            select object_id from directory_matching.match_candidate where person_id = getvariable('person_id')
        )
        order by all
        """).fetchall()


def files_that_name(traces: list[str]) -> list[Path]:
    """The files made from the warehouse in which a trace stands as a word of its own."""
    spellings = {
        spelling.lower() for trace in traces for spelling in (trace, trace.replace('"', '""'), json.dumps(trace)[1:-1])
    }
    words = re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, sorted(spellings)))})(?![\w-])")
    found = {
        path
        for pattern in MADE_FILES
        for path in PROJECT.glob(pattern)
        if path.is_file() and words.search(text_of(path).lower())
    }
    # an error log is one table in two formats
    logs = {path for path in found if path.parent.name == "errors"}
    found |= {path.with_suffix(ending) for path in logs for ending in (".csv", ".parquet")}
    return sorted(path for path in found if path.is_file())


def text_of(path: Path) -> str:
    """The text of a file, as a reader sees it; of a Parquet file, its rows."""
    if path.suffix == ".parquet":
        with duckdb.connect() as connection:
            rows = connection.execute("select cast(log as varchar) from read_parquet(?) as log", [str(path)]).fetchall()
        return "\n".join(row for (row,) in rows)
    text = path.read_text(encoding="utf-8", errors="replace")
    return html.unescape(text) if path.suffix == ".html" else text


def remove_file(path: Path) -> str | None:
    """Removes a file; says what was in the way, if anything."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        return f"{path} ({error.strerror})"
    return None


def out_of_reach(warehouse: Path, person_id: str | None, users: list[tuple[str, str]]) -> list[str]:
    """What may still hold what was removed, with its place.

    Args:
        warehouse: the DuckDB file.
        person_id: who was forgotten; None when it was what is old.
        users: users of the directory whom the person was matched to.

    Returns:
        A sentence for each.
    """
    landing = Path(os.environ.get("ONEROSTER_LANDING") or PROJECT / "sample" / "landing")
    left = []
    if person_id:
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            flows, sourced_id = flows_of(connection, person_id)
        left += drops_that_name(landing, flows, sourced_id) or [f"drops: none in {landing} names {sourced_id} now"]
        left += [f"user {object_id} ({name}) of the directory, and its export" for object_id, name in users]
    else:
        left.append(f"old drops in {landing}")
    left += [
        f"{path}, made before: make it anew, or remove it"
        for path in sorted(warehouse.parent.glob("*.duckdb*"))
        if path.name not in (warehouse.name, f"{warehouse.name}.wal") and not path.name.startswith(".")
    ]
    deliveries = Path(os.environ.get("ONEROSTER_OUTBOUND") or PROJECT / "outbound")
    left += [f"deliveries in {folder}" for folder in sorted(deliveries.glob("*")) if folder.is_dir()]
    return left + [
        "backups (make backup): after a restore, run this again",
        "published copies and lists that were made before or carried elsewhere",
    ]


def drops_that_name(landing: Path, flows: list[str], sourced_id: str) -> list[str]:
    """The drops of some flows, and unfinished pulls, in which an id stands, in whatever file: a sentence for each."""
    found = []
    for drop in sorted(drop for flow in flows for drop in (landing / flow).glob("*") if drop.is_dir()):
        try:
            if any(holds_word(file, sourced_id) for file in drop.rglob("*") if file.is_file()):
                kind = "unfinished pull" if drop.name.startswith(".") else "drop"
                found.append(f"{kind} {drop}, which names {sourced_id}")
        except (OSError, EOFError, zlib.error) as error:
            found.append(f"drop {drop}, which could not be looked through ({error})")
    return found


def holds_word(path: Path, word: str) -> bool:
    """Whether a file, however large, packed or not, holds a word that is no part of a longer one."""
    # in the records of an API, a text is written as JSON has it
    sought = json.dumps(word, ensure_ascii=False)[1:-1] if path.name.endswith((".json", ".ndjson.gz")) else word
    pattern = re.compile(rb"(?<![\w-])" + re.escape(sought.encode()) + rb"(?![\w-])")
    buffer = b"\n"  # its first byte is but what stands before the rest
    with gzip.open(path) if path.suffix == ".gz" else open(path, "rb") as file:
        while piece := file.read(1024**2):
            buffer += piece
            # what follows a word at the end is in the next piece
            if any(found.end() < len(buffer) for found in pattern.finditer(buffer, 1)):
                return True
            buffer = buffer[-len(sought.encode()) - 2 :]
    return pattern.search(buffer, 1) is not None


def drop_what_reads_landed_files(connection: duckdb.DuckDBPyConnection) -> None:
    """Drops the views that read the landed files, which are removed. The next run makes both anew, without the person.

    Args:
        connection: the working copy.
    """
    relations = connection.execute(
        """
        select 'view', schema_name, view_name from duckdb_views()
        where database_name = current_database() and schema_name in ('landing', 'staging', 'changes')
        union all
        -- older versions of the project landed some files as tables
        select 'table', schema_name, table_name from duckdb_tables()
        where database_name = current_database() and schema_name = 'landing' and list_contains($1, table_name)
        """,
        [list(FILE_NAMES)],
    ).fetchall()
    for kind, schema, name in relations:
        connection.execute(f'drop {kind} "{schema}"."{name}"')


def names_person(value: str) -> str:
    """Whether a value, or an item of a list, is the person's id, as SQL; `value` is SQL too."""
    return f"""(
        {value} = getvariable('sourced_id')
        or list_contains(
            list_transform(string_split({value}, ','), lambda item: trim(item)), getvariable('sourced_id')
        )
    )"""


def is_gone(file_name: str) -> str:
    """Whether a row is about a record of the person, as SQL; `file_name` is SQL for the file it is about."""
    return f"(inbound_flow_id, {file_name}, sourced_id) in (select inbound_flow_id, file_name, sourced_id from gone)"


def forget_what_is_old(removal: Removal, years: int) -> None:
    """Removes what was last in force so many years before the newest run.

    Args:
        removal: counts what goes, on the working copy.
        years: how many.
    """
    connection = removal.connection
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
            removal.delete(f"{table} as versions", f"{last_in_force} < getvariable('cutoff')")
        elif table.split(".")[0] in DERIVED_SCHEMAS:
            for column in columns & {"last_seen_at", "active_to", "seen_until", "present_to"}:
                removal.delete(table, f"{column} < getvariable('cutoff')")
    connection.execute("""
        create temp table gone as
        select * from known anti join history.users using (inbound_flow_id, sourced_id)
        """)
    for name, _, column in PERSON_COLUMNS:
        if f"history.{name}" in tables:
            removal.delete(
                f"history.{name}",
                f"(inbound_flow_id, {column}) in (select inbound_flow_id, sourced_id from gone)",
            )
    for table, columns in tables.items():
        if table.split(".")[0] in DERIVED_SCHEMAS:
            for column in columns & {"person_id", "related_person_id"}:
                removal.delete(table, f"{column} not in (select person.person_id from rostering.person as person)")
    for table in ("last_processed", "known", "gone"):
        connection.execute(f"drop table {table}")
    connection.execute(
        """
        insert into privacy.removal
        select cast(current_timestamp as timestamp), 'age', null, getvariable('cutoff'), $1
        """,
        [removal.removed],
    )


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
