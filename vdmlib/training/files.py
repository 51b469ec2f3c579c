"""A trained model in one file of the safetensors format: arrays and text, nothing that runs."""

import hashlib
import inspect
import json
import os
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import safetensors
import safetensors.numpy
from flax import nnx

from .. import diffusion, laws, models, networks
from ..inputs.arguments import description, made_again
from ..runtime.folders import as_path
from .checkpoints import CheckpointError
from .identity import differences, shapes
from .storage import filled, plain, whole_file

FORMAT = 2
ABOUT, CHECKSUM = "vdmlib", "sha256"  # the file's texts: what the arrays are, and a sum over it and them
ROOMS = (models, networks, diffusion, laws)  # whose classes a file may name


def save(model: nnx.Module, path: str | os.PathLike[str], dtype: str | None = None, about: Any = None) -> None:
    """Write a model to one file, whole or not at all.

    The file holds the weights and, for the library's models, what they were made with. Its format is that of
    safetensors, so other libraries read the weights too; nothing in it is run when it is read.

    Args:
      model: an ``nnx.Module``.
      path: the file; one that is there is replaced.
      dtype: ``"float16"`` or ``"bfloat16"`` rounds the weights to it, for a file of half the size;
        :func:`load` gives them back as 32-bit floats with those values.
      about: anything else to keep in the file, as JSON can hold it; :func:`about` reads it.

    Raises:
      ValueError: something else than a module, another ``dtype``, weights that it cannot hold, no path, or an
        ``about`` that is no JSON.
      OSError: the file cannot be written; then nothing has changed.

    >>> import tempfile
    >>> from pathlib import Path
    >>> from vdmlib import VAE
    >>> path = Path(tempfile.mkdtemp()) / "model.safetensors"
    >>> save(VAE((8, 8), 17, latent=2, width=8), path)
    >>> load(path).generate(0, 3).shape
    (3, 8, 8)
    """
    if not isinstance(model, nnx.Module):
        raise ValueError(f"save wants a model, an nnx.Module, given {type(model).__name__}")
    path = as_path("save: path", path)
    if path.is_dir():
        raise IsADirectoryError(f"save: {path} is a folder; a file in it is wanted")
    if not path.parent.is_dir():
        raise FileNotFoundError(f"save: there is no folder {path.parent}")
    arrays = {name: _rounded(name, np.asarray(leaf), dtype) for name, leaf in plain(nnx.state(model)).items()}
    types = {name: array.dtype.name for name, array in arrays.items() if array.dtype.kind == "V"}
    arrays |= {name: arrays[name].view(f"u{arrays[name].itemsize}") for name in types}
    told = {"format": FORMAT, "class": type(model).__name__, "made": _how(model), "types": types, "about": about}
    arrays = {name: np.asarray(array, order="C") for name, array in arrays.items()}
    try:
        text = json.dumps(told, sort_keys=True)
    except TypeError as error:
        raise ValueError(f"save: about must be what JSON can hold: {error}") from error
    content = safetensors.numpy.save(arrays, {ABOUT: text, CHECKSUM: _checksum(text, arrays)})
    with whole_file(path) as file:
        file.write(content)


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
    >>> from pathlib import Path
    >>> from vdmlib import LinearVAE
    >>> path = Path(tempfile.mkdtemp()) / "model"
    >>> save(LinearVAE(3, 2), path)
    >>> load(path).latent
    2
    """
    told, arrays = _read(path)
    made, kind = told["made"], told["class"]
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
    elif not isinstance(like, nnx.Module):
        raise ValueError(f"load: like must be a model, an nnx.Module, given {_what(like)}")
    graph, state = nnx.split(like)
    wanted = jax.eval_shape(plain, state)
    arrays = {name: _widened(array, wanted.get(name)) for name, array in arrays.items()}
    unlike = differences({"model": shapes(arrays)}, {"model": shapes(wanted)})
    if unlike:
        raise CheckpointError(f"load: {path} is of another model; {unlike[0]}")
    return nnx.merge(graph, filled(state, {name: jnp.asarray(array) for name, array in arrays.items()}))


def about(path: str | os.PathLike[str]) -> Any:
    """What :func:`save` was given to keep beside the weights in the file, or ``None``."""
    return _read(path)[0]["about"]


def _read(path):
    """What the file tells of itself, and its arrays by name."""
    path = as_path("load: path", path)
    if path.is_dir():
        raise CheckpointError(f"load: {path} is no model that save wrote: it is a folder; restore reads those of fit")
    try:
        with safetensors.safe_open(path, framework="numpy") as file:
            texts = file.metadata() or {}
            told = json.loads(texts[ABOUT])
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (the file is no dictionary)
        if texts[CHECKSUM] != _checksum(texts[ABOUT], arrays):
            raise ValueError("its checksum is another")
        version = told["format"]
        arrays |= {name: arrays[name].view(dtype) for name, dtype in told["types"].items()}
    except FileNotFoundError as error:
        raise CheckpointError(f"load: there is no file {path}") from error
    except Exception as error:  # whatever safetensors makes of another file
        raise CheckpointError(f"load: {path} is no model that save wrote, or is damaged: {error}") from error
    if version != FORMAT:
        raise CheckpointError(f"load: {path} is of another version of the library: format {version}, wanted {FORMAT}")
    return told, arrays


def _checksum(text, arrays):
    """SHA-256 of the text and of every array under its name: safetensors itself has none."""
    found = hashlib.sha256(text.encode())
    for name, array in sorted(arrays.items()):
        found.update(f"{name}{array.dtype}{array.shape}".encode() + array.tobytes())
    return found.hexdigest()


def _rounded(name, array, dtype):
    """32-bit floats rounded to a smaller type; other arrays stay."""
    if dtype is None or array.dtype != np.float32:
        return array
    if dtype not in ("float16", "bfloat16"):
        raise ValueError(f'save: dtype must be None, "float16" or "bfloat16", given {dtype!r}')
    with np.errstate(over="ignore"):  # refused below
        small = array.astype(jnp.dtype(dtype))
    if not np.isfinite(small.astype(np.float32)).all() and np.isfinite(array).all():
        raise ValueError(f"save: {dtype} cannot hold the values of {name}, up to {np.abs(array).max():g}")
    return small


def _widened(array, wanted):
    """A rounded array as the 32-bit floats that the model wants."""
    small = array.dtype in (np.float16, jnp.bfloat16)
    return array.astype(np.float32) if small and wanted is not None and wanted.dtype == np.float32 else array


def _how(model):
    """How the library makes a model of this structure again, or ``None`` if it does not."""
    try:
        made = description(model)
        again = nnx.eval_shape(lambda: made_again(made, _class))
    except (KeyError, TypeError, ValueError):
        return None  # of one's own, or made with something of one's own
    same = type(again) is type(model) and nnx.graphdef(again) == nnx.graphdef(model)
    return made if same else None  # or something was exchanged since


def _what(thing):
    return f"the class {thing.__name__}" if isinstance(thing, type) else type(thing).__name__


def _class(name):
    """The library's class of that name."""
    for room in ROOMS:
        found = getattr(room, name, None) if name in room.__all__ else None
        if inspect.isclass(found):
            return found
    raise KeyError(f"no class {name}")
