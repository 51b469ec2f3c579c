"""The derivation engine: statements of mathematics that are displayed, checked and run from one object.

Imports SymPy and the standard library only, so that it installs alone and runs in a reader's browser.
`python -m vdmlib.derive check FILE` checks every line of a file. CHANGELOG.md says what changed between versions.
"""

from .compute.evaluator import first_variation
from .nodes.hypotheses import fact
from .nodes.laws import Law, chain, variables
from .book.derivation import Derivation, Identity, Inequality
from .errors import DerivationError, FalseStep, UnprovedStep
from .book.exercise import exercise, find_the_slip
from .nodes.tables import table
from .nodes.functionals import CE, ELBO, KL, MI, E, H, Integrate, Sigma, phi
from .nodes.coordinates import coordinates
from .nodes.fields import div, field, grad, jacobian, laplacian
from .nodes.vectors import det, eye, matrix, norm, tr, vector
from .nodes.normal import N
from .book.equation_numbers import see
from .nodes.times import Times
from .nodes.binders import Derivative, Integral, Limit, Product, Subs, Sum
from .nodes.expressions import exp, frac, log, plain, sqrt, symbol, symbols, undefined
from .show.latex import tex
from .nodes.schedules import Schedule
from .book.refutation import Refutation
from .read.reader import read
from .book.statements import Assumption, Cited, Definition, Numerical, Remark
from .nodes.total import Total
from .nodes.variation import beltrami, euler_lagrange, variation

__version__ = "0.1.0"  # of the engine alone; the first heading of CHANGELOG.md

__all__ = [
    "variables", "chain", "Law", "E", "Sigma", "Integrate", "KL", "H", "CE", "ELBO", "MI", "phi", "N",
    "symbol", "symbols", "undefined", "frac", "log", "exp", "sqrt", "Derivative", "Integral", "Limit", "Sum", "Product",
    "Subs", "Total", "euler_lagrange", "beltrami", "variation", "first_variation", "coordinates", "Schedule", "table",
    "vector", "matrix", "eye", "tr", "det", "norm", "field", "grad", "div", "laplacian", "jacobian",
    "fact", "plain", "tex", "read", "Times", "see", "Derivation", "Identity", "Inequality", "Definition", "Assumption", "Cited",
    "Remark", "Refutation", "Numerical", "exercise", "find_the_slip", "DerivationError", "FalseStep", "UnprovedStep",
]  # fmt: skip
