"""The IDX format of MNIST's files: a magic number, the sizes, and the numbers, plain or gzipped."""

import hashlib
import math
import zlib
from typing import Any

import numpy as np

from ..runtime.folders import as_path
from .images import DataError

LARGEST = 2**30  # bytes; a small gzip file can claim to hold any number of them


def read_idx(path: Any, axes: Any = None, sha256: str | None = None) -> np.ndarray:
    """An IDX file of unsigned bytes as an array, every byte of it accounted for.

    Args:
      path: the file, plain or gzipped, whatever its name ends in.
      axes: how many axes the array must have; ``None``: any number.
      sha256: the SHA-256 that the decompressed bytes must have, in hexadecimal; ``None``: any.

    Returns:
      Unsigned 8-bit numbers, with the sizes that the file states.

    Raises:
      DataError: a file that is missing, truncated, altered, or not of this form; its name is in the message.

    Source: Y. LeCun, C. Cortes and C. Burges, The MNIST Database of Handwritten Digits.

    >>> import tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "labels"
    ...     _ = path.write_bytes(bytes([0, 0, 8, 1, 0, 0, 0, 3, 7, 2, 1]))
    ...     read_idx(path).tolist()
    [7, 2, 1]
    """
    path = as_path("read_idx: path", path)
    try:
        stored = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}") from error
    return parse_idx(decompressed(stored, path), path, axes, sha256)


def decompressed(stored: bytes, name: str) -> bytes:
    """The bytes inside a gzip file; bytes that are not gzipped as they are.

    Raises:
      DataError: a gzip stream that is cut short, fails its own checksum, or is far too large.
    """
    if stored[:2] != b"\x1f\x8b":
        return stored
    stream = zlib.decompressobj(wbits=31)
    try:
        raw = stream.decompress(stored, LARGEST)
    except zlib.error as error:
        raise DataError(f"{name} has been altered: {error}") from error
    if stream.unconsumed_tail:
        raise DataError(f"{name} holds more than {LARGEST} bytes, which no IDX file here does")
    if not stream.eof:
        raise DataError(f"{name} is truncated: its gzip stream ends after {len(stored)} bytes")
    if stream.unused_data:
        raise DataError(f"{name} has been altered: {len(stream.unused_data)} bytes follow its gzip stream")
    return raw


def parse_idx(raw: bytes, name: str, axes: Any = None, sha256: str | None = None) -> np.ndarray:
    """The array in the bytes of an IDX file; arguments and errors are those of :func:`read_idx`."""
    if raw[:3] != b"\x00\x00\x08" or len(raw) < 4 or axes not in (None, raw[3]):
        wanted = "0x000008" + ("NN" if axes is None else f"{axes:02x}")
        raise DataError(f"{name} is not such an IDX file: it begins with 0x{raw[:4].hex()}, not {wanted}")
    start = 4 + 4 * raw[3]
    if len(raw) < start:
        raise DataError(f"{name} is truncated: it ends within its header, after {len(raw)} bytes")
    sizes = np.frombuffer(raw[4:start], ">u4").tolist()
    wanted = start + math.prod(sizes)
    if len(raw) != wanted:
        what = "is truncated" if len(raw) < wanted else "has been altered"
        raise DataError(f"{name} {what}: it holds {len(raw)} bytes, and {wanted} by its header {sizes}")
    if sha256 is not None:
        found = hashlib.sha256(raw).hexdigest()
        if found != sha256.lower():
            raise DataError(f"{name} has been altered: its SHA-256 is {found}, not {sha256}")
    return np.frombuffer(raw, np.uint8, offset=start).reshape(sizes)
