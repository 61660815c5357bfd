"""Layouts: nothing overlaps, nothing depends on numbers, and the engine can fail in every way it may."""

import asyncio
import os
import queue
import random
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from chainrule.app.encoding.tensor_json import shown
from chainrule.app.lecture.examples import examples
from chainrule.app.picture.arrows import APART
from chainrule.app.picture.layout import Box, Layout, Layouts, Point, plain
from chainrule.app.picture.layout import engine as layout_engine
from chainrule.app.picture.layout.elk import first_orders, orders_by_place, to_elk
from chainrule.app.picture.layout.engine import Engine, EngineError
from chainrule.app.picture.scene import Scene
from chainrule.app.picture.scene.nodes import NUMBER_SIZE
from chainrule.app.picture.scene.space import CELL_SIZE, CELL_WIDTH, LABEL_WIDTH, heat_pixels, heat_size
from chainrule.app.picture.scene.text_width import fit, text_width
from chainrule.core import number_text
from chainrule.core.engine.graph import Graph
from chainrule.core.language.program import parse
from chainrule.core.ops import CODES
from tests.helpers.work import lines

SHOPPING = "apple = 100\nn = 2\ntax = 1.1\nprice = apple * n * tax\n"
NESTED = (
    "x = 2\nk = 3\ndef f(a, b):\n    c = a * b + a\n    return sigmoid(c) * b\ny = f(x, k) + f(k, x)\n"
    "z = exp(y) * x + y / k - y\n"
)

AFFINE = """\
X = [[1, 2], [3, 4]]
W = [[0.1, 0.3, 0.5], [0.2, 0.4, 0.6]]
B = [1, 2, 3]
L = softmax_with_loss(affine(X, W, B), [2, 0])
"""
NET = """\
x = randn(5, 784, seed=0)
t = [1, 2, 3, 4, 5]
W1 = randn(784, 50, seed=1) * 0.01
b1 = zeros(50)
W2 = randn(50, 10, seed=2) * 0.01
b2 = zeros(10)
h = relu(affine(x, W1, b1))
L = softmax_with_loss(affine(h, W2, b2), t)
"""
REDUCTIONS = """\
x = [[1, 2, 3], [4, 5, 6]]
y = mean(repeat(x, 2), axis=0)
z = max(y.T, axis=1, keepdims=True)
v = reshape(x, 6)[1:4]
L = sum(z) + sum(v * [1, 2, 3]) + sum(x @ y.T)
"""

PAIR = 2 * APART + 4.0
"""Least distance of two edges that run side by side: each is two lines, this far apart, one of them thick."""


@dataclass(frozen=True)
class Small:
    layout_seconds: float = 30.0
    layout_memory_mb: int = 1024
    layout_max_nodes: int = 1000
    layout_elk_work: int = 1_000_000_000
    layout_cache_size: int = 64


@pytest.fixture(scope="module")
def layouts() -> Iterator[Layouts]:
    made = Layouts(Small())
    yield made
    made.close()


def every_scene() -> list[Any]:
    """Return distinct scenes of the examples and of what they lack, closed and open, with every kind of label."""
    found, known = [], set()
    programs = [(slug, example.program_in("ko"), example.inputs) for slug, example in examples().items()]
    own = [("nested", NESTED, {}), ("affine", AFFINE, {}), ("net", NET, {}), ("reductions", REDUCTIONS, {})]
    for slug, program, inputs in [*programs, *own]:
        graph = parse(program, inputs)
        opened = [(), tuple(group.id for group in graph.groups)] if graph.groups else [()]
        for open in opened:
            for labels in ("numbers", "symbols", "none", "blanks", *(("shapes",) if graph.shapes else ())):
                scene = Scene(graph, open, labels, "ko")
                if scene.shape_key not in known:
                    found.append(pytest.param(scene, id=f"{slug}-{labels}{'-open' if open else ''}"))
                known.add(scene.shape_key)
    return found


@pytest.fixture(scope="module", params=every_scene())
def placed(request: pytest.FixtureRequest, layouts: Layouts) -> tuple[Scene, Layout]:
    """Lay out a scene once for all tests of it."""
    return request.param, layouts.place_now(request.param)


# What stands where


