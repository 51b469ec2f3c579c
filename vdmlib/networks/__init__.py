"""The networks of the models.

Denoising networks share one call: ``net(x_t [B, *shape], omega [B], label=None, key=None)`` gives
``[B, *shape, channels]``, the channel axis always there. ``label`` is ``[B]`` classes, ``None`` for the
null token; ``key`` switches dropout on. :class:`MLPDenoiser` and :class:`PatchTransformer` are made of
matrix products, fast on a CPU in a compiled loop; :class:`UNet` has convolutions and is for accelerators.
"""

from .conditioning import Conditioning, fourier_features
from .convolutional import ConvolutionalNet
from .mlp import MLPDenoiser
from .residual import ResidualMLP, TanhMLP
from .transformer import PatchTransformer
from .unet import UNet

__all__ = [
    "Conditioning", "ConvolutionalNet", "MLPDenoiser", "PatchTransformer", "ResidualMLP", "TanhMLP", "UNet",
    "fourier_features",
]
