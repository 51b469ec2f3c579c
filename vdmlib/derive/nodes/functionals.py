"""Expectations, sums and integrals over random variables, and the functionals built from them.

Each functional is a node that is displayed by its name and knows its definition (`definition()`);
`label` names the statement of the book that defines it.
"""

from sympy import Expr, Symbol, Tuple, sympify
from sympy.tensor.indexed import Indexed

from ..calls import NoNumber, call, operand
from ..errors import DerivationError
from .expressions import Factors, Frac, Ordered, Sized, _Node, log, negative, plain
from .laws import At, Block, Density, Variable
from .normal import N

__all__ = [
    "E", "Sigma", "Integrate", "Expectation", "Over", "KL", "H", "CE", "ELBO", "MI", "phi", "Functional", "law_factors",
]  # fmt: skip


def law_factors(law):
    """The densities whose product is the law of an expectation; an error if it is not a normalised law."""
    factors = law.args if isinstance(law, Factors) else (law,)
    seen = set()
    for f in factors:
        if not isinstance(f, (N, Density)):
            if hasattr(f, "how_to_write"):
                raise DerivationError(f.how_to_write())
            if isinstance(f, (Variable, At)):
                raise DerivationError(f"{f} is a variable, and not the law that it is drawn from: "
                                      f"declare it, as in p = Law(\"p\", {f}), and write E[p({f})](…), or E[q(z|x)](…) where it is "
                                      f"drawn under a condition. Integrate[{f}](…) is an integral against anything else")
            raise DerivationError(
                f"an expectation needs a normalised law, a density or a product of densities; {f} is not one. "
                "Write E[q(z|x)](…), or Integrate[z](…) for an integral against anything else"
            )
        left = _left(f)
        again = seen & left
        if again:
            raise DerivationError(
                f"the law {'*'.join(map(str, factors))} is not normalised: {', '.join(map(str, again))} stands before the bar twice. "
                "Each variable of a law is drawn once"
            )
        seen |= left
    return factors


def drawn(law):
    """The density of what an expectation draws: x₀ itself is not drawn under q(x₀, x₂|x₀), where t − 1 became 0."""
    return Density(law.law, [v for v in law.left if v not in law.right], law.right)


class Expectation(_Node):
    """E over a law of an expression; binds the variables before the law's bars."""

    @property
    def law(self):
        return self.args[0]

    @property
    def body(self):
        return self.args[1]

    @property
    def bound(self):
        out = []
        for f in law_factors(self.law):
            out.extend(drawn(f).left if isinstance(f, Density) else (f.args[0],))
        return tuple(out)

    def doit(self, **hints):
        return self


class _Waiting(NoNumber):
    """A binder that has its law or its variables, and waits for the body in round brackets."""

    def __init__(self, shown, make):
        self.shown, self.make = shown, make

    def __call__(self, *body):
        if len(body) != 1:
            raise DerivationError(f"{self.shown}(…) takes one expression in its round brackets, not {len(body)}")
        return self.make(operand(body[0]))

    def how_to_write(self):
        return f"{self.shown} is no number yet: what is averaged, summed or integrated goes into round brackets behind it, {self.shown}(…)"

    def _sympy_(self):
        raise DerivationError(self.how_to_write())

    def __repr__(self):
        return f"{self.shown}(…)"


class _E(NoNumber):
    """The expectation of an expression under a law: `E[q(z|x)](log(p(x, z)))`.

    The law is a density of random variables, a normal density, or several of them with commas between, whose product is
    meant. It draws the variables before its bars; what stands behind a bar stays free.

    Example: a variable that the expression lacks integrates out
    >>> x, z = variables("x z")
    >>> p, q = Law("p", x, z), Law("q", z | x)
    >>> Identity("ex.e.out", E[q(z|x)](log(p(x))), log(p(x)))

    Example: under a normal law
    >>> m, v = symbol("mu"), symbol("v", positive=True)
    >>> Identity("ex.e.normal", E[N(x, m, v)](x**2), m**2 + v)

    Example: two draws, the second given the first
    >>> Identity("ex.e.two", E[p(x), q(z|x)](log(p(x))), E[p(x)](log(p(x))))

    Refused: a mean that the law does not have
    >>> Identity("ex.e.wrong", E[N(x, m, v)](x**2), m**2)

    Refused: what is drawn from must be a law
    >>> E[2 * q(z|x)](log(p(x)))

    Refused: a variable is drawn once
    >>> E[q(z|x), p(z|x)](log(p(x)))

    Refused: a variable that is drawn has no value outside
    >>> Identity("ex.e.bound", E[q(z|x)](log(p(x, z))), log(p(x, z)))
    """

    def __getitem__(self, law):
        laws = law if isinstance(law, tuple) else (law,)
        for a in laws:
            if hasattr(a, "how_to_write"):
                raise DerivationError(a.how_to_write())
        law = Factors.of(*law) if isinstance(law, tuple) else sympify(law)
        law_factors(law)
        return _Waiting(f"E[{', '.join(map(str, laws))}]", lambda body: Expectation(law, body))

    def __call__(self, *args):
        law = str(args[0]) if args and isinstance(args[0], (Density, N)) else "q(z | x)"
        raise DerivationError(f"E takes its law in square brackets, and behind it what is averaged in round ones: E[{law}](…)")

    def how_to_write(self):
        return "E is no number: write E[q(z | x)](…), the law in square brackets and what is averaged in round ones"

    def _sympy_(self):
        raise DerivationError(self.how_to_write())


