"""Mutants: wrong versions of a line, made by rule, that a check must reject.

The rules are the slips that textbooks make: a sign flipped, a ½ lost, a factor doubled, a term dropped, KL's
arguments swapped, a log's argument inverted, a conditioning variable lost, bar sides swapped, an expectation
under the wrong law, t for t − 1, σ for σ², a square root or a power lost, α for ᾱ.
"""

from dataclasses import dataclass

import sympy
from sympy import Integer, Rational

from ..nodes.arrays import Inverse
from ..nodes.laws import At, Block, Density, Given, Law
from ..errors import DerivationError
from ..nodes.functionals import CE, KL, Expectation, Over
from ..nodes.normal import N
from ..nodes.expressions import Factors, Frac, Power, Sized, Sym, Terms, log, negative, plain
from ..show.latex import relation_tex, tex
from ..show.readable import readable
from ..show.text import text

__all__ = ["Mutant", "Rejected", "mutants"]

MOST = 24
LONG = 240  # signs of what is left over of a mutant; more says nothing to a reader


@dataclass(frozen=True)
class Mutant:
    """A wrong version of an expression and the rule that made it."""

    rule: str
    expression: object


@dataclass(frozen=True)
class Rejected:
    """A mutant of a line that method and probe both rejected: `left_over` of its two sides, an instance where they differ."""

    rule: str
    before: object
    expression: object
    left_over: object
    counterexample: str | None

    def shown(self, relation):
        """The line as LaTeX, the slip in words, and why it fails: what is left over, cut where it is long, and a counterexample."""
        left_over = "" if isinstance(self.left_over, str) else text(self.left_over)
        return {
            "rule": self.rule,
            "latex": f"{tex(self.before)} {relation_tex(relation)} {tex(self.expression)}",
            "left_over": left_over if len(left_over) <= LONG else left_over[:LONG].rsplit(" ", 1)[0] + " …",
            "counterexample": readable(self.counterexample or ""),
        }


def mutants(e, most=MOST):
    """Different wrong versions of an expression, at most `most`, spread over the rules."""
    seen, by_rule = {e}, {}
    for rule, m in _everywhere(e):
        if m not in seen:
            seen.add(m)
            by_rule.setdefault(rule, []).append(Mutant(rule, m))
    out = []
    while by_rule and len(out) < most:
        for rule in list(by_rule):
            out.append(by_rule[rule].pop(0))
            if not by_rule[rule]:
                del by_rule[rule]
    return out[:most]


def _everywhere(e):
    """Mutants of the whole, then of every part in its place."""
    yield "sign flipped", negative(e)
    yield "factor doubled", Factors(Integer(2), e)
    yield from _parts(e)


def _parts(e):
    yield from _rules(e)
    if isinstance(e, (Law, At, Block, sympy.Tuple)) or not e.args:
        return
    for k, a in enumerate(e.args):
        if not isinstance(a, sympy.Basic) or isinstance(a, (sympy.core.symbol.Str, sympy.IndexedBase)):
            continue
        if isinstance(a, sympy.Tuple):
            if isinstance(e, (sympy.Sum, sympy.Product)):
                yield from _limits(e, k, a)
            continue
        for rule, m in _parts(a):
            try:
                yield rule, e.func(*e.args[:k], m, *e.args[k + 1 :])
            except (DerivationError, ValueError, TypeError):
                continue  # such a line cannot even be written


def _limits(e, k, limit):
    i, lo, hi = limit
    for rule, new in (("sum starts late", (i, lo + 1, hi)), ("sum ends early", (i, lo, hi - 1))):
        yield rule, e.func(*e.args[:k], sympy.Tuple(*new), *e.args[k + 1 :])


