"""Roots, logarithms, powers, quotients, sizes: rules that hold on a part of the domain only, applied everywhere."""

from fractions import Fraction

from ..lines import node, num
from .making import Maker, slip

HALF = Fraction(1, 2)
log, sqrt, exp, size = (lambda u, f=f: node(f, u) for f in ("log", "sqrt", "exp", "abs"))


def _rules(m, u, v):
    """name -> (left, right): rules for any u and v, some of them true, some true on a part."""
    k = m.pick(2, 2, 3, 4, -1, -2)
    r = m.pick(HALF, Fraction(1, 3), Fraction(3, 2), 2)
    return {
        "√u² = u": (sqrt(u**2), u),
        "√u² = |u|": (sqrt(u**2), size(u)),
        "√u√v = √uv": (sqrt(u) * sqrt(v), sqrt(u * v)),
        "√uv = √u√v": (sqrt(u * v), sqrt(u) * sqrt(v)),
        "√u√u = u": (sqrt(u) * sqrt(u), u),
        "√(u²v) = u√v": (sqrt(u**2 * v), u * sqrt(v)),
        "√(u²v) = |u|√v": (sqrt(u**2 * v), size(u) * sqrt(v)),
        "√(u/v) = √u/√v": (sqrt(u / v), sqrt(u) / sqrt(v)),
        "1/√u = √u/u": (1 / sqrt(u), sqrt(u) / u),
        "√(1/u) = 1/√u": (sqrt(1 / u), 1 / sqrt(u)),
        "√(u^2k) = u^k": (sqrt(u ** (2 * k)), u**k),
        "log uv = log u + log v": (log(u * v), log(u) + log(v)),
        "log u/v = log u − log v": (log(u / v), log(u) - log(v)),
        "log u^k = k log u": (log(u**k), num(k) * log(u)),
        "log u² = 2 log |u|": (log(u**2), 2 * log(size(u))),
        "log |u| = log u": (log(size(u)), log(u)),
        "log √u = ½ log u": (log(sqrt(u)), HALF * log(u)),
        "log √u² = log u": (log(sqrt(u**2)), log(u)),
        "log 1/u = −log u": (log(1 / u), -log(u)),
        "log exp u = u": (log(exp(u) * exp(v)), u + v),
        "exp(k log u) = u^k": (exp(num(k) * log(u)), u**k),
        "exp(log u + v) = u exp v": (exp(log(u) + v), u * exp(v)),
        "exp(½ log u²) = u": (exp(HALF * log(u**2)), u),
        "exp exp": (exp(u) * exp(v), exp(u + v)),
        "u/u = 1": (u / u, num(1)),
        "uv/v = u": (u * v / v, u),
        "u²/u = u": (u**2 / u, u),
        "u = u + 1/v − 1/v": (u, u + 1 / v - 1 / v),
        "u = u + log v − log v": (u, u + log(v) - log(v)),
        "u = u √v/√v": (u, u * sqrt(v) / sqrt(v)),
        "(u² − v²)/(u − v) = u + v": ((u**2 - v**2) / (u - v), u + v),
        "1/u + 1/v": (1 / u + 1 / v, (u + v) / (u * v)),
        "u/v + 1": (u / v + 1, (u + v) / v),
        "1/(1/u) = u": (1 / (1 / u), u),
        "(u/v)(v/u) = 1": ((u / v) * (v / u), num(1)),
        "0/u = 0": (num(0) / u, num(0)),
        "u^−1 u = 1": (u**-1 * u, num(1)),
        "(u^k)^r = u^kr": ((u**k) ** r, u ** (k * r)),
        "(uv)^r = u^r v^r": ((u * v) ** r, u**r * v**r),
        "u^a u^b = u^(a+b)": (u ** m.name("a") * u ** m.name("b"), u ** (m.name("a") + m.name("b"))),
        "u^r u^−r = 1": (u**r * u ** (-r), num(1)),
        "(u^a)^2 = u^2a": ((u ** m.name("a")) ** 2, u ** (2 * m.name("a"))),
        "|u| = u": (size(u), u),
        "|u||v| = |uv|": (size(u) * size(v), size(u * v)),
        "|u|² = u²": (size(u) ** 2, u**2),
        "|u + v| = |u| + |v|": (size(u + v), size(u) + size(v)),
        "|−u| = |u|": (size(-u), size(u)),
        "|u|/u = 1": (size(u) / u, num(1)),
        "Max(u, v) = u": (node("max", u, v), u),
        "Max(u, u) = u": (node("max", u, u + 0 * v), u),
        "Max(u, −u) = |u|": (node("max", u, -u), size(u)),
        "Max = (u + v + |u − v|)/2": (node("max", u, v), HALF * (u + v + size(u - v))),
        "Max(u², 0) = u²": (node("max", u**2, num(0)), u**2),
        "Max + Min": (node("max", u, v) + node("min", u, v), u + v),
        "tan cos = sin": (node("tan", u) * node("cos", u), node("sin", u)),
        "1/tan tan": (node("tan", u) / node("tan", u), num(1)),
        "√(1 − sin²) = cos": (sqrt(1 - node("sin", u) ** 2), node("cos", u)),
        "sin² + cos²": (node("sin", u) ** 2 + node("cos", u) ** 2, num(1)),
        "asin sin": (node("asin", node("sin", u)), u),
        "log tan": (log(node("tan", u)), log(node("sin", u)) - log(node("cos", u))),
        "cosh² − sinh²": (node("cosh", u) ** 2 - node("sinh", u) ** 2, num(1)),
        "u(v + 1)": (u * (v + 1), u * v + u),
        "(u + v)²": ((u + v) ** 2, u**2 + 2 * u * v + v**2),
        "(u − v)³": ((u - v) ** 3, u**3 - 3 * u**2 * v + 3 * u * v**2 - v**3),
    }


def make(rng):
    """A rule with small u and v, in a context; or with a slip; or two rules one after the other."""
    m = Maker(rng, "domains")
    u, v = m.term(1 if m.chance(0.35) else 0), m.term(0)
    if m.chance(0.06):
        name = m.pick("x", "y")
        m.symbols[name] = ("complex",)
        u = m.name(name)
    table = _rules(m, u, v)
    name = rng.choice(list(table))
    m.rule(name)
    left, right = table[name]
    if m.chance(0.25):
        more = _rules(m, u, v)
        other = rng.choice(list(more))
        m.rule(other)
        plus = m.chance(0.5)
        left, right = (left + more[other][0], right + more[other][1]) if plus else (left * more[other][0], right * more[other][1])
    if m.chance(0.5):
        left, right = right, left
    if m.chance(0.15):
        m.rule("slip")
        right = slip(right, rng)
    if m.chance(0.7):
        left, right = m.wrapped(left, right)
    m.symbols = dict(m.symbols)
    return m.line(left, right)
