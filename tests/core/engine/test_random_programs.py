"""Random programs: values and gradients are PyTorch's."""

import torch
from hypothesis import given

from chainrule.core.engine.tape import Tape
from chainrule.core.language.program import parse
from tests.helpers import pytorch
from tests.helpers.strategies import Program, programs


def run_in_torch(program: Program) -> dict[str, torch.Tensor]:
    """Return every named node as a tensor, with its gradient."""
    tensors = {name: pytorch.leaf(value) for name, value in program.inputs.items()}
    for statement in program.statements:
        name, _, expression = statement.partition(" = ")
        tensors[name] = eval(expression, dict(pytorch.FUNCTIONS), tensors)
        tensors[name].retain_grad()
    tensors[name].backward()
    return tensors


@given(programs())
def test_values_and_gradients_are_those_of_torch(program: Program):
    graph = parse(program.text)
    tape = Tape(graph)
    values = tape.forward()
    gradients = tape.backward()
    scales = gradient_scales(graph, gradients.locals)
    for name, tensor in run_in_torch(program).items():
        node = graph.index(name)
        expected = tensor.item()
        assert abs(values[node] - expected) <= 1e-9 * abs(expected), name
        expected = 0.0 if tensor.grad is None else tensor.grad.item()
        assert abs(gradients.nodes[node] - expected) <= 1e-9 * scales[node], name


def gradient_scales(graph, local_derivatives) -> list[float]:
    """For every node the sum over all paths to the output of the sizes of their products.

    That is the size of its gradient unless paths cancel; where they do, the digits that are lost are lost to both.
    """
    scales = [0.0] * len(graph)
    scales[graph.output] = 1.0
    for edge, local in zip(reversed(graph.edges), reversed(local_derivatives), strict=True):
        if local is not None:
            scales[edge.source] += scales[edge.target] * abs(local)
    return scales
