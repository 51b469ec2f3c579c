"""A second call of fit compiles nothing where its steps compute the same, and anew where they do not."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from flax import nnx

from vdmlib import VDM, evaluate, fit
from vdmlib.training import identity, steps


class Line(nnx.Module):
    """y = w·x + b, the error weighed by numbers that are no weights."""

    def __init__(self, seed=0, shares=(1.0, 1.0), name="first", scale=1.0):
        self.w = nnx.Param(jax.random.normal(jax.random.key(seed), (2,)))
        self.shares, self.name, self.scale = nnx.Variable(jnp.array(shares)), name, scale

    def loss(self, batch, key):
        x, y = batch
        inner = jax.jit(lambda e: e * self.shares[...].mean())
        return self.scale * jnp.mean(jnp.square(inner(y - x @ self.w[...]))), {self.name: self.w[0]}


class Other(nnx.Module):
    """The same computation with weights of another name."""

    def __init__(self):
        self.v = nnx.Param(jnp.ones(2))

    def loss(self, batch, key):
        x, y = batch
        return jnp.mean(jnp.square(y - x @ self.v[...])), {"first": self.v[0]}


def data(count=32, seed=0):
    x = np.random.default_rng(seed).normal(size=(count, 2)).astype(np.float32)
    return x, x @ np.array([1, -2], np.float32)


def train(model=None, numbers=None, **more):
    options = dict(steps=6, batch_size=8, progress=False, devices=1, compile_cache=False) | more
    return fit(Line() if model is None else model, data() if numbers is None else numbers, **options)


@pytest.fixture
def compilations(monkeypatch):
    """How many programs were compiled since it was asked last."""
    monkeypatch.setattr(steps, "_PROGRAMS", {})
    count, right = [0], jax.stages.Lowered.compile

    def compile_(self, *args, **kwargs):
        count[0] += 1
        return right(self, *args, **kwargs)

    monkeypatch.setattr(jax.stages.Lowered, "compile", compile_)

    def since():
        found, count[0] = count[0], 0
        return found

    return since


SAME = {
    "nothing": {},
    "weights": {"model": Line(seed=4)},
    "data": {"numbers": data(seed=3)},
    "seed": {"seed": 5},
    "what is held out": {"validation": data(8), "evaluate_every": 6},
}
ANOTHER = {
    "numbers that are no weights": {"model": Line(shares=(1.0, 2.0))},
    "a number in the model": {"model": Line(scale=2.0)},
    "a name": {"model": Line(name="second")},
    "names of weights": {"model": Other()},
    "examples": {"numbers": data(40)},
    "batch_size": {"batch_size": 16},
    "learning_rate": {"learning_rate": 0.1},
    "optimiser": {"optimiser": optax.sgd(0.1)},
    "steps": {"steps": 12},
    "ema": {"ema": 0.5},
    "scan": {"scan": False},
    "loss": {"loss": lambda model, batch, key: (model.loss(batch, key)[0] + 1, {})},
}


@pytest.mark.parametrize("case", [*SAME, *ANOTHER])
def test_it_is_compiled_again_where_it_computes_something_else(case, compilations, monkeypatch):
    train()
    assert compilations() == 1
    more = (SAME | ANOTHER)[case]
    model, history = train(**more)
    assert compilations() == (case in ANOTHER)
    monkeypatch.setattr(steps, "_PROGRAMS", {})
    alone, wanted = train(**more)   # the same to the last bit as when nothing was there before
    np.testing.assert_array_equal(history.loss, wanted.loss)
    assert list(history.metrics) == list(wanted.metrics)
    for one, two in zip(jax.tree.leaves(nnx.state(model)), jax.tree.leaves(nnx.state(alone)), strict=True):
        np.testing.assert_array_equal(one, two)


def test_other_devices(compilations):
    train(devices=1)
    train(devices=jax.devices()[:1])
    assert compilations() == 1


def test_what_calls_python_is_compiled_anew(compilations):
    """A text cannot say what Python would do."""
    told = []

    def loss(which):
        def told_loss(model, batch, key):
            jax.debug.callback(lambda: told.append(which))
            return model.loss(batch, key)

        return told_loss

    train(loss=loss("one"), steps=1)
    train(loss=loss("two"), steps=1)
    jax.effects_barrier()
    assert set(told) == {"one", "two"} and compilations() == 2 and not steps._PROGRAMS


def test_few_programs_are_kept(compilations, monkeypatch):
    monkeypatch.setattr(steps, "KEPT", 2)
    for ema in (0.1, 0.2, 0.1, 0.3, 0.1, 0.2):   # the last used are kept: 0.2 went
        train(ema=ema)
    assert compilations() == 4 and len(steps._PROGRAMS) == 2


def test_a_vdm_of_another_seed_needs_no_compiling(compilations):
    points = np.random.default_rng(0).normal(size=(16, 2)).astype(np.float32)
    for seed in (0, 1):
        model = VDM((2,), None, width=8, depth=1, seed=seed)
        fit(model, points, steps=2, batch_size=8, progress=False, compile_cache=False, devices=1)
    assert compilations() == 1


def test_a_programs_checksum_heeds_what_inner_functions_hold():
    def program(numbers):
        return identity.program(jax.jit(lambda x: x * numbers), jnp.ones(3))

    one, two = np.arange(3.0), np.array([0.0, 1.0, 2.5])
    assert program(one) == program(one.copy()) != program(two)


def test_a_second_look_at_held_out_data_traces_no_loss():
    traced = []

    def loss(model, batch, key):
        traced.append(1)
        return model.loss(batch, key)

    first, second = (evaluate(Line(seed), data(8), loss=loss)["loss"] for seed in (0, 1))
    assert len(traced) == 1 and first != second
