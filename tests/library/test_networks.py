"""Networks: shapes, types, what they are told and heed, refusals."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import nnx

from vdmlib import (
    Conditioning,
    ConvolutionalNet,
    MLPDenoiser,
    PatchTransformer,
    ResidualMLP,
    TanhMLP,
    UNet,
    fourier_features,
)
from vdmlib.networks.conditioning import dropout

SMALL = {
    "mlp": (MLPDenoiser, {"width": 16, "depth": 2, "fourier": (3.0,), "rank": 2}),
    "transformer": (PatchTransformer, {"width": 16, "depth": 1, "heads": 2}),
    "unet": (UNet, {"width": 8, "multiples": (1, 2), "depth": 1, "conditioning": 16}),
}


@jax.jit
def run(net, x, omega, label=None, key=None):
    """One compiled call: far quicker than op by op."""
    return net(x, omega, label, key=key)


def made(name, shape=(4, 6), channels=3, scrambled=True, **options):
    """A small network; scrambled, its zero weights are no longer zero."""
    kind, small = SMALL[name]
    net = kind(shape, channels, classes=5, rngs=nnx.Rngs(0), **(small | options))
    if scrambled:
        graph, weights = nnx.split(net)
        leaves, form = jax.tree.flatten(weights)
        keys = jax.random.split(jax.random.key(1), len(leaves))
        leaves = [w + 0.2 * jax.random.normal(k, w.shape) for w, k in zip(leaves, keys, strict=True)]
        net = nnx.merge(graph, jax.tree.unflatten(form, leaves))
    return net


def given(shape=(4, 6), batch=3):
    return jax.random.normal(jax.random.key(0), (batch, *shape)), jnp.linspace(-6, 4, batch)


@pytest.mark.parametrize("name", SMALL)
def test_denoisers_heed_all_that_they_are_told(name):
    net, (x, omega), label = made(name), given(), jnp.array([0, 1, 4])
    out = run(net, x, omega, label)
    assert out.shape == (3, 4, 6, 3) and out.dtype == jnp.float32
    for other in (run(net, x + 0.5, omega, label), run(net, x, omega + 1, label), run(net, x, omega, label[::-1]), run(net, x, omega)):
        assert float(jnp.abs(other - out)[0].max()) > 1e-3
    # no label is the null token, the index after the last class
    np.testing.assert_allclose(run(net, x, omega), run(net, x, omega, jnp.full(3, 5)), rtol=1e-5, atol=1e-5)
    # examples do not mix: the first stays the same when the others change
    others = run(net, x.at[1:].add(1.0), omega.at[1:].add(1.0), label.at[1:].set(2))
    np.testing.assert_allclose(others[0], out[0], rtol=1e-4, atol=1e-4)
    assert float(jnp.abs(others - out)[1:].max()) > 1e-3


@pytest.mark.parametrize("name", SMALL)
def test_denoisers_see_and_answer_every_colour(name):
    net, (x, omega) = made(name, (2, 4, 3)), given((2, 4, 3))
    out = run(net, x, omega)
    assert out.shape == (3, 2, 4, 3, 3)
    for colour in range(3):
        other = run(net, x.at[..., colour].add(0.5), omega)
        assert (jnp.abs(other - out).max((0, 1, 2)) > 1e-4).all()   # every output of every colour heeds it


@pytest.mark.parametrize("patch", [1, 2])
def test_the_transformer_puts_colours_back_where_they_were(patch):
    """Without blocks, and with the identity for the products, a patch comes back as it went in."""
    net = PatchTransformer((4, 6, 3), patch=patch, width=patch**2 * 3, depth=1, heads=1)
    size = patch**2 * 3
    net.blocks, net.place[...] = nnx.List([]), jnp.zeros_like(net.place[...])
    net.first.kernel[...] = net.last.kernel[...] = jnp.eye(size)
    x, omega = given((4, 6, 3))
    out = run(net, x, omega)[..., 0]
    patches = x.reshape(3, 4 // patch, patch, 6 // patch, patch, 3)
    wanted = (patches - patches.mean((2, 4, 5), keepdims=True)) / patches.std((2, 4, 5), keepdims=True)
    np.testing.assert_allclose(out, wanted.reshape(x.shape), rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("name", SMALL)
def test_denoisers_begin_at_zero_and_every_weight_learns(name):
    x, omega = given()
    assert not run(made(name, scrambled=False), x, omega).any()
    net = made(name, dropout=0.3)

    def loss(net):
        return jnp.sum(jnp.sin(run(net, x, omega, jnp.array([0, 1, 5]), jax.random.key(0))))

    gradient = jax.jit(nnx.grad(loss))(net)
    for leaf in jax.tree.leaves(gradient):
        assert bool(jnp.isfinite(leaf).all()) and float(jnp.abs(leaf).max()) > 0


@pytest.mark.parametrize("name", SMALL)
def test_dropout_wants_a_key(name):
    net, (x, omega) = made(name, dropout=0.5), given()
    out = run(net, x, omega)
    np.testing.assert_array_equal(out, run(net, x, omega))
    first, second = (run(net, x, omega, None, jax.random.key(k)) for k in (0, 1))
    assert not np.allclose(first, out) and not np.allclose(first, second)


def test_dropout_keeps_the_mean():
    """100,000 entries: the share kept and the mean are known to 0.5 %."""
    out = dropout(jnp.ones(100_000), 0.3, jax.random.key(0))
    np.testing.assert_allclose((out == 0).mean(), 0.3, atol=0.006)
    np.testing.assert_allclose(out.mean(), 1, atol=0.01)


@pytest.mark.parametrize("name", SMALL)
def test_bfloat16_products_with_32_bit_weights(name):
    x, omega = given()
    net, exact = made(name, compute_dtype=jnp.bfloat16), made(name)
    assert all(w.dtype == jnp.float32 for w in jax.tree.leaves(nnx.state(net, nnx.Param)))
    out, wanted = run(net, x, omega), run(exact, x, omega)
    assert out.dtype == jnp.float32
    apart = float(jnp.abs(out - wanted).max() / jnp.abs(wanted).max())
    assert 1e-5 < apart < 0.1  # three digits, and not more


def test_the_unet_takes_odd_sizes():
    x, omega = given((5, 7))
    assert run(made("unet", (5, 7), multiples=(1, 1, 1)), x, omega).shape == (3, 5, 7, 3)
    assert UNet.convolutional and not MLPDenoiser.convolutional and not PatchTransformer.convolutional


def test_the_transformer_sees_patches_at_their_places():
    """Moving the image by a patch moves the output by a patch, once places are forgotten."""
    net, (x, omega) = made("transformer"), given()
    net.place[...] = jnp.zeros_like(net.place[...])
    moved = run(net, jnp.roll(x, (2, 2), (1, 2)), omega)
    np.testing.assert_allclose(moved, jnp.roll(run(net, x, omega), (2, 2), (1, 2)), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("name", ["transformer", "unet"])
def test_rank_is_one_map_for_all_pixels(name):
    net = made(name, channels=7, rank=2)
    flat = np.asarray(net(*given())).reshape(-1, 7)
    assert np.linalg.matrix_rank(flat - flat.mean(0), tol=1e-4) == 2
    with pytest.raises(ValueError, match="rank must be a whole number of at least 1"):
        made(name, rank=0)


def test_rank_bounds_what_the_channels_can_be():
    x, omega = given()
    free, bound = made("mlp", channels=5, rank=None)(x, omega), made("mlp", channels=5, rank=2)(x, omega)
    ranks = [np.linalg.matrix_rank(np.asarray(out).reshape(-1, 5) - np.asarray(out).mean((0, 1, 2)), tol=1e-3) for out in (free, bound)]
    assert ranks == [5, 2]


def test_fourier_features_by_hand():
    x, frequencies = np.random.default_rng(0).normal(size=(2, 3)).astype(np.float32), [1.0, 2.5]
    out = fourier_features(jnp.asarray(x), jnp.array(frequencies))
    wanted = [np.sin(x), np.sin(2.5 * x), np.cos(x), np.cos(2.5 * x)]
    np.testing.assert_allclose(out, np.stack(wanted, -1), rtol=1e-5, atol=1e-6)


def test_conditioning_without_classes_refuses_labels():
    know = Conditioning(8, rngs=nnx.Rngs(0))
    with pytest.raises(ValueError, match="made without classes"):
        know(jnp.zeros(2), jnp.zeros(2, int))
    with pytest.raises(ValueError, match=r"omega must be \[B\], given \[\]"):
        know(jnp.zeros(()))
    with pytest.raises(ValueError, match=r"\[2\], given \[3\]"):
        Conditioning(8, 4, rngs=nnx.Rngs(0))(jnp.zeros(2), jnp.zeros(3, int))
    with pytest.raises(ValueError, match="classes must be a whole number of at least 1"):
        Conditioning(8, 0, rngs=nnx.Rngs(0))


@pytest.mark.parametrize(
    "call, words",
    [
        (lambda: made("mlp", depth=0), "MLPDenoiser: depth must be a whole number of at least 1, given 0"),
        (lambda: made("mlp", shape=()), "each side of shape must be a whole number of at least 1"),
        (lambda: made("mlp", dropout=1.0), r"dropout must lie in \[0, 1\), given 1.0"),
        (lambda: made("transformer", patch=4), r"patches of side 4 do not tile \(4, 6\)"),
        (lambda: made("transformer", heads=3), "3 heads do not divide the width 16"),
        (lambda: made("unet", shape=(4,)), r"UNet: shape must be \(H, W\), or \(H, W, C\) for C colours, given \(4,\)"),
        (lambda: made("transformer", shape=(4, 4, 3, 1)), r"PatchTransformer: shape must be \(H, W\), or"),
        (lambda: made("unet", multiples=()), "each multiple must be a whole number of at least 1"),
        (lambda: made("mlp")(jnp.zeros((3, 6, 4)), jnp.zeros(3)), r"x_t \[B, 4, 6\], given \[3, 6, 4\]"),
    ],
)
def test_bad_use_of_denoisers(call, words):
    with pytest.raises(ValueError, match=words):
        call()


@pytest.mark.parametrize("lead", [(), (5,), (2, 5)])
def test_residual_shapes_and_dtype(lead):
    net = ResidualMLP(3, 4, width=16, depth=2, rngs=nnx.Rngs(0))
    out = net(jnp.ones((*lead, 3)))
    assert out.shape == (*lead, 4) and out.dtype == jnp.float32


def test_every_residual_weight_gets_a_gradient():
    net = ResidualMLP(3, 4, width=16, depth=2, rngs=nnx.Rngs(0))
    x = jax.random.normal(jax.random.key(0), (8, 3))
    gradient = nnx.grad(lambda net: jnp.sum(jnp.square(net(x))))(net)
    assert all(bool(jnp.abs(g).max() > 0) for g in jax.tree.leaves(gradient))


def test_same_seed_same_weights():
    first, second = (ResidualMLP(3, 4, width=8, rngs=nnx.Rngs(7)) for _ in range(2))
    same = jax.tree.map(lambda a, b: bool((a == b).all()), nnx.state(first), nnx.state(second))
    assert all(jax.tree.leaves(same))


@pytest.mark.parametrize("sizes, words", [((0, 4, 8, 1), "inputs must be a whole number of at least 1"), ((3, 0, 8, 1), "outputs"),
                                          ((3, 4, 0, 1), "width"), ((3, 4, 8, -1), "depth must be a whole number of at least 0")])
def test_bad_sizes(sizes, words):
    inputs, outputs, width, depth = sizes
    with pytest.raises(ValueError, match=words):
        ResidualMLP(inputs, outputs, width=width, depth=depth, rngs=nnx.Rngs(0))


def test_wrong_input():
    with pytest.raises(ValueError, match=r"wants \[\.\.\., 3\], given \[5, 2\]"):
        ResidualMLP(3, 4, width=8, rngs=nnx.Rngs(0))(jnp.zeros((5, 2)))


def test_a_residual_network_takes_any_number_of_leading_axes():
    net = ResidualMLP(3, 2, width=8, depth=1, rngs=nnx.Rngs(0))
    x = np.random.default_rng(0).normal(size=(4, 5, 3)).astype(np.float32)
    whole = net(jnp.asarray(x))
    assert whole.shape == (4, 5, 2)
    for i in range(4):
        np.testing.assert_allclose(whole[i], net(jnp.asarray(x[i])), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(whole[2, 1], net(jnp.asarray(x[2, 1])), rtol=1e-5, atol=1e-6)


def test_the_tanh_network_by_hand():
    net = TanhMLP(3, 2, width=4, depth=2, rngs=nnx.Rngs(0))
    x = jax.random.normal(jax.random.key(0), (5, 6, 3))
    h = np.asarray(x)
    for layer in net.hidden:
        h = np.tanh(h @ np.asarray(layer.kernel[...]) + np.asarray(layer.bias[...]))
    out = h @ np.asarray(net.last.kernel[...]) + np.asarray(net.last.bias[...])
    np.testing.assert_allclose(net(x), out, atol=1e-6)
    assert len(net.hidden) == 2
    with pytest.raises(ValueError, match=r"TanhMLP: this network wants \[..., 3\], given \[5, 4\]"):
        net(jnp.zeros((5, 4)))
    with pytest.raises(ValueError, match="TanhMLP: depth must be"):
        TanhMLP(3, 2, depth=0, rngs=nnx.Rngs(0))


@pytest.mark.parametrize("told", [False, True])
def test_the_convolutional_network(told):
    net = ConvolutionalNet((8, 8), 3, width=8, told=told, rngs=nnx.Rngs(0))
    for modulation in net.modulations or ():
        modulation.kernel[...] = 0.1 * jax.random.normal(jax.random.key(2), modulation.kernel.shape)
    x, omega = jax.random.normal(jax.random.key(0), (4, 8, 8)), jnp.linspace(-4, 4, 4)
    given = (x, omega) if told else (x,)
    out = net(*given)
    assert out.shape == (4, 3)
    np.testing.assert_allclose(out, net.last(net.features(*given)), atol=1e-6)
    if told:
        assert float(jnp.abs(net(x, omega + 1) - out).max()) > 1e-4
    with pytest.raises(ValueError, match="told=True"):
        net(x) if told else net(x, omega)
    with pytest.raises(ValueError, match=r"wants x_t \[B, 8, 8\]"):
        net(jnp.zeros((2, 8, 9)), *given[1:])
