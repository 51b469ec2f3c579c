"""The smallest method that settles a line, and what it says.

A line is proved by one of: expected log-densities (densities), Gaussian algebra, schedule algebra, the finite
model, calculus. A line about a chain of symbolic length T is proved by induction: the first lengths one by
one, then the step from T to T + 1.
"""

from dataclasses import dataclass

import sympy
from sympy import Integer, S

from . import log_densities as algebra
from ..compute import gaussian_integrals as gaussian
from ..nodes.laws import Block
from ..errors import DerivationError
from ..nodes.times import Times
from ..nodes.expressions import plain
from ..probe.agreement import Probe, probe
from ..show.text import text

__all__ = ["Proof", "prove", "residual"]

STEP_FROM = 5  # sums are taken apart at both ends, which needs T ≥ 4; see algebra.ranged


@dataclass(frozen=True)
class Proof:
    """`left_over` is 0 if the equality is proved; `status` is what the method can earn."""

    status: str
    method: str
    reach: str
    left_over: object
    probe: Probe | None = None

    @property
    def proved(self):
        return self.left_over == 0


def methods():
    from ..compute import calculus
    from . import finite
    from ..nodes import schedules as schedule

    return (finite, schedule, calculus)


def residual(lhs, rhs, facts=(), times=None, method=None):
    """(what is left over of left − right, method, reach): 0 left over if and only if the equality is proved.

    method: the name of the method to use; by default the smallest that applies.
    """
    if method == "finite model":
        from . import finite

        return finite.difference(lhs, rhs, facts), finite.METHOD, finite.reach(lhs, rhs)
    if gaussian.applies(lhs, rhs, facts):
        return gaussian.difference(lhs, rhs, facts), gaussian.METHOD, gaussian.reach(lhs, rhs)
    if algebra.applies(lhs, rhs):
        if times is not None and times.least and _symbolic_length(lhs, rhs, times):
            return _by_induction(lhs, rhs, facts, times)
        left = algebra.difference(lhs, rhs, facts, times)
        return (0 if not left else readable(left)), algebra.METHOD, algebra.reach(lhs, rhs)
    for method in methods():
        if method.applies(lhs, rhs):
            return method.difference(lhs, rhs, facts), method.METHOD, method.reach(lhs, rhs)
    raise DerivationError(f"no method applies to {text(lhs)} = {text(rhs)}")


def prove(lhs, rhs, facts=(), times=None, instances=3):
    """Prove and probe an equality. The two must agree; if they do not, the engine itself is wrong and says so."""
    try:
        left_over, method, reach = residual(lhs, rhs, facts, times)
    except algebra.NotDecided as e:
        left_over, method, reach = e, "none", str(e)
    seen = probe(lhs, rhs, facts, times, instances=instances)
    if left_over != 0 and seen.agrees and method != "finite model":
        left_over, method, reach = _on_the_finite_model(lhs, rhs, facts) or (left_over, method, reach)
    status = "exact on finite model" if method == "finite model" else "proved"
    if left_over == 0 and seen.agrees is False:
        raise DerivationError(
            f"prover and probe disagree on {text(lhs)} = {text(rhs)}: the method '{method}' accepts it, but {seen.counterexample}. "
            "This is a fault of the engine or a missing assumption (positive=True?) on a symbol"
        )
    return Proof(status, method, reach, left_over, seen)


def _on_the_finite_model(lhs, rhs, facts):
    """The lesser verdict for a true line about densities that no proof reaches; None if it cannot be had either."""
    from . import finite

    if not finite.applies(lhs, rhs, facts):
        return None
    try:
        left_over = finite.difference(lhs, rhs, facts)
    except algebra.NotDecided:
        return None
    return (0, finite.METHOD, finite.reach(lhs, rhs)) if left_over == 0 else None


def _symbolic_length(lhs, rhs, times):
    """Whether a sum, a product or a block runs to a symbolic end."""
    tops = set(times.least)
    for e in (lhs, rhs):
        for a in sympy.preorder_traversal(e):
            ends = a.limits[0][1:] if isinstance(a, (sympy.Sum, sympy.Product)) else ()
            ends = a.args[1:] if isinstance(a, Block) else ends
            if any(plain(b).free_symbols & tops for b in ends):
                return True
    return False


