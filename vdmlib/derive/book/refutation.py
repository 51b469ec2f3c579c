"""A false claim, shown false at one instance, and tied to what is true by the slip between the two."""

from dataclasses import dataclass

import mpmath
import sympy
from mpmath import mp

from ..errors import DerivationError, NotDecided
from ..nodes.expressions import plain
from ..nodes.hypotheses import Fact
from ..nodes.subject import about_laws
from ..probe.tables import World, free_variables
from ..prove.domain import presupposed
from ..prove.nonnegative import nonnegative
from ..show.conditions import condition_text, fact_text
from ..show.latex import relation_tex, tex
from ..show.text import text
from .derivation import Derivation
from .facts import read_facts
from .line import Line
from .mutate import mutants
from .statements import Statement
from .verdict import prove

__all__ = ["Refutation"]

RELATIONS = ("=", "!=", ">=", "<=")


@dataclass(frozen=True)
class Claim:
    """left relation right."""

    left: object
    relation: str
    right: object

    def repaired(self, slip):
        """The claim with each wrong part replaced by the right one; an error where it does not hold such a part."""
        left, relation, right = self.left, self.relation, self.right
        for wrong, instead in slip:
            if isinstance(wrong, str):
                found, relation = relation == wrong, instead if relation == wrong else relation
            else:
                wrong, instead = sympy.sympify(wrong), sympy.sympify(instead)
                new = left.xreplace({wrong: instead}), right.xreplace({wrong: instead})
                found, (left, right) = new != (left, right), new
            if not found:
                raise DerivationError(f"the claim {self} does not hold the slip {wrong if isinstance(wrong, str) else text(wrong)}")
        return Claim(left, relation, right)

    def tex(self):
        return f"{tex(self.left)} {relation_tex(self.relation)} {tex(self.right)}"

    def __str__(self):
        return f"{text(self.left)} {self.relation} {text(self.right)}"


