"""Noise schedules: ω(t) = −log SNR(t) on t ∈ [0, 1], the one object from which ᾱ and the rest follow.

With ᾱ the share of signal variance, x_t = √ᾱ x_0 + √(1 − ᾱ) ε, ω = −log(ᾱ/(1 − ᾱ)), so that
ᾱ = sigmoid(−ω) and 1 − ᾱ = sigmoid(ω). ω rises with t. Kingma et al. (2021) write γ for ω; here γ is
the strength of guidance and nothing else.
"""

import math

import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx

LOW, HIGH = -13.3, 5.0  # the ends of Kingma et al. (2021), for 8-bit images


class Schedule(nnx.Module):
    """What all schedules share; a subclass gives ``omega``.

    Every method takes times ``t [...]`` in [0, 1], of any shape, and returns ``[...]``. The fixed
    schedules have no weights; the learned ones have ``nnx.Param``.

    Source: Kingma et al., Variational Diffusion Models (2021), section 3.1; the book's ``snr.exp``.

    >>> law = LinearSchedule(-4.0, 4.0)
    >>> t = jnp.array([0.0, 0.5, 1.0])
    >>> (100 * law.alpha_bar(t)).round().tolist()
    [98.0, 50.0, 2.0]
    >>> law.time_of(law.omega(t)).tolist()
    [0.0, 0.5, 1.0]
    """

    def omega(self, t):
        """−log SNR at time t, ``[...]`` nats."""
        raise NotImplementedError

    def rate(self, t):
        """dω/dt at time t, ``[...]``, at least 0."""
        t = _floats(t)
        return jax.jvp(self.omega, (t,), (jnp.ones_like(t),))[1]

    def alpha_bar(self, t):
        """ᾱ(t), the share of signal variance, ``[...]`` in (0, 1)."""
        return jax.nn.sigmoid(-self.omega(t))

    def snr(self, t):
        """ᾱ/(1 − ᾱ), the signal-to-noise ratio, ``[...]``."""
        return jnp.exp(-self.omega(t))

    def signal(self, t):
        """√ᾱ(t), what x_0 is multiplied with, ``[...]``."""
        return jnp.sqrt(self.alpha_bar(t))

    def noise(self, t):
        """√(1 − ᾱ(t)), what the noise is multiplied with, ``[...]``."""
        return jnp.sqrt(jax.nn.sigmoid(self.omega(t)))

    @property
    def ends(self):
        """ω(0) and ω(1), two scalars."""
        return self.omega(0.0), self.omega(1.0)

    def parts(self):
        """Two schedules with the values of this one, to tell apart what gradients reach.

        The first one passes gradients to the ends alone, the second one to the interior alone. It is
        ``None`` where nothing but the ends can be learned.
        """
        return self, None

    def time_of(self, omega):
        """The time at which the schedule has that ω: ``[...]`` to ``[...]`` in [0, 1].

        Values beyond the ends give the nearer end.
        """
        omega = _floats(omega)

        def halve(_, bracket):
            low, high = bracket
            middle = 0.5 * (low + high)
            below = self.omega(middle) < omega
            return jnp.where(below, middle, low), jnp.where(below, high, middle)

        halvings = jnp.finfo(omega.dtype).nmant + 8
        low, high = jax.lax.fori_loop(
            0, halvings, halve, (jnp.zeros_like(omega), jnp.ones_like(omega))
        )
        first, last = self.ends
        return jnp.where(omega <= first, 0.0, jnp.where(omega >= last, 1.0, 0.5 * (low + high)))


class LinearSchedule(Schedule):
    """ω rises linearly from ``low`` to ``high``: every noise level gets the same time.

    Args:
      low, high: ω(0) and ω(1), met exactly.

    Raises:
      ValueError: ends that are not finite, or not in order.

    Source: Kingma et al. (2021), section 4.1 (their loss in ω has this schedule's time for weight 1).

    >>> LinearSchedule(-6.0, 6.0).omega(jnp.array([0.0, 0.25, 1.0])).tolist()
    [-6.0, -3.0, 6.0]
    """

    def __init__(self, low=LOW, high=HIGH):
        self.low, self.high = _checked_ends(low, high)

    def omega(self, t):
        return _between(self.low, self.high, _floats(t))

    def time_of(self, omega):
        return _linear_time(omega, self.low, self.high)


