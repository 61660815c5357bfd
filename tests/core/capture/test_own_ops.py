"""Ops of our own table in captured models: the same numbers, by PyTorch, by our rules, and by differences."""

import math

import numpy as np
import pytest
import torch
from torch import nn

from chainrule import Tape, TwoLayerNet
from chainrule.core.capture.pytorch import record
from tests.helpers.torch_models import Model


def softmax_with_loss(scores, t):
    """Return the book's mean loss, op by op as the lecture's net has it."""
    shifted = scores - scores.amax(-1, keepdim=True)
    log_sum = shifted.exp().sum(-1, keepdim=True).log()
    return (t * (log_sum - shifted)).sum(-1).mean(-1)


class TorchTwoLayerNet(nn.Module):
    """The book's TwoLayerNet in PyTorch, with the weights of ours."""

    def __init__(self, net):
        super().__init__()
        for name, value in net.params.items():
            self.register_parameter(name, nn.Parameter(torch.tensor(value)))

    def forward(self, x):
        z1 = torch.relu(x @ self.W1 + self.b1)
        return z1 @ self.W2 + self.b2


def test_the_lecture_s_net_captured_equals_our_own_graph_number_by_number():
    net = TwoLayerNet(6, 5, 3, rng_seed=3)
    net.params["b1"][:] = [0.1, -0.2, 0.3, 0.0, -0.1]
    random = np.random.default_rng(0)
    x, t = random.standard_normal((4, 6)), np.eye(3)[[0, 2, 1, 1]]
    graph = net.graph(x, t)
    tape = Tape(graph)
    values, gradients = tape.forward(), tape.backward()
    recording = record(
        TorchTwoLayerNet(net),
        torch.tensor(x, requires_grad=True),
        torch.tensor(t),
        loss=softmax_with_loss,
        keep=True,
    )
    capture = recording.capture
    ours = [node for node in graph.nodes if node.op is not None]
    theirs = [at for at, node in enumerate(capture.nodes) if node.kind in ("op", "loss")]
    assert len(ours) == len(theirs) == 14
    same = dict(zip((node.index for node in ours), theirs, strict=True))
    same |= {graph.index(name): capture.index[name] for name in ("x", "W1", "b1", "W2", "b2")}
    same[graph.index("t")] = capture.index["target"]
    close = {"rtol": 1e-13, "atol": 1e-16}
    for mine, at in same.items():
        node = capture.nodes[at]
        np.testing.assert_allclose(recording.value(node.id), values[mine], **close)
        if node.kind != "target":
            np.testing.assert_allclose(recording.gradient(node.id), gradients.nodes[mine], **close)
    edges = {(edge.source, edge.target): at for at, edge in enumerate(capture.edges)}
    for edge in graph.edges:
        at = edges[same[edge.source], same[edge.target]]
        if capture.edges[at].returns:
            np.testing.assert_allclose(recording.contribution(at), gradients.edges[edge.index], **close)
    assert len(capture.edges) == len(graph.edges)


CALLS = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b[0],
    "div": lambda a, b: a / b,
    "pow": lambda a, b: a**b,
    "pow by a number": lambda a, b: a**3 + 0 * b,
    "a number by": lambda a, b: 2.0**a + 0 * b,
    "a number over": lambda a, b: 2 / a + 0 * b,
    "a number less": lambda a, b: 2 - a + 0 * b,
    "maximum": torch.maximum,
    "logaddexp": torch.logaddexp,
    "atan2": torch.atan2,
    "matmul": lambda a, b: a @ b.T,
    "matmul of vectors": lambda a, b: torch.stack([a[0] @ b[0]]),
    "exp": lambda a, b: a.exp() + b,
    "log": lambda a, b: torch.log(a) + b,
    "sqrt": lambda a, b: a.sqrt() + b,
    "tanh": lambda a, b: a.tanh() + b,
    "relu": lambda a, b: (a - 1).relu() + b,
    "reciprocal": lambda a, b: a.reciprocal() + b,
    "sum": lambda a, b: a.sum(1, keepdim=True) + b,
    "sum of all": lambda a, b: a.sum() + b,
    "mean": lambda a, b: a.mean(dim=0) + b,
    "logsumexp": lambda a, b: a.logsumexp((0, 1)) + b,
    "log_softmax": lambda a, b: a.log_softmax(-1) + b,
    "cumsum": lambda a, b: a.cumsum(0) + b,
    "erf": lambda a, b: torch.erf(a) + b,
    "in place": lambda a, b: (a + 0).mul_(b),
}


@pytest.mark.parametrize("name", CALLS)
def test_an_op_of_our_table_agrees_with_autograd_and_with_differences(name):
    random = np.random.default_rng(1)
    a, b = (torch.tensor(random.uniform(0.5, 2.0, (3, 4)), requires_grad=True) for _ in range(2))
    recording = record(Model(lambda self, a, b: (CALLS[name](a, b) ** 2).sum()), a, b, keep=True)
    capture = recording.capture
    checked = 0
    for at, node in enumerate(capture.nodes):
        own = recording.own_op(node.id) if node.kind in ("op", "loss") else None
        if own is None:
            continue
        checked += 1
        np.testing.assert_allclose(own.value, recording.value(node.id), rtol=1e-12)
        assert own.latex
        for edge in capture.into[at]:
            slots = capture.edges[edge].slots
            parts = [operand for operand in own.operands if operand.slot in slots]
            total = sum(operand.contribution for operand in parts)
            np.testing.assert_allclose(total, recording.contribution(edge), rtol=1e-10, atol=1e-14)
            for operand in parts:
                assert operand.numerical_error < 1e-7
    assert checked >= 2


def test_the_local_derivative_is_that_of_the_formula():
    x = torch.tensor([0.5, -1.0], dtype=torch.float64, requires_grad=True)
    recording = record(Model(lambda self, x: (x.tanh() * 3).sum()), x)
    own = recording.own_op("tanh")
    np.testing.assert_allclose(own.operands[0].local, [1 - math.tanh(0.5) ** 2, 1 - math.tanh(1) ** 2])
    assert recording.own_op("x" if "x" in recording.capture.index else "inputs[0]") is None


def test_an_op_of_another_kind_is_not_taken_for_ours():
    x = torch.tensor([0.5, 1.0, 2.0], dtype=torch.float64, requires_grad=True)

    def forward(self, x):
        return torch.add(x, x * 2, alpha=3).sum() + x.std() + torch.div(x, 0.3, rounding_mode="floor").sum()

    recording = record(Model(forward), x, keep=True)
    for name in ("add", "std", "div"):
        assert recording.own_op(name) is None
