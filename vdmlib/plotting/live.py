"""A drawing that the reader moves: each curve is a function printed from a statement of the book.

A page draws it anew in JavaScript at every move; in notebooks, on paper and without scripts it stands still as matplotlib
drew it. Both come from one expression, the statement's own: an object with ``labels``, ``args``, ``javascript`` and a call
in NumPy, as ``Derivation.printed`` gives it. The axes are drawn once and for all; what moves are the lines in them.
"""

import html
import json
from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from ..runtime.flags import flag
from .figures import Figure, inline, own_names, svg
from .styles import COLOURS, style

POINTS = 241  # of a curve
STRIPS = 800  # of an area that is measured
STEPS = 100  # of a control
CHECKS = 6  # points at which the page's function must be NumPy's
PANEL = (4.4, 3.0)  # inches


class Moving(Figure):
    """A drawing with controls, built up in the order in which it is read.

    Args:
      alt: what is to be seen, in words, where the controls start and on the way.
      caption: lines to set below it.

    Raises:
      ValueError: no alt text, or a function of something that neither a control nor the panel moves.

    >>> import sympy
    >>> from vdmlib.derive import Identity, exp, symbol
    >>> x, a = symbol("x"), symbol("a")
    >>> bell = Identity("demo.bell", exp(-x) * exp(a), exp(a - x), because="one exponential")
    >>> picture = Moving(alt="A curve that falls.", caption="It falls everywhere.")
    >>> picture.control(a, "height a", -1, 1, start=0)
    >>> panel = picture.panel(x, (0, 3), y=(0, 3)).curve(bell.printed(1, x, a), "falls")
    >>> picture.reading("at zero", bell.printed(1, a, given={x: 0}))
    >>> picture
    <Figure: A curve that falls.>
    """

    def __init__(self, alt: str, caption: str) -> None:
        self.controls: list[Control] = []
        self.panels: list[Panel] = []
        self.readings: list[tuple[str, Any, Any, int]] = []
        self.functions: dict[str, Any] = {}
        super().__init__("", alt, caption)
        self._class = "dd-figure dd-moving"

    def control(self, symbol: Any, label: str, low: float, high: float, start: float, log: bool = False,
                steps: int = STEPS, digits: int = 2) -> None:
        """A slider that sets a symbol, from ``low`` to ``high`` in so many steps; ``log``: in equal ratios."""
        self.controls.append(Control(symbol, label, low, high, start, log, steps, digits))

    def panel(self, over: Any, x: tuple[float, float], y: tuple[float, float], xlabel: str = "", ylabel: str = "",
              log: str = "", legend: str = "best") -> "Panel":
        """Axes with fixed limits, whose horizontal one is the symbol ``over``; ``log``: "x", "y" or "xy"."""
        self.panels.append(Panel(self, over, x, y, xlabel, ylabel, log))
        self.panels[-1].legend = legend
        return self.panels[-1]

    def reading(self, label: str, function: Any, digits: int = 4) -> None:
        """A number below the drawing: a function of the controls."""
        self.readings.append((label, self.call(function), None, digits))

    def measured(self, label: str, function: Any, over: Any, x: tuple[float, float], digits: int = 4) -> None:
        """A number below the drawing that the page measures: the area below a function of ``over``, strip by strip."""
        self.readings.append((label, self.call(function, over), list(x), digits))

    def call(self, function: Any, over: Any = None) -> list:
        """The name of a function, and for each argument the place of its control, -1 for ``over``."""
        places = {control.symbol: k for k, control in enumerate(self.controls)} | ({over: -1} if over is not None else {})
        missing = [str(a) for a in function.args if a not in places]
        if missing:
            raise ValueError(f"{', '.join(function.labels)}: no control and no axis sets {', '.join(missing)}")
        script = function.javascript
        same = (name for name, (text, other) in self.functions.items() if (text, other.labels) == (script, function.labels))
        name = next(same, f"f{len(self.functions)}")
        self.functions.setdefault(name, (script, function))
        return [name, [places[a] for a in function.args]]

    def value(self, call: list, state: list[float], over: Any = None) -> Any:
        """What a call gives where the controls stand at ``state``."""
        name, places = call
        with np.errstate(all="ignore"):
            return self.functions[name][1](*[over if k < 0 else state[k] for k in places])

    def area(self, call: list, state: list[float], x: list[float]) -> float:
        """The area below a call, by the midpoints of many strips."""
        width = (x[1] - x[0]) / STRIPS
        return float(np.sum(self.value(call, state, x[0] + width * (np.arange(STRIPS) + 0.5))) * width)

    # --- what is shown

    @property
    def labels(self) -> list[str]:
        """The statements that it is printed from."""
        return list(dict.fromkeys(label for _, f in self.functions.values() for label in f.labels))

    def spec(self) -> dict:
        """All that a page needs to draw it."""
        start = [control.start for control in self.controls]
        return {
            "functions": {name: {"javascript": script, "checks": self.checks(name)}
                          for name, (script, _) in self.functions.items()},
            "labels": self.labels,
            "controls": [control.spec() for control in self.controls],
            "panels": [panel.spec() for panel in self.panels],
            "readings": [{"call": call, "x": x, "digits": digits, "value": self.number(call, x, start)}
                         for _, call, x, digits in self.readings],
            "points": POINTS, "strips": STRIPS,
        }  # fmt: skip

    def number(self, call: list, x: list[float] | None, state: list[float]) -> float:
        """A reading."""
        return float(self.value(call, state)) if x is None else self.area(call, state, x)

    def checks(self, name: str) -> list:
        """[arguments, NumPy's value] at random places that the reader can reach."""
        rng = np.random.default_rng(0)
        ranges = [self._range(name, k) for k in range(len(self.functions[name][1].args))]
        found: list = []
        for _ in range(20 * CHECKS):
            at = [one(rng) for one in ranges]
            with np.errstate(all="ignore"):
                value = float(self.functions[name][1](*map(np.float64, at)))
            if np.isfinite(value) and len(found) < CHECKS:
                found.append([at, value])
        if not found:
            raise ValueError(f"{', '.join(self.functions[name][1].labels)} has no finite value where the reader can go")
        return found

    def _range(self, name: str, k: int) -> Any:
        """A draw of one argument of a function."""
        calls = [(call, x) for _, call, x, _ in self.readings]
        calls += [(call, panel.x) for panel in self.panels for thing in panel.things for call in thing["calls"].values()]
        places, x = next((call[1], x) for call, x in calls if call[0] == name)
        if places[k] < 0:
            return lambda rng: float(rng.uniform(*x))
        control = self.controls[places[k]]
        return lambda rng: float(rng.choice(control.values()))

    def _repr_html_(self):
        start = [control.start for control in self.controls]
        drawn = "".join(panel.draw(start) for panel in self.panels)
        controls = "".join(control.html(k) for k, control in enumerate(self.controls))
        readings = "".join(
            f'<p>{html.escape(label)} <span class="dd-value" data-reading="{k}">'
            f"{written(self.number(call, x, start), digits)}</span></p>"
            for k, (label, call, x, digits) in enumerate(self.readings)
        )
        numbers = dict.fromkeys(number for _, f in self.functions.values() for number in f.numbers)
        source = f'<p class="dd-source">Printed from {", ".join(f"({number})" for number in numbers)}.</p>'
        spec = json.dumps(self.spec(), ensure_ascii=False).replace("<", "\\u003c")
        self.svg = (
            f'<div class="dd-panels" role="img" aria-label="{html.escape(self.alt, quote=True)}">{drawn}</div>'
            f'<div class="dd-controls">{controls}</div><div class="dd-readings">{readings}</div>{source}'
            f'<script type="application/json" class="dd-moving-spec">{spec}</script>'
        )
        self._css = _CSS
        return super()._repr_html_()


