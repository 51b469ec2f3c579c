r"""A text's lines: statements between `\\` and commas, each a chain of expressions with relations between them."""

from dataclasses import dataclass, field

from .given import sorted_out
from .grammar import Grammar
from .parts import parts
from .tokens import tokens
from .vocabulary import IMPLIES, RELATIONS

__all__ = ["Statement", "statements"]


@dataclass
class Statement:
    """`sides[0] relations[0] sides[1] …`; `word` stands before it ("where"), `source` is the whole text.

    premise: whether the next one follows from it; condition: whether the others hold under it; aside: whether a comma or a
    space alone sets it off, so that it may be meant as a condition.
    """

    sides: list
    relations: list
    source: str
    word: str = ""
    notes: list = field(default_factory=list)
    premise: bool = False
    condition: bool = False
    aside: bool = False


def statements(source, odd=None):
    """The statements of a text. odd: {signs of a name that the grammar would take apart: the name}."""
    out = []
    for aside, part in parts(_named(tokens(source), odd or {}), source):
        reader, word, before = Grammar(part, source), "", len(out)
        if reader.peek().kind == "word" and reader.separates(reader.peek()):
            word = reader.take().text.lower().strip(" ,")
            if word == "or":
                reader.fail("a line claims all that it says: leave out what stands behind “or”")
            if reader.peek().kind == "end":
                continue
        if reader.differential():
            reader.fail("differentials outside of an integral are not read: write the derivative")
        if reader.next in IMPLIES and out and out[-1].relations:
            out[-1].premise = follows(reader)
            sides, relations = [reader.sum()], []
        elif reader.next in RELATIONS and word not in ("", "and", "so", "hence", "i.e"):
            reader.fail(f"a term is wanted between “{word}” and {reader.next}")
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
        if reader.next == "=:":
            reader.fail("write what is defined first, as a line of its own: L := …")
        if reader.peek().kind != "end":
            reader.fail(f"{reader.next} is not read here")
        if not (out and sides is out[-1].sides):
            out.append(Statement(sides, relations, source))
        out[-1].notes += notes
        if len(out) > before:
            out[before].word, out[before].aside = word, aside
    return sorted_out(out, source)


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
