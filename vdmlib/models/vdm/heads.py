"""What the network of a VDM says of x_0: the probabilities of levels, or a value."""

from dataclasses import dataclass

import jax

from ...diffusion.parameterizations import KINDS, Prediction
from ...inputs.options import one_of
from ...laws.level_softmax import LevelSoftmax


@dataclass(frozen=True)
class LevelHead:
    """A softmax over the levels of each pixel. The network gives the prior's logarithm, x̂_0 is the mean."""

    softmax: LevelSoftmax

    @property
    def channels(self) -> int:
        """Outputs of the network for one pixel."""
        return self.softmax.levels

    def prediction(self, x_t: jax.Array, omega: jax.Array, out: jax.Array) -> Prediction:
        """The network's output ``[B, ..., levels]`` as a Prediction of x_0."""
        return Prediction(x_t, omega, self.softmax.mean(self.softmax.log_pmf(x_t, omega, out)), "x0")


@dataclass(frozen=True)
class ValueHead:
    """One number an entry of x, read as "x0", "eps", "score", "v" or "flow"."""

    kind: str
    channels = 1

    def prediction(self, x_t: jax.Array, omega: jax.Array, out: jax.Array) -> Prediction:
        """The network's output ``[B, ..., 1]`` as a Prediction of that kind."""
        return Prediction(x_t, omega, out[..., 0], self.kind)


def find_head(predict: str, softmax: LevelSoftmax | None) -> LevelHead | ValueHead:
    """The head by its name; ``softmax`` is that of the levels, or ``None`` for points.

    Raises:
      ValueError: an unknown name, or "levels" without levels.
    """
    known = KINDS if softmax is None else ("levels", *KINDS)
    one_of("prediction", predict, known)
    return ValueHead(predict) if softmax is None or predict != "levels" else LevelHead(softmax)
