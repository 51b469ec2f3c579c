"""Predictor–corrector sampling: a reverse step, then Langevin steps at the level reached."""

from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from typing import Any

import jax
from jax.tree_util import Partial
from jax.typing import ArrayLike

from ..diffusion.parameterizations import Prediction
from ..diffusion.schedules.base import Schedule
from ..inputs.options import whole
from .ancestral import reverse_step
from .drive import drive
from .langevin import corrector_size, langevin_step


def predictor_corrector(
    denoise: Callable[..., Prediction],
    schedule: Schedule,
    key: jax.Array | int,
    shape: Sequence[int],
    *,
    steps: ArrayLike | Sequence[float],
    label: ArrayLike | None = None,
    corrections: int = 1,
    step: Any = None,
    snr: float | None = None,
    variance: Any = "posterior",
    spacing: str = "time",
    start: ArrayLike | None = None,
    final: str = "mean",
    trajectory: bool = False,
    scan: bool | None = None,
) -> jax.Array:
    """Draw samples with the reverse chain, each step followed by Langevin steps at its noise level.

    The corrector mends what the predictor's large steps spoil, at one more call of the denoiser each.
    It has a bias of its own that does not go away with more steps, see
    :func:`~vdmlib.langevin`: a smaller ``step`` has less, and corrects less.

    Arguments that are not listed are those of :func:`~vdmlib.ancestral`.

    Args:
      corrections: Langevin steps after each step of the predictor.
      step, snr: their size, as in :func:`~vdmlib.langevin`.
      variance: the predictor's, as in :func:`~vdmlib.ancestral`.

    Returns:
      ``[*shape]`` in model scale, or the trajectory.

    Raises:
      ValueError: as :func:`~vdmlib.ancestral` and :func:`~vdmlib.langevin`.

    Source: Song et al., Score-Based Generative Modeling through SDEs (2021), algorithms 3 and 5.

    >>> import jax.numpy as jnp
    >>> from vdmlib import Prediction, schedule
    >>> def standard(x_t, omega, label=None):     # data N(0, I)
    ...     return Prediction(x_t, omega, -x_t, "score")
    >>> x = predictor_corrector(standard, schedule("linear"), jax.random.key(0), (5000, 1), steps=50,
    ...                         variance="forward", final="state")
    >>> round(float(x.var()), 1)
    1.0
    """
    corrections = whole("corrections", corrections)
    both = Partial(_stepper(corrections), reverse_step(variance), corrector_size(step, snr))
    return drive(
        both, denoise, schedule, key, shape, steps=steps, label=label, spacing=spacing,
        start=start, final=final, trajectory=trajectory, scan=scan,
    )


@lru_cache
def _stepper(corrections):
    return partial(_step, corrections)  # one function for each number, so that it compiles once


def _step(corrections, predict, size, denoise, key, x, omega_t, omega_s, label):
    key, *others = jax.random.split(key, 1 + corrections)
    x = predict(denoise, key, x, omega_t, omega_s, label)
    for key in others:
        x = langevin_step(size, denoise, key, x, omega_s, label)
    return x
