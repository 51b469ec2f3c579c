"""The residual MLP: shapes, types, refusals."""

import jax
import jax.numpy as jnp
import pytest
from flax import nnx

from vdmlib import ResidualMLP


@pytest.mark.parametrize("lead", [(), (5,), (2, 5)])
def test_shapes_and_dtype(lead):
    net = ResidualMLP(3, 4, width=16, depth=2, rngs=nnx.Rngs(0))
    out = net(jnp.ones((*lead, 3)))
    assert out.shape == (*lead, 4) and out.dtype == jnp.float32


def test_every_weight_gets_a_gradient():
    net = ResidualMLP(3, 4, width=16, depth=2, rngs=nnx.Rngs(0))
    x = jax.random.normal(jax.random.key(0), (8, 3))
    gradient = nnx.grad(lambda net: jnp.sum(jnp.square(net(x))))(net)
    assert all(bool(jnp.abs(g).max() > 0) for g in jax.tree.leaves(gradient))


def test_same_seed_same_weights():
    first, second = (ResidualMLP(3, 4, width=8, rngs=nnx.Rngs(7)) for _ in range(2))
    same = jax.tree.map(lambda a, b: bool((a == b).all()), nnx.state(first), nnx.state(second))
    assert all(jax.tree.leaves(same))


@pytest.mark.parametrize("sizes, words", [((0, 4, 8, 1), "inputs must be at least 1"), ((3, 0, 8, 1), "outputs"),
                                          ((3, 4, 0, 1), "width"), ((3, 4, 8, -1), "depth must be at least 0")])
def test_bad_sizes(sizes, words):
    inputs, outputs, width, depth = sizes
    with pytest.raises(ValueError, match=words):
        ResidualMLP(inputs, outputs, width=width, depth=depth, rngs=nnx.Rngs(0))


def test_wrong_input():
    with pytest.raises(ValueError, match=r"wants \[\.\.\., 3\], given \[5, 2\]"):
        ResidualMLP(3, 4, width=8, rngs=nnx.Rngs(0))(jnp.zeros((5, 2)))