class Refutation(Statement):
    """A false claim, with a counterexample that is computed here: the source's if it answers a row or is quoted.

    Parameters
    ----------
    claim: (left, relation, right) as the source has it; relation "=", "!=", ">=" or "<=".
    at: what makes it false: keyword arguments of a finite world (`values`, `tables`, `numbers`, `functions`) and
        `free`, the values of free random variables; or a dict {symbol: number} for claims without densities.
    instead: the statement that is true instead, or its label.
    slip: what is wrong with the claim: (wrong, right), two expressions or two relations, or a list of such pairs. With
        the right ones in place of the wrong ones the claim must be true: proved here (an inequality with the gap given),
        or the very line given as `instead`; and it must stand at the same instance. Or a hypothesis that the
        claim leaves out: a fact or statement that the line given as `instead` rests on.
    gap: of a repaired inequality, the difference that cannot be negative.

    The claim's mutants are its control: none of them may pass for this refutation, unless its repaired form is true too.
    """

    kind, status = "refutation", "refuted"

    def __init__(self, label, claim, at, instead, words="", facts=(), slip=(), gap=None, **more):
        super().__init__(label, words, **more)
        left, relation, right = claim
        if relation not in RELATIONS:
            raise DerivationError(f"{label}: a claim is left =, !=, >= or <= right, not {relation!r}")
        self.claim = Claim(sympy.sympify(left), relation, sympy.sympify(right))
        self.facts = read_facts(facts)
        self.cited += [f.label for f in self.facts if f.label]
        self.true = instead if isinstance(instead, Line) else instead[len(instead.lines)] if isinstance(instead, Derivation) else None
        self.instead = instead if isinstance(instead, str) else (self.true or instead).label
        self.at, self.gap = dict(at), None if gap is None else sympy.sympify(gap)
        self.dropped = _hypothesis(slip)
        self.slip = [] if self.dropped else list(slip) if slip and isinstance(slip[0], (tuple, list)) else [tuple(slip)] if slip else []
        self.values = self.refute(self.claim)

    # --- the counterexample, and its control

    def refute(self, claim):
        """The values of both sides at the instance; an error where the claim stands there, or nothing ties it to what is true."""
        a, b = self.evaluate(claim)
        if _holds(a, claim.relation, b):
            raise DerivationError(f"{self.label}: the claim holds at this point ({mpmath.nstr(a, 8)} {claim.relation} "
                                  f"{mpmath.nstr(b, 8)}), so it is no counterexample")  # fmt: skip
        self.repair(claim)
        return a, b

    def repair(self, claim):
        """The claim without its slip, which must be true: here, and at the instance."""
        if self.dropped:
            return self.without_hypothesis(claim)
        if not self.slip:
            raise DerivationError(f"{self.label}: say what is wrong with the claim: slip=(wrong part, right part), after which it is true")
        form = claim.repaired(self.slip)
        a, b = self.evaluate(form)
        if not _holds(a, form.relation, b):
            raise DerivationError(f"{self.label}: without its slip the claim reads {form}, which does not stand at the instance: {mpmath.nstr(a, 8)}, {mpmath.nstr(b, 8)}")
        if not self.is_the_line_instead(form) and not self.proved(form):
            raise DerivationError(f"{self.label}: without its slip the claim reads {form}, which is not proved. Name the slip, or give the gap of an inequality")
        return form

    def proved(self, form):
        if form.relation == "!=":
            return False  # that the sides differ somewhere is what the instance shows already
        right = form.right
        if form.relation in (">=", "<="):
            if self.gap is None or not nonnegative(self.gap):
                return False
            right = right + self.gap if form.relation == ">=" else right - self.gap
        try:
            return prove(form.left, right, self.facts).proved
        except NotDecided:
            return False

    def is_the_line_instead(self, form):
        return self.true is not None and (form.left, form.relation, form.right) == (self.true.first, self.true.overall, self.true.expression)

    def without_hypothesis(self, claim):
        """The claim is the true line itself, without one of the facts it rests on."""
        if self.true is None:
            raise DerivationError(f"{self.label}: give the true line itself as instead=, not its label, to say which of its facts is left out")
        if not self.is_the_line_instead(claim):
            raise DerivationError(f"{self.label}: the claim is not {self.true.label} without a hypothesis: that line reads {self.true.statement()}")
        if not any(f in self.true.facts for f in self.dropped):
            raise DerivationError(f"{self.label}: {self.true.label} does not rest on the hypothesis that the claim leaves out")
        return claim

    def control(self):
        """Altered claims: {"made", "equal", "killed"}. One is killed if it does not pass for this refutation, equal if
        it is as false as the claim and as true without the slip; a true one that is refuted is an error."""
        counts = {"made": 0, "equal": 0, "killed": 0}
        c = self.claim
        for m in mutants(c.right):
            other = Claim(c.left, c.relation, m.expression)
            try:
                self.refute(other)
            except (DerivationError, ZeroDivisionError, TypeError, ValueError):
                counts["made"] += 1
                counts["killed"] += 1
                continue
            if c.relation == "=" and prove(other.left, other.right, self.facts).proved:
                raise DerivationError(f"{self.label}: the instance refutes a true claim: {other}")
            counts["made"] += 1
            counts["equal"] += 1
        return counts

    # --- values at the instance

    def evaluate(self, claim):
        with mp.workdps(40):
            sides = claim.left, claim.right
            if about_laws(*sides):
                return self.in_a_world(sides)
            numbers = {plain(k): sympy.sympify(v) for k, v in self.at.items()}
            self.check_declared(numbers)
            self.check_defined(sides, numbers)
            return tuple(_value(e, numbers) for e in sides)

    def in_a_world(self, sides):
        at = dict(self.at)
        free = at.pop("free", {})
        self.check_declared({plain(k): sympy.sympify(v) for k, v in at.get("numbers", {}).items()})
        world = World(facts=self.facts, **_tables(at))
        env = {v: world.values[v].index(mpmath.mpmathify(a)) for v, a in free.items()}
        missing = set().union(*[free_variables(e, world) for e in sides]) - set(env)
        if missing:
            raise DerivationError(f"{self.label}: give {', '.join(sorted(map(str, missing)))} a value under 'free'")
        return tuple(world.value(e, env) for e in sides)

    def check_declared(self, numbers):
        """A counterexample keeps to what is declared of its symbols."""
        for s, v in numbers.items():
            for what in ("positive", "negative", "nonnegative", "nonpositive", "nonzero", "integer", "real"):
                if getattr(s, f"is_{what}", None) and not getattr(v, f"is_{what}"):
                    raise DerivationError(f"{self.label}: {s} is declared {what}, and {v} is not: this refutes no claim about {s}")
            if getattr(s, "is_unit", False) and not 0 < v < 1:
                raise DerivationError(f"{self.label}: {s} lies between 0 and 1, and {v} does not")

    def check_defined(self, sides, numbers):
        """Both sides exist at the instance, and the facts hold there."""
        for e in sides:
            for c in presupposed(e):
                if not c.over and _is_given(c.left, numbers) and not _holds(_value(c.left, numbers), c.relation, mpmath.mpf(0)):
                    raise DerivationError(f"{self.label}: the claim is not defined at this point: {condition_text(c)} does not hold")
        for f in self.facts:
            if not f.forall and not _holds(_value(f.left, numbers), f.relation, _value(f.right, numbers)):
                raise DerivationError(f"{self.label}: the fact {fact_text(f)} does not hold at this point")

    # --- what is shown and kept

    def statement(self):
        return self.claim.tex()

    def expressions(self):
        return self.claim.left, self.claim.right

    def fields(self):
        a, b = (mpmath.nstr(v, 6) for v in self.values)
        values = f"both sides are ${a}$" if a == b else f"left side ${a}$, right side ${b}$"
        return {"counterexample": values, "instead": self.instead, "slip": self.slip_words(), "mutants": self.control(),
                "article": self.article or (self.statement() if self.answers else "")}  # fmt: skip

    def slip_words(self):
        """What is wrong, in MyST: "$p(x)$ for $p(z)$"."""
        if self.dropped:
            return "a hypothesis is left out"
        show = lambda e: f"${relation_tex(e)}$" if isinstance(e, str) else f"${tex(sympy.sympify(e))}$"  # noqa: E731
        return ", ".join(f"{show(wrong)} stands for {show(right)}" for wrong, right in self.slip)


