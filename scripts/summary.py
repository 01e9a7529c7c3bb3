"""What a run did, as facts for programs and as text for people."""

from __future__ import annotations

import duckdb
from fix_first import MOST, cost_in_words, counted, root_causes
from rich.console import Console
from rich.text import Text
from warehouse import rows_of

COLOURS = {
    "completed": "bold green", "completedWithWarnings": "bold yellow", "completedWithErrors": "bold red", "failed": "bold red",
    "did not begin": "bold red", "skipped": "dim", "error": "red", "warning": "yellow",
}


def summary_of(connection: duckdb.DuckDBPyConnection | None, run_id: str, problems: list[str], is_trial: bool = False) -> dict:
    """What a run did.

    Args:
        connection: the warehouse; None when there is none.
        run_id: the run.
        problems: what went wrong apart from findings in the data.
        is_trial: whether the warehouse is thrown away afterwards, so that all that it says is told.

    Returns:
        status (`did not begin` when the warehouse knows nothing of the run), run_id, run_at, problems, is_complete (whether
        the run can be published), and where the run got that far: causes (what to fix, the first first), flows, rules (the
        broken ones), rules_that_hold, notices (of a trial), totals, outbound.
    """
    run = None
    if connection is not None:
        try:
            run = connection.execute("select run_at, status, blocking_error from runs.run where run_id = ?", [run_id]).fetchone()
        except duckdb.Error:
            pass
    if run is None:
        return {"status": "did not begin", "run_id": run_id, "problems": problems, "is_complete": False, "is_trial": is_trial}
    run_at, status, blocking_error = run
    summary = {
        "status": status,
        "run_id": run_id,
        "run_at": run_at,
        "problems": [
            *([blocking_error] if blocking_error else []),
            # that is the blocking error
            *(problem for problem in problems if status == "failed" and not problem.startswith("run: ")),
        ],
        "is_complete": status != "failed" and not problems,
        "is_trial": is_trial,
    }
    try:
        rules = broken_rules(connection, run_id)
        return summary | {
            "causes": root_causes(connection, run_id, most=1000 if is_trial else MOST),
            "flows": flows(connection, run_id),
            "rules": [rule for rule in rules if rule["findings"]],
            "rules_that_hold": sum(not rule["findings"] for rule in rules),
            "notices": notices(connection, run_id) if is_trial else [],
            "totals": totals(connection, run_id),
            "outbound": [] if is_trial else outbound(connection),
        }
    except duckdb.CatalogException:  # a first run that broke off may have made none of these tables
        return summary


def flows(connection: duckdb.DuckDBPyConnection, run_id: str) -> list[dict]:
    """What came in by each flow, what was left out and what changed."""
    found = rows_of(
        connection,
        """
        with lines as (
            select
                inbound_flow_id,
                cast(sum(received_records) as bigint) as received,
                cast(sum(rejected_records + unreadable_lines) as bigint) as left_out
            from landing.file_inventory
            where is_processed
            group by inbound_flow_id
        ),

        changes as (
            select inbound_flow_id, change, recorded_at from history.users
            union all
            select inbound_flow_id, change, recorded_at from history.classes
            union all
            select inbound_flow_id, change, recorded_at from history.enrollments
        ),

        moves as (
            select
                inbound_flow_id,
                count(*) filter (where change in ('appeared', 'returned')) as joined,
                count(*) filter (where change = 'left') as departed,
                count(*) filter (where change = 'changed') as changed
            from changes
            where recorded_at = (select run_at from runs.run where run_id = $1)
            group by inbound_flow_id
        ),

        told as (
            select
                inbound_flow_id,
                any_value(message) filter (where rule = 'stale') as stale,
                bool_or(rule = 'within_hold_limits') as is_held
            from runs.validation_result
            where run_id = $1 and rule in ('stale', 'within_hold_limits')
            group by inbound_flow_id
        )

        select
            activities.inbound_flow_id,
            activities.drop_id,
            activities.status,
            activities.reason,
            told.stale,
            coalesce(told.is_held, false) as is_held,
            lines.received,
            lines.left_out,
            coalesce(moves.joined, 0) as joined,
            coalesce(moves.departed, 0) as departed,
            coalesce(moves.changed, 0) as changed
        from runs.run_activity as activities
        left join lines on activities.inbound_flow_id = lines.inbound_flow_id
        left join moves on activities.inbound_flow_id = moves.inbound_flow_id
        left join told on activities.inbound_flow_id = told.inbound_flow_id
        where activities.run_id = $1
        order by activities.inbound_flow_id
        """,
        [run_id],
    )
    pulls = rows_of(
        connection,
        "select inbound_flow_id, drop_id, records, pages, requests, retries, seconds from landing.pull order by drop_id",
    )
    for flow in found:
        flow["pulls"] = [pull for pull in pulls if pull["inbound_flow_id"] == flow["inbound_flow_id"]]
    return found


