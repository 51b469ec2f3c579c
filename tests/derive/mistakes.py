"""The corpus of mistakes, and what the engine says to each."""

import tomllib
from pathlib import Path

__all__ = ["FILE", "KINDS", "MISTAKES", "SETUP", "said"]

FILE = Path(__file__).parents[2] / "book" / "_data" / "mistakes.toml"
_read = tomllib.loads(FILE.read_text(encoding="utf-8"))
SETUP, KINDS, MISTAKES = _read["setup"], _read["kinds"], _read["mistake"]


def said(code):
    """The error that a piece of code raises, as a person reads it; None where it raises none."""
    names = {}
    exec(SETUP, names)
    try:
        exec(code, names)
    except Exception as error:  # noqa: BLE001 - whatever a reader would see
        return error
    return None
