"""Facts that say of a function that it is ± itself at other arguments, up to a number: even, odd, symmetric in two arguments, a sigmoid."""

from dataclasses import dataclass

import sympy
from sympy.core.function import AppliedUndef

from .expressions import plain

__all__ = ["Mirror", "mirror"]


@dataclass(frozen=True)
class Mirror:
    """f(x_1, …) = sign · f(y_1, …) + rest for all arguments, y_k being slope · x_place + shift for its (place, slope, shift); doing it twice does nothing."""

    function: object
    sign: int
    rest: object
    moves: tuple

    def arguments(self, at):
        return [slope * at[place] + shift for place, slope, shift in self.moves]

    def partial(self, orders):
        """(sign, orders, rest) of the partial derivative at the other arguments that one of these orders is."""
        sign, out = self.sign, []
        for place, slope, _ in self.moves:
            out.append(orders[place])
            sign *= slope ** orders[place]
        return sign, out, 0 if any(orders) else self.rest


def mirror(fact):
    """The Mirror that a fact is; None if it says something else."""
    left, right = plain(fact.left), plain(fact.right)
    rest, right = right.as_independent(AppliedUndef, as_Add=True)
    sign, right = right.as_coeff_Mul()
    if fact.relation != "=" or sign not in (1, -1) or not isinstance(left, AppliedUndef) or not isinstance(right, AppliedUndef) or left.func != right.func:
        return None
    symbols = set(map(plain, fact.forall))
    if rest.has(*symbols) or rest != 0 and sign == 1:
        return None
    for here, there in ((left.args, right.args), (right.args, left.args)):
        if len(here) == len(there) and set(here) <= symbols and len(set(here)) == len(here) and not any(x.is_positive or x.is_negative for x in here):
            moves = tuple(_move(y, here) for y in there)
            if None in moves or not any(here[k] != y for k, y in enumerate(there)):
                return None
            out = Mirror(left.func, int(sign), rest, moves)
            return out if all(sympy.expand(a - b) == 0 for a, b in zip(out.arguments(out.arguments(here)), here)) else None
    return None


def _move(y, arguments):
    """(place, slope, shift) of an argument ±x + shift; None for others."""
    held = [k for k, x in enumerate(arguments) if y.has(x)]
    if len(held) != 1:
        return None
    slope = y.diff(arguments[held[0]])
    shift = sympy.expand(y - slope * arguments[held[0]])
    return (held[0], int(slope), shift) if slope in (1, -1) and shift.is_number else None
