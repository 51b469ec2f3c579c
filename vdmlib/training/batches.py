"""Which examples make the batch of a step."""

from typing import Any

import numpy as np


class Batches:
    """Indices of each step's examples: a function of the seed and the step alone.

    Each epoch goes through the data in an order of its own; what does not fill a batch is left out.

    Args:
      count: how many examples there are.
      size: examples a step.
      seed: a whole number.

    >>> batches = Batches(6, 3, seed=0)
    >>> sorted(batches(0, 2, rows=2).ravel().tolist())
    [0, 1, 2, 3, 4, 5]
    """

    def __init__(self, count: int, size: Any, seed: int) -> None:
        self._count, self._size, self._seed = count, size, seed
        self._epoch, self._order = -1, np.zeros(0, int)

    def __call__(self, start: Any, now: int, rows: int) -> np.ndarray:
        """``[rows, size]``: the steps from ``start``; rows from ``now`` on are zeros."""
        index = np.zeros((rows, self._size), np.int32)
        an_epoch = self._count // self._size
        for row in range(now):
            epoch, place = divmod(start + row, an_epoch)
            if epoch != self._epoch:
                generator = np.random.default_rng([self._seed, epoch])
                self._epoch, self._order = epoch, generator.permutation(self._count)
            index[row] = self._order[place * self._size : (place + 1) * self._size]
        return index
