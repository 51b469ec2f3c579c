"""Laws that a text names without what they are of: q in KL(q||p), x in E_x, X in H(X)."""

from ..errors import NotRead
from .copies import refuse_copies
from .grammar import Grammar
from .tokens import tokens
from .tree import Name, Node, names_in, nodes, walk
from .vocabulary import bare_letter

__all__ = ["CAPITALS", "Spoken", "density_node"]

#: Letters of random variables.
CAPITALS = "XYZWUVS"


class Spoken:
    """Puts in what stands between the lines; a part of Names."""

    def spoken(self):
        """Densities that stand between the lines: of q in KL(q||p), of x in E_x, of X in H(X)."""
        uses = self.uses
        self.written = {key for key, found in uses.densities.items() if found}  # laws that the text itself writes out
        refuse_copies(uses, self.written, self.assume, self.source)
        for key, text in self.assume.items():
            if key == "E" or key in uses.random or key in uses.bare_laws or uses.densities.get(key) and text.replace(" ", "").startswith(f"{key}("):
                node = Grammar(tokens(text), text).sum() if "(" in text else None
                if node is not None and node.kind == "apply":
                    uses.see_density(node)
                    self.law_of_mean[key] = node
        for key in list(uses.bare_laws):
            if not uses.densities.get(key):
                self.bare_law(key)
        for names, law in uses.drawn:
            if law.kind in ("normal", "apply"):
                self.law_of_mean.update({v.parts[0].key: law for v in names if v.kind == "name"})
            elif law.kind == "name" and uses.law_letter(law.parts[0]):
                self.law_of_mean.update({v.parts[0].key: density_node(law.parts[0], names, law.at) for v in names})
        for v in uses.means:
            self.mean_of(v)
        self.whole_law, self.lower, self.implied = None, {}, set()
        for node in (*uses.entropies, *uses.bare_means):
            self.random_in(node)

    def bare_law(self, key):
        uses, node = self.uses, self.uses.bare_laws[key][0]
        of = next((list(found[0][0]) for k, found in uses.densities.items() if found), None)
        drawn = next((names for names, law in uses.drawn if law is node), None)
        if drawn:
            of = list(drawn)
        averaged = self.averaged(key) if not of else []
        if len(averaged) == 1:
            of = [Node("name", (averaged[0],), node.at)]
            self.taken[key] = f"${key}$ is a law of ${averaged[0].key}$"
        elif averaged or not of and key not in uses.compared:
            return
        if not of:
            taken = set(uses.plain)
            letter = next(x for x in ("x", "y", "u") if x not in taken)
            of = [Node("name", (Name(letter),), node.at)]
            self.understood.append(f"the laws are of one variable, called ${letter}$")
        uses.see_density(density_node(uses.names[key], of, node.at))

    def averaged(self, key):
        r"""What stands in the functions under a mean over a law that is named alone, and nowhere else: x in `E_p[f(x)]`."""
        under = [node for node in walk(self.trees) if node.kind == "expectation" and any(item[-1].kind == "name" and item[-1].parts[0].key == key for item in node.parts[0])]
        inside = {id(inner) for node in under for inner in walk(node.parts[1])}
        arguments = {name for node in under for part in outside_of_means(node.parts[1]) if part.kind == "apply" for name in names_in(part.parts[1])}
        outside = {node.parts[0] for node in walk(self.trees) if node.kind == "name" and id(node) not in inside}
        return sorted(arguments - outside - {v.parts[0] for v in self.uses.integrated if v.kind == "name"}, key=lambda name: name.key)

    def mean_of(self, v):
        key = v.parts[0].key
        if key in self.law_of_mean:
            return
        if bare_letter(v.parts[0].base) in (r"\epsilon", r"\varepsilon", r"\eta", r"\xi"):
            zero, one = (Node("number", (n,), v.at) for n in "01")
            self.law_of_mean[key] = Node("normal", (None, zero, one), v.at)
            self.taken[key] = rf"${key}$ is drawn from $\mathcal{{N}}(0, 1)$"
            return
        if v.parts[0].base in ("t", "s", "i", "k", "n", r"\\tau") and not any(key in {a.parts[0].key for left, _, _ in found for a in left if a.kind == "name"} for found in self.uses.densities.values()):
            raise NotRead(f"from which law is {key} drawn? Write {key} \\sim U\\{{1, T\\}} or {key} \\sim U(0, 1) below the mean", self.source, v.at)
        alone = [node for found in self.uses.densities.values() for left, right, node in found if not right and [a.parts[0].key for a in left if a.kind == "name"] == [key]]
        joint = [k for k, found in self.uses.densities.items() for left, right, node in found if not right and key in [a.parts[0].key for a in left if a.kind == "name"]]
        law = alone[0] if alone else density_node(self.uses.names[joint[0]] if joint else Name("p"), [v], v.at)
        self.uses.see_density(law)
        self.law_of_mean[key] = law
        said = rf"${key}$ is drawn from ${law.parts[0].key}({key})$"
        (self.understood.append(said) if alone else self.taken.setdefault(key, said))

    def random_in(self, node):
        """Capital letters in H(X), I(X; Y) and E[f(X)] are random variables of one joint law."""
        if node.kind == "apply":
            found = [a for a in node.parts[1] if a.kind == "name" and not self.uses.law_letter(a.parts[0]) and node.parts[0].base not in ("ELBO", r"\mathcal{L}", "D", "KL")]
        else:
            found = [a for a in walk(node.parts[1]) if a.kind == "name" and (a.parts[0].key in self.uses.random or a.parts[0].base in CAPITALS)]
            if not found:
                found = [a for a in walk(node.parts[1]) if a.kind == "name"]
                if len({a.parts[0].key for a in found}) != 1:
                    return
        if not found:
            return
        name = node.parts[0] if node.kind == "apply" else None
        if name is not None and name.sub:
            signs = [t for t in name.sub if t.text not in "{}"]
            made = density_node(Name(signs[0].text, tuple(signs[2:])), list({a.parts[0].key: a for a in found}.values()), node.at)
            self.implied.add(id(made))
            return self.uses.see_density(made)
        small = {a.parts[0].key: a.parts[0].key.lower() for a in found}
        holders = [k for k, these in self.uses.densities.items() if k in self.written and any(
            set(small.values()) <= {a.parts[0].key for a in left if a.kind == "name"} and not right for left, right, _ in these)]  # fmt: skip
        if node.kind == "apply" and len(holders) == 1 and not any(k in {a.parts[0].key for left, right, _ in self.uses.densities[holders[0]] for a in (*left, *right)} for k in small):
            self.lower.update(small)
            self.whole_law = holders[0]
            self.understood.append(f"${', '.join(small)}$ takes the values ${', '.join(small.values())}$")
            return None
        law = Name("p")
        unique = list({a.parts[0].key: a for a in found}.values())
        before = [a for left, right, _ in self.uses.densities.get("p", []) for a in (*left, *right)] if self.whole_law else []
        everything = list({a.parts[0].key: a for a in (*before, *unique)}.values())
        self.uses.see_density(density_node(law, everything, node.at))
        self.whole_law = "p"
        keys = [a.parts[0].key for a in everything]
        if node.kind == "apply":
            self.entropy_variables = keys


def outside_of_means(part):
    """The nodes of a part that stand under no mean within it."""
    for node in nodes(part):
        if node.kind not in ("expectation", "variance"):
            yield node
            yield from outside_of_means(node.parts)


def density_node(name, of, at):
    """p(x, z) as if it had been written."""
    return Node("apply", (name, tuple(of), ("," ,) * (len(of) - 1), "("), at)
