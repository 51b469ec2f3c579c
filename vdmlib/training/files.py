"""A trained model in one file, without pickles."""

import inspect
import json
import os
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx

from .. import diffusion, laws, models, networks
from ..inputs.arguments import description, made_again
from .checkpoints import CheckpointError
from .identity import differences, shapes
from .storage import filled, plain, whole_file

FORMAT = 1
ABOUT, ARRAYS = "about", "arrays/"  # the entry that says what the others are, and where those stand
ROOMS = (models, networks, diffusion, laws)  # whose classes a file may name


def save(model: nnx.Module, path: str | os.PathLike[str]) -> None:
    """Write a model to one file, whole or not at all.

    The file holds the weights and, for the library's models, what they were made with. It is a zip of
    NumPy arrays and JSON; nothing in it is run when it is read.

    Args:
      model: an ``nnx.Module``.
      path: the file; one that is there is replaced.

    Raises:
      ValueError: something else than a module.
      OSError: the file cannot be written; then nothing has changed.

    >>> import tempfile
    >>> from vdmlib import VAE
    >>> path = Path(tempfile.mkdtemp()) / "model.vdm"
    >>> save(VAE((8, 8), 17, latent=2, width=8), path)
    >>> load(path).generate(0, 3).shape
    (3, 8, 8)
    """
    if not isinstance(model, nnx.Module):
        raise ValueError(f"save wants a model, an nnx.Module, given {type(model).__name__}")
    arrays = {name: np.asarray(leaf) for name, leaf in plain(nnx.state(model)).items()}
    types = {name: array.dtype.name for name, array in arrays.items() if array.dtype.kind == "V"}
    arrays |= {name: arrays[name].view(f"u{arrays[name].itemsize}") for name in types}
    about = {"format": FORMAT, "class": type(model).__name__, "made": _how(model), "types": types}
    with whole_file(Path(path)) as file:
        entries: dict[str, Any] = {ARRAYS + name: array for name, array in arrays.items()}
        np.savez(file, **{ABOUT: np.frombuffer(json.dumps(about).encode(), np.uint8), **entries})


def load(path: str | os.PathLike[str], like: Any = None) -> Any:
    """The model in a file that :func:`save` wrote.

    Args:
      path: the file.
      like: a model of the same structure; needed for models of one's own, and for those that were made
        with objects of one's own or changed afterwards. It is left as it is.

    Returns:
      The model.

    Raises:
      CheckpointError: no such file, one that is no model, or one of another model.

    >>> import tempfile
    >>> from vdmlib import LinearVAE
    >>> path = Path(tempfile.mkdtemp()) / "model"
    >>> save(LinearVAE(3, 2), path)
    >>> load(path).latent
    2
    """
    path = Path(path)
    try:
        with np.load(path, allow_pickle=False) as found:
            about = json.loads(found[ABOUT].tobytes())
            arrays = {name.removeprefix(ARRAYS): found[name] for name in found.files if name != ABOUT}
        made, kind, version = about["made"], about["class"], about["format"]
        arrays |= {name: arrays[name].view(dtype) for name, dtype in about["types"].items()}
    except FileNotFoundError as error:
        raise CheckpointError(f"load: there is no file {path}") from error
    except Exception as error:  # whatever NumPy and zipfile make of another file
        raise CheckpointError(f"load: {path} is no model that save wrote, or is damaged: {error}") from error
    if version != FORMAT:
        raise CheckpointError(f"load: {path} is of another version of the library: format {version}, wanted {FORMAT}")
    if like is None:
        if made is None:
            raise CheckpointError(
                f"load: {path} holds a {kind} that this library cannot make again; give load(path, like=model), "
                "a model of the same structure"
            )
        try:
            like = nnx.eval_shape(lambda: made_again(made, _class))
        except (KeyError, TypeError, ValueError) as error:
            raise CheckpointError(f"load: {path} is of another version of the library: {error}") from error
    graph, state = nnx.split(like)
    unlike = differences({"model": shapes(arrays)}, {"model": shapes(jax.eval_shape(plain, state))})
    if unlike:
        raise CheckpointError(f"load: {path} is of another model; {unlike[0]}")
    return nnx.merge(graph, filled(state, {name: jnp.asarray(array) for name, array in arrays.items()}))


def _how(model):
    """How the library makes a model of this structure again, or ``None`` if it does not."""
    try:
        made = description(model)
        again = nnx.eval_shape(lambda: made_again(made, _class))
    except (KeyError, TypeError, ValueError):
        return None  # of one's own, or made with something of one's own
    same = type(again) is type(model) and nnx.graphdef(again) == nnx.graphdef(model)
    return made if same else None  # or something was exchanged since


def _class(name):
    """The library's class of that name."""
    for room in ROOMS:
        found = getattr(room, name, None) if name in room.__all__ else None
        if inspect.isclass(found):
            return found
    raise KeyError(f"no class {name}")