def written(value: float, digits: int) -> str:
    """A number to so many digits; what is zero to these has no sign."""
    return f"{value:z.{digits}f}".replace("-", "−")


class Control:
    """A slider, and the symbol that it sets."""

    def __init__(self, symbol: Any, label: str, low: float, high: float, start: float, log: bool, steps: int,
                 digits: int) -> None:
        if not low <= start <= high or low >= high:
            raise ValueError(f"control {label!r} wants low ≤ start ≤ high and low < high, given {low}, {start}, {high}")
        self.symbol, self.label, self.low, self.high = symbol, label, low, high
        self.log = flag("control: log", log)
        self.steps, self.digits = steps, digits
        values = self.values()
        self.at = int(np.argmin(np.abs(values - start)))
        self.start = float(values[self.at])

    def values(self) -> np.ndarray:
        """What it can be set to."""
        return np.array([self.value(k) for k in range(self.steps + 1)])

    def value(self, k: int) -> float:
        """Its value at a place; the page has the same line."""
        share = k / self.steps
        return self.low * (self.high / self.low) ** share if self.log else self.low + (self.high - self.low) * share

    def spec(self) -> dict:
        return {"low": self.low, "high": self.high, "log": self.log, "steps": self.steps, "digits": self.digits}

    def html(self, k: int) -> str:
        now = written(self.start, self.digits)
        return (
            f'<label>{html.escape(self.label)} <input type="range" data-control="{k}" min="0" max="{self.steps}" step="1"'
            f' value="{self.at}" autocomplete="off" aria-valuetext="{now}">'
            f' <span class="dd-value" aria-hidden="true">{now}</span></label>'
        )


