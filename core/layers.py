"""The layers of the book's chapter 5, as objects with ``forward`` and ``backward``.

Each is a one-line program on the tape and has no backward rule of its own. Argument arrays are never changed.

Source: Saito Goki, *Deep Learning from Scratch*, sections 5.4 to 5.6.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from chainrule.core.engine.tape import Gradients, Tape, Values
from chainrule.core.language import Limits
from chainrule.core.language.program import parse
from chainrule.core.ops.op import Shape

ANY_SIZE = Limits(nodes=10**6, steps=10**6, source_length=10**6, tensor_elements=10**9, elements=10**10)
"""Far above a program's limits: nets and arrays are the caller's own, a whole training set at once too."""


@lru_cache(maxsize=256)
def _tape(program: str, shapes: tuple[tuple[str, Shape], ...]) -> Tape:
    return Tape(parse(program, dict(shapes), ANY_SIZE))


class Layer:
    """A program, evaluated at the arguments of the last forward pass."""

    program = ""

    def __init__(self) -> None:
        self._tape: Tape | None = None
        self._values: Values | None = None

    def _forward(self, **inputs: Any) -> Any:
        self._tape = _tape(self.program, tuple((name, np.shape(value)) for name, value in inputs.items()))
        self._values = self._tape.forward(inputs)
        return self._values[self._tape.graph.output]

    def _backward(self, dout: Any) -> Mapping[str, Any]:
        """Return the gradients by input name. Raises RuntimeError before the first forward pass."""
        if self._tape is None:
            raise RuntimeError(f"{type(self).__name__}.backward needs a forward pass first")
        gradients: Gradients = self._tape.backward(dout, values=self._values)
        graph = self._tape.graph
        return {node.id: gradients.nodes[node.index] for node in graph.inputs}


class AddLayer(Layer):
    """An addition node (book, section 5.4.2): passes the upstream gradient on."""

    program = "out = x + y"

    def forward(self, x: Any, y: Any) -> Any:
        """Return the program's result for x and y: numbers, or arrays that broadcast."""
        return self._forward(x=x, y=y)

    def backward(self, dout: Any) -> tuple[Any, Any]:
        """Return dx and dy, in the shapes of x and y, from the upstream gradient."""
        gradients = self._backward(dout)
        return gradients["x"], gradients["y"]


class MulLayer(AddLayer):
    """A multiplication node (book, section 5.4.1): passes on the upstream gradient times the other input."""

    program = "out = x * y"


class Relu(Layer):
    """ReLU (book, section 5.5.1): blocks where x ≤ 0."""

    program = "out = relu(x)"

    def forward(self, x: Any) -> Any:
        """Return the activation, max(x, 0) for ReLU, in the shape of x."""
        return self._forward(x=x)

    def backward(self, dout: Any) -> Any:
        """Return dx, in the shape of x, from the upstream gradient."""
        return self._backward(dout)["x"]


class Sigmoid(Relu):
    """Sigmoid (book, section 5.5.2): passes back dout · y(1 − y)."""

    program = "out = sigmoid(x)"


class Tanh(Relu):
    """Hyperbolic tangent: passes back dout · (1 − y²)."""

    program = "out = tanh(x)"


class Affine(Layer):
    """Y = X·W + B (book, section 5.6); ``backward`` leaves the gradients of W and b in ``dW`` and ``db``."""

    program = "out = affine(x, W, b)"

    def __init__(self, W: Any, b: Any) -> None:
        super().__init__()
        self.W, self.b = W, b
        self.x: Any = None
        self.dW: Any = None
        self.db: Any = None

    def forward(self, x: Any) -> Any:
        """Return x·W + b: (N, M) or (M,) for x: (N, D) or (D,), W: (D, M), b: (M,).

        Raises ProgramError if the shapes do not fit.
        """
        self.x = x
        return self._forward(x=x, W=self.W, b=self.b)

    def backward(self, dout: Any) -> Any:
        """Return [1] dx = dout·Wᵀ in the shape of x; set [2] dW = Xᵀ·dout and [3] db, the sum of dout over axis 0."""
        gradients = self._backward(dout)
        self.dW, self.db = gradients["W"], gradients["b"]
        return gradients["x"]


class SoftmaxWithLoss(Layer):
    """Softmax with cross entropy (book, section 5.6.3): the batch mean, stable for scores of any size."""

    program = "loss = softmax_with_loss(x, t)"

    def __init__(self) -> None:
        super().__init__()
        self.loss: Any = None
        self.y: Any = None
        """Probabilities, in the shape of the scores."""
        self.t: Any = None

    def forward(self, x: Any, t: Any) -> Any:
        """Return the loss of scores x: (N, C) or (C,); targets t are one-hot in that shape, or class numbers (N,)."""
        self.t = t
        softmax = _tape("y = softmax(x)", (("x", np.shape(x)),))
        self.y = softmax.forward({"x": x})[softmax.graph.output]
        self.loss = self._forward(x=x, t=t)
        return self.loss

    def backward(self, dout: Any = 1) -> Any:
        """Return dx = dout · (y − t) / N."""
        return self._backward(dout)["x"]
