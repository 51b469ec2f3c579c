"""What a model was made with, so that a file can say how to make it again."""

import dataclasses
import inspect
import json
from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np


def remembered(init: Callable[..., Any]) -> Callable[..., Any]:
    """A constructor that notes its arguments in ``self.made_with``, as JSON.

    Plain values are noted, and what was made by such a constructor itself. Whoever was given anything else has
    ``None`` there. Seeds and random keys are left out: the weights come from the file, and models that differ
    in them alone have one structure.

    >>> class Line:
    ...     @remembered
    ...     def __init__(self, slope, *, seed=0, **options):
    ...         self.slope = slope
    >>> Line(2.0, seed=5, width=3).made_with, Line(print).made_with
    ('{"slope": 2.0, "width": 3}', None)
    """
    signature = inspect.signature(init)
    rest = next((p.name for p in signature.parameters.values() if p.kind is p.VAR_KEYWORD), "")

    @wraps(init)
    def call(self, *args, **kwargs):
        given = signature.bind(self, *args, **kwargs).arguments
        init(self, *args, **kwargs)
        _, *named = given.items()
        arguments = {name: value for name, value in named if name != rest} | given.get(rest, {})
        told = {name: value for name, value in arguments.items() if name not in ("seed", "rngs")}
        try:
            self.made_with = json.dumps({name: _plain(value) for name, value in told.items()}, sort_keys=True)
        except TypeError:
            self.made_with = None

    return call


def description(thing: Any) -> dict[str, Any]:
    """Class and arguments of something that was made by a remembering constructor, as JSON can hold it."""
    made = getattr(thing, "made_with", None)
    if made is None:
        raise TypeError(f"{type(thing).__name__} is no plain value")
    return {"made": type(thing).__name__, "with": json.loads(made)}


def made_again(found: Any, classes: Callable[[str], Any]) -> Any:
    """The values of a description; ``classes`` gives the class of a name.

    Raises:
      KeyError: there is no such class.
    """
    if isinstance(found, list):
        return tuple(made_again(part, classes) for part in found)
    if not isinstance(found, dict):
        return found
    if "dtype" in found:
        return np.dtype(found["dtype"])
    return classes(found["made"])(**{name: made_again(value, classes) for name, value in found["with"].items()})


def _plain(value):
    """A value as JSON can hold it."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, (tuple, list)):
        return [_plain(part) for part in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        parts = {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
        return {"made": type(value).__name__, "with": parts}
    if isinstance(value, (np.dtype, type)) and np.dtype(value) != object:  # NumPy's kind for any other class
        return {"dtype": np.dtype(value).name}
    return description(value)
