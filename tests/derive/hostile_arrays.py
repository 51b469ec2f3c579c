"""Lines of vectors, matrices and fields that a careless engine proves, and true ones beside them."""

import sympy
from sympy import Abs

from hostile import only, proved, refused, same, shown
from vdmlib.derive import KL, Derivative, E, H, Integrate, Limit, N, Sum, det, div, exp, eye, fact, field, frac, grad, jacobian, laplacian, log, matrix, norm
from vdmlib.derive import sqrt, symbol, symbols, tr, undefined, vector
from vdmlib.derive.errors import NotDecided
from vdmlib.derive.prove.dispatch import residual
from vdmlib.derive.show.text import text

d, n = (symbol(name, integer=True, positive=True) for name in "dn")
x, y, m, mu, b = vector("x y m mu b", d)
w, nu = vector("w nu", n)
A, B, C = matrix("A", d, n), *matrix("B C", d)
S, S1, S2 = matrix("Sigma S_1 S_2", d, positive=True)
P = matrix("P", n, positive=True)
Q = matrix("Q", d, orthogonal=True)
f, h = field("f", d), field("h", d)
p, q = undefined("p q", positive=True)
g = undefined("g")
a, c, s = symbols("a c s")
i, k = symbols("i k", integer=True)
T = symbol("T", integer=True, positive=True)
v = symbol("v", positive=True)
eye_d = eye(d)
slopes = jacobian(f(x), x)


def open_(left, right):
    """Whether the method of matrices leaves something over, or decides nothing."""
    try:
        return residual(left, right)[0] != 0
    except NotDecided:
        return True


# --- what an average takes out of itself

AVERAGES = [
    refused("fields change places between integrals", lambda: same(Integrate[m](f(m) * p(m)) * Integrate[m](q(m)), Integrate[m](f(m) * q(m)) * Integrate[m](p(m)))),
    refused("a field is taken out of an integral", lambda: same(
        Integrate[m](m.T * f(m) * p(m)) * Integrate[m](m.T * y * q(m)), Integrate[m](m.T * f(m) * q(m)) * Integrate[m](m.T * y * p(m)))),
    refused("two forms with a field", lambda: same(Integrate[m]((m.T * f(m)) * (y.T * f(m)) * p(m)), Integrate[m](m.T * f(m) * p(m)))),
    refused("an average of a product of fields", lambda: same(
        Integrate[m](f(m) * f(m).T * p(m)) * Integrate[m](p(m)), Integrate[m](f(m) * p(m)) * Integrate[m](f(m).T * p(m)))),
    refused("an outer product of fields turned", lambda: same(Integrate[m](f(m) * h(m).T * p(m)), Integrate[m](h(m) * f(m).T * p(m)))),
    proved("an average of a field is linear", lambda: same(Integrate[m]((f(m) + y) * p(m)), Integrate[m](f(m) * p(m)) + y * Integrate[m](p(m)))),
    proved("a square with a field under an integral", lambda: same(
        Integrate[m](norm(y - f(m)) ** 2 * p(m)),
        norm(y) ** 2 * Integrate[m](p(m)) - 2 * y.T * Integrate[m](f(m) * p(m)) + Integrate[m](norm(f(m)) ** 2 * p(m)))),
    proved("an average of an outer product", lambda: same(Integrate[m](f(m) * h(m).T * p(m)), Integrate[m](h(m) * f(m).T * p(m)).T)),
    proved("a constant vector leaves an average", lambda: same(Integrate[m](y.T * B * f(m) * p(m)), y.T * B * Integrate[m](f(m) * p(m)))),
]  # fmt: skip

# --- derivatives

DERIVATIVES = [
    refused("the slope of the trace of an inverse", lambda: same(grad(tr(slopes**-1), x), grad(div(f(x), x), x))),
    refused("of an inverse of second derivatives", lambda: same(grad(tr(jacobian(grad(g(x), x), x) ** -1), x), grad(laplacian(g(x), x), x))),
    refused("a chain in the wrong order", lambda: same(jacobian(B * f(x), x), slopes * B)),
    refused("rows for columns", lambda: same(grad(norm(f(x)) ** 2, x), 2 * slopes * f(x))),
    refused("a divergence of turned slopes", lambda: same(div(slopes.T * y, x), grad(div(f(x), x), x).T * y)),
    refused("a square for a size", lambda: same(div(slopes * f(x), x), grad(div(f(x), x), x).T * f(x) + tr(slopes * slopes.T))),
    refused("spreading in all directions alike", lambda: same(div(S * grad(q(x), x), x), tr(S) * laplacian(q(x), x) / d)),
    refused("a matrix of second derivatives without its other half", lambda: same(jacobian(grad(x.T * B * x, x), x), 2 * B)),
    refused("one dimension of an exponential", lambda: same(laplacian(exp(-norm(x) ** 2 / 2), x), (norm(x) ** 2 - 1) * exp(-norm(x) ** 2 / 2))),
    refused("a heat equation twice as fast", lambda: same(Derivative(N(x, mu, v * eye_d), v), laplacian(N(x, mu, v * eye_d), x))),
    proved("a heat equation", lambda: same(Derivative(N(x, mu, v * eye_d), v), laplacian(N(x, mu, v * eye_d), x) / 2)),
    only("a logarithm of a length", lambda: same(laplacian(log(norm(x)), x), (d - 2) / norm(x) ** 2)),
    only("a size of a form", lambda: same(grad(Abs(x.T * y), x), sympy.sign(x.T * y) * y)),
]  # fmt: skip

