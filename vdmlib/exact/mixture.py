"""Gaussian mixtures: a data law whose density, score and denoiser are exact at every noise level."""

from functools import partial
from typing import Any, Self

import jax
import jax.numpy as jnp
import numpy as np
from jax.core import Tracer
from jax.scipy.special import logsumexp
from jax.typing import ArrayLike

from ..diffusion.parameterizations import Prediction
from ..inputs.keys import as_key
from ..inputs.options import whole
from ..runtime.products import in_full_precision


@jax.tree_util.register_pytree_node_class
class GaussianMixture:
    """p(x) = Σ_k w_k N(x; m_k, Σ_k), its noised laws, their scores, and the posterior of x_0.

    Noise is variance preserving: x_t = √ᾱ x_0 + √(1−ᾱ) ε with ᾱ = sigmoid(−ω), so that x_t is a mixture
    again, with means √ᾱ m_k and covariances ᾱ Σ_k + (1−ᾱ) I. ``denoise`` offers it to every sampler,
    guidance and likelihood as if it were a trained network.

    Args:
      weights: ``[K]``, positive; they are divided by their sum.
      means: ``[K, D]``.
      covs: ``[K, D, D]``, symmetric and positive definite; or variances, ``[K]`` or one number, for
        multiples of the identity.
      labels: ``[K]``, each component's class, 0 … classes − 1 with none left out; ``None``: no classes.

    Raises:
      ValueError: shapes that do not fit, or weights, variances or classes out of range.

    Source: the convolution of Gaussians; the book's chapter on noise and score.

    >>> two = GaussianMixture([0.5, 0.5], [[-1.0], [1.0]], 0.25, labels=[0, 1])
    >>> two.dims, two.classes
    (1, 2)
    >>> x_t, omega = jnp.array([[0.0], [2.0]]), 0.0
    >>> [round(float(v), 3) for v in two.denoise(x_t, omega).x0[:, 0]]    # the symmetric point says 0
    [0.0, 1.349]
    >>> [round(float(v), 3) for v in two.log_prob_class(x_t, omega)[1]]  # the second class, most likely
    [-4.536, -0.011]
    """

    def __init__(self, weights: ArrayLike, means: ArrayLike, covs: ArrayLike, labels: ArrayLike | None = None) -> None:
        means = jnp.asarray(means, jnp.result_type(float))
        weights, covs = (jnp.asarray(v, means.dtype) for v in (weights, covs))
        if means.ndim != 2 or 0 in means.shape or weights.shape != means.shape[:1]:
            raise ValueError(
                "GaussianMixture wants weights [K] and means [K, D], given "
                f"{list(weights.shape)} and {list(means.shape)}"
            )
        count, dims = means.shape
        if covs.shape in ((), (count,)):
            variances = jnp.broadcast_to(covs.reshape(-1, 1), (count, dims))
            axes = jnp.broadcast_to(jnp.eye(dims, dtype=means.dtype)[None], (count, dims, dims))
        elif covs.shape == (count, dims, dims):
            variances, axes = jnp.linalg.eigh(covs)
        else:
            raise ValueError(
                f"GaussianMixture wants covs [{count}, {dims}, {dims}], or variances [{count}] or one "
                f"number, given {list(covs.shape)}"
            )
        for what, values in (("weights", weights), ("variances", variances)):
            if not isinstance(values, Tracer) and not np.all(np.asarray(values) > 0):
                raise ValueError(f"GaussianMixture wants positive {what}, given {np.asarray(values)}")
        self._log_weights = jnp.log(weights) - jnp.log(jnp.sum(weights))
        self._means, self._variances, self._axes = means, variances, axes
        self._labels = None if labels is None else _checked_labels(labels, count)

    @classmethod
    def _of(cls, log_weights, means, variances, axes, labels):
        made = object.__new__(cls)
        made._log_weights, made._means, made._variances, made._axes = log_weights, means, variances, axes
        made._labels = labels
        return made

    def tree_flatten(self) -> tuple[Any, Any]:
        """For JAX: the arrays, and the classes as a constant."""
        return (self._log_weights, self._means, self._variances, self._axes), self._labels

    @classmethod
    def tree_unflatten(cls, labels: ArrayLike | None, arrays: Any) -> Self:
        """For JAX: the inverse of :meth:`tree_flatten`."""
        log_weights, means, variances, axes = arrays
        return cls._of(log_weights, means, variances, axes, labels)

    @property
    def weights(self) -> jax.Array:
        """``[K]``, summing to 1."""
        return jnp.exp(self._log_weights)

    @property
    def means(self) -> jax.Array:
        """``[K, D]``."""
        return self._means

    @property
    @in_full_precision
    def covs(self) -> jax.Array:
        """``[K, D, D]``."""
        return jnp.einsum("kie,ke,kje->kij", self._axes, self._variances, self._axes)

    @property
    def labels(self) -> np.ndarray | None:
        """Each component's class, ``[K]``, or ``None``."""
        return None if self._labels is None else np.asarray(self._labels, np.int32)

    @property
    def dims(self) -> int:
        """D."""
        return self._means.shape[-1]

    @property
    def classes(self) -> int | None:
        """How many classes there are; ``None`` without them. It is also the null token."""
        return None if self._labels is None else max(self._labels) + 1

    @property
    @in_full_precision
    def mean(self) -> jax.Array:
        """The mean of x, ``[D]``."""
        return self.weights @ self._means

    @property
    @in_full_precision
    def cov(self) -> jax.Array:
        """The covariance of x, ``[D, D]``: within the components plus between their means."""
        apart = self._means - self.mean[None]
        return jnp.einsum("k,kij->ij", self.weights, self.covs + apart[:, :, None] * apart[:, None, :])

    def sample(self, key: jax.Array | int, count: int, label: ArrayLike | None = None) -> Any:
        """``count`` draws, ``[count, D]``; of the classes ``label`` (a number or ``[count]``) if given."""
        return self.sample_components(key, count, label)[0]

    def sample_components(self, key: jax.Array | int, count: int, label: ArrayLike | None = None) -> Any:
        """Draws ``[count, D]`` and the component ``[count]`` that each came from.

        ``labels[component]`` is a draw's class.
        """
        count = whole("count", count)
        return _sample(self, as_key(key), self._checked_label(label, (count,)), count)

    def log_prob(self, x: ArrayLike, label: ArrayLike | None = None, *, omega: ArrayLike | None = None) -> jax.Array:
        """log p(x), or log p(x | label): ``[..., D]`` to ``[...]`` nats.

        Args:
          x: ``[..., D]``.
          label: classes, a number or ``[...]``; ``None`` or the null token: no condition.
          omega: −log SNR, a number or ``[...]``: the law of x_t in place of that of x_0.
        """
        return _log_prob(self, *self._checked(x, omega, label))

    def log_prob_class(self, x: ArrayLike, omega: ArrayLike | None = None) -> jax.Array:
        """log p(y | x) of every class, ``[..., D]`` to ``[..., classes]`` nats: the exact classifier.

        With ``omega`` (−log SNR, a number or ``[...]``) it is log p(y | x_t), the noise-aware one.

        Raises:
          ValueError: a mixture without classes, or shapes that do not fit.
        """
        if self._labels is None:
            raise ValueError("this mixture has no classes: give labels when it is made")
        return _log_prob_class(self, *self._checked(x, omega, None))

    def noised(self, omega: ArrayLike | None) -> Self:
        """The law of x_t at one −log SNR ``omega``, a :class:`GaussianMixture`."""
        keep, noise = _shares(jnp.asarray(omega, self._means.dtype))
        variances = keep * self._variances + noise
        return self._of(self._log_weights, jnp.sqrt(keep) * self._means, variances, self._axes, self._labels)

    def score(self, x: ArrayLike, omega: ArrayLike | None = None, label: ArrayLike | None = None) -> jax.Array:
        """∇ log p(x), ``[..., D]``; with ``omega`` that of x_t, with ``label`` that of one class."""
        return _score(self, *self._checked(x, omega, label))

    def posterior(self, x_t: ArrayLike, omega: ArrayLike | None) -> Self:
        """The law of x_0 given one x_t ``[D]`` at one ``omega``, a :class:`GaussianMixture`.

        For a batch: ``jax.vmap(mixture.posterior)(x_t, omega)``.

        Raises:
          ValueError: more than one x_t, or shapes that do not fit.
        """
        if jnp.ndim(x_t) != 1:
            raise ValueError(
                f"posterior wants one x_t [{self.dims}], given {list(jnp.shape(x_t))}; use jax.vmap"
            )
        log_weights, means, variances = _posterior(self, *self._checked(x_t, omega, None))
        return self._of(log_weights, means, variances, self._axes, self._labels)

    def denoise(self, x_t: ArrayLike, omega: ArrayLike | None, label: ArrayLike | None = None) -> Prediction:
        """The exact denoiser: E[x_0 | x_t, label], E[ε | x_t, label] and the score as one prediction.

        Args:
          x_t: ``[B, D]``.
          omega: −log SNR, a number or ``[B]``.
          label: classes, a number or ``[B]``; ``None`` or the null token ``classes``: no condition.

        Returns:
          A :class:`~vdmlib.Prediction` of kind "v", the kind that loses no digits
          at either end of the noise.

        Source: Tweedie's formula for each component, averaged with the components' posterior weights.
        """
        x, at, label = self._checked(x_t, omega, label)
        return Prediction(x, jnp.asarray(omega, x.dtype), _velocity(self, x, at, label), "v")

    def _checked(self, x, omega, label):
        """x ``[..., D]``, ω ``[...]`` (−∞ for no noise) and the classes ``[...]`` or ``None``."""
        x = jnp.asarray(x, self._means.dtype)
        if x.shape[-1:] != (self.dims,):
            raise ValueError(f"x must be [..., {self.dims}], given {list(x.shape)}")
        lead = x.shape[:-1]
        omega = jnp.asarray(-jnp.inf if omega is None else omega, x.dtype)
        if omega.shape not in ((), lead):
            raise ValueError(f"omega must be one number or {list(lead)}, given {list(omega.shape)}")
        return x, jnp.broadcast_to(omega, lead), self._checked_label(label, lead)

    def _checked_label(self, label, lead):
        if label is None:
            return None
        if self._labels is None:
            raise ValueError(f"this mixture has no classes, given label {label!r}")
        label = jnp.asarray(label)
        if label.shape not in ((), lead):
            raise ValueError(f"label must be one number or {list(lead)}, given {list(label.shape)}")
        traced = isinstance(label, Tracer)
        if not traced and not np.all((0 <= np.asarray(label)) & (np.asarray(label) <= self.classes)):
            raise ValueError(
                f"label must lie in 0 … {self.classes}, the last for no condition, given {label}"
            )
        return jnp.broadcast_to(label, lead)

    def _masked(self, label, lead):
        """log w_k; with classes −∞ off the class, divided by the class's share: ``[..., K]``."""
        logits = jnp.broadcast_to(self._log_weights, (*lead, len(self._log_weights)))
        if label is None:
            return logits
        label = jnp.broadcast_to(label[..., None], logits.shape)
        inside = (jnp.broadcast_to(np.asarray(self._labels), logits.shape) == label) | (label == self.classes)
        return jax.nn.log_softmax(jnp.where(inside, logits, -jnp.inf))


