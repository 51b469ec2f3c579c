"""Runs one cell inside the page, and says what came out as JSON that the page can draw.

This file is the only one of the extension that goes to the reader's browser. It needs the standard
library and ``vdmlib.derive``, which it imports when the first cell runs. The extension itself takes
from here how it reads a cell's code.
"""

from __future__ import annotations

import ast
import contextlib
import io
import json
import linecache
import re
import sys
import time
import traceback
import types
from collections.abc import Callable, Iterator

#: The name under which the reader's code appears in a traceback.
NAME = "your code"
EARLIER = "an earlier cell"
#: What the book says once, on its page of conventions, and what a verdict says of it.
CONVENTION = "By convention"
CONVENTIONS = {
    "densities": "a density is positive where it is divided by or stands in a logarithm",
    "schedules": r"$0<\alpha_t<1$ for every $t$, and $\bar\alpha_0=1$",
}
#: Methods that change the object that they are called on.
MUTATORS = {
    "start", "equals", "at_least", "at_most",
    "add", "append", "clear", "extend", "insert", "pop", "remove", "setdefault", "update",
}
ROLE = re.compile(r"\{[\w:-]+\}`([^`<]+?)(?:\s*<[^>]*>)?`")
#: A printed text longer than this is cut: a page is no terminal.
LONGEST = 20_000


# -- reading code ------------------------------------------------------------


