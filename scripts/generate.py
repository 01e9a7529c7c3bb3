"""Writes the models of landing, validation, staging, changes, history and outbound rosters from the catalogue: `make models`.

Every fact about a file, a column or a rule stands once, in seeds/catalogue (and a district's own rules in
seeds/district/district_rule.csv). What is made from them is plain SQL and YAML, to be read, linted and compared.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

import catalogue
import jinja2
import yaml

PROJECT = Path(__file__).resolve().parent.parent
DISTRICT_PREDICATES = PROJECT / "macros" / "rules" / "district"
DIRECTORY = "directory/users.csv"
FIRST_LINE = "Written by `make models` from seeds/catalogue, which is the place to change it."
# a rule about whole lines is asked of no column
LINE = dict.fromkeys(("column_name", "refers_to", "alias", "oneroster_version"), "") | {
    "staging_column": "line", "kind": "line", "is_required": "no",
}
# arguments that are known of every line, and applies_to of what may be blank
LINE_ARGUMENTS = {"unreadable_reason", "surplus_cells", "is_copy", "line_value"}
# a key that no file has, but is made up of other columns, is a key all the same
MADE_UP_KEY_RULES = {"required", "placeholder", "well_formed_id", "not_in_conflict", "not_repeated"}
BLANK_RULES = {"every required column", "unless contact"}
# asked of so many columns that one test guards all of a file that have one severity
PLACEHOLDER = "placeholder"
# asked of the two columns that say what a delta changes; one test guards both
DELTA_RULE = "filled_in_delta"
# what a rule of the district is given: the value, or each item of a list
OWN_RULE = {"applies_to": "", "arguments": "value", "on_lists": "items"}
LONGEST = 110  # characters of a line, its indent and a comma aside
DATE_KINDS = ("date", "end_date")
SCHOOL_DATA_SYNC = "schoolDataSyncV21"  # what `oneroster_version` says of it
LIST_KINDS = ("codes", "list", "references", "user_ids")
DATA_TYPES = {
    "boolean": "boolean", "date": "date", "end_date": "date", "year": "integer", "modified": "timestamp",
    **{kind: "varchar[]" for kind in LIST_KINDS},
}
FORMATS_DIFFER_IN = {"RefRole", "RefSectionRole", "RefOrgType", "RefSessionType"}  # words that not every format knows
# how a value is handed on, as text; a kind that is not here is text already
HANDED_ON = {
    "key": "records.id_prefix || records.{name}",
    "status": "''",
    "modified": "''",
    "reference": "records.id_prefix || records.{name}",
    "parent": "records.id_prefix || records.{name}",
    "references": "{{{{ prefixed_ids('records.{name}') }}}}",
    "codes": "array_to_string(records.{name}, ',')",
    "list": "array_to_string(records.{name}, ',')",
    "user_ids": "array_to_string(records.{name}, ',')",
    "code": "coalesce({alias}.written_as, records.{name})",
    **{kind: "cast(records.{name} as varchar)" for kind in ("boolean", "date", "end_date", "year")},
    "unstored": "''",
}
# columns of School Data Sync whose values are made of others
MADE_FOR_SCHOOL_DATA_SYNC = {
    ("roles.csv", "isPrimary"): "case records.stated_role_type when 'primary' then 'true' when 'secondary' then 'false' end",
    ("courses.csv", "subject"): "if(len(records.subject_codes) = 1, records.subject_codes[1], '')",
    ("courses.csv", "grade"): "if(len(records.grades) = 1, records.grades[1], '')",
    ("demographics.csv", "raceCodes"): "records.race_codes",
    ("demographics.csv", "ethnicityCodes"): "records.ethnicity_codes",
}
# how a landed value becomes a staged one; a kind that is not here stays text
STAGED = {
    "text": "{{{{ kept('{name}', in_one_line('{value}')) }}}}",
    "name": "{{{{ kept('{name}', in_one_line('{value}')) }}}}",
    "phone": "{{{{ kept('{name}', in_one_line('{value}')) }}}}",
    "status": "case when landing.is_delta then lower(landing.status) end",
    "modified": "case when landing.is_delta then {{{{ as_instant('{value}') }}}} end",
    "date": "{{{{ kept('{name}', as_date('{value}', '{order}')) }}}}",
    "end_date": "{{{{ kept('{name}', as_date('{value}', '{order}')) }}}}",
    "year": "{{{{ kept('{name}', as_year('{value}')) }}}}",
    "boolean": "{{{{ kept('{name}', as_boolean('{value}')) }}}}",
    "email": "{{{{ kept('{name}', 'lower({value})') }}}}",
    "code": "{{{{ kept('{name}', 'coalesce({alias}.code, {value})') }}}}",
    "fixed_code": "{{{{ kept('{name}', 'coalesce({alias}.code, {value})') }}}}",
    "codes": "{{{{ spelt_items(kept_items('{name}', '{value}'), '{alias}.codes') }}}}",
    "list": "{{{{ kept_items('{name}', in_one_line('{value}')) }}}}",
    "references": "{{{{ kept_items('{name}', '{value}') }}}}",
    "user_ids": "{{{{ kept_items('{name}', '{value}') }}}}",
}


def main() -> int:
    """Writes the models and removes those of files that left the catalogue, or says which are out of date.

    Returns:
        0 when the models are as the catalogue has them, 1 when `--check` found one that is not, or when a line of
        district_rule.csv cannot be used.
    """
    parser = argparse.ArgumentParser(description="Write the models of landing, validation, staging, changes and history.")
    parser.add_argument("--check", action="store_true", help="write nothing, and say which models are out of date")
    arguments = parser.parse_args()
    mistakes = district_mistakes()
    if mistakes:
        print("Nothing was written. Correct this and call it again:", *mistakes, sep="\n  ")
        return 1
    texts = generated()
    stale = {path: text for path, text in texts.items() if not path.exists() or path.read_text(encoding="utf-8") != text}
    surplus = left_over(texts)
    for path in [*stale, *surplus]:
        done = "is written" if path in stale else "is removed: its file left the catalogue"
        print(f"{path.relative_to(PROJECT)} {'is out of date' if arguments.check else done}.")
    if arguments.check:
        return 1 if stale or surplus else 0
    for path, text in stale.items():
        path.write_text(text, encoding="utf-8")
    for path in surplus:
        path.unlink()
    if not stale and not surplus:
        print("Every model is as the catalogue has it.")
    return 0


def generated() -> dict[Path, str]:
    """The text of every file that is made from the catalogue, by its path."""
    columns, own_rules, formats = catalogue.columns(), catalogue.district_rules(), catalogue.school_data_sync_columns()
    rules = [rule for rule in catalogue.rules() if rule["applies_to"]]
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(PROJECT / "scripts" / "models"), undefined=jinja2.StrictUndefined,
        variable_start_string="<<", variable_end_string=">>", block_start_string="<%", block_end_string="%>",
        keep_trailing_newline=True, lstrip_blocks=True, trim_blocks=True,
    )
    environment.filters |= {"quoted": lambda name: f"'{name}'", "cte": snake_case, "identifier": identifier}
    referred_to = {column["refers_to"] for column in columns if column["refers_to"] != column["file_name"]}
    texts = {}
    for name in dict.fromkeys(column["file_name"] for column in columns):
        file = described(name, [column for column in columns if column["file_name"] == name], rules, own_rules, formats)
        file["is_target"] = name in referred_to
        for layer, (folder, prefix, properties) in LAYERS.items():
            if layer == "outbound" and name in catalogue.NOT_HANDED_ON:
                continue
            path = PROJECT / folder / f"{prefix}_{file['model']}"
            sql = environment.get_template(f"{layer}.sql").render(file=file)
            yml = yaml.dump(properties(path.name, file), Dumper=Dumper, sort_keys=False, width=130, allow_unicode=True)
            texts[path.with_suffix(".sql")] = f"-- {FIRST_LINE}\n" + re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]+\n", "\n", sql))
            texts[path.with_suffix(".yml")] = f"# {FIRST_LINE}\n{yml}"
    return texts


def left_over(texts: dict[Path, str]) -> list[Path]:
    """The files that were made from a catalogue which had more files than it has now."""
    return [
        path
        for folder in sorted({path.parent for path in texts})
        for path in sorted(folder.glob("*.*"))
        if path not in texts and FIRST_LINE in path.read_text(encoding="utf-8").split("\n", 1)[0]
    ]


def district_mistakes() -> list[str]:
    """What is wrong in district_rule.csv, as sentences that say where and what to do."""
    columns: dict[str, list[str]] = {}
    for column in catalogue.columns():
        if column["kind"] != "unstored":
            columns.setdefault(column["file_name"], []).append(column["column_name"])
    shipped = {rule["rule"] for rule in catalogue.rules()}
    mistakes, seen = [], set()
    for row in catalogue.district_rules():
        rule, file_name, column = row["rule"], row["file_name"], row["column_name"]
        found = []
        if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", rule):
            found.append(f"the rule is '{rule}'. Name it in small letters, digits and single underscores.")
        elif rule in shipped:
            found.append("this rule is shipped. Choose another name; what a shipped rule does is set in rule_severities.")
        else:
            found += predicate_mistakes(rule)
        if file_name not in columns:
            found.append(f"file_name is '{file_name}', which is not read. Files are: {', '.join(columns)}.")
        elif column not in columns[file_name]:
            found.append(f"{file_name} has no column '{column}' that is read. Its columns are: {', '.join(columns[file_name])}.")
        if row["severity"] not in ("error", "warning", "notice"):
            found.append(f"severity is '{row['severity']}'. Write error, warning or notice.")
        blank = [word for word in catalogue.WORDS if not row[word]]
        if blank:
            found.append(f"{', '.join(blank)} must be filled in, on the first line of the rule.")
        if (rule, file_name, column) in seen:
            found.append("this rule of this column is there already. Take one of the lines out.")
        seen.add((rule, file_name, column))
        mistakes += [f"seeds/district/district_rule.csv, line {row['line']} ({rule}): {each}" for each in found]
    return list(dict.fromkeys(mistakes))


def predicate_mistakes(rule: str) -> list[str]:
    """What is wrong with the predicate of a rule of the district: its file, its macro or its test."""
    path = DISTRICT_PREDICATES / f"{rule}.sql"
    place = f"macros/rules/district/{rule}.sql"
    if not path.exists():
        return [f"there is no {place}. Write it as docs/configuration.md shows."]
    text = path.read_text(encoding="utf-8")
    needed = (("macro", f"rule_{rule}(value)"), ("test", f"{rule}(model, column_name)"))
    return [
        f"{place} has no `{{% {kind} {name} %}}`. Write it as docs/configuration.md shows."
        for kind, name in needed
        if not re.search(rf"{{%-?\s*{kind}\s+{re.escape(name.split('(')[0])}\s*\(", text)
    ]


def identifier(name: str) -> str:
    """A column's name in SQL; one of them is a reserved word."""
    return f'"{name}"' if name == "primary" else name


