"""What a line is true under: facts that an author gives, conditions that the engine finds.

A fact is universal only where it says so: `fact(f(x), x**2)` speaks of the one x of the line, and
`fact(f(x), x**2, forall=x)` of every x. A density's own variables are always meant for every value, since
a fact about a density gives a law.
"""

from dataclasses import dataclass, field

import sympy

from ..calls import call, operand
from sympy.core.function import AppliedUndef

from ..errors import DerivationError
from .bounds import range_of
from .expressions import Sized, exact, plain
from .laws import At, Block, Density, Variable

__all__ = ["Fact", "Condition", "declared_ranges", "different", "fact"]

RELATIONS = ("=", ">=", ">", "!=")


@dataclass(frozen=True)
class Fact:
    """`left relation right`, for every value of the symbols in `forall`; label of the statement that it comes from.

    declared: whether a range that is declared says it, so that it is shown as a declaration.
    """

    left: object
    right: object
    relation: str = "="
    forall: tuple = ()
    label: str | None = None
    declared: bool = False

    def __post_init__(self):
        for s in self.forall:
            if range_of(s) is not None:
                raise DerivationError(f"{s} is declared to be in {range_of(s)}, and a fact is for every value: take a symbol without a range for forall=")

    def __iter__(self):
        return iter((self.left, self.right))

    @property
    def universal(self):
        """Whether it speaks of every value of the arguments of its left side, and of no particular point."""
        if isinstance(self.left, Density):
            return True
        return bool(self.forall)

    @property
    def function(self):
        """The function of which it says what it is at every value of its arguments, as f(t) = t² does; None where it says that of none."""
        said = self.relation == "=" and self.forall and isinstance(self.left, AppliedUndef) and self.left.args == self.forall
        return self.left.func if said else None


@dataclass(frozen=True)
class Condition:
    """Something that must hold for a line to be true: `left relation right`.

    relation: ">", ">=", "!=" or "="; "dominated" where the density `right` must be positive wherever `left` is;
        "whole" where `left` must be a whole number; "total" where `left`, over the variables in `over`, must
        have total one; "definite" where `left`, a matrix, must be symmetric and positive definite; "vanishes" where
        `left` must tend to 0 at the infinite ends of the variable of `over`; "continuous" where `left` must be continuous in the variable of `over`, between its ends.
    over: (variable, lowest, highest) for each variable it must hold for every value of; both ends are None where
        the variable takes every value that it can. Of a real variable's ends only "continuous" speaks.
    why: what asks for it, in a word or two: "a logarithm", "division", "the fact c = a − b".
    """

    left: object
    relation: str
    right: object = sympy.S.Zero
    over: tuple = ()
    why: str = field(default="", compare=False)


def declared_ranges(*expressions):
    """The ranges that are declared of what is free in expressions, and of functions everywhere, as facts."""
    out = {}
    for e in map(sympy.sympify, expressions):
        for s in e.free_symbols:
            if isinstance(s, sympy.Symbol) and range_of(s) is not None:
                out.update(dict.fromkeys(_range_facts(s, range_of(s), ())))
        for f in e.atoms(AppliedUndef):
            if range_of(f) is not None and not any(isinstance(a, Sized) for a in f.args):
                letters = tuple(sympy.Symbol(f"u_{k + 1}", real=True) for k in range(len(f.args)))
                out.update(dict.fromkeys(_range_facts(f.func(*letters), range_of(f), letters)))
    return tuple(out)


def _range_facts(e, r, forall):
    relation = ">=" if r.closed else ">"
    for left, right, end in ((e, r.lo, r.lo), (r.hi, e, r.hi)):
        if end != 0:  # what is declared as a sign already
            yield Fact(left, right, relation, forall, declared=True)


def different(a, b, why):
    """The condition that two indices differ."""
    d = sympy.expand(plain(a) - plain(b))
    return Condition(-d if d.could_extract_minus_sign() else d, "!=", why=why)


