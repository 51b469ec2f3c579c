"""fit: it learns, repeats itself, stops when it must, and says what happened."""

import os
import signal
import threading
import time
from types import SimpleNamespace

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from flax import nnx

from vdmlib import VAE, TrainingDiverged, digits, evaluate, fit
from vdmlib.training import fitting
from vdmlib.training.held_out import Evaluation
from vdmlib.training.history import History
from vdmlib.training.interrupts import interrupts
from vdmlib.training.optimisers import adam
from vdmlib.training.precision import has_convolutions


class Line(nnx.Module):
    """y = w·x: its best w is known."""

    def __init__(self):
        self.w = nnx.Param(jnp.zeros((2,)))

    def loss(self, batch, key):
        x, y = batch
        error = y - x @ self.w[...]
        return jnp.mean(jnp.square(error)), {"largest": jnp.max(jnp.abs(error))}


def line_data(count=256, noise=0.0):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(count, 2)).astype(np.float32)
    return x, (x @ np.array([1.0, -2.0]) + noise * rng.normal(size=count)).astype(np.float32)


def weights(model):
    return [np.asarray(leaf) for leaf in jax.tree.leaves(nnx.state(model))]


QUIET = dict(learning_rate=0.05, batch_size=32, progress=False)


def test_it_learns_and_leaves_the_given_model_alone():
    start = Line()
    model, history = fit(start, line_data(), steps=300, validation=line_data(), **QUIET)
    np.testing.assert_allclose(model.w[...], [1.0, -2.0], atol=0.01)
    np.testing.assert_array_equal(start.w[...], [0.0, 0.0])
    assert history.steps == len(history.loss) == len(history.metrics["largest"]) == 300
    assert history.loss[0] > 1 > 0.01 > history.loss[-1]
    assert history.stopped == "finished"
    assert list(history.validation_steps) == list(range(30, 301, 30))
    assert history.validation["loss"][-1] < history.validation["loss"][0]
    assert history.seconds > history.compile_seconds > 0 and history.steps_per_second > 0
    assert repr(history).startswith("History(300 steps, finished, loss 0.00, held out best at step ") and "array" not in repr(history)


def test_what_stopped_a_run_comes_out_of_another_process():
    """An exception that cannot be unpickled hangs a pool of processes."""
    import pickle
    caught = pickle.loads(pickle.dumps(TrainingDiverged(3, Line(), "the loss is", "run/step_2", "look")))
    assert (caught.step, caught.checkpoint, str(caught)) == (3, "run/step_2", str(TrainingDiverged(3, None, "the loss is", "run/step_2", "look")))


def test_same_seed_same_result_other_seed_another():
    images = digits().train.images[:200]
    runs = [
        fit(VAE((8, 8), 17, latent=2, width=16, depth=0), images, steps=25, seed=seed, progress=False)
        for seed in (1, 1, 2)
    ]
    for a, b in zip(weights(runs[0][0]), weights(runs[1][0]), strict=True):
        np.testing.assert_array_equal(a, b)
    np.testing.assert_array_equal(runs[0][1].loss, runs[1][1].loss)
    assert not np.array_equal(runs[0][1].loss, runs[2][1].loss)


@pytest.mark.parametrize("chunk", [1, 7, 30, 1000])
def test_the_chunk_does_not_change_the_result(chunk):
    model, history = fit(Line(), line_data(noise=1.0), steps=30, chunk=chunk, **QUIET)
    wanted, log = fit(Line(), line_data(noise=1.0), steps=30, chunk=10, **QUIET)
    np.testing.assert_allclose(history.loss, log.loss, rtol=1e-5)
    np.testing.assert_allclose(model.w[...], wanted.w[...], rtol=1e-5)


def test_steps_agree_with_a_plain_loop():
    """The compiled steps against optax in a Python loop over the same batches."""
    data, rate = line_data(noise=1.0), optax.sgd(0.1)
    model, history = fit(Line(), data, steps=12, optimiser=rate, batch_size=None, ema=0, progress=False)
    w, state, losses = jnp.zeros(2), rate.init(jnp.zeros(2)), []
    for _ in range(12):
        value, gradient = jax.value_and_grad(lambda w: jnp.mean(jnp.square(data[1] - data[0] @ w)))(w)
        updates, state = rate.update(gradient, state)
        w = optax.apply_updates(w, updates)
        losses.append(value)
    np.testing.assert_allclose(history.loss, losses, rtol=1e-5)
    np.testing.assert_allclose(model.w[...], w, rtol=1e-5)


