"""Every statement of the book as a notebook shows it: set without an error, and no wider than an output."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

from markdown_it import MarkdownIt

from vdmlib.derive.book.notebook import in_notebook
from vdmlib.derive.book.record import FIELDS

ROOT = Path(__file__).resolve().parents[2]
SITE, MATHJAX = ROOT / "_build" / "html", ROOT / "node_modules" / "mathjax"
OUTPUT = 900  # pixels: what JupyterLab and Colab leave on a laptop
STYLE = f"body {{ font: 14px sans-serif }} .output {{ width: {OUTPUT}px }} td, th {{ padding: 7px; line-height: normal }}"

MEASURE = """async () => {
  await MathJax.startup.promise;
  const outputs = [...document.querySelectorAll('.output')];
  return {
    wide: outputs.filter(o => o.querySelector('table').getBoundingClientRect().width > o.clientWidth + 1).map(o => o.id),
    wrong: outputs.filter(o => o.querySelector('mjx-merror') || !o.querySelector('table')).map(o => o.id),
    set: document.querySelectorAll('mjx-container').length,
  };
}"""


def statements() -> dict[str, list[dict]]:
    """The ledger's records by the cell that shows them; what stands in the text is no cell's output."""
    blank = {name: default for name, (default, _, _) in FIELDS.items()}
    found: dict[str, list[dict]] = {}
    for record in json.loads((SITE / "ledger.json").read_text(encoding="utf-8"))["statements"]:
        if record["group"]:
            known = {name: value for name, value in record.items() if name in blank}
            found.setdefault(record["group"], []).append({**blank, **known})
    return found


def as_a_notebook_does(markdown: str) -> str:
    """Mathematics taken out, the Markdown written as HTML, the mathematics put back."""
    formulas: list[str] = []
    masked = re.sub(r"\$[^$]*\$", lambda m: f"@@{len(formulas)}@@{formulas.append(m[0]) or ''}", markdown)
    page = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(masked)
    return re.sub(r"@@(\d+)@@", lambda m: html.escape(formulas[int(m[1])]), page)


def test_every_statement_fits_in_an_output(serve, chromium):
    found = statements()
    assert len(found) > 300
    shown = "".join(
        f'<div class="output" id="{name}">{as_a_notebook_does(in_notebook(records, records[0]["title"]))}</div>'
        for name, records in found.items()
    )
    page = chromium.new_page(viewport={"width": 1000, "height": 800})
    with serve(MATHJAX) as address:
        page.goto(f"{address}/package.json")
        page.set_content(
            f"<style>{STYLE}</style><script>MathJax = {{tex: {{inlineMath: [['$', '$']]}}}}</script>"
            f'<script src="{address}/es5/tex-mml-chtml.js"></script><body>{shown}</body>', timeout=120_000,
        )
        page.wait_for_function("window.MathJax && MathJax.startup && MathJax.startup.promise", timeout=120_000)
        page.set_default_timeout(600_000)
        measured = page.evaluate(MEASURE)
        page.close()
    assert measured["set"] > len(found)
    assert measured["wrong"] == [] and measured["wide"] == []
