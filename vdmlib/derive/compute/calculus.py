"""Calculus with undefined functions: derivatives, integrals, sums and limits carried out.

An equality is proved if its difference vanishes identically once everything is carried out; or if the
difference vanishes at one end of an integral and its derivative by that end vanishes everywhere (Taylor's
remainder, integration by parts); or by induction on the upper limit of a sum or product.
"""

from functools import lru_cache

import sympy
from sympy import Add, Dummy, Mul, S, oo
from sympy.core.function import AppliedUndef
from sympy.integrals.manualintegrate import manualintegrate
from sympy.tensor.indexed import Indexed

from . import gaussian_integrals as gaussian
from ..prove.log_densities import NotDecided
from ..nodes.functionals import Over
from .jet import Jet
from ..nodes.expressions import Derivative, Ordered, Terms, negative
from .positivity import positive
from ..nodes.total import Total
from .zero import simplify_zero

__all__ = ["Subs", "Total", "euler_lagrange", "beltrami", "variation", "first_variation", "nonnegative", "nonpositive"]

METHOD = "calculus"
_LARGE = 120  # operations; a larger integrand or summand is not given to SymPy's own algorithms


class Subs(Ordered, sympy.Subs):
    """An expression at a value of a variable, as a displayed object: `Subs(Derivative(F, eps), eps, 0)`."""

    _plain = sympy.Subs


def applies(lhs, rhs):
    return True


def difference(lhs, rhs, facts=()):
    """Left minus right with everything carried out; 0 if the equality is proved."""
    from .carry_out import difference as carried_out

    return carried_out(lhs, rhs, facts)


def reach(lhs, rhs):
    functions, order, named, tops, chosen, smooth, endless = set(), 1, set(), {}, set(), False, False
    for e in map(sympy.sympify, (lhs, rhs)):
        for a in sympy.preorder_traversal(e):
            if isinstance(a, AppliedUndef) and not getattr(a, "is_unit", False):
                functions.add(a.func.__name__)
            elif isinstance(a, sympy.Derivative):
                order = max(order, sum(int(n) for _, n in a.variable_count))
                chosen |= {str(i) for v in a.variables if isinstance(v, Indexed) for i in v.indices}
            elif isinstance(a, Total):
                within = [sum(int(n) for _, n in d.variable_count) for d in a.atoms(sympy.Derivative)]
                order = max(order, 1 + max(within, default=0))
            elif isinstance(a, sympy.Limit):
                smooth = True
            elif isinstance(a, (sympy.Integral, Over)):
                endless = endless or isinstance(a, Over) or any(b.is_infinite for limit in a.limits for b in limit[1:])
            elif isinstance(a, (sympy.Sum, sympy.Product)):
                for _, lo, hi in a.limits:
                    for s in hi.free_symbols:
                        tops.setdefault(str(s), []).append(lo)
            elif a.is_Symbol and a.is_nonzero and not a.is_positive and not a.is_negative:
                named.add(str(a))
    times = {1: "", 2: "twice ", 3: "three times "}.get(order, f"{order} times ")
    kind = "smooth" if smooth else f"{times}continuously differentiable"
    out = [f"all {kind} functions {', '.join(sorted(functions))}"] if functions else []
    out.append("all admitted values of the symbols")
    out += [f"{name} ≠ 0" for name in sorted(named)]
    out += [f"every {name}" + _from(los) for name, los in sorted(tops.items())]
    out += [f"every {name} that the sum runs over" for name in sorted(chosen)]
    if endless and functions:
        out.append("integrals that converge")
    return ", ".join(out)


def _from(los):
    whole = [int(lo) for lo in los if lo.is_Integer]
    return f" ≥ {max(whole)}" if len(whole) == len(los) else ""


# --- helpers for the chapters

def euler_lagrange(L, q, t):
    """∂L/∂q − d/dt ∂L/∂q′ for a Lagrangian L in q(t), q′(t) and t, as a display node.

    q: the function applied, such as q(t).
    """
    velocity = Derivative(q, t)
    return Terms(Derivative(L, q), negative(Total(Derivative(L, velocity), t)))


