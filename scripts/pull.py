"""Pulls what OneRoster APIs hold, each flow as a complete drop: `make pull`, `make pull FLOW=contoso-2027 CHECK=1`.

The records are kept as they come, page by page, without passwords; a pull that breaks off goes on from its last whole
page. Once a collection is whole, SQL (pull.sql) makes the CSV files of it. The drop is renamed into place when it is
finished: a run sees all of it or nothing.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import gzip
import hashlib
import json
import os
import re
import shutil
import stat
import sys
import tempfile
import time
import unicodedata
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import duckdb
from catalogue import columns
from fix_first import cost_in_words, counted
from land import PROJECT, Refusal, check_flow, landing_zone
from oneroster_api import Api, Connector, Patience, Progress, PullFailed, Untrustworthy, total_of
from scratch import held
from warehouse import quoted, synchronise

COLLECTIONS = ["academicSessions", "orgs", "courses", "classes", "users", "enrollments", "demographics"]
INNER_FILES = ["roles", "userProfiles"]  # of 1.2, which JSON has inside of users
MAY_BE_MISSING = {"demographics"}
NEVER_EMPTY = {"orgs", "users", "enrollments"}
ABSENT_FILES = {
    "1.1": ["categories", "classResources", "courseResources", "lineItems", "resources", "results"],
    "1.2": [
        *("categories", "classResources", "courseResources", "lineItemLearningObjectiveIds", "lineItemScoreScales"),
        *("lineItems", "resources", "resultLearningObjectiveIds", "resultScoreScales", "results", "scoreScales"),
        "userResources",
    ],
}

UNFINISHED = ".unfinished-pull"  # in the folder of a flow: what a pull has so far
STATE = "state.json"
KEPT_FOR = timedelta(hours=12)  # a broken pull is not gone on with later than this: what it has is too old by then
BULK_EVERY = timedelta(days=6, hours=12)  # a full pull a week, also when it begins some hours earlier than the last one
CLOCK_MARGIN = timedelta(hours=1)  # how far a provider's clock may be behind ours
MOST_METADATA = 100  # columns
PROGRESS_EVERY = 10  # seconds

# the same as the macro looks_like_password
PASSWORD = re.compile(r"pass(word|wort|wd|code|phrase)|pwd|secret([^a]|a[^r]|a?$)")

# how a column of the catalogue is read from JSON, by its kind: a macro of pull.sql
SHAPES = {
    "status": "status_of", "modified": "modified_of", "boolean": "boolean_of", "date": "date_of", "end_date": "date_of",
    "parent": "id_of", "reference": "id_of", "references": "references_of", "codes": "list_of", "list": "list_of",
    "user_ids": "user_ids_of",
}
# names in JSON that do not follow from those in CSV; the first one that is there counts
JSON_NAMES = {"preferredGivenName": ["preferredFirstName"], "preferredFamilyName": ["preferredLastName"]}
# what stands in for a value that JSON may leave out and CSV may not, and what a finding says of it
SUBSTITUTES = {
    ("users.csv", "enabledUser"): ("'true'", "is taken as true"),
    ("users.csv", "username"): ("first_login_of(record)", "is taken from the first log-in of the user's profiles"),
    ("classes.csv", "classType"): ("'scheduled'", "is taken as scheduled"),
    ("courses.csv", "orgSourcedId"): (
        "(select school_id from course_school where course_id = id_of(json_extract(record, '$.sourcedId')))",
        "is taken from the course's classes where they are at one school",
    ),
}


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


@dataclass
class Counts:
    """What a pull cost, and brought.

    Attributes:
        requests: how many were made, those for tokens too.
        retries: how many of them asked again.
        pages: pages with records.
        records: records on them.
        seconds: how long it took, all sittings together.
    """

    requests: int = 0
    retries: int = 0
    pages: int = 0
    records: int = 0
    seconds: float = 0


@dataclass
class Finding:
    """What a run should tell of a pull: the words are the end of a sentence of a notice."""

    file_name: str | None
    column_name: str | None
    problem: str


@dataclass
class Unfinished:
    """What a pull has so far, in a folder for the user alone.

    Attributes:
        folder: it.
        source: digest of where it comes from; what came from elsewhere is not gone on with.
        started_at: the instant before the first request, UTC.
        changed_since: what a differential pull asks for; None for everything.
        counts: what it cost so far.
        collections: how far each collection is.
        findings: what to tell of it.
    """

    folder: Path
    source: str
    started_at: datetime
    changed_since: str | None = None
    counts: Counts = field(default_factory=Counts)
    collections: dict[str, Progress] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def path(self, collection: str) -> Path:
        """Where the records of a collection are kept."""
        return self.folder / f"{collection}.ndjson.gz"

    def append(self, collection: str, records: list[dict]) -> None:
        """Keeps the records of a page behind those before it. What a killed pull wrote after its last whole page goes."""
        progress = self.collections[collection]
        page = "".join(json.dumps(cleaned(record), separators=(",", ":"), ensure_ascii=False) + "\n" for record in records)
        with open(self.path(collection), "ab") as file:
            file.truncate(progress.bytes)
            file.write(gzip.compress(page.encode(), 4, mtime=0))
            file.flush()
            os.fsync(file.fileno())
            progress.bytes = file.tell()

    def save(self) -> None:
        """Writes down how far this is, whole or not at all."""
        state = {
            "source": self.source,
            "started_at": self.started_at.isoformat(),
            "changed_since": self.changed_since,
            "counts": asdict(self.counts),
            "collections": {name: asdict(progress) for name, progress in self.collections.items()},
            "findings": [asdict(finding) for finding in self.findings],
        }
        written = self.folder / f"{STATE}.new"
        written.write_text(json.dumps(state))
        os.replace(written, self.folder / STATE)

    def clear(self) -> None:
        """Begins anew."""
        for path in self.folder.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            elif path.name.endswith((".ndjson.gz", ".json", ".new")):
                path.unlink()
        self.collections, self.findings, self.counts = {}, [], Counts()
        self.started_at = now()


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
        print("No flow has a connector of the type oneRosterApi; docs/configuration.md says how to connect one.")
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
    connector: Connector, folder: Path, is_full: bool = False, patience: Patience = Patience(), say=print
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
        api = Api(connector, patience)
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


@contextlib.contextmanager
def unfinished_pull(connector: Connector, folder: Path, say):
    """What a broken pull of a flow left, or a new one. It is held by a lock, and gone once its drop has landed.

    Yields:
        The pull.

    Raises:
        PullFailed: another pull of the flow is under way.
    """
    place = folder / UNFINISHED
    place.mkdir(mode=0o700, exist_ok=True)
    lock = held(place)
    if not lock:
        raise PullFailed("another pull of this flow is under way.")
    with lock:
        unfinished = Unfinished(place, source_of(connector), now())
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            state = json.loads((place / STATE).read_text())
            began = datetime.fromisoformat(state["started_at"])
            if state["source"] == unfinished.source and timedelta(0) <= now() - began < KEPT_FOR:
                left = {name: Progress(**progress) for name, progress in state["collections"].items()}
                if all(unfinished.path(name).stat().st_size >= each.bytes for name, each in left.items() if each.bytes):
                    unfinished.started_at, unfinished.changed_since = began, state["changed_since"]
                    unfinished.counts, unfinished.collections = Counts(**state["counts"]), left
                    unfinished.findings = [Finding(**finding) for finding in state["findings"]]
                    say(f"  going on with the pull that broke off, after {unfinished.counts.records:,} records")
        if not unfinished.collections:
            unfinished.clear()
        yield unfinished
        shutil.rmtree(place)


def source_of(connector: Connector) -> str:
    """A digest of where a pull comes from, and what it brings: what came from elsewhere is not built on."""
    parts = [connector.data_connector_id, connector.base_url, connector.api_version, connector.is_demographics_enabled]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def earlier_pulls(folder: Path, source: str) -> list[tuple[Path, dict]]:
    """The drops that a differential pull builds on: those that were pulled whole, from the newest one of everything on.

    Args:
        folder: the flow's folder in the landing zone.
        source: of `source_of`; drops from elsewhere are none of them.

    Returns:
        For each, in order, its folder and what it tells of itself; nothing where none is of everything.
    """
    pulls = []
    for drop in folder.glob("[0-9]*Z"):
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            told = json.loads((drop / "raw" / "pull.json").read_text())
            pulls.append((datetime.fromisoformat(told["started_at"]), drop, told | {"is_same": told["source"] == source}))
    pulls.sort(key=lambda each: each[0])
    bulks = [number for number, (_, _, told) in enumerate(pulls) if told["mode"] == "full"]
    found = [(drop, told) for _, drop, told in pulls[bulks[-1] :]] if bulks else []
    return found if all(told["is_same"] for _, told in found) else []


def cursor_of(folder: Path, source: str) -> str | None:
    """The instant from which changes are asked for: a margin before the newest pull began that landed whole.

    Args:
        folder: the flow's folder in the landing zone.
        source: of `source_of`.

    Returns:
        An instant in ISO 8601; None when everything is to be pulled: the first time, once a week, and from a new source.
    """
    began = [datetime.fromisoformat(told["started_at"]) for _, told in earlier_pulls(folder, source)]
    if not began or not timedelta(0) <= now() - began[0] < BULK_EVERY:
        return None
    return (began[-1] - CLOCK_MARGIN).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def read(api: Api, unfinished: Unfinished, say) -> bool:
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


def cleaned(value: object) -> object:
    """What is kept of a value: whatever looks like a password is left out, and what no text can hold."""
    if isinstance(value, dict):
        return {cleaned(name): cleaned(each) for name, each in value.items() if not looks_like_password(name)}
    if isinstance(value, list):
        return [cleaned(each) for each in value]
    if isinstance(value, str) and not value.isascii() or isinstance(value, str) and "\0" in value:
        return value.replace("\0", "").encode("utf-8", "replace").decode()
    return value


def looks_like_password(name: str) -> bool:
    """Whether what has this name is a password, however that is written."""
    if name.isascii() and name.isalpha() and not PASSWORD.search(name.lower()):
        return False
    plain = "".join(each for each in unicodedata.normalize("NFKD", name.lower()) if each.isalnum())
    return PASSWORD.search(plain) is not None


def finish(connector: Connector, unfinished: Unfinished, folder: Path) -> Path:
    """Makes a drop of what was pulled.

    Args:
        connector: the provider.
        unfinished: what was pulled, all of it.
        folder: the flow's folder in the landing zone.

    Returns:
        The drop.

    Raises:
        Untrustworthy: what was pulled is not what was promised.
    """
    began = time.monotonic()
    making = unfinished.folder / "drop"
    shutil.rmtree(making, ignore_errors=True)
    (making / "raw").mkdir(mode=0o700, parents=True)
    is_delta = unfinished.changed_since is not None
    findings, records = list(unfinished.findings), {}
    earlier = [drop for drop, _ in earlier_pulls(folder, unfinished.source)] if is_delta else []
    with mapping(unfinished, earlier) as connection:
        for collection in unfinished.collections:
            findings += verified(connection, unfinished, collection)
        files = list(unfinished.collections) + (INNER_FILES if connector.api_version == "1.2" else [])
        for name in files:
            [records[name]] = connection.execute(f'select count(*) from "{name}"').fetchone()
            # nothing came of a file that is not needed, or nothing changed
            if records[name] or not is_delta and name in COLLECTIONS and not unfinished.collections[name].is_absent:
                findings += write_file(connection, connector, name, making / f"{name}.csv")
    for collection, progress in unfinished.collections.items():
        if progress.bytes:
            os.rename(unfinished.path(collection), making / "raw" / unfinished.path(collection).name)
    unfinished.counts.seconds += time.monotonic() - began
    told = {
        "data_connector_id": connector.data_connector_id,
        "source": unfinished.source,
        "mode": "delta" if is_delta else "full",
        "changed_since": unfinished.changed_since,
        "started_at": unfinished.started_at.isoformat(),
        "finished_at": now().isoformat(),
        **asdict(unfinished.counts),
        "collections": {
            name: {"records": each.received, "promised": each.promised, "pages": each.pages}
            for name, each in unfinished.collections.items()
            if not each.is_absent
        },
        "findings": [asdict(finding) for finding in findings],
    }
    (making / "raw" / "pull.json").write_text(json.dumps(told, indent=1) + "\n")
    write_manifest(connector, is_delta, making)
    return land(making, folder)


def land(making: Path, folder: Path) -> Path:
    """Puts a drop that is finished in its place, at the instant of now, at once."""
    for path in [*making.rglob("*"), making]:
        synchronise(path)
    while True:
        drop = folder / now().strftime("%Y%m%dT%H%M%SZ")
        if not drop.exists():
            break
        time.sleep(0.2)
    making.rename(drop)
    synchronise(folder)
    return drop


@contextlib.contextmanager
def mapping(unfinished: Unfinished, earlier: list[Path]):
    """A DuckDB that reads what was pulled through the macros and views of pull.sql.

    Args:
        unfinished: what was pulled.
        earlier: the drops that a differential pull builds on; none for one of everything.

    Yields:
        The connection, with a view of the column `record` for each collection, and for roles and userProfiles.
    """
    spill = unfinished.folder / "spill"
    with duckdb.connect(config={"temp_directory": str(spill), "memory_limit": "1GB", "threads": 2}) as connection:
        connection.execute("set enable_progress_bar = false")
        connection.execute(f"set variable is_delta = {unfinished.changed_since is not None}")
        for name in INNER_FILES:
            paths = [str(drop / f"{name}.csv") for drop in earlier if (drop / f"{name}.csv").exists()]
            lines = (
                f"read_csv([{', '.join(map(quoted, paths))}], header = true, all_varchar = true, union_by_name = true, "
                "delim = ',', quote = '\"', escape = '\"', filename = true, hive_partitioning = false)"
                if paths
                else '(select null as "sourcedId", null as "userSourcedId", null as status, null as filename limit 0)'
            )
            connection.execute(f'create view "earlier_{name}" as select * from {lines}')
        for collection in COLLECTIONS:
            path = quoted(str(unfinished.path(collection)))
            is_there = unfinished.collections.get(collection, Progress()).bytes > 0
            connection.execute(
                f'create view "{collection}" as '
                + (
                    f"select json as record from read_ndjson_objects({path})"
                    if is_there
                    else "select null::json as record where false"
                )
            )
        connection.execute((PROJECT / "scripts" / "pull.sql").read_text())
        yield connection
    shutil.rmtree(spill, ignore_errors=True)


def verified(connection: duckdb.DuckDBPyConnection, unfinished: Unfinished, collection: str) -> list[Finding]:
    """Compares what is kept of a collection with what came and what was promised.

    Args:
        connection: of `mapping`. Where an id came more than once, the view of the collection holds its newest copy alone.
        unfinished: what was pulled.
        collection: which one.

    Returns:
        What to tell of it.

    Raises:
        Untrustworthy: records are missing, or there are more than were promised.
    """
    progress = unfinished.collections[collection]
    kept, ids, beyond = connection.execute(
        f"""
        select
            count(*),
            count(distinct record ->> '$.sourcedId') + count(*) filter (where record ->> '$.sourcedId' is null),
            count(distinct record ->> '$.sourcedId') filter (where list_contains($1, record ->> '$.sourcedId'))
        from "{collection}"
        """,
        [progress.beyond],
    ).fetchone()
    if kept != progress.received:
        raise Untrustworthy(f"{collection}: {progress.received:,} records came and {kept:,} were kept. Pull again.")
    if beyond < len(set(progress.beyond)):
        raise Untrustworthy(
            f"{collection}: the provider named {progress.promised:,} records and has more. Its total cannot be believed; "
            "show the vendor."
        )
    if collection in NEVER_EMPTY and not kept and unfinished.changed_since is None:
        raise Untrustworthy(
            f"{collection}: the provider gave none, which would end all of them. If there are none indeed, land an export."
        )
    if kept == ids:
        return []
    if progress.promised is not None:
        raise Untrustworthy(
            f"{collection}: the provider named {progress.promised:,} records and gave {ids:,} different ones, some of them "
            "twice, so that others are missing: the data changed meanwhile. Pull again when fewer people work in the system."
        )
    connection.execute(f"""
        create table "kept_{collection}" as
        select record
        from (select record, row_number() over () as place from "{collection}")
        qualify place = max(place) over (partition by coalesce(record ->> '$.sourcedId', cast(place as varchar)))
        """)
    connection.execute(f'create or replace view "{collection}" as select record from "kept_{collection}"')
    return [Finding(
        f"{collection}.csv", "sourcedId", f"the provider gave {counted(kept - ids, 'record')} twice and names no total, so that others "
        "may be missing: the newest copy counts. Pull when fewer people work in the system, and ask the vendor for "
        "X-Total-Count",
    )]


def write_file(connection: duckdb.DuckDBPyConnection, connector: Connector, name: str, path: Path) -> list[Finding]:
    """Writes the CSV file of a collection.

    Args:
        connection: of `mapping`.
        connector: the provider.
        name: the file without its ending.
        path: where to write it.

    Returns:
        What to tell of its columns.
    """
    file_name = f"{name}.csv"
    selected, asked = [], {}
    for column in columns():
        is_here = column["file_name"] == file_name and column["oneroster_version"] in ("", connector.api_version)
        if not is_here or column["kind"] == "unstored":
            continue
        column_name, shape = column["column_name"], SHAPES.get(column["kind"], "text_of")
        names = [*JSON_NAMES.get(column_name, []), json_name(column_name, column["kind"])]
        values = [f"json_extract(record, '$.{each}')" for each in names]
        value = values[0] if len(values) == 1 else "coalesce(" + ", ".join(
            f"case when json_type({each}) <> 'NULL' then {each} end" for each in values
        ) + ")"
        expression = f"{shape}({value})"
        if (file_name, column_name) in SUBSTITUTES:
            substitute, words = SUBSTITUTES[file_name, column_name]
            asked[column_name, f"is missing in %s: it {words}"] = f"{expression} is null and not is_gone(record)"
            expression = f"coalesce({expression}, {substitute})"
        if shape == "user_ids_of":
            asked[column_name, "holds %s that a list in a file cannot hold, which are left out"] = f"lost_user_ids_of({value})"
        elif shape in ("list_of", "references_of"):
            asked[column_name, "holds %s that a list in a file cannot hold, which are left out"] = f"lost_items_of({value})"
        else:
            is_wrong = f"is_no_text({value})" + (f" and {expression} is null" if shape == "id_of" else "")
            asked[column_name, "is no text in %s, where nothing is taken from it"] = is_wrong
        selected.append(f'{expression} as "{column_name}"')
    for key in metadata_keys(connection, name):
        value = f"cast(nullif(record -> '$.metadata', 'null') as map(varchar, json))[{quoted(key)}]"
        selected.append(f"nullif(regexp_replace({value} ->> '$', '[\\r\\n]+', ' ', 'g'), '') as {identifier(f'metadata.{key}')}")
    counts = connection.execute(
        f'select {", ".join(f"coalesce(sum(cast({expression} as bigint)), 0)" for expression in asked.values())} from "{name}"'
    ).fetchone()
    connection.execute(
        f'copy (select {", ".join(selected)} from "{name}") to {quoted(str(path))} '
        "(format csv, header, delimiter ',', quote '\"', escape '\"', nullstr '')"
    )
    return [
        Finding(file_name, column_name, words % counted(count, "item" if "list" in words else "record"))
        for (column_name, words), count in zip(asked, map(int, counts))
        if count
    ]


def json_name(column_name: str, kind: str) -> str:
    """The name in JSON of what a column holds: `orgSourcedIds` are the ids of `orgs`, `userSourcedId` that of `user`."""
    if kind == "references":
        return re.sub("SourcedIds$", "s", column_name)
    return re.sub("SourcedId$", "", column_name) if kind in ("reference", "parent") else column_name


def metadata_keys(connection: duckdb.DuckDBPyConnection, name: str) -> list[str]:
    """The keys of a collection's metadata that can be names of columns, in order."""
    keys = connection.execute(f"""
        select distinct unnest(json_keys(record -> '$.metadata')) as key from "{name}"
        where json_type(record -> '$.metadata') = 'OBJECT'
        order by key
        """).fetchall()
    return [key for (key,) in keys if re.fullmatch(r"[\w.:/ -]{1,100}", key)][:MOST_METADATA]


