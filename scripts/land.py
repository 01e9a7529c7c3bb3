"""Lands an export as a complete drop: `make land FROM=export.zip FLOW=contoso-2027`.

What an archive says about itself is not believed: names, kinds, sizes and packing are checked before anything is
written, and sizes again while writing. The drop is written under another name and renamed when it is whole, so that a
run sees all of it or nothing. The original is only read.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import os
import re
import secrets
import shutil
import stat
import sys
import zipfile
import zlib
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import BinaryIO, Callable

from warehouse import synchronise

PROJECT = Path(__file__).resolve().parent.parent
ONEROSTER_FILES = [
    "manifest.csv",
    *("academicSessions.csv", "categories.csv", "classes.csv", "classResources.csv", "courses.csv"),
    *("courseResources.csv", "demographics.csv", "enrollments.csv", "lineItemLearningObjectiveIds.csv"),
    *("lineItemScoreScales.csv", "lineItems.csv", "orgs.csv", "resources.csv", "resultLearningObjectiveIds.csv"),
    *("resultScoreScales.csv", "results.csv", "roles.csv", "scoreScales.csv", "userProfiles.csv"),
    *("userResources.csv", "users.csv"),
]
DIRECTORY = "directory"  # not a flow, but its exports land the same way

# A file of ten million enrollments is 1 GB and packs to a tenth; what is far beyond that is no export.
LARGEST_DROP = 20 * 1024**3
LARGEST_RATIO = 200
SMALLEST_BOMB = 1024**2
MOST_ENTRIES = 100


class Refusal(Exception):
    """The export is not landed; the message is the sentence that says why and what to do."""


@dataclass
class Arrival:
    """One file of an export: its name, the size it claims, and how to open it."""

    name: str
    size: int
    open: Callable[[], BinaryIO]


def main() -> int:
    """Lands the export named on the command line.

    Returns:
        0 when the drop is landed, 1 when it was refused.
    """
    parser = argparse.ArgumentParser(description="Land an export as a complete drop.")
    parser.add_argument("export", type=Path, metavar="FROM", help="zip archive, or folder, of OneRoster CSV files")
    parser.add_argument("--flow", required=True, help="inbound flow that the export is for, such as contoso-2027")
    parser.add_argument("--drop", help="UTC instant at which it arrived, such as 20260901T060000Z (default: now)")
    arguments = parser.parse_args()
    landing = Path(os.environ.get("ONEROSTER_LANDING") or PROJECT / "sample" / "landing")
    try:
        drop = land(arguments.export, landing, arguments.flow, arguments.drop)
    except Refusal as refusal:
        print(f"Refused: {refusal}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"Nothing was landed: {error}", file=sys.stderr)
        return 1
    print(f"Landed {', '.join(sorted(path.name for path in drop.iterdir()))} as {drop}.")
    return 0


def land(export: Path, landing: Path, flow: str, drop_id: str | None = None) -> Path:
    """Lands an export, whole or not at all.

    Args:
        export: a zip archive, or a folder that holds the files, an archive of them, or some of each.
        landing: the landing zone.
        flow: a configured inbound flow, or `directory`.
        drop_id: the instant at which it arrived; now when none is given.

    Returns:
        The folder of the drop.

    Raises:
        Refusal: the export is not what it should be, or the flow or the drop cannot be used.
    """
    os.umask(0o077)
    drop_id = drop_id or datetime.now(timezone.utc).strftime("%Y%m%dT%H%M%SZ")
    check_flow(flow)
    check_drop(drop_id)
    if not landing.is_dir():
        raise Refusal(
            f"there is no landing zone at {landing}; set ONEROSTER_LANDING to the folder that holds the drops."
        )
    target = landing / flow / drop_id
    if os.path.lexists(target):
        raise Refusal(f"the drop {flow}/{drop_id} is there already, and a drop is never changed; give another instant.")
    with contextlib.ExitStack() as archives:
        arrivals = files_of(export, archives)
        check_names([arrival.name for arrival in arrivals], flow, export)
        check_space(sum(arrival.size for arrival in arrivals), landing)
        target.parent.mkdir(mode=0o700, exist_ok=True)
        arriving = target.parent / f".arriving-{drop_id}-{secrets.token_hex(4)}"
        arriving.mkdir(mode=0o700)
        try:
            for arrival in arrivals:
                write(arrival, arriving)
            synchronise(arriving)
            arriving.rename(target)
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            raise Refusal(f"{export.name} is damaged ({error}); fetch or export it again.") from error
        finally:
            shutil.rmtree(arriving, ignore_errors=True)
        synchronise(target.parent)
    return target


def check_flow(flow: str) -> None:
    """Raises a refusal when no inbound flow of this name is configured."""
    flows = configured_flows()
    if flow != DIRECTORY and flow not in flows:
        raise Refusal(
            f"{flow!r} is no configured inbound flow; configured are {', '.join(sorted(flows))} "
            "(see seeds/district/district_inbound_flow.csv)."
        )


def configured_flows() -> set[str]:
    """The ids of the inbound flows in the seeds, those of the district included."""
    seeds = [
        PROJECT / "seeds" / "inbound" / "default_inbound_flow.csv",
        PROJECT / "seeds" / "district" / "district_inbound_flow.csv",
    ]
    flows = set()
    for seed in seeds:
        with open(seed, encoding="utf-8-sig", newline="") as lines:
            flows |= {(row.get("inbound_flow_id") or "").strip() for row in csv.DictReader(lines)}
    return flows - {""}


def check_drop(drop_id: str) -> None:
    """Raises a refusal when a drop's name is no instant."""
    try:
        is_instant = datetime.strptime(drop_id, "%Y%m%dT%H%M%SZ").strftime("%Y%m%dT%H%M%SZ") == drop_id
    except ValueError:
        is_instant = False
    if not is_instant:
        raise Refusal(f"{drop_id!r} is no instant; write it as in 20260901T060000Z, in UTC.")


