"""Broadcasting, backward: the one place where a gradient finds back to the shape of its operand."""

from typing import Any

import numpy as np

from chainrule.core.ops.op import Kernel, Shape


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


def fitted(flow: Kernel, *shapes: Shape, summed: bool = True) -> Kernel:
    """The backward rule ``flow``, its gradients brought to the shapes of the operands b and a, or of the only one."""

    def fit(gradient: Any, y: Any, shape: Shape) -> Any:
        return (
            None if gradient is None else unbroadcast(np.broadcast_to(gradient, np.shape(y)), shape, summed)
        )

    def flow_to_operands(g: Any, a: Any, b: Any, y: Any) -> Any:
        gradients = flow(g, a, b, y)
        if len(shapes) == 1:
            return fit(gradients, y, shapes[0])
        return tuple(fit(each, y, shape) for each, shape in zip(gradients, shapes, strict=True))

    return flow_to_operands
