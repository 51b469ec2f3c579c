"""One line of a derivation: proved, probed and tried against its mutants, with all that it is true under."""

import re
from contextlib import suppress
from functools import partial

import sympy

from ..budget import budget
from ..calls import call, operand
from ..errors import FAULTS, DerivationError, EngineError, NotDecided
from ..nodes.arrays import shape, size
from ..nodes.expressions import Sized, exact, plain
from ..nodes.hypotheses import Condition, declared_ranges
from ..nodes.laws import Law
from ..nodes.schedules import ScheduleValue
from ..probe.agreement import forget, probe
from ..compute.zero import unread
from ..prove.declared import demanded, with_kinks, within
from ..prove.dispatch import residual, settle
from ..prove.domain import of_densities, presupposed
from ..prove.method import Claim
from ..prove.premises import Premises
from ..prove.pruning import prune
from ..prove.signs import speaks_of_laws
from ..show.ambiguity import ambiguous, said
from ..show.conditions import condition_text, fact_text
from ..show.latex import relation_tex, tex
from ..show.readable import readable
from ..show.text import text
from .binding import check_binding
from .equation_numbers import Reference
from .facts import agreeing, read_facts, used_by
from .missing import looked_at
from .mutate import Rejected, mutants
from .record import functionals_of
from .refusal import negative_gap, refusal, unevaluated, without_a_sign
from .verdict import prove
from .function import Printed, function_of

__all__ = ["Line", "reason", "expression", "is_convention"]

FEW, MORE = 2, 8  # with fewer rejected mutants of the right side than FEW, MORE mutants of the left side are tried
STRENGTH = ("exact on finite model", "proved")  # what a chain is worth is what its weakest line is worth


