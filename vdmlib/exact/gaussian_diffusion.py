"""The ELBO of a variational diffusion model on Gaussian data with an exact denoiser, in closed form."""

import math
from typing import Any, NamedTuple

import jax
import numpy as np
from jax.typing import ArrayLike

from ..diffusion.schedules.base import Schedule


class DiffusionTerms(NamedTuple):
    """The ELBO of a diffusion model, averaged over the data, in nats.

    Attributes:
      reconstruction: E log p(x_0 | x_1), a number.
      prior: E KL( q(x_T | x_0) ‖ N(0, I) ), a number.
      diffusion: ``[T − 1]``, step by step for t = 2 … T; in continuous time one number, the integral.
    """

    reconstruction: float
    prior: float
    diffusion: np.ndarray

    @property
    def elbo(self) -> float:
        """``reconstruction − prior − diffusion``, all steps: nats."""
        return float(self.reconstruction - self.prior - np.sum(self.diffusion))


class GaussianDiffusion:
    """Data N(mean, cov) under a diffusion model whose x̂_0(x_t) is E[x_0 | x_t], exactly. All in 64 bits.

    A discrete model has latents x_1 … x_T at noise levels ω_1 < … < ω_T, draws x_{t−1} around the exact
    posterior mean, and ends with the exact q(x_0 | x_1). Two variances for the step are compared: the
    "true" one of q(x_{t−1} | x_t), and the "posterior" one σ_q² of q(x_{t−1} | x_t, x_0). Along an axis
    of variance λ, with g(ω) = log(1 + λ e^{−ω}) and u_t = g(ω_{t−1}) − g(ω_t) > 0, a step costs ½ u_t nats
    with the first and ½ (e^{u_t} − 1) with the second. The first adds up to ½ (g(ω_1) − g(ω_T)) for every
    T and every spacing, the value in continuous time; the second has ½ Σ (e^{u_t} − 1 − u_t) more, which
    falls as 1/T.

    Args:
      mean: ``[D]``.
      cov: ``[D, D]``, symmetric and positive definite, or the variances ``[D]`` of independent coordinates.

    Raises:
      ValueError: shapes that do not fit, or variances that are not positive.

    Source: Kingma et al., Variational Diffusion Models (2021), sections 4 and 5.1 and appendix F; the
    closed forms are worked out in the book's chapter on the signal-to-noise ratio.

    >>> data, omega = GaussianDiffusion([0.0], [1.0]), np.linspace(-6.0, 6.0, 51)
    >>> round(data.elbo(omega).elbo, 4), round(data.continuous_elbo(-6.0, 6.0).elbo, 4)
    (-1.4189, -1.4189)
    >>> round(data.elbo(omega, "posterior").elbo, 4)
    -1.7421
    >>> round(float(data.variance_gap(omega).sum()), 4)
    0.3231
    """

    def __init__(self, mean: ArrayLike, cov: ArrayLike) -> None:
        self.mean, cov = np.asarray(mean, np.float64), np.asarray(cov, np.float64)
        if self.mean.ndim != 1 or cov.shape not in (self.mean.shape, self.mean.shape * 2):
            raise ValueError(
                "GaussianDiffusion wants mean [D] and cov [D, D] or variances [D], given "
                f"{list(self.mean.shape)} and {list(cov.shape)}"
            )
        self.variances = np.linalg.eigvalsh(cov) if cov.ndim == 2 else cov
        if not np.all(self.variances > 0):
            raise ValueError(f"GaussianDiffusion wants positive variances, given {self.variances}")

    @property
    def dims(self) -> int:
        """D."""
        return len(self.mean)

    @property
    def entropy(self) -> float:
        """−E log q(x_0) in nats: no model's ELBO is above minus this on average."""
        return float(0.5 * np.sum(np.log(2 * math.pi * math.e * self.variances)))

    def denoising_error(self, omega: jax.Array | np.ndarray) -> np.ndarray:
        """E‖ε − ε̂‖² at −log SNR ω: ``[...]`` to ``[...]``; D times the least share of noise left over."""
        omega = np.asarray(omega, np.float64)[..., None]
        return np.sum(_sigmoid(np.log(self.variances) - omega), axis=-1)

    def elbo(self, omega: jax.Array | np.ndarray, variance: str = "true") -> DiffusionTerms:
        """The ELBO of a discrete model, averaged over the data.

        Args:
          omega: ``[T]``, −log SNR of x_1 … x_T, rising.
          variance: of the steps t ≥ 2, "true" or "posterior" (σ_q²). x_0 is always drawn from q(x_0 | x_1).

        Returns:
          :class:`DiffusionTerms`. With "true" its ``elbo`` is −entropy − KL( q(x_T) ‖ N(0, I) ) for every T.

        Raises:
          ValueError: noise levels that do not rise, or an unknown variance.
        """
        drops = self._drops(omega)
        if variance not in ("true", "posterior"):
            raise ValueError(f'variance must be "true" or "posterior", given {variance!r}')
        steps = 0.5 * np.sum(drops if variance == "true" else np.expm1(drops), axis=-1)
        return DiffusionTerms(*self._ends(omega[0], omega[-1]), steps)

    def continuous_elbo(self, low: float, high: float) -> DiffusionTerms:
        """The limit for ever more steps between −log SNR ``low`` and ``high``, the same for both variances.

        Its ``diffusion`` is ½ ∫ E‖ε − ε̂‖² dω = ½ Σ_d (g_d(low) − g_d(high)): the schedule between the ends
        does not matter.
        """
        drops = self._drops([low, high])
        return DiffusionTerms(*self._ends(low, high), 0.5 * np.sum(drops))

    def variance_gap(self, omega: jax.Array | np.ndarray) -> np.ndarray:
        """What σ_q² costs against the true variance, by step, ``[T − 1]`` nats: ½ Σ_d (e^u − 1 − u)."""
        drops = self._drops(omega)
        return 0.5 * np.sum(np.expm1(drops) - drops, axis=-1)

    def gap_constant(self, schedule: Schedule, points: Any = 400) -> float:
        """lim T · ``variance_gap`` for T equal steps of time: ¼ ∫_0^1 Σ_d (d g_d(ω(t)) / dt)² dt, nats.

        It follows from e^u − 1 − u = ½ u² + O(u³) with u = −(dg/dt)/T + O(1/T²).

        Args:
          schedule: has ``omega(t)`` and ``rate(t)``, such as a :class:`~vdmlib.Schedule`.
          points: of the Gauss–Legendre rule.
        """
        nodes, weights = np.polynomial.legendre.leggauss(points)
        t = (nodes + 1) / 2
        omega, rate = (np.asarray(v, np.float64) for v in (schedule.omega(t), schedule.rate(t)))
        return float(0.25 * np.sum(weights / 2 * self._speed(omega) ** 2 * rate**2))

    def least_gap_constant(self, low: float, high: float, points: Any = 400) -> float:
        """The least ``gap_constant`` of all schedules from ``low`` to ``high``: nats.

        By the Cauchy–Schwarz inequality it is ¼ (∫ √(Σ_d g_d'(ω)²) dω)²; the schedule that has it spends
        equal times on equal lengths of that integral. For D = 1 it is ¼ (g(low) − g(high))².
        """
        nodes, weights = np.polynomial.legendre.leggauss(points)
        half = (high - low) / 2
        return float(0.25 * np.sum(half * weights * self._speed(low + half * (nodes + 1))) ** 2)

    def _speed(self, omega):
        """√(Σ_d g_d'(ω)²), where −g' = sigmoid(log λ − ω)."""
        return np.sqrt(np.sum(_sigmoid(np.log(self.variances) - omega[:, None]) ** 2, axis=-1))

    def _drops(self, omega):
        """u_t along each axis, ``[T − 1, D]``."""
        omega = np.asarray(omega, np.float64)
        if omega.ndim != 1 or not omega.size or not np.all(np.diff(omega) > 0):
            raise ValueError(f"omega must be [T] and rise, given {omega}")
        return -np.diff(np.logaddexp(0.0, np.log(self.variances) - omega[:, None]), axis=0)

    def _ends(self, low, high):
        """The reconstruction and the prior term."""
        left = self.variances * _sigmoid(low - np.log(self.variances))  # Var(x_0 | x_1)
        reconstruction = -0.5 * np.sum(np.log(2 * math.pi * math.e * left))
        square = np.sum(self.mean**2) + np.sum(self.variances)
        noise = self.dims * (_sigmoid(-high) + np.log(_sigmoid(high)))
        return float(reconstruction), float(0.5 * (_sigmoid(-high) * square - noise))


def _sigmoid(value):
    return np.exp(-np.logaddexp(0.0, -np.asarray(value, np.float64)))
