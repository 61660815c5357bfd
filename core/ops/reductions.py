"""Reductions: elements along an axis become one. Sum forward is repeat backward.

Axes are counted from the end (``core.ops.shapes.axes``), so that axes in front do not matter.

Source: Saito Goki, *Deep Learning from Scratch*, section 5.3 (sum); ties and zeros as PyTorch has them.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from chainrule.core.ops import shapes
from chainrule.core.ops.kinks import AtKinkTemplate, Choice, Kink, cases
from chainrule.core.ops.op import Binder, Kernel, Layer, Op, Parameters, Shape, TensorRule, Vjp
from chainrule.core.text import Text

Axes = tuple[int, ...]


def put_back(g: Any, axis: Axes, keepdims: bool) -> Any:
    """A reduced array with the axes that are gone as axes of 1."""
    if keepdims:
        return g
    g = np.asarray(g)
    rank = g.ndim + len(axis)
    return np.expand_dims(g, tuple(rank + k for k in axis))


def count(a: Any, axis: Axes) -> int:
    """How many elements become one."""
    return int(np.prod([np.shape(a)[k] for k in axis], dtype=int))


def _sum_a(g: Any, a: Any, b: Any, y: Any, *, axis: Axes, keepdims: bool) -> Any:
    return put_back(g, axis, keepdims) + np.zeros_like(a)


def _mean_a(g: Any, a: Any, b: Any, y: Any, *, axis: Axes, keepdims: bool) -> Any:
    return put_back(g, axis, keepdims) / count(a, axis) + np.zeros_like(a)


def _extreme_a(g: Any, a: Any, b: Any, y: Any, *, axis: Axes, keepdims: bool) -> Any:
    # Elements that tie share the gradient evenly; where the extreme is NaN all get NaN.
    mask = a == put_back(y, axis, keepdims)
    return put_back(g, axis, keepdims) * mask / np.sum(mask, axis=axis, keepdims=True)


_FIRST = """\
        # The first of those that tie, along the axes in their order.
        last = range(-len(self.axis), 0)
        moved = np.moveaxis(mask, self.axis, last)
        rows = moved.reshape(*moved.shape[: moved.ndim - len(self.axis)], -1)
        first = rows & (np.cumsum(rows, axis=-1) == 1)
        self.mask = np.moveaxis(first.reshape(moved.shape), last, self.axis)
"""


def _ties(a: Any, y: Any, axis: Axes, keepdims: bool) -> Any:
    """Which elements tie for the extreme with another one."""
    mask = a == put_back(y, axis, keepdims)
    return mask & (np.sum(mask, axis=axis, keepdims=True) > 1)


def _each_a(g: Any, a: Any, b: Any, y: Any, *, axis: Axes, keepdims: bool) -> Any:
    return _extreme_a(g, a, b, y, axis=axis, keepdims=keepdims) * np.maximum(
        np.sum(a == put_back(y, axis, keepdims), axis=axis, keepdims=True), 1
    )


def first_of(mask: Any, axis: Axes) -> Any:
    """The first marked element along the axes, in their order."""
    front = np.ndim(mask) - len(axis)
    moved = np.moveaxis(mask, axis, range(front, np.ndim(mask)))
    rows = moved.reshape(*moved.shape[:front], -1)
    first = rows & (np.cumsum(rows, axis=-1) == 1)
    return np.moveaxis(first.reshape(moved.shape), range(front, np.ndim(mask)), axis)


def _first_a(g: Any, a: Any, b: Any, y: Any, *, axis: Axes, keepdims: bool) -> Any:
    extreme = put_back(y, axis, keepdims)
    # Where the extreme is NaN all get NaN, as they do where ties share.
    return put_back(g, axis, keepdims) * np.where(np.isnan(extreme), np.nan, first_of(a == extreme, axis))


def _torch_mask(name: str, x: str, parameters: Parameters) -> str:
    return f"{x} == {x}.a{name}({parameters['axis']!r}, keepdim=True)"


def _torch_sum(summed: str, parameters: Parameters) -> str:
    return f"{summed}.sum({parameters['axis']!r}, keepdim={parameters['keepdims']})"


_CHOSEN = "[$a = $y]"
"""In the formula of an extreme's gradient: 1 for the elements that are the extreme."""


