"""Different things that are shown alike in one statement, so that its formula would have two readings.

A name is read as a reader reads it: under Σ_k, ∫ dx, lim_{u→0} or E_{p(x)} it is what that operator binds, and
elsewhere it is one thing throughout the statement. So `∫ f(x) dx + x` is fine, its two x's are read apart, and
E_{p(x)}[x] is not if the second x is a symbol beside the random variable. What is drawn keeps its name for the
whole statement, as in `check_binding`: E_{p(x)}[x²] + x is not fine either.
"""

import re
from functools import lru_cache

import sympy
from sympy.core.function import AppliedUndef
from sympy.core.numbers import ImaginaryUnit
from sympy.tensor.indexed import Indexed

from ..nodes.expressions import Factors, plain
from ..nodes.functionals import Expectation, Functional, Over, law_factors
from ..nodes.laws import At, Block, Density, Variable
from ..nodes.schedules import Scheduled, ScheduleValue
from ..nodes.tables import Entry
from ..nodes.walk import drawn_by
from .brackets import is_sum, primed
from .latex import tex
from .readable import readable
from .text import text

__all__ = ["ambiguous", "said"]

_NAMED = (sympy.Symbol, sympy.NumberSymbol, ImaginaryUnit, Indexed, Block, ScheduleValue, Scheduled, Entry, Functional)


def ambiguous(*expressions):
    """Pairs of different symbols, random variables, functions, laws, … of a statement that are shown alike.

    expressions: all that the statement shows or rests on: both sides, the gap, the sides of its facts.
    A symbol and the engine's own symbol of the same properties are the same thing.
    """
    pairs, free, drawn = [], {}, []
    for e in expressions:
        for looks, identity, thing, scope in _things(sympy.sympify(e), ()):
            bound = next((names[looks] for names in reversed(scope) if looks in names), None)
            _compare(pairs, bound or free.setdefault(looks, (identity, thing)), (identity, thing))
            if bound and isinstance(thing, (Variable, At)):
                drawn.append((looks, bound))
    for looks, bound in drawn:
        _compare(pairs, bound, free.get(looks, bound))
    return pairs


def _compare(pairs, one, other):
    if one[0] != other[0] and (one[1], other[1]) not in pairs:
        pairs.append((one[1], other[1]))


def said(pair):
    """A pair in plain words: "x stands for a random variable and for a symbol"."""
    one, other = pair
    kinds = [_kind(a) for a in pair]
    if kinds[0] == kinds[1]:
        kinds = [kind + _properties(a) for kind, a in zip(kinds, pair)]
    if kinds[0] == kinds[1]:
        kinds[1] = "another"
    shown = min(map(_seen, pair), key=len) if _is_one_name(one, other) else _head(one)
    return readable(f"{shown} stands for {kinds[0]} and for {kinds[1]}")


def _is_one_name(one, other):
    return _seen(one) == _seen(other) or isinstance(one, sympy.exp) or isinstance(other, sympy.exp)


def _things(e, scope):
    """(how it looks, what it is, itself, [{look: (what it is, itself)} of each binder around it]) of all that has a name."""
    for looks, identity in _names(e):
        yield looks, identity, e, scope
    for part, bound in _parts(e):
        names = {looks: (identity, v) for v in bound for looks, identity in _names(v)}
        yield from _things(part, (*scope, names) if names else scope)


def _names(e):
    """(how it looks, what it is) of an expression that has a name; the bracket of a law and of a function is part of it."""
    if isinstance(e, Density):
        yield _seen(e), e.law
        yield f"{_looks(e.law.name)}(", "a law"
    elif isinstance(e, sympy.Derivative) and primed(e):
        yield f"{_head(e)}(", ("derivative", plain(e.expr).func)
    elif isinstance(e, AppliedUndef) and not isinstance(e, Scheduled):
        yield f"{_head(e)}(", plain(e).func
    elif isinstance(e, sympy.exp):
        yield "e", (False, sympy.E)
    elif isinstance(e, (Factors, sympy.Mul)):
        for a, b in zip(e.args, e.args[1:]):
            if a.is_Symbol and is_sum(b):  # f (a + b) looks like f at a + b
                yield f"{_seen(a)}(", plain(a)
    elif isinstance(e, _NAMED):
        yield _seen(e), (isinstance(e, Variable), e if isinstance(e, Functional) else plain(e))


