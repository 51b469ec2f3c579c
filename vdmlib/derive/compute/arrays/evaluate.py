"""Expressions of vectors and matrices brought to normal form: sums of words, and numbers with atoms."""

from itertools import count

import sympy
from sympy import Add, Mul, Pow, S, log, pi

from ...errors import NotDecided
from ...nodes.arrays import ArrayExpectation, ArrayFactors, ArrayFrac, ArrayIntegral, ArrayTerms, Det, Eye, Inner, Inverse, Letter, Norm, ScalarOfArrays, Trace, Transpose
from ...nodes.expressions import Factors, Frac, Power, Sized, Terms, plain
from ...nodes.fields import Div, FieldValue, Grad, Jacobian, Laplacian, Operator
from ...nodes.functionals import CE, KL, Expectation, Functional, H, IntegralOver, law_factors
from ...nodes.normal import N
from ...nodes.walk import walk
from ...show.text import text
from .algebra import added, scaled, turned
from .fields import Fields
from .places import place
from .moments import expected_number, expected_sum
from .stein import Stein
from .words import Base, letter

__all__ = ["Reader", "positive", "speaks_of_arrays", "base_of"]

_DRAWS = count()


def speaks_of_arrays(e):
    """Whether a vector or matrix stands in an expression."""
    return any(isinstance(a, (Sized, ScalarOfArrays)) for a in walk(e))


def base_of(e):
    """The letter of words that a named vector or matrix is."""
    return Base(e.name, *e.shape, e.traits, ("letter",))