def _tie_written(
    template: str, a: Any, at: Any, *chosen: str, axis: Axes, keepdims: bool
) -> AtKinkTemplate | None:
    if "each" in chosen:
        return None
    if "first" in chosen:
        return AtKinkTemplate(template.replace(_CHOSEN, rf"\operatorname{{first}}{_CHOSEN}"), False)
    ties = np.maximum(np.sum(at, axis=axis), 1)
    if np.size(a) and (ties == ties.flat[0]).all():
        return AtKinkTemplate(rf"\frac{{1}}{{{ties.flat[0]}}} \cdot {template}", True)
    along = ",".join(str(np.ndim(a) + k) for k in axis)
    return AtKinkTemplate(
        template.replace(_CHOSEN, rf"\frac{{{_CHOSEN}}}{{\sum_{{{along}}} {_CHOSEN}}}"), False
    )


def _tie(name: str, layer: Layer) -> dict[str, Kink]:
    """The tie of elements for the extreme, and what each could get."""
    left, right = (0.0, 1.0) if name == "max" else (1.0, 0.0)

    def torch_each(x: str, y: str, parameters: Parameters) -> str:
        mask = _torch_mask(name, x, parameters)
        return f"{y}.detach() + {_torch_sum(f'torch.where({mask}, {x} - {x}.detach(), 0.0)', parameters)}"

    def torch_first(x: str, y: str, parameters: Parameters) -> str:
        first = f"first_of({_torch_mask(name, x, parameters)}, {parameters['axis']!r})"
        return _torch_sum(f"torch.where({first}, {x}, 0.0)", parameters)

    shared = "dout * self.mask / np.sum(self.mask, axis=self.axis, keepdims=True)"
    each = layer.source.replace(shared, "dout * self.mask")
    taken = f"        self.mask = x == np.{name}(x, axis=self.axis, keepdims=True)\n"
    first = each.replace(taken, taken.replace("self.mask", "mask") + _FIRST)
    return {
        "tie": Kink(
            kind="corner",
            latex="{$a}_{i} = {$a}_{j} = $y",
            text="$a[i] = $a[j] = $y",
            title=Text("동점", "a tie"),
            places=lambda a, b, y, *, axis, keepdims: (_ties(a, y, axis, keepdims), left, right),
            written=_tie_written,
            why=Text(
                "같은 값이 여럿이면 어느 원소가 뽑혔다고 할 수 없습니다. PyTorch의 amax처럼 똑같이 나눕니다.",
                "No one of the elements that tie is the chosen one. They share evenly, as in PyTorch's amax.",
            ),
            default=("split", Text("똑같이 나눔", "shared evenly")),
            choices={
                "each": Choice(
                    Text("각각 모두", "all to each"), vjps=(_each_a,), layer=each, torch=torch_each
                ),
                "first": Choice(
                    Text("첫째가 모두", "all to the first"), vjps=(_first_a,), layer=first, torch=torch_first
                ),
            },
        )
    }


def _others(a: Any, axis: Axes) -> Any:
    """For every element the product of the others along the axes: no division, so that zeros do no harm."""
    a = np.asarray(a, dtype=float)
    front = a.ndim - len(axis)
    moved = np.moveaxis(a, axis, range(front, a.ndim))
    rows = moved.reshape(*moved.shape[:front], -1)
    ones = np.ones((*rows.shape[:-1], 1))
    before = np.cumprod(np.concatenate([ones, rows[..., :-1]], axis=-1), axis=-1)
    behind = np.cumprod(np.concatenate([ones, rows[..., :0:-1]], axis=-1), axis=-1)[..., ::-1]
    return np.moveaxis((before * behind).reshape(moved.shape), range(front, a.ndim), axis)


