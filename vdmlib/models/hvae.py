"""The Markovian hierarchical VAE: a chain of latents, its loss split level by level.

Papers: C. Luo, Understanding Diffusion Models: A Unified Perspective (2022), whose chain it is;
C. K. Sønderby et al., Ladder Variational Autoencoders (2016), for the warm-up; D. P. Kingma et al.,
Improved Variational Inference with Inverse Autoregressive Flow (2016), for the free bits.
"""

import math
from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from flax import nnx

from ..inputs.arguments import remembered
from ..inputs.given import Examples
from ..inputs.keys import as_key
from ..inputs.options import as_rngs, number, one_of, whole
from ..laws.gaussians import DiagonalGaussian
from ..laws.likelihoods import likelihood as find_likelihood
from ..laws.units import bits_per_dim
from ..networks import ResidualMLP
from ..runtime import xla
from ..runtime.flags import flag
from .of_images import ImageModel, as_latents, asked, seen, seen_at_mean


def _seen_from(model, images, level, key, pixel_noise=False):
    """What resampling is given, looked at before."""
    level = whole("level", level, 1, len(model.latents))
    return model, model.accept(images), level, as_key(key), flag("pixel_noise", pixel_noise)


class HVAETerms(NamedTuple):
    """The ELBO of a Markovian HVAE with T levels, one number an image and level, in nats.

    Attributes:
      reconstruction: ``[B]``, the mean of log p(x|z_1).
      prior_matching: ``[T, B]``, each level's share of KL( q(z_1 … z_T|x) ‖ p(z_1 … z_T) ): the mean
        of log q(z_t|z_{t−1}) − log p(z_t|z_{t+1}), where z_0 is x and the top has p(z_T). The sum
        over the levels is a KL divergence, in expectation at least 0. A level below the top alone is
        none and may be negative in expectation: its laws are conditioned on different neighbours.

    Source: the book's ``mhvae.levels``, the logarithm of the article's eq. 18.2 level by level.

    >>> terms = HVAETerms(jnp.array([-3.0]), jnp.array([[1.0], [0.5]]))
    >>> terms.elbo.tolist()
    [-4.5]
    """

    reconstruction: jax.Array
    prior_matching: jax.Array

    @property
    def elbo(self) -> jax.Array:
        """``[B]`` nats: reconstruction − the sum over levels, at most log p(x) in expectation."""
        return self.reconstruction - self.prior_matching.sum(axis=0)


class GaussianArrow(nnx.Module):
    """N(A h + a + f(h), diag σ(h)²): the law of one latent given its neighbour h in the chain.

    f and log σ come from a residual MLP; with ``network="linear"`` there is no f, and σ is constant.
    Call: ``[..., inputs]`` to a :class:`~vdmlib.DiagonalGaussian` of ``[..., outputs]``.
    """

    def __init__(
        self, inputs: int, outputs: int, *, network: Any, width: int, depth: int, affine: bool = True, rngs: nnx.Rngs,
    ) -> None:
        linear = network == "linear"
        self.affine: Any = nnx.Linear(inputs, outputs, rngs=rngs) if affine or linear else None
        self.net: Any = None if linear else ResidualMLP(inputs, 2 * outputs, width=width, depth=depth, rngs=rngs)
        self.log_std: Any = nnx.Param(jnp.zeros(outputs)) if linear else None

    def __call__(self, h: jax.Array) -> DiagonalGaussian:
        if self.net is None:
            mean = self.affine(h)
            log_std = self.log_std[...].reshape(*(1,) * (mean.ndim - 1), -1)
            return DiagonalGaussian(mean, jnp.broadcast_to(log_std, mean.shape))
        mean, raw = jnp.split(self.net(h), 2, axis=-1)
        if self.affine is not None:
            mean = mean + self.affine(h)
        # a soft floor and ceiling: an exploding log std early in training would end it
        return DiagonalGaussian(mean, 6 * jnp.tanh(raw / 6))


