"""An instance made to meet its hypotheses: equations solved for something that was drawn, the rest checked."""

import sympy
from sympy import Symbol
from sympy.core.function import AppliedUndef
from sympy.tensor.indexed import Indexed

from ...nodes.expressions import Sized, plain
from ...nodes.functionals import Expectation, Functional, Over
from ...nodes.hypotheses import Fact
from ...nodes.laws import At
from ...nodes.walk import atoms, drawn_by
from ...show.decimals import decimal
from ..hypotheses import least_whole, words
from ..result import Infinite, NoSuchVariable, Outside, Undefined, Unmet
from .checks import check, holds
from .compile import is_real
from .definite import matrices_moved

__all__ = ["settle"]

STEPS = 14  # of Newton's iteration
REPAIRS = 4  # rounds in which symbols are moved to the right side of what is not met


def settle(w):
    """Makes an instance meet every fact, declared property and condition; Unmet, with the first that it cannot meet."""
    for law in w.laws.facts:
        w.laws.table(law)
    w.agreements += [(None, fact, {}) for fact in w.functions.mirrors_of_what_is_given()]
    local = w.functions.local()
    for item in [a for a in w.agreements if a[0] is None and a[1].forall and set(map(plain, a[1].forall)) <= set(local)]:
        w.agreements.remove(item)  # where all is known of one time alone: there, and in the slope there
        fact = item[1]
        w.equations.append(Fact(fact.left, fact.right))
        w.equations += [Fact(sympy.Derivative(fact.left, t), sympy.Derivative(fact.right, t) if fact.right.has(t) else sympy.S.Zero)
                        for t in fact.forall if sympy.sympify(fact.left).has(t)]  # fmt: skip
    found = [(fact, unknown(w, fact)) for fact in w.equations]
    w.agreements += [(None, fact, {}) for fact, u in found if u is None]
    w.equations = [fact for fact, u in found if u is not None]
    unknowns = [u for _, u in found if u is not None]
    solve(w, unknowns)
    for _ in range(REPAIRS):
        broken = next((c for c in w.setting.hypotheses.conditions if not met(w, c)), None)
        if broken is None or not repaired(w, broken, unknowns):
            break
    impose_again(w)
    w.schedules.check()
    check(w)


def impose_again(w):
    """Laws that facts give from numbers which were moved since are made what the facts say of the numbers as they are."""
    if not w.laws.facts:
        return
    for _ in w.laws.facts:  # one may be given by another
        for law in w.laws.facts:
            w.laws.impose(law)
        w.forget()
    for f in w.equations:
        left, right = w.run(f.left, {}), w.run(f.right, {})
        if abs(left - right) > w.ctx.mpf(10) ** -25 * (1 + abs(left)):
            raise Unmet(words(f))


# --- equations

class Unknown:
    """Something drawn that an equation is solved for: how to set it, and where to start."""

    def __init__(self, start, put):
        self.start, self.put = start, put


def unknown(w, fact):
    """What a fact is solved for: a value or slope of a function, an entry, a symbol, the scale of entries; or nothing."""
    for side, other in ((fact.left, fact.right), (fact.right, fact.left)):
        found = at_a_point(w, side, other)
        if found is not None:
            return found
    for e in (fact.right, fact.left):
        if isinstance(e, Symbol):
            found = symbol_unknown(w, e)
            if found is not None:
                return found
    parts = [a for e in (fact.right, fact.left) for a in sympy.preorder_traversal(sympy.sympify(e))]
    for a in parts:
        if isinstance(a, sympy.Sum) and isinstance(a.function, Indexed) and not isinstance(a.function, At):
            return scale_unknown(w, a.function)
    bound = {plain(v) for a in parts if isinstance(a, BINDERS) for v in binds(a)}
    for s in sorted({a for a in parts if isinstance(a, Symbol) and plain(a) not in bound}, key=str):
        found = symbol_unknown(w, s)
        if found is not None:
            return found
    for a in parts:
        found = at_a_point(w, a, other=a)  # under a binder: no constant, which may be a factor of both sides
        if found is not None:
            return found
    return None


BINDERS = (sympy.Integral, sympy.Sum, sympy.Product, sympy.Limit, Expectation, Over, Functional)


def binds(e):
    if isinstance(e, (Expectation, Over, Functional)):
        return [v for v in drawn_by(e) if isinstance(v, Symbol)]
    return e.args[1:2] if isinstance(e, sympy.Limit) else [limit[0] for limit in e.limits]


def at_a_point(w, e, other=sympy.S.Zero):
    """The unknown by which a function, its derivative or an entry gets another value at one point.

    other: the other side of the equation, where the same function may stand.
    """
    order = 0
    if isinstance(e, sympy.Derivative):
        order, e = sum(int(n) for _, n in e.variable_count), e.expr
    if isinstance(e, sympy.Subs) and isinstance(e.expr, sympy.Derivative):
        order, e = sum(int(n) for _, n in e.expr.variable_count), e.expr.expr
    if isinstance(e, AppliedUndef):
        name = e.func.__name__
        if name in w.functions.formulas or name in w.functions.slopes or e.func._kwargs.get("integer"):
            return None
        order = max(order, any(f.func.__name__ == name for f in atoms(sympy.sympify(other), AppliedUndef)))
        return Unknown(w.ctx.mpf(0), changing(w, w.functions.corrected(name, e, order)))
    if order:
        return None
    if isinstance(e, Indexed) and not isinstance(e, At):
        key = w.place(e, {})
        if key in w.solved or key[1] in w.scaled:
            return None
        w.solved.add(key)
        return Unknown(w.entry(e, key), lambda value: w.change(key, value))
    return None


