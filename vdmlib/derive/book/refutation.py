"""A false claim, shown false at one instance, and tied to what is true by the slip between the two."""

import inspect
from dataclasses import dataclass

import mpmath
import sympy

from ..budget import budget
from ..calls import call
from ..errors import DerivationError
from ..nodes.expressions import plain
from ..nodes.hypotheses import Fact, declared_ranges
from ..nodes.times import Times
from ..probe.agreement import probe
from ..probe.given import Given, NotGiven
from ..prove.domain import presupposed
from ..show.decimals import decimal, decimal_tex
from ..show.latex import relation_tex, tex
from ..show.text import text
from .derivation import Derivation, facts_in_words
from .facts import read_facts
from .line import Line
from .mutate import mutants
from .statements import Definition, Statement
from .watch import made

__all__ = ["Refutation"]

RELATIONS = ("=", "!=", ">=", "<=")
SHORT = 16  # outcomes of a table that are written out
INSTANCE = ("values", "tables", "numbers", "functions", "free")


@dataclass(frozen=True)
class Claim:
    """left relation right."""

    left: object
    relation: str
    right: object

    def repaired(self, slip):
        """The claim with each wrong part replaced by the right one; an error where it does not hold such a part."""
        relation, parts = self.relation, {}
        for wrong, instead in slip:
            if isinstance(wrong, str):
                found, relation = relation == wrong, instead
            else:
                found = any(a == wrong for side in (self.left, self.right) for a in sympy.preorder_traversal(side))
                parts[wrong] = instead
            if not found:
                raise DerivationError(f"the claim {self} does not hold the slip {wrong if isinstance(wrong, str) else text(wrong)}")
        return Claim(self.left.xreplace(parts), relation, self.right.xreplace(parts))

    @property
    def empty(self):
        """Whether it says that something is itself."""
        return self.relation != "!=" and self.left == self.right

    @property
    def sides(self):
        return self.left, self.right

    @property
    def plainly(self):
        """Both sides as ordinary SymPy; None where these cannot be written, as with a negative variance."""
        try:
            return tuple(map(plain, self.sides))
        except DerivationError:
            return None

    def tex(self):
        return f"{tex(self.left)} {relation_tex(self.relation)} {tex(self.right)}"

    def __str__(self):
        return f"{text(self.left)} {self.relation} {text(self.right)}"


@dataclass(frozen=True)
class Truth:
    """What is true: a claim that is proved or a definition, and what it is true under."""

    label: str
    claim: Claim
    facts: tuple
    conditions: tuple = ()
    method: str = ""
    reach: str = ""

    @classmethod
    def of(cls, statement):
        """Of a line, a derivation's last line, or a definition; None for a label or another statement."""
        if isinstance(statement, Derivation):
            statement = statement[len(statement.lines)]
        if isinstance(statement, Line):
            line = statement
            if line.refused is not None:
                raise line.refused
            return cls(line.label, Claim(line.first, line.overall, line.expression), line.facts, line.conditions, line.proof.method, line.reach)
        if isinstance(statement, Definition) and statement.status == "definition":
            return cls(statement.label, Claim(statement.left, "=", statement.right), (statement.as_fact(),), method="definition")
        return None


