"""The layered layout in Python: nothing overlaps, few edges cross, a line above leads to far readers of an input."""

from itertools import pairwise

import pytest

from chainrule.app.lecture.examples import examples
from chainrule.app.picture.layout import Layout, Layouts, layered
from chainrule.app.picture.layout.channels import Bend, lanes, making_way
from chainrule.app.picture.layout.heights import Sizes, Stretch, heights
from chainrule.app.picture.layout.order import Link, crossings, ordered
from chainrule.app.picture.scene import Scene
from chainrule.core.language.program import parse
from tests.app.picture.test_layout import (
    Small,
    chain,
    overlaps,
    random_program,
    random_tensor_program,
    tangle,
    too_close,
)
from tests.helpers.work import lines

STEPS = "w = 2\nx = 1\n" + "x = sin(x) * w\n" * 8


def scenes(seeds: range) -> list[Scene]:
    """Return scenes of random programs, to the right and down, with every kind of label in turn."""
    labels = ("numbers", "symbols", "none", "blanks")
    graphs = [parse(random_program(seed)[0]) for seed in seeds]
    return [
        Scene(graph, (), labels[at % 4], direction=way)  # type: ignore[arg-type]
        for at, graph in enumerate(graphs)
        for way in ("right", "down")
    ]


def check(scene: Scene, several: bool = False) -> Layout:
    """Assert that nothing overlaps, and that edges lead from their source to the place of their operand."""
    layout = layered.layout(scene, several)
    assert layout is not None
    down = scene.direction == "down"
    assert overlaps(scene, layout) == []
    source = {edge.id: edge.source for edge in scene.edges}
    for pair in too_close(scene, layout):
        one, other = pair.split(" along ")
        assert source[one] == source[other], pair
    for edge, route in zip(scene.edges, layout.edges, strict=True):
        west, target = scene.nodes[edge.target].west[edge.slot], layout.nodes[edge.target]
        arrives = (target.x + west, target.y) if down else (target.x, target.y + west)
        assert route.points[-1] == pytest.approx(arrives)
        for (x0, y0), (x1, y1) in pairwise(route.points):
            assert x0 == pytest.approx(x1) or y0 == pytest.approx(y1)
        assert (route.label is not None) == edge.labelled
    for box in (*layout.nodes, *(route.label for route in layout.edges if route.label)):
        assert -0.01 <= box.x <= box.x + box.width <= layout.width
        assert -0.01 <= box.y <= box.y + box.height <= layout.height
    return layout


@pytest.mark.parametrize("slug", list(examples())[::4])
def test_nothing_overlaps_in_any_example(slug: str) -> None:
    example = examples()[slug]
    check(Scene(parse(example.program_in("ko"), example.inputs), lang="ko"))


def test_nothing_overlaps_in_random_programs() -> None:
    for scene in scenes(range(6)):
        check(scene)
    check(Scene(tangle(24)))


@pytest.mark.soak
def test_nothing_overlaps_in_many_random_programs() -> None:
    for scene in scenes(range(6, 200)):
        check(scene)


def opened(seeds: range) -> list[Scene]:
    """Return scenes of random programs with tensors and all their layers open."""
    graphs = [parse(random_tensor_program(seed)[0]) for seed in seeds]
    return [
        Scene(graph, [group.id for group in graph.groups], ("numbers", "shapes")[at % 2], direction=way)  # type: ignore[arg-type]
        for at, graph in enumerate(graphs)
        for way in ("right", "down")
    ]


def test_open_layers_hold_what_is_theirs() -> None:
    for scene in opened(range(6)):
        check(scene)


@pytest.mark.soak
def test_open_layers_of_many_random_programs_hold_what_is_theirs() -> None:
    for scene in opened(range(200)):
        check(scene)


def test_a_layer_within_a_layer_stands_inside_it() -> None:
    twice = "def twice(x, b):\n    return sigmoid(x) * 2 + b\n"
    graph = parse(twice + "def f(x):\n    return twice(x, 3) * x\nu = 1\nL = f(u * 2) + twice(u, u)")
    scene = Scene(graph, [group.id for group in graph.groups])
    assert any(group.parent is not None for group in scene.groups)
    layout = check(scene)
    for group, box in zip(scene.groups, layout.groups, strict=True):
        assert box.width >= group.title_width
        if group.parent is not None:
            around = layout.groups[group.parent]
            assert around.x < box.x and box.x + box.width < around.x + around.width
            assert around.y < box.y and box.y + box.height < around.y + around.height


def test_an_open_chain_is_a_straight_line() -> None:
    graph = parse("h = [1, 2]\n" + "h = sigmoid(h)\n" * 9 + "L = sum(h)")
    layout = check(Scene(graph, [group.id for group in graph.groups]))
    assert len({y for route in layout.edges if route.label for _, y in route.points}) == 1


def test_a_chain_is_a_straight_line() -> None:
    layout = layered.layout(Scene(chain(50)))
    assert all(len(route.points) == 2 for route in layout.edges)
    assert len({box.y + 24 for box in layout.nodes[1:-1]}) == 1


