"""What the engine makes of lines of other people's papers, and of their false neighbours, does not get worse.

`strangers.json` holds the verdicts, at the first try and now. A line that is mended shows as a failure until its verdict
there is set to "proved".
"""

import json
from collections import Counter
from pathlib import Path

import pytest
import strangers_further  # noqa: F401  enters its lines, as strangers_papers does
import strangers_later  # noqa: F401
import strangers_more  # noqa: F401

from strangers import LINES
from strangers_false import FALSE
from strangers_papers import PAPERS  # enters its lines into both tables
from vdmlib.derive import DerivationError

RECORDED = json.loads(Path(__file__).with_name("strangers.json").read_text(encoding="utf-8"))
LONG = ("REINFORCE", "Fokker–Planck: the mean", "IWAE: normalised", "latent diffusion", "flow matching, theorem 1", "KL of product laws", "entropy of a product law", "Tweedie for an exponential", "is a log tan", "∫p = 1: ", "heat equation",
        "de Bruijn: on the line", "the generator and its adjoint", "VP kernel", "Stein: ", "exponential families", "copies: ",
        "the gradient has two phases", "a normal kernel between", "integrals: over", "VIMCO: leaving", "straightness")
CONDITIONAL = {"a mixture whose weights do not add up to one": "total"}  # true where they do, and says so


def lines(rows, long=LONG):
    return [pytest.param(name, marks=[pytest.mark.weekly] if any(part in name for part in long) else []) for name in rows]


def test_every_line_has_a_verdict():
    assert set(RECORDED) == set(LINES) and set(PAPERS) < set(LINES)
    now, first = (Counter(row[when] for row in RECORDED.values()) for when in ("now", "first"))
    assert now["refuted"] == now["error"] == 0
    assert now["proved"] >= 0.95 * len(LINES) > first["proved"]


@pytest.mark.parametrize("name", lines(name for name, row in RECORDED.items() if row["now"] == "proved"))
def test_line_is_proved(name):
    made = LINES[name]().lines[-1]
    assert made.proof.status == "proved" and made.proof.probe.agrees


@pytest.mark.weekly
@pytest.mark.parametrize("name", [name for name, row in RECORDED.items() if row["now"] == "unproved"])
def test_line_is_not_proved_yet(name):
    with pytest.raises(DerivationError):
        LINES[name]()


@pytest.mark.parametrize("name", lines(FALSE, ("flow matching, theorem", "heat equation", "∫p", *LONG)))
def test_false_neighbour_is_refused(name):
    if name in CONDITIONAL:
        assert CONDITIONAL[name] in {c.relation for c in FALSE[name]().lines[-1].conditions}
        return
    with pytest.raises(DerivationError):
        FALSE[name]()
