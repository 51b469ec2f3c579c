"""How a formula uses its names: as laws, under a bar, as indices, as functions, below a derivative.

Nothing is decided here; `names.py` decides from it.
"""

from collections import defaultdict

from .tree import Name, Node, nodes, walk
from .vocabulary import LAW_LETTERS, bare_letter

__all__ = ["Uses", "UNIFORM"]

_FUNCTIONALS = {"H", "I", "h", "MI", "ELBO", r"\mathbb{H}", r"\mathcal{H}", r"\mathbb{I}", r"\mathcal{I}", r"\mathcal{L}", "CE"}
UNIFORM = ("U", r"\mathcal{U}", "Uniform", "Unif")
BARS = ("|", r"\mid")


class Uses:
    """What is seen of each name, by its key."""

    def __init__(self, trees, assume=()):
        self.assume = dict(assume)
        self.names = {}  # key: Name
        self.densities = defaultdict(list)  # law's key: [(left nodes, right nodes, node)]
        self.bare_laws = defaultdict(list)  # law's key: nodes where it stands without arguments
        self.applied = defaultdict(list)  # key: apply nodes that are no densities
        self.plain = defaultdict(list)  # key: nodes where the name stands by itself
        self.random = {}  # key of a name that is drawn or conditioned on: node
        self.drawn = []  # (names, law node) of x ~ p
        self.means = []  # names below an E without any law
        self.ranges, self.over, self.integrated = [], [], []
        self.by = []  # (keys, node) of derivatives
        self.positive, self.compared = set(), set()  # symbols that must be positive; laws that stand bare in a divergence or entropy
        self.squared = set()  # of the positive ones, widths: what stands as a square in the place of a variance
        self.entropies = []  # apply nodes of H and I
        self.bare_means = []  # E[…] with nothing below
        self.nabla = None  # the name by which a gradient without an index is taken
        for tree in trees:
            if tree is not None:
                self.see(tree)

    def law_letter(self, name):
        return bare_letter(name.base) in LAW_LETTERS and not name.primes

    def see(self, node):
        getattr(self, f"see_{node.kind}", self.see_parts)(node)

    def see_parts(self, node):
        self.see_all(node.parts)

    def see_all(self, part):
        for node in nodes(part):
            self.see(node)

    def see_name(self, node):
        name = node.parts[0]
        self.names[name.key] = name
        self.plain[name.key].append(node)

    def see_random(self, node):
        if node.kind == "name":
            name = node.parts[0]
            self.names[name.key] = name
            self.random.setdefault(name.key, node)
        else:
            self.see(node)

    def see_apply(self, node):
        name, args, between, _ = node.parts
        if name.base in _FUNCTIONALS and not name.primes and not (set(between) <= {","} and name.base in ("h", "I")) and (
                name.base != r"\mathcal{L}" or any(a.kind == "name" for a in args)):
            self.entropies.append(node)
            for a in args:
                if a.kind == "apply":
                    self.see_law(a)
                elif a.kind == "name" and self.law_letter(a.parts[0]):
                    self.see_bare_law(a)
                    self.compared.add(a.parts[0].key)
                elif a.kind == "normal":
                    self.see(a)
                elif a.kind == "name" and name.base not in ("ELBO", r"\mathcal{L}"):
                    self.see_random(a)
            return
        names_alone = all(a.kind in ("name", "dots") for a in args)
        if names_alone and (self.law_letter(name) or self.assume.get(name.key) == "law") and not name.primes:
            self.see_density(node)
            return
        self.names[name.key] = name
        self.applied[name.key].append(node)
        for a in args:
            self.see(a)

    def see_density(self, node):
        name, args, between, _ = node.parts
        left, right = [], []
        side = left
        for k, a in enumerate(args):
            if k and between[k - 1] in BARS:
                side = right
            side.append(a)
        self.names[name.key] = name
        self.densities[name.key].append((tuple(left), tuple(right), node))
        for a in args:
            self.see_random(a)

    def see_law(self, node):
        """What stands where a law must stand."""
        if node.kind == "apply" and all(a.kind in ("name", "dots") for a in node.parts[1]):
            self.see_density(node)
        elif node.kind == "name":
            self.see_bare_law(node)
        elif node.kind in ("product", "dotted"):
            for part in node.parts[node.kind == "dotted" :]:
                self.see_law(part)
        else:
            self.see(node)

    def see_bare_law(self, node):
        name = node.parts[0]
        self.names[name.key] = name
        self.bare_laws[name.key].append(node)

    def see_expectation(self, node):
        laws, body = node.parts
        if not laws:
            self.bare_means.append(node)
        for item in laws:
            if item[0] == "drawn":
                self.draw(item[1], item[2])
            elif item[1].kind == "name" and not self.law_letter(item[1].parts[0]):
                self.means.append(item[1])
                self.see_random(item[1])
            else:
                self.see_law(item[1])
        self.see(body)

    see_variance = see_expectation

    def draw(self, names, law):
        self.drawn.append((names, law))
        for v in names:
            self.see_random(v)
        if law.kind == "normal":
            _, mean, variance = law.parts
            self.variance(variance)
            self.see(mean)
        elif law.kind in ("apply", "name") and law.parts[0].base in UNIFORM:
            self.see_all(law.parts[1:2])
        else:
            self.see_law(law)

    def see_kl(self, node):
        for a in node.parts:
            self.see_law(a)
            if a.kind == "name":
                self.compared.add(a.parts[0].key)

    def see_normal(self, node):
        x, mean, variance = node.parts
        if x is not None:
            self.see(x)
        self.see(mean)
        self.variance(variance)

    def variance(self, node):
        """A symbol that is a variance, or whose square is one, is positive."""
        self.see(node)
        self.is_positive(node)

    def is_positive(self, node):
        inner = node
        while inner.kind in ("group", "dotted"):
            inner = inner.parts[-1]
        if inner.kind == "product":
            for part in inner.parts:
                self.is_positive(part)
        square = inner.kind == "power"
        if square:
            inner = inner.parts[0]
        if inner.kind == "apply":
            self.positive.add(inner.parts[0].unprimed.key)
        if inner.kind == "name":
            self.positive.add(inner.parts[0].key)
            if square:
                self.squared.add(inner.parts[0].key)

    def see_function(self, node):
        name, index, args = node.parts
        if index is not None:
            self.see(index)
        for a in args:
            self.see(a)
        if name == "log" and args[0].kind in ("name", "group", "over", "frac", "apply"):
            for part in walk(args[0]) if args[0].kind in ("over", "frac") else (args[0],):
                if part.kind in ("name", "group") or part is args[0]:
                    self.is_positive(part)

    def see_root(self, node):
        self.see_parts(node)
        if node.parts[1].kind in ("name", "product"):
            self.is_positive(node.parts[1])

    def see_big(self, node):
        kind, over, body = node.parts
        if over[0] == "range":
            self.ranges.append(over[1:])
            for part in over[2:]:
                self.see(part)
            if over[1].kind == "name":
                self.names[over[1].parts[0].key] = over[1].parts[0]
        else:
            self.over.append((over[1], body))
        self.see(body)

    def see_integral(self, node):
        by, limits, body = node.parts
        self.integrated += by
        for v in by:
            if v.kind == "name":
                self.names[v.parts[0].key] = v.parts[0]
        self.see_all(limits)
        self.see(body)

    def see_derivative(self, node):
        by, body, _ = node.parts
        self.by.append(({v.parts[0].key for v, _ in by if v.kind == "name"}, body))
        for v, order in by:
            self.see(v)
            if order is not None:
                self.see(order)
        self.see(body)

    def see_gradient(self, node):
        by, order, body, _ = node.parts
        if by is None and self.nabla is None:
            self.nabla = first_argument(body)
        keys = {by.parts[0].key} if by is not None and by.kind == "name" else {self.nabla.key} if by is None and self.nabla else set()
        self.by.append((keys, body))
        self.see_all((by, order, body))


def first_argument(body):
    """The name by which a gradient without an index is taken: the first argument of the first function in it, None without one."""
    for part in walk(body):
        if part.kind == "apply" and part.parts[1] and part.parts[1][0].kind == "name":
            return part.parts[1][0].parts[0]
    return None




def is_a(node, kind):
    return isinstance(node, Node) and node.kind == kind and isinstance(node.parts[0], Name)
