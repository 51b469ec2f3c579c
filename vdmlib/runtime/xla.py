"""What XLA is told when it compiles for a CPU."""

from functools import cache, wraps

import jax

#: YNNPACK computes the sums and leaves the matrix products to Eigen, which uses the cores better from
#: some hundred rows and columns on; ``make bench BENCH=products`` measures it.
PRODUCTS = {"xla_cpu_experimental_ynn_fusion_type": "LIBRARY_FUSION_TYPE_REDUCE"}


@cache
def options():
    """Options for the compiler: ``PRODUCTS`` on a CPU whose XLA knows them, else ``None``.

    >>> options() in (PRODUCTS, None)
    True
    """
    if jax.default_backend() != "cpu":
        return None
    try:
        jax.jit(lambda: 0, compiler_options=PRODUCTS)()
    except jax.errors.JaxRuntimeError:  # another version of XLA
        return None
    return PRODUCTS


def jit(function, **how):
    """``jax.jit`` with these options, wherever it is called.

    JAX takes options at the outermost call alone. Inside other compiled or differentiated functions
    this one becomes part of theirs.

    Args:
      function: what is compiled; a method too, whose owner is then an argument and must be a pytree,
        as ``nnx`` modules are.
      how: what ``jax.jit`` takes.

    >>> double = jit(lambda x: 2 * x)
    >>> double(3.0).item(), jax.jit(lambda x: double(x) + 1)(3.0).item(), jax.grad(double)(3.0).item()
    (6.0, 7.0, 2.0)
    """
    within = jax.jit(function, **how)

    @cache
    def outermost():  # made at the first call: importing the library must not start a device
        return jax.jit(function, compiler_options=options(), **how)

    @wraps(function)
    def call(*args, **kwargs):
        traced = any(isinstance(leaf, jax.core.Tracer) for leaf in jax.tree.leaves((args, kwargs)))
        # what is made inside a compiled function is traced too, also where no argument is
        traced = traced or isinstance(jax.numpy.zeros(()), jax.core.Tracer)
        return (within if traced else outermost())(*args, **kwargs)

    return call
