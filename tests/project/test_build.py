"""What the build leaves: a site that passed, whole at every moment, and no process."""

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time

import psutil
import pytest
import small_books

CONFIG = """\
title: A small book
author: Nobody
copyright: "2020"
execute:
  execute_notebooks: "cache"
  timeout: -1
"""
CONTENTS = """\
format: jb-book
root: book/index
"""
NOTEBOOK = small_books.NOTEBOOK + """\
# Title

```{{code-cell}} ipython3
{}
```
"""
MAKEFILE = """\
.PHONY: book
book:
\t@{} tools/build_book.py
"""


@pytest.fixture
def small_book(root, tmp_path):
    """A book of one page, in a folder whose name means much to a shell."""
    folder = tmp_path / "it's `pwd` \"$HOME\""
    (folder / "tools").mkdir(parents=True)
    for name in ("build_book.py", "render.py", "sphinx_settings.py", "site_zip.py", "downloads.py", "address.py", "node.py", "pyodide_bundle.py",
                 "pyodide_snapshot.py"):
        shutil.copyfile(root / "tools" / name, folder / "tools" / name)
    (folder / "_config.yml").write_text(CONFIG)
    (folder / "_toc.yml").write_text(CONTENTS)
    (folder / "Makefile").write_text(MAKEFILE.format(sys.executable))
    (folder / "book").mkdir()
    return folder


def build(folder, text, **environment):
    (folder / "book" / "index.md").write_text(text)
    return again(folder, **environment)


def again(folder, *arguments, **environment):
    return subprocess.run([sys.executable, "tools/build_book.py", *arguments], cwd=folder,
                          capture_output=True, text=True, env=os.environ | environment)


def page(folder, site="html"):
    """The words of the small book's only page."""
    text = (folder / "_build" / site / "book" / "index.html").read_text()
    return re.sub(r"<[^>]+>", "", text[text.index("<article"):text.index("</article>")])


# -- what passed and what did not ------------------------------------------------------------


def test_a_warning_leaves_the_site_that_passed_however_often(small_book):
    """Sphinx by itself passes the second time: it reads no unchanged page, and warns of none."""
    assert build(small_book, "# Title\n\nThe first word.\n").returncode == 0
    broken = build(small_book, "# Title\n\n{ref}`nowhere`\n")
    for result in (broken, again(small_book)):
        assert result.returncode != 0
        assert "undefined label" in result.stderr
        told = result.stderr.partition("The book did not pass:")[2]
        assert "index.md:3: WARNING: undefined label: 'nowhere'" in told
        assert "_build/html is as the last build that passed left it" in told
        assert "The first word" in page(small_book)
        assert "nowhere" in page(small_book, "failed")

    mended = build(small_book, "# Title\n\nA second word.\n")
    assert mended.returncode == 0, mended.stderr
    site = small_book / "_build" / "html" / "index.html"
    assert site.is_file() and "A second word" in page(small_book)
    assert str(site) in mended.stdout
    assert "make serve" in mended.stdout
    assert not (small_book / "_build" / "failed").exists()


def test_a_first_build_that_fails_leaves_no_site(small_book):
    result = build(small_book, "# Title\n\n{ref}`nowhere`\n")
    assert result.returncode != 0 and "as the last build" not in result.stderr
    assert not (small_book / "_build" / "html").exists()
    assert (small_book / "_build" / "failed" / "book" / "index.html").is_file()


def test_numbers_are_written_in_spite_of_warnings_and_make_no_site(small_book):
    """The numbers' own staleness is a warning, so that build cannot be strict."""
    (small_book / "book" / "index.md").write_text("# Title\n\n{ref}`nowhere`\n")
    result = again(small_book, "--update-numbers")
    assert result.returncode == 0, result.stderr
    assert not (small_book / "_build" / "html").exists()
    assert again(small_book).returncode != 0


def test_the_front_door_is_open_while_the_book_is_built_again(small_book):
    assert build(small_book, "# Title\n\nThe first word.\n").returncode == 0
    front, seen, missing, done = small_book / "_build" / "html" / "index.html", set(), [], threading.Event()

    def knock():
        while not done.is_set():
            try:
                assert "book/index.html" in front.read_text()
                seen.add("second" in page(small_book))
            except (OSError, AssertionError) as error:
                missing.append(error)

    visitor = threading.Thread(target=knock)
    visitor.start()
    try:
        assert build(small_book, "# Title\n\nThe second word.\n").returncode == 0
    finally:
        time.sleep(0.2)
        done.set()
        visitor.join()
    assert missing == [] and seen == {False, True}


def test_what_a_build_that_broke_off_left_is_written_again(small_book):
    """Sphinx by itself would find the page unchanged, and keep the half of it that was written."""
    assert build(small_book, "# Title\n\nA word.\n").returncode == 0
    (small_book / "_build" / ".finished").unlink()
    (small_book / "_build" / "next" / "book" / "index.html").write_text("<article>half</article>")
    assert again(small_book).returncode == 0
    assert "A word" in page(small_book)


def test_a_warning_of_no_page_in_particular_is_repeated_too(small_book):
    """Sphinx begins such a line with a colour."""
    (small_book / "_config.yml").write_text(CONFIG + "sphinx:\n  config:\n    html_static_path: [no_such_folder]\n")
    told = build(small_book, "# Title\n\nA word.\n", FORCE_COLOR="1").stderr.partition("The book did not pass:")[2]
    assert told.count("no_such_folder") == 1


