"""What a fact must fulfil: the thing that it gives a value to has properties of its own.

A symbol declared positive keeps its sign whatever fact defines it; a density stays a density. What of this does
not follow from the fact's right side becomes a condition of the line.
"""

from dataclasses import replace

import sympy
from sympy import S
from sympy.core.function import AppliedUndef
from sympy.tensor.indexed import Indexed

from ..budget import budget
from ..compute.evaluator import carried_out
from ..compute.zero import simplify_zero
from ..errors import FAULTS, DerivationError
from ..nodes.arrays import Letter, shape, size
from ..nodes.bounds import range_of
from ..nodes.expressions import Factors, Power, Sized, Terms, plain
from ..nodes.functionals import Functional, Integrate
from ..nodes.hypotheses import Condition
from ..nodes.laws import At, Block, Density, Law, Variable
from ..nodes.normal import N
from ..nodes.schedules import ScheduleValue
from ..nodes.walk import atoms, has
from ..show.conditions import fact_text
from ..show.text import text
from .definite import definite, invertible
from .domain import KINKED, drawn_freely, holds, occurrences, presupposed
from .laws.given import spread
from .nonnegative import nonnegative, positive
from .signs import speaks_of_laws

__all__ = ["demanded", "with_kinks", "within"]

LOOKED_AT = 2  # seconds
_SIGNS = {"positive": (1, ">"), "negative": (-1, ">"), "nonnegative": (1, ">="), "nonpositive": (-1, ">="), "nonzero": (1, "!=")}


def demanded(f):
    """Conditions under which a fact can hold at all."""
    over = tuple((v, _first(f.left, v), None) for v in f.forall)
    out = []
    for side in (f.left, f.right):
        out += [Condition(c.left, c.relation, c.right, c.over or _over(c.left, over), f"the fact {fact_text(f)}") for c in presupposed(side)]
    if f.relation != "=":
        return out
    why = f"the fact {fact_text(f)}"
    if isinstance(f.left, Density):
        return out + _density(f, why)
    if isinstance(f.left, Sized) or isinstance(f.right, Sized):
        return out + _array(f, why)
    if isinstance(f.left, ScheduleValue):
        own = [Condition(f.right, ">", S.Zero, over, why), Condition(1 - f.right, ">", S.Zero, over, why)]
        _starts_at_one(f, over, why)
        if f.left.bar and not (f.left.index - 1).is_nonnegative:
            own[1] = Condition(1 - f.right, ">=", S.Zero, over, why)
        return out + own
    if f.right == 0 and not speaks_of_laws(f.left) and positive(f.left):
        raise DerivationError(f"{why} cannot hold: {text(f.left)} is positive")
    out += [Condition(k * f.right, relation, S.Zero, _over(f.right, over), why) for k, relation in _signs(f.left)] + _kind(f, over, why)
    r = range_of(f.left)
    if r is not None:  # what has a range has a value in it
        relation = ">=" if r.closed else ">"
        out += [Condition(e, relation, S.Zero, _over(e, over), why) for e in (f.right - r.lo, r.hi - f.right)]
    return out


def _first(left, t):
    """Where the times begin that a fact for every t speaks of, if it is about a schedule; None elsewhere."""
    if isinstance(left, ScheduleValue) and plain(left.index) == plain(t) and t.is_nonnegative is None:
        return S.Zero if left.bar else S.One
    return None


def _starts_at_one(f, over, why):
    """An error where a fact for every t from 0 on gives ᾱ_0 another value than 1."""
    for t, lo, _ in over if f.left.bar else ():
        if plain(f.left.index) == plain(t) and (lo == 0 or t.is_nonnegative and not t.is_positive):
            value = plain(f.right).subs(plain(t), 0)
            if simplify_zero(value - 1).is_nonzero:
                raise DerivationError(f"{why} gives {text(value)} at {t} = 0, and ᾱ_0 is 1. If it is meant from {t} = 1 on, declare {t} positive")


def with_kinks(f, *expressions):
    """Conditions under which the derivatives of what a fact gives as a size, a sign or by cases exist where they are taken."""
    if f.relation != "=" or not f.right.has(*KINKED) or not isinstance(f.left, AppliedUndef) or not set(f.left.args) <= set(f.forall):
        return
    name, arity = f.left.func.__name__, len(f.left.args)

    def given(a):
        return isinstance(a, AppliedUndef) and a.func.__name__ == name and len(a.args) == arity

    for e in expressions:
        if e.has(sympy.Derivative):
            put_in = e.replace(given, lambda a: f.right.xreplace(dict(zip(f.left.args, a.args))))
            yield from (c for c in presupposed(put_in) if c.why.startswith("a derivative where"))


