"""What stands for each undefined function at an instance: the formula of a fact, a solution, or a drawn function."""

from dataclasses import dataclass

import sympy
from sympy import Rational, Symbol
from sympy.core.function import AppliedUndef

from ...nodes.expressions import plain
from ..hypotheses import least_whole, words
from ..result import Unable, Undefined, Unmet
from .compile import bound, is_real
from .derivatives import circle, nested
from .integrals import kinks_of, over_pieces, straight
from .families import Antiderivative, Bells, Between, Corrected, Marched, Monomial, Normed, Powers, Sines, Steps, Waves

__all__ = ["Functions", "Formula", "declared", "entry_facts"]

LARGEST = 100  # exponent of a factor that keeps a sign

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


PLACES = ((Rational(1, 2), Rational(9, 20)), (Rational(1, 3), Rational(1, 4)), (Rational(1, 50), Rational(1, 51)), (Rational(49, 50), Rational(1, 51)))
SHARES = (Rational(2, 3), Rational(1, 3))  # of two sines
FLOWS = ("any", "any", "rising", "falling")


class Formula:
    """A fact f(pattern) = right, for every value of the symbols in its `forall`."""

    def __init__(self, w, fact):
        self.w, self.fact = w, fact
        keys = [plain(s) for s in fact.forall]
        self.slots = []
        for a in map(plain, fact.left.args):
            held = [k for k in keys if a.has(k)]
            if len(held) > 1 or (held and sympy.diff(a, held[0], 2) != 0):
                raise Unable(f"the probe cannot use {words(fact)}")
            self.slots.append((held[0] if held else None, a, lambda env, a=a: w.run(a, env)))
        self.itself = fact.left.func.__name__ in _names(fact.right)

    def right(self, env):
        return self.w.run(self.fact.right, env)

    def match(self, w, args):
        """The environment in which the right side is the value at these arguments; None where it says nothing."""
        env = {}
        for (key, pattern, value), u in zip(self.slots, args):
            if key is None:
                if abs(value({}) - u) > 1e-30:
                    return None
                continue
            if pattern != key:
                at_zero = value({key: w.ctx.mpf(0)})
                u = (u - at_zero) / (value({key: w.ctx.mpf(1)}) - at_zero)
            if key.is_integer and is_real(u):
                if abs(u - w.ctx.nint(u.real)) > 1e-30 or (u.real < least_whole(key) and w.setting.hypotheses.strict):
                    return None
            if key in env and abs(env[key] - u) > 1e-30:
                return None
            env[key] = u
        if self.itself and not all(key is None or key.is_integer for key, _, _ in self.slots):
            raise Unable(f"{self.fact.left} is defined by itself")
        return env


