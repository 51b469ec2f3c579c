"""Breaks the library in many small ways and runs the tests: what none of them notices is listed.

The mutants are cosmic-ray's: another operator, another number, a condition turned round, one at a time, in a copy of
the library. Of each group a sample is drawn. A mutant in a function meets the tests that come to its statement in a run
without any mutant, the quickest first; one outside of all functions meets every test of its file. Tests that run the
library in a process of their own count for nothing here. A mutant that survives is either a gap in the tests or says
the same as before; ``tests/library/survivors.txt`` lists the latter, each with the reason.

The results are kept in ``book/_data/mutants.jsonl``, from which the provenance page is made. The exit status is 1 if a
mutant survives that has no reason.
"""

from __future__ import annotations

import argparse
import ast
import json
import math
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TOOLS = ROOT / "build" / "dev" / "venv" / "bin"
LOOKED_AT = ROOT / "tests" / "library" / "survivors.txt"
RESULTS = ROOT / "book" / "_data" / "mutants.jsonl"
LIMIT = 600  # seconds for the tests of one mutant

SAMPLERS = "test_samplers"
#: Not among them: whole samples held against a law, and training runs in processes of their own.
LEFT_OUT = (
    "not (reaches or power or planted or settles or corrector_mends or killed or compiled_or_not or compile_nothing or follow_the"
    " or lowers or are_generated or default_model or dropped_in or generation_with or lower_the or does_not_depend or tends_to)"
)

#: Groups of the library's files that are mutated, each file with the tests that should notice.
GROUPS = {
    "losses": {
        "training/losses": "test_training",
        "models/vdm/weightings": "test_vdm",
        "models/vdm/terms": "test_diffusion_closed_forms test_vdm",
        "models/vdm/clocks": "test_diffusion_closed_forms test_vdm",
    },
    "schedules": {
        "diffusion/schedules/base": "test_schedules",
        "diffusion/schedules/fixed": "test_schedules",
        "diffusion/schedules/learned": "test_schedules",
        "diffusion/schedules/named": "test_schedules",
    },
    "parameterisations": {"diffusion/parameterizations": "test_parameterizations"},
    "samplers": {
        "samplers/ancestral": SAMPLERS,
        "samplers/ddim": SAMPLERS,
        "samplers/drive": SAMPLERS,
        "samplers/grid": SAMPLERS,
        "samplers/langevin": SAMPLERS,
        "samplers/predictor_corrector": SAMPLERS,
        "samplers/probability_flow": SAMPLERS,
        "samplers/reverse_sde": SAMPLERS + " test_reverse_sde",
        "samplers/solvers": SAMPLERS + " test_ode_likelihood test_reverse_sde",
    },
    "guidance": {"samplers/guidance": "test_guidance"},
    "likelihoods": {
        "laws/likelihoods": "test_likelihoods",
        "laws/level_softmax": "test_likelihoods",
        "samplers/ode_likelihood": "test_ode_likelihood",
    },
    "checkpoints": {"training/checkpoints": "test_checkpoints test_faults"},
    # without a goal
    "other laws": {
        "laws/units": "test_likelihoods test_vae",
        "laws/gaussians": "test_gaussians",
        "laws/full_gaussians": "test_chain test_linear_vae",
        "laws/dequantisation": "test_likelihoods test_ode_likelihood",
    },
    "other training": {
        "diffusion/times": "test_vdm",
        "training/optimisers": "test_optimisers test_training",
        "training/batches": "test_training",
        "training/identity": "test_checkpoints test_compiled_once",
        "training/files": "test_files",
        "training/storage": "test_files test_checkpoints test_faults",
    },
    "inputs": {
        "inputs/arguments": "test_inputs",
        "inputs/arrays": "test_inputs test_inputs_ends",
        "inputs/keys": "test_inputs",
        "inputs/options": "test_inputs test_inputs_ends",
    },
    "fitting": {
        "training/fitting": "test_training test_progress test_checkpoints",
        "training/history": "test_training test_progress",
        "training/held_out": "test_training test_compiled_once",
    },
}