def _shares(omega):
    """ᾱ and 1 − ᾱ."""
    return jax.nn.sigmoid(-omega), jax.nn.sigmoid(omega)


@in_full_precision
def _components(mixture, x, omega, label):
    """log w_k N_k(x) ``[..., K]``; x − mean and the variances along each component's axes ``[..., K, D]``."""
    keep, noise = _shares(omega[..., None, None])
    means = jnp.einsum("kd,kde->ke", mixture._means, mixture._axes)
    centred = jnp.einsum("...d,kde->...ke", x, mixture._axes)
    centred = centred - jnp.sqrt(keep) * jnp.broadcast_to(means, centred.shape)
    variances = keep * jnp.broadcast_to(mixture._variances, centred.shape) + noise
    square = jnp.sum(jnp.square(centred) / variances + jnp.log(2 * jnp.pi * variances), axis=-1)
    return mixture._masked(label, x.shape[:-1]) - 0.5 * square, centred, variances


@partial(jax.jit, static_argnums=3)
@in_full_precision
def _sample(mixture, key, label, count):
    for_component, for_x = jax.random.split(key)
    component = jax.random.categorical(for_component, mixture._masked(label, (count,)))
    noise = jax.random.normal(for_x, (count, mixture.dims), mixture._means.dtype)
    noise = noise * jnp.sqrt(mixture._variances)[component]
    return mixture._means[component] + jnp.einsum("bde,be->bd", mixture._axes[component], noise), component


