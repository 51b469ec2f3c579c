r"""A text's lines: statements between `\\` and commas, each a chain of expressions with relations between them."""

from dataclasses import dataclass, field

from .grammar import Grammar
from .tokens import tokens
from .vocabulary import IMPLIES, RELATIONS

__all__ = ["Statement", "statements"]

_SEPARATORS = (",", ";", r"\quad", r"\qquad", ".")
_CONDITIONS = {"where", "with", "if", "when", "such that", "s.t.", "subject to"}
_JOINS = ("+", "-", r"\cdot", "/", *RELATIONS, *IMPLIES)
_OPEN, _CLOSE = ("(", "[", r"\{", "{", r"\left|", r"\left\|", r"\left.", r"\lvert", r"\lVert"), (")", "]", r"\}", "}", r"\right|", r"\right\|", r"\rvert", r"\rVert")


@dataclass
class Statement:
    """`sides[0] relations[0] sides[1] …`; `words` is what the text says of it ("for every t"), `source` the whole text, `premise` whether the next one follows from it, `condition` whether the others hold under it."""

    sides: list
    relations: list
    source: str
    words: str = ""
    notes: list = field(default_factory=list)
    premise: bool = False
    condition: bool = False


def statements(source, odd=None):
    """The statements of a text. odd: {signs of a name that the grammar would take apart: the name}."""
    out = []
    for part in _parts(_named(tokens(source), odd or {})):
        reader, word, before = Grammar(part, source), "", len(out)
        if reader.peek().kind == "word" and reader.separates(reader.peek()):
            word = reader.take().text.lower().strip(" ,")
            if reader.peek().kind == "end":
                continue
        if reader.differential():
            reader.fail("differentials outside of an integral are not read: write the derivative")
        if reader.next in IMPLIES and out and out[-1].relations:
            out[-1].premise = follows(reader)
            sides, relations = [reader.sum()], []
        elif reader.next in RELATIONS and not out:
            sides, relations = [None], []
        elif reader.next in RELATIONS:
            sides, relations = out[-1].sides, out[-1].relations
        else:
            sides, relations = [reader.sum()], []
        notes = reader.notes
        while reader.next in (*RELATIONS, *IMPLIES, r"\overset", r"\stackrel", r"\underset"):
            if reader.next in IMPLIES:
                if not relations:
                    reader.fail("a line is wanted before the arrow, with a relation in it")
                if not (out and sides is out[-1].sides):
                    out.append(Statement(sides, relations, source))
                out[-1].premise = follows(reader)
                sides, relations = [reader.sum()], []
                continue
            relations.append(_relation(reader))
            if reader.next in (",", "&") or reader.peek().kind == "end":
                reader.fail("a term is wanted after the relation")
            sides.append(reader.sum())
        if reader.peek().kind != "end":
            reader.fail(f"{reader.next} is not read here")
        if not (out and sides is out[-1].sides):
            out.append(Statement(sides, relations, source))
        out[-1].notes += notes
        own = len(out) == before + 1
        out[-1].condition |= own and word in _CONDITIONS and is_condition(sides, relations)
    if all(s.condition for s in out):
        for s in out:
            s.condition = False
    return out


def is_condition(sides, relations):
    """Whether what stands behind `where` says what holds between letters: one equation; a name alone on its left is defined by it."""
    return relations == ["="] and all(side is not None for side in sides) and sides[0].kind not in ("name", "apply")


def follows(reader):
    """Take an arrow between two lines; true, where the second follows from the first."""
    if IMPLIES[reader.next] == "both":
        reader.fail("which of the two lines is claimed? Read one, and give the other in facts=[…]")
    reader.take()
    return True


def _relation(reader):
    t = reader.take()
    if t.text in (r"\overset", r"\stackrel", r"\underset"):
        above, signs = reader.group(), reader.group()
        said = "".join(s.text for s in above).lower()
        if not signs or signs[0].text not in RELATIONS:
            reader.fail(f"{t.text} is read over a relation alone", t)
        return ":=" if "def" in said or said == r"\triangle" else signs[0].text
    return t.text


def _named(found, odd):
    """Signs with the odd names put together: a symbol that is called σ²_q has a power in its name."""
    if not odd:
        return found
    rows = sorted(((key.split(" "), key) for key in odd), key=lambda row: -len(row[0]))
    out, k = [], 0
    while k < len(found):
        for texts, key in rows:
            if [t.text for t in found[k : k + len(texts)]] == texts:
                first = found[k]
                out.append(type(first)("letter", key, first.start, found[k + len(texts) - 1].end))
                k += len(texts)
                break
        else:
            out.append(found[k])
            k += 1
    return out


def _parts(found):
    """The rows of signs between separators that stand in no bracket."""
    parts, now, depth = [], [], 0
    for k, t in enumerate(found):
        depth += (t.text in _OPEN and t.kind == "sign") - (t.text in _CLOSE and t.kind == "sign") + (t.text == r"\langle") - (t.text == r"\rangle")
        after = found[k + 1] if k + 1 < len(found) else None
        if t.kind == "line":
            goes_on = depth > 0 or after is None or after.text in _JOINS or not now or now[-1].text in _JOINS
            if goes_on or after.text in (r"\quad", r"\qquad"):
                continue
        if t.text in (r"\quad", r"\qquad") and (depth > 0 or not now or after is None or after.text in _JOINS or now[-1].text in _JOINS or after.kind == "line"):
            continue
        word = t.kind == "word" and Grammar.separates(t) and depth == 0
        if depth == 0 and (t.kind == "line" or t.text in _SEPARATORS or word):
            parts.append(now)
            now = [t] if word else []
        else:
            now.append(t)
    return [p for p in (*parts, now) if p]
