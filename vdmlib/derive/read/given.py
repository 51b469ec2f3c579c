r"""Which statements of a text are what the others are given: `\text{where } a+b=1`, `0 < t < 1`; and that none is left over."""

from dataclasses import replace

from ..errors import NotRead
from ..nodes.hypotheses import fact
from .tree import names_in, nodes, walk

__all__ = ["followed", "given_fact", "must_be_free", "sorted_out"]

_CONDITIONS = {"where", "with", "if", "when", "such that", "s.t.", "subject to", "since", "as", "by", "using"}
_QUANTIFIERS = {"for", "for all", "for every"}
_RISING, _FALLING = ("<", r"\le"), (">", r"\ge")
_ORDERS = {r"\ge": ">=", r"\le": ">=", ">": ">", "<": ">", r"\ne": "!="}
_COMPARED = (*_RISING, *_FALLING, r"\ne")


def conclude(found):
    """Mark what stands before an arrow, or from an `if` to its `then`: the statement behind follows from it.

    Before an arrow a comma or `and` joins lines that are all given, `a \\le b, b \\le a \\implies a = b`. Raises NotRead at a
    `then` without an `if`, and where what is concluded would be what the next line is given.
    """
    since, arrows = None, [s.premise for s in found]
    for k in (k for k, arrow in enumerate(arrows) if arrow):
        while k and joined(found[k]) and found[k - 1].relations and not arrows[k - 1]:
            k -= 1
            found[k].premise = all(r == "=" or r in _COMPARED for r in found[k].relations)
        if k and arrows[k - 1]:
            raise claimed_or_given(found[k])
    for k, s in enumerate(found):
        since = k if s.word == "if" else since
        if s.word == "then":
            if since is None or not found[k - 1].relations:
                raise NotRead("this “then” follows from no “if” with a line behind it", s.source, s.sides[0].at if s.sides[0] else 0)
            if s.premise:
                raise claimed_or_given(s)
            for o in found[since:k]:
                o.premise = bool(o.relations)
            s.word, since = "", None


def joined(s):
    """Whether a comma, a space or `and` joins a statement to the one before."""
    return s.word == "and" or s.aside and not s.word


def followed(found):
    """{id of a statement: the premises that it follows from}: those before its arrow, also for what is joined to it behind."""
    out, premises, before = {}, [], None
    for s in found:
        if s.premise:
            premises = [*(premises if before is not None and before.premise or joined(s) else []), s]
        elif not (before is not None and before.premise or joined(s)):
            premises = []
        elif premises and not s.condition:
            out[id(s)] = premises
        before = s
    return out


def claimed_or_given(s):
    """What is raised where a line follows from one and another follows from it."""
    return NotRead("is this line claimed, or is it what the next one is given? Read one arrow at a time", s.source, s.sides[0].at if s.sides[0] else 0)


def governed(found):
    """The word that each statement stands behind; says of each whether it is a condition.

    It is its own word. A statement without one goes on with the word before where names alone stood behind that, as in
    `for all a, b > 0`. The scope of a word of condition goes on behind `and`, and behind a comma once a line is claimed:
    in `x = y where a = 1, b = 2` both are conditions, in `if a = 1, x = y` the comma ends it.
    """
    defined = {key for s in found for key in defines(s)}
    out, word, before, claimed = [], "", None, False
    for s in found:
        goes_on = word in _CONDITIONS and (s.word == "and" or claimed and s.aside and not s.word)
        if not goes_on:
            word = s.word or ("" if before is None or before.relations else word)
        s.condition = not (before is not None and before.premise) and bool(s.relations) and is_condition(s, word, defined)
        claimed = claimed or bool(s.relations) and not s.condition
        out.append(word)
        before = s
    return out


def sorted_out(found, source):
    """The statements with the conditions among them marked: `a, b > 0` is one of a and one of b. Raises NotRead where one says nothing."""
    conclude(found)
    claims, out, names, bare = any(s.relations for s in found), [], [], []
    for s, word in zip(found, governed(found)):
        if not s.relations:
            if claims and s.sides[0].kind not in ("name", "apply"):
                raise alone(s, source)
            names.append((s, word))
            continue
        must_be_one_range(out[-1] if out else None, s, source)
        if s.condition and s.relations != ["="] and s.sides[0].kind == "name":
            out += [type(s)([name.sides[0], *s.sides[1:]], list(s.relations), source, premise=s.premise, condition=True) for name, _ in names]
        else:
            out += spoken_of(names, s.relations == [r"\in"], source)
        out.append(s)
        bare += [s] * (not word)
        names = []
    out += spoken_of(names, not claims, source)
    if all(s.condition for s in out if s.relations):  # comparisons alone: those that no word makes a condition are what is claimed
        for s in bare or out:
            s.condition = False
    return out


