"""Backs the warehouse up with its key, and puts a backup back: `make backup TO=folder`, `make restore FROM=folder`.

The two belong together: without the key, people who were forgotten would come back. The landed files come along, so that
landing and staging can be queried after a restore; what they hold is not needed by history, and the next run makes it. A backup is believed only when it
has been read: its checksums where it has them, and every value in it.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import os
import shlex
import shutil
import sys
from datetime import datetime, timezone
from pathlib import Path

import duckdb
from confirm import NobodyToAsk, is_confirmed
from privacy import key_file_of, read_key, restoring_folder
from scratch import SCRATCH, scratch_folder
from warehouse import (
    Refusal,
    WarehouseInUse,
    checksum_of,
    clear_leftovers,
    finish_restore,
    fold_log,
    identity,
    in_hand,
    is_open,
    landed_files,
    log_of,
    quoted_name,
    synchronise,
    warehouse_path,
    working_folders,
)

KEY = "roster.key"
LANDED = "roster.landed"
CHECKSUMS = "SHA256SUMS"
SETTLED = "the backup is read and ready; the next make build, backup or restore puts it in place."


class Unfinished(Exception):
    """A restore is settled and not yet done; the message is a sentence that says why."""


class DamagedWarehouse(Exception):
    """A warehouse cannot be read from its first value to its last; the message says what is wrong with it."""


def main() -> int:
    """Backs up or restores.

    Returns:
        0 when it is done, 1 when nothing was changed.
    """
    parser = argparse.ArgumentParser(description="Back the warehouse up with its key, or put a backup back.")
    direction = parser.add_mutually_exclusive_group(required=True)
    direction.add_argument("--to", type=Path, help="folder to write the backup to; it must not be there yet")
    direction.add_argument("--restore", type=Path, help="folder of the backup to put in the warehouse's place")
    parser.add_argument("--yes", action="store_true", help="replace what is there without asking")
    arguments = parser.parse_args()
    os.umask(0o077)
    warehouse = warehouse_path().resolve()
    try:
        if arguments.to:
            back_up(warehouse, arguments.to)
        else:
            restore(warehouse, arguments.restore, arguments.yes)
        return 0
    except KeyboardInterrupt:
        is_settled = restoring_folder(warehouse).exists()
        print(f"\nInterrupted: {SETTLED if is_settled else 'nothing was changed.'}", file=sys.stderr)
    except Unfinished as error:
        print(error, file=sys.stderr)
    except (Refusal, NobodyToAsk, WarehouseInUse, OSError, duckdb.Error) as error:
        print(f"Nothing was changed: {error}", file=sys.stderr)
    return 1


def back_up(warehouse: Path, folder: Path) -> None:
    """Copies the warehouse, as it is between two runs, and its key, into a new folder, and reads the copy.

    Args:
        warehouse: the DuckDB file.
        folder: where the backup goes. It gets its name when everything in it has been read back.
    """
    if not warehouse.exists():
        raise Refusal(f"there is no warehouse at {warehouse}.")
    if os.path.lexists(folder):
        raise Refusal(f"there is something at {folder} already, and a backup is never changed; name a new folder.")
    if not folder.parent.is_dir():
        raise Refusal(f"there is no folder {folder.parent} to make the backup in.")
    clear_leftovers(warehouse)
    key = key_file_of(warehouse)
    with scratch_folder(folder.parent, SCRATCH) as scratch:
        backup = scratch / "backup"
        backup.mkdir(mode=0o700)
        with in_hand(warehouse):
            fold_log(warehouse)
            before = identity(warehouse)
            checksums = {warehouse.name: copied(warehouse, backup / warehouse.name)}
            if identity(warehouse) != before or log_of(warehouse).exists():
                raise WarehouseInUse(f"Another program wrote to {warehouse} meanwhile. Run this again when it is done.")
            if key.exists():
                read_key(key)
                checksums[KEY] = copied(key, backup / KEY)
            checksums |= copies_of_landed_files(landed_files(warehouse), backup)
        (backup / CHECKSUMS).write_text("".join(f"{checksum}  {name}\n" for name, checksum in checksums.items()))
        for path in backup.rglob("*"):
            synchronise(path)
        for name, checksum in checksums.items():
            if checksum_of(backup / name) != checksum:
                raise Refusal(f"what was written to {folder} is not what was read; the disk there cannot be trusted.")
        try:
            newest_run = read_everything(backup / warehouse.name)
        except DamagedWarehouse as error:
            raise Refusal(f"{warehouse} is not worth a backup: {error}") from error
        synchronise(backup)
        backup.rename(folder)
        synchronise(folder.parent)
    print(
        f"Backed up {warehouse}, as it was after the run of {newest_run:%Y-%m-%d %H:%M} UTC, to {folder}. "
        "It holds personal data, as the warehouse does."
    )


def restore(warehouse: Path, folder: Path, is_agreed: bool) -> None:
    """Puts a backup in the warehouse's place, at once, and keeps what was there; readers of the old file read on.

    Args:
        warehouse: the DuckDB file, which need not exist.
        folder: the backup.
        is_agreed: whether to replace what is there without asking.
    """
    database, key, landed = files_of(folder)
    key_file = key_file_of(warehouse)
    in_the_way = [path for path in (warehouse, log_of(warehouse), key_file) if path.exists()]
    warehouse.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    key_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with scratch_folder(warehouse.parent, SCRATCH) as scratch:
        waiting = scratch / "waiting"
        waiting.mkdir(mode=0o700)
        copy = waiting / "roster.duckdb"
        newest_run = checked_copy(folder, database, key, landed, copy)
        if in_the_way and not is_agreed:
            confirm(folder, newest_run, warehouse)
        with in_hand(warehouse):
            if is_open(warehouse, for_writing=True):
                raise WarehouseInUse(
                    f"Another program has {warehouse} open for writing. Close it, then run this again."
                )
            for leftover in working_folders(warehouse):
                shutil.rmtree(leftover, ignore_errors=True)
            kept = keep(warehouse, key_file, waiting)
            if key:
                (waiting / KEY).write_text(read_key(key))
                synchronise(waiting / KEY)
            for path in (copy, *waiting.glob(f"{LANDED}/*"), waiting):
                synchronise(path)
            waiting.rename(restoring_folder(warehouse))  # from here on it is settled
            try:
                finish_restore(warehouse)
            except OSError as error:
                raise Unfinished(f"{error}: {SETTLED}") from error
    print(f"{warehouse} is as it was after the run of {newest_run:%Y-%m-%d %H:%M} UTC.")
    if kept:
        print(
            f"What it replaced is in {kept}, personal data and all: make restore FROM={shlex.quote(str(kept))} puts it back. "
            "Delete it when you no longer need it."
        )


def files_of(folder: Path) -> tuple[Path, Path | None, list[Path]]:
    """The files of a backup, whatever they are called.

    Returns:
        The DuckDB file, the key if there is one, and the landed files; older backups have none.
    """
    if not folder.is_dir():
        raise Refusal(f"there is no folder {folder}; name the folder that make backup wrote.")
    files = [path for path in sorted(folder.iterdir()) if path.is_file() and not path.name.startswith(".")]
    keys = [path for path in files if path.suffix == ".key"]
    databases = [path for path in files if path.suffix not in (".key", ".wal") and path.name != CHECKSUMS]
    if not databases:
        raise Refusal(f"there is no backup in {folder}.")
    if len(databases) > 1 or len(keys) > 1:
        names = ", ".join(path.name for path in (databases if len(databases) > 1 else keys))
        raise Refusal(f"{folder} holds {names}, and one of them alone can be put back; move the others away.")
    return databases[0], keys[0] if keys else None, sorted(folder.glob(f"{LANDED}/*.parquet"))


def copies_of_landed_files(files: list[Path], folder: Path) -> dict[str, str]:
    """Copies landed files into a folder of their own in another one; the SHA-256 of each, by its path in that one."""
    if files:
        (folder / LANDED).mkdir(mode=0o700)
    return {f"{LANDED}/{file.name}": copied(file, folder / LANDED / file.name) for file in files}


def checked_copy(folder: Path, database: Path, key: Path | None, landed: list[Path], copy: Path) -> datetime:
    """Copies the warehouse of a backup, and makes sure that the copy is what was backed up.

    Args:
        folder: the backup.
        database: its DuckDB file.
        key: its key, if there is one.
        landed: its landed files.
        copy: where the copy goes; the landed files go beside it.

    Returns:
        The instant of its newest run.
    """
    written = {database: copied(database, copy)}
    if log_of(database).exists():
        written[log_of(database)] = copied(log_of(database), log_of(copy))
    if key:
        read_key(key)
        written[key] = checksum_of(key)
    written |= {folder / name: checksum for name, checksum in copies_of_landed_files(landed, copy.parent).items()}
    try:
        lines = (folder / CHECKSUMS).read_text().splitlines()
    except FileNotFoundError:
        print(f"{folder} has no file {CHECKSUMS} to check it by; reading every value in it.")
    except ValueError as error:
        raise Refusal(f"{folder / CHECKSUMS} is damaged: {error}") from error
    else:
        expected = {name: checksum for checksum, _, name in (line.partition("  ") for line in lines)}
        for path, checksum in written.items():
            if checksum not in expected.values():
                raise Refusal(f"{path} is damaged: its checksum is not in {CHECKSUMS}. Take another backup.")
        if key is None and KEY in expected:
            raise Refusal(f"{KEY} is missing in {folder}; without it, people who were forgotten would come back.")
    try:
        if log_of(copy).exists():
            with duckdb.connect(str(copy)) as connection:
                connection.execute("force checkpoint")
            log_of(copy).unlink(missing_ok=True)
        newest_run = read_everything(copy)
    except (DamagedWarehouse, duckdb.Error) as error:
        raise Refusal(f"{database} is damaged, or no warehouse: {error}") from error
    for path in landed:
        try:
            duckdb.execute("select bit_xor(hash(line)) from read_parquet(?) as line", [str(copy.parent / LANDED / path.name)])
        except duckdb.Error as error:
            raise Refusal(f"{path} is damaged. Remove it: the next run lands its file anew.") from error
    if key is None and people_are_forgotten(copy):
        raise Refusal(f"people were forgotten in {database}, and its key is missing; put {KEY} beside it.")
    return newest_run


def read_everything(warehouse: Path) -> datetime:
    """Reads every value of every table: DuckDB looks at the checksum of a block when it reads it.

    Args:
        warehouse: the DuckDB file.

    Returns:
        The instant of the newest run.

    Raises:
        DamagedWarehouse: something cannot be read, or it is not a warehouse.
    """
    try:
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            tables = connection.execute("""
                select schema_name, table_name from duckdb_tables() where database_name = current_database()
                """).fetchall()
            for schema, table in tables:
                connection.execute(
                    f'select bit_xor(hash("this row")) from {quoted_name(schema)}.{quoted_name(table)} as "this row"'
                ).fetchall()
            if ("runs", "run") not in tables:
                raise DamagedWarehouse("it has no table runs.run")
            newest_run, has_completed = connection.execute(
                "select max(run_at), bool_or(starts_with(status, 'completed')) from runs.run"
            ).fetchone()
            if newest_run is None:
                raise DamagedWarehouse("it holds no run")
            if has_completed and "history" not in dict(tables):
                raise DamagedWarehouse("it has no history")
            return newest_run
    except duckdb.Error as error:
        raise DamagedWarehouse(str(error).split("\n")[0]) from error


def people_are_forgotten(warehouse: Path) -> bool:
    """Whether a warehouse holds hashes of people to keep out, which are of no use without its key."""
    with duckdb.connect(str(warehouse), read_only=True) as connection, contextlib.suppress(duckdb.CatalogException):
        return bool(connection.execute("select 1 from privacy.removal where reason = 'person' limit 1").fetchone())
    return False


def confirm(folder: Path, newest_run: datetime, warehouse: Path) -> None:
    """Says what is about to replace what, and has whoever started this program agree.

    Raises:
        Refusal: they did not.
    """
    try:
        present = f"which is as it was after the run of {read_everything(warehouse):%Y-%m-%d %H:%M} UTC"
    except DamagedWarehouse:
        present = "which cannot be read"
    print(
        f"{folder} holds the warehouse as it was after the run of {newest_run:%Y-%m-%d %H:%M} UTC.\n"
        f"It takes the place of {warehouse}, {present}. What is there now is kept."
    )
    if not is_confirmed("Put the backup there?", beforehand=False):
        raise Refusal("it was not confirmed.")


def keep(warehouse: Path, key_file: Path, waiting: Path) -> Path | None:
    """Puts by what is about to be replaced: a folder like a backup, which `finish_restore` moves beside the warehouse.

    Args:
        warehouse: the DuckDB file, which stays in its place until then.
        key_file: its key.
        waiting: where to put it for now.

    Returns:
        Where it will be, or None when there is nothing to keep.
    """
    files = {
        path: name
        for path, name in (
            (warehouse, warehouse.name),
            (log_of(warehouse), log_of(warehouse).name),
            (key_file, KEY),
            *((path, f"{LANDED}/{path.name}") for path in landed_files(warehouse)),
        )
        if path.exists()
    }
    if not files:
        return None
    instant = f"{datetime.now(timezone.utc):%Y%m%dT%H%M%SZ}"
    number, kept = 1, warehouse.with_name(f"{warehouse.name}.replaced-{instant}")
    while kept.exists():
        number += 1
        kept = warehouse.with_name(f"{warehouse.name}.replaced-{instant}-{number}")
    folder = waiting / kept.name
    folder.mkdir(mode=0o700)
    for path, name in files.items():
        (folder / name).parent.mkdir(mode=0o700, exist_ok=True)
        try:
            os.link(path, folder / name)
        except OSError:  # another disk, or one without hard links
            shutil.copyfile(path, folder / name)
    return kept


def copied(source: Path, target: Path) -> str:
    """Copies a file into a new one; the SHA-256 of what was read."""
    checksum = hashlib.sha256()
    with open(source, "rb") as reader, open(target, "xb") as writer:
        while block := reader.read(1024**2):
            checksum.update(block)
            writer.write(block)
    return checksum.hexdigest()


if __name__ == "__main__":
    sys.exit(main())
