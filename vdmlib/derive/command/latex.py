"""`read`: a line of LaTeX, read and checked in the terminal."""

import sys

from ..errors import DerivationError
from ..read.reader import read

__all__ = ["EPILOG", "read_options", "read_latex"]

STATUS = {"proved": 0, "false": 1, "not proved": 1, "not checked": 2}
EPILOG = "exit status: 0 proved; 1 false or not proved; 2 not read, or not checked because something is not said"


def read_options(command):
    """What `read` takes."""
    command.add_argument("latex", metavar="LATEX", help=r"a line such as '\log p(x) \ge \mathbb{E}_{q(z|x)}[\log \frac{p(x,z)}{q(z|x)}]', or - for the input")
    command.add_argument("--assume", action="append", default=[], metavar="NAME=MEANING", help="answer a question, or say what a name is; may be repeated")
    command.add_argument("--fact", action="append", default=[], metavar="LATEX", help="a formula that holds; may be repeated")
    command.add_argument("--code", action="store_true", help="print the Python that states the line as well")


def read_latex(asked):
    """Print what was understood and the verdict; the exit status."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")
    try:
        latex = sys.stdin.read() if asked.latex == "-" else asked.latex
        line = read(latex, assume=dict(answer(text) for text in asked.assume), facts=asked.fact)
        verdict = line.check()
    except DerivationError as why:
        print(why, file=sys.stderr)
        return 2
    print(line)
    print(verdict)
    if asked.code:
        print(f"\n{line.code}")
    return STATUS[verdict.status]


def answer(text):
    name, found, meant = text.partition("=")
    if not found:
        raise DerivationError(f"--assume takes NAME=MEANING, not {text}")
    return name.strip(), meant.strip()
