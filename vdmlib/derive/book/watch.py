"""Who is told of statements as they are made: nobody, unless a file of an author's is being checked.

A line that is refused raises, and what would come after it is never looked at. Whoever watches may keep the refused line
instead: it stays in its derivation as a line that carries nothing on, and the next one is checked from its expression.
"""

from contextlib import contextmanager

__all__ = ["Watcher", "judged", "keeps", "known", "made", "remember", "unwatched", "watched"]


class Watcher:
    """Is told of each statement and line, and decides of each refused line whether it stays."""

    def made(self, statement, of=None):
        """A line was checked, or a statement made. of: the derivation of a line."""

    def keeps(self, line, of):
        """Whether a line that is refused, with the error `line.refused`, stays in its derivation `of`; if not, the error is raised."""
        return False

    def judged(self, verdict):
        """A line of LaTeX was read and checked."""


_watchers = [Watcher()]
_labels = set()


def known():
    """Labels of the statements made in this process, and of those that it was told of."""
    return set(_labels)


def remember(*labels):
    """From now on `see` finds these labels."""
    _labels.update(labels)


@contextmanager
def watched(by):
    """Inside, statements that are made are told to this watcher."""
    _watchers.append(by)
    try:
        yield
    finally:
        _watchers.remove(by)


def unwatched():
    """Inside, nobody is told, and a refused line raises: for lines that the engine itself tries."""
    return watched(Watcher())


def judged(verdict):
    _watchers[-1].judged(verdict)


def made(statement, of=None):
    remember(statement.label)
    _watchers[-1].made(statement, of)


def keeps(line, of):
    return _watchers[-1].keeps(line, of)
