"""What the first call costs: tracing and compiling each default model's training, with no cache."""

import json
import os
import subprocess
import sys

from .beside import ROOT, say

PROGRAM = """
import json, sys
import numpy as np
import vdmlib
name = sys.argv[1]
data = vdmlib.digits()
pairs = (data.train.images, data.train.labels)
make, given = {
    "VAE": (lambda: vdmlib.VAE.for_data(data), pairs[0]),
    "HVAE": (lambda: vdmlib.HVAE.for_data(data), pairs[0]),
    "VDM": (lambda: vdmlib.VDM.for_data(data), pairs[0]),
    "VDM, conditional": (lambda: vdmlib.VDM.for_data(data, conditional=True), pairs),
    "VDM, monotone schedule": (lambda: vdmlib.VDM.for_data(data, schedule="monotone"), pairs[0]),
    "Classifier": (lambda: vdmlib.Classifier.for_data(data), pairs),
}[name]
_, history = vdmlib.fit(make(), given, steps=100, progress=False)
print(json.dumps({"compile_seconds": round(history.compile_seconds, 2)}))
"""
MODELS = ("VAE", "HVAE", "VDM", "VDM, conditional", "VDM, monotone schedule", "Classifier")


def compiling():
    """Seconds of compiling for each default, in a fresh process without a compile cache."""
    lines = []
    for name in MODELS:
        environment = {**os.environ, "VDMLIB_COMPILE_CACHE": "off"}
        done = subprocess.run([sys.executable, "-c", PROGRAM, name], cwd=ROOT, env=environment,
                              capture_output=True, text=True, check=True)
        lines.append(say({"bench": "compiling", "model": name, **json.loads(done.stdout.splitlines()[-1])}))
    return lines
