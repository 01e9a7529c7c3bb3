"""What lies in the landing zone. SQL could list it, but not ask whether a file opens: a read that fails ends the whole run."""

import csv
import os
import re
import stat

COLUMNS = ["folder", "drop_id", "file_name", "delivered_name", "path", "closed_because", "announced_as"]
PROPERTY = {"line_number": "bigint", "property_name": "varchar", "property_value": "varchar"}
LONGEST_LINE = 100_000  # characters; what comes after them is another line


def model(dbt, session):
    dbt.config(materialized="table")
    zone = os.path.abspath(os.environ.get("ONEROSTER_LANDING") or "sample/landing")
    known = ["manifest.csv", *(name for [name] in dbt.ref("oneroster_column").project("file_name").distinct().fetchall())]
    rows = [row for folder in names_in(zone) for row in files_of(zone, folder, {name.lower(): name for name in known})]
    properties = ", ".join(f"{name} {kind}" for name, kind in PROPERTY.items())
    types = ", ".join([*(f"{column} varchar" for column in COLUMNS), f"manifest_properties struct({properties})[]"])
    return session.sql(
        f"""
        select *, try_strptime(drop_id, '%Y%m%dT%H%M%SZ') as landed_at
        from (select unnest(cast($1 as struct({types})[]), max_depth := 2))
        """,
        params=[[dict(zip([*COLUMNS, "manifest_properties"], row)) for row in rows]],
    )


def files_of(zone, folder, known):
    """The files of a folder's drops, one row each; one without a file name for a drop that cannot be opened itself.

    A file that is read goes by its own name in whatever case it was received, unless two go by it; `known` has these names
    by how they are spelt in lower case.
    """
    for drop in names_in(os.path.join(zone, folder)):
        path = os.path.join(zone, folder, drop)
        if not re.fullmatch(r"[0-9]{8}T[0-9]{6}Z", drop):
            continue
        try:
            names = sorted(os.listdir(path)) if os.path.isdir(path) else []
        except OSError as error:
            yield folder, drop, None, None, path, error.strerror, None, None
            continue
        announced = {}
        for name in sorted(names, key=lambda name: name.lower() != "manifest.csv"):
            file = os.path.join(path, name)
            closed_because = why_closed(file) if name.lower().endswith(".csv") else None
            if closed_because or os.path.isfile(file):
                is_alone = [other.lower() for other in names].count(name.lower()) == 1
                file_name = known.get(name.lower(), name) if is_alone else name
                properties = None
                if file_name == "manifest.csv" and not closed_because:
                    properties = properties_of(file)
                    announced = announced_by(properties)
                yield folder, drop, file_name, name, file, closed_because, announced.get(file_name), properties


def properties_of(manifest):
    """What the lines of a manifest say, each for itself: one that is no whole line says nothing."""
    properties = []
    with open(manifest, encoding="utf-8-sig", errors="replace") as file:
        for number, line in enumerate(iter(lambda: file.readline(LONGEST_LINE), ""), 1):
            try:
                cells = [cell.strip() or None for cell in next(csv.reader([line]), [])] if line.count('"') % 2 == 0 else []
            except csv.Error:
                continue
            if len(cells) > 1 and cells[0] not in (None, "propertyName"):
                properties.append(dict(zip(PROPERTY, (number, *cells))))
    return properties


def announced_by(properties):
    """How a manifest says that files are delivered: `bulk`, `delta` or `absent`, by the file's name; the last word counts.

    Under its own name it stands for all of them: `absent` when it announces nothing, what it announces otherwise.
    """
    files = {
        said["property_name"][5:] + ".csv": said["property_value"].lower()
        for said in properties
        if said["property_name"].startswith("file.") and said["property_value"]
    }
    announced = [word for word in files.values() if word != "absent"]
    return {"manifest.csv": announced[0] if announced else "absent"} | files


def names_in(folder):
    """What a folder holds; nothing when it is none, or closed."""
    return sorted(os.listdir(folder)) if os.path.isdir(folder) and os.access(folder, os.R_OK | os.X_OK) else []


def why_closed(path):
    """Why a file cannot be read, or None. A named pipe is not even tried: opening it would wait for ever."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            return "it is no ordinary file"
        os.close(os.open(path, os.O_RDONLY))
    except OSError as error:
        return error.strerror
    return None
