"""Looks an EPUB over with epubcheck, where it is installed."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path


def program() -> list[str] | None:
    """The command that runs epubcheck, or None. Debian's is a bare archive, which not every system starts by itself."""
    found = shutil.which("epubcheck")
    if found is None:
        return None
    path = Path(found).resolve()
    with path.open("rb") as file:
        archive = file.read(2) == b"PK"
    if not archive:
        return [str(path)]
    java = shutil.which("java")
    return [java, "-jar", str(path)] if java else None


def look_over(book: Path) -> str:
    """What was found, in a line.

    Raises:
      ValueError: epubcheck has an error or a warning to tell; the message has all of them.
    """
    command = program()
    if command is None:
        return "not looked over: epubcheck is not installed here (Debian's package is called epubcheck)"
    done = subprocess.run([*command, "--failonwarnings", str(book)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise ValueError(f"epubcheck refuses {book}:\n{done.stderr}{done.stdout}")
    return "epubcheck finds no error and no warning"
