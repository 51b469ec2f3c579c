"""The PyTorch side, in a process and perhaps an environment of its own: the same networks, losses and steps.

It reads one command a line from standard input and answers each with one line, both JSON:

    {"do": "make", "model": "denoiser", "width": 192, "depth": 3, "batch": 128, "compiled": true}
    {"do": "train", "steps": 200}        -> {"seconds": …}
    {"do": "sample", "count": 256, "steps": 100}   -> {"seconds": …}

A training step is what ``vdmlib.fit`` does
in one: draw noise, loss, gradient, clip the norm, AdamW (fused), running mean of the weights.
"""

import contextlib
import copy
import math
import time
import types

import numpy as np
import torch

from .torch_models import MODELS
from .worker import Turns, serve

DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")


class Job(Turns):
    """A model, its optimiser, and the running mean of its weights.

    Args:
      model: its name.
      batch: images a step.
      compiled: ``False`` for eager, else a mode of ``torch.compile``; ``True`` is its default mode.
      precision: "float32", "tf32" or "bfloat16" of the matrix products; ``None`` leaves PyTorch's default.
      weights: an ``npz`` file of the first weights, by the library's names.
      data: an ``npz`` file of ``train`` and ``test`` images; without it, images of the digits' size at random.
      loss: "loss", or "diffusion_loss" for a VDM's diffusion term alone.
      steps: the length of the run that the learning rate's warm-up and cosine are for; ``None`` holds it fixed.
      options: for the model.
    """

    def __init__(
        self, model, batch, compiled=False, precision=None, weights=None, data=None, steps=None, rate=2e-3,
        loss="loss", **options
    ):
        torch.manual_seed(0)
        use(precision)
        self.model = MODELS[model](**options)
        if weights:
            load(self.model, weights)
        self.model.to(DEVICE)
        self.first = [p.detach().clone() for p in self.model.parameters()]
        self.mean = copy.deepcopy(self.model).requires_grad_(False)
        self.optimiser = torch.optim.AdamW(self.model.parameters(), lr=1e-3, weight_decay=0.0, fused=True)
        self.mode = "default" if compiled is True else compiled
        self.bf16 = precision == "bfloat16"
        self.batch, self.steps, self.rate, self.taken = batch, steps, rate, 0
        found = np.load(data) if data else {"train": np.random.default_rng(0).integers(0, 17, (1257, 8, 8), np.uint8)}
        self.images = torch.from_numpy(found["train"]).to(DEVICE)
        self.test = torch.from_numpy(found["test"]).to(DEVICE) if "test" in found else self.images
        self.dims = self.test[0].numel()
        self.labels = torch.randint(0, 10, (len(self.images),), device=DEVICE)
        self.loss = self.quick(getattr(self.model, loss))
        self.bound = self.quick(self.mean.elbo) if hasattr(self.mean, "elbo") else None
        self.seconds_each = {}

    def quick(self, function):
        """The function under this precision, compiled as was asked."""
        def cast(*given):
            with torch.autocast(DEVICE.type, torch.bfloat16) if self.bf16 else contextlib.nullcontext():
                return function(*given)

        if not self.mode:
            return cast
        # compiled programs are looked up by code: with one of its own, none stands in the way of another
        own = types.FunctionType(cast.__code__.replace(), cast.__globals__, cast.__name__, None, cast.__closure__)
        return torch.compile(own, mode=self.mode)

    def step(self):
        if self.mode == "reduce-overhead":
            torch.compiler.cudagraph_mark_step_begin()
        index = torch.randint(0, len(self.images), (self.batch,), device=DEVICE)
        loss = self.loss(self.images[index], self.labels[index])
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0, foreach=True)
        if self.steps:
            self.optimiser.param_groups[0]["lr"] = self.rate_at(self.taken)
        self.optimiser.step()
        self.taken += 1
        decay = min(0.995, self.taken / (self.taken + 10))
        with torch.no_grad():
            torch._foreach_lerp_(list(self.mean.parameters()), list(self.model.parameters()), 1 - decay)
        return loss

    @torch.no_grad()
    def restart(self):
        """Back to the first weights, with what is compiled."""
        for held in (self.model, self.mean):
            torch._foreach_copy_(list(held.parameters()), self.first)
        self.optimiser.state.clear()
        self.taken = 0
        return {}

    def rate_at(self, step):
        """Up from 0 over a twentieth of the run, then to 0 by a cosine."""
        warm = max(1, self.steps // 20)
        if step < warm:
            return self.rate * step / warm
        share = min(1.0, (step - warm) / max(1, self.steps - warm))
        return self.rate * 0.5 * (1 + math.cos(math.pi * share))

    def train(self, steps):
        begun = time.perf_counter()
        for _ in range(steps):
            loss = self.step()
        loss.item()
        return time.perf_counter() - begun

    def train_processor(self, steps):
        """Processor seconds of so many steps."""
        begun = time.process_time()
        self.train(steps)
        return time.process_time() - begun

    @torch.no_grad()
    def sample(self, count, steps):
        """Ancestral sampling with σ_q², an x̂_0 in each step; or the decoder of draws from the prior."""
        model = self.mean
        if not hasattr(self, "forward"):
            self.forward = self.quick(model.step if hasattr(model, "step") else model.generate)
            self.ending = self.quick(model.end) if hasattr(model, "step") else None
        begun = time.perf_counter()
        if self.mode == "reduce-overhead":
            torch.compiler.cudagraph_mark_step_begin()
        if self.ending is None:
            x = self.forward(count, DEVICE)
        else:
            x = model.start(count, DEVICE)
            label = torch.arange(count, device=DEVICE) % 10
            times = torch.linspace(model.high, model.low, steps + 1, device=DEVICE)
            for here, there in zip(times[:-1], times[1:]):
                if self.mode == "reduce-overhead":
                    torch.compiler.cudagraph_mark_step_begin()
                    x = self.forward(x, here, there, label).clone()
                else:
                    x = self.forward(x, here, there, label)
            x = self.ending(x)
        x.sum().item()
        return time.perf_counter() - begun

    @torch.no_grad()
    def evaluate(self, size):
        """The bound of every test image, batch by batch, by the running mean of the weights."""
        begun, found = time.perf_counter(), []
        for first in range(0, len(self.test) - size + 1, size):
            if self.mode == "reduce-overhead":
                torch.compiler.cudagraph_mark_step_begin()
            found.append(self.bound(self.test[first : first + size], None).clone())
        self.bounds = torch.cat(found).double().cpu().numpy()
        return time.perf_counter() - begun


def use(precision):
    """The precision of matrix products and convolutions, for the whole process."""
    if precision is not None:
        torch.set_float32_matmul_precision("highest" if precision == "float32" else "high")
        torch.backends.cudnn.allow_tf32 = precision != "float32"


def load(model, file):
    """Take over the library's weights; raise unless each has its place and shape."""
    stored, rest = dict(np.load(file)), dict(model.named_parameters())
    for path, array in stored.items():
        *way, last = path.split("/")
        name = ".".join([*way, {"kernel": "weight", "scale": "weight", "embedding": "weight"}.get(last, last)])
        if last == "kernel":
            array = array.transpose(3, 2, 0, 1) if array.ndim == 4 else array.T
        ours = rest.pop(name)
        if ours.ndim == 4 and array.ndim == 2:
            array = array[:, :, None, None]
        if tuple(array.shape) != tuple(ours.shape):
            raise ValueError(f"{name} is {tuple(ours.shape)} in PyTorch and {tuple(array.shape)} in the library")
        with torch.no_grad():
            ours.copy_(torch.from_numpy(np.ascontiguousarray(array)))
    if rest:
        raise ValueError(f"the library has no {', '.join(rest)}")


def about():
    """Versions, the device, and how exact and how fast each precision multiplies."""
    found = versions() | {"device": "cpu"}
    if DEVICE.type == "cuda":
        found |= {"device": torch.cuda.get_device_name(), "cuda": torch.version.cuda,
                  "cudnn": torch.backends.cudnn.version()}
    a = torch.randn(512, 512, dtype=torch.float64)
    for precision in ("float32", "tf32"):
        use(precision)
        ours = (a.float().to(DEVICE) @ a.float().to(DEVICE)).double().cpu()
        found[f"error_{precision}"] = float((ours - a @ a).norm() / (a @ a).norm())
    return found


def memory():
    """MiB that PyTorch holds on the device, and the most that it held since the last reset."""
    if DEVICE.type != "cuda":
        return 0.0, None
    return torch.cuda.memory_allocated() / 2**20, torch.cuda.max_memory_allocated() / 2**20


def make(jobs, **command):
    """Make a model and take its first steps; what was held before it does not count as its memory."""
    jobs.clear()
    torch._dynamo.reset()
    if DEVICE.type == "cuda":
        torch.cuda.reset_peak_memory_stats()
    held, _ = memory()
    begun = time.perf_counter()
    made = jobs["job"] = Job(**command)
    first = made.train(1)
    some = 20 if DEVICE.type == "cuda" or not command.get("data") else 2
    each = made.train_processor(some) / some
    _, most = memory()
    return {
        "parameters": sum(p.numel() for p in made.model.parameters()), "first_step": first,
        "processor_seconds_each": each,
        "seconds": time.perf_counter() - begun, "peak_mib": None if most is None else round(most - held, 1),
    }


def versions():
    """PyTorch's version, and how many threads it takes."""
    return {"torch": torch.__version__, "threads": torch.get_num_threads()}


def main():
    """Answer commands until the input ends."""
    serve({"make": make, "versions": lambda jobs: versions(), "about": lambda jobs: about()})


if __name__ == "__main__":
    main()
