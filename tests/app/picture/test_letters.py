"""From near and far: no letter too small to read, no text upon another, and what is read stays read coming nearer."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from itertools import combinations, cycle, pairwise
from typing import Any, NamedTuple

import pytest

from chainrule.app.lecture.examples import Example, examples
from chainrule.app.picture.layout import Layouts
from chainrule.app.picture.scene.text_width import text_width
from chainrule.app.picture.svg import draw, scene_of
from chainrule.app.settings import Settings
from chainrule.core.engine.tape import Tape
from chainrule.core.language.program import parse

SVG = "{http://www.w3.org/2000/svg}"
ZOOMS = (0.1, 0.15, 0.22, 0.33, 0.45, 0.6, 0.7, 0.8, 0.9, 1.0, 1.4, 2.0)
FORM = re.compile(r"translate\(([-\d.]+),([-\d.]+)\)(?: scale\(([\d.]+)\))?")
SOLID = 0.7
"""The share of a letter's height that is ink in nearly all letters, from its baseline up."""


class Seen(NamedTuple):
    """A text as it is seen: its words, the size of its letters and its sides, in pixels on the screen."""

    words: str
    size: float
    left: float
    top: float
    right: float
    bottom: float


@pytest.fixture(scope="module")
def layouts() -> Iterator[Layouts]:
    made = Layouts(Settings())
    yield made
    made.close()


def drawn(layouts: Layouts, program: str, zoom: float | None, **options: Any) -> str:
    """Draw a program's graph by itself, as seen at a scale."""
    graph = parse(program)
    tape = Tape(graph)
    values = tape.forward()
    given = {"open": (), "labels": "numbers", "lang": "ko"} | options
    direction = given.get("direction", "right")
    scene = scene_of(graph, given["open"], given["labels"], given["lang"], direction=direction)
    gradients = tape.backward(1.0)
    return draw(
        graph, values, gradients, layout=layouts.place_now(scene), standalone=True, zoom=zoom, **given
    )


def seen(svg: str, zoom: float) -> list[Seen]:
    """Read every text of a picture by its styles and transforms alone."""
    root = ET.fromstring(svg)
    style = "".join(root.find(f"{SVG}style").itertext())  # type: ignore[union-attr]
    rules = re.findall(r"\.([\w-]+) {([^}]*)}", style)
    sizes = {
        name: float(size[1]) for name, rule in rules if (size := re.search(r"font-size: ([\d.]+)px", rule))
    }
    anchors = {name: at[1] for name, rule in rules if (at := re.search(r"text-anchor: (\w+)", rule))}
    found: list[Seen] = []

    def walk(element: ET.Element, x: float, y: float, scale: float, size: float, anchor: str) -> None:
        form = FORM.fullmatch(element.get("transform", ""))
        if form:
            x, y = x + scale * float(form[1]), y + scale * float(form[2])
            scale *= float(form[3] or 1)
        classes = element.get("class", "").split()
        # The last rule of the sheet wins.
        size = next((size for name, size in reversed(sizes.items()) if name in classes), size)
        anchor = next((at for name, at in reversed(anchors.items()) if name in classes), anchor)
        own = re.search(r"font-size:([\d.]+)px", element.get("style", ""))
        size = float(own[1] if own else element.get("font-size", size))
        words = "".join(element.itertext()) if element.tag == f"{SVG}text" else ""
        if words.strip():
            width = text_width(words, size) * scale * zoom
            left = (x + scale * float(element.get("x", 0))) * zoom
            left -= {"middle": width / 2, "end": width}.get(anchor, 0.0)
            base = (y + scale * float(element.get("y", 0))) * zoom
            high = size * scale * zoom
            found.append(Seen(words, high, left, base - SOLID * high, left + width, base))
        for child in element:
            walk(child, x, y, scale, size, anchor)

    walk(root, 0.0, 0.0, 1.0, 14.0, "start")
    return found


def shapes_seen(svg: str, zoom: float) -> list[Seen]:
    """Read the outlines of ops and closed layers, a hair within their lines."""
    found = []
    for node in ET.fromstring(svg).iter(f"{SVG}g"):
        shape = next((part for part in node if "shape" in part.get("class", "").split()), None)
        form = FORM.fullmatch(node.get("transform", ""))
        if shape is None or form is None or not {"op", "closed"} & {*node.get("class", "").split()}:
            continue
        radius = float(shape.get("r", 0))
        x, y = (float(form[1 + at]) + float(shape.get(axis, -radius)) for at, axis in enumerate("xy"))
        width, height = (float(shape.get(side, 2 * radius)) for side in ("width", "height"))
        left, top = x * zoom + 1, y * zoom + 1
        found.append(
            Seen(node.get("data-id", ""), 0.0, left, top, (x + width) * zoom - 1, (y + height) * zoom - 1)
        )
    return found


