"""The same rules in pandera on polars: reads a drop, validates it lazily, and collects what fails.

    .venv-bench/bin/python scripts/bench/validator.py landing/contoso-2027/20260901T060000Z

It tells of each fault, and goes no further: no record is left out, nothing is typed, kept or compared.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandera.errors
import pandera.polars as pa
import polars as pl

GRADES = "IT PR PK TK KG 01 02 03 04 05 06 07 08 09 10 11 12 13 PS UG Other".split()
ROLES = "administrator aide guardian parent proctor relative student teacher".split()
ID = r'^[^\s\pZ\p{Cc},"]{1,255}$'
STANDARD_ID = "^[0-9A-Za-z._/@-]+$"
EMAIL = (
    r"^[\pL\pN!#$%&'*+/=?^_`{|}~-]+(\.[\pL\pN!#$%&'*+/=?^_`{|}~-]+)*"
    r"@([\pL\pN]([\pL\pN-]*[\pL\pN])?\.)+[\pL\pN]([\pL\pN-]*[\pL\pN])?$"
)
PHONE = r"^\+?[0-9]{7,15}$"
USER_ID = r"^\{[^{}:]+:[^{}]+\}$"


def holds(name: str, condition) -> pa.Check:
    """A check of one column: true for each value that is sound. `condition` makes a polars expression of a column."""
    return pa.Check(lambda data: data.lazyframe.select(condition(pl.col(data.key))), name=name)


def each_item(name: str, condition) -> pa.Check:
    """The same for each item of a comma-separated value. `condition` makes an expression of `pl.element()`."""
    item = pl.element().str.strip_chars()
    return holds(name, lambda column: column.str.split(",").list.eval(condition(item)).list.all())


def matches(name: str, pattern: str) -> pa.Check:
    """Each value matches a regular expression."""
    return holds(name, lambda column: column.str.contains(pattern))


def references(ids: pl.Series) -> pa.Check:
    """Each value is one of these ids."""
    return holds("references", lambda column: column.is_in(ids.implode()))


def item_references(ids: pl.Series) -> pa.Check:
    """Each item is one of these ids."""
    return each_item("references", lambda item: item.is_in(ids.implode()))


def one_of(codes: list[str]) -> pa.Check:
    """Each value is one of these codes."""
    return holds("in_reference_definitions", lambda column: column.is_in(codes))


def in_order(start: str, end: str) -> pa.Check:
    """A frame's check that no date is before its start; both are written year first, so they compare as text."""
    order = ~(pl.col(end) < pl.col(start)).fill_null(False)
    return pa.Check(lambda data: data.lazyframe.select(order), name="in_order")


ONE_LINE = matches("one_line", r"^[^\r\n]*$")
WELL_FORMED_ID = [matches("well_formed_id", ID), matches("standard_characters", STANDARD_ID)]
ITEM_IDS = [
    each_item("well_formed_id", lambda item: item.str.contains(ID)),
    each_item("standard_characters", lambda item: item.str.contains(STANDARD_ID)),
]
GRADE_LIST = each_item("in_reference_definitions", lambda item: item.is_in(GRADES))
DATE = holds("well_formed_date", lambda column: column.str.to_date("%Y-%m-%d", strict=False).is_not_null())
BOOLEAN = matches("well_formed_boolean", "^(?i:true|false)$")
WELL_FORMED_PHONE = holds(
    "well_formed_phone", lambda column: column.str.replace_all(r"[\s\pZ().\[\]-]", "").str.contains(PHONE)
)


def required(*checks: pa.Check) -> pa.Column:
    return pa.Column(pl.String, [*checks], nullable=False)


def optional(*checks: pa.Check) -> pa.Column:
    return pa.Column(pl.String, [*checks], nullable=True)


def key(*checks: pa.Check) -> pa.Column:
    return pa.Column(pl.String, [*WELL_FORMED_ID, *checks], nullable=False, unique=True)


def blank() -> pa.Column:
    return pa.Column(pl.String, holds("blank_in_bulk", lambda column: column.is_null()), nullable=True)


def no_cycle(frame: pl.DataFrame) -> list[str]:
    """The ids of records that are their own ancestors, by `parentSourcedId`."""
    parents = dict(frame.select("sourcedId", "parentSourcedId").drop_nulls().iter_rows())
    cyclic = []
    for start in parents:
        ancestor, seen = parents.get(start), set()
        while ancestor and ancestor not in seen and ancestor != start:
            seen.add(ancestor)
            ancestor = parents.get(ancestor)
        if ancestor == start:
            cyclic.append(start)
    return cyclic


