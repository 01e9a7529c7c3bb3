"""Says who and what a held drop would add, change and end, and what that may come from: `make review`.

The drop is run, as if it were approved, on a throw-away copy of the warehouse, which is gone in the end. What comes of it
is printed, and written as a page for the user alone, for it names people. `make discard DROP=<flow>/<drop>` sets a held
drop aside: its folder gets a hidden name, under which no run sees it.
"""

from __future__ import annotations

import argparse
import os
import sys
from datetime import datetime, timezone
from pathlib import Path

import duckdb
from build import PROJECT, SAMPLE, check_drop, check_flow, listed
from fix_first import counted
from report import environment, write_privately
from validate import copy_to_try, instant_of_trial, trial_run
from warehouse import Refusal, WarehouseInUse, quoted, quoted_name, rows_of, warehouse_path

FILES = {  # file -> what its records are called, what names one, what is the same when an id has changed
    "orgs": ("organizations", "name", ["name"]),
    "academic_sessions": ("sessions", "title", ["title", "start_date"]),
    "courses": ("courses", "title", ["title", "course_code"]),
    "classes": ("classes", "title", ["title", "course_sourced_id", "school_sourced_id"]),
    "users": ("people", "concat_ws(' ', given_name, family_name)", ["given_name", "family_name", "username"]),
    "roles": ("roles", "role", ["user_sourced_id", "role", "org_sourced_id"]),
    "enrollments": ("enrollments", "role", ["class_sourced_id", "user_sourced_id", "role"]),
    "demographics": ("demographics", "sourced_id", []),
}
NOT_COMPARED = {
    "inbound_flow_id", "sourced_id", "status", "date_last_modified", "metadata", "is_active_in_session", "first_seen_at",
    "last_seen_at", "ended_by", "change", "recorded_at",
}
CHANGES = {"left": "would leave", "appeared": "would appear", "changed": "would change"}
MOST_CAUSES, MOST_SAMPLES, MOST_GROUPS = 3, 5, 20
FEWEST = 0.1  # share of what would leave, or change, that a cause has to explain


def main() -> int:
    """Reviews the held drops, or sets one aside.

    Returns:
        0 when that was done, or nothing is held; 1 when it could not be.
    """
    parser = argparse.ArgumentParser(description="Say who and what a held drop would add, change and end.")
    parser.add_argument("--flow", action="extend", default=[], type=listed, metavar="FLOW,...", help="these inbound flows only")
    parser.add_argument("--discard", metavar="FLOW/DROP", help="set a held drop aside, so that no run sees it")
    parser.add_argument("--output", type=Path, default=PROJECT / "reports" / "review.html", help="the page to write")
    arguments = parser.parse_args()
    os.umask(0o077)
    os.chdir(PROJECT)
    landing = Path(os.environ.get("ONEROSTER_LANDING") or SAMPLE)
    warehouse = warehouse_path()
    try:
        if not warehouse.exists():
            raise Refusal(f"there is no warehouse at {warehouse}. Run make build first, or set ONEROSTER_WAREHOUSE.")
        for flow in arguments.flow:
            check_flow(flow)
        held = held_drops(warehouse)
        if arguments.discard:
            return discard(arguments.discard, held, landing)
        wanted = [each for each in held.values() if not arguments.flow or each["flow"] in arguments.flow]
        if not wanted:
            names = ", ".join(f"{each['flow']}/{each['drop']}" for each in held.values())
            print(f"No drop of these flows is held; held are {names}." if held else "No drop is held.")
            return 0
        reviews = [each | reviewed(warehouse, landing, each["flow"], each["drop"]) for each in wanted]
    except (Refusal, WarehouseInUse) as refusal:
        print(f"Refused: {refusal}", file=sys.stderr)
        return 1
    except (OSError, duckdb.Error, ValueError) as error:
        print(f"The review broke off: {error}", file=sys.stderr)
        return 1
    for review in reviews:
        show(review)
    page = environment().get_template("review.html").render(reviews=reviews, written_at=datetime.now(timezone.utc), changes=CHANGES)
    write_privately(arguments.output, page)
    print(f"\nThe same as a page to hand on, with names in it: {arguments.output}")
    return 0


