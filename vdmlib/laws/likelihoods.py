"""The decoder's laws of one pixel given the network's outputs.

All of them take ``outputs [..., channels]`` from a network and whole grey levels ``[...]`` of
``0 … levels - 1``, and speak in nats. Those with ``discrete = True`` are probability mass functions
over the levels, so their bits/dim can be compared with each other. The others cannot be compared.
"""

import math
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp

from ..data.images import whole_numbers
from ..inputs.arrays import known
from ..inputs.keys import as_key
from ..inputs.options import number, one_of, whole
from ..runtime.products import in_full_precision


@dataclass(frozen=True)
class Likelihood:
    """What all likelihoods share. ``levels``: how many grey levels a pixel has."""

    levels: int
    discrete = True

    def __post_init__(self):
        object.__setattr__(self, "levels", whole("levels", self.levels, 2))

    @property
    def channels(self) -> int:
        """Network outputs for one pixel."""
        return 1

    def log_prob(self, outputs: jax.Array, pixels: jax.Array) -> jax.Array:
        """Log-probability (or log-density) of each pixel: ``[...]`` nats."""
        raise NotImplementedError

    def mean(self, outputs: jax.Array) -> jax.Array:
        """The expected grey level of each pixel, ``[...]`` in ``0 … levels - 1``."""
        raise NotImplementedError

    def sample(self, key: jax.Array, outputs: jax.Array) -> jax.Array:
        """A draw for each pixel, ``[...]``, in grey levels; a random ``key``, or a whole number."""
        raise NotImplementedError

    def check(self, outputs: jax.Array, pixels: jax.Array) -> None:
        """Raise unless ``outputs`` and ``pixels`` fit together and the pixels are whole levels."""
        if outputs.shape != (*pixels.shape, self.channels):
            raise ValueError(
                f"{type(self).__name__} wants outputs [..., {self.channels}] for pixels [...], "
                f"given outputs {list(outputs.shape)} for pixels {list(pixels.shape)}"
            )
        if known(pixels):
            whole_numbers("pixels", pixels, self.levels, "whole grey levels")


class MassFunction(Likelihood):
    """A probability mass function over the levels, given by ``log_pmf``."""

    def log_pmf(self, outputs: jax.Array) -> jax.Array:
        """Log-probabilities of all levels, ``[..., channels]`` to ``[..., levels]`` nats."""
        raise NotImplementedError

    def log_prob(self, outputs: jax.Array, pixels: jax.Array) -> jax.Array:
        self.check(outputs, pixels)
        index = pixels.astype(jnp.int32)[..., None]
        return jnp.take_along_axis(self.log_pmf(outputs), index, axis=-1)[..., 0]

    @in_full_precision
    def mean(self, outputs: jax.Array) -> jax.Array:
        return jnp.exp(self.log_pmf(outputs)) @ jnp.arange(self.levels, dtype=outputs.dtype)

    def sample(self, key: jax.Array | int, outputs: jax.Array) -> jax.Array:
        return jax.random.categorical(as_key(key), self.log_pmf(outputs), axis=-1)


@dataclass(frozen=True)
class Categorical(MassFunction):
    """A free probability for each level: a softmax over ``levels`` outputs.

    >>> law = Categorical(17)
    >>> jnp.exp(-law.log_prob(jnp.zeros((2, 17)), jnp.array([0, 16]))).round(4).tolist()
    [17.0, 17.0]
    """

    @property
    def channels(self) -> int:
        return self.levels

    def log_pmf(self, outputs: jax.Array) -> jax.Array:
        return jax.nn.log_softmax(outputs, axis=-1)


@dataclass(frozen=True)
class Binomial(MassFunction):
    """Binomial(levels − 1, sigmoid(output)): one output a pixel, an honest law of the levels.

    >>> law = Binomial(3)
    >>> jnp.exp(law.log_pmf(jnp.zeros(1))).tolist()
    [0.25, 0.5, 0.25]
    """

    def log_pmf(self, outputs: jax.Array) -> jax.Array:
        trials = self.levels - 1
        level = jnp.arange(self.levels, dtype=outputs.dtype)
        ways = [math.log(math.comb(trials, k)) for k in range(self.levels)]
        lead = (1,) * (outputs.ndim - 1)
        level, ways = level.reshape(*lead, -1), jnp.asarray(ways, outputs.dtype).reshape(*lead, -1)
        return ways + level * jax.nn.log_sigmoid(outputs) + (trials - level) * jax.nn.log_sigmoid(
            -outputs
        )


