"""Pulls what OneRoster APIs hold, each flow as a complete drop: `make pull`, `make pull FLOW=contoso-2027 CHECK=1`.

The records are kept as they come, page by page, without passwords; a pull that breaks off goes on from its last whole
page. Once a collection is whole, SQL (pull.sql) makes the CSV files of it. The drop is renamed into place when it is
finished: a run sees all of it or nothing.
"""

from __future__ import annotations

import argparse
import os
import re
import stat
import sys
import tempfile
import time
from dataclasses import dataclass, fields, replace
from datetime import datetime, timezone
from pathlib import Path
from collections.abc import Callable

import duckdb
from fix_first import cost_in_words, counted
from land import PROJECT, check_flow, landing_zone
from oneroster_api import Api, Connector, Patience, Progress, PullFailed, Untrustworthy, total_of
from pulled_drop import COLLECTIONS, finish, required
from unfinished_pull import Counts, Finding, Unfinished, cursor_of, earlier_pulls, now, unfinished_pull
from warehouse import Refusal

MAY_BE_MISSING = {"demographics"}
PROGRESS_EVERY = 10  # seconds


@dataclass
class Flow:
    """An inbound flow that is pulled.

    Attributes:
        inbound_flow_id: its id.
        idle_because: why it may not be pulled now; None when it may.
        connector: how it is reached, without the credential.
    """

    inbound_flow_id: str
    idle_because: str | None
    connector: Connector


def main() -> int:
    """Pulls the flows named on the command line, or all that are due.

    Returns:
        0 when each of them is pulled, or works; 1 otherwise.
    """
    parser = argparse.ArgumentParser(description="Pull what OneRoster APIs hold, each flow as a complete drop.")
    parser.add_argument("--flow", help="inbound flows to pull, with commas between them (default: all that are due)")
    parser.add_argument("--check", action="store_true", help="try the connection and each collection, and land nothing")
    parser.add_argument("--full", action="store_true", help="pull everything, also where changes would do")
    arguments = parser.parse_args()
    os.umask(0o077)
    os.chdir(PROJECT)
    asked = [flow for flow in re.split(r"[\s,]+", arguments.flow or "") if flow]
    try:
        for flow in asked:
            check_flow(flow)
        landing = Path() if arguments.check else landing_zone()
        if not landing.is_dir():
            raise Refusal(f"there is no landing zone at {landing}; set ONEROSTER_LANDING to the folder for the drops.")
        found = [flow for flow in flows() if not asked or flow.inbound_flow_id in asked]
        for flow in sorted(set(asked) - {flow.inbound_flow_id for flow in found}):
            raise Refusal(f"{flow} is not pulled: its connector is of the type file. Land its exports (make land).")
    except Refusal as refusal:
        print(f"Refused: {refusal}", file=sys.stderr)
        return 1
    if not found:
        print("No flow has a connector of the type oneRosterApi; docs/connect.md says how to connect one.")
    outcome = 0
    for flow in found:
        if flow.idle_because and not arguments.check:
            print(f"{flow.inbound_flow_id} is not pulled: {flow.idle_because}")
            continue
        try:
            connector = with_credential(flow.connector)
            if arguments.check:
                outcome |= check(flow.inbound_flow_id, connector)
            else:
                print(f"Pulled {pull(connector, landing / flow.inbound_flow_id, arguments.full)}.", flush=True)
        except (PullFailed, Refusal) as error:
            print(f"{flow.inbound_flow_id} was not pulled, and nothing was landed: {error}", file=sys.stderr)
            outcome = 1
        except (OSError, duckdb.Error) as error:
            print(f"{flow.inbound_flow_id} was not pulled, and nothing was landed: {reason_of(error)}", file=sys.stderr)
            outcome = 1
    return outcome


def reason_of(error: Exception) -> str:
    """What may be said of a failure of the disk or of DuckDB, whose own words may hold data."""
    if isinstance(error, OSError):
        return f"{error.strerror or type(error).__name__}{f' ({error.filename})' if error.filename else ''}."
    return f"the files could not be made of what came ({type(error).__name__}). Report this with the version of the project."


