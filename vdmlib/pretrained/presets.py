"""What is trained on images of 28×28, and how: one table for the book, the shipped weights and the reader.

A task names a model and its data. A preset says how large the model is and how long it is trained on one kind
of device. Chapters name tasks and presets; the numbers stand here alone.
"""

from dataclasses import dataclass
from typing import Any

from ..models import HVAE, VAE, VDM, Classifier
from ..training import dynamic_binarisation

SHAPE, CLASSES = (28, 28), 10

#: Kinds of device with presets of their own; "shipped" made the weights that come with the library.
HARDWARE = ("cpu", "gpu", "tpu", "shipped")


@dataclass(frozen=True)
class Task:
    """A model and the data that it is trained on.

    Attributes:
      model: the class.
      options: what it is made with on every device.
      levels: of a pixel as the model sees it: 2 for black and white, drawn anew each step, or 256.
      labels: whether it is trained with the classes.
      about: what it is, in a line.
    """

    model: type
    options: dict[str, Any]
    levels: int
    labels: bool
    about: str

    def make(self, **options: Any) -> Any:
        """The model before training, for images of 28×28."""
        options = self.options | options
        sizes = (SHAPE, self.levels, CLASSES) if self.model is Classifier else (SHAPE, self.levels)
        return self.model(*sizes, **options)

    def data(self, images: Any) -> Any:
        """:class:`~vdmlib.Images` of 256 levels as :func:`~vdmlib.fit` is given them for this task."""
        return (images.images, images.labels) if self.labels else images.images

    @property
    def loss(self) -> dict[str, Any]:
        """Options of :func:`~vdmlib.fit` that say what is minimised."""
        return {"loss": dynamic_binarisation(256)} if self.levels == 2 else {}


@dataclass(frozen=True)
class Preset:
    """How a task is trained on one kind of device.

    Attributes:
      model: the model's sizes.
      fit: options of :func:`~vdmlib.fit`.
    """

    model: dict[str, Any]
    fit: dict[str, Any]


TASKS = {
    "mnist-vae": Task(
        VAE, {"latent": 50, "network": "tanh", "width": 200, "depth": 2, "likelihood": "bernoulli"}, 2, False,
        "the one-layer VAE of Burda et al. (2016): two layers of 200 tanh units on either side of 50 latents",
    ),
    "mnist-vae-plane": Task(
        VAE, {"latent": 2, "likelihood": "bernoulli"}, 2, False, "a VAE whose latent is a point of the plane",
    ),
    "mnist-hvae": Task(HVAE, {"likelihood": "bernoulli"}, 2, False, "a Markovian hierarchical VAE"),
    "mnist-vdm": Task(
        VDM, {"classes": CLASSES, "schedule": "monotone"}, 256, True,
        "a class-conditional variational diffusion model of all 256 grey levels, with a learned schedule",
    ),
    "mnist-classifier": Task(
        Classifier, {"network": "convolutional"}, 256, True,
        "the judge of generated digits, whose features give the Fréchet distance",
    ),
    "mnist-noise-classifier": Task(
        Classifier, {"network": "convolutional", "noise_aware": True}, 256, True,
        "log p(y | x_t) at every noise level, for classifier guidance",
    ),
}

MLP = {"ema": 0.999, "learning_rate": 1e-3, "batch_size": 100}
CONV = {"ema": 0.999, "learning_rate": 2e-3, "batch_size": 256, "weight_decay": 1e-2}
UNET = {"network": "unet", "width": 32, "multiples": (1, 2, 2), "depth": 2, "rank": 8}
#: The quickest to a good loss in ten minutes of two cores; ``python -m bench networks`` measures it.
SMALL_UNET = UNET | {"depth": 1}

#: The table: task, then kind of device.
PRESETS = {
    "mnist-vae": {
        "cpu": Preset({}, MLP | {"steps": 20_000}),
        "gpu": Preset({}, MLP | {"steps": 100_000, "chunk": 1000}),
        "tpu": Preset({}, MLP | {"steps": 100_000, "chunk": 1000}),
        "shipped": Preset({}, MLP | {"steps": 400_000, "evaluate_every": 8000, "learning_rate": 2e-3}),
    },
    "mnist-vae-plane": {
        "cpu": Preset({"width": 256, "depth": 1}, MLP | {"steps": 10_000}),
        "gpu": Preset({"width": 256, "depth": 2}, MLP | {"steps": 60_000, "chunk": 1000}),
        "tpu": Preset({"width": 256, "depth": 2}, MLP | {"steps": 60_000, "chunk": 1000}),
        "shipped": Preset({"width": 256, "depth": 2}, MLP | {"steps": 20_000, "evaluate_every": 2000}),
    },
    "mnist-hvae": {
        "cpu": Preset({"latents": (32, 16), "width": 256}, MLP | {"steps": 12_000}),
        "gpu": Preset({"latents": (64, 32, 16), "width": 384}, MLP | {"steps": 80_000, "chunk": 1000}),
        "tpu": Preset({"latents": (64, 32, 16), "width": 384}, MLP | {"steps": 80_000, "chunk": 1000}),
        "shipped": Preset(
            {"latents": (64, 32, 16), "width": 384},
            MLP | {"steps": 30_000, "evaluate_every": 2000},
        ),
    },
    "mnist-vdm": {
        "cpu": Preset(SMALL_UNET, {"steps": 1000, "batch_size": 64, "ema": 0.995, "learning_rate": 1e-3}),
        "gpu": Preset(UNET, {"steps": 5000, "batch_size": 128, "ema": 0.999, "learning_rate": 1e-3}),
        "tpu": Preset(
            UNET,
            {"steps": 10_000, "batch_size": 256, "ema": 0.999, "learning_rate": 1e-3, "compute_dtype": "bfloat16"},
        ),
        "shipped": Preset(
            UNET,
            {
                "steps": 20_000, "batch_size": 256, "ema": 0.9995, "learning_rate": 1e-3, "weight_decay": 1e-2,
                "compute_dtype": "bfloat16", "chunk": 250, "evaluate_every": 2000,
            },
        ),
    },
    "mnist-classifier": {
        "cpu": Preset({"width": 16}, CONV | {"steps": 800, "batch_size": 128}),
        "gpu": Preset({"width": 32}, CONV | {"steps": 3000}),
        "tpu": Preset({"width": 32}, CONV | {"steps": 3000}),
        "shipped": Preset({"width": 32}, CONV | {"steps": 8000, "chunk": 500, "evaluate_every": 1000}),
    },
    "mnist-noise-classifier": {
        "cpu": Preset({"width": 16}, CONV | {"steps": 800, "batch_size": 128}),
        "gpu": Preset({"width": 32}, CONV | {"steps": 3000}),
        "tpu": Preset({"width": 32}, CONV | {"steps": 3000}),
        "shipped": Preset({"width": 32}, CONV | {"steps": 8000, "chunk": 500, "evaluate_every": 1000}),
    },
}
