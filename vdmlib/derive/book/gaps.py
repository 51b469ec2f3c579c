"""What an inequality's difference may be: candidates of a form that cannot be negative, to be proved by the engine.

A paper's `a ≥ b` does not say by how much, nor does a line without `gap=`. Nothing found here is believed: the engine proves the
equality and the sign.
"""

from itertools import combinations, permutations

import sympy

from ..errors import DerivationError
from ..nodes.expressions import Factors, Frac, Power, Terms, plain, symbol
from ..nodes.functionals import CE, ELBO, KL, MI, Expectation, Functional, H, Over, phi
from ..nodes.laws import Block, Density
from ..nodes.walk import atoms, has

__all__ = ["candidates"]

_MOST = 60
MEAN, TOTAL = symbol("m"), symbol("Z", positive=True)


def candidates(larger, smaller, facts=()):
    """Differences larger − smaller to try, likely ones first. facts: what is given."""
    out = [*_given(larger, smaller, facts), *_as_it_stands(larger, smaller)]
    if has(larger, (Density, Functional, Over)) or has(smaller, (Density, Functional, Over)):
        found = _divergences(larger, smaller)
        out += [*_variances(smaller), *_tilted(larger, smaller), *_jensen(larger, smaller), *found]
        out += [Terms(a, b) for a, b in combinations(found[:8], 2)]
    else:
        out += _algebra(larger, smaller)
    return [g for k, g in enumerate(out) if g not in out[:k]][:_MOST]


def _as_it_stands(larger, smaller):
    if smaller == 0:
        yield larger
    elif larger == 0:
        yield -smaller
    else:
        yield larger - smaller


def _given(larger, smaller, facts):
    """What equations among the facts say the difference to be: what its functions are, or a number."""
    d = plain(larger) - plain(smaller)
    yield from _of_defined(d, facts)
    for left, right in (f for f in facts if getattr(f, "relation", "=") == "="):
        apart = plain(left) - plain(right)
        numbers = [n for n in (sympy.expand(d - apart), sympy.expand(d + apart)) if n.is_number and n.is_nonnegative] if d.is_commutative and apart.is_commutative else []
        yield from numbers


def _of_defined(d, facts):
    """The difference with what the facts say of its functions for every value of their letters."""
    said = d
    for f in (f for f in facts if getattr(f, "function", None)):
        said = said.replace(plain(f.left).func, lambda *at, f=f: plain(f.right).xreplace(dict(zip(f.forall, at))))
    if said != d:
        yield said


def _variances(smaller):
    """E f² − (E f)² is the mean of (f − m)², m being E f: (difference, what it is true under)."""
    for a in atoms(smaller, Power):
        mean, n = a.args
        if n == 2 and isinstance(mean, Expectation):
            yield Expectation(mean.law, (mean.body - MEAN) ** 2), [(MEAN, mean)]


def _tilted(larger, smaller):
    """log E_q r over a mean under p less KL(p ‖ q): the mean of φ(q r/(p Z)) under p, Z being E_q r: (difference, what it is true under)."""
    for a in atoms(larger, sympy.log):
        mean = a.args[0]
        for divergence in atoms(smaller, KL) if isinstance(mean, Expectation) else ():
            p, q = divergence.args
            if isinstance(p, Density) and q == mean.law:
                yield Expectation(p, phi(Frac(Factors(q, mean.body), Factors(p, TOTAL)))), [(TOTAL, mean)]


def _jensen(larger, smaller):
    """log E w − E log w is the mean of φ(w/Z), Z being E w; E eᶠ − e^{E f} that of e^m φ(e^{f−m}), m being E f: (difference, what it is true under)."""
    for a in atoms(larger, sympy.log):
        mean = a.args[0]
        if isinstance(mean, Expectation):
            yield Expectation(mean.law, phi(Frac(mean.body, TOTAL))), [(TOTAL, mean)]
    for a in atoms(smaller, sympy.exp):
        mean = a.args[0]
        if isinstance(mean, Expectation):
            yield Factors(sympy.exp(MEAN), Expectation(mean.law, phi(sympy.exp(Terms(mean.body, Factors(-1, MEAN)))))), [(MEAN, mean)]


