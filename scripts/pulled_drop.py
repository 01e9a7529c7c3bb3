"""Makes a drop of what was pulled: the CSV files, by pull.sql and the catalogue, beside what came and what it cost."""

from __future__ import annotations

import contextlib
import csv
import json
import os
import re
import shutil
import time
from dataclasses import asdict
from pathlib import Path
from collections.abc import Iterator

import duckdb
from catalogue import columns
from fix_first import counted
from land import PROJECT
from oneroster_api import Connector, Progress, Untrustworthy
from unfinished_pull import Finding, Unfinished, earlier_pulls, now
from warehouse import quoted, synchronise

COLLECTIONS = ["academicSessions", "orgs", "courses", "classes", "users", "enrollments", "demographics"]
INNER_FILES = ["roles", "userProfiles"]  # of 1.2, which JSON has inside of users
NEVER_EMPTY = {"orgs", "users", "enrollments"}
ABSENT_FILES = {
    "1.1": ["categories", "classResources", "courseResources", "lineItems", "resources", "results"],
    "1.2": [
        *("categories", "classResources", "courseResources", "lineItemLearningObjectiveIds", "lineItemScoreScales"),
        *("lineItems", "resources", "resultLearningObjectiveIds", "resultScoreScales", "results", "scoreScales"),
        "userResources",
    ],
}
MOST_METADATA = 100  # columns

# how a column of the catalogue is read from JSON, by its kind: a macro of pull.sql
SHAPES = {
    "status": "status_of", "modified": "modified_of", "boolean": "boolean_of", "date": "date_of", "end_date": "date_of",
    "parent": "id_of", "reference": "id_of", "references": "references_of", "codes": "list_of", "list": "list_of",
    "user_ids": "user_ids_of",
}
# names in JSON that do not follow from those in CSV; the first one that is there counts
JSON_NAMES = {"preferredGivenName": ["preferredFirstName"], "preferredFamilyName": ["preferredLastName"]}
# what stands in for a value that JSON may leave out and CSV may not, and what a finding says of it
SUBSTITUTES = {
    ("users.csv", "enabledUser"): ("'true'", "is taken as true"),
    ("users.csv", "username"): ("first_login_of(record)", "is taken from the first log-in of the user's profiles"),
    ("classes.csv", "classType"): ("'scheduled'", "is taken as scheduled"),
    ("courses.csv", "orgSourcedId"): (
        "(select school_id from course_school where course_id = id_of(json_extract(record, '$.sourcedId')))",
        "is taken from the course's classes where they are at one school",
    ),
}


def finish(connector: Connector, unfinished: Unfinished, folder: Path) -> Path:
    """Makes a drop of what was pulled.

    Args:
        connector: the provider.
        unfinished: what was pulled, all of it.
        folder: the flow's folder in the landing zone.

    Returns:
        The drop.

    Raises:
        Untrustworthy: what was pulled is not what was promised.
    """
    began = time.monotonic()
    making = unfinished.folder / "drop"
    shutil.rmtree(making, ignore_errors=True)
    (making / "raw").mkdir(mode=0o700, parents=True)
    is_delta = unfinished.changed_since is not None
    findings, records = list(unfinished.findings), {}
    earlier = [drop for drop, _ in earlier_pulls(folder, unfinished.source)] if is_delta else []
    with mapping(unfinished, earlier) as connection:
        for collection in unfinished.collections:
            findings += verified(connection, unfinished, collection)
        files = list(unfinished.collections) + (INNER_FILES if connector.api_version == "1.2" else [])
        for name in files:
            [records[name]] = connection.execute(f'select count(*) from "{name}"').fetchone()
            # nothing came of a file that is not needed, or nothing changed
            if records[name] or not is_delta and name in COLLECTIONS and not unfinished.collections[name].is_absent:
                findings += write_file(connection, connector, name, making / f"{name}.csv")
    for collection, progress in unfinished.collections.items():
        if progress.bytes:
            os.rename(unfinished.path(collection), making / "raw" / unfinished.path(collection).name)
    unfinished.counts.seconds += time.monotonic() - began
    told = {
        "data_connector_id": connector.data_connector_id,
        "source": unfinished.source,
        "mode": "delta" if is_delta else "full",
        "changed_since": unfinished.changed_since,
        "started_at": unfinished.started_at.isoformat(),
        "finished_at": now().isoformat(),
        **asdict(unfinished.counts),
        "collections": {
            name: {"records": each.received, "promised": each.promised, "pages": each.pages}
            for name, each in unfinished.collections.items()
            if not each.is_absent
        },
        "findings": [asdict(finding) for finding in findings],
    }
    (making / "raw" / "pull.json").write_text(json.dumps(told, indent=1) + "\n")
    write_manifest(connector, is_delta, making)
    return land(making, folder)


