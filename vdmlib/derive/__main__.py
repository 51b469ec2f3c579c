"""`python -m vdmlib.derive check FILE…`: the lines of a file, each with its verdict."""

import sys

from .command import main

if __name__ == "__main__":
    sys.exit(main())
