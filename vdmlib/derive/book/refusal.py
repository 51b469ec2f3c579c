"""The error for a line that is not proved: what is wrong, in parts."""

from functools import partial

from sympy import S

from ..errors import DerivationError, Failure, FalseStep, UnprovedStep
from ..probe.agreement import probe, values_at
from ..show.decimals import decimal
from ..show.readable import readable
from ..show.text import text
from .far_out import far_out
from .missing import looked_at

__all__ = ["negative_gap", "refusal", "unevaluated", "without_a_sign"]


def refusal(line):
    """`FalseStep` or `UnprovedStep` for a line whose proof or probe failed. What would help is looked for when it is read."""
    look = partial(looked_at, line)
    seen, left_over = line.proof.probe, line.proof.left_over
    if seen.agrees:
        seen = far_out(line, *line.sides()) or seen
    shown, stuck = readable(str(line)), isinstance(left_over, Exception)
    residual = "" if stuck else readable(_text(left_over))
    tried = ((line.proof.method, str(left_over)),) if stuck and line.proof.method != "none" else ()
    if seen.agrees is False:
        return _false_there(line, seen, residual, tried)
    if seen.agrees:
        many = f"{seen.instances} random instance{'s' if seen.instances > 1 else ''}"
        alone = f" of {seen.alone} alone" if seen.alone else ""
        reason = f"both sides agree at {many}{alone} to {seen.digits} digits, but no method settles it"
    else:
        reason = f"no method settles it, and the probe can evaluate neither side: {seen.reason}"
    failure = Failure("unproved", reason, line.label, shown, residual=residual, tried=tried)
    said = residual or readable(str(left_over))
    return UnprovedStep(reason, left_over=said, agrees=seen.agrees, failure=failure, look=look)


def unevaluated(line):
    """The error for a line that is proved, and of which the probe can evaluate nothing."""
    look = partial(looked_at, line)
    reason = f"{line.proof.method} accepts it, but the probe could evaluate neither side: {line.proof.probe.reason}"
    failure = Failure("unevaluated", reason, line.label, readable(str(line)))
    return UnprovedStep(reason, agrees=None, failure=failure, look=look)


def without_a_sign(line):
    """The error for a gap that may be negative, as far as its form shows; where the line or the gap fails at an instance, for that."""
    found = _contradiction(line)
    if found is not None:
        return found
    reason = (f"the gap {readable(text(line.gap))} is not of a form that shows it is ≥ 0. Write it as a sum of KLs, of phi(u) with u > 0, "
              "of squares, of entropies of a discrete law, with weights ≥ 0, or give its sign as a fact")  # fmt: skip
    return UnprovedStep(reason, look=partial(looked_at, line), failure=Failure("unproved", reason, line.label, readable(str(line))))


def _contradiction(line):
    """The error for a line whose inequality, whose difference or whose gap two numbers contradict; None where none were found."""
    try:
        looked = partial(probe, facts=line.given, times=line.times, conditions=line.premises.conditions())
        order = looked(line.before, line.expression, relation=line.relation)
        if order.agrees is False and order.apart:
            return _false_there(line, order)
        sign = looked(line.gap, S.Zero, relation=">=")
        if sign.agrees is False and sign.apart:
            return negative_gap(line, sign)
        order = far_out(line, line.before, line.expression, line.relation)
        if order is not None:
            return _false_there(line, order)
        seen = looked(*line.sides())
        return _false_there(line, seen) if seen.agrees is False and seen.apart else None
    except DerivationError:
        return None


def _false_there(line, seen, residual="", tried=()):
    """The error for a line that an instance contradicts; with what a method left over, where one was asked."""
    reason, values, apart = _at_the_instance(line, seen)
    failure = Failure("false", reason, line.label, readable(str(line)), readable(seen.point), values, apart, residual, tried)
    return FalseStep(line.label, failure.line, residual or None, failure.counterexample, reason, failure=failure, look=partial(looked_at, line))


def negative_gap(line, sign):
    """The error for a gap that is negative at an instance that meets every hypothesis."""
    reason, values = f"the gap {readable(text(line.gap))} must be ≥ 0, and is negative at an admitted instance", (("the gap", dict(sign.values).get("left", "")),)
    failure = Failure("false", reason, line.label, readable(str(line)), readable(sign.point), values)
    return FalseStep(line.label, failure.line, None, failure.counterexample, reason, failure=failure)


def _at_the_instance(line, seen):
    """(reason, values of the sides as printed and of the gap, how far apart) at the instance that contradicts a line."""
    if line.gap is None:
        return "the two sides differ", seen.values, seen.apart
    (left, right, gap), said = values_at(seen.at, (line.before, line.expression, line.gap))
    names = ("left", "right", "the gap")
    fails = None in (left, right) or (left - right if line.relation == ">=" else right - left).real < 0
    if fails and None not in (left, right):
        apart = decimal(abs(left - right), 4, seen.at.ctx)
        sign = "<" if line.relation == ">=" else ">"
        return f"the inequality fails: left {sign} right, so no gap shows it", tuple(zip(names[:2], said)), apart
    apart = "" if None in (left, right) else decimal(left - right, 6, seen.at.ctx)
    return "the difference of the two sides is not the gap given", tuple(zip(names, said)), apart


def _text(e):
    return text(e) if hasattr(e, "args") else str(e)
