"""Plain text of the display nodes, for error messages and terminals."""

import sympy
from sympy.printing.str import StrPrinter

from ..nodes.expressions import Factors, Terms
from ..nodes.functionals import Functional
from ..nodes.schedules import Scheduled
from .latex import _needs_brackets, sign, written
from .readable import readable

__all__ = ["text"]


def text(e):
    """An expression as it would be typed, roughly."""
    return readable(_Text().doprint(e))


class _Text(StrPrinter):
    def _print_Abs(self, e):
        return f"|{self._print(e.args[0])}|"

    def _print_AppliedUndef(self, e):
        return self._print(written(e)) if isinstance(e, Scheduled) else super()._print_Function(e)

    def _print_Terms(self, e):
        out = ""
        for k, a in enumerate(e.args):
            minus, body = sign(a)
            t = self._print(body)
            if isinstance(body, (Terms, sympy.Add)) and (minus or k):
                t = f"({t})"
            out += ("-" if minus else "") + t if k == 0 else (" - " if minus else " + ") + t
        return out

    def _print_Factors(self, e):
        minus, body = sign(e)
        if minus:
            t = self._print(body)
            return f"-({t})" if isinstance(body, (Terms, sympy.Add)) else f"-{t}"
        last = len(e.args) - 1
        parts = []
        for k, a in enumerate(e.args):
            t = self._print(a)
            parts.append(f"({t})" if _needs_brackets(a, k == 0, k == last) else t)
        return " ".join(parts)

    def _print_Frac(self, e):
        num, den = (self._print(a) if not isinstance(a, (Terms, Factors, sympy.Add, sympy.Mul)) else f"({self._print(a)})" for a in e.args)
        return f"{num}/{den}"

    def _print_Power(self, e):
        base, n = e.args
        if n == sympy.Rational(1, 2):
            return f"sqrt({self._print(base)})"
        t = self._print(base)
        return f"{t if base.is_Atom else f'({t})'}^{self._print(n)}"

    def _print_Expectation(self, e):
        laws = " ".join(map(self._print, e.law.args if isinstance(e.law, Factors) else (e.law,)))
        return f"E[{laws}]({self._print(e.body)})"

    def _print_SumOver(self, e):
        return f"Σ[{', '.join(map(self._print, e.bound))}] {self._wrap(e.body)}"

    def _print_IntegralOver(self, e):
        return f"∫[{', '.join(map(self._print, e.bound))}] {self._wrap(e.body)}"

    def _wrap(self, body):
        t = self._print(body)
        return f"({t})" if isinstance(body, (Terms, sympy.Add)) else t

    def _print_Block(self, e):
        return f"{self._print(e.args[0])}[{self._print(e.args[1])}:{self._print(e.args[2])}]"

    def _print_phi(self, e):
        return f"φ({self._print(e.args[0])})"

    def _print_Functional(self, e):
        return f"{type(e).__name__}({', '.join(map(self._print, e.args))})"


for cls in Functional.__subclasses__():
    setattr(_Text, f"_print_{cls.__name__}", _Text._print_Functional)
