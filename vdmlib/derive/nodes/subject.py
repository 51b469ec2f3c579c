"""What a line speaks of: laws that are not spelled out, Gaussians, or neither."""

from .functionals import Expectation, Functional, Over
from .laws import Density
from .normal import N
from .walk import atoms, has

__all__ = ["about_gaussians", "about_laws"]


def about_laws(*sides):
    """Whether a line speaks of laws, or takes expectations without naming a Gaussian."""
    if any(has(e, Density) for e in sides):
        return True
    return not any(has(e, N) for e in sides) and any(has(e, (Functional, Expectation, Over)) for e in sides)


def about_gaussians(*sides, facts=()):
    """Whether a line speaks of Gaussians, itself or through facts that give every density in it."""
    densities = set().union(*[atoms(e, Density) for e in sides])
    if densities:
        return all(any(_speaks_of(f, d) for f in facts) for d in densities) and any(has(value, N) for _, value in facts)
    return any(has(e, N) for e in sides)


def _speaks_of(f, d):
    """Whether a fact gives a density, or one like it for every index."""
    left, _ = f
    if left == d or not isinstance(left, Density) or not getattr(f, "forall", ()):
        return left == d
    return (left.law, len(left.left), len(left.right)) == (d.law, len(d.left), len(d.right))