def _prod_a(g: Any, a: Any, b: Any, y: Any, *, axis: Axes, keepdims: bool) -> Any:
    return put_back(g, axis, keepdims) * _others(a, axis)


def _centred(a: Any, axis: Axes) -> Any:
    return a - np.mean(a, axis=axis, keepdims=True)


def _var_a(g: Any, a: Any, b: Any, y: Any, *, axis: Axes, keepdims: bool, ddof: int) -> Any:
    return put_back(g, axis, keepdims) * 2 * _centred(a, axis) / (count(a, axis) - ddof)


def _std_a(g: Any, a: Any, b: Any, y: Any, *, axis: Axes, keepdims: bool, ddof: int) -> Any:
    # Where all elements are equal the deviation is at its lowest: 0 is passed back, as in PyTorch.
    y = np.asarray(put_back(y, axis, keepdims))
    slope = _centred(a, axis) / (np.where(y == 0, 1.0, y) * (count(a, axis) - ddof))
    return put_back(g, axis, keepdims) * np.where(y == 0, 0.0, slope)


def _equal(a: Any, b: Any, y: Any, *, axis: Axes, keepdims: bool, ddof: int) -> tuple[Any, Any, Any]:
    n = count(a, axis)
    slope = math.sqrt((n - 1) / (n * (n - ddof)))
    return (put_back(y, axis, keepdims) == 0) & np.ones(np.shape(a), dtype=bool), -slope, slope


def _equal_written(
    template: str, a: Any, at: Any, *, axis: Axes, keepdims: bool, ddof: int
) -> AtKinkTemplate:
    if np.all(at):
        return AtKinkTemplate(r"$g \odot (0 \cdot [$a = \overline{$a}])", False)
    return AtKinkTemplate(cases(r"0 \cdot $g", "$y = 0", template), False)


_EQUAL = Kink(
    kind="corner",
    latex="$y = 0",
    text="$y = 0",
    title=Text("원소가 모두 같음", "all elements equal"),
    places=_equal,
    written=_equal_written,
    why=Text(
        "원소가 모두 같으면 표준편차는 가장 낮은 0이고, 어느 원소를 어느 쪽으로 움직여도 커집니다. PyTorch처럼 두 "
        "기울기의 가운데인 0을 보냅니다.",
        "Where all are equal the deviation is at its lowest, 0, and grows whichever way an element moves. 0 is "
        "passed, halfway between both slopes, as in PyTorch.",
    ),
)


def _logsumexp(a: Any, *, axis: Axes, keepdims: bool) -> Any:
    # The largest is taken out first, so that no exponential overflows; an infinite one stays as it is.
    top = np.max(a, axis=axis, keepdims=True)
    top = np.where(np.isfinite(top), top, 0.0)
    y = np.log(np.sum(np.exp(a - top), axis=axis, keepdims=True)) + top
    return y if keepdims else np.squeeze(y, axis=axis)


def _logsumexp_a(g: Any, a: Any, b: Any, y: Any, *, axis: Axes, keepdims: bool) -> Any:
    return put_back(g, axis, keepdims) * np.exp(a - put_back(y, axis, keepdims))


def _bind(name: str, deviates: bool = False) -> Binder:
    def bind(operands: Sequence[Shape], written: Sequence[Any], named: Mapping[str, Any]) -> Parameters:
        axis = named.get("axis", written[0] if written else None)
        axes = shapes.axes(name, operands[0], axis)
        parameters: Parameters = {"axis": axes, "keepdims": bool(named.get("keepdims", False))}
        if not deviates:
            return parameters
        ddof = named.get("ddof", 0)
        if not isinstance(ddof, int) or isinstance(ddof, bool) or ddof < 0:
            raise shapes.ShapeError(
                Text(
                    f"`{name}`: ddof에는 0 이상의 정수를 적습니다.",
                    f"`{name}`: ddof is a whole number, 0 or more.",
                )
            )
        size = math.prod(operands[0][k] for k in axes)
        if ddof >= size:
            raise shapes.ShapeError(
                Text(
                    f"`{name}`: 원소 {size}개에서 ddof={ddof}을(를) 빼면 나눌 것이 없습니다.",
                    f"`{name}`: {size} elements less ddof={ddof} leave nothing to divide by.",
                )
            )
        return parameters | {"ddof": ddof}

    return bind


