"""A model in a file comes back as it was; what is no such file is refused, and nothing half-written is left."""

import hashlib
import io
import json
import os
import pickle
import time
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import safetensors.numpy
from flax import nnx

from vdmlib import (
    HVAE,
    VAE,
    VDM,
    CheckpointError,
    Checkpoints,
    Classifier,
    CosineSchedule,
    DataError,
    Denoiser,
    Gaussian,
    LinearSchedule,
    LinearVAE,
    MLPDenoiser,
    MonotoneSchedule,
    PatchTransformer,
    UNet,
    fashion_mnist,
    fit,
    load,
    mnist,
    read_idx,
    restore,
    save,
)
from vdmlib.runtime.programs import private_folder
from vdmlib.training.files import about as about_file
from vdmlib.training.storage import plain

SMALL = {"width": 8, "depth": 1}
MODELS = {
    "VAE": lambda: VAE((2, 2), 4, likelihood=Gaussian(4, std=0.3), latent=2, width=8, seed=3),
    "HVAE in colours": lambda: HVAE((2, 2, 3), 4, latents=(3, 2), width=8, warm_up=5),
    "VDM": lambda: VDM((2, 2), 4, classes=3, steps=7, seed=nnx.Rngs(4), **SMALL),
    "VDM of points": lambda: VDM(
        (2,), None, weighting="simple", schedule=CosineSchedule(-8, 4), network=MLPDenoiser((2,), **SMALL)
    ),
    "VDM, bfloat16": lambda: VDM((2, 2), 4, schedule="monotone", compute_dtype=jnp.bfloat16, **SMALL),
    "classifier": lambda: Classifier((2, 2), 4, 3, noise_aware=True, schedule=MonotoneSchedule(-4, 4), width=8),
    "linear": lambda: LinearVAE(3, 2, seed=1),
    "denoiser": lambda: Denoiser(PatchTransformer((2, 2), width=8, depth=1, heads=2), "v"),
    "network": lambda: UNet((4, 4), width=8, multiples=(1, 2), depth=1, rngs=nnx.Rngs(2)),
    "schedule": lambda: LinearSchedule(-3, 3),
}


def same(one, two):
    """Structure, options and weights."""
    (graph, state), (other, weights) = nnx.split(one), nnx.split(two)
    assert type(one) is type(two) and graph == other
    for a, b in zip(plain(state).values(), plain(weights).values(), strict=True):
        assert a.dtype == b.dtype
        np.testing.assert_array_equal(a, b)
    return True


@pytest.mark.parametrize("name", MODELS)
def test_what_is_saved_comes_back(name, tmp_path):
    model = MODELS[name]()
    draw = np.random.default_rng(1)    # weights that no constructor gives
    state = nnx.state(model, nnx.Param)
    nnx.update(model, jax.tree.map(lambda a: jnp.asarray(a + draw.normal(size=a.shape), a.dtype), state))
    save(model, tmp_path / "model")
    assert same(load(tmp_path / "model"), model)
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


def test_a_seed_is_no_part_of_the_structure():
    """So what is compiled for one seed serves the next."""
    assert nnx.graphdef(VDM((2,), None, seed=1, **SMALL)) == nnx.graphdef(VDM((2,), None, seed=nnx.Rngs(2), **SMALL))


def test_a_trained_model_draws_the_same(tmp_path):
    images = np.random.default_rng(0).integers(0, 4, (16, 2, 2)).astype(np.uint8)
    model, _ = fit(MODELS["VDM"](), (images, np.arange(16) % 3), steps=3, batch_size=8, progress=False)
    save(model, str(tmp_path / "sevens.vdm"))
    again = load(str(tmp_path / "sevens.vdm"))
    np.testing.assert_array_equal(again.generate(0, 5, labels=1), model.generate(0, 5, labels=1))


class Own(nnx.Module):
    """A model of one's own, with a random key among its arrays."""

    def __init__(self, power=1.0):
        self.w = nnx.Param(jnp.arange(3.0))
        self.half = nnx.Param(jnp.arange(4, dtype=jnp.bfloat16))
        self.file = self.about = jnp.ones(2)
        self.key = nnx.Variable(jax.random.key(5))
        self.power = power


class Bent(LinearSchedule):
    """A schedule of one's own."""


def exchanged():
    model = VDM((2, 2), 4, **SMALL)
    model.schedule = CosineSchedule(-5.0, 5.0)
    return model


@pytest.mark.parametrize("model", [Own(2.0), exchanged(), VDM((2, 2), 4, schedule=Bent(-4, 4), **SMALL)])
def test_what_cannot_be_made_again_wants_a_model_like_it(model, tmp_path):
    save(model, tmp_path / "model")
    with pytest.raises(CheckpointError, match=r"cannot make again; give load\(path, like=model\)"):
        load(tmp_path / "model")
    assert same(load(tmp_path / "model", like=nnx.clone(model)), model)


