"""A class-conditional VDM of the digits: are its samples the asked class, do they vary, are they new?"""

import time

import jax
import jax.numpy as jnp
import numpy as np

from vdmlib import VDM, Classifier, class_shares, digits, fit, nearest_distance, within_class_spread

from .beside import say

#: More decay gives better bits/dim, see ``bits``, and classes that are told apart less well.
TRAINING = {"steps": 2000, "batch_size": 128, "weight_decay": 0.01, "ema": 0.998}


def train(seed=0):
    """The model, its history, and the data, by the default recipe."""
    data = digits()
    model = VDM.for_data(data, conditional=True, seed=seed)
    begun = time.perf_counter()
    model, history = fit(
        model, (data.train.images, data.train.labels), seed=seed, progress=False,
        validation=(data.validation.images, data.validation.labels), **TRAINING,
    )
    return model, history, data, time.perf_counter() - begun


def classifier(images, labels, validation, seed=0):
    """An independent classifier fitted on the given images."""
    model = Classifier((8, 8), 17, 10, seed=seed)
    model, _ = fit(model, (images, labels), steps=1500, batch_size=128, seed=seed, progress=False,
                   validation=(validation.images, validation.labels), weight_decay=0.1)
    return model


def quality(seed=0, gammas=(0.0, 1.0, 2.0, 4.0), count=1250):
    """All figures of one trained model, a line for each γ and one for the whole."""
    model, history, data, seconds = train(seed)
    judge = classifier(data.train.images, data.train.labels, data.validation, seed)
    test = data.test
    labels = jnp.arange(count) % 10
    draw = jax.jit(lambda key, gamma: model.generate(key, count, labels, gamma=gamma, steps=100))
    real = {
        "spread": within_class_spread(data.train.images, data.train.labels),
        "nearest": np.median(nearest_distance(test.images, data.train.images)),
    }
    lines = []
    for gamma in gammas:
        images = np.asarray(draw(jax.random.key(seed + 1), gamma))
        told = np.asarray(jnp.argmax(judge.log_prob(judge.scale(images)), axis=-1))
        near = nearest_distance(images, data.train.images)
        line = {
            "bench": "guidance", "seed": seed, "gamma": gamma, "samples": count,
            "nearest_median": round(float(np.median(near)), 3),
            "copies": int((near < 1e-6).sum()),
        }
        if gamma == 0:
            shares = class_shares(told, 10)
            line |= {"least_share": round(float(shares.min()), 3), "largest_share": round(float(shares.max()), 3)}
        else:
            line |= {
                "asked_class": round(float((told == np.asarray(labels)).mean()), 4),
                "spread_of_real": round(float(within_class_spread(images, labels) / real["spread"]), 3),
            }
        if gamma == 1:
            student = classifier(images, np.asarray(labels), data.validation, seed)
            line["trained_on_samples"] = round(float(student.accuracy(test.images, test.labels)), 4)
        lines.append(say(line))
    lines.append(say({
        "bench": "quality", "seed": seed, "training_seconds": round(seconds, 1),
        "compile_seconds": round(history.compile_seconds, 1), "best_step": history.best_step,
        "judge_on_real": round(float(judge.accuracy(test.images, test.labels)), 4),
        "nearest_of_held_out": round(float(real["nearest"]), 3),
    }))
    return lines
