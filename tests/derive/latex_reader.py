"""Reads a printed formula back, as a reader with a textbook's conventions does, knowing nothing of what printed it.

`read(latex)` and `meaning(expression)` both give ordinary SymPy in which every operator is a function without
properties, so they are equal exactly if the line is read as what it is. A line that such a reader could read in
two ways raises `TwoReadings`.
"""

import re

import sympy
from sympy import Function, Integer, Rational, S, Symbol, Tuple

from vdmlib.derive.nodes import expressions, functionals, laws, normal, schedules, total

TOKEN = re.compile(
    r"\\left[(|.\[]|\\right[)|\]]|\\mathbb\{E\}|\\mathcal\{N\}|\\mathrm\{d\}|\\bar\{\\alpha\}|\\\\|\\[a-zA-Z]+"
    r"|\d+|[A-Za-z]|[-+(){}\[\]^_',;:=!]|\|"
)
END = ("+", "-", ")", "}", r"\right)", r"\right|", r"\right]", ",", r"\mathrm{d}", "", r"\mid", r"\to", ";", "=", "^", r"\\")


class TwoReadings(Exception):
    pass


def head(name, *args):
    return Function(name)(*[Tuple(*a) if isinstance(a, (tuple, list)) else a for a in args])


def read(latex):
    """A formula as a reader understands it."""
    reader = _Reader(latex)
    out = reader.sum()
    reader.expect("")
    return out


