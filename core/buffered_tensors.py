"""The tensor ops' rules as NumPy calls that write into buffers; a rule that has no such form here is copied over."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np

from core.broadcast import copied_axes
from core.buffered import Array, Step
from core.op import Op, Shape

Axes = tuple[int, ...]
Write = Callable[..., list[Step] | None]


def value_steps(op: Op, out: Array, a: Array, b: Array | None, parameters: Mapping[str, Any]) -> list[Step]:
    """The steps that write an op's value to ``out``."""
    write = _VALUES.get(op.name)
    steps = write(out, a, b, **parameters) if write else None
    if steps is not None:
        return steps
    assert op.tensor is not None
    rule = partial(op.tensor.value, *(a,) if b is None else (a, b), **parameters)
    return [lambda: np.copyto(out, rule(), casting="same_kind")]


def gradient_steps(
    op: Op,
    slot: int,
    out: Array,
    g: Array,
    a: Array,
    b: Array | None,
    y: Array,
    parameters: Mapping[str, Any],
) -> list[Step]:
    """The steps that write to ``out`` what an op sends back to operand ``slot``, of the operand's shape."""
    write = _GRADIENTS.get((op.name, slot))
    steps = write(out, g, a, b, **parameters) if write else None
    if steps is not None:
        return steps
    assert op.tensor is not None
    found = op.tensor.vjps[slot].rule
    assert found is not None
    rule = partial(found, g, a, b, y, **parameters)
    return [lambda: np.copyto(out, rule(), casting="same_kind")]


def summed_back(gradient: Array, out: Array) -> Step:
    """Broadcasting, backward: the sum over the axes along which the operand of shape ``out.shape`` was copied."""
    axes = copied_axes(gradient.shape, out.shape)
    left: Shape = tuple(size for axis, size in enumerate(gradient.shape) if axis not in axes)
    return partial(np.add.reduce, gradient, axis=axes, out=out.reshape(left))


def _matmul(out: Array, a: Array, b: Array, *, ranks: tuple[int, int]) -> list[Step] | None:
    return [partial(np.matmul, a, b, out)] if ranks == (2, 2) else None


def _matmul_a(out: Array, g: Array, a: Array, b: Array, *, ranks: tuple[int, int]) -> list[Step] | None:
    return [partial(np.matmul, g, b.T, out)] if ranks == (2, 2) else None


def _matmul_b(out: Array, g: Array, a: Array, b: Array, *, ranks: tuple[int, int]) -> list[Step] | None:
    return [partial(np.matmul, a.T, g, out)] if ranks == (2, 2) else None


def _reduced(function: np.ufunc) -> Write:
    def write(out: Array, a: Array, b: None, *, axis: Axes, keepdims: bool) -> list[Step]:
        return [partial(function.reduce, a, axis=axis, out=out, keepdims=keepdims)]

    return write


def _mean(out: Array, a: Array, b: None, *, axis: Axes, keepdims: bool) -> list[Step]:
    return [
        partial(np.add.reduce, a, axis=axis, out=out, keepdims=keepdims),
        partial(np.divide, out, _count(a, axis), out),
    ]


def _count(a: Array, axis: Axes) -> float:
    return float(np.prod([a.shape[k] for k in axis]))


def _spread(g: Array, axis: Axes, keepdims: bool) -> Array:
    """The gradient of a reduction, as a view that broadcasts to its operand."""
    return g if keepdims else np.expand_dims(g, tuple(g.ndim + len(axis) + k for k in axis))


def _sum_a(out: Array, g: Array, a: Array, b: None, *, axis: Axes, keepdims: bool) -> list[Step]:
    return [partial(np.copyto, out, _spread(g, axis, keepdims))]


def _mean_a(out: Array, g: Array, a: Array, b: None, *, axis: Axes, keepdims: bool) -> list[Step]:
    return [partial(np.divide, _spread(g, axis, keepdims), _count(a, axis), out)]


def _one_hot(out: Array, a: Array, b: None, *, classes: int) -> list[Step]:
    return [partial(np.equal, a[..., None], np.arange(classes, dtype=a.dtype), out)]


_VALUES: Mapping[str, Write] = {
    "matmul": _matmul,
    "sum": _reduced(np.add),
    "mean": _mean,
    "max": _reduced(np.maximum),
    "one_hot": _one_hot,
}
_GRADIENTS: Mapping[tuple[str, int], Write] = {
    ("matmul", 0): _matmul_a,
    ("matmul", 1): _matmul_b,
    ("sum", 0): _sum_a,
    ("mean", 0): _mean_a,
}