E = _E()


class Over(_Node):
    """A sum or integral of an expression over all values of random variables."""

    kind = "?"

    def _plain(self, bound, body):
        return type(self)(self.args[0], body)  # what is bound stays a random variable

    @property
    def bound(self):
        return tuple(self.args[0])

    @property
    def body(self):
        return self.args[1]

    def doit(self, **hints):
        return self

    def __new__(cls, bound, body):
        bound = bound if isinstance(bound, (tuple, Tuple)) else (bound,)
        body = operand(body)
        if isinstance(body, Sized) and not issubclass(cls, Sized):
            return Sized.made(cls, (Tuple(*bound), body))
        for v in bound:
            if isinstance(v, Sized) and isinstance(v, Symbol) and v.shape[1] == 1 and issubclass(cls, IntegralOver):
                continue
            if not isinstance(v, (Variable, At, Block)):
                name, other = ("Sigma", f"Sum(…, ({v}, 1, n))") if cls.kind == "sum" else ("Integrate", f"Integral(…, ({v}, a, b))")
                what = "a symbol" if isinstance(v, Symbol) else f"not {v!r}"
                raise DerivationError(f"{name}[…] runs over random variables, and {v} is {what}: write {other}, or variables(\"{v}\")"
                                      if isinstance(v, Symbol) else f"{name}[…] runs over random variables, {what}")  # fmt: skip
        return Expr.__new__(cls, Tuple(*bound), body)


class SumOver(Over):
    kind = "sum"


class IntegralOver(Over):
    kind = "integral"


class _Binder(NoNumber):
    """`Sigma[z](…)`, `Integrate[z](…)`: the sum or integral of an expression over all values of random variables."""

    def __getitem__(self, bound):
        self.cls(bound, 0)  # an error where it binds no random variable
        shown = ", ".join(map(str, bound if isinstance(bound, tuple) else (bound,)))
        return _Waiting(f"{self.name}[{shown}]", lambda body: self.cls(bound, body))

    def __call__(self, *args):
        bound = ", ".join(str(v) for v in args[1:] if isinstance(v, (Variable, At, Block))) or "z"
        raise DerivationError(f"{self.name} takes its variables in square brackets, and what it runs over in round ones: {self.name}[{bound}](…)")

    def how_to_write(self):
        return f"{self.name} is no number: write {self.name}[z](…)"

    def _sympy_(self):
        raise DerivationError(self.how_to_write())


class _Sigma(_Binder):
    """The sum over all values of random variables: `Sigma[z](p(x, z))`. Over an index it is `Sum(a, (k, 1, n))`.

    Example: what is summed over goes
    >>> x, y, z = variables("x y z")
    >>> p = Law("p", x, y, z)
    >>> Identity("ex.sigma", Sigma[z](p(x, z)), p(x))

    Example: several variables
    >>> Identity("ex.sigma.two", Sigma[y, z](p(x, y, z)), p(x))

    Refused: the sum goes over the other variable
    >>> Identity("ex.sigma.other", Sigma[z](p(x, z)), p(z))

    Refused: a symbol has no law whose values are summed over
    >>> k = symbol("k", integer=True)
    >>> Sigma[k](k**2)
    """

    name, cls = "Sigma", SumOver


