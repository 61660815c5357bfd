"""Functions that there are none of, and what to write instead."""

import math
from collections.abc import Collection, Iterable, Mapping

import numpy as np

from chainrule.core.errors import did_you_mean
from chainrule.core.text import Text


def _write(code: str, ko: str = "", en: str = "") -> Text:
    return Text(f"`{code}`처럼 적으세요.{' ' + ko if ko else ''}", f"write `{code}`{'; ' + en if en else ''}")


_NO_SLOPE = Text(
    "계단 모양의 함수는 기울기가 0이라 배울 것이 없습니다. 값이 필요하면 수로 적으세요.",
    "a function of steps has no slope to learn from; write the number out if you need its value",
)
_NO_GRAPH = Text(
    "그림을 그리는 줄은 지우세요.",
    "delete the lines that plot",
)
_NO_UPDATE = Text(
    "이 줄을 지우세요. 그래프는 갱신 없이 한 번의 순전파와 역전파를 그립니다.",
    "delete this line: the graph shows one forward and one backward pass, without the update",
)
_LIST_OF = Text(
    "`[f(v) for v in x]`처럼 적으세요.",
    "write `[f(v) for v in x]`",
)
_TORCH_NUMBER = Text("`torch.tensor(2.0)`은 `2.0`으로 적으세요.", "write `2.0` for `torch.tensor(2.0)`")
_ONE_CHECK = Text(
    "이 페이지의 수치 미분 검사를 쓰세요. 이 줄은 지워도 됩니다.",
    "delete this line: the numerical check is part of this page",
)

