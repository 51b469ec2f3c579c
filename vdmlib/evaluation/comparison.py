"""Bits/dim of several models on one protocol.

The protocol: all models see the same folds, are fitted on a fold's training images, choose when to
stop by its validation images, and are scored on its test images alone, by probabilities of whole
grey levels in bits/dim. Models are compared fold by fold, because folds differ more than models do.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import jax
import numpy as np
from flax import nnx

from ..data import digits
from ..inputs.arrays import as_arrays, as_pair
from ..inputs.given import Examples
from ..inputs.options import number, whole
from ..laws.units import bits_per_dim
from ..runtime.callables import compiled
from ..runtime.flags import flag
from ..runtime.progress import ProgressLine
from ..training import fit


class Interval(NamedTuple):
    """A mean and its confidence interval.

    Attributes:
      mean: a number.
      low: the lower end, in the same unit.
      high: the upper end.

    >>> str(Interval(-0.1, -0.15, -0.05))
    '-0.100 [-0.150, -0.050]'
    """

    mean: float
    low: float
    high: float

    def __str__(self):
        return f"{self.mean:.3f} [{self.low:.3f}, {self.high:.3f}]"


def paired_interval(first: Any, second: Any, confidence: float = 0.95) -> Interval:
    """The mean of ``first − second`` over folds, with Student's t-interval for paired values.

    Pairing removes what a hard fold costs both. The interval takes the folds' differences for
    independent. Their training sets overlap, so it is somewhat too narrow.

    Args:
      first, second: ``[folds]``, two models' values on the same folds.
      confidence: how often such an interval covers the true mean.

    Returns:
      An :class:`Interval`.

    Raises:
      ValueError: lengths that differ, fewer than two folds, or a confidence outside (0, 1).

    Source: Student (1908); Nadeau and Bengio, Inference for the Generalization Error (2003), on the overlap.

    >>> str(paired_interval([2.0, 2.2, 2.4], [2.1, 2.4, 2.5]))
    '-0.133 [-0.277, 0.010]'
    """
    from scipy.stats import ttest_rel  # heavy

    first, second = np.asarray(first, float), np.asarray(second, float)
    if first.ndim != 1 or first.shape != second.shape or len(first) < 2:
        raise ValueError(
            "paired_interval wants two lists of one length, at least 2, "
            f"given {list(first.shape)} and {list(second.shape)}"
        )
    confidence = number("confidence", confidence, above=0, below=1)
    found = ttest_rel(first, second).confidence_interval(confidence)
    return Interval(float((first - second).mean()), float(found.low), float(found.high))


class CodeLength(NamedTuple):
    """A model's mean code length on one set of images.

    Attributes:
      bits: bits/dim. Of a bound it is at least the true one, in expectation.
      error: standard error of ``bits`` from the model's own draws; 0 for an exact one. What other
        images would give is another matter.
      footing: "exact", "bound", or "dequantised bound".

    >>> CodeLength(2.0, 0.001, "bound").footing
    'bound'
    """

    bits: float
    error: float
    footing: str


def code_length(model: Any, images: Examples, *, seed: int = 0, draws: int = 16, batch_size: int = 500) -> CodeLength:
    """Bits/dim of ``model`` on whole grey levels, with the error that its draws leave.

    A model is scored by its ``log_prob(images)``, ``[B]`` nats, if it has one, as exact; otherwise by
    ``elbo(images, key)``, ``[B]`` nats or something with such an ``.elbo``, as a bound.
    The bound is averaged over ``draws`` keys. The error comes from the spread of the whole set's
    mean over the keys, so that a model may couple the draws of one batch.

    Args:
      model: see above.
      images: ``[N, H, W]`` whole grey levels, or :class:`~vdmlib.Images`.
      seed: for the draws.
      draws: how many, at least 2.
      batch_size: images a call.

    Returns:
      A :class:`CodeLength`.

    Raises:
      ValueError: empty images, too few draws, or a model whose likelihood is a density of pixels, which
        compares with no probability of levels.
      TypeError: a model with neither method.

    >>> from vdmlib import VAE
    >>> model = VAE((8, 8), 17, latent=2, width=8, depth=0)
    >>> found = code_length(model, np.zeros((5, 8, 8), np.uint8), draws=2)
    >>> found.footing, found.bits > 0
    ('bound', True)
    """
    law = getattr(model, "likelihood", None)
    if not getattr(law, "discrete", True) or getattr(model, "levels", 0) is None:
        raise ValueError(
            f"{type(model).__name__} has a density of pixels and no probability of levels: "
            "bits/dim of the two do not compare"
        )
    accept = model.accept if hasattr(model, "accept") else partial(as_arrays, "images")
    levels, _ = as_pair(accept(images))
    draws, batch_size = whole("code_length: draws", draws, 2), whole("code_length: batch_size", batch_size)
    parts = [levels[i : i + batch_size] for i in range(0, len(levels), batch_size)]
    dims = math.prod(levels.shape[1:])
    if hasattr(model, "log_prob"):
        nats = sum(float(np.sum(model.log_prob(part))) for part in parts) / len(levels)
        return CodeLength(bits_per_dim(-nats, dims), 0.0, getattr(model, "footing", "exact"))
    if not hasattr(model, "elbo"):
        kind = type(model).__name__
        raise TypeError(f"code_length wants a model with log_prob or elbo, {kind} has neither")
    bound = _bound(model)
    means = np.zeros(draws)
    for draw, key in enumerate(jax.random.split(jax.random.key(seed), draws)):
        for i, part in enumerate(parts):
            means[draw] += float(np.sum(bound(part, jax.random.fold_in(key, i)))) / len(levels)
    bits = bits_per_dim(-means, dims)
    error = bits.std(ddof=1) / math.sqrt(draws)
    return CodeLength(float(bits.mean()), float(error), getattr(model, "footing", "bound"))


def recipe(build: Callable[..., Any], **options: Any) -> Callable[..., Any]:
    """A recipe for :func:`compare` that trains a network with :func:`~vdmlib.fit`.

    The weights that are kept are those of the least loss on the fold's validation images.

    Args:
      build: ``build(data, seed=seed)`` to an ``nnx.Module``, such as ``VAE.for_data``.
      **options: passed on to ``fit``: ``steps`` and what else it takes. With ``labels=True`` the model
        is trained on pairs of images and labels.

    Returns:
      ``train(data, seed)`` to a trained model.

    >>> from vdmlib import VAE, digits
    >>> train = recipe(partial(VAE.for_data, latent=2, width=8, depth=0), steps=3)
    >>> type(train(digits(), 0)).__name__
    'VAE'
    """
    labels = options.pop("labels", False)

    def train(data, seed):
        def of(part):
            return (part.images, part.labels) if labels else part.images

        model = build(data, seed=seed)
        told = {"progress": False, **options}
        return fit(model, of(data.train), seed=seed, validation=of(data.validation), **told)[0]

    return train


def compare(
    recipes: Any, *, data: Any = digits, folds: Any = 5, seed: int = 0, draws: int = 16, progress: bool = True,
) -> "Comparison":
    """Train and score every model on every fold.

    Args:
      recipes: name to ``train(data, seed)``, which makes a trained model from a
        :class:`~vdmlib.Dataset`; see :func:`recipe`. ``PixelHistogram.for_data`` is one too.
      data: fold to :class:`~vdmlib.Dataset`.
      folds: how many, from 0 on; or a list of them.
      seed: fold k is trained and scored with the seed ``seed + k``.
      draws: see :func:`code_length`.
      progress: whether to show a line that tells what is under way.

    Returns:
      A :class:`Comparison`.

    Raises:
      ValueError: no recipes, or no folds.

    >>> from vdmlib import PixelHistogram
    >>> found = compare({"histogram": PixelHistogram.for_data}, folds=[0], progress=False)
    >>> round(found.means["histogram"], 2)
    2.44
    """
    if not recipes:
        raise ValueError("compare wants at least one recipe, given none")
    folds = tuple(folds) if np.ndim(folds) else tuple(range(whole("compare: folds", folds, 0)))
    if not folds:
        raise ValueError("compare wants at least one fold, given none")
    line, done = ProgressLine(flag("compare: progress", progress)), 0
    scores = {name: [] for name in recipes}
    seconds = np.zeros((len(recipes), len(folds)))
    for column, fold in enumerate(folds):
        parts = data(fold)
        for row, (name, train) in enumerate(recipes.items()):
            line.update(f"{done} of {seconds.size} done · {name}, fold {fold}")
            begun = time.perf_counter()
            model = train(parts, seed + fold)
            seconds[row, column] = time.perf_counter() - begun
            scores[name].append(code_length(model, parts.test.images, seed=seed + fold, draws=draws))
            done += 1
    line.finish(f"{len(recipes)} models on {len(folds)} folds")
    return Comparison(
        names=tuple(recipes),
        folds=folds,
        bits=np.array([[s.bits for s in row] for row in scores.values()]),
        errors=np.array([[s.error for s in row] for row in scores.values()]),
        footings=tuple(row[0].footing for row in scores.values()),
        seconds=seconds,
    )


@dataclass(frozen=True, eq=False)
class Comparison:
    """Test bits/dim of several models on the same folds. Shown in a notebook, it is a table.

    Attributes:
      names: the models.
      folds: the folds.
      bits: ``[models, folds]`` bits/dim on the test images.
      errors: ``[models, folds]``, the standard error that a model's own draws leave in ``bits``.
      footings: of each model, as in :class:`CodeLength`.
      seconds: ``[models, folds]`` of training.

    >>> found = Comparison(("a", "b"), (0, 1), np.array([[2.0, 2.2], [2.1, 2.4]]), np.zeros((2, 2)),
    ...                    ("exact", "bound"), np.ones((2, 2)))
    >>> str(found.difference("a", "b")), {name: round(bits, 2) for name, bits in found.means.items()}
    ('-0.150 [-0.785, 0.485]', {'a': 2.1, 'b': 2.25})
    """

    names: tuple
    folds: tuple
    bits: np.ndarray
    errors: np.ndarray
    footings: tuple
    seconds: np.ndarray

    @property
    def means(self) -> dict[str, float]:
        """Name to mean bits/dim over the folds."""
        return dict(zip(self.names, self.bits.mean(axis=1).tolist(), strict=True))

    def difference(self, name: str, other: Any, confidence: float = 0.95) -> Interval:
        """``name`` minus ``other`` in bits/dim, an :class:`Interval` by :func:`paired_interval`."""
        return paired_interval(self.bits[self._row(name)], self.bits[self._row(other)], confidence)

    def rows(self, reference: Any = None) -> list[Any]:
        """One dictionary a model, ready for JSON: name, footing, bits/dim by fold, mean, the greatest
        Monte Carlo error, seconds, and (from two folds on) the interval against ``reference``."""
        out = []
        for row, name in enumerate(self.names):
            found = {
                "name": name,
                "footing": self.footings[row],
                "bits": self.bits[row].tolist(),
                "mean": float(self.bits[row].mean()),
                "error": float(self.errors[row].max()),
                "seconds": float(self.seconds[row].mean()),
            }
            if reference is not None and name != reference:
                found["difference"] = list(self.difference(name, reference))
            out.append(found)
        return out

    def table(self, reference: Any = None) -> str:
        """A Markdown table. With a ``reference``, the last column has each model minus that one."""
        head = ["model", "footing", *(f"fold {fold}" for fold in self.folds), "mean", "draws ±"]
        lines = [head + ([f"minus {reference} (95 %)"] if reference is not None else [])]
        lines.append(["---"] * len(lines[0]))
        for found in self.rows(reference):
            cells = [found["name"], found["footing"], *(f"{bits:.3f}" for bits in found["bits"])]
            cells += [f"{found['mean']:.3f}", f"{found['error']:.4f}" if found["error"] else "–"]
            if reference is not None:
                cells.append(str(Interval(*found["difference"])) if "difference" in found else "–")
            lines.append(cells)
        return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)

    def __str__(self):
        return self.table()

    def _repr_markdown_(self):
        return self.table(self.names[0] if len(self.folds) > 1 and len(self.names) > 1 else None)

    def _row(self, name):
        if name not in self.names:
            raise ValueError(f"no model {name!r} here; there are {', '.join(self.names)}")
        return self.names.index(name)


def _bound(model):
    """``(images, key)`` to ``[B]`` nats, compiled for a network: once for all models of one structure."""
    return compiled(_nats, (model,)) if isinstance(model, nnx.Module) else partial(_nats, model)


def _nats(model, images, key):
    found = model.elbo(images, key)
    return getattr(found, "elbo", found)
