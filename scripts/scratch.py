"""Folders for unfinished work, which hold people's data: none stays behind for long.

A folder is held by a lock in it, which the system lets go of when its process ends, however it ends. What nobody holds
was left by a process that was killed, and is cleared by the next one that makes such a folder.
"""

from __future__ import annotations

import contextlib
import fcntl
import itertools
import os
import shutil
from pathlib import Path
from typing import BinaryIO
from collections.abc import Iterator

LOCK = ".held"
SCRATCH = ".roster-unfinished-"  # what the names of such folders begin with, beside warehouses, copies and backups


@contextlib.contextmanager
def scratch_folder(parent: Path, prefix: str) -> Iterator[Path]:
    """Makes a folder for the user alone, and removes it in the end; abandoned ones beside it are cleared first.

    Args:
        parent: where to make it. What is finished can be renamed out of it into the same file system.
        prefix: what the names of such folders, and of nothing else there, begin with.

    Yields:
        The folder, which holds nothing but a hidden file that stands for the lock.
    """
    clear_abandoned(parent, prefix)
    # numbered, for dbt reads a project anew when paths change, and mostly there is one at a time
    for number in itertools.count():
        folder = parent / f"{prefix}{number}"
        with contextlib.suppress(FileExistsError):
            folder.mkdir(mode=0o700)
            lock = held(folder)
            if lock:
                break
    with lock:
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def clear_abandoned(parent: Path, prefix: str) -> None:
    """Removes the folders of this prefix whose process is gone.

    Args:
        parent: where to look; it need not exist.
        prefix: what their names begin with.
    """
    if not parent.is_dir():
        return
    for entry in list(os.scandir(parent)):
        if entry.name.startswith(prefix) and entry.is_dir(follow_symlinks=False):
            with contextlib.suppress(OSError):  # another user's
                lock = held(Path(entry.path))
                if lock:
                    with lock:
                        shutil.rmtree(entry.path, ignore_errors=True)


def held(folder: Path) -> BinaryIO | None:
    """Takes the lock of a folder.

    Returns:
        The open file that holds it until it is closed; None when another process does, or cleared the folder just now.
    """
    try:
        lock = open(os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600), "r+b")
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.path.samestat(os.stat(folder / LOCK), os.fstat(lock.fileno())):
            return lock
    except (BlockingIOError, FileNotFoundError):
        pass
    lock.close()
    return None
