"""A drawn matrix moved, until what a condition asks of it holds: positive definite in two and three dimensions, which is rare at random."""

import sympy

from ...nodes.arrays import Letter
from ...nodes.walk import walk
from .arrays import lacks, shown

__all__ = ["matrices_moved"]

SHIFTS = 2, 5, 12, 40  # multiples of the identity, which outweigh what was drawn
SHARES = 3, 10, 40  # what was drawn, divided


def matrices_moved(w, condition, met):
    """Moves one drawn square matrix of a condition so that it holds; whether that was possible. met: whether all holds that should."""
    letters = {a for e in (condition.left, condition.right) for a in walk(sympy.sympify(e)) if isinstance(a, Letter)}
    for e in sorted(letters, key=str):
        before = w.arrays.get(e)
        if e in w.symbol_facts or before is None or before.rows != before.cols:
            continue
        for m in others(before):
            if lacks(w.ctx, e.traits, w.ctx.matrix([[w.number(q) for q in row] for row in m.tolist()])):
                continue
            put(w, e, m)
            if met():
                return True
        put(w, e, before)
    return False


def others(m):
    """Matrices near one that was drawn, those first that keep most of it."""
    one = sympy.eye(m.rows)
    even = (m + m.T) / 2
    yield from (m / n for n in SHARES)
    for base in (m, even, *[even / n for n in SHARES]):
        if base != m:
            yield base
        for shift in SHIFTS:
            yield base + shift * one
            yield base - shift * one


def put(w, e, m):
    w.arrays[e] = m
    w.exact[e.name] = shown(m)
    w.forget()
