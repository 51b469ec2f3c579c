"""Normal laws in a line about undetermined ones: their logs and values, and means of what is a polynomial in what they draw."""

import sympy
from sympy import Integer, S
from sympy import log as sympy_log

from ...errors import NotDecided
from ...nodes.expressions import Factors, Frac, Power, Terms, plain
from ...nodes.functionals import drawn, law_factors
from ...nodes.laws import At, Density, Variable
from ...nodes.walk import walk
from .chains import flat
from .left_over import frozen_text
from .polynomials import add, const, freeze, gen, monomial_variables, mul, scale
from .rules import Rules

__all__ = ["NormalDraws"]


class NormalDraws(Rules):
    """Means by moments; logs and values."""

    def normal_log(self, f):
        """−log(2πv)/2 − (x − m)²/(2v)."""
        x, mean, variance = f.args
        square = self.poly(Frac(Power(Terms(x, Factors(-1, mean)), Integer(2)), variance))
        return scale(add(const(sympy_log(2 * sympy.pi)), self.log(variance), square), -S.Half)

    def normal_value(self, f):
        """A normal density where it stands as a number: by x − m, of either sign, and v."""
        x, mean, variance = f.args
        off = [freeze(self.poly(Terms(Factors(sign, x), Factors(-sign, mean)))) for sign in (1, -1)]
        return gen(("fun", "N", (min(off, key=frozen_text), frozenset(), freeze(self.poly(variance))), True))

    def normal_mean(self, normal, others, body):
        """E over normal draws and others of a polynomial in what is normal, by its moments; the children's first."""
        body = self.poly(body)
        waiting = list(normal)
        while waiting:
            f = next((f for f in waiting if not any(g is not f and holds_variable(g.args[1:], f.args[0]) for g in waiting)), None)
            if f is None or isinstance(others, Density) and f.args[0] in flat(others.right):
                raise NotDecided(f"the laws {', '.join(map(str, normal))} run in a circle, or another law is given what they draw")
            waiting.remove(f)
            body = self.moments(f, body)
        if others == 1:
            return body
        factors = law_factors(others)
        bound = frozenset(flat(v for g in factors for v in drawn(g).left))
        (law, _), divisors = self.scope(lambda: (self.law(factors), None))
        whole = mul(law, body)
        for dens, _ in law:
            self.bind(divisors, bound, dens, whole)
        return self.integrate(bound, whole)

    def moments(self, f, body):
        """The mean of a polynomial under a normal law: powers of what it draws become its moments."""
        x, mean, variance = f.args
        mean, variance, key = self.poly(mean), self.poly(variance), ("var", x)
        powers = {}
        for (dens, gens), c in body.items():
            gens, n = dict(gens), S.Zero
            if isinstance(x, (Variable, At)):
                n = gens.pop(key, S.Zero)
            held = frozenset(gens.items())
            if x in monomial_variables((dens, held)) or has_symbol((dens, held), plain(x)):
                raise NotDecided(f"the mean of what is no polynomial in {x} under {f}, in a line about undetermined laws")
            parts = [((n,), c)] if isinstance(x, (Variable, At)) else polynomial(c, plain(x))
            for (k,), part in parts:
                if not sympy.sympify(k).is_Integer or k < 0:
                    raise NotDecided(f"the mean of {x}^{k} under {f}, in a line about undetermined laws")
                powers[int(k)] = add(powers.get(int(k), {}), {(dens, held): part})
        before, here, out = {}, const(S.One), []
        for k in range(max(powers, default=0) + 1):  # M_{k+1} = m M_k + k v M_{k−1}
            out.append(mul(here, powers.get(k, {})))
            before, here = here, add(mul(mean, here), scale(mul(variance, before), Integer(k)))
        return add(*out)


def holds_variable(exprs, x):
    return any(a == x for e in exprs for a in walk(e))


def has_symbol(part, s):
    """Whether a symbol stands in a coefficient inside of a monomial."""
    if isinstance(part, (tuple, frozenset)):
        return any(has_symbol(a, s) for a in part)
    return isinstance(part, sympy.Expr) and s in part.free_symbols


def polynomial(c, s):
    """[((power,), coefficient)] of a coefficient in a symbol."""
    try:
        p = sympy.Poly(c, s)
    except sympy.PolynomialError:
        raise NotDecided(f"the mean of {c}, which is no polynomial in {s}") from None
    if any(a.has(s) for a in p.coeffs()):
        raise NotDecided(f"the mean of {c}, which is no polynomial in {s}")
    return p.terms()
