"""What the families share: names with declarations drawn at random, small expressions, slips."""

from fractions import Fraction

from ..lines import Line, Node, node, num, sym, walk

__all__ = ["Maker", "slip", "swap_at", "parts"]

SIGNS = [(), (), (), ("positive",), ("positive",), ("nonnegative",), ("negative",), ("nonzero", "real")]
WHOLE = [("integer",), ("integer",), ("integer", "positive"), ("integer", "nonnegative")]


class Maker:
    """A random generator, and the names that the line being made has declared."""

    def __init__(self, rng, family):
        self.rng, self.family = rng, family
        self.symbols, self.functions, self.vectors, self.variables, self.laws, self.times = {}, {}, {}, {}, {}, {}
        self.rules = []

    def line(self, left, right, **more):
        return Line(
            left, right, family=self.family, rules=tuple(self.rules), symbols=dict(self.symbols), functions=dict(self.functions),
            vectors=dict(self.vectors), variables=dict(self.variables), laws=dict(self.laws), times=dict(self.times), **more,
        )  # fmt: skip

    def pick(self, *options):
        return self.rng.choice(options)

    def chance(self, p):
        return self.rng.random() < p

    def rule(self, name):
        self.rules.append(name)

    # --- names

    def name(self, letter, *words):
        self.symbols.setdefault(letter, tuple(words))
        return sym(letter)

    def real(self):
        """A symbol of a random sign."""
        letter = self.pick("x", "y", "a", "b")
        return self.name(letter, *self.pick(*SIGNS))

    def positive(self):
        return self.name(self.pick("c", "s"), "positive")

    def whole(self):
        return self.name(self.pick("n", "j"), *self.pick(*WHOLE))

    def index(self, letter="k"):
        return self.name(letter, "integer")

    def function(self, *words):
        name = self.pick("f", "g", "h")
        self.functions.setdefault(name, tuple(words))
        return name

    # --- small expressions

    def number(self, zero=False):
        a = self.pick(1, 2, 3, -1, -2, Fraction(1, 2), Fraction(-1, 2), Fraction(1, 3), *([0] if zero else []))
        return num(a)

    def small(self):
        """A symbol, now and then a number or a sum of two."""
        r = self.rng.random()
        if r < 0.6:
            return self.real()
        if r < 0.72:
            return self.positive()
        if r < 0.8:
            return self.number()
        if r < 0.9:
            return self.real() + self.number()
        return self.real() * self.real() if r < 0.95 else self.real() - self.real()

    def term(self, depth=1):
        """A small expression of real functions; it may lack a value somewhere."""
        if depth <= 0 or self.chance(0.25):
            return self.small()
        u = self.term(depth - 1)
        kind = self.pick("add", "add", "mul", "mul", "pow", "pow", "sqrt", "exp", "log", "abs", "div", "neg", "sin", "max")
        if kind == "add":
            return u + self.term(depth - 1)
        if kind == "mul":
            return u * self.term(depth - 1)
        if kind == "div":
            return u / self.term(depth - 1)
        if kind == "pow":
            return u ** self.pick(2, 2, 3, -1, Fraction(1, 2))
        if kind == "max":
            return node(self.pick("max", "min"), u, self.small())
        return -u if kind == "neg" else node(kind, u)

    def safe(self, depth=1):
        """A small expression that has a value everywhere."""
        u = self.real()
        if depth <= 0:
            return u
        kind = self.rng.randrange(7)
        return [u, u + self.number(), u**2, u * self.real(), node("exp", u), node("sin", u), u**2 + 1][kind]

    def ahead(self):
        """A safe summand or factor that gives a line something besides."""
        return self.pick(self.name("m"), self.name("m") * 2, num(1), self.name("m") ** 2)

    def wrapped(self, left, right):
        """Both sides in the same context."""
        r = self.rng.random()
        if r < 0.45:
            extra = self.ahead()
            return left + extra, right + extra
        if r < 0.6:
            extra = self.safe(0)
            return left * extra, right * extra
        if r < 0.68:
            return left**2, right**2
        if r < 0.74:
            return node("exp", left), node("exp", right)
        if r < 0.8:
            extra = self.safe(0)
            return extra + left, right + extra
        return left, right


def parts(e, keep=lambda a: True):
    """Paths to the expressions in e, with what stands there."""
    out = []

    def visit(a, path):
        if isinstance(a, Node):
            if keep(a):
                out.append((path, a))
            for k, b in enumerate(a.args):
                visit(b, (*path, k))
        elif isinstance(a, tuple):
            for k, b in enumerate(a):
                visit(b, (*path, k))

    visit(e, ())
    return out


def swap_at(e, path, new):
    """e with the part at a path replaced."""
    if not path:
        return new
    k, *rest = path
    if isinstance(e, Node):
        return Node(e.op, tuple(swap_at(a, rest, new) if j == k else a for j, a in enumerate(e.args)))
    return tuple(swap_at(a, rest, new) if j == k else a for j, a in enumerate(e))


SAFE = ("num", "sym", "add", "mul", "div", "neg", "pow", "log", "exp", "sqrt", "abs", "fun", "sin", "cos", "entry", "alpha", "bar",
        "sum", "prod", "int", "mean", "kl", "ent", "ce", "mi", "max", "min")  # fmt: skip


def slip(e, rng):
    """An expression with one slip: a sign, a factor, a term, an index, an order."""
    at = [(path, a) for path, a in parts(e) if a.op in SAFE]
    for _ in range(20 if at else 0):
        path, a = rng.choice(at)
        new = _slipped(a, rng)
        if new is not None and new != a:
            return swap_at(e, path, new)
    return e + 1


def _slipped(a, rng):
    op = a.op
    if op == "num":
        return num(rng.choice([a.args[0] + 1, a.args[0] - 1, -a.args[0], a.args[0] * 2]))
    if op == "add":
        k = rng.randrange(len(a.args))
        if rng.random() < 0.5:
            rest = a.args[:k] + a.args[k + 1 :]
            return rest[0] if len(rest) == 1 else Node("add", rest)
        return Node("add", tuple(-b if j == k else b for j, b in enumerate(a.args)))
    if op == "neg":
        return a.args[0]
    if op == "mul":
        k = rng.randrange(len(a.args))
        rest = a.args[:k] + a.args[k + 1 :]
        return rest[0] if len(rest) == 1 else Node("mul", rest)
    if op == "div":
        return a.args[1] / a.args[0] if rng.random() < 0.5 else a.args[0]
    if op in ("alpha", "bar"):
        return rng.choice([Node("bar" if op == "alpha" else "alpha", a.args), Node(op, (a.args[0], a.args[1] - 1)), Node(op, (a.args[0], a.args[1] + 1))])
    if op in ("sum", "prod", "int"):
        body, i, lo, hi = a.args
        return rng.choice([Node(op, (body, i, lo + 1, hi)), Node(op, (body, i, lo, hi - 1)), Node(op, (body, i, lo - 1, hi)), Node(op, (body, i, lo, hi + 1))])
    if op in ("kl", "ce"):
        return Node(op, a.args[::-1])
    if op in ("max", "min"):
        return Node("min" if op == "max" else "max", a.args)
    if op in ("abs", "sqrt", "log", "exp"):
        return rng.choice([a.args[0], -a, 2 * a])
    if op == "pow":
        return rng.choice([a.args[0], a ** 2, a.args[0] ** (a.args[1] + 1)])
    return rng.choice([-a, 2 * a, a + 1])


def contains(e, *ops):
    return any(a.op in ops for a in walk(e))
