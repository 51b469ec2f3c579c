"""Random points: everything that a line leaves open, drawn."""

import itertools
import random
from fractions import Fraction

from .lines import names

__all__ = ["Point", "Undefined", "Null", "Outside", "Unsettled", "Infinite", "Inadmissible", "admits"]


class Undefined(Exception):
    """The expression has no value at this point."""


class Outside(Undefined):
    """A variable that the chain does not have at this length: the line cannot be written there."""


class Null(Undefined):
    """A quotient by a density that is zero: the book's conventions rule it out, once and for all."""


class Unsettled(Exception):
    """This evaluator cannot tell."""


class Infinite(Exception):
    """An expectation that is not finite; lines about laws are about finite ones."""


class Inadmissible(Exception):
    """The point breaks a declaration or a fact."""


ROUND = [Fraction(a) for a in ("-3", "-2", "-1", "-1/2", "0", "1/2", "1", "2", "3")]
LONGEST = 15  # the longest chain


def admits(words, a):
    """Whether a number has the declared properties."""
    if "complex" in words:
        return True
    if getattr(a, "imag", 0) != 0:
        return False
    a = getattr(a, "real", a)
    checks = {"positive": a > 0, "nonnegative": a >= 0, "negative": a < 0, "nonpositive": a <= 0, "nonzero": a != 0}
    return all(checks.get(w, True) for w in words) and ("integer" not in words or a == round(float(a)))


def drawn(words, rng, whole=(-4, 12)):
    """A number with the declared properties."""
    for _ in range(200):
        if "integer" in words:
            a = Fraction(rng.choice([rng.randint(*whole), rng.randint(-1, 3)]))
        else:
            kind = rng.random()
            a = (rng.choice(ROUND) if kind < 0.5 else Fraction(rng.randint(-40, 40), rng.randint(3, 13)) if kind < 0.9
                 else Fraction(rng.choice((-1, 1)), 50) if kind < 0.95 else Fraction(rng.choice((-1, 1)) * rng.randint(7, 23)))  # fmt: skip
        if admits(words, a):
            return a
    raise Inadmissible(f"no number is {words}")


class Point:
    """Numbers for the symbols of a line, functions, entries, laws, schedules; the same for the same seed.

    m: the context of arithmetic, `mpmath.fp` or `mpmath.mp`.
    """

    def __init__(self, line, seed, m):
        self.line, self.seed, self.m = line, seed, m
        self.whole = (*line.expressions,)
        self.complex = any("complex" in w for w in line.symbols.values())
        rng = self.rng("numbers")
        self.numbers, self.exact = {}, {}
        alike = drawn((), rng) if rng.random() < 0.12 else None
        indices = names(self.whole, "at") or names(self.whole, "alpha") or names(self.whole, "bar")
        for name, words in sorted(line.symbols.items()):
            if name in line.times:
                a = line.times[name] + rng.choice([0, 0, 1, 1, 2, 3, rng.randint(0, LONGEST)])
                a = Fraction(min(a, max(LONGEST, line.times[name])))
            elif "integer" in words and indices:
                a = Fraction(rng.choice([1, 2, rng.randint(1, 9)]))
            elif alike is not None and admits(words, alike):
                a = alike
            else:
                a = drawn(words, rng)
            self.exact[name] = a
            self.numbers[name] = self.number(a)
            if "complex" in words and rng.random() < 0.8:
                self.numbers[name] = m.mpc(self.number(a), self.number(drawn((), rng)))
        self.functions = {n: Wave(self, n, w) for n, w in sorted(line.functions.items())}
        self.entries, self.entry_rules, self.alphas, self.outcomes = {}, {}, {}, {}
        self.tables, self.given_tables, self.alphabets, self.given_densities = {}, {}, {}, {}
        self.making = set()  # laws whose tables are being made

    def rng(self, *what):
        return random.Random(f"{self.seed} {what}")

    def number(self, a):
        return self.m.mpf(a.numerator) / a.denominator

    # --- schedules, entries, variables

    def alpha(self, name, k):
        if (name, k) not in self.alphas:
            self.alphas[name, k] = self.number(Fraction(self.rng("alpha", name, k).randint(1, 19), 20))
        return self.alphas[name, k]

    def entry(self, name, k):
        if (name, k) in self.entries:
            return self.entries[name, k]
        if name in self.entry_rules:
            return self.entry_rules[name](k)
        words = self.line.vectors.get(name, ())
        self.entries[name, k] = self.number(drawn(words, self.rng("entry", name, k)))
        return self.entries[name, k]

    def alphabet(self, key):
        """The values that a variable of a table takes."""
        if key not in self.alphabets:
            rng = self.rng("alphabet", key)
            words = self.line.variables.get(key[1], ()) if key[0] == "rv" else ()
            pool = [a for a in ROUND if admits(words, a)]
            size = 2 if key[0] == "at" or rng.random() < 0.6 else 3
            self.alphabets[key] = [self.number(a) for a in sorted(rng.sample(pool, size))]
        return self.alphabets[key]

    def outcome(self, key):
        """Where a free variable of a table stands."""
        return self.rng("outcome", key).randrange(len(self.alphabet(key)))

    # --- laws: `keys` flattens variables into keys, given by the evaluator

    def ready(self, law, keys):
        """The law's variables in order, and how many of them it is given."""
        if law.name not in self.tables:
            if law.name in self.making:
                raise Unsettled(f"a fact that gives {law.name} by itself")
            self.making.add(law.name)
            try:
                given, scope = keys(law.given), keys(law.scope)
                self.tables[law.name] = Kernel(self, law, given, scope) if law.markov else Table(self, law, given, scope)
            finally:
                self.making.discard(law.name)
        return self.tables[law.name]


