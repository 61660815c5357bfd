"""A pushed value in the picture: on each edge behind it the true change beside slope × Δ, and both as bars."""

import math
from collections.abc import Mapping
from typing import Any

from chainrule.app.picture.layout.geometry import coordinate
from chainrule.core.gradcheck.nudge import Push
from chainrule.core.number_text import signed_short

LONGEST = 44.0
"""Length of the longer bar."""


def drawn(pushes: Mapping[int, Push], node: int, x: float, value_y: float) -> dict[str, Any] | None:
    """The mark above the value of a node, which stands at x, value_y; None for a node that does not move.

    Of a tensor it tells the element that really changes most.
    """
    push = pushes.get(node)
    if push is None:
        return None
    longest = max(abs(push.true), abs(push.straight))

    def length(change: float) -> float:
        return coordinate(abs(change) / longest * LONGEST if 0 < longest < math.inf else 0.0)

    return {
        "where": f"[{', '.join(map(str, push.where))}]" if push.where else None,
        "true": signed_short(push.true),
        "straight": signed_short(push.straight),
        "x": coordinate(x),
        "y": coordinate(value_y - 14),
        "bar_x": coordinate(x - LONGEST / 2),
        "true_y": coordinate(value_y - 32),
        "straight_y": coordinate(value_y - 28),
        "true_length": length(push.true),
        "straight_length": length(push.straight),
    }
