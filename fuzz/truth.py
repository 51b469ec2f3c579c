"""Whether a line holds, at random points that its declarations, facts and conditions admit."""

from dataclasses import dataclass, field

import mpmath

from . import evaluate  # noqa: F401 — its rules
from .calculus import derive, integral_of
from .lines import Node, names, num, sym, walk
from .points import LONGEST, Inadmissible, Infinite, Null, Outside, Point, Undefined, Unsettled, admits, drawn
from .tables import key_of, keys_of, tabled
from .values import value, whole

__all__ = ["Condition", "Found", "truth", "prepared", "meets"]

DIGITS = 30
SURE = 400  # digits to which a difference is looked at again: cosh² − sinh² at 100 loses ninety of them
SURE_ROUGH = 60  # the same, where there are quadratures


@dataclass(frozen=True)
class Condition:
    """`left relation right` for all values of `over`, (variable, lowest, highest) each; as the engine states it."""

    left: Node
    relation: str
    right: Node
    over: tuple = ()


@dataclass
class Found:
    """What random points say: how many were admitted, how many agree, and one at which the line is false."""

    tried: int = 0
    admitted: int = 0
    agree: int = 0
    void: int = 0  # neither side has a value
    unsettled: int = 0
    seed: int | None = None
    kind: str = ""  # "differs" or "undefined"
    words: str = ""
    unknown: set = field(default_factory=set)

    @property
    def false(self):
        return self.seed is not None

    @property
    def verdict(self):
        return "false" if self.false else "true" if self.agree else "vacuous" if not self.admitted else "void" if self.void else "unsettled"


def truth(line, conditions=(), points=30, start=0, sure=False):
    """Compare the two sides at random points; stops at the first at which the line is false.

    sure: whether a point at which it is false is looked at again with many more digits.
    """
    found, again = Found(), 6
    exact = bool(names(line.expressions, "lim") or names(line.expressions, "diff") or any(a.op == "diff" for a in walk(tuple(line.expressions))))
    for seed in range(start, start + points):
        found.tried += 1
        m = mpmath.mp if exact else mpmath.fp
        try:
            with mpmath.workdps(DIGITS):
                answer = _compared(line, conditions, seed, m, found)
                if answer == "unsettled" and m is mpmath.fp and again:
                    again -= 1
                    answer = _compared(line, conditions, seed, mpmath.mp, found)
                elif isinstance(answer, tuple) and m is mpmath.fp:
                    answer = _compared(line, conditions, seed, mpmath.mp, found)
            if isinstance(answer, tuple) and sure:
                with mpmath.workdps(SURE_ROUGH if _rough(line) else SURE):
                    answer = _compared(line, conditions, seed, mpmath.mp, found)
        except Inadmissible:
            continue
        found.admitted += 1
        if isinstance(answer, tuple):
            found.seed, (found.kind, found.words) = seed, answer
            break
        setattr(found, answer, getattr(found, answer) + 1)
    return found


def _compared(line, conditions, seed, m, found):
    """"agree", "void" or "unsettled", or (kind, words) where the line is false; raises Inadmissible."""
    try:
        p = prepared(line, seed, m)
        for c in conditions:
            if not meets(c, p, found):
                raise Inadmissible("a condition")
        left, right = (_side(e, p) for e in (line.left, line.right))
    except (Outside, Null):
        return "void"
    except (Unsettled, Infinite, OverflowError, TypeError):  # a TypeError: complex numbers where an order is asked for
        return "unsettled"
    if left is None and right is None:
        return "void"
    words = f"{_shown(p)}: left {_words(left)}, right {_words(right)}"
    if left is None or right is None:
        return "undefined", words
    slack = (1e-7 if m is mpmath.fp else 1e-8 if _rough(line) else 1e-14) * (1 + abs(left) + abs(right))
    if not (mpmath.isfinite(left) and mpmath.isfinite(right)):
        return "unsettled"
    if line.relation == ">=":
        if any(getattr(v, "imag", 0) != 0 for v in (left, right)):
            return "undefined", words
        return "agree" if left >= right - slack else ("differs", words)
    return "agree" if abs(left - right) <= slack else ("differs", words)


