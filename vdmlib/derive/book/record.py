"""Records: what the book keeps of each statement, left in the output of the cell that made it."""

import json
import os

import sympy
from sympy.core.function import AppliedUndef

from ..nodes.laws import Density, Variable
from ..nodes.functionals import Functional, phi
from .equation_numbers import IN_THE_BOOK
from ..nodes.expressions import Sym
from ..show.latex import tex

__all__ = ["MIME", "known", "remember", "record", "symbols_of", "functionals_of", "in_the_book", "cell_output"]

MIME = "application/vnd.diffusion-derived.ledger+json"

_labels = set()


def known():
    """Labels of the statements made in this process."""
    return set(_labels)


def remember(label):
    _labels.add(label)


def in_the_book():
    return bool(os.environ.get(IN_THE_BOOK))


def symbols_of(*expressions):
    """{LaTeX of a symbol: what sort of thing it is}, for the book's registry of notation."""
    out = {}
    for e in expressions:
        bound = set()
        for a in sympy.preorder_traversal(e):
            if isinstance(a, (sympy.Sum, sympy.Product)):
                bound |= {limit[0] for limit in a.limits}
            elif isinstance(a, sympy.Limit):
                bound.add(a.args[3])  # the side from which it is approached is a symbol to SymPy
        for a in sympy.preorder_traversal(e):
            if isinstance(a, Density):
                out[a.law.name] = "law"
            elif isinstance(a, AppliedUndef):
                out[tex(sympy.Symbol(a.func.__name__))] = "function"
            elif isinstance(a, sympy.IndexedBase):
                out[tex(a.label)] = "process"
            elif isinstance(a, (Sym, sympy.Symbol)) and a not in bound:
                out.setdefault(tex(a), "variable" if isinstance(a, Variable) else "symbol")
    return dict(sorted(out.items()))


def functionals_of(*expressions):
    """Labels of the definitions of the functionals (KL, H, ELBO, …) that stand in the expressions."""
    out = []
    for e in expressions:
        for a in sympy.preorder_traversal(e):
            if isinstance(a, (Functional, phi)) and a.label and a.label not in out:
                out.append(a.label)
    return out


def record(label, kind, status, latex, statement, **more):
    """One record of the ledger; every field is there, empty where it does not apply."""
    blank = {
        "label": label, "group": label, "title": "", "kind": kind, "status": status,
        "latex": latex, "statement": statement, "because": "", "gap": "", "method": "", "reach": "",
        "conditions": [], "probe": None, "mutants": None, "uses": [], "answers": [],
        "symbols": {}, "article": "", "counterexample": "", "instead": "", "concession": "",
    }  # fmt: skip
    remember(label)
    assert set(more) <= set(blank), f"fields that no record has: {set(more) - set(blank)}"
    return {**blank, **more}


def cell_output(label, title, records, latex, text):
    """The MIME bundle of a statement: MyST in the book's build, LaTeX elsewhere, the records beside it."""
    bundle = {"text/plain": text, MIME: {"records": records}}
    if in_the_book():
        payload = json.dumps({"label": label, "title": title, "records": records}, ensure_ascii=False, indent=1)
        fence = "`" * 6
        bundle["text/markdown"] = f"{fence}{{derivation}} {label}\n{payload}\n{fence}\n"
    else:
        bundle["text/latex"] = latex
    return bundle
