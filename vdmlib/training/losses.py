"""How a loss is called: as a method of the model or as a function, with the step or without."""

import inspect
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
from flax import nnx

from ..inputs.arrays import as_arrays, count_of
from ..runtime.xla import compiling

KEPT = ("loss", "finite")  # names that the log of a run has for itself


def default_loss(model: Any, batch: Any, key: jax.Array, step: Any = None) -> Any:
    """``model.loss(batch, key)``, with ``step=step`` in training where that loss asks for it."""
    if step is not None and _wants_step(model.loss):
        return model.loss(batch, key, step=step)
    return model.loss(batch, key)


def as_objective(loss: Any, graph: Any, rest: Any) -> Callable[..., Any]:
    """The loss as a function of the weights alone: (weights, batch, key, step) ↦ (scalar, metrics).

    Raises:
      TypeError: the loss gave something else than a scalar and a dictionary.
    """
    told = _wants_step(loss)

    def objective(weights, batch, key, step):
        more = {"step": step} if told else {}
        return reported(loss(nnx.merge(graph, weights, rest), batch, key, **more))

    return objective


def reported(found: Any) -> tuple[Any, dict[str, Any]]:
    """What a loss gave, looked at: a scalar and a dictionary of scalars.

    Raises:
      TypeError: it gave something else.
    """
    wanted = "the loss must give a scalar and a dictionary of scalars (empty if there is nothing to report), given"
    if not (isinstance(found, tuple) and len(found) == 2 and isinstance(found[1], dict)):
        raise TypeError(f"{wanted} {_kind(found)}")
    loss, metrics = found
    if _kind(loss) != "a scalar" or not jnp.issubdtype(jnp.result_type(loss), jnp.floating):
        raise TypeError(f"{wanted} {_kind(loss)} of {jnp.result_type(loss)} for the loss")
    for name, value in metrics.items():
        if not isinstance(name, str) or name in KEPT:
            raise TypeError(f"the loss reports {name!r}; wanted are names that are texts, and neither of {', '.join(KEPT)}")
        if _kind(value) != "a scalar":
            raise TypeError(f"{wanted} {_kind(value)} for {name!r}")
    return found


def _kind(value):
    if isinstance(value, (bool, int, float)) or (hasattr(value, "dtype") and jnp.shape(value) == ()):
        return "a scalar"
    return f"an array {list(value.shape)}" if hasattr(value, "dtype") else f"a {type(value).__name__}"


def accepted(name: str, model: Any, data: Any, loss: Any) -> Any:
    """The data as the loss takes it, looked at: by the model where it says what it takes, else as arrays.

    Args:
      name: of the data, for messages.
      model, data, loss: as in :func:`~vdmlib.fit`.

    Raises:
      DataError: what cannot be used.
      TypeError: a model without a loss.
    """
    call, own = name.split(":")[0], loss is default_loss
    if compiling():
        raise TypeError(f"{call} compiles by itself and gives plain numbers: it cannot stand under jit, grad or vmap")
    if isinstance(model, type):
        raise TypeError(f"{call}: a model is wanted, given the class {model.__name__}: make one first, {model.__name__}(…)")
    if not callable(loss):
        raise TypeError(f"{call}: loss must be a function of (model, batch, key), given {loss!r}")
    if own and not callable(getattr(model, "loss", None)):
        raise TypeError(
            f"{call}: a {type(model).__name__} has no method loss(batch, key): give loss=…, a function of "
            "(model, batch, key), or a model that has one, such as VDM(shape, None) for points"
        )
    if own and hasattr(model, "accept"):
        data = model.accept(data)
        count_of(name, data)
        return data
    return as_arrays(name, data)


def _wants_step(loss):
    return "step" in inspect.signature(loss).parameters
