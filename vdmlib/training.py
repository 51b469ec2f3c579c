"""Training: many steps in one compiled call, the same result for the same seed."""

import inspect
import signal
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx

from .progress import ProgressLine, bar


class TrainingDiverged(FloatingPointError):
    """The loss or the gradient was not finite.

    Attributes:
      step: the first step (from 1) at which that happened.
      model: the model as it was before that step.
    """

    def __init__(self, step, model, what):
        super().__init__(
            f"{what} is not finite at step {step}; the weights from before that step are in "
            "this error's .model (a smaller learning_rate or clip may help)"
        )
        self.step = step
        self.model = model


@dataclass
class History:
    """What happened in training.

    Attributes:
      loss: ``[steps]``, the loss of each step's batch, in the unit of the model's loss (nats).
      metrics: name to ``[steps]``, what the loss reports beside itself.
      validation: name to ``[evaluations]``, ``loss`` among the names; empty without held-out data.
      validation_steps: ``[evaluations]``, after how many steps.
      best_step: after how many steps the held-out loss was least; ``None`` without held-out data.
      stopped: "finished" or "interrupted".
      seconds: wall time in all. compile_seconds: of which compiling.
      steps_per_second: over the time that was spent on steps alone.
    """

    loss: np.ndarray
    metrics: dict
    validation: dict = field(default_factory=dict)
    validation_steps: np.ndarray = field(default_factory=lambda: np.zeros(0, int))
    best_step: int | None = None
    stopped: str = "finished"
    seconds: float = 0.0
    compile_seconds: float = 0.0
    steps_per_second: float = 0.0

    @property
    def steps(self):
        """How many steps were taken."""
        return len(self.loss)


def default_loss(model, batch, key, step=None):
    """``model.loss(batch, key)``, with ``step=step`` in training where that loss asks for it."""
    if step is not None and _wants_step(model.loss):
        return model.loss(batch, key, step=step)
    return model.loss(batch, key)


