"""Checkpoints: the whole state of a run in a folder, written by Orbax, without pickles.

A folder holds one run. ``run.json`` says which; ``step_100`` is the state after a hundred steps.
Orbax writes each one under another name first and renames it when it is whole.
"""

import json
import os
import time
import warnings
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx

from ..inputs.options import number, whole
from ..runtime.folders import as_path
from . import storage
from .devices import first_host, wait_for_hosts
from .identity import differences, shapes

#: Parts of a checkpoint that are weights of the model, in the order of preference of ``restore``.
WEIGHTS = ("best", "mean", "weights")


class CheckpointError(ValueError):
    """A folder of checkpoints holds another run, none, or something else, or cannot be written to.

    >>> restore(nnx.Dict(), "no/such/folder")
    Traceback (most recent call last):
        ...
    vdmlib.training.checkpoints.CheckpointError: restore: ... holds no run of fit
    """


@dataclass(frozen=True)
class Checkpoints:
    """Where and how often :func:`~vdmlib.fit` writes its whole state down.

    The state at the end of a call is written in any case, after Ctrl-C too.

    Args:
      folder: a folder for this run alone; made if it is not there. Several hosts must share it.
      every: steps between two checkpoints, or ``None`` to go by the clock alone.
      seconds: the longest time between two, or ``None`` to go by the steps alone.
      last: how many to keep. Each holds the best weights so far too, so those are never lost.

    Raises:
      ValueError: a number that is not positive, or no path.

    >>> Checkpoints("run", every=1000).last
    3
    """

    folder: str | os.PathLike
    every: int | None = None
    seconds: float | None = 60.0
    last: int = 3

    def __post_init__(self):
        as_path("Checkpoints: folder", self.folder)
        if self.every is not None:
            whole("Checkpoints: every", self.every)
        if self.seconds is not None:
            number("Checkpoints: seconds", self.seconds, above=0)
        whole("Checkpoints: last", self.last)


def restore(model: Any, folder: str | os.PathLike[str], *, step: int | None = None, which: str | None = None) -> Any:
    """The model with the weights of a checkpoint.

    Args:
      model: one of the same structure; it is left as it is.
      folder: as given to :func:`~vdmlib.fit`.
      step: the checkpoint after so many steps; by default the last one.
      which: "best" (least held-out loss so far), "mean" (the running mean) or "weights" (as the
        steps left them); by default the best if there is one, else the mean: what ``fit`` returns.

    Raises:
      CheckpointError: no such checkpoint, or one of another model; it says what there is.
      ValueError: an unknown ``which``, no path, or no model.

    >>> import tempfile
    >>> from vdmlib import VAE, fit
    >>> start, folder = VAE((2, 2), 4, latent=1, width=4, depth=0), tempfile.mkdtemp()
    >>> images = np.zeros((8, 2, 2), np.uint8)
    >>> model, _ = fit(start, images, steps=2, batch_size=8, checkpoint=folder, progress=False)
    >>> found = restore(start, folder)
    >>> bool((found.encoder.last.bias == model.encoder.last.bias).all())
    True
    """
    if which not in (None, *WEIGHTS):
        raise ValueError(f'restore: which must be one of {", ".join(WEIGHTS)}, given {which!r}')
    folder = as_path("restore: folder", folder).absolute()
    if not isinstance(model, nnx.Module):
        raise ValueError(f"restore wants a model, an nnx.Module, given {type(model).__name__}")
    step = None if step is None else whole("restore: step", step)
    there = _identity(folder)
    if there is None:
        raise CheckpointError(f"restore: {folder} holds no run of fit")
    graph, weights, rest = nnx.split(model, nnx.Param, ...)
    unlike = differences({"model": there["model"]}, {"model": shapes(weights)})
    if unlike:
        raise CheckpointError(f"restore: {folder} is of another model; {unlike[0]}")
    with storage.manager_of(folder) as manager:
        steps = manager.all_steps()
        if not steps or (step is not None and step not in steps):
            raise CheckpointError(
                f"restore: {folder} has no checkpoint"
                + (f" of step {step}; there are {sorted(steps)}" if steps else " that is whole")
            )
        step = max(steps) if step is None else step
        parts = [part for part in WEIGHTS if (folder / f"step_{step}" / part).is_dir()]
        which = which or next(iter(parts), WEIGHTS[-1])
        if which not in parts:
            raise CheckpointError(f"restore: step {step} has no {which!r}; there are {parts}")
        target = jax.tree.map(lambda leaf: np.empty(leaf.shape, leaf.dtype), weights)
        try:
            weights = jax.tree.map(jnp.asarray, storage.read(manager, step, {which: target})[which])
        except Exception as error:  # whatever Orbax and its libraries make of a damaged file
            raise CheckpointError(
                f"restore: the checkpoint {folder / f'step_{step}'} cannot be read: {error}; there are {sorted(steps)}"
            ) from error
    return nnx.merge(graph, weights, rest)


