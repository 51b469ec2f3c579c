"""A limit of time for the check of one line, by a clock that is looked at on the way.

It works in threads and in a browser, where there are no alarms: provers and probe call `spend` at every step of their
loops. What SymPy does inside of one call of its own is not interrupted.
"""

import threading
import time
from contextlib import contextmanager

from .errors import OutOfTime

__all__ = ["SECONDS", "budget", "spend"]

SECONDS = 60  # for one line, and for each of its mutants: some hundred times what a line of the book takes


class _Spent(BaseException):
    """No `except DerivationError` on the way may take it for an answer."""


class _Clock(threading.local):
    until = None


_clock = _Clock()


@contextmanager
def budget(what, seconds=None):
    """Inside, `spend` raises once the seconds (SECONDS by default) are over; a budget in a budget ends with the outer one.

    what: names the line, for the error.
    """
    before, limit = _clock.until, SECONDS if seconds is None else seconds
    until = time.monotonic() + limit
    _clock.until = until if before is None else min(before, until)
    try:
        yield
    except _Spent:
        if before is not None and time.monotonic() > before:
            raise
        raise OutOfTime(f"{what}: no answer within {limit:g} s. Split the line into smaller steps, or give it more time: "
                        "vdmlib.derive.budget.SECONDS = 300") from None  # fmt: skip
    finally:
        _clock.until = before


def spend():
    """One step of work: raises where the budget is spent."""
    if _clock.until is not None and time.monotonic() > _clock.until:
        raise _Spent