def held_drops(warehouse: Path) -> dict[str, dict]:
    """The drops that the newest run of their flow held.

    Args:
        warehouse: the DuckDB file.

    Returns:
        Flow -> its `flow`, `drop`, and the `reasons`, in the words of that run.
    """
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        held = rows_of(
            connection,
            """
            with newest as (
                select activities.inbound_flow_id, activities.drop_id, activities.run_id
                from runs.run_activity as activities
                inner join runs.run using (run_id)
                where activities.status <> 'skipped'
                qualify row_number() over (
                    partition by activities.inbound_flow_id order by run.run_at desc, run.started_at desc
                ) = 1
            )

            select
                newest.inbound_flow_id as flow,
                newest.drop_id as drop,
                list(split_part(results.message, '. ', 1) || '.' order by results.file_name) as reasons
            from newest
            inner join runs.validation_result as results
                on
                    newest.run_id = results.run_id
                    and newest.inbound_flow_id = results.inbound_flow_id
                    and results.rule = 'within_hold_limits'
            group by newest.inbound_flow_id, newest.drop_id
            order by flow
            """,
        )
    return {each["flow"]: each for each in held}


def discard(named: str, held: dict[str, dict], landing: Path) -> int:
    """Sets a held drop aside.

    Args:
        named: flow and drop.
        held: the drops that are held, by flow.
        landing: the landing zone.

    Returns:
        0.

    Raises:
        Refusal: no such drop is held, or it is gone.
    """
    flow, _, drop = named.partition("/")
    check_flow(flow)
    check_drop(drop)
    if flow not in held or held[flow]["drop"] != drop:
        instead = f"Held is {flow}/{held[flow]['drop']}." if flow in held else f"No drop of {flow} is."
        raise Refusal(f"{named} is not held. {instead}")
    folder = landing / flow / drop
    aside = folder.with_name(f".{drop}-discarded")
    if not folder.is_dir():
        raise Refusal(f"there is no drop {named} in the landing zone {landing} any more.")
    folder.rename(aside)
    print(f"Set aside: {named} is now {aside}, where no run sees it. Have it exported again, and land that.")
    return 0


def reviewed(warehouse: Path, landing: Path, flow: str, drop: str) -> dict:
    """Runs a held drop on a copy of the warehouse, and finds out what it would do.

    Args:
        warehouse: the DuckDB file.
        landing: the landing zone.
        flow: the flow.
        drop: the drop.

    Returns:
        What the page and the terminal say of it.

    Raises:
        Refusal: the drop is gone, or cannot be run.
    """
    if not (landing / flow / drop).is_dir():
        raise Refusal(f"there is no drop {flow}/{drop} in the landing zone {landing} any more.")
    print(f"{flow}/{drop} is tried on a copy.", flush=True)
    with copy_to_try(warehouse) as copy:
        run_at = instant_of_trial(copy, landing)
        _, problems = trial_run(copy, landing, run_at, {"flows": [flow], "approved_drops": [f"{flow}/{drop}"]})
        if problems:
            raise Refusal(f"{flow}/{drop} cannot be tried: {'; '.join(problems)}")
        with duckdb.connect(str(copy)) as connection:
            return Review(connection, flow).facts()