@jax.jit
def _log_prob(mixture, x, omega, label):
    return logsumexp(_components(mixture, x, omega, label)[0], axis=-1)


@jax.jit
def _log_prob_class(mixture, x, omega, label):
    logits = _components(mixture, x, omega, label)[0]
    of_class = np.asarray(mixture._labels)[None, :] == np.arange(mixture.classes)[:, None]
    shape = (*x.shape[:-1], *of_class.shape)
    each = jnp.broadcast_to(logits[..., None, :], shape)
    each = jnp.where(jnp.broadcast_to(of_class, shape), each, -jnp.inf)
    return logsumexp(each, axis=-1) - logsumexp(logits, axis=-1, keepdims=True)


@jax.jit
@in_full_precision
def _score(mixture, x, omega, label):
    logits, centred, variances = _components(mixture, x, omega, label)
    share = jax.nn.softmax(logits, axis=-1)
    return -jnp.einsum("...k,kde,...ke->...d", share, mixture._axes, centred / variances)


@jax.jit
@in_full_precision
def _velocity(mixture, x, omega, label):
    logits, centred, variances = _components(mixture, x, omega, label)
    share, (keep, noise) = jax.nn.softmax(logits, axis=-1), _shares(omega)
    # E[v | x_t, k] = √ᾱ E[ε | x_t, k] − √(1−ᾱ) E[x_0 | x_t, k], along the component's axes
    gain = jnp.sqrt(keep)[..., None, None] * (1 - jnp.broadcast_to(mixture._variances, centred.shape))
    moved = jnp.einsum("...k,kde,...ke->...d", share, mixture._axes, gain * centred / variances)
    return jnp.sqrt(noise)[..., None] * (moved - jnp.einsum("...k,kd->...d", share, mixture._means))


@jax.jit
@in_full_precision
def _posterior(mixture, x, omega, label):
    logits, centred, variances = _components(mixture, x, omega, label)
    (keep, noise), ratio = _shares(omega), mixture._variances / variances
    means = mixture._means + jnp.einsum("kde,ke->kd", mixture._axes, jnp.sqrt(keep) * ratio * centred)
    return jax.nn.log_softmax(logits), means, noise * ratio


def _checked_labels(labels, count):
    labels = np.asarray(labels)
    if labels.shape != (count,) or labels.dtype.kind not in "iu":
        raise ValueError(
            f"GaussianMixture wants labels [{count}] of whole numbers, given {labels.dtype} "
            f"{list(labels.shape)}"
        )
    if set(labels.tolist()) != set(range(labels.max() + 1)):
        raise ValueError(
            "GaussianMixture wants classes 0 … n with none left out, given "
            f"{sorted(set(labels.tolist()))}"
        )
    return tuple(labels.tolist())
