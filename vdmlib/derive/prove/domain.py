"""What an expression presupposes: where its quotients, logarithms, roots and variances exist.

Read off the form of the expression alone, by no rule of a prover. What stands under a sum, an integral or an
expectation is presupposed for every value of the variable. Densities that are divided by under an expectation are
left to the method that cancels them, since there it matters only where they vanish.
"""

import itertools
from collections.abc import Iterator

import sympy
from sympy import S
from sympy.core.relational import Relational

from ..errors import DerivationError
from ..nodes.arrays import Inverse, Norm
from ..nodes.expressions import Factors, Frac, Power, plain
from ..nodes.fields import Operator
from ..nodes.functionals import KL, Expectation, Functional, Over, law_factors
from ..nodes.hypotheses import Condition
from ..nodes.laws import At, Block, Density, Law, Variable
from ..nodes.normal import N
from ..nodes.schedules import ScheduleValue
from ..nodes.walk import walk
from ..show.conditions import condition_text
from ..show.text import text
from .convergence import must_converge
from .definite import definite, invertible, surely_positive
from .near_a_limit import near
from .signs import speaks_of_laws

__all__ = ["KINKED", "presupposed", "of_densities", "drawn_freely", "holds", "occurrences"]

#: Functions with points where they do not exist: what must hold of the argument.
_PARTIAL = {
    "tan": lambda u: (sympy.cos(u), "!="), "sec": lambda u: (sympy.cos(u), "!="),
    "cot": lambda u: (sympy.sin(u), "!="), "csc": lambda u: (sympy.sin(u), "!="),
    "asin": lambda u: (1 - u**2, ">="), "acos": lambda u: (1 - u**2, ">="),
    "acosh": lambda u: (u - 1, ">="), "atanh": lambda u: (1 - u**2, ">"),
    "asec": lambda u: (u**2 - 1, ">="), "acsc": lambda u: (u**2 - 1, ">="), "acoth": lambda u: (u**2 - 1, ">"),
    "coth": lambda u: (u, "!="), "csch": lambda u: (u, "!="),
    "gamma": lambda u: (u, ">"), "loggamma": lambda u: (u, ">"), "digamma": lambda u: (u, ">"), "factorial": lambda u: (u, ">="),
}  # fmt: skip
KINKED = (sympy.Abs, sympy.Max, sympy.Min, sympy.sign, sympy.Heaviside, sympy.Piecewise)


