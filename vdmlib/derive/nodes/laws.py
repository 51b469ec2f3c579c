"""Random variables, laws and their densities, as expressions.

    x, z = variables("x z")
    p = Law("p", x, z)              # a joint law: p(x, z), p(x), p(z|x) are its densities
    q = Law("q", z | x)             # a conditional law: only q(z|x) exists
    X = chain("x")
    q = Law("q", X[1:T] | X[0], markov=True)
    p = Law("p", X[1:K], iid=True)  # K independent copies of one draw

"Density" means density or probability mass: every rule used on it holds for both. A mass is at most 1,
which is used only where a law is declared `discrete=True`.
"""

import re

from sympy import Basic, Expr, IndexedBase, Integer, Or, Symbol, Tuple, sympify
from sympy.core.symbol import Str
from sympy.tensor.indexed import Indexed

from ..calls import NoNumber, call, known
from ..errors import DerivationError
from .expressions import Ordered, Sym

__all__ = ["variables", "chain", "Law", "Density", "Given", "Variable", "At", "Block", "Chain"]


class _Conditions:
    is_random_variable = True

    """`z | x`: what stands left of the bar, given what stands right of it."""

    def __or__(self, other):
        return Given((self,), _as_tuple(other))


class Variable(_Conditions, Sym):
    """A random variable (and, inside a density, the value it takes)."""

    __slots__ = ()


class Chain(NoNumber, IndexedBase):
    """The variables x₀, x₁, … of a process: `x[t]` is one, `x[1:T]` is x₁, …, x_T (both ends included)."""

    def how_to_write(self):
        return f"{self.label} is a whole chain: write {self.label}[t] for one of its variables, {self.label}[1:T] for several"

    def __call__(self, *index):
        raise DerivationError(f"the variables of a chain stand in square brackets: {self.label}[{', '.join(map(str, index)) or 't'}]")

    def __getitem__(self, index):
        if isinstance(index, slice):
            if index.start is None or index.stop is None or index.step is not None:
                raise DerivationError(f"{self.label}[a:b] needs both ends and no step; both are included")
            return Block(self, sympify(index.start), sympify(index.stop))
        return At(self, sympify(index))


class At(_Conditions, Ordered, Indexed):
    """One variable of a chain."""


class Block(_Conditions, Ordered, Expr):
    """The variables x_a, …, x_b of a chain, both ends included; none if b < a."""

    __slots__ = ()

    def __new__(cls, base, lo, hi):
        return Expr.__new__(cls, base, sympify(lo), sympify(hi))

    def doit(self, **hints):
        return self

    @property
    def members(self):
        """The variables themselves, once both ends are numbers; None while an end is symbolic."""
        base, lo, hi = self.args
        if lo.is_Integer and hi.is_Integer:
            return tuple(At(base, Integer(i)) for i in range(int(lo), int(hi) + 1))
        return None


class Given(NoNumber):
    """What `z | x` makes: (z,) given (x,). `p(z|x, y)` and `p(y, z|x)` are read as usual on paper."""

    def __init__(self, left, right):
        self.left, self.right = tuple(left), tuple(right)

    def how_to_write(self):
        names = ", ".join(map(str, (*self.left, *self.right)))
        return f"{self} names variables, and not the law that they are drawn from: declare it, as in p = Law(\"p\", {names}), and write p({self}), or E[p({self})](…) for a mean"

    def _sympy_(self):
        raise DerivationError(self.how_to_write())

    def __or__(self, other):
        raise DerivationError(f"{self} has its bar already; several variables are given with commas, as in p(a|b, c)")

    def __repr__(self):
        return ", ".join(map(str, self.left)) + " | " + ", ".join(map(str, self.right))


def _as_tuple(v):
    return v if isinstance(v, tuple) else (v,)


def variables(names, **assumptions):
    """Random variables from a string of names: `x, z = variables("x z")`; a single name gives a single variable.

    assumptions: of the values that they take, as in `variables("w", positive=True)`; real unless said otherwise.

    Example: Bayes' rule
    >>> x, z = variables("x z")
    >>> p = Law("p", x, z)
    >>> Identity("ex.variables", p(z|x), frac(p(x|z) * p(z), p(x)))

    Refused: a symbol is not drawn by a law
    >>> y = symbol("y")
    >>> Law("p", x, y)
    """
    known(assumptions)
    assumptions = assumptions or {"real": True}
    out = tuple(Variable(n, **assumptions) for n in names.split())
    return out[0] if len(out) == 1 else out


def chain(name):
    """A process x₀, x₁, …: `x = chain("x")`, then `x[t]` and `x[1:T]`.

    Example: both ends of `X[1:T]` are included
    >>> X, t, T = chain("x"), symbol("t", integer=True), symbol("T", integer=True, positive=True)
    >>> q = Law("q", X[1:T] | X[0], markov=True)
    >>> Identity("ex.chain", log(q(X[1:T]|X[0])), Sum(log(q(X[t]|X[t-1])), (t, 1, T)), times={T: 1})

    Refused: one factor too few
    >>> Identity("ex.chain.short", log(q(X[1:T]|X[0])), Sum(log(q(X[t]|X[t-1])), (t, 2, T)), times={T: 2})

    Refused: beyond the end
    >>> q(X[T+1]|X[T])

    Refused: where does it end?
    >>> X[1:]
    """
    return Chain(name)


