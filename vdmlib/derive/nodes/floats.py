"""Floats in expressions: the numbers that were meant by them."""

from decimal import Decimal
from fractions import Fraction

from sympy import Float, Rational

from ..errors import DerivationError

__all__ = ["exact", "meant"]


def exact(e):
    """The expression with every float as the number that was meant by it (see `meant`)."""
    floats = e.atoms(Float)
    return e.xreplace({x: meant(x) for x in floats}) if floats else e


def meant(x):
    """The number that a float stands for: 0.1 is 1/10, and what Python makes of 1/3 is 1/3. Any other float is an error.

    A decimal of at most 12 digits is itself; else a fraction with a denominator up to 10,000 is looked for in the last digits.
    """
    value = float(x)
    if x._prec <= 53:
        if len(Decimal(repr(value)).normalize().as_tuple().digits) <= 12:
            return Rational(repr(value))
        near = Fraction(value).limit_denominator(10_000)
        if near and abs(near - Fraction(value)) <= abs(near) / 2**50:
            return Rational(near.numerator, near.denominator)
    raise DerivationError(f"{value!r} is a float, of which the first digits alone are known. Write the number itself, as in Rational(1, 3), sqrt(2) or pi")
