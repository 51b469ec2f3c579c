"""Laws fitted to a posterior by climbing the evidence lower bound, and Monte Carlo estimates of it.

Nothing here needs the posterior or the evidence: the joint log-density is enough, as for the VAE.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax
from jax.scipy.linalg import solve_triangular

from ..inputs.keys import as_key
from ..inputs.options import number, whole
from ..laws.gaussians import DiagonalGaussian
from ..runtime.products import in_full_precision


class FullGaussian(NamedTuple):
    """N(mean, R Rᵀ) with any covariance, a pytree that goes through ``jit`` and gradients.

    Attributes:
      mean: ``[K]``.
      raw: ``[K, K]``. Below its diagonal stands R; on it the logarithm of R; above it nothing is
        read, so every ``raw`` gives a proper covariance.

    >>> q = FullGaussian(jnp.zeros(2), jnp.array([[0.0, 9.0], [1.0, 0.0]]))
    >>> q.cov.tolist()
    [[1.0, 1.0], [1.0, 2.0]]
    """

    mean: jax.Array
    raw: jax.Array

    @property
    def root(self) -> jax.Array:
        """R, lower triangular with a positive diagonal, ``[K, K]``."""
        size = self.mean.shape[-1:]
        if self.mean.ndim != 1 or self.raw.shape != size * 2:
            raise ValueError(
                "FullGaussian wants mean [K] and raw [K, K], "
                f"given {list(self.mean.shape)} and {list(self.raw.shape)}"
            )
        return jnp.tril(self.raw, -1) + jnp.diag(jnp.exp(jnp.diagonal(self.raw)))

    @property
    @in_full_precision
    def cov(self) -> jax.Array:
        """R Rᵀ, ``[K, K]``."""
        root = self.root
        return root @ root.T

    @in_full_precision
    def sample(self, key: jax.Array | int, samples: int) -> jax.Array:
        """``samples`` draws by reparameterisation, mean + R ε: ``[samples, K]``."""
        noise = jax.random.normal(as_key(key), (whole("samples", samples), *self.mean.shape), self.mean.dtype)
        return self.mean[None] + noise @ self.root.T

    def log_prob(self, value: jax.Array) -> jax.Array:
        """Log-density at ``value`` ``[..., K]``: ``[...]`` nats.

        Raises:
          ValueError: values of another size.
        """
        if value.shape[-1:] != self.mean.shape:
            raise ValueError(f"value must be [..., {len(self.mean)}], given {list(value.shape)}")
        error = (value - jnp.broadcast_to(self.mean, value.shape)).reshape(-1, len(self.mean)).T
        white = solve_triangular(self.root, error, lower=True).T.reshape(value.shape)
        constant = 0.5 * len(self.mean) * jnp.log(2 * jnp.pi)
        return -0.5 * jnp.sum(jnp.square(white), -1) - jnp.sum(jnp.diagonal(self.raw)) - constant


def log_weights(log_joint: Callable[..., jax.Array], law: Any, key: jax.Array | int, samples: int) -> jax.Array:
    """log p(x, z) − log q(z|x) at draws z from q: their mean estimates the ELBO without bias.

    Args:
      log_joint: latents ``[S, K]`` to log p(x, z) ``[S]`` for the x at hand, in nats.
      law: q(z|x), a :class:`FullGaussian` or a :class:`~vdmlib.DiagonalGaussian` of
        one x (``mean [K]``).
      key: a JAX random key, or a whole number.
      samples: how many draws, S.

    Returns:
      ``[S]`` nats.

    Raises:
      ValueError: ``samples`` below 1, or a ``log_joint`` of another shape.

    Source: the book's ``elbo.def``.

    >>> law = FullGaussian(jnp.zeros(1), jnp.zeros((1, 1)))
    >>> log_weights(lambda z: law.log_prob(z) - 2.0, law, jax.random.key(0), 3).round(4).tolist()
    [-2.0, -2.0, -2.0]
    """
    return _log_weights(log_joint, law, as_key(key), whole("samples", samples))


@partial(jax.jit, static_argnums=(0, 3))
def _log_weights(log_joint, law, key, samples):
    z = law.sample(key, samples)
    spread = law
    if isinstance(law, DiagonalGaussian):
        spread = DiagonalGaussian(*(jnp.broadcast_to(part, z.shape) for part in law))
    joint = log_joint(z)
    if joint.shape != (samples,):
        raise ValueError(
            f"log_joint must turn latents {list(z.shape)} into [{samples}], given {list(joint.shape)}"
        )
    return joint - spread.log_prob(z)


def climb(objective: Callable[..., Any], start: Any, steps: int, rate: float = 0.1) -> Any:
    """Maximise ``objective`` by gradient ascent (Adam) and keep the whole path.

    Args:
      objective: a pytree of parameters to a scalar.
      start: the pytree it starts from.
      steps: how many steps.
      rate: Adam's step size.

    Returns:
      The path, a pytree like ``start`` with a leading axis ``steps + 1``, and the objective along
      it, ``[steps + 1]``; the first entry is the start.

    Raises:
      ValueError: ``steps`` below 1, or an objective that is not a scalar.

    Source: Kingma and Ba, Adam: A Method for Stochastic Optimization (2015).

    >>> path, values = climb(lambda v: -(v - 1.0) ** 2, jnp.array(0.0), steps=200)
    >>> path.shape, abs(float(values[-1])) < 1e-4
    ((201,), True)
    """
    steps, rate = whole("steps", steps), number("rate", rate, above=0)
    shape = jax.eval_shape(objective, start).shape
    if shape != ():
        raise ValueError(f"climb wants an objective that gives a scalar, given shape {list(shape)}")
    start = jax.tree.map(jnp.asarray, start)
    optimiser = optax.adam(rate)

    @jax.jit
    def run(start):
        def step(carry, _):
            here, state = carry
            value, slope = jax.value_and_grad(objective)(here)
            downhill = jax.tree.map(jnp.negative, slope)
            change, state = optimiser.update(downhill, state, here)
            return (optax.apply_updates(here, change), state), (here, value)

        (end, _), (path, values) = jax.lax.scan(step, (start, optimiser.init(start)), None, steps)
        path = jax.tree.map(lambda before, last: jnp.concatenate([before, last[None]]), path, end)
        return path, jnp.append(values, objective(end))

    return run(start)
