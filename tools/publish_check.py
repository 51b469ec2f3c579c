"""Fails, saying what to set and where, while the book has no public address."""

from __future__ import annotations

import sys
from pathlib import Path

import address as addresses
import badges

ROOT = Path(__file__).resolve().parents[1]


def problems(root: Path = ROOT) -> list[str]:
    """What stands between this folder and a published book, one sentence each."""
    try:
        where = addresses.read(root)
    except addresses.AddressError as error:
        return [str(error)]
    if where.is_placeholder:
        return [
            f"{addresses.CONFIG}: repository.url is still the placeholder {where.repository}. "
            "Set it to your repository, as https://github.com/NAME/REPOSITORY (and "
            "repository.branch to its branch), then run 'make twins' and commit what it changed."
        ]
    found = [f"{name} does not agree with {addresses.CONFIG}: run 'make twins' and commit."
             for name in badges.stale(root)]
    for path in sorted((root / "book").glob("*.ipynb")):
        name = path.relative_to(root).as_posix()
        if where.colab(name) not in path.read_text(encoding="utf-8"):
            found.append(f"{name} does not link to {where.colab(name)}: run 'make twins' and commit.")
    return found


def main() -> int:
    """Print what is missing, or where the book will be."""
    found = problems()
    for problem in found:
        print(problem, file=sys.stderr)
    if not found:
        where = addresses.read()
        print(f"==> Ready: {where.repository}, branch {where.branch}, will serve {where.site}")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
