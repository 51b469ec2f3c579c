"""What the names of a formula are, where nobody has said it: a scope from how they are used, in sentences.

Two readings of laws of three variables and more are made: any joint law, and a Markov chain in the order of the indices.
"""

import re

from sympy import Integer

from ..errors import NotRead
from ..nodes.coordinates import coordinates
from ..nodes.expressions import symbol, undefined
from ..nodes.laws import chain, variables
from ..nodes.schedules import Schedule
from .kinds import is_identity, set_as
from .lawmaking import Lawmaking
from .meaning import Meaning
from .parameters import Parameters
from .scope import Scope
from .spaces import Spaces
from .spoken import Spoken
from .standing import Standing
from .starts import may_be_negative, starts
from .times import over
from .tree import Name, names_in, walk
from .uniform import ends
from .uses import BARS, UNIFORM, Uses
from .vocabulary import LAW_LETTERS, bare_letter

__all__ = ["Names"]

_POINTS = "UVWXYZ"  # capitals that are points, as in t X
_VELOCITIES = ("u", "v", "b", "s", r"\epsilon")  # what is said given something and is no density

_TIMES = {"t", "s", "k", "n", "i", "j", "m", "l", r"\ell", "T", "N", "K", "L", "M", "d", "D", "S", "J"}
_POSITIVE = {r"\sigma", r"\alpha", r"\beta", r"\tau"}
_UNREAD = {r"\Gamma", "cov", "Cov", "softmax", "diag", "sign", "sgn", "erf", "rank", "JS", "TV", "argmax", "argmin", "relu", "ReLU",
           "Cat", "Bern", "Beta", "Gamma", "Dir", "Poisson", "W", "clip"}  # fmt: skip
_CALLED = {"f", "g", "h", "F", "G", "s", r"\epsilon", r"\mu", r"\phi", r"\psi", "u", "v", "D", "J", "w", r"\mathcal{L}"}


