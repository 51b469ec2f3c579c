"""The reference of the language: every public name and every keyword has an example that runs and one that is refused."""

from __future__ import annotations

import ast
import inspect

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
