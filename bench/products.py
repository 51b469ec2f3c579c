"""Training steps with XLA's options for matrix products on a CPU, ``vdmlib.runtime.xla``, beside steps without them."""

import statistics
from unittest.mock import patch

from vdmlib import fit

from .beside import interleaved, ratio, say
from .speed import BATCH, MODELS, data

SIZES = {"denoiser": [(48, 3), (160, 3), (352, 3)], "vae": [(64, 1), (192, 1), (480, 1)]}


def products(sizes=SIZES, steps=400, repeats=7):
    """One line a model: steps a second with the options, and over those without."""
    given = data()
    lines = []
    for name, points in sizes.items():
        for width, depth in points:
            model = MODELS[name](width, depth)

            def seconds(model=model):
                _, history = fit(model, given, steps=steps, batch_size=BATCH, progress=False)
                return steps / history.steps_per_second

            def without(seconds=seconds):
                with patch("vdmlib.runtime.xla.options", return_value=None):
                    return seconds()

            found = interleaved({"with": seconds, "without": without}, repeats)
            lines.append(say({
                "bench": "products", "model": name, "width": width, "depth": depth, "batch": BATCH,
                "steps_per_second": round(steps / statistics.median(found["with"]), 1),
                **ratio(found["without"], found["with"]),
            }))
    return lines
