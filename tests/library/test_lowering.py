"""Every training step and every sampler, lowered for CUDA and for TPU on a machine that has neither.

``jax.export`` traces a program and lowers it for a platform that need not be there. It fails where an operation has
no rule for that platform, and where a call leads to code outside of XLA that it does not know on that platform.
What XLA then makes of the program only a machine with that platform shows.
"""

from functools import cache

import equinox
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import nnx
from jax import export

from vdmlib import HVAE, VAE, VDM, Classifier, LinearVAE, evaluate, fit, models, samplers, schedule
from vdmlib.runtime import callables, xla
from vdmlib.samplers import drive
from vdmlib.training import fitting, steps

PLATFORMS = ("cuda", "tpu")
SHAPE, LEVELS, CLASSES, COUNT = (8, 8), 4, 3, 4


class Lowered(Exception):
    """A training step has been lowered: ``fit`` need not go on."""


class Elsewhere:
    """Stands in for ``jax`` in a module: what would be compiled is exported for the platforms, and not run.

    There is one for all tests, because the library keeps the functions that it made.

    Attributes:
      programs: the exported programs, one for each call of a compiled function.
      active: whether it does so; otherwise its functions are compiled here and run, as those of ``jax`` are.
    """

    def __init__(self):
        self.programs, self.active = [], False

    def __getattr__(self, name):
        return getattr(jax, name)

    def jit(self, function, compiler_options=None, **how):
        plain = jax.jit(function, **how)
        here = jax.jit(function, compiler_options=compiler_options, **how)
        return Program(self, plain, here, compiler_options)

    def add(self, plain, options, *args, **kwargs):
        assert not options, f"options for a CPU's compiler: {options}"
        exported = export.export(plain, platforms=PLATFORMS)(*args, **kwargs)
        text = exported.mlir_module()
        assert "xf64>" not in text, "64-bit numbers, which a TPU does not have"
        self.programs.append(text)
        return exported


ELSEWHERE = Elsewhere()


class Program:
    """A function that is compiled for one of the platforms when it is called, or traced."""

    def __init__(self, elsewhere, plain, here, options):
        self.elsewhere, self.plain, self.here, self.options = elsewhere, plain, here, options

    def __call__(self, *args, **kwargs):
        traced = any(isinstance(leaf, jax.core.Tracer) for leaf in jax.tree.leaves((args, kwargs)))
        if traced or not self.elsewhere.active:
            return self.here(*args, **kwargs)
        exported = self.elsewhere.add(self.plain, self.options, *args, **kwargs)
        leaves = [jnp.zeros(out.shape, out.dtype) for out in exported.out_avals]
        return jax.tree.unflatten(exported.out_tree, leaves)

    def trace(self, *args):
        self.elsewhere.add(self.plain, None, *args)
        return self

    def lower(self):
        return self

    def as_text(self):
        return "callback"  # so that it is not looked for among programs that were compiled here

    def compile(self, options):
        assert not options, f"options for a CPU's compiler: {options}"
        raise Lowered


class There(fitting.Devices):
    """The same devices under the name of another platform."""

    def __init__(self, devices=None):
        super().__init__(devices)
        self.platform = "gpu"


@pytest.fixture
def elsewhere(monkeypatch, request):
    """What is compiled here is exported for the platforms instead."""
    for module in (xla, steps):
        monkeypatch.setattr(module, "jax", ELSEWHERE)
    for module in (xla, drive):
        monkeypatch.setattr(module, "platform_of", lambda tree: "gpu")
    monkeypatch.setattr(fitting, "Devices", There)
    callables._compiled.cache_clear()  # nor may what an earlier test of the process compiled be taken again
    # diffrax checks what it is given, and its end, by calls of Python. CUDA and TPU have those too, but JAX can
    # lower them for the platform at hand alone.
    monkeypatch.setattr(equinox._errors, "EQX_ON_ERROR", "nan")
    if any(name in request.node.name for name in ("probability_flow", "reverse_sde", "ode_log_prob")):
        jax.clear_caches()  # an earlier test of the process may have traced diffrax with its calls in
    monkeypatch.setattr(ELSEWHERE, "programs", [])
    monkeypatch.setattr(ELSEWHERE, "active", True)
    return ELSEWHERE


# --- Training ------------------------------------------------------------------------------------------

IMAGES = np.random.default_rng(0).integers(0, LEVELS, (COUNT, *SHAPE)).astype(np.uint8)
LABELS = np.arange(COUNT) % CLASSES
SMALL = {"mlp": dict(width=16, depth=1), "transformer": dict(width=16, depth=1, heads=2),
         "unet": dict(width=8, multiples=(1, 2), depth=1)}


