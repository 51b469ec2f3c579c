"""The library's networks in PyTorch, layer by layer, under the same names: the same weights give the same outputs."""

import math

import torch
from torch import nn
from torch.nn import functional as F

EPS = 1e-6


class Conditioning(nn.Module):
    """One vector for the noise level and the class, where there are classes."""

    def __init__(self, width, classes=None):
        super().__init__()
        frequencies = torch.tensor([2 * math.pi / 2 ** (6 - 5 * k / 7) for k in range(8)])
        self.register_buffer("frequencies", frequencies)
        self.first, self.last = nn.Linear(17, width), nn.Linear(width, width)
        self.table = None if classes is None else nn.Embedding(classes + 1, width)

    def forward(self, omega, label=None):
        angle = omega[:, None] * self.frequencies
        told = torch.cat([angle.sin(), angle.cos(), omega[:, None] / 10], dim=-1)
        out = self.last(F.silu(self.first(told)))
        return F.silu(out if self.table is None else out + self.table(label))


class Residual(nn.Module):
    """``vdmlib.ResidualMLP``."""

    def __init__(self, inputs, outputs, width, depth):
        super().__init__()
        self.first = nn.Linear(inputs, width)
        self.blocks = nn.ModuleList([ResidualBlock(width) for _ in range(depth)])
        self.norm = nn.LayerNorm(width, EPS)
        self.last = nn.Linear(width, outputs)

    def forward(self, x):
        x = self.first(x)
        for block in self.blocks:
            x = block(x)
        return self.last(F.gelu(self.norm(x), approximate="tanh"))


