"""The page's list of mistakes: the message is what the engine says when the book is built, and one that says something else is reported."""

from small_books import Book

CORPUS = """
setup = '''
from vdmlib.derive import *
a, b = symbols("a b")
'''

[kinds]
false = "What is false"
slow = ""

[[mistake]]
kind = "false"
code = 'Identity("r", (a + b)**2, a**2 + b**2)'
right = 'Identity("r", (a + b)**2, a**2 + 2*a*b + b**2)'
names = ["2*a*b"]

[[mistake]]
kind = "slow"
code = "1/0"
names = ["never asked"]
"""


def built(folder, corpus):
    book = Book(folder)
    (folder / "book" / "_data").mkdir(parents=True, exist_ok=True)
    (folder / "book" / "_data" / "mistakes.toml").write_text(corpus, encoding="utf-8")
    book.page("say", "# Say\n\n```{mistakes}\n```\n")
    return book.build()


def test_each_mistake_has_its_message_and_what_was_meant(tmp_path):
    made = built(tmp_path, CORPUS)
    html = made.html("book/say")
    assert "What is false (1)" in html and "never asked" not in html and "ZeroDivision" not in html
    assert "FalseStep: line r is false" in html and "What was meant:" in html
    assert "mistakes:" not in made.warnings


def test_a_message_that_lacks_what_it_should_name_and_a_kind_without_a_heading_are_reported(tmp_path):
    made = built(tmp_path, CORPUS.replace("2*a*b\"]", "3*a*b\"]").replace("slow = \"\"\n", ""))
    assert "gets 'FalseStep: line r is false" in made.warnings and "the kinds slow have no heading" in made.warnings
