"""Whether an instance meets the hypotheses of a line."""

import itertools

import sympy
from sympy import Symbol

from ...nodes.binders import Integral, Sum
from ...nodes.expressions import Factors, Frac, Power, Sized, Terms, plain
from ...nodes.laws import At, Block, Variable
from ...nodes.normal import N
from ...nodes.walk import free
from ...nodes.functionals import IntegralOver, SumOver, law_factors
from ...show.decimals import decimal
from ...errors import DerivationError
from ..hypotheses import least_whole, samples, words
from ..result import Infinite, NoSuchVariable, Outside, Unable, Undefined, Unmet
from .arrays import entry, is_definite, some
from .compile import bound, is_real, variance
from .functionals import everywhere, kinked
from .functions import declared, entry_facts
from .quadrature import holds as occurs

__all__ = ["check", "holds"]

CLOSE = 25  # digits to which two values must agree to be called equal


def check(w):
    """Unmet, with the first hypothesis in words that an instance breaks."""
    for key, (fact, _) in w.symbol_facts.items():
        if isinstance(fact.left, Sized):
            w.run(fact.left, {})  # looked at where it has its value
        elif not fact.forall:
            require_declared(w, fact.left, w.symbol(fact.left, key, {}), words(fact))
    for key in w.solved:
        if isinstance(key, Symbol):
            require_declared(w, key, no_rest(w, w.values[key]), ", ".join(words(f) for f in w.equations))
    for key, e in w.entries.items():
        if key[1] in w.scaled or key in w.solved:
            kind = declared(w.ctx, entry_facts(e), no_rest(w, w.entry(e, key)))
            if kind:
                raise Unmet(f"{', '.join(words(f) for f in w.equations)}, with {key[1]} {kind} as declared")
    for fact, setting in w.density_facts.values():
        if all(setting.get(s, n) == n for s, n in w.whole_numbers.items()):
            require_law(w, fact, setting)
    for fact in w.entry_facts:
        for env in entry_settings(w, fact):
            if not equal(w, w.run(fact.left, env), w.run(fact.right, env)):
                raise Unmet(words(fact))
    for key, fact, env in w.agreements:
        if not agrees(w, key, fact, env):
            raise Unmet(words(fact))
    for c in w.setting.hypotheses.conditions:
        if not holds(w, c):
            raise Unmet(words(c))


def no_rest(w, value):
    """A number that was solved for: 0, where Newton's steps leave a rest of it alone."""
    return value if abs(value) > w.ctx.mpf(10) ** -40 else w.ctx.mpf(0)


def entry_settings(w, fact):
    """The numbers of the whole symbols that a fact about entries holds for, as far as they are looked at."""
    keys = [plain(s) for s in fact.forall if plain(s).is_integer]
    for numbers in itertools.product(range(1, w.largest + 1), repeat=len(keys)) if len(keys) < 3 else ():
        yield dict(zip(keys, map(w.ctx.mpf, numbers)))


def require_declared(w, symbol, value, said):
    facts = symbol.assumptions0 if isinstance(symbol, Symbol) else {"real": True}
    kind = declared(w.ctx, facts, value)
    if kind:
        raise Unmet(f"{said}, with {symbol} {kind} as declared")


# --- laws that facts give

def require_law(w, fact, setting):
    """A density must be non-negative, of total one, and finite where it is looked at."""
    d, right = fact.left, sympy.sympify(fact.right)
    env = dict(setting)
    own = w.laws.variables((*d.left, *d.right), env)
    if w.free(right, env) - set(own):
        raise Unmet(f"{words(fact)}, a density of its own variables alone")
    try:
        if is_product_of_normals(d, right):
            for f in law_factors(right):
                if not any(occurs(f.args[2], v) for v in d.left):
                    variance(w.run(f.args[2], env))
            return
        run, kinks = w.of(right), kinked(w, right)
        for v in d.left:
            run = everywhere(w, v, run, kinks)
        total = run(env)
        for k in range(-12, 13):  # and nowhere negative
            at = {w.place(v, env): w.number(sympy.Rational(k * (j + 1), 4)) for j, v in enumerate(d.left)}
            value = w.run(right, {**env, **at})
            if not is_real(value) or value.real < 0:
                raise Unmet(f"{words(fact)}, a density that is not negative")
    except (Undefined, Infinite, Outside, ZeroDivisionError) as why:
        raise Unmet(f"{words(fact)}, a density ({why})") from None
    if abs(total - 1) > 1e-12:
        raise Unmet(f"{words(fact)}, a density of total one (here it is {decimal(total, 6, w.ctx)})")


