"""Train a task of the table of presets, from nothing."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ..data.images import DataError, Dataset
from ..inputs.options import one_of
from ..training import fit
from ..training.history import History
from .presets import HARDWARE, PRESETS, SHAPE, TASKS


def hardware() -> str:
    """The kind of device that JAX computes on: "cpu", "gpu" or "tpu".

    >>> hardware() in HARDWARE
    True
    """
    platform = jax.default_backend()
    return platform if platform in ("cpu", "tpu") else "gpu"


def train(
    task: str, data: Dataset, preset: str | None = None, *, seed: int = 0, **options: Any,
) -> tuple[Any, History]:
    """Train one of the book's models of 28×28 as the table of presets has it.

    Args:
      task: a name in :data:`~vdmlib.pretrained.TASKS`, such as "mnist-vdm".
      data: a :class:`~vdmlib.Dataset` of images of 28×28 and 256 levels, such as :func:`~vdmlib.mnist` gives.
      preset: "cpu", "gpu", "tpu" or "shipped"; by default that of the device at hand.
      seed: for the first weights and for training.
      options: of :func:`~vdmlib.fit`, in the place of the preset's, such as ``steps`` or ``checkpoint``.

    Returns:
      The trained model, and a :class:`~vdmlib.History`.

    Models of black and white begin with the mean image: the bias of the last layer is the mean pixels' logit.
    Without it the first steps push so hard that most latents die, and a small network does not wake them again.

    Raises:
      ValueError: no such task or preset, or an option out of range.
      DataError: data of another shape.

    Source: the logit of the mean is in the code of Burda, Grosse and Salakhutdinov (2016).

    >>> from vdmlib import Images
    >>> few = Images(np.arange(8 * 28 * 28).reshape(8, 28, 28) % 256, np.arange(8),
    ...     levels=256, classes=10)
    >>> model, history = train("mnist-vae-plane", Dataset("few", few, few, few), "cpu",
    ...     steps=1, batch_size=4, progress=False)
    >>> history.steps
    1
    """
    one_of("task", task, TASKS)
    preset = hardware() if preset is None else one_of("preset", preset, HARDWARE)
    if not isinstance(data, Dataset) or data.shape != SHAPE or data.levels != 256:
        found = f"{data.shape} and {data.levels} levels" if isinstance(data, Dataset) else type(data).__name__
        raise DataError(f"train: data must be a Dataset of images of {SHAPE} and 256 levels, given {found}")
    what, how = TASKS[task], PRESETS[task][preset]
    model: Any = what.make(**how.model, seed=seed)
    if what.levels == 2:
        pixels = model.decoders[0] if task == "mnist-hvae" else model.decoder
        pixels.last.bias[...] = jnp.asarray(_mean_logit(data.train.images))
    asked: dict[str, Any] = what.loss | how.fit | options
    return fit(model, what.data(data.train), validation=what.data(data.validation), seed=seed, **asked)


def _mean_logit(images):
    """The logit of each pixel's mean, ``[dims]``, kept off 0 and 1."""
    mean = np.clip(images.reshape(len(images), -1).mean(axis=0) / 255, 1e-3, 1 - 1e-3)
    return np.log(mean / (1 - mean)).astype(np.float32)
