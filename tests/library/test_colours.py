"""Images in colours: for a perceptron they are wider grey ones, and every network learns what links the colours."""

import jax
import numpy as np
import pytest
from flax import nnx

from vdmlib import HVAE, VAE, VDM, Images, PixelHistogram, code_length, digit_grid, evaluate, fit

SHAPE, WIDE, LEVELS = (2, 2, 3), (2, 6), 4
PICTURES = np.random.default_rng(0).integers(0, LEVELS, (8, *SHAPE)).astype(np.uint8)
MODELS = {
    "VAE": lambda shape: VAE(shape, LEVELS, latent=2, width=8, depth=0),
    "HVAE": lambda shape: HVAE(shape, LEVELS, latents=(2, 1), width=8, depth=0),
    "VDM": lambda shape: VDM(shape, LEVELS, width=8, depth=1),
}


@pytest.mark.parametrize("name", MODELS)
def test_a_colour_is_a_pixel_more(name):
    """The same weights, the same draws: the same bound, by term."""
    colours, grey = MODELS[name](SHAPE), MODELS[name](WIDE)
    (graph, weights), (_, other) = nnx.split(colours), nnx.split(grey)
    draw = np.random.default_rng(1)
    other = jax.tree.map(lambda w: w + 0.1 * draw.normal(size=w.shape).astype(w.dtype), other)
    grey = nnx.merge(nnx.graphdef(grey), other)
    colours = nnx.merge(graph, jax.tree.unflatten(jax.tree.structure(weights), jax.tree.leaves(other)))
    assert colours.dims == 12
    for one, two in zip(colours.elbo(PICTURES, 3), grey.elbo(PICTURES.reshape(8, *WIDE), 3), strict=True):
        np.testing.assert_allclose(one, two, rtol=2e-5)
    one, two = colours.loss(PICTURES, 3)[1], grey.loss(PICTURES.reshape(8, *WIDE), 3)[1]
    np.testing.assert_allclose(one["bits_per_dim"], two["bits_per_dim"], rtol=2e-5)
    drawn = np.asarray(colours.generate(5, 7))
    assert drawn.shape == (7, *SHAPE) and drawn.min() >= 0 and drawn.max() < LEVELS
    np.testing.assert_array_equal(drawn.reshape(7, *WIDE), grey.generate(5, 7))


def test_a_vdm_learns_what_links_the_colours():
    """Red is drawn; green is its complement and blue its copy: a third of the bits, where pixels alone need them all."""
    red = np.random.default_rng(2).integers(0, 2, (256, 2, 2, 1))
    data = Images(np.concatenate([red, 1 - red, red], axis=-1), levels=2)
    assert data.shape == (2, 2, 3) and data.dims == 12
    model = VDM.for_data(data, network="transformer", width=32, depth=1, dropout=0.0)
    trained, _ = fit(model, data, steps=300, batch_size=128, progress=False)
    found = evaluate(trained, data)["bits_per_dim"]
    assert 0.28 < found < 0.45    # one draw of the bound
    assert code_length(PixelHistogram(data), data, draws=2).bits > 0.98
    drawn = np.asarray(trained.generate(0, 200))
    assert (drawn[..., 0] == drawn[..., 2]).mean() > 0.9 and (drawn[..., 0] == drawn[..., 1]).mean() < 0.1


def test_pictures_in_colours_keep_them_on_dark_pages():
    sheet = digit_grid(PICTURES, levels=LEVELS)
    assert '<figure class="dd-figure">' in sheet._repr_html_() and "image" in sheet.svg
