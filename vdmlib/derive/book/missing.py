"""What a line lacks: found by trying, once it is refused and somebody reads why.

The line is tried again with declarations and facts that it could have meant; the fewest that let it through are named.
Nothing is proved by this: the line stays refused until its author says so.
"""

from dataclasses import dataclass, replace
from fractions import Fraction

import sympy
from sympy.core.function import AppliedUndef, UndefinedFunction
from sympy.tensor.indexed import Indexed

from ..budget import budget
from ..errors import FAULTS, DerivationError
from ..nodes.expressions import Factors, OrderedUndef, Sym, Terms, _TypedFunction, plain
from ..nodes.functionals import ELBO, KL, Expectation, law_factors
from ..nodes.hypotheses import Fact
from ..nodes.laws import At, Block, Density, Law, Variable
from ..nodes.laws import Given as LawGiven
from ..nodes.schedules import ScheduleValue
from ..nodes.times import Times
from ..nodes.walk import walk
from ..probe.agreement import values_at
from ..prove.copies.rewriting import of_copies, of_one
from ..prove.dispatch import FINITE, METHODS, settle
from ..prove.method import Claim
from ..show.conditions import fact_text
from ..show.readable import readable
from ..show.text import text

__all__ = ["as_discrete", "looked_at", "with_put"]

SECONDS = 4  # for all that is tried after a line is refused


@dataclass(frozen=True)
class Lack:
    """One declaration or fact that a line could have meant.

    says: what it would say of the things, "a ≥ 0"; type: what is typed for it. put: {thing: another thing}.
    fact: another fact, or (fact, another) to put in its place. times: {length: least value}.
    """

    says: str
    type: str
    put: tuple = ()
    fact: object = None
    instead_of: object = None
    times: tuple = ()


def looked_at(line, failure):
    """The failure of a line with what was tried, what is left to show, and what would let it through."""
    found = {}
    try:
        with budget("what would help", SECONDS):
            hint = misread(line)
            if hint:
                return replace(failure, hint=hint)
            if failure.kind == "unevaluated" or failure.kind not in ("false", "unproved", "use"):
                return failure
            if failure.kind == "unproved":
                found["tried"] = methods(line)
            if failure.kind != "use":
                found["hint"] = slip(line)
                found["between"] = found["hint"] or between(line)
                if found["hint"]:
                    del found["between"]
                    return replace(failure, **found)
            lacks = missing(line)
            if lacks:
                many = " and ".join(lack.says for lack in lacks)
                found["missing"] = readable(f"it is proved if {many}: {', '.join(lack.type for lack in lacks)}")
            else:
                found["hint"] = unused(line)
    except (DerivationError, *FAULTS):
        pass
    return replace(failure, **{name: said for name, said in found.items() if said})


# --- the line again, with something more


def again(line, lacks):
    """Whether a line is proved, and seen to hold, with what is said of it in addition."""
    put = {thing: other for lack in lacks for thing, other in lack.put}
    instead = {id(lack.instead_of): lack.fact for lack in lacks if lack.instead_of is not None}
    facts = [instead.get(id(f), f) for f in line.given] + [lack.fact for lack in lacks if lack.fact is not None and lack.instead_of is None]
    least = {**(line.times.least if line.times else {}), **dict(t for lack in lacks for t in lack.times)}
    try:
        type(line)(
            line.label, with_put(line.before, put), line.relation, with_put(line.expression, put), gap=None if line.gap is None else with_put(line.gap, put),
            facts=[replace(f, left=with_put(f.left, put), right=with_put(f.right, put), forall=tuple(with_put(s, put) for s in f.forall)) for f in facts],
            times=Times(least) if least else line.times,
        )  # fmt: skip
    except (DerivationError, *FAULTS):
        return False
    return True


def with_put(e, put):
    """An expression in which symbols, functions and laws have other properties."""
    if not put:
        return e
    e = sympy.sympify(e)
    if not e.args:
        return put.get(e, e)
    if e in put:
        return put[e]
    args = [with_put(a, put) for a in e.args]
    if isinstance(e, AppliedUndef) and e.func in put:
        return put[e.func](*args)
    return e if all(a is b for a, b in zip(args, e.args)) else e.func(*args)


