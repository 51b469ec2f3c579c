r"""Draws that may be copies of each other, `x, y \sim p`: a law is read as one law of all its variables, so these are asked about."""

from ..errors import NotRead
from .uses import BARS

__all__ = ["refuse_copies"]


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