def changing(w, put):
    def change(value):
        put(value)
        w.forget()

    return change


def symbol_unknown(w, s):
    """A symbol that no fact gives and no other equation is solved for."""
    if isinstance(s, Sized):
        return None
    key = plain(s)
    held = any(plain(a) == key for e in w.setting.hypotheses.facts for b in e.forall for a in (b,))
    if key in w.symbol_facts or key in w.solved or key.is_integer or held or not isinstance(key, Symbol):
        return None
    w.solved.add(key)
    return Unknown(w.symbol(s, key, {}), lambda value: w.change(key, value))


def scale_unknown(w, e):
    """The factor by which all entries of one name are multiplied."""
    label, value = str(e.base.label), [w.ctx.mpf(1)]
    w.scaled[label] = lambda: value[0]
    w.solved.add(label)

    def put(new):
        value[0] = new
        w.forget()

    return Unknown(value[0], put)


def solve(w, unknowns):
    """Newton's iteration for all equations at once; linear ones are met in one step."""
    facts, ctx = w.equations, w.ctx
    if not facts:
        return
    at = [u.start for u in unknowns]

    def residuals():
        out = []
        for f in facts:
            left, right = w.run(f.left, {}), w.run(f.right, {})
            out.append((left - right) / (1 + abs(left)))
        return out

    try:
        for _ in range(STEPS):
            now = residuals()
            done = max(map(abs, now)) < ctx.mpf(10) ** -48
            jacobian = ctx.matrix(len(facts), len(facts))
            for k, u in enumerate(unknowns):
                step = ctx.mpf(10) ** -25 * (1 + abs(at[k]))
                u.put(at[k] + step)
                for j, r in enumerate(residuals()):
                    jacobian[j, k] = (r - now[j]) / step
                u.put(at[k])
            try:
                move = ctx.lu_solve(jacobian, ctx.matrix(now))
            except (ZeroDivisionError, TypeError):  # mpmath's answer to a column of zeros
                if done:
                    return finished(w, unknowns, at)
                break
            if done:  # e^a = 0 is met in the limit only: Newton's steps do not come to rest
                if max(abs(m) / (1 + abs(a)) for m, a in zip(move, at)) < ctx.mpf(10) ** -15:
                    return finished(w, unknowns, at)
                break
            at = [a - m for a, m in zip(at, move)]
            for u, a in zip(unknowns, at):
                u.put(a)
    except (Undefined, Infinite, Outside, ZeroDivisionError):
        pass
    raise Unmet(", ".join(words(f) for f in facts))


def finished(w, unknowns, at):
    """What was solved for is shown with its value: as a fraction, where it is a simple one."""
    for key in w.solved:
        name = str(key) if isinstance(key, Symbol) else f"{key[1]}[{', '.join(map(str, key[2:]))}]" if isinstance(key, tuple) else None
        if name in w.exact:
            w.exact[name] = shown(w, w.values[key])


def shown(w, value):
    """A number as a simple fraction where it is one."""
    if is_real(value):
        q = sympy.nsimplify(w.ctx.nstr(value, 40), rational=True).limit_denominator(1000)
        if abs(w.number(q) - value) < w.ctx.mpf(10) ** -30:
            return q
    return decimal(value, 12, w.ctx)


# --- inequalities

def met(w, condition):
    """Whether a condition holds; one about what lies beyond the end of a chain does not, and may at another time."""
    try:
        return holds(w, condition)
    except NoSuchVariable:
        return False


def repaired(w, condition, unknowns):
    """Moves one drawn matrix or symbol of a condition so that it holds; whether that was possible."""
    so_far = [c for c in w.setting.hypotheses.conditions if c is condition or is_matrix(c) and met(w, c)]
    if is_matrix(condition) and matrices_moved(w, condition, lambda: all(met(w, c) for c in so_far)):
        return True
    parts = [a for e in (condition.left, condition.right) for a in sympy.preorder_traversal(sympy.sympify(e))]
    for s in sorted({a for a in parts if isinstance(a, Symbol)}, key=str):
        key = plain(s)
        if key in w.symbol_facts or key in w.solved or key not in w.values:
            continue
        before, name = w.values[key], str(s)
        exact = w.exact.get(name)
        for value in candidates(w, key, exact):
            w.exact[name] = value
            w.change(key, w.number(value))
            try:
                solve(w, unknowns)
                if met(w, condition):
                    return True
            except Unmet:
                pass
        w.exact[name] = exact
        w.change(key, before)
    return False


def is_matrix(condition):
    return condition.relation == "definite"


def candidates(w, key, value):
    """Other simple values for a symbol, within its declaration."""
    value = sympy.sympify(value)
    if not value.is_Rational:
        return []
    if key.is_integer:
        least = least_whole(key)
        return [value + d for d in (1, 2, -1, 3, -2, 4, -3) if value + d >= least]
    r = w.rng("repair", key)
    others = [value / 4, 1 / value if value else value, 4 * value, *[sympy.Rational(r.randint(1, 12), r.randint(2, 7)) for _ in range(6)]]
    if key.is_positive or key.is_nonnegative:
        return others
    if key.is_negative or key.is_nonpositive:
        return [-abs(v) for v in others]
    return [-value, *[sign * v for v in others for sign in (1, -1)]]
