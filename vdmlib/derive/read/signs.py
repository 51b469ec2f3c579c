"""The signs that a reader walks over: peek, take, expect, groups; errors with their place."""

from dataclasses import replace

from ..errors import NotRead
from .tokens import Token

__all__ = ["Signs", "DIFFERENTIALS"]

DIFFERENTIALS = ("d", r"\partial", r"\mathrm{d}")


class Signs:
    """A row of tokens with a place in it."""

    def __init__(self, found, source):
        self.found, self.source, self.at = list(found), source, 0
        self.past = Token("end", "", self.found[-1].end if self.found else len(source), len(source))

    def peek(self, ahead=0):
        k = self.at + ahead
        return self.found[k] if k < len(self.found) else self.past

    @property
    def next(self):
        return self.peek().text

    def take(self):
        t = self.peek()
        self.at += 1
        return t

    def taken(self, *texts):
        """Whether the next sign is one of these; it is taken then."""
        if self.peek().kind != "end" and self.next in texts:
            self.at += 1
            return True
        return False

    def expect(self, text, where=""):
        if self.peek().kind == "end" or self.next != text:
            self.fail(f"{text} is wanted{where}, {self.seen()}")
        return self.take()

    def seen(self):
        return "and the formula ends" if self.peek().kind == "end" else f"not {self.next}"

    def fail(self, wanted, token=None):
        raise NotRead(wanted, self.source, (token or self.peek()).start)

    def group(self):
        """The signs of a braced argument, or the one sign that stands for it: x_t, x^2, \\frac12."""
        if self.next == "{":
            opened, depth, out = self.take(), 1, []
            while True:
                t = self.take()
                if t.kind == "end":
                    self.fail("} is wanted for this {", opened)
                depth += (t.text == "{") - (t.text == "}")
                if depth == 0:
                    return out
                out.append(t)
        t = self.take()
        if t.kind == "end":
            self.fail("an argument is wanted, and the formula ends", t)
        if t.kind == "number" and "." in t.text:
            self.fail(f"does all of {t.text} belong here? Put braces: {{{t.text}}}", t)
        if t.kind == "number" and len(t.text) > 1:
            self.at -= 1
            self.found[self.at] = replace(t, text=t.text[1:], start=t.start + 1)
            return [replace(t, text=t.text[0], end=t.start + 1)]
        if t.kind == "command" and t.text[1:] in ("hat", "bar", "tilde", "mathop"):
            return [t, *([] if self.next != "{" else [self.peek()]), *self.group(), *([] if self.found[self.at - 1].text != "}" else [self.found[self.at - 1]])]
        return [t]
