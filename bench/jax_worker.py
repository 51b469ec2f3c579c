"""The library's side of ``bench.accelerator``, in a process of its own so that its memory is its own.

It speaks as ``bench.torch_worker`` does. A training step is that of ``vdmlib.fit``, compiled as ``fit`` compiles it.
"""

import math
import os
import time

import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx

from vdmlib import VAE, VDM, use_compile_cache
from vdmlib.runtime import xla
from vdmlib.runtime.provenance import environment
from vdmlib.training.batches import Batches
from vdmlib.training.devices import Devices
from vdmlib.training.losses import as_objective, default_loss
from vdmlib.training.optimisers import adam
from vdmlib.training.precision import computing_in, has_convolutions
from vdmlib.training.steps import compiled, descent, first_state

from . import flops
from .worker import Turns, serve

CHUNK = 100


def built(model, side, levels, **options):
    """The library's model by the name that PyTorch's has."""
    if model == "vae":
        return VAE((side, side), levels, **options)
    return VDM((side, side), levels, **{"predict": "v", "dropout": 0.0} | options)


class Job(Turns):
    """A model in training: what :class:`bench.torch_worker.Job` is.

    Args:
      precision: "float32", "tf32" or "bfloat16". The second is JAX's default for 32-bit floats, which on a
        device without TF32 are 32-bit products.
    """

    def __init__(self, model, batch, data, steps, precision, rate=2e-3, **options):
        use(precision)
        found = np.load(data)
        self.model = built(model, **options)
        self.parameters = sum(leaf.size for leaf in jax.tree.leaves(nnx.state(self.model, nnx.Param)))
        self.model = computing_in(self.model, "bfloat16" if precision == "bfloat16" else None)
        self.row = Devices(1)
        self.convolutions = has_convolutions(self.model)
        self.graph, self.weights, self.rest = nnx.split(self.model, nnx.Param, ...)
        objective = as_objective(default_loss, self.graph, self.rest)
        self.rule = adam(rate, 0.0, 1.0, steps)
        self.batch, self.dims = batch, options["side"] ** 2
        self.train_set, self.test = (self.row.place(found[part]) for part in ("train", "test"))
        self.batches = Batches(len(found["train"]), batch, 0)
        self.flops = flops.products(
            jax.value_and_grad(objective, has_aux=True), self.weights, self.train_set[:batch], jax.random.key(0),
            jnp.zeros((), jnp.int32),
        )
        self.restart()
        begun = time.perf_counter()
        scan = not (self.row.platform == "cpu" and self.convolutions)
        self.run = compiled(
            descent(objective, self.rule, 0.995), self.state, self.train_set, jax.random.key(0), CHUNK, batch, self.row,
            scan,
        )
        self.compile_seconds = time.perf_counter() - begun
        self.scan = scan
        self.bound = xla.jit(self._bound)
        self.all_bounds = xla.jit(lambda mean, parts, keys: jax.lax.map(lambda given: self._bound(mean, *given), (parts, keys)))
        self.seconds_each = {}

    def restart(self):
        """Back to the first weights."""
        self.state, self.taken = self.row.place(first_state(self.weights, self.rule)), 0
        return {}

    def train(self, steps):
        """Seconds of so many steps."""
        begun = time.perf_counter()
        while steps:
            now = min(CHUNK, steps)
            self.state, log = self.run(self.state, self.batches(self.taken, now, CHUNK), now)
            self.taken, steps = self.taken + now, steps - now
        if not log["finite"].all():
            raise FloatingPointError(f"a step before step {self.taken} was not finite")
        return time.perf_counter() - begun

    def trained(self):
        """The model at the running mean of the weights."""
        return nnx.merge(self.graph, self.state.mean, self.rest)

    def sample(self, count, steps):
        """Seconds of drawing so many images."""
        model = self.trained()
        begun = time.perf_counter()
        more = {} if isinstance(model, VAE) else {"steps": steps}
        model.generate(jax.random.key(0), count, **more).block_until_ready()
        return time.perf_counter() - begun

    def _bound(self, mean, images, key):
        return nnx.merge(self.graph, mean, self.rest).elbo(images, key).elbo

    def evaluate(self, size):
        """Seconds of the bound of every test image, batch by batch."""
        if not hasattr(self, "parts"):
            count = len(self.test) // size
            self.parts = self.test[: count * size].reshape(count, size, *self.test.shape[1:])
            self.keys = jax.random.split(jax.random.key(1), count)
        mean, begun = self.state.mean, time.perf_counter()
        if self.scan:
            found = self.all_bounds(mean, self.parts, self.keys)
        else:
            found = jnp.stack([self.bound(mean, *given) for given in zip(self.parts, self.keys, strict=True)])
        self.bounds = np.asarray(found, np.float64).ravel()
        return time.perf_counter() - begun


def use(precision):
    """The precision of matrix products and convolutions, for the whole process."""
    jax.config.update("jax_default_matmul_precision", "highest" if precision == "float32" else None)


def about(size):
    """Versions, the device, and how exact and how fast each precision multiplies matrices of that size."""
    found = environment()
    packages = found.pop("packages")
    device = jax.devices()[0]
    found |= packages | {"platform": device.platform}
    kinds = {"float32": ("float32", "highest"), "tf32": ("float32", None), "bfloat16": ("bfloat16", None)}
    small = np.random.default_rng(0).normal(size=(512, 512))
    for name, (dtype, precision) in kinds.items():
        multiply = jax.jit(lambda a, b, p=precision: jnp.dot(a, b, precision=p))
        a = jnp.asarray(small, dtype)
        error = np.linalg.norm(np.asarray(multiply(a, a), np.float64) - small @ small) / np.linalg.norm(small @ small)
        a = jax.random.normal(jax.random.key(0), (size, size), dtype)
        multiply(a, a).block_until_ready()
        found[f"error_{name}"] = float(error)
        found[f"peak_tflops_{name}"] = round(2 * size**3 / _best(multiply, a) / 1e12, 4)
    return found


def _best(multiply, a, repeats=5, times=8):
    """Seconds of one product, the best of some rows of products."""
    best = math.inf
    for _ in range(repeats):
        begun = time.perf_counter()
        for _ in range(times):
            out = multiply(a, a)
        out.block_until_ready()
        best = min(best, (time.perf_counter() - begun) / times)
    return best


def peak_mib():
    """The most memory that was held on the device, where the device tells."""
    told = jax.devices()[0].memory_stats()
    return round(told["peak_bytes_in_use"] / 2**20, 1) if told and "peak_bytes_in_use" in told else None


def weights(file, model, batch=None, data=None, steps=None, precision=None, **options):
    """Write a model's first weights to a file, each under its path."""
    found = nnx.to_flat_state(nnx.state(built(model, **options), nnx.Param))
    making = f"{file}.part.npz"
    np.savez(making, **{"/".join(map(str, path)): np.asarray(value[...]) for path, value in found})
    os.replace(making, file)
    return {}


def make(jobs, **command):
    """Make a model and take its first steps."""
    begun = time.perf_counter()
    made = jobs["job"] = Job(**command)
    made.train(CHUNK if made.row.platform != "cpu" else 2)
    return {
        "parameters": made.parameters, "flops": made.flops, "compile_seconds": round(made.compile_seconds, 1),
        "seconds": time.perf_counter() - begun, "peak_mib": peak_mib(),
    }


def main():
    """Answer commands until the input ends."""
    use_compile_cache()
    serve({
        "make": make, "about": lambda jobs, **given: about(**given), "weights": lambda jobs, **given: weights(**given),
    })


if __name__ == "__main__":
    main()
