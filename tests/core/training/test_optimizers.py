"""Optimizers: the numbers of PyTorch's, in place."""

import numpy as np
import pytest
import torch

from chainrule.core.training.optimizers import OPTIMIZERS

PEERS = {
    "sgd": lambda p: torch.optim.SGD(p, lr=0.05),
    "momentum": lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9),
    "adagrad": lambda p: torch.optim.Adagrad(p, lr=0.05, eps=1e-7),
    "rmsprop": lambda p: torch.optim.RMSprop(p, lr=0.05, alpha=0.99, eps=1e-7),
    "adam": lambda p: torch.optim.Adam(p, lr=0.05, eps=1e-7),
}


def test_every_optimizer_has_a_peer() -> None:
    assert set(PEERS) == set(OPTIMIZERS)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_twenty_updates_are_pytorch_s(name: str) -> None:
    rng = np.random.default_rng(0)
    ours = rng.standard_normal(50)
    theirs = torch.tensor(ours.copy(), requires_grad=True)
    optimizer, peer = OPTIMIZERS[name](50, np.float64), PEERS[name]([theirs])
    for _ in range(20):
        gradient = rng.standard_normal(50)
        kept = gradient.copy()
        optimizer.update(ours, gradient, 0.05)
        theirs.grad = torch.tensor(kept)
        peer.step()
        np.testing.assert_array_equal(gradient, kept)
    # Where 1e-7 is added under Adam's root differs by a factor; nothing else does.
    np.testing.assert_allclose(ours, theirs.detach().numpy(), rtol=0, atol=1e-4 if name == "adam" else 1e-12)
    assert optimizer.updates == 20


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_what_has_no_gradient_does_not_move(name: str) -> None:
    """What ``core.training.parameters`` builds on."""
    parameters = np.array([1.0, -2.0, 0.5], np.float32)
    optimizer = OPTIMIZERS[name](3)
    for _ in range(10):
        optimizer.update(parameters, np.array([0.0, 0.1, 0.0], np.float32), 0.1)
    assert parameters[0] == 1.0 and parameters[2] == 0.5 and parameters[1] != -2.0


@pytest.mark.parametrize("name", [name for name, each in OPTIMIZERS.items() if each.linear])
def test_linear_ones_take_the_rate_within_the_gradient(name: str) -> None:
    rng = np.random.default_rng(1)
    gradient = rng.standard_normal(9)
    first, second = np.ones(9), np.ones(9)
    OPTIMIZERS[name](9, np.float64).update(first, gradient, 0.3)
    OPTIMIZERS[name](9, np.float64).update(second, 0.3 * gradient, 1.0)
    np.testing.assert_array_equal(first, second)
