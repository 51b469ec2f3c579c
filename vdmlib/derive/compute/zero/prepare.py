"""Expressions made ready for the zero test: one form for trigonometry, for bound names, for ranges of sums."""

import itertools

import sympy
from sympy import Add, Integer, Mul, Pow, S, Symbol
from sympy.functions.elementary.hyperbolic import HyperbolicFunction
from sympy.functions.elementary.trigonometric import TrigonometricFunction

from ..jet import Jet
from ..kinks import by_size
from ..positivity import positive, real

__all__ = ["BOUND", "exponent_levels", "prepared", "with_letters", "peeled_alike", "sign_between"]

BOUND = (sympy.Integral, sympy.Sum, sympy.Product)


def exponent_levels(e, out, memo):
    """The exponents in an expression by nesting depth, inner ones first."""
    if e in memo:
        return memo[e]
    depth = max((exponent_levels(a, out, memo) for a in e.args), default=0)
    u = None
    if isinstance(e, sympy.exp):
        u = e.args[0]
    elif e is S.Exp1:
        u = S.One
    elif isinstance(e, Pow) and not e.exp.is_Rational:
        if e.base.is_positive or positive(e.base):
            u = e.exp * sympy.log(e.base)
    if u is not None:
        depth += 1
        group = out.setdefault(depth, [])
        if u not in group:
            group.append(u)
    memo[e] = depth
    return depth


def prepared(e, memo=None):
    """Trigonometry as exponentials, Max and Min by sizes, bound symbols with standard names, inner ones first."""
    memo = {} if memo is None else memo
    if e in memo:
        return memo[e]
    if not e.args:
        return e
    if isinstance(e, sympy.log) and e.has(TrigonometricFunction):
        waves = _log_of_waves(e.args[0])
        if waves is not None:
            memo[e] = prepared(waves, memo)
            return memo[e]
    if isinstance(e, (sympy.factorial, sympy.gamma, sympy.binomial)):
        shifted = _shifted(e)
        if shifted != e:
            memo[e] = prepared(shifted, memo)
            return memo[e]
    args = [prepared(a, memo) for a in e.args]
    if isinstance(e, Jet):
        out = Jet(args[0], args[1], args[2])
    elif isinstance(e, (TrigonometricFunction, HyperbolicFunction)):
        out = e.func(*args).rewrite(sympy.exp)
    elif isinstance(e, (sympy.Max, sympy.Min)):
        out = by_size(e.func(*args))
    elif isinstance(e, BOUND) and all(len(limit) == 3 for limit in e.limits):
        out = _renamed(e.func, args[0], args[1:])
    elif all(a is b for a, b in zip(args, e.args)):
        out = e
    else:
        out = e.func(*args)
    memo[e] = out
    return out


_SIN, _COS = (sympy.Function(name, real=True) for name in ("log|sin|", "log|cos|"))
_WAVES = {sympy.sin: (1, 0), sympy.cos: (0, 1), sympy.tan: (1, -1), sympy.cot: (-1, 1), sympy.sec: (0, -1), sympy.csc: (-1, 0)}


def _log_of_waves(u):
    """log of a product with sines in it, where that is real: the logs of the factors' sizes; None where no factor is a sine."""
    out, rest, found = S.Zero, S.One, False
    for f in Mul.make_args(sympy.cancel(u) if u.is_Add else u):
        base, n = f.as_base_exp()
        if type(base) in _WAVES and n.is_real and real(base.args[0]):
            sines, cosines = _WAVES[type(base)]
            out += n * (sines * _SIN(base.args[0]) + cosines * _COS(base.args[0]))
            found = True
        else:
            rest *= f
    return out + (sympy.log(sympy.Abs(rest)) if rest != 1 else 0) if found else None


def _shifted(e):
    """(n + 2)! as n! (n + 1)(n + 2), a binomial coefficient by factorials: 1/n! is 0 at n = −1, −2, …"""
    if isinstance(e, sympy.binomial):
        n, k = e.args
        return sympy.factorial(n) / (sympy.factorial(k) * sympy.factorial(n - k)) if n.is_integer and k.is_integer and n.is_nonnegative else e
    k, u = sympy.expand(e.args[0]).as_coeff_Add()
    if u == 0 or not k.is_Integer or k == 0 or abs(k) > 20:
        return e
    first = 1 if isinstance(e, sympy.factorial) else 0
    steps = [u + first + j for j in (range(k) if k > 0 else range(k, 0))]
    return e.func(u) * Mul(*steps) if k > 0 else e.func(u) / Mul(*steps)


