"""Calls that do not fit, told as what to write instead: the nearest keyword, the missing argument, an example."""

import difflib
import functools
import inspect

import sympy
from sympy import Expr, sympify
from sympy.core.assumptions import _assume_defined

from .errors import DerivationError

__all__ = ["NoNumber", "NoSuchName", "call", "known", "nearest", "operand"]


class NoSuchName(DerivationError, AttributeError):
    """A name that an object of the engine does not have, with the nearest that it has."""


def nearest(name, names):
    """The name that was meant, as far as spelling tells; None where none is near.

    >>> (nearest("positve", ["positive", "real"]), nearest("fact", ["facts", "because"]),
    ...     nearest("colour", ["facts"]))
    ('positive', 'facts', None)
    """
    found = difflib.get_close_matches(name, list(names), 1, 0.6)
    return found[0] if found else None


#: What is said elsewhere for a keyword of the language.
SYNONYMS = {
    "reason": "because", "why": "because", "given": "facts", "assuming": "facts", "assumptions": "facts", "hypotheses": "facts", "for_all": "forall",
    "difference": "gap", "lengths": "times", "markovian": "markov", "timeout": "seconds", "source": "article",
}  # fmt: skip


def call(example, *also):
    """Decorates a function of the language: a call that does not fit raises a DerivationError with an example.

    also: keywords that it takes beyond those of its signature. Nothing is done before a call fails.
    """

    def decorate(f):
        @functools.wraps(f)
        def checked(*args, **kwargs):
            try:
                return f(*args, **kwargs)
            except TypeError as why:
                if why.__traceback__.tb_next is not None:
                    raise  # from within
                wrong = _wrong(f, example, also, args, kwargs) or f"{why}: write {example}"
            raise DerivationError(wrong)

        return checked

    return decorate


def _wrong(f, example, also, args, kwargs):
    """What is wrong with a call, in words; empty where the signature does not tell."""
    parameters = inspect.signature(f).parameters
    names = [n for n, p in parameters.items() if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY) and n not in ("self", "cls")]
    name = example.partition("(")[0]
    for e in args:
        if isinstance(e, bool):
            operand(e)
    for key in kwargs:
        if key not in names and key not in also:
            near = SYNONYMS.get(key) or nearest(key, [*names, *also])
            known = ", ".join(f"{n}=" for n in dict.fromkeys([*names, *also]))
            return f"{name}(…) has no {key}=. " + (f"Did you mean {near}=?" if near in (*names, *also) else f"It takes {known}")
    try:
        inspect.signature(f).bind(*args, **kwargs)
    except TypeError as why:
        missing = str(why).partition("argument: ")[2]
        return f"{name}(…) lacks {missing.strip(chr(39))}: write {example}" if missing else f"{name}(…) takes fewer arguments: write {example}"
    return ""


def operand(e):
    """What stands in an expression, as SymPy reads it; an error where it is no number."""
    if isinstance(e, Expr):
        return e
    if isinstance(e, str):
        raise DerivationError(f"{e!r} is text. Write the expression itself, without quotes")
    if isinstance(e, (bool, sympy.logic.boolalg.BooleanAtom)):
        raise DerivationError(f"== and != compare at once, and give {bool(e)}. The two sides of a line are two arguments: Identity(\"label\", left, right)")
    if hasattr(e, "how_to_write"):
        raise DerivationError(e.how_to_write())
    if isinstance(e, type) and issubclass(e, sympy.Function):
        raise DerivationError(f"{e} is a function. Write its value, such as {e}(x)")
    if callable(e) and not isinstance(e, sympy.Basic):
        raise DerivationError("a Python function is no expression: call it, or write undefined(\"f\") for a function that is left open")
    try:
        value = sympify(e, strict=True)
    except sympy.SympifyError:
        raise DerivationError(f"an expression is wanted, not {_kind(e)}") from None
    if isinstance(value, sympy.core.relational.Relational):
        raise DerivationError(f"{value} is a comparison. Its sides are two arguments: Identity(\"label\", left, right) for =, Inequality(\"label\", left, right, gap=…) for ≥")
    if not isinstance(value, Expr):
        raise DerivationError(f"an expression is wanted, not {_kind(e)}")
    return value


def _kind(e):
    """A value that is no expression, in words."""
    article = "an" if type(e).__name__[0] in "aeiouAEIOU" else "a"
    return "None" if e is None else f"{article} {type(e).__name__}, {e!r}"[:120]


KNOWN = frozenset(_assume_defined)


def known(assumptions):
    """Raise for a property that does not exist; SymPy takes any name and makes nothing of it."""
    for name in assumptions:
        if name not in KNOWN:
            near = nearest(name, KNOWN)
            usual = "positive=True, nonnegative=True, integer=True, real=True, nonzero=True"
            raise DerivationError(f"{name}= is no property of a symbol. " + (f"Did you mean {near}=?" if near else f"There are {usual}"))


class NoNumber:
    """What stands for no number until it is called or indexed: arithmetic with it says what to write.

    A class gives `how_to_write()`, the sentence of the error.
    """

    def _refuse(self, *others):
        raise DerivationError(self.how_to_write())

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = __pow__ = __rpow__ = __neg__ = _refuse
