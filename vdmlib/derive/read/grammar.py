r"""The grammar: signs become a tree. It knows the field's notation and none of the names.

A textbook's reading: an operator (Σ, ∏, lim, log without brackets) takes the product to its right and ends before + and −;
∇ and d/dx take one factor. Where papers do not agree on where something ends, the tree has a `doubt`, which is told.
"""

from .bars import CLOSING, Bars
from .lettered import Lettered
from .operators import Operators
from .signs import Signs
from .tokens import ACCENTS, GREEK
from .tree import Node
from .vocabulary import CONSTANTS, BRACKETS, EXPECTATIONS, FUNCTIONS, IMPLIES, LETTERED, OPERATORS, RELATIONS, VARIANCES, WORD_FUNCTIONS

__all__ = ["Grammar"]


class Grammar(Operators, Lettered, Bars, Signs):
    """Reads one expression after another from a row of signs."""

    def __init__(self, found, source):
        super().__init__(found, source)
        self.stops = [()]  # signs that end an expression, of the brackets around
        self.integrals = [0]
        self.notes = []

    # --- sums and products

    def sum(self):
        at, terms = self.peek().start, []
        while True:
            sign = "+"
            while self.next in ("+", "-", r"\pm", r"\mp"):
                if self.next in (r"\pm", r"\mp"):
                    self.fail("± says two things; write one of them")
                sign = "-" if (self.take().text == "-") != (sign == "-") else "+"
                if self.next in ("+",):
                    self.fail("a term is wanted, not +")
            terms.append((sign, self.product()))
            if self.next not in ("+", "-", r"\pm", r"\mp") or self.next in self.stops[-1]:
                break
        if len(terms) == 1 and terms[0][0] == "+":
            return terms[0][1]
        return Node("sum", tuple(terms), at)

    def product(self, within=()):
        """Factors up to the next plus or minus; in a logarithm's argument also up to the next operator."""
        at, factors = self.peek().start, []
        while True:
            if factors and self.next in (r"\cdot", "*", r"\odot", r"\circ"):
                if within:
                    break
                sign = self.take()
                after = self.factor()
                factors.append(after if sign.text == "*" else Node("dotted", (sign.text, after), after.at))
            elif factors and self.next == "/":
                self.take()
                below = self.factor()
                if self.goes_on() and not self.operator_next() and self.peek().text not in BRACKETS:
                    below = Node("doubt", ("slash", below, self.product(within)), below.at)
                above = factors[-1]
                inner = above.parts[1] if above.kind == "dotted" else above
                over = Node("over", (inner, below), inner.at)
                factors[-1] = Node("dotted", (above.parts[0], over), above.at) if above.kind == "dotted" else over
            elif not factors or self.goes_on():
                if factors and within and self.operator_next():
                    break
                if factors and self.is_a_remark(self.peek()):
                    self.fail(f"is “{self.next.strip()}” a remark? Leave it out; for a quantity of that name write a letter")
                factors.append(self.factor())
            else:
                break
        return factors[0] if len(factors) == 1 else Node("product", tuple(factors), at)

    def is_a_remark(self, t):
        r"""Whether words stand here and no name: several, or one that is set off by a space of its own, as in `\text{ holds}`."""
        if t.kind != "word" or self.operator_next() or t.text in ("d", "div", *CONSTANTS):
            return False
        written = self.source[t.start : t.end]
        return " " in t.text or t.text.islower() and ("{ " in written or " }" in written)

    def goes_on(self):
        """Whether a factor starts here."""
        t = self.peek()
        if t.kind == "end" or t.kind == "line" or t.text in self.stops[-1] or t.text in (*RELATIONS, *IMPLIES):
            return False
        if self.integrals[-1] and self.differential() or self.stops[-1] == ("|",) and self.twin_bars():
            return False
        if t.kind in ("number", *LETTERED):
            return t.kind != "word" or not self.separates(t)
        if t.text in ("(", "[", "{", r"\{", r"\left|", r"\left\|", r"\left.", r"\lvert", r"\lVert", "|", r"\|", r"\langle"):
            return True
        return t.kind == "command" and not t.text.startswith((r"\mid", r"\right")) and t.text not in (
            r"\cdot", r"\quad", r"\qquad", r"\dots", r"\rvert", r"\rVert", r"\odot", r"\circ", r"\pm", r"\mp", r"\rangle", r"\substack", r"\forall")

    @staticmethod
    def separates(t):
        return t.text.lower().strip(" .,") in {"where", "with", "if", "for", "for all", "for every", "and", "when", "s.t.", "such that",
                                               "subject to", "then", "so", "hence", "or", "since", "as", "i.e", "by", "using"}  # fmt: skip

    def operator_next(self):
        t = self.peek()
        return t.text in FUNCTIONS or t.text in OPERATORS or t.text in EXPECTATIONS or t.kind == "word" and t.text in ("KL", "ELBO", *VARIANCES, *WORD_FUNCTIONS)

    def differential(self):
        """Whether `d x` stands here."""
        t, after = self.peek(), self.peek(1)
        return t.text == "d" and (after.kind in ("letter", "font") or after.kind == "word" or
                                  after.kind == "command" and after.text[1:] in GREEK | ACCENTS)  # fmt: skip

    # --- factors

    def factor(self):
        out = self.unit()
        while True:
            t = self.peek()
            if t.text == "!":
                self.take()
                out = Node("factorial", (out,), out.at)
            elif t.text == "^":
                if out.kind == "power":
                    self.fail("a power of a power has two readings; put brackets")
                self.take()
                out = self.raised(out, self.group(), t)
            elif t.text == "'" and out.kind != "name":
                self.fail("a prime is read after a name alone")
            else:
                return out

    def raised(self, out, signs, t):
        texts = [s.text for s in signs]
        if texts in ([r"\top"], [r"\intercal"], [r"\mathsf{T}"], [r"\mathrm{T}"]):
            return Node("transpose", (out,), out.at)
        if texts in (["-", r"\top"], ["-", r"\mathsf{T}"], ["-", r"\mathrm{T}"]):
            return Node("transpose", (Node("power", (out, Node("sum", (("-", Node("number", ("1",))),))), out.at),), out.at)
        if out.kind == "open":
            self.fail("does the power belong to the argument or to the function? Put brackets", t)
        return Node("power", (out, self.inside(signs)), out.at)

    def inside(self, signs, stops=()):
        """A whole expression from the signs of a group."""
        inner = self.another(signs)
        out = inner.sum()
        if inner.peek().kind != "end":
            inner.fail(f"{inner.next} is not read here")
        return out

    def another(self, signs):
        inner = type(self)(signs, self.source)
        inner.notes = self.notes
        inner.past = inner.past if signs else self.peek()
        return inner

    def bracketed(self, separators=()):
        """The expressions in a bracket and the signs between them: `(a, b | c)`."""
        opened = self.take()
        closing = BRACKETS[opened.text]
        self.stops.append((closing, *separators))
        self.integrals.append(0)
        parts, between = [], []
        if self.next != closing:
            while True:
                if self.next == r"\dots":
                    parts.append(Node("dots", (), self.take().start))
                else:
                    parts.append(self.sum())
                if self.next in separators and self.next != closing:
                    between.append(self.take().text)
                    continue
                break
        if self.next == r"\right|" and closing == ")":
            self.fail(") is wanted, not |")
        if self.next != closing:
            self.fail(f"{closing} is wanted for the {opened.text} at column {opened.start + 1}, {self.seen()}")
        self.take()
        self.stops.pop()
        self.integrals.pop()
        return parts, between

    def unit(self):
        t = self.peek()
        if t.kind == "number":
            self.take()
            return Node("number", (t.text,), t.start)
        if t.text in BRACKETS and t.kind == "sign":
            parts, _ = self.bracketed()
            if not parts:
                self.fail("something is wanted in the brackets", t)
            return Node("group", (parts[0],), t.start)
        if t.text == r"\langle":
            return self.inner(t)
        if t.text == "{":
            return self.braced(t)
        if t.text in CLOSING:
            return self.sized(t)
        if t.text == r"\left.":
            return self.value_at(t)
        if t.text in (*EXPECTATIONS, *VARIANCES) or t.text == "E" and self.peek(1).text in ("_", "[", r"\{"):
            if t.text != r"\mathcal{E}" or self.peek(1).text == "[":
                return self.expectation(t)
        if t.text in (r"\underset",):
            return self.underset(t)
        if t.text in (r"\underbrace", r"\overbrace"):
            return self.braced_note(t)
        if t.kind == "command":
            return self.command(t)
        if t.kind in LETTERED:
            return self.lettered(t)
        self.fail("a term is wanted, and the formula ends" if t.kind == "end" else f"a term is wanted, not {t.text}")

    def braced(self, t):
        """A group in braces: an atom with a power, a name with an index."""
        signs = self.group()
        if not signs:
            return self.unit() if self.goes_on() else self.fail("a term is wanted, not {}", t)
        inner = self.another(signs)
        if self.next == "_" and inner.is_a_name():
            return self.name(inner.whole_name(), t)
        return Node("group", (self.inside(signs),), t.start) if len(signs) > 1 else self.inside(signs)

    def inner(self, t):
        r"""\langle x, y \rangle"""
        self.take()
        self.stops.append((",", r"\rangle"))
        first = self.sum()
        self.expect(",", r" in \langle x, y \rangle")
        second = self.sum()
        self.stops.pop()
        self.expect(r"\rangle")
        return Node("inner", (first, second), t.start)

    def value_at(self, t):
        self.take()
        self.stops.append((r"\right|",))
        body = self.sum()
        self.expect(r"\right|")
        self.stops.pop()
        self.expect("_", " after the bar, with what is put in")
        signs = self.group()
        if signs and signs[0].text == r"\substack":
            signs = signs[2:-1]
        inner, where = self.another(signs), []
        while inner.peek().kind != "end":
            left = inner.sum()
            inner.expect("=")
            where.append((left, inner.sum()))
            inner.taken(",") or inner.peek().kind != "line" or inner.take()
        return Node("value", (body, tuple(where)), t.start)
