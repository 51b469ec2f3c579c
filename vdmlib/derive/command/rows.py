"""What the report says of a line or statement: a row, whose fields and verdicts are the report's form."""

from ..errors import EngineError, FalseStep, OutOfTime, UnprovedStep
from ..book.equation_numbers import numbered
from ..book.line import is_convention
from ..show.conditions import condition_text, fact_text
from ..show.latex import relation_tex, tex
from ..show.text import text

__all__ = ["FAILS", "FIELDS", "FORM", "VERDICTS", "of_error", "of_line", "of_statement"]

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

#: The fields of a row: the value that stands for "nothing", and what it is.
FIELDS = {
    "label": ("", "the line's label"),
    "verdict": ("", "one of the verdicts"),
    "kind": ("", "identity, inequality, definition, assumption, refutation, remark, numerical, cited"),
    "file": ("", "the file, with / between its folders"),
    "line": (0, "line of the file, from 1; of a notebook the line of its JSON; 0 where that is not known"),
    "cell": (None, "which code cell, from 1; null in a Python file"),
    "cell_line": (0, "line of the cell, from 1"),
    "derivation": ("", "label of the derivation that it is a line of"),
    "title": ("", "of the derivation"),
    "statement": ("", "the line as text: what stood before, the relation, what follows"),
    "before": ("", "the left side of the line alone"),
    "relation": ("", "=, >= or <=; := of a definition"),
    "expression": ("", "the right side alone"),
    "latex": ("", "the statement in LaTeX"),
    "because": ("", "the reason given"),
    "method": ("", "by which it was proved"),
    "reach": ("", "for which objects; of the whole chain"),
    "facts": ([], "what was given; of the whole chain"),
    "conditions": ([], "what the engine found must hold besides; of the whole chain"),
    "when": ([], "the author's own words on when it holds"),
    "follows": ("", "label of the line above, if this one goes on from it; not where that was refused"),
    "left_over": ("", "of a line that fails: left side minus right side"),
    "counterexample": ("", "of a false line: the instance, and the two values"),
    "message": ("", "of a line that fails: all that is said of it"),
    "mutants": (None, "with --mutants: altered forms made, as true, rejected; else null"),
    "expected": (False, "whether it fails and the file says so: in a cell tagged raises-exception, or in a `try` or `with raises` of its own"),
    "seconds": (0.0, "that its check took, the making of its expressions with it"),
}


def row(**known):
    """A row with every field."""
    assert set(known) <= set(FIELDS), set(known) - set(FIELDS)
    return {name: list(nothing) if isinstance(nothing, list) else nothing for name, (nothing, _) in FIELDS.items()} | known


def of_line(line, derivation):
    """A line that was checked, or was refused and kept."""
    known = dict(
        label=line.label, kind="identity" if line.relation == "=" else "inequality",
        derivation="" if derivation.label == line.label else derivation.label, title=derivation.title,
        statement=str(line), before=text(line.before), relation=line.relation, expression=text(line.expression),
        latex=f"{tex(line.before)} {relation_tex(line.relation)} {tex(line.expression)}", because=numbered(line.because),
    )  # fmt: skip
    if line.refused is not None:
        return row(**known, **failure(line.refused))
    if not (line.proof.proved and line.proof.probe.agrees):
        raise EngineError(f"line {line.label} was neither refused nor proved")
    return row(
        **known, verdict=line.status, method=line.proof.method, reach=line.reach, facts=[fact_text(f) for f in line.facts],
        conditions=[condition_text(c) for c in line.conditions if not is_convention(c)], when=list(line.when),
        follows=line.after.label if line.after else "",
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
    if isinstance(why, FalseStep):
        return row(label=why.label, statement=why.line, **failure(why))
    if isinstance(why, (UnprovedStep, OutOfTime, EngineError)):
        return row(**failure(why))
    return None


def failure(why):
    """The fields of a line that fails."""
    said = dict(message=str(why))
    if isinstance(why, FalseStep):
        return said | dict(verdict="false", left_over=why.residual or "", counterexample=why.counterexample or "")
    if isinstance(why, UnprovedStep):
        return said | dict(verdict="not proved", left_over=why.left_over)
    return said | dict(verdict="out of time" if isinstance(why, OutOfTime) else "fault" if isinstance(why, EngineError) else "misuse")
