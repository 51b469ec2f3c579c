"""The Python that states a line: what a reader would type for the same objects."""

import keyword
import re

import sympy

from ..errors import DerivationError
from ..nodes import expressions as ex
from ..nodes.bounds import range_in
from ..nodes.laws import Variable
from ..nodes.schedules import Scheduled

__all__ = ["Code"]

_ATOM, _POWER, _TIMES, _PLUS = 100, 60, 50, 40
_GREEK = {"lambda": "lam"}
_TAKEN = {"E", "H", "N", "KL", "CE", "MI", "ELBO", "Law", "Sigma", "Integrate", "Sum", "Product", "Integral", "Limit", "Subs", "Derivative", "Times",
          "Schedule", "log", "exp", "sqrt", "frac", "phi", "see", "fact", "chain", "variables", "symbol", "symbols", "undefined", "table", "tex", "plain",
          "oo", "pi", "Rational", "read", "Total", "line", "Identity", "I", "vector", "matrix", "eye", "tr", "det", "norm",
          "field", "grad", "div", "laplacian", "jacobian"}  # fmt: skip


def identifier(latex, taken):
    r"""A name of Python for a name of LaTeX: \hat{x}_{t-1} is x_hat_t1."""
    accents = re.findall(r"\\(hat|tilde|bar|dot)(?![A-Za-z])", latex)
    text = re.sub(r"\\(hat|tilde|bar|dot|mathbf|mathrm|mathcal|mathsf|mathbb|text|vec)(?![A-Za-z])", "", latex)
    text = text.replace("t-1", "before").replace("t - 1", "before").replace("+", "p").replace("'", "_prime")
    words = [_GREEK.get(w, w) for w in re.findall(r"[A-Za-z]+|\d+", text)]
    out = "_".join([*words, *accents]) or "a"
    out = re.sub(r"^(\d)", r"n\1", re.sub(r"([A-Za-z])_(\d)", r"\1\2", out))
    while out in taken or out in _TAKEN or keyword.iskeyword(out):
        out += "_"
    return out


