"""Writes the run-health page: `make report`.

One self-contained HTML file, made from the warehouse, which is opened read-only. It holds data of students unless it is
redacted, so only its owner may read it.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import itertools
import os
import re
import sys
from datetime import datetime, timezone
from pathlib import Path

import duckdb
import jinja2
import pygal
from catalogue import rule_words, words_of
from fix_first import cost_in_words, counted, root_causes
from markupsafe import Markup, escape
from pygal.style import Style
from schools import FINDING_SCHOOLS
from warehouse import rows_of, warehouse_path

PROJECT = Path(__file__).resolve().parent.parent
PARTS = Path(__file__).resolve().parent / "report"
RUNS_SHOWN = 14
COUNTS_SHOWN = 8

STATUS_WORDS = {
    "running": "under way",
    "completed": "completed",
    "completedWithWarnings": "completed with warnings",
    "completedWithErrors": "completed with errors",
    "failed": "failed",
    "skipped": "skipped",
}
STATUS_LOOKS = {
    "running": "quiet",
    "completed": "good",
    "completedWithWarnings": "warning",
    "completedWithErrors": "error",
    "failed": "error",
    "skipped": "quiet",
}
ENTITY_WORDS = {"organizations": "Organizations", "people": "People", "groups": "Classes", "memberships": "Enrollments"}
EFFECT_WORDS = {
    "refused": "The whole drop is refused: nothing of this flow changes.",
    "record_left_out": "The record is left out. If history knows it, its last good version stays as it is.",
    "value_left_out": "Only the value is left out; the rest of the record is used.",
    "none": "Nothing is left out.",
}
TIERS = {
    1: ("Errors and warnings", "Each of these is a cause of its own."),
    2: ("Consequences", "These lead to a record that was itself left out. They go away once that record is fixed."),
    3: ("Notices", "Nothing is left out. Look at them when the export is next worked on."),
}


class Warehouse:
    """The DuckDB file, read-only. A relation that no run has made yet reads as no rows."""

    def __init__(self, path: Path) -> None:
        self.connection = duckdb.connect(str(path), read_only=True)
        relations = self.connection.execute(
            """
            select schema_name || '.' || table_name from duckdb_tables()
            union all
            select schema_name || '.' || view_name from duckdb_views()
            """
        ).fetchall()
        self.relations = {relation for (relation,) in relations}

    def rows(self, sql: str, **parameters) -> list[dict]:
        """The rows of a query, each a dict by column; none when one of its relations is missing."""
        needed = set(re.findall(r"\b(?:from|join) (\w+\.\w+)", sql))
        if not needed <= self.relations:
            return []
        return rows_of(self.connection, sql, parameters or None)


def main() -> int:
    """Parses the command line and writes the page.

    Returns:
        0 when the page was written, 1 when the warehouse could not be read.
    """
    parser = argparse.ArgumentParser(description="Write the run-health page from the warehouse.")
    parser.add_argument("--output", type=Path, default=PROJECT / "reports" / "run_health.html", help="the page to write")
    parser.add_argument("--rows", type=int, default=100, help="rows shown per rule at most (default 100)")
    parser.add_argument("--redact", action="store_true", help="leave out values, ids and messages")
    arguments = parser.parse_args()
    path = warehouse_path()
    facts = {}
    if path.exists():
        try:
            facts = facts_of(Warehouse(path), arguments.rows, arguments.redact)
        except duckdb.IOException as error:
            print(f"The warehouse {path} cannot be read now; perhaps a run is writing it. Try again later.\n  {error}")
            return 1
    write_privately(arguments.output, page(facts, has_warehouse=path.exists(), is_redacted=arguments.redact))
    print(f"The report is {arguments.output}.")
    return 0


def facts_of(warehouse: Warehouse, rows: int, is_redacted: bool) -> dict:
    """Everything that the page says.

    Args:
        warehouse: the warehouse.
        rows: rows to show per rule at most.
        is_redacted: whether values, ids and messages are left out.

    Returns:
        The facts by name; empty when there has been no run.
    """
    runs = warehouse.rows(
        """
        select *, epoch(completed_at - started_at) as seconds
        from runs.run
        order by run_at desc, started_at desc
        limit $limit
        """,
        limit=RUNS_SHOWN,
    )
    statistics = {each["run_id"]: each for each in warehouse.rows("select * from runs.run_statistics")}
    for run in runs:
        # a run that failed may have none
        run |= dict.fromkeys(("errors", "warnings", "notices", *ENTITY_WORDS)) | statistics.get(run["run_id"], {})
    if not runs:
        return {}
    run, told = runs[0], [each for each in runs if each["people"] is not None]
    run_id = run["run_id"]
    changes = changes_over_time(warehouse, min(each["run_at"] for each in runs))
    groups = finding_groups(warehouse, run_id, rows, is_redacted)
    return {
        "run": run,
        "sentence": sentence(warehouse, run),
        "runs": runs[::-1],
        "totals": totals(told),
        "totals_are_older": bool(told) and told[0] is not run,
        "flows": flows(warehouse, run, changes),
        "outbound": warehouse.rows("select * from outbound.last_delivery order by outbound_flow_id"),
        "changes": changes_by_run(runs[::-1], changes),
        "charts": charts(runs[::-1], changes),
        "entities": entities(warehouse, told[0]["run_id"] if told else run_id),
        "roles": warehouse.rows(
            """
            select
                coalesce(ref_definition.display_name, role_count.role_code) as role,
                sum(role_count.matched) as matched,
                sum(role_count.unmatched) as unmatched
            from runs.role_count
            left join reference.ref_definition
                on ref_definition.reference_type = 'RefRole' and role_count.role_code = ref_definition.code
            where role_count.run_id = $run_id
            group by role
            having sum(role_count.matched) + sum(role_count.unmatched) > 0
            order by sum(role_count.matched) + sum(role_count.unmatched) desc, role
            """,
            run_id=run_id,
        ),
        "causes": causes(warehouse, run, groups),
        "by_rule": by_rule(warehouse, run_id, groups),
        "by_file": by_file(warehouse, run_id),
        "by_school": by_school(warehouse, run_id, is_redacted),
        "groups": groups,
        "flows_found": sorted({row["inbound_flow_id"] for group in groups for row in group["rows"] if row["inbound_flow_id"]}),
        "files_found": sorted({row["file_name"] for group in groups for row in group["rows"] if row["file_name"]}),
    }


def sentence(warehouse: Warehouse, run: dict) -> str:
    """How the newest run went, in one sentence."""
    if run["status"] == "running":
        return "A run is under way, or was broken off: it has not said how it ended."
    if run["status"] == "failed":
        if not warehouse.rows("select 1 from runs.run where starts_with(status, 'completed') limit 1"):
            return "The run failed. There is no roster yet, since no run has completed."
        return "The run failed. The roster is as the last good run left it."
    counts = warehouse.rows(
        """
        select
            count(*) filter (where status <> 'skipped') as due,
            count(*) filter (where starts_with(status, 'completed')) as processed
        from runs.run_activity
        where run_id = $run_id
        """,
        run_id=run["run_id"],
    )[0]
    errors, warnings = run["errors"] or 0, run["warnings"] or 0
    if not counts["due"]:
        return "The run completed with nothing to do: every flow was skipped."
    used = f"{counts['processed']:,} of {counted(counts['due'], 'flow')} went through"
    if not errors and not warnings:
        looks = f" {counted(run['notices'], 'notice')} may be worth a look." if run["notices"] else ""
        return f"All is well: {used}, and nothing was left out.{looks}"
    found = " and ".join(part for part in (counted(errors, "error") if errors else "", counted(warnings, "warning") if warnings else "") if part)
    left_out = warehouse.rows(
        """
        select count(distinct (inbound_flow_id, file_name, line_number)) as records
        from runs.validation_result
        where run_id = $run_id and effect = 'record_left_out'
        """,
        run_id=run["run_id"],
    )[0]["records"]
    return f"{used}, with {found}; {counted(left_out, 'record') if left_out else 'no record'} left out."


def totals(told: list[dict]) -> list[dict]:
    """Active counts of the newest run that has them, each with its change since the run before."""
    if not told:
        return []
    return [
        {
            "label": label,
            "count": told[0][name],
            "change": told[0][name] - told[1][name] if len(told) > 1 else None,
        }
        for name, label in ENTITY_WORDS.items()
    ]


def flows(warehouse: Warehouse, run: dict, changes: list[dict]) -> list[dict]:
    """Per flow of a run: what was received, what was left out and why, what changed."""
    found = warehouse.rows(
        """
        select
            *,
            inbound_flow_id in (
                select results.inbound_flow_id from runs.validation_result as results
                where results.run_id = $run_id and results.rule = 'within_hold_limits'
            ) as is_held
        from runs.run_activity
        where run_id = $run_id
        order by status = 'skipped', inbound_flow_id
        """,
        run_id=run["run_id"],
    )
    files = warehouse.rows(
        """
        select *, rejected_records + unreadable_lines as left_out
        from landing.file_inventory
        where is_processed
        order by inbound_flow_id, file_name
        """
    )
    reasons = warehouse.rows(
        """
        select inbound_flow_id, rule, count(distinct (file_name, line_number)) as records
        from runs.validation_result
        where run_id = $run_id and effect = 'record_left_out'
        group by inbound_flow_id, rule
        order by records desc, rule
        """,
        run_id=run["run_id"],
    )
    pulls = warehouse.rows("select * from landing.pull order by drop_id")
    words = rule_words()
    for flow in found:
        own = lambda each, flow=flow: each["inbound_flow_id"] == flow["inbound_flow_id"]
        # the inventory is that of the newest run, whatever became of it: it belongs here when the drop is the same
        flow["files"] = [each for each in files if own(each) and each["drop_id"] == flow["drop_id"]]
        flow["pulls"] = [each for each in pulls if own(each)]
        if not flow["status"].startswith("completed"):
            flow["files"] = []
        for measure in ("received_records", "staged_records", "left_out", "collapsed_copies", "withdrawn_records"):
            flow[measure] = sum(each[measure] for each in flow["files"])
        flow["reasons"] = [each | {"title": words_of(words, each["rule"])["title"]} for each in reasons if own(each)]
        flow["changes"] = [each for each in changes if own(each) and each["run_at"] == run["run_at"]]
    return found


def changes_over_time(warehouse: Warehouse, since: datetime) -> list[dict]:
    """Per flow, run and kind of record: how many joined, left and changed. A flow's first load is none of them."""
    kinds = {"people": "users", "classes": "classes", "enrollments": "enrollments"}
    versions = " union all ".join(
        f"""
        select
            '{kind}' as kind,
            version.inbound_flow_id,
            version.dbt_valid_from as run_at,
            case
                when not version.is_active_in_session then 'left'
                when version.dbt_valid_from = version.first_seen_at or not earlier.is_active_in_session then 'joined'
                else 'changed'
            end as change
        from history.{table} as version
        left join history.{table} as earlier
            on
                version.inbound_flow_id = earlier.inbound_flow_id
                and version.sourced_id = earlier.sourced_id
                and version.dbt_valid_from = earlier.dbt_valid_to
                and earlier.dbt_valid_to >= $since
        where version.dbt_valid_from >= $since
        """
        for kind, table in kinds.items()
    )
    return warehouse.rows(
        f"""
        with version as ({versions}),

        first_load as (
            select run_activity.inbound_flow_id, min(run.run_at) as run_at
            from runs.run_activity
            inner join runs.run on run_activity.run_id = run.run_id
            where starts_with(run_activity.status, 'completed') and run.status <> 'failed'
            group by run_activity.inbound_flow_id
        )

        select
            version.inbound_flow_id,
            version.run_at,
            version.kind,
            version.run_at = first_load.run_at as is_first_load,
            count(*) filter (where change = 'joined') as joined,
            count(*) filter (where change = 'left') as departed,
            count(*) filter (where change = 'changed') as changed
        from version
        inner join first_load on version.inbound_flow_id = first_load.inbound_flow_id
        group by all
        order by
            version.inbound_flow_id,
            version.run_at,
            array_position(['people', 'classes', 'enrollments'], any_value(version.kind))
        """,
        since=since,
    )