def vdm(network, **more):
    return VDM(SHAPE, LEVELS, network=network, classes=CLASSES, **SMALL[network], **more)


TRAINED = {
    "VAE": lambda: VAE(SHAPE, LEVELS, latent=2, width=16),
    "VAE, categorical": lambda: VAE(SHAPE, LEVELS, latent=2, width=16, likelihood="categorical"),
    "VAE, binary": lambda: VAE(SHAPE, 2, latent=2, width=16, likelihood="bernoulli"),
    "VAE, tanh": lambda: VAE(SHAPE, 2, latent=2, width=16, network="tanh", likelihood="bernoulli"),
    "HVAE": lambda: HVAE(SHAPE, LEVELS, latents=(4, 2), width=16, warm_up=10, free_bits=0.1),
    "LinearVAE": lambda: LinearVAE(5, 2),
    "VDM mlp": lambda: vdm("mlp"),
    "VDM transformer": lambda: vdm("transformer", schedule="monotone"),
    "VDM unet": lambda: vdm("unet", schedule="learned"),
    "VDM in steps, on ε": lambda: VDM(SHAPE, LEVELS, steps=10, predict="eps", weighting="simple", **SMALL["mlp"]),
    "VDM of points": lambda: VDM((2,), None, width=16, depth=1),
    "Classifier": lambda: Classifier(SHAPE, LEVELS, CLASSES, width=16),
    "Classifier, noise-aware": lambda: Classifier(SHAPE, LEVELS, CLASSES, noise_aware=True, width=16),
    "Classifier, convolutional": lambda: Classifier(SHAPE, LEVELS, CLASSES, network="convolutional", width=8),
    "Classifier, convolutional, noise-aware": lambda: Classifier(
        SHAPE, LEVELS, CLASSES, network="convolutional", noise_aware=True, width=8
    ),
}


@cache
def made(name):
    """The model with zeros for weights: drawing them is most of the time that making a model takes."""
    graph, state = nnx.split(nnx.eval_shape(TRAINED[name]))
    return nnx.merge(graph, jax.tree.map(lambda leaf: jnp.zeros(leaf.shape, leaf.dtype), state))


def data_for(model):
    if getattr(model, "levels", None) is None:
        size = getattr(model, "shape", None) or (5,)
        return np.random.default_rng(0).normal(size=(COUNT, *size)).astype(np.float32)
    images = IMAGES % model.levels
    return (images, LABELS) if getattr(model, "classes", None) else images


@pytest.mark.parametrize(
    "name, dtype",
    [(name, dtype) for name in TRAINED for dtype in (None, "bfloat16") if (name, dtype) != ("LinearVAE", "bfloat16")],
)  # a LinearVAE has no layer that computes in bfloat16
def test_a_training_step_is_lowered(elsewhere, name, dtype):
    model = made(name)
    with pytest.raises(Lowered):
        fit(model, data_for(model), steps=4, chunk=2, batch_size=2, compute_dtype=dtype, progress=False, devices=1,
            compile_cache=False)
    (text,) = elsewhere.programs
    assert ("bf16" in text) == (dtype is not None)
    assert "stablehlo.while" in text  # steps are a compiled loop, convolutions too


def test_every_model_with_a_loss_is_there():
    with_a_loss = {name for name in models.__all__ if hasattr(getattr(models, name), "loss")}
    assert with_a_loss == {name.split()[0].strip(",") for name in TRAINED}


# --- Bounds, samples and likelihoods ---------------------------------------------------------------------

KEY, X, LABEL = jax.random.key(0), jnp.zeros((2, *SHAPE)), jnp.array([0, 2])
IMAGE = IMAGES[:2]


def denoiser():
    return samplers.classifier_free(made("VDM mlp").denoise, 2.0)


def sampled(sampler, **options):
    return lambda: sampler(denoiser(), schedule("cosine"), KEY, X.shape, label=LABEL, **options)


def by_classifier():
    guided = samplers.classifier_guidance(made("VDM mlp").denoise, made("Classifier, noise-aware").log_prob, 2.0)
    return samplers.ddim(guided, schedule("cosine"), KEY, X.shape, steps=3, label=LABEL)