def named(expression: str, name: str) -> str:
    """An expression with its name, on lines that are not too long."""
    line = f"{expression} as {name}"
    if len(line) <= LONGEST:
        return line
    if len(expression) <= LONGEST:
        return f"{expression}\n            as {name}"
    before, _, rest = line.partition("(")
    inside, _, after = rest.rpartition(") }}")
    return f"{before}(\n            {inside}\n        ) }}}}{after}"


def snake_case(name: str) -> str:
    """A name of the standard, or of a reference type, as relations bear it: `userProfiles.csv` is `user_profiles`."""
    name = name.removesuffix(".csv").replace("/", "_")
    return re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name).lower()


def described(name: str, columns: list[dict], rules: list[dict], own_rules: list[dict], formats: list[dict]) -> dict:
    """A file as its templates want it.

    Args:
        name: the file, by the name it is delivered under.
        columns: its lines of the catalogue.
        rules: the shipped rules that apply to columns or lines.
        own_rules: those of the district, one per column.
        formats: the columns of School Data Sync files.

    Returns:
        What the templates name.
    """
    stored = [dict(column) for column in columns if column["kind"] != "unstored"]
    received = {row["landed_as"]: row for row in formats if row["file_name"] == name}
    is_school_data_sync_only = all(column["oneroster_version"] == SCHOOL_DATA_SYNC for column in stored)
    for column in stored:
        # what other columns are made of as it lands is judged, and goes no further
        column["is_staged"] = not received.get(column["column_name"], {}).get("made_into")
        column["is_made_up"] = bool(received) and column["column_name"] not in received
    lists = [column for column in stored if column["kind"] in LIST_KINDS]
    for column in stored:
        column["alias"] = alias_of(column, stored)
        column["staged"] = named(staged(column), column["staging_column"])
        column["rules"] = [
            applied(rule, column) for rule in rules
            if applies(rule, column)
            and not (is_school_data_sync_only and column["kind"] == "key" and rule["rule"] not in MADE_UP_KEY_RULES)
        ] + [
            OWN_RULE | rule for rule in own_rules
            if (rule["file_name"], rule["column_name"]) == (name, column["column_name"])
        ]
    parent = next((column for column in stored if column["kind"] == "parent"), None)
    own_lists = [column for column in lists if column["kind"] == "references" and column["refers_to"] == name]
    file = {
        "name": name,
        "entity": snake_case(name),
        "model": "directory__users" if name == DIRECTORY else f"oneroster__{snake_case(name)}",
        "key": stored[0]["column_name"],
        "stored": stored,
        "staged": [column for column in stored if column["is_staged"]],
        "is_school_data_sync_only": is_school_data_sync_only,
        "parent": parent,
        "is_roster": name != DIRECTORY,
        "contacts": any(column["is_required"] == "unless contact" for column in stored),
        "merges": name == "users.csv",
        "derived": name == "roles.csv",
        "targets": list(dict.fromkeys(
            column["refers_to"] for column in stored if column["refers_to"].endswith(".csv") and column["refers_to"] != name
        )),
        "dates": [
            named(f"{{{{ as_date('records.{column['column_name']}', '{date_order('records')}') }}}}", column["staging_column"])
            for column in stored if column["kind"] in DATE_KINDS
        ],
        "coded": [column for column in stored if column["kind"] in ("code", "fixed_code") and column["is_staged"]],
        "list_types": list(dict.fromkeys(
            column["refers_to"] for column in lists if column["kind"] == "codes" and column["is_staged"]
        )),
        "reference_types": list(dict.fromkeys(
            column["refers_to"] for column in stored if column["kind"] in ("code", "fixed_code", "codes")
        )),
        "staged_types": list(dict.fromkeys(
            column["refers_to"] for column in stored if column["kind"] in ("code", "fixed_code", "codes") and column["is_staged"]
        )),
        "line_rules": [applied(rule, None) for rule in rules if "line" in kinds_of(rule)],
    }
    file["flags"] = [
        flag(column, rule, file)
        for column in stored
        for rule in column["rules"]
        if column is not parent and not is_about_items(column, rule) and not is_about_lines(rule)
    ]
    # what is told of every line that can be read, withdrawn ones and copies too
    file["line_flags"] = [flag(LINE, rule, file) for rule in file["line_rules"]] + [
        flag(column, rule, file) for column in stored for rule in column["rules"] if is_about_lines(rule)
    ]
    file["joins"] = [join for column in stored if column is not parent and column not in lists for join in joins(column, file, name)]
    for column in lists:
        column["flags"] = [flag(column, rule, file, "items.item") for rule in column["rules"] if is_about_items(column, rule)]
        column["joins"] = joins(column, file, name, "items.item", "items")
    if parent:
        parent["flags"] = [flag(parent, rule, file) for rule in parent["rules"]]
        parent["joins"] = joins(parent, file, name)
    completed = {column["column_name"]: column for column in stored}
    file["outbound"] = handed_on(name, [completed.get(column["column_name"], column) for column in columns], formats)
    file["own_lists"] = own_lists
    file["lists"] = [column for column in lists if column["flags"] and column not in own_lists]
    return file


