"""What of a capture is seen: closed groups, folded rows, relabelling ops, the default view."""

from dataclasses import replace

import numpy as np
import pytest

from chainrule.core.capture import Capture, Edge, Group, Node
from chainrule.core.capture.visible import Visible, around, first_open
from tests.helpers.captured_sample import output, sample, summary


def ids(visible):
    return [item.id for item in visible.items]


def ends(visible):
    return {(visible.items[link.source].id, visible.items[link.target].id) for link in visible.links}


def chain(blocks: int) -> Capture:
    """x → block 1 → … → loss: each block doubles twice, with a view between."""
    nodes = [Node("x", "input", "input", "x", "", 0, (output((1, 2), (3, 4), (2,)),))]
    edges, groups = [], [Group("/", "model", "", "Net", 1, -1)]
    for at in range(blocks):
        groups.append(Group(f"h.{at}", "module", f"h.{at}", "Block", 1, 0, block=7))
        for name, relabels in (("mul", False), ("view", True), ("mul#2", False)):
            node = Node(f"h.{at}.{name}", "op", name[:4].strip("#"), name, f"h.{at}", at + 1,
                        (output((1, 2), (3, 4), (2,)),), relabels=relabels)  # fmt: skip
            edges.append(Edge(len(nodes) - 1, 0, len(nodes), (0,), True, summary(3, 4), None))
            nodes.append(node)
    nodes.append(Node("sum", "loss", "sum", "sum", "", 0, (output((3,), (1,), ()),)))
    edges.append(Edge(len(nodes) - 2, 0, len(nodes) - 1, (0,), True, summary(3, 4), None))
    return Capture("Net", tuple(nodes), tuple(edges), tuple(groups), loss=(len(nodes) - 1, 0))


def test_a_closed_group_stands_for_what_is_inside():
    visible = Visible(sample(), ["/"])
    assert ids(visible) == ["x", "inner", "pow"]
    assert ends(visible) == {("x", "inner"), ("inner", "pow")}
    assert ids(Visible(sample(), [])) == ["/"]
    assert ids(Visible(sample(), ["inner"])) == ["/"]  # what is around it is closed


def test_equal_blocks_in_a_row_are_one_until_opened():
    capture = chain(12)
    folded = Visible(capture, ["/"])
    assert ids(folded) == ["x", "h.0×12", "sum"]
    assert len(Visible(capture, ["/", "h.0×12"]).items) == 14
    # One open block opens the row.
    assert ids(Visible(capture, ["/", "h.1"]))[:5] == ["x", "h.0", "h.1.mul", "h.1.view", "h.1.mul#2"]
    assert folded.results[1] == (36, 0)


def test_relabelling_ops_are_left_out_on_request():
    visible = Visible(chain(1), ["/", "h.0"], relabels=False)
    assert ids(visible) == ["x", "h.0.mul", "h.0.mul#2", "sum"]
    assert ("h.0.mul", "h.0.mul#2") in ends(visible)


def test_the_default_view_opens_outer_groups_first():
    assert first_open(sample()) == {"/", "inner"}
    assert first_open(sample(), most=3) == {"/"}
    assert first_open(chain(12)) == {"/"}  # the row stays folded


def test_groups_of_one_depth_open_together():
    capture = chain(2)
    inside = [Group(f"h.{at}.mlp", "module", f"h.{at}.mlp", "MLP", 1, at + 1) for at in range(2)]
    deeper = replace(
        capture,
        groups=(*capture.groups, *inside),
        nodes=tuple(
            replace(node, group=node.group + 2) if node.op == "view" else node for node in capture.nodes
        ),
    )
    assert first_open(deeper) == {"/", "h.0", "h.1", "h.0.mlp", "h.1.mlp"}
    # Few are seen: they open one by one.
    assert first_open(deeper, most=6) == {"/", "h.0", "h.0.mlp"}
    capture_of_many = chain(12)
    alone = replace(
        capture_of_many, groups=tuple(replace(group, block=-1) for group in capture_of_many.groups)
    )
    assert first_open(alone) == {"/"}  # all twelve would be 38 nodes


def test_groups_around_are_open_too():
    assert around(sample(), ["inner"]) == {"/", "inner"}
    assert around(chain(3), ["h.0×3"]) == {"/", "h.0×3"}
    with pytest.raises(KeyError):
        around(sample(), ["outer"])


def test_what_a_closed_group_brings_back():
    """One edge's contribution, or the whole gradient if all readers are inside; else the sum is not known."""
    capture = sample()
    visible = Visible(capture, ["/"])
    into = {visible.items[link.target].id: visible.contribution(link) for link in visible.links}
    assert into["inner"].norm == pytest.approx(np.hypot(66, 88))
    twice = replace(
        capture, edges=(capture.edges[0], replace(capture.edges[1], source=0), *capture.edges[2:])
    )
    visible = Visible(twice, ["/"])
    (link,) = [link for link in visible.links if visible.items[link.target].id == "inner"]
    assert len(link.members) == 2
    assert visible.contribution(link) is twice.nodes[0].outputs[0].gradient


def test_every_visible_edge_leads_forward_whatever_is_open():
    capture = chain(4)
    names = ["/", "h.0×4", *(f"h.{at}" for at in range(4))]
    for mask in range(2 ** len(names)):
        visible = Visible(capture, [name for at, name in enumerate(names) if mask >> at & 1])
        assert all(link.source < link.target for link in visible.links)
        assert len(visible.results) == len(visible.items)
