"""Ctrl-C as a flag, so that training stops between two steps and hands back what it has."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def interrupts() -> Iterator[Callable[[], bool]]:
    """Within, Ctrl-C raises a flag instead of an error; a second one is an error as always.

    Yields:
      A function that tells whether the flag is up.

    >>> with interrupts() as interrupted:
    ...     interrupted()
    False
    """
    if threading.current_thread() is not threading.main_thread():
        yield lambda: False  # only the main thread may set handlers
        return
    before = signal.getsignal(signal.SIGINT)
    flag = threading.Event()

    def handler(number, frame):
        if flag.is_set():
            raise KeyboardInterrupt
        flag.set()

    signal.signal(signal.SIGINT, handler)
    try:
        yield flag.is_set
    finally:
        signal.signal(signal.SIGINT, before)
