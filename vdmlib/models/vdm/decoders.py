"""p(x | x at ω(0)), the last step of a VDM: one class for grey levels, one for points."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp

from ...inputs.arrays import as_images, as_points
from ...inputs.given import Examples
from ...laws.level_softmax import LevelSoftmax


@dataclass(frozen=True)
class LevelDecoder:
    """Each pixel's level by Bayes' rule from its noisy value, with a flat prior over the levels."""

    softmax: LevelSoftmax

    def accept(self, data: Examples, shape: Sequence[int]) -> Any:
        """Whole levels ``[B, *shape]``, looked at."""
        return as_images(data, shape, self.softmax.levels)

    def place(self, data: Examples) -> jax.Array:
        """Grey levels in model scale, [−1, 1]."""
        return self.softmax.place(data)

    def unplace(self, x: jax.Array) -> jax.Array:
        """Model scale in grey levels that are not rounded."""
        return self.softmax.level(x)

    def draw(self, key: jax.Array | int, x: jax.Array, omega: jax.Array) -> jax.Array:
        """Whole grey levels, drawn given x at ω(0)."""
        return jax.random.categorical(key, self.softmax.log_pmf(x, omega), axis=-1)

    def reconstruction(
        self, key: jax.Array | int, data: jax.Array, x: jax.Array, omega: jax.Array, samples: int,
    ) -> jax.Array:
        """E log p(x | x at ω(0)), ``[B]`` nats, a mean over ``samples`` noises."""
        signal, noise = jnp.sqrt(jax.nn.sigmoid(-omega)), jnp.sqrt(jax.nn.sigmoid(omega))
        eps = jax.random.normal(key, (samples, *x.shape), x.dtype)

        def one(eps):
            log_pmf = self.softmax.log_pmf(signal * x + noise * eps, omega)
            return self.softmax.log_prob(log_pmf, data).reshape(len(x), -1).sum(-1)

        return jax.lax.map(one, eps).mean(0)


@dataclass(frozen=True)
class PointDecoder:
    """N(x_t/√ᾱ, SNR⁻¹): real numbers, in model scale as they are."""

    def accept(self, data: Examples, shape: Sequence[int]) -> Any:
        """Finite points ``[B, *shape]``, looked at."""
        return as_points(data, shape)

    def place(self, data: Examples) -> jax.Array:
        """The points as floats."""
        return jnp.asarray(data, jnp.result_type(float))

    def unplace(self, x: jax.Array) -> jax.Array:
        """The points themselves."""
        return x

    def draw(self, key: jax.Array | int, x: jax.Array, omega: jax.Array) -> jax.Array:
        """Points, drawn given x at ω(0)."""
        signal = jnp.sqrt(jax.nn.sigmoid(-omega))
        return x / signal + jnp.exp(0.5 * omega) * jax.random.normal(key, x.shape, x.dtype)

    def reconstruction(self, key: jax.Array, data: jax.Array, x: jax.Array, omega: jax.Array, samples: int) -> jax.Array:
        """E log p(x | x at ω(0)), ``[B]`` nats of a density, exact: x_t/√ᾱ − x has just that variance."""
        each = -0.5 * (math.log(2 * math.pi) + omega + 1)
        return jnp.broadcast_to(math.prod(x.shape[1:]) * each, x.shape[:1])
