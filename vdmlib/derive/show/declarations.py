"""What is declared of the symbols, functions and laws that stand in a line: signs, whole numbers, Markov chains."""

import sympy
from sympy import Symbol
from sympy.core.function import AppliedUndef
from sympy.tensor.indexed import Indexed

from ..nodes.arrays import Letter
from ..nodes.fields import FieldValue
from ..nodes.expressions import plain
from ..nodes.laws import At, Block, Density, Law, Variable
from ..nodes.schedules import ScheduleValue
from ..nodes.walk import walk
from .latex import tex

__all__ = ["declared"]

_SIGNS = (("positive", "> 0"), ("negative", "< 0"), ("nonnegative", r"\ge 0"), ("nonpositive", r"\le 0"), ("nonzero", r"\ne 0"))
_KINDS = (("whole", r"\in\mathbb{Z}"), ("complex", r"\in\mathbb{C}"))


def declared(*expressions):
    """The declarations of what is free in the expressions, in MyST, alike ones together: ``$a,\\ \\sigma > 0$``.

    A sign that is declared of a function or of entries holds for every argument. Bound indices are left out: their
    ranges stand in the line. That a symbol is real goes without saying.
    """
    found, laws, arrays, joint = {}, {}, {}, r",\ "
    for e in expressions:
        free = {plain(s) for s in e.free_symbols if isinstance(s, Symbol)}
        for a in walk(e):
            if isinstance(a, Letter):
                _note(arrays, a)
            elif isinstance(a, FieldValue):
                _note(arrays, Letter(a.name, *a.shape))
            if isinstance(a, Law):
                laws.setdefault(a.name, a)
            for key, shown in _properties(a, free):
                names = found.setdefault(key, [])
                if shown not in names:
                    names.append(shown)
    out = [f"${joint.join(sorted(found[key]))} {sign}$" for key, sign in (*_SIGNS, *_KINDS) if key in found]
    out += [f"${joint.join(sorted(names))} \\in \\mathbb{{R}}^{{{space}}}$" + (f" {kind}" if kind else "") for (space, kind), names in sorted(arrays.items())]
    for word, those in (("a Markov chain", [law for law in laws.values() if law.markov]), ("discrete", [law for law in laws.values() if law.discrete]),
                        ("a law of independent copies", [law for law in laws.values() if law.iid])):  # fmt: skip
        out += [f"${law.name}$ is {word}" for law in sorted(those, key=lambda law: law.name)]
    return out


def _note(arrays, a):
    """A vector or matrix with its space and what is declared of it."""
    rows, columns = map(tex, a.shape)
    kinds = [words for trait, words in _TRAITS if trait in a.traits and not ("positive" in a.traits and trait in ("symmetric", "invertible"))
             and not ("orthogonal" in a.traits and trait == "invertible")]  # fmt: skip
    names = arrays.setdefault((rows if a.shape[1] == 1 else rf"{rows} \times {columns}", " and ".join(kinds)), [])
    if tex(a) not in names:
        names.append(tex(a))


_TRAITS = (("positive", "symmetric positive definite"), ("symmetric", "symmetric"), ("orthogonal", "orthogonal"), ("invertible", "invertible"))


def _properties(a, free):
    """(property, LaTeX of what it is declared of) for one part of an expression."""
    if isinstance(a, (At, Block, Density, Letter, ScheduleValue)):
        return
    if isinstance(a, Variable) or isinstance(a, Symbol) and plain(a) in free:
        known, shown = plain(a) if isinstance(a, Symbol) else a, tex(a)
        if known.is_integer:
            yield "whole", shown
        elif known.is_real is not True and known.is_complex:
            yield "complex", shown
        yield from ((key, shown) for key in [_strongest(lambda key: getattr(known, f"is_{key}"))] if key)
    elif isinstance(a, AppliedUndef):
        assumed = a.func._kwargs
        key = _strongest(assumed.get)
        if key:
            yield key, tex(Symbol(a.func.__name__))
    elif isinstance(a, Indexed):
        key = _strongest(lambda key: getattr(a.base.label, f"is_{key}", None))
        if key:
            yield key, tex(sympy.sympify(a.base.label))


def _strongest(has):
    return next((key for key, _ in _SIGNS if has(key)), None)
