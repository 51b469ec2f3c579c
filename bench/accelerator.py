"""``python -m bench.accelerator``: the models at 28×28 on whatever device there is, beside PyTorch; a few minutes.

Each model is trained, sampled from and evaluated by the library and by PyTorch, eager and compiled in two modes, at
equal architecture, first weights, batch and optimiser. The sides of one model take short turns on the device, so that
what slows it slows all of them. One file of JSON and one table of Markdown are written anew after each model.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from .beside import ROOT, TORCH, Worker, ratio

SIDE, LEVELS = 28, 256
#: What is measured at each size. ``units`` of a sample and of an evaluation are images.
SIZES = {
    "full": {
        "models": {
            "VAE, width 512": {"model": "vae", "batch": 256, "width": 512, "depth": 2, "latent": 32},
            "VAE, width 1024": {"model": "vae", "batch": 256, "width": 1024, "depth": 2, "latent": 32},
            "VDM, transformer": {
                "model": "vdm", "batch": 256, "network": "transformer", "patch": 4, "width": 384, "depth": 8, "heads": 6,
            },
            "VDM, U-Net": {
                "model": "vdm", "batch": 128, "network": "unet", "width": 64, "multiples": [1, 2, 2], "depth": 2,
            },
        },
        "steps": 1000, "sample": {"count": 256, "steps": 100}, "evaluate": {"size": 500}, "matmul": 8192,
        "turns": 5, "turn_seconds": 0.4, "prepare_seconds": 220, "random": (20000, 5000),
    },
    "small": {
        "models": {
            "VAE, width 512": {"model": "vae", "batch": 64, "width": 64, "depth": 1, "latent": 8},
            "VDM, transformer": {
                "model": "vdm", "batch": 16, "network": "transformer", "patch": 4, "width": 32, "depth": 2, "heads": 2,
            },
            "VDM, U-Net": {
                "model": "vdm", "batch": 8, "network": "unet", "width": 8, "multiples": [1, 2, 2], "depth": 1,
            },
        },
        "steps": 30, "sample": {"count": 8, "steps": 5}, "evaluate": {"size": 50}, "matmul": 1024,
        "turns": 3, "turn_seconds": 0.2, "prepare_seconds": 300, "random": (1000, 200),
    },
}
#: How the products are computed: what JAX and what PyTorch are told.
PRECISIONS = {
    "tf32": "32-bit floats; products as JAX has them by default, and in PyTorch set_float32_matmul_precision('high') "
            "with cudnn.allow_tf32: TF32 where the device has it, see error_tf32",
    "bfloat16": "weights, optimiser and what lies between the layers in 32-bit floats, products in bfloat16 (as "
                "fit(compute_dtype='bfloat16') has them; torch.autocast)",
    "float32": "32-bit floats, their products too: jax_default_matmul_precision='highest', "
               "set_float32_matmul_precision('highest') without cudnn.allow_tf32",
}
MODES = {"eager": False, "compiled": "default", "reduce-overhead": "reduce-overhead"}
#: Training alone, and beside the compiled side alone, where the precision is a matter of completeness.
BRIEF = {"float32"}
TASKS = ("train", "sample", "evaluate")


class Clock:
    """Until when something new is begun, and until when anything at all is waited for."""

    def __init__(self, seconds):
        self.begun, self.seconds = time.monotonic(), seconds

    @property
    def elapsed(self):
        return time.monotonic() - self.begun

    def left(self, most=None):
        """Seconds that an answer is waited for."""
        left = self.seconds + 60 - self.elapsed
        return left if most is None else min(left, most)


class Side:
    """One of those who take turns at a model: the library, or PyTorch in one mode; a process of its own."""

    def __init__(self, name, program, environment, log):
        self.name, self.error, self.made = name, None, {}
        self._log = log
        self.worker = Worker(program, environment, log)

    def ask(self, do, seconds, **options):
        """The answer, or ``None`` after a failure, which is kept."""
        if self.error:
            return None
        try:
            return self.worker.ask(do, seconds=seconds, **options)
        except Exception as error:
            self.error = f"{do}: {type(error).__name__}: {error}"[-700:]
            self._log.flush()
            print(f"    {self.name} failed: {self.error}", file=sys.stderr, flush=True)
            return None

    def close(self):
        self.worker.close()


class Bench:
    """One run: where it writes, what it measures, how long it has."""

    def __init__(self, out, size, seconds, torch, together, scratch, only="", precisions=tuple(PRECISIONS)):
        self.out, self.size, self.torch, self.scratch = out, SIZES[size], torch, Path(scratch)
        self.precisions = precisions
        self.models = [name for name in self.size["models"] if only.lower() in name.lower()]
        self.clock, self.together = Clock(seconds), together
        self.compiling = threading.Semaphore(2)
        self.log = (out / "accelerator.log").open("w")
        self.result = {"bench": "accelerator", "size": size, "machine": {}, "precisions": PRECISIONS, "lines": [],
                       "failures": [], "skipped": []}

    def run(self):
        """All of it; whatever fails is noted and the rest goes on."""
        self.data()
        self.about()
        longest = 0.0
        for precision in self.precisions:
            if self.clock.elapsed + 0.8 * longest * (0.5 if precision in BRIEF else 1) > self.clock.seconds:
                self.result["skipped"].append(f"Left out: {precision}, for want of time.")
                continue
            begun = self.clock.elapsed
            self.group(precision)
            longest = max(longest, self.clock.elapsed - begun)
        self.result["seconds"] = round(self.clock.elapsed, 1)
        self.write()

    def data(self):
        """The images, as both sides read them."""
        if os.environ.get("VDMLIB_DATA"):
            from vdmlib import mnist

            found = mnist()
            train, test, name = found.train.images, found.test.images, "MNIST, 8 bits"
            if self.result["size"] == "small":
                train, test = train[:1000], test[:200]
        else:
            draw = np.random.default_rng(0)
            train, test = (draw.integers(0, LEVELS, (n, SIDE, SIDE), np.uint8) for n in self.size["random"])
            name = "noise: speed alone, no bits per dimension"
        self.images = self.scratch / "images.npz"
        np.savez(self.images, train=train, test=test)
        self.real, self.test = name.startswith("MNIST"), len(test)
        self.result["data"] = name

    def side(self, name):
        """A process of the library, or of PyTorch in a mode."""
        threads = str(max(1, self.together // 6))
        environment = {"XLA_PYTHON_CLIENT_PREALLOCATE": "false", "TORCHINDUCTOR_COMPILE_THREADS": threads}
        program = [sys.executable, "-m", "bench.jax_worker"] if name == "jax" else [
            str(self.torch), "-m", "bench.torch_worker"]
        return Side(name, program, environment, self.log)

    def about(self):
        """The device, the versions, and the peaks that shares are of."""
        machine = self.result["machine"]
        for name, options in (("jax", {"size": self.size["matmul"]}), ("torch", {})):
            side = self.side(name)
            found = side.ask("about", self.clock.left(120), **options)
            side.close()
            if found is None:
                self.result["failures"].append({"part": f"about {name}", "error": side.error})
            machine[name] = found
        machine["driver"] = _driver()
        self.write()

    def group(self, precision):
        """All models at one precision: all sides made ready, then one model after another."""
        graphs = "cudnn" in (self.result["machine"]["torch"] or {})  # of CUDA; elsewhere the mode is the default one
        modes = [mode for mode in MODES if graphs or mode != "reduce-overhead"]
        names = ["jax", "compiled"] if precision in BRIEF else ["jax", *modes]
        tasks = ("train",) if precision in BRIEF else TASKS
        print(f"{self.clock.elapsed:5.0f} s  {precision}: making ready", file=sys.stderr, flush=True)
        until = self.clock.elapsed + self.size["prepare_seconds"]
        made = {}
        for model in self.models:
            made[model] = {name: self.side(name) for name in names}
        with ThreadPoolExecutor(self.together) as pool:
            waiting = [
                pool.submit(self.ready, made[model][name], model, precision, tasks, until)
                for name in names for model in reversed(made)  # what takes longest first
            ]
            for one in waiting:
                one.result()
        for model, sides in made.items():
            print(f"{self.clock.elapsed:5.0f} s  {precision}: {model}", file=sys.stderr, flush=True)
            try:
                self.part(model, precision, sides, tasks)
            except Exception as error:
                self.result["failures"].append(
                    {"part": f"{model}, {precision}", "error": f"{type(error).__name__}: {error}"[-700:]})
            for side in sides.values():
                if side.error:
                    self.result["failures"].append({"part": f"{model}, {precision}, {side.name}", "error": side.error})
                side.close()
            self.write()

    def told(self, model, task):
        """How much a unit of a task is: for a VAE, which needs one step for what a VDM needs many for, more images."""
        found = dict(self.size.get(task, {}))
        if task == "sample" and self.size["models"][model]["model"] == "vae":
            found["count"] *= 16
        return found

    def ready(self, side, model, precision, tasks, until):
        """One side made ready: made, compiled, each task done once."""
        def left():
            return self.clock.left(until - self.clock.elapsed)

        weights = self.scratch / f"{model} {precision}.npz".replace(",", "").replace(" ", "_")
        options = {"side": SIDE, "levels": LEVELS, **self.size["models"][model]}
        if options["model"] == "vdm" and side.name != "jax":
            options["network_options"] = {
                key: options.pop(key) for key in list(options) if key not in ("side", "levels", "model", "batch", "network")}
        options |= {"data": str(self.images), "steps": self.size["steps"], "precision": precision}
        if side.name == "jax":
            side.ask("weights", left(), file=str(weights), **options)
            with self.compiling:  # XLA tries on the device which products are the fastest: not all at a time
                side.made = side.ask("make", left(), **options)
        else:
            while not weights.exists() and left() > 0:
                time.sleep(0.2)
            side.made = side.ask("make", left(), compiled=MODES[side.name], weights=str(weights), **options)
        for task in tasks:
            side.ask("turn", left(), what=task, length=0.0, **self.told(model, task))

    def part(self, model, precision, sides, tasks):
        """One model at one precision: bits per dimension where there are real images, then the turns."""
        options = self.size["models"][model]
        if sides["jax"].error:
            return
        made = sides["jax"].made
        line = {"model": model, "precision": precision, "parameters": made["parameters"], "batch": options["batch"],
                "compile_seconds": made["compile_seconds"], "peak_mib": made["peak_mib"], "settings": options}
        for name, side in sides.items():
            if name != "jax" and not side.error:
                if side.made["parameters"] != made["parameters"]:
                    raise ValueError(f"{made['parameters']} parameters here and {side.made['parameters']} in PyTorch")
                line[f"peak_mib_{name}"] = side.made["peak_mib"]
        self.result["lines"].append(line)
        for task in tasks:
            line[task] = self.turns(model, task, sides, options["batch"], made["flops"], precision)
            self.write()
        if self.real and "evaluate" in tasks:
            line["bits"] = self.bits(sides)

    def turns(self, model, task, sides, batch, flops, precision):
        """Images a second of each side, and the ratios of the library's to theirs, turn by turn."""
        told = self.told(model, task)
        images = {"train": batch, "sample": told.get("count"), "evaluate": self.test - self.test % told.get("size", 1)}[task]
        rates = {name: [] for name in sides}
        for _ in range(self.size["turns"] if task == "train" else 3):
            if self.clock.left() < 5:
                break
            for name, side in sides.items():
                found = side.ask("turn", self.clock.left(90), what=task, length=self.size["turn_seconds"], **told)
                if found:
                    rates[name].append(images * found["units"] / found["seconds"])
        found = {name: round(statistics.median(each), 2) for name, each in rates.items() if each}
        line = {"batch": told.get("count", told.get("size", batch)), "images_per_second": found}
        if task == "train" and "jax" in found:
            each = found["jax"] / batch
            peak = ((self.result["machine"].get("jax") or {}).get(f"peak_tflops_{precision}") or 0) * 1e12
            line |= {"steps_per_second": round(each, 2), "tflops": round(flops * each / 1e12, 4),
                     "share_of_peak": round(flops * each / peak, 4) if peak else None}
        for name in found:
            if name != "jax" and len(rates[name]) == len(rates["jax"]):
                line[f"over_{name}"] = ratio(rates["jax"], rates[name])
        return line

    def bits(self, sides):
        """Bits per dimension of the test images after so many steps from the same first weights."""
        line = {"steps": self.size["steps"], "images": self.test}
        for name in ("jax", "compiled"):
            side = sides[name]
            side.ask("restart", self.clock.left(30))
            side.ask("train", self.clock.left(90), steps=self.size["steps"])
            line[name] = side.ask("bits", self.clock.left(60), **self.size["evaluate"])
        return line

    def write(self):
        """Both files, whole."""
        for name, text in (
            ("accelerator.json", json.dumps(self.result, indent=1, ensure_ascii=False) + "\n"),
            ("accelerator.md", table(self.result)),
        ):
            making = self.out / f"{name}.part"
            making.write_text(text, encoding="utf-8")
            os.replace(making, self.out / name)


