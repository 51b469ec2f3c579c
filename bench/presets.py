"""What the rows of the table of presets take on this machine: seconds and memory of each training for a CPU."""

import json
import subprocess
import sys

from vdmlib import PRESETS

from .beside import ROOT, say

#: In a process of its own, so that the most memory it ever held is this training's.
PROGRAM = """
import json, os, resource, sys
import jax, numpy as np
from vdmlib import PRESETS, mnist, train
task, few, more = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
data, cores = mnist(), os.cpu_count()
jax.block_until_ready(jax.numpy.zeros(1))
def used(who):
    return who.ru_utime + who.ru_stime
before = resource.getrusage(resource.RUSAGE_SELF)
spent, asked = [], {"progress": False, "evaluate_every": more, "chunk": few}
for steps in (few, few, more):  # the first compiles
    here = used(resource.getrusage(resource.RUSAGE_SELF))
    model, _ = train(task, data, "cpu", steps=steps, **asked)
    spent.append((used(resource.getrusage(resource.RUSAGE_SELF)) - here) / cores)
after = resource.getrusage(resource.RUSAGE_SELF)
unit = 1 if sys.platform == "darwin" else 1024
from flax import nnx
print(json.dumps({
    "parameters": sum(leaf.size for leaf in jax.tree.leaves(nnx.state(model, nnx.Param))),
    "batch": PRESETS[task]["cpu"].fit["batch_size"], "steps": PRESETS[task]["cpu"].fit["steps"],
    "seconds_each": (spent[2] - spent[1]) / (more - few),
    "memory_mib": round((after.ru_maxrss - before.ru_maxrss) * unit / 2**20),
}))
"""
#: Steps of the two trainings whose difference is the time of steps alone.
FEW = 20


def presets(only="", more=120):
    """A line for each task of the table: what its row for a CPU takes, from a short training.

    A second is the processor time over the number of cores, so that other work on the machine plays no part.
    The seconds of the whole are those of a step times the steps, compiling and the held-out bound left out.

    Args:
      only: tasks with this in their names alone.
      more: steps of the longer of the two trainings.
    """
    lines = []
    for task in (task for task in PRESETS if only.lower() in task):
        done = subprocess.run([sys.executable, "-c", PROGRAM, task, str(FEW), str(more)], cwd=ROOT,
                              stdout=subprocess.PIPE, text=True, check=True)
        found = json.loads(done.stdout.splitlines()[-1])
        each = found.pop("seconds_each")
        lines.append(say({"bench": "presets", "task": task, **found, "ms_a_step": round(1e3 * each, 1),
                          "seconds": round(each * found["steps"])}))
    return lines
