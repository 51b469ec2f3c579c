"""What the letters of sums, integrals and limits may be: positive, 0, or below it."""

from .tree import names_in, walk

__all__ = ["may_be_negative", "starts"]


def starts(ranges):
    """{letter: 1, 0 or −1}, the least of its values, from (letter, from, to); −1 where it may be any."""
    found = {i.parts[0].key: 1 for i, _, _ in ranges}
    for _ in range(2 * len(found) + 1):  # a sum may start at the letter of another
        for i, low, _ in ranges:
            key = i.parts[0].key
            found[key] = min(found[key], max(least(low, found), -1))
    return found


def least(node, found):
    """A number below no value of an expression; its letters are positive where they are not found to start elsewhere."""
    if node.kind == "number" and node.parts[0].isdigit():
        return int(node.parts[0])
    if node.kind == "name":
        return found.get(node.parts[0].key, 1)
    if node.kind == "group":
        return least(node.parts[0], found)
    if node.kind == "product":
        return min((1, *(least(a, found) for a in node.parts))) if all(least(a, found) >= 0 for a in node.parts) else -1
    if node.kind != "sum" or any(sign == "-" and names_in(a) for sign, a in node.parts):
        return -1
    terms = [(1 if sign == "+" else -1, a, least(a, found)) for sign, a in node.parts]
    if any(sign < 0 and a.kind != "number" or value < 0 for sign, a, value in terms):
        return -1
    return sum(sign * value for sign, _, value in terms)


def may_be_negative(trees, is_positive):
    """The letters that an integral or a limit takes where they may be negative."""
    def safe(end):
        if end is None or end.kind == "sum":
            return False
        return end.kind in ("number", "infinity") or end.kind == "name" and is_positive(end.parts[0])

    taken = []
    for node in walk(trees):
        if node.kind == "integral":
            taken += zip(node.parts[0], node.parts[1])
        elif node.kind == "limit":
            taken.append((node.parts[0], (node.parts[1],)))
    return {v.parts[0].key for v, ends in taken if v.kind == "name" and not all(map(safe, ends))}
