"""What XLA has compiled, kept on disk, so that the next run of a notebook starts at once."""

import os
import warnings
from pathlib import Path
from typing import Any

import jax
from jax.experimental.compilation_cache import compilation_cache

from ..runtime.programs import VARIABLE, folder_of_programs, settings


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
    given = config.jax_compilation_cache_dir
    if given is not None or not config.jax_enable_compilation_cache:
        return None if given is None else Path(given)
    try:
        found = folder_of_programs(folder)
    except (OSError, RuntimeError) as error:  # RuntimeError: nobody says where home is
        if folder or os.environ.get(VARIABLE):
            raise
        warnings.warn(f"compiled programs are not kept: {error}", stacklevel=3)
        return None
    if found is None:
        return None
    for name, value in settings(found).items():
        jax.config.update(name, value)
    compilation_cache.reset_cache()  # JAX looks for a cache once, at its first compilation
    return found
