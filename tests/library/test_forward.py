"""The two objectives on the Gaussian noising chain against the joint Gaussian of all its variables."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from vdmlib import ForwardChain, LinearGaussianChain, LinearStep, ReverseKernels, ddpm_alpha_bar

DDPM = 1 - np.linspace(1e-4, 0.02, 1000)


class Joint:
    """The law of (x_0, …, x_T) as one mean vector and one covariance matrix, by the definition."""

    def __init__(self, chain):
        size = chain.steps + 1
        from_noise, self.mean = np.zeros((size, size)), np.zeros(size)
        from_noise[0, 0], self.mean[0] = np.sqrt(chain.var), chain.mean
        for t, alpha in enumerate(chain.alpha, 1):
            from_noise[t] = np.sqrt(alpha) * from_noise[t - 1]
            from_noise[t, t] = np.sqrt(1 - alpha)
            self.mean[t] = np.sqrt(alpha) * self.mean[t - 1]
        self.cov = from_noise @ from_noise.T

    def square(self, weights, constant=0.0):
        """E (Σ weights[t] x_t + constant)²."""
        w = np.zeros(len(self.mean))
        for t, value in weights.items():
            w[t] += value
        return w @ self.cov @ w + (w @ self.mean + constant) ** 2

    def conditional(self, t, others):
        """x_t given others: their weights, the constant, and the variance left."""
        if not others:
            return {}, self.mean[t], self.cov[t, t]
        gain = np.linalg.pinv(self.cov[np.ix_(others, others)], rcond=1e-13) @ self.cov[others, t]
        left = self.cov[t, t] - gain @ self.cov[others, t]
        return dict(zip(others, gain, strict=True)), self.mean[t] - gain @ self.mean[others], left


def expected_log(joint, weights, constant, var):
    """E log N(Σ weights x + constant; 0, var)."""
    return -0.5 * (np.log(2 * np.pi * var) + joint.square(weights, constant) / var)


def kl_to_kernel(joint, t, known, kernels):
    """E KL( q(x_t | x_known) ‖ p(x_t | x_{t+1}) ), x_known and x_{t+1} drawn from their joint law."""
    gain, constant, var = joint.conditional(t, known)
    slope, offset, other = (part[t] for part in kernels)
    error = {**gain}
    error[t + 1] = error.get(t + 1, 0.0) - slope
    return 0.5 * (var / other - 1 - np.log(var / other) + joint.square(error, constant - offset) / other)


def random_case(seed):
    draw = np.random.default_rng(seed)
    steps = int(draw.choice([2, 3, 5]))
    var = float(draw.choice([0.0, draw.gamma(1.0)]))
    chain = ForwardChain(draw.uniform(0.1, 0.98, steps), draw.normal(), var)
    var_of_step = draw.gamma(2.0, 0.5, steps) + 0.05
    kernels = ReverseKernels(draw.normal(size=steps), draw.normal(size=steps), var_of_step)
    return chain, kernels, Joint(chain)


@given(st.integers(0, 100_000))
@settings(max_examples=60, deadline=None)
def test_objectives_against_the_joint_law(seed):
    chain, kernels, joint = random_case(seed)
    inner = range(1, chain.steps)
    x_0 = [0] if chain.var else []  # a constant drops out of every condition
    s_b = [kl_to_kernel(joint, t, [*x_0, t + 1], kernels) for t in inner]
    s_a = [kl_to_kernel(joint, t, [t - 1] if t > 1 else x_0, kernels) for t in inner]
    ratio = [
        expected_log(joint, {t: 1.0, t - 1: -np.sqrt(chain.alpha[t - 1])}, 0.0, chain.beta[t - 1])
        - expected_log(joint, {t: 1.0, t + 1: -kernels.slope[t]}, -kernels.offset[t], kernels.var[t])
        for t in inner
    ]
    np.testing.assert_allclose(chain.one_variable_objective(kernels), s_b, rtol=1e-7, atol=1e-9)
    np.testing.assert_allclose(chain.consistency_objective(kernels), s_a, rtol=1e-7, atol=1e-9)
    np.testing.assert_allclose(chain.log_ratio_objective(kernels), ratio, rtol=1e-7, atol=1e-9)
    gap = np.subtract(s_a, ratio)
    np.testing.assert_allclose(chain.consistency_gap(kernels), gap, rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(chain.means, joint.mean, rtol=1e-12)
    np.testing.assert_allclose(chain.variances, np.diag(joint.cov), rtol=1e-12)


@given(st.integers(0, 100_000))
@settings(max_examples=40, deadline=None)
def test_whole_elbos_are_equal_though_their_terms_are_not(seed):
    chain, kernels, joint = random_case(seed)
    last = chain.steps
    information = chain.adjacent_information()[-1]
    no_data = Joint(ForwardChain(chain.alpha, 0.0, 0.0)).cov
    correlation = no_data[last, last - 1] ** 2 / (no_data[last, last] * no_data[last - 1, last - 1])
    np.testing.assert_allclose(information, -0.5 * np.log1p(-correlation), rtol=1e-9)
    s_a, s_b = chain.log_ratio_objective(kernels).sum(), chain.one_variable_objective(kernels).sum()
    np.testing.assert_allclose(s_a, s_b - information, rtol=1e-9, atol=1e-9)
    prior = chain.consistency_prior_matching()
    np.testing.assert_allclose(prior, chain.prior_matching() + information, rtol=1e-9)
    # and the ELBO is E log p(x_0 … x_T) − E log q(x_1 … x_T | x_0), each factor by itself
    elbo = expected_log(joint, {last: 1.0}, 0.0, 1.0)
    for t in range(1, last + 1):
        elbo -= expected_log(joint, {t: 1.0, t - 1: -np.sqrt(chain.alpha[t - 1])}, 0.0, chain.beta[t - 1])
        slope, offset, var = (part[t - 1] for part in kernels)
        elbo += expected_log(joint, {t - 1: 1.0, t: -slope}, -offset, var)
    np.testing.assert_allclose(chain.elbo(kernels), elbo, rtol=1e-8, atol=1e-8)
    gap = chain.elbo(kernels) - chain.consistency_bound(kernels)
    np.testing.assert_allclose(gap, chain.consistency_gap(kernels).sum(), rtol=1e-7, atol=1e-8)


def as_hierarchy(kernels):
    """The same decoder as a model of another file."""
    parts = zip(*kernels, strict=True)
    return LinearGaussianChain([LinearStep([[a]], [b], [[v]]) for a, b, v in parts])


def test_elbo_evidence_and_samples_against_the_linear_gaussian_hierarchy(double):
    higher = 0
    for seed in range(4, 10):
        chain, kernels, _ = random_case(seed)
        model = as_hierarchy(kernels)
        encoder = [LinearStep([[np.sqrt(a)]], [0.0], [[1 - a]]) for a in chain.alpha]
        # the ELBO and log p are quadratic in x_0: three Gauss–Hermite points average them exactly
        x = [np.array([chain.mean + np.sqrt(3 * chain.var) * s]) for s in (-1, 0, 1)]
        elbo = np.dot([1 / 6, 2 / 3, 1 / 6], [model.elbo_terms(v, encoder).elbo for v in x])
        evidence = np.dot([1 / 6, 2 / 3, 1 / 6], [model.log_evidence(v) for v in x])
        np.testing.assert_allclose(chain.elbo(kernels), elbo, rtol=1e-8)
        assert chain.consistency_bound(kernels) <= evidence  # a bound still, though of nothing useful
        higher += chain.consistency_bound(kernels) > elbo
        means, variances = chain.sampled(kernels)
        for t, (mean, cov) in enumerate(model.marginals()):
            np.testing.assert_allclose([means[t], variances[t]], [mean[0], cov[0, 0]], rtol=1e-9)
    assert 0 < higher < 6


@pytest.mark.parametrize("var", [0.0, 0.6])
def test_minimisers_are_found_by_an_optimiser(var):
    chain = ForwardChain([0.7, 0.5, 0.8], 0.4, var)
    for objective, wanted in (
        (chain.one_variable_objective, chain.reverse()),
        (chain.consistency_objective, chain.consistency_minimiser()),
    ):

        def loss(free, objective=objective):
            slope, offset, log_var = free.reshape(3, 2)
            parts = (np.r_[1.0, part] for part in (slope, offset, np.exp(log_var)))
            return objective(ReverseKernels(*parts)).sum()

        found = minimize(loss, np.zeros(6), method="BFGS", options={"gtol": 1e-9})
        slope, offset, log_var = found.x.reshape(3, 2)
        np.testing.assert_allclose(slope, wanted.slope[1:], atol=2e-5)
        np.testing.assert_allclose(offset, wanted.offset[1:], atol=2e-5)
        np.testing.assert_allclose(np.exp(log_var), wanted.var[1:], rtol=2e-5)


def test_true_reverse_against_the_joint_law():
    chain = ForwardChain([0.7, 0.5, 0.8], 0.4, 0.6)
    joint, kernels = Joint(chain), chain.reverse()
    for t in range(3):
        gain, constant, var = joint.conditional(t, [t + 1])
        found = kernels.slope[t], kernels.offset[t], kernels.var[t]
        np.testing.assert_allclose(found, (gain[t + 1], constant, var), rtol=1e-10)


def test_half_a_nat_at_two_steps():
    """By another way: the literal objective is a KL of Gaussians averaged over x_2 alone."""
    chain = ForwardChain([0.5, 0.5], mean=-2.0, var=0.0)
    exact = chain.reverse()
    # q(x_1|x_0) = N(m, ½); p(x_1|x_2) = N(m + s (x_2 − m₂), 1/3), x_2 of variance ¾, s = √½·½/¾
    slope = np.sqrt(0.5) * 0.5 / 0.75
    literal = 0.5 * (1.5 - 1 - np.log(1.5) + slope**2 * 0.75 * 3)
    np.testing.assert_allclose(chain.consistency_objective(exact).sum(), literal, rtol=1e-12)
    np.testing.assert_allclose(chain.log_ratio_objective(exact).sum(), -0.5 * np.log(0.75 / 0.5), rtol=1e-12)
    np.testing.assert_allclose(chain.consistency_gap(exact).sum(), 0.5, rtol=1e-12)


@pytest.mark.parametrize("mean, var", [(0.0, 0.0), (5.0, 0.0), (0.0, 1.0), (1.0, 3.0)])
def test_gap_of_ddpm_does_not_depend_on_the_data(mean, var):
    chain = ForwardChain(DDPM, mean, var)
    wanted = np.sum(DDPM[1:] * (1 - DDPM[:-1]) / (1 - DDPM[1:]))
    found = chain.consistency_gap(chain.reverse()).sum()
    np.testing.assert_allclose(found, wanted, rtol=1e-9)
    assert round(found, 1) == 983.8


def test_constant_schedule_has_alpha_nats_a_step():
    chain = ForwardChain(np.full(8, 0.9), 0.0, 1.0)
    np.testing.assert_allclose(chain.consistency_gap(chain.reverse()), 0.9, rtol=1e-12)


def test_the_wrong_kernels_carry_the_right_marginals():
    chain = ForwardChain(DDPM, 0.3, 2.0)
    wrong, right = chain.consistency_minimiser(), chain.reverse()
    assert np.abs(wrong.var[1:] / right.var[1:] - 1).min() > 0.4
    means, variances = chain.sampled(wrong, chain.means[-1], chain.variances[-1])
    np.testing.assert_allclose(means, chain.means, rtol=1e-9)
    np.testing.assert_allclose(variances, chain.variances, rtol=1e-9)


def test_ddpm_samples_under_both_objectives():
    """Means and variances of simulated chains, beside the numbers that the book reports."""
    chain = ForwardChain(DDPM, 0.0, 1.0)
    true, wrong = chain.reverse(), chain.consistency_minimiser()
    with_beta = [chain.sampled(k._replace(var=chain.beta))[1][0] for k in (true, wrong)]
    with_posterior = [chain.sampled(k._replace(var=chain.posterior_var))[1][0] for k in (true, wrong)]
    learned = [chain.sampled(k)[1][0] for k in (true, wrong)]
    np.testing.assert_allclose(with_beta, [1.0, 0.3366], atol=6e-5)
    np.testing.assert_allclose(with_posterior, [0.9911, 0.3307], atol=6e-5)
    np.testing.assert_allclose(learned, [1.0, 1.0], atol=1e-6)
    draw = np.random.default_rng(0)
    x = draw.normal(size=20_000)
    for slope, offset, var in list(zip(*wrong._replace(var=chain.beta), strict=True))[::-1]:
        x = slope * x + offset + np.sqrt(var) * draw.normal(size=len(x))
    assert abs(x.var() / with_beta[1] - 1) < 5 * np.sqrt(2 / len(x))


def test_alpha_bar_is_ddpms():
    np.testing.assert_allclose(ForwardChain(DDPM).alpha_bar[1:], ddpm_alpha_bar(), rtol=1e-5)


@pytest.mark.parametrize(
    "call, words",
    [
        (lambda: ForwardChain([]), r"alpha \[T\]"),
        (lambda: ForwardChain([0.5, 1.0]), r"each in \(0, 1\)"),
        (lambda: ForwardChain([0.5], var=-1.0), "var ≥ 0"),
        (lambda: ForwardChain([0.5], mean=np.nan), "finite mean"),
        (lambda: ForwardChain([0.5, 0.5]).elbo(ForwardChain([0.5]).reverse()), "2 slopes, offsets"),
    ],
)
def test_bad_use_says_what_is_wanted(call, words):
    with pytest.raises(ValueError, match=words):
        call()