def _rough(line):
    return any(a.op in ("int", "lim", "mean", "over", "diff") for a in walk(tuple(line.expressions)))


def _side(e, p):
    try:
        return value(e, p, {})
    except (Outside, Null):
        raise
    except Undefined:
        return None
    except (ZeroDivisionError, RecursionError):
        raise Unsettled("division by zero") from None


def _words(v):
    return "undefined" if v is None else mpmath.nstr(v, 8)


def _shown(p):
    out = [f"{n} = {p.exact[n] if n in p.exact and p.numbers[n] == p.number(p.exact[n]) else mpmath.nstr(v, 6)}" for n, v in sorted(p.numbers.items())]
    return ", ".join(out) or "somewhere"


# --- points that meet the facts

def prepared(line, seed, m):
    """A random point that meets the facts of the line; raises Inadmissible where none is found from this seed."""
    p = Point(line, seed, m)
    if not line.facts:
        return p
    if any(_continuous_law(f) for f in line.facts):
        _install_densities(line, p)
    try:
        for f in line.facts:
            if f.relation != "=":
                _raise_function(f, p)
        for _ in range(3 if len(line.facts) > 1 else 1):
            for f in line.facts:
                if f.relation == "=":
                    _install(f, p)
        for f in line.facts:
            if not _holds(f, p):
                raise Inadmissible("a fact")
    except (Undefined, Infinite, ZeroDivisionError):
        raise Inadmissible("a fact without a value") from None
    for name, words in line.symbols.items():
        if not admits(words, p.numbers[name]):
            raise Inadmissible(f"{name} is not {words}")
    return p


def _raise_function(f, p):
    """A function that rises, where an inequality for all arguments asks for one."""
    if f.forall and f.left.op == f.right.op == "fun" and f.left.args[0] == f.right.args[0]:
        m, name = p.m, f.left.args[0]
        base = 4 if {"positive", "nonnegative"} & set(p.line.functions[name]) else 0

        def rule(orders, args):
            (n,), (u,) = orders, args
            return (m.exp(u / 5) if base else u) + m.sin(u + n * m.pi / 2) / 20 if n == 0 else m.sin(u + n * m.pi / 2) / 20 + (1 if n == 1 else 0)

        p.functions[name].rule = rule


def _install(f, p):
    left, right = f.left, f.right
    if left.op == "sym":
        p.numbers[left.args[0]] = value(right, p, {})
    elif left.op == "fun":
        _install_function(f, p)
    elif left.op == "diff" and left.args[0].op == "fun" and left.args[2] == 1:
        _install_slope(f, p)
    elif left.op == "entry":
        name, index = left.args
        if index.op == "sym" and index.args[0] in f.forall:
            p.entry_rules[name] = lambda k: value(right, p, {index.args[0]: p.m.mpf(k)})
        else:
            p.entries[name, whole(value(index, p, {}))] = value(right, p, {})
    elif left.op in ("alpha", "bar"):
        _install_schedule(f, p)
    elif left.op == "dens" and not _continuous_law(f):
        law = left.args[0]
        if right.op == "sym":  # a constant: what makes the total one
            p.numbers[right.args[0]] = 1 / p.m.mpf(_size(left.args[1], p))
        p.given_tables[law] = lambda at: value(right, p, at)


def _continuous_law(f):
    return f.left.op == "dens" and any(a.op in ("normal", "exp") for a in walk(f.right)) and not any(a.op == "dens" for a in walk(f.right))


