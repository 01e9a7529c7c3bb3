"""The data set of an outbound flow for insights: Parquet files of the roster and its history, by table and school year.

    files/rostering/enrollment/school_year=2027/enrollment.parquet

A table that belongs to no year, such as the relationships of people, is one file of `school_year=all`. Without direct
identifiers, scripts/published_columns.csv says what becomes of a column, and there is no history, as in `make publish`.
"""

from __future__ import annotations

import os
from pathlib import Path

import duckdb
from privacy import key_of
from publish import TREATMENTS, treatments
from warehouse import quoted, quoted_name

SCHEMAS = ["rostering", "demographics", "history"]
NOBODY_S = ["history.directory_users"]  # accounts of the directory are not the roster


class DataSet:
    """What a data set is made of, as queries."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, warehouse: Path, is_deidentified: bool) -> None:
        """Looks up what there is.

        Args:
            connection: the warehouse, with the variable `flow` set.
            warehouse: the DuckDB file whose key the hashes of a copy without direct identifiers are made with.
            is_deidentified: without direct identifiers.
        """
        self.connection = connection
        self.descriptions: dict[str, list[dict[str, str]]] = {}
        self.queries: dict[str, str] = {}
        if is_deidentified:
            connection.execute("set variable key = ?", [key_of(warehouse)])
        kept = treatments() if is_deidentified else None
        for schema, table, columns in connection.execute(
            """
            select schema_name, table_name, list((column_name, comment) order by column_index)
            from duckdb_columns()
            where list_contains(?, schema_name) and database_name = current_database()
            group by schema_name, table_name
            order by schema_name, table_name
            """,
            [SCHEMAS],
        ).fetchall():
            self.add(f"{schema}.{table}", dict(columns), kept)

    def add(self, relation: str, columns: dict[str, str | None], kept: dict[str, dict[str, str]] | None) -> None:
        """Adds a relation, if anything of it is handed on.

        Args:
            relation: schema and name.
            columns: column -> its description.
            kept: what becomes of columns: relation -> column -> treatment; None when all are handed on.
        """
        if relation in NOBODY_S:
            return
        values = {
            column: quoted_name(column) if kept is None
            else TREATMENTS[kept[relation][column]].format(column=column, name=column.removesuffix("_date"))
            for column in columns
            if kept is None or kept.get(relation, {}).get(column) in TREATMENTS
        }
        if not values:
            return
        flow_of_record = next(
            (
                sql for column, sql in {
                    "inbound_flow_id": "records.inbound_flow_id",
                    "section_id": "split_part(records.section_id, ':', 1)",
                    "course_id": "split_part(records.course_id, ':', 1)",
                }.items() if column in columns
            ),
            None,
        )
        year = f"""coalesce((
            select cast(any_value(flows.year_code) as varchar) from inbound.inbound_flow as flows
            where flows.inbound_flow_id = {flow_of_record}
        ), 'unknown')""" if flow_of_record else "'all'"
        source_system = "records.source_system_id" if "source_system_id" in columns else f"""(
            select any_value(flows.source_system_id) from inbound.inbound_flow as flows
            where flows.inbound_flow_id = {flow_of_record}
        )"""
        self.queries[relation] = f"""
            select {", ".join(values.values())}, school_year
            from (
                select records.*, {year} as school_year
                from {relation} as records
                cross join outbound.outbound_flow
                where
                    outbound_flow.outbound_flow_id = getvariable('outbound_flow')
                    and (
                        outbound_flow.filter.source_systems is null
                        or list_contains(outbound_flow.filter.source_systems, {source_system})
                    )
            )
        """
        self.descriptions[relation] = [
            {"column": column, "description": columns[column] or "", "treatment": kept[relation][column] if kept else "kept"}
            for column in values
        ]

    def list_partitions(self) -> None:
        """Makes the temporary tables `partition` and `outgoing`: what there is, and what of it is not what was sent."""
        states = " union all ".join(
            f"""
            select {quoted(relation)} as kind, school_year as key,
                to_json({{'rows': count(*), 'checksum': cast(sum(cast(hash(records) as hugeint)) as varchar)}}) as contents
            from ({query}) as records
            group by school_year
            """
            for relation, query in self.queries.items()
        )
        self.connection.execute(f"create temp table partition as {states}")
        self.connection.execute("""
            create temp table outgoing as
            select
                getvariable('outbound_flow') as outbound_flow_id,
                kind,
                case when sent.kind is null then 'add' when wanted.kind is null then 'remove' else 'update' end as change,
                key,
                coalesce(wanted.contents, sent.contents) as contents,
                null as since,
                null as reason
            from partition as wanted
            full join (select * from outbound.sent where outbound_flow_id = getvariable('outbound_flow')) as sent using (kind, key)
            where cast(wanted.contents as varchar) is distinct from cast(sent.contents as varchar)
            """)

    def write(self, folder: Path, earlier: Path | None) -> None:
        """Writes the files; those that did not change since the delivery before are the same files.

        Args:
            folder: where to.
            earlier: the files of the delivery before, which may be gone.
        """
        for kind, key, is_changed in self.connection.execute("""
            select kind, key, change is not null
            from partition
            left join outgoing using (kind, key)
            order by kind, key
            """).fetchall():
            schema, table = kind.split(".")
            name = Path(schema, table, f"school_year={key}", f"{table}.parquet")
            (folder / name).parent.mkdir(mode=0o700, parents=True)
            if not is_changed and earlier and (earlier / name).is_file():
                try:
                    os.link(earlier / name, folder / name)
                    continue
                except OSError:  # a file system without hard links
                    pass
            self.connection.execute("set variable school_year = ?", [key])
            self.connection.execute(f"""
                copy (
                    select * exclude (school_year) from ({self.queries[kind]})
                    where school_year = getvariable('school_year')
                    order by all
                ) to {quoted(str(folder / name))} (format parquet, compression zstd)
                """)
