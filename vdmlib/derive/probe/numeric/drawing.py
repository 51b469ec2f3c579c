"""Functions drawn by chance, with the properties that are declared of them or that facts ask of them."""

from dataclasses import dataclass

import sympy
from sympy import Rational, Symbol
from sympy.core.function import AppliedUndef

from ...nodes.expressions import plain
from .derivatives import nested
from .families import Bells, Between, Normed, Sines, Steps, Waves

__all__ = ["Drawn", "Shown", "names_in"]

PLACES = ((Rational(1, 2), Rational(9, 20)), (Rational(1, 3), Rational(1, 4)), (Rational(1, 50), Rational(1, 51)), (Rational(49, 50), Rational(1, 51)))
SHARES = (Rational(2, 3), Rational(1, 3))  # of two sines
FLOWS = ("any", "any", "rising", "falling")


@dataclass
class Shown:
    """A drawn function as a reader sees it: its letters, its formula, and a note."""

    name: str
    letters: tuple
    formula: object
    note: str = ""

    def text(self, letters=None):
        """With other letters, those of the line, if given."""
        letters = letters if letters and len(letters) == len(self.letters) and self.formula is not None else self.letters
        head = f"{self.name}({', '.join(map(str, letters))})"
        if self.formula is None:
            return head + self.note
        return f"{head} = {self.formula.xreplace(dict(zip(self.letters, map(plain, letters))))}{self.note}"