def test_another_model_is_refused(tmp_path):
    save(Own(), tmp_path / "model")
    with pytest.raises(CheckpointError, match=r"is of another model; the model's weights: .*is .* there, .* here"):
        load(tmp_path / "model", like=MODELS["VAE"]())
    with pytest.raises(ValueError, match="save wants a model, an nnx.Module, given ndarray"):
        save(np.zeros(3), tmp_path / "other")
    assert not (tmp_path / "other").exists()


def packed(**texts):
    """A file of the format with no arrays and these texts; what the sum would be is written where none is given."""
    texts = {"sha256": hashlib.sha256(texts.get("vdmlib", "").encode()).hexdigest()} | texts
    return safetensors.numpy.save({}, texts)


def about(**more):
    return packed(vdmlib=json.dumps({"format": 2, "class": "VAE", "made": None, "types": {}, "about": None} | more))


def pickled_array():
    out = io.BytesIO()
    np.savez(out, about=np.array([Trap()], object))
    return out.getvalue()


class Trap:
    """Runs code where a pickle is read."""

    def __reduce__(self):
        return (pytest.fail, ("a pickle was read",))


@pytest.mark.parametrize("name, content, words", [
    ("empty", b"", "is no model that save wrote, or is damaged"),
    ("text", b"no such file", "is no model that save wrote"),
    ("pickle", pickle.dumps(Trap()), "is no model that save wrote"),
    ("arrays alone", safetensors.numpy.save({"w": np.zeros(3)}), "is no model that save wrote"),
    ("pickled array", pickled_array(), "is no model that save wrote"),
    ("no JSON", packed(vdmlib="{"), "is no model that save wrote"),
    ("another sum", packed(vdmlib="{}", sha256="0"), "its checksum is another"),
    ("no word of arrays", about(types=None), "is no model that save wrote"),
    ("a later format", about(format=3), "of another version of the library: format 3, wanted 2"),
    ("unknown class", about(made={"made": "GAN", "with": {}}), "of another version of the library: 'no class GAN'"),
    ("a function", about(made={"made": "ddpm_alpha_bar", "with": {}}), "no class ddpm_alpha_bar"),
    ("unknown option", about(made={"made": "VAE", "with": {"depths": 3}}), "of another version of the library"),
    ("no arrays", about(made={"made": "LinearVAE", "with": {"dims": 3, "latent": 2}}), "is of another model; .* None there"),
], ids=lambda given: "" if isinstance(given, bytes) else None)  # the bytes' order is not the same in two processes
def test_what_is_no_file_of_a_model_is_refused(name, content, words, tmp_path):
    (tmp_path / "model").write_bytes(content)
    with pytest.raises(CheckpointError, match=words):
        load(tmp_path / "model")


@pytest.mark.parametrize("path", [None, 3, "", b"model"])
def test_what_is_no_path_is_refused(path):
    for call in (lambda: save(LinearVAE(3, 2), path), lambda: load(path), lambda: restore(LinearVAE(3, 2), path)):
        with pytest.raises(ValueError, match="must be a path, given"):
            call()


def test_where_no_file_can_be(tmp_path):
    with pytest.raises(FileNotFoundError, match="save: there is no folder .*nowhere"):
        save(LinearVAE(3, 2), tmp_path / "nowhere" / "model")
    with pytest.raises(IsADirectoryError, match="is a folder; a file in it is wanted"):
        save(LinearVAE(3, 2), tmp_path)
    with pytest.raises(ValueError, match="about must be what JSON can hold"):
        save(LinearVAE(3, 2), tmp_path / "model", about=object())
    assert not list(tmp_path.iterdir())


def test_no_other_file_is_touched(tmp_path):
    """model.part may be somebody's own."""
    (tmp_path / "model.part").write_text("mine")
    save(LinearVAE(3, 2), tmp_path / "model")
    assert (tmp_path / "model.part").read_text() == "mine"
    save(LinearVAE(3, 2), tmp_path / ("m" * 250))      # a name near the longest that there may be
    assert same(load(tmp_path / ("m" * 250)), load(tmp_path / "model"))


def test_a_link_stays_a_link_and_permissions_stay(tmp_path):
    (tmp_path / "store").mkdir()
    kept, link = tmp_path / "store" / "model", tmp_path / "latest"
    link.symlink_to(Path("store") / "model")            # to a file that is not there yet
    save(LinearVAE(3, 2), link)
    kept.chmod(0o664)
    save(LinearVAE(4, 2), link)
    assert link.is_symlink() and kept.stat().st_mode & 0o777 == 0o664
    assert same(load(kept), LinearVAE(4, 2))
    assert {path.name for path in tmp_path.rglob("*")} == {"store", "model", "latest"}


def test_what_a_killed_writer_left_goes_a_day_later(tmp_path):
    left, new, else_s = tmp_path / ".vdmlib-1.part", tmp_path / ".vdmlib-2.part", tmp_path / ".other.part"
    for path in (left, new, else_s):
        path.write_bytes(b"half")
        os.utime(path, (time.time() - 90_000 * (path != new),) * 2)
    save(LinearVAE(3, 2), tmp_path / "model")
    assert {path.name for path in tmp_path.iterdir()} == {new.name, else_s.name, "model"}  # the new one may be at work


