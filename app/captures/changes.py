"""What differs between two captures of one model, as rows of a table."""

import math

from chainrule.core import number_text
from chainrule.core.capture import Capture, Difference
from chainrule.core.capture.difference import Change


def changes(first: Capture, found: Difference) -> list[tuple[str, str, str]]:
    """Return name, change of the value and change of the gradient of every tensor, the most changed first.

    A change is the distance by the larger of both norms; ≥ stands before one that only summaries tell. A tensor that
    one capture lacks is not listed.
    """
    rows = [
        (max(_size(node.value), _size(node.gradient)), first.nodes[node.first].id, node)
        for node in found.nodes
    ]
    rows.sort(key=lambda row: -row[0])
    return [(name, _told(node.value), _told(node.gradient)) for _, name, node in rows]


def _size(change: Change | None) -> float:
    """NaN comes first."""
    if change is None:
        return -1.0
    return math.inf if math.isnan(change.relative) else change.relative


def _told(change: Change | None) -> str:
    if change is None:
        return "–"
    return f"{'' if change.exact else '≥ '}{number_text.short(change.relative)}"