def test_the_pages_link_to_the_repository_however_its_address_is_written(small_book):
    (small_book / "_config.yml").write_text(CONFIG + """\
repository:
  url: https://github.com/alice/alice.github.io.git
  branch: main
html:
  use_repository_button: true
launch_buttons:
  colab_url: https://colab.research.google.com
""")
    built = build(small_book, NOTEBOOK.format("1"))
    assert built.returncode == 0, built.stderr
    text = (small_book / "_build" / "html" / "book" / "index.html").read_text()
    assert 'href="https://github.com/alice/alice.github.io"' in text and ".io.git" not in text
    assert "colab.research.google.com/github/alice/alice.github.io/blob/main/book/index" in text
    (small_book / "_config.yml").write_text(CONFIG + "repository:\n  url: github.com/alice\n")
    assert "write it as https://github.com/NAME/REPOSITORY" in again(small_book).stderr


# -- a build that is ended ---------------------------------------------------------------------


def begun(folder, *command):
    """A build that has come to a cell which takes long, and all processes of it."""
    note = folder / "kernel"
    (folder / "book" / "index.md").write_text(NOTEBOOK.format(
        f"import os, time\nopen({str(note)!r} + '.part', 'w').write(str(os.getpid()))\n"
        f"os.rename({str(note)!r} + '.part', {str(note)!r})\ntime.sleep(300)"))
    # In a session of its own, as from another terminal; the tests may themselves be started by make.
    inherited = {name: value for name, value in os.environ.items() if name not in {"MAKEFLAGS", "MFLAGS", "MAKELEVEL"}}
    started = subprocess.Popen(command, cwd=folder, env=inherited, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                               start_new_session=True)
    deadline = time.monotonic() + 120
    while not note.exists():
        assert started.poll() is None and time.monotonic() < deadline
        time.sleep(0.1)
    processes = [*psutil.Process(started.pid).children(recursive=True), psutil.Process(int(note.read_text()))]
    return started, processes


@pytest.mark.parametrize("number, by_make", [
    (signal.SIGTERM, True), (signal.SIGTERM, False), (signal.SIGKILL, True), (signal.SIGKILL, False), (signal.SIGINT, True),
    (signal.SIGHUP, True),
], ids=lambda value: getattr(value, "name", "make" if value else "directly"))
def test_a_build_that_is_ended_leaves_no_process_and_the_site_as_it_was(small_book, number, by_make):
    assert build(small_book, "# Title\n\nA word.\n").returncode == 0
    started, processes = begun(small_book, *(("make", "book") if by_make else (sys.executable, "tools/build_book.py")))
    assert len(processes) >= 2
    # A terminal sends these two to all that run in it; make tells its children of SIGTERM alone.
    (os.killpg if number in (signal.SIGINT, signal.SIGHUP) else os.kill)(started.pid, number)
    started.wait(timeout=20)
    assert started.returncode != 0
    _, alive = psutil.wait_procs(processes, timeout=15)
    assert alive == []
    assert "A word" in page(small_book)
    assert not (small_book / "_build" / "failed").exists()

    assert build(small_book, "# Title\n\nAnother word.\n").returncode == 0
    assert "Another word" in page(small_book)


def test_a_renderer_that_is_killed_takes_its_kernels_along(small_book):
    started, processes = begun(small_book, sys.executable, "tools/build_book.py")
    renderer = next(p for p in processes if "render.py" in " ".join(p.cmdline()))
    renderer.kill()
    assert started.wait(timeout=20) != 0
    _, alive = psutil.wait_procs(processes, timeout=15)
    assert alive == []
    assert not (small_book / "_build" / "html").exists()


# -- the settings of whoever builds ----------------------------------------------------------------

LOOK = """\
import matplotlib.style, sys, warnings
print("usetex", matplotlib.rcParams["text.usetex"], "dpi", matplotlib.rcParams["figure.dpi"], matplotlib.get_backend())
print("mine" in globals(), sys.flags.optimize, sorted(matplotlib.style.library)[:3], (lambda: 1).__doc__)
def f():
    "Words."
print(f.__doc__, warnings.filters[0][0])"""


def test_the_settings_of_whoever_builds_change_nothing(small_book):
    plain = build(small_book, NOTEBOOK.format(LOOK))
    assert plain.returncode == 0, plain.stderr
    before = page(small_book)
    assert "usetex False" in before and "Words." in before
    home = small_book / "home"
    for name, text in {
        ".config/matplotlib/matplotlibrc": "figure.dpi: 7\n", "rc": "text.usetex: True\n",
        ".config/matplotlib/stylelib/aaa.mplstyle": "figure.dpi: 9\n",
        ".ipython/profile_default/startup/00.py": "mine = 1\n", "start.py": "mine = 1\n",
        ".jupyter/jupyter_config.py": "raise SystemExit(3)\n",
        ".local/share/jupyter/kernels/python3/kernel.json": '{"argv": ["false"], "display_name": "x", "language": "python"}',
        "path/kernels/python3/kernel.json": '{"argv": ["false"], "display_name": "x", "language": "python"}',
        "modules/matplotlib/__init__.py": "raise ImportError('a module of mine')\n",
    }.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(text)
    shutil.rmtree(small_book / "_build")
    built = again(
        small_book, HOME=str(home), XDG_CONFIG_HOME=str(home / ".config"), MATPLOTLIBRC=str(home / "rc"), MPLBACKEND="svg",
        IPYTHONDIR=str(home / ".ipython"), PYTHONSTARTUP=str(home / "start.py"), PYTHONOPTIMIZE="2", SOURCE_DATE_EPOCH="0",
        JUPYTER_PATH=str(home / "path"), JUPYTER_CONFIG_DIR=str(home / ".jupyter"), PYTHONPATH=str(home / "modules"),
        PYTHONWARNINGS="error",
    )
    assert built.returncode == 0, built.stderr
    assert page(small_book) == before
    whole = (small_book / "_build" / "html" / "book" / "index.html").read_text()
    assert "2020" in whole and "1970" not in whole
