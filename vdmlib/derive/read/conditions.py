r"""The range of a sum that stands below it as comparisons: `\sum_{t \le k}`, `\sum_{k \ge 2}`, `\prod_{1 \le s < t}`."""

from .tree import Node, walk

__all__ = ["Conditions"]

_RISING, _FALLING = ("<", r"\le"), (">", r"\ge")


class Conditions:
    """Reads such a range; a part of the grammar."""

    def compared(self, first, inner, high, t):
        """("range", index, from, to) from a term that a comparison follows; from 1 or to infinity where no end is named."""
        terms, signs = [first], []
        while inner.next in (*_RISING, *_FALLING):
            signs.append(inner.take().text)
            terms.append(inner.sum())
        if inner.next == ",":
            self.fail("a sum under two conditions is not read; write one range", t)
        if inner.peek().kind != "end":
            inner.fail(f"{inner.next} is not read below a sum")
        if not (set(signs) <= set(_RISING) or set(signs) <= set(_FALLING)) or len(signs) > 2:
            self.fail("write the range in one direction, as in 1 \\le t \\le k", t)
        if signs[0] in _FALLING:
            terms, signs = terms[::-1], signs[::-1]
        strict = [sign in ("<", ">") for sign in signs]
        if len(terms) == 3:
            (low, index, above), ends = terms, strict
        elif signs[0] in _RISING:
            low, (index, above), ends = None, terms, [False, *strict]
        else:
            (low, index), above, ends = terms, None, [*strict, False]
        if above is not None and high is not None:
            self.fail("the end of this sum is written twice", t)
        return self.closed(index, low, above if high is None else self.inside(high), ends, t)

    def closed(self, index, low, above, strict, t):
        """The range with its ends among its values."""
        if index.kind != "name":
            self.fail("over which letter does the sum run? Write t=1 below and T above", t)
        if not all(map(may_be_whole, walk((low or (), above or ())))):
            self.fail("the ends of this range may lie between whole numbers; write t=1 below and T above", t)
        self.notes.append(("compared", index.at))
        if low is None:
            self.notes.append(("start", index.parts[0].key))
        one = Node("number", ("1",), index.at)
        low = one if low is None else Node("sum", (("+", low), ("+", one)), low.at) if strict[0] else low
        above = Node("infinity", (), index.at) if above is None else Node("sum", (("+", above), ("-", one)), above.at) if strict[1] else above
        return "range", index, low, above


def may_be_whole(node):
    """Whether an end is made of letters and whole numbers by sums, products and powers."""
    if node.kind in ("number", "name"):
        return "." not in node.parts[0] if node.kind == "number" else node.parts[0].key not in ("e", r"\pi")
    return node.kind in ("sum", "product", "group", "infinity") or node.kind == "power" and node.parts[1].kind in ("number", "name")
