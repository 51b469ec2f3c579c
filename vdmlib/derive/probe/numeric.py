"""The independent probe: both sides of a line evaluated at random instances, to thirty digits.

It shares no code with the provers. Symbols get random simple values that respect their assumptions,
undefined functions random concrete ones, schedules random factors in (0, 1). Expectations over Gaussians
are quadratures (Gauss–Hermite for polynomials, the trapezoidal rule otherwise), derivatives are Cauchy
integrals on a small circle, limits are extrapolated. When the two sides differ, everything is evaluated
again with finer quadratures, so that a difference is never the quadrature's own.
"""

import itertools
import random
from dataclasses import dataclass

import sympy
from sympy import Rational, Symbol
from sympy.core.function import AppliedUndef
from sympy.tensor.indexed import Indexed

from ..nodes.laws import At, Block, Density
from .functions import Bells, Marched, Powers, Waves
from ..errors import DerivationError
from ..nodes.tables import Entry
from ..nodes.functionals import Expectation, Functional, Over, law_factors, phi
from ..nodes.normal import N
from ..nodes.expressions import Factors, Frac, Power, Terms, plain
from .quadrature import CIRCLE, CONTEXT, DPS, degree_bound, hermite_rule, holds, legendre_rule, unit_roots
from ..nodes.schedules import ScheduleValue
from ..nodes.total import Total

__all__ = ["Probe", "probe"]

_RADIUS = Rational(1, 2**16)
_SHARED, _KEPT = {}, 4096  # values of sides and quadratures, by instance
_TRIES = 12  # instances drawn until both sides are real numbers


@dataclass(frozen=True)
class Probe:
    """What the probe found.

    agrees: True, False, or None where an expression could not be evaluated (`reason` says why).
    instances: how many random instances were compared; digits: to how many digits they agreed.
    counterexample: an instance in words, where the sides differ.
    """

    agrees: bool | None
    instances: int
    digits: int
    counterexample: str | None = None
    reason: str | None = None


class _NotReal(Exception):
    """A logarithm, root or quotient is not defined at this instance."""


class _Diverges(Exception):
    """An integral, sum or limit is not finite at this instance."""


class _Slow(Exception):
    """An integrand that does not fall off fast enough for the plain trapezoidal rule."""


class _Unable(Exception):
    """The probe has no way to evaluate this."""


def probe(lhs, rhs, facts=(), instances=3, digits=30, seed=0):
    """Evaluate both sides at random instances; see Probe."""
    lhs, rhs = sympy.sympify(lhs), sympy.sympify(rhs)
    reached = digits
    for k in range(instances):
        found = None
        for attempt in range(_TRIES):
            try:
                world = _World(f"{seed}.{k}.{attempt}", lhs, rhs, facts, gentle=attempt)
                found = world.compare(lhs, rhs, digits)
            except _Unable as why:
                return Probe(None, k, 0, reason=str(why))
            except _Slow:
                return Probe(None, k, 0, reason="an integrand that falls off too slowly for the probe")
            except (DerivationError, RecursionError) as why:
                return Probe(None, k, 0, reason=f"{type(why).__name__}: {why}")
            if found.status != "undefined":
                break
        if found.status == "undefined":
            return Probe(None, k, 0, reason=found.text)
        if found.status == "differs":
            return Probe(False, k + 1, found.digits, counterexample=found.text)
        if found.status == "unsure":
            return Probe(None, k, found.digits, reason=found.text)
        reached = min(reached, found.digits)
    return Probe(True, instances, reached)


@dataclass
class _Found:
    status: str  # agrees, differs, undefined, unsure
    digits: int
    text: str = ""


