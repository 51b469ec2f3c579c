"""False lines that no mutation rule makes: slips of textbooks and of the source article, beside the true line.

Each entry: name → (left side, true right side, false right side, keyword arguments of `prove`).
"""

from vdmlib.derive import (
    CE,
    ELBO,
    KL,
    MI,
    E,
    H,
    Integrate,
    Law,
    Product,
    Sum,
    Times,
    chain,
    exp,
    frac,
    log,
    phi,
    symbol,
    symbols,
    undefined,
    variables,
)

x, z = variables("x z")
w = variables("w", positive=True)
p, q, r = Law("p", x, z), Law("q", z | x), Law("r", x, z)
P, Q = Law("P", x), Law("Q", x)
W = Law("W", w)
u, g = Law("u", x), Law("g", x)
n, Z = symbol("n", positive=True), symbol("Z", positive=True)
m, beta = symbol("m", positive=True), symbol("beta")
eps = undefined("eps")
T, t = symbols("T t", integer=True, positive=True)
X = chain("x")
f = Law("q", X[1:T] | X[0], markov=True)
b = Law("p", X[0:T], markov=True)
three = Law("s", X[0:2], markov=True)
Eq = E[q(z | x)]
evidence = log(p(x))
elbo = ELBO(q(z | x), p(x, z))
path = E[f(X[1:T] | X[0])]
long_elbo = path(log(frac(b(X[0:T]), f(X[1:T] | X[0]))))
recon = E[f(X[1] | X[0])](log(b(X[0] | X[1])))
prior = KL(f(X[T] | X[0]), b(X[T]))
denoise = KL(f(X[t - 1] | X[t], X[0]), b(X[t - 1] | X[t]))
sum_of = {"times": Times({T: 1})}
two = {"times": Times({T: 2})}
inner = {"times": Times({t: 2, T: 5})}
whole = Law("q", X[0:T], markov=True)
apart = Law("s", X[t - 1], X[t], X[t + 1])  # x_t and x_{t+1} drawn from x_{t−1}, each by itself
decoupled = {**inner, "facts": [(apart(X[t - 1], X[t], X[t + 1]), whole(X[t - 1]) * whole(X[t] | X[t - 1]) * whole(X[t + 1] | X[t - 1]))]}
centre, guess = symbols("m c")
denoised = {"times": Times({t: 1, T: 5}), "facts": [(centre, E[whole(X[0] | X[t])](X[0]))]}
consistent = Sum(E[f(X[t - 1], X[t], X[t + 1] | X[0])](log(frac(f(X[t] | X[t - 1]), b(X[t] | X[t + 1])))), (t, 1, T - 1))

