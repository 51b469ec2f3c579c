"""Whether the declared properties of its symbols settle the sign of an expression, and what it is of laws."""

import sympy
from sympy import Add, Mul
from sympy.core.function import AppliedUndef

from ..compute.positivity import factor_list, positive, sign_by_root
from ..compute.reduce_schedules import reduce_schedules
from ..compute.whole import nonnegative_at_whole_numbers
from ..nodes.expressions import plain
from ..nodes.functionals import Expectation, Functional, Over, phi
from ..nodes.laws import At, Block, Density, Variable
from ..nodes.normal import N
from ..nodes.schedules import Scheduled, is_bar
from ..nodes.walk import ordered_terms
from .nonnegative import nonnegative
from .nonnegative import positive as positive_form

__all__ = ["settled", "implies", "law_sign", "same", "speaks_of_laws", "reduced", "positive_head"]


def settled(e, relation):
    """Whether the properties of its symbols settle e > 0, e ≥ 0, or e ≠ 0."""
    if relation == ">":
        return bool(e.is_positive) or positive(e)
    if relation == ">=":
        return _nonnegative(e)
    if e.is_nonzero or positive(e) or positive(-e):
        return True
    try:
        k, fs = factor_list(sympy.numer(sympy.together(e)))
    except sympy.PolynomialError:
        return False
    return k != 0 and bool(fs) and all(f.is_nonzero or positive(f) or positive(-f) for f, _ in fs)


def _nonnegative(e):
    for form in (e, sympy.together(e), sympy.expand(e)):
        if form.is_nonnegative or form.is_zero or positive(form):
            return True
    terms = Add.make_args(sympy.expand(e))
    if len(terms) > 1 and all(t.is_nonnegative for t in terms):
        return True
    factored = sympy.factor(sympy.together(e))
    if factored.is_nonnegative:
        return True
    if factored.is_Mul and all(f.is_nonnegative or positive(f) or _one_sign(f) for f in _paired(factored)):
        return True
    return nonnegative_at_whole_numbers(factored) or e.has(sympy.Pow) and _nonnegative_by_roots(factored)


def _nonnegative_by_roots(e):
    """Whether a quotient of products is ≥ 0, each factor of open sign being A + B√w."""
    sign = 1
    for f in Mul.make_args(e):
        base, n = f.as_base_exp()
        if n.is_Integer and n % 2 == 0 or settled(f, ">"):
            continue
        base = base if n.is_Integer else f
        sign *= -1 if settled(-base, ">") else sign_by_root(sympy.expand(base), _nonnegative)
    return sign == 1


def _one_sign(f):
    terms = Add.make_args(sympy.expand(f))
    return all(t.is_nonnegative for t in terms)


def _paired(product):
    """Factors of a product, a leading minus joined to the first factor that can take it."""
    args = list(product.args)
    if args[0].is_negative and args[0].is_Number and len(args) > 1:
        k = next((k for k, a in enumerate(args[1:], 1) if a.is_Add), 1)
        args[k] = sympy.expand(-args[k])
        args[0] = -args[0]
    return args


def implies(given, wanted):
    return given == wanted or given == ">"


def law_sign(e, relation):
    """Whether the form of an expression of laws shows its sign, densities being positive where they are named."""
    return nonnegative(e) if relation == ">=" else positive_form(e)


def same(e, m):
    return plain(e) == plain(m.left)


def says(m, e, relation):
    """Whether a condition says it of e as it stands, or of −e where that comes to the same."""
    either = (e, -e) if relation == "!=" else (e,)
    return not speaks_of_laws(m.left) and any(same(x, m) for x in either) and implies(m.relation, relation)


def sign_found(value, conditions):
    """What conditions say of the sign of a function's value at this very point."""
    found = {m.relation for m in conditions if not m.over and m.right == 0 and not speaks_of_laws(m.left) and plain(m.left) == value}
    positive = ">" in found or value.is_nonnegative and "!=" in found
    return {"positive": True} if positive else {"nonzero": True, "real": True} if "!=" in found else {"nonnegative": True} if ">=" in found else {}


def with_values(e, conditions, stand_in):
    """e with symbols for slopes of real functions, and for values of functions whose sign is known."""
    if e.has(sympy.Integral, sympy.Sum, sympy.Limit, sympy.Subs):
        return e
    e = e.xreplace({d: stand_in(d, real=True) for d in e.atoms(sympy.Derivative) if d.expr.is_real})
    return e.xreplace({a: stand_in(a, **known) for a in e.atoms(AppliedUndef) if (known := sign_found(a, conditions))})


def speaks_of_laws(e):
    if isinstance(e, (Density, Functional, Expectation, Over, phi)):
        return True
    return any(speaks_of_laws(a) for a in getattr(e, "args", ()) if not isinstance(e, (N, At, Block, Variable)))


def reduced(e):
    """Every ᾱ through the earliest one, and ᾱ_t through ᾱ_{t−1} where α_t stands beside it."""
    values = e.atoms(Scheduled)
    before = [a.func(a.args[0] - 1) for a in values if is_bar(a) and a.args[0] != 0
              and any(not is_bar(b) and f"{b.func.__name__}.bar" == a.func.__name__ and b.args == a.args for b in values)]  # fmt: skip
    return reduce_schedules([e, *before])[0]


def positive_head(f):
    """f or −f, the one whose first term has no minus."""
    first = ordered_terms(f)[0]
    return -f if first.as_coeff_Mul()[0].is_negative else f
