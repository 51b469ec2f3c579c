"""How lines are made: each family is a function of a random generator that gives a line."""

from . import calculus, chains, domains, gaussians, hypotheses, laws

__all__ = ["FAMILIES"]

FAMILIES = {
    "laws": laws.make,
    "gaussians": gaussians.make,
    "chains": chains.make,
    "calculus": calculus.make,
    "domains": domains.make,
    "hypotheses": hypotheses.make,
}