def changes_by_run(runs: list[dict], changes: list[dict]) -> list[dict]:
    """The changes of all flows together, a row per run, first loads apart."""
    result = []
    for run in runs:
        own = [each for each in changes if each["run_at"] == run["run_at"]] if run["status"] != "failed" else []
        later = [each for each in own if not each["is_first_load"]]
        result.append(
            {"run": run, "first_load": sum(each["joined"] for each in own if each["is_first_load"])}
            | {measure: sum(each[measure] for each in later) for measure in ("joined", "departed", "changed")}
        )
    return result


def entities(warehouse: Warehouse, run_id: str) -> list[dict]:
    """Active and inactive counts per flow and kind of record."""
    order = list(ENTITY_WORDS)
    found = warehouse.rows(
        "select * from runs.entity_count where run_id = $run_id and total > 0 order by inbound_flow_id", run_id=run_id
    )
    found.sort(key=lambda each: (order.index(each["entity"]), each["inbound_flow_id"]))
    return [each | {"label": ENTITY_WORDS[each["entity"]]} for each in found]


def causes(warehouse: Warehouse, run: dict, groups: list[dict]) -> list[dict] | None:
    """What to fix first, each with a link to its findings; None where it cannot be told."""
    if "runs.root_cause" not in warehouse.relations:
        return None
    found = root_causes(warehouse.connection, run["run_id"])
    anchors = {(group["rule"], group["caused_by"]): group["anchor"] for group in reversed(groups) if group["tier"] == 1}
    for cause in found:
        cause["anchor"] = anchors.get((cause["rule"], cause["caused_by"]))
    return found or ([] if run["status"].startswith("completed") else None)


