"""Errors of the derivation engine. Each says what was given and what to write instead."""


class DerivationError(Exception):
    """Bad use of the engine: an undeclared density, a law that is not normalised, an unknown label…

    All other errors of the engine are of this kind.

    Example: caught
    >>> x, z = variables("x z")
    >>> q = Law("q", z | x)
    >>> try:
    ...     q(x)
    ... except DerivationError as why:
    ...     print(why)

    Refused: not caught
    >>> q(x)
    """


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

    Example: caught
    >>> a, b = symbols("a b")
    >>> try:
    ...     Identity("ex.false", (a + b)**2, a**2 + b**2)
    ... except FalseStep as wrong:
    ...     print(wrong.label, wrong.residual, wrong.counterexample, sep="; ")

    Refused: not caught
    >>> Identity("ex.false", (a + b)**2, a**2 + b**2)
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

    Example: caught
    >>> n = symbol("n", integer=True, positive=True)
    >>> try:
    ...     Identity("ex.open", Derivative(n**2, n), 2 * n)
    ... except UnprovedStep as open_:
    ...     print(open_.left_over)

    Refused: not caught
    >>> Identity("ex.open", Derivative(n**2, n), 2 * n)
    """

    def __init__(self, message, left_over="", agrees=None):
        self.left_over, self.agrees = left_over, agrees
        super().__init__(message)
