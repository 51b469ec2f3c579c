"""Laws from the densities that a text writes: over which variables, given which, in which order."""

import re

from ..nodes.laws import At, Block, Law, Variable
from .meaning import Meaning
from .tree import Name

__all__ = ["Lawmaking", "undotted"]


class Lawmaking:
    """Makes the laws; a part of Names."""

    def laws(self, markov):
        """The laws of the scope, as any joint laws or as Markov chains; whether that makes a difference."""
        self.scope.laws, differs, self.equal_marginals = {}, False, []
        groups = {}
        for key, found in self.uses.densities.items():
            groups.setdefault(self.law_key[key], []).extend(found)
        for names, law in self.uses.drawn:
            if law.kind == "name" and law.parts[0].key in self.law_key:
                groups.setdefault(self.law_key[law.parts[0].key], []).append((tuple(names), (), law))
        look = Meaning(self.scope, self.source)
        for key, found in groups.items():
            if key in self.smooth or not found:
                continue
            pairs = [([look.variable(a) for a in undotted(left)], [look.variable(a) for a in undotted(right)]) for left, right, _ in found]
            law, differ = self.law(key, pairs, markov)
            if not law.given:
                self.shared_marginals(key, [pair for pair, (*_, node) in zip(pairs, found) if id(node) not in self.implied], groups)
            differs |= differ
            self.scope.laws[key] = [law]
        for key, target in self.law_key.items():
            if target in self.scope.laws:
                self.scope.laws[key] = self.scope.laws[target]
        return differs

    def shared_marginals(self, key, pairs, groups):
        """q(z|x) and q(z) beside p(x): whether x has under q the law p(x) is not said."""
        left = {v for a, _ in pairs for v in a}
        for v in dict.fromkeys(v for _, b in pairs for v in b if isinstance(v, Variable) and v not in left):
            if sum(map(bool, map(time_of, {u for a, b in pairs for u in (*a, *b) if isinstance(u, Variable)}))) >= 3 or all(v in b for _, b in pairs):
                continue
            for other, found in groups.items():
                alone = any(not right and [a.parts[0].key for a in of if a.kind == "name"] == [v.name] for of, right, _ in found)
                if other == key or not alone:
                    continue
                asked = f"{key}({v.name})"
                answer = self.assume.get(asked)
                if answer == "yes":
                    self.equal_marginals.append((key, other, v))
                    self.understood.append(f"${key}({v.name}) = {other}({v.name})$")
                elif answer != "no":
                    self.questions[asked] = (f"Is ${other}({v.name})$ the law of ${v.name}$ under ${key}$ too?", {"yes": f"${key}({v.name}) = {other}({v.name})$", "no": "they differ"}, None)

    def law(self, key, pairs, markov):
        """A law with all that is asked of it: (law, whether Markov makes a difference)."""
        left = [v for a, _ in pairs for v in a]
        right = [v for _, b in pairs for v in b]
        order = self.ordered([*left, *right], left)
        many = sum(3 if isinstance(v, Block) else 1 for v in order) >= 3
        others = [v for v in order if isinstance(v, Variable) and not time_of(v)]
        can = many and len(others) <= 1 and (any(isinstance(v, (At, Block)) for v in order) or sum(map(bool, map(time_of, order))) >= 2)
        never_left = [v for v in order if v not in left and not isinstance(v, Block) and not any(covers(b, v) for b in left)]
        always = [v for v in never_left if all(v in b for _, b in pairs)]
        given = (never_left[:1] if never_left and never_left[0] == order[0] and never_left[0] not in always else always) if markov and can else always
        given = always if always else given
        if any(isinstance(v, Variable) and time_of(v) for v in order) and not always:
            given = []
        scope = [v for v in order if v not in given]
        if not scope:
            scope, given = order, []
        asked = tuple(scope) if not given else (*scope[:-1], scope[-1] | given[0], *given[1:])
        self.orders[key] = order
        discrete = any(self.assume.get(a) == "discrete" for a in (key, *map(str, order)))
        return Law(key, *asked, markov=bool(markov and can), discrete=discrete), can

    def ordered(self, found, left):
        """Variables in the order of a chain: others first, then by time; of a chain the whole stretch."""
        singles = [v for v in dict.fromkeys(found) if isinstance(v, Variable)]
        rest = [v for v in dict.fromkeys(found) if not isinstance(v, Variable)]
        out = [v for v in singles if not time_of(v)] + sorted([v for v in singles if time_of(v)], key=lambda v: rank(time_of(v)))
        for base in dict.fromkeys(v.args[0] for v in rest):
            out += self.stretch(base, [v for v in rest if v.args[0] == base], left)
        return out

    def stretch(self, base, members, left):
        points = [i for v in members for i in v.args[1:]]
        numbers = [p for p in points if p.is_Integer]
        letters = [p for p in points if not p.is_Integer]
        if not letters:
            if not any(isinstance(v, Block) for v in members):
                return [base[n] for n in sorted(set(numbers))]
            return [base[min(numbers) : max(numbers)]]
        lowest = min([*numbers, *([1] if not numbers else [])])
        top = [p for p in letters if p.is_Symbol and p.name in "TNKLM"]
        if top:
            hi = max(top, key=lambda p: "MLKNT".index(p.name))
        else:
            hi = self.count("T")
        if base[0] in members and lowest == 0 and base[0] not in left and not any(isinstance(v, Block) and v.args[1] == 0 for v in members):
            return [base[0], base[1:hi]]
        if any((p - q).is_Integer and (p - q) < 0 for p in letters for q in letters if q.is_Symbol) and not any(isinstance(v, Block) for v in members):
            lowest = 0
        return [base[lowest:hi]]


def undotted(nodes):
    """x_1, …, x_T as x_{1:T}."""
    out, k = [], 0
    nodes = list(nodes)
    while k < len(nodes):
        if k + 2 < len(nodes) and nodes[k + 1].kind == "dots" and nodes[k].kind == nodes[k + 2].kind == "name":
            first, last = nodes[k].parts[0], nodes[k + 2].parts[0]
            colon = type(first.sub[0])("sign", ":", nodes[k + 1].at, nodes[k + 1].at + 1)
            out.append(type(nodes[k])("name", (Name(first.base, (*first.sub, colon, *last.sub)),), nodes[k].at))
            k += 3
        else:
            out.append(nodes[k])
            k += 1
    return out


def covers(block, v):
    if not isinstance(block, Block) or not isinstance(v, At) or block.args[0] != v.args[0]:
        return False
    lo, hi = block.args[1:]
    return not ((v.args[1] - lo).is_negative or (hi - v.args[1]).is_negative)


def time_of(v):
    """The time in a name such as x_{t-1}; empty for a name without."""
    found = re.fullmatch(r".*?_\{?(\d+|[A-Za-z](?:[-+]\d+)?)\}?", v.name) if isinstance(v, Variable) else None
    return found[1] if found else ""


def rank(time):
    """Numbers first, then t − 1, t, t + 1, then T."""
    found = re.fullmatch(r"([A-Za-z]?)([-+]?\d*)", time)
    letter, number = found[1], int(found[2] or 0)
    return (0 if not letter else 2 if letter.isupper() else 1, letter, number)