class Review:
    """What a drop did to a copy of the warehouse."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, flow: str) -> None:
        """Sets what is before the run, and after it, beside each other.

        Args:
            connection: the copy, in which the drop was run.
            flow: the flow.
        """
        self.connection = connection
        connection.execute("set variable flow = ?", [flow])
        connection.execute("set variable run_at = (select max(run_at) from runs.run)")
        for file in FILES:
            connection.execute(f"""
                create temp view before_{file} as
                select * exclude (change) from history.{file}
                where
                    inbound_flow_id = getvariable('flow')
                    and is_active_in_session
                    and dbt_valid_from < getvariable('run_at')
                    and coalesce(dbt_valid_to, 'infinity') >= getvariable('run_at')
                """)
            connection.execute(f"""
                create temp view change_{file} as
                select sourced_id, if(change = 'returned', 'appeared', change) as change from changes.{file}
                where inbound_flow_id = getvariable('flow') and change <> 'stood_in'
                """)
            connection.execute(f"""
                create temp view after_{file} as
                select * exclude (change) from history.{file}
                where inbound_flow_id = getvariable('flow') and is_active_in_session and dbt_valid_to is null
                """)

    def facts(self) -> dict:
        """All that is said of the drop."""
        files = [file for file in (self.counts(name) for name in FILES) if any(file[change] for change in CHANGES)]
        return {
            "files": files,
            "groups": self.groups(),
            "causes": self.causes(files)[:MOST_CAUSES],
            "samples": {file["name"]: self.samples(file["name"]) for file in files if file["name"] in ("users", "classes", "orgs")},
        }

    def rows(self, sql: str) -> list[dict]:
        """The rows of a query, each a dict by column."""
        return rows_of(self.connection, sql)

    def counts(self, name: str) -> dict:
        """How many records of a file there were, and what would become of them."""
        [row] = self.rows(f"""
            select
                (select count(*) from before_{name}) as before,
                count(*) filter (where change = 'left') as "left",
                count(*) filter (where change = 'appeared') as appeared,
                count(*) filter (where change = 'changed') as changed
            from change_{name}
            """)
        return {"name": name, "words": FILES[name][0], **row}

    def groups(self) -> list[dict]:
        """People who would leave, appear and change, by school and grade; the groups that lose most come first."""
        return self.rows("""
            with roles as (
                select *, 1 as age from before_roles
                union all by name
                select *, 2 as age from after_roles
            ),

            users as (
                select *, 1 as age from before_users
                union all by name
                select *, 2 as age from after_users
            ),

            -- a student's only grade is the grade of every student role that states none
            graded as (
                select
                    roles.user_sourced_id,
                    roles.org_sourced_id,
                    coalesce(roles.grade, if(roles.role = 'student' and len(users.grades) = 1, users.grades[1], null)) as grade,
                    roles.age
                from roles
                left join users on roles.user_sourced_id = users.sourced_id and roles.age = users.age
            ),

            -- of somebody who leaves, where they were; of anybody else, where they would be
            places as (
                select
                    change_users.sourced_id,
                    change_users.change,
                    arg_min(graded.org_sourced_id, if(change = 'left', age, -age)) as org_sourced_id,
                    arg_min(graded.grade, if(change = 'left', age, -age)) as grade
                from change_users
                left join graded on change_users.sourced_id = graded.user_sourced_id
                group by change_users.sourced_id, change_users.change
            ),

            sizes as (
                select org_sourced_id, grade, count(distinct user_sourced_id) as people
                from graded
                where age = 1
                group by org_sourced_id, grade
            ),

            names as (
                select sourced_id, any_value(name) as name
                from (select sourced_id, name from before_orgs union all select sourced_id, name from after_orgs)
                group by sourced_id
            )

            select
                coalesce(names.name, places.org_sourced_id, 'no school') as school,
                coalesce(places.grade, 'no grade') as grade,
                coalesce(any_value(sizes.people), 0) as before,
                count(*) filter (where change = 'left') as "left",
                count(*) filter (where change = 'appeared') as appeared,
                count(*) filter (where change = 'changed') as changed
            from places
            left join names on places.org_sourced_id = names.sourced_id
            left join sizes
                on
                    places.org_sourced_id is not distinct from sizes.org_sourced_id
                    and places.grade is not distinct from sizes.grade
            group by all
            order by "left" desc, changed desc, appeared desc, school, grade
            """)

    def samples(self, name: str) -> dict[str, list[str]]:
        """A few records of a file by what would become of them."""
        _, label, _ = FILES[name]
        found: dict[str, list[str]] = {}
        for row in self.rows(f"""
            with known as (
                select sourced_id, {label} as label, 1 as age from before_{name}
                union all
                select sourced_id, {label} as label, 2 as age from after_{name}
            )

            select change, sourced_id, arg_max(label, age) as label
            from change_{name}
            inner join known using (sourced_id)
            group by change, sourced_id
            qualify row_number() over (partition by change order by sourced_id) <= {MOST_SAMPLES}
            order by change, sourced_id
            """):
            found.setdefault(row["change"], []).append(f"{row['label']} ({row['sourced_id']})")
        return found

    def causes(self, files: list[dict]) -> list[str]:
        """What may have happened, the likeliest first, as sentences."""
        found: list[tuple[float, str]] = []
        for file in files:
            name, words = file["name"], file["words"]
            if file["left"]:
                found += self.missing_schools() if name == "users" else []
                found += self.changed_ids(name, words, file["left"])
                found += self.cut_off(name, words, file["left"])
            if file["changed"]:
                found += self.changed_columns(name, words, file["changed"])
        return [sentence for share, sentence in sorted(found, key=lambda cause: -cause[0]) if share >= FEWEST]

    def missing_schools(self) -> list[tuple[float, str]]:
        """Schools of which nobody would be left, with the share of the people who would leave that this explains."""
        rows = self.rows("""
            with gone as (
                select before_roles.org_sourced_id, count(distinct user_sourced_id) as people
                from before_roles
                left join change_users on before_roles.user_sourced_id = change_users.sourced_id and change = 'left'
                where before_roles.org_sourced_id not in (select org_sourced_id from after_roles where org_sourced_id is not null)
                group by before_roles.org_sourced_id
                having count(distinct user_sourced_id) > 1 and bool_and(change_users.sourced_id is not null)
            )

            select
                coalesce(name, org_sourced_id) as school,
                people,
                people / (select count(*) from change_users where change = 'left') as share,
                org_sourced_id in (select sourced_id from after_orgs) as is_in_orgs
            from gone
            left join before_orgs on gone.org_sourced_id = before_orgs.sourced_id
            order by people desc, school
            """)
        return [
            (row["share"], f"A school is missing: all {counted(row['people'], 'person')} of {row['school']} would leave"
                + (", though orgs.csv still has it" if row["is_in_orgs"] else ", and it is not in orgs.csv any more") + ".")
            for row in rows
        ]

    def changed_ids(self, name: str, words: str, left: int) -> list[tuple[float, str]]:
        """Records that would leave and appear under another id."""
        _, _, same = FILES[name]
        if not same:
            return []
        match = " and ".join(f"old.{column} is not distinct from new.{column}" for column in same)
        [row] = self.rows(f"""
            select count(distinct old.sourced_id) as records, min((old.sourced_id, new.sourced_id)) as example
            from before_{name} as old
            inner join after_{name} as new on {match} and old.{same[0]} = new.{same[0]}
            semi join (from change_{name} where change = 'left') as gone on old.sourced_id = gone.sourced_id
            semi join (from change_{name} where change = 'appeared') as come on new.sourced_id = come.sourced_id
            """)
        if not row["records"]:
            return []
        before, after = row["example"]
        return [(row["records"] / left, (
            f"Ids have changed: {row['records']:,} of the {left:,} {words} that would leave would appear again, the same "
            f"under another id, such as {before}, now {after}."
        ))]

    def cut_off(self, name: str, words: str, left: int) -> list[tuple[float, str]]:
        """Records that would leave from the end of a file that is in the order of its ids."""
        [row] = self.rows(f"""
            select count(*) as records, any_value(last) as last
            from change_{name}
            cross join (select max(sourced_id) as last from after_{name})
            where change = 'left' and sourced_id > last
            """)
        if row["records"] < 2 or row["records"] < left / 2:
            return []
        return [(row["records"] / left, (
            f"The file was cut off: {row['records']:,} of the {left:,} {words} that would leave have ids after {row['last']}, "
            "the last that came in."
        ))]

    def changed_columns(self, name: str, words: str, changed: int) -> list[tuple[float, str]]:
        """The column in which most of what would change differs."""
        columns = [row["column_name"] for row in self.rows(f"""
            select column_name from duckdb_columns()
            where schema_name = 'changes' and table_name = {quoted(name)} and not internal
            """) if row["column_name"] not in NOT_COMPARED]
        differing = ", ".join(
            f"count(*) filter (where old.{quoted_name(column)} is distinct from new.{quoted_name(column)})" for column in columns
        )
        counts = self.connection.execute(f"""
            select {differing}
            from before_{name} as old
            inner join after_{name} as new using (sourced_id)
            semi join (from change_{name} where change = 'changed') as changed on old.sourced_id = changed.sourced_id
            """).fetchone()
        most, column = max(zip(counts, columns))
        return [(most / changed, f"One column changed throughout: {most:,} of the {changed:,} {words} that would change differ in {column}.")]


def show(review: dict) -> None:
    """Prints a review."""
    name = f"{review['flow']}/{review['drop']}"
    print(f"\n{name} is held.")
    for reason in review["reasons"]:
        print(f"  {reason}")
    print(f"\n{'':24}{'before':>11}" + "".join(f"{words:>14}" for words in CHANGES.values()))
    for file in review["files"]:
        print(f"  {file['words']:22}{file['before']:>11,}" + "".join(f"{file[change]:>14,}" for change in CHANGES))
    if review["groups"]:
        width = max(len(row["school"]) for row in review["groups"][:MOST_GROUPS])
        print(f"\nPeople by school and grade:\n  {'':{width}}  {'grade':10}{'before':>11}" + "".join(f"{words:>14}" for words in CHANGES.values()))
        for row in review["groups"][:MOST_GROUPS]:
            print(f"  {row['school']:{width}}  {row['grade']:10}{row['before']:>11,}" + "".join(f"{row[change]:>14,}" for change in CHANGES))
        if len(review["groups"]) > MOST_GROUPS:
            print(f"  and {counted(len(review['groups']) - MOST_GROUPS, 'group')} more, which the page shows")
    for file, samples in review["samples"].items():
        for change, names in samples.items():
            print(f"\n{FILES[file][0].capitalize()} that {CHANGES[change]}, such as: {', '.join(names)}")
    print("\nWhat may have happened:" if review["causes"] else "\nNo pattern stands out; look at the samples, or ask who exported it.")
    for number, cause in enumerate(review["causes"], 1):
        print(f"  {number}. {cause}")
    print(f"\nIf it is right:  make build APPROVE={name}")
    print(f"If it is not:    make discard DROP={name}   and have it exported again")


if __name__ == "__main__":
    sys.exit(main())