class CosineSchedule(Schedule):
    """√ᾱ is the cosine of an angle that rises linearly with t: ω = 2 log tan θ(t).

    Nichol and Dhariwal's angle runs from a little above 0 to π/2, where ω has no bound. Here it runs
    from atan(exp(low/2)) to atan(exp(high/2)): the same curve, cut at ``low`` and ``high``, with the
    time between the cuts stretched to [0, 1].

    Args:
      low, high: ω(0) and ω(1), met exactly.

    Raises:
      ValueError: ends that are not finite, or not in order.

    Source: Nichol and Dhariwal, Improved DDPM (2021), eq. 17; Hoogeboom et al., Simple Diffusion
    (2023), appendix B, for the cut.

    >>> law = CosineSchedule(-10.0, 10.0)
    >>> law.alpha_bar(jnp.array([0.0, 0.5, 1.0])).round(3).tolist()
    [1.0, 0.5, 0.0]
    """

    def __init__(self, low=LOW, high=HIGH):
        self.low, self.high = _checked_ends(low, high)

    def omega(self, t):
        t = _floats(t)
        # the angle and its complement apart, so that tan keeps its digits near π/2
        angle = _between(_angle(self.low), _angle(self.high), t)
        complement = _between(_angle(-self.low), _angle(-self.high), t)
        value = 2 * (jnp.log(jnp.sin(angle)) - jnp.log(jnp.sin(complement)))
        return _pinned(value, t, self.low, self.high)

    def time_of(self, omega):
        angle = jnp.arctan(jnp.exp(0.5 * _floats(omega)))
        first, last = _angle(self.low), _angle(self.high)
        return jnp.clip((angle - first) / (last - first), 0.0, 1.0)


class BetaSchedule(Schedule):
    """The variance-preserving SDE with a noise rate β(s) that rises linearly in its own time s.

    ᾱ = exp(−B) with B(s) = β_min s + ½(β_max − β_min)s², so ω = log(e^B − 1), which has no lower
    bound at s = 0. Time t ∈ [0, 1] is s from the point where ω is ``low`` to s = 1.

    Args:
      beta_min, beta_max: β(0) and β(1). With 0.1 and 20 it is the limit of DDPM's linear schedule,
        see :func:`ddpm_alpha_bar`.
      low: ω(0), met exactly. ω(1) follows from the β.

    Raises:
      ValueError: rates that are not 0 < β_min ≤ β_max, or a ``low`` that is not below ω(1).

    Source: Song et al., Score-Based Generative Modeling through SDEs (2021), eq. 32 and appendix C.

    >>> law = BetaSchedule()
    >>> [round(float(end), 4) for end in law.ends]
    [-13.3, 10.05]
    """

    def __init__(self, beta_min=0.1, beta_max=20.0, low=LOW):
        if not 0 < beta_min <= beta_max < math.inf:
            raise ValueError(
                f"BetaSchedule wants 0 < beta_min ≤ beta_max, given {beta_min} and {beta_max}"
            )
        self.beta_min, self.beta_max = float(beta_min), float(beta_max)
        total = 0.5 * (self.beta_min + self.beta_max)
        self.low, self.high = _checked_ends(low, total + math.log(-math.expm1(-total)))
        self.start = self._own_time(math.log1p(math.exp(self.low)), math.sqrt)

    def _own_time(self, integral, sqrt):
        growth = self.beta_max - self.beta_min
        return 2 * integral / (self.beta_min + sqrt(self.beta_min**2 + 2 * growth * integral))

    def omega(self, t):
        t = _floats(t)
        s = _between(self.start, 1.0, t)
        integral = s * (self.beta_min + 0.5 * (self.beta_max - self.beta_min) * s)
        value = integral + jnp.log(-jnp.expm1(-integral))
        return _pinned(value, t, self.low, self.high)

    def time_of(self, omega):
        s = self._own_time(jax.nn.softplus(_floats(omega)), jnp.sqrt)
        return jnp.clip((s - self.start) / (1 - self.start), 0.0, 1.0)