def missing(line):
    """The fewest of the things that a line could have meant with which it is proved; none where all of them do not help."""
    for candidates in groups(line):
        candidates = list(candidates)
        if not candidates or not again(line, candidates):
            continue
        kept = list(candidates)
        for lack in candidates:
            fewer = [k for k in kept if k is not lack]
            if fewer and again(line, fewer):
                kept = fewer
        return [weakest(line, lack, [k for k in kept if k is not lack]) for lack in kept]
    return []


def weakest(line, lack, others):
    """A weaker property than positive=True, where it is enough as well."""
    if not lack.type.endswith("positive=True)") or len(lack.put) != 1:
        return lack
    ((thing, _),) = lack.put
    for name, sign in (("nonzero", "≠ 0"), ("nonnegative", "≥ 0")):
        weaker = declared(thing, name, sign)
        if weaker is not None and again(line, [weaker, *others]):
            return replace(weaker, type=f"{weaker.type}, or positive=True") if name == "nonnegative" else weaker
    return lack


def groups(line):
    """Sets of things that a line could have meant, those first that are forgotten most often."""
    written = [line.before, line.expression, *([line.gap] if line.gap is not None else []), *[side for f in line.given for side in f]]
    yield forall(line)
    yield structure(line, written)
    for property_, sign in (("positive", "> 0"), ("integer", "is a whole number"), ("negative", "< 0")):
        yield [d for thing in things(written) if (d := declared(thing, property_, sign)) is not None]
    positive = [d for thing in things(written) if (d := declared(thing, "positive", "> 0")) is not None]
    below = [Lack(f"{text(s)} < 1", f"facts=[fact({text(s)} < 1)]", fact=Fact(sympy.S.One, s, ">")) for s in things(written)
             if isinstance(s, sympy.Symbol) and not s.is_integer and not isinstance(s, Variable)]  # fmt: skip
    yield positive + below
    if positive:
        yield list(structure(line, written)) + positive


def things(written):
    """The symbols and functions of a line, each once."""
    out = {}
    for e in written:
        for a in walk(sympy.sympify(e)):
            if isinstance(a, AppliedUndef) and isinstance(a.func, _TypedFunction):
                out[a.func] = None
            elif isinstance(a, sympy.Symbol) and not isinstance(a, Variable):
                out[a] = None
    return sorted(out, key=str)


def declared(thing, property_, sign):
    """A symbol or function with a property more; None where it says something of that kind already."""
    if isinstance(thing, UndefinedFunction):
        has = dict(thing._kwargs)
        if {"positive", "negative", "nonnegative", "integer"} & set(has) or property_ in ("integer", "negative"):
            return None
        other = _TypedFunction(thing.__name__, bases=(OrderedUndef,), **{property_: True})
        return Lack(f"{thing.__name__} {sign}", f'{thing.__name__} = undefined("{thing.__name__}", {property_}=True)', ((thing, other),))
    name, about = thing.name, thing.assumptions0
    if property_ in about or property_ == "integer" and about.get("positive") is not None:
        return None
    if any(k in about for k in ("positive", "negative")) and property_ != "integer":
        return None
    if property_ == "integer":
        other = sympy.Symbol(name, integer=True)
        return Lack(f"{name} {sign}", f'{name} = symbol("{name}", integer=True)', ((thing, other),))
    kind = {"integer": True} if about.get("integer") else {"real": True}
    more = "integer=True, " if about.get("integer") else ""
    other = (Sym if isinstance(thing, Sym) else sympy.Symbol)(name, **kind, **{property_: True})
    return Lack(f"{name} {sign}", f'{name} = symbol("{name}", {more}{property_}=True)', ((thing, other),))


