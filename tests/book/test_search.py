"""The search for statements: what a word means stands before what is said of it."""

from __future__ import annotations

import json
import re
import subprocess

import node
import pytest
from small_books import ROOT, derivation, record

SCRIPT = ROOT / "book/_static/search-statements.js"
GLOSSARY = ROOT / "book/glossary.md"
NUMBERS = ROOT / "vdmlib/derive/equation_numbers.json"

#: The page's script in a browser that has a page of results, the statements of the book and its glossary.
RUN = """
const [script, numbers, terms, query] = process.argv.slice(1);
let ready, meant = [], found = [];
const element = () => ({ append(first) { this.textContent ??= first; }, setAttribute() {}, before() {} });
globalThis.document = {
  currentScript: { src: "http://book/_static/search-statements.js" }, getElementById: element,
  createElement: element,
  addEventListener: (_, listener) => { ready = listener; },
};
globalThis.location = { search: `?q=${encodeURIComponent(query)}` };
globalThis.window = {};
const read = (name) => JSON.parse(require("fs").readFileSync(name, "utf8"));
globalThis.fetch = async ({ pathname }) => ({ json: async () => read(pathname.endsWith("terms.json") ? terms : numbers) });
const { assign } = Object; // the script gives a row's label to an element without a class, and a headword to a link
Object.assign = (to, from) => {
  if ("textContent" in from && !from.className) found.push(from.textContent);
  if ("href" in from && from.href.pathname.includes("glossary")) meant.push(from.href.hash.slice(1));
  return assign(to, from);
};
eval(require("fs").readFileSync(script, "utf8"));
ready().then(() => console.log(JSON.stringify([meant, found.filter((name) => !/^(Statements|In the glossary)/.test(name))])));
"""


def terms() -> list[dict]:
    """The glossary's entries, as the build finds them; the anchor is the headword."""
    found = re.findall(r"^(\S[^\n(]*?)(?: \(([^)\n]*)\))?\n((?:  .*\n?)+)", GLOSSARY.read_text(encoding="utf-8").split("```{glossary}\n")[1], re.M)
    return [{"term": term, "others": others.split(", ") if others else [], "page": "book/glossary", "anchor": term, "meaning": text,
             "labels": re.findall(r"\{eq\}`([^`]+)`", text)} for term, others, text in found]


@pytest.fixture(scope="module")
def search(tmp_path_factory):
    """The headwords and the statements that a query brings."""
    path = tmp_path_factory.mktemp("search") / "terms.json"
    path.write_text(json.dumps(terms()), encoding="utf-8")

    def searched(query: str) -> tuple[list[str], list[str]]:
        done = subprocess.run([*node.command("node"), "-e", RUN, str(SCRIPT), str(NUMBERS), str(path), query],
                              capture_output=True, text=True, check=True)
        return json.loads(done.stdout)
    return searched


@pytest.mark.parametrize("query, first", [
    ("ELBO", "elbo.def"), ("KL", "kl.def"), ("score", "score.def"), ("mutual information", "mi.def"), ("2.29", "elbo.exact.split"),
    ("entropy", "entropy.shannon"), ("cross-entropy", "ce.def"), ("likelihood", "likelihood.function"), ("alpha bar", "vdm.alpha_bar"),
    ("posteriors", "posterior.def"), ("reparameterization", "vae.reparam.noise"), ("Fokker-Planck equation", "fp.equation"),
    ("classifier-free", "cfg.combo"), ("signal to noise ratio", "snr.snr_t"), ("熵", "entropy.shannon"), ("velocity", "noise.velocity"),
    ("(5.10)", "vdm.alpha_bar"), ("kl.gibbs.sum", "kl.gibbs.sum"),
])
def test_what_a_word_means_comes_first(search, query, first):
    assert search(query)[1][0] == first


@pytest.mark.parametrize("query, heads", [
    ("entropy", ["entropy"]), ("Entropy", ["entropy"]), ("熵", ["entropy"]), ("surprise", ["surprise"]), ("Markov chains", ["Markov chain"]),
    ("tweedie", ["Tweedie's formula"]), ("Euler-Lagrange", ["Euler–Lagrange equation"]), ("reparametrize", []), ("2.29", []), ("$", []),
    ("noise", ["noise level", "noise schedule", "signal-to-noise ratio"]),
])
def test_a_headword_of_the_glossary_is_shown_with_what_it_means(search, query, heads):
    assert [head.replace("%20", " ").replace("%E2%80%93", "–") for head in search(query)[0]] == heads


