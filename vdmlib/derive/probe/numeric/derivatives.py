"""Derivatives: Cauchy's integral on a small circle, or real differences where a function is not analytic."""

import sympy
from sympy import Rational
from sympy.core.function import AppliedUndef
from sympy.tensor.indexed import Indexed

from ...nodes.expressions import plain
from ...nodes.laws import At
from ...nodes.total import Total
from ..result import Unable
from .compile import KINKED, bound, is_real, rule
from .quadrature import CIRCLE, unit_roots

__all__ = ["circle", "differences", "nested"]

RADIUS = Rational(1, 2**16)
FIRST, LEVELS = 20, 5  # real differences over 2^−20, 2^−21, …


def circle(w, f, here, n, real):
    """The n-th derivative of f at a point; half the circle does where f is real on the real line."""
    ctx, w.rough = w.ctx, True
    radius = w.number(RADIUS) * (4 - w.level) / 4
    out = ctx.mpf(0)
    for k, root in enumerate(unit_roots(ctx)):
        if real and k > CIRCLE // 2:
            break
        term = f(here + radius * root) * root ** (-n)
        out += term if not real or k in (0, CIRCLE // 2) else 2 * term.real
    if real:
        out = out.real
    return out * ctx.factorial(n) / (CIRCLE * radius**n)


def differences(w, f, here, n):
    """The n-th derivative by central differences, extrapolated: for functions of a real number that are not analytic."""
    ctx, w.rough = w.ctx, True
    table = []
    for k in range(LEVELS):
        h = ctx.mpf(2) ** -(FIRST + k)
        terms = [(-1) ** j * ctx.binomial(n, j) * f(here + (ctx.mpf(n) / 2 - j) * h) for j in range(n + 1)]
        table.append(ctx.fsum(terms) / h**n)
    for m in range(1, LEVELS):
        last = table[-1]
        table = [(4**m * b - a) / (4**m - 1) for a, b in zip(table, table[1:])]
    error = abs(table[0] - last) / (1 + abs(table[0]))
    if error > 1e-8:
        raise Unable("a derivative at a kink")
    w.lose(error)
    return table[0]


def nested(w, f, orders, at):
    """A partial derivative of an analytic function of several numbers."""
    k = next((k for k, n in enumerate(orders) if n), None)
    if k is None:
        return f(list(at))
    rest = [0 if j == k else n for j, n in enumerate(orders)]
    return circle(w, lambda z: nested(w, f, rest, [*at[:k], z, *at[k + 1 :]]), at[k], orders[k], False)


@rule(sympy.Derivative)
def _derivative(w, e):
    """By the formula of a concrete function at plain arguments as far as that goes."""
    node = ("node", plain(e)) if isinstance(e.expr, AppliedUndef) else None
    run, counts = _by_formula(w, e)
    for v, n in counts:
        run = _differentiated(w, run, e.expr, v, int(n))
    return run if node is None else lambda env: env[node] if node in env else run(env)


@rule(Total)
def _total(w, e):
    return _differentiated(w, w.of(e.args[0]), e.args[0], e.args[1], 1)


def _by_formula(w, e):
    """The leading derivatives of an undefined function that its formula gives, and the ones that remain."""
    f, counts = e.expr, list(e.variable_count)
    if not isinstance(f, AppliedUndef) or f.func.__name__ in w.functions.formulas:
        return w.of(f), counts
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
        return w.of(f), counts
    args, name = [w.of(a) for a in f.args], f.func.__name__
    return lambda env: w.functions.value(name, f, orders, [a(env) for a in args]), counts


def _is_derivative_of(a, v):
    """a is built from derivatives of the function value v only, not from v itself."""
    if plain(a) == plain(v):
        return False
    if isinstance(a, sympy.Derivative) and plain(a.expr) == plain(v):
        return True
    return all(_is_derivative_of(b, v) for b in getattr(a, "args", ()))


def _differentiated(w, body, e, v, n):
    base, smooth = w.of(v), not _has_kinks(w, e, set())
    symbols = {plain(v)} if isinstance(v, sympy.Symbol) else set()

    def place(env):
        if isinstance(v, (At, Indexed)):
            return w.place(v, env)
        return plain(v) if isinstance(v, sympy.Symbol) else ("node", plain(v))

    def value(env):
        here, where = base(env), place(env)
        hidden = {k: env.pop(k) for k in list(env)
                  if isinstance(k, tuple) and k[0] == "node" and k[1].free_symbols & symbols}  # fmt: skip
        try:
            with bound(env, where) as put:
                if smooth:
                    body(put(here))  # there must be a value to differentiate at
                    real = not w.complex and is_real(here) and all(map(is_real, env.values()))
                    return circle(w, lambda z: body(put(z)), here, n, real)
                if not is_real(here):
                    raise Unable(f"a derivative by the complex {v} of a function that is not analytic")
                return differences(w, lambda u: body(put(u)), here, n)
        finally:
            env.update(hidden)

    return value


def _has_kinks(w, e, seen):
    """Whether an expression, or a formula for a function in it, holds a function that is not analytic."""
    for a in sympy.preorder_traversal(e):
        if isinstance(a, KINKED):
            return True
        name = a.func.__name__ if isinstance(a, AppliedUndef) else None
        if name in w.functions.formulas and name not in seen:
            seen.add(name)
            if any(_has_kinks(w, f.fact.right, seen) for f in w.functions.formulas[name]):
                return True
    return False


@rule(sympy.Subs)
def _substitution(w, e):
    body = w.of(e.expr)
    places = [(plain(v), w.of(p)) for v, p in zip(e.variables, e.point)]

    def value(env):
        symbols = {k for k, _ in places}
        inner = {k: v for k, v in env.items() if not (isinstance(k, tuple) and k[0] == "node" and k[1].free_symbols & symbols)}
        inner.update({k: p(env) for k, p in places})
        return body(inner)

    return value