class _World:
    """One random instance: values for symbols, functions and schedules, drawn as they are met."""

    def __init__(self, seed, lhs, rhs, facts, gentle=0):
        self.ctx = CONTEXT
        self.seed, self.gentle = seed, gentle
        self.facts = tuple((what, sympy.sympify(value)) for what, value in facts)
        self.level = 0
        self.met = set()  # the shared values that were used
        self.exact = {}  # drawn values as rationals, for the counterexample
        self.formulas = {}
        self.values, self.concrete, self.compiled = {}, {}, {}
        self.limit_digits = None
        self.small = _upper_limits(lhs, rhs)
        self.endless_range = any(_reaches_infinity(e) for e in (lhs, rhs, *[value for _, value in self.facts]))
        self.symbol_facts, self.function_facts, self.entry_facts = {}, {}, {}
        self.point_facts, self.ode_facts, self.density_facts, self.time_facts = {}, {}, {}, {}
        self.evolutions = {}
        self.equations = []
        for what, value in facts:
            self.learn(what, value)
        self.settle_equations()
        self.solved = {}
        self.moved = {name for name, (_, t, _) in self.ode_facts.items()
                      if any(_stands_elsewhere(e, name, t) for e in (lhs, rhs))}  # fmt: skip

    def learn(self, what, value):
        if isinstance(what, Density):
            self.density_facts[what.law, frozenset(what.left), frozenset(what.right)] = value
        elif isinstance(what, ScheduleValue):
            index = plain(what.index)
            self.time_facts[what.name, what.bar, None if index.is_Symbol else index] = (index, value)
        elif isinstance(what, (Symbol, At)):
            self.symbol_facts[self.key(what)] = value
        elif isinstance(what, AppliedUndef) and all(a.is_Symbol for a in what.args):
            self.function_facts[what.func.__name__] = ([self.key(a) for a in what.args], value)
        elif isinstance(what, AppliedUndef):
            self.point_facts[_expanded(what)] = value
        elif isinstance(what, Indexed) and all(a.is_Symbol for a in what.indices):
            self.entry_facts[str(what.base.label)] = ([self.key(a) for a in what.indices], value)
        elif isinstance(what, sympy.Derivative) and isinstance(what.expr, AppliedUndef) and len(what.expr.args) == 1:
            order = sum(int(n) for _, n in what.variable_count)
            self.ode_facts[what.expr.func.__name__] = (order, what.expr.args[0], value)
        elif _is_evolution(what, value):
            self.evolutions[what.expr.func.__name__] = (what.expr.args, what.variables[0], value)
        else:
            self.equations.append((what, value))

    def settle_equations(self):
        """Equations a = b: a free symbol on the right is defined by the left, or the indexed terms are scaled."""
        for left, right in self.equations:
            right = sympy.sympify(right)
            if right.is_Symbol and self.key(right) not in self.symbol_facts:
                self.symbol_facts[self.key(right)] = left
            elif isinstance(left, sympy.Sum) and isinstance(left.function, Indexed) and right == 1:
                self.normalise(left)
            else:
                raise _Defer(f"the probe cannot choose an instance with {left} = {right}")

    def normalise(self, total):
        """Entries p[i] that sum to one: drawn, then divided by their sum."""
        i, lo, hi = total.limits[0]
        self.scaled = getattr(self, "scaled", {})
        self.scaled[str(total.function.base.label)] = (lo, hi)

    # --- drawing

    def rng(self, *key):
        return random.Random(f"{self.seed}|{key}")

    def key(self, e):
        if isinstance(e, At):
            return ("at", str(e.base.label), plain(e.indices[0]))
        return plain(e)

    def draw(self, name, facts, key):
        r = self.rng(key)
        if facts.get("integer"):
            lo, hi = (4, 5) if key in self.small else (2, 3)
            if name[:1].isupper():
                lo, hi = lo + 1, hi + 2
            return Rational(r.randint(lo, hi))
        q = r.randint(2, 5)
        value = Rational(r.randint(1, 2 * q + 1), q)
        if self.gentle > 3 and value > 1:
            value = 1 / value
        if facts.get("negative"):
            return -value
        if facts.get("positive") or facts.get("nonnegative") or self.gentle > 6:
            return value
        return value * r.choice((1, -1))

    def symbol(self, e, env):
        key = self.key(e) if not isinstance(e, At) else self.at_key(e, env)
        if key in env:
            return env[key]
        if key not in self.values:
            if key in self.symbol_facts:
                self.values[key] = self.once(key, lambda: self.run(self.symbol_facts[key], {}))
            else:
                name = str(e) if not isinstance(e, At) else f"{key[1]}[{key[2]}]"
                facts = e.assumptions0 if isinstance(e, Symbol) else {"real": True}
                value = self.draw(name, facts, key)
                self.exact[name] = value
                self.values[key] = self.number(value)
        return self.values[key]

    def at_key(self, e, env):
        symbolic = self.key(e)
        if symbolic in env or symbolic in self.symbol_facts:
            return symbolic
        return ("at", str(e.base.label), self.whole(e.indices[0], env))

    def once(self, key, make):
        if key in self.solved and self.solved[key] is None:
            raise _Unable(f"the definition of {key} refers to itself")
        self.solved[key] = None
        out = make()
        self.solved[key] = True
        return out

    def number(self, q):
        return self.ctx.mpf(q.p) / q.q

    def whole(self, e, env):
        value = self.run(e, env)
        n = int(self.ctx.nint(value.real))
        if abs(value - n) > 1e-9:
            raise _Unable(f"an index is wanted, not {self.ctx.nstr(value, 5)}")
        return n

    # --- compilation: a node becomes a function of the environment of bound variables

    def run(self, e, env):
        return self.of(e)(env)

    def of(self, e):
        f = self.compiled.get(e)
        if f is None:
            f = self.compiled[e] = self.compile(sympy.sympify(e))
        return f

    def compile(self, e):
        ctx = self.ctx
        if e.is_Rational:
            value = ctx.mpf(e.p) / e.q
            return lambda env: value
        if e.is_Float:
            value = ctx.mpf(str(e))
            return lambda env: value
        if e in (sympy.oo, -sympy.oo):
            value = ctx.inf if e is sympy.oo else -ctx.inf
            return lambda env: value
        if e is sympy.I:
            value = ctx.mpc(0, 1)
            return lambda env: value
        if e.is_NumberSymbol:
            value = ctx.mpf(str(e.evalf(DPS + 10)))
            return lambda env: value
        if isinstance(e, At):
            return lambda env: self.symbol(e, env)
        if isinstance(e, Symbol):
            key = self.key(e)
            return lambda env: env[key] if key in env else self.symbol(e, env)
        if isinstance(e, (Terms, sympy.Add)):
            parts = [self.of(a) for a in e.args]
            return lambda env: ctx.fsum(p(env) for p in parts)
        if isinstance(e, (Factors, sympy.Mul)):
            parts = [self.of(a) for a in e.args]
            return lambda env: ctx.fprod(p(env) for p in parts)
        if isinstance(e, Frac):
            num, den = map(self.of, e.args)
            return lambda env: num(env) / self.nonzero(den(env))
        if isinstance(e, (Power, sympy.Pow)):
            return self.power(e)
        for cls, make in (
            (Density, self.density), (Entry, self.probability), (ScheduleValue, self.scheduled), (N, self.gaussian), (Expectation, self.expectation),
            (Over, self.over), (sympy.Derivative, self.derivative), (sympy.Subs, self.substitution), (Total, self.total),
            (sympy.Integral, self.integral), (sympy.Sum, self.sum), (sympy.Product, self.product),
            (sympy.Limit, self.limit), (Indexed, self.entry), (AppliedUndef, self.function),
        ):  # fmt: skip
            if isinstance(e, cls):
                return make(e)
        if isinstance(e, (Functional, phi)):
            return self.of(e.definition())
        if isinstance(e, sympy.log):
            return self.log(e)
        if isinstance(e, Block):
            raise _Unable(f"{e} has a symbolic number of variables")
        return self.named(e)

    def nonzero(self, value):
        if value == 0:
            raise _NotReal("division by zero")
        return value

    def power(self, e):
        ctx = self.ctx
        base, exponent = map(sympy.sympify, e.args)
        b = self.of(base)
        if exponent.is_Integer:
            n = int(exponent)
            if n < 0:
                return lambda env: self.nonzero(b(env)) ** n
            return lambda env: b(env) ** n
        if base is sympy.E:
            x = self.of(exponent)
            return lambda env: ctx.exp(x(env))
        x = self.of(exponent)

        def value(env):
            u, n = b(env), x(env)
            if _is_real(u) and u.real <= 0:
                if u == 0 and n.real > 0:
                    return ctx.mpf(0)
                if not (_is_real(n) and n.real == ctx.nint(n.real)) or u == 0:
                    raise _NotReal("a power of a negative number or of zero")
            return ctx.power(u, n)

        if exponent == Rational(1, 2):
            def root(env):
                u = b(env)
                if _is_real(u) and u.real < 0:
                    raise _NotReal("the root of a negative number")
                return ctx.sqrt(u)

            return root
        return value

    def log(self, e):
        ctx = self.ctx
        arg = sympy.sympify(e.args[0])
        if isinstance(arg, N):
            x, m, v = map(self.of, arg.args)
            return lambda env: _log_normal(ctx, x(env), m(env), self.variance(v(env)))
        u = self.of(arg)

        def value(env):
            w = u(env)
            if _is_real(w) and w.real <= 0:
                raise _NotReal("the log of a number that is not positive")
            return ctx.log(w)

        if isinstance(arg, (Factors, sympy.Mul, Frac)) and any(isinstance(a, N) for a in arg.args):
            parts = [(self.of(sympy.log(a, evaluate=False)), 1) for a in arg.args]
            if isinstance(arg, Frac):
                parts[1] = (parts[1][0], -1)
            return lambda env: ctx.fsum(s * p(env) for p, s in parts)
        return value

    def named(self, e):
        ctx = self.ctx
        name = type(e).__name__
        known = {"Abs": "fabs", "Max": None, "Min": None, "binomial": "binomial", "factorial": "factorial",
                 "arg": "arg", "conjugate": "conj"}  # fmt: skip
        if name in ("Max", "Min"):
            parts = [self.of(a) for a in e.args]
            pick = max if name == "Max" else min
            return lambda env: pick(p(env).real for p in parts)
        f = getattr(ctx, known.get(name) or name, None)
        if not e.args or f is None or not callable(f):
            raise _Unable(f"the probe cannot evaluate {name}")
        parts = [self.of(a) for a in e.args]
        return lambda env: f(*[p(env) for p in parts])

    # --- nodes of the book

    def variance(self, v):
        if _is_real(v) and v.real <= 0:
            raise _NotReal("a variance that is not positive")
        return v

    def gaussian(self, e):
        ctx = self.ctx
        x, m, v = map(self.of, e.args)
        return lambda env: ctx.exp(_log_normal(ctx, x(env), m(env), self.variance(v(env))))

    def density(self, e):
        value = self.density_facts.get((e.law, frozenset(e.left), frozenset(e.right)))
        if value is None:
            raise _Unable(f"nothing is given about the density {e}")
        return self.of(value)

    def probability(self, e):
        """An entry of a table: weights drawn, then divided by their sum."""
        def weight(k):
            key = ("table", e.name, k)
            if key not in self.values:
                value = Rational(self.rng(key).randint(1, 9))
                self.exact[f"{e.name}[{', '.join(map(str, k))}] ∝"] = value
                self.values[key] = self.number(value)
            return self.values[key]

        every = list(itertools.product(*[range(1, n + 1) for n in e.shape]))
        value = weight(e.index) / self.ctx.fsum(weight(k) for k in every)
        return lambda env: value

    def scheduled(self, e):
        ctx = self.ctx
        name, bar, index = e.name, e.bar, e.index

        def alpha(n):
            if n < 1:
                raise _NotReal(f"{name}[{n}] does not exist")
            key = ("schedule", name, n)
            if key not in self.values:
                r = self.rng(key)
                q = r.randint(3, 9)
                value = Rational(r.randint(1, q - 1), q)
                self.exact[f"{name}[{n}]"] = value
                self.values[key] = self.number(value)
            return self.values[key]

        def value(env):
            n = self.whole(index, env)
            for where in ((name, bar, sympy.Integer(n)), (name, bar, None)):
                if where in self.time_facts:
                    place, rhs = self.time_facts[where]
                    return self.run(rhs, {self.key(place): ctx.mpf(n)} if where[2] is None else {})
            if not bar:
                return alpha(n)
            if n < 0:
                raise _NotReal(f"{name}.bar[{n}] does not exist")
            return ctx.fprod(alpha(k) for k in range(1, n + 1))

        return value

    def factors(self, e):
        out = []
        for f in law_factors(e.law):
            if isinstance(f, Density):
                f = self.density_facts.get((f.law, frozenset(f.left), frozenset(f.right)), f)
            if not isinstance(f, N):
                raise _Unable(f"nothing is given about the law {f}")
            out.append(f)
        return out

    def expectation(self, e):
        factors = self.factors(e)
        order = []
        while factors:  # parents first
            for f in factors:
                names = {g.args[0] for g in factors if g is not f}
                if not any(holds(f.args[1], n) or holds(f.args[2], n) for n in names):
                    break
            else:
                raise _Unable(f"the law {e.law} runs in a circle")
            factors.remove(f)
            order.append(f)
        run = self.of(e.body)
        degrees = {f.args[0]: 1 for f in order}
        degree = degree_bound(e.body, degrees)
        for f in reversed(order):
            run = self.average(f, run, degree)
        return self.remembered(e, run)

    def remembered(self, e, run):
        """A quadrature, whose value is kept for each setting of the variables that it depends on."""
        names = self.needs(e)

        def value(env):
            bound = frozenset((k, v) for k, v in env.items() if isinstance(k, tuple) or k in names)
            return self.shared((e, bound), lambda: run(env))

        return value

    def needs(self, e):
        """The keys of the free variables of an expression, those of given densities included."""
        if isinstance(e, (Symbol, At)):
            return {self.key(e)}
        if isinstance(e, Density):
            given = self.density_facts.get((e.law, frozenset(e.left), frozenset(e.right)))
            return self.needs(given) if given is not None else set()
        own = set().union(*[self.needs(a) for a in getattr(e, "args", ())])
        if isinstance(e, Over):
            return own - {self.key(x) for x in e.bound}
        if isinstance(e, Expectation):
            return own.union(*[self.needs(f) for f in self.factors(e)]) - {self.key(f.args[0]) for f in self.factors(e)}
        return own

    def average(self, law, body, degree):
        ctx = self.ctx
        x = self.key(law.args[0])
        mean, var = self.of(law.args[1]), self.of(law.args[2])
        if degree is not None and degree <= 12:
            nodes = hermite_rule(ctx, degree // 2 + 2)

            def value(env):
                m, s = mean(env), ctx.sqrt(self.variance(var(env)))
                with _bound(env, x) as put:
                    return ctx.fsum(w * body(put(m + s * t)) for t, w in nodes)

            return value

        def value(env):
            m, s = mean(env), ctx.sqrt(self.variance(var(env)))
            with _bound(env, x) as put:
                def f(t):
                    return body(put(m + s * t)) * ctx.exp(-t * t / 2)

                if self.level:
                    total = self.trapezoid(f, ctx.mpf(1))
                else:  # enough for what is entire and grows slowly; if the sides then differ, level 1 follows
                    h = ctx.mpf("0.45")
                    total = h * (f(ctx.mpf(0)) + self.tails(f, h, h))
            return total / ctx.sqrt(2 * ctx.pi)

        return value

    def trapezoid(self, f, h):
        """∫ f over the line: h Σ f(kh), h halved until the sum stands still. It converges geometrically in 1/h."""
        ctx = self.ctx
        if self.level == 2:
            h = h * ctx.mpf("0.8")
        total = f(ctx.mpf(0)) + self.tails(f, h, h)
        old = total * h
        close = ctx.mpf(10) ** (-17 if self.level == 0 else -24)
        for _ in range(7):
            total += self.tails(f, h / 2, h)
            h /= 2
            new = total * h
            if abs(new - old) <= close * abs(new) + ctx.mpf(10) ** -40:
                return new
            old = new
        raise _Unable("an integrand that is not smooth enough for the probe")

    def tails(self, f, start, step):
        """Σ f(±(start + k·step)), outwards until the terms no longer count."""
        ctx = self.ctx
        eps = ctx.mpf(10) ** -45
        total, largest = ctx.mpf(0), ctx.mpf(0)
        for way in (1, -1):
            quiet, k = 0, 0
            while quiet < 4:
                term = f(way * (start + k * step))
                k += 1
                if k > 600 and k * step > 60:
                    if abs(term) > largest / 2:
                        raise _Diverges("an integral does not converge")
                    raise _Slow
                total += term
                largest = max(largest, abs(term))
                quiet = quiet + 1 if abs(term) <= eps * (largest + eps) else 0
        return total

    def over(self, e):
        if e.kind != "integral":
            raise _Unable(f"a sum over all values of {e.bound} of an unknown set")
        run = self.of(e.body)
        for x in e.bound:
            if getattr(x, "is_nonnegative", False):
                run = self.half_line(self.key(x), run, self.of(sympy.Integer(0)), 1)
            else:
                run = self.line(self.key(x), run)
        return self.remembered(e, run)

    def line(self, x, body):
        """∫ over the whole line."""
        ctx = self.ctx

        def value(env):
            with _bound(env, x) as put:
                try:
                    return self.trapezoid(lambda u: body(put(u)), ctx.mpf(1))
                except _Slow:  # x = sinh(π/2 sinh u)
                    pass

                def g(u):
                    r = ctx.pi / 2 * ctx.sinh(u)
                    return body(put(ctx.sinh(r))) * ctx.cosh(r) * ctx.pi / 2 * ctx.cosh(u)

                return self.trapezoid(g, ctx.mpf(1) / 4)

        return value

    def half_line(self, x, body, start, way):
        ctx = self.ctx

        def f(env, a):
            with _bound(env, x) as put:
                def g(u):
                    r = ctx.exp(u - ctx.exp(-u))
                    return body(put(a + way * r)) * r * (1 + ctx.exp(-u))

                def slower(u):
                    r = ctx.exp(ctx.pi / 2 * ctx.sinh(u))
                    return body(put(a + way * r)) * r * ctx.pi / 2 * ctx.cosh(u)

                try:
                    return self.trapezoid(g, ctx.mpf(1) / 4)
                except _Slow:
                    return self.trapezoid(slower, ctx.mpf(1) / 4)

        return lambda env: f(env, start(env))

    def integral(self, e):
        ctx = self.ctx
        if e.has(sympy.DiracDelta):
            return self.pulse(e)
        run = self.of(e.function)
        for limits in e.limits:
            x, lo, hi = self.key(limits[0]), limits[1], limits[2]
            if lo == -sympy.oo and hi == sympy.oo:
                run = self.line(x, run)
            elif hi == sympy.oo:
                run = self.half_line(x, run, self.of(lo), 1)
            elif lo == -sympy.oo:
                run = self.half_line(x, run, self.of(hi), -1)
            else:
                run = self.segment(x, run, self.of(lo), self.of(hi), ctx)
        return self.remembered(e, run)

    def pulse(self, e):
        """∫ δ(x − a) g dx as the limit of narrow Gaussians, extrapolated in their variance."""
        ctx = self.ctx
        if len(e.limits) != 1 or tuple(e.limits[0][1:]) != (-sympy.oo, sympy.oo):
            raise _Unable("a Dirac delta is evaluated under an integral over the whole line")
        x = e.limits[0][0]
        deltas = list({d for d in sympy.preorder_traversal(e.function) if isinstance(d, sympy.DiracDelta)})
        if len(deltas) != 1 or len(deltas[0].args) != 1:
            raise _Unable("one simple Dirac delta at a time is evaluated")
        key = self.key(x)
        inside = self.of(deltas[0].args[0])
        on, off = (self.of(e.function.xreplace({deltas[0]: sympy.Integer(k)})) for k in (1, 0))

        def value(env):
            steps = [ctx.mpf(2) ** -k for k in range(3, 10)]  # variances
            h = ctx.mpf("0.45")
            with _bound(env, key) as put:
                at = inside(put(ctx.mpf(0)))
                slope = inside(put(ctx.mpf(1))) - at
                if off(put(ctx.mpf(1) / 3)) != 0 or abs(inside(put(ctx.mpf(2))) - at - 2 * slope) > ctx.mpf(10) ** -40:
                    raise _Unable("a Dirac delta of a linear argument, as a factor of the integrand, is evaluated")

                def mean(variance):
                    def f(t):
                        return on(put((ctx.sqrt(variance) * t - at) / slope)) * ctx.exp(-t * t / 2)

                    return h * (f(ctx.mpf(0)) + self.tails(f, h, h)) / ctx.sqrt(2 * ctx.pi) / abs(slope)

                return self.settle([mean(v) for v in steps], steps)

        return value

    def segment(self, x, body, lo, hi, ctx):
        """∫ over a finite range: Gauss–Legendre; on level 1 tanh–sinh where a finer rule does not confirm it."""

        def legendre(env, a, b, n):
            half, mid = (b - a) / 2, (b + a) / 2
            with _bound(env, x) as put:
                return half * ctx.fsum(w * body(put(mid + half * t)) for t, w in legendre_rule(ctx, n))

        def double(env, a, b):
            with _bound(env, x) as put:
                def g(u):
                    s = ctx.pi / 2 * ctx.sinh(u)
                    d = 1 / (1 + ctx.exp(2 * abs(s)))  # distance to the nearer end, as a part of the range
                    at = a + (b - a) * d if u < 0 else b - (b - a) * d
                    if at == a or at == b:
                        return ctx.mpf(0)
                    return body(put(at)) * (b - a) * 2 * d * (1 - d) * ctx.pi / 2 * ctx.cosh(u)

                return self.trapezoid(g, ctx.mpf(1) / 4)

        def value(env):
            a, b = lo(env), hi(env)
            if a == b:
                return ctx.mpf(0)
            fine = legendre(env, a, b, 40)
            if self.level == 0:
                return fine  # if the sides then differ, level 1 follows
            finer = legendre(env, a, b, 64)
            if self.level == 1 and abs(finer - fine) <= ctx.mpf(10) ** -24 * (abs(fine) + ctx.mpf(10) ** -6):
                return finer
            return double(env, a, b)

        return value

    def sum(self, e):
        ctx = self.ctx
        return self.folded(e, lambda terms: ctx.fsum(terms), infinite=True)

    def product(self, e):
        return self.folded(e, lambda terms: self.ctx.fprod(terms), infinite=False)

    def folded(self, e, fold, infinite):
        ctx = self.ctx
        run = self.of(e.function)
        for x, lo, hi in e.limits:
            if hi == sympy.oo:
                if not infinite:
                    raise _Unable("an infinite product")
                run = self.endless(self.key(x), run, self.of(lo))
            else:
                run = self.finite(self.key(x), run, lo, hi, fold, ctx)
        return run

    def finite(self, x, body, lo, hi, fold, ctx):
        def value(env):
            a, b = self.whole(lo, env), self.whole(hi, env)
            if b - a > 4000:
                raise _Unable("a sum that is too long")
            with _bound(env, x) as put:
                return fold([body(put(ctx.mpf(k))) for k in range(a, b + 1)])

        return value

    def endless(self, x, body, lo):
        ctx = self.ctx

        def value(env):
            a = int(lo(env))
            with _bound(env, x) as put:
                try:
                    return ctx.nsum(lambda k: body(put(ctx.mpf(k))), [a, ctx.inf])
                except (ctx.NoConvergence, ZeroDivisionError):
                    raise _Diverges("a sum does not converge") from None

        return value

    # --- derivatives, substitutions, limits

    def derivative(self, e):
        """By the formula for a concrete function at plain arguments; else Cauchy's integral on a small circle."""
        node = ("node", plain(e)) if isinstance(e.expr, AppliedUndef) else None
        run, counts = self.by_formula(e)
        for v, n in counts:
            run = self.differentiated(run, v, int(n))
        return run if node is None else lambda env: env[node] if node in env else run(env)

    def total(self, e):
        return self.differentiated(self.of(e.args[0]), e.args[1], 1)

    def by_formula(self, e):
        """The leading derivatives of an undefined function that its formula gives, and the ones that remain."""
        f, counts = e.expr, list(e.variable_count)
        if not isinstance(f, AppliedUndef) or f.func.__name__ in self.function_facts or _expanded(f) in self.point_facts:
            return self.of(f), counts
        orders = [0] * len(f.args)
        while counts:
            v, n = counts[0]
            places = [k for k, a in enumerate(f.args) if a == v]
            others = [a for k, a in enumerate(f.args) if k not in places]
            direct = len(places) == 1 and not any(
                plain(a).has(plain(v)) and not (isinstance(v, AppliedUndef) and _is_derivative_of(a, v)) for a in others
            )
            if not direct:
                break
            orders[places[0]] += int(n)
            counts = counts[1:]
        if not any(orders):
            return self.of(f), counts
        args = [self.of(a) for a in f.args]
        name = f.func.__name__

        def value(env):
            self.ensure(name, f)
            return self.concrete[name].partial(orders, [a(env) for a in args])

        return value, counts

    def circle(self, f, here, n, real):
        """The n-th derivative of f at a point; half the circle does where f is real on the real line."""
        ctx = self.ctx
        radius = self.number(_RADIUS) * (1 if self.level == 0 else ctx.mpf("0.75"))
        out = ctx.mpf(0)
        for k, root in enumerate(unit_roots(ctx)):
            if real and k > CIRCLE // 2:
                break
            term = f(here + radius * root) * root ** (-n)
            out += term if not real or k in (0, CIRCLE // 2) else 2 * term.real
        if real:
            out = out.real
        return out * ctx.factorial(n) / (CIRCLE * radius**n)

    def differentiated(self, body, v, n):
        base = self.of(v)
        symbols = {self.key(v)} if isinstance(v, Symbol) else set()

        def place(env):
            if isinstance(v, At):
                return self.at_key(v, env)
            if isinstance(v, Symbol):
                return self.key(v)
            if isinstance(v, Indexed):
                return ("entry", str(v.base.label), *[self.whole(i, env) for i in v.indices])
            return ("node", plain(v))

        def value(env):
            here, where = base(env), place(env)
            hidden = {k: env.pop(k) for k in list(env)
                      if isinstance(k, tuple) and k[0] == "node" and k[1].free_symbols & symbols}  # fmt: skip
            real = _is_real(here) and not _any_complex(env)
            try:
                with _bound(env, where) as put:
                    return self.circle(lambda z: body(put(z)), here, n, real)
            finally:
                env.update(hidden)

        return value

    def substitution(self, e):
        body = self.of(e.expr)
        places = [(self.key(v), self.of(p)) for v, p in zip(e.variables, e.point)]

        def value(env):
            inner = dict(env)
            symbols = {k for k, _ in places}
            for k in list(inner):
                if isinstance(k, tuple) and k[0] == "node" and k[1].free_symbols & symbols:
                    del inner[k]
            inner.update({k: p(env) for k, p in places})
            return body(inner)

        return value

    def limit(self, e):
        ctx = self.ctx
        f, x, at, side = e.args
        body, key, point = self.of(f), self.key(x), self.of(at)
        whole = x.is_integer

        def value(env):
            a = point(env)
            ways = (-1,) if str(side) == "-" else (1,)
            with _bound(env, key) as put:
                if a in (ctx.inf, -ctx.inf):
                    sign = 1 if a > 0 else -1
                    if whole:
                        return self.settle([body(put(ctx.mpf(sign * 2**k))) for k in range(3, 12)], [2**-k for k in range(3, 12)])
                    steps = [ctx.mpf(2) ** -(k + 4) for k in range(14)]
                    return self.settle([body(put(sign / h)) for h in steps], steps)
                steps = [ctx.mpf(2) ** -(k + 4) for k in range(14)]
                return self.approach(lambda h: body(put(a + ways[0] * h)), steps)

        return value

    def approach(self, f, steps):
        """lim f(h) as h ↓ 0: extrapolated where f is smooth there, else read off very near."""
        ctx = self.ctx
        known = self.limit_digits
        try:
            out = self.settle([f(h) for h in steps], steps)
        except _Unable:
            out = None
        if out is not None:
            if abs(out) == ctx.inf or abs(f(ctx.mpf(2) ** -44) - out) <= ctx.mpf(10) ** -9 * (1 + abs(out)):
                return out
        self.limit_digits = known
        far, farther = f(ctx.mpf(2) ** -130), f(ctx.mpf(2) ** -150)
        error = abs(far - farther) / (1 + abs(farther))
        if error > ctx.mpf(10) ** -12:
            raise _Unable("a limit that does not settle")
        digits = int(-ctx.log10(error + ctx.mpf(10) ** -40))
        self.limit_digits = min(digits - 2, known if known is not None else 99)
        return farther

    def settle(self, samples, steps):
        """The limit of samples at steps → 0: their common value, or Neville's extrapolation of them."""
        ctx = self.ctx
        last = samples[-1]
        if all(abs(s - last) <= ctx.mpf(10) ** -32 * (1 + abs(last)) for s in samples[-3:]):
            return last
        growing = [abs(s) for s in samples]
        if all(b > a for a, b in zip(growing[-6:], growing[-5:])):
            jumps = [b - a for a, b in zip(growing[-6:], growing[-5:])]
            if jumps[-1] > jumps[0] * ctx.mpf("0.9") and growing[-1] > 1:
                return ctx.inf if last.real > 0 else -ctx.inf
        table = list(samples)
        hs = [ctx.mpf(h) for h in steps]
        previous = None
        for m in range(1, len(table)):
            previous = table[-1]
            table = [(hs[k] * table[k + 1] - hs[k + m] * table[k]) / (hs[k] - hs[k + m]) for k in range(len(table) - 1)]
        error = abs(table[-1] - previous) + ctx.mpf(10) ** -(DPS - 6)
        digits = int(-ctx.log10(error / (1 + abs(table[-1]))))
        if digits < 6:
            raise _Unable("a limit whose extrapolation does not settle")
        self.limit_digits = min(digits - 2, self.limit_digits if self.limit_digits is not None else 99)
        return table[-1]

    # --- indexed symbols and undefined functions

    def entry(self, e):
        ctx = self.ctx
        label = str(e.base.label)
        facts = e.base.label.assumptions0 if isinstance(e.base.label, Symbol) else {"real": True}

        def drawn(label, indices):
            key = ("entry", label, *indices)
            if key not in self.values:
                name = f"{label}[{', '.join(map(str, indices))}]"
                value = self.draw("p", {k: v for k, v in facts.items() if k != "integer"}, key)
                self.exact[name] = value
                self.values[key] = self.number(value)
            return self.values[key]

        def value(env):
            indices = [self.whole(i, env) for i in e.indices]
            key = ("entry", label, *indices)
            if key in env:
                return env[key]
            if label in self.entry_facts:
                places, rhs = self.entry_facts[label]
                return self.run(rhs, dict(zip(places, map(ctx.mpf, indices))))
            scaled = getattr(self, "scaled", {})
            if label in scaled:
                lo, hi = (self.whole(b, {}) for b in scaled[label])
                total = ctx.fsum(drawn(label, (k,)) for k in range(lo, hi + 1))
                return drawn(label, indices) / total
            return drawn(label, indices)

        return value

    def function(self, e):
        name = e.func.__name__
        node = plain(e)
        overridden = ("node", node)
        args = [self.of(a) for a in e.args]
        none = [0] * len(args)
        if _expanded(e) in self.point_facts:
            return self.of(self.point_facts[_expanded(e)])
        if name in self.function_facts:
            places, rhs = self.function_facts[name]
            run = self.of(rhs)

            def given(env):
                if overridden in env:
                    return env[overridden]
                return run(dict(zip(places, [a(env) for a in args])))

            return given

        def value(env):
            if overridden in env:
                return env[overridden]
            self.ensure(name, e)
            return self.concrete[name].partial(none, [a(env) for a in args])

        return value

    def ensure(self, name, e):
        if name not in self.concrete:
            self.solution(name) if name in self.ode_facts else self.make_function(name, e)
            if name in self.evolutions:
                self.evolve(name)

    def make_function(self, name, e):
        """A random sum of exponentials; of either sign, with a quadratic, where nothing forbids it."""
        r = self.rng("function", name)
        facts = {k: v for k, v in e.func._kwargs.items() if v}
        n = len(e.args)

        def some(lo=1, hi=4, q=5):
            return Rational(r.randint(lo, hi), q)

        if self.endless_range:
            return self.make_bells(name, e, r, facts)
        signed = not (facts.get("positive") or facts.get("nonnegative") or facts.get("negative"))
        flip = -1 if facts.get("negative") else 1
        waves = [(flip * some(), [some(-3, 3, 4) for _ in range(n)]) for _ in range(2)]
        powers = [(some(-4, 4), some(-4, 4)) for _ in range(n)] if signed else []
        letters = [str(a) for a in e.args] if all(a.is_Symbol for a in e.args) else [f"u_{k + 1}" for k in range(n)]
        us = [Symbol(s) for s in letters]
        shown = sum(c * sympy.exp(sum(a * u for a, u in zip(rate, us))) for c, rate in waves)
        shown += sum(a * u + b * u**2 for (a, b), u in zip(powers, us))
        self.formulas[f"{name}({', '.join(letters)})"] = shown
        self.concrete[name] = Waves(
            self.ctx,
            [(self.number(c), [self.number(a) for a in rate]) for c, rate in waves],
            [(self.number(a), self.number(b)) for a, b in powers],
        )

    def make_bells(self, name, e, r, facts):
        """A random sum of bells of one width, so that it, its products and its logs have integrals over the line."""
        n = len(e.args)
        low = 1 if facts.get("positive") or facts.get("nonnegative") else -4
        flip = -1 if facts.get("negative") else 1
        bells = []
        for _ in range(2):
            height = 0
            while not height:
                height = r.randint(max(low, 1) if flip < 0 else low, 4)
            bells.append((flip * Rational(height, 5), [Rational(r.randint(-4, 4), 5) for _ in range(n)]))
        letters = [str(a) for a in e.args] if all(a.is_Symbol for a in e.args) else [f"u_{k + 1}" for k in range(n)]
        us = [Symbol(s) for s in letters]
        self.formulas[f"{name}({', '.join(letters)})"] = sum(
            c * sympy.exp(-sum((u - a) ** 2 for a, u in zip(centre, us)) / 2) for c, centre in bells
        )
        self.concrete[name] = Bells(self.ctx, [(self.number(c), [self.number(a) for a in at]) for c, at in bells])

    def solution(self, name):
        """A polynomial that solves f⁽ⁿ⁾(t) = rhs to high order at the value drawn for t."""
        ctx = self.ctx
        n, t, rhs = self.ode_facts[name]
        if not t.is_Symbol:
            raise _Unable(f"the equation for {name} must be given at a symbol")
        if name in self.moved:
            raise _Unable(f"{name} solves an equation near one point only, and stands at others too")
        start = self.run(t, {})
        r = self.rng("solution", name)
        f = Powers(ctx, start, [ctx.mpf(r.randint(1, 5)) / r.randint(2, 5) for _ in range(n)])
        self.concrete[name] = f
        self.formulas[f"{name}({t})"] = "a local solution of the given equation"
        key = self.key(t)
        right = self.of(rhs)
        for k in range(6):
            taylor = self.circle(lambda z: right({key: z}), start, k, True)
            f.coefficients.append(taylor / ctx.fprod(range(k + 1, n + k + 1)))

    def evolve(self, name):
        """A drawn function made to solve ∂f/∂t = rhs at the value drawn for t, to first order around it."""
        args, t, rhs = self.evolutions[name]
        keys, place, start = [self.key(a) for a in args], args.index(t), self.run(t, {})
        right = self.of(rhs)

        def rate(order, others, there, moved):
            if order > 1 or abs(moved) > self.ctx.mpf("1e-3"):
                raise _Unable(f"{name} solves an equation to first order around one value of {t} only")
            env = dict(zip(keys, there))

            def slope(k):
                if k == len(keys):
                    return right(env)
                here = env[keys[k]]
                if not others[k]:
                    return slope(k + 1)
                with _bound(env, keys[k]) as put:
                    return self.circle(lambda z: put(z) and slope(k + 1), here, others[k], False)

            return slope(0)

        self.concrete[name] = Marched(start, place, self.concrete[name], rate)
        letters = ", ".join(map(str, args))
        self.formulas[f"{name}({letters}) at the value of {t}"] = self.formulas.pop(f"{name}({letters})", "drawn")

    # --- the comparison

    def side(self, e):
        return self.shared(e, lambda: self.evaluated(e))

    def shared(self, what, find):
        """A value that worlds of the same instance have in common, such as those of a line and its mutants."""
        key = (self.seed, self.level, what, self.facts, frozenset(self.small), self.endless_range, frozenset(self.moved))
        if key not in _SHARED:
            before = self.values, self.concrete, self.exact, self.formulas
            self.values, self.concrete, self.exact, self.formulas = {}, {}, {}, {}  # what this value draws, and no more
            try:
                out = find()
            finally:
                drawn = self.values, self.concrete, self.exact, self.formulas
                self.values, self.concrete, self.exact, self.formulas = before
            while len(_SHARED) >= _KEPT:
                del _SHARED[next(iter(_SHARED))]
            _SHARED[key] = out, drawn, self.limit_digits
        out, drawn, digits = _SHARED[key]
        if what not in self.met:
            self.met.add(what)
            values, concrete, exact, formulas = drawn
            known = {name.partition("(")[0] for name in self.formulas}
            self.formulas.update({name: f for name, f in formulas.items() if name.partition("(")[0] not in known})
            for mine, found in ((self.values, values), (self.concrete, concrete), (self.exact, exact)):
                mine.update(found)
        if digits is not None:
            self.limit_digits = min(digits, self.limit_digits if self.limit_digits is not None else digits)
        return out

    def evaluated(self, e):
        try:
            value = self.run(e, {})
            if value != value:
                return None, "not a number"
            if isinstance(value, self.ctx.mpc):
                if abs(value.imag) > self.ctx.mpf(10) ** -25 * (1 + abs(value)):
                    return value, ""
                value = value.real
            return value, ""
        except (_NotReal, ZeroDivisionError) as why:
            return None, str(why) or "division by zero"
        except _Diverges as why:
            return self.ctx.inf, str(why)

    def compare(self, lhs, rhs, digits):
        ctx = self.ctx
        a, why_a = self.side(lhs)
        b, why_b = self.side(rhs)
        if a is None and b is None:
            return _Found("undefined", 0, f"neither side is defined at the instances tried ({why_a})")
        if a is None or b is None:
            which, why = ("left", why_a) if a is None else ("right", why_b)
            if self.gentle + 1 < _TRIES:
                return _Found("undefined", 0, f"the {which} side is not defined at the instances tried ({why})")
            return _Found("differs", 0, f"{self.instance()}: the {which} side is not defined ({why})")
        tolerance = ctx.mpf(10) ** -digits
        error, drift = self.gap(a, b), None
        while error is not None and error > tolerance and self.level < 2:
            old = (a, b)
            self.level += 1
            a, why_a = self.side(lhs)
            b, why_b = self.side(rhs)
            if a is None or b is None:
                return _Found("undefined", 0, why_a or why_b)
            error = self.gap(a, b)
            moved = [self.gap(x, y) for x, y in zip(old, (a, b))]
            if error is None or None in moved:
                break
            drift = max(moved)
            if self.limit_digits is not None:
                drift = max(drift, ctx.mpf(10) ** -self.limit_digits)
            if error > 100 * drift + tolerance:
                return _Found("differs", self.common(error), self.words(a, b))
        if error is None:
            if a == b and self.concrete:  # two integrals of drawn functions that diverge show nothing
                return _Found("undefined", 0, why_a or "both sides are infinite")
            return _Found("agrees", digits) if a == b else _Found("differs", 0, self.words(a, b))
        if error <= tolerance:
            return _Found("agrees", digits if self.limit_digits is None else min(digits, self.limit_digits))
        if drift is None or error > 4 * drift:
            return _Found("differs", self.common(error), self.words(a, b))
        reached = self.common(max(error, drift))
        if reached < 8:
            return _Found("unsure", reached, f"evaluated to {reached} digits only")
        return _Found("agrees", reached)

    def common(self, error):
        """How many digits an error leaves."""
        return max(0, int(-self.ctx.log10(error)))

    def gap(self, a, b):
        """|a − b| relative to their size (absolute where both are tiny); None where one is infinite."""
        ctx = self.ctx
        if abs(a) == ctx.inf or abs(b) == ctx.inf:
            return None
        size = max(abs(a), abs(b))
        return abs(a - b) / (size if size > ctx.mpf(10) ** -6 else 1)

    def instance(self):
        parts = [f"{n} {v}" if n.endswith("∝") else f"{n} = {v}" for n, v in sorted(self.exact.items())]
        parts += [f"{n} = {v}" for n, v in sorted(self.formulas.items())]
        return ", ".join(parts) or "for every instance"

    def words(self, a, b):
        show = lambda v: self.ctx.nstr(v, 10) if abs(v) != self.ctx.inf else ("∞" if v > 0 else "−∞")  # noqa: E731
        return f"{self.instance()}: left {show(a)}, right {show(b)}"


def _is_derivative_of(a, v):
    """a is built from derivatives of the function value v only, not from v itself."""
    if plain(a) == plain(v):
        return False
    if isinstance(a, sympy.Derivative) and plain(a.expr) == plain(v):
        return True
    if not getattr(a, "args", ()):
        return True
    return all(_is_derivative_of(b, v) for b in a.args)


def _reaches_infinity(e):
    """Whether an undefined function stands under an integral over an endless range."""
    endless = isinstance(e, Over) or (
        isinstance(e, sympy.Integral) and any(b.is_infinite for limit in e.limits for b in limit[1:])
    )
    if endless and _has_function(e):
        return True
    return any(_reaches_infinity(a) for a in getattr(e, "args", ()))


def _has_function(e):
    return isinstance(e, AppliedUndef) or any(_has_function(a) for a in getattr(e, "args", ()))


def _stands_elsewhere(e, name, t):
    """Whether a function stands at another argument than t, or under an integral over t."""
    if isinstance(e, AppliedUndef) and e.func.__name__ == name:
        return plain(e.args[0]) != plain(t)
    if isinstance(e, sympy.Integral) and any(plain(l[0]) == plain(t) for l in e.limits):
        return True
    return any(_stands_elsewhere(a, name, t) for a in getattr(e, "args", ()))


def _is_evolution(what, value):
    """∂f/∂t = an expression without derivatives of f in t, f a function of several distinct symbols."""
    if not isinstance(what, sympy.Derivative) or not isinstance(what.expr, AppliedUndef) or len(what.variables) != 1:
        return False
    f, (t,) = what.expr, what.variables
    plainly = all(a.is_Symbol for a in f.args) and len(set(f.args)) == len(f.args) and t in f.args
    name = f.func.__name__
    return plainly and not any(
        isinstance(a, sympy.Derivative) and plain(t) in map(plain, a.variables) and any(g.func.__name__ == name for g in plain(a).atoms(AppliedUndef))
        for a in sympy.preorder_traversal(sympy.sympify(value))
    )


class _Defer(_Unable):
    """An equation among the facts that no instance can be chosen for."""


class _bound:
    """A bound variable in the environment, put back afterwards."""

    def __init__(self, env, key):
        self.env, self.key = env, key
        self.before = env.get(key)

    def __enter__(self):
        def put(value):
            self.env[self.key] = value
            return self.env

        return put

    def __exit__(self, *exc):
        if self.before is None:
            self.env.pop(self.key, None)
        else:
            self.env[self.key] = self.before


def _is_real(v):
    return getattr(v, "imag", 0) == 0


def _any_complex(env):
    return any(not _is_real(v) for v in env.values())


def _log_normal(ctx, x, m, v):
    return -(ctx.log(2 * ctx.pi * v) + (x - m) ** 2 / v) / 2


def _expanded(e):
    return plain(e).func(*[sympy.expand(a) for a in plain(e).args])


def _upper_limits(*exprs):
    """Symbols that end a sum or product: they get larger whole numbers than indices do."""
    out, stack = set(), [e for e in exprs if isinstance(e, sympy.Basic)]
    while stack:
        e = stack.pop()
        if isinstance(e, (sympy.Sum, sympy.Product)):
            for _, _, hi in e.limits:
                out |= plain(hi).free_symbols
        stack.extend(getattr(e, "args", ()))
    return out
