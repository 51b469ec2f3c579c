"""Errors of the derivation engine. Each says what was given and what to write instead."""


class DerivationError(Exception):
    """Bad use of the engine: an undeclared density, a law that is not normalised, an unknown label…"""


class NotDecided(DerivationError):
    """The expression is outside of what a method can bring to normal form."""


class OutOfTime(DerivationError):
    """The check of a line did not end within its budget of time."""


class EngineError(DerivationError):
    """The check itself fails: a fault of the engine or of SymPy, not of the line."""


class FalseStep(DerivationError):
    """A line that is not true, with what is left over and, where one was found, a counterexample.

    line, counterexample, why: text for people, without LaTeX.
    Attributes: ``label`` of the line, ``residual`` (left side minus right side, in normal form)
    and ``counterexample`` (text, or None).
    """

    def __init__(self, label, line, residual, counterexample=None, why="the two sides differ"):
        self.label, self.line = label, line
        self.residual, self.counterexample = residual, counterexample
        parts = [f"line {label} is false: {why}", f"  the line:       {line}"]
        if residual is not None:
            parts.append(f"  left over:      {residual}")
        if counterexample:
            parts.append(f"  counterexample: {counterexample}")
        super().__init__("\n".join(parts))


class UnprovedStep(DerivationError):
    """A line that no method proves, although no counterexample was found either.

    Attributes: ``left_over`` in words, and ``agrees``: whether the sides were equal at every random instance.
    """

    def __init__(self, message, left_over="", agrees=None):
        self.left_over, self.agrees = left_over, agrees
        super().__init__(message)


class NotRead(DerivationError):
    """LaTeX that the reader cannot read, with the place.

    Attributes: ``source``, the text; ``at``, the place in it, from 0; ``wanted``, what was wrong there.
    """

    def __init__(self, wanted, source, at):
        self.wanted, self.source, self.at = wanted, source, min(at, len(source))
        before, _, rest = source[: self.at].rpartition("\n")[2], "", source[self.at :].partition("\n")[0]
        number = source[: self.at].count("\n") + 1
        place = f"line {number}, column {len(before) + 1}" if "\n" in source else f"column {len(before) + 1}"
        super().__init__(f"{place}: {wanted}\n  {before}{rest}\n  {' ' * len(before)}^")
