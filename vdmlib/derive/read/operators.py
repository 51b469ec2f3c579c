"""The grammar of operators: means, functions, fractions, derivatives, sums, products, integrals, limits."""

from .conditions import Conditions
from .tokens import ACCENTS, GREEK
from .tree import Name, Node, walk
from .vocabulary import BIG, BRACKETS, EXPECTATIONS, FUNCTIONS, VARIANCES

__all__ = ["Operators"]

_FIELDS = ("f", "g", "h", "p", "q", "u", "V", "U", r"\phi", r"\varphi", r"\psi")


class Operators(Conditions):
    """What stands before something that it is applied to; a part of the grammar."""

    def expectation(self, t):
        self.take()
        kind = "variance" if t.text in VARIANCES else "expectation"
        laws = ()
        if self.taken("_"):
            laws = self.laws(self.group())
        return Node(kind, (laws, self.argument()), t.start)

    def underset(self, t):
        self.take()
        below, signs = self.group(), self.group()
        if [s.text for s in signs] and signs[0].text in EXPECTATIONS:
            return Node("expectation", (self.laws(below), self.argument()), t.start)
        self.fail(r"\underset is read below \mathbb{E} alone", t)

    def argument(self):
        """What an expectation is of: a bracket, or else the product to its right."""
        if self.next in BRACKETS:
            parts, _ = self.bracketed((r"\mid", "|") if self.next != "(" else ())
            if len(parts) == 2:
                return Node("given", tuple(parts), parts[0].at)
            return parts[0]
        return self.product()

    def laws(self, signs):
        """What stands below an expectation: densities, `x \\sim p`, names."""
        if signs and signs[0].text == r"\substack":
            signs = list(signs[2:-1])
        inner, out, waiting = self.another([comma(s) if s.kind == "line" else s for s in signs]), [], []
        while inner.peek().kind != "end":
            inner.stops.append((",",))
            left = inner.sum()
            if inner.taken(r"\sim"):
                right = inner.sum()
                waiting.append(left)
                out.append(("drawn", tuple(waiting), right))
                waiting = []
            else:
                waiting.append(left)
            inner.stops.pop()
            if inner.peek().kind != "end" and not inner.taken(",", ";"):
                if inner.next in (r"\mid", "|"):
                    inner.fail(r"a law with a bar is written q(z|x) or x \sim q(x|z)")
                if not inner.goes_on():
                    inner.fail(f"{inner.next} is not read below an expectation")
        return (*out, *[("law", a) for a in waiting])

    def braced_note(self, t):
        self.take()
        body = self.inside(self.group())
        if self.taken("_", "^"):
            self.group()
            self.notes.append(("brace", ""))
        return Node("group", (body,), t.start)

    def command(self, t):
        name = t.text
        if name in FUNCTIONS:
            self.take()
            return self.function(FUNCTIONS[name], t)
        if name == r"\frac":
            self.take()
            return self.fraction(self.group(), self.group(), t)
        if name == r"\sqrt":
            self.take()
            root = None
            if self.next == "[":
                (root,), _ = self.bracketed()
            return Node("root", (root, self.inside(self.group())), t.start)
        if name in BIG:
            self.take()
            return self.big(BIG[name], t)
        if name == r"\int":
            self.take()
            return self.integral(t)
        if name == r"\lim":
            self.take()
            return self.limit(t)
        if name in (r"\nabla", r"\partial", r"\Delta") and (name != r"\Delta" or self.peek(1).text == "_" or self.laplacian()):
            return self.gradient(t)
        if name == r"\infty":
            self.take()
            return Node("infinity", (), t.start)
        if name == r"\KL":
            return self.divergence(t)
        if name[1:] in GREEK or name[1:] in ACCENTS:
            if name == r"\varphi" and self.peek(1).text in BRACKETS:
                pass
            return self.name(self.name_base(), t)
        if name == r"\dots":
            self.fail("dots are read between the first and the last variable of a law alone", t)
        if name in (r"\arg", r"\argmin", r"\argmax", r"\sup", r"\inf"):
            self.fail(f"{name} asks for an optimum; the reader checks values and not where they are reached", t)
        self.fail(f"the command {name} is not known; give what it stands for, as in macros={{r'{name}': …}}", t)

    def function(self, name, t):
        """log, exp, …: with its index and power, and what it is of."""
        index = power = None
        while self.next in ("_", "^"):
            if self.take().text == "_":
                index = self.inside(self.group())
            else:
                power = self.inside(self.group())
        if power == Node("sum", (("-", Node("number", ("1",))),)) and name not in ("exp", "det"):
            self.fail(f"is {name}^{{-1}} the inverse function or 1/{name}? Write which", t)
        doubt = False
        if self.next in BRACKETS:
            parts, _ = self.bracketed((",",))
            arg, kind = tuple(parts), "function"
            if self.next == "^":
                if name != "log":
                    return Node("doubt", ("power", Node(kind, (name, index, arg), t.start), None), t.start)
                self.fail("does the power belong to the argument or to the function? Put brackets")
        elif self.next == "{":
            arg, kind = (self.factor(),), "function"
        else:
            if not self.goes_on():
                self.fail(f"what is {t.text} of? A term is wanted, {self.seen()}")
            arg, kind = (self.product(within=True),), "function"
            if name == "log" and self.next in (*BIG, r"\int", r"\lim", *EXPECTATIONS) and not any(node.kind == "apply" for node in walk(arg)):
                self.fail(f"does the logarithm take the {self.next} as well? Put brackets")
            doubt = arg[0].kind == "product" and arg[0].parts[0].kind != "number"
        out = Node(kind, (name, index, arg), t.start)
        if doubt:
            out = Node("doubt", ("log", out, None), t.start)
        return Node("power", (out, power), t.start) if power is not None else out

    def fraction(self, above, below, t):
        """A fraction; `d f / d x` is a derivative, with the function above or to the right."""
        letter = above[0].text if above else ""
        if letter in ("d", r"\partial") and below and below[0].text == letter and len(below) > 1:
            return self.derivative(above, below, t)
        return Node("frac", (self.inside(above), self.inside(below)), t.start)

    def derivative(self, above, below, t):
        letter = above[0].text
        up = self.another(above)
        up.take()
        if up.taken("^"):
            up.group()
        by, down = [], self.another(below)
        while down.peek().kind != "end":
            down.expect(letter, " in what the derivative is by")
            v, order = down.unit(), None
            if v.kind == "power":
                v, order = v.parts
            if v.kind == "transpose":
                v, order = v.parts[0], Node("top", (), v.at)
            if down.taken("^"):
                signs = down.group()
                order = Node("top", (), v.at) if [s.text for s in signs] in ([r"\top"], [r"\mathsf{T}"]) else down.inside(signs)
            by.append((v, order))
        if up.peek().kind == "end":
            bracket = self.next in BRACKETS
            body = self.factor() if self.next != "-" else self.fail("a minus after a derivative has two readings; put brackets")
            if not bracket:
                self.ends_here([v for v, _ in by], "derivative")
        else:
            body = up.sum()
            if up.peek().kind != "end":
                up.fail(f"{up.next} is not read here")
        return Node("derivative", (tuple(by), body, letter), t.start)

    def ends_here(self, variables, what):
        """An error where a factor, after a limit a term, follows that holds one of the operator's variables: it may be meant to be under it."""
        signs = ("+", "-") if what == "limit" else (r"\cdot", "*")
        if not (self.goes_on() or self.next in signs):
            return
        at, said, first = self.at, len(self.notes), self.peek()
        self.taken(*signs)
        rest = self.product()
        self.at = at
        del self.notes[said:]
        if any(n.kind == "name" and n in variables for n in walk(rest)):
            self.fail(f"does the {what} end here, or does it take {'the sum' if what == 'limit' else 'the product'}? Put brackets", first)

    def laplacian(self):
        r"""Whether \Delta stands before what it is the Laplacian of, a function's value; \Delta t is a step."""
        after = self.peek(1).text
        applied = after in _FIELDS and (self.peek(2).text == "(" or self.peek(2).text == "_")
        return applied or after == r"\log"

    def gradient(self, t):
        self.take()
        by = order = None
        while self.next in ("_", "^"):
            if self.take().text == "_":
                by = self.inside(self.group())
            else:
                order = self.inside(self.group())
        dot = t.text == r"\nabla" and self.taken(r"\cdot")
        bracket = self.next in BRACKETS
        body = self.factor()
        if is_row(body) and self.goes_on():  # of a row there is no gradient: ∇ xᵀAx is that of the whole product
            rest = self.product()
            body = Node("product", (body, *(rest.parts if rest.kind == "product" else (rest,))), body.at)
        elif not bracket:
            self.ends_here([by] if by is not None else [n for n in walk(body) if n.kind == "name"], "gradient")
        return Node("gradient", (by, order, body, "div" if dot else t.text), t.start)

    def big(self, kind, t):
        low, high = self.limits()
        body_at = self.peek()
        minus = self.taken("-")
        if not self.goes_on():
            self.fail(f"what is the {kind} of? A term is wanted, {self.seen()}", body_at)
        body = self.product()
        body = Node("sum", (("-", body),), body.at) if minus else body
        return Node("big", (kind, self.range(low, high, t), body), t.start)

    def limits(self):
        low = high = None
        while self.next in ("_", "^"):
            if self.take().text == "_":
                low = self.group()
            else:
                high = self.group()
        return low, high

    def range(self, low, high, t):
        """("range", index, from, to) or ("over", names): what a sum runs over."""
        if low is None:
            self.fail(f"what does {t.text} run over? Write {t.text}_{{t=1}}^T or {t.text}_x", t)
        inner = self.another(low)
        if inner.peek().kind == "command" and inner.next == r"\substack":
            self.fail(r"\substack below a sum is not read", t)
        first = inner.sum()
        if inner.peek().kind == "end":
            return ("over", (first,)) if high is None else ("range", first, Node("number", ("1",), first.at), self.inside(high))
        if inner.taken("="):
            lo = inner.sum()
            if inner.next == ",":
                self.fail("a sum over a list of values is not read; write its terms, or a range", t)
            if high is None:
                self.fail(f"where does the {t.text[1:]} end? ^ is wanted", t)
            return "range", first, lo, self.inside(high)
        if inner.taken(r"\in"):
            self.notes.append(("set", ""))
            return "over", (first,)
        if inner.next in (">", r"\ge", "<", r"\le"):
            return self.compared(first, inner, high, t)
        names = [first]
        while inner.taken(","):
            names.append(inner.sum())
        if inner.peek().kind != "end":
            inner.fail(f"{inner.next} is not read below a sum")
        return "over", tuple(names)

    def integral(self, t):
        ends = [self.limits()]
        while self.taken(r"\int"):
            ends.append(self.limits())
        self.integrals.append(1)
        by = []
        while self.differential():
            self.take()
            by.append(self.unit())
        first = bool(by)
        body = self.product() if first else self.sum()
        while not first and self.differential():
            self.take()
            by.append(self.unit())
        self.integrals.pop()
        if not by:
            self.fail(r"over what is it integrated? d x is wanted", t)
        if len(ends) > 1 and len(ends) != len(by):
            self.fail(f"{len(ends)} integrals and {len(by)} differentials", t)
        limits = [(None if lo is None else self.end(lo, by), None if hi is None else self.end(hi, by)) for lo, hi in ends]
        if len(limits) == 1 and len(by) > 1:
            limits = limits * len(by)
        return Node("integral", (tuple(by), tuple(limits), body), t.start)

    def end(self, signs, by):
        r"""An end of an integral: 0, or t = 0 with what it runs over."""
        texts = [s.text for s in signs]
        if "=" in texts:
            k = texts.index("=")
            if self.inside(signs[:k]) not in by:
                self.fail(f"the ends of an integral are values of what it runs over; {''.join(texts[:k])} is not that", signs[0])
            signs = signs[k + 1 :]
        return self.inside(signs)

    def limit(self, t):
        self.expect("_", r" after \lim, with what tends where")
        inner = self.another(self.group())
        v = inner.sum()
        inner.expect(r"\to")
        to, side = inner.sum_before_side()
        body = self.product()
        self.ends_here([v], "limit")
        return Node("limit", (v, to, side, body), t.start)

    def sum_before_side(self):
        """Where a limit goes, with the side that it comes from: 0^{+}."""
        signs, side = self.found[self.at :], "+-"
        texts = [s.text for s in signs]
        for tail in (["^", "{", "+", "}"], ["^", "+"], ["^", "{", "-", "}"], ["^", "-"]):
            if texts[-len(tail) :] == tail:
                signs, side = signs[: -len(tail)], "+" if "+" in tail else "-"
                break
        return self.inside(signs), side


def is_row(node):
    return node.kind == "transpose" or node.kind == "power" and node.parts[1] == Node("name", (Name("T"),))


def comma(t):
    """A line break below an expectation is a comma."""
    return type(t)("sign", ",", t.start, t.end)
