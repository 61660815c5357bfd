"""Where a captured model's nodes stand: at once, in Python, whatever its modules return."""

import re
from dataclasses import replace
from itertools import pairwise

import pytest
import torch

from chainrule import capture
from chainrule.app.captures.page_data import parents_of
from chainrule.app.captures.picture import FORMS, LINE, draw, scene_in
from chainrule.app.captures.scene import CaptureScene
from chainrule.app.picture.layout import Layouts, layered
from chainrule.app.saved.views import around
from chainrule.app.view.place import Limits
from chainrule.core.capture import Capture, Edge, Group, Node
from chainrule.core.capture.visible import Visible
from tests.app.picture.test_layered import check
from tests.app.picture.test_layout import overlaps, too_close
from tests.helpers.captured_sample import output, summary


def net(groups: dict[str, int], nodes: list[tuple[str, int, tuple[int, ...]]], block: str = "") -> Capture:
    """Return a capture of numbers: groups with the one around, nodes with their group and what they read.

    Groups named in ``block`` are equal blocks.
    """
    made, edges = [], []
    for at, (name, group, reads) in enumerate(nodes):
        edges += [Edge(source, 0, at, (slot,), True, summary(1.0), None) for slot, source in enumerate(reads)]
        made.append(
            Node(name, "op" if reads else "input", "op", name, "", group, (output((1.0,), (1.0,), ()),))
        )
    return Capture(
        "Net",
        tuple(made),
        tuple(edges),
        tuple(
            Group(name, "module", name, "Module", 1, parent, block=7 if name in block else -1)
            for name, parent in groups.items()
        ),
        loss=(len(made) - 1, 0),
    )


def test_a_module_that_returns_two_tensors():
    two = net({"m": -1}, [("x", -1, ()), ("a", 0, (0,)), ("b", 0, (0,)), ("c", -1, (1,)), ("d", -1, (2, 3))])
    for direction in ("right", "down"):
        check(CaptureScene(two, {"m"}, direction=direction), several=True)
    assert layered.layout(CaptureScene(two, {"m"})) is None  # no call of a program


def test_a_module_whose_first_result_is_read_before_its_last_node():
    early = net(
        {"m": -1}, [("x", -1, ()), ("a", 0, (0,)), ("c", -1, (1,)), ("b", 0, (1,)), ("d", -1, (2, 3))]
    )
    check(CaptureScene(early, {"m"}), several=True)


def test_a_module_that_reads_what_others_make_of_it_is_left_to_the_other_engine():
    circle = net({"m": -1}, [("x", -1, ()), ("a", 0, (0,)), ("c", -1, (1,)), ("b", 0, (2,)), ("d", -1, (3,))])
    assert layered.layout(CaptureScene(circle, {"m"}), True) is None
    assert layered.layout(CaptureScene(circle, ()), True) is None


def test_a_row_of_equal_blocks_ends_before_one_behind_them():
    """As in attention: three layers side by side, and one more behind what is made of them."""
    nodes = [
        ("x", -1, ()),
        ("a", 0, (0,)),
        ("b", 1, (0,)),
        ("c", 2, (0,)),
        ("mix", -1, (1, 2, 3)),
        ("d", 3, (4,)),
    ]
    attention = net(dict.fromkeys("qkvo", -1), [*nodes, ("loss", -1, (5,))], "qkvo")
    visible = Visible(attention, ())
    assert [item.id for item in visible.items] == ["x", "q×3", "mix", "o", "loss"]
    assert all(link.source < link.target for link in visible.links)


@pytest.fixture
def without_elk():
    made = Layouts(Limits())
    yield made
    assert made.engine_pid is None
    made.close()


