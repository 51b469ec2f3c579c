"""The library behind the book *Diffusion, Derived*.

Public names live flat in this namespace: ``vdmlib.VAE``, ``vdmlib.fit``, ``vdmlib.digits``.
Each is imported from its own file at first use, so that ``import vdmlib`` is quick and brings in
neither JAX nor matplotlib, and so that ``vdmlib.derive`` runs where only SymPy is to be had.
"""

from importlib import import_module

__version__ = "0.1.0"

_PUBLIC = {
    "analytic": (
        "ChainTerms", "DiffusionTerms", "ForwardChain", "GaussianDiffusion", "GaussianMixture",
        "GuidedGaussian", "LinearGaussian", "LinearGaussianChain", "LinearStep", "ReverseKernels",
        "gaussian_entropy", "gaussian_kl", "gaussian_log_prob", "guided_gaussian", "largest_gamma",
    ),
    "baselines": ("DequantisedMixture", "PixelHistogram"),
    "classifier": ("Classifier",),
    "comparison": (
        "CodeLength", "Comparison", "Interval", "code_length", "compare", "paired_interval", "recipe",
    ),
    "data": ("DataError", "Dataset", "Images", "digits", "mnist", "read_idx"),
    "denoiser": ("Denoiser",),
    "gaussians": ("DiagonalGaussian", "kl_diagonal", "kl_to_standard"),
    "guidance": ("classifier_free", "classifier_guidance", "conditional"),
    "hvae": ("HVAE", "HVAETerms"),
    "level_softmax": ("LevelSoftmax",),
    "likelihoods": (
        "Bernoulli", "Binomial", "Categorical", "DiscretisedLogistic", "Gaussian", "Likelihood",
        "likelihood",
    ),
    "linear_vae": ("LinearVAE",),
    "networks": (
        "Conditioning", "MLPDenoiser", "PatchTransformer", "ResidualMLP", "UNet", "fourier_features",
    ),
    "ode_likelihood": ("dequantise", "level_log_prob", "ode_log_prob"),
    "parameterizations": ("Prediction", "convert", "weight"),
    "plotting": (
        "COLOURS", "Figure", "digit_grid", "latent_grid", "latent_scatter", "movie", "plot_history",
        "show", "slider", "style",
    ),
    "progress": ("ProgressLine",),
    "provenance": ("environment",),
    "quality": ("class_shares", "nearest_distance", "within_class_spread"),
    "samplers": (
        "ancestral", "ddim", "langevin", "noise_levels", "predictor_corrector", "probability_flow",
        "reverse_sde",
    ),
    "schedules": (
        "BetaSchedule", "CosineSchedule", "LearnedScalar", "LinearSchedule", "MonotoneSchedule",
        "Schedule", "ddpm_alpha_bar", "schedule",
    ),
    "times": ("low_discrepancy_times",),
    "toys": (
        "Checkerboard", "checkerboard", "eight_gaussians", "rings", "spirals", "toy", "two_moons",
    ),
    "training": (
        "CheckpointError", "Checkpoints", "History", "TrainingDiverged", "evaluate", "fit", "restore",
        "use_compile_cache",
    ),
    "units": ("bits_per_dim",),
    "vae": ("VAE", "ELBOTerms"),
    "variance": ("second_moment_gradient",),
    "variational": ("FullGaussian", "climb", "log_weights"),
    "vdm": ("VDM", "VDMTerms"),
}
_HOME = {name: module for module, names in _PUBLIC.items() for name in names}
_MODULES = (*_PUBLIC, "derive")

__all__ = sorted([*_HOME, *_MODULES])


def __getattr__(name):
    if name in _HOME:
        value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
        globals()[name] = value  # the next look-up does not come here
        return value
    if name in _MODULES:
        return import_module(f"{__name__}.{name}")
    raise AttributeError(
        f"vdmlib has no name {name!r}; dir(vdmlib) lists what it has"
    )


def __dir__():
    return sorted({*globals(), *__all__})
