"""Hands over what an outbound flow wants the other system to hold: `make send FLOW=library`.

What is wanted and what that changes is SQL (models/outbound); this program writes it into files and remembers that it was
handed over. A delivery is the folder outbound/<flow>/<instant>/, for its user alone:

    files/        what is to be there, whole: a CSV file of each kind of thing, or the data set of a flow for insights
    changes/      what to add, update and remove, with since when and why
    graph.jsonl   the same as batches of requests to Microsoft Graph, for a flow that provisions; nothing is called
    manifest.json counts, sizes and checksums

It is written under a hidden name. The warehouse that knows of it takes the place of the old one, and then the folder gets
its name: whatever is killed in between, the next `make send` either finishes it or removes it.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import re
import shutil
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

import duckdb
from catalogue import ONE_ROSTER
from data_set import DataSet
from warehouse import Refusal, WarehouseInUse, checksum_of, quoted, quoted_name, synchronise, warehouse_path, working_copy

PROJECT = Path(__file__).resolve().parent.parent
MANIFEST_FILES = {
    "oneRoster11": [
        "academicSessions", "categories", "classes", "classResources", "courses", "courseResources", "demographics", "enrollments",
        "lineItems", "orgs", "resources", "results", "users",
    ],
}
MANIFEST_FILES["oneRoster12"] = [
    *MANIFEST_FILES["oneRoster11"], "lineItemLearningObjectiveIds", "lineItemScoreScales", "resultLearningObjectiveIds",
    "resultScoreScales", "roles", "scoreScales", "userProfiles", "userResources",
]
FEWEST = 20  # things of a kind, from which on a share of them says something


def main() -> int:
    """Sends, or does what else the command line asks for.

    Returns:
        0 when there is nothing left to do, 1 when the delivery is held or was not made.
    """
    parser = argparse.ArgumentParser(description="Hand over what an outbound flow wants the other system to hold.")
    parser.add_argument("--flow", required=True, help="outbound flow")
    parser.add_argument("--dry", action="store_true", help="say what would be sent, and change nothing")
    parser.add_argument("--approve", metavar="FLOW/INSTANT", help="let the held delivery through")
    parser.add_argument("--confirm", metavar="INSTANT", help="the receiver took this delivery")
    parser.add_argument("--wait", type=float, default=10, help="seconds to wait for another run (default: 10)")
    arguments = parser.parse_args()
    os.umask(0o077)
    os.chdir(PROJECT)
    warehouse = warehouse_path()
    deliveries = Path(os.environ.get("ONEROSTER_OUTBOUND") or "outbound")
    try:
        if not warehouse.exists():
            raise Refusal(f"there is no warehouse at {warehouse}. Run make build first, or set ONEROSTER_WAREHOUSE.")
        if arguments.dry:
            with duckdb.connect(str(warehouse), read_only=True) as connection:
                refuse_older_warehouse(connection)
                Delivery(connection, arguments.flow, deliveries).compare(warehouse)
            print("Nothing was sent: this was a trial.")
            return 0
        with working_copy(warehouse, arguments.wait) as copy:
            with duckdb.connect(str(copy.path)) as connection:
                refuse_older_warehouse(connection)
                finish_deliveries(connection, deliveries)
                delivery = Delivery(connection, arguments.flow, deliveries)
                if arguments.confirm:
                    outcome = delivery.confirm(arguments.confirm)
                else:
                    delivery.compare(warehouse)
                    outcome = delivery.prepare(arguments.approve)
                connection.execute("force checkpoint")
            if outcome != "nothing":
                copy.publish()
            if outcome == "written":
                delivery.show()
            return 1 if outcome == "held" else 0
    except Refusal as refusal:
        print(f"Refused: {refusal}", file=sys.stderr)
    except WarehouseInUse as error:
        print(error, file=sys.stderr)
    except (OSError, duckdb.Error) as error:
        print(f"Nothing was sent: {error}", file=sys.stderr)
    return 1


def finish_deliveries(connection: duckdb.DuckDBPyConnection, deliveries: Path) -> None:
    """Gives deliveries their names that the warehouse knows of, and removes those of programs that were killed before that.

    Args:
        connection: the warehouse, which nobody else writes to.
        deliveries: the folder of all deliveries.
    """
    known = connection.execute(
        "select outbound_flow_id || '/' || delivery_id from runs.outbound_activity where status <> 'held'"
    ).fetchall()
    for folder in deliveries.glob("*/.*"):
        if re.fullmatch(r"\.\d{8}T\d{6}Z", folder.name):
            if (f"{folder.parent.name}/{folder.name[1:]}",) in known:
                folder.rename(folder.with_name(folder.name[1:]))
                synchronise(folder.parent)
            else:
                shutil.rmtree(folder)


def refuse_older_warehouse(connection: duckdb.DuckDBPyConnection) -> None:
    """Raises when no run of this version of the project has made the tables of outbound flows.

    Raises:
        Refusal: nothing can be sent from this warehouse yet.
    """
    [made] = connection.execute(
        """
        select count(*) from information_schema.tables
        where (table_schema, table_name) in (('outbound', 'outbound_flow'), ('runs', 'outbound_activity'))
        """
    ).fetchone()
    if made < 2:
        raise Refusal("this warehouse knows no outbound flows yet. Run make build first.")


class Delivery:
    """What one outbound flow has to hand over now."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, flow: str, deliveries: Path) -> None:
        """Looks up the flow.

        Args:
            connection: the warehouse, or a copy of it.
            flow: the outbound flow.
            deliveries: the folder of all deliveries.

        Raises:
            Refusal: there is no such flow, or it is not to be sent now.
        """
        self.connection = connection
        self.created_at = datetime.now(timezone.utc).replace(microsecond=0, tzinfo=None)
        connection.execute("set preserve_insertion_order = true")
        connection.execute("set enable_progress_bar = false")
        # DuckDB takes open records for few, which they are not, and would build its hash tables of the larger side
        connection.execute("set disabled_optimizers = 'join_order,build_side_probe_side'")
        connection.execute("set variable outbound_flow = ?", [flow])
        found = connection.execute(
            """
            select kind, format, display_name, mode, readiness_status, effective_at, expiration_at, hold_removed_share,
                is_confirmation_awaited, is_deidentified
            from outbound.outbound_flow
            where outbound_flow_id = getvariable('outbound_flow')
            """
        ).fetchone()
        if not found:
            flows = connection.execute("select outbound_flow_id from outbound.outbound_flow order by all").fetchall()
            raise Refusal(
                f"{flow} is no outbound flow. Configured are {', '.join(name for (name,) in flows)}." if flows else
                "no outbound flow is configured. Fill in seeds/district/district_outbound_flow.csv, and run make build."
            )
        self.flow = flow
        (
            self.kind, self.format, self.display_name, self.mode, readiness, effective_at, expiration_at,
            self.hold_removed_share, self.is_confirmation_awaited, self.is_deidentified,
        ) = found
        connection.execute("set variable outbound_format = ?", [self.format or self.kind])
        if readiness != "ready":
            raise Refusal(f"{flow} is {readiness}. Set its readiness_status to ready, and run make build.")
        if effective_at and self.created_at < effective_at or expiration_at and self.created_at >= expiration_at:
            raise Refusal(
                f"{flow} may be sent from {effective_at or 'the beginning'} until {expiration_at or 'further notice'} (UTC)."
            )
        self.folder = deliveries / flow
        while (self.folder / self.id).exists() or self.is_known(self.id):
            self.created_at += timedelta(seconds=1)

    @property
    def id(self) -> str:
        """The delivery's id, which is also the name of its folder."""
        return f"{self.created_at:%Y%m%dT%H%M%SZ}"

    def is_known(self, delivery: str) -> bool:
        """Whether there was a delivery of this id."""
        return bool(self.connection.execute(
            "select 1 from runs.outbound_activity where outbound_flow_id = getvariable('outbound_flow') and delivery_id = ?", [delivery]
        ).fetchall())

    def what_is_left_out(self) -> dict[str, int]:
        """What is in the roster and is not handed on, by why: only what somebody might miss.

        Returns:
            A sentence's end -> how many.
        """
        if self.data_set:
            return {}
        numbers = self.connection.execute(
            """
            select
                count(*) filter (where sections.section_id is not null),
                count(*) filter (where sections.section_id is null)
            from rostering.enrollment
            inner join outbound.selected_flow using (inbound_flow_id)
            left join outbound.selected_section as sections
                on selected_flow.outbound_flow_id = sections.outbound_flow_id and enrollment.section_id = sections.section_id
            left join outbound.selected_person as people
                on
                    selected_flow.outbound_flow_id = people.outbound_flow_id
                    and selected_flow.inbound_flow_id = people.inbound_flow_id
                    and enrollment.person_id = people.person_id
                    and not people.is_contact
            where
                selected_flow.outbound_flow_id = getvariable('outbound_flow')
                and enrollment.is_current
                and (sections.section_id is null) <> (people.person_id is null)
            """
        ).fetchone()
        left_out = dict(zip(
            ("enrollments in its classes of people who are not", "enrollments of its people in classes that are not"), numbers
        ))
        if self.kind == "provisioning":
            [left_out["people who match no directory user"]] = self.connection.execute(
                """
                select count(*) from outbound.user
                where outbound_flow_id = getvariable('outbound_flow') and match_status <> 'matched'
                """
            ).fetchone()
        return {what: count for what, count in left_out.items() if count}

    def compare(self, warehouse: Path) -> None:
        """Finds out what changed since the last delivery, and prints it.

        Args:
            warehouse: the DuckDB file, beside which its key is.
        """
        [self.as_of] = self.connection.execute("select max(judged_at) from rostering_versions.flow_window").fetchone()
        self.data_set = DataSet(self.connection, warehouse, self.is_deidentified) if self.kind == "insights" else None
        if self.data_set:
            self.data_set.list_partitions()
        else:
            self.connection.execute(
                "create temp table outgoing as select * from outbound.change where outbound_flow_id = getvariable('outbound_flow')"
            )
            # the same as outbound.desired, which would take as long again
            self.connection.execute(
                """
                create temp view wanted as
                select kind, key, contents from outgoing where change <> 'remove'
                union all
                select sent.kind, sent.key, sent.contents
                from outbound.sent
                anti join outgoing on sent.kind = outgoing.kind and sent.key = outgoing.key
                where sent.outbound_flow_id = getvariable('outbound_flow')
                """
            )
        self.counts = {
            kind: dict(zip(("sent", "add", "update", "remove"), numbers))
            for kind, *numbers in self.connection.execute(
                """
                with sent as (
                    select kind, count(*) as sent from outbound.sent
                    where outbound_flow_id = getvariable('outbound_flow')
                    group by kind
                ),

                changes as (
                    select
                        kind,
                        count(*) filter (where change = 'add') as added,
                        count(*) filter (where change = 'update') as updated,
                        count(*) filter (where change = 'remove') as removed
                    from outgoing
                    group by kind
                )

                select kind, coalesce(sent, 0), coalesce(added, 0), coalesce(updated, 0), coalesce(removed, 0)
                from sent
                full join changes using (kind)
                order by kind
                """
            ).fetchall()
        }
        self.added, self.updated, self.removed = (
            sum(count[change] for count in self.counts.values()) for change in ("add", "update", "remove")
        )
        self.desired = sum(map(desired, self.counts.values()))
        self.left_out = self.what_is_left_out()
        print(f"{self.display_name} ({self.flow}), {self.format or self.kind}, as of {self.as_of:%Y-%m-%d %H:%M} UTC")
        width = max(map(len, self.counts), default=0)
        for kind, count in self.counts.items():
            print(
                f"  {kind:{width}}  {desired(count):>9,} wanted: {count['add']:,} to add, {count['update']:,} to update, "
                f"{count['remove']:,} to remove"
            )
        for what, count in self.left_out.items():
            print(f"  not handed on: {count:,} {what}")

    def prepare(self, approved: str | None) -> str:
        """Writes the delivery under its hidden name, and into the warehouse that it was sent.

        Args:
            approved: flow and instant of a held delivery that somebody let through.

        Returns:
            `written`; `held`, when too much would be removed; or `nothing`, when there is nothing to send.
        """
        if not self.added + self.updated + self.removed:
            print("Nothing to send: the receiver has it all.")
            return "nothing"
        awaited = self.connection.execute(
            """
            with unconfirmed as (
                select * from outbound.unconfirmed_change where outbound_flow_id = getvariable('outbound_flow')
            )

            select any_value(delivery_id) from unconfirmed
            having count(*) > 0 and not exists (
                select 1 from unconfirmed
                full join outgoing using (kind, key)
                where
                    unconfirmed.change is distinct from outgoing.change
                    or cast(unconfirmed.contents as varchar) is distinct from cast(outgoing.contents as varchar)
            )
            """
        ).fetchone()
        if awaited:
            print(
                f"Nothing to send: {awaited[0]} holds it all, and waits for the receiver. Once that took it: "
                f"make send FLOW={self.flow} CONFIRM={awaited[0]}"
            )
            return "nothing"
        if self.is_held(approved):
            return "held"
        hidden = self.folder / f".{self.id}"
        try:
            self.write(hidden)
        except BaseException:
            shutil.rmtree(hidden, ignore_errors=True)
            raise
        self.remember()
        return "written"

    def is_held(self, approved: str | None) -> bool:
        """Whether the delivery has to wait for somebody's approval; notes it if so.

        Args:
            approved: flow and instant of a held delivery that somebody let through.

        Raises:
            Refusal: nothing of that name is held.
        """
        reasons = [
            f"{count['remove']:,} of {count['sent']:,} {kind} would be removed, more than {self.hold_removed_share:.0%}"
            for kind, count in self.counts.items()
            if count["sent"] >= FEWEST and count["remove"] > self.hold_removed_share * count["sent"]
        ]
        held = self.connection.execute(
            """
            select delivery_id, (added, updated, removed) = (?, ?, ?)
            from runs.outbound_activity
            where outbound_flow_id = getvariable('outbound_flow') and status = 'held'
            order by delivery_id desc
            limit 1
            """,
            [self.added, self.updated, self.removed],
        ).fetchone()
        if approved and (not held or approved != f"{self.flow}/{held[0]}"):
            raise Refusal(
                f"{approved} is not held. "
                + (f"Held is {self.flow}/{held[0]}." if held else f"No delivery of {self.flow} is held.")
            )
        if not reasons or approved and held[1]:
            self.connection.execute(
                """
                update runs.outbound_activity set status = 'approved'
                where outbound_flow_id = getvariable('outbound_flow') and status = 'held'
                """
            )
            return False
        if approved:
            print("What would be sent has changed since that was held: look at it again.")
        if not held or not held[1]:
            self.note("held", "; ".join(reasons) + ".")
        name = held[0] if held and held[1] else self.id
        print("Held: " + "; ".join(reasons) + ". Why they would go:")
        for kind, reason, count in self.connection.execute(
            "select kind, reason, count(*) from outgoing where change = 'remove' group by all order by 3 desc, 1, 2"
        ).fetchall():
            print(f"  {count:,} {kind}: {reason}")
        print(f"Nothing was sent. If that is right: make send FLOW={self.flow} APPROVE={self.flow}/{name}")
        return True

    def write(self, hidden: Path) -> None:
        """Writes the folder of the delivery.

        Args:
            hidden: the folder, which is not there yet.
        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        files, changes = hidden / "files", hidden / "changes"
        for folder in (hidden, files) if self.data_set else (hidden, files, changes):
            folder.mkdir(mode=0o700)
        if self.data_set:
            self.data_set.write(files, self.files_before())
        headers: dict[str, list[str]] = {}
        for kind, column in self.connection.execute(
            "select kind, column_name from outbound.outbound_column where format = ? order by kind, position",
            [self.format or self.kind],
        ).fetchall():
            headers.setdefault(kind, []).append(column)
        is_delta = self.mode == "delta" and any(count["sent"] for count in self.counts.values())
        delivered = {}
        for kind, header in headers.items():
            count = self.counts.get(kind, {"sent": 0, "add": 0, "update": 0, "remove": 0})
            changed = count["add"] + count["update"] + count["remove"]
            if changed:
                self.write_csv(
                    changes / f"{kind}.csv", header, "outgoing where kind = getvariable('kind')", kind,
                    leading=["change", "cast(since as varchar) as since", "reason"],
                )
            if self.format in ONE_ROSTER and not (changed if is_delta else desired(count)):
                delivered[kind] = "absent"  # the standard knows no file without a record
            elif is_delta:
                delivered[kind] = "delta"
                self.write_csv(
                    files / f"{kind}.csv", header, "outgoing where kind = getvariable('kind')", kind,
                    instead={
                        "status": "if(change = 'remove', 'tobedeleted', 'active')",
                        "dateLastModified": quoted(f"{self.created_at:%Y-%m-%dT%H:%M:%S.000Z}"),
                    },
                )
            else:
                delivered[kind] = "bulk"
                self.write_csv(files / f"{kind}.csv", header, "wanted where kind = getvariable('kind')", kind)
        if self.format in ONE_ROSTER:
            self.write_oneroster_manifest(files / "manifest.csv", delivered)
        if self.kind == "provisioning":
            self.write_graph_requests(hidden / "graph.jsonl")
        self.write_manifest(hidden)
        for path in [*hidden.rglob("*"), hidden, self.folder]:
            if path.is_file():
                path.chmod(0o600)
            synchronise(path)

    def write_manifest(self, hidden: Path) -> None:
        """Writes what the folder of the delivery holds.

        Args:
            hidden: the folder, in which all else is.
        """
        written = sorted(path for path in hidden.rglob("*") if path.is_file())
        manifest = {
            "outbound_flow_id": self.flow,
            "delivery_id": self.id,
            "kind": self.kind,
            "format": self.format,
            "as_of": f"{self.as_of:%Y-%m-%dT%H:%M:%SZ}",
            "things": {kind: {"desired": desired(count), **count} for kind, count in self.counts.items()},
            "left_out": self.left_out,
            "files": {
                str(path.relative_to(hidden)): {"bytes": path.stat().st_size, "sha256": checksum_of(path)} for path in written
            },
        }
        if self.data_set:
            manifest["tables"] = self.data_set.descriptions
        (hidden / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")

    def write_graph_requests(self, path: Path) -> None:
        """Writes the changes as batches of requests to Microsoft Graph, a batch per line.

        Args:
            path: the file.
        """
        self.connection.execute(f"""
            copy (
                select list(
                    if(
                        body is null,
                        to_json({{'id': cast(position as varchar), 'method': method, 'url': url}}),
                        to_json({{
                            'id': cast(position as varchar), 'method': method, 'url': url,
                            'headers': {{'Content-Type': 'application/json'}}, 'body': body
                        }})
                    )
                    order by position
                ) as requests
                from outbound.graph_request
                where outbound_flow_id = getvariable('outbound_flow')
                group by (position - 1) // 20  -- as many as a batch may have
                order by min(position)
            ) to {quoted(str(path))} (format json)
            """)

    def files_before(self) -> Path | None:
        """The files of the delivery before this one, or None."""
        [before] = self.connection.execute(
            """
            select max(delivery_id) from runs.outbound_activity
            where outbound_flow_id = getvariable('outbound_flow') and status in ('sent', 'unconfirmed', 'superseded')
            """
        ).fetchone()
        return self.folder / before / "files" if before else None

    def write_csv(
        self, path: Path, header: list[str], rows: str, kind: str, leading: list[str] = (), instead: dict[str, str] | None = None
    ) -> None:
        """Writes things of a kind, in the order of their keys.

        Args:
            path: the file.
            header: its columns, members of the things' contents.
            rows: where they are read from, with a condition.
            kind: the kind.
            leading: SQL of columns that come first.
            instead: SQL of columns that are not taken from the contents.
        """
        self.connection.execute("set variable kind = ?", [kind])
        structure: dict = {}
        for column in header:
            *above, last = column.split(".")
            place = structure
            for name in above:
                place = place.setdefault(name, {})
            place[last] = "VARCHAR"
        taken = {column: "cells" + "".join(f"[{quoted(name)}]" for name in column.split(".")) for column in header} | (instead or {})
        values = [f"nullif({taken[column]}, '') as {quoted_name(column)}" for column in header]
        self.connection.execute(f"""
            copy (
                select {", ".join([*leading, *values])}
                from (select *, from_json(contents, {quoted(json.dumps(structure))}) as cells from {rows})
                order by key
            ) to {quoted(str(path))} (format csv, header, nullstr '')
            """)

    def write_oneroster_manifest(self, path: Path, delivered: dict[str, str]) -> None:
        """Writes the manifest that OneRoster asks for, which names every file of the standard.

        Args:
            path: the file.
            delivered: file -> bulk, delta or absent.
        """
        with open(path, "w", newline="") as file:
            lines = csv.writer(file)
            lines.writerow(["propertyName", "value"])
            lines.writerow(["manifest.version", "1.0"])
            lines.writerow(["oneroster.version", ONE_ROSTER[self.format]])
            for name in MANIFEST_FILES[self.format]:
                lines.writerow([f"file.{name}", delivered.get(name, "absent")])
            lines.writerow(["source.systemName", "OneRoster roster warehouse"])

    def note(self, status: str, reason: str | None = None) -> None:
        """Writes the delivery into the statistics."""
        self.connection.execute(
            """
            insert into runs.outbound_activity by name
            select
                getvariable('outbound_flow') as outbound_flow_id, ? as delivery_id, ? as status, ? as reason, ? as as_of,
                ? as desired, ? as added, ? as updated, ? as removed, ? as unmatched, ? as created_at
            """,
            [
                self.id, status, reason, self.as_of, self.desired, self.added, self.updated, self.removed,
                self.left_out.get("people who match no directory user", 0) if self.kind == "provisioning" else None,
                self.created_at,
            ],
        )

    def remember(self) -> None:
        """Writes into the warehouse what is handed over: as sent, or as changes that the receiver has to confirm."""
        self.connection.execute("begin")
        self.connection.execute(
            "delete from outbound.unconfirmed_change where outbound_flow_id = getvariable('outbound_flow')"
        )
        self.connection.execute(
            """
            update runs.outbound_activity set status = 'superseded'
            where outbound_flow_id = getvariable('outbound_flow') and status = 'unconfirmed'
            """
        )
        handed_over = f"""(
            select
                outbound_flow_id, {quoted(self.id)} as delivery_id, kind, change, key, contents,
                timestamp {quoted(str(self.created_at))} as sent_at, timestamp {quoted(str(self.as_of))} as as_of
            from outgoing
        )"""
        if self.is_confirmation_awaited:
            self.note("unconfirmed")
            self.connection.execute(f"insert into outbound.unconfirmed_change by name from {handed_over}")
        else:
            self.note("sent")
            self.take_as_sent(handed_over)
        self.connection.execute("commit")

    def take_as_sent(self, changes: str) -> None:
        """Makes changes that were handed over what the receiver has.

        Args:
            changes: where they are read from.
        """
        self.connection.execute(
            f"""
            delete from outbound.sent
            using {changes} as changed
            where
                sent.outbound_flow_id = getvariable('outbound_flow')
                and changed.outbound_flow_id = sent.outbound_flow_id
                and changed.kind = sent.kind
                and changed.key = sent.key
            """
        )
        self.connection.execute(
            f"""
            insert into outbound.sent by name
            select outbound_flow_id, kind, key, contents, sent_at, as_of
            from {changes}
            where outbound_flow_id = getvariable('outbound_flow') and change <> 'remove'
            """
        )

    def confirm(self, delivery: str) -> str:
        """Notes that the receiver took a delivery.

        Args:
            delivery: its id.

        Returns:
            `confirmed`.

        Raises:
            Refusal: it does not wait for that.
        """
        waiting = self.connection.execute(
            """
            select delivery_id from runs.outbound_activity
            where outbound_flow_id = getvariable('outbound_flow') and status = 'unconfirmed'
            """
        ).fetchone()
        if waiting != (delivery,):
            raise Refusal(
                f"{delivery} does not wait for confirmation. "
                + (f"What waits is {waiting[0]}." if waiting else f"No delivery of {self.flow} does.")
            )
        self.connection.execute("begin")
        self.take_as_sent("outbound.unconfirmed_change")
        self.connection.execute("delete from outbound.unconfirmed_change where outbound_flow_id = getvariable('outbound_flow')")
        self.connection.execute(
            """
            update runs.outbound_activity set status = 'sent', confirmed_at = ?
            where outbound_flow_id = getvariable('outbound_flow') and delivery_id = ?
            """,
            [self.created_at, delivery],
        )
        self.connection.execute("commit")
        print(f"Confirmed: {self.flow}/{delivery} is what the receiver has.")
        return "confirmed"

    def show(self) -> None:
        """Gives the finished folder its name, and says where it is."""
        (self.folder / f".{self.id}").rename(self.folder / self.id)
        synchronise(self.folder)
        print(f"Sent as {self.folder / self.id}")
        if self.is_confirmation_awaited:
            print(f"Once the receiver took it: make send FLOW={self.flow} CONFIRM={self.id}")


def desired(count: dict[str, int]) -> int:
    """How many things of a kind are wanted: what was sent, and what is new, without what goes."""
    return count["sent"] + count["add"] - count["remove"]


if __name__ == "__main__":
    sys.exit(main())