def _install_densities(line, p):
    """Laws on the real line, given by their densities; raises Inadmissible where one is no density."""
    p.given_densities = {}
    for f in line.facts:
        if not _continuous_law(f):
            continue
        name, (own,), given = f.left.args
        key = key_of(own, p, {})
        if name in p.given_densities:
            raise Inadmissible("two densities for one law")
        if given or any(a.op in ("rv", "at") and a != own for a in walk(f.right)):
            raise Unsettled("a conditional density")
        p.given_densities[name] = key, f.right
        if f.right.op != "normal":
            at = lambda u, f=f, key=key: value(f.right, p, {key: u})  # noqa: E731
            if any(at(p.m.mpf(k) / 4) < 0 for k in range(-24, 25)) or abs(integral_of(at, (), -p.m.inf, p.m.inf, p) - 1) > 1e-6:
                raise Inadmissible("no density")


def _size(vs, p):
    """How many outcomes some variables have."""
    out = 1
    for key in keys_of(vs, p, {}):
        out *= len(p.alphabet(key))
    return out


def _install_function(f, p):
    name, *given = f.left.args
    if f.forall and all(a.op == "sym" and a.args[0] in f.forall for a in given):
        places = [a.args[0] for a in given]

        def rule(orders, args):
            e = f.right
            for x, n in zip(places, orders):
                for _ in range(n):
                    e = derive(e, sym(x))
            return value(e, p, dict(zip(places, args)))

        p.functions[name].rule = rule
    else:
        at = tuple(value(a, p, {}) for a in given)
        p.functions[name].values = {**p.functions[name].values, at: value(f.right, p, {})}


def _install_slope(f, p):
    body, x, _ = f.left.args
    name = body.args[0]
    if x.args[0] in f.forall and body.args[1] == x:
        start = p.functions[name].level

        def rule(orders, args):
            e = f.right
            if orders[0] == 0:
                return start + value(Node("int", (e, x.args[0], num(0), sym("_end"))), p, {"_end": args[0]})
            for _ in range(orders[0] - 1):
                e = derive(e, x)
            return value(e, p, {x.args[0]: args[0]})

        p.functions[name].rule = rule
    else:
        p.functions[name].steep = {(value(body.args[1], p, {}),): value(f.right, p, {})}


def _install_schedule(f, p):
    name, index = f.left.args
    every = index.op == "sym" and index.args[0] in f.forall
    ks = range(1, 3 * LONGEST) if every else [whole(value(index, p, {}))]
    for k in ks:
        v = value(f.right, p, {index.args[0]: p.m.mpf(k)} if every else {})
        if f.left.op == "bar":
            if k < 1:
                continue
            before = p.m.mpf(1)
            for i in range(1, k):
                before *= p.alpha(name, i)
            v = v / before
        if not 0 < v < 1:
            raise Inadmissible("α outside of (0, 1)")
        p.alphas[name, k] = v


def _holds(f, p):
    """Whether a fact is met: at its point, or at some of all its points."""
    if f.left.op == "dens":
        return True  # the table was made from it
    places = [{}]
    for name in f.forall:
        words = p.line.symbols.get(name, ())
        if "integer" in words:
            tries = [p.m.mpf(k) for k in range(2, LONGEST)]
        else:
            tries = [p.number(drawn(words, p.rng("fact", name, k))) for k in range(6)]
        places = [{**env, name: a} for env in places for a in tries]
    for env in places[:40]:
        left, right = value(f.left, p, env), value(f.right, p, env)
        slack = 1e-8 * (1 + abs(left) + abs(right))
        fine = {"=": abs(left - right) <= slack, ">=": left >= right, ">": left > right, "!=": left != right}
        if not fine[f.relation]:
            return False
    return True


# --- conditions

