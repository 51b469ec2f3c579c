"""What XLA has compiled, kept on disk, so that the next run of a notebook starts at once.

A cached program is machine code that will be run, so the folder must be one that nobody else can
write to.
"""

import os
import stat
import warnings
import zlib
from pathlib import Path
from typing import Any

import jax
from jax.experimental.compilation_cache import compilation_cache

from ..runtime.folders import as_path, cache_folder

VARIABLE = "VDMLIB_COMPILE_CACHE"
LARGEST = 2**30  # bytes; beyond them the oldest programs go


def use_compile_cache(folder: str | os.PathLike[str] | None = None) -> Path | None:
    """Keep compiled programs in a private folder and look for them there.

    :func:`~vdmlib.fit` calls this. A cache that JAX has been given already is left alone. The
    environment variable ``VDMLIB_COMPILE_CACHE`` names another folder, or is ``off``.

    Args:
      folder: where; by default in the platform's folder for caches, one for each kind of processor.

    Returns:
      The folder that JAX uses now, or ``None`` where there is none.

    Raises:
      PermissionError: others can write to the folder that was asked for. By default the cache is
        left out with a warning.

    >>> import tempfile
    >>> before = jax.config.jax_compilation_cache_dir
    >>> jax.config.update("jax_compilation_cache_dir", "/a/folder/of/mine")
    >>> print(use_compile_cache(tempfile.mkdtemp()))
    /a/folder/of/mine
    >>> jax.config.update("jax_compilation_cache_dir", before)
    """
    config: Any = jax.config  # its attributes are made as JAX is imported
    asked = folder or os.environ.get(VARIABLE)
    if str(asked).lower() in ("off", "0", "false", "no"):
        return _path(config.jax_compilation_cache_dir)
    if config.jax_compilation_cache_dir is not None or not config.jax_enable_compilation_cache:
        return _path(config.jax_compilation_cache_dir)
    try:
        folder = private_folder(asked or cache_folder() / "compiled" / _processor())
    except (OSError, RuntimeError) as error:  # RuntimeError: nobody says where home is
        if asked:
            raise
        warnings.warn(f"compiled programs are not kept: {error}", stacklevel=3)
        return None
    _trim(folder)
    jax.config.update("jax_compilation_cache_dir", str(folder))
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
    jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)
    compilation_cache.reset_cache()  # JAX looks for a cache once, at its first compilation
    return folder


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


def _path(folder):
    return None if folder is None else Path(folder)


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
