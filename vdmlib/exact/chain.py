"""A Markovian hierarchy of linear-Gaussian levels: its evidence, posterior and every ELBO, exactly."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from ..inputs.keys import as_key
from ..inputs.options import whole
from ..laws.full_gaussians import gaussian_entropy, gaussian_kl, gaussian_log_prob
from ..runtime.products import in_full_precision


class LinearStep(NamedTuple):
    """A linear-Gaussian kernel: y given z is N(weight z + bias, cov).

    Attributes:
      weight: ``[D, K]``.
      bias: ``[D]``.
      cov: ``[D, D]``, symmetric and positive definite.

    >>> step = LinearStep(jnp.ones((1, 1)), jnp.zeros(1), jnp.eye(1))
    >>> mean, cov = step.push(jnp.array([2.0]), jnp.eye(1))      # the law of y for z ~ N(2, 1)
    >>> float(mean[0]), float(cov[0, 0])
    (2.0, 2.0)
    >>> back = step.given_output(jnp.array([2.0]), jnp.eye(1))   # and Bayes' rule: z given y
    >>> float(back.weight[0, 0]), float(back.bias[0]), float(back.cov[0, 0])
    (0.5, 1.0, 0.5)
    """

    weight: jax.Array
    bias: jax.Array
    cov: jax.Array

    @in_full_precision
    def push(self, mean: jax.Array, cov: jax.Array) -> tuple[jax.Array, jax.Array]:
        """Mean ``[D]`` and covariance ``[D, D]`` of y when z ~ N(mean ``[K]``, cov ``[K, K]``)."""
        return self.weight @ mean + self.bias, self.weight @ cov @ self.weight.T + self.cov

    @in_full_precision
    def given_output(self, mean: jax.Array, cov: jax.Array) -> "LinearStep":
        """z given y as a :class:`LinearStep`, when z ~ N(mean ``[K]``, cov ``[K, K]``): Bayes' rule."""
        y_mean, y_cov = self.push(mean, cov)
        gain = jnp.linalg.solve(y_cov, self.weight @ cov).T
        # Joseph's form stays symmetric and positive in floating point
        rest = jnp.eye(len(mean), dtype=gain.dtype) - gain @ self.weight
        return LinearStep(gain, mean - gain @ y_mean, rest @ cov @ rest.T + gain @ self.cov @ gain.T)


class ChainTerms(NamedTuple):
    """The ELBO of a hierarchy for one x, term by term, in nats.

    Attributes:
      reconstruction: E_q log p(x | z_1), a scalar.
      levels: ``[T]``, what each level z_1 … z_T costs.
    """

    reconstruction: jax.Array
    levels: jax.Array

    @property
    def elbo(self) -> jax.Array:
        """``reconstruction`` minus the sum of ``levels``: a scalar in nats."""
        return self.reconstruction - jnp.sum(self.levels)


