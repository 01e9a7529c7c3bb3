"""The files of the landing zone that cannot be opened. SQL cannot ask: a read that fails ends the whole run."""

import os
import stat

COLUMNS = "folder varchar, drop_id varchar, file_name varchar, path varchar, reason varchar"


def model(dbt, session):
    dbt.config(materialized="table")
    landed = {path for (path,) in dbt.ref("landed_file").select("path").fetchall()}
    rows = []
    for folder in sorted({os.path.dirname(os.path.dirname(path)) for path in landed}):
        for drop in sorted(os.listdir(folder)):
            place = os.path.join(folder, drop)
            if not os.path.isdir(place):
                continue
            try:
                names = sorted(os.listdir(place))
            except OSError as error:
                rows.append((folder, drop, None, place, error.strerror))
                continue
            for name in names:
                reason = why_closed(os.path.join(place, name))
                if reason:
                    rows.append((folder, drop, name, os.path.join(place, name), reason))
    values = [[os.path.basename(folder), *row] for folder, *row in rows]
    names = [column.split()[0] for column in COLUMNS.split(", ")]
    return session.sql(
        f"select unnest(cast($1 as struct({COLUMNS})[]), recursive := true)",
        params=[[dict(zip(names, row)) for row in values]],
    )


def why_closed(path):
    """Why a file cannot be read, or None. A named pipe is not even tried: opening it would wait for ever."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            return "it is no ordinary file"
        os.close(os.open(path, os.O_RDONLY))
    except OSError as error:
        return error.strerror
    return None
