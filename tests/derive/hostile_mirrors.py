"""Even and odd functions, lengths and angles, powers in limits, sums in another order: what is false beside what is true."""

from sympy import oo

from hostile import fact, least, proved, refused, same, shown
from hostile_true import called_false
from vdmlib.derive import Derivative as D
from vdmlib.derive import E, Integral, Law, Limit, N, Subs, Sum, det, exp, eye, frac, log, matrix, norm, symbol, symbols, tr, undefined, variables, vector

a, b, x, y = symbols("a b x y")
c, v, k, h = symbols("c v k h", positive=True)
near = symbol("r", between=(0, 1))
t, s, T, n, d = symbols("t s T n d", integer=True, positive=True)
f, g, F = undefined("f g F")
up = undefined("u", positive=True)
xv = variables("X")
p = Law("p", xv)
z, m = vector("z m", d)
S, P = matrix("S P", d, positive=True)
B = matrix("B", d, symmetric=True)
odd, even = [fact(f(-x), -f(x), forall=x)], [fact(f(-x), f(x), forall=x)]


ALL = [
    proved("c^x for c < 1 tends to 0", lambda: same(Limit(near**k, k, oo) + a, a)),
    proved("c^n by a fact", lambda: same(Limit(c**n, n, oo) + a, a, facts=[c < 1])),
    proved("what is left after n steps", lambda: same(Limit(n * near**n, n, oo) + a, a)),
    refused("a^n for a < 1, of any sign", lambda: same(Limit(a**n, n, oo) + b, b, facts=[fact(1 > a)])),
    refused("c^n for c > 1", lambda: same(Limit(c**n, n, oo) + a, a, facts=[c > 1])),
    proved("a second slope far out, under a law", lambda: same(Limit(k**2 * (E[p(xv)](exp(f(xv) / k)) - 1 - E[p(xv)](f(xv)) / k), k, oo), E[p(xv)](f(xv) ** 2) / 2)),
    refused("far out, divided once too often", lambda: same(Limit(k**2 * (E[p(xv)](exp(f(xv) / k)) - 1 - E[p(xv)](f(xv)) / k), k, oo) + a, a)),
    proved("h⁻² near 0, under a law", lambda: same(Limit(h**-2 * (E[p(xv)](exp(f(xv) * h)) - 1 - E[p(xv)](f(xv)) * h), h, 0), E[p(xv)](f(xv) ** 2) / 2)),
    refused("h⁻² near 0 is not 0", lambda: same(Limit(h**-2 * (E[p(xv)](exp(f(xv) * h)) - 1 - E[p(xv)](f(xv)) * h), h, 0) + a, a)),
    proved("an odd function at 0", lambda: same(f(0) + a, a, facts=odd)),
    proved("an even function's slope at 0", lambda: same(Subs(D(f(x), x), x, 0) + a, a, facts=even)),
    proved("an odd function, pinned at 1", lambda: same(f(-1) + a, a - 2, facts=[*odd, fact(f(1), 2)])),
    refused("an odd function at one point", lambda: same(Integral(f(x), (x, -c, c)) + a, a, facts=[fact(f(-b), -f(b))])),
    refused("an odd function over a range that is not even", lambda: same(Integral(f(x), (x, -c, 2 * c)) + a, a, facts=odd)),
    refused("an odd function under a law that is not centred", lambda: same(E[N(x, b, v)](f(x)) + a, a, facts=odd)),
    refused("an odd function that is positive", lambda: same(up(0) + a, a, facts=[fact(up(-x), -up(x), forall=x)])),
    shown("what is odd, and given by another, is not called false", lambda: not called_false(lambda: same(f(-a), -g(a), facts=[*odd, fact(f(x), g(x), forall=x)]))),
    refused("f(x) = 2 f(−x)", lambda: same(f(a), 2 * f(-a), facts=[fact(f(x), 2 * f(-x), forall=x)])),
    proved("a symmetric kernel", lambda: same(F(a, b) - F(b, a) + c, c, facts=[fact(F(x, y), F(y, x), forall=(x, y))])),
    proved("Cauchy and Schwarz with a size", lambda: least(norm(z) * norm(m), abs(z.T * m), norm(z) * norm(m) - abs(z.T * m))),
    proved("2|z|² + 2|m|² ≥ |z + m|²", lambda: least(2 * norm(z) ** 2 + 2 * norm(m) ** 2, norm(z + m) ** 2, 2 * norm(z) ** 2 + 2 * norm(m) ** 2 - norm(z + m) ** 2)),
    refused("|z|² + |m|² ≥ |z + m|²", lambda: least(norm(z) ** 2 + norm(m) ** 2, norm(z + m) ** 2, norm(z) ** 2 + norm(m) ** 2 - norm(z + m) ** 2)),
    refused("Cauchy and Schwarz without a factor", lambda: least(c * norm(z) * norm(m), z.T * m, c * norm(z) * norm(m) - z.T * m)),
    refused("Cauchy and Schwarz for a matrix that is not positive", lambda: least((z.T * B * z) * (m.T * B * m), (z.T * B * m) ** 2, (z.T * B * z) * (m.T * B * m) - (z.T * B * m) ** 2)),
    refused("of two covariances", lambda: least((z.T * S * z) * (m.T * P * m), (z.T * S * m) ** 2, (z.T * S * z) * (m.T * P * m) - (z.T * S * m) ** 2)),
    refused("the trace of a covariance and a symmetric matrix", lambda: least(tr(S * B), 0, tr(S * B))),
    refused("a form of a product of two covariances", lambda: least(z.T * S * P * z, 0, z.T * S * P * z)),
    refused("1/|z| ≥ 0 is no reason for 1/|z| ≥ 1", lambda: least(frac(1, norm(z)), 1, frac(1, norm(z)) - 1)),
    proved("x^(n − 1) x", lambda: same((1 + a) ** (n - 1) * (1 + a), (1 + a) ** n)),
    refused("x^(n − 1) x²", lambda: same((1 + a) ** (n - 1) * (1 + a) ** 2, (1 + a) ** n)),
    proved("the slope of a log-determinant at 0", lambda: same(Subs(D(log(det(S + v * P)), v), v, 1), tr((S + P) ** -1 * P))),
    refused("the slope of a log-determinant at another point", lambda: same(Subs(D(log(det(S + v * eye(d))), v), v, 1), tr(S**-1))),
    refused("a triangle turned over", lambda: same(Sum(Sum(F(t, s), (s, 1, t)), (t, 1, T)), Sum(Sum(F(s, t), (t, s, T)), (s, 1, T)), times={T: 1})),
    refused("a sum from the other end, one too far", lambda: same(Sum(f(t), (t, 1, T)), Sum(f(T + 2 - t), (t, 1, T)), times={T: 1})),
]  # fmt: skip