class Line:
    """One line: the line before it, the relation, the expression, and what the check found.

    A line of a chain is read as "the first expression = this one", so it is true under the facts and conditions of the
    lines above it as well: `facts` and `conditions` are those of the whole chain, `new_facts` and `new_conditions` those
    that this line adds.

    keep: is asked with a line that is refused whether it stays; `refused` is the error.
    """

    @call("Identity(\"label\", left, right)", "title", "label")
    def __init__(self, label, before, relation, expression, gap=None, because="", facts=(), when=(), answers=(), times=None, after=None,
                 keep=None, seconds=None):  # fmt: skip
        self.label, self.before, self.relation, self.expression = label, before, relation, expression
        self.gap, self.times, self.after, self.seconds = gap, times, after, seconds
        self.because, self.cited = reason(because)
        self.given = (*read_facts(facts), *declared_ranges(before, expression, *([gap] if gap is not None else [])))
        self.own_words = [when] if isinstance(when, str) else list(when)
        self.answers = [answers] if isinstance(answers, str) else list(answers)
        self.proof = None
        self.rejected = []
        self.refused = None
        try:
            self.check()
        except DerivationError as why:
            self.refused = why
            if keep is None or not keep(self):
                raise

    def sides(self, expression=None):
        """The equality that is proved: before = expression (+ gap)."""
        e = self.expression if expression is None else expression
        if self.gap is None:
            return self.before, e
        return self.before, e + self.gap if self.relation == ">=" else e - self.gap

    # --- the check

    def check(self):
        """Prove and probe the line, within its budget of time; what is found does not depend on the lines checked before."""
        forget()
        with budget(f"line {self.label}", self.seconds):
            try:
                self.proved()
            except DerivationError as why:
                why.of_line(self.label, str(self), partial(looked_at, self))
                raise
            except FAULTS as why:
                raise EngineError(f"line {self.label}: {self} cannot be checked, by a fault of the engine or of SymPy "
                                  f"({type(why).__name__}: {why}). Split the line into smaller steps") from why  # fmt: skip

    def proved(self):
        self.one_size()
        check_binding(self.before, self.expression)
        if self.gap is not None:
            check_binding(self.before, self.gap)
        above = self.after.facts if self.after else ()
        agreeing((*above, *self.given), self.label)
        self.given = agreeing(self.given, self.label)
        used = used_by(self.given, self.before, self.expression, *([self.gap] if self.gap is not None else []))
        self.one_meaning(used)
        self.new_facts = tuple(f for f in used if f not in above and not f.declared)
        self.facts = (*above, *self.new_facts)
        self.premises = Premises(used, self.times)
        self.premises.made = list(self.carried)
        self.presume(used)
        stated = list(self.premises.made)
        lhs, rhs = self.sides()
        self.proof = prove(lhs, rhs, self.given, self.times, self.premises)
        of_laws = [c for c in self.premises.made if c not in stated and speaks_of_laws(c.left)]
        prune(self.premises, keep=(*self.carried, *of_laws))  # what the proof asked for may say more
        self.premises.made += [c for c in self.least_times(used) if c not in self.premises.made]
        self.conditions = tuple(self.premises.made)
        if not self.proof.proved:
            self.refuse()
        if self.proof.probe.agrees is None:
            raise unevaluated(self)
        if self.gap is not None:
            sign = probe(self.gap, sympy.S.Zero, self.given, self.times, relation=">=", conditions=self.premises.conditions())
            if sign.agrees is False:
                raise negative_gap(self, sign)

    def one_size(self):
        """Both sides are numbers, or vectors or matrices of one size; 0 is of every size."""
        sides = [e for e in (self.before, self.expression) if e != 0]
        if len({shape(e) for e in sides}) > 1:
            raise DerivationError(f"line {self.label}: {text(self.before)} is {size(self.before)} and {text(self.expression)} is {size(self.expression)}: "
                                  "they are no two sides of a line")  # fmt: skip
        if self.relation != "=" and any(isinstance(e, Sized) for e in (*sides, self.gap)):
            raise DerivationError(f"line {self.label}: {self.relation} compares numbers, not vectors or matrices")

    def one_meaning(self, used):
        """What looks the same in the line, its facts and the start of its chain is the same thing."""
        gap = [self.gap] if self.gap is not None else []
        pairs = ambiguous(self.first, self.before, self.expression, *gap, *[side for f in used for side in f])
        if pairs:
            raise DerivationError(f"line {self.label}: {said(pairs[0])}. Give one of the two another name")

    def presume(self, used):
        """The conditions under which the statement, and then its gap, can be written at all."""
        stated = used_by(used, self.before, self.expression)
        self.premises.consistent({plain(f.left): plain(f.right) for f in used if f.relation == "=" and not speaks_of_laws(f.right)
                                  and not speaks_of_laws(f.left) and not f.forall})  # fmt: skip
        sides = self.before, self.expression
        self.asked = [c for f in stated for c in (*demanded(f), *within(f, *sides), *with_kinks(f, *sides))]
        self.asked += [c for side in sides for c in presupposed(side)]
        for c in simplest_first(self.asked):
            self.premises.add(c)
        if self.gap is not None:
            self.presume_gap([f for f in used if f not in stated])

    def presume_gap(self, others):
        """The gap may need nothing that the statement does not say: it is not there for the reader to see."""
        if not self.premises.nonnegative(self.gap):
            raise without_a_sign(self)
        found = [c for f in others for c in demanded(f)] + list(presupposed(self.gap))
        self.asked += found
        for c in simplest_first(found):
            open_ones = [d for d in self.premises.settle(c) if not is_convention(d)]
            if open_ones:
                what = "; ".join(map(condition_text, open_ones))
                raise DerivationError(
                    f"the gap {text(self.gap)} needs {what}, which the statement does not say. "
                    + ("Name what makes it one: a symbol Z for the total, with the fact (Z, Integrate[x](…))" if open_ones[0].relation == "total"
                       else "Say it among the facts, as in facts=[fact(a >= b)], or choose another gap")
                )

    def least_times(self, used):
        """The least values of `times` that the line leans on, where neither declarations nor the reach name them."""
        shown = set().union(*[_symbols(e) for e in (self.before, self.expression)])
        named = {s: least for s, least in (self.times.least.items() if self.times is not None else ())
                 if s in shown and f"every {s} ≥ {least}" not in self.proof.reach and not Premises().holds(s - least, ">=")}  # fmt: skip
        return [Condition(s - n, ">=", why="the least value given in times") for s, n in named.items()] if named and self.leans_on_times(used) else []

    def leans_on_times(self, used):
        """Whether the proof, a condition or the sign of the gap is open once nothing is known of the least times."""
        bare = Premises(used)
        bare.made = list(self.premises.made)
        try:
            again = settle(Claim(*map(bare.with_signs, self.sides()), self.given))
            return not again.proved or self.gap is not None and not bare.nonnegative(self.gap) or any(
                not is_convention(d) for c in (*self.asked, *again.conditions) for d in bare.settle(c)
            )
        except DerivationError:
            return True

    def refuse(self):
        """The error for a line that is not proved."""
        raise refusal(self)

    # --- what it is worth, with the lines above it

    @property
    def carried(self):
        """The conditions of the line above."""
        return self.after.conditions if self.after else ()

    @property
    def new_conditions(self):
        return tuple(c for c in self.conditions if c not in self.carried)

    @property
    def when(self):
        """The author's own words on when the line holds, those of the lines above first."""
        above = self.after.when if self.after else []
        return above + [w for w in self.own_words if w not in above]

    @property
    def status(self):
        """The weakest along the chain."""
        own = [self.proof.status] + ([self.after.status] if self.after else [])
        return min(own, key=STRENGTH.index)

    @property
    def reach(self):
        """How far the chain reaches: this line's reach, and those of the lines above that say something else."""
        own, parts = readable(self.proof.reach), self.after.reaches if self.after else []
        return "; ".join([own] + [f"lines above: {r}" for r in parts if r != own])

    @property
    def reaches(self):
        above, own = self.after.reaches if self.after else [], readable(self.proof.reach)
        return above + ([own] if own not in above else [])

    @property
    def first(self):
        """The expression that the chain starts from."""
        return self.after.first if self.after else self.before

    @property
    def overall(self):
        """How the first expression compares with this one."""
        above = self.after.overall if self.after else "="
        if "=" in (above, self.relation):
            return self.relation if above == "=" else above
        if above != self.relation:
            raise DerivationError(f"{self.label} mixes ≥ and ≤; its chain no longer compares with the first expression")
        return above

    def written(self):
        """Every expression of the chain down to this line, and the gaps."""
        above = self.after.written() if self.after else (self.before,)
        return (*above, self.expression, *([self.gap] if self.gap is not None else []))

    def statement(self):
        """The line with the left side of its chain, in LaTeX."""
        return f"{tex(self.first)} {relation_tex(self.overall)} {tex(self.expression)}"

    # --- its mutants

    def control(self):
        """Make the line's mutants and try them: {"made", "equal", "killed"}; one that survives is listed by rule.

        A line whose right side leaves little to get wrong (0, or one symbol) has its left side mutated too.
        """
        counts, survivors = {"made": 0, "equal": 0, "killed": 0}, []
        self.rejected = []
        forget()
        for m in mutants(self.expression):
            self._try(counts, survivors, m.rule, self.before, m.expression)
        if counts["killed"] < FEW:
            for m in mutants(self.before, most=MORE):
                self._try(counts, survivors, m.rule, m.expression, self.expression)
        return counts, survivors

    def _try(self, counts, survivors, rule, before, expression):
        """One mutant: it must be rejected by method and probe, or be shown to be equal."""
        try:
            with budget(f"line {self.label}, its mutant {text(before)} {self.relation} {text(expression)}", self.seconds):
                self._tried(counts, survivors, rule, before, expression)
        except FAULTS as why:
            survivors.append(f"{rule}: {text(before)} {self.relation} {text(expression)} ({type(why).__name__}: {why})")

    def _tried(self, counts, survivors, rule, before, expression):
        try:
            check_binding(before, expression)
            rhs = self.sides(expression)[1]
            found = probe(before, rhs, self.given, self.times, conditions=self.premises.conditions(), instances=2, twice=False)
            with unread():
                try:
                    left_over = residual(before, rhs, self.given, self.times, method=self.proof.method)[0]
                except NotDecided:
                    left_over = "outside of the method"
            if left_over != 0 and found.agrees:  # equal by chance, in a law of one value? Then not at other instances
                found = probe(before, rhs, self.given, self.times, conditions=self.premises.conditions(), instances=4, seed=1, twice=False)
        except DerivationError:
            return  # no such line can be written
        if left_over == 0 and (found.agrees is None or "is not defined" in (found.counterexample or "")):
            return  # a line without a value (a log of a negative number, a divergent integral) says nothing
        counts["made"] += 1
        if left_over != 0 and found.agrees is not True:
            counts["killed"] += 1
            self.rejected.append(Rejected(rule, before, expression, left_over, found.counterexample))
        elif found.agrees is True and (left_over == 0 or found.instances >= 2):
            counts["equal"] += 1
        else:
            survivors.append(f"{rule}: {text(before)} {self.relation} {text(expression)}")

    def variants(self):
        """The altered lines that were rejected, each with why, for readers: what `control` found, as text and LaTeX."""
        found = []
        for m in self.rejected:
            with suppress(DerivationError, *FAULTS):  # one that cannot be printed is no loss
                found.append(m.shown(self.relation))
        return found

    # --- for readers and for the ledger

    def function(self, *args, modules="numpy"):
        """The right side as a function of `args`, for arrays: the object that the library is tested against."""
        return function_of(self.expression, args, modules)

    def printed(self, *args, part=None, given=()):
        """The right side, or an expression that stands in the line, as a function that a page draws from (see `Printed`).

        part: an expression of the line or of the start of its chain. given: {symbol: value} for symbols that are no arguments.
        """
        gap = [] if self.gap is None else [self.gap]
        return Printed(self.label, (self.first, self.before, *gap, self.expression), args, part, given)

    def __str__(self):
        return f"{text(self.before)} {self.relation} {text(self.expression)}"

    def under(self):
        """The facts and conditions of the chain in words, one after the other."""
        said = [f"given {fact_text(f)}" for f in self.facts] + [condition_text(c) for c in self.conditions if not is_convention(c)]
        return "; ".join(said)

    def conventions(self):
        """Which of the book's conventions the chain rests on: "densities", "schedules"."""
        out = ["densities"] if any(is_convention(c) for c in self.conditions) else []
        own = any(isinstance(a, ScheduleValue) for e in (self.before, self.expression) for a in sympy.preorder_traversal(e))
        above = self.after.conventions() if self.after else []
        return sorted({*out, *above, *(["schedules"] if own else [])})

    def uses(self):
        """Labels of what the line rests on: its reasons, its facts, the definitions in it."""
        own = functionals_of(self.before, self.expression, *([self.gap] if self.gap is not None else []))
        found = self.cited + [f.label for f in self.new_facts if f.label] + own
        return [u for u in dict.fromkeys(found) if u != self.label]


