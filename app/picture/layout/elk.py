"""A scene in ELK's JSON, and ELK's answer as a layout; the options chosen here keep the picture calm."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from chainrule.app.picture.layout.geometry import Box, Layout, Point, Route
from chainrule.app.picture.layout.plain import columns_of
from chainrule.app.picture.scene import Scene

CHEAP_FROM = 200
"""From this ``work`` on, ELK uses its cheaper options."""
ANOTHER_LOOK_UP_TO, MORE_LOOKS = 200, 2
"""Up to this ``work`` a layout with crossing edges at a node is made again, at most so often."""

_OPTIONS = {
    "algorithm": "layered",
    "elk.direction": "RIGHT",
    "elk.edgeRouting": "ORTHOGONAL",
    "elk.hierarchyHandling": "INCLUDE_CHILDREN",
    "elk.json.shapeCoords": "ROOT",
    "elk.json.edgeCoords": "ROOT",
    "elk.padding": "[top=24,left=24,bottom=24,right=24]",
    "elk.separateConnectedComponents": "false",
    # Keep operands and inputs in the program's order unless that adds crossings.
    "elk.layered.considerModelOrder.strategy": "NODES_AND_EDGES",
    "elk.layered.nodePlacement.strategy": "BRANDES_KOEPF",
    "elk.layered.nodePlacement.favorStraightEdges": "true",
}
_SPACING = {
    "elk.spacing.nodeNode": "14",
    "elk.spacing.edgeNode": "14",
    "elk.spacing.edgeEdge": "20",
    "elk.spacing.portPort": "22",
    "elk.layered.spacing.nodeNodeBetweenLayers": "20",
    "elk.layered.spacing.edgeNodeBetweenLayers": "30",
    "elk.layered.spacing.edgeEdgeBetweenLayers": "20",
}
_WITHOUT_LABELS = {"elk.layered.spacing.nodeNodeBetweenLayers": "52"}
_CHEAP = {
    "elk.layered.thoroughness": "1",
    # A quarter faster than the simplex; inputs still stand beside their readers.
    "elk.layered.layering.strategy": "LONGEST_PATH",
    # The most expensive option when edges are long; ports keep operands in order.
    "elk.layered.considerModelOrder.strategy": "NONE",
}
_TITLE_DOWN = 104
"""Room beside a title that edges from above pass."""
_GROUP_PADDING = "[top=40,left=20,bottom=18,right=20]"
_INLINE = {"elk.edgeLabels.inline": "true"}
_DOWN = {
    "elk.direction": "DOWN",
    # Texts stand beside their line.
    "elk.layered.edgeLabels.sideSelection": "ALWAYS_UP",
    "elk.spacing.edgeLabel": "13",
    "elk.layered.spacing.nodeNodeBetweenLayers": "6",
    "elk.layered.spacing.edgeNodeBetweenLayers": "15",
}
_ROOM_FOR_HEADS = "24"
"""Distance of a bend from a node that several edges leave, whose arrow heads stand before the bend."""
_NARROW_PADDING = "[top=12,left=12,bottom=12,right=12]"
_TOUCHES = {
    "right": {"input": "RIGHT", "constant": "RIGHT", "output": "LEFT"},
    "down": {"input": "BOTTOM", "constant": "BOTTOM", "output": "TOP"},
}
"""The side of a layer at which words stand, so that they touch their arrow."""


def work(scene: Scene) -> int:
    """The cost of a layout: its nodes, and one more for every column that an edge passes."""
    columns = columns_of(scene)
    return len(scene.nodes) + sum(columns[edge.target] - columns[edge.source] - 1 for edge in scene.edges)


def to_elk(scene: Scene, east_orders: Sequence[Sequence[int]]) -> dict[str, Any]:
    """Write a scene in ELK's JSON. ``east_orders[n]`` lists the edges leaving node ``n``, in order of place."""
    down = scene.direction == "down"
    cheap = work(scene) >= CHEAP_FROM
    options = {
        **_OPTIONS,
        **_SPACING,
        **(_WITHOUT_LABELS if scene.labels == "none" else {}),
        **(_CHEAP if cheap else {}),
        **(_DOWN if down else {}),
    }
    if down:
        options["elk.padding"] = _NARROW_PADDING
        if any(len(node.east) > 1 for node in scene.nodes):
            options["elk.layered.spacing.edgeNodeBetweenLayers"] = _ROOM_FOR_HEADS
    root: dict[str, Any] = {"id": "root", "layoutOptions": options, "children": [], "edges": []}
    boxes: list[dict[str, Any]] = []
    for at, group in enumerate(scene.groups):
        box = {
            "id": f"g{at}",
            "children": [],
            "layoutOptions": {
                "elk.padding": _GROUP_PADDING,
                "elk.nodeSize.constraints": "MINIMUM_SIZE",
                "elk.nodeSize.minimum": f"({group.title_width + (_TITLE_DOWN if down else 44):.0f},0)",
                **_SPACING,
                **(_DOWN if down else {}),
            },
        }
        boxes.append(box)
        (root if group.parent is None else boxes[group.parent])["children"].append(box)
    for at, node in enumerate(scene.nodes):
        ports = [
            _port(f"n{at}.i{slot}", *(("NORTH", along, 0.0) if down else ("WEST", 0.0, along)))
            for slot, along in enumerate(node.west)
        ]
        ports += [
            _port(f"e{edge}.s", *(("SOUTH", along, node.height) if down else ("EAST", node.width, along)))
            for edge, along in zip(east_orders[at], node.east, strict=True)
        ]
        child = {
            "id": f"n{at}",
            "width": node.width,
            "height": node.height,
            "ports": ports,
            "layoutOptions": {
                "elk.portConstraints": "FIXED_POS",
                "elk.alignment": _TOUCHES[scene.direction].get(node.kind, "CENTER"),
            },
        }
        (root if node.parent is None else boxes[node.parent])["children"].append(child)
    for at, edge in enumerate(scene.edges):
        link: dict[str, Any] = {
            "id": f"e{at}",
            "sources": [f"e{at}.s"],
            "targets": [f"n{edge.target}.i{edge.slot}"],
        }
        if edge.labelled:
            width, height = edge.room
            # ELK ignores a label without text.
            link["labels"] = [
                {
                    "id": f"l{at}",
                    "text": "0",
                    "width": width,
                    "height": height,
                    "layoutOptions": {} if down else _INLINE,
                }
            ]
        root["edges"].append(link)
    return root


