"""The PyTorch side, in a process and an environment of its own: the same networks, losses and steps.

It reads one command a line from standard input and answers each with one line, both JSON:

    {"do": "make", "model": "denoiser", "width": 192, "depth": 3, "batch": 128, "compiled": true}
    {"do": "train", "steps": 200}        -> {"seconds": …}
    {"do": "sample", "count": 256, "steps": 100}   -> {"seconds": …}

A training step is what ``vdmlib.fit`` does in one: draw noise, loss, gradient, clip the norm, AdamW (fused),
running mean of the weights.
"""

import copy
import json
import math
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

DIMS, LEVELS, CLASSES, LATENT = 64, 17, 10, 16
LOW, HIGH = -13.3, 5.0


class Conditioning(nn.Module):
    """One vector for the noise level and the class."""

    def __init__(self, width):
        super().__init__()
        periods = torch.tensor([2 * math.pi / 2 ** (6 - 5 * k / 7) for k in range(8)])
        self.register_buffer("frequencies", periods)
        self.first, self.last = nn.Linear(17, width), nn.Linear(width, width)
        self.table = nn.Embedding(CLASSES + 1, width)

    def forward(self, omega, label):
        angle = omega[:, None] * self.frequencies
        told = torch.cat([angle.sin(), angle.cos(), omega[:, None] / 10], dim=-1)
        return F.silu(self.last(F.silu(self.first(told))) + self.table(label))


class Denoiser(nn.Module):
    """``vdmlib.MLPDenoiser``, layer by layer."""

    def __init__(self, width, depth, conditioning=64):
        super().__init__()
        self.depth, self.width = depth, width
        self.conditioning = Conditioning(conditioning)
        self.first = nn.Linear(DIMS, width)
        self.modulation = nn.Linear(conditioning, 2 * width * (depth + 1))
        self.inner = nn.ModuleList([nn.Linear(width, width) for _ in range(depth)])
        self.outer = nn.ModuleList([nn.Linear(width, width) for _ in range(depth)])
        self.last = nn.Linear(width, DIMS)

    def forward(self, x_t, omega, label):
        told = self.modulation(self.conditioning(omega, label))
        told = told.reshape(len(x_t), self.depth + 1, 2, self.width)
        h = self.first(x_t)
        for k in range(self.depth):
            inner = F.gelu(self.inner[k](self.modulated(h, told[:, k])), approximate="tanh")
            h = h + self.outer[k](inner)
        return self.last(F.gelu(self.modulated(h, told[:, self.depth]), approximate="tanh"))

    def modulated(self, h, told):
        return F.layer_norm(h, (self.width,)) * (1 + told[:, 0]) + told[:, 1]

    def loss(self, x_0, label):
        """½ ω′ ‖ε − ε̂‖², the diffusion term of a linear schedule, mean over the batch."""
        omega = LOW + (HIGH - LOW) * torch.rand(len(x_0))
        eps = torch.randn_like(x_0)
        noise = torch.sigmoid(omega)[:, None]
        x_t = (1 - noise).sqrt() * x_0 + noise.sqrt() * eps
        error = (eps - self(x_t, omega, label)).square().sum(-1)
        return 0.5 * (HIGH - LOW) * error.mean()


class Residual(nn.Module):
    """``vdmlib.ResidualMLP``, layer by layer."""

    def __init__(self, inputs, outputs, width, depth):
        super().__init__()
        self.first = nn.Linear(inputs, width)
        self.norms = nn.ModuleList([nn.LayerNorm(width) for _ in range(depth + 1)])
        self.inner = nn.ModuleList([nn.Linear(width, width) for _ in range(depth)])
        self.outer = nn.ModuleList([nn.Linear(width, width) for _ in range(depth)])
        self.last = nn.Linear(width, outputs)

    def forward(self, x):
        x = self.first(x)
        for norm, inner, outer in zip(self.norms, self.inner, self.outer):
            x = x + outer(F.gelu(inner(norm(x)), approximate="tanh"))
        return self.last(F.gelu(self.norms[-1](x), approximate="tanh"))


