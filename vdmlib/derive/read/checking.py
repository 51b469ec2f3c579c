"""The check of a reading, and its verdict: the engine's own, with what was taken for granted in the reading."""

import re
from dataclasses import dataclass, replace

import sympy
from sympy.core.function import AppliedUndef

from ..book.derivation import Derivation
from ..book.gaps import candidates
from ..book.watch import judged, unwatched
from ..errors import DerivationError, FalseStep, OutOfTime, UnprovedStep
from ..nodes.expressions import Factors, Frac, Power, Sized, log, plain
from ..nodes.fields import FieldValue, Grad
from ..nodes.functionals import Expectation, Over
from ..nodes.hypotheses import fact
from ..nodes.laws import Density, Variable
from ..nodes.normal import N
from ..nodes.schedules import Scheduled
from ..nodes.walk import walk
from ..probe.agreement import probe
from ..show.readable import readable
from ..show.text import text
from .copies import possible_copies
from .said import chains_said

__all__ = ["Checking", "Verdict", "CHECKED", "EQUATION", "in_words"]

#: The book's conventions, on which a line may rest.
CONVENTIONS = {"densities": "densities are positive where they are divided by or stand in a logarithm", "schedules": "0 < α_t < 1 for every t, and ᾱ_0 = 1"}
EQUATION = "a differential equation says what its unknown obeys"
CHECKED = {"=": "=", r"\ge": ">=", r"\le": "<=", ">": ">", "<": "<"}
_NO_CLAIM = {
    r"\approx": "≈ says that two things are near, not how near: it is not checked",
    r"\simeq": "≃ says that two things are near, not how near: it is not checked",
    r"\propto": "∝ leaves out a factor that is not said: write the factor and =, or compare the logarithms up to a named constant",
    r"\to": "→ says where something tends, not what it equals: write a limit and =",
    r"\ll": "≪ is no relation that has a truth", r"\gg": "≫ is no relation that has a truth",
}  # fmt: skip


_NE, _GIVEN = r"\ne", r"; what the other lines are given stands behind \text{where}, as in a = b \text{ where } c > 0"


@dataclass
class Verdict:
    """What the check found: "proved", "false", "not proved", or "not checked" with the reason.

    provided: what was taken for granted in the reading, in sentences; conditions: what the engine found.
    """

    status: str
    words: str = ""
    provided: tuple = ()
    conditions: tuple = ()
    derivations: tuple = ()
    error: object = None

    def __str__(self):
        mark = {"proved": "✓ proved", "false": "✗ false"}.get(self.status, self.status)
        parts = [mark + (f": {self.words}" if self.words else "")]
        parts += [f"  provided that {in_words(s)}" for s in self.provided]
        parts += [f"  under: {c}" for c in self.conditions]
        return "\n".join(parts)

    __repr__ = __str__

    def __bool__(self):
        return self.status == "proved"


def in_words(sentence):
    """A sentence with its formulas as plain text."""
    for sign, shown in (("$", ""), (r"\ ", " "), (r"\cdots ", "⋯"), (r"\ldots", "…"), (r"\cdots", "⋯"), (r"\nabla", "∇"), (r"\!", ""), (r"\,", " "), (r"\times", "×"), (r"\cdot", "·"), (r"\middle", ""), (r"\left(", "("), (r"\right)", ")")):
        sentence = sentence.replace(sign, shown)
    sentence = re.sub(r"\\in(?![a-z])\s*", "∈ ", sentence.replace(r"\ ", " "))
    sentence = re.sub(r"(\\mathbb\{R\})\^\{(\w)\}", r"\1^\2", sentence)
    return readable(re.sub(r"\\(?:mathbf|boldsymbol)\{(\\[A-Za-z]+)\}", r"\1", sentence))


