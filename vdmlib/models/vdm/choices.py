"""The schedule and the network of a VDM, by name, and what is set for them by default."""

import math
from collections.abc import Sequence
from typing import Any

from flax import nnx

from ...diffusion.schedules import Schedule, schedule
from ...inputs.options import one_of
from ...networks import MLPDenoiser, PatchTransformer, UNet

RANK = 6  # features a pixel from which a network makes the logits of all levels
NETWORKS = {"mlp": MLPDenoiser, "transformer": PatchTransformer, "unet": UNet}


def find_schedule(choice: Any, low: float | None, high: float | None, levels: int | None, rngs: nnx.Rngs) -> Schedule:
    """A schedule by name with its ends set for ``levels``, or the given one.

    Raises:
      ValueError: an unknown name, or an end for a schedule that has its own.
    """
    if isinstance(choice, Schedule):
        return schedule(choice, **{name: end for name, end in {"low": low, "high": high}.items() if end is not None})
    if low is None:
        # half the distance of two levels is 4.5 standard deviations of the noise
        low = -10.0 if levels is None else -2 * math.log(4.5 * (levels - 1))
    options = {"low": low}
    if choice != "beta":
        options["high"] = 6.0 if high is None else high
    elif high is not None:
        raise ValueError("the schedule 'beta' has its own ω(1); high cannot be set")
    return schedule(choice, **options, **({"seed": rngs} if choice == "monotone" else {}))


def find_network(
    choice: Any, shape: Sequence[int], channels: int, levels: int | None, classes: int | None, rngs: nnx.Rngs,
    options: Any,
) -> Any:
    """A network by name, made with the options, or the given module.

    Raises:
      ValueError: an unknown name, or options for a module that is made already.
    """
    if not isinstance(choice, str):
        if options:
            raise ValueError(f"a network is given, so {', '.join(sorted(options))} cannot be set")
        if isinstance(choice, type) or not callable(choice):
            raise ValueError(f"network must be {', '.join(NETWORKS)}, or a module that is made already, given {choice!r}")
        return choice
    one_of("network", choice, NETWORKS)
    options = ({} if levels is None else {"dropout": 0.1}) | options
    if channels > RANK:
        options = {"rank": RANK} | options
    return NETWORKS[choice](shape, channels, classes=classes, rngs=rngs, **options)