def test_a_constant_stands_beside_its_reader() -> None:
    scene = Scene(parse("x = 2\n" + "x = sin(x) * 3\n" * 4))
    layout = check(scene)
    for edge in scene.edges:
        if scene.nodes[edge.source].kind == "constant":
            source, target = layout.nodes[edge.source], layout.nodes[edge.target]
            assert 0 < target.x - source.x - source.width < 60


def test_an_input_read_from_far_is_reached_by_a_line_above() -> None:
    scene = Scene(parse(STEPS))
    layout = check(scene)
    top = min(box.y for box in layout.nodes)
    above = [route for route in layout.edges if min(y for _, y in route.points) < top]
    assert len(above) >= 5
    assert len({min(y for _, y in route.points) for route in above}) == 1
    for route in above:
        assert route.label is not None
        assert route.points[-1][0] - route.label.x < 200, "its numbers stand beside the reader"


def test_layouts_choose_by_size_alone() -> None:
    layouts = Layouts(Small(layout_elk_work=30))
    try:
        assert layouts.place_now(Scene(chain(4))).engine == "elk"
        assert layouts.place_now(Scene(chain(20))).engine == "layered", "nothing crosses"
        crossed = parse("a = 1\nb = 2\nc = a * b\nd = a + b\ny = (c - d) * (c / d)\n")
        assert layouts.place_now(Scene(crossed)).engine == "elk"
        large = layouts.place_now(Scene(chain(40)))
        assert (large.engine, large.reason) == ("layered", None)
        layer = parse("x = 1\ny = sigmoid(x) + 1")
        opened = parse("x = 1\n" + "x = sigmoid(x)\n" * 10)
        read_often = parse("x = 1\ny = sigmoid(x)\nL = " + " + ".join("y" * 40))
        for graph, engine in ((layer, "elk"), (opened, "layered"), (read_often, "elk")):
            groups = [group.id for group in graph.groups]
            assert layouts.place_now(Scene(graph, groups)).engine == engine
    finally:
        layouts.close()


def test_twice_the_nodes_are_about_twice_the_work() -> None:
    def work(nodes: int) -> int:
        scene = Scene(chain(nodes))
        return lines(lambda: layered.layout(scene))[1]

    assert work(400) < 2.5 * work(200)


# Its parts


def test_crossings_are_counted_pair_by_pair() -> None:
    links = [Link(0, 2, 0.0), Link(0, 3, 0.0), Link(1, 2, 0.0), Link(1, 3, 0.0)]
    assert crossings([[0, 1], [2, 3]], [links]) == 1
    assert crossings([[0, 1], [2]], [[Link(0, 2, 0.2), Link(1, 2, -0.2)]]) == 1
    assert ordered([[0, 1], [2, 3]], [[Link(0, 3, 0.0), Link(1, 2, 0.0)]]) in (
        [[1, 0], [2, 3]],
        [[0, 1], [3, 2]],
    )


def test_straight_edges_do_not_cross_and_neighbours_keep_apart() -> None:
    sizes = Sizes([10.0] * 4, [10.0] * 4, [False] * 4, 5.0, 20.0)
    crossing = [Stretch(0, 0.0, 3, 0.0, 1.0), Stretch(1, 0.0, 2, 0.0, 2.0)]
    y = heights([[0, 1], [2, 3]], [crossing], sizes)
    assert y[1] == y[2], "the more important one is straight"
    assert y[1] - y[0] >= 25
    assert y[3] - y[2] >= 25


def test_bends_have_lanes_of_their_own() -> None:
    assert lanes([], 13.0) == []
    assert lanes([Bend(0, 100), Bend(50, 150)], 13.0) == [1, 0], "the lower of two that go down bends first"
    assert lanes([Bend(100, 0), Bend(150, 50)], 13.0) == [0, 1]
    assert lanes([Bend(0, 100), Bend(200, 300)], 13.0) == [0, 0]
    assert lanes([Bend(0, 100), Bend(100, 200)], 13.0) == [1, 0], (
        "a line leaves before another takes its height"
    )


def test_of_two_lines_that_swap_their_heights_one_makes_way() -> None:
    swap = [Bend(0, 100), Bend(100, 0)]
    one, other = making_way(swap, 13.0, [50.0])
    assert (one, other) == ([Bend(0, between := one[0].goes), Bend(between, 100)], [Bend(100, 0)])
    assert all(abs(between - height) >= 13 for height in (0, 50, 100))
    first, second, third = lanes([*one, *other], 13.0, [0, 0, 1])
    assert first < third < second, "the other bends while this one is on its way"
    ring = [Bend(0, 100), Bend(100, 200), Bend(200, 0)]
    assert sorted(map(len, making_way(ring, 13.0))) == [1, 1, 2]
    assert making_way([Bend(0, 100), Bend(50, 150)], 13.0) == [[Bend(0, 100)], [Bend(50, 150)]]