class Functions:
    """The undefined functions of one instance."""

    def __init__(self, w):
        self.w = w
        self.formulas, self.slopes, self.evolutions = {}, {}, {}
        self.concrete = {}

    def learn(self, fact):
        """Takes a fact as the definition of a function, if it can be one; whether it did."""
        left = fact.left
        if isinstance(left, AppliedUndef):
            self.formulas.setdefault(left.func.__name__, []).append(Formula(self.w, fact))
            return len(self.formulas[left.func.__name__]) == 1
        if isinstance(left, sympy.Derivative) and isinstance(left.expr, AppliedUndef):
            name, args = left.expr.func.__name__, tuple(map(plain, left.expr.args))
            known = name in self.slopes or name in self.evolutions or name in self.formulas
            if known or not all(a.is_Symbol for a in args) or len(set(args)) != len(args):
                return False
            if len(args) == 1:
                order = sum(int(n) for _, n in left.variable_count)
                self.slopes[name] = (order, args[0], fact)
                return True
            if len(left.variables) == 1 and plain(left.variables[0]) in args and not _holds_slope(fact.right, name, left.variables[0]):
                self.evolutions[name] = (args, plain(left.variables[0]), fact)
                return True
        return False

    def local(self):
        """{variable: its value} of the equations in it that a drawn function solves near that value alone."""
        w = self.w
        out = {t: w.symbol(t, t, {}) for _, t, _ in self.evolutions.values()}
        return out | {t: w.symbol(t, t, {}) for name, (n, t, fact) in self.slopes.items()
                      if w.setting.starts.get(name) in (None, t) and (n > 1 or _names(fact.right) & self.depending_on(name))}  # fmt: skip

    # --- values

    def value(self, name, e, orders, args):
        """f(args), or a partial derivative of a function that no formula gives."""
        w = self.w
        w.seen.add(name)
        if not any(orders):
            for formula in self.formulas.get(name, ()):
                env = formula.match(w, args)
                if env is not None:
                    out = formula.right(env)
                    if all(map(is_real, args)):
                        self.require_declared(e, out, formula.fact)
                    return out
        return self.of(name, e).partial(list(orders), args)

    def require_declared(self, e, value, fact):
        kind = declared(self.w.ctx, e.func._kwargs, value)
        if kind:
            raise Unmet(f"{words(fact)}, with {e.func.__name__} {kind} as declared")

    def of(self, name, e):
        """The concrete function under a name, drawn when it is first met."""
        if name not in self.concrete:
            if name in self.slopes:
                self.concrete[name] = self.solution(name)
            else:
                self.concrete[name] = self.drawn(name, e)
                if name in self.evolutions:
                    self.concrete[name] = self.evolved(name)
        return self.concrete[name]

    def corrected(self, name, e, order):
        """One more coefficient that a fact about a value or a derivative of a function is solved for: its setter.

        order: the least degree of the correction; a constant would change neither a derivative nor a difference.
        """
        w = self.w
        f = self.of(name, e)
        marched = f if isinstance(f, Marched) else None
        if marched is not None:  # its value at the one time, from which it moves by more derivatives
            f, order = marched.still, order + 3
        if not isinstance(f, Corrected):
            facts = e.func._kwargs
            keeps = bool(facts.get("positive") or facts.get("negative") or facts.get("nonnegative"))
            f = Corrected(f, keeps, lambda g, orders, at: nested(w, g, orders, at))
            if marched is None:
                self.concrete[name] = f
            else:
                marched.still = f
            f.ctx = w.ctx
            w.functions_shown[name].note = " + a correction that meets the facts" if not keeps else ", times a factor that meets the facts"
        r = w.rng("correction", name, len(f.basis))
        degree = order + sum(b.order == order for b in f.basis)
        if w.endless:
            centre = [w.number(Rational(r.randint(-5, 5), 4)) for _ in e.args]
            f.basis.append(Bells(w.ctx, [(w.ctx.mpf(1), centre)]))
        else:
            weights = [w.number(Rational(r.randint(2, 7), 5)) for _ in e.args]
            f.basis.append(Monomial(w.ctx, weights, w.number(Rational(r.randint(1, 9), 7)), degree))
        f.basis[-1].order = order
        f.coefficients.append(w.ctx.mpf(0))
        place = len(f.basis) - 1

        def put(value):
            if f.keeps_sign and abs(value) > LARGEST:
                raise Undefined(f"{name} meets a fact in the limit only")
            f.coefficients[place] = value

        return put

    # --- drawing

    def drawn(self, name, e):
        w = self.w
        r, facts, n = w.rng("function", name), {k: v for k, v in e.func._kwargs.items() if v}, len(e.args)
        if facts.get("integer"):
            lo, hi = (1, 6) if facts.get("positive") else (0, 5) if facts.get("nonnegative") else (-5, 5)
            w.functions_shown[name] = Shown(name, (), None, " whole numbers")
            return Steps(w.ctx, f"{w.seed}|{name}", lo, hi)
        signed = bool(facts.get("positive") or facts.get("nonnegative") or facts.get("negative"))
        flip = -1 if facts.get("negative") else 1
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
                    if not plain(end).free_symbols & keys and not _names(end):
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

    # --- solutions of equations

    def solution(self, name):
        """A function with a given slope; or a polynomial that solves f⁽ⁿ⁾ = right to high order near the value of t."""
        w = self.w
        n, t, fact = self.slopes[name]
        right, r = w.of(fact.right), w.rng("solution", name)
        place = w.setting.starts.get(name)
        start = w.symbol(t, t, {}) if place is None else w.run(place, {})
        first = [w.ctx.mpf(r.randint(1, 5)) / r.randint(2, 5) for _ in range(n)]
        if n == 1 and not _names(fact.right) & self.depending_on(name):
            w.functions_shown[name] = Shown(name, (t,), None, " with the given slope")

            def slope(k, u):
                return circle(w, lambda z: right({t: z}), u, k, is_real(u)) if k else right({t: u})

            def area(a, b):
                if kinks and is_real(a) and is_real(b):
                    return over_pieces(w, lambda u: right({t: u}), kinks, lambda u: {t: u}, a, b)
                return straight(w, lambda u: right({t: u}), a, b)

            kinks = kinks_of(w, sympy.sympify(fact.right))
            return Antiderivative(start, first[0], area, slope)
        w.functions_shown[name] = Shown(name, (t,), None, " a local solution of the given equation")
        f = self.concrete[name] = Powers(w.ctx, name, start, first)
        for k in range(6):
            taylor = circle(w, lambda z: right({t: z}), start, k, True)
            f.coefficients.append(taylor / w.ctx.fprod(range(k + 1, n + k + 1)))
        return f

    def depending_on(self, name):
        """The names of functions whose facts lead back to this one, itself included."""
        out, grown = {name}, True
        while grown:
            grown = False
            for other, formulas in self.formulas.items():
                if other not in out and any(_names(f.fact.right) & out for f in formulas):
                    out.add(other)
                    grown = True
            for other, (_, _, fact) in self.slopes.items():
                if other not in out and _names(fact.right) & out:
                    out.add(other)
                    grown = True
        return out

    def evolved(self, name):
        """A drawn function made to solve ∂f/∂t = right at the value drawn for t, to first order around it."""
        w = self.w
        args, t, fact = self.evolutions[name]
        right = w.of(fact.right)

        def rate(others, there):
            key = "rate", name, tuple(others), tuple(there)  # the same all around a circle in t
            if key not in w.memo:
                w.memo[key] = rate_at(others, there)
            return w.memo[key]

        def rate_at(others, there):
            env = dict(zip(args, there))

            def slope(k):
                if k == len(args):
                    return right(env)
                if not others[k]:
                    return slope(k + 1)
                with bound(env, args[k]) as put:
                    return circle(w, lambda z: put(z) and slope(k + 1), there[k], others[k], False)

            return slope(0)

        w.functions_shown[name].note = f" at the value of {t}"
        return Marched(name, w.symbol(t, t, {}), args.index(t), self.concrete[name], rate)


