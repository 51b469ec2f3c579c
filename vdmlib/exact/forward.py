"""The noising chain of DDPM on Gaussian data, and both ways to write its objective, as exact numbers.

Everything is per coordinate and in 64 bits: coordinates are independent, so d of them have d times the
nats. Steps are counted as in the book: x_0 is data, x_1 … x_T are latents, α_t belongs to x_{t−1} → x_t.
"""

import math
from typing import Any, NamedTuple

import numpy as np
from jax.typing import ArrayLike


class ReverseKernels(NamedTuple):
    """p(x_{t−1} | x_t) = N(slope_t x_t + offset_t, var_t) for t = 1 … T; entry t − 1 belongs to t.

    ``kernels._replace(var=chain.beta)`` has the same means with another variance.

    Attributes:
      slope: ``[T]``.
      offset: ``[T]``.
      var: ``[T]``, at least 0.
    """

    slope: np.ndarray
    offset: np.ndarray
    var: np.ndarray


class ForwardChain:
    """x_t = √α_t x_{t−1} + √(1 − α_t) ε for t = 1 … T, started at one coordinate of Gaussian data.

    With ``var=0`` the data is the single point ``mean``: all that is said is then conditional on x_0,
    and the best model is allowed to know x_0.

    Two objectives are written for a model p(x_{t−1} | x_t). The one-variable form is
    S_B = Σ_{t=2}^T E KL( q(x_{t−1} | x_t, x_0) ‖ p(x_{t−1} | x_t) ). The consistency form, read literally,
    is S_A = Σ_{t=1}^{T−1} E KL( q(x_t | x_{t−1}) ‖ p(x_t | x_{t+1}) ), with x_{t−1} and x_{t+1} drawn from
    q(x_{t−1}, x_{t+1}). Only S_B belongs to the ELBO: S_A takes x_t to be independent of x_{t+1} given
    x_{t−1}, which it is not. What S_A was derived from is :meth:`log_ratio_objective`.

    Args:
      alpha: ``[T]``, α_1 … α_T in (0, 1).
      mean, var: of the data.

    Raises:
      ValueError: fewer than one step, an α out of range, or a negative variance.

    Source: Luo, Understanding Diffusion Models (2022), eq. 45 for S_A and 58 for S_B; the book's
    chapter on variational diffusion models.

    >>> chain = ForwardChain([0.5, 0.5], mean=3.0, var=0.0)          # x_0 = 3 is known
    >>> exact = chain.reverse()
    >>> float(chain.one_variable_objective(exact).sum().round(4))    # the exact kernels leave nothing
    0.0
    >>> float(chain.consistency_objective(exact).sum().round(4))  # the other form finds fault with them
    0.2973
    >>> float(chain.consistency_gap(exact).sum().round(4))  # its bound lies ½ nat below the ELBO
    0.5
    """

    def __init__(self, alpha: ArrayLike, mean: float = 0.0, var: float = 1.0) -> None:
        self.alpha = np.asarray(alpha, np.float64)
        if self.alpha.ndim != 1 or not self.alpha.size or not np.all((0 < self.alpha) & (self.alpha < 1)):
            raise ValueError(f"ForwardChain wants alpha [T], each in (0, 1), given {alpha!r}")
        if not (math.isfinite(mean) and 0 <= var < math.inf):
            raise ValueError(f"ForwardChain wants a finite mean and var ≥ 0, given {mean} and {var}")
        self.mean, self.var = float(mean), float(var)
        log_kept = np.concatenate([[0.0], np.cumsum(np.log(self.alpha))])
        self.alpha_bar = np.exp(log_kept)
        self.noise = -np.expm1(log_kept)

    @property
    def steps(self) -> int:
        """T."""
        return len(self.alpha)

    @property
    def beta(self) -> np.ndarray:
        """1 − α_t, ``[T]``: the variance that step t adds."""
        return 1 - self.alpha

    @property
    def posterior_var(self) -> np.ndarray:
        """σ_q²(t) = (1 − α_t)(1 − ᾱ_{t−1})/(1 − ᾱ_t), ``[T]``: that of q(x_{t−1} | x_t, x_0); 0 at t = 1."""
        return self.beta * self.noise[:-1] / self.noise[1:]

    @property
    def means(self) -> np.ndarray:
        """E x_0 … E x_T, ``[T + 1]``."""
        return np.sqrt(self.alpha_bar) * self.mean

    @property
    def variances(self) -> np.ndarray:
        """Var x_0 … Var x_T, ``[T + 1]``."""
        return self.alpha_bar * self.var + self.noise

    def reverse(self) -> ReverseKernels:
        """q(x_{t−1} | x_t), the true reverse of the chain: the minimiser of the one-variable form.

        With ``var=0`` it is q(x_{t−1} | x_t, x_0).
        """
        above, below = self.variances[1:], self.variances[:-1]
        slope = np.sqrt(self.alpha) * below / above
        return ReverseKernels(slope, self.means[:-1] - slope * self.means[1:], below * self.beta / above)

    def consistency_minimiser(self) -> ReverseKernels:
        """The kernels that minimise the consistency form read literally.

        They belong to another joint law: x_t and x_{t+1} each a noised x_{t−1}, independent given it. Its
        pairs have the right marginals, so that the kernels carry q(x_{t+1}) to q(x_t) exactly; but they
        are not q(x_t | x_{t+1}). The form says nothing of p(x_0 | x_1), which is the true one here.
        """
        slope, offset, var = self.reverse()
        shared = self.alpha[:-1] * np.sqrt(self.alpha[1:]) * self.variances[:-2]  # Cov(x_t, x_{t+1})
        slope[1:] = shared / self.variances[2:]
        offset[1:] = self.means[1:-1] - slope[1:] * self.means[2:]
        var[1:] = self.variances[1:-1] - slope[1:] * shared
        return ReverseKernels(slope, offset, var)

    def one_variable_objective(self, kernels: Any) -> np.ndarray:
        """S_B by step, ``[T − 1]`` nats: E KL( q(x_{t−1} | x_t, x_0) ‖ p(x_{t−1} | x_t) ), t = 2 … T."""
        slope, offset, var = self._latent(kernels)
        share = self.noise[1:-1] / self.noise[2:]
        of_t = np.sqrt(self.alpha[1:]) * share - slope  # what x_t counts for in the error of the mean
        of_0 = np.sqrt(self.alpha_bar[1:-1]) * self.beta[1:] / self.noise[2:]
        error = of_t**2 * self.variances[2:] + of_0**2 * self.var
        error = error + 2 * of_t * of_0 * np.sqrt(self.alpha_bar[2:]) * self.var
        error = error + (of_t * self.means[2:] + of_0 * self.mean - offset) ** 2
        return _kl(self.posterior_var[1:], var, error)

    def consistency_objective(self, kernels: Any) -> np.ndarray:
        """S_A read literally, by step, ``[T − 1]`` nats, t = 1 … T − 1.

        E KL( q(x_t | x_{t−1}) ‖ p(x_t | x_{t+1}) ) with x_{t−1}, x_{t+1} ~ q(x_{t−1}, x_{t+1}).
        """
        slope, offset, var = self._latent(kernels)
        below, above = self.variances[:-2], self.variances[2:]
        error = self.alpha[:-1] * (1 - 2 * slope * np.sqrt(self.alpha[1:])) * below + slope**2 * above
        error = error + (self.means[1:-1] - slope * self.means[2:] - offset) ** 2
        return _kl(self.beta[:-1], var, error)

    def log_ratio_objective(self, kernels: Any) -> np.ndarray:
        """What S_A should be, by step: E log q(x_t | x_{t−1}) / p(x_t | x_{t+1}), ``[T − 1]`` nats.

        The expectation is over q(x_{t−1}, x_t, x_{t+1}), t = 1 … T − 1. It is no KL divergence and can be
        negative. Its sum is that of the one-variable form minus I(x_T; x_{T−1} | x_0), which the prior
        terms make up for.
        """
        return self.consistency_objective(kernels) - self.consistency_gap(kernels)

    def consistency_gap(self, kernels: Any) -> np.ndarray:
        """What the literal S_A has too much, by step, ``[T − 1]`` nats: √α_{t+1} (1 − α_t) slope/var.

        The sum is the ELBO minus the bound that S_A gives. For the true reverse kernels a step has
        α_{t+1} (1 − α_t)/(1 − α_{t+1}), whatever the mean and the variance of the data, 0 included.
        """
        slope, _, var = self._latent(kernels)
        return np.sqrt(self.alpha[1:]) * self.beta[:-1] * slope / var

    def adjacent_information(self) -> np.ndarray:
        """I(x_t; x_{t−1} | x_0) for t = 2 … T, ``[T − 1]`` nats: ½ log (1 − ᾱ_t)/(1 − α_t)."""
        return 0.5 * np.log(self.noise[2:] / self.beta[1:])

    def reconstruction(self, kernels: Any) -> float:
        """E log p(x_0 | x_1): nats."""
        slope, offset, var = kernels.slope[0], kernels.offset[0], kernels.var[0]
        keep = np.sqrt(self.alpha[0])
        error = (1 - slope * keep) ** 2 * self.var + slope**2 * self.beta[0]
        error = error + (self.mean - slope * self.means[1] - offset) ** 2
        return float(-0.5 * (np.log(2 * np.pi * var) + error / var))

    def prior_matching(self) -> float:
        """E KL( q(x_T | x_0) ‖ N(0, 1) ): nats. It goes to 0 with ᾱ_T."""
        return float(_kl(self.noise[-1], 1.0, self.alpha_bar[-1] * (self.mean**2 + self.var)))

    def consistency_prior_matching(self) -> float:
        """E KL( q(x_T | x_{T−1}) ‖ N(0, 1) ): nats. It goes to −½ log(1 − α_T), not to 0, with ᾱ_T."""
        square = self.means[-2] ** 2 + self.variances[-2]
        return float(_kl(self.beta[-1], 1.0, self.alpha[-1] * square))

    def elbo(self, kernels: Any) -> float:
        """E over the data of the ELBO, by the one-variable form: nats."""
        terms = self.one_variable_objective(kernels)
        return self.reconstruction(kernels) - self.prior_matching() - float(np.sum(terms))

    def consistency_bound(self, kernels: Any) -> float:
        """The same with the consistency form read literally: nats. It is not the ELBO."""
        terms = self.consistency_objective(kernels)
        return self.reconstruction(kernels) - self.consistency_prior_matching() - float(np.sum(terms))

    def sampled(self, kernels: Any, mean: float = 0.0, var: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
        """The law of what the kernels make of x_T ~ N(mean, var), by default the prior.

        Returns:
          Means and variances of the sampled x_0 … x_T, ``[T + 1]`` each.
        """
        self._latent(kernels)
        means, variances = [mean], [var]
        for slope, offset, added in zip(*(part[::-1] for part in kernels), strict=True):
            means.append(slope * means[-1] + offset)
            variances.append(slope**2 * variances[-1] + added)
        return np.array(means[::-1]), np.array(variances[::-1])

    def _latent(self, kernels):
        """The kernels of t = 2 … T, checked."""
        if any(np.shape(part) != self.alpha.shape for part in kernels):
            raise ValueError(
                f"kernels must have {self.steps} slopes, offsets and variances, "
                f"given {[list(np.shape(part)) for part in kernels]}"
            )
        return (np.asarray(part, np.float64)[1:] for part in kernels)


def _kl(var, other_var, square):
    """KL of N(m, var) to N(n, other_var) with E(m − n)² = square."""
    ratio = var / other_var
    return 0.5 * (ratio - 1 - np.log(ratio) + square / other_var)
