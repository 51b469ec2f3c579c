"""Sums of partial sums: the weights that their terms get."""

import pytest

from vdmlib.derive import FalseStep, Identity, Schedule, Sum, frac, symbols, undefined

k, n, t = symbols("k n t", integer=True, positive=True)
f, w = undefined("f"), undefined("w")
alpha = Schedule("alpha")

TRUE = {
    "n − t + 1 times": (Sum(Sum(w(t), (t, 1, k)), (k, 1, n)), Sum((n - t + 1) * w(t), (t, 1, n))),
    "up to the one before": (Sum(Sum(w(t), (t, 1, k - 1)), (k, 1, n)), Sum((n - t) * w(t), (t, 1, n))),
    "from 0": (Sum(Sum(w(t), (t, 0, k)), (k, 0, n)), Sum((n - t + 1) * w(t), (t, 0, n))),
    "from k on": (Sum(Sum(w(t), (t, k, n)), (k, 1, n)), Sum(t * w(t), (t, 1, n))),
    "weighed by k": (
        Sum(k * Sum(w(t), (t, 1, k)), (k, 1, n)),
        Sum(frac(n * (n + 1) - t * (t - 1), 2) * w(t), (t, 1, n)),
    ),
    "from 2": (Sum(Sum(w(t), (t, 1, k)), (k, 2, n)), Sum((n - t + 1) * w(t), (t, 1, n)) - w(1)),
    "from 2, by parts": (
        Sum(Sum(w(t), (t, 1, k)), (k, 2, n)),
        (n - 1) * w(1) + Sum((n - t + 1) * w(t), (t, 2, n)),
    ),
    "from 3, up to the one before": (
        Sum(Sum(w(t), (t, 1, k - 1)), (k, 3, n)),
        (n - 2) * w(1) + Sum((n - t) * w(t), (t, 2, n)),
    ),
    "from 2, weighed by k": (
        Sum(k * Sum(w(t), (t, 1, k)), (k, 2, n)),
        frac(n * (n + 1) - 2, 2) * w(1) + Sum(frac(n * (n + 1) - t * (t - 1), 2) * w(t), (t, 2, n)),
    ),
    "a schedule's values": (Sum(Sum(alpha[t], (t, 1, k)), (k, 1, n)), Sum((n - t + 1) * alpha[t], (t, 1, n))),
}
FALSE = {
    "n − t times": (Sum(Sum(w(t), (t, 1, k)), (k, 1, n)), Sum((n - t) * w(t), (t, 1, n))),
    "n times": (Sum(Sum(w(t), (t, 1, k)), (k, 1, n)), n * Sum(w(t), (t, 1, n))),
    "one too many": (Sum(Sum(w(t), (t, 1, k - 1)), (k, 1, n)), Sum((n - t + 1) * w(t), (t, 1, n))),
    "from 2": (Sum(Sum(w(t), (t, 1, k)), (k, 2, n)), Sum((n - t + 1) * w(t), (t, 1, n))),
    "from 2, one w(1) too many": (Sum(Sum(w(t), (t, 1, k)), (k, 2, n)), n * w(1) + Sum((n - t + 1) * w(t), (t, 2, n))),
    "from 2, without w(1)": (Sum(Sum(w(t), (t, 1, k)), (k, 2, n)), Sum((n - t + 1) * w(t), (t, 2, n))),
    "from 3, with the counts of 2": (Sum(Sum(w(t), (t, 1, k)), (k, 3, n)), Sum((n - t + 1) * w(t), (t, 1, n)) - w(1)),
    "from 2, weighed by t": (Sum(k * Sum(w(t), (t, 1, k)), (k, 2, n)), (n - 1) * w(1) + Sum(t * (n - t + 1) * w(t), (t, 2, n))),
    "from 3 on both sides": (Sum(Sum(w(t), (t, 1, k)), (k, 3, n)), Sum((n - t + 1) * w(t), (t, 3, n))),
    "the inner one from 0": (Sum(Sum(w(t), (t, 0, k)), (k, 1, n)), Sum((n - t + 1) * w(t), (t, 0, n))),
    "weighed by t": (Sum(k * Sum(w(t), (t, 1, k)), (k, 1, n)), Sum(t * (n - t + 1) * w(t), (t, 1, n))),
    "a square": (Sum(Sum(w(t), (t, 1, n)), (k, 1, n)), Sum((n - t + 1) * w(t), (t, 1, n))),
    "terms that know k": (Sum(Sum(w(t + k), (t, 1, k)), (k, 1, n)), Sum((n - t + 1) * w(2 * t), (t, 1, n))),
    "a weight that is no polynomial": (
        Sum(Sum(w(t) * f(k), (t, 1, k)), (k, 1, n)),
        Sum((n - t + 1) * w(t) * f(t), (t, 1, n)),
    ),
}


@pytest.mark.parametrize("name", TRUE)
def test_a_sum_of_partial_sums_is_proved(name):
    Identity("r", *TRUE[name])


@pytest.mark.parametrize("name", FALSE)
def test_a_wrong_count_of_its_terms_is_false(name):
    with pytest.raises(FalseStep):
        Identity("r", *FALSE[name])
