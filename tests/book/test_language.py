"""The reference of the language: every public name and every keyword has an example that runs and one that is refused."""

from __future__ import annotations

import ast
import inspect
import re

import pytest
from derivation_book import examples
from derivation_book.examples import Example
from small_books import ROOT
from vdmlib import derive


def things():
    """Every public name, the methods of a derivation, and those of other classes that have examples, with their examples."""
    for name in derive.__all__:
        value = getattr(derive, name)
        yield name, examples.examples_of(value)
        for method, function in vars(value).items() if inspect.isclass(value) else ():
            said = inspect.isfunction(function) and not method.startswith("_") and function.__doc__ or ""
            if ">>>" in said or said and name == "Derivation":
                yield f"{name}.{method}", examples.examples_of(function)


THINGS = dict(things())

@pytest.mark.parametrize("name", THINGS)
def test_every_name_has_an_example_and_one_that_is_refused_and_both_do_as_they_say(name):
    found = THINGS[name]
    assert {example.refused for example in found} == {False, True}, f"{name}: write both 'Example' and 'Refused' into its docstring"
    assert [e.caption for e in found if e.refused and not e.caption] == [], f"{name}: say why it is refused"
    wrong = {example.caption or example.code: fault for example in found if (fault := examples.fault(example, examples.run(example)))}
    assert wrong == {}


PAGES = {page: examples.on_page((ROOT / "book" / f"{page}.md").read_text(encoding="utf-8")) for page in ("say",)}


@pytest.mark.parametrize("page, k", [(page, k) for page, found in PAGES.items() for k in range(len(found))])
def test_the_examples_of_a_page_do_as_they_say(page, k):
    example = PAGES[page][k]
    assert example.caption and not examples.fault(example, examples.run(example))


def test_every_section_of_how_to_say_it_has_both_kinds():
    sections = re.split(r"^### ", (ROOT / "book" / "say.md").read_text(encoding="utf-8"), flags=re.M)[1:]
    assert len(sections) >= 20
    for section in sections:
        assert {example.refused for example in examples.on_page(section)} == {False, True}, section.splitlines()[0]


#: What takes any words, or rows and labels of the book's own: there is nothing to refuse.
WORDS = {"answers", "article", "concession", "label", "title", "uses", "when", "words"}
#: Arguments that are those of another.
SAME = {"Identity": "Derivation.equals", "Inequality": "Identity", "Derivation.at_least": "Derivation.equals",
        "Derivation.at_most": "Derivation.at_least", "Assumption": "Definition", "Cited": "Definition",
        "Remark": "Definition", "Refutation": "Definition", "Numerical": "Definition", "Definition.printed": "Derivation.printed"}  # fmt: skip
ERRORS = {"DerivationError", "FalseStep", "UnprovedStep"}


def keywords(name):
    """The arguments of a name that may be left out; those that SymPy's own classes take are SymPy's."""
    value = derive
    for part in name.split("."):
        value = getattr(value, part)
    if inspect.isclass(value):
        value = value.__init__ if "__init__" in vars(value) else value.__new__
    if not inspect.isfunction(value) or not value.__module__.startswith("vdmlib.derive"):
        return {}
    return {p.name: k for k, p in enumerate(inspect.signature(value).parameters.values()) if p.default is not p.empty}


def given(found, name, positions):
    """The keywords that the calls in some examples give, and those that they give by their place."""
    calls = [node for example in found for node in ast.walk(ast.parse(example.code)) if isinstance(node, ast.Call)]
    called = name.rpartition(".")[2]
    out = {keyword.arg for call in calls for keyword in call.keywords}
    for call in calls:
        if getattr(call.func, "id", getattr(call.func, "attr", "")) == called:
            before = 1 if inspect.isclass(getattr(derive, name, None)) or "." in name else 0  # self
            out |= {key for key, place in positions.items() if place - before < len(call.args)}
    return out


@pytest.mark.parametrize("name", [name for name in THINGS if name not in ERRORS and keywords(name)])
def test_every_keyword_has_an_example_and_one_that_is_refused(name):
    positions = keywords(name)
    for refused, wanted in ((False, set(positions)), (True, set(positions) - WORDS)):
        other = name
        while wanted and other:
            wanted -= given([e for e in THINGS[other] if e.refused == refused], other, keywords(other))
            other = SAME.get(other)
        assert not wanted, f"{name}: no example {'that is refused ' if refused else ''}gives {', '.join(sorted(wanted))}"


def test_a_docstring_is_split_into_words_and_examples():
    text = "It is so.\n\nExample: one\n>>> x = symbol('x')\n>>> x\nx\n\nMore words.\n\nRefused: because\n>>> def f():\n...     return x\n>>> f() + x"
    words, (one, two) = examples.split(text)
    assert words == "It is so.\n\nMore words."
    assert one == Example(False, "one", "x = symbol('x')\nx")
    assert two == Example(True, "because", "def f():\n    return x\nf() + x", "x = symbol('x')")


def test_code_without_a_heading_is_an_example_and_a_heading_without_code_is_prose():
    words, (one,) = examples.split("Words.\n\n>>> 1 + 1\n2\n\nExample: none below")
    assert (one.code, one.refused) == ("1 + 1", False) and words == "Words.\n\nExample: none below"


@pytest.mark.parametrize("example, words", [
    (Example(False, "", "Identity('a.b', symbol('x'), 0)"), "it fails: FalseStep: line a.b is false"),
    (Example(False, "", "x = 1"), "its last line shows nothing"),
    (Example(True, "", "symbol('x')"), "it is not refused"),
    (Example(True, "", "1 / 0"), "it is no error of the engine's: ZeroDivisionError"),
    (Example(True, "", "x = symbol('x')\nexercise('a.b', 'x?', 2 * x).check(x + x)"), "it is not refused"),
])
def test_an_example_that_does_not_do_as_it_says_is_told(example, words):
    assert examples.fault(example, examples.run(example)).startswith(words)


@pytest.mark.parametrize("page", sorted((ROOT / "book").glob("*.md")), ids=lambda page: page.stem)
def test_no_backtick_stands_beside_the_fence_of_a_directive(page):
    """CommonMark takes such a line for text, and the fence that closes it for one that opens: what follows is swallowed."""
    assert not re.findall(r"^```+\{.*`.*$", page.read_text(encoding="utf-8"), re.M)