def table(result):
    """The result in Markdown."""
    machine = result["machine"]
    ours, theirs = machine.get("jax") or {}, machine.get("torch") or {}
    head = (
        f"Device: {ours.get('device')} ({theirs.get('device')} in PyTorch), driver {machine.get('driver')}; "
        f"JAX {ours.get('jax')}, Flax {ours.get('flax')}, PyTorch {theirs.get('torch')}; {ours.get('date')}. "
        f"Data: {result.get('data')}. Matrix products at best, TFLOP/s: "
        + ", ".join(f"{p} {ours.get(f'peak_tflops_{p}')}" for p in PRECISIONS)
        + "; their relative error: "
        + ", ".join(f"{p} {ours.get(f'error_{p}', float('nan')):.1e}" for p in PRECISIONS)
        + ". Ratios are the library's images a second over PyTorch's, median of the turns [quartiles].\n\n"
    )
    columns = ["model", "parameters", "products", "task", "batch", "steps/s", "images/s", "share of peak", "peak MiB",
               "× eager", "× compiled", "× reduce-overhead", "bits/dim", "PyTorch's bits/dim"]
    rows = [columns, ["---"] * len(columns)]
    for line in result["lines"]:
        for task in TASKS:
            if task not in line:
                continue
            found = line[task]
            bits = line.get("bits") if task == "evaluate" else None
            share = found.get("share_of_peak")
            rows.append([
                line["model"], f"{line['parameters']:,}", line["precision"], task,
                found["batch"], found.get("steps_per_second"), found["images_per_second"].get("jax"),
                None if share is None else f"{100 * share:.1f} %", line["peak_mib"] if task == "train" else None,
                *(_ratio(found.get(f"over_{mode}")) for mode in MODES),
                *(_bits(bits and bits.get(side)) for side in ("jax", "compiled")),
            ])
    text = head + "".join(f"| {' | '.join('' if c is None else str(c) for c in row)} |\n" for row in rows)
    for failure in result["failures"]:
        text += f"\nFailed: {failure['part']}: {failure['error']}\n"
    for skipped in result["skipped"]:
        text += f"\n{skipped}\n"
    return text


