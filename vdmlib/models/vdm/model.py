"""The variational diffusion model: its bound in three terms, in discrete and continuous time.

Paper: D. P. Kingma, T. Salimans, B. Poole and J. Ho, Variational Diffusion Models (2021).
"""

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Self

import jax
import jax.numpy as jnp
from flax import nnx
from jax.typing import ArrayLike

from ... import samplers
from ...data.images import DataError, Images
from ...diffusion.parameterizations import Prediction, along, convert, level_of, weight
from ...diffusion.schedules.base import Schedule, floats
from ...diffusion.second_moment import second_moment_gradient
from ...diffusion.times import TIMES
from ...inputs.arguments import remembered
from ...inputs.arrays import as_labels, as_pair, as_reals, as_times
from ...inputs.given import Data, Examples
from ...inputs.keys import as_key
from ...inputs.options import as_rngs, number, one_of, whole
from ...laws.level_softmax import LevelSoftmax
from ...laws.units import bits_per_dim
from ...runtime import xla
from ...runtime.flags import flag
from ...samplers.guidance import towards
from ..of_images import image_shape, of_data, point_shape
from .choices import find_network, find_schedule
from .clocks import ContinuousTime, DiscreteTime, counted
from .decoders import LevelDecoder, PointDecoder
from .heads import LevelHead, find_head
from .terms import VDMTerms, prior
from .weightings import WEIGHTINGS

SAMPLERS = ("ancestral", "ddim", "predictor_corrector", "probability_flow", "reverse_sde")


def _seen(model, data, key, labels=None, samples=1):
    """What a bound is given, looked at before it is computed."""
    data = model.decoder.accept(data, model.shape)
    labels = as_labels(labels, model.classes, len(data), null=True)
    return counted(model), data, as_key(key), labels, whole("samples", samples)


