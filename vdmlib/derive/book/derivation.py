"""A derivation: lines that follow from one another, each checked when it is written.

    elbo = Derivation("elbo.exact", "The evidence is the ELBO plus a gap")
    elbo.start(log(p(x)))
    elbo.equals(E[q(z|x)](log(p(x))), because="$q(z|x)$ integrates to one")
    elbo                                                # shows the lines with their verdicts

A line is proved and probed when it is written; a false one raises `FalseStep` at once. Its mutants are made
and tried when the derivation is shown.
"""

import re

import sympy
from sympy import Dummy

from .binding import check_binding
from ..errors import DerivationError, FalseStep, NotDecided, UnprovedStep
from .record import cell_output, functionals_of, record, symbols_of
from .mutate import mutants
from .equation_numbers import Reference, equation_number, numbered
from ..nodes.subject import about_gaussians, about_laws
from ..nodes.times import Times
from ..nodes.expressions import plain
from ..show.latex import relation_tex, tex
from ..probe.agreement import probe
from ..prove.dispatch import residual
from ..prove.nonnegative import require_nonnegative
from ..show.readable import readable
from ..show.text import text
from .verdict import prove
from ..compute.evaluator import carried_out
from ..compute.zero import unread

__all__ = ["Derivation", "Line", "Identity", "Inequality"]

FEW, MORE = 2, 8  # with fewer rejected mutants of the right side than FEW, MORE mutants of the left side are tried
LABEL = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*")


class Line:
    """One line: the line before it, the relation, the expression, and what the check found."""

    def __init__(self, label, before, relation, expression, gap=None, because="", facts=(), when=(), answers=(), times=None):
        self.label, self.before, self.relation, self.expression = label, before, relation, expression
        self.gap, self.times = gap, times
        self.because, self.cited = reason(because)
        self.facts, fact_labels = read_facts(facts)
        self.cited += fact_labels
        self.when = [when] if isinstance(when, str) else list(when)
        self.answers = [answers] if isinstance(answers, str) else list(answers)
        self.proof = None
        self.check()

    def sides(self, expression=None):
        """The equality that is proved: before = expression (+ gap)."""
        e = self.expression if expression is None else expression
        if self.gap is None:
            return self.before, e
        return self.before, e + self.gap if self.relation == ">=" else e - self.gap

    def check(self):
        check_binding(self.before, self.expression)
        if self.gap is not None:
            check_binding(self.before, self.gap)
            require_nonnegative(self.gap, self.label)
        lhs, rhs = self.sides()
        self.proof = prove(lhs, rhs, self.facts, self.times)
        if self.proof.proved:
            if self.proof.probe.agrees is None:
                raise UnprovedStep(f"line {self.label}: the probe could evaluate neither side of {self}")
            return
        line = str(self)
        counterexample = self.proof.probe.counterexample and readable(self.proof.probe.counterexample)
        if self.proof.probe.agrees is False:
            why = "the two sides differ" if self.gap is None else "the difference of the two sides is not the gap given"
            raise FalseStep(self.label, line, self.proof.left_over, counterexample, why)
        raise UnprovedStep(
            f"line {self.label}: {line}\n  not proved; left over: {text(self.proof.left_over)}\n"
            f"  no counterexample in {self.proof.probe.instances} random instances: split the line into smaller "
            "steps, or give the facts and assumptions (positive=True, markov=True) it needs"
        )

    def control(self):
        """Make the line's mutants and try them: {"made", "equal", "killed"}; one that survives is listed by rule.

        A line whose right side leaves little to get wrong (0, or one symbol) has its left side mutated too.
        """
        counts, survivors = {"made": 0, "equal": 0, "killed": 0}, []
        for m in mutants(self.expression):
            self._try(counts, survivors, m.rule, self.before, m.expression)
        if counts["killed"] < FEW:
            for m in mutants(self.before, most=MORE):
                self._try(counts, survivors, m.rule, m.expression, self.expression)
        return counts, survivors

    def _try(self, counts, survivors, rule, before, expression):
        """One mutant: it must be rejected by method and probe, or be shown to be equal."""
        try:
            check_binding(before, expression)
            rhs = self.sides(expression)[1]
            found = probe(before, rhs, self.facts, self.times, instances=2)
            with unread():
                left_over = residual(before, rhs, self.facts, self.times, method=self.proof.method)[0]
        except NotDecided:
            left_over = "outside of the method"
        except DerivationError:
            return  # no such line can be written
        if left_over == 0 and (found.agrees is None or "is not defined" in (found.counterexample or "")):
            return  # a line without a value (a log of a negative number, a divergent integral) says nothing
        counts["made"] += 1
        if left_over != 0 and found.agrees is not True:
            counts["killed"] += 1
        elif found.agrees is True and (left_over == 0 or found.instances >= 2):
            counts["equal"] += 1
        else:
            survivors.append(f"{rule}: {text(before)} {self.relation} {text(expression)}")

    def __str__(self):
        return f"{text(self.before)} {self.relation} {text(self.expression)}"

    def function(self, *args, modules="numpy"):
        """The right side as a function of `args`, for arrays: the object that the library is tested against."""
        return function_of(self.expression, args, modules)

    def uses(self):
        own = functionals_of(self.before, self.expression, *([self.gap] if self.gap is not None else []))
        out = []
        for label in self.cited + own:
            if label not in out and label != self.label:
                out.append(label)
        return out


