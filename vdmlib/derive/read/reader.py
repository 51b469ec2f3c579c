r"""A line of LaTeX, read: `read(r"\log p(x) \ge \mathbb{E}_{q(z|x)}[\log \frac{p(x,z)}{q(z|x)}]")`."""

import re

import sympy

from ..errors import DerivationError, NotRead
from ..nodes.hypotheses import fact
from ..nodes.laws import Density
from ..nodes.normal import N
from ..nodes.walk import atoms
from ..show.latex import tex
from ..show.text import text
from .everywhere import beyond, defined_for_every, defined_in_lines, is_of_defined, left_open
from .given import defines, followed, given_fact, must_be_free
from .grammar import Grammar
from .lines import Statement, statements
from .loose import Loose
from .marks import as_indices, one_point
from .meaning import Meaning
from .names import Names
from .pointwise import said_of_one, unsaid
from .reading import EQUATION, Chain, Reading
from .said import chains_said, noted
from .spaces import in_space
from .spoken import CAPITALS, density_node
from .times import CLOCKS, in_time
from .tokens import tokens
from .tree import Name, Node, names_in, walk
from .unclear import refuse_unclear, widths
from .uses import Uses
from .vocabulary import bare_letter

__all__ = ["read"]

ANSWERS = ("function", "number", "one", "different", "discrete", "1", "yes", "no", "dimension", "vector", "matrix", "positive", "symmetric", "orthogonal", "invertible")


def read(source, *, assume=None, facts=(), macros=None):
    r"""Read a line of LaTeX as the field writes it.

    Returns a Reading: its `lines` as the engine's objects, what it `understood` in sentences, the `questions` that the text
    leaves open, the Python `code` that states the same, and `check()`. Raises NotRead, with the place, where it cannot.

    assume: answers to questions by their key, and what a name is: {"q": "q(z|x)"}, {"const": r"\log p(x)"}, {"X": "discrete"},
        {"x": "vector"}, {"A": "matrix"}, or of a matrix "positive", "symmetric", "orthogonal", "invertible"; {"k": "dimension"}.
    facts: further lines of LaTeX that hold, such as r"\beta_t = 1 - \alpha_t".
    macros: what the commands of the text's preamble stand for, such as {r"\x": r"\mathbf{x}"}.

    >>> line = read(r"\log p(x) \ge \mathbb{E}_{q(z|x)}\left[\log \frac{p(x,z)}{q(z|x)}\right]")
    >>> line.understood[0]
    '$p$ is one joint law of $x, z$; its other densities are its marginals and conditionals'
    >>> line.check().status
    'proved'
    >>> read(r"D_{KL}(q(z|x) \| p(z)) = D_{KL}(p(z) \| q(z|x))").check().status
    'false'

    Bold letters are vectors and matrices of any dimension, other letters where they must be:

    >>> form = read(r"\nabla_{\mathbf{x}}\, \mathbf{x}^\top\mathbf{A}\mathbf{x}"
    ...     r" = (\mathbf{A} + \mathbf{A}^\top)\mathbf{x}")
    >>> form.check().status
    'proved'
    >>> read(r"\|x - y\|^2 = \|x\|^2 + \|y\|^2").check().status
    'false'

    Example: what the text does not say
    >>> read(r"\mathcal{L}_t = c\, \beta_t", assume={"c": "2"}, facts=[r"\beta_t = 1 - \alpha_t"],
    ...     macros={r"\loss": r"\mathcal{L}"}).questions

    Refused: an unclosed bracket, with the place
    >>> read(r"\log p(x = 1")

    Refused: an answer, a fact and a macro are read as well
    >>> read(r"a = b", assume={"a": r"\frac{1}{"}, facts=[r"\beta_t = "], macros={})
    """
    assume, facts = dict(assume or {}), [facts] if isinstance(facts, str) else list(facts)
    for command, meant in (macros or {}).items():
        source = re.sub(re.escape(command) + (r"(?![A-Za-z])" if command[-1:].isalpha() else ""), lambda found, meant=meant: meant, source)
    return _Reader(source, assume, facts).reading()


