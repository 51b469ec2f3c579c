"""Where the library may leave files of its own."""

import os
import sys
from pathlib import Path


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
