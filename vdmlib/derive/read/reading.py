"""A reading: what a text of LaTeX claims, what it was understood as, what it leaves open."""

import re
from dataclasses import dataclass, field

import sympy

from ..nodes.expressions import log
from ..nodes.laws import Block
from ..show.latex import tex
from ..show.readable import readable
from ..show.text import text
from .checking import CHECKED, EQUATION, Checking, in_words
from .code import Code
from .said import laws_said, ranges_said

__all__ = ["EQUATION", "Reading", "Question", "Chain"]


@dataclass
class Question:
    """Something that the formula does not say. `default` is what was taken, None where nothing safe can be."""

    key: str
    text: str
    choices: dict
    default: str | None = None


@dataclass
class Chain:
    """What a statement claims: expressions with relations between them; nothing where it defines or declares.

    equation: it may be a differential equation: a claim only if it holds for all functions. aside: it may be a condition.
    """

    sides: list
    relations: list
    facts: list = field(default_factory=list)
    equation: bool = False
    aside: bool = False


class Reading(Checking):
    """What a text of LaTeX was read as.

    lines: (left, relation, right) of the engine's objects, for each step that the text claims.
    understood: what its names were taken for, in sentences. taken: what was guessed, which every verdict names.
    questions: what it does not say; answer one by `read(text, assume={question.key: answer})`.
    code: the Python that states the same lines.
    """

    def __init__(self, source, chains, names, said, notes, facts, declared):
        self.source, self.chains, self.names, self.facts = source, chains, names, facts
        self.notes, self.declared = notes, declared
        self.understood = [*dict.fromkeys([*laws_said(names), *names.understood, *declared])]
        self.taken = {**names.taken, **said}
        self.questions = [Question(k, *q) for k, q in names.questions.items()]
        self.other = None  # the same text with its laws as Markov chains
        self.flat = None  # of a text of vectors: the same text in one dimension
        self.stated = ()  # facts that the text itself states beside the line
        self.unsaid = ""  # what the text leaves open of what it gives
        self.settled = None  # what the last check was of: this reading, or the other
        self.gaps, self.by_logs = {}, set()

    @property
    def times(self):
        """The least values of the letters where sums and chains end."""
        ends = {s for c in self.chains for e in c.sides for a in sympy.preorder_traversal(e) if isinstance(a, (sympy.Sum, sympy.Product, Block))
                for s in (a.limits[0][2] if not isinstance(a, Block) else a.args[2]).free_symbols}  # fmt: skip
        return {s: 1 for s in sorted(ends, key=str) if s.is_integer} or None

    @property
    def lines(self):
        return [(a, CHECKED.get(r, r), b) for c in self.chains for a, r, b in zip(c.sides, c.relations, c.sides[1:])]

    @property
    def latex(self):
        """The lines as formulas; in a chain each after the first starts with its relation."""
        out = []
        for c in self.chains:
            for k, (relation, side) in enumerate(zip(c.relations, c.sides[1:])):
                out.append(f"{'' if k else tex(c.sides[0]) + ' '}{relation} {tex(side)}")
        return out

    @property
    def sentences(self):
        """Understood, taken and noted, one after the other."""
        return [upright(s) for s in (*self.understood, *ranges_said(self.names), *[f"taken: {s}" for s in self.taken.values()], *self.notes)]

    # --- the same in Python

    @property
    def code(self):
        """The Python that states these lines and checks them; after a check, as it was proved."""
        return (self.settled or self)._code()

    def _code(self):
        printer, body = Code(), []
        for k, c in enumerate(self.chains):
            label = "own.line" if len(self.chains) == 1 else f"own.line{k + 1}"
            facts = [_given(printer, *f, getattr(f, "relation", "="), getattr(f, "forall", ())) for f in (*self.facts, *c.facts)]
            times = ", ".join(f"{printer.text(s)}: {n}" for s, n in (self.times or {}).items())
            more = [f"facts=[{', '.join(facts)}]"] * bool(facts) + [f"times={{{times}}}"] * bool(times)
            sides = [printer.text(log(s) if k in self.by_logs else s) for s in c.sides]
            if c.relations == ["="]:
                body.append(f'Identity(\n    "{label}",\n' + "".join(f"    {part},\n" for part in (*sides, *more)) + ")")
                continue
            body.append(f"line = Derivation({', '.join([repr(label).replace(chr(39), chr(34)), chr(34) + 'As read' + chr(34), *more])})\nline.start({sides[0]})")
            for j, (relation, side) in enumerate(zip(c.relations, sides[1:])):
                method = {"=": "equals", r"\ge": "at_least", r"\le": "at_most"}.get(relation)
                if method is None:
                    body.append(f"# {relation} is not checked: {side}")
                elif method == "equals":
                    body.append(f"line.equals({side})")
                else:
                    gap, given = self.gaps.get((k, j), (None, ()))
                    under = f", facts=[{', '.join(f'({printer.text(a)}, {printer.text(b)})' for a, b in given)}]" if given else ""
                    body.append(f"line.{method}({side}, {'...' if gap is None else printer.text(gap)}{under})")
            body.append("line")
        imports = [f"from sympy import {', '.join(sorted(printer.imports))}"] if printer.imports else []
        return "\n".join([*imports, *printer.declarations(), "", *body])

    # --- for readers

    def _repr_mimebundle_(self, include=None, exclude=None):
        rows = [f"$${row}$$" for row in self.latex]
        shown = "\n\n".join([*rows, "\n".join(f"- {s}" for s in self.sentences), "\n".join(f"- **{q.text}** {_choices(q)}" for q in self.questions)])
        return {"text/plain": str(self), "text/markdown": shown}

    def __str__(self):
        out = [f"{text(a)} {readable(r)} {text(b)}" for a, r, b in self.lines] or ["nothing is claimed"]
        out += [f"  {in_words(s)}" for s in self.sentences]
        out += [f"  ? {in_words(q.text)} {in_words(_choices(q))}" for q in self.questions]
        return "\n".join(out)

    __repr__ = __str__


def upright(sentence):
    r"""A sentence with \boldsymbol for Greek letters, which \mathbf leaves as they are."""
    return re.sub(r"\\mathbf\{(\\[A-Za-z]+)\}", r"\\boldsymbol{\1}", sentence)


def _given(printer, left, right, relation, forall=()):
    """A fact in Python."""
    a, b = printer.text(left), printer.text(right)
    if forall:
        letters = ", ".join(map(printer.text, forall))
        return f"fact({a}, {b}, forall={letters if len(forall) == 1 else f'({letters})'})"
    return f"({a}, {b})" if relation == "=" else f"fact({a} {relation} {b})"


def _choices(q):
    shown = "; ".join(f"{k}: {v}" if k != v else k for k, v in q.choices.items())
    return f"({shown}{'; taken: ' + q.default if q.default else ''})"
