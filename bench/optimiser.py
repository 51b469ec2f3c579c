"""The part of a training step that the optimiser takes: the library's Adam beside optax's, in processor time."""

import statistics
import time

import jax
import jax.numpy as jnp
import optax
from flax import nnx

from vdmlib.runtime import xla
from vdmlib.training.optimisers import adam
from vdmlib.training.steps import descent, first_state

from .beside import interleaved, ratio, say
from .speed import NoiseModel

WIDTHS = (48, 160, 352)
GIVEN = (1e-3, 0.0, 1.0)  # rate, weight decay, clip: what fit takes by default
LENGTH = 1000


def by_optax(learning_rate, weight_decay, clip, steps):
    """The same rule made of optax's parts."""
    rate = optax.warmup_cosine_decay_schedule(0.0, learning_rate, steps // 20, steps)
    return optax.chain(optax.clip_by_global_norm(clip), optax.adamw(rate, weight_decay=weight_decay))


def optimiser(widths=WIDTHS, steps=50, repeats=15):
    """One line a size: milliseconds of a step whose loss costs almost nothing, and optax's over ours."""
    lines = []
    for width in widths:
        weights = nnx.state(NoiseModel(width, 3), nnx.Param)
        sides = {"ours": _steps(adam(*GIVEN, LENGTH), weights, steps), "optax": _steps(by_optax(*GIVEN, LENGTH), weights, steps)}
        found = interleaved(sides, repeats)
        lines.append(say({
            "bench": "optimiser", "parameters": sum(w.size for w in jax.tree.leaves(weights)),
            "milliseconds": round(1000 * statistics.median(found["ours"]) / steps, 3),
            "optax": round(1000 * statistics.median(found["optax"]) / steps, 3),
            **ratio(found["optax"], found["ours"]),
        }))
    return lines


def _steps(rule, weights, steps):
    """A function that takes so many of fit's steps and returns their seconds of processor time."""

    def objective(weights, gradient, key, step):
        return sum(jnp.vdot(w, g) for w, g in zip(jax.tree.leaves(weights), jax.tree.leaves(gradient))), {}

    step, key = descent(objective, rule, 0.995), jax.random.key(0)
    gradient = jax.tree.map(lambda w: 0.01 * jnp.ones_like(w), weights)

    def many(state, gradient, key):
        return jax.lax.fori_loop(0, steps, lambda _, state: step(state, gradient, key)[0], state)

    state = first_state(weights, rule)
    run = jax.jit(many, donate_argnums=0).lower(state, gradient, key).compile(xla.options(jax.default_backend()))

    def seconds():
        nonlocal state
        begun = time.process_time()
        state = jax.block_until_ready(run(state, gradient, key))
        return time.process_time() - begun

    return seconds
