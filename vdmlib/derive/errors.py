"""Errors of the derivation engine. Each says what was given and what to write instead.

What is wrong is one object, `Failure`; text, the page's verdict and JSON are made from it.
"""

import os
import traceback
from dataclasses import dataclass, fields, replace
from pathlib import Path

__all__ = ["FAULTS", "DerivationError", "EngineError", "Failure", "FalseStep", "NotDecided", "NotRead", "OutOfTime", "UnprovedStep"]

HERE, IPYTHON = str(Path(__file__).parent), "<frozen"
LONG = 240  # characters of a residual, and of any other part of a message, that are shown
SLACK = 24  # what is a little longer is not cut
FAULTS = ArithmeticError, AttributeError, LookupError, NotImplementedError, RecursionError, TypeError, ValueError  # SymPy's, where it does not know how to go on
ABOUT_A_LINE = ("false", "unproved", "unevaluated")


@dataclass(frozen=True)
class Failure:
    """What is wrong with a line or with what was written, in parts. All of it is text for people, without LaTeX.

    kind: "false" (the two sides differ, or are not proved to be what they are said to be), "unproved" (no method
        settles it, and no instance contradicts it), "unevaluated" (proved, but nothing could be evaluated), "time",
        "use" (the language does not take what was written) or "fault" (the engine's own, or SymPy's).
    reason: one sentence. label, line: of the line that was checked; empty where there is none.
    point: the instance at which the line fails. values: ((name, number), …) there of the sides as they are printed, and
        of the gap. apart: by how much they differ.
    residual: left side minus right side in normal form, whole.
    tried: ((method, where it stopped), …). between: what is left to show, where all else was matched.
    missing: what lets the line through once it is declared or given, found by trying; ready to type.
    hint: what else can be done.

    >>> print(Failure("false", "the two sides differ", "r", "x + 1 = x + 2", "x = 1",
    ...     (("left", "2.0"), ("right", "3.0")), "1.0", "-1").text())
    line r is false: the two sides differ
      the line:       x + 1 = x + 2
      left over:      -1
      counterexample: x = 1: left 2, right 3, apart by 1
    """

    kind: str
    reason: str = ""
    label: str = ""
    line: str = ""
    point: str = ""
    values: tuple = ()
    apart: str = ""
    residual: str = ""
    tried: tuple = ()
    between: str = ""
    missing: str = ""
    hint: str = ""

    @property
    def counterexample(self):
        """The instance with the values there, in one line; empty where none was found."""
        if not self.point and not self.values:
            return ""
        values = ", ".join(f"{name} {value}".strip() for name, value in self.values)
        apart = "; left − right is " if "the gap" in dict(self.values) else ", apart by "
        return f"{self.point}: {values}{apart + self.apart if self.apart else ''}"

    @property
    def parts(self):
        """((name, text), …) of all that is known beside the reason, long parts cut; for text and pages."""
        tried = "; ".join(f"{method}: {shortened(where, LONG // 2)}" for method, where in self.tried)
        named = (
            ("the line", shortened(self.line, 2 * LONG)), ("left over", shortened(self.residual, whole="error.residual")), ("counterexample", self.counterexample),
            ("tried", tried), ("left to show", self.between), ("what helps", self.missing), ("hint", self.hint),
        )  # fmt: skip
        return tuple((name, said) for name, said in named if said)

    def text(self):
        """The message: the reason, and a line for each part."""
        if self.kind not in ABOUT_A_LINE:
            own = self.reason.startswith((f"line {self.label}", f"{self.label}:"))
            head = f"line {self.label}: {self.reason}" if self.label and not own else self.reason
            shown = [part for part in self.parts if part[0] != "the line"]
        elif not self.label:
            head, shown = self.reason, self.parts
        else:
            what = "is false" if self.kind == "false" else "is not proved"
            head, shown = f"line {self.label} {what}: {self.reason}", self.parts
        return "\n".join([head, *(f"  {name + ':':15} {said}" for name, said in shown)])

    def as_dict(self):
        """The same for JSON: every field, `values` as an object, `message` as people read it."""
        own = {f.name: getattr(self, f.name) for f in fields(self)}
        return {**own, "values": dict(self.values), "tried": [list(pair) for pair in self.tried], "message": self.text()}


def shortened(text, most=LONG, whole=""):
    """The first terms of a long sum, and how many more there are; whole: where all of them can be had.

    >>> shortened("a + b*(c - d) - e" + 5*" + f*g", most=14)
    'a + b*(c - d) … (6 more terms)'
    """
    if len(text) <= most + SLACK:
        return text
    depth, ends = 0, []
    for k, sign in enumerate(text):
        depth += (sign in "([{") - (sign in ")]}")
        if depth == 0 and text[k : k + 3] in (" + ", " - "):
            ends.append(k)
    kept = [k for k in ends if k <= most]
    where = f"; all of it: {whole}" if whole else ""
    if not kept:
        return f"{text[:most].rstrip()} … ({len(text) - most} more characters{where})"
    more = len(ends) - len(kept) + 1
    return f"{text[: kept[-1]]} … ({more} more term{'s' if more > 1 else ''}{where})"


