"""The loop that every step-by-step sampler shares: noise, steps down the grid, the final mean."""

from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
from jax.typing import ArrayLike

from ..diffusion.parameterizations import Prediction
from ..diffusion.schedules.base import Schedule
from ..inputs.arrays import as_reals, as_tokens
from ..inputs.keys import as_key
from ..inputs.options import one_of, whole
from ..runtime.callables import as_pytree, classes_of, compiled, convolutional, known_in_advance
from ..runtime.flags import flag
from ..runtime.xla import platform_of
from .grid import noise_levels


def drive(
    step: Any, denoise: Callable[..., Prediction], schedule: Schedule, key: jax.Array | int, shape: Sequence[int], *,
    steps: ArrayLike | Sequence[float], label: ArrayLike | None, spacing: str, start: ArrayLike | None, final: str,
    trajectory: bool, scan: bool | None,
) -> jax.Array:
    """Walk ``step`` down the grid of noise levels.

    Arguments that are not listed are those of :func:`~vdmlib.ancestral`.

    Args:
      step: a :class:`jax.tree_util.Partial` of ``step(denoise, key, x, omega_t, omega_s, label)``
        that takes x from noise level ω_t to ω_s.

    Returns:
      ``[*shape]``, or the whole trajectory.
    """
    looked_at(denoise, schedule)
    x, key = first_noise(key, shape, start)
    label = checked_label(label, len(x), denoise)
    check_final(final)
    trajectory = flag("trajectory", trajectory)
    scan = None if scan is None else flag("scan", scan)
    omegas = noise_levels(schedule, steps, spacing).astype(x.dtype)
    denoise = as_pytree(denoise)
    scan = loop_is_compiled(denoise, x) if scan is None else scan
    walk = _compiled_walk if scan else _python_walk
    x, path = walk(step, denoise, key, x, omegas, label, trajectory)
    frames = [x[None] if path is None else path]
    if final == "mean":
        x = compiled(final_mean, (denoise,))(x, omegas[-1], label)
        frames.append(x[None])
    return jnp.concatenate(frames) if trajectory else x


def loop_is_compiled(denoise: Callable[..., Prediction], x: jax.Array) -> bool:
    """Whether the loop over the steps is best compiled: yes, but for a convolutional denoiser on a CPU.

    There a convolution in a compiled loop is some 20 times slower than outside it.
    """
    return not (convolutional(denoise) and platform_of((as_pytree(denoise), x)) == "cpu")


def looked_at(denoise: Any, *schedules: Any) -> None:
    """Raise unless these are a denoiser and a noise schedule, as far as can be seen before they are called."""
    if not callable(denoise) or isinstance(denoise, type):
        hint = "; a model has one: give model.denoise" if hasattr(denoise, "denoise") else ""
        raise ValueError(f"denoise must be called as denoise(x_t, omega, label), given {_named(denoise)}{hint}")
    for schedule in schedules:
        if isinstance(schedule, type) or not callable(getattr(schedule, "omega", None)):
            raise ValueError(f"schedule must be a noise schedule, such as LinearSchedule(), given {_named(schedule)}")


def _named(thing):
    if isinstance(thing, type):
        return f"the class {thing.__name__}"
    return repr(thing) if isinstance(thing, (str, int, float, type(None))) else f"a {type(thing).__name__}"


def first_noise(key: jax.Array | int, shape: Sequence[int], start: ArrayLike | None) -> tuple[jax.Array, jax.Array]:
    """What a sampler starts from: noise N(0, I), or ``start``; and a key for the rest."""
    for_start, rest = jax.random.split(as_key(key))
    if not isinstance(shape, (tuple, list)) or not shape:
        raise ValueError(f"shape must be [B, …] with sizes of at least 1, given {shape!r}")
    shape = tuple(whole("each size in shape", size) for size in shape)
    if start is None:
        return jax.random.normal(for_start, shape), rest
    start = as_reals("start", start)
    if start.shape != tuple(shape):
        raise ValueError(f"start must have the shape {list(shape)}, given {list(start.shape)}")
    return start, rest


def checked_label(label: ArrayLike | None, batch: int, denoise: Callable[..., Prediction]) -> jax.Array | None:
    """One label an example, ``[batch]``, from such an array, one number for all, or ``None``.

    The null token, with the index of the denoiser's ``classes``, may be among them.
    """
    if label is None:
        return None
    label = as_tokens(label, classes_of(denoise), batch)
    return jnp.broadcast_to(jnp.asarray(label), (batch,)).astype(jnp.int32)


def check_final(final: str) -> None:
    """Raise unless ``final`` is one of the two ways to end."""
    one_of("final", final, ("mean", "state"))


def at_level(denoise: Callable[..., Prediction], x: jax.Array, omega: jax.Array, label: ArrayLike | None) -> Prediction:
    """The prediction for a batch ``[B, …]`` that is all at one noise level."""
    found = denoise(x, jnp.broadcast_to(omega, x.shape[:1]), label)
    if not isinstance(found, Prediction):
        raise ValueError(
            f"a denoiser must give a Prediction, given {type(found).__name__}; Denoiser(network, kind) makes one of a network"
        )
    return found


def final_mean(
    denoise: Callable[..., Prediction], x: jax.Array, omega: jax.Array, label: ArrayLike | None,
) -> jax.Array:
    """x̂_0 at the last noise level."""
    return at_level(denoise, x, omega, label).x0.astype(x.dtype)


def _compiled_walk(step, denoise, key, x, omegas, label, trajectory):
    if trajectory or not known_in_advance((step, denoise, key, x, omegas, label)):
        return compiled(_scanned, (step, denoise), trajectory=trajectory)(key, x, omegas, label)
    room = jnp.pad(omegas, (0, (1 << max(8, len(omegas).bit_length())) - len(omegas)))
    return compiled(_counted, (step, denoise))(key, x, room, len(omegas) - 1, label), None


def _counted(step, denoise, key, x, omegas, count, label):
    """So many steps, a number that is given: what is compiled does for all grids that fit."""
    def body(index, x) -> Any:
        return _one_step(step, denoise, key, index, x, omegas[index], omegas[index + 1], label)

    return jax.lax.fori_loop(0, count, body, x)


def _scanned(step, denoise, key, x, omegas, label, trajectory):
    def body(x, now) -> tuple[Any, Any]:
        index, omega_t, omega_s = now
        new = _one_step(step, denoise, key, index, x, omega_t, omega_s, label)
        return new, new if trajectory else None

    grid = jnp.arange(len(omegas) - 1), omegas[:-1], omegas[1:]
    end, path = jax.lax.scan(body, x, grid)
    return end, jnp.concatenate([x[None], path]) if trajectory else None


def _python_walk(step, denoise, key, x, omegas, label, trajectory):
    """Step by step: what is compiled does not depend on how many steps there are."""
    one_step = compiled(_one_step, (step, denoise))
    path = [x]
    for index in range(len(omegas) - 1):
        x = one_step(key, index, x, omegas[index], omegas[index + 1], label)
        if trajectory:
            path.append(x)
    return x, jnp.stack(path) if trajectory else None


def _one_step(step, denoise, key, index, x, omega_t, omega_s, label):
    new = step(denoise, jax.random.fold_in(key, index), x, omega_t, omega_s, label)
    return new.astype(x.dtype)
