"""Pictures of images, latents and trainings."""

from collections.abc import Callable, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from jax.typing import ArrayLike

from ..inputs.given import Examples
from .figures import Figure, show
from .styles import COLOURS, style


def digit_grid(
    images: Examples, columns: int = 10, levels: int = 17, alt: str = "", caption: str = "",
    rows: Sequence[str] | None = None,
) -> Figure:
    """Images side by side, read along the rows: ink on paper, light ink on dark pages; colours as they are.

    Args:
      images: ``[N, H, W]``, or red, green and blue in ``[N, H, W, 3]``: levels ``0 … levels - 1``, whole or not.
      columns: images in a row.
      levels: how many grey levels there are.
      alt: what is to be seen; by default the number of images.
      caption: a line to set below it.
      rows: names of the rows, or ``None``.

    Returns:
      A :class:`~vdmlib.Figure`.

    Raises:
      ValueError: no images, a wrong shape, or names that do not fit the rows.

    >>> digit_grid(np.zeros((20, 8, 8)), rows=["data", "model"])
    <Figure: 20 images in 2 rows.>
    """
    images = np.asarray(images, float)
    if images.shape[3:] not in ((), (3,)) or images.ndim < 3 or len(images) == 0 or columns < 1:
        raise ValueError(f"digit_grid wants images [N, H, W] or [N, H, W, 3], N ≥ 1, given {list(images.shape)}")
    count = -(-len(images) // columns)
    if rows is not None and len(rows) != count:
        raise ValueError(f"digit_grid: {count} rows, but {len(rows)} names")
    sheet = _tile(images / (levels - 1), columns)
    with style():
        inch = min(0.62, 6.2 / columns)
        margin = 0.2 + 0.09 * max(map(len, rows)) if rows else 0.0  # room for the longest name
        wide = inch * columns + margin
        fig, ax = plt.subplots(figsize=(wide, inch * count + 0.05))
        if rows:
            fig.set_layout_engine("none")
            ax.set_position((margin / wide, 0.0, 1 - margin / wide, 1.0))
        _draw_sheet(ax, sheet)
        side = sheet.shape[0] / count
        for i, name in enumerate(rows or ()):
            ax.text(-1.5, (i + 0.5) * side, name, ha="right", va="center", clip_on=False)
        words = f"{len(images)} images in {count} rows."
        return show(fig, alt or words, caption)


def latent_grid(
    decode: Callable[..., Any], side: int = 15, reach: float = 2.0, levels: int = 17, alt: str = "",
    caption: str = "",
) -> Figure:
    """What a decoder makes of a square of the latent plane.

    Args:
      decode: ``[N, 2]`` latents to images, as for :func:`digit_grid`.
      side: images along one edge.
      reach: the square is [−reach, reach]² in latent units.
      levels: how many grey levels there are.
      alt: what is to be seen.
      caption: a line to set below it.

    Returns:
      A :class:`~vdmlib.Figure`.

    >>> latent_grid(lambda z: np.zeros((len(z), 8, 8)), side=3)
    <Figure: Images decoded from a 3 by 3 grid of the latent plane.>
    """
    place = np.linspace(-reach, reach, side, dtype=np.float32)
    first, second = np.meshgrid(place, place[::-1])
    images = np.asarray(decode(np.stack([first.ravel(), second.ravel()], axis=-1)), float)
    with style():
        fig, ax = plt.subplots(figsize=(5.2, 5.2))
        step = place[1] - place[0] if side > 1 else 1.0
        edge = reach + step / 2
        sheet = _tile(images / (levels - 1), side)
        _draw_sheet(ax, sheet, extent=(-edge, edge, -edge, edge))
        ax.set_axis_on()
        ax.spines[:].set_visible(False)
        ax.set(xlabel="$z_1$", ylabel="$z_2$")
        words = f"Images decoded from a {side} by {side} grid of the latent plane."
        return show(fig, alt or words, caption)


def latent_scatter(means: ArrayLike, labels: ArrayLike | None, alt: str = "", caption: str = "") -> Figure:
    """Where the encoder puts images in the latent plane, each drawn as its own class's numeral.

    Args:
      means: ``[N, 2]``.
      labels: ``[N]`` classes 0 … 9.
      alt: what is to be seen.
      caption: a line to set below it.

    Returns:
      A :class:`~vdmlib.Figure`.

    >>> latent_scatter(np.zeros((3, 2)), np.array([0, 1, 2]))
    <Figure: 3 images as points of the latent plane, marked by class.>
    """
    means, labels = np.asarray(means), np.asarray(labels)
    if means.shape != (len(labels), 2):
        raise ValueError(f"latent_scatter wants means [{len(labels)}, 2], given {means.shape}")
    shades = list(COLOURS.values())
    with style():
        fig, ax = plt.subplots(figsize=(5.2, 5.2))
        for label in np.unique(labels):
            here = means[labels == label]
            shade = shades[int(label) % len(shades)]
            ax.scatter(*here.T, marker=f"${label}$", s=34, color=shade, linewidths=0.2)
        ax.set(xlabel="$z_1$", ylabel="$z_2$", aspect="equal")
        words = f"{len(labels)} images as points of the latent plane, marked by class."
        return show(fig, alt or words, caption)


def plot_history(history: Any, alt: str = "", caption: str = "", unit: str = "nats an image") -> Figure:
    """The loss by step: each batch faintly, their running mean, and the held-out loss.

    Args:
      history: a :class:`~vdmlib.History`.
      alt: what is to be seen.
      caption: a line to set below it.
      unit: that of the loss.

    Returns:
      A :class:`~vdmlib.Figure`.
    """
    loss = np.asarray(history.loss)
    window = max(1, len(loss) // 50)
    mean = np.convolve(loss, np.ones(window) / window, mode="valid")
    steps = np.arange(1, len(loss) + 1)
    with style():
        fig, ax = plt.subplots()
        ax.plot(steps, loss, "-", color=COLOURS["blue"], linewidth=0.5, alpha=0.35)
        ax.plot(steps[window - 1 :], mean, "-", color=COLOURS["blue"], label="training batches, smoothed")
        tail = loss[len(loss) // 50 :]
        if len(history.validation_steps):
            held_out = history.validation["loss"]
            ax.plot(
                history.validation_steps, held_out, "--o", ms=4,
                color=COLOURS["vermilion"], label="held-out images",
            )
            tail = np.concatenate([tail, held_out])
        low, high = np.quantile(tail, [0, 0.99])
        ax.set(xlabel="step", ylabel=f"loss, {unit}")
        ax.set_ylim(low - 0.05 * (high - low), high + 0.1 * (high - low))
        ax.legend()
        words = f"The loss falls from {loss[0]:.0f} to {mean[-1]:.0f} in {len(loss)} steps."
        return show(fig, alt or words, caption)


def _tile(images, columns):
    """``[N, H, W]`` or ``[N, H, W, 3]`` in 0 … 1 to one sheet, with clear gaps of one pixel as NaN."""
    count, height, width, *colours = images.shape
    rows = -(-count // columns)
    sheet = np.full((rows * (height + 1), columns * (width + 1), *colours), np.nan)
    for i, image in enumerate(images):
        top, left = i // columns * (height + 1), i % columns * (width + 1)
        sheet[top : top + height, left : left + width] = image
    return sheet[:-1, :-1]


def _draw_sheet(ax, sheet, extent=None):
    """Grey levels as black ink of that opacity, which dark pages turn to white; colours as they are."""
    shown = np.clip(np.nan_to_num(sheet), 0, 1)
    if sheet.ndim == 3:
        pixels = np.dstack([shown, ~np.isnan(sheet[..., 0])])
    else:
        opacity = np.where(np.isnan(sheet), 0.0, 0.07 + 0.93 * shown)  # a tint shows the tile's edge
        pixels = np.dstack([0 * shown, 0 * shown, 0 * shown, opacity])
    if extent is None:
        extent = (0, sheet.shape[1], sheet.shape[0], 0)
    ax.imshow(pixels, interpolation="none", extent=extent)
    ax.grid(False)
    ax.set_axis_off()
