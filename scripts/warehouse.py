"""The warehouse file: one writer at a time, on a copy of its own, published whole or not at all.

A `WorkingCopy` holds the lock of a warehouse and a private copy of it, in a folder beside it. Whatever happens to the
copy, the published file stays as it is until `publish` renames the finished copy over it. Readers that have the old
file open read on: it vanishes from the folder, not from them.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import re
import shlex
import shutil
import sys
import time
from datetime import datetime, timezone
from pathlib import Path
from collections.abc import Iterator

import duckdb
from privacy import key_file_of, restoring_folder, write_key
from scratch import SCRATCH, clear_abandoned

PROJECT = Path(__file__).resolve().parent.parent
# <flow>.<drop>.<file>.<of which bytes>.<made of what>, as the macro `land` names them; tmp_ while DuckDB is writing
LANDED_FILE = re.compile(r"(tmp_)?.+\.\d{8}T\d{6}Z\.\w+\.[0-9a-f]{8}\.[0-9a-f]{8}\.parquet")


class Refusal(Exception):
    """What was asked for is not done, and nothing was changed; the message is a sentence that says why."""


class WarehouseInUse(Exception):
    """Somebody else is writing to the warehouse; the message is a sentence for whoever started this program."""


class DamagedLog(OSError):
    """What lies in the log of a warehouse cannot be read; the message is the sentence that says what to do."""


class WorkingCopy:
    """A private copy of a warehouse that can be published in its place."""

    def __init__(self, published: Path, path: Path) -> None:
        """Copies what is published.

        Args:
            published: the warehouse; it need not exist yet.
            path: where the copy goes. Its name is the warehouse's own: DuckDB names the database after the file, and
                views know their tables by that name.
        """
        self.published = published
        self.path = path
        self.copy()

    def copy(self) -> None:
        """Begins anew with what is published."""
        remove(self.path)
        fold_log(self.published)
        self.copied_from = identity(self.published)
        if self.copied_from:
            shutil.copyfile(self.published, self.path)
        self.refuse_foreign_writes()

    def refuse_foreign_writes(self) -> None:
        """Raises when another program wrote to the published file since it was copied.

        Raises:
            WarehouseInUse: publishing would undo those writes.
        """
        if identity(self.published) != self.copied_from or log_of(self.published).exists():
            raise WarehouseInUse(
                f"Another program wrote to {self.published} meanwhile. Run this again when it is done."
            )

    def publish_report(self, reason: str) -> None:
        """Publishes what the runs schema of the copy says of its run, and nothing else of the copy.

        The copy is gone before the published file is copied again: a run may have failed because the disk was full.

        Args:
            reason: why the run failed, where the run itself does not say.
        """
        report = self.path.with_name("report.duckdb")
        tell_of_failed_runs(self.path, report, reason)
        remove(self.path)
        self.copy()
        tell_of_failed_runs(report, self.path)
        self.publish()

    def publish(self) -> None:
        """Puts the copy in the place of the published file, at once and for good."""
        with duckdb.connect(str(self.path)) as connection:
            connection.execute("force checkpoint")
        os.chmod(self.path, 0o600)
        for path in (self.path, *landed_files(self.published)):
            synchronise(path)
        self.refuse_foreign_writes()
        is_read = is_open(self.published)
        os.replace(self.path, self.published)
        synchronise(self.published.parent)
        if not is_read:  # else the next run clears them: who has the old file open reads on
            clear_landed_files(self.published)


@contextlib.contextmanager
def working_copy(warehouse: Path, wait: float = 10) -> Iterator[WorkingCopy]:
    """Takes a warehouse in hand and makes a copy of it; lets go of both in the end.

    A copy that a killed run left behind is removed, and the run it was for is told of as failed.

    Args:
        warehouse: the DuckDB file.
        wait: seconds to wait for another run.

    Yields:
        The working copy.
    """
    published = warehouse.resolve()
    folder, leftover = working_folders(published)
    with in_hand(published, wait):
        if folder.exists() and not leftover.exists():
            folder.rename(leftover)
        try:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(mode=0o700)
            copy = WorkingCopy(published, folder / warehouse.name)
            if leftover.exists():
                with contextlib.suppress(duckdb.Error):  # what was killed in the middle of writing may be past reading
                    if tell_of_failed_runs(leftover / warehouse.name, copy.path):
                        copy.publish()
                copy.copy()
                shutil.rmtree(leftover, ignore_errors=True)
            yield copy
        finally:
            shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def in_hand(warehouse: Path, wait: float = 10) -> Iterator[None]:
    """Holds the lock of a warehouse, once a restore that was killed is finished and other leftovers are cleared.

    Args:
        warehouse: the DuckDB file; its folder is made when it is missing.
        wait: seconds to wait for another holder.

    Raises:
        WarehouseInUse: another process still held it after that time.
    """
    published = warehouse.resolve()
    published.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with locked(published.with_name(f".{published.name}.lock"), wait):
        finish_restore(published)
        clear_abandoned(published.parent, SCRATCH)
        clear_spill(published)
        clear_landed_files(published)
        yield


def clear_leftovers(warehouse: Path) -> None:
    """Clears what killed programs left beside a warehouse; a run that is under way does so itself.

    Args:
        warehouse: the DuckDB file.
    """
    published = warehouse.resolve()
    clear_abandoned(published.parent, SCRATCH)
    clear_spill(published)
    if any(folder.exists() for folder in (*working_folders(published), restoring_folder(published))):
        with contextlib.suppress(WarehouseInUse), working_copy(warehouse, wait=0):
            pass


def working_folders(published: Path) -> tuple[Path, Path]:
    """The folder of a run's copy, and the one that it becomes when the run was killed."""
    return tuple(published.with_name(f".{published.name}.{state}") for state in ("working", "leftover"))


