"""The optimiser that ``fit`` takes when it is given none."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax

BETA_1, BETA_2, EPS = 0.9, 0.999, 1e-8


class Moments(NamedTuple):
    """What Adam keeps: how many steps it took, running means of the gradient and of its square."""

    count: jax.Array
    mean: Any
    square: Any


def transformation(optimiser: Any) -> Any:
    """The given optimiser; raise unless it is a transformation of optax.

    >>> transformation("adam")
    Traceback (most recent call last):
    ValueError: fit: optimiser must be a transformation of optax, such as optax.adam(1e-3), given 'adam'
    """
    if not (callable(getattr(optimiser, "init", None)) and callable(getattr(optimiser, "update", None))):
        given = getattr(optimiser, "__name__", None) or repr(optimiser)
        raise ValueError(f"fit: optimiser must be a transformation of optax, such as optax.adam(1e-3), given {given}")
    return optimiser


def mixing(rule: Any) -> Any:
    """The rule, in which whole numbers and floats may meet: optax counts steps, also where JAX was told to be strict."""
    rule = optax.with_extra_args_support(rule)

    def init(params):
        with jax.numpy_dtype_promotion("standard"):
            return rule.init(params)

    def update(updates, state, params=None, **more):
        with jax.numpy_dtype_promotion("standard"):
            return rule.update(updates, state, params, **more)

    return optax.GradientTransformationExtraArgs(init, update)


def adam(
    learning_rate: float, weight_decay: float, clip: float | None, steps: int,
) -> optax.GradientTransformationExtraArgs:
    """AdamW after a cut of the whole gradient's norm; the rate rises for a twentieth, then falls.

    It is ``optax.adamw`` after ``optax.clip_by_global_norm``, in fewer passes over the weights: the
    cut and both corrections of bias are numbers that scale the moments where they are read. By optax
    this part of a step takes longer on a CPU, by the median of 15 ratios and their quartiles: 1.61
    [1.40, 1.81] times at 51,344 weights, 1.25 [1.24, 1.27] times at 980,064 (``bench/optimiser.py``).

    Args:
      learning_rate: the peak of the rate; at the last step it is 0.
      weight_decay: decoupled decay of the weights.
      clip: the greatest norm of the gradient, or ``None``.
      steps: the length of the run.

    Returns:
      An optax transformation; its update takes ``gradient_norm`` too where that is known already.

    Source: Loshchilov and Hutter, Decoupled Weight Decay Regularization (2019), algorithm 2; Kingma and
    Ba, Adam (2015), end of section 2, for the order of the computation.

    >>> rule = adam(0.1, 0.0, 1.0, steps=100)
    >>> first, _ = rule.update(jnp.ones(2), rule.init(jnp.ones(2)), jnp.ones(2))
    >>> first.tolist()    # the rate starts from 0
    [-0.0, -0.0]
    """
    warm_up = max(1, steps // 20)
    rate_at = optax.warmup_cosine_decay_schedule(0.0, learning_rate, warm_up, max(steps, warm_up + 1))

    def init(params):
        zeros = jax.tree.map(jnp.zeros_like, params)
        return Moments(jnp.zeros((), jnp.int32), zeros, zeros)

    def update(updates, state, params=None, *, gradient_norm=None, **_):
        norm = optax.tree.norm(updates) if gradient_norm is None else gradient_norm
        cut = 1.0 if clip is None else jnp.minimum(1.0, clip / norm)
        count, rate = state.count + 1, rate_at(state.count)
        root = jnp.sqrt(1 - BETA_2**count)
        size = rate * root / (1 - BETA_1**count)
        mean = jax.tree.map(lambda m, g: BETA_1 * m + (1 - BETA_1) * cut * g, state.mean, updates)
        square = jax.tree.map(
            lambda v, g: BETA_2 * v + (1 - BETA_2) * jnp.square(cut * g), state.square, updates
        )
        change = jax.tree.map(
            lambda m, v, w: -size * m / (jnp.sqrt(v) + EPS * root) - rate * weight_decay * w,
            mean, square, params,
        )
        return change, Moments(count, mean, square)

    return optax.GradientTransformationExtraArgs(init, update)
