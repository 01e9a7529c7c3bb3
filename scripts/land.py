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
import shutil
import stat
import sys
import zipfile
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import BinaryIO
from collections.abc import Callable, Iterator

from scratch import clear_abandoned, scratch_folder
from warehouse import Refusal, synchronise

PROJECT = Path(__file__).resolve().parent.parent
SAMPLE = PROJECT / "sample" / "landing"
# of OneRoster, and the two that School Data Sync has beyond it
ROSTER_FILES = [
    "manifest.csv",
    *("academicSessions.csv", "categories.csv", "classes.csv", "classResources.csv", "courses.csv"),
    *("courseResources.csv", "demographics.csv", "enrollments.csv", "lineItemLearningObjectiveIds.csv"),
    *("lineItemScoreScales.csv", "lineItems.csv", "orgs.csv", "resources.csv", "resultLearningObjectiveIds.csv"),
    *("resultScoreScales.csv", "results.csv", "roles.csv", "scoreScales.csv", "userProfiles.csv"),
    *("userResources.csv", "users.csv"),
    *("relationships.csv", "userFlags.csv"),
]
DIRECTORY = "directory"  # not a flow, but its exports land the same way
ARRIVING = ".arriving-"

# A file of ten million enrollments is 1 GB and packs to a tenth; what is far beyond that is no export.
LARGEST_DROP = 20 * 1024**3
LARGEST_RATIO = 200
SMALLEST_BOMB = 1024**2
MOST_ENTRIES = 100


@dataclass
class Arrival:
    """One file of an export.

    Attributes:
        path: where it lies in the export.
        size: the bytes it claims to have.
        open: opens it.
        archive: the archive that it is packed in, if it is.
    """

    path: str
    size: int
    open: Callable[[], BinaryIO]
    archive: Path | None = None

    @property
    def parts(self) -> list[str]:
        """The folders it lies in, and its name; some archives have backslashes between them."""
        return [part for part in re.split(r"[/\\]", self.path) if part not in ("", ".")]

    def contents(self) -> Iterator[bytes]:
        """Reads it, a piece at a time."""
        with refused_when_damaged(self.archive), self.open() as source:
            while piece := source.read(1024**2):
                yield piece