def broken_rules(connection: duckdb.DuckDBPyConnection, run_id: str) -> list[dict]:
    """The rules in force, under the names that `rule_severities` has, and how often each is broken."""
    return rows_of(
        connection,
        """
        select rules.test_severity as severity, rules.rule_key as rule, count(distinct results.rowid) as findings
        from validation.rule_in_force as rules
        left join runs.validation_result as results
            on
                results.run_id = ?
                and results.file_name = string_split(rules.file_name, '/')[-1]
                and (results.inbound_flow_id = 'directory') = contains(rules.file_name, '/')
                and results.rule = rules.rule
                and results.column_name is not distinct from rules.column_name
        where rules.test_severity <> 'notice'
        group by rules.test_severity, rules.rule_key
        order by rules.test_severity, rules.rule_key
        """,
        [run_id],
    )


def notices(connection: duckdb.DuckDBPyConnection, run_id: str) -> list[str]:
    """The notices of a run."""
    found = connection.execute(
        """
        select message from runs.validation_result
        where run_id = ? and severity = 'notice'
        order by inbound_flow_id, file_name, line_number, column_name, rule
        """,
        [run_id],
    ).fetchall()
    return [message for (message,) in found]


def totals(connection: duckdb.DuckDBPyConnection, run_id: str) -> dict | None:
    """The run's totals; None when it did not get that far."""
    found = rows_of(
        connection,
        "select errors, warnings, notices, organizations, people, groups, memberships from runs.run_statistics where run_id = ?",
        [run_id],
    )
    return found[0] if found else None


def outbound(connection: duckdb.DuckDBPyConnection) -> list[dict]:
    """When each outbound flow that is ready was last sent."""
    return rows_of(
        connection,
        """
        select outbound_flow_id, status, created_at, delivery_id
        from outbound.last_delivery
        where readiness_status = 'ready'
        order by outbound_flow_id
        """,
    )


def print_summary(summary: dict) -> None:
    """Prints what a run did: how it went, what to fix, then flow by flow, rules, totals and what is handed on."""
    if summary["status"] == "did not begin":
        print("The run did not begin.", *summary["problems"], sep="\n  ")
        return
    coloured(f"\nRun of {summary['run_at']:%Y-%m-%d %H:%M} UTC: ", summary["status"])
    for problem in summary["problems"]:
        print(f"  {problem}")
    if "flows" not in summary:
        return
    print_causes(summary)
    print_flows(summary["flows"])
    if summary["rules"]:
        print(f"\nRules: {len(summary['rules']):,} broken, {summary['rules_that_hold']:,} hold.")
        for rule in summary["rules"]:
            coloured("  ", f"{rule['severity']:<7}", f"  {rule['rule']}: {rule['findings']:,}")
    if summary["notices"]:
        print("\nNotices, for which nothing is left out:", *summary["notices"], sep="\n  ")
    print_totals(summary)
    print_outbound(summary["outbound"])


