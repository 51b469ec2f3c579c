"""What the models of images share: the shape and the levels that they are made for."""

import math
from collections.abc import Sequence
from typing import Any, Self

import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx

from ..data.images import DataError, Dataset, Images
from ..inputs.arrays import as_images, as_pair, as_reals
from ..inputs.given import Data, Examples
from ..inputs.keys import as_key
from ..inputs.options import whole
from ..runtime.flags import flag


class ImageModel(nnx.Module):
    """A model of images ``[B, H, W]``, or ``[B, H, W, C]`` in colours, with whole levels."""

    def made_for(self, shape: Sequence[int], levels: int) -> None:
        """Note shape and levels; raise unless they are those of images."""
        self.shape, self.levels = image_shape(shape), whole("levels", levels, 2)

    @classmethod
    def for_data(cls, data: Any, **options: Any) -> Self:
        """A model for a :class:`~vdmlib.Dataset` or :class:`~vdmlib.Images`: shape and levels are read off it."""
        of_data(data)
        return cls(data.shape, data.levels, **options)  # pyright: ignore[reportCallIssue] - each model has a constructor

    @property
    def dims(self) -> int:
        """Numbers in one image."""
        return math.prod(self.shape)

    def accept(self, data: Data) -> jax.Array | np.ndarray:
        """Data as ``loss`` takes it: whole levels ``[B, *shape]``, looked at.

        Args:
          data: an array, nested lists, or :class:`~vdmlib.Images`, whose labels play no part.

        Raises:
          DataError: what cannot be used; it says what was given and what is wanted.
        """
        given, labels = (data, None) if isinstance(data, Images) else as_pair(data)
        if labels is not None:
            raise DataError("this model knows no classes: give it the images without labels")
        return as_images(given, self.shape, self.levels)

    def flat(self, images: Any) -> Any:
        """Images as rows ``[B, dims]`` in [−1, 1], for a network."""
        scaled = 2 * images.astype(jnp.float32) / (self.levels - 1) - 1
        return scaled.reshape(len(images), -1)

    def sum_over_image(self, values: Any) -> jax.Array:
        """``[..., *shape]`` to ``[...]``."""
        return jnp.sum(values, axis=tuple(range(-len(self.shape), 0)))


def seen(model: Any, images: Examples, key: jax.Array | int, samples: int = 1) -> tuple[Any, Any, Any, int]:
    """What a bound is given, looked at before it is computed."""
    return model, model.accept(images), as_key(key), whole("samples", samples)


def seen_at_mean(model: Any, images: Examples, key: jax.Array | int | None = None) -> tuple[Any, Any, Any]:
    """What a reconstruction is given: without a key it is that of the encoder's mean."""
    return model, model.accept(images), None if key is None else as_key(key)


def asked(model: Any, key: jax.Array | int, count: int, pixel_noise: bool = False) -> tuple[Any, Any, int, bool]:
    """What generation is given."""
    return model, as_key(key), whole("count", count), flag("pixel_noise", pixel_noise)


def as_latents(name: str, z: Any, size: int, count: int | None = None) -> jax.Array:
    """Latents ``[..., size]`` as floats; with a ``count``, ``[S, count, size]`` for so many images.

    Raises:
      ValueError: latents of another shape, or no numbers.
    """
    z = as_reals(name, z)
    wanted = f"[..., {size}]" if count is None else f"[S, {count}, {size}] for {count} images"
    if z.shape[-1:] != (size,) or (count is not None and (z.ndim != 3 or z.shape[1] != count)):
        raise ValueError(f"{name} must be {wanted}, given {list(z.shape)}")
    return z


def image_shape(shape: Sequence[int]) -> tuple[int, ...]:
    """``shape`` as a tuple of whole numbers; raise unless it is (H, W), or (H, W, C) for C colours."""
    try:
        sides = tuple(shape)
    except TypeError:
        sides = ()
    if len(sides) not in (2, 3):
        raise ValueError(f"shape must be (H, W), or (H, W, C) for C colours, given {shape!r}")
    return tuple(whole("each side of shape", side) for side in sides)


def point_shape(shape: Sequence[int]) -> tuple[int, ...]:
    """``shape`` as a tuple of whole numbers, at least one of them."""
    if not isinstance(shape, (tuple, list)) or not shape:
        raise ValueError(f"shape must be (D,) or more sides of at least 1, given {shape!r}")
    return tuple(whole("each side of shape", side) for side in shape)


def of_data(data: Any) -> None:
    """Raise unless shape, levels and classes can be read off the data."""
    if not isinstance(data, (Dataset, Images)):
        raise DataError(
            f"for_data reads shape and levels off a Dataset or Images, given {type(data).__name__}; "
            "Images(array, levels=256) is one"
        )
