"""The key that stands between a person and the hash of a person.

Who has the key can tell which hash is whose, so the key stays where the warehouse is and never goes where copies go.
Losing it means that hashes made later differ from those made before, and that people who were forgotten come back.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def key_file_of(warehouse: Path) -> Path:
    """The file that holds the key of a warehouse: ONEROSTER_KEY, or roster.key beside it."""
    return Path(os.environ.get("ONEROSTER_KEY") or warehouse.parent / f"{warehouse.stem}.key").absolute()


def key_of(warehouse: Path) -> str:
    """The key of a warehouse, which is made when it is first needed.

    Args:
        warehouse: the DuckDB file.

    Returns:
        64 hexadecimal digits.
    """
    path = key_file_of(warehouse)
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "w") as file:
            file.write(secrets.token_hex(32))
            file.flush()
            os.fsync(file.fileno())
    return path.read_text().strip()


def keyed_hash(text: str, key: str) -> str:
    """The keyed hash of a text, as SQL; the same as the macro `keyed_hash`.

    Args:
        text: SQL for the text.
        key: SQL for the key.

    Returns:
        SQL for 64 hexadecimal digits, or null where the text is null.
    """
    return f"sha256({key} || sha256({key} || {text}))"