class _Reader:
    def __init__(self, latex):
        latex = re.sub(r"\\[,!;]", " ", latex)
        self.tokens = TOKEN.findall(latex)
        assert "".join(self.tokens) == latex.replace(" ", ""), f"a part was not read: {latex}"
        self.at = 0

    def peek(self, ahead=0):
        return self.tokens[self.at + ahead] if self.at + ahead < len(self.tokens) else ""

    def take(self):
        token = self.peek()
        self.at += 1
        return token

    def expect(self, token):
        got = self.take()
        assert got == token, f"wanted {token!r}, got {got!r} at {self.at} of {self.tokens}"

    def found(self, token):
        if self.peek() == token:
            self.at += 1
            return True
        return False

    def group(self):
        self.expect("{")
        out = self.sum()
        self.expect("}")
        return out

    def sum(self):
        total, first = S.Zero, True
        while True:
            minus = self.found("-")
            if not minus and not first:
                self.expect("+")
            start = self.at
            term = self.product()
            total += -term if minus else term
            if self.peek() in END and self.peek() not in ("+", "-"):
                return total
            if r"\lim" in self.top_level(start):
                raise TwoReadings(f"a limit before {self.peek()}: {self.tokens}")
            if r"\left." in self.top_level(start) and not (first and self.tokens[start] == r"\left."):
                raise TwoReadings(f"where does a value at a point start? {self.tokens}")
            first = False

    def top_level(self, start):
        """The tokens from start to here that stand in no bracket."""
        depth, out = 0, []
        for token in self.tokens[start : self.at]:
            depth -= token in ("}", r"\right)", ")", r"\right|", r"\right]", r"\mathrm{d}")
            if depth == 0:
                out.append(token)
            depth += token in ("{", r"\left(", "(", r"\left.", r"\left|", r"\left[", r"\int")
        return out

    def product(self):
        """Factors up to the next plus or minus. An operator takes all that stand after it."""
        out, numbers, start = S.One, False, self.at
        while self.peek() not in END:
            if self.found(r"\cdot"):
                numbers = False
                continue
            if self.peek() == r"\left." and self.at > start:
                raise TwoReadings(f"where does a value at a point start? {self.tokens}")
            figure = self.peek().isdigit() or (self.peek() == "{" and self.peek(1).isdigit())
            mixed = self.peek() == r"\frac" and self.peek(2).isdigit() and self.peek(5).isdigit()
            if numbers and (figure or mixed):
                raise TwoReadings(f"two numbers side by side: {self.tokens}")
            numbers = self.peek().isdigit() and self.peek(1) != "!"
            out *= self.factor()
        assert self.at > start, f"nothing stands at {self.at} of {self.tokens}"
        return out

    def scope(self):
        """What an operator is applied to."""
        minus = self.found("-")
        out = self.product()
        return -out if minus else out

    def factor(self):
        out = self.unit()
        while True:
            if self.found("!"):
                out = head("factorial", out)
            elif self.peek() == "^" and not (self.peek(2) in ("+", "-") and self.peek(3) == "}"):  # the side of a limit
                self.take()
                out = out ** self.group()
                if self.peek() in ("^", "!"):
                    raise TwoReadings(f"a power of a power: {self.tokens}")
            else:
                return out

    def unit(self):
        t = self.take()
        if t.isdigit():
            return Integer(t)
        if t == "i":
            return sympy.I
        if t == r"\infty":
            return sympy.oo
        if t == r"\left(":
            out = self.sum()
            self.expect(r"\right)")
            return out
        if t == "{":  # an atom, or a bracket, that carries a power
            out = self.sum()
            self.expect("}")
            assert self.peek() == "^"
            return out
        if t == r"\left|":
            out = self.group()
            self.expect(r"\right|")
            return head("Abs", out)
        if t == r"\frac":
            return self.fraction()
        if t == r"\sqrt":
            n = 2
            if self.found("["):
                n = int(self.take())
                self.expect("]")
            return self.group() ** Rational(1, n)
        if t in (r"\sum", r"\prod"):
            return self.big("Sum" if t == r"\sum" else "Product")
        if t == r"\int":
            return self.integral()
        if t == r"\lim":
            self.expect("_")
            self.expect("{")
            z = self.sum()
            self.expect(r"\to")
            z0, side = self.sum(), "+-"
            if self.found("^"):
                self.expect("{")
                side = self.take()
                self.expect("}")
            self.expect("}")
            return head("Limit", self.scope(), z, z0, Symbol(side))
        if t == r"\log":
            return head("log", self.log_argument())
        if t == r"\exp":
            return head("exp", self.unit())
        if t == r"\left.":
            body = self.sum()
            for token in (r"\right|", "_", "{", r"\substack", "{"):
                self.expect(token)
            where = []
            while not where or self.found(r"\\"):
                where.append(self.sum())
                self.expect("=")
                where.append(self.sum())
            self.expect("}")
            self.expect("}")
            return head("Subs", body, *where)
        if t == r"\mathbb{E}":
            self.expect("_")
            law = self.group()
            self.expect(r"\left[")
            body = self.sum()
            self.expect(r"\right]")
            return head("E", law, body)
        if t == r"\mathcal{N}":
            self.expect(r"\left(")
            x = self.sum()
            self.expect(";")
            m = self.sum()
            self.expect(",")
            v = self.sum()
            self.expect(r"\right)")
            return head("N", x, m, v)
        if t == r"\varphi":
            return head("phi", self.unit())
        if t in (r"\alpha", r"\bar{\alpha}"):
            self.expect("_")
            return head("schedule", Symbol("alpha"), Integer(t != r"\alpha"), self.group())
        if t == "e" and self.peek() == "^":
            self.take()
            return head("exp", self.group())
        assert re.fullmatch(r"[A-Za-z]|\\[a-z]+", t), f"{t!r} cannot start a factor: {self.tokens}"
        return self.named(t)

    def named(self, name):
        if self.found("_"):
            return head("At", Symbol(name), self.group())
        primes = 0
        while self.found("'"):
            primes += 1
        if self.peek() != "(":
            assert not primes
            return Symbol(name)
        self.take()
        left, right = [self.sum()], []
        side = left
        while not self.found(")"):
            if self.found(r"\mid"):
                side = right
            else:
                self.expect(",")
            side.append(self.sum())
        if name in ("p", "q"):
            return head("density", Symbol(name), left, right)
        out = head(name, *left)
        return head("Derivative", out, left[0], Integer(primes)) if primes else out

    def log_argument(self):
        if self.peek() == "{":
            raise TwoReadings(f"log of a power or power of a log: {self.tokens}")
        out = self.unit()
        if self.peek() not in END:
            raise TwoReadings(f"where does the logarithm end? {self.tokens}")
        return out

    def big(self, name):
        self.expect("_")
        self.expect("{")
        bound = [self.sum()]
        if self.found("="):
            lo = self.sum()
            self.expect("}")
            self.expect("^")
            hi = self.group()
            return head(name, self.scope(), *bound, lo, hi)
        while self.found(","):
            bound.append(self.sum())
        self.expect("}")
        return head("SumOver", bound, self.scope())

    def integral(self):
        ends = []
        while True:
            ends.append((self.found("_") and self.group(), self.found("^") and self.group()))
            if not self.found(r"\int"):
                break
        body = self.sum() if self.peek() != r"\left(" else self.scope()
        for lo, hi in reversed(ends):
            self.expect(r"\mathrm{d}")
            v = self.unit()
            body = head("IntegralOver", [v], body) if lo is False else head("Integral", body, v, lo, hi)
        if self.peek() not in END:
            raise TwoReadings(f"a factor after an integral: {self.tokens}")
        return body

    def fraction(self):
        if self.peek(1) in ("d", r"\partial") and self.peek(2) in ("}", "^"):
            self.expect("{")
            letter = self.take()
            if self.found("^"):
                self.group()
            self.expect("}")
            self.expect("{")
            by = []
            while not self.found("}"):
                self.expect(letter)
                v = self.unit()
                by.append((v, self.group() if self.found("^") else Integer(1)))
            if self.peek() == "-":
                raise TwoReadings(f"a minus after a derivative: {self.tokens}")
            start = self.at
            body = self.scope()
            if not _single(self.tokens[start : self.at]):
                raise TwoReadings(f"where does the derivative end? {self.tokens}")
            return head("Derivative", body, *[a for pair in by for a in pair])
        num = self.group()
        return num / self.group()


