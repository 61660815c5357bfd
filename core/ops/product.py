"""The matrix product: [1] and [2] of the book's Affine layer.

Shapes: X (N, D) @ W (D, M) → Y (N, M); a vector is one row in front of a product and one column behind it.

Source: Saito Goki, *Deep Learning from Scratch*, section 5.6 (Affine).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from chainrule.core.ops import shapes
from chainrule.core.ops.op import Kernel, Layer, Mistake, Op, Parameters, Shape, TensorRule, Vjp
from chainrule.core.text import Text


def _rows(a: Any, ranks: tuple[int, int]) -> Any:
    """The first factor as a matrix: a vector is one row."""
    return a[..., None, :] if ranks[0] == 1 else a


def _columns(b: Any, ranks: tuple[int, int]) -> Any:
    """The second factor as a matrix: a vector is one column."""
    return b[..., :, None] if ranks[1] == 1 else b


def _as_product(g: Any, ranks: tuple[int, int]) -> Any:
    """The gradient of a product with the axes that its vectors lack."""
    g = np.asarray(g)
    if ranks[1] == 1:
        g = g[..., None]
    return g[..., None, :] if ranks[0] == 1 else g


def _matmul(a: Any, b: Any, *, ranks: tuple[int, int]) -> Any:
    y = _rows(a, ranks) @ _columns(b, ranks)
    if ranks[1] == 1:
        y = y[..., 0]
    return (y[..., 0] if ranks[1] == 1 else y[..., 0, :]) if ranks[0] == 1 else y


def _matmul_a(g: Any, a: Any, b: Any, y: Any, *, ranks: tuple[int, int]) -> Any:
    da = _as_product(g, ranks) @ np.swapaxes(_columns(b, ranks), -1, -2)
    return da[..., 0, :] if ranks[0] == 1 else da


def _matmul_b(g: Any, a: Any, b: Any, y: Any, *, ranks: tuple[int, int]) -> Any:
    db = np.swapaxes(_rows(a, ranks), -1, -2) @ _as_product(g, ranks)
    return db[..., 0] if ranks[1] == 1 else db


def _if_it_fits(right: Kernel, wrong: Kernel) -> Kernel:
    """A wrong rule of the matrix product where its shapes allow it: all matrices square; elsewhere the right one.

    On other shapes nobody can make the mistake unnoticed: the product does not exist, or has another shape.
    """

    def rule(g: Any, a: Any, b: Any, y: Any, *, ranks: tuple[int, int]) -> Any:
        square = ranks == (2, 2) and len({*np.shape(a)[-2:], *np.shape(b)[-2:]}) == 1
        return wrong(g, a, b) if square else right(g, a, b, y, ranks=ranks)

    return rule


def _t(a: Any) -> Any:
    return np.swapaxes(a, -1, -2)


def _bind(operands: Sequence[Shape], written: Sequence[Any], named: Mapping[str, Any]) -> Parameters:
    return {"ranks": (len(operands[0]), len(operands[1]))}


def _kept(parameters: Parameters, operands: Sequence[Shape], whole: Shape) -> Iterable[tuple[int, int, int]]:
    if len(operands[0]) == 2:
        yield 0, 0, 0
    if len(operands[1]) == 2:
        yield 1, 1, len(whole) - 1


_MATMUL = Layer(
    "MatMul",
    """\
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
)

# Products of more than two axes: one product of matrices for each place of the axes in front


def _raised(a: Any, rank: int, whole: int) -> Any:
    """An operand with axes of 1 in front of its own, so that both have as many."""
    front = np.ndim(a) - rank
    return np.reshape(a, np.shape(a)[:front] + (1,) * (whole - rank) + np.shape(a)[front:])


def _bmm(a: Any, b: Any, *, ranks: tuple[int, int]) -> Any:
    whole = max(ranks)
    y = _raised(_rows(a, ranks), max(ranks[0], 2), whole) @ _raised(
        _columns(b, ranks), max(ranks[1], 2), whole
    )
    if ranks[1] == 1:
        y = y[..., 0]
    return y[..., 0, :] if ranks[0] == 1 else y


def _own(gradient: Any, operand: Any, rank: int, whole: int) -> Any:
    """The gradient of an operand, summed over the axes along which it was copied."""
    own = np.shape(operand)[np.ndim(operand) - rank :]
    front = np.shape(gradient)[: np.ndim(gradient) - whole]
    wide = (*front, *(1,) * (whole - rank), *own)
    return np.reshape(shapes.unbroadcast(gradient, wide), front + own)


