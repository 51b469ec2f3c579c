"""A finished drawing, as inline SVG that follows the page: nothing is drawn twice for light and for dark.

The marked colours of ``styles.py`` become CSS variables with one value for light pages and
one for dark. So a figure follows a reader who changes the theme.
"""

import base64
import hashlib
import html
import io
import re
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.figure import Figure as MatplotlibFigure
from PIL import Image

from .frames import rounded
from .narrow import letters_shrink, narrow
from .styles import PAGE, style

_DARK = ", ".join(
    f"{where} .dd-figure"
    for where in (
        "html[data-theme=dark]",  # the book
        "html[theme=dark]",  # Colab
        "body[data-jp-theme-light=false]",  # JupyterLab
        "body.vscode-dark",
    )
)
_INK = ", ".join(where + " image.dd-ink" for where in _DARK.split(", "))
_CSS = (
    ".dd-figure{margin:1em 0;"
    + "".join(f"--dd-{name}:{light};" for name, light, _ in PAGE.values())
    + "} .dd-figure>svg{display:block;width:100%;height:auto;margin:0 auto;content-visibility:auto}"
    + " .dd-figure:has(>svg.dd-wide){overflow-x:auto} .dd-figure>svg.dd-wide{min-width:34em}"
    + " .dd-figure>svg.dd-wide.dd-panel{min-width:27em}"
    + " @media (max-width:34em){.dd-figure>svg:has(+svg.dd-narrow){display:none}}"
    + " @media (min-width:34.01em){.dd-figure>svg.dd-narrow{display:none}}"
    + " .dd-figure image{image-rendering:pixelated}"
    + " .dd-figure>label{color:var(--dd-muted);font-size:.9em}"
    + " .dd-figure>figcaption{color:var(--dd-muted);text-align:center;font-size:.9em}"
    + f" {_INK}{{filter:invert(1)}}"
    + f" {_DARK}{{"
    + "".join(f"--dd-{name}:{dark};" for name, _, dark in PAGE.values())
    + "}"
    # the book where no script says which theme it is
    + " @media (prefers-color-scheme:dark){html[data-theme=auto] .dd-figure{"
    + "".join(f"--dd-{name}:{dark};" for name, _, dark in PAGE.values())
    + "} html[data-theme=auto] .dd-figure image.dd-ink{filter:invert(1)}}"
)


class Figure:
    """A finished drawing that a notebook, Colab and the book show, on light and dark pages.

    Attributes:
      alt: what is to be seen, in words, for readers who cannot see it.
      svg: the drawing as inline SVG.
      caption: a line below it, or "".
      narrow: the same for a phone, which is shown there instead, or "".
    """

    def __init__(self, svg: str, alt: str, caption: str = "", css: str = "", narrow: str = "",
                 control: str = "") -> None:
        if not alt.strip():
            raise ValueError("a figure wants alt text: say in words what is to be seen")
        self.svg, self.alt, self.caption, self.narrow = svg, alt, caption, narrow
        self._css, self._control = css, control
        self._class = "dd-figure"  # of what moves, a second name beside it

    def __repr__(self):
        return f"<Figure: {self.alt}>"

    def _repr_html_(self):
        caption = f"<figcaption>{html.escape(self.caption)}</figcaption>" if self.caption else ""
        return (
            f'<figure class="{self._class}"><style>{_CSS}{self._css}</style>'
            f"{self.svg}{self.narrow}{self._control}{caption}</figure>"
        )

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/html": self._repr_html_(), "text/plain": repr(self)}


def show(fig: Any, alt: str, caption: str = "") -> Figure:
    """Turn a matplotlib figure into a :class:`Figure`; as the last line of a cell it is displayed.

    Args:
      fig: a matplotlib figure that was made under :func:`~vdmlib.style`. It is closed.
      alt: what is to be seen, in words.
      caption: a line to set below it.

    Returns:
      A :class:`Figure`.

    Raises:
      ValueError: no alt text.
    """
    wide, slim = both(fig)
    return Figure(inline(wide, alt), alt, caption, narrow=slim and inline(slim, alt))