def finish_restore(published: Path) -> None:
    """Puts a backup and its key in place, once they wait in the folder that `make restore` made.

    Killed at any moment, this begins again where it was. Until the end there is no key, so that no run can take the key
    of the old warehouse for that of the new one. Landed files join those of the old warehouse before it is replaced: two
    of one name hold the same.

    Args:
        published: the warehouse to replace.
    """
    waiting = restoring_folder(published)
    if not waiting.is_dir():
        return
    warehouse, key = waiting / "roster.duckdb", waiting / "roster.key"
    for kept in waiting.glob("*.replaced-*"):
        kept.rename(published.with_name(kept.name))
    if key.exists():
        key_file_of(published).unlink(missing_ok=True)
    for landed in waiting.glob("roster.landed/*"):
        made_landed_folder(published)
        shutil.move(landed, landed_folder_of(published) / landed.name)
    if warehouse.exists():
        log_of(published).unlink(missing_ok=True)
        os.replace(warehouse, published)
        synchronise(published.parent)
    if key.exists():
        write_key(key_file_of(published), key.read_text())
        synchronise(key_file_of(published).parent)
    clear_landed_files(published)
    shutil.rmtree(waiting)


@contextlib.contextmanager
def locked(lock_file: Path, wait: float) -> Iterator[None]:
    """Holds the lock of a warehouse. The system lets go of it when this process ends, however it ends.

    Args:
        lock_file: the file that stands for the lock; it stays.
        wait: seconds to wait for another holder.

    Raises:
        WarehouseInUse: another process still held it after that time.
    """
    with open(lock_file, "a+") as lock:
        deadline = time.monotonic() + wait
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    lock.seek(0)
                    raise WarehouseInUse(
                        f"Another run of this warehouse is under way (process {lock.read().strip()}). "
                        "Nothing was changed; run this again when it is done."
                    ) from None
                time.sleep(0.2)
        lock.seek(0)
        lock.truncate()
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def tell_of_failed_runs(source: Path, target: Path, reason: str = "The run did not finish.") -> bool:
    """Copies what the runs schema of one warehouse knows of runs that another has not heard of.

    Args:
        source: the warehouse of a run that is not published.
        target: the warehouse that tells of it, and of nothing else it did.
        reason: why it failed, where the run itself does not say.

    Returns:
        Whether there were any.
    """
    if not source.exists():
        return False
    with duckdb.connect(str(target)) as connection:
        connection.execute(f"attach {quoted(str(source))} as failed")
        connection.execute("begin")
        connection.execute("create schema if not exists runs")
        connection.execute("create table if not exists runs.run as select * from failed.runs.run where false")
        connection.execute(
            """
            create temp table told as
            select run_id from failed.runs.run where run_id not in (select run_id from runs.run)
            """
        )
        tables = connection.execute("""
            select columns.table_name
            from duckdb_columns() as columns
            semi join duckdb_tables() as tables using (database_name, schema_name, table_name)
            where columns.database_name = 'failed' and columns.schema_name = 'runs' and columns.column_name = 'run_id'
            """).fetchall()
        for (table,) in tables:
            connection.execute(
                f"create table if not exists runs.{table} as select * from failed.runs.{table} where false"
            )
            columns = ", ".join(
                name
                for (name,) in connection.execute(
                    """
                    select column_name from duckdb_columns()
                    where schema_name = 'runs' and table_name = ? and database_name in ('failed', current_database())
                    group by column_name
                    having count(*) = 2
                    """,
                    [table],
                ).fetchall()
            )
            connection.execute(f"""
                insert into runs.{table} ({columns})
                select {columns} from failed.runs.{table}
                where run_id in (select run_id from told)
                """)
        # one that completed and was killed before it was published has not happened either
        connection.execute(
            """
            update runs.run
            set status = 'failed', blocking_error = ?
            where status <> 'failed' and run_id in (select run_id from told)
            """,
            [reason],
        )
        connection.execute("commit")
        connection.execute("detach failed")
        return connection.execute("select count(*) > 0 from told").fetchone()[0]


