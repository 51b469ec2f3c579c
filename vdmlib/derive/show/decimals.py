"""Values as decimals that say no more than they must: 0 and not 0.0, 1e-8 and not 1.0e-8."""

import re

import mpmath

__all__ = ["decimal", "decimal_tex"]


def decimal(value, digits, ctx=mpmath):
    """A value to so many digits, without a tail that says nothing.

    >>> [decimal(mpmath.mpf(v), 6) for v in ("0", "2", "1e-8", "10.05", "-0.5", "1e30")]
    ['0', '2', '1e-8', '10.05', '-0.5', '1e+30']
    >>> decimal(mpmath.mpc(1, 2), 6)
    '(1 + 2j)'
    """
    return re.sub(r"(\d)\.0(?!\d)", r"\1", ctx.nstr(value, digits))


def decimal_tex(value, digits):
    r"""The same in LaTeX.

    >>> [decimal_tex(mpmath.mpf(v), 6) for v in ("0", "1e-8", "-2.5e30", "-inf")]
    ['0', '10^{-8}', '-2.5 \\cdot 10^{30}', '-\\infty']
    """
    shown = re.sub(r"e([+-]?\d+)", lambda found: rf" \cdot 10^{{{int(found[1])}}}", decimal(value, digits))
    return re.sub(r"(?<![\d.])1 \\cdot ", "", shown).replace("+inf", "inf").replace("inf", r"\infty")
