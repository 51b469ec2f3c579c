"""A drawing of one panel once more for a phone: narrower, its letters as large, its legend above what is drawn."""

from collections.abc import Iterator
from typing import Any

from matplotlib.axis import Axis
from matplotlib.text import Text
from matplotlib.transforms import Bbox

#: Inches: from this width on letters are too small on a phone, and this width is drawn there instead.
TOO_WIDE, NARROW = 5.0, 4.0
ROW = 0.2  # inches that a row of the legend takes


def letters_shrink(fig: Any) -> bool:
    """Whether a figure has words and is so wide that a phone shows them too small."""
    return fig.get_figwidth() > TOO_WIDE and any(_words(ax) for ax in fig.axes)


def narrow(fig: Any) -> bool:
    """Make a figure narrow; False where that is not to be had, and the figure may be left half done.

    It is of one panel that may be stretched, and no words of it lie over one another, over a line, or outside.
    """
    if len(fig.axes) != 1 or len(fig.legends) > 1 or fig.texts or fig.get_layout_engine() is None:
        return False
    (ax,) = fig.axes
    if ax.images or ax.get_aspect() != "auto":
        return False
    height, legend = fig.get_figheight(), ax.get_legend() or next(iter(fig.legends), None)
    if legend is None:
        return _fits(fig, ax, height)
    handles, names = legend.legend_handles, [text.get_text() for text in legend.get_texts()]
    size, title = legend.get_texts()[0].get_fontsize(), legend.get_title().get_text() or None
    legend.remove()
    for columns in range(min(3, len(names)), 0, -1):
        above = fig.legend(handles, names, loc="outside upper left", ncols=columns, fontsize=size, title=title)
        if _fits(fig, ax, height + ROW * (-(-len(names) // columns) + bool(title)), *above.get_texts(), above.get_title()):
            return True
        above.remove()
    return False


def _fits(fig, ax, height, *more: Text) -> bool:
    fig.set_size_inches(NARROW, height)
    fig.draw_without_rendering()
    boxes = [text.get_window_extent() for text in (*_words(ax), *more) if text.get_text()]
    room = fig.bbox.padded(1)
    within = all(room.contains(box.x0, box.y0) and room.contains(box.x1, box.y1) for box in boxes)
    apart = not any(Bbox.intersection(one, other) for k, one in enumerate(boxes) for other in boxes[:k])
    inside = [text.get_window_extent() for text in ax.texts if text.get_text()]
    free = not any(line.get_path().transformed(line.get_transform()).intersects_bbox(box, filled=False)
                   for line in ax.lines for box in inside)
    return within and apart and free


def _words(ax) -> list[Text]:
    """What is written on and around a panel."""
    if not ax.axison:
        return [text for text in (ax.title, *ax.texts) if text.get_text()]
    around = [ax.title, ax.xaxis.label, ax.yaxis.label, *ax.texts, *_ticks(ax.xaxis), *_ticks(ax.yaxis)]
    return [text for text in around if text.get_visible() and text.get_text()]


def _ticks(axis: Axis) -> Iterator[Text]:
    low, high = sorted(axis.get_view_interval())
    slack = 1e-9 * (high - low)
    yield from (tick.label1 for tick in axis.get_major_ticks() if low - slack <= tick.get_loc() <= high + slack)