def handed_on(name: str, columns: list[dict], formats: list[dict]) -> dict:
    """What outbound rosters have of a file.

    Args:
        name: the file.
        columns: its lines of the catalogue, as `described` completed them.
        formats: the columns of School Data Sync files.

    Returns:
        `formats`: format -> the members of the JSON object that a record becomes, in the order of the columns; and `coded`: the
        columns whose words a format may not know.
    """
    by_name = {column["column_name"]: column for column in columns}
    cells = {
        format: [
            f"'{column['column_name']}': {handed_on_value(column)}" for column in columns if catalogue.is_handed_on(column, version)
        ]
        for format, version in catalogue.ONE_ROSTER.items()
    }
    cells[SCHOOL_DATA_SYNC] = [
        f"'{row['column_name']}': {school_data_sync_value(row, by_name.get(row['landed_as']))}"
        for row in formats if row["file_name"] == name
    ]
    coded = [column for column in columns if column["kind"] == "code" and column["refers_to"] in FORMATS_DIFFER_IN]
    return {"formats": {format: members for format, members in cells.items() if members}, "coded": coded}


def handed_on_value(column: dict) -> str:
    """The value of a column as text."""
    kind = column["kind"]
    if kind == "code" and column["refers_to"] not in FORMATS_DIFFER_IN:
        kind = "text"
    return HANDED_ON.get(kind, "records.{name}").format(name=column["staging_column"], alias=column.get("alias", ""))


