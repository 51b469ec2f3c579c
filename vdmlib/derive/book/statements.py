"""Statements that are not steps: definitions, assumptions, citations, remarks, refutations, measurements."""

from dataclasses import replace

import sympy

from .derivation import LABEL
from .function import Printed
from .line import reason
from .notebook import in_notebook
from ..budget import budget
from ..calls import call, operand
from ..errors import DerivationError, FalseStep
from ..nodes.functionals import Functional, phi
from .record import cell_output, functionals_of, record, symbols_of
from ..nodes.hypotheses import fact
from ..show.conditions import for_every_tex
from ..show.latex import relation_tex, tex
from ..show.readable import readable
from ..show.text import text
from .verdict import prove
from .watch import made

__all__ = ["Definition", "Assumption", "Cited", "Remark", "Numerical", "Statement"]


class Statement:
    """One labelled statement with one record; shown like a line of a derivation.

    article: the source article's form, where this statement puts it right.
    concession: a written reason why a row of the article is answered with less than it asks for.
    """

    kind = status = "?"

    @call("Remark(\"label\", \"words\")", "forall", "relation")
    def __init__(self, label, words="", answers=(), when=(), uses=(), title="", article="", concession=""):
        if not isinstance(label, str) or not LABEL.fullmatch(label):
            raise DerivationError(f"a label is dotted lower case such as 'kl.def', not {label!r}")
        self.label, self.title = label, title
        self.article, self.concession = article, concession
        self.words, self.cited = reason(words)
        self.cited += [u if isinstance(u, str) else u.label for u in uses]
        self.answers = [answers] if isinstance(answers, str) else list(answers)
        self.when = [when] if isinstance(when, str) else list(when)

    def statement(self):
        return ""

    def expressions(self):
        return ()

    def fields(self):
        return {"article": self.article}

    def records(self):
        uses = [u for u in dict.fromkeys(self.cited + functionals_of(*self.expressions())) if u != self.label]
        shown = self.statement()
        return [record(
            self.label, self.kind, self.status, shown, shown, title=self.title, because=self.words,
            when=self.when, uses=uses, answers=self.answers, concession=self.concession, symbols=symbols_of(*self.expressions()),
            **self.fields(),
        )]  # fmt: skip

    def _repr_mimebundle_(self, include=None, exclude=None):
        records = self.records()
        return cell_output(self.label, self.title, records, in_notebook(records, self.title), str(self))

    def __str__(self):
        return f"{self.label} ({self.status}): {self.statement() or self.words}"


class Definition(Statement):
    """`left` := `right`. Where left is a functional of the engine (KL, H, ELBO, …) it must be the engine's own meaning.

    A definition can be given as a fact to derivations: `facts=[definition]`.

    forall: the symbols for every value of which it is meant, as in `Definition("snr.def", SNR(t), …, forall=t)`. Without
        it, it speaks of the one point that it names. A density's own variables are always meant for every value.
    """

    kind = status = "definition"
    relation = ":="

    @call("Definition(\"label\", left, right)")
    def __init__(self, label, left, right, words="", *, forall=(), **more):
        super().__init__(label, words, **more)
        self.fact = fact(left, right, forall=forall, label=label)
        self.left, self.right = self.fact.left, self.fact.right
        if self.relation == ":=" and isinstance(self.left, (Functional, phi)):
            with budget(f"the definition {label}"):
                proof = prove(self.left.definition(), self.right)
            if not proof.proved:
                raise FalseStep(label, readable(f"{text(self.left)} := {text(self.right)}"), readable(str(proof.left_over)), proof.probe.counterexample,
                                f"the engine's {type(self.left).__name__} means {text(self.left.definition())}")  # fmt: skip
        made(self)

    def as_fact(self):
        return self.fact

    def printed(self, *args, part=None, given=()):
        """The right side as a function that a page draws from (see `Line.printed`)."""
        return Printed(self.label, (self.left, self.right), args, part, given)

    def statement(self):
        return f"{tex(self.left)} {relation_tex(self.relation)} {tex(self.right)}{for_every_tex(self.fact.forall)}"

    def expressions(self):
        return self.left, self.right


