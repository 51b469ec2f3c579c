"""The optimiser that ``fit`` takes when it is given none."""

import optax


def adam(learning_rate, weight_decay, clip, steps):
    """AdamW after a cut of the whole gradient's norm; the rate rises for a twentieth, then falls.

    Args:
      learning_rate: the peak of the rate; at the last step it is 0.
      weight_decay: decoupled decay of the weights.
      clip: the greatest norm of the gradient, or ``None``.
      steps: the length of the run.

    Returns:
      An optax transformation.

    Source: Loshchilov and Hutter, Decoupled Weight Decay Regularization (2019).

    >>> import jax.numpy as jnp
    >>> rule = adam(0.1, 0.0, 1.0, steps=100)
    >>> first, _ = rule.update(jnp.ones(2), rule.init(jnp.ones(2)), jnp.ones(2))
    >>> first.tolist()    # the rate starts from 0
    [-0.0, -0.0]
    """
    warm_up = max(1, steps // 20)
    rate = optax.warmup_cosine_decay_schedule(0.0, learning_rate, warm_up, max(steps, warm_up + 1))
    parts = [] if clip is None else [optax.clip_by_global_norm(clip)]
    return optax.chain(*parts, optax.adamw(rate, weight_decay=weight_decay))