def _ratio(found):
    return found and f"{found['ratio']} [{found['quartiles'][0]}, {found['quartiles'][1]}]"


def _bits(found):
    return found and f"{found['bits']:.3f} ± {found['half_width']:.3f}"


def _driver():
    """The driver of an NVIDIA device, or ``None``."""
    try:
        asked = ["nvidia-smi", "--query-gpu=driver_version", "--format=csv,noheader"]
        return subprocess.run(asked, capture_output=True, text=True, timeout=20, check=True).stdout.splitlines()[0]
    except (OSError, subprocess.SubprocessError, IndexError):
        return None


def main():
    """Measure, and write the two files."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    parser = argparse.ArgumentParser(prog="python -m bench.accelerator", description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "bench" / "accelerator", help="a folder for the results")
    parser.add_argument("--size", choices=SIZES, default="full", help="small is for trying it on a CPU")
    parser.add_argument("--seconds", type=float, default=480, help="nothing new is begun after so many")
    parser.add_argument("--torch", type=Path, help="the Python that has PyTorch; by default make bench's, else this one")
    parser.add_argument("--together", type=int, default=max(2, cores - 2), help="how many sides are made ready at a time")
    parser.add_argument("--only", default="", help="only models with this in their names")
    parser.add_argument("--precisions", nargs="+", choices=PRECISIONS, default=list(PRECISIONS), help="in this order")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    torch = given.torch or (TORCH if TORCH.exists() else Path(sys.executable))
    with tempfile.TemporaryDirectory() as scratch:
        Bench(given.out.resolve(), given.size, given.seconds, torch, given.together, scratch, given.only, given.precisions).run()
    print((given.out / "accelerator.md").read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
