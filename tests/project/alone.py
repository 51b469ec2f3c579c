"""An environment outside of the repository that holds the library's wheel and SymPy, as a reader's has."""

import os
import subprocess
import sys
import venv
from importlib.metadata import distribution
from pathlib import Path

#: What would lead the environment back to this repository, or to this machine's own settings.
LEFT_OUT = {"PYTHONPATH", "VIRTUAL_ENV", "DIFFUSION_DERIVED_BOOK", "NO_COLOR"}


class Alone:
    """A fresh environment in ``folder``: its Python, its commands."""

    def __init__(self, folder, root, packages=("sympy", "mpmath")):
        self.folder = folder
        home = folder / "environment"
        venv.create(home, with_pip=False)
        self.programs = home / ("Scripts" if os.name == "nt" else "bin")
        self.python = self.programs / ("python.exe" if os.name == "nt" else "python")
        (site,) = home.rglob("site-packages")
        for package in packages:
            link(package, site)
        subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)], cwd=root, check=True, capture_output=True)
        (self.wheel,) = folder.glob("vdmlib-*.whl")
        self.pip("install", "--quiet", "--no-index", "--no-deps", str(self.wheel))

    def pip(self, *arguments):
        """The test environment's pip, for this one."""
        done = subprocess.run([sys.executable, "-m", "pip", "--python", str(self.python), *arguments], capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def run(self, *command, cwd=None, **variables):
        """Run Python with these arguments, outside of the repository."""
        kept = {name: value for name, value in os.environ.items() if name not in LEFT_OUT}
        return subprocess.run([str(self.python), *map(str, command)], cwd=cwd or self.folder, capture_output=True,
                              env={**kept, **variables}, encoding="utf-8", timeout=300)

    def says(self, *command, **how):
        """What it prints; it must succeed."""
        done = self.run(*command, **how)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


def link(package, site):
    """Let an environment have a package of this one: each of its files' top folders, and its metadata."""
    found = distribution(package)
    for top in {Path(file).parts[0] for file in found.files}:
        source = Path(found.locate_file(top))
        if source.parent == Path(found.locate_file("")) and source.exists() and not (site / top).exists() and top != "__pycache__":
            (site / top).symlink_to(source)
