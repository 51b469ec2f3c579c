"""The library's wheel with SymPy alone, in an environment of its own outside of the repository."""

import re
import subprocess
from email.parser import HeaderParser
from zipfile import ZipFile

import pytest
from alone import Alone

import vdmlib.derive

LINE = """
import sys
from vdmlib.derive import *
x, z = variables("x z")
p, q = Law("p", x, z), Law("q", z | x)
elbo = Derivation("my.elbo", "The evidence is the ELBO plus a gap")
elbo.start(log(p(x)))
elbo.equals(E[q(z|x)](log(p(x, z)/q(z|x))) + KL(q(z|x), p(z|x)), because="Bayes' rule")
assert "✓" in elbo._repr_mimebundle_()["text/markdown"]
try:
    elbo.equals(E[q(z|x)](log(p(x, z)/q(z|x))) - KL(q(z|x), p(z|x)), because="Bayes' rule")
except FalseStep as why:
    print(why)
import vdmlib
print(vdmlib.derive.__file__)
"""


@pytest.fixture(scope="module")
def alone(tmp_path_factory, root):
    return Alone(tmp_path_factory.mktemp("alone"), root)


def test_the_wheel_asks_for_sympy_alone(alone):
    with ZipFile(alone.wheel) as wheel:
        (name,) = (name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
        asked = HeaderParser().parsestr(wheel.read(name).decode()).get_all("Requires-Dist")
        assert "vdmlib/derive/CHANGELOG.md" in wheel.namelist()
    assert [line for line in asked if "extra ==" not in line] == ["sympy>=1.14"]
    assert "No broken requirements" in alone.pip("check")


def test_a_line_is_proved_and_a_false_one_refused(alone, root):
    said = alone.says("-c", LINE)
    assert "line my.elbo.2 is false" in said
    assert str(root) not in said and str(alone.folder) in said.splitlines()[-1]


@pytest.mark.parametrize("code", ["vdmlib.VAE", "vdmlib.fit", "vdmlib.training", "vdmlib.digits().train", "from vdmlib import *"])
def test_what_trains_names_the_extra_that_brings_it(alone, code):
    done = alone.run("-c", f"import vdmlib\n{code}")
    last = done.stderr.splitlines()[-1]
    assert done.returncode == 1
    assert re.fullmatch(r"ImportError: vdmlib\.\w+ needs \w+, which is not installed\. The extra 'train' brings .*: "
                        rf'pip install "vdmlib\[train\] @ {alone.wheel.as_uri()}"', last), last


def test_the_line_to_type_is_the_one_it_was_installed_by(alone):
    """From a repository the address stands in it, with the branch; from an index the name is enough."""
    (record,) = alone.folder.rglob("direct_url.json")
    kept = record.read_text()
    try:
        record.write_text('{"url": "https://example.org/book", "vcs_info": {"vcs": "git", "requested_revision": "v2", "commit_id": "0"}}')
        assert 'pip install "vdmlib[train] @ git+https://example.org/book@v2"' in alone.run("-c", "import vdmlib; vdmlib.VAE").stderr
        record.unlink()
        assert 'pip install "vdmlib[train]"' in alone.run("-c", "import vdmlib; vdmlib.VAE").stderr
    finally:
        record.write_text(kept)


def test_the_command_checks_a_page_there(alone, root):
    (alone.folder / "page.md").write_text("# A page\n```python\n" + LINE.replace("try:\n", "if True:\n").split("except")[0] + "```\n", encoding="utf-8")
    done = alone.run("-m", "vdmlib.derive", "check", "page.md")
    assert done.returncode == 1 and "1 proved, 1 false. Failed." in done.stdout, done.stdout + done.stderr
    said = subprocess.run([alone.programs / "derive-check", "--version"], capture_output=True, text=True, cwd=alone.folder)
    assert said.stdout == f"vdmlib.derive {vdmlib.derive.__version__}\n"


def test_a_fault_of_the_library_is_not_taken_for_a_missing_package(monkeypatch):
    monkeypatch.setitem(vdmlib._HOME, "Lost", "nowhere")
    with pytest.raises(ModuleNotFoundError, match="vdmlib.nowhere"):
        vdmlib.Lost


def test_the_engine_has_a_version_and_says_what_changed(root):
    text = (root / "vdmlib" / "derive" / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.findall(r"^## (\S+)", text, re.M)[0] == vdmlib.derive.__version__