@dataclass
class Landed:
    """A drop that was landed.

    Attributes:
        drop: its folder.
        remarks: sentences that say what of the export is not in it, or under another name.
    """

    drop: Path
    remarks: list[str]


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
    sys.stdout.reconfigure(errors="backslashreplace")  # for names that a terminal cannot show
    try:
        landed = land(arguments.export, landing_zone(), arguments.flow, arguments.drop)
    except Refusal as refusal:
        print(f"Refused: {refusal}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"Nothing was landed: {error}", file=sys.stderr)
        return 1
    print(f"Landed {', '.join(sorted(os.listdir(landed.drop)))} as {landed.drop}.", *landed.remarks, sep="\n")
    return 0


def landing_zone() -> Path:
    """The landing zone that ONEROSTER_LANDING names, which is never the bundled sample."""
    landing = Path(os.environ.get("ONEROSTER_LANDING") or SAMPLE)
    if landing.resolve() == SAMPLE:
        raise Refusal(
            "set ONEROSTER_LANDING to the folder that holds your drops; nothing is landed into the bundled sample."
        )
    return landing


def land(export: Path, landing: Path, flow: str, drop_id: str | None = None) -> Landed:
    """Lands an export, whole or not at all, and clears what a killed call left in the landing zone.

    Args:
        export: a zip archive, or a folder that holds the files, an archive of them, or some of each.
        landing: the landing zone.
        flow: a configured inbound flow, or `directory`.
        drop_id: the instant at which it arrived; now when none is given.

    Returns:
        The drop.

    Raises:
        Refusal: the export is not what it should be, or the flow or the drop cannot be used.
    """
    os.umask(0o077)
    if flow != DIRECTORY:
        check_flow(flow)
    if drop_id is None:
        drop_id = datetime.now(timezone.utc).strftime("%Y%m%dT%H%M%SZ")
    check_drop(drop_id)
    if not landing.is_dir():
        raise Refusal(
            f"there is no landing zone at {landing}; set ONEROSTER_LANDING to the folder that holds the drops."
        )
    for folder in landing.iterdir():
        clear_abandoned(folder, ARRIVING)
    target = landing / flow / drop_id
    if os.path.lexists(target):
        raise Refusal(f"the drop {flow}/{drop_id} is there already, and a drop is never changed; give another instant.")
    names = ["users.csv"] if flow == DIRECTORY else ROSTER_FILES
    with contextlib.ExitStack() as archives:
        files, skipped = files_of(export, names, archives)
        check_space(sum(arrival.size for arrival in files.values()), landing)
        target.parent.mkdir(mode=0o700, exist_ok=True)
        with scratch_folder(target.parent, ARRIVING) as arriving:
            drop = arriving / drop_id
            drop.mkdir(mode=0o700)
            for name, arrival in files.items():
                write(arrival, drop / name)
            synchronise(drop)
            drop.rename(target)
        synchronise(target.parent)
    return Landed(target, remarks(files, skipped, flow))


def remarks(files: dict[str, Arrival], skipped: list[str], flow: str) -> list[str]:
    """What to say of a drop that is landed; see `Landed`."""
    said = [
        f"{name} was named {shown(arrival.parts[-1])}."
        for name, arrival in sorted(files.items())
        if arrival.parts[-1] != name
    ]
    if skipped:
        said.append(f"Left out, as a drop does not hold such files: {listed(skipped)}.")
    if configured_flows().get(flow) == "disabled":
        said.append(f"The flow {flow} is disabled: no run uses the drop until it is ready again.")
    return said


def check_flow(flow: str) -> None:
    """Raises a refusal when no inbound flow of this name is configured."""
    if flow not in configured_flows():
        raise Refusal(
            f"{shown(flow)} is no configured inbound flow; configured are {', '.join(offered_flows()) or 'none'} "
            "(see seeds/district/district_inbound_flow.csv)."
        )


def configured_flows() -> dict[str, str]:
    """The inbound flows in force, each with its readiness_status in small letters, as models/inbound has them.

    A line of the district replaces a shipped one, and a removed source system takes its shipped flows along.
    """
    removed = {
        line["source_system_id"]
        for line in seed("district/district_source_system")
        if line["is_removed"].lower() == "true"
    }
    connectors = {
        line["data_connector_id"]
        for line in seed("inbound/default_data_connector")
        if line["source_system_id"] in removed
    }
    shipped = [line for line in seed("inbound/default_inbound_flow") if line["data_connector_id"] not in connectors]
    lines = {line["inbound_flow_id"].lower(): line for line in shipped + seed("district/district_inbound_flow")}
    return {line["inbound_flow_id"]: line["readiness_status"].lower() for key, line in lines.items() if key}


def offered_flows() -> list[str]:
    """The inbound flows that an export can be for, in order: those in force and not disabled."""
    return sorted(flow for flow, status in configured_flows().items() if status != "disabled")


def seed(name: str) -> list[dict[str, str]]:
    """The lines of a seed, trimmed; what a line or the header lacks is blank, and mistakes are for the run to tell."""
    with open(PROJECT / "seeds" / f"{name}.csv", encoding="utf-8-sig", errors="replace", newline="") as file:
        columns, *lines = list(csv.reader(file)) or [[]]
        names = [column.strip() for column in columns]
        return [defaultdict(str, zip(names, map(str.strip, line))) for line in lines]


def check_drop(drop_id: str) -> None:
    """Raises a refusal when a drop's name is no instant."""
    try:
        is_instant = datetime.strptime(drop_id, "%Y%m%dT%H%M%SZ").strftime("%Y%m%dT%H%M%SZ") == drop_id
    except ValueError:
        is_instant = False
    if not is_instant:
        raise Refusal(f"{shown(drop_id)} is no instant; write it as in 20260901T060000Z, in UTC.")


def files_of(
    export: Path, names: list[str], archives: contextlib.ExitStack
) -> tuple[dict[str, Arrival], list[str]]:
    """The files of an export that a drop holds.

    Args:
        export: an archive, or a folder.
        names: what such files are called.
        archives: closes the archives that this opens.

    Returns:
        The files, each under the name that it lands as, and the paths of the others.

    Raises:
        Refusal: the export is neither, holds none of the files, or holds what none should.
    """
    if export.is_dir():
        files, skipped = files_of_folder(export, names, archives)
    elif not export.exists():
        raise Refusal(f"there is no file or folder {export}.")
    elif not export.is_file():
        raise Refusal(f"{export} is neither a zip archive nor a folder.")
    elif export.suffix.lower() == ".csv":
        raise Refusal(f"{export} is one file; name the folder or the zip archive that holds the whole export.")
    else:
        files, skipped = chosen(entries_of_archive(export, archives), names, export)
    if not files:
        what = f"no file named {names[0]}" if len(names) == 1 else "no OneRoster files"
        raise Refusal(f"{export} holds {what}" + (f", only {listed(skipped)}." if skipped else "."))
    return files, skipped


def files_of_folder(
    folder: Path, names: list[str], archives: contextlib.ExitStack
) -> tuple[dict[str, Arrival], list[str]]:
    """The files of a folder, and of the archive in it if there is one; see `files_of`."""
    loose: list[Arrival] = []
    packed: list[Arrival] = []
    for arrival in entries_of_folder(folder):
        (packed if arrival.path.lower().endswith(".zip") else loose).append(arrival)
    if len(packed) > 1:
        raise Refusal(f"{folder} holds {len(packed)} archives; name the one that is meant.")
    files, skipped = chosen(loose, names, folder)
    for archive in packed:
        path = folder / archive.path
        inside, skipped_inside = chosen(entries_of_archive(path, archives), names, path)
        doubles = sorted(set(inside) & set(files))
        if doubles:
            raise Refusal(
                f"{doubles[0]} is in {shown(path.name)} and also beside it, so that nobody can tell which one is "
                "meant; name the archive, or move one of them away."
            )
        if inside:
            check_same_folder([archive, *files.values()], folder)
        files |= inside
        skipped += skipped_inside if inside else [archive.path]
    return files, skipped


def entries_of_folder(folder: Path, inside: str = "") -> list[Arrival]:
    """Every file in a folder and the folders in it.

    Args:
        folder: the folder.
        inside: the path of a folder in it, to read that one alone.
    """
    arrivals: list[Arrival] = []
    for entry in sorted(os.scandir(folder / inside), key=lambda entry: entry.name):
        path = os.path.join(inside, entry.name)
        if entry.is_symlink():
            raise Refusal(f"{shown(path)} is a link; put the file itself there.")
        if entry.is_dir():
            arrivals += entries_of_folder(folder, path)
        elif not entry.is_file():
            raise Refusal(f"{shown(path)} is no plain file.")
        else:
            arrivals.append(Arrival(path, entry.stat().st_size, lambda path=entry.path: open_plain_file(path)))
        if len(arrivals) > MOST_ENTRIES:
            raise Refusal(f"{folder} holds more than {MOST_ENTRIES} files, which is no OneRoster export.")
    return arrivals


def chosen(arrivals: list[Arrival], names: list[str], export: Path) -> tuple[dict[str, Arrival], list[str]]:
    """Tells the files of an export from what lies beside them.

    Args:
        arrivals: every file.
        names: what the files of an export are called; capitals do not matter.
        export: the folder or the archive.

    Returns:
        The files by name, and the paths of the others.

    Raises:
        Refusal: nobody can tell which files are meant.
    """
    spelling = {name.lower(): name for name in names}
    files: dict[str, Arrival] = {}
    skipped: list[str] = []
    for arrival in arrivals:
        name = spelling.get(arrival.parts[-1].strip().lower())
        if name is None:
            skipped.append(arrival.path)
        elif name not in files:
            files[name] = arrival
        elif files[name].path == arrival.path:
            raise Refusal(f"{shown(arrival.path)} is in {shown(export.name)} more than once.")
        else:
            raise Refusal(
                f"{shown(export.name)} holds {shown(files[name].path)} and {shown(arrival.path)}, so that nobody can "
                "tell which one is meant; take one of them out."
            )
    check_same_folder(list(files.values()), export)
    return files, skipped


def check_same_folder(arrivals: list[Arrival], export: Path) -> None:
    """Raises a refusal when the files of an export do not lie side by side."""
    folders = {tuple(arrival.parts[:-1]): arrival for arrival in arrivals}
    if len(folders) > 1:
        first, second, *_ = (shown(arrival.path) for arrival in folders.values())
        raise Refusal(
            f"{first} and {second} lie in different folders of {shown(export.name)}, so that nobody can tell whether "
            "they belong together; put the files of one export side by side, without others."
        )


def open_plain_file(path: str) -> BinaryIO:
    """Opens a file that must still be a plain file, and no link, at this moment."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise Refusal(f"{shown(os.path.basename(path))} is no plain file.")
    return open(descriptor, "rb")


@contextlib.contextmanager
def refused_when_damaged(archive: Path | None) -> Iterator[None]:
    """Turns whatever an archive brings to light into a refusal; reading a damaged one raises nearly everything."""
    try:
        yield
    except Refusal:
        raise
    except Exception as error:
        if archive is None:
            raise
        detail = f" ({' '.join(str(error).split())[:100]})" if isinstance(error, zipfile.BadZipFile) else ""
        raise Refusal(
            f"{shown(archive.name)} is no zip archive, or a damaged one{detail}; fetch or export it again."
        ) from error


def entries_of_archive(archive: Path, archives: contextlib.ExitStack) -> list[Arrival]:
    """Every file in an archive, once its directory is found to be harmless.

    Args:
        archive: the archive.
        archives: closes it.
    """
    file = archives.enter_context(open(archive, "rb"))
    arrivals = []
    with refused_when_damaged(archive):
        opened = archives.enter_context(zipfile.ZipFile(file))
        entries = opened.infolist()
        if len(entries) > MOST_ENTRIES:
            raise Refusal(f"{shown(archive.name)} holds {len(entries)} entries, which is no OneRoster export.")
        if entries_claimed(file) not in (len(entries), 0xFFFF):  # in a damaged directory, one can swallow the next
            raise zipfile.BadZipFile("entries are missing")
        for entry in entries:
            if is_folder(entry):
                continue
            check_entry(entry)
            opened.open(entry).close()  # which compares its name with the one before the file: no damage is skipped
            arrivals.append(
                Arrival(entry.orig_filename, entry.file_size, lambda entry=entry: opened.open(entry), archive)
            )
    return arrivals


def entries_claimed(file: BinaryIO) -> int:
    """How many entries an archive has by the record at its end, which zipfile does not compare; 0xFFFF says nothing."""
    file.seek(-min(os.fstat(file.fileno()).st_size, 22 + 65535), os.SEEK_END)
    end = file.read()
    place = end.rindex(b"PK\5\6") + 10
    return int.from_bytes(end[place : place + 2], "little")


def is_folder(entry: zipfile.ZipInfo) -> bool:
    """Whether an entry of an archive is an empty folder; raises a refusal when it lies outside."""
    check_path(entry.orig_filename)
    return entry.orig_filename[-1:] in ("/", "\\") and entry.file_size == 0


def check_path(name: str) -> None:
    """Raises a refusal when an entry of an archive would lie outside of it."""
    parts = re.split(r"[/\\]", name)
    if parts[0] == "" or re.match(r"[A-Za-z]:", name):
        raise Refusal(f"the entry {shown(name)} has an absolute path; pack the files by their bare names.")
    if ".." in parts:
        raise Refusal(f"the entry {shown(name)} lies outside the archive; this is no honest export.")


def check_entry(entry: zipfile.ZipInfo) -> None:
    """Raises a refusal when an entry of an archive is anything but a plain, packed file."""
    name = entry.orig_filename
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if stat.S_ISLNK(kind):
        raise Refusal(f"the entry {shown(name)} is a link; pack the file itself.")
    if kind not in (0, stat.S_IFREG) or "\0" in name or re.split(r"[/\\]", name)[-1] in ("", "."):
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


def check_space(size: int, landing: Path) -> None:
    """Raises a refusal when a drop is larger than any export, or than the room that is left."""
    if size > LARGEST_DROP:
        raise Refusal(f"the files claim {size:,} bytes, more than any export has.")
    if size > shutil.disk_usage(landing).free:
        raise Refusal(f"the files need {size:,} bytes, and the disk of {landing} has less left.")


def write(arrival: Arrival, path: Path) -> None:
    """Writes one file to the disk, and not a byte more than it claimed."""
    left = arrival.size
    with open(path, "xb") as target:
        for piece in arrival.contents():
            left -= len(piece)
            if left < 0:
                raise Refusal(f"{path.name} is larger than it claimed; fetch or export it again.")
            target.write(piece)
        if left:
            raise Refusal(f"{path.name} is smaller than it claimed; fetch or export it again.")
        target.flush()
        os.fsync(target.fileno())


def listed(paths: list[str], most: int = 5) -> str:
    """Names from outside in a sentence, the first ones only."""
    more = f" and {len(paths) - most} more" if len(paths) > most else ""
    return ", ".join(shown(path) for path in paths[:most]) + more


def shown(name: str) -> str:
    """A name from outside, safe to print: control characters and what is overlong taken out."""
    text = repr(name)
    return text if len(text) <= 80 else text[:77] + "..."


if __name__ == "__main__":
    sys.exit(main())
