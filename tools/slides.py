"""Makes the slides of the sessions that the teaching plan names: one page each, out of the built site.

    python tools/slides.py [--site _build/html] [--to _build/html/slides]

``book/slides/3.md`` says what session 3 shows. Formulas, numbers, verdicts, pictures, exercises and the row of the plan are
taken from the site. A file is made of lines:

    # Title                      of the session
    ## Title                     of a slide
    label: a sentence            a statement; the label alone takes the sentence of a spine that names it, or its title
    - a sentence                 a point
    picture: 02_elbo spine-bound a figure of a page by its id, or what the cell of that tag draws
    exercise: 02_elbo ex-…       the text of an exercise
    > a sentence                 a note for whoever speaks
"""

from __future__ import annotations

import argparse
import html
import json
import re
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
for folder in (ROOT, ROOT / "book" / "_ext"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

from derivation_book import cards  # noqa: E402
from derivation_book.formulas import PACKAGES, PROGRAM, Formulas  # noqa: E402

FOLDER = "slides"
SOURCES = ROOT / "book" / FOLDER
#: The widest row of a formula, in em: on a slide of its own, and beside a picture.
WIDE, BESIDE = 31.0, 19.0
SPINE = re.compile(r"^```\{spine\}\n(.*?)^```$", re.M | re.S)
LINK = re.compile(r'(?P<name>href|src)="(?P<path>[^"#:]*)(?P<end>#[^"]*)?"')


class SlideError(ValueError):
    """A file of slides asks for what the book does not have."""


@dataclass
class Slide:
    """What one slide shows, in order: pairs of a kind and its words."""

    title: str
    parts: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read(text: str) -> tuple[str, list[Slide]]:
    """Title and slides of a session.

    Raises:
      SlideError: a line is none of those that may stand there.
    """
    title, slides = "", []
    for line in map(str.strip, text.splitlines()):
        if not line:
            continue
        if line.startswith("# ") and not title:
            title = line[2:]
        elif line.startswith("## "):
            slides.append(Slide(line[3:]))
        elif not slides:
            raise SlideError(f"{line!r} stands before the first slide, '## title'")
        elif line.startswith("> "):
            slides[-1].notes.append(line[2:])
        elif line.startswith("- "):
            slides[-1].parts.append(("point", line[2:]))
        elif found := re.fullmatch(r"(picture|exercise): (\S+ \S+)", line):
            slides[-1].parts.append((found[1], found[2]))
        elif re.match(r"[a-z]\w*(?:\.\w+)+(?:: |$)", line):
            slides[-1].parts.append(("statement", line))
        else:
            known = "'label: sentence', '- point', 'picture: page name', 'exercise: page name', '> note'"
            raise SlideError(f"{line!r} is no line of a slide: {known}")
    if not (title and slides):
        raise SlideError("a session has a title, '# …', and slides, '## …'")
    return title, slides


def whys(folder: Path) -> dict[str, str]:
    """Label -> the sentence of the spine that names it, a chapter's own before the book's."""
    found: dict[str, str] = {}
    for path in sorted(folder.glob("*.md")):
        for block in SPINE.findall(path.read_text(encoding="utf-8")):
            for line in block.splitlines():
                label, colon, why = line.partition(": ")
                if colon and re.fullmatch(r"[\w.]+", label):
                    found.setdefault(label, why.strip())
    return found


def element(text: str, start: int) -> str:
    """The element of a page's HTML whose tag begins at ``start``, whole."""
    name = re.match(r"<([a-z]+)", text[start:])[1]
    depth = 0
    for tag in re.compile(rf"<(/?){name}\b[^>]*>").finditer(text, start):
        depth += -1 if tag[1] else 1
        if not depth:
            return text[start:tag.end()]
    raise SlideError(f"<{name}> at {start} does not end")


class Site:
    """The built site: statements, pictures, exercises, and the plan."""

    def __init__(self, site: Path, formulas: Callable[[str, bool], dict], sentences: dict[str, str]):
        ledger = json.loads((site / "ledger.json").read_text(encoding="utf-8"))
        self.site, self.formulas, self.sentences = site, formulas, sentences
        self.statements = {entry["label"]: entry for entry in ledger["statements"]}
        self.texts: dict[str, str] = {}

    def page(self, name: str) -> str:
        """The HTML of a page of the book."""
        if name not in self.texts:
            path = self.site / "book" / f"{name}.html"
            if not path.is_file():
                raise SlideError(f"there is no page {name}")
            self.texts[name] = path.read_text(encoding="utf-8")
        return self.texts[name]

    def statement(self, label: str) -> dict:
        """The ledger's entry of a label."""
        if label not in self.statements:
            raise SlideError(f"no statement has the label {label}")
        return self.statements[label]

    def at(self, page: str, text: str) -> str:
        """HTML of a page with its links leading from the folder of the slides to where they led."""
        def link(match: re.Match) -> str:
            path = match["path"] or f"{page}.html" if match["end"] else match["path"]
            return f'{match["name"]}="{path if path.startswith("../") else "../book/" + path}{match["end"] or ""}"'

        text = re.sub(r'<a class="headerlink".*?</a>', "", text, flags=re.S)
        return re.sub(r"<(?:a|img) [^>]*>", lambda tag: LINK.sub(link, tag[0]), text)

    # -- formulas and words ---------------------------------------------------------------

    def mathml(self, tex: str, display: bool) -> str:
        """A formula, set."""
        found = self.formulas(tex.strip(), display)
        if "error" in found:
            raise SlideError(f"the formula {tex} cannot be set: {found['error']}")
        return found["html"]

    def words(self, text: str) -> str:
        """A sentence with its formulas, numbers of statements and emphasis."""
        return cards.words(text, self.mathml, lambda label: self.number(self.statement(label)))

    def number(self, entry: dict, otherwise: str = "") -> str:
        """A link to a statement: its number; without one, ``otherwise`` or what it is called."""
        text = f"({entry['number']})" if entry["number"] else otherwise or entry["title"] or entry["label"]
        return f'<a class="number" href="../{entry["page"]}.html#{entry["anchor"]}">{self.words(text)}</a>'

    # -- the parts of a slide -------------------------------------------------------------

    def shown(self, line: str, room: float) -> str:
        """A statement: formula, number, verdict, sentence."""
        label, _, why = line.partition(":")
        entry = self.statement(label)
        status = entry["status"].replace(" ", "-")
        why = why.strip() or self.sentences.get(label) or entry["title"]
        said = cards.claim(entry, self.mathml, lambda label: self.number(self.statement(label)), room)
        return (f'<div class="line status-{status}"><p class="why">{self.words(why)}</p><div class="said">{said}</div>'
                f'<p class="verdict-line">{self.number(entry, "in the chapter")} {cards.badge(entry["status"])}</p></div>')

    def picture(self, page: str, name: str) -> str:
        """A figure of a page, by its id or by the tag of the cell that draws it."""
        text = self.page(page)
        start = re.search(rf'<figure [^>]*id="{re.escape(name)}"', text)
        if start:
            return self.at(page, element(text, start.start()))
        cell = re.search(rf'<div class="cell[^"]* tag_{re.escape(name)}[ "]', text)
        figures = [match.start() for match in re.finditer(r"<figure ", element(text, cell.start()))] if cell else []
        if not figures:
            raise SlideError(f"{page} has no picture {name}: it is the id of a figure, or the tag of a cell that draws one")
        return self.at(page, "".join(element(element(text, cell.start()), start) for start in figures))

    def exercise(self, page: str, name: str) -> str:
        """The text of an exercise, from the sheets."""
        text = self.page("sheets")
        start = text.find(f'<div class="sheet-exercise" data-exercise="{page}#{name}">')
        if start < 0:
            raise SlideError(f"the sheets have no exercise {page} {name}")
        whole = element(text, start)
        code = whole.find('<div class="cell_input')
        inner = whole[whole.index(">") + 1 : code if code > 0 else -len("</div>")]
        return f'<div class="task">{self.at("sheets", inner)}</div>'

    def plan(self, session: int) -> list[str]:
        """The cells of a session's row in the teaching plan: before it, in it, live, after it."""
        for row in re.findall(r"<tr.*?</tr>", self.page("teaching"), re.S):
            cells = [re.sub(r"</?p>", "", cell).strip() for cell in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.S)]
            if cells and cells[0] == str(session):
                return [self.at("teaching", cell) for cell in cells[1:]]
        raise SlideError(f"the teaching plan has no session {session}")


