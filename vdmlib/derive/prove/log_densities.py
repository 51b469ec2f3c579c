"""Expected log-densities: a normal form in which equal expressions are equal.

Write ℓ_d(S) for the log of the marginal density of the variables S under the law d. Then

* log d(A|B) = ℓ_d(A∪B) − ℓ_d(B), so Bayes and the chain rule hold in every order by themselves;
* in a Markov chain ℓ_d(S) is the sum over consecutive pairs minus the interior singles;
* an integral over v of exp(ℓ_d(S)) with v in no other factor is exp(ℓ_d(S∖v)): marginalisation.

Every expression becomes a polynomial whose monomials are products of exp(±ℓ), of ℓ's, and of functions
of the variables, integrated over the bound variables that marginalisation leaves. Two expressions are
equal for all laws if the difference of their polynomials is zero. It decides linear combinations of
expected log-densities (entropies, KLs, ELBOs) for all densities with finite expectations, discrete or
not; on anything else it may fail to prove, but proves nothing false.
"""

from sympy import Add, Integer, Mul, Pow, S, expand_log, log as sympy_log
import sympy

from ..nodes.laws import At, Block, Density, Variable
from ..errors import DerivationError
from ..nodes.functionals import Expectation, Functional, Over, drawn, law_factors, phi
from ..nodes.normal import N
from ..nodes.times import Times, fresh_index
from ..nodes.expressions import Factors, Frac, Power, Terms, plain
from ..compute.zero import simplify_zero

__all__ = ["difference", "applies", "METHOD", "NotDecided"]

METHOD = "expected log-densities"


class NotDecided(DerivationError):
    """The expression is outside of what this method can bring to normal form."""


def applies(*expressions):
    """Whether the line speaks of laws that are not spelled out (Gaussian ones are for `gaussian`)."""
    if any(_has(e, Density) for e in expressions):
        return True
    if any(_has(e, N) for e in expressions):
        return False
    return any(_has(e, (Functional, Expectation, Over)) for e in expressions)


def reach(*expressions):
    laws = {a.law for e in expressions for a in _atoms(e, Density)}
    if any(law.markov for law in laws):
        return "every Markov law, discrete or with densities, for which the expectations are finite"
    return "every law, discrete or with densities, for which the expectations are finite"


def difference(lhs, rhs, facts=(), times=None):
    """Left minus right in normal form: an empty polynomial if and only if the equality is proved."""
    poly = _Normaliser(facts, times).poly(Terms(lhs, Factors(Integer(-1), rhs)))
    return clean(poly)


def clean(poly):
    out = {}
    for mono, c in poly.items():
        c = simplify_zero(c)
        if c != 0:
            out[mono] = c
    return out


# --- polynomials: {(D, G): coefficient}, D = frozenset of (ℓ-key, power), G = frozenset of (generator, power)

ONE = (frozenset(), frozenset())
FIRST, LAST = 3, -2  # sums up to T are kept as Σ from 3 to T − 2, their ends written out


def _const(c):
    return {ONE: c} if c != 0 else {}


def _gen(g, n=1):
    return {(frozenset(), frozenset({(g, n)})): S.One}


def _add(*polys):
    out = {}
    for p in polys:
        for m, c in p.items():
            c = out.get(m, S.Zero) + c
            if c == 0:
                out.pop(m, None)
            else:
                out[m] = c
    return out


def _scale(p, c):
    return {m: c * k for m, k in p.items()} if c != 0 else {}


def _merge(a, b):
    """Multiply two power products."""
    out = dict(a)
    for k, n in b:
        n = out.get(k, 0) + n
        if n == 0:
            out.pop(k, None)
        else:
            out[k] = n
    return frozenset(out.items())


def _mul(p, q):
    out = {}
    for (d1, g1), c1 in p.items():
        for (d2, g2), c2 in q.items():
            m = (_merge(d1, d2), _merge(g1, g2))
            c = out.get(m, S.Zero) + c1 * c2
            if c == 0:
                out.pop(m, None)
            else:
                out[m] = c
    return out