@dataclass(frozen=True)
class DiscretisedLogistic(MassFunction):
    """A logistic law cut into the levels; all mass beyond the ends falls to the end levels.

    Two outputs a pixel: the place in half-ranges from the middle level, and the log of the scale.
    Source: Salimans et al., PixelCNN++ (2017), with one component.

    >>> law = DiscretisedLogistic(17)
    >>> round(float(jnp.exp(law.log_pmf(jnp.array([0.3, -1.0]))).sum()), 5)
    1.0
    """

    @property
    def channels(self) -> int:
        return 2

    def log_pmf(self, outputs: jax.Array) -> jax.Array:
        levels = jnp.arange(self.levels).reshape(*(1,) * (outputs.ndim - 1), -1)
        return self._log_mass(outputs[..., :1], outputs[..., 1:], levels)

    def log_prob(self, outputs: jax.Array, pixels: jax.Array) -> jax.Array:
        self.check(outputs, pixels)  # two cuts a pixel, where the whole mass function has all of them
        return self._log_mass(outputs[..., 0], outputs[..., 1], pixels)

    def _log_mass(self, place, log_scale, level):
        """log of the logistic law's mass between level − ½ and level + ½, or beyond at an end."""
        half = (self.levels - 1) / 2
        rate = jnp.exp(-jnp.clip(log_scale, -7.0, 7.0)) / half
        apart = level.astype(place.dtype) - half * (1 + place)
        below, above = _log_sigmoid((apart + 0.5) * rate), _log_sigmoid((0.5 - apart) * rate)
        # sigmoid(b) − sigmoid(a) = sigmoid(b) sigmoid(−a) (1 − e^(a−b)), and b − a is the rate
        gap = jnp.log(-jnp.expm1(-rate))
        not_first, not_last = level > 0, level < self.levels - 1
        mass = jnp.where(not_last, below, 0.0) + jnp.where(not_first, above, 0.0)
        return mass + jnp.where(not_first & not_last, gap, 0.0)


@dataclass(frozen=True)
class Bernoulli(Likelihood):
    """Cross-entropy of pixels in [0, 1], level/(levels − 1), as many VAE codes use it.

    With more than two levels this is not a probability over them: y log s + (1 − y) log(1 − s) is
    the log-probability of a black-or-white pixel only where y is 0 or 1. So it is no discrete
    likelihood, except for ``levels = 2``, and its bits/dim compare with nothing.

    >>> Bernoulli(17).discrete, Bernoulli(2).discrete
    (False, True)
    """

    @property
    def discrete(self) -> bool:
        return self.levels == 2

    def log_prob(self, outputs: jax.Array, pixels: jax.Array) -> jax.Array:
        self.check(outputs, pixels)
        white = pixels.astype(outputs.dtype) / (self.levels - 1)
        logit = outputs[..., 0]
        return white * jax.nn.log_sigmoid(logit) + (1 - white) * jax.nn.log_sigmoid(-logit)

    def mean(self, outputs: jax.Array) -> jax.Array:
        return (self.levels - 1) * jax.nn.sigmoid(outputs[..., 0])

    def sample(self, key: jax.Array | int, outputs: jax.Array) -> jax.Array:
        draw = jax.random.bernoulli(as_key(key), jax.nn.sigmoid(outputs[..., 0]))
        return (self.levels - 1) * draw.astype(jnp.int32)


@dataclass(frozen=True)
class Gaussian(Likelihood):
    """N(output, std²) on level/(levels − 1): a density, so a different footing from the levels.

    ``std`` is one fixed number; with ``std=None`` the network gives each pixel's log std as a
    second output.

    >>> law = Gaussian(17, std=1.0)
    >>> round(float(law.log_prob(jnp.zeros(1), jnp.array(0))), 4)   # −½ log 2π
    -0.9189
    """

    std: float | None = 0.1

    def __post_init__(self):
        super().__post_init__()
        if self.std is not None:
            number("std", self.std, above=0)

    @property
    def discrete(self) -> bool:
        return False

    @property
    def channels(self) -> int:
        return 1 if self.std is not None else 2

    def _log_std(self, outputs):
        if self.std is None:
            return jnp.clip(outputs[..., 1], -5.0, 3.0)
        return jnp.full_like(outputs[..., 0], math.log(self.std))

    def log_prob(self, outputs: jax.Array, pixels: jax.Array) -> jax.Array:
        self.check(outputs, pixels)
        value = pixels.astype(outputs.dtype) / (self.levels - 1)
        log_std = self._log_std(outputs)
        error = (value - outputs[..., 0]) * jnp.exp(-log_std)
        return -0.5 * jnp.square(error) - log_std - 0.5 * math.log(2 * math.pi)

    def mean(self, outputs: jax.Array) -> jax.Array:
        return (self.levels - 1) * outputs[..., 0]

    def sample(self, key: jax.Array | int, outputs: jax.Array) -> jax.Array:
        noise = jax.random.normal(as_key(key), outputs.shape[:-1], outputs.dtype)
        return (self.levels - 1) * (outputs[..., 0] + jnp.exp(self._log_std(outputs)) * noise)


_BY_NAME = {
    "categorical": Categorical,
    "binomial": Binomial,
    "discretised_logistic": DiscretisedLogistic,
    "bernoulli": Bernoulli,
    "gaussian": Gaussian,
}


def likelihood(choice: Any, levels: int) -> Likelihood:
    """A likelihood by name, or the given one if it has the right number of levels.

    Args:
      choice: "categorical", "binomial", "discretised_logistic", "bernoulli", "gaussian", or a
        :class:`Likelihood`.
      levels: how many grey levels the data has.

    Raises:
      ValueError: an unknown name, or a likelihood made for another number of levels.

    >>> likelihood("binomial", 17)
    Binomial(levels=17)
    """
    if isinstance(choice, Likelihood):
        if choice.levels != levels:
            raise ValueError(f"{choice} is for {choice.levels} levels, the data has {levels}")
        return choice
    return _BY_NAME[one_of("likelihood", choice, _BY_NAME)](levels)


def _log_sigmoid(x):
    """log σ(x). ``jax.nn.log_sigmoid`` has a derivative that costs several times as much on a CPU."""
    return jnp.where(x < 0, x, 0) - jnp.log1p(jnp.exp(-jnp.abs(x)))