def _head(e):
    """The name of a law or a function, a derivative's with its primes."""
    if isinstance(e, Density):
        return _looks(e.law.name)
    if isinstance(e, (Factors, sympy.Mul)):
        return _seen(e.args[0])
    if isinstance(e, sympy.Derivative):
        return _seen(e).partition("(")[0]
    return _looks(tex(sympy.Symbol(type(e).__name__)))


def _parts(e):
    """(part of an expression, what the expression binds in it)"""
    if isinstance(e, Density):
        return [(v, ()) for v in (*e.left, *e.right)]
    if isinstance(e, (At, Block)):
        return [(a, ()) for a in e.args[1:]]
    if isinstance(e, Indexed):
        return [(a, ()) for a in e.indices]
    if isinstance(e, (ScheduleValue, Entry)):
        return [(a, ()) for a in e.args[2:] if isinstance(e, ScheduleValue)]
    if isinstance(e, (Expectation, Functional)):
        factors = law_factors(e.law) if isinstance(e, Expectation) else e.args
        return [(a, drawn_by(e)) for a in (*factors, *([e.body] if isinstance(e, Expectation) else []))]
    if isinstance(e, Over):
        return [(e.body, e.bound)]
    if isinstance(e, (sympy.Sum, sympy.Product, sympy.Integral)):
        bound = [limit[0] for limit in e.limits]
        ends = [(a, bound[k + 1 :]) for k, limit in enumerate(e.limits) for a in limit[1:]]
        return [(e.function, bound), *ends]
    if isinstance(e, sympy.Limit):
        return [(e.args[0], (e.args[1],)), (e.args[2], ())]
    if isinstance(e, sympy.Subs):
        return [(e.expr, e.variables), *[(a, ()) for a in e.point]]
    return [(a, ()) for a in e.args]


def _looks(latex):
    """LaTeX as it is seen: x_0 and {x}_{0} look alike."""
    latex = re.sub(r"([_^])([A-Za-z0-9])", r"\1{\2}", latex)
    latex = re.sub(r"(?<![_^}\\A-Za-z]){([A-Za-z]|\\[A-Za-z]+)}", r"\1", latex)
    return re.sub(r"\s+", " ", latex)


@lru_cache(maxsize=2000)
def _seen(e):
    return _looks(tex(e))


def _kind(a):
    if isinstance(a, Density):
        words = "".join(word for word, so in (("discrete ", a.law.discrete), ("Markov ", a.law.markov), ("i.i.d. ", a.law.iid)) if so)
        given = f" given {', '.join(map(text, a.law.given))}" if a.law.given else ""
        return f"a density of the {words}law {a.law.name} of {', '.join(map(text, a.law.scope))}{given}"
    if isinstance(a, Functional):
        return f"{type(a).__name__} of {', '.join(map(text, a.args))}"
    return next(words for kind, words in _KINDS if isinstance(a, kind))


_KINDS = [
    (Variable, "a random variable"), (sympy.Symbol, "a symbol"), (At, "a variable of a chain"), (Block, "variables of a chain"),
    (Indexed, "a coordinate"), ((ScheduleValue, Scheduled), "a value of a schedule"), (Entry, "an entry of a table"),
    (sympy.Derivative, "the derivative of a function"), (AppliedUndef, "a function"), (sympy.exp, "the number e"),
    ((Factors, sympy.Mul), "a factor before a bracket"), (sympy.Expr, "a number"),
]  # fmt: skip


def _properties(a):
    if not isinstance(a, (sympy.Symbol, Indexed, AppliedUndef)):
        return ""
    given = a.func._kwargs if isinstance(a, AppliedUndef) else a.assumptions0
    signs = ("positive", "negative", "nonnegative", "nonpositive", "nonzero")
    sign = [name for name in signs if given.get(name)][:1]
    kind = ["integer"] if given.get("integer") else [] if sign else ["real"] if given.get("real") else ["complex"]
    return f" ({' '.join(sign + kind)})"
