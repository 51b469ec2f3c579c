"""Which network on a CPU? Perceptron, patch transformer and U-Net on MNIST with 8 bits: loss against seconds.

Each is the network of a VDM that predicts the levels. They train in turns, a little each, so that what slows the
machine slows all of them. A second is a second of all cores: the processor time of a step over their number. On a quiet
machine that is the time by the clock as far as both cores are kept busy; on a busy one it still compares.
"""

import os
import resource
import statistics
import sys
import tempfile
import time

import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx

from vdmlib import mnist, use_compile_cache
from vdmlib.models.vdm.choices import RANK
from vdmlib.runtime import xla
from vdmlib.training.batches import Batches
from vdmlib.training.devices import Devices
from vdmlib.training.losses import as_objective
from vdmlib.training.precision import has_convolutions
from vdmlib.training.steps import compiled, descent, first_state

from . import flops, jax_worker
from .beside import TORCH, Worker, ratio, say

NETWORKS = {
    "perceptron": {"network": "mlp", "width": 512, "depth": 3},
    "patch transformer": {"network": "transformer", "patch": 4, "width": 128, "depth": 4, "heads": 4},
    "U-Net": {"network": "unet", "width": 32, "multiples": [1, 2, 2], "depth": 1},
}
BATCH, RATE, WARM_UP, EMA, HELD_OUT = 64, 1e-3, 100, 0.995, 500
CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
#: When the loss is looked at, in seconds.
MARKS = (5, 10, 20, 40, 60, 90, 120, 180, 240, 300, 360, 420, 480, 540, 600)