def fold_log(warehouse: Path) -> None:
    """Writes into the file what a writer that was killed left in the log beside it.

    A log in which DuckDB finds no change that was finished, such as a torn one, is moved aside, and said to be.

    Args:
        warehouse: the DuckDB file.

    Raises:
        WarehouseInUse: the writer is still there.
        DamagedLog: DuckDB finds changes in the log, and cannot read them.
    """
    log = log_of(warehouse)
    if not log.exists():
        return
    try:
        with duckdb.connect(str(warehouse)) as connection:
            connection.execute("force checkpoint")
            if log.exists():
                aside = log.with_name(f"{log.name}.torn-{datetime.now(timezone.utc):%Y%m%dT%H%M%SZ}")
                print(
                    f"The log {log} ({log.stat().st_size:,} bytes) held no change that was finished, so the warehouse "
                    f"is as it was before whatever began to write it; the log was moved to {aside}.",
                    file=sys.stderr,
                )
                os.chmod(log, 0o600)
                log.rename(aside)
    except duckdb.IOException as error:
        if "Could not set lock" in str(error):
            raise WarehouseInUse(
                f"Another program has {warehouse} open for writing. Close it, then run this again."
            ) from error
        if "replaying WAL" not in str(error):
            raise
        raise DamagedLog(
            f"The log {log} is damaged, and the changes in it cannot be read: put a backup back (make restore), or go "
            f"on without those changes by moving it away (mv {shlex.quote(str(log))} {shlex.quote(f'{log}.damaged')})."
        ) from error


def clear_spill(warehouse: Path) -> None:
    """Removes what DuckDB put beside a file when memory was short, unless some process has the file open."""
    spill = warehouse.with_name(f"{warehouse.name}.tmp")
    if spill.is_dir() and not is_open(warehouse):
        shutil.rmtree(spill, ignore_errors=True)


