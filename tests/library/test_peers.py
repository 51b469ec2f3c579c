"""The library's numbers beside those of code that nobody here wrote: diffusers, PyTorch, numpyro, SciPy.

diffusers and PyTorch are no requirements of the book: where they are missing, their tests are skipped and say so. The
weekly workflow installs them.
"""

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.integrate
import scipy.stats
from flax import nnx

from vdmlib import (
    Bernoulli,
    Binomial,
    Categorical,
    CosineSchedule,
    DiscretisedLogistic,
    Gaussian,
    GaussianMixture,
    LinearSchedule,
    Schedule,
    ancestral,
    ddim,
    ddpm_alpha_bar,
    gaussian_kl,
    kl_diagonal,
    ode_log_prob,
    probability_flow,
)
from vdmlib.diffusion.parameterizations import convert
from vdmlib.models.vdm.terms import prior
from vdmlib.networks import ResidualMLP
from vdmlib.training.optimisers import adam

pytestmark = pytest.mark.usefixtures("double")

STEPS = 50
KINDS = {"eps": "epsilon", "x0": "sample", "v": "v_prediction"}  # and what diffusers calls them


def mixture():
    covs = np.array([[[0.06, 0.03], [0.03, 0.05]], [[0.04, 0.0], [0.0, 0.09]]])
    return GaussianMixture(np.array([0.3, 0.7]), np.array([[-1.5, 0.0], [0.5, 1.3]]), covs)


def points(count=6, seed=0):
    return np.random.default_rng(seed).normal(size=(count, 2))


class Table(Schedule):
    """ᾱ at the times k/T, read off a table: how diffusers has its schedules."""

    def __init__(self, alpha_bar):
        self.levels = nnx.Variable(jnp.asarray(np.log1p(-alpha_bar) - np.log(alpha_bar)))

    def omega(self, t):
        levels = self.levels[...]
        return levels[jnp.round(jnp.asarray(t) * len(levels)).astype(int) - 1]


def theirs(scheduler, name, **options):
    """A scheduler of diffusers of ``STEPS`` steps, and its schedule as one of ours."""
    made = scheduler(num_train_timesteps=STEPS, beta_schedule=name, clip_sample=False, beta_start=1e-3, beta_end=0.2, **options)
    made.set_timesteps(STEPS)
    return made, Table(made.alphas_cumprod.numpy().astype(float))


# --- diffusers: the noise levels ---------------------------------------------------------------------


@pytest.mark.parametrize("steps, first, last", [(1000, 1e-4, 0.02), (50, 1e-3, 0.2), (1, 0.1, 0.1)])
def test_the_levels_of_ddpm_are_diffusers(diffusers, steps, first, last):
    made = diffusers.DDPMScheduler(num_train_timesteps=steps, beta_start=first, beta_end=last, beta_schedule="linear")
    # theirs are products of a thousand 32-bit numbers
    np.testing.assert_allclose(ddpm_alpha_bar(steps, first, last), made.alphas_cumprod, rtol=2e-4)


def test_the_cosine_is_diffusers_cosine(diffusers):
    """Theirs starts at 0.008 and is divided by its first value; ours is the curve itself between two cuts."""
    count, offset = 1000, 0.008
    angle = np.array([offset, 1 - 1 / count + offset]) / (1 + offset) * np.pi / 2
    ours = CosineSchedule(*(2 * np.log(np.tan(angle)))).alpha_bar(jnp.arange(1, count) / (count - 1))
    made = diffusers.DDPMScheduler(num_train_timesteps=count, beta_schedule="squaredcos_cap_v2")
    np.testing.assert_allclose(ours / np.cos(angle[0]) ** 2, made.alphas_cumprod[:-1], rtol=2e-4)


# --- diffusers: steps and whole chains ------------------------------------------------------------------


def pair(torch, made, law, kind, index, eta):
    """One step of theirs from the level of ``index``: its mean, and the standard deviation of its noise."""
    x = points()
    omega = float(law.omega((index + 1) / STEPS))
    told = mixture().denoise(jnp.asarray(x), jnp.full(len(x), omega), None).to(kind).value
    told, x_t = torch.tensor(np.array(told)), torch.tensor(x)
    if eta is None:
        noise = torch.randn(told.shape, generator=torch.Generator().manual_seed(7))
        new = made.step(told, index, x_t, generator=torch.Generator().manual_seed(7)).prev_sample
        deviation = float(made._get_variance(index)) ** 0.5
        return (new - deviation * noise).numpy(), deviation
    still, moved = (
        made.step(told, index, x_t, eta=eta, variance_noise=torch.full(told.shape, z)).prev_sample.numpy() for z in (0.0, 1.0)
    )
    return still, float((moved - still).mean())


DRAW = np.random.default_rng(5).normal(size=points().shape)


