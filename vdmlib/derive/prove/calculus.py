"""Calculus with undefined functions: derivatives, integrals, sums and limits carried out."""

import sympy
from sympy.core.function import AppliedUndef
from sympy.tensor.indexed import Indexed

from ..nodes.schedules import Scheduled
from ..nodes.total import Total
from .carried_out import difference
from .copies.atoms import AVERAGE
from .granted import convergence
from .lengths import lengths
from .method import Method

__all__ = ["Calculus"]


class Calculus(Method):
    name = "calculus"

    def applies(self, claim):
        return True

    def difference(self, claim):
        return difference(claim)

    def reach(self, claim):
        functions, order, named, chosen, smooth = set(), 1, set(), set(), False
        for e in claim.sides:
            for a in sympy.preorder_traversal(e):
                if isinstance(a, AppliedUndef) and not isinstance(a, Scheduled) and not a.func.__name__.startswith(AVERAGE):
                    functions.add(a.func.__name__)
                elif isinstance(a, sympy.Derivative):
                    order = max(order, sum(int(n) for _, n in a.variable_count))
                    chosen |= {str(i) for v in a.variables if isinstance(v, Indexed) for i in v.indices if not i.is_number}
                elif isinstance(a, Total):
                    within = [sum(int(n) for _, n in d.variable_count) for d in a.atoms(sympy.Derivative)]
                    order = max(order, 1 + max(within, default=0))
                elif isinstance(a, sympy.Limit):
                    smooth = True
                elif a.is_Symbol and a.is_nonzero and not a.is_positive and not a.is_negative:
                    named.add(str(a))
        times = {1: "", 2: "twice ", 3: "three times "}.get(order, f"{order} times ")
        kind = "smooth" if smooth else f"{times}continuously differentiable"
        out = [f"all {kind} functions {', '.join(sorted(functions))}"] if functions else []
        out.append("all admitted values of the symbols")
        out += [f"{name} ≠ 0" for name in sorted(named)]
        out += [f"every {name}" + ("" if least is None else f" ≥ {least}") for name, least in lengths(claim).items()]
        out += [f"every {name} that the sum runs over" for name in sorted(chosen)]
        return ", ".join(out + convergence(claim.sides, bool(functions)))
