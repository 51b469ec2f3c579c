"""Conditions and facts as a person says them: "f(t) ≥ f(t − 1) for every t", "a, b > 0", "n is a whole number".

What is said is put together from mathematics and words, in LaTeX (`_Tex`) or in plain text (`_Text`).
"""

import re

import sympy

from ..nodes.expressions import Terms, plain
from ..nodes.hypotheses import Fact
from ..nodes.laws import Density
from ..nodes.walk import ordered_terms
from .brackets import sign
from .latex import relation_tex, tex
from .text import text

__all__ = ["condition_tex", "condition_text", "fact_tex", "fact_text", "for_every_tex", "joined_tex", "joined_text"]

SIGNS = {"=": "=", ">=": "≥", ">": ">", "<=": "≤", "<": "<", "!=": "≠"}
TURNED = {"=": "=", "!=": "!=", ">=": "<=", ">": "<"}


def condition_tex(c):
    """LaTeX of a Condition, without dollar signs."""
    return _one_text(_condition(c, _Tex))


def condition_text(c):
    """A Condition in plain text."""
    return _condition(c, _Text)


def fact_tex(f):
    """LaTeX of a Fact, without dollar signs; its two sides stay as they were given."""
    return _one_text(_fact(f, _Tex))


def for_every_tex(symbols):
    """LaTeX of "for every t", behind a formula; empty for no symbols."""
    return _one_text(_every(tuple((v, None, None) for v in symbols), _Tex))


def fact_text(f):
    """A Fact in plain text."""
    return _fact(f, _Text)


def joined_tex(items):
    """LaTeX of several conditions and facts: each once, and alike ones together, "a, b > 0", "k ≠ 1, 2"."""
    return _one_text(r",\quad ".join(_joined(items, _Tex)))


def joined_text(items):
    """Several conditions and facts in plain text."""
    return "; ".join(_joined(items, _Text))


def _one_text(latex):
    r"""\text{ for }\text{every } as one \text."""
    while True:
        shorter = re.sub(r"\\text\{([^{}]*)\}\\text\{", r"\\text{\1", latex)
        if shorter == latex:
            return latex
        latex = shorter


# --- two ways to write


class _Tex:
    math = staticmethod(tex)
    relation = staticmethod(relation_tex)
    dots, tends = r"\ldots", r" \to "
    ends = {(True, True): r"\pm\infty", (False, True): r"\infty", (True, False): r"-\infty"}

    @staticmethod
    def words(text):
        return rf"\text{{{text}}}"

    @classmethod
    def interval(cls, lo, hi, closed=False):
        left, right = ("[" if closed and lo != -sympy.oo else "("), ("]" if closed and hi != sympy.oo else ")")
        return rf"\left{left}{tex(lo)}, {tex(hi)}\right{right}"


class _Text:
    math = staticmethod(text)
    relation = staticmethod(SIGNS.__getitem__)
    dots, tends = "…", " → "
    ends = {(True, True): "±∞", (False, True): "∞", (True, False): "-∞"}

    @staticmethod
    def words(text):
        return text

    @classmethod
    def interval(cls, lo, hi, closed=False):
        left, right = ("[" if closed and lo != -sympy.oo else "("), ("]" if closed and hi != sympy.oo else ")")
        lo, hi = (text(end).replace("oo", "∞") for end in (lo, hi))
        return f"{left}{lo}, {hi}{right}"


# --- what is said


def _condition(c, way):
    return _SAID.get(c.relation, _compared)(c, way)


def _compared(c, way):
    left, relation, right = apart(c.left, c.relation, c.right)
    return f"{way.math(left)} {way.relation(relation)} {way.math(right)}" + _every(c.over, way)


def _dominated(c, way):
    positive = f"{way.relation('>')} 0"
    times = tuple(place for place in c.over if isinstance(place[0], sympy.Symbol) and place[1] is not None)
    return f"{way.math(c.right)} {positive}{way.words(' wherever ')}{way.math(c.left)} {positive}" + _every(times, way)


def _whole(c, way):
    return way.math(c.left) + way.words(" is a whole number") + _every(c.over, way)


def _total(c, way):
    if isinstance(c.left, Density):
        return way.words("the ") + way.math(c.left) + way.words(" given has total one")
    names = ", ".join(way.math(v) for v, _, _ in c.over)
    over = way.words(" over ") + names if names else ""
    return way.words("the total of ") + way.math(c.left) + over + way.words(" is one")


def _continuous(c, way):
    ((v, lo, hi),) = c.over
    where = way.words(" in ") + way.math(v)
    if lo is not None and (lo, hi) != (-sympy.oo, sympy.oo):
        where += way.words(" on ") + way.interval(lo, hi, closed=True)
    return way.math(c.left) + way.words(" is continuous") + where


