"""Figures: readable on both pages, with words for those who cannot see them."""

import base64
import io
import re
from xml.etree import ElementTree

import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image

from vdmlib import COLOURS, History, digit_grid, latent_grid, latent_scatter, movie, plot_history, show, slider, style
from vdmlib.plotting.figures import svg
from vdmlib.plotting.styles import PAGE


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return float(np.dot([0.2126, 0.7152, 0.0722], linear))


def contrast(a, b):
    low, high = sorted([luminance(a), luminance(b)])
    return (high + 0.05) / (low + 0.05)


def page(name):
    return next((light, dark) for n, light, dark in PAGE.values() if n == name)


@pytest.mark.parametrize("name", COLOURS)
def test_curves_stand_out_on_both_pages(name):
    assert all(contrast(COLOURS[name], paper) >= 3 for paper in page("paper"))


@pytest.mark.parametrize("name", ["ink", "muted"])
def test_text_is_readable_on_both_pages(name):
    for colour, paper in zip(page(name), page("paper"), strict=True):
        assert contrast(colour, paper) >= 4.5


def drawing(height=1.0):
    with style():
        fig, ax = plt.subplots()
        ax.plot([0, 1], [0, height], label="rises")
        ax.set(xlabel="$x$", ylim=(0, 2))
        ax.legend()
        return fig


def test_page_colours_become_variables_and_the_figure_is_closed():
    before = plt.get_fignums()
    figure = show(drawing(), alt='A line, "rising" & straight.', caption="Up <1>")
    assert plt.get_fignums() == before
    html = figure._repr_html_()
    assert "var(--dd-ink,#1f2431)" in html and "var(--dd-grid," in html
    assert not re.search(r"(fill|stroke): #1f2431", figure.svg)
    assert COLOURS["blue"] in html
    assert 'role="img" aria-label="A line, &quot;rising&quot; &amp; straight."' in html
    assert "<figcaption>Up &lt;1&gt;</figcaption>" in html
    assert "html[data-theme=dark] .dd-figure" in html
    assert "@media (prefers-color-scheme:dark){html[data-theme=auto] .dd-figure{--dd-ink:#e8eaf0" in html
    assert set(figure._repr_mimebundle_()) == {"text/html", "text/plain"}


def test_same_drawing_same_text():
    assert show(drawing(), alt="a").svg == show(drawing(), alt="a").svg


def test_ids_of_two_drawings_do_not_meet():
    one, two = show(drawing(), alt="a").svg, show(drawing(0.5), alt="b").svg
    ids = [set(re.findall(r'\bid="([^"]+)"', drawn)) for drawn in (one, two)]
    assert ids[0] and not ids[0] & ids[1]
    for drawn, own in zip((one, two), ids, strict=True):
        assert set(re.findall(r"url\(#([^)]+)\)", drawn)) <= own
        assert set(re.findall(r'href="#([^"]+)"', drawn)) <= own


def test_nothing_is_fetched():
    svg = show(drawing(), alt="a").svg
    links = re.findall(r'(?:href|src)="([^"]+)"', svg)
    assert all(link.startswith(("#", "data:")) for link in links)


def test_movie_can_be_paused_and_respects_less_motion():
    figure = movie(lambda h: drawing(h), [0.2, 1.0, 1.8], alt="A line that rises.", seconds=3)
    html = figure._repr_html_()
    delays = re.findall(r'<g class="dd[0-9a-f]{8}( dd[0-9a-f]{8}-last)?" style="animation-delay:([\d.]+)s', figure.svg)
    assert {float(delay): bool(last) for last, delay in delays} == {0: False, 1: False, 2: True}
    assert "prefers-reduced-motion" in html and 'type="checkbox"' in html
    assert plt.get_fignums() == []


def seen(svg: str, frame: int | None = None) -> list[str]:
    """What is drawn, in order, in a frame of a film: elements with what places and paints them."""
    found = []

    def walk(part):
        tag = part.tag.rpartition("}")[2]
        delay = re.search(r"animation-delay:([\d.]+)s", part.get("style", ""))
        if tag == "defs" or delay and float(delay[1]) != frame:
            return
        if tag in ("path", "use", "image", "rect"):
            told = {k.rpartition("}")[2]: re.sub(r"#f[0-9a-f]{8}-", "#", v) for k, v in part.attrib.items() if k != "id"}
            found.append(f"{tag} {sorted(told.items())}")
        for child in part:
            walk(child)

    walk(ElementTree.fromstring(svg[: svg.rindex("</svg>") + len("</svg>")]))
    return found