class LearnedScalar(Schedule):
    """ω linear in t with both ends learned; their order is kept by a softplus.

    Args:
      low, high: the first ω(0) and ω(1).

    Raises:
      ValueError: ends that are not finite, or not in order.

    Source: Kingma et al. (2021), appendix I.2, the "learned scalar" row.

    >>> law = LearnedScalar(-6.0, 6.0)
    >>> [round(float(end), 5) for end in law.ends], len(jax.tree.leaves(nnx.state(law, nnx.Param)))
    ([-6.0, 6.0], 2)
    """

    def __init__(self, low=LOW, high=HIGH):
        low, high = _checked_ends(low, high)
        self.first = nnx.Param(jnp.asarray(low))
        self.raw_span = nnx.Param(jnp.asarray(_inverse_softplus(high - low)))

    def _ends(self, dtype):
        low = self.first[...].astype(dtype)
        return low, low + jax.nn.softplus(self.raw_span[...].astype(dtype))

    def omega(self, t):
        t = _floats(t)
        return _between(*self._ends(t.dtype), t)

    def time_of(self, omega):
        omega = _floats(omega)
        return _linear_time(omega, *self._ends(omega.dtype))


class MonotoneSchedule(Schedule):
    """A learned curve: a network that cannot fall, scaled so that both ends are met exactly.

    u(t) = w t + Σ_k a_k sigmoid(b_k t + c_k) with positive w, a, b (through softplus), and
    ω(t) = low + (high − low)·(u(t) − u(0))/(u(1) − u(0)). It begins close to a straight line.

    Args:
      low, high: ω(0) and ω(1). They are met exactly, in floats, whatever the weights.
      width: how many sigmoids.
      learn_ends: whether the ends are weights too; their order is kept by a softplus.
      seed: a whole number or ``nnx.Rngs`` for the first weights.

    Raises:
      ValueError: ends that are not finite or not in order, or ``width`` below 1.

    Source: Kingma et al. (2021), appendix H. Their code scales without a pin, so that rounding
    moves its ends.

    >>> law = MonotoneSchedule(-6.0, 6.0)
    >>> law.omega(jnp.array([0.0, 1.0])).tolist()
    [-6.0, 6.0]
    """

    def __init__(self, low=LOW, high=HIGH, width=32, learn_ends=False, seed=0):
        if width < 1:
            raise ValueError(f"MonotoneSchedule: width must be at least 1, given {width}")
        rngs = seed if isinstance(seed, nnx.Rngs) else nnx.Rngs(seed)
        low, high = _checked_ends(low, high)
        self.line = LearnedScalar(low, high) if learn_ends else LinearSchedule(low, high)
        centres = (jnp.arange(width) + 0.5) / width
        jitter = 0.1 * jax.random.normal(rngs.params(), (width,))
        steepness = 8.0
        self.raw_slope = nnx.Param(jnp.asarray(_inverse_softplus(0.5)))
        self.raw_height = nnx.Param(jnp.full((width,), _inverse_softplus(1.0)) + jitter)
        self.raw_steepness = nnx.Param(jnp.full((width,), _inverse_softplus(steepness)))
        self.shift = nnx.Param(-steepness * centres)

    def _curve(self, t):
        """u(t), ``[...]``."""
        height, steepness, shift = (
            p[...].astype(t.dtype).reshape((1,) * t.ndim + (-1,))
            for p in (self.raw_height, self.raw_steepness, self.shift)
        )
        bends = jax.nn.sigmoid(jax.nn.softplus(steepness) * t[..., None] + shift)
        slope = jax.nn.softplus(self.raw_slope[...].astype(t.dtype))
        return slope * t + jnp.mean(jax.nn.softplus(height) * bends, axis=-1)

    def warp(self, t):
        """The share of the way from ``low`` to ``high`` at time t, ``[...]``, exactly 0 and 1 at the ends."""
        t = _floats(t)
        first, last = self._curve(jnp.zeros((), t.dtype)), self._curve(jnp.ones((), t.dtype))
        return _pinned((self._curve(t) - first) / (last - first), t, 0.0, 1.0)

    def omega(self, t):
        return self.line.omega(self.warp(t))

    def parts(self):
        graph, ends, interior = nnx.split(self, nnx.PathContains("line"), ...)
        still = jax.lax.stop_gradient
        return nnx.merge(graph, ends, still(interior)), nnx.merge(graph, still(ends), interior)


