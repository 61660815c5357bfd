"""The small marks on shapes, as SVG path data: a plus on what can be opened, a badge on what fails."""

from chainrule.app.picture.scene_nodes import SceneNode


def plus(node: SceneNode) -> str:
    """A small plus in the corner of a closed layer: it can be opened."""
    x, y = node.shape_width / 2 - 10, -node.shape_height / 2 + 10
    return f"M{coordinate(x - 4)},{coordinate(y)}h8m-4,-4v8"


def badge(node: SceneNode) -> str:
    """A disc with an exclamation mark cut out, at the upper right of a shape."""
    if node.kind == "op":
        x, y = node.shape_width / 2 - 5, -node.shape_height / 2 + 5
    elif node.kind == "closed":
        x, y = -node.shape_width / 2, -node.shape_height / 2
    else:
        x, y = (node.width / 2 + 2, -node.height / 2)
    x, y = coordinate(x), coordinate(y)
    disc = f"M{x - 8},{y}a8,8 0 1 0 16,0a8,8 0 1 0 -16,0Z"
    return f"{disc}M{x - 1},{coordinate(y - 5)}h2v6h-2ZM{x - 1},{coordinate(y + 2.5)}h2v2h-2Z"


def coordinate(value: float) -> float | int:
    """A coordinate with one decimal at most."""
    rounded = round(value, 1)
    return int(rounded) if rounded == int(rounded) else rounded
