"""Asks before something is done that cannot be undone."""

from __future__ import annotations

import sys


class NobodyToAsk(Exception):
    """The question could not be put; the message is a sentence that says how to agree beforehand."""


def is_confirmed(question: str, beforehand: bool) -> bool:
    """Asks at the terminal; anything but yes is a no.

    Args:
        question: what is about to be done, with a question mark.
        beforehand: whether whoever started this program agreed already (YES=1).

    Returns:
        Whether to go on.

    Raises:
        NobodyToAsk: there is no terminal, and nobody agreed beforehand.
    """
    if beforehand:
        return True
    if not sys.stdin.isatty():
        raise NobodyToAsk("there is no terminal to ask at. Say YES=1 if this is meant.")
    try:
        return input(f"{question} [y/N] ").strip().lower() in ("y", "yes")
    except (EOFError, KeyboardInterrupt):
        print()
        return False
