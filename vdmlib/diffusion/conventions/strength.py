"""The strength of guidance under the two names that it has."""

from typing import Any

from ...inputs.options import one_of

#: Name to what it lacks of γ.
_BEHIND = {"gamma": 0, "w": 1}


def convert_strength(value: Any, source: str, target: str) -> Any:
    """The strength of guidance as another paper counts it.

    - "gamma": γ · conditional + (1 − γ) · unconditional, 1 for no guidance. The book, Luo; w of Imagen and
      of EDM2; ``guidance_scale`` of diffusers' pipelines.
    - "w": (1 + w) · conditional − w · unconditional, 0 for no guidance. Ho and Salimans.

    A classifier's gradient added s times to a conditional model's score is w = s, added to an
    unconditional one's γ = s.

    Args:
      value: a number or an array.
      source, target: "gamma" or "w".

    Returns:
      The same strength, as the target counts it.

    Raises:
      ValueError: an unknown name.

    Source: Ho and Salimans, Classifier-Free Diffusion Guidance (2021), eq. 6; the book's
    ``rosetta.guidance.w``.

    >>> convert_strength(7.5, "gamma", "w")
    6.5
    """
    one_of("strength of guidance", source, _BEHIND)
    one_of("strength of guidance", target, _BEHIND)
    return value + _BEHIND[source] - _BEHIND[target]
