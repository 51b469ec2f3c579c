"""What a model of images has to beat: two baselines without a network."""

from typing import Any, Self, cast

import jax
import jax.numpy as jnp
import numpy as np

from ..data.images import DataError, Images
from ..inputs.arrays import as_images
from ..inputs.given import Examples
from ..inputs.keys import as_key
from ..inputs.options import number, whole
from ..laws.dequantisation import dequantise, level_log_prob


class PixelHistogram:
    """Every pixel for itself: the counts of its levels in the training images, plus one.

        P(level k at a pixel) = (count + 1)/(N + levels)

    An exact probability of whole images, on the same footing as every discrete likelihood. Adding one
    to each count (Laplace's rule) leaves no level impossible.

    Args:
      images: ``[N, H, W]`` whole grey levels to count, or :class:`~vdmlib.Images`.
      levels: how many grey levels there are; for Images their own.

    Raises:
      DataError: empty data, wrong shapes, or a level out of range.

    Source: Laplace's rule of succession.

    >>> law = PixelHistogram(np.array([[[0, 1]], [[0, 2]]]), levels=3)
    >>> law.probability[0].tolist()      # two images: [2+1, 0+1, 0+1]/5 and [0+1, 1+1, 1+1]/5
    [[0.6, 0.2, 0.2], [0.2, 0.4, 0.4]]
    >>> round(float(jnp.exp(law.log_prob(jnp.array([[[0, 0]]])))[0]), 3)
    0.12
    """

    def __init__(self, images: Examples, levels: int | None = None) -> None:
        images, levels = _counted(images, levels)
        self.levels: int = levels
        counts = (images[..., None] == np.arange(levels)).sum(axis=0)
        self.probability = (counts + 1) / (len(images) + levels)

    @classmethod
    def for_data(cls, data: Any, seed: int = 0) -> Self:
        """The histogram of a :class:`~vdmlib.Dataset`'s training images; ``seed`` plays no part."""
        return cls(data.train.images, data.levels)

    @property
    def shape(self) -> tuple[int, ...]:
        """``(H, W)`` of an image, or ``(H, W, C)``."""
        return self.probability.shape[:-1]

    def log_prob(self, images: Examples) -> jax.Array:
        """log P of images ``[B, H, W]``: ``[B]`` nats, exact."""
        images = as_images(images, self.shape, self.levels)
        table = jnp.broadcast_to(jnp.log(self.probability)[None], (len(images), *self.probability.shape))
        picked = jnp.take_along_axis(table, jnp.asarray(images, jnp.int32)[..., None], axis=-1)
        return picked[..., 0].sum(axis=tuple(range(1, images.ndim)))

    def generate(self, key: jax.Array | int, count: int) -> jax.Array:
        """New images, pixel by pixel: ``[count, H, W]`` grey levels."""
        shape = (whole("count", count), *self.shape)
        return jax.random.categorical(as_key(key), jnp.log(self.probability)[None], shape=shape)


class DequantisedMixture:
    """A mixture of Gaussians with full covariances, fitted to images with uniform noise added.

    Its density at noisy images bounds the log-probability of their levels from below (see
    :func:`~vdmlib.level_log_prob`). So it counts as a bound, and as one on a footing of its
    own: for pixels that hardly vary, a bell curve fits uniform noise badly, and that costs it more
    than it would cost a law of the levels.

    Args:
      images: ``[N, H, W]`` whole grey levels to fit to, or :class:`~vdmlib.Images`.
      levels: how many grey levels there are; for Images their own.
      components: how many Gaussians.
      copies: how often each image is used, each time with new noise.
      ridge: added to every variance, in squared grey levels.
      seed: a whole number, for the noise and the fit's start.

    Raises:
      DataError: empty data, wrong shapes, or a level out of range.
      ImportError: scikit-learn is not installed.
      ValueError: an option out of range.

    Source: Theis, van den Oord and Bethge (2016), section 3.1, for the noise.

    >>> images = np.random.default_rng(0).integers(0, 3, (50, 1, 2))
    >>> model = DequantisedMixture(images, levels=3, components=1)
    >>> model.elbo(images[:4], jax.random.key(0)).shape
    (4,)
    """

    footing = "dequantised bound"

    def __init__(
        self, images: Examples, levels: int | None = None, *, components: Any = 10, copies: int = 4, ridge: float = 0.1,
        seed: int = 0,
    ) -> None:
        try:
            from sklearn.mixture import GaussianMixture  # heavy
        except ImportError as error:
            raise ImportError("the mixture is fitted by scikit-learn: pip install scikit-learn") from error

        images, levels = _counted(images, levels)
        components, copies = whole("components", components), whole("copies", copies)
        number("ridge", ridge, above=0)
        self.levels: int = levels
        self.shape = images.shape[1:]
        noisy = dequantise(np.concatenate([images] * copies), levels, jax.random.key(seed))
        width = 2 / (levels - 1)  # a grey level in model scale
        self.mixture = GaussianMixture(components, reg_covar=ridge * width**2, random_state=seed)
        self.mixture.fit(np.asarray(noisy, np.float64).reshape(len(noisy), -1))

    @classmethod
    def for_data(cls, data: Any, seed: int = 0, components: Any = (1, 5, 10), **options: Any) -> Self:
        """The number of ``components`` that does best on a data set's validation images."""
        key = jax.random.key(seed)
        tried = [cls(data.train.images, data.levels, components=k, seed=seed, **options) for k in components]
        return max(tried, key=lambda model: model.elbo(data.validation.images, key, samples=8).mean())

    def elbo(self, images: Examples, key: jax.Array | int, samples: int = 1) -> np.ndarray:
        """A bound on log P of images ``[B, H, W]``: ``[B]`` nats, a mean over ``samples`` draws of noise."""
        images, samples = as_images(images, self.shape, self.levels), whole("samples", samples)
        noisy = dequantise(np.concatenate([images] * samples), self.levels, key)
        flat = np.asarray(noisy, np.float64).reshape(len(noisy), -1)
        nats = level_log_prob(self.mixture.score_samples(flat), self.levels, flat.shape[1])
        return nats.reshape(samples, len(images)).mean(axis=0)


def _counted(images: Any, levels: int | None) -> tuple[np.ndarray, int]:
    """Images ``[N, H, W]`` or ``[N, H, W, C]``, and how many levels they have."""
    if not isinstance(images, Images):
        images = Images(images, levels=levels)
    elif levels not in (None, images.levels):
        raise DataError(f"levels={levels} are given, and Images with {images.levels}")
    return images.images, cast(int, images.levels)
