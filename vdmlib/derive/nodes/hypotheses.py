"""What a line is true under: facts that an author gives, conditions that the engine finds.

A fact is universal only where it says so: `fact(f(x), x**2)` speaks of the one x of the line, and
`fact(f(x), x**2, forall=x)` of every x. A density's own variables are always meant for every value, since
a fact about a density gives a law.
"""

from dataclasses import dataclass, field

import sympy

from ..calls import call, operand
from ..errors import DerivationError
from .expressions import exact, plain
from .laws import At, Block, Density, Variable

__all__ = ["Fact", "Condition", "different", "fact"]

RELATIONS = ("=", ">=", ">", "!=")


@dataclass(frozen=True)
class Fact:
    """`left relation right`, for every value of the symbols in `forall`; label of the statement that it comes from."""

    left: object
    right: object
    relation: str = "="
    forall: tuple = ()
    label: str | None = None

    def __iter__(self):
        return iter((self.left, self.right))

    @property
    def universal(self):
        """Whether it speaks of every value of the arguments of its left side, and of no particular point."""
        if isinstance(self.left, Density):
            return True
        return bool(self.forall)


@dataclass(frozen=True)
class Condition:
    """Something that must hold for a line to be true: `left relation right`.

    relation: ">", ">=", "!=" or "="; "dominated" where the density `right` must be positive wherever `left` is;
        "whole" where `left` must be a whole number; "total" where `left`, over the variables in `over`, must
        have total one; "definite" where `left`, a matrix, must be symmetric and positive definite; "continuous" where `left` must be continuous in the variable of `over`, between its ends.
    over: (variable, lowest, highest) for each variable it must hold for every value of; both ends are None where
        the variable takes every value that it can. Of a real variable's ends only "continuous" speaks.
    why: what asks for it, in a word or two: "a logarithm", "division", "the fact c = a − b".
    """

    left: object
    relation: str
    right: object = sympy.S.Zero
    over: tuple = ()
    why: str = field(default="", compare=False)


def different(a, b, why):
    """The condition that two indices differ."""
    d = sympy.expand(plain(a) - plain(b))
    return Condition(-d if d.could_extract_minus_sign() else d, "!=", why=why)


@call("fact(left, right, forall=t), or fact(f(t) >= f(t - 1), forall=t)")
def fact(left, right=None, *, forall=(), label=None):
    """A fact for `facts=[…]`: `fact(f(x), x**2, forall=x)`, or an inequality, `fact(f(t) >= f(t - 1), forall=t)`.

    forall: the symbols for every value of which it holds; without it a fact speaks of the point that it names.
    """
    relation = "="
    if right is None:
        names = {sympy.Ge: ">=", sympy.Gt: ">", sympy.Le: "<=", sympy.Lt: "<", sympy.Ne: "!=", sympy.Eq: "="}
        if type(left) not in names:
            if isinstance(left, (bool, sympy.logic.boolalg.BooleanAtom)):
                raise DerivationError(f"== compares at once, and gives {bool(left)}. A fact has two sides: fact(left, right), or the pair (left, right)")
            raise DerivationError(f"fact(…) takes two sides, or an inequality such as f(t) >= f(t - 1), not {left!r}")
        relation, (left, right) = names[type(left)], left.args
        if relation in ("<=", "<"):
            relation, left, right = relation.replace("<", ">"), right, left
    forall = tuple(forall) if isinstance(forall, (tuple, list, set)) else (forall,)
    for s in forall:
        if not isinstance(s, (sympy.Symbol, Variable, At, Block)):
            quotes = f": write forall={s}, without quotes" if isinstance(s, str) else ""
            raise DerivationError(f"a fact holds for every value of a symbol, not of {s!r}{quotes}")
    for side in (left, right):
        if isinstance(side, str):
            raise DerivationError(f"{side!r} in a fact is text. Write the expression itself, without quotes")
    left, right = exact(operand(left)), exact(operand(right))
    if relation == "=" and left in forall and isinstance(left, sympy.Symbol) and plain(left - right) != 0:
        raise DerivationError(f"{left} = {right} cannot hold for every {left}: leave out forall={left}, and it speaks of the one {left} of the line")
    for s in forall:
        if not any(plain(a) == plain(s) for a in sympy.preorder_traversal(left)) and not any(
            plain(a) == plain(s) for a in sympy.preorder_traversal(right)
        ):
            raise DerivationError(f"the fact {plain(left)} {relation} {plain(right)} does not hold {s}, so it cannot be meant for every {s}")
    return Fact(left, right, relation, forall, label)
