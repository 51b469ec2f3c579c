"""Bound and free random variables, and the error for a variable that is both."""

from sympy import preorder_traversal

from ..nodes.laws import At, Block, Density, Law, Variable
from ..errors import DerivationError
from ..nodes.functionals import Expectation, Functional, Over, law_factors
from ..nodes.normal import N
from ..show.text import text

__all__ = ["check_binding"]


def check_binding(*sides):
    """Raise if a variable that some expectation draws also stands free in the statement, or is drawn twice."""
    free = set().union(*[_free(e, ()) for e in sides])
    for e in sides:
        for node in preorder_traversal(e):
            if not isinstance(node, (Expectation, Over, Functional)):
                continue
            for b in _bound(node):
                for v in free:
                    if _binds(b, v):
                        raise DerivationError(
                            f"{v} is bound by {_short(node)} and stands free elsewhere in the line. "
                            f"Give one of the two another name, such as {v}′, or move it under the expectation"
                        )


def _bound(node):
    if isinstance(node, (Expectation, Over)):
        return node.bound
    a = node.args[0]
    return a.left if isinstance(a, Density) else (a.args[0],)


def _free(e, bound):
    """Free variables of e; an error if one under a binder is bound again."""
    if isinstance(e, Law):
        return set()
    if isinstance(e, (Variable, At, Block)):
        return set() if any(_binds(b, e) for b in bound) else {e}
    if isinstance(e, N) and e.args[0] not in bound and not isinstance(e.args[0], (Variable, At)):
        return set().union(*[_free(a, bound) for a in e.args[1:]])
    if isinstance(e, (Expectation, Over)):
        own = e.bound
        again = [v for v in own if v in bound]
        if again:
            raise DerivationError(
                f"{again[0]} is bound twice, the second time by {_short(e)}. {_renamed(e, again[0])}"
            )
        inner = (*bound, *own)
        if isinstance(e, Over):
            return _free(e.body, inner)
        out = _free(e.body, inner)
        for f in law_factors(e.law):
            out |= set().union(*[_free(a, inner) for a in (f.right if isinstance(f, Density) else f.args[1:])], set())
        return out
    if isinstance(e, Functional):
        inner = (*bound, *_bound(e))
        return set().union(*[_free(a, inner) for a in e.args])
    return set().union(set(), *[_free(a, bound) for a in getattr(e, "args", ())])


def _binds(b, v):
    if b == v:
        return True
    if not isinstance(b, Block) or not isinstance(v, (At, Block)) or b.args[0] != v.args[0]:
        return False
    lo, hi = (v.args[1], v.args[1]) if isinstance(v, At) else v.args[1:]
    return not ((b.args[1] - hi).is_positive or (lo - b.args[2]).is_positive)


def _renamed(e, v):
    """What can be done about a variable that is drawn twice: a law's own variable has no other name under that law."""
    laws = [f.law for f in law_factors(e.law) if isinstance(f, Density) and v in f.left] if isinstance(e, Expectation) else []
    if not laws:
        return "Give the inner one another name"
    law, other = laws[0], f"{v}2" if isinstance(v, Variable) else "another chain"
    return (f"{law.name} has {text(v)} in its declaration, so rename both: {other} = variables(\"{other}\") and a second law over {other}, "
            "or take the inner expectation out of the outer one, where it is a number"
            if isinstance(v, Variable) else f"{law.name} has {text(v)} in its declaration: give the inner expectation a law over another chain")  # fmt: skip


def _short(node):
    if isinstance(node, Expectation):
        return f"the expectation over {text(node.law)}"
    if isinstance(node, Over):
        return f"the {node.kind} over {', '.join(map(str, node.bound))}"
    return text(node)