class VAE(nn.Module):
    """``vdmlib.VAE`` with its default likelihood, a discretised logistic law for each pixel."""

    def __init__(self, width, depth):
        super().__init__()
        self.encoder = Residual(DIMS, 2 * LATENT, width, depth)
        self.decoder = Residual(LATENT, 2 * DIMS, width, depth)

    def loss(self, x_0, label):
        mean, raw = self.encoder(x_0).chunk(2, dim=-1)
        log_std = 6 * torch.tanh(raw / 6)
        z = mean + log_std.exp() * torch.randn_like(mean)
        out = self.decoder(z).reshape(len(x_0), DIMS, 2)
        half = (LEVELS - 1) / 2
        level = (half * (x_0 + 1)).round()
        rate = torch.exp(-out[..., 1].clamp(-7, 7)) / half
        apart = level - half * (1 + out[..., 0])
        below, above = F.logsigmoid((apart + 0.5) * rate), F.logsigmoid((0.5 - apart) * rate)
        gap = torch.log(-torch.expm1(-rate))
        not_first, not_last = level > 0, level < LEVELS - 1
        mass = torch.where(not_last, below, 0.0) + torch.where(not_first, above, 0.0)
        reconstruction = (mass + torch.where(not_first & not_last, gap, 0.0)).sum(-1)
        prior = 0.5 * (mean.square() + (2 * log_std).exp() - 1 - 2 * log_std).sum(-1)
        return (prior - reconstruction).mean()


class Job:
    """A model, its optimiser, and the running mean of its weights."""

    def __init__(self, model, width, depth, batch, compiled):
        torch.manual_seed(0)
        self.model = {"denoiser": Denoiser, "vae": VAE}[model](width, depth)
        self.mean = copy.deepcopy(self.model)
        self.optimiser = torch.optim.AdamW(self.model.parameters(), lr=1e-3, fused=True)
        self.loss = torch.compile(self.model.loss) if compiled else self.model.loss
        self.forward = torch.compile(self.model) if compiled else self.model
        self.batch = batch
        self.images = 2 * torch.randint(0, LEVELS, (1257, DIMS)).float() / (LEVELS - 1) - 1
        self.labels = torch.randint(0, CLASSES, (1257,))

    def step(self):
        index = torch.randint(0, len(self.images), (self.batch,))
        loss = self.loss(self.images[index], self.labels[index])
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0, foreach=True)
        self.optimiser.step()
        with torch.no_grad():
            torch._foreach_lerp_(list(self.mean.parameters()), list(self.model.parameters()), 0.005)
        return loss

    def train(self, steps):
        begun = time.perf_counter()
        for _ in range(steps):
            loss = self.step()
        loss.item()
        return time.perf_counter() - begun

    @torch.no_grad()
    def sample(self, count, steps):
        """Ancestral sampling with σ_q², an x̂_0 from ε̂ in each step."""
        begun = time.perf_counter()
        x = torch.randn(count, DIMS)
        label = torch.arange(count) % CLASSES
        times = torch.linspace(HIGH, LOW, steps + 1)
        for here, there in zip(times[:-1], times[1:]):
            eps = self.forward(x, here.expand(count), label)
            c = -torch.expm1(there - here)
            signal = torch.sqrt(torch.sigmoid(-there) / torch.sigmoid(-here))
            x = signal * (x - c * torch.sqrt(torch.sigmoid(here)) * eps)
            x = x + torch.sqrt(torch.sigmoid(there) * c) * torch.randn_like(x)
        x.sum().item()
        return time.perf_counter() - begun


def main():
    """Answer commands until the input ends."""
    job = None
    for line in sys.stdin:
        command = json.loads(line)
        what = command.pop("do")
        if what == "make":
            torch._dynamo.reset()
            begun = time.perf_counter()
            job = Job(**command)
            first = job.train(1)
            job.train(20)
            answer = {"parameters": sum(p.numel() for p in job.model.parameters()),
                      "first_step": first, "seconds": time.perf_counter() - begun}
        elif what == "versions":
            answer = {"torch": torch.__version__, "threads": torch.get_num_threads()}
        else:
            answer = {"seconds": getattr(job, what)(**command)}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
