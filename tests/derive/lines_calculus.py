"""True lines of calculus: (name, left, right, what is given)."""

from sympy import Integer, Rational, cos, oo, pi, sin

from vdmlib.derive import Derivative as D
from vdmlib.derive import Integral, Limit, Product, Subs, Sum, beltrami, coordinates, euler_lagrange, exp, frac, log, sqrt, symbols
from vdmlib.derive import fact, undefined, variation

x, c, t, a, b, lam, tau, s, h, eps, energy = symbols("x c t a b lambda tau s h epsilon U_0")
u, g, r, m, beta, k, theta = symbols("u g r m beta k theta", positive=True)
i, j, n, K, W = symbols("i j n K W", integer=True, positive=True)
half = Rational(1, 2)
f, V, L, q, eta, phi = undefined("f V L q eta phi")
U, H, X, Y, path, drop = undefined("U H X Y x_s y_s")
Z, y, density = undefined("Z", positive=True), undefined("y", positive=True), undefined("p", positive=True)
weight, prior, p = (coordinates(name, positive=True) for name in ("q", "a", "p"))
levels = coordinates("E")
partition = symbols("Z_0", positive=True)
crowd, speed, drift = undefined("p", positive=True)(x, t), undefined("n", positive=True)(t), undefined("w")(x, t)

fi = [fact(phi(u), u - 1 - log(u), forall=u)]
velocity = D(q(t), t)
action = L(q(t), velocity, t)
kinetic = half * m * velocity**2
newton = [fact(D(q(t), (t, 2)), -D(V(q(t)), q(t)) / m, forall=t)]
slope = D(y(x), x)
free = L(y(x), slope)
descent = sqrt((1 + slope**2) / (2 * g * y(x)))
cycloid = [fact(X(tau), r * (tau - sin(tau)), forall=tau), fact(Y(tau), r * (1 - cos(tau)), forall=tau)]
steep = frac(D(Y(tau), tau), D(X(tau), tau))
line = [fact(path(s), pi * r * s, forall=s), fact(drop(s), 2 * r * s, forall=s)]
gibbs = [fact(p[i], exp(-beta * levels[i]) / partition, forall=i)]
one = [(Sum(exp(-beta * levels[i]), (i, 1, n)), partition)]
spreading = [fact(D(crowd, t), half * speed * (D(x * crowd, x) + D(crowd, (x, 2))), forall=(x, t))]
carried = [fact(D(crowd, t), -D(drift * crowd, x), forall=(x, t))]
backwards = -D((half * speed * x + half * speed * (1 + c) * D(log(crowd), x)) * crowd, x) + half * c * speed * D(crowd, (x, 2))
entropy = -Sum(p[i] * log(p[i]), (i, 1, n))
multipliers = entropy - beta * (Sum(p[i] * levels[i], (i, 1, n)) - energy) - lam * (Sum(p[i], (i, 1, n)) - 1)