def test_an_epoch_sees_every_example_once():
    class Memory(nnx.Module):
        def __init__(self):
            self.w = nnx.Param(jnp.zeros(()))

        def loss(self, batch, key):
            return 0.0 * self.w[...], {"sum": batch.sum(), "least": batch.min()}

    numbers = np.arange(40, dtype=np.float32)
    _, history = fit(Memory(), numbers, steps=8, batch_size=10, progress=False)
    sums = history.metrics["sum"]
    assert sums[:4].sum() == sums[4:].sum() == numbers.sum()
    assert not np.array_equal(sums[:4], sums[4:])


def test_running_mean_of_the_weights():
    data = line_data(noise=3.0)
    plain, _ = fit(Line(), data, steps=400, ema=0, optimiser=optax.sgd(0.3), batch_size=4, progress=False)
    mean, _ = fit(Line(), data, steps=400, ema=0.99, optimiser=optax.sgd(0.3), batch_size=4, progress=False)
    best = np.linalg.lstsq(*data, rcond=None)[0]
    assert np.linalg.norm(mean.w[...] - best) < 0.5 * np.linalg.norm(plain.w[...] - best)


def test_clipping_bounds_the_step():
    far = (np.ones((8, 2), np.float32), np.full(8, 1e6, np.float32))
    clipped = optax.chain(optax.clip_by_global_norm(1.0), optax.sgd(1.0))
    model, _ = fit(Line(), far, steps=1, optimiser=clipped, batch_size=8, ema=0, progress=False)
    np.testing.assert_allclose(np.linalg.norm(model.w[...]), 1.0, rtol=1e-5)


def test_keep_best_returns_the_weights_of_the_least_held_out_loss():
    x, y = line_data(16, noise=1.0)
    held_out = (x, -y)   # the better the fit, the worse here
    best, history = fit(Line(), (x, y), steps=100, validation=held_out, evaluate_every=10,
                        learning_rate=0.05, batch_size=16, progress=False)
    last, _ = fit(Line(), (x, y), steps=100, validation=held_out, evaluate_every=10, keep="last",
                  learning_rate=0.05, batch_size=16, progress=False)
    assert history.best_step == 10 == history.validation_steps[np.argmin(history.validation["loss"])]
    assert evaluate(best, held_out)["loss"] < evaluate(last, held_out)["loss"]
    np.testing.assert_allclose(evaluate(best, held_out)["loss"], history.validation["loss"].min(), rtol=1e-5)


def test_evaluate_weighs_a_short_last_batch_rightly():
    x, y = line_data(10)
    whole, parts = evaluate(Line(), (x, y)), evaluate(Line(), (x, y), batch_size=4)
    np.testing.assert_allclose(whole["loss"], parts["loss"], rtol=1e-5)


def test_data_may_be_a_dictionary():
    class Mean(nnx.Module):
        def __init__(self):
            self.w = nnx.Param(jnp.zeros(()))

        def loss(self, batch, key):
            return jnp.mean(jnp.square(batch["x"] - self.w[...])), {}

    model, _ = fit(Mean(), {"x": np.full(64, 2.0, np.float32)}, steps=200, **QUIET)
    np.testing.assert_allclose(model.w[...], 2.0, atol=0.02)


@pytest.mark.parametrize("kind", ["loss", "gradient"])
def test_a_nan_stops_it_with_the_step_named_and_the_last_good_model(kind):
    class Trap(nnx.Module):
        """Falls towards zero by a steady step; beyond 0.55 something is not finite."""

        def __init__(self):
            self.w = nnx.Param(jnp.ones(()))

        def loss(self, batch, key):
            w = self.w[...]
            if kind == "loss":
                return jnp.where(w < 0.55, jnp.nan, w), {}
            return w + 0.0 * jnp.sqrt(jnp.maximum(w - 0.55, 0.0)), {}

    with pytest.raises(TrainingDiverged, match=f"the {kind} is not finite at step 6") as caught:
        fit(Trap(), np.zeros((4, 1), np.float32), steps=50, optimiser=optax.sgd(0.1), batch_size=4,
            ema=0, progress=False)
    assert caught.value.step == 6
    np.testing.assert_allclose(caught.value.model.w[...], 0.5, atol=1e-5)


