"""One style for the book's figures: colours that the colour-blind can tell apart, on light and on dark pages.

Curves and points have colours of middle lightness, which stand out on white and on black. Text, axes and
grid get their colours from the page: matplotlib draws them in marked colours, see ``PAGE``.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl
from matplotlib.rcsetup import cycler

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
#: marked colour: (variable, on light pages, on dark pages)
PAGE = {
    "#1f2431": ("ink", "#1f2431", "#e8eaf0"),
    "#5a6171": ("muted", "#5a6171", "#a9b1c0"),
    "#d4d9e1": ("grid", "#d4d9e1", "#353c4a"),
    "#fdfdfb": ("paper", "#ffffff", "#14181e"),
}
INK, MUTED, GRID, PAPER = PAGE
_RC: dict[Any, Any] = {
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
    "axes.prop_cycle": cycler(
        color=list(COLOURS.values()),
        # the dashes tell lines apart without colour
        linestyle=["-", "--", "-.", ":", (0, (7, 1.5, 1, 1.5, 1, 1.5)), (0, (9, 2.5)), (0, (1, 4))],
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
    "legend.handlelength": 2.8,  # a whole turn of each kind of dash
    "legend.handletextpad": 0.5,
    "font.size": 10.5,
    "image.cmap": "cividis",
    "svg.fonttype": "path",
    "svg.hashsalt": "diffusion-derived",
}


@contextmanager
def style() -> Iterator[None]:
    """The book's matplotlib style within a ``with`` block. Finish a figure with :func:`~vdmlib.show`.

    >>> import matplotlib.pyplot as plt
    >>> from vdmlib import show
    >>> with style():
    ...     fig, ax = plt.subplots()
    ...     line = ax.plot([0, 1], [1, 0], label="falls")
    >>> show(fig, alt="A falling line.")
    <Figure: A falling line.>
    """
    with mpl.rc_context(_RC):
        yield