def is_product_of_normals(d, right):
    try:
        factors = law_factors(right)
    except DerivationError:
        return False
    return all(isinstance(f, N) for f in factors) and {f.args[0] for f in factors} == set(d.left)


def agrees(w, key, fact, setting):
    """Whether a further fact about what is given already says the same: at some points, for all values are meant."""
    if key is None:
        over = [(s, None, None) for s in fact.forall]
        slopes = [t for t in fact.forall if plain(t) in w.functions.local()]  # known at one value of t: there the slopes agree too
        return everywhere_equal(w, fact.left, fact.right, over) and all(
            everywhere_equal(w, sympy.Derivative(fact.left, t), sympy.Derivative(fact.right, t), over) for t in slopes
        )
    first, env = w.density_facts[key]
    for k in range(2):
        at = {w.place(v, setting): w.number(sympy.Rational(3 + 4 * k + j, 7)) for j, v in enumerate((*fact.left.left, *fact.left.right))}
        try:
            if not equal(w, w.run(first.right, {**env, **at}), w.run(fact.right, {**setting, **at})):
                return False
        except (Undefined, Infinite, Outside):
            return False
    return True


# --- conditions

def equal(w, a, b):
    if hasattr(a, "rows") or hasattr(b, "rows"):
        a, b, _ = entry(a, b)
    return a == b or abs(a - b) <= w.ctx.mpf(10) ** -CLOSE * (1 + abs(a) + abs(b))


def everywhere_equal(w, left, right, over):
    left, right = w.of(left), w.of(right)
    return ranging(w, over, {}, lambda env: equal(w, left(env), right(env)))


def ranging(w, over, env, test, far=False):
    """Whether a test passes for every value of the variables, or for those of them that are looked at.

    far: whether one far out is, where a range has no end.
    """
    if not over:
        try:
            return test(env)
        except NoSuchVariable:
            if env:  # one of many times
                return False
            raise  # a chain too short for the line: no instance of it, whatever its numbers
        except (Undefined, Infinite, Outside, ZeroDivisionError):
            return False
    (v, lo, hi), *rest = over
    if isinstance(v, Sized):
        with bound(env, v) as put:
            return all(ranging(w, rest, put(at), test, far) for at in some(w, v))
    try:
        ends = [None if e is None else w.run(sympy.sympify(e), env) for e in (lo, hi)]
    except (Undefined, Infinite, Outside):
        return False
    key = w.place(v, env) if isinstance(v, At) else plain(v)
    drawn = ends == [None, None] and isinstance(v, (Variable, At)) and w.is_finite_variable(key)
    local = w.functions.local()
    if key in local:
        with bound(env, key) as put:
            return ranging(w, rest, put(local[key]), test, far)
    for n in w.laws.alphabet(key, v) if drawn else samples(v, *ends, w.largest + 1, far):  # in a finite law every value is an outcome
        with bound(env, key) as put:
            if not ranging(w, rest, put(w.ctx.mpf(n)), test, far):
                return False
    return True


def holds(w, condition):
    """Whether a condition holds at an instance, everywhere in its ranges as far as it is looked at."""
    left, relation = w.of(sympy.sympify(condition.left)), condition.relation
    if relation == "definite":
        return ranging(w, condition.over, {}, lambda env: is_definite(w.ctx, left(env)))
    if relation == "whole":
        return ranging(w, condition.over, {}, lambda env: equal(w, left(env), w.ctx.nint(left(env).real)))
    if relation == "total":
        total = sympy.sympify(condition.left)
        for v, lo, hi in condition.over:
            if isinstance(v, (Variable, At, Block)):
                finite = all(map(w.is_finite_variable, w.laws.variables((v,), {})))
                total = (SumOver if finite else IntegralOver)((v,), total)
            elif plain(v).is_integer:
                total = Sum(total, (v, least_whole(plain(v)) if lo is None else lo, sympy.oo if hi is None else hi))
            else:
                total = Integral(total, (v, -sympy.oo if lo is None else lo, sympy.oo if hi is None else hi))
        try:
            return abs(w.run(total, {}) - 1) < 1e-12
        except (Undefined, Infinite, Outside):
            return False
    if relation == "continuous":
        return continuous(w, left, condition.over)
    if relation == "vanishes":
        return vanishes(w, left, condition.over)
    right = w.of(sympy.sympify(condition.right))
    if relation == "dominated":
        return dominated(w, condition, left, right)
    tests = {
        ">": lambda a, b: is_real(a - b) and (a - b).real > 0,
        ">=": lambda a, b: is_real(a - b) and (a - b).real >= -w.ctx.mpf(10) ** -CLOSE,
        "!=": lambda a, b: not equal(w, a, b),
        "=": lambda a, b: equal(w, a, b),
    }
    if relation == "!=" and any(not plain(v).is_integer and not isinstance(v, (Variable, At)) for v, _, _ in condition.over):
        signs = set()  # a zero between two points shows in their signs
        tests["!="] = lambda a, b: not equal(w, a, b) and (not is_real(a - b) or signs.add((a - b).real > 0) or len(signs) < 2)
    if relation not in tests:
        raise Unable(f"the probe does not know the relation {relation}")
    return ranging(w, condition.over, {}, lambda env: tests[relation](left(env), right(env)), is_elementary(condition))


