"""What a pull keeps: its pages until its drop has landed, and where the next one goes on.

Both are told by files: what is unfinished lies in a hidden folder of its flow, what is finished in its drop. So there is no
state to lose beside the drops.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import json
import os
import re
import shutil
import unicodedata
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from collections.abc import Callable, Iterator

from oneroster_api import Connector, Progress, PullFailed
from scratch import held

UNFINISHED = ".unfinished-pull"  # in the folder of a flow: what a pull has so far
STATE = "state.json"
KEPT_FOR = timedelta(hours=12)  # a broken pull is not gone on with later than this: what it has is too old by then
BULK_EVERY = timedelta(days=6, hours=12)  # a full pull a week, also when it begins some hours earlier than the last one
CLOCK_MARGIN = timedelta(hours=1)  # how far a provider's clock may be behind ours

# the same as the macro looks_like_password
PASSWORD = re.compile(r"pass(word|wort|wd|code|phrase)|pwd|secret([^a]|a[^r]|a?$)")


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


@contextlib.contextmanager
def unfinished_pull(connector: Connector, folder: Path, say: Callable[[str], None]) -> Iterator[Unfinished]:
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


def now() -> datetime:
    """This instant, UTC."""
    return datetime.now(timezone.utc)
