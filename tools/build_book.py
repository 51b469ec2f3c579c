"""Builds the site with Jupyter Book, warnings being errors.

The site is made beside the one that is shown, in ``_build/next``, and takes its place when it has passed: what lies in
``_build/html`` has passed, and stays whole and to be read meanwhile. A site that failed is moved to ``_build/failed``.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import downloads
import node
import psutil
import pyodide_bundle
import pyodide_snapshot
import site_zip
from sphinx.util.console import strip_colors

from vdmlib.runtime.programs import folder_of_programs, settings

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / "_build"
SITE = BUILD / "html"
NEXT = BUILD / "next"
COMING = BUILD / ".coming"
FAILED = BUILD / "failed"
DOCTREES = BUILD / ".doctrees"
PAGES = DOCTREES / "environment.pickle"
FINISHED = BUILD / ".finished"
SETTINGS = BUILD / ".settings"

#: The kernel warns of unencrypted sockets at each start; they do not leave this machine.
KERNEL_SETTINGS = "c = get_config()\nc.IPKernelApp.log_level = 40\n"
#: Settings of whoever builds, which must not change the book.
THEIRS = (
    "MATPLOTLIBRC", "MPLBACKEND", "JUPYTER_PATH", "JUPYTER_CONFIG_PATH", "PYTHONSTARTUP", "PYTHONOPTIMIZE", "PYTHONWARNINGS",
    "SOURCE_DATE_EPOCH",  # Sphinx would put its year for that of the copyright; the site holds no other date
)

WARNING = re.compile(r"\b(WARNING|ERROR|CRITICAL): ")


class Stopped(BaseException):
    """The build was asked to end."""

    def __init__(self, number: int):
        super().__init__(number)
        self.status = 128 + number


def stop(number: int, frame=None) -> None:
    """End the build in good order, as a handler of signals."""
    raise Stopped(number)


def environment(update_numbers: bool) -> dict[str, str]:
    """The variables that the book is built under: settings of its own in place of the user's."""
    profile = SETTINGS / "ipython" / "profile_default"
    profile.mkdir(parents=True, exist_ok=True)
    (profile / "ipython_kernel_config.py").write_text(KERNEL_SETTINGS, encoding="utf-8")
    kept = {name: value for name, value in os.environ.items() if name not in THEIRS}
    own = {
        "DIFFUSION_DERIVED_BOOK": "1",
        "IPYTHONDIR": str(SETTINGS / "ipython"),
        "MPLCONFIGDIR": str(SETTINGS / "matplotlib"),
        "JUPYTER_CONFIG_DIR": str(SETTINGS / "jupyter"),
        # A kernel named python3 in the user's home must not run this book's cells.
        "JUPYTER_PREFER_ENV_PATH": "1",
        "JUPYTER_PLATFORM_DIRS": "1",
        "PYTHONNOUSERSITE": "1",
        "PYTHONPATH": str(ROOT),
        "PYTHONUTF8": "1",
        "TF_CPP_MIN_LOG_LEVEL": os.environ.get("TF_CPP_MIN_LOG_LEVEL", "2"),
    }
    return compiled_programs() | kept | own | ({"UPDATE_EQUATION_NUMBERS": "1"} if update_numbers else {})


def compiled_programs() -> dict[str, str]:
    """Variables that have all pages keep what they compile in one folder, from their first cell on."""
    try:
        folder = folder_of_programs()
    except (OSError, RuntimeError) as error:  # no home, or a folder that others can write to
        print(f"Every page compiles for itself: {error}", file=sys.stderr)
        return {}
    return {name.upper(): str(value) for name, value in settings(folder).items()} if folder else {}


def render(strict: bool, update_numbers: bool, plain: bool) -> tuple[int, list[str]]:
    """Make the site in NEXT, showing all that is printed; return the exit status and the warnings."""
    reading, writing = os.pipe()
    command = [sys.executable, str(ROOT / "tools" / "render.py"), str(NEXT), str(DOCTREES), str(reading)]
    command += ["--strict"] * strict + ["--plain"] * plain
    warnings = []
    with subprocess.Popen(
        command, cwd=ROOT, env=environment(update_numbers), stderr=subprocess.PIPE,
        encoding="utf-8", errors="replace", pass_fds=[reading], start_new_session=True,
    ) as running:
        os.close(reading)
        try:
            for line in running.stderr:
                sys.stderr.write(line)
                plain_line = strip_colors(line).strip()
                if WARNING.search(plain_line):
                    warnings.append(plain_line)
            running.wait()
        finally:
            end(running)
            os.close(writing)
    return running.returncode, warnings


def end(running: subprocess.Popen) -> None:
    """End a renderer with all that it started, if it has not ended by itself."""
    if running.poll() is None:
        for process in psutil.Process(running.pid).children(recursive=True):
            process.kill()
    with contextlib.suppress(ProcessLookupError, PermissionError):  # it has ended, and its group with it
        os.killpg(running.pid, signal.SIGKILL)