class Code:
    """Python for expressions: `text(e)`; `declarations()` are the lines that must stand above."""

    def __init__(self):
        self.names, self.lines, self.imports = {}, {}, set()

    # --- names

    def named(self, thing, latex, line):
        """The name of a thing, declared once."""
        key = (type(thing).__name__, thing)
        if key not in self.names:
            name = identifier(latex, set(self.names.values()))
            self.names[key] = name
            self.lines[name] = line(name)
        return self.names[key]

    def symbol(self, s):
        sign = [a for a in ("integer", "positive", "nonnegative", "negative", "nonzero") if s._assumptions_orig.get(a)]
        if not sign and not s.is_real:
            sign = ["complex"]
        said = self.declared(s._assumptions_orig, sign)
        maker = "variables" if isinstance(s, Variable) else "symbol"
        return self.named(s, s.name, lambda n: f"{n} = {maker}({s.name!r}{said})")

    def declared(self, properties, signs):
        """What a declaration says beside the name: a range, or signs."""
        found = range_in(properties)
        if found is None:
            return "".join(f", {a}=True" for a in signs)
        ends = f"{self.text(found.lo)}, {self.text(found.hi)}"
        return f", between=[{ends}]" if found.closed else f", between=({ends})"

    def law(self, law):
        markov = ", markov=True" if law.markov else ""
        discrete = ", discrete=True" if law.discrete else ""
        return self.named(law, law.name, lambda n: f"{n} = Law({law.name!r}, {self.barred(law.scope, law.given)}{markov}{discrete})")

    def barred(self, left, right):
        left, right = [self.text(v) for v in left], [self.text(v) for v in right]
        if not right:
            return ", ".join(left)
        return ", ".join([*left[:-1], f"{left[-1]} | {right[0]}", *right[1:]])

    def schedule(self, name):
        return self.named(sympy.Symbol(f"schedule {name}"), name, lambda n: f"{n} = Schedule({name!r})")

    def function(self, f):
        said = self.declared(f._kwargs, [a for a in ("positive", "nonnegative") if f._kwargs.get(a)])
        return self.named(f, f.__name__, lambda n: f"{n} = undefined({f.__name__!r}{said})")

    def declarations(self):
        """The declarations, those that others need first."""
        out, waiting = [], dict(self.lines)
        while waiting:
            ready = [n for n, line in waiting.items() if not any(m != n and re.search(rf"\b{re.escape(m)}\b", line.partition("=")[2]) for m in waiting)]
            if not ready:
                raise DerivationError("the declarations need one another")
            for n in ready:
                out.append(waiting.pop(n))
        return gathered(out)

    # --- expressions

    def text(self, e):
        return self.at(e, 0)

    def at(self, e, least):
        """An expression as an operand that binds at least as much as `least`."""
        text, binds = self.print(e)
        return f"({text})" if binds < least else text

    def call(self, name, *args):
        return f"{name}({', '.join(self.text(a) for a in args)})", _ATOM

    def print(self, e):
        e = sympy.sympify(e)
        for kind in type(e).__mro__:
            method = getattr(self, f"p_{kind.__name__}", None)
            if method:
                return method(e)
        raise DerivationError(f"{type(e).__name__} has no Python here: {e}")

    def p_Letter(self, e):
        d = [self.text(n) for n in e.shape]
        sizes = d[:1] if e.shape[1] == 1 or e.shape[0] == e.shape[1] else d
        traits = e.traits - ({"symmetric", "invertible"} if "positive" in e.traits else {"invertible"} if "orthogonal" in e.traits else set())
        said = "".join(f", {t}=True" for t in sorted(traits))
        maker = "vector" if e.shape[1] == 1 else "matrix"
        return self.named(e, e.name, lambda n: f"{n} = {maker}({e.name!r}, {', '.join(sizes)}{said})"), _ATOM

    def p_Eye(self, e):
        return self.call("eye", *e.args)

    def p_Transpose(self, e):
        return f"{self.at(e.args[0], _ATOM)}.T", _ATOM

    def p_Inverse(self, e):
        return f"{self.at(e.args[0], _POWER + 1)}**-1", _POWER

    def p_Inner(self, e):
        return self.p_Factors(e)

    def p_Trace(self, e):
        return self.call("tr", *e.args)

    def p_Det(self, e):
        return self.call("det", *e.args)

    def p_Norm(self, e):
        return self.call("norm", *e.args)

    def p_Operator(self, e):
        return self.call({"Grad": "grad", "Div": "div", "Laplacian": "laplacian", "Jacobian": "jacobian"}[type(e).__name__], *e.args)

    def p_FieldValue(self, e):
        d = self.text(e.shape[0])
        name = self.named(sympy.Symbol(f"field {e.name}"), e.name, lambda n: f"{n} = field({e.name!r}, {d})")
        return f"{name}({', '.join(map(self.text, e.places))})", _ATOM

    def p_Variable(self, e):
        return self.symbol(e), _ATOM

    p_Symbol = p_Variable

    def p_Integer(self, e):
        return str(int(e)), _ATOM if e >= 0 else _PLUS

    def p_Rational(self, e):
        return f"Rational({e.p}, {e.q})", _ATOM

    def p_NumberSymbol(self, e):
        if e == sympy.E:
            return "exp(1)", _ATOM
        return str(e), _ATOM

    def p_Infinity(self, e):
        return "oo", _ATOM

    def p_NegativeInfinity(self, e):
        return "-oo", _PLUS

    def p_ImaginaryUnit(self, e):
        self.imports.add("I")
        return "I", _ATOM

    def p_Terms(self, e):
        return self.added(e.args)

    def added(self, terms):
        out = ""
        for k, a in enumerate(terms):
            minus, body = _sign(a)
            text = self.at(body, _PLUS + 1 if (k or minus) else _PLUS)
            out += (("-" if minus else "") if k == 0 else (" - " if minus else " + ")) + text
        return out, _PLUS

    def p_Add(self, e):
        return self.added(e.as_ordered_terms())

    def p_Factors(self, e):
        minus, body = _sign(e)
        if minus:
            return "-" + self.at(body, _TIMES), _PLUS
        return " * ".join(self.at(a, _TIMES + (k > 0)) for k, a in enumerate(e.args)), _TIMES

    def p_Mul(self, e):
        minus, body = _sign(e)
        if minus:
            return "-" + self.at(body, _TIMES), _PLUS
        above, below = e.as_numer_denom()
        if below != 1:
            return f"{self.at(above, _TIMES)} / {self.at(below, _TIMES + 1)}", _TIMES
        return " * ".join(self.at(a, _TIMES + (k > 0)) for k, a in enumerate(e.as_ordered_factors())), _TIMES

    def p_Frac(self, e):
        return self.call("frac", *e.args)

    def p_Power(self, e):
        base, n = e.args
        if n == sympy.Rational(1, 2):
            return self.call("sqrt", base)
        return f"{self.at(base, _POWER + 1)}**{self.at(n, _POWER)}", _POWER

    p_Pow = p_Power

    def p_log(self, e):
        return self.call("log", *e.args)

    def p_exp(self, e):
        return self.call("exp", *e.args)

    def p_Function(self, e):
        self.imports.add(type(e).__name__)
        return self.call(type(e).__name__, *e.args)

    p_Abs = p_Function
    p_Max = p_Function
    p_Min = p_Function

    def p_AppliedUndef(self, e):
        if isinstance(e, Scheduled):
            name, _, bar = type(e).__name__.partition(".")
            return f"{self.schedule(name)}{'.bar' if bar else ''}[{self.text(e.args[0])}]", _ATOM
        return f"{self.function(e.func)}({', '.join(map(self.text, e.args))})", _ATOM

    def p_ScheduleValue(self, e):
        return f"{self.schedule(e.name)}{'.bar' if e.bar else ''}[{self.text(e.index)}]", _ATOM

    def p_At(self, e):
        return f"{self.chain(e.args[0])}[{self.text(e.args[1])}]", _ATOM

    def p_Block(self, e):
        return f"{self.chain(e.args[0])}[{self.text(e.args[1])}:{self.text(e.args[2])}]", _ATOM

    def chain(self, base):
        return self.named(base, str(base.label), lambda n: f"{n} = chain({str(base.label)!r})")

    def p_Indexed(self, e):
        label = e.base.label
        sign = [a for a in ("positive", "nonnegative", "nonzero") if getattr(label, f"is_{a}", None)]
        said = f", {sign[0]}=True" if sign else ""
        name = self.named(e.base, str(label), lambda n: f"{n} = coordinates({str(label)!r}{said})")
        return f"{name}[{', '.join(map(self.text, e.indices))}]", _ATOM

    def p_Entry(self, e):
        name = self.named(sympy.Symbol(f"table {e.name}"), e.name, lambda n: f"{n} = table({e.name!r}, {', '.join(map(str, e.shape))})")
        return f"{name}[{', '.join(map(str, e.index))}]", _ATOM

    def p_Density(self, e):
        return f"{self.law(e.law)}({self.barred(e.left, e.right)})", _ATOM

    def p_N(self, e):
        return self.call("N", *e.args)

    def p_Expectation(self, e):
        laws = e.law.args if isinstance(e.law, ex.Factors) else (e.law,)
        return f"E[{', '.join(map(self.text, laws))}]({self.text(e.body)})", _ATOM

    def p_Over(self, e):
        name = "Sigma" if e.kind == "sum" else "Integrate"
        return f"{name}[{', '.join(map(self.text, e.bound))}]({self.text(e.body)})", _ATOM

    def p_Functional(self, e):
        return self.call(type(e).__name__, *e.args)

    p_phi = p_Functional

    def p_Derivative(self, e):
        by = [self.text(v) if n == 1 else f"({self.text(v)}, {self.text(n)})" for v, n in e.variable_count]
        return f"Derivative({', '.join([self.text(e.expr), *by])})", _ATOM

    def p_Total(self, e):
        return self.call("Total", *e.args)

    def p_ExprWithLimits(self, e):
        limits = [f"({', '.join(map(self.text, limit))})" for limit in e.limits]
        return f"{type(e).__name__}({', '.join([self.text(e.function), *limits])})", _ATOM

    def p_Limit(self, e):
        body, z, z0, side = e.args
        said = f", dir={str(side)!r}" if str(side) != "+" else ""
        return f"Limit({self.text(body)}, {self.text(z)}, {self.text(z0)}{said})", _ATOM

    def p_Subs(self, e):
        old, new = ([self.text(a) for a in part] for part in (e.variables, e.point))
        pair = (old[0], new[0]) if len(old) == 1 else (f"[{', '.join(old)}]", f"[{', '.join(new)}]")
        return f"Subs({self.text(e.expr)}, {', '.join(pair)})", _ATOM


