"""Two programs timed in turn on one machine, so that what slows the machine slows both."""

import json
import os
import select
import statistics
import subprocess
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TORCH = ROOT / "build" / "bench" / "venv" / "bin" / "python"


class Worker:
    """A process that answers JSON commands, one a line.

    Args:
      program: what is run.
      environment: variables beside those of this process.
      log: an open file for what it prints beside its answers; by default it prints where this process does.
    """

    def __init__(self, program, environment=None, log=None):
        self._process = subprocess.Popen(
            program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True, cwd=ROOT,
            env={**os.environ, **(environment or {})},
        )

    def ask(self, do, seconds=None, **options):
        """Send one command and wait for its answer, so many seconds at most.

        Raises:
          RuntimeError: the process ended instead of answering, or answered with an error; what it printed stands above.
          TimeoutError: it took longer. It is ended then.
        """
        try:
            self._process.stdin.write(json.dumps({"do": do, **options}) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise RuntimeError(f"the process had ended before {do!r}, status {self._process.wait()}") from None
        if seconds is not None and not select.select([self._process.stdout], [], [], max(0.0, seconds))[0]:
            self._process.kill()
            raise TimeoutError(f"{do!r} took longer than {seconds:.0f} s")
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the process ended during {do!r}, status {self._process.wait()}")
        found = json.loads(line)
        if "error" in found:
            raise RuntimeError(found["error"])
        return found

    def close(self):
        """End the process."""
        try:
            self._process.stdin.close()
            self._process.wait(timeout=30)
        except (BrokenPipeError, subprocess.TimeoutExpired):
            self._process.kill()
            self._process.wait()


@contextmanager
def torch_worker():
    """The PyTorch process.

    Raises:
      FileNotFoundError: its environment has not been made.
    """
    if not TORCH.exists():
        raise FileNotFoundError(f"{TORCH} is not there: `make bench` makes it")
    worker = Worker([str(TORCH), "-m", "bench.torch_worker"])
    try:
        yield worker
    finally:
        worker.close()


def interleaved(sides, repeats):
    """Seconds of each side, taken in turn ``repeats`` times after one turn that does not count.

    Args:
      sides: name to a function that runs once and returns its seconds.

    Returns:
      Name to a list of ``repeats`` seconds.
    """
    found = {name: [] for name in sides}
    for turn in range(repeats + 1):
        for name, run in sides.items():
            seconds = run()
            if turn:
                found[name].append(seconds)
    return found


def ratio(slow, fast):
    """The median over turns of slow/fast, and the quartiles: one number a turn, both sides from it."""
    each = [a / b for a, b in zip(slow, fast, strict=True)]
    low, middle, high = statistics.quantiles(each, n=4) if len(each) > 1 else each * 3
    return {"ratio": round(middle, 2), "quartiles": [round(low, 2), round(high, 2)]}


def say(line):
    """Print one result as a line of JSON."""
    print(json.dumps(line, ensure_ascii=False), flush=True)
    return line
