"""Drawings that move, by themselves or by a slider: every frame is drawn beforehand, and what all share is kept once."""

import hashlib
import html
import json
from collections.abc import Callable, Iterable
from typing import Any

from .figures import Figure, both, inline
from .frames import together
from .styles import COLOURS, style


def movie(draw: Callable[..., Any], frames: Iterable[Any], alt: str, seconds: float = 5.0, caption: str = "") -> Figure:
    """A moving drawing: each frame is drawn by ``draw`` and shown in turn, over and over.

    It can be paused with the box below it, and stands still at its last frame for readers who have
    asked their system for less motion, and on paper.

    Args:
      draw: ``draw(frame)`` makes and returns a matplotlib figure under :func:`~vdmlib.style`, always of one
        size and with the same axes limits.
      frames: what to draw, in order: any sequence of at least two.
      alt: what is to be seen, in words.
      seconds: how long one round takes.
      caption: a line to set below it.

    Returns:
      A :class:`~vdmlib.Figure`.

    Raises:
      ValueError: no alt text, fewer than two frames, or a round of no time.
    """
    frames = list(frames)
    if len(frames) < 2 or not seconds > 0:
        raise ValueError(
            f"movie wants at least two frames and seconds > 0, given {len(frames)} and {seconds}"
        )
    drawings, slim, name = _drawn(draw, frames)
    last = len(drawings) - 1

    def shown(i, part):
        still = f" {name}-last" * (i == last)
        return f'<g class="{name}{still}" style="animation-delay:{i * seconds / len(drawings):.6f}s">{part}</g>'

    drawing, narrow = (inline(together(every, shown), alt) if every else "" for every in (drawings, slim))
    once = 100 / len(drawings)  # percent of a round
    css = (
        f" @keyframes {name}{{0%{{visibility:visible}}{once:.4f}%,100%{{visibility:hidden}}}}"
        f" .{name}{{visibility:hidden;animation:{name} {seconds}s step-end infinite}}"
        f" .dd-figure:has(.{name}-pause:checked) .{name}{{animation-play-state:paused}}"
        f" @media (prefers-reduced-motion:reduce),print{{.{name}{{animation:none}}"
        f" .{name}-last{{visibility:visible}}}}"
    )
    pause = f'<label><input type="checkbox" class="{name}-pause"> pause</label>'
    return Figure(drawing, alt, caption, css, narrow, pause)


def slider(
    draw: Callable[..., Any], frames: Iterable[Any], readings: Any, alt: str, label: str, start: Any = 0,
    caption: str = "",
) -> Figure:
    """A drawing with a slider below it: the reader chooses which of the frames is shown.

    All frames are drawn beforehand, so it works in a saved notebook and on a page without Python. Without
    scripts, and on paper, the frame ``start`` is shown alone.

    Args:
      draw: ``draw(frame)`` makes and returns a matplotlib figure under :func:`~vdmlib.style`, always of one
        size and with the same axes limits.
      frames: what to draw, from the slider's left end to its right: any sequence of at least two.
      readings: what stands beside the slider at each frame, a list of words.
      alt: what is to be seen, in words, at the ends and on the way.
      label: what the slider sets.
      start: the index of the frame that is shown first.
      caption: a line to set below it.

    Returns:
      A :class:`~vdmlib.Figure`.

    Raises:
      ValueError: no alt text or label, fewer than two frames, another number of readings than of frames,
        or a start that is no index of a frame.

    >>> import matplotlib.pyplot as plt
    >>> def line(height):
    ...     fig, ax = plt.subplots()
    ...     ax.plot([0, 1], [0, height])
    ...     ax.set(ylim=(0, 2))
    ...     return fig
    >>> slider(line, [1, 2], ["slope 1", "slope 2"], alt="A line that rises.", label="slope")
    <Figure: A line that rises.>
    """
    frames, readings = list(frames), [str(reading) for reading in readings]
    if len(frames) < 2 or len(readings) != len(frames):
        raise ValueError(
            f"slider wants at least two frames and a reading for each, given {len(frames)} and {len(readings)}"
        )
    if not label.strip():
        raise ValueError("slider wants a label: say what it sets")
    if not 0 <= start < len(frames):
        raise ValueError(f"start must lie in 0 … {len(frames) - 1}, the indices of the frames, given {start}")
    drawings, slim, name = _drawn(draw, frames)

    def shown(i, part):
        return f'<g class="{name}" data-frame="{i}" style="visibility:{"visible" if i == start else "hidden"}">{part}</g>'

    drawing, narrow = (inline(together(every, shown), alt) if every else "" for every in (drawings, slim))
    now = html.escape(readings[start], quote=True)
    # the handler stands in the element, because a notebook may show the figure in a frame of its own
    turn = (
        f"this.closest('figure').querySelectorAll('.{name}')"
        ".forEach(g=>g.style.visibility=g.dataset.frame==this.value?'visible':'hidden');"
        "const now=JSON.parse(this.dataset.readings)[this.value];"
        "this.setAttribute('aria-valuetext',now);this.nextElementSibling.value=now"
    )
    control = (
        f'<label class="dd-slider">{html.escape(label)} <input type="range" min="0" max="{len(drawings) - 1}"'
        f' step="1" value="{start}" autocomplete="off" aria-valuetext="{now}" oninput="{turn}"'
        f' data-readings="{html.escape(json.dumps(readings, ensure_ascii=False), quote=True)}">'
        f" <output>{now}</output></label>"
    )
    css = (
        " .dd-slider{display:flex;flex-wrap:wrap;gap:.3em .8em;align-items:center;justify-content:center}"
        f" .dd-slider input{{flex:0 1 20em;min-width:8em;height:1.8em;accent-color:{COLOURS['blue']}}}"
        " .dd-slider output{min-width:5em;font-variant-numeric:tabular-nums}"
        " @media (scripting:none),print{.dd-slider{display:none}}"
    )
    return Figure(drawing, alt, caption, css, narrow, control)


def _drawn(draw, frames):
    """All frames; the same for a phone, if each has room there; a name for the class of what only some of them show."""
    drawings, slim = [], []
    for frame in frames:
        with style():
            wide, narrow = both(draw(frame))
        drawings.append(wide)
        slim.append(narrow)
    return drawings, slim if all(slim) else [], "dd" + hashlib.sha256("".join(drawings).encode()).hexdigest()[:8]