def _read(args, who):
    """Arguments as on paper: everything before the bar, everything after it."""
    left, right, barred = [], [], False
    for a in args:
        if isinstance(a, Given):
            if barred:
                raise DerivationError(f"{who}(…) has two bars; write {who}(a, b|c, d)")
            barred = True
            left.extend(a.left)
            right.extend(a.right)
        elif isinstance(a, (Variable, At, Block)):
            (right if barred else left).append(a)
        else:
            raise DerivationError(_no_variable(a, who))
    for seq in (left, right):
        if len(set(seq)) != len(seq):
            raise DerivationError(f"{who}(…) names a variable twice: {seq}")
    both = set(left) & set(right)
    if both:
        raise DerivationError(f"{who}(…) has {', '.join(map(str, both))} on both sides of the bar")
    if not left:
        raise DerivationError(f"{who}(…) has nothing before the bar" + (f": write {who}(…|{', '.join(map(str, right))})" if right else f", as in {who}(x, z)"))
    return left, right


def _no_variable(a, who):
    """What is wrong with something that stands where a random variable should."""
    if isinstance(a, str):
        names = " ".join(re.findall(r"[A-Za-z_]\w*", a)) or "x"
        return f"{who}(…) takes random variables, and {a!r} is text: make it by {names.replace(' ', ', ')} = variables(\"{names}\")"
    if isinstance(a, Chain):
        return f"{who}(…) takes random variables, and {a.label} is a whole chain: write {a.label}[t], or {a.label}[0:T]"
    if isinstance(a, (Symbol, Or)):
        names = ", ".join(sorted(map(str, a.free_symbols)))
        are = "is a symbol" if isinstance(a, Symbol) else "are symbols"
        return f"{who}(…) takes random variables, and {names} {are}: make them by {names} = variables(\"{names.replace(',', '')}\")"
    return f"{who}(…) takes random variables, not {a!r}; make them with variables('x z') or chain('x'). What is done at a value is written outside of the density"


def _separates(left, right):
    """Whether some conditioning variable of a chain comes before everything left of the bar."""
    return any(
        isinstance(r, At) and all(isinstance(v, (At, Block)) and (v.args[1] - r.args[1]).is_positive for v in left)
        for r in right
    )


def _one_chain(name, left, right, markov):
    """Copies are the variables of one chain, and are given what is none of them."""
    if len(left) != 1 or not isinstance(left[0], Block):
        raise DerivationError(f"iid=True says that the variables of one chain are copies of one draw: X = chain(\"x\"), then Law({str(name)!r}, X[1:K], iid=True)")
    if any(isinstance(v, (At, Block)) and v.args[0] == left[0].args[0] for v in right):
        raise DerivationError(f"copies are independent, and {left[0]} is given one of its own chain: leave it out, or write markov=True")
    if markov:
        raise DerivationError("a law of independent copies (iid=True) remembers nothing: leave out markov=True")