def structure(line, written):
    """Markov laws, masses, and least values of lengths, where nothing is said of them."""
    out, laws, lengths = [], {}, {}
    for e in written:
        for a in walk(sympy.sympify(e)):
            if isinstance(a, Density):
                laws[a.law] = None
            if isinstance(a, Block):
                lengths.update(dict.fromkeys(s for end in a.args[1:] for s in end.free_symbols))
            if isinstance(a, (sympy.Sum, sympy.Product)):
                lengths.update(dict.fromkeys(s for limit in a.limits for end in limit[1:] for s in end.free_symbols))
    bound = {plain(limit[0]) for e in written for a in walk(sympy.sympify(e)) if isinstance(a, (sympy.Sum, sympy.Product)) for limit in a.limits}
    known = line.times.least if line.times is not None else {}
    for s in lengths:
        if s.is_integer and plain(s) not in known and plain(s) not in bound:
            least = next((n for n in (1, 2, 3) if _written_from(line, s, n)), 1)
            out.append(Lack(f"{s} ≥ {least}", f"times={{{s}: {least}}}", times=((plain(s), least),)))
    for law in laws:
        several = len(law.order) > 2 or any(isinstance(v, Block) for v in law.order)
        if several and not (law.markov or law.iid):
            out.append(_law(law, f"{law.name} is a Markov chain", markov=True))
    return out + [as_discrete(law) for law in laws if not law.discrete and line.gap is not None]


def as_discrete(law):
    return _law(law, f"{law.name} is a mass, of a discrete variable", discrete=True)


def _law(law, says, **more):
    bar = f" | {', '.join(map(text, law.given))}" if law.given else ""
    (name,) = more
    other = Law(law.name, *law.scope, **{"markov": law.markov, "discrete": law.discrete, "iid": law.iid, **more}) if not law.given else law.func_from(
        *law.args[:3], sympy.sympify(more.get("markov", law.markov)), sympy.sympify(more.get("discrete", law.discrete)), law.args[5])  # fmt: skip
    kept = ", iid=True" if law.iid else ""
    return Lack(says, f'Law("{law.name}", {", ".join(map(text, law.scope))}{bar}{kept}, {name}=True)', ((law, other),))


def _written_from(line, s, n):
    """Whether a line can be written, and holds, where a length is n."""
    return again_at(line, s, n)


def again_at(line, s, n):
    return again(line, [Lack("", "", times=((plain(s), n),))])


def forall(line):
    """Facts about one point that were meant for every point."""
    for f in line.given:
        if f.relation != "=" or f.forall or isinstance(f.left, (Density, sympy.Symbol)):
            continue
        left = f.left.expr if isinstance(f.left, sympy.Derivative) else f.left
        if isinstance(left, ScheduleValue):
            args = (left.index,)
        else:
            args = left.args if isinstance(left, AppliedUndef) else left.indices if isinstance(left, Indexed) and not isinstance(left, At) else ()
        free = tuple(a for a in args if isinstance(a, sympy.Symbol))
        if free:
            names = ", ".join(map(text, free))
            bracket = names if len(free) == 1 else f"({names})"
            yield Lack(f"{text(f.left)} = {text(f.right)} for every {names}", f"fact({text(f.left)}, {text(f.right)}, forall={bracket})",
                       fact=replace(f, forall=free), instead_of=f)  # fmt: skip


# --- what was tried, and what is left of it


def methods(line):
    """((method, where it stopped), …): of the first method that is about such lines, and of the finite model."""
    out = []
    claim = Claim(*map(line.premises.with_signs, line.sides()), line.given, line.times)
    if of_copies(claim):
        try:
            claim = of_one(claim)[0]
        except DerivationError as why:
            return (("independent copies", readable(why.args[0] if why.args else str(why))),)
    for m in METHODS:
        if out and m is not FINITE or not m.applies(claim):
            continue
        try:
            left = m.difference(claim).left_over
            if left == 0:
                continue
            stopped = f"left over {readable(text(left) if isinstance(left, sympy.Basic) else str(left))}"
        except DerivationError as why:
            stopped = readable(why.args[0] if why.args else str(why))
        except FAULTS:
            stopped = "a fault of SymPy"
        out.append((m.name, stopped))
    return tuple(out)


def between(line):
    """The one pair of terms that is left once the others of the two sides are matched; empty where it is not one pair."""
    left, right = (terms(side) for side in (line.before, line.expression))
    if line.gap is not None:
        right = right + [(sign if line.relation == ">=" else -sign, e) for sign, e in terms(line.gap)]
    if len(left) + len(right) < 3 or len(left) * len(right) > 40:
        return ""
    for same in (lambda a, b: a == b, lambda a, b: _equal(line, a, b)):
        for one in list(left):
            other = next((b for b in right if b[0] == one[0] and same(one[1], b[1])), None)
            if other is not None:
                left.remove(one)
                right.remove(other)
    if len(left) == len(right) == 1:
        return readable(f"{_signed(left[0])} = {_signed(right[0])}; the other terms of the two sides agree")
    if len(left) + len(right) == 1:
        return readable(f"{_signed((left + right)[0])} = 0, on the {'left' if left else 'right'}; the other terms agree")
    return ""