def _freeze(p):
    return frozenset((m, sympy.expand(c)) for m, c in clean(p).items())


def _gen_vars(g):
    """The free random variables of a generator."""
    kind = g[0]
    if kind == "log":
        return g[1][1]
    if kind == "var":
        return frozenset({g[1]})
    if kind == "int":
        _, bound, dens, gens = g
        return _mono_vars((dens, gens)) - bound
    if kind == "sum":
        _, index, lo, hi, poly = g
        return frozenset(v for v in _frozen_vars(poly) if not v.has(index))
    if kind == "loggen":
        return _gen_vars(g[1])
    if kind == "fun":
        return frozenset().union(*[_frozen_vars(a) for a in g[2]])
    return _frozen_vars(g[1])  # logpoly, pow


def _gen_positive(g):
    """Whether a generator is known to be positive."""
    kind = g[0]
    if kind == "var":
        return bool(g[1].is_positive)
    if kind == "fun":
        return g[3]
    if kind == "int":
        return all(_gen_positive(h) for h, _ in g[3])
    return False


def _frozen_vars(frozen):
    return frozenset().union(*[_mono_vars(m) for m, _ in frozen])


def _mono_vars(mono):
    dens, gens = mono
    out = frozenset().union(*[key[1] for key, _ in dens])
    return out.union(*[_gen_vars(g) for g, _ in gens])