#: Makes the text of the mutants that are asked for; runs with the tools' Python, where cosmic-ray is.
MUTATE = """
import json, sys
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator
asked = json.load(sys.stdin)
texts = {path: open(path, encoding="utf-8").read() for path, *_ in asked}
json.dump([mutate_code(texts[path], get_operator(operator)(), occurrence) for path, operator, occurrence in asked], sys.stdout)
"""


def mutants_of(source: Path, folder: Path) -> list[tuple[str, int, int]]:
    """(operator, occurrence, line) of each mutant of a file."""
    config, session = folder / "config.toml", folder / "session.sqlite"
    session.unlink(missing_ok=True)
    config.write_text(
        f'[cosmic-ray]\nmodule-path = "{source}"\ntimeout = {LIMIT}\ntest-command = "false"\n'
        'excluded-modules = []\n[cosmic-ray.distributor]\nname = "local"\n'
    )
    subprocess.run([TOOLS / "cosmic-ray", "init", config, session], check=True, capture_output=True)
    with sqlite3.connect(session) as found:
        return found.execute(
            "select operator_name, occurrence, start_pos_row from mutation_specs "
            "order by start_pos_row, operator_name, occurrence"
        ).fetchall()


def texts_of(asked: list[tuple[str, str, int]]) -> list[str | None]:
    """The mutated text for each (path, operator, occurrence); ``None`` where there is no such mutant."""
    done = subprocess.run([TOOLS / "python", "-c", MUTATE], input=json.dumps(asked), capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def name_of(file: str, before: str, after: str) -> str:
    """The mutant as the list of survivors has it: by its text, since lines move."""
    pairs = zip(before.splitlines(), after.splitlines())
    one, two = next(((a, b) for a, b in pairs if a != b), ("", "the end is cut"))
    return f"{file}: {' '.join(one.split())} → {' '.join(two.split())}"


def reach_of(text: str, line: int) -> tuple[int, int] | None:
    """The first and last line of the statement around a line; ``None`` outside of all functions.

    Of a loop or a condition it is the head; of a function's own head the whole function.
    """
    around = [
        (min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))]), node.end_lineno, node)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.stmt)
    ]
    around = [found for found in around if found[0] <= line <= found[1]]
    if not any(isinstance(node, ast.FunctionDef) for *_, node in around):
        return None
    first, last, node = min(around, key=lambda found: found[1] - found[0])
    if not isinstance(node, ast.FunctionDef) and getattr(node, "body", None):
        last = max(first, node.body[0].lineno - 1)
    return first, last


def looked_at() -> set[str]:
    """The survivors with a reason."""
    lines = LOOKED_AT.read_text(encoding="utf-8").splitlines() if LOOKED_AT.is_file() else []
    return {line for line in lines if line and not line.startswith((" ", "#"))}


class Selected:
    """A plugin of pytest: these tests alone, in this order; and what became of them."""

    def __init__(self, wanted=None, traced=None):
        self.wanted, self.traced = wanted, traced  # traced: path to the file's name
        self.failed, self.seconds, self.entered, self.now = [], {}, {}, None

    def pytest_collection_modifyitems(self, items):
        if self.wanted is not None:
            place = {name: number for number, name in enumerate(self.wanted)}
            items[:] = sorted((item for item in items if item.nodeid in place), key=lambda item: place[item.nodeid])

    def pytest_runtest_setup(self, item):
        if self.traced is not None:
            import jax  # a function that is compiled already would not be entered

            jax.clear_caches()
            self.entered[item.nodeid] = self.now = set()

    def pytest_runtest_logreport(self, report):
        self.seconds[report.nodeid] = self.seconds.get(report.nodeid, 0) + report.duration
        if report.failed:
            self.failed.append(report.nodeid)

    def trace(self, frame, event, argument):
        file = self.traced.get(frame.f_code.co_filename)
        if file is None:
            return None
        if self.now is not None:
            self.now.add((file, frame.f_lineno))
        return self.trace


