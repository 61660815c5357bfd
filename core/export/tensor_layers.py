"""The classes that a script in the book's layer style needs where its graph has tensors.

Source: Saito Goki, *Deep Learning from Scratch*, sections 5.5 and 5.6. Unlike the book's, they change no array that
they are given, and pass on an upstream gradient other than 1.
"""

import re
from textwrap import dedent

from chainrule.core.ops import ARRAY_FUNCTIONS
from chainrule.core.ops.op import Op

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
    "Relu": """
        class Relu:
            def __init__(self):
                self.mask = None

            def forward(self, x):
                self.mask = x <= 0
                out = np.where(self.mask, 0.0, x)
                return out

            def backward(self, dout):
                dx = np.where(self.mask, 0.0, dout)
                return dx
    """,
    "Sigmoid": """
        class Sigmoid:
            def __init__(self):
                self.out = None

            def forward(self, x):
                out = 1 / (1 + np.exp(-x))
                self.out = out
                return out

            def backward(self, dout):
                dx = dout * self.out * (1.0 - self.out)
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
                self.y = y
                self.t = one_hot(t, y)
                return -np.mean(np.sum(self.t * np.log(y), axis=-1))

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
    "MatMul": """
        class MatMul:
            def __init__(self):
                self.x = None
                self.W = None

            def forward(self, x, W):
                self.x = x
                self.W = W
                return np.dot(x, W)

            def backward(self, dout):
                # A vector is one row in front of a product and one column behind it.
                x = np.atleast_2d(self.x)
                W = self.W.reshape(len(self.W), -1)
                dout = np.reshape(dout, (len(x), W.shape[1]))
                dx = np.dot(dout, W.T).reshape(self.x.shape)
                dW = np.dot(x.T, dout).reshape(self.W.shape)
                return dx, dW
    """,
    "Sum": """
        class Sum:
            def __init__(self, axis, keepdims):
                self.axis = axis
                self.keepdims = keepdims
                self.shape = None

            def forward(self, x):
                self.shape = np.shape(x)
                return np.sum(x, axis=self.axis, keepdims=self.keepdims)

            def backward(self, dout):
                dout = dout if self.keepdims else np.expand_dims(dout, self.axis)
                return np.broadcast_to(dout, self.shape)
    """,
    "Mean": """
        class Mean:
            def __init__(self, axis, keepdims):
                self.axis = axis
                self.keepdims = keepdims
                self.shape = None

            def forward(self, x):
                self.shape = np.shape(x)
                return np.mean(x, axis=self.axis, keepdims=self.keepdims)

            def backward(self, dout):
                dout = dout if self.keepdims else np.expand_dims(dout, self.axis)
                n = np.prod([self.shape[k] for k in self.axis])
                return np.broadcast_to(dout / n, self.shape)
    """,
    "Max": """
        class Max:
            def __init__(self, axis, keepdims):
                self.axis = axis
                self.keepdims = keepdims
                self.mask = None

            def forward(self, x):
                self.mask = x == np.max(x, axis=self.axis, keepdims=True)
                return np.max(x, axis=self.axis, keepdims=self.keepdims)

            def backward(self, dout):
                dout = dout if self.keepdims else np.expand_dims(dout, self.axis)
                return dout * self.mask / np.sum(self.mask, axis=self.axis, keepdims=True)
    """,
    "Reshape": """
        class Reshape:
            def __init__(self, shape):
                self.shape = shape
                self.before = None

            def forward(self, x):
                self.before = np.shape(x)
                return np.reshape(x, self.shape)

            def backward(self, dout):
                return np.reshape(dout, self.before)
    """,
    "Transpose": """
        class Transpose:
            def forward(self, x):
                return x.T

            def backward(self, dout):
                return dout.T
    """,
    "Repeat": """
        class Repeat:
            def __init__(self, times):
                self.times = times

            def forward(self, x):
                return np.stack([x] * self.times)

            def backward(self, dout):
                return np.sum(dout, axis=0)
    """,
    "Pick": """
        class Pick:
            def __init__(self, key):
                self.key = key
                self.shape = None

            def forward(self, x):
                self.shape = np.shape(x)
                return x[self.key]

            def backward(self, dout):
                dx = np.zeros(self.shape)
                dx[self.key] = dout
                return dx
    """,
    "OneHot": """
        class OneHot:
            def __init__(self, classes):
                self.classes = classes

            def forward(self, t):
                return 1.0 * (t[..., None] == np.arange(self.classes))
    """,
}
"""By name; each stands in a script only if it is used."""

OF_OP = {
    "matmul": ("MatMul", ()),
    "sum": ("Sum", ("axis", "keepdims")),
    "mean": ("Mean", ("axis", "keepdims")),
    "max": ("Max", ("axis", "keepdims")),
    "reshape": ("Reshape", ("after",)),
    "transpose": ("Transpose", ()),
    "repeat": ("Repeat", ("times",)),
    "getitem": ("Pick", ("key",)),
    "one_hot": ("OneHot", ("classes",)),
    "relu": ("Relu", ()),
}
"""By op: its class, and which of the op's parameters it is made with."""

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
        f"class {op.name.capitalize()}Layer:",
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
    return _FUNCTION.sub(r"np.\1(", code)
