"""Draw a density, see its scores, race the samplers: a larger piece, which a page draws by scripts of its own.

The density is a sum of blots, small normal laws. Everything that the page computes of one coordinate of one blot, and every
step of a sampler, is a function printed from a statement; the scripts add up blots and repeat steps.
"""

import html
import json
from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from .figures import Figure, inline, own_names, svg
from .live import CHECKS
from .styles import COLOURS, style

#: What the page needs, and the arguments in order.
FUNCTIONS = {
    "log": "the log-density of a noisy blot, of place (2), centre (2), variance and share of the signal",
    "pull": "one coordinate of its score, of place, centre, variance and share",
    "image": "the guess of the clean point, of noisy point, guess of the noise and share",
    "mix": "a DDIM step, of the guesses of point and noise and the next share",
    "drift": "the rate of the probability-flow ODE, of the guesses of point and noise and the share",
    "ancestral": "an ancestral step, of noisy point, guess of the noise, fresh noise, share and the next share",
    "langevin": "a Langevin step, of place, score, step and fresh noise",
}
#: The example that is there from the start: an arc and an eye.
EXAMPLE = [(1.3 * np.cos(t), 1.3 * np.sin(t)) for t in np.linspace(np.pi, 2 * np.pi, 9)] + [(-0.6, 0.9), (0.6, 0.9)]
WIDTH, SHARE, SIDE = 0.16, 0.8, 2.6  # of a blot; of the signal in the still; half the window's side


class Race(Figure):
    """The piece, for the functions of ``FUNCTIONS``.

    Args:
      functions: {name: a function printed from a statement, as ``Derivation.printed`` gives it}.
      ranges: {argument: (low, high)} where these are compared with NumPy's; other arguments lie in -2 … 2.
      alt: what is to be seen, in words.
      caption: lines to set below it.

    Raises:
      ValueError: no alt text, or a function too few or too many.

    >>> Race({}, {}, alt="Blots.", caption="")
    Traceback (most recent call last):
    ...
    ValueError: Race wants the functions log, pull, image, mix, drift, ancestral, langevin, given none
    """

    def __init__(self, functions: dict[str, Any], ranges: dict[Any, tuple[float, float]], alt: str, caption: str) -> None:
        if set(functions) != set(FUNCTIONS):
            raise ValueError(f"Race wants the functions {', '.join(FUNCTIONS)}, given {', '.join(functions) or 'none'}")
        self.functions, self.ranges = functions, ranges
        super().__init__("", alt, caption)
        self._class, self._css = "dd-figure dd-race", _CSS

    def checks(self, function: Any) -> list:
        """[arguments, NumPy's value] at random places."""
        rng = np.random.default_rng(0)
        places = [[float(rng.uniform(*self.ranges.get(a, (-2, 2)))) for a in function.args] for _ in range(CHECKS)]
        return [[at, float(function(*map(np.float64, at)))] for at in places]

    def spec(self) -> dict:
        """All that a page needs."""
        return {
            "functions": {name: {"javascript": f.javascript, "checks": self.checks(f)} for name, f in self.functions.items()},
            "labels": list(dict.fromkeys(label for f in self.functions.values() for label in f.labels)),
            "example": [[round(v, 3) for v in at] for at in EXAMPLE], "width": WIDTH, "share": SHARE, "side": SIDE,
        }  # fmt: skip

    def still(self) -> str:
        """The example's density and scores at one noise level."""
        at = np.linspace(-SIDE, SIDE, 121)
        x, y = np.meshgrid(at, at)
        far = [self.functions["log"](x, y, *blot, WIDTH**2, SHARE) for blot in EXAMPLE]
        density = np.exp(far).mean(axis=0)
        shares = np.exp(far) / np.exp(far).sum(axis=0)
        pulls = [sum(w * self.functions["pull"](place, blot[k], WIDTH**2, SHARE) for w, blot in zip(shares, EXAMPLE, strict=True))
                 for k, place in enumerate((x, y))]
        some = np.s_[6::12, 6::12]
        with style():
            fig, ax = plt.subplots(figsize=(4.2, 4.2))
            ax.contour(x, y, density, levels=6, colors=COLOURS["blue"], linewidths=1)
            ax.quiver(*(np.asarray(field)[some] for field in (x, y, *pulls)), color=COLOURS["vermilion"], width=0.004)
            ax.set(xlim=(-SIDE, SIDE), ylim=(-SIDE, SIDE), aspect="equal")
            drawn = own_names(svg(fig), self.alt)
        return inline(drawn, self.alt, names=False)

    def _repr_html_(self):
        numbers = dict.fromkeys(number for f in self.functions.values() for number in f.numbers)
        spec = json.dumps(self.spec(), ensure_ascii=False).replace("<", "\\u003c")
        self.svg = (
            f'<div class="dd-still">{self.still()}</div><div class="dd-piece" data-piece="race">'
            f'<canvas width="480" height="480" tabindex="0" role="application" aria-label="{html.escape(self.alt, quote=True)}'
            ' Arrow keys move a cross, Enter sets a blot."></canvas>' + _CONTROLS + "</div>"
            f'<p class="dd-source">Printed from {", ".join(f"({number})" for number in numbers)}.</p>'
            f'<script type="application/json" class="dd-moving-spec">{spec}</script>'
        )
        return super()._repr_html_()


_CONTROLS = (
    '<div class="dd-race-side"><div class="dd-controls">'
    '<label>noise level ω <input type="range" name="level" min="-60" max="60" value="-14" step="1">'
    ' <span class="dd-value" aria-hidden="true">−1.4</span></label>'
    '<label>width of a blot <input type="range" name="width" min="8" max="40" value="16" step="1">'
    ' <span class="dd-value" aria-hidden="true">0.16</span></label></div>'
    '<p class="dd-buttons"><button type="button" name="race">Race the samplers</button> '
    '<button type="button" name="clear">Clear</button> <button type="button" name="example">Example</button> '
    '<label>points of <select name="show"></select></label></p>'
    '<p role="status" class="dd-said">&nbsp;</p><table class="dd-results"><thead></thead><tbody></tbody></table></div>'
)
# Where no script of the page runs, in notebooks and on paper, there is the still.
_CSS = " .dd-race .dd-piece{display:none} .dd-race .dd-source{text-align:center;font-size:.85em;color:var(--dd-muted)}"
