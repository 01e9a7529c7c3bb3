"""The cost of history: three school years of two runs a day, with 1 % churn a week.

A run in every so many weeks is real and measured: the first, which brings the changes of those weeks. Of the others,
which bring nothing new, one is real in every tenth week or later, and measured. The rest leave what they would leave:
their drops lie in the landing zone (as hard links), and their rows in the run log, copied from the newest real run.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
from measure import Measurement, measure

SCRIPTS = Path(__file__).resolve().parent.parent
STUDENTS = 2_000
CHURN = 0.01  # a week; half leave and are replaced, half change
NEW_IN_A_YEAR = 0.08
YEARS = {
    "contoso-2026": datetime(2025, 8, 18),
    "contoso-2027": datetime(2026, 8, 17),
    "contoso-2028": datetime(2027, 8, 16),
}
RUNS_A_WEEK = 10
DAILY_RUN = ["--selector", "daily_run"]
SAMPLE_EVERY = 10  # weeks
REPEATS = 5
# year 2028 is not shipped
SEEDS = {
    "district_year_time_period.csv": "2028,School year 2027-28,2028,2027-08-01,2028-07-31",
    "district_inbound_flow.csv": (
        "contoso-2028,Contoso 2027-28,contoso-csv,2028,educationRostering,2027-07-01,2028-07-31,ready"
    ),
}
RUN_LOG = ["run", "run_activity", "directory_activity", "run_statistics", "validation_result"]
QUERIES = {  # what an analyst asks: SQL, with $first, $from and $to as dates
    "roster on a day": """
        select school, class, count(*) from analysis.roster_on($first) where role = 'student' group by school, class
    """,
    "class list": "select school, class, teachers, students, student_names from analysis.class_list",
    "people changes": "select * from analysis.people_changes($from, $to)",
    "one person": "select * from history.users where sourced_id = 'stu-7' order by dbt_valid_from",
}


class District:
    """A district that changes from week to week, kept as tables of text."""

    def __init__(self, folder: Path, students: int) -> None:
        """Generates the district's first week.

        Args:
            folder: an empty folder.
            students: how many it has.
        """
        self.first = folder / "landing" / "contoso-2027" / "20260901T060000Z"
        self.joined = 0
        subprocess.run(
            [
                *(sys.executable, str(SCRIPTS / "make_sample.py"), "--landing", str(folder / "landing")),
                *("--students", str(students), "--faulty-share", "0.01"),
            ],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        self.tables = duckdb.connect()
        for file in ("users", "enrollments", "demographics"):
            self.tables.execute(
                f"create table {file} as select * from read_csv($file, header = true, all_varchar = true)",
                {"file": str(self.first / f"{file}.csv")},
            )

    def change(self, week: int, leaving: float, changing: float) -> None:
        """Lets some students leave, as many take their places, and others change their names or end enrollments.

        Args:
            week: a number that was not used before; it decides who.
            leaving: the share of students who leave.
            changing: the share of students whose name changes, and of enrollments whose last day changes.
        """
        parameters = {"week": week, "leaving": round(leaving * 1e6), "changing": round(changing * 1e6)}
        self.tables.execute(
            """
            create or replace temp table leavers as
            select sourcedId as old_id, 'w' || $week || '-' || row_number() over (order by sourcedId) as new_name
            from users
            where role = 'student' and hash(sourcedId, $week) % 1000000 < $leaving
            """,
            {"week": week, "leaving": parameters["leaving"]},
        )
        self.tables.execute("""
            update users
            set
                sourcedId = 'stu-' || new_name,
                username = new_name,
                userIds = '{LDAP:' || new_name || '}',
                identifier = new_name,
                email = new_name || '@contoso.example'
            from leavers
            where sourcedId = old_id
            """)
        self.tables.execute("""
            update enrollments
            set userSourcedId = 'stu-' || new_name, sourcedId = 'enr-' || new_name || '-' || sourcedId
            from leavers
            where userSourcedId = old_id
            """)
        self.tables.execute(
            "update demographics set sourcedId = 'stu-' || new_name from leavers where sourcedId = old_id"
        )
        who = {"week": week, "changing": parameters["changing"]}
        self.tables.execute(
            """
            update users
            set familyName =
                case when ends_with(familyName, '-Smith') then familyName[:-7] else familyName || '-Smith' end
            where role = 'student' and hash(sourcedId, $week, 'name') % 1000000 < $changing
            """,
            who,
        )
        self.tables.execute(
            """
            update enrollments set endDate = case endDate when '2027-06-11' then '2027-01-31' else '2027-06-11' end
            where hash(sourcedId, $week, 'end') % 1000000 < $changing
            """,
            who,
        )

    def write(self, drop: Path) -> None:
        """Writes the district as it is now as one drop."""
        drop.mkdir(parents=True)
        for file in self.first.glob("*.csv"):
            if file.stem in ("users", "enrollments", "demographics"):
                self.tables.execute(f"copy {file.stem} to '{drop / file.name}' (format csv, header)")
            else:
                os.link(file, drop / file.name)


def simulate(
    work: Path, project: Path, weeks: int = 40, every: int = 1, students: int = STUDENTS, most_seconds: float = 3600
) -> dict:
    """Runs the three years and measures along the way.

    Args:
        work: a folder to work in.
        project: a copy of the project; its district seeds are added to.
        weeks: school weeks of a year.
        every: in how many weeks a real run comes, with the changes of those weeks.
        students: the district's size.
        most_seconds: wall time after which a run is stopped.

    Returns:
        students, weeks, every, real_runs, noted_runs, rows by table at the end, and points: one dict per real run of a week.

    Raises:
        RuntimeError: a run did not complete.
    """
    for file, line in SEEDS.items():
        with (project / "seeds" / "district" / file).open("a", encoding="utf-8") as seed:
            seed.write(line + "\n")
    landing, warehouse, target = work / "landing", work / "warehouse" / "roster.duckdb", work / "target"
    landing.mkdir()
    warehouse.parent.mkdir()
    district = District(work / "district", students)
    log = work / "build.log"
    points, counts = [], {"real_runs": 0, "noted_runs": 0}

    def dbt(run_at: datetime, *command: str) -> Measurement:
        arguments = ["--no-use-colors", "--project-dir", str(project), "--profiles-dir", str(project)]
        arguments += ["--target-path", str(target), "--log-path", str(work / "logs")]
        settings = {
            "ONEROSTER_LANDING": str(landing),
            "ONEROSTER_WAREHOUSE": str(warehouse),
            "ONEROSTER_RUN_AT": f"{run_at:%Y-%m-%dT%H:%M:%SZ}",
        }
        whole = [sys.executable, "-m", "dbt.cli.main", *command, *arguments]
        return measure(whole, log, settings, project, most_seconds)

    def build(run_at: datetime) -> dict:
        taken = dbt(run_at, "build", *DAILY_RUN)
        counts["real_runs"] += 1
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            done = connection.execute("select run_at, status from runs.run order by run_at desc limit 1").fetchone()
        if taken.stopped or not done or done[0] != run_at or not done[1].startswith("completed"):
            raise RuntimeError(f"the run of {run_at} did not complete: {done}\n{log.read_text()[-2000:]}")
        return {"seconds": round(taken.seconds, 2), "megabytes": round(taken.megabytes)}

    # every run but the very first finds the project parsed
    dbt(list(YEARS.values())[0], "parse")
    number = 0
    for flow, first_day in YEARS.items():
        if number:
            district.change(10_000 + number, NEW_IN_A_YEAR, 0)
        for week in range(0, weeks, every):
            monday = first_day + timedelta(weeks=week)
            instants = [
                monday + timedelta(weeks=later, days=day, hours=hour)
                for later in range(min(every, weeks - week))
                for day in range(5)
                for hour in (6, 18)
            ]
            if number:
                district.change(number, every * CHURN / 2, every * CHURN / 2)
            drop = landing / flow / f"{instants[0]:%Y%m%dT%H%M%SZ}"
            district.write(drop)
            run_at = instants[0] + timedelta(hours=1)
            is_last = week + every >= weeks and flow == list(YEARS)[-1]
            is_sample = number * every % SAMPLE_EVERY < every or is_last
            point = {"week": number * every, "date": f"{monday:%Y-%m-%d}", "build": build(run_at)}
            for instant in instants[1:]:
                shutil.copytree(drop, landing / flow / f"{instant:%Y%m%dT%H%M%SZ}", copy_function=os.link)
            noted = instants[1:-1] if is_sample else instants[1:]
            note_runs(warehouse, noted)
            counts["noted_runs"] += len(noted)
            if is_sample:
                point["unchanged"] = build(instants[-1] + timedelta(hours=1))
                point["queries"] = query_times(warehouse, list(YEARS.values())[0], monday)
            point |= sizes_of(warehouse)
            points.append(point)
            queries = {name: f"{milliseconds:.0f} ms" for name, milliseconds in point.get("queries", {}).items()}
            print(
                f"  {point['date']}: {point['build']['seconds']} s, {point['file_mb']} MB {queries or ''}", flush=True
            )
            number += 1
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        names = connection.execute("select schema_name || '.' || table_name from duckdb_tables()").fetchall()
        # DuckDB's own estimates count rows that were deleted
        rows = {name: connection.execute(f"select count(*) from {name}").fetchone()[0] for [name] in names}
    tables = dict(sorted(rows.items(), key=lambda item: -item[1]))
    return {"students": students, "weeks": weeks, "every": every, **counts, "tables": tables, "points": points}


def note_runs(warehouse: Path, instants: list[datetime]) -> None:
    """Writes into the run log what unchanged runs would have written.

    Args:
        warehouse: the DuckDB file; its newest run is copied.
        instants: when their drops arrived; each ran an hour later.
    """
    with duckdb.connect(str(warehouse)) as connection:
        [newest] = connection.execute("select run_id from runs.run order by run_at desc limit 1").fetchone()
        for number, instant in enumerate(instants, start=1):
            run_at = instant + timedelta(hours=1)
            changed = {"run_id": f"noted-{run_at:%Y%m%dT%H%M%SZ}"}
            for table in RUN_LOG:
                replaced = ["$run_id as run_id"]
                values = dict(changed)
                if table == "run":
                    # the clock of the simulation runs ahead of the machine's
                    replaced += ["$run_at as run_at", "started_at + to_microseconds($number) as started_at"]
                    values |= {"run_at": run_at, "number": number}
                if table == "run_activity":
                    replaced.append("case when drop_id is not null then $drop_id end as drop_id")
                    values["drop_id"] = f"{instant:%Y%m%dT%H%M%SZ}"
                connection.execute(
                    f"""
                    insert into runs.{table}
                    select * replace ({', '.join(replaced)}) from runs.{table} where run_id = $newest
                    """,
                    values | {"newest": newest},
                )


def query_times(warehouse: Path, first_day: datetime, monday: datetime) -> dict[str, float]:
    """How long an analyst waits, in milliseconds: the median of a few times, on a file just opened."""
    dates = {"first": first_day, "from": monday - timedelta(weeks=4), "to": monday + timedelta(days=7)}
    times = {}
    for name, query in QUERIES.items():
        parameters = {key: f"{date:%Y-%m-%d}" for key, date in dates.items()}
        for key, date in parameters.items():
            query = query.replace(f"${key}", f"'{date}'")
        taken = []
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            for _ in range(REPEATS):
                began = time.perf_counter()
                connection.execute(query).fetchall()
                taken.append(1000 * (time.perf_counter() - began))
        times[name] = round(statistics.median(taken), 1)
    return times


def sizes_of(warehouse: Path) -> dict:
    """The warehouse's size: the file and the part of it in use, in millions of bytes, and the versions in history."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        block, used = connection.execute("select block_size, used_blocks from pragma_database_size()").fetchone()
        names = connection.execute("select table_name from duckdb_tables() where schema_name = 'history'").fetchall()
        versions = sum(connection.execute(f"select count(*) from history.{name}").fetchone()[0] for [name] in names)
    return {
        "file_mb": round(warehouse.stat().st_size / 1e6, 1),
        "used_mb": round(block * used / 1e6, 1),
        "versions": versions,
    }
