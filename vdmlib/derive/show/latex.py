"""LaTeX of the display nodes: what was typed, in the order typed."""

import sympy
from sympy import Rational
from sympy.core.function import AppliedUndef
from sympy.core.symbol import Str
from sympy.printing.latex import LatexPrinter, translate
from sympy.printing.precedence import PRECEDENCE

from ..nodes.arrays import Inner, Letter, Norm
from ..nodes.expressions import Factors, Frac, Power, Terms
from ..nodes.fields import FieldValue
from ..nodes.functionals import Expectation, Functional, Over
from ..nodes.laws import At, Density
from ..nodes.normal import N
from ..nodes.schedules import Scheduled, ScheduleValue
from ..nodes.walk import ordered_terms
from .brackets import in_product, in_sum, is_open, primed, sign, under_operator

__all__ = ["tex", "relation_tex"]

RELATIONS = {"=": "=", ">=": r"\ge", "<=": r"\le", ">": ">", "<": "<", ":=": r"\mathrel{:=}", "->": r"\to", "!=": r"\ne"}


def tex(e):
    """LaTeX of an expression, without dollar signs.

    Example: in the order typed
    >>> x, z = variables("x z")
    >>> q = Law("q", z | x)
    >>> print(tex(E[q(z|x)](log(q(z|x)))))

    Refused: LaTeX is text, and no expression
    >>> a = symbol("a")
    >>> Identity("ex.tex", a, tex(a))
    """
    return _Printer().doprint(e)


def relation_tex(relation):
    return RELATIONS[relation]


