"""What chapter 2 says in words and numbers, computed a second time without the library's formulas."""

import re
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from scipy import optimize, stats

CHAPTER = Path(__file__).parents[2] / "book" / "02_elbo.md"


@pytest.fixture(scope="module")
def cells():
    found = re.findall(r"^```\{code-cell\}.*?\n(.*?)^```$", CHAPTER.read_text(encoding="utf-8"), re.S | re.M)
    return [re.sub(r"^:.*\n", "", source) for source in found]


def cell(cells, words):
    (found,) = [c for c in cells if words in c]
    return found


def elbo(joint, law):
    """ELBO of a law (a vector) for one x, joint p(x, z) as a vector over z."""
    return float(np.sum(law * (np.log(joint) - np.log(law))))


def kl(first, second):
    return float(np.sum(first * (np.log(first) - np.log(second))))


def random_law(rng, size):
    return rng.dirichlet(np.ones(size))


def test_the_slip_is_the_swapped_divergence(cells):
    space = {}
    exec("from vdmlib.derive import *\nx, z = variables('x z')\np = Law('p', x, z)\n"
         "q = Law(r'q_\\Phi', z | x)\nQ = E[q(z|x)]\n"
         "Definition('elbo.def', ELBO(q(z|x), p(x, z)), Q(log(frac(p(x, z), q(z|x)))))", space)  # fmt: skip
    exec(cell(cells, 'Derivation("elbo.exact"'), space)
    exec(cell(cells, "slip = find_the_slip"), space)
    assert space["slip"].mutant.rule == "arguments swapped"
    assert [k for k in range(1, 9) if space["slip"].check(k)] == [7]


def test_the_table_of_the_refutation():
    table = {(0, 0): Fraction(1, 2), (0, 1): Fraction(1, 4), (1, 0): Fraction(1, 8), (1, 1): Fraction(1, 8)}
    assert table[0, 0] + table[0, 1] == Fraction(3, 4) != table[0, 0]
    assert sum(table.values()) == 1


@pytest.mark.parametrize("seed", range(20))
def test_any_law_of_the_latent_splits_the_evidence(seed):
    rng = np.random.default_rng(seed)
    joint, law = rng.dirichlet(np.ones(12)).reshape(3, 4)[0], random_law(rng, 4)
    posterior = joint / joint.sum()
    assert np.log(joint.sum()) == pytest.approx(elbo(joint, law) + kl(law, posterior), abs=1e-12)


@pytest.mark.parametrize("seed", range(20))
def test_the_expansion_from_one_law_to_another(seed):
    rng = np.random.default_rng(seed)
    joint, here, there = rng.dirichlet(np.ones(12))[:4], random_law(rng, 4), random_law(rng, 4)
    slope = np.log(joint) - np.log(here)
    gained = float(np.sum((there - here) * slope)) - kl(there, here)
    assert elbo(joint, there) - elbo(joint, here) == pytest.approx(gained, abs=1e-12)


def independent_gap(cov):
    """The least KL from a normal law with independent coordinates to N(0, cov), by search."""
    precision = np.linalg.inv(cov)

    def divergence(log_std):
        variances = np.exp(2 * log_std)
        return 0.5 * (variances @ np.diag(precision) - len(cov) - np.log(variances).sum()
                      + np.linalg.slogdet(cov)[1])  # fmt: skip

    found = optimize.minimize(divergence, np.zeros(len(cov)), tol=1e-12)
    return found.fun, np.exp(found.x)


@pytest.mark.parametrize("rho", [0.0, 0.3, -0.8, 0.99])
def test_what_independent_coordinates_cannot_close(rho):
    gap, _ = independent_gap(np.array([[1.0, rho], [rho, 1.0]]))
    assert gap == pytest.approx(-0.5 * np.log(1 - rho**2), abs=1e-6)


def test_the_numbers_of_the_two_causes():
    precision = np.eye(2) + np.ones((2, 2)) / 0.25
    cov = np.linalg.inv(precision)
    gap, std = independent_gap(cov)
    assert cov[0, 1] / cov[0, 0] == pytest.approx(-0.8)
    assert gap == pytest.approx(np.log(5 / 3), abs=1e-6)
    assert std == pytest.approx([0.45, 0.45], abs=5e-3) and np.sqrt(cov[0, 0]) == pytest.approx(0.75, abs=5e-3)


def test_the_bound_prefers_a_smaller_weight():
    def objective(w, with_gap):
        var = 2 * w**2 + 0.25
        evidence = -0.5 * (np.log(2 * np.pi * var) + 2.25 / var)
        precision = np.eye(2) + w**2 * np.ones((2, 2)) / 0.25
        return evidence - with_gap * independent_gap(np.linalg.inv(precision))[0]

    weights = np.linspace(0.3, 1.4, 111)
    best = [weights[np.argmax([objective(w, gap) for w in weights])] for gap in (0, 1)]
    assert best == pytest.approx([1.0, 0.735], abs=0.01)


def test_the_posterior_that_the_good_proposal_stays_near():
    # z ~ N(0, 1), x = z + 0.5 ε, x = 1
    line = np.linspace(-6, 6, 4001)
    weight = stats.norm.pdf(line) * stats.norm.pdf(1.0, line, 0.5)
    weight /= weight.sum()
    mean = (weight * line).sum()
    assert mean == pytest.approx(0.8) and (weight * (line - mean) ** 2).sum() == pytest.approx(0.2)
