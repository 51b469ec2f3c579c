"""Variables of chains: their order, blocks of them, and the marginal of a Markov chain as pairs minus singles."""

import sympy
from sympy import Integer

from ...errors import NotDecided
from ...nodes.expressions import plain
from ...nodes.hypotheses import Condition, different
from ...nodes.laws import At, Block, Variable
from ...nodes.times import Times
from .polynomials import merge

__all__ = ["Chains", "joined", "latest", "chain_variables", "at_time", "flat", "index_of", "holds_index"]


class Chains:
    """Marginals of laws, under what is known of the times in indices; lengths: values of the symbols in the scopes of laws."""

    def __init__(self, times=None, lengths=None):
        self.times, self.lengths = times or Times(), lengths or {}
        self.conditions = {}
        self.rules = {}  # ℓ-keys that facts about densities give by others

    def require(self, condition):
        """A condition on symbols that are free in the line; on the index of a sum it cannot be stated."""
        if any(holds_index(side, self.times.ranges) for side in (condition.left, condition.right)):
            raise NotDecided(f"{condition.why}: whether {condition.left} {condition.relation} {condition.right} is not settled under a sum")
        self.conditions[condition] = None

    def require_at_least(self, gap, why):
        """gap ≥ 0, in the stead of weaker conditions of its form."""
        near = [(c, gap - c.left) for c in self.conditions if c.relation == ">=" and (gap - c.left).is_Integer]
        if not any(d >= 0 for _, d in near):
            for c, _ in near:
                del self.conditions[c]
            self.require(Condition(gap, ">=", why=why))

    def require_apart(self, some, others):
        """Variables of one process that are taken for two must be two: x_t and x_s where t ≠ s."""
        for v in some:
            for u in others:
                if u != v and isinstance(u, At) and isinstance(v, At) and u.args[0] == v.args[0]:
                    if not self.times.differ(index_of(v) - index_of(u)):
                        self.require(different(index_of(v), index_of(u), f"{v} and {u} are two variables"))

    def require_inside(self, law, vs):
        """Raise if a variable lies outside of the law's chain, at lengths that are known."""
        for b in law.order if self.lengths else ():
            for v in vs:
                if not isinstance(b, Block) or not isinstance(v, At) or v.args[0] != b.args[0]:
                    continue
                lo, hi = (plain(end).xreplace(self.lengths) for end in b.args[1:])
                if v in law.order or not (self.times.sign(v.args[1] - lo) == -1 or self.times.sign(hi - v.args[1]) == -1):
                    continue
                length = ", ".join(f"{s} = {k}" for s, k in self.lengths.items())
                raise NotDecided(f"{v} lies outside of the chain of {law.name} at {length}: say from which length on the line is meant")

    def marginal(self, law, vs):
        """ℓ_law(vs) as {ℓ-key: count}: one key, or pairs minus interior singles in a Markov chain."""
        vs = tuple(vs)
        if not vs:
            return {}
        if not law.markov or len(vs) < 2:
            return dict(self.rules.get((law, frozenset(vs)), {(law, frozenset(vs)): 1}))
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
        ka, kb = position(law, a), position(law, b)
        if ka[0] != kb[0]:
            return ka[0] < kb[0]
        s = self.times.sign(ka[1] - kb[1])
        if s is None or s == 0:
            raise NotDecided(f"which of {a} and {b} comes first in the chain is not settled; state a bound on the index")
        return s < 0

    def inside_blocks(self, v, entries):
        for b in flat(entries):
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
                for ok, gap in ((low_ok, v.args[1] - b.args[1]), (high_ok, b.args[2] - v.args[1])):
                    if not ok:
                        self.require_at_least(sympy.expand(plain(gap)), f"{v} is one of {b}")
                return True
        return False

    def _at_least(self, d):
        return self.times.sign(d + 1) == 1

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
        dens = merge(dens, [(k, -n) for k, n in joint.items()])
        return merge(dens, rest.items())


def holds_index(e, ranges):
    """Whether the index of a sum stands in an expression."""
    return bool(plain(e).free_symbols & set(ranges))


def joined(vs):
    """A set of variables in which neighbours in a chain are one block, if their number is symbolic."""
    out, runs = set(), {}
    for v in vs:
        if isinstance(v, (At, Block)):
            lo, hi = (index_of(v),) * 2 if isinstance(v, At) else map(plain, v.args[1:])
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


def latest(mono, t):
    """The latest time in a monomial, less t; 0 if its times are not all t plus a number, a number, or the chain's end."""
    late = None
    for v in chain_variables(mono):
        for i in map(plain, v.args[1:]):
            if i.has(t):
                d = sympy.expand(i - t)
                if not d.is_Integer:
                    return 0
                late = int(d) if late is None else max(late, int(d))
    return late or 0


def chain_variables(e):
    if isinstance(e, (At, Block)):
        yield e
    elif isinstance(e, (tuple, frozenset)):
        for a in e:
            yield from chain_variables(a)


def at_time(e, t, time):
    """A monomial, or a part of one, at another time."""
    if isinstance(e, tuple):
        return tuple(at_time(a, t, time) for a in e)
    if isinstance(e, frozenset):
        out = [at_time(a, t, time) for a in e]
        return joined(out) if all(isinstance(a, (Variable, At, Block)) for a in out) else frozenset(out)
    return e.subs(t, time) if isinstance(e, sympy.Basic) else e


def flat(vs):
    out = []
    for v in vs:
        members = v.members if isinstance(v, Block) else None
        out.extend((v,) if members is None else members)
    return tuple(out)


def position(law, v):
    for k, w in enumerate(law.order):
        if v == w:
            return k, Integer(0) if isinstance(v, Variable) else index_of(v)
        if isinstance(w, Block) and isinstance(v, (At, Block)) and v.args[0] == w.args[0]:
            return k, index_of(v)
        if isinstance(w, At) and isinstance(v, (At, Block)) and v.args[0] == w.args[0] and len(law.order) > 1:
            if any(isinstance(b, Block) and b.args[0] == w.args[0] for b in law.order):
                first = next(j for j, b in enumerate(law.order) if getattr(b, "args", (None,))[0] == w.args[0])
                return first, index_of(v)
    raise NotDecided(f"{v} is not in the chain of {law.name}")


def index_of(v):
    return plain(v.args[1])