def land(making: Path, folder: Path) -> Path:
    """Puts a drop that is finished in its place, at the instant of now, at once."""
    for path in [*making.rglob("*"), making]:
        synchronise(path)
    while True:
        drop = folder / now().strftime("%Y%m%dT%H%M%SZ")
        if not drop.exists():
            break
        time.sleep(0.2)
    making.rename(drop)
    synchronise(folder)
    return drop


@contextlib.contextmanager
def mapping(unfinished: Unfinished, earlier: list[Path]) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB that reads what was pulled through the macros and views of pull.sql.

    Args:
        unfinished: what was pulled.
        earlier: the drops that a differential pull builds on; none for one of everything.

    Yields:
        The connection, with a view of the column `record` for each collection, and for roles and userProfiles.
    """
    spill = unfinished.folder / "spill"
    with duckdb.connect(config={"temp_directory": str(spill), "memory_limit": "1GB", "threads": 2}) as connection:
        connection.execute("set enable_progress_bar = false")
        connection.execute(f"set variable is_delta = {unfinished.changed_since is not None}")
        for name in INNER_FILES:
            paths = [str(drop / f"{name}.csv") for drop in earlier if (drop / f"{name}.csv").exists()]
            lines = (
                f"read_csv([{', '.join(map(quoted, paths))}], header = true, all_varchar = true, union_by_name = true, "
                "delim = ',', quote = '\"', escape = '\"', filename = true, hive_partitioning = false)"
                if paths
                else '(select null as "sourcedId", null as "userSourcedId", null as status, null as filename limit 0)'
            )
            connection.execute(f'create view "earlier_{name}" as select * from {lines}')
        for collection in COLLECTIONS:
            path = quoted(str(unfinished.path(collection)))
            is_there = unfinished.collections.get(collection, Progress()).bytes > 0
            connection.execute(
                f'create view "{collection}" as '
                + (
                    f"select json as record from read_ndjson_objects({path})"
                    if is_there
                    else "select null::json as record where false"
                )
            )
        connection.execute((PROJECT / "scripts" / "pull.sql").read_text())
        yield connection
    shutil.rmtree(spill, ignore_errors=True)


def verified(connection: duckdb.DuckDBPyConnection, unfinished: Unfinished, collection: str) -> list[Finding]:
    """Compares what is kept of a collection with what came and what was promised.

    Args:
        connection: of `mapping`. Where an id came more than once, the view of the collection holds its newest copy alone.
        unfinished: what was pulled.
        collection: which one.

    Returns:
        What to tell of it.

    Raises:
        Untrustworthy: records are missing, or there are more than were promised.
    """
    progress = unfinished.collections[collection]
    kept, ids, beyond = connection.execute(
        f"""
        select
            count(*),
            count(distinct record ->> '$.sourcedId') + count(*) filter (where record ->> '$.sourcedId' is null),
            count(distinct record ->> '$.sourcedId') filter (where list_contains($1, record ->> '$.sourcedId'))
        from "{collection}"
        """,
        [progress.beyond],
    ).fetchone()
    if kept != progress.received:
        raise Untrustworthy(f"{collection}: {progress.received:,} records came and {kept:,} were kept. Pull again.")
    if beyond < len(set(progress.beyond)):
        raise Untrustworthy(
            f"{collection}: the provider named {progress.promised:,} records and has more. Its total cannot be believed; "
            "show the vendor."
        )
    if collection in NEVER_EMPTY and not kept and unfinished.changed_since is None:
        raise Untrustworthy(
            f"{collection}: the provider gave none, which would end all of them. If there are none indeed, land an export."
        )
    if kept == ids:
        return []
    if progress.promised is not None:
        raise Untrustworthy(
            f"{collection}: the provider named {progress.promised:,} records and gave {ids:,} different ones, some of them "
            "twice, so that others are missing: the data changed meanwhile. Pull again when fewer people work in the system."
        )
    connection.execute(f"""
        create table "kept_{collection}" as
        select record
        from (select record, row_number() over () as place from "{collection}")
        qualify place = max(place) over (partition by coalesce(record ->> '$.sourcedId', cast(place as varchar)))
        """)
    connection.execute(f'create or replace view "{collection}" as select record from "kept_{collection}"')
    return [Finding(
        f"{collection}.csv", "sourcedId", f"the provider gave {counted(kept - ids, 'record')} twice and names no total, so that others "
        "may be missing: the newest copy counts. Pull when fewer people work in the system, and ask the vendor for "
        "X-Total-Count",
    )]


def write_file(connection: duckdb.DuckDBPyConnection, connector: Connector, name: str, path: Path) -> list[Finding]:
    """Writes the CSV file of a collection.

    Args:
        connection: of `mapping`.
        connector: the provider.
        name: the file without its ending.
        path: where to write it.

    Returns:
        What to tell of its columns.
    """
    file_name = f"{name}.csv"
    selected, asked = [], {}
    for column in columns():
        is_here = column["file_name"] == file_name and column["oneroster_version"] in ("", connector.api_version)
        if not is_here or column["kind"] == "unstored":
            continue
        column_name, shape = column["column_name"], SHAPES.get(column["kind"], "text_of")
        names = [*JSON_NAMES.get(column_name, []), json_name(column_name, column["kind"])]
        values = [f"json_extract(record, '$.{each}')" for each in names]
        value = values[0] if len(values) == 1 else "coalesce(" + ", ".join(
            f"case when json_type({each}) <> 'NULL' then {each} end" for each in values
        ) + ")"
        expression = f"{shape}({value})"
        if (file_name, column_name) in SUBSTITUTES:
            substitute, words = SUBSTITUTES[file_name, column_name]
            asked[column_name, f"is missing in %s: it {words}. Have it filled in at the source"] = f"{expression} is null and not is_gone(record)"
            expression = f"coalesce({expression}, {substitute})"
        if shape == "user_ids_of":
            asked[column_name, "holds %s that a list in a file cannot hold, such as one with a comma, which are left out. Correct them at the source"] = f"lost_user_ids_of({value})"
        elif shape in ("list_of", "references_of"):
            asked[column_name, "holds %s that a list in a file cannot hold, such as one with a comma, which are left out. Correct them at the source"] = f"lost_items_of({value})"
        else:
            is_wrong = f"is_no_text({value})" + (f" and {expression} is null" if shape == "id_of" else "")
            asked[column_name, "is no plain value in %s, where nothing is taken from it. Show the vendor"] = is_wrong
        selected.append(f'{expression} as "{column_name}"')
    for key in metadata_keys(connection, name):
        value = f"cast(nullif(record -> '$.metadata', 'null') as map(varchar, json))[{quoted(key)}]"
        selected.append(f"nullif(regexp_replace({value} ->> '$', '[\\r\\n]+', ' ', 'g'), '') as {identifier(f'metadata.{key}')}")
    counts = connection.execute(
        f'select {", ".join(f"coalesce(sum(cast({expression} as bigint)), 0)" for expression in asked.values())} from "{name}"'
    ).fetchone()
    connection.execute(
        f'copy (select {", ".join(selected)} from "{name}") to {quoted(str(path))} '
        "(format csv, header, delimiter ',', quote '\"', escape '\"', nullstr '')"
    )
    return [
        Finding(file_name, column_name, words % counted(count, "item" if "list" in words else "record"))
        for (column_name, words), count in zip(asked, map(int, counts))
        if count
    ]


def json_name(column_name: str, kind: str) -> str:
    """The name in JSON of what a column holds: `orgSourcedIds` are the ids of `orgs`, `userSourcedId` that of `user`."""
    if kind == "references":
        return re.sub("SourcedIds$", "s", column_name)
    return re.sub("SourcedId$", "", column_name) if kind in ("reference", "parent") else column_name


def required(collection: str, version: str) -> list[str]:
    """The names in JSON of what the records of a collection cannot do without."""
    names = [
        json_name(column["column_name"], column["kind"])
        for column in columns()
        if column["file_name"] == f"{collection}.csv"
        and column["is_required"] == "yes"
        and column["oneroster_version"] in ("", version)
        and (f"{collection}.csv", column["column_name"]) not in SUBSTITUTES
    ]
    return names + (["roles"] if collection == "users" and version == "1.2" else [])


def metadata_keys(connection: duckdb.DuckDBPyConnection, name: str) -> list[str]:
    """The keys of a collection's metadata that can be names of columns, in order."""
    keys = connection.execute(f"""
        select distinct unnest(json_keys(record -> '$.metadata')) as key from "{name}"
        where json_type(record -> '$.metadata') = 'OBJECT'
        order by key
        """).fetchall()
    return [key for (key,) in keys if re.fullmatch(r"[\w.:/ -]{1,100}", key)][:MOST_METADATA]


def identifier(name: str) -> str:
    """A name as SQL."""
    return '"' + name.replace('"', '""') + '"'


def write_manifest(connector: Connector, is_delta: bool, drop: Path) -> None:
    """Writes what the drop says of itself."""
    names = sorted({column["file_name"] for column in columns() if "/" not in column["file_name"]})
    if connector.api_version == "1.1":
        names = [name for name in names if name not in ("roles.csv", "userProfiles.csv")]
    kind = "delta" if is_delta else "bulk"
    told = {name.removesuffix(".csv"): kind if (drop / name).exists() else "absent" for name in names}
    told |= dict.fromkeys(ABSENT_FILES[connector.api_version], "absent")
    with open(drop / "manifest.csv", "w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(
            [
                ("propertyName", "value"),
                ("manifest.version", "1.0"),
                ("oneroster.version", connector.api_version),
                *((f"file.{name}", what) for name, what in sorted(told.items())),
                ("source.systemName", connector.display_name),
            ]
        )
