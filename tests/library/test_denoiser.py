"""The denoiser: a network's output read in a parameterisation."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from vdmlib import Denoiser, MLPDenoiser
from vdmlib.diffusion.parameterizations import KINDS


def told(x_t, omega, label=None):
    """A network that answers with what it was told: shapes ``[B]`` whatever the caller gave."""
    assert omega.shape == x_t.shape[:1] and (label is None or label.shape == x_t.shape[:1])
    number = omega if label is None else omega + label.astype(x_t.dtype)
    return jnp.broadcast_to(number[:, None], x_t.shape)


@pytest.mark.parametrize("kind", KINDS)
def test_the_output_is_what_kind_says(kind):
    net = MLPDenoiser((2,), width=8, depth=1)
    net.last.bias[...] = jnp.array([0.3, -0.2])
    denoise, x_t = Denoiser(net, kind), jnp.ones((3, 2))
    found = denoise(x_t, 0.5)
    assert found.kind == kind
    np.testing.assert_allclose(getattr(found, kind), net(x_t, jnp.full(3, 0.5))[..., 0], rtol=1e-6)
    # the same through compiled code, with the module as an argument
    again = jax.jit(lambda denoise, x: denoise(x, 0.5).x0)(denoise, x_t)
    np.testing.assert_allclose(again, found.x0, rtol=1e-5)


def test_one_level_and_one_label_go_to_all():
    denoise, x_t = Denoiser(told, "eps"), jnp.zeros((4, 2))
    np.testing.assert_allclose(denoise(x_t, 2.0).eps, np.full((4, 2), 2.0))
    np.testing.assert_allclose(denoise(x_t, 2.0, 3).eps, np.full((4, 2), 5.0))
    each = denoise(x_t, jnp.arange(4.0), jnp.array([0, 0, 1, 1])).eps
    np.testing.assert_allclose(each[:, 0], [0, 1, 3, 4])


def test_says_whether_it_is_convolutional():
    assert not Denoiser(MLPDenoiser((2,), width=8, depth=1)).convolutional


def test_refusals():
    with pytest.raises(ValueError, match="no parameterisation 'noise'"):
        Denoiser(told, "noise")
    with pytest.raises(ValueError, match=r"shape of x_t, \[4, 2\], given \[4, 3\]"):
        Denoiser(lambda x, w, y: jnp.zeros((4, 3)), "eps")(jnp.zeros((4, 2)), 0.0).x0
