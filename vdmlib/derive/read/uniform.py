r"""Means over a letter that is uniform: on `\{1, \ldots, T\}`, on `\{2, T\}`, on an interval."""

from sympy import expand

from ..nodes.binders import Integral, Sum
from ..nodes.expressions import frac, plain
from ..show.latex import tex
from .tree import Node

__all__ = ["Uniform", "ends"]

ONE = Node("number", ("1",))


def ends(law):
    r"""The first and the last of what `U\{…\}` counts; None where these are not seen."""
    args = [a for a in law.parts[1] if a.kind != "dots"]
    if any(a.kind == "dots" for a in (law.parts[1][:1] + law.parts[1][-1:])) or not args:
        return None
    if len(args) == 1:
        return ONE, args[0]
    if len(args) == 3 and len(law.parts[1]) == 4 and law.parts[1][2].kind == "dots":
        first, second, last = args
        both = first.kind == second.kind == "number" and int(second.parts[0]) == int(first.parts[0]) + 1
        return (first, last) if both else None
    return tuple(args) if len(args) == 2 else None


class Uniform:
    """What such a mean is; a part of Loose."""

    def uniform(self, node, laws, item, body):
        """A sum over whole numbers, or an integral, from 0 to 1 where no ends are written."""
        (v,), law = item[1], item[2]
        t = self(v)
        rest = tuple(i for i in laws if i is not item)
        inner = self.a_expectation(node, rest, body) if rest else self(body)
        args = law.parts[1] if law.kind == "apply" else ()
        if getattr(t, "is_integer", False) and args:
            low, high = self.counted_ends(law)
            self.understand(f"${v.parts[0].key}$ is any of ${tex(low)}, \\ldots, {tex(high)}$, each with the same probability")
            count = high if low == 1 else expand(high - low + 1)
            return frac(1, count) * Sum(inner, (t, low, high))
        if args and len(args) != 2 or any(a.kind == "dots" for a in args):
            self.fail(r"on what is this uniform? Write both ends, U(0, T), or \{1, \ldots, T\} of whole numbers", law)
        lo, hi = map(self, args) if args else (0, 1)
        self.understand(f"${v.parts[0].key}$ is uniform on the interval from {lo} to {hi}")
        value = Integral(inner, (t, lo, hi))
        return value if (lo, hi) == (0, 1) else frac(1, hi - lo) * value

    def counted_ends(self, law):
        """The first and the last whole number, as expressions."""
        found = ends(law)
        if found is None:
            self.fail(r"over which whole numbers is this uniform? Write \{1, \ldots, T\}", law)
        low, high = (plain(self(end)) for end in found)
        if not (low.is_integer and high.is_integer):
            self.fail(r"a uniform law in braces is of whole numbers; write \{1, \ldots, T\}", law)
        pair = len(law.parts[1]) == 2 and not any(a.kind == "dots" for a in law.parts[1])
        width = expand(high - low)
        if pair and (width.is_number and width != 1 or expand(low + high) == 0):
            self.fail(rf"is this a law of these two values, or of all between them? Write \{{{tex(low)}, \ldots, {tex(high)}\}}, or half of the sum of two terms", law)
        return low, high
