"""How many steps a bound or a sampler has is a number that compiled code is given: another number compiles nothing."""

import jax
import jax.monitoring
import jax.numpy as jnp
import numpy as np
import pytest
from flax import nnx

from vdmlib import VDM, ancestral, code_length, ddim, predictor_corrector, schedule
from vdmlib.diffusion.parameterizations import Prediction
from vdmlib.samplers import drive

POINTS = np.random.default_rng(0).normal(size=(6, 2)).astype(np.float32)
LEVELS = np.random.default_rng(0).integers(0, 5, (6, 2, 2)).astype(np.uint8)
WALKS = {"ancestral": ancestral, "ddim": ddim, "predictor_corrector": predictor_corrector}


def model(**more):
    return VDM((2,), None, width=8, depth=1, **more)


@pytest.fixture
def compiled():
    """The names of the programs that were compiled since it was asked last."""
    names = []

    def listen(event, _, fun_name="", **__):
        if event == "/jax/core/compile/backend_compile_duration":
            names.append(fun_name)

    jax.monitoring.register_event_duration_secs_listener(listen)

    def since():
        found = names[:]
        names.clear()
        return found

    yield since
    jax.monitoring.unregister_event_duration_listener(listen)


def of_the_bound(model):
    return np.asarray(model.elbo(POINTS, 0).diffusion)


def test_a_bound_of_another_number_of_steps_compiles_nothing(compiled):
    of_the_bound(model(steps=9))
    compiled()
    for steps in (1, 4, 100):
        of_the_bound(model(steps=steps, seed=steps))
    assert "jit(elbo)" not in compiled()
    of_the_bound(model())   # continuous time is another computation
    assert compiled().count("jit(elbo)") == 1


@pytest.mark.parametrize("steps", [1, 7, 50])
def test_such_a_bound_is_that_of_its_steps(steps):
    """Beside the integrand at the ends of steps, one step after another, with the same noise for each."""
    one = model(steps=steps)
    with jax.disable_jit():
        alone = of_the_bound(one)
    np.testing.assert_allclose(of_the_bound(one), alone, rtol=1e-4)
    assert not np.allclose(of_the_bound(one), of_the_bound(model(steps=steps + 3)), rtol=1e-3)


def test_the_model_itself_stays_as_it_is():
    one = model(steps=9)
    before = nnx.graphdef(one), jax.tree.structure(one), one.made_with
    of_the_bound(one)
    assert one.steps == 9 and type(one.steps) is int
    assert (nnx.graphdef(one), jax.tree.structure(one), one.made_with) == before


def test_a_bound_of_steps_is_differentiated_and_compiled_within():
    one = model(steps=9)
    slope = nnx.grad(lambda m: m.elbo(POINTS, 0).elbo.mean())(one)
    assert any(bool(jnp.any(leaf != 0)) for leaf in jax.tree.leaves(slope))
    within = jax.jit(lambda m, x: m.elbo(x, 0).diffusion)(one, jnp.asarray(POINTS))
    np.testing.assert_allclose(within, of_the_bound(one), rtol=1e-5)


@pytest.mark.parametrize("name", WALKS)
def test_a_way_of_another_length_compiles_no_step(name, compiled):
    one = model()
    one.generate(0, 4, steps=3, sampler=name)
    compiled()
    for steps in (1, 17, 200):
        one.generate(0, 4, steps=steps, sampler=name)
    assert not {"jit(_counted)", "jit(_scanned)"} & set(compiled())
    one.generate(0, 4, steps=300, sampler=name)   # a longer grid has a room of its own
    assert compiled().count("jit(_counted)") == 1


@pytest.mark.parametrize("steps", [1, 2, 13, 254, 255, 256])
@pytest.mark.parametrize("name", WALKS)
def test_it_ends_where_the_whole_way_does(name, steps):
    one, given = model(), dict(steps=steps, final="state")
    end = WALKS[name](one.denoise, one.schedule, 0, (4, 2), **given)
    way = WALKS[name](one.denoise, one.schedule, 0, (4, 2), trajectory=True, **given)
    assert len(way) == steps + 1
    np.testing.assert_allclose(end, way[-1], rtol=2e-4, atol=2e-5)


@pytest.mark.parametrize("within", ["weights", "start", "schedule"])
def test_a_way_is_differentiated_in_reverse(within):
    """There the number of steps is known: a loop of a given length alone has a reverse."""
    one = model(schedule="learned")
    graph, weights = nnx.split(one)
    clock, ends = nnx.split(one.schedule)

    def end(given):
        denoise, levels, start = one.denoise, one.schedule, POINTS
        if within == "weights":
            denoise = nnx.merge(graph, given).denoise
        elif within == "start":
            start = given
        else:
            levels = nnx.merge(clock, given)
        return jnp.sum(ddim(denoise, levels, 0, (6, 2), steps=3, start=start))

    given = {"weights": weights, "start": jnp.asarray(POINTS), "schedule": ends}[within]
    slope = jax.grad(end)(given)
    assert all(bool(jnp.isfinite(leaf).all()) for leaf in jax.tree.leaves(slope))
    assert any(bool(jnp.any(leaf != 0)) for leaf in jax.tree.leaves(slope))


def test_a_function_that_may_hide_weights_is_compiled_anew():
    """Its numbers may have changed since."""
    hidden = {"shift": 0.0}

    def plain(x, omega, label=None):
        return Prediction(x, omega, jnp.zeros_like(x) + hidden["shift"], "x0")

    ends = []
    for hidden["shift"] in (0.0, 3.0):
        ends.append(np.asarray(ancestral(plain, schedule("linear"), 0, (4, 2), steps=5)))
    assert drive.loop_is_compiled(plain, jnp.zeros((4, 2))) and np.abs(ends[1] - ends[0]).max() > 1


def test_two_models_of_one_structure_have_one_code_length_compiled(compiled):
    def net(seed):
        return VDM((2, 2), 5, width=8, depth=1, seed=seed)

    code_length(net(0), LEVELS)
    compiled()
    found = code_length(net(1), LEVELS)
    assert not {"jit(_nats)", "jit(elbo)"} & set(compiled()) and np.isfinite(found.bits)