def beltrami(L, y, x):
    """L − y′ ∂L/∂y′, which is constant along solutions if L does not hold x itself."""
    slope = Derivative(y, x)
    return L - slope * Derivative(L, slope)


def variation(F, q, eta, eps):
    """d/dε F[q + εη] at ε = 0 as a display node; F holds q (applied, such as q(t)), eta is a function of the same."""
    varied = _vary(F, q, q + eps * eta)
    return Subs(Derivative(varied, eps), eps, 0)


def first_variation(F, q, eta, eps):
    """The same, carried out: ordinary SymPy."""
    from .carry_out import Evaluator
    from .jet import written

    return written(Evaluator()(variation(F, q, eta, eps)))


def _vary(F, q, new):
    """F with q(u) replaced by the new function of u, inside derivatives and integrals too."""
    (t,) = q.args

    def walk(e):
        if isinstance(e, AppliedUndef) and e.func == q.func:
            return new.xreplace({t: walk(e.args[0])})
        if not getattr(e, "args", ()):
            return e
        args = [walk(a) for a in e.args]
        return e.func(*args) if any(a is not b for a, b in zip(args, e.args)) else e

    return walk(F)


def nonnegative(e, facts=()):
    """True if e ≥ 0 follows from the assumptions on its symbols and functions."""
    from .carry_out import Evaluator

    e = Evaluator(facts)(e)
    return bool(_known_nonnegative(e))


def nonpositive(e, facts=()):
    """True if e ≤ 0 follows from the assumptions on its symbols and functions."""
    from .carry_out import Evaluator

    e = Evaluator(facts)(e)
    return bool(_known_nonnegative(-e))


def _known_nonnegative(e):
    for form in (e, sympy.together(e), sympy.factor(sympy.together(e)), sympy.expand(e)):
        if form.is_nonnegative or positive(form):
            return True
    if simplify_zero(e) == 0:
        return True
    if e.is_Add and all(_known_nonnegative(a) for a in e.args):
        return True
    if isinstance(e, sympy.Integral) and e.limits[0][1:] != ():
        lo, hi = e.limits[0][1:]
        return (hi - lo).is_nonnegative and _known_nonnegative(e.function)
    if e.is_Mul:
        inside = [a for a in e.args if isinstance(a, (sympy.Integral, sympy.Sum))]
        if inside:
            rest = Mul(*[a for a in e.args if a is not inside[0]])
            return rest.is_nonnegative and _known_nonnegative(inside[0])
    if isinstance(e, sympy.Sum):
        return _known_nonnegative(e.function)
    return False


# --- integrals

def reintegrate(e):
    """Integrals that differentiation or substitution changed, carried out again."""
    if not e.has(sympy.Integral):
        return e
    return e.replace(lambda a: isinstance(a, sympy.Integral) and len(a.limits) == 1 and len(a.limits[0]) == 3,
                     lambda a: integrate(a.function, *a.limits[0]))  # fmt: skip


def integrate(f, x, lo, hi):
    """∫ f dx from lo to hi, ordinary SymPy; what cannot be carried out stays as an integral."""
    if lo == hi:
        return S.Zero
    if f == 0:
        return S.Zero
    whole = lo == -oo and hi == oo
    if not f.has(x):
        if lo.is_infinite or hi.is_infinite:
            raise NotDecided(f"∫ {f} over an infinite range diverges")
        return f * (hi - lo)
    if f.has(sympy.DiracDelta):
        return _sifted(f, x, lo, hi)
    if whole:
        out = gaussian.integral(f, x)
        if out is not None:
            return out
    out = S.Zero
    for term in _additive(f, x):
        c, part = term.as_independent(x, as_Add=False)
        value = _one(part, x, lo, hi)
        out += c * value
    return out


def _additive(f, x):
    small = sympy.expand(f) if f.count_ops() < 400 else f
    if not small.has(Jet) and small.is_Add and f.count_ops() < _LARGE:
        tight = sympy.cancel(sympy.together(f)) if f.is_rational_function(x) else small
        if tight.is_Add or not tight.has(x):
            return Add.make_args(tight)
    return Add.make_args(small)


