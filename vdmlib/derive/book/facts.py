"""Facts as an author gives them: read into one form, held against one another, and chosen for a line."""

import sympy
from sympy.core.function import AppliedUndef
from sympy.tensor.indexed import Indexed

from ..errors import DerivationError
from ..nodes.expressions import plain
from ..nodes.hypotheses import Fact, fact
from ..nodes.laws import At, Density, Law
from ..nodes.normal import N
from ..nodes.schedules import ScheduleValue
from ..prove.dispatch import residual
from ..nodes.functionals import Expectation
from ..show.conditions import fact_text
from ..show.text import text

__all__ = ["read_facts", "agreeing", "used_by"]


def read_facts(facts):
    """A tuple of Facts from pairs (left, right), inequalities, `fact(…)` and statements that can be given as facts."""
    out = []
    if isinstance(facts, (dict, Fact)) or hasattr(facts, "as_fact") or not isinstance(facts, (list, tuple, set)):
        pairs = [f"({k}, {v})" for k, v in facts.items()] if isinstance(facts, dict) else ["(left, right)"]
        raise DerivationError(f"facts are a list: facts=[{', '.join(pairs)}]")
    if isinstance(facts, tuple) and len(facts) == 2 and not any(isinstance(f, (tuple, Fact)) or hasattr(f, "as_fact") for f in facts):
        if not isinstance(facts[0], sympy.core.relational.Relational):
            raise DerivationError(f"facts are a list of pairs: write facts=[({facts[0]}, {facts[1]})]")
    for f in facts:
        if isinstance(f, Fact):
            out.append(f)
        elif hasattr(f, "as_fact"):
            out.append(f.as_fact())
        elif isinstance(f, tuple) and len(f) == 2:
            out.append(fact(*f))
        elif isinstance(f, sympy.core.relational.Relational):
            out.append(fact(f))
        else:
            if isinstance(f, (bool, sympy.logic.boolalg.BooleanAtom)):
                raise DerivationError(f"== compares at once, and gives {bool(f)}. A fact is a pair: facts=[(left, right)]")
            if isinstance(f, str):
                raise DerivationError(f"the fact {f!r} is text. A fact is a pair of expressions: facts=[(left, right)]")
            raise DerivationError(f"a fact is a pair (left, right), fact(left, right, forall=t) or a Definition, not {f!r}")
    for f in out:
        if any(isinstance(side, Density) and side.law.iid for side in f):
            raise DerivationError(f"{fact_text(f)}: the law of copies is any law, and no fact gives its density. State what is known as an average, "
                                  f"such as E[{text(f.left)}](…)")  # fmt: skip
    return tuple(out)


def agreeing(facts, label):
    """The same facts, each once; an error where two of them give one thing different values."""
    seen, out = {}, []
    for f in facts:
        key = (plain(f.left) if not isinstance(f.left, Density) else f.left, f.relation)
        if f.relation == "=":
            for g in seen.values():
                if g.relation == "=" and _same_thing(f, g) and not _same_value(f, g):
                    raise DerivationError(f"{label}: two values for {text(f.left)}: {fact_text(g)}, and {fact_text(f)}")
        if key in seen and _same_value(seen[key], f):
            continue
        seen[key] = f
        out.append(f)
    _one_law(out, label)
    return tuple(out)


def _same_thing(f, g):
    """Whether two facts give the same symbol, function at a point, or density a value."""
    if isinstance(f.left, Density) or isinstance(g.left, Density):
        return isinstance(f.left, Density) and isinstance(g.left, Density) and (
            (f.left.law, set(f.left.left), set(f.left.right)) == (g.left.law, set(g.left.left), set(g.left.right)))  # fmt: skip
    a, b = plain(f.left), plain(g.left)
    if a == b:
        return True
    if type(a) is not type(b) or not isinstance(a, (AppliedUndef, Indexed)):
        return False
    for one, other, point in ((f, a, b), (g, b, a)):
        if one.universal and other.func == point.func and len(other.args) == len(point.args):
            free = {plain(s) for s in one.forall}
            if all(u in free or u == v for u, v in zip(other.args, point.args)):
                return True
    return False


