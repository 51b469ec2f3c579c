"""Exercises in code: what a reader's function returns is judged by what it must satisfy, never by its text.

An interval is ``SIGMAS`` standard errors wide to each side, so that a right sampler fails about once in a hundred
thousand numbers. A slip is a wrong answer that is often given; one whose numbers come out is told what it has done.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import jax
import numpy as np

__all__ = ["Average", "CodeExercise", "Moments", "Result", "Values", "code_exercise"]

SIGMAS = 4.5


class Judge(Protocol):
    """What an answer must satisfy."""

    def complaint(self, given: Any) -> str:
        """What is wrong with what a reader's function returned; empty if nothing is."""
        ...

    def praise(self) -> str:
        """What was found to be right."""
        ...


def _numbers(given: Any, what: str) -> tuple[np.ndarray, str]:
    """What was returned as an array of float64, or an empty one and why it is none."""
    if given is None:
        return np.empty(0), "the function returned nothing: does it end with return?"
    try:
        found = np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError):
        return np.empty(0), f"wanted {what}, got {type(given).__name__}"
    if not np.isfinite(found).all():
        return np.empty(0), f"{np.size(found) - np.isfinite(found).sum()} of {np.size(found)} numbers are not finite"
    return found, ""


def _first(bad: np.ndarray) -> tuple[int, ...]:
    return tuple(map(int, np.argwhere(bad)[0])) if bad.ndim else ()


def _where(place: tuple[int, ...]) -> str:
    return f" at {list(place)}" if place else ""


@dataclass(frozen=True)
class Moments:
    """Draws, one a row, whose mean and variance are known in closed form.

    mean, variance: numbers, or arrays of the shape of one draw.

    >>> draws = np.random.default_rng(0).normal(2.0, 3.0, 4000)
    >>> Moments(2.0, 9.0).complaint(draws), Moments(2.0, 3.0).complaint(draws)[:31]
    ('', 'the mean is right, the variance')
    """

    mean: Any
    variance: Any

    def complaint(self, given: Any) -> str:
        """What is wrong with draws [n, ...]; empty if nothing is."""
        mean, variance = np.broadcast_arrays(np.asarray(self.mean, float), np.asarray(self.variance, float))
        draws, why = _numbers(given, "an array of draws")
        if why:
            return why
        if draws.ndim == 0 or len(draws) < 100 or draws.shape[1:] != mean.shape:
            return f"wanted at least 100 draws of shape {mean.shape}, one a row, got an array of shape {draws.shape}"
        n, found = len(draws), draws.mean(0)
        off = np.abs(found - mean) / np.sqrt(np.maximum(variance, 1e-30) / n)
        if (off > SIGMAS).any():
            k = _first(off > SIGMAS)
            return (f"the mean{_where(k)} is {found[k]:.4g} over {n} draws; wanted {mean[k]:.4g}, "
                    f"{off[k]:.0f} standard errors away")
        spread = ((draws - found) ** 2).mean(0)
        error = np.sqrt(np.maximum(((draws - found) ** 4).mean(0) - spread**2, 2 * variance**2) / n)
        off = np.abs(spread - variance) / np.maximum(error, 1e-30)
        if (off > SIGMAS).any():
            k = _first(off > SIGMAS)
            return (f"the mean is right, the variance{_where(k)} is {spread[k]:.4g} over {n} draws; wanted {variance[k]:.4g}, "
                    f"{off[k]:.0f} standard errors away")
        return ""

    def praise(self) -> str:
        return f"mean and variance are within {SIGMAS} standard errors of the closed form"


@dataclass(frozen=True)
class Values:
    """Numbers that are known: each must be within ``rtol`` of its own size, or within ``atol``.

    >>> Values([1.0, 2.0]).complaint([1.0, 2.5])
    'the value at [1] is 2.5; wanted 2'
    """

    wanted: Any
    rtol: float = 1e-3
    atol: float = 1e-5

    def complaint(self, given: Any) -> str:
        """What is wrong with an array; empty if nothing is."""
        wanted = np.asarray(self.wanted, float)
        found, why = _numbers(given, f"an array of shape {wanted.shape}")
        if why:
            return why
        if found.shape != wanted.shape:
            return f"wanted an array of shape {wanted.shape}, got one of shape {found.shape}"
        bad = np.abs(found - wanted) > np.maximum(self.atol, self.rtol * np.abs(wanted))
        if bad.any():
            k = _first(bad)
            return f"the value{_where(k)} is {found[k]:.5g}; wanted {wanted[k]:.5g}"
        return ""

    def praise(self) -> str:
        margins = [f"{100 * self.rtol:g} % of its size"] if self.rtol else []
        if self.atol:
            margins.insert(0, np.format_float_positional(self.atol, trim="-"))
        return f"every value agrees, to {' or '.join(margins)}" if margins else "every value agrees"