def _one(f, x, lo, hi):
    if not f.has(x):
        return f * (hi - lo)
    stays = sympy.Integral(f, (x, lo, hi))
    if isinstance(f, Jet) and len(f.at) == 1 and f.orders[0] > 0:
        slope = f.at[0].diff(x)
        if slope != 0 and not slope.has(x):
            low = f.raised(0, -1)
            if not (lo.is_infinite or hi.is_infinite):
                return (low.subs(x, hi) - low.subs(x, lo)) / slope
    if f.has(Jet):
        return _straight(f, x, lo, hi)
    if f.has(sympy.Integral, sympy.Sum, sympy.Product) or f.count_ops() > _LARGE:
        return stays
    f = _simpler(f, x)
    if not f.has(x):
        return f * (hi - lo)
    if not _regular(f, x, lo, hi):
        return stays
    F = _antiderivative(f, x)
    if F is None:
        return stays
    top, bottom = _end(F, x, hi, "-"), _end(F, x, lo, "+")
    if top is None or bottom is None:
        return stays
    return top - bottom


def _straight(f, x, lo, hi):
    """An integral in which every undefined function has the same argument αx + β, over that argument."""
    slopes = {a for j in f.atoms(Jet) for a in j.at if a.has(x)}
    if len(slopes) == 1:
        (u,) = slopes
        slope = sympy.expand(u.diff(x))
        if u != x and not slope.has(x) and (positive(slope) or positive(-slope)):
            shift = sympy.expand(u - slope * x)
            new = f.subs(x, (x - shift) / slope) / slope
            new = new.replace(lambda a: isinstance(a, Jet), lambda a: Jet(a.args[0], a.orders, [sympy.cancel(b) if b.has(x) else b for b in a.at]))
            return sympy.Integral(new, (x, slope * lo + shift, slope * hi + shift))
    return sympy.Integral(f, (x, lo, hi))


def _regular(f, x, lo, hi):
    """Whether every quotient, log and root in an integrand is settled to stay off zero inside the range."""
    r = Dummy("r", positive=True)  # x = lo + (hi − lo) r/(1 + r) runs over the inside of a finite range
    finite = not (lo.is_infinite or hi.is_infinite) and (positive(hi - lo) or (hi - lo).is_positive)
    for a in f.atoms(sympy.Pow, sympy.log, sympy.tan, sympy.Abs):
        if not a.has(x):
            continue
        if isinstance(a, (sympy.tan, sympy.Abs)):
            return False
        base = a.args[0]
        if isinstance(a, sympy.Pow) and (a.exp.is_nonnegative or base is S.Exp1):
            continue
        if positive(base) or positive(-base):
            continue
        if not finite or not base.is_rational_function(x):
            return False
        inside = sympy.factor(sympy.together(base.subs(x, lo + (hi - lo) * r / (1 + r))))
        top, bottom = sympy.expand(sympy.numer(inside)), sympy.expand(sympy.denom(inside))
        if not (positive(bottom) and (positive(top) or positive(-top))):
            return False
    return True


def _simpler(f, x):
    """The roots in a real integrand brought under one root, in which what cancels is cancelled."""
    plain_part, under = S.One, S.One
    for a in Mul.make_args(f):
        base, n = a.as_base_exp()
        if n.is_Rational and n.q == 2 and a.has(x):
            under *= base**n.p
        else:
            plain_part *= a
    if under == 1:
        return f
    cancelled = sympy.cancel(sympy.together(under))
    if cancelled.has(sympy.sin, sympy.cos):
        waves = sympy.cancel(sympy.together(sympy.expand(under.rewrite(sympy.exp))))
        waves = sympy.cancel(sympy.powsimp(sympy.expand(sympy.numer(waves))) / sympy.powsimp(sympy.expand(sympy.denom(waves))))
        if not waves.has(x):
            cancelled = waves
    return plain_part * sympy.sqrt(cancelled)


