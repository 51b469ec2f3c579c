"""Packs the built site into one file, to read without a network: ``diffusion-derived.zip`` at its root.

The same site gives the same bytes: names are sorted and carry one date.
"""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

NAME = "diffusion-derived.zip"
#: What a reader has no use for; and what only saves a second or two of Python's start, for half as much again.
SKIPPED = {NAME, ".buildinfo", "objects.inv", "snapshot.bin"}
#: Packed already; trying again would only take time.
STORED = {".wasm", ".zip", ".png", ".woff", ".woff2"}
DATE = (1980, 1, 1, 0, 0, 0)


def pack(site: Path) -> Path:
    """Write the archive of ``site`` into it, whole or not at all, and return its path."""
    target, making = site / NAME, site / (NAME + ".part")
    files = sorted(
        path for path in site.rglob("*")
        if path.is_file() and path.name not in SKIPPED and path != making
        and path.relative_to(site).parts[0] not in ("_sources", "reports")
    )
    with zipfile.ZipFile(making, "w") as archive:
        for path in files:
            entry = zipfile.ZipInfo(f"diffusion-derived/{path.relative_to(site).as_posix()}", DATE)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_STORED if path.suffix in STORED else zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes(), compresslevel=6)
    os.replace(making, target)
    return target
