"""The backward pass in an order of one's own: the right one finds all gradients, a wrong one loses contributions."""

import itertools

import numpy as np
import pytest
import torch

from chainrule.core.engine.order import in_order
from chainrule.core.engine.tape import Tape
from chainrule.core.errors import EvaluationError
from chainrule.core.language.program import parse

TWO_READERS = "x = 3\na = x * x\nb = 5 * a\nc = a * a\nL = b + c"


def passed(program, order):
    graph = parse(program)
    tape = Tape(graph)
    values = tape.forward()
    found = in_order(graph, values, 1.0, order)
    named = {graph.ids[node]: gradient for node, gradient in enumerate(found.nodes)}
    return graph, found, named, tape.backward(values=values)


@pytest.mark.parametrize("order", [["L", "b", "c", "a"], ["L", "c", "b", "a"]])
def test_every_right_order_finds_all_gradients(order):
    _, found, named, right = passed(TWO_READERS, order)
    assert found.left == found.lost == []
    assert not any(found.waiting.values())
    for node, gradient in enumerate(found.nodes):
        if right.nodes[node] is not None:
            assert gradient == right.nodes[node]
    x = torch.tensor(3.0, dtype=torch.float64, requires_grad=True)
    a = x * x
    (5 * a + a * a).backward()
    assert named["x"] == x.grad.item()


def test_a_wrong_order_loses_what_comes_late():
    """a passes on b's 5 alone; c's 18 arrives when a has had its turn: 5 · 2x = 30 instead of 23 · 6 = 138."""
    graph, found, named, right = passed(TWO_READERS, ["L", "b", "a", "c"])
    assert named["x"] == 30
    assert right.nodes[graph.index("x")] == 138
    assert [graph.edges[edge].id for edge in found.lost] == ["a->c.0", "a->c.1"]
    assert named["a"] == 23, "what comes late still counts at the node itself"
    assert [turn.waiting for turn in found.turns] == [0, 0, 2, 0]


def test_a_turn_before_anything_has_arrived_passes_zero():
    _, found, named, _ = passed(TWO_READERS, ["a"])
    assert (named["x"], found.turns[0].gradient, found.turns[0].waiting) == (0, 0, 3)


def test_half_way_nodes_know_how_many_edges_they_wait_for():
    graph, found, _, _ = passed(TWO_READERS, ["L", "c"])
    waiting = {graph.ids[node]: count for node, count in found.waiting.items()}
    assert {name: waiting[name] for name in "Lbcax"} == {"L": 0, "b": 0, "c": 0, "a": 1, "x": 2}
    assert [graph.ids[node] for node in found.left] == ["b", "a"]


def test_an_order_is_right_exactly_if_nobody_has_waited():
    """Of all orders of four nodes: gradients are all right just where each turn waited for nothing."""
    for order in itertools.permutations(["L", "b", "c", "a"]):
        graph, found, named, right = passed(TWO_READERS, order)
        whole = all(turn.waiting == 0 for turn in found.turns)
        assert bool(named["x"] == right.nodes[graph.index("x")]) is whole
        assert (found.lost == []) is whole


def test_tensors_pass_back_in_order_too():
    program = "W = [[1, 2], [3, 4]]\nx = [1, -1]\nh = tanh(x @ W)\nL = sum(h * h) + max(h)"
    graph = parse(program)
    values = Tape(graph).forward()
    right = Tape(graph).backward(values=values)
    order = [node.id for node in reversed(graph.nodes) if node.op and graph.requires_grad()[node.index]]
    found = in_order(graph, values, 1.0, order)
    for name in ("W", "x"):
        assert np.array_equal(found.nodes[graph.index(name)], right.nodes[graph.index(name)])


@pytest.mark.parametrize("order", [["x"], ["L", "L"], ["nothing"]])
def test_what_has_no_turn_is_refused(order):
    with pytest.raises(EvaluationError):
        passed(TWO_READERS, order)
