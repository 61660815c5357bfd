"""Rules of the tensor ops compiled to NumPy calls that write into existing buffers.

A rule without such a form here is called as it is, and its result is copied.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np

from chainrule.core.ops.op import Op, Shape
from chainrule.core.ops.shapes import copied_axes
from chainrule.core.training.buffered import Array, Scratch, Step

Axes = tuple[int, ...]
Write = Callable[..., list[Step] | None]


def value_steps(
    op: Op, out: Array, a: Array, b: Array | None, parameters: Mapping[str, Any], scratch: Scratch
) -> list[Step]:
    """Compile an op to steps that write its value to ``out``."""
    steps = None
    if op.name in _REDUCTIONS:
        steps = _REDUCTIONS[op.name](out, a, scratch, **parameters)
    elif op.name in _VALUES:
        steps = _VALUES[op.name](out, a, b, **parameters)
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
    """Compile an op's backward rule for operand ``slot`` to steps that write to ``out``, in the operand's shape."""
    write = _GRADIENTS.get((op.name, slot))
    steps = write(out, g, a, b, **parameters) if write else None
    if steps is not None:
        return steps
    assert op.tensor is not None
    vjp = op.tensor.vjps[slot].vjp
    assert vjp is not None
    rule = partial(vjp, g, a, b, y, **parameters)
    return [lambda: np.copyto(out, rule(), casting="same_kind")]


def summed_back(gradient: Array, out: Array) -> Step:
    """Compile broadcasting's backward rule: sum over the copied axes, into ``out`` of the operand's shape."""
    axes = copied_axes(gradient.shape, out.shape)
    left: Shape = tuple(size for axis, size in enumerate(gradient.shape) if axis not in axes)
    if gradient.ndim == 2 and axes == (0,):
        return partial(np.matmul, np.ones(len(gradient), gradient.dtype), gradient, out=out.reshape(left))
    return partial(np.add.reduce, gradient, axis=axes, out=out.reshape(left))


def _matmul(out: Array, a: Array, b: Array, *, ranks: tuple[int, int]) -> list[Step] | None:
    return [partial(np.matmul, a, b, out=out)] if ranks == (2, 2) else None


def _matmul_a(out: Array, g: Array, a: Array, b: Array, *, ranks: tuple[int, int]) -> list[Step] | None:
    return [partial(np.matmul, g, b.T, out=out)] if ranks == (2, 2) else None


def _matmul_b(out: Array, g: Array, a: Array, b: Array, *, ranks: tuple[int, int]) -> list[Step] | None:
    return [partial(np.matmul, a.T, g, out=out)] if ranks == (2, 2) else None


def _sum(out: Array, a: Array, scratch: Scratch, *, axis: Axes, keepdims: bool) -> list[Step]:
    if a.ndim == 2 and axis == (-1,):
        # A product with ones sums short rows fastest.
        return [partial(np.matmul, a, np.ones(a.shape[1], a.dtype), out=out.reshape(len(a)))]
    return [partial(np.add.reduce, a, axis=axis, out=out, keepdims=keepdims)]


def _mean(out: Array, a: Array, scratch: Scratch, *, axis: Axes, keepdims: bool) -> list[Step]:
    steps = _sum(out, a, scratch, axis=axis, keepdims=keepdims)
    return [*steps, partial(np.divide, out, _count(a, axis), out=out)]


def _max(out: Array, a: Array, scratch: Scratch, *, axis: Axes, keepdims: bool) -> list[Step]:
    if a.ndim == 2 and axis == (-1,) and a.shape[0] > a.shape[1]:
        # NumPy is slow along short rows: transpose them, and compare whole columns.
        turned = scratch.take(a.shape[::-1])
        scratch.give_back(turned)
        return [
            partial(np.copyto, turned, a.T),
            partial(np.maximum.reduce, turned, axis=0, out=out.reshape(len(a))),
        ]
    return [partial(np.maximum.reduce, a, axis=axis, out=out, keepdims=keepdims)]


def _count(a: Array, axis: Axes) -> Array:
    """Return how many elements are reduced to one, as an array, which ufuncs take faster than a float."""
    return np.asarray(float(np.prod([a.shape[k] for k in axis])), a.dtype)


def _spread(g: Array, axis: Axes, keepdims: bool) -> Array:
    """Return a reduction's gradient as a view that broadcasts to the operand."""
    return g if keepdims else np.expand_dims(g, tuple(g.ndim + len(axis) + k for k in axis))


def _sum_a(out: Array, g: Array, a: Array, b: None, *, axis: Axes, keepdims: bool) -> list[Step]:
    return [partial(np.copyto, out, _spread(g, axis, keepdims))]


def _mean_a(out: Array, g: Array, a: Array, b: None, *, axis: Axes, keepdims: bool) -> list[Step]:
    return [partial(np.divide, _spread(g, axis, keepdims), _count(a, axis), out=out)]


def _one_hot(out: Array, a: Array, b: None, *, classes: int) -> list[Step]:
    return [partial(np.equal, a[..., None], np.arange(classes, dtype=a.dtype), out=out)]


_REDUCTIONS: Mapping[str, Write] = {"sum": _sum, "mean": _mean, "max": _max}
_VALUES: Mapping[str, Write] = {
    "matmul": _matmul,
    "one_hot": _one_hot,
}
_GRADIENTS: Mapping[tuple[str, int], Write] = {
    ("matmul", 0): _matmul_a,
    ("matmul", 1): _matmul_b,
    ("sum", 0): _sum_a,
    ("mean", 0): _mean_a,
}
