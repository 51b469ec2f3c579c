"""The probe: each proved line evaluated to 30 digits on random concrete instances.

Statements about densities are evaluated in `world.World`, all others in `numeric`. Neither shares code
with a prover.
"""

from dataclasses import dataclass

import mpmath
from mpmath import mp

from ..nodes.subject import about_gaussians, about_laws
from . import numeric
from .tables import NoValue, World, free_variables

__all__ = ["Probe", "probe"]

DIGITS = 30


@dataclass(frozen=True)
class Probe:
    """What the probe found: `agrees` is True, False, or None where nothing could be evaluated."""

    agrees: bool | None
    instances: int
    digits: int
    counterexample: str | None = None
    reason: str | None = None


def probe(lhs, rhs, facts=(), times=None, relation="=", conditions=(), instances=3, seed=0):
    """Compare two sides on random instances; stops at the first that contradicts the relation."""
    if not about_laws(lhs, rhs) or about_gaussians(lhs, rhs, facts=facts):
        return numeric.probe(lhs, rhs, facts=facts, instances=instances, digits=DIGITS, seed=seed)
    done = 0
    with mp.workdps(DIGITS + 12):
        for k in range(instances):
            try:
                world = World(seed=1000 * seed + k, index=_index(times, k), facts=facts, size=2 if k == 0 else None)
                env = {}
                for v in sorted(free_variables(lhs, world) | free_variables(rhs, world), key=str):
                    env[v] = world.rng.randrange(len(world.alphabet(v)))
                left, right = world.value(lhs, env), world.value(rhs, env)
            except (NoValue, ZeroDivisionError):
                continue
            done += 1
            if not _holds(left, right, relation):
                text = f"{world.describe(env)}: left {mpmath.nstr(left, 8)}, right {mpmath.nstr(right, 8)}"
                return Probe(False, done, DIGITS, text)
    return Probe(True if done else None, done, DIGITS)


def _index(times, k):
    if times is None:
        return {}
    return {s: least + k for s, least in times.least.items()}


def _holds(left, right, relation):
    slack = mpmath.mpf(10) ** -DIGITS * (1 + abs(left) + abs(right))
    if relation == "=":
        return abs(left - right) <= slack
    return left >= right - slack if relation == ">=" else left <= right + slack


