"""What lies in the landing zone. SQL could list it, but not ask whether a file opens: a read that fails ends the whole run."""

import csv
import os
import re
import stat

COLUMNS = ["folder", "drop_id", "file_name", "delivered_name", "path", "closed_because", "announced_as"]
MOST_OF_A_MANIFEST = 100_000  # characters; no manifest is as long


def model(dbt, session):
    dbt.config(materialized="table")
    zone = os.path.abspath(os.environ.get("ONEROSTER_LANDING") or "sample/landing")
    known = ["manifest.csv", *(name for [name] in dbt.ref("oneroster_column").project("file_name").distinct().fetchall())]
    rows = [row for folder in names_in(zone) for row in files_of(zone, folder, {name.lower(): name for name in known})]
    types = ", ".join(f"{column} varchar" for column in COLUMNS)
    return session.sql(
        f"""
        select *, try_strptime(drop_id, '%Y%m%dT%H%M%SZ') as landed_at
        from (select unnest(cast($1 as struct({types})[]), recursive := true))
        """,
        params=[[dict(zip(COLUMNS, row)) for row in rows]],
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
            yield folder, drop, None, None, path, error.strerror, None
            continue
        announced = {}
        for name in sorted(names, key=lambda name: name != "manifest.csv"):
            file = os.path.join(path, name)
            closed_because = why_closed(file) if name.lower().endswith(".csv") else None
            if closed_because or os.path.isfile(file):
                is_alone = [other.lower() for other in names].count(name.lower()) == 1
                file_name = known.get(name.lower(), name) if is_alone else name
                if file_name == "manifest.csv" and not closed_because:
                    announced = announcements(file)
                yield folder, drop, file_name, name, file, closed_because, announced.get(file_name)


def announcements(manifest):
    """How a manifest says that files are delivered: `bulk`, `delta` or `absent`, by the file's name.

    Under its own name it stands for all of them: `absent` when it announces nothing, what it announces otherwise.
    """
    with open(manifest, encoding="utf-8-sig", errors="replace", newline="") as file:
        try:
            lines = [line for line in csv.reader(file.read(MOST_OF_A_MANIFEST).splitlines()) if len(line) > 1]
        except csv.Error:
            return {}
    files = {line[0].strip()[5:] + ".csv": line[1].strip().lower() for line in lines if line[0].strip().startswith("file.")}
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