@call("fact(left, right, forall=t), or fact(f(t) >= f(t - 1), forall=t)")
def fact(left, right=None, *, forall=(), label=None):
    """A fact for `facts=[…]`: `fact(f(x), x**2, forall=x)`, or an inequality, `fact(f(t) >= f(t - 1), forall=t)`.

    forall: the symbols for every value of which it holds; without it a fact speaks of the point that it names.
    label: of the statement that it comes from.

    What may stand in `facts=[…]`: a pair (left, right), an inequality such as `a >= b`, what `fact(…)` makes, a Definition, an
    Assumption. On the left: a symbol, a function at a point or a derivative of it, a density, a value of a schedule, a
    probability of a table, or any expression. Facts that stand in a line stand on the page, after the word "given".

    Example: a pair names a symbol
    >>> a, b, c = symbols("a b c")
    >>> Identity("ex.fact.name", c**2, a**2 + 2 * a * b + b**2, facts=[(c, a + b)])

    Example: with the label of where it is shown
    >>> Identity("ex.fact.label", c - a, b, facts=[fact(c, a + b, label="ex.fact.sum")])

    Example: what is positive, so that no condition remains
    >>> Identity("ex.fact.apart", frac(a * b, b), a, facts=[fact(b > 0)])

    Example: an inequality, as the sign of a gap
    >>> Inequality("ex.fact.sign", a, b, gap=a - b, facts=[a >= b])

    Example: `forall`, a function everywhere
    >>> f = undefined("f")
    >>> x = symbol("x")
    >>> Identity("ex.fact.everywhere", Derivative(f(x), x), 2 * x, facts=[fact(f(x), x**2, forall=x)])

    Example: a function at a point
    >>> Identity("ex.fact.point", Integral(Derivative(f(x), x), (x, 0, 1)), f(1), facts=[(f(0), 0)])

    Example: a differential equation
    >>> heat, s = undefined("u"), symbol("s")
    >>> slope = fact(Derivative(heat(s), s), -heat(s), forall=s)
    >>> Identity("ex.fact.equation", Derivative(exp(s) * heat(s), s), 0, facts=[slope])

    Example: a function that never falls
    >>> t, T = symbol("t", integer=True), symbol("T", integer=True, positive=True)
    >>> rise = fact(f(t) >= f(t - 1), forall=t)
    >>> Inequality("ex.fact.rise", f(T), f(0), gap=Sum(f(t) - f(t - 1), (t, 1, T)), facts=[rise])

    Example: a law given by its density
    >>> y, z = variables("y z")
    >>> p = Law("p", y, z)
    >>> v = symbol("v", positive=True)
    >>> normal = [(p(z), N(z, 0, 1)), (p(y|z), N(y, z, v))]
    >>> Identity("ex.fact.density", Integrate[z](p(z) * p(y|z)), N(y, 0, 1 + v), facts=normal)

    Example: independence
    >>> Identity("ex.fact.independent", H(p(y, z)), H(p(y)) + H(p(z)), facts=[(p(y, z), p(y) * p(z))])

    Example: the same, by what two variables say of each other
    >>> Identity("ex.fact.mi", H(p(y, z)), H(p(y)) + H(p(z)), facts=[fact(MI(p(y, z), y), 0)])

    Example: a value of a schedule
    >>> alpha = Schedule("alpha")
    >>> rate = undefined("beta", positive=True)
    >>> Identity("ex.fact.schedule", 1 - alpha[t], rate(t), facts=[fact(alpha[t], 1 - rate(t), forall=t)])

    Example: a definition
    >>> SNR, k = undefined("SNR", positive=True), symbol("k", integer=True, positive=True)
    >>> snr = Definition("ex.snr", SNR(k), frac(alpha.bar[k], 1 - alpha.bar[k]), forall=k)
    >>> Identity("ex.fact.definition", frac(1, 1 + SNR(k)), 1 - alpha.bar[k], facts=[snr])

    Refused: at a point is not everywhere
    >>> Identity("ex.fact.root", f(b) + x, x, facts=[(f(a), 0)])

    Refused: nothing holds for every value of what is not in it
    >>> fact(f(x), x**2, forall=a)

    Refused: an inequality that does not help
    >>> Inequality("ex.fact.other", a, b, gap=a - b, facts=[b >= a])

    Refused: a differential equation for another function
    >>> Identity("ex.fact.growth", Derivative(exp(s) * heat(s), s), 0,
    ...     facts=[fact(Derivative(heat(s), s), heat(s), forall=s)])

    Refused: two variables that are not independent
    >>> Identity("ex.fact.dependent", H(p(y, z)), H(p(y)) + H(p(z)), facts=[(p(z), p(y))])

    Refused: a value outside of what the schedule can have
    >>> Identity("ex.fact.outside", 1 - alpha[t], -1, facts=[fact(alpha[t], 2, forall=t)])

    Refused: a definition of something else
    >>> Identity("ex.fact.snr", frac(1, 1 + SNR(k)), alpha.bar[k], facts=[snr])

    Refused: two values for one thing
    >>> Identity("ex.fact.two", c, a, facts=[(c, a), (c, b)])

    Refused: a density has total one
    >>> Identity("ex.fact.total", log(p(z)), -z**2 / 2, facts=[(p(z), exp(-z**2 / 2))])

    Refused: a fact may not hold what the gap is to show
    >>> w = symbol("w", positive=True)
    >>> Inequality("ex.fact.assumes", a, b, gap=w, facts=[(w, a - b)])

    Refused: text is no fact
    >>> fact("c", "a + b")
    """
    relation = "="
    if right is None:
        names = {sympy.Ge: ">=", sympy.Gt: ">", sympy.Le: "<=", sympy.Lt: "<", sympy.Ne: "!=", sympy.Eq: "="}
        if type(left) not in names:
            if isinstance(left, (bool, sympy.logic.boolalg.BooleanAtom)):
                raise DerivationError(f"== compares at once, and gives {bool(left)}. A fact has two sides: fact(left, right), or the pair (left, right)")
            raise DerivationError(f"fact(…) takes two sides, or an inequality such as f(t) >= f(t - 1), not {left!r}")
        relation, (left, right) = names[type(left)], left.args
        if relation in ("<=", "<"):
            relation, left, right = relation.replace("<", ">"), right, left
    forall = tuple(forall) if isinstance(forall, (tuple, list, set)) else (forall,)
    for s in forall:
        if not isinstance(s, (sympy.Symbol, Variable, At, Block)):
            quotes = f": write forall={s}, without quotes" if isinstance(s, str) else ""
            raise DerivationError(f"a fact holds for every value of a symbol, not of {s!r}{quotes}")
    for side in (left, right):
        if isinstance(side, str):
            raise DerivationError(f"{side!r} in a fact is text. Write the expression itself, without quotes")
    left, right = exact(operand(left)), exact(operand(right))
    if relation == "=" and left in forall and isinstance(left, sympy.Symbol) and plain(left - right) != 0:
        raise DerivationError(f"{left} = {right} cannot hold for every {left}: leave out forall={left}, and it speaks of the one {left} of the line")
    for s in forall:
        if not any(plain(a) == plain(s) for a in sympy.preorder_traversal(left)) and not any(
            plain(a) == plain(s) for a in sympy.preorder_traversal(right)
        ):
            raise DerivationError(f"the fact {plain(left)} {relation} {plain(right)} does not hold {s}, so it cannot be meant for every {s}")
    return Fact(left, right, relation, forall, label)
