"""What a page depends on is read from its imports; in doubt it depends on everything."""

from __future__ import annotations

import pytest
from derivation_book import depends

FILES = {
    "__init__.py": '_PUBLIC = {"vdm": ("VDM",), "data": ("digits",), "nets": ("MLP",)}\n',
    "vdm.py": "from .nets import MLP\ndef f():\n    from . import units\n",
    "data.py": "import numpy\n", "units.py": "", "other.py": "from importlib import import_module\n",
    "dynamic.py": "from importlib import import_module\nimport_module('.' + 'x', __package__)\n",
    "nets/__init__.py": "from .mlp import MLP\n", "nets/mlp.py": "from ..base import Base\n",
    "nets/unet.py": "", "base.py": "", "table.json": "{}",
    "derive/__init__.py": "from .prove import prove\n", "derive/prove.py": "", "derive/rare.py": "",
    "derive/equation_numbers.json": "{}", "__pycache__/vdm.pyc": "",
}


@pytest.fixture
def library(tmp_path):
    folder = tmp_path / "vdmlib"
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def of(library, *cells):
    text = "".join(f"```{{code-cell}} ipython3\n:tags: [x]\n{cell}\n```\n\n" for cell in cells)
    found = depends.of_page(text, library, without=library / "derive" / "equation_numbers.json")
    return {path.relative_to(library).as_posix() for path in found}


EVERYTHING = {n for n in FILES if not n.endswith((".pyc", "numbers.json"))}


@pytest.mark.parametrize("cell, wanted", [
    ("x = 1", {"__init__.py", "table.json"}),
    ("from vdmlib import digits", {"__init__.py", "table.json", "data.py"}),
    ("from vdmlib import VDM", {"__init__.py", "table.json", "vdm.py", "units.py", "nets/__init__.py",
                                "nets/mlp.py", "base.py"}),
    ("def f():\n    from vdmlib.nets import unet", {"__init__.py", "table.json", "nets/__init__.py",
                                                    "nets/mlp.py", "nets/unet.py", "base.py"}),
    ("from vdmlib.derive import *", {"__init__.py", "table.json", "derive/__init__.py",
                                     "derive/prove.py", "derive/rare.py"}),
    ("import vdmlib", EVERYTHING),
    ("from vdmlib import *", EVERYTHING),
    ("from vdmlib import dynamic", EVERYTHING),
    ("%matplotlib inline", EVERYTHING),
])
def test_the_files_of_a_cell(library, cell, wanted):
    assert of(library, cell) == wanted


def test_the_files_of_a_page_are_those_of_all_its_cells(library):
    both = of(library, "from vdmlib import digits", "from vdmlib import VDM")
    assert both == of(library, "from vdmlib import digits") | of(library, "from vdmlib import VDM")