PLANTED = {
    # marginals, Bayes, normalisation
    "evidence without the prior": (evidence, log(Integrate[z](p(x | z) * p(z))), log(Integrate[z](p(x | z))), {}),
    "joint for the evidence": (p(x), Integrate[z](p(x | z) * p(z)), p(x | z) * p(z), {}),
    "Bayes with the wrong evidence": (p(z | x), frac(p(x | z) * p(z), p(x)), frac(p(x | z) * p(z), p(z)), {}),
    "Bayes with priors exchanged": (p(z | x), frac(p(x | z) * p(z), p(x)), frac(p(x | z) * p(x), p(z)), {}),
    "posterior not normalised": (p(z | x), frac(p(x | z) * p(z), p(x)), p(x | z) * p(z), {}),
    "decoder normalised over the latent": (evidence, evidence * Integrate[z](q(z | x)), evidence * Integrate[z](p(x | z)), {}),
    "average of the likelihood under the posterior": (p(x), E[p(z)](p(x | z)), E[p(z | x)](p(x | z)), {}),
    "marginal without integrating": (three(X[2] | X[0]), E[three(X[1] | X[0])](three(X[2] | X[1])), three(X[2] | X[1]) * three(X[1] | X[0]), {}),
    # entropies
    "cross-entropy from the wrong entropy": (CE(P(x), Q(x)), H(P(x)) + KL(P(x), Q(x)), H(Q(x)) + KL(P(x), Q(x)), {}),
    "cross-entropy below entropy": (CE(P(x), Q(x)), H(P(x)) + KL(P(x), Q(x)), H(P(x)) - KL(Q(x), P(x)), {}),
    "KL as entropy minus cross-entropy": (KL(P(x), Q(x)), CE(P(x), Q(x)) - H(P(x)), H(P(x)) - CE(P(x), Q(x)), {}),
    "KL is not symmetric": (KL(P(x), Q(x)), E[P(x)](log(frac(P(x), Q(x)))), E[Q(x)](log(frac(Q(x), P(x)))), {}),
    "log and expectation exchanged in KL": (KL(P(x), Q(x)), E[P(x)](log(frac(P(x), Q(x)))), log(E[P(x)](frac(P(x), Q(x)))), {}),
    "ratio without the log": (KL(P(x), Q(x)), E[P(x)](log(frac(P(x), Q(x)))), E[P(x)](frac(P(x), Q(x)) - 1), {}),
    "entropy adds without independence": (H(p(x, z)), H(p(x)) + E[p(x)](H(p(z | x))), H(p(x)) + H(p(z)), {}),
    "conditional entropy from the wrong marginal": (E[p(x)](H(p(z | x))), H(p(x, z)) - H(p(x)), H(p(x, z)) - H(p(z)), {}),
    "information without the joint entropy": (MI(p(x, z), x), H(p(x)) + H(p(z)) - H(p(x, z)), H(p(x)) - H(p(x, z)), {}),
    "conditional entropy taken for entropy": (E[p(x, z)](log(p(x | z))), H(p(z)) - H(p(x, z)), -H(p(x)), {}),
    "expectation under the product of marginals": (E[p(x, z)](log(p(x, z))), -H(p(x, z)), E[p(x) * p(z)](log(p(x, z))), {}),
    "aggregate posterior without the information": (E[r(x)](KL(r(z | x), p(z))), KL(r(z), p(z)) + MI(r(x, z), x), KL(r(z), p(z)), {}),
    "entropy of the uniform law, KL turned round": (log(n) - H(P(x)), KL(P(x), u(x)), KL(u(x), P(x)), {"facts": [(u(x), 1 / n)]}),
    "Boltzmann entropy with log Z subtracted": (H(g(x)), beta * E[g(x)](eps(x)) + log(Z), beta * E[g(x)](eps(x)) - log(Z), {"facts": [(g(x), exp(-beta * eps(x)) / Z)]}),
    "energy not averaged under the same law": (KL(P(x), g(x)), log(Z) + beta * E[P(x)](eps(x)) - H(P(x)), log(Z) + beta * E[g(x)](eps(x)) - H(P(x)), {"facts": [(g(x), exp(-beta * eps(x)) / Z)]}),
    "likelihood with the data entropy of the model": (E[P(x)](log(Q(x))), -H(P(x)) - KL(P(x), Q(x)), -H(Q(x)) - KL(P(x), Q(x)), {}),
    "likelihood with the reverse KL": (E[P(x)](log(Q(x))), -H(P(x)) - KL(P(x), Q(x)), -H(P(x)) - KL(Q(x), P(x)), {}),
    "Jensen's gap of the inverse": (log(m) - E[W(w)](log(w)), E[W(w)](phi(w / m)), E[W(w)](phi(m / w)), {"facts": [(m, E[W(w)](w))]}),
    "Jensen taken for an equality": (log(E[q(z | x)](frac(p(x, z), q(z | x)))), log(p(x)), Eq(log(frac(p(x, z), q(z | x)))), {}),
    # the ELBO
    "gap with KL turned round": (evidence, elbo + KL(q(z | x), p(z | x)), elbo + KL(p(z | x), q(z | x)), {}),
    "ELBO without the prior term": (elbo, Eq(log(p(x | z))) - KL(q(z | x), p(z)), Eq(log(p(x | z))) + H(q(z | x)), {}),
    "ELBO with the KL to the posterior": (elbo, Eq(log(p(x | z))) - KL(q(z | x), p(z)), Eq(log(p(x | z))) - KL(q(z | x), p(z | x)), {}),
    "ELBO with entropy subtracted": (elbo, Eq(log(p(x, z))) + H(q(z | x)), Eq(log(p(x, z))) - H(q(z | x)), {}),
    "reconstruction taken for evidence": (evidence, elbo + KL(q(z | x), p(z | x)), Eq(log(p(x | z))), {}),
    "reconstruction under the prior": (elbo, Eq(log(p(x | z))) - KL(q(z | x), p(z)), E[p(z)](log(p(x | z))) - KL(q(z | x), p(z)), {}),
    "the appendix's signs": (elbo, Eq(log(p(z | x))) + H(q(z | x)) + evidence, -Eq(log(p(z | x))) - H(q(z | x)) + evidence, {}),
    "log of the predictive for the reconstruction": (Eq(log(p(x | z))), Eq(log(frac(p(x, z), p(z)))), log(Eq(p(x | z))), {}),
    # Markov chains
    "independent steps": (log(three(X[1], X[2] | X[0])), log(three(X[1] | X[0])) + log(three(X[2] | X[1])), log(three(X[1] | X[0])) + log(three(X[2] | X[0])), {}),
    "the future forgotten (Luo 44 to 45)": (three(X[1] | X[0], X[2]), frac(three(X[1] | X[0]) * three(X[2] | X[1]), three(X[2] | X[0])), three(X[1] | X[0]), {}),
    "reverse step taken for the forward bridge": (three(X[1] | X[0], X[2]), frac(three(X[2] | X[1]) * three(X[1] | X[0]), three(X[2] | X[0])), three(X[1] | X[2]), {}),
    "Bayes along the chain with the ratio inverted": (f(X[t] | X[t - 1], X[0]), f(X[t - 1] | X[t], X[0]) * frac(f(X[t] | X[0]), f(X[t - 1] | X[0])), f(X[t - 1] | X[t], X[0]) * frac(f(X[t - 1] | X[0]), f(X[t] | X[0])), {"times": Times({t: 2, T: 5}, {})}),
    "no data lost in a second step": (MI(three(X[0], X[1]), X[0]), MI(three(X[0], X[2]), X[0]) + E[three(X[2])](MI(three(X[0], X[1] | X[2]), X[0])), MI(three(X[0], X[2]), X[0]), {}),
    "chain started at the wrong end": (path(log(b(X[0:T]))), path(log(b(X[T]) * Product(b(X[t - 1] | X[t]), (t, 1, T)))), path(log(b(X[0]) * Product(b(X[t - 1] | X[t]), (t, 1, T)))), sum_of),
    "within-factor cancellation": (path(log(f(X[1:T] | X[0]))), path(log(f(X[T] | X[0]))) + Sum(path(log(f(X[t - 1] | X[t], X[0]))), (t, 2, T)), path(log(f(X[1] | X[0]))) + Sum(path(log(f(X[t - 1] | X[t], X[0]))), (t, 2, T)), sum_of),
    "prior term of one form in the other": (long_elbo, recon - prior - Sum(E[f(X[t] | X[0])](denoise), (t, 2, T)), recon - path(log(frac(f(X[T] | X[T - 1]), b(X[T])))) - Sum(E[f(X[t] | X[0])](denoise), (t, 2, T)), two),
    "denoising terms under the wrong time": (long_elbo, recon - prior - Sum(E[f(X[t] | X[0])](denoise), (t, 2, T)), recon - prior - Sum(path(log(frac(f(X[t] | X[t - 1]), b(X[t - 1] | X[t])))), (t, 2, T)), sum_of),
    "consistency terms without the information": (Sum(path(log(frac(f(X[t] | X[t - 1]), b(X[t] | X[t + 1])))), (t, 1, T - 1)), Sum(E[f(X[t] | X[0])](denoise), (t, 2, T)) - MI(f(X[T - 1], X[T] | X[0]), X[T]), Sum(E[f(X[t] | X[0])](denoise), (t, 2, T)), two),
    "three variables a term, x₀ given in the first": (consistent, Sum(E[f(X[t] | X[0])](denoise), (t, 2, T)) - MI(f(X[T - 1], X[T] | X[0]), X[T]), Sum(E[f(X[t] | X[0])](denoise), (t, 2, T)), two),
    "Luo's 45 for his 44": (long_elbo, recon - E[f(X[T - 1] | X[0])](KL(f(X[T] | X[T - 1]), b(X[T]))) - consistent, recon - E[f(X[T - 1] | X[0])](KL(f(X[T] | X[T - 1]), b(X[T]))) - Sum(E[f(X[t - 1], X[t + 1] | X[0])](KL(f(X[t] | X[t - 1]), b(X[t] | X[t + 1]))), (t, 1, T - 1)), two),
    "the decoupled law's reverse kernel taken for the chain's": (E[whole(X[t - 1], X[t + 1])](KL(whole(X[t] | X[t - 1]), b(X[t] | X[t + 1]))), E[apart(X[t + 1])](MI(apart(X[t - 1], X[t] | X[t + 1]), X[t])) + E[apart(X[t + 1])](KL(apart(X[t] | X[t + 1]), b(X[t] | X[t + 1]))), E[apart(X[t + 1])](MI(apart(X[t - 1], X[t] | X[t + 1]), X[t])) + E[whole(X[t + 1])](KL(whole(X[t] | X[t + 1]), b(X[t] | X[t + 1]))), decoupled),
    "the decoupled law's pairs are not the chain's": (Integrate[X[t + 1]](apart(X[t] | X[t + 1]) * whole(X[t + 1])), whole(X[t]), apart(X[t] | X[t + 1]), decoupled),
    "squared error without the spread": (E[whole(X[0] | X[t])]((X[0] - guess) ** 2), E[whole(X[0] | X[t])]((X[0] - centre) ** 2) + (guess - centre) ** 2, (guess - centre) ** 2, denoised),
    # two variables, two laws
    "KL adds without independence": (KL(p(x, z), r(x, z)), KL(p(x), r(x)) + E[p(x)](KL(p(z | x), r(z | x))), KL(p(x), r(x)) + KL(p(z), r(z)), {}),
    "chain rule of KL averaged under the second law": (KL(p(x, z), r(x, z)), KL(p(x), r(x)) + E[p(x)](KL(p(z | x), r(z | x))), KL(p(x), r(x)) + E[r(x)](KL(p(z | x), r(z | x))), {}),
    "information as the other KL": (MI(p(x, z), x), E[p(x)](KL(p(z | x), p(z))), E[p(z)](KL(p(x), p(x | z))), {}),
    "knowing more raises entropy": (H(p(z)), E[p(x)](H(p(z | x))) + MI(p(x, z), x), E[p(z)](H(p(x | z))) + MI(p(x, z), x), {}),
    "importance weights upside down": (evidence, log(Eq(frac(p(x, z), q(z | x)))), -log(Eq(frac(q(z | x), p(x | z)))), {}),
    "evidence as a mean log-likelihood": (evidence, log(E[p(z)](p(x | z))), E[p(z)](log(p(x | z))), {}),
    "reconstruction plus gap": (evidence, elbo + KL(q(z | x), p(z | x)), Eq(log(p(x | z))) + KL(q(z | x), p(z | x)), {}),
    "two levels with independent latents": (log(three(X[0:2])), log(three(X[2])) + log(three(X[1] | X[2])) + log(three(X[0] | X[1])), log(three(X[2])) + log(three(X[1])) + log(three(X[0] | X[1])), {}),
    "a decoder that skips a level": (log(three(X[0:2])), log(three(X[2])) + log(three(X[1] | X[2])) + log(three(X[0] | X[1])), log(three(X[2])) + log(three(X[1] | X[2])) + log(three(X[0] | X[2])), {}),
    "entropy of the chain without the middle": (H(three(X[0:2])), H(three(X[0], X[1])) + H(three(X[1], X[2])) - H(three(X[1])), H(three(X[0], X[1])) + H(three(X[1], X[2])), {}),
    "posterior averaged to the prior under the model": (E[r(x)](E[r(z | x)](log(p(z)))), E[r(z)](log(p(z))), -H(p(z)), {}),
    "telescoping to the wrong end": (long_elbo, recon - prior - Sum(E[f(X[t] | X[0])](denoise), (t, 2, T)), recon - KL(f(X[1] | X[0]), b(X[1])) - Sum(E[f(X[t] | X[0])](denoise), (t, 2, T)), two),
    "bound of one level for many": (long_elbo, recon - prior - Sum(E[f(X[t] | X[0])](denoise), (t, 2, T)), recon - KL(f(X[1] | X[0]), b(X[1])) + prior, two),
    "entropy of the path without the data": (path(log(f(X[1:T] | X[0]))), Sum(path(log(f(X[t] | X[t - 1]))), (t, 1, T)), Sum(path(log(f(X[t] | X[0]))), (t, 1, T)), two),
}