def school_data_sync_value(row: dict, column: dict | None) -> str:
    """The value of a column of School Data Sync as text, from what it lands as."""
    made = MADE_FOR_SCHOOL_DATA_SYNC.get((row["file_name"], row["column_name"]))
    if made or column is None:
        return made or "''"
    return handed_on_value(column)


def kinds_of(rule: dict) -> set[str]:
    """The kinds of columns that a rule guards."""
    return set(rule["applies_to"].split(", "))


def applies(rule: dict, column: dict) -> bool:
    """Whether a rule guards a column: by the column's kind, or by whether it is required."""
    kinds = kinds_of(rule)
    if "every required column" in kinds:
        return column["is_required"] != "no"
    if "unless contact" in kinds:
        return column["is_required"] == "unless contact"
    return column["kind"] in kinds and bool(column["refers_to"] or "found" not in rule["arguments"].split())


def applied(rule: dict, column: dict | None) -> dict:
    """A rule with the severity that it is shipped with for a column, or for a line."""
    severity = rule["severity"]
    if severity == "as required":
        severity = "error" if column["is_required"] != "no" else "warning"
    return rule | {"severity": severity}


def is_about_items(column: dict, rule: dict) -> bool:
    """Whether a rule looks at each item of a list rather than at the whole."""
    return column["kind"] in LIST_KINDS and rule["on_lists"] == "items"


