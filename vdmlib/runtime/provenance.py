"""Where a number comes from: versions, device, seed and seconds, left beside what a cell shows.

In the book's build, :func:`~vdmlib.fit` and :func:`~vdmlib.evaluate` leave a record
of each run in the cell's output, under a MIME type of its own that shows nothing. The build makes the
provenance page from them. Anywhere else nothing is left.
"""

import os
import platform
from datetime import UTC, datetime
from importlib import metadata
from typing import Any

MIME = "application/vnd.diffusion-derived.provenance+json"
IN_THE_BOOK = "DIFFUSION_DERIVED_BOOK"
PACKAGES = ("vdmlib", "jax", "flax", "optax", "diffrax", "numpy", "scipy", "scikit-learn", "sympy")


def environment() -> dict[str, Any]:
    """The versions and the device that results come from.

    Returns:
      A dictionary: ``python``, ``packages`` (name to version, installed ones alone), ``machine``
      (operating system and processor), ``cores``, ``device`` (as JAX names it), ``devices`` (how
      many), ``date`` (UTC, of today).

    >>> found = environment()
    >>> found["device"], found["packages"]["jax"].count(".") > 0
    ('cpu', True)
    """
    import jax  # heavy: who reads data alone does not need it

    devices = jax.devices()
    return {
        "python": platform.python_version(),
        "packages": {name: version for name in PACKAGES if (version := _version(name))},
        "machine": f"{platform.system()} {platform.machine()}",
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "device": devices[0].device_kind if devices[0].platform != "cpu" else "cpu",
        "devices": len(devices),
        "date": datetime.now(UTC).date().isoformat(),
    }


def leave_training(model: Any, history: Any, batch_size: int, seed: int) -> None:
    """Leave the record of a training: see :func:`leave`."""
    if not in_the_book():
        return
    import jax  # heavy, as above
    from flax import nnx  # heavy

    best = None
    if history.best_step is not None:
        best = list(history.validation_steps).index(history.best_step)
    leave(
        "training",
        model=type(model).__name__,
        parameters=sum(p.size for p in jax.tree.leaves(nnx.state(model, nnx.Param))),
        steps=history.steps,
        batch_size=int(batch_size),
        seed=int(seed),
        seconds=history.seconds,
        compile_seconds=history.compile_seconds,
        steps_per_second=history.steps_per_second,
        loss=float(history.loss[-100:].mean()),
        validation={} if best is None else {k: float(v[best]) for k, v in history.validation.items()},
    )


def leave(kind: str, **facts: Any) -> None:
    """Leave a record of a run in the cell's output, where the book is being built.

    Args:
      kind: "training", "evaluation" or "sampling".
      facts: what is to be said of it; numbers, strings, lists and dictionaries of those.
    """
    if in_the_book():
        from IPython.display import publish_display_data  # in a notebook alone

        publish_display_data({MIME: {"kind": kind, **facts, "environment": environment()}})


def in_the_book() -> bool:
    """Whether this is a cell of the book's build."""
    if not os.environ.get(IN_THE_BOOK):
        return False
    try:
        from IPython import get_ipython  # may be missing
    except ImportError:
        return False  # no notebook without IPython
    return get_ipython() is not None


def _version(name):
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