REFUSED_FUNCTIONS: Mapping[str, Text] = {
    "ln": _write("log(x)"),
    "norm": _write("np.sqrt(np.sum(x ** 2))"),
    "inv": _write("1 / x", "역행렬은 쓸 수 없습니다.", "there is no inverse of a matrix"),
    "det": Text("행렬식은 식으로 적으세요.", "write a determinant out: `a * d - b * c`"),
    "solve": Text("식을 풀어 적으세요.", "write the solution out"),
    "tensordot": _write('np.einsum("ij,jk->ik", a, b)'),
    "cross": Text("외적은 식으로 적으세요.", "write the cross product out"),
    "floor": _NO_SLOPE,
    "ceil": _NO_SLOPE,
    "round": _NO_SLOPE,
    "rint": _NO_SLOPE,
    "around": _NO_SLOPE,
    "input": Text("`input()` 자리에 `2` 같은 수를 적으세요.", "write a number such as `2` for `input()`"),
    "eval": Text("식을 그대로 적으세요.", "write the expression itself"),
    "exec": Text("식을 그대로 적으세요.", "write the statements themselves"),
    "open": Text("데이터를 `np.array([[…]])`로 적으세요.", "write the data out: `np.array([[…]])`"),
    "load": Text("데이터를 `np.array([[…]])`로 적으세요.", "write the data out: `np.array([[…]])`"),
    "load_mnist": Text(
        "데이터를 `randn(10, 784)`로 대신하세요.", "use `randn(10, 784)` in place of the data"
    ),
    "loadtxt": Text("데이터를 `np.array([[…]])`로 적으세요.", "write the data out: `np.array([[…]])`"),
    "tensor": _TORCH_NUMBER,
    "Tensor": _TORCH_NUMBER,
    "FloatTensor": _TORCH_NUMBER,
    "Parameter": _TORCH_NUMBER,
    "Linear": _write("affine(x, W, b)"),
    "linear": _write("affine(x, W, b)"),
    "Dense": _write("affine(x, W, b)"),
    "ReLU": _write("relu(x)"),
    "Sigmoid": _write("sigmoid(x)"),
    "Tanh": _write("tanh(x)"),
    "Softmax": _write("softmax(x)"),
    "GELU": _write("gelu(x)"),
    "LeakyReLU": _write("leaky_relu(x)"),
    "Embedding": _write("W[ids]"),
    "Conv2d": Text(
        "합성곱은 조각과 곱의 합으로 적으세요.", "write a convolution as sums of products of slices"
    ),
    "Sequential": Text(
        "층을 차례대로 적으세요: `h = relu(affine(x, W1, b1))`.",
        "write the layers one after the other: `h = relu(affine(x, W1, b1))`",
    ),
    "CrossEntropyLoss": _write("softmax_with_loss(a, t)"),
    "F.cross_entropy": _write("softmax_with_loss(a, t)"),
    "nn.functional.cross_entropy": _write("softmax_with_loss(a, t)"),
    "BCELoss": _write("-mean(t * log(y) + (1 - t) * log(1 - y))"),
    "BCEWithLogitsLoss": _write("mean(softplus(z) - t * z)"),
    "binary_cross_entropy": _write("-mean(t * log(y) + (1 - t) * log(1 - y))"),
    "binary_cross_entropy_with_logits": _write("mean(softplus(z) - t * z)"),
    "MSELoss": _write("mse(y, t)"),
    "mse_loss": _write("mse(y, t)"),
    "cat": _write("concatenate([x, y])"),
    "complex": Text("실수부와 허수부를 따로 계산하세요.", "compute with the real and the imaginary part"),
    "map": _LIST_OF,
    "filter": _LIST_OF,
    "vectorize": Text(
        "`f(x)`를 그대로 쓰세요. 원소마다 계산합니다.", "use `f(x)` itself: it works on each element"
    ),
    "reduce": Text("`for v in x:`로 반복해서 적으세요.", "write it as a loop: `for v in x:`"),
    "step": _NO_UPDATE,
    "manual_seed": _write("np.random.seed(0)"),
    "shuffle": Text("이 줄을 지우세요.", "delete this line"),
    "choice": Text("뽑을 값을 수로 적으세요.", "write the values that it would draw"),
    "permutation": Text("뽑을 값을 수로 적으세요.", "write the values that it would draw"),
    "gradient": Text(
        "기울기는 이 페이지가 구합니다. 이 줄을 지우세요.",
        "delete this line: the gradient is worked out here",
    ),
    "sort": Text(
        "순서를 바꾸는 함수는 쓸 수 없습니다. `max`와 `min`을 쓰세요.",
        "nothing is sorted here; use `max` and `min`",
    ),
    "type": Text("이 줄을 지우세요.", "delete this line"),
    "hasattr": Text(
        "이 조건을 지우고 필요한 줄만 남기세요.", "delete this condition and keep the line that is needed"
    ),
    "grad": Text(
        "기울기는 이 페이지가 구합니다. 이 줄을 지우세요.",
        "delete this line: the gradient is worked out here",
    ),
    "numerical_gradient": _ONE_CHECK,
    "gradient_check": _ONE_CHECK,
    "allclose": _ONE_CHECK,
    "cbrt": _write("x ** (1 / 3)"),
    "arcsin": _write("arctan(x / sqrt(1 - x ** 2))"),
    "asin": _write("arctan(x / sqrt(1 - x ** 2))"),
    "arccos": _write("np.pi / 2 - arctan(x / sqrt(1 - x ** 2))"),
    "acos": _write("np.pi / 2 - arctan(x / sqrt(1 - x ** 2))"),
    "arcsinh": _write("log(x + sqrt(x ** 2 + 1))"),
    "arccosh": _write("log(x + sqrt(x ** 2 - 1))"),
    "arctanh": _write("0.5 * log((1 + x) / (1 - x))"),
    "cot": _write("1 / tan(x)"),
    "sec": _write("1 / cos(x)"),
    "csc": _write("1 / sin(x)"),
    "nansum": _write("sum(x)"),
    "nanmean": _write("mean(x)"),
    "sinc": _write("sin(np.pi * x) / (np.pi * x)"),
    "deg2rad": _write("x * np.pi / 180"),
    "radians": _write("x * np.pi / 180"),
    "vander": Text("열을 하나씩 적으세요: `x ** 2`, `x`.", "write the columns one by one: `x ** 2`, `x`"),
    "expm1": _write("exp(x) - 1"),
    "heaviside": Text("`(x > 0)`처럼 비교로 적으세요.", "write a comparison: `(x > 0)`"),
    "trapz": _write("sum((y[1:] + y[:-1]) / 2 * dx)"),
    "trapezoid": _write("sum((y[1:] + y[:-1]) / 2 * dx)"),
    "meshgrid": Text("`x[:, None]`과 `y[None, :]`로 적으세요.", "write `x[:, None]` and `y[None, :]`"),
    "kron": Text("`np.outer`와 `reshape`로 적으세요.", "write it with `np.outer` and `reshape`"),
    "percentile": Text("쓸 수 없습니다. `mean`, `max`, `min`을 쓰세요.", "use `mean`, `max` or `min`"),
    "quantile": Text("쓸 수 없습니다. `mean`, `max`, `min`을 쓰세요.", "use `mean`, `max` or `min`"),
    "count_nonzero": _write("sum(x != 0)"),
    "r_": _write("np.concatenate([x, y])"),
    "c_": _write("np.column_stack([x, y])"),
    "median": Text("중앙값은 쓸 수 없습니다. `mean`을 쓰세요.", "there is no median; use `mean`"),
    "convolve": Text("`x[i:i+3] @ k`를 반복해서 적으세요.", "repeat `x[i:i+3] @ k` in a loop"),
    "cross_entropy_error": _write("cross_entropy(y, t)"),
    "identity_function": Text("값을 그대로 쓰세요.", "use the value itself"),
    "swish": _write("x * sigmoid(x)"),
    "silu": _write("x * sigmoid(x)"),
}
"""By name: what to write in its place."""