def flows() -> list[Flow]:
    """The flows whose data is pulled, as models/inbound have them, in order.

    Raises:
        Refusal: the configuration is wrong; the message has each mistake with its file and line.
    """
    from build import release_warehouse
    from dbt.cli.main import dbtRunner

    before = dict(os.environ)
    with tempfile.TemporaryDirectory(prefix="roster-configuration-") as scratch:
        warehouse = os.path.join(scratch, "roster.duckdb")
        os.environ |= {"ONEROSTER_WAREHOUSE": warehouse, "DBT_TARGET_PATH": scratch, "DBT_LOG_PATH": scratch}
        try:
            outcome = dbtRunner().invoke(
                [
                    *("build", "--quiet", "--log-level", "none", "--log-level-file", "none"),
                    *("--select", "path:seeds", "path:models/reference", "path:models/inbound"),
                    *("--exclude", "tag:proves_code", "--exclude-resource-type", "unit_test"),
                ]
            )
            release_warehouse()
        finally:
            os.environ.clear()
            os.environ.update(before)
        results = getattr(outcome.result, "results", [])
        with duckdb.connect(warehouse) as connection:
            failed = [each.node for each in results if each.status == "fail" and "configuration" in each.node.tags]
            mistakes = {row[0] for node in failed for row in connection.execute(node.compiled_code).fetchall()}
            if mistakes:
                raise Refusal("the configuration is wrong. Correct this:\n  " + "\n  ".join(sorted(mistakes)))
            if not outcome.success:
                reason = outcome.exception or next(each.message for each in results if each.status == "error")
                raise Refusal(f"the configuration could not be read: {reason}")
            return [flow_of(row) for row in rows(connection, """
                select
                    flows.inbound_flow_id,
                    case
                        when flows.readiness_status <> 'ready'
                            then 'its readiness_status is ' || flows.readiness_status || '.'
                        when $now < flows.effective_at
                            then 'its window opens at ' || strftime(flows.effective_at, '%Y-%m-%d %H:%M') || ' UTC.'
                        when $now >= flows.expiration_at
                            then 'its window expired at ' || strftime(flows.expiration_at, '%Y-%m-%d %H:%M') || ' UTC.'
                    end as idle_because,
                    connectors.*
                from inbound.inbound_flow as flows
                inner join inbound.data_connector as connectors using (data_connector_id)
                where connectors.connector_type = 'oneRosterApi'
                order by flows.inbound_flow_id
                """, {"now": now().replace(tzinfo=None)})]


def rows(connection: duckdb.DuckDBPyConnection, sql: str, parameters: object = None) -> list[dict]:
    """The rows of a query, each a dict by column."""
    cursor = connection.execute(sql, parameters)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row)) for row in cursor.fetchall()]


def flow_of(row: dict) -> Flow:
    """A flow from its row."""
    own = {each.name: row[each.name] for each in fields(Connector) if each.name in row}
    return Flow(row["inbound_flow_id"], row["idle_because"], Connector(**own))


def with_credential(connector: Connector) -> Connector:
    """A connector with what the environment, or a private file, holds under the name of its credential.

    Raises:
        Refusal: it is not there, or others may read it.
    """
    is_token = connector.token_style == "static"
    return replace(
        connector,
        client_id="" if is_token else secret(f"{connector.credential}_CLIENT_ID"),
        client_secret=secret(f"{connector.credential}_CLIENT_SECRET"),
    )


def secret(name: str) -> str:
    """A part of a credential: the value of a variable, or the contents of the file that `<name>_FILE` names."""
    value, file = os.environ.get(name, "").strip(), os.environ.get(f"{name}_FILE")
    if not value and file:
        try:
            if stat.S_IMODE(os.stat(file).st_mode) & 0o077:
                raise Refusal(f"others may read the file that {name}_FILE names. Make it private (chmod 600).")
            value = Path(file).read_text(encoding="utf-8").strip()
        except (OSError, ValueError):
            raise Refusal(f"the file that {name}_FILE names cannot be read.") from None
    if not value:
        raise Refusal(f"the credential is missing: set {name} in the environment, or {name}_FILE to a private file with it.")
    if not value.isprintable():
        raise Refusal(f"{name} holds more than one line, or characters that no credential has.")
    return value