def presupposed(e, over=(), by=(), averaged=False) -> Iterator[Condition]:
    """Conditions under which an expression exists, the outermost first; what always holds is among them.

    over: (variable, lowest, highest) of the binders around it. by: variables of the derivatives around it.
    averaged: whether an expectation, or a sum or integral over outcomes, stands around it.
    """
    def need(left, relation, why):
        return Condition(left, relation, S.Zero, tuple(o for o in over if holds(left, o[0])), why)

    inside = {"over": over, "by": by, "averaged": averaged}
    if isinstance(e, (Law, Variable, At, Block)) or not getattr(e, "args", ()):
        return
    if isinstance(e, Frac):
        yield from _nonzero(e.args[1], need, averaged)
    elif isinstance(e, (Power, sympy.Pow)):
        yield from _power(*e.args, need, averaged, by)
    elif isinstance(e, sympy.log):
        u = e.args[0]
        if not (averaged and of_densities(u)) and not surely_positive(u):
            yield need(u, ">", f"log of {_named(u)}")
    elif isinstance(e, N) and e.of_vectors:
        yield from (_under(c, over) for c in definite(e.args[2], f"the covariance {text(e.args[2])}"))
    elif isinstance(e, N):
        yield need(e.args[2], ">", "a variance")
    elif isinstance(e, Norm) and any(holds(e, v) for v in by):
        yield need(e, "!=", "a derivative of a length")
    elif isinstance(e, Inverse):
        yield from (_under(c, over) for c in invertible(e.args[0], f"the inverse of {text(e.args[0])}"))
    elif isinstance(e, ScheduleValue):
        yield need(e.index - (0 if e.bar else 1), ">=", f"{text(e)}")
    elif isinstance(e, KINKED) and any(holds(e, v) for v in by):
        yield from (need(d, "!=", "a derivative where there is no kink") for d in _kinks(e) if any(holds(d, v) for v in by))
    elif isinstance(e, sympy.Function) and e.func.__name__ in _PARTIAL:
        yield need(*_PARTIAL[e.func.__name__](e.args[0]), f"{e.func.__name__}(…)")

    if isinstance(e, Expectation):
        inner = {**inside, "over": (*over, *[(v, None, None) for v in e.bound]), "averaged": True}
        for f in law_factors(e.law):
            if isinstance(f, N):
                drawn_freely(f)
                yield from presupposed(f, **inner)
        for c in presupposed(e.body, **inner):
            if any(isinstance(f, N) and c.relation in (">", "!=") and _has_a_zero(plain(c.left) - plain(c.right), f.args[0]) for f in law_factors(e.law)):
                raise DerivationError(f"{c.why} needs {condition_text(c)}, and a normal draw takes every value")
            yield c
    elif isinstance(e, Over):
        yield from presupposed(e.body, **{**inside, "over": (*over, *[(v, None, None) for v in e.bound]), "averaged": True})
    elif isinstance(e, Functional):
        if isinstance(e.args[0], N):
            drawn_freely(e.args[0])
        if isinstance(e, KL) and any(isinstance(a, N) for a in e.args) and any(isinstance(a, Density) and a.law.discrete for a in e.args):
            raise DerivationError(f"{text(e)} compares the mass of a discrete law with a normal density: there is no such divergence")
        for a in e.args:
            if isinstance(a, N):
                yield from presupposed(a, **inside)
    elif isinstance(e, (sympy.Integral, sympy.Sum, sympy.Product)):
        limits = tuple(tuple(limit) for limit in e.limits if len(limit) == 3)
        for _, lo, hi in limits:
            yield from presupposed(lo, **inside)
            yield from presupposed(hi, **inside)
        if isinstance(e, sympy.Integral):
            needs = list(presupposed(e.function))
            must_converge(e, needs)
            yield from _poles_at_ends(needs, limits, need)
            yield from _jumps_at_ends(e, limits, by, need)
        else:
            yield from _whole_ends(limits, need)
        yield from presupposed(e.function, **{**inside, "over": (*over, *limits)})
    elif isinstance(e, Operator):
        yield from presupposed(e.body, **{**inside, "by": (*by, e.by)})
    elif isinstance(e, (Power, sympy.Pow)) and isinstance(e.args[0], Norm) and plain(e.args[1]).is_even:
        yield from presupposed(e.args[0].args[0], **inside)  # a sum of squares, as smooth as they are
    elif isinstance(e, sympy.Derivative):
        yield from presupposed(e.expr, **{**inside, "by": (*by, *e.variables)})
    elif isinstance(e, sympy.Limit):
        body, x, at, side = e.args
        for c in presupposed(body, **inside):
            if not holds(c.left, x):
                yield c
            elif not speaks_of_laws(c.left):
                yield from near(c, x, at, str(side), body)
        yield from presupposed(at, **inside)
    elif isinstance(e, sympy.Subs):
        at = dict(zip(e.variables, e.point))
        for c in presupposed(e.expr, **{**inside, "by": (*by, *e.variables)}):
            yield Condition(c.left.subs(at), c.relation, c.right, c.over, c.why)
        for p in e.point:
            yield from presupposed(p, **inside)
    elif not isinstance(e, Density):
        for a in e.args:
            if isinstance(a, sympy.Basic):
                yield from presupposed(a, **inside)


def _whole_ends(limits, need):
    """A sum runs from one whole number to another."""
    for end in (end for limit in limits for end in limit[1:]):
        value = plain(end)
        if value.is_integer or value.is_infinite:
            continue
        if value.is_number:
            raise DerivationError(f"a sum or product runs over whole numbers, and {text(end)} is none")
        yield need(end, "whole", "an end of a sum")


def _poles_at_ends(needs, limits, need):
    """What is divided by is not 0 at an end of the range either: ∫ du/u from x does not exist for x = 0."""
    poles = [c for c in needs if c.relation == "!=" and not c.over and not speaks_of_laws(c.left)]
    for c, (x, *both) in itertools.product(poles, limits):
        for end in (end for end in both if holds(c.left, x) and not plain(end).is_infinite):
            value = plain(c.left).subs(plain(x), plain(end))
            if not value.is_number:  # numbers alone are looked at by `must_converge`
                yield need(value, "!=", f"{c.why} at an end of an integral")


def _jumps_at_ends(e, limits, by, need):
    """The slope of ∫ sgn(x − u) du by x jumps where the jump of the integrand passes an end of the range."""
    jumps = e.function.atoms(sympy.sign, sympy.Heaviside, sympy.Piecewise) if by else ()
    for u in (u for a in jumps for u in _kinks(a) if any(holds(u, v) for v in by)):
        ends = [(x, end) for x, *both in limits if holds(u, x) for end in both if not plain(end).is_infinite]
        yield from (need(plain(u).subs(plain(x), plain(end)), "!=", "a derivative where there is no jump") for x, end in ends)