def fit(
    model,
    data,
    *,
    steps,
    seed=0,
    batch_size=64,
    learning_rate=2e-3,
    weight_decay=0.0,
    optimiser=None,
    clip=1.0,
    ema=0.995,
    validation=None,
    evaluate_every=None,
    keep="best",
    loss=default_loss,
    chunk=100,
    progress=True,
):
    """Train a copy of ``model`` and hand it back with what happened.

    The data lies on the device. Batches run through it in an order that is shuffled anew each
    epoch and depends on ``seed`` and the step alone. ``chunk`` steps make one compiled call.

    Args:
      model: an ``nnx.Module``; it is left as it is.
      data: an array ``[N, ...]``, or a tuple or dictionary of arrays with one N. A batch has the
        same structure with ``batch_size`` for N.
      steps: how many steps.
      seed: a whole number; the same one gives the same result on the same machine.
      batch_size: examples a step; ``None`` for all of them.
      learning_rate: the peak; it rises over the first twentieth and falls to 0 by a cosine.
      weight_decay: decoupled decay of the weights (AdamW); 0 for none.
      optimiser: an optax transformation in place of all that; ``learning_rate``, ``weight_decay``
        and ``clip`` then play no part.
      clip: the greatest norm of the whole gradient; ``None`` for no limit.
      ema: decay of the running mean of the weights, in [0, 1); 0 for the weights themselves. The
        mean is what is evaluated and returned. The decay is less in the first steps.
      validation: held-out data of the same structure, or ``None``.
      evaluate_every: steps between evaluations; by default a tenth of ``steps``.
      keep: "best" returns the weights of the least held-out loss, "last" the last ones.
      loss: ``loss(model, batch, key)`` to a scalar and a dictionary of scalars. One with a parameter
        ``step`` is also told how many steps came before, in training alone: for a warm-up.
      chunk: steps in one compiled call; Ctrl-C is heeded between two of them.
      progress: whether to show a line with loss and rate.

    Returns:
      The trained model, and a :class:`History`. After Ctrl-C (or the stop button) they are what
      was reached so far.

    Raises:
      TrainingDiverged: the loss or the gradient is not finite; it names the step.
      ValueError: empty data, lengths that differ, or an option out of range.

    >>> class Slope(nnx.Module):
    ...     def __init__(self):
    ...         self.w = nnx.Param(jnp.zeros(()))
    ...     def loss(self, batch, key):
    ...         x, y = batch
    ...         return jnp.mean((y - self.w * x) ** 2), {}
    >>> x = np.linspace(-1, 1, 64, dtype=np.float32)
    >>> model, history = fit(Slope(), (x, 3 * x), steps=200, batch_size=32, learning_rate=0.1,
    ...                      progress=False)
    >>> round(float(model.w[...]), 2), history.steps
    (3.0, 200)
    """
    count = _length("data", data)
    if validation is not None:
        _length("validation", validation)
    for name, value in {"steps": steps, "chunk": chunk}.items():
        if int(value) != value or value < 1:
            raise ValueError(f"fit: {name} must be a whole number of at least 1, given {value!r}")
    batch_size = count if batch_size is None else batch_size
    if not 1 <= batch_size <= count:
        raise ValueError(
            f"fit: batch_size must lie in 1 … {count}, the size of the data, given {batch_size}; "
            "None takes all of it"
        )
    if not 0 <= ema < 1:
        raise ValueError(f"fit: ema must lie in [0, 1), given {ema}")
    if keep not in ("best", "last"):
        raise ValueError(f'fit: keep must be "best" or "last", given {keep!r}')
    every = max(1, steps // 10) if evaluate_every is None else evaluate_every
    if every < 1:
        raise ValueError(f"fit: evaluate_every must be at least 1, given {every}")
    if optimiser is None:
        optimiser = _adam(learning_rate, weight_decay, clip, steps)

    if int(seed) != seed or not 0 <= seed < 2**32:
        raise ValueError(f"fit: seed must be a whole number in 0 … 2³² − 1, given {seed!r}")

    begun = time.perf_counter()
    chunk = min(chunk, steps, every if validation is not None else steps)
    graph, weights, rest = nnx.split(model, nnx.Param, ...)
    data = jax.tree.map(jnp.asarray, data)
    # copies, since the compiled call takes its first argument's memory
    weights = jax.tree.map(jnp.copy, weights)
    state = {
        "weights": weights,
        "mean": jax.tree.map(jnp.copy, weights),
        "optimiser": optimiser.init(weights),
        "step": jnp.zeros((), jnp.int32),
        "bad": jnp.zeros((), bool),
    }
    run = _compiled_steps(graph, rest, optimiser, loss, ema)
    batches = _Batches(count, batch_size, seed)
    key = jax.random.key(seed)
    first = jnp.zeros((chunk, batch_size), jnp.int32)
    run = run.lower(state, data, first, jnp.zeros((), jnp.int32), key).compile()
    held_out = None
    if validation is not None:
        held_out = _Evaluation(graph, rest, loss, jax.tree.map(jnp.asarray, validation), seed)
        held_out(state["mean"])  # compiles
    compiled = time.perf_counter()

    line = ProgressLine(progress)
    logs, evaluations, best, taken, stopped = [], [], None, 0, "finished"
    stepping = 0.0
    with _interrupts() as interrupted:
        while taken < steps:
            now = min(chunk, steps - taken, every - taken % every)
            index = jnp.asarray(batches.chunk(taken, now, chunk))
            started = time.perf_counter()
            state, log = run(state, data, index, jnp.asarray(now, jnp.int32), key)
            log = {name: np.asarray(values)[:now] for name, values in log.items()}
            stepping += time.perf_counter() - started
            logs.append(log)
            taken += now
            if bool(state["bad"]):
                good = int(np.argmin(log["finite"]))
                model = nnx.merge(graph, state["mean"] if ema else state["weights"], rest)
                what = "the gradient" if np.isfinite(log["loss"][good]) else "the loss"
                line.finish(f"stopped at step {taken - now + good + 1}: {what} is not finite")
                raise TrainingDiverged(taken - now + good + 1, model, what)
            if held_out and (taken % every == 0 or taken == steps):
                result = held_out(state["mean"])
                evaluations.append((taken, result))
                if keep == "best" and (best is None or result["loss"] < best[1]):
                    best = taken, result["loss"], jax.tree.map(jnp.copy, state["mean"])
            line.update(_report(taken, steps, logs, evaluations, taken / stepping))
            if interrupted():
                stopped = "interrupted"
                break

    final = best[2] if best else state["mean"]
    history = History(
        loss=np.concatenate([log["loss"] for log in logs]),
        metrics={
            name: np.concatenate([log[name] for log in logs])
            for name in logs[0]
            if name not in ("loss", "finite")
        },
        validation={
            name: np.array([result[name] for _, result in evaluations])
            for name in (evaluations[0][1] if evaluations else ())
        },
        validation_steps=np.array([step for step, _ in evaluations], int),
        best_step=min(evaluations, key=lambda e: e[1]["loss"])[0] if evaluations else None,
        stopped=stopped,
        seconds=time.perf_counter() - begun,
        compile_seconds=compiled - begun,
        steps_per_second=taken / stepping,
    )
    ending = f" · {history.seconds:.1f} s" + ("" if stopped == "finished" else f" · {stopped}")
    line.finish(_report(taken, steps, logs, evaluations, history.steps_per_second) + ending)
    return nnx.merge(graph, final, rest), history


def evaluate(model, data, *, seed=0, batch_size=1024, loss=default_loss):
    """The mean of the loss and of what it reports over all of ``data``.

    Args:
      model: an ``nnx.Module``.
      data: as in :func:`fit`.
      seed: for the draws that the loss makes.
      batch_size: examples a call.
      loss: as in :func:`fit`.

    Returns:
      A dictionary of numbers, ``loss`` among them, in the units of the loss.

    Raises:
      ValueError: empty data or lengths that differ.

    >>> from vdmlib import VAE
    >>> found = evaluate(VAE((8, 8), 17, latent=2, width=16), np.zeros((5, 8, 8), np.uint8))
    >>> sorted(found)
    ['bits_per_dim', 'loss', 'prior_matching', 'reconstruction']
    """
    _length("data", data)
    graph, weights, rest = nnx.split(model, nnx.Param, ...)
    data = jax.tree.map(jnp.asarray, data)
    return _Evaluation(graph, rest, loss, data, seed, batch_size)(weights)


def _compiled_steps(graph, rest, optimiser, loss, ema):
    """The jitted function of (state, data, index [chunk, batch], how many, key)."""

    told = _wants_step(loss)

    def objective(weights, batch, key, count):
        more = {"step": count} if told else {}
        return loss(nnx.merge(graph, weights, rest), batch, key, **more)

    def step(state, batch, key):
        (value, metrics), gradient = jax.value_and_grad(objective, has_aux=True)(
            state["weights"], batch, jax.random.fold_in(key, state["step"]), state["step"]
        )
        finite = jnp.isfinite(value) & jnp.isfinite(optax.tree.norm(gradient)) & ~state["bad"]
        updates, moments = optimiser.update(gradient, state["optimiser"], state["weights"])
        weights = optax.apply_updates(state["weights"], updates)
        count = state["step"] + 1
        decay = jnp.minimum(ema, count / (count + 10.0)) if ema else 0.0
        mean = jax.tree.map(lambda m, w: decay * m + (1 - decay) * w, state["mean"], weights)
        new = {
            "weights": weights,
            "mean": mean,
            "optimiser": moments,
            "step": count,
            "bad": state["bad"],
        }
        # after a bad step nothing moves any more, so that the last good weights remain
        new = jax.tree.map(lambda n, o: jnp.where(finite, n, o), new, state)
        return {**new, "bad": ~finite}, {"loss": value, "finite": finite, **metrics}

    def steps(state, data, index, now, key):
        def at(i):
            return jax.tree.map(lambda a: a[index[i]], data)

        shapes = jax.eval_shape(lambda s: step(s, at(0), key)[1], state)
        logs = jax.tree.map(lambda s: jnp.zeros((len(index), *s.shape), s.dtype), shapes)

        def body(i, carry):
            state, logs = carry
            state, log = step(state, at(i), key)
            return state, jax.tree.map(lambda all, one: all.at[i].set(one), logs, log)

        return jax.lax.fori_loop(0, now, body, (state, logs))

    return jax.jit(steps, donate_argnums=0)


@partial(jax.jit, static_argnums=(0, 1))
def _value(graph, loss, rest, weights, batch, key):
    """What the loss says of one batch; compiled once for all models of one structure."""
    number, metrics = loss(nnx.merge(graph, weights, rest), batch, key)
    return {"loss": number, **metrics}


class _Evaluation:
    """Held-out means for given weights, always with the same draws."""

    def __init__(self, graph, rest, loss, data, seed, batch_size=1024):
        self._parts = []
        count = len(jax.tree.leaves(data)[0])
        for start in range(0, count, batch_size):
            part = jax.tree.map(lambda a, s=start: a[s : s + batch_size], data)
            self._parts.append((len(jax.tree.leaves(part)[0]) / count, part))
        self._key = jax.random.fold_in(jax.random.key(seed), 2**32 - 1)
        self._value = lambda *given: _value(graph, loss, rest, *given)

    def __call__(self, weights):
        total = {}
        for i, (share, part) in enumerate(self._parts):
            found = jax.device_get(self._value(weights, part, jax.random.fold_in(self._key, i)))
            for name, number in found.items():
                total[name] = total.get(name, 0.0) + share * float(number)
        return total


class _Batches:
    """Which examples make the batch of a step: a function of seed and step alone."""

    def __init__(self, count, size, seed):
        self._count, self._size, self._seed = count, size, seed
        self._epoch, self._order = -1, None

    def chunk(self, start, now, length):
        """Indices ``[length, size]`` of the steps from ``start``; rows from ``now`` on are zeros."""
        index = np.zeros((length, self._size), np.int32)
        a_pass = self._count // self._size
        for row in range(now):
            epoch, place = divmod(start + row, a_pass)
            if epoch != self._epoch:
                generator = np.random.default_rng([self._seed, epoch])
                self._epoch, self._order = epoch, generator.permutation(self._count)
            index[row] = self._order[place * self._size : (place + 1) * self._size]
        return index


def _wants_step(loss):
    return "step" in inspect.signature(loss).parameters


def _adam(learning_rate, weight_decay, clip, steps):
    warm_up = max(1, steps // 20)
    rate = optax.warmup_cosine_decay_schedule(0.0, learning_rate, warm_up, max(steps, warm_up + 1))
    parts = [] if clip is None else [optax.clip_by_global_norm(clip)]
    return optax.chain(*parts, optax.adamw(rate, weight_decay=weight_decay))


def _length(name, data):
    leaves = jax.tree.leaves(data)
    lengths = {np.shape(leaf)[0] if np.ndim(leaf) else 0 for leaf in leaves}
    if not leaves or 0 in lengths:
        raise ValueError(f"fit: {name} is empty; arrays [N, ...] with N ≥ 1 are wanted")
    if len(lengths) > 1:
        raise ValueError(f"fit: {name} has arrays of different lengths, {sorted(lengths)}")
    return lengths.pop()


@contextmanager
def _interrupts():
    """Ctrl-C raises a flag instead of an error; a second one is an error as always."""
    if threading.current_thread() is not threading.main_thread():
        yield lambda: False  # only the main thread may set handlers
        return
    before = signal.getsignal(signal.SIGINT)
    flag = threading.Event()

    def handler(number, frame):
        if flag.is_set():
            raise KeyboardInterrupt
        flag.set()

    signal.signal(signal.SIGINT, handler)
    try:
        yield flag.is_set
    finally:
        signal.signal(signal.SIGINT, before)


def _report(taken, steps, logs, evaluations, rate):
    recent = np.concatenate([log["loss"] for log in logs[-3:]])[-100:]
    parts = [f"{bar(taken, steps, width=10)} step {taken}/{steps}", f"loss {recent.mean():.2f}"]
    if evaluations:
        parts.append(f"held out {evaluations[-1][1]['loss']:.2f}")
    return " · ".join([*parts, f"{rate:.0f} steps/s"])
