"""The locks: every file by its hash, no address, and all that pyproject.toml asks for."""

import json
import re
import sys
import tomllib

import lock
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PYTHONS = ("3.11", "3.12", "3.13")
PLATFORMS = (("linux", "Linux", "x86_64"), ("linux", "Linux", "aarch64"),
             ("darwin", "Darwin", "arm64"))


@pytest.fixture(scope="module")
def pins(root):
    """Each pinned requirement with its hashes."""
    text = (root / "requirements.txt").read_text(encoding="utf-8")
    entries = re.sub(r"#.*", "", text).replace("\\\n", " ").splitlines()
    found = []
    for entry in filter(None, map(str.strip, entries)):
        requirement, *hashes = re.split(r"\s+--hash=", entry)
        found.append((Requirement(requirement), hashes))
    assert len(found) > 100
    return found


@pytest.fixture(scope="module")
def project(root):
    """The table ``project`` of pyproject.toml."""
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_every_pin_is_exact_and_hashed(pins):
    for requirement, hashes in pins:
        assert [clause.operator for clause in requirement.specifier] == ["=="], requirement
        assert hashes and all(re.fullmatch(r"sha256:[0-9a-f]{64}", h) for h in hashes), requirement


def test_the_maintainers_tools_are_pinned_too_and_agree(root, pins):
    text = (root / "tools" / "dev.txt").read_text(encoding="utf-8")
    dev = dict(re.findall(r"^([\w.-]+)==([^\s;]+)", text, re.MULTILINE))
    wanted = re.findall(r"^[\w.-]+", (root / "tools" / "dev.in").read_text(), re.MULTILINE)
    assert set(wanted) <= set(dev) and text.count("--hash=sha256:") >= len(dev)
    for requirement, _ in pins:
        name = canonicalize_name(requirement.name)
        if name in dev:
            assert requirement.specifier.contains(dev[name]), name


@pytest.mark.parametrize("name", ["requirements.txt", "tools/dev.txt", "package-lock.json", "package.json"])
def test_no_address(root, name):
    assert lock.addresses(root / name) == []


@pytest.mark.parametrize("line", ["-i https://mirror.example/simple", "--find-links wheels",
                                  '"resolved": "x"', "a @ file:///wheels/a.whl"])
def test_an_address_would_be_seen(tmp_path, line):
    (tmp_path / "lock").write_text(line + "\n")
    assert lock.addresses(tmp_path / "lock") == [line]


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda p: "-".join(p[1:]))
def test_one_version_for_every_python(pins, python, platform):
    """The same version of a package is installed everywhere, and never two."""
    environment = {
        "python_version": python, "python_full_version": f"{python}.0",
        "sys_platform": platform[0], "platform_system": platform[1],
        "platform_machine": platform[2], "implementation_name": "cpython",
        "platform_python_implementation": "CPython", "os_name": "posix",
    }
    installed = [canonicalize_name(r.name) for r, _ in pins
                 if r.marker is None or r.marker.evaluate(environment)]
    assert len(installed) == len(set(installed))
    assert {"jax", "jaxlib", "flax", "optax", "sympy", "jupyter-book"} <= set(installed)


def asked(project, *extras):
    """What the project and these extras of it ask for; all extras where none is named."""
    given = project["optional-dependencies"]
    lines = [*project["dependencies"], *(line for extra in extras or given for line in given[extra])]
    return [requirement for requirement in map(Requirement, lines) if requirement.name != project["name"]]


def test_the_lock_satisfies_the_project(pins, project):
    locked = {canonicalize_name(r.name): next(iter(r.specifier)).version for r, _ in pins}
    for requirement in asked(project):
        version = locked.get(canonicalize_name(requirement.name))
        assert version, f"{requirement} is not in requirements.txt: run 'make lock'"
        assert requirement.specifier.contains(version), f"{requirement}: locked at {version}"


def test_no_cuda(pins):
    for requirement, _ in pins:
        assert not re.search("cuda|nvidia|rocm", requirement.name), requirement


def test_only_lower_bounds_in_the_library(project):
    """An upper bound would make pip replace what Colab has."""
    for requirement in asked(project, "train", "ode", "data"):
        assert {clause.operator for clause in requirement.specifier} == {">="}, requirement


def test_the_engine_asks_for_sympy_alone_and_the_other_extras_build_on_train(project):
    assert [requirement.name for requirement in asked({**project, "optional-dependencies": {}})] == ["sympy"]
    for extra in ("data", "ode", "book", "test"):
        assert "vdmlib[train]" in project["optional-dependencies"][extra], extra


def test_python_versions(project):
    assert project["requires-python"] == f">={PYTHONS[0]}"
    assert sys.version_info >= (3, 11)


def test_web_lock_has_integrity_hashes_and_agrees_with_package_json(root):
    packages = json.loads((root / "package-lock.json").read_text())["packages"]
    wanted = json.loads((root / "package.json").read_text())["dependencies"]
    assert packages[""]["dependencies"] == wanted
    for name, entry in packages.items():
        if name:
            assert entry["integrity"].startswith("sha512-"), name
    for name, version in wanted.items():
        assert packages[f"node_modules/{name}"]["version"] == version
