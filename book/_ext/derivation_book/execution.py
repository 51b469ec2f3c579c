"""Keeps an executed notebook only as long as what its verdicts come from stands.

jupyter-cache looks at a notebook's cells alone, so a changed prover would leave the old verdicts on the page. Here the
cache lies in a folder named after a hash of the lock and of Python, and each page has a digest of the library's files
that its results can come from. When the digest changes, what was kept of the page is dropped before anything is read.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
from pathlib import Path

from jupyter_cache import get_cache
from jupyter_cache.cache.db import NbCacheRecord
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util import logging

from . import depends, settings

logger = logging.getLogger(__name__)

#: How many keyed folders to keep: this one, and the last before it.
KEPT = 2
DIGESTS = "digests.json"


def key(app: Sphinx) -> str:
    """A hash of the lock and of the Python that runs the notebooks."""
    digest = hashlib.sha256(repr(sys.version_info[:2]).encode())
    lock = settings.lock(app)
    digest.update(lock.read_bytes() if lock.is_file() else b"")
    return digest.hexdigest()[:20]


def page_digest(app: Sphinx, text: str) -> str:
    """A hash of the library's files that the results of a page with this text can come from."""
    library = settings.library(app)
    digest = hashlib.sha256()
    for path in sorted(depends.of_page(text, library, without=settings.numbers(app))):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(library)}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def pages(app: Sphinx) -> dict[str, str]:
    """Every page with code cells, by its path: the digest that its results stand under."""
    folder = (settings.root(app) / app.config.derivation_data).parent
    texts = {path: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.md"))}
    return {
        str(path.resolve()): page_digest(app, text)
        for path, text in texts.items() if depends.CELL.search(text)
    }


def drop_stale(folder: Path, now: dict[str, str]) -> None:
    """Remove from the cache every notebook whose digest is not the one it was executed under, or that is not whole."""
    noted = folder / DIGESTS
    before = json.loads(noted.read_text(encoding="utf-8")) if noted.is_file() else {}
    cache = get_cache(folder)
    kept = set()
    for record in cache.list_cache_records():
        page = str(Path(record.uri).resolve())
        if page in now and before.get(page) == now[page] and whole(cache, record):
            kept.add(record.hashkey)
        else:
            NbCacheRecord.remove_record(record.pk, cache.db)
    for executed in (folder / "executed").glob("*"):
        if executed.name not in kept:
            shutil.rmtree(executed)
    # Noted only now: a build that breaks off in between drops them again, and keeps nothing stale.
    part = noted.with_suffix(".part")
    part.write_text(json.dumps(now, indent=1), encoding="utf-8")
    os.replace(part, noted)


def whole(cache, record: NbCacheRecord) -> bool:
    """Whether a kept notebook can be read: a build that is killed leaves half a file, or a record without one."""
    try:
        cache.get_cache_bundle(record.pk)
    except (KeyError, OSError, ValueError):
        return False
    return True


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
    drop_stale(folder, pages(app))
    os.utime(folder)
    prune(caches)


def prune(caches: Path) -> None:
    """Remove all but the newest keyed folders."""
    keyed = [path for path in caches.iterdir() if path.is_dir() and len(path.name) == 20]
    for path in sorted(keyed, key=lambda p: p.stat().st_mtime_ns, reverse=True)[KEPT:]:
        shutil.rmtree(path, ignore_errors=True)


def extension() -> list[Path]:
    """The files of this extension: what it makes of a page is in the page's pickle."""
    return sorted(path for path in Path(__file__).parent.glob("*.*") if path.suffix in (".py", ".cjs"))


def outdated(app: Sphinx, env, added, changed, removed) -> set[str]:
    """Read a page again when its digest changed, and every page when the book's data files or this extension did."""
    data = [settings.lock(app), settings.article(app), settings.notation(app), settings.numbers(app),
            settings.moved_labels(app), *extension()]
    digest = hashlib.sha256()
    for path in data:
        digest.update(path.read_bytes() if path.is_file() else b"-")
    now = {env.path2doc(path) or path: digest for path, digest in pages(app).items()}
    before = getattr(env, "derivation_inputs", (None, {}))
    env.derivation_inputs = digest.hexdigest(), now
    if before[0] != digest.hexdigest():
        return set(env.found_docs)
    stale = {page for page, value in now.items() if before[1].get(page) != value}
    return stale & set(env.found_docs)


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
