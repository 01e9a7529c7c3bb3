"""Tells somebody when a run needs them: by a command of the district's choice, and by mail.

Settings are environment variables, described in docs/operations.md. What is told has names of flows, files and columns and
counts, and no value from the data.
"""

from __future__ import annotations

import json
import os
import shlex
import smtplib
import ssl
import subprocess
from email.message import EmailMessage

from fix_first import counted

SECONDS = 30  # that a command or a mail server has


def alert(summary: dict) -> list[str]:
    """Tells of a run that needs somebody.

    Args:
        summary: what the run did; see summary.py.

    Returns:
        What could not be told, as sentences: an alert that fails is said, and changes nothing about the run.
    """
    failed, most = [], os.environ.get("ONEROSTER_ALERT_ERRORS") or None
    if most and not most.isdecimal():
        failed.append("ONEROSTER_ALERT_ERRORS is not heeded: it is no number of errors.")
        most = None
    reasons = reasons_of(summary, int(most) if most else None)
    if not reasons:
        return failed
    told = without_values(summary) | {"reasons": reasons}
    for way, setting in ((by_command, "ONEROSTER_ALERT_COMMAND"), (by_mail, "ONEROSTER_ALERT_MAIL")):
        if os.environ.get(setting):
            try:
                way(os.environ[setting], told)
            except (OSError, ValueError, subprocess.SubprocessError, smtplib.SMTPException) as error:
                # the error may have a password in it, or a command line
                failed.append(f"The alert of {setting} could not be given: {type(error).__name__}.")
    return failed


def reasons_of(summary: dict, most: int | None) -> list[str]:
    """Why somebody should look at a run, as sentences; none when nobody need.

    Args:
        summary: what the run did.
        most: how many errors are still all right; None for any number.
    """
    flows = summary.get("flows", [])
    reasons = [] if summary["is_complete"] else [f"The run is not in force: {summary['status']}."]
    reasons += [f"A drop of {flow['inbound_flow_id']} is held." for flow in flows if flow["is_held"]]
    reasons += [
        f"A drop of {flow['inbound_flow_id']} is refused." for flow in flows if flow["status"] == "failed" and not flow["is_held"]
    ]
    reasons += [f"{flow['inbound_flow_id']} is stale: nothing has come in for too long." for flow in flows if flow["stale"]]
    reasons += [
        f"A delivery of {flow['outbound_flow_id']} is held." for flow in summary.get("outbound", []) if flow["status"] == "held"
    ]
    totals = summary.get("totals")
    if most is not None and totals and totals["errors"] > most:
        reasons.append(f"There are {counted(totals['errors'], 'error')}, more than {most:,}.")
    return reasons


def without_values(summary: dict) -> dict:
    """A summary without what quotes the data."""
    told = {name: value for name, value in summary.items() if name not in ("problems", "notices")}
    if "causes" in told:
        told["causes"] = [{name: value for name, value in cause.items() if name != "message"} for cause in told["causes"]]
    if "flows" in told:
        told["flows"] = [
            {name: value for name, value in flow.items() if name not in ("reason", "stale")} | {"is_stale": bool(flow["stale"])}
            for flow in told["flows"]
        ]
    return told


def by_command(command: str, told: dict) -> None:
    """Runs the command with the summary, as JSON, on its standard input. No shell reads it."""
    subprocess.run(
        shlex.split(command), input=json.dumps(told, default=str), text=True, check=True, timeout=SECONDS, stdout=subprocess.DEVNULL
    )


def by_mail(recipients: str, told: dict) -> None:
    """Mails the reasons and what to fix first."""
    message = EmailMessage()
    message["Subject"] = f"Roster: {told['reasons'][0]}"
    message["From"] = os.environ.get("ONEROSTER_SMTP_FROM") or recipients.split(",")[0].strip()
    message["To"] = recipients
    lines = [*told["reasons"], ""]
    for number, cause in enumerate(told.get("causes", []), 1):
        place = ", ".join(cause[part] for part in ("inbound_flow_id", "file_name", "column_name") if cause[part])
        lines += [f"{number}. {cause['title']} ({place}, {counted(cause['findings'], 'time')})", f"   {cause['brings_back']}"]
    lines += ["", "make report says more; make review says what a held drop would do."]
    message.set_content("\n".join(lines))
    host, port = os.environ.get("ONEROSTER_SMTP_HOST") or "localhost", int(os.environ.get("ONEROSTER_SMTP_PORT") or 587)
    security = os.environ.get("ONEROSTER_SMTP_SECURITY") or "starttls"
    if security not in ("starttls", "ssl", "none"):
        raise ValueError("ONEROSTER_SMTP_SECURITY is starttls, ssl or none")
    context = ssl.create_default_context()
    if security == "ssl":
        server = smtplib.SMTP_SSL(host, port, timeout=SECONDS, context=context)
    else:
        server = smtplib.SMTP(host, port, timeout=SECONDS)
    with server:
        if security == "starttls":
            server.starttls(context=context)
        if os.environ.get("ONEROSTER_SMTP_USER"):
            server.login(os.environ["ONEROSTER_SMTP_USER"], os.environ.get("ONEROSTER_SMTP_PASSWORD", ""))
        server.send_message(message)
