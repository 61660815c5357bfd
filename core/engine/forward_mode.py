"""Forward mode: how fast every node moves when others do, by the entries of the op table read the other way.

A backward rule is linear in its upstream gradient: it multiplies by the transpose of the op's Jacobian. Its own
transpose multiplies by the Jacobian itself, which is the Jacobian-vector product. There is no second rule.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from chainrule.core.engine.graph import Graph
from chainrule.core.engine.tape import Values
from chainrule.core.errors import EvaluationError
from chainrule.core.ops import BY_CODE
from chainrule.core.ops.op import Kernel, Op, Parameters, Shape, TensorRule
from chainrule.core.ops.product import PRODUCT_NAMES
from chainrule.core.ops.rules import RIGHT, A, B, Rules
from chainrule.core.text import Text

MOST_JACOBIAN = 1_000_000
"""Largest Jacobian of one op that is written out, in elements."""


class JacobianError(Exception):
    """A Jacobian above ``MOST_JACOBIAN``."""


@np.errstate(all="ignore")
def tangents(
    graph: Graph, values: Values | Sequence[Any], moved: Mapping[int, Any], jvps: Sequence[Kernel | None]
) -> dict[int, Any]:
    """Return the tangent of every node that moves, by index, from those of some nodes.

    A tangent has its node's shape. A node of ``moved`` keeps its own, whatever its operands do. Raises
    EvaluationError for a Jacobian above ``MOST_JACOBIAN``.
    """
    # Of Python floats NumPy's own: they divide by 0.
    at = values if graph.has_tensors else np.array(list(values), float)
    found = {node: np.asarray(tangent, float)[()] for node, tangent in moved.items()}
    first = min(moved, default=len(graph))
    for node in range(first, len(graph)):
        jvp = jvps[node]
        if node in moved or jvp is None:
            continue
        a, b = graph.a[node], graph.b[node]
        along_a, along_b = found.get(a), found.get(b) if b >= 0 else None
        if along_a is None and along_b is None:
            continue
        try:
            found[node] = jvp(along_a, along_b, at[a], at[b], at[node])
        except JacobianError:
            raise EvaluationError(
                Text("텐서가 너무 커서 밀어 볼 수 없습니다.", "The tensors are too large to push a value."),
                name=graph.ids[node],
            ) from None
    return found


def jvps_of(graph: Graph, rules: Rules = RIGHT) -> list[Kernel | None]:
    """Make every node's forward-mode rule, ``jvp(da, db, a, b, y)``; None at leaves.

    ``da`` and ``db`` are the operands' tangents, None for one that rests. Broken rules are not linear: ``rules`` may
    have conventions, and no mistakes.
    """
    shape, parameters = graph.shapes.get, graph.parameters.get
    made: list[Kernel | None] = []
    for node, (code, a, b) in enumerate(zip(graph.codes, graph.a, graph.b, strict=True)):
        op = BY_CODE[code]
        operands = [shape(operand, ()) for operand in (a, b) if operand >= 0]
        if op is None:
            made.append(None)
        elif op.tensor is None:
            made.append(_diagonal(op, rules.array.vjp[code], shape(node, ())))
        else:
            vjps = [rules.node_vjp(code, bit, parameters(node, {}), operands) for bit in (A, B)[: op.arity]]
            made.append(_of_tensor(op, op.tensor, vjps, parameters(node, {}), operands, shape(node, ())))
    return made


def _diagonal(op: Op, vjps: Sequence[Kernel | None], shape: Shape) -> Kernel | None:
    """The rule of an elementwise op: its Jacobian is diagonal, and so its own transpose."""

    def jvp(da: Any, db: Any, a: Any, b: Any, y: Any) -> Any:
        total: Any = 0.0
        for tangent, bit, slot in ((da, A, -1), (db, B, 0)):
            vjp = vjps[bit]
            if tangent is None or vjp is None:
                continue
            back = vjp(tangent, a, b, y)
            moves = back[slot] if op.arity == 2 else back
            if not np.isfinite(moves).all():
                # What rests moves nothing, not even where the slope is infinite.
                moves = np.where(tangent == 0, 0.0, moves)
            total = total + moves
        return np.broadcast_to(total, shape)[()]

    return jvp


def _of_tensor(
    op: Op,
    tensor: TensorRule,
    vjps: Sequence[Kernel | None],
    parameters: Parameters,
    operands: Sequence[Shape],
    shape: Shape,
) -> Kernel:
    """The rule of a tensor op: its value where that is linear; else its vjp, transposed."""
    value = tensor.value
    slots = [slot for slot, each in enumerate(tensor.vjps) if each.vjp is not None and not op.flat(slot)]

    def linear(da: Any, db: Any, a: Any, b: Any, y: Any) -> Any:
        both = [
            np.zeros(own) if tangent is None else tangent
            for own, tangent in zip(operands, (da, db), strict=False)
        ]
        return value(*both, **parameters)

    def product(da: Any, db: Any, a: Any, b: Any, y: Any) -> Any:
        # Linear in each factor while the other rests.
        by_a = None if da is None else value(da, b, **parameters)
        if db is None:
            return by_a
        by_b = value(a, db, **parameters)
        return by_b if by_a is None else by_a + by_b

    def transposed(da: Any, db: Any, a: Any, b: Any, y: Any) -> Any:
        size = math.prod(shape)
        total: Any = np.zeros(size)
        for slot in slots:
            tangent, vjp = (da, db)[slot], vjps[slot]
            if tangent is None or vjp is None:
                continue
            if size * max(1, math.prod(operands[slot])) > MOST_JACOBIAN:
                raise JacobianError
            rows = []
            for place in range(size):
                unit = np.zeros(size)
                unit[place] = 1.0
                back = vjp(unit.reshape(shape)[()], a, b, y)
                rows.append(np.sum((back[1 - slot] if op.arity == 2 else back) * tangent))
            total = total + np.asarray(rows, float)
        return np.reshape(total, shape)[()]

    if tensor.linear:
        return linear
    return product if op.name in PRODUCT_NAMES else transposed