def slides() -> int:
    """Make the slides of what was rendered, if the book has any; the exit status."""
    if not (ROOT / "book" / "slides").is_dir():
        return 0
    program = [sys.executable, str(ROOT / "tools" / "slides.py"), "--site", str(NEXT)]
    return subprocess.run(program, cwd=ROOT, check=False).returncode


def follow_make() -> None:
    """End when the make that started this does, even if it is killed and can tell nobody."""
    if "MAKELEVEL" not in os.environ:
        return
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()


def publish() -> Path:
    """Let the site that passed take the place of the one that is shown; return the archive in it."""
    shutil.rmtree(COMING, ignore_errors=True)
    shutil.copytree(NEXT, COMING)
    archive = site_zip.pack(COMING)
    downloads.keep(COMING, BUILD)
    if SITE.exists():
        exchange(COMING, SITE)
        shutil.rmtree(COMING)
    else:
        COMING.rename(SITE)
    return SITE / archive.name


def exchange(one: Path, other: Path) -> None:
    """Let two folders change places: in one step where the system can, so that no reader finds neither."""
    paths, libc = [os.fsencode(path) for path in (one, other)], ctypes.CDLL(None)
    if sys.platform == "linux" and hasattr(libc, "renameat2"):
        here, swapping = -100, 2
        if libc.renameat2(here, paths[0], here, paths[1], swapping) == 0:
            return
    if sys.platform == "darwin" and hasattr(libc, "renamex_np") and libc.renamex_np(*paths, 2) == 0:
        return
    between = one.with_name(one.name + ".old")
    shutil.rmtree(between, ignore_errors=True)
    other.rename(between)
    one.rename(other)
    between.rename(one)


def set_aside() -> None:
    """Move a failed site away, and make Sphinx read every page again the next time.

    Sphinx would else warn only about the pages that changed since, and pass.
    """
    PAGES.unlink(missing_ok=True)
    if NEXT.exists():
        shutil.rmtree(FAILED, ignore_errors=True)
        NEXT.rename(FAILED)


def tell_failure(warnings: list[str]) -> None:
    """Repeat the warnings, which stand pages above by now, and say where a failed cell's traceback lies."""
    ending = ":" if warnings else "; what went wrong stands above."
    print(f"\nThe book did not pass{ending}", file=sys.stderr)
    for warning in warnings:
        print(f"  {warning}", file=sys.stderr)
    reports = sorted((FAILED / "reports").rglob("*.log"))
    for report in reports:
        print(f"A cell failed; its traceback: {report.relative_to(ROOT)}", file=sys.stderr)
    if FAILED.exists():
        print(f"The failed site, to look at: {FAILED.relative_to(ROOT)}", file=sys.stderr)
    tell_shown()


def tell_shown() -> None:
    """Say what is left to be read."""
    if SITE.exists():
        print(f"{SITE.relative_to(ROOT)} is as the last build that passed left it", file=sys.stderr)


def build(update_numbers: bool, plain: bool) -> int:
    """Build, then print where the site is, or why there is none."""
    print("==> Building the book: chapters that changed are executed, which takes a while", flush=True)
    shutil.rmtree(FAILED, ignore_errors=True)
    if not FINISHED.is_file():
        # The last build broke off: which pages it wrote is not known.
        PAGES.unlink(missing_ok=True)
    FINISHED.unlink(missing_ok=True)
    begun = time.monotonic()
    status, warnings = render(strict=not update_numbers, update_numbers=update_numbers, plain=plain)
    if status:
        set_aside()
        tell_failure(warnings)
        return status
    if update_numbers:
        # Warnings did not stop this build: what it left is no site to show, nor to build upon.
        PAGES.unlink(missing_ok=True)
        print("\n==> vdmlib/derive/equation_numbers.json agrees with the book; now run 'make book'")
        return 0
    try:
        pyodide_snapshot.put(NEXT)
    except (pyodide_bundle.BundleError, node.NodeError) as error:
        tell_failure([str(error)])
        return 1
    if slides():
        tell_failure([])
        return 1
    archive = publish()
    FINISHED.touch()
    pages = sum(1 for _ in (SITE / "book").rglob("*.html"))
    print(f"\n==> The book is built: {pages} pages in {time.monotonic() - begun:.0f} s")
    print(f"    open  {SITE / 'index.html'}")
    print(f"    take  {archive.relative_to(ROOT)}, the same in one file of {archive.stat().st_size / 1e6:.0f} MB")
    print("    or    make serve, then http://localhost:8000")
    return 0


def main() -> int:
    """Read the command line, and build until it is done or stopped."""
    parser = argparse.ArgumentParser(description="Builds the site with Jupyter Book, warnings being errors.")
    parser.add_argument(
        "--update-numbers", action="store_true",
        help="rewrite vdmlib/derive/equation_numbers.json from the book",
    )
    parser.add_argument(
        "--plain", action="store_true",
        help="build with Sphinx alone, as will be done when Jupyter Book 1 no longer works",
    )
    asked = parser.parse_args()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    follow_make()
    try:
        return build(asked.update_numbers, asked.plain)
    except Stopped as stopped:
        print("\nThe build was stopped", file=sys.stderr)
        tell_shown()
        return stopped.status


if __name__ == "__main__":
    sys.exit(main())
