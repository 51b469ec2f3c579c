"""The engine beside plain SymPy: of the equalities that SymPy can state, how many each settles, how soon, and where it is wrong.

``python -m bench.engine`` prints the lines of JSON. It runs the cells of the book that need nothing but the engine, times the
check of each line (proof and second check by random instances), and asks SymPy of the same line, one process for each
question, which is ended after so many seconds: ``simplify(left - right)`` and ``left.equals(right)``. Then the same of
false lines: for a sample of the lines one of its altered forms that method and probe have rejected.
"""

import io
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import time
from collections import Counter
from contextlib import ExitStack, redirect_stdout, suppress
from functools import partial
from types import SimpleNamespace
from unittest.mock import patch

import sympy
from sympy.core.random import seed

from .beside import ROOT, say

SECONDS, SEED = 10, 0
FALSE, TRIES = 100, 4  # so many lines have an altered form tried, and so many forms are drawn until one is false
#: What is asked of SymPy; True, False, or None where it does not know.
WAYS = {
    "simplify": lambda left, right: _told(sympy.simplify(left - right)),
    "equals": lambda left, right: left.equals(right),
}


def engine(most=None):
    """The results, from a process of their own, in which there is SymPy and the engine alone."""
    command = [sys.executable, "-m", "bench.engine", *([str(most)] if most is not None else [])]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return [say(json.loads(line)) for line in done.stdout.splitlines()]


def _told(rest):
    """What a simplified difference says: nothing left, a number left, or something whose value is open."""
    if rest == 0:
        return True
    return False if rest.is_number and rest.is_zero is False else None


