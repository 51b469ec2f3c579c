#!/bin/sh
# Prints the Python that .venv is made with, or says what is missing.
# Usage: find_python.sh [PYTHON]   a named PYTHON is the only one tried.
set -u

runs() { command -v "$1" >/dev/null 2>&1 && "$1" -c 'pass' >/dev/null 2>&1; }
version() { "$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])'; }
new_enough() { "$1" -c 'import sys; sys.exit(not sys.version_info >= (3, 11))'; }
not_too_new() { "$1" -c 'import sys; sys.exit(not sys.version_info < (3, 14))'; }
has_venv() { "$1" -c 'import ensurepip, venv' >/dev/null 2>&1; }

if [ $# -gt 0 ]; then
    named=yes
else
    named=
    set -- python3 python3.13 python3.12 python3.11
fi

seen=""
for python in "$@"; do
    runs "$python" || { seen="$seen $python: not found;"; continue; }
    new_enough "$python" || { seen="$seen $python: version $(version "$python");"; continue; }
    # A Python newer than those of the lock is taken only when it is asked for by name.
    [ "$named" ] || not_too_new "$python" ||
        { seen="$seen $python: version $(version "$python");"; continue; }
    has_venv "$python" ||
        { seen="$seen $python: no venv (Debian and Ubuntu: apt-get install python3-venv);"; continue; }
    echo "$python"
    exit 0
done

{
    echo "The book needs Python 3.11, 3.12 or 3.13 with its venv module."
    echo "Tried:${seen%;}."
    echo "Install one, or name it: make book PYTHON=/path/to/python3.12"
} >&2
exit 1
