"""Other papers' conventions beside the code that has them: diffusers, k-diffusion, flow_matching.

None is a requirement of the book: where one is missing, its tests are skipped and say so. The weekly workflow
installs them.
"""

import importlib
import importlib.util
import math
import sys
import types

import jax.numpy as jnp
import numpy as np
import pytest

from vdmlib import (
    BetaSchedule,
    LinearSchedule,
    Prediction,
    classifier_free,
    convert_level,
    convert_point,
    convert_strength,
    ddim,
    ddpm_alpha_bar,
    edm_scalings,
    sde_coefficients,
    signal_and_noise,
)

pytestmark = pytest.mark.usefixtures("double")

LAW = LinearSchedule(-6.0, 6.0)
LATE, EARLY = 0.7, 0.4
KINDS = {"eps": "epsilon", "v": "v_prediction"}  # and what diffusers calls them
X, TOLD = np.random.default_rng(0).normal(size=(2, 3, 4))


@pytest.fixture
def k_diffusion(torch, monkeypatch):
    """The parts of k-diffusion about noise levels. Its front, and its helpers' torchvision, are about pictures."""
    found = importlib.util.find_spec("k_diffusion")
    if found is None:
        pytest.skip("k-diffusion is not installed: the weekly workflow runs this")
    front, pictures = types.ModuleType("k_diffusion"), types.ModuleType("torchvision.transforms")
    front.__path__ = list(found.submodule_search_locations)
    pictures.functional = None
    monkeypatch.setitem(sys.modules, "k_diffusion", front)
    monkeypatch.setitem(sys.modules, "torchvision", types.ModuleType("torchvision"))
    monkeypatch.setitem(sys.modules, "torchvision.transforms", pictures)
    for part in ("external", "layers", "sampling"):
        setattr(front, part, importlib.import_module(f"k_diffusion.{part}"))
    yield front
    for name in [name for name in sys.modules if name.startswith("k_diffusion.")]:
        del sys.modules[name]


@pytest.fixture
def flow_matching(torch):
    return pytest.importorskip("flow_matching.path", reason="flow_matching is not installed: the weekly workflow runs this")


def level(t, name):
    return float(convert_level(LAW.omega(t), "omega", name))


def stepped(kind):
    """Our DDIM's step from ``X`` at ``LATE`` to ``EARLY``, for a network that says ``TOLD``."""
    told = Prediction(jnp.asarray(X), LAW.omega(LATE), jnp.asarray(TOLD), kind)
    return ddim(lambda *_: told, LAW, 0, X.shape, steps=[LATE, EARLY], start=jnp.asarray(X), final="state")


def moved(x, t, source, target):
    return np.array(convert_point(jnp.asarray(x), LAW.omega(t), source, target))


# --- diffusers ---------------------------------------------------------------------------------------


def test_the_levels_of_euler_are_edms(diffusers):
    made = diffusers.EulerDiscreteScheduler(num_train_timesteps=1000, beta_start=1e-4, beta_end=0.02)
    ours = convert_level(ddpm_alpha_bar(1000, 1e-4, 0.02), "alpha_bar", "sigma")
    # theirs fall, end in an added zero, and come from products of a thousand 32-bit numbers
    np.testing.assert_allclose(ours[::-1], made.sigmas[:-1], rtol=5e-4)