def svg(fig: Any) -> str:
    """The bare ``<svg>`` element of a matplotlib figure, without dates, and the figure closed."""
    return both(fig)[0]


def both(fig: Any) -> tuple[str, str]:
    """A matplotlib figure as ``<svg>``, and once more for a phone, or "" where there it is the same; the figure is closed."""
    if not isinstance(fig, MatplotlibFigure):
        raise TypeError(f"a matplotlib figure is wanted, given {type(fig).__name__}")
    with style():
        text, slim = _saved(fig), ""
        shrinks = letters_shrink(fig)
        if _side_by_side(text):
            text = _classed(text, "dd-wide")
        elif shrinks and narrow(fig):
            slim = _classed(_saved(fig), "dd-narrow")
        elif shrinks:
            text = _classed(text, "dd-wide dd-panel")
    plt.close(fig)
    return text, slim


def _saved(fig) -> str:
    out = io.StringIO()
    fig.savefig(out, format="svg", metadata={"Date": None, "Creator": None, "Type": None})
    text = out.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>|<!--.*?-->", "", text, flags=re.S).strip()
    return rounded(re.sub(r'<image (.*?data:image/png;base64,)([^"]*)', _image, text, flags=re.S))


def _classed(drawing: str, name: str) -> str:
    return drawing.replace("<svg ", f'<svg class="{name}" ', 1)


def _side_by_side(drawing: str) -> bool:
    """Whether panels with axes of their own stand beside one another: on a phone they are scrolled, one after the other."""
    width, height = (float(re.findall(rf'{side}="([\d.]+)pt"', drawing)[0]) for side in ("width", "height"))
    return 'id="axes_2"' in drawing and width > 1.9 * height


def _image(found: re.Match[str]) -> str:
    """A picture with the same pixels in fewer bytes; one in greys is ink on paper, and dark pages turn it."""
    raw = base64.b64decode(found[2])
    picture = Image.open(io.BytesIO(raw)).convert("RGBA")
    red, green, blue, opaque = picture.split()
    grey = red.tobytes() == green.tobytes() == blue.tobytes()
    if opaque.getextrema() == (255, 255):
        picture = red if grey else picture.convert("RGB")
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    ink = 'class="dd-ink" ' if grey else ""
    return f"<image {ink}{found[1]}{base64.b64encode(min(raw, out.getvalue(), key=len)).decode()}"


def own_names(text: str, salt: str = "") -> str:
    """Prefix all ids, so that two drawings on one page do not share clip paths or glyphs; a salt tells equal ones apart."""
    mark = "f" + hashlib.sha256((salt + text).encode()).hexdigest()[:8] + "-"
    text = re.sub(r'\bid="', f'id="{mark}', text)
    return re.sub(r'(url\(#|href="#)', rf"\g<1>{mark}", text)


def inline(svg: str, alt: str, names: bool = True) -> str:
    """An ``<svg>`` for the page: page colours as variables, own ids, its size, and its alt text."""
    svg = own_names(svg) if names else svg
    for colour, (name, light, _) in PAGE.items():
        svg = re.sub(colour, f"var(--dd-{name},{light})", svg, flags=re.I)
    width, height = (float(re.findall(rf'{side}="([\d.]+)pt"', svg)[0]) / 72 * 100 for side in ("width", "height"))
    words = html.escape(alt, quote=True)
    head = f'<svg role="img" aria-label="{words}" style="max-width:{width:.0f}px;aspect-ratio:{width:.2f}/{height:.2f}"'
    svg = re.sub(r'<svg(?=[^>]*>)', head, svg, count=1)
    svg = re.sub(r' (width|height)="[\d.]+pt"', "", svg, count=2)
    return re.sub(r"\n\s*", "\n", svg)
