"""The rule of one tensor node: that of its op, with the node's own parameters put in."""

from typing import Any

import numpy as np

from chainrule.core.engine.graph import Graph
from chainrule.core.ops import BY_CODE, UPSTREAM_FORGOTTEN
from chainrule.core.ops.op import Kernel, TensorRule
from chainrule.core.ops.rules import A, B


def bound_value(graph: Graph, index: int) -> Kernel | None:
    """The forward rule of a tensor node, ``rule(a, b)``; None for any other node.

    A value without axes is a NumPy scalar and no array, whatever the op: only that has a hash.
    """
    found = _tensor_rule(graph, index)
    if found is None:
        return None
    tensor, parameters = found
    value = tensor.value
    if len(tensor.vjps) == 1:
        return lambda a, b: value(a, **parameters)[()]
    return lambda a, b: value(a, b, **parameters)[()]


def bound_flow(graph: Graph, index: int, asked: int, mistakes: frozenset[str] = frozenset()) -> Kernel | None:
    """The backward rule of a tensor node, as ``core.ops.rules.RuleBook.flow`` has it; None for any other node."""
    found = _tensor_rule(graph, index)
    if found is None:
        return None
    tensor, parameters = found
    op = BY_CODE[graph.codes[index]]
    forgetful = op is not None and f"{op.name}.{UPSTREAM_FORGOTTEN}" in mistakes
    vjps = [vjp.rule for vjp in tensor.vjps]
    if op is not None:
        for name, mistake in op.mistakes.items():
            if f"{op.name}.{name}" in mistakes:
                vjps = list(mistake.vjps)
    rules = [rule if asked & bit else None for rule, bit in zip(vjps, (A, B), strict=False)]

    def flow(g: Any, a: Any, b: Any, y: Any) -> Any:
        if forgetful:
            g = np.ones_like(y)
        gradients = [rule and rule(g, a, b, y, **parameters) for rule in rules]
        return gradients[0] if len(gradients) == 1 else tuple(reversed(gradients))

    return flow


def no_local(graph: Graph, index: int) -> Kernel | None:
    """In place of the local derivative of a tensor node, which is no number: None for each operand."""
    found = _tensor_rule(graph, index)
    if found is None:
        return None
    nothing = None if len(found[0].vjps) == 1 else (None, None)
    return lambda g, a, b, y: nothing


def _tensor_rule(graph: Graph, index: int) -> tuple[TensorRule, dict[str, Any]] | None:
    op = BY_CODE[graph.codes[index]]
    if op is None or op.tensor is None:
        return None
    return op.tensor, graph.parameters.get(index, {})
