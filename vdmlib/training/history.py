"""What a training run hands back, and the error that ends one."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np


class TrainingDiverged(FloatingPointError):
    """The loss, its gradient or the weights after the step were not finite.

    Attributes:
      step: the first step (from 1) at which that happened.
      model: the model as it was before that step.
      checkpoint: the folder of the last good checkpoint, or ``None``; see :func:`~vdmlib.restore`.
    """

    def __init__(self, step: Any, model: Any, what: str, checkpoint: Any = None, hint: str | None = None) -> None:
        written = "" if checkpoint is None else f"; the last good checkpoint is {checkpoint}"
        super().__init__(
            f"{what} not finite at step {step}; the weights from before that step are in this "
            f"error's .model{written} ({hint or 'a smaller learning_rate or clip may help'})"
        )
        self.step = step
        self.model = model
        self.checkpoint = checkpoint
        self._given = step, model, what, checkpoint, hint

    def __reduce__(self):
        return type(self), self._given  # so that it comes out of a process of its own


@dataclass
class History:
    """What happened in training.

    Attributes:
      loss: ``[steps]``, the loss of each step's batch, in the unit of the model's loss (nats).
      metrics: name to ``[steps]``, what the loss reports beside itself.
      validation: name to ``[evaluations]``, ``loss`` among the names; empty without held-out data.
      validation_steps: ``[evaluations]``, after how many steps.
      best_step: after how many steps the held-out loss was least; ``None`` without held-out data.
      stopped: "finished" or "interrupted".
      resumed_at: the step of the checkpoint that this call went on from; ``None`` for a new run.
      seconds: wall time in all, the calls before a resume included.
      compile_seconds: of which tracing and compiling, in this call.
      steps_per_second: over the time that was spent on steps alone.
    """

    loss: np.ndarray
    metrics: dict
    validation: dict = field(default_factory=dict)
    validation_steps: np.ndarray = field(default_factory=lambda: np.zeros(0, int))
    best_step: int | None = None
    stopped: str = "finished"
    resumed_at: int | None = None
    seconds: float = 0.0
    compile_seconds: float = 0.0
    steps_per_second: float = 0.0

    def __repr__(self):
        last = f", loss {self.loss[-1]:.2f}" if self.steps else ""
        best = "" if self.best_step is None else f", held out best at step {self.best_step}"
        return f"History({self.steps} steps, {self.stopped}{last}{best}, {self.seconds:.1f} s)"

    @property
    def steps(self) -> int:
        """How many steps were taken."""
        return len(self.loss)


@dataclass
class Record:
    """What a run has seen so far: all that a resume needs beside the state of the steps."""

    taken: int = 0
    log: dict = field(default_factory=dict)  # name to a list of arrays, one for each chunk
    evaluations: list = field(default_factory=list)  # (steps, {name: number})
    best: tuple | None = None  # (steps, held-out loss)
    best_weights: object = None
    stepping: float = 0.0
    seconds: float = 0.0
    resumed_at: int | None = None

    def add(self, log: Any, steps: int, seconds: float) -> None:
        """``steps`` more were taken in ``seconds``."""
        for name, values in log.items():
            self.log.setdefault(name, []).append(values)
        self.taken += steps
        self.stepping += seconds

    def evaluated(self, result: Any) -> bool:
        """Note held-out means; ``True`` if the loss was never less."""
        self.evaluations.append((self.taken, result))
        better = self.best is None or result["loss"] < self.best[1]
        if better and np.isfinite(result["loss"]):
            self.best = self.taken, result["loss"]
            return True
        return False

    def joined(self) -> dict[str, np.ndarray]:
        """Name to ``[steps]``."""
        return {name: np.concatenate(parts) for name, parts in self.log.items()}

    def history(self, **more: Any) -> History:
        """The public summary."""
        log = self.joined()
        results = [result for _, result in self.evaluations]
        return History(
            loss=log.pop("loss"),
            metrics=log,
            validation={name: np.array([r[name] for r in results]) for name in results[0]}
            if results
            else {},
            validation_steps=np.array([step for step, _ in self.evaluations], int),
            best_step=self.best[0] if self.best else None,
            resumed_at=self.resumed_at,
            seconds=self.seconds,
            steps_per_second=self.taken / max(self.stepping, 1e-9),
            **more,
        )
