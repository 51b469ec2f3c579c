"""The names of a text that does with vectors what depends on their dimension: letters of the engine in the place of numbers."""

from ..errors import NotRead
from ..nodes.arrays import Eye
from ..nodes.expressions import symbol
from ..nodes.fields import field
from ..nodes.vectors import matrix, vector
from .kinds import MATRIX, NUMBER, VECTOR, Kinds, is_identity
from .tree import Name
from .vocabulary import bare_letter

__all__ = ["Spaces", "in_space"]

_DIMENSIONS = ("d", "D", "n", "N", "k", "K", "m", "J")
_TRAITS = ("positive", "symmetric", "orthogonal", "invertible")
_SAID = {"positive": "symmetric and positive definite", "symmetric": "symmetric", "orthogonal": "orthogonal", "invertible": "invertible"}


class Spaces:
    """Vectors and matrices of a text; a part of Names. `kinds` is None where a text is read in one dimension."""

    def spaces(self, statements, spaces):
        """Look for vectors: (whether there are any that matter)."""
        declared = {key: VECTOR if len(sizes) == 1 else MATRIX for key, sizes in spaces.items() if sizes}
        said = {**declared, **{key: NUMBER for key, sizes in spaces.items() if not sizes}, **self.assume}
        called = {}

        def is_called(name):
            plain = name.unprimed
            if plain.key not in called:
                nodes = [n for key, found in self.uses.applied.items() for n in found if n.parts[0].unprimed.key == plain.key]
                called[plain.key] = bool(nodes) and self.is_call(plain.key, name, nodes)
            return called[plain.key]

        self.sized = spaces
        self.kinds = Kinds(self.uses, statements, said, is_called, {*self.whole, *self.summed})
        return self.kinds.any()

    def settle(self):
        """Make the letters that are vectors or matrices."""
        kinds, taken = self.kinds, {}
        doubted = kinds.doubted()
        if doubted is not None:
            refused = NotRead(f"is {doubted} a number or a vector? Say it, as in assume={{{doubted!r}: 'vector'}}", self.source, 0)
            refused.asks = True
            raise refused
        self.dimension_letter()
        for key, kind in list(kinds.of.items()):
            if kind == NUMBER or key not in {**self.uses.plain, **self.uses.random}:
                continue
            name = self.uses.names[key]
            if {t.text for t in name.sub} & set(self.summed):
                raise NotRead(f"{key} is a row of vectors, under a sum; write its terms", self.source, 0)
            shown = self.letter_name(name)
            if shown in taken:
                refused = NotRead(f"are {taken[shown]} and {key} one vector? Write them in one way", self.source, 0)
                refused.asks = True
                raise refused
            taken[shown] = key
            self.scope.symbols[key] = vector(shown, *self.sizes_of(key, 1)) if kind == VECTOR else self.matrix(key, name, shown)
        for key in [k for k, name in self.uses.names.items() if is_identity(name) and k in self.uses.plain]:
            self.scope.symbols[key] = Eye(self.scope.dimension)
        for key, kind in kinds.of.items():
            if kind == VECTOR and rf"${key}$ is drawn from $\mathcal{{N}}(0, 1)$" == self.taken.get(key):
                self.taken[key] = rf"${key}$ is drawn from $\mathcal{{N}}(0, I)$"
        for plain, kind in kinds.fields.items():
            if kind == MATRIX:
                raise NotRead(f"{plain}(…) is a matrix that depends on something, which is not read", self.source, 0)

    def letter_name(self, name):
        """The name of a letter without what sets it in bold, which its printing puts back."""
        base = name.base
        while r"\mathbf{" in base or r"\vec{" in base:
            start = base.find(r"\mathbf{") if r"\mathbf{" in base else base.find(r"\vec{")
            opened = base.index("{", start)
            closed = base.index("}", opened)
            base = base[:start] + base[opened + 1 : closed] + base[closed + 1 :]
        key = Name(base, name.sub, name.mark, name.primes).key
        if name.mark:
            raise NotRead(f"{name.key}: a vector has no raised sign", self.source, 0)
        return key

    def dimension_letter(self):
        """The letter of the dimension: the one that the text writes, or d."""
        sizes = [s[0] for s in self.sized.values() if s]
        written = [k for k in _DIMENSIONS if k in self.uses.plain and k not in self.summed and k not in self.whole and k not in self.kinds.of]
        said = [k for k in written if self.assume.get(k) == "dimension"]
        letter = next((s for s in [*sizes, *said] if not s.isdigit()), None) or next((k for k in written if k in "dD" and self.assume.get(k) != NUMBER), "d")
        self.letter = sizes[0] if sizes and sizes[0].isdigit() else letter
        self.scope.dimension = self.size(self.letter)
        for key in written:
            if key != self.letter and key not in sizes and self.assume.get(key) != NUMBER and letter not in written:
                self.questions[key] = (f"Is ${key}$ the number of dimensions?", {"dimension": "yes", "number": "no, any number"}, None)

    def size(self, text):
        if text.isdigit():
            return int(text)
        if text not in self.scope.symbols:
            self.scope.symbols[text] = symbol(text, integer=True, positive=True)
        return self.scope.symbols[text]

    def sizes_of(self, key, how_many):
        return [self.size(s) for s in self.sized.get(key, ()) or [self.letter] * how_many]

    def matrix(self, key, name, shown):
        said = self.assume.get(key)
        covariance = key in self.kinds.covariances or bare_letter(name.base) == r"\Sigma" or said in ("positive",)
        sizes = self.sizes_of(key, 1)
        trait = said if said in _TRAITS else "positive" if covariance and said != MATRIX and len(set(map(str, sizes))) == 1 else None
        rows, columns = (sizes * 2)[:2]
        if trait:
            self.understood.append(f"${key}$ is a ${rows}\\times {columns}$ matrix, {_SAID[trait]}")
        else:
            self.understood.append(f"${key}$ is any ${rows}\\times {columns}$ matrix")
        return matrix(shown, rows, columns, **({trait: True} if trait else {}))

    def spaces_said(self):
        """What the vectors are, in sentences."""
        of = [key for key, kind in self.kinds.of.items() if kind == VECTOR and key in self.scope.symbols and not self.sized.get(key)]
        own = [(key, self.sized[key][0]) for key, kind in self.kinds.of.items() if kind == VECTOR and key in self.scope.symbols and self.sized.get(key)]
        out = []
        if of:
            out.append(f"${', '.join(of)}$ {'is a vector' if len(of) == 1 else 'are vectors'} of any dimension ${self.letter}$")
        out += [f"${key}$ is a vector of dimension ${n}$" for key, n in own]
        if any(is_identity(name) for key, name in self.uses.names.items() if key in self.uses.plain):
            out.append("$I$ is the identity matrix")
        return out

    def vector_field(self, plain, name):
        """The field that a function is, None where its values are numbers."""
        if self.kinds is None or plain not in self.kinds.fields:
            return None
        self.understood.append(f"${plain}(\\cdot)$ is any vector field")
        shown = self.letter_name(name.unprimed)
        if any(getattr(made, "name", None) == shown for made in self.scope.functions.values()):
            refused = NotRead(f"is {plain} the same field as one that is set in another way? Write it in one way", self.source, 0)
            refused.asks = True
            raise refused
        return field(shown, self.scope.dimension)


def in_space(node):
    """The sizes that ℝ^d says, () for ℝ; None where it is something else."""
    if node.kind == "reals":
        return ()
    if node.kind != "power" or node.parts[0].kind != "reals":
        return None
    sizes = node.parts[1].parts if node.parts[1].kind == "product" else (node.parts[1],)
    if len(sizes) > 2 or not all(a.kind in ("name", "number") for a in sizes):
        return None
    out = tuple(a.parts[0].key if a.kind == "name" else a.parts[0] for a in sizes)
    if out == ("1",):
        return ()
    return None if out[0] in ("0", "1") or out[-1] == "0" else out if out[-1] != "1" else out[:1]
