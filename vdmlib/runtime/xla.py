"""What XLA is told when it compiles for a CPU."""

from collections.abc import Callable
from functools import cache, wraps
from typing import Any

import jax
from jax.core import Tracer

#: YNNPACK computes the sums and leaves the matrix products to Eigen, which uses the cores better from
#: some hundred rows and columns on. LLVM compiles sooner at level 2 than at its level 3, and what it makes
#: is no slower. ``make bench BENCH="compiling products"`` measures both.
ON_CPU = {"xla_cpu_experimental_ynn_fusion_type": "LIBRARY_FUSION_TYPE_REDUCE", "xla_backend_optimization_level": 2}


def options(platform: str) -> dict[str, str | int] | None:
    """Options for the compiler: ``ON_CPU`` for a CPU whose XLA knows them, else ``None``.

    Where JAX is told to leave out most optimisations, it says what the level is.

    >>> set(options("cpu") or {}) <= set(ON_CPU), options("gpu")
    (True, None)
    """
    if platform != "cpu" or not _known():
        return None
    if jax.config.read("jax_disable_most_optimizations"):
        return {name: value for name, value in ON_CPU.items() if name != "xla_backend_optimization_level"}
    return ON_CPU


@cache
def _known():
    """Whether this version of XLA knows the options."""
    try:
        with jax.default_device(jax.devices("cpu")[0]):
            jax.jit(lambda: 0, compiler_options=ON_CPU)()
    except jax.errors.JaxRuntimeError:
        return False
    return True


def platform_of(tree: Any) -> str:
    """Where a computation on these arrays runs, "cpu", "gpu" or "tpu": where they have been put, or by default.

    >>> platform_of(jax.device_put(1.0, jax.devices("cpu")[0]))
    'cpu'
    """
    for leaf in jax.tree.leaves(tree):
        if isinstance(leaf, jax.Array) and not isinstance(leaf, Tracer) and leaf.committed:
            return next(iter(leaf.devices())).platform
    config: Any = jax.config  # its attributes are made as JAX is imported
    default = config.jax_default_device
    if default is None:
        return jax.default_backend()
    return default if isinstance(default, str) else default.platform


def compiling() -> bool:
    """Whether this runs inside of a compiled function: what is made there is traced too, also where no argument is."""
    with jax.transfer_guard("allow"):  # of this one number
        return isinstance(jax.numpy.zeros(()), Tracer)


def jit(function: Callable[..., Any], given: Any = None, **how: Any) -> Callable[..., Any]:
    """``jax.jit`` with these options, wherever it is called.

    JAX takes options at the outermost call alone. Inside other compiled or differentiated functions
    this one becomes part of theirs.

    Args:
      function: what is compiled; a method too, whose owner is then an argument and must be a pytree,
        as ``nnx`` modules are.
      given: a function of the same arguments, called before: it looks at them and returns them all, as
        the compiled function takes them.
      how: what ``jax.jit`` takes.

    >>> double = jit(lambda x: 2 * x)
    >>> double(3.0).item(), jax.jit(lambda x: double(x) + 1)(3.0).item(), jax.grad(double)(3.0).item()
    (6.0, 7.0, 2.0)
    >>> jit(lambda x: 2 * x, given=lambda x: (float(x),))("3").item()
    6.0
    """
    within = jax.jit(function, **how)

    @cache
    def outermost(platform):  # made at the first call: importing the library must not start a device
        return jax.jit(function, compiler_options=options(platform), **how)

    @wraps(function)
    def call(*args, **kwargs):
        if given is not None:
            args, kwargs = given(*args, **kwargs), {}
        leaves = jax.tree.leaves((args, kwargs))
        traced = any(isinstance(leaf, Tracer) for leaf in leaves)
        return (within if traced or compiling() else outermost(platform_of(leaves)))(*args, **kwargs)

    return call
