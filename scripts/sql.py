"""Opens the warehouse in DuckDB's shell, read-only: `make sql`, or `make sql < query.sql` for a file of queries."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import duckdb_cli
from warehouse import warehouse_path


def main() -> int:
    """Becomes the shell.

    Returns:
        1 when there is no warehouse; else the exit code is the shell's.
    """
    path = warehouse_path()
    if not path.exists():
        print(f"There is no warehouse at {path}. Run `make build` first, or set ONEROSTER_WAREHOUSE.", file=sys.stderr)
        return 1
    # not the command that the package installs: on Ctrl-C it leaves the shell behind and ends with a traceback
    shell = Path(duckdb_cli.__file__).with_name("duckdb")
    # an absolute path is never taken for an option
    os.execv(shell, [str(shell), "-readonly", str(path.resolve())])


if __name__ == "__main__":
    sys.exit(main())
