"""A derivation: lines that follow from one another, each checked when it is written.

    elbo = Derivation("elbo.exact", "The evidence is the ELBO plus a gap")
    elbo.start(log(p(x)))
    elbo.equals(E[q(z|x)](log(p(x))), because="$q(z|x)$ integrates to one")
    elbo                                                # shows the lines with their verdicts

A line is proved and probed when it is written; a false one raises `FalseStep` at once. Its mutants are made
and tried when the derivation is shown.
"""

import re

from ..budget import budget
from ..calls import NoSuchName, call, nearest
from ..errors import DerivationError, UnprovedStep
from ..nodes.times import Times
from ..show.conditions import condition_tex, fact_tex
from ..show.declarations import declared
from ..show.latex import relation_tex, tex
from ..show.text import text
from .equation_numbers import numbered
from .facts import agreeing, read_facts
from .line import Line, is_convention
from .line import expression as read
from .notebook import in_notebook
from .record import cell_output, in_the_book, record, symbols_of
from .watch import keeps, made

__all__ = ["Derivation", "Line", "Identity", "Inequality", "LABEL", "facts_in_words"]

#: Keywords of a line, and what is often written for the methods of a derivation.
LINE = ("because", "facts", "times", "when", "answers", "seconds", "label", "gap")
MEANT = {
    "equal": "equals", "eq": "equals", "step": "equals", "line": "equals", "then": "equals", "begin": "start", "greater": "at_least",
    "geq": "at_least", "ge": "at_least", "bounded_below": "at_least", "less": "at_most", "leq": "at_most", "le": "at_most", "bounded_above": "at_most",
}  # fmt: skip
LABEL = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*")


class Derivation:
    """A chain of lines under one label.

    Parameters
    ----------
    label: dotted, lower case, such as "elbo.exact"; line k gets the label "elbo.exact.k", which says where it stands
        and moves when a step is inserted. A line that is referred to gets a name: `.equals(…, label="elbo.exact.split")`.
    title: what is derived, in a few words.
    facts: what holds in all lines: pairs (left, right), `fact(left, right, forall=t)`, inequalities, definitions.
    times: {T: least value} for symbols in indices; lines about T are proved by induction from there.
    seconds: the budget of time of each line; 60 by default (see `vdmlib.derive.budget`).
    """

    @call("Derivation(\"label\", \"title\")")
    def __init__(self, label, title, facts=(), times=None, seconds=None):
        if not isinstance(label, str) or not LABEL.fullmatch(label):
            raise DerivationError(f"a label is dotted lower case such as 'elbo.exact', not {label!r}")
        if not isinstance(title, str):
            raise DerivationError(f"{label}: a title is text, not {title!r}")
        self.label, self.title, self.seconds = label, title, seconds
        with budget(f"the facts of {label}", seconds):
            self.facts = agreeing(read_facts(facts), label)
        self.times = times if isinstance(times, Times) or times is None else Times(times)
        self.first = self.last_refused = None
        self.lines = []

    @call(".start(expression)")
    def start(self, expression):
        """The expression that the first line transforms."""
        if self.first is not None:
            raise DerivationError(f"{self.label} has started with {text(self.first)} already; start a new Derivation")
        self.first = read(expression)
        return self

    @call(".equals(expression, because=\"…\")", *LINE)
    def equals(self, expression, because="", **how):
        """The next line, equal to the one before. because: text, a statement, `see(label)`, or a list of them."""
        return self._line("=", expression, because=because, **how)

    @call(".at_least(expression, gap=what cannot be negative)", *LINE)
    def at_least(self, expression, gap, because="", **how):
        """The next line, not larger than the one before: their difference is `gap`, which cannot be negative."""
        return self._line(">=", expression, gap=gap, because=because, **how)

    @call(".at_most(expression, gap=what cannot be negative)", *LINE)
    def at_most(self, expression, gap, because="", **how):
        """The next line, not smaller than the one before; `gap` is the difference."""
        return self._line("<=", expression, gap=gap, because=because, **how)

    def _line(self, relation, expression, gap=None, label=None, facts=(), times=None, seconds=None, **how):
        if self.first is None:
            raise DerivationError(f"{self.label} has no first line; call .start(expression) before .equals(…)")
        if label is not None and not (isinstance(label, str) and LABEL.fullmatch(label)):
            raise DerivationError(f"a line's label is dotted lower case such as 'elbo.exact.split', not {label!r}")
        before = self.lines[-1].expression if self.lines else self.first
        if times is not None and not isinstance(times, Times):
            times = Times(times)
        try:
            line = Line(
                label or f"{self.label}.{len(self.lines) + 1}", before, relation, read(expression),
                gap=None if gap is None else read(gap), facts=[*self.facts, *facts], times=times or self.times,
                after=self._chain(), keep=lambda refused: keeps(refused, self), seconds=seconds or self.seconds, **how,
            )  # fmt: skip
        except DerivationError as why:
            self.last_refused = why
            raise
        self.lines.append(line)
        if line.refused is None:
            made(line, self)
        return self

    def _chain(self):
        """The line that the next one goes on from: none after a line that was refused, which carries nothing on."""
        return self.lines[-1] if self.lines and self.lines[-1].refused is None else None

    def __getattr__(self, name):
        meant = MEANT.get(name) or nearest(name, [n for n in dir(type(self)) if not n.startswith("_")])
        said = f"Did you mean .{meant}(…)?" if meant and not name.startswith("_") else ""
        raise NoSuchName(f"a {type(self).__name__} has no .{name}. {said}".rstrip())

    def __getitem__(self, which):
        """The line with a label, or line k, counted from 1."""
        if isinstance(which, str):
            found = [line for line in self.lines if line.label == which]
            if not found:
                raise DerivationError(f"{self.label} has no line {which!r}; it has {', '.join(li.label for li in self.lines)}")
            return found[0]
        if not isinstance(which, int) or not 1 <= which <= len(self.lines):
            raise DerivationError(f"{self.label} has lines 1 to {len(self.lines)}, not {which!r}")
        return self.lines[which - 1]

    def residual(self, which=None):
        """What is left over of a line, whole, as text: of one that was refused last, or of one by its label or place.

        A message shows the first terms alone. Of a line that is proved it is "0".
        """
        if which is None:
            if self.last_refused is None:
                raise DerivationError(f"no line of {self.label} was refused")
            return self.last_refused.failure.residual
        if self.last_refused is not None and self.last_refused.failure.label == which:
            return self.last_refused.failure.residual
        line = self[which]
        return line.refused.failure.residual if line.refused is not None else "0"

    def function(self, which, *args, modules="numpy"):
        """A line's right side as a function of `args` (see `Line.function`); `which` is its label or its place from 1."""
        return self[which].function(*args, modules=modules)

    def printed(self, which, *args, part=None, given=()):
        """A line's right side as a function that a page draws from (see `Line.printed`)."""
        return self[which].printed(*args, part=part, given=given)

    # --- what is shown and kept

    def records(self):
        """The ledger's records, mutants tried."""
        if not self.lines:
            raise DerivationError(f"{self.label} has no lines to show")
        head = record(
            f"{self.label}.0", "start", "start", tex(self.first), tex(self.first),
            group=self.label, title=self.title, symbols=symbols_of(self.first),
        )  # fmt: skip
        return [head] + self._line_records()

    def _line_records(self):
        return [line_record(line, self.label, self.title, f"{relation_tex(line.relation)} {tex(line.expression)}") for line in self.lines]

    def _repr_mimebundle_(self, include=None, exclude=None):
        records = self.records()
        variants = {line.label: line.variants() for line in self.lines} if in_the_book() else None
        return cell_output(self.label, self.title, records, in_notebook(records, self.title), str(self), variants)

    def __str__(self):
        lines = [self.title, f"    {text(self.first)}"]
        for li in self.lines:
            mark = f"✓ {li.proof.status}" if li.refused is None else "✗"
            lines.append(f"  {li.relation} {text(li.expression)}    [{numbered(li.because)}] {mark}")
        if self._chain() and self.lines[-1].under():
            lines.append(f"    under: {self.lines[-1].under()}")
        return "\n".join(lines)