def test_home_is_meant_by_a_tilde(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    model, points = LinearVAE(3, 2), np.ones((4, 3), np.float32)
    save(model, "~/model")
    fit(model, points, steps=1, batch_size=4, devices=1, progress=False, checkpoint=Checkpoints("~/run"))
    assert same(load("~/model"), model) and restore(model, "~/run")
    (tmp_path / "labels").write_bytes(bytes([0, 0, 8, 1, 0, 0, 0, 1, 7]))
    assert read_idx("~/labels").tolist() == [7]
    with pytest.raises(DataError, match=f"no train-images.* in {tmp_path}"):
        mnist("~/data")
    save(model, "~nobody-of-this-name")                # as in a shell
    assert sorted(path.name for path in tmp_path.iterdir()) == ["labels", "model", "run", "~nobody-of-this-name"]


@pytest.mark.parametrize("path", ["gs://bucket/model", "s3://bucket/model", Path("gs://bucket/model"), "https://a.b/model"])
def test_an_address_is_no_path(tmp_path, monkeypatch, path):
    monkeypatch.chdir(tmp_path)
    calls = (lambda: save(LinearVAE(3, 2), path), lambda: load(path), lambda: restore(LinearVAE(3, 2), path),
             lambda: Checkpoints(path), lambda: mnist(path), lambda: fashion_mnist(path), lambda: read_idx(path),
             lambda: private_folder(path),
             lambda: fit(LinearVAE(3, 2), np.ones((4, 3)), steps=1, batch_size=4, devices=1, checkpoint=path))
    for call in calls:
        with pytest.raises(ValueError, match="must be a path on this machine, .*given the address"):
            call()
    assert not list(tmp_path.iterdir())


def test_like_must_be_a_model(tmp_path):
    save(LinearVAE(3, 2), tmp_path / "model")
    for like, words in ((LinearVAE, "given the class LinearVAE"), ("LinearVAE", "given str")):
        with pytest.raises(ValueError, match="like must be a model, an nnx.Module, " + words):
            load(tmp_path / "model", like=like)


def test_no_file(tmp_path):
    with pytest.raises(CheckpointError, match="there is no file .*nowhere"):
        load(tmp_path / "nowhere")
    with pytest.raises(CheckpointError, match="is no model that save wrote: it is a folder"):
        load(tmp_path)


def test_a_file_that_was_cut_or_altered_is_refused(tmp_path):
    path = tmp_path / "model"
    save(MODELS["VAE"](), path)
    whole = path.read_bytes()
    for cut in (1, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:cut])
        with pytest.raises(CheckpointError, match="is damaged"):
            load(path)


def test_no_altered_byte_goes_unseen(tmp_path):
    """The format has no sum of its own; the library's covers the text and every array."""
    path, model = tmp_path / "model", LinearVAE(3, 2)
    save(model, path)
    whole, refused = path.read_bytes(), 0
    for place in range(0, len(whole), 7):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1:])
        try:
            assert same(load(path), model)
        except CheckpointError:
            refused += 1
    assert refused > 0.9 * len(whole) / 7


def test_half_the_size_is_rounded_and_comes_back_as_floats(tmp_path):
    model = MODELS["VAE"]()
    save(model, tmp_path / "whole")
    save(model, tmp_path / "half", dtype="float16", about={"seed": 3})
    again, weights = load(tmp_path / "half"), nnx.state(model, nnx.Param)
    assert about_file(tmp_path / "half") == {"seed": 3} and about_file(tmp_path / "whole") is None
    for a, b in zip(jax.tree.leaves(nnx.state(again, nnx.Param)), jax.tree.leaves(weights), strict=True):
        assert a.dtype == b.dtype == jnp.float32
        np.testing.assert_array_equal(a, np.asarray(b).astype(np.float16).astype(np.float32))
    sizes = [(tmp_path / name).stat().st_size for name in ("half", "whole")]
    assert sizes[1] - sizes[0] > 1.9 * sum(leaf.size for leaf in jax.tree.leaves(weights))
    with pytest.raises(ValueError, match='dtype must be None, "float16" or "bfloat16", given \'int8\''):
        save(model, tmp_path / "other", dtype="int8")
    model.decoder.first.kernel[...] = jnp.full(model.decoder.first.kernel.shape, 1e6)
    with pytest.raises(ValueError, match="float16 cannot hold the values of decoder.first.kernel"):
        save(model, tmp_path / "other", dtype="float16")
    assert not (tmp_path / "other").exists()


def test_when_the_disk_is_full_the_old_file_stays(tmp_path, small_disk):
    path = tmp_path / "model"
    save(MODELS["linear"](), path)
    before = path.read_bytes()
    with small_disk(2000), pytest.raises(OSError):
        save(MODELS["denoiser"](), path)
    assert path.read_bytes() == before and [p.name for p in tmp_path.iterdir()] == ["model"]
