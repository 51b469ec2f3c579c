"""MNIST and Fashion-MNIST: from a folder, from the cache, from Colab's machine, or fetched once and checked."""

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..runtime.flags import flag
from ..runtime.folders import as_path, cache_folder, sweep
from . import colab
from .idx import decompressed, parse_idx, read_idx
from .images import DataError, Dataset, Images

VARIABLE = "VDMLIB_DATA"
MNIST_FILES = {  # SHA-256 of the decompressed bytes: gzip's own header differs from copy to copy
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}
MNIST_MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)
FASHION_FILES = {
    "train-images-idx3-ubyte": "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
    "train-labels-idx1-ubyte": "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
    "t10k-images-idx3-ubyte": "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
    "t10k-labels-idx1-ubyte": "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
}
FASHION_MIRRORS = (
    "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
    "https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
)
_PARTIAL = ".partial-"
_TIMEOUT = 30  # seconds without a byte


def mnist(
    folder: str | os.PathLike[str] | None = None, *, download: bool = False, mirrors: Sequence[str] = MNIST_MIRRORS,
    checksums: Any = None,
) -> Dataset:
    """MNIST's handwritten digits: 70,000 images of 28×28 pixels and 256 grey levels.

    The split goes by index: of the 60,000 images in the training files the last twelfth, 5,000, are for
    validation, and the first 55,000 for training. The 10,000 test images are those of the test files, by
    other writers.

    Without a folder, three places are tried, in this order: the folder that the environment variable
    ``VDMLIB_DATA`` names, or else the user's cache; the sample folder on Colab's machines; and, if asked, a
    download into the first of them. Colab's sample has all test images and 20,000 of the training images: the last
    twelfth, 1,666, are for validation, and the ``note`` of the data set says so. For all 60,000 on Colab
    give a folder, with ``download=True``.

    Args:
      folder: where the four IDX files lie, plain or gzipped. By default the folder that the environment
        variable ``VDMLIB_DATA`` names, or its ``mnist`` sub-folder where there is one; without the
        variable the folder ``vdmlib/mnist`` among the user's caches.
      download: whether files that are missing are fetched into that folder. A file is written only
        when all of it has arrived and been checked.
      mirrors: addresses to fetch from, the first that serves a good file counts.
      checksums: SHA-256 of the four decompressed files, by name; by default MNIST's. For other data in
        the same files give its own; Colab's sample then plays no part.

    Returns:
      A :class:`Dataset`.

    Raises:
      DataError: a file that is missing, truncated or altered, or that no mirror serves.
      ImportError: pooch, which downloads, is not installed.

    Source: Y. LeCun, C. Cortes and C. Burges, The MNIST Database of Handwritten Digits.

    >>> mnist("/a/folder/without/files")
    Traceback (most recent call last):
    vdmlib.data.images.DataError: no train-images-idx3-ubyte(.gz) in /a/folder/without/files
    """
    sums = MNIST_FILES if checksums is None else checksums
    if set(sums) != set(MNIST_FILES):
        raise DataError(f"checksums must be given for {', '.join(MNIST_FILES)}, given {', '.join(sums)}")
    place = _folder("mnist") if folder is None else as_path("mnist: folder", folder)
    if folder is None and checksums is None and _missing(place) and colab.lies_in(colab.FOLDER):
        parts = colab.read_sample(colab.FOLDER, [MNIST_FILES[name] for name in list(MNIST_FILES)[2:]])
        note = f"{len(parts[0]):,} of the 60,000 training images, from Colab's sample folder"
        return _dataset("mnist", parts, note)
    return _dataset("mnist", _read_all(place, sums, download, mirrors, "mnist"))