def _single(tokens):
    """Whether what an operator is applied to is one factor, or an operator and what that is applied to."""
    reader = _Reader("")
    reader.tokens = list(tokens)
    reader.factor()
    return reader.peek() == ""


def meaning(e):
    """The same for an expression: its structure, with names for symbols and without any property."""
    if isinstance(e, (expressions.Terms, sympy.Add)):
        return sympy.Add(*map(meaning, e.args))
    if isinstance(e, (expressions.Factors, sympy.Mul)):
        return sympy.Mul(*map(meaning, e.args))
    if isinstance(e, expressions.Frac):
        return meaning(e.args[0]) / meaning(e.args[1])
    if isinstance(e, (expressions.Power, sympy.Pow)):
        return meaning(e.args[0]) ** meaning(e.args[1])
    if isinstance(e, laws.At):
        return head("At", Symbol(str(e.args[0].label)), meaning(e.args[1]))
    if e.is_Symbol:
        return Symbol(e.name)
    if isinstance(e, schedules.ScheduleValue):
        return head("schedule", Symbol(e.name), Integer(e.bar), meaning(e.index))
    if isinstance(e, schedules.Scheduled):
        name, _, bar = type(e).__name__.partition(".")
        return head("schedule", Symbol(name), Integer(bool(bar)), meaning(e.args[0]))
    if isinstance(e, laws.Density):
        return head("density", Symbol(e.law.name), tuple(map(meaning, e.left)), tuple(map(meaning, e.right)))
    if isinstance(e, normal.N):
        return head("N", *map(meaning, e.args))
    if isinstance(e, functionals.Expectation):
        return head("E", meaning(e.law), meaning(e.body))
    if isinstance(e, functionals.SumOver):
        return head("SumOver", tuple(map(meaning, e.bound)), meaning(e.body))
    if isinstance(e, functionals.IntegralOver):
        out = meaning(e.body)
        for v in e.bound:
            out = head("IntegralOver", (meaning(v),), out)
        return out
    if isinstance(e, (sympy.Sum, sympy.Product, sympy.Integral)):
        out = meaning(e.function)
        for limits in e.limits:
            out = head(type(e).__name__, out, *map(meaning, limits))
        return out
    if isinstance(e, sympy.Derivative):
        return head("Derivative", meaning(e.expr), *[meaning(a) for pair in e.variable_count for a in pair])
    if isinstance(e, total.Total):
        return head("Derivative", *map(meaning, e.args), Integer(1))
    if isinstance(e, sympy.Limit):
        side = "+-" if e.args[2].is_infinite else str(e.args[3])
        return head("Limit", *map(meaning, e.args[:3]), Symbol(side))
    if isinstance(e, sympy.Subs):
        return head("Subs", meaning(e.expr), *[meaning(a) for pair in zip(e.variables, e.point) for a in pair])
    if e.is_Number or e == sympy.I:
        return e
    return head(type(e).__name__, *map(meaning, e.args))
