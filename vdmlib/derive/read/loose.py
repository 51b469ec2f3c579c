"""The meaning of a formula whose names were guessed: what a paper leaves out is put in, and said."""

import sympy

from ..nodes.arrays import Eye
from ..nodes.binders import Derivative, Integral
from ..nodes.expressions import Factors, Frac, Sized, frac, log, negative, undefined
from ..nodes.functionals import ELBO, KL, MI, E, H, Integrate
from ..nodes.laws import Density, Variable, variables
from ..nodes.normal import N
from ..nodes.vectors import vector
from ..show.latex import tex
from .meaning import Meaning
from .tree import Name, Node, nodes
from .lawmaking import undotted
from .uniform import Uniform
from .uses import BARS, UNIFORM
from .vocabulary import bare_letter

__all__ = ["Loose"]

_BOUNDS = ("ELBO", r"\mathcal{L}")


class Loose(Uniform, Meaning):
    """Meaning in a scope that `Names` made."""

    dependence = True

    def __init__(self, names, source, assume=()):
        super().__init__(names.scope, source, assume)
        self.names = names
        self.densities_given = {}

    def nabla(self):
        return self.names.uses.nabla

    def is_transpose(self, base):
        return "T" not in self.names.whole and "T" not in self.names.summed

    # --- densities

    def density(self, laws, args, between, node):
        return super().density(laws, undotted(args), between if not any(a.kind == "dots" for a in args) else self.between(args, between), node)

    @staticmethod
    def between(args, between):
        out, k = [], 0
        while k < len(between):
            if k + 1 < len(args) and args[k + 1].kind == "dots":
                k += 2
                if k - 1 < len(between) and k < len(between) + 1:
                    out += between[k : k + 1]
                    k += 1
                continue
            out.append(between[k])
            k += 1
        return tuple(out)

    def a_apply(self, node, name, args, between, opened):
        key = name.key
        if key in self.names.values:
            return self(self.names.values[key])
        if self.names.law_key.get(key) in self.names.smooth and all(a.kind == "name" for a in args):
            return self.smooth(self.names.law_key[key], args, between)
        plain = name.unprimed.key
        if name.primes and self.names.law_key.get(plain) in self.names.smooth and len(args) == 1:
            return Derivative(self.smooth(self.names.law_key[plain], args, ()), self(args[0]), name.primes)
        if name.base in _BOUNDS and plain not in self.scope.functions:
            return self.bound(node, args)
        if key in self.names.parametric and key in self.scope.functions:
            return self.scope.functions[key](*[self(a) for a in args], self.scope.symbols[self.names.parametric[key]])
        return super().a_apply(node, name, args, between, opened)

    def given_density(self, sides):
        """Keep what a differentiated law's density is said to be; whether it was one."""
        left = sides[0]
        if left.kind != "apply" or self.names.law_key.get(left.parts[0].key) not in self.names.smooth:
            return False
        self.densities_given[self.smooth_key(left.parts[0].key, left.parts[1], left.parts[2])] = sides[1]
        self.understand(f"${left.parts[0].key}$ is the law that is given")
        return True

    def smooth_key(self, key, args, between):
        return self.names.law_key[key], tuple(a.parts[0].key for a in args), between

    def smooth(self, key, args, between):
        """A density of which a derivative is taken: p(x|y) is p(x, y)/p(y), each a positive function."""
        given = self.densities_given.get(self.smooth_key(key, args, between))
        if given is not None:
            return self(given)
        parametric = self.names.parametric_law(key)
        if parametric is not None:
            return parametric[0](*[self(a) for a in args], self.scope.symbols[parametric[-1]])
        bar = next((k for k, b in enumerate(between) if b in BARS), None)
        left = args if bar is None else args[: bar + 1]
        right = () if bar is None else args[bar + 1 :]
        joint = self.smooth_function(key, [*left, *right])
        return joint if not right else Frac(joint, self.smooth_function(key, right))

    def smooth_function(self, key, args):
        args = sorted(args, key=lambda a: a.parts[0].key)
        label = ",".join(a.parts[0].key for a in args)
        name = key if not any(right for k, found in self.names.uses.densities.items() if self.names.law_key[k] == key for _, right, _ in found) else (
            f"{key}_{{{label}}}" if "_" not in key else f"{key[:-1]},{label}}}" if key.endswith("}") else f"{key},{label}")
        f = self.scope.functions.setdefault(name, undefined(name.replace(" ", ""), positive=True))
        return f(*[self(a) for a in args])

    def variable(self, node):
        if node.kind == "name" and node.parts[0].key in self.names.lower:
            node = type(node)("name", (Name(self.names.lower[node.parts[0].key]),), node.at)
        return super().variable(node)

    def law(self, node):
        """A law, also one that is named without what it is of."""
        if node.kind == "name" and self.names.uses.law_letter(node.parts[0]):
            return self.bare(node)
        if node.kind == "group":
            return self.law(node.parts[0])
        return super().law(node)

    def bare(self, node):
        key = node.parts[0].key
        if key in self.names.law_of_mean:
            return self(self.names.law_of_mean[key])
        shapes = {self.names.shape(d): d for k, found in self.names.uses.densities.items() if self.names.law_key[k] == self.names.law_key.get(key) for d in found}
        if len(shapes) == 1:
            ((left, right, found),) = shapes.values()
            return self(found)
        if not shapes and key not in self.scope.laws:
            self.fail(f"of what is {key} a law here? Say it, as in assume={{{key!r}: {key + '(x)'!r}}}", node)
        drawn = [d for s, d in shapes.items() if d[2].at == node.at]
        if len(drawn) == 1:
            return self(drawn[0][2])
        shown = sorted({f"{key}({', '.join(left)}{' | ' + ', '.join(right) if right else ''})" for left, right in shapes})
        self.names.questions[key] = (f"Of what is ${key}$ a law here?", {s: f"${s}$" for s in shown}, None)
        self.fail(f"of what is {key} a law here? Say it, as in assume={{{key!r}: {shown[0] if shown else key + '(x)'!r}}}", node)

    # --- means

    def a_expectation(self, node, laws, body):
        if body.kind == "given":
            return self.mean_given(node, laws, body)
        if not laws:
            return self.mean_of_all(node, body)
        if self.names.of_vectors or self.names.parametric:
            found = self.under_functions(laws, body)
            if found is not None:
                return found
        for item in laws:
            if item[0] == "drawn" and item[2].kind == "apply" and item[2].parts[0].base in UNIFORM or (
                    item[0] == "drawn" and item[2].kind == "name" and item[2].parts[0].base in UNIFORM):
                return self.uniform(node, laws, item, body)
        return super().a_expectation(node, laws, body)

    def under_functions(self, laws, body):
        """A mean under laws that are functions, of vectors or with a parameter: an integral. None where no such law stands below it."""
        found = []
        for item in laws:
            law = item[-1]
            if item[0] == "law" and law.kind == "name" and not self.names.uses.law_letter(law.parts[0]):
                law = self.names.law_of_mean.get(law.parts[0].key, law)
            if item[0] == "drawn" and law.kind == "name" and law.parts[0].key in self.names.law_key:
                law = Node("apply", (law.parts[0], item[1], (",",) * (len(item[1]) - 1), "("), law.at)
            if item[0] == "law" and law.kind == "name" and law.parts[0].key in self.names.parametric:
                law = self.names.uses.densities[law.parts[0].key][0][2]
            plain = law.kind == "apply" and self.names.law_key.get(law.parts[0].key) in (self.names.smooth if self.names.of_vectors else self.names.parametric) and all(a.kind == "name" for a in law.parts[1])
            found.append((item, law if plain else None))
        if not any(law for _, law in found):
            return None
        value = self(body)
        for item, law in reversed(found):
            if law is None:
                for one in reversed(self.drawn(item)):
                    value = E[one](value)
                continue
            bar = next((k for k, b in enumerate(law.parts[2]) if b in BARS), len(law.parts[1]) - 1)
            over = tuple(self(a) for a in law.parts[1][: bar + 1])
            value = Integrate[over](self(law) * value) if self.names.of_vectors else Integral(self(law) * value, *[(x, -sympy.oo, sympy.oo) for x in over])
        return value

    def normal(self, x, mean, variance):
        """A normal law; of a vector with a number for its covariance that number times I."""
        if isinstance(x, Sized) and not isinstance(variance, Sized):
            self.say("isotropic", "a number in the place of a covariance is that number times $I$")
            variance = variance * Eye(x.shape[0])
        return N(x, mean, variance)

    def a_normal(self, node, x, mean, variance):
        return super().a_normal(node, x, mean, variance) if x is None else self.normal(self(x), self(mean), self(variance))

    def drawn(self, item):
        if item[0] == "law":
            if item[1].kind == "name" and not self.names.uses.law_letter(item[1].parts[0]):
                return [self.law_of(item[1])]
            return super().drawn(item)
        _, names, law = item
        if law.kind == "normal" and law.parts[0] is None:
            return [self.normal(self(v), *map(self, law.parts[1:])) for v in names]
        if law.kind == "name":
            key = law.parts[0].key
            if key not in self.scope.laws:
                self.fail(f"nothing is known of the law {key}", law)
            (found, *_) = self.scope.laws[key]
            self.understand(rf"${', '.join(v.parts[0].key for v in names)}$ is drawn from ${key}$")
            return [found(*[self.variable(v) for v in names])]
        return super().drawn(item)

    def understand(self, sentence):
        if sentence not in self.names.understood:
            self.names.understood.append(sentence)

    def law_of(self, v):
        """The law of a variable that is named below a mean."""
        law = self.names.law_of_mean.get(v.parts[0].key)
        if law is None:
            self.fail(f"from which law is {v.parts[0].key} drawn? Say it, as in assume={{{v.parts[0].key!r}: 'p({v.parts[0].key})'}}", v)
        if law.kind == "normal" and law.parts[0] is None:
            return self.normal(self(v), *map(self, law.parts[1:]))
        return self.law(law)

    def mean_of_all(self, node, body):
        if "E" in self.names.law_of_mean:
            return E[self.law(self.names.law_of_mean["E"])](self(body))
        free = list(self.free_random(body))
        fixed = [v for v in free if str(v) in self.names.law_of_mean or v.name in self.names.law_of_mean]
        if fixed and len(fixed) == len(free):
            value = self(body)
            for v in fixed:
                law = self.names.law_of_mean[v.name]
                value = E[self.normal(v, *map(self, law.parts[1:])) if law.kind == "normal" and law.parts[0] is None else self(law)](value)
            return value
        if not free or "p" not in self.scope.laws or "p" in self.names.written:
            self.names.questions["E"] = ("Over which law is a mean without a subscript taken?", {}, None)
            self.fail("over what is the mean taken? Write E_{q(z|x)}[…], or say it, as in assume={'E': 'q(x)'}", node)
        (law, *_) = self.scope.laws["p"]
        return E[law(*free)](self(body))

    def free_random(self, node):
        """The random variables that stand in a tree, in order; those that a mean in it takes apart left out."""
        out = []
        if node.kind in ("expectation", "variance"):
            return out
        if node.kind == "name":
            a = self.scope.symbols.get(node.parts[0].key)
            return [a] if isinstance(a, Variable) else []
        for part in nodes(node.parts):
            out += [a for a in self.free_random(part) if a not in out]
        return out

    def mean_given(self, node, laws, body):
        what, given = body.parts
        left = list(self.free_random(what))
        right = list(self.free_random(given))
        left = [v for v in left if v not in right]
        if not left or not right or "p" not in self.scope.laws:
            self.fail(r"a mean given something is written E_{p(x|y)}[…]", node)
        (law, *_) = self.scope.laws["p"]
        return E[Density(law, left, right)](self(what))

    def a_variance(self, node, laws, body):
        square = type(node)("power", (body if body.kind != "sum" else type(node)("group", (body,), body.at), type(node)("number", ("2",), body.at)), body.at)
        first = self.a_expectation(node, laws, square)
        mean = self.a_expectation(node, laws, body)
        self.understand(r"a variance is $\mathbb{E}[f^2]-\mathbb{E}[f]^2$")
        return first - mean**2

    # --- functionals

    def a_kl(self, node, a, b):
        if b.kind == "product" and a.kind != "normal":
            return self.to_a_product(node, self.law(a), self(b))
        laws = []
        for side in (a, b):
            if side.kind == "normal" and side.parts[0] is None:
                other = b if side is a else a
                mean, variance = map(self, side.parts[1:])
                laws.append(self.normal(self.drawn_by(other, mean, variance), mean, variance))
            else:
                laws.append(self.law(side))
        return KL(*laws)

    def to_a_product(self, node, law, product):
        """KL(p(x, z) ‖ p(x) q(z)): the divergence from a law under which groups of the variables are independent."""
        factors = product.args if isinstance(product, (Factors, sympy.Mul)) else ()
        groups = [v for f in factors if isinstance(f, Density) for v in f.left]
        if not (factors and isinstance(law, Density) and all(isinstance(f, Density) and set(f.right) <= set(law.right) for f in factors)
                and len(groups) == len(set(groups)) and set(groups) == set(law.left)):  # fmt: skip
            self.fail(f"a law is wanted here, such as q(z|x), a normal law, or a product of laws of {' and of '.join(map(str, getattr(law, 'left', ())))}; {product} is none", node)
        return E[law](log(frac(law, product)))

    def drawn_by(self, other, *of):
        """What a normal law without its variable is a law of: what the other law is of, else a new variable."""
        if other.kind == "normal" and other.parts[0] is not None:
            return self(other.parts[0])
        if other.kind != "normal":
            law = self.law(other)
            return law.left[0] if isinstance(law, Density) else law.args[0]
        letter = next(x for x in ("z", "u", "y") if x not in self.names.uses.names or x == "z" and "z" in self.scope.symbols and isinstance(self.scope.symbols["z"], Variable))
        sized = next((a for a in of if isinstance(a, Sized)), None)
        self.scope.symbols.setdefault(letter, variables(letter) if sized is None else vector(letter, sized.shape[0]))
        self.understand(f"the normal laws are laws of ${letter if sized is None else tex(self.scope.symbols[letter])}$")
        return self.scope.symbols[letter]

    def is_random_style(self, args):
        return all(a.kind == "name" and not self.names.uses.law_letter(a.parts[0]) for a in args)

    def entropy(self, node, args, between):
        if not self.is_random_style(args):
            return super().entropy(node, args, between)
        (law, *_) = self.scope.laws[self.names.whole_law]
        bar = next((k for k, b in enumerate(between) if b in BARS), len(args) - 1)
        left, right = [self.variable(a) for a in args[: bar + 1]], [self.variable(a) for a in args[bar + 1 :]]
        if not right:
            return H(law(*left))
        return negative(E[law(*left, *right)](log(Density(law, left, right))))

    def information(self, node, name, args, between):
        if name.sub or not self.is_random_style(args):
            return super().information(node, name, args, between)
        (law, *_) = self.scope.laws["p"]
        k = between.index(";")
        bar = next((j for j, b in enumerate(between) if b in BARS), len(args) - 1)
        one, other, given = args[: k + 1], args[k + 1 : bar + 1], args[bar + 1 :]
        joint = Density(law, [self.variable(a) for a in (*one, *other)], [self.variable(a) for a in given])
        found = MI(joint, *[self.variable(a) for a in one])
        if not given:
            return found
        self.understand("a conditional information is a mean over what it is given")
        return E[law(*[self.variable(a) for a in given])](found)

    def name(self, name, node):
        if name.key in self.names.values:
            return self(self.names.values[name.key])
        if name.key in self.names.standing:
            return self.bare(node)
        if name.base in _BOUNDS and name.key not in self.scope.symbols:
            return self.bound(node, ())
        return super().name(name, node)

    def bound(self, node, args):
        """ELBO and ℒ, where the text has one law of latents and one joint law: the evidence lower bound."""
        name = node.parts[0]
        given, joint = [], []
        for laws in self.scope.laws.values():
            for law in laws:
                if law.given and law not in given:
                    given.append(law)
                elif not law.given and law not in joint:
                    joint.append(law)
        found = [(q, p) for q in given for p in joint if set(q.order) <= set(p.order)]
        if len(found) != 1 or len(found[0][0].given) != 1:
            self.fail(f"what is {name.key}? Give its formula, as in assume={{{name.key!r}: …}}", node)
        q, p = found[0]
        density = q(*q.scope[:-1], q.scope[-1] | q.given[0])
        self.say(name.key, f"${name.key}$ is the evidence lower bound of ${bare_letter(q.name)}$ and ${bare_letter(p.name)}$")
        return ELBO(density, p(*p.scope))

    def a_constant(self, node):
        if "const" in self.names.values:
            return self(self.names.values["const"])
        self.names.questions["const"] = ("What does the constant hold?", {}, None)
        self.fail("“const” is not said: give it, as in assume={'const': …}", node)

    def a_dots(self, node):
        self.fail("dots are read between the first and the last of a law's variables alone", node)
