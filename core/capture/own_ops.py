"""Ops of a captured model that our own table has too: formula, local derivative, and both checks of a gradient."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.core.capture.records import Capture, Node
from chainrule.core.ops import CODES, OPS
from chainrule.core.ops.op import Op
from chainrule.core.ops.rules import RIGHT, A, B
from chainrule.core.text import Text

Floats = NDArray[np.float64]

_REVERSED = frozenset({"rsub", "rdiv", "rpow", "rmatmul"})
_AXES = frozenset({"sum", "mean", "prod", "logsumexp", "log_softmax", "cumsum"})
"""Tensor ops with an axis that can be read from a call's arguments."""
_PLAIN = frozenset({"matmul", "bmm"})
"""Tensor ops without parameters."""
_STEP = 6e-6
"""Relative step of the differences: near the cube root of float64's precision."""
_DIRECTIONS = 3


@dataclass(frozen=True)
class OwnOperand:
    """One operand of an op, and what its gradient is by three ways."""

    slot: int
    """Which operand, from 0; a number written in the call has none of the tensors' slots."""
    local: Floats | None
    """∂result/∂operand by our table, elementwise; None where a result's element depends on many of the operand."""
    contribution: Floats
    """The upstream gradient by our table's rule, in the operand's shape."""
    numerical_error: float
    """Between that and differences of the op's own value, along random directions; relative."""


@dataclass(frozen=True)
class OwnOp:
    """An op as our table has it, at the captured numbers."""

    op: Op
    latex: str
    """Formula of the value: ``$a`` and ``$b`` stand for the operands."""
    rule: Text
    """The backward rule as a sentence."""
    value: Floats
    operands: tuple[OwnOperand, ...]


def own_op(capture: Capture, node: int, operands: Mapping[int, Any], upstream: Any) -> OwnOp | None:
    """Work out a node by our own table, in float64.

    ``operands`` are the values of its tensors by slot, ``upstream`` is the gradient of its result. None for an op that
    the table lacks, or whose call it has no form for.
    """
    called = _bound(capture.nodes[node], {slot: np.asarray(value, float) for slot, value in operands.items()})
    if called is None:
        return None
    op, arguments, slots, parameters = called
    code = CODES[op.name]
    rule = RIGHT.node_value(code, parameters)
    shapes = [np.shape(argument) for argument in arguments]
    needs = sum(bit for bit, slot in zip((A, B), slots, strict=False) if slot >= 0)
    vjp = RIGHT.node_vjp(code, needs, parameters, shapes)
    assert rule is not None
    assert vjp is not None
    a, b = arguments[0], arguments[-1]
    g = np.asarray(upstream, float)
    with np.errstate(all="ignore"):
        value = np.asarray(rule(a, b), float)
        gradients = vjp(g, a, b, value)
    by_operand = (gradients,) if op.arity == 1 else gradients[::-1]
    local = _locals(code, op, needs, a, b, value)

    def total(at: int, argument: Floats) -> float:
        changed = [argument if k == at else other for k, other in enumerate(arguments)]
        with np.errstate(all="ignore"):
            return float(np.sum(g * rule(changed[0], changed[-1])))

    found = tuple(
        OwnOperand(
            slot,
            local[at],
            np.asarray(by_operand[at], float),
            _numerical_error(total, at, arguments[at], by_operand[at]),
        )
        for at, slot in enumerate(slots)
        if slot >= 0
    )
    return OwnOp(op, op.latex, op.rule_text, value, found)


def _locals(code: int, op: Op, needs: int, a: Any, b: Any, value: Floats) -> tuple[Floats | None, ...]:
    if op.tensor is not None:
        return (None,) * op.arity
    vjp = RIGHT.array.vjp[code][needs]
    assert vjp is not None
    with np.errstate(all="ignore"):
        slopes = vjp(1.0, a, b, value)
    slopes = (slopes,) if op.arity == 1 else slopes[::-1]
    return tuple(None if slope is None else np.broadcast_to(slope, value.shape) for slope in slopes)


def _numerical_error(total: Any, at: int, argument: Floats, gradient: Any) -> float:
    """Compare ⟨gradient, d⟩ with differences of the value along directions d of −1 and 1."""
    random = np.random.default_rng(0)
    worst = 0.0
    for _ in range(_DIRECTIONS):
        direction = random.choice([-1.0, 1.0], size=argument.shape) * np.maximum(np.abs(argument), 1.0)
        with np.errstate(all="ignore"):
            rise = total(at, argument + _STEP * direction) - total(at, argument - _STEP * direction)
            size = float(np.sum(np.abs(gradient * direction))) or 1.0
            worst = max(worst, abs(rise / (2 * _STEP) - float(np.sum(gradient * direction))) / size)
    return worst


def _bound(
    node: Node, operands: Mapping[int, Floats]
) -> tuple[Op, list[Floats], list[int], dict[str, Any]] | None:
    """Return the op of our table, its operands, their slots (-1 for a written number), and its parameters."""
    if node.formula is None or node.formula not in OPS:
        return None
    op = OPS[node.formula]
    written = dict(node.arguments)
    slots: list[int] = []
    arguments: list[Floats] = []
    tensors = iter(sorted(operands))
    for position in range(op.arity):
        if str(position) in written:
            number = _literal(written.pop(str(position)))
            if not isinstance(number, int | float):
                return None
            slots.append(-1)
            arguments.append(np.asarray(float(number)))
        else:
            slot = next(tensors, None)
            if slot is None:
                if len(arguments) + len(op.defaults) < op.arity:
                    return None
                slots.append(-1)
                arguments.append(np.asarray(op.defaults[len(arguments) - op.arity]))
                continue
            slots.append(slot)
            arguments.append(operands[slot])
    if next(tensors, None) is not None:
        return None
    if node.op in _REVERSED:
        slots.reverse()
        arguments.reverse()
    if op.tensor is None:
        return None if _changes(written) else (op, arguments, slots, {})
    shapes = [argument.shape for argument in arguments]
    if op.name in _PLAIN:
        return None if _changes(written) else (op, arguments, slots, op.tensor.bind(shapes, (), {}))
    named = _axes(written) if op.name in _AXES and shapes[0] else None
    if named is None:
        return None
    given = {name: value for name, value in named.items() if name in op.tensor.parameters}
    return op, arguments, slots, op.tensor.bind(shapes, (), given)


def _changes(written: Mapping[str, str]) -> bool:
    """Tell whether more arguments of a call change what it computes."""
    harmless = {"alpha": "1", "inplace": None, "rounding_mode": "None"}
    return any(name not in harmless or harmless[name] not in (None, text) for name, text in written.items())


def _axes(written: dict[str, str]) -> dict[str, Any] | None:
    """Return axis and keepdims of a reduction's call; None if it has other arguments."""
    dim = _literal(written.pop("dim", written.pop("1", "None")))
    keep = _literal(written.pop("keepdim", written.pop("2", "False")))
    written.pop("_stacklevel", None)
    if written or not isinstance(keep, bool):
        return None
    if isinstance(dim, list):
        dim = tuple(dim)
    axes = dim if isinstance(dim, tuple) else (dim,)
    if not all(axis is None or isinstance(axis, int) for axis in axes):
        return None
    return {"axis": dim, "keepdims": keep}


def _literal(text: str) -> Any:
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        try:
            return float(text)
        except ValueError:
            return text
