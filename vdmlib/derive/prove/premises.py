"""What may be taken for true of a line, and what of its conditions that leaves open.

Known are the declared properties of symbols, the least values of times, 0 < α_t < 1, the inequalities among the
facts, and the conditions met before. A condition that follows from these is dropped, one that contradicts them
is an error, any other is made as simple as it can be.
"""

from dataclasses import replace

import sympy
from sympy import Add, Dummy, Mul, S
from sympy.core.function import AppliedUndef

from ..budget import spend
from ..compute.arrays.evaluate import speaks_of_arrays
from ..compute.evaluator import Evaluator
from ..compute.jet import written
from ..compute.positivity import factor_list, supposing
from ..compute.zero import simplify_zero
from ..errors import DerivationError
from ..nodes.bounds import range_of
from ..nodes.expressions import Factors, Frac, Sized, Sym, Terms, plain
from ..nodes.functionals import Expectation, Functional, Integrate, Over, phi
from ..nodes.hypotheses import Condition
from ..nodes.laws import At, Density
from ..nodes.walk import bound_in, has, walk
from ..show.conditions import condition_text, fact_text
from .blow_up import stays_finite
from .cases import cases
from .definite import array_sign
from .domain import of_densities
from .laws.method import ExpectedLogDensities
from .method import Claim
from .nonnegative import nonnegative
from .nonnegative import positive as positive_form
from .ranges import at_values, instances, ways
from .slopes_and_values import slopes_meet_values
from .signs import implies, law_sign, positive_head, reduced, says, settled, speaks_of_laws, with_values

__all__ = ["Premises"]

_BINDERS = (sympy.Integral, sympy.Sum, sympy.Product, sympy.Limit, sympy.Derivative, sympy.Subs)
STEPS = 3  # in which an inequality that holds for every value is used one after the other: f(u) ≥ f(u − 3)
_LARGE = 400  # operations; the sign of a larger expression is not looked into


