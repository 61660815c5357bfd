"""A layer's simplified gradient beside the chain rule through its nodes: one number, computed two ways."""

import math

import numpy as np

from chainrule.core.engine.graph import Group
from chainrule.core.explain.explanation import ClosedGradient
from chainrule.core.latex.formula import Formulas, same
from chainrule.core.latex.value_formula import simplified, simplified_vjp
from chainrule.core.number_text import text
from chainrule.core.ops import ARRAY_FUNCTIONS, SCALAR_FUNCTIONS, compile_rule
from chainrule.core.ops.composites import COMPOSITES
from chainrule.core.text import Text
from chainrule.core.view.visible import Visible, VisibleNode


def open_and_closed(visible: Visible, node: VisibleNode, group: Group) -> Text | None:
    """Compare a layer's simplified derivative with the chain rule through its nodes, in words; None if unknown."""
    composite = COMPOSITES.get(group.name)
    edges = [edge for edge in visible.incoming[node.position] if visible.requires_grad(edge)]
    if composite is not None and (composite.vjps or visible.evaluated.graph.shapes.get(group.output)):
        return _on_tensors(visible, node, group)
    if composite is None or len(group.inputs) != 1 or len(edges) != 1:
        return None
    evaluated = visible.evaluated
    operand = evaluated.value(group.inputs[0])
    closed = simplified_value(composite.partials[0].code, operand, evaluated.value(group.output))
    inside = visible.local(edges[0])
    form = composite.partials[0].text.replace("$a", group.parameters[0]).replace("$y", "y")
    if same(closed, inside):
        return Text(
            f"{form} 식으로 구해도, 계층을 열어 안쪽 노드들을 거쳐 구해도 국소적 미분은 같습니다: {text(inside)}",
            f"By {form}, or through the nodes inside: the local derivative is {text(inside)} both ways.",
        )
    return Text(
        f"국소적 미분을 {form} 식으로 구하면 {text(closed)}, "
        f"계층을 열어 안쪽 노드들을 거쳐 구하면 {text(inside)}입니다.",
        f"By {form} the local derivative is {text(closed)}; through the nodes inside it is {text(inside)}.",
    )


def _on_tensors(visible: Visible, node: VisibleNode, group: Group) -> Text | None:
    """Say how far the simplified gradients are from those through the nodes, at the worst element."""
    gradients = closed_gradients(visible, node, group)
    if not gradients:
        return None
    differences = ", ".join(f"{closed.source}: {closed.difference_text}" for closed in gradients)
    return Text(
        "간단한 식으로 구한 기울기와, 계층을 열어 안쪽 노드들을 거쳐 구한 기울기의 가장 큰 차이입니다: "
        f"{differences}",
        "The largest difference between the gradient by the simplified formula and the one through the nodes inside: "
        f"{differences}",
    )


def closed_gradients(visible: Visible, node: VisibleNode, group: Group) -> tuple[ClosedGradient, ...]:
    """Compare the simplified gradient of each argument of a layer on tensors with that of the opened layer."""
    evaluated, formulas = visible.evaluated, Formulas(visible.evaluated)
    composite = COMPOSITES.get(group.name)
    upstream = evaluated.gradient(group.output)
    if (
        composite is None
        or upstream is None
        or not (composite.vjps or evaluated.graph.shapes.get(group.output))
    ):
        return ()
    a, b = (evaluated.values[group.inputs[slot]] for slot in (0, -1 if len(group.inputs) == 1 else 1))
    y = evaluated.values[group.output]
    gradients: list[ClosedGradient] = []
    for edge in visible.incoming[node.position]:
        if not visible.requires_grad(edge):
            continue
        vjp, partial = simplified_vjp(evaluated.graph, group, edge.node), simplified(group, edge.node)
        with np.errstate(all="ignore"):
            if vjp is not None and vjp.vjp is not None:
                closed = vjp.vjp(upstream, a, b, y)
            elif partial is not None:
                closed = upstream * compile_rule(partial.code, ARRAY_FUNCTIONS)(a, b, y)
            else:
                continue
            opened = visible.gradient(edge)
            apart = np.abs(np.asarray(closed) - np.asarray(opened))
            difference = float(
                np.max(np.where(np.asarray(closed) == np.asarray(opened), 0.0, apart), initial=0.0)
            )
        symbols = formulas.tensor_local(visible, edge).symbols
        name = formulas.spoken(edge.node)
        gradients.append(ClosedGradient(name, symbols, difference, text(difference)))
    return tuple(gradients)


def simplified_value(code: str, operand: float, result: float) -> float:
    """Evaluate a simplified derivative at a point; NaN where it is undefined."""
    try:
        return float(compile_rule(code, SCALAR_FUNCTIONS)(operand, operand, result))
    except (ArithmeticError, ValueError):
        return math.nan


def derivation(group: Group) -> tuple[str, ...]:
    """Return how a layer's gradient is simplified, line by line, in LaTeX."""
    composite = COMPOSITES.get(group.name)
    return composite.derivation if composite else ()
