"""Records: what the book keeps of each statement, left in the output of the cell that made it."""

import json
import os

import sympy
from sympy.core.function import AppliedUndef

from ..nodes.arrays import Letter
from ..nodes.fields import FieldValue
from ..nodes.laws import Density, Variable
from ..nodes.functionals import Functional, phi
from .equation_numbers import IN_THE_BOOK
from ..nodes.expressions import Sym
from ..show.latex import tex

__all__ = ["FIELDS", "MIME", "record", "under", "whole", "refuted", "symbols_of", "functionals_of", "in_the_book", "cell_output"]

MIME = "application/vnd.diffusion-derived.ledger+json"

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
            elif isinstance(a, FieldValue):
                out[tex(Letter(a.name, 2))] = "function"
            elif isinstance(a, AppliedUndef):
                out[tex(sympy.Symbol(a.func.__name__))] = "function"
            elif isinstance(a, sympy.IndexedBase):
                out[tex(a.label)] = "process"
            elif isinstance(a, (Sym, sympy.Symbol)) and a not in bound:
                out.setdefault(tex(a), "variable" if isinstance(a, Variable) else _array_kind(a) or "symbol")
    return dict(sorted(out.items()))


def _array_kind(a):
    return ("vector" if a.shape[1] == 1 else "matrix") if isinstance(a, Letter) else None


def functionals_of(*expressions):
    """Labels of the definitions of the functionals (KL, H, ELBO, …) that stand in the expressions."""
    out = []
    for e in expressions:
        for a in sympy.preorder_traversal(e):
            if isinstance(a, (Functional, phi)) and a.label and a.label not in out:
                out.append(a.label)
    return out


_TEXT, _TEXTS = {"type": "string"}, {"type": "array", "items": {"type": "string"}}
_LABELS = {"type": "array", "items": {"type": "string", "minLength": 1}}
_COUNT = {"type": "integer", "minimum": 0}


def _object(**properties):
    return {"type": "object", "required": sorted(properties), "additionalProperties": False, "properties": properties}


#: What a record holds: each field with the value that stands for "nothing", what it may hold as JSON, and what it is.
FIELDS = {
    "label": ("", {"type": "string", "minLength": 1}, "the statement's name"),
    "group": ("", _TEXT, "the label of its derivation"),
    "title": ("", _TEXT, "of the derivation"),
    "kind": ("", {"enum": ["identity", "inequality", "start", "definition", "assumption", "refutation", "correction", "remark",
                           "numerical", "cited"]}, "what sort of statement it is"),
    "status": ("", {"enum": ["proved", "exact on finite model", "numerical", "definition", "assumption", "cited", "corrected",
                             "refuted", "remark", "start"]}, "how it is known; of a chain the weakest line's"),
    "latex": ("", _TEXT, "the line as displayed"),
    "statement": ("", _TEXT, "the line with the left side of its chain"),
    "because": ("", _TEXT, "the reason, MyST"),
    "gap": ("", _TEXT, "of an inequality, the difference that cannot be negative"),
    "method": ("", _TEXT, "by which it was proved"),
    "reach": ("", _TEXT, "for which objects"),
    "facts": ([], _TEXTS, "what was given: formulas, or references to statements; of the whole chain"),
    "conditions": ([], _TEXTS, "found by the engine: what must hold besides the declarations; of the whole chain"),
    "when": ([], _TEXTS, "the author's own words on when it holds; of the whole chain"),
    "declared": ([], _TEXTS, "signs and kinds declared of the symbols, functions and laws in it; of the whole chain"),
    "added": (None, {"oneOf": [{"type": "null"}, _object(facts=_TEXTS, conditions=_TEXTS, when=_TEXTS)]},
              "those of the three that this line brings into its chain"),
    "conventions": ([], {"type": "array", "items": {"enum": ["densities", "schedules"]}}, "of the book, that it rests on"),
    "follows": ("", _TEXT, "the label of the line above it in its chain"),
    "probe": (None, {"oneOf": [{"type": "null"}, _object(instances={"type": "integer", "minimum": 1}, digits={"type": "integer", "minimum": 1})]},
              "random instances compared, and to how many digits"),
    "mutants": (None, {"oneOf": [{"type": "null"}, _object(made=_COUNT, equal=_COUNT, killed=_COUNT)]}, "altered lines: made, true as well, rejected"),
    "uses": ([], _LABELS, "labels of what it rests on besides the line above"),
    "answers": ([], _LABELS, "rows of the source article"),
    "symbols": ({}, {"type": "object", "additionalProperties": {"type": "string"}}, "LaTeX of each symbol, and what sort of thing it is"),
    "article": ("", _TEXT, "the source article's form, where this puts it right"),
    "counterexample": ("", _TEXT, "of a refutation"),
    "slip": ("", _TEXT, "of a refutation, what stands where something else should"),
    "instead": ("", _TEXT, "label of what is true instead"),
    "proof": ([], _LABELS, "labels of what is true, of a correction"),
    "concession": ("", _TEXT, "why a row of the article is answered with less than it asks for"),
}  # fmt: skip


def record(label, kind, status, latex, statement, **more):
    """One record of the ledger; every field is there, empty where it does not apply."""
    blank = {name: default for name, (default, _, _) in FIELDS.items()}
    assert set(more) <= set(blank), f"fields that no record has: {set(more) - set(blank)}"
    return {**blank, "label": label, "group": label, "kind": kind, "status": status, "latex": latex, "statement": statement, **more}


def under(record):
    """What a line brings into its chain: [("given", facts), ("provided", conditions)], in MyST; empty ones left out."""
    return _said(record["added"] or record)


def whole(record):
    """The same for a line that stands alone: what its chain brings besides."""
    return _said(record)


def _said(held):
    said = [("given", held["facts"]), ("provided", held["conditions"] + held["when"])]
    return [(word, texts) for word, texts in said if texts]


#: Over the source article's own form of what is refuted.
QUOTED = "In the article’s words"


def refuted(record):
    """What a refutation shows before what holds instead: [(name, MyST, whether it is struck out)], empty ones left out.

    The claim comes first, as the book reads it; a quotation of the article stands last, as it is.
    """
    claim, quoted = (f"${record['statement']}$", record["article"]) if record["statement"] else (record["article"], "")
    shown = [("It is not so that", claim, True), ("Counterexample", record["counterexample"], False),
             ("What is wrong", record["slip"], False), (QUOTED, quoted, True)]  # fmt: skip
    return [part for part in shown if part[1]]


def cell_output(label, title, records, shown, text, variants=None):
    """The MIME bundle of a statement: MyST in the book's build, `shown` in a notebook, the records beside it.

    variants: of each line's label the altered lines that were rejected; for the book's pages, no part of the ledger.
    """
    bundle = {"text/plain": text, MIME: {"records": records}}
    if in_the_book():
        bundle[MIME] |= {"variants": variants} if variants else {}
        payload = json.dumps({"label": label, "title": title, **bundle[MIME]}, ensure_ascii=False, indent=1)
        fence = "`" * 6
        bundle["text/markdown"] = f"{fence}{{derivation}} {label}\n{payload}\n{fence}\n"
    else:
        bundle["text/markdown"] = shown
    return bundle
