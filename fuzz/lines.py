"""Lines in a language of their own, and their text in the engine's language."""

from dataclasses import dataclass, field, replace
from fractions import Fraction

__all__ = ["Node", "Law", "Fact", "Line", "num", "sym", "fun", "node", "diff", "INFINITY", "MINUS_INFINITY", "walk", "swap", "names", "program", "code", "binders"]


@dataclass(frozen=True, eq=True)
class Node:
    """An expression: an operation and its arguments, which are nodes, texts, fractions or tuples of them."""

    op: str
    args: tuple

    def __add__(self, other):
        return Node("add", (self, num(other)))

    def __radd__(self, other):
        return Node("add", (num(other), self))

    def __sub__(self, other):
        return Node("add", (self, -num(other)))

    def __rsub__(self, other):
        return Node("add", (num(other), -self))

    def __mul__(self, other):
        return Node("mul", (self, num(other)))

    def __rmul__(self, other):
        return Node("mul", (num(other), self))

    def __truediv__(self, other):
        return Node("div", (self, num(other)))

    def __rtruediv__(self, other):
        return Node("div", (num(other), self))

    def __pow__(self, other):
        return Node("pow", (self, num(other)))

    def __neg__(self):
        return num(-self.args[0]) if self.op == "num" else Node("neg", (self,))

    def __repr__(self):
        return code(self)


def num(a):
    """A number as a node; a node stays."""
    return a if isinstance(a, Node) else Node("num", (Fraction(a),))


def sym(name):
    return Node("sym", (name,))


def fun(name, *args):
    return Node("fun", (name, *map(num, args)))


def node(op, *args):
    """A node whose bare numbers become nodes."""
    return Node(op, tuple(num(a) if isinstance(a, (int, Fraction)) else a for a in args))


def diff(body, x, n=1):
    """The nth derivative by x, a node."""
    return Node("diff", (body, x, n))


INFINITY, MINUS_INFINITY = Node("inf", (1,)), Node("inf", (-1,))


@dataclass(frozen=True)
class Law:
    """A law over `scope` given `given`; both hold rv, at or block nodes."""

    name: str
    scope: tuple
    given: tuple = ()
    markov: bool = False
    discrete: bool = False


@dataclass(frozen=True)
class Fact:
    """`left relation right`, for every value of the symbols named in `forall`; given to line `step` of a chain, 0: to all."""

    left: Node
    right: Node
    relation: str = "="
    forall: tuple = ()
    step: int = 0


@dataclass(frozen=True)
class Line:
    """`left relation right`, with a gap where the relation is ≥; or a chain whose middle expressions are `between`.

    symbols, functions, vectors: name -> assumptions, a tuple of words such as ("positive",), () for real.
    variables: name -> assumptions. laws: name -> Law. times: name -> least value.
    rules: what it was made by. family: which family made it.
    """

    left: Node
    right: Node
    relation: str = "="
    gap: Node | None = None
    facts: tuple = ()
    between: tuple = ()
    symbols: dict = field(default_factory=dict, hash=False)
    functions: dict = field(default_factory=dict, hash=False)
    vectors: dict = field(default_factory=dict, hash=False)
    variables: dict = field(default_factory=dict, hash=False)
    laws: dict = field(default_factory=dict, hash=False)
    times: dict = field(default_factory=dict, hash=False)
    rules: tuple = ()
    family: str = ""

    def with_(self, **changes):
        return replace(self, **changes)

    @property
    def expressions(self):
        out = [self.left, self.right, *self.between]
        if self.gap is not None:
            out.append(self.gap)
        return out + [e for f in self.facts for e in (f.left, f.right)]


def walk(e):
    """An expression and everything in it."""
    if isinstance(e, Node):
        yield e
        for a in e.args:
            yield from walk(a)
    elif isinstance(e, tuple):
        for a in e:
            yield from walk(a)


def swap(e, old, new):
    """e with every part equal to `old` replaced by `new`."""
    if e == old:
        return new
    if isinstance(e, Node):
        return Node(e.op, tuple(swap(a, old, new) for a in e.args))
    if isinstance(e, tuple):
        return tuple(swap(a, old, new) for a in e)
    return e


def names(e, op):
    """Names of what occurs in e with an operation such as "sym" or "fun"."""
    return {a.args[0] for a in walk(e) if a.op == op}


def binders(e):
    """Names bound by sums, products, integrals and limits."""
    return {a.args[1] for a in walk(e) if a.op in ("sum", "prod", "int", "lim")}


# --- the engine's language, as text that Python reads

UNARY = {"log": "log", "exp": "exp", "sqrt": "sqrt", "abs": "Abs", "sin": "sin", "cos": "cos", "tan": "tan", "atan": "atan",
         "asin": "asin", "acos": "acos", "sinh": "sinh", "cosh": "cosh", "tanh": "tanh", "phi": "phi", "sign": "sign"}  # fmt: skip


