"""A picture that a cell draws is a figure of the page: numbered, and named by the label that stands before its cell.

``(fig-vdm-noise)=`` before the cell is such a label, and ``{numref}`` with it is "Fig. 5.1". In a notebook the picture shows
its caption by itself; here the caption is taken out of the drawing, so that Sphinx can count it.
"""

from __future__ import annotations

import html
import itertools
import re

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform

#: A drawing with a caption as ``vdmlib.plotting`` makes it.
DRAWN = re.compile(r'\s*<figure (?P<inside>class="dd-figure.*)<figcaption>(?P<caption>.*?)</figcaption></figure>\s*', re.S)
#: Labels of figures begin with this.
LABEL = "fig-"
#: What each page outside the chapters counts by itself, in Sphinx's words.
COUNTED = ("figure", "displaymath")
#: So many words of a caption make an id, where the cell has no label.
WORDS = 6


class Numbered(SphinxTransform):
    """Puts each drawing with a caption into a figure, before Sphinx notes what has a label."""

    default_priority = 700

    def apply(self, **_) -> None:
        for raw in list(self.document.findall(nodes.raw)):
            drawn = DRAWN.fullmatch(raw.astext()) if raw.get("format") == "html" else None
            if drawn:
                self.number(raw, f'<div {drawn["inside"]}</div>', html.unescape(drawn["caption"]))

    def number(self, raw: nodes.raw, drawing: str, caption: str) -> None:
        """Replace the drawing by a figure that has it, its caption and the label of its cell."""
        figure = nodes.figure(classes=["drawn"])
        self.name(figure, raw, caption)
        figure += nodes.raw("", drawing, format="html")
        figure += nodes.caption(caption, caption)
        figure.source, figure.line = raw.source, raw.line
        figure["align"] = "default"
        raw.replace_self(figure)

    def name(self, figure: nodes.figure, raw: nodes.raw, caption: str) -> None:
        """Move the labels of figures that stand on the drawing or on its cell to the figure."""
        place = raw
        while place is not None and not isinstance(place, nodes.section):
            for name in [name for name in place.get("names", ()) if name.startswith(LABEL)]:
                end = self.document.nameids[name]
                place["names"].remove(name)
                place["ids"].remove(end)
                figure["names"].append(name)
                figure["ids"].append(end)
                self.document.ids[end] = figure
            place = place.parent
        if not figure["ids"]:
            end = first = nodes.make_id(LABEL + "-".join(re.findall(r"\w+", caption)[:WORDS]))
            for count in itertools.count(2):
                if end not in self.document.ids:
                    break
                end = f"{first}-{count}"
            figure["ids"].append(end)
            self.document.ids[end] = figure


def from_one(app: Sphinx, env) -> list[str]:
    """Begins figures and equations anew on each page outside the chapters, where Sphinx counts on; the pages that this changes."""
    changed = []
    for page, kinds in env.toc_fignumbers.items():
        before = {kind: dict(kinds[kind]) for kind in COUNTED if kind in kinds}
        for kind, numbers in before.items():
            alone = [end for end, number in numbers.items() if len(number) == 1]
            kinds[kind].update({end: (count,) for count, end in enumerate(alone, 1)})
        if any(kinds[kind] != numbers for kind, numbers in before.items()):
            changed.append(page)
    return changed


def setup(app: Sphinx) -> None:
    """Register the transform, and the count once Sphinx has made its own."""
    app.add_transform(Numbered)
    app.connect("env-get-updated", from_one, priority=900)
