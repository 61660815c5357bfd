"""Chain-rule paths: all of them counted and summed, the few largest listed."""

import math
import random

import pytest

from chainrule.core.engine.graph import Graph
from chainrule.core.engine.tape import Tape
from chainrule.core.explain.paths import SHOWN, Paths, chain_paths
from chainrule.core.language.program import parse
from chainrule.core.ops import CODES
from chainrule.core.view.evaluated import Evaluated
from chainrule.core.view.visible import Visible
from tests.helpers.work import lines


def evaluate(graph: Graph, seed: float = 1.0) -> Evaluated:
    tape = Tape(graph)
    values = tape.forward()
    return Evaluated(graph, values, tape.backward(seed))


def read(program: str, seed: float = 1.0) -> Evaluated:
    return evaluate(parse(program), seed)


def every_path(visible: Visible, position: int) -> list[list[float]]:
    """Return the factors of all paths, by following each of them."""
    final = visible.position[visible.evaluated.graph.output]
    found, walks = [], [(position, [])]
    while walks:
        at, factors = walks.pop()
        if at == final:
            found.append(factors)
            continue
        walks += [
            (edge.target, [*factors, visible.local(edge)])
            for edge in visible.outgoing[at]
            if visible.requires_grad(edge)
        ]
    return found


def random_graph(generator: random.Random, ops: int) -> Graph:
    graph = Graph()
    for name in "xyz":
        graph.input(name, generator.uniform(-2, 2))
    graph.constant(2.0)
    for _ in range(ops):
        code = CODES[generator.choice(["add", "mul", "sub", "sin", "tanh"])]
        a, b = generator.randrange(len(graph)), generator.randrange(len(graph))
        graph.apply(code, a, b if code in (CODES["add"], CODES["mul"], CODES["sub"]) else -1)
    return graph


@pytest.mark.parametrize("number", range(40))
def test_paths_agree_with_following_every_one(number: int) -> None:
    evaluated = evaluate(random_graph(random.Random(number), 9), seed=1.5)
    visible = Visible(evaluated)
    for node in visible.nodes[:3]:
        paths, all_of_them = chain_paths(visible, node.position), every_path(visible, node.position)
        products = sorted((1.5 * math.prod(factors) for factors in all_of_them), key=abs, reverse=True)
        assert paths.count == len(all_of_them)
        assert paths.total == pytest.approx(math.fsum(products), abs=1e-9)
        assert paths.total == pytest.approx(evaluated.gradient(node.index), abs=1e-9)
        shown = [path.product for path in paths.items]
        assert [abs(p) for p in shown] == pytest.approx([abs(p) for p in products[:SHOWN]])


def test_the_apple_has_one_path_and_its_factors() -> None:
    evaluated = read("x = 100\nm = 2\ny = 150\nn = 3\nt = 1.1\nz = x * m\nw = z + y * n\nf = w * t")
    visible = Visible(evaluated)
    paths = chain_paths(visible, visible.position[evaluated.graph.index("x")])
    assert paths.count == 1
    assert paths.items[0].factors == (2, 1, 1.1)
    assert [visible.nodes[edge.target].id for edge in paths.items[0].edges] == ["z", "w", "f"]
    assert paths.total == pytest.approx(2.2)


def test_the_shorter_of_two_equal_paths_comes_first() -> None:
    visible = Visible(read("x = 3\na = x + 0\nb = a + 0\ny = b + x"))
    assert [len(path.edges) for path in chain_paths(visible, 0).items] == [1, 3]


def test_two_edges_between_the_same_nodes_are_two_paths() -> None:
    assert chain_paths(Visible(read("x = 3\ny = x * x")), 0).count == 2


def test_more_paths_than_atoms_are_counted_exactly_and_fast() -> None:
    def counted(doublings: int) -> tuple[Paths, int]:
        visible = Visible(read(f"x = 1\nfor i in range({doublings}):\n    x = x + x"))
        return lines(lambda: chain_paths(visible, 0))

    (_, half), (paths, work) = counted(500), counted(1000)
    assert work < 2.5 * half
    assert paths.count == 2**1000
    assert paths.total == 2.0**1000
    assert len(paths.items) == SHOWN
    assert all(len(path.edges) == 1000 and path.product == 1 for path in paths.items)


def test_a_deep_chain_needs_no_stack() -> None:
    graph = Graph()
    graph.input("x", 0.5)
    for index in range(10_000):
        graph.apply(CODES["sin"], index)
    visible = Visible(evaluate(graph))
    paths = chain_paths(visible, 0)
    assert (paths.count, len(paths.items[0].edges)) == (1, 10_000)


def test_a_node_the_output_does_not_depend_on_has_no_path() -> None:
    evaluated = read("x = 3\nz = x * 2\ny = x + 1\ny")
    visible = Visible(evaluated)
    paths = chain_paths(visible, visible.position[evaluated.graph.index("z")])
    assert (paths.count, paths.total, paths.items) == (0, 0.0, [])
    assert chain_paths(visible, 0).count == 1


def test_a_zero_and_an_infinite_factor_do_no_harm() -> None:
    paths = chain_paths(Visible(read("x = 0\ny = sqrt(x) * 0 + x")), 0)
    assert paths.count == 2
    assert math.isnan(paths.total)
    assert math.isnan(paths.items[0].product)


def test_a_closed_group_is_one_factor_and_open_it_is_many() -> None:
    evaluated = read("x = 1\ny = sigmoid(x)\nL = y * 3")
    closed, opened = Visible(evaluated), Visible(evaluated, ["sigmoid_1"])
    one, many = chain_paths(closed, 0), chain_paths(opened, 0)
    assert [node.id for node in closed.nodes] == ["x", "sigmoid_1", "const_1", "L"]
    assert len(one.items[0].edges) == 2
    assert len(many.items[0].edges) == 5
    assert one.total == pytest.approx(many.total) == pytest.approx(evaluated.gradient(0))


def test_groups_in_groups_close_from_outside() -> None:
    program = (
        "x = 2\ndef f(a):\n    return sigmoid(a) * a\ndef g(a):\n    return f(a) + f(f(a))\ny = g(x) + x"
    )
    evaluated = read(program)
    groups = [group.id for group in evaluated.graph.groups]
    totals = set()
    for count in range(len(groups) + 1):
        visible = Visible(evaluated, groups[:count])
        totals.add(round(chain_paths(visible, visible.position[0]).total, 12))
    assert len(groups) > 4
    assert totals == {round(evaluated.gradient(0) or 0, 12)}
    # An inner group that is named open stays hidden while the one around it is closed.
    assert [p.id for p in Visible(evaluated, groups[1:]).nodes] == [p.id for p in Visible(evaluated).nodes]