def drawn(site: Site, slide: Slide) -> str:
    """The body of a slide: a picture stands beside the words if there are both, a wide one above them."""
    pictures = [site.picture(*words.split()) for kind, words in slide.parts if kind == "picture"]
    panels = [picture[picture.index("dd-panels"):] for picture in pictures if "dd-panels" in picture]
    wide = any(len(re.findall(r"<svg\b", of_picture)) > 1 for of_picture in panels)
    beside = not wide and 0 < len(pictures) < len(slide.parts)
    room, found, points = (BESIDE if beside else WIDE), [], []
    for kind, words in [*slide.parts, ("", "")]:
        if kind == "point":
            points.append(f"<li>{site.words(words)}</li>")
            continue
        if points:
            found.append(f"<ul>{''.join(points)}</ul>")
            points = []
        if kind == "statement":
            found.append(site.shown(words, room))
        elif kind == "exercise":
            found.append(site.exercise(*words.split()))
    words = f'<div class="slide-words">{"".join(found)}</div>' if found else ""
    pictured = f'<div class="slide-pictures">{"".join(pictures)}</div>' if pictures else ""
    return f'<div class="slide-body{" beside" * beside}">{pictured * wide}{words}{pictured * (not wide)}</div>'


def session(site: Site, number: int, text: str, book: str) -> str:
    """The page of a session."""
    title, slides = read(text)
    before, inside, live, after = site.plan(number)
    rows = "".join(f"<dt>{name}</dt><dd>{words}</dd>" for name, words in (
        ("Before", before), ("Now", inside), ("Live", live)))
    pages = [
        ("first", site.words(title), f'<div class="slide-body"><p class="slide-book">{html.escape(book)} · session {number}</p>'
         f'<dl class="plan">{rows}</dl></div>', []),
        *(("", site.words(slide.title), drawn(site, slide), slide.notes) for slide in slides),
        ("last", "After the session", f'<div class="slide-body"><p>{after}</p>'
         '<p class="slide-book">Every line is at the number beside it, '
         f'with how it was checked: <a href="../book/index.html">{html.escape(book)}</a></p></div>', []),
    ]
    shown = []
    for count, (kind, name, body, notes) in enumerate(pages, 1):
        said = "".join(f"<p>{site.words(note)}</p>" for note in notes)
        told = f'<details class="notes"><summary>Notes</summary>{said}</details>' if said else ""
        level = "h1" if kind == "first" else "h2"
        shown.append(
            f'<section class="slide {kind}" id="{count}" aria-labelledby="title-{count}">'
            f'<{level} id="title-{count}" tabindex="-1">{name}</{level}>{body}{told}'
            f'<p class="slide-count" aria-hidden="true">{count} / {len(pages)}</p></section>')
    body = "\n".join(shown)
    pages_used = sorted({words.split()[0] for slide in slides for kind, words in slide.parts if kind == "picture"})
    scripts = site.site / "_static" / "moving"
    moving = [page for page in pages_used if (scripts / f"{page}.js").is_file()] if "dd-moving" in body else []
    return PAGE.format(
        title=html.escape(re.sub(r"[$*`]", "", title)), book=html.escape(book), number=number, body=body,
        scripts="".join(f'<script src="../_static/moving/{page}.js" data-functions defer></script>\n' for page in moving)
        + '<script src="../_static/moving.js" defer></script>\n' * bool(moving),
    )


