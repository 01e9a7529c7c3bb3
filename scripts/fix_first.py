"""What to fix first: the root causes of a run, in the words of school staff."""

from __future__ import annotations

import duckdb
from catalogue import rule_words, words_of
from warehouse import rows_of

MOST = 5


def root_causes(connection: duckdb.DuckDBPyConnection, run_id: str, most: int = MOST) -> list[dict]:
    """The root causes of a run in the order in which to fix them.

    Args:
        connection: the warehouse.
        run_id: the run.
        most: how many at most.

    Returns:
        Rows of `runs.root_cause`, each with the `title` of its rule, the `message` of its first finding, and what its fix
        `brings_back`.
    """
    found = rows_of(
        connection,
        """
        with causes as (
            select * from runs.root_cause
            where run_id = $run_id
            order by fix_order
            limit $most
        )

        select
            causes.*,
            arg_min(results.message, coalesce(results.line_number, 0)) as message
        from causes
        left join runs.validation_result as results
            on
                causes.run_id = results.run_id
                and causes.rule = results.rule
                and causes.inbound_flow_id is not distinct from results.inbound_flow_id
                and causes.file_name is not distinct from results.file_name
                and causes.column_name is not distinct from results.column_name
                and causes.caused_by is not distinct from results.caused_by
        group by all
        order by causes.fix_order
        """,
        {"run_id": run_id, "most": most},
    )
    words = rule_words()
    for cause in found:
        cause["title"] = words_of(words, cause["rule"], cause["caused_by"])["title"]
        cause["brings_back"] = brings_back(cause)
    return found


def brings_back(cause: dict) -> str:
    """What fixing a root cause brings back, as a sentence."""
    if cause["severity"] == "catastrophic":
        return "Until it is fixed, nothing of the drop is used."
    records, others = cause["records_brought_back"], cause["records_left_out"] - cause["records_brought_back"]
    gains = [counted(records, "record")] if records else []
    gains += [counted(cause["values_left_out"], "value")] if cause["values_left_out"] else []
    sentences = [f"Fixing it brings back {' and '.join(gains)}."] if gains else []
    if others:
        need = "needs" if others == 1 else "need"
        sentences.append(f"{counted(others, 'more record' if records else 'record')} {need} this and another fix.")
    return " ".join(sentences) or "Nothing is left out."


def counted(number: int, what: str) -> str:
    """A number of things: `1 warning`, `2 warnings`, `3,000 classes`."""
    ending = "" if number == 1 else "es" if what.endswith("s") else "s"
    return f"{number:,} " + ("people" if what == "person" and number != 1 else what + ending)


def cost_in_words(records: int, pages: int, requests: int, retries: int, seconds: float) -> str:
    """What a pull of an API brought and cost, in words."""
    asked = counted(requests, "request") + (f" ({retries:,} asked again)" if retries else "")
    return f"{counted(records, 'record')} on {counted(pages, 'page')}, {asked}, {counted(round(seconds), 'second')}"