def identifier(name: str) -> str:
    """A name as SQL."""
    return '"' + name.replace('"', '""') + '"'


def write_manifest(connector: Connector, is_delta: bool, drop: Path) -> None:
    """Writes what the drop says of itself."""
    names = sorted({column["file_name"] for column in columns() if "/" not in column["file_name"]})
    if connector.api_version == "1.1":
        names = [name for name in names if name not in ("roles.csv", "userProfiles.csv")]
    kind = "delta" if is_delta else "bulk"
    told = {name.removesuffix(".csv"): kind if (drop / name).exists() else "absent" for name in names}
    told |= dict.fromkeys(ABSENT_FILES[connector.api_version], "absent")
    with open(drop / "manifest.csv", "w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(
            [
                ("propertyName", "value"),
                ("manifest.version", "1.0"),
                ("oneroster.version", connector.api_version),
                *((f"file.{name}", what) for name, what in sorted(told.items())),
                ("source.systemName", connector.display_name),
            ]
        )


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


def required(collection: str, version: str) -> list[str]:
    """The names in JSON of what the records of a collection cannot do without."""
    names = [
        json_name(column["column_name"], column["kind"])
        for column in columns()
        if column["file_name"] == f"{collection}.csv"
        and column["is_required"] == "yes"
        and column["oneroster_version"] in ("", version)
        and (f"{collection}.csv", column["column_name"]) not in SUBSTITUTES
    ]
    return names + (["roles"] if collection == "users" and version == "1.2" else [])


def now() -> datetime:
    """This instant, UTC."""
    return datetime.now(timezone.utc)


if __name__ == "__main__":
    sys.exit(main())
