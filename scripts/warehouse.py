"""The warehouse file: one writer at a time, on a copy of its own, published whole or not at all.

A `WorkingCopy` holds the lock of a warehouse and a private copy of it, in a folder beside it. Whatever happens to the
copy, the published file stays as it is until `publish` renames the finished copy over it. Readers that have the old
file open read on: it vanishes from the folder, not from them.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import time
from pathlib import Path
from typing import Iterator

import duckdb


class WarehouseInUse(Exception):
    """Somebody else is writing to the warehouse; the message is a sentence for whoever started this program."""


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
        synchronise(self.path)
        self.refuse_foreign_writes()
        os.replace(self.path, self.published)
        synchronise(self.published.parent)


@contextlib.contextmanager
def working_copy(warehouse: Path, wait: float = 10) -> Iterator[WorkingCopy]:
    """Takes the lock of a warehouse and a copy of it; lets go of both in the end.

    A copy that a killed run left behind is removed, and the run it was for is told of as failed.

    Args:
        warehouse: the DuckDB file.
        wait: seconds to wait for another run.

    Yields:
        The working copy.
    """
    warehouse.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    published = warehouse.resolve()
    folder = published.parent / f".{published.name}.working"
    with locked(published.parent / f".{published.name}.lock", wait):
        leftover = folder.with_suffix(".leftover")
        if folder.exists() and not leftover.exists():
            folder.rename(leftover)
        try:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(mode=0o700)
            copy = WorkingCopy(published, folder / warehouse.name)
            with contextlib.suppress(duckdb.Error):  # what was killed in the middle of writing may be past reading
                tell_of_failed_runs(leftover / warehouse.name, copy.path)
            shutil.rmtree(leftover, ignore_errors=True)
            yield copy
        finally:
            shutil.rmtree(folder, ignore_errors=True)


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


def tell_of_failed_runs(source: Path, target: Path, reason: str = "The run did not finish.") -> None:
    """Copies what the runs schema of one warehouse knows of runs that another has not heard of.

    Args:
        source: the warehouse of a run that is not published.
        target: the warehouse that tells of it, and of nothing else it did.
        reason: why it failed, where the run itself does not say.
    """
    if not source.exists():
        return
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


def fold_log(warehouse: Path) -> None:
    """Writes into the file what a writer that was killed left in the log beside it.

    Args:
        warehouse: the DuckDB file.

    Raises:
        WarehouseInUse: the writer is still there.
    """
    if log_of(warehouse).exists():
        try:
            with duckdb.connect(str(warehouse)) as connection:
                connection.execute("force checkpoint")
        except duckdb.IOException as error:
            raise WarehouseInUse(
                f"Another program has {warehouse} open for writing. Close it, then run this again."
            ) from error


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


def quoted(text: str) -> str:
    """A text as a SQL string."""
    return "'" + text.replace("'", "''") + "'"
