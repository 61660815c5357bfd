"""A node on the picture: its shape, the words in, beneath or beside it, and its small marks."""

import re
from typing import Any

from chainrule.app.picture.arrows import corner_radius, number
from chainrule.app.picture.layout import Box
from chainrule.app.picture.layout.geometry import coordinate
from chainrule.app.picture.letters import BELOW
from chainrule.app.picture.scene import SceneNode
from chainrule.app.picture.scene.nodes import LINE
from chainrule.app.picture.scene.space import BOX_WIDTH
from chainrule.app.picture.tensors import product_parts


def node_parts(
    node: SceneNode,
    box: Box,
    total: str | None,
    blank: str | None,
    unread: str | None = None,
    result: str | None = None,
    *,
    failing: bool,
    standalone: bool,
) -> dict[str, Any]:
    """The parts of one node, for the template.

    ``total`` is the gradient of a node whose value is read several times. ``blank`` is the id of the box in its place.
    ``unread`` is the value of a node that no edge leaves, ``result`` that of the output. ``failing`` marks a
    node where a value first becomes infinite or NaN.
    """
    word = node.kind in ("input", "constant", "output")
    middle_x, middle_y = node.centre
    round_shape = node.kind == "op" and node.shape_width == node.shape_height
    noted = unread if total is None else total
    texts, placed = _words(node, noted) if word else _shape_texts(node, noted)
    if placed is not None:
        placed["way"] = "grad" if total is not None else "value"
    if placed is not None and blank is not None:
        placed |= _boxed_sum(placed, blank)
    return {
        "id": node.id,
        "kind": node.kind,
        "op": node.op,
        "x": coordinate(box.x + middle_x),
        "y": coordinate(box.y + middle_y),
        "radius": coordinate(node.shape_width / 2) if round_shape else None,
        "shape": Box(
            coordinate(-node.shape_width / 2),
            coordinate(-node.shape_height / 2),
            coordinate(node.shape_width),
            coordinate(node.shape_height),
        ),
        "word": word,
        "corner": coordinate(4 if word else corner_radius(node)),
        "texts": texts,
        "products": product_parts(node, node.shape_height / 2 + 18 + (LINE if node.caption else 0)),
        "sum": placed,
        "result": None if result is None else _result(node, result),
        "toggle": _plus(node) if node.kind == "closed" and not standalone else None,
        "mark": _badge(node) if failing or not standalone else None,
    }


DOT = 10.0
"""Radius of the dot that stands for a word seen from far, where its arrow begins or ends."""


def halves(node: SceneNode) -> dict[str, str]:
    """The upper half of a node's shape, for the size of its value, and the lower for that of its gradient."""
    x, y, width, height, corner = 0.0, 0.0, node.shape_width, node.shape_height, corner_radius(node)
    if node.kind in ("input", "constant", "output"):
        away = (node.height if node.down else node.width) / 2 + DOT
        away = -away if node.kind == "output" else away
        x, y = (0.0, away) if node.down else (away, 0.0)
        width, height, corner = 2 * DOT, 2 * DOT, DOT
    straight = height / 2 - corner

    def half(way: int) -> str:
        arc = f"a{number(corner)},{number(corner)} 0 0 {int(way < 0)} "
        side = f"v{number(way * straight)}" if straight else ""
        across = f"h{number(width - 2 * corner)}" if width > 2 * corner else ""
        back = f"v{number(-way * straight)}" if straight else ""
        rise = number(way * corner)
        fall = number(-way * corner)
        start = f"M{number(x - width / 2)},{number(y)}{side}"
        return f"{start}{arc}{number(corner)},{rise}{across}{arc}{number(corner)},{fall}{back}Z"

    return {"value": half(-1), "grad": half(1)}


