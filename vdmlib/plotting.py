"""The book's figures: one style, light and dark pages, colours that the colour-blind can tell apart.

A figure becomes one drawing (inline SVG). Curves and points have colours of middle lightness, which
stand out on white and on black. Text, axes and grid get their colours from the page: matplotlib
draws them in three marked colours, and those become CSS variables with one value for light pages
and one for dark. So a figure follows a reader who changes the theme, and nothing is drawn twice.
"""

import hashlib
import html
import io
import re
from contextlib import contextmanager

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure as MatplotlibFigure

#: Okabe and Ito's colours, the two light ones darkened: at least 3:1 on white and on the dark page
COLOURS = {
    "blue": "#0072b2",
    "vermilion": "#d55e00",
    "green": "#009270",
    "purple": "#b8628f",
    "ochre": "#a67c00",
    "sky": "#3f8fc4",
    "grey": "#7a7a7a",
}
_PAGE = {  # marked colour: (variable, on light pages, on dark pages)
    "#1f2431": ("ink", "#1f2431", "#e8eaf0"),
    "#5a6171": ("muted", "#5a6171", "#a9b1c0"),
    "#d4d9e1": ("grid", "#d4d9e1", "#353c4a"),
    "#fdfdfb": ("paper", "#ffffff", "#14181e"),
}
INK, MUTED, GRID, PAPER = _PAGE
_DARK = ", ".join(
    f"{where} .dd-figure"
    for where in (
        "html[data-theme=dark]",  # the book
        "html[theme=dark]",  # Colab
        "body[data-jp-theme-light=false]",  # JupyterLab
        "body.vscode-dark",
    )
)
_INK = ", ".join(where + " image" for where in _DARK.split(", "))
_CSS = (
    ".dd-figure{margin:1em 0;"
    + "".join(f"--dd-{name}:{light};" for name, light, _ in _PAGE.values())
    + "} .dd-figure>svg{display:block;width:100%;height:auto;margin:0 auto}"
    + " .dd-figure image{image-rendering:pixelated}"
    + " .dd-figure>label{color:var(--dd-muted);font-size:.9em}"
    + " .dd-figure>figcaption{color:var(--dd-muted);text-align:center;font-size:.9em}"
    + f" {_INK.replace('.dd-figure', '.dd-figure.dd-ink')}{{filter:invert(1)}}"
    + f" {_DARK}{{"
    + "".join(f"--dd-{name}:{dark};" for name, _, dark in _PAGE.values())
    + "}"
)
_RC = {
    "figure.figsize": (6.4, 3.4),
    "figure.dpi": 100,
    "figure.facecolor": "none",
    "figure.constrained_layout.use": True,
    "savefig.facecolor": "none",
    "axes.facecolor": "none",
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.titlecolor": INK,
    "axes.titlesize": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.prop_cycle": mpl.cycler(
        color=list(COLOURS.values()),
        # the dashes tell lines apart without colour
        linestyle=["-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1)), "-"],
    ),
    "grid.color": GRID,
    "grid.linewidth": 0.6,
    "lines.linewidth": 1.8,
    "text.color": INK,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "legend.frameon": False,
    "legend.labelcolor": INK,
    "font.size": 10.5,
    "image.cmap": "cividis",
    "svg.fonttype": "path",
    "svg.hashsalt": "diffusion-derived",
}


@contextmanager
def style():
    """The book's matplotlib style within a ``with`` block. Finish a figure with :func:`show`.

    >>> import matplotlib.pyplot as plt
    >>> with style():
    ...     fig, ax = plt.subplots()
    ...     line = ax.plot([0, 1], [1, 0], label="falls")
    >>> show(fig, alt="A falling line.")
    <Figure: A falling line.>
    """
    with mpl.rc_context(_RC):
        yield


