"""Image data as integer grey levels, split by index once and for all. None of it needs JAX."""

from .idx import read_idx
from .images import DataError, Dataset, Images, whole_numbers
from .mnist_files import FASHION_FILES, FASHION_MIRRORS, MNIST_FILES, MNIST_MIRRORS, fashion_mnist, mnist
from .scikit_digits import digits

__all__ = [
    "FASHION_FILES", "FASHION_MIRRORS", "MNIST_FILES", "MNIST_MIRRORS", "DataError", "Dataset", "Images", "digits",
    "fashion_mnist", "mnist", "read_idx", "whole_numbers",
]
