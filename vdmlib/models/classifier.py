"""Classifiers: an independent one to judge samples, and a noise-aware one to guide them."""

import math
from collections.abc import Sequence
from typing import Any, Self

import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx
from jax.typing import ArrayLike

from ..data.images import DataError, Images
from ..diffusion.schedules import schedule as find_schedule
from ..diffusion.schedules.base import Schedule, floats
from ..inputs.arguments import remembered
from ..inputs.arrays import as_images, as_labels, as_pair, as_points, as_reals, as_shown
from ..inputs.given import Data, Examples
from ..inputs.keys import as_key
from ..inputs.options import as_rngs, one_of, whole
from ..networks import ConvolutionalNet, ResidualMLP
from ..runtime.flags import flag
from .of_images import of_data, point_shape


class Classifier(nnx.Module):
    """log p(y|x) or, when noise-aware, log p(y|x_t) at every noise level.

    Train it with :func:`~vdmlib.fit` on pairs (images, labels). Every method is a pure function of the
    weights and its arguments.

    Args:
      shape: ``(H, W)`` of an image, ``(H, W, C)`` in colours, or any shape of one example.
      levels: how many grey levels a pixel has; ``None`` for data that are in model scale already.
      classes: how many classes.
      noise_aware: whether it sees x_t and ω. Its loss draws t uniformly, so that it is trained over the
        whole ``schedule``; :func:`~vdmlib.classifier_guidance` wants such a one.
      schedule: a name or a :class:`~vdmlib.Schedule` with fixed ends, for a noise-aware one.
      shift: in training, images are moved by up to so many pixels each way; 0 for not at all.
      network: "mlp", a residual MLP; or "convolutional", for images that are larger than digits of 8×8.
      width, depth: size of the network; a convolutional one has no ``depth``.
      seed: a whole number or ``nnx.Rngs`` for the first weights.

    Raises:
      ValueError: fewer than two classes or levels, or a shift that the shape does not allow.

    Source: Dhariwal and Nichol, Diffusion Models Beat GANs (2021), section 4, for the noise-aware one.

    >>> model = Classifier((8, 8), 17, 10, noise_aware=True, width=16)
    >>> log_prob = model.log_prob(jnp.zeros((3, 8, 8)), omega=0.0)
    >>> log_prob.shape, jnp.exp(log_prob).sum(axis=-1).round(5).tolist()
    ((3, 10), [1.0, 1.0, 1.0])
    """

    @remembered
    def __init__(
        self, shape: Sequence[int], levels: int | None, classes: int, *, noise_aware: bool = False,
        schedule: Schedule | str = "linear", shift: Any = None, network: str = "mlp", width: int | None = None,
        depth: int | None = None, seed: int | nnx.Rngs = 0,
    ) -> None:
        self.shape = point_shape(shape)
        self.levels = None if levels is None else whole("levels", levels, 2)
        self.classes = whole("classes", classes, 2)
        image = levels is not None and len(self.shape) in (2, 3)
        self.shift = int(image) if shift is None else whole("shift", shift, 0)
        if self.shift and not image:
            raise ValueError(f"shift moves images: it must be 0 for other data, given {shift}")
        self.noise_aware = flag("noise_aware", noise_aware)
        self.schedule: Any = find_schedule(schedule) if self.noise_aware else None
        rngs = as_rngs(seed)
        self.convolutional = one_of("network", network, ("mlp", "convolutional")) == "convolutional"
        if self.convolutional:
            if depth is not None:
                raise ValueError(f"a convolutional classifier has no depth, given {depth!r}")
            self.network: Any = ConvolutionalNet(
                self.shape, self.classes, width=32 if width is None else width, told=self.noise_aware, rngs=rngs
            )
        else:
            inputs = math.prod(self.shape) + (3 if noise_aware else 0)
            self.network = ResidualMLP(
                inputs, self.classes, width=128 if width is None else width, depth=1 if depth is None else depth,
                rngs=rngs,
            )

    @classmethod
    def for_data(cls, data: Any, **options: Any) -> Self:
        """A classifier for a :class:`~vdmlib.Dataset` or :class:`~vdmlib.Images` with labels, which tell all sizes."""
        of_data(data)
        if data.classes is None:
            raise DataError("a classifier wants images with labels, these have none")
        return cls(data.shape, data.levels, data.classes, **options)

    def accept(self, data: Data) -> tuple[Any, Any]:
        """Data as ``loss`` takes it, looked at: images ``[B, H, W]`` and labels ``[B]``.

        Args:
          data: that pair, or :class:`~vdmlib.Images` with labels.

        Raises:
          DataError: what cannot be used; it says what was given and what is wanted.
        """
        images, labels = as_pair(data)
        if labels is None:
            raise DataError("a classifier wants images and labels, given no labels")
        if self.levels is None:
            images = as_points(images, self.shape)
        else:
            images = as_images(data if isinstance(data, Images) else images, self.shape, self.levels)
        return images, as_labels(labels, self.classes, len(images))

    def scale(self, images: Examples) -> jax.Array:
        """Grey levels ``[B, H, W]`` in model scale, 2k/(levels − 1) − 1."""
        images = as_reals("images", images.images if isinstance(images, Images) else images)
        return images if self.levels is None else 2 * images / (self.levels - 1) - 1

    def log_prob(self, x: jax.Array, omega: Any = None) -> jax.Array:
        """Log-probabilities of the classes.

        Args:
          x: ``[B, H, W]`` in model scale; x_t for a noise-aware classifier.
          omega: −log SNR, a number or ``[B]``, for a noise-aware classifier and for no other.

        Returns:
          ``[B, classes]`` nats.

        Raises:
          ValueError: x of another shape, or a noise level too many or too few.
        """
        x, omega = self._looked_at(x, omega)
        if self.convolutional:
            return jax.nn.log_softmax(self.network(x, omega), axis=-1)
        flat = x.reshape(len(x), -1)
        if self.noise_aware:
            level = [jnp.sqrt(jax.nn.sigmoid(-omega)), jnp.sqrt(jax.nn.sigmoid(omega)), omega / 10]
            flat = jnp.concatenate([flat, jnp.stack(level, axis=-1)], axis=-1)
        return jax.nn.log_softmax(self.network(flat), axis=-1)

    def features(self, images: Examples) -> jax.Array:
        """What a convolutional classifier sees of images before its last matrix: a space to compare images in.

        Args:
          images: ``[B, H, W]`` in grey levels, whole or not.

        Returns:
          ``[B, F]``.

        Raises:
          ValueError: a classifier of another kind, or wrong shapes.
        """
        if not self.convolutional:
            raise ValueError('features are those of a classifier made with network="convolutional"')
        x, omega = self._looked_at(self.scale(self._shown(images)), self._least_noise)
        return self.network.features(x, omega)

    def loss(self, batch: Data, key: jax.Array | int) -> tuple[jax.Array, dict[str, jax.Array]]:
        """What :func:`~vdmlib.fit` minimises: the mean of −log p(label | x).

        Args:
          batch: images ``[B, H, W]`` in grey levels and labels ``[B]``.
          key: a JAX random key, for the shifts and the noise.

        Returns:
          The loss in nats, and a dictionary with the share that is classified right, ``accuracy``.
        """
        images, labels = self.accept(batch)
        for_shift, for_noise = jax.random.split(as_key(key))
        x = self.scale(_shifted(for_shift, images, self.shift) if self.shift else images)
        omega = None
        if self.noise_aware:
            x, omega = self._noised(for_noise, x)
        log_prob = self.log_prob(x, omega)
        chosen = jnp.take_along_axis(log_prob, labels.astype(jnp.int32)[:, None], axis=-1)[:, 0]
        return -chosen.mean(), {"accuracy": jnp.mean(log_prob.argmax(axis=-1) == labels)}

    def classify(self, images: Examples) -> jax.Array:
        """The likeliest class of each image ``[B, H, W]`` in grey levels, whole or not: ``[B]``.

        A noise-aware classifier takes them to be at the schedule's least noise.
        """
        return self.log_prob(self.scale(self._shown(images)), self._least_noise).argmax(axis=-1)

    def accuracy(self, images: Examples, labels: ArrayLike | None) -> float:
        """The share of images ``[B, H, W]`` (grey levels) whose likeliest class is their label ``[B]``.

        >>> model = Classifier((8, 8), 17, 10, width=16)
        >>> 0.0 <= model.accuracy(np.zeros((4, 8, 8)), np.arange(4)) <= 1.0
        True
        """
        if labels is None:
            raise DataError("accuracy wants images and labels, given no labels")
        found = np.asarray(self.classify(images))
        return float(np.mean(found == np.asarray(as_labels(labels, self.classes, len(found)))))

    @property
    def _least_noise(self) -> Any:
        return self.schedule.ends[0] if self.noise_aware else None

    def _shown(self, images):
        return as_points(images, self.shape) if self.levels is None else as_shown(images, self.shape, self.levels)

    def _looked_at(self, x, omega) -> tuple[jax.Array, Any]:
        """x as floats ``[B, *shape]`` and ω as ``[B]`` or ``None``; raise unless they are what the network wants."""
        x = floats(x)
        if x.ndim != len(self.shape) + 1 or x.shape[1:] != self.shape:
            raise ValueError(
                f"this classifier wants x [B, {', '.join(map(str, self.shape))}], given {list(x.shape)}"
            )
        if self.noise_aware != (omega is not None):
            wanted = "x_t and its omega" if self.noise_aware else "x without noise and no omega"
            raise ValueError(f"this classifier wants {wanted}")
        return x, omega if omega is None else jnp.broadcast_to(jnp.asarray(omega, x.dtype), (len(x),))

    def _noised(self, key, x):
        """x_t and ω at times that cover [0, 1] evenly, one in each 1/B."""
        for_time, for_noise = jax.random.split(key)
        count = len(x)
        t = (jax.random.uniform(for_time, ()) + jnp.arange(count) / count) % 1.0
        omega = jax.lax.stop_gradient(self.schedule.omega(t))
        lead = (count, *(1,) * (x.ndim - 1))
        signal, noise = (jnp.sqrt(jax.nn.sigmoid(s * omega)).reshape(lead) for s in (-1, 1))
        return signal * x + noise * jax.random.normal(for_noise, x.shape, x.dtype), omega


def _shifted(key, images, most):
    """Each image moved by up to ``most`` pixels each way; level 0 comes in at the edges."""
    size = images.shape[1:]
    places = jax.random.randint(key, (len(images), 2), 0, 2 * most + 1)
    colours = [(0, 0)] * (images.ndim - 3)
    wide = jnp.pad(images, ((0, 0), (most, most), (most, most), *colours))
    still = [0] * len(colours)
    return jax.vmap(lambda image, place: jax.lax.dynamic_slice(image, [*place, *still], size))(wide, places)
