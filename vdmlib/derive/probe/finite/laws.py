"""The laws of an instance as joint tables: drawn, or made to be what facts say.

Every density is read off the joint table of its law: a sum over outcomes, and a quotient of two such sums. Nothing is
cancelled or rewritten.
"""

import itertools
from fractions import Fraction

import sympy

from ...nodes.expressions import plain
from ...nodes.laws import At, Block
from ...show.decimals import decimal
from ..hypotheses import words
from ..result import NoSuchVariable, Outside, Unable, Unmet
from .means import of_a_mean, with_means

__all__ = ["Laws", "fraction"]

WEIGHTS = (1, 1, 2, 3, 5, 9, 20, 30)  # skewed, so that false lines differ in the first digits
ROUNDS = 60  # in which the facts about one law are imposed in turn


class Laws:
    """Alphabets and joint tables, for the laws that no fact gives a continuous density for."""

    def __init__(self, w):
        self.w = w
        self.alphabets, self.places_, self.tables, self.marginals, self.orders = {}, {}, {}, {}, {}
        self.facts = {}  # law → [(fact, numbers of its own whole symbols)]
        self.means = {}  # law → [fact about a mean under it]
        self.values, self.weights = {}, {}  # given by the caller
        for fact in w.setting.number_facts:
            self.learn_mean(fact)
        self.copies = None  # the names of the chains whose variables are copies of one draw

    # --- alphabets

    def alphabet(self, key, v):
        """The values that a variable can take."""
        if key not in self.alphabets:
            w, r = self.w, self.w.rng("alphabet", self.copied(key))
            small = w.number_ == 0 or any(n > 3 for n in w.whole_numbers.values())
            pool = [1, 2, 3, 4, 5] if getattr(v, "is_positive", None) else [-2, -1, 1, 2, 3]
            drawn = sorted(r.sample(pool, w.points or (2 if small else 3 if w.zeros else r.choice((2, 3)))))
            self.alphabets[key] = [w.ctx.mpf(a) for a in self.values.get(key, drawn)]
            self.places_[key] = {a: k for k, a in enumerate(self.alphabets[key])}
        return self.alphabets[key]

    def copied(self, key):
        """One key for all copies of a variable."""
        if self.copies is None:
            self.copies = {str(law.scope[0].args[0].label) for law in self.w.setting.laws if law.iid}
        return key[:2] if isinstance(key, tuple) and key[1] in self.copies else key

    def outcome(self, key, v, value):
        """Which of its values a variable has."""
        self.alphabet(key, v)
        try:
            return self.places_[key][value]
        except KeyError:
            raise Unable(f"{v} takes a value outside of its alphabet, {decimal(value, 6, self.w.ctx)}") from None

    def variables(self, vs, env):
        """{key: variable} of variables and blocks, in order, all indices made numbers."""
        out = {}
        for v in vs:
            if isinstance(v, Block):
                lo, hi = (self.w.whole(b, env) for b in v.args[1:])
                out.update({("at", str(v.args[0].label), n): At(v.args[0], sympy.Integer(n)) for n in range(lo, hi + 1)})
            else:
                out[self.w.place(v, env)] = v
        return out

    # --- tables

    def table(self, law):
        """({key: variable} of what is given and of the scope, {outcomes of both: probability of the scope})."""
        if law not in self.tables:
            names = self.variables((*law.given, *law.scope), {})
            given = len(self.variables(law.given, {}))
            self.tables[law] = names, self.drawn(law, names, given)
            if law in self.facts:
                self.impose(law)
            elif law in self.means:
                self.tables[law] = names, with_means(self, law, *self.tables[law])
        return self.tables[law]

    def outcomes(self, names):
        return itertools.product(*[range(len(self.alphabet(k, v))) for k, v in names.items()])

    def drawn(self, law, names, given):
        r, keys = self.w.rng("law", law.name, str(law.scope), str(law.given)), list(names)
        scope = dict(list(names.items())[given:])
        if self.w.alike:
            r = self.w.rng("law", str(law.scope), str(law.given))
        out = {}
        kernels = {}
        own = [[r.choice(WEIGHTS) for _ in self.alphabet(k, v)] for k, v in scope.items()]
        empty = self.emptied(law, scope)
        for g in self.outcomes(dict(list(names.items())[:given])):
            weights = {}
            if law.iid:
                own = [[r.choice(WEIGHTS) for _ in self.alphabet(k, v)] for k, v in list(scope.items())[:1]] * len(scope)
            for s in self.outcomes(scope):
                if law in self.weights:
                    weights[s] = self.weights[law](dict(zip(names.values(), g + s)))
                elif law.markov:
                    weights[s] = self.along(g + s, given, keys, names, kernels, r)
                elif self.w.apart or law.iid:
                    weights[s] = sympy.prod(ws[i] for ws, i in zip(own, s))
                else:
                    weights[s] = r.choice(WEIGHTS)
            if empty:
                weights = {s: 0 if empty(s) else a for s, a in weights.items()}
            if not any(weights.values()):
                weights[next(iter(weights))] = 1
            total = sum(weights.values())
            out.update({g + s: self.w.number(sympy.sympify(a)) / self.w.number(sympy.sympify(total)) for s, a in weights.items()})
        return out

    def emptied(self, law, scope):
        """Which outcomes are to have no weight: in each zero instance for every other law, so that one is not dominated by
        another but dominates it. Each variable has a value without weight where enough values are left.
        """
        w = self.w
        rank = sorted(map(str, w.setting.laws)).index(str(law)) + w.number_ + w.attempt
        if not w.zeros or not scope or law in self.facts or law in self.weights or rank % 2 == 0:
            return None
        sizes = [len(self.alphabets[k]) for k in scope]
        if law.iid:
            return (lambda s: any(i == rank // 2 % sizes[0] for i in s)) if sizes[0] > 1 else None
        gone = {k: (rank // 2 + k) % n for k, n in enumerate(sizes) if n > 2} or {0: rank // 2 % sizes[0]}
        return lambda s: any(s[k] == which for k, which in gone.items())

    def along(self, outcome, given, keys, names, kernels, r):
        """The weight of a path of a Markov chain."""
        out = 1
        for k in range(given, len(keys)):
            before = outcome[k - 1] if k else None
            if (k, before) not in kernels:
                ws = [r.choice(WEIGHTS) for _ in self.alphabet(keys[k], names[keys[k]])]
                kernels[k, before] = [sympy.Rational(a, sum(ws)) for a in ws]
            out *= kernels[k, before][outcome[k]]
        return out

    # --- facts

    def learn(self, fact, setting):
        self.facts.setdefault(fact.left.law, []).append((fact, setting))

    def learn_mean(self, fact):
        law = of_a_mean(fact)
        if law is not None and self.w.is_finite(law):
            self.means.setdefault(law, []).append(fact)

    def impose(self, law):
        """Makes a law what the facts say: its conditional is exchanged for each of theirs in turn, until all of them hold."""
        for _ in range(ROUNDS):
            moved = max(self.exchanged(law, fact, setting) for fact, setting in self.facts[law])
            if moved < 1e-40:
                break
        else:
            raise Unmet(", ".join(words(f) for f, _ in self.facts[law]))
        if law.markov and not self.is_markov(law):
            raise Unmet(f"{', '.join(words(f) for f, _ in self.facts[law])}, with {law.name} a Markov chain")

    def exchanged(self, law, fact, setting):
        """P ↦ P · (what the fact says)/(P's own conditional); by how much that moved it."""
        w, (names, table) = self.w, self.tables[law]
        left, right = (self.variables(vs, setting) for vs in (fact.left.left, fact.left.right))
        if not {*left, *right} <= set(names):
            return 0  # at this length the law has no such variables
        if w.free(sympy.sympify(fact.right), setting) - {*left, *right}:
            raise Unmet(f"{words(fact)}, a density of its own variables alone")
        wanted, around = {}, dict(right)
        around.update({k: v for k, v in list(names.items())[: len(self.variables(law.given, {}))] if k not in left})
        run = w.of(fact.right)
        self.normalise(fact, left, around, run, setting)
        for at in self.outcomes(around):
            env = {**setting, **{k: self.alphabet(k, v)[i] for (k, v), i in zip(around.items(), at)}}
            for o in self.outcomes(left):
                value = run({**env, **{k: self.alphabet(k, v)[i] for (k, v), i in zip(left.items(), o)}})
                if not value.real >= 0 or value.imag != 0:
                    raise Unmet(f"{words(fact)}, a density that is not negative")
                wanted[at + o] = value
            total = sum(wanted[at + o] for o in self.outcomes(left))
            if abs(total - 1) > 1e-25:
                raise Unmet(f"{words(fact)}, a density of total one (here it is {decimal(total, 6, w.ctx)})")
        order = list(names)
        place = [order.index(k) for k in (*around, *left)]
        below = [order.index(k) for k in around]
        own, base = {}, {}
        for o, p in table.items():
            a, b = tuple(o[k] for k in place), tuple(o[k] for k in below)
            own[a], base[b] = own.get(a, 0) + p, base.get(b, 0) + p
        moved, new = 0, {}
        for o, p in table.items():
            a, b = tuple(o[k] for k in place), tuple(o[k] for k in below)
            if p == 0:
                new[o] = p
                continue
            new[o] = p * wanted[a] * base[b] / own[a]
            moved = max(moved, abs(new[o] - p))
        self.tables[law] = names, new
        self.forget(law)
        return moved

    def normalise(self, fact, left, around, run, setting):
        """A normalising constant of a fact, if it is a symbol that nothing else gives, becomes what makes the total one."""
        w = self.w
        at = {**setting, **{k: self.alphabet(k, v)[0] for k, v in around.items()}}

        def totals(s, value):
            return [sum(run({**at, s: value, **{k: self.alphabet(k, v)[i] for (k, v), i in zip(left.items(), o)}}) for o in self.outcomes(left))]

        for s in sorted((a for a in sympy.sympify(fact.right).free_symbols if a.is_Symbol), key=str):
            key = plain(s)
            if key in w.symbol_facts or key in w.normalisers or key in left or key in around or key in w.laws_variables():
                continue
            (one,), (two,) = totals(key, w.ctx.mpf(1)), totals(key, w.ctx.mpf(2))
            if one != 0 and (abs(two / one - 2) < 1e-30 or abs(two / one - w.ctx.mpf(1) / 2) < 1e-30):
                w.normalisers.add(key)
                value = one if two.real < one.real else 1 / one
                w.exact[str(s)] = fraction(w.ctx, value)
                w.change(key, value)
                return

    def is_markov(self, law):
        names = list(self.tables[law][0])
        for k in range(2, len(names)):
            for o in itertools.product(*[range(len(self.alphabets[n])) for n in names[: k + 1]]):
                at = dict(zip(names, o))
                whole, past = self.probability(law, at), self.probability(law, {n: at[n] for n in names[:k]})
                pair, last = (self.probability(law, {n: at[n] for n in ns}) for ns in (names[k - 1 : k + 1], names[k - 1 : k]))
                if abs(whole * last - pair * past) > 1e-25:
                    return False
        return True

    def forget(self, law):
        self.marginals = {k: v for k, v in self.marginals.items() if k[0] != law}

    # --- probabilities

    def marginal(self, law, keys):
        """{outcomes of keys: probability}: the table summed over everything else. keys: in the order of the table."""
        if (law, keys) not in self.marginals:
            names, table = self.table(law)
            places = [list(names).index(k) for k in keys]
            out = {}
            for o, p in table.items():
                at = tuple(o[k] for k in places)
                out[at] = out.get(at, 0) + p
            self.marginals[law, keys] = out
        return self.marginals[law, keys]

    def probability(self, law, at):
        """P of outcomes {key: which}, given what stands in `at` of the variables that the law is given."""
        if law not in self.orders:
            names, _ = self.table(law)
            self.orders[law] = tuple(names), tuple(self.variables(law.given, {}))
        names, given = self.orders[law]
        if law.markov and any(k not in at for k in given):  # later variables given earlier ones do not depend on the start
            at = {**dict.fromkeys(given, 0), **at}
        keys = tuple([k for k in names if k in at])
        found = self.marginals.get((law, keys))
        if found is None:
            found = self.marginal(law, keys)
        return found[tuple([at[k] for k in keys])]

    def conditional(self, law, left, right):
        """P(left | right) for outcomes {key: which}."""
        above = self.probability(law, {**right, **left})
        names, given = self.orders[law]
        for k in (*left, *right):
            if k not in names:
                raise NoSuchVariable(f"{name_of(k)} lies outside of {law.name} at this length of the chain")
        if all(k in given for k in right):
            return above
        below = self.probability(law, right)
        if below == 0:
            raise Outside(f"{law.name} is asked for a density given an event of probability zero")
        return above / below

    # --- in words

    def in_words(self, law):
        """A table as a reader needs it to redo a sum by hand."""
        names, table = self.tables[law]
        given = len(self.variables(law.given, {}))
        shown = [name_of(k) for k in names]
        head = f"{law.name}({', '.join(shown[given:])}" + (f" | {', '.join(shown[:given])}" if given else "") + ")"
        if len(table) > 16:
            return f"{head} on {len(table)} outcomes"
        cells = "; ".join(
            ",".join(fraction(self.w.ctx, self.alphabets[k][i]) for k, i in zip(names, o)) + ": " + fraction(self.w.ctx, p)
            for o, p in table.items()
        )
        return f"{head} = {{{cells}}} (at {', '.join(shown)})"


def name_of(key):
    return f"{key[1]}[{', '.join(map(str, key[2:]))}]" if isinstance(key, tuple) else str(key)


def fraction(ctx, a):
    """A number as a small fraction where it is one."""
    q = Fraction(str(ctx.nstr(a.real, 40, min_fixed=-100, max_fixed=100))).limit_denominator(10**6) if abs(a) < 10**12 else None
    if q is not None and abs(ctx.mpf(q.numerator) / q.denominator - a) < ctx.mpf(10) ** -30:
        return str(q)
    return decimal(a, 6, ctx)
