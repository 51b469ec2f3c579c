"""What makes two training runs the same one: needed before one goes on where another stopped."""

import re
import zlib
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.extend import core

#: What is compared beside plain options, in words.
WORDS = {
    "model": "the model's weights",
    "start": "the weights that training starts from (another seed of the model?)",
    "loss": "what the model's loss computes (another model, loss or version of JAX)",
    "optimiser": "what the optimiser computes",
    "data": "the data",
    "validation": "the held-out data",
}
PROGRAMS = ("loss", "optimiser")


def of(
    objective: Callable[..., Any], rule: Any, weights: Any, data: Any, validation: Any, batch_size: int,
) -> dict[str, Any]:
    """What the arguments of ``fit`` that are no plain values come to; see the functions below."""
    batch = jax.tree.map(lambda a: jax.ShapeDtypeStruct((batch_size, *a.shape[1:]), a.dtype), data)
    return {
        "model": shapes(weights),
        "start": sizes(weights),
        "loss": program(objective, weights, batch, jax.random.key(0), 0),
        "optimiser": program(rule.update, weights, rule.init(weights), weights),
        "data": content(data),
        "validation": content(validation),
    }


def shapes(tree: Any) -> dict[str, str]:
    """Name to type and shape of each array.

    >>> shapes({"a": {"b": np.zeros((2, 3), np.float32)}})
    {'a.b': 'float32[2,3]'}
    """
    return {
        name: f"{leaf.dtype}[{','.join(map(str, leaf.shape))}]" for name, leaf in named(tree).items()
    }


def named(tree: Any) -> dict[str, Any]:
    """Name to array, the name made of the keys on the way to it."""
    return {
        jax.tree_util.keystr(path, simple=True, separator="."): leaf
        for path, leaf in jax.tree_util.tree_flatten_with_path(tree)[0]
    }


def sizes(tree: Any) -> list[float]:
    """Mean square of each array: tells weights apart, and is the same on any processor but for rounding."""
    return [float(np.mean(np.square(np.asarray(leaf, np.float64)))) for leaf in jax.tree.leaves(tree)]


def content(data: Any) -> str | None:
    """Types, shapes and a checksum of arrays.

    >>> content(np.zeros((2, 3), np.uint8))
    'uint8[2,3], checksum b1c2a1a3'
    """
    if data is None:
        return None
    check = 0
    data = jax.tree.map(np.asarray, data)
    for leaf in jax.tree.leaves(data):
        whole: Any = np.ascontiguousarray(leaf)
        check = zlib.crc32(whole, check)
    return f"{', '.join(shapes(data).values())}, checksum {check:08x}"


def program(function: Callable[..., Any], *arguments: Any) -> str:
    """A checksum of what a function computes: of its steps and of the numbers in them.

    >>> one, two = (program(lambda x, k=k: k * x, jnp.ones(2)) for k in (1.0, 2.0))
    >>> one == two, one == program(lambda y: 1.0 * y, jnp.zeros(2))
    (False, True)
    """
    traced = jax.make_jaxpr(function)(*arguments)
    text = re.sub(r"0x[0-9a-f]+", "", str(traced))  # without the addresses of Python's functions
    check = zlib.crc32(text.encode())
    for constant in constants(traced):
        whole: Any = np.ascontiguousarray(constant)
        check = zlib.crc32(whole, check)
    return f"{check:08x}"


def constants(traced: Any) -> list[Any]:
    """The arrays that a traced computation holds, those of the functions inside it too; keys as their numbers.

    >>> inner = jax.jit(lambda x: x * np.arange(3.0))
    >>> [c.tolist() for c in constants(jax.make_jaxpr(lambda x: inner(x) + 1)(jnp.ones(3)))]
    [[0.0, 1.0, 2.0]]
    """
    found, open_ = [], [traced]
    while open_:
        part = open_.pop()
        if isinstance(part, core.ClosedJaxpr):
            found += part.consts
            part = part.jaxpr
        for equation in part.eqns:
            found += [v.val for v in equation.invars if isinstance(v, core.Literal) and np.size(v.val) > 1]
            inside = jax.tree.leaves(list(equation.params.values()), is_leaf=_is_traced)
            open_ += filter(_is_traced, inside)
    return [jax.random.key_data(c) if _is_key(c) else c for c in found]


def _is_traced(value):
    return isinstance(value, (core.ClosedJaxpr, core.Jaxpr))


def _is_key(value):
    return isinstance(value, jax.Array) and jnp.issubdtype(value.dtype, jax.dtypes.prng_key)


def differences(there: Any, here: Any) -> list[str]:
    """Lines that say in what two runs differ; none if they are the same.

    >>> differences({"seed": 1, "ema": 0.9}, {"seed": 2, "ema": 0.9})
    ['seed: 1 there, 2 here']
    """
    lines = []
    unlike = [name for name in there if name in here and there[name] != here[name]]
    for name in unlike:
        a, b = there[name], here[name]
        if name == "model":
            which = next(k for k in [*a, *b] if a.get(k) != b.get(k))
            lines.append(f"{WORDS[name]}: {which} is {a.get(which)} there, {b.get(which)} here")
        elif name == "start":
            if "model" not in unlike and not np.allclose(a, b, rtol=1e-4, atol=1e-12):
                lines.append(WORDS[name])
        elif name not in PROGRAMS:
            lines.append(f"{WORDS.get(name, name)}: {a} there, {b} here")
    # a program differs with most other things: it is the news only when nothing else is
    return lines or [WORDS[name] for name in unlike if name in PROGRAMS]
