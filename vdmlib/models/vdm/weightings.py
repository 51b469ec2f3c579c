"""What a VDM is trained on: its bound, or another weight for each noise level."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax


@dataclass(frozen=True)
class BoundWeighting:
    """The bound itself."""

    bounds = True

    def costs(self, cost: jax.Array, rate: Callable[[], jax.Array]) -> None:
        """Nothing beside the terms of the bound is wanted."""
        return None

    def loss(self, bound: Any, costs: Any) -> jax.Array:
        """−ELBO."""
        return bound


@dataclass(frozen=True)
class SimpleWeighting:
    """‖ε − ε̂‖² with t uniform: the weight of each noise level is 1.

    Source: Ho, Jain and Abbeel (2020), eq. 14.
    """

    bounds = False

    def costs(self, cost: jax.Array, rate: Callable[[], jax.Array]) -> jax.Array:
        """‖ε − ε̂‖² ``[N]`` from the integrand ½ · rate · ‖ε − ε̂‖²."""
        return 2 * cost / rate()

    def loss(self, bound: Any, costs: Any) -> jax.Array:
        """Their mean, which bounds nothing."""
        return costs.mean()


WEIGHTINGS = {"elbo": BoundWeighting(), "simple": SimpleWeighting()}