class _Normaliser:
    def __init__(self, facts=(), times=None, depth=0):
        self.times = times or Times()
        self.depth = depth
        self.facts = tuple(facts)
        self.everywhere, self.in_logs, self.whole = {}, {}, {}
        self.symbols = {}
        for lhs, rhs in facts:
            if isinstance(lhs, Density):
                where = self.everywhere if _is_density_product(rhs) else self.in_logs
                where[_density_key(lhs)] = rhs
                if where is self.everywhere and _is_whole(lhs):
                    self.whole[lhs.law] = lhs, rhs
            elif lhs.is_Symbol:
                self.symbols[lhs] = rhs
            else:
                raise DerivationError(f"a fact must give a density or a symbol, not {lhs}")

    def inside(self, index, lo, hi):
        return _Normaliser(self.facts, self.times.within(index, lo, hi), self.depth + 1)

    # --- expressions

    def poly(self, e, in_log=False):
        if isinstance(e, (Terms, Add)):
            return _add(*[self.poly(a, in_log) for a in e.args])
        if isinstance(e, (Factors, Mul)):
            out = _const(S.One)
            for a in e.args:
                out = _mul(out, self.poly(a, in_log))
            return out
        if isinstance(e, Frac):
            return _mul(self.poly(e.args[0], in_log), self.power(self.poly(e.args[1], in_log), S.NegativeOne))
        if isinstance(e, (Power, Pow)) and self.random(e):
            if self.random(e.args[1]):
                return _gen(("fun", "pow", tuple(_freeze(self.poly(a)) for a in e.args), bool(plain(e).is_positive)))
            return self.power(self.poly(e.args[0], in_log), plain(e.args[1]))
        if isinstance(e, Density):
            return self.density(e, in_log)
        if isinstance(e, Expectation):
            return self.expectation(e)
        if isinstance(e, Over):
            return self.integrate(frozenset(_flat(e.bound)), self.poly(e.body))
        if isinstance(e, N) or isinstance(e, Functional) and _has(e, N):
            raise NotDecided(f"{e} is a Gaussian in a line about undetermined laws: write the two in separate lines")
        if isinstance(e, (Functional, phi)):
            return self.poly(e.definition())
        if isinstance(e, (Variable, At)):
            return _gen(("var", e))
        if e in self.symbols:
            return self.poly(self.symbols[e])
        if isinstance(e, sympy.Sum):
            return self.summation(e)
        if isinstance(e, sympy.log) and self.random(e):
            return self.log(e.args[0])
        if isinstance(e, sympy.Product):
            return self.product(e)
        if not self.random(e):
            return _const(plain(e))
        if e.is_Function:
            name = getattr(e, "_plain", e.func).__name__
            return _gen(("fun", name, tuple(_freeze(self.poly(a)) for a in e.args), bool(plain(e).is_positive)))
        raise NotDecided(f"{type(e).__name__} of random variables is outside of the algebra of expected log-densities: {e}")

    def random(self, e):
        """Whether an expression depends on random variables or laws, directly or by a fact about a symbol."""
        return _is_stochastic(e) or bool(self.symbols) and e.has(*self.symbols)

    def density(self, d, in_log=False):
        key = _density_key(d)
        if key in self.everywhere:
            return self.poly(self.everywhere[key])
        if in_log and key in self.in_logs:
            return self.poly(self.in_logs[key])
        left, right = _flat(d.left), _flat(d.right)
        if d.law in self.whole:
            return _mul(self.spelled_out(d.law, left + right), self.power(self.spelled_out(d.law, right), S.NegativeOne))
        if set(left) & set(right):
            raise NotDecided(f"{d} has a variable on both sides of the bar: state from which index on the line is meant")
        if any(isinstance(v, Block) for v in (*left, *right)):
            raise NotDecided(f"{d} with a symbolic number of variables can stand in a log or as a law, nowhere else")
        dens = _merge(self.marginal(d.law, left + right).items(), [])
        dens = _merge(dens, [(k, -n) for k, n in self.marginal(d.law, right).items()])
        return {(dens, frozenset()): S.One}

    def spelled_out(self, law, vs):
        """The marginal of a law that a fact gives as a product of densities: the rest integrated out."""
        lhs, rhs = self.whole[law]
        return self.integrate(frozenset(_flat(lhs.left)) - frozenset(vs), self.poly(rhs))

    def marginal(self, law, vs):
        """ℓ_law(vs) as {ℓ-key: count}: one key, or pairs minus interior singles in a Markov chain."""
        vs = tuple(vs)
        if not vs:
            return {}
        if not law.markov or len(vs) < 2:
            return {(law, frozenset(vs)): 1}
        chain = self.sorted(law, vs)
        out = {}
        for a, b in zip(chain, chain[1:]):
            out[(law, frozenset((a, b)))] = 1
        for a in chain[1:-1]:
            out[(law, frozenset((a,)))] = -1
        return out

    def sorted(self, law, vs):
        """Variables of a Markov law in the order of the chain."""
        out = []
        for v in vs:
            i = 0
            while i < len(out) and self.before(law, out[i], v):
                i += 1
            out.insert(i, v)
        return out

    def before(self, law, a, b):
        ka, kb = _position(law, a), _position(law, b)
        if ka[0] != kb[0]:
            return ka[0] < kb[0]
        s = self.times.sign(ka[1] - kb[1])
        if s is None or s == 0:
            raise NotDecided(f"which of {a} and {b} comes first in the chain is not settled; state a bound on the index")
        return s < 0

    def log(self, arg):
        """log of an expression: of a monomial term by term, of a product over an index as a sum."""
        blocks = self.block_log(arg)
        if blocks is not None:
            return blocks
        p = self.poly(arg, in_log=True)
        if len(p) != 1:
            return _gen(("logpoly", _freeze(p)))
        (((dens, gens), c),) = p.items()
        out = [_scale(_gen(("log", key)), sympy.sympify(n)) for key, n in dens]
        # log(ab) = log a + log b needs one of them positive
        positive = [(g, n) for g, n in gens if _gen_positive(g)]
        rest = frozenset(gn for gn in gens if not _gen_positive(gn[0]))
        out += [_scale(self.log_generator(g), sympy.sympify(n)) for g, n in positive]
        if rest:
            keep = S.One if c.is_positive else c
            out.append(_gen(("logpoly", _freeze({(frozenset(), rest): keep}))))
            c = c / keep
        out.append(_const(expand_log(sympy_log(c))))
        return _add(*out)

    def log_generator(self, g):
        if g[0] == "fun" and g[1] == "exp":
            return dict(g[2][0])
        if g[0] == "pow":
            return _scale(_gen(("logpoly", g[1])), g[2])
        return _gen(("loggen", g))

    def block_log(self, arg):
        """log of a product some of whose factors have symbolically many variables; None if none has."""
        if isinstance(arg, Frac):
            parts = [(arg.args[0], 1), (arg.args[1], -1)]
        elif isinstance(arg, (Factors, Mul)):
            parts = [(a, 1) for a in arg.args]
        elif isinstance(arg, Density) and any(isinstance(v, Block) for v in (*_flat(arg.left), *_flat(arg.right))):
            return _add(self.block_marginal(arg.law, arg.left + arg.right),
                        _scale(self.block_marginal(arg.law, arg.right), S.NegativeOne))  # fmt: skip
        elif isinstance(arg, sympy.Product) and _is_stochastic(arg):
            (index, lo, hi), = arg.limits
            return self.summation(sympy.Sum(sympy.log(arg.function), (index, lo, hi)))
        else:
            return None
        if not any(_has(a, (Block, sympy.Product)) for a, _ in parts):
            return None
        return _add(*[_scale(self.log(a), Integer(n)) for a, n in parts])

    def block_marginal(self, law, vs):
        """ℓ of a chain that contains blocks: for a Markov law a sum over its consecutive pairs, else one key."""
        if not vs:
            return {}
        if not law.markov:
            return _gen(("log", (law, _joined(vs))))
        runs = self.sorted(law, _flat(vs))
        terms = []
        for v in runs:
            if isinstance(v, Block):
                base, lo, hi = v.args

                def pair(t, _):
                    return _gen(("log", (law, frozenset((At(base, t - 1), At(base, t))))))

                def single(t, _):
                    return _gen(("log", (law, frozenset((At(base, t),)))))

                terms.append(self.ranged(lo + 1, hi, pair))
                terms.append(_scale(self.ranged(lo + 1, hi - 1, single), S.NegativeOne))
        ends = [(At(v.args[0], v.args[1]), At(v.args[0], v.args[2])) if isinstance(v, Block) else (v, v) for v in runs]
        for k, (first, last) in enumerate(ends):
            block = isinstance(runs[k], Block)
            if len(runs) == 1 and not block:
                return _gen(("log", (law, frozenset((first,)))))
            if k > 0:
                terms.append(_gen(("log", (law, frozenset((ends[k - 1][1], first))))))
                if block or k < len(ends) - 1:
                    terms.append(_scale(_gen(("log", (law, frozenset((first,))))), S.NegativeOne))
            if block and k < len(ends) - 1:
                terms.append(_scale(_gen(("log", (law, frozenset((last,))))), S.NegativeOne))
        return _add(*terms)

    # --- sums and products over an index

    def summation(self, e):
        if len(e.limits) != 1:
            raise NotDecided(f"write nested sums one inside the other: {e}")
        ((index, lo, hi),) = e.limits
        return self.ranged(lo, hi, lambda t, normaliser: normaliser.poly(e.function.subs(index, t)))

    def product(self, e):
        ((index, lo, hi),) = e.limits
        if plain(hi - lo).is_Integer:
            out = _const(S.One)
            for k in range(int(plain(hi - lo)) + 1):
                out = _mul(out, self.poly(e.function.subs(index, lo + k)))
            return out
        raise NotDecided(f"a product with a symbolic number of factors can stand in a log: {e}")

    def ranged(self, lo, hi, make):
        """Σ_{t=lo}^{hi} make(t, normaliser), with the terms near either end written out.

        What is left of a sum up to T runs from 3 to T − 2, well inside the chain, so that every order of
        times in it is settled and equal sums look equal. Right for T ≥ 4, by 1 + 2 + (3 … T−2) + (T−1) + T.
        """
        lo, hi = plain(lo), plain(hi)
        if (hi - lo).is_Integer:
            return _add(*[make(lo + k, self) for k in range(int(hi - lo) + 1)])
        tops = hi.free_symbols & set(self.times.least)
        if not lo.is_Integer or len(tops) != 1 or not (hi - (top := next(iter(tops)))).is_Integer:
            raise NotDecided(f"a sum from {lo} to {hi}: it must start at a number and end at T plus a number, T declared")
        out = [make(Integer(k), self) for k in range(int(lo), FIRST)]
        out += [_scale(make(Integer(k), self), S.NegativeOne) for k in range(FIRST, int(lo))]
        above = int(hi - top)
        out += [make(top + k, self) for k in range(LAST + 1, above + 1)]
        out += [_scale(make(top + k, self), S.NegativeOne) for k in range(above + 1, LAST + 1)]
        t = fresh_index(self.depth)
        out.append(self.sum_of(make(t, self.inside(t, FIRST, top + LAST)), t, top))
        return _add(*out)

    def sum_of(self, body, t, top):
        """The inner part of a sum, one generator a monomial, each moved so that its latest time is t."""
        out = []
        for mono, c in body.items():
            late = _latest(mono, t)
            moved, scale = (_at(mono, t, t - late), _at(c, t, t - late)) if late else (mono, c)
            fixed, scale = sympy.sympify(scale).as_independent(t, as_Add=False)
            out.append(_scale(_gen(("sum", t, Integer(FIRST), top + LAST, frozenset({(moved, scale)}))), fixed))
            for k in range(min(late, 0), max(late, 0)):  # Σ from 3 + late to T − 2 + late, against Σ from 3 to T − 2
                for start, sign in ((FIRST, 1), (top + LAST + 1, -1)):
                    time = start + k - late
                    out.append({_at(mono, t, time): (sign if late < 0 else -sign) * _at(c, t, time)})
        return _add(*out)

    # --- powers and integrals

    def power(self, p, n):
        if n.is_Integer and n >= 0:
            out = _const(S.One)
            for _ in range(int(n)):
                out = _mul(out, p)
            return out
        if len(p) == 1:
            (((dens, gens), c),) = p.items()
            if n.is_Integer or (not gens and c.is_positive and n.is_Rational):
                return {(frozenset((k, m * n) for k, m in dens), frozenset((g, m * n) for g, m in gens)): c**n}
        if not p:
            raise DerivationError("division by zero")
        return _gen(("pow", _freeze(p), n))

    def expectation(self, e):
        factors = law_factors(e.law)
        body = self.poly(e.body)
        if len(factors) == 1 and any(isinstance(v, Block) for v in _flat(factors[0].left)):
            return self.block_expectation(factors[0], body)
        law = _const(S.One)
        for f in factors:
            law = _mul(law, self.poly(drawn(f) if isinstance(f, Density) else f))
        return self.integrate(frozenset(_flat(e.bound)), _mul(law, body))

    def block_expectation(self, law, body):
        """E over symbolically many variables: each monomial needs the law of its own variables alone."""
        out = []
        for (dens, gens), c in body.items():
            sums = [(g, n) for g, n in gens if g[0] == "sum"]
            if sums and (len(gens) > 1 or dens or sums[0][1] != 1):
                raise NotDecided("a product with a sum over the chain is outside of this method")
            if sums:
                _, t, lo, hi, inner = sums[0][0]
                sub = self.inside(t, lo, hi)
                inside = sub.block_expectation(law, dict(inner))
                out.append(_scale(self.sum_of(inside, t, hi - LAST), c))
                continue
            used = [v for v in _mono_vars((dens, gens)) if self.inside_blocks(v, law.left)]
            weight = _const(S.One) if not used else self.density(Density(law.law, used, _flat(law.right)))
            out.append(self.integrate(frozenset(used), _mul(weight, {(dens, gens): c})))
        return _add(*out)

    def inside_blocks(self, v, entries):
        for b in _flat(entries):
            if v == b:
                return True
            if isinstance(b, Block) and isinstance(v, At) and v.args[0] == b.args[0]:
                below, above = self.times.sign(v.args[1] - b.args[1]), self.times.sign(b.args[2] - v.args[1])
                low_ok = below in (0, 1) or (below is None and self._at_least(v.args[1] - b.args[1]))
                high_ok = above in (0, 1) or (above is None and self._at_least(b.args[2] - v.args[1]))
                if low_ok and high_ok:
                    return True
                if below == -1 or above == -1:
                    continue
                raise NotDecided(f"whether {v} lies in {b} is not settled; state a bound on the index")
        return False

    def _at_least(self, d):
        return self.times.sign(d + 1) == 1

    def integrate(self, bound, p):
        out = []
        for (dens, gens), c in p.items():
            out.append(_scale(self.integrate_mono(bound, dens, gens), c))
        return _add(*out)

    def integrate_mono(self, bound, dens, gens):
        if any(isinstance(v, Block) for v in _chain_variables((dens, gens))):
            raise NotDecided("an expectation of a density with a symbolic number of variables needs a Markov law")
        bound, dens, gens = _flatten(bound, dens, gens)
        used = frozenset().union(*[_gen_vars(g) for g, _ in gens])
        bound, moved = set(bound), True
        while moved:
            moved = False
            for v in sorted(bound - used, key=str):
                smaller = self.marginalise(dens, v)
                if smaller is not None:
                    dens, moved = smaller, True
                    bound.discard(v)
        out = {(frozenset(kn for kn in dens if not kn[0][1] & bound),
                frozenset(gn for gn in gens if not _gen_vars(gn[0]) & bound)): S.One}  # fmt: skip
        dens = [kn for kn in dens if kn[0][1] & bound]
        gens = [gn for gn in gens if _gen_vars(gn[0]) & bound]
        while bound:  # independent groups of variables integrate separately
            group = {sorted(bound, key=str)[0]}
            grown = True
            while grown:
                grown = False
                for vs in [kn[0][1] for kn in dens] + [_gen_vars(gn[0]) for gn in gens]:
                    if vs & group and (vs & bound) - group:
                        group |= vs & bound
                        grown = True
            d = frozenset(kn for kn in dens if kn[0][1] & group)
            g = frozenset(gn for gn in gens if _gen_vars(gn[0]) & group)
            out = _mul(out, _gen(("int", frozenset(group), d, g)))
            bound -= group
        return out

    def marginalise(self, dens, v):
        """∫ dv of a power product of densities, where it is a marginal; None where it is not."""
        here = {k: n for k, n in dens if v in k[1]}
        laws = {k[0] for k in here}
        if len(laws) != 1:
            return None
        (law,) = laws
        if v in law.given or any(
            isinstance(b, Block) and isinstance(v, At) and self.inside_blocks(v, (b,)) for b in law.given
        ):
            return None
        together = tuple(frozenset().union(*[k[1] for k in here]))
        joint = self.marginal(law, together)
        if {k: n for k, n in joint.items() if v in k[1]} != here:
            return None
        rest = self.marginal(law, tuple(u for u in together if u != v))
        dens = _merge(dens, [(k, -n) for k, n in joint.items()])
        return _merge(dens, rest.items())