class Refutation(Statement):
    """A false claim, with a counterexample that is computed here, and with what is wrong in it.

    Parameters
    ----------
    claim: (left, relation, right); relation "=", "!=", ">=" or "<=".
    at: the instance that makes it false, in which nothing is drawn: a dict {symbol: number}; or keyword arguments of
        `Given`: `values`, `tables` and `free` of random variables, `numbers`, `functions`.
    instead: the statement that is true instead, or its label.
    slip: what is wrong with the claim: (wrong, right), two expressions or two relations, or a list of such pairs, put in
        together. With the right ones in place of the wrong ones the claim must be true: proved here as a line is, or the
        very line given as `instead`, or a definition among the facts; and it must stand at the same instance. Or a hypothesis that the claim leaves out:
        a fact or statement that the line given as `instead` rests on.
    facts, times: what the claim is about, as in a derivation; the instance must meet them.
    gap: of a repaired inequality, the difference that cannot be negative.
    article: the words or formula of the source, if it is the source's claim; quoted as they stand.

    The claim's mutants are its control: none of them may pass for this refutation, unless it is as false, and as true
    without the slip.

    Example: two variances and two standard deviations
    >>> x, y, s, v = *variables("x y"), *symbols("s v", positive=True)
    >>> true = Identity("ex.add", Integrate[x](N(x, 0, s**2) * N(y, x, v**2)), N(y, 0, s**2 + v**2))
    >>> claim = Integrate[x](N(x, 0, s**2) * N(y, x, v**2)), "=", N(y, 0, (s + v)**2)
    >>> Refutation("ex.add.not", claim, {s: 1, v: 1, y: 0}, instead=true, slip=((s + v)**2, s**2 + v**2))

    Example: the wrong relation, and a gap that shows the right one
    >>> u = symbol("u", positive=True)
    >>> tangent = Inequality("ex.tangent", u - 1, log(u), gap=phi(u))
    >>> Refutation("ex.tangent.not", (u - 1, "<=", log(u)), {u: 2}, tangent, "a tangent lies above",
    ...     slip=("<=", ">="), gap=phi(u))

    Example: a hypothesis left out; `at` names values, numbers, tables or functions
    >>> a, b, c = symbols("a b c")
    >>> given = fact(c, a + b)
    >>> square = Identity("ex.square", c**2, a**2 + 2 * a * b + b**2, facts=[given])
    >>> Refutation("ex.square.not", (c**2, "=", a**2 + 2 * a * b + b**2),
    ...     dict(numbers={a: 1, b: 1, c: 1}), square, slip=given)

    Example: facts and lengths that the claim is about
    >>> k, n = symbol("k", integer=True), symbol("n", integer=True, positive=True)
    >>> total = Identity("ex.total", Sum(c * k, (k, 2, n)), n * (n + 1) - 2, facts=[(c, 2)], times={n: 2})
    >>> Refutation("ex.total.not", (Sum(c * k, (k, 2, n)), "=", n * (n + 1)), {n: 3}, total,
    ...     slip=(n * (n + 1), n * (n + 1) - 2), facts=[(c, 2)], times={n: 2})

    Refused: the claim holds at this point
    >>> Refutation("ex.tangent.one", (u - 1, "<=", log(u)), {u: 1}, tangent, slip=("<=", ">="), gap=phi(u))

    Refused: what is wrong with it?
    >>> Refutation("ex.tangent.why", (u - 1, "<=", log(u)), {u: 2}, tangent)

    Refused: with this part put in it is still false
    >>> Refutation("ex.add.still", claim, {s: 1, v: 1, y: 0}, instead=true, slip=((s + v)**2, s + v))

    Refused: what a fact gives has no other value
    >>> Refutation("ex.total.fact", (Sum(c * k, (k, 2, n)), "=", n * (n + 1)), {n: 3, c: 1}, total,
    ...     slip=(n * (n + 1), n * (n + 1) - 2), facts=[(c, 2)])

    Refused: not of a length that the claim is about
    >>> Refutation("ex.total.short", (Sum(c * k, (k, 2, n)), "=", n * (n + 1)), {n: 1}, total,
    ...     slip=(n * (n + 1), n * (n + 1) - 2), facts=[(c, 2)], times={n: 2})
    """

    kind, status = "refutation", "refuted"

    @call("Refutation(\"label\", (left, \"=\", right), {symbol: number}, instead=…, slip=(wrong, right))", "article", "answers", "when", "uses", "title", "concession")
    def __init__(self, label, claim, at, instead, words="", facts=(), slip=(), gap=None, times=None, **more):
        super().__init__(label, words, **more)
        left, relation, right = claim
        if relation not in RELATIONS:
            raise DerivationError(f"{label}: a claim is left =, !=, >= or <= right, not {relation!r}")
        if self.answers and not self.article:
            raise DerivationError(f"{label}: it answers a row of the article; give the article's own words or formula as article=")
        self.claim = Claim(sympy.sympify(left), relation, sympy.sympify(right))
        self.facts, self.definitions = read_facts(facts), [t for t in map(Truth.of, facts) if t]
        self.times = times if isinstance(times, Times) or times is None else Times(times)
        self.cited += [f.label for f in self.facts if f.label]
        self.true = Truth.of(instead)
        self.instead = self.true.label if self.true else instead if isinstance(instead, str) else instead.label
        self.at = dict(at) if any(k in INSTANCE for k in at) else {"numbers": dict(at)}
        self.gap = None if gap is None else sympy.sympify(gap)
        self.long_enough()
        self.dropped, self.slip = _read_slip(slip)
        self.cited += [f.label for f in self.dropped if f.label]
        with budget(f"the refutation {label}"):
            self.values, self.truth = self.refute(self.claim)
            self.not_proved(self.claim)
        made(self)

    def long_enough(self):
        """An error where the instance has a length that the claim is not about."""
        for s, number in self.at.get("numbers", {}).items():
            least = self.times.least.get(plain(s)) if self.times is not None else None
            if least is not None and sympy.sympify(number) < least:
                raise DerivationError(f"{self.label}: {s} = {number} is less than {least}, the least value given in times")

    # --- the counterexample, and its control

    def refute(self, claim):
        """(values of both sides, the true line); an error where the claim stands at the instance, or is not tied to what is true."""
        left_out = self.without_hypothesis(claim) if self.dropped else None
        a, b, stands = self.look(claim, self.hypotheses())
        if stands:
            raise DerivationError(f"{self.label}: the claim holds at this point ({decimal(a, 8)} {claim.relation} "
                                  f"{decimal(b, 8)}), so it is no counterexample")  # fmt: skip
        return (a, b), left_out or self.truth_of(self.repair(claim))

    def hypotheses(self):
        """The facts that the claim keeps: its own, and those of the true line but for the one left out."""
        kept = [f for f in self.true.facts if f not in self.dropped] if self.dropped and self.true else []
        return (*self.facts, *[f for f in kept if f not in self.facts])

    def repair(self, claim):
        """The claim without its slip."""
        if not self.slip:
            raise DerivationError(f"{self.label}: say what is wrong with the claim: slip=(wrong part, right part), after which it is true")
        try:
            form = claim.repaired(self.slip)
        except DerivationError as why:
            raise DerivationError(f"{self.label}: {why}") from None
        if form.empty:
            raise DerivationError(f"{self.label}: without its slip the claim reads {form}, which says nothing. Name the part that is wrong")
        return form

    def truth_of(self, form):
        """The claim without its slip as a line that is true: at the instance, and for all."""
        reads = f"{self.label}: without its slip the claim reads {form}"
        a, b, stands = self.look(form, self.facts)
        if not stands:
            raise DerivationError(f"{reads}, which does not stand at the instance: {decimal(a, 8)}, {decimal(b, 8)}")
        true = next((t for t in (self.true, *self.definitions) if t and t.claim == form), None) or self.proved(form, reads)
        try:
            self.look(form, true.facts, [c for c in true.conditions if not c.over])
        except DerivationError as why:
            raise DerivationError(f"{reads}, which is true under hypotheses that the instance does not meet: {why}") from None
        return true

    def proved(self, form, reads):
        if form.relation == "!=":
            raise DerivationError(f"{reads}; that two sides differ is not proved here")
        if form.relation != "=" and self.gap is None:
            raise DerivationError(f"{reads}, which is not proved: give the gap of an inequality")
        try:
            return Truth.of(Line(self.label, form.left, form.relation, form.right, gap=self.gap, facts=self.facts, times=self.times))
        except DerivationError as why:
            raise DerivationError(f"{reads}, which is not proved. Name the slip.\n  {why}") from None

    def without_hypothesis(self, claim):
        """The true line itself, of which the claim leaves out one of the facts it rests on."""
        if self.true is None:
            raise DerivationError(f"{self.label}: give the true line itself as instead=, not its label, to say which of its facts is left out")
        if claim != self.true.claim:
            raise DerivationError(f"{self.label}: the claim is not {self.true.label} without a hypothesis: that line reads {self.true.claim}")
        if not any(f in self.true.facts for f in self.dropped):
            raise DerivationError(f"{self.label}: {self.true.label} does not rest on the hypothesis that the claim leaves out")
        return self.true

    def not_proved(self, claim):
        """What is refuted must not be proved as well."""
        if claim.relation == "!=" or self.false_elsewhere(claim):
            return
        try:
            Line(self.label, claim.left, "=", claim.right, facts=self.facts, times=self.times)
        except DerivationError:
            return
        raise DerivationError(f"{self.label}: the instance refutes a claim that is proved: {claim}")

    def false_elsewhere(self, claim):
        """Whether a random instance contradicts a claim: quicker than a proof that fails."""
        if claim.relation == "!=":
            return False
        return probe(claim.left, claim.right, (*self.facts, *declared_ranges(claim.left, claim.right)), self.times, relation=claim.relation, instances=2, twice=False).agrees is False

    def look(self, claim, facts, conditions=()):
        """(left value, right value, whether the claim stands) at the instance."""
        facts = (*facts, *declared_ranges(*claim.sides))
        try:
            here = Given(claim.sides, facts, conditions, self.times, **self.at)
            for side in claim.sides:
                here.must_exist(presupposed(side))
            return here.compare(claim.relation)
        except NotGiven as why:
            raise DerivationError(f"{self.label}: {why}") from None

    def control(self):
        """Altered claims: {"made", "equal", "killed"}. One is killed if it does not pass for this refutation; it is equal
        if it is as false as the claim and as true without the slip. A true one that is refuted is an error."""
        counts = {"made": 0, "equal": 0, "killed": 0}
        for other in self.altered():
            counts["made"] += 1
            try:
                false = not self.dropped and self.false_elsewhere(self.repair(other))
                if not false:
                    self.refute(other)
            except DerivationError:
                false = True
            if false:
                counts["killed"] += 1
                continue
            self.not_proved(other)
            counts["equal"] += 1
        return counts

    def altered(self):
        """The claim with either side exchanged for a mutant of it; not those that are the claim in another form, √1 for 1."""
        c = self.claim
        others = [Claim(c.left, c.relation, m.expression) for m in mutants(c.right)]
        others += [Claim(m.expression, c.relation, c.right) for m in mutants(c.left)]
        return [o for o in others if o.plainly not in (None, c.plainly)]

    # --- what is shown and kept

    def statement(self):
        return self.claim.tex()

    def expressions(self):
        return self.claim.sides

    def fields(self):
        facts = facts_in_words(self.facts)
        return {
            "counterexample": self.counterexample(), "instead": self.instead, "slip": self.slip_in_words(), "mutants": self.control(),
            "article": self.article, "facts": facts, "added": {"facts": facts, "conditions": [], "when": self.when},
            "method": self.truth.method, "reach": self.truth.reach,
        }  # fmt: skip

    def counterexample(self):
        """The point, the values of both sides there, to as many digits as tell them apart, and their distance; in MyST."""
        point = f"{self.point()}: " if self.point() else ""
        for digits in (6, 12, 30):
            a, b = (decimal_tex(v, digits) for v in self.values)
            if a != b:
                distance = abs(self.values[0] - self.values[1])
                apart = f", apart by ${decimal_tex(distance, 3)}$" if mpmath.isfinite(distance) else ""
                return f"{point}left side ${a}$, right side ${b}${apart}"
        return f"{point}both sides are ${decimal_tex(self.values[0], 6)}$"

    def point(self):
        """The numbers of the instance, in MyST; a table by its law's name where it is long."""
        said = [f"{tex(s)} = {tex(sympy.nsimplify(n) if isinstance(n, float) else sympy.sympify(n))}"
                for kind in ("numbers", "free") for s, n in dict(self.at.get(kind, {})).items()]  # fmt: skip
        said += [_chosen(name, function) for name, function in dict(self.at.get("functions", {})).items()]
        for law, table in dict(self.at.get("tables", {})).items():
            if len(table) > SHORT:
                said.append(rf"{law.name} \text{{ as tabled}}")
            else:
                said += [f"{law.name}({_place(law, o)}) = {tex(sympy.sympify(p))}" for o, p in table.items() if sympy.sympify(p) != 0]
        return ", ".join(f"${part}$" for part in said)

    def slip_in_words(self):
        """What is wrong, in MyST: "$p(x)$ stands where $p(z)$ should"."""
        if self.dropped:
            return f"it holds given {'; '.join(facts_in_words(self.dropped))}, which is left out"
        show = lambda e: f"${relation_tex(e)}$" if isinstance(e, str) else f"${tex(e)}$"  # noqa: E731
        return "; ".join(f"{show(wrong)} stands where {show(right)} should" for wrong, right in self.slip)