class _Reader:
    """Reads one text."""

    def __init__(self, source, assume, facts):
        self.source, self.assume = source, assume
        found = statements(source)
        self.statements = [s for s in found if not (s.premise or s.condition)]
        self.followed = followed(found)  # these claim, and define nothing
        self.given = [chained(s) for s in (*[s for f in facts for s in statements(f)], *[s for s in found if s.premise or s.condition])]
        everything = [*self.statements, *self.given]
        as_indices(everything, source)
        self.timed = in_time(everything, assume)
        refuse_unclear(everything, source)
        self.asked = one_point(everything, assume)
        self.relabel()
        if not self.statements:
            raise NotRead("there is no formula", source, 0)
        self.trees = [t for s in (*self.statements, *self.given) for t in self.seen(s)]
        self.values = {key: Grammar(tokens(text), text).sum() for key, text in assume.items() if self.is_value(key, text)}
        self.trees += self.values.values()

    def is_value(self, key, text):
        """Whether an answer gives a name's value in LaTeX: of a constant, of a symbol; not a word, not the law of something."""
        if text in ANSWERS or key == "E" or text.replace(" ", "").startswith(f"{key}("):
            return False
        uses = Uses(self.trees)
        return key == "const" or key not in uses.random and key not in uses.bare_laws

    def relabel(self):
        """x ~ p(x) among the statements says what x is drawn from; so does a statement after 'for'."""
        claims, self.spaces, alone = [], {}, []
        self.draws = []
        for s in self.statements:
            if s.sides[0] is None:
                raise NotRead("a term is wanted before the relation", self.source, 0)
            names = [*[a for a in alone if s.relations], s.sides[0]]
            if s.relations == [r"\in"] and in_space(s.sides[1]) is not None and all(a.kind == "name" for a in names):
                self.spaces |= {a.parts[0].key: in_space(s.sides[1]) for a in names}
                claims = [c for c in claims if c.sides[0] not in alone]
                self.statements = [c for c in self.statements if c is not s and c.sides[0] not in alone]
            elif s.relations == [r"\sim"]:
                self.draws.append(s)
            else:
                claims.append(s)
            alone = [*alone, s.sides[0]] if not s.relations and s.sides[0].kind == "name" else []
        self.claims = claims

    @staticmethod
    def seen(s):
        return [side for side in s.sides if side is not None] if s.relations != [r"\sim"] else []

    def names(self, vectors=None):
        made = _WithDraws(self.trees, self.draws, self.source, self.assume, self.values, vectors)
        made.understood += self.timed
        return made

    def reading(self):
        """The reading in vectors of any dimension, where there are such; with it, or alone where it is none, the one in one dimension."""
        sides = [[side for side in s.sides if side is not None] for s in (*self.statements, *self.given)]
        try:
            names = self.names((sides, self.spaces))
            found, why = (self.vectors(names), None) if names.of_vectors else (None, None)
        except DerivationError as refused:
            found, why = None, refused if isinstance(refused, NotRead) else NotRead(str(refused), self.source, 0)
        if found is None and why is None:
            return self.of_one()
        try:
            flat = self.of_one()
        except NotRead:
            if found is None:
                raise why from None
            return found
        for one in (flat, flat.other):
            if one is not None:
                one.taken.setdefault("dimension", Meaning.DIMENSION)
        primed = any(node.kind == "apply" and node.parts[0].primes for node in walk(self.trees))  # of one argument, in one dimension
        if found is None and getattr(why, "asks", False) and not primed:
            raise why
        if found is None:
            flat.notes.append(f"not read in vectors: {why.wanted}")
            return flat
        found.flat = flat
        return found

    def vectors(self, names):
        names.laws(markov=False)
        return self.meant(names)

    def of_one(self):
        """The reading in one dimension, with laws as joint laws and as Markov chains."""
        names = self.names()
        differs = names.laws(markov=False)
        try:
            out = self.meant(names)
        except NotRead:
            if not differs:
                raise
            out = None
        other = None
        if differs:
            second = self.names()
            second.laws(markov=True)
            try:
                other = self.meant(second)
            except NotRead:
                other = None
        if out is None:
            if other is None:
                self.meant(names)
            other.taken["markov"] = chains_said(second)
            return other
        out.other = other
        return out

    def meant(self, names):
        meaning = Loose(names, self.source, self.assume)
        declared, chains, facts, stated, given, local = [], [], [], [], [], {}
        declared += [f"${self.drawn_names(s)}$ {'is' if s.sides[0].kind == 'name' else 'are'} drawn from ${self.law_shown(s.sides[1], meaning)}$" for s in self.draws]
        for s in self.given:
            meaning.source = s.source
            if meaning.given_density(s.sides):
                continue
            if s.condition:
                must_be_free(s, self.claims, names.uses.random)
            given.append((s, *[meaning(side) for side in s.sides]))
        every = defined_for_every(given, [key for s in self.claims for key in defines(s)])
        said = {given[k][0].sides[0].parts[0].key for k in every}  # what is said of such a function is claimed
        for k, (s, *sides) in enumerate(given):
            meaning.source = s.source
            found = [given_fact(s, *pair) for pair in zip(s.relations, sides, sides[1:])]
            if k in every:
                function, letters = every[k]
                found = [fact(*found[0], forall=letters)]
                meaning.say(f"every {function}", f"${tex(sides[0])} = {tex(sides[1])}$ holds for every ${', '.join(map(tex, letters))}$")
            if s.premise:
                local[id(s)] = found
            else:
                facts += found
        meaning.source = self.source
        uses = {}
        for k, s in enumerate(self.claims):
            for j, side in enumerate(s.sides):
                for part in walk(side):
                    if part.kind in ("name", "apply") and not names.is_the_circle(part):
                        uses.setdefault(part.parts[0].key, set()).add((k, j))
        notes = [f for s in self.claims for f in s.notes]
        constrained = {name.key for s in self.given for name in names_in([side for side in s.sides if side is not None])}
        kinds = [self.kind_of(s, uses, k, names, said) for k, s in enumerate(self.claims)]
        own = defined_in_lines(self.claims, kinds, meaning, constrained)
        defined = {self.claims[k].sides[0].parts[0].key for k in own}
        facts += own.values()
        for k, s in enumerate(self.claims):
            sides, relations = list(s.sides), list(s.relations)
            if not relations:
                declared.append("an expression alone claims nothing")
                meaning(sides[0])
                continue
            sides = self.of_what(sides)
            kind = "" if k not in own and is_of_defined(s, kinds[k], defined) else kinds[k]
            if kind:
                if kind == "equation":
                    declared.append(EQUATION)
                    meaning.dependence = False
                    both = [meaning(side) for side in sides]
                    meaning.dependence = True
                    if not of_a_letter(sides[0]):
                        chains.append(Chain(both, ["="], equation=True))
                    continue
                if kind == "law":
                    left, right = meaning(sides[0]), meaning(sides[1])
                    declared.append(f"${self.density_shown(sides[0], left)}$ is said to be ${tex(right)}$")
                    facts.append((left, right))
                    stated.append((left, right))
                else:
                    shown = next(p for p in walk(sides[0]) if p.kind in ("name", "apply")).parts[0].key
                    declared.append(f"${shown}$ is defined")
                    if kind == "density":
                        meaning(sides[0])
                    if len(self.claims) > 1 and sides[0].kind == "name" and len(sides) == 2 and (len(uses[shown]) > 1 or shown in constrained):
                        facts.append((meaning(sides[0]), meaning(sides[1])))
                sides, relations = sides[1:], relations[1:]
                if not relations:
                    [meaning(side) for side in sides]
                    continue
            for key in widths(sides):
                meaning.say(f"variance {key}", f"${key}$ in $\\mathcal{{N}}(\\cdot, {key})$ is a variance")
            given_here = [f for premise in self.followed.get(id(s), ()) for f in local.get(id(premise), ())]
            chains.append(Chain([meaning(side) for side in sides], ["=" if r == ":=" else r for r in relations], given_here, aside=s.aside))
        facts += self.betas(names)
        facts += [(names.scope.laws[a][0](v), names.scope.laws[b][0](v)) for a, b, v in names.equal_marginals]
        for c in chains:
            for side in c.sides:
                if isinstance(side, (sympy.Tuple, tuple)):
                    raise NotRead("a number is wanted", self.source, 0)
        if "dimension" in {**names.taken, **meaning.said}:
            for key in names.sizes:
                names.questions[key] = (f"Is ${key}$ the number of dimensions? In one dimension it is 1", {"1": "it is 1"}, None)
        names.questions |= self.asked
        facts += [*self.normals(chains, names), *names.totals(meaning)]
        if any(kind == "set" for kind, _ in notes):
            meaning.say("set", "a sum over a set is over all values")
        for key in (key for kind, key in notes if kind == "start"):
            meaning.say(f"start {key}", f"${key}$ starts at $1$")
        out = Reading(self.source, chains, names, meaning.said, noted(notes), facts, declared)
        out.stated = stated
        out.unsaid = unsaid(said_of_one([s for k, (s, *_) in enumerate(given) if k not in every], self.claims, names.scope.laws) or left_open(self.claims, kinds, defined),
                            beyond([*facts, *(f for c in chains for f in c.facts)], [side for c in chains for side in c.sides]))
        return out

    def normals(self, chains, names):
        """Where a law on one side of an equation is a normal law on the other: whether it is that one is asked."""
        out = []
        for c in chains:
            for a, r, b in zip(c.sides, c.relations, c.sides[1:]):
                for one, other in ((a, b), (b, a)):
                    open_ones, normals = atoms(one, Density), atoms(other, N)
                    if r != "=" or len(open_ones) != 1 or len(normals) != 1 or atoms(one, N) or atoms(other, Density):
                        continue
                    (law,), (normal,) = open_ones, normals
                    if law.left != (normal.args[0],):
                        continue
                    key = text(law)
                    answer = self.assume.get(key)
                    if answer == "yes":
                        out.append((law, normal))
                        names.understood.append(f"${tex(law)} = {tex(normal)}$")
                    elif answer != "no":
                        names.questions[key] = (f"Is ${tex(law)}$ the law ${tex(normal)}$?", {"yes": "yes", "no": "no, any law"}, None)
        return out

    @staticmethod
    def drawn_names(s):
        return ", ".join(p.parts[0].key for p in walk(s.sides[0]) if p.kind == "name")

    @staticmethod
    def density_shown(node, density):
        """q(x | y) as the text has it, where it is read as a quotient."""
        if isinstance(density, Density) or any(a.kind != "name" for a in node.parts[1]):
            return tex(density)
        name, args, between, _ = node.parts
        return f"{name.key}(" + args[0].parts[0].key + "".join((r" \mid " if b in (r"\mid", "|") else f"{b} ") + a.parts[0].key for b, a in zip(between, args[1:])) + ")"

    @staticmethod
    def law_shown(law, meaning):
        if law.kind == "normal" and law.parts[0] is None:
            return rf"\mathcal{{N}}({tex(meaning(law.parts[1]))}, {tex(meaning(law.parts[2]))})"
        return law.parts[0].key if law.kind == "name" else tex(meaning(law)) if law.kind != "apply" or law.parts[0].key in meaning.scope.laws else law.parts[0].key

    @staticmethod
    def of_what(sides):
        """N(mean, variance) is a law of what the density beside it is a law of: q(z|x) = N(…, …)."""
        first = next((s for s in sides if s.kind == "apply" and s.parts[1] and s.parts[1][0].kind == "name"), None)
        if first is None:
            return sides
        return [Node("normal", (first.parts[1][0], *s.parts[1:]), s.at) if s.kind == "normal" and s.parts[0] is None else s for s in sides]

    def kind_of(self, s, uses, k, names, said):
        """What a statement says what it is, if any; nothing of a function of which it was said."""
        if not s.relations or id(s) in self.followed or s.sides[0].kind == "apply" and s.sides[0].parts[0].key in said:
            return ""
        kind = self.defines(s, uses, k, names)
        law = s.sides[0].kind == "apply" and names.law_key.get(s.sides[0].parts[0].key) in names.scope.laws
        return "density" if kind == "name" and law else kind

    def defines(self, s, uses, k, names):
        """Whether a statement says what something is: "name", "law", "equation"; empty for a claim."""
        left, relation = s.sides[0], s.relations[0]
        if relation not in ("=", ":="):
            return ""
        if left.kind == "apply" and left.parts[0].primes and len(left.parts[1]) == 1 and left.parts[1][0].kind == "name" and left.parts[1][0].parts[0].key in CLOCKS and len(s.sides) == 2:
            return "equation"
        if left.kind == "derivative" or left.kind == "gradient" and left.parts[3] == r"\partial":
            times = {v.parts[0].key for v, _ in left.parts[0] if v.kind == "name"} if left.kind == "derivative" else {left.parts[0].parts[0].key} if left.parts[0] is not None and left.parts[0].kind == "name" else set()
            if times <= set(CLOCKS) and len(s.sides) == 2:
                return "equation"
        if left.kind == "power" and left.parts[0].kind in ("name", "apply") and relation == "=" or left.kind == "group":
            left = left.parts[0]
        if left.kind not in ("name", "apply"):
            return ""
        key, name = left.parts[0].key, left.parts[0]
        if left.kind == "apply" and s.sides[1].kind == "normal" and left is s.sides[0]:
            return "law"
        elsewhere = {place for place in uses.get(key, ()) if place != (k, 0)}
        if relation != ":=" and any(place[0] == k for place in elsewhere):
            return ""
        if name.base in ("H", "I", "CE", r"\mathbb{H}", r"\mathbb{I}", "h") and left.kind == "apply":
            return ""
        if left.kind == "apply" and key in names.law_key:
            alone = relation == ":=" or all(place == (k, 0) for place in uses.get(key, ()))
            return "name" if alone else ""
        if left.kind == "name" and names.is_indexed(name) and name.base not in names.scope.chains:
            letter = bare_letter(name.base)
            return "name" if relation == ":=" or not any(bare_letter(n.base) == letter and n.key != key for n in names.uses.names.values()) else ""
        return "name"

    @staticmethod
    def betas(names):
        """β_t beside α_t is 1 − α_t."""
        scope, out = names.scope, []
        if r"\alpha" in scope.schedules and r"\alpha" not in names.assume:
            for key, s in list(scope.symbols.items()):
                name = names.uses.names.get(key)
                if name and name.base == r"\beta" and name.sub:
                    index = Loose(names, "").index(name.sub, None)
                    out.append((s, 1 - scope.schedules[r"\alpha"][index]))
                    names.taken[r"\beta"] = r"$\beta_t = 1-\alpha_t$"
        return out


