"""PyTorch's side of the bench computes what the library computes: the same weights, the same outputs and bounds."""

import json
import subprocess

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import nnx

from bench import flops, jax_worker
from bench.beside import ROOT, TORCH
from vdmlib import PatchTransformer, UNet

MODELS = {
    "vae": {"model": "vae", "width": 16, "depth": 2, "latent": 3},
    "mlp": {"model": "vdm", "network": "mlp", "width": 16, "depth": 2},
    "transformer": {"model": "vdm", "network": "transformer", "patch": 4, "width": 16, "depth": 2, "heads": 2},
    "levels": {"model": "vdm", "network": "mlp", "width": 16, "depth": 1, "rank": 6, "predict": "levels"},
    "unet": {"model": "vdm", "network": "unet", "width": 8, "multiples": [1, 2, 3], "depth": 2},
}
#: Both draw their noise themselves, so PyTorch's is replaced by what stands in the file.
PROGRAM = """
import sys, json
import numpy as np, torch
from bench.torch_models import MODELS
from bench.torch_worker import load
given = np.load(sys.argv[1] + "/given.npz")
told = json.loads(sys.argv[2])
model = MODELS[told.pop("model")](**told)
load(model, sys.argv[1] + "/weights.npz")
noise = {name: torch.from_numpy(given[name]) for name in ("u", "pixels", "latents")}
torch.rand = lambda *size, **how: noise["u"]
torch.randn_like = lambda x: noise["pixels" if x.shape == noise["pixels"].shape else "latents"]
images = torch.from_numpy(given["images"])
with torch.no_grad():
    found = {"elbo": model.elbo(images, None)}
    if hasattr(model, "network"):
        found["out"] = model.network(torch.from_numpy(given["x"]), torch.from_numpy(given["omega"]), None)
        found["step"] = model.step(torch.from_numpy(given["x"]), torch.tensor(1.5), torch.tensor(0.5), None)
    else:
        found["out"] = model.decode(torch.from_numpy(given["latents"]))
np.savez(sys.argv[1] + "/found.npz", **{name: value.numpy() for name, value in found.items()})
"""


@pytest.mark.weekly  # PyTorch starts for each
@pytest.mark.parametrize("name", MODELS)
@pytest.mark.skipif(not TORCH.exists(), reason="`make bench` has not made PyTorch's environment")
def test_twin(name, tmp_path):
    """Outputs, the bound and a sampler's step agree to rounding, with weights that are nowhere 0."""
    options = {"side": 28, "levels": 256, **MODELS[name]}
    model = jax_worker.built(**options)
    draw = np.random.default_rng(0)
    state = nnx.state(model, nnx.Param)
    nnx.update(model, jax.tree.map(lambda a: a + jnp.asarray(0.1 * draw.normal(size=a.shape), a.dtype), state))
    weights = nnx.to_flat_state(nnx.state(model, nnx.Param))
    np.savez(tmp_path / "weights.npz", **{"/".join(map(str, p)): np.asarray(v[...]) for p, v in weights})
    given = {
        "x": draw.normal(size=(3, 28, 28)), "omega": np.array([-3.0, 0.5, 4.0]), "pixels": draw.normal(size=(3, 28, 28)),
        "latents": draw.normal(size=(3, 3)), "u": np.array([0.3]),
    }
    given = {key: value.astype(np.float32) for key, value in given.items()}
    images = draw.integers(0, 256, (3, 28, 28), np.uint8)
    np.savez(tmp_path / "given.npz", images=images, **given)
    told = dict(options)
    if name != "vae":
        told["network_options"] = {k: told.pop(k) for k in list(told) if k not in ("side", "levels", "model", "network", "predict")}
    subprocess.run([TORCH, "-c", PROGRAM, tmp_path, json.dumps(told)], cwd=ROOT, check=True)
    found = np.load(tmp_path / "found.npz")
    for key, value in (_vae if name == "vae" else _vdm)(model, jnp.asarray(images), given).items():
        np.testing.assert_allclose(found[key].reshape(value.shape), value, rtol=3e-4, atol=3e-4, err_msg=key)


def _vae(model, images, given):
    q = model.encode(images)
    z = q.mean + q.std * given["latents"] if hasattr(q, "std") else q.mean + jnp.exp(q.log_std) * given["latents"]
    return {
        "out": model.decode(jnp.asarray(given["latents"])),
        "elbo": model.log_likelihood(images, z[None])[0] - q.kl_to_standard(),
    }


def _vdm(model, images, given):
    x, eps = model.scale(images), jnp.asarray(given["pixels"])
    t = jnp.mod(given["u"] + jnp.arange(3) / 3, 1.0)
    law, low = model.decoder.softmax, model.schedule.ends[0]
    cost = model._step_cost(model.network, model.clock.level(model.schedule, t), {
        "x": x, "eps": eps, "label": None, "key": None})
    noisy = jnp.sqrt(jax.nn.sigmoid(-low)) * x + jnp.sqrt(jax.nn.sigmoid(low)) * eps
    reconstruction = law.log_prob(law.log_pmf(noisy, low), images).sum((1, 2))
    prior = model.elbo(images, 0).prior

    x_t, here, there = jnp.asarray(given["x"]), 1.5, 0.5
    told, fresh = model.denoise(x_t, here).x0, -jnp.expm1(there - here)
    growth = jnp.sqrt(jax.nn.sigmoid(-there) / jax.nn.sigmoid(-here))
    mean = growth * (1 - fresh) * x_t + jnp.sqrt(jax.nn.sigmoid(-there)) * fresh * told
    return {
        "out": model.network(x_t, jnp.asarray(given["omega"])), "elbo": reconstruction - prior - cost,
        "step": mean + jnp.sqrt(jax.nn.sigmoid(there) * fresh) * eps,
    }


def test_products_are_counted():
    """By hand: a transformer's products a patch, a convolution's a pixel, a loop's as often as it runs."""
    net = PatchTransformer((8, 8), patch=4, width=8, depth=1, heads=2, rngs=nnx.Rngs(0))
    tokens, batch = 4, 3
    each = 16 * 8 + 8 * 24 + 8 * 8 + 2 * 8 * 16 + 8 * 16 + 2 * tokens * 8
    told = 17 * 64 + 64 * 64 + 64 * 6 * 8 + 64 * 2 * 8
    assert flops.products(net, jnp.zeros((batch, 8, 8)), jnp.zeros(batch)) == 2 * batch * (tokens * each + told)
    conv = nnx.Conv(2, 5, (3, 3), rngs=nnx.Rngs(0))
    assert flops.products(conv, jnp.zeros((1, 8, 8, 2))) == 2 * 64 * 9 * 2 * 5
    assert flops.products(lambda a: jax.lax.fori_loop(0, 7, lambda _, b: a @ b, a), jnp.zeros((3, 3))) == 7 * 54
    small = UNet((8, 8), width=8, multiples=(1,), depth=1, rngs=nnx.Rngs(0))
    assert flops.products(small, jnp.zeros((2, 8, 8)), jnp.zeros(2)) > 0
