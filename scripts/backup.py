"""Backs the warehouse up with its key, and puts a backup back: `make backup TO=folder`, `make restore FROM=folder`.

The two belong together: without the key, people who were forgotten would come back.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from pathlib import Path

import duckdb
from privacy import key_file_of
from warehouse import WarehouseInUse, identity, remove, synchronise, working_copy

PROJECT = Path(__file__).resolve().parent.parent


def main() -> int:
    """Backs up or restores.

    Returns:
        0 when it is done, 1 when nothing was changed.
    """
    parser = argparse.ArgumentParser(description="Back the warehouse up with its key, or put a backup back.")
    direction = parser.add_mutually_exclusive_group(required=True)
    direction.add_argument("--to", type=Path, help="folder to write the backup to; it must not be there yet")
    direction.add_argument("--restore", type=Path, help="folder of the backup to put in the warehouse's place")
    arguments = parser.parse_args()
    os.umask(0o077)
    warehouse = Path(os.environ.get("ONEROSTER_WAREHOUSE") or PROJECT / "warehouse" / "roster.duckdb")
    try:
        if arguments.to:
            return back_up(warehouse, arguments.to)
        return restore(warehouse, arguments.restore)
    except (OSError, duckdb.Error, WarehouseInUse) as error:
        print(f"Nothing was changed: {error}", file=sys.stderr)
        return 1


def back_up(warehouse: Path, folder: Path) -> int:
    """Copies the warehouse, as it is between two runs, and its key, into a new folder."""
    if not warehouse.exists():
        print(f"There is no warehouse at {warehouse}.", file=sys.stderr)
        return 1
    folder.mkdir(mode=0o700)
    with working_copy(warehouse) as copy:
        shutil.copyfile(copy.path, folder / warehouse.name)
    if key_file_of(warehouse).exists():
        shutil.copyfile(key_file_of(warehouse), folder / "roster.key")
    for path in folder.iterdir():
        os.chmod(path, 0o600)
        synchronise(path)
    synchronise(folder)
    print(f"Backed up {warehouse} to {folder}. It holds personal data, as the warehouse does.")
    return 0


def restore(warehouse: Path, folder: Path) -> int:
    """Puts a backup in the warehouse's place, at once; readers of the old file read on."""
    backup = folder / warehouse.name
    if identity(backup) is None:
        print(f"There is no backup of {warehouse.name} in {folder}.", file=sys.stderr)
        return 1
    with working_copy(warehouse) as copy:
        remove(copy.path)
        shutil.copyfile(backup, copy.path)
        with duckdb.connect(str(copy.path), read_only=True) as connection:
            newest_run = connection.execute("select max(run_at) from runs.run").fetchone()[0]
        if (folder / "roster.key").exists():
            key = key_file_of(warehouse)
            if key.exists() and key.read_bytes() != (folder / "roster.key").read_bytes():
                print(f"The key in {folder} is another than {key}. Move that one away first.", file=sys.stderr)
                return 1
            shutil.copyfile(folder / "roster.key", key)
            os.chmod(key, 0o600)
        copy.publish()
    print(f"{warehouse} is as it was after the run of {newest_run:%Y-%m-%d %H:%M} UTC.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