def _divergences(*sides):
    densities, laws = [], []
    for side in sides:
        for a in sympy.preorder_traversal(side):
            if isinstance(a, Density):
                if a not in densities:
                    densities.append(a)
                if a.law not in laws:
                    laws.append(a.law)
    weights = [a for side in sides for a in _averages(side)]
    out = []
    for a in weights:
        for law in laws:
            if law == a.law:
                continue
            for right in dict.fromkeys([a.right, *[d.right for d in densities if d.law == law and set(d.left) == set(a.left)], ()]):
                other = _density(law, a.left, right)
                if other is not None:
                    out.append(KL(a, other))
    for a, b in permutations(laws, 2):
        if any(isinstance(v, Block) for v in (*a.order, *b.order)):
            out += _whole_chains(a, b)
    for d in densities:
        for law in laws:
            other = _density(law, d.left, d.right) if law != d.law and d.right else None
            mean = _density(d.law, d.right, ()) if other is not None else None
            if mean is not None:
                out.append(Expectation(mean, KL(d, other)))
    for d in densities:
        for k in range(1, len(d.left)):
            for part in combinations(d.left, k):
                rest = [v for v in d.left if v not in part]
                if part[0] == d.left[0]:
                    out.append(MI(d, *part))
                conditional = _density(d.law, part, (*rest, *d.right))
                mean = _density(d.law, rest, d.right)
                if conditional is not None and mean is not None and d.law.discrete:
                    out.append(Expectation(mean, H(conditional)))
        if d.law.discrete and not d.right:
            out.append(H(d))
    for a in weights:
        for b in densities:
            if a.law == b.law and set(a.left) == set(b.left) and a.right != b.right:
                extra = [v for v in a.right if v not in b.right]
                mean = _density(a.law, extra, [v for v in a.right if v in b.right]) if extra else None
                out.append(KL(a, b) if mean is None else Expectation(mean, KL(a, b)))
    for law in laws:
        everything = [v for v in law.order if not isinstance(v, Block)]
        for a, b in combinations(everything, 2):
            given = [v for v in everything if v not in (a, b)]
            for right in ((), given) if given else ((),):
                joint = _density(law, (a, b), right)
                if joint is not None:
                    mi = MI(joint, a)
                    mean = _density(law, right, ()) if right else None
                    out.append(mi if mean is None else Expectation(mean, mi))
    return out


def _whole_chains(a, b):
    """KL of two chains given their first variable, and its mean under the first law."""
    (block,) = [v for v in a.order if isinstance(v, Block)][:1] or [None]
    if block is None:
        return
    chain, lo, hi = block.args
    first = chain[0] if lo == 0 or chain[0] in a.order else next((v for v in a.order if not isinstance(v, Block)), None)
    rest = [chain[1:hi]] if first == chain[0] else [block]
    if first is None:
        return
    one, other, mean = _density(a, rest, [first]), _density(b, rest, [first]), _density(a, [first], [])
    if one is not None and other is not None:
        yield KL(one, other)
        if mean is not None:
            yield Expectation(mean, KL(one, other))


def _averages(side):
    """The densities under which something is averaged in an expression."""
    for a in sympy.preorder_traversal(side):
        if isinstance(a, Expectation):
            yield from [f for f in (a.law.args if isinstance(a.law, Factors) else (a.law,)) if isinstance(f, Density)]
        elif isinstance(a, (KL, ELBO, H, CE)) and isinstance(a.args[0], Density):
            yield a.args[0]


def _density(law, left, right):
    left, right = list(left), list(right)
    if not left:
        return None
    known = set(law.order) | {v for b in law.order if isinstance(b, Block) for v in (*left, *right)}
    if not set(left) | set(right) <= known:
        return None
    try:
        from_call = law(*left[:-1], left[-1] | right[0], *right[1:]) if right else law(*left)
    except DerivationError:  # no such density: no candidate
        return None
    return from_call


def _algebra(larger, smaller):
    d = plain(larger) - plain(smaller)
    found = []
    for form in (sympy.factor, sympy.expand):
        with_form = form(d)
        if with_form != d:
            found.append(with_form)
    logs = {a.args[0] for a in atoms(d, sympy.log)}
    for u in logs:
        for v in (u, 1 / u):
            for c in (1, sympy.Rational(1, 2), 2):
                found.append(phi(v) if c == 1 else Factors(sympy.sympify(c), phi(v)))
    return found

