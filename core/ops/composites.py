"""Functions written in the program language itself: called in a program, each becomes a group of primitive nodes.

Where the book simplifies a layer's gradient, the simplified form stands beside the definition.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from chainrule.core.ops import shapes
from chainrule.core.ops.op import Kernel, Mistake, Partial, Shape, Vjp
from chainrule.core.ops.product import product_forms, product_vjps
from chainrule.core.ops.shaping import one_hot
from chainrule.core.text import Text


class Corner(NamedTuple):
    """Where a layer's usual formulas have no value, or another one than the layer, and how it is written there."""

    at: Callable[[Any, Any, Any], bool]
    """Whether the first two arguments and the result are such a place."""
    latex: str
    vjps: tuple[str, ...] = ()
    """LaTeX of the simplified gradients there, by operand; without any, the usual ones hold."""


@dataclass(frozen=True, slots=True)
class Composite:
    """One function of the language made of others; ``partials`` are its simplified local derivatives.

    In a partial, ``a`` and ``b`` stand for the parameters in their order and ``y`` for the result; in ``latex`` also
    ``$c`` for the third.
    """

    name: str
    source: str
    title: Text
    latex: str
    rule_text: Text
    partials: tuple[Partial, ...] = ()
    """Elementwise: the simplified local derivative of each operand."""
    vjps: tuple[Vjp, ...] = ()
    """On tensors: the simplified gradient of each operand."""
    vjps_at: Callable[[Sequence[Shape]], tuple[Vjp, ...]] | None = None
    """The same for operands of given shapes, where what was broadcast is summed back; None: ``vjps`` at any shapes."""
    fused: str = ""
    """The simplified gradient of the first operand, on tensors, from what was worked out on the way forward.

    An elementwise expression over the upstream gradient ``g``, the names in ``source`` and ``N``, the batch size. It
    holds where ``t`` are class numbers made one-hot, so that each row sums to 1.
    """
    derivation: tuple[str, ...] = ()
    """The simplification, line by line, in LaTeX."""
    corner: Corner | None = None
    mistakes: Mapping[str, Mistake] = field(default_factory=dict)
    """Known wrong gradients of the closed layer, by name: a kernel for each of the first operands."""


def _labels(t: Any, like: Any) -> Any:
    """Targets as a composite's ``labels`` makes them."""
    return t if np.shape(t) == np.shape(like) else one_hot(t, classes=like.shape[-1])


def _batch(scores: Any) -> int:
    return int(np.prod(np.shape(scores)[:-1], dtype=int))


def _cross_entropy_y(g: Any, a: Any, b: Any, y: Any) -> Any:
    t = _labels(b, a)
    return -g * np.where((t == 0) & (a == 0), 0.0, t / a) / _batch(a)


def _cross_entropy_t(g: Any, a: Any, b: Any, y: Any) -> Any:
    return -g * np.where((b == 0) & (a == 0), 0.0, np.log(a)) / _batch(a)


def _zero_log_zero(a: Any, b: Any, y: Any) -> bool:
    """Whether a class has neither weight nor probability. A loss of NaN is what the usual formula gives too."""
    nothing = (_labels(b, a) == 0) & (np.asarray(a) == 0)
    return bool(np.any(nothing)) and not math.isnan(y)


def _softmax_with_loss_t(g: Any, a: Any, b: Any, y: Any) -> Any:
    s = a - np.max(a, axis=-1, keepdims=True)
    return g * (np.log(np.sum(np.exp(s), axis=-1, keepdims=True)) - s) / _batch(a)


def _softmax_with_loss_a(g: Any, a: Any, b: Any, y: Any) -> Any:
    e = np.exp(a - np.max(a, axis=-1, keepdims=True))
    p, t = e / np.sum(e, axis=-1, keepdims=True), np.asarray(_labels(b, a), dtype=float)
    # p·Σt − t, as Σp = 1, from the other classes: where p is nearly 1 a difference would lose its digits.
    return g * (p * _of_others(t) - t * _of_others(p)) / _batch(a)


def _target_forgotten(g: Any, a: Any, b: Any, y: Any) -> Any:
    return _softmax_with_loss_a(g, a, b, y) + g * _labels(b, a) / _batch(a)


def _of_others(v: Any) -> Any:
    """Sum for every class the other classes, without a difference."""
    none = np.zeros_like(v[..., :1])
    before = np.cumsum(np.concatenate([none, v[..., :-1]], axis=-1), axis=-1)
    behind = np.cumsum(np.concatenate([none, v[..., :0:-1]], axis=-1), axis=-1)[..., ::-1]
    return before + behind


