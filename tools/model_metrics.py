"""What a trained model of 28×28 reaches on MNIST's test images: the numbers of its card.

Each metric is [mean, half width of the 95 % interval] where it is a mean, over test images or over samples.
"""

import math
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np

from vdmlib import ddim, frechet_distance, nearest_distance, within_class_spread

GAMMAS = (0, 0.5, 1, 1.5, 2, 3, 4, 6, 8)
STEPS = (5, 10, 25, 50, 100, 250, 500)
SAMPLERS = {"ancestral": "ancestral", "DDIM": ddim}


def of_mean(values):
    """[mean, half width] over independent values."""
    values = np.asarray(values, np.float64)
    return [round(float(values.mean()), 4), round(1.96 * float(values.std(ddof=1)) / math.sqrt(len(values)), 4)]


def of_share(hits):
    """[share, half width] by Wilson's interval, which is right near 1 as well."""
    n, share, z = len(hits), float(np.mean(hits)), 1.96
    half = z * math.sqrt(share * (1 - share) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    return [round(share, 5), round(half, 5)]


def in_parts(function, arrays, size):
    """The function on parts of the arrays, joined."""
    count = len(arrays[0])
    found = [function(k, *(a[k : k + size] for a in arrays)) for k in range(0, count, size)]
    return jax.tree.map(lambda *parts: np.concatenate([np.asarray(p) for p in parts]), *found)


def black_and_white(data, seed=0):
    """The test images binarised once, the same for every model: what IWAE-5000 is asked on."""
    grey = data.test.images
    draw = np.random.default_rng(seed).random(grey.shape)
    return (draw * 255 < grey).astype(np.uint8)


def tight(model, images, draws, size):
    """IWAE-``draws`` in nats an image, ``[N]``; parts of one size compile once."""
    return in_parts(lambda k, x: model.iwae(x, 10**6 + k, samples=draws), [images], size)


def of_bound(model, data, other, small):
    """VAE and HVAE: the ELBO in its terms, and IWAE-5000, beside another model on the first 1,000 images alone; nats an image."""
    images = black_and_white(data)[: 50 if small else None]

    def part(k, x):
        terms = model.elbo(x, k, samples=20)
        return terms.reconstruction, jnp.atleast_2d(terms.prior_matching).T

    reconstruction, cost = in_parts(part, [images], 500)
    levels = cost.shape[1]
    draws, size = (50, 10) if small else (5000, 20)
    some = images if other is None else images[:1000]
    bound = tight(model, some, draws, size)
    found = {
        "negative ELBO, nats": of_mean(cost.sum(1) - reconstruction),
        f"negative IWAE-{draws} of {len(some)} images, nats": of_mean(-bound),
        "reconstruction, nats": of_mean(reconstruction),
        **{
            "prior matching" + (f" at level {t}" if levels > 1 else "") + ", nats": of_mean(cost[:, t - 1])
            for t in range(1, levels + 1)
        },
    }
    if other is not None:
        name = f"less than mnist-vae by, IWAE-{draws} on the same images, nats"
        found[name] = of_mean(bound - tight(other, some, draws, size))
    return found


def of_classifier(model, data, other, small):
    """Accuracy; for one that sees noise, at several noise levels."""
    images, labels = data.test.images[: 200 if small else None], data.test.labels[: 200 if small else None]
    hits = in_parts(lambda k, x: model.classify(x), [images], 200) == labels
    found = {"accuracy": of_share(hits)}
    if not model.noise_aware:
        return found
    for snr in (100.0, 10.0, 1.0, 0.1, 0.01):
        omega = -math.log(snr)
        signal, noise = math.sqrt(snr / (1 + snr)), math.sqrt(1 / (1 + snr))

        def told(k, x, omega=omega, signal=signal, noise=noise):
            x = model.scale(x)
            x_t = signal * x + noise * jax.random.normal(jax.random.key(k), x.shape)
            return model.log_prob(x_t, omega).argmax(axis=-1)

        found[f"accuracy at SNR {snr:g}"] = of_share(in_parts(told, [images], 200) == labels)
    return found


def of_vdm(model, data, judge, small):
    """Bits/dim by term; samples as the judge sees them, by guidance and by steps; nearest neighbours."""
    count, size = (64, 32) if small else (10_000, 250)
    images, labels = data.test.images[:count], data.test.labels[:count]
    bits = 1 / (model.dims * math.log(2))
    found = {}
    for name, given in (("", None), (", told the class", labels)):
        def part(k, x, y, given=given):
            return model.elbo(x, k, None if given is None else y, samples=4)

        terms = in_parts(part, [images, labels], size)
        found[f"bits/dim{name}"] = of_mean(-bits * np.asarray(terms.elbo))
        found |= {
            f"{term}{name}, bits/dim": of_mean(bits * sign * np.asarray(getattr(terms, term)))
            for term, sign in (("reconstruction", -1), ("prior", 1), ("diffusion", 1))
        }
    return found | _of_samples(model, data, judge, small)


def _of_samples(model, data, judge, small):
    many, few, batch = (40, 20, 20) if small else (5_000, 1_000, 500)
    features = partial(in_parts, lambda k, x: judge.features(x), size=500)
    test, train = (features([part.images[: 2 * many]]) for part in (data.test, data.train))

    def drawn(count, **options):
        asked = np.arange(count) % 10
        # step by step: then what is compiled serves every number of steps
        return asked, in_parts(
            lambda k, y: model.generate(7 + k, len(y), jnp.asarray(y), scan=False, **options), [asked], batch
        )

    def seen(asked, images):
        told = in_parts(lambda k, x: judge.classify(x), [images], 500)
        return {
            "asked class": of_share(told == asked),
            "Fréchet distance": round(frechet_distance(features([images]), test), 3),
            "spread": round(within_class_spread(images, asked), 2),
        }

    asked, images = drawn(many, steps=10 if small else 100)
    near, real = (nearest_distance(some[:few], data.train.images) for some in (images, data.test.images))
    steps = 10 if small else 50
    return {
        "samples": many,
        "samples of a sweep": few,
        "at γ = 1, 100 steps": seen(asked, images),
        "Fréchet distance of training images": {
            str(count): round(frechet_distance(train[:count], test), 3) for count in (few, many)
        },
        "spread of test images": round(within_class_spread(data.test.images, data.test.labels), 2),
        "nearest training image": {"samples": of_mean(near), "test images": of_mean(real)},
        "least distance to a training image": {
            "samples": round(float(near.min()), 2), "test images": round(float(real.min()), 2)
        },
        "by guidance, 50 steps": {
            f"{g:g}": seen(*drawn(few, gamma=float(g), steps=steps)) for g in GAMMAS[: 2 if small else None]
        },
        "by steps": {
            name: {str(n): seen(*drawn(few, sampler=sampler, steps=n)) for n in STEPS[: 1 if small else None]}
            for name, sampler in SAMPLERS.items()
        },
    }


def metrics(task, model, data, other=None, small=False):
    """The numbers of a task's card.

    ``other`` is the model that it is held against: the classifier that judges samples, or the VAE beside which the
    HVAE stands. ``small`` tries the code on a few images.
    """
    kind = of_vdm if task == "mnist-vdm" else of_classifier if "classifier" in task else of_bound
    return kind(model, data, other, small)
