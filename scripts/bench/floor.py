"""The floor: DuckDB reads every file of a drop as text into a table, and nothing else.

python scripts/bench/floor.py landing/contoso-2027/20260901T060000Z floor.duckdb
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import duckdb

# as in profiles.yml; blocks are of the size that DuckDB chooses for itself
SETTINGS = {"threads": 2, "preserve_insertion_order": False}


def read_drop(drop: Path, warehouse: Path) -> dict[str, int]:
    """Copies the files of a drop into tables of the same names.

    Args:
        drop: the folder with the CSV files.
        warehouse: the DuckDB file to write; it must not be there yet.

    Returns:
        The number of records by table.

    Raises:
        duckdb.Error: a file cannot be read.
    """
    counts = {}
    with duckdb.connect(str(warehouse), config=SETTINGS) as connection:
        for file in sorted(drop.glob("*.csv")):
            with file.open(newline="", encoding="utf-8") as lines:
                columns = {name: "varchar" for name in next(csv.reader(lines))}
            connection.execute(
                f"""
                create table "{file.stem}" as
                select * from read_csv(
                    $file, auto_detect = false, header = true, columns = {columns},
                    delim = ',', quote = '"', escape = '"'
                )
                """,
                {"file": str(file)},
            )
            counts[file.stem] = connection.execute(f'select count(*) from "{file.stem}"').fetchone()[0]
    return counts


if __name__ == "__main__":
    for table, records in read_drop(Path(sys.argv[1]), Path(sys.argv[2])).items():
        print(f"{table}: {records:,}")
