"""The graph: built by appending, read as columns or as views."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainrule.core.engine.graph import Edge, Graph
from chainrule.core.ops import CODES

ADD, MUL, EXP = CODES["add"], CODES["mul"], CODES["exp"]


def test_columns_and_views_tell_the_same():
    graph = Graph()
    x = graph.input("x", 2.0)
    two = graph.constant(2.0)
    product = graph.apply(MUL, x, two)
    graph.name(graph.apply(EXP, product), "y")
    assert [(node.id, node.kind, node.inputs, node.value) for node in graph.nodes] == [
        ("x", "input", (), 2.0),
        ("const_1", "constant", (), 2.0),
        ("op_1", "op", (0, 1), None),
        ("y", "op", (2,), None),
    ]
    assert graph.edges == [
        Edge(0, "x->op_1.0", x, product, 0),
        Edge(1, "const_1->op_1.1", two, product, 1),
        Edge(2, "op_1->y.0", product, 3, 0),
    ]
    assert [node.id for node in graph.inputs] == ["x"]
    assert graph.outgoing(product) == [graph.edges[2]]
    assert graph.index("y") == graph.output == 3
    assert graph.requires_grad() == [True, False, True, True]


def test_a_node_that_is_read_twice_has_two_edges():
    graph = Graph()
    x = graph.input("x", 3.0)
    graph.apply(MUL, x, x)
    assert [(edge.source, edge.slot) for edge in graph.outgoing(x)] == [(x, 0), (x, 1)]


def test_views_follow_what_is_appended():
    graph = Graph()
    x = graph.input("x")
    assert len(graph.nodes) == 1
    graph.apply(ADD, x, x)
    assert graph.ids == ["x", "op_1"]
    assert len(graph.edges) == 2


@pytest.mark.parametrize("operands", [(1, 0), (0, 1), (-1, 0), (7, 7)])
def test_an_op_reads_what_stands_already(operands: tuple[int, int]):
    graph = Graph()
    graph.input("x")
    with pytest.raises(IndexError, match="before it"):
        graph.apply(ADD, *operands)
    assert len(graph) == 1


@pytest.mark.parametrize("arguments", [(ADD, 0), (EXP, 0, 0)])
def test_an_op_takes_as_many_operands_as_it_has(arguments: tuple[int, ...]):
    graph = Graph()
    graph.input("x")
    with pytest.raises(TypeError, match="operands"):
        graph.apply(*arguments)
    assert len(graph) == 1


def test_shapes_broadcast_or_are_refused():
    graph = Graph()
    row, column = graph.input("row", shape=(1, 3)), graph.input("column", shape=(2, 1))
    number = graph.constant(2.0)
    applied = graph.apply(ADD, row, column), graph.apply(MUL, number, column), graph.apply(EXP, number)
    assert [graph.nodes[node].shape for node in applied] == [(2, 3), (2, 1), ()]
    with pytest.raises(ValueError, match="do not fit"):
        graph.apply(ADD, row, graph.input("other", shape=(2,)))


def test_groups_hold_what_is_appended_while_they_are_open():
    graph = Graph()
    x = graph.input("x")
    outer = graph.open_group("outer", (x,), ("a",))
    first = graph.apply(EXP, x)
    inner = graph.open_group("inner", (first,), ("b",))
    graph.name(second := graph.apply(EXP, first), "z")
    graph.close_group(second)
    third = graph.apply(EXP, second)
    graph.close_group(third)
    graph.apply(EXP, third)
    assert graph.ids == ["x", "outer_1.op_1", "outer_1.inner_1.z", "outer_1.op_2", "op_1"]
    assert [(group.id, group.parent, group.nodes, group.output) for group in graph.groups] == [
        ("outer_1", None, (first, second, third), third),
        ("outer_1.inner_1", outer, (second,), second),
    ]
    assert [node.group for node in graph.nodes] == [None, outer, inner, outer, None]


@given(st.lists(st.sampled_from(["x", "x_2", "x_3", "op_1", "op", "const_1", "f_1", None]), max_size=12))
def test_ids_are_unique_and_a_name_given_once_is_the_id(names: list[str | None]):
    graph = Graph()
    start = graph.input("start")
    for k, name in enumerate(names):
        if k % 3 == 2:
            graph.open_group("f", (start,), ("a",))
        node = graph.constant(1.0) if k % 5 == 4 else graph.apply(EXP, start)
        if k % 3 == 2:
            graph.close_group(node)
        if name:
            graph.name(node, name)
    every = [*graph.ids, *(group.id for group in graph.groups)]
    assert len(set(every)) == len(every)
    for name in set(names) - {None}:
        assert graph.ids[1 + names.index(name)] == name
    assert all(graph.index(node_id) == i for i, node_id in enumerate(graph.ids))


def test_a_name_given_20_000_times():
    graph = Graph()
    node = graph.input("x")
    for _ in range(20_000):
        node = graph.apply(ADD, node, node)
        graph.name(node, "x")
    assert graph.ids[-1] == "x_20001"
    assert np.all(np.diff([edge.target for edge in graph.edges]) >= 0)