def test_weights_that_leave_the_numbers_are_noticed_at_the_step_that_did_it():
    class Far(nnx.Module):
        def __init__(self):
            self.w = nnx.Param(jnp.ones(()))

        def loss(self, batch, key):
            return -self.w[...], {}

    far = optax.scale(-2e38)   # 1, 2e38, then beyond what 32 bits hold
    said = "the weights after the step are not finite at step 2"
    with pytest.raises(TrainingDiverged, match=said) as caught:
        fit(Far(), np.zeros((4, 1), np.float32), steps=5, optimiser=far, batch_size=4, ema=0, progress=False)
    np.testing.assert_allclose(caught.value.model.w[...], 2e38, rtol=1e-6)


def test_ctrl_c_returns_the_model_so_far(monkeypatch):
    from vdmlib import ProgressLine

    shown = []

    def update(self, text):
        shown.append(text)
        if len(shown) == 4:  # the first says that it compiles
            os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(ProgressLine, "update", update)
    before = signal.getsignal(signal.SIGINT)
    model, history = fit(Line(), line_data(), steps=10**6, chunk=20, evaluate_every=10**6, **QUIET)
    assert history.stopped == "interrupted"
    assert "compiling" in shown[0] and "compiling" not in shown[1]
    assert history.steps == len(history.loss) == 60
    wanted, _ = fit(Line(), line_data(), steps=60, chunk=20, optimiser=adam(0.05, 0.0, 1.0, 10**6), **QUIET)
    np.testing.assert_allclose(model.w[...], wanted.w[...], rtol=1e-5)
    assert signal.getsignal(signal.SIGINT) is before


def test_a_second_ctrl_c_is_not_held_back():
    with pytest.raises(KeyboardInterrupt), interrupts() as interrupted:
        os.kill(os.getpid(), signal.SIGINT)
        while not interrupted():
            pass
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(5)


def test_it_runs_outside_of_the_main_thread():
    found = []
    thread = threading.Thread(target=lambda: found.append(fit(Line(), line_data(), steps=5, **QUIET)))
    thread.start()
    thread.join()
    assert found[0][1].steps == 5


class Layer(nnx.Module):
    """y = w·x by a layer of Flax."""

    def __init__(self):
        self.layer = nnx.Linear(2, 1, use_bias=False, rngs=nnx.Rngs(0))

    def loss(self, batch, key):
        x, y = batch
        error = y - self.layer(x)[:, 0].astype(jnp.float32)
        return jnp.mean(jnp.square(error)), {}


def test_bfloat16_rounds_products_and_nothing_else():
    """Against a loop with the roundings written out; weights and steps in 32 bits."""
    (x, y), rule, rounded = line_data(noise=1.0), optax.sgd(0.1), jnp.bfloat16
    options = dict(steps=12, optimiser=rule, batch_size=None, ema=0, progress=False)
    model, history = fit(Layer(), (x, y), compute_dtype="bfloat16", **options)
    wide, _ = fit(Layer(), (x, y), **options)

    def loss(w):
        error = y - (x.astype(rounded) @ w.astype(rounded))[:, 0].astype(jnp.float32)
        return jnp.mean(jnp.square(error))

    w, losses = Layer().layer.kernel[...], []
    for _ in range(12):
        value, gradient = jax.value_and_grad(loss)(w)
        assert gradient.dtype == w.dtype == jnp.float32
        w = w - 0.1 * gradient
        losses.append(value)
    np.testing.assert_allclose(history.loss, losses, rtol=1e-5)
    np.testing.assert_allclose(model.layer.kernel[...], w, rtol=1e-5)
    assert model.layer.kernel[...].dtype == jnp.float32 and model.layer(x).dtype == jnp.float32
    assert np.abs(model.layer.kernel[...] - wide.layer.kernel[...]).max() > 1e-4


class Blur(nnx.Module):
    def __init__(self):
        self.conv = nnx.Conv(1, 1, (3, 3), rngs=nnx.Rngs(0))

    def loss(self, batch, key):
        return jnp.mean(jnp.square(batch - self.conv(batch))), {"mean": jnp.mean(batch)}


def test_convolutions_are_stepped_outside_of_the_loop_on_a_cpu(monkeypatch):
    images, scans = np.random.default_rng(0).normal(size=(32, 4, 4, 1)).astype(np.float32), []

    def spy(*given):
        scans.append(given[-1])
        return compiled(*given)

    compiled = fitting.compiled
    monkeypatch.setattr(fitting, "compiled", spy)
    options = dict(steps=7, batch_size=8, learning_rate=0.1, chunk=3, progress=False)
    apart, history = fit(Blur(), images, **options)
    inside, wanted = fit(Blur(), images, scan=True, **options)
    fit(Line(), line_data(), steps=1, **QUIET)
    assert scans == [jax.default_backend() != "cpu", True, True]
    np.testing.assert_allclose(history.loss, wanted.loss, rtol=1e-5)
    np.testing.assert_allclose(history.metrics["mean"], wanted.metrics["mean"], rtol=1e-5)
    np.testing.assert_allclose(apart.conv.kernel[...], inside.conv.kernel[...], rtol=1e-4, atol=1e-6)