class Premises:
    """What is known so far. `settle(condition)` says what is left of it, and `add(condition)` adds to what is known."""

    def __init__(self, facts=(), times=None):
        self.least = dict(times.least) if times is not None else {}
        self.equations = tuple(f for f in facts if f.relation == "=" and not any(map(speaks_of_arrays, f)))
        self.inequalities = [f for f in facts if f.relation in (">", ">=", "!=")]
        self.made = []
        self.stand_ins, self.looked_at = {}, []
        self.supposed = [plain(f.left) - plain(f.right) for f in self.inequalities
                         if f.relation == ">" and not f.forall and not speaks_of_laws(f.left) and not speaks_of_laws(f.right)]  # fmt: skip

    def with_signs(self, e):
        """An expression in which symbols that are known to be positive, or negative, are declared so; bound ones are others."""
        known, e = {}, sympy.sympify(e)
        for c in self.conditions():
            for sign, what in ((1, "positive"), (-1, "negative")):
                if c.relation == ">" and not c.over and not speaks_of_laws(c.left) and isinstance(sign * (plain(c.left) - plain(c.right)), sympy.Symbol):
                    known[sign * (plain(c.left) - plain(c.right))] = what
        swap = {s: type(s)(s.name, **{**{k: v for k, v in s.assumptions0.items() if k == "integer" and v}, known[plain(s)]: True})
                for s in e.atoms(sympy.Symbol) if type(s) in (sympy.Symbol, Sym) and plain(s) in known and not bound_in(e, s)}  # fmt: skip
        return e.xreplace(swap) if swap else e

    def conditions(self):
        """All that an instance must meet: the conditions made, and the inequalities among the facts."""
        return (*self.made, *self.given())

    def given(self):
        """The inequalities among the facts."""
        return [Condition(f.left, f.relation, f.right, tuple((v, None, None) for v in f.forall), "a fact") for f in self.inequalities]

    def stand_in(self, thing, **properties):
        """A symbol with these properties in the place of a thing: the same one each time."""
        key = thing, tuple(sorted(properties.items()))
        return self.stand_ins.setdefault(key, Dummy(str(thing), **properties))

    def add(self, condition):
        """What is new of a condition, simplified; from now on it is known."""
        new = self.settle(condition)
        self.made += new
        return new

    def settle(self, c):
        """[] where the condition follows from what is known, else one condition or several simpler ones."""
        if c in self.made:
            return []
        if c.relation == "total" and self.has_total_one(c):
            return []
        if c.relation not in (">", ">=", "!="):
            return [c]
        if speaks_of_arrays(c.left) or speaks_of_arrays(c.right):
            return [] if c.right == 0 and self.holds(c.left, c.relation, c.over) else [c]
        value = self.carried_out(c.left)
        if value is not None and self.holds(value, c.relation, c.over):
            return []
        if self.against_the_facts(c):
            raise DerivationError(f"{c.why or 'the line'} needs {condition_text(c)}, which the facts contradict")
        if speaks_of_laws(c.left):
            known = self.holds(c.left, c.relation, c.over) or c.relation == ">=" and c.right == 0 and self.nonnegative(c.left, c.over)
            return [c] if of_densities(c.left) or not known else []
        c = replace(c, left=c.left - c.right, right=S.Zero) if c.right != 0 else c
        if self.holds(c.left, c.relation, c.over):
            return []
        if isinstance(c.left, sympy.Abs):
            return self.settle(replace(c, left=c.left.args[0], relation="!=")) if c.relation != ">=" else []
        if self.fails(c):
            raise DerivationError(f"{c.why or 'the line'} needs {condition_text(c)}, which does not hold")
        indices = self.first_indices(c)
        if indices is not None:
            return [d for i in indices for d in self.settle(replace(c, left=i, relation=">="))]
        parts = self.factors(c)
        if parts is None:
            return [c]
        return [d for p in parts for d in (self.settle(p) if p != c else [p])]

    def against_the_facts(self, c):
        """Whether the values that facts give at a point break a condition there."""
        values = {plain(f.left): plain(f.right) for f in self.equations if not f.forall and not speaks_of_laws(f.left) and not speaks_of_laws(f.right)}
        if c.over or not values or speaks_of_laws(c.left):
            return False
        e = before = plain(c.left) - plain(c.right)
        for _ in values:
            e = e.xreplace(values)
        if e == before:
            return False
        e = simplify_zero(reduced(e))
        return c.relation != ">=" and e == 0 or c.relation != "!=" and e.is_number and e.is_negative is True

    def has_total_one(self, c):
        """Whether other facts name what a density is divided by: q(x) e^f(x)/Z with Z = E[q(x)](e^f(x)), e^f(x)/Z with Z = ∫ e^f(x)."""
        named = tuple(f for f in self.equations if f.right != c.left)
        if not named:
            return False
        try:
            settled = ExpectedLogDensities().difference(Claim(Integrate[tuple(v for v, _, _ in c.over)](c.left), S.One, named))
        except DerivationError:
            return False
        return settled.left_over == 0 and all(d.relation != "dominated" and not self.settle(d) for d in settled.conditions)

    def consistent(self, values):
        """An error where the inequalities among the facts cannot hold together, or not with these values.

        values: {symbol or function at a point: value}, from the facts that are equations.
        """
        others = Premises()
        for f in self.inequalities:
            if speaks_of_laws(f.left) or speaks_of_laws(f.right):
                continue
            e = plain(f.left) - plain(f.right)
            for _ in range(len(values) + 1):
                e = e.xreplace(values)
            over = tuple((v, None, None) for v in f.forall)
            others.add(Condition(e, f.relation, S.Zero, over, f"the {'declared range' if f.declared else 'fact'} {fact_text(f)}"))
        facts = *self.equations, *self.inequalities
        slopes_meet_values(others, facts, values)
        stays_finite(others, facts, values)

    def carried_out(self, e):
        """What an expression of expectations, integrals and defined functions comes to, where that is simple."""
        if not isinstance(e, sympy.Basic) or has(e, (Density, Sized, sympy.Sum)) or not (self.equations or has(e, (Expectation, sympy.Integral, Functional))):
            return None
        try:
            return written(Evaluator(self.equations)(e))
        except (DerivationError, NotImplementedError, ZeroDivisionError):
            return None

    # --- deciding

    def holds(self, e, relation, over=()):
        """Whether e > 0, e ≥ 0 or e ≠ 0 (as `relation` says) follows for every value of the variables in `over`."""
        spend()
        if speaks_of_arrays(e):
            return array_sign(e, relation) or any(e == m.left and m.over == over and implies(m.relation, relation) for m in self.made)
        if speaks_of_laws(e):
            return law_sign(e, relation) or any(e == m.left and m.over == over and implies(m.relation, relation) for m in self.made)
        for form in self.forms(e, over):
            with supposing(self.supposed):
                known = all(settled(case, relation) for case in cases(form))
            if known or any(self.by_inequality(form, relation, i, over) for i in self.inequalities):
                return True
        return any(says(m, e, relation) for m in self.made if not m.over or m.over == over)

    def nonnegative(self, e, over=()):
        """Whether e ≥ 0 is shown by its form together with what is known: sums, products, integrals upwards, expectations."""
        if self.holds(e, ">=", over) or not over and nonnegative(e) or self.above_a_tangent(e, over):
            return True
        if isinstance(e, (Terms, Add, Factors, Mul)):
            return all(self.nonnegative(a, over) for a in e.args)
        if isinstance(e, Frac):
            return self.nonnegative(e.args[0], over) and self.holds(e.args[1], ">", over)
        if isinstance(e, phi):
            return self.declares(e.args[0], ">", over)
        if isinstance(e, sympy.log):
            return self.holds_its_term(e.args[0], over) or self.declares(e.args[0] - 1, ">=", over)
        if isinstance(e, (Expectation, Over)):
            return self.nonnegative(e.body, (*over, *[(v, None, None) for v in e.bound]))
        if isinstance(e, (sympy.Integral, sympy.Sum)) and len(e.limits) == 1 and len(e.limits[0]) == 3:
            v, lo, hi = e.limits[0]
            upwards = isinstance(e, sympy.Sum) or self.holds(hi - lo, ">=", over)
            return upwards and self.nonnegative(e.function, (*over, (v, lo, hi)))
        return False

    def holds_its_term(self, e, over):
        """Whether e is the quotient of a sum of what is positive by one of its terms, and so at least 1."""
        if not isinstance(e, Frac) or not isinstance(e.args[0], sympy.Sum) or len(e.args[0].limits) != 1:
            return False
        total, term = e.args
        i, lo, hi = total.limits[0]
        indices = {plain(j) for a in walk(term) for j in (a.args[1:] if isinstance(a, At) else a.args if isinstance(a, AppliedUndef) else ())}
        own = next((j for j in sorted(indices, key=str) if total.function.subs(i, j) == term), None)
        apart = own is not None and not any(own.has(v) for v, _, _ in over)
        return apart and positive_form(total.function) and all(self.declares(d, ">=") for d in (own - lo, hi - own))

    def above_a_tangent(self, e, over):
        """Whether e is a multiple of φ: of eᵘ − 1 − u, or of u − 1 − log u with a positive u."""
        if speaks_of_laws(e) or speaks_of_arrays(e) or not e.has(sympy.exp, sympy.log):
            return False
        e = sympy.expand(plain(e))
        for a in sorted(e.atoms(sympy.exp, sympy.log), key=sympy.default_sort_key):
            u, k = a.args[0], e.coeff(a) if isinstance(a, sympy.exp) else -e.coeff(a)
            if k != 0 and sympy.expand(e - k * (a - 1 - u if isinstance(a, sympy.exp) else u - 1 - a)) == 0 and self.declares(k, ">=", over):
                return u.is_real is True if isinstance(a, sympy.exp) else self.declares(u, ">", over)
        return False

    def declares(self, e, relation, over=()):
        """The same by declarations and facts alone: not by conditions that were found."""
        found, self.made = self.made, []
        try:
            return self.holds(e, relation, over)
        finally:
            self.made = found

    def fails(self, c):
        """Whether the opposite is certain, for all values or at the first one."""
        opposite = {">": ">=", ">=": ">"}
        ends = [{}]
        for v, lo, _ in c.over:
            if lo is not None and v.is_integer and not sympy.sympify(lo).is_infinite:
                ends = [{**at, v: lo} for at in ends]
        for at in ends:
            e = at_values(c.left, at)
            if c.relation == "!=" and not speaks_of_laws(e) and simplify_zero(reduced(plain(e))) == 0:
                return True
            if c.relation in opposite and self.holds(-e, opposite[c.relation], c.over):
                return True
        if c.relation in opposite:
            for m in self.made:  # two that cannot be met together
                if m.relation in opposite and m.over == c.over and not speaks_of_laws(m.left):
                    strict = ">" in (m.relation, c.relation)
                    if self.holds(-(m.left + c.left), ">=" if strict else ">", c.over):
                        return True
        return False

    # --- an expression in symbols of known sign

    def forms(self, e, over=()):
        """The expression with symbols whose properties say what is known; one for each way to write a range."""
        e = reduced(plain(e))
        if e.count_ops() > _LARGE:
            return
        for ranges in ways(over, self.holds):
            out = at_values(e, ranges)
            yield self.signed(out)

    def signed(self, e, unit_bars=False):
        """Schedules as 1/(1 + d), times as their least value plus a number, symbols with the sign that is known of them."""
        swap = {}
        for a in e.atoms(AppliedUndef):
            if getattr(a, "is_unit", False):
                bar = a.func.__name__.endswith(".bar")
                inside = not bar or unit_bars or self.holds_index(a.args[0] - 1)
                d = self.stand_in(a, **{"positive" if inside else "nonnegative": True})
                swap[a] = 1 / (1 + d)
            elif (r := range_of(a)) is not None and not r.closed and (r.hi - r.lo).is_number and not e.has(*_BINDERS):
                swap[a] = r.lo + (r.hi - r.lo) / (1 + self.stand_in(a, positive=True))
        e = e.xreplace(swap)
        swap = {}
        for a in e.atoms(sympy.sin, sympy.cos, sympy.tan):  # between −1 and 1, or positive
            u, d = a.args[0], self.stand_in(a, nonnegative=True)
            quarter = sympy.pi / 2
            ends = {sympy.sin: (u, sympy.pi - u), sympy.cos: (quarter + u, quarter - u), sympy.tan: (u, quarter - u)}[type(a)]
            if all(self.holds(end, ">") for end in ends):
                swap[a] = 1 / (1 + d) if type(a) is not sympy.tan else self.stand_in(a, positive=True)
            elif type(a) is not sympy.tan:
                swap[a] = (1 - d) / (1 + d)
        e = e.xreplace(swap)
        e = with_values(e, self.conditions(), self.stand_in)
        swap = {}
        for s in e.free_symbols:
            if s in self.least and s.is_integer:
                swap[s] = self.least[s] + self.stand_in(s, integer=True, nonnegative=True)
                continue
            for m in (*self.made, *self.given()):
                if not m.over and plain(m.left) == s and m.right == 0 and m.relation in (">", ">=", "!="):
                    known = {">": {"positive": True}, ">=": {"nonnegative": True}, "!=": {"nonzero": True, "real": True}}[m.relation]
                    swap[s] = self.stand_in(s, **({"integer": True} if s.is_integer else {}), **known)
                elif not m.over and m.relation in (">", ">=") and s not in swap and not speaks_of_laws(m.left) and not speaks_of_arrays(m.left) and (known := self.by_an_end(s, plain(m.left) - plain(m.right))):
                    swap[s] = self.stand_in(s, **known)
                elif not m.over and s.is_integer and plain(m.left).is_Add and m.relation == ">=":  # t − 2 ≥ 0
                    least = sympy.expand(s - plain(m.left))
                    if least.is_Integer:
                        swap[s] = least + self.stand_in(s, integer=True, nonnegative=True)
        return e.xreplace(swap)

    def by_an_end(self, s, difference):
        """The sign that a symbol has since it lies beyond another whose sign is known: a ≥ b > 0; nothing where it does not."""
        k = difference.coeff(s, 1) if difference.is_Add and not s.is_integer and not (s.is_positive or s.is_negative) and s not in self.looked_at else 0
        rest = difference - k * s
        if k not in (1, -1) or rest.has(s):
            return None
        self.looked_at.append(s)
        try:  # k s ≥ −rest
            end = self.signed(-rest)
            for relation, name in ((">", ("positive", "negative")), (">=", ("nonnegative", "nonpositive"))):
                if settled(end, relation):
                    return {name[0 if k == 1 else 1]: True}
        finally:
            self.looked_at.pop()
        return None

    def holds_index(self, i):
        return settled(self.signed(sympy.expand(i)), ">=")

    def first_indices(self, c):
        """The indices of ᾱ's that must be at least 1 for the condition to hold, ᾱ_0 being 1; None if that is not it."""
        bars = [a for a in reduced(plain(c.left)).atoms(AppliedUndef)
                if getattr(a, "is_unit", False) and a.func.__name__.endswith(".bar")]  # fmt: skip
        late = sorted({a.args[0] - 1 for a in bars if not self.holds_index(a.args[0] - 1)}, key=str)
        if not late:
            return None
        for ranges in ways(c.over, self.holds):
            if settled(self.signed(at_values(reduced(plain(c.left)), ranges), unit_bars=True), c.relation):
                return late
        return None

    # --- inequalities that were given

    def by_inequality(self, e, relation, given, over, steps=STEPS):
        """Whether an expression is what an inequality says to have a sign, times or plus what has it too, in a few steps."""
        if not implies(given.relation, relation):
            return False
        slopes = {d: thing for (thing, _), d in self.stand_ins.items() if isinstance(thing, sympy.Derivative)}
        for left, right in instances(given, e.xreplace(slopes), partly=steps > 1):
            d = self.signed(reduced(plain(left) - plain(right)))
            if d == 0:
                continue
            ratio = sympy.cancel(sympy.together(e / d)) if not d.is_number else S.Zero
            if ratio != 0 and (settled(ratio, ">") or relation == "!=" and settled(ratio, "!=")):
                return True
            if given.relation == "!=":
                continue
            rest = sympy.expand(e - d)
            if settled(rest, relation if given.relation == ">=" else ">="):
                return True
            if steps > 1 and len(Add.make_args(rest)) <= len(Add.make_args(e)) and rest != e:
                if any(self.by_inequality(rest, ">=", i, over, steps - 1) for i in self.inequalities if i.forall and i.relation in (">", ">=")):
                    return relation == ">=" or given.relation == ">"
        return False

    # --- simpler conditions

    def factors(self, c):
        """The condition on the factors whose sign is open; None if there is one factor, the condition itself."""
        p = plain(c.left)
        if p.count_ops() > _LARGE:
            return None
        open_ones = Mul(*[f for f in Mul.make_args(p) if not self.holds(f, ">", c.over)])  # roots of what is positive are no polynomials
        num, den = sympy.fraction(sympy.together(open_ones))
        try:
            k, fs = factor_list(num)
            k2, gs = factor_list(den)
        except sympy.PolynomialError:
            return None
        fs = [(f, n) for f, n in [*fs, *gs]]
        if not (k * k2).is_real or k * k2 == 0:
            return None
        sign, left = 1 if k * k2 > 0 else -1, []
        for f, n in fs:
            if self.holds(f, ">", c.over):
                continue
            if self.holds(-f, ">", c.over):
                sign *= (-1) ** n
                continue
            left.append((f, n))
        if c.relation == "!=":
            out = [replace(c, left=positive_head(f)) for f, _ in left]
            return None if len(out) == 1 and out[0].left in (p, -p) else out
        even = [f for f, n in left if n % 2 == 0]
        odd = Mul(sign, *[f for f, n in left if n % 2])
        out = [replace(c, left=positive_head(f), relation="!=") for f in even if c.relation == ">"]
        if odd != 1:
            out.append(replace(c, left=odd) if sympy.expand(odd - p) != 0 else c)
        return None if out == [c] else out