def by_rule(warehouse: Warehouse, run_id: str, groups: list[dict]) -> list[dict]:
    """Errors, warnings and notices per rule, each with a link to its first group."""
    words = rule_words()
    found = warehouse.rows(
        """
        select
            rule,
            count(*) filter (where severity in ('catastrophic', 'error')) as errors,
            count(*) filter (where severity = 'warning') as warnings,
            count(*) filter (where severity = 'notice') as notices
        from runs.validation_result
        where run_id = $run_id
        group by rule
        order by errors desc, warnings desc, notices desc, rule
        """,
        run_id=run_id,
    )
    anchors = {group["rule"]: group["anchor"] for group in reversed(groups)}
    return [each | {"label": words_of(words, each["rule"])["title"], "anchor": anchors.get(each["rule"])} for each in found]


def by_file(warehouse: Warehouse, run_id: str) -> list[dict]:
    """Errors, warnings and notices per flow and file."""
    return warehouse.rows(
        """
        select
            coalesce(file_name, 'the drop as a whole') as label,
            inbound_flow_id as note,
            count(*) filter (where severity in ('catastrophic', 'error')) as errors,
            count(*) filter (where severity = 'warning') as warnings,
            count(*) filter (where severity = 'notice') as notices
        from runs.validation_result
        where run_id = $run_id
        group by all
        order by errors desc, warnings desc, notices desc, note, label
        """,
        run_id=run_id,
    )


