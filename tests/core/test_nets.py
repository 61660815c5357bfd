"""The book's nets: names, numbers against PyTorch, and the numerical gradient of every parameter."""

import numpy as np
import pytest
import torch

from chainrule.core.engine.tape import Tape
from chainrule.core.layers import Affine, Relu, Sigmoid, SoftmaxWithLoss
from chainrule.core.nets import DeepNet, TwoLayerNet

RNG = np.random.default_rng(0)
IMAGES = RNG.random((3, 784)) * (RNG.random((3, 784)) < 0.2)
LABELS = np.array([5, 0, 4])


def test_the_table_s_names() -> None:
    net = TwoLayerNet(input_size=784, hidden_size=50, output_size=10)
    assert list(net.params) == ["W1", "b1", "W2", "b2"]
    assert list(net.layers) == ["Affine1", "Relu1", "Affine2"]
    assert isinstance(net.lastLayer, SoftmaxWithLoss)
    assert net.predict(IMAGES).shape == (3, 10)
    assert net.loss(IMAGES, LABELS) == pytest.approx(np.log(10), rel=1e-2)
    assert net.accuracy(IMAGES, np.eye(10)[LABELS]) == net.accuracy(IMAGES, LABELS)
    assert {name: value.shape for name, value in net.gradient(IMAGES, LABELS).items()} == {
        name: value.shape for name, value in net.params.items()
    }


def test_gradient_and_numerical_gradient_agree_in_every_parameter() -> None:
    net = TwoLayerNet(784, 50, 10, rng_seed=1)
    backprop, numerical = net.gradient(IMAGES, LABELS), net.numerical_gradient(IMAGES, LABELS)
    for name in net.params:
        np.testing.assert_allclose(backprop[name], numerical[name], rtol=0, atol=1e-9)


@pytest.mark.parametrize("activation", ["relu", "sigmoid", "tanh"])
def test_deep_nets_agree_with_pytorch(activation: str) -> None:
    net = DeepNet(6, [5, 4], 3, activation, "xavier", rng_seed=2)
    x, t = RNG.standard_normal((7, 6)), RNG.integers(0, 3, 7)
    parameters = {name: torch.tensor(value, requires_grad=True) for name, value in net.params.items()}
    h = torch.tensor(x)
    for k in (1, 2, 3):
        h = h @ parameters[f"W{k}"] + parameters[f"b{k}"]
        h = getattr(torch, activation)(h) if k < 3 else h
    loss = torch.nn.functional.cross_entropy(h, torch.tensor(t))
    loss.backward()
    assert net.loss(x, t) == pytest.approx(loss.item(), rel=1e-12)
    for name, gradient in net.gradient(x, t).items():
        np.testing.assert_allclose(gradient, parameters[name].grad.numpy(), rtol=1e-9, atol=1e-14)


def test_the_graph_of_a_net_gives_the_same_gradients() -> None:
    net = TwoLayerNet(6, 5, 3, rng_seed=3)
    x, t = RNG.standard_normal((4, 6)), np.array([0, 1, 2, 0])
    tape = Tape(net.graph(x, t))
    loss = tape.forward()[tape.graph.output]
    gradients = tape.backward().nodes
    assert [group.name for group in tape.graph.groups] == ["affine", "affine", "softmax_with_loss"]
    assert loss == net.loss(x, t)
    for name, gradient in net.gradient(x, t).items():
        np.testing.assert_allclose(gradients[tape.graph.index(name)], gradient, rtol=1e-12, atol=1e-15)


def test_the_book_s_training_loop_learns() -> None:
    x = RNG.standard_normal((200, 10))
    t = np.eye(3)[np.argmax(x[:, :3], axis=1)]
    network = TwoLayerNet(input_size=10, hidden_size=16, output_size=3, rng_seed=4)
    for _ in range(300):
        batch_mask = RNG.choice(200, 50)
        grad = network.gradient(x[batch_mask], t[batch_mask])
        for key in ("W1", "b1", "W2", "b2"):
            network.params[key] -= 0.5 * grad[key]
    assert network.accuracy(x, t) > 0.9


def test_new_arrays_in_params_are_used() -> None:
    net = TwoLayerNet(4, 3, 2, rng_seed=5)
    before = net.predict(np.ones((1, 4)))
    net.params["b2"] = net.params["b2"] + 1.0
    np.testing.assert_allclose(net.predict(np.ones((1, 4))), before + 1.0)


def test_layers_change_no_array_they_are_given() -> None:
    x, dout = np.array([[1.0, -2.0]]), np.array([[1.0, 1.0]])
    for layer in (Relu(), Sigmoid(), Affine(np.eye(2), np.zeros(2))):
        layer.forward(x)
        layer.backward(dout)
    np.testing.assert_array_equal(x, [[1.0, -2.0]])
    np.testing.assert_array_equal(dout, [[1.0, 1.0]])


def test_affine_of_one_sample_and_of_a_batch() -> None:
    W, b = RNG.standard_normal((2, 3)), RNG.standard_normal(3)
    layer = Affine(W, b)
    x, dout = RNG.standard_normal((5, 2)), RNG.standard_normal((5, 3))
    np.testing.assert_allclose(layer.forward(x), x @ W + b)
    np.testing.assert_allclose(layer.backward(dout), dout @ W.T)
    np.testing.assert_allclose(layer.dW, x.T @ dout)
    np.testing.assert_allclose(layer.db, dout.sum(axis=0))
    np.testing.assert_allclose(layer.forward(x[0]), x[0] @ W + b)
    np.testing.assert_allclose(layer.backward(dout[0]), W @ dout[0])
    np.testing.assert_allclose(layer.dW, np.outer(x[0], dout[0]))


def test_softmax_with_loss_passes_back_y_minus_t_times_dout() -> None:
    layer, x, t = SoftmaxWithLoss(), RNG.standard_normal((4, 3)), np.eye(3)[[0, 2, 1, 1]]
    layer.forward(x, t)
    np.testing.assert_allclose(layer.backward(2.0), 2.0 * (layer.y - t) / 4, rtol=0, atol=1e-12)


def test_backward_before_forward_says_so() -> None:
    with pytest.raises(RuntimeError, match="forward pass first"):
        Relu().backward(1.0)


@pytest.mark.parametrize(("option", "value"), [("activation", "swish"), ("weight_init_std", "big")])
def test_unknown_options_are_refused(option: str, value: str) -> None:
    with pytest.raises(ValueError, match=value):
        DeepNet(2, [2], 2, **{option: value})  # type: ignore[arg-type]


def test_a_whole_data_set_goes_through_at_once() -> None:
    """More elements than a program of the site may have: the book's script asks the accuracy of all 60,000 images."""
    images = np.zeros((1_400, 784))
    images[:, 0] = 1
    assert TwoLayerNet(784, 5, 3, rng_seed=0).predict(images).shape == (1_400, 3)