def schemas(ids: dict[str, pl.Series], cyclic: dict[str, list[str]]) -> dict[str, pa.DataFrameSchema]:
    """The rules of each file.

    Args:
        ids: the sourcedIds by file.
        cyclic: by file, the ids that are their own ancestors.

    Returns:
        A schema by file.
    """
    bulk = {"status": blank(), "dateLastModified": blank()}

    def parent(file: str) -> pa.Column:
        cycle = pa.Check(lambda data: data.lazyframe.select(~pl.col("sourcedId").is_in(cyclic[file])), name="no_cycle")
        return optional(*WELL_FORMED_ID, references(ids[file]), cycle)

    return {
        "academicSessions": pa.DataFrameSchema(
            {
                "sourcedId": key(),
                **bulk,
                "title": required(ONE_LINE),
                "type": required(one_of("gradingPeriod semester schoolYear term".split())),
                "startDate": required(DATE),
                "endDate": required(DATE),
                "parentSourcedId": parent("academicSessions"),
                "schoolYear": required(matches("well_formed_year", "^[0-9]{4}$")),
            },
            checks=in_order("startDate", "endDate"),
        ),
        "orgs": pa.DataFrameSchema(
            {
                "sourcedId": key(),
                **bulk,
                "name": required(ONE_LINE),
                "type": required(one_of("department school district local state national".split())),
                "identifier": optional(ONE_LINE),
                "parentSourcedId": parent("orgs"),
            }
        ),
        "courses": pa.DataFrameSchema(
            {
                "sourcedId": key(),
                **bulk,
                "schoolYearSourcedId": optional(*WELL_FORMED_ID, references(ids["academicSessions"])),
                "title": required(ONE_LINE),
                "courseCode": optional(ONE_LINE),
                "grades": optional(GRADE_LIST),
                "orgSourcedId": required(*WELL_FORMED_ID, references(ids["orgs"])),
                "subjects": optional(ONE_LINE),
                "subjectCodes": optional(ONE_LINE),
            }
        ),
        "classes": pa.DataFrameSchema(
            {
                "sourcedId": key(),
                **bulk,
                "title": required(ONE_LINE),
                "grades": optional(GRADE_LIST),
                "courseSourcedId": required(*WELL_FORMED_ID, references(ids["courses"])),
                "classCode": optional(ONE_LINE),
                "classType": required(one_of(["homeroom", "scheduled"])),
                "location": optional(ONE_LINE),
                "schoolSourcedId": required(*WELL_FORMED_ID, references(ids["orgs"])),
                "termSourcedIds": required(*ITEM_IDS, item_references(ids["academicSessions"])),
                "subjects": optional(ONE_LINE),
                "subjectCodes": optional(ONE_LINE),
                "periods": optional(ONE_LINE),
            }
        ),
        "users": pa.DataFrameSchema(
            {
                "sourcedId": key(),
                **bulk,
                "enabledUser": required(BOOLEAN),
                "orgSourcedIds": required(*ITEM_IDS, item_references(ids["orgs"])),
                "role": required(one_of(ROLES)),
                "username": required(ONE_LINE),
                "userIds": optional(
                    ONE_LINE, each_item("well_formed_user_id", lambda item: item.str.contains(USER_ID))
                ),
                "givenName": required(ONE_LINE),
                "familyName": required(ONE_LINE),
                "middleName": optional(ONE_LINE),
                "identifier": optional(ONE_LINE),
                "email": optional(ONE_LINE, matches("well_formed_email", EMAIL)),
                "sms": optional(ONE_LINE, WELL_FORMED_PHONE),
                "phone": optional(ONE_LINE, WELL_FORMED_PHONE),
                "agentSourcedIds": optional(*ITEM_IDS, item_references(ids["users"])),
                "grades": optional(GRADE_LIST),
            }
        ),
        "enrollments": pa.DataFrameSchema(
            {
                "sourcedId": key(),
                **bulk,
                "classSourcedId": required(*WELL_FORMED_ID, references(ids["classes"])),
                "schoolSourcedId": required(*WELL_FORMED_ID, references(ids["orgs"])),
                "userSourcedId": required(*WELL_FORMED_ID, references(ids["users"])),
                "role": required(one_of("administrator proctor student teacher".split())),
                "primary": optional(BOOLEAN),
                "beginDate": optional(DATE),
                "endDate": optional(DATE),
            },
            checks=in_order("beginDate", "endDate"),
        ),
        "demographics": pa.DataFrameSchema(
            {
                "sourcedId": key(references(ids["users"])),
                **bulk,
                "birthDate": optional(DATE),
                "sex": optional(one_of(["male", "female"])),
                **{
                    column: optional(BOOLEAN)
                    for column in (
                        "americanIndianOrAlaskaNative",
                        "asian",
                        "blackOrAfricanAmerican",
                        "nativeHawaiianOrOtherPacificIslander",
                        "white",
                        "demographicRaceTwoOrMoreRaces",
                        "hispanicOrLatinoEthnicity",
                    )
                },
                **{
                    column: optional(ONE_LINE)
                    for column in (
                        "countryOfBirthCode",
                        "stateOfBirthAbbreviation",
                        "cityOfBirth",
                        "publicSchoolResidenceStatus",
                    )
                },
            }
        ),
    }


def read(file: Path, columns: list[str] | None = None) -> pl.DataFrame:
    """A file of the drop, all columns as text."""
    return pl.read_csv(file, columns=columns, infer_schema=False)


def validate(drop: Path) -> dict[str, dict[tuple[str, str], int]]:
    """Validates the files of a drop, one after the other.

    Args:
        drop: the folder with the CSV files.

    Returns:
        By file, the number of faults by column and rule.
    """
    files = "academicSessions orgs courses classes users enrollments demographics".split()
    referenced = ["academicSessions", "orgs", "courses", "classes", "users"]
    ids = {file: read(drop / f"{file}.csv", ["sourcedId"])["sourcedId"] for file in referenced}
    cyclic = {
        file: no_cycle(read(drop / f"{file}.csv", ["sourcedId", "parentSourcedId"]))
        for file in ("academicSessions", "orgs")
    }
    rules = schemas(ids, cyclic)
    found = {}
    for file in files:
        try:
            rules[file].validate(read(drop / f"{file}.csv"), lazy=True)
            found[file] = {}
        except pandera.errors.SchemaErrors as errors:
            counts = errors.failure_cases.group_by("column", "check").len()
            found[file] = {(column or "", check): count for column, check, count in counts.iter_rows()}
    return found


if __name__ == "__main__":
    for name, faults in validate(Path(sys.argv[1])).items():
        for (column, rule), count in sorted(faults.items()):
            print(f"{name}.csv {column}: {rule}: {count:,}")