def _hypothesis(slip):
    """The facts that a slip names as left out; none where it is a pair or a list of pairs."""
    if isinstance(slip, Fact) or hasattr(slip, "as_fact"):
        return read_facts([slip])
    return ()


def _is_given(e, numbers):
    """Whether the instance gives an expression a value; an index such as t it may leave open."""
    return bool(plain(e).subs(numbers).is_number)


def _value(e, numbers):
    value = sympy.N(plain(e).subs(numbers).doit(), 40)
    if not value.is_number:
        raise DerivationError(f"{text(e)} has no value at this point: give {', '.join(sorted(map(str, value.free_symbols)))} one")
    return mpmath.mpmathify(value)


def _holds(a, relation, b):
    if relation == ">":
        return a > b
    tiny = mpmath.mpf(10) ** -25
    same = abs(a - b) <= tiny
    return {"=": same, "!=": not same, ">=": a >= b - tiny, "<=": a <= b + tiny}[relation]


def _tables(at):
    """Tables given as {outcome: probability} become functions of an assignment."""
    tables = {}
    for law, table in at.get("tables", {}).items():
        names = law.order

        if any(sympy.sympify(w) < 0 for w in table.values()):
            raise DerivationError(f"the table of {law.name} holds a negative probability")

        def weight(assignment, table=table, names=names):
            outcome = tuple(at["values"][v][assignment[v]] for v in names)
            return sympy.sympify(table[outcome if len(outcome) > 1 else outcome[0]])

        tables[law] = weight
    return {**at, "tables": tables}