class Law(NoNumber, Basic):
    """A probability law over declared variables; calling it gives a density.

    name: LaTeX of the letter, such as ``"p"``, ``"q"`` or ``r"p_\\theta"``.
    scope: the variables, with a bar where only a conditional law exists: `Law("q", z | x)`.
    markov: the variables form a Markov chain in the order given.
    discrete: a probability mass, so that no value exceeds 1.
    iid: the variables of one chain are independent copies of one draw, which `p(X[1])` stands for.

    Example: a joint law, its marginals and conditionals
    >>> x, z = variables("x z")
    >>> p = Law("p", x, z)
    >>> Identity("ex.law.joint", p(x, z), p(z|x) * p(x))

    Example: a law that is there only given something
    >>> q = Law("q", z | x)
    >>> Identity("ex.law.given", Integrate[z](q(z|x)), 1)

    Example: `markov=True`, a chain of any length
    >>> X, T = chain("x"), symbol("T", integer=True, positive=True)
    >>> t = symbol("t", integer=True)
    >>> m = Law("m", X[0:T], markov=True)
    >>> Identity("ex.law.markov", log(m(X[0:T])), log(m(X[0])) + Sum(log(m(X[t]|X[t-1])), (t, 1, T)),
    ...     times={T: 1})

    Example: `discrete=True`, so that an entropy is not negative
    >>> d = Law("d", x, z, discrete=True)
    >>> Inequality("ex.law.discrete", H(d(x, z)), H(d(x)), gap=E[d(x)](H(d(z|x))))

    Example: `iid=True`, the mean of any number of draws
    >>> K, k, f = symbol("K", integer=True, positive=True), symbol("k", integer=True), undefined("f")
    >>> c = Law("c", X[1:K], iid=True)
    >>> Identity("ex.law.iid", E[c(X[1:K])](Sum(f(X[k]), (k, 1, K)) / K), E[c(X[1])](f(X[1])))

    Refused: no such density
    >>> q(x|z)

    Refused: a variable that the law does not have
    >>> y = variables("y")
    >>> p(x, y)

    Refused: a discrete law has no density
    >>> mass = Law("m", x, discrete=True)
    >>> Identity("ex.law.mass", E[mass(x)](x**2), 1, facts=[(mass(x), N(x, 0, 1))])

    Refused: without `discrete=True` an entropy may be negative
    >>> c = Law("c", x, z)
    >>> Inequality("ex.law.density", H(c(x, z)), H(c(x)), gap=E[c(x)](H(c(z|x))))

    Refused: copies are the variables of one chain
    >>> Law("c", x, z, iid=True)

    Refused: without `iid=True` the draws may differ in law, and say something of each other
    >>> o = Law("o", X[1:K])
    >>> Identity("ex.law.draws", H(o(X[1:K])), K * H(o(X[1])), times={K: 1})

    Refused: without `markov=True` the past does not drop out
    >>> n = Law("n", X[0:T])
    >>> Identity("ex.law.past", log(n(X[0:T])), log(n(X[0])) + Sum(log(n(X[t]|X[t-1])), (t, 1, T)),
    ...     times={T: 1})
    """

    @call("Law(\"p\", x, z)")
    def __new__(cls, name, *scope, markov=False, discrete=False, iid=False):
        left, right = _read(scope, "Law")
        if iid:
            _one_chain(name, left, right, markov)
        return Basic.__new__(
            cls, Str(str(name)), Tuple(*left), Tuple(*right), sympify(bool(markov)), sympify(bool(discrete)), sympify(bool(iid))
        )

    @property
    def name(self):
        return self.args[0].name

    @property
    def scope(self):
        return tuple(self.args[1])

    @property
    def given(self):
        return tuple(self.args[2])

    @property
    def markov(self):
        return bool(self.args[3])

    @property
    def discrete(self):
        return bool(self.args[4])

    @property
    def iid(self):
        """Whether the variables are independent copies of one draw."""
        return bool(self.args[5])

    @property
    def order(self):
        """All declared variables in their declared order: what conditions first, then the rest."""
        return self.given + self.scope

    def func_from(self, *args):
        return Basic.__new__(Law, *args)

    @property
    def func(self):
        return self.func_from

    def __call__(self, *args):
        left, right = _read(args, self.name)
        for v in (*left, *right):
            if not self._declares(v):
                known = ", ".join(map(str, self.order))
                raise DerivationError(
                    f"{self.name} is declared over {known}; {v} is not among them. "
                    f"Write Law({self.name!r}, …) with {v} in it, or another law"
                )
        for v in self.given:
            if v in left:
                raise DerivationError(
                    f"{self.name} is declared as a law given {v}: the density of {v} under it does not exist. "
                    f"Declare the joint law, or write another law for {v}"
                )
            if v not in right and not (self.markov and _separates(left, right)):
                raise DerivationError(
                    f"{self.name} is declared as a law given {v}: write {self.name}({', '.join(map(str, left))}|{v})"
                )
        return Density(self, left, right)

    def how_to_write(self):
        bar = f" | {', '.join(map(str, self.given))}" if self.given else ""
        return f"{self.name} is a law, and no number: write one of its densities, such as {self.name}({', '.join(map(str, self.scope))}{bar})"

    def _eval_subs(self, old, new):
        return self  # a law stays the same law whatever length its chain is looked at

    def _declares(self, v):
        if v in self.order:
            return True
        for b in self.order:
            if not isinstance(b, Block) or not isinstance(v, (At, Block)) or v.args[0] != b.args[0]:
                continue
            lo, hi = (v.args[1], v.args[1]) if isinstance(v, At) else (v.args[1], v.args[2])
            outside = (lo - b.args[1]).is_negative or (b.args[2] - hi).is_negative
            if not outside:
                return True
        return False

    def _sympystr(self, printer):
        return self.name


class Density(Ordered, Expr):
    """The density of `left` given `right` under a law; positive where it is used."""

    is_commutative = True
    is_positive = True
    is_real = True

    def __new__(cls, law, left, right=()):
        return Expr.__new__(cls, law, Tuple(*left), Tuple(*right))

    @property
    def law(self):
        return self.args[0]

    @property
    def left(self):
        return tuple(self.args[1])

    @property
    def right(self):
        return tuple(self.args[2])

    def doit(self, **hints):
        return self

    def _sympystr(self, printer):
        bar = " | " + ", ".join(map(printer._print, self.right)) if self.right else ""
        return f"{self.law.name}({', '.join(map(printer._print, self.left))}{bar})"