@lru_cache(maxsize=512)  # a line and its mutants share their integrals
def _antiderivative(f, x):
    real = Dummy("x", positive=True) if x.is_positive else Dummy("x", real=True)
    try:
        F = manualintegrate(f.xreplace({x: real}), real)
    except (NotImplementedError, ValueError, TypeError, RecursionError, AttributeError):
        return None
    if F.has(sympy.Integral, sympy.Piecewise) or type(F).__name__ == "DontKnowRule":
        return None
    if f.has(sympy.sin, sympy.cos) and F.has(sympy.tan, sympy.atan):
        return None  # such an antiderivative may jump
    if simplify_zero(F.diff(real) - f.xreplace({x: real})) != 0:
        return None
    return F.xreplace({real: x})


def _end(F, x, at, side):
    if at.is_infinite:
        try:
            out = sympy.limit(F, x, at)
        except (NotImplementedError, ValueError, TypeError):
            return None
        return out if out.is_finite is not False and not out.has(sympy.Limit, sympy.AccumBounds, sympy.nan) else None
    out = F.subs(x, at)
    if out.has(sympy.nan, sympy.zoo, oo, -oo):
        try:
            out = sympy.limit(F, x, at, side)
        except (NotImplementedError, ValueError, TypeError):
            return None
        if out.has(sympy.nan, sympy.zoo, oo, -oo, sympy.Limit, sympy.AccumBounds):
            return None
    return out


def _sifted(f, x, lo, hi):
    """∫ δ(x − a) g(x) dx = g(a) for a strictly between the ends."""
    out = S.Zero
    for term in Add.make_args(sympy.expand(f)):
        delta = [d for d in term.atoms(sympy.DiracDelta) if d.has(x)]
        if not delta:
            out += integrate(term, x, lo, hi)
            continue
        if len(delta) > 1 or len(delta[0].args) > 1 or not term.coeff(delta[0]):
            raise NotDecided(f"∫ {term}: one simple Dirac delta at a time can be carried out")
        u = sympy.Poly(delta[0].args[0], x)
        if u.degree() != 1:
            raise NotDecided(f"∫ {term}: a Dirac delta of a linear argument is wanted")
        a = sympy.cancel(-u.coeff_monomial(1) / u.coeff_monomial(x))
        if not ((a - lo).is_positive or lo == -oo) or not ((hi - a).is_positive or hi == oo):
            raise NotDecided(f"∫ {term}: whether {a} lies between {lo} and {hi} is not settled")
        out += term.coeff(delta[0]).subs(x, a) / sympy.Abs(u.coeff_monomial(x))
    return out


# --- sums and products

def summation(f, i, lo, hi):
    """Σ f over i from lo to hi; in closed form where that is simple."""
    length = sympy.expand(hi - lo) if not (lo.is_infinite or hi.is_infinite) else None
    if length is not None and length.is_Integer and length < 60:
        return Add(*[f.subs(i, lo + k) for k in range(int(length) + 1)])
    f = _expanded(f)
    out = S.Zero
    for term in Add.make_args(f):
        c, part = term.as_independent(i, as_Add=False)
        if not part.has(i):
            if length is None:
                raise NotDecided(f"Σ {term} over an infinite range diverges")
            out += term * (length + 1)
            continue
        out += c * _closed_sum(part, i, lo, hi)
    return out


def _expanded(f):
    """Logs of powers and products split, so that sums of them are sums of simple terms."""
    f = f.replace(lambda a: isinstance(a, sympy.log), lambda a: sympy.expand_log(sympy.log(sympy.expand(a.args[0])), deep=True))
    return sympy.expand(f) if f.count_ops() < 400 else f


def _closed_sum(f, i, lo, hi):
    stays = sympy.Sum(f, (i, lo, hi))
    if f.has(Jet, AppliedUndef, Indexed, sympy.Sum, sympy.Product, sympy.Integral) or f.count_ops() > 40:
        return stays
    try:
        out = sympy.summation(f, (i, lo, hi))
    except (NotImplementedError, ValueError, TypeError, RecursionError):
        return stays
    if out.has(sympy.Sum, sympy.Piecewise, sympy.nan) or out.has(sympy.polylog, sympy.zeta, sympy.harmonic, sympy.lerchphi):
        return stays
    return out