def ours(sampler, law, index, **options):
    """One step of ours from the level of ``index``, with ``DRAW`` in place of the sampler's own noise."""
    x, times = jnp.asarray(points()), [(index + 1) / STEPS, index / STEPS]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jax.random, "normal", lambda key, shape, dtype=float: jnp.asarray(DRAW, dtype))
        # a function of its own, so that no program compiled before is taken
        return sampler(lambda *given: mixture().denoise(*given), law, 0, x.shape, steps=times, start=x, final="state", **options)


NAMES = pytest.mark.parametrize("name", ["linear", "squaredcos_cap_v2"])
INDICES = pytest.mark.parametrize("index", [1, 30])


@NAMES
@INDICES
@pytest.mark.parametrize("variance, told", [("posterior", "fixed_small"), ("forward", "fixed_large")])
def test_a_step_of_the_reverse_chain_is_diffusers(torch, diffusers, name, index, variance, told):
    found = ours(ancestral, theirs(diffusers.DDPMScheduler, name)[1], index, variance=variance)
    for kind in KINDS:
        made, law = theirs(diffusers.DDPMScheduler, name, prediction_type=KINDS[kind], variance_type=told)
        mean, deviation = pair(torch, made, law, kind, index, None)
        np.testing.assert_allclose(found, mean + deviation * DRAW, rtol=1e-4, atol=1e-5)


@NAMES
@INDICES
@pytest.mark.parametrize("eta", [0.0, 0.4, 1.0])
def test_a_step_of_ddim_is_diffusers(torch, diffusers, name, index, eta):
    found = ours(ddim, theirs(diffusers.DDIMScheduler, name)[1], index, eta=eta)
    for kind in KINDS:
        made, law = theirs(diffusers.DDIMScheduler, name, prediction_type=KINDS[kind])
        mean, deviation = pair(torch, made, law, kind, index, eta)
        np.testing.assert_allclose(found, mean + deviation * DRAW, rtol=1e-4, atol=1e-5)


