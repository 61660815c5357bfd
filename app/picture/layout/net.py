"""One level of a scene as the layered layout sees it: items in columns, the largest of them whole layers, and ties.

All levels run to the right: of a scene that runs down, x and y are exchanged.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from chainrule.app.picture.layout.geometry import Box
from chainrule.app.picture.layout.plain import exchanged
from chainrule.app.picture.scene import Scene


class Item(NamedTuple):
    """A node, an open layer, or the end of an edge at the wall of the layer around it."""

    kind: str
    """A node's kind, ``layer``, ``entry`` or ``exit``."""
    width: float
    height: float
    middle: float
    """The height within it at which a chain passes."""
    west: Sequence[float]
    """Heights at which edges arrive, from the top."""
    east: Sequence[float]
    """Heights at which edges leave, from the top."""
    leaves: Mapping[int, float] | None = None
    """The height at which each edge must leave; None where they may change places."""


class Tie(NamedTuple):
    """An edge, or the part of one, between two items of a level."""

    edge: int
    """Its place in the scene."""
    source: int
    target: int
    slot: int
    labelled: bool
    room: tuple[float, float]
    """Width and height of its numbers."""


class Walls(NamedTuple):
    """The distance of what a level holds from its sides, and the least size of the whole."""

    left: float
    top: float
    right: float
    bottom: float
    width: float = 0.0
    height: float = 0.0


@dataclass
class Net:
    """The items of one level in topological order, and the ties between them by target and slot."""

    down: bool
    walls: Walls
    items: list[Item] = field(default_factory=list)
    ties: list[Tie] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.incoming: list[list[Tie]] = [[] for _ in self.items]
        self.outgoing: list[list[Tie]] = [[] for _ in self.items]
        for tie in self.ties:
            self.incoming[tie.target].append(tie)
            self.outgoing[tie.source].append(tie)

    def columns(self) -> list[int]:
        """Each item's column: the longest path to the end decides, and walls have columns of their own."""
        distance = [0] * len(self.items)
        for at in range(len(self.items) - 1, -1, -1):
            for tie in self.incoming[at]:
                distance[tie.source] = max(distance[tie.source], distance[at] + 1)
        kinds = [item.kind for item in self.items]
        inside = [far for far, kind in zip(distance, kinds, strict=True) if kind not in ("entry", "exit")]
        last = int("exit" in kinds and min(inside, default=0) == 0)
        first = max(inside, default=0) + last + int("entry" in kinds)
        return [
            0 if kind == "entry" else first + last if kind == "exit" else first - far
            for far, kind in zip(distance, kinds, strict=True)
        ]


class Placed(NamedTuple):
    """A level with its items and ties in their places, from its top left corner."""

    width: float
    height: float
    boxes: list[Box]
    routes: list[tuple[list[tuple[float, float]], Box | None]]
    """The corners of each tie, and the box of its numbers."""


def item_of(scene: Scene, at: int) -> Item:
    """A node of a scene as an item."""
    node = exchanged(scene.nodes[at]) if scene.direction == "down" else scene.nodes[at]
    return Item(node.kind, node.width, node.height, node.shape_height / 2, node.west, node.east)