class _Printer(LatexPrinter):
    def __init__(self):
        super().__init__({"ln_notation": False, "fold_short_frac": False, "long_frac_ratio": None})

    # sums, products, fractions, powers

    def _print_Terms(self, e):
        return self._sum(e.args)

    def _print_Add(self, e, order=None):
        return self._sum(ordered_terms(e))

    def _sum(self, terms):
        out, end = "", len(terms) - 1
        for k, a in enumerate(terms):
            minus, body = sign(a)
            text = self._held(body, in_sum(body, first=k == 0 and not minus, last=k == end))
            out += ("-" if minus else "") + text if k == 0 else (" - " if minus else " + ") + text
        return out

    def _print_Factors(self, e):
        minus, body = sign(e)
        if minus:
            return "-" + self._held(body, in_sum(body, first=False, last=True))
        out, end = "", len(e.args) - 1
        for k, a in enumerate(e.args):
            held = in_product(a, first=k == 0, last=k == end)
            dot = not held and k > 0 and _starts_with_a_number(a, e.args[k - 1])
            out += (r" \cdot " if dot else r"\, " if out else "") + self._held(a, held)
        return out

    def _print_Frac(self, e):
        return rf"\frac{{{self._print(e.args[0])}}}{{{self._print(e.args[1])}}}"

    def _print_Power(self, e):
        base, n = e.args
        if n == Rational(1, 2):
            return rf"\sqrt{{{self._print(base)}}}"
        if isinstance(base, AppliedUndef):
            return rf"{self._print(base)}^{{{self._print(n)}}}"
        whole = base.is_Integer and base >= 0
        held = not whole and not isinstance(base, (sympy.Symbol, sympy.Indexed, Expectation, Norm))
        squared = isinstance(base, sympy.Symbol) and "^" in base.name
        return rf"{{{self._held(base, held or squared)}}}^{{{self._print(n)}}}"

    def _print_log(self, e, exp=None):
        text = self._operator(r"\log", e.args[0])
        return text if exp is None else rf"{_brackets(text)}^{{{exp}}}"

    def _print_phi(self, e):
        return rf"\varphi{_brackets(self._print(e.args[0]))}"

    def _print_exp(self, e, exp=None):
        (a,) = e.args
        text = self._print(a)
        text = rf"\exp{_brackets(text)}" if isinstance(a, Frac) or len(text) > 24 else rf"e^{{{text}}}"
        return text if exp is None else rf"{_brackets(text)}^{{{exp}}}"

    def _operator(self, name, a):
        text = self._print(a)
        number = a.is_number and not a.is_negative and not isinstance(a, (sympy.Add, sympy.Mul, Terms, Factors))
        if isinstance(a, (Density, sympy.Symbol, N, Frac, At, Functional)) or number:
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

    # vectors and matrices

    def _print_Letter(self, e, style=None):
        name, _, index = e.name.partition("_")
        letter = name.rstrip("}").rpartition("{")[2]
        shown = translate(letter) if letter.isalpha() else letter
        out = name.replace(letter, rf"\{'boldsymbol' if shown[0] == chr(92) else 'mathbf'}{{{shown}}}", 1)
        return out + (f"_{index}" if index.startswith("{") else f"_{{{index}}}" if index else "")

    def _print_Eye(self, e):
        return r"\mathbf{I}"

    def _print_Transpose(self, e):
        (a,) = e.args
        return rf"{{{self._held(a, not isinstance(a, (Letter, FieldValue)))}}}^{{\top}}"

    def _print_Inverse(self, e):
        (a,) = e.args
        return rf"{{{self._held(a, not isinstance(a, Letter))}}}^{{-1}}"

    _print_ArrayTerms = _print_Terms
    _print_ArrayFrac = _print_Frac

    def _print_ArrayFactors(self, e):
        minus, body = sign(e)
        if minus:
            return "-" + self._held(body, in_sum(body, first=False, last=True))
        end = len(e.args) - 1
        return r"\, ".join(self._held(a, isinstance(a, Inner) and end > 0 or in_product(a, first=k == 0, last=k == end))
                           for k, a in enumerate(e.args))  # fmt: skip

    def _print_Inner(self, e):
        return self._print_ArrayFactors(e)

    def _print_FieldValue(self, e):
        return f"{self._print_Letter(Letter(e.name, 2))}({', '.join(map(self._print, e.places))})"

    def _operated(self, name, e):
        text = self._print(e.body)
        return f"{name} {text}" if isinstance(e.body, (AppliedUndef, FieldValue, Letter, N, sympy.log)) else f"{name}{_brackets(text)}"

    def _print_Grad(self, e):
        return self._operated(rf"\nabla_{{{self._print(e.by)}}}", e)

    def _print_Div(self, e):
        return self._operated(rf"\nabla_{{{self._print(e.by)}}} \cdot", e)

    def _print_Laplacian(self, e):
        return self._operated(rf"\Delta_{{{self._print(e.by)}}}", e)

    def _print_Jacobian(self, e):
        return self._operated(rf"\mathrm{{D}}_{{{self._print(e.by)}}}", e)

    def _print_ArrayIntegral(self, e):
        return self._print_IntegralOver(e)

    def _print_Trace(self, e):
        return rf"\operatorname{{tr}}{_brackets(self._print(e.args[0]))}"

    def _print_Det(self, e):
        return rf"\det{_brackets(self._print(e.args[0]))}"

    def _print_Norm(self, e):
        return rf"\left\Vert {self._print(e.args[0])} \right\Vert"

    # functionals

    def _print_Expectation(self, e):
        law = r"\, ".join(map(self._law, e.law.args if isinstance(e.law, Factors) else (e.law,)))
        return rf"\mathbb{{E}}_{{{law}}}\!\left[{self._print(e.body)}\right]"

    _print_ArrayExpectation = _print_Expectation

    def _print_SumOver(self, e):
        return rf"\sum_{{{', '.join(map(self._print, e.bound))}}} " + self._body(e.body)

    def _print_IntegralOver(self, e):
        return r"\int " + self._body(e.body) + "".join(rf"\,\mathrm{{d}}{self._print(v)}" for v in e.bound)

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
        if primed(e):
            ((v, n),) = e.variable_count
            name = self._print(sympy.Symbol(e.expr.func.__name__))
            return f"{name}{chr(39) * n}({self._print(v)})"
        letter = "d" if len(_names(e.expr).union(map(str, e.variables))) == 1 else r"\partial"
        order = sum(n for _, n in e.variable_count)
        below = " ".join(f"{letter} {self._print(v)}" + (f"^{{{n}}}" if n > 1 else "") for v, n in e.variable_count)
        above = letter + (f"^{{{order}}}" if order > 1 else "")
        return rf"\frac{{{above}}}{{{below}}} {self._derived(e.expr)}"

    def _print_Total(self, e):
        body, t = e.args
        return rf"\frac{{d}}{{d {self._print(t)}}} {self._derived(body)}"

    def _derived(self, e):
        # d/da f g might be (d/da f) g
        return self._held(e, isinstance(e, (Factors, sympy.Mul)) or sign(e)[0] or under_operator(e))

    def _print_Subs(self, e):
        body, old, new = e.args
        where = r"\\ ".join(f"{self._print(v)}={self._print(at)}" for v, at in zip(old, new))
        return rf"\left. {self._body(body)} \right|_{{\substack{{ {where} }}}}"

    def _print_Integral(self, e):
        signs = ""
        for limit in reversed(e.limits):
            signs += r"\int"
            if len(limit) == 3:
                signs += rf"_{{{self._print(limit[1])}}}^{{{self._print(limit[2])}}}"
        return signs + " " + self._body(e.function) + "".join(rf"\,\mathrm{{d}}{self._print(limit[0])}" for limit in e.limits)

    def _print_Sum(self, e):
        return self._big(e, r"\sum")

    def _print_Product(self, e):
        return self._big(e, r"\prod")

    def _big(self, e, letter):
        out = ""
        for i, lo, hi in reversed(e.limits):  # the last of them is the outermost
            out += rf"{letter}_{{{self._print(i)}={self._print(lo)}}}^{{{self._print(hi)}}} "
        return out + self._body(e.function)

    def _print_Limit(self, e):
        body, z, z0, side = e.args
        arrow = self._print(z0)
        if str(side) != "+-" and not z0.is_infinite:
            arrow = (arrow if z0.is_Symbol or z0.is_Number else _brackets(arrow)) + rf"^{{{side}}}"
        return rf"\lim_{{{self._print(z)} \to {arrow}}} {self._body(body)}"

    def _body(self, e):
        return self._held(e, under_operator(e))

    def _held(self, e, held):
        return _brackets(self._print(e)) if held else self._print(e)

    # the same in ordinary SymPy

    def _needs_mul_brackets(self, expr, first=False, last=False):
        return in_product(expr, first, last) or super()._needs_mul_brackets(expr, first, last)

    def parenthesize(self, item, level, is_neg=False, strict=False):
        if level > PRECEDENCE["Mul"] and (is_open(item) or under_operator(item)):
            return _brackets(self._print(item))
        return super().parenthesize(item, level, is_neg, strict)


def _brackets(text):
    return rf"\left({text}\right)"


def written(a):
    """α_t or ᾱ_t as it is typed, from its form in ordinary SymPy."""
    name, _, bar = a.func.__name__.partition(".")
    return ScheduleValue(Str(name), bool(bar), a.args[0])


def _starts_with_a_number(a, before):
    """Whether a factor after another starts with a figure: 2 · 3ⁿ is not 23ⁿ, and 2 · ½ is not two and a half."""
    if a.is_Number:
        return not a.is_negative
    if isinstance(a, Factors):
        return _starts_with_a_number(a.args[0], before)
    if isinstance(a, Frac):
        return before.is_Integer and a.args[0].is_Integer and a.args[1].is_Integer
    if isinstance(a, (Power, sympy.Pow)):
        return a.args[0].is_Integer and a.args[1] != Rational(1, 2)
    return isinstance(a, sympy.Mul) and a.as_coeff_Mul()[0] != 1


def _names(e):
    """The names that an expression holds, those apart that an integral over random variables binds."""
    bound = {str(v) for a in sympy.preorder_traversal(e) if isinstance(a, Over) for v in a.bound}
    return {str(s) for s in e.free_symbols} - bound
