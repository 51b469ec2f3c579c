"""Calling a denoiser in compiled code: compiled once, however often it is called."""

import inspect
from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any

import jax
from jax.core import Tracer
from jax.tree_util import Partial

from . import xla


def as_pytree(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same function as a pytree whose leaves are its weights, where that is possible.

    A bound method becomes its plain function and its owner. Modules, named tuples and
    :class:`jax.tree_util.Partial` are pytrees already. A plain function stays as it is.

    >>> import jax.numpy as jnp
    >>> from typing import NamedTuple
    >>> class Line(NamedTuple):
    ...     slope: jax.Array
    ...     def at(self, x):
    ...         return self.slope * x
    >>> [leaf.item() for leaf in jax.tree.leaves(as_pytree(Line(jnp.array(3.0)).at))]
    [3.0]
    """
    if inspect.ismethod(function) and not inspect.isclass(function.__self__):
        return Partial(function.__func__, function.__self__)
    return function


def compiled(function: Callable[..., Any], models: Any, **static: Any) -> Callable[..., Any]:
    """``function(*models, *arrays, **static)`` as a compiled function of the arrays.

    Args:
      function: a function that stands in a module, hashed as such.
      models: a tuple of callables or pytrees. Where all their leaves are arrays, they are arguments
        of the compiled function, and the next call with other weights compiles nothing. A plain
        function may hide weights that change, so with one of those each use compiles anew.
      static: hashable options.

    >>> compiled(lambda line, x: line(x), (lambda x: 2 * x,))(4.0).item()
    8.0
    """
    models = tuple(as_pytree(model) for model in models)
    if all(map(_is_array, jax.tree.leaves(models))):
        return partial(_compiled(function, tuple(sorted(static.items()))), *models)
    return xla.jit(partial(function, *models, **static))


def known_in_advance(tree: Any) -> bool:
    """Whether all leaves are numbers: no function that may hide some, nothing that is traced or differentiated.

    >>> known_in_advance((1.0, jax.numpy.ones(3))), known_in_advance((1.0, lambda x: x))
    (True, False)
    >>> jax.jit(lambda x: x if known_in_advance(x) else -x)(1.0).item()
    -1.0
    """
    return not xla.compiling() and all(_is_array(leaf) and not isinstance(leaf, Tracer) for leaf in jax.tree.leaves(tree))


def convolutional(function: Callable[..., Any]) -> bool:
    """Whether a denoiser, or the model that it is a method of, says that it is convolutional.

    >>> convolutional(lambda x_t, omega, label=None: x_t)
    False
    """
    return any(bool(getattr(owner, "convolutional", False)) for owner in _owners(function))


def classes_of(function: Callable[..., Any]) -> int | None:
    """How many classes a denoiser knows, if it, or the model that it is a method of, says so; else ``None``.

    >>> classes_of(lambda x_t, omega, label=None: x_t)
    """
    return next((owner.classes for owner in _owners(function) if getattr(owner, "classes", None) is not None), None)


def _owners(function):
    """The function, and what it is a method of."""
    owners = [function, getattr(function, "__self__", None)]
    return owners + list(function.args) if isinstance(function, Partial) else owners


@lru_cache(maxsize=256)
def _compiled(function, static):
    return xla.jit(partial(function, **dict(static)))


def _is_array(leaf):
    return hasattr(leaf, "dtype") or isinstance(leaf, (bool, int, float, complex))