def _same_value(f, g):
    """Whether the two right sides are the same, at the point that the narrower fact names."""
    if f.relation != g.relation:
        return False
    a, b = plain(f.left), plain(g.left)
    left, right = plain(f.right), plain(g.right)
    if a != b and not isinstance(a, Density):
        left = left.subs(dict(zip(a.args, b.args))) if f.universal else left
        right = right.subs(dict(zip(b.args, a.args))) if g.universal and not f.universal else right
    return left == right or sympy.expand(left - right) == 0


# --- one law, several facts

def _one_law(facts, label):
    """Facts about one law draw each variable once, or are proved to agree where they draw it twice."""
    given = [f for f in facts if f.relation == "=" and isinstance(f.left, Density)]
    for k, f in enumerate(given):
        for g in given[:k]:
            if f.left.law == g.left.law and set(f.left.left) & set(g.left.left) and not _agree(f, g, given):
                raise DerivationError(
                    f"{label}: {fact_text(g)} and {fact_text(f)} are facts about one law, and that they agree is not shown. "
                    "Leave out the one that follows from the others, or give the second law another letter"
                )


def _agree(f, g, given):
    """Whether one of two densities of a law follows from the other and a third: d(a|c) is the mean of d(a|b) over d(b|c)."""
    for one, two in ((f, g), (g, f)):
        middle = set(two.left.right) - set(one.left.right)
        for h in given:
            if h.left.law != f.left.law or set(h.left.left) != middle or not set(h.left.right) <= set(one.left.right) | set(two.left.right):
                continue
            if isinstance(h.right, N) and set(one.left.left) == set(two.left.left):
                if residual(Expectation(h.right, two.right), one.right)[0] == 0:
                    return True
        if set(one.left.left) < set(two.left.left) and not one.left.right and not two.left.right:
            try:
                if residual(one.left, one.right, [two])[0] == 0:
                    return True
            except DerivationError:
                continue
    return False


# --- the facts that a line uses

def used_by(facts, *expressions):
    """The facts that speak of something in the expressions, or in a fact that does."""
    found, waiting, names = [], list(facts), _things(*expressions)
    moved = True
    while moved:
        moved = False
        for f in list(waiting):
            if _about(f) & names:
                waiting.remove(f)
                found.append(f)
                names |= _things(f.left, f.right)
                moved = True
    return tuple(f for f in facts if f in found)


def _about(f):
    """What a fact is about: its symbol, function, law or schedule; of an equation or inequality everything in it."""
    left = f.left
    if f.relation != "=" or not isinstance(left, (Density, ScheduleValue, sympy.Symbol, At, AppliedUndef, Indexed)):
        if isinstance(left, sympy.Derivative) and isinstance(left.expr, AppliedUndef):
            return {left.expr.func.__name__}
        return _things(f.left, f.right)
    return {_name(left)}


def _things(*expressions):
    out = set()
    for e in expressions:
        stack = [sympy.sympify(e)]
        while stack:
            a = stack.pop()
            name = _name(a)
            if name is not None:
                out.add(name)
            if isinstance(a, ScheduleValue) and a.bar:
                out.add(("schedule", a.name))
            if not isinstance(a, Law):
                stack.extend(getattr(a, "args", ()))
    return out


def _name(a):
    if isinstance(a, Density):
        return a.law
    if isinstance(a, ScheduleValue):
        return "schedule", a.name
    if isinstance(a, AppliedUndef):
        return a.func.__name__
    if isinstance(a, At):
        return plain(a)
    if isinstance(a, Indexed):
        return plain(a.base)
    if isinstance(a, sympy.Symbol):
        return plain(a)
    return None