def test_of_two_that_are_named_alike_the_one_whose_formula_has_the_word_comes_first(search):
    assert "elbo.exact.split" in search("ELBO")[1][:4] and "elbo.argmax_log" not in search("ELBO")[1][:4]


def test_what_answers_alike_stands_in_the_order_of_the_book(search):
    pages = json.loads(NUMBERS.read_text(encoding="utf-8"))["equations"]
    found = [pages[label]["page"] for label in search("additive")[1]]
    assert found == sorted(found) and search("additive")[1] == ["entropy.additive.1", "entropy.additive.2"]
    found = search("entropy")[1]
    assert found.index("entropy.boltzmann.1") < found.index("entropy.additive.1") and "clinic.entropy" not in found


def test_each_statement_that_an_entry_leads_to_is_in_the_book():
    numbers = json.loads(NUMBERS.read_text(encoding="utf-8"))["equations"]
    assert [label for entry in terms() for label in entry["labels"] if not (numbers.get(label) or {}).get("number")] == []


def test_the_build_leaves_the_glossary_for_the_search(book):
    book.page("01_first", "# One\n\n" + derivation(record("kl.def", "a = b")))
    book.page("words", "# Words\n\n```{glossary}\nKL divergence (KL散度, 相对熵)\n  A mean of $\\log r$, *never* negative.\n"
                       "  See {eq}`kl.def`.\n\nlaw\n  A distribution.\n```\n")
    built = book.build()
    assert built.warnings == ""
    first, second = json.loads((built.site / "terms.json").read_text(encoding="utf-8"))
    assert first == {"term": "KL divergence", "others": ["KL散度", "相对熵"], "page": "book/words", "anchor": first["anchor"],
                     "meaning": r"A mean of $\log r$, never negative. See (1.1).", "labels": ["kl.def"]}
    assert second["term"] == "law" and second["others"] == second["labels"] == []
    assert f'id="{first["anchor"]}"' in built.html("book/words")
    places = (built.site / "_static" / "search-places.js").read_text(encoding="utf-8")
    assert json.loads(places.removeprefix("window.searchPlaces = ").removesuffix(";\n")) == {
        "order": ["book/01_first", "book/words", "index"], "glossary": "book/words",
        "homes": {"kl divergence": "book/01_first", "kl散度": "book/01_first", "相对熵": "book/01_first", "law": "book/words"}}


RANK = """
const TITLES = { "book/01_one": "1. Entropy and laws", "book/02_two": "2. Guidance", "book/api_parts": "Guidance" };
const [script, places, query, ...pages] = process.argv.slice(1);
globalThis.window = { searchPlaces: JSON.parse(places) };
globalThis.location = { search: `?q=${encodeURIComponent(query)}` };
eval(require("fs").readFileSync(script, "utf8"));
const score = Object.fromEntries(pages.map((page) => [page, Scorer.score([page, TITLES[page] ?? "", "", null, 5, ""])]));
console.log(JSON.stringify(pages.sort((a, b) => score[b] - score[a])));
"""
PAGES = ["book/01_one", "book/02_two", "book/say", "book/glossary", "book/api_parts"]


@pytest.mark.parametrize("query, wanted", [
    ("ELBO", ["book/02_two", "book/glossary", "book/01_one", "book/say", "book/api_parts"]),
    ("elbos", ["book/02_two", "book/glossary", "book/01_one", "book/say", "book/api_parts"]),
    ("KL", ["book/01_one", "book/glossary", "book/02_two", "book/say", "book/api_parts"]),
    ("law", ["book/glossary", "book/01_one", "book/02_two", "book/say", "book/api_parts"]),
    ("guidance", ["book/02_two", "book/glossary", "book/01_one", "book/say", "book/api_parts"]),
    ("entropy", ["book/01_one", "book/02_two", "book/say", "book/glossary", "book/api_parts"]),
    ("nothing", ["book/01_one", "book/02_two", "book/say", "book/glossary", "book/api_parts"]),
])
def test_the_page_that_says_what_a_word_means_comes_first_then_the_book_in_its_order(query, wanted):
    places = {"order": PAGES, "glossary": "book/glossary", "homes": {"elbo": "book/02_two", "kl divergence": "book/01_one", "law": "book/glossary", "guidance": "book/glossary"}}
    done = subprocess.run([*node.command("node"), "-e", RANK, str(ROOT / "book/_static/search-scorer.js"), json.dumps(places), query,
                           *reversed(PAGES)], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == wanted