def is_about_lines(rule: dict) -> bool:
    """Whether a rule is asked of every line, also of one that is no record."""
    return bool(LINE_ARGUMENTS & set(rule["arguments"].split()))


def alias_of(column: dict, stored: list[dict]) -> str:
    """What a column's target is called in a join: the target's name, or the column's when several refer to one target."""
    target = snake_case(column["refers_to"]) if column["refers_to"] else ""
    twins = [
        other for other in stored
        if other["refers_to"] == column["refers_to"] and other["kind"] not in LIST_KINDS and column["kind"] not in LIST_KINDS
    ]
    return f"{column['staging_column']}_target" if len(twins) > 1 else target


def flag(column: dict, rule: dict, file: dict, item: str = "") -> dict:
    """A flag of a column, or of an item of a list.

    Args:
        column: what is judged.
        rule: the rule.
        file: the file.
        item: SQL of the item; blank when the column as a whole is judged.

    Returns:
        name, and `named`: the SQL that sets it, with the name.
    """
    value = item or f"records.{identifier(column['column_name'])}"
    refers_to, asked = column["refers_to"], rule["arguments"].split()
    target = "own_records" if refers_to == file["name"] else column["alias"]
    found = f"{target}.{'code' if refers_to.startswith('Ref') else 'sourced_id'}"
    known = {
        "value": value,
        "found": found,
        "found?": found if refers_to else "",
        # dates are read once, under the names that they have in staging
        "read": column["staging_column"],
        "start": snake_case(refers_to),
        # a word for nothing may be a name, or the value that is required
        "words": "words too" if column["is_required"] == "no" and column["kind"] != "name" else "",
        "is_alias": f"{target}.is_alias",
        "is_in_conflict": "records.is_in_conflict",
        "is_in_cycle": "cycles.sourced_id",
        # some vocabularies cannot be extended
        "version": f"{value.split('.')[0]}.oneroster_version" if column["kind"] != "fixed_code" and file["is_roster"] else "",
        "unreadable_reason": "records.unreadable_reason",
        "surplus_cells": "records.surplus_cells",
        "is_copy": "records.is_copy",
        "line_value": f"records.{column['column_name']}",
        "is_delta": "records.is_delta",
        "kind": column["kind"],
    }
    arguments = ", ".join(f"'{known[argument]}'" for argument in asked if known[argument])
    if column["kind"] in LIST_KINDS and rule["on_lists"] == "list":
        arguments = f"as_list({arguments})"
    conditions = [f"{{{{ rule_{rule['rule']}({arguments}) }}}}"]
    if BLANK_RULES & kinds_of(rule):
        if column["oneroster_version"] and not file["is_school_data_sync_only"]:
            conditions.append(f"records.oneroster_version = '{column['oneroster_version']}'")
        if column["is_required"] == "unless contact":
            conditions.append(f"contacts.sourced_id is {'not ' if 'unless contact' in kinds_of(rule) else ''}null")
    # a file of School Data Sync lacks the column in every line, or has a made-up key
    if column.get("is_made_up") and not column["oneroster_version"] and (
        rule["rule"] == "standard_characters" if column["kind"] == "key" else BLANK_RULES & kinds_of(rule)
    ):
        conditions.append(f"records.oneroster_version <> '{SCHOOL_DATA_SYNC}'")
    if "line_value" in asked:
        # a line without a key is told of by its own findings, or is of a person who was forgotten
        conditions.append("records.sourced_id is not null")
    is_broken_by_placeholders = column["kind"] in kinds_of(rule) and "value" in asked and rule["severity"] != "notice"
    expression = " and ".join(conditions)
    if is_broken_by_placeholders and rule["rule"] not in (PLACEHOLDER, DELTA_RULE):
        # asked only of what is broken: DuckDB looks at both sides of an `and`
        expression = f"case when {expression} then not {column['staging_column']}__{PLACEHOLDER} end"
    name = f"{column['staging_column']}__{rule['rule']}"
    return {"name": name, "named": named(expression, name)}