@pytest.mark.parametrize("kind", KINDS)
def test_eulers_step_is_ddims(torch, diffusers, kind):
    made = diffusers.EulerDiscreteScheduler(num_train_timesteps=100, prediction_type=KINDS[kind])
    made.set_timesteps(2)
    made.sigmas = torch.tensor([level(LATE, "sigma"), level(EARLY, "sigma"), 0.0])
    z = torch.tensor(moved(X, LATE, "vp", "ve"))
    np.testing.assert_allclose(made.scale_model_input(z, made.timesteps[0]), X, rtol=1e-6)
    found = made.step(torch.tensor(TOLD), made.timesteps[0], z).prev_sample.numpy()
    np.testing.assert_allclose(moved(found, EARLY, "ve", "vp"), stepped(kind), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_the_first_dpm_solver_is_ddim(torch, diffusers, kind):
    made = diffusers.DPMSolverMultistepScheduler(
        num_train_timesteps=100, prediction_type=KINDS[kind], solver_order=1, final_sigmas_type="zero"
    )
    np.testing.assert_allclose(
        made.lambda_t, convert_level(made.alphas_cumprod.numpy().astype(float), "alpha_bar", "half_log_snr"), rtol=1e-4, atol=1e-5
    )
    omega = convert_level(made.alphas_cumprod.numpy().astype(float), "alpha_bar", "omega")
    for ours, theirs in zip(signal_and_noise(omega), (made.alpha_t, made.sigma_t)):
        np.testing.assert_allclose(ours, theirs, rtol=1e-4)
    made.set_timesteps(2)
    made.sigmas = torch.tensor([level(LATE, "sigma"), level(EARLY, "sigma"), 0.0])
    found = made.step(torch.tensor(TOLD), made.timesteps[0], torch.tensor(X)).prev_sample.numpy()
    np.testing.assert_allclose(found, stepped(kind), rtol=1e-5, atol=1e-6)


def test_dpm_solvers_flow_is_ours(torch, diffusers):
    made = diffusers.DPMSolverMultistepScheduler(
        num_train_timesteps=100, prediction_type="flow_prediction", use_flow_sigmas=True, solver_order=1
    )
    made.set_timesteps(2)
    made.sigmas = torch.tensor([level(LATE, "flow"), level(EARLY, "flow"), 0.0])
    z = torch.tensor(moved(X, LATE, "vp", "flow"))
    found = made.step(torch.tensor(TOLD), made.timesteps[0], z).prev_sample.numpy()
    np.testing.assert_allclose(moved(found, EARLY, "flow", "vp"), stepped("flow"), rtol=1e-5, atol=1e-6)


def test_flow_matching_in_diffusers_runs_from_data_to_noise(torch, diffusers):
    made = diffusers.FlowMatchEulerDiscreteScheduler(num_train_timesteps=1000)
    made.set_timesteps(2)
    made.sigmas = torch.tensor([level(LATE, "flow"), level(EARLY, "flow"), 0.0])
    image, noise = torch.tensor(X), torch.tensor(TOLD)
    signal, share = (float(part) for part in signal_and_noise(LAW.omega(LATE), "flow"))
    np.testing.assert_allclose(made.scale_noise(image, made.timesteps[:1], noise), signal * X + share * TOLD, rtol=1e-6)
    z = torch.tensor(moved(X, LATE, "vp", "flow"))
    found = made.step(torch.tensor(TOLD), made.timesteps[0], z).prev_sample.numpy()
    np.testing.assert_allclose(moved(found, EARLY, "flow", "vp"), stepped("flow"), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("shift", [0.5, 3.0])
def test_the_shift_of_diffusers_adds_to_omega(diffusers, shift):
    plain, moved_ = (diffusers.FlowMatchEulerDiscreteScheduler(1000, shift=c).sigmas.numpy().astype(float) for c in (1.0, shift))
    inner = slice(1, None)  # the first is 1, pure noise
    ours = convert_level(plain[inner], "flow", "omega") + 2 * math.log(shift)
    np.testing.assert_allclose(convert_level(ours, "omega", "flow"), moved_[inner], rtol=1e-5)


@pytest.mark.parametrize("kind, sign", [("epsilon", 1), ("v_prediction", -1)])
def test_edms_factors_are_those_of_diffusers(torch, diffusers, kind, sign):
    made = diffusers.EDMEulerScheduler(sigma_data=0.5, prediction_type=kind)
    sigma = torch.tensor(0.8)
    told, z = edm_scalings(0.8, 0.5), torch.tensor(X)
    np.testing.assert_allclose(made.precondition_inputs(z, sigma), told.into * X, rtol=1e-6)
    np.testing.assert_allclose(made.precondition_noise(sigma), told.noise, rtol=1e-6)
    wanted = told.skip * X + sign * told.out * TOLD
    np.testing.assert_allclose(made.precondition_outputs(z, torch.tensor(TOLD), sigma), wanted, rtol=1e-6)


@pytest.mark.parametrize("original, name", [(False, "gamma"), (True, "w")])
def test_guidance_under_both_names_is_diffusers(torch, diffusers, original, name):
    guiders = pytest.importorskip("diffusers.guiders", reason="this diffusers has no guiders")
    made = guiders.ClassifierFreeGuidance(guidance_scale=2.5, use_original_formulation=original)
    made.set_state(step=1, num_inference_steps=10, timestep=torch.tensor(500))
    theirs = made.forward(torch.tensor(TOLD), torch.tensor(X)).pred.numpy()

    def by_class(x_t, omega, label=None):
        return Prediction(x_t, omega, jnp.asarray(X if label is None else TOLD), "eps")

    ours = classifier_free(by_class, convert_strength(2.5, name, "gamma"))(jnp.asarray(X), 0.0, jnp.zeros(3, int)).eps
    np.testing.assert_allclose(ours, theirs, rtol=1e-6)


# --- k-diffusion -------------------------------------------------------------------------------------


def test_k_diffusions_levels_of_a_ddpm(torch, k_diffusion):
    alpha_bar = np.array(ddpm_alpha_bar(1000))
    made = k_diffusion.external.DiscreteEpsDDPMDenoiser(None, torch.tensor(alpha_bar), quantize=True)
    np.testing.assert_allclose(made.sigmas, convert_level(alpha_bar, "alpha_bar", "sigma"), rtol=1e-9)
    assert int(made.sigma_to_t(made.sigmas[[0, 499]])[1]) == 499  # from 0 on, as diffusers
    out, into = made.get_scalings(torch.tensor(0.8))
    np.testing.assert_allclose([-out, into], [0.8, edm_scalings(0.8, 1.0).into], rtol=1e-9)


def test_k_diffusions_v_is_ours(torch, k_diffusion):
    omega = np.linspace(-5, 5, 3)
    sigma = convert_level(omega, "omega", "sigma")
    asked = []

    def network(x, t):
        asked.append((x.numpy(), t.numpy()))
        return torch.tensor(TOLD)

    made = k_diffusion.external.VDenoiser(network)
    z = convert_point(jnp.asarray(X), omega, "vp", "ve")
    found = made(torch.tensor(np.array(z)), torch.tensor(np.array(sigma))).numpy()
    told = Prediction(jnp.asarray(X), jnp.asarray(omega), jnp.asarray(TOLD), "v")
    np.testing.assert_allclose(found, told.x0, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(asked[0][0], X, rtol=1e-9)
    np.testing.assert_allclose(asked[0][1], 2 / np.pi * convert_level(omega, "omega", "angle"), rtol=1e-9)


@pytest.mark.parametrize("data", [0.5, 1.0])
def test_k_diffusions_factors_are_edms(torch, k_diffusion, data):
    made, told = k_diffusion.layers.Denoiser(None, sigma_data=data), edm_scalings(0.8, data)
    np.testing.assert_allclose(made.get_scalings(torch.tensor(0.8)), [told.skip, told.out, told.into], rtol=1e-9)


def test_k_diffusions_levels_of_an_sde(torch, k_diffusion):
    law = BetaSchedule(0.1, 20.0)
    theirs = k_diffusion.sampling.get_sigmas_vp(5, beta_d=19.9, beta_min=0.1, eps_s=0.1)[:-1]
    times = (np.linspace(1, 0.1, 5) - law.start) / (1 - law.start)
    np.testing.assert_allclose(convert_level(law.omega(times), "omega", "sigma"), theirs, rtol=1e-6)


def test_k_diffusions_ancestral_step_has_ddpms_noise(k_diffusion):
    high, low = level(LATE, "sigma"), level(EARLY, "sigma")
    _, up = k_diffusion.sampling.get_ancestral_step(high, low)
    late, early = (float(LAW.alpha_bar(t)) for t in (LATE, EARLY))
    posterior = (1 - late / early) * (1 - early) / (1 - late)
    np.testing.assert_allclose(up**2 * early, posterior, rtol=1e-9)


# --- flow_matching -----------------------------------------------------------------------------------


def test_the_straight_path_runs_from_noise_to_data(torch, flow_matching):
    t = np.linspace(0.1, 0.9, 3)
    made = flow_matching.CondOTProbPath()
    omega = convert_level(t, "flow_to_data", "omega")
    for ours, theirs in zip(signal_and_noise(omega, "flow"), (made.scheduler(torch.tensor(t)).alpha_t, made.scheduler(torch.tensor(t)).sigma_t)):
        np.testing.assert_allclose(ours, theirs, rtol=1e-9)
    # theirs is the ratio of amplitudes
    ratio = np.sqrt(convert_level(omega, "omega", "snr"))
    np.testing.assert_allclose(made.scheduler.snr_inverse(torch.tensor(ratio)), t, rtol=1e-9)


@pytest.mark.parametrize("name, read", [("velocity_to_target", "x0"), ("velocity_to_epsilon", "eps")])
def test_the_velocity_of_the_straight_path_is_minus_ours(torch, flow_matching, name, read):
    t = np.linspace(0.1, 0.9, 3)
    omega = convert_level(t, "flow_to_data", "omega")
    told = Prediction(jnp.asarray(X), omega, jnp.asarray(TOLD), "flow")
    z = torch.tensor(np.array(convert_point(jnp.asarray(X), omega, "vp", "flow")))
    made = flow_matching.CondOTProbPath()
    theirs = getattr(made, name)(velocity=torch.tensor(-TOLD), x_t=z, t=torch.tensor(t)[:, None])
    np.testing.assert_allclose(getattr(told, read), theirs, rtol=1e-9)


@pytest.mark.parametrize("name, given, kind", [("target_to_velocity", "x_1", "x0"), ("epsilon_to_velocity", "epsilon", "eps")])
def test_image_and_noise_give_minus_the_velocity_of_the_straight_path(torch, flow_matching, name, given, kind):
    t = np.linspace(0.1, 0.9, 3)
    omega = convert_level(t, "flow_to_data", "omega")
    z = torch.tensor(np.array(convert_point(jnp.asarray(X), omega, "vp", "flow")))
    theirs = getattr(flow_matching.CondOTProbPath(), name)(**{given: torch.tensor(TOLD)}, x_t=z, t=torch.tensor(t)[:, None])
    np.testing.assert_allclose(Prediction(jnp.asarray(X), omega, jnp.asarray(TOLD), kind).flow, -theirs.numpy(), rtol=1e-9)


def test_the_velocity_of_a_preserving_path_is_that_of_the_ode(torch, flow_matching):
    """Of their VP path, at one minus our time: the probability-flow ODE's, f x − ½ g² score."""
    schedulers = importlib.import_module("flow_matching.path.scheduler")
    law, t = BetaSchedule(0.1, 20.0), 0.4
    made = flow_matching.AffineProbPath(schedulers.VPScheduler(beta_min=0.1, beta_max=20.0))
    ours = (1 - t - law.start) / (1 - law.start)
    told = Prediction(jnp.asarray(X), law.omega(ours), jnp.asarray(TOLD), "eps")
    f, g = sde_coefficients(law, ours)
    velocity = (f * X - 0.5 * g**2 * told.score) / (1 - law.start)
    theirs = made.epsilon_to_velocity(epsilon=torch.tensor(TOLD), x_t=torch.tensor(X), t=torch.tensor(t))
    np.testing.assert_allclose(velocity, -theirs.numpy(), rtol=1e-6, atol=1e-9)