def spoken_of(names, declared, source):
    """The names that stand alone; each must be one for every value of which something holds, or be declared by what follows."""
    for s, word in names:
        if word not in _QUANTIFIERS and not declared:
            raise alone(s, source)
    return [s for s, _ in names]


def alone(s, source):
    """What is raised where an expression stands alone among lines."""
    return NotRead("this stands alone, without a relation: leave it out, or write the line that it belongs to", source, s.sides[0].at)


def defines(s):
    """The name that a statement says what it is, `L = a - b`, as a list."""
    left, *rest = s.sides
    is_name = left is not None and left.kind == "name" and s.relations[:1] in (["="], [":="])
    return [left.parts[0].key] if is_name and left.parts[0] not in names_in(rest) else []


def is_condition(s, word, defined):
    """Whether a statement says what holds between letters: an equation behind `where`, of which the left is no name that it defines; a comparison.

    A comparison of a letter that the text defines, with no word before it, is a claim.
    """
    if any(side is None for side in s.sides):
        return False
    if s.relations == ["="]:
        return word in _CONDITIONS and s.sides[0].kind not in ("name", "apply")
    if not all(r in _COMPARED for r in s.relations):
        return False
    return word in _CONDITIONS or word in _QUANTIFIERS or not word and all(map(is_end, s.sides)) and any(names := names_in(s.sides)) and defined.isdisjoint(name.key for name in names)


def is_end(side):
    """Whether a side is a letter or a number."""
    if side.kind == "sum":
        return len(side.parts) == 1 and is_end(side.parts[0][1])
    return side.kind in ("name", "number", "infinity")


def must_be_one_range(before, s, source):
    """Raise NotRead at `0 < a, b < 1`, where a may have the second end as well."""
    if before is None or not (before.condition and s.condition) or s.word or "=" in (*before.relations, *s.relations):
        return
    last, first = before.sides[-1], s.sides[0]
    if last.kind == first.kind == "name" and last != first and any(before.relations[-1] in signs and s.relations[0] in signs for signs in (_RISING, _FALLING)):
        raise NotRead(f"is this the range of {last.parts[0].key} as well? Write the range of each letter with both of its ends", source, s.sides[0].at)


def must_be_free(s, claims, random):
    """Raise NotRead at a condition on what a line draws, sums or integrates over; random: what has a law."""
    bound = {name.key for claim in claims for node in walk([side for side in claim.sides if side is not None]) for part in runs_over(node) for name in names_in(part)}
    for side in s.sides:
        for name in names_in(side):
            if (name.key in bound or name.key in random) and stands_free(side, name.key):
                raise NotRead(f"the line runs over {name.key}, or it has a law: a condition on it stands in its law, its sum or its integral", s.source, side.at)


def stands_free(part, key):
    """Whether a name stands in a part where no sum, integral or mean of its own runs over it."""
    return any(
        node.kind == "name" and node.parts[0].key == key
        or not any(name.key == key for over in runs_over(node) for name in names_in(over)) and stands_free(node.parts, key)
        for node in nodes(part)
    )


def runs_over(node):
    """What a mean, a sum or an integral runs over."""
    if node.kind == "integral":
        return [node.parts[0]]
    if node.kind == "big":
        return [node.parts[1][1]]
    return [item[1] for item in node.parts[0] if item[0] == "drawn"] if node.kind in ("expectation", "variance") else []


def given_fact(s, relation, left, right):
    """What is given, as a fact of its own relation."""
    if relation in ("=", ":="):
        return left, right
    if relation not in _ORDERS:
        raise NotRead(f"what is given is an equation or an inequality; {relation} is neither", s.source, s.sides[0].at)
    if not all(map(is_number, (left, right))):
        refused = NotRead("numbers alone are compared: write the comparison of each component, or of a norm", s.source, s.sides[0].at)
        refused.asks = True
        raise refused
    if relation in (r"\le", "<"):
        left, right = right, left
    return replace(fact(left, right), relation=_ORDERS[relation])


def is_number(e):
    """Whether an expression may be a real number, of which one is larger than another."""
    return e.is_commutative is not False and not getattr(e, "is_Matrix", False) and e.is_extended_real is not False