def date_order(source: str) -> str:
    """SQL of how the dates of a line's file are written that do not begin with the year."""
    return f"date_orders.by_flow[{source}.inbound_flow_id]"


def joins(column: dict, file: dict, name: str, value: str = "", source: str = "records") -> list[str]:
    """The joins that find what a column refers to."""
    value = value or f"records.{identifier(column['column_name'])}"
    refers_to, alias = column["refers_to"], column["alias"]
    result = []
    if column["is_required"] == "unless contact":
        result.append(join("contacts", "contacts", source, "sourced_id", "records.sourced_id"))
    if column["kind"] in ("code", "fixed_code", "codes"):
        target = snake_case(refers_to)
        named = target if alias == target else f"{target} as {alias}"
        result.append(f"left join {named} on lower({value}) = {alias}.spelling")
    elif refers_to == name:
        result.append(join("own_records", "own_records", source, "sourced_id", value))
        if column["kind"] == "parent":
            result.append(join("cycles", "cycles", source, "sourced_id", "records.sourced_id"))
    elif refers_to.endswith(".csv"):
        result.append(join(snake_case(refers_to), alias, source, "sourced_id", value))
    return result


def join(target: str, alias: str, source: str, key: str, value: str) -> str:
    """A left join within a flow."""
    named = target if alias == target else f"{target} as {alias}"
    return f"left join {named}\n        on {source}.inbound_flow_id = {alias}.inbound_flow_id and {value} = {alias}.{key}"


def staged(column: dict) -> str:
    """The SQL of a staged value."""
    value = f"landing.{identifier(column['column_name'])}"
    if column["kind"] == "key":
        return value
    pattern = STAGED.get(column["kind"], "{{{{ kept('{name}', '{value}') }}}}")
    if column["column_name"] == "orgSourcedIds":
        value = "coalesce(verdicts.organizations, landing.orgSourcedIds)"
    return pattern.format(name=column["staging_column"], value=value, alias=column["alias"], order=date_order("landing"))


class Dumper(yaml.SafeDumper):
    """Indents lists, as the project's other YAML does."""

    def increase_indent(self, flow=False, indentless=False):
        return super().increase_indent(flow, False)


