"""What is left over of a line about laws, in words."""

from ...show.readable import readable

__all__ = ["LeftOver", "frozen_text"]


class LeftOver:
    """A polynomial that is not zero, in words."""

    def __init__(self, poly):
        self.poly = poly

    def __eq__(self, other):
        return False if other == 0 else self is other

    def __hash__(self):
        return id(self)

    def __str__(self):
        parts = sorted(_monomial(m, c) for m, c in self.poly.items())
        return readable(" ".join(parts).removeprefix("+ "))


def _monomial(mono, c):
    dens, gens = mono
    dens, gens = _conditional(dict(dens), dict(gens))
    words = _in_order(_density, dens) + _in_order(_powered, gens)
    size = "" if abs(c) == 1 and words else f"{abs(c) if c.is_number else '(' + str(c) + ')'} "
    sign = "-" if c.is_number and c.is_negative else "+"
    return f"{sign} {size}{' '.join(words)}".rstrip()


def _in_order(show, factors):
    """Factors in words, in the order of the words: their parts are sets, which have none."""
    return sorted(show(factor, n) for factor, n in factors)


def _conditional(dens, gens):
    """∫[z] d(x, z) … / d(x) shown as the expectation under d(z | x) that it is."""
    out = {}
    for g, n in gens.items():
        if g[0] == "int" and n == 1 and len(g[2]) == 1 and next(iter(g[2]))[1] == 1:
            ((law, vs),) = [k for k, _ in g[2]]
            given = (law, vs - g[1])
            if not vs - g[1] or dens.get(given) == -1:
                dens.pop(given, None)
                g = ("mean", law, g[1], vs - g[1], g[3])
        out[g] = n
    return dens.items(), out.items()


def _powered(g, n):
    return f"({_generator(g)}){_power(n)}" if n != 1 and g[0] in ("int", "sum", "mean") else _generator(g) + _power(n)


def _power(n):
    return "" if n == 1 else f"^{n}"


def _density(key, n):
    law, vs = key
    return f"{law.name}({', '.join(sorted(map(str, vs)))}){_power(n)}"


def _generator(g):
    kind = g[0]
    if kind == "log":
        return f"log {_density(g[1], 1)}"
    if kind == "var":
        return str(g[1])
    if kind == "int":
        inside = _in_order(_density, g[2]) + _in_order(_powered, g[3])
        return f"∫[{', '.join(sorted(map(str, g[1])))}] {' '.join(inside)}"
    if kind == "mean":
        _, law, left, right, inside = g
        bar = " | " + ", ".join(sorted(map(str, right))) if right else ""
        words = sorted(_generator(h) + _power(n) for h, n in inside)
        return f"E[{law.name}({', '.join(sorted(map(str, left)))}{bar})]({' '.join(words) or 1})"
    if kind == "fun":
        return f"{g[1]}({', '.join(map(frozen_text, g[2]))})"
    if kind == "loggen":
        return f"log {_generator(g[1])}"
    if kind == "logpoly":
        return f"log({frozen_text(g[1])})"
    if kind == "pow":
        return f"({frozen_text(g[1])})^{g[2]}"
    if kind == "sum":
        return f"Σ[{g[1]}={g[2]}..{g[3]}] ({frozen_text(g[4])})"
    return str(g)


def frozen_text(poly):
    """A polynomial inside of a generator, in words, in one order."""
    return " ".join(sorted(_monomial(m, c) for m, c in poly)).removeprefix("+ ") or "0"