def from_elk(scene: Scene, placed: dict[str, Any]) -> Layout:
    """Read ELK's answer as a layout in the order of the scene."""
    boxes: dict[str, Box] = {}
    pending = [placed]
    while pending:
        for child in pending.pop()["children"]:
            boxes[child["id"]] = Box(child["x"], child["y"], child["width"], child["height"])
            if "children" in child:
                pending.append(child)
    routes: list[Route] = []
    for edge in placed["edges"]:
        points: list[Point] = []
        for section in edge["sections"]:
            for point in (section["startPoint"], *section.get("bendPoints", ()), section["endPoint"]):
                points.append((point["x"], point["y"]))
        label = next(
            (Box(at["x"], at["y"], at["width"], at["height"]) for at in edge.get("labels", ())), None
        )
        routes.append(
            Route(
                tuple(points),
                label if scene.direction == "down" or label is None else _on_line(label, points),
            )
        )
    return Layout(
        engine="elk",
        width=placed["width"],
        height=placed["height"],
        nodes=tuple(boxes[f"n{at}"] for at in range(len(scene.nodes))),
        edges=tuple(routes),
        groups=tuple(boxes[f"g{at}"] for at in range(len(scene.groups))),
    )


def _on_line(label: Box, points: list[Point]) -> Box:
    """Centre a label on its horizontal piece of line: ELK adds the thickness of the line."""
    middle = label.x + label.width / 2
    for (x0, y0), (x1, y1) in pairwise(points):
        if y0 == y1 and min(x0, x1) <= middle <= max(x0, x1):
            return label._replace(y=y0 - label.height / 2)
    return label


def first_orders(scene: Scene) -> list[list[int]]:
    """The edges leaving each node, in the order of their readers."""
    orders: list[list[int]] = [[] for _ in scene.nodes]
    for at, edge in enumerate(scene.edges):
        orders[edge.source].append(at)
    return orders


def orders_by_place(scene: Scene, layout: Layout) -> list[list[int]]:
    """The edges leaving each node, in the order of the heights they lead to, or from left to right."""
    across = 0 if scene.direction == "down" else 1

    def place(at: int) -> float:
        route = layout.edges[at]
        return route.points[2][across] if len(route.points) > 2 else route.points[-1][across]

    return [sorted(order, key=place) for order in first_orders(scene)]


def crosswise(scene: Scene, layout: Layout, orders: Sequence[Sequence[int]]) -> int:
    """Count the pairs of edges that leave a node in the wrong order, and so cross."""
    pairs = 0
    for order, sorted_order in zip(orders, orders_by_place(scene, layout), strict=True):
        place = {edge: at for at, edge in enumerate(sorted_order)}
        pairs += sum(place[one] > place[other] for at, one in enumerate(order) for other in order[at + 1 :])
    return pairs


def _port(port_id: str, side: str, x: float, y: float) -> dict[str, Any]:
    return {"id": port_id, "x": x, "y": y, "width": 0, "height": 0, "layoutOptions": {"elk.port.side": side}}
