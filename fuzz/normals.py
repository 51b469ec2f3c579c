"""Means over normal laws by quadrature, and laws on the line that facts give by their densities."""

from functools import cache

import mpmath

from .calculus import integral_of
from .lines import Node, walk
from .points import Undefined, Unsettled
from .tables import key_of, keys_in
from .values import close_to_zero, value

__all__ = ["moments", "normal", "gaussian_mean", "spelled", "on_the_line", "mean_on_the_line"]

NODES = (36, 25)  # of Gauss–Hermite quadrature, and of its control


def on_the_line(d, p):
    """Whether a law is one that a fact gives by its density on the line."""
    return d.op == "dens" and d.args[0] in p.given_densities


def spelled(d, p):
    """A density on the line, as its fact spells it out."""
    law, left, right = d.args
    if len(left) > 1 or right:
        raise Unsettled("a joint density on the line")
    return p.given_densities[law][1]


def mean_on_the_line(laws, body, p, env):
    """A mean over one law that is given by its density."""
    if len(laws) > 1:
        raise Unsettled("a product of laws on the line")
    law = spelled(laws[0], p)
    if law.op == "normal":
        return gaussian_mean([law], body, p, env)
    key = p.given_densities[laws[0].args[0]][0]

    def at(u):
        here = {**env, key: u}
        weight = value(law, p, here)
        return weight * value(body, p, here) if weight > p.m.mpf(10) ** -200 else 0 * u

    return integral_of(at, (), -p.m.inf, p.m.inf, p)


def moments(d, p, env):
    """Mean and variance of a normal law."""
    _, mean, variance = d.args
    mean, variance = value(mean, p, env), value(variance, p, env)
    if close_to_zero(variance, p) or variance < 0:
        raise Undefined("a variance that is not positive")
    return mean, variance


def normal(args, p, env):
    x = value(args[0], p, env)
    m, v = moments(Node("normal", args), p, env)
    return p.m.exp(-((x - m) ** 2) / (2 * v)) / p.m.sqrt(2 * p.m.pi * v)


@cache
def hermite(n):
    """Nodes and weights of the standard normal law, to 40 digits."""
    with mpmath.workdps(45):
        m = mpmath.mp
        nodes, weights = [], []
        jacobi = m.matrix(n)
        for k in range(1, n):
            jacobi[k, k - 1] = jacobi[k - 1, k] = m.sqrt(k)
        for guess in m.eigsy(jacobi, eigvals_only=True):
            x = m.mpf(guess)
            for _ in range(6):
                before, here = m.mpf(0), m.mpf(1)
                for k in range(n):
                    before, here = here, x * here - k * before
                x -= here / (n * before)
            before, here = m.mpf(0), m.mpf(1)
            for k in range(n):
                before, here = here, x * here - k * before
            nodes.append(x)
            weights.append(m.factorial(n - 1) / (n * before**2))
        return nodes, weights


def gaussian_mean(laws, body, p, env):
    """E over a product of normal laws, the one that depends on no other first."""
    bound = [key_of(d.args[0], p, env) for d in laws]
    if len(set(bound)) < len(bound):
        raise Undefined("a variable that is drawn twice")
    for k, d in enumerate(laws):
        others = {b for j, b in enumerate(bound) if j != k}
        if not others & set(_names_in(d.args[1:], p, env)):
            break
    rest = laws[:k] + laws[k + 1 :]
    m, v = moments(d, p, env)
    root = p.m.sqrt(v)

    def at(z):
        here = {**env, bound[k]: m + root * z}
        return gaussian_mean(rest, body, p, here) if rest else value(body, p, here)

    def inside(z):
        try:
            return at(z)
        except Undefined:
            return at(z + p.m.mpf(1) / 2**20)  # a single point has no weight

    if not rest:
        _tails(inside, p)
    _wide_enough(body, root, p, {**env, bound[k]: m})
    found = []
    for n in NODES:
        nodes, weights = hermite(n)
        found.append(sum(p.m.mpf(w) * inside(p.m.mpf(z)) for z, w in zip(nodes, weights) if p.m is mpmath.mp or w > 1e-25))
    slack = 1e-9 if p.m is mpmath.fp else 1e-11
    if abs(found[0] - found[1]) > slack * (1 + abs(found[0])):
        raise Unsettled("a mean that quadrature does not settle")
    return found[0]


def _wide_enough(body, root, p, env):
    """Raises where a normal density in the body is too narrow for the nodes to see it."""
    for a in walk(body):
        if a.op == "normal" and p.m.sqrt(abs(value(a.args[2], p, env))) < root / 3:
            raise Unsettled("a narrow density")


def _tails(inside, p):
    for side in (-1, 1):
        sizes = []
        for z in (8, 48, 240):
            there = [(abs(inside(p.m.mpf(side * d))), p.m.mpf(d) ** 2 / 2) for d in (z, z + 1)]  # one of them may hit a zero
            sizes.append(max(-p.m.inf if u == 0 else p.m.log(u) - half for u, half in there))
        if sizes[2] > sizes[1] - 1e-6 and sizes[2] > -p.m.inf:
            raise Undefined("a mean that diverges")
        if sizes[2] > sizes[1] - 20:
            raise Unsettled("a mean whose tails fall slowly")


def _names_in(e, p, env):
    return [*(a.args[0] for a in walk(e) if a.op == "sym"), *keys_in(e, p, env)]