def drawn_freely(law):
    """An error where a normal law draws what is declared to take some of the real numbers only: its total is not one."""
    x = law.args[0]
    kept = [k for k in ("positive", "negative", "nonnegative", "nonpositive", "integer") if not law.of_vectors and getattr(x, f"is_{k}", False)]
    if kept and not isinstance(x, At):
        raise DerivationError(f"{text(x)} is declared {kept[0]}, and a normal draw takes every real value: draw a variable without it from {text(law)}")


def _under(c, over):
    """The condition for every value of the binders around it that it speaks of."""
    return Condition(c.left, c.relation, c.right, tuple(o for o in over if holds(c.left, o[0])), c.why)


def occurrences(e, over=()):
    """(part, binders around it) for every part of an expression: binders as in `presupposed`."""
    yield e, over
    if isinstance(e, (Law, Variable, At, Block)) or not getattr(e, "args", ()):
        return
    if isinstance(e, (sympy.Integral, sympy.Sum, sympy.Product)):
        limits = tuple(tuple(limit) for limit in e.limits if len(limit) == 3)
        inner = (*over, *limits)
        for limit in limits:
            yield from occurrences(limit[1], over)
            yield from occurrences(limit[2], over)
        yield from occurrences(e.function, inner)
        return
    if isinstance(e, (Expectation, Over)):
        inner = (*over, *[(v, None, None) for v in e.bound])
        yield from occurrences(e.body, inner)
        return
    if isinstance(e, sympy.Limit):
        return  # near the point that it tends to
    for a in e.args:
        if isinstance(a, sympy.Basic):
            yield from occurrences(a, over)


def _nonzero(u, need, averaged):
    """A denominator; the densities in it are positive by the method's own rule where an expectation stands around."""
    if averaged and of_densities(u):
        return
    if of_densities(u):
        yield need(u, ">", f"division by {_named(u)}")
    elif not u.is_Number:
        yield need(u, "!=", f"division by {_named(u)}")
    elif u == 0:
        yield need(u, "!=", "division by 0")


def _power(base, n, need, averaged, by):
    n = plain(n)
    if n.is_Integer:
        if n < 0:
            yield from _nonzero(base, need, averaged)
        return
    if base.is_Number and base.is_positive or base is S.Exp1 or averaged and of_densities(base):
        return
    if n.is_integer:
        if not n.is_nonnegative:
            yield from _nonzero(base, need, averaged)
        return
    rough = any(holds(base, v) for v in by)  # a root has no derivative at 0
    strict = n.is_negative or not n.is_positive or rough and not (n - 1).is_nonnegative
    yield need(base, ">" if strict else ">=", f"a root of {_named(base)}" if n.is_Rational else f"a power of {_named(base)}")


def _kinks(e):
    """What is 0 where a function has a kink or a jump, or where a definition goes from one case to the next."""
    if isinstance(e, (sympy.Max, sympy.Min)):
        args = e.args
        return [args[i] - args[j] for i in range(len(args)) for j in range(i)]
    if isinstance(e, sympy.Piecewise):
        return list({r.lhs - r.rhs: None for _, case in e.args for r in sorted(case.atoms(Relational), key=str)})
    return [e.args[0]]


def of_densities(u):
    """Whether an expression is a product or quotient of densities, whose sign is not in question."""
    if isinstance(u, Density):
        return True
    if isinstance(u, (sympy.Mul, Factors, Frac)):
        return any(map(of_densities, u.args)) and all(of_densities(a) or a.is_positive or isinstance(a, N) for a in u.args)
    if isinstance(u, (Power, sympy.Pow)):
        return of_densities(u.args[0])
    return False


def holds(e, x):
    """Whether a variable stands in an expression, typed as a symbol of the engine or of SymPy."""
    name = plain(x) if isinstance(x, sympy.Symbol) else x
    return any(a == x or isinstance(a, sympy.Symbol) and plain(a) == name for a in walk(e))


def _named(u):
    short = text(u)
    return short if len(short) <= 40 else "an expression"


def _has_a_zero(e, v):
    """Whether a polynomial of odd degree in a variable that takes every real value vanishes somewhere."""
    v = plain(v) if isinstance(v, sympy.Symbol) else v
    if speaks_of_laws(e) or not e.has(v) or not e.is_polynomial(v):
        return False
    p = sympy.Poly(e, v)
    return p.degree() % 2 == 1 and bool(p.LC().is_nonzero) and all(a.is_real for a in p.all_coeffs())
