"""What the probe found, and why an instance or a line has no value."""

from dataclasses import dataclass, field

from ..errors import DerivationError

__all__ = ["Probe", "DIGITS", "Undefined", "ZeroByZero", "Infinite", "Outside", "NoSuchVariable", "Unmet", "Unable"]

DIGITS = 30


@dataclass(frozen=True)
class Probe:
    """What the probe found.

    agrees: True, False, or None where nothing could be compared (`reason` says why).
    instances: how many random instances were compared, those only that meet every hypothesis; digits: to how many
        digits the sides agreed.
    counterexample: an instance in words, for which the line does not hold, with the values of its sides there.
    point, values, apart: the same in parts: the instance alone, ((side, value), …), and the distance of the two.
    at: the instance itself, at which more can be evaluated (see `values_at`).
    alone: "d = 1", where no instance with a larger d was compared, though the line speaks of every d.
    """

    agrees: bool | None
    instances: int
    digits: int
    counterexample: str | None = None
    reason: str | None = None
    point: str = ""
    values: tuple = ()
    apart: str = ""
    at: object = field(default=None, compare=False, repr=False)
    alone: str = ""


class Undefined(Exception):
    """A logarithm, root, quotient or index that does not exist at this instance."""


class ZeroByZero(Undefined):
    """A quotient of two masses of zero."""


class Infinite(Exception):
    """An integral, sum or expectation that is not finite at this instance."""


class Outside(Exception):
    """What a line about laws does not speak of: ∞ − ∞, or a density given an event of probability zero."""


class NoSuchVariable(Outside):
    """At this length of a chain a variable is named that its law does not have."""


class Unmet(Exception):
    """This instance breaks a hypothesis, which is given in words."""


class Unable(DerivationError):
    """The probe has no way to evaluate this."""
