"""Where compiled programs are kept: a folder that nobody else can write to, since what lies there will be run.

JAX is not imported with it: whoever starts a process that compiles can name the folder to it.
"""

import os
import stat
import zlib
from pathlib import Path

from .folders import as_path, cache_folder

VARIABLE = "VDMLIB_COMPILE_CACHE"
LARGEST = 2**30  # bytes; beyond them the oldest programs go


def folder_of_programs(asked: str | os.PathLike[str] | None = None) -> Path | None:
    """The folder, made private, without the oldest programs where it has grown large.

    Args:
      asked: which; by default the one that the variable ``VDMLIB_COMPILE_CACHE`` names, or else one in the
        platform's folder for caches, for each kind of processor its own.

    Returns:
      The folder, or ``None`` where the variable is ``off``.

    Raises:
      PermissionError: others can write to it.
    """
    asked = asked or os.environ.get(VARIABLE)
    if str(asked).lower() in ("off", "0", "false", "no"):
        return None
    folder = private_folder(asked or cache_folder() / "compiled" / _processor())
    _trim(folder)
    return folder


def settings(folder: Path) -> dict[str, str | float]:
    """JAX's settings for this folder by their names: every program is kept, however small."""
    return {
        "jax_compilation_cache_dir": str(folder),
        "jax_persistent_cache_min_compile_time_secs": 0.0,
        "jax_persistent_cache_min_entry_size_bytes": -1,
    }


def private_folder(path: str | os.PathLike[str]) -> Path:
    """Make the folder, for its owner alone, and look that nobody else can write to it.

    Raises:
      PermissionError: others can, or could put another folder in its place.

    >>> import tempfile
    >>> folder = private_folder(Path(tempfile.mkdtemp()) / "mine")
    >>> oct(folder.stat().st_mode & 0o777) if os.name == "posix" else "0o700"
    '0o700'
    """
    path = as_path("use_compile_cache: folder", path).resolve()
    if path.exists() and not path.is_dir():
        raise NotADirectoryError(f"{path} is a file; a folder for compiled programs is wanted")
    missing = [p for p in (path, *path.parents) if not p.exists()]
    for folder in reversed(missing):
        folder.mkdir(mode=0o700, exist_ok=True)
    if os.name != "posix":
        return path  # there a user's own folders are private by their access lists
    if path.stat().st_uid != os.getuid():
        raise PermissionError(f"{path} belongs to another user; a folder of your own is wanted")
    for folder in (path, *path.parents):
        found = folder.stat()
        others = found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
        sticky = folder != path and found.st_mode & stat.S_ISVTX  # as /tmp: each keeps his own
        if others and not sticky:
            raise PermissionError(
                f"{folder} can be written to by others; close it with chmod go-w, or name another "
                f"folder in {VARIABLE}"
            )
    return path


def _processor():
    """A name for this processor's instructions: a program for another one may not run here."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    flags = next((line for line in lines if line.startswith(("flags", "Features"))), "")
    return f"{os.uname().machine if hasattr(os, 'uname') else 'cpu'}-{zlib.crc32(flags.encode()):08x}"


def _trim(folder):
    """Remove the oldest programs until the rest fits."""
    found = sorted((f.stat().st_mtime, f.stat().st_size, f) for f in folder.iterdir() if f.is_file())
    excess = sum(size for _, size, _ in found) - LARGEST
    for _, size, file in found:
        if excess <= 0:
            break
        file.unlink(missing_ok=True)
        excess -= size