class Reader(Fields):
    """Reads expressions.

    given: {vector, matrix, number or field: what it is}, from facts; slopes: {derivative of a field by a number: what it is}.
    """

    def __init__(self, given=(), slopes=()):
        super().__init__()
        self.given, self.depth = dict(given), 0
        self.slopes = {self.key_of(e.expr, {}, e.variable_count): value for e, value in dict(slopes).items()}

    # --- vectors and matrices

    def array(self, e, env):
        """A sum of words; env: {letter: sum of words} of what expectations have drawn."""
        if e == 0:
            return {}
        if e in env:
            return env[e]
        if e in self.given:
            return self.array(self.given[e], env)
        for kind, rule in self.ARRAYS:
            if isinstance(e, kind):
                return rule(self, e, env)
        raise NotDecided(f"{text(e)} among vectors and matrices")

    def letter(self, e, env):
        base = base_of(e)
        return {("c", (), base) if e.shape[1] == 1 else ("w", (letter(base),)): S.One}

    def product(self, e, env):
        """The product of the arrays among factors times that of the numbers: a sum of words, or a number where none is left."""
        numbers, out = S.One, None
        for a in e.args:
            if not isinstance(a, Sized):
                numbers *= self.number(a, env)
                continue
            a = self.array(a, env)
            if isinstance(out, dict):
                words, number = self.times(out, a)
                out = words if words or number == 0 else number
            elif out is None:
                out = a
            else:
                out = scaled(a, out)
        if isinstance(e, Inner):
            return numbers * (S.Zero if out == {} else out)
        return scaled(out, numbers) if isinstance(out, dict) else out * numbers

    def inverted(self, e, env):
        return self.inverse(self.array(e.args[0], env), e.shape[0])

    def quotient(self, e, env):
        return scaled(self.array(e.args[0], env), 1 / self.number(e.args[1], env))

    def expected_array(self, e, env):
        return self.expected(e, env, self.array, expected_sum)

    # --- fields

    def key_of(self, e, env, derivatives=()):
        """The key of a field at its arguments: vectors by their names, sums of vectors as they are multiplied out, or numbers."""
        places = []
        for a in e.places if isinstance(e, FieldValue) else e.args:
            if isinstance(a, Sized) and a.shape[1] == 1:
                places.append(place(self.normal(self.array(a, env))))
            elif speaks_of_arrays(a) or any(b in self.given for b in walk(a)):
                raise NotDecided(f"{text(e)}: the value of a field at something that is no vector and no number by name")
            else:
                places.append(plain(a))
        orders = tuple(sorted(((plain(s), int(n)) for s, n in derivatives), key=str))
        size = e.shape[0] if isinstance(e, FieldValue) else None
        name = e.name if isinstance(e, FieldValue) else e.func.__name__
        return name, tuple(places), orders, bool(e.is_positive), size

    def field(self, e, env):
        return self.field_number(self.key_of(e, env))

    def field_number(self, key):
        return self.number(self.slopes[key], {}) if key in self.slopes else self.number_field(key)

    def field_vector(self, e, env):
        return {("c", (), self.vector_field(self.key_of(e, env))): S.One}

    def by(self, e, env):
        """The vector that an operator is by."""
        if e.by in env:
            ((key, c),) = env[e.by].items() if len(env[e.by]) == 1 else ((("",), None),)
            if key[:2] == ("c", ()) and c == 1 and key[2].what == ("bound",):
                return key[2]
        if e.by in env or e.by in self.given:
            raise NotDecided(f"{text(e)}: a derivative by a vector that has a value")
        return base_of(e.by)

    def gradient_of(self, e, env):
        return self.gradient(self.number(e.body, env), self.by(e, env))

    def jacobian_matrix(self, e, env):
        return self.jacobian(self.array(e.body, env), self.by(e, env))

    def divergence_of(self, e, env):
        return self.divergence(self.array(e.body, env), self.by(e, env))

    def laplacian_of(self, e, env):
        x = self.by(e, env)
        return self.divergence(self.gradient(self.number(e.body, env), x), x)

    def derivative(self, e, env):
        out = self.number(e.expr, env)
        for s, n in e.variable_count:
            s = plain(s)
            if not isinstance(s, sympy.Symbol) or isinstance(s, Sized) or not n.is_Integer:
                raise NotDecided(f"the derivative of {text(e.expr)} by {text(s)}")
            for _ in range(int(n)):
                out = self.rate(out, s, self.field_number)
        return out

    def substituted(self, e, env):
        """A number at values of its symbols."""
        before, self.as_typed = self.as_typed, True
        try:
            out = self.number(e.expr, env)
        finally:
            self.as_typed = before
        for s, value in zip(e.variables, e.point):
            if not isinstance(s, sympy.Symbol) or isinstance(s, Sized) or speaks_of_arrays(value):
                raise NotDecided(f"{text(e)}: a value of {text(s)}")
            out = self.put(out, plain(s), plain(value))
        return out

    def over_all(self, e, env):
        """∫ of a number or a vector over all values of vectors."""
        inner, drawn, before = dict(env), [], self.depth
        for m in e.bound:
            z = Base(f"z_{self.depth}", m.shape[0], S.One, frozenset(), ("bound",))
            self.depth += 1
            inner[m] = {("c", (), z): S.One}
            drawn.append(z)
        sized = isinstance(e, Sized)
        out = self.array(e.body, inner) if sized else self.number(e.body, inner)
        for z in reversed(drawn):
            out = self.integral_of_sum(out, z) if sized else self.integral(out, z)
        self.depth = before
        return out

    def over_numbers(self, e, env):
        """A sum or an integral over a number: what does not hold it, vectors above all, stands outside."""
        limits = [tuple(limit) for limit in e.limits]
        if len(limits) != 1 or len(limits[0]) != 3 or any(speaks_of_arrays(end) or end.is_infinite for end in limits[0]):
            raise NotDecided(f"{text(e)} of vectors and matrices")
        s, lo, hi = map(plain, limits[0])
        parts = {}  # what stands outside: what stays under the sum
        for term in Add.make_args(sympy.expand(self.number(e.function, env))):
            outside = [f for f in Mul.make_args(term) if any(a in self.data for a in f.free_symbols)]
            if any(self._holds_number(f, s) for f in outside):
                raise NotDecided(f"{text(e)}: a vector or a field that goes with {s}")
            key = Mul(*outside)
            parts[key] = parts.get(key, S.Zero) + Mul(*[f for f in Mul.make_args(term) if f not in outside])
        return Add(*[key * e.func(inside, (s, lo, hi)) for key, inside in parts.items()])

    # --- numbers

    def number(self, e, env):
        """Ordinary SymPy with atoms."""
        if isinstance(e, Sized):
            raise NotDecided(f"{text(e)} has {e.shape[0]}×{e.shape[1]} entries where a number is wanted")
        if e in self.given:
            return self.number(self.given[e], env)
        if not speaks_of_arrays(e) and not any(a in self.given for a in walk(e)):
            return plain(e)
        for kind, rule in self.NUMBERS:
            if isinstance(e, kind):
                return rule(self, e, env)
        if isinstance(e, sympy.core.function.AppliedUndef):
            return self.field(e, env)
        if isinstance(e, sympy.Function) and not isinstance(e, sympy.core.function.AppliedUndef):
            return getattr(e, "_plain", e.func)(*[self.number(a, env) for a in e.args])
        raise NotDecided(f"{text(e)} among vectors and matrices")

    def norm(self, e, env):
        a = self.array(e.args[0], env)
        return sympy.sqrt(self.times(turned(a), a)[1])

    def power(self, e, env):
        base, n = e.args
        if isinstance(base, Norm) and plain(n).is_Integer and plain(n).is_even:
            a = self.array(base.args[0], env)
            return self.times(turned(a), a)[1] ** (plain(n) / 2)
        return Pow(self.number(base, env), self.number(n, env))

    def logarithm(self, e, env):
        return self.log_of(e.args[0], env)

    def log_of(self, u, env):
        if isinstance(u, N):
            return self.log_density(u, env)
        if is_smoothed(u):
            return self.log_smoothed(*law_factors(u.law), u.body, env)
        if isinstance(u, sympy.exp):
            return self.number(u.args[0], env)
        if isinstance(u, (Factors, Mul)) and all(map(positive, u.args)):
            return Add(*[self.log_of(a, env) for a in u.args])
        if isinstance(u, Frac) and all(map(positive, u.args)):
            return self.log_of(u.args[0], env) - self.log_of(u.args[1], env)
        if isinstance(u, (Power, Pow)) and positive(u.args[0]):
            return self.number(u.args[1], env) * self.log_of(u.args[0], env)
        if isinstance(u, Det):  # that it is positive is a condition of the logarithm
            return self.log_det(self.array(u.args[0], env), u.args[0].shape[0])
        return log(self.number(u, env))

    def log_density(self, e, env):
        x, mean, cov = e.args
        if not e.of_vectors:
            x, mean, cov = (self.number(a, env) for a in e.args)
            return -log(2 * pi) / 2 - log(cov) / 2 - (x - mean) ** 2 / (2 * cov)
        off = added(self.array(x, env), scaled(self.array(mean, env), -S.One))
        return self.log_normal(off, self.array(cov, env), cov.shape[0])

    def log_normal(self, off, cov, d):
        """log N(off; 0, cov)."""
        words, _ = self.times(self.inverse(cov, d), off)
        square = self.times(turned(off), words)[1]
        return -d * log(2 * pi) / 2 - self.log_det(cov, d) / 2 - square / 2

    def log_smoothed(self, law, density, env):
        """log E[N(Lz + b; 0, Q)] under N(z; m, S), which is log N(Lm + b; 0, Q + L S Lᵀ)."""
        x, mean, spread = law.args
        z = Base(f"z{next(_DRAWS)}", spread.shape[0], S.One, frozenset(), ("drawn",))
        y, at, cov = density.args
        inner = {**env, x: {("c", (), z): S.One}}
        off = self.normal(added(self.array(y, inner), scaled(self.array(at, inner), -S.One)))
        own, spread = self.normal(self.array(cov, inner)), self.normal(self.array(spread, env))
        slope = {("w", key[1]): c for key, c in off.items() if key[0] == "c" and key[2] == z}
        rest = {key: c for key, c in off.items() if not (key[0] == "c" and key[2] == z)}
        if any(self.holds(part, z) for a in (slope, rest, own) for part in (*a, *a.values())):
            raise NotDecided(f"{text(density)}: its mean is no matrix times {text(x)}, or its covariance depends on it")
        off = added(rest, self.times(slope, self.array(mean, env))[0])
        spread = self.times(self.times(slope, spread)[0], turned(slope))[0] if slope else {}
        return self.log_normal(off, self.normal(added(own, spread)), cov.shape[0])

    def density(self, e, env):
        return sympy.exp(self.log_density(e, env), evaluate=False)

    def functional(self, e, env):
        if not all(isinstance(a, N) and a.of_vectors for a in e.args):
            raise NotDecided(f"{text(e)} beside vectors and matrices")
        a, b = e.args[0], e.args[-1]
        if b.args[0] != a.args[0]:
            raise NotDecided(f"{text(e)}: two laws of different vectors")
        return self.number(e.definition(), env)

    def determinant(self, e, env):
        return self.det(self.array(e.args[0], env), e.args[0].shape[0])

    def expected_value(self, e, env):
        if is_smoothed(e):
            return sympy.exp(self.log_of(e, env), evaluate=False)
        return self.expected(e, env, self.number, expected_number)

    def expected(self, e, env, read, average):
        """E of a body over normal vectors: each is its mean plus z, and z is averaged out, what depends on others first."""
        factors, drawn, before = list(law_factors(e.law)), [], self.depth
        fields = any(isinstance(a, (Operator, FieldValue)) or isinstance(a, sympy.core.function.AppliedUndef) and speaks_of_arrays(a) for a in walk(e.body))
        if not all(isinstance(f, N) and f.of_vectors for f in factors):
            raise NotDecided(f"an expectation over {text(e.law)} of vectors and matrices")
        while factors:
            names = {f.args[0] for f in factors}
            first = next((f for f in factors if not any(a.has(*names) for a in f.args[1:] if a != 0)), None)
            if first is None:
                raise NotDecided(f"the law {text(e.law)} draws each of its vectors given another")
            factors.remove(first)
            x, mean, cov = first.args
            d, spread = cov.shape[0], self.normal(self.array(cov, env))
            if not any(key[0] == "w" for key in spread):
                raise NotDecided(f"the covariance {text(cov)} is of outer products alone: it has no inverse but in as few dimensions")
            if fields:
                z = Base(f"x_{self.depth}", d, S.One, frozenset(), ("bound",))
                drawn.append(Stein(z, self.normal(self.array(mean, env)), spread, self))
                env, self.depth = {**env, x: {("c", (), z): S.One}}, self.depth + 1
                continue
            z = Base(f"z{next(_DRAWS)}", d, S.One, frozenset(), ("drawn",))
            env = {**env, x: added(self.array(mean, env), {("c", (), z): S.One})}
            drawn.append((z, spread, d))
        out = read(e.body, env)
        if fields:
            for law in reversed(drawn):
                out = law.sum(out) if isinstance(e, Sized) else law.number(out)
            self.depth = before
            return out
        for z, spread, d in reversed(drawn):
            out = average(out, z, spread, self, d)
        return out

    ARRAYS = (
        (Letter, letter), (Eye, lambda self, e, env: {("w", ()): S.One}),
        (Transpose, lambda self, e, env: turned(self.array(e.args[0], env))), (Inverse, inverted),
        (ArrayTerms, lambda self, e, env: added(*[self.array(a, env) for a in e.args])), (ArrayFactors, product),
        (ArrayFrac, quotient), (ArrayExpectation, expected_array), (FieldValue, field_vector), (Grad, gradient_of),
        (Jacobian, jacobian_matrix), (ArrayIntegral, over_all),
    )  # fmt: skip
    NUMBERS = (
        (Inner, product), (Div, divergence_of), (Laplacian, laplacian_of), (sympy.Derivative, derivative), (sympy.Subs, substituted),
        (IntegralOver, over_all), ((sympy.Sum, sympy.Integral), over_numbers), (Trace, lambda self, e, env: self.trace(self.array(e.args[0], env), e.args[0].shape[0])),
        (Det, determinant), (Norm, norm), (N, density), (Expectation, expected_value), ((KL, H, CE), functional),
        ((Functional,), functional), (sympy.log, logarithm), ((Power, Pow), power),
        (sympy.exp, lambda self, e, env: sympy.exp(self.number(e.args[0], env), evaluate=False)),
        ((Terms, Add), lambda self, e, env: Add(*[self.number(a, env) for a in e.args])),
        ((Factors, Mul), lambda self, e, env: Mul(*[self.number(a, env) for a in e.args])),
        (Frac, lambda self, e, env: self.number(e.args[0], env) / self.number(e.args[1], env)),
    )  # fmt: skip


def positive(e):
    """Whether the form of a number shows that it is positive."""
    return isinstance(e, (N, sympy.exp)) or is_smoothed(e) or bool(e.is_positive) or isinstance(e, (Frac, Factors)) and all(map(positive, e.args))




def is_smoothed(e):
    """Whether it is the mean of a normal density of vectors under one normal law of a vector."""
    if not isinstance(e, Expectation):
        return False
    factors = list(law_factors(e.law))
    return len(factors) == 1 and all(isinstance(f, N) and f.of_vectors for f in (*factors, e.body))
