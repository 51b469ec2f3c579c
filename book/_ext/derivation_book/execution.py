"""Keeps executed notebooks only as long as what their verdicts come from stands.

jupyter-cache looks at a notebook's cells alone, so a changed prover would leave
the old verdicts on the page. Here the cache lies in a folder named after a hash
of the library and of the lock, and pages are read again when that hash changes.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util import logging

from . import settings

logger = logging.getLogger(__name__)

#: How many keyed folders to keep: this one, and the last before it.
KEPT = 2
SKIPPED = {"__pycache__", ".pytest_cache", ".ipynb_checkpoints"}


def library_files(folder: Path, without: Path) -> Iterator[Path]:
    """Every file of the library that a verdict can depend on, sorted."""
    for path in sorted(folder.rglob("*")):
        parts = set(path.relative_to(folder).parts)
        if path.is_file() and not parts & SKIPPED and path.suffix != ".pyc" and path != without:
            yield path


def key(app: Sphinx) -> str:
    """A hash of the library, the lock, and the Python that runs the notebooks."""
    digest = hashlib.sha256()
    digest.update(repr(sys.version_info[:2]).encode())
    folder = settings.library(app)
    files = [*library_files(folder, settings.numbers(app)), settings.lock(app)]
    for path in files:
        if path.is_file():
            name = path.relative_to(folder.parent) if folder in path.parents else path.name
            content = path.read_bytes()
            digest.update(f"{name}\0{len(content)}\0".encode())
            digest.update(content)
    return digest.hexdigest()[:20]


def configure(app: Sphinx, config: Config) -> None:
    """Point myst-nb at the folder of this key, and tell kernels where they run."""
    caches = Path(app.outdir).parent / ".jupyter_cache"
    folder = caches / key(app)
    config.nb_execution_cache_path = str(folder)
    os.environ["DIFFUSION_DERIVED_BOOK"] = "1"
    parent = str(settings.library(app).parent.resolve())
    others = [p for p in os.environ.get("PYTHONPATH", "").split(os.pathsep) if p and p != parent]
    # The library that is hashed must be the library that is imported.
    os.environ["PYTHONPATH"] = os.pathsep.join([parent, *others])
    folder.mkdir(parents=True, exist_ok=True)
    os.utime(folder)
    prune(caches)


def prune(caches: Path) -> None:
    """Remove all but the newest keyed folders."""
    keyed = [path for path in caches.iterdir() if path.is_dir() and len(path.name) == 20]
    for path in sorted(keyed, key=lambda p: p.stat().st_mtime_ns, reverse=True)[KEPT:]:
        shutil.rmtree(path, ignore_errors=True)


def outdated(app: Sphinx, env, added, changed, removed) -> set[str]:
    """Read every page again when the library or the book's data files changed."""
    data = [settings.article(app), settings.notation(app), settings.numbers(app)]
    digest = hashlib.sha256(key(app).encode())
    for path in data:
        digest.update(path.read_bytes() if path.is_file() else b"-")
    now = digest.hexdigest()
    before, env.derivation_inputs = getattr(env, "derivation_inputs", None), now
    return set(env.found_docs) if before != now else set()


def forget_failed_build(app: Sphinx, error: Exception | None) -> None:
    """Drop the pickled pages after a build with warnings.

    Sphinx would otherwise find nothing changed the next time, check nothing,
    and pass.
    """
    if error is None and app._warncount:
        (Path(app.doctreedir) / "environment.pickle").unlink(missing_ok=True)


def setup(app: Sphinx) -> None:
    """Connect to the build; before myst-nb reads its configuration."""
    app.connect("config-inited", configure, priority=100)
    app.connect("env-get-outdated", outdated)
    app.connect("build-finished", forget_failed_build, priority=900)