def within(f, *expressions):
    """Conditions under which a fact for every value speaks of the arguments that occur: those that its variables can have.

    A fact for every t = 1, 2, … says nothing about f(t − 1) at t = 1.
    """
    if isinstance(f.left, Density) and has(f.right, N):
        for e in (a for side in expressions for a in atoms(side, Functional)):
            compared = [a for a in e.args if isinstance(a, Density)]
            if any(a.law == f.left.law for a in compared) and any(a.law.discrete for a in compared):
                raise DerivationError(f"{text(e)} compares the mass of a discrete law with a normal density: there is no such divergence")
    if not f.forall or not isinstance(f.left, (AppliedUndef, ScheduleValue)):
        return
    places = [f.left.index] if isinstance(f.left, ScheduleValue) else list(f.left.args)
    for e in expressions:
        for a, over in occurrences(e):
            if isinstance(f.left, ScheduleValue):
                if not isinstance(a, ScheduleValue) or (a.name, a.bar) != (f.left.name, f.left.bar):
                    continue
                args = [a.index]
            elif isinstance(a, AppliedUndef) and a.func.__name__ == f.left.func.__name__ and len(a.args) == len(places):
                args = a.args
            else:
                continue
            for place, arg in zip(places, args):
                if place in f.forall:
                    for k, relation in _signs(place):
                        yield Condition(k * arg, relation, S.Zero, tuple(o for o in over if holds(arg, o[0])), f"the fact {fact_text(f)}")


def _signs(left):
    """(factor, relation): factor × value has this relation to 0 by the declarations of what stands left."""
    known = _declared(left)
    strong = [s for s in ("positive", "negative") if known.get(s)]
    return [_SIGNS[s] for s in (strong or [s for s in ("nonnegative", "nonpositive", "nonzero") if known.get(s)])]


def _kind(f, over, why):
    known = _declared(f.left)
    right = f.right if speaks_of_laws(f.right) else plain(f.right)
    if known.get("integer") and not right.is_integer:
        if right.is_number:
            raise DerivationError(f"{why}: {text(f.left)} is a whole number, {text(f.right)} is not")
        return [Condition(f.right, "whole", S.Zero, over, why)]
    if not known.get("complex_only") and right.is_real is False:
        raise DerivationError(f"{why}: {text(f.left)} is real, {text(f.right)} is not")
    return []


def _declared(left):
    if isinstance(left, AppliedUndef):
        return {k: v for k, v in left.func._kwargs.items() if v}
    if isinstance(left, At):
        return {}
    if isinstance(left, Indexed):
        label = left.base.label
        return {k: v for k, v in getattr(label, "assumptions0", {}).items() if v and k != "integer"}
    if isinstance(left, sympy.Symbol):
        known = {k: v for k, v in left.assumptions0.items() if v}
        return {**known, "complex_only": not known.get("real") and known.get("complex")}
    if isinstance(left, Functional):
        return {"nonnegative": True} if left.nonnegative else {}
    root = isinstance(left, (Power, sympy.Pow)) and plain(left.args[1]).is_Rational and plain(left.args[1]).q % 2 == 0
    return {"nonnegative": True} if root or nonnegative(left) else {}


def _array(f, why):
    """What is given for a vector or matrix has its size, and the properties that are declared of it."""
    if shape(f.left) != shape(f.right) and f.right != 0:
        raise DerivationError(f"{why}: {text(f.left)} is {size(f.left)}, {text(f.right)} is {size(f.right)}")
    if not isinstance(f.left, Letter):
        return []
    if "orthogonal" in f.left.traits or f.left.traits == {"symmetric"}:
        raise DerivationError(f"{why}: that it is {', '.join(sorted(f.left.traits))} is not looked into. Declare {text(f.left)} without it")
    if "positive" in f.left.traits:
        return definite(f.right, why)
    return invertible(f.right, why) if "invertible" in f.left.traits else []


def _over(e, over):
    return tuple(o for o in over if holds(e, o[0]))


# --- a density given by a fact

