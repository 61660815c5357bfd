"""Classifiers of affine layers: the book's two-layer net, and nets of any depth.

Source: Saito Goki, *Deep Learning from Scratch*, sections 5.7 and 6.2 (initial weights).
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from chainrule.core.engine.graph import Graph
from chainrule.core.engine.tape import Tape
from chainrule.core.gradcheck.numerical_elements import by_elements
from chainrule.core.language.program import parse
from chainrule.core.layers import ANY_SIZE, Affine, Relu, Sigmoid, SoftmaxWithLoss, Tanh
from chainrule.core.ops.op import Shape

VARIANCES: Mapping[str, float] = {"xavier": 1.0, "he": 2.0}
"""Variance of a weight, times the number of its layer's inputs: Xavier for sigmoid and tanh, He for ReLU."""

ACTIVATIONS: dict[str, type[Relu]] = {"relu": Relu, "sigmoid": Sigmoid, "tanh": Tanh}
"""Layers that may stand between two affine layers, by name."""


def standard_deviation(init: float | str, inputs: int) -> float:
    """Return the standard deviation of a layer's initial weights; ``inputs`` counts the layer's inputs.

    A number stands for itself, ``"he"`` for √(2/inputs), ``"xavier"`` for √(1/inputs). Raises ValueError otherwise.
    """
    if isinstance(init, str):
        if init not in VARIANCES:
            raise ValueError(f"the initial scale must be a number, 'he' or 'xavier', not {init!r}")
        return float(np.sqrt(VARIANCES[init] / inputs))
    return init


def initial_parameters(sizes: Sequence[int], init: float | str, rng_seed: int | None) -> dict[str, Any]:
    """Draw W1, b1, W2, b2 … for layers of these sizes, input first: weights (n, m), zeros (m,), float64.

    Without ``rng_seed``, NumPy's global generator draws, as in the book.
    """
    normal: Callable[[int, int], Any] = np.random.randn
    if rng_seed is not None:
        generator = np.random.default_rng(rng_seed)

        def normal(n: int, m: int) -> Any:
            return generator.standard_normal((n, m))

    parameters: dict[str, Any] = {}
    for k, (n, m) in enumerate(pairwise(sizes), start=1):
        parameters[f"W{k}"] = standard_deviation(init, n) * normal(n, m)
        parameters[f"b{k}"] = np.zeros(m)
    return parameters


class DeepNet:
    """Affine layers with an activation between them, and softmax-with-loss at the end.

    ``params`` holds W1, b1, W2, b2 … as float64 arrays: weights (n, m), biases (m,). ``layers`` holds Affine1,
    Relu1, Affine2 … in order; ``lastLayer`` is the loss.
    """

    def __init__(
        self,
        input_size: int,
        hidden_sizes: Sequence[int],
        output_size: int,
        activation: str = "relu",
        weight_init_std: float | str = "he",
        rng_seed: int | None = None,
    ) -> None:
        """Draw the weights and build the layers.

        ``weight_init_std`` is a number, ``"he"`` (√(2/n)) or ``"xavier"`` (√(1/n)); n counts a layer's inputs.
        Without ``rng_seed``, NumPy's global generator draws, as in the book. Raises ValueError for an unknown
        activation or initial scale.
        """
        if activation not in ACTIVATIONS:
            raise ValueError(f"activation must be one of {', '.join(ACTIVATIONS)}, not {activation!r}")
        self.activation = activation
        sizes = [input_size, *hidden_sizes, output_size]
        self.params: dict[str, Any] = initial_parameters(sizes, weight_init_std, rng_seed)
        self.layers: OrderedDict[str, Affine | Relu] = OrderedDict()
        for k in range(1, len(sizes)):
            self.layers[f"Affine{k}"] = Affine(self.params[f"W{k}"], self.params[f"b{k}"])
            if k < len(sizes) - 1:
                self.layers[f"{activation.capitalize()}{k}"] = ACTIVATIONS[activation]()
        self.lastLayer = SoftmaxWithLoss()

    def predict(self, x: Any) -> Any:
        """Return the scores (N, C) of images x: (N, D)."""
        self._refresh()
        for layer in self.layers.values():
            x = layer.forward(x)
        return x

    def loss(self, x: Any, t: Any) -> Any:
        """Return the mean loss of images x: (N, D); targets t are one-hot (N, C), or class numbers (N,)."""
        return self.lastLayer.forward(self.predict(x), t)

    def accuracy(self, x: Any, t: Any) -> float:
        """Return the share of images whose highest score is that of their class."""
        predicted, t = np.argmax(self.predict(x), axis=-1), np.asarray(t)
        return float(np.mean(predicted == (t if t.ndim == predicted.ndim else np.argmax(t, axis=-1))))

    def gradient(self, x: Any, t: Any) -> dict[str, Any]:
        """Return the gradients of all ``params`` by backpropagation, layer by layer."""
        self.loss(x, t)
        dout = self.lastLayer.backward(1)
        for layer in reversed(self.layers.values()):
            dout = layer.backward(dout)
        gradients: dict[str, Any] = {}
        for name, layer in self.layers.items():
            if isinstance(layer, Affine):
                k = name.removeprefix("Affine")
                gradients[f"W{k}"], gradients[f"b{k}"] = layer.dW, layer.db
        return gradients

    def numerical_gradient(self, x: Any, t: Any) -> dict[str, Any]:
        """Return the gradients of all ``params`` by central differences, element by element."""
        graph = self.graph(x, t)
        values = Tape(graph).forward()
        return {name: by_elements(graph, values, graph.index(name)) for name in self.params}

    def graph(self, x: Any, t: Any) -> Graph:
        """Return the net as a graph with images x: (N, D), targets t, and the current parameters.

        Each layer is a group. The inputs are x, t and the parameters; the output is ``loss``.
        """
        inputs = {"x": np.asarray(x, dtype=float), "t": np.asarray(t, dtype=float), **self.params}
        return net_graph(self.program(), inputs)

    def program(self) -> str:
        """Write the net as a program, without its numbers."""
        depth = len(self.params) // 2
        lines, last = [], "x"
        for k in range(1, depth + 1):
            lines.append(f"a{k} = affine({last}, W{k}, b{k})")
            if k < depth:
                lines.append(f"z{k} = {self.activation}(a{k})")
                last = f"z{k}"
        return "\n".join([*lines, f"loss = softmax_with_loss(a{depth}, t)", ""])

    def _refresh(self) -> None:
        """Give the layers the arrays now in ``params``, which a caller may have replaced."""
        for name, layer in self.layers.items():
            if isinstance(layer, Affine):
                k = name.removeprefix("Affine")
                layer.W, layer.b = self.params[f"W{k}"], self.params[f"b{k}"]


class TwoLayerNet(DeepNet):
    """The book's net (section 5.7.2): Affine1, Relu1, Affine2, and softmax-with-loss."""

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        output_size: int,
        weight_init_std: float = 0.01,
        rng_seed: int | None = None,
    ) -> None:
        super().__init__(input_size, [hidden_size], output_size, "relu", weight_init_std, rng_seed)


def net_structure(program: str, shapes: Mapping[str, Shape]) -> Graph:
    """Parse a net's program for inputs of these shapes; the graph holds no values."""
    return parse(program, shapes, ANY_SIZE)


def net_graph(program: str, inputs: Mapping[str, Any]) -> Graph:
    """Parse a net's program with these arrays as the values of its inputs."""
    graph = net_structure(program, {name: np.shape(value) for name, value in inputs.items()})
    for name, value in inputs.items():
        graph.values[graph.index(name)] = value
    return graph