def _softmax_a(g: Any, a: Any, b: Any, y: Any) -> Any:
    # Only differences of g matter. From that of the likeliest class, what is nearly equal does not cancel.
    likeliest = np.argmax(y, axis=-1, keepdims=True)
    g = g - np.take_along_axis(np.broadcast_to(g, np.shape(y)), likeliest, axis=-1)
    return y * (g - np.sum(g * y, axis=-1, keepdims=True))


def _mse_at(operands: Sequence[Shape]) -> tuple[Vjp, ...]:
    """Return both gradients of a mean squared error, each summed back over what was broadcast."""
    whole = np.broadcast_shapes(*operands)

    def gradient(own: Shape, sign: int, latex: str, text: str) -> Vjp:
        return Vjp(
            lambda g, a, b, y: shapes.unbroadcast(sign * g * 2 * (a - b) / math.prod(whole), own),
            *_summed(
                rf"{latex}\frac{{2}}{{n}} $g \cdot ($a - $b)",
                f"{text}2·$g·($a−$b)/n",
                shapes.copied_axes(whole, own),
            ),
        )

    return gradient(operands[0], 1, "", ""), gradient(operands[1], -1, "-", "−")


def _affine_at(operands: Sequence[Shape]) -> tuple[Vjp, ...]:
    """Return the gradients of X·W + B by all three, for vectors, for many matrices, and for B of any shape."""
    x, w, bias = operands
    product = shapes.matmul(x, w)
    whole = np.broadcast_shapes(product, bias)
    # Where B has more axes than X·W, each element of X·W is used several times.
    latex, text = _summed("$g", "$g", shapes.copied_axes(whole, product))
    if latex != "$g":
        latex, text = f"({latex})", f"({text})"
    front = np.broadcast_shapes(x[:-2], w[:-2])
    ranks = (len(x), len(w))

    def gradient(own: Shape, rule: Kernel, latex: str, text: str) -> Vjp:
        return Vjp(
            lambda g, a, b, y: rule(shapes.unbroadcast(g, product), a, b, y, ranks=ranks),
            *_summed(latex, text, shapes.copied_axes(front, own[:-2])),
        )

    by_x, by_w = product_vjps(ranks)
    for_x, for_w = (
        (form.replace("$g", latex), plain.replace("$g", text)) for form, plain in product_forms(ranks)
    )
    return (
        gradient(x, by_x, *for_x),
        gradient(w, by_w, *for_w),
        Vjp(
            lambda g, a, b, y: shapes.unbroadcast(g, bias),
            *_summed("$g", "$g", shapes.copied_axes(whole, bias)),
        ),
    )


def _summed(latex: str, text: str, axes: tuple[int, ...]) -> tuple[str, str]:
    """Write the sum of a gradient over these axes, in LaTeX and as plain text; without axes the gradient itself."""
    if not axes:
        return latex, text
    if latex != "$g":
        latex, text = f"({latex})", f"({text})"
    return rf"\sum_{{{','.join(map(str, axes))}}} {latex}", f"Σ{shapes.subscript(axes)} {text}"


def _but_at_zero(slope: str) -> str:
    """Write a slope of t·log y: 0·log 0 counts as 0, and so do its slopes."""
    return rf"\begin{{cases}} 0 & $b = 0, $a = 0 \\ {slope} & $b \ne 0 \lor $a \ne 0 \end{{cases}}"


_BATCH_ADVICE = Text(
    "손실은 배치의 평균입니다. 데이터의 수 N으로 나누세요.",
    "The loss is the mean over the batch: divide by N, the number of samples.",
)

