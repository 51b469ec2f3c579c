"""Tables that have the means that facts say: E[p(v|w)](v) = 0 for every w, E[p(v)](v**2) = 1.

What lies above the mean that is wanted is made more or less likely as a whole, so that the rest of the table stays as it was drawn.
"""

from sympy import sympify

from ...nodes.functionals import Expectation
from ...nodes.laws import Density
from ..hypotheses import words
from ..result import Unmet

__all__ = ["of_a_mean", "with_means"]

ROUNDS = 60
NEAR = 1e-40


def of_a_mean(fact):
    """The law whose mean a fact says, for every value of what it is given; None for another fact."""
    e = fact.left
    if not isinstance(e, Expectation) or not isinstance(e.law, Density) or e.law.law.iid or e.law.law.markov or not set(e.law.right) <= set(fact.forall):
        return None
    return e.law.law if sympify(fact.right).is_number else None


def with_means(laws, law, names, table):
    """The table, with every mean that a fact says of the law."""
    for _ in range(ROUNDS):
        moved = 0
        for fact in laws.means[law]:
            table, by = shifted(laws, fact, names, table)
            moved = max(moved, by)
        if moved < NEAR:
            return table
    raise Unmet(", ".join(map(words, laws.means[law])))


def shifted(laws, fact, names, table):
    """(the table with this mean, by how much a probability has moved)."""
    d, run, wanted = fact.left.law, laws.w.of(fact.left.body), laws.w.of(fact.right)({})
    keys = list(names)
    left, right = ([keys.index(k) for k in laws.variables(side, {})] for side in (d.left, d.right))
    off, rows = {}, {}
    for o in table:
        env = {keys[k]: laws.alphabet(keys[k], names[keys[k]])[o[k]] for k in (*left, *right)}
        off[o] = (run(env) - wanted).real
        rows.setdefault(tuple(o[k] for k in right), []).append(o)
    new = {}
    for row in rows.values():
        above, below = (sum(sign * off[o] * table[o] for o in row if sign * off[o] > 0) for sign in (1, -1))
        factor = {o: below / above if off[o] > 0 else 1 for o in row} if above and below else {o: int(off[o] == 0) for o in row} if above or below else dict.fromkeys(row, 1)
        before, after = sum(table[o] for o in row), sum(table[o] * factor[o] for o in row)
        if before and not after:
            raise Unmet(words(fact))
        new |= {o: table[o] * factor[o] * (before / after if before else 1) for o in row}
    return new, max(abs(new[o] - p) for o, p in table.items())