class LinearGaussianChain:
    """A Markovian HVAE without non-linearities: p(z_T) = N(0, I), p(z_{t−1} | z_t) linear-Gaussian, z_0 = x.

    Encoders are Markovian too: q(z_t | z_{t−1}) for t = 1 … T, as a list of :class:`LinearStep`.

    Args:
      decoders: T kernels, p(x | z_1) first and p(z_{T−1} | z_T) last.

    Raises:
      ValueError: no kernels, or kernels whose shapes do not fit.

    Source: the book's chapter on the Markovian HVAE.

    >>> one = LinearStep(jnp.ones((1, 1)), jnp.zeros(1), jnp.eye(1))
    >>> model, x = LinearGaussianChain([one, one]), jnp.array([0.5])
    >>> gap = model.log_evidence(x) - model.elbo_terms(x, model.posterior()).elbo
    >>> abs(float(gap)) < 1e-5     # the posterior leaves no gap
    True
    """

    def __init__(self, decoders: Any) -> None:
        decoders = [LinearStep(*map(jnp.asarray, step)) for step in decoders]
        if not decoders:
            raise ValueError("LinearGaussianChain wants at least one decoder, given none")
        _check_steps("decoder", decoders)
        for t, (low, high) in enumerate(zip(decoders, decoders[1:], strict=False), 1):
            if low.weight.shape[1] != high.weight.shape[0]:
                raise ValueError(
                    f"decoder {t} takes a z_{t} of {low.weight.shape[1]} numbers, "
                    f"decoder {t + 1} gives {high.weight.shape[0]}"
                )
        self.decoders = tuple(decoders)

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many numbers x, z_1, …, z_T have: ``T + 1`` integers."""
        return *(step.weight.shape[0] for step in self.decoders), self.decoders[-1].weight.shape[1]

    def marginals(self) -> list[tuple[jax.Array, jax.Array]]:
        """Mean and covariance under p of x, z_1, …, z_T: a list of ``T + 1`` pairs."""
        size, dtype = self.sizes[-1], self.decoders[-1].weight.dtype
        laws = [(jnp.zeros(size, dtype), jnp.eye(size, dtype=dtype))]
        for step in reversed(self.decoders):
            laws.append(step.push(*laws[-1]))
        return laws[::-1]

    def log_evidence(self, x: jax.Array) -> jax.Array:
        """log p(x), ``[..., D]`` to ``[...]`` nats, exact."""
        return gaussian_log_prob(x, *self.marginals()[0])

    def posterior(self) -> list[LinearStep]:
        """The exact posterior as an encoder: p(z_t | z_{t−1}) for t = 1 … T.

        It is Markovian because z_t holds all that the levels above know of z_{t−1} and those below.
        """
        laws = self.marginals()
        return [step.given_output(*laws[t]) for t, step in enumerate(self.decoders, 1)]

    @in_full_precision
    def sample(self, key: jax.Array | int, count: int) -> list[jax.Array]:
        """``count`` draws of x, z_1, …, z_T: a list of ``T + 1`` arrays ``[count, size]``."""
        keys = jax.random.split(as_key(key), len(self.decoders) + 1)
        count = whole("count", count)
        drawn = [jax.random.normal(keys[0], (count, self.sizes[-1]), self.decoders[-1].weight.dtype)]
        for key, step in zip(keys[1:], reversed(self.decoders), strict=True):
            noise = jax.random.normal(key, (count, len(step.bias)), step.cov.dtype)
            noise = noise @ jnp.linalg.cholesky(step.cov).T
            drawn.append(drawn[-1] @ step.weight.T + step.bias[None] + noise)
        return drawn[::-1]

    def elbo_terms(self, x: jax.Array, encoder: Any) -> ChainTerms:
        """The ELBO of a Markovian encoder for one x, each level's cost a KL divergence.

        Level t < T costs E_q KL( q(z_t | z_{t+1}, x) ‖ p(z_t | z_{t+1}) ), level T KL( q(z_T | x) ‖ p(z_T) ):
        the form with one variable under each expectation. All costs are at least 0.

        Args:
          x: ``[D]``.
          encoder: T of :class:`LinearStep`, q(z_1 | x) first.

        Returns:
          :class:`ChainTerms`.

        Raises:
          ValueError: shapes that do not fit.
        """
        laws, encoder = self._encoded(x, encoder)
        levels = []
        for t in range(1, len(self.decoders)):
            back = encoder[t].given_output(*laws[t])  # q(z_t | z_{t+1}, x)
            levels.append(-gaussian_entropy(back.cov) - self._expected(t, laws, encoder))
        mean, cov = laws[-1]
        levels.append(gaussian_kl(mean, cov, jnp.zeros_like(mean), jnp.eye(len(mean), dtype=mean.dtype)))
        return ChainTerms(self._expected(0, laws, encoder), jnp.stack(levels))

    def log_ratio_terms(self, x: jax.Array, encoder: Any) -> ChainTerms:
        """The same ELBO split as E_q log q(z_t | z_{t−1}) / p(z_t | z_{t+1}), level by level.

        This is what one draw of z_1 … z_T estimates. The cost of a level t < T is not a KL divergence:
        z_{t+1} is drawn given z_t, so that q(z_t | z_{t−1}) is not the law of z_t beside it, and the
        cost can be negative. Arguments and result are those of :meth:`elbo_terms`.
        """
        laws, encoder = self._encoded(x, encoder)
        levels = [
            -gaussian_entropy(encoder[t - 1].cov) - self._expected(t, laws, encoder)
            for t in range(1, len(self.decoders))
        ]
        mean, cov = laws[-1]
        of_prior = _expected_log_prob(jnp.eye(len(mean), dtype=mean.dtype), mean, cov)
        levels.append(-gaussian_entropy(encoder[-1].cov) - of_prior)
        return ChainTerms(self._expected(0, laws, encoder), jnp.stack(levels))

    def _encoded(self, x, encoder):
        """q's mean and covariance of x (none: it is given), z_1, …, z_T; and the encoder, checked."""
        x, encoder = jnp.asarray(x), [LinearStep(*map(jnp.asarray, step)) for step in encoder]
        _check_steps("encoder", encoder)
        wanted = [(above, below) for below, above in zip(self.sizes, self.sizes[1:], strict=False)]
        given = [step.weight.shape for step in encoder]
        if x.shape != self.sizes[:1] or given != wanted:
            raise ValueError(
                f"wanted x [{self.sizes[0]}] and encoders with weights {[list(w) for w in wanted]}, "
                f"given {list(x.shape)} and {[list(g) for g in given]}"
            )
        laws = [(x, jnp.zeros((len(x), len(x)), x.dtype))]
        for step in encoder:
            laws.append(step.push(*laws[-1]))
        return laws, encoder

    @in_full_precision
    def _expected(self, t, laws, encoder):
        """E_q log p(z_t | z_{t+1})."""
        down, up, (mean, cov), above = self.decoders[t], encoder[t], laws[t], laws[t + 1]
        mixed = down.weight @ up.weight @ cov  # Cov(weight z_{t+1}, z_t)
        error = cov - mixed - mixed.T + down.weight @ above[1] @ down.weight.T
        return _expected_log_prob(down.cov, mean - down.weight @ above[0] - down.bias, error)


def _expected_log_prob(cov, error_mean, error_cov):
    """E log N(error; 0, cov) for an error of this mean and covariance."""
    at_mean = gaussian_log_prob(error_mean, jnp.zeros_like(error_mean), cov)
    return at_mean - 0.5 * jnp.trace(jnp.linalg.solve(cov, error_cov))


def _check_steps(what, steps):
    for t, step in enumerate(steps, 1):
        size = step.weight.shape[:1]
        if step.weight.ndim != 2 or step.bias.shape != size or step.cov.shape != size * 2:
            raise ValueError(
                f"{what} {t} wants weight [D, K], bias [D] and cov [D, D], given "
                f"{list(step.weight.shape)}, {list(step.bias.shape)}, {list(step.cov.shape)}"
            )
