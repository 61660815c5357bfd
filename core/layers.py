"""The layers of the book's chapter 5: an object that goes forward, remembers, and goes backward.

Each is a program of one line on the tape, so a layer has no rule of its own. Arrays given are never changed.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from chainrule.core.engine.tape import Gradients, Tape, Values
from chainrule.core.language.program import parse
from chainrule.core.ops.op import Shape


@lru_cache(maxsize=256)
def _tape(program: str, shapes: tuple[tuple[str, Shape], ...]) -> Tape:
    return Tape(parse(program, dict(shapes)))


class Layer:
    """One program, evaluated at what went forward last."""

    program = ""

    def __init__(self) -> None:
        self._tape: Tape | None = None
        self._values: Values | None = None

    def _forward(self, **inputs: Any) -> Any:
        self._tape = _tape(self.program, tuple((name, np.shape(value)) for name, value in inputs.items()))
        self._values = self._tape.forward(inputs)
        return self._values[self._tape.graph.output]

    def _backward(self, dout: Any) -> Mapping[str, Any]:
        """The gradients by input name. Raises RuntimeError if nothing went forward yet."""
        if self._tape is None:
            raise RuntimeError(f"{type(self).__name__}.backward needs a forward pass first")
        gradients: Gradients = self._tape.backward(dout, values=self._values)
        graph = self._tape.graph
        return {node.id: gradients.nodes[node.index] for node in graph.inputs}


class AddLayer(Layer):
    """An addition node (book, section 5.4.2): passes the upstream gradient on."""

    program = "out = x + y"

    def forward(self, x: Any, y: Any) -> Any:
        """x + y; numbers, or arrays of shapes that broadcast."""
        return self._forward(x=x, y=y)

    def backward(self, dout: Any) -> tuple[Any, Any]:
        """dx, dy from the upstream gradient, in the shapes of x and y."""
        gradients = self._backward(dout)
        return gradients["x"], gradients["y"]


class MulLayer(AddLayer):
    """A multiplication node (book, section 5.4.1): passes the upstream gradient on times the other input."""

    program = "out = x * y"


class Relu(Layer):
    """ReLU (book, section 5.5.1): blocks where x ≤ 0."""

    program = "out = relu(x)"

    def forward(self, x: Any) -> Any:
        """max(x, 0), in the shape of x."""
        return self._forward(x=x)

    def backward(self, dout: Any) -> Any:
        """dx from the upstream gradient, in the shape of x."""
        return self._backward(dout)["x"]


class Sigmoid(Relu):
    """Sigmoid (book, section 5.5.2): passes back dout · y(1 − y)."""

    program = "out = sigmoid(x)"


class Tanh(Relu):
    """Hyperbolic tangent: passes back dout · (1 − y²)."""

    program = "out = tanh(x)"


class Affine(Layer):
    """Y = X·W + B (book, section 5.6); after ``backward`` the gradients of W and b are ``dW`` and ``db``."""

    program = "out = affine(x, W, b)"

    def __init__(self, W: Any, b: Any) -> None:
        super().__init__()
        self.W, self.b = W, b
        self.x: Any = None
        self.dW: Any = None
        self.db: Any = None

    def forward(self, x: Any) -> Any:
        """x: (N, D) or (D,), W: (D, M), b: (M,); returns (N, M) or (M,). Raises ProgramError if they do not fit."""
        self.x = x
        return self._forward(x=x, W=self.W, b=self.b)

    def backward(self, dout: Any) -> Any:
        """dx, in the shape of x: [1] dout·Wᵀ; sets dW [2] Xᵀ·dout and db [3] the sum of dout over axis 0."""
        gradients = self._backward(dout)
        self.dW, self.db = gradients["W"], gradients["b"]
        return gradients["x"]


class SoftmaxWithLoss(Layer):
    """Softmax and cross entropy (book, section 5.6.3), the mean over the batch, stable for scores of any size."""

    program = "loss = softmax_with_loss(x, t)"

    def __init__(self) -> None:
        super().__init__()
        self.loss: Any = None
        self.y: Any = None
        """The probabilities, in the shape of the scores."""
        self.t: Any = None

    def forward(self, x: Any, t: Any) -> Any:
        """The loss of scores x: (N, C) or (C,), with targets t one-hot in the same shape, or class numbers (N,)."""
        self.t = t
        softmax = _tape("y = softmax(x)", (("x", np.shape(x)),))
        self.y = softmax.forward({"x": x})[softmax.graph.output]
        self.loss = self._forward(x=x, t=t)
        return self.loss

    def backward(self, dout: Any = 1) -> Any:
        """dout · (y − t) / N."""
        return self._backward(dout)["x"]