def pull(
    connector: Connector, folder: Path, is_full: bool = False, patience: Patience = Patience(), say: Callable[[str], None] = print
) -> str:
    """Pulls a flow as a drop.

    Args:
        connector: how the provider is reached, with the credential.
        folder: the flow's folder in the landing zone; made when it is missing.
        is_full: whether everything is pulled, whatever the connector's mode.
        patience: how long to bear with the provider.
        say: prints a line of progress.

    Returns:
        The drop and what it cost, as the end of a sentence.

    Raises:
        PullFailed: nothing was landed.
    """
    os.umask(0o077)
    folder.mkdir(mode=0o700, exist_ok=True)
    with unfinished_pull(connector, folder, say) as unfinished:
        if is_full and unfinished.changed_since is not None:
            unfinished.clear()
        if not unfinished.collections:
            unfinished.changed_since = None if is_full or connector.mode == "full" else cursor_of(folder, unfinished.source)
        api = Api(connector, patience, say)
        try:
            if unfinished.changed_since is not None and not read(api, unfinished, say):
                say("  The provider does not tell what was changed, so everything is pulled.")
                spent = unfinished.counts
                unfinished.clear()
                unfinished.changed_since = None
                unfinished.counts = Counts(spent.requests, spent.retries, seconds=spent.seconds)
                unfinished.findings.append(Finding(
                    None, None, "the provider does not tell what was changed since the last pull, so everything "
                    "was pulled. Set the connector's mode to full, or ask the vendor about the filter dateLastModified",
                ))
            if unfinished.changed_since is None:
                read(api, unfinished, say)
            drop = finish(connector, unfinished, folder)
        except Untrustworthy:
            unfinished.clear()
            raise
    kind = "everything" if unfinished.changed_since is None else f"what changed since {unfinished.changed_since}"
    counts = unfinished.counts
    cost = cost_in_words(counts.records, counts.pages, counts.requests, counts.retries, counts.seconds)
    return f"{kind} as {drop}: {cost}"


def read(api: Api, unfinished: Unfinished, say: Callable[[str], None]) -> bool:
    """Reads what is missing of each collection.

    Args:
        api: the provider.
        unfinished: what is there already; brought up to date page by page.
        say: prints a line of progress.

    Returns:
        Whether it was what was asked for: a provider that does not know the filter by date gives something else.

    Raises:
        PullFailed: a collection cannot be read.
    """
    wanted = [name for name in COLLECTIONS if name != "demographics" or api.connector.is_demographics_enabled]
    if unfinished.changed_since is not None:  # changes are of use only to what came whole before
        [(_, bulk), *_] = earlier_pulls(unfinished.folder.parent, unfinished.source) or [(None, {"collections": wanted})]
        wanted = [name for name in wanted if name in bulk["collections"]]
    clock = Clock(api, unfinished.counts)
    for collection in wanted:
        progress = unfinished.collections.setdefault(collection, Progress())
        told_at = time.monotonic()
        while not progress.is_whole:
            try:
                records = api.next_page(collection, progress, unfinished.changed_since)
            except PullFailed:
                if collection in MAY_BE_MISSING and not progress.pages and api.newest_status in (403, 404):
                    progress.is_whole = progress.is_absent = True
                    reason = {403: "access is forbidden (403)", 404: "there is no such address (404)"}[api.newest_status]
                    say(f"  {collection} are left out: {reason}")
                    unfinished.findings.append(Finding(
                        f"{collection}.csv", None, f"the provider does not give {collection} to this client: {reason}. What "
                        "history holds of them stays. Ask the vendor to allow it, or set is_demographics_enabled to false",
                    ))
                    records = []
                elif unfinished.changed_since and not progress.pages and api.newest_status in (400, 422, 501):
                    clock.note()
                    return False
                else:
                    clock.note()
                    unfinished.save()
                    raise
            if any(is_older(record, unfinished.changed_since) for record in records):
                clock.note()
                return False
            if records:
                unfinished.append(collection, records)
                unfinished.counts.pages += 1
                unfinished.counts.records += len(records)
            clock.note()
            unfinished.save()
            if time.monotonic() - told_at > PROGRESS_EVERY and not progress.is_whole:
                told_at = time.monotonic()
                of = f" of {progress.promised:,}" if progress.promised is not None else ""
                say(f"  ... {progress.received:,}{of} {collection}")
        if not progress.is_absent:
            say(f"  {progress.received:,} {collection}")
    return True


