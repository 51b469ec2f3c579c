"""Statements that are not steps: definitions, assumptions, citations, remarks, refutations, measurements."""

from dataclasses import replace
from math import floor, log10


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
from ..nodes.walk import walk
from ..prove.declared import demanded
from ..prove.premises import Premises
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
    words, when: text that stands with it; uses: statements or labels that it rests on; title: over it.
    answers, article, concession: what the book's source article says in this place; for the book alone.

    Example: a name, used as a fact
    >>> t = symbol("t", integer=True, positive=True)
    >>> alpha, SNR = Schedule("alpha"), undefined("SNR", positive=True)
    >>> snr = Definition("ex.snr", SNR(t), frac(alpha.bar[t], 1 - alpha.bar[t]), "signal to noise",
    ...     forall=t, title="A ratio")
    >>> Identity("ex.snr.less", 1 + SNR(t), frac(1, 1 - alpha.bar[t]), facts=[snr])

    Example: the definition itself, with what it rests on
    >>> c, a, b = symbols("c a b")
    >>> Definition("ex.sum", c, a + b, "a sum", uses=[snr], when="in this example", answers="row",
    ...     article="c = a + b", concession="")

    Example: of a functional, what the engine means by it
    >>> x, z = variables("x z")
    >>> p, q = Law("p", x, z), Law("q", x, z)
    >>> Definition("ex.kl", KL(p(x), q(x)), E[p(x)](log(p(x)) - log(q(x))))

    Refused: the functional means something else
    >>> Definition("ex.kl.wrong", KL(p(x), q(x)), E[q(x)](log(p(x)) - log(q(x))))

    Refused: for every value of what does not stand in it
    >>> Definition("ex.every", c, a + b, forall=x)

    Refused: what is declared positive is not given as negative
    >>> Definition("ex.sign", symbol("s", positive=True), -exp(a))
    """

    kind = status = "definition"
    relation = ":="

    @call("Definition(\"label\", left, right)")
    def __init__(self, label, left, right, words="", *, forall=(), **more):
        super().__init__(label, words, **more)
        self.fact = replace(fact(left, right, forall=forall, label=label), relation=self.relation.removeprefix(":"))
        self.left, self.right = self.fact.left, self.fact.right
        if self.relation == ":=" and isinstance(self.left, (Functional, phi)):
            with budget(f"the definition {label}"):
                proof = prove(self.left.definition(), self.right)
            if not proof.proved:
                raise FalseStep(label, readable(f"{text(self.left)} := {text(self.right)}"), text(proof.left_over), proof.probe.counterexample,
                                f"the engine's {type(self.left).__name__} means {text(self.left.definition())}")  # fmt: skip
        self._can_hold()
        made(self)

    def _can_hold(self):
        """An error where the left side is declared to be what the right side is not, or the definition is in terms of itself."""
        if self.relation == ":=" and any(part == self.left for part in walk(self.right)):
            raise DerivationError(f"{self.label}: the definition of {text(self.left)} refers to itself")
        premises = Premises((self.fact,))
        with budget(f"the {self.kind} {self.label}"):
            for condition in demanded(self.fact):
                premises.add(condition)
            premises.consistent({})

    def as_fact(self):
        return self.fact

    def printed(self, *args, part=None, given=()):
        """The right side as a function that a page draws from (see `Derivation.printed`).

        Example
        >>> c, a, b = symbols("c a b")
        >>> print(Definition("ex.drawn", c, a * exp(-b)).printed(a, b).javascript)

        Refused: it depends on more
        >>> Definition("ex.drawn", c, a * exp(-b)).printed(a)
        """
        return Printed(self.label, (self.left, self.right), args, part, given)

    def statement(self):
        return f"{tex(self.left)} {relation_tex(self.relation)} {tex(self.right)}{for_every_tex(self.fact.forall)}"

    def expressions(self):
        return self.left, self.right


class Assumption(Definition):
    """What is taken to hold without proof: `left = right`, or an inequality with `relation=">="`.

    relation: "=", ">=", ">" or "!=".
    forall: the symbols for every value of which it is taken to hold; without it, it speaks of one point.

    Example: given to a line as a fact
    >>> f = undefined("f")
    >>> t, T = symbol("t", integer=True), symbol("T", integer=True, positive=True)
    >>> rises = Assumption("ex.rises", f(t), f(t - 1), "it never falls", relation=">=", forall=t)
    >>> Inequality("ex.rises.all", f(T), f(0), gap=Sum(f(t) - f(t - 1), (t, 1, T)), facts=[rises])

    Example: shown
    >>> rises

    Refused: a relation that it cannot have
    >>> Assumption("ex.about", f(t), f(t - 1), relation="~")

    Refused: for every value of what does not stand in it
    >>> Assumption("ex.every", f(t), f(t - 1), forall=T)
    """

    kind = status = "assumption"
    relation = "="

    @call("Assumption(\"label\", left, right)")
    def __init__(self, label, left, right, words="", *, relation="=", forall=(), **more):
        if relation not in ("=", ">=", ">", "!="):
            raise DerivationError(f"{label}: an assumption is left =, >=, > or != right, not {relation!r}")
        self.relation = relation
        super().__init__(label, left, right, words, forall=forall, **more)


class Cited(Statement):
    """A result taken from the literature, not proved here. source: a key of the bibliography.

    Example
    >>> a, b = symbols("a b")
    >>> Cited("ex.cited", (a + b)**2, "<=", 2 * a**2 + 2 * b**2, "found in", source="cover2006")

    Refused: a label is dotted lower case
    >>> Cited("Theorem 1", (a + b)**2, "<=", 2 * a**2 + 2 * b**2, source="cover2006")
    """

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
    """Words that carry no claim to check.

    Example
    >>> Remark("ex.remark", "Nothing is said here of dimensions above one.", title="A limit")

    Refused: words are text
    >>> Remark("ex.remark.number", 3)
    """

    kind = status = "remark"

    def __init__(self, label, words="", **more):
        super().__init__(label, words, **more)
        made(self)


class Numerical(Statement):
    """A claim about a measured number; what was run goes into `words`.

    Either `value` is `expected` within `tolerance`, where theory or an exact computation foretells it; or it lies
    between `at_least` and `at_most` (one may be missing), where the claim is a direction or a size.

    Example: what theory foretells
    >>> import random
    >>> draws = [random.Random(k).gauss(0, 2) for k in range(4000)]
    >>> second = sum(x**2 for x in draws) / len(draws)
    >>> Numerical("ex.second", "the second moment of 4000 draws", second, expected=4, tolerance=0.5)

    Example: a direction
    >>> Numerical("ex.larger", "it is larger than the first", second, at_least=1, at_most=10)

    Refused: further off than the tolerance
    >>> Numerical("ex.off", "the second moment of 4000 draws", second, expected=2, tolerance=0.5)

    Refused: below what is claimed
    >>> Numerical("ex.below", "it is large", second, at_least=10)

    Refused: above what is claimed
    >>> Numerical("ex.above", "it is small", second, at_most=1)

    Refused: nothing is claimed
    >>> Numerical("ex.nothing", "a number", second, expected=4)
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
            self.step = tolerance
            self.claim = rf"\text{{expected }} {_number(expected, tolerance)} \pm {_number(tolerance)}"
        else:
            self.step = 0.0
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
        return rf"\text{{measured }} {_number(self.value, self.step)},\quad {self.claim}"


def _number(v, step=0.0):
    """LaTeX of a number to four digits, or to as many as `step` can be seen in."""
    digits = max(4, 1 + floor(log10(abs(v))) - floor(log10(step))) if v and step > 0 else 4
    mantissa, _, exponent = f"{v:.{digits}g}".partition("e")
    return mantissa if not exponent else rf"{mantissa} \times 10^{{{int(exponent)}}}"
