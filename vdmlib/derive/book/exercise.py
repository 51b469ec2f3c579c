"""Exercises that check themselves: supply a line, or find the line that is wrong."""

import random


from .binding import check_binding
from .derivation import Derivation, added
from .facts import read_facts
from .line import Line, expression
from ..budget import budget
from ..calls import call, operand
from ..errors import FAULTS, DerivationError, FalseStep, UnprovedStep, shortened
from .mutate import mutants
from .record import under
from ..show.readable import readable
from ..nodes.times import Times
from ..show.latex import relation_tex, tex
from ..probe.agreement import probe
from ..probe.numeric.compare import forget
from ..prove.dispatch import residual
from ..show.text import text

__all__ = ["exercise", "find_the_slip"]

OVER = "left over (target − answer)"


class Answer:
    """The verdict on an answer: ✓ with method, reach and what it is true under, or ✗ with what is left over and a counterexample.

    under: [("given", facts), ("provided", conditions)] in MyST, as `record.under` gives them of a line.
    """

    def __init__(self, right, text, latex, under=()):
        self.right, self.text, self.latex, self.under = right, text, latex, list(under)

    def __bool__(self):
        return self.right

    def __str__(self):
        return self.text

    __repr__ = __str__

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/plain": self.text}


class Exercise:
    """`check(answer)` says whether an expression equals the target, and under which conditions."""

    def __init__(self, label, question, target, facts=(), times=None, slips=()):
        self.label, self.question = label, question
        self.slips = [(expression(wrong), words) for wrong, words in slips]
        self.target = target.expression if isinstance(target, Line) else operand(target)
        self.facts = read_facts(facts)
        self.times = Times(times) if isinstance(times, dict) else times

    def check(self, answer):
        answer = expression(answer)
        if answer == self.target:
            words = f"✗ {text(answer)}\n  hint: this is the question itself; write it out"
            return Answer(False, readable(words), tex(answer))
        try:
            line = Line(self.label, self.target, "=", answer, facts=self.facts, times=self.times)
        except (FalseStep, UnprovedStep) as why:
            return Answer(False, readable(f"✗ {text(answer)}\n{self.told(answer, why)}"), tex(answer))
        words = f"✓ {text(answer)}\n  proved by: {line.proof.method}\n  reach: {line.reach}"
        if line.under():
            words += f"\n  under: {line.under()}"
        return Answer(True, readable(words), tex(answer), under({"added": added(line)}))

    def told(self, answer, why):
        """What a line's message says of the answer, below its verdict; the author's hint, where there is one, in place of the engine's."""
        own, failure = self.hint(answer), why.failure
        said = {**dict(failure.parts), **({"hint": own} if own else {})}
        del said["the line"]
        if "gap=" in said.get("hint", ""):  # the answer is one side of an equality, which the gap would give away
            del said["hint"]
        rows = [(OVER, shortened(failure.residual)) if name == "left over" else (name, words) for name, words in said.items()]
        open_ = ["not proved, yet equal in every random instance tried: write it in smaller steps"] if getattr(why, "agrees", False) else []
        return "\n".join(f"  {row}" for row in [*(f"{name}: {words}" for name, words in rows), *open_])

    def hint(self, answer):
        """What to say to an answer that equals one of the wrong ones which are often given."""
        for wrong, words in self.slips:
            try:
                Line(self.label, wrong, "=", answer, facts=self.facts, times=self.times)
            except (DerivationError, *FAULTS):
                continue
            return words
        return ""

    def __repr__(self):
        return f"{self.label}: {self.question}"


@call("exercise(\"label\", \"question\", target)")
def exercise(label, question, target, facts=(), times=None, slips=()):
    """An exercise whose answer is any expression equal to `target` (an expression or a line), but not the target as it stands.

    slips: pairs (a wrong answer that is often given, what to say to it).
    facts, times: as in a derivation.

    Example: a right answer
    >>> m, v = symbol("mu"), symbol("v", positive=True)
    >>> x = variables("x")
    >>> hint = (m**2, "that is the square of the mean")
    >>> second = exercise("ex.second", "The second moment?", E[N(x, m, v)](x**2), slips=[hint])
    >>> second.check(m**2 + v)

    Example: with facts and lengths
    >>> k, n, c = symbol("k", integer=True), symbol("n", integer=True, positive=True), symbol("c")
    >>> exercise("ex.total", "The sum?", Sum(c * k, (k, 2, n)), facts=[(c, 2)],
    ...     times={n: 2}).check(n * (n + 1) - 2)

    Refused: a wrong answer, and the hint that goes with it
    >>> second.check(m**2)

    Refused: the question again is no answer
    >>> second.check(E[N(x, m, v)](x**2))

    Refused: a hint goes with an expression
    >>> exercise("ex.hint", "The second moment?", m**2 + v, slips=[("m**2", "the square of the mean")])

    Refused: a fact that is none
    >>> exercise("ex.fact", "The sum?", c, facts=[c])

    Refused: lengths for which the answer is not meant
    >>> X = chain("x")
    >>> q = Law("q", X[0:n], markov=True)
    >>> step = exercise("ex.short", "A step apart?", log(q(X[0:n])), times={n: 1})
    >>> step.check(log(q(X[0:2])) + Sum(log(q(X[k]|X[k-1])), (k, 3, n)))
    """
    return Exercise(label, question, target, facts, times, slips)


