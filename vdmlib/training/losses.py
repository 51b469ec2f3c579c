"""How a loss is called: as a method of the model or as a function, with the step or without."""

import inspect

from flax import nnx


def default_loss(model, batch, key, step=None):
    """``model.loss(batch, key)``, with ``step=step`` in training where that loss asks for it."""
    if step is not None and _wants_step(model.loss):
        return model.loss(batch, key, step=step)
    return model.loss(batch, key)


def as_objective(loss, graph, rest):
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


def _wants_step(loss):
    return "step" in inspect.signature(loss).parameters