def _renamed(cls, body, limits):
    """A bound node with standard names; of the orders of independent limits, the one that sorts first."""
    depth = max((int(s.name[2:]) for s in body.free_symbols | _bound_names(body) if _standard(s)), default=0)
    drawn = {x for x, _, _ in limits}
    free = not any(b.free_symbols & drawn for _, lo, hi in limits for b in (lo, hi))
    orders = itertools.permutations(limits) if free and 1 < len(limits) <= 3 else [limits]
    found = []
    for order in orders:
        names = {}
        for k, (x, lo, hi) in enumerate(order, 1):
            facts = {"real": True} if cls is sympy.Integral else {"integer": True}
            if cls is sympy.Integral:
                if sign_between(lo, hi):
                    facts[sign_between(lo, hi)] = True
            elif lo.is_positive or lo.is_nonnegative:
                facts["positive" if lo.is_positive else "nonnegative"] = True
            names[x] = Symbol(f"_b{depth + k}", **facts)
        new = [(names[x], lo.xreplace(names), hi.xreplace(names)) for x, lo, hi in order]
        found.append((body.xreplace(names), new))
    body, new = min(found, key=lambda bn: sympy.default_sort_key(sympy.Tuple(bn[0], *bn[1]))) if len(found) > 1 else found[0]
    return cls(body, *new)


def sign_between(lo, hi):
    """The sign, as an assumption, of what lies between two ends, themselves left out; None where they do not settle it."""
    if lo.is_extended_nonnegative and hi.is_extended_nonnegative:
        return "positive"
    return "negative" if lo.is_extended_nonpositive and hi.is_extended_nonpositive else None


def _standard(s):
    return s.name.startswith("_b") and s.name[2:].isdigit()


def with_letters(e):
    """Standard bound names replaced by letters that are free."""
    used = {s.name for s in e.free_symbols}
    for a in sorted(e.atoms(Symbol), key=str):
        if _standard(a):
            letters = "ijklmn" if a.is_integer else "suwxyz"
            letter = next((c for c in letters if c not in used), a.name)
            used.add(letter)
            e = e.xreplace({a: Symbol(letter, **a.assumptions0)})
    return e


def _bound_names(e):
    return {x for a in e.atoms(*BOUND) for x in a.variables}


def peeled_alike(exprs):
    """Sums and products over the same summand brought to a common range: whole terms split off at both ends."""
    nodes = set().union(*[e.atoms(sympy.Sum, sympy.Product) for e in exprs])
    lows = [a.limits[0][1] for a in nodes if len(a.limits) == 1 and len(a.limits[0]) == 3]
    lows = [lo for lo in lows if lo.is_Integer and abs(lo) < 10]
    top = max(lows, default=None)

    def peeled(a):
        if len(a.limits) != 1 or len(a.limits[0]) != 3:
            return a
        i, lo, hi = a.limits[0]
        f = a.function
        sums = isinstance(a, sympy.Sum)
        join, undo = (Add, lambda t: -t) if sums else (Mul, lambda t: 1 / t)
        extra = []
        k, rest = sympy.expand(hi).as_coeff_Add()
        if hi.is_Integer and lo.is_Integer and hi - lo < 40:
            return join(*[f.xreplace({i: Integer(j)}) for j in range(int(lo), int(hi) + 1)])
        if rest != 0 and k.is_Integer and k != 0 and abs(k) < 10:
            if k > 0:
                extra += [f.subs(i, rest + j) for j in range(1, int(k) + 1)]
            else:
                extra += [undo(f.subs(i, rest + j)) for j in range(int(k) + 1, 1)]
            hi = rest
        if top is not None and lo.is_Integer and lo < top and abs(lo) < 10 and not hi.is_Integer:
            extra += [f.subs(i, Integer(j)) for j in range(int(lo), int(top))]
            lo = top
        if not extra:
            return a
        return join(a.func(f, (i, lo, hi)), *extra)

    out = []
    for e in exprs:
        out.append(e.replace(lambda a: isinstance(a, (sympy.Sum, sympy.Product)), peeled) if nodes else e)
    return out
