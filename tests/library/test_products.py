"""What is exact multiplies matrices in all their digits, also where the device would rather not."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from vdmlib import (
    Categorical,
    FullGaussian,
    GaussianMixture,
    LinearGaussian,
    LinearGaussianChain,
    LinearStep,
    LinearVAE,
    classifier_free,
    classifier_guidance,
)
from vdmlib.exact import brachistochrone
from vdmlib.laws.level_softmax import LevelSoftmax


def products(jaxpr):
    """The precision of each matrix product in a program, those of the programs in it too."""
    for equation in jaxpr.eqns:
        if equation.primitive.name == "dot_general":
            yield equation.params["precision"]
        for inner in jax.tree.leaves(equation.params, is_leaf=lambda leaf: hasattr(leaf, "eqns") or hasattr(leaf, "jaxpr")):
            if hasattr(inner, "eqns") or hasattr(inner, "jaxpr"):
                yield from products(getattr(inner, "jaxpr", inner))


MIXTURE = GaussianMixture([0.5, 0.5], [[-1.0, 0.0], [1.0, 0.5]], [[[1.0, 0.3], [0.3, 0.5]]] * 2, labels=[0, 1])
POINTS, OMEGAS, TAGS = jnp.ones((3, 2)), jnp.zeros(3), jnp.array([0, 1, 1])
LINEAR = LinearGaussian(jnp.ones((3, 2)), jnp.zeros(3), 0.5)
STEP = LinearStep(jnp.eye(2), jnp.zeros(2), jnp.eye(2))
CHAIN = LinearGaussianChain([STEP, STEP])
FULL = FullGaussian(jnp.zeros(2), jnp.eye(2))
ENCODER = LinearVAE(3, 2)

EXACT = {
    "covariances of a mixture": lambda: (MIXTURE.covs, MIXTURE.mean, MIXTURE.cov),
    "draws of a mixture": lambda: MIXTURE.sample(0, 4),
    "density": lambda: MIXTURE.log_prob(POINTS, omega=OMEGAS),
    "class": lambda: MIXTURE.log_prob_class(POINTS, OMEGAS),
    "score": lambda: MIXTURE.score(POINTS, OMEGAS),
    "denoiser": lambda: MIXTURE.denoise(POINTS, OMEGAS).eps,
    "posterior": lambda: MIXTURE.posterior(POINTS[0], 0.0).means,
    "gradient of a density": lambda: jax.grad(lambda x: MIXTURE.log_prob(x, omega=OMEGAS).sum())(POINTS),
    "classifier-free guidance": lambda: classifier_free(MIXTURE.denoise, 3.0)(POINTS, OMEGAS, TAGS).eps,
    "classifier guidance": lambda: classifier_guidance(MIXTURE.denoise, MIXTURE.log_prob_class, 3.0)(POINTS, OMEGAS, TAGS).eps,
    "linear model": lambda: (LINEAR.sample(0, 2), LINEAR.marginal(), LINEAR.posterior(jnp.ones(3))),
    "its bound": lambda: LINEAR.elbo(jnp.ones(3), *LINEAR.posterior(jnp.ones(3))),
    "chain": lambda: (CHAIN.marginals(), CHAIN.sample(0, 2)),
    "bound of a chain": lambda: CHAIN.elbo_terms(jnp.ones(2), CHAIN.posterior()),
    "other bound of a chain": lambda: CHAIN.log_ratio_terms(jnp.ones(2), CHAIN.posterior()),
    "full Gaussian": lambda: (FULL.cov, FULL.sample(0, 2)),
    "linear VAE": lambda: ENCODER.elbo(jnp.ones((2, 3))),
    "mean level": lambda: LevelSoftmax(4).mean(jnp.zeros((2, 4))),
    "mean pixel": lambda: Categorical(4).mean(jnp.zeros((2, 4))),
    "fastest slide": lambda: brachistochrone._descend(
        jnp.linspace(0.0, 1.0, 6), jnp.linspace(1.0, 0.0, 6), 9.81, steps=2),
}


@pytest.mark.parametrize("what", EXACT)
def test_every_product_is_in_full_precision(what):
    found = list(products(jax.make_jaxpr(EXACT[what])().jaxpr))
    highest = jax.lax.Precision.HIGHEST
    assert found, "no product here: nothing is tried"
    assert all(np.all([one is highest for one in (each if isinstance(each, tuple) else (each,))]) for each in found), found