def _definite(c, way):
    return way.math(c.left) + way.words(" is symmetric and positive definite") + _every(c.over, way)


def _vanishes(c, way):
    ((v, lo, hi),) = c.over
    to = way.ends[lo.is_infinite, hi.is_infinite]
    return way.math(c.left) + way.tends + way.math(sympy.S.Zero) + way.words(" as ") + way.math(v) + way.tends + to


_SAID = {"vanishes": _vanishes, "definite": _definite, "dominated": _dominated, "whole": _whole, "total": _total, "continuous": _continuous}


def _every(over, way):
    """ "for every x and y and k = 1, …, n": the values of the variables that something must hold for."""
    free = [way.math(v) + _sign_of(v, way) for v, lo, hi in over if lo is None and hi is None]
    out = [way.words("every ") + way.words(" and ").join(free)] if free else []
    out += [_range(*limits, way) for limits in over if limits[1] is not None or limits[2] is not None]
    return way.words(" for ") + way.words(" and ").join(out) if out else ""


def _sign_of(v, way):
    """The sign that a real variable is declared to have, as in "every u > 0"."""
    if getattr(v, "is_integer", False) or not isinstance(v, sympy.Symbol):
        return ""
    signs = (("positive", ">"), ("negative", "<"), ("nonnegative", ">="), ("nonpositive", "<="))
    return next((f" {way.relation(sign)} 0" for what, sign in signs if getattr(v, f"is_{what}")), "")


def _range(v, lo, hi, way):
    name = way.math(v)
    lo, hi = (None if end is None else sympy.sympify(end) for end in (lo, hi))
    low, high = (end is not None and not end.is_infinite for end in (lo, hi))
    if low and high and v.is_integer:
        few = (hi - lo).is_Integer and hi - lo <= 2
        values = map(way.math, [lo + k for k in range(int(hi - lo) + 1)] if few else (lo, hi))
        return f"{name} = " + (", " if few else f", {way.dots}, ").join(values)
    if low and high:
        return way.words("every ") + name + way.words(" in ") + way.interval(lo, hi)
    if not low and not high:
        return way.words("every ") + name
    relation = (">" if low else "<") + ("=" if v.is_integer else "")
    return way.words("every ") + f"{name} {way.relation(relation)} {way.math(lo if low else hi)}"


def _fact(f, way):
    over = () if isinstance(f.left, Density) else tuple((v, None, None) for v in f.forall)
    return f"{way.math(f.left)} {way.relation(f.relation)} {way.math(f.right)}" + _every(over, way)


def apart(left, relation, right):
    """A comparison with 0 as one of two things: a − b ≥ 0 is a ≥ b, −a > 0 is a < 0, 2a − 2b ≠ 0 is a ≠ b."""
    if right != 0 or relation not in TURNED:
        return left, relation, right
    if isinstance(left, (sympy.Add, sympy.Mul)):
        left = plain(left).as_content_primitive()[1]
    if isinstance(left, Terms):
        terms = left.args
    else:
        terms = ordered_terms(left) if isinstance(left, sympy.Add) else [left]
    signed = [sign(a) for a in terms]
    plus, minus = ([a for m, a in signed if m == negative] for negative in (False, True))
    if not minus:
        return left, relation, right
    if not plus:
        return _sum(minus), TURNED[relation], right
    plus, minus = _sum(plus), _sum(minus)
    if plus.is_Number and not minus.is_Number:  # θ < 1, not 1 > θ
        return minus, TURNED[relation], plus
    return plus, relation, minus


def _sum(terms):
    return terms[0] if len(terms) == 1 else Terms(*terms)


def _joined(items, way):
    """Each item once; those that compare alike with 0, or one thing with several that it is not, in one."""
    out = {}
    for item in items:
        key, said = _said(item, way)
        if said not in out.setdefault(key, []):
            out[key].append(said)
    return [key[0] + ", ".join(said) + key[1] for key, said in out.items()]


def _said(item, way):
    """((what stands before, what stands behind), what is listed between them)"""
    if isinstance(item, Fact):
        return (_fact(item, way), ""), ""
    left, relation, right = apart(item.left, item.relation, item.right)
    if item.relation not in TURNED:
        return (_condition(item, way), ""), ""
    if right == 0:
        return ("", f" {way.relation(relation)} 0" + _every(item.over, way)), way.math(left)
    if relation == "!=":
        return (f"{way.math(left)} {way.relation(relation)} ", _every(item.over, way)), way.math(right)
    return (_condition(item, way), ""), ""
