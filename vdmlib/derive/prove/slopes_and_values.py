"""What facts about the slopes of a function leave of its values: what no function meets is nothing to start from.

A function whose n-th derivative stays above a number has divided differences above it, and one that is positive on the
whole line neither falls at a steady rate nor bends downwards everywhere.
"""

from dataclasses import dataclass
from itertools import combinations

import sympy
from sympy import Add, Mul, S
from sympy.core.function import AppliedUndef

from ..errors import DerivationError
from ..nodes.bounds import range_of
from ..nodes.expressions import Sized, plain
from ..nodes.hypotheses import Condition
from ..nodes.walk import has
from ..show.conditions import fact_text
from .signs import speaks_of_laws

__all__ = ["points_of", "signs_of", "slopes", "slopes_meet_values"]


@dataclass(frozen=True)
class _Slope:
    """sign · f⁽ⁿ⁾(u) (> or ≥) sign · bound for every u; a fact that is an equation is two of them."""

    f: AppliedUndef
    n: int
    sign: int
    relation: str
    bound: sympy.Expr
    fact: object

    @property
    def u(self):
        return self.f.args[0]

    @property
    def why(self):
        return f"the fact {fact_text(self.fact)}"


def slopes_meet_values(premises, facts, values):
    """An error where facts about slopes contradict the values at points, or a sign that is declared or given.

    premises: what settles signs; what the values must meet is added to it. values: {function at a point: value}.
    """
    for s in [s for f in facts for s in slopes(f)]:
        for condition in _differences(s, facts, values, premises):
            premises.add(condition)
        for side in _sides(s, facts):
            if _runs_away(s, side, premises):
                raise DerivationError(f"{s.why} contradicts what else is given: no {s.f} with such a slope stays "
                                      f"{'above' if side > 0 else 'below'} one number for every {s.u}")  # fmt: skip


def slopes(fact):
    if len(fact.forall) != 1 or fact.relation == "!=" or any(has(e, Sized) or speaks_of_laws(e) for e in fact):
        return
    u, e = plain(fact.forall[0]), sympy.expand(plain(fact.left) - plain(fact.right))
    found = e.atoms(sympy.Derivative)
    if u.is_integer or len(found) != 1:
        return
    (d,) = found
    k = e.coeff(d)
    if not isinstance(d.expr, AppliedUndef) or d.expr.args != (u,) or not (k.is_positive or k.is_negative) or (e - k * d).has(sympy.Derivative):
        return
    bound = sympy.expand(-(e - k * d) / k)
    for sign in (1, -1) if fact.relation == "=" else (1 if k.is_positive else -1,):
        yield _Slope(d.expr, d.derivative_count, sign, ">=" if fact.relation == "=" else fact.relation, bound, fact)


def _differences(s, facts, values, premises):
    """n! f[x₀, …, xₙ] compared with the bound of the n-th derivative, for the points of which facts speak."""
    if s.bound.has(s.u):
        return
    points = points_of(s, facts, values, premises)
    for at in combinations(sorted(points, key=str), s.n + 1):
        if all((a - b).is_nonzero for a, b in combinations(at, 2)):
            slope = sympy.factorial(s.n) * Add(*[points[a] / Mul(*[a - b for b in at if b != a]) for a in at])
            yield Condition(s.sign * (slope - s.bound), s.relation, S.Zero, (), s.why)


def points_of(s, facts, values, premises):
    """{point: value there} of a function, where facts speak of points on the line that its slope is given on."""
    sides = [plain(e) for f in facts if not f.forall for e in f]
    spoken = {a for e in sides for a in e.atoms(AppliedUndef) if a.func == s.f.func and a.free_symbols <= e.free_symbols}
    return {a.args[0]: values.get(a, a) for a in spoken if all(premises.holds(k * a.args[0], ">") for k in signs_of(s.u))}


def signs_of(u):
    """The signs that a symbol is declared to have."""
    return [k for k, known in ((1, u.is_nonnegative), (-1, u.is_nonpositive)) if known]


def _sides(s, facts):
    """1 where the function stays above a number, −1 where it stays below one."""
    known, r = s.f.func._kwargs, range_of(s.f)
    above = bool(known.get("positive") or known.get("nonnegative") or r is not None)
    below = bool(known.get("negative") or known.get("nonpositive") or r is not None)
    for f in facts:
        if f.relation in (">", ">=") and tuple(map(plain, f.forall)) == (s.u,):
            e = plain(f.left) - plain(f.right)
            k = e.coeff(s.f)
            if (e - k * s.f).is_number:
                above, below = above or bool(k.is_positive), below or bool(k.is_negative)
    return [side for side, kept in ((1, above), (-1, below)) if kept]


def _runs_away(s, side, premises):
    """Whether g = side · f, which stays above a number, goes below every one by its slope."""
    upper, ends = s.sign != side, {1, -1} & ({-1, 1} if not signs_of(s.u) else set(signs_of(s.u)))  # g⁽ⁿ⁾ ≤ bound, or ≥
    if upper and s.n == 2 and s.relation == ">" and s.bound == 0 and len(ends) == 2:
        return True
    d, k = _leading(side * s.bound, s.u, -1 if upper else 1, premises)
    falls_right = upper and 1 in ends and premises.holds(-k, ">")
    falls_left = upper == (s.n % 2 == 0) and -1 in ends and premises.holds(-k * (-1) ** (d + s.n), ">")
    return falls_right or falls_left


def _leading(bound, u, sign, premises):
    """(degree, coefficient) of what the bound is like far out; (0, 0) where that is not known.

    sign: of what may be left out, so that the rest is no weaker.
    """
    if not bound.has(AppliedUndef) and bound.is_polynomial(u):
        p = sympy.Poly(bound, u)
        return (0, S.Zero) if p.is_zero else (p.degree(), p.LC())
    terms = Add.make_args(bound)
    rest = Add(*[a for a in terms if a.has(u)])
    kept = premises.holds(sign * rest, ">=", ((u, None, None),))
    return 0, bound - rest if kept else S.Zero
