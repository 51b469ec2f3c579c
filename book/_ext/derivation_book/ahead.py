"""Executes the pages that need it before any is read, two at a time, into the cache that myst-nb reads from.

Sphinx reads, and so executes, one page after another. A page that fails here is executed again when it is
read, which reports it as ever.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterable
from pathlib import Path

from jupyter_cache import get_cache
from jupyter_cache.executors.basic import ExecutionWorkerLocalMProc, ExecutionWorkerTempMProc, ProcessData
from myst_nb.core.read import is_myst_markdown_notebook
from sphinx.application import Sphinx
from sphinx.util import logging

logger = logging.getLogger(__name__)

#: More would not fit the memory of a small machine: a chapter that trains models takes a few GB.
WORKERS = 2
#: How jupyter-cache reads these pages.
READER = {"type": "plugin", "name": "myst_nb_md"}


def cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def workers() -> int:
    """How many pages are worked on at a time."""
    return min(WORKERS, cores())


def waiting(app: Sphinx, docnames: Iterable[str]) -> list[ProcessData]:
    """The pages whose results are not kept, as jobs."""
    cache, jobs = get_cache(app.config.nb_execution_cache_path), []
    for path in map(Path, map(app.env.doc2path, docnames)):
        if path.suffix == ".md" and is_myst_markdown_notebook(path.read_text(encoding="utf-8")):
            record = cache.add_nb_to_project(str(path), read_data=READER)
            try:
                cache.match_cache_notebook(cache.get_project_notebook(record.pk).nb)
            except KeyError:
                jobs.append(ProcessData(record.pk, record.uri, cache, app.config.nb_execution_timeout, False))
    return jobs


def execute(app: Sphinx, env, docnames: list[str]) -> None:
    """Fill the cache, where that saves time."""
    at_a_time = workers()
    if app.config.nb_execution_mode != "cache" or at_a_time < 2:
        return
    jobs = waiting(app, docnames)
    if len(jobs) < 2:
        return
    names = ", ".join(Path(job.uri).stem for job in jobs)
    logger.info("executing %d pages, %d at a time: %s", len(jobs), at_a_time, names)
    worker = ExecutionWorkerTempMProc() if app.config.nb_execution_in_temp else ExecutionWorkerLocalMProc()
    with multiprocessing.Pool(at_a_time) as pool:
        for code, uri in pool.imap_unordered(worker, jobs):
            logger.info("executed %s%s", Path(uri).stem, "" if code == 0 else ", which failed")


def setup(app: Sphinx) -> None:
    """Connect to the build."""
    app.connect("env-before-read-docs", execute)