def product(f, i, lo, hi):
    """∏ f over i from lo to hi; constants taken out."""
    length = sympy.expand(hi - lo)
    if length.is_Integer and length < 60:
        return Mul(*[f.subs(i, lo + k) for k in range(int(length) + 1)])
    if not f.has(i):
        return f ** (length + 1)
    out, rest = S.One, S.One
    for g in Mul.make_args(f):
        if g.has(i):
            rest *= g
        else:
            out *= g ** (length + 1)
    return out * sympy.Product(rest, (i, lo, hi))


# --- limits

def limit(f, x, at, side):
    """lim f as x → at; an undefined function near a point is replaced by its Taylor polynomial there."""
    if not f.has(x):
        return f
    if f.has(sympy.Integral, sympy.Sum):
        return _mean_limit(f, x, at, side)
    if any(j.has(x) for j in f.atoms(Jet)):
        return _jet_limit(f, x, at, side)
    squares = {s: Dummy(s.name, positive=True) for s in f.free_symbols
               if s != x and s.is_Symbol and s.is_nonzero and not s.is_positive and not s.is_negative
               and simplify_zero(f.subs(s, -s) - f) == 0}  # fmt: skip
    f = f.xreplace(squares)  # even in s ≠ 0: s > 0 is no restriction
    try:
        out = sympy.limit(f, x, at, side)
    except (NotImplementedError, ValueError, TypeError) as error:
        raise NotDecided(f"lim {f} as {x} → {at}: SymPy does not settle it ({error})") from None
    if out.has(sympy.Limit, sympy.AccumBounds, sympy.nan):
        raise NotDecided(f"lim {f} as {x} → {at} does not exist or is not settled")
    return out.xreplace({d: s for s, d in squares.items()})


def _mean_limit(f, x, at, side):
    """The limit of Gaussian means of smooth functions as the noise goes to zero: Taylor's polynomial, term by term."""
    if at.is_infinite or side != "+" or f.has(sympy.Sum):
        raise NotDecided(f"a limit of an integral or sum that is not carried out: {f}")
    root = Dummy("h", positive=True)  # noise of variance h has the size √h
    moved = f.subs(x, at + root**2)

    def mean(node):
        (z, *ends), *more = node.limits
        if more or ends != [-oo, oo]:
            raise NotDecided(f"a limit of an integral that is not over the whole line: {node}")
        inside = node.function.replace(lambda a: isinstance(a, Jet) and a.has(root), lambda a: _taylor(a, root, 4))
        out = gaussian.integral(inside, z)
        if out is None or out.has(sympy.Integral):
            raise NotDecided(f"a limit of an integral that is no Gaussian mean: {node}")
        return out + Dummy("R", real=True) * root**5

    return _without_remainders(moved.replace(lambda a: isinstance(a, sympy.Integral), mean), root, f)


def _without_remainders(f, h, shown):
    """lim f as h ↓ 0 where f holds remainders R h⁵ with bounded R, which must not matter."""
    f = f.replace(lambda a: isinstance(a, Jet) and a.has(h), lambda a: _taylor(a, h, 4) + Dummy("R", real=True) * h**5)
    f = sympy.expand(f)
    out = Add(*[sympy.limit(t, h, 0, "+") for t in Add.make_args(f)]) if f.is_rational_function(h) else sympy.limit(f, h, 0, "+")
    if out.has(sympy.Limit, sympy.AccumBounds, sympy.nan) or any(s.name == "R" and s.is_Dummy for s in out.free_symbols if isinstance(s, Dummy)):
        raise NotDecided(f"lim {shown} needs more derivatives than are tried")
    return out


def _jet_limit(f, x, at, side):
    if at.is_infinite:
        raise NotDecided(f"lim {f} as {x} → {at}: the behaviour of an undefined function at infinity is not known")
    if side != "+":
        raise NotDecided(f"lim {f} as {x} → {at} from the left: take it from the right")
    h = Dummy("h", positive=True)
    return _without_remainders(f.subs(x, at + h), h, f)


def _taylor(j, h, order):
    """A Jet around h = 0 as a polynomial in h."""
    out, term = S.Zero, j
    for k in range(order + 1):
        out += term.subs(h, 0) * h**k / sympy.factorial(k)
        term = term.diff(h)
    return out
