"""Pins every package: ``requirements.txt`` from ``pyproject.toml``, ``tools/dev.txt``, ``package-lock.json`` from npm.

One set of versions serves Python 3.11 to 3.13 on Linux, macOS and Windows, each with the hashes of
all its files. Neither file names a registry: whoever installs uses the one set up on the machine.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from pathlib import Path

import node

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
OLDEST_PYTHON = "3.11"
ADDRESS = re.compile(r"https?://|--(?:extra-)?index-url|--find-links|\bfile:|\"resolved\"")


#: Each lock of Python packages and what it is made from: the project's own, and its maintainers' tools, which
#: take a package that both have in the same version.
PYTHON_LOCKS = {
    "requirements.txt": ["pyproject.toml", "--all-extras"],
    "tools/dev.txt": ["tools/dev.in", "--constraints", "requirements.txt"],
}


def python_lock(name: str, upgrade: bool) -> None:
    """Write a lock; versions that it holds already are kept unless ``upgrade``."""
    command = [
        str(BIN / "uv"), "pip", "compile", *PYTHON_LOCKS[name],
        "--universal", "--python-version", OLDEST_PYTHON,
        "--fork-strategy", "fewest",  # one version of each package for every Python
        "--generate-hashes", "--no-emit-index-url", "--no-emit-find-links",
        "--custom-compile-command", "make lock",
        "--output-file", name, "--quiet",
    ]
    if upgrade:
        command.append("--upgrade")
    subprocess.run(command, cwd=ROOT, check=True)


def web_lock(upgrade: bool) -> None:
    """Write ``package-lock.json``, without the addresses the packages came from."""
    if upgrade:
        (ROOT / "package-lock.json").unlink(missing_ok=True)
    subprocess.run(
        [*node.command("npm"), "install", "--package-lock-only", "--ignore-scripts",
         "--omit-lockfile-registry-resolved"],
        cwd=ROOT, check=True, env=node.environment(),
    )
    locked = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    for package in locked["packages"].values():
        package.pop("funding", None)  # an address, and nothing that is installed
    (ROOT / "package-lock.json").write_text(json.dumps(locked, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def addresses(path: Path) -> list[str]:
    """The lines of a lock that name a place to fetch from."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if ADDRESS.search(line)]


def main() -> int:
    """Make both locks, and look that they name no address."""
    parser = argparse.ArgumentParser(description="Pins every package anew.")
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions")
    upgrade = parser.parse_args().upgrade
    print("==> Resolving every package for Python 3.11 to 3.13")
    for name in PYTHON_LOCKS:
        python_lock(name, upgrade)
    print("==> Resolving the web assets")
    web_lock(upgrade)
    found = False
    for name in (*PYTHON_LOCKS, "package-lock.json"):
        for line in addresses(ROOT / name):
            print(f"{name} must not name an address: {line}", file=sys.stderr)
            found = True
    if not found:
        print(f"==> {', '.join(PYTHON_LOCKS)} and package-lock.json are made; run 'make test', then commit them")
    return int(found)


if __name__ == "__main__":
    sys.exit(main())
