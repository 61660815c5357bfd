"""Along an axis, the shape stays: running sums, and the logarithm of softmax.

Axes are counted from the end (``core.ops.shapes.axes``), so that axes in front do not matter.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from chainrule.core.ops import shapes
from chainrule.core.ops.op import Binder, Layer, Op, Parameters, Shape, TensorRule, Vjp
from chainrule.core.text import Text


def _bind(name: str, default: int | None) -> Binder:
    def bind(operands: Sequence[Shape], written: Sequence[Any], named: Mapping[str, Any]) -> Parameters:
        axis = named.get("axis", written[0] if written else default)
        shape = operands[0]
        if not shape:
            raise shapes.ShapeError(
                Text(f"`{name}`: 수 하나에는 축이 없습니다.", f"`{name}`: a number has no axis to go along.")
            )
        if axis is None and len(shape) > 1:
            raise shapes.ShapeError(
                Text(
                    f"`{name}`: {shapes.shown(shape)} 모양에는 축을 적어야 합니다: `{name}(x, axis=0)`.",
                    f"`{name}`: the shape {shapes.shown(shape)} needs an axis: `{name}(x, axis=0)`.",
                )
            )
        return {"axis": shapes.axes(name, shape, -1 if axis is None else axis)}

    return bind


def _cumsum_a(g: Any, a: Any, b: Any, y: Any, *, axis: tuple[int, ...]) -> Any:
    return np.flip(np.cumsum(np.flip(g, axis), axis=axis[0]), axis)


def _log_softmax(a: Any, *, axis: tuple[int, ...]) -> Any:
    # The largest is taken out first, so that no exponential overflows.
    s = a - np.max(a, axis=axis, keepdims=True)
    return s - np.log(np.sum(np.exp(s), axis=axis, keepdims=True))


def _log_softmax_a(g: Any, a: Any, b: Any, y: Any, *, axis: tuple[int, ...]) -> Any:
    return g - np.exp(y) * np.sum(g, axis=axis, keepdims=True)


ALONG = (
    Op(
        name="cumsum",
        symbol="cumsum",
        latex=r"\operatorname{cumsum}($a)",
        title=Text("누적 합", "running sum"),
        forward=Text(
            "축을 따라 처음부터 그 자리까지 원소를 더합니다.",
            "Adds up the elements along an axis, from the first to each one.",
        ),
        rule_text=Text(
            "누적 합 노드는 원소마다 그 자리부터 끝까지의 상류 기울기를 더해 흘려보냅니다.",
            "A running sum passes back to each element the sum of the upstream gradients from its place to the end.",
        ),
        tensor=TensorRule(
            value=lambda a, *, axis: np.cumsum(a, axis=axis[0]),
            shape=lambda a, *, axis: a,
            vjps=(Vjp(_cumsum_a, r"\operatorname{rcumsum}($g)", "rcumsum($g)"),),
            written="cumsum(a, axis=0)",
            torch=lambda operands, parameters: f"torch.cumsum({operands[0]}, dim={parameters['axis'][0]})",
            bind=_bind("cumsum", None),
            parameters=("axis",),
            linear=True,
            layer=Layer(
                "CumSum",
                """\
class CumSum:
    def __init__(self, axis):
        self.axis = axis[0]

    def forward(self, x):
        return np.cumsum(x, axis=self.axis)

    def backward(self, dout):
        # What came in first went into every later sum.
        return np.flip(np.cumsum(np.flip(dout, self.axis), axis=self.axis), self.axis)
""",
                ("axis",),
            ),
        ),
    ),
    Op(
        name="log_softmax",
        symbol="log softmax",
        latex=r"\log \operatorname{softmax}($a)",
        why=Text(
            "원소마다 자기 상류의 기울기에서, 소프트맥스에 상류의 합을 곱한 값을 뺍니다",
            "From each upstream gradient, softmax times their sum is subtracted",
        ),
        title=Text("로그 소프트맥스", "log softmax"),
        forward=Text(
            "소프트맥스의 로그를 한 번에 구합니다. 가장 큰 값을 먼저 빼므로, 점수가 아무리 커도 값이 정확합니다.",
            "Takes the logarithm of softmax in one step. It subtracts the largest score first, so scores of any size "
            "have an exact value.",
        ),
        rule_text=Text(
            "로그 소프트맥스 노드는 상류의 기울기에서, 상류의 합에 소프트맥스를 곱한 값을 빼서 흘려보냅니다.",
            "A log softmax passes back the upstream gradient, less its sum times softmax.",
        ),
        tensor=TensorRule(
            value=_log_softmax,
            shape=lambda a, *, axis: a,
            vjps=(Vjp(_log_softmax_a, r"$g - e^{$y} \odot \sum_{k} $g", "$g−e^$y·Σₖ$g"),),
            written="log_softmax(a)",
            torch=lambda operands, parameters: (
                f"torch.log_softmax({operands[0]}, dim={parameters['axis'][0]})"
            ),
            bind=_bind("log_softmax", -1),
            parameters=("axis",),
            layer=Layer(
                "LogSoftmax",
                """\
class LogSoftmax:
    def __init__(self, axis):
        self.axis = axis
        self.y = None

    def forward(self, x):
        s = x - np.max(x, axis=self.axis, keepdims=True)
        self.y = s - np.log(np.sum(np.exp(s), axis=self.axis, keepdims=True))
        return self.y

    def backward(self, dout):
        return dout - np.exp(self.y) * np.sum(dout, axis=self.axis, keepdims=True)
""",
                ("axis",),
            ),
        ),
    ),
)
"""In the order of their codes."""