def fashion_mnist(
    folder: str | os.PathLike[str] | None = None, *, download: bool = False, mirrors: Sequence[str] = FASHION_MIRRORS,
) -> Dataset:
    """Fashion-MNIST: 70,000 photographs of clothes, in MNIST's shape, levels and number of classes.

    The split goes by index, as MNIST's does. Classes 0 … 9: T-shirt or top, trousers, pullover, dress, coat,
    sandal, shirt, sneaker, bag, ankle boot.

    Args:
      folder: where the four IDX files lie, plain or gzipped. By default the sub-folder ``fashion-mnist`` of
        the one that the environment variable ``VDMLIB_DATA`` names; without the variable the folder
        ``vdmlib/fashion-mnist`` among the user's caches.
      download, mirrors: as in :func:`mnist`.

    Returns:
      A :class:`Dataset`.

    Raises:
      DataError: a file that is missing, truncated or altered, or that no mirror serves.
      ImportError: pooch, which downloads, is not installed.

    Source: H. Xiao, K. Rasul and R. Vollgraf, Fashion-MNIST, arXiv:1708.07747 (2017).

    >>> fashion_mnist("/a/folder/without/files")
    Traceback (most recent call last):
    vdmlib.data.images.DataError: no train-images-idx3-ubyte(.gz) in /a/folder/without/files
    """
    place = _folder("fashion-mnist") if folder is None else as_path("fashion_mnist: folder", folder)
    return _dataset("fashion-mnist", _read_all(place, FASHION_FILES, download, mirrors, "fashion_mnist"))


def _dataset(name, parts, note=""):
    images, labels, test_images, test_labels = parts
    fitting = Images(images, labels, levels=256, classes=10)
    first = len(fitting) - len(fitting) // 12
    return Dataset(
        name,
        train=fitting.take(slice(None, first)),
        validation=fitting.take(slice(first, None)),
        test=Images(test_images, test_labels, levels=256, classes=10),
        note=note,
    )


def _folder(name):
    """Where the files lie unless a folder is given."""
    named = os.environ.get(VARIABLE)
    if not named:
        return cache_folder() / name
    inside = as_path(VARIABLE, named) / name
    return inside.parent if name == "mnist" and not inside.is_dir() else inside


def _missing(folder):
    return [name for name in MNIST_FILES if _find(folder, name) is None]


def _read_all(folder, checksums, download, mirrors, function):
    """Training images and labels, test images and labels; ``function`` is what the reader called."""
    download, mirrors = flag(f"{function}: download", download), [mirrors] if isinstance(mirrors, str) else mirrors
    missing = _missing(folder)
    if missing and not download:
        raise DataError(
            f"no {' nor '.join(name + '(.gz)' for name in missing)} in {folder}; {function}(download=True) "
            "fetches what is missing"
        )
    for name in missing:
        _fetch(folder, name, _axes(name), checksums[name], mirrors)
    return [_read(_find(folder, name), _axes(name), checksums[name], function) for name in MNIST_FILES]


def _axes(name):
    return 3 if "idx3" in name else 1


def _find(folder, name):
    """The file as it lies in the folder, or ``None``."""
    return next((p for p in (folder / name, folder / f"{name}.gz") if p.exists()), None)


def _read(path, axes, sha256, function):
    try:
        return read_idx(path, axes, sha256)
    except DataError as error:
        raise DataError(f"{error}. Delete this file; {function}(download=True) then fetches it again") from error


def _fetch(folder, name, axes, sha256, mirrors):
    """Download one file into the folder, whole and checked, or leave nothing there."""
    try:
        import pooch  # may be missing
    except ImportError as error:
        raise ImportError("downloading needs pooch: pip install 'vdmlib[data]'") from error
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        raise DataError(f"{name} is missing, and nothing can be written into {folder}: {error}") from error
    sweep(folder, f"{_PARTIAL}*")
    file, refusals = f"{name}.gz", []
    for mirror in mirrors:
        address = f"{mirror.rstrip('/')}/{file}"
        handle, partial = tempfile.mkstemp(prefix=f"{_PARTIAL}{name}-", dir=folder)
        os.close(handle)
        partial = Path(partial)
        try:
            pooch.HTTPDownloader(timeout=_TIMEOUT)(address, str(partial), None)
            stored = partial.read_bytes()
            parse_idx(decompressed(stored, address), address, axes, sha256)
            partial.chmod(0o644)  # a folder of data may be shared
            with open(partial, "r+b") as written:
                os.fsync(written.fileno())
            # some servers send a .gz file unpacked
            os.replace(partial, folder / (file if stored[:2] == b"\x1f\x8b" else name))
            return
        except (OSError, ValueError) as error:  # requests' errors are OSErrors, DataError a ValueError
            refusals.append(f"{address}: {error}")
        finally:
            partial.unlink(missing_ok=True)
    raise DataError(
        f"{name} could not be fetched into {folder}: {'; '.join(refusals) or 'no mirrors were given'}. "
        "Try again later, give other mirrors, or put the file there by hand"
    )