def _by_induction(lhs, rhs, facts, times):
    """Base cases T = least, …; then Δ(T+1) − Δ(T) = 0 for every T from the last base case on."""
    ends = set()
    for e in (lhs, rhs):
        for a in sympy.preorder_traversal(e):
            if isinstance(a, (sympy.Sum, sympy.Product)):
                ends |= set().union(*[plain(b).free_symbols for b in a.limits[0][1:]])
            elif isinstance(a, Block):
                ends |= set().union(*[plain(b).free_symbols for b in a.args[1:]])
    tops = [s for s in times.least if s in ends]
    if len(tops) != 1:
        raise algebra.NotDecided(f"induction runs over one length; here are {', '.join(map(str, tops))}")
    (top,) = tops
    least = times.least[top]
    T = next(s for e in (lhs, rhs) for s in e.free_symbols if plain(s) == top)
    for k in range(least, max(least, STEP_FROM) + 1):
        left = algebra.difference(lhs.subs(T, Integer(k)), rhs.subs(T, Integer(k)), facts, times)
        if left:
            return readable(left), algebra.METHOD + ", induction", f"fails at {top} = {k}"
    from_last = Times({**times.least, top: max(least, STEP_FROM)}, times.ranges)
    delta = lhs - rhs
    step = algebra.difference(delta.subs(T, T + S.One), delta, facts, from_last)
    reach = f"every {top} ≥ {least}, " + algebra.reach(lhs, rhs)
    return (0 if not step else readable(step)), algebra.METHOD + ", induction", reach


class Residual:
    """What is left over in normal form, in readable words."""

    def __init__(self, poly):
        self.poly = poly

    def __eq__(self, other):
        return False if other == 0 else self is other

    def __hash__(self):
        return id(self)

    def __str__(self):
        parts = sorted(_monomial(m, c) for m, c in self.poly.items())
        return " ".join(parts).removeprefix("+ ")


def readable(poly):
    return Residual(poly)


def _monomial(mono, c):
    dens, gens = mono
    dens, gens = _conditional(dict(dens), dict(gens))
    words = [_density(k, n) for k, n in sorted(dens, key=str)] + [_generator(g) + _power(n) for g, n in sorted(gens, key=str)]
    size = "" if abs(c) == 1 and words else f"{abs(c) if c.is_number else '(' + str(c) + ')'} "
    sign = "-" if c.is_number and c.is_negative else "+"
    return f"{sign} {size}{' '.join(words)}".rstrip()


def _conditional(dens, gens):
    """∫[z] d(x, z) … / d(x) shown as the expectation under d(z | x) that it is."""
    out = {}
    for g, n in gens.items():
        if g[0] == "int" and n == 1 and len(g[2]) == 1 and next(iter(g[2]))[1] == 1:
            ((law, vs),) = [k for k, _ in g[2]]
            given = (law, vs - g[1])
            if not vs - g[1] or dens.get(given) == -1:
                dens.pop(given, None)
                g = ("mean", law, g[1], vs - g[1], g[3])
        out[g] = n
    return dens.items(), out.items()


def _power(n):
    return "" if n == 1 else f"^{n}"


def _density(key, n):
    law, vs = key
    return f"{law.name}({', '.join(sorted(map(str, vs)))}){_power(n)}"


def _generator(g):
    kind = g[0]
    if kind == "log":
        return f"log {_density(g[1], 1)}"
    if kind == "var":
        return str(g[1])
    if kind == "int":
        inside = [_density(k, n) for k, n in sorted(g[2], key=str)] + [_generator(h) + _power(n) for h, n in sorted(g[3], key=str)]
        return f"∫[{', '.join(sorted(map(str, g[1])))}] {' '.join(inside)}"
    if kind == "mean":
        _, law, left, right, inside = g
        bar = " | " + ", ".join(sorted(map(str, right))) if right else ""
        words = [_generator(h) + _power(n) for h, n in sorted(inside, key=str)]
        return f"E[{law.name}({', '.join(sorted(map(str, left)))}{bar})]({' '.join(words) or 1})"
    if kind == "fun":
        return f"{g[1]}({', '.join(map(_frozen, g[2]))})"
    if kind == "loggen":
        return f"log {_generator(g[1])}"
    if kind == "logpoly":
        return f"log({_frozen(g[1])})"
    if kind == "pow":
        return f"({_frozen(g[1])})^{g[2]}"
    if kind == "sum":
        return f"Σ[{g[1]}={g[2]}..{g[3]}] ({_frozen(g[4])})"
    return str(g)


def _frozen(poly):
    return " ".join(sorted(_monomial(m, c) for m, c in poly)).removeprefix("+ ")