class Checking:
    """What a reading does when it is checked; a part of Reading."""

    def check(self, gap=None):
        """Have the engine check what was read.

        gap: of an inequality, the difference of the two sides, where none is found; LaTeX or an expression.
        """
        with unwatched():  # what is tried on the way is no line of the author's
            verdict = self.verdict(gap)
        judged(verdict)
        return verdict

    def verdict(self, gap):
        if self.names.of_vectors:
            return self.check_vectors(gap)
        verdict = self.check_of_one(gap)
        if verdict.status == "proved" and "dimension" in self.taken:
            verdict.words = "in one dimension alone"
        return verdict

    def check_vectors(self, gap):
        """A line of vectors: what it is in any dimension; where that is not found, whether it is false in one already."""
        verdict, self.settled = self.checked(gap), self
        if verdict.status == "false" and any(integrated(side, self.names) for c in self.chains for side in c.sides):
            verdict.status, verdict.words = "not proved", "the laws of vectors are read as functions, and this may rest on their integrals"
        if verdict.status == "not proved" and self.flat is not None and not self.flat.questions:
            one = self.flat.verdict(gap)
            if one.status == "false":
                one.words = f"in one dimension already: {one.words}"
                return one
            if one.status == "proved":
                verdict.words += "\n  In one dimension it is proved."
        return verdict

    def check_of_one(self, gap):
        verdict, self.settled = self.checked(gap), self
        if self.other is None or verdict.status == "proved":
            return verdict
        second, self.settled = self.other.checked(gap), self.other
        second.provided = (*second.provided, chains_said(self.other.names))
        if second.status == "not proved" and verdict.status == "false":
            second.words += f"\n  For laws that are no Markov chains it is false: {verdict.words}"
        return second

    def checked(self, gap=None):
        provided = tuple(self.taken.values())
        open_ones = [q for q in self.questions if q.default is None]
        if open_ones:
            return Verdict("not checked", f"first say: {in_words(open_ones[0].text)}", provided)
        if not self.chains:
            return Verdict("not checked", "the text claims nothing: " + ("; ".join(map(in_words, self.declared)) or "it has no relation"), provided)
        for c in self.chains:
            bad = next((r for r in c.relations if r not in ("=", r"\ge", r"\le")), None)
            if bad:
                return Verdict("not checked", _NO_CLAIM.get(bad, f"the relation {bad} is not checked{_GIVEN if bad in ('<', '>', _NE) else ''}"), provided)
        made, conditions, false = [], [], ""
        for k, c in enumerate(self.chains):
            found = self.check_chain(k, c, gap)
            if found.status == "not checked" and self.stated:
                kept, self.facts = self.facts, [f for f in self.facts if f not in self.stated]
                found = self.check_chain(k, c, gap)
                self.facts = kept
            if found.status == "false":
                if is_stationary(c):
                    return Verdict("not checked", f"a slope that is 0 says where something is largest or smallest; for every value it is false: {found.words}", provided, error=found.error)
                known = {f.left.func for f in (*self.facts, *c.facts) if getattr(f, "forall", ())}
                alone = on_one_side(c, known) or self.open_function(c, known) or left_to_say(c)
                if not alone and (given := self.true_given(k, c, gap)):
                    return Verdict("not checked", f"{given} If that is a condition, write it behind \\text{{where}}; if each is claimed, it is false: {found.words}", provided, error=found.error)
                if self.unsaid:
                    return Verdict("not checked", f"{self.unsaid}. As it stands the line is false: {found.words}", provided, error=found.error)
                if copies := possible_copies(self.names.uses, self.names.trees):
                    law, one, other = copies
                    asked = f"are {readable(one)} and {readable(other)} copies, of one law {law}? Copies are not read; if they are none, say the joint law, as in assume={{{law!r}: '{law}({one}, {other})'}}"
                    return Verdict("not checked", f"{asked}; for any joint law it is false: {found.words}", provided, error=found.error)
                if alone:
                    found = Verdict("not checked", f"{alone} {'stand' if ',' in alone else 'stands'} on one side alone: if the line says what {'they are' if ',' in alone else 'it is'}, nothing is claimed; else it is false", error=found.error)
            if found.status != "proved" and c.equation:
                false = found.words if found.status == "false" else false
                conditions.append("a differential equation is not checked")
                continue
            if found.status != "proved":
                found.provided = provided
                return found
            made += found.derivations
            conditions += found.conditions
        if not made:
            return Verdict("not checked", EQUATION + (f"; for all functions it is false: {false}" if false else "; for all functions it is not proved"), provided)
        return Verdict("proved", "", provided, tuple(dict.fromkeys(conditions)), tuple(made))

    def true_given(self, k, c, gap):
        """Which of a false line and one beside it, set off by a comma or a space alone, is true given the other, in a sentence; empty where none is."""
        for j, other in enumerate(self.chains):
            if j == k or other.equation or not (other if j > k else c).aside or holds_nowhere(c) or holds_nowhere(other) or self.check_chain(j, other, gap).status != "false":
                continue
            for n, line, condition in ((k, c, other), (j, other, c)):
                found = self.check_given(n, line, condition, gap)
                shown = [readable("".join(f" {r} {text(side)}" for r, side in zip(["", *(CHECKED[r] for r in one.relations)], one.sides)).strip()) for one in (line, condition)]
                if found.status == "proved":
                    return f"{shown[0]} is true given {shown[1]}, and false without it."
                if found.status == "not proved":
                    return f"{shown[0]} is false without {shown[1]}; whether it is true given that was not found."
        return ""

    def check_given(self, k, c, condition, gap):
        """The check of a line, with another among its facts."""
        given = [(a, b) if r == "=" else fact(a, b) if r == r"\ge" else fact(b, a) for a, r, b in zip(condition.sides, condition.relations, condition.sides[1:])]
        given = [g if r == "=" else replace(g, relation=">=") for g, r in zip(given, condition.relations)]
        kept, self.facts = self.facts, [*self.facts, *given]
        found = self.check_chain(k, c, gap)
        self.facts = kept
        return found

    def open_function(self, c, known):
        """A function of the text, no law and none that is known, that stands on one side of an equation alone beside others; as text."""
        own = {f for key, f in self.names.scope.functions.items() if key not in self.names.smooth and not any(key.startswith(law.rstrip("}")) for law in self.names.smooth)} - known
        for a, r, b in zip(c.sides, c.relations, c.sides[1:]):
            one, other = ({f.func for f in walk(side) if isinstance(f, AppliedUndef)} & own for side in (a, b))
            if r == "=" and one ^ other and one & other:
                return readable(min(f.__name__ for f in one ^ other))
        return ""

    def check_chain(self, k, c, gap):
        label = "own.line" if len(self.chains) == 1 else f"own.line{k + 1}"
        verdict = self.derived(label, k, c, c.sides, gap)
        if verdict.status == "not proved" and all(r == "=" for r in c.relations) and all(map(is_positive, c.sides)):
            logs = self.derived(label, k, c, [log(s) for s in c.sides], gap)
            if logs.status == "proved":
                self.by_logs.add(k)
                logs.conditions = (*logs.conditions, "the logarithms of both sides are compared; densities are positive")
                return logs
        return verdict

    def derived(self, label, k, c, sides, gap):
        try:
            d = Derivation(label, "As read", facts=[*self.facts, *c.facts], times=self.times)
            d.start(sides[0])
            for j, (relation, side) in enumerate(zip(c.relations, sides[1:])):
                if relation == "=":
                    d.equals(side)
                    continue
                found, why = self.inequality(d, relation, side, gap)
                if found is None:
                    return why
                self.gaps[k, j] = found
            records = d.records()
        except FalseStep as why:
            return Verdict("false", f"{why.line}; {why.counterexample or why.failure.reason}", error=why)
        except (UnprovedStep, OutOfTime) as why:
            return Verdict("not proved", str(why), error=why)
        except DerivationError as why:
            return Verdict("not checked", str(why), error=why)
        said = [*map(in_words, records[-1]["declared"]), *[CONVENTIONS[name] for name in records[-1]["conventions"]]]
        return Verdict("proved", "", (), tuple(filter(None, (*said, d.lines[-1].under()))), (d,))

    def inequality(self, d, relation, side, gap):
        """Add a line with an inequality: (its gap, None), or (None, why not)."""
        before = d.lines[-1].expression if d.lines else d.first
        larger, smaller = (before, side) if relation == r"\ge" else (side, before)
        tried = [gap] if gap is not None else candidates(larger, smaller, d.facts)
        add, last = (d.at_least if relation == r"\ge" else d.at_most), None
        shown = f"{text(before)} {CHECKED[relation]} {text(side)}"
        for k, g in enumerate(tried):
            n, facts = len(d.lines), ()
            if isinstance(g, tuple):
                g, facts = g
            try:
                add(side, g, facts=facts)
                return (g, facts), None
            except DerivationError as why:
                del d.lines[n:]
                last = last if isinstance(last, FalseStep) else why
            if k == 0:  # of a false line the further ones need not be tried
                seen = probe(larger, smaller, d.facts, d.times, relation=">=")
                if seen.agrees is False:
                    return None, Verdict("false", f"{readable(shown)}; {readable(seen.counterexample or '')}", error=last)
        if gap is not None:
            return None, Verdict("not proved", str(last), error=last)
        return None, Verdict("not proved", f"no difference was found that cannot be negative ({len(tried)} tried); give it, as in check(gap=…)", error=last)


