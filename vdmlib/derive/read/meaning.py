"""The engine's object that a tree means, once a scope says what its names are."""

import re

import sympy
from sympy import Integer, Rational, S
from sympy.core.function import AppliedUndef

from ..errors import DerivationError, NotRead
from ..nodes import functionals
from ..nodes.binders import Derivative, Integral, Limit, Product, Subs, Sum
from ..nodes.expressions import exp, frac, log, negative, sqrt
from ..nodes.functionals import CE, KL, MI, E, H, Integrate, Sigma
from ..nodes.laws import At, Block, Density, Given, Variable
from ..nodes.normal import N
from .arrayed import Arrayed, column
from .grammar import Grammar
from .scope import key_of

__all__ = ["Meaning"]

_PLAIN = {"sin": sympy.sin, "cos": sympy.cos, "tan": sympy.tan, "tanh": sympy.tanh, "cosh": sympy.cosh, "sinh": sympy.sinh,
          "atan": sympy.atan, "acos": sympy.acos, "asin": sympy.asin, "cot": sympy.cot, "Max": sympy.Max, "Min": sympy.Min}  # fmt: skip
_NUMBERS = {r"\pi": sympy.pi, "e": sympy.E, "i": sympy.I}

#: What the engine says where vectors and matrices do not fit: such a line is not read in one dimension either.
_SIZES = re.compile(r"have no (sum|product)|covariance|mean is a vector|only power of a matrix|divide by a number|is of a (square|number|vector)|as many coordinates|takes a vector")