def files_of(export: Path, archives: contextlib.ExitStack) -> list[Arrival]:
    """The files of an export.

    Args:
        export: an archive, or a folder.
        archives: closes the archives that this opens.

    Returns:
        The files, in no order; names are not checked yet.

    Raises:
        Refusal: the export is neither, or holds something else than files.
    """
    if export.is_dir():
        return files_of_folder(export, archives)
    if not export.exists():
        raise Refusal(f"there is no file or folder {export}.")
    if not export.is_file():
        raise Refusal(f"{export} is neither a zip archive nor a folder.")
    arrivals = files_of_archive(export, archives)
    refuse_doubles(export, [arrival.name for arrival in arrivals], os.listdir(export.resolve().parent))
    return arrivals


def files_of_folder(folder: Path, archives: contextlib.ExitStack) -> list[Arrival]:
    """The files of a folder, and of the archive in it if there is one; see `files_of`."""
    arrivals: list[Arrival] = []
    packed: list[Path] = []
    entries = list(os.scandir(folder))
    if len(entries) > MOST_ENTRIES:
        raise Refusal(f"{folder} holds {len(entries)} entries, which is no OneRoster export.")
    for entry in entries:
        if entry.is_symlink():
            raise Refusal(f"{shown(entry.name)} is a link; put the file itself there.")
        if entry.is_dir():
            raise Refusal(
                f"{shown(entry.name)} is a folder, and the files of an export lie side by side; "
                "name that folder, or take it out."
            )
        if not entry.is_file():
            raise Refusal(f"{shown(entry.name)} is no plain file.")
        if entry.name.lower().endswith(".zip"):
            packed.append(Path(entry.path))
        else:
            arrivals.append(Arrival(entry.name, entry.stat().st_size, lambda path=entry.path: open_plain_file(path)))
    if len(packed) > 1:
        raise Refusal(f"{folder} holds {len(packed)} archives; name the one that is meant.")
    for archive in packed:
        inside = files_of_archive(archive, archives)
        refuse_doubles(archive, [arrival.name for arrival in inside], [arrival.name for arrival in arrivals])
        arrivals += inside
    return arrivals


