"""Layers and functions of other libraries in the program language; a translation brings along what it uses."""

import re
from collections.abc import Iterable, Mapping

_BASE = """\
class Module:
    def __call__(self, *inputs):
        return self.forward(*inputs)
"""


def _layer(name: str, returned: str, made: str = "") -> str:
    """A layer without weights: ``forward`` of one input."""
    head = f"    def __init__({made}):\n        {_kept(made)}\n\n" if made else ""
    return f"class {name}(Module):\n{head}    def forward(self, x):\n        return {returned}\n"


def _kept(made: str) -> str:
    names = [part.strip().partition("=")[0].lstrip("*") for part in made.split(",")[1:]]
    return "\n        ".join(f"self.{name} = {name}" for name in names)


def _loss(name: str, returned: str) -> str:
    return f"class {name}(Module):\n    def forward(self, a, target):\n        return {returned}\n"


_SILU = "x * sigmoid(x)"
_ELU = "where(x > 0, x, exp(minimum(x, 0)) - 1)"


def _nll(log_p: str) -> str:
    return f"-mean({log_p}[np.arange(len(target)), target])"


def _bce(y: str) -> str:
    return f"-mean(xlogy(target, {y}) + xlogy(1 - target, 1 - {y}))"


_BCE_WITH_LOGITS = "mean(softplus(a) - a * target)"

FUNCTIONS: Mapping[str, str] = {
    "silu": f"def silu(x):\n    return {_SILU}\n",
    "elu": f"def elu(x):\n    return {_ELU}\n",
    "nll_loss": f"def nll_loss(log_p, target):\n    return {_nll('log_p')}\n",
    "binary_cross_entropy": f"def binary_cross_entropy(y, target):\n    return {_bce('y')}\n",
    "binary_cross_entropy_with_logits": (
        f"def binary_cross_entropy_with_logits(a, target):\n    return {_BCE_WITH_LOGITS}\n"
    ),
}
"""Functions of ``torch.nn.functional`` that are no op here."""

TORCH: Mapping[str, str] = {
    "Module": _BASE,
    "Linear": """\
class Linear(Module):
    def __init__(self, n_in, n_out, bias=True):
        bound = 1 / np.sqrt(n_in)
        self.weight = np.random.uniform(-bound, bound, (n_out, n_in))
        self.bias = np.random.uniform(-bound, bound, n_out) if bias else 0

    def forward(self, x):
        return x @ self.weight.T + self.bias
""",
    "Sequential": """\
class Sequential(Module):
    def __init__(self, *layers):
        self.layers = layers

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x
""",
    "ReLU": _layer("ReLU", "relu(x)"),
    "Sigmoid": _layer("Sigmoid", "sigmoid(x)"),
    "Tanh": _layer("Tanh", "tanh(x)"),
    "GELU": _layer("GELU", "gelu(x)"),
    "SiLU": _layer("SiLU", _SILU),
    "ELU": _layer("ELU", _ELU),
    "Softplus": _layer("Softplus", "softplus(x)"),
    "Identity": _layer("Identity", "x"),
    "Flatten": _layer("Flatten", "x.reshape(len(x), -1)"),
    "LeakyReLU": _layer("LeakyReLU", "leaky_relu(x, self.slope)", "self, slope=0.01"),
    "Softmax": _layer("Softmax", "softmax(x, axis=self.dim)", "self, dim=-1"),
    "LogSoftmax": _layer("LogSoftmax", "log_softmax(x, axis=self.dim)", "self, dim=-1"),
    "LayerNorm": """\
class LayerNorm(Module):
    def __init__(self, size, eps=1e-5):
        self.weight = np.ones(size)
        self.bias = np.zeros(size)
        self.eps = eps

    def forward(self, x):
        centred = x - mean(x, axis=-1, keepdims=True)
        return centred / sqrt(mean(centred ** 2, axis=-1, keepdims=True) + self.eps) * self.weight + self.bias
""",
    "BatchNorm1d": """\
class BatchNorm1d(Module):
    def __init__(self, size, eps=1e-5):
        self.weight = np.ones(size)
        self.bias = np.zeros(size)
        self.eps = eps

    def forward(self, x):
        centred = x - mean(x, axis=0)
        return centred / sqrt(mean(centred ** 2, axis=0) + self.eps) * self.weight + self.bias
""",
    "Embedding": """\
class Embedding(Module):
    def __init__(self, count, size):
        self.weight = np.random.randn(count, size)

    def forward(self, ids):
        return self.weight[ids]
""",
    "CrossEntropyLoss": _loss("CrossEntropyLoss", "softmax_with_loss(a, target)"),
    "MSELoss": _loss("MSELoss", "mse(a, target)"),
    "L1Loss": _loss("L1Loss", "mean(abs(a - target))"),
    "NLLLoss": _loss("NLLLoss", _nll("a")),
    "BCELoss": _loss("BCELoss", _bce("a")),
    "BCEWithLogitsLoss": _loss("BCEWithLogitsLoss", _BCE_WITH_LOGITS),
}
"""Layers of ``torch.nn``. Their random weights are drawn here, and are not those that PyTorch draws."""

