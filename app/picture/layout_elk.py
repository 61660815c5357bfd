"""A scene as ELK's JSON, and ELK's answer as a layout. The options chosen here are what makes the picture calm."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from chainrule.app.picture.layout_geometry import Box, Layout, Point, Route
from chainrule.app.picture.layout_plain import columns_of
from chainrule.app.picture.scene import Scene

CHEAP_FROM = 500
"""Work (see ``work``) from which ELK is asked for less care, so that it stays quick."""
ANOTHER_LOOK_UP_TO, MORE_LOOKS = 300, 2
"""Work up to which a layout is made again when edges leave a node crosswise, and how often at most."""

_OPTIONS = {
    "algorithm": "layered",
    "elk.direction": "RIGHT",
    "elk.edgeRouting": "ORTHOGONAL",
    "elk.hierarchyHandling": "INCLUDE_CHILDREN",
    "elk.json.shapeCoords": "ROOT",
    "elk.json.edgeCoords": "ROOT",
    "elk.padding": "[top=24,left=24,bottom=24,right=24]",
    "elk.separateConnectedComponents": "false",
    # Operands and inputs keep the order of the program unless that costs crossings.
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
    # A quarter quicker than the simplex, and inputs stand beside what reads them all the same.
    "elk.layered.layering.strategy": "LONGEST_PATH",
    # The dearest of all where edges are long; operands keep their order by their ports.
    "elk.layered.considerModelOrder.strategy": "NONE",
}
_GROUP_PADDING = "[top=40,left=20,bottom=18,right=20]"
_INLINE = {"elk.edgeLabels.inline": "true"}


def work(scene: Scene) -> int:
    """What a layout costs, in nodes: an edge has one in every column that it passes."""
    columns = columns_of(scene)
    return len(scene.nodes) + sum(columns[edge.target] - columns[edge.source] - 1 for edge in scene.edges)


def to_elk(scene: Scene, east_orders: Sequence[Sequence[int]]) -> dict[str, Any]:
    """The scene for ELK. ``east_orders[n]`` are the edges that leave node ``n``, from top to bottom."""
    cheap = work(scene) >= CHEAP_FROM
    options = {
        **_OPTIONS,
        **_SPACING,
        **(_WITHOUT_LABELS if scene.labels == "none" else {}),
        **(_CHEAP if cheap else {}),
    }
    root: dict[str, Any] = {"id": "root", "layoutOptions": options, "children": [], "edges": []}
    boxes: list[dict[str, Any]] = []
    for at, group in enumerate(scene.groups):
        box = {
            "id": f"g{at}",
            "children": [],
            "layoutOptions": {
                "elk.padding": _GROUP_PADDING,
                "elk.nodeSize.constraints": "MINIMUM_SIZE",
                "elk.nodeSize.minimum": f"({group.title_width + 44:.0f},0)",
                **_SPACING,
            },
        }
        boxes.append(box)
        (root if group.parent is None else boxes[group.parent])["children"].append(box)
    for at, node in enumerate(scene.nodes):
        ports = [_port(f"n{at}.i{slot}", "WEST", 0.0, y) for slot, y in enumerate(node.west)]
        ports += [
            _port(f"e{edge}.s", "EAST", node.width, y)
            for edge, y in zip(east_orders[at], node.east, strict=True)
        ]
        child = {
            "id": f"n{at}",
            "width": node.width,
            "height": node.height,
            "ports": ports,
            "layoutOptions": {
                "elk.portConstraints": "FIXED_POS",
                # Words end where their arrow begins.
                "elk.alignment": {"input": "RIGHT", "constant": "RIGHT", "output": "LEFT"}.get(
                    node.kind, "CENTER"
                ),
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
            # ELK leaves a label without text out.
            link["labels"] = [
                {"id": f"l{at}", "text": "0", "width": width, "height": height, "layoutOptions": _INLINE}
            ]
        root["edges"].append(link)
    return root


def from_elk(scene: Scene, placed: dict[str, Any]) -> Layout:
    """ELK's answer in the order of the scene."""
    boxes: dict[str, Box] = {}
    waiting = [placed]
    while waiting:
        for child in waiting.pop()["children"]:
            boxes[child["id"]] = Box(child["x"], child["y"], child["width"], child["height"])
            if "children" in child:
                waiting.append(child)
    routes: list[Route] = []
    for edge in placed["edges"]:
        points: list[Point] = []
        for section in edge["sections"]:
            for point in (section["startPoint"], *section.get("bendPoints", ()), section["endPoint"]):
                points.append((point["x"], point["y"]))
        label = next(
            (Box(at["x"], at["y"], at["width"], at["height"]) for at in edge.get("labels", ())), None
        )
        routes.append(Route(tuple(points), label and _on_line(label, points)))
    return Layout(
        engine="elk",
        width=placed["width"],
        height=placed["height"],
        nodes=tuple(boxes[f"n{at}"] for at in range(len(scene.nodes))),
        edges=tuple(routes),
        groups=tuple(boxes[f"g{at}"] for at in range(len(scene.groups))),
    )


def _on_line(label: Box, points: list[Point]) -> Box:
    """The label with its middle on its level piece of the line: ELK leaves room for the line's own thickness."""
    middle = label.x + label.width / 2
    for (x0, y0), (x1, y1) in pairwise(points):
        if y0 == y1 and min(x0, x1) <= middle <= max(x0, x1):
            return label._replace(y=y0 - label.height / 2)
    return label


def first_orders(scene: Scene) -> list[list[int]]:
    """The edges that leave each node, in the order of the nodes that read it."""
    orders: list[list[int]] = [[] for _ in scene.nodes]
    for at, edge in enumerate(scene.edges):
        orders[edge.source].append(at)
    return orders


def orders_by_place(scene: Scene, layout: Layout) -> list[list[int]]:
    """The edges that leave each node, in the order of the height they lead to."""

    def height(at: int) -> float:
        route = layout.edges[at]
        return route.points[2][1] if len(route.points) > 2 else route.points[-1][1]

    return [sorted(order, key=height) for order in first_orders(scene)]


def crosswise(scene: Scene, layout: Layout, orders: Sequence[Sequence[int]]) -> int:
    """How many pairs of edges leave a node in the wrong order, and so cross at once."""
    pairs = 0
    for order, sorted_order in zip(orders, orders_by_place(scene, layout), strict=True):
        place = {edge: at for at, edge in enumerate(sorted_order)}
        pairs += sum(place[one] > place[other] for at, one in enumerate(order) for other in order[at + 1 :])
    return pairs


def _port(port_id: str, side: str, x: float, y: float) -> dict[str, Any]:
    return {"id": port_id, "x": x, "y": y, "width": 0, "height": 0, "layoutOptions": {"elk.port.side": side}}
