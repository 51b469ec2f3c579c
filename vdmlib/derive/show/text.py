"""Plain text of the display nodes, for error messages and terminals: nearly what one would type."""

import sympy
from sympy.printing.precedence import PRECEDENCE, precedence
from sympy.printing.str import StrPrinter

from ..nodes.expressions import Factors
from ..nodes.functionals import Functional
from ..nodes.schedules import Scheduled
from ..nodes.walk import without_open_numbers
from .brackets import is_sum, sign
from .latex import written
from .readable import readable

__all__ = ["text"]


def text(e):
    """An expression as it would be typed; Σ[…], ∫[…] and φ stand for Sigma[…], Integrate[…] and phi, 1/2 for frac(1, 2)."""
    return readable(_Text().doprint(e))


class _Text(StrPrinter):
    def doprint(self, e):
        e, self.held = without_open_numbers(e)  # SymPy would evaluate them to sort them
        return super().doprint(e)

    def _print_Dummy(self, e):
        return self._print(self.held[e]) if e in self.held else super()._print_Dummy(e)

    def _print_AppliedUndef(self, e):
        return self._print(written(e)) if isinstance(e, Scheduled) else super()._print_Function(e)

    def _print_Abs(self, e):
        return f"|{self._print(e.args[0])}|"

    def _print_Terms(self, e):
        out = ""
        for k, a in enumerate(e.args):
            minus, body = sign(a)
            t = self._after(body) if minus or k else self._print(body)
            out += ("-" if minus else "") + t if k == 0 else (" - " if minus else " + ") + t
        return out

    def _print_Factors(self, e):
        minus, body = sign(e)
        if minus:
            return "-" + self._after(body)
        return "*".join(self._factor(a, first=k == 0, last=k == len(e.args) - 1) for k, a in enumerate(e.args))

    def _factor(self, e, first, last):
        t = self._print(e)
        quotient = precedence(e) == PRECEDENCE["Mul"] and "/" in t  # a/b*c is (a/b)*c, which not everyone reads
        held = is_sum(e) or (not first and t.startswith("-")) or (not last and quotient)
        return f"({t})" if held else t

    def _after(self, e):
        """A term after a sign."""
        t = self._print(e)
        return f"({t})" if is_sum(e) or t.startswith("-") else t

    def _print_Frac(self, e):
        return "/".join(self._held(a, precedence(a) <= PRECEDENCE["Mul"] and a != 0) for a in e.args)

    def _print_Power(self, e):
        base, n = e.args
        if n == sympy.Rational(1, 2):
            return f"sqrt({self._print(base)})"
        squared = isinstance(base, sympy.Symbol) and "^" in base.name
        held = precedence(base) <= PRECEDENCE["Pow"] or squared
        return f"{self._held(base, held)}**{self._held(n, precedence(n) <= PRECEDENCE['Pow'])}"

    def _print_Expectation(self, e):
        laws = "*".join(map(self._print, e.law.args if isinstance(e.law, Factors) else (e.law,)))
        return f"E[{laws}]({self._print(e.body)})"

    _print_ArrayExpectation = _print_Expectation

    def _print_SumOver(self, e):
        return f"Σ[{', '.join(map(self._print, e.bound))}]({self._print(e.body)})"

    def _print_IntegralOver(self, e):
        return f"∫[{', '.join(map(self._print, e.bound))}]({self._print(e.body)})"

    _print_ArrayIntegral = _print_IntegralOver

    def _print_Block(self, e):
        return f"{self._print(e.args[0])}[{self._print(e.args[1])}:{self._print(e.args[2])}]"

    def _print_phi(self, e):
        return f"φ({self._print(e.args[0])})"

    def _print_Functional(self, e):
        return f"{type(e).__name__}({', '.join(map(self._print, e.args))})"

    def _held(self, e, held):
        return f"({self._print(e)})" if held else self._print(e)


for cls in Functional.__subclasses__():
    setattr(_Text, f"_print_{cls.__name__}", _Text._print_Functional)