def run(copy: Path, tests: list[str], wanted=None, traced=None, limit=LIMIT) -> dict | None:
    """Run tests on the library in ``copy`` in a process forked from this one; ``None`` if they do not end."""
    told = copy / "told.json"
    told.unlink(missing_ok=True)
    child = os.fork()
    if child == 0:
        os.chdir(copy)
        sys.path.insert(0, str(copy))
        sys.dont_write_bytecode = True
        silent = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silent, 1), os.dup2(silent, 2)
        plugin = Selected(wanted, traced)
        if traced is not None:
            sys.settrace(plugin.trace)
        files = [str(copy / "tests" / "library" / f"{name}.py") for name in tests]
        stop = [] if traced is not None else ["-x"]
        code = PYTEST.main(["-q", "-k", LEFT_OUT, "-p", "no:cacheprovider", "--rootdir", str(copy), *stop, *files], [plugin])
        entered = {test: sorted(found) for test, found in plugin.entered.items()}
        told.write_text(json.dumps({"code": int(code), "failed": plugin.failed, "seconds": plugin.seconds, "entered": entered}))
        os._exit(0)
    ends = time.monotonic() + limit
    while os.waitpid(child, os.WNOHANG) == (0, 0):
        if time.monotonic() > ends:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return None
        time.sleep(0.05)
    return json.loads(told.read_text()) if told.is_file() else {"code": -1}


def prepared(scratch: Path) -> Path:
    """A copy of what is needed, to be broken."""
    copy = scratch / "copy"
    for name in ("vdmlib", "tests", "tools", "pyproject.toml"):
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(ROOT / name, copy / name)
    return copy


def tried(group: str, names: list[str], sample: int, seed: int, most: int | None, ends: float, scratch: Path, only=None) -> dict:
    """Mutants of a group's files, a sample of them or those that are named, each given to so many tests at most."""
    copy, known = prepared(scratch), looked_at()
    before = {file: (copy / "vdmlib" / f"{file}.py").read_text(encoding="utf-8") for file in names}
    paths = {file: copy / "vdmlib" / f"{file}.py" for file in names}
    everything = [(file, *mutant) for file in names for mutant in mutants_of(paths[file], scratch)]
    random.Random(seed).shuffle(everything)
    chosen = everything[:sample]
    if only is not None:
        chosen = [mutant for mutant in everything if any(name.startswith(f"{mutant[0]}: ") for name in only)]
    texts = texts_of([(str(paths[file]), operator, occurrence) for file, operator, occurrence, _ in chosen])
    chosen = [(file, line, text) for (file, *_, line), text in zip(chosen, texts) if text not in (None, before[file])]
    if only is not None:
        chosen = [mutant for mutant in chosen if name_of(mutant[0], before[mutant[0]], mutant[2]) in only]
    tests = sorted({test for file in {file for file, *_ in chosen} for test in GROUPS[group][file].split()})
    print(f"==> {group}: {len(chosen)} of {len(everything)} mutants; first the tests without any", flush=True)
    plain = run(copy, tests, traced={str(path): file for file, path in paths.items()}, limit=20 * LIMIT)
    spoilt = set(plain["failed"])
    if spoilt:
        print("    fail without any mutant and are left out: " + ", ".join(sorted(spoilt)))
    quick = sorted(set(plain["seconds"]) - spoilt, key=plain["seconds"].get)[:5]
    if run(copy, tests, quick)["code"] != 0:
        raise SystemExit("The quickest tests pass in the run of all and fail alone, without any mutant.")
    found = {"group": group, "files": names, "mutants": len(everything), "seed": seed}
    found |= {"tried": 0, "first": 0, "killed": 0, "equal": 0, "left": []}
    for file, line, text in chosen:
        if time.monotonic() > ends:
            print(f"    the time is over after {found['tried']}")
            break
        reach = reach_of(before[file], line)
        of_file = tuple(f"{test}.py::" for test in GROUPS[group][file].split())
        wanted = [
            test for test in sorted(plain["seconds"], key=plain["seconds"].get)
            if test not in spoilt and any(part in test for part in of_file)
            and (reach is None or any(of == file and reach[0] <= at <= reach[1] for of, at in plain["entered"].get(test, [])))
        ][:most]
        paths[file].write_text(text, encoding="utf-8")
        mine = [test for test in GROUPS[group][file].split() if any(f"{test}.py::" in name for name in wanted)]
        result = run(copy, mine, wanted) if wanted else {"code": 0}
        paths[file].write_text(before[file], encoding="utf-8")
        name = name_of(file, before[file], text)
        found["tried"] += 1
        if result is None or result["code"] != 0:
            found["killed"] += 1
            print(f"    killed    {name}", flush=True)
        elif name in known:
            found["equal"] += 1
        else:
            found["left"].append(name)
            print(f"    survives {len(wanted)} tests  {name}", flush=True)
    found["first"] = found["killed"]  # before any test was written for those that are left
    print(f"    {found['killed']} of {found['tried']} killed, {found['equal']} equal, {len(found['left'])} left", flush=True)
    return found


