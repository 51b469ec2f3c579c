"""A line of the engine as plain SymPy has it: no node of the engine's own, facts put in where they are values.

What SymPy has no word for, a law without a formula, a vector of any length, a sum over the values of a random variable, a fact
that is not the value of a symbol or a function, raises `NotStated` with the reason.
"""

from functools import partial

import sympy
from sympy import Dummy, Function, Indexed, IndexedBase, Integral, Lambda, Product, Symbol, oo
from sympy.concrete.expr_with_limits import ExprWithLimits
from sympy.core.function import AppliedUndef, UndefinedFunction

from vdmlib.derive.nodes.arrays import SCALAR, shape
from vdmlib.derive.nodes.coordinates import _Coordinate
from vdmlib.derive.nodes.expressions import Factors, Frac, OrderedUndef, Power, Sym, Terms
from vdmlib.derive.nodes.functionals import Expectation, Functional, IntegralOver, SumOver, law_factors, phi
from vdmlib.derive.nodes.laws import At, Block, Density, Variable
from vdmlib.derive.nodes.normal import N
from vdmlib.derive.nodes.schedules import ScheduleValue
from vdmlib.derive.nodes.tables import Entry
from vdmlib.derive.nodes.total import Total

__all__ = ["NotStated", "difference", "ordinary"]


class NotStated(ValueError):
    """Plain SymPy has no way to write it; the reason is one of a few words."""


def difference(left, right, facts=()):
    """Both sides as plain SymPy, with the facts put in."""
    left, right = map(sympy.sympify, (left, right))
    parts = [left, right, *(side for fact in facts for side in fact)]
    if any(shape(a) != SCALAR for e in parts for a in sympy.preorder_traversal(e)):
        raise NotStated("a vector or a matrix")
    letters = _letters(parts, {v for fact in facts for v in fact.forall})
    write = partial(ordinary, letters=letters)
    sides = [write(left), write(right)]
    rules = [_substitution(fact, write) for fact in facts]
    for rule in (*rules, *reversed(rules)):  # a fact may speak of what another one defines
        sides = [rule(side) for side in sides]
    return sides


def _letters(parts, universal):
    """What has an index as one would write it for SymPy where the index stands: a letter for each x_t and each α_t.

    Of the ᾱ the earliest is a letter, the others are products. Where an index runs, in a sum or a fact for all t, no letter can:
    then x is indexed, α a function, and ᾱ a product over it.
    """
    bound = (a for e in parts for a in sympy.preorder_traversal(e) if isinstance(a, ExprWithLimits))
    running = universal | {v for a in bound for v in a.variables}
    indexed = {a for e in parts for a in sympy.preorder_traversal(e) if isinstance(a, (At, _Coordinate))}
    values = {a for e in parts for a in sympy.preorder_traversal(e) if isinstance(a, ScheduleValue)}
    runs = lambda indices: any(index.free_symbols & running for index in indices)  # noqa: E731
    found = {}
    if not any(runs(a.indices) for a in indexed):
        found = {a: Symbol("_".join(map(str, (a.base.label, *a.indices))), real=True, positive=a.is_positive) for a in indexed}
    return found if runs(v.index for v in values) else found | _scheduled(values)


def _scheduled(values):
    """Letters for the values of schedules."""
    first = {}
    for v in values:
        if v.bar:
            number, rest = v.index.as_coeff_Add()
            key = v.name, rest
            first[key] = min(number, first.get(key, number)) if rest else sympy.S.Zero
    letter = lambda name, index: Symbol(f"{name}_{index}", positive=True)  # noqa: E731
    found = {}
    for v in values:
        if not v.bar:
            found[v] = letter(v.name, v.index)
            continue
        number, rest = v.index.as_coeff_Add()
        least = first[v.name, rest]
        start = sympy.S.One if rest + least == 0 else letter(f"{v.name}bar", rest + least)
        found[v] = sympy.Mul(start, *(letter(v.name, rest + least + k) for k in range(1, int(number - least) + 1)))
    return found


