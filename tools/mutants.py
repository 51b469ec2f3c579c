"""Breaks the library in many small ways and runs the tests: what none of them notices is listed.

The mutants are cosmic-ray's: another operator, another number, a condition turned round, one at a time, in a copy of
the library. A mutant that survives is either a gap in the tests or says the same as before; ``tests/library/survivors.txt``
lists those that were looked at, each with the reason. The exit status is 1 if one survives that is not there.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COSMIC_RAY = ROOT / "build" / "dev" / "venv" / "bin" / "cosmic-ray"
LOOKED_AT = ROOT / "tests" / "library" / "survivors.txt"
LIMIT = 240  # seconds for the tests of one mutant

#: Each file of the library that is mutated, with the tests that should notice.
TESTS = {
    "laws/units": "test_likelihoods test_vae",
    "laws/gaussians": "test_gaussians",
    "laws/full_gaussians": "test_chain test_linear_vae",
    "laws/likelihoods": "test_likelihoods",
    "laws/level_softmax": "test_likelihoods",
    "laws/dequantisation": "test_likelihoods test_ode_likelihood",
    "diffusion/parameterizations": "test_parameterizations",
    "diffusion/schedules/base": "test_schedules",
    "diffusion/schedules/fixed": "test_schedules",
    "diffusion/schedules/learned": "test_schedules",
    "diffusion/times": "test_vdm",
    "models/vdm/terms": "test_diffusion_closed_forms test_vdm",
    "models/vdm/weightings": "test_vdm",
    "samplers/grid": "test_samplers",
    "samplers/ancestral": "test_samplers test_samplers_equations",
    "samplers/ddim": "test_samplers test_samplers_equations",
    "samplers/langevin": "test_samplers",
    "samplers/guidance": "test_guidance",
    "samplers/ode_likelihood": "test_ode_likelihood",
    "training/losses": "test_training",
    "training/optimisers": "test_optimisers test_training",
    "training/batches": "test_training",
    "training/checkpoints": "test_checkpoints test_faults",
    "training/identity": "test_checkpoints test_compiled_once",
    "training/files": "test_files",
}


def mutants_of(source: Path, folder: Path) -> list[tuple[str, str, str]]:
    """(operator, occurrence, the changed line and what it becomes) of each mutant of a file."""
    config, session = folder / "config.toml", folder / "session.sqlite"
    session.unlink(missing_ok=True)
    config.write_text(
        f'[cosmic-ray]\nmodule-path = "{source}"\ntimeout = {LIMIT}\ntest-command = "false"\n'
        'excluded-modules = []\n[cosmic-ray.distributor]\nname = "local"\n'
    )
    subprocess.run([COSMIC_RAY, "init", config, session], check=True, capture_output=True)
    import sqlite3  # not on every build of Python

    with sqlite3.connect(session) as found:
        rows = found.execute(
            "select operator_name, occurrence, start_pos_row from mutation_specs "
            "order by start_pos_row, operator_name, occurrence"
        ).fetchall()
    return [(operator, str(occurrence), str(line)) for operator, occurrence, line in rows]


def name_of(file: str, before: str, after: str) -> str:
    """The mutant as the list of survivors has it: by its text, since lines move."""
    pairs = zip(before.splitlines(), after.splitlines(), strict=False)
    one, two = next(((a, b) for a, b in pairs if a != b), ("", "the end is cut"))
    return f"{file}: {' '.join(one.split())} → {' '.join(two.split())}"


def in_code(before: str, line: int) -> bool:
    """Whether the line is code that runs, and no example in a docstring or annotation alone."""
    text = before.splitlines()[line - 1].strip()
    return not text.startswith((">>>", "...", '"""'))


def looked_at() -> set[str]:
    """The survivors with a reason."""
    lines = LOOKED_AT.read_text(encoding="utf-8").splitlines() if LOOKED_AT.is_file() else []
    return {line for line in lines if line and not line.startswith((" ", "#"))}


def survives(copy: Path, tests: str) -> bool:
    """Whether all tests pass with the library in ``copy``."""
    files = [str(copy / "tests" / "library" / f"{name}.py") for name in tests.split()]
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *files]
    environment = {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(command, cwd=copy, env=environment, timeout=LIMIT, capture_output=True)
    except subprocess.TimeoutExpired:
        return False  # noticed: it does not end
    return done.returncode == 0


def main() -> int:
    """Try mutants in a random order until the time is over."""
    parser = argparse.ArgumentParser(description="Breaks the library in many small ways and runs the tests.")
    parser.add_argument("files", nargs="*", metavar="FILE", help=f"such as laws/units; by default all of {', '.join(TESTS)}")
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--seed", type=int, default=0)
    told = parser.parse_args()
    unknown = set(told.files) - set(TESTS)
    if unknown:
        parser.error(f"no tests are named for {', '.join(sorted(unknown))}; there are {', '.join(TESTS)}")
    ends, known, tally, new = time.monotonic() + 60 * told.minutes, looked_at(), {}, []
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / "copy"
        for name in ("vdmlib", "tests", "pyproject.toml"):
            source = ROOT / name
            into = copy / name
            into.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, into, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copyfile(source, into)
        waiting = []
        for file in told.files or TESTS:
            path = copy / "vdmlib" / f"{file}.py"
            before = path.read_text(encoding="utf-8")
            found = mutants_of(path, Path(scratch))
            waiting += [(file, path, before, *mutant) for mutant in found if in_code(before, int(mutant[2]))]
        for tests in sorted({TESTS[file] for file, *_ in waiting}):
            if not survives(copy, tests):
                print(f"The tests {tests} fail or take more than {LIMIT} s without any mutant.", file=sys.stderr)
                return 2
        random.Random(told.seed).shuffle(waiting)
        print(f"==> {len(waiting)} mutants in {len({file for file, *_ in waiting})} files, {told.minutes:g} minutes")
        for file, path, before, operator, occurrence, _ in waiting:
            if time.monotonic() > ends:
                break
            applied = subprocess.run([COSMIC_RAY, "apply", path, operator, occurrence], cwd=copy, capture_output=True, text=True)
            after = path.read_text(encoding="utf-8")
            if applied.returncode or after == before:
                path.write_text(before, encoding="utf-8")
                continue
            alive, name = survives(copy, TESTS[file]), name_of(file, before, after)
            path.write_text(before, encoding="utf-8")
            killed, kept = tally.get(file, (0, 0))
            if alive and name in known:
                continue  # the same by its reason
            tally[file] = killed + (not alive), kept + alive
            if alive:
                new.append(name)
                print(f"    survives  {name}", flush=True)
    for file, (killed, kept) in sorted(tally.items()):
        print(f"{file}: {killed} of {killed + kept} killed")
    total = sum(killed for killed, _ in tally.values())
    print(f"==> {total} of {total + len(new)} killed; {len(new)} survive that nobody has looked at")
    return int(bool(new))


if __name__ == "__main__":
    sys.exit(main())