PAGE = """<!DOCTYPE html>
<html lang="en" data-theme="light" class="no-script">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · {book}, session {number}</title>
<link rel="icon" href="../_static/favicon.svg">
<link rel="stylesheet" href="../_static/formulas/formulas.css">
<link rel="stylesheet" href="../_static/derivation.css">
<link rel="stylesheet" href="../_static/moving.css">
<link rel="stylesheet" href="../_static/slides.css">
<script src="../_static/slides.js" defer></script>
{scripts}</head>
<body>
<main class="deck bd-article">
{body}
</main>
<nav class="deck-keys" aria-label="Slides"><a href="index.html">All sessions</a></nav>
</body></html>
"""

INDEX = """<!DOCTYPE html>
<html lang="en" data-theme="light"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Slides · {book}</title><link rel="icon" href="../_static/favicon.svg">
<link rel="stylesheet" href="../_static/derivation.css"><link rel="stylesheet" href="../_static/slides.css">
<script src="../_static/slides.js" defer></script></head>
<body><main class="slide-list"><h1>Slides</h1>
<p>Eight sessions, after the <a href="../book/teaching.html">course plan</a>.
Every formula, number, verdict and picture on them is taken from the book's pages.</p>
<ol>{listed}</ol>
<p>Arrow keys, the space bar or a swipe turn the slides; <kbd>O</kbd> shows all of a session,
<kbd>N</kbd> the speaker's notes, <kbd>F</kbd> fills the screen,
<kbd>D</kbd> is for dark rooms. Printed, each slide is a page: “save as PDF” makes a file of them.</p>
<p><a href="../book/index.html">{book}</a></p></main></body></html>
"""


def make(
    site: Path, to: Path, sources: Path = SOURCES, packages: Path | None = None, book: str = "Diffusion, Derived",
) -> list[Path]:
    """Write the slides of every session, or nothing; the files.

    Raises:
      SlideError: a file asks for what the site does not have; it is named.
    """
    formulas = Formulas((packages or ROOT / PACKAGES) / PROGRAM)
    try:
        found = Site(site, formulas, whys(sources.parent))
        texts, listed = {}, []
        for path in sorted(sources.glob("*.md"), key=lambda path: int(path.stem)):
            text = path.read_text(encoding="utf-8")
            try:
                texts[f"{path.stem}.html"] = session(found, int(path.stem), text, book)
            except SlideError as error:
                raise SlideError(f"{path.name}: {error}") from None
            listed.append(f'<li><a href="{path.stem}.html">{found.words(read(text)[0])}</a></li>')
        texts["index.html"] = INDEX.format(listed="".join(listed), book=html.escape(book))
    finally:
        formulas.end()
    shutil.rmtree(to, ignore_errors=True)
    to.mkdir(parents=True)
    for name, text in texts.items():
        (to / name).write_text(text, encoding="utf-8")
    return [to / name for name in texts]


def main() -> int:
    """Make the slides of the built site, or say what is wrong."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--site", type=Path, default=ROOT / "_build" / "html")
    parser.add_argument("--to", type=Path)
    told = parser.parse_args()
    if not (told.site / "ledger.json").is_file():
        print(f"{told.site} holds no book: run 'make book' first.", file=sys.stderr)
        return 1
    try:
        made = make(told.site.resolve(), (told.to or told.site / FOLDER).resolve())
    except SlideError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{made[0].parent}: {len(made) - 1} sessions")
    return 0


if __name__ == "__main__":
    sys.exit(main())
