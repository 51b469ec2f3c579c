"""A limit of time for the check of one line, by a clock that is looked at on the way.

Provers and probe call `spend` at every step of their loops. What SymPy does inside of one call of its own is ended as
well: Python's collector of garbage, which runs all the time while expressions are made, looks at the clock, and when
time is over the next line of Python raises. That needs no alarm and no second thread, so it works in threads, on
Windows and in a browser, and costs nothing while there is time. Only one call into C that allocates nothing, such as
2**(10**11), is not ended.

The limit is `SECONDS`, which the environment variable DIFFUSION_DERIVED_SECONDS sets; `seconds=` of a line or
derivation is its own.
"""

import gc
import os
import re
import sys
import threading
import time
from contextlib import contextmanager
from inspect import CO_GENERATOR
from pathlib import Path

from sympy import Integral, Limit, Sum, Symbol
from sympy.core.cache import clear_cache

from .errors import Failure, OutOfTime

__all__ = ["SECONDS", "VARIABLE", "budget", "left", "spend"]

VARIABLE = "DIFFUSION_DERIVED_SECONDS"
HERE = str(Path(__file__).parent)


def _limit(value, otherwise=60.0):
    try:
        return float(value) if float(value) > 0 else otherwise
    except (TypeError, ValueError):
        return otherwise


SECONDS = _limit(os.environ.get(VARIABLE))  # for one line, and for each of its mutants: some hundred times what a line of the book takes


class _Spent(BaseException):
    """No `except DerivationError` on the way may take it for an answer."""


class _Clock(threading.local):
    until = None  # when time is over
    armed = False  # whether the next line of Python raises
    trace = None  # what was traced before


_clock = _Clock()


@contextmanager
def budget(what, seconds=None):
    """Inside, `spend` raises once the seconds (SECONDS by default) are over; a budget in a budget ends with the outer one.

    what: names the line, for the error, which says where the time went.
    """
    before, limit = _clock.until, SECONDS if seconds is None else seconds
    until = time.monotonic() + limit
    _clock.until = until if before is None else min(before, until)
    if before is None:
        gc.callbacks.append(_look)
    try:
        yield
    except _Spent as end:
        _disarm()
        if before is not None and time.monotonic() > before:
            raise
        _clock.until = None
        clear_cache()  # what SymPy was in the middle of finding out is not taken for known
        more = f"{max(300, 5 * limit):g}"
        raise OutOfTime(failure=Failure(
            "time", f"{what}: no answer within {limit:g} s{_where(end.__traceback__)}",
            hint=f"write a line in between, or give a part of it a name with a fact; for more time seconds={more} in the line, or {VARIABLE}={more}",
        )) from None  # fmt: skip
    finally:
        _disarm()
        _clock.until = before
        if before is None:
            gc.callbacks.remove(_look)


def spend():
    """One step of work: raises where the budget is spent."""
    if _clock.until is not None and time.monotonic() > _clock.until:
        raise _Spent


def left():
    """The seconds that are left of the budget; None outside of one."""
    return None if _clock.until is None else _clock.until - time.monotonic()


# --- inside of one call


def _look(phase, info):
    """Called by the collector of garbage, in whichever thread it runs in."""
    if phase == "stop" and _clock.until is not None and time.monotonic() > _clock.until and not _clock.armed:
        _clock.armed, _clock.trace = True, sys.gettrace()
        sys.settrace(_end)
        frame = sys._getframe(1)
        if not _own(frame):
            frame.f_trace = _end


def _end(frame, event, argument):
    """Raises in the line of code that runs next, unless it is the clock's own, or one whose errors nobody sees."""
    if _own(frame) or _unheard(frame):
        return None
    if event != "line" and frame.f_code.co_flags & CO_GENERATOR:
        return _end  # what is raised in a generator that is being closed goes nowhere; such a one runs no line
    if _clock.until is None or time.monotonic() <= _clock.until:  # the budget ended meanwhile
        _disarm()
        return None
    _clock.armed = False  # an error in a tracer ends its tracing
    raise _Spent


def _disarm():
    """The tracer that was there before, if time was over in the middle of a call."""
    if _clock.armed or _clock.trace is not None:
        sys.settrace(_clock.trace)
        _clock.armed, _clock.trace = False, None


def _unheard(frame):
    """Whether code runs on behalf of the collector: another's callback, or what ends an object."""
    callbacks = {getattr(f, "__code__", None) for f in gc.callbacks}
    while frame is not None:
        if frame.f_code in callbacks or frame.f_code.co_name == "__del__":
            return True
        frame = frame.f_back
    return False


def _own(frame):
    return frame.f_code.co_filename in (__file__, contextmanager.__code__.co_filename)


# --- where the time went

STAGES = {"prove": "the proof", "compute": "the proof", "probe": "the probe", "show": "printing the line", "nodes": "reading the line"}


def _where(trace):
    """What was being done when the time was over, from the frames that the end passed through."""
    stage, call, subject = "", "", ""
    while trace is not None:
        frame, trace = trace.tb_frame, trace.tb_next
        name = frame.f_code.co_filename
        if _own(frame):
            continue
        if name.startswith(HERE):
            part = Path(name).relative_to(HERE).parts[0]
            stage, call, subject = STAGES.get(part, stage), "", ""
        elif f"{os.sep}sympy{os.sep}" in name and not call and not frame.f_code.co_name.startswith(("_", "wrapper")):
            call = frame.f_code.co_name
            arguments = [frame.f_locals.get(n) for n in frame.f_code.co_varnames[: frame.f_code.co_argcount]]
            subject = next((a for a in arguments if hasattr(a, "free_symbols") and not isinstance(a, type)), "")
    if not stage:
        return ""
    inside = f", in SymPy's {call}" + (f" of {_short(subject)}" if subject != "" else "") if call else ""
    return f"; the time went into {stage}{inside}"


def _short(e):
    numbers = [a for a in e.atoms(Integral, Sum, Limit) if a.is_number]  # SymPy would evaluate them to sort them
    said = re.sub(r"\b_(?=[A-Za-z])", "", str(e.xreplace({a: Symbol(f"{type(a).__name__}(…)") for a in numbers})))  # SymPy's own names of bound variables
    return said if len(said) <= 80 else said[:80].rstrip() + " …"
