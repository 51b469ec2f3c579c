r"""Draws that may be copies of each other, `x, y \sim p`: a law is read as one law of all its variables, so these are asked about."""

from ..errors import NotRead
from .times import CLOCKS
from .tree import names_in, walk
from .uses import BARS

__all__ = ["possible_copies", "refuse_copies"]


def refuse_copies(uses, written, assume, source):
    """Raise NotRead where a name is drawn from the law of another, or several from a law of which the text writes no density."""
    bare = {}
    for names, law in uses.drawn:
        if law.kind not in ("apply", "name") or not uses.law_letter(law.parts[0]) or any(v.kind != "name" for v in names):
            continue
        key, drawn = law.parts[0].key, [v.parts[0].key for v in names]
        if law.kind == "name" and key not in written and key not in assume:
            bare.setdefault(key, {}).update(dict.fromkeys(drawn))
            if len(bare[key]) > 1:
                one, other = list(bare[key])[:2]
                raise NotRead(f"are {one} and {other} drawn from one joint law, or is each of law {key}? Say a joint law, as in assume={{{key!r}: '{key}({', '.join(bare[key])})'}}; copies are not read", source, law.at)
        if law.kind == "apply" and all(a.kind == "name" for a in law.parts[1]):
            bar = next((k + 1 for k, sign in enumerate(law.parts[2]) if sign in BARS), len(law.parts[1]))
            of = [a.parts[0].key for a in law.parts[1][:bar]]
            if set(of) != set(drawn):
                raise NotRead(f"is {', '.join(drawn)} a copy of {', '.join(of)}? Copies are not read: write the law of what is drawn", source, law.at)


def possible_copies(uses, trees):
    """(law, a variable, another) of a law of both of which the text writes no joint law, z and z_1, or z_1 and z_2 under one mean or integral; None where there are none."""
    together = [{name.key for inner in walk(node) if inner.kind in ("expectation", "integral") for name in names_in(inner.parts[0])} for node in walk(trees) if node.kind in ("expectation", "integral")]
    for key, found in uses.densities.items():
        alone = {left[0].parts[0].key: left[0].parts[0] for left, *_ in found if len(left) == 1 and left[0].kind == "name" and left[0].parts[0].key not in names_of(found, 1)}
        joint = [{name.key for name in names_in((left, right))} for left, right, _ in found]
        for a, one in alone.items():
            for b, other in alone.items():
                if a == b or one.base != other.base or any({a, b} <= keys for keys in joint):
                    continue
                if is_plain(one) and not is_plain(other) and not at_a_time(other) or not is_plain(one) and not is_plain(other) and any({a, b} <= keys for keys in together):
                    return key, a, b
    return None


def names_of(densities, side):
    """The keys of the names on one side of the bars of densities."""
    return {name.key for d in densities for name in names_in(d[side])}


def is_plain(name):
    """Whether a name is a letter with nothing beside it."""
    return not (name.sub or name.mark or name.primes)


def at_a_time(name):
    """Whether a name has a time for its index."""
    return any(t.text in (*CLOCKS, "T") for t in name.sub)
