"""One random instance: numbers for symbols, functions and schedules, drawn as they are met."""

import itertools
import random

import sympy
from sympy import Rational, Symbol
from sympy.core.function import AppliedUndef
from sympy.tensor.indexed import Indexed

from ...nodes.expressions import plain
from ...nodes.functionals import Expectation, Functional, Over
from ...nodes.laws import At, Block, Density, Law, Variable
from ...nodes.schedules import ScheduleValue
from ...nodes.walk import atoms, drawn_by, has
from ...show.decimals import decimal
from ..finite.laws import Laws, fraction
from ..finite.values import FINITE
from ..hypotheses import about_one_copy, in_range, solved_for_a_function, words
from ..result import Infinite, Unable, Undefined, Unmet
from .compile import RULES, compiled, is_real
from .functions import Functions, declared, entry_facts
from .quadrature import CONTEXT, number
from .schedules import Schedules
from .setting import is_complex, leads_back
from .simple import far_out, on_a_side, simple, whole_far_out

__all__ = ["Instance"]

class Instance:
    """Numbers for everything that a line leaves open.

    kind: "ordinary", or for which whole numbers it is; attempt: how many instances of this kind were given up before.
    ctx: the digits that are carried. level: how fine quadratures are; a difference between the sides is looked at again with finer ones.
    """

    notes = None  # a list, while the peaks of an integrand are looked for

    def __init__(self, setting, seed=0, number=0, kind="ordinary", attempt=0, ctx=CONTEXT):
        self.ctx, self.level = ctx, 0
        self.setting, self.number_, self.kind, self.attempt = setting, number, kind, attempt
        self.seed, self.drawn_by = f"{seed}.{number}.{attempt}", (seed, number, kind, attempt)
        self.endless, self.complex, self.largest = setting.endless, setting.complex, setting.lengths.beyond
        self.whole_numbers = setting.lengths.numbers(kind, f"{seed}.{number}", attempt, number)
        self.whole_numbers |= whole_far_out(self) if kind == "far" else {}
        self.whole_numbers |= {n: 1 + (number + attempt + 2 * k) % 3 for k, n in enumerate(setting.sizes)}  # dimensions
        self.values, self.exact, self.functions_shown, self.arrays = {}, {}, {}, {}
        self.seen = set()  # the names of what was used
        self.memo, self.derived_, self.code, self.whole_parts, self.names = {}, {}, {}, {}, {}
        self.limit_digits, self.rough = None, False
        self.rules = RULES | FINITE if setting.finite else RULES
        self.draw_laws()
        self.functions, self.schedules, self.laws = Functions(self), Schedules(self), Laws(self)
        self.symbol_facts, self.entry_facts, self.density_facts, self.scaled, self.entries = {}, [], {}, {}, {}
        self.equations, self.agreements, self.solved = [], [], set()  # solved: keys and names that equations are solved for
        for fact in setting.number_facts:
            self.learn(fact)

    def draw_laws(self):
        """Of what kind the tables are: with zeros; or, where facts may ask for it, several alike, or of independent variables."""
        asked = any(has(f.left, (Density, Expectation)) and not isinstance(f.left, Density) for f in self.setting.hypotheses.facts)
        self.points, self.normalisers = None, set()
        turn = self.number_ % 3 == 1 or (self.number_ % 3 == 2 and not self.whole_numbers)
        self.zeros = self.setting.hypotheses.strict and turn and self.attempt < 8
        self.alike, self.apart = asked and self.attempt % 4 in (1, 3), asked and self.attempt % 4 in (2, 3)

    # --- facts

    def learn(self, fact):
        """Sorts a fact: what it defines, or an equation that the instance must be made to meet."""
        left = fact.left
        if isinstance(left, Density):
            if self.is_finite(left.law):
                for env in self.settings_of(fact):
                    self.laws.learn(fact, env)
                return
            for env in self.settings_of(fact):
                key = left.law, frozenset(self.place(v, env) for v in left.left), frozenset(self.place(v, env) for v in left.right)
                if key in self.density_facts:
                    self.agreements.append((key, fact, env))
                else:
                    self.density_facts[key] = fact, env
        elif isinstance(left, ScheduleValue):
            self.schedules.learn(fact)
        elif isinstance(left, (Symbol, At)) and not leads_back(left, fact.right, self.setting.hypotheses.facts):
            for env in self.settings_of(fact):
                key = self.place(left, env)
                if key in self.symbol_facts:
                    self.equations.append(fact)
                else:
                    self.symbol_facts[key] = fact, env
        elif isinstance(left, Indexed):
            self.entry_facts.append(fact)
        elif (one := about_one_copy(fact)) is not None:
            self.equations.append(one)
        elif fact.forall:
            if not self.functions.learn(fact := solved_for_a_function(fact)):
                self.agreements.append((None, fact, {}))
        else:
            self.equations.append(fact)

    def settings_of(self, fact):
        """The numbers for the whole ones among the symbols of a universal fact: every one that may be met."""
        free = [plain(s) for s in fact.forall if isinstance(s, Symbol) and plain(s).is_integer]
        for numbers in itertools.product(range(self.largest + 3), repeat=len(free)):
            yield dict(zip(free, map(self.ctx.mpf, numbers)))

    # --- drawing

    def rng(self, *key):
        return random.Random(f"{self.seed}|{key}")

    def number(self, q):
        return number(self.ctx, q)

    def keep(self, key, name, value):
        """Holds a drawn value under a key, for computing with it and for showing it."""
        self.exact[name] = value
        self.values[key] = self.number(value)

    def draw(self, name, facts, key):
        if key in self.whole_numbers:
            return Rational(self.whole_numbers[key])
        r = self.rng(key)
        within = in_range(facts, r, self.number_ == 0 and not self.attempt)
        if within is not None:
            return within
        if facts.get("integer"):
            return Rational(r.randint(2, 3) * (-1 if facts.get("negative") else 1))
        if self.kind == "sides" and not is_complex(facts):
            return on_a_side(r, facts, self.number_ + self.attempt, self.setting.rank(key))
        if self.kind == "far" and not is_complex(facts):
            return far_out(r, facts, self.number_, self.setting.rank(key), self.setting)
        value = simple(r, name, self.number_, self.attempt, self.setting)
        if is_complex(facts):
            return value * r.choice((1, -1)) + sympy.I * Rational(r.randint(1, 19), r.randint(2, 4)) * r.choice((1, -1))
        if self.attempt > 3 and value > 1:
            value = 1 / value
        if facts.get("negative") or facts.get("nonpositive"):
            return -value
        if facts.get("positive") or facts.get("nonnegative") or (self.attempt > 6 and self.attempt % 3):
            return value
        return value * r.choice((1, -1))

    # --- values

    def place(self, v, env):
        """The key of a variable, its index made a number."""
        if isinstance(v, Indexed):
            head = "at" if isinstance(v, At) else "entry"
            return (head, str(v.base.label), *[self.whole(i, env) for i in v.indices])
        return plain(v)

    def placing(self, v):
        """`place` of one variable as a function of the environment, which knows what it has found."""
        if not isinstance(v, Indexed):
            key = plain(v)
            return lambda env: key
        found = {}

        def place(env):
            here = self.numbers_of(v, env)
            if here not in found:
                found[here] = self.place(v, env)
            return found[here]

        return place

    def symbol(self, e, key, env):
        if key in self.symbol_facts:
            fact, setting = self.symbol_facts[key]
            if fact.forall:  # it may depend on variables that are bound here
                return self.run(fact.right, {**env, **setting})
            return self.derived(("symbol", key), lambda: self.run(fact.right, {}))
        name = self.names.get(key)
        if name is None:
            name = self.names[key] = str(e) if isinstance(key, Symbol) else f"{key[1]}[{', '.join(map(str, key[2:]))}]"
        self.seen.add(name)
        if key not in self.values:
            if isinstance(e, (Variable, At)) and self.is_finite_variable(key):
                alphabet = self.laws.alphabet(key, e)
                self.values[key] = alphabet[self.rng("outcome", key).randrange(len(alphabet))]
                self.exact[name] = fraction(self.ctx, self.values[key])
            else:
                facts = e.assumptions0 if isinstance(e, Symbol) else {"real": True}
                self.keep(key, name, self.draw(name, facts, key))
        return self.values[key]

    def may_hide(self, e):
        """Whether a symbol of an expression is given by a fact that holds for every value of others."""
        return any(key in self.symbol_facts and self.symbol_facts[key][0].forall for key in map(plain, e.free_symbols))

    def entry(self, e, key):
        """An indexed symbol: by a fact, or drawn, and divided by a sum that a fact makes one."""
        label, indices = key[1], key[2:]
        for fact in self.entry_facts:
            env = self.entry_match(fact, label, indices)
            if env is not None:
                value = self.derived(key, lambda: self.run(fact.right, env))
                kind = declared(self.ctx, entry_facts(e), value)
                if kind:
                    raise Unmet(f"{words(fact)}, with {label} {kind} as declared")
                return value
        name = f"{label}[{', '.join(map(str, indices))}]"
        self.seen.add(name)
        if key not in self.values:
            self.entries[key] = e
            self.keep(key, name, self.draw(name, entry_facts(e), key))
        return self.values[key] * self.derived(("scale", label), self.scaled[label]) if label in self.scaled else self.values[key]

    def entry_match(self, fact, label, indices):
        """The environment in which an entry is the one that a fact is about; None where it is not."""
        if str(fact.left.base.label) != label or len(fact.left.indices) != len(indices):
            return None
        universal, env = set(map(plain, fact.forall)), {}
        for pattern, n in zip(map(plain, fact.left.indices), indices):
            held = sorted(pattern.free_symbols & (universal - set(env)), key=str)
            if len(held) > 1:
                raise Unable(f"the probe cannot use {words(fact)}")
            tries = range(n, n + 1) if pattern in held else range(self.largest + 3) if held else (0,)
            places = ({**env, **{s: self.ctx.mpf(k) for s in held}} for k in tries)
            env = next((place for place in places if self.whole(pattern, place) == n), None)
            if env is None:
                return None
        return env

    def probability(self, e):
        """An entry of a table: weights drawn, then divided by their sum."""
        def weight(k):
            key, name = ("table", e.name, k), f"{e.name}[{', '.join(map(str, k))}] ∝"
            self.seen.add(name)
            if key not in self.values:
                self.keep(key, name, Rational(self.rng(key).choice((1, 2, 3, 5, 9, 20))))
            return self.values[key]

        every = list(itertools.product(*[range(1, n + 1) for n in e.shape]))
        return weight(e.index) / self.ctx.fsum(weight(k) for k in every)

    def derived(self, key, find):
        """A value that follows from others, kept until one of these is changed."""
        if key not in self.derived_:
            self.derived_[key] = None
            before, self.seen = self.seen, set()
            try:
                self.derived_[key] = find(), self.seen
            finally:
                if self.derived_[key] is None:
                    del self.derived_[key]
                self.seen = before
        if self.derived_[key] is None:
            raise Unable(f"the definition of {key[-1]} refers to itself")
        value, seen = self.derived_[key]
        self.seen |= seen
        return value

    def change(self, key, value):
        """Another value for what was drawn; what follows from it is forgotten."""
        self.values[key] = value
        if key in self.whole_numbers:
            self.code = {}
        self.forget()

    def forget(self):
        self.memo, self.derived_ = {}, {}

    def whole(self, e, env):
        value = self.run(e, env)
        n = int(self.ctx.nint(value.real))
        if abs(value - n) > 1e-9:
            raise Undefined(f"an index {decimal(value, 5, self.ctx)} that is not a whole number")
        return n

    def of(self, e):
        f = self.code.get(e)
        if f is None:
            f = self.code[e] = compiled(self, sympy.sympify(e), self.rules)
        return f

    def usual(self, e):
        """The function of an expression by the rules for numbers, where the rules for finite laws leave it to them."""
        return compiled(self, e, RULES)

    def run(self, e, env):
        return self.of(e)(env)

    def lose(self, error):
        """Notes that a value is known only up to a relative error."""
        digits = int(-self.ctx.log10(error + self.ctx.mpf(10) ** -40)) - 2 if self.ctx.isfinite(error) else 0
        self.limit_digits = min(digits, self.limit_digits if self.limit_digits is not None else digits)

    def remembered(self, key, find):
        """A value at this level that several expressions share, such as a line and its mutants."""
        key = self.level, key
        if key not in self.memo:
            before, self.seen, digits, self.limit_digits = self.seen, set(), self.limit_digits, None
            try:
                self.memo[key] = find(), self.seen, self.limit_digits
            finally:
                self.seen, self.limit_digits = before, digits
        value, seen, digits = self.memo[key]
        self.seen |= seen
        if digits is not None:
            self.limit_digits = min(digits, self.limit_digits if self.limit_digits is not None else digits)
        return value

    def kept(self, e, run):
        """A quadrature, whose value is kept for each setting of the variables that it depends on."""
        names = self.needs(e)

        def value(env):
            setting = frozenset((k, v) for k, v in env.items() if isinstance(k, tuple) or k in names)
            notes, self.notes = self.notes, None  # what is noted within is not about the variable further out
            try:
                return self.remembered((e, setting), lambda: run(env))
            finally:
                self.notes = notes

        return value

    def needs(self, e):
        """The symbols of an expression, those of given densities included: what its value may depend on."""
        if isinstance(e, Symbol):
            return {plain(e)}
        given = [f.right for f, _ in self.density_facts.values() if f.left.law == e.law] if isinstance(e, Density) else []
        out = set().union(*map(self.needs, given), *[self.needs(a) for a in getattr(e, "args", ())])
        return out - set(map(plain, e.bound)) if isinstance(e, Over) else out

    def formula(self, d, env):
        """What a fact gives for a density at the numbers of its indices."""
        key = d.law, frozenset(self.place(v, env) for v in d.left), frozenset(self.place(v, env) for v in d.right)
        if key not in self.density_facts:
            raise Unable(f"nothing is given about the density {d}")
        fact, setting = self.density_facts[key]
        return sympy.sympify(fact.right).xreplace({s: sympy.Integer(int(n)) for s, n in setting.items()})

    # --- laws and random variables

    def is_finite(self, law):
        return law in self.setting.laws

    def is_finite_variable(self, key):
        """Whether a random variable takes finitely many values: unless a normal or given law draws it."""
        return self.setting.finite and not any(key in self.laws.variables(law.order, {}) for law in self.setting.continuous)

    def laws_variables(self):
        return set().union(*[self.laws.variables(law.order, {}) for law in self.setting.laws])

    def numbers_of(self, e, env):
        """The numbers, where they are bound, of the whole symbols that an expression holds."""
        if e not in self.whole_parts:
            self.whole_parts[e] = tuple(plain(s) for s in sorted(e.free_symbols, key=str) if isinstance(s, Symbol) and s.is_integer)
        return tuple(env.get(s) for s in self.whole_parts[e])

    def free(self, e, env):
        """The keys of the random variables that nothing in an expression binds."""
        if isinstance(e, Law):
            return set()
        if isinstance(e, (Variable, At, Block)):
            return set(self.laws.variables((e,), env))
        if isinstance(e, (sympy.Sum, sympy.Product)):
            (s, lo, hi), *more = e.limits
            if more or hi == sympy.oo:
                return set().union(*[self.free(a, env) for a in e.args])
            every = range(self.whole(lo, env), self.whole(hi, env) + 1)
            return set().union(*[self.free(e.function, {**env, plain(s): self.ctx.mpf(n)}) for n in every])
        out = set().union(*[self.free(a, env) for a in getattr(e, "args", ())])
        if isinstance(e, Symbol) and plain(e) in self.symbol_facts and self.symbol_facts[plain(e)][0].forall:
            out |= self.free(self.symbol_facts[plain(e)][0].right, env)
        if isinstance(e, (Expectation, Over, Functional)):
            out -= set(self.laws.variables(drawn_by(e), env))
        return out

    def side(self, e):
        """(the number that an expression is, why it is infinite or has none)."""
        def find():
            try:
                out = self.run(e, {})
            except (Undefined, ZeroDivisionError) as why:
                return None, str(why) or "division by zero"
            except Infinite as why:
                return self.ctx.inf, str(why)
            if hasattr(out, "rows"):
                return out, ""
            if out != out:
                return None, "∞ − ∞"
            if not is_real(out) and abs(out.imag) <= self.ctx.mpf(10) ** -25 * (1 + abs(out)):
                out = out.real
            return out, ""

        return self.remembered(("side", e), find)

    def in_words(self, names, sides=()):
        """What was drawn under some names, as a reader needs it to redo the sum; functions in the letters of the line."""
        laws = sorted((n for n in names if isinstance(n, Law)), key=lambda law: (law.name, str(law.order)))
        numbers = [f"{n} {v}" if n.endswith("∝") else f"{n} = {v}" for n, v in sorted(self.exact.items()) if n in names]
        fields = {f for e in sides for f in atoms(e, AppliedUndef) if all(a.is_Symbol for a in f.args)}
        letters = {f.func.__name__: f.args for f in sorted(fields, key=str, reverse=True)}
        shown = [f.text(letters.get(n)) for n, f in sorted(self.functions_shown.items()) if n in names]
        return ", ".join([*map(self.laws.in_words, laws), *numbers, *shown]) or "for every instance"
