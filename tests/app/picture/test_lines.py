"""Long chains broken into lines: nothing overlaps, lines fit their width, and edges between them do not cross."""

from collections.abc import Iterator
from itertools import pairwise

import pytest

from chainrule.app.picture.layout import Layout, Layouts, layered, plain
from chainrule.app.picture.layout.lines import MOST_PASSING, broken
from chainrule.app.picture.scene import Scene
from chainrule.app.picture.svg import draw
from chainrule.core.engine.tape import Tape
from chainrule.core.language.program import parse
from tests.app.picture.test_layout import Small, overlaps, segments, too_close

CHAIN = "x = 2\ny = 1\n" + "".join(f"x = sin(x) * {k}" + " + y" * (k == 7) + "\n" for k in range(1, 14))
TWO_STATES = "a = 1\nb = 2\n" + "a = a * b\nb = a + b\n" * 8
OPENED = "def f(x):\n    y = sin(x)\n    return y * 2\nx = 1\n" + "x = f(x)\n" * 8
RNN = "w = 0.5\nu = 0.3\nb = 0.1\nh = 0\n" + "".join(
    f"x{k} = {k}\nh = tanh(w * h + u * x{k} + b)\n" for k in range(8)
)
WIDE = (
    "".join(f"x{k} = {k}\n" for k in range(6))
    + "y = "
    + " + ".join(f"sin(x{j} * x{k}) * x{k}" for j in range(6) for k in range(6))
)


@pytest.fixture(scope="module")
def layouts() -> Iterator[Layouts]:
    made = Layouts(Small())
    yield made
    made.close()


def scene_of(program: str, wrap: float | None, direction: str = "right") -> Scene:
    graph = parse(program)
    return Scene(graph, tuple(group.id for group in graph.groups), wrap=wrap, direction=direction)  # type: ignore[arg-type]


@pytest.mark.parametrize("program", [CHAIN, TWO_STATES, OPENED], ids=["chain", "two-states", "opened"])
@pytest.mark.parametrize(("width", "engine"), [(650.0, "elk"), (1600.0, "elk"), (900.0, "plain")])
def test_a_long_chain_stands_in_lines(layouts: Layouts, program: str, width: float, engine: str) -> None:
    scene = scene_of(program, width)
    layout = (
        layouts.place_now(scene) if engine == "elk" else broken(scene, plain.layout(scene, "size"), width)
    )
    assert layout.engine == engine
    assert layout.lines > 1
    if engine == "elk":
        assert overlaps(scene, layout) == []
        assert too_close(scene, layout) == []
    assert layout.width < width + 400, "only what no cut divides is wider"
    for box in (*layout.nodes, *layout.groups, *(r.label for r in layout.edges if r.label)):
        assert 0 <= box.x <= box.x + box.width <= layout.width
        assert 0 <= box.y <= box.y + box.height <= layout.height
    for edge, route in zip(scene.edges, layout.edges, strict=True):
        source, target = layout.nodes[edge.source], layout.nodes[edge.target]
        assert route.points[0][0] == pytest.approx(source.x + source.width)
        assert route.points[-1] == pytest.approx(
            (target.x, target.y + scene.nodes[edge.target].west[edge.slot])
        )
        for (x0, y0), (x1, y1) in pairwise(route.points):
            assert x0 == pytest.approx(x1) or y0 == pytest.approx(y1)
            assert 0 <= min(x0, x1) <= max(x0, x1) <= layout.width
        if route.label:
            middle = route.label.y + route.label.height / 2
            assert any(
                line.y == pytest.approx(middle) and line.x <= route.label.x + 0.5 and line.height == 0
                for line in segments(route.points)
            )


def test_weights_of_a_recurrent_net_lead_to_its_lines_by_rails() -> None:
    scene = scene_of(RNN, 1700.0)
    in_one_line = layered.layout(scene)
    layout = broken(scene, in_one_line, 1700.0)
    assert layout.lines > 3
    assert layout.width < 1800 < in_one_line.width
    assert overlaps(scene, layout) == []
    source = {edge.id: edge.source for edge in scene.edges}
    together = [pair.split(" along ") for pair in too_close(scene, layout)]
    assert all(source[one] == source[other] for one, other in together)
    weights = {at for at, node in enumerate(scene.nodes) if node.id in ("w", "u", "b")}
    assert {source[one] for one, _ in together} == weights
    lefts = [min(x for x, _ in route.points) for route in layout.edges]
    first = min(box.x for box in layout.nodes)
    rails = {left for left in lefts if left < 24 + 3 * 20}
    assert len(rails) == 3
    assert max(rails) < first


def test_lines_are_read_from_left_to_right_and_from_top_to_bottom(layouts: Layouts) -> None:
    scene = scene_of(CHAIN, 900.0)
    layout = layouts.place_now(scene)
    chain = [box for node, box in zip(scene.nodes, layout.nodes, strict=True) if node.kind == "op"]
    rows = [chain[0].y]
    for before, box in pairwise(chain):
        assert box.x > before.x or box.y > before.y + before.height
        if box.x < before.x:
            rows.append(box.y)
    assert len(rows) == layout.lines


def test_a_chain_that_runs_down_stands_in_columns(layouts: Layouts) -> None:
    scene = scene_of(CHAIN, 1200.0, "down")
    layout = layouts.place_now(scene)
    assert layout.lines > 1
    assert layout.height < 1300
    assert overlaps(scene, layout) == []


def test_what_is_short_or_no_chain_stays_as_it_is() -> None:
    for program, width in (("x = 2\ny = sin(x) * 3\n", 650.0), (WIDE, 1000.0)):
        scene = scene_of(program, width)
        layout = plain.layout(scene, "size")
        assert broken(scene, layout, width) is layout


def test_few_edges_pass_from_a_line_to_the_next(layouts: Layouts) -> None:
    layout = layouts.place_now(scene_of(TWO_STATES, 1000.0))
    back = [sum(b[0] < a[0] - 1 for a, b in pairwise(route.points)) for route in layout.edges]
    assert layout.lines - 1 <= sum(back) <= MOST_PASSING * (layout.lines - 1)


def test_lines_are_in_the_key_of_a_layout_and_not_in_that_of_its_unbroken_one() -> None:
    one, broken_one = scene_of(CHAIN, None), scene_of(CHAIN, 900.0)
    assert one.shape_key == broken_one.unbroken_key != broken_one.shape_key
    assert one.structure != broken_one.structure


def test_a_picture_says_in_how_many_lines_it_stands(layouts: Layouts) -> None:
    def drawn(layout: Layout, wrap: float | None) -> str:
        tape = Tape(scene.graph)
        return draw(scene.graph, tape.forward(), tape.backward(), layout=layout, wrap=wrap)

    scene = scene_of(TWO_STATES, 1000.0)
    layout = layouts.place_now(scene)
    assert f' data-lines="{layout.lines}"' in drawn(layout, 1000.0)
    assert "data-lines" not in drawn(layouts.place_now(scene_of(TWO_STATES, None)), None)