class Store:
    """The folder of one run that goes on.

    Args:
      options: :class:`Checkpoints` or a folder.
      identity: what makes it this run; see ``identity.py``.
      resume: whether to go on from what the folder holds. If not, it must hold nothing.
    """

    def __init__(self, options: Any, identity: Any, resume: bool = True) -> None:
        options = options if isinstance(options, Checkpoints) else Checkpoints(options)
        self.options = options
        self.folder = as_path("Checkpoints: folder", options.folder).absolute()
        self._check(identity, resume)
        self._manager = storage.manager_of(self.folder, options.last)
        self._written = None
        self._clock = time.monotonic()

    def _check(self, identity, resume):
        there = _identity(self.folder)
        if there is not None and not resume:
            raise CheckpointError(
                f"fit: {self.folder} holds a run already; resume=True goes on with it, "
                "another folder leaves it alone"
            )
        others = {path.name for path in self.folder.glob("*") if not path.name.startswith(".")} - {"run.json.part"}
        if there is None and others:
            raise CheckpointError(
                f"fit: {self.folder} holds other things than a run of fit; a folder of its own is wanted"
            )
        self._identity, self._length = identity, None
        unlike = []
        if there:
            # a checkpoint of another length: what follows from the length alone is no other run
            if there.get("steps") != identity["steps"]:
                self._length = there.get("steps", 0)
                there = {name: value for name, value in there.items() if name not in ("steps", "evaluate_every")}
                if not identity["optimiser given"]:
                    there.pop("optimiser")
            unlike = differences(there, json.loads(json.dumps(identity)))
        if unlike:
            raise CheckpointError(
                f"fit: {self.folder} holds another run, which differs in\n  "
                + "\n  ".join(unlike)
                + "\nGive the same options to go on with it, or another folder for a new run; "
                "vdmlib.restore brings back its weights."
            )
        wait_for_hosts("the folder has been looked at")
        if there is None and first_host():
            _write(self.folder / "run.json", identity)
        wait_for_hosts("the folder is this run's")

    def lengthen(self) -> int | None:
        """Note that the run has another length from now on; how many steps it had before, ``None`` if it has not."""
        if self._length is not None:
            wait_for_hosts("the run has another length")
            if first_host():
                _write(self.folder / "run.json", self._identity)
        return self._length

    @property
    def last(self) -> str | None:
        """The folder of the newest checkpoint, or ``None``."""
        step = self._manager.latest_step()
        return None if step is None else str(self.folder / f"step_{step}")

    def late(self, taken: int) -> bool:
        """Whether it is time for a checkpoint, by the steps or by the clock."""
        every, seconds = self.options.every, self.options.seconds
        by_clock = seconds is not None and time.monotonic() - self._clock >= seconds
        return by_clock or (every is not None and taken % every == 0)

    def load(self, state: Any, record: Any) -> Any:
        """The state of the newest checkpoint that can be read, its record too; else the given one.

        Raises:
          CheckpointError: there are checkpoints and none can be read.
        """
        damaged = {}
        for step in sorted(self._manager.all_steps(), reverse=True):
            try:
                state = self._load(step, state, record)
                break
            except Exception as error:  # whatever Orbax and its libraries make of a damaged file
                damaged[self.folder / f"step_{step}"] = error
        if damaged and record.resumed_at is None:
            path, error = next(iter(damaged.items()))
            raise CheckpointError(
                f"fit: no checkpoint in {self.folder} can be read; {path}: {error}"
            ) from error
        for path, error in damaged.items():
            warnings.warn(f"the checkpoint {path} cannot be read and is set aside: {error}", stacklevel=3)
            wait_for_hosts(f"{path} cannot be read")
            if first_host():
                path.rename(path.with_name("damaged_" + path.name))
        if damaged:
            wait_for_hosts("what cannot be read is set aside")
            self._manager.reload()
        return state

    def _load(self, step, state, record):
        about = storage.read_about(self._manager, step)
        targets = {"weights": state.weights, "mean": state.mean, "optimiser": state.optimiser}
        if about["best"]:
            targets["best"] = state.weights
        targets["log"] = {name: np.empty(shape, kind) for name, (shape, kind) in about["log"].items()}
        found = storage.read(self._manager, step, targets)
        record.log = {name: [values] for name, values in found["log"].items()}
        record.taken = record.resumed_at = self._written = step
        record.evaluations = [(at, result) for at, result in about["evaluations"]]
        record.best = tuple(about["best"]) if about["best"] else None
        record.best_weights = found.get("best")
        record.stepping, record.seconds = about["stepping"], about["seconds"]
        count = jax.device_put(jnp.int32(step), state.step.sharding)
        return state._replace(
            weights=found["weights"], mean=found["mean"], optimiser=found["optimiser"], step=count
        )

    def save(self, state: Any, record: Any, seconds: float) -> None:
        """Write down the state after ``record.taken`` steps, unless it is there."""
        if self._written == record.taken:
            return
        log = record.joined()
        parts = {
            "weights": state.weights, "mean": state.mean, "optimiser": state.optimiser, "log": log,
        }
        if record.best:
            parts["best"] = record.best_weights
        about = {
            "log": {name: (values.shape, values.dtype.name) for name, values in log.items()},
            "evaluations": record.evaluations,
            "best": record.best,
            "stepping": record.stepping,
            "seconds": seconds,
        }
        try:
            storage.write(self._manager, record.taken, parts, about)
        except (OSError, ValueError) as error:  # the disk is full, or gone; Orbax renames what is whole alone
            left = f"{self.last} is whole, and the same call goes on from there" if self.last else "there is none before"
            raise CheckpointError(
                f"fit: the checkpoint of step {record.taken} cannot be written to {self.folder}: {error}; {left}"
            ) from error
        self._written, self._clock = record.taken, time.monotonic()

    def close(self) -> None:
        """Let go of the folder."""
        self._manager.close()


def _identity(folder):
    if folder.exists() and not folder.is_dir():
        raise CheckpointError(f"{folder} is a file; a folder for the checkpoints is wanted")
    try:
        found = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise CheckpointError(f"{folder / 'run.json'} cannot be read: {error}") from error
    except ValueError as error:
        raise CheckpointError(f"{folder / 'run.json'} is damaged: {error}") from error
    if not isinstance(found, dict) or not found.keys() >= {"steps", "model", "optimiser"}:
        raise CheckpointError(f"{folder / 'run.json'} is not of a run of fit; a folder of its own is wanted")
    return found


def _write(path, about):
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with storage.whole_file(path) as file:
            file.write(json.dumps(about, indent=1).encode())
    except OSError as error:
        raise CheckpointError(f"fit: {path} cannot be written: {error}") from error