class HVAE(ImageModel):
    """A VAE with T latents in a chain, Markov in both directions.

    Encoder q(z_1|x) q(z_2|z_1) … q(z_T|z_{T−1}); model p(z_T) p(z_{T−1}|z_T) … p(x|z_1) with
    p(z_T) = N(0, I). Latents have Gaussian conditionals with diagonal covariances. With one latent
    it is the :class:`~vdmlib.VAE`.

    Between two latents a conditional has the mean A h + a + f(h), a matrix beside an MLP, so that a
    level hands on what it was given from the first step of training.

    Args:
      shape: ``(H, W)`` of an image, or ``(H, W, C)`` for C colours; ``[B, H, W]`` stands for either below.
      levels: how many grey levels a pixel has.
      latents: the dimensions K_1, …, K_T of the latents, from the image upwards.
      width, depth: size of the two networks at the image; those between latents are half as wide.
      likelihood: the law of a pixel given z_1, a name or a :class:`~vdmlib.Likelihood`.
      network: "mlp"; or "linear" for affine means and constant widths: with a Gaussian likelihood
        of fixed ``std`` the model is then linear-Gaussian and its evidence is known exactly.
      warm_up: over how many training steps the weight of ``prior_matching`` in the loss rises
        from 0 to 1; 0 for none.
      free_bits: nats that each level costs in the loss at least, on a batch's average, so that nothing
        pushes it lower; 0 for none. Levels below the top may be negative without it.
      seed: a whole number or ``nnx.Rngs`` for the first weights.

    Raises:
      ValueError: a size below 1, no latents, an unknown likelihood or network, a negative option.

    Source: the article's eqs. 16–18; Luo (2022), on Markovian hierarchical VAEs.

    >>> model = HVAE((8, 8), 17, latents=(4, 2), width=16, depth=0)
    >>> terms = model.elbo(jnp.zeros((3, 8, 8), jnp.uint8), jax.random.key(0))
    >>> terms.elbo.shape, terms.prior_matching.shape
    ((3,), (2, 3))
    """

    @remembered
    def __init__(
        self,
        shape: Sequence[int],
        levels: int,
        *,
        latents: Any = (16, 8),
        width: int = 256,
        depth: int = 1,
        likelihood: Any = "discretised_logistic",
        network: Any = "mlp",
        warm_up: float = 0,
        free_bits: float = 0.0,
        seed: int | nnx.Rngs = 0,
    ) -> None:
        self.made_for(shape, levels)
        if not isinstance(latents, (tuple, list)) or len(latents) == 0:
            raise ValueError(f"latents must be a tuple of at least one dimension, given {latents!r}")
        self.latents = tuple(whole("every one of latents", size) for size in latents)
        one_of("network", network, ("mlp", "linear"))
        self.warm_up, self.free_bits = whole("warm_up", warm_up, 0), number("free_bits", free_bits, least=0)
        self.likelihood = find_likelihood(likelihood, self.levels)
        rngs = as_rngs(seed)
        at_image = {"width": width, "depth": depth, "rngs": rngs}
        between = {"network": network, "width": max(1, width // 2), "depth": depth, "rngs": rngs}
        first, out = self.latents[0], self.dims * self.likelihood.channels
        pairs = list(zip(self.latents, self.latents[1:], strict=False))
        self.encoders = nnx.List([GaussianArrow(self.dims, first, network=network, affine=False, **at_image)])
        self.encoders.extend([GaussianArrow(low, high, **between) for low, high in pairs])
        affine = network == "linear"
        pixels = nnx.Linear(first, out, rngs=rngs) if affine else ResidualMLP(first, out, **at_image)
        self.decoders: Any = nnx.List([pixels])
        self.decoders.extend([GaussianArrow(high, low, **between) for low, high in pairs])

    def encode(self, images: Examples, key: jax.Array | int, samples: int = 1) -> tuple[list[Any], list[Any]]:
        """Draws up the chain, and the laws that they were drawn from.

        Args:
          images: ``[B, H, W]`` whole grey levels.
          key: a JAX random key, or a whole number.
          samples: draws of the whole chain an image.

        Returns:
          The latents z_1 … z_T, a list of ``[S, B, K_t]``; and the laws q(z_1|x) … q(z_T|z_{T−1}) at
          those draws, a list of :class:`~vdmlib.DiagonalGaussian` of ``[S, B, K_t]``.

        Raises:
          ValueError: wrong shapes, or ``samples`` below 1.
        """
        _, images, key, samples = seen(self, images, key, samples)
        law = self.encoders[0](self.flat(images))
        law = DiagonalGaussian(*(jnp.broadcast_to(part[None], (samples, *part.shape)) for part in law))
        latents, laws = [], []
        for t, subkey in enumerate(jax.random.split(key, len(self.latents))):
            law = law if t == 0 else self.encoders[t](latents[-1])
            laws.append(law)
            latents.append(law.sample(subkey))
        return latents, laws

    def decode(self, z: jax.Array) -> jax.Array:
        """The outputs that give p(x|z_1): ``[..., K_1]`` to ``[..., H, W, channels]``.

        Raises:
          ValueError: latents of another size.
        """
        z = as_latents("z_1", z, self.latents[0])
        return self.decoders[0](z).reshape(*z.shape[:-1], *self.shape, self.likelihood.channels)

    def log_likelihood(self, images: Examples, z: jax.Array) -> jax.Array:
        """log p(x|z_1), ``[S, B]`` nats, of images ``[B, H, W]`` at ``[S, B, K_1]``."""
        images = self.accept(images)
        z = as_latents("z_1", z, self.latents[0], len(images))
        pixels = jnp.broadcast_to(images[None], (len(z), *images.shape))
        return self.sum_over_image(self.likelihood.log_prob(self.decode(z), pixels))

    @partial(xla.jit, static_argnames="samples", given=seen)
    def elbo(self, images: Examples, key: jax.Array, samples: int = 1) -> HVAETerms:
        """The ELBO in its terms: reconstruction and one prior-matching term for each level.

        The top level is exact given z_{T−1}: KL( q(z_T|z_{T−1}) ‖ N(0, I) ). The levels below are
        the drawn log-ratio log q(z_t|z_{t−1}) − log p(z_t|z_{t+1}). It is tempting to put the closed
        form of KL( q(z_t|z_{t−1}) ‖ p(z_t|z_{t+1}) ) there, with z_{t+1} held fixed. That is wrong: z_{t+1}
        was drawn from q(z_{t+1}|z_t), so once it is known z_t no longer follows q(z_t|z_{t−1}). The
        number can lie on either side of the right one, and then the "bound" is no bound.

        Args:
          images: ``[B, H, W]`` whole grey levels.
          key: a JAX random key, or a whole number.
          samples: draws of the chain an image.

        Returns:
          :class:`HVAETerms` of ``[B]`` and ``[T, B]`` nats, means over the draws.

        Raises:
          ValueError: wrong shapes, or ``samples`` below 1.

        Source: the book's ``mhvae.levels`` and, for the tempting form, ``mhvae.trap``; Luo (2022),
        eq. 45, has it.
        """
        latents, laws = self.encode(images, key, samples)
        ratios = [
            law.log_prob(z) - self._prior(t, latents).log_prob(z)
            for t, (law, z) in enumerate(zip(laws[:-1], latents[:-1], strict=True))
        ]
        levels = jnp.stack([*ratios, laws[-1].kl_to_standard()])
        return HVAETerms(self.log_likelihood(images, latents[0]).mean(axis=0), levels.mean(axis=1))

    @partial(xla.jit, static_argnames="samples", given=seen)
    def iwae(self, images: Examples, key: jax.Array, samples: int = 64) -> jax.Array:
        """The importance-weighted bound over whole chains: above the ELBO, below log p(x).

        Args:
          images: ``[B, H, W]`` whole grey levels.
          key: a JAX random key, or a whole number.
          samples: draws of the chain an image.

        Returns:
          ``[B]`` nats: log of the mean of p(x, z_1 … z_T)/q(z_1 … z_T|x) over the draws.

        Raises:
          ValueError: wrong shapes, or ``samples`` below 1.

        Source: Burda, Grosse and Salakhutdinov, Importance Weighted Autoencoders (2016), eq. 8.
        """
        latents, laws = self.encode(images, key, samples)
        weights = self.log_likelihood(images, latents[0])
        for t, (law, z) in enumerate(zip(laws, latents, strict=True)):
            weights = weights + self._prior(t, latents).log_prob(z) - law.log_prob(z)
        return jax.nn.logsumexp(weights, axis=0) - math.log(samples)

    def loss(self, images: Examples, key: jax.Array, step: Any = None) -> tuple[jax.Array, dict[str, Any]]:
        """What :func:`~vdmlib.fit` minimises: the mean of −ELBO over the batch.

        ``warm_up`` and ``free_bits`` change it in training alone, where ``fit`` gives the step. Held-out
        losses, and ``bits_per_dim`` everywhere, are of the bound itself.

        Args:
          images: ``[B, H, W]`` whole grey levels.
          key: a JAX random key, or a whole number.
          step: how many steps came before, or ``None``: the bound itself.

        Returns:
          The loss in nats an image, and a dictionary of its parts: ``reconstruction``,
          ``prior_matching`` and, level by level, ``prior_matching_1`` … in nats; ``bits_per_dim``.
        """
        terms = self.elbo(images, key)
        bound, each = terms.elbo.mean(), terms.prior_matching.mean(axis=1)
        metrics = {
            "reconstruction": terms.reconstruction.mean(),
            "prior_matching": each.sum(),
            **{f"prior_matching_{t}": cost for t, cost in enumerate(each, 1)},
            "bits_per_dim": bits_per_dim(-bound, self.dims),
        }
        if step is None:
            return -bound, metrics
        charged = jnp.maximum(each, self.free_bits) if self.free_bits else each
        weight = jnp.minimum(1.0, step / self.warm_up) if self.warm_up else 1.0
        return weight * charged.sum() - terms.reconstruction.mean(), metrics

    @partial(xla.jit, given=seen_at_mean)
    def reconstruct(self, images: Examples, key: jax.Array | None = None) -> jax.Array:
        """Expected images after encoding to z_1 and decoding: ``[B, H, W]`` floats in grey levels.

        With a ``key``, z_1 is drawn from q(z_1|x); without one, it is the encoder's mean.
        """
        if key is not None:
            return self.resample(images, 1, key)
        return self.likelihood.mean(self.decode(self.encoders[0](self.flat(images)).mean))

    @partial(xla.jit, static_argnames=("level", "pixel_noise"), given=_seen_from)
    def resample(self, images: Examples, level: Any, key: jax.Array | int, pixel_noise: bool = False) -> jax.Array:
        """What a level knows of an image: keep the latents from it upwards, draw all below it anew.

        The image is encoded up to z_level. From there the model's own conditionals lead back down.
        What lies above z_level plays no part, because the chain is Markov. Level 1 gives
        reconstructions; the higher the level, the more is made up.

        Args:
          images: ``[B, H, W]`` whole grey levels.
          level: the lowest latent that is kept, 1 … T.
          key: a JAX random key, or a whole number.
          pixel_noise: as in :meth:`generate`.

        Returns:
          ``[B, H, W]`` in grey levels.

        Raises:
          ValueError: wrong shapes, or no such level.

        >>> model = HVAE((8, 8), 17, latents=(4, 2), width=16, depth=0)
        >>> model.resample(jnp.zeros((3, 8, 8), jnp.uint8), 2, jax.random.key(0)).shape
        (3, 8, 8)
        """
        up, down = jax.random.split(key)
        latents, _ = self.encode(images, up)
        return self._descend(latents[level - 1][0], level, down, pixel_noise)

    @partial(xla.jit, static_argnames=("count", "pixel_noise"), given=asked)
    def generate(self, key: jax.Array | int, count: int, pixel_noise: bool = False) -> jax.Array:
        """New images: z_T from the prior, then down the chain.

        Args:
          key: a JAX random key, or a whole number.
          count: how many.
          pixel_noise: draw each pixel from p(x|z_1) instead of showing its expected level. Only the
            draw is a sample of the model; the expectation is what is mostly shown.

        Returns:
          ``[count, H, W]`` in grey levels.

        Raises:
          ValueError: ``count`` below 1.

        >>> HVAE((8, 8), 17, latents=(4, 2), width=16, depth=0).generate(jax.random.key(0), 4).shape
        (4, 8, 8)
        """
        top, down = jax.random.split(key)
        z = jax.random.normal(top, (count, self.latents[-1]))
        return self._descend(z, len(self.latents), down, pixel_noise)

    def _prior(self, t, latents):
        """p(z_t|z_{t+1}) at the draws, or p(z_T); ``t`` counts from 0."""
        if t + 1 < len(latents):
            return self.decoders[t + 1](latents[t + 1])
        return DiagonalGaussian(jnp.zeros_like(latents[t]), jnp.zeros_like(latents[t]))

    def _descend(self, z, level, key, pixel_noise):
        """From z_level ``[B, K]`` to images ``[B, H, W]``."""
        for t in range(level - 1, 0, -1):
            z = self.decoders[t](z).sample(jax.random.fold_in(key, t))
        outputs = self.decode(z)
        if pixel_noise:
            return self.likelihood.sample(jax.random.fold_in(key, 0), outputs)
        return self.likelihood.mean(outputs)
