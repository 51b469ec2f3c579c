"""What a VDM is trained on: its bound, or another weight for each noise level."""

from dataclasses import dataclass


@dataclass(frozen=True)
class BoundWeighting:
    """The bound itself."""

    bounds = True

    def costs(self, cost, rate):
        """Nothing beside the terms of the bound is wanted."""
        return None

    def loss(self, bound, costs):
        """−ELBO."""
        return bound


@dataclass(frozen=True)
class SimpleWeighting:
    """‖ε − ε̂‖² with t uniform: the weight of each noise level is 1.

    Source: Ho, Jain and Abbeel (2020), eq. 14.
    """

    bounds = False

    def costs(self, cost, rate):
        """‖ε − ε̂‖² ``[N]`` from the integrand ½ · rate · ‖ε − ε̂‖²."""
        return 2 * cost / rate()

    def loss(self, bound, costs):
        """Their mean, which bounds nothing."""
        return costs.mean()


WEIGHTINGS = {"elbo": BoundWeighting(), "simple": SimpleWeighting()}
