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
from .watch import keeps, made, remember
from .without_gap import without_gap

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

    Example: two lines and their reasons
    >>> x, z = variables("x z")
    >>> p, q = Law("p", x, z), Law("q", z | x)
    >>> elbo = Derivation("ex.chain", "The evidence is a bound plus a gap")
    >>> elbo.start(log(p(x)))
    >>> elbo.equals(E[q(z|x)](log(p(x, z)) - log(p(z|x))), because="Bayes' rule")
    >>> elbo.equals(ELBO(q(z|x), p(x, z)) + KL(q(z|x), p(z|x)), because="add and take away log q")
    >>> elbo

    Example: `facts`, `times` and `seconds` that hold in all lines
    >>> c, t, T = symbol("c"), symbol("t", integer=True), symbol("T", integer=True, positive=True)
    >>> total = Derivation("ex.total", "A sum", facts=[(c, 2)], times={T: 2}, seconds=30)
    >>> total.start(Sum(c * t, (t, 2, T))).equals(T * (T + 1) - c).equals((T + 2) * (T - 1))

    Refused: the second line does not follow
    >>> wrong = Derivation("ex.wrong", "A sign lost")
    >>> wrong.start(log(p(x)))
    >>> wrong.equals(log(p(x, z)) - log(p(z|x)))
    >>> wrong.equals(log(p(x, z)) + log(p(z|x)))

    Refused: a label
    >>> Derivation("The ELBO", "A title")

    Refused: a fact
    >>> Derivation("ex.facts", "A title", facts=["a = b"])

    Refused: in no time
    >>> hurry = Derivation("ex.hurry", "In no time", seconds=1e-9)
    >>> hurry.start(log(p(x))).equals(log(p(x, z)) - log(p(z|x)))

    Refused: a chain of length 1 has no second step
    >>> X = chain("x")
    >>> m = Law("m", X[0:T], markov=True)
    >>> short = Derivation("ex.times", "Too short", times={T: 1})
    >>> short.start(log(m(X[0:T]|X[2]))).equals(log(m(X[0:T])) - log(m(X[2])))
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
        """The expression that the first line transforms.

        Example
        >>> a, b = symbols("a b")
        >>> square = Derivation("ex.start", "A square")
        >>> square.start((a + b)**2).equals(a**2 + 2 * a * b + b**2)

        Refused: a derivation starts once
        >>> square.start(a)
        """
        if self.first is not None:
            raise DerivationError(f"{self.label} has started with {text(self.first)} already; start a new Derivation")
        self.first = read(expression)
        if type(self) is Derivation:  # an identity's first side is no line of its own
            remember(f"{self.label}.0")
        return self

    @call(".equals(expression, because=\"…\")", *LINE)
    def equals(self, expression, because="", *, label=None, facts=(), when=(), times=None, answers=(), seconds=None):
        """The next line, equal to the one before.

        because: text, a statement, `see(label)`, or a list of them.
        label: a name for the line; without it, it is called by its place.
        facts: what holds in this line and those below it, beside the derivation's own (see `fact`).
        when: words of your own on when the line holds; nothing is checked of them.
        times: {T: least value}, in place of the derivation's own.
        answers: rows of the book's source article; for the book alone.
        seconds: the budget of time of this line, in place of the derivation's own.

        Example: a reason, a name, words
        >>> a, b, c = symbols("a b c")
        >>> d = Derivation("ex.equals", "A square")
        >>> d.start((a + b)**2)
        >>> d.equals(a**2 + 2 * a * b + b**2, because="expand", label="ex.equals.expanded",
        ...     when="for all real numbers")

        Example: a fact that enters here
        >>> d.equals(a**2 + c + b**2, because=d["ex.equals.expanded"], facts=[(c, 2 * a * b)])

        Example: `times` of one line
        >>> k, n = symbol("k", integer=True), symbol("n", integer=True, positive=True)
        >>> Derivation("ex.equals.sum", "A sum").start(Sum(k, (k, 2, n))).equals(
        ...     frac(n * (n + 1), 2) - 1, times={n: 2}, answers="row", seconds=30)

        Refused: the fact is missing
        >>> d.equals(a**2 + b**2 + 3 * c)

        Refused: a reason is no number
        >>> d.equals((a + b)**2, because=2)

        Refused: a label is dotted lower case
        >>> d.equals((a + b)**2, label="Line 3")

        Refused: facts are pairs, inequalities, `fact(…)` or definitions
        >>> d.equals((a + b)**2, facts=[c])

        Refused: no time to check it in
        >>> d.equals((a + b)**2, facts=[(c, 2 * a * b)], seconds=1e-9)

        Refused: the least length is too small
        >>> X = chain("x")
        >>> m = Law("m", X[0:n], markov=True)
        >>> short = Derivation("ex.equals.short", "A chain").start(log(m(X[0:n])))
        >>> short.equals(log(m(X[0:2])) + Sum(log(m(X[k]|X[k-1])), (k, 3, n)), times={n: 1})
        """
        return self._line("=", expression, because=because, label=label, facts=facts, when=when, times=times, answers=answers, seconds=seconds)

    @call(".at_least(expression, gap=what cannot be negative)", *LINE)
    def at_least(self, expression, gap=None, because="", *, label=None, facts=(), when=(), times=None, answers=(), seconds=None):
        """The next line, not larger than the one before: their difference is `gap`, which cannot be negative.

        gap: a sum of divergences (KL, MI), of `phi(u)` with u > 0, of squares, of entropies of a discrete law, of what is declared
            or given not to be negative; each with weights, under expectations and sums. The others are those of `equals`.

        Example: a divergence
        >>> x, z = variables("x z")
        >>> p, q = Law("p", x, z), Law("q", z | x)
        >>> bound = Derivation("ex.at.least", "The bound")
        >>> bound.start(log(p(x))).at_least(ELBO(q(z|x), p(x, z)), gap=KL(q(z|x), p(z|x)),
        ...     because="a divergence is not negative")

        Example: a square
        >>> a, b = symbols("a b")
        >>> Derivation("ex.square", "Two means").start(a**2 + b**2).at_least(2 * a * b, gap=(a - b)**2)

        Example: the mean of a divergence, and a weight
        >>> w = symbol("w", positive=True)
        >>> mean = w * E[p(x)](KL(q(z|x), p(z|x)))
        >>> Derivation("ex.mean", "A mean").start(w * E[p(x)](log(p(x)))).at_least(
        ...     w * E[p(x)](ELBO(q(z|x), p(x, z))), gap=mean)

        Example: a number that is given not to be negative
        >>> Derivation("ex.given", "A sign").start(a).at_least(b, gap=a - b, facts=[a >= b],
        ...     when="wherever a is the larger")

        Example: an entropy of a discrete law, `phi`, and a mutual information
        >>> d = Law("d", x, z, discrete=True)
        >>> Derivation("ex.entropy", "More is not less").start(H(d(x, z))).at_least(
        ...     H(d(x)), gap=E[d(x)](H(d(z|x))))
        >>> u = symbol("u", positive=True)
        >>> Derivation("ex.tangent", "A tangent").start(u).at_least(1 + log(u), gap=phi(u))
        >>> Derivation("ex.apart", "Apart is more").start(H(p(x)) + H(p(z))).at_least(
        ...     H(p(x, z)), gap=MI(p(x, z), x))

        Example: a sum of such, over the steps of a chain
        >>> X, t, T = chain("x"), symbol("t", integer=True), symbol("T", integer=True, positive=True)
        >>> r, s = Law("r", X[0:T], markov=True), Law("s", X[0:T], markov=True)
        >>> steps = Sum(E[r(X[t-1])](KL(r(X[t]|X[t-1]), s(X[t]|X[t-1]))), (t, 1, T))
        >>> paths = Derivation("ex.paths", "Paths differ by no less than their beginnings", times={T: 1})
        >>> paths.start(KL(r(X[0:T]), s(X[0:T]))).at_least(KL(r(X[0]), s(X[0])), gap=steps)

        Refused: an entropy of a law that need not be discrete
        >>> Derivation("ex.density", "Less").start(H(p(x, z))).at_least(H(p(x)), gap=E[p(x)](H(p(z|x))))

        Refused: `phi` of what may be negative
        >>> Derivation("ex.phi", "A tangent").start(a).at_least(1 + log(a), gap=phi(a))

        Refused: a difference of divergences has no sign
        >>> difference = KL(q(z|x), p(z|x)) - KL(q(z|x), p(z))
        >>> Derivation("ex.difference", "A prior").start(log(p(x))).at_least(log(p(x)) - difference,
        ...     gap=difference)

        Refused: a weight without a sign
        >>> Derivation("ex.weight", "A weight").start(a * log(p(x))).at_least(a * ELBO(q(z|x), p(x, z)),
        ...     gap=a * KL(q(z|x), p(z|x)))

        Refused: not of a form that shows its sign
        >>> Derivation("ex.form", "No sign").start(a**2 + b**2).at_least(a * b, gap=a**2 - a * b + b**2 - a)

        Refused: not the difference
        >>> Derivation("ex.not.it", "Another square").start(a**2 + b**2).at_least(a * b, gap=(a - b)**2)

        Refused: the divergence the other way round
        >>> Derivation("ex.other", "A wrong gap").start(log(p(x))).at_least(ELBO(q(z|x), p(x, z)),
        ...     gap=KL(p(z|x), q(z|x)))
        """
        return self._line(">=", expression, gap=gap, because=because, label=label, facts=facts, when=when, times=times, answers=answers, seconds=seconds)

    @call(".at_most(expression, gap=what cannot be negative)", *LINE)
    def at_most(self, expression, gap=None, because="", *, label=None, facts=(), when=(), times=None, answers=(), seconds=None):
        """The next line, not smaller than the one before; `gap` is the difference, as in `at_least`.

        Example
        >>> u = symbol("u", positive=True)
        >>> Derivation("ex.at.most", "A tangent").start(log(u)).at_most(u - 1, gap=phi(u))

        Refused: the line runs the other way
        >>> Derivation("ex.at.most.not", "A tangent").start(u - 1).at_most(log(u), gap=phi(u))
        """
        return self._line("<=", expression, gap=gap, because=because, label=label, facts=facts, when=when, times=times, answers=answers, seconds=seconds)

    def _line(self, relation, expression, gap=None, label=None, facts=(), times=None, seconds=None, **how):
        if self.first is None:
            raise DerivationError(f"{self.label} has no first line; call .start(expression) before .equals(…)")
        if label is not None and not (isinstance(label, str) and LABEL.fullmatch(label)):
            raise DerivationError(f"a line's label is dotted lower case such as 'elbo.exact.split', not {label!r}")
        before = self.lines[-1].expression if self.lines else self.first
        if times is not None and not isinstance(times, Times):
            times = Times(times)
        try:
            if relation != "=" and gap is None:
                raise without_gap(label or f"{self.label}.{len(self.lines) + 1}", before, relation, read(expression), [*self.facts, *facts], times or self.times)
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

        which: a line's label, or its place from 1. A message shows the first terms alone. Of a line that is proved it is "0".

        Example: a line that is proved
        >>> a, b = symbols("a b")
        >>> steps = Derivation("ex.residual", "A square").start((a + b)**2).equals(a**2 + 2*a*b + b**2)
        >>> print(steps.residual(which=1))

        Refused: no line was refused
        >>> steps.residual()

        Refused: there is no such line
        >>> steps.residual(which=2)
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
        """A line's right side as a function of `args`, for numbers and arrays.

        which: the line's label, or its place from 1. modules: "numpy" or "jax".

        Example
        >>> s, v = symbols("s v", positive=True)
        >>> precisions = Identity("ex.function", frac(1, frac(1, s) + frac(1, v)), frac(s * v, s + v))
        >>> float(precisions.function(1, s, v, modules="numpy")(3, 6))

        Refused: it depends on more
        >>> precisions.function(1, s)

        Refused: in the arrays of another library
        >>> precisions.function(1, s, v, modules="torch")

        Refused: undetermined laws have no value
        >>> x, z = variables("x z")
        >>> p = Law("p", x, z)
        >>> Identity("ex.function.law", log(p(x, z)), log(p(x)) + log(p(z|x))).function(1)
        """
        return self[which].function(*args, modules=modules)

    def printed(self, which, *args, part=None, given=()):
        """A line's right side as a function that a page draws from: called, it is NumPy's; `.javascript` is the page's.

        which, args: as in `function`. part: an expression that stands in the line, in place of its right side.
        given: {symbol: value} for symbols that are no arguments.

        Example
        >>> s, v = symbols("s v", positive=True)
        >>> precisions = Identity("ex.printed", frac(1, frac(1, s) + frac(1, v)), frac(s * v, s + v))
        >>> print(precisions.printed(1, s, given={v: 6}).javascript)

        Example: a part of it
        >>> print(precisions.printed(1, s, part=frac(1, s)).javascript)

        Refused: what does not stand there
        >>> precisions.printed(1, s, part=s**2)

        Refused: given in terms of itself
        >>> precisions.printed(1, s, given={v: v + 1})
        """
        return self[which].printed(*args, part=part, given=given)

    # --- what is shown and kept

    def records(self):
        """The ledger's records, one for each line: its LaTeX, status, method, reach, facts, conditions, probe, mutants.

        Example: reading the record
        >>> x, y = symbols("x y")
        >>> d = Identity("ex.records", frac(x**2 - y**2, x - y), x + y)
        >>> (record,) = d.records()
        >>> for name in ("status", "method", "reach", "conditions", "mutants"):
        ...     print(name, record[name], sep=": ")

        Refused: nothing to show
        >>> Derivation("ex.empty", "Empty").start(x).records()
        """
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
    """One equation, shown as one line: `Identity("bayes.theorem", p(a|b), frac(p(b|a)*p(a), p(b)), because="…")`.

    The arguments are those of `Derivation` and of `Derivation.equals`.

    Example
    >>> a, b = variables("a b")
    >>> p = Law("p", a, b)
    >>> Identity("ex.identity", p(a|b), frac(p(b|a) * p(a), p(b)), because="the product rule, twice",
    ...     title="Bayes' rule")

    Example: with facts, lengths, words
    >>> k, n = symbol("k", integer=True), symbol("n", integer=True, positive=True)
    >>> c = symbol("c")
    >>> Identity("ex.identity.more", Sum(c * k, (k, 2, n)), n * (n + 1) - 2, facts=[(c, 2)], times={n: 2},
    ...     when="as it is used below")

    Refused: the prior forgotten
    >>> Identity("ex.identity.prior", p(a|b), frac(p(b|a), p(b)))

    Refused: a line is an expression, not text
    >>> Identity("ex.identity.text", p(a|b), "p(b|a) p(a) / p(b)")
    """

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
    """One inequality lhs ≥ rhs, with the gap that shows it (see `Derivation.at_least`).

    Example: the mean of a logarithm, and its gap
    >>> x, z = variables("x z")
    >>> p, q = Law("p", x, z), Law("q", z | x)
    >>> Inequality("ex.inequality", log(p(x)), E[q(z|x)](log(frac(p(x, z), q(z|x)))),
    ...     gap=KL(q(z|x), p(z|x)), because="the gap is a divergence")

    Example: a discrete law's entropy is not negative
    >>> d = Law("d", x, z, discrete=True)
    >>> Inequality("ex.inequality.entropy", H(d(x, z)), H(d(x)), gap=E[d(x)](H(d(z|x))))

    Refused: the inequality the other way round
    >>> Inequality("ex.inequality.turned", E[q(z|x)](log(frac(p(x, z), q(z|x)))), log(p(x)),
    ...     gap=KL(q(z|x), p(z|x)))

    Refused: any number is a difference, not every number has a sign
    >>> a, b = symbols("a b")
    >>> Inequality("ex.inequality.sign", a, b, gap=a - b)

    Refused: without its gap, which is looked for
    >>> Inequality("ex.inequality.gap", log(p(x)), E[q(z|x)](log(frac(p(x, z), q(z|x)))))
    """

    relation = ">="

    @call("Inequality(\"label\", left, right, gap=left − right in a form that cannot be negative)", *LINE, "title")
    def __init__(self, label, lhs, rhs, gap=None, because="", **how):
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
        probe={"instances": proof.probe.instances, "digits": proof.probe.digits} | ({"alone": proof.probe.alone} if proof.probe.alone else {}),
        mutants=counts, uses=line.uses(), answers=line.answers,
        symbols=symbols_of(line.before, line.expression),
    )  # fmt: skip


def added(line):
    """What a line brings into its chain, in MyST; of facts those that are no statements of their own."""
    facts = [f for f in line.new_facts if not f.label]
    return {"facts": facts_in_words(facts), "conditions": _conditions(line.new_conditions), "when": line.own_words}


def facts_in_words(facts):
    """Facts in MyST: formulas, with a reference behind those that are statements of their own."""
    return [f"${fact_tex(f)}$" + (f" {{eq}}`{f.label}`" if f.label else "") for f in facts]


def _conditions(conditions):
    """Conditions as formulas; what the book's conventions say once is left out."""
    return [f"${condition_tex(c)}$" for c in conditions if not is_convention(c)]
