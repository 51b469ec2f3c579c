"""Two gradients in one backward pass: the loss for some inputs, its second moment for others."""

from collections.abc import Callable
from functools import partial
from typing import Any

import jax


@partial(jax.custom_vjp, nondiff_argnums=(0, 1))
def second_moment_gradient(
    function: Callable[..., Any], scale: float, weights: Any, where: Any, twin: Any, given: Any,
) -> Any:
    """``function(weights, where, given)``, whose gradient with respect to ``twin`` is another's.

    Let ℓ ``[N]`` be the value, example by example, with ℓ_i a function of the i-th entries of
    ``where``. Pulled back with cotangents c, ``weights`` and ``where`` get the gradient of Σ c_i ℓ_i as
    always, while ``twin`` gets that of scale · Σ c_i ℓ_i². A schedule's interior cannot change the
    expected loss, only its variance, which has the gradient of the second moment. So ``where`` and
    ``twin`` hold the same numbers, made so that ``where`` depends on the schedule's ends alone and
    ``twin`` on its interior alone. The forward pass and the backward pass run once.

    Args:
      function: a pure function of the last four arguments without ``twin``, to ``[N]``.
      scale: a number that multiplies the second moment.
      weights: a pytree of floats.
      where: a pytree of arrays ``[N]``.
      twin: of the same structure, with the same values.
      given: a pytree that gets no gradient.

    Returns:
      ``[N]``.

    Source: Kingma et al., Variational Diffusion Models (2021), section 5.1 and appendix I.2.

    >>> import jax.numpy as jnp
    >>> def cost(weights, where, given):
    ...     return weights * where
    >>> def mean(weights, where, twin):
    ...     return second_moment_gradient(cost, 1.0, weights, where, twin, None).mean()
    >>> t = jnp.array([1.0, 3.0])
    >>> [g.tolist() for g in jax.grad(mean, (0, 1, 2))(2.0, t, t)]     # ½ d(2t)²/dt = 4t
    [2.0, [1.0, 1.0], [4.0, 12.0]]
    """
    return function(weights, where, given)


def _forward(function, scale, weights, where, twin, given):
    value, pull = jax.vjp(lambda w, at: function(w, at, given), weights, where)
    return value, (value, pull)


def _backward(function, scale, kept, cotangent):
    value, pull = kept
    weights, where = pull(cotangent)
    # dℓ²/dx = 2 ℓ dℓ/dx
    twin = jax.tree.map(lambda c: 2 * scale * value * c, where)
    return weights, where, twin, None


second_moment_gradient.defvjp(_forward, _backward)
