"""What is given is looked at on its way in: wrong values of the right shape are refused, near misses are taken."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from flax import nnx

from vdmlib import (
    HVAE,
    VAE,
    VDM,
    Classifier,
    DataError,
    Dataset,
    Denoiser,
    DequantisedMixture,
    DiagonalGaussian,
    Images,
    LinearGaussian,
    LinearSchedule,
    LinearVAE,
    MLPDenoiser,
    PixelHistogram,
    TrainingDiverged,
    ancestral,
    checkerboard,
    classifier_free,
    classifier_guidance,
    code_length,
    conditional,
    ddim,
    dequantise,
    eight_gaussians,
    evaluate,
    fit,
    langevin,
    likelihood,
    low_discrepancy_times,
    ode_log_prob,
    probability_flow,
    reverse_sde,
)
from vdmlib.inputs.arrays import as_arrays, as_labels, as_pair
from vdmlib.inputs.keys import as_key
from vdmlib.inputs.options import number, one_of, whole

KEY = jax.random.key(0)
SIZES = {"width": 8, "depth": 1}
QUIET = {"steps": 2, "batch_size": 4, "progress": False, "devices": 1}
GREY = np.random.default_rng(0).integers(0, 4, (8, 2, 2)).astype(np.uint8)
LABELS = np.arange(8) % 3
PLANE = np.random.default_rng(1).normal(size=(8, 2)).astype(np.float32)
PICTURES = Images(GREY, LABELS, levels=4, classes=3)

vae = VAE((2, 2), 4, latent=2, width=8, depth=0)
hvae = HVAE((2, 2), 4, latents=(2, 1), width=8, depth=0)
vdm = VDM((2, 2), 4, **SIZES)
told = VDM((2, 2), 4, classes=3, **SIZES)
cloud = VDM((2,), None, classes=3, **SIZES)
judge = Classifier((2, 2), 4, 3, width=8)
judge_of_points = Classifier((2,), None, 3, noise_aware=True, width=8)
line = LinearVAE(2, 1)
histogram = PixelHistogram(PICTURES)
denoiser = Denoiser(MLPDenoiser((2,), classes=3, **SIZES), "v")
LAW = LinearSchedule()

OF_IMAGES = {
    "VAE.elbo": lambda x: vae.elbo(x, KEY),
    "VAE.iwae": lambda x: vae.iwae(x, KEY, samples=2),
    "VAE.encode": lambda x: vae.encode(x),
    "VAE.loss": lambda x: vae.loss(x, KEY),
    "VAE.reconstruct": lambda x: vae.reconstruct(x),
    "HVAE.elbo": lambda x: hvae.elbo(x, KEY),
    "HVAE.iwae": lambda x: hvae.iwae(x, KEY, samples=2),
    "HVAE.encode": lambda x: hvae.encode(x, KEY),
    "HVAE.loss": lambda x: hvae.loss(x, KEY),
    "HVAE.reconstruct": lambda x: hvae.reconstruct(x),
    "HVAE.resample": lambda x: hvae.resample(x, 1, KEY),
    "VDM.elbo": lambda x: vdm.elbo(x, KEY),
    "VDM.loss": lambda x: vdm.loss(x, KEY),
    "VDM.per_time": lambda x: vdm.per_time(x, KEY, [0.5]),
    "PixelHistogram.log_prob": lambda x: histogram.log_prob(x),
    "code_length": lambda x: code_length(vae, x, draws=2),
    "evaluate": lambda x: evaluate(vdm, x),
    "fit": lambda x: fit(vae, x, **QUIET),
    "fit on, validated by": lambda x: fit(vae, GREY, validation=x, **QUIET),
}
WRONG_IMAGES = {
    "fractions": (GREY / 3.0, "images must be whole grey levels 0 … 3, given float64 with fractions or NaN, from 0 to 1"),
    "shares of white": (GREY / 3.0, r"for shares of white, np.rint\(3 \* images\) makes them"),
    "NaN": (np.full((8, 2, 2), np.nan), "given float64 with fractions or NaN"),
    "twice as white": (2 * GREY, "images must lie in 0 … 3, given values from 0 to 6"),
    "below black": (GREY.astype(int) - 1, "images must lie in 0 … 3, given values from -1 to 2"),
    "on the device": (jnp.asarray(2 * GREY), "given values from 0 to 6"),
    "text": (GREY.astype(str), "images must be an array of numbers, given <U3"),
    "ragged lists": ([[[0, 1], [1]]], "lists within a list must have one length"),
    "none": (None, "images must be an array of numbers, given NoneType"),
    "no image": (GREY[:0], r"this model wants images \[B, 2, 2\] with B ≥ 1, given \[0, 2, 2\]"),
    "another shape": (GREY[:, :1], r"this model wants images \[B, 2, 2\] with B ≥ 1, given \[8, 1, 2\]"),
    "a data set": (Dataset("it", PICTURES, PICTURES, PICTURES), "a Dataset is given; its parts are Images: data.train"),
    "other levels": (Images(GREY, levels=5), "this model wants 4 grey levels, given Images with 5"),
    "infinity": (np.full((8, 2, 2), np.inf), "images must lie in 0 … 3, given values from inf to inf|with fractions or NaN"),
    "a part is masked": (np.ma.masked_array(GREY, GREY > 2), "a masked array is given, and nothing here leaves out"),
}


@pytest.mark.parametrize("call", OF_IMAGES)
@pytest.mark.parametrize("case", WRONG_IMAGES)
def test_what_is_no_image_of_these_levels_is_refused(call, case):
    data, words = WRONG_IMAGES[case]
    if data is None and "validated" in call:
        return   # nothing is held out
    with pytest.raises(DataError, match=words):
        OF_IMAGES[call](data)


@pytest.mark.parametrize("call", OF_IMAGES)
def test_images_are_taken_everywhere_and_mean_their_levels(call):
    wanted, *others = [
        jax.tree.leaves(jax.tree.map(np.asarray, _plain(OF_IMAGES[call](data))))
        for data in (GREY, PICTURES, Images(GREY, levels=4), GREY.tolist(), GREY.astype(float), jnp.asarray(GREY))
    ]
    for other in others:
        for one, two in zip(wanted, other, strict=True):
            np.testing.assert_allclose(one, two, rtol=1e-5, atol=1e-6)   # rounding: another type, another program


class OnADevice:
    """An array of another library that NumPy cannot read."""

    def __array__(self, dtype=None, copy=None):
        raise RuntimeError("call numpy() on the host")


AS_GIVEN = {
    "the other order of bytes": lambda a: a.astype(a.dtype.newbyteorder("S" if a.dtype.itemsize > 1 else "=")),
    "whole, the other order": lambda a: a.astype(">i4" if a.dtype.kind in "iu" else ">f8"),
    "half": lambda a: a.astype(np.float16 if a.dtype.kind in "iu" else np.float64),
    "long": lambda a: a.astype(np.longdouble),
    "strides": lambda a: np.repeat(a, 2, axis=0)[::2],
    "backwards": lambda a: np.ascontiguousarray(a[::-1])[::-1],
    "by columns": np.asfortranarray,
    "read-only": lambda a: np.frombuffer(np.ascontiguousarray(a).tobytes(), a.dtype).reshape(a.shape),
}


@pytest.mark.parametrize("way", AS_GIVEN)
def test_numbers_count_and_not_how_they_lie_in_memory(way):
    given = AS_GIVEN[way]
    for model, x, y in ((told, GREY, LABELS), (cloud, PLANE, LABELS), (judge, GREY, LABELS), (vae, GREY, None)):
        wanted = evaluate(model, x if y is None else (x, y))["loss"]
        found = evaluate(model, given(x) if y is None else (given(x), given(y)))["loss"]
        np.testing.assert_allclose(found, wanted, rtol=1e-5)
    pictures = Images(given(GREY), given(LABELS), levels=4)
    np.testing.assert_array_equal(pictures.images, GREY)
    np.testing.assert_array_equal(pictures.labels, LABELS)


def test_what_numpy_cannot_read_is_refused_with_its_own_words():
    for call in (lambda: evaluate(vae, OnADevice()), lambda: Images(OnADevice(), levels=4), lambda: cloud.elbo(OnADevice(), 0)):
        with pytest.raises(DataError, match="a OnADevice is given, of which NumPy makes no array: call numpy"):
            call()


def test_names_of_classes_are_to_be_numbered():
    names = ["cat", "dog"] * 4
    for call in (lambda: evaluate(judge, (GREY, names)), lambda: Images(GREY, names, levels=4)):
        with pytest.raises(DataError, match=r"given <U3 \[8\]; np.unique\(texts, return_inverse=True\) gives them numbers"):
            call()


def _plain(found):
    """The numbers of a result."""
    if isinstance(found, tuple) and isinstance(found[0], nnx.Module):
        return nnx.state(found[0], nnx.Param)
    return tuple(found)[:2] if hasattr(found, "footing") else found


OF_LABELS = {
    "VDM.elbo": lambda y: told.elbo(GREY, KEY, y),
    "VDM.per_time": lambda y: told.per_time(GREY, KEY, [0.5], y),
    "VDM.loss": lambda y: told.loss((GREY, y), KEY),
    "VDM.generate": lambda y: told.generate(KEY, 8, labels=y, steps=2),
    "VDM.denoise": lambda y: told.denoise(told.scale(GREY), 0.0, y),
    "VDM of points": lambda y: cloud.elbo(PLANE, KEY, y),
    "fit": lambda y: fit(told, (GREY, y), **QUIET),
    "evaluate": lambda y: evaluate(told, (GREY, y)),
    "Classifier.loss": lambda y: judge.loss((GREY, y), KEY),
    "Classifier.accuracy": lambda y: judge.accuracy(GREY, y),
    "fit a classifier": lambda y: fit(judge, (GREY, y), **QUIET),
    "ancestral": lambda y: ancestral(denoiser, LAW, KEY, (8, 2), steps=2, label=y),
    "ddim, guided": lambda y: ddim(classifier_free(denoiser, 2.0), LAW, KEY, (8, 2), steps=2, label=y),
    "langevin": lambda y: langevin(denoiser, KEY, PLANE, 0.0, steps=1, label=y),
    "probability_flow": lambda y: probability_flow(denoiser, LAW, KEY, (8, 2), steps=2, label=y),
    "reverse_sde": lambda y: reverse_sde(denoiser, LAW, KEY, (8, 2), steps=2, label=y),
    "ode_log_prob": lambda y: ode_log_prob(denoiser, LAW, PLANE, steps=2, label=y),
    "conditional": lambda y: conditional(denoiser, y),
}


@pytest.mark.parametrize("call", OF_LABELS)
@pytest.mark.parametrize("labels, words", [
    (LABELS + 2, "labels must be classes 0 … 2.*given values from 2 to 4"),
    (LABELS - 1, "labels must be classes 0 … 2.*given values from -1 to 1"),
    (LABELS + 0.5, "must be (a )?whole number"),
])
def test_labels_that_are_no_classes_are_refused(call, labels, words):
    with pytest.raises(ValueError, match=words):
        OF_LABELS[call](labels)


@pytest.mark.parametrize("call", ["VDM.elbo", "VDM.loss", "VDM.generate", "fit", "evaluate", "Classifier.accuracy"])
@pytest.mark.parametrize("labels, words", [
    (LABELS[:-1], r"one label an example is wanted, \[8\].*, given \[7\]"),
    (np.array([str(y) for y in LABELS]), "labels must be an array of numbers, given <U1"),
])
def test_labels_of_another_number_or_kind(call, labels, words):
    with pytest.raises(DataError, match=words):
        OF_LABELS[call](labels)


@pytest.mark.parametrize("call", ["VDM.elbo", "VDM.loss", "VDM.generate", "evaluate"])
def test_lists_and_whole_floats_are_labels(call):
    wanted = jax.tree.leaves(OF_LABELS[call](LABELS))
    for labels in (LABELS.tolist(), LABELS.astype(float)):
        for one, two in zip(jax.tree.leaves(OF_LABELS[call](labels)), wanted, strict=True):
            np.testing.assert_array_equal(one, two)


def test_one_label_for_all_and_the_null_token():
    np.testing.assert_array_equal(told.generate(0, 2, labels=1, steps=2), told.generate(0, 2, labels=[1, 1], steps=2))
    with pytest.raises(DataError, match="labels must be classes 0 … 2, given 99"):
        told.generate(0, 2, labels=99)
    with pytest.raises(DataError, match="labels must be classes 0 … 2, given 3"):
        told.generate(0, 2, labels=3)      # nobody asks for the null token by its number
    np.testing.assert_array_equal(told.elbo(GREY, 0).elbo, told.elbo(GREY, 0, np.full(8, 3)).elbo)
    for model, call in ((vdm, lambda m: m.generate(0, 2, labels=1)), (vdm, lambda m: fit(m, (GREY, LABELS), **QUIET))):
        with pytest.raises(DataError, match="labels are given, but this model was made without classes"):
            call(model)
    with pytest.raises(DataError, match="this model knows no classes: give it the images without labels"):
        fit(vae, (GREY, LABELS), **QUIET)
    with pytest.raises(DataError, match="a classifier wants images and labels, given no labels"):
        fit(judge, GREY, **QUIET)


OF_POINTS = {
    "VDM.elbo": lambda x: cloud.elbo(x, KEY),
    "VDM.loss": lambda x: cloud.loss(x, KEY),
    "fit": lambda x: fit(cloud, x, **QUIET),
    "LinearVAE.elbo": lambda x: line.elbo(x),
    "LinearVAE.log_evidence": lambda x: line.log_evidence(x),
    "fit a linear one": lambda x: fit(line, x, **QUIET),
}


@pytest.mark.parametrize("call", OF_POINTS)
@pytest.mark.parametrize("data, words", [
    (np.where(np.arange(16).reshape(8, 2) == 3, np.nan, PLANE), "points must be finite, given NaN or infinity in 1 of 8"),
    (np.where(PLANE > 0, np.inf, PLANE), "points must be finite"),
    (PLANE[:, :1], r"this model wants points \[B, 2\] with B ≥ 1, given \[8, 1\]"),
    (PICTURES, "this model is of points, given Images"),
    ("cloud.csv", "points must be an array of numbers, given str"),
    (PLANE + 1j, "points must be real numbers, given complex64"),
    (np.full((8, 2), 1e300), r"points must fit into float32, given values up to 1e\+300"),
    (jnp.full((8, 2), jnp.nan, jnp.bfloat16), "points must be finite, given NaN or infinity in 8 of 8"),
    (np.ma.masked_array(PLANE, PLANE > 0), "a masked array is given"),
    (np.zeros((8, 2), "m8[s]"), "points must be an array of numbers, given timedelta64"),
])
def test_what_is_no_point_is_refused(call, data, words):
    with pytest.raises(DataError, match=words):
        OF_POINTS[call](data)


class Column:
    """A column of a table: no array, but it knows how to become one."""

    def __init__(self, values):
        self.values, self.dtype, self.shape, self.ndim = values, values.dtype, values.shape, values.ndim

    def __array__(self, dtype=None, copy=None):
        return np.asarray(self.values, dtype)

    def __len__(self):
        return len(self.values)


class Frame(Column):
    """A table: it has many types."""

    dtype = property(lambda self: "object", lambda self, value: None)


@pytest.mark.parametrize("kind", [Column, Frame])
def test_tables_are_taken(kind):
    np.testing.assert_array_equal(cloud.elbo(kind(PLANE), 0).elbo, cloud.elbo(PLANE, 0).elbo)
    np.testing.assert_array_equal(told.elbo(kind(GREY), 0, kind(LABELS)).elbo, told.elbo(GREY, 0, LABELS).elbo)
    np.testing.assert_array_equal(told.generate(0, 8, labels=kind(LABELS), steps=2), told.generate(0, 8, labels=LABELS, steps=2))
    wanted = fit(told, (GREY, LABELS), **QUIET)[1].loss
    np.testing.assert_array_equal(fit(told, (kind(GREY), kind(LABELS)), **QUIET)[1].loss, wanted)


def test_whole_numbers_of_64_bits_are_points_as_they_are():
    far = np.where(PLANE > 0, 2**40, -(2**40))      # in 32 bits both would be 0
    np.testing.assert_array_equal(cloud.accept(far), far.astype(np.float32))


@pytest.mark.parametrize("kind, classes", [(np.uint8, 256), (np.int8, 128)])
def test_the_null_token_has_room_in_small_types(kind, classes):
    """Dropped labels were class 0 of 256, and class −128 of 128."""
    for labels in (LABELS.astype(kind), jnp.asarray(LABELS, kind)):
        assert as_labels(labels, classes, 8).dtype.itemsize >= 4
    assert jax.jit(lambda y: as_labels(y, classes, 8))(jnp.asarray(LABELS, kind)).dtype == jnp.int32


@pytest.mark.parametrize("call", ["ancestral", "probability_flow", "langevin", "conditional", "VDM.denoise"])
def test_samplers_take_the_labels_that_models_take(call):
    wanted = OF_LABELS[call](LABELS)
    for labels in (LABELS.tolist(), LABELS.astype(float), LABELS.astype(np.uint8)):
        for one, two in zip(jax.tree.leaves(OF_LABELS[call](labels)), jax.tree.leaves(wanted), strict=True):
            np.testing.assert_array_equal(one, two)
    for labels in (["a"] * 8, [0, None] * 4, {0: 1}):
        with pytest.raises(DataError, match="labels must be an array of numbers, given"):
            OF_LABELS[call](labels)


@pytest.mark.parametrize("labels, words", [
    (3, None), (9, "labels must be classes 0 … 2, or 3, the null token, given 9"), (-1, "given -1"), (1.5, "whole numbers"),
    ([0, 1], r"\[8\] or one for all, given \[2\]"),
])
def test_a_denoiser_looks_at_its_labels(labels, words):
    """A class that is none gave NaN, and −1 the null token."""
    guided = classifier_guidance(denoiser, judge_of_points.log_prob, 2.0)
    for call in (lambda: denoiser(PLANE, 0.0, labels), lambda: guided(PLANE, 0.0, labels)):
        if words is None:   # the null token: no class, no guidance
            np.testing.assert_allclose(call().x0, denoiser(PLANE, 0.0).x0, atol=1e-6)
        else:
            with pytest.raises(DataError, match=words):
                call()
    if words and labels != [0, 1]:
        with pytest.raises(DataError, match=words):
            ancestral(guided, LAW, 0, (8, 2), steps=2, label=labels)


@pytest.mark.parametrize("omega, words", [
    ([0.0] * 3, r"omega must be a number or \[8\], one an example, given \[3\]"), (np.zeros((8, 1)), r"given \[8, 1\]"),
    ("low", "omega must be an array of numbers, given str"), (None, "omega must be an array of numbers, given NoneType"),
    (float("nan"), "omega must be finite"),
])
def test_noise_levels_of_a_denoiser(omega, words):
    for call in (lambda: denoiser(PLANE, omega), lambda: vdm.denoise(vdm.scale(GREY), omega), lambda: vdm.log_pmf(vdm.scale(GREY), omega)):
        with pytest.raises(ValueError, match=words):
            call()


@pytest.mark.parametrize("t, words", [
    ([2.0], "t must lie in 0 … 1, given times from 2 to 2"), ([-0.5, 0.5], "from -0.5 to 0.5"), ([np.nan], "t must be finite"),
    (0.5, r"t must be times \[K\] with K ≥ 1, given \[\]"), ([], r"given \[0\]"), (["late"], "t must be an array of numbers"),
])
def test_times_beyond_the_ends(t, words):
    with pytest.raises(DataError, match=words):
        vdm.per_time(GREY, KEY, t)
    with pytest.raises(DataError, match=r"t must lie in 0.25 … 1, given times from 0 to 0"):
        VDM((2, 2), 4, steps=4, **SIZES).per_time(GREY, KEY, [0.0])    # the first step ends at ¼


def test_latents_are_floats():
    """Whole numbers gave whole outputs, all 0."""
    for model, size in ((vae, 2), (hvae, 2)):
        grid = np.array([[0, 1], [2, -1]])
        np.testing.assert_array_equal(model.decode(grid), model.decode(grid.astype(np.float32)))
        np.testing.assert_array_equal(model.decode(grid.tolist()), model.decode(grid.astype(np.float32)))
        for latents, words in ((np.zeros((1, 3)), r"must be \[..., 2\], given \[1, 3\]"), ("z", "must be an array of numbers"),
                               (np.full((1, 2), np.nan), "must be finite")):
            with pytest.raises(ValueError, match=words):
                model.decode(latents)
        with pytest.raises(ValueError, match=r"must be \[S, 8, 2\] for 8 images, given \[8, 2\]"):
            model.log_likelihood(GREY, np.zeros((8, size)))
    for net in (vae.encoder, denoiser.network):
        x, more = (np.ones((2, 4), int), ()) if net is vae.encoder else (np.ones((2, 2), int), (jnp.zeros(2),))
        np.testing.assert_array_equal(net(x, *more), net(x.astype(np.float32), *more))


def test_scale_takes_what_the_models_take():
    for model in (vdm, judge):
        for images in (PICTURES, GREY.tolist()):
            np.testing.assert_array_equal(model.scale(images), model.scale(GREY))
    with pytest.raises(DataError, match="accuracy wants images and labels, given no labels"):
        judge.accuracy(GREY, None)


def test_points_may_be_lists():
    np.testing.assert_array_equal(cloud.elbo(PLANE.tolist(), 0).elbo, cloud.elbo(PLANE, 0).elbo)
    # whole numbers are points too, and the noise level stays what it is
    np.testing.assert_array_equal(denoiser(np.ones((2, 2), int), 0.5).x0, denoiser(np.ones((2, 2), np.float32), 0.5).x0)
    np.testing.assert_array_equal(cloud.denoise(np.ones((2, 2), int), 0.5).x0, cloud.denoise(jnp.ones((2, 2)), 0.5).x0)


SEEDED = {
    "VAE.elbo": lambda k: vae.elbo(GREY, k),
    "VAE.generate": lambda k: vae.generate(k, 2),
    "VAE.loss": lambda k: vae.loss(GREY, as_key(k)),
    "HVAE.elbo": lambda k: hvae.elbo(GREY, k),
    "HVAE.encode": lambda k: hvae.encode(GREY, k)[0],
    "HVAE.resample": lambda k: hvae.resample(GREY, 2, k),
    "VDM.elbo": lambda k: vdm.elbo(GREY, k),
    "VDM.loss": lambda k: vdm.loss(GREY, k),
    "VDM.per_time": lambda k: vdm.per_time(GREY, k, [0.5]),
    "VDM.generate": lambda k: vdm.generate(k, 2, steps=2),
    "ancestral": lambda k: ancestral(denoiser, LAW, k, (2, 2), steps=2),
    "probability_flow": lambda k: probability_flow(denoiser, LAW, k, (2, 2), steps=2),
    "reverse_sde": lambda k: reverse_sde(denoiser, LAW, k, (2, 2), steps=2),
    "langevin": lambda k: langevin(denoiser, k, PLANE, 0.0, steps=1),
    "ode_log_prob": lambda k: ode_log_prob(denoiser, LAW, PLANE, k, steps=2, trace="hutchinson"),
    "dequantise": lambda k: dequantise(GREY, 4, k),
    "low_discrepancy_times": lambda k: low_discrepancy_times(k, (3,)),
    "GaussianMixture.sample": lambda k: eight_gaussians().sample(k, 3),
    "checkerboard": lambda k: checkerboard().sample(k, 3),
    "LinearGaussian.sample": lambda k: LinearGaussian(jnp.ones((2, 1)), jnp.zeros(2), 1.0).sample(k, 3),
    "DiagonalGaussian.sample": lambda k: DiagonalGaussian(jnp.zeros(2), jnp.zeros(2)).sample(k, 3),
    "likelihood.sample": lambda k: likelihood("binomial", 4).sample(k, jnp.zeros((3, 1))),
    "PixelHistogram.generate": lambda k: histogram.generate(k, 2),
}


@pytest.mark.parametrize("call", SEEDED)
def test_a_seed_stands_for_its_key(call):
    wanted = jax.tree.leaves(SEEDED[call](jax.random.key(5)))
    for seed in (5, np.int64(5)):
        for one, two in zip(jax.tree.leaves(SEEDED[call](seed)), wanted, strict=True):
            np.testing.assert_array_equal(one, two)


@pytest.mark.parametrize("seed", [2**32, -(2**31) - 1, 2**70, np.uint64(2**63)])
def test_seeds_of_which_jax_would_drop_a_part(seed):
    """2^32 gave the draws of 0."""
    for call in (lambda: as_key(seed), lambda: vdm.generate(seed, 2, steps=2)):
        with pytest.raises(ValueError, match=r"a seed must lie in -2\^31 … 2\^32 - 1, given"):
            call()
    with pytest.raises(ValueError, match="seed must be a whole number in 0 … 4294967295, given"):
        VAE((2, 2), 4, seed=seed)
    with pytest.raises(ValueError, match="key must be a JAX random key"):
        as_key(nnx.Rngs(0))


@pytest.mark.parametrize("call", [name for name in SEEDED if name not in ("VAE.loss", "ode_log_prob")])
@pytest.mark.parametrize("key", [None, "0", 0.5, True, jax.random.split(KEY), np.zeros(3)])
def test_what_is_no_key_is_refused(call, key):
    with pytest.raises(ValueError, match=r"key must be a JAX random key, such as jax.random.key\(0\), or a whole number"):
        SEEDED[call](key)


def test_keys_as_jax_made_them_before():
    np.testing.assert_array_equal(as_key(jax.random.PRNGKey(3)), jax.random.PRNGKey(3))
    found = jax.jit(lambda seed: jax.random.key_data(as_key(seed)))(3)
    np.testing.assert_array_equal(found, jax.random.key_data(jax.random.key(3)))


def test_nothing_is_added_to_what_is_compiled():
    """The loss of a batch is the same program for whoever looks at the values or not."""
    traced = str(jax.make_jaxpr(lambda x, k: vdm.loss(x, k)[0])(jnp.asarray(GREY), KEY))
    assert "callback" not in traced and "isfinite" not in traced.replace("is_finite", "isfinite")
    # wrong levels are not seen there: it is for fit and evaluate to look, once
    assert np.isfinite(jax.jit(lambda x: vdm.loss(x, KEY)[0])(jnp.asarray(GREY)))
    with pytest.raises(DataError, match=r"images \[B, 2, 2\]"):
        jax.jit(lambda x: vdm.loss(x, KEY)[0])(jnp.zeros((8, 3, 3), jnp.uint8))


@pytest.mark.parametrize("options, words", [
    (dict(learning_rate=-1), "learning_rate must be above 0, given -1"),
    (dict(learning_rate=np.nan), "learning_rate must be above 0, given nan"),
    (dict(learning_rate="fast"), "learning_rate must be above 0, given 'fast'"),
    (dict(clip=0), "clip must be above 0, given 0"),
    (dict(weight_decay=-0.1), "weight_decay must be at least 0, given -0.1"),
    (dict(ema=None), r"ema must lie in \[0, 1\), given None"),
    (dict(steps="3"), "steps must be a whole number of at least 1, given '3'"),
    (dict(batch_size=2.5), "batch_size must be a whole number of at least 1, given 2.5"),
    (dict(seed="a"), "seed must be a whole number in 0 … 4294967295, given 'a'"),
    (dict(seed=KEY), "seed must be a whole number in 0 … 4294967295, given"),
    (dict(learning_rate=lambda step: 0.1), "learning_rate must be a number, the peak of fit's own schedule; .* optimiser="),
    (dict(optimiser="adam"), r"optimiser must be a transformation of optax, such as optax.adam\(1e-3\), given 'adam'"),
    (dict(optimiser=optax.adam), "optimiser must be a transformation of optax, .*, given adam"),
    (dict(devices="cpu"), "devices must lie in 1 … 1, what there is, or be a list of them, given 'cpu'"),
    (dict(devices=True), "devices must lie in 1"),
    (dict(devices=["cpu"]), "devices must be JAX devices, each once, given"),
    (dict(devices=jax.devices()[:1] * 2), "devices must be JAX devices, each once, given"),
    (dict(compute_dtype="float99"), "compute_dtype must be a type of floats, such as \"bfloat16\", given 'float99'"),
    (dict(keep=None), "no keep None; there are best, last"),
])
def test_options_of_fit(options, words):
    with pytest.raises(ValueError, match=words):
        fit(vae, GREY, **{**QUIET, **options})


@pytest.mark.parametrize("call, words", [
    (lambda: classifier_free(denoiser, float("nan")), "gamma must be a finite number, given nan"),
    (lambda: classifier_free(denoiser, jnp.array([1.0, jnp.inf])), "gamma must be finite"),
    (lambda: classifier_free(denoiser, 1j), "gamma must be (an array of numbers|real numbers), given complex"),
    (lambda: classifier_free(denoiser, ["a", "b"]), "gamma must be an array of numbers, given <U1"),
    (lambda: told.generate(0, 2, labels=1, gamma=[1.0, 2.0, 3.0], steps=2), r"gamma must be a number or \[2\], one an example, given \[3\]"),
    (lambda: told.generate(0, 2, gamma=3.0, steps=2), "gamma strengthens a class: give labels with it, or leave it out; given gamma=3.0"),
    (lambda: vdm.generate(0, 2, gamma=np.nan, steps=2), "gamma strengthens a class: give labels"),
    (lambda: told.generate(0, 2, final="mean", steps=2), "final cannot be set here"),
    (lambda: vdm.generate(0, 2, start=np.full((2, 2, 2), np.nan), steps=2), "start must be finite"),
    (lambda: vdm.generate(0, 2, start="x", steps=2), "start must be an array of numbers, given str"),
    (lambda: vdm.generate(0, 2, steps=["a", "b"]), "times must be an array of numbers"),
    (lambda: vdm.generate(0, 2, sampler="probability_flow", steps=None, rtol=-1), "rtol must be above 0, given -1"),
    (lambda: probability_flow(denoiser, LAW, 0, (2, 2), atol=np.nan), "atol must be above 0, given nan"),
    (lambda: reverse_sde(denoiser, LAW, 0, (2, 2), max_steps=0), "max_steps must be a whole number of at least 1, given 0"),
    (lambda: probability_flow(denoiser, LAW, 0, (2, 2), frames=0, trajectory=True), "frames must be a whole number of at least 1"),
    (lambda: probability_flow(denoiser, LAW, 0, (2, 2), span=(1,)), r"span must be two different times in \[0, 1\], given \(1,\)"),
    (lambda: probability_flow(denoiser, LAW, 0, (2, 2), method=["heun"]), "method must be one of euler"),
    (lambda: ancestral(denoiser, "linear", 0, (2, 2), steps=2), "schedule must be a noise schedule, such as LinearSchedule.*, given 'linear'"),
    (lambda: probability_flow(denoiser, LinearSchedule, 0, (2, 2)), "schedule must be a noise schedule.*, given the class LinearSchedule"),
    (lambda: ddim(cloud, LAW, 0, (2, 2), steps=2), "denoise must be called as .*, given a VDM; a model has one: give model.denoise"),
    (lambda: ode_log_prob(None, LAW, PLANE), r"denoise must be called as denoise\(x_t, omega, label\), given None"),
    (lambda: ancestral(denoiser.network, LAW, 0, (2, 2), steps=2), r"a denoiser must give a Prediction, .*; Denoiser\(network, kind\) makes one"),
    (lambda: langevin(denoiser, 0, np.full((2, 2), np.inf), 0.0, steps=1), "x must be finite"),
    (lambda: VDM((2, 2), 4, network=None), "network must be mlp, transformer, unet, or a module that is made already, given None"),
    (lambda: VDM((2, 2), 4, network=MLPDenoiser), "network must be mlp, transformer, unet, or a module that is made already"),
    (lambda: VDM((2, 2), 4, compute_dtype="int32"), 'compute_dtype must be a type of floats, such as "bfloat16", given \'int32\''),
    (lambda: MLPDenoiser((2.5, 2)), "each side of shape must be a whole number of at least 1, given 2.5"),
    (lambda: VDM.for_data(PICTURES, conditional=True, classes=9), "takes the 3 classes of the data, given 9"),
    (lambda: VAE((2, 2), 4, seed=KEY), "seed must be a whole number in 0 … 4294967295, given"),
    (lambda: Images([[[1, 2], [3]]], levels=4), "images: lists within a list must have one length"),
    (lambda: Images(GREY, [[1], [1, 2]], levels=4), "labels: lists within a list must have one length"),
    (lambda: Images(np.ma.masked_array(GREY, GREY > 2), levels=4), "images: a masked array is given"),
    (lambda: Images(PICTURES, levels=4), "images must be whole numbers, given a Images"),
    (lambda: fit(vae, tuple(GREY), **QUIET), "data, or data and labels, are wanted, given a tuple of 8"),
    (lambda: fit(vae, [GREY, LABELS], **QUIET), "this model knows no classes: give it the images without labels"),
    (lambda: told.generate(0, 2, labels=1, gamma="strong"), "gamma must be a number"),
    (lambda: ddim(denoiser, LAW, KEY, (2, 2), steps=2, eta=float("nan")), r"eta must lie in \[0, 1\], given nan"),
    (lambda: vdm.generate(0, 2, steps="many"), "steps must be|times must be|could not convert"),
    (lambda: vdm.generate(0, "two"), "count must be a whole number of at least 1, given 'two'"),
    (lambda: vdm.generate(0, 2, sampler=3), "no sampler 3; there are ancestral"),
    (lambda: VAE((2, 2), 4.5), "levels must be a whole number of at least 2, given 4.5"),
    (lambda: VAE((2, 2), 4, latent=None), "latent must be a whole number of at least 1, given None"),
    (lambda: VAE((2, 2), 4, seed=None), "seed must be a whole number in 0 … 4294967295, given None"),
    (lambda: VAE((2.5, 2), 4), "each side of shape must be a whole number of at least 1, given 2.5"),
    (lambda: VAE(8, 4), r"shape must be \(H, W\), or \(H, W, C\) for C colours, given 8"),
    (lambda: VAE((2, 2), 4, width=1.5), "width must be a whole number of at least 1, given 1.5"),
    (lambda: HVAE((2, 2), 4, latents=3), "latents must be a tuple of at least one dimension, given 3"),
    (lambda: HVAE((2, 2), 4, warm_up="long"), "warm_up must be a whole number of at least 0, given 'long'"),
    (lambda: VDM((2, 2), 4, classes=0), "classes must be a whole number of at least 1, given 0"),
    (lambda: VDM((2, 2), 4, drop="a"), r"drop must lie in \[0, 1\], given 'a'"),
    (lambda: VDM((2, 2), 4, low="a"), "an end of a schedule must be a finite number, given 'a'"),
    (lambda: VDM(2, None), r"shape must be \(D,\)"),
    (lambda: MLPDenoiser((2,), dropout="a"), r"dropout must lie in \[0, 1\), given 'a'"),
    (lambda: DequantisedMixture(GREY, 4, copies=0.5), "copies must be a whole number of at least 1"),
    (lambda: eight_gaussians().sample(0, -1), "count must be a whole number of at least 1, given -1"),
    (lambda: evaluate(vae, GREY, batch_size=0), "batch_size must be a whole number of at least 1, given 0"),
])
def test_options(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_whole_floats_are_sizes():
    """They passed the check and stopped Flax."""
    nets = {"network": "mlp", "width": 8.0, "depth": 1.0, "conditioning": 4.0, "rank": 2.0}, {
        "network": "transformer", "width": 8.0, "depth": 1.0, "heads": 2.0, "patch": 1.0}
    for options in nets:
        assert VDM((2, 2), 8, **options).elbo(GREY, 0).elbo.shape == (8,)
    assert VAE((2, 2), 4, latent=2.0, width=8.0, depth=1.0).generate(0, 2).shape == (2, 2, 2)
    assert VAE((2, 2), 4, latent=2.0, width=8.0, depth=1.0, network="tanh").generate(0, 2).shape == (2, 2, 2)


@pytest.mark.parametrize("call", [lambda **how: fit(vae, GREY, **QUIET, **how), lambda **how: evaluate(vae, GREY, **how)])
@pytest.mark.parametrize("loss, words", [
    ("mse", r"loss must be a function of \(model, batch, key\), given 'mse'"),
    (lambda m, b, k: jnp.float32(0), "the loss must give a scalar and a dictionary of scalars .*, given "),
    (lambda m, b, k: (jnp.zeros(3), {}), r"given an array \[3\] of float32 for the loss"),
    (lambda m, b, k: (jnp.int32(0), {}), "given a scalar of int32 for the loss"),
    (lambda m, b, k: (jnp.float32(0), {"v": jnp.zeros(3)}), r"given an array \[3\] for 'v'"),
    (lambda m, b, k: (jnp.float32(0), {"v": "x"}), "given a str for 'v'"),
    (lambda m, b, k: (jnp.float32(0), {"loss": jnp.float32(1)}), "the loss reports 'loss'; wanted are names that are texts, and neither"),
    (lambda m, b, k: (jnp.float32(0), {"finite": True}), "the loss reports 'finite'; wanted are names .* neither of loss, finite"),
    (lambda m, b, k: (jnp.float32(0), {1: jnp.float32(1)}), "the loss reports 1; wanted are names that are texts"),
])
def test_what_a_loss_gives(call, loss, words):
    with pytest.raises(TypeError, match=words):
        call(loss=loss)


def test_training_is_no_part_of_a_compiled_function():
    for call in (lambda x: fit(vae, x, **QUIET)[1].loss, lambda x: evaluate(vae, x)["loss"]):
        with pytest.raises(TypeError, match="compiles by itself and gives plain numbers: it cannot stand under jit"):
            jax.jit(call)(GREY)


@pytest.mark.parametrize("call", [
    lambda n: cloud.generate(0, n, steps=2), lambda n: vae.elbo(GREY, 0, n), lambda n: cloud.generate(0, 2, steps=n),
    lambda n: langevin(denoiser, 0, PLANE, 0.0, steps=n),
])
def test_a_size_is_known_before_it_is_compiled(call):
    with pytest.raises(ValueError, match="whole number of at least .*, given a value that jit, grad or vmap traces"):
        jax.jit(call)(2)


def test_a_class_is_no_model():
    for call in (lambda: fit(VAE, GREY, **QUIET), lambda: evaluate(VAE, GREY)):
        with pytest.raises(TypeError, match=r"a model is wanted, given the class VAE: make one first, VAE\("):
            call()


def test_for_data_takes_images_and_says_no_to_an_array():
    for kind in (VAE, HVAE, VDM, Classifier):
        assert kind.for_data(PICTURES).shape == (2, 2)
        with pytest.raises(DataError, match=r"for_data reads shape and levels off a Dataset or Images, given ndarray; Images\("):
            kind.for_data(GREY)
    unlabelled = Images(GREY, levels=4)
    with pytest.raises(DataError, match="conditional=True wants images with labels, these have none"):
        VDM.for_data(unlabelled, conditional=True)
    with pytest.raises(DataError, match="a classifier wants images with labels"):
        Classifier.for_data(unlabelled)


def test_images_bring_their_labels_to_models_of_classes():
    named = dict(jax.tree.map(float, evaluate(told, PICTURES)))
    assert named == evaluate(told, (GREY, LABELS)) and named == evaluate(told, [GREY, LABELS])
    assert evaluate(vdm, PICTURES) == evaluate(vdm, GREY)
    assert evaluate(judge, PICTURES) == evaluate(judge, (GREY, LABELS))
    assert evaluate(told, Images(GREY, levels=4)) == evaluate(told, GREY)


@pytest.mark.parametrize("images, options, words", [
    (GREY, {}, "8-bit images have levels=256; given None"),
    (GREY, dict(levels=4, classes=3), "classes=3 are given, and no labels"),
    (GREY, dict(levels=3.5), "levels must be a whole number of at least 2, given 3.5"),
    (GREY, dict(levels=4, labels=LABELS, classes=2), "labels must lie in 0 … 1, given values from 0 to 2"),
    (GREY[..., None, None], dict(levels=4), r"\[N, H, W, C\] in colours, given \[8, 2, 2, 1, 1\]"),
])
def test_images_without_labels(images, options, words):
    with pytest.raises(DataError, match=words):
        Images(images, **options)


def test_labels_are_optional_and_tell_the_classes():
    assert Images(GREY, levels=4).labels is None and Images(GREY, levels=4).classes is None
    assert Images(GREY, levels=4).take(slice(3)).images.shape == (3, 2, 2)
    assert Images(GREY, LABELS, levels=4).classes == 3


def test_parts_of_a_data_set_fit_together():
    with pytest.raises(DataError, match="must have the same levels, given 4 in train, 4 in validation, 5 in test"):
        Dataset("it", PICTURES, PICTURES, Images(GREY, LABELS, levels=5, classes=3))
    with pytest.raises(DataError, match="validation must be Images, given ndarray"):
        Dataset("it", PICTURES, GREY, PICTURES)


def test_a_network_without_a_loss_says_so():
    with pytest.raises(TypeError, match=r"fit: a Denoiser has no method loss\(batch, key\): give loss=…, .*VDM\(shape, None\)"):
        fit(denoiser, PLANE, **QUIET)
    with pytest.raises(TypeError, match="evaluate: a Denoiser has no method loss"):
        evaluate(denoiser, PLANE)


class Mean(nnx.Module):
    """A model of one's own, of whatever it is given."""

    def __init__(self):
        self.w = nnx.Param(jnp.zeros(()))

    def loss(self, batch, key):
        x = batch[0] if isinstance(batch, tuple) else batch
        return jnp.mean(jnp.square(x.astype(float) - self.w[...])), {}


