"""What every test may rely on."""

import os
import tempfile

import pytest

COMPILED = "DIFFUSION_DERIVED_TESTS_COMPILED"


def pytest_addoption(parser):
    parser.addoption("--weekly", action="store_true", help="run as well what takes too long for every run")


def pytest_configure(config):
    """A folder for the programs that this run compiles, which its workers share; it goes when the run ends."""
    if not hasattr(config, "workerinput"):
        folder = tempfile.TemporaryDirectory(prefix="compiled-", ignore_cleanup_errors=True)
        config.add_cleanup(folder.cleanup)
        os.environ[COMPILED] = folder.name


def pytest_collection_modifyitems(config, items):
    """Leave out what is marked ``weekly``, and say so."""
    if not config.getoption("--weekly"):
        for item in items:
            if item.get_closest_marker("weekly"):
                item.add_marker(pytest.mark.skip(reason="takes minutes: runs once a week, or with --weekly"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item, nextitem):
    """Put the environment back after each test: building a book sets variables of its own."""
    before = dict(os.environ)
    try:
        return (yield)
    finally:
        for name in os.environ.keys() - before.keys():
            del os.environ[name]
        os.environ.update(before)
