"""What the catalogue says of columns and rules: seeds/catalogue, and the rules that a district adds in seeds/district."""

from __future__ import annotations

import csv
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
CATALOGUE = PROJECT / "seeds" / "catalogue"
DISTRICT_RULES = PROJECT / "seeds" / "district" / "district_rule.csv"
ONE_ROSTER = {"oneRoster11": "1.1", "oneRoster12": "1.2"}  # formats of outbound rosters, with their version
NOT_HANDED_ON = {"userProfiles.csv", "directory/users.csv"}  # accounts of other products are nobody else's business
# what of a roster is blank, or not there, unless a flow asks for it
OPTIONAL = {
    "demographics": "demographics",
    "userFlags": "flags",
    "relationships": "contacts",
    **{("users", column): "phones" for column in ("sms", "phone")},
    **{("users", column): "identifiers" for column in ("userIds", "userMasterIdentifier", "userNumber", "activeDirectoryMatchId")},
    ("users", "agentSourcedIds"): "contacts",
}
WORDS = ("title", "meaning", "example", "remedy", "problem")


def columns() -> list[dict[str, str]]:
    """Every column of the files that are read, in the order of the files."""
    return rows(CATALOGUE / "oneroster_column.csv")


def school_data_sync_columns() -> list[dict[str, str]]:
    """Every column of a School Data Sync V2.1 file, in the order of the files."""
    return rows(CATALOGUE / "school_data_sync_column.csv")


def outbound_columns() -> list[dict[str, str]]:
    """Every column of the files of outbound flows, by format and file, as the model `outbound_column` has them.

    Returns:
        For each: format, kind, column_name, comes_from, and the `optional_data` that it is blank without.
    """
    result = rows(CATALOGUE / "outbound_file_column.csv")
    for format, version in ONE_ROSTER.items():
        result += [
            {
                "format": format, "kind": column["file_name"].removesuffix(".csv"), "column_name": column["column_name"],
                "comes_from": origin(column),
            }
            for column in columns()
            if is_handed_on(column, version)
        ]
    for column in school_data_sync_columns():
        kind, landed_as = column["file_name"].removesuffix(".csv"), column["landed_as"]
        result.append({
            "format": "schoolDataSyncV21", "kind": kind, "column_name": column["column_name"],
            "comes_from": f"{kind} {landed_as}" if landed_as else column["description"],
        })
    for column in result:
        kind = column["kind"]
        column["optional_data"] = OPTIONAL.get((kind, column["column_name"])) or OPTIONAL.get(kind, "")
    return result


def is_handed_on(column: dict[str, str], version: str) -> bool:
    """Whether a version of OneRoster has a column when it is handed on. That of passwords is there, and always blank."""
    return (
        column["oneroster_version"] in ("", version)
        and (column["kind"] != "unstored" or column["column_name"] == "password")
        and column["file_name"] not in NOT_HANDED_ON
        and (column["file_name"] != "roles.csv" or version == "1.2")
    )


def origin(column: dict[str, str]) -> str:
    """Where a column of OneRoster comes from when it is handed on."""
    if column["kind"] in ("status", "modified"):
        return "Blank, but in a delta: then what became of the record, and when it was sent."
    if column["kind"] == "unstored":
        return "Always blank: passwords are never stored."
    return column["description"]


def rules() -> list[dict[str, str]]:
    """The shipped rules; and those of them that follow from another one, by what caused them."""
    return rows(CATALOGUE / "rule.csv")


def district_rules() -> list[dict[str, str]]:
    """The rules that a district adds: one line per rule and column. A rule's words stand on its first line."""
    result, words = [], {}
    for row in rows(DISTRICT_RULES):
        first = words.setdefault(row["rule"], row)
        result.append(row | {word: row[word] or first[word] for word in WORDS})
    return result


def rule_words() -> dict[tuple[str, str], dict[str, str]]:
    """Every rule in the words of school staff.

    Returns:
        By rule and by what caused it (blank for a cause of its own): about, severity, and the WORDS.
    """
    words = {}
    for rule in [*rules(), *district_rules()]:
        words.setdefault((rule["rule"], rule.get("caused_by", "")), {"about": "value"} | rule)
    return words


def words_of(words: dict[tuple[str, str], dict[str, str]], rule: str, caused_by: str | None = None) -> dict[str, str]:
    """The words of a rule as it was broken: those for its cause where there are any, else the rule's own.

    Args:
        words: what `rule_words` returns.
        rule: the rule, which an upgrade may have taken away: then only a title is known.
        caused_by: what caused it; None for a cause of its own.
    """
    told = words.get((rule, caused_by or "")) or words.get((rule, ""), {})
    return {"title": rule.replace("_", " ").capitalize()} | told


def rows(path: Path) -> list[dict[str, str]]:
    """The lines of a seed, trimmed, each by column and with the `line` it begins on; lines of nothing but commas are left out."""
    with open(path, encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        result, line = [], 2
        for row in reader:
            cells = {name: (row[name] or "").strip() for name in reader.fieldnames}
            if any(cells.values()):
                result.append(cells | {"line": str(line)})
            line = reader.line_num + 1
        return result