def of_every_line(*names: str) -> list[dict]:
    """Columns whose description stands in a doc block of their own name."""
    return [{"name": name, "description": f"{{{{ doc('{name}') }}}}"} for name in names]


def landing_properties(name: str, file: dict) -> dict:
    """The YAML of a landing model: the columns as the file names them."""
    return {"models": [{
        "name": name,
        "description": (
            f"One row per data line of {file['name']} in the drops that this run uses, every value as text (trimmed; blank is null), "
            "under the names of the file. Lines that cannot be read as a record keep their number and id only."
        ),
        "config": {"alias": file["entity"], "materialized": "view"},
        "columns": [
            *of_every_line("inbound_flow_id", "drop_id", "oneroster_version", "line_number", "unreadable_reason", "surplus_cells"),
            *of_every_line("is_delta", "is_withdrawn"),
            *({"name": column["column_name"], "description": column["description"]} for column in file["stored"]),
            *of_every_line("metadata"),
        ],
    }]}


def validation_properties(name: str, file: dict) -> dict:
    """The YAML of a validation model."""
    columns = of_every_line("inbound_flow_id", "drop_id", "line_number", "sourced_id", "disposition", "findings", "left_out")
    return {"models": [{
        "name": name,
        "description": (
            f"One row per line of {file['name']} with something to say about it: a broken rule, a copy, a withdrawn or an unreadable "
            "line. A line without a row here is staged as it is."
        ),
        "config": {"alias": file["entity"]},
        "data_tests": [{"one_row_per": {
            "name": f"each_line_of_{file['entity']}_is_judged_once",
            "arguments": {"columns": ["inbound_flow_id", "line_number", "sourced_id"]},
        }}],
        "columns": columns + (of_every_line("organizations") if file["merges"] else []),
    }]}


def staging_properties(name: str, file: dict) -> dict:
    """The YAML of a staging model: descriptions, and the rules as tests of the columns."""
    columns = of_every_line("inbound_flow_id")
    notices = [f"line.{rule['rule']}" for rule in file["line_rules"] if rule["severity"] == "notice"]
    placeholders: dict[str, list[str]] = {}
    of_deltas: list[str] = []
    of_no_column: list[dict] = []
    for column in file["stored"]:
        tests = []
        for rule in column["rules"]:
            if rule["severity"] == "notice":
                notices.append(f"{column['staging_column']}.{rule['rule']}")
            elif rule["rule"] == DELTA_RULE:
                of_deltas.append(column["staging_column"])
            elif rule["rule"] == PLACEHOLDER:
                placeholders.setdefault(rule["severity"], []).append(column["staging_column"])
            else:
                tests.append({rule["rule"]: {
                    "name": f"{file['entity']}__{column['staging_column']}__{rule['rule']}",
                    "config": rule_config(file, column, rule),
                }})
        if column["is_staged"]:
            columns.append({
                "name": column["staging_column"],
                "data_type": DATA_TYPES.get(column["kind"], "varchar"),
                "description": column["description"],
                **({"data_tests": tests} if tests else {}),
            })
        else:
            of_no_column += [
                {rule: properties | {"arguments": {"column_name": column["staging_column"]}}}
                for test in tests for rule, properties in test.items()
            ]
    columns += [{"data_type": "map(varchar, varchar)"} | each for each in of_every_line("metadata")]
    return {"models": [{
        "name": name,
        "description": (
            f"One row per valid record of {file['name']} of the drops that this run uses, without the records that break a rule of "
            "severity `error` and the values that break a rule of severity `warn`. The tests of the columns are these rules."
        ),
        "config": {"alias": f"stg_{file['model']}"},
        "data_tests": [
            *({rule["rule"]: {"name": f"{file['entity']}__{rule['rule']}"}} for rule in file["line_rules"] if rule["severity"] != "notice"),
            *({PLACEHOLDER: {
                "name": f"{file['entity']}__{'required' if severity == 'error' else 'optional'}_{PLACEHOLDER}",
                "arguments": {"columns": names},
                "config": {"severity": "error" if severity == "error" else "warn"},
            }} for severity, names in placeholders.items()),
            *({DELTA_RULE: {"name": f"{file['entity']}__{DELTA_RULE}", "arguments": {"columns": of_deltas}}} for _ in of_deltas[:1]),
            *of_no_column,
            {"notices": {"name": f"{file['entity']}__notices", "config": {"severity": "warn", "meta": {"notices": notices}}}},
        ],
        "columns": columns,
    }]}