class Derivation:
    """A chain of lines under one label.

    Parameters
    ----------
    label: dotted, lower case, such as "elbo.exact"; line k gets the label "elbo.exact.k", which says where it stands
        and moves when a step is inserted. A line that is referred to gets a name: `.equals(…, label="elbo.exact.split")`.
    title: what is derived, in a few words.
    facts: definitions that hold in all lines, as (left, right) pairs or `Definition` objects.
    times: {T: least value} for symbols in indices; lines about T are proved by induction from there.
    """

    def __init__(self, label, title, facts=(), times=None):
        if not LABEL.fullmatch(label):
            raise DerivationError(f"a label is dotted lower case such as 'elbo.exact', not {label!r}")
        self.label, self.title = label, title
        self.facts = list(facts)
        self.times = times if isinstance(times, Times) or times is None else Times(times)
        self.first = None
        self.lines = []

    def start(self, expression):
        """The expression that the first line transforms."""
        if self.first is not None:
            raise DerivationError(f"{self.label} has started with {text(self.first)} already; start a new Derivation")
        self.first = sympy.sympify(expression)
        return self

    def equals(self, expression, because="", **how):
        """The next line, equal to the one before. because: text, a statement, `see(label)`, or a list of them."""
        return self._line("=", expression, because=because, **how)

    def at_least(self, expression, gap, because="", **how):
        """The next line, not larger than the one before: their difference is `gap`, which cannot be negative."""
        return self._line(">=", expression, gap=gap, because=because, **how)

    def at_most(self, expression, gap, because="", **how):
        """The next line, not smaller than the one before; `gap` is the difference."""
        return self._line("<=", expression, gap=gap, because=because, **how)

    def _line(self, relation, expression, gap=None, label=None, facts=(), times=None, **how):
        if self.first is None:
            raise DerivationError(f"{self.label} has no first line; call .start(expression) before .equals(…)")
        if label is not None and not (isinstance(label, str) and LABEL.fullmatch(label)):
            raise DerivationError(f"a line's label is dotted lower case such as 'elbo.exact.split', not {label!r}")
        before = self.lines[-1].expression if self.lines else self.first
        if times is not None and not isinstance(times, Times):
            times = Times(times)
        line = Line(
            label or f"{self.label}.{len(self.lines) + 1}", before, relation, sympy.sympify(expression),
            gap=None if gap is None else sympy.sympify(gap), facts=[*self.facts, *facts], times=times or self.times, **how,
        )  # fmt: skip
        self.lines.append(line)
        return self

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

    def function(self, which, *args, modules="numpy"):
        """A line's right side as a function of `args` (see `Line.function`); `which` is its label or its place from 1."""
        return self[which].function(*args, modules=modules)

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
        out, relations = [], []
        for line in self.lines:
            relations.append(line.relation)
            overall = self._overall(relations)
            out.append(line_record(line, self.label, self.title,
                                   f"{relation_tex(line.relation)} {tex(line.expression)}",
                                   f"{tex(self.first)} {relation_tex(overall)} {tex(line.expression)}"))  # fmt: skip
        return out

    def _overall(self, relations):
        kinds = set(relations) - {"="}
        if len(kinds) > 1:
            raise DerivationError(f"{self.label} mixes ≥ and ≤; its lines no longer compare with the first")
        return kinds.pop() if kinds else "="

    def _repr_mimebundle_(self, include=None, exclude=None):
        records = self.records()
        return cell_output(self.label, self.title, records, aligned(records, self.title), str(self))

    def __str__(self):
        lines = [self.title, f"    {text(self.first)}"]
        lines += [f"  {li.relation} {text(li.expression)}    [{numbered(li.because)}] ✓ {li.proof.status}" for li in self.lines]
        return "\n".join(lines)


