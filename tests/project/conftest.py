"""What the tests of the project's own files share."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
for folder in (HERE, ROOT / "tools"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))


@pytest.fixture(scope="session")
def root():
    """The folder that holds ``_config.yml``."""
    return ROOT


@pytest.fixture(scope="session")
def tracked():
    """Every file that is committed, or will be: those that git does not ignore."""
    # A container may hold a copy that belongs to another user, which git refuses unless told.
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others",
         "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout
    return sorted(path for name in listed.split("\0") if name
                  if (path := ROOT / name).is_file())


@pytest.fixture
def folder_copy(tmp_path):
    """A copy of the files that hold the address, and of the tools that carry it."""
    for name in ("_config.yml", "README.md", "CITATION.cff"):
        shutil.copyfile(ROOT / name, tmp_path / name)
    for name in ("tools", "book", "examples"):
        shutil.copytree(ROOT / name, tmp_path / name,
                        ignore=shutil.ignore_patterns("__pycache__", "_*", "*.pyc"))
    return tmp_path
