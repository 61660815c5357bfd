"""Classes of the book's layers on tensors, for scripts in the book's style.

Source: Saito Goki, *Deep Learning from Scratch*, sections 5.5 and 5.6. Unlike the book's, they change no array that
they are given, and accept an upstream gradient other than 1.
"""

import re
from textwrap import dedent

from chainrule.core.ops import ARRAY_FUNCTIONS
from chainrule.core.ops.op import Layer, Op

SUM_TO = '''\
def sum_to(gradient, shape):
    """Sum a gradient back to the shape of an operand that was broadcast."""
    added = np.ndim(gradient) - len(shape)
    gradient = np.sum(gradient, axis=tuple(range(added)))
    copied = tuple(k for k, n in enumerate(shape) if n == 1 and gradient.shape[k] != 1)
    return np.sum(gradient, axis=copied, keepdims=True)
'''
ONE_HOT = '''\
def one_hot(t, scores):
    """Targets in the shape of the scores, whether they come one-hot or as class numbers."""
    if np.shape(t) == np.shape(scores):
        return t
    return 1.0 * (t[..., None] == np.arange(scores.shape[-1]))
'''

CLASSES = {
    "Affine": """
        class Affine:
            def __init__(self, W, b):
                self.W = W
                self.b = b
                self.x = None
                self.dW = None
                self.db = None

            def forward(self, x):
                self.x = x
                out = np.dot(x, self.W) + self.b
                return out

            def backward(self, dout):
                dx = np.dot(dout, self.W.T)
                x = self.x.reshape(-1, self.x.shape[-1])
                dout = dout.reshape(-1, dout.shape[-1])
                self.dW = np.dot(x.T, dout)
                self.db = np.sum(dout, axis=0)
                return dx
    """,
    "Sigmoid": """
        class Sigmoid:
            def __init__(self):
                self.x = None
                self.out = None

            def forward(self, x):
                # 1 / (1 + exp(-x)), so that no exponential overflows.
                out = np.exp(-np.logaddexp(-x, 0))
                self.x = x
                self.out = out
                return out

            def backward(self, dout):
                # 1 - out, which keeps its digits where out is nearly 1.
                rest = np.exp(-np.logaddexp(self.x, 0))
                dx = dout * self.out * rest
                return dx
    """,
    "Softmax": """
        class Softmax:
            def __init__(self):
                self.out = None

            def forward(self, x):
                e = np.exp(x - np.max(x, axis=-1, keepdims=True))
                out = e / np.sum(e, axis=-1, keepdims=True)
                self.out = out
                return out

            def backward(self, dout):
                y = self.out
                dx = y * (dout - np.sum(dout * y, axis=-1, keepdims=True))
                return dx
    """,
    "CrossEntropy": """
        class CrossEntropy:
            def __init__(self):
                self.y = None
                self.t = None
                self.dt = None

            def forward(self, y, t):
                self.t = one_hot(t, y)
                # 0 * log 0 counts as 0.
                none = (self.t == 0) & (y == 0)
                self.y = np.where(none, 1.0, y)
                return -np.mean(np.sum(self.t * np.log(self.y), axis=-1))

            def backward(self, dout=1):
                batch_size = self.y.size // self.y.shape[-1]
                self.dt = -dout * np.log(self.y) / batch_size
                dy = -dout * self.t / self.y / batch_size
                return dy
    """,
    "SoftmaxWithLoss": """
        class SoftmaxWithLoss:
            def __init__(self):
                self.loss = None
                self.y = None
                self.t = None
                self.log_y = None
                self.dt = None

            def forward(self, x, t):
                x = x - np.max(x, axis=-1, keepdims=True)
                self.log_y = x - np.log(np.sum(np.exp(x), axis=-1, keepdims=True))
                self.y = np.exp(self.log_y)
                self.t = one_hot(t, x)
                self.loss = -np.mean(np.sum(self.t * self.log_y, axis=-1))
                return self.loss

            def backward(self, dout=1):
                batch_size = self.y.size // self.y.shape[-1]
                self.dt = -dout * self.log_y / batch_size
                # The targets of one sample add up to 1, unless they are no probabilities.
                total = np.sum(self.t, axis=-1, keepdims=True)
                dx = dout * (self.y * total - self.t) / batch_size
                return dx
    """,
    "MeanSquaredError": """
        class MeanSquaredError:
            def __init__(self):
                self.d = None
                self.dt = None

            def forward(self, y, t):
                self.d = y - t
                return np.mean(self.d**2)

            def backward(self, dout=1):
                dy = dout * 2 * self.d / np.size(self.d)
                self.dt = -dy
                return dy
    """,
}
"""The book's layers of composites, by name; a script contains those it uses."""