def scene(height):
    """Things that stay below and above one that moves, a picture, and a point that is there only at times."""
    fig, (ax, other) = plt.subplots(ncols=2)
    ax.axhspan(0.2, 0.4, zorder=1)
    ax.scatter([0.5], [height], zorder=2)
    ax.axhspan(0.3, 0.5, zorder=3)
    ax.set(ylim=(0, 2), xlim=(0, 1), title=f"{height:.1f}")
    other.imshow(np.full((2, 2), height), vmin=0, vmax=2)
    if height > 1:
        other.plot([0, 1], [0, 1])
    return fig


@pytest.mark.parametrize("heights", [[0.2, 0.9, 0.2], [0.2, 1.8, 0.5], [0.5, 0.5]])
@pytest.mark.parametrize("draw", [drawing, scene])
def test_each_frame_of_a_film_is_the_drawing_and_what_all_share_is_there_once(draw, heights):
    film = movie(draw, heights, alt="It moves.", seconds=len(heights)).svg
    with style():
        alone = [show(draw(height), alt="It stands.").svg for height in heights]
    for k, still in enumerate(alone):
        assert seen(film, k) == seen(still) != []
    assert len(film) < 0.8 * sum(map(len, alone))
    names = re.findall(r'\bid="([^"]+)"', film)
    assert names and len(names) == len(set(names))
    assert set(re.findall(r'(?:url\(|href=")#([^")]+)', film)) <= set(names)


def test_a_drawing_keeps_its_place_before_it_is_drawn_and_its_numbers_are_short():
    figure = show(scene(0.7), alt="A scene.")
    assert re.search(r"style=\"max-width:640px;aspect-ratio:640.00/480.00\"", figure.svg)
    assert "content-visibility:auto" in figure._repr_html_()
    assert not re.search(r'\b(?:d|x|y)="[^"]*\.\d{3}', figure.svg)


@pytest.mark.parametrize("panels, size, wide", [((1, 1), (6.8, 3), False), ((1, 2), (6.8, 3), True), ((2, 2), (6.8, 4), False)])
def test_panels_side_by_side_keep_their_width_on_a_phone(panels, size, wide):
    fig, _ = plt.subplots(*panels, figsize=size)
    figure = show(fig, alt="Panels.")
    assert ('class="dd-wide"' in figure.svg) == wide and "svg.dd-wide{min-width:34em}" in figure._repr_html_()


def test_a_grey_picture_is_kept_in_grey():
    fig, ax = plt.subplots()
    ax.imshow(np.linspace(0, 1, 64).reshape(8, 8), cmap="gray")
    (coded,) = re.findall(r'base64,([^"]+)', svg(fig))
    picture = Image.open(io.BytesIO(base64.b64decode(coded)))
    assert picture.mode == "L" and set(picture.tobytes()) >= {0, 255}


def test_slider_shows_one_frame_and_says_which():
    html = slider(drawing, [0.2, 1.0, 1.8], ["low", "half < way", "high"], alt="A line.", label="height", start=1)._repr_html_()
    shown = re.findall(r'data-frame="(\d)" style="visibility:(\w+)"', html)
    assert set(shown) == {("0", "hidden"), ("1", "visible"), ("2", "hidden")}
    assert 'min="0" max="2" step="1" value="1"' in html and 'aria-valuetext="half &lt; way"' in html
    assert 'data-readings="[&quot;low&quot;, &quot;half &lt; way&quot;, &quot;high&quot;]"' in html
    assert '<label class="dd-slider">height <input type="range"' in html
    assert "scripting:none" in html  # a slider that can't move is not shown
    assert plt.get_fignums() == []


def test_each_line_of_the_cycle_has_a_dash_of_its_own():
    with style():
        dashes = [str(line["linestyle"]) for line in plt.rcParams["axes.prop_cycle"]]
    assert len(set(dashes)) == len(dashes) == len(COLOURS)


@pytest.mark.parametrize(
    "call, words",
    [
        (lambda: show(drawing(), alt=" "), "alt text"),
        (lambda: movie(drawing, [1], alt="a"), "at least two frames"),
        (lambda: slider(drawing, [1], ["a"], alt="a", label="b"), "at least two frames"),
        (lambda: slider(drawing, [1, 2], ["a"], alt="a", label="b"), "a reading for each, given 2 and 1"),
        (lambda: slider(drawing, [1, 2], "ab", alt="a", label=" "), "wants a label"),
        (lambda: slider(drawing, [1, 2], "ab", alt="a", label="b", start=2), r"0 … 1.*given 2"),
        (lambda: digit_grid(np.zeros((0, 8, 8))), r"\[N, H, W\] or \[N, H, W, 3\], N ≥ 1"),
        (lambda: digit_grid(np.zeros((2, 8, 8, 2))), r"given \[2, 8, 8, 2\]"),
        (lambda: digit_grid(np.zeros((3, 64))), r"given \[3, 64\]"),
        (lambda: digit_grid(np.zeros((3, 8, 8)), rows=["a", "b"]), "1 rows, but 2 names"),
        (lambda: latent_scatter(np.zeros((3, 3)), np.zeros(3, int)), r"means \[3, 2\]"),
    ],
)
def test_bad_use_says_what_is_wanted(call, words):
    with pytest.raises(ValueError, match=words):
        call()
    plt.close("all")


