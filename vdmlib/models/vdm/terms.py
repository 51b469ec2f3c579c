"""The bound of a VDM in its three terms."""

from typing import NamedTuple

import jax
import jax.numpy as jnp


class VDMTerms(NamedTuple):
    """The three terms of the bound, one number an example, in nats.

    Attributes:
      reconstruction: ``[B]``, the mean of log p(x | x at ω(0)) over the noise.
      prior: ``[B]``, KL( q(x at ω(1) | x) ‖ N(0, I) ), exact, at least 0.
      diffusion: ``[B]``, the KL divergences of all steps, or their limit, estimated; at least 0.

    Source: the book's ``vdm.split``; Kingma et al. (2021), eq. 11.

    >>> VDMTerms(jnp.array([-3.0]), jnp.array([0.5]), jnp.array([2.0])).elbo.tolist()
    [-5.5]
    """

    reconstruction: jax.Array
    prior: jax.Array
    diffusion: jax.Array

    @property
    def elbo(self) -> jax.Array:
        """``[B]`` nats: reconstruction − prior − diffusion, at most log p(x) in expectation."""
        return self.reconstruction - self.prior - self.diffusion


def prior(x: jax.Array, omega: jax.Array) -> jax.Array:
    """KL( N(√ᾱ x, 1 − ᾱ) ‖ N(0, 1) ) summed over an example, ``[B]`` nats.

    >>> round(float(prior(jnp.ones((1, 2)), jnp.array(0.0))[0]), 4)    # each ½ (½ + ½ − 1 + log 2)
    0.6931
    """
    each = jax.nn.sigmoid(-omega) * (jnp.square(x) - 1) + jax.nn.softplus(-omega)
    return 0.5 * each.reshape(len(x), -1).sum(-1)