def by_school(warehouse: Warehouse, run_id: str, is_redacted: bool) -> list[dict]:
    """Errors, warnings and notices per organization that the line names, or that the person in the line belongs to.

    A line that names two counts for both. Empty when the lines of the run can no longer be read.
    """
    try:
        found = warehouse.rows(
            f"""
            select
                inbound_flow_id,
                org_id,
                name,
                is_at_hand,
                count(*) filter (where severity in ('catastrophic', 'error')) as errors,
                count(*) filter (where severity = 'warning') as warnings,
                count(*) filter (where severity = 'notice') as notices
            from ({FINDING_SCHOOLS})
            group by inbound_flow_id, org_id, name, is_at_hand
            order by org_id is null, errors desc, warnings desc, notices desc, name, org_id
            """,
            run_id=run_id,
        )
    except (duckdb.IOException, duckdb.InvalidInputException):  # the drop was moved, deleted or changed since
        return []
    for each in found:
        shown_id = None if is_redacted else each["org_id"]
        if each["org_id"]:
            unnamed = "A school without a name"
        else:
            unnamed = "No school is named" if each["is_at_hand"] else "The line is no longer at hand"
        each["label"] = each["name"] or shown_id or unnamed
        each["note"] = " · ".join(part for part in (shown_id if each["name"] else None, each["inbound_flow_id"]) if part)
    return found


