"""The exercises as the chapters pose them: attempts fall, answers stand, wrong answers are told what they have done.

Their cells are run by themselves, after the statements of the page that they build on.
"""

from __future__ import annotations

import ast
from functools import cache

import page_exercises
import pytest
from derivation_book.cells import statements
from small_books import ROOT
from twins import notebook_of

PAGES = sorted(path.stem for path in (ROOT / "book").glob("0*.md"))


@cache
def exercises(page):
    return page_exercises.read(ROOT / "book" / f"{page}.md")


EVERY = [(page, exercise.title) for page in PAGES for exercise in exercises(page)]


def named(page, title):
    return next(exercise for exercise in exercises(page) if exercise.title == title)


def in_code(exercise):
    return "code_exercise(" in "".join(exercise.task)


def run(cells, names):
    """Run cells in one namespace; what the last expression is."""
    value = None
    for cell in cells:
        tree = ast.parse(cell)
        last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, "cell", "exec"), names)
        value = eval(compile(ast.Expression(last.value), "cell", "eval"), names) if last else None
    return value


def posed(exercise):
    """The names after the cells that the exercise builds on, and what its attempt got."""
    names = {"display": lambda *shown: None}
    exec("\n".join(exercise.needs), names)
    return names, run(exercise.task, names)


def hinted(verdict):
    return str(verdict).partition("hint: ")[2].splitlines()[0] if "hint: " in str(verdict) else ""


SYMBOLIC = [(page, title) for page, title in EVERY if not in_code(named(page, title))]
IN_CODE = [(page, title) for page, title in EVERY if in_code(named(page, title))]


def test_there_are_enough_and_many_ask_for_code():
    assert len(EVERY) >= 83 and sum(in_code(named(*which)) for which in EVERY) >= 24
    for which in EVERY:
        exercise = named(*which)
        assert 1 <= exercise.stars <= 3 and 1 <= len(exercise.hints) <= 2, which
        assert exercise.text and exercise.task and exercise.answer and exercise.solution, which


@pytest.mark.parametrize("page, title", SYMBOLIC)
def test_the_attempt_falls_and_the_answer_stands(page, title):
    exercise = named(page, title)
    names, attempt = posed(exercise)
    assert attempt is not None and not attempt and str(attempt).startswith("✗")
    answer = run(exercise.solution, names)
    assert answer and str(answer).startswith("✓")
    # Each wrong answer that is foreseen is rejected, with the words that are meant for it.
    judge = next((value for value in names.values() if getattr(value, "slips", None) and hasattr(value, "target")), None)
    for wrong, words in judge.slips if judge else ():
        verdict = judge.check(wrong)
        assert not verdict and hinted(verdict) == words
    if judge:
        assert "the question itself" in hinted(judge.check(judge.target))


@pytest.mark.weekly  # they train and sample: a second or two each
@pytest.mark.parametrize("page, title", IN_CODE)
def test_the_code_that_is_asked_for(page, title):
    exercise = named(page, title)
    names, attempt = posed(exercise)
    assert not attempt and str(attempt).startswith("✗")
    assert hinted(attempt) or "not finite" in str(attempt)
    assert run(exercise.solution, names)