class _WithDraws(Names):
    """Names of a text in which some statements say what is drawn."""

    def __init__(self, trees, draws, source, assume, values, vectors=None):
        self.draws = draws
        super().__init__(trees, source, assume, values, vectors)

    def spoken(self):
        for s in self.draws:
            left, right = s.sides
            self.uses.draw((left,) if left.kind != "group" else left.parts, right)
        super().spoken()


def chained(s):
    """X → Y → Z, given: the law of the three is that of a Markov chain."""
    if not s.relations:
        raise NotRead("what is given has two sides, such as a = b", s.source, s.sides[0].at)
    if set(s.relations) != {r"\to"} or len(s.sides) < 3 or not all(side.kind == "name" and side.parts[0].base in CAPITALS for side in s.sides):
        return s
    at, law = s.sides[0].at, Name("p")
    steps = [Node("apply", (law, (b, a), ("|",), "("), at) for a, b in zip(s.sides, s.sides[1:])]
    together = Node("product", (density_node(law, s.sides[:1], at), *steps), at)
    return Statement([density_node(law, s.sides, at), together], ["="], s.source)


def of_a_letter(left):
    """Whether a derivative is that of a letter alone, of which the text does not say on what it depends."""
    return left.kind in ("derivative", "gradient") and left.parts[1 if left.kind == "derivative" else 2].kind == "name"
