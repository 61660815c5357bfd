"""The tensor ops of the table: products, reductions, shapes, picking. Their rules, each written once.

Every rule works on the last axes of its operands and leaves axes in front alone; parameters such as ``axis`` are
counted from the end (``core.ops.shapes.axes``), so that they mean the same whatever stands in front.

Source: Saito Goki, *Deep Learning from Scratch*, sections 5.3 (repeat, sum) and 5.6 (Affine, [1] [2] [3]).
"""

from typing import Any

import numpy as np

from chainrule.core.ops import shapes
from chainrule.core.ops.op import Kernel, Mistake, Op, Shape, TensorRule, Vjp
from chainrule.core.text import Text

Axes = tuple[int, ...]


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


def _put_back(g: Any, axis: Axes, keepdims: bool) -> Any:
    if keepdims:
        return g
    g = np.asarray(g)
    rank = g.ndim + len(axis)
    return np.expand_dims(g, tuple(rank + k for k in axis))


def _count(a: Any, axis: Axes) -> int:
    return int(np.prod([np.shape(a)[k] for k in axis], dtype=int))


def _sum_a(g: Any, a: Any, b: Any, y: Any, *, axis: Axes, keepdims: bool) -> Any:
    return _put_back(g, axis, keepdims) + np.zeros_like(a)


def _mean_a(g: Any, a: Any, b: Any, y: Any, *, axis: Axes, keepdims: bool) -> Any:
    return _put_back(g, axis, keepdims) / _count(a, axis) + np.zeros_like(a)


def _max_a(g: Any, a: Any, b: Any, y: Any, *, axis: Axes, keepdims: bool) -> Any:
    # Elements that tie for the maximum share its gradient evenly.
    mask = a == _put_back(y, axis, keepdims)
    return _put_back(g, axis, keepdims) * mask / np.sum(mask, axis=axis, keepdims=True)


def _reduction_shape(name: str) -> Any:
    def shape(a: Shape, *, axis: Axes, keepdims: bool) -> Shape:
        result = shapes.reduced(a, axis, keepdims)
        if name != "sum" and 0 in a and 0 not in result:
            raise shapes.ShapeError(
                Text(
                    f"`{name}`: {shapes.shown(a)} 모양에는 원소가 없습니다.",
                    f"`{name}`: the shape {shapes.shown(a)} has no elements.",
                )
            )
        return result

    return shape


def _lead(a: Any, rank: int) -> Shape:
    """The axes that stand in front of an operand of this rank."""
    shape: Shape = np.shape(a)
    return shape[: len(shape) - rank]


def _reshape(a: Any, *, before: Shape, after: Shape) -> Any:
    return np.reshape(a, _lead(a, len(before)) + after)


def _reshape_a(g: Any, a: Any, b: Any, y: Any, *, before: Shape, after: Shape) -> Any:
    return np.reshape(g, _lead(g, len(after)) + before)


def _repeat(a: Any, *, times: int, rank: int) -> Any:
    lead = _lead(a, rank)
    shape = (*lead, times, *np.shape(a)[len(lead) :])
    return np.broadcast_to(np.expand_dims(a, len(lead)), shape)


def _repeat_a(g: Any, a: Any, b: Any, y: Any, *, times: int, rank: int) -> Any:
    return np.sum(g, axis=-1 - rank)


def _getitem(a: Any, *, key: tuple[Any, ...]) -> Any:
    return a[(..., *key)]


def _getitem_a(g: Any, a: Any, b: Any, y: Any, *, key: tuple[Any, ...]) -> Any:
    da = np.zeros(_lead(g, np.ndim(a[(..., *key)])) + np.shape(a)[-len(key) :], dtype=np.result_type(g))
    da[(..., *key)] = g
    return da


def one_hot(a: Any, *, classes: int) -> Any:
    """Class numbers (…,) as one-hot vectors (…, classes)."""
    return 1.0 * (np.asarray(a)[..., None] == np.arange(classes))


