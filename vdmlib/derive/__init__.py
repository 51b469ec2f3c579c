"""The derivation engine: statements of mathematics that are displayed, checked and run from one object.

Imports SymPy and the standard library only, so that it runs in a reader's browser.
"""

from .calculus import Subs, beltrami, euler_lagrange, first_variation, variation
from .density import Law, chain, variables
from .derivation import Derivation, Identity, Inequality
from .errors import DerivationError, FalseStep, UnprovedStep
from .exercise import exercise, find_the_slip
from .finite import table
from .functionals import CE, ELBO, KL, MI, E, H, Integrate, Sigma, phi
from .gaussian import coordinates
from .normal import N
from .numbers import see
from .order import Times
from .ordered import (
    Derivative,
    Integral,
    Limit,
    Product,
    Sum,
    exp,
    frac,
    log,
    plain,
    sqrt,
    symbol,
    symbols,
    undefined,
)
from .printing import tex
from .schedule import Schedule
from .statements import Assumption, Cited, Definition, Numerical, Refutation, Remark
from .total import Total

__all__ = [
    "variables", "chain", "Law", "E", "Sigma", "Integrate", "KL", "H", "CE", "ELBO", "MI", "phi", "N",
    "symbol", "symbols", "undefined", "frac", "log", "exp", "sqrt", "Derivative", "Integral", "Limit", "Sum", "Product",
    "Subs", "Total", "euler_lagrange", "beltrami", "variation", "first_variation", "coordinates", "Schedule", "table",
    "plain", "tex", "Times", "see", "Derivation", "Identity", "Inequality", "Definition", "Assumption", "Cited",
    "Remark", "Refutation", "Numerical", "exercise", "find_the_slip", "DerivationError", "FalseStep", "UnprovedStep",
]  # fmt: skip
