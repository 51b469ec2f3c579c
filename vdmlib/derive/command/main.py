"""What is typed, and the exit status."""

import argparse
import glob
import json
import os
import sys
from pathlib import Path

from .. import __version__
from .formats import FORMATS
from .latex import EPILOG, read_latex, read_options
from .report import report
from .rows import FAILS, VERDICTS, schema

__all__ = ["derive_check", "main"]

PASSED, FAILED, UNREADABLE, STOPPED = 0, 1, 2, 130
STATUS = "exit status: 0 every line passes; 1 a line fails, or code that raises; 2 a file that cannot be read, or nothing to check"


def parser():
    """The command line."""
    whole = argparse.ArgumentParser(prog="python -m vdmlib.derive", description="Checks derivations: each line proved, or refused with why.")
    whole.add_argument("--version", action="version", version=f"vdmlib.derive {__version__}")
    commands = whole.add_subparsers(dest="command", required=True, metavar="COMMAND")
    options(commands.add_parser("check", help="check every line of files", description=DESCRIPTION, epilog=STATUS))
    read_options(commands.add_parser("read", help="read a line of LaTeX and check it", description="Reads a line of LaTeX, says what it understood, and checks it.",
                                     epilog=EPILOG))  # fmt: skip
    commands.add_parser("schema", help="print the form of the report as JSON Schema", description="Prints the form of the JSON report as JSON Schema.")
    return whole


DESCRIPTION = ("Executes each file in a process of its own and reports every line of every derivation in it: a Python file, the code cells of a "
               "notebook, the code blocks of a Markdown page. A false line does not stop those after it.")  # fmt: skip


def options(check):
    """What `check` takes."""
    failing = [verdict for verdict in VERDICTS if verdict in FAILS]
    check.add_argument("files", nargs="+", metavar="FILE", help="a .py, .ipynb, .md, .qmd or .Rmd file, or a pattern such as 'notes/*.md'")
    check.add_argument("--format", choices=FORMATS, default="text", help="of the report (text)")
    check.add_argument("--output", type=Path, metavar="PATH", help="write the report there, and text to the terminal")
    check.add_argument("--allow", action="append", default=[], choices=failing, metavar="VERDICT",
                       help=f"let lines pass that are: {', '.join(failing)}; may be repeated")  # fmt: skip
    check.add_argument("--forbid", action="append", default=[], choices=[v for v in VERDICTS if v not in FAILS and v != "proved"], metavar="VERDICT",
                       help="fail at statements that are: exact on finite model, numerical, assumption, cited …; may be repeated")  # fmt: skip
    check.add_argument("--seconds", type=positive, metavar="N", help="limit of time for a line (60)")
    check.add_argument("--file-seconds", type=positive, metavar="N", help="limit of time for a file, after which it is stopped (none)")
    check.add_argument("--mutants", action="store_true", help="try altered forms of every line as well, each of which must be rejected")


def positive(words):
    value = float(words)
    if not value > 0:
        raise argparse.ArgumentTypeError(f"a number above 0 is wanted, not {words}")
    return value


def main(arguments=None):
    """Run the command; its exit status."""
    asked = parser().parse_args(arguments)
    if asked.command == "schema":
        print(json.dumps(schema(), indent=1))
        return PASSED
    return read_latex(asked) if asked.command == "read" else checked(asked)


def derive_check(arguments=None):
    """`derive-check FILE…`: the same as `python -m vdmlib.derive check FILE…`."""
    check = argparse.ArgumentParser(prog="derive-check", description=DESCRIPTION, epilog=STATUS)
    check.add_argument("--version", action="version", version=f"vdmlib.derive {__version__}")
    options(check)
    return checked(check.parse_args(arguments))


def checked(asked):
    """The exit status of what was asked."""
    try:
        found = report(list(named(asked.files)), __version__, asked.seconds, asked.file_seconds, asked.mutants, asked.allow, asked.forbid)
    except KeyboardInterrupt:
        return STOPPED
    if asked.output:
        try:
            asked.output.write_text(FORMATS[asked.format](found), encoding="utf-8", newline="\n")
        except OSError as why:
            print(f"{asked.output} cannot be written: {why.strerror or why}", file=sys.stderr)
            return UNREADABLE
    say(FORMATS["text" if asked.output else asked.format], found)
    if any(file["unreadable"] for file in found["files"]):
        return UNREADABLE
    if not all(file["passed"] for file in found["files"]):
        return FAILED
    if not found["passed"]:
        print("Nothing was checked: no file makes a statement.", file=sys.stderr)
        return UNREADABLE
    return PASSED


def named(files):
    """The files, patterns put out: not every shell does."""
    for name in files:
        matching = sorted(glob.glob(name, recursive=True)) if glob.has_magic(name) and not os.path.exists(name) else []
        yield from matching or [name]


def say(form, found):
    """Print a report: as UTF-8 into a file or a pipe; to a terminal as it can show it, in colours unless NO_COLOR is set."""
    out, terminal = sys.stdout, sys.stdout.isatty()
    if hasattr(out, "reconfigure"):
        out.reconfigure(**({"errors": "replace"} if terminal else {"encoding": "utf-8"}))
    coloured = terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb" and (os.name != "nt" or "WT_SESSION" in os.environ)
    out.write(form(found, colours=coloured, plain=not shows("✓", out)) if form is FORMATS["text"] else form(found))


def shows(sign, out):
    try:
        sign.encode(out.encoding or "ascii")
        return True
    except UnicodeEncodeError:
        return False