def slip(line):
    """What the difference of the two sides is, where it is a divergence or the sides are in a simple ratio; empty else."""
    left, right = line.before, line.expression
    for gap in divergences(line):
        for sign, one, other in ((">=", left, right), ("<=", right, left)):
            if _equal(line, one, Terms(other, gap)):
                how = "Inequality(…, " if line.gap is None and sign == ">=" else ""
                close = ")" if how else ""
                return readable(f"{'left' if sign == '>=' else 'right'} = {'right' if sign == '>=' else 'left'} + {text(gap)}: {how}gap={text(gap)}{close}")
    seen = line.proof.probe if line.proof is not None else None
    if line.gap is None and seen is not None and seen.at is not None:
        (a, b), _ = values_at(seen.at, (left, right))
        if a and b and abs(a.imag) + abs(b.imag) == 0:
            near = Fraction(float(a / b)).limit_denominator(12)
            if near not in (0, 1) and abs(float(a / b) - near) < 1e-9 and _equal(line, left, Factors(sympy.Rational(near.numerator, near.denominator), right)):
                if near == -1:
                    return "left = -right: a sign is lost"
                return f"left = {near}·right: a factor of {near} is lost on the right"
    return ""


def divergences(line):
    """The divergences of two laws of the same variables, of those that the line is about."""
    densities = [a for e in (line.before, line.expression) for a in walk(sympy.sympify(e)) if isinstance(a, Density)]
    drawn = dict.fromkeys(f for e in (line.before, line.expression) for a in walk(sympy.sympify(e))
                          if isinstance(a, (Expectation, KL, ELBO)) for f in (law_factors(a.law) if isinstance(a, Expectation) else a.args))  # fmt: skip
    laws, out = dict.fromkeys(d.law for d in densities), []
    for q in drawn:
        if not isinstance(q, Density):
            continue
        for law in laws:
            for given in dict.fromkeys((q.right, ())):
                try:
                    p = law(*q.left) if not given else law(LawGiven(q.left, given))
                    out += [KL(q, p), KL(p, q)] if p != q else []
                except DerivationError:
                    continue
    return out[:12]


def terms(e, sign=1):
    """[(sign, term), …] of a sum as it is written."""
    e = sympy.sympify(e)
    if isinstance(e, sympy.Add) or type(e).__name__ == "Terms":
        return [t for a in e.args for t in terms(a, sign)]
    if (isinstance(e, sympy.Mul) or type(e).__name__ == "Factors") and e.args[0] == -1:
        rest = e.func(*e.args[1:]) if len(e.args) > 2 else e.args[1]
        return terms(rest, -sign)
    return [(sign, e)]


def _signed(term):
    return f"-({text(term[1])})" if term[0] < 0 else text(term[1])


def _equal(line, a, b):
    try:
        return settle(Claim(line.premises.with_signs(a), line.premises.with_signs(b), line.given, line.times)).proved
    except (DerivationError, *FAULTS):
        return False


# --- what is there, and does nothing


def misread(line):
    """What an integral or a sum of SymPy's over a random variable should be written as."""
    for e in (line.before, line.expression):
        for a in walk(sympy.sympify(e)):
            if isinstance(a, (sympy.Integral, sympy.Sum)):
                for limit in a.limits:
                    v = limit[0]
                    if getattr(v, "is_random_variable", False) and any(isinstance(d, Density) and v in (*d.left, *d.right) for d in walk(a.function)):
                        name, other = ("Integral", "Integrate") if isinstance(a, sympy.Integral) else ("Sum", "Sigma")
                        return readable(f"{name} runs over a number, and {text(v)} is a random variable: write {other}[{text(v)}]({text(a.function)})")
    return ""


def unused(line):
    """The facts that a line was given and does not use."""
    shown = [f for f in line.given if f not in line.facts and not f.declared]
    if not shown:
        return ""
    return readable(f"not used: {'; '.join(map(fact_text, shown))}. Nothing in the line is what {'it speaks' if len(shown) == 1 else 'they speak'} of")