@dataclass(frozen=True)
class Average:
    """Independent estimates whose mean is known: the estimator must be unbiased.

    truth: a number, or an array of the shape of one estimate. at_most: the most their standard deviation may be.

    >>> estimates = np.random.default_rng(0).random(1000)   # of one half
    >>> Average(0.5).complaint(estimates), Average(0.5, at_most=0.1).complaint(estimates)[:38]
    ('', 'the mean is right, but one estimate va')
    """

    truth: Any
    at_most: float | None = None

    def complaint(self, given: Any) -> str:
        """What is wrong with estimates [n, ...]; empty if nothing is."""
        truth = np.asarray(self.truth, float)
        found, why = _numbers(given, "an array of estimates")
        if why:
            return why
        if found.ndim == 0 or len(found) < 100 or found.shape[1:] != truth.shape:
            return f"wanted at least 100 estimates of shape {truth.shape}, one a row, got an array of shape {found.shape}"
        mean, deviation = found.mean(0), found.std(0)
        error = np.maximum(deviation / np.sqrt(len(found)), 1e-6 * np.maximum(np.abs(truth), 1))
        bad = np.abs(mean - truth) > SIGMAS * error
        if bad.any():
            k = _first(bad)
            return (f"the mean of {len(found)} estimates{_where(k)} is {mean[k]:.4g} ± {error[k]:.2g}; wanted {truth[k]:.4g}: "
                    "the estimate is biased")
        if self.at_most is not None and (deviation > self.at_most).any():
            return f"the mean is right, but one estimate varies by ±{deviation.max():.3g}; wanted at most ±{self.at_most:.3g}"
        return ""

    def praise(self) -> str:
        return f"the mean of the estimates is within {SIGMAS} standard errors of what it must be"


class Result:
    """The verdict on a function: true if it is right; its text says why, or what is wrong."""

    def __init__(self, right: bool, text: str) -> None:
        self.right, self.text = right, text

    def __bool__(self) -> bool:
        return self.right

    def __str__(self) -> str:
        return self.text

    __repr__ = __str__


class CodeExercise:
    """``check(function)`` calls the reader's function and judges what comes back."""

    def __init__(self, question: str, call: Callable, wanted: Judge, slips: Mapping[str, Judge], seed: int) -> None:
        self.question, self.call, self.wanted, self.slips, self.seed = question, call, wanted, dict(slips), seed

    def check(self, function: Callable) -> Result:
        """✓, or ✗ with what is wrong and, where the numbers are those of a known slip, which one."""
        if not callable(function):
            raise TypeError(f"check takes your function, not {type(function).__name__}")
        given = self.call(function, jax.random.key(self.seed))
        complaint = self.wanted.complaint(given)
        if not complaint:
            return Result(True, f"✓ {self.question}\n  {self.wanted.praise()}")
        lines = [f"✗ {self.question}", f"  {complaint}"]
        lines += [f"  hint: {words}" for words, slip in self.slips.items() if not slip.complaint(given)][:1]
        return Result(False, "\n".join(lines))

    def __repr__(self) -> str:
        return self.question


def code_exercise(
    question: str, call: Callable, wanted: Judge, slips: Mapping[str, Judge] | None = None, seed: int = 0,
) -> CodeExercise:
    """An exercise whose answer is a function of the reader's.

    question: what the function has to do.
    call: ``call(function, key)`` runs the reader's function and returns what is judged.
    wanted: `Moments`, `Values` or `Average`.
    slips: what to say -> the `Moments`, `Values` or `Average` of a wrong answer that is often given.

    >>> task = code_exercise("the square", lambda f, key: f(3.0), Values(9.0),
    ...     slips={"that is the double": Values(6.0)})
    >>> task.check(lambda x: x + x)
    ✗ the square
      the value is 6; wanted 9
      hint: that is the double
    """
    return CodeExercise(question, call, wanted, slips or {}, seed)