# --- dimensions and facts

SIZES = [
    refused("a derivative by the dimension", lambda: same(Derivative(tr(eye_d), d), 1)),
    refused("a derivative of a determinant by the dimension", lambda: same(Derivative(log(det(2 * S)), d), log(2))),
    refused("a sum over the dimension", lambda: same(Sum(tr(eye_d), (d, 1, n)), n * (n + 1) / 2)),
    refused("a limit in the dimension", lambda: same(Limit(tr(eye_d) / d, d, sympy.oo), 1)),
    refused("a vector by itself", lambda: same(x.T * x, 0, facts=[(x, 2 * x)])),
    refused("vectors in a circle", lambda: same(x.T * x, 0, facts=[(x, 2 * y), (y, x)])),
    refused("a matrix by its transpose", lambda: same(x.T * B * x, 0, facts=[(B, -B.T)])),
    refused("a fact of one vector under an average of it", lambda: same(E[N(y, 0, S)](x.T * x), 4 * tr(S), facts=[(x, 2 * y)])),
    refused("a fact of one vector in an integral over it", lambda: same(Integrate[m](x * p(m)), Integrate[m](m * p(m)), facts=[(x, m)])),
    refused("a fact of a field in an average over what it holds", lambda: same(
        E[N(y, 0, S)](g(x)), norm(x) ** 2 + tr(S), facts=[fact(g(x), norm(x - y) ** 2, forall=x)])),
    proved("facts in a row", lambda: same(x.T * x, 4 * c**2 * norm(b) ** 2, facts=[(x, 2 * y), (y, c * b)])),
    only("a trace over d − 1", lambda: same(frac(tr(B), d - 1) * (d - 1), tr(B)), {d: 1}),
    refused("determinants of A Aᵀ and Aᵀ A", lambda: same(det(A * A.T), det(A.T * A))),
    refused("Sylvester with another number", lambda: same(log(det(v * eye_d + A * A.T)), log(det(v * eye(n) + A.T * A)))),
    proved("Sylvester", lambda: same(det(eye_d + A * A.T), det(eye(n) + A.T * A))),
    refused("a determinant of −B", lambda: same(det(-B), -det(B))),
    refused("an orthogonal matrix has trace d", lambda: same(tr(Q), d)),
    refused("an orthogonal matrix twice", lambda: same(tr(Q * S * Q), tr(S))),
]  # fmt: skip

# --- normal laws

LAWS = [
    refused("two draws of vectors are one", lambda: same(E[N(x, mu, S) * N(y, mu, S)](x.T * y), tr(S) + mu.T * mu)),
    refused("fourth moments of a form that is not symmetric", lambda: same(E[N(x, 0, S)](x * x.T * B * x * x.T), 2 * S * B * S + tr(B * S) * S)),
    proved("fourth moments", lambda: same(E[N(x, 0, S)](x * x.T * B * x * x.T), S * B * S + S * B.T * S + tr(B * S) * S)),
    refused("a slope by what is drawn", lambda: same(grad(E[N(x, mu, S)](norm(x) ** 2), x), 2 * x)),
    refused("a conditional mean with the wrong sign", lambda: same(
        N(b, A * w, S) * N(w, nu, P),
        N(b, A * nu, S + A * P * A.T) * N(w, nu + P * A.T * (S + A * P * A.T) ** -1 * (b + A * nu), (P**-1 + A.T * S**-1 * A) ** -1))),
    proved("a conditional mean", lambda: same(
        N(b, A * w, S) * N(w, nu, P),
        N(b, A * nu, S + A * P * A.T) * N(w, nu + P * A.T * (S + A * P * A.T) ** -1 * (b - A * nu), (P**-1 + A.T * S**-1 * A) ** -1))),
    refused("an average over a law without a width", lambda: same(H(N(x, 0, y * y.T)), log(y.T * y) / 2)),
    refused("a divergence is symmetric", lambda: same(KL(N(x, mu, S1), N(x, b, S2)), KL(N(x, b, S2), N(x, mu, S1)))),
    proved("of one width it is", lambda: same(KL(N(x, mu, S), N(x, b, S)), KL(N(x, b, S), N(x, mu, S)))),
    only("a width that may be negative", lambda: same(E[N(x, 0, (c - 1) * S)](x.T * x), (c - 1) * tr(S)), {c: 0}),
]  # fmt: skip