def integrated(e, names):
    """Whether an integral or a mean holds a law of the text."""
    laws = {f.__name__ for key, f in names.scope.functions.items() if hasattr(f, "__name__") and any(key == law or key.startswith(law.rstrip("}")) for law in names.normed)}
    return any(isinstance(a, (Over, Expectation)) and any(isinstance(b, AppliedUndef) and b.func.__name__ in laws for b in walk(a)) for a in walk(e))


def on_one_side(c, known):
    """An undefined function, none of those known, that stands on one side of an equation alone, as text; empty where there is none."""
    for a, r, b in zip(c.sides, c.relations, c.sides[1:]):
        left, right = ({f.func for f in walk(side) if isinstance(f, AppliedUndef) and not isinstance(f, Scheduled)} - known for side in (a, b))
        one, other = ({f.name for f in walk(side) if isinstance(f, FieldValue)} for side in (a, b))
        if r == "=" and one ^ other:
            return readable(min(one ^ other))
        if r == "=" and left ^ right and not left & right:
            return readable(min(f.__name__ for f in left ^ right))
    return ""


def is_stationary(c):
    """Whether an equation sets a derivative to 0, and nothing else."""
    return len(c.sides) == 2 and c.relations == ["="] and any(isinstance(a, (sympy.Derivative, Grad)) and b == 0 for a, b in (c.sides, c.sides[::-1]))


