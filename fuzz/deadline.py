"""A limit of time for what may never end."""

import signal
import threading
from contextlib import contextmanager

__all__ = ["Late", "deadline"]


class Late(BaseException):
    """No `except Exception` may swallow it."""


@contextmanager
def deadline(seconds):
    """Raises Late after so many seconds, where the machine has alarms."""
    if not hasattr(signal, "SIGALRM") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def ring(*_):
        raise Late

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