# --- the prover alone, without the numbers that would stop it

ALONE = [
    shown("the prover alone: fields change places", lambda: open_(Integrate[m](f(m) * p(m)) * Integrate[m](q(m)), Integrate[m](f(m) * q(m)) * Integrate[m](p(m)))),
    shown("the prover alone: the trace of an inverse", lambda: open_(grad(tr(slopes**-1), x), grad(div(f(x), x), x))),
    shown("the prover alone: an inverse of second derivatives", lambda: open_(grad(tr(jacobian(grad(g(x), x), x) ** -1), x), grad(laplacian(g(x), x), x))),
]  # fmt: skip

# --- averages of fields

bell = E[N(x, mu, S)]
twice = E[N(x, mu, S) * N(y, mu, S)]

FIELDS = [
    refused("a form of slopes without the draw in it", lambda: same(bell((x - mu).T * slopes * (x - mu)), tr(S * bell(slopes)))),
    refused("an average of a product of slopes", lambda: same(bell(slopes * slopes), bell(slopes) * bell(slopes))),
    refused("slopes beside their transposes under an average", lambda: same(bell(slopes * slopes.T), bell(slopes.T * slopes))),
    refused("a trace turned the other way under an average", lambda: same(bell(tr(B * slopes * C)), tr(B * C * bell(slopes)))),
    refused("fields of two draws are of one", lambda: same(twice(f(x).T * f(y)), bell(norm(f(x)) ** 2))),
    refused("a draw and the one that it comes from", lambda: same(
        E[N(x, y, S) * N(y, mu, S1)](f(x).T * f(y)), bell(f(x)).T * E[N(y, mu, S1)](f(y)))),
    refused("an average inside an average taken out", lambda: same(bell(g(x) * E[N(y, x, S1)](g(y))), bell(g(x)) * E[N(y, mu, S1)](g(y)))),
    refused("a slope by the other vector", lambda: same(grad(bell(g(x, y)), y), bell(grad(g(x, y), x)))),
    refused("a width that moves does not count", lambda: same(grad(E[N(x, mu, (1 + norm(y) ** 2) * eye_d)](g(x)), y), 0 * y)),
    refused("a rate of a width without its slope", lambda: same(
        Derivative(E[N(x, mu, c**2 * S)](g(x)), c), E[N(x, mu, c**2 * S)](tr(S * jacobian(grad(g(x), x), x))))),
    refused("a field without a mean slope", lambda: same(bell(slopes), 0 * B)),
    refused("a law of outer products alone", lambda: same(E[N(x, 0, c * y * y.T)](norm(x) ** 2), c * norm(y) ** 2)),
    refused("a law of one outer product, and a field", lambda: same(E[N(x, mu, y * y.T)](g(x) * (x - mu)), y * E[N(x, mu, y * y.T)](y.T * grad(g(x), x)))),
    refused("a sum over times of laws that move", lambda: same(Sum(E[N(x, i * y, S)](g(x)), (i, 1, T)), T * E[N(x, y, S)](g(x)))),
    refused("a sum of determinants", lambda: same(Sum(det(i * S), (i, 1, T)), T * (T + 1) / 2 * det(S))),
    refused("a sum of inverses with outer products", lambda: same(Sum(x.T * (eye_d + i * y * y.T) ** -1 * x, (i, 1, T)), T * x.T * (eye_d + y * y.T) ** -1 * x)),
    only("a sum of forms that has not begun", lambda: same(Sum(x.T * y, (i, 1, k)), k * x.T * y), {k: -1}),
    only("a determinant that may be negative", lambda: same(log(det(eye_d + c * x * x.T)), log(1 + c * x.T * x))),
    proved("a constant leaves an average of slopes", lambda: same(bell(B * slopes * C * y), B * bell(slopes) * C * y)),
    proved("a sum over times under an average", lambda: same(Sum(bell(i * g(x)), (i, 1, T)), T * (T + 1) / 2 * bell(g(x)))),
]  # fmt: skip

# --- how they are printed

PRINTED = [
    shown("a power of a product", lambda: text((x.T * y) ** 2) == "(x.T*y)**2"),
    shown("a quotient by a product", lambda: text(frac(a, x.T * y)) == "a/(x.T*y)"),
    shown("a root of a product", lambda: text(sqrt(x.T * y)) == "sqrt(x.T*y)"),
]

ALL = [*AVERAGES, *DERIVATIVES, *SIZES, *LAWS, *ALONE, *FIELDS, *PRINTED]