_BY_NAME = {
    "linear": LinearSchedule,
    "cosine": CosineSchedule,
    "beta": BetaSchedule,
    "learned": LearnedScalar,
    "monotone": MonotoneSchedule,
}


def schedule(choice, **options):
    """A schedule by name, or the given one.

    Args:
      choice: "linear", "cosine", "beta", "learned", "monotone", or a :class:`Schedule`.
      options: what the schedule takes, such as ``low`` and ``high``; none for a given one.

    Raises:
      ValueError: an unknown name, or options for a schedule that is made already.

    >>> schedule("cosine", low=-6.0, high=6.0).omega(0.5).round(4).item()
    0.0
    """
    if isinstance(choice, Schedule):
        if options:
            raise ValueError(
                f"a {type(choice).__name__} is given, so {', '.join(sorted(options))} cannot be set"
            )
        return choice
    if choice not in _BY_NAME:
        raise ValueError(f"no schedule {choice!r}; there are {', '.join(_BY_NAME)}")
    return _BY_NAME[choice](**options)


def ddpm_alpha_bar(steps=1000, first=1e-4, last=0.02):
    """DDPM's discrete schedule: ᾱ_t, the product of 1 − β_1 … 1 − β_t, with β rising linearly.

    :class:`BetaSchedule` with β_min = steps·first and β_max = steps·last is its limit for many steps.

    Args:
      steps: how many steps T.
      first, last: β_1 and β_T.

    Returns:
      ``[steps]``: ᾱ_1 … ᾱ_T, falling.

    Raises:
      ValueError: fewer than one step, or rates that are not 0 < first ≤ last < 1.

    Source: Ho, Jain and Abbeel, Denoising Diffusion Probabilistic Models (2020), section 4.

    >>> alpha_bar = ddpm_alpha_bar()
    >>> alpha_bar.shape, round(float(alpha_bar[0]), 4), round(float(alpha_bar[-1]), 8)
    ((1000,), 0.9999, 4.036e-05)
    """
    if int(steps) != steps or steps < 1:
        raise ValueError(f"ddpm_alpha_bar: steps must be a whole number of at least 1, given {steps!r}")
    if not 0 < first <= last < 1:
        raise ValueError(f"ddpm_alpha_bar wants 0 < first ≤ last < 1, given {first} and {last}")
    beta = np.linspace(first, last, int(steps))
    return jnp.asarray(np.exp(np.cumsum(np.log1p(-beta))))


def _floats(t):
    t = jnp.asarray(t)
    return t if jnp.issubdtype(t.dtype, jnp.floating) else t.astype(jnp.result_type(float))


def _between(first, last, t):
    """From ``first`` at t = 0 to ``last`` at t = 1, both exact: first + (last − first) t is not."""
    return (1 - t) * jnp.asarray(first, t.dtype) + t * jnp.asarray(last, t.dtype)


def _pinned(value, t, low, high):
    """``value`` moved by its rounding error to ``low`` at t = 0 and ``high`` at t = 1.

    The derivative is that of ``value``, at the ends too.
    """
    low, high = jnp.asarray(low, value.dtype), jnp.asarray(high, value.dtype)
    exact = jnp.where(t == 0, low, jnp.where(t == 1, high, jnp.clip(value, low, high)))
    # the difference is exact where value and pin are close, and so is the sum
    return value + jax.lax.stop_gradient(exact - value)


def _linear_time(omega, low, high):
    omega = _floats(omega)
    return jnp.clip((omega - low) / (high - low), 0.0, 1.0)


def _angle(omega):
    return math.atan(math.exp(0.5 * omega))


def _inverse_softplus(value):
    return value + math.log(-math.expm1(-value))


def _checked_ends(low, high):
    low, high = float(low), float(high)
    if not -math.inf < low < high < math.inf:
        raise ValueError(f"a schedule wants finite ends low < high, given low {low:g} and high {high:g}")
    return low, high