LINES = [
    ("heat", D(H(beta), beta), beta * D(U(beta), beta),
     [fact(H(beta), beta * U(beta) + log(Z(beta)), forall=beta), fact(U(beta), -D(Z(beta), beta) / Z(beta), forall=beta)]),
    ("phi at one", phi(1), 0, fi),
    ("slope of phi at one", Subs(D(phi(u), u), u, 1), 0, fi),
    ("curvature of phi", D(phi(u), (u, 2)), 1 / u**2, fi),
    ("taylor", f(x), f(c) + D(f(c), c) * (x - c) + Integral((x - s) * D(f(s), (s, 2)), (s, c, x)), ()),
    ("fundamental theorem", D(Integral(f(s), (s, 0, x)), x), f(x), ()),
    ("integral of a derivative", Integral(D(f(s), s), (s, a, x)), f(x) - f(a), ()),
    ("variation of a square", variation(Integral(f(x) ** 2, (x, a, b)), f(x), eta(x), eps), Integral(2 * f(x) * eta(x), (x, a, b)), ()),
    ("variation of an action", variation(Integral(action, (t, a, b)), q(t), eta(t), eps),
     Integral(D(action, q(t)) * eta(t) + D(action, velocity) * D(eta(t), t), (t, a, b)), ()),
    ("integration by parts", Integral(D(action, q(t)) * eta(t) + D(action, velocity) * D(eta(t), t), (t, a, b)),
     Integral((D(action, q(t)) - D(D(action, velocity), t)) * eta(t), (t, a, b))
     + Subs(D(action, velocity) * eta(t), t, b) - Subs(D(action, velocity) * eta(t), t, a), ()),
    ("product rule", D(D(action, velocity) * eta(t), t), D(D(action, velocity), t) * eta(t) + D(action, velocity) * D(eta(t), t), ()),
    ("newton", euler_lagrange(kinetic - V(q(t)), q(t), t), -D(V(q(t)), q(t)) - m * D(q(t), (t, 2)), ()),
    ("energy is kept", D(kinetic + V(q(t)), t), 0, newton),
    ("the lagrangian is not", D(kinetic - V(q(t)), t), -2 * D(V(q(t)), q(t)) * velocity, newton),
    ("beltrami", D(beltrami(free, y(x), x), x), euler_lagrange(free, y(x), x) * slope, ()),
    ("beltrami of the descent", beltrami(descent, y(x), x), 1 / sqrt(2 * g * y(x) * (1 + slope**2)), ()),
    ("euler-lagrange of the descent", euler_lagrange(descent, y(x), x),
     -(1 + slope**2 + 2 * y(x) * D(y(x), (x, 2))) / (2 * sqrt(2 * g) * (y(x) * (1 + slope**2)) ** Rational(3, 2)), ()),
    ("cycloid", Y(tau) * (1 + steep**2), 2 * r, cycloid),
    ("cycloid solves", 1 + steep**2 + 2 * Y(tau) * D(steep, tau) / D(X(tau), tau), 0, cycloid),
    ("time on the cycloid", Integral(sqrt((D(X(tau), tau) ** 2 + D(Y(tau), tau) ** 2) / (2 * g * Y(tau))), (tau, 0, pi)),
     pi * sqrt(r / g), cycloid),
    ("time on the straight line", Integral(sqrt((D(path(s), s) ** 2 + D(drop(s), s) ** 2) / (2 * g * drop(s))), (s, 0, 1)),
     sqrt(r * (pi**2 + 4) / g), line),
    ("stationarity", D(Sum(weight[i] * log(prior[i] / weight[i]), (i, 1, n)) + lam * (Sum(weight[i], (i, 1, n)) - 1), weight[j]),
     log(prior[j] / weight[j]) - 1 + lam, ()),
    ("boltzmann's formula", -k * Sum(p[i] * log(p[i]), (i, 1, W)), k * log(W), [fact(p[i], 1 / W, forall=i)]),
    ("multipliers", D(multipliers, p[j]), -log(p[j]) - 1 - beta * levels[j] - lam, ()),
    ("gibbs is stationary", -log(p[j]) - 1 - beta * levels[j] - lam, 0, [*gibbs, (lam, log(partition) - 1)]),
    ("gibbs adds up to one", Sum(p[i], (i, 1, n)), 1, [*gibbs, *one]),
    ("entropy of gibbs", entropy, beta * Sum(p[i] * levels[i], (i, 1, n)) + log(partition), [*gibbs, *one]),
    ("infinite entropy", Sum(frac(1, 2**i) * log(2**i * 2 ** (2**i)), (i, 1, K)), log(2) * (K + 2 - (K + 2) / 2**K), ()),
    ("diverges", Limit(log(2) * (K + 2 - (K + 2) / 2**K), K, oo), oo, ()),
    ("difference quotient", Limit((f(x + h) - f(x)) / h, h, 0), D(f(x), x), ()),
    ("second difference", Limit((f(x + h) - 2 * f(x) + f(x - h)) / h**2, h, 0), D(f(x), (x, 2)), ()),
    ("bernoulli likelihood", Integral(s, (s, 0, 1)), half, ()),
    ("exponential law", Integral(beta * exp(-beta * u), (u, 0, oo)), 1, ()),
    ("log-derivative, twice", D(log(density(x)), (x, 2)), D(density(x), (x, 2)) / density(x) - (D(density(x), x) / density(x)) ** 2, ()),
    ("first numbers", Sum(i, (i, 1, n)), frac(n * (n + 1), 2), ()),
    ("factors of two", Product(2, (i, 1, n)), 2**n, ()),
    ("fokker-planck backwards", -D(crowd, t), backwards, spreading),
    ("log-density along a flow", D(log(crowd), t) + drift * D(log(crowd), x), -D(drift, x), carried),
    ("langevin is stationary", -D(density(x) * D(log(density(x)), x), x) + D(density(x), (x, 2)), 0, ()),
    ("converse of fermat fails", Subs(D(x**3, x), x, 0), Integer(0), ()),
]  # fmt: skip
