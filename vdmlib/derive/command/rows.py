"""What the report says of a line or statement: a row, whose fields and verdicts are the report's form."""

import dataclasses

from ..errors import EngineError, Failure
from ..book.equation_numbers import numbered
from ..book.line import is_convention
from ..show.conditions import condition_text, fact_text
from ..show.latex import relation_tex, tex
from ..show.text import text

__all__ = ["FAILS", "FIELDS", "FORM", "VERDICTS", "of_error", "of_line", "of_reading", "of_statement", "schema"]

#: Of the report as JSON; another number, another meaning of what is there already.
FORM = 1
#: Each verdict: what it says.
VERDICTS = {
    "proved": "proved, for all that `reach` names",
    "exact on finite model": "true for every law on a few points; no proof reaches further",
    "numerical": "a measured number is what it was said to be",
    "definition": "a definition",
    "assumption": "taken to hold, without proof",
    "cited": "taken from the literature, without proof",
    "remark": "words that claim nothing",
    "refuted": "a claim that the author gives as false, and that is shown false",
    "false": "not true: there is a counterexample, or the two sides are shown to differ",
    "not proved": "no proof and no counterexample",
    "out of time": "no answer within the limit of time for a line",
    "fault": "the check itself failed, by a fault of the engine or of SymPy",
    "misuse": "the line cannot be read as it is written",
}
#: The verdicts that fail a file.
FAILS = ("false", "not proved", "out of time", "fault", "misuse")

#: The verdict for each kind of `Failure`.
OF_KIND = {"false": "false", "unproved": "not proved", "unevaluated": "not proved", "time": "out of time", "fault": "fault", "use": "misuse"}

#: And for each outcome of a reading.
OF_READING = {"false": "false", "not proved": "not proved", "not checked": "misuse"}

_TEXT, _TEXTS, _COUNT = {"type": "string"}, {"type": "array", "items": {"type": "string"}}, {"type": "integer", "minimum": 0}
_OR_NONE = {"type": ["integer", "null"], "minimum": 1}


def _object(**properties):
    return {"type": "object", "required": sorted(properties), "additionalProperties": False, "properties": properties}


_PARTS = {f.name: _TEXT for f in dataclasses.fields(Failure)} | {
    "kind": {"enum": list(OF_KIND)}, "values": {"type": "object", "additionalProperties": _TEXT}, "tried": {"type": "array", "items": _TEXTS}}
_MUTANTS = _object(made=_COUNT, equal=_COUNT, killed=_COUNT)

#: The fields of a row: the value that stands for "nothing", what it may hold as JSON, and what it is.
FIELDS = {
    "label": ("", _TEXT, "the line's label"),
    "verdict": ("", {"enum": list(VERDICTS)}, "one of the verdicts"),
    "kind": ("", {"enum": ["", "identity", "inequality", "definition", "assumption", "refutation", "remark", "numerical", "cited"]},
             "what sort of statement it is; empty of one that could not be made"),
    "file": ("", _TEXT, "the file, with / between its folders"),
    "line": (0, _COUNT, "line of the file, from 1; of a notebook the line of its JSON; 0 where that is not known"),
    "cell": (None, _OR_NONE, "which code cell, from 1; null in a Python file"),
    "cell_line": (0, _COUNT, "line of the cell, from 1"),
    "derivation": ("", _TEXT, "label of the derivation that it is a line of"),
    "title": ("", _TEXT, "of the derivation"),
    "statement": ("", _TEXT, "the line as text: what stood before, the relation, what follows"),
    "before": ("", _TEXT, "the left side of the line alone"),
    "relation": ("", _TEXT, "=, >= or <=; := of a definition"),
    "expression": ("", _TEXT, "the right side alone"),
    "latex": ("", _TEXT, "the statement in LaTeX"),
    "because": ("", _TEXT, "the reason given"),
    "method": ("", _TEXT, "by which it was proved"),
    "reach": ("", _TEXT, "for which objects; of the whole chain"),
    "facts": ([], _TEXTS, "what was given; of the whole chain"),
    "conditions": ([], _TEXTS, "what the engine found must hold besides; of the whole chain"),
    "when": ([], _TEXTS, "the author's own words on when it holds"),
    "follows": ("", _TEXT, "label of the line above, if this one goes on from it; empty where that was refused"),
    "counterexample": ("", _TEXT, "of a false line, or a refuted claim: the instance, and the values there, in one line"),
    "message": ("", _TEXT, "of a line that fails: all that is said of it, for people"),
    "failure": (None, {"oneOf": [{"type": "null"}, _object(**_PARTS)]}, "of a line that fails: the same in parts; else null"),
    "mutants": (None, {"oneOf": [{"type": "null"}, _MUTANTS]}, "with `--mutants`: how many altered forms were made, are true too, are rejected; else null"),
    "expected": (False, {"type": "boolean"}, "whether it fails and the file says so: in a cell tagged `raises-exception`, or in a `try` or `with raises` of its own"),
    "seconds": (0.0, {"type": "number"}, "that its check took, the making of its expressions with it"),
}  # fmt: skip
#: What else is told of a file: magics, what was passed over, errors.
NOTE = _object(kind={"enum": ["note", "skipped", "error"]}, line=_COUNT, cell=_OR_NONE, cell_line=_COUNT, message=_TEXT)