def _chosen(name, function):
    """A function of the instance by its values, in LaTeX: f(v) = v²; one that only numbers can be put into by its name."""
    places = sympy.symbols(list(inspect.signature(function).parameters))
    try:
        value = sympy.sympify(function(*places))
    except (TypeError, ValueError):
        return rf"{name} \text{{ as given}}"
    return f"{tex(sympy.Function(name)(*places))} = {tex(value)}"


def _place(law, outcome):
    """An outcome of a table, in which what conditions comes first, as the law is written: that behind a bar."""
    said = [tex(sympy.sympify(o)) for o in (outcome if isinstance(outcome, tuple) else (outcome,))]
    given = len(law.given) if len(law.order) == len(said) else 0  # a stretch of a chain counts as one
    return r" \mid ".join(", ".join(part) for part in (said[given:], said[:given]) if part)


def _read_slip(slip):
    """(facts that are left out, pairs of what is wrong and right): one of the two."""
    if isinstance(slip, Fact) or hasattr(slip, "as_fact"):
        return read_facts([slip]), []
    pairs = list(slip) if slip and isinstance(slip[0], (tuple, list)) else [tuple(slip)] if slip else []
    return (), [tuple(e if isinstance(e, str) else sympy.sympify(e) for e in pair) for pair in pairs]
