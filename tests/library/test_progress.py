"""The progress line in a pipe, a terminal and a notebook."""

import io

import nbformat
from nbclient import NotebookClient

from vdmlib import ProgressLine
from vdmlib.runtime.progress import bar


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_pipe_gets_the_last_line_alone():
    out = io.StringIO()
    line = ProgressLine(stream=out)
    line.update("one")
    line.finish("two")
    assert out.getvalue() == "two\n"


def test_terminal_rewrites_one_line():
    out = Terminal()
    line = ProgressLine(stream=out)
    line.update("long text")
    line.finish("short")
    assert out.getvalue() == "\rlong text\rshort    \n"


def test_silent():
    out = Terminal()
    line = ProgressLine(show=False, stream=out)
    line.update("one")
    line.finish("two")
    assert out.getvalue() == ""


def test_a_saved_notebook_holds_the_last_state_alone():
    code = (
        "from vdmlib import ProgressLine\nline = ProgressLine()\n"
        "for i in range(50): line.update(f'step {i}')\nline.finish('done')"
    )
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    NotebookClient(book, timeout=60, kernel_name="python3").execute()
    (output,) = book.cells[0].outputs
    assert output["output_type"] == "display_data"
    assert output["data"] == {"text/plain": "done"}


def test_bar():
    assert bar(0, 4, 4) == "────" and bar(4, 4, 4) == "████" and len(bar(3, 7)) == 20
