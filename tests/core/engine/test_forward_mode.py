"""Forward mode is the op table read the other way: against PyTorch, differences, and the backward pass."""

import numpy as np
import pytest
import torch

from chainrule.core.engine.forward_mode import jvps_of, tangents
from chainrule.core.engine.tape import Tape
from chainrule.core.language.program import parse
from chainrule.core.ops import OPS
from tests.app.test_every_op import PROGRAMS
from tests.helpers.pytorch import FUNCTIONS

pytestmark = pytest.mark.filterwarnings("ignore:.torch.jit.script:DeprecationWarning")
"""PyTorch's own, of its forward mode."""


def directions(graph, rng):
    """A random tangent of every input that has a gradient."""
    needed = graph.requires_grad()
    return {
        node.index: np.asarray(rng.normal(size=node.shape))[()] for node in graph.inputs if needed[node.index]
    }


def along(graph, values, moved):
    found = tangents(graph, values, moved, jvps_of(graph))
    return np.asarray(found.get(graph.output, 0.0), float)


@pytest.mark.parametrize("name", PROGRAMS)
def test_it_is_the_transpose_of_the_backward_pass(name):
    """⟨J v, w⟩ = ⟨v, Jᵀ w⟩ for random v and w, at every op's example."""
    rng = np.random.default_rng(3)
    graph = parse(PROGRAMS[name])
    tape = Tape(graph)
    values = tape.forward()
    moved = directions(graph, rng)
    w = rng.normal(size=graph.shapes.get(graph.output, ()))
    gradients = tape.backward(w.tolist(), values=values).nodes
    left = float(np.sum(along(graph, values, moved) * w))
    right = sum(float(np.sum(v * np.asarray(gradients[node], float))) for node, v in moved.items())
    assert left == pytest.approx(right, rel=1e-11, abs=1e-12)


@pytest.mark.parametrize("name", PROGRAMS)
def test_it_is_how_far_the_output_moves(name):
    """J v is the central difference along v, at every op's example."""
    rng = np.random.default_rng(4)
    graph = parse(PROGRAMS[name])
    tape = Tape(graph)
    values = tape.forward()
    moved = directions(graph, rng)
    step = 1e-6

    def output_at(sign):
        inputs = {
            graph.ids[node]: (np.asarray(values[node], float) + sign * step * v).tolist()
            for node, v in moved.items()
        }
        return np.asarray(Tape(graph).forward(inputs)[graph.output], float)

    if name != "where":  # its condition jumps
        difference = (output_at(1) - output_at(-1)) / (2 * step)
        assert along(graph, values, moved) == pytest.approx(difference, rel=2e-5, abs=2e-7)


@pytest.mark.parametrize("name", sorted(set(FUNCTIONS) & {name for name, op in OPS.items() if not op.tensor}))
def test_it_agrees_with_pytorch(name):
    op = OPS[name]
    points = torch.tensor([0.7, 1.6], dtype=torch.float64)[: op.arity]
    moved = torch.tensor([0.3, -1.1], dtype=torch.float64)[: op.arity]
    _, expected = torch.func.jvp(FUNCTIONS[name], tuple(points), tuple(moved))
    graph = parse("\n".join([*("a = 0.7", "b = 1.6")[: op.arity], f"y = {op.written}"]))
    found = along(graph, Tape(graph).forward(), dict(enumerate(moved.tolist())))
    assert float(found) == pytest.approx(float(expected), rel=1e-12)


def test_a_whole_net_agrees_with_pytorch():
    rng = np.random.default_rng(5)
    x, w1, b1, w2, b2 = (rng.normal(size=shape) for shape in ((3, 4), (4, 5), (5,), (5, 2), (2,)))
    graph = parse(
        "\n".join(
            [
                *(
                    f"{name} = {value.tolist()}"
                    for name, value in zip("xWbVc", (x, w1, b1, w2, b2), strict=True)
                ),
                "t = [1, 0, 1]",
                "loss = softmax_with_loss(affine(relu(affine(x, W, b)), V, c), t)",
            ]
        )
    )
    moved = directions(graph, rng)
    names = ["x", "W", "b", "V", "c"]

    def loss(x, w, b, v, c):
        scores = torch.relu(x @ w + b) @ v + c
        return torch.nn.functional.cross_entropy(scores, torch.tensor([1, 0, 1]))

    points = tuple(map(torch.tensor, (x, w1, b1, w2, b2)))
    steps = tuple(torch.tensor(moved[graph.index(name)]) for name in names)
    _, expected = torch.func.jvp(loss, points, steps)
    assert float(along(graph, Tape(graph).forward(), moved)) == pytest.approx(float(expected), rel=1e-12)


def test_what_rests_moves_nothing_where_the_slope_is_infinite():
    graph = parse("x = 0\ny = 2\nz = sqrt(x) + y * y")
    assert float(along(graph, Tape(graph).forward(), {graph.index("x"): 0.0, graph.index("y"): 1.0})) == 4


def test_an_inner_node_keeps_the_tangent_given():
    graph = parse("x = 3\ny = x * x\nz = 5 * y")
    moved = {graph.index("x"): 1.0, graph.index("y"): 10.0}
    assert float(along(graph, Tape(graph).forward(), moved)) == 50
