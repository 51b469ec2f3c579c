"""The weights that come with the library."""

from importlib import resources
from typing import Any

from ..inputs.options import one_of
from ..training import files
from .presets import TASKS


def load_pretrained(name: str) -> Any:
    """A model of 28×28 with the weights that come with the library.

    The book's page on these models says of each how it was made, what it reaches and what it is bad at;
    :func:`card` gives the same as numbers.

    Args:
      name: "mnist-vae", "mnist-vae-plane", "mnist-hvae", "mnist-vdm", "mnist-classifier" or
        "mnist-noise-classifier".

    Raises:
      ValueError: another name.

    >>> load_pretrained("mnist-vae").generate(0, 3).shape
    (3, 28, 28)
    """
    with resources.as_file(_file(name)) as path:
        return files.load(path)


def card(name: str) -> dict[str, Any]:
    """What the file of the weights says of itself: task, preset, seed, device, seconds, parameters, metrics.

    Args:
      name: as in :func:`load_pretrained`.

    Returns:
      A dictionary. Metrics are ``[mean, half width of the 95 % interval]``, on MNIST's test images unless
      their name says otherwise.

    >>> card("mnist-vae")["task"]
    'mnist-vae'
    """
    with resources.as_file(_file(name)) as path:
        return files.about(path)


def _file(name):
    one_of("name", name, TASKS)
    return resources.files(__name__.rpartition(".")[0]) / "weights" / f"{name}.safetensors"