def test_every_view_of_a_model_is_laid_out_without_another_process(without_elk):
    class Cell(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.gates = torch.nn.Linear(3, 4)

        def forward(self, x, h):
            a, b = self.gates(torch.cat([x, h], 1)).chunk(2, 1)
            return torch.sigmoid(a), torch.tanh(b)

    cell = Cell()
    x = torch.ones(2, 1)

    def loss():
        h, c = torch.zeros(2, 2), torch.zeros(2, 2)
        for _ in range(3):
            h, c = cell(x, h + c)
        return (h * c).sum()

    seen = capture(loss).capture
    parents = parents_of(seen)
    for group in parents:
        scene = CaptureScene(seen, around(group, parents))
        assert without_elk.place_now(scene).engine == "layered"
        check(scene, several=True)


def long_net(blocks: int) -> Capture:
    """Return a net of blocks with a way around each, all within one group that the input and a skip cross."""
    nodes = [("x", -1, ()), ("first", 0, (0,))]
    groups = {"net": -1}
    for at in range(blocks):
        groups[f"block{at}"] = 0
        before = len(nodes) - 1
        nodes += [
            (f"a{at}", at + 1, (before,)),
            (f"b{at}", at + 1, (before + 1,)),
            (f"c{at}", 0, (before, before + 2)),
        ]
    return net(groups, [*nodes, ("skip", 0, (1, len(nodes) - 1)), ("loss", -1, (0, len(nodes)))])


@pytest.mark.parametrize("width", [700.0, LINE, 2_000.0])
def test_a_long_group_runs_on_from_line_to_line(without_elk, width):
    """As a paragraph does: in each line a box around what the line holds of it, and nothing of others."""
    scene = CaptureScene(long_net(6), {"net", *(f"block{at}" for at in range(6))}, wrap=width)
    layout = without_elk.place_now(scene)
    assert layout.lines > 1
    assert layout.width < width + 100
    assert overlaps(scene, layout) == []
    source = {edge.id: edge.source for edge in scene.edges}
    together = [pair.split(" along ") for pair in too_close(scene, layout)]
    assert all(source[one] == source[other] for one, other in together)
    (whole,) = {group for group, _ in layout.pieces}
    assert scene.groups[whole].id == "net"
    assert layout.lines - 2 <= len(layout.pieces) < layout.lines
    for edge, route in zip(scene.edges, layout.edges, strict=True):
        target = layout.nodes[edge.target]
        assert route.points[-1] == pytest.approx(
            (target.x, target.y + scene.nodes[edge.target].west[edge.slot])
        )


def test_a_group_that_runs_on_is_drawn_whole_and_has_no_lid(without_elk):
    scene = scene_in(long_net(6), {"net", *(f"block{at}" for at in range(6))}, "en", FORMS[0])
    layout = without_elk.place_now(scene)
    svg = draw(scene, layout)
    assert svg.count("group-box") == len(scene.groups) + len(layout.pieces)
    assert 'data-lid="block0"' in svg
    assert 'data-lid="net"' not in svg
    assert f'data-lines="{layout.lines}"' in svg


def test_numbers_of_a_small_matrix_say_up_to_which_size_they_are_seen(without_elk):
    pair = net({}, [("x", -1, ()), ("y", -1, (0,))])
    shaped = replace(
        pair, nodes=tuple(replace(each, outputs=(output((1, 2), (3, 4), (2,)),)) for each in pair.nodes)
    )
    scene = scene_in(shaped, (), "en", "down")
    sizes = re.findall(r'data-cells="([^"]+)"', draw(scene, without_elk.place_now(scene)))
    assert sizes
    assert all(12 < float(most) < 15 for _, most in map(str.split, sizes))


def test_a_name_stands_between_the_edges_that_enter_from_above(without_elk):
    scene = scene_in(long_net(1), {"net", "block0"}, "en", "down")
    layout = without_elk.place_now(scene)
    svg = draw(scene, layout)
    for group, box in zip(scene.groups, layout.groups, strict=True):
        (found,) = re.findall(rf'"group-name"[^>]* x="([\d.]+)" y="[\d.]+">{group.title}<', svg)
        begin = float(found)
        assert box.x < begin < begin + group.title_width < box.x + box.width
        near = [
            x
            for route in layout.edges
            for (x, y), (other, below) in pairwise(route.points)
            if x == other and y < box.y + 20 < below
        ]
        assert near
        assert not [x for x in near if begin < x < begin + group.title_width]