class Figure:
    """A finished drawing that a notebook, Colab and the book show, on light and dark pages.

    Attributes:
      alt: what is to be seen, in words, for readers who cannot see it.
      svg: the drawing as inline SVG.
      caption: a line below it, or "".
    """

    def __init__(self, svg, alt, caption="", css="", ink=False):
        if not alt.strip():
            raise ValueError("a figure wants alt text: say in words what is to be seen")
        self.svg, self.alt, self.caption, self._css = svg, alt, caption, css
        self._class = "dd-figure dd-ink" if ink else "dd-figure"

    def __repr__(self):
        return f"<Figure: {self.alt}>"

    def _repr_html_(self):
        caption = f"<figcaption>{html.escape(self.caption)}</figcaption>" if self.caption else ""
        return (
            f'<figure class="{self._class}"><style>{_CSS}{self._css}</style>'
            f"{self.svg}{caption}</figure>"
        )

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/html": self._repr_html_(), "text/plain": repr(self)}


def show(fig, alt, caption=""):
    """Turn a matplotlib figure into a :class:`Figure`; as the last line of a cell it is displayed.

    Args:
      fig: a matplotlib figure that was made under :func:`style`. It is closed.
      alt: what is to be seen, in words.
      caption: a line to set below it.

    Returns:
      A :class:`Figure`.

    Raises:
      ValueError: no alt text.
    """
    return Figure(_inline(_svg(fig), alt), alt, caption)


def movie(draw, frames, alt, seconds=5.0, caption=""):
    """A moving drawing: each frame is drawn by ``draw`` and shown in turn, over and over.

    It can be paused with the box below it, and stands still at its last frame for readers who have
    asked their system for less motion, and on paper.

    Args:
      draw: ``draw(frame)`` makes and returns a matplotlib figure under :func:`style`, always of one
        size and with the same axes limits.
      frames: what to draw, in order: any sequence of at least two.
      alt: what is to be seen, in words.
      seconds: how long one round takes.
      caption: a line to set below it.

    Returns:
      A :class:`Figure`.

    Raises:
      ValueError: no alt text, fewer than two frames, or a round of no time.
    """
    frames = list(frames)
    if len(frames) < 2 or not seconds > 0:
        raise ValueError(
            f"movie wants at least two frames and seconds > 0, given {len(frames)} and {seconds}"
        )
    head, parts, name = _parts(draw, frames)
    groups = [
        f'<g class="{name}" style="animation-delay:{i * seconds / len(parts):.6f}s">{part}</g>'
        for i, part in enumerate(parts)
    ]
    svg = _inline(head + "".join(groups) + "</svg>", alt, names=False)
    once = 100 / len(parts)  # percent of a round
    css = (
        f" @keyframes {name}{{0%{{visibility:visible}}{once:.4f}%,100%{{visibility:hidden}}}}"
        f" .{name}{{visibility:hidden;animation:{name} {seconds}s step-end infinite}}"
        f" .dd-figure:has(.{name}-pause:checked) .{name}{{animation-play-state:paused}}"
        f" @media (prefers-reduced-motion:reduce),print{{.{name}{{animation:none}}"
        f" .{name}:last-child{{visibility:visible}}}}"
    )
    pause = f'<label><input type="checkbox" class="{name}-pause"> pause</label>'
    return Figure(svg + pause, alt, caption, css)


