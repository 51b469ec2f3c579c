"""Options that are on or off take nothing else: a text such as "no" is true for Python."""

import inspect
import re

import numpy as np
import pytest
from flax import nnx

import vdmlib
from vdmlib import (
    HVAE,
    VAE,
    VDM,
    Classifier,
    Dataset,
    GaussianMixture,
    Images,
    LinearSchedule,
    LinearVAE,
    MonotoneSchedule,
    Moving,
    PixelHistogram,
    ProgressLine,
    ancestral,
    compare,
    ddim,
    fashion_mnist,
    fit,
    mnist,
    predictor_corrector,
    probability_flow,
    reverse_sde,
)
from vdmlib.networks import ConvolutionalNet

GREY = Images(np.zeros((4, 2, 2), int), [0, 1, 0, 1], levels=4)
LAW = GaussianMixture([1.0], [[0.0]], [[[1.0]]])
vae = VAE((2, 2), 4, latent=1, width=4, depth=0)
hvae = HVAE((2, 2), 4, latents=(1,), width=4, depth=0)
vdm = VDM((2, 2), 4, width=4, depth=1)


def train(name, given):
    return fit(LinearVAE(3, 2), np.ones((4, 3)), steps=1, batch_size=4, devices=1, **{"progress": False, name: given})


def sampled(sampler, name, given):
    return sampler(LAW.denoise, LinearSchedule(), 0, (1, 1), steps=1, **{name: given})


#: Function, and its option, to a call with that option.
FLAGS = {
    **{f"fit {name}": lambda x, name=name: train(name, x) for name in ("resume", "scan", "progress", "compile_cache")},
    **{
        f"{sampler.__name__} {name}": lambda x, sampler=sampler, name=name: sampled(sampler, name, x)
        for sampler in (ancestral, ddim, predictor_corrector, probability_flow, reverse_sde)
        for name in ("trajectory", "scan") if name in inspect.signature(sampler).parameters
    },
    "compare progress": lambda x: compare({"it": PixelHistogram.for_data}, data=lambda fold: Dataset("it", *[GREY] * 3),
                                          folds=[0], draws=2, progress=x),
    "mnist download": lambda x: mnist("/no/such/folder", download=x),
    "fashion_mnist download": lambda x: fashion_mnist("/no/such/folder", download=x),
    "VAE.generate pixel_noise": lambda x: vae.generate(0, 1, x),
    "HVAE.generate pixel_noise": lambda x: hvae.generate(0, 1, x),
    "HVAE.resample pixel_noise": lambda x: hvae.resample(GREY, 1, 0, x),
    "VDM.for_data conditional": lambda x: VDM.for_data(GREY, x, width=4, depth=1),
    "VDM.generate trajectory": lambda x: vdm.generate(0, 1, steps=1, trajectory=x),
    "Classifier noise_aware": lambda x: Classifier((2, 2), 4, 2, noise_aware=x, width=4),
    "MonotoneSchedule learn_ends": lambda x: MonotoneSchedule(-1.0, 1.0, learn_ends=x),
    "ConvolutionalNet told": lambda x: ConvolutionalNet((2, 2), 2, told=x, width=4, rngs=nnx.Rngs(0)),
    "Moving.control log": lambda x: Moving("a", "b").control(None, "c", 1.0, 2.0, 1.0, log=x),
    "ProgressLine show": lambda x: ProgressLine(x),
}


def public():
    """Name to each public function, class and method."""
    for name in vdmlib.__all__:
        found = getattr(vdmlib, name)
        if inspect.isclass(found):
            yield name, found
            yield from ((f"{name}.{part}", f) for part, f in inspect.getmembers(found, callable)
                        if not part.startswith(("_", "tree_")) and str(getattr(f, "__module__", "")).startswith("vdmlib"))
        elif callable(found):
            yield name, found


def is_flag(parameter):
    """Whether an option's kind is ``bool``, with or without ``None`` or a path."""
    kind = parameter.annotation
    kinds = {kind} | set(getattr(kind, "__args__", ()))
    return isinstance(parameter.default, bool) or (bool in kinds and not kinds & {int, float, complex})


def test_the_table_has_every_option_that_is_on_or_off():
    found = set()
    for name, function in public():
        try:
            options = inspect.signature(function).parameters.values()
        except (TypeError, ValueError):
            continue
        found |= {f"{name} {option.name}" for option in options if is_flag(option)}
    assert found - FLAGS.keys() == set()


@pytest.mark.parametrize("name", FLAGS)
@pytest.mark.parametrize("given", ["no", 0, np.array([True])], ids=repr)
def test_what_is_neither_true_nor_false_is_refused(name, given, monkeypatch):
    if name == "fit compile_cache" and isinstance(given, str):
        return   # a folder, or a word for none
    option = name.split()[-1]
    with pytest.raises(ValueError, match=rf"{option} must be True or False, given {re.escape(repr(given))}"):
        FLAGS[name](given)


@pytest.mark.parametrize("name", ["VDM.for_data conditional", "Classifier noise_aware", "MonotoneSchedule learn_ends", "ProgressLine show"])
def test_a_boolean_of_numpy_is_one(name):
    FLAGS[name](np.True_), FLAGS[name](np.False_)


def test_fit_keeps_compiled_programs_where_it_is_told(monkeypatch):
    from vdmlib.training import fitting
    asked = []
    monkeypatch.setattr(fitting, "use_compile_cache", lambda *folder: asked.append(folder))
    for where in ("off", True, False):
        train("compile_cache", where)
    assert asked == [("off",), ()]
