"""Writes a copy of the roster for analysts, without direct identifiers: `make publish DEIDENTIFIED=1`.

scripts/published_columns.csv says of every column what becomes of it (TREATMENTS); what is not in that list is not in
the copy. Rows are in the order of what the copy tells of them, which tells nothing about the order they came in.
Landing, validation, staging, changes and history are not in it at all; the views and macros of the schema analysis are
made anew, on what the copy holds.
"""

from __future__ import annotations

import argparse
import csv
import os
import sys
from pathlib import Path

import duckdb
from privacy import key_of, keyed_hash
from scratch import SCRATCH, scratch_folder
from warehouse import WarehouseInUse, clear_leftovers, fold_log, quoted, quoted_name, synchronise, warehouse_path

PROJECT = Path(__file__).resolve().parent.parent
# what is kept of a column, as SQL; `dropped` is nothing
TREATMENTS = {
    "kept": '"{column}"',
    "hashed": keyed_hash('"{column}"', "getvariable('key')") + ' as "{column}"',
    "year": 'year("{column}") as "{name}_year"',
    # the column is there, for questions that name it
    "emptied": 'cast(null as varchar) as "{column}"',
    # the name of a folder in the landing zone that is no flow can be anything
    "flow": """
        case
            when "{column}" = 'directory'
                or "{column}" in (select flow.inbound_flow_id from warehouse.inbound.inbound_flow as flow)
                then "{column}"
        end as "{column}"
    """,
}
COMMENTS = {"hashed": "Keyed hash, the same in every copy.", "emptied": "Left out of this copy: always null."}


def main() -> int:
    """Publishes what the command line asks for.

    Returns:
        0 when the copy is there, 1 when it could not be written.
    """
    parser = argparse.ArgumentParser(description="Write a copy of the roster for analysts.")
    parser.add_argument(
        "--deidentified", action="store_true", help="without direct identifiers; the only copy there is so far"
    )
    parser.add_argument("--to", type=Path, help="the file to write (default: analysts.duckdb beside the warehouse)")
    arguments = parser.parse_args()
    os.umask(0o077)
    warehouse = warehouse_path()
    target = arguments.to or warehouse.parent / "analysts.duckdb"
    if not arguments.deidentified:
        print("Only copies without direct identifiers are published: make publish DEIDENTIFIED=1", file=sys.stderr)
        return 1
    if not warehouse.exists():
        print(
            f"There is no warehouse at {warehouse}: run make build first, or set ONEROSTER_WAREHOUSE.", file=sys.stderr
        )
        return 1
    if target.exists() and target.samefile(warehouse):
        print("The copy cannot take the place of the warehouse itself.", file=sys.stderr)
        return 1
    try:
        relations = publish(warehouse, target)
    except (WarehouseInUse, OSError, duckdb.Error) as error:
        print(f"Nothing was published: {error}", file=sys.stderr)
        return 1
    print(
        f"Published {relations} relations without direct identifiers as {target}. "
        "See SECURITY.md for what can still be told from them."
    )
    return 0


def publish(warehouse: Path, target: Path) -> int:
    """Writes the copy under another name and renames it when it is whole.

    Args:
        warehouse: the DuckDB file.
        target: the file to write; readers of an older one read on.

    Returns:
        How many relations the copy holds.
    """
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    clear_leftovers(warehouse)
    fold_log(warehouse)
    with scratch_folder(target.parent, SCRATCH) as scratch:
        copy = scratch / "copy.duckdb"
        relations = 0
        with duckdb.connect(str(copy)) as connection:
            connection.execute(f"attach {quoted(str(warehouse))} as warehouse (read_only)")
            connection.execute("set variable key = ?", [key_of(warehouse)])
            for relation, columns in treatments().items():
                relations += publish_relation(connection, relation, columns)
            questions = questions_of(connection)
            connection.execute("detach warehouse")
            relations += ask(connection, questions)
        os.chmod(copy, 0o600)
        synchronise(copy)
        os.replace(copy, target)
        synchronise(target.parent)
    return relations


def treatments() -> dict[str, dict[str, str]]:
    """The list: relation -> column -> treatment."""
    relations: dict[str, dict[str, str]] = {}
    with open(PROJECT / "scripts" / "published_columns.csv", newline="") as lines:
        for line in csv.DictReader(lines):
            relations.setdefault(line["relation"], {})[line["column"]] = line["treatment"]
    return relations


def publish_relation(connection: duckdb.DuckDBPyConnection, relation: str, columns: dict[str, str]) -> bool:
    """Writes one relation, with its comments, from what the list lets through.

    Args:
        connection: the copy, with the warehouse attached.
        relation: schema and name.
        columns: column -> treatment.

    Returns:
        Whether there is such a relation and anything of it to publish.
    """
    schema, name = relation.split(".")
    comments = dict(
        connection.execute(
            """
            select column_name, comment from duckdb_columns()
            where database_name = 'warehouse' and schema_name = ? and table_name = ?
            """,
            [schema, name],
        ).fetchall()
    )
    published = {
        column: treatment for column, treatment in columns.items() if column in comments and treatment in TREATMENTS
    }
    if not published:
        return False
    values = ", ".join(
        TREATMENTS[treatment].format(column=column, name=column.removesuffix("_date"))
        for column, treatment in published.items()
    )
    connection.execute(f'create schema if not exists "{schema}"')
    connection.execute(
        f'create table "{schema}"."{name}" as select {values} from warehouse."{schema}"."{name}" order by all'
    )
    for column, treatment in published.items():
        comment = COMMENTS.get(treatment, comments[column])
        if comment and treatment != "year":
            connection.execute(f'comment on column "{schema}"."{name}"."{column}" is {quoted(comment)}')
    return True


def questions_of(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """The views and table macros of the schema analysis.

    Args:
        connection: the copy, with the warehouse attached.

    Returns:
        For each, the SQL that makes it, and the SQL that comments on it.
    """
    found = connection.execute("""
        select sql, 'view', view_name, comment
        from duckdb_views()
        where database_name = 'warehouse' and schema_name = 'analysis'
        union all
        select
            'create macro analysis.' || function_name || '(' || array_to_string(parameters, ', ') || ') as table '
            || macro_definition,
            'macro table',
            function_name,
            comment
        from duckdb_functions()
        where database_name = 'warehouse' and schema_name = 'analysis'
        """).fetchall()
    return [
        (sql, f"comment on {kind} analysis.{quoted_name(name)} is {quoted(comment) if comment else 'null'}")
        for sql, kind, name, comment in found
    ]


def ask(connection: duckdb.DuckDBPyConnection, questions: list[tuple[str, str]]) -> int:
    """Makes the views and table macros that the copy can answer.

    Args:
        connection: the copy.
        questions: what `questions_of` found, in any order.

    Returns:
        How many there are.
    """
    made = 0
    connection.execute("create schema if not exists analysis")
    while questions:
        left = []
        for sql, comment in questions:
            try:
                connection.execute(sql)
            except (duckdb.BinderException, duckdb.CatalogException):  # it reads what is not there, or not yet
                left.append((sql, comment))
            else:
                connection.execute(comment)
        made += len(questions) - len(left)
        if len(left) == len(questions):
            break
        questions = left
    return made


if __name__ == "__main__":
    sys.exit(main())
