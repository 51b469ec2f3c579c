"""The progress line in a pipe, a terminal and a notebook."""

import io
from types import SimpleNamespace

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient

from vdmlib import VAE, ProgressLine, fit
from vdmlib.runtime.progress import bar
from vdmlib.training import fitting


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


@pytest.mark.parametrize("chunk", [1, 50])
def test_the_loss_that_is_told_is_the_mean_of_the_last_hundred_steps(chunk):
    record = SimpleNamespace(log={"loss": np.split(np.arange(150.0), 150 // chunk)}, taken=150, evaluations=[], stepping=3.0)
    assert fitting._report(record, 150).endswith("step 150/150 · loss 99.50 · 50 steps/s")


def test_the_last_line_of_a_training_tells_compiling_where_it_took_time(capsys):
    history = fit(VAE((4, 4), 17, latent=2, width=9), np.zeros((8, 4, 4), np.uint8), steps=3, batch_size=4)[1]
    line = capsys.readouterr().err.strip().splitlines()[-1]
    assert (f"{history.compile_seconds:.1f} of them compiling" in line) == (history.compile_seconds >= 0.1), line