class Identity(Derivation):
    """One equation, shown as one line: `Identity("bayes.theorem", p(a|b), frac(p(b|a)*p(a), p(b)), because="…")`."""

    relation = "="

    def __init__(self, label, lhs, rhs, because="", title="", facts=(), times=None, **how):
        super().__init__(label, title, facts=facts, times=times)
        self.start(lhs)
        self._line(self.relation, rhs, because=because, label=label, **how)

    def records(self):
        (r,) = self._line_records()
        return [{**r, "latex": r["statement"]}]


class Inequality(Identity):
    """One inequality lhs ≥ rhs, with the gap that shows it."""

    relation = ">="

    def __init__(self, label, lhs, rhs, gap, because="", **how):
        super().__init__(label, lhs, rhs, because=because, gap=gap, **how)


def line_record(line, group, title, latex, statement):
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
        line.label, kind, proof.status, latex, statement, group=group, title=title, because=line.because,
        gap="" if line.gap is None else tex(line.gap), method=proof.method, reach=proof.reach, conditions=line.when,
        probe={"instances": proof.probe.instances, "digits": proof.probe.digits},
        mutants=counts, uses=line.uses(), answers=line.answers,
        symbols=symbols_of(line.before, line.expression),
    )  # fmt: skip


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


def read_facts(facts):
    """((lhs, rhs) pairs, labels of those that are statements)."""
    pairs, labels = [], []
    for f in facts:
        if isinstance(f, tuple) and len(f) == 2:
            pairs.append((sympy.sympify(f[0]), sympy.sympify(f[1])))
        elif hasattr(f, "as_fact"):
            pairs.append(f.as_fact())
            labels.append(f.label)
        else:
            raise DerivationError(f"a fact is a pair (left, right) or a Definition, not {f!r}")
    return pairs, labels


def function_of(e, args, modules):
    """An expression as a numerical function. modules: "numpy" or "jax"."""
    if about_laws(e):
        raise DerivationError(f"{text(e)} speaks of undetermined laws and has no numerical value; take a line without densities")
    if about_gaussians(e):
        e = carried_out(e)
    args = [plain(a) for a in args]
    own = {a: Dummy(f"a{k}") for k, a in enumerate(args)}  # an argument may be α_t or ᾱ_t
    e, args = plain(e).doit().xreplace(own), list(own.values())
    missing = e.free_symbols - set(args)
    if missing:
        raise DerivationError(f"{e} also depends on {', '.join(sorted(map(str, missing)))}; name them as arguments")
    return sympy.lambdify(args, e, modules=modules)


MARKS = {"proved": r"\checkmark", "exact on finite model": r"\checkmark_{\text{finite}}"}


def aligned(records, title):
    """The lines as numbered, aligned LaTeX for notebooks, with reasons, verdicts and conditions."""
    rows = []
    for r in records:
        if r["kind"] == "start":
            rows.append(r"&\quad " + r["latex"])
            continue
        number = equation_number(r["label"])
        tag = rf" \tag{{{number}}}" if number else ""
        why = rf"\text{{{numbered(r['because'])}}}" if r["because"] else ""
        mark = MARKS.get(r["status"], rf"\text{{{r['status']}}}")
        rows.append(rf"&{r['latex']} && {why}\; {mark}{tag}")
        if r["conditions"]:
            rows.append(rf"& && \text{{provided {numbered('; '.join(r['conditions']))}}}")
    body = " \\\\\n".join(rows)
    return f"\\begin{{align*}}\n{body}\n\\end{{align*}}"
