"""Wall time and peak memory of one command, in a process of its own.

Linux counts the memory of the process that starts another one towards the other's peak. So `measure` starts this file
as a small program without imports of weight, and that program starts the command.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

POLL_SECONDS = 0.02


class Measurement(NamedTuple):
    """What one command took.

    seconds: wall time. megabytes: peak resident memory, in millions of bytes. exit_code: as the command gave it, or
    minus the signal that ended it. stopped: why it was stopped, such as `over 3600 s`; blank when it ended by itself.
    """

    seconds: float
    megabytes: float
    exit_code: int
    stopped: str


def measure(
    command: list[str],
    log: Path,
    environment: dict[str, str] | None = None,
    folder: Path | None = None,
    most_seconds: float = 3600,
    most_megabytes: float = 0,
) -> Measurement:
    """Runs a command to its end, or to a limit.

    Args:
        command: the program and its arguments.
        log: file for what the command prints.
        environment: variables besides those of this process.
        folder: working folder of the command (default: this one).
        most_seconds: wall time after which the command is stopped.
        most_megabytes: resident memory at which it is stopped, in millions of bytes; 0: no limit.

    Returns:
        What it took, whether it succeeded or not.

    Raises:
        RuntimeError: the command could not be started.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    limits = [str(most_seconds), str(most_megabytes)]
    launched = subprocess.run(
        [sys.executable, "-I", "-S", __file__, str(log), *limits, *command],
        env=os.environ | (environment or {}),
        cwd=folder,
        capture_output=True,
        text=True,
    )
    if launched.returncode:
        raise RuntimeError(f"{command[0]} could not be started: {launched.stderr.strip()[-500:]}")
    return Measurement(*json.loads(launched.stdout))


def launch(log: str, most_seconds: float, most_megabytes: float, command: list[str]) -> Measurement:
    """Starts a command and waits for it; see `measure`."""
    stopped = ""
    with open(log, "wb") as output:
        began = time.monotonic()
        # a session of its own, so that the command's children are stopped with it
        child = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, start_new_session=True)
        while True:
            pid, status, usage = os.wait4(child.pid, os.WNOHANG)
            seconds = time.monotonic() - began
            if pid:
                break
            if not stopped and seconds > most_seconds:
                stopped = f"over {most_seconds:,.0f} s"
            elif not stopped and most_megabytes and resident_megabytes(child.pid) > most_megabytes:
                stopped = f"over {most_megabytes / 1000:,.1f} GB of memory"
            if stopped:
                os.killpg(child.pid, signal.SIGKILL)
            time.sleep(POLL_SECONDS)
    return Measurement(seconds, usage.ru_maxrss * 1024 / 1e6, os.waitstatus_to_exitcode(status), stopped)


def resident_megabytes(pid: int) -> float:
    """Memory that a process holds now, in millions of bytes; 0 when it is gone or the system does not say."""
    try:
        with open(f"/proc/{pid}/statm", encoding="ascii") as statm:
            return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
    except (OSError, IndexError):
        return 0.0


if __name__ == "__main__":
    print(json.dumps(launch(sys.argv[1], float(sys.argv[2]), float(sys.argv[3]), sys.argv[4:])))