def _flatten(bound, dens, gens):
    """∫∫ as one integral, where no variable is bound twice."""
    bound, gens = set(bound), dict(gens)
    for g, n in list(gens.items()):
        if g[0] != "int" or n != 1 or not _gen_vars(g) & bound:
            continue
        _, inner, d, gs = g
        others = [h for h in gens if h != g]
        taken = bound.union(*[kn[0][1] for kn in dens], *[_gen_vars(h) for h in others])
        taken = taken.union(*[h[1] for h in others if h[0] == "int"])
        if inner & taken:
            continue
        del gens[g]
        bound |= inner
        dens = _merge(dens, d)
        gens = dict(_merge(gens.items(), gs))
    return frozenset(bound), dens, frozenset(gens.items())


# --- helpers on expressions

def _joined(vs):
    """A set of variables in which neighbours in a chain are one block, if their number is symbolic."""
    out, runs = set(), {}
    for v in vs:
        if isinstance(v, (At, Block)):
            lo, hi = (_index(v),) * 2 if isinstance(v, At) else map(plain, v.args[1:])
            if sympy.expand(hi - lo) != -1:
                runs.setdefault(v.args[0], []).append((lo, hi))
        else:
            out.add(v)
    for base, parts in runs.items():
        k = 0
        while k < len(parts):
            lo, hi = parts[k]
            follow = next((p for p in parts if sympy.expand(p[0] - hi) == 1), None)
            if follow is None:
                k += 1
                continue
            parts[k] = (lo, follow[1])
            parts.remove(follow)
            k = 0
        for lo, hi in parts:
            length = sympy.expand(hi - lo)
            out |= {At(base, lo + j) for j in range(int(length) + 1)} if length.is_Integer else {Block(base, lo, hi)}
    return frozenset(out)