def expression(e):
    """An author's expression, floats as the numbers that were meant; strings and other things that only look like one are refused."""
    return exact(operand(e))


def is_convention(c):
    """Whether a condition is the book's convention that densities are positive where they are divided by or logged.

    At a value, or at each time: that a law leaves out no value at all is more than the convention.
    """
    return c.relation == ">" and all(plain(v).is_integer for v, _, _ in c.over) and of_densities(c.left)


def simplest_first(conditions):
    """Each condition once, those on a single symbol first: what they say helps to settle the others."""
    return sorted(dict.fromkeys(conditions), key=lambda c: (c.relation in ("total", "whole"), len(c.over), sympy.sympify(c.left).count_ops()))


def reason(because):
    """(MyST text, labels cited) of a reason: text, a statement, a reference, or a list of them."""
    parts = because if isinstance(because, (list, tuple)) else [because]
    words, labels = [], []
    for part in parts:
        if isinstance(part, str):
            words.append(part)
            labels += re.findall(r"\{eq\}`([^`]+)`", part)
        elif isinstance(part, (Reference, Line)) or hasattr(part, "label"):
            words.append(f"{{eq}}`{part.label}`")
            labels.append(part.label)
        else:
            raise DerivationError(f"a reason is text, a statement or see('label'), not {part!r}")
    return re.sub(r"\n(?=[,;:.])", "", "\n".join(words)).replace("\n", " ").strip(), labels


def _symbols(e):
    """The symbols that stand in an expression itself, those in the scopes of its laws left out."""
    if isinstance(e, Law):
        return set()
    if isinstance(e, sympy.Symbol):
        return {e}
    return set().union(set(), *[_symbols(a) for a in getattr(e, "args", ())])
