"""Bits per dimension of every model on one protocol: five folds of the digits, paired intervals."""

from functools import partial

from vdmlib import HVAE, VAE, VDM, DequantisedMixture, PixelHistogram, compare, recipe

from .beside import say

DIFFUSION = {"steps": 3000, "batch_size": 128, "weight_decay": 1.0, "ema": 0.998}
RECIPES = {
    "VAE": recipe(VAE.for_data, steps=2000, weight_decay=1.0),
    "HVAE": recipe(HVAE.for_data, steps=2000, weight_decay=1.0),
    "VDM": recipe(VDM.for_data, **DIFFUSION),
    "VDM, monotone schedule": recipe(partial(VDM.for_data, schedule="monotone"), **DIFFUSION),
    "pixel histogram": PixelHistogram.for_data,
    "dequantised mixture": DequantisedMixture.for_data,
}


def bits(folds=5):
    """Train and score every model on every fold; differences are against the VAE."""
    found = compare(RECIPES, folds=folds, progress=False)
    lines = []
    for row in found.rows(reference="VAE"):
        line = {"bench": "bits per dimension", "model": row["name"], "footing": row["footing"],
                "mean": round(row["mean"], 4), "folds": [round(b, 3) for b in row["bits"]],
                "draws_error": round(row["error"], 4), "training_seconds": round(row["seconds"], 1)}
        if "difference" in row:
            mean, low, high = row["difference"]
            line |= {"minus_VAE": round(mean, 4), "interval": [round(low, 4), round(high, 4)]}
        lines.append(say(line))
    return lines
