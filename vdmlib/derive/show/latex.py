"""LaTeX of the display nodes: what was typed, in the order typed."""

import sympy
from sympy import Rational
from sympy.core.function import AppliedUndef
from sympy.core.symbol import Str
from sympy.printing.latex import LatexPrinter

from ..nodes.expressions import Factors, Frac, Terms, log, plain
from ..nodes.functionals import Expectation, Functional, Over
from ..nodes.laws import At, Density
from ..nodes.normal import N
from ..nodes.schedules import Scheduled, ScheduleValue

__all__ = ["tex", "relation_tex"]

RELATIONS = {"=": "=", ">=": r"\ge", "<=": r"\le", ">": ">", "<": "<", ":=": r"\mathrel{:=}", "->": r"\to", "!=": r"\ne"}


def tex(e):
    """LaTeX of an expression, without dollar signs."""
    return _Printer().doprint(e)


def relation_tex(relation):
    return RELATIONS[relation]


class _Printer(LatexPrinter):
    def __init__(self):
        super().__init__({"ln_notation": False, "fold_short_frac": False, "long_frac_ratio": None})

    # sums, products, fractions, powers

    def _print_Terms(self, e):
        out = ""
        for k, a in enumerate(e.args):
            minus, body = sign(a)
            text = self._print(body)
            if isinstance(body, (Terms, sympy.Add)) and (minus or k):
                text = _brackets(text)
            out += ("-" if minus else "") + text if k == 0 else (" - " if minus else " + ") + text
        return out

    def _print_Factors(self, e):
        minus, body = sign(e)
        if minus:
            text = self._print(body)
            return "-" + (_brackets(text) if isinstance(body, (Terms, sympy.Add)) else text)
        out, last = "", len(e.args) - 1
        for k, a in enumerate(e.args):
            text = self._print(a)
            if _needs_brackets(a, first=k == 0, last=k == last):
                text = _brackets(text)
            glue = r" \cdot " if out and _is_number(a) else r"\, " if out else ""
            out += glue + text
        return out

    def _print_Frac(self, e):
        return rf"\frac{{{self._print(e.args[0])}}}{{{self._print(e.args[1])}}}"

    def _print_Power(self, e):
        base, n = e.args
        if n == Rational(1, 2):
            return rf"\sqrt{{{self._print(base)}}}"
        text = self._print(base)
        if isinstance(base, AppliedUndef):
            return rf"{text}^{{{self._print(n)}}}"
        if not isinstance(base, (sympy.Symbol, sympy.Indexed, Expectation)) and not base.is_Integer:
            text = _brackets(text)
        return rf"{{{text}}}^{{{self._print(n)}}}"

    def _print_log(self, e, exp=None):
        text = self._operator(r"\log", e.args[0])
        return text if exp is None else rf"{_brackets(text)}^{{{exp}}}"

    def _print_phi(self, e):
        return rf"\varphi{_brackets(self._print(e.args[0]))}"

    def _print_exp(self, e):
        (a,) = e.args
        text = self._print(a)
        if isinstance(a, Frac) or len(text) > 24:
            return rf"\exp{_brackets(text)}"
        return rf"e^{{{text}}}"

    def _operator(self, name, a):
        text = self._print(a)
        if isinstance(a, (Density, sympy.Symbol, N, Frac, At, Functional)) or (a.is_number and not a.is_negative):
            return f"{name} {text}"
        return f"{name}{_brackets(text)}"

    # variables and densities

    def _print_At(self, e):
        return f"{self._print(e.args[0].label)}_{{{self._print(e.args[1])}}}"

    def _print_Block(self, e):
        base, lo, hi = e.args
        return f"{self._print(base.label)}_{{{self._print(lo)}:{self._print(hi)}}}"

    def _print_Density(self, e):
        bar = r" \mid " + ", ".join(map(self._print, e.right)) if e.right else ""
        return f"{e.law.name}({', '.join(map(self._print, e.left))}{bar})"

    def _print_N(self, e):
        x, m, v = map(self._print, e.args)
        return rf"\mathcal{{N}}\!\left({x};\, {m},\, {v}\right)"

    def _law(self, a):
        return self._print(a)

    # functionals

    def _print_Expectation(self, e):
        law = r"\, ".join(map(self._law, e.law.args if isinstance(e.law, Factors) else (e.law,)))
        return rf"\mathbb{{E}}_{{{law}}}\!\left[{self._print(e.body)}\right]"

    def _over(self, e, head, tail):
        body = self._print(e.body)
        if isinstance(e.body, (Terms, sympy.Add)):
            body = _brackets(body)
        return head + body + tail

    def _print_SumOver(self, e):
        return self._over(e, rf"\sum_{{{', '.join(map(self._print, e.bound))}}} ", "")

    def _print_IntegralOver(self, e):
        return self._over(e, r"\int ", "".join(rf"\,\mathrm{{d}}{self._print(v)}" for v in e.bound))

    def _print_KL(self, e):
        a, b = map(self._print, e.args)
        return rf"D_{{\mathrm{{KL}}}}\!\left({a} \,\middle\Vert\, {b}\right)"

    def _print_H(self, e):
        return rf"H\!\left({self._print(e.args[0])}\right)"

    def _print_CE(self, e):
        a, b = map(self._print, e.args)
        return rf"H\!\left({a},\, {b}\right)"

    def _print_ELBO(self, e):
        return rf"\mathrm{{ELBO}}({', '.join(a.law.name for a in e.args)})"

    def _print_MI(self, e):
        left, right = (", ".join(map(self._print, s)) for s in e.sides)
        bar = r" \mid " + ", ".join(map(self._print, e.args[0].right)) if e.args[0].right else ""
        return rf"I_{{{e.args[0].law.name}}}\!\left({left};\, {right}{bar}\right)"

    # SymPy's own, with the brackets a reader expects

    def _print_AppliedUndef(self, e, exp=None):
        if isinstance(e, Scheduled):
            return self._print(written(e)) + (f"^{{{exp}}}" if exp is not None else "")
        name = self._print(sympy.Symbol(e.func.__name__))
        return f"{name}({', '.join(map(self._print, e.args))})" + (f"^{{{exp}}}" if exp is not None else "")

    _print_OrderedUndef = _print_AppliedUndef

    def _print_Derivative(self, e):
        if isinstance(e.expr, AppliedUndef) and len(e.variable_count) == 1:
            ((v, n),) = e.variable_count
            if e.expr.args == (v,):
                name = self._print(sympy.Symbol(e.expr.func.__name__))
                if n == 1:
                    return f"{name}'({self._print(v)})"
                if n == 2:
                    return f"{name}''({self._print(v)})"
        body = self._print(e.expr)
        if isinstance(e.expr, (Terms, Factors, sympy.Add, sympy.Mul)) or sign(e.expr)[0]:
            body = _brackets(body)  # else ∂/∂x f g might be (∂/∂x f) g
        letter = "d" if len(plain(e.expr).free_symbols | {plain(v) for v, _ in e.variable_count}) == 1 else r"\partial"
        order = sum(n for _, n in e.variable_count)
        below = " ".join(f"{letter} {self._print(v)}" + (f"^{{{n}}}" if n > 1 else "") for v, n in e.variable_count)
        above = letter + (f"^{{{order}}}" if order > 1 else "")
        return rf"\frac{{{above}}}{{{below}}} {body}"

    def _print_Integral(self, e):
        body = self._print(e.function)
        if isinstance(e.function, (Terms, sympy.Add)):
            body = _brackets(body)
        signs = ""
        for limit in reversed(e.limits):
            signs += r"\int"
            if len(limit) == 3:
                signs += rf"_{{{self._print(limit[1])}}}^{{{self._print(limit[2])}}}"
        return signs + " " + body + "".join(rf"\,\mathrm{{d}}{self._print(limit[0])}" for limit in e.limits)

    def _print_Sum(self, e):
        return self._big(e, r"\sum")

    def _print_Product(self, e):
        return self._big(e, r"\prod")

    def _big(self, e, letter):
        out = ""
        for i, lo, hi in e.limits:
            out += rf"{letter}_{{{self._print(i)}={self._print(lo)}}}^{{{self._print(hi)}}} "
        body = self._print(e.function)
        return out + (_brackets(body) if isinstance(e.function, (Terms, sympy.Add)) else body)

    def _print_Limit(self, e):
        body, z, z0, side = e.args
        arrow = self._print(z0) + ("" if str(side) == "+-" or z0.is_infinite else rf"^{{{side}}}")
        text = self._print(body)
        if isinstance(body, (Terms, sympy.Add)):
            text = _brackets(text)
        return rf"\lim_{{{self._print(z)} \to {arrow}}} {text}"