def coloured(before: str, word: str, after: str = "") -> None:
    """Prints a line in which one word has its colour, in a terminal that has not been told NO_COLOR.

    Args:
        before: what comes first.
        word: a status or a severity, perhaps with blanks behind it.
        after: what comes last.
    """
    line = Text(before)
    line.append(word, style=COLOURS.get(word.strip(), ""))
    line.append(after)
    Console().print(line, soft_wrap=True)


def print_causes(summary: dict) -> None:
    """Prints what to fix first; of a trial, whose warehouse nobody will see, whatever else there is to fix as well."""
    for number, cause in enumerate(summary["causes"], start=1):
        if number in (1, MOST + 1):
            print("\nFix first:" if number == 1 else "\nThen fix:")
        place = ", ".join(cause[part] for part in ("inbound_flow_id", "file_name") if cause[part])
        place += f", column {cause['column_name']}" if cause["column_name"] else ""
        if cause["findings"] > 1:
            place += f", {cause['findings']:,} times"
            if cause["first_line_number"] != cause["last_line_number"]:
                place += f", lines {cause['first_line_number']} to {cause['last_line_number']}"
        print(f"  {number}. {cause['title']} ({place})")
        print(f"     {cause['brings_back']}")
        print(f"     {'For example: ' if cause['findings'] > 1 else ''}{cause['message']}")
    if not summary["causes"] and summary["status"] != "failed":
        print("\nThere is nothing to fix.")


def print_flows(found: list[dict]) -> None:
    """Prints, for each flow, what came in, what was left out and what changed."""
    for flow in found:
        drop = flow["drop_id"]
        coloured(f"\n{flow['inbound_flow_id']}{f', drop {drop}' if drop else ''}: ", flow["status"])
        reasons = [reason for reason in (flow["reason"], flow["stale"]) if reason]
        if reasons:
            print(f"  {' '.join(reasons)}")
        if flow["is_held"]:
            print(f"  Who and what that is, and what it may come from: make review FLOW={flow['inbound_flow_id']}")
        for pull in flow["pulls"]:
            cost = cost_in_words(*(pull[part] for part in ("records", "pages", "requests", "retries", "seconds")))
            name = "" if pull["drop_id"] == drop else f" as {pull['drop_id']}"
            print(f"  Pulled{name}: {cost}.")
        if flow["status"].startswith("completed") and flow["received"] is not None:
            was = "was" if flow["left_out"] == 1 else "were"
            print(f"  {counted(flow['received'], 'line')} came in, {counted(flow['left_out'], 'record')} {was} left out.")
            print(
                f"  People, classes and enrollments: {flow['joined']:,} joined, {flow['departed']:,} left, "
                f"{flow['changed']:,} changed."
            )


def print_totals(summary: dict) -> None:
    """Prints the run's totals."""
    found = summary["totals"]
    if found:
        severities = ("error", "warning", "notice")
        where = " `make report` shows each." if any(found[f"{severity}s"] for severity in severities) and not summary["is_trial"] else ""
        print("\n" + ", ".join(counted(found[f"{severity}s"], severity) for severity in severities) + f".{where}")
        print(
            f"Active: {counted(found['organizations'], 'organization')}, {counted(found['people'], 'person')}, "
            f"{counted(found['groups'], 'class')}, {counted(found['memberships'], 'enrollment')}."
        )


def print_outbound(found: list[dict]) -> None:
    """Prints when each outbound flow was last sent."""
    width = max((len(flow["outbound_flow_id"]) for flow in found), default=0)
    for flow in found:
        name, delivery = flow["outbound_flow_id"], flow["delivery_id"]
        if not flow["status"]:
            told = f"never sent. See what would be: make send FLOW={name} DRY=1"
        elif flow["status"] == "held":
            told = f"held for approval: make send FLOW={name}"
        elif flow["status"] == "unconfirmed":
            told = f"sent as {delivery}, and waits for the receiver: make send FLOW={name} CONFIRM={delivery}"
        else:
            told = f"last sent {flow['created_at']:%Y-%m-%d %H:%M} UTC"
        print(f"  outbound {name:{width}}  {told}")
