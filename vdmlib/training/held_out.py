"""Means of a loss over held-out data."""

from collections.abc import Callable
from functools import partial
from typing import Any

import jax
from flax import nnx

from ..inputs.arrays import count_of
from ..inputs.given import Data
from ..inputs.options import whole
from ..runtime import xla
from .losses import accepted, default_loss, reported


def evaluate(
    model: Any, data: Data, *, seed: int = 0, batch_size: int = 1024, loss: Callable[..., Any] = default_loss,
) -> dict[str, float]:
    """The mean of the loss and of what it reports over all of ``data``.

    Args:
      model: an ``nnx.Module``.
      data: as in :func:`fit`.
      seed: for the draws that the loss makes.
      batch_size: examples a call.
      loss: as in :func:`fit`.

    Returns:
      A dictionary of numbers, ``loss`` among them, in the units of the loss.

    Raises:
      ValueError: data that the model cannot use, no data, or lengths that differ.

    >>> import numpy as np
    >>> from vdmlib import VAE
    >>> found = evaluate(VAE((8, 8), 17, latent=2, width=16), np.zeros((5, 8, 8), np.uint8))
    >>> sorted(found)
    ['bits_per_dim', 'loss', 'prior_matching', 'reconstruction']
    """
    seed, batch_size = whole("evaluate: seed", seed, 0, 2**32 - 1), whole("evaluate: batch_size", batch_size)
    data = accepted("evaluate: data", model, data, loss)
    graph, weights, rest = nnx.split(model, nnx.Param, ...)
    return Evaluation(graph, rest, loss, data, seed, batch_size=batch_size)(weights)


class Evaluation:
    """Held-out means for given weights, always with the same draws.

    With ``devices`` each part of the data is shared out among them where its length allows.
    """

    def __init__(
        self, graph: Any, rest: Any, loss: Any, data: Any, seed: int, devices: Any = None, batch_size: int = 1024,
    ) -> None:
        key = jax.random.fold_in(jax.random.key(seed), 2**32 - 1)
        count = count_of("validation", data)
        self._given = graph, loss, rest
        self._parts = []
        for i, start in enumerate(range(0, count, batch_size)):
            part = jax.tree.map(lambda a, s=start: a[s : s + batch_size], data)
            size = min(batch_size, count - start)
            if devices:
                even = size % devices.count == 0
                part = devices.place(part, devices.shared if even else devices.whole)
            self._parts.append((size / count, part, jax.random.fold_in(key, i)))

    def __call__(self, weights: Any) -> dict[str, float]:
        total = {}
        for share, part, key in self._parts:
            found = jax.device_get(_value(*self._given, weights, part, key))
            for name, number in found.items():
                total[name] = total.get(name, 0.0) + share * float(number)
        return total


@partial(xla.jit, static_argnums=(0, 1))
def _value(graph, loss, rest, weights, batch, key):
    """What the loss says of one batch; compiled once for all models of one structure."""
    number, metrics = reported(loss(nnx.merge(graph, weights, rest), batch, key))
    return {**metrics, "loss": number}
