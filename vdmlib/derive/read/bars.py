"""Sizes and lengths: what stands between bars, and whether || is one sign or two."""

from ..errors import NotRead
from .tokens import Token
from .tree import Node

__all__ = ["Bars", "CLOSING"]

CLOSING = {
    "|": "|",
    r"\left|": r"\right|",
    r"\lvert": r"\rvert",
    r"\|": r"\|",
    r"\left\|": r"\right\|",
    r"\lVert": r"\rVert",
}


class Bars:
    """The part of the grammar that reads |x|, ‖x‖ and what is set with two single bars."""

    def twin_bars(self):
        """Whether two bars stand here, || or | |: one sign, or two."""
        t = self.peek()
        return t.text == r"\|" and self.source.count("|", t.start, t.end) == 2

    def part_twin_bars(self):
        t = self.peek()
        self.found[self.at : self.at + 1] = (
            Token("sign", "|", t.start, t.start + 1),
            Token("sign", "|", t.end - 1, t.end),
        )

    def sized(self, t):
        """|x| or ‖x‖; of || at its start the one that can be read, and neither where both can."""
        if not self.twin_bars():
            return self.between(t)
        start = self.at, list(self.found), len(self.stops), len(self.integrals), len(self.notes)
        norm, ended, why = self.tried(t)
        if norm is not None and not any(s.text == "|" for s in start[1][start[0] : self.at]):
            return norm
        after = self.at, self.found, self.notes[start[4] :]
        self.back_to(start)
        self.part_twin_bars()
        size, end, _ = self.tried(self.peek())
        if size is None or norm is not None and ended == end and is_one_size_of(size, norm):
            if norm is None:
                raise why
            self.at, self.found, self.notes[start[4] :] = after
            return norm
        if norm is not None:
            raise NotRead(
                r"is || a length here, or the start of two sizes, one in the other? Write \| for a length, | { |x| … } | for sizes",
                self.source,
                t.start,
            )
        return size

    def tried(self, t):
        """(what is read between bars that start here, where it ends, None), or (None, None, why it is not)."""
        try:
            out = self.between(t)
            return out, self.peek().start, None
        except NotRead as why:
            return None, None, why

    def back_to(self, start):
        self.at, self.found = start[0], list(start[1])
        for kept, many in zip((self.stops, self.integrals, self.notes), start[2:]):
            del kept[many:]

    def between(self, t):
        closing, kind = CLOSING[t.text], "abs" if t.text in ("|", r"\left|", r"\lvert") else "norm"
        self.take()
        self.stops.append((closing,))
        body = self.sum()
        if closing == "|" and self.twin_bars():
            self.part_twin_bars()
        self.expect(closing, f" for the {t.text} at column {t.start + 1}")
        self.stops.pop()
        if self.next == "_":
            self.take()
            index = [s.text for s in self.group()]
            if kind == "norm" and index not in (["2"], ["F"]):
                self.fail(f"the norm with index {''.join(index)} is not read, only the Euclidean one", t)
        return Node(kind, (body,), t.start)


def is_one_size_of(size, norm):
    """Whether two sizes, one in the other, hold nothing but what the length holds: ||x|| all the same."""
    (inner,) = size.parts
    return inner.kind == "abs" and inner.parts == norm.parts
