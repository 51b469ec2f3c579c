r"""A law that stands where a number would: q in `\mathbb{E}_q[\log q]`, p and q in `\int q \log \frac{q}{p} dx`."""

from ..errors import NotRead
from .tree import names_in, nodes, walk
from .uses import BARS

__all__ = ["Standing"]


class Standing:
    """Reads such a law as its density, where that is sure; a part of Names."""

    def laws_that_stand_alone(self):
        """A law that the text names alone is its density where all that it is of is drawn or integrated over; elsewhere it is asked."""
        uses, self.standing = self.uses, set()
        around = {id(node): bound for tree in self.trees for node, bound in self.bound_around(tree, frozenset())}
        logs = self.logs_of_laws()
        for key in [k for k in uses.plain if uses.densities.get(k) and uses.law_letter(uses.names[k])]:
            shapes = {self.shape(d) for d in uses.densities[key]}
            (left, right), *more = sorted(shapes)
            inside = [node for node in uses.plain[key] if set(left) <= around.get(id(node), set())]
            shown = f"{key}({', '.join(left)}{' | ' + ', '.join(right) if right else ''})"
            if not inside and self.is_the_circle(uses.plain[key][0]):
                continue
            sure = key in uses.bare_laws or logs.issuperset(map(id, uses.plain[key]))
            if sure and not more and len(inside) == len(uses.plain[key]):
                self.standing.add(key)
                del uses.plain[key]
                self.understood.append(f"${key}$ stands for ${shown.replace('|', chr(92) + 'mid')}$")
                continue
            node = next(iter(inside), uses.plain[key][0])
            raise NotRead(
                f"is {key} the density {shown} here, or a number? Write {shown}, or give the number another letter",
                self.source,
                node.at,
            )

    def is_the_circle(self, node):
        """Whether π stands here as the number, beside a law of its letter."""
        return node.kind == "name" and node.parts[0].key == r"\pi" and r"\pi" not in self.uses.bare_laws

    def logs_of_laws(self):
        r"""The ids of the names in logarithms of nothing but laws that the text writes out: of q and p in `\log q - \log p`."""
        found = [list(leaves(node.parts[2])) for node in walk(self.trees) if node.kind == "function" and node.parts[0] == "log"]
        laws = {*self.uses.densities, *self.uses.bare_laws}
        of_laws = [names for names in found if all(node.kind in ("name", "apply") and node.parts[0].key in laws for node in names)]
        alone = all(self.uses.densities.get(k) for k in self.uses.plain if self.uses.law_letter(self.uses.names[k]))
        return {id(node) for names in of_laws for node in names} if alone else set()

    def bound_around(self, part, bound):
        """(node, the keys of what is drawn, summed or integrated over around it) for every node."""
        for node in nodes(part):
            yield node, bound
            if node.kind in ("expectation", "variance"):
                yield from self.bound_around(node.parts[1], bound.union(*map(self.drawn_in, node.parts[0])))
            elif node.kind == "integral":
                yield from self.bound_around(node.parts[1:], bound | {name.key for name in names_in(node.parts[0])})
            elif node.kind == "big" and node.parts[1][0] == "over":
                yield from self.bound_around(node.parts[2], bound | {name.key for name in names_in(node.parts[1][1])})
            else:
                yield from self.bound_around(node.parts, bound)

    def drawn_in(self, item):
        """The keys of what is drawn by one of the laws below a mean."""
        return {name.key for name in names_in(item[1])} if item[0] == "drawn" else self.variables_of(item[1])

    def variables_of(self, law):
        if law.kind == "apply":
            bar = next((k + 1 for k, b in enumerate(law.parts[2]) if b in BARS), len(law.parts[1]))
            return {name.key for name in names_in(law.parts[1][:bar])}
        if law.kind == "name" and self.uses.law_letter(law.parts[0]):
            return {key for d in self.uses.densities.get(law.parts[0].key, ()) for key in self.shape(d)[0]}
        return (
            set().union(*map(self.variables_of, nodes(law.parts)))
            if law.kind in ("product", "group")
            else {name.key for name in names_in(law)}
        )


def leaves(part):
    """What a quotient or a product is made of, brackets taken off."""
    for node in nodes(part):
        if node.kind in ("frac", "over", "product", "group"):
            yield from leaves(node.parts)
        else:
            yield node
