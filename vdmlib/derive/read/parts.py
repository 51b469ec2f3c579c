r"""The rows of signs between the commas, full stops, spaces, words and line ends of a text."""

from ..errors import NotRead
from .grammar import Grammar
from .vocabulary import IMPLIES, RELATIONS

__all__ = ["parts"]

_SPACES = (r"\quad", r"\qquad")
_SEPARATORS = (",", ";", *_SPACES, ".")
_JOINS = ("+", "-", r"\cdot", "/", *RELATIONS, *IMPLIES)
_GOES_ON = ("+", r"\cdot", "/", *RELATIONS)
_OPEN, _CLOSE = ("(", "[", r"\{", "{", r"\left|", r"\left\|", r"\left.", r"\lvert", r"\lVert"), (")", "]", r"\}", "}", r"\right|", r"\right\|", r"\rvert", r"\rVert")


def parts(found, source):
    """The rows between separators that stand in no bracket, each with whether a comma or a space alone sets it off."""
    out, now, depth, aside = [], [], 0, False
    for k, t in enumerate(found):
        depth += (t.text in _OPEN and t.kind == "sign") - (t.text in _CLOSE and t.kind == "sign") + (t.text == r"\langle") - (t.text == r"\rangle")
        after = found[k + 1] if k + 1 < len(found) else None
        if t.kind == "line":
            goes_on = depth > 0 or after is None or after.text in _JOINS or not now or now[-1].text in _JOINS
            if goes_on or after.text in _SPACES:
                continue
        if t.text in _SPACES and (depth > 0 or not now or after is None or after.text in _JOINS or now[-1].text in _JOINS or after.kind == "line"):
            continue
        if t.text == "." and depth == 0 and after is not None:
            must_end(t, now, after, source)
        word = t.kind == "word" and Grammar.separates(t) and depth == 0
        if depth == 0 and (t.kind == "line" or t.text in _SEPARATORS or word):
            if now:
                out.append((aside, now))
            now, aside = [t] if word else [], not word and (t.kind != "line" and t.text != "." or aside and not now)
        else:
            now.append(t)
    return [*out, (aside, now)] if now else out


def must_end(stop, before, after, source):
    """Raise NotRead where a full stop ends nothing: before the digits of a number, before a sign with which a line goes on."""
    if after.kind == "number" and after.start == stop.end:
        raise NotRead(f"is .{after.text} a number? Write 0.{after.text}", source, stop.start)
    if not before or after.text in _GOES_ON:
        raise NotRead("a full stop ends a line, and here none ends", source, stop.start)