def _shape(name: str) -> Callable[..., Shape]:
    def shape(a: Shape, *, axis: Axes, keepdims: bool, **others: Any) -> Shape:
        result = shapes.reduced(a, axis, keepdims)
        if name not in ("sum", "prod") and 0 in a and 0 not in result:
            raise shapes.ShapeError(
                Text(
                    f"`{name}`: {shapes.shown(a)} 모양에는 원소가 없습니다.",
                    f"`{name}`: the shape {shapes.shown(a)} has no elements.",
                )
            )
        return result

    return shape


def _log_sum_template(latex: str, parameters: Parameters, shape: Shape) -> str:
    axis = parameters["axis"]
    axes = ",".join(str(len(shape) + k) for k in axis)
    return rf"\log \sum_{{{axes}}} e^{{$a}}" if 0 < len(axis) < len(shape) else latex


def _kept(parameters: Parameters, operands: Sequence[Shape], whole: Shape) -> Iterable[tuple[int, int, int]]:
    rank = len(operands[0])
    gone = {rank + axis for axis in parameters["axis"]}
    left = [axis for axis in range(rank) if axis not in gone]
    return ((0, axis, axis if parameters["keepdims"] else place) for place, axis in enumerate(left))


def _torch(function: str) -> Callable[[Sequence[str], Parameters], str]:
    def written(operands: Sequence[str], parameters: Parameters) -> str:
        axis = parameters["axis"]
        along = f", dim={axis!r}, keepdim={parameters['keepdims']}" if axis else ""
        return f"torch.{function}({operands[0]}{along})"

    return written


def _torch_prod(operands: Sequence[str], parameters: Parameters) -> str:
    """PyTorch's prod takes one axis at a time."""
    written = operands[0]
    for axis in parameters["axis"]:
        written = f"torch.prod({written}, dim={axis}, keepdim=True)"
    if parameters["axis"] and not parameters["keepdims"]:
        written = f"{written}.squeeze({parameters['axis']!r})"
    return written


def _torch_deviation(function: str) -> Callable[[Sequence[str], Parameters], str]:
    def written(operands: Sequence[str], parameters: Parameters) -> str:
        axis, ddof = parameters["axis"] or None, parameters["ddof"]
        return (
            f"torch.{function}({operands[0]}, dim={axis!r}, correction={ddof}, "
            f"keepdim={parameters['keepdims']})"
        )

    return written


_SUM = Layer(
    "Sum",
    """\
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
    ("axis", "keepdims"),
)

_MEAN = Layer(
    "Mean",
    """\
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
    ("axis", "keepdims"),
)