class Assumption(Definition):
    """What is taken to hold without proof: `left = right`, or an inequality with `relation=">="`.

    forall: the symbols for every value of which it is taken to hold; without it, it speaks of one point.
    """

    kind = status = "assumption"
    relation = "="

    @call("Assumption(\"label\", left, right)")
    def __init__(self, label, left, right, words="", *, relation="=", forall=(), **more):
        super().__init__(label, left, right, words, forall=forall, **more)
        if relation not in ("=", ">=", ">", "!="):
            raise DerivationError(f"{label}: an assumption is left =, >=, > or != right, not {relation!r}")
        self.relation = relation
        self.fact = replace(self.fact, relation=relation)


class Cited(Statement):
    """A result taken from the literature, not proved here. source: a key of the bibliography."""

    kind = status = "cited"

    @call("Cited(\"label\", left, \"=\", right, source=\"key\")")
    def __init__(self, label, left, relation, right, words="", *, source, **more):
        super().__init__(label, words, **more)
        self.left, self.relation, self.right = operand(left), relation, operand(right)
        self.words = f"{self.words} {{cite}}`{source}`".strip()
        made(self)

    def statement(self):
        return f"{tex(self.left)} {relation_tex(self.relation)} {tex(self.right)}"

    def expressions(self):
        return self.left, self.right


class Remark(Statement):
    """Words that carry no claim to check."""

    kind = status = "remark"

    def __init__(self, label, words="", **more):
        super().__init__(label, words, **more)
        made(self)


class Numerical(Statement):
    """A claim about a measured number; what was run goes into `words`.

    Either `value` is `expected` within `tolerance`, where theory or an exact computation foretells it; or it lies
    between `at_least` and `at_most` (one may be missing), where the claim is a direction or a size.
    """

    kind = status = "numerical"

    @call("Numerical(\"label\", \"words\", value, expected=…, tolerance=…)")
    def __init__(self, label, words, value, expected=None, tolerance=None, *, at_least=None, at_most=None, **more):
        super().__init__(label, words, **more)
        foretold = expected is not None and tolerance is not None
        bounded = at_least is not None or at_most is not None
        if foretold == bounded or (expected is None) != (tolerance is None):
            raise DerivationError(
                f"{label}: give expected and tolerance, or at_least and at_most, one of them or both; given "
                f"{expected=}, {tolerance=}, {at_least=}, {at_most=}"
            )
        self.value = float(value)
        if foretold:
            expected, tolerance = float(expected), float(tolerance)
            claims = [(f"expected {expected:.6g} ± {tolerance:.2g}", abs(self.value - expected) <= tolerance)]
            self.claim = rf"\text{{expected }} {_number(expected)} \pm {_number(tolerance)}"
        else:
            ends = {"at least": at_least, "at most": at_most}
            ends = {name: float(end) for name, end in ends.items() if end is not None}
            claims = [(f"claimed {name} {end:.6g}", self.value >= end if name == "at least" else self.value <= end)
                      for name, end in ends.items()]  # fmt: skip
            self.claim = r",\ ".join(rf"\text{{claimed {name} }} {_number(end)}" for name, end in ends.items())
        for claim, holds in claims:
            if not holds:
                raise FalseStep(label, words, None, None, f"measured {self.value:.6g}, {claim}")
        made(self)

    def statement(self):
        return rf"\text{{measured }} {_number(self.value)},\quad {self.claim}"


def _number(v):
    """LaTeX of a number to three or four digits."""
    mantissa, _, exponent = f"{v:.4g}".partition("e")
    return mantissa if not exponent else rf"{mantissa} \times 10^{{{int(exponent)}}}"