def finding_groups(warehouse: Warehouse, run_id: str, rows: int, is_redacted: bool) -> list[dict]:
    """The findings by rule and severity: root causes first, then consequences, then notices.

    Args:
        warehouse: the warehouse.
        run_id: the run.
        rows: rows to show per group at most.
        is_redacted: whether values, ids and messages are left out.

    Returns:
        Groups, each with its rule's words, its count and its first rows.
    """
    found = warehouse.rows(
        """
        with finding as (
            select
                *,
                case when severity = 'notice' then 3 when caused_by in ('rejected', 'unreadable') then 2 else 1 end as tier
            from runs.validation_result
            where run_id = $run_id
        )

        select
            *,
            count(*) over (partition by tier, severity, rule, caused_by) as findings,
            list(distinct file_name) over (partition by tier, severity, rule, caused_by) as files
        from finding
        qualify row_number() over (
            partition by tier, severity, rule, caused_by
            order by inbound_flow_id, file_name, line_number, column_name, value
        ) <= $rows
        order by
            tier,
            case severity when 'catastrophic' then 1 when 'error' then 2 else 3 end,
            findings desc,
            rule,
            caused_by,
            inbound_flow_id,
            file_name,
            line_number,
            column_name,
            value
        """,
        run_id=run_id,
        rows=rows,
    )
    words, groups = rule_words(), {}
    for each in found:
        rule, cause = each["rule"], each["caused_by"] or ""
        key = (each["tier"], each["severity"], rule, cause)
        own = words_of(words, rule, cause)
        if key not in groups:
            groups[key] = {
                "anchor": "-".join(["rule", str(each["tier"]), each["severity"], rule, *filter(None, [cause])]),
                "tier": each["tier"],
                "severity": each["severity"],
                "rule": rule,
                "caused_by": each["caused_by"],
                "effect": EFFECT_WORDS.get(each["effect"], ""),
                "words": own,
                "title": own["title"],
                "findings": each["findings"],
                "files": each["files"],
                "rows": [],
            }
        message = own_words(each)
        if is_redacted:
            each["sourced_id"] = each["value"] = message = None
        groups[key]["rows"].append(
            {name: each[name] for name in ("inbound_flow_id", "file_name", "line_number", "sourced_id", "column_name", "value")}
            | {"message": message}
        )
    return list(groups.values())


def own_words(finding: dict) -> str:
    """The message without the file, line, column and value that it begins with: they have columns of their own."""
    place = [finding["file_name"]]
    place += [f"line {finding['line_number']}"] if finding["line_number"] is not None else []
    place += [f"column {finding['column_name']}"] if finding["column_name"] is not None else []
    start = ", ".join(part for part in place if part) + ": "
    # messages about the directory's file name its folder too
    message = (finding["message"] or "").removeprefix(f"{finding['inbound_flow_id']}/")
    if finding["file_name"] and message.startswith(start):
        message = message[len(start):]
        value = finding["value"]
        if value is not None:
            quoted = re.sub(r"\s+", " ", value[:80])
            message = re.sub(rf'^"{re.escape(quoted)}…?": ', "", message)
    # `users.csv has no record of this id` begins with a name
    return message if "." in message.split(" ", 1)[0] else message[:1].upper() + message[1:]


def charts(runs: list[dict], changes: list[dict]) -> dict[str, Markup]:
    """The charts as inline SVG, whose colours are those of the page; none before the second run."""
    if len(runs) == 1:
        return {}
    labels = [f"{run['run_at'].day} {run['run_at']:%b %Y}" for run in runs]
    by_run = changes_by_run(runs, changes)
    count = lambda run, name: run[name] or 0
    return {
        "findings": chart(
            pygal.StackedBar, "Errors and warnings of each run", labels,
            {"Errors": [count(run, "errors") for run in runs], "Warnings": [count(run, "warnings") for run in runs]},
            ("var(--error-fill)", "var(--warning-fill)"),
        ),
        "active": chart(
            pygal.Line, "Active people and enrollments after each run", labels,
            {"People": [run["people"] for run in runs], "Enrollments": [run["memberships"] for run in runs]},
            ("var(--accent)", "var(--second)"),
        ),
        "changes": chart(
            pygal.StackedBar, "Changes of each run", labels,
            {
                "Joined": [each["joined"] for each in by_run],
                "Left": [each["departed"] for each in by_run],
                "Changed": [each["changed"] for each in by_run],
            },
            ("var(--good-fill)", "var(--second)", "var(--quiet-fill)"),
        ),
    }


