"""The numeric probe: lines about numbers, functions, schedules and Gaussians at random instances, to thirty digits.

Symbols get random simple values that respect their assumptions, undefined functions random concrete ones, schedules
random factors in (0, 1). Expectations over Gaussians are quadratures (Gauss–Hermite for polynomials, the trapezoidal
rule otherwise), derivatives are Cauchy integrals on a small circle, limits are extrapolated.
"""

from ..result import Probe
from .compare import probe

__all__ = ["Probe", "probe"]
