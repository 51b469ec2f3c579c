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
    out, now, depth, aside, column = [], [], 0, False, None
    for k, t in enumerate(found):
        depth += (t.text in _OPEN and t.kind == "sign") - (t.text in _CLOSE and t.kind == "sign") + (t.text == r"\langle") - (t.text == r"\rangle")
        after = found[k + 1] if k + 1 < len(found) else None
        if t.kind == "line" and depth == 0 and is_remark(column, now):
            now, column = [], t
        if t.kind == "line":
            if depth == 0 and t.text != "&" and now and column is not None and column.text == "&" and after is not None and after.text in _JOINS:
                raise NotRead("which column does this go on from? Write the line, and what stands beside it, one after the other", source, after.start)
            goes_on = depth > 0 or after is None or after.text in _JOINS or not now or now[-1].text in _JOINS
            if goes_on or after.text in _SPACES:
                continue
        if t.text in _SPACES and (depth > 0 or not now or after is None or after.text in _JOINS or now[-1].text in _JOINS or after.kind == "line"):
            continue
        if t.text == "." and depth == 0 and after is not None:
            must_end(t, now, after, source)
        word = t.kind == "word" and Grammar.separates(t) and depth == 0
        if depth == 0 and (t.kind == "line" or t.text in _SEPARATORS or word):
            if now and not is_remark(column, now):
                out.append((aside, now))
            column = t if t.kind == "line" else column
            now, aside = [t] if word else [], not word and (t.text not in (r"\\", ".") or aside and not now)
        else:
            now.append(t)
    return [*out, (aside, now)] if now and not is_remark(column, now) else out


def is_remark(before, row):
    """Whether words alone fill a column of their own, beside a line."""
    return before is not None and before.text == "&" and len(row) == 1 and row[0].kind == "word"


def must_end(stop, before, after, source):
    """Raise NotRead where a full stop ends nothing: before the digits of a number, before a sign with which a line goes on."""
    if after.kind == "number" and after.start == stop.end:
        raise NotRead(f"is .{after.text} a number? Write 0.{after.text}", source, stop.start)
    if not before or after.text in _GOES_ON:
        raise NotRead("a full stop ends a line, and here none ends", source, stop.start)