class Panel:
    """One pair of axes, and what moves in it."""

    def __init__(self, picture: "Moving", over: Any, x: Any, y: Any, xlabel: str, ylabel: str, log: str) -> None:
        self.picture, self.over = picture, over
        self.x: tuple[float, float] = (x[0], x[1])
        self.y: tuple[float, float] = (y[0], y[1])
        self.xlabel, self.ylabel, self.log = xlabel, ylabel, log
        self.legend: Any = "best"
        self.things: list[dict] = []
        self.frame: list[float] = []

    def curve(self, function: Any, label: str = "", colour: str = "blue", dashes: str = "-") -> "Panel":
        """The graph of a function of the axis."""
        return self._add("curve", {"y": function}, label, colour, ls=dashes)

    def between(self, function: Any, other: Any = None, label: str = "", colour: str = "sky") -> "Panel":
        """The area between a function and another, or the axis."""
        return self._add("area", {"y": function} | ({"to": other} if other is not None else {}), label, colour)

    def point(self, x: Any, y: Any, label: str = "", colour: str = "vermilion") -> "Panel":
        """A point whose two coordinates are functions of the controls, or a control's symbol."""
        return self._add("point", {"x": x, "y": y}, label, colour)

    def upright(self, x: Any, label: str = "", colour: str = "grey") -> "Panel":
        """A vertical line at a function of the controls, or at a control's symbol."""
        return self._add("upright", {"x": x}, label, colour)

    def arrows(self, function: Any, reach: float, height: float, label: str = "", colour: str = "vermilion",
               count: int = 25) -> "Panel":
        """Arrows along the axis, each ``reach`` times the function long, at a height."""
        return self._add("arrows", {"y": function}, label, colour, reach=reach, height=height, count=count)

    def _add(self, kind: str, functions: dict, label: str, colour: str, **more: Any) -> "Panel":
        places = [control.symbol for control in self.picture.controls]
        calls, moved = {}, {}
        for name, function in functions.items():
            if hasattr(function, "javascript"):
                calls[name] = self.picture.call(function, None if kind in ("point", "upright") else self.over)
            elif function in places:
                moved[name] = places.index(function)
            else:
                raise ValueError(f"{kind} wants a function printed from a statement, or a control's symbol, given {function!r}")
        self.things.append({"kind": kind, "calls": calls, "moved": moved, "label": label, "colour": colour, **more})
        return self

    def spec(self) -> dict:
        things = [{key: thing[key] for key in thing if key not in ("label", "colour", "ls")} for thing in self.things]
        return {"x": self.x, "y": self.y, "log": self.log, "frame": self.frame, "things": things}

    def run(self) -> np.ndarray:
        """The places on the axis at which curves are drawn."""
        return np.geomspace(*self.x, POINTS) if "x" in self.log else np.linspace(*self.x, POINTS)

    def draw(self, state: list[float]) -> str:
        """The drawing at a state of the controls, as SVG; notes where its axes lie."""
        with style():
            fig, ax = plt.subplots(figsize=PANEL)
            for k, thing in enumerate(self.things):
                line = self._draw(ax, thing, state)
                line.set_gid(f"dd-thing-{k}")
            ax.set(xlim=self.x, ylim=self.y, xlabel=self.xlabel, ylabel=self.ylabel,
                   xscale="log" if "x" in self.log else "linear", yscale="log" if "y" in self.log else "linear")
            if "x" not in self.log:
                ax.locator_params(axis="x", nbins=7)  # numbers with a sign and two places must not touch
            if any(thing["label"] for thing in self.things):
                ax.legend(loc=self.legend, fontsize=9)
            drawn = svg(fig)
            # where the layout for this drawing put the axes, in its own units, whose zero is at the top
            box, (width, height) = ax.get_position(), fig.get_size_inches() * 72
            self.frame = [round(v, 3) for v in (box.x0 * width, (1 - box.y1) * height, box.width * width, box.height * height)]
        drawn = own_names(drawn, json.dumps(self.spec()) + self.picture.alt)
        drawn = inline(drawn, "-", names=False)
        return drawn.replace('role="img" aria-label="-"', 'aria-hidden="true"', 1)

    def _draw(self, ax: Any, thing: dict, state: list[float]) -> Any:
        """One thing in matplotlib's axes."""
        def at(name, over=None):
            if name in thing["moved"]:
                return state[thing["moved"][name]]
            value = self.picture.value(thing["calls"][name], state, over)
            return value if over is None else np.broadcast_to(value, np.shape(over))  # a level has no argument

        colour, label, kind = COLOURS[thing["colour"]], thing["label"] or None, thing["kind"]
        if kind == "curve":
            return ax.plot(self.run(), at("y", self.run()), color=colour, ls=thing["ls"], label=label)[0]
        if kind == "area":
            run = self.run()
            other = at("to", run) if "to" in thing["calls"] else np.full_like(run, max(0.0, self.y[0]))
            areas = [id(one) for one in self.things if one["kind"] == "area"]
            edge = {"lw": 0, "ls": "-"}  # a line of no width has no dashes
            if len(areas) > 1:  # told apart without colour
                edge = {"ec": colour, "lw": 1.2, "ls": ("-", "--", ":")[areas.index(id(thing)) % 3]}
            return ax.fill(np.concatenate([run, run[::-1]]), np.concatenate([at("y", run), other[::-1]]), fc=(colour, 0.3),
                           label=label, **edge)[0]
        if kind == "point":
            return ax.plot([at("x")], [at("y")], "o", color=colour, label=label, ls="")[0]
        if kind == "upright":
            return ax.plot([at("x")] * 2, self.y, color=colour, lw=1.2, ls="--", label=label)[0]
        xs, ys = self.shafts(thing, at)
        return ax.plot(xs, ys, color=colour, lw=1.1, ls="-", label=label)[0]

    def shafts(self, thing: dict, at: Any) -> tuple[list[float], list[float]]:
        """Arrows as lines with gaps between: shaft and two strokes of the head each; the page has the same lines."""
        tall = (self.y[1] - self.y[0]) * 0.018
        head = (self.x[1] - self.x[0]) * 0.012
        xs, ys, y = [], [], thing["height"]
        for x in np.linspace(*self.x, thing["count"] + 2)[1:-1]:
            tip = x + thing["reach"] * float(at("y", x))
            back = tip - np.sign(tip - x) * min(head, abs(tip - x))
            xs += [x, tip, back, np.nan, tip, back, np.nan]
            ys += [y, y, y + tall, np.nan, y, y - tall, np.nan]
        return xs, ys


# In notebooks and on paper the sliders are no use; what they stand at is said. The page's own styles show them.
_CSS = (
    " .dd-moving .dd-panels{display:flex;flex-wrap:wrap;justify-content:center;gap:.4em 1em}"
    " .dd-moving .dd-panels>svg{flex:1 1 18em;min-width:0;width:100%;height:auto}"
    " .dd-moving .dd-controls,.dd-moving .dd-readings{display:flex;flex-wrap:wrap;justify-content:center;gap:.2em 1.6em;"
    "margin:.3em 0;font-size:.9em}"
    " .dd-moving .dd-controls input{display:none}"
    " .dd-moving .dd-readings p{margin:0}"
    " .dd-moving .dd-value{display:inline-block;min-width:3.6em;font-weight:600;font-variant-numeric:tabular-nums}"
    " .dd-moving .dd-source{margin:.2em 0;text-align:center;font-size:.85em;color:var(--dd-muted)}"
)