SAMPLED = {
    "ancestral": sampled(samplers.ancestral, steps=3, trajectory=True),
    "ddim": sampled(samplers.ddim, steps=3),
    "langevin": lambda: samplers.langevin(denoiser(), KEY, X, 0.0, steps=3, label=LABEL),
    "predictor_corrector": sampled(samplers.predictor_corrector, steps=3, snr=0.1),
    "probability_flow": sampled(samplers.probability_flow),
    "probability_flow in steps": sampled(samplers.probability_flow, steps=3, method="heun"),
    "reverse_sde": sampled(samplers.reverse_sde),
    "reverse_sde in steps": sampled(samplers.reverse_sde, steps=3),
    "ode_log_prob": lambda: samplers.ode_log_prob(denoiser(), schedule("cosine"), X, label=LABEL),
    "ode_log_prob by signs": lambda: samplers.ode_log_prob(
        denoiser(), schedule("cosine"), X, KEY, trace="hutchinson", steps=3, label=LABEL),
    "guided by a classifier": by_classifier,
    "VAE.elbo": lambda: made("VAE").elbo(IMAGE, KEY),
    "VAE.iwae": lambda: made("VAE").iwae(IMAGE, KEY, samples=3),
    "VAE.generate": lambda: made("VAE").generate(KEY, 2, pixel_noise=True),
    "VAE.reconstruct": lambda: made("VAE").reconstruct(IMAGE),
    "HVAE.iwae": lambda: made("HVAE").iwae(IMAGE, KEY, samples=3),
    "HVAE.generate": lambda: made("HVAE").generate(KEY, 2, pixel_noise=True),
    "HVAE.resample": lambda: made("HVAE").resample(IMAGE, 2, KEY),
    "VDM.elbo": lambda: made("VDM mlp").elbo(IMAGE, KEY),
    "VDM.generate, transformer": lambda: made("VDM transformer").generate(KEY, 2, labels=1, gamma=2.0, steps=3),
    "VDM.generate, unet": lambda: made("VDM unet").generate(KEY, 2, labels=1, gamma=2.0, steps=3),
    "VDM.generate, points": lambda: made("VDM of points").generate(KEY, 2, steps=3),
    "evaluate": lambda: evaluate(made("VDM mlp"), (IMAGES, LABELS)),
}


@pytest.mark.parametrize("name", SAMPLED)
def test_a_sampler_or_a_bound_is_lowered(elsewhere, name):
    SAMPLED[name]()
    assert elsewhere.programs
    if "unet" in name:  # the steps are one program there, convolutions and all
        assert any("stablehlo.while" in text and "stablehlo.convolution" in text for text in elsewhere.programs)


def test_every_sampler_is_there():
    not_samplers = {"classifier_free", "classifier_guidance", "conditional", "noise_levels"}
    assert set(samplers.__all__) - not_samplers == {name.split()[0] for name in SAMPLED} & set(samplers.__all__)


# --- The test itself finds what it is there for ------------------------------------------------------------


class Odd(nnx.Module):
    """A model whose loss does what is given."""

    def __init__(self, what):
        self.w, self.what = nnx.Param(jnp.ones((2, 2))), what

    def loss(self, batch, key):
        return self.what(self.w[...] @ batch.T).sum(), {}


def calls_the_cpus_own_code(x):
    return jax.ffi.ffi_call("a_kernel_of_the_cpu", jax.ShapeDtypeStruct(x.shape, x.dtype))(jax.lax.stop_gradient(x))


def asks_for_eigenvalues(x):
    return jnp.abs(jnp.linalg.eigvals(jax.lax.stop_gradient(x @ x.T)))


def calls_python(x):
    return jax.pure_callback(np.sin, jax.ShapeDtypeStruct(x.shape, x.dtype), jax.lax.stop_gradient(x))


@pytest.mark.parametrize(
    "what, words",
    [
        (calls_the_cpus_own_code, "a_kernel_of_the_cpu"),
        (asks_for_eigenvalues, "'eig' not found for platforms .*tpu"),
        (calls_python, "callback"),
    ],
)
def test_what_a_cpu_alone_can_do_is_found(elsewhere, what, words):
    with pytest.raises((ValueError, NotImplementedError), match=f"(?is){words}"):
        fit(Odd(what), np.ones((4, 2), np.float32), steps=1, batch_size=2, progress=False, devices=1, compile_cache=False)


def test_options_for_a_cpus_compiler_are_found(elsewhere, monkeypatch):
    monkeypatch.setattr(xla, "options", lambda platform: xla.ON_CPU)
    with pytest.raises(AssertionError, match="options for a CPU's compiler"):
        fit(made("VAE"), IMAGES, steps=1, batch_size=2, progress=False, devices=1, compile_cache=False)
    with pytest.raises(AssertionError, match="options for a CPU's compiler"):
        xla.jit(lambda x: x + 1)(1.0)
