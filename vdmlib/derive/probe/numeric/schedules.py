"""The schedules of an instance: factors in (0, 1), drawn or given by facts, and their products."""

from sympy import Integral, Product, Rational, Sum, preorder_traversal, sympify
from sympy.core.function import AppliedUndef
from sympy.tensor.indexed import Indexed

from ...nodes.expressions import plain
from ...nodes.schedules import ScheduleValue
from ..hypotheses import least_whole, words
from ..result import Undefined, Unmet
from .compile import is_real

__all__ = ["Schedules"]


FAR = 9, 40, 170, 1000, 10**4, 10**6  # times at which a formula of ᾱ_t is looked at


def is_formula(e):
    """Whether an expression is a formula of numbers and symbols alone, which has a value at every time."""
    return not any(isinstance(a, (AppliedUndef, Indexed, ScheduleValue, Sum, Product, Integral)) for a in preorder_traversal(sympify(e)))


def close(ctx, a, b):
    return abs(a - b) <= ctx.mpf(10) ** -25 * (1 + abs(b))


class Schedules:
    """α_n and ᾱ_n for numbers n. Where facts give some ᾱ, the factors are drawn so that their products fit."""

    def __init__(self, w):
        self.w = w
        self.facts = {}  # (name, bar) → facts

    def learn(self, fact):
        self.facts.setdefault((fact.left.name, fact.left.bar), []).append(fact)

    def given(self, name, bar, n):
        """The value of α_n or ᾱ_n by the facts, and the fact; None where they say nothing."""
        w = self.w
        for fact in self.facts.get((name, bar), ()):
            index = plain(fact.left.index)
            free = [s for s in map(plain, fact.forall) if index.has(s)]
            if not free:
                if w.whole(fact.left.index, {}) != n:
                    continue
                env = {}
            else:
                shift = w.whole(fact.left.index, {free[0]: w.ctx.mpf(0)})
                if n - shift < least_whole(free[0]) or (n == 0 and bar):
                    continue
                env = {free[0]: w.ctx.mpf(n - shift)}
            out = w.derived(("schedule", name, bar, n), lambda: w.run(fact.right, env))
            if not is_real(out) or not 0 < out < 1:
                raise Unmet(f"{words(fact)}, with a value between 0 and 1")
            return out, fact
        return None

    def alpha(self, name, n):
        if n < 1:
            raise Undefined(f"{name}[{n}] does not exist")
        known = self.given(name, False, n)
        if known is not None:
            return known[0]
        if (name, True) not in self.facts:
            return self.drawn(name, n)
        return self.between_bars(name, n)

    def between_bars(self, name, n):
        """A factor between two given products: their ratio to a drawn power."""
        ctx = self.w.ctx
        ends = [k for k in range(self.w.largest + 3) if k == 0 or self.given(name, True, k) is not None]
        below, above = max((k for k in ends if k < n), default=0), min((k for k in ends if k >= n), default=None)
        if above is None:
            return self.drawn(name, n)
        value, fact = self.given(name, True, above)
        factors = {k: self.given(name, False, k) for k in range(below + 1, above + 1)}
        ratio = value / self.bar(name, below) / ctx.fprod(known[0] for known in factors.values() if known is not None)
        if not 0 < ratio < 1:
            raise Unmet(f"{words(fact)}, with factors between 0 and 1")
        logs = {k: ctx.log(self.drawn(name, k)) for k, known in factors.items() if known is None}
        return ratio ** (logs[n] / ctx.fsum(logs.values()))

    def check(self):
        """Unmet where two facts say different things of one value, or a product is not that of its factors."""
        w = self.w
        for (name, bar), facts in self.facts.items():
            for fact in facts:
                if bar and len(fact.forall) == 1 and is_formula(fact.right):
                    self.look_far(fact)
                for n in range(1, w.largest + 1) if fact.forall else [w.whole(fact.left.index, {})]:
                    env = {plain(s): w.ctx.mpf(n) for s in fact.forall}
                    at = w.whole(fact.left.index, env)
                    if at < 1 or any(n < least_whole(plain(s)) for s in fact.forall):
                        continue
                    value = w.run(fact.right, env)
                    if not close(w.ctx, self.bar(name, at) if bar else self.alpha(name, at), value):
                        raise Unmet(words(fact))
                    if bar and not close(w.ctx, w.ctx.fprod(self.alpha(name, k) for k in range(1, at + 1)), value):
                        raise Unmet(f"{words(fact)}, the product of its factors")

    def look_far(self, fact):
        """Unmet where a formula of ᾱ_t for every t leaves (0, 1), or rises, at a time beyond those of the instance."""
        w = self.w
        for n in FAR:
            before, at = (w.run(fact.right, {plain(s): w.ctx.mpf(k) for s in fact.forall}) for k in (n, n + 1))
            if not all(map(is_real, (before, at))) or not 0 <= at <= before <= 1:
                raise Unmet(f"{words(fact)}, with values that fall from 1 towards 0")

    def bar(self, name, n):
        if n < 0:
            raise Undefined(f"{name}.bar[{n}] does not exist")
        known = self.given(name, True, n) if n else None
        return known[0] if known is not None else self.w.ctx.fprod(self.alpha(name, k) for k in range(1, n + 1))

    def drawn(self, name, n):
        w = self.w
        key, label = ("schedule", name, n), f"{name}[{n}]"
        w.seen.add(label)
        if key not in w.values:
            r = w.rng(key)
            q = r.randint(3, 9)
            w.keep(key, label, Rational(r.randint(1, q - 1), q))
        return w.values[key]