def _latest(mono, t):
    """The latest time in a monomial, less t; 0 if its times are not all t plus a number, a number, or the chain's end."""
    late = None
    for v in _chain_variables(mono):
        for i in map(plain, v.args[1:]):
            if i.has(t):
                d = sympy.expand(i - t)
                if not d.is_Integer:
                    return 0
                late = int(d) if late is None else max(late, int(d))
    return late or 0


def _chain_variables(e):
    if isinstance(e, (At, Block)):
        yield e
    elif isinstance(e, (tuple, frozenset)):
        for a in e:
            yield from _chain_variables(a)


def _at(e, t, time):
    """A monomial, or a part of one, at another time."""
    if isinstance(e, tuple):
        return tuple(_at(a, t, time) for a in e)
    if isinstance(e, frozenset):
        out = [_at(a, t, time) for a in e]
        return _joined(out) if all(isinstance(a, (Variable, At, Block)) for a in out) else frozenset(out)
    return e.subs(t, time) if isinstance(e, sympy.Basic) else e


def _flat(vs):
    out = []
    for v in vs:
        members = v.members if isinstance(v, Block) else None
        out.extend((v,) if members is None else members)
    return tuple(out)


def _position(law, v):
    for k, w in enumerate(law.order):
        if v == w:
            return k, Integer(0) if isinstance(v, Variable) else _index(v)
        if isinstance(w, Block) and isinstance(v, (At, Block)) and v.args[0] == w.args[0]:
            return k, _index(v)
        if isinstance(w, At) and isinstance(v, (At, Block)) and v.args[0] == w.args[0] and len(law.order) > 1:
            if any(isinstance(b, Block) and b.args[0] == w.args[0] for b in law.order):
                first = next(j for j, b in enumerate(law.order) if getattr(b, "args", (None,))[0] == w.args[0])
                return first, _index(v)
    raise NotDecided(f"{v} is not in the chain of {law.name}")


def _index(v):
    return plain(v.args[1])


def _is_density_product(e):
    return isinstance(e, Density) or (isinstance(e, (Factors, Mul)) and all(isinstance(a, Density) for a in e.args))


def _is_whole(d):
    """Whether a density is that of all variables of its law."""
    return set(d.left) == set(d.law.scope) and set(d.right) == set(d.law.given) and not any(_has(v, Block) for v in d.left)


def _density_key(d):
    return (d.law, frozenset(_flat(d.left)), frozenset(_flat(d.right)))


def _has(e, kinds):
    if isinstance(e, kinds):
        return True
    return any(_has(a, kinds) for a in getattr(e, "args", ()))


def _atoms(e, kind):
    if isinstance(e, kind):
        yield e
    for a in getattr(e, "args", ()):
        yield from _atoms(a, kind)


def _is_stochastic(e):
    return _has(e, (Variable, At, Block, Density, Functional))