def _density(f, why):
    """A law is non-negative, has total one, and speaks of its own variables alone."""
    own = set(f.left.left) | set(f.left.right)
    strange = [v for v in _free(f.right) if not any(v == b or isinstance(b, Block) and v.args[0] == b.args[0] for b in own)]
    if strange:
        raise DerivationError(
            f"{why} speaks of {', '.join(map(str, strange))}, which {text(f.left)} does not hold: add it to the law's "
            "variables, or draw it by an expectation or an integral"
        )
    if f.left.law.discrete and has(f.right, N):
        raise DerivationError(f"{why}: {text(f.left)} is the mass of a discrete law, and a normal density is none")
    for law in atoms(f.right, N):
        if law.args[0] in f.left.left:
            drawn_freely(law)
    if _is_product_of_laws(f):
        return []
    over = tuple((v, None, None) for v in (*f.left.left, *f.left.right))
    sign = [] if _positive_form(f.right) else [Condition(f.right, ">=", S.Zero, over, why)]
    return [*sign, *_total(f, why)]


def _total(f, why):
    """Nothing where the total is proved to be one; an error where it is another number; else a condition."""
    left_open = [Condition(f.right, "total", S.One, tuple((v, None, None) for v in f.left.left), why)]
    weights = _weights(f)
    if weights is not None and simplify_zero(weights - 1) == 0:
        return []
    if f.left.law.discrete:
        return left_open
    try:
        total = carried_out(Integrate[f.left.left](f.right))
    except DerivationError:
        return left_open
    if simplify_zero(total - 1) == 0:
        return []
    if total.is_number and _is_not_one(total):
        raise DerivationError(f"{why} gives no density: its total is {text(total)}, not 1")
    return left_open


def _is_not_one(total):
    """Whether a number is not one: by its value, where an integral stays in it; nothing is said of one that holds unknown functions."""
    if total.has(AppliedUndef):
        return False
    if not total.has(sympy.Integral):
        return True
    try:
        with budget("the total of a density", LOOKED_AT):
            return bool(abs(total.evalf() - 1) > sympy.Rational(1, 10**6))
    except (DerivationError, *FAULTS):
        return False  # SymPy finds no value: the probe looks at the total too


def _weights(f):
    """The sum of the weights of a mixture of laws of the variables on the left; None if it is no such sum."""
    whole = spread(f.right)
    if not isinstance(whole, (Terms, sympy.Add)):
        return None
    out = S.Zero
    for a in whole.args:
        parts = a.args if isinstance(a, (Factors, sympy.Mul)) else (a,)
        laws = [b for b in parts if has(b, (Density, N))]
        rest = [b for b in parts if b not in laws]
        if not laws or any(_free(b) for b in rest) or not _is_product_of_laws(replace(f, right=Factors.of(*laws))):
            return None
        out += sympy.Mul(*map(plain, rest))
    return out


def _positive_form(e):
    return nonnegative(e) if speaks_of_laws(e) else isinstance(e, (N, sympy.exp)) or bool(plain(e).is_nonnegative)


def _is_product_of_laws(f):
    """Whether the right side draws each variable on the left once, each given what is drawn before it."""
    if isinstance(f.right, sympy.Product):
        return _is_product_over_a_block(f)
    factors = f.right.args if isinstance(f.right, (Factors, sympy.Mul)) else (f.right,)
    drawn, todo = set(f.left.right), []
    for d in factors:
        if isinstance(d, Density):
            todo.append((set(d.left), set(d.right)))
        elif isinstance(d, N):
            todo.append(({d.args[0]}, _free(d.args[1]) | _free(d.args[2])))
        else:
            return False
    lefts = [v for left, _ in todo for v in left]
    if len(set(lefts)) != len(lefts) or set(lefts) != set(f.left.left):
        return False
    while todo:
        ready = [t for t in todo if t[1] <= drawn]
        if not ready:
            return False
        for t in ready:
            drawn |= t[0]
            todo.remove(t)
    return True


def _is_product_over_a_block(f):
    """p(x_1:d) = ∏ p(x_i), the variables of a block drawn one by one."""
    (i, lo, hi), *more = f.right.limits
    d, block = f.right.function, f.left.left[0]
    return (not more and isinstance(d, Density) and len(d.left) == 1 and not d.right and len(f.left.left) == 1 and isinstance(block, Block)
            and d.left[0] == At(block.args[0], i) and plain(block.args[1] - lo) == 0 and plain(block.args[2] - hi) == 0)  # fmt: skip


def _free(e):
    """The random variables of an expression that nothing in it draws."""
    if isinstance(e, Law):
        return set()
    if isinstance(e, (Variable, At, Block)):
        return {e}
    bound = set(e.bound) if hasattr(e, "bound") else set()
    if isinstance(e, Functional):
        bound = set(e.args[0].left) if isinstance(e.args[0], Density) else {e.args[0].args[0]}
    return set().union(set(), *[_free(a) for a in getattr(e, "args", ())]) - bound