class Table:
    """A joint law as a table, for each value of what it is given."""

    def __init__(self, point, law, given, scope):
        self.given, self.scope = given, scope
        self.names = set(given) | set(scope)
        if len(scope) > 9:
            raise Unsettled("a table that is too large")
        self.weights = {}
        known = point.given_tables.get(law.name)
        for g in _outcomes(point, given):
            rng = point.rng("table", law.name, g)
            zeros = 0.35 if rng.random() < 0.45 else 0
            raw = {}
            for s in _outcomes(point, scope):
                raw[s] = known(dict(zip((*given, *scope), (*g, *s)))) if known else Fraction(0 if rng.random() < zeros else rng.randint(1, 9))
            total = sum(raw.values())
            if known:
                if any(w < 0 for w in raw.values()) or abs(total - 1) > 1e-9:
                    raise Inadmissible(f"the fact about {law.name} gives no law")
            elif total == 0:
                raw[next(iter(raw))] = total = Fraction(1)
            for s, w in raw.items():
                self.weights[g + s] = point.number(w / total) if isinstance(w, Fraction) else w
        self.memo = {}

    def probability(self, at):
        """P of the outcomes in `at`, a dict by key, given those of them that the law is given."""
        key = frozenset(at.items())
        if key not in self.memo:
            places = [(i, at[v]) for i, v in enumerate((*self.given, *self.scope)) if v in at]
            self.memo[key] = sum(w for o, w in self.weights.items() if all(o[i] == a for i, a in places))
        return self.memo[key]


class Kernel:
    """A Markov chain: one stochastic matrix a step."""

    def __init__(self, point, law, given, scope):
        self.given, self.scope = given, scope
        self.order = (*given, *scope)
        self.names = set(self.order)
        self.place = {v: k for k, v in enumerate(self.order)}
        self.m = point.m
        rng = point.rng("chain", law.name)
        zeros = 0.25 if rng.random() < 0.15 else 0
        self.steps = []
        for k, v in enumerate(self.order):
            before = point.alphabet(self.order[k - 1]) if k else [None]
            rows = []
            for _ in before:
                raw = [0 if rng.random() < zeros else rng.randint(1, 9) for _ in point.alphabet(v)]
                raw = raw if sum(raw) else [1] * len(raw)
                rows.append([point.number(Fraction(a, sum(raw))) for a in raw])
            self.steps.append(rows)
        self.memo = {}

    def probability(self, at):
        key = frozenset(at.items())
        if key not in self.memo:
            first = len(self.given)
            if first > 1:
                raise Unsettled("a chain that is given more than its start")
            fixed = {self.place[v]: a for v, a in at.items()}
            last = max(fixed, default=-1)
            here = [self.m.mpf(1)] if not first else [self.m.mpf(int(a == fixed.get(0, 0))) for a in range(len(self.steps[0][0]))]
            for k in range(first, last + 1):
                step = self.steps[k]
                here = [sum(here[a] * step[a][b] for a in range(len(here))) for b in range(len(step[0]))]
                if k in fixed:
                    here = [w if b == fixed[k] else 0 * w for b, w in enumerate(here)]
            self.memo[key] = sum(here)
        return self.memo[key]


