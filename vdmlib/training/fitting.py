"""Training: many steps in one compiled call, the same result for the same seed."""

import os
import time
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx
from jax.typing import DTypeLike

from ..inputs.arrays import count_of
from ..inputs.given import Data
from ..inputs.options import number, one_of, whole
from ..runtime.flags import flag
from ..runtime.progress import ProgressLine, bar
from ..runtime.provenance import in_the_book, leave_training
from . import identity
from .batches import Batches
from .checkpoints import CheckpointError, Checkpoints, Store
from .compile_cache import use_compile_cache
from .devices import Devices, any_host, first_host
from .held_out import Evaluation
from .history import History, Record, TrainingDiverged
from .interrupts import interrupts
from .losses import accepted, as_objective, default_loss
from .optimisers import adam, mixing, transformation
from .precision import computing_in, has_convolutions
from .steps import CHECKED, compiled, descent, first_state


def fit(
    model: nnx.Module,
    data: Data,
    *,
    steps: int,
    seed: int = 0,
    batch_size: int = 64,
    learning_rate: float = 2e-3,
    weight_decay: float = 0.0,
    optimiser: optax.GradientTransformation | None = None,
    clip: float | None = 1.0,
    ema: float | None = 0.995,
    validation: Data | None = None,
    evaluate_every: int | None = None,
    keep: str = "best",
    loss: Callable[..., Any] = default_loss,
    compute_dtype: DTypeLike | None = None,
    checkpoint: str | os.PathLike[str] | Checkpoints | None = None,
    resume: bool = True,
    devices: int | Sequence[Any] | None = None,
    chunk: int = 100,
    scan: bool | None = None,
    compile_cache: bool | str | os.PathLike[str] = True,
    progress: bool = True,
) -> tuple[Any, History]:
    """Train a copy of ``model`` and hand it back with what happened.

    The data lies on the device. Batches run through it in an order that is shuffled anew each
    epoch and depends on ``seed`` and the step alone. ``chunk`` steps make one compiled call. A second
    call whose steps compute the same, from other weights, data or seed, does not compile again.

    Args:
      model: an ``nnx.Module``; it is left as it is.
      data: an array ``[N, ...]``, or a tuple or dictionary of arrays with one N; or
        :class:`~vdmlib.Images`. A batch has the same structure with ``batch_size`` for N. The
        library's models look at it first: levels, classes, finite numbers.
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
      compute_dtype: ``"bfloat16"`` makes the model's layers (``nnx.Linear``, ``nnx.Conv`` and their
        like) round weights and inputs to bfloat16 for their products, in training and its
        derivatives. Weights, gradient, optimiser, running mean and evaluation stay 32-bit floats.
      checkpoint: a folder, or :class:`~vdmlib.Checkpoints`, to write the whole state to: once a
        minute, at the end, and after Ctrl-C.
      resume: go on from the newest whole checkpoint in that folder, to the same result to the last
        bit as a run that was never stopped. With more ``steps`` than before, a finished run goes on too.
        The learning rate is then that of the longer run: it leaps up from 0, and the result is another
        than that of so many steps in one go. ``False`` wants an empty folder.
      devices: ``None`` for all there are, a number, or a list. Each step's batch is shared out
        among them; weights and data lie on all.
      chunk: steps in one compiled call; Ctrl-C is heeded between two of them.
      scan: whether those steps are a compiled loop. By default they are, save for convolutions on a
        CPU, which XLA runs some twenty times slower inside of one: then a call makes one step.
      compile_cache: whether to keep what XLA compiled, or the folder where; see :func:`~vdmlib.use_compile_cache`.
      progress: whether to show a line: that it compiles, then loss and rate of the steps.

    Returns:
      The trained model, and a :class:`History`. After Ctrl-C (or the stop button) they are what
      was reached so far.

    Raises:
      TrainingDiverged: the loss, the gradient or the weights are not finite; it names the step and
        the last good checkpoint.
      CheckpointError: the folder holds a run with other options; it says which. ``chunk``, ``scan``,
        ``devices`` and how often to write may differ: the result is then the same up to rounding.
      ValueError: data that the model cannot use, an option out of range, or a batch that cannot be
        shared out evenly among the devices; it says what was given and what is wanted.

    On several hosts, call ``jax.distributed.initialize`` in each process, then this with the same
    model, options and whole data in each, and a ``checkpoint`` folder that all of them see. Each
    computes on its share of every batch; all return the same model; the first one shows progress.

    >>> class Slope(nnx.Module):
    ...     def __init__(self):
    ...         self.w = nnx.Param(jnp.zeros(()))
    ...         self.b = nnx.Param(jnp.zeros(()))
    ...     def loss(self, batch, key):
    ...         x, y = batch
    ...         return jnp.mean((y - self.w * x - self.b) ** 2), {}
    >>> x = np.linspace(-1, 1, 64, dtype=np.float32)
    >>> model, history = fit(Slope(), (x, 3 * x), steps=200, batch_size=32, learning_rate=0.1,
    ...                      devices=1, progress=False)
    >>> round(float(model.w[...]), 2), history.steps
    (3.0, 200)

    Parts of a model may have rules of their own. Here the names on the way to an array, the first
    of them the model's attribute, choose between two; so a learned schedule takes smaller steps
    than the network.

    >>> import optax
    >>> def part(path, array):
    ...     return "bias" if path[0].key == "b" else "rest"
    >>> rules = optax.partition(
    ...     {"bias": optax.set_to_zero(), "rest": optax.adam(0.1)},
    ...     lambda weights: jax.tree.map_with_path(part, weights))
    >>> model, _ = fit(Slope(), (x, 3 * x + 1), steps=200, batch_size=32, optimiser=rules,
    ...                devices=1, progress=False)
    >>> round(float(model.w[...]), 1), float(model.b[...])
    (3.0, 0.0)
    """
    begun = time.perf_counter()
    data = accepted("fit: data", model, data, loss)
    validation = None if validation is None else accepted("fit: validation", model, validation, loss)
    count = count_of("fit: data", data)
    steps, chunk = whole("fit: steps", steps), whole("fit: chunk", chunk)
    seed = whole("fit: seed", seed, 0, 2**32 - 1)
    batch_size = count if batch_size is None else whole("fit: batch_size", batch_size)
    if batch_size > count:
        raise ValueError(
            f"fit: batch_size must lie in 1 … {count}, the size of the data, given {batch_size}; "
            "None takes all of it"
        )
    every = max(1, steps // 10) if evaluate_every is None else whole("fit: evaluate_every", evaluate_every)
    ema, keep = number("fit: ema", ema, least=0, below=1), one_of("keep", keep, ("best", "last"))
    if callable(learning_rate):
        raise ValueError("fit: learning_rate must be a number, the peak of fit's own schedule; another goes into optimiser=")
    learning_rate = number("fit: learning_rate", learning_rate, above=0)
    weight_decay = number("fit: weight_decay", weight_decay, least=0)
    clip = None if clip is None else number("fit: clip", clip, above=0)
    resume, scan = flag("fit: resume", resume), None if scan is None else flag("fit: scan", scan)
    line = ProgressLine(flag("fit: progress", progress) and first_host())
    row = Devices(devices)
    row.check(batch_size, count)
    _keep_compiled(compile_cache)
    if scan is None:
        scan = not (row.platform == "cpu" and has_convolutions(model))

    graph, weights, rest = nnx.split(model, nnx.Param, ...)
    objective = as_objective(loss, nnx.graphdef(computing_in(model, compute_dtype)), rest)
    rule = mixing(adam(learning_rate, weight_decay, clip, steps) if optimiser is None else transformation(optimiser))
    data = row.place(data)
    state = row.place(first_state(weights, rule))
    record = Record()
    store = None
    if checkpoint is not None or jax.process_count() > 1:
        options = {
            "seed": seed, "batch_size": batch_size, "ema": ema, "keep": keep,
            "compute_dtype": compute_dtype and jnp.dtype(compute_dtype).name,
            "evaluate_every": every if validation is not None else None,
            "optimiser given": optimiser is not None, "steps": steps,
        }
        if optimiser is None:
            options |= {"learning_rate": learning_rate, "weight_decay": weight_decay, "clip": clip}
        same = options | identity.of(objective, rule, weights, data, validation, batch_size)
        row.agree(same)
        if checkpoint is not None:
            store = Store(checkpoint, same, resume)
            state = store.load(state, record)
    if store and record.taken > steps:
        raise CheckpointError(
            f"fit: {store.folder} has come to step {record.taken}, beyond the {steps} asked for; "
            "vdmlib.restore brings back its weights"
        )
    if store:
        _longer(store, record, optimiser)

    line.update("compiling")
    cut = [every if validation is not None else steps, (store and store.options.every) or steps]
    chunk = min(chunk, steps, *cut)
    traced = time.perf_counter()
    if record.taken < steps:
        key = jax.random.key(seed)
        run = compiled(descent(objective, rule, ema), state, data, key, chunk, batch_size, row, scan)
    held_out = None
    if validation is not None:
        held_out = Evaluation(graph, rest, loss, validation, seed, row)
        held_out(state.mean)  # compiles
    compile_seconds = time.perf_counter() - traced

    batches = Batches(count, batch_size, seed)
    stopped = "finished"
    with interrupts() as interrupted:
        while record.taken < steps:
            now = min(chunk, steps - record.taken, *(n - record.taken % n for n in cut))
            index = batches(record.taken, now, chunk)
            started = time.perf_counter()
            state, log = run(state, index, now)
            finite = log.pop("finite")
            record.add(log, now, time.perf_counter() - started)
            if not finite.all():
                place, what = np.argwhere(~finite)[0]
                step = record.taken - now + int(place) + 1
                line.finish(f"stopped at step {step}: {CHECKED[what]} not finite")
                good = nnx.merge(graph, row.local(state.mean), rest)
                hint = "the data holds NaN or infinity" if _holds_what_is_not_finite(data) else None
                raise TrainingDiverged(step, good, CHECKED[what], store and store.last, hint)
            ended = record.taken == steps
            if held_out and (record.taken % every == 0 or ended):
                if record.evaluated(held_out(state.mean)) and keep == "best":
                    record.best_weights = jax.tree.map(jnp.copy, state.mean)
            line.update(_report(record, steps))
            stop, late = any_host(interrupted(), bool(store and store.late(record.taken)))
            if store and (stop or late or ended):
                store.save(state, record, record.seconds + time.perf_counter() - begun)
            if stop and not ended:
                stopped = "interrupted"
                break

    if store:
        store.close()
    record.seconds += time.perf_counter() - begun
    ending = "" if stopped == "finished" else f" · {stopped}"
    compiling = f", {compile_seconds:.1f} of them compiling" if compile_seconds >= 0.1 else ""
    time_taken = "" if in_the_book() else f" · {record.seconds:.1f} s{compiling}"
    line.finish(f"{_report(record, steps)}{time_taken}{ending}")
    final = state.mean if record.best_weights is None else record.best_weights
    history = record.history(stopped=stopped, compile_seconds=compile_seconds)
    leave_training(model, history, batch_size, seed)
    return nnx.merge(graph, row.local(final), rest), history


def _keep_compiled(where):
    """Whether, or where, compiled programs are kept."""
    if isinstance(where, (str, os.PathLike)):
        use_compile_cache(where)
    elif flag("fit: compile_cache", where):
        use_compile_cache()


def _longer(store, record, optimiser):
    """The run in the folder goes on to another number of steps: say what that means."""
    before = store.lengthen()
    if before and record.resumed_at is not None and optimiser is None and first_host():
        warnings.warn(
            f"fit: a run of {before} steps goes on from step {record.taken}; from here on the learning rate is that of "
            "the longer run, so the result is not the one of so many steps in one go",
            stacklevel=3,
        )


def _holds_what_is_not_finite(data):
    return any(not np.isfinite(leaf).all() for leaf in map(np.asarray, jax.tree.leaves(data)) if leaf.dtype.kind == "f")


def _report(record, steps):
    recent = np.concatenate(record.log["loss"][-100:])[-100:]
    parts = [f"{bar(record.taken, steps, width=10)} step {record.taken}/{steps}", f"loss {recent.mean():.2f}"]
    if record.evaluations:
        parts.append(f"held out {record.evaluations[-1][1]['loss']:.2f}")
    if not in_the_book():  # where the page of provenance has all times, and a chapter's page is the same in every build
        parts.append(f"{record.taken / max(record.stepping, 1e-9):.0f} steps/s")
    return " · ".join(parts)