class Slip:
    """A derivation in which one line has been replaced by a false one; `check(k)` says whether line k is it."""

    def __init__(self, derivation, line, which=0):
        self.derivation, self.line = derivation, line
        original = derivation[line]
        wrong = []
        for m in mutants(original.expression):
            try:
                with budget(f"a wrong version of line {original.label}"):
                    check_binding(original.before, m.expression)
                    if residual(*original.sides(m.expression), original.given, original.times)[0] != 0:
                        found = self.contradicted(original, m)
                        if found.agrees is False:
                            wrong.append((m, found))
            except (DerivationError, *FAULTS):
                continue
        if not wrong:
            raise DerivationError(f"line {line} of {derivation.label} has no false mutant")
        self.mutant, self.found = wrong[which % len(wrong)]

    @staticmethod
    def contradicted(line, mutant):
        """What the probe finds of the line as it would be shown: an inequality may stand although its gap is another."""
        forget()  # the counterexample that a reader is told is the same each time
        return probe(line.before, mutant.expression, line.given, line.times, relation=line.relation, conditions=line.premises.conditions())

    def rows(self):
        d = self.derivation
        rows = [rf"&\quad {tex(d.first)}"]
        for k, li in enumerate(d.lines, 1):
            e = self.mutant.expression if k == self.line else li.expression
            rows.append(rf"\text{{line {k}}}\quad &{relation_tex(li.relation)} {tex(e)}")
        return rows

    def check(self, k):
        self.derivation[k]
        if k == self.line + 1:
            return Answer(False, f"✗ line {k} is true; it does not follow from line {k - 1} as shown. Which is at fault?", "")
        if k != self.line:
            return Answer(False, f"✗ line {k} follows from the one before it", "")
        words = f"✓ line {k} is the slip ({self.mutant.rule})\n  counterexample: {self.found.counterexample}"
        return Answer(True, readable(words), "")

    def _repr_mimebundle_(self, include=None, exclude=None):
        body = " \\\\\n".join(self.rows())
        lines = [text(self.derivation.first)]
        for k, li in enumerate(self.derivation.lines, 1):
            e = self.mutant.expression if k == self.line else li.expression
            lines.append(f"  {li.relation} {text(e)}    [line {k}]")
        return {"text/latex": f"$$\\begin{{aligned}}\n{body}\n\\end{{aligned}}$$", "text/plain": "\n".join(lines)}


@call("find_the_slip(derivation)")
def find_the_slip(derivation, number=0):
    """Make the exercise "which line is wrong?" from a derivation: another `number`, another slip.

    The number does not give away the line, so it may stand in the question.

    Example: shown, line 2 is a wrong one
    >>> a, b = symbols("a b")
    >>> d = Derivation("ex.slip", "A square").start((a + b)**2)
    >>> d = d.equals(a**2 + 2 * a * b + b**2).equals((a - b)**2 + 4 * a * b)
    >>> find_the_slip(d, number=0)

    Example: found
    >>> slip = find_the_slip(d)
    >>> slip.check(slip.line)

    Refused: another line is not it
    >>> slip.check(3 - slip.line)

    Refused: a number counts from 0
    >>> find_the_slip(d, number=-1)
    """
    if not isinstance(derivation, Derivation) or not derivation.lines:
        raise DerivationError(f"find_the_slip takes a Derivation with at least one line, not {derivation!r}")
    if not isinstance(number, int) or number < 0:
        raise DerivationError(f"find_the_slip takes a whole number from 0 on, not {number!r}")
    lines = list(range(1, len(derivation.lines) + 1))
    random.Random(derivation.label).shuffle(lines)
    which, place = divmod(number, len(lines))
    return Slip(derivation, lines[place], which)
