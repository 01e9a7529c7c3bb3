"""Writes a copy of the roster for analysts, without direct identifiers: `make publish DEIDENTIFIED=1`.

scripts/published_columns.csv says of every column whether it is kept, hashed or dropped, or only its year told. What is
not in that list is not in the copy. Landing, validation, staging, changes and history are not in it at all.
"""

from __future__ import annotations

import argparse
import csv
import os
import shutil
import sys
import tempfile
from pathlib import Path

import duckdb
from privacy import key_of, keyed_hash
from warehouse import quoted, synchronise

PROJECT = Path(__file__).resolve().parent.parent
TREATMENTS = {
    "kept": '"{column}"',
    "hashed": keyed_hash('"{column}"', "getvariable('key')") + ' as "{column}"',
    "year": 'year("{column}") as "{name}_year"',
}


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
    warehouse = Path(os.environ.get("ONEROSTER_WAREHOUSE") or PROJECT / "warehouse" / "roster.duckdb")
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
    except (OSError, duckdb.Error) as error:
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
    scratch = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        copy = scratch / target.name
        relations = 0
        with duckdb.connect(str(copy)) as connection:
            connection.execute(f"attach {quoted(str(warehouse))} as {quoted_name(warehouse.stem)} (read_only)")
            connection.execute("set variable key = ?", [key_of(warehouse)])
            for relation, columns in treatments().items():
                relations += publish_relation(connection, warehouse.stem, relation, columns)
            connection.execute(f"detach {quoted_name(warehouse.stem)}")
        os.chmod(copy, 0o600)
        synchronise(copy)
        os.replace(copy, target)
        synchronise(target.parent)
        return relations
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def treatments() -> dict[str, dict[str, str]]:
    """The list: relation -> column -> treatment."""
    relations: dict[str, dict[str, str]] = {}
    with open(PROJECT / "scripts" / "published_columns.csv", newline="") as lines:
        for line in csv.DictReader(lines):
            relations.setdefault(line["relation"], {})[line["column"]] = line["treatment"]
    return relations


def publish_relation(
    connection: duckdb.DuckDBPyConnection, source: str, relation: str, columns: dict[str, str]
) -> bool:
    """Writes one relation, with its comments, from what the list lets through.

    Args:
        connection: the copy, with the warehouse attached.
        source: the name the warehouse is attached under.
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
            where database_name = ? and schema_name = ? and table_name = ?
            """,
            [source, schema, name],
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
        f'create table "{schema}"."{name}" as select {values} from {quoted_name(source)}."{schema}"."{name}"'
    )
    for column, treatment in published.items():
        if comments[column] and treatment == "kept":
            connection.execute(f'comment on column "{schema}"."{name}"."{column}" is {quoted(comments[column])}')
        elif treatment == "hashed":
            connection.execute(
                f"""comment on column "{schema}"."{name}"."{column}" is 'Keyed hash, the same in every copy.'"""
            )
    return True


if __name__ == "__main__":
    sys.exit(main())