def upon(one: Seen, other: Seen) -> bool:
    """Whether one text stands upon another."""
    return (
        one.left < other.right - 1
        and other.left < one.right - 1
        and one.top < other.bottom - 0.5
        and other.top < one.bottom - 0.5
    )


def open_groups(example: Example) -> tuple[str, ...]:
    """Every group of an example, so that boxes stand in boxes."""
    return tuple(group.id for group in parse(example.program_in("ko")).groups)


def check(layouts: Layouts, example: Example, zoom: float, **options: Any) -> None:
    """Draw an example at a scale, and hold every text to the rule."""
    svg = drawn(layouts, example.program_in("ko"), zoom, **options)
    found = seen(svg, zoom)
    least = 14.0 if options.get("theme") == "projector" else 12.0
    small = [text for text in found if text.size < least - 0.01]
    assert not small, (example.slug, zoom, small)
    both = [(one.words, other.words) for one, other in combinations(found, 2) if upon(one, other)]
    assert not both, (example.slug, zoom, both)
    numbers = [text for text in found if re.fullmatch(r"[−\d.,e-]{2,}", text.words)]
    under = [
        (one.words, other.words) for one in numbers for other in shapes_seen(svg, zoom) if upon(one, other)
    ]
    assert not under, (example.slug, zoom, under)


CASES = list(zip(examples().values(), cycle(ZOOMS), strict=False))


@pytest.mark.parametrize(("example", "zoom"), CASES, ids=lambda part: getattr(part, "slug", part))
def test_every_text_of_an_example_can_be_read(example: Example, zoom: float, layouts: Layouts) -> None:
    check(layouts, example, zoom)


@pytest.mark.parametrize(("example", "zoom"), CASES, ids=lambda part: getattr(part, "slug", part))
def test_every_text_of_a_picture_that_runs_down_can_be_read(
    example: Example, zoom: float, layouts: Layouts
) -> None:
    check(layouts, example, zoom, direction="down")


@pytest.mark.soak
@pytest.mark.parametrize("example", examples().values(), ids=lambda example: example.slug)
def test_every_text_can_be_read_at_any_scale(example: Example, layouts: Layouts) -> None:
    for zoom in ZOOMS:
        for theme in ("light", "projector"):
            check(layouts, example, zoom, theme=theme)
            check(layouts, example, zoom, theme=theme, open=open_groups(example))
        for labels in ("symbols", "shapes", "none"):
            check(layouts, example, zoom, labels=labels)
            check(layouts, example, zoom, labels=labels, direction="down")


@pytest.mark.parametrize("direction", ["right", "down"])
def test_the_number_of_the_output_is_read_from_far(direction: str, layouts: Layouts) -> None:
    program = "x = 3\ny = sin(x) * 2\nloss = y ** 2 + x"

    def numbers(zoom: float, **more: Any) -> list[str]:
        svg = drawn(layouts, program, zoom, direction=direction, **more)
        return [text.words for text in seen(svg, zoom) if "3.0796" in text.words]

    for zoom in (0.2, 0.33, 0.5):
        assert numbers(zoom) == ["= 3.07966"]
    # Near, it stands on its arrow.
    assert numbers(0.62) == ["3.07966"]
    assert numbers(0.33, labels="blanks") == []
    assert numbers(0.33, labels="symbols") == []


def test_who_comes_near_sees_row_times_column_in_a_cell(layouts: Layouts) -> None:
    program = "X = [[1, 2], [3, 4]]\nW = [[0.1, 0.3, 0.5], [0.2, 0.4, 0.6]]\nv = [1, -1]\nL = sum(X @ W) + sum(X @ v)"
    terms = {"1 × 0.1 + 2 × 0.2", "3 × 0.5 + 4 × 0.6", "3 × 1 + 4 × −1"}
    near = seen(drawn(layouts, program, 7.0), 7.0)
    assert terms <= {text.words for text in near}
    assert min(text.size for text in near) > 11.99
    assert not [pair for pair in combinations(near, 2) if upon(*pair)]
    for zoom in (None, 1.0, 2.0):
        assert not terms & {text.words for text in seen(drawn(layouts, program, zoom), zoom or 1.0)}


