"""A large net is checked in part: always the same part, with the results of the whole check."""

import itertools

import numpy as np
import pytest

from chainrule.core.engine.tape import Tape
from chainrule.core.gradcheck.gradcheck import check_elements
from chainrule.core.language.program import parse
from chainrule.core.nets import DeepNet
from chainrule.core.training.check_sample import MOST_COST, chosen


def shapes_of(*sizes):
    return {
        name: shape
        for k, (rows, columns) in enumerate(itertools.pairwise(sizes), 1)
        for name, shape in ((f"W{k}", (rows, columns)), (f"b{k}", (columns,)))
    }


def test_all_of_the_books_net_is_checked():
    assert chosen(shapes_of(784, 50, 10), rows=2, rng_seed=0) == {}


@pytest.mark.parametrize("hidden", [(500,), (500, 500, 500), (500,) * 6])
def test_a_large_net_is_checked_in_part(hidden):
    shapes = shapes_of(784, *hidden, 10)
    found = chosen(shapes, rows=2, rng_seed=0)
    assert "W1" in found
    for name, places in found.items():
        size = int(np.prod(shapes[name]))
        assert 10 <= len(places) < size
        assert np.array_equal(places, np.unique(places))
        assert 0 <= places[0] <= places[-1] < size
    again = chosen(shapes, rows=2, rng_seed=0)
    assert all(np.array_equal(places, again[name]) for name, places in found.items())
    assert not np.array_equal(found["W1"], chosen(shapes, rows=2, rng_seed=1)["W1"])
    fewer = chosen(shapes, 2, 0, MOST_COST / 2)
    assert sum(map(len, fewer.values())) < sum(map(len, found.values()))


def test_a_part_is_found_as_in_the_whole():
    net = DeepNet(5, [4, 3], 3, "sigmoid", rng_seed=2)
    generator = np.random.default_rng(3)
    graph = net.graph(generator.random((2, 5)), np.array([0, 2]))
    tape = Tape(graph)
    nodes = [graph.index(name) for name in net.params]
    some = {graph.index("W1"): np.array([1, 7, 19]), graph.index("b2"): np.array([2])}
    whole = check_elements(tape, nodes, epsilon=1e-5)
    part = check_elements(tape, nodes, epsilon=1e-5, chosen=some)
    for node, one, other in zip(nodes, whole, part, strict=True):
        places = some.get(node, np.arange(one.excess.size))
        assert other.shape == one.shape == np.shape(graph.values[node])
        assert np.array_equal(other.backprop.ravel(), one.backprop.ravel()[places])
        assert np.array_equal(other.numerical.ravel(), one.numerical.ravel()[places])
        assert other.where(0) == one.where(int(places[0]))
        worst = other.worst()
        assert worst.backprop == one.backprop[worst.where]


def test_a_wrong_gradient_in_the_part_is_told_with_its_place():
    net = DeepNet(5, [4], 3, "sigmoid", rng_seed=2)
    graph = net.graph(np.random.default_rng(3).random((2, 5)), np.array([0, 2]))
    node = graph.index("W2")
    (found,) = check_elements(
        Tape(graph), [node], mistakes=["matmul.upstream_forgotten"], chosen={node: np.array([4, 11])}
    )
    worst = found.worst()
    assert not worst.ok
    assert worst.where in {(1, 1), (3, 2)}
    assert worst.elements == 2


@pytest.mark.parametrize("chosen", [None, np.array([1, 3])])
def test_only_elements_at_a_kink_are_moved_by_another_step(chosen):
    graph = parse("x = [1.0, 3e-6, -2.0, 3.0]\ny = sum(relu(x) * relu(x) + relu(x))")
    node = graph.index("x")
    some = None if chosen is None else {node: chosen}
    (found,) = check_elements(Tape(graph), [node], chosen=some)
    near = 1 if chosen is None else 0
    assert found.steps[near] < 3e-6
    assert (np.delete(found.steps, near) == 1e-5).all()
    assert (found.excess <= 1).all()
    assert found.numerical[near] == pytest.approx(1 + 2 * 3e-6, rel=1e-5)