def meets(c, p, found):
    """Whether a condition of the engine holds at the point."""
    if c.relation not in (">", ">=", "!=", "=", "dominated", "whole", "total", "continuous"):
        found.unknown.add(c.relation)
        return True
    own = tuple((v, None, None) for v in c.left.args[1]) if c.relation == "dominated" and not c.over else ()
    if c.relation in ("total", "continuous"):
        return _summed(c, p) if c.relation == "total" else _continuous(c, p)
    last = None
    for env in _places((*c.over, *own), p):
        try:
            left, right = value(c.left, p, env), value(c.right, p, env)
        except Undefined:
            return False
        if c.relation == "!=" and _on_an_interval(c, p):  # what changes its sign on the way is 0 in between
            if last is not None and (left - right) * last < 0:
                return False
            last = left - right
        close = abs(left - right) <= 1e-9 * (1 + abs(left) + abs(right))
        if c.relation == "dominated":
            fine = left == 0 or right > 0
        elif c.relation == "whole":
            fine = abs(left - round(float(left))) < 1e-9
        else:
            fine = {"=": close, "!=": not close, ">": not close and _above(left, right), ">=": close or _above(left, right)}[c.relation]
        if not fine:
            return False
    return True


def _on_an_interval(c, p):
    """Whether a condition is about one real variable, all values of which between two ends are tried in order."""
    return len(c.over) == 1 and c.over[0][0].op == "sym" and "integer" not in p.line.symbols.get(c.over[0][0].args[0], ()) and None not in c.over[0][1:]


def _above(left, right):
    """left > right, for numbers that are real."""
    return all(getattr(v, "imag", 0) == 0 for v in (left, right)) and getattr(left, "real", left) > getattr(right, "real", right)


def _places(over, p, many=31):
    """Environments in which the variables of `over` take their values, or many of them."""
    out = [{}]
    for v, lo, hi in over:
        out = [{**env, key: a} for env in out for key, a in _values(v, lo, hi, p, env, many if len(over) == 1 else 9)]
    return out[:3000]


def _values(v, lo, hi, p, env, many, closed=False):
    key = key_of(v, p, env)
    if key in tabled(p):
        return [(key, k) for k in range(len(p.alphabet(key)))]
    words = p.line.symbols.get(key, ()) if isinstance(key, str) else ()
    ends = [None if e is None or e.op == "inf" else value(e, p, env) for e in (lo, hi)]
    if "integer" in words or (isinstance(key, str) and key not in p.line.symbols and None not in ends and all(e == round(float(e)) for e in ends)
                              and key in _indices(p.line)):  # fmt: skip
        low = -3 if ends[0] is None else whole(ends[0])
        high = low + 2 * LONGEST if ends[1] is None else whole(ends[1])
        return [(key, p.m.mpf(k)) for k in range(low, high + 1) if admits(words, k)]
    if ends == [None, None]:
        return [(key, p.number(a)) for a in [drawn(words, p.rng("over", key, k)) for k in range(many)] + [0 * drawn(words, p.rng("over"))] if admits(words, a)]
    low = ends[0] if ends[0] is not None else ends[1] - 20
    high = ends[1] if ends[1] is not None else ends[0] + 20
    low, high = min(low, high), max(low, high)
    near = 0 if closed else p.m.mpf(2) ** -20  # the ends of an interval are not in it
    return [(key, low + (high - low) * k / (many + 1)) for k in (near, *range(1, many + 1), many + 1 - near)]


def _indices(line):
    return {a.args[1] for a in walk(tuple(line.expressions)) if a.op in ("sum", "prod")}


def _summed(c, p):
    total = sum(value(c.left, p, env) for env in _places(c.over, p))
    return abs(total - 1) < 1e-9


def _continuous(c, p):
    (v, lo, hi), *_ = c.over
    places = sorted(a for _, a in _values(v, lo, hi, p, {}, 400, closed=True))
    key, last = key_of(v, p, {}), None
    for a in places:
        try:
            here = value(c.left, p, {key: a})
        except Undefined:
            return False
        if last is not None and abs(here - last) > 0.5 * (1 + abs(here)):
            return False
        last = here
    return True