TENSOR_OPS = (
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
        rule=Text(
            "행렬 곱 노드는 왼쪽으로는 상류의 기울기에 Wᵀ를 오른쪽에서, 오른쪽으로는 Xᵀ를 왼쪽에서 곱해 흘려보냅니다.",
            "A matrix product passes back the upstream gradient times Wᵀ from the right to its left input X, and Xᵀ "
            "times the upstream gradient to its right input W.",
        ),
        tensor=TensorRule(
            _matmul,
            lambda a, b, *, ranks: shapes.matmul(a, b),
            (
                Vjp(_matmul_a, r"$g \cdot {$b}^{\mathsf{T}}", "$g·$bᵀ"),
                Vjp(_matmul_b, r"{$a}^{\mathsf{T}} \cdot $g", "$aᵀ·$g"),
            ),
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
    Op(
        name="sum",
        symbol="Σ",
        latex=r"\sum $a",
        operand_precedence=(9,),
        title=Text("합", "sum"),
        forward=Text("축을 따라 원소를 더합니다.", "Adds up the elements along an axis."),
        rule=Text(
            "합 노드는 상류의 기울기를 더한 원소마다 똑같이 복사해 흘려보냅니다(순전파의 합은 역전파의 반복).",
            "A sum node copies the upstream gradient to every element it added: sum forward, repeat backward.",
        ),
        tensor=TensorRule(
            lambda a, *, axis, keepdims: np.sum(a, axis=axis, keepdims=keepdims),
            _reduction_shape("sum"),
            (Vjp(_sum_a, r"\operatorname{repeat}($g)", "repeat($g)"),),
        ),
    ),
    Op(
        name="mean",
        symbol="mean",
        latex=r"\operatorname{mean}($a)",
        title=Text("평균", "mean"),
        forward=Text("축을 따라 원소의 평균을 구합니다.", "Takes the mean of the elements along an axis."),
        rule=Text(
            "평균 노드는 상류의 기울기를 원소의 개수로 나누어 원소마다 흘려보냅니다.",
            "A mean node passes the upstream gradient, divided by the number of elements, back to each of them.",
        ),
        tensor=TensorRule(
            lambda a, *, axis, keepdims: np.mean(a, axis=axis, keepdims=keepdims),
            _reduction_shape("mean"),
            (Vjp(_mean_a, r"\frac{1}{n} \operatorname{repeat}($g)", "repeat($g)/n"),),
        ),
    ),
    Op(
        name="max",
        symbol="max",
        latex=r"\max($a)",
        title=Text("최댓값", "maximum of elements"),
        forward=Text("축을 따라 가장 큰 원소를 찾습니다.", "Takes the largest element along an axis."),
        rule=Text(
            "최댓값 노드는 상류의 기울기를 가장 큰 원소에만 흘려보냅니다. 같은 값이 여럿이면 똑같이 나눕니다.",
            "A max node passes the upstream gradient back to the largest element only; elements that tie share it.",
        ),
        tensor=TensorRule(
            lambda a, *, axis, keepdims: np.max(a, axis=axis, keepdims=keepdims),
            _reduction_shape("max"),
            (Vjp(_max_a, r"$g \odot [$a = $y]", "$g·[$a=$y]"),),
        ),
    ),
    Op(
        name="reshape",
        symbol="reshape",
        latex=r"\operatorname{reshape}($a)",
        title=Text("모양 바꾸기", "reshape"),
        forward=Text("원소를 같은 차례로 다른 모양에 놓습니다.", "Lays the elements out in another shape."),
        rule=Text(
            "모양을 바꾸는 노드는 상류의 기울기를 원래 모양으로 되돌려 흘려보냅니다.",
            "A reshape node lays the upstream gradient out in the old shape.",
        ),
        tensor=TensorRule(
            _reshape,
            lambda a, *, before, after: after,
            (Vjp(_reshape_a, r"\operatorname{reshape}($g)", "reshape($g)"),),
        ),
    ),
    Op(
        name="transpose",
        symbol="T",
        latex=r"{$a}^{\mathsf{T}}",
        precedence=4,
        operand_precedence=(9,),
        title=Text("전치", "transpose"),
        forward=Text("행과 열을 맞바꿉니다.", "Exchanges rows and columns."),
        rule=Text(
            "전치 노드는 상류의 기울기를 전치해 흘려보냅니다.",
            "A transpose node passes back the transpose of the upstream gradient.",
        ),
        tensor=TensorRule(
            lambda a: np.swapaxes(a, -1, -2),
            lambda a: a[::-1],
            (Vjp(lambda g, a, b, y: np.swapaxes(g, -1, -2), r"{$g}^{\mathsf{T}}", "$gᵀ"),),
        ),
    ),
    Op(
        name="repeat",
        symbol="repeat",
        latex=r"\operatorname{repeat}($a)",
        title=Text("반복", "repeat"),
        forward=Text("입력을 N번 복사해 쌓습니다.", "Stacks N copies of its input."),
        rule=Text(
            "반복 노드는 복사본마다 온 상류의 기울기를 모두 더해 흘려보냅니다(순전파의 반복은 역전파의 합).",
            "A repeat node adds up the upstream gradients of all copies: repeat forward, sum backward.",
        ),
        tensor=TensorRule(
            _repeat,
            lambda a, *, times, rank: (times, *a),
            (Vjp(_repeat_a, r"\sum_{n} $g", "Σ$g"),),
        ),
        mistakes={
            "not_summed": Mistake(
                Text("복사본의 기울기를 더하지 않음", "copies not summed"),
                (),
                Text(
                    "복사본 하나만 셌습니다. 모든 복사본의 기울기를 더합니다.",
                    "That takes one copy only. The gradients of all copies are added.",
                ),
                (lambda g, a, b, y, *, times, rank: np.take(g, -1, axis=-1 - rank),),
            )
        },
    ),
    Op(
        name="getitem",
        symbol="[ ]",
        latex=r"$a[\,\cdot\,]",
        title=Text("고르기", "pick"),
        forward=Text("원소 몇 개를 골라냅니다.", "Picks some of the elements."),
        rule=Text(
            "고르기 노드는 상류의 기울기를 골라낸 자리에만 흘려보내고 나머지 자리에는 0을 보냅니다.",
            "A pick node passes the upstream gradient back to the elements it picked, and 0 to the others.",
        ),
        tensor=TensorRule(
            _getitem,
            lambda a, *, key: np.empty(a)[key].shape,
            (Vjp(_getitem_a, r"\operatorname{put}($g)", "put($g)"),),
        ),
    ),
    Op(
        name="one_hot",
        symbol="1-hot",
        latex=r"\operatorname{onehot}($a)",
        title=Text("원-핫", "one-hot"),
        forward=Text("정답 번호를 원-핫 벡터로 바꿉니다.", "Turns class numbers into one-hot vectors."),
        rule=Text(
            "정답은 학습하지 않으므로 기울기를 흘려보내지 않습니다.",
            "Labels are not learned, so no gradient passes back.",
        ),
        tensor=TensorRule(
            one_hot,
            lambda a, *, classes: (*a, classes),
            (Vjp(None, "0", "0"),),
        ),
    ),
)
"""Every tensor op, in the order of the codes."""