class Identity(Derivation):
    """One equation, shown as one line: `Identity("bayes.theorem", p(a|b), frac(p(b|a)*p(a), p(b)), because="…")`."""

    relation = "="

    @call("Identity(\"label\", left, right)", *LINE)
    def __init__(self, label, lhs, rhs, because="", title="", facts=(), times=None, seconds=None, **how):
        super().__init__(label, title, facts=facts, times=times, seconds=seconds)
        self.start(lhs)
        self._line(self.relation, rhs, because=because, label=label, **how)

    def records(self):
        (r,) = self._line_records()
        return [{**r, "latex": r["statement"]}]


class Inequality(Identity):
    """One inequality lhs ≥ rhs, with the gap that shows it."""

    relation = ">="

    @call("Inequality(\"label\", left, right, gap=left − right in a form that cannot be negative)", *LINE, "title")
    def __init__(self, label, lhs, rhs, gap, because="", **how):
        super().__init__(label, lhs, rhs, because=because, gap=gap, **how)


def line_record(line, group, title, latex):
    if line.refused is not None:
        raise line.refused
    statement = line.statement()
    counts, survivors = line.control()
    if survivors:
        raise UnprovedStep(
            f"line {line.label}: the check does not tell the line from a false one:\n  " + "\n  ".join(survivors)
        )
    if not counts["killed"]:
        raise UnprovedStep(
            f"line {line.label}: no wrong version of it was rejected ({counts['made']} made, {counts['equal']} still true), "
            "so its check shows nothing. Do the facts make every such line true?"
        )
    kind = "identity" if line.relation == "=" else "inequality"
    proof = line.proof
    return record(
        line.label, kind, line.status, latex, statement, group=group, title=title, because=line.because,
        gap="" if line.gap is None else tex(line.gap), method=proof.method, reach=line.reach,
        facts=facts_in_words(line.facts), conditions=_conditions(line.conditions), when=line.when, conventions=line.conventions(),
        declared=declared(*line.written(), *[side for f in line.facts for side in f]),
        added=added(line),
        follows=line.after.label if line.after else "",
        probe={"instances": proof.probe.instances, "digits": proof.probe.digits},
        mutants=counts, uses=line.uses(), answers=line.answers,
        symbols=symbols_of(line.before, line.expression),
    )  # fmt: skip


def added(line):
    """What a line brings into its chain, in MyST; of facts those that are no statements of their own."""
    facts = [f for f in line.new_facts if not f.label]
    return {"facts": facts_in_words(facts), "conditions": _conditions(line.new_conditions), "when": line.own_words}


def facts_in_words(facts):
    """Facts in MyST: formulas, with a reference behind those that are statements of their own."""
    return [f"${fact_tex(f)}$" + (f" ({{eq}}`{f.label}`)" if f.label else "") for f in facts]


def _conditions(conditions):
    """Conditions as formulas; what the book's conventions say once is left out."""
    return [f"${condition_tex(c)}$" for c in conditions if not is_convention(c)]
