"""What differs between two captures of one model: as rows of a table, and by node and edge of both as one graph."""

import math
from collections.abc import Iterable
from functools import cached_property

from chainrule.core import number_text
from chainrule.core.capture import Capture, Difference, Output, Summary
from chainrule.core.capture.difference import Change, NodeDifference
from chainrule.core.capture.records import Tile
from chainrule.core.capture.union import NOWHERE, Union, union
from chainrule.core.capture.visible import Item


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


class Changes:
    """Two captures as one graph, with how far each tensor has changed."""

    def __init__(self, first: Capture, second: Capture, found: Difference) -> None:
        self.found = found
        self.union: Union = union(first, second, found)
        by_second = {(node.second, node.output): node for node in found.nodes}
        self._nodes: dict[tuple[int, int], NodeDifference] = {}
        for at, (_, there) in enumerate(self.union.nodes):
            for output in range(len(self.union.after.nodes[at].outputs)):
                if (there, output) in by_second:
                    self._nodes[at, output] = by_second[there, output]
        contributions = {(edge.first, edge.second): edge.contribution for edge in found.edges}
        self._edges = [contributions.get(pair) for pair in self.union.edges]

    def only(self, node: int) -> str:
        """Say which capture alone has a node: ``first`` or ``second``; empty for one of both."""
        before, after = self.union.nodes[node]
        return "second" if before == NOWHERE else "first" if after == NOWHERE else ""

    def value(self, tensor: tuple[int, int]) -> Change | None:
        """How far a value has changed."""
        found = self._nodes.get(tensor)
        return found.value if found else None

    def gradient(self, tensor: tuple[int, int]) -> Change | None:
        """How far a gradient has changed."""
        found = self._nodes.get(tensor)
        return found.gradient if found else None

    def contribution(self, edges: Iterable[int], tensor: tuple[int, int]) -> Change | None:
        """How far what some edges out of a tensor bring back has changed: of one edge, or of all that read it."""
        after = self.union.after
        known = [edge for edge in edges if after.edges[edge].returns]
        if len(known) == 1:
            return self._edges[known[0]]
        readers = [edge for edge in after.out_of[tensor[0]] if after.edges[edge].output == tensor[1]]
        return self.gradient(tensor) if len(known) == len(readers) else None

    def of_item(self, item: Item, result: tuple[int, int]) -> tuple[Change | None, Change | None]:
        """The changes of a visible node's value and gradient; of a closed group the largest within."""
        if item.kind == "node":
            return self.value(result), self.gradient(result)
        inside = [tensor for group in item.groups for tensor in self._within[group]]
        return _largest(map(self.value, inside)), _largest(map(self.gradient, inside))

    @cached_property
    def _within(self) -> list[list[tuple[int, int]]]:
        """By group, the tensors made inside."""
        capture = self.union.after
        found: list[list[tuple[int, int]]] = [[] for _ in capture.groups]
        for tensor in self._nodes:
            at = capture.nodes[tensor[0]].group
            while at >= 0:
                found[at].append(tensor)
                at = capture.groups[at].parent
        return found

    @cached_property
    def newly_strange(self) -> frozenset[int]:
        """The nodes with NaN or infinity that had none before, in a value or a gradient."""
        before, after = self.union.before, self.union.after
        return frozenset(
            at
            for at, (old, new) in enumerate(zip(before.nodes, after.nodes, strict=True))
            if any(
                _strange(now) and not _strange(then)
                for then, now in zip(old.outputs, new.outputs, strict=True)
            )
        )

    def tile(self, before: Summary | None, after: Summary | None) -> Tile | None:
        """Return what stands for after − before, as means of blocks are subtracted too; None if either is unknown."""
        old, new = (held.tile if held is not None else None for held in (before, after))
        if old is None or new is None or old.values.shape != new.values.shape:
            return None
        return Tile(new.rows, new.columns, new.values - old.values)


def _strange(output: Output) -> bool:
    return any(held is not None and (held.nan or held.infinite) for held in (output.value, output.gradient))


def _largest(changes: Iterable[Change | None]) -> Change | None:
    known = [change for change in changes if change is not None]
    return max(known, key=_size, default=None)


def share(change: Change | None) -> str:
    """Write a change in percent: ``2.3 %``, ``≥ 0.1 %`` where only summaries are known, ``NaN``; ``–`` if unknown."""
    if change is None:
        return "–"
    if math.isnan(change.relative):
        return "NaN"
    return f"{'' if change.exact else '≥ '}{number_text.short(100 * change.relative)} %"


def brief(change: Change) -> str:
    """Write a change in percent with two digits, for a small place: ``2.3%``, ``≥0.1%``."""
    if math.isnan(change.relative):
        return "NaN"
    percent = 100 * change.relative
    digits = f"{percent:.2g}" if percent == 0 or 1e-3 <= percent < 100 else number_text.short(percent)
    return f"{'' if change.exact else '≥'}{digits}%"


def level(change: Change | None) -> str:
    """Write a change as one digit, as ``heat_levels`` does: 8 for 100 %, two less for each tenth, 9 for NaN."""
    if change is None or change.relative == 0:
        return "0"
    if math.isnan(change.relative):
        return "9"
    return str(min(8, max(1, round(8 + 2 * math.log10(change.relative)))))


def _size(change: Change | None) -> float:
    """NaN comes first."""
    if change is None:
        return -1.0
    return math.inf if math.isnan(change.relative) else change.relative


def _told(change: Change | None) -> str:
    if change is None:
        return "–"
    return f"{'' if change.exact else '≥ '}{number_text.short(change.relative)}"