def test_a_layer_is_named_briefly_where_its_name_has_no_room(layouts: Layouts) -> None:
    names = [{"Mean Squared Error"}, {"MSE"}]
    program = "x = [1, 2]\nt = [1, 0]\nfor i in range(3):\n    x = softmax(x)\nL = mse(x, t)"
    told = []
    for zoom in (1.0, 0.6, 0.45, 0.3, 0.2):
        words = {text.words for text in seen(drawn(layouts, program, zoom), zoom)}
        told.append(next(at for at, name in enumerate(names) if name <= words))
        assert len(words & {"Mean Squared Error", "MSE"}) == 1
    assert told[0] == 0
    assert told == sorted(told)
    assert told[-1] == 1
    assert words & {"Softmax", "Sof…"}


def test_beneath_the_lid_of_an_opened_layer_no_word_is_seen(layouts: Layouts) -> None:
    program = "a = [[0.1, 2, 0.3], [1, 0.2, 3]]\nt = [1, 2]\ny = softmax(a)\nL = cross_entropy(y, t)"
    graph = parse(program)
    far = seen(drawn(layouts, program, 0.33, open=tuple(group.id for group in graph.groups)), 0.33)
    assert {"Cross Entropy Error"} <= {text.words for text in far}
    assert not [(one.words, other.words) for one, other in combinations(far, 2) if upon(one, other)]


def test_on_a_phone_every_layer_of_a_deep_net_is_named_until_it_is_far(layouts: Layouts) -> None:
    layers = ["X = ones(4, 3)"]
    for at in range(3):
        layers += [f"W{at} = ones(3, 3)", f"b{at} = [1, 2, 3]", f"X = relu(affine(X, W{at}, b{at}))"]
    program = "\n".join([*layers, "L = sum(X)"])
    for zoom in (0.41, 0.5, 0.7):
        words = [text.words for text in seen(drawn(layouts, program, zoom, direction="down"), zoom)]
        assert (words.count("Affine"), words.count("ReLU")) == (3, 3)


@pytest.mark.parametrize("layer", ["cross_entropy", "softmax_with_loss", "mse"])
def test_a_layer_with_a_long_name_leaves_the_loss_to_be_read_as_far_as_numbers_are(
    layer: str, layouts: Layouts
) -> None:
    program = f"a = [0.2, 0.5, 0.3]\nt = [0, 0.5, 0.5]\nL = {layer}(a, t) * 0 + 0.125"
    program = f"a = [0.2, 0.5, 0.3]\nt = [0, 0.5, 0.5]\nL = {layer}(a, t)"
    result = re.compile(r'data-id="L-&gt;@output".*?<text class="value[^>]*>([\d.]+)</text>')
    near, far = (result.search(drawn(layouts, program, zoom)) for zoom in (1.0, 0.605))
    assert near
    assert far
    assert near[1] == far[1]


@pytest.mark.parametrize("symbol", ["log Σ exp", "repeat"])
def test_the_sign_of_an_op_is_read_as_far_as_numbers_are(symbol: str, layouts: Layouts) -> None:
    program = "x = [1, 2]\ny = sum(repeat(logsumexp(x), 2))"
    assert symbol in {text.words for text in seen(drawn(layouts, program, 0.61), 0.61)}


@pytest.mark.parametrize("theme", ["light", "projector"])
def test_between_two_columns_of_a_matrix_there_is_room(theme: str, layouts: Layouts) -> None:
    program = "x = [-0.543, -0.123, -0.999]\ny = sum(x)"
    wide = 0.838 - text_width("−", 1.0)  # some fonts have a wide minus
    spacing = re.search(r"\.cell {[^}]*letter-spacing: ([-\d.]+)em", drawn(layouts, program, 1.0))
    assert spacing
    wide += len("−0.543") * float(spacing[1])
    for zoom in (0.95, 1.0, 1.1, 2.0):
        cells = [
            text
            for text in seen(drawn(layouts, program, zoom, theme=theme), zoom)
            if text.words.startswith("−0.")
        ]
        row = sorted(cells, key=lambda text: text.left)
        for one, other in pairwise(row):
            if one.top == other.top:
                assert other.left - one.right > wide * one.size + 1.5