def _outcomes(point, keys):
    return itertools.product(*[range(len(point.alphabet(v))) for v in keys])


class Wave:
    """A random smooth function: a quadratic and a wave, of the declared sign, set right at the points that facts name."""

    def __init__(self, point, name, words):
        self.point, self.name, self.words = point, name, words
        rng = point.rng("function", name)
        some = lambda lo, hi: point.number(Fraction(rng.randint(lo, hi), 4))  # noqa: E731
        self.height, self.phase = some(1, 6), some(0, 20)
        self.rates, self.slopes = [some(1, 5) for _ in range(3)], [some(-5, 5) for _ in range(3)]
        self.bend, self.level = some(0, 3), some(-6, 6)
        self.sign = 1
        if set(words) & {"positive", "nonnegative", "negative"}:
            self.sign = -1 if "negative" in words else 1
            self.slopes = [0 * a for a in self.slopes]
            self.level = self.height + (0 if "nonnegative" in words else some(1, 4))
        self.rule = None  # a function of (orders, arguments), where a fact gives the whole function
        self.values, self.steep = {}, {}  # what facts say at points: {argument: value}, {argument: derivative}

    def __call__(self, orders, args):
        if self.rule is not None:
            out = self.rule(orders, args)
        else:
            out = self._free(orders, args) + self._set_right(orders, args)
        if not any(orders) and not admits(self.words, out):
            raise Inadmissible(f"{self.name} is not {self.words}")
        return out

    def _free(self, orders, args):
        m, total = self.point.m, sum(orders)
        at = sum((w * u for w, u in zip(self.rates, args)), self.phase)
        factor = self.height
        for w, n in zip(self.rates, orders):
            factor = factor * w**n
        out = factor * m.sin(at + total * m.pi / 2)
        if total == 0:
            out += self.level + sum(b * u for b, u in zip(self.slopes, args)) + self.bend * args[0] ** 2
        elif total == 1:
            out += self.slopes[orders.index(1)] + (2 * self.bend * args[0] if orders[0] else 0)
        elif total == 2 and orders[0] == 2:
            out += 2 * self.bend
        return self.sign * out

    def _set_right(self, orders, args):
        """A polynomial that moves the function to its given values; or one slope to its given value."""
        if not self.values and not self.steep:
            return 0
        if len(args) > 1 or (self.steep and (self.values or len(self.steep) > 1)):
            if self.values and orders == (0,) * len(orders) and not self.steep:
                return sum(v - self._free(orders, at) for at, v in self.values.items() if at == tuple(args))
            raise Unsettled("facts about one function that this evaluator cannot meet together")
        (u,), (n,) = args, orders
        if self.steep:
            ((at,), v), = self.steep.items()
            return (v - self._free((1,), (at,))) * (u - at if n == 0 else 1 if n == 1 else 0)
        out, places = 0, [at[0] for at in self.values]
        for at in places:
            lift = self.values[at,] - self._free((0,), (at,))
            others = [b for b in places if b != at]
            out += lift * _product_derivative(u, at, others, n)
        return out


def _product_derivative(u, at, others, n):
    """The nth derivative at u of ∏ (u − b)/(at − b) over the others."""
    if n > len(others):
        return 0
    out = 0
    for left in itertools.permutations(range(len(others)), n):
        term = 1
        for k, b in enumerate(others):
            term = term * (1 if k in left else u - b) / (at - b)
        out += term
    return out
