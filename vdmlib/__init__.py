"""The library behind the book *Diffusion, Derived*.

Public names live flat in this namespace: ``vdmlib.VAE``, ``vdmlib.fit``, ``vdmlib.digits``.
Each is imported from its room at first use, so that ``import vdmlib`` is quick and brings in
neither JAX nor matplotlib, and so that ``vdmlib.derive`` runs where only SymPy is to be had.
All else needs what the extra ``vdmlib[train]`` brings.
A room is a folder. Its imports lead to rooms that stand before it here:

    runtime     compiled calls, progress, provenance
    data        images as whole grey levels
    inputs      what is given is looked at on its way in
    plotting    the book's figures
    diffusion   noise schedules, and what a denoiser says of a noisy point
    networks    denoisers, encoders and decoders
    laws        laws of a pixel or a latent, and their divergences
    exact       models that are known in closed form
    samplers    from a denoiser to samples; guidance; exact likelihood
    models      VAE, HVAE, VDM, classifier
    training    fit, checkpoints
    pretrained  models of 28×28: presets and weights that ship
    evaluation  bits/dim, baselines, quality of samples, exercises in code
    derive      the engine that checks the book's derivations, by itself
"""

import json
from importlib import import_module

__version__ = "0.1.0"

_PUBLIC = {
    "models": (
        "Classifier", "ELBOTerms", "FullGaussian", "HVAE", "HVAETerms", "LinearVAE", "VAE", "VDM",
        "VDMTerms", "climb", "log_weights",
    ),
    "training": (
        "CheckpointError", "Checkpoints", "History", "TrainingDiverged", "dynamic_binarisation", "evaluate", "fit", "load",
        "restore", "save", "use_compile_cache",
    ),
    "pretrained": ("PRESETS", "TASKS", "card", "load_pretrained", "train"),
    "evaluation": (
        "Average", "CodeLength", "Comparison", "DequantisedMixture", "Interval", "Moments", "PixelHistogram", "Values",
        "class_shares", "code_exercise", "code_length", "compare", "frechet_distance", "nearest_distance", "paired_interval",
        "recipe", "within_class_spread",
    ),
    "samplers": (
        "ancestral", "classifier_free", "classifier_guidance", "conditional", "ddim", "langevin",
        "noise_levels", "ode_log_prob", "predictor_corrector", "probability_flow", "reverse_sde",
    ),
    "diffusion": (
        "BetaSchedule", "CosineSchedule", "Denoiser", "EDMScalings", "LearnedScalar", "LinearSchedule",
        "MonotoneSchedule", "Prediction", "Schedule", "convert", "convert_level", "convert_point",
        "convert_strength", "ddpm_alpha_bar", "edm_scalings", "low_discrepancy_times", "schedule",
        "sde_coefficients", "second_moment_gradient", "signal_and_noise", "weight",
    ),
    "networks": (
        "Conditioning", "ConvolutionalNet", "MLPDenoiser", "PatchTransformer", "ResidualMLP", "TanhMLP", "UNet",
        "fourier_features",
    ),
    "laws": (
        "Bernoulli", "Binomial", "Categorical", "DiagonalGaussian", "DiscretisedLogistic", "Gaussian",
        "LevelSoftmax", "Likelihood", "bits_per_dim", "dequantise", "gaussian_entropy", "gaussian_kl",
        "gaussian_log_prob", "kl_diagonal", "kl_to_standard", "level_log_prob", "likelihood",
    ),
    "exact": (
        "ChainTerms", "Checkerboard", "DiffusionTerms", "ForwardChain", "GaussianDiffusion",
        "GaussianMixture", "GuidedGaussian", "LinearGaussian", "LinearGaussianChain", "LinearStep",
        "ReverseKernels", "checkerboard", "eight_gaussians", "guided_gaussian", "largest_gamma",
        "rings", "spirals", "toy", "two_moons",
    ),
    "data": ("DataError", "Dataset", "Images", "digits", "fashion_mnist", "mnist", "read_idx"),
    "plotting": (
        "COLOURS", "Figure", "Moving", "Race", "digit_grid", "latent_grid", "latent_scatter", "movie", "plot_history",
        "show", "slider", "style",
    ),
    "runtime": ("ProgressLine", "environment"),
}
_HOME = {name: module for module, names in _PUBLIC.items() for name in names}
_MODULES = (*_PUBLIC, "derive")

__all__ = sorted([*_HOME, *_MODULES])


def __getattr__(name):
    if name in _HOME:
        value = getattr(_room(_HOME[name], name), name)
        globals()[name] = value  # the next look-up does not come here
        return value
    if name in _MODULES:
        return _room(name, name)
    raise AttributeError(
        f"vdmlib has no name {name!r}; dir(vdmlib) lists what it has"
    )


def _room(room, wanted):
    """Import a room; where a package is missing that it needs, say which extra brings it."""
    try:
        return import_module(f"{__name__}.{room}")
    except ModuleNotFoundError as error:
        missing = (error.name or "").split(".")[0]
        if missing in ("", __name__):
            raise
        needs = f"vdmlib.{wanted} needs {missing}, which is not installed"
        if room == "derive":
            raise ImportError(f"{needs}: pip install sympy", name=missing) from error
        brings = f"The extra 'train' brings all that trains and draws: {_install_line('train')}"
        raise ImportError(f"{needs}. {brings}", name=missing) from error


def _install_line(extra):
    """What to type for an extra: the line by which this copy was installed, with the extra in it."""
    metadata = import_module("importlib.metadata")
    try:
        origin = json.loads(metadata.distribution("vdmlib").read_text("direct_url.json") or "{}")
    except metadata.PackageNotFoundError:
        origin = {}
    where, version = origin.get("url", ""), origin.get("vcs_info", {})
    if version:
        where = f"{version['vcs']}+{where}" + (f"@{version['requested_revision']}" if "requested_revision" in version else "")
    return f'pip install "vdmlib[{extra}]' + (f' @ {where}"' if where else '"')


def __dir__():
    return sorted({*globals(), *__all__})
