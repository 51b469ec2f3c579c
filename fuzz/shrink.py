"""A smaller line with the same fault: parts replaced by their own parts or by a symbol, as long as the fault stays."""

from .families.making import parts, swap_at
from .lines import Node, num, swap, walk

__all__ = ["shrunk"]

TRIES = 120


def shrunk(line, still):
    """The smallest line found for which `still(line)`."""
    tries = TRIES
    better = True
    while better and tries > 0:
        better = False
        for smaller in _smaller(line):
            tries -= 1
            if tries <= 0:
                break
            if _fails(still, smaller):
                line, better = smaller, True
                break
    return line


def _fails(still, line):
    try:
        return still(line)
    except Exception:  # noqa: BLE001 — a smaller text that is no line
        return False


def _smaller(line):
    """Lines that are smaller in one respect, the boldest first."""
    for k in range(len(line.facts)):
        yield line.with_(facts=line.facts[:k] + line.facts[k + 1 :])
    for side in ("left", "right"):
        for new in _smaller_sums(getattr(line, side), getattr(line, "right" if side == "left" else "left")):
            yield line.with_(**{side: new[0], "right" if side == "left" else "left": new[1]})
    for name, words in line.symbols.items():
        inside = any(a == Node("sym", (name,)) for e in line.expressions for a in walk(e))
        if inside and name not in line.times and "integer" not in words:
            one = num(1)
            yield _everywhere(line, Node("sym", (name,)), one)
    for side in ("left", "right"):
        e = getattr(line, side)
        for path, a in parts(e, lambda a: a.op not in ("num", "sym")):
            if path and any(isinstance(b, Node) for b in a.args):
                for b in a.args:
                    if isinstance(b, Node):
                        yield line.with_(**{side: swap_at(e, path, b)})


def _smaller_sums(e, other):
    """Both sides without a summand, or a factor, that they share; or without a common function around them."""
    if e.op in ("add", "mul") and other.op == e.op:
        for a in e.args:
            if a in other.args:
                yield _without(e, a), _without(other, a)
    if e.op == other.op and len(e.args) == len(other.args) == 1:
        yield e.args[0], other.args[0]


def _without(e, a):
    at = e.args.index(a)
    rest = e.args[:at] + e.args[at + 1 :]
    return rest[0] if len(rest) == 1 else Node(e.op, rest)


def _everywhere(line, old, new):
    facts = tuple(type(f)(swap(f.left, old, new), swap(f.right, old, new), f.relation, f.forall, f.step) for f in line.facts)
    gap = None if line.gap is None else swap(line.gap, old, new)
    return line.with_(left=swap(line.left, old, new), right=swap(line.right, old, new), gap=gap, facts=facts,
                      between=tuple(swap(e, old, new) for e in line.between))  # fmt: skip