_MAX = Layer(
    "Max",
    """\
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
    ("axis", "keepdims"),
)

_MIN = Layer(
    "Min", _MAX.source.replace("class Max", "class Min").replace("np.max", "np.min"), _MAX.parameters
)
_PROD = Layer(
    "Prod",
    """\
class Prod:
    def __init__(self, axis, keepdims):
        self.axis = axis
        self.keepdims = keepdims
        self.x = None

    def forward(self, x):
        self.x = x
        return np.prod(x, axis=self.axis, keepdims=self.keepdims)

    def backward(self, dout):
        dout = dout if self.keepdims else np.expand_dims(dout, self.axis)
        # For every element the product of the others: no division, so that zeros do no harm.
        dx = np.ones(np.shape(self.x))
        for place in np.ndindex(np.shape(self.x)):
            others = np.array(self.x)
            others[place] = 1.0
            dx[place] = np.prod(others, axis=self.axis, keepdims=True)[
                tuple(0 if k - self.x.ndim in self.axis else at for k, at in enumerate(place))
            ]
        return dout * dx
""",
    ("axis", "keepdims"),
)
_VAR = Layer(
    "Var",
    """\
class Var:
    def __init__(self, axis, keepdims, ddof):
        self.axis = axis
        self.keepdims = keepdims
        self.ddof = ddof
        self.d = None

    def forward(self, x):
        self.d = x - np.mean(x, axis=self.axis, keepdims=True)
        return np.var(x, axis=self.axis, keepdims=self.keepdims, ddof=self.ddof)

    def backward(self, dout):
        dout = dout if self.keepdims else np.expand_dims(dout, self.axis)
        n = np.prod([np.shape(self.d)[k] for k in self.axis]) - self.ddof
        return dout * 2 * self.d / n
""",
    ("axis", "keepdims", "ddof"),
)
_STD = Layer(
    "Std",
    """\
class Std:
    def __init__(self, axis, keepdims, ddof):
        self.axis = axis
        self.keepdims = keepdims
        self.ddof = ddof
        self.d = None
        self.y = None

    def forward(self, x):
        self.d = x - np.mean(x, axis=self.axis, keepdims=True)
        self.y = np.std(x, axis=self.axis, keepdims=True, ddof=self.ddof)
        return self.y if self.keepdims else np.squeeze(self.y, axis=self.axis)

    def backward(self, dout):
        dout = dout if self.keepdims else np.expand_dims(dout, self.axis)
        n = np.prod([np.shape(self.d)[k] for k in self.axis]) - self.ddof
        # Where all elements are equal, 0 is passed back.
        return dout * np.where(self.y == 0, 0.0, self.d / (np.where(self.y == 0, 1.0, self.y) * n))
""",
    ("axis", "keepdims", "ddof"),
)
_LOGSUMEXP = Layer(
    "LogSumExp",
    """\
class LogSumExp:
    def __init__(self, axis, keepdims):
        self.axis = axis
        self.keepdims = keepdims
        self.p = None

    def forward(self, x):
        c = np.max(x, axis=self.axis, keepdims=True)
        c = np.where(np.isfinite(c), c, 0.0)
        y = np.log(np.sum(np.exp(x - c), axis=self.axis, keepdims=True)) + c
        self.p = np.exp(x - y)
        return y if self.keepdims else np.squeeze(y, axis=self.axis)

    def backward(self, dout):
        dout = dout if self.keepdims else np.expand_dims(dout, self.axis)
        return dout * self.p
""",
    ("axis", "keepdims"),
)


def _extreme(name: str, value: Kernel, layer: Layer, title: Text, forward: Text, rule_text: Text) -> Op:
    """Write the entry of the largest or of the smallest element along an axis."""
    return Op(
        name=name,
        symbol=name,
        latex=rf"\{name}($a)",
        why=Text("선택된 원소만 기울기를 받습니다", "Only the element that is chosen gets the gradient"),
        title=title,
        forward=forward,
        rule_text=rule_text,
        tensor=TensorRule(
            value=value,
            shape=_shape(name),
            vjps=(Vjp(_extreme_a, r"$g \odot [$a = $y]", "$g·[$a=$y]"),),
            written=f"{name}(a, axis=0)",
            torch=_torch(f"a{name}"),
            bind=_bind(name),
            parameters=("axis", "keepdims"),
            kept=_kept,
            chooses=True,
            layer=layer,
        ),
        kinks=_tie(name, layer),
    )


REDUCTIONS = (
    Op(
        name="sum",
        symbol="Σ",
        latex=r"\sum $a",
        operand_precedence=(9,),
        title=Text("합", "sum"),
        forward=Text("축을 따라 원소를 더합니다.", "Adds up the elements along an axis."),
        rule_text=Text(
            "합 노드는 상류의 기울기를 더한 원소마다 똑같이 복사해 흘려보냅니다(순전파의 합은 역전파의 반복).",
            "A sum node copies the upstream gradient to every element it added: sum forward, repeat backward.",
        ),
        tensor=TensorRule(
            value=lambda a, *, axis, keepdims: np.sum(a, axis=axis, keepdims=keepdims),
            shape=_shape("sum"),
            vjps=(Vjp(_sum_a, r"\operatorname{repeat}($g)", "repeat($g)"),),
            written="sum(a, axis=0)",
            torch=_torch("sum"),
            bind=_bind("sum"),
            parameters=("axis", "keepdims"),
            kept=_kept,
            linear=True,
            layer=_SUM,
        ),
    ),
    Op(
        name="mean",
        symbol="mean",
        latex=r"\operatorname{mean}($a)",
        title=Text("평균", "mean"),
        forward=Text("축을 따라 원소의 평균을 구합니다.", "Takes the mean of the elements along an axis."),
        rule_text=Text(
            "평균 노드는 상류의 기울기를 원소의 개수로 나누어 원소마다 흘려보냅니다.",
            "A mean node passes the upstream gradient, divided by the number of elements, back to each of them.",
        ),
        tensor=TensorRule(
            value=lambda a, *, axis, keepdims: np.mean(a, axis=axis, keepdims=keepdims),
            shape=_shape("mean"),
            vjps=(Vjp(_mean_a, r"\frac{1}{n} \operatorname{repeat}($g)", "repeat($g)/n"),),
            written="mean(a, axis=0)",
            torch=_torch("mean"),
            bind=_bind("mean"),
            parameters=("axis", "keepdims"),
            kept=_kept,
            linear=True,
            layer=_MEAN,
        ),
    ),
    _extreme(
        "max",
        np.max,
        _MAX,
        Text("최댓값", "maximum of elements"),
        Text("축을 따라 가장 큰 원소를 찾습니다.", "Takes the largest element along an axis."),
        Text(
            "최댓값 노드는 상류의 기울기를 가장 큰 원소에만 흘려보냅니다. 같은 값이 여럿이면 똑같이 나눕니다.",
            "A max node passes the upstream gradient back to the largest element only; elements that tie share it.",
        ),
    ),
    _extreme(
        "min",
        np.min,
        _MIN,
        Text("최솟값", "minimum of elements"),
        Text("축을 따라 가장 작은 원소를 찾습니다.", "Takes the smallest element along an axis."),
        Text(
            "최솟값 노드는 상류의 기울기를 가장 작은 원소에만 흘려보냅니다. 같은 값이 여럿이면 똑같이 나눕니다.",
            "A min node passes the upstream gradient back to the smallest element only; elements that tie share it.",
        ),
    ),
    Op(
        name="prod",
        symbol="Π",
        latex=r"\prod $a",
        why=Text(
            "한 원소 쪽으로는 나머지 원소의 곱만큼 가파릅니다",
            "A product is as steep toward one element as the product of the others",
        ),
        operand_precedence=(9,),
        title=Text("곱", "product of elements"),
        forward=Text("축을 따라 원소를 모두 곱합니다.", "Multiplies the elements along an axis."),
        rule_text=Text(
            "곱 노드는 원소마다 상류의 기울기에 나머지 원소들의 곱을 곱해 흘려보냅니다.",
            "A product node passes back to each element the upstream gradient times the product of the others.",
        ),
        tensor=TensorRule(
            value=lambda a, *, axis, keepdims: np.prod(a, axis=axis, keepdims=keepdims),
            shape=_shape("prod"),
            vjps=(Vjp(_prod_a, r"$g \odot \prod_{\text{others}} $a", "$g·Π(others of $a)"),),
            written="prod(a, axis=0)",
            torch=_torch_prod,
            bind=_bind("prod"),
            parameters=("axis", "keepdims"),
            kept=_kept,
            layer=_PROD,
        ),
    ),
    Op(
        name="var",
        symbol="var",
        latex=r"\operatorname{var}($a)",
        why=Text(
            "분산은 평균에서 먼 원소 쪽일수록 가파릅니다",
            "A variance is steepest toward the elements farthest from the mean",
        ),
        title=Text("분산", "variance"),
        forward=Text(
            "축을 따라 원소의 분산을 구합니다. 평균과의 차이를 제곱해 평균합니다.",
            "Takes the variance of the elements along an axis: the mean square distance from their mean.",
        ),
        rule_text=Text(
            "분산 노드는 원소마다 상류의 기울기에 평균과의 차이의 두 배를 곱하고 원소의 개수로 나누어 흘려보냅니다.",
            "A variance node passes back the upstream gradient times twice the distance from the mean, divided by the "
            "number of elements.",
        ),
        tensor=TensorRule(
            value=lambda a, *, axis, keepdims, ddof: np.var(a, axis=axis, keepdims=keepdims, ddof=ddof),
            shape=_shape("var"),
            vjps=(Vjp(_var_a, r"\frac{2}{n} $g \odot ($a - \overline{$a})", "2·$g·($a−mean)/n"),),
            written="var(a, axis=0)",
            torch=_torch_deviation("var"),
            bind=_bind("var", deviates=True),
            parameters=("axis", "keepdims", "ddof"),
            kept=_kept,
            layer=_VAR,
        ),
    ),
    Op(
        name="std",
        symbol="std",
        latex=r"\operatorname{std}($a)",
        why=Text(
            "표준편차는 평균에서 먼 원소 쪽일수록 가파릅니다",
            "A standard deviation is steepest toward the elements farthest from the mean",
        ),
        title=Text("표준편차", "standard deviation"),
        forward=Text(
            "축을 따라 원소의 표준편차, 곧 분산의 제곱근을 구합니다.",
            "Takes the standard deviation of the elements along an axis: the square root of the variance.",
        ),
        rule_text=Text(
            "표준편차 노드는 상류의 기울기에 평균과의 차이를 곱하고 개수와 표준편차로 나누어 흘려보냅니다. "
            "원소가 모두 같으면 0을 보냅니다.",
            "A standard deviation passes back the upstream gradient times the distance from the mean, divided by the "
            "number of elements and by itself; where all are equal it passes 0.",
        ),
        tensor=TensorRule(
            value=lambda a, *, axis, keepdims, ddof: np.std(a, axis=axis, keepdims=keepdims, ddof=ddof),
            shape=_shape("std"),
            vjps=(Vjp(_std_a, r"$g \odot \frac{$a - \overline{$a}}{n $y}", "$g·($a−mean)/(n·$y)"),),
            written="std(a, axis=0)",
            torch=_torch_deviation("std"),
            bind=_bind("std", deviates=True),
            parameters=("axis", "keepdims", "ddof"),
            kept=_kept,
            layer=_STD,
        ),
        kinks={"equal": _EQUAL},
    ),
    Op(
        name="logsumexp",
        symbol="log Σ exp",
        latex=r"\log \sum e^{$a}",
        why=Text(
            "로그 합 지수는 원소마다 그 소프트맥스만큼 가파릅니다",
            "A log of summed exponentials is as steep toward an element as its softmax",
        ),
        title=Text("로그 합 지수", "log of a sum of exponentials"),
        forward=Text(
            "지수의 합의 로그를 구합니다. 가장 큰 값을 먼저 빼므로, 원소가 아무리 커도 값이 정확합니다.",
            "Takes the logarithm of a sum of exponentials. It subtracts the largest first, so elements of any size "
            "have an exact value.",
        ),
        rule_text=Text(
            "로그 합 지수 노드는 상류의 기울기에 소프트맥스 e^(a−y)를 곱해 흘려보냅니다.",
            "A log-sum-exp passes back the upstream gradient times softmax, e^(a−y).",
        ),
        tensor=TensorRule(
            value=_logsumexp,
            shape=_shape("logsumexp"),
            template=_log_sum_template,
            vjps=(Vjp(_logsumexp_a, r"$g \odot e^{$a - $y}", "$g·e^($a−$y)"),),
            written="logsumexp(a, axis=0)",
            torch=lambda operands, parameters: (
                f"torch.logsumexp({operands[0]}, dim={parameters['axis']!r}, keepdim={parameters['keepdims']})"
            ),
            bind=_bind("logsumexp"),
            parameters=("axis", "keepdims"),
            kept=_kept,
            layer=_LOGSUMEXP,
        ),
    ),
)
"""In the order of their codes."""
