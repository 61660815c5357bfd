"""A layer's simplified gradient beside the chain rule through the nodes inside of it: one number, two ways."""

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


def open_and_closed(visible: Visible, part: VisibleNode, group: Group) -> Text | None:
    """That a layer's simplified gradient and the chain through its nodes are one number, with both numbers."""
    composite = COMPOSITES.get(group.name)
    ways = [way for way in visible.incoming[part.position] if visible.asked(way)]
    if composite is not None and (composite.vjps or visible.evaluated.graph.shapes.get(group.output)):
        return _on_tensors(visible, part, group)
    if composite is None or len(group.inputs) != 1 or len(ways) != 1:
        return None
    evaluated = visible.evaluated
    operand = evaluated.value(group.inputs[0])
    closed = simplified_value(composite.partials[0].code, operand, evaluated.value(group.output))
    inside = visible.local(ways[0])
    form = composite.partials[0].text.replace("$a", group.parameters[0]).replace("$y", "y")
    if same(closed, inside):
        return Text(
            f"열어서 안쪽 노드들을 거쳐 구해도, 닫아서 {form} 식으로 구해도 "
            f"국소적 미분은 같은 수입니다: {text(inside)}",
            f"Opened, through the nodes inside, or closed, by {form}: "
            f"the local derivative is {text(inside)} both ways.",
        )
    return Text(
        f"닫아서 {form} 식으로 구하면 {text(closed)}, 열어서 안쪽 노드들을 거치면 {text(inside)} 입니다.",
        f"Closed, by {form}, the local derivative is {text(closed)}; "
        f"opened, through the nodes inside, {text(inside)}.",
    )


def _on_tensors(visible: Visible, part: VisibleNode, group: Group) -> Text | None:
    """How far the simplified gradients and those through the nodes inside are apart, at the worst element."""
    found = closed_gradients(visible, part, group)
    if not found:
        return None
    told = ", ".join(f"{closed.source}: {closed.difference_text}" for closed in found)
    return Text(
        f"닫아서 간단한 식으로 구한 기울기와 열어서 안쪽 노드들을 거쳐 구한 기울기의 가장 큰 차이입니다: {told}",
        "The largest difference between the gradient by the simplified form, closed, and the one through the nodes "
        f"inside, opened: {told}",
    )


def closed_gradients(visible: Visible, part: VisibleNode, group: Group) -> tuple[ClosedGradient, ...]:
    """The simplified gradient of each argument of a layer on tensors, compared with that of the opened layer."""
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
    y, found = evaluated.values[group.output], []
    for way in visible.incoming[part.position]:
        if not visible.asked(way):
            continue
        vjp, partial = simplified_vjp(group, way.node), simplified(group, way.node)
        with np.errstate(all="ignore"):
            if vjp is not None and vjp.rule is not None:
                closed = vjp.rule(upstream, a, b, y)
            elif partial is not None:
                closed = upstream * compile_rule(partial.code, ARRAY_FUNCTIONS)(a, b, y)
            else:
                continue
            opened = visible.gradient(way)
            apart = np.abs(np.asarray(closed) - np.asarray(opened))
            difference = float(
                np.max(np.where(np.asarray(closed) == np.asarray(opened), 0.0, apart), initial=0.0)
            )
        symbols = formulas.tensor_local(visible, way).symbols
        name = formulas.spoken(way.node)
        found.append(ClosedGradient(name, symbols, difference, text(difference)))
    return tuple(found)


def simplified_value(code: str, operand: float, result: float) -> float:
    """A simplified derivative worked out at a point; NaN where it is not defined."""
    try:
        return float(compile_rule(code, SCALAR_FUNCTIONS)(operand, operand, result))
    except (ArithmeticError, ValueError):
        return math.nan


def derivation(group: Group) -> tuple[str, ...]:
    """How a layer's gradient is simplified, line by line, in LaTeX."""
    composite = COMPOSITES.get(group.name)
    return composite.derivation if composite else ()