class Drawn:
    """Draws the function under a name."""

    def drawn(self, name, e):
        w = self.w
        r, facts, n = w.rng("function", name), {k: v for k, v in e.func._kwargs.items() if v}, len(e.args)
        if facts.get("integer"):
            lo, hi = (1, 6) if facts.get("positive") else (0, 5) if facts.get("nonnegative") else (-5, 5)
            w.functions_shown[name] = Shown(name, (), None, " whole numbers")
            return Steps(w.ctx, f"{w.seed}|{name}", lo, hi)
        signed = bool(facts.get("positive") or facts.get("nonnegative") or facts.get("negative"))
        other_way = w.kind == "sides" and not signed and (w.number_ + w.attempt) % 2
        flip = -1 if facts.get("negative") or other_way else 1
        us = [Symbol(f"u_{k + 1}") for k in range(n)]
        bounds = self.bounds(name, facts)
        place = self.total_one(name, n)
        if place is not None:
            return self.normed(name, r, n, us, place)
        if bounds:
            return self.between(name, r, n, us, bounds)
        make = self.bells if w.endless else self.waves
        f, shown = make(r, n, us, flip, signed, _is_complex(facts))
        w.functions_shown[name] = Shown(name, us, shown)
        return f

    def total_one(self, name, n):
        """Over which argument a fact says that a function has total one, for every value of the others; None if none does."""
        for f in self.w.setting.hypotheses.facts:
            left, keys = f.left, {plain(s) for s in f.forall}
            if not isinstance(left, sympy.Integral) or f.right != 1 or len(left.limits) != 1 or len(left.limits[0]) != 3:
                continue
            x, lo, hi = map(plain, left.limits[0])
            e = plain(left.function)
            if isinstance(e, AppliedUndef) and e.func.__name__ == name and (lo, hi) == (-sympy.oo, sympy.oo) and len(e.args) == n == len(set(e.args)):
                if x in e.args and keys == set(e.args) - {x}:
                    return e.args.index(x)
        return None

    def normed(self, name, r, n, us, place):
        """A density over one argument, which moves with the others."""
        w, parts, shown = self.w, [], 0
        others = [u for k, u in enumerate(us) if k != place]
        share = Rational(r.randint(1, 3), 4)
        for c in (share, 1 - share):
            middle, rate = Rational(r.randint(-4, 4), 4), [Rational(r.choice((-3, -2, -1, 1, 2, 3)), 4) for _ in others]
            parts.append((w.number(c), Sines(w.ctx, w.number(middle), [(w.ctx.mpf(1), [w.number(a) for a in rate], w.ctx.mpf(0))] if others else [])))
            at = us[place] - middle - (sympy.sin(sum(a * u for a, u in zip(rate, others))) if others else 0)
            shown += c * sympy.exp(-(at**2) / 2) / sympy.sqrt(2 * sympy.pi)
        w.functions_shown[name] = Shown(name, us, shown)
        return Normed(w.ctx, place, parts, lambda g, orders, at: nested(w, g, orders, at))

    def bounds(self, name, facts):
        """{"lo", "hi"} of the bounds that facts, or conditions, give a function for every value of its arguments; each a number."""
        out = {}
        for c in self.w.setting.hypotheses.conditions:
            if c.relation not in (">", ">=") or not c.over or any(e is not None for place in c.over for e in place[1:]):
                continue
            keys = {plain(place[0]) for place in c.over}
            for side, which, end in ((c.left, "lo", c.right), (c.right, "hi", c.left)):
                f = plain(side)
                if isinstance(f, AppliedUndef) and f.func.__name__ == name and set(f.args) == keys and len(f.args) == len(keys):
                    if not plain(end).free_symbols & keys and not names_in(end):
                        out.setdefault(which, []).append(end)
        if "hi" in out and (facts.get("positive") or facts.get("nonnegative")):
            out.setdefault("lo", []).append(sympy.S.Zero)
        if "lo" in out and (facts.get("negative") or facts.get("nonpositive")):
            out.setdefault("hi", []).append(sympy.S.Zero)
        return out if set(out) - {"lo"} or any(b != 0 for b in out.get("lo", ())) else {}

    def between(self, name, r, n, us, bounds):
        """A function between bounds, near the one or the other in some instances."""
        w, both = self.w, len(bounds) == 2
        middle, swing = r.choice(PLACES) if both else (Rational(r.choice((0, 0, -6))), 2)
        waves = [(swing * c, [Rational(r.choice((-3, -2, -1, 1, 2, 3)), 4) for _ in range(n)], Rational(r.randint(0, 12), 4)) for c in SHARES]
        shown = middle + sum(c * sympy.sin(sum(a * u for a, u in zip(rate, us)) + phase) for c, rate, phase in waves)
        f = Sines(w.ctx, w.number(middle), [(w.number(c), [w.number(a) for a in rate], w.number(phase)) for c, rate, phase in waves])
        ends = {k: (lambda k=k, best=best: best(w.run(sympy.sympify(b), {}).real for b in bounds[k])) if k in bounds else None for k, best in (("lo", max), ("hi", min))}
        low, high = sympy.Max(*map(plain, bounds.get("lo", [0]))), sympy.Min(*map(plain, bounds.get("hi", [0])))
        formula = low + (high - low) * shown if both else low + sympy.exp(shown) if "lo" in bounds else high - sympy.exp(shown)
        w.functions_shown[name] = Shown(name, us, formula)
        return Between(f, ends["lo"], ends["hi"], lambda g, orders, at: nested(w, g, orders, at))

    def waves(self, r, n, us, flip, signed, complex_):
        """A sum of exponentials; of either sign, with a quadratic, where nothing forbids it."""
        w = self.w

        def some(lo=1, hi=4, q=5):
            return Rational(r.randint(lo, hi), q)

        flow = r.choice(FLOWS) if w.attempt else "any"  # facts may ask for a function that rises or falls
        low, high = {"any": (-3, 3), "rising": (1, 3), "falling": (-3, -1)}[flow]
        size = Rational(1, 20) if w.attempt > 2 and r.random() < 0.3 else 1
        waves = [(flip * size * some(), [some(low, high, 4) for _ in range(n)]) for _ in range(2)]
        powers = []
        if not signed:
            slope = {"any": lambda: some(-4, 4), "rising": some, "falling": lambda: -some()}[flow]
            powers = [(size * slope(), some(-4, 4) if flow == "any" else 0) for _ in range(n)]
        if complex_:
            waves = [(c * (1 + some() * sympy.I), rates) for c, rates in waves]
        shown = sum(c * sympy.exp(sum(a * u for a, u in zip(rate, us))) for c, rate in waves)
        shown += sum(a * u + b * u**2 for (a, b), u in zip(powers, us))
        numbers = [(w.number(c), [w.number(a) for a in rate]) for c, rate in waves]
        return Waves(w.ctx, numbers, [(w.number(a), w.number(sympy.sympify(b))) for a, b in powers]), shown

    def bells(self, r, n, us, flip, signed, complex_):
        """A sum of bells of one width, so that it, its products and its logs have integrals over the line."""
        w, bells = self.w, []
        low = 1 if signed else -4
        for _ in range(2):
            height = 0
            while not height:
                height = r.randint(low, 4)
            height = flip * Rational(height, 5) * (1 + sympy.I / r.randint(2, 4) if complex_ else 1)
            bells.append((height, [Rational(r.randint(-4, 4), 5) for _ in range(n)]))
        shown = sum(c * sympy.exp(-sum((u - a) ** 2 for a, u in zip(centre, us)) / 2) for c, centre in bells)
        return Bells(w.ctx, [(w.number(c), [w.number(a) for a in at]) for c, at in bells]), shown


def _is_complex(facts):
    return bool(facts.get("complex")) and not facts.get("real")


def names_in(e):
    return {a.func.__name__ for a in sympy.preorder_traversal(sympy.sympify(e)) if isinstance(a, AppliedUndef)}