def is_open(warehouse: Path, for_writing: bool = False) -> bool:
    """Whether another process has a DuckDB file open.

    Args:
        warehouse: the DuckDB file, which need not exist.
        for_writing: ask for writers only.
    """
    if not warehouse.exists():
        return False
    with open(warehouse, "r+b") as file:
        try:
            # the same locks as DuckDB's
            fcntl.lockf(file, (fcntl.LOCK_SH if for_writing else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except (BlockingIOError, PermissionError):
            return True
    return False


def landed_folder_of(warehouse: Path) -> Path:
    """Where files landed from drops are kept: ONEROSTER_PARQUET, or roster.landed beside the warehouse; the same as the
    macro `parquet_folder`."""
    return Path(os.environ.get("ONEROSTER_PARQUET") or warehouse.resolve().with_suffix(".landed")).absolute()


def made_landed_folder(warehouse: Path) -> Path:
    """The folder of the landed files, which is made for the user alone when it is not there."""
    folder = landed_folder_of(warehouse)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def landed_files(warehouse: Path) -> list[Path]:
    """The Parquet files of the landed drops of a warehouse, and those that a killed run had begun; no other file."""
    return sorted(path for path in landed_folder_of(warehouse).glob("*.parquet") if LANDED_FILE.fullmatch(path.name))


def clear_landed_files(warehouse: Path) -> None:
    """Removes the landed files that no view of a warehouse reads: older drops', and those of runs that came to nothing.

    Nothing is removed while some program is writing to the warehouse, for it may be a run.

    Args:
        warehouse: the DuckDB file.
    """
    files = landed_files(warehouse)
    if not files:
        return
    with contextlib.suppress(duckdb.Error, OSError), duckdb.connect(str(warehouse), read_only=True) as connection:
        views = connection.execute("select sql from duckdb_views() where schema_name = 'landing'").fetchall()
        read = {name for (sql,) in views for name in re.findall(r"([^/\\]+\.parquet)'", sql)}
        for path in files:
            # in a view, a quote in the name is doubled
            if path.name.replace("'", "''") not in read:
                path.unlink(missing_ok=True)


def identity(path: Path) -> tuple | None:
    """What changes when a file is written to, or None when there is no file."""
    if not path.exists():
        return None
    state = path.stat()
    return state.st_dev, state.st_ino, state.st_size, state.st_mtime_ns


def log_of(warehouse: Path) -> Path:
    """The write-ahead log that DuckDB keeps beside a file while it is written to."""
    return warehouse.with_name(f"{warehouse.name}.wal")


def remove(warehouse: Path) -> None:
    """Removes a DuckDB file with its log and what DuckDB put beside it when memory was short."""
    for path in (warehouse, log_of(warehouse)):
        path.unlink(missing_ok=True)
    shutil.rmtree(warehouse.with_name(f"{warehouse.name}.tmp"), ignore_errors=True)


def synchronise(path: Path) -> None:
    """Has the system write a file, or a folder's list of names, to the disk itself."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def warehouse_path() -> Path:
    """The DuckDB file: the one that ONEROSTER_WAREHOUSE names, else the project's own."""
    return Path(os.environ.get("ONEROSTER_WAREHOUSE") or os.path.relpath(PROJECT / "warehouse" / "roster.duckdb"))


def rows_of(connection: duckdb.DuckDBPyConnection, sql: str, parameters: object = None) -> list[dict]:
    """The rows of a query, each a dict by column."""
    cursor = connection.execute(sql, parameters)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row)) for row in cursor.fetchall()]


def checksum_of(path: Path) -> str:
    """The SHA-256 of a file."""
    checksum = hashlib.sha256()
    with open(path, "rb") as reader:
        while block := reader.read(1024**2):
            checksum.update(block)
    return checksum.hexdigest()


def quoted(text: str) -> str:
    """A text as a SQL string."""
    return "'" + text.replace("'", "''") + "'"


def quoted_name(name: str) -> str:
    """A name as a SQL identifier."""
    return '"' + name.replace('"', '""') + '"'