def root_name(node: ast.AST) -> str | None:
    """The name that a chain of attributes, calls and subscripts starts from."""
    while isinstance(node, (ast.Attribute, ast.Call, ast.Subscript)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id[0].isupper():
            return None  # a new object
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else None


def defines(sources: tuple[str, ...]) -> bool:
    """Whether the code makes functions, which look up their names where they were made."""
    return any(isinstance(node, (ast.FunctionDef, ast.Lambda, ast.ClassDef)) for source in sources for node in ast.walk(ast.parse(source)))


def changed_names(tree: ast.AST) -> set[str]:
    """Names whose object the code changes in place: ``d.equals(…)``, ``a[0] = …``, ``a.b = …``."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr in MUTATORS:
                found.add(root_name(node.func.value))
        elif isinstance(node, (ast.Attribute, ast.Subscript)) and not isinstance(node.ctx, ast.Load):
            found.add(root_name(node.value))
    return found - {None}


# -- running code ------------------------------------------------------------


class Page:
    """The Python side of one page: keeps what earlier cells made, so that they run once."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, ...], dict] = {}
        #: What the running cell has shown so far; None while earlier cells run.
        self.outputs: list[dict] | None = None

    def display(self, *values: object) -> None:
        """Show values above the cell's last line, as in a notebook."""
        if self.outputs is not None:
            self.outputs += map(shown, values)

    def provide_display(self) -> None:
        """``from IPython.display import display`` works in the page too, and nothing else of it."""
        if "IPython" not in sys.modules:
            package, module = types.ModuleType("IPython"), types.ModuleType("IPython.display")
            package.display, module.display = module, self.display
            sys.modules |= {"IPython": package, "IPython.display": module}

    def prepare(self, earlier: list[str], tell: Callable[[str], None], fresh: bool = False) -> dict:
        """The names that the earlier cells leave; ``fresh`` runs them again.

        Cells that begin alike run their beginning once, where none of them changes afterwards what was made there.
        """
        key = tuple(earlier)
        if key in self.kept and not fresh:
            return self.kept[key]
        known = 0 if fresh else next((n for n in range(len(key) - 1, 0, -1) if self.serves(key[:n], key[n:])), 0)
        names = dict(self.kept[key[:known]]) if known else {"__name__": "__main__", "display": self.display}
        left: dict[tuple[str, ...], dict] = {}
        self.provide_display()
        for n in range(known, len(key)):
            tell(f"Running what this cell builds on: {n + 1} of {len(key)}")
            if self.grows_earlier(key[n], names):
                left.clear()  # what stood before it is gone
            execute(key[n], EARLIER, names, show=False)
            left[key[: n + 1]] = dict(names)
        if not fresh:
            self.kept |= {part: found for part, found in left.items() if not defines(part)} | {key: names}
        return names

    def serves(self, before: tuple[str, ...], after: tuple[str, ...]) -> bool:
        """Whether cells can be run on what the ones before them have left, and leave that as it is."""
        names = self.kept.get(before)
        return names is not None and not defines(before) and not any(self.grows_earlier(source, names) for source in after)

    def run(self, earlier: list[str], source: str, tell: Callable[[str], None]) -> dict:
        """Run a cell on top of the earlier ones.

        Returns {"outputs": […], "printed": text, "error": {…} or None, "seconds": number}.
        Nothing that the cell does raises from here.
        """
        printed = io.StringIO()
        outputs: list[dict] = []
        error = None
        begun = time.monotonic()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            try:
                names = dict(self.prepare(earlier, tell))
                if self.grows_earlier(source, names):
                    # A line added to an earlier derivation must not be there the next time.
                    names = dict(self.prepare(earlier, tell, fresh=True))
                tell("Checking")
                self.outputs = outputs
                value = execute(source, NAME, names)
                if value is not None:
                    outputs.append(shown(value))
            except BaseException as problem:  # noqa: BLE001 - SystemExit too is the reader's to see
                before, error = described(problem)
                outputs += before
            finally:
                self.outputs = None
        text = printed.getvalue()
        if len(text) > LONGEST:
            text = text[:LONGEST] + f"\n… {len(text) - LONGEST} more characters"
        return {"outputs": outputs, "printed": text, "error": error,
                "seconds": round(time.monotonic() - begun, 2)}

    def grows_earlier(self, source: str, names: dict) -> bool:
        """Whether the cell changes an object of an earlier cell in place."""
        try:
            changed = changed_names(ast.parse(source))
        except SyntaxError:
            return False
        made_here = {node.id for node in ast.walk(ast.parse(source))
                     if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
        return bool((changed & set(names)) - made_here)

    def run_json(self, request: str, tell: Callable[[str], None]) -> str:
        """``run`` with its arguments and its answer as JSON."""
        asked = json.loads(request)
        return json.dumps(self.run(asked["earlier"], asked["source"], tell), ensure_ascii=False)

    def prepare_json(self, request: str, tell: Callable[[str], None]) -> None:
        """Run the earlier cells ahead of time; what fails will be told when the cell runs."""
        with contextlib.suppress(Exception), contextlib.redirect_stdout(io.StringIO()):
            self.prepare(json.loads(request)["earlier"], tell)


def execute(source: str, name: str, names: dict, show: bool = True) -> object:
    """Run source as a notebook does: the value of its last line, ``None`` if that is no expression."""
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    tree = ast.parse(source, name)
    last = tree.body[-1] if tree.body else None
    if not isinstance(last, ast.Expr) or source.rstrip().endswith(";"):
        last = None
    if last is not None:
        tree.body.pop()
    exec(compile(tree, name, "exec"), names)
    if last is None:
        return None
    value = eval(compile(ast.Expression(last.value), name, "eval"), names)
    return value if show else None


# -- what came out -----------------------------------------------------------


def shown(value: object) -> dict:
    """A value as the page draws it: records, an answer, mathematics or text."""
    from vdmlib.derive.book.exercise import Answer
    from vdmlib.derive.book.record import MIME

    if isinstance(value, Answer):
        return {"kind": "answer", "right": value.right, "latex": value.latex, "parts": answer_parts(value.text),
                "under": [[word, segments("; ".join(said))] for word, said in value.under]}
    if type(value).__module__ == "vdmlib.derive.read.reading":
        return reading(value)
    bundle = value._repr_mimebundle_() if hasattr(value, "_repr_mimebundle_") else {}
    if MIME in bundle:
        return drawn(bundle[MIME]["records"], bundle[MIME].get("variants", {}))
    latex = bundle.get("text/latex")
    if not latex and hasattr(value, "free_symbols"):
        latex = expression(value)
    if latex:
        return {"kind": "latex", "latex": bare(latex)}
    return {"kind": "text", "text": bundle.get("text/plain") or repr(value)}


def reading(value: object) -> dict:
    """A line of LaTeX that was read, checked: what it was understood as, what it asks, the Python that it would be."""
    verdict = value.check()
    return {
        "kind": "reading", "text": f"{value}\n{verdict}", "lines": value.latex, "code": value.code,
        "understood": [segments(sentence) for sentence in value.sentences],
        "questions": [{"key": q.key, "words": segments(q.text), "taken": q.default,
                       "choices": [[answer, segments(said)] for answer, said in q.choices.items()]} for q in value.questions],
        "verdict": {"status": verdict.status, "words": verdict.words, "conditions": list(verdict.conditions),
                    "provided": [segments(sentence) for sentence in verdict.provided]},
    }


def expression(value: object) -> str:
    """The engine's LaTeX of an expression; empty for what it cannot print."""
    from vdmlib.derive.show.latex import tex

    with contextlib.suppress(Exception):
        return tex(value)
    return ""


def bare(latex: str) -> str:
    """LaTeX without the dollar signs around it."""
    return latex.strip().strip("$").replace(r"\displaystyle", "").strip()


def drawn(found: list[dict], variants: dict[str, list[dict]] | None = None) -> dict:
    """Records with their reasons cut into words and mathematics; ``variants``: each line's altered forms that were rejected."""
    from vdmlib.derive.book.record import refuted, under

    title = next((record["title"] for record in found if record["title"]), "")
    return {
        "kind": "records",
        "title": segments(title),
        "records": [
            {
                "kind": record["kind"], "status": record["status"], "label": record["label"],
                "latex": record["latex"],
                "why": segments(record["because"] or ("" if record["latex"] else record["statement"])),
                "under": [[word, segments("; ".join(said))] for word, said in under(record)],
                "evidence": [[name, segments(said)] for name, said in evidence(record)],
                "refuted": [[name, segments(said), struck] for name, said, struck in refuted(record)]
                if record["kind"] == "refutation" else [],
                "variants": {"gap": record["gap"], "lines": (variants or {}).get(record["label"], [])},
            }
            for record in found
        ],
    }


def segments(text: str) -> list[list[str]]:
    """``words $tex$ words`` as [["text", …], ["math", …], …], references as the book's numbers."""
    from vdmlib.derive.book.equation_numbers import numbered

    plain = ROLE.sub(r"\1", numbered(text or ""))
    return [["math" if index % 2 else "text", part]
            for index, part in enumerate(plain.split("$")) if part]


def evidence(record: dict) -> list[tuple[str, str]]:
    """How a statement was checked and what it is true under, as pairs of a name and MyST; empty ones left out."""
    refuted = record["kind"] == "refutation"
    found = [
        ("The difference", record["gap"] and f"${record['gap']}$"),
        ("Put right", refuted and "; ".join(filter(None, (record["method"], record["reach"])))),
        ("Method", not refuted and record["method"]),
        ("Reach", not refuted and record["reach"]),
        ("Declared", "; ".join(record["declared"])),
        ("Given", "; ".join(record["facts"])),
        ("Provided", "; ".join(record["conditions"] + record["when"])),
        (CONVENTION, "; ".join(CONVENTIONS[name] for name in record["conventions"])),
        ("Probe", record["probe"] and probe_words(record["probe"])),
        ("Mutants", record["mutants"] and mutant_words(record["mutants"], refuted)),
    ]
    return [(name, said) for name, said in found if said]


def probe_words(probe: dict) -> str:
    """Say what the independent evaluation did."""
    many = probe["instances"]
    meet = "instances that meet" if many != 1 else "instance that meets"
    alone = f" (of {probe['alone']} alone)" if probe.get("alone") else ""
    return (f"agrees to {probe['digits']} digits on {many} random {meet} every fact and condition{alone}, "
            "evaluated by code that shares no rule with the proof")


def mutant_words(mutants: dict, refuted: bool = False) -> str:
    """Say how many altered variants were made, and what became of them; ``refuted``: they are variants of a false claim."""
    made, equal, killed = (mutants[key] for key in ("made", "equal", "killed"))
    wrong = made - equal
    if not made:
        return "no rule makes a variant of this statement"
    done, other = ("not taken for the claim", "as false and as easily put right") if refuted else ("rejected", "true as well")
    text = f"{killed} of {wrong} altered variant{'s' if wrong != 1 else ''} {done}"
    return f"{text}; {equal} more turned out to be {other}" if equal else text


def answer_parts(text: str) -> list[list[str]]:
    """The lines of an answer's text below its verdict, as [name or "", words] pairs; what it is true under is drawn apart."""
    found = []
    for line in text.splitlines()[1:]:
        name, colon, words = line.strip().partition(": ")
        short = colon and len(name) <= 40
        found.append([name if short else "", words if short else line.strip()])
    return [part for part in found if part[0] != "under"]


# -- what went wrong ---------------------------------------------------------


def frames(problem: BaseException) -> Iterator[object]:
    """The ``self`` of every frame that the error passed through, outermost first."""
    trace = problem.__traceback__
    while trace is not None:
        yield trace.tb_frame.f_locals.get("self")
        trace = trace.tb_next


def described(problem: BaseException) -> tuple[list[dict], dict]:
    """The lines that were proved before the error, and the error itself."""
    try:
        from vdmlib.derive.errors import ABOUT_A_LINE, DerivationError
    except Exception:  # the engine itself did not load: its own error is the one to show
        return [], crash(problem)
    if isinstance(problem, DerivationError) and problem.failure.kind in ABOUT_A_LINE and problem.failure.label:
        return proved_before(problem), wrong_line(problem)
    error = crash(problem)
    if isinstance(problem, DerivationError):
        error["trace"] = ""
        return proved_before(problem), error
    return [], error


def proved_before(problem: BaseException) -> list[dict]:
    """The rows of the derivation that the wrong line was to follow."""
    from vdmlib.derive.book.derivation import Derivation

    for owner in frames(problem):
        if isinstance(owner, Derivation) and getattr(owner, "lines", None):  # it may have failed before it had any
            # The lines so far help the reader; that they cannot be shown must not hide the error.
            with contextlib.suppress(Exception):
                return [drawn(owner.records())]
    return []


def wrong_line(problem: BaseException) -> dict:
    """A line that is false or not proved: its label, its mathematics, and the parts of what is known of it."""
    from vdmlib.derive.book.derivation import Line
    from vdmlib.derive.show.latex import relation_tex, tex

    latex, failure = "", problem.failure
    for owner in frames(problem):
        if isinstance(owner, Line):
            with contextlib.suppress(Exception):
                latex = f"{tex(owner.before)} {relation_tex(owner.relation)} {tex(owner.expression)}"
    return {
        "kind": "false" if failure.kind == "false" else "unproved", "name": type(problem).__name__,
        "label": failure.label, "latex": latex, "line": failure.line, "why": failure.reason, "place": place(problem),
        "residual": failure.residual, "counterexample": failure.counterexample, "text": str(problem),
        "parts": [list(part) for part in failure.parts if not (latex and part[0] == "the line")],
    }


def place(problem: BaseException) -> str:
    """Where in the reader's code it happened."""
    if isinstance(problem, SyntaxError) and problem.filename in (NAME, EARLIER):
        return f"{problem.filename}, line {problem.lineno}"
    steps = [step for step in traceback.extract_tb(problem.__traceback__)
             if step.filename in (NAME, EARLIER)]
    return f"{steps[-1].filename}, line {steps[-1].lineno}" if steps else ""


def crash(problem: BaseException) -> dict:
    """Any other error: its type, its words, where it happened, and Python's own report."""
    words = problem.msg if isinstance(problem, SyntaxError) else str(problem)
    if isinstance(problem, ModuleNotFoundError):
        words += ". In the page there is Python's standard library, SymPy and vdmlib.derive, nothing else."
    trace = problem.__traceback__
    while trace is not None and trace.tb_frame.f_code.co_filename not in (NAME, EARLIER):
        trace = trace.tb_next
    report = "".join(traceback.format_exception(type(problem), problem, trace))
    return {"kind": "error", "name": type(problem).__name__, "words": words,
            "place": place(problem), "trace": report[-LONGEST:]}
