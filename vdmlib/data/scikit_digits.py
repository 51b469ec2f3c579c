"""Scikit-learn's digits, which come with the package."""

from typing import Any

import numpy as np

from .images import DataError, Dataset, Images


def digits(fold: int = 0) -> Dataset:
    """Scikit-learn's handwritten digits: 1,797 images of 8×8 pixels and 17 grey levels.

    They come inside the scikit-learn package, so nothing is downloaded. The split goes by index:
    image ``i`` lies in block ``(i // 10) % 10``. Of the ten blocks, fold ``k`` tests on ``2k`` and
    ``2k + 1``, validates on the next one, and trains on the other seven. Blocks of ten are used
    because the file runs through the classes 0 to 9 in order, so that ``i % 10`` would split by
    class. One writer's digits can stand in all three parts.

    Args:
      fold: which of five splits, 0 … 4. The five test sets cover every image once.

    Returns:
      A :class:`Dataset`: for fold 0 it has 1,257 training, 180 validation and 360 test images.

    Raises:
      DataError: no such fold.
      ImportError: scikit-learn is not installed.

    Source: E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI (1998).

    >>> data = digits()
    >>> len(data.train), len(data.validation), len(data.test)
    (1257, 180, 360)
    >>> data.shape, data.levels, data.classes
    ((8, 8), 17, 10)
    """
    if fold not in range(5):
        raise DataError(f"digits has folds 0 … 4, given {fold!r}")
    try:
        from sklearn.datasets import load_digits  # heavy
    except ImportError as error:
        raise ImportError("the digits come with scikit-learn: pip install scikit-learn") from error
    raw: Any = load_digits()
    everything = Images(raw.images, raw.target, levels=17, classes=10)
    block = np.arange(len(everything)) // 10 % 10
    test = (block == 2 * fold) | (block == 2 * fold + 1)
    validation = block == (2 * fold + 2) % 10
    return Dataset(
        "digits",
        train=everything.take(~test & ~validation),
        validation=everything.take(validation),
        test=everything.take(test),
    )