def declared(ctx, facts, value):
    """The declared property that a value lacks, in a word; None if it has them all."""
    real = is_real(value) or abs(value.imag) < 1e-25 * (1 + abs(value))
    if not real:
        return "real" if any(facts.get(k) for k in ("real", "positive", "nonnegative", "negative", "nonpositive", "integer")) else None
    value = value.real
    lacks = {"integer": abs(value - ctx.nint(value)) > 1e-25 if abs(value) != ctx.inf else True, "positive": value <= 0,
             "nonnegative": value < -1e-40, "negative": value >= 0, "nonpositive": value > 1e-40, "nonzero": value == 0}  # fmt: skip
    return next((kind for kind in lacks if facts.get(kind) and lacks[kind]), None)


def _is_complex(facts):
    return bool(facts.get("complex")) and not facts.get("real")


def _names(e):
    return {a.func.__name__ for a in sympy.preorder_traversal(sympy.sympify(e)) if isinstance(a, AppliedUndef)}


def _holds_slope(e, name, t):
    """Whether a derivative of a function by t stands in an expression."""
    return any(
        isinstance(a, sympy.Derivative) and plain(t) in map(plain, a.variables) and name in _names(a.expr)
        for a in sympy.preorder_traversal(sympy.sympify(e))
    )


def entry_facts(e):
    label = e.base.label
    facts = label.assumptions0 if isinstance(label, Symbol) else {"real": True}
    return {k: v for k, v in facts.items() if k != "integer"}
