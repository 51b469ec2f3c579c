"""The default optimiser is optax's AdamW after optax's cut of the norm."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from vdmlib.training.optimisers import adam

STEPS = 40
SHAPES = {"matrix": (3, 5), "bias": (5,)}


def by_optax(learning_rate, weight_decay, clip):
    rate = optax.warmup_cosine_decay_schedule(0.0, learning_rate, STEPS // 20, STEPS)
    parts = [] if clip is None else [optax.clip_by_global_norm(clip)]
    return optax.chain(*parts, optax.adamw(rate, weight_decay=weight_decay))


def walk(rule, sizes, told_norm=False):
    """All weights on a walk whose gradients grow and shrink between these powers of ten."""
    draw = np.random.default_rng(0)
    weights = {name: jnp.asarray(draw.normal(size=shape), jnp.float32) for name, shape in SHAPES.items()}
    state, path = rule.init(weights), []
    update = jax.jit(rule.update)
    for scale in 10.0 ** draw.uniform(*sizes, STEPS):
        gradient = {name: jnp.asarray(scale * draw.normal(size=shape), jnp.float32)
                    for name, shape in SHAPES.items()}
        told = {"gradient_norm": optax.tree.norm(gradient)} if told_norm else {}
        step, state = update(gradient, state, weights, **told)
        weights = optax.apply_updates(weights, step)
        path.append(jnp.concatenate([w.ravel() for w in weights.values()]))
    return np.stack(path)


@pytest.mark.parametrize("weight_decay", [0.0, 0.1])
@pytest.mark.parametrize("clip", [None, 1.0])
@pytest.mark.parametrize("sizes", [(-3, 2), (-10, -7)], ids=["some beyond the cut", "as small as epsilon"])
def test_adam_walks_as_optax_does(weight_decay, clip, sizes):
    given = (0.02, weight_decay, clip)
    expected = walk(by_optax(*given), sizes)
    np.testing.assert_allclose(walk(adam(*given, STEPS), sizes), expected, rtol=2e-5, atol=2e-6)
    np.testing.assert_allclose(walk(adam(*given, STEPS), sizes, told_norm=True), expected, rtol=2e-5, atol=2e-6)


def test_a_gradient_of_zeros_moves_nothing():
    weights = jnp.ones(3)
    rule = adam(0.1, 0.0, 1.0, STEPS)
    state = rule.init(weights)
    for _ in range(3):
        step, state = rule.update(jnp.zeros(3), state, weights)
    assert not step.any()