def class_name_of(op: Op) -> str:
    """Return the name of an op's class: its entry's, else one made from the op's name."""
    layer = layer_of(op)
    return layer.name if layer else made_class_name(op)


def made_class_name(op: Op) -> str:
    """Make a class name from the op's: ``AddLayer``, ``LeakyReluLayer``."""
    return "".join(map(str.capitalize, op.name.split("_"))) + "Layer"


def class_of(op: Op) -> str:
    """Return the source of an op's class."""
    layer = layer_of(op)
    return layer.source if layer else elementwise_class(op)


def layer_of(op: Op) -> Layer | None:
    """Return the class in the op's entry; None if one is made from its rules."""
    return op.tensor.layer if op.tensor is not None else op.layer


OF_COMPOSITE = {
    "affine": ("Affine", (1, 2), ("", "dW", "db")),
    "sigmoid": ("Sigmoid", (), ("",)),
    "softmax": ("Softmax", (), ("",)),
    "cross_entropy": ("CrossEntropy", (), ("", "dt")),
    "softmax_with_loss": ("SoftmaxWithLoss", (), ("", "dt")),
    "mse": ("MeanSquaredError", (), ("", "dt")),
}
"""By composite: its class, which arguments it is made with, and where each argument's gradient is found.

An empty name means that ``backward`` returns it.
"""

_FUNCTION = re.compile(rf"\b({'|'.join(ARRAY_FUNCTIONS)})\(")
_FROM_MATH = ("erf", "erfc")
"""Functions that NumPy lacks."""
_NAMES = {"power": "float_power"}
"""Functions that NumPy has right under another name: `power` gives NaN for (−∞)^0.5."""


def class_text(name: str) -> str:
    """The class of this name."""
    return dedent(CLASSES[name]).strip() + "\n"


def elementwise_class(op: Op) -> str:
    """The layer of an elementwise op, from its entry in the table, with gradients summed back to the operands."""
    operands = ["a", "b"][: op.arity]
    kept = [
        letter
        for letter in (*operands, "y")
        if (letter in operands and op.arity == 2)
        or any(re.search(rf"\b{letter}\b", partial.code) for partial in op.partials)
    ]
    lines = [
        f"class {class_name_of(op)}:",
        "    def __init__(self):",
        *([f"        self.{letter} = None" for letter in kept] or ["        pass"]),
        "",
        f"    def forward(self, {', '.join(operands)}):",
        f"        y = {numpy_code(op.value)}",
        *(f"        self.{letter} = {letter}" for letter in kept),
        "        return y",
        "",
        "    def backward(self, dout):",
        *(f"        {letter} = self.{letter}" for letter in kept),
    ]
    for letter, partial in zip(operands, op.partials, strict=True):
        product = "dout" if partial.code == "1.0" else f"dout * ({numpy_code(partial.code)})"
        back = f"sum_to({product}, np.shape({letter}))" if op.arity == 2 else product
        lines.append(f"        d{letter} = {back}")
    lines.append(f"        return {', '.join(f'd{letter}' for letter in operands)}")
    return "\n".join(lines) + "\n"


def numpy_code(code: str) -> str:
    """A rule of the op table as NumPy code."""

    def put_in(found: re.Match[str]) -> str:
        name = found[1]
        return (
            f"np.vectorize(math.{name}, otypes=[float])("
            if name in _FROM_MATH
            else f"np.{_NAMES.get(name, name)}("
        )

    return _FUNCTION.sub(put_in, code)


def imports(source: str) -> list[str]:
    """The lines that import what a script uses."""
    standard = [f"import {name}" for name in ("base64", "math") if f"{name}." in source]
    return [*standard, *([""] if standard else []), "import numpy as np"]