class _Integrate(_Binder):
    """The integral over all values of random variables: `Integrate[z](p(x, z))`. Over a symbol it is `Integral(f, (s, a, b))`.

    Example: a normal law with a normal mean
    >>> x, z = variables("x z")
    >>> m, s, v = symbol("mu"), symbol("s", positive=True), symbol("v", positive=True)
    >>> Identity("ex.integrate.normal", Integrate[z](N(z, m, s) * N(x, z, v)), N(x, m, s + v))

    Example: any law
    >>> p, q = Law("p", x, z), Law("q", z | x)
    >>> Identity("ex.integrate", Integrate[z](p(x) * q(z|x)), p(x))

    Refused: variances add up, standard deviations do not
    >>> Identity("ex.integrate.wrong", Integrate[z](N(z, m, s**2) * N(x, z, v**2)), N(x, m, (s + v)**2))

    Refused: a symbol is no random variable; `Integral` is for symbols
    >>> Integrate[m](m**2)
    """

    name, cls = "Integrate", IntegralOver


Sigma = _Sigma()
Integrate = _Integrate()


class Functional(Ordered, Expr):
    """A named functional of densities."""

    label = None
    nonnegative = False
    is_commutative = True
    is_real = True

    def __new__(cls, *args):
        for a in args:
            if not isinstance(a, (Density, N)):
                if hasattr(a, "how_to_write"):
                    raise DerivationError(a.how_to_write())
                raise DerivationError(f"{cls.__name__}(…) takes densities such as q(z|x), not {a!r}")
            _left(a)
        return Expr.__new__(cls, *args)

    def doit(self, **hints):
        return self


def _left(a):
    """The variables that a density or a Gaussian draws."""
    if isinstance(a, Density):
        return frozenset(a.left)
    x = a.args[0]
    if not isinstance(x, (Symbol, Indexed)):
        raise DerivationError(
            f"as a law, {plain(a)} must draw a variable, but {plain(x)} is not one. Name the variable that is drawn, as in N(y, mean, variance), "
            "and write what is done with it in the body"
        )
    return frozenset([x])


class KL(Functional):
    """KL(a ‖ b) = E_a[log a − log b], in nats; +∞ where b = 0 < a. Not symmetric.

    As the gap of an inequality it is never negative.

    Example: the evidence is a bound and a divergence
    >>> x, z = variables("x z")
    >>> p, q = Law("p", x, z), Law("q", z | x)
    >>> Identity("ex.kl", log(p(x)), ELBO(q(z|x), p(x, z)) + KL(q(z|x), p(z|x)))

    Example: two normal laws of one variance
    >>> a, b, v = symbol("a"), symbol("b"), symbol("v", positive=True)
    >>> Identity("ex.kl.normal", KL(N(x, a, v), N(x, b, v)), frac((a - b)**2, 2 * v))

    Refused: its two laws exchanged
    >>> Identity("ex.kl.swapped", log(p(x)) - ELBO(q(z|x), p(x, z)), KL(p(z|x), q(z|x)))

    Refused: laws of different variables
    >>> KL(q(z|x), p(x))
    """

    label = "kl.def.ratio"
    nonnegative = True

    @call("KL(a, b) with two densities, as in KL(q(z|x), p(z))")
    def __new__(cls, a, b):
        out = super().__new__(cls, a, b)
        if _left(a) != _left(b):
            raise DerivationError(
                f"KL compares two laws of the same variables; {a} is a law of {_names(a)}, {b} of {_names(b)}"
            )
        return out

    def definition(self):
        a, b = self.args
        return Expectation(a, log(Frac(a, b)))


class H(Functional):
    """H(a) = −E_a[log a], in nats: Shannon entropy of a mass, differential entropy of a density.

    Example: two draws, one after the other
    >>> x, z = variables("x z")
    >>> p = Law("p", x, z)
    >>> Identity("ex.h", H(p(x, z)), H(p(x)) + E[p(x)](H(p(z|x))))

    Example: of a normal law
    >>> m, v = symbol("mu"), symbol("v", positive=True)
    >>> Identity("ex.h.normal", H(N(x, m, v)), frac(log(2 * pi * v) + 1, 2))

    Refused: that is so only of independent draws
    >>> Identity("ex.h.apart", H(p(x, z)), H(p(x)) + H(p(z)))
    """

    label = "entropy.shannon"

    @call("H(a) with one density, as in H(q(z|x)); CE(a, b) is the cross-entropy of two")
    def __new__(cls, a):
        return super().__new__(cls, a)

    @property
    def nonnegative(self):
        a = self.args[0]
        return isinstance(a, Density) and a.law.discrete

    def definition(self):
        return negative(Expectation(self.args[0], log(self.args[0])))