def segments(points: tuple[Point, ...]) -> list[Box]:
    return [
        Box(min(x0, x1), min(y0, y1), abs(x1 - x0), abs(y1 - y0)) for (x0, y0), (x1, y1) in pairwise(points)
    ]


def crosses(line: Box, box: Box) -> bool:
    return (
        (
            line.x < box.x + box.width - 0.5
            and box.x + 0.5 < line.x + line.width
            and line.y < box.y + box.height - 0.5
            and box.y + 0.5 < line.y + line.height
        )
        or (
            # A level line has no height, an upright one no width.
            line.height == 0
            and box.y + 0.5 < line.y < box.y + box.height - 0.5
            and line.x < box.x + box.width - 0.5
            and box.x + 0.5 < line.x + line.width
        )
        or (
            line.width == 0
            and box.x + 0.5 < line.x < box.x + box.width - 0.5
            and line.y < box.y + box.height - 0.5
            and box.y + 0.5 < line.y + line.height
        )
    )


def overlaps(scene: Scene, layout: Layout) -> list[str]:
    """Return every pair of things that touch and should not."""
    found = []
    nodes = list(zip((node.id for node in scene.nodes), layout.nodes, strict=True))
    labels = [
        (edge.id, route.label) for edge, route in zip(scene.edges, layout.edges, strict=True) if route.label
    ]
    named = [*nodes, *(("label " + name, box) for name, box in labels)]
    for at, (name, box) in enumerate(named):
        for other_name, other in named[:at]:
            if box.overlaps(other):
                found.append(f"{name} on {other_name}")
    for edge, route in zip(scene.edges, layout.edges, strict=True):
        ends = {scene.nodes[edge.source].id, scene.nodes[edge.target].id}
        for line in segments(route.points):
            for name, box in nodes:
                if name not in ends and crosses(line, box):
                    found.append(f"{edge.id} through {name}")
            for name, box in labels:
                if name != edge.id and crosses(line, box):
                    found.append(f"{edge.id} through the numbers of {name}")
    frames = [[box] for box in layout.groups]
    for at, box in layout.pieces:
        frames[at].append(box)
    for at, own in enumerate(frames):
        for other in range(at):
            inside = _within(scene, at, other)
            if not inside and any(a.overlaps(b) for a in own for b in frames[other]):
                found.append(f"box {scene.groups[at].id} on box {scene.groups[other].id}")
        for node, (name, box) in zip(scene.nodes, nodes, strict=True):
            held = node.parent is not None and (node.parent == at or _within(scene, node.parent, at))
            if held != any(frame.overlaps(box) for frame in own):
                found.append(f"{name} {'outside' if held else 'inside'} of box {scene.groups[at].id}")
    return found


def too_close(scene: Scene, layout: Layout) -> list[str]:
    """Return the pairs of edges that run side by side with less room than two pairs of arrows need."""
    lines = [
        (edge.id, line)
        for edge, route in zip(scene.edges, layout.edges, strict=True)
        for line in segments(route.points)
        if line.width + line.height > 0.5
    ]
    found = []
    for at, (name, line) in enumerate(lines):
        for other_name, other in lines[:at]:
            side_by_side = (
                line.height == other.height == 0
                and abs(line.y - other.y) < PAIR
                and min(line.x + line.width, other.x + other.width) - max(line.x, other.x) > 1
            ) or (
                line.width == other.width == 0
                and abs(line.x - other.x) < PAIR
                and min(line.y + line.height, other.y + other.height) - max(line.y, other.y) > 1
            )
            if name != other_name and side_by_side:
                found.append(f"{name} along {other_name}")
    return found


def _within(scene: Scene, group: int, outer: int) -> bool:
    at: int | None = group
    while at is not None:
        if at == outer:
            return True
        at = scene.groups[at].parent
    return False


def test_nothing_overlaps_in_any_example(placed: tuple[Scene, Layout]) -> None:
    scene, layout = placed
    assert layout.engine == "elk"
    assert overlaps(scene, layout) == []
    assert too_close(scene, layout) == []
    for box in (*layout.nodes, *layout.groups, *(r.label for r in layout.edges if r.label)):
        assert box.x >= 0
        assert box.y >= 0
        assert box.x + box.width <= layout.width
        assert box.y + box.height <= layout.height


