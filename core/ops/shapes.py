"""Shapes: which fit together, what is said where they do not, and how a gradient finds back through broadcasting."""

from typing import Any

import numpy as np

from chainrule.core.ops.op import Shape
from chainrule.core.text import Text


class ShapeError(ValueError):
    """Operands whose shapes do not fit; ``message`` names both and the dimensions that had to agree."""

    def __init__(self, message: Text) -> None:
        super().__init__(message.en)
        self.message = message


def shown(shape: Shape) -> str:
    """A shape as the book writes it: ``(2, 3)``, ``(3,)``; a number is ``()``."""
    return f"({', '.join(map(str, shape))}{',' if len(shape) == 1 else ''})"


def broadcast(name: str, a: Shape, b: Shape) -> Shape:
    """The shape of an elementwise op's result. Raises ShapeError."""
    try:
        return np.broadcast_shapes(a, b)
    except ValueError:
        axis, (m, n) = next(
            (axis, pair)
            for axis, pair in enumerate(zip(a[::-1], b[::-1], strict=False), start=1)
            if pair[0] != pair[1] and 1 not in pair
        )
        raise ShapeError(
            Text(
                f"`{name}`: {shown(a)} 모양과 {shown(b)} 모양은 맞지 않습니다. 뒤에서 {axis}번째 차원 {m}과 {n}이 "
                "같거나 둘 중 하나가 1이어야 합니다.",
                f"`{name}`: the shapes {shown(a)} and {shown(b)} do not fit: counted from the end, dimension {axis} "
                f"is {m} and {n}; they must be equal, or one of them 1.",
            )
        ) from None


def matmul(a: Shape, b: Shape) -> Shape:
    """The shape of a product of vectors, matrices, or matrices at each place of axes in front. Raises ShapeError."""
    if not a or not b:
        raise ShapeError(
            Text(
                f"`@`에는 벡터와 행렬만 쓸 수 있습니다: {shown(a)} @ {shown(b)}. 수는 `*`로 곱합니다.",
                f"`@` takes vectors and matrices only, not {shown(a)} @ {shown(b)}; multiply numbers with `*`.",
            )
        )
    inner = b[-2] if len(b) > 1 else b[0]
    if a[-1] != inner:
        raise ShapeError(
            Text(
                f"`@`: {shown(a)} 모양과 {shown(b)} 모양은 곱할 수 없습니다. 앞의 마지막 차원 {a[-1]}과 뒤의 "
                f"{'첫' if len(b) < 3 else '끝에서 둘째'} 차원 {inner}이 같아야 합니다.",
                f"`@`: the shapes {shown(a)} and {shown(b)} cannot be multiplied: the last dimension of the first, "
                f"{a[-1]}, and the {'first' if len(b) < 3 else 'last but one'} of the second, {inner}, must be equal.",
            )
        )
    return broadcast("@", a[:-2], b[:-2]) + a[max(len(a) - 2, 0) : -1] + b[max(len(b) - 1, 1) :]


def axes(name: str, shape: Shape, axis: int | tuple[int, ...] | None) -> tuple[int, ...]:
    """The axes to reduce, counted from the end, so that axes added in front do not matter. Raises ShapeError."""
    rank = len(shape)
    chosen = tuple(range(rank)) if axis is None else (axis,) if isinstance(axis, int) else axis
    for one in chosen:
        if not -rank <= one < rank:
            raise ShapeError(
                Text(
                    f"`{name}`: {shown(shape)} 모양에는 {one}번 축이 없습니다.",
                    f"`{name}`: the shape {shown(shape)} has no axis {one}.",
                )
            )
    return tuple(sorted({one % rank - rank for one in chosen}))


def reduced(shape: Shape, chosen: tuple[int, ...], keepdims: bool) -> Shape:
    """The shape after these axes, counted from the end, are reduced."""
    rank = len(shape)
    gone = {rank + axis for axis in chosen}
    if keepdims:
        return tuple(1 if k in gone else n for k, n in enumerate(shape))
    return tuple(n for k, n in enumerate(shape) if k not in gone)


def reshaped(shape: Shape, wanted: Shape) -> Shape:
    """The wanted shape with its -1, if it has one, filled in. Raises ShapeError."""
    size = int(np.prod(shape, dtype=int))
    known = int(np.prod([n for n in wanted if n >= 0], dtype=int))
    full = tuple(size // max(known, 1) if n == -1 else n for n in wanted)
    if wanted.count(-1) > 1 or min(wanted, default=0) < -1 or int(np.prod(full, dtype=int)) != size:
        raise ShapeError(
            Text(
                f"`reshape`: {shown(shape)} 모양의 원소 {size}개를 {shown(wanted)} 모양으로 놓을 수 없습니다.",
                f"`reshape`: the {size} elements of the shape {shown(shape)} cannot be laid out as {shown(wanted)}.",
            )
        )
    return full


def unbroadcast(gradient: Any, shape: Shape, summed: bool = True) -> Any:
    """The gradient of an operand of this shape from that of what it was broadcast to.

    An operand that was copied along an axis gets the sum along it: broadcasting is the book's Repeat node, and
    Sum is the way back. If it is not ``summed``, by mistake, it gets that of its last copy.
    """
    wide = np.shape(gradient)
    if wide == shape:
        return gradient
    copied = copied_axes(wide, shape)
    if not summed:
        last = tuple(-1 if axis in copied else slice(None) for axis in range(len(wide)))
        return np.reshape(gradient[last], shape)[()]
    return np.reshape(np.sum(gradient, axis=copied), shape)[()]


def copied_axes(wide: Shape, shape: Shape) -> tuple[int, ...]:
    """The axes of ``wide`` along which an operand of this shape was copied to come to it."""
    added = len(wide) - len(shape)
    return tuple(k for k in range(len(wide)) if k < added or shape[k - added] != wide[k])


def subscript(axes: tuple[int, ...]) -> str:
    """Axes as a plain-text subscript, as in ``Σ₀``, ``Σ₀₁``."""
    return "".join(chr(ord("₀") + int(digit)) for axis in axes for digit in str(axis))