def painted(cmap="Greys", seed=0):
    with style():
        fig, ax = plt.subplots(figsize=(2, 2))
        ax.imshow(np.random.default_rng(seed).random((4, 4)), cmap=cmap)
    return fig


@pytest.mark.parametrize(
    "made, ink",
    [
        (lambda: digit_grid(np.zeros((2, 8, 8))), True),
        (lambda: digit_grid(np.random.default_rng(0).random((2, 8, 8, 3))), False),
        (lambda: show(painted(), alt="a"), True),
        (lambda: show(painted("PuOr"), alt="a"), False),
        (lambda: movie(lambda k: painted(seed=k), [1, 2], alt="a"), True),
        (lambda: movie(lambda k: painted("PuOr", seed=k), [1, 2], alt="a"), False),
        (lambda: slider(lambda k: painted(seed=k), [1, 2], ["1", "2"], alt="a", label="b"), True),
    ],
)
def test_pictures_in_greys_are_ink_that_turns_on_dark_pages(made, ink):
    drawn = made()
    pictures = re.findall(r"<image [^>]*>", drawn.svg)
    assert pictures and all(('class="dd-ink"' in picture) == ink for picture in pictures)
    assert "html[data-theme=dark] .dd-figure image.dd-ink" in drawn._repr_html_()


def test_helpers_draw():
    history = History(loss=np.linspace(9, 1, 60), metrics={}, validation={"loss": np.array([5.0, 2.0])},
                      validation_steps=np.array([30, 60]))
    assert "9 to 1 in 60 steps" in plot_history(history).alt
    assert "image" in digit_grid(np.zeros((12, 8, 8)), columns=5).svg
    assert latent_grid(lambda z: np.zeros((len(z), 8, 8)), side=3).alt.startswith("Images decoded")
    assert latent_scatter(np.random.default_rng(0).normal(size=(20, 2)), np.arange(20) % 10).svg


def one_panel(width=6.4, **more):
    with style():
        fig, ax = plt.subplots(figsize=(width, 3))
        ax.plot([0, 1], [0, 1], label="a curve with a long name")
        ax.plot([0, 1], [1, 0], label="another one, longer still")
        ax.set(xlabel="$x$", **more)
        ax.legend(fontsize=8.5)
    return fig


def width_of(drawing):
    return float(re.search(r'aspect-ratio:([\d.]+)/', drawing)[1])


def test_a_wide_drawing_of_one_panel_is_there_once_more_for_a_phone():
    drawn = show(one_panel(), alt="Two lines.")
    assert width_of(drawn.svg) == 640 and width_of(drawn.narrow) == 400 and 'class="dd-narrow"' in drawn.narrow
    html = drawn._repr_html_()
    assert html.count("<svg") == 2 and "@media (max-width:34em)" in html and "dd-wide" not in drawn.svg
    ids = [set(re.findall(r'\bid="([^"]+)"', one)) for one in (drawn.svg, drawn.narrow)]
    assert ids[0] and not ids[0] & ids[1]
    assert show(one_panel(4.8), alt="Two lines.").narrow == ""


@pytest.mark.parametrize("more", [{"title": "a title that is far too long to stand over a drawing of four inches"},
                                  {"xticks": [0, 0.1, 0.2], "xticklabels": ["ten", "nine", "eight"], "xlim": (0, 2)}])
def test_what_has_no_room_on_a_phone_is_moved_there_instead(more):
    drawn = show(one_panel(**more), alt="Two lines.")
    assert drawn.narrow == "" and 'class="dd-wide dd-panel"' in drawn.svg


def test_films_have_frames_for_a_phone_too():
    def frame(height):
        with style():
            fig, ax = plt.subplots()
            ax.plot([0, 1], [0, height])
            ax.set(ylim=(0, 2))
        return fig

    film, turned = movie(frame, [1, 2], alt="A line."), slider(frame, [1, 2], ["1", "2"], alt="A line.", label="height")
    for drawn, mark in ((film, "animation-delay"), (turned, "data-frame")):
        assert drawn.svg.count(mark) == drawn.narrow.count(mark) == 2 and 'class="dd-narrow"' in drawn.narrow
        assert drawn._repr_html_().rindex("<input") > drawn._repr_html_().rindex("</svg>")
