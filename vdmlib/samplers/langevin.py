"""Langevin steps at one noise level."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
from jax.tree_util import Partial
from jax.typing import ArrayLike

from ..diffusion.parameterizations import Prediction
from ..inputs.arrays import as_reals, known
from ..inputs.keys import as_key
from ..inputs.options import number, whole
from ..runtime.callables import compiled
from .drive import at_level, checked_label, looked_at, loop_is_compiled


def langevin(
    denoise: Callable[..., Prediction], key: jax.Array | int, x: jax.Array, omega: jax.Array, *, steps: int,
    step: Any = None, snr: float | None = None, label: ArrayLike | None = None,
) -> jax.Array:
    """Move samples towards the law of x_t at one noise level, by unadjusted Langevin steps.

        x ← x + h ∇log p_t(x) + √(2h) z,    z ~ N(0, I).

    The steps are biased, since they are not accepted or rejected: along a direction in which the law
    is Gaussian with variance V they settle at V / (1 − h/2V). With ``step``, h = step · (1 − ᾱ_t).
    As no direction of x_t has less variance than its noise, 1 − ᾱ_t, the variance comes out too large
    by a factor of at most 1/(1 − step/2) for Gaussian laws, and any ``step`` below 2 is stable.

    Args:
      denoise: a denoiser.
      key: a JAX random key.
      x: ``[B, …]``.
      omega: the noise level, a scalar.
      steps: how many steps.
      step: h in units of the noise's variance, in (0, 2); 0.1 where neither is given.
      snr: in place of ``step``, h = 2 (snr · |z| / |∇log p_t(x)|)², with norms averaged over the batch.
      label: classes ``[B]``, one for all, or ``None``.

    Returns:
      ``[B, …]``.

    Raises:
      ValueError: a step out of range, or both ``step`` and ``snr``.

    Source: Song et al., Score-Based Generative Modeling through SDEs (2021), algorithm 5, for ``snr``.
    The book's ``langevin.bias`` has the bias 1/(1 − h/2) for N(0, 1).

    >>> from vdmlib import Prediction
    >>> def standard(x_t, omega, label=None):     # every p_t is N(0, I)
    ...     return Prediction(x_t, omega, -x_t, "score")
    >>> x = langevin(standard, jax.random.key(0), jnp.zeros((20000, 1)), 20.0, steps=20, step=1.0)
    >>> round(float(x.var()), 1)                  # 1/(1 − 1/2)
    2.0
    """
    looked_at(denoise)
    x = as_reals("x", x)
    steps = whole("langevin: steps", steps, 0)
    size = corrector_size(step, snr)
    label = checked_label(label, len(x), denoise)
    omega = jnp.asarray(omega, x.dtype)
    keys = jax.random.split(as_key(key), steps)
    if loop_is_compiled(denoise, x):
        return compiled(_scanned, (size, denoise))(keys, x, omega, label)
    one_step = compiled(langevin_step, (size, denoise))
    for key in keys:
        x = one_step(key, x, omega, label)
    return x


def corrector_size(step: Any, snr: float | None) -> Partial:
    """The rule for h as a pytree: h(score, z, ω).

    Raises:
      ValueError: a number out of range, or both given.
    """
    if step is not None and snr is not None:
        raise ValueError("give step or snr, not both")
    if snr is not None:
        if known(snr):
            number("snr", snr, above=0)
        return Partial(_by_snr, snr)
    step = 0.1 if step is None else step
    if known(step):
        number("step", step, above=0, below=2)  # from 2 on the steps may diverge
    return Partial(_by_noise, step)


def langevin_step(
    size: Any, denoise: Callable[..., Prediction], key: jax.Array | int, x: jax.Array, omega: jax.Array,
    label: ArrayLike | None,
) -> jax.Array:
    """One step of x ``[B, …]`` at the scalar ω, for use in compiled code."""
    score = at_level(denoise, x, omega, label).score
    noise = jax.random.normal(key, x.shape, x.dtype)
    h = size(score, noise, omega)
    return (x + h * score + jnp.sqrt(2 * h) * noise).astype(x.dtype)


def _scanned(size, denoise, keys, x, omega, label):
    def body(x, key):
        return langevin_step(size, denoise, key, x, omega, label), None

    return jax.lax.scan(body, x, keys)[0]


def _by_noise(step, score, noise, omega):
    return step * jax.nn.sigmoid(omega)


def _by_snr(snr, score, noise, omega):
    axes = tuple(range(1, score.ndim))

    def mean_norm(a):
        return jnp.mean(jnp.sqrt(jnp.sum(jnp.square(a), axis=axes)))

    return 2 * jnp.square(snr * mean_norm(noise) / mean_norm(score))
