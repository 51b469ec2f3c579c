"""The sign of a polynomial at every whole number: n(n − 1) ≥ 0, though it is negative between 0 and 1."""

import sympy

__all__ = ["nonnegative_at_whole_numbers"]

FAR = 200  # roots further apart are not looked between


def nonnegative_at_whole_numbers(e):
    """Whether e, with rational coefficients, is ≥ 0 at each value of its one symbol, which stands for a whole number."""
    if len(e.free_symbols) != 1 or not (n := next(iter(e.free_symbols))).is_integer or not e.is_polynomial(n):
        return False
    p = sympy.Poly(e, n)
    if p.degree() < 1 or not all(c.is_Rational for c in p.all_coeffs()):
        return False
    low = 1 if n.is_positive else 0 if n.is_nonnegative else None
    high = -1 if n.is_negative else 0 if n.is_nonpositive else None
    if high is None and p.LC() < 0 or low is None and p.LC() * (-1) ** p.degree() < 0:
        return False
    ends = [end for (a, b), _ in p.intervals() for end in (a, b)]  # beyond them the sign is that of the leading term
    if not ends:
        return p.eval(0) > 0
    start, stop = int(sympy.floor(min(ends))) - 1, int(sympy.ceiling(max(ends))) + 1
    if low is not None:
        start = low
    if high is not None:
        stop = high
    return stop - start <= FAR and all(p.eval(k) >= 0 for k in range(start, stop + 1))