class VDM(nnx.Module):
    """A variational diffusion model of images with grey levels, or of points.

    The forward process is fixed by the schedule; one network turns x_t and ω into a guess of x_0, and
    p(x_s | x_t) is the forward posterior with that guess in it. Every method is a pure function of the
    weights and its arguments.

    Args:
      shape: ``(H, W)`` of an image, or ``(H, W, C)`` for C colours, each with a law of its own given the
        rest; for points any shape, such as ``(2,)``.
      levels: how many grey levels; ``None`` for real-valued points of about unit scale.
      schedule: "linear", "cosine", "beta", "learned", "monotone", or a
        :class:`~vdmlib.Schedule`.
      predict: what the network's output means: "levels", "x0", "eps", "score", "v" or "flow". "levels" is
        a softmax over the levels of each pixel: the network's output is added to the exact Gaussian
        log-likelihood of the noisy pixel, and x̂_0 is the mean. By default "levels" for images and "v"
        for points.
      steps: how many steps T the bound has; ``None`` for continuous time.
      classes: how many classes the network knows beside the null token; ``None`` for none.
      drop: share of labels that training replaces by the null token.
      network: "mlp", "transformer", "unet", or a module called as the networks in
        :mod:`vdmlib.networks` are, with ``levels`` channels for "levels" and one otherwise.
      weighting: "elbo" trains on the bound, "simple" on ‖ε − ε̂‖² with t uniform.
      times: "low-discrepancy" or "independent" draws of t.
      low, high: ω(0) and ω(1) of a schedule given by name. By default ``high`` is 6, and ``low`` is
        such that half the distance of two levels is 4.5 standard deviations of the noise (for points,
        −10).
      seed: a whole number or ``nnx.Rngs`` for the first weights.
      options: for the network, such as ``width``, ``depth``, ``dropout`` and ``compute_dtype``. For
        images ``dropout=0.1`` by default, and the logits of levels have ``rank=6``.

    Raises:
      ValueError: a size or option out of range; the message says what was given and what is wanted.

    Source: Kingma et al. (2021); the book's chapter on the VDM.

    >>> model = VDM((8, 8), 17, width=16, depth=1)
    >>> images = jnp.zeros((3, 8, 8), jnp.uint8)
    >>> terms = model.elbo(images, jax.random.key(0))
    >>> terms.elbo.shape, bool((terms.diffusion >= 0).all())
    ((3,), True)
    """

    @remembered
    def __init__(
        self, shape: Sequence[int], levels: int | None, *, schedule: Schedule | str = "linear",
        predict: str | None = None, steps: int | None = None, classes: int | None = None, drop: float = 0.1,
        network: Any = "mlp", weighting: str = "elbo", times: str = "low-discrepancy", low: float | None = None,
        high: float | None = None, seed: int | nnx.Rngs = 0, **options: Any
    ) -> None:
        self.shape = point_shape(shape) if levels is None else image_shape(shape)
        softmax = None if levels is None else LevelSoftmax(levels)
        self.decoder = PointDecoder() if softmax is None else LevelDecoder(softmax)
        predict = ("v" if levels is None else "levels") if predict is None else predict
        self.head = find_head(predict, softmax)
        self.levels = None if softmax is None else softmax.levels
        self.steps = None if steps is None else whole("steps", steps)
        self.classes = None if classes is None else whole("classes", classes)
        self.drop = number("drop", drop, least=0, most=1)
        self.weighting = WEIGHTINGS[one_of("weighting", weighting, WEIGHTINGS)]
        self.times = one_of("times", times, TIMES)
        rngs = as_rngs(seed)
        self.schedule = find_schedule(schedule, low, high, self.levels, rngs)
        if not self.weighting.bounds and jax.tree.leaves(nnx.state(self.schedule, nnx.Param)):
            raise ValueError(f'a learned schedule wants the weighting "elbo": {weighting!r} bounds nothing')
        self.network = find_network(
            network, self.shape, self.head.channels, self.levels, self.classes, rngs, options
        )
        self.convolutional = bool(getattr(self.network, "convolutional", False))

    @classmethod
    def for_data(cls, data: Any, conditional: bool = False, **options: Any) -> Self:
        """A VDM for a :class:`~vdmlib.Dataset` or :class:`~vdmlib.Images`: shape and levels are read off it.

        With ``conditional``, the classes too: it is then trained on images with labels.
        """
        of_data(data)
        if flag("conditional", conditional):
            if data.classes is None:
                raise DataError("conditional=True wants images with labels, these have none")
            if options.setdefault("classes", data.classes) != data.classes:
                raise ValueError(f"conditional=True takes the {data.classes} classes of the data, given {options['classes']!r}")
        return cls(data.shape, data.levels, **options)

    @property
    def dims(self) -> int:
        """Numbers in one example."""
        return math.prod(self.shape)

    @property
    def clock(self) -> ContinuousTime | DiscreteTime:
        """Time in T steps, or continuous."""
        return ContinuousTime() if self.steps is None else DiscreteTime(self.steps)

    def accept(self, data: Data) -> Any:
        """Data as ``loss`` takes it, looked at: ``[B, ...]``, or a pair of it and labels ``[B]``.

        Args:
          data: whole levels ``[B, *shape]`` or finite points, a pair of that and labels, or
            :class:`~vdmlib.Images`, whose labels are taken if the model knows classes.

        Raises:
          DataError: what cannot be used; it says what was given and what is wanted.
        """
        x, labels = as_pair(data)
        x = self.decoder.accept(data if isinstance(data, Images) else x, self.shape)
        if isinstance(data, Images) and self.classes is None:
            labels = None
        labels = as_labels(labels, self.classes, len(x))
        return x if labels is None else (x, labels)

    def scale(self, data: Examples) -> jax.Array:
        """Grey levels ``[B, H, W]`` to model scale in [−1, 1]; points stay as they are."""
        return self.decoder.place(as_reals("data", data.images if isinstance(data, Images) else data))

    def denoise(self, x_t: jax.Array, omega: ArrayLike, label: ArrayLike | None = None) -> Prediction:
        """The denoiser that samplers, guidance and likelihoods take.

        Args:
          x_t: ``[B, ...]`` in model scale.
          omega: scalar or ``[B]``, −log SNR.
          label: ``[B]`` classes, one for all, or ``None`` for the null token.

        Returns:
          A :class:`~vdmlib.Prediction`; its kind is "x0" for ``predict="levels"``.

        >>> model = VDM((2,), None, width=16, depth=1)
        >>> model.denoise(jnp.ones((5, 2)), -1.0).x0.shape
        (5, 2)
        """
        return self._predict(self.network, floats(x_t), omega, label)

    def log_pmf(self, x_t: jax.Array, omega: ArrayLike, label: ArrayLike | None = None) -> jax.Array:
        """Log-probabilities of each pixel's levels given the noisy image, as ``predict="levels"`` has it.

        Args:
          x_t, omega, label: as for :meth:`denoise`.

        Returns:
          ``[B, H, W, levels]`` nats. At ω = ω(0) this is not the decoder, which has a flat prior.

        Raises:
          ValueError: the model predicts something else.
        """
        if not isinstance(self.head, LevelHead):
            raise ValueError(f'log_pmf wants a model with predict="levels", this one has {self.head.kind!r}')
        x_t = floats(x_t)
        return self.head.softmax.log_pmf(x_t, omega, self._output(self.network, x_t, omega, label, None))

    @partial(xla.jit, static_argnames="samples", given=_seen)
    def elbo(self, data: Examples, key: jax.Array | int, labels: ArrayLike | None = None, samples: int = 1) -> VDMTerms:
        """The bound in its three terms.

        Args:
          data: ``[B, H, W]`` whole grey levels, or points ``[B, ...]``.
          key: a JAX random key, or a whole number.
          labels: ``[B]`` classes, or ``None`` for the null token.
          samples: times and noises an example, averaged; ``samples · B`` are held at once.

        Returns:
          :class:`VDMTerms` of ``[B]`` nats. For points the reconstruction term is that of a density.

        Raises:
          ValueError: wrong shapes, or ``samples`` below 1.

        Source: the book's ``vdm.split``; Kingma et al. (2021), eq. 11, 13 and 15.
        """
        terms, _ = self._terms(data, self.scale(data), key, labels, samples, None)
        return terms._replace(prior=jnp.maximum(terms.prior, 0))  # rounding may leave −10⁻¹⁵ where ω(1) is large

    def loss(self, batch: Data, key: jax.Array | int, step: Any = None) -> tuple[jax.Array, dict[str, Any]]:
        """What :func:`~vdmlib.fit` minimises: the mean of −ELBO over the batch.

        With ``weighting="simple"`` it is the mean of ‖ε − ε̂‖² instead, and the bound is among the
        metrics. In continuous time the expected bound does not depend on the inner part of a schedule,
        so a :class:`~vdmlib.MonotoneSchedule` gets another gradient there: that of the mean
        of (ℓ/dims)², with ℓ an example's diffusion term, which lowers the variance of the loss. Its
        ends, and all that the network has, get the gradient of the loss.

        Args:
          batch: ``[B, ...]`` data, or ``(data, labels)``.
          key: a JAX random key, or a whole number.
          step: the training step; without it nothing is dropped, as held-out data wants it.

        Returns:
          The loss, in nats an example, and a dictionary of its parts: ``reconstruction``, ``prior`` and
          ``diffusion`` in nats, and ``bits_per_dim`` for images.

        Source: Kingma et al. (2021), eq. 17, section 5.1 and appendix I; Ho, Jain and Abbeel (2020),
        eq. 14, for "simple".
        """
        data, labels = as_pair(self.accept(batch))
        x = self.scale(data)
        for_terms, for_labels, for_dropout = jax.random.split(as_key(key), 3)
        if step is not None and labels is not None and self.classes is not None:
            dropped = jax.random.bernoulli(for_labels, self.drop, labels.shape)
            labels = jnp.where(dropped, self.classes, labels)
        if step is None or not getattr(self.network, "dropout", 0.0):
            for_dropout = None
        terms, costs = self._terms(data, x, for_terms, labels, 1, for_dropout)
        bound = -terms.elbo.mean()
        metrics = {name: value.mean() for name, value in terms._asdict().items()}
        if self.levels is not None:
            metrics["bits_per_dim"] = bits_per_dim(bound, self.dims)
        return self.weighting.loss(bound, costs), metrics

    def per_time(self, data: Examples, key: jax.Array | int, t: jax.Array, labels: ArrayLike | None = None) -> jax.Array:
        """The diffusion term's integrand at given times: its mean over t ∈ [0, 1] is the term.

        Args:
          data: ``[B, ...]``.
          key: a JAX random key; all times share the noise.
          t: ``[K]`` times in [0, 1]; with T steps, the ends k/T of steps, k ≥ 1.
          labels: ``[B]``, or ``None``.

        Returns:
          ``[K, B]`` nats a unit of time: ½ ω'(t) ‖ε − ε̂‖², or ½ T (e^(ω_t − ω_s) − 1) ‖ε − ε̂‖².

        >>> model = VDM((8, 8), 17, width=16, depth=1)
        >>> images = jnp.zeros((2, 8, 8), jnp.uint8)
        >>> model.per_time(images, jax.random.key(0), jnp.linspace(0, 1, 5)).shape
        (5, 2)
        """
        _, data, key, labels, _ = _seen(self, data, key, labels)
        x = self.scale(data)
        eps = jax.random.normal(key, x.shape, x.dtype)
        t = as_times("t", t, 0.0 if self.steps is None else 1 / self.steps).astype(x.dtype)
        given = {"x": x, "eps": eps, "label": labels, "key": None}

        def at(t):
            where = jax.tree.map(lambda a: jnp.broadcast_to(a, x.shape[:1]), self.clock.level(self.schedule, t))
            return self._step_cost(self.network, where, given)

        if self.convolutional:
            return jnp.stack([at(time) for time in t])
        return jax.lax.map(at, t)

    def generate(
        self, key: jax.Array | int, count: int, labels: ArrayLike | None = None, *, gamma: ArrayLike = 1.0,
        steps: int | None = None, sampler: str | Callable[..., Any] = "ancestral", trajectory: bool = False,
        **options: Any
    ) -> Any:
        """New examples: a sampler from noise down to ω(0), then the decoder.

        Args:
          key: a JAX random key, or a whole number.
          count: how many.
          labels: a class, or ``[count]`` of them; ``None`` for the unconditional model.
          gamma: the strength γ of classifier-free guidance: 1 conditional, 0 unconditional, above 1
            extrapolates.
          steps: steps of the sampler; by default the model's T, or 100 in continuous time.
          sampler: the name of a sampler in :mod:`vdmlib.samplers`, or one called as those are.
          trajectory: also return the way there.
          options: for the sampler.

        Returns:
          ``[count, H, W]`` whole grey levels, or points ``[count, ...]``. With ``trajectory`` also
          ``[frames, count, ...]``, x_t on the way, in grey levels that are not rounded.

        Raises:
          ValueError: ``count`` below 1, an unknown sampler, or labels for a model without classes.

        Source: Kingma et al. (2021), appendix A; :func:`~vdmlib.classifier_free`.

        >>> model = VDM((8, 8), 17, width=16, depth=1, classes=10)
        >>> model.generate(jax.random.key(0), 4, labels=3, gamma=2.0, steps=5).shape
        (4, 8, 8)
        """
        count, trajectory = whole("count", count), flag("trajectory", trajectory)
        walk: Any = sampler if callable(sampler) else getattr(samplers, one_of("sampler", sampler, SAMPLERS))
        labels = as_labels(labels, self.classes, count, one=True)
        if "final" in options:
            raise ValueError("final cannot be set here: the decoder takes the state at ω(0); call the sampler itself")
        steps = (self.steps or 100) if steps is None else steps
        for_path, for_decoder = jax.random.split(as_key(key))
        denoise = towards(self.denoise, labels, gamma)
        found = walk(
            denoise, self.schedule, for_path, (count, *self.shape), steps=steps, label=labels,
            final="state", trajectory=trajectory, **options,
        )
        drawn = self._decode(for_decoder, found[-1] if trajectory else found)
        if not trajectory:
            return drawn
        return drawn, self.decoder.unplace(found)

    @xla.jit
    def _decode(self, key, x):
        """A draw from p(x | x at ω(0))."""
        return self.decoder.draw(key, x, self.schedule.ends[0].astype(x.dtype))

    def _terms(self, data, x, key, labels, samples, dropout_key):
        """:class:`VDMTerms`, and what the weighting makes of the integrand ``[samples · B]``."""
        for_t, for_eps, for_reconstruction = jax.random.split(key, 3)
        batch = len(x)
        t = self.clock.times(TIMES[self.times](for_t, (samples, batch)).astype(x.dtype).reshape(-1))
        every = jnp.concatenate([x] * samples)
        given = {
            "x": every, "eps": jax.random.normal(for_eps, every.shape, x.dtype),
            "label": None if labels is None else jnp.concatenate([labels] * samples), "key": dropout_key,
        }
        cost = self._diffusion(t, given)
        costs = self.weighting.costs(cost, lambda: self.clock.level(self.schedule, t)[1])
        low, high = (end.astype(x.dtype) for end in self.schedule.ends)
        reconstruction = self.decoder.reconstruction(for_reconstruction, data, x, low, samples)
        diffusion = cost.reshape(samples, batch).mean(0)
        return VDMTerms(reconstruction, prior(x, high), diffusion), costs

    def _diffusion(self, t, given) -> jax.Array:
        """The diffusion term's integrand ``[N]`` at times ``[N]``, with the gradients of :meth:`loss`."""
        outer, inner = self.clock.parts(self.schedule)
        if inner is None:
            return self._step_cost(self.network, self.clock.level(outer, t), given)
        graph, weights, rest = nnx.split(self.network, nnx.Param, ...)

        def cost(weights, where, given):
            given, rest = given
            return self._step_cost(nnx.merge(graph, weights, rest), where, given)

        where, twin = self.clock.level(outer, t), self.clock.level(inner, t)
        return second_moment_gradient(cost, self.dims**-2, weights, where, twin, (given, rest))

    def _step_cost(self, network, where, given):
        """½ · rate · ‖ε − ε̂‖² ``[N]`` at levels ``[N]``."""
        omega, rate = where
        x, eps = given["x"], given["eps"]
        wide = along(omega, x)
        x_t = jnp.sqrt(jax.nn.sigmoid(-wide)) * x + jnp.sqrt(jax.nn.sigmoid(wide)) * eps
        told = self._predict(network, x_t, omega, given["label"], given["key"])
        known = "eps" if told.kind == "score" else "x0"
        target = {"x0": x, "eps": eps}.get(told.kind)
        if target is None:
            target = convert(eps if known == "eps" else x, x_t, omega, known, told.kind)
        error = jnp.sum(jnp.square(target - told.value).reshape(len(x), -1), axis=-1)
        return 0.5 * rate * weight(told.kind, omega) * error

    def _predict(self, network, x_t, omega, label, key=None):
        omega = level_of(omega, x_t)
        return self.head.prediction(x_t, omega, self._output(network, x_t, omega, label, key))

    def _output(self, network, x_t, omega, label, key):
        batch = x_t.shape[:1]
        label = as_labels(label, self.classes, len(x_t), null=True, one=True)
        omega = jnp.broadcast_to(level_of(omega, x_t), batch)
        label = None if label is None else jnp.broadcast_to(jnp.asarray(label), batch)
        out = network(x_t, omega, label, **({} if key is None else {"key": key}))
        if out.shape != (*x_t.shape, self.head.channels):
            raise ValueError(
                f"the network must return [B, …, {self.head.channels}] for x_t [B, …] {list(x_t.shape)}, "
                f"it returned {list(out.shape)}"
            )
        return out