class Names(Spoken, Standing, Lawmaking, Spaces, Parameters):
    """The scope of a text's statements, with the sentences that say what was taken for what."""

    def __init__(self, trees, source, assume, values=(), vectors=None):
        """vectors: (the sides of each statement, the spaces that the text names) to look for vectors; None to read in one dimension."""
        self.trees, self.uses, self.source, self.assume = trees, Uses(trees, assume), source, assume
        self.products = [node for tree in trees for node in walk(tree) if node.kind == "product"]
        self.between_bars = [node for tree in trees for node in walk(tree) if node.kind == "abs"]
        self.scope = Scope()
        self.understood, self.taken, self.questions = [], {}, {}
        self.sizes = []  # letters that may be a number of dimensions
        self.law_of_mean, self.values = {}, dict(values)
        self.spoken()
        self.laws_that_stand_alone()
        self.same_letters()
        self.of_vectors = vectors is not None
        self.parameters()
        self.refuse_hidden_times()
        self.indices()
        self.kinds = None
        self.smooth = self.differentiated()
        self.of_vectors = vectors is not None and self.spaces(*vectors)
        if self.of_vectors:
            self.settle()
            self.smooth_laws()
        self.random()
        self.schedules()
        self.indexed_symbols()
        self.functions()
        self.symbols()
        self.orders = {}
        if self.of_vectors:
            self.understood[:0] = self.spaces_said()

    # --- letters that are one law

    def same_letters(self):
        """p and p_θ are taken for one law, unless both are given of the same variables."""
        uses, groups = self.uses, {}
        keys = [*uses.densities, *uses.bare_laws, *[k for k in uses.applied if uses.names[k].base in LAW_LETTERS and not uses.names[k].primes]]
        self.law_key = {key: key for key in keys}
        for key in dict.fromkeys(keys):
            name = uses.names[key]
            parameter = not name.sub or all(bare_letter(t.text) in (r"\theta", r"\phi", r"\Phi", r"\Theta", r"\psi", r"\vartheta", r"\omega", ",") for t in name.sub)
            if parameter and not name.mark:
                groups.setdefault(name.base, []).append(key)
        for keys in groups.values():
            if len(keys) < 2 or len([k for k in keys if uses.names[k].sub]) > 1:
                continue
            shapes = [{self.shape(d) for d in uses.densities[k]} for k in keys]
            if self.assume.get(" = ".join(keys)) == "different" or any(a & b for i, a in enumerate(shapes) for b in shapes[:i]) or not all(shapes):
                continue
            longest = max(keys, key=len)
            said = f"${'$ and $'.join(keys)}$ are one law, written ${longest}$"
            if self.assume.get(" = ".join(keys)) == "one":
                self.understood.append(said)
            else:
                self.taken[" = ".join(keys)] = said
                self.questions[" = ".join(keys)] = (f"Are ${'$ and $'.join(keys)}$ one law?", {"one": "yes", "different": "no"}, "one")
            for k in keys:
                self.law_key[k] = longest

    @staticmethod
    def shape(density):
        left, right, _ = density
        return tuple(sorted(a.parts[0].key for a in left if a.kind == "name")), tuple(sorted(a.parts[0].key for a in right if a.kind == "name"))

    # --- what is not read

    def refuse_hidden_times(self):
        """∂_t of p_t would be 0 if the index were part of a name; a prime beside an index does not say by what."""
        uses = self.uses
        by = set().union(*[keys for keys, _ in uses.by]) if uses.by else set()
        for name in uses.names.values():
            node = next(iter((*uses.plain.get(name.key, ()), *uses.applied.get(name.key, ()), *[d[2] for d in uses.densities.get(name.key, ())])), None)
            hidden = {t.text for t in name.sub} & {k for k in by if len(k) == 1 or k.startswith("\\")}
            if hidden and name.key not in by and node is not None and name.key not in self.parametric:
                raise NotRead(f"is {name.key} a function of {min(hidden)}, by which there is a derivative? Write {name.base}(…, {min(hidden)})", self.source, node.at)
            if name.primes and name.sub and node is not None and node.kind == "apply" and self.time_like(name):
                raise NotRead(f"by what is the derivative of {name.base}_{{{name.index}}}? Write d/dt and an argument", self.source, node.at)
        integrated = set().union(*map(over, walk(self.trees))) - self.summed_over()
        for name in uses.names.values():
            hidden = sorted({t.text for t in name.sub} & integrated)
            if hidden:
                node = next(node for node in walk(self.trees) if name in node.parts)
                raise NotRead(f"does {name.key} depend on {hidden[0]}, over which there is an integral or a mean? Write {name.base}({hidden[0]})", self.source, node.at)
        for key in uses.plain:
            texts = {t.text for t in uses.names[key].sub}
            hidden = sorted(texts & self.summed_over()) if "," in texts else ()
            if hidden:  # one constant, if its index were part of a name
                raise NotRead(f"does {key} depend on {hidden[0]}, over which there is a sum? Write {uses.names[key].base}({hidden[0]}, …)", self.source, uses.plain[key][0].at)
        for key, nodes in uses.applied.items():
            if uses.names[key].base in _UNREAD:
                raise NotRead(f"{uses.names[key].base} is not read; write its formula", self.source, nodes[0].at)
            for node in nodes:
                if any(b in BARS for b in node.parts[2]) and not uses.law_letter(uses.names[key]):
                    if bare_letter(uses.names[key].base) in _VELOCITIES:
                        self.taken[key] = f"${key}({shown(node.parts[1])})$ is a function of what stands on both sides of the bar"
                        continue
                    raise NotRead(f"is {key} a law? If it is, say assume={{{key!r}: 'law'}}; a function's arguments have commas between them", self.source, node.at)

    # --- indices

    def summed_over(self):
        """Letters that a sum runs over: an index of theirs is a whole number."""
        return {i.parts[0].key for i, *_ in self.uses.ranges if i.kind == "name"}

    def indices(self):
        """Letters that are whole numbers: of sums, of their ends, in the indices of chains and schedules."""
        self.summed, self.whole, self.counted, self.signless = {}, set(), set(), set()  # counted: drawn from 1, …, T
        ranges = [(i, lo, hi) for i, lo, hi in self.uses.ranges if i.kind == "name"]
        for places, law in self.uses.drawn:
            if law.kind == "apply" and law.parts[0].base in UNIFORM and law.parts[3] == r"\{":
                self.counted |= {v.parts[0].key for v in places if v.kind == "name"}
                ranges += [(v, *(ends(law) or law.parts[1][:1] * 2)) for v in places if v.kind == "name" and law.parts[1]]
        self.summed |= starts(ranges)
        self.signless = may_be_negative(self.trees, self.is_positive)
        self.whole |= {n.key for _, *both in ranges for end in both for n in names_in(end)}
        for places, _ in self.uses.over:
            for v in places:
                if v.kind == "name" and v.parts[0].key not in self.uses.random and v.parts[0].base in _TIMES:
                    self.summed.setdefault(v.parts[0].key, 1)
        self.bar_letters = {n.base[5:-1] for n in self.uses.names.values() if n.base.startswith(r"\bar{") and n.sub and self.time_like(n)}
        self.chain_letters = {n.base for k, n in self.uses.names.items() if k in self.uses.random and n.sub and self.varies(n)}

    def time_like(self, name):
        return name.sub and all(re.fullmatch(r"\d+|[A-Za-z]|[-+:]", t.text) for t in name.sub)

    def varies(self, name):
        """Whether an index runs: a range of indices, or the index of a sum in it."""
        texts = {t.text for t in name.sub}
        return ":" in texts or bool(texts & set(self.summed)) and self.time_like(name)

    def count(self, letter):
        """The whole number that a letter in an index stands for."""
        if letter in self.scope.symbols:
            return self.scope.symbols[letter]
        least = -1 if letter in self.signless else self.summed.get(letter, 1)
        sign = {"positive": True} if least >= 1 else {"nonnegative": True} if least == 0 else {}
        self.scope.symbols[letter] = made = symbol(letter, integer=True, **sign)
        return made

    def counts(self, signs):
        for t in signs:
            if re.fullmatch(r"[A-Za-z]|\\ell", t.text):
                self.count(t.text)

    # --- random variables

    def differentiated(self):
        """Laws of which a derivative is taken: they are read as smooth positive functions."""
        uses, out = self.uses, set()
        for keys, body in uses.by:
            for key, found in uses.densities.items():
                for left, right, node in found:
                    names = {a.parts[0].key for a in (*left, *right) if a.kind == "name"}
                    if names & keys and node in list(walk(body)):
                        out.add(self.law_key[key])
        primed = {n.unprimed.key for n in uses.names.values() if n.primes and n.key in uses.applied}
        return out | {self.law_key[k] for k in (*primed, *self.parametric) if k in self.law_key}

    def smooth_laws(self):
        """The densities of vectors are positive functions of them."""
        held = {self.law_key[key] for key in self.uses.densities if key in self.law_key}
        for key in sorted(held - self.smooth):
            self.understood.append(f"${key}$ is a positive function: that it integrates to one is not used")
        self.normed, self.smooth_only = held, set(self.smooth)
        self.smooth = self.smooth | held

    def random(self):
        uses, scope = self.uses, self.scope
        only_smooth = set()
        for key in uses.random:
            holders = {self.law_key[k] for k, found in uses.densities.items() for left, right, _ in found
                       for a in (*left, *right) if a.kind == "name" and a.parts[0].key == key}  # fmt: skip
            drawn = any(key in {v.parts[0].key for v in names if v.kind == "name"} for names, _ in uses.drawn)
            if holders and (holders <= (self.smooth_only if self.of_vectors else self.smooth) and not drawn or holders <= {self.law_key[k] for k in self.parametric if k in self.law_key}):
                only_smooth.add(key)
        for key in uses.random:
            name = uses.names[key]
            if key in scope.symbols or key in self.counted:
                continue
            if key in only_smooth:
                scope.symbols[key] = symbol(key)
            elif name.base in self.chain_letters and name.sub:
                scope.chains.setdefault(name.base, chain(name.base))
                self.counts(name.sub)
            else:
                scope.symbols[key] = variables(key)
        for v in uses.integrated:
            if v.kind == "name" and v.parts[0].sub and v.parts[0].base in self.chain_letters:
                self.counts(v.parts[0].sub)
        for name in uses.names.values():
            if name.base in scope.chains and name.sub:
                self.counts(name.sub)

    # --- schedules, coordinates, functions, symbols

    def schedules(self):
        for letter in sorted(self.bar_letters):
            if self.assume.get(letter) == "number":
                continue
            plain = letter.lstrip("\\")
            self.scope.schedules[letter] = Schedule(plain)
            for name in self.uses.names.values():
                if name.sub and name.base in (letter, rf"\bar{{{letter}}}"):
                    self.counts(name.sub)
            self.understood.append(rf"$0<{letter}_t<1$ for every $t$, and $\bar{{{letter}}}_t={letter}_1\cdots {letter}_t$ is their product")

    def indexed_symbols(self):
        """σ_t under a sum over t is a row of numbers."""
        for name in self.uses.names.values():
            if name.sub and self.time_like(name) and name.base not in self.scope.chains and bare_letter(name.base) not in self.scope.schedules:
                if {t.text for t in name.sub} & set(self.summed) and name.key not in self.scope.symbols and name.base not in self.scope.coordinates:
                    self.counts(name.sub)
                    positive = self.is_positive(name)
                    self.scope.coordinates[name.base] = coordinates(name.base, **({"positive": True} if positive else {}))
                    self.understood.append(f"${name.base}_{{{name.index}}}$ are numbers{', all positive' if positive else ''}")
        for name in list(self.uses.names.values()):
            if name.base in self.scope.coordinates and name.sub and self.time_like(name):
                self.counts(name.sub)

    def is_positive(self, name):
        return name.key not in self.signless and (bare_letter(name.base) in _POSITIVE or name.key in self.uses.positive and name.key not in self.uses.random)

    def functions(self):
        applied = {}
        for key, nodes in self.uses.applied.items():
            name = self.uses.names[key]
            applied.setdefault(name.unprimed.key, (name, []))[1].extend(nodes)
        for plain, (name, nodes) in applied.items():
            key = plain
            if plain in self.scope.functions or bare_letter(name.base) in self.scope.schedules and name.sub or name.base in self.scope.chains and name.sub:
                continue
            if key in (r"\varphi", r"\delta", "ELBO") or key in self.values or key == r"\mathcal{L}" and self.bounded():
                continue
            if self.law_key.get(plain) in self.smooth:
                continue
            if self.is_call(plain, name, nodes):
                made = self.vector_field(plain, name)
                if made is not None:
                    self.scope.functions[plain] = made
                    continue
                law = self.uses.law_letter(name) or self.law_key.get(plain) in self.smooth
                positive = law or name.base in _POSITIVE or name.base == "SNR" or plain in self.uses.positive
                (function,) = (undefined(plain, **({"positive": True} if positive else {})),)
                self.scope.functions[plain] = function
                what = "positive" if positive else "real"
                self.understood.append(f"${plain}(\\cdot)$ is any {what} function")
        for law in sorted((self.smooth_only if self.of_vectors else self.smooth) - set(self.parametric)):
            self.taken[f"{law} smooth"] = f"${law}$ is differentiated: its densities are read as smooth positive functions, of which no integral is taken"

    def is_an_index(self, key):
        """i beside σ_i counts, and is not the imaginary unit."""
        return key == "i" and any(t.text == key for name in self.uses.names.values() for t in name.sub)

    def stands_alone(self, key):
        r"""Whether \delta is a number: of nothing, and before no letter, as in a step \delta t or a variation \delta f."""
        before = {f.parts[0].key for node in self.products for f, after in zip(node.parts, node.parts[1:]) if f.kind == "name" and after.kind in ("name", "apply")}
        return key not in self.uses.applied and key not in before

    def bounded(self):
        """Whether there is a law of latents, of which ℒ may be the evidence lower bound."""
        return any(right for found in self.uses.densities.values() for _, right, _ in found)

    def is_call(self, key, name, nodes):
        """Whether f(x) is a function's value, not a product."""
        if self.assume.get(key) in ("function", "number"):
            return self.assume[key] == "function"
        several = any(len(n.parts[1]) > 1 for n in nodes)
        single = all(len(n.parts[1]) == 1 and n.parts[1][0].kind in ("name", "number") for n in nodes)
        called = bare_letter(name.base) in _CALLED or len(name.base) > 1 and not name.base.startswith("\\") or name.primes
        parameter = any(t.text in (r"\theta", r"\phi", r"\psi") for t in name.sub)
        single = single or any(len(n.parts[1]) == 1 and n.parts[1][0].kind in ("name", "number", "apply") for n in nodes) and key not in self.uses.plain
        if several or single and key not in self.uses.plain or parameter or self.uses.law_letter(name):
            return True
        if key in self.uses.plain:
            if bare_letter(name.base) in ("f", "g", "h", "F", "G"):
                raise NotRead(f"is {key} a number or a function? Both are written; say it, as in assume={{{key!r}: 'number'}}", self.source, nodes[0].at)
            return False
        if called:
            return True
        self.taken[key] = f"${key}(\\ldots)$ is a product"
        self.questions[key] = (f"Is ${key}(\\ldots)$ a product or the value of a function?", {"number": "a product", "function": "a function's value"}, "number")
        return False

    def symbols(self):
        scope, uses = self.scope, self.uses
        for key in (*uses.plain, *[k for k, nodes in uses.applied.items() if uses.names[k].unprimed.key not in scope.functions],
                    *self.summed, *[v.parts[0].key for v in uses.integrated if v.kind == "name"]):  # fmt: skip
            name = uses.names.get(key)
            if name is None or key in scope.symbols or self.is_indexed(name) or key in (r"\pi", "e", "i", r"\mathbf{0}") and key not in self.summed and not self.is_an_index(key) or is_identity(name):
                continue
            if key in (r"\varphi", r"\delta") and not self.stands_alone(key):
                continue
            if key in self.values or key in ("ELBO", r"\mathcal{L}"):
                continue
            if key in scope.functions or key in self.law_key and key not in uses.plain:
                continue
            if key in self.summed or key in self.whole and key in _TIMES:
                self.count(key)
            elif self.is_positive(name):
                scope.symbols[key] = symbol(key, positive=True)
                self.understood.append(f"${key}>0$")
            else:
                scope.symbols[key] = symbol(key)
        if self.of_vectors:
            return
        for key, name in uses.names.items():
            if key in uses.plain and is_identity(name) and key not in scope.symbols:
                scope.symbols[key] = Integer(1)
        for key in (*uses.plain, *uses.applied):
            name = uses.names[key]
            if is_identity(name) or set_as(name.base) or bare_letter(name.base) == r"\Sigma" or name.base == r"\mathbf{0}":
                self.taken.setdefault("dimension", Meaning.DIMENSION)
        capitals = sorted(self.matrices())
        if capitals:
            self.taken["capitals"] = f"${', '.join(capitals)}$ {'is a number, no matrix' if len(capitals) == 1 else 'are numbers, not matrices'}"
        self.of_one()

    def matrices(self):
        """Capital letters that stand where matrices would: beside each other in a product, or between bars as of a determinant."""
        out = set()
        for node in self.products:
            found = self.capitals(node.parts)
            beside = [f for f in node.parts if f.kind == "name" and re.fullmatch("[A-Za-z]", f.parts[0].base)]
            out |= found if len(found) > 1 else {k for k in found if len(beside) > 1 and k[0] not in _POINTS}
            sums = [self.capitals(names_in(f)) for f in node.parts if f.kind in ("name", "sum", "group", "power")]
            several = set().union(*sums)
            out |= several if sum(map(bool, sums)) > 1 and len(several) > 1 else set()
        return out | {k for k in self.capitals(names_in(self.between_bars)) if k[0] not in _POINTS}

    def capitals(self, parts):
        """The capital letters among nodes or names that are read as numbers of no special kind."""
        names = [f if isinstance(f, Name) else f.parts[0] for f in parts if isinstance(f, Name) or f.kind == "name"]
        keys = {name.key for name in names if re.fullmatch("[A-Z]", name.base)}
        return {k for k in keys if k in self.scope.symbols and k not in self.whole and k not in self.summed and k not in self.uses.random}

    def of_one(self):
        """A number of dimensions has no place in a line that is read in one: d must be said to be 1."""
        for key in ("d", "D", "n", "N", "k", "K", "m", "J"):
            if key in self.uses.plain and key not in self.summed and key not in self.whole and self.assume.get(key) == "1":
                self.scope.symbols[key] = Integer(1)
            elif key in self.uses.plain and key not in self.summed and key in self.scope.symbols:
                self.sizes.append(key)

    def is_indexed(self, name):
        if not name.sub or name.mark or name.primes:
            return False
        return name.base in {**self.scope.chains, **self.scope.coordinates} or (
            name.base in self.scope.schedules or name.base.startswith(r"\bar{") and name.base[5:-1] in self.scope.schedules)


def shown(args):
    """Arguments as a text has them."""
    return ", ".join(a.parts[0].key if a.kind == "name" else r"\cdot" for a in args)