def _sign(e):
    """(whether a minus stands before it, what follows)"""
    if isinstance(e, ex.Factors) and e.args[0] == -1:
        rest = e.args[1:]
        return True, rest[0] if len(rest) == 1 else ex.Factors(*rest)
    if e.is_Number and e.is_negative and e != -sympy.oo:
        return True, -e
    if isinstance(e, sympy.Mul) and not isinstance(e, ex.Ordered) and e.as_coeff_Mul()[0].is_negative:
        return True, -e
    return False, e


def gathered(lines):
    """Declarations of one kind, one after the other, as one: `x, z = variables("x z")`."""
    out = []
    for line in lines:
        name, _, value = line.partition(" = ")
        made = re.fullmatch(r"(variables|symbol|undefined|coordinates)\('([^']*)'(.*)\)", value)
        if not made or " " in made[2]:
            out.append([[name], None, None, value])
            continue
        maker, latex = "symbols" if made[1] == "symbol" else made[1], made[2].replace("\\\\", "\\")
        whole = "integer" in made[3]
        if out and not whole and out[-1][1] == (maker, made[3]):
            out[-1][0].append(name)
            out[-1][2].append(latex)
        else:
            out.append([[name], (maker, made[3]) if not whole else None, [latex], value])
    shown = []
    for names, maker, texts, value in out:
        if maker and len(names) > 1:
            joined = " ".join(texts)
            quoted = f'r"{joined}"' if "\\" in joined else f'"{joined}"'
            shown.append(f"{', '.join(names)} = {maker[0]}({quoted}{maker[1]})")
        else:
            quoted = re.sub(r"\('([^']*)'", lambda m: f'(r"{texts[0]}"' if texts and "\\" in texts[0] else f'("{m[1]}"', value, count=1)
            shown.append(f"{names[0]} = {quoted}")
    return shown