MICROGRAD: Mapping[str, str] = {
    "Neuron": """\
class Neuron:
    def __init__(self, n_in, nonlin=True):
        self.w = [np.random.uniform(-1, 1) for _ in range(n_in)]
        self.b = 0.0
        self.nonlin = nonlin

    def __call__(self, x):
        act = sum([w_i * x_i for w_i, x_i in zip(self.w, x)]) + self.b
        return relu(act) if self.nonlin else act
""",
    "Layer": """\
class Layer:
    def __init__(self, n_in, n_out, nonlin=True):
        self.neurons = [Neuron(n_in, nonlin) for _ in range(n_out)]

    def __call__(self, x):
        out = [neuron(x) for neuron in self.neurons]
        return out[0] if len(out) == 1 else out
""",
    "MLP": """\
class MLP:
    def __init__(self, n_in, n_outs):
        sizes = [n_in] + n_outs
        self.layers = [Layer(sizes[i], sizes[i + 1], i != len(n_outs) - 1) for i in range(len(n_outs))]

    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        return x
""",
}
"""The classes of ``micrograd.nn``."""

BOOK: Mapping[str, str] = {
    "MulLayer": """\
class MulLayer:
    def forward(self, x, y):
        return x * y
""",
    "AddLayer": """\
class AddLayer:
    def forward(self, x, y):
        return x + y
""",
    "Relu": "class Relu:\n    def forward(self, x):\n        return relu(x)\n",
    "Sigmoid": "class Sigmoid:\n    def forward(self, x):\n        return sigmoid(x)\n",
    "Affine": """\
class Affine:
    def __init__(self, W, b):
        self.W = W
        self.b = b

    def forward(self, x):
        return affine(x, self.W, self.b)
""",
    "SoftmaxWithLoss": """\
class SoftmaxWithLoss:
    def forward(self, x, t):
        return softmax_with_loss(x, t)
""",
    "cross_entropy_error": "def cross_entropy_error(y, t):\n    return cross_entropy(y, t)\n",
    "mean_squared_error": "def mean_squared_error(y, t):\n    return 0.5 * sum((y - t) ** 2)\n",
    "sum_squared_error": "def sum_squared_error(y, t):\n    return 0.5 * sum((y - t) ** 2)\n",
    "identity_function": "def identity_function(x):\n    return x\n",
    "TwoLayerNet": """\
class TwoLayerNet:
    def __init__(self, input_size, hidden_size, output_size, weight_init_std=0.01):
        self.params = {}
        self.params["W1"] = weight_init_std * np.random.randn(input_size, hidden_size)
        self.params["b1"] = np.zeros(hidden_size)
        self.params["W2"] = weight_init_std * np.random.randn(hidden_size, output_size)
        self.params["b2"] = np.zeros(output_size)

    def predict(self, x):
        h = relu(affine(x, self.params["W1"], self.params["b1"]))
        return affine(h, self.params["W2"], self.params["b2"])

    def loss(self, x, t):
        return softmax_with_loss(self.predict(x), t)
""",
}
"""The layers and functions of the book: chapters 3 to 5, ``layer_naive`` and ``common``.

Source: Saito Goki, *Deep Learning from Scratch*, sections 3.2, 4.2, 5.4 to 5.7.
"""

_WORD = re.compile(r"\b[A-Za-z_]\w*\b")


def with_what_they_use(wanted: Iterable[str], known: Mapping[str, str]) -> list[str]:
    """The definitions of these names and of all they use, each behind what it needs."""
    found: dict[str, str] = {}

    def add(name: str) -> None:
        if name in found or name not in known:
            return
        for other in _WORD.findall(known[name]):
            if other != name:
                add(other)
        found[name] = known[name]

    for name in wanted:
        add(name)
    return list(found.values())
