"""How a program calls the tensor ops: which arguments are operands and which are parameters."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from chainrule.core.ops import shapes
from chainrule.core.ops.op import Shape
from chainrule.core.text import Text

Parameters = dict[str, Any]
Binder = Callable[[Sequence[Shape], Sequence[Any], Mapping[str, Any]], Parameters]
"""From the operands' shapes, the literal arguments behind them and those given by name: the op's parameters."""


def _matmul(operands: Sequence[Shape], arguments: Sequence[Any], named: Mapping[str, Any]) -> Parameters:
    return {"ranks": (len(operands[0]), len(operands[1]))}


def _reduction(name: str) -> Binder:
    def bind(operands: Sequence[Shape], arguments: Sequence[Any], named: Mapping[str, Any]) -> Parameters:
        axis = named.get("axis", arguments[0] if arguments else None)
        return {"axis": shapes.axes(name, operands[0], axis), "keepdims": bool(named.get("keepdims", False))}

    return bind


def _reshape(operands: Sequence[Shape], arguments: Sequence[Any], named: Mapping[str, Any]) -> Parameters:
    first = named.get("shape", arguments[0] if arguments else ())
    wanted = first if isinstance(first, tuple) else tuple(arguments)
    return {"before": operands[0], "after": shapes.reshaped(operands[0], wanted)}


def _transpose(operands: Sequence[Shape], arguments: Sequence[Any], named: Mapping[str, Any]) -> Parameters:
    if len(operands[0]) != 2:
        raise shapes.ShapeError(
            Text(
                f"`T`: 행렬만 전치할 수 있습니다. 모양은 {shapes.shown(operands[0])}입니다.",
                f"`T`: only a matrix can be transposed, not the shape {shapes.shown(operands[0])}.",
            )
        )
    return {}


def _repeat(operands: Sequence[Shape], arguments: Sequence[Any], named: Mapping[str, Any]) -> Parameters:
    times = named.get("times", arguments[0] if arguments else None)
    if not isinstance(times, int) or times < 1:
        raise shapes.ShapeError(
            Text(
                "`repeat`: 복사할 횟수를 양의 정수로 적어야 합니다.",
                "`repeat`: needs a whole number of copies, 1 or more.",
            )
        )
    return {"times": times, "rank": len(operands[0])}


def _getitem(operands: Sequence[Shape], arguments: Sequence[Any], named: Mapping[str, Any]) -> Parameters:
    shape, key = operands[0], tuple(arguments)
    if len(key) > len(shape):
        raise shapes.ShapeError(
            Text(
                f"{shapes.shown(shape)} 모양에서 {len(key)}개의 번호로 고를 수 없습니다.",
                f"The shape {shapes.shown(shape)} cannot be indexed with {len(key)} numbers.",
            )
        )
    for axis, (number, size) in enumerate(zip(key, shape, strict=False)):
        if isinstance(number, int) and not -size <= number < size:
            raise shapes.ShapeError(
                Text(
                    f"{axis}번 축에는 원소가 {size}개뿐이어서 [{number}]은(는) 없습니다.",
                    f"Axis {axis} has {size} elements, so there is no [{number}].",
                )
            )
    return {"key": key + (slice(None),) * (len(shape) - len(key))}


def _one_hot(operands: Sequence[Shape], arguments: Sequence[Any], named: Mapping[str, Any]) -> Parameters:
    classes = named.get("classes", arguments[0] if arguments else None)
    if not isinstance(classes, int) or classes < 1:
        raise shapes.ShapeError(
            Text(
                "`one_hot`: 분류의 개수를 양의 정수로 적어야 합니다.",
                "`one_hot`: needs the number of classes, 1 or more.",
            )
        )
    return {"classes": classes}


CALLS: Mapping[str, tuple[Binder, tuple[str, ...]]] = {
    "matmul": (_matmul, ()),
    "sum": (_reduction("sum"), ("axis", "keepdims")),
    "mean": (_reduction("mean"), ("axis", "keepdims")),
    "max": (_reduction("max"), ("axis", "keepdims")),
    "reshape": (_reshape, ("shape",)),
    "transpose": (_transpose, ()),
    "repeat": (_repeat, ("times",)),
    "getitem": (_getitem, ()),
    "one_hot": (_one_hot, ("classes",)),
}
"""By op: how its parameters are found, and the names they may be given by."""


def tensor(value: Any) -> Any:
    """A nested list of numbers as a read-only array. Raises ShapeError where its rows differ in length."""
    try:
        array = np.array(value, dtype=float)
    except ValueError:
        raise shapes.ShapeError(
            Text(
                "목록의 줄마다 원소의 개수가 같아야 합니다.", "The rows of a list must have the same length."
            )
        ) from None
    array.flags.writeable = False
    return array