def test_models_of_ones_own_get_arrays():
    wanted = fit(Mean(), GREY, **QUIET)[1].loss
    for data in (PICTURES, Images(GREY, levels=4), GREY.tolist(), (GREY, LABELS), (GREY.tolist(), LABELS.tolist())):
        np.testing.assert_array_equal(fit(Mean(), data, **QUIET)[1].loss, wanted)
    for data, words in (("x", "fit: data must be an array of numbers, given str"), (None, "fit: data must be"),
                        ((GREY, LABELS[:3]), r"fit: data has arrays of different lengths, \[3, 8\]"),
                        ([], "fit: data is empty"), ({"x": GREY.astype(str)}, r"fit: data\['x'\] must be an array of numbers")):
        with pytest.raises(DataError, match=words):
            fit(Mean(), data, **QUIET)


def test_data_that_are_not_finite_are_named_when_training_diverges():
    bad = np.where(np.arange(16).reshape(8, 2) == 3, np.nan, PLANE)
    with pytest.raises(TrainingDiverged, match=r"at step 1; .* \(the data holds NaN or infinity\)"):
        fit(Mean(), bad, **{**QUIET, "batch_size": 8})


def test_the_small_functions():
    assert [whole("n", v) for v in (1, 2.0, np.int8(3), np.float64(4), jnp.array(5))] == [1, 2, 3, 4, 5]
    for value in (0, 1.5, True, "1", None, np.nan, np.inf, np.zeros(1), [1]):
        with pytest.raises(ValueError, match="n must be a whole number of at least 1, given"):
            whole("n", value)
    assert number("x", np.float32(0.5), above=0, most=1) == 0.5
    for value in (0, 2, "1", None, np.nan, 1j):
        with pytest.raises(ValueError, match=r"x must lie in \(0, 1\], given"):
            number("x", value, above=0, most=1)
    with pytest.raises(ValueError, match="no way \\['a'\\]; there are a, b"):
        one_of("way", ["a"], ("a", "b"))
    assert as_labels(None, None, 3) is None and as_pair(GREY)[1] is None
    with pytest.raises(DataError, match="given a tuple of 3"):
        as_pair((GREY, LABELS, LABELS))
    assert as_arrays("data", {"x": [[1, 2]]})["x"].shape == (1, 2)
