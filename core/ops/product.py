"""The matrix product: [1] and [2] of the book's Affine layer.

Shapes: X (N, D) @ W (D, M) → Y (N, M); a vector is one row in front of a product and one column behind it.

Source: Saito Goki, *Deep Learning from Scratch*, section 5.6 (Affine).
"""

from collections.abc import Iterable, Mapping, Sequence
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

PRODUCTS = (
    Op(
        name="matmul",
        symbol="dot",
        infix="@",
        latex=r"$a \cdot $b",
        precedence=2,
        operand_precedence=(2, 3),
        title=Text("행렬 곱", "matrix product"),
        forward=Text(
            "첫째 입력의 행과 둘째 입력의 열을 내적합니다.",
            "Multiplies the rows of the first input with the columns of the second.",
        ),
        rule_text=Text(
            "행렬 곱 노드는 왼쪽으로는 상류의 기울기에 Wᵀ를 오른쪽에서, 오른쪽으로는 Xᵀ를 왼쪽에서 곱해 흘려보냅니다.",
            "A matrix product passes back the upstream gradient times Wᵀ from the right to its left input X, and Xᵀ "
            "times the upstream gradient to its right input W.",
        ),
        tensor=TensorRule(
            value=_matmul,
            shape=lambda a, b, *, ranks: shapes.matmul(a, b),
            vjps=(
                Vjp(_matmul_a, r"$g \cdot {$b}^{\mathsf{T}}", "$g·$bᵀ"),
                Vjp(_matmul_b, r"{$a}^{\mathsf{T}} \cdot $g", "$aᵀ·$g"),
            ),
            written="a @ b",
            torch=lambda operands, parameters: " @ ".join(operands),
            bind=_bind,
            kept=_kept,
            layer=_MATMUL,
        ),
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
)
"""In the order of their codes."""
