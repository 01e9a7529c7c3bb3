"""Writes the documentation: `make docs`.

The dbt docs site as one page that needs no network, target/static_index.html, with three things added to what dbt makes of
the project: the severity of each rule with the column it guards, a page with every rule in words, and a picture of the
entities. The rules and the entities are also written to docs/rules.md and docs/entities.md, for those who read files;
beside them, docs/outbound_columns.md says of every file of an outbound flow where its columns come from.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import re
import sys
from html import escape
from pathlib import Path

from catalogue import columns, outbound_columns, rule_words, school_data_sync_columns
from dbt.cli.main import dbtRunner
from dbt.task.docs import DOCS_INDEX_FILE_PATH
from warehouse import warehouse_path

PROJECT = Path(__file__).resolve().parent.parent
PACKAGE = "oneroster"

WHAT_HAPPENS = {
    "catastrophic": "The drop is refused: nothing of its flow changes.",
    "error": "The record is left out. If history knows it, its last good version stays as it is.",
    "warning": "The value is left out; the rest of the record is used.",
    "notice": "Nothing is left out.",
}
KINDS = {
    "drop": "About a drop or a file",
    "line": "About a line",
    "value": "About a value",
    "records": "About records beside each other",
    "match": "About a match",
}
SEVERITIES = ("error", "warning", "notice")

# column and row of each entity in the picture, so that lines pass between boxes
PLACES = {
    "course_subject": (1, 0), "course_grade_level": (2, 0),
    "organization": (0, 1), "course": (1, 1), "session": (2, 1),
    "person_organization_role": (0, 2), "section": (1, 2), "section_session": (2, 2),
    "person": (0, 3), "enrollment": (1, 3), "section_subject": (2, 3), "section_grade_level": (3, 3),
    "person_identifier": (0, 4), "person_email_address": (1, 4), "person_phone_number": (2, 4), "person_relationship": (3, 4),
}


def main() -> int:
    """Generates the documentation.

    Returns:
        0 when it was written, 1 when dbt could not.
    """
    parser = argparse.ArgumentParser(description="Write the documentation site and the pages made from the project.")
    parser.add_argument("--target-path", type=Path, default=PROJECT / "target", help="where dbt writes (default target)")
    parser.add_argument("--pages", type=Path, default=PROJECT / "docs", help="where the pages made from the project go")
    arguments = parser.parse_args()
    os.chdir(PROJECT)
    warehouse = warehouse_path()
    os.environ["ONEROSTER_WAREHOUSE"] = str(warehouse)
    options = []
    if not warehouse.exists():
        # dbt would make the file; without it there is nothing to look up in it
        os.environ["ONEROSTER_WAREHOUSE"] = ":memory:"
        options = ["--empty-catalog"]
    target = arguments.target_path.resolve()
    outcome = dbtRunner().invoke(["--quiet", "docs", "generate", "--target-path", str(target), *options])
    if not outcome.success:
        print(f"dbt could not describe the project. {outcome.exception or ''}")
        return 1
    manifest = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
    rules = rules_page(manifest)
    entities = entities_of(manifest)
    (arguments.pages / "rules.md").write_text(rules, encoding="utf-8")
    (arguments.pages / "entities.md").write_text(entities_page(entities), encoding="utf-8")
    (arguments.pages / "outbound_columns.md").write_text(outbound_columns_page(), encoding="utf-8")
    site = target / "static_index.html"
    site.write_text(static_site(manifest, (target / "catalog.json").read_text(encoding="utf-8"), rules, entities), encoding="utf-8")
    print(f"The documentation is {site}. Open it in a browser.")
    return 0


def outbound_columns_page() -> str:
    """The page that says which fields go where: each format with its files, and what each column comes from."""
    lines = [
        "# Where the columns of outbound files come from", "",
        "[outbound.md](outbound.md) says how a flow is configured and sent; this page is made from the catalogue (`make docs`). A",
        "column that is marked optional is blank unless `optional_data` of the flow asks for it.",
    ]
    format = kind = None
    for column in outbound_columns():
        if column["format"] != format:
            format, kind = column["format"], None
            lines += ["", f"## {format}"]
        if column["kind"] != kind:
            kind = column["kind"]
            lines += ["", f"### {kind}", "", "| column | comes from |", "| --- | --- |"]
        optional = f" Optional: {column['optional_data']}." if column["optional_data"] else ""
        lines.append(f"| `{column['column_name']}` | {column['comes_from'].replace('|', chr(92) + '|')}{optional} |")
    return "\n".join(lines) + "\n"


def applied_rules(manifest: dict) -> dict[str, list[dict]]:
    """Where each rule is applied, from the tests of the staging models; the notices of a model are one test, which lists them.

    Args:
        manifest: dbt's manifest.

    Returns:
        By rule: model, file, column (of staging, or None), column_name (of the file, or blank), severity and fate (a key of
        WHAT_HAPPENS) of each test that is on.
    """
    known = {(column["file_name"], column["staging_column"]): column for column in columns()}
    applied: dict[str, list[dict]] = {}
    for node in manifest["nodes"].values():
        rule = (node.get("test_metadata") or {}).get("name")
        model = (node.get("attached_node") or "").split(".")[-1]
        if node["resource_type"] != "test" or not model.startswith("stg_") or not rule:
            continue
        source, file = model.removeprefix("stg_").split("__")
        place = {"model": model, "file": ("" if source == "oneroster" else f"{source}/") + f"{camel_case(file)}.csv"}
        if rule == "notices":
            stated = [(*notice.split("."), "notice") for notice in node["config"]["meta"]["notices"]]
        else:
            severity = "error" if node["config"]["severity"].lower() == "error" else "warning"
            given = node["test_metadata"]["kwargs"]
            # what is judged and not staged is no column of the model
            guarded = given.get("columns") or [node["column_name"] or given.get("column_name") or "line"]
            stated = [(column, rule, severity) for column in guarded]
        for column, rule, severity in stated:
            facts = known.get((place["file"], column), {"column_name": "", "is_required": "yes"})
            applied.setdefault(rule, []).append(place | {
                "column": None if column == "line" else column,
                "column_name": facts["column_name"],
                "severity": severity,
                # the value of a required column is never left out
                "fate": "notice" if severity == "warning" and facts["is_required"] != "no" else severity,
            })
    for places in applied.values():
        places.sort(key=lambda place: (place["file"], place["column"] or ""))
    return applied


def rules_page(manifest: dict) -> str:
    """Every rule in words, as Markdown."""
    applied = applied_rules(manifest)
    lines = [
        "# Rules",
        "",
        "What is checked, what it means, and what to do. This page is made from the project by `make docs`.",
        "",
        "| severity | what happens |",
        "| --- | --- |",
        *(f"| {severity} | {text} |" for severity, text in WHAT_HAPPENS.items()),
        "",
        "A notice is told once per file, column and rule, with the first line and how many there are; a run that has nothing else is",
        "`completed`. A list loses the bad items only; when no item is left of a required one, the record is left out.",
        "`rule_severities` changes severities, and `seeds/district/district_rule.csv` adds rules (docs/configuration.md). The rules of",
        "drops and files, of lines that cannot be read, and of the key (`sourcedId`) are fixed.",
        "",
    ]
    for kind, heading in KINDS.items():
        lines += [f"## {heading}", ""]
        for (rule, caused_by), words in rule_words().items():
            if caused_by or words["about"] != kind:
                continue
            places = applied.get(rule, [])
            lines += [
                f"### {words['title']}",
                "",
                f"`{rule}` · {words['meaning']}",
                "",
                f"* **Example:** {words['example']}",
                f"* **What happens:** {fate_of(words, places)}",
                f"* **What to do:** {words['remedy']}",
                *(where_applied(places) or [f"* **Severity:** {words['severity']}"]),
                "",
            ]
    lines += [
        "## In School Data Sync V2.1 files",
        "",
        "The same rules hold, as severe as this format requires a column: what is said above of a required column holds for those it",
        "requires, and what is said of an optional one for the others. Of a made-up id only conflicts and copies are told",
        "(docs/formats.md).",
        "",
        "| file | required | optional |",
        "| --- | --- | --- |",
    ]
    files: dict[str, dict[bool, list[str]]] = {}
    for column in school_data_sync_columns():
        if column["landed_as"]:
            words = {"yes": "", "no": "", "wanted": " (a notice when blank)", "unless contact": " (but of contacts)"}[column["is_required"]]
            is_required = column["is_required"] in ("yes", "unless contact")
            file = files.setdefault(column["file_name"], {True: [], False: []})
            file[is_required].append(f"{column['column_name']}{words}")
    lines += [f"| {name} | {', '.join(file[True])} | {', '.join(file[False])} |" for name, file in files.items()]
    return "\n".join(lines).rstrip("\n") + "\n"


def fate_of(words: dict, places: list[dict]) -> str:
    """What happens to what breaks a rule, in a sentence or two: by the severities that it is applied with."""
    severities = [severity for severity in SEVERITIES if any(place["fate"] == severity for place in places)]
    if words["about"] == "match":
        return "The record is used; it is only linked to no directory user."
    if not severities:
        # of a drop only all is left out or nothing
        return WHAT_HAPPENS["catastrophic" if words["severity"] == "catastrophic" else "notice"]
    if len(severities) == 1:
        return WHAT_HAPPENS[severities[0]]
    fates = {severity: WHAT_HAPPENS[severity][:1].lower() + WHAT_HAPPENS[severity][1:] for severity in severities}
    return " ".join(f"As {'an' if severity == 'error' else 'a'} {severity}: {fate}" for severity, fate in fates.items())


def where_applied(places: list[dict]) -> list[str]:
    """Where a rule is applied, as items of a Markdown list."""
    result = []
    for severity in SEVERITIES:
        files: dict[str, list[str]] = {}
        for place in places:
            if place["severity"] == severity:
                files.setdefault(place["file"], []).append(place["column_name"])
        if files:
            listed = "; ".join(
                f"{file}" + (f" ({', '.join(columns)})" if any(columns) else "") for file, columns in files.items()
            )
            result.append(f"* **Applied as {severity}:** {listed}")
    return result


def camel_case(name: str) -> str:
    """A file as OneRoster spells it: `user_profiles` is `userProfiles`."""
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def entities_of(manifest: dict) -> dict[str, dict]:
    """The entities of rostering: each with its columns and with what it refers to.

    Args:
        manifest: dbt's manifest.

    Returns:
        By entity: columns (name, type) and references (column, entity).
    """
    models = {
        node["name"]: node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["name"] in PLACES and node["schema"] == "rostering"
    }
    entities = {}
    for name in PLACES:
        columns = models[name]["columns"]
        references = []
        for column in columns:
            targets = [other for other in models if column.endswith(f"{other}_id") and column != f"{name}_id"]
            # parent_organization_id leads to organization; person_organization_role_id would fit two
            if targets and not column.startswith("ref_"):
                references.append((column, max(targets, key=len)))
        entities[name] = {
            "columns": [(column, each["data_type"] or "varchar") for column, each in columns.items()],
            "references": references,
        }
    return entities


def entities_page(entities: dict[str, dict]) -> str:
    """The entities as a Mermaid diagram in Markdown."""
    lines = [
        "# Entities",
        "",
        "The tables of the schema `rostering` and what refers to what. This page is made from the project by `make docs`; every",
        "table and column is described there.",
        "",
        "```mermaid",
        "erDiagram",
    ]
    for name, entity in entities.items():
        lines.append(f"    {name} {{")
        referring = {column for column, _ in entity["references"]}
        for column, data_type in entity["columns"]:
            key = " PK" if column == f"{name}_id" else " FK" if column in referring else ""
            if key or not column.startswith(("ref_", "source_system", "inbound_flow", "first_seen", "last_seen")):
                lines.append(f"        {re.sub('[^a-z]', '_', data_type).rstrip('_')} {column}{key}")
        lines.append("    }")
    for name, entity in entities.items():
        lines += [f"    {target} ||--o{{ {name} : {column}" for column, target in entity["references"]]
    return "\n".join([*lines, "```", ""])


def entities_picture(entities: dict[str, dict]) -> str:
    """The entities as SVG: a box each, and a line for each reference."""
    width, height, across, down = 210, 40, 262, 100
    middle = {name: (column * across + width / 2 + 10, row * down + height / 2 + 10) for name, (column, row) in PLACES.items()}
    lines, boxes = [], []
    for name, entity in entities.items():
        x, y = middle[name]
        for _, target in entity["references"]:
            if target == name:
                # a parent of its own kind
                lines.append(f'<path d="M{x + width / 2 - 30} {y - height / 2}c0 -14 22 -14 22 0" marker-end="url(#end)"/>')
                continue
            to_x, to_y = middle[target]
            start, end = edge_point((x, y), (to_x, to_y), width, height), edge_point((to_x, to_y), (x, y), width, height)
            lines.append(f'<path d="M{start[0]:.0f} {start[1]:.0f}L{end[0]:.0f} {end[1]:.0f}" marker-end="url(#end)"/>')
        is_main = name in ("organization", "course", "section", "session", "person", "enrollment", "person_organization_role")
        boxes.append(
            f'<rect x="{x - width / 2}" y="{y - height / 2}" width="{width}" height="{height}" rx="8"'
            f' fill="{"#2a6f97" if is_main else "#fff"}" stroke="#2a6f97" stroke-width="1.5"/>'
            f'<text x="{x}" y="{y + 5}" fill="{"#fff" if is_main else "#1d4c68"}">{escape(name)}</text>'
        )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {3 * across + width + 20} {4 * down + height + 20}"'
        ' font-family="system-ui, sans-serif" font-size="14" text-anchor="middle">'
        '<defs><marker id="end" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" orient="auto">'
        '<path d="M0 1L9 5L0 9z" fill="#5b6b76"/></marker></defs>'
        f'<g stroke="#5b6b76" stroke-width="1.5" fill="none">{"".join(lines)}</g>{"".join(boxes)}</svg>'
    )


def edge_point(centre: tuple, towards: tuple, width: float, height: float) -> tuple[float, float]:
    """Where the line between two boxes leaves the first one."""
    dx, dy = towards[0] - centre[0], towards[1] - centre[1]
    scale = min(width / 2 / abs(dx) if dx else float("inf"), height / 2 / abs(dy) if dy else float("inf"))
    return centre[0] + dx * scale, centre[1] + dy * scale


def static_site(manifest: dict, catalog: str, rules: str, entities: dict[str, dict]) -> str:
    """The dbt docs site as one page.

    Args:
        manifest: dbt's manifest, which is added to.
        catalog: dbt's catalog as JSON.
        rules: the page of rules.
        entities: the entities of rostering.

    Returns:
        The page as HTML.
    """
    nodes = manifest["nodes"]
    for rule, places in applied_rules(manifest).items():
        for place in places:
            node = nodes[f"model.{PACKAGE}.{place['model']}"]
            described = node["columns"].get(place["column"]) if place["column"] else node
            if described is not None:
                begin = "" if "**Rules:**" in described["description"] else "\n\n**Rules:** "
                described["description"] += f"{begin or ', '}{rule} ({place['severity']})"
    picture = base64.b64encode(entities_picture(entities).encode()).decode()
    overview = manifest["docs"][f"doc.{PACKAGE}.__overview__"]
    overview["block_contents"] = overview["block_contents"].replace(
        "assets/entities.svg", f"data:image/svg+xml;base64,{picture}"
    )
    page_id = f"doc.{PACKAGE}.__{PACKAGE}__"
    manifest["docs"][page_id] = overview | {"name": f"__{PACKAGE}__", "unique_id": page_id, "block_contents": rules}
    page = Path(DOCS_INDEX_FILE_PATH).read_text(encoding="utf-8")
    page = page.replace('"MANIFEST.JSON INLINE DATA"', in_a_script(json.dumps(manifest)))
    return page.replace('"CATALOG.JSON INLINE DATA"', in_a_script(catalog))


def in_a_script(text: str) -> str:
    """JSON that may stand in a script: no text in it can end the script."""
    return text.replace("</", "<\\/").replace("<!--", "<\\!--")


if __name__ == "__main__":
    sys.exit(main())
