"""What the names of a formula are: symbols, random variables, laws, functions, chains, schedules.

`Scope.of(expressions)` takes them from objects that there are; `names.py` makes one for a formula of which nothing is known.
"""

import sympy
from sympy.core.function import AppliedUndef
from sympy.tensor.indexed import IndexedBase

from ..errors import NotRead
from ..nodes.arrays import Eye, Letter
from ..nodes.fields import FieldValue, field
from ..nodes.functionals import ELBO
from ..nodes.laws import At, Block, Chain, Density, Law, Variable
from ..nodes.schedules import Schedule, Scheduled, ScheduleValue
from ..nodes.tables import Entry, Table
from ..show.latex import tex
from .grammar import Grammar
from .tokens import tokens

__all__ = ["Scope", "key_of"]


def key_of(latex):
    """The name that LaTeX writes, in the grammar's one way; None where it is no plain name."""
    try:
        reader = Grammar(tokens(latex), latex)
        node = reader.unit()
    except NotRead:
        return None
    return node.parts[0].key if node.kind == "name" and reader.peek().kind == "end" else None


class Scope:
    """Names, each by how it is written: `symbols`, `laws`, `functions`, `chains`, `schedules`, `coordinates`, `tables`."""

    def __init__(self):
        self.symbols, self.laws, self.functions = {}, {}, {}
        self.chains, self.schedules, self.coordinates, self.tables = {}, {}, {}, {}
        self.bounds, self.odd = {}, {}
        self.dimension = None  # of the vectors; None where there are none

    @classmethod
    def of(cls, *expressions):
        """The scope in which objects that there are can be read back."""
        scope = cls()
        for e in expressions:
            scope.add(sympy.sympify(e))
        return scope

    def add(self, e):
        stack = [e]
        while stack:
            a = stack.pop()
            self.enter(a)
            if isinstance(a, Law):
                stack.extend(a.order)
                continue
            if isinstance(a, AppliedUndef) and not isinstance(a, Scheduled):
                self.put(self.functions, tex(sympy.Symbol(a.func.__name__)), a.func)
            stack.extend(getattr(a, "args", ())[: 3 if isinstance(a, sympy.Limit) else None])  # its side is a symbol to SymPy
            if isinstance(a, sympy.Subs):
                stack.extend(a.variables)

    def enter(self, a):
        if isinstance(a, (Letter, Eye)) and self.dimension is None:
            self.dimension = a.shape[0]
        if isinstance(a, FieldValue):
            self.put(self.functions, tex(Letter(a.name, 2)), field(a.name, a.shape[0]))
        if isinstance(a, (Variable, sympy.Symbol)):
            self.put(self.symbols, tex(a), a)
        elif isinstance(a, Density):
            self.law(a.law)
        elif isinstance(a, Law):
            self.law(a)
        elif isinstance(a, (At, Block)):
            self.put(self.chains, tex(a.args[0].label), a.args[0])
        elif isinstance(a, ELBO):
            self.bounds[tuple(key_of(d.law.name) for d in a.args)] = a
        elif isinstance(a, ScheduleValue):
            letter = a.name if len(a.name) == 1 or "\\" in a.name else f"\\{a.name}"
            self.put(self.schedules, letter, Schedule(a.name))
        elif isinstance(a, Scheduled):
            name = type(a).__name__.partition(".")[0]
            self.put(self.schedules, name if len(name) == 1 or "\\" in name else f"\\{name}", Schedule(name))
        elif isinstance(a, Entry):
            self.put(self.tables, a.name, Table(a.name, *a.shape))
        elif isinstance(a, IndexedBase) and not isinstance(a, Chain):
            self.put(self.coordinates, tex(a.label), a)

    def law(self, law):
        """A letter may be the name of several laws: p(x, z) and p(y|z) are told apart by what they are of."""
        found = self.laws.setdefault(key_of(law.name), [])
        if law not in found:
            found.append(law)

    def put(self, where, latex, thing):
        key = key_of(latex)
        if key is None:
            self.odd.setdefault(" ".join(t.text for t in tokens(latex)), (latex, thing))
        elif isinstance(where.get(key), sympy.Symbol) and isinstance(thing, sympy.Symbol) and isinstance(where[key], Variable):
            return
        else:
            where[key] = thing
