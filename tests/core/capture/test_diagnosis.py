"""Findings in captured models with known faults, and differences of two captures."""

import math

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from chainrule.core.capture import diagnose, difference
from chainrule.core.capture.pytorch import record
from tests.helpers.torch_models import CASES, Model, summed


@pytest.fixture(autouse=True)
def seeded_on_one_thread():
    torch.manual_seed(0)
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def capture_of(model, *inputs, **options):
    return record(model, *inputs, **options).capture


def test_the_first_nan_and_infinity_are_found_forward_and_backward():
    def forward(self, x):
        y = self.net(x)
        return (y.mul(0).log() + y.mul(0).div(0)).sum() + y.mul(0).sqrt().sum()

    capture = capture_of(Model(forward, net=nn.Linear(3, 3)), torch.randn(2, 3))
    found = diagnose(capture)
    assert capture.nodes[found.first_infinite.node].op == "log"
    assert capture.nodes[found.first_nan.node].op == "div"
    bad = capture.nodes[found.first_bad_gradient.node]
    assert bad.op == "mul"
    assert bad.outputs[0].gradient.infinite + bad.outputs[0].gradient.nan > 0


def test_masks_are_no_infinities():
    case = CASES["attention_with_mask"]()
    found = diagnose(capture_of(case.model, *case.inputs, loss=summed))
    assert found.first_infinite is found.first_nan is found.first_bad_gradient is None


def deep(activation, scale):
    layers = [part for _ in range(12) for part in (nn.Linear(16, 16), activation())]
    net = nn.Sequential(*layers)
    for layer in net[::2]:
        nn.init.normal_(layer.weight, std=scale)
    return net


@pytest.mark.parametrize(
    ("activation", "scale", "trend"),
    [(nn.Sigmoid, 0.25, "vanishing"), (nn.ReLU, 1.0, "exploding"), (nn.Tanh, 0.25, None)],
)
def test_vanishing_and_exploding_gradients_are_told_by_their_curve(activation, scale, trend):
    capture = capture_of(deep(activation, scale), torch.randn(8, 16), loss=lambda y: y.sum())
    found = diagnose(capture)
    assert found.trend == trend
    depths = [point.depth for point in found.depth]
    assert depths == sorted(depths)
    for point in found.depth:
        gradient = capture.nodes[point.node].outputs[0].gradient
        assert point.gradient == gradient.norm / math.sqrt(gradient.count)


def test_dead_units_parameters_without_gradient_and_ratios_are_listed():
    net = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))
    with torch.no_grad():
        net[0].bias[:3] = -100
        net[0].bias[3] = 100
        net[2].bias.zero_()
    net[2].weight.requires_grad_(False)
    x = torch.randn(5, 3)
    capture = capture_of(net, x, loss=lambda y: y.sum())
    found = diagnose(capture)
    assert [(each.dead, each.units) for each in found.dead] == [(3, 4)]
    assert [(each.name, each.no_gradient) for each in found.without_gradient] == [("2.weight", "frozen")]
    assert found.ratios[0].parameter == "2.bias"
    assert found.ratios[0].ratio == math.inf
    net(x).sum().backward()
    by_name = {each.parameter: each.ratio for each in found.ratios}
    weight = net[0].weight
    assert by_name["0.weight"] == pytest.approx(
        float((weight.grad.norm() / weight.norm()).detach()), rel=1e-6
    )


def test_a_step_is_seen_as_the_difference_of_two_captures():
    net, x, t = (
        nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2)),
        torch.randn(5, 3),
        torch.randn(5, 2),
    )
    before = record(net, x, t, loss=F.mse_loss)
    old = net[0].weight.detach().clone()
    F.mse_loss(net(x), t).backward()
    with torch.no_grad():
        net[0].weight -= 0.5 * net[0].weight.grad
    after = record(net, x, t, loss=F.mse_loss)
    found = before.difference(after)
    changes = {before.capture.nodes[node.first].id: node for node in found.nodes}
    wanted = float(((net[0].weight - old).norm() / max(old.norm(), net[0].weight.norm())).detach())
    assert changes["0.weight"].value.relative == pytest.approx(wanted, rel=1e-5)
    assert changes["0.bias"].value == (0.0, True)
    assert changes["input"].gradient_in == "neither"
    assert found.loss[1] < found.loss[0]
    assert found.only_first == found.only_second == ()
    assert before.capture.nodes[found.largest.first].id == max(
        changes, key=lambda id: changes[id].value.relative
    )
    # By summaries alone it is the same, or a lower bound.
    for plain, exact in zip(difference(before.capture, after.capture).nodes, found.nodes, strict=True):
        assert plain.value.relative <= exact.value.relative + 1e-6


def test_two_types_of_numbers_are_compared_and_other_nodes_are_listed():
    net, x = nn.Sequential(nn.Linear(3, 4), nn.Tanh()), torch.randn(5, 3)
    first = record(net, x, loss=summed)
    with torch.no_grad():
        half = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 1)).bfloat16()
        half[:2].load_state_dict(net.state_dict())
    found = first.difference(record(half, x.bfloat16(), loss=summed))
    change = {first.capture.nodes[node.first].id: node.value.relative for node in found.nodes}
    assert 1e-4 < change["1.tanh"] < 2e-2
    assert found.only_second
