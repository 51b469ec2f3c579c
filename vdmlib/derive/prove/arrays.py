"""Algebra of vectors and matrices of any dimension: both sides multiplied out, and compared word by word."""

from sympy import Add, Derivative, Mul, Symbol
from sympy.core.function import AppliedUndef

from ..compute.arrays.decide import open_numbers, vanishes
from ..compute.arrays.evaluate import Reader, positive, speaks_of_arrays
from ..errors import DerivationError
from ..nodes.expressions import Sized
from ..nodes.fields import FieldValue
from ..nodes.functionals import Expectation, IntegralOver
from ..nodes.normal import N
from ..nodes.schedules import ScheduleValue
from ..nodes.walk import has, walk
from ..show.readable import readable
from ..show.text import text
from .carried_out import difference
from .method import Claim, Method, Settled

__all__ = ["MatrixAlgebra"]


class MatrixAlgebra(Method):
    name = "matrix algebra"

    def applies(self, claim):
        """Whether a vector or matrix stands in the line, itself or by a fact."""
        return any(speaks_of_arrays(e) for e in claim.sides) or any(
            speaks_of_arrays(f.right) and any(a == f.left for side in claim.sides for a in walk(side)) for f in claim.facts
        )

    def difference(self, claim):
        arrays = [f for f in claim.facts if speaks_of_arrays(f.left) or speaks_of_arrays(f.right)]
        reader = Reader(*_given(arrays))
        rest = tuple(f for f in claim.facts if f not in arrays)
        if any(isinstance(e, Sized) for e in claim.sides):
            a, b = (reader.array(e, {}) for e in claim.sides)
            left = reader.normal(_minus(a, b))
            if vanishes(reader, left):
                return Settled(0)
            numbers = list(left.values())
        else:
            densities = all(map(positive, claim.sides)) and any(has(e, N) for e in claim.sides)  # their logarithms are the smaller expressions
            a, b = (reader.log_of(e, {}) if densities else reader.number(e, {}) for e in claim.sides)
            numbers = open_numbers(reader, a - b)
        conditions = []
        for e in numbers:
            settled = difference(Claim(e, 0, rest, claim.times))
            if settled.left_over != 0:
                return Settled(_written(reader, claim, numbers), settled.conditions)
            conditions += settled.conditions
        return Settled(0, tuple(dict.fromkeys(conditions)))

    def reach(self, claim):
        sizes = sorted({str(n) for e in claim.sides for a in walk(e) if isinstance(a, Sized) for n in a.shape if n.is_Symbol})
        out = [f"every dimension {', '.join(sizes)} ≥ 1"] if sizes else []
        out.append("all vectors and matrices as declared")
        parts = [a for e in claim.sides for a in walk(e)]
        fields = {a.name for a in parts if isinstance(a, FieldValue)} | {a.func.__name__ for a in parts if isinstance(a, AppliedUndef) and has(a, Sized)}
        if fields:
            out.append(f"all smooth fields {', '.join(sorted(map(readable, fields)))}")
        if fields and any(isinstance(a, Expectation) for a in parts):
            out.append("expectations of fields and of their slopes that exist, and may be differentiated under the expectation")
        if any(isinstance(a, IntegralOver) for a in parts):
            out.append("integrals that converge, and may be differentiated under the integral")
        if any(has(e, ScheduleValue) for e in claim.sides):
            out.append("all schedules with 0 < α_t < 1 and every time t")
        return ", ".join(out)


def _given(facts):
    """({what a fact gives: its value}, {the derivative of a field by a number: its value})"""
    given, slopes = {}, {}
    for f in facts:
        if f.relation != "=":
            continue  # it may settle a condition, and gives no value
        if isinstance(f.left, Symbol):
            given[f.left] = f.right
            continue
        of = f.left.expr if isinstance(f.left, Derivative) else f.left
        if not isinstance(of, (AppliedUndef, FieldValue)):
            raise DerivationError(f"a fact gives a vector, a matrix or a number by its name, or a field; {text(f.left)} is none of these")
        places = of.places if isinstance(of, FieldValue) else of.args
        lacking = [a for a in places if a not in f.forall]
        if lacking or isinstance(f.left, Derivative) and not isinstance(of, AppliedUndef):
            names = ", ".join(map(text, places))
            raise DerivationError(f"a fact about {text(f.left)} speaks of one {text(lacking[0]) if lacking else 'field'}; give it for every one: forall=({names})")
        (slopes if isinstance(f.left, Derivative) else given)[f.left] = f.right
    for left in given:
        _no_circle(left, given, (left,))
    return given, slopes


def _no_circle(left, given, seen):
    """Raise where the value of a fact leads back to what it gives."""
    for other in {a for a in walk(given[left]) if a in given}:
        if other in seen:
            raise DerivationError(f"the fact {text(left)} = {text(given[left])} gives {text(other)} by itself; a fact says what a letter is by others")
        _no_circle(other, given, (*seen, other))


def _minus(a, b):
    return {key: c for key in {**a, **b} if (c := a.get(key, 0) - b.get(key, 0)) != 0}


def _written(reader, claim, numbers):
    """What is left over, to be read."""
    left, right = claim.sides
    if isinstance(left, Sized) or isinstance(right, Sized):
        return left - right
    names = {s: Symbol(s.name) for s in reader.data}
    total = Add(*numbers).xreplace(names)
    return total if total != 0 else Add(left, Mul(-1, right, evaluate=False), evaluate=False)  # each of the numbers is open


