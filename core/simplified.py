"""A layer's simplified gradient beside the chain rule through the nodes inside of it: one number, two ways."""

import math

from core.composites import COMPOSITES
from core.formula import same
from core.graph import Group
from core.number_text import text
from core.ops import SCALAR_FUNCTIONS, Text, compile_rule
from core.visible import Part, Visible


def open_and_closed(visible: Visible, part: Part, group: Group) -> Text | None:
    """That a layer's simplified gradient and the chain through its nodes are one number, with both numbers."""
    composite = COMPOSITES.get(group.name)
    ways = [way for way in visible.incoming[part.position] if visible.asked(way)]
    if composite is None or len(group.inputs) != 1 or len(ways) != 1:
        return None
    reading = visible.reading
    operand = reading.value(group.inputs[0])
    closed = simplified_value(composite.partials[0].code, operand, reading.value(group.output))
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
