"""Schedules by their names."""

from typing import Any

from ...inputs.options import one_of
from .base import Schedule
from .fixed import BetaSchedule, CosineSchedule, LinearSchedule
from .learned import LearnedScalar, MonotoneSchedule

_BY_NAME = {
    "linear": LinearSchedule,
    "cosine": CosineSchedule,
    "beta": BetaSchedule,
    "learned": LearnedScalar,
    "monotone": MonotoneSchedule,
}


def schedule(choice: Any, **options: Any) -> Schedule:
    """A schedule by name, or the given one.

    Args:
      choice: "linear", "cosine", "beta", "learned", "monotone", or a :class:`Schedule`.
      options: what the schedule takes, such as ``low`` and ``high``; none for a given one.

    Raises:
      ValueError: an unknown name, or options for a schedule that is made already.

    >>> schedule("cosine", low=-6.0, high=6.0).omega(0.5).round(4).item()
    0.0
    """
    if isinstance(choice, Schedule):
        if options:
            raise ValueError(
                f"a {type(choice).__name__} is given, so {', '.join(sorted(options))} cannot be set"
            )
        return choice
    return _BY_NAME[one_of("schedule", choice, _BY_NAME)](**options)
