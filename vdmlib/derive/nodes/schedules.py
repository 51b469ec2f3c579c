"""Noise schedules with a symbolic time: α_t, and ᾱ_t = α_1 ⋯ α_t.

    alpha = Schedule("alpha")
    alpha[t], alpha.bar[t]

0 < α_t < 1 for every t, and ᾱ_0 = 1.
"""

import functools

from sympy import Expr, S, sympify
from sympy.core.function import AppliedUndef, UndefinedFunction
from sympy.core.symbol import Str

from ..calls import NoNumber
from ..errors import DerivationError
from .expressions import Ordered

__all__ = ["Schedule", "ScheduleValue", "Scheduled", "schedule_function", "is_bar"]


class Scheduled(AppliedUndef):
    """α(t) or ᾱ(t) in ordinary SymPy."""

    is_unit = True


@functools.cache
def schedule_function(name, bar):
    """α or ᾱ as a function in ordinary SymPy; SymPy takes its time to make a class, so each is made once.

    SymPy compares functions by name and keywords alone: by the last one no function of somebody else is the same.
    """
    return UndefinedFunction(f"{name}.bar" if bar else name, bases=(Scheduled,), positive=True, real=True, scheduled=True)


def is_bar(e):
    """Whether an expression of ordinary SymPy is some ᾱ(t)."""
    return isinstance(e, Scheduled) and e.func.__name__.endswith(".bar")


class ScheduleValue(Ordered, Expr):
    """α_t or ᾱ_t as it stands on the page."""

    is_commutative = True
    is_positive = True
    is_real = True

    def __new__(cls, name, bar, index):
        return Expr.__new__(cls, name, sympify(bool(bar)), sympify(index))

    @property
    def name(self):
        return self.args[0].name

    @property
    def bar(self):
        return bool(self.args[1])

    @property
    def index(self):
        return self.args[2]

    def _plain(self, name, bar, index):
        if bar and index == 0:
            return S.One
        return schedule_function(name.name, bool(bar))(index)

    def doit(self, **hints):
        return self

    def slips(self):
        """What is easily written in its place."""
        yield "α for ᾱ" if self.bar else "ᾱ for α", ScheduleValue(self.args[0], not self.bar, self.index)
        if not self.index.is_Integer:
            yield "t for t − 1", ScheduleValue(self.args[0], self.bar, self.index + 1)
            yield "t − 1 for t", ScheduleValue(self.args[0], self.bar, self.index - 1)

    def _sympystr(self, printer):
        return f"{self.name}{'.bar' if self.bar else ''}[{printer._print(self.index)}]"

    def _latex(self, printer, exp=None):
        letter = self.name if len(self.name) == 1 or "\\" in self.name else f"\\{self.name}"
        out = f"\\bar{{{letter}}}" if self.bar else letter
        out = f"{out}_{{{printer._print(self.index)}}}"
        return out if exp is None else f"{out}^{{{exp}}}"


class _Indexed(NoNumber):
    def __init__(self, name, bar):
        self.name, self.bar_ = Str(name), bar

    @property
    def shown(self):
        return f"{self.name.name}{'.bar' if self.bar_ else ''}"

    def how_to_write(self):
        return f"{self.shown} is a whole schedule: write {self.shown}[t] for its value at one time"

    def __call__(self, *index):
        raise DerivationError(f"the time of a schedule stands in square brackets: {self.shown}[{', '.join(map(str, index)) or 't'}]")

    def _sympy_(self):
        raise DerivationError(self.how_to_write())

    def __getitem__(self, index):
        index = sympify(index)
        if index.is_Integer and index < (0 if self.bar_ else 1):
            raise DerivationError(
                f"{self.name.name}{'.bar' if self.bar_ else ''}[{index}] does not exist: "
                f"a schedule starts at α_1 and ᾱ_0 = 1"
            )
        return ScheduleValue(self.name, self.bar_, index)


class Schedule(_Indexed):
    """The factors α_1, α_2, … of a schedule, each in (0, 1); `.bar` holds their products.

    name: the letter, such as "alpha" or "a".

    Example: one step more
    >>> t = symbol("t", integer=True, positive=True)
    >>> alpha = Schedule("alpha")
    >>> Identity("ex.schedule", alpha.bar[t], alpha[t] * alpha.bar[t-1])

    Example: what is added is the noise of both
    >>> Identity("ex.schedule.noise", 1 - alpha.bar[t], alpha[t] * (1 - alpha.bar[t-1]) + 1 - alpha[t])

    Refused: one factor is not the product of all
    >>> Identity("ex.schedule.bar", alpha.bar[t], alpha[t] * alpha[t-1])

    Refused: it begins with α_1
    >>> alpha[0]
    """

    def __init__(self, name):
        super().__init__(name, False)
        self.bar = _Indexed(name, True)