def slider(draw, frames, readings, alt, label, start=0, caption=""):
    """A drawing with a slider below it: the reader chooses which of the frames is shown.

    All frames are drawn beforehand, so it works in a saved notebook and on a page without Python. Without
    scripts, and on paper, the frame ``start`` is shown alone.

    Args:
      draw: ``draw(frame)`` makes and returns a matplotlib figure under :func:`style`, always of one
        size and with the same axes limits.
      frames: what to draw, from the slider's left end to its right: any sequence of at least two.
      readings: what stands beside the slider at each frame, a list of words.
      alt: what is to be seen, in words, at the ends and on the way.
      label: what the slider sets.
      start: the index of the frame that is shown first.
      caption: a line to set below it.

    Returns:
      A :class:`Figure`.

    Raises:
      ValueError: no alt text or label, fewer than two frames, another number of readings than of frames,
        or a start that is no index of a frame.

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
    head, parts, name = _parts(draw, frames)
    groups = [
        f'<g class="{name}" data-reading="{html.escape(reading, quote=True)}"'
        f' style="visibility:{"visible" if i == start else "hidden"}">{part}</g>'
        for i, (part, reading) in enumerate(zip(parts, readings, strict=True))
    ]
    svg = _inline(head + "".join(groups) + "</svg>", alt, names=False)
    now = html.escape(readings[start], quote=True)
    # the handler stands in the element, because a notebook may show the figure in a frame of its own
    turn = (
        f"const frames=[...this.closest('figure').querySelectorAll('.{name}')];"
        "frames.forEach((g,i)=>g.style.visibility=i==this.value?'visible':'hidden');"
        "const now=frames[this.value].dataset.reading;"
        "this.setAttribute('aria-valuetext',now);this.nextElementSibling.value=now"
    )
    control = (
        f'<label class="dd-slider">{html.escape(label)} <input type="range" min="0" max="{len(parts) - 1}"'
        f' step="1" value="{start}" autocomplete="off" aria-valuetext="{now}" oninput="{turn}">'
        f" <output>{now}</output></label>"
    )
    css = (
        " .dd-slider{display:flex;flex-wrap:wrap;gap:.3em .8em;align-items:center;justify-content:center}"
        f" .dd-slider input{{flex:0 1 20em;min-width:8em;height:1.8em;accent-color:{COLOURS['blue']}}}"
        " .dd-slider output{min-width:5em;font-variant-numeric:tabular-nums}"
        " @media (scripting:none),print{.dd-slider{display:none}}"
    )
    return Figure(svg + control, alt, caption, css)


def _parts(draw, frames):
    """All frames drawn: the ``<svg …>`` that they share, their bodies, and a name for their class."""
    drawings = []
    for frame in frames:
        with style():
            drawings.append(_svg(draw(frame)))
    name = "dd" + hashlib.sha256("".join(drawings).encode()).hexdigest()[:8]
    pairs = [re.match(r"(<svg[^>]*>)(.*)</svg>", drawing, re.S).groups() for drawing in drawings]
    return pairs[-1][0], [_own_names(body, f"{name}-{i}") for i, (_, body) in enumerate(pairs)], name


def digit_grid(images, columns=10, levels=17, alt="", caption="", rows=None):
    """Images side by side, read along the rows: ink on paper, light ink on dark pages.

    Args:
      images: ``[N, H, W]`` in grey levels ``0 … levels - 1``, whole or not.
      columns: images in a row.
      levels: how many grey levels there are.
      alt: what is to be seen; by default the number of images.
      caption: a line to set below it.
      rows: names of the rows, or ``None``.

    Returns:
      A :class:`Figure`.

    Raises:
      ValueError: no images, a wrong shape, or names that do not fit the rows.

    >>> digit_grid(np.zeros((20, 8, 8)), rows=["data", "model"])
    <Figure: 20 images in 2 rows.>
    """
    images = np.asarray(images, float)
    if images.ndim != 3 or len(images) == 0 or columns < 1:
        raise ValueError(f"digit_grid wants images [N, H, W], N ≥ 1, given {list(images.shape)}")
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
        return _show_ink(fig, alt or words, caption)


def latent_grid(decode, side=15, reach=2.0, levels=17, alt="", caption=""):
    """What a decoder makes of a square of the latent plane.

    Args:
      decode: ``[N, 2]`` latents to ``[N, H, W]`` images in grey levels.
      side: images along one edge.
      reach: the square is [−reach, reach]² in latent units.
      levels: how many grey levels there are.
      alt: what is to be seen. caption: a line to set below it.

    Returns:
      A :class:`Figure`.

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
        _draw_sheet(ax, _tile(images / (levels - 1), side), extent=(-edge, edge, -edge, edge))
        ax.set_axis_on()
        ax.spines[:].set_visible(False)
        ax.set(xlabel="$z_1$", ylabel="$z_2$")
        words = f"Images decoded from a {side} by {side} grid of the latent plane."
        return _show_ink(fig, alt or words, caption)