def holds_nowhere(c):
    """Whether two sides of an equation differ by a number, so that it can be no condition."""
    apart = [sympy.expand(plain(a) - plain(b)) for a, r, b in zip(c.sides, c.relations, c.sides[1:]) if r == "=" and getattr(a - b, "is_commutative", False)]
    return any(d.is_number and d.is_zero is False for d in apart)


def left_to_say(c):
    """Letters of which one side of an equation is a polynomial, and the other holds none: it may say what they are, as E[x] = μ; as text."""
    for a, r, b in zip(c.sides, c.relations, c.sides[1:]):
        for one, other in ((a, b), (b, a)):
            letters = one.free_symbols
            if r != "=" or not any(isinstance(e, (Over, Expectation)) for e in walk(other)) or not letters or letters & other.free_symbols or any(isinstance(v, (Variable, Sized)) for v in letters):
                continue
            if one.doit().is_polynomial(*letters):
                return readable(", ".join(sorted(map(str, letters))))
    return ""


def is_positive(e):
    """Whether an expression is a product or quotient of densities and of what is positive, and so positive."""
    if isinstance(e, (Factors, Frac, sympy.Mul)):
        return all(map(is_positive, e.args))
    if isinstance(e, sympy.Product):
        return is_positive(e.function)
    if isinstance(e, (Power, sympy.Pow)):
        return is_positive(e.args[0]) and is_real(e.args[1])
    if isinstance(e, sympy.exp):
        return is_real(e.args[0])
    return isinstance(e, (Density, N)) or e == 1 or bool(e.is_positive)


def is_real(e):
    """Whether no number of an expression can be complex."""
    for a in walk(e):
        if a.is_Symbol and not isinstance(a, Sized) and a.is_real is not True or a == sympy.I:
            return False
        if isinstance(a, sympy.log) and not is_positive(a.args[0]):
            return False
        if isinstance(a, (Power, sympy.Pow)) and a.args[1].is_integer is not True and not is_positive(a.args[0]):
            return False
    return True
