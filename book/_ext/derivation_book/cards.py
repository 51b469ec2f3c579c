"""What a reference shows when a pointer or the focus rests on it: the statement, its number, its verdict, and where it stands.

The cards of a page's statements are one script, ``statements/book/05_vdm.js``, which other pages load when somebody asks for the
first of them. A script, because a page that was opened as a file may load scripts and nothing else.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from html import escape
from pathlib import Path

from sphinx.application import Sphinx
from vdmlib.derive.book.record import refuted, whole
from vdmlib.derive.show.breaking import broken

from . import formulas, formulas_files, records, settings
from .directives import looks_like_tex, slug
from .domain import ledger_of

FOLDER, SCRIPT = "statements", "cards.js"
INLINE = re.compile(
    r"\$(?P<tex>[^$]+)\$|\{(?P<role>\w+)\}`(?P<target>[^`]+)`|`(?P<code>[^`]+)`|\[(?P<link>[^\]]+)\]\([^)]*\)"
    r"|\*\*(?P<bold>[^*]+)\*\*|\*(?P<slant>[^*\s][^*]*)\*")
#: A link to a statement, in the HTML of a page.
REFERENCE = re.compile(r'<a [^>]*href="[^"]*#(?:equation|statement)-')

Setter = Callable[[str, bool], str]


def words(text: str, set_formula: Setter, number: Callable[[str], str]) -> str:
    """A sentence of MyST as HTML: formulas, numbers of statements by ``number(label)``, emphasis; citations are left out.

    Args:
      set_formula: MathML of a formula, from its TeX and whether it is a display.
    """
    def part(match: re.Match) -> str:
        if match["tex"]:
            return f'<span class="math">{set_formula(match["tex"], False)}</span>'
        if match["role"]:
            if match["role"] in ("eq", "line"):
                return number(match["target"])
            return "" if match["role"].startswith("cite") else escape(match["target"].partition(" <")[0], quote=False)
        tag, inner = next((tag, match[name]) for tag, name in (("code", "code"), ("span", "link"), ("strong", "bold"), ("em", "slant")) if match[name])
        return f"<{tag}>{escape(inner, quote=False)}</{tag}>"

    found, end = [], 0
    for match in INLINE.finditer(text):
        found += [escape(text[end:match.start()], quote=False), part(match)]
        end = match.end()
    return "".join(found) + escape(text[end:], quote=False)


def display(tex: str, set_formula: Setter, room: float) -> str:
    """A formula on a line of its own, in rows that fit into so many em."""
    rows = broken(tex, room)
    return f'<div class="math" style="--em:{formulas.em(rows)}"><div class="formula">{set_formula(rows, True)}</div></div>'


def claim(record: dict, set_formula: Setter, number: Callable[[str], str], room: float) -> str:
    """What a statement says, as HTML; of a refutation, what is not so."""
    if record["kind"] == "refutation":
        said = refuted(record)[0][1]
        alone = re.fullmatch(r"\$([^$]+)\$", said)
        if not alone and ("$" in said or not looks_like_tex(said)):
            return f'<del class="struck"><p>{words(said, set_formula, number)}</p></del>'
        tex = alone[1] if alone else said
        return f'<del class="struck" style="--em:{formulas.em(broken(tex, room))}">{display(tex, set_formula, room)}</del>'
    if records.is_equation(record):
        return display(records.formula(record), set_formula, room)
    return f"<p>{words(record['statement'], set_formula, number)}</p>"


def badge(status: str) -> str:
    """Glyph and word of a status."""
    look = records.STATUSES[status]
    return (f'<span class="badge-status status-{slug(status)}"><span class="glyph" aria-hidden="true">{look.glyph}</span>'
            f'<span class="word">{look.word}</span></span>')


#: The widest row of a formula on a card, in em.
ROOM = 24.0


def card(app: Sphinx, docname: str, record: dict, numbers: dict[str, str]) -> str:
    """The HTML of one card."""
    def set_formula(tex: str, is_display: bool) -> str:
        return app.derivation_formulas(tex.strip(), is_display).get("html") or f"<code>{escape(tex)}</code>"

    def number(label: str) -> str:
        return escape(numbers.get(label) or label)

    own = numbers.get(record["label"])
    head = f'<span class="card-number">{own}</span> ' if own and record["label"] != own else ""
    given = "".join(
        f'<p class="card-under"><span class="step-when-word">{word}</span> {words("; ".join(said), set_formula, number)}</p>'
        for word, said in whole(record))
    chapter = settings.chapter_of(app.config, docname)
    title = escape(app.env.titles[docname].astext(), quote=False)
    where = f"Chapter {chapter}: {title}" if chapter else title
    return (f'<p class="card-head">{head}<span class="card-title">{words(record["title"] or record["label"], set_formula, number)}</span></p>'
            f'<div class="card-said">{claim(record, set_formula, number, ROOM)}</div>{given}'
            f'<p class="card-foot">{badge(record["status"])} <span>{where}</span></p>')


def numbers_of(app: Sphinx) -> dict[str, str]:
    """Label -> ``(2.3)`` or, without a number, the title."""
    domain = ledger_of(app.env)
    found = {record["label"]: (domain.number(page, record), record["title"]) for page, record in domain.all()}
    return {label: f"({number})" if number else title for label, (number, title) in found.items()}


def write(app: Sphinx, error: Exception | None) -> None:
    """Write a script for each page that has statements, and drop those of pages that are gone."""
    if error or app.builder.format != "html":
        return
    folder = Path(app.outdir) / FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    domain, numbers = ledger_of(app.env), numbers_of(app)
    for page in domain.pages():
        found = {records.anchor(r): card(app, page, r, numbers) for r in domain.data["pages"][page] if records.is_statement(r)}
        path = folder / f"{page}.js"
        path.parent.mkdir(parents=True, exist_ok=True)
        told = json.dumps(found, ensure_ascii=False, indent=0)
        path.write_text(f"(window.statementCards ??= {{}})[{json.dumps(page)}] = {told};\n", encoding="utf-8")


def add_script(app: Sphinx, pagename: str, templatename: str, context: dict, doctree) -> None:
    """The script, on pages that refer to statements."""
    if app.builder.format == "html" and REFERENCE.search(context.get("body", "")):
        app.add_css_file(formulas_files.STYLE, priority=400)
        app.add_js_file(SCRIPT, loading_method="defer")


def setup(app: Sphinx) -> None:
    """Connect to the build; what sets formulas ends with it."""
    app.connect("html-page-context", add_script)
    app.connect("build-finished", write, priority=400)