class DerivationError(Exception):
    """What was written is no statement that can be checked: an undeclared density, a law that is not normalised, an unknown label…

    Every error of the engine is one. Attribute: ``failure``, what is wrong in parts (`Failure`).

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

    kind = "use"

    def __init__(self, message="", *, failure=None, look=None):
        super().__init__(message)
        self._failure = Failure(self.kind, message) if failure is None else failure
        self._look = look

    @property
    def failure(self):
        """What is wrong, in parts. What would help is looked for when this is read for the first time."""
        look, self._look = self._look, None
        if look is not None:
            self._failure = look(self._failure)
        return self._failure

    def of_line(self, label, line, look=None):
        """The same error, which names the line that it is about; look: finds what would help, where nothing does so yet."""
        if not self._failure.label:
            self._failure = replace(self._failure, label=label, line=line)
            self._look = self._look or look
        return self

    def __str__(self):
        return self.failure.text()

    def _render_traceback_(self):
        """What IPython and Jupyter show: the author's own lines and the message, without what the engine called on the way."""
        own = [f for f in traceback.extract_tb(self.__traceback__) if not f.filename.startswith((HERE, IPYTHON))]
        shown = [f"{'cell' if 'ipykernel' in f.filename or f.filename.startswith('<ipython') else Path(f.filename).name}, line {f.lineno}: {f.line}"
                 for f in own if f.line and f"{os.sep}sympy{os.sep}" not in f.filename and f"{os.sep}IPython{os.sep}" not in f.filename]  # fmt: skip
        return [*shown[-3:], f"{type(self).__name__}: {self}"]


class NotDecided(DerivationError):
    """The expression is outside of what a method can bring to normal form."""

    kind = "unproved"

    def __str__(self):
        return self.args[0] if self.args else ""


class OutOfTime(DerivationError):
    """The check of a line did not end within its budget of time. It says where the time went.

    More time: ``seconds=300`` in the line or derivation, or the environment variable ``DIFFUSION_DERIVED_SECONDS``.
    """

    kind = "time"


class EngineError(DerivationError):
    """The check itself fails: a fault of the engine or of SymPy, not of the line."""

    kind = "fault"


class FalseStep(DerivationError):
    """A line that is not true, with what is left over and, where one was found, a counterexample.

    Attributes: ``label`` and ``line`` (text), ``residual`` (left side minus right side in normal form, text),
    ``counterexample`` (text, or None), and ``failure``, which has all of it in parts.

    Example: caught
    >>> a, b = symbols("a b")
    >>> try:
    ...     Identity("ex.false", (a + b)**2, a**2 + b**2)
    ... except FalseStep as wrong:
    ...     print(wrong.label, wrong.residual, wrong.counterexample, sep="; ")

    Refused: not caught
    >>> Identity("ex.false", (a + b)**2, a**2 + b**2)
    """

    kind = "false"

    def __init__(self, label, line, residual, counterexample=None, why="the two sides differ", *, failure=None, look=None):
        if failure is None:
            point, _, values = (counterexample or "").partition(": ")
            failure = Failure("false", why, label, line, point, (("", values),) if values else (), residual="" if residual is None else residual)
        super().__init__(why, failure=failure, look=look)
        self.label, self.line, self.residual = label, line, residual
        self.counterexample = counterexample


class UnprovedStep(DerivationError):
    """A line that no method proves, although no counterexample was found either.

    Attributes: ``left_over`` in words, ``agrees``: whether the sides were equal at every random instance, and
    ``failure``: which methods looked at it, where each stopped, and what would let it through.

    Example: caught
    >>> n = symbol("n", integer=True, positive=True)
    >>> try:
    ...     Identity("ex.open", Derivative(n**2, n), 2 * n)
    ... except UnprovedStep as open_:
    ...     print(open_.left_over)

    Refused: not caught
    >>> Identity("ex.open", Derivative(n**2, n), 2 * n)
    """

    kind = "unproved"

    def __init__(self, message, left_over="", agrees=None, *, failure=None, look=None):
        super().__init__(message, failure=failure, look=look)
        self.left_over, self.agrees = left_over, agrees

    @property
    def residual(self):
        """What is left over, whole: left side minus right side in normal form."""
        return self.failure.residual


class NotRead(DerivationError):
    r"""LaTeX that the reader cannot read, with the place.

    Attributes: ``source``, the text; ``at``, the place in it, from 0; ``wanted``, what was wrong there.

    >>> from vdmlib.derive import read
    >>> read(r"\log p(x = 1")
    Traceback (most recent call last):
    vdmlib.derive.errors.NotRead: column 10: ) is wanted for the ( at column 7, not =
      \log p(x = 1
               ^
    """

    def __init__(self, wanted, source, at):
        self.wanted, self.source, self.at = wanted, source, min(at, len(source))
        before, _, rest = source[: self.at].rpartition("\n")[2], "", source[self.at :].partition("\n")[0]
        number = source[: self.at].count("\n") + 1
        place = f"line {number}, column {len(before) + 1}" if "\n" in source else f"column {len(before) + 1}"
        super().__init__(f"{place}: {wanted}\n  {before}{rest}\n  {' ' * len(before)}^")
