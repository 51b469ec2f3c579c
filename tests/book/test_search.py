"""The search for statements: what a word means stands before what is said of it."""

from __future__ import annotations

import json
import subprocess

import node
import pytest
from small_books import ROOT

SCRIPT = ROOT / "book/_static/search-statements.js"

#: The page's script in a browser that has a page of results, and the statements of the book.
RUN = """
const [script, numbers, query] = process.argv.slice(1);
let ready, found = [];
const element = () => ({ append() {}, setAttribute() {}, before() {} });
globalThis.document = {
  currentScript: { src: "http://book/_static/search-statements.js" }, getElementById: element,
  createElement: element,
  addEventListener: (_, listener) => { ready = listener; },
};
globalThis.location = { search: `?q=${encodeURIComponent(query)}` };
globalThis.window = {};
globalThis.fetch = async () => ({ json: async () => JSON.parse(require("fs").readFileSync(numbers, "utf8")) });
const { assign } = Object; // the script gives a row's label to an element without a class
Object.assign = (to, from) => { if ("textContent" in from && !from.className) found.push(from.textContent); return assign(to, from); };
eval(require("fs").readFileSync(script, "utf8"));
ready().then(() => console.log(JSON.stringify(found)));
"""


def results(query: str) -> list[str]:
    numbers = ROOT / "vdmlib/derive/equation_numbers.json"
    done = subprocess.run([*node.command("node"), "-e", RUN, str(SCRIPT), str(numbers), query], capture_output=True, text=True, check=True)
    return [name for name in json.loads(done.stdout) if not name.startswith("Statements")]


@pytest.mark.parametrize("query, first", [
    ("ELBO", "elbo.def"), ("KL", "kl.def"), ("score", "score.def"), ("mutual information", "mi.def"), ("2.29", "elbo.exact.split"),
])
def test_what_a_word_means_comes_first(query, first):
    assert results(query)[0] == first


def test_of_two_that_are_named_alike_the_one_whose_formula_has_the_word_comes_first():
    assert "elbo.exact.split" in results("ELBO")[:4] and "elbo.argmax_log" not in results("ELBO")[:4]
