"""The files of the landing zone that cannot be opened. SQL cannot ask: a read that fails ends the whole run."""

import os
import stat

COLUMNS = ["folder", "drop_id", "file_name", "path", "reason"]


def model(dbt, session):
    dbt.config(materialized="table")
    rows = []
    for (landed,) in dbt.ref("landed_file").select("path").limit(1).fetchall():
        # <landing zone>/<folder>/<drop>/<file>: what is joined below are the paths of landed_file, letter by letter
        zone = os.path.dirname(os.path.dirname(os.path.dirname(landed)))
        for folder in sorted(os.listdir(zone)):
            rows += closed_in(zone, folder)
    types = ", ".join(f"{column} varchar" for column in COLUMNS)
    return session.sql(
        f"select unnest(cast($1 as struct({types})[]), recursive := true)",
        params=[[dict(zip(COLUMNS, row)) for row in rows]],
    )


def closed_in(zone, folder):
    """What cannot be opened in a flow's folder, one row each; without a file name, a whole drop."""
    place = os.path.join(zone, folder)
    for drop in sorted(os.listdir(place)) if os.path.isdir(place) and os.access(place, os.R_OK | os.X_OK) else []:
        path = os.path.join(place, drop)
        try:
            names = sorted(os.listdir(path)) if os.path.isdir(path) else []
        except OSError as error:
            yield folder, drop, None, path, error.strerror
            continue
        for name in names:
            reason = why_closed(os.path.join(path, name)) if name.lower().endswith(".csv") else None
            if reason:
                yield folder, drop, name, os.path.join(path, name), reason


def why_closed(path):
    """Why a file cannot be read, or None. A named pipe is not even tried: opening it would wait for ever."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            return "it is no ordinary file"
        os.close(os.open(path, os.O_RDONLY))
    except OSError as error:
        return error.strerror
    return None
