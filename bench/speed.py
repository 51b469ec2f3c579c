"""Training steps and sampled images a second at equal architecture and batch, beside PyTorch."""

import statistics
import time

import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx

from vdmlib import VAE, Denoiser, LinearSchedule, MLPDenoiser, ancestral, fit

from .beside import interleaved, ratio, say, torch_worker

BATCH = 128
#: Width and depth of each model, from small to a million parameters and more.
SIZES = {
    "denoiser": [(48, 3), (96, 3), (160, 3), (224, 3), (352, 3)],
    "vae": [(64, 1), (128, 1), (192, 1), (288, 1), (480, 1)],
}


class NoiseModel(nnx.Module):
    """An ε-denoiser with the diffusion term of a linear schedule as its loss: what PyTorch trains too."""

    def __init__(self, width, depth):
        net = MLPDenoiser((8, 8), width=width, depth=depth, classes=10, rngs=nnx.Rngs(0))
        self.denoise = Denoiser(net, "eps")
        self.schedule = LinearSchedule()

    def loss(self, batch, key):
        """½ ω′ ‖ε − ε̂‖², the mean over the batch, in nats."""
        images, labels = batch
        x_0 = images / 8.0 - 1.0
        for_t, for_eps = jax.random.split(key)
        t = jax.random.uniform(for_t, (len(x_0),))
        eps = jax.random.normal(for_eps, x_0.shape)
        signal, noise = self.schedule.signal(t)[:, None, None], self.schedule.noise(t)[:, None, None]
        told = self.denoise(signal * x_0 + noise * eps, self.schedule.omega(t), labels)
        error = jnp.sum(jnp.square(eps - told.eps), axis=(1, 2))
        return 0.5 * jnp.mean(self.schedule.rate(t) * error), {}


class ImagesAlone(nnx.Module):
    """A VAE that is handed images with labels and looks at the images."""

    def __init__(self, width, depth):
        self.vae = VAE((8, 8), 17, latent=16, width=width, depth=depth)

    def loss(self, batch, key):
        """The VAE's loss."""
        return self.vae.loss(batch[0], key)


MODELS = {"denoiser": NoiseModel, "vae": ImagesAlone}


def data():
    """Images and labels of the size of the digits; what they show plays no part in speed."""
    draw = np.random.default_rng(0)
    return (draw.integers(0, 17, (1257, 8, 8)).astype(np.uint8),
            draw.integers(0, 10, 1257).astype(np.int32))


def training(sizes=SIZES, steps=400, repeats=7, peak=None):
    """The curve of ratio against size for both models; yields a result for each point."""
    given = data()
    with torch_worker() as torch:
        for name, points in sizes.items():
            for width, depth in points:
                yield _point(torch, name, width, depth, given, steps, repeats, peak)


def _point(torch, name, width, depth, given, steps, repeats, peak):
    model = MODELS[name](width, depth)
    parameters = sum(p.size for p in jax.tree.leaves(nnx.state(model, nnx.Param)))
    weights = [p for p in jax.tree.leaves(nnx.state(model, nnx.Param)) if p.ndim == 2]

    def ours():
        _, history = fit(model, given, steps=steps, batch_size=BATCH, progress=False)
        return steps / history.steps_per_second

    found = {"jax": []}
    for compiled in (False, True):
        made = torch.ask("make", model=name, width=width, depth=depth, batch=BATCH, compiled=compiled)
        if made["parameters"] != parameters:
            raise ValueError(f"{name} has {parameters} parameters here and {made['parameters']} in PyTorch")
        sides = {"jax": ours, "torch": lambda: torch.ask("train", steps=steps)["seconds"]}
        seconds = interleaved(sides, repeats)
        found["jax"] += seconds["jax"]
        found["compiled" if compiled else "eager"] = (seconds["torch"], seconds["jax"])
    rate = steps / statistics.median(found["jax"])
    line = {
        "bench": "training", "model": name, "parameters": parameters, "width": width, "depth": depth,
        "batch": BATCH, "steps_per_second": round(rate, 1),
    }
    for side in ("eager", "compiled"):
        torch_seconds, jax_seconds = found[side]
        line[f"torch_{side}"] = round(steps / statistics.median(torch_seconds), 1)
        over = ratio(torch_seconds, jax_seconds)
        line[f"ratio_{side}"], line[f"quartiles_{side}"] = over["ratio"], over["quartiles"]
    if peak:
        # forward 2, backward 4 floating-point operations a weight and example
        line["share_of_peak"] = round(rate * 6 * BATCH * sum(w.size for w in weights) / peak, 3)
    return say(line)


def sampling(width=160, depth=3, count=256, steps=100, repeats=5):
    """Images a second of ancestral sampling with one network, beside a PyTorch loop."""
    model = NoiseModel(width, depth)
    labels = jnp.arange(count) % 10

    def ours():
        begun = time.perf_counter()
        key = jax.random.key(0)
        ancestral(model.denoise, model.schedule, key, (count, 8, 8), steps=steps, label=labels).block_until_ready()
        return time.perf_counter() - begun

    line = {"bench": "sampling", "width": width, "depth": depth, "images": count, "steps": steps}
    with torch_worker() as torch:
        for compiled in (False, True):
            torch.ask("make", model="denoiser", width=width, depth=depth, batch=BATCH, compiled=compiled)
            sides = {"jax": ours,
                     "torch": lambda: torch.ask("sample", count=count, steps=steps)["seconds"]}
            seconds = interleaved(sides, repeats)
            name = "compiled" if compiled else "eager"
            line["images_per_second"] = round(count / statistics.median(seconds["jax"]), 1)
            line[f"torch_{name}"] = round(count / statistics.median(seconds["torch"]), 1)
            over = ratio(seconds["torch"], seconds["jax"])
            line[f"ratio_{name}"], line[f"quartiles_{name}"] = over["ratio"], over["quartiles"]
    return say(line)
