"""The key that stands between a person and the hash of a person.

Who has the key can tell which hash is whose, so the key stays where the warehouse is and never goes where copies go.
Losing it means that hashes made later differ from those made before, and that people who were forgotten come back.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
from pathlib import Path

from scratch import SCRATCH, scratch_folder


class DamagedKey(OSError):
    """A key file holds no key; the message is the sentence that says which, and what to do."""


def key_file_of(warehouse: Path) -> Path:
    """The file that holds the key of a warehouse: ONEROSTER_KEY, or roster.key beside it."""
    return Path(os.environ.get("ONEROSTER_KEY") or warehouse.resolve().with_suffix(".key")).absolute()


def key_of(warehouse: Path) -> str:
    """The key of a warehouse, which is made when it is first needed.

    Args:
        warehouse: the DuckDB file.

    Returns:
        64 hexadecimal digits.

    Raises:
        DamagedKey: there is such a file, and no key in it; or a backup is just being put back, with its key.
    """
    path = key_file_of(warehouse)
    if restoring_folder(warehouse).exists():
        raise DamagedKey(
            f"A backup of {warehouse} is being put back, or that was interrupted: then make build finishes it."
        )
    if not path.exists():
        write_key(path, secrets.token_hex(32))
    return read_key(path)


def restoring_folder(warehouse: Path) -> Path:
    """Where a backup and its key wait to be put in place, together; who takes the warehouse next puts them there."""
    published = warehouse.resolve()
    return published.with_name(f".{published.name}.restoring")


def read_key(path: Path) -> str:
    """Reads a key file; see `key_of`."""
    key = path.read_bytes().strip()
    if not re.fullmatch(rb"[0-9a-fA-F]{64}", key):
        raise DamagedKey(
            f"The key file {path} is empty or damaged: a key is 64 hexadecimal digits. "
            "Put it there again from the backup, for without it people who were forgotten would come back."
        )
    return key.decode()


def write_key(path: Path, key: str) -> None:
    """Writes a key file that is not there yet: whole, or not at all, and for its user alone from its first byte.

    Args:
        path: the file; one that another process wrote meanwhile stays.
        key: 64 hexadecimal digits.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with scratch_folder(path.parent, SCRATCH) as folder:
        with open(os.open(folder / path.name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(key)
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(folder / path.name, path)


def keyed_hash(text: str, key: str) -> str:
    """The keyed hash of a text, as SQL; the same as the macro `keyed_hash`.

    Args:
        text: SQL for the text.
        key: SQL for the key.

    Returns:
        SQL for 64 hexadecimal digits, or null where the text is null.
    """
    return f"sha256({key} || sha256({key} || {text}))"