RATIONAL = sympy.Number, sympy.NumberSymbol, sympy.Add, sympy.Mul, sympy.Pow, Terms, Factors, Frac, Power


def is_elementary(condition):
    """Whether both sides are formulas of symbols alone, which have a value far out as well as nearby."""
    parts = [a for e in (condition.left, condition.right) for a in sympy.preorder_traversal(sympy.sympify(e))]
    symbols_alone = all(isinstance(a, RATIONAL) or isinstance(a, Symbol) and not isinstance(a, Variable) for a in parts)
    return symbols_alone and len(condition.over) == 1


def dominated(w, condition, left, right):
    """Whether a density is positive wherever another is, at every time, and every outcome of their variables or several points."""
    times = [place for place in condition.over if isinstance(place[0], Symbol) and place[0].is_integer]
    variables = {v for e in (condition.left, condition.right) for v in free(e)}
    return ranging(w, times, {}, lambda env: dominated_at(w, env, variables, left, right))


def dominated_at(w, env, variables, left, right):
    names = w.laws.variables(variables, env)
    every = [w.laws.alphabet(k, v) if w.is_finite_variable(k) else samples(v, None, None, w.largest) for k, v in names.items()]
    for at in itertools.product(*every):
        env = {**env, **dict(zip(names, map(w.ctx.mpf, at)))}
        try:
            if left(env) != 0 and right(env) == 0:
                return False
        except (Undefined, Infinite, Outside):
            continue
    return True


FAR = 10**3, 10**4  # where a function that tends to 0 is small already, in the instances that are drawn


def vanishes(w, f, over):
    """Whether a function is small far out, at each infinite end."""
    ((v, *ends),) = over
    env, signs = {}, [sign for sign, end in zip((-1, 1), ends) if end.is_infinite]
    try:
        with bound(env, plain(v)) as put:
            return all(abs(f(put(w.ctx.mpf(sign * far)))) < w.ctx.mpf(10) ** -6 for sign in signs for far in FAR)
    except (Undefined, Infinite, Outside, ZeroDivisionError):
        return False


def continuous(w, f, over):
    """No jump or pole between the ends of a range: the largest step between neighbours shrinks when it is cut."""
    ((v, lo, hi),) = over
    a, b = (w.run(sympy.sympify(e), {}) if e is not None else w.ctx.mpf(d) for e, d in ((lo, -10), (hi, 10)))
    a, b = max(a, -w.ctx.mpf(10) ** 3), min(b, w.ctx.mpf(10) ** 3)
    env = {}
    try:
        with bound(env, plain(v)) as put:
            at = [a + (b - a) * (2 * k + 1) / 129 for k in range(64)]
            values = [f(put(u)) for u in at]
            k = max(range(63), key=lambda k: abs(values[k + 1] - values[k]))
            (left, right), (low, high) = at[k : k + 2], values[k : k + 2]
            first = abs(high - low)
            for _ in range(40):
                mid = (left + right) / 2
                value = f(put(mid))
                if abs(value - low) > abs(high - value):
                    right, high = mid, value
                else:
                    left, low = mid, value
            return abs(high - low) <= first * w.ctx.mpf(10) ** -6 + w.ctx.mpf(10) ** -20
    except (Undefined, Infinite, Outside, ZeroDivisionError):
        return False