def ordinary(e, letters=None):
    """An expression of the engine in SymPy's own classes; `letters`: what stands for a part of it."""
    letters = letters or {}
    if e in letters:
        return letters[e]
    write = partial(ordinary, letters=letters)
    for kind, rule in RULES:
        if isinstance(e, kind):
            return rule(e, write)
    if not getattr(e, "args", ()):
        return e
    return getattr(e, "_plain", e.func)(*map(write, e.args))


def _refuse(why):
    def rule(e, write):
        raise NotStated(why)

    return rule


def _mean(e, write):
    """An expectation under normal laws: an integral over the line for each variable."""
    factors = law_factors(e.law)
    if not all(isinstance(f, N) for f in factors):
        raise NotStated("a law without a formula")
    weight = sympy.Mul(*map(write, factors))
    return Integral(write(e.body) * weight, *((write(f.args[0]), -oo, oo) for f in reversed(factors)))


def _normal(e, write):
    x, mean, variance = map(write, e.args)
    return sympy.exp(-((x - mean) ** 2) / (2 * variance)) / sympy.sqrt(2 * sympy.pi * variance)


def _schedule(e, write):
    """α_t as a positive function of t, ᾱ_t as a product of them."""
    alpha = Function(e.name, positive=True)
    if not e.bar:
        return alpha(write(e.index))
    step = Dummy("j", integer=True, positive=True)
    return Product(alpha(step), (step, 1, write(e.index)))


def _at(e, write):
    return Indexed(IndexedBase(str(e.base.label), real=True), *map(write, e.indices))


def _over(e, write):
    return Integral(write(e.body), *((write(v), -oo, oo) for v in e.bound))


def _applied(e, write):
    return UndefinedFunction(e.func.__name__, **e.func._kwargs)(*map(write, e.args))


RULES = (
    (Variable, lambda e, write: Symbol(e.name, real=True)), ((At, _Coordinate), _at),
    (Density, _refuse("a law without a formula")), (Block, _refuse("a law without a formula")),
    (SumOver, _refuse("a sum over the values of a variable")), (Entry, _refuse("a table of probabilities")),
    (ScheduleValue, _schedule), (N, _normal), (Expectation, _mean), (IntegralOver, _over),
    ((Functional, phi), lambda e, write: write(e.definition())),
    (Sym, lambda e, write: Symbol(e.name, **e.assumptions0)), (OrderedUndef, _applied),
    (Terms, lambda e, write: sympy.Add(*map(write, e.args))), (Factors, lambda e, write: sympy.Mul(*map(write, e.args))),
    (Frac, lambda e, write: write(e.args[0]) / write(e.args[1])), (Power, lambda e, write: write(e.args[0]) ** write(e.args[1])),
    (Total, lambda e, write: sympy.Derivative(*map(write, e.args))),
)  # fmt: skip


def _substitution(fact, write):
    """What a fact does to an expression: the value of a symbol, or of a function at every argument."""
    if fact.relation != "=":
        raise NotStated("a fact that is no value")
    left, right = write(fact.left), write(fact.right)
    if isinstance(left, AppliedUndef) and fact.forall and set(left.args) <= set(map(write, fact.forall)):
        value = Lambda(left.args, right)
        def called(a):
            return isinstance(a, AppliedUndef) and a.func == left.func

        return lambda e: e.replace(called, lambda a: value(*a.args)).doit(deep=False)
    if isinstance(left, Indexed) and fact.forall and set(left.indices) <= set(map(write, fact.forall)):
        value = Lambda(left.indices, right)
        return lambda e: e.replace(lambda a: isinstance(a, Indexed) and a.base == left.base, lambda a: value(*a.indices))
    if fact.forall or not isinstance(left, (Symbol, Indexed, AppliedUndef)):
        raise NotStated("a fact that is no value")
    return lambda e: e.xreplace({left: right})