def test_what_counts_as_a_convolution():
    class Says(nnx.Module):
        convolutional = True

    assert has_convolutions(Blur()) and has_convolutions(nnx.Dict(part=Says()))
    assert not has_convolutions(Layer())


def test_a_loss_must_give_a_scalar_and_a_dictionary():
    with pytest.raises(TypeError, match="a scalar and a dictionary of scalars .* given"):
        fit(Line(), line_data(), steps=1, loss=lambda model, batch, key: model.w[0], **QUIET)


@pytest.mark.parametrize(
    "options, words",
    [
        (dict(steps=0), "steps must be a whole number of at least 1, given 0"),
        (dict(steps=2.5), "given 2.5"),
        (dict(steps=5, chunk=0), "chunk must be"),
        (dict(steps=5, batch_size=0), "batch_size must be a whole number of at least 1, given 0"),
        (dict(steps=5, batch_size=257), "None takes all"),
        (dict(steps=5, ema=1.0), r"ema must lie in \[0, 1\)"),
        (dict(steps=5, keep="first"), "no keep 'first'; there are best, last"),
        (dict(steps=5, evaluate_every=0), "evaluate_every must be a whole number of at least 1"),
        (dict(steps=5, seed=-1), "seed must be"),
        (dict(steps=5, validation=(np.zeros((0, 2)), np.zeros(0))), "validation is empty"),
        (dict(steps=5, data=(np.zeros((0, 2)), np.zeros(0))), "data is empty"),
        (dict(steps=5, data=()), "data is empty"),
        (dict(steps=5, compute_dtype="float16"), "compute_dtype must be None or bfloat16, given 'float16'"),
        (dict(steps=5, compute_dtype="bfloat16"), "acts on layers such as nnx.Linear .*, and Line has none"),
        (dict(steps=5, data=(np.zeros((3, 2)), np.zeros(4))), r"different lengths, \[3, 4\]"),
    ],
)
def test_bad_use_says_what_is_wanted(options, words):
    options = {"data": line_data(), "progress": False, **options}
    with pytest.raises(ValueError, match=words):
        fit(Line(), options.pop("data"), **options)


def test_the_default_vae_learns_digits():
    """Short of the book's run, and far below a coder that knows nothing (log2 17 = 4.09 bits/dim)."""
    data = digits()
    model, history = fit(VAE.for_data(data), data.train.images, steps=300, progress=False)
    found = evaluate(model, data.test.images)
    assert found["bits_per_dim"] < 2.2
    assert found["prior_matching"] > 5   # the latent is used
    error = np.abs(model.reconstruct(data.test.images) - data.test.images).mean()
    assert error < 1.6   # grey levels of 16


def test_held_out_draws_are_those_of_no_step():
    draw = lambda model, batch, key: (jax.random.uniform(key), {})  # noqa: E731
    held_out = evaluate(Line(), line_data(8), seed=3, loss=draw)["loss"]
    steps = [jax.random.fold_in(jax.random.key(3), step) for step in range(200)]
    assert held_out not in {float(jax.random.uniform(key)) for step in steps for key in (step, jax.random.fold_in(step, 0))}


def test_held_out_data_are_shared_among_devices_where_their_length_allows():
    placed = []
    devices = SimpleNamespace(count=4, shared="shared", whole="whole", place=lambda part, how: placed.append((len(part[0]), how)) or part)
    graph, _, rest = nnx.split(Line(), nnx.Param, ...)
    Evaluation(graph, rest, fitting.default_loss, line_data(22), 0, devices, batch_size=8)
    assert placed == [(8, "shared"), (8, "shared"), (6, "whole")]


def test_a_seed_for_held_out_draws_has_32_bits():
    model, data = Line(), line_data(4)
    assert evaluate(model, data, seed=2**32 - 1)["loss"] == evaluate(model, data)["loss"]  # this loss draws nothing
    with pytest.raises(ValueError, match="evaluate: seed"):
        evaluate(model, data, seed=2**32)


def test_a_history_of_ones_own_took_no_time():
    history = History(np.array([2.0, 1.0]), {})
    assert history.steps == 2 and history.seconds == history.compile_seconds == history.steps_per_second == 0
    assert repr(history) == "History(2 steps, finished, loss 1.00, 0.0 s)"