def kept() -> dict[str, dict]:
    """The results by group."""
    if not RESULTS.is_file():
        return {}
    lines = [json.loads(line) for line in RESULTS.read_text(encoding="utf-8").splitlines()]
    return {line["group"]: line for line in lines}


def keep(found: dict) -> None:
    """Write a group's result beside those of the others."""
    all_of_them = kept() | {found["group"]: found}
    lines = [json.dumps(all_of_them[group], ensure_ascii=False) for group in GROUPS if group in all_of_them]
    RESULTS.write_text("\n".join(lines) + "\n", encoding="utf-8")


def again(found: dict, scratch: Path) -> dict:
    """A group's result once those that were left have met the tests of today, all that come to their line."""
    reasons = looked_at() & set(found["left"])
    waiting = set(found["left"]) - reasons
    if waiting:
        once = tried(found["group"], found["files"], 0, found["seed"], None, math.inf, scratch, only=waiting)
        if once["tried"] < len(waiting):
            raise SystemExit(f"{found['group']}: the library is another by now; try a sample of it anew.")
        waiting = set(once["left"])
    gone = len(found["left"]) - len(reasons) - len(waiting)
    left = [name for name in found["left"] if name in waiting]
    return found | {"killed": found["killed"] + gone, "equal": found["equal"] + len(reasons), "left": left}


def main() -> int:
    """Try a sample of each group that is asked for."""
    global PYTEST
    parser = argparse.ArgumentParser(description="Breaks the library in many small ways and runs the tests.")
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=f"by default all of {', '.join(GROUPS)}")
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--sample", type=int, default=60, help="mutants of each group")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--tests", type=int, help="the quickest tests that each meets; by default all; with --left always all")
    parser.add_argument("--keep", action="store_true", help=f"write the results to {RESULTS.relative_to(ROOT)}")
    parser.add_argument("--left", action="store_true", help="only those that the kept results have as left")
    told = parser.parse_args()
    unknown = set(told.groups) - set(GROUPS)
    if unknown:
        parser.error(f"no group {', '.join(sorted(unknown))}; there are {', '.join(GROUPS)}")
    ends, left = time.monotonic() + 60 * told.minutes, 0
    with tempfile.TemporaryDirectory() as programs:
        # compiled programs are shared by all runs, and made quickly rather than well
        os.environ |= {
            "JAX_COMPILATION_CACHE_DIR": programs,
            "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
            "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": "-1",
            "XLA_FLAGS": "--xla_backend_optimization_level=0",
        }
        import diffrax  # noqa: F401  what each run would import, before the fork
        import flax.nnx  # noqa: F401
        import optax  # noqa: F401
        import orbax.checkpoint  # noqa: F401
        import pytest as PYTEST
        import scipy.stats  # noqa: F401
        import sklearn.datasets  # noqa: F401

        for group in told.groups or GROUPS:
            with tempfile.TemporaryDirectory() as scratch:
                if told.left:
                    found = again(kept()[group], Path(scratch)) if group in kept() else None
                else:
                    found = tried(group, list(GROUPS[group]), told.sample, told.seed, told.tests, ends, Path(scratch))
            if found is not None and found["tried"]:
                left += len(found["left"])
                if told.keep:
                    keep(found)
    print(f"==> {left} survive that have no reason")
    return int(bool(left))


if __name__ == "__main__":
    sys.exit(main())