def open_plain_file(path: str) -> BinaryIO:
    """Opens a file that must still be a plain file, and no link, at this moment."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise Refusal(f"{shown(os.path.basename(path))} is no plain file.")
    return open(descriptor, "rb")


def refuse_doubles(archive: Path, inside: list[str], beside: list[str]) -> None:
    """Raises a refusal when a file is in an archive and also beside it."""
    doubles = sorted(set(inside) & set(beside) - {archive.name})
    if doubles:
        raise Refusal(
            f"{doubles[0]} is in {archive.name} and also beside it, so that nobody can tell which one is meant; "
            "move one of them away."
        )


def files_of_archive(archive: Path, archives: contextlib.ExitStack) -> list[Arrival]:
    """The files of an archive, once its directory is found to be harmless; see `files_of`."""
    try:
        opened = archives.enter_context(zipfile.ZipFile(archive))
    except (zipfile.BadZipFile, zipfile.LargeZipFile, ValueError, EOFError, NotImplementedError) as error:
        raise Refusal(
            f"{archive.name} is no zip archive, or a damaged one ({error}); fetch or export it again."
        ) from error
    entries = opened.infolist()
    if len(entries) > MOST_ENTRIES:
        raise Refusal(f"{archive.name} holds {len(entries)} entries, which is no OneRoster export.")
    for entry in entries:
        check_entry(entry)
    repeated = sorted({entry.filename for entry in entries if [e.filename for e in entries].count(entry.filename) > 1})
    if repeated:
        raise Refusal(f"{shown(repeated[0])} is in {archive.name} more than once.")
    return [Arrival(entry.filename, entry.file_size, lambda entry=entry: opened.open(entry)) for entry in entries]


def check_entry(entry: zipfile.ZipInfo) -> None:
    """Raises a refusal when an entry of an archive is anything but a plain, packed file of a plain name."""
    name = entry.orig_filename
    parts = re.split(r"[/\\]", name)
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if parts[0] == "" or re.match(r"[A-Za-z]:", name):
        raise Refusal(f"the entry {shown(name)} has an absolute path; pack the files by their bare names.")
    if ".." in parts:
        raise Refusal(f"the entry {shown(name)} lies outside the archive; this is no honest export.")
    if stat.S_ISLNK(kind):
        raise Refusal(f"the entry {shown(name)} is a link; pack the file itself.")
    if entry.is_dir() or len(parts) > 1 or stat.S_ISDIR(kind):
        raise Refusal(f"the entry {shown(name)} lies in a folder; pack the files side by side, without a folder.")
    if kind not in (0, stat.S_IFREG) or "\0" in name:
        raise Refusal(f"the entry {shown(name)} is no plain file.")
    if entry.flag_bits & 0x41:
        raise Refusal(f"the entry {shown(name)} is encrypted; pack it without a password.")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Refusal(
            f"the entry {shown(name)} is packed in a way that is not used here; pack it as an ordinary zip archive."
        )
    if entry.file_size > LARGEST_DROP:
        raise Refusal(f"the entry {shown(name)} claims {entry.file_size:,} bytes, more than any export has.")
    if entry.file_size > SMALLEST_BOMB and entry.file_size > LARGEST_RATIO * max(entry.compress_size, 1):
        raise Refusal(
            f"the entry {shown(name)} would grow more than {LARGEST_RATIO} times when unpacked, "
            "as only an archive made to attack does."
        )


def check_names(names: list[str], flow: str, export: Path) -> None:
    """Raises a refusal when a file is none that a drop can hold, or when there is none."""
    expected = ["users.csv"] if flow == DIRECTORY else ONEROSTER_FILES
    if not names:
        raise Refusal(f"{export} holds no files.")
    for name in sorted(names):
        if name not in expected:
            alike = [known for known in expected if known.lower() == name.strip().lower()]
            hint = f"it should be {alike[0]}, in this spelling" if alike else "take it out"
            what = "file of a directory export" if flow == DIRECTORY else "OneRoster file"
            raise Refusal(f"{shown(name)} is no {what}; {hint}.")


def check_space(size: int, landing: Path) -> None:
    """Raises a refusal when a drop is larger than any export, or than the room that is left."""
    if size > LARGEST_DROP:
        raise Refusal(f"the files claim {size:,} bytes, more than any export has.")
    if size > shutil.disk_usage(landing).free:
        raise Refusal(f"the files need {size:,} bytes, and the disk of {landing} has less left.")


def write(arrival: Arrival, folder: Path) -> None:
    """Writes one file to the disk, and not a byte more than it claimed."""
    left = arrival.size
    with arrival.open() as source, open(folder / arrival.name, "xb") as target:
        while chunk := source.read(min(1024**2, left + 1)):
            left -= len(chunk)
            if left < 0:
                raise Refusal(f"{arrival.name} is larger than it claimed; fetch or export it again.")
            target.write(chunk)
        if left:
            raise Refusal(f"{arrival.name} is smaller than it claimed; fetch or export it again.")
        target.flush()
        os.fsync(target.fileno())


def shown(name: str) -> str:
    """A name from outside, safe to print: control characters and what is overlong taken out."""
    text = ascii(name)
    return text if len(text) <= 80 else text[:77] + "..."


if __name__ == "__main__":
    sys.exit(main())