@NAMES
def test_a_whole_chain_of_ddim_ends_where_diffusers_does(torch, diffusers, name):
    made, law = theirs(diffusers.DDIMScheduler, name)
    x = torch.tensor(points())
    for index in made.timesteps:
        omega = jnp.full(len(x), law.omega((int(index) + 1) / STEPS))
        told = mixture().denoise(jnp.asarray(x.numpy()), omega, None).eps
        x = made.step(torch.tensor(np.array(told)), index, x).prev_sample
    start = jnp.asarray(points())
    times = np.arange(STEPS, 0, -1) / STEPS
    found = ddim(mixture().denoise, law, 0, start.shape, steps=times, start=start)
    np.testing.assert_allclose(found, x.numpy(), rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("kind", KINDS)
def test_the_targets_are_diffusers(torch, diffusers, kind):
    made, law = theirs(diffusers.DDPMScheduler, "linear")
    x, eps, index = points(seed=1), points(seed=2), np.array([0, 5, 10, 20, 40, 49])
    x_t = made.add_noise(torch.tensor(x), torch.tensor(eps), torch.tensor(index)).numpy()
    velocity = made.get_velocity(torch.tensor(x), torch.tensor(eps), torch.tensor(index)).numpy()
    omega = law.omega((index + 1) / STEPS)
    wanted = {"eps": eps, "x0": x, "v": velocity}[kind]
    found = convert(jnp.asarray(eps), jnp.asarray(x_t), omega, "eps", kind)
    np.testing.assert_allclose(found, wanted, rtol=1e-3, atol=1e-4)


# --- PyTorch -----------------------------------------------------------------------------------------


def test_the_residual_network_is_pytorchs(torch):
    net = ResidualMLP(3, 2, width=8, depth=2, rngs=nnx.Rngs(0))
    draw = np.random.default_rng(0)
    nnx.update(net, jax.tree.map(lambda w: jnp.asarray(draw.normal(size=w.shape), w.dtype), nnx.state(net, nnx.Param)))

    def norm(layer, h):
        scale, bias = (torch.tensor(np.array(w[...])).double() for w in (layer.scale, layer.bias))
        return torch.nn.functional.layer_norm(h, (8,), scale, bias, layer.epsilon)

    def linear(layer, h):
        return h @ torch.tensor(np.array(layer.kernel[...])).double() + torch.tensor(np.array(layer.bias[...])).double()

    def gelu(h):
        return torch.nn.functional.gelu(h, approximate="tanh")

    x = draw.normal(size=(5, 3))
    h = linear(net.first, torch.tensor(x))
    for block in net.blocks:
        h = h + linear(block.outer, gelu(linear(block.inner, norm(block.norm, h))))
    np.testing.assert_allclose(net(jnp.asarray(x)), linear(net.last, gelu(norm(net.norm, h))).numpy(), rtol=2e-5, atol=2e-5)


@pytest.mark.parametrize("weight_decay, clip", [(0.0, None), (0.1, 1.0)])
def test_adam_walks_as_pytorchs_adamw_does(torch, weight_decay, clip):
    steps, peak, draw = 40, 0.02, np.random.default_rng(0)
    first = draw.normal(size=(3, 5))
    rule = adam(peak, weight_decay, clip, steps)
    update = jax.jit(rule.update)
    ours, state = jnp.asarray(first), rule.init(jnp.asarray(first))
    theirs = torch.tensor(first, requires_grad=True)
    optimiser = torch.optim.AdamW([theirs], lr=peak, weight_decay=weight_decay)
    for step, scale in enumerate(10.0 ** draw.uniform(-3, 2, steps)):
        gradient = scale * draw.normal(size=first.shape)
        change, state = update(jnp.asarray(gradient), state, ours)
        ours = ours + change
        warm = steps // 20
        optimiser.param_groups[0]["lr"] = peak * (
            step / warm if step < warm else 0.5 * (1 + math.cos(math.pi * (step - warm) / (steps - warm)))
        )
        theirs.grad = torch.tensor(gradient)
        if clip is not None:
            torch.nn.utils.clip_grad_norm_([theirs], clip)
        optimiser.step()
        np.testing.assert_allclose(ours, theirs.detach().numpy(), rtol=1e-5, atol=1e-6)


def test_the_laws_of_pixels_are_pytorchs(torch):
    dist, levels, draw = torch.distributions, 17, np.random.default_rng(0)
    pixels = np.arange(levels)
    place, log_scale = draw.normal(size=levels), draw.uniform(-3, 1, size=levels)
    outputs, value = draw.normal(size=(levels, levels)), torch.tensor(pixels, dtype=torch.float64)

    def found(law, *given):
        return law.log_prob(jnp.stack([jnp.asarray(g) for g in given], -1), jnp.asarray(pixels))

    logits = torch.tensor(place)
    wanted = {
        Binomial(levels): dist.Binomial(levels - 1, logits=logits).log_prob(value),
        Bernoulli(levels): -torch.nn.functional.binary_cross_entropy_with_logits(logits, value / (levels - 1), reduction="none"),
        Gaussian(levels, 0.3): dist.Normal(logits, 0.3).log_prob(value / (levels - 1)),
    }
    for law, log_prob in wanted.items():
        np.testing.assert_allclose(found(law, place), log_prob.numpy(), rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(
        found(Gaussian(levels, None), place, log_scale),
        dist.Normal(logits, torch.tensor(log_scale).exp()).log_prob(value / (levels - 1)).numpy(), rtol=1e-9,
    )
    np.testing.assert_allclose(
        Categorical(levels).log_prob(jnp.asarray(outputs), jnp.asarray(pixels)),
        dist.Categorical(logits=torch.tensor(outputs)).log_prob(value.long()).numpy(), rtol=1e-9,
    )
    half = (levels - 1) / 2
    logistic = dist.TransformedDistribution(
        dist.Uniform(torch.zeros(levels), torch.ones(levels)),
        [dist.SigmoidTransform().inv, dist.AffineTransform(half + half * logits, half * torch.tensor(log_scale).exp())],
        validate_args=False,
    )
    above, below = logistic.cdf(value + 0.5), logistic.cdf(value - 0.5)
    above[-1], below[0] = 1.0, 0.0
    np.testing.assert_allclose(found(DiscretisedLogistic(levels), place, log_scale), (above - below).log().numpy(), rtol=1e-6)


def test_divergences_are_pytorchs(torch):
    dist, draw = torch.distributions, np.random.default_rng(0)
    mean, other, log_std, other_log_std = draw.normal(size=(4, 5, 3))
    normal = [dist.Normal(torch.tensor(m), torch.tensor(s).exp()) for m, s in ((mean, log_std), (other, other_log_std))]
    wanted = dist.kl_divergence(*normal).numpy()
    found = kl_diagonal(*(jnp.asarray(a) for a in (mean, log_std, other, other_log_std)))
    np.testing.assert_allclose(found, wanted.sum(-1), rtol=1e-9)
    covs = [root @ root.T + 0.1 * np.eye(3) for root in draw.normal(size=(2, 3, 3))]
    full = [dist.MultivariateNormal(torch.tensor(m), torch.tensor(c)) for m, c in zip((mean[0], other[0]), covs)]
    np.testing.assert_allclose(gaussian_kl(mean[0], covs[0], other[0], covs[1]), dist.kl_divergence(*full).item(), rtol=1e-9)
    for omega in (-3.0, 0.0, 4.0):
        keep = 1 / (1 + math.exp(omega))
        noised = dist.Normal(math.sqrt(keep) * torch.tensor(mean), math.sqrt(1 - keep))
        wanted = dist.kl_divergence(noised, dist.Normal(0.0, 1.0)).sum(-1).numpy()
        np.testing.assert_allclose(prior(jnp.asarray(mean), jnp.asarray(omega)), wanted, rtol=1e-9)


def test_a_mixtures_density_and_score_are_pytorchs(torch):
    dist, law, x = torch.distributions, mixture(), points()
    for omega in (-6.0, 0.0, 2.0):
        keep = 1 / (1 + math.exp(omega))
        parts = dist.MultivariateNormal(
            math.sqrt(keep) * torch.tensor(np.array(law.means)),
            keep * torch.tensor(np.array(law.covs)) + (1 - keep) * torch.eye(2),
        )
        peer = dist.MixtureSameFamily(dist.Categorical(torch.tensor(np.array(law.weights))), parts)
        at = torch.tensor(x, requires_grad=True)
        density = peer.log_prob(at)
        density.sum().backward()
        np.testing.assert_allclose(law.log_prob(jnp.asarray(x), omega=omega), density.detach().numpy(), rtol=1e-6, atol=1e-7)
        score = law.denoise(jnp.asarray(x), jnp.full(len(x), omega), None).score
        np.testing.assert_allclose(score, at.grad.numpy(), rtol=1e-6, atol=1e-6)


# --- numpyro and SciPy, which the tests require ---------------------------------------------------------


def test_a_mixtures_density_is_numpyros():
    dist = pytest.importorskip("numpyro.distributions", reason="numpyro is not installed")
    law, x = mixture(), jnp.asarray(points())
    parts = dist.MultivariateNormal(jnp.asarray(law.means), jnp.asarray(law.covs))
    peer = dist.MixtureSameFamily(dist.Categorical(probs=jnp.asarray(law.weights)), parts)
    with jax.numpy_rank_promotion("allow"):
        wanted = peer.log_prob(x)
    np.testing.assert_allclose(law.log_prob(x), wanted, rtol=1e-6)


def velocity_of(law, schedule):
    """(t, x) ↦ dx/dt of the probability-flow ODE by its definition, −½ β (x + score), with β = d(−log ᾱ)/dt."""
    score = jax.jit(lambda x, omega: law.denoise(x, jnp.full(len(x), omega), None).score)

    def velocity(t, x, step=1e-5):
        late, early = min(t + step, 1.0), max(t - step, 0.0)
        omega = [float(schedule.low + (schedule.high - schedule.low) * s) for s in (early, t, late)]
        beta = (math.log1p(math.exp(omega[2])) - math.log1p(math.exp(omega[0]))) / (late - early)
        return -0.5 * beta * (x + np.asarray(score(x, omega[1])))

    return velocity


def test_the_probability_flow_is_scipys():
    pytest.importorskip("diffrax", reason="diffrax is not installed")
    law, schedule, start = mixture(), LinearSchedule(-6.0, 6.0), points(3)
    velocity = velocity_of(law, schedule)
    solved = scipy.integrate.solve_ivp(
        lambda t, x: velocity(t, x.reshape(3, 2)).ravel(), (1.0, 0.0), start.ravel(), rtol=1e-6, atol=1e-6
    )
    found = probability_flow(
        law.denoise, schedule, 0, start.shape, start=jnp.asarray(start), rtol=1e-7, atol=1e-7, final="state"
    )
    np.testing.assert_allclose(found, solved.y[:, -1].reshape(3, 2), rtol=1e-3, atol=1e-4)


def test_the_likelihood_by_the_flow_is_scipys():
    """One normal law on the line: the flow and its divergence are linear, and SciPy solves both."""
    pytest.importorskip("diffrax", reason="diffrax is not installed")
    law, schedule = GaussianMixture(np.ones(1), np.array([[0.4]]), np.array([[[0.3]]])), LinearSchedule(-8.0, 8.0)
    x, step, velocity = np.array([0.1, 0.9, -0.5]), 1e-4, velocity_of(law, schedule)

    def both(t, state):
        at = state[:3, None]
        slope = velocity(t, at + step) - velocity(t, at - step)
        return np.concatenate([velocity(t, at)[:, 0], slope[:, 0] / (2 * step)])

    solved = scipy.integrate.solve_ivp(both, (0.0, 1.0), np.concatenate([x, np.zeros(3)]), rtol=1e-6, atol=1e-8).y[:, -1]
    wanted = scipy.stats.norm.logpdf(solved[:3]) + solved[3:]
    found = ode_log_prob(law.denoise, schedule, jnp.asarray(x[:, None]), rtol=1e-7, atol=1e-7)
    np.testing.assert_allclose(found, wanted, rtol=1e-3, atol=1e-3)