def _brackets(text):
    return rf"\left({text}\right)"


def written(a):
    """α_t or ᾱ_t as it is typed, from its form in ordinary SymPy."""
    name, _, bar = a.func.__name__.partition(".")
    return ScheduleValue(Str(name), bool(bar), a.args[0])


def sign(a):
    """(is there a leading minus, what follows it)"""
    if isinstance(a, Factors) and a.args[0].is_Number and a.args[0].is_negative:
        c = -a.args[0]
        rest = a.args[1:] if c == 1 else (c, *a.args[1:])
        return True, rest[0] if len(rest) == 1 else Factors(*rest)
    if isinstance(a, Frac):
        minus, num = sign(a.args[0])
        if minus:
            return True, Frac(num, a.args[1])
    if a.is_Number and a.is_negative:
        return True, -a
    if isinstance(a, sympy.Mul) and a.as_coeff_Mul()[0].is_negative:
        return True, -a
    return False, a


def _is_number(a):
    return a.is_Number and not a.is_negative


def _needs_brackets(a, first, last):
    if isinstance(a, (Terms, sympy.Add)):
        return True
    if a.is_Number and a.is_negative and not first:
        return True
    if isinstance(a, (sympy.Sum, sympy.Product, Over, log)):
        return not last
    if isinstance(a, Factors):
        return sign(a)[0] and not first
    return False