def _bmm_a(g: Any, a: Any, b: Any, y: Any, *, ranks: tuple[int, int]) -> Any:
    whole = max(ranks)
    columns = _raised(_columns(b, ranks), max(ranks[1], 2), whole)
    da = _as_product(g, ranks) @ np.swapaxes(columns, -1, -2)
    da = _own(da, _rows(a, ranks), max(ranks[0], 2), whole)
    return da[..., 0, :] if ranks[0] == 1 else da


def _bmm_b(g: Any, a: Any, b: Any, y: Any, *, ranks: tuple[int, int]) -> Any:
    whole = max(ranks)
    rows = _raised(_rows(a, ranks), max(ranks[0], 2), whole)
    db = np.swapaxes(rows, -1, -2) @ _as_product(g, ranks)
    db = _own(db, _columns(b, ranks), max(ranks[1], 2), whole)
    return db[..., 0] if ranks[1] == 1 else db


def _bmm_kept(
    parameters: Parameters, operands: Sequence[Shape], whole: Shape
) -> Iterable[tuple[int, int, int]]:
    a, b = operands
    ends = (len(b) > 1) + (len(a) > 1)
    batch = len(whole) - ends
    for slot, shape in enumerate(operands):
        for back in range(1, max(len(shape) - 2, 0) + 1):
            if shape[-2 - back] == whole[batch - back]:
                yield slot, len(shape) - 2 - back, batch - back
    if len(a) > 1:
        yield 0, len(a) - 2, batch
    if len(b) > 1:
        yield 1, len(b) - 1, len(whole) - 1


def product_forms(ranks: tuple[int, int]) -> tuple[tuple[str, str], tuple[str, str]]:
    """The gradients of both factors in LaTeX and as plain text. A vector is written as a row."""
    if ranks == (1, 1):
        return (r"$g \cdot $b", "$g·$b"), (r"$g \cdot $a", "$g·$a")
    if ranks == (2, 1):
        return (r"{$g}^{\mathsf{T}} \cdot $b", "$gᵀ·$b"), (r"$g \cdot $a", "$g·$a")
    return (r"$g \cdot {$b}^{\mathsf{T}}", "$g·$bᵀ"), (r"{$a}^{\mathsf{T}} \cdot $g", "$aᵀ·$g")


def product_vjps(ranks: tuple[int, int]) -> tuple[Kernel, Kernel]:
    """The gradients of both factors of a product: of vectors and matrices, or of more than two axes."""
    return (_bmm_a, _bmm_b) if max(ranks) > 2 else (_matmul_a, _matmul_b)


_BMM = Layer(
    "BatchMatMul",
    """\
class BatchMatMul:
    def __init__(self):
        self.x = None
        self.W = None

    def forward(self, x, W):
        self.x = x
        self.W = W
        return np.matmul(x, W)

    def backward(self, dout):
        # A vector is one row in front of a product and one column behind it.
        x = self.x[None, :] if self.x.ndim == 1 else self.x
        W = self.W[:, None] if self.W.ndim == 1 else self.W
        dout = dout[..., None] if self.W.ndim == 1 else dout
        dout = dout[..., None, :] if self.x.ndim == 1 else dout
        dx = np.matmul(dout, np.swapaxes(W, -1, -2))
        dW = np.matmul(np.swapaxes(x, -1, -2), dout)
        return self.own(dx, x).reshape(self.x.shape), self.own(dW, W).reshape(self.W.shape)

    def own(self, gradient, operand):
        # What was copied along an axis gets the sum.
        gradient = np.sum(gradient, axis=tuple(range(gradient.ndim - operand.ndim)))
        copied = [axis for axis, n in enumerate(operand.shape) if n != gradient.shape[axis]]
        return np.sum(gradient, axis=tuple(copied), keepdims=True)
""",
)

PRODUCT_NAMES = frozenset({"matmul", "bmm"})
"""The ops that multiply and add up along an axis."""


def _rule(
    value: Callable[..., Any],
    left: Callable[..., Any],
    right: Callable[..., Any],
    kept: Callable[..., Any],
    layer: Layer,
) -> TensorRule:
    """Write the rule of a product: its value, the vjps of both factors, what of them is kept, and its layer class."""
    return TensorRule(
        value=value,
        shape=lambda a, b, *, ranks: shapes.matmul(a, b),
        vjps=(
            Vjp(left, r"$g \cdot {$b}^{\mathsf{T}}", "$g·$bᵀ"),
            Vjp(right, r"{$a}^{\mathsf{T}} \cdot $g", "$aᵀ·$g"),
        ),
        written="a @ b",
        torch=lambda operands, parameters: " @ ".join(operands),
        bind=_bind,
        kept=kept,
        layer=layer,
    )