def code(e):
    """An expression as Python over the engine's names."""
    op, args = e.op, e.args
    if op == "num":
        a = args[0]
        return f"Integer({a.numerator})" if a.denominator == 1 else f"Rational({a.numerator}, {a.denominator})"
    if op in ("sym", "rv"):
        return args[0]
    if op == "inf":
        return "oo" if args[0] > 0 else "-oo"
    if op in ("I", "pi"):
        return op
    if op == "add":
        out = code(args[0])
        for a in args[1:]:
            out += f" - {_tight(a.args[0])}" if a.op == "neg" else f" + {_tight(a)}"
        return out
    if op == "neg":
        return f"-{_tight(args[0])}"
    if op == "mul":
        return "*".join(_tight(a) for a in args)
    if op == "div":
        return f"frac({code(args[0])}, {code(args[1])})"
    if op == "pow":
        return f"{_tight(args[0])}**{_tight(args[1])}"
    if op in UNARY:
        return f"{UNARY[op]}({code(args[0])})"
    if op in ("max", "min"):
        return f"{op.capitalize()}({', '.join(map(code, args))})"
    if op == "fun":
        return f"{args[0]}({', '.join(map(code, args[1:]))})"
    if op == "diff":
        body, x, n = args
        return f"Derivative({code(body)}, {code(x)})" if n == 1 else f"Derivative({code(body)}, ({code(x)}, {n}))"
    if op in ("int", "sum", "prod"):
        body, x, lo, hi = args
        return f"{ {'int': 'Integral', 'sum': 'Sum', 'prod': 'Product'}[op] }({code(body)}, ({x}, {code(lo)}, {code(hi)}))"
    if op == "lim":
        body, x, at, side = args
        return f"Limit({code(body)}, {x}, {code(at)}, {side!r})"
    if op in ("entry", "at"):
        return f"{args[0]}[{code(args[1])}]"
    if op == "block":
        return f"{args[0]}[{code(args[1])}:{code(args[2])}]"
    if op == "alpha":
        return f"{args[0]}[{code(args[1])}]"
    if op == "bar":
        return f"{args[0]}.bar[{code(args[1])}]"
    return _law_code(op, args)


def _law_code(op, args):
    if op == "dens":
        law, left, right = args
        return f"{law}({barred(left, right)})"
    if op == "normal":
        return f"N({', '.join(map(code, args))})"
    if op == "mean":
        return f"E[{'*'.join(map(code, args[0]))}]({code(args[1])})"
    if op == "over":
        return f"{args[0]}[{', '.join(map(code, args[1]))}]({code(args[2])})"
    if op in ("kl", "ce", "elbo", "ent"):
        return f"{ {'kl': 'KL', 'ce': 'CE', 'elbo': 'ELBO', 'ent': 'H'}[op] }({', '.join(map(code, args))})"
    if op == "mi":
        return f"MI({', '.join([code(args[0]), *map(code, args[1])])})"
    raise ValueError(f"no text for {op}")


def barred(left, right):
    shown = ", ".join(map(code, left))
    return shown + (" | " + ", ".join(map(code, right)) if right else "")


def _tight(e):
    """As an operand: in brackets where it is not a name or a call."""
    plain = e.op in ("sym", "pi", "I", "rv", "fun", "div", "entry", "at", "alpha", "bar", "diff", "int", "sum", "prod", "lim", "num", "dens",
                     "normal", "mean", "over", "kl", "ce", "elbo", "ent", "mi", "max", "min", *UNARY)  # fmt: skip
    return code(e) if plain else f"({code(e)})"


def program(line):
    """The line as Python: the declarations, then the statement, called `line`."""
    out = []
    used = {a.args[0] for a in walk(tuple(line.expressions)) if a.op == "dens"}
    laws = {name: d for name, d in line.laws.items() if name in used}
    whole = (*line.expressions, tuple((d.scope, d.given) for d in laws.values()))
    bound = {*binders(whole), *line.times, *(name for f in line.facts for name in f.forall)}
    for make, table, there in (("symbol", line.symbols, names(whole, "sym") | bound), ("undefined", line.functions, names(whole, "fun")),
                               ("coordinates", line.vectors, names(whole, "entry")), ("variables", line.variables, names(whole, "rv"))):  # fmt: skip
        out += [f"{name} = {make}({name!r}{_assumed(given)})" for name, given in sorted(table.items()) if name in there]
    out += [f"{name} = chain({name!r})" for name in sorted(names(whole, "at") | names(whole, "block"))]
    out += [f"{name} = Schedule({name!r})" for name in sorted(names(whole, "alpha") | names(whole, "bar"))]
    for key, d in sorted(laws.items()):
        more = ", markov=True" * d.markov + ", discrete=True" * d.discrete
        out.append(f"{key} = Law({d.name!r}, {barred(d.scope, d.given)}{more})")
    out.append(f"line = {_statement(line)}")
    return "\n".join(out)


def _assumed(given):
    return "".join(f", {word}=True" for word in given)


def _statement(line):
    facts = _facts(line, 0)
    times = f"times={{{', '.join(f'{k}: {v}' for k, v in line.times.items())}}}" if line.times else ""
    more = "".join(f", {m}" for m in (facts, times) if m)
    if line.between:
        out = f"Derivation('fuzz', ''{more}).start({code(line.left)})"
        for k, e in enumerate((*line.between, line.right), 1):
            own = _facts(line, k)
            out += f".equals({code(e)}{', ' * bool(own)}{own})"
        return out
    if line.relation == "=":
        return f"Identity('fuzz', {code(line.left)}, {code(line.right)}{more})"
    return f"Inequality('fuzz', {code(line.left)}, {code(line.right)}, gap={code(line.gap)}{more})"


def _facts(line, step):
    facts = [_fact(f) for f in line.facts if f.step == step]
    return f"facts=[{', '.join(facts)}]" if facts else ""


def _fact(f):
    if f.relation == "=" and not f.forall:
        return f"({code(f.left)}, {code(f.right)})"
    over = f", forall=({', '.join(f.forall)},)" if f.forall else ""
    if f.relation == "=":
        return f"fact({code(f.left)}, {code(f.right)}{over})"
    return f"fact({code(f.left)} {f.relation} {code(f.right)}{over})"
