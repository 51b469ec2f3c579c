"""A way in: the few statements that carry a chapter or the book, and what of a section may be skipped."""

from __future__ import annotations

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx

from .directives import RecordDirective, quoted
from .nodes import box, heard, paragraph


class Spine(RecordDirective):
    """``{spine}``: statements of the ledger, a line each, ``elbo.exact.split: why it is there``.

    Options:
      title: what stands above; by default how many lines there are.
      start: the number of the first, where a spine goes on from one above.
    """

    has_content = True
    option_spec = {"title": directives.unchanged_required, "start": directives.nonnegative_int}

    def run(self) -> list[nodes.Node]:
        lines = [line.strip() for line in self.content if line.strip()]
        entries = [line.partition(": ") for line in lines]
        for line, (_, colon, why) in zip(lines, entries, strict=True):
            if not (colon and why.strip()):
                return self.problem(f"spine: a line is 'label: why it is there', given {line!r}")
        if not entries:
            return self.problem("spine: it has no lines; each is 'label: why it is there'")
        title = self.options.get("title", f"The spine: {len(entries)} lines that carry this chapter")
        outer = box(ledger=True, classes=["spine"], attrs={"role": "group", "aria-label": heard(title)})
        outer += paragraph(*self.words(title), classes=("spine-title",))
        listed = box(tag="ol", attrs={"start": str(self.options.get("start", 1))})
        for label, _, why in entries:
            item = box(tag="li")
            item += paragraph(*self.words(why), classes=("spine-why",))
            line = box(classes=["restated"])
            line += quoted(label.strip(), verdict=True)
            item += line
            listed += item
        outer += listed
        return [outer]


class Skip(RecordDirective):
    """``{skip} May be skipped: …``: a line below a heading that says what of the section may wait; it may go on in the body."""

    optional_arguments = 1
    final_argument_whitespace = True
    has_content = True

    def run(self) -> list[nodes.Node]:
        text = " ".join(" ".join([*self.arguments, *self.content]).split())
        if not text:
            return self.problem("skip: say what of the section may be skipped")
        return [paragraph(*self.words(text), classes=("skip",))]


def setup(app: Sphinx) -> None:
    """Register the directives."""
    app.add_directive("spine", Spine)
    app.add_directive("skip", Skip)
