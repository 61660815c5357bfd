"""Where everything of a scene stands: boxes and routes, in pixels from the top left corner."""

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
        """Whether the two share more than an edge."""
        return (
            self.x + self.width > other.x + slack
            and other.x + other.width > self.x + slack
            and self.y + self.height > other.y + slack
            and other.y + other.height > self.y + slack
        )


class Route(NamedTuple):
    """An edge's way: its corners from source to target, and the room for its texts, the line through the middle."""

    points: tuple[Point, ...]
    label: Box | None


@dataclass(frozen=True, slots=True)
class Layout:
    """Places for everything in a scene, in the scene's order. ``engine`` is ``plain`` where ELK gave up."""

    engine: Literal["elk", "plain"]
    width: float
    height: float
    nodes: tuple[Box, ...]
    edges: tuple[Route, ...]
    groups: tuple[Box, ...]
    reason: str | None = None
    """Why the layout is plain: ``size``, ``time``, ``memory``, ``refused``, ``died`` or ``busy``."""

    def as_json(self, scene: Scene) -> dict[str, Any]:
        """The layout by the ids of ``scene``, for the REST answer."""
        return {
            "engine": self.engine,
            "reason": self.reason,
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
