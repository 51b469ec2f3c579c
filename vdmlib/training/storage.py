"""Trees of arrays on disk, by Orbax: each under plain names, so that no class need be known to read it."""

import contextlib
import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ..runtime.folders import sweep
from .identity import named


@contextlib.contextmanager
def whole_file(path: Any) -> Iterator[Any]:
    """A file to write bytes to, which becomes ``path`` when all of it is on the disk; else nothing is left of it.

    Of a link, what it leads to is written, and the link stays; of a file that is there, its permissions stay.
    What a writer left that was killed goes when the next one comes, a day later or more.
    """
    path = Path(os.path.realpath(path))
    sweep(path.parent, ".vdmlib-*.part")
    part = path.with_name(f".vdmlib-{uuid.uuid4().hex}.part")  # no file of anybody else's, on no host
    try:
        with open(part, "xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def manager_of(folder: Any, last: Any = None) -> Any:
    """Orbax's manager of the folder, to write with if it is told how many to keep."""
    import orbax.checkpoint as ocp  # takes a second to import

    kept = ocp.checkpoint_managers
    return ocp.CheckpointManager(
        folder,
        options=ocp.CheckpointManagerOptions(
            step_prefix="step",
            preservation_policy=kept.LatestN(last) if last else None,
            save_decision_policy=kept.FixedIntervalPolicy(1),
            cleanup_tmp_directories=last is not None,  # what a killed process left
            enable_async_checkpointing=False,  # the next step takes over the memory
            save_root_metadata=False,
            create=False,
        ),
    )


def write(manager: Any, step: Any, parts: Any, about: Any) -> None:
    """Name to tree of arrays, and what JSON can hold, as the checkpoint of a step."""
    import orbax.checkpoint as ocp  # takes a second to import

    items = {name: ocp.args.StandardSave(plain(tree)) for name, tree in parts.items() if plain(tree)}
    manager.save(step, args=ocp.args.Composite(about=ocp.args.JsonSave(about), **items))


def read_about(manager: Any, step: Any) -> Any:
    """What JSON held."""
    import orbax.checkpoint as ocp  # takes a second to import

    return manager.restore(step, args=ocp.args.Composite(about=ocp.args.JsonRestore()))["about"]


def read(manager: Any, step: Any, targets: Any) -> dict[Any, Any]:
    """Name to tree, each of the structure, types and places of its target."""
    import orbax.checkpoint as ocp  # takes a second to import

    items = {
        name: ocp.args.StandardRestore(jax.tree.map(_abstract, plain(tree)))
        for name, tree in targets.items()
        if plain(tree)
    }
    found = manager.restore(step, args=ocp.args.Composite(**items))
    return {name: filled(tree, found[name] if name in items else {}) for name, tree in targets.items()}


def plain(tree: Any) -> dict[str, Any]:
    """Name to array, keys of random numbers as the numbers that they are."""
    return {
        name: jax.random.key_data(leaf) if _is_key(leaf) else leaf for name, leaf in named(tree).items()
    }


def filled(tree: Any, found: Any) -> Any:
    """A tree like this one with the arrays of those names.

    Raises:
      ValueError: arrays of other shapes, which Orbax would cut or fill up.
    """
    for name, leaf in named(tree).items():
        if not _is_key(leaf) and found[name].shape != leaf.shape:
            raise ValueError(f"{name} is {list(found[name].shape)} there, {list(leaf.shape)} here")
    leaves = [
        jax.random.wrap_key_data(found[name], impl=jax.random.key_impl(leaf))
        if _is_key(leaf)
        else found[name]
        for name, leaf in named(tree).items()
    ]
    return jax.tree.unflatten(jax.tree.structure(tree), leaves)


def _is_key(leaf):
    return jnp.issubdtype(leaf.dtype, jax.dtypes.prng_key)


def _abstract(leaf):
    if isinstance(leaf, np.ndarray):
        return leaf
    return jax.ShapeDtypeStruct(leaf.shape, leaf.dtype, sharding=leaf.sharding)
