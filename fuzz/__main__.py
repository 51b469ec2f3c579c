"""``python -m fuzz``: lines made at random, given to the engine, and their truth computed without it."""

import argparse
import sys

from .campaign import campaign, report


def main():
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__.splitlines()[0])
    parser.add_argument("--lines", type=int, default=10_000, help="how many lines, of all families together")
    parser.add_argument("--seed", type=int, default=0, help="another seed, other lines")
    parser.add_argument("--family", action="append", help="this family alone; may be given again")
    parser.add_argument("--full", type=float, default=0.05, help="the share of true lines that are tried with their mutants")
    parser.add_argument("--quiet", action="store_true", help="no progress")
    arguments = parser.parse_args()
    result = campaign(arguments.lines, arguments.seed, arguments.family, arguments.full, say=None if arguments.quiet else sys.stderr)
    print(report(result))
    return 1 if result.false else 0


if __name__ == "__main__":
    sys.exit(main())