def rule_config(file: dict, column: dict, rule: dict) -> dict:
    """The severity of a rule as a district has it, else as shipped; the rules that make a key are fixed."""
    if column["kind"] == "key" and rule["severity"] == "error" and "found" not in rule["arguments"].split():
        return {"severity": "error"}
    key = f"var('rule_severities').get('{file['entity']}.{column['staging_column']}.{rule['rule']}', '{rule['severity']}')"
    return {"severity": f"{{{{ 'error' if {key} == 'error' else 'warn' }}}}", "enabled": f"{{{{ {key} not in ('off', false) }}}}"}


def history_properties(name: str, file: dict) -> dict:
    """The YAML of a snapshot."""
    return {"snapshots": [{
        "name": name,
        "description": (
            f"One row per version of a record of {file['name']}. A version is in force from dbt_valid_from until dbt_valid_to (null: "
            "still); a record that is absent has an open version with is_active_in_session false and its last values."
        ),
        "data_tests": [{"sound_versions": {"name": f"versions_of_{file['entity']}_follow_each_other"}}],
        "columns": recorded_columns(file) + of_every_line("dbt_scd_id", "dbt_updated_at", "dbt_valid_from", "dbt_valid_to"),
    }]}


def changes_properties(name: str, file: dict) -> dict:
    """The YAML of a model of changes, and of the history that it is told by: as the runs before left it, a source."""
    history = {
        "name": file["entity"],
        "description": f"One row per version of a record of {file['name']}, as the runs before left it (`history_{file['model']}`).",
        "columns": [
            {"name": column, "data_type": data_type, "description": f"{{{{ doc('{column}') }}}}"}
            for column, data_type in {
                "inbound_flow_id": "varchar", "sourced_id": "varchar", "is_active_in_session": "boolean", "dbt_valid_to": "timestamp",
            }.items()
        ],
    }
    return {"sources": [{"name": "history", "description": "History, as the runs before left it.", "tables": [history]}], "models": [{
        "name": name,
        "description": (
            f"One row per record of {file['name']} whose history this run changes, with its values from then on; and one, with change "
            "`stood_in`, per record that history keeps as it is because a line with its key was rejected."
        ),
        "config": {"alias": file["entity"]},
        "columns": recorded_columns(file),
    }]}


def outbound_properties(name: str, file: dict) -> dict:
    """The YAML of what outbound rosters have of a file."""
    return {"models": [{
        "name": name,
        "description": (
            f"One row per record that an outbound flow of the kind `roster` has in {file['name']} now, in the columns of its format "
            f"({', '.join(file['outbound']['formats'])})."
        ),
        "config": {"meta": {"keyed_as": "desired"}},
        "columns": [
            {"name": name, "description": f"{{{{ doc('outbound_{name.removeprefix('outbound_')}') }}}}"}
            for name in ("outbound_flow_id", "kind", "key", "contents")
        ],
    }]}


def recorded_columns(file: dict) -> list[dict]:
    """The columns of a record in history, described as in staging."""
    columns = of_every_line("inbound_flow_id")
    columns += [{"name": column["staging_column"], "description": column["description"]} for column in file["staged"]]
    return [
        *columns,
        *of_every_line("metadata", "is_active_in_session", "first_seen_at", "last_seen_at", "ended_by", "change", "recorded_at"),
    ]


# layer, which is also the name of its template: folder, what the models' names begin with, their YAML
LAYERS = {
    "landing": ("models/landing", "landing", landing_properties),
    "validation": ("models/validation", "validation", validation_properties),
    "staging": ("models/staging", "stg", staging_properties),
    "changes": ("models/changes", "changes", changes_properties),
    "history": ("snapshots", "history", history_properties),
    "outbound": ("models/outbound/roster", "outbound", outbound_properties),
}


if __name__ == "__main__":
    sys.exit(main())
