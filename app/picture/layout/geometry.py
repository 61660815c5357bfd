"""The places of everything in a scene: boxes and routes, in pixels from the top left corner."""

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from chainrule.app.picture.scene import Scene

Point = tuple[float, float]


class Box(NamedTuple):
    """A rectangle."""

    x: float
    y: float
    width: float
    height: float

    def overlaps(self, other: "Box", slack: float = 0.01) -> bool:
        """Whether two boxes share more than an edge."""
        return (
            self.x + self.width > other.x + slack
            and other.x + other.width > self.x + slack
            and self.y + self.height > other.y + slack
            and other.y + other.height > self.y + slack
        )


class Route(NamedTuple):
    """The corners of an edge from source to target, and the box of its texts.

    It is centred on the line, and stands beside one that runs down.
    """

    points: tuple[Point, ...]
    label: Box | None


@dataclass(frozen=True, slots=True)
class Layout:
    """Boxes and routes in the order of the scene. ``engine`` is ``plain`` if the graph is too large or ELK failed."""

    engine: Literal["elk", "layered", "plain"]
    width: float
    height: float
    nodes: tuple[Box, ...]
    edges: tuple[Route, ...]
    groups: tuple[Box, ...]
    reason: str | None = None
    """Why the layout is plain: ``size``, ``time``, ``memory``, ``refused``, ``died`` or ``busy``."""
    lines: int = 1
    """Number of lines into which it is broken."""
    pieces: tuple[tuple[int, Box], ...] = ()
    """The boxes of groups that run on in further lines: each with its group, whose first piece is in ``groups``."""

    def as_json(self, scene: Scene) -> dict[str, Any]:
        """The layout for the REST answer, by the ids of ``scene``."""
        return {
            "engine": self.engine,
            "reason": self.reason,
            "lines": self.lines,
            "width": self.width,
            "height": self.height,
            "nodes": [
                {"id": node.id, **box._asdict()} for node, box in zip(scene.nodes, self.nodes, strict=True)
            ],
            "edges": [
                {
                    "id": edge.id,
                    "source": scene.nodes[edge.source].id,
                    "target": scene.nodes[edge.target].id,
                    "points": [list(point) for point in route.points],
                    "label": route.label._asdict() if route.label else None,
                }
                for edge, route in zip(scene.edges, self.edges, strict=True)
            ],
            "groups": [
                {"id": group.id, **box._asdict()}
                for group, box in zip(scene.groups, self.groups, strict=True)
            ],
        }


def coordinate(value: float) -> float | int:
    """Round a coordinate to at most one decimal."""
    rounded = round(value, 1)
    return int(rounded) if rounded == int(rounded) else rounded