def _rules(e):
    if isinstance(e, (Terms, sympy.Add)):
        cls = Terms if isinstance(e, Terms) else sympy.Add
        for k, a in enumerate(e.args):
            rest = e.args[:k] + e.args[k + 1 :]
            yield "sign flipped", cls(*e.args[:k], negative(a), *e.args[k + 1 :])
            yield "term dropped", cls(*rest) if len(rest) > 1 else rest[0]
    if isinstance(e, (KL, CE)):
        a, b = e.args
        yield from _try("arguments swapped", type(e), b, a)
    if isinstance(e, log) and isinstance(e.args[0], Frac):
        num, den = e.args[0].args
        yield "log argument inverted", log(Frac(den, num))
    if isinstance(e, Frac) and not isinstance(e, Sized):
        num, den = e.args
        yield "fraction inverted", Frac(den, num)
        if den.is_Number and den != 1:
            yield "constant lost", num
    if isinstance(e, (Factors, sympy.Mul)) and not isinstance(e, Sized):
        for k, a in enumerate(e.args):
            rest = e.args[:k] + e.args[k + 1 :]
            if a.is_Number and abs(a) != 1 and rest:
                yield "constant lost", Factors.of(*rest)
            elif rest and not a.is_Number:
                yield "factor dropped", Factors.of(*rest)
    if isinstance(e, (Power, sympy.Pow)):
        base, n = e.args
        yield "power lost", base
        if n == Rational(1, 2):
            yield "root squared", Power(base, Integer(2))
    if isinstance(e, Density):
        yield from _density(e)
    if isinstance(e, Expectation):
        yield from _law(e)
    if isinstance(e, Over) and len(e.bound) > 0:
        yield "sum over outcomes lost", e.body
    if isinstance(e, N) and e.of_vectors:
        yield from _normal_vector(*e.args)
    elif isinstance(e, N):
        x, m, v = e.args
        yield "σ for σ²", N(x, m, Power(v, Rational(1, 2)))
        yield "σ² for σ", N(x, m, Power(v, Integer(2)))
        if plain(m) != 0:
            yield "sign flipped", N(x, negative(m), v)
        else:
            yield "mean shifted", N(x, Integer(1), v)
    if isinstance(e, (sympy.exp,)):
        yield "sign flipped", type(e)(negative(e.args[0]))
    if isinstance(e, sympy.Derivative) and e.variable_count[0][1] > 1:
        (v, n), *more = e.variable_count
        yield "derivative lost", e.func(e.expr, (v, n - 1), *more)
    if isinstance(e, Sym) and e.is_positive:
        yield "symbol squared", Power(e, Integer(2))
    yield from getattr(e, "slips", lambda: ())()


def _normal_vector(x, mean, covariance):
    yield "precision for covariance", N(x, mean, Inverse(covariance))
    yield "factor doubled", N(x, mean, Factors.of(Integer(2), covariance))
    if mean == 0:
        return
    yield "sign flipped", N(x, negative(mean), covariance)
    yield "mean lost", N(x, Integer(0), covariance)


def _density(e):
    law, left, right = e.law, e.left, e.right
    for v in right:
        yield from _try("condition lost", law, *_given(left, tuple(r for r in right if r != v)))
    if right:
        yield from _try("bar turned round", law, *_given(right, left))
        yield from _try("joint for conditional", law, *left, *right)
    elif len(left) > 1:
        for v in left:
            yield from _try("conditional for joint", law, *_given(tuple(u for u in left if u != v), (v,)))
            yield from _try("variable dropped", law, *[u for u in left if u != v])
    for side, others in ((left, right), (right, left)):
        for v in side:
            if isinstance(v, At):
                for d in (-1, 1):
                    w = At(v.args[0], v.args[1] + d)
                    if w not in left and w not in right:
                        new = tuple(w if u == v else u for u in side)
                        args = (new, others) if side is left else (others, new)
                        yield from _try("t for t − 1", law, *_given(*args))


def _law(e):
    """The expectation under another law that draws the same variables and stands in the line."""
    if not isinstance(e.law, Density):
        return
    for d in sorted(e.body.atoms(Density), key=str):
        if d != e.law and set(d.left) == set(e.law.left):
            yield "expectation under the wrong law", Expectation(d, e.body)


def _given(left, right):
    return (Given(left, right),) if right else tuple(left)


def _try(rule, make, *args):
    """The mutant, unless such a line cannot even be written (a density that does not exist)."""
    try:
        yield rule, make(*args)
    except DerivationError:
        return