def _words(node: SceneNode, total: str | None) -> tuple[list[dict[str, Any]], dict[str, Any] | None]:
    """Place the lines of text beside an arrow, and the sum if there is one."""
    if node.kind == "constant":
        kind_and_x = ("number middle", 0.0) if node.down else ("number", node.width / 2 - 5)
        return [_text(*kind_and_x, 5.5, node.symbol)], None
    lines = 1 + bool(node.above) + bool(node.name) + (total is not None)
    side, x = ("left", -node.width / 2 + 4) if node.kind == "output" else ("right", node.width / 2 - 4)
    if node.down:
        side, x = "middle", 0.0
    y = -LINE * (lines - 1) / 2 + 5
    words = []
    if node.above:
        words.append(_text(f"label {side}", x, y, node.above))
        y += LINE
    # Both lines are one text: they grow and are hidden together.
    words.append(_text(f"label {side}", x, y, node.caption) | {"above": words[0] if words else None})
    if node.name:
        words.append(_text(f"name {side}", x, y + LINE, node.name))
    if total is None:
        return words, None
    return words, _sum(x, y + LINE * (1 + bool(node.name)), total, side)


RESULT_SIZE = 14.0


def _result(node: SceneNode, text: str) -> dict[str, Any]:
    """Place the output's number beneath its label, where it is seen from far."""
    side, x = ("middle", 0.0) if node.down else ("left", -node.width / 2 + 4)
    label = 5 + LINE / 2 * (bool(node.above) - bool(node.name))
    return _sum(x, label + BELOW * RESULT_SIZE, text, side)


def _shape_texts(node: SceneNode, total: str | None) -> tuple[list[dict[str, Any]], dict[str, Any] | None]:
    """Place the symbol in a shape, the caption beneath it, and the sum if there is one."""
    sign = len(node.symbol) == 1 and node.symbol != "T"
    words = [_text("sign" if sign else "symbol", 0, 8.5 if sign else 5.5, node.symbol)]
    short = brief(node.symbol) if node.kind == "closed" else None
    if short:
        words.append(_text("symbol brief", 0, 5.5, short))
    y = node.shape_height / 2 + 15
    if node.caption:
        words.append(_text("caption", 0, y, node.caption))
        y += LINE
    if total is None:
        return words, None
    return words, _sum(0, y, total, "middle")


def brief(name: str) -> str | None:
    """Shorten a layer's name for the view from afar: initials of several words, else its first letters.

    None if it is short already.
    """
    words = [word for word in re.split(r"[\s_-]+", name) if word]
    if len(words) > 1:
        return "".join(word[0] for word in words)
    return f"{name[:3]}…" if len(name) > 5 else None


def _text(kind: str, x: float, y: float, text: str) -> dict[str, Any]:
    return {"kind": kind, "x": coordinate(x), "y": coordinate(y), "text": text}


def _sum(x: float, y: float, text: str, side: str) -> dict[str, Any]:
    """Place the gradient of a node whose value is read several times."""
    return {"x": coordinate(x), "y": coordinate(y), "text": text, "side": side, "blank": None}


def _boxed_sum(total: dict[str, Any], blank: str) -> dict[str, Any]:
    """Place a box instead of the number of a sum, centred as both together if the number was."""
    x = total["x"] - BOX_WIDTH if total["side"] == "right" else total["x"] - BOX_WIDTH / 2 + 12
    return {
        "blank": blank,
        "box_x": coordinate(x),
        "box_y": coordinate(total["y"] - 12.5),
        "y": coordinate(total["y"] + 2),
        "x": coordinate(x - 4),
        "side": "right",
    }


def _plus(node: SceneNode) -> str:
    """The path of a plus in the corner of a closed layer, which can be opened."""
    x, y = node.shape_width / 2 - 10, -node.shape_height / 2 + 10
    return f"M{coordinate(x - 4)},{coordinate(y)}h8m-4,-4v8"


def _badge(node: SceneNode) -> str:
    """The path of a disc with an exclamation mark cut out, at a corner of a shape."""
    if node.kind == "op":
        x, y = node.shape_width / 2 - 5, -node.shape_height / 2 + 5
    elif node.kind == "closed":
        x, y = -node.shape_width / 2, -node.shape_height / 2
    else:
        x, y = (node.width / 2 + 2, -node.height / 2)
    x, y = coordinate(x), coordinate(y)
    disc = f"M{x - 8},{y}a8,8 0 1 0 16,0a8,8 0 1 0 -16,0Z"
    return f"{disc}M{x - 1},{coordinate(y - 5)}h2v6h-2ZM{x - 1},{coordinate(y + 2.5)}h2v2h-2Z"
