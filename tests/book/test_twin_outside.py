"""A Colab notebook in a fresh environment, outside of the repository: what a reader's click does.

The environment has a notebook runner and nothing of the book. The notebook's first cell installs the library,
from a wheel of this folder, with all that it needs.
"""

import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_notebook_that_trains_a_model_runs_in_a_fresh_environment(tmp_path):
    home = tmp_path / "environment"
    venv.create(home, with_pip=True)
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in {"PYTHONPATH", "VIRTUAL_ENV", "IPYTHONDIR", "DIFFUSION_DERIVED_BOOK", "VDMLIB_WHEEL"}
    }

    def run(*command):
        done = subprocess.run(
            [str(python), *command], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=900
        )
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
        return done.stdout

    run("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "nbclient", "ipykernel")
    assert "vdmlib" not in run("-m", "pip", "list")
    told = run(str(ROOT / "tools" / "run_twins.py"), str(ROOT / "book" / "03_vae.ipynb"))
    assert "03_vae.ipynb" in told and "passed in" in told
    assert "vdmlib" in run("-m", "pip", "list")
    where = run("-c", "import vdmlib, pathlib; print(pathlib.Path(vdmlib.__file__).resolve())")
    assert str(home.resolve()) in where, sys.executable