#: page, title, what a student writes in place of what, and words of the hint.
WRONG = [
    ("01_entropy", "a divergence from draws", "draw = ", "draw = 1 + 2 * ", "draw from p"),
    ("01_entropy", "a divergence from draws", "return norm.logpdf(draw, 0, 1) - norm.logpdf(draw, 1, 2)",
     "return norm.logpdf(draw, 1, 2) - norm.logpdf(draw, 0, 1)", "the sign"),
    ("01b_functionals", "descend to the stationary string", "now - 0.02", "now - 0.0", "has not moved"),
    ("02_elbo", "the bound from draws", "joint_at - ", "joint_at + ", "taken away, not added"),
    ("02_elbo", "the bound from draws", " + log_normal_at(z_drawn, 0, 1)", "", "the prior is missing"),
    ("02_elbo", "train an encoder", "-(x - 2 * z_drawn)**2 / 2 - ", "-", "this is the prior"),
    ("03_vae", "a slope without the slope", " / s**2", "", "by s squared"),
    ("03_vae", "a slope without the slope", "(drawn - m)", "(m - drawn)", "the sign"),
    ("03_vae", "a slope without the slope", " * (drawn - m) / s**2", "", "the mean of f, not its slope"),
    ("03_vae", "a mean of very small weights", "jnp.mean(jnp.exp", "jnp.sum(jnp.exp", "a mean divides by k"),
    ("04_hvae", "draw from the top", "jnp.sqrt(v_1) * ", "v_1 * ", ""),
    ("04_hvae", "draw from the top", " + jnp.sqrt(v) * jax.random.normal(key_x, (n,))", "", "the pixel's own noise"),
    ("05_vdm", "to any level in one draw", "jnp.sqrt(bar) *", "bar *", "the image's root is missing"),
    ("05_vdm", "to any level in one draw", "jnp.sqrt(1 - bar)", "(1 - bar)", "the noise's root is missing"),
    ("05_vdm", "to the same level, step by step", "jnp.sqrt(1 - alpha_i)", "(1 - alpha_i)", "with their variances as factors"),
    ("05_vdm", "to the same level, step by step", "state = jnp.sqrt(alpha_i) * state", "state = jnp.sqrt(alpha_i) * image", "last step alone"),
    ("05_vdm", "the reverse step in code", "width = (1 - alpha_t) * (1 - bar_before) / (1 - bar_t)", "width = 1 - alpha_t", "the step forward"),
    ("05_vdm", "the reverse step in code", "image, width]", "image, jnp.sqrt(width)]", "the standard deviation"),
    ("05_vdm", "a term of the loss", "weight_t / 2", "weight_t", "the half is missing"),
    ("05_vdm", "a term of the loss", "jnp.sum(", "jnp.mean(", "nats add up"),
    ("05_vdm", "a sampler that cannot be blamed", "np.sqrt(width_at)", "width_at", "taken for a standard deviation"),
    ("05_vdm", "a sampler that cannot be blamed", " + np.sqrt(width_at) * jax.random.normal(key_now, (n,))", "", "no noise"),
    ("05_vdm", "train a network of one number", "weight * noisy - image", "weight * noisy - noisy", "returns the noisy point"),
    ("06_snr", "a share at both ends", "jax.nn.sigmoid(-omega), jax.nn.sigmoid(omega)", "jax.nn.sigmoid(omega), jax.nn.sigmoid(-omega)", "wrong way round"),
    ("06_snr", "times that are spread out", "jax.random.uniform(key) + jnp.arange(n) / n", "jax.random.uniform(key, (n,))", "as noisy as independent"),
    ("06_snr", "other times, the same mean", "/ (2 * at)", "* (2 * at)", "this multiplies"),
    ("06_snr", "other times, the same mean", "/ (2 * at)", "/ at", "twice the time"),
    ("07_score", "a denoiser from a density", "(points + ", "(points - ", "the score points to where the data are"),
    ("07_score", "a denoiser from a density", "jnp.sqrt(bar)", "bar", "not by ᾱ"),
    ("07_score", "learn a score", "noisy + noise_drawn / 0.5", "noisy - noise_drawn / 0.5", "points back to the data"),
    ("07_score", "learn a score", "noise_drawn / 0.5)", "noise_drawn)", "the size is not"),
    ("07_score", "a step of the second order", "x - h * (", "x + h * (", ""),
    ("07_score", "the reverse equation in code", "jnp.sqrt(h)", "h", "standard deviation √h"),
    ("07_score", "the reverse equation in code", " + jnp.sqrt(h) * jax.random.normal(key_now, x.shape)", "", "no noise"),
    ("07_score", "Langevin's steps, and what they miss", "jnp.sqrt(2 * h)", "2 * h", "taken for a standard deviation"),
    ("07_score", "Langevin's steps, and what they miss", "jax.random.fold_in(key, i)", "key", "a key of its own"),
    ("08_guidance", "the guided guess in code", "without + strength", "without - strength", "away from the label"),
    ("08_guidance", "the guided guess in code", "without + strength * (with_label - without)", "with_label + strength * (without - with_label)", "changed places"),
    ("08_guidance", "drop labels", "< rate", "> rate", "drops those that should stay"),
    ("08_guidance", "draw from the guided law", "(1 - strength) * (-x)", "0", "on the class alone"),
    ("08_guidance", "draw from the guided law", "strength * (-x / v) + (1 - strength) * (-x)", "-x / v", "no say"),
    ("08_guidance", "draw from the guided law", "strength * (-x / v) + (1 - strength) * (-x)", "(1 + strength) * (-x / v) - strength * (-x)", "counts from the conditional"),
]


@pytest.mark.weekly  # as above
@pytest.mark.parametrize("page, title", dict.fromkeys(row[:2] for row in WRONG))
def test_wrong_code_is_told_what_it_has_done(page, title):
    exercise = named(page, title)
    names, _ = posed(exercise)
    for *which, right, wrong, words in WRONG:
        if tuple(which) != (page, title):
            continue
        solution = exercise.solution[0]
        assert right in solution
        verdict = run([solution.replace(right, wrong)], names)
        assert not verdict and words in hinted(verdict), f"{wrong}: {verdict}"


@pytest.mark.parametrize("page", PAGES)
def test_no_cell_of_the_page_builds_on_an_exercise(page):
    origin = {}
    for cell in notebook_of(ROOT / "book" / f"{page}.md").cells:
        if cell.cell_type != "code":
            continue
        asked = "exercise" in cell.metadata.get("tags", [])
        for part in statements(cell.source, ROOT / "vdmlib"):
            taken = sorted(name for name in part.reads if origin.get(name) == "exercise")
            assert asked or not taken, f"{part.source[:60]!r} reads {taken} of an exercise"
            origin |= dict.fromkeys(part.binds, "exercise" if asked else "page")