def latent_scatter(means, labels, alt="", caption=""):
    """Where the encoder puts images in the latent plane, each drawn as its own class's numeral.

    Args:
      means: ``[N, 2]``. labels: ``[N]`` classes 0 … 9.
      alt: what is to be seen. caption: a line to set below it.

    Returns:
      A :class:`Figure`.

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


def plot_history(history, alt="", caption="", unit="nats an image"):
    """The loss by step: each batch faintly, their running mean, and the held-out loss.

    Args:
      history: a :class:`~vdmlib.History`.
      alt: what is to be seen. caption: a line to set below it. unit: of the loss.

    Returns:
      A :class:`Figure`.
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
    """``[N, H, W]`` in 0 … 1 to one sheet, with clear gaps of one pixel as NaN."""
    count, height, width = images.shape
    rows = -(-count // columns)
    sheet = np.full((rows * (height + 1), columns * (width + 1)), np.nan)
    for i, image in enumerate(images):
        top, left = i // columns * (height + 1), i % columns * (width + 1)
        sheet[top : top + height, left : left + width] = image
    return sheet[:-1, :-1]


def _draw_sheet(ax, sheet, extent=None):
    """Grey levels as black ink of that opacity; on dark pages the page turns black to white."""
    shown = np.clip(np.nan_to_num(sheet), 0, 1)
    opacity = np.where(np.isnan(sheet), 0.0, 0.07 + 0.93 * shown)  # a tint shows the tile's edge
    pixels = np.stack([0 * shown, 0 * shown, 0 * shown, opacity], axis=-1)
    if extent is None:
        extent = (0, sheet.shape[1], sheet.shape[0], 0)
    ax.imshow(pixels, interpolation="none", extent=extent)
    ax.grid(False)
    ax.set_axis_off()


def _show_ink(fig, alt, caption):
    return Figure(_inline(_svg(fig), alt), alt, caption, ink=True)


def _svg(fig):
    """The bare ``<svg>`` element of a matplotlib figure, without dates, and the figure closed."""
    if not isinstance(fig, MatplotlibFigure):
        raise TypeError(f"a matplotlib figure is wanted, given {type(fig).__name__}")
    out = io.StringIO()
    with style():
        fig.savefig(out, format="svg", metadata={"Date": None, "Creator": None, "Type": None})
    plt.close(fig)
    text = out.getvalue()
    text = text[text.index("<svg") :]
    return re.sub(r"<metadata>.*?</metadata>|<!--.*?-->", "", text, flags=re.S).strip()


def _own_names(text, salt=""):
    """Prefix all ids, so that two drawings on one page do not share clip paths or glyphs.

    A frame that comes twice in a movie wants a salt: with the ids of its hidden twin it would be
    clipped by a hidden path, which is to say shown empty.
    """
    mark = "f" + hashlib.sha256((salt + text).encode()).hexdigest()[:8] + "-"
    text = re.sub(r'\bid="', f'id="{mark}', text)
    return re.sub(r'(url\(#|href="#)', rf"\g<1>{mark}", text)


def _inline(svg, alt, names=True):
    """An ``<svg>`` for the page: page colours as variables, own ids, a width, and its alt text."""
    svg = _own_names(svg) if names else svg
    for colour, (name, light, _) in _PAGE.items():
        svg = re.sub(colour, f"var(--dd-{name},{light})", svg, flags=re.I)
    width = float(re.search(r'width="([\d.]+)pt"', svg).group(1)) / 72 * 100
    words = html.escape(alt, quote=True)
    head = f'<svg role="img" aria-label="{words}" style="max-width:{width:.0f}px"'
    svg = re.sub(r'<svg(?=[^>]*>)', head, svg, count=1)
    svg = re.sub(r' (width|height)="[\d.]+pt"', "", svg, count=2)
    return re.sub(r"\n\s*", "\n", svg)