def _product(name: str, rule: TensorRule, **texts: Any) -> Op:
    """Write the entry of a product, of matrices or of many of them."""
    return Op(
        name=name,
        symbol="dot",
        infix="@",
        latex=r"$a \cdot $b",
        precedence=2,
        operand_precedence=(2, 3),
        tensor=rule,
        **texts,
    )


PRODUCTS = (
    _product(
        "matmul",
        why=Text(
            "행렬 곱도 맞바꿉니다. $s 쪽에는 반대편 행렬의 전치가 곱해집니다",
            "A product swaps: $s gets the other matrix, transposed, as its factor",
        ),
        title=Text("행렬 곱", "matrix product"),
        forward=Text(
            "첫째 입력의 행과 둘째 입력의 열을 내적합니다.",
            "Multiplies the rows of the first input with the columns of the second.",
        ),
        rule_text=Text(
            "행렬 곱 노드는 왼쪽 입력 X로는 상류의 기울기 뒤에 Wᵀ를 곱해, 오른쪽 입력 W로는 상류의 기울기 앞에 "
            "Xᵀ를 곱해 흘려보냅니다.",
            "A matrix product passes back to its left input X the upstream gradient times Wᵀ, and to its right "
            "input W Xᵀ times the upstream gradient.",
        ),
        rule=_rule(_matmul, _matmul_a, _matmul_b, _kept, _MATMUL),
        mistakes={
            "wrong_transposed": Mistake(
                Text("엉뚱한 행렬을 전치함", "wrong matrix transposed"),
                (),
                Text(
                    "전치하는 것은 상류의 기울기가 아니라 반대편 행렬입니다: ∂L/∂X = ∂L/∂Y·Wᵀ, ∂L/∂W = Xᵀ·∂L/∂Y.",
                    "What is transposed is the other matrix, not the upstream gradient: ∂L/∂X = ∂L/∂Y·Wᵀ, "
                    "∂L/∂W = Xᵀ·∂L/∂Y.",
                ),
                (
                    _if_it_fits(_matmul_a, lambda g, a, b: _t(g) @ b),
                    _if_it_fits(_matmul_b, lambda g, a, b: a @ _t(g)),
                ),
            ),
            "not_transposed": Mistake(
                Text("전치하지 않음", "not transposed"),
                (),
                Text(
                    "반대편 행렬을 전치해서 곱합니다: ∂L/∂X = ∂L/∂Y·Wᵀ, ∂L/∂W = Xᵀ·∂L/∂Y.",
                    "The other matrix is transposed: ∂L/∂X = ∂L/∂Y·Wᵀ, ∂L/∂W = Xᵀ·∂L/∂Y.",
                ),
                (
                    _if_it_fits(_matmul_a, lambda g, a, b: g @ b),
                    _if_it_fits(_matmul_b, lambda g, a, b: a @ g),
                ),
            ),
            "order_swapped": Mistake(
                Text("곱하는 순서를 바꿈", "factors in the wrong order"),
                (),
                Text(
                    "행렬 곱은 순서가 중요합니다. Wᵀ는 오른쪽에서, Xᵀ는 왼쪽에서 곱합니다.",
                    "The order of a matrix product matters: Wᵀ comes from the right, Xᵀ from the left.",
                ),
                (
                    _if_it_fits(_matmul_a, lambda g, a, b: _t(b) @ g),
                    _if_it_fits(_matmul_b, lambda g, a, b: g @ _t(a)),
                ),
            ),
        },
    ),
    _product(
        "bmm",
        why=Text(
            "자리마다 행렬 곱이 두 입력을 맞바꿉니다. $s 쪽에는 반대편 행렬의 전치가 곱해집니다",
            "Each product swaps: $s gets the other matrix, transposed, as its factor",
        ),
        title=Text("여러 행렬의 곱", "batched matrix product"),
        forward=Text(
            "앞의 축의 자리마다 마지막 두 축의 행렬을 곱합니다.",
            "Multiplies the matrices of the last two axes, for each place of the axes in front.",
        ),
        rule_text=Text(
            "여러 행렬의 곱 노드는 자리마다 왼쪽으로는 상류의 기울기에 Wᵀ를, 오른쪽으로는 Xᵀ를 곱해 흘려보내고, "
            "복사된 축을 따라 더합니다.",
            "A batched matrix product passes back, for each place, the upstream gradient times Wᵀ to the left and Xᵀ "
            "times it to the right, summed along the axes that were copied.",
        ),
        rule=_rule(_bmm, _bmm_a, _bmm_b, _bmm_kept, _BMM),
        own_example=(
            "x = [[[1, 0.5], [2, -1]], [[0.3, 1], [-0.7, 2]]]\nw = [[1, 2], [0.5, -1]]\n"
            "y = x @ w\nL = sum(y ** 3)"
        ),
    ),
)
"""In the order of their codes."""