CONSTANTS: Mapping[str, str] = {
    **dict.fromkeys(("pi", "π", "Pi", "PI"), "np.pi"),
    "e": "np.e",
    **dict.fromkeys(("tau", "τ"), "math.tau"),
    "euler_gamma": "np.euler_gamma",
    **dict.fromkeys(("inf", "Inf", "infty", "infinity", "Infinity", "∞"), "np.inf"),
    **dict.fromkeys(("nan", "NaN"), "np.nan"),
    "true": "True",
    "false": "False",
    **dict.fromkeys(("null", "none"), "None"),
}
"""By the names that people give constants: how they are written here."""

REFUSED_NAMES: Mapping[str, Text] = {
    **{name: _write(code) for name, code in CONSTANTS.items()},
    "e": _write("np.e", "거듭제곱은 `exp(x)`입니다.", "a power of it is `exp(x)`"),
    "bool": Text("`True`와 `False`로 적으세요.", "write `True` and `False`"),
    "torch": Text(
        "`torch.tensor(2.0)`은 `2.0`으로, `torch.exp`는 `exp`로 적으세요.",
        "write `2.0` for `torch.tensor(2.0)` and `exp` for `torch.exp`",
    ),
    "tf": Text("`tf.exp`는 `exp`로 적으세요.", "write `exp` for `tf.exp`"),
    "nn": Text(
        "`nn.Linear`는 `affine(x, W, b)`로, `class Net(nn.Module):`은 `class Net:`으로 적으세요.",
        "write `affine(x, W, b)` for `nn.Linear`, and `class Net:` for `class Net(nn.Module):`",
    ),
    "F": Text("`F.relu`는 `relu`로 적으세요.", "write `relu` for `F.relu`"),
    "plt": _NO_GRAPH,
    "ax": _NO_GRAPH,
    "fig": _NO_GRAPH,
    "sns": _NO_GRAPH,
    "optim": _NO_UPDATE,
    "optimizer": _NO_UPDATE,
    "scheduler": _NO_UPDATE,
}
"""Names that stand for nothing here, and what to write in their place."""

_FOREIGN = frozenset({"F", "nn", "torch", "tf", "keras", "jnp", "functional", "special", "stats"})
"""Owners of functions that other libraries have under the same name."""


def function_advice(name: str, known: Collection[str]) -> Text | None:
    """What to write instead of a function that there is none of, None if nothing is near."""
    owner, _, last = name.rpartition(".")
    first = owner.partition(".")[0]
    if name in REFUSED_FUNCTIONS:
        return REFUSED_FUNCTIONS[name]
    if first in REFUSED_NAMES and first not in _FOREIGN:
        return REFUSED_NAMES[first]
    if last in REFUSED_FUNCTIONS:
        return REFUSED_FUNCTIONS[last]
    if owner and last in known:
        return _write(f"{last}(…)")
    return did_you_mean(last, meant_by(last, known))


_ELSEWHERE = frozenset(
    "acoth acsch asech beta celu coth csch digamma elu erfi erfinv gamma glu hardshrink hardsigmoid hardswish "
    "hardtanh huber_loss kl_div l1_loss lgamma logsigmoid log_sigmoid mish nll_loss prelu relu6 rrelu sech selu "
    "smooth_l1_loss softmin softshrink softsign tanhshrink zeta".split()
)
"""Functions of other libraries that are near some of ours and mean something else."""


def meant_by(name: str, known: Iterable[str]) -> list[str]:
    """The known functions that a name may be a misspelling of: none for a function of NumPy, ``math`` or PyTorch."""
    right = name in _ELSEWHERE or hasattr(np, name) or hasattr(np.ndarray, name) or hasattr(math, name)
    return [] if right else list(known)
