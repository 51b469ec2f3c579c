"""Paths as they are given, and where the library may leave files of its own."""

import os
import re
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

KILLED = 86_400  # seconds


def as_path(name: str, path: Any) -> Path:
    """The path of a file or a folder, ``~`` being the user's home as in a shell.

    Raises:
      ValueError: none is given, or an address of another machine.

    >>> as_path("load: path", None)
    Traceback (most recent call last):
    ValueError: load: path must be a path, given None
    >>> as_path("load: path", "~/model") == Path.home() / "model"
    True
    """
    text = os.fspath(path) if isinstance(path, (str, os.PathLike)) else ""
    if not isinstance(text, str) or not text:
        raise ValueError(f"{name} must be a path, given {path if path is None else repr(path)[:60]}")
    if re.match(r"[a-z0-9+]{2,}:/", text):  # gs://…; in a Path it has one slash, and would be a folder here
        raise ValueError(f"{name} must be a path on this machine, or where one is mounted, given the address {text!r}")
    # a name such as ~old, where there is no user of that name, stays what it is
    return Path(os.path.expanduser(text))


def sweep(folder: Path, pattern: str) -> None:
    """Remove what writers left half-written that were killed.

    Whether one still writes is seen by its file's age, a day: the folder may be shared, and the number of a process
    says nothing on another host, or in another container.
    """
    for part in folder.glob(pattern):
        with suppress(OSError):  # another process removes it too, or may not
            if time.time() - part.stat().st_mtime > KILLED:
                part.unlink()


def cache_folder() -> Path:
    """The library's own folder among the user's caches, as the platform has it.

    >>> cache_folder().name
    'vdmlib'
    """
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local"
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "vdmlib"
