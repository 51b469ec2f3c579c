"""A picture that the reader moves, for the tests of its page, and Node to run what is printed."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import node
from sympy import cos

from vdmlib import Moving, Race
from vdmlib.derive import Definition, Derivation, Derivative, E, Identity, N, exp, frac, log, sqrt, symbol, symbols, variables

#: Relative, and what counts as nothing.
TOLERANCE, NOTHING = 1e-11, 1e-14

RUN = """
globalThis.window = {};
require(process.argv[1]);
const checks = JSON.parse(process.argv[2]);
const given = {};
for (const [picture, printed] of Object.entries(checks)) {
  given[picture] = {};
  for (const [name, points] of Object.entries(printed)) {
    given[picture][name] = points.map(([at]) => String(window.printedFunctions[picture][name](...at)));
  }
}
console.log(JSON.stringify(given));
"""


def picture() -> Moving:
    """The average of a wave under a bell curve, measured and by formula."""
    x, _ = variables("x z")
    sigma, rise = symbol("sigma", positive=True), symbol("a")
    wave = Derivation("dirac.wave", "The average of a wave")
    wave.start(E[N(x, 0, sigma**2)](cos(rise * x)))
    wave.equals(exp(-frac(rise**2 * sigma**2, 2)), because="the transform of a normal density", label="dirac.wave.value")
    bell, ripple = wave.printed(1, x, sigma, part=N(x, 0, sigma**2)), wave.printed(1, x, rise, part=cos(rise * x))
    average = wave.printed(1, rise, sigma)
    drawn = Moving(alt="A bell curve and a wave.", caption="The average is the area. It is the number of the formula.")
    drawn.control(sigma, "width σ", 0.1, 1.6, start=0.4, log=True)
    drawn.control(rise, "frequency a", 0, 6, start=2, steps=60, digits=1)
    drawn.panel(x, (-3, 3), y=(-1.2, 2.2)).curve(bell, "density").between(bell * ripple, label="product").upright(sigma)
    right = drawn.panel(sigma, (0.1, 1.6), y=(-0.2, 1.1), log="x")
    right.curve(average, "average").point(sigma, average).arrows(average, reach=0.1, height=0.5)
    drawn.measured("area", bell * ripple, x, (-10, 10))
    drawn.reading("by the line", average)
    return drawn


def page_with(drawn: Moving) -> str:
    """A page that shows it."""
    return f"# A chapter\n\n## A section\n\n(fig-wave)=\n\n{drawn._repr_html_()}\n\nBelow it, {{numref}}`fig-wave`.\n"


def disagreements(script: Path, checks: Path) -> list[str]:
    """Where the functions of a page, run by Node, do not give what NumPy gave."""
    wanted = json.loads(checks.read_text(encoding="utf-8"))
    done = subprocess.run([*node.command("node"), "-e", RUN, str(script), json.dumps(wanted)],
                          capture_output=True, text=True, check=True, timeout=60)  # fmt: skip
    given = json.loads(done.stdout)
    return [
        f"{picture} {name}{at}: {float(text)} in the page, {value} in NumPy"
        for picture, printed in wanted.items() for name, points in printed.items()
        for (at, value), text in zip(points, given[picture][name], strict=True)
        if not abs(float(text) - value) <= TOLERANCE * abs(value) + NOTHING
    ]


def race() -> Race:
    """The race of the samplers, from statements as chapter 7 has them."""
    x1, x2, c1, c2, m1, m2 = symbols(r"x_1 x_2 c_1 c_2 \mu_1 \mu_2")
    v, u, a, before, h = symbols("v u a b h", positive=True)
    point, noise, fresh, clean, score = symbols("y e r y_0 d")
    pair = N(x1, m1, v) * N(x2, m2, v)
    blot = Identity("score.blot", Derivative(log(pair), x1), -frac(x1 - m1, v), because="one factor")
    blurred = {v: a * u + 1 - a, m1: sqrt(a) * c1, m2: sqrt(a) * c2}
    back = frac(1, sqrt(frac(a, before))) * (point - frac(1 - frac(a, before), sqrt(1 - a)) * noise)
    spread = frac((1 - frac(a, before)) * (1 - before), 1 - a)

    def stated(label, right, *args):
        return Definition(f"race.{label}", symbol("w"), right).printed(*args)

    return Race(
        {
            "log": blot.printed("score.blot", x1, x2, c1, c2, u, a, part=log(pair), given=blurred),
            "pull": blot.printed("score.blot", x1, c1, u, a, given=blurred),
            "image": stated("image", frac(point - sqrt(1 - a) * noise, sqrt(a)), point, noise, a),
            "mix": stated("mix", sqrt(a) * clean + sqrt(1 - a) * noise, clean, noise, a),
            "drift": stated("drift", -frac(1, 2) * (sqrt(a) * clean - frac(a, sqrt(1 - a)) * noise), clean, noise, a),
            "ancestral": stated("ancestral", back + sqrt(spread) * fresh, point, noise, fresh, a, before),
            "langevin": stated("langevin", point + h * score + sqrt(2 * h) * noise, point, score, h, noise),
        },
        {u: (0.01, 0.5), a: (0.1, 0.4), before: (0.5, 0.9), h: (0.01, 0.5)},
        alt="A face of blots.", caption="Draw a density here. Then race the samplers on it, once more.",
    )  # fmt: skip
