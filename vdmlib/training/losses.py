"""How a loss is called: as a method of the model or as a function, with the step or without."""

import inspect
from collections.abc import Callable
from typing import Any

import jax
from flax import nnx

from ..inputs.arrays import as_arrays, count_of


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
        found = loss(nnx.merge(graph, weights, rest), batch, key, **more)
        if not (isinstance(found, tuple) and len(found) == 2 and isinstance(found[1], dict)):
            raise TypeError(
                "fit: the loss must give a scalar and a dictionary of scalars (empty if there is "
                f"nothing to report), given {type(found).__name__}"
            )
        return found

    return objective


def accepted(name: str, model: Any, data: Any, loss: Any) -> Any:
    """The data as the loss takes it, looked at: by the model where it says what it takes, else as arrays.

    Args:
      name: of the data, for messages.
      model, data, loss: as in :func:`~vdmlib.fit`.

    Raises:
      DataError: what cannot be used.
      TypeError: a model without a loss.
    """
    own = loss is default_loss
    if own and not callable(getattr(model, "loss", None)):
        raise TypeError(
            f"{name.split(':')[0]}: a {type(model).__name__} has no method loss(batch, key): give loss=…, a function of "
            "(model, batch, key), or a model that has one, such as VDM(shape, None) for points"
        )
    if own and hasattr(model, "accept"):
        data = model.accept(data)
        count_of(name, data)
        return data
    return as_arrays(name, data)


def _wants_step(loss):
    return "step" in inspect.signature(loss).parameters
