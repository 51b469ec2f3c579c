"""A step of stochastic gradient descent, and many of them in one compiled call."""

import hashlib
from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax

from ..runtime import xla
from .identity import constants

#: What a step checks, in this order.
CHECKED = ("the loss is", "the gradient is", "the weights after the step are")


class State(NamedTuple):
    """All that a step changes. ``mean`` is the running mean of the weights."""

    weights: Any
    mean: Any
    optimiser: Any
    step: jax.Array  # how many were taken
    bad: jax.Array  # something was not finite: the mean moves no more


def first_state(weights: Any, optimiser: Any) -> Any:
    """The state before the first step, in memory of its own: the steps take it over."""
    state = State(weights, weights, optimiser.init(weights), jnp.zeros((), jnp.int32), jnp.zeros((), bool))
    return jax.tree.map(jnp.copy, state)


def descent(objective: Callable[..., Any], optimiser: Any, ema: Any) -> Callable[..., Any]:
    """The step (state, batch, key) ↦ (state, log)."""
    optimiser = optax.with_extra_args_support(optimiser)

    def step(state, batch, key):
        key = jax.random.fold_in(key, state.step)
        (loss, metrics), gradient = jax.value_and_grad(objective, has_aux=True)(
            state.weights, batch, key, state.step
        )
        count = state.step + 1
        with jax.numpy_dtype_promotion("standard"):
            decay = jnp.minimum(ema, count / (count + 10.0)) if ema else 0.0

        def move(state, gradient, norm):
            update, moments = optimiser.update(
                gradient, state.optimiser, state.weights, gradient_norm=norm
            )
            weights = optax.apply_updates(state.weights, update)
            good = jnp.isfinite(optax.tree.norm(weights))
            mean = jax.tree.map(
                lambda m, w: jnp.where(good, decay * m + (1 - decay) * w, m), state.mean, weights
            )
            return State(weights, mean, moments, count, ~good), good

        def stay(state, gradient, norm):
            return state._replace(bad=jnp.ones((), bool)), jnp.ones((), bool)

        norm = optax.tree.norm(gradient)
        finite = jnp.isfinite(jnp.stack([loss, norm]))
        # a branch, not a choice between two states: that would read and write all of them once more
        state, good = jax.lax.cond(finite.all() & ~state.bad, move, stay, state, gradient, norm)
        return state, {**metrics, "loss": loss, "finite": jnp.append(finite, good)}

    return step


def compiled(
    step: Any, state: Any, data: Any, key: jax.Array | int, rows: int, size: Any, devices: Any, scan: bool | None,
) -> Callable[..., Any]:
    """The step, compiled: (state, index ``[rows, size]``, now) ↦ (state, log ``[now]``).

    With ``scan`` the ``now`` steps are one call, else one call each. The state's memory is reused.
    """
    key = devices.place(jax.random.key_data(key))
    log = jax.eval_shape(lambda: step(state, _batch(data, jnp.zeros(size, int)), jax.random.key(0))[1])

    def one(state, data, row, key):
        batch = jax.lax.with_sharding_constraint(_batch(data, row), devices.shared)
        return step(state, batch, jax.random.wrap_key_data(key))

    def many(state, data, index, now, key):
        def body(i, carry):
            state, logs = carry
            state, log = one(state, data, index[i], key)
            return state, jax.tree.map(lambda all, one: all.at[i].set(one), logs, log)

        logs = jax.tree.map(lambda s: jnp.zeros((rows, *s.shape), s.dtype), log)
        return jax.lax.fori_loop(0, now, body, (state, logs))

    options: dict[str, Any] = dict(donate_argnums=0, out_shardings=devices.whole)
    index = np.zeros((rows, size), np.int32)
    now = devices.place(np.int32(0))
    if scan:
        index = devices.place(index, devices.rows)
        run = _program(jax.jit(many, **options), (state, data, index, now, key), devices)
    else:
        row = devices.place(index[0], devices.shared)
        run = _program(jax.jit(one, **options), (state, data, row, key), devices)

    def together(state, index, now):
        index = devices.place(index, devices.rows)
        state, logs = run(state, data, index, devices.place(np.int32(now)), key)
        return state, {name: np.asarray(values)[:now] for name, values in logs.items()}

    def apart(state, index, now):
        logs = []
        for row in index[:now]:
            state, log = run(state, data, devices.place(row, devices.shared), key)
            logs.append(log)
        logs = jax.device_get(logs)
        return state, {name: np.stack([log[name] for log in logs]) for name in logs[0]}

    return together if scan else apart


_PROGRAMS = {}  # the newest last
KEPT = 8


def _program(function, arguments, devices):
    """The computation, compiled; one that does the same may have been compiled before.

    It is known by what it computes: its text and the arrays that it holds. What calls Python is always
    compiled anew, since no text says what Python does.
    """
    config: Any = jax.config  # its attributes are made as JAX is imported
    if config.jax_disable_jit:
        return function  # somebody looks for a fault, step by step
    traced = function.trace(*arguments)
    lowered = traced.lower()
    text = lowered.as_text()
    if "callback" in text:
        return lowered.compile(xla.options(devices.platform))
    known = hashlib.sha256(text.encode())
    for constant in map(np.asarray, constants(traced.jaxpr)):
        known.update(f"{constant.dtype}{constant.shape}".encode() + constant.tobytes())
    names = jax.tree.structure((traced.args_info, traced.out_info))
    key = known.digest(), names, tuple(devices.whole.mesh.devices.flat)
    run = _PROGRAMS.pop(key, None)
    if run is None:
        run = lowered.compile(xla.options(devices.platform))
    _PROGRAMS[key] = run
    while len(_PROGRAMS) > KEPT:
        del _PROGRAMS[next(iter(_PROGRAMS))]
    return run


def _batch(data, index):
    return jax.tree.map(lambda array: array[index], data)