def ask(question, seconds=SECONDS):
    """(answer, seconds of the processor) of a function, in a child that is ended when its time is up; "late" then.

    Time is the processor's, so that what else the machine does counts for nothing.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        answer = "failed"
        with suppress(Exception):
            seed(SEED)  # `equals` tries numbers at random
            answer = question()
            answer = None if answer is None else bool(answer)
        os.write(writing, json.dumps(answer).encode())
        os._exit(0)
    os.close(writing)
    said = os.read(reading, 100).decode()  # nothing where the child was ended
    os.close(reading)
    _, _, used = os.wait4(child, 0)
    return json.loads(said) if said else "late", used.ru_utime + used.ru_stime


def lines_of_the_book():
    """{label: line} for each numbered line of the book that the cells without JAX make; they are made here and not yet checked.

    What has no number is there to fail, in a cell that shows the message.
    """
    from derivation_book.cells import read_page
    from derivation_book.depends import CELL, cells

    from vdmlib.derive.book import line as of_lines
    from vdmlib.derive.book.equation_numbers import equation_number
    from vdmlib.derive.book.refutation import Refutation

    found = {}
    seen = SimpleNamespace(agrees=True, reason="", instances=0, counterexample=None)
    taken = SimpleNamespace(proved=True, method="", reach="", status="proved", conditions=(), left_over=0, probe=seen)
    check = of_lines.Line.check

    def made(line):
        check(line)
        if equation_number(line.label):
            found.setdefault(line.label, line)

    with ExitStack() as put:
        put.enter_context(patch.object(of_lines, "prove", lambda *_, **__: taken))
        put.enter_context(patch.object(of_lines, "probe", lambda *_, **__: seen))
        put.enter_context(patch.object(of_lines.Line, "check", made))
        put.enter_context(patch.object(Refutation, "__init__", lambda self, label, *_, **__: setattr(self, "label", label)))
        for page in sorted((ROOT / "book").glob("*.md")):
            text = page.read_text(encoding="utf-8")
            if not CELL.search(text):
                continue
            space = {"__name__": "page"}
            for cell in read_page(cells(text), ROOT / "vdmlib"):
                if cell.part and not cell.exercise:
                    with suppress(Exception), redirect_stdout(io.StringIO()):  # a cell that draws, say
                        exec(cell.part, space)  # noqa: S102 — the book's own cells
    return found


def measure(most=None):
    """The lines of JSON; `most`: so many lines at the most, drawn with the seed."""
    from .plainly import NotStated, difference

    book = lines_of_the_book()
    equalities = {label: line for label, line in book.items() if line.relation == "="}
    stated, why = {}, Counter()
    for label, line in equalities.items():
        try:
            stated[label] = difference(line.before, line.expression, line.given)
        except NotStated as reason:
            why[str(reason)] += 1
        except Exception as error:  # noqa: BLE001 — SymPy itself refuses to build it
            why[type(error).__name__] += 1
    yield {"bench": "engine", "lines": "all", "count": len(book), "equalities": len(equalities), "stated": len(stated),
           "limit_seconds": SECONDS, "not stated": dict(why.most_common())}  # fmt: skip
    if most is not None and most < len(stated):
        stated = {label: stated[label] for label in sorted(random.Random(SEED).sample(sorted(stated), most))}
    yield _row("true", "engine", {label: ask_the_engine(book[label]) for label in stated}, True)
    for name in WAYS:
        yield _row("true", name, {label: ask(partial(WAYS[name], *sides)) for label, sides in stated.items()}, True)
    falsehoods = {label: (wrong, sides) for label, wrong, sides in false_lines({label: book[label] for label in stated})}
    yield _row("false", "engine", {label: ask_the_engine(book[label], wrong) for label, (wrong, _) in falsehoods.items()}, False)
    for name in WAYS:
        yield _row("false", name, {label: ask(partial(WAYS[name], *sides)) for label, (_, sides) in falsehoods.items()}, False)


def false_lines(lines):
    """(label, wrong right side, both sides in plain SymPy): one altered form of each line, drawn with a seed, that is false.

    That it is false is the word of the second check, which has an instance where both sides have values, and these differ.
    """
    from vdmlib.derive.book.mutate import mutants

    from .plainly import difference

    draw = random.Random(SEED)
    for label in draw.sample(sorted(lines), min(FALSE, len(lines))):
        line, forms = lines[label], mutants(lines[label].expression)
        for form in draw.sample(forms, min(TRIES, len(forms))):
            with suppress(Exception):
                sides = difference(line.before, form.expression, line.given)
                if differs(line, form.expression):
                    yield label, form.expression, sides
                    break


def differs(line, right):
    """Whether the engine has an instance where this right side has another value than the left one."""
    from vdmlib.derive import DerivationError, FalseStep

    try:
        checked(line, right)
    except FalseStep as why:
        return "not defined" not in str(why)
    except DerivationError:
        return False
    return False


def checked(line, right=None):
    """The line, or the line with another right side, made anew: proved and probed."""
    return type(line)("bench", line.before, line.relation, line.expression if right is None else right, gap=line.gap,
                      facts=line.given, times=line.times, after=line.after)  # fmt: skip


def ask_the_engine(line, right=None):
    """(answer, seconds): True where the engine accepts the line, False where it has a counterexample."""
    from vdmlib.derive import DerivationError, FalseStep

    begun, answer = time.process_time(), True
    try:
        checked(line, right)
    except FalseStep:
        answer = False
    except DerivationError:
        answer = None
    return answer, time.process_time() - begun


def _row(lines, by, answers, truth):
    """How many were settled rightly, wrongly, not at all, and how long it took."""
    said = Counter(answer for answer, _ in answers.values())
    times = [took for _, took in answers.values()]
    return {
        "bench": "engine", "lines": lines, "by": by, "count": len(answers), "settled": said[truth], "wrong": said[not truth],
        "no answer": said[None] + said["failed"], "late": said["late"], "median_seconds": round(statistics.median(times), 4),
        "total_seconds": round(sum(times), 1),
        "wrong at": sorted(label for label, (answer, _) in answers.items() if answer is (not truth)),
    }  # fmt: skip


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT / "book" / "_ext"))
    for result in measure(*map(int, sys.argv[1:])):
        print(json.dumps(result, ensure_ascii=False), flush=True)
