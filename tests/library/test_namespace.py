"""The public namespace: quick, lazy, complete, and every example in it runs."""

import doctest
import importlib
import json
import pkgutil
import subprocess
import sys

import jax
import pytest

import vdmlib


def modules(package, prefix=""):
    """Every module of the library but the derivation engine's, those inside packages too."""
    for found in pkgutil.iter_modules(package.__path__):
        if found.name not in ("derive", "__main__"):
            yield prefix + found.name
            if found.ispkg:
                inside = importlib.import_module(f"{package.__name__}.{found.name}")
                yield from modules(inside, f"{prefix}{found.name}.")


MODULES = sorted(modules(vdmlib))


def fresh(code):
    """What a fresh Python prints."""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    return json.loads(done.stdout)


def test_import_brings_in_nothing_heavy_and_is_quick():
    seconds, loaded = fresh(
        "import json, sys, time; t = time.perf_counter(); import vdmlib; t = time.perf_counter() - t\n"
        "print(json.dumps([t, [m for m in ('jax', 'numpy', 'matplotlib', 'sympy') if m in sys.modules]]))"
    )
    assert loaded == []
    assert seconds < 0.2


def test_data_does_not_need_jax():
    assert fresh(
        "import json, sys; from vdmlib import digits; digits()\n"
        "print(json.dumps([m for m in ('jax', 'matplotlib') if m in sys.modules]))"
    ) == []


@pytest.mark.parametrize("name", vdmlib.__all__)
def test_every_public_name_is_there_and_documented(name):
    value = getattr(vdmlib, name)
    assert name in dir(vdmlib)
    if name != "COLOURS":
        assert (value.__doc__ or "").strip()


def test_unknown_name():
    with pytest.raises(AttributeError, match="vdmlib has no name 'VEA'"):
        vdmlib.VEA


@pytest.mark.parametrize("name", MODULES)
def test_examples(name):
    module = importlib.import_module(f"vdmlib.{name}")
    with jax.numpy_rank_promotion("allow"):  # as readers have it
        found = doctest.testmod(module, optionflags=doctest.IGNORE_EXCEPTION_DETAIL)
    assert found.failed == 0


def test_most_public_things_have_an_example():
    """Each class and function has one itself, or is a method of a class that has."""
    without = [
        name
        for name in vdmlib.__all__
        if name in vdmlib._HOME
        and callable(getattr(vdmlib, name))
        and ">>>" not in (getattr(vdmlib, name).__doc__ or "")
    ]
    allowed = {
        "DataError", "Dataset", "TrainingDiverged", "History", "Likelihood",  # raised, returned, abstract
        "ChainTerms", "DiffusionTerms", "GuidedGaussian", "ReverseKernels",  # returned
        "Figure", "show", "movie", "plot_history",  # shown where a drawing is made
    }
    assert set(without) <= allowed