class Clock:
    """Keeps the counts of a pull up to date with what its newest sitting costs."""

    def __init__(self, api: Api, counts: Counts) -> None:
        self.api, self.counts, self.noted_at, self.requests, self.retries = api, counts, time.monotonic(), 0, 0
        self.requests, self.retries = api.requests, api.retries

    def note(self) -> None:
        """Adds what was spent since the last time."""
        at = time.monotonic()
        self.counts.seconds += at - self.noted_at
        self.counts.requests += self.api.requests - self.requests
        self.counts.retries += self.api.retries - self.retries
        self.noted_at, self.requests, self.retries = at, self.api.requests, self.api.retries


def is_older(record: dict, changed_since: str | None) -> bool:
    """Whether a record is none of those that were changed since an instant; without a date of its own, it is not."""
    if changed_since is None:
        return False
    try:
        changed = datetime.fromisoformat(str(record.get("dateLastModified")).replace("Z", "+00:00"))
        changed = changed if changed.tzinfo else changed.replace(tzinfo=timezone.utc)
        return changed < datetime.fromisoformat(changed_since.replace("Z", "+00:00"))
    except ValueError:
        return True


def check(flow: str, connector: Connector, patience: Patience = Patience(attempts=2, seconds=60)) -> int:
    """Tries a provider and prints what works.

    Args:
        flow: the flow, for the heading.
        connector: how the provider is reached.
        patience: how long to bear with it.

    Returns:
        0 when all that a pull needs works, 1 otherwise.
    """
    api = Api(connector, patience)
    print(f"{flow}: {connector.base_url}, OneRoster {connector.api_version}")
    lines, outcome = [], 0
    if api.is_renewable():
        try:
            api.renew_token()
            lasts = "" if api.token_seconds is None else f", good for {api.token_seconds:,.0f} seconds"
            lines.append(("token", f"works{lasts}"))
        except PullFailed as error:
            lines.append(("token", str(error).removeprefix("token: ")))
            outcome = 1
    for collection in COLLECTIONS if not outcome else []:
        if collection == "demographics" and not connector.is_demographics_enabled:
            lines.append((collection, "not asked for: is_demographics_enabled is false"))
            continue
        works, told = try_collection(api, collection)
        lines.append((collection, told))
        outcome |= not works and collection not in MAY_BE_MISSING
    width = max(len(name) for name, _ in lines)
    print(*(f"  {name:<{width}}  {told}" for name, told in lines), sep="\n", flush=True)
    return int(outcome)


def try_collection(api: Api, collection: str) -> tuple[bool, str]:
    """Asks for one record of a collection.

    Returns:
        Whether that works, and what to say of it.
    """
    try:
        answer = api.get(api.address(collection, 1), collection)
        records = api.records(answer, collection)
    except PullFailed as error:
        word = {403: "forbidden", 404: "missing"}.get(api.newest_status, "does not work")
        return False, f"{word}: {str(error).removeprefix(f'{collection}: ')}"
    total = total_of(answer)
    told = "works; the provider names no total" if total is None else f"works, {counted(total, 'record')}"
    if not records:
        return True, f"{told}, none given"
    lacking = [name for name in required(collection, api.connector.api_version) if records[0].get(name) in (None, "", [])]
    return True, told + (f"; its first record lacks {', '.join(lacking)}" if lacking else "")


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("Broken off. Nothing was landed of what was being pulled; the next pull goes on from there.")