def test_every_route_goes_from_its_source_to_its_operands_place(placed: tuple[Scene, Layout]) -> None:
    scene, layout = placed
    for edge, route in zip(scene.edges, layout.edges, strict=True):
        source, target = layout.nodes[edge.source], layout.nodes[edge.target]
        start, end = route.points[0], route.points[-1]
        assert start[0] == pytest.approx(source.x + source.width)
        assert any(start[1] == pytest.approx(source.y + east) for east in scene.nodes[edge.source].east)
        assert end == pytest.approx((target.x, target.y + scene.nodes[edge.target].west[edge.slot]))
        if edge.labelled:
            assert route.label is not None
            middle = route.label.y + route.label.height / 2
            level = [
                line
                for line in segments(route.points)
                if line.height == 0 and line.y == pytest.approx(middle)
            ]
            assert any(
                line.x <= route.label.x + 0.5
                and route.label.x + route.label.width <= line.x + line.width + 0.5
                for line in level
            ), f"the numbers of {edge.id} do not stand on its line"


def downward_scenes() -> list[Any]:
    """Return every example and what they lack as a scene that runs down, closed and open."""
    programs = [(slug, example.program_in("ko"), example.inputs) for slug, example in examples().items()]
    found = []
    for slug, program, inputs in [*programs, ("nested", NESTED, {}), ("net", NET, {})]:
        graph = parse(program, inputs)
        for open in [(), tuple(group.id for group in graph.groups)] if graph.groups else [()]:
            labels = ("numbers", "symbols", "blanks", "shapes")[len(found) % 8 // 2 if graph.shapes else 0]
            scene = Scene(graph, open, labels, "ko", direction="down")  # type: ignore[arg-type]
            found.append(pytest.param(scene, id=f"{slug}-{labels}{'-open' if open else ''}"))
    return found


@pytest.mark.parametrize("scene", downward_scenes())
@pytest.mark.parametrize("engine", ["elk", "plain"])
def test_a_picture_that_runs_down_keeps_all_apart(layouts: Layouts, scene: Scene, engine: str) -> None:
    layout = layouts.place_now(scene) if engine == "elk" else plain.layout(scene, "size")
    assert layout.engine == engine
    if engine == "elk":
        assert overlaps(scene, layout) == []
        assert too_close(scene, layout) == []
    for edge, route in zip(scene.edges, layout.edges, strict=True):
        source, target = layout.nodes[edge.source], layout.nodes[edge.target]
        assert source.y + source.height < target.y
        assert route.points[0][1] == pytest.approx(source.y + source.height)
        assert any(route.points[0][0] == pytest.approx(source.x + at) for at in scene.nodes[edge.source].east)
        west = scene.nodes[edge.target].west[edge.slot]
        assert route.points[-1] == pytest.approx((target.x + west, target.y))
        if edge.labelled:
            assert route.label is not None
            label = route.label
            assert any(
                line.width < 0.01
                and 0 < label.x - line.x < 20
                and line.y <= label.y + 0.5
                and label.y + label.height <= line.y + line.height + 0.5
                for line in segments(route.points)
            ), f"the numbers of {edge.id} do not stand beside its line"
    for box in (*layout.nodes, *layout.groups, *(r.label for r in layout.edges if r.label)):
        assert box.x >= 0
        assert box.y >= 0
        assert box.x + box.width <= layout.width
        assert box.y + box.height <= layout.height


def test_shopping_that_runs_down_fits_a_phone(layouts: Layouts) -> None:
    right, down = (Scene(parse(SHOPPING), lang="ko", direction=way) for way in ("right", "down"))  # type: ignore[arg-type]
    wide, tall = layouts.place_now(right), layouts.place_now(down)
    assert right.shape_key != down.shape_key
    assert tall.width < wide.width / 2
    heights = {node.id: box.y for node, box in zip(down.nodes, tall.nodes, strict=True)}
    assert heights["apple"] == heights["n"] < heights["op_1"] < heights["price"]


@pytest.mark.parametrize("program", [SHOPPING, "x = 1\ny = 2\nz = y - x\n", "x = 2\ny = 3 / x\n"])
def test_the_first_operand_arrives_above_the_second(layouts: Layouts, program: str) -> None:
    scene = Scene(parse(program))
    layout = layouts.place_now(scene)
    for arriving in scene.incoming:
        heights = [layout.edges[scene.edges.index(edge)].points[-1][1] for edge in arriving]
        assert heights == sorted(heights)


def test_inputs_stand_beside_what_reads_them(layouts: Layouts) -> None:
    scene = Scene(parse(SHOPPING))
    layout = layouts.place_now(scene)
    at = {node.id: box for node, box in zip(scene.nodes, layout.nodes, strict=True)}
    assert at["op_1"].x < at["tax"].x + at["tax"].width < at["price"].x
    assert at["apple"].x + at["apple"].width == pytest.approx(at["n"].x + at["n"].width)


def test_edges_do_not_leave_a_node_crosswise(layouts: Layouts) -> None:
    scene = Scene(parse("x = 3\nb = x + 1\nc = x * 2\nd = exp(x)\ne = d * b + c\n"))
    layout = layouts.place_now(scene)
    for order in orders_by_place(scene, layout):
        starts = [layout.edges[edge].points[0][1] for edge in order]
        assert starts == sorted(starts)


def random_program(seed: int) -> tuple[str, random.Random]:
    """Draw a program with nested functions, long names and labels, each value read anywhere later."""
    choose = random.Random(seed)
    names = [f"x{k}" for k in range(choose.randrange(1, 4))]
    lines = [f"{name} = 2{choose.choice(('', '  # 설명', '  # 🍎 a longer label'))}" for name in names]
    lines.append("def f(a, b):\n    c = a * b + a\n    return sigmoid(c) * b")
    lines.append("def g(a):\n    return f(a, 2) + f(a * 3, a)")
    for k in range(choose.randrange(2, 8)):
        a, b = choose.choice(names), choose.choice(names)
        forms = (f"{a} * {b}", f"{a} + {b} * 2", f"f({a}, {b})", f"g({a})", f"{a} ** 2 / {b}", f"exp({a})")
        names.append(choose.choice((f"v{k}", f"a_rather_long_name_{k}")))
        lines.append(f"{names[-1]} = {choose.choice(forms)}")
    return "\n".join([*lines, " + ".join(names)]), choose


@pytest.mark.parametrize("seed", range(8))
def test_nothing_overlaps_in_random_programs(layouts: Layouts, seed: int) -> None:
    program, choose = random_program(seed)
    graph = parse(program)
    opened = [group.id for group in graph.groups if choose.random() < 0.5]
    scene = Scene(graph, opened, choose.choice(("numbers", "blanks", "none")))  # type: ignore[arg-type]
    layout = layouts.place_now(scene)
    assert layout.engine == "elk"
    assert overlaps(scene, layout) == []
    assert too_close(scene, layout) == []


def random_tensor_program(seed: int) -> tuple[str, random.Random]:
    """Draw a program of matrices in products, layers, reductions and views, each read anywhere later."""
    choose = random.Random(seed)
    rows, width = choose.randrange(1, 7), choose.randrange(1, 8)
    lines = [f"x0 = randn({rows}, {width}, seed={seed})  # 입력"]
    names = ["x0"]
    for k in range(1, choose.randrange(3, 9)):
        a, b = choose.choice(names), choose.choice(names)
        forms = (
            f"{a} * {b} + {b}",
            f"relu(affine({a}, randn({width}, {width}, seed={k}), zeros({width})))",
            f"softmax({a})",
            f"{a} - mean({b}, axis=0)",
            f"{a} @ ({b}.T @ {a})",
            f"reshape({a}, {rows * width})[0] + {b}",
        )
        names.append(choose.choice((f"v{k}", f"a_rather_long_name_{k}")))
        lines.append(f"{names[-1]} = {choose.choice(forms)}")
    return "\n".join([*lines, f"L = sum({' + '.join(names)})"]), choose


@pytest.mark.parametrize("seed", range(8))
def test_nothing_overlaps_in_random_tensor_programs(layouts: Layouts, seed: int) -> None:
    program, choose = random_tensor_program(seed)
    graph = parse(program)
    opened = [group.id for group in graph.groups if choose.random() < 0.5]
    for labels in ("numbers", "shapes", choose.choice(("symbols", "blanks", "none"))):
        scene = Scene(graph, opened, labels)  # type: ignore[arg-type]
        layout = layouts.place_now(scene)
        assert layout.engine == "elk"
        assert overlaps(scene, layout) == []
        assert too_close(scene, layout) == []


@pytest.mark.parametrize(
    "value", [-1234567.0, -1.2345e-107, 9.99999e-4, -123.456789, float("-inf"), float("nan")]
)
def test_any_number_fits_into_the_room_on_an_edge(value: float) -> None:
    assert text_width(number_text.text(value), NUMBER_SIZE) <= LABEL_WIDTH["numbers"]


@pytest.mark.parametrize(
    "value",
    [-1234567.0, -1.2345e-107, 9.99999e-4, -123.456789, -9999.0, -0.0987, float("-inf"), float("nan")],
)
def test_any_number_fits_into_a_cell(value: float) -> None:
    # Six of the widest digits of the widest common font, 0.64 of its size each, a point or comma half of that.
    short = number_text.short(value)
    assert (
        sum(0.84 if c == "\N{MINUS SIGN}" else 0.32 if c in ".," else 0.64 for c in short) * CELL_SIZE
        <= CELL_WIDTH
    )
    assert text_width(short, CELL_SIZE) <= CELL_WIDTH


@pytest.mark.parametrize(
    "shape",
    [
        (6,),
        (784,),
        (1, 784),
        (2, 784),
        (3, 784),
        (100, 784),
        (784, 50),
        (50, 10),
        (28, 28),
        (2, 3, 7),
        (65, 64),
    ],
)
def test_the_room_of_a_heat_map_is_that_of_its_pixels(shape: tuple[int, ...]) -> None:
    assert heat_pixels(shape) == shown(np.ones(shape)).pixels
    width, height = heat_size(shape)
    assert 10 <= width <= 120
    assert 10 <= height <= 64


def test_long_words_are_cut_to_the_width_given() -> None:
    assert fit("사과의 개수", 15, 200) == "사과의 개수"
    cut = fit("아주 아주 긴 이름을 가진 사과의 개수", 15, 100)
    assert cut.endswith("…")
    assert text_width(cut, 15) <= 100


# Structure and cache


def test_numbers_do_not_move_anything(layouts: Layouts) -> None:
    one, other = Scene(parse(SHOPPING)), Scene(parse(SHOPPING.replace("100", "-0.000123456")))
    assert one.structure == other.structure
    assert layouts.place_now(one) is layouts.place_now(other)


def test_elements_do_not_move_anything_but_shapes_do() -> None:
    program = "x = [[{}, 2], [3, 4]]\ny = sum(x * 2)\n"
    one, other = (Scene(parse(program.format(first))) for first in ("1", "-0.000123456"))
    assert one.structure == other.structure
    assert one.shape_key == other.shape_key
    assert Scene(parse("x = [[1, 2, 3]]\ny = sum(x * 2)\n")).structure != one.structure
    # Two shapes with one room may share a layout, but are two pictures.
    vector, row = (Scene(parse(f"x = {text}\ny = sum(x * 2)\n")) for text in ("[1, 2]", "[[1, 2]]"))
    assert vector.shape_key == row.shape_key
    assert vector.structure != row.structure


def test_names_of_one_width_share_a_layout_but_not_a_structure() -> None:
    one, other = Scene(parse("a = 1\nb = a + 1\n")), Scene(parse("c = 1\nd = c + 1\n"))
    assert one.shape_key == other.shape_key
    assert one.structure != other.structure


def test_what_is_open_and_shown_makes_another_structure() -> None:
    graph = parse("x = 1\ny = sigmoid(x)\n")
    keys = [
        Scene(graph).shape_key,
        Scene(graph, ["sigmoid_1"]).shape_key,
        Scene(graph, labels="none").shape_key,
        Scene(graph, labels="symbols").shape_key,
    ]
    assert len(set(keys)) == 4


def test_an_unknown_group_is_ignored() -> None:
    graph = parse("x = 1\ny = sigmoid(x)\n")
    assert Scene(graph, ["nothing_1"]).shape_key == Scene(graph).shape_key


def test_two_engines_agree(layouts: Layouts) -> None:
    scene = Scene(parse(NESTED), ["f_1"])
    again = Layouts(Small())
    try:
        assert again.place_now(scene) == layouts.place_now(scene)
    finally:
        again.close()


def test_the_least_recently_used_layout_is_dropped() -> None:
    layouts = Layouts(Small(layout_cache_size=2))
    scenes = [Scene(parse("x = 1\n" + f"y = {' + '.join('x' * n)}\n")) for n in (2, 3, 4)]
    try:
        first, second = layouts.place_now(scenes[0]), layouts.place_now(scenes[1])
        assert layouts.place_now(scenes[0]) is first
        layouts.place_now(scenes[2])
        assert layouts.place_now(scenes[0]) is first
        assert layouts.place_now(scenes[1]) is not second
    finally:
        layouts.close()


# The process


def chain(length: int) -> Graph:
    graph = Graph()
    at = graph.input("x", 1.0)
    for _ in range(length):
        at = graph.apply(CODES["exp"], at)
    return graph


def tangle(count: int) -> Graph:
    """Build ops whose operands stand anywhere before them: costly to lay out."""
    random_ = random.Random(7)
    graph = Graph()
    for k in range(10):
        graph.input(f"x{k}", 1.0)
    while len(graph) < count:
        graph.apply(CODES["add"], len(graph) - 1, random_.randrange(len(graph)))
    return graph


def test_the_engine_runs_in_a_process_of_its_own(layouts: Layouts) -> None:
    layouts.place_now(Scene(parse("a = 5\n")))
    assert layouts.engine_pid not in (None, os.getpid())


def test_a_killed_engine_is_started_again(layouts: Layouts) -> None:
    layouts.place_now(Scene(parse("a = 5\nb = a + a + a\n")))
    first = layouts.engine_pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    layout = layouts.place_now(Scene(parse("a = 5\nb = a * a * a\nc = exp(b)\n")))
    assert layout.engine == "elk"
    assert layouts.engine_pid not in (None, first)


class Timers:
    """Timers in place of the engine's, one for each layout: they run out when a test says so."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.begun: queue.SimpleQueue[Timers.Timer] = queue.SimpleQueue()
        monkeypatch.setattr(layout_engine.threading, "Timer", lambda seconds, stop: self.Timer(self, stop))

    def next(self) -> "Timers.Timer":
        """Return the next timer, once the engine is at work on its layout."""
        return self.begun.get(timeout=60)

    @dataclass
    class Timer:
        of: "Timers"
        run_out: Callable[[], None]
        daemon: bool = False

        def start(self) -> None:
            self.of.begun.put(self)

        def cancel(self) -> None:
            pass


@pytest.fixture
def timers(monkeypatch: pytest.MonkeyPatch) -> Timers:
    return Timers(monkeypatch)


@pytest.fixture
def at_work(timers: Timers) -> Iterator[tuple[Layouts, Timers]]:
    """Give layouts whose engine runs, and the timers of all later layouts."""
    layouts = Layouts(Small(layout_max_nodes=100_000))
    layouts.place_now(Scene(parse("a = 5\n")))
    timers.next(), timers.next()  # of the start and of this layout
    yield layouts, timers
    layouts.close()


def test_an_engine_killed_at_work_is_started_again(at_work: tuple[Layouts, Timers]) -> None:
    layouts, timers = at_work
    first = layouts.engine_pid
    assert first is not None
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(layouts.place_now, Scene(tangle(80)))
        timers.next()
        os.kill(first, signal.SIGKILL)
        assert waiting.result().engine == "elk"
    assert layouts.engine_pid not in (None, first)


def test_closing_ends_a_layout_that_is_being_made(at_work: tuple[Layouts, Timers]) -> None:
    layouts, timers = at_work
    pid = layouts.engine_pid
    assert pid is not None
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(layouts.place_now, Scene(tangle(200)))
        timers.next()
        layouts.close()
        assert waiting.result().reason == "died"
    assert layouts.engine_pid is None
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_small_scene_does_not_wait_for_a_large_one_and_a_layout_left_by_all_is_ended(
    at_work: tuple[Layouts, Timers],
) -> None:
    layouts, timers = at_work
    pid, large = layouts.engine_pid, Scene(tangle(300))

    async def story() -> None:
        first = asyncio.create_task(layouts.place(large))
        await asyncio.to_thread(timers.next)
        second = asyncio.create_task(layouts.place(large))
        await asyncio.sleep(0)
        assert (await layouts.place(Scene(parse(SHOPPING)))).engine == "elk"
        assert not first.done()
        first.cancel()
        await asyncio.wait([first])
        assert layouts.engine_pid == pid, "somebody else still waits for it"
        second.cancel()
        await asyncio.wait([second])
        assert (await layouts.place(Scene(tangle(40)))).engine == "elk"
        assert layouts.engine_pid not in (None, pid)

    asyncio.run(story())


def test_a_layout_left_before_its_turn_is_not_made(
    at_work: tuple[Layouts, Timers], monkeypatch: pytest.MonkeyPatch
) -> None:
    layouts, timers = at_work
    made: list[int] = []
    layout = Engine.layout
    monkeypatch.setattr(
        Engine,
        "layout",
        lambda engine, graph: made.append(len(graph["children"])) or layout(engine, graph),  # type: ignore[func-returns-value]
    )

    async def story() -> None:
        first = asyncio.create_task(layouts.place(Scene(tangle(300))))
        await asyncio.to_thread(timers.next)
        left = asyncio.create_task(layouts.place(Scene(tangle(150))))
        await asyncio.sleep(0)
        for task in (left, first):
            task.cancel()
        await asyncio.wait([left, first])
        await layouts.place(Scene(tangle(40)))

    asyncio.run(story())
    assert 151 not in made
    assert {301, 41} <= set(made)


def test_a_layout_that_takes_too_long_is_stopped_and_a_plain_one_given(
    at_work: tuple[Layouts, Timers],
) -> None:
    layouts, timers = at_work
    scene = Scene(tangle(900))
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(layouts.place_now, scene)
        timers.next().run_out()
        layout = waiting.result()
    assert (layout.engine, layout.reason) == ("plain", "time")
    # A graph that took too long is not tried again, and the next graph is laid out as usual.
    assert layouts.place_now(scene) is layout
    assert layouts.place_now(Scene(parse(SHOPPING))).engine == "elk"


def test_the_time_for_a_layout_is_that_of_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[float] = []
    timer = threading.Timer
    monkeypatch.setattr(
        layout_engine.threading, "Timer", lambda seconds, stop: given.append(seconds) or timer(seconds, stop)
    )
    layouts = Layouts(Small(layout_seconds=12.5))
    try:
        layouts.place_now(Scene(parse("a = 5\n")))
        assert given[1:] == [12.5], "after the one for the engine's start"
    finally:
        layouts.close()


def test_a_layout_that_takes_too_much_memory_is_stopped_and_a_plain_one_given() -> None:
    layouts = Layouts(Small(layout_memory_mb=32))
    try:
        assert layouts.place_now(Scene(parse(SHOPPING))).engine == "elk"
        layout = layouts.place_now(Scene(chain(900)))
        assert (layout.engine, layout.reason) == ("plain", "memory")
        assert layouts.place_now(Scene(parse("x = 1\ny = exp(x)\n"))).engine == "elk"
    finally:
        layouts.close()


def test_more_nodes_than_the_limit_are_laid_out_plainly(layouts: Layouts) -> None:
    layout = layouts.place_now(Scene(chain(1200)))
    assert (layout.engine, layout.reason) == ("plain", "size")


def test_edges_past_many_columns_count_as_nodes_do(layouts: Layouts) -> None:
    scene = Scene(tangle(300))
    assert len(scene.nodes) < 400
    layout = layouts.place_now(scene)
    assert (layout.engine, layout.reason) == ("plain", "size")


def test_without_its_bundle_the_engine_says_so(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="has not been built") as caught:
        Engine(1.0, 100, tmp_path / "none.js").layout({})
    assert caught.value.reason == "died"


def test_what_elk_refuses_is_told_and_the_engine_lives_on() -> None:
    engine = Engine(30.0, 512)
    scene = Scene(parse("a = 5\n"))
    try:
        with pytest.raises(EngineError) as caught:
            engine.layout(
                {"id": "root", "children": [], "edges": [{"id": "e", "sources": ["x"], "targets": ["y"]}]}
            )
        assert caught.value.reason == "refused"
        pid = engine.pid
        engine.layout(to_elk(scene, first_orders(scene)))
        assert engine.pid == pid
    finally:
        engine.close()


@pytest.fixture
def go(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Make every layout wait until this event is set."""
    event, layout = threading.Event(), Engine.layout

    def wait_and_layout(engine: Engine, graph: dict[str, Any]) -> dict[str, Any]:
        event.wait(timeout=60)
        return layout(engine, graph)

    monkeypatch.setattr(Engine, "layout", wait_and_layout)
    return event


def test_the_event_loop_runs_on_while_a_layout_is_made(layouts: Layouts, go: threading.Event) -> None:
    scene = Scene(parse("not_yet = 1\nlaid_out = sin(not_yet)\n"))

    async def tick_while_waiting() -> Layout:
        waiting = asyncio.create_task(layouts.place(scene))
        for _ in range(10):
            await asyncio.sleep(0)
        assert not waiting.done()
        go.set()
        return await waiting

    assert asyncio.run(tick_while_waiting()).engine == "elk"


def test_callers_at_once_share_one_engine_and_one_answer(layouts: Layouts) -> None:
    programs = [f"not_yet = 1\ny = {' * '.join(['not_yet'] * n)}\n" for n in (2, 3, 4)]

    async def ask() -> list[Layout]:
        return await asyncio.gather(*(layouts.place(Scene(parse(programs[k % 3]))) for k in range(12)))

    found = asyncio.run(ask())
    assert len({id(layout) for layout in found}) == 3
    assert all(found[k] is found[k % 3] for k in range(12))


def test_a_caller_who_leaves_does_not_take_the_answer_from_another(
    layouts: Layouts, go: threading.Event
) -> None:
    scene = Scene(parse("not_yet = 1\nlaid_out = cos(not_yet) * not_yet\n"))

    async def leave_and_stay() -> Layout:
        leaving = asyncio.create_task(layouts.place(scene))
        staying = asyncio.create_task(layouts.place(scene))
        await asyncio.sleep(0)
        leaving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await leaving
        go.set()
        return await staying

    assert asyncio.run(leave_and_stay()).engine == "elk"


# The plain layout


@pytest.mark.parametrize("graph", [chain(1), chain(5000), tangle(3000)], ids=["one", "deep", "tangled"])
def test_the_plain_layout_places_any_graph(graph: Graph) -> None:
    scene = Scene(graph)
    layout = plain.layout(scene, "size")
    nodes = sorted(layout.nodes)
    for at, box in enumerate(nodes):  # sorted by x: only those that begin before this one ends can touch it
        for other in nodes[at + 1 :]:
            if other.x >= box.x + box.width:
                break
            assert not box.overlaps(other)
    for edge in scene.edges:
        assert layout.nodes[edge.source].x + layout.nodes[edge.source].width < layout.nodes[edge.target].x


@pytest.mark.parametrize("made", [chain, tangle])
def test_twice_the_nodes_are_twice_the_work_of_a_plain_layout(made: Callable[[int], Graph]) -> None:
    def work(nodes: int) -> int:
        scene = Scene(made(nodes))
        return lines(lambda: plain.layout(scene, "size"))[1]

    assert work(1000) < 2.5 * work(500)


def test_the_plain_layout_keeps_words_apart() -> None:
    for program, open in (
        (NESTED, ()),
        (NESTED, ("f_1",)),
        (AFFINE, ()),
        (NET, ("affine_1",)),
        (REDUCTIONS, ()),
    ):
        scene = Scene(parse(program), open)
        layout = plain.layout(scene, "time")
        boxes = [*layout.nodes, *(route.label for route in layout.edges if route.label)]
        for at, box in enumerate(boxes):
            assert not [other for other in boxes[:at] if box.overlaps(other)]


def test_the_plain_layout_frames_open_groups() -> None:
    scene = Scene(parse(NESTED), ["f_1"])
    layout = plain.layout(scene, "time")
    for node, box in zip(scene.nodes, layout.nodes, strict=True):
        if node.parent is not None:
            frame = layout.groups[node.parent]
            assert frame.x < box.x
            assert frame.y < box.y
            assert box.x + box.width < frame.x + frame.width
            assert box.y + box.height < frame.y + frame.height
