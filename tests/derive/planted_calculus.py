"""False lines of calculus, the slips that textbooks make: (name, left, right, what is given)."""

from sympy import Rational, oo, pi

from lines_calculus import H, K, U, W, X, Y, Z, a, action, b, beta, c, cycloid, descent, drop, density, eps, eta, f, fi, free, g
from lines_calculus import gibbs, h, half, i, j, k, kinetic, lam, levels, line, m, multipliers, n, newton, one, p, path, phi
from lines_calculus import prior, q, r, s, slope, steep, t, tau, u, velocity, weight, x, y, V, partition, entropy
from lines_calculus import backwards, carried, crowd, drift, spreading
from vdmlib.derive.nodes.hypotheses import fact
from vdmlib.derive import Derivative as D
from vdmlib.derive import Integral, Limit, Subs, Sum, beltrami, euler_lagrange, exp, frac, log, sqrt, variation

taylor = f(c) + D(f(c), c) * (x - c)

PLANTED = [
    ("heat is entropy", D(H(beta), beta), D(U(beta), beta),
     [fact(H(beta), beta * U(beta) + log(Z(beta)), forall=beta), fact(U(beta), -D(Z(beta), beta) / Z(beta), forall=beta)]),
    ("energy without the minus", D(H(beta), beta), beta * D(U(beta), beta),
     [fact(H(beta), beta * U(beta) + log(Z(beta)), forall=beta), fact(U(beta), D(Z(beta), beta) / Z(beta), forall=beta)]),
    ("curvature of phi with a sign", D(phi(u), (u, 2)), -1 / u**2, fi),
    ("phi and its reflection", phi(1 / u), phi(u), fi),
    ("taylor: kernel s − x", f(x), taylor + Integral((s - x) * D(f(s), (s, 2)), (s, c, x)), ()),
    ("taylor: kernel squared", f(x), taylor + Integral((x - s) ** 2 * D(f(s), (s, 2)), (s, c, x)), ()),
    ("taylor: kernel from the wrong end", f(x), taylor + Integral((s - c) * D(f(s), (s, 2)), (s, c, x)), ()),
    ("taylor: curvature at the start only", f(x), taylor + Integral((x - s) * D(f(c), (c, 2)), (s, c, x)), ()),
    ("variation of a square without the two", variation(Integral(f(x) ** 2, (x, a, b)), f(x), eta(x), eps),
     Integral(f(x) * eta(x), (x, a, b)), ()),
    ("variation forgets the velocity", variation(Integral(action, (t, a, b)), q(t), eta(t), eps),
     Integral(D(action, q(t)) * eta(t), (t, a, b)), ()),
    ("variation: velocity varied by η", variation(Integral(action, (t, a, b)), q(t), eta(t), eps),
     Integral((D(action, q(t)) + D(action, velocity)) * eta(t), (t, a, b)), ()),
    ("by parts without the ends", Integral(D(action, velocity) * D(eta(t), t), (t, a, b)),
     -Integral(D(D(action, velocity), t) * eta(t), (t, a, b)), ()),
    ("by parts with a plus", Integral(D(action, velocity) * D(eta(t), t), (t, a, b)),
     Integral(D(D(action, velocity), t) * eta(t), (t, a, b)) + Subs(D(action, velocity) * eta(t), t, b)
     - Subs(D(action, velocity) * eta(t), t, a), ()),
    ("newton with a partial time derivative", euler_lagrange(kinetic - V(q(t)), q(t), t), -D(V(q(t)), q(t)) - m * velocity, ()),
    ("euler-lagrange with a plus", D(action, q(t)) + D(D(action, velocity), t), euler_lagrange(action, q(t), t), ()),
    ("euler-lagrange: position for velocity", D(action, velocity) - D(D(action, q(t)), t), euler_lagrange(action, q(t), t), ()),
    ("the lagrangian is kept", D(kinetic - V(q(t)), t), 0, newton),
    ("energy is kept off the path", D(kinetic + V(q(t)), t), 0, ()),
    ("beltrami without the slope", D(free - D(free, slope), x), euler_lagrange(free, y(x), x) * slope, ()),
    ("beltrami: not times the slope", D(beltrami(free, y(x), x), x), euler_lagrange(free, y(x), x), ()),
    ("beltrami of the descent upside down", beltrami(descent, y(x), x), sqrt(2 * g * y(x) * (1 + slope**2)), ()),
    ("cycloid with r for 2r", Y(tau) * (1 + steep**2), r, cycloid),
    ("cycloid by its own derivative", Y(tau) * (1 + D(Y(tau), tau) ** 2), 2 * r, cycloid),
    ("cycloid: y″ by the parameter", 1 + steep**2 + 2 * Y(tau) * D(steep, tau), 0, cycloid),
    ("time on the cycloid, full arch", Integral(sqrt((D(X(tau), tau) ** 2 + D(Y(tau), tau) ** 2) / (2 * g * Y(tau))), (tau, 0, 2 * pi)),
     pi * sqrt(r / g), cycloid),
    ("the straight line is as fast", Integral(sqrt((D(path(s), s) ** 2 + D(drop(s), s) ** 2) / (2 * g * drop(s))), (s, 0, 1)),
     pi * sqrt(r / g), line),
    ("stationarity without the one", D(Sum(weight[i] * log(prior[i] / weight[i]), (i, 1, n)) + lam * (Sum(weight[i], (i, 1, n)) - 1), weight[j]),
     log(prior[j] / weight[j]) + lam, ()),
    ("stationarity keeps the sum", D(Sum(weight[i] * log(prior[i] / weight[i]), (i, 1, n)), weight[j]),
     Sum(log(prior[i] / weight[i]) - 1, (i, 1, n)), ()),
    ("boltzmann's formula upside down", -k * Sum(p[i] * log(p[i]), (i, 1, W)), -k * log(W), [fact(p[i], 1 / W, forall=i)]),
    ("boltzmann's formula with W", -k * Sum(p[i] * log(p[i]), (i, 1, W)), k * W, [fact(p[i], 1 / W, forall=i)]),
    ("multipliers: plus the energy", D(multipliers, p[j]), -log(p[j]) - 1 + beta * levels[j] - lam, ()),
    ("gibbs with log Z + 1", -log(p[j]) - 1 - beta * levels[j] - lam, 0, [*gibbs, (lam, log(partition) + 1)]),
    ("entropy of gibbs with − log Z", entropy, beta * Sum(p[i] * levels[i], (i, 1, n)) - log(partition), [*gibbs, *one]),
    ("infinite entropy, finite after all", Limit(log(2) * (K + 2 - (K + 2) / 2**K) / K, K, oo), 0, ()),
    ("infinite entropy: points not counted", Sum(frac(1, 2**i) * log(2**i * 2 ** (2**i)), (i, 1, K)), log(2) * (2 - (K + 2) / 2**K), ()),
    ("difference quotient without halving", Limit((f(x + h) - f(x - h)) / h, h, 0), D(f(x), x), ()),
    ("log-derivative: one term", D(log(density(x)), (x, 2)), D(density(x), (x, 2)) / density(x), ()),
    ("likelihood integrates to one", Integral(s, (s, 0, 1)), 1, ()),
    ("a derivative goes into a square", D(f(x) ** 2, x), D(f(x), x) ** 2, ()),
    ("log of a sum is the sum of logs", log(density(x) + density(y(x))), log(density(x)) + log(density(y(x))), ()),
    ("exponential of a sum of halves", exp(x) + exp(x), exp(2 * x), ()),
    ("root of a sum", sqrt(u + g), sqrt(u) + sqrt(g), ()),
    ("power three halves", sqrt(u) ** 3, u ** Rational(2, 3), ()),
    ("fokker-planck backwards, sign kept", D(crowd, t), backwards, spreading),
    ("fokker-planck backwards without the score", -D(crowd, t), -D(crowd, t) - backwards, spreading),
    ("log-density along a flow, sign", D(log(crowd), t) + drift * D(log(crowd), x), D(drift, x), carried),
    ("log-density at rest for along a flow", D(log(crowd), t), -D(drift, x), carried),
    ("ascent for langevin", -D(density(x) * D(log(density(x)), x), x), 0, ()),
    ("langevin with half the noise", -D(density(x) * D(log(density(x)), x), x) + half * D(density(x), (x, 2)), 0, ()),
    ("variance without the square", half * (u + g) ** 2 - half * u**2, half * g**2, ()),
]  # fmt: skip