class Meaning(Arrayed):
    """Reads trees in a scope; what a sentence has to say of it is kept in `said`."""

    def __init__(self, scope, source, assume=()):
        self.scope, self.source, self.assume = scope, source, dict(assume)
        self.said = {}

    def fail(self, words, node):
        raise NotRead(words, self.source, node.at)

    def say(self, key, sentence):
        self.said.setdefault(key, sentence)

    def __call__(self, node):
        """The object of a node. Raises NotRead with the place where it has none."""
        try:
            return getattr(self, f"a_{node.kind}")(node, *node.parts)
        except NotRead:
            raise
        except DerivationError as why:
            if self.scope.dimension is not None and _SIZES.search(str(why)):
                self.ask(str(why), node)
            self.fail(str(why), node)

    # --- arithmetic

    def a_number(self, node, text):
        return Rational(text) if "." in text else Integer(text)

    def a_infinity(self, node):
        return sympy.oo

    def a_group(self, node, inner):
        return self(inner)

    def a_sum(self, node, *terms):
        return self.a_sum_of(terms)

    def a_over(self, node, above, below):
        if below.kind == "doubt":
            _, first, rest = below.parts
            self.say("slash", "a slash divides by the one factor behind it")
            return frac(self(above), self(first)) * self(rest)
        return frac(self(above), self(below))

    def a_frac(self, node, above, below):
        return frac(self(above), self(below))

    def a_root(self, node, root, inner):
        return sqrt(self(inner)) if root is None else self(inner) ** (Integer(1) / self(root))

    def a_power(self, node, base, exponent):
        found = self.raised(base, exponent)
        if found is not None:
            return found
        applied = base if base.kind == "apply" else None
        if applied is not None and self.is_product(applied):
            name, args, *_ = applied.parts
            return self.name(name, applied) * self(args[0]) ** self(exponent)
        if base.kind == "doubt" and base.parts[0] != "power":
            base = base.parts[1]
        return self(base) ** self(exponent)

    def is_transpose(self, base):
        """Whether a raised T is no number."""
        return False

    def a_factorial(self, node, inner):
        return sympy.factorial(self(inner))

    def a_doubt(self, node, kind, inner, rest):
        if kind == "power":
            self.say("power", "a power behind a function is a power of its value")
        if kind == "log":
            name = inner.parts[0] if inner.kind == "function" else "log"
            self.say(f"log {name}", f"{'a logarithm' if name == 'log' else name} without brackets takes the whole product to its right")
        return self(inner)

    # --- functions

    def a_function(self, node, name, index, args):
        values = [self(a) for a in args]
        if name == "log":
            if len(values) != 1:
                self.fail("a logarithm is of one number", node)
            return log(values[0]) if index is None else frac(log(values[0]), log(self(index)))
        if name == "exp" and len(values) == 1:
            return exp(values[0])
        if name in ("tr", "det") and index is None:
            return self.of_matrix(node, name, values)
        if name in _PLAIN and index is None:
            return _PLAIN[name](*values)
        self.fail(f"{name} is not read", node)

    def a_name(self, node, name):
        return self.name(name, node)

    def name(self, name, node):
        """What a name stands for in the scope."""
        key, scope = name.key, self.scope
        if key in scope.symbols:
            return scope.symbols[key]
        if name.sub and not name.mark and not name.primes:
            found = self.indexed(name, node)
            if found is not None:
                return found
        if key == r"\mathbf{0}":
            return S.Zero
        if key in (r"\mathbf{I}", "I") and self.identity() is not None:
            return self.identity()
        if key in _NUMBERS:
            if key in ("e", "i"):
                self.say(key, "$e$ is Euler's number" if key == "e" else "$i$ is the imaginary unit")
            return _NUMBERS[key]
        if key in scope.laws:
            self.fail(f"the law {key} stands here without what it is a law of; write {key}(x)", node)
        if key in (r"\delta", r"\varphi"):
            self.fail(f"is {key} a number, a step of what stands behind it, or a variation? For a product write {key}\\cdot", node)
        self.fail(f"nothing is known of the name {key}", node)

    def indexed(self, name, node):
        base, scope = name.base, self.scope
        bar = base.startswith(r"\bar{") and base[5:-1] in scope.schedules
        if bar or base in scope.schedules:
            schedule = scope.schedules[base[5:-1] if bar else base]
            return (schedule.bar if bar else schedule)[self.index(name.sub, node)]
        texts = [t.text for t in name.sub]
        if base in scope.chains:
            if ":" in texts:
                k = texts.index(":")
                return scope.chains[base][self.index(name.sub[:k], node) : self.index(name.sub[k + 1 :], node)]
            return scope.chains[base][self.index(name.sub, node)]
        if base in scope.coordinates:
            return scope.coordinates[base][self.index(name.sub, node)]
        if base in scope.tables:
            inner, found = Grammar(name.sub, self.source), []
            while not found or inner.taken(","):
                found.append(self(inner.sum()))
            return scope.tables[base][tuple(found)]
        return None

    def index(self, signs, node):
        if not signs:
            self.fail("an index is wanted", node)
        for a, b in zip(signs, signs[1:]):
            if len(a.text) == 1 and a.text.isalpha() and len(b.text) == 1 and b.text.isalnum():
                self.fail(f"are {a.text} and {b.text} two indices, or a product? Write f({a.text}, {b.text}), or {a.text}\\cdot {b.text}", node)
        inner = Grammar(signs, self.source)
        out = inner.sum()
        if inner.peek().kind != "end":
            inner.fail(f"{inner.next} is not read in an index")
        return self(out)

    def is_product(self, node):
        """Whether a name before a bracket is a factor: f(a + b) with a number f."""
        name, args, between, _ = node.parts
        known = name.key in self.scope.laws or name.key in self.scope.functions or (name.base, len(args)) in (("H", 1), ("H", 2), ("I", 2), ("CE", 2))
        return not known and not between and len(args) == 1 and (name.key in self.scope.symbols or name.key in _NUMBERS or self.has_index(name))

    def has_index(self, name):
        bare = name.base[5:-1] if name.base.startswith(r"\bar{") else name.base
        return bool(name.sub) and (bare in self.scope.schedules or name.base in {**self.scope.chains, **self.scope.coordinates})

    def a_apply(self, node, name, args, between, opened):
        scope, key = self.scope, name.key
        plain = name.unprimed.key
        if key in scope.laws:
            return self.density(scope.laws[key], args, between, node)
        if plain in scope.functions and all(b in (",", ";", "|", r"\mid") for b in between):
            f = scope.functions[plain]
            values = [self(a) for a in args]
            if not name.primes:
                return f(*values)
            if len(values) != 1:
                self.fail("a prime is read on a function of one argument", node)
            (value,) = values
            if value.is_Symbol or isinstance(value, AppliedUndef):
                return Derivative(f(value), value, name.primes)
            inner = sympy.Dummy("u", real=True)
            return Subs(Derivative(f(inner), inner, name.primes), inner, value)
        if name.base in ("ELBO", r"\mathcal{L}") and tuple(a.parts[0].key for a in args if a.kind == "name") in scope.bounds:
            return scope.bounds[tuple(a.parts[0].key for a in args)]
        if name.base in ("H", r"\mathbb{H}", r"\mathcal{H}", "h") and not name.primes and not self.is_product(node):
            return self.entropy(node, args, between)
        if name.base == "CE" and len(args) == 2:
            return self.entropy(node, args, between)
        if name.base in ("I", "MI", r"\mathbb{I}", r"\mathcal{I}") and ";" in between:
            return self.information(node, name, args, between)
        if key == r"\varphi" and len(args) == 1:
            return functionals.phi(self(args[0]))
        if key == r"\delta" and len(args) == 1:
            return sympy.DiracDelta(self(args[0]))
        if self.is_product(node):
            return self.name(name, node) * self(args[0])
        self.fail(f"nothing is known of {key}(…)", node)

    # --- laws

    def variable(self, node):
        """The random variables that an argument of a density names."""
        out = self(node)
        if not isinstance(out, (Variable, At, Block)):
            self.fail(f"{out} is no random variable, and densities are of these", node)
        return out

    def density(self, laws, args, between, node):
        left, right, side = [], [], None
        side = left
        for k, a in enumerate(args):
            if k and between[k - 1] in ("|", r"\mid"):
                if side is right:
                    self.fail("a second bar in a density", a)
                side = right
            side.append(self.variable(a))
        if not left:
            self.fail("nothing stands before the bar", node)
        asked = (*left[:-1], Given((left[-1],), (right[0],)), *right[1:]) if right else left
        for k, law in enumerate(laws):
            try:
                return law(*asked)
            except DerivationError as why:
                if k == len(laws) - 1:
                    self.fail(str(why), node)

    def law(self, node):
        out = self(node)
        if not isinstance(out, (Density, N)):
            self.fail(f"a law is wanted here, such as q(z|x) or a normal law; {out} is none", node)
        return out

    def a_expectation(self, node, laws, body):
        found = [law for item in laws for law in self.drawn(item)]
        if not found:
            self.fail("over what is the mean taken? Write E_{q(z|x)}[…]", node)
        return E[tuple(found)](self(body)) if len(found) > 1 else E[found[0]](self(body))

    def drawn(self, item):
        """The laws of one item below an expectation; a product of laws is several."""
        law = item[-1]
        return [self.law(a.parts[1] if a.kind == "dotted" else a) for a in (law.parts if law.kind == "product" else (law,))]

    def a_normal(self, node, x, mean, variance):
        if x is None:
            self.fail(r"of what is this a law? Write \mathcal{N}(x; mean, variance)", node)
        return N(self(x), self(mean), self(variance))

    def a_kl(self, node, a, b):
        return KL(self.law(a), self.law(b))

    def entropy(self, node, args, between):
        if len(args) == 1:
            return H(self.law(args[0]))
        if len(args) == 2 and between[0] == ",":
            return CE(self.law(args[0]), self.law(args[1]))
        self.fail("an entropy is H(p(x)), a cross-entropy H(p(x), q(x))", node)

    def information(self, node, name, args, between):
        (law, *_) = self.scope.laws.get(key_of("".join(f" {t.text}" for t in name.sub)) if name.sub else None) or self.one_of_all(node)
        k = between.index(";")
        bar = next((j for j, b in enumerate(between) if b in ("|", r"\mid")), len(args) - 1)
        one, other, given = args[: k + 1], args[k + 1 : bar + 1], args[bar + 1 :]
        left = [self.variable(a) for a in (*one, *other)]
        joint = Density(law, left, [self.variable(a) for a in given])
        law(*left) if not given else None
        return MI(joint, *[self.variable(a) for a in one])

    def one_of_all(self, node):
        laws = list(self.scope.laws.values())
        if len(laws) != 1:
            self.fail("under which law is this information? Write I_{p}(x; z)", node)
        return laws[0]

    # --- operators

    def a_big(self, node, kind, over, body):
        if over[0] == "range":
            _, i, lo, hi = over
            index = self(i)
            if not isinstance(index, sympy.Symbol):
                self.fail(f"an index is a letter, not {index}", i)
            return (Sum if kind == "sum" else Product)(self(body), (index, self(lo), self(hi)))
        bound = [self(v) for v in over[1]]
        if all(isinstance(v, (Variable, At, Block)) for v in bound) and kind == "sum":
            return Sigma[tuple(bound)](self(body)) if len(bound) > 1 else Sigma[bound[0]](self(body))
        self.fail(f"over which values of {', '.join(map(str, bound))}? Write them, as in {kind[:4]}_{{i=1}}^n", node)

    def a_integral(self, node, by, limits, body):
        bound = [self(v) for v in by]
        if any(lo is not None and hi is None for lo, hi in limits):
            self.say("region", "an integral with a set below it is over all values")
            limits = [(None, None) if hi is None else (lo, hi) for lo, hi in limits]
        if all(isinstance(v, (Variable, At, Block)) or column(v) for v in bound) and all(pair == (None, None) for pair in limits):
            return Integrate[tuple(bound)](self(body)) if len(bound) > 1 else Integrate[bound[0]](self(body))
        ends = []
        for v, (lo, hi) in zip(bound, reversed(limits)):
            ends.append((v, -sympy.oo if hi is None else self(lo) if lo is not None else -sympy.oo, sympy.oo if hi is None else self(hi)))
        return Integral(self(body), *ends)

    def nabla(self):
        """The name by which a gradient without an index is taken; None where it is not known."""
        return None

    def a_limit(self, node, v, to, side, body):
        to = self(to)
        return Limit(self(body), self(v), to, dir="+-" if side == "+-" and not to.is_infinite else side if side != "+-" else "-")

    def a_value(self, node, body, where):
        return Subs(self(body), [self(v) for v, _ in where], [self(at) for _, at in where])

    def a_sum_of(self, terms):
        out = None
        for sign, term in terms:
            a = self(term)
            if out is None:
                out = negative(a) if sign == "-" else a
            else:
                out = out - a if sign == "-" else out + a
        return out
