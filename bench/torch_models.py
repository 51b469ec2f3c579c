"""The library's models in PyTorch: the same losses, bounds and samplers as ``vdmlib.VAE`` and ``vdmlib.VDM``.

All of them take whole grey levels ``[B, side, side]`` and labels ``[B]``, which two of them do not look at.
"""

import math

import torch
from torch import nn
from torch.nn import functional as F

from .torch_networks import MLP, NETWORKS, Residual


def scaled(images, levels):
    """Whole levels in [−1, 1]."""
    return 2 * images.float() / (levels - 1) - 1


class Denoiser(nn.Module):
    """``bench.speed.NoiseModel``: a perceptron that predicts the noise, told of the class."""

    low, high, levels = -13.3, 5.0, 17

    def __init__(self, width, depth, side=8):
        super().__init__()
        self.network = MLP(side, width=width, depth=depth, classes=10)
        self.side = side

    def loss(self, images, label):
        """½ ω′ ‖ε − ε̂‖², the diffusion term of a linear schedule, mean over the batch."""
        x = scaled(images, self.levels)
        omega = self.low + (self.high - self.low) * torch.rand(len(x), device=x.device)
        eps = torch.randn_like(x)
        noise = torch.sigmoid(omega)[:, None, None]
        told = self.network((1 - noise).sqrt() * x + noise.sqrt() * eps, omega, label)[..., 0]
        return 0.5 * (self.high - self.low) * (eps - told).square().sum((1, 2)).mean()

    def start(self, count, device):
        return torch.randn(count, self.side, self.side, device=device)

    def step(self, x, here, there, label):
        """One step of ancestral sampling with σ_q², from ω = ``here`` to ``there``."""
        eps = self.network(x, here.expand(len(x)), label)[..., 0].float()
        x_0 = (x - torch.sqrt(torch.sigmoid(here)) * eps) / torch.sqrt(torch.sigmoid(-here))
        return reverse_step(x, x_0, here, there)

    def end(self, x):
        return x


class VDM(nn.Module):
    """``vdmlib.VDM`` with the linear schedule, in continuous time; it predicts "v" or the "levels"."""

    def __init__(self, network, side, levels, network_options, predict="v"):
        super().__init__()
        self.by_levels = predict == "levels"
        self.network = NETWORKS[network](side, levels if self.by_levels else 1, **network_options)
        self.side, self.levels = side, levels
        self.low, self.high = -2 * math.log(4.5 * (levels - 1)), 6.0

    def elbo(self, images, label):
        """The bound of each image in nats: reconstruction − prior − diffusion."""
        x, diffusion = self.diffusion(images)
        each = (x.square() - 1) / (1 + math.exp(self.high)) + math.log1p(math.exp(-self.high))
        noisy = self.ends(0) * x + self.ends(1) * torch.randn_like(x)
        law = torch.log_softmax(self.levels_of(noisy), dim=-1)
        reconstruction = law.gather(-1, images.long()[..., None])[..., 0].sum((1, 2))
        return reconstruction - 0.5 * each.sum((1, 2)) - diffusion

    def diffusion(self, images):
        """The images in [−1, 1], and each one's diffusion term in nats."""
        x = scaled(images, self.levels)
        batch = len(x)
        steps = torch.arange(batch, device=x.device) / batch
        omega = self.low + (self.high - self.low) * torch.remainder(torch.rand(1, device=x.device) + steps, 1.0)
        signal, noise = (torch.sigmoid(sign * omega).sqrt()[:, None, None] for sign in (-1, 1))
        eps = torch.randn_like(x)
        x_t = signal * x + noise * eps
        out = self.network(x_t, omega, None).float()
        if self.by_levels:
            error = (x - self.mean_level(x_t, signal, noise, out)).square().sum((1, 2))
            weight = torch.exp(-omega)
        else:
            error = (signal * eps - noise * x - out[..., 0]).square().sum((1, 2))
            weight = torch.sigmoid(-omega)
        return x, 0.5 * (self.high - self.low) * weight * error

    def diffusion_loss(self, images, label):
        """The mean of the diffusion term alone."""
        return self.diffusion(images)[1].mean()

    def mean_level(self, x_t, signal, noise, logits):
        """x̂_0, the mean of the levels by Bayes' rule with the network's logits as the prior's logarithm."""
        places = scaled(torch.arange(self.levels, device=x_t.device), self.levels)
        exact = -0.5 * ((x_t[..., None] - signal[..., None] * places) / noise[..., None]).square()
        return torch.softmax(exact + logits, dim=-1) @ places

    def loss(self, images, label):
        """The mean of −ELBO."""
        return -self.elbo(images, label).mean()

    def ends(self, which):
        """√ᾱ and √(1 − ᾱ) at t = 0."""
        return math.sqrt(1 / (1 + math.exp(-self.low if which else self.low)))

    def levels_of(self, x):
        """The logits of each pixel's levels given its noisy value at t = 0."""
        places = scaled(torch.arange(self.levels, device=x.device), self.levels)
        return -0.5 * (x[..., None] - self.ends(0) * places).square() / self.ends(1) ** 2

    def start(self, count, device):
        return torch.randn(count, self.side, self.side, device=device)

    def step(self, x, here, there, label):
        """One step of ancestral sampling with σ_q², from ω = ``here`` to ``there``."""
        out = self.network(x, here.expand(len(x)), None).float()
        signal, noise = torch.sqrt(torch.sigmoid(-here)), torch.sqrt(torch.sigmoid(here))
        if self.by_levels:
            x_0 = self.mean_level(x, signal.expand_as(x), noise.expand_as(x), out)
        else:
            x_0 = signal * x - noise * out[..., 0]
        return reverse_step(x, x_0, here, there)

    def end(self, x):
        """A draw of whole levels given x at t = 0."""
        logits = self.levels_of(x)
        return (logits - torch.log(-torch.log(torch.rand_like(logits)))).argmax(-1)