class CE(Functional):
    """H(a, b) = −E_a[log b], in nats: the cross-entropy of b under a.

    Example: the least code length, and what a wrong code costs
    >>> x, z = variables("x z")
    >>> p, q = Law("p", x, z), Law("q", x, z)
    >>> Identity("ex.ce", CE(p(x), q(x)), H(p(x)) + KL(p(x), q(x)))

    Refused: the entropy of the other law
    >>> Identity("ex.ce.other", CE(p(x), q(x)), H(q(x)) + KL(p(x), q(x)))

    Refused: laws of different variables
    >>> CE(p(x), q(z))
    """

    label = "ce.def"

    @call("CE(a, b) with two densities, as in CE(q(x), p(x))")
    def __new__(cls, a, b):
        out = super().__new__(cls, a, b)
        if _left(a) != _left(b):
            raise DerivationError(
                f"a cross-entropy compares two laws of the same variables; {a} is a law of {_names(a)}, "
                f"{b} of {_names(b)}. For E_q[log p(x|z)] write the expectation itself"
            )
        return out

    def definition(self):
        a, b = self.args
        return negative(Expectation(a, log(b)))


class ELBO(Functional):
    """ELBO(q, p) = E_q[log p(x, z) − log q(z|x)], in nats: the evidence lower bound.

    Example: a bound, and what it loses
    >>> x, z = variables("x z")
    >>> p, q = Law("p", x, z), Law("q", z | x)
    >>> Inequality("ex.elbo", log(p(x)), ELBO(q(z|x), p(x, z)), gap=KL(q(z|x), p(z|x)))

    Example: in other words, reconstruction and regularisation
    >>> terms = E[q(z|x)](log(p(x|z))) - KL(q(z|x), p(z))
    >>> Identity("ex.elbo.terms", ELBO(q(z|x), p(x, z)), terms)

    Refused: the divergence from the wrong law
    >>> Inequality("ex.elbo.prior", log(p(x)), ELBO(q(z|x), p(x, z)), gap=KL(q(z|x), p(z)))

    Refused: the second is the joint density
    >>> ELBO(q(z|x), p(x))
    """

    label = "elbo.def"

    @call("ELBO(q, p) with two densities, as in ELBO(q(z|x), p(x, z))")
    def __new__(cls, q, joint):
        out = super().__new__(cls, q, joint)
        if not _left(q) <= _left(joint):
            raise DerivationError(f"ELBO(q, p) needs the joint density of data and latents; {joint} lacks {_names(q)}")
        return out

    def definition(self):
        q, joint = self.args
        return Expectation(q, log(Frac(joint, q)))


class MI(Functional):
    """I(A; B | C) under a density d(A, B | C): E[log d(A, B | C) − log d(A|C) − log d(B|C)], in nats.

    `MI(d(a, b|c), a)` splits off the variables named.

    Example: what one variable says of another
    >>> x, z = variables("x z")
    >>> p = Law("p", x, z)
    >>> Identity("ex.mi", MI(p(x, z), x), H(p(x)) - E[p(z)](H(p(x|z))))

    Example: it is never negative
    >>> Inequality("ex.mi.gap", H(p(x)) + H(p(z)), H(p(x, z)), gap=MI(p(x, z), x))

    Refused: its sign
    >>> Identity("ex.mi.sign", MI(p(x, z), x), E[p(z)](H(p(x|z))) - H(p(x)))

    Refused: between which variables?
    >>> MI(p(x, z))
    """

    label = "mi.def"
    nonnegative = True

    def __new__(cls, joint, *part):
        if not isinstance(joint, Density) or not part or not set(part) < set(joint.left):
            raise DerivationError("MI(d(a, b|c), a) takes a density and the variables of one side")
        return Expr.__new__(cls, joint, *part)

    @property
    def sides(self):
        joint, *part = self.args
        return tuple(part), tuple(v for v in joint.left if v not in part)

    def definition(self):
        joint = self.args[0]
        a, b = (Density(joint.law, s, joint.right) for s in self.sides)
        return Expectation(joint, log(Frac(joint, Factors.of(a, b))))


class phi(_Node):
    """φ(u) = u − 1 − log u for u > 0: never negative, zero only at u = 1 (shown in the book as phi.nonneg).

    Example: as the gap of an inequality
    >>> u = symbol("u", positive=True)
    >>> Inequality("ex.phi", u - 1, log(u), gap=phi(u))

    Refused: the argument must be positive
    >>> a = symbol("a")
    >>> Inequality("ex.phi.sign", a - 1, log(a), gap=phi(a))

    Refused: not its definition
    >>> Definition("ex.phi.def", phi(u), u - log(u))
    """

    label = "phi.def"

    def definition(self):
        (u,) = self.args
        return u - sympify(1) - log(u)


def _names(a):
    return ", ".join(map(str, sorted(_left(a), key=str)))