_TABLE = (
    Composite(
        name="sigmoid",
        # e^(−log(1 + e^(−x))): no exponential overflows. The book's four nodes (figure 5-20) lose their gradient below
        # x = −372, where y² is too small for a float; the lecture writes them out as a program.
        source="def sigmoid(x):\n    return exp(-logaddexp(-x, 0))\n",
        title=Text("시그모이드", "sigmoid"),
        latex=r"\frac{1}{1 + e^{-$a}}",
        # 1 − y = σ(−x), which keeps its digits where y is nearly 1.
        partials=(Partial("y * exp(-logaddexp(a, 0.0))", "$y (1 - $y)", "$y·(1−$y)"),),
        rule_text=Text(
            "시그모이드 계층은 상류의 기울기에 y(1−y)를 곱해 흘려보냅니다.",
            "A sigmoid layer passes back the upstream gradient times y(1−y).",
        ),
        mistakes={
            "input_for_output": Mistake(
                Text("y 대신 x를 넣음", "the input in place of the output"),
                (),
                Text(
                    "x(1−x)가 아니라 y(1−y)입니다. 순전파의 출력을 쓰세요.",
                    "It is y(1−y), not x(1−x): take the output of the forward pass.",
                ),
                vjps=(lambda g, a, b, y: g * a * (1 - a),),
            ),
        },
        derivation=(
            r"\frac{\partial y}{\partial x} = -(1 + e^{-x})^{-2} \, (-e^{-x})",
            r"= \frac{e^{-x}}{(1 + e^{-x})^2}",
            r"= \frac{1 + e^{-x} - 1}{(1 + e^{-x})^2}",
            r"= \frac{1}{1 + e^{-x}} - \frac{1}{(1 + e^{-x})^2}",
            r"= y - y^2",
            r"= y (1 - y)",
        ),
    ),
    Composite(
        name="softplus",
        # log(e^x + e^0), of which no exponential overflows.
        source="def softplus(x):\n    return logaddexp(x, 0)\n",
        title=Text("소프트플러스", "softplus"),
        latex=r"\log(1 + e^{$a})",
        partials=(Partial("-expm1(-y)", "1 - e^{-$y}", "1−e^(−$y)"),),
        rule_text=Text(
            "소프트플러스 계층은 상류의 기울기에 1−e^(−y), 곧 입력의 시그모이드를 곱해 흘려보냅니다.",
            "A softplus layer passes back the upstream gradient times 1−e^(−y), the sigmoid of its input.",
        ),
    ),
    Composite(
        name="softmax",
        # The largest score is subtracted first, so that no exponential overflows (book, section 3.5.2).
        source="""\
def softmax(a):
    c = max(a, axis=-1, keepdims=True)
    e = exp(a - c)
    return e / sum(e, axis=-1, keepdims=True)
""",
        title=Text("소프트맥스", "softmax"),
        latex=r"\frac{e^{$a}}{\sum_{k} e^{$a}}",
        vjps=(
            Vjp(
                _softmax_a,
                r"$y \odot ($g - \sum_{k} $g \odot $y)",
                "$y·($g−Σₖ$g·$y)",
            ),
        ),
        # ∞ less the largest score, ∞, is NaN, and so is the whole row.
        corner=Corner(
            lambda a, b, y: bool(np.any(np.asarray(a) == np.inf)),
            r"\frac{e^{$a - \max_{k} $a}}{\sum_{k} e^{$a - \max_{k} $a}}",
        ),
        rule_text=Text(
            "소프트맥스 계층은 상류의 기울기에서 그 가중 평균을 뺀 뒤 y를 곱해 흘려보냅니다.",
            "A softmax layer subtracts from the upstream gradient its mean weighted by y, and multiplies by y.",
        ),
        mistakes={
            "mean_not_subtracted": Mistake(
                Text("가중 평균을 빼지 않음", "weighted mean not subtracted"),
                (),
                Text(
                    "한 점수가 오르면 다른 확률은 모두 내려갑니다. 상류의 기울기에서 가중 평균을 먼저 빼세요.",
                    "A score that rises lowers every other probability: first subtract the weighted mean.",
                ),
                vjps=(lambda g, a, b, y: g * y,),
            ),
        },
    ),
    Composite(
        name="cross_entropy",
        # xlogy: a class without weight adds nothing, though its probability be 0.
        source="""\
def cross_entropy(y, t):
    t = labels(t, y)
    return mean(sum(xlogy(t, y), axis=-1) * -1)
""",
        title=Text("교차 엔트로피 오차", "cross entropy error"),
        latex=r"-\frac{1}{N} \sum $b \log $a",
        # The second is of targets that are learned; class numbers are not.
        vjps=(
            Vjp(_cross_entropy_y, r"-\frac{1}{N} $g \cdot \frac{$b}{$a}", "−$g·$b/$a/N"),
            Vjp(_cross_entropy_t, r"-\frac{1}{N} $g \cdot \log $a", "−$g·log $a/N"),
        ),
        corner=Corner(
            _zero_log_zero,
            r"-\frac{1}{N} \sum_{$b \ne 0} $b \log $a",
            tuple(
                rf"-\frac{{1}}{{N}} $g \cdot {_but_at_zero(each)}" for each in (r"\frac{$b}{$a}", r"\log $a")
            ),
        ),
        rule_text=Text(
            "교차 엔트로피 계층은 상류의 기울기에 −t/y를 곱하고 배치의 크기로 나누어 흘려보냅니다.",
            "A cross entropy layer passes back the upstream gradient times −t/y, divided by the batch size.",
        ),
        mistakes={
            "sign_forgotten": Mistake(
                Text("음의 부호를 빠뜨림", "minus sign forgotten"),
                (),
                Text("손실은 −Σ t log y입니다. 부호를 붙이세요.", "The loss is −Σ t log y: keep the minus."),
                vjps=(lambda g, a, b, y: -_cross_entropy_y(g, a, b, y),),
            ),
            "target_forgotten": Mistake(
                Text("정답 t를 곱하지 않음", "target forgotten"),
                (),
                Text("−1/y가 아니라 −t/y입니다.", "It is −t/y, not −1/y."),
                vjps=(lambda g, a, b, y: -g / a / _batch(a),),
            ),
            "batch_not_averaged": Mistake(
                Text("배치의 크기로 나누지 않음", "not divided by the batch size"),
                (),
                _BATCH_ADVICE,
                vjps=(lambda g, a, b, y: _cross_entropy_y(g, a, b, y) * _batch(a),),
            ),
        },
    ),
    Composite(
        name="softmax_with_loss",
        # −Σ t log y with log y = a − log Σ eᵃ, so that scores of any size have a loss (lecture, part 18).
        source="""\
def softmax_with_loss(a, t):
    t = labels(t, a)
    s = a - max(a, axis=-1, keepdims=True)
    log_sum = log(sum(exp(s), axis=-1, keepdims=True))
    return mean(sum(t * (log_sum - s), axis=-1))
""",
        title=Text("Softmax-with-Loss", "softmax with loss"),
        latex=r"-\frac{1}{N} \sum $b \log \operatorname{softmax}($a)",
        vjps=(
            Vjp(_softmax_with_loss_a, r"\frac{1}{N} $g \cdot (y - $b)", "$g·(y−$b)/N"),
            Vjp(
                _softmax_with_loss_t,
                r"-\frac{1}{N} $g \cdot \log \operatorname{softmax}($a)",
                "−$g·log softmax($a)/N",
            ),
        ),
        # y − t is y·Σt − t where the targets of a row sum to 1.
        corner=Corner(
            lambda a, b, y: not np.allclose(np.sum(_labels(b, a), axis=-1), 1.0),
            r"-\frac{1}{N} \sum $b \log \operatorname{softmax}($a)",
            (
                r"\frac{1}{N} $g \cdot (y \sum_{k} $b - $b)",
                r"-\frac{1}{N} $g \cdot \log \operatorname{softmax}($a)",
            ),
        ),
        fused="g / N * (exp(s - log_sum) - t)",
        rule_text=Text(
            "Softmax-with-Loss 계층은 출력과 정답의 차이 y−t를 배치의 크기로 나누어 흘려보냅니다.",
            "A softmax-with-loss layer passes back y−t, output minus target, divided by the batch size.",
        ),
        mistakes={
            "target_forgotten": Mistake(
                Text("정답 t를 빼지 않음", "target not subtracted"),
                (),
                Text(
                    "y만 썼습니다. 정답의 자리에서는 1을 빼야 합니다: y−t.",
                    "That is y alone. Subtract 1 at the right class: y−t.",
                ),
                vjps=(_target_forgotten,),
            ),
            "sign_flipped": Mistake(
                Text("뺄셈의 순서가 반대", "subtracted the wrong way round"),
                (),
                Text("t−y가 아니라 y−t입니다.", "It is y−t, not t−y."),
                vjps=(lambda g, a, b, y: -_softmax_with_loss_a(g, a, b, y),),
            ),
            "batch_not_averaged": Mistake(
                Text("배치의 크기로 나누지 않음", "not divided by the batch size"),
                (),
                _BATCH_ADVICE,
                vjps=(lambda g, a, b, y: _softmax_with_loss_a(g, a, b, y) * _batch(a),),
            ),
        },
    ),
    Composite(
        name="affine",
        source="def affine(x, w, b):\n    return x @ w + b\n",
        title=Text("Affine", "affine"),
        latex=r"$a \cdot $b + $c",
        vjps_at=_affine_at,
        vjps=(
            Vjp(lambda g, a, b, y: g @ b.T, r"$g \cdot {$b}^{\mathsf{T}}", "$g·$bᵀ"),
            Vjp(
                lambda g, a, b, y: np.reshape(a, (-1, a.shape[-1])).T @ np.reshape(g, (-1, g.shape[-1])),
                r"{$a}^{\mathsf{T}} \cdot $g",
                "$aᵀ·$g",
            ),
            Vjp(lambda g, a, b, y: np.reshape(g, (-1, g.shape[-1])).sum(axis=0), r"\sum_{n} $g", "Σ$g"),
        ),
        rule_text=Text(
            "Affine 계층은 [1] X 쪽으로 ∂L/∂Y·Wᵀ, [2] W 쪽으로 Xᵀ·∂L/∂Y, "
            "[3] B 쪽으로 ∂L/∂Y의 0번 축 합을 흘려보냅니다.",
            "An affine layer passes back [1] ∂L/∂Y·Wᵀ to X, [2] Xᵀ·∂L/∂Y to W, "
            "and [3] the sum of ∂L/∂Y over axis 0 to B.",
        ),
    ),
    Composite(
        name="gelu",
        # x·Φ(x) by the complementary error function, which keeps its digits where Φ is nearly 0.
        source="def gelu(x):\n    return x * (erfc(x * -0.7071067811865476) * 0.5)\n",
        title=Text("GELU", "GELU"),
        latex=r"$a \, \Phi($a)",
        partials=(
            Partial(
                "0.5 * erfc(-0.7071067811865476 * a) + a * (0.3989422804014327 * exp(-0.5 * a * a))",
                r"\Phi($a) + $a \varphi($a)",
                "Φ($a)+$a·φ($a)",
            ),
        ),
        rule_text=Text(
            "GELU 계층은 상류의 기울기에 Φ(x)+x·φ(x)를 곱해 흘려보냅니다. Φ는 정규분포의 넓이, φ는 그 높이입니다.",
            "A GELU layer passes back the upstream gradient times Φ(x)+x·φ(x), the area and the height of the bell "
            "curve.",
        ),
        derivation=(
            r"\frac{\partial y}{\partial x} = \Phi(x) + x \, \frac{\partial \Phi}{\partial x}",
            r"= \Phi(x) + x \varphi(x)",
        ),
    ),
    Composite(
        name="clip",
        source="def clip(x, low, high):\n    return clamp_max(clamp_min(x, low), high)\n",
        title=Text("자르기", "clip"),
        latex=r"\operatorname{clip}($a, $b, $c)",
        rule_text=Text(
            "자르기 계층은 두 한계 사이와 한계에서 상류의 기울기를 그대로 흘려보내고, 밖에서는 막습니다.",
            "A clip passes the upstream gradient on unchanged between its bounds and at them, and blocks it outside.",
        ),
    ),
    Composite(
        name="where",
        # Two masks and a sum: what is not chosen is 0, and so is its gradient.
        source="def where(condition, x, y):\n    return masked(condition, x) + masked_out(condition, y)\n",
        title=Text("고르기: 조건", "choice by a condition"),
        latex=r"\operatorname{where}($a, $b, $c)",
        rule_text=Text(
            "조건이 참인 자리의 기울기는 앞의 값으로, 거짓인 자리의 기울기는 뒤의 값으로 흐릅니다.",
            "Where the condition holds, the gradient flows to the first value; elsewhere to the second.",
        ),
    ),
    Composite(
        name="mse",
        source="""\
def mse(y, t):
    d = y - t
    return mean(d ** 2)
""",
        title=Text("평균 제곱 오차", "mean squared error"),
        latex=r"\operatorname{mean}(($a - $b)^2)",
        vjps_at=_mse_at,
        vjps=(
            Vjp(
                lambda g, a, b, y: g * 2 * (a - b) / np.size(a),
                r"\frac{2}{n} $g \cdot ($a - $b)",
                "2·$g·($a−$b)/n",
            ),
            Vjp(
                lambda g, a, b, y: -g * 2 * (a - b) / np.size(a),
                r"-\frac{2}{n} $g \cdot ($a - $b)",
                "−2·$g·($a−$b)/n",
            ),
        ),
        rule_text=Text(
            "평균 제곱 오차 계층은 차이 y−t의 두 배를 원소의 개수로 나누어 흘려보냅니다.",
            "A mean squared error layer passes back twice the difference y−t, divided by the number of elements.",
        ),
    ),
)

COMPOSITES: Mapping[str, Composite] = {composite.name: composite for composite in _TABLE}
"""Every composite by name."""
