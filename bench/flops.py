"""How many floating-point operations the matrix products and convolutions of a function are."""

import math

import jax


def products(function, *given):
    """Operations of the products in ``function(*given)``, a multiplication and an addition each two.

    They are counted in what JAX traced, before any compiler: the same for every device. A convolution's
    padding, and the zeros that its derivative puts between the points of a stride, count as numbers.

    >>> import jax.numpy as jnp
    >>> products(lambda a: a @ a, jnp.zeros((3, 3)))
    54
    """
    return _count(jax.make_jaxpr(function)(*given).jaxpr)


def _count(jaxpr):
    total = 0
    for step in jaxpr.eqns:
        name, parameters = step.primitive.name, step.params
        if name == "dot_general":
            (left, _), _ = parameters["dimension_numbers"]
            shared = math.prod(step.invars[0].aval.shape[axis] for axis in left)
            total += 2 * math.prod(step.outvars[0].aval.shape) * shared
        elif name == "conv_general_dilated":
            numbers = parameters["dimension_numbers"]
            kernel = step.invars[1].aval.shape
            each = math.prod(size for axis, size in enumerate(kernel) if axis != numbers.rhs_spec[0])
            total += 2 * math.prod(step.outvars[0].aval.shape) * each
        elif name == "cond":
            total += max(_count(branch.jaxpr) for branch in parameters["branches"])
        else:
            times = parameters.get("length", 1) if name == "scan" else 1
            total += times * sum(_count(inner) for value in parameters.values() for inner in _inner(value))
    return total


def _inner(value):
    """The traced functions in a parameter."""
    if isinstance(value, (tuple, list)):
        return [inner for one in value for inner in _inner(one)]
    inner = getattr(value, "jaxpr", value)
    return [inner] if hasattr(inner, "eqns") else []