def schema():
    """The report's form as a JSON Schema."""
    rows = _object(**{name: held | {"description": words} for name, (_, held, words) in FIELDS.items()})
    file = _object(path=_TEXT, lines={"type": "array", "items": rows}, notes={"type": "array", "items": NOTE}, unreadable=_TEXT,
                   seconds={"type": "number"}, passed={"type": "boolean"})  # fmt: skip
    counts = {"type": "object", "propertyNames": {"enum": list(VERDICTS)}, "additionalProperties": _COUNT}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": f"Report of vdmlib.derive, form {FORM}", **_object(
        form={"const": FORM}, engine=_TEXT, sympy=_TEXT, files={"type": "array", "items": file}, counts=counts,
        fails={"type": "array", "items": {"enum": list(VERDICTS)}}, passed={"type": "boolean"})}  # fmt: skip


def row(**known):
    """A row with every field."""
    assert set(known) <= set(FIELDS), set(known) - set(FIELDS)
    return {name: list(nothing) if isinstance(nothing, list) else nothing for name, (nothing, _, _) in FIELDS.items()} | known


def of_line(line, derivation):
    """A line that was checked, or was refused and kept."""
    known = dict(
        label=line.label, kind="identity" if line.relation == "=" else "inequality",
        derivation="" if derivation.label == line.label else derivation.label, title=derivation.title,
        statement=str(line), before=text(line.before), relation=line.relation, expression=text(line.expression),
        latex=f"{tex(line.before)} {relation_tex(line.relation)} {tex(line.expression)}", because=numbered(line.because),
        follows=line.after.label if line.after else "",
    )  # fmt: skip
    if line.refused is not None:
        return row(**known, **failure(line.refused))
    if not (line.proof.proved and line.proof.probe.agrees):
        raise EngineError(f"line {line.label} was neither refused nor proved")
    return row(
        **known, verdict=line.status, method=line.proof.method, reach=line.reach, facts=[fact_text(f) for f in line.facts],
        conditions=[condition_text(c) for c in line.conditions if not is_convention(c)], when=list(line.when),
    )  # fmt: skip


def of_statement(statement):
    """A statement that is no line."""
    known = dict(label=statement.label, kind=statement.kind, title=statement.title, verdict=statement.status, latex=statement.statement(),
                 because=numbered(statement.words), when=list(statement.when))  # fmt: skip
    if statement.kind == "refutation":
        claim = statement.claim
        return row(**known, statement=str(claim), before=text(claim.left), relation=claim.relation, expression=text(claim.right),
                   counterexample=statement.counterexample().replace("$", ""))  # fmt: skip
    if statement.expressions():
        left, right = map(text, statement.expressions())
        return row(**known, statement=f"{left} {statement.relation} {right}", before=left, relation=statement.relation, expression=right)
    return row(**known, statement=numbered(statement.words))


def of_error(why):
    """An error that the engine raised of a statement: a row if it is a verdict on one, else None."""
    return row(label=why.failure.label, statement=why.failure.line, **failure(why)) if why.failure.kind != "use" else None


def of_reading(verdict):
    """A line of LaTeX that was read and is not proved."""
    parts = failure(verdict.error) if verdict.error is not None else {}
    label, line = (verdict.error.failure.label, verdict.error.failure.line) if parts else ("", "")
    return row(label=label or "own.line", statement=line, **parts | dict(verdict=OF_READING[verdict.status], message=str(verdict)))


def failure(why):
    """The fields of a line that fails."""
    parts = why.failure.as_dict()
    return dict(verdict=OF_KIND[why.failure.kind], message=parts.pop("message"), counterexample=why.failure.counterexample, failure=parts)
