"""Guidance: denoisers made from denoisers.

γ is the guidance strength: 1 is the conditional model, 0 the unconditional one, above 1 extrapolates.
At one x_t and one noise level, x̂_0, ε̂, the score and v are affine functions of each other, so a
combination whose weights add to one is the same whichever of them is combined.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.typing import ArrayLike

from ..diffusion.parameterizations import Prediction
from ..inputs.arrays import as_reals, as_tokens, known
from ..inputs.options import number
from ..runtime.callables import as_pytree, classes_of
from ..runtime.callables import convolutional as is_convolutional


def conditional(denoise: Callable[..., Prediction], label: Any) -> "Conditional":
    """The denoiser of one class: ``label`` in place of any other.

    Args:
      denoise: a denoiser, ``denoise(x_t, omega, label) -> Prediction``.
      label: a whole number, or one an example, ``[B]``; ``None`` for the unconditional denoiser.

    Returns:
      A denoiser that takes no notice of the label that it is called with.

    Raises:
      ValueError: a label that is not a whole number, or ``[B]`` of them.

    Source: the book's chapter on guidance.

    >>> def by_class(x_t, omega, label=None):      # class k lies at the point k
    ...     place = jnp.broadcast_to(label.astype(float)[:, None], x_t.shape)
    ...     return Prediction(x_t, omega, place, "x0")
    >>> conditional(by_class, 3)(jnp.zeros((2, 1)), 0.0).x0.tolist()
    [[3.0], [3.0]]
    """
    label = as_tokens(label, classes_of(denoise), None)
    return Conditional(as_pytree(denoise), label if label is None else jnp.asarray(label))


def classifier_free(denoise: Callable[..., Prediction], gamma: ArrayLike) -> Callable[..., Prediction]:
    """Classifier-free guidance: γ · conditional + (1 − γ) · unconditional.

    In scores it is γ ∇log p_t(x|y) + (1 − γ) ∇log p_t(x) = ∇log p_t(x) + γ ∇log p_t(y|x), the score of
    p_t(x) p_t(y|x)^γ up to its constant. That is a guided density at each t; for γ other than 0 and 1
    these densities are not the noised versions of the one at t = 0, and for γ > 1 they may not even be
    normalisable. Ho and Salimans' (1 + w) form has γ = 1 + w.

    Args:
      denoise: a denoiser that knows classes; its ``label=None`` is the unconditional model.
      gamma: γ, a number, or one an example, ``[B]``. With the numbers 0 and 1 only one of the two
        models is called.

    Returns:
      A denoiser. Called with ``label=None`` it is the unconditional one.

    Raises:
      ValueError: γ with more than one axis.

    Source: Ho and Salimans, Classifier-Free Diffusion Guidance (2021), eq. 6; ``cfg.combo``.

    >>> def by_class(x_t, omega, label=None):
    ...     value = 0.0 if label is None else 1.0
    ...     return Prediction(x_t, omega, jnp.full_like(x_t, value), "x0")
    >>> x, label = jnp.zeros((1, 1)), jnp.array([0])
    >>> [classifier_free(by_class, gamma)(x, 0.0, label).x0.item() for gamma in (0, 1, 2.5)]
    [0.0, 1.0, 2.5]
    """
    gamma = _checked_strength(gamma)
    if isinstance(gamma, float) and gamma in (0.0, 1.0):
        return as_pytree(denoise) if gamma else conditional(denoise, None)
    return ClassifierFree(as_pytree(denoise), gamma)


def towards(denoise: Callable[..., Prediction], labels: Any, gamma: ArrayLike) -> Callable[..., Prediction]:
    """The denoiser with classifier-free guidance towards these labels; without labels the unconditional one.

    Raises:
      ValueError: a strength other than 0 and 1, and no labels that it could strengthen.
    """
    if labels is not None:
        return classifier_free(denoise, gamma)
    if known(gamma) and not (np.ndim(gamma) == 0 and gamma in (0, 1)):
        raise ValueError(f"gamma strengthens a class: give labels with it, or leave it out; given gamma={gamma!r} alone")
    return denoise


def classifier_guidance(denoise: Callable[..., Prediction], log_prob: Any, gamma: ArrayLike) -> "ClassifierGuided":
    """Classifier guidance: the unconditional score plus γ ∇ log p_t(y|x_t).

    Args:
      denoise: a denoiser; it is called with ``label=None``.
      log_prob: ``log_prob(x_t, omega) -> [B, classes]`` nats, the classes' log-probabilities at that
        noise level, each example by itself; such as :meth:`~vdmlib.Classifier.log_prob` of a
        noise-aware classifier. It is differentiated with respect to x_t.
      gamma: γ, a number, or one an example, ``[B]``.

    Returns:
      A denoiser. Called with ``label=None`` it is ``denoise``.

    Raises:
      ValueError: γ with more than one axis.

    Source: Dhariwal and Nichol, Diffusion Models Beat GANs (2021), section 4; ``guide.classifier``.

    >>> def standard(x_t, omega, label=None):      # data N(0, 1): the score is −x
    ...     return Prediction(x_t, omega, -x_t, "score")
    >>> def log_prob(x_t, omega):                  # two classes, likelier right and left
    ...     return jnp.concatenate([jax.nn.log_sigmoid(x_t), jax.nn.log_sigmoid(-x_t)], axis=-1)
    >>> guided = classifier_guidance(standard, log_prob, 3.0)
    >>> guided(jnp.zeros((2, 1)), 0.0, jnp.array([0, 1])).score.round(4).tolist()   # ±3 · ½
    [[1.5], [-1.5]]
    """
    gamma = _checked_strength(gamma)
    return ClassifierGuided(as_pytree(denoise), as_pytree(log_prob), gamma)


class _Wrapper:
    """What guided denoisers pass on from the one that they wrap."""

    denoise: Any

    @property
    def convolutional(self):
        """Whether the wrapped denoiser is; samplers step it outside a compiled loop then."""
        return is_convolutional(self.denoise)

    @property
    def classes(self):
        """How many classes the wrapped denoiser knows, or ``None``."""
        return classes_of(self.denoise)


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Conditional(_Wrapper):
    """A denoiser with its label fixed; see :func:`conditional`."""

    denoise: Any
    label: Any

    def __call__(self, x_t: jax.Array, omega: ArrayLike, label: Any = None) -> Prediction:
        if self.label is None:
            return self.denoise(x_t, omega, None)
        return self.denoise(x_t, omega, jnp.broadcast_to(self.label, x_t.shape[:1]).astype(jnp.int32))


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class ClassifierFree(_Wrapper):
    """A denoiser with classifier-free guidance; see :func:`classifier_free`."""

    denoise: Any
    gamma: Any

    def __call__(self, x_t: jax.Array, omega: ArrayLike, label: Any = None) -> Prediction:
        without = self.denoise(x_t, omega, None)
        if label is None:
            return without
        given = self.denoise(x_t, omega, label)
        # from the unconditional value on: nothing cancels that is large and equal in both
        step = given.to(without.kind).value - without.value
        value = without.value + _by_example(self.gamma, x_t) * step
        return Prediction(x_t, without.omega, value, without.kind)


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class ClassifierGuided(_Wrapper):
    """A denoiser with classifier guidance; see :func:`classifier_guidance`."""

    denoise: Any
    log_prob: Any
    gamma: Any

    @property
    def classes(self) -> int | None:
        """How many classes the classifier knows, or ``None``; an example with the null token is not guided."""
        return classes_of(self.log_prob)

    def __call__(self, x_t: jax.Array, omega: ArrayLike, label: Any = None) -> Prediction:
        without = self.denoise(x_t, omega, None)
        if label is None:
            return without
        label = jnp.broadcast_to(jnp.asarray(as_tokens(label, self.classes, len(x_t))), x_t.shape[:1])

        def chosen(x_t):
            found = self.log_prob(x_t, omega)
            return jnp.sum(jnp.take_along_axis(found, label.astype(jnp.int32)[:, None], axis=1))

        gradient = jax.grad(chosen)(x_t)
        # ε = −√(1−ᾱ) score
        noise = _by_example(jnp.sqrt(jax.nn.sigmoid(jnp.asarray(omega, x_t.dtype))), x_t)
        eps = without.eps - _by_example(self.gamma, x_t) * noise * gradient
        return Prediction(x_t, without.omega, eps, "eps").to(without.kind)


def _by_example(value, x):
    """A scalar or ``[B]``, shaped to multiply x ``[B, …]``."""
    value = jnp.asarray(value, x.dtype)
    if value.ndim and value.shape not in ((1,), x.shape[:1]):
        raise ValueError(f"gamma must be a number or [{len(x)}], one an example, given {list(value.shape)}")
    return value.reshape(-1, *(1,) * (x.ndim - 1)) if value.ndim else value


def _checked_strength(gamma):
    if isinstance(gamma, (int, float)):
        return number("gamma", gamma)
    if isinstance(gamma, (str, type(None))):
        raise ValueError(f"gamma must be a number or [B] of them, given {gamma!r}")
    gamma = as_reals("gamma", gamma)
    if gamma.ndim > 1:
        raise ValueError(f"gamma must be a number or [B] of them, given {list(gamma.shape)}")
    return gamma
