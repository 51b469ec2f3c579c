"""One line that tells how a long computation goes, in a terminal, a notebook and a built page."""

import sys
from typing import Any

from .flags import flag


class ProgressLine:
    """A line of text that is rewritten in place.

    In a notebook it is one display that is updated, so a saved notebook or a built page holds the
    last state and nothing else. In a terminal it is one line rewritten with carriage returns. In a
    pipe or a log file only the last state is written.

    Args:
      show: ``False`` keeps it silent.
      stream: where to write outside a notebook; standard error by default.

    >>> line = ProgressLine(stream=sys.stdout)   # a pipe: only the last line comes out
    >>> line.update("1 of 2"); line.finish("2 of 2")
    2 of 2
    """

    def __init__(self, show: bool | None = True, stream: Any = None) -> None:
        self._stream = stream or sys.stderr
        self._handle = None
        self._width = 0
        if show is not None and not flag("show", show):
            self._kind = "silent"
        elif stream is None and _in_notebook():
            self._kind = "notebook"
        else:
            self._kind = "terminal" if self._stream.isatty() else "pipe"

    def update(self, text: str) -> None:
        """Show ``text`` for now."""
        if self._kind == "notebook":
            self._display(text)
        elif self._kind == "terminal":
            self._rewrite(text, end="")

    def finish(self, text: str) -> None:
        """Show ``text`` for good."""
        if self._kind == "notebook":
            self._display(text)
        elif self._kind != "silent":
            self._rewrite(text, end="\n")

    def _display(self, text):
        from IPython.display import display  # in a notebook alone

        bundle = {"text/plain": text}
        if self._handle is None:
            self._handle = display(bundle, raw=True, display_id=True)
        else:
            self._handle.update(bundle, raw=True)

    def _rewrite(self, text, end):
        start = "\r" if self._kind == "terminal" else ""
        self._stream.write(start + text.ljust(self._width) + end)
        self._stream.flush()
        self._width = len(text) if self._kind == "terminal" else 0


def _in_notebook():
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return hasattr(shell, "kernel")


def bar(done: int, total: int, width: int = 20) -> str:
    """A bar of ``width`` characters.

    >>> bar(1, 2, width=4)
    '██──'
    """
    full = width * done // max(total, 1)
    return "█" * full + "─" * (width - full)
