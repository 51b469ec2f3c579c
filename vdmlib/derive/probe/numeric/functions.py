"""What stands for each undefined function at an instance: the formula of a fact, a solution, or a drawn function."""

import sympy
from sympy import Rational, Symbol
from sympy.core.function import AppliedUndef

from ...nodes.expressions import plain
from ...nodes.mirrors import mirror
from ..hypotheses import least_whole, words
from ..result import Unable, Undefined, Unmet
from .compile import bound, is_real
from .derivatives import circle, nested
from .drawing import Drawn, Shown, names_in
from .families import Antiderivative, Bells, Between, Corrected, Marched, Monomial, Powers
from .pieces import kinks_of, over_pieces, straight

__all__ = ["Functions", "Formula", "declared", "entry_facts"]

LARGEST = 100  # exponent of a factor that keeps a sign


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
        self.itself = fact.left.func.__name__ in names_in(fact.right)

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


class Functions(Drawn):
    """The undefined functions of one instance."""

    def __init__(self, w):
        self.w = w
        self.formulas, self.slopes, self.evolutions = {}, {}, {}
        self.concrete, self.mirrors = {}, {}

    def learn(self, fact):
        """Takes a fact as the definition of a function, if it can be one; whether it did."""
        left = fact.left
        if isinstance(left, AppliedUndef) and (found := mirror(fact)) is not None:
            return self.mirrors.setdefault(left.func.__name__, (found, fact))[0] == found
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

    def mirrors_of_what_is_given(self):
        """Facts that a function is ± itself elsewhere where another fact gives it: these are looked at, and not built in."""
        given = [name for name in self.mirrors if name in self.formulas or name in self.slopes or name in self.evolutions]
        return [self.mirrors.pop(name)[1] for name in given]

    def local(self):
        """{variable: its value} of the equations in it that a drawn function solves near that value alone."""
        w = self.w
        out = {t: w.symbol(t, t, {}) for _, t, _ in self.evolutions.values()}
        return out | {t: w.symbol(t, t, {}) for name, (n, t, fact) in self.slopes.items()
                      if w.setting.starts.get(name) in (None, t) and (n > 1 or names_in(fact.right) & self.depending_on(name))}  # fmt: skip

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
        f = self.of(name, e)
        if name not in self.mirrors:
            return f.partial(list(orders), args)
        m, fact = self.mirrors[name]
        w.functions_shown[name].note = ", its mean with itself at the other arguments"
        sign, others, rest = m.partial(orders)
        there = [slope * args[place] + w.number(shift) for place, slope, shift in m.moves]
        out = (f.partial(list(orders), args) + sign * f.partial(others, there) + w.run(sympy.sympify(rest), {})) / 2
        if not any(orders) and all(map(is_real, args)):
            self.require_declared(e, out, fact)
        return out

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
        inside = f if isinstance(f, Marched) or isinstance(f, Between) and f.open_ended else None
        if isinstance(f, Marched):  # its value at the one time, from which it moves by more derivatives
            f, order = f.still, order + 3
        elif inside is not None:  # what is above or below its end by e^f: the f
            f = f.f
        if not isinstance(f, Corrected):
            facts = e.func._kwargs
            keeps = isinstance(inside, (Marched, type(None))) and bool(facts.get("positive") or facts.get("negative") or facts.get("nonnegative"))
            f = Corrected(w.ctx, f, keeps, lambda g, orders, at: nested(w, g, orders, at))
            if inside is None:
                self.concrete[name] = f
            elif isinstance(inside, Marched):
                inside.still = f
            else:
                inside.f = f
            w.functions_shown[name].note = " + a correction that meets the facts" if not keeps else ", times a factor that meets the facts"
        if name in self.mirrors and self.mirrors[name][0].sign < 0:  # a constant would be taken away from itself
            order = max(order, 1)
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

    # --- solutions of equations

    def solution(self, name):
        """A function with a given slope; or a polynomial that solves f⁽ⁿ⁾ = right to high order near the value of t."""
        w = self.w
        n, t, fact = self.slopes[name]
        right, r = w.of(fact.right), w.rng("solution", name)
        place = w.setting.starts.get(name)
        start = w.symbol(t, t, {}) if place is None else w.run(place, {})
        first = [w.ctx.mpf(r.randint(1, 5)) / r.randint(2, 5) for _ in range(n)]
        if n == 1 and not names_in(fact.right) & self.depending_on(name):
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
                if other not in out and any(names_in(f.fact.right) & out for f in formulas):
                    out.add(other)
                    grown = True
            for other, (_, _, fact) in self.slopes.items():
                if other not in out and names_in(fact.right) & out:
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


def _holds_slope(e, name, t):
    """Whether a derivative of a function by t stands in an expression."""
    return any(
        isinstance(a, sympy.Derivative) and plain(t) in map(plain, a.variables) and name in names_in(a.expr)
        for a in sympy.preorder_traversal(sympy.sympify(e))
    )


def entry_facts(e):
    label = e.base.label
    facts = label.assumptions0 if isinstance(label, Symbol) else {"real": True}
    return {k: v for k, v in facts.items() if k != "integer"}