def chart(kind: type, title: str, labels: list[str], series: dict[str, list], colours: tuple[str, ...]) -> Markup:
    """One chart as SVG.

    Args:
        kind: the class of pygal that draws it.
        title: its accessible name.
        labels: what stands under the horizontal axis.
        series: numbers by name.
        colours: one CSS colour per series.

    Returns:
        An `svg` element without scripts, or nothing when there is nothing to draw.
    """
    if not labels or not any(value for values in series.values() for value in values):
        return Markup("")
    highest = max(
        sum(value or 0 for value in column) if kind is pygal.StackedBar else max(value or 0 for value in column)
        for column in zip(*series.values())
    )
    heights = round_steps(highest)
    drawing = kind(
        style=Style(
            background="transparent", plot_background="transparent", foreground="var(--muted)",
            foreground_strong="var(--text)", foreground_subtle="var(--line)", guide_stroke_color="var(--line)",
            major_guide_stroke_color="var(--line)", opacity="1", opacity_hover="0.8", transition="0s", colors=colours,
            font_family="inherit", label_font_size=12, major_label_font_size=12,
        ),
        width=400, height=220, margin=4, margin_top=8, margin_right=36, show_legend=False,
        show_minor_x_labels=False, x_labels_major_count=min(3, len(labels)), range=(0, heights[-1]), js=(),
        value_formatter=lambda value: f"{value:,.0f}", truncate_label=-1,
        show_x_guides=False, dots_size=3, stroke_style={"width": 2}, explicit_size=False, no_prefix=False, disable_xml_declaration=True,
    )
    drawing.x_labels, drawing.y_labels = labels, heights
    for name, values in series.items():
        drawing.add(name, values)
    svg = drawing.render(is_unicode=True)
    svg = re.sub(r"<script.*?</script>|<!--.*?-->", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<title>Pygal</title>", "", svg)
    svg = svg.replace("<svg ", f'<svg role="img" aria-label="{escape(title)}. The numbers are in the table below." ', 1)
    legend = Markup("").join(
        Markup('<li><span style="background: {}"></span>{}</li>').format(colour, name) for name, colour in zip(series, colours)
    )
    return Markup('{}<ul class="legend" aria-hidden="true">{}</ul>').format(Markup(svg), legend)


def round_steps(highest: int) -> list[int]:
    """Round numbers from 0 to the first that is no less than the highest: at most five."""
    step = next(
        factor * 10**power for power in itertools.count() for factor in (1, 2, 5) if factor * 10**power * 4 >= highest
    )
    return list(range(0, highest + step, step))


def visible(text: object) -> str:
    """Text in which control characters can be seen: a line break is no layout."""
    return "".join(chr(0x2400 + ord(letter)) if ord(letter) < 32 else letter for letter in str(text))


def with_code(text: str) -> Markup:
    """Escaped text in which `backticks` are code."""
    parts = text.split("`")
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if index % 2 else escape(part) for index, part in enumerate(parts)
    )


def environment() -> jinja2.Environment:
    """What pages are made with. Everything from the data is escaped by the templates."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(PARTS),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "visible": visible,
        "breakable": lambda text: Markup(re.sub(r"(?<=[a-z])(?=[A-Z])", "<wbr>", str(escape(visible(text))))),
        "with_code": with_code,
        "number": lambda value: "–" if value is None else f"{value:,.0f}",
        "signed": lambda value: "no change" if value == 0 else f"{value:+,.0f}".replace("-", "−"),
        "moment": moment,
        "drop_moment": drop_moment,
        "lower_first": lambda text: text[:1].lower() + text[1:],
        "sum_of": lambda row: row["errors"] + row["warnings"],
        "words": lambda status: STATUS_WORDS.get(status, status),
        "look": lambda status: STATUS_LOOKS.get(status, "quiet"),
    }
    environment.globals |= {
        "counted": counted,
        "style": Markup((PARTS / "page.css").read_text(encoding="utf-8")),
    }
    return environment


def page(facts: dict, has_warehouse: bool, is_redacted: bool) -> str:
    """The page as HTML."""
    script = (PARTS / "page.js").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return environment().get_template("page.html").render(
        facts=facts,
        has_warehouse=has_warehouse,
        is_redacted=is_redacted,
        written_at=datetime.now(timezone.utc),
        tiers=TIERS,
        counts_shown=COUNTS_SHOWN,
        cost_in_words=cost_in_words,
        script=Markup(script),
        script_digest=digest,
    )


def moment(instant: datetime) -> str:
    """An instant, for people."""
    return f"{instant.day} {instant:%B %Y, %H:%M} UTC"


def drop_moment(drop_id: str) -> str:
    """The instant in a drop's name, for people."""
    try:
        return moment(datetime.strptime(drop_id, "%Y%m%dT%H%M%SZ"))
    except ValueError:
        return drop_id


def write_privately(path: Path, text: str) -> None:
    """Writes a file that only its owner may read, at once or not at all."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    unfinished.replace(path)


if __name__ == "__main__":
    sys.exit(main())