def reverse_step(x, x_0, here, there):
    """A draw of x at ω = ``there``, given x at ``here`` and the guess of x_0."""
    fresh = -torch.expm1(there - here)
    signal = torch.sigmoid(-there).sqrt()
    mean = signal / torch.sigmoid(-here).sqrt() * (1 - fresh) * x + signal * fresh * x_0
    return mean + torch.sqrt(torch.sigmoid(there) * fresh) * torch.randn_like(x)


class VAE(nn.Module):
    """``vdmlib.VAE`` with its default likelihood, a discretised logistic law for each pixel."""

    def __init__(self, width, depth, side=8, levels=17, latent=16):
        super().__init__()
        self.side, self.levels, self.latent = side, levels, latent
        self.encoder = Residual(side**2, 2 * latent, width, depth)
        self.decoder = Residual(latent, 2 * side**2, width, depth)

    def elbo(self, images, label):
        """The bound of each image in nats: reconstruction − prior matching."""
        mean, raw = self.encoder(scaled(images, self.levels).flatten(1)).float().chunk(2, dim=-1)
        log_std = 6 * torch.tanh(raw / 6)
        out = self.decode(mean + log_std.exp() * torch.randn_like(mean))
        reconstruction = self.log_mass(out, images.flatten(1)).sum(-1)
        prior = 0.5 * (mean.square() + (2 * log_std).exp() - 1 - 2 * log_std).sum(-1)
        return reconstruction - prior

    def loss(self, images, label):
        """The mean of −ELBO."""
        return -self.elbo(images, label).mean()

    def decode(self, z):
        return self.decoder(z).float().reshape(len(z), self.side**2, 2)

    def log_mass(self, out, level):
        """log of the law's mass at each level, broadcast over what follows the pixels."""
        half = (self.levels - 1) / 2
        place, log_scale = out.unbind(-1)
        if level.ndim == 1:  # all levels
            place, log_scale = place[..., None], log_scale[..., None]
        rate = torch.exp(-log_scale.clamp(-7, 7)) / half
        apart = level - half * (1 + place)
        below, above = F.logsigmoid((apart + 0.5) * rate), F.logsigmoid((0.5 - apart) * rate)
        gap = torch.log(-torch.expm1(-rate))
        not_first, not_last = level > 0, level < self.levels - 1
        mass = torch.where(not_last, below, 0.0) + torch.where(not_first, above, 0.0)
        return mass + torch.where(not_first & not_last, gap, 0.0)

    def generate(self, count, device):
        """Expected images of latents from the prior."""
        levels = torch.arange(self.levels, device=device)
        law = self.log_mass(self.decode(torch.randn(count, self.latent, device=device)), levels)
        return law.exp() @ levels.float()


MODELS = {"denoiser": Denoiser, "vae": VAE, "vdm": VDM}