class ResidualBlock(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.norm, self.inner, self.outer = nn.LayerNorm(width, EPS), nn.Linear(width, width), nn.Linear(width, width)

    def forward(self, x):
        return x + self.outer(F.gelu(self.inner(self.norm(x)), approximate="tanh"))


class MLP(nn.Module):
    """``vdmlib.MLPDenoiser``."""

    def __init__(self, side, channels=1, *, width=192, depth=2, classes=None, conditioning=64, rank=None):
        super().__init__()
        self.depth, self.width = depth, width
        self.conditioning = Conditioning(conditioning, classes)
        self.first = nn.Linear(side * side, width)
        self.modulation = nn.Linear(conditioning, 2 * width * (depth + 1))
        self.inner = nn.ModuleList([nn.Linear(width, width) for _ in range(depth)])
        self.outer = nn.ModuleList([nn.Linear(width, width) for _ in range(depth)])
        self.last = nn.Linear(width, side * side * (rank or channels))
        self.shared = None if rank is None else nn.Linear(rank, channels)

    def forward(self, x_t, omega, label=None):
        told = self.modulation(self.conditioning(omega, label))
        told = told.reshape(len(x_t), self.depth + 1, 2, self.width)
        h = self.first(x_t.reshape(len(x_t), -1))
        for k in range(self.depth):
            inner = F.gelu(self.inner[k](self.modulated(h, told[:, k])), approximate="tanh")
            h = h + self.outer[k](inner)
        out = self.last(F.gelu(self.modulated(h, told[:, self.depth]), approximate="tanh"))
        out = out.reshape(*x_t.shape, -1)
        return out if self.shared is None else self.shared(out)

    def modulated(self, h, told):
        return F.layer_norm(h, (self.width,), eps=EPS) * (1 + told[:, 0]) + told[:, 1]


class Transformer(nn.Module):
    """``vdmlib.PatchTransformer`` of grey images."""

    def __init__(
        self, side, channels=1, *, patch=2, width=96, depth=3, heads=4, classes=None, conditioning=64, rank=None,
    ):
        super().__init__()
        self.patch, self.across, self.width = patch, side // patch, width
        self.conditioning = Conditioning(conditioning, classes)
        self.first = nn.Linear(patch**2, width)
        self.place = nn.Parameter(0.02 * torch.randn(self.across**2, width))
        self.blocks = nn.ModuleList([TransformerBlock(width, heads, conditioning) for _ in range(depth)])
        self.modulation = nn.Linear(conditioning, 2 * width)
        self.last = nn.Linear(width, patch**2 * (rank or channels))
        self.shared = None if rank is None else nn.Linear(rank, channels)

    def forward(self, x_t, omega, label=None):
        batch, n, p = len(x_t), self.across, self.patch
        told = self.conditioning(omega, label)
        patches = x_t.reshape(batch, n, p, n, p).permute(0, 1, 3, 2, 4).reshape(batch, n * n, p * p)
        h = self.first(patches).float() + self.place
        for block in self.blocks:
            h = block(h, told)
        scale, shift = self.modulation(told)[:, None].chunk(2, dim=-1)
        out = self.last(F.layer_norm(h, (self.width,), eps=EPS) * (1 + scale) + shift)
        out = out.reshape(batch, n, n, p, p, -1).permute(0, 1, 3, 2, 4, 5)
        out = out.reshape(*x_t.shape, -1)
        return out if self.shared is None else self.shared(out)


class TransformerBlock(nn.Module):
    def __init__(self, width, heads, conditioning):
        super().__init__()
        self.heads, self.width = heads, width
        self.modulation = nn.Linear(conditioning, 6 * width)
        self.qkv, self.mix = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.inner, self.outer = nn.Linear(width, 2 * width), nn.Linear(2 * width, width)

    def forward(self, h, told):
        scale, shift, gate, scale_2, shift_2, gate_2 = self.modulation(told)[:, None].chunk(6, dim=-1)
        batch, tokens, width = h.shape
        qkv = self.qkv(self.normalised(h) * (1 + scale) + shift)
        q, k, v = qkv.reshape(batch, tokens, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        attended = F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(batch, tokens, width)
        h = h + gate * self.mix(attended)
        inner = F.gelu(self.inner(self.normalised(h) * (1 + scale_2) + shift_2), approximate="tanh")
        return h + gate_2 * self.outer(inner)

    def normalised(self, h):
        return F.layer_norm(h, (self.width,), eps=EPS)


class UNet(nn.Module):
    """``vdmlib.UNet`` of grey images; features stand in the second axis, in memory in the last."""

    def __init__(
        self, side, channels=1, *, width=64, multiples=(1, 2, 2), depth=2, classes=None, conditioning=128, rank=None,
    ):
        super().__init__()
        self.depth = depth
        sizes = [width * m for m in multiples]

        def block(n_in, n_out):
            return UNetBlock(n_in, n_out, conditioning)

        self.conditioning = Conditioning(conditioning, classes)
        self.first = nn.Conv2d(1, width, 3, padding=1)
        down, shrink, stack = [], [], [width]
        for k, size in enumerate(sizes):
            for _ in range(depth):
                down.append(block(stack[-1], size))
                stack.append(size)
            if k + 1 < len(sizes):
                shrink.append(Halved(size, size, 3, stride=2))
                stack.append(size)
        self.down, self.shrink = nn.ModuleList(down), nn.ModuleList(shrink)
        self.middle = block(sizes[-1], sizes[-1])
        up, features = [], sizes[-1]
        for size in reversed(sizes):
            for _ in range(depth + 1):
                up.append(block(features + stack.pop(), size))
                features = size
        self.up = nn.ModuleList(up)
        self.norm = nn.GroupNorm(groups(sizes[0]), sizes[0], EPS)
        self.last = nn.Conv2d(sizes[0], rank or channels, 3, padding=1)
        self.shared = None if rank is None else nn.Linear(rank, channels)
        self.to(memory_format=torch.channels_last)

    def forward(self, x_t, omega, label=None):
        told = self.conditioning(omega, label)
        h = self.first(x_t[:, None].contiguous(memory_format=torch.channels_last)).float()
        kept = [h]
        for k, block in enumerate(self.down):
            h = block(h, told)
            kept.append(h)
            level, last = divmod(k + 1, self.depth)
            if not last and level <= len(self.shrink):
                h = self.shrink[level - 1](h).float()
                kept.append(h)
        h = self.middle(h, told)
        for block in self.up:
            beside = kept.pop()
            if beside.shape[2:] != h.shape[2:]:
                h = F.interpolate(h, scale_factor=2, mode="nearest")[:, :, : beside.shape[2], : beside.shape[3]]
            h = block(torch.cat([h, beside], dim=1), told)
        out = self.last(F.silu(self.norm(h))).permute(0, 2, 3, 1)
        return out if self.shared is None else self.shared(out)


class Halved(nn.Conv2d):
    """A convolution of stride 2, padded as XLA's SAME is: what is over stands below and to the right."""

    def forward(self, h):
        over = [(-(-n // 2) - 1) * 2 + 3 - n for n in h.shape[2:]]
        rows, columns = ((n // 2, n - n // 2) for n in over)
        return super().forward(F.pad(h, (*columns, *rows)))


class UNetBlock(nn.Module):
    def __init__(self, n_in, n_out, conditioning):
        super().__init__()
        self.norm = nn.GroupNorm(groups(n_in), n_in, EPS)
        self.inner = nn.Conv2d(n_in, n_out, 3, padding=1)
        self.modulation = nn.Linear(conditioning, 2 * n_out)
        self.norm_2 = nn.GroupNorm(groups(n_out), n_out, EPS, affine=False)
        self.outer = nn.Conv2d(n_out, n_out, 3, padding=1)
        self.skip = None if n_in == n_out else nn.Conv2d(n_in, n_out, 1)

    def forward(self, h, told):
        inner = self.inner(F.silu(self.norm(h))).float()
        scale, shift = self.modulation(told)[:, :, None, None].chunk(2, dim=1)
        outer = self.outer(F.silu(self.norm_2(inner) * (1 + scale) + shift)).float()
        return (h if self.skip is None else self.skip(h)) + outer


def groups(features):
    return next(g for g in (8, 4, 2, 1) if features % g == 0)


NETWORKS = {"mlp": MLP, "transformer": Transformer, "unet": UNet}