def processor_seconds():
    """Of this process, over the number of cores."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return (used.ru_utime + used.ru_stime) / CORES


def diffusion(model, batch, key, step=None):
    """The diffusion term, the one that the network has a part in: mean over the batch, in nats."""
    x = model.scale(batch)
    for_t, for_eps = jax.random.split(key)
    t = jnp.mod(jax.random.uniform(for_t) + jnp.arange(len(x)) / len(x), 1.0)
    given = {"x": x, "eps": jax.random.normal(for_eps, x.shape), "label": None, "key": None}
    return model._step_cost(model.network, model.clock.level(model.schedule, t), given).mean(), {}


class Training:
    """A network in training, with its curve so far."""

    def __init__(self, name, images, held_out):
        self.model = jax_worker.built("vdm", 28, 256, predict="levels", **NETWORKS[name])
        graph, weights, rest = nnx.split(self.model, nnx.Param, ...)
        objective = as_objective(diffusion, graph, rest)
        self.parameters = sum(leaf.size for leaf in jax.tree.leaves(weights))
        self.flops = flops.products(
            jax.value_and_grad(objective, has_aux=True), weights, images[:BATCH], jax.random.key(0), jnp.zeros((), int))
        rate = optax.linear_schedule(0.0, RATE, WARM_UP)
        rule = optax.chain(optax.clip_by_global_norm(1.0), optax.adam(rate))
        row = Devices(1)
        self.restart = lambda: row.place(first_state(weights, rule))
        self.state = self.restart()
        self.batches, self.taken = Batches(len(images), BATCH, 0), 0
        self.run = compiled(
            descent(objective, rule, EMA), self.state, row.place(images), jax.random.key(0), 100, BATCH, row,
            not (row.platform == "cpu" and has_convolutions(self.model)))
        self.bound = xla.jit(lambda weights, images: objective(weights, images, jax.random.key(1), 0)[0])
        # what the bound has beside the diffusion term: nothing of the network is in it
        terms = self.model.elbo(held_out, 0)
        self.rest_of_bound = float((terms.prior - terms.reconstruction).mean())
        self.held_out = held_out
        self.seconds = self.by_the_clock = 0.0
        self.curve = []

    def train(self, steps):
        """So many steps; their seconds count."""
        here, begun = processor_seconds(), time.perf_counter()
        while steps:
            now = min(100, steps)
            self.state, _ = self.run(self.state, self.batches(self.taken, now, 100), now)
            self.taken, steps = self.taken + now, steps - now
        passed = processor_seconds() - here
        self.seconds, self.by_the_clock = self.seconds + passed, self.by_the_clock + time.perf_counter() - begun
        return passed

    def until(self, seconds):
        """Train until so many seconds have gone, then look at the held-out bound."""
        while self.seconds < seconds:
            each = self.seconds / self.taken if self.taken else 1.0
            self.train(max(1, min(int(min(seconds - self.seconds, 5.0) / each), 2 * self.taken, 2000)))
        nats = self.rest_of_bound + float(self.bound(self.state.mean, self.held_out))
        self.curve.append((seconds, self.taken, round(nats / 784 / np.log(2), 4)))


def networks(minutes=10.0, limit=None, only="", repeats=3):
    """A line for each network: its curve, its speed, and how many times slower PyTorch takes the same steps.

    Args:
      minutes: for each network, of all cores.
      limit: minutes by the clock after which no further mark is begun; then all have come equally far.
      only: networks with this in their names alone.
      repeats: turns in which steps are timed beside PyTorch's.
    """
    use_compile_cache()
    data = mnist()
    begun = time.monotonic()
    held_out = jnp.asarray(data.validation.images[:HELD_OUT])
    names = [name for name in NETWORKS if only.lower() in name.lower()]
    there = {name: Training(name, data.train.images, held_out) for name in names}
    speeds = {name: beside(name, training, data, repeats) for name, training in there.items()}
    last = time.monotonic()
    for mark in [m for m in MARKS if m < 60 * minutes] + [60 * minutes]:
        took = time.monotonic() - last
        if limit is not None and time.monotonic() - begun + took > 60 * limit:
            break
        last = time.monotonic()
        for training in there.values():
            training.until(mark)
        print(f"{mark:g} s: " + ", ".join(f"{name} {one.curve[-1][2]}" for name, one in there.items()), file=sys.stderr)
    lines = []
    for name, training in there.items():
        if not training.curve:
            continue
        share = round(training.seconds / training.by_the_clock, 2)  # before more is timed
        marks, steps, bits = zip(*training.curve, strict=True)
        lines.append(say({
            "bench": "networks", "network": name, "parameters": training.parameters, "batch": BATCH,
            "gflop_a_step": round(training.flops / 1e9, 2), "steps": steps[-1], "seconds": marks[-1],
            "share_of_clock": share, "bits": bits[-1], **speeds[name],
        }))
        lines.append(say({"bench": "network curve", "network": name, "marks": marks, "steps": steps, "bits": bits}))
    return lines


def beside(name, training, data, repeats):
    """Steps a second of the library, and the ratio of PyTorch's seconds a step to the library's."""
    options = {"rank": RANK} | NETWORKS[name]
    network = options.pop("network")
    line = {}
    with tempfile.TemporaryDirectory() as folder:
        images = f"{folder}/images.npz"
        np.savez(images, train=data.train.images[:5000], test=data.validation.images[:HELD_OUT])
        for mode in ("eager", "compiled"):
            # waiting threads sleep: what they would burn on a busy machine is not PyTorch's
            python = str(TORCH if TORCH.exists() else sys.executable)
            worker = Worker([python, "-m", "bench.torch_worker"], {"OMP_WAIT_POLICY": "PASSIVE"})
            try:
                made = worker.ask(
                    "make", 300, model="vdm", network=network, network_options=options, side=28, levels=256,
                    predict="levels", batch=BATCH, data=images, compiled=mode == "compiled", loss="diffusion_loss")
                if made["parameters"] != training.parameters:
                    raise ValueError(f"{training.parameters} parameters here and {made['parameters']} in PyTorch")
                steps = max(3, round(1.0 / made["processor_seconds_each"] / CORES))
                ours, theirs = [], []
                for turn in range(repeats + 1):
                    here = training.train(steps) / steps
                    there = worker.ask("train_processor", 300, steps=steps)["seconds"] / CORES / steps
                    if turn:
                        ours.append(here)
                        theirs.append(there)
                line["steps_per_second"] = round(1 / statistics.median(ours), 2)
                over = ratio(theirs, ours)
                line[f"ratio_{mode}"], line[f"quartiles_{mode}"] = over["ratio"], over["quartiles"]
            except (RuntimeError, TimeoutError) as error:
                line[f"ratio_{mode}"] = f"failed: {error}"[:80]
            finally:
                worker.close()
    print(f"{name}: {line}", file=sys.stderr)
    training.state = training.restart()
    training.taken, training.seconds, training.by_the_clock = 0, 0.0, 0.0
    return line
