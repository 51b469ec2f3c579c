"""Train one of the models of 28×28 and write its weights with what they reach: ``make train-mnist-vdm`` and the like.

The file is what ``load_pretrained`` reads. Its metrics are those of the weights as the file holds them.
"""

import argparse
import json
import time
from pathlib import Path

import jax
from flax import nnx
from model_metrics import metrics

from vdmlib import environment, load, mnist, save
from vdmlib.pretrained import HARDWARE, TASKS, train

ROOT = Path(__file__).resolve().parent.parent
WEIGHTS = ROOT / "vdmlib" / "pretrained" / "weights"
HALF = {"mnist-vdm": "float16"}  # the others fit into their 8 MB as they are


def main():
    """Train, store, measure, store with the measurements."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("task", choices=TASKS)
    parser.add_argument("--preset", choices=HARDWARE, default="shipped")
    parser.add_argument("--data", help="the folder of MNIST's files; by default where mnist() looks")
    parser.add_argument("--out", type=Path, default=WEIGHTS, help="the folder for the file")
    parser.add_argument("--checkpoint", help="a folder to write the state to, and to go on from")
    parser.add_argument("--steps", type=int, help="in the place of the preset's")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--small", action="store_true", help="measure on a few images: to try the code")
    asked = parser.parse_args()
    data = mnist(asked.data)
    options = {name: value for name in ("checkpoint", "steps") if (value := getattr(asked, name)) is not None}
    begun = time.perf_counter()
    model, history = train(asked.task, data, asked.preset, seed=asked.seed, **options)
    about = {
        "task": asked.task, "preset": asked.preset, "seed": asked.seed, "steps": history.steps,
        "best step": history.best_step, "seconds": round(time.perf_counter() - begun, 1),
        "parameters": sum(p.size for p in jax.tree.leaves(nnx.state(model, nnx.Param))),
        "environment": environment(), "memory": _memory(),
        "command": f"make train-{asked.task}",
    }
    asked.out.mkdir(parents=True, exist_ok=True)
    path = asked.out / f"{asked.task}.safetensors"
    save(model, path, dtype=HALF.get(asked.task), about=about)
    print(json.dumps(about, ensure_ascii=False), flush=True)
    measure(asked.task, path, data, asked.out, about, asked.small)


def measure(task, path, data, folder, about, small=False):
    """Measure the model in the file and write it again with what was found."""
    begun = time.perf_counter()
    beside = {"mnist-vdm": "mnist-classifier", "mnist-hvae": "mnist-vae"}.get(task)
    other = load(folder / f"{beside}.safetensors") if beside else None
    found = metrics(task, load(path), data, other, small)
    about = about | {"metrics": found, "seconds of measuring": round(time.perf_counter() - begun, 1)}
    save(load(path), path, dtype=HALF.get(task), about=about)
    print(json.dumps(found, ensure_ascii=False), flush=True)


def _memory():
    """Peak memory of the device in GB, where it tells."""
    told = jax.devices()[0].memory_stats() or {}
    return round(told["peak_bytes_in_use"] / 1e9, 2) if "peak_bytes_in_use" in told else None


if __name__ == "__main__":
    main()
