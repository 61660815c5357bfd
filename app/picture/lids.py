"""Open layers seen from far: each under a lid with its name, shape and colours, once nothing in it can be read."""

import math
from collections.abc import Sequence
from typing import Any

from chainrule.app.encoding.heat_levels import opacity
from chainrule.app.picture.layout import Box, Layout
from chainrule.app.picture.layout.geometry import coordinate
from chainrule.app.picture.scene import Scene
from chainrule.app.picture.scene.scene import SceneGroup
from chainrule.app.picture.scene.space import FAR
from chainrule.app.picture.scene.text_width import text_width

SIZE = 15.0
"""Size of the name on a lid."""
_FILLED = 0.9
"""The share of a box that its name may fill."""
_PALE = 0.3
"""How much paler than a node's the colours of a lid are, which its name stands on."""
_STRIP = 400.0
"""Width of the strips by which the layers around a place are looked up."""


def title(scene: Scene, group: SceneGroup) -> str:
    """The name of a layer, with the shape of its result if that is a tensor."""
    output, shape = scene.lid_of(group)
    return f"{group.title} {scene.shape_text(output)}" if shape else group.title


def closing(scene: Scene, layout: Layout) -> list[float]:
    """For each open layer, the letter beyond which it is shut: nothing within can be read. One in pieces never is."""
    until = [FAR] * len(scene.groups)
    for at, _ in layout.pieces:
        until[at] = math.inf
    for at in range(len(scene.groups) - 1, -1, -1):  # inner before outer
        group, box = scene.groups[at], layout.groups[at]
        if group.parent is not None:
            named = min(
                _FILLED * box.width / text_width(title(scene, group), 1.0), _FILLED * box.height / 1.5
            )
            until[group.parent] = max(until[group.parent], until[at], named)
    return until


class Under:
    """Tells from which letter on a place is under a lid."""

    def __init__(self, layout: Layout, until: Sequence[float]) -> None:
        self._strips: dict[int, list[tuple[Box, float]]] = {}
        """The boxes of open layers in each upright strip of the picture."""
        for box, letter in zip(layout.groups, until, strict=True):
            for strip in range(int(box.x // _STRIP), int((box.x + box.width) // _STRIP) + 1):
                self._strips.setdefault(strip, []).append((box, letter))

    def __call__(self, x: float, y: float) -> float:
        """Return the letter beyond which a place is under a lid; infinite for a place outside all layers."""
        return min(
            (
                letter
                for box, letter in self._strips.get(int(x // _STRIP), ())
                if box.x < x < box.x + box.width and box.y < y < box.y + box.height
            ),
            default=float("inf"),
        )


def pale(level: str) -> float:
    """How opaque the colour of a level is on a lid."""
    return round(_PALE * opacity(level), 2)


def lid(scene: Scene, at: int, box: Box, until: float, heat: tuple[str, str] | None) -> dict[str, Any]:
    """The parts of one lid, for the template. ``heat`` are the levels of all values and gradients."""
    group = scene.groups[at]
    output, _ = scene.lid_of(group)
    x, y, width, half = box.x, box.y, box.width, box.height / 2
    top = f"M{coordinate(x)},{coordinate(y + half)}v{coordinate(10 - half)}a10,10 0 0 1 10,-10"
    top += f"h{coordinate(width - 20)}a10,10 0 0 1 10,10v{coordinate(half - 10)}Z"
    low = f"M{coordinate(x)},{coordinate(y + half)}v{coordinate(half - 10)}a10,10 0 0 0 10,10"
    low += f"h{coordinate(width - 20)}a10,10 0 0 0 10,-10v{coordinate(10 - half)}Z"
    return {
        "id": group.id,
        "until": f"{until:.1f}",
        **{key: coordinate(value) for key, value in box._asdict().items()},
        "halves": []
        if heat is None
        else [
            {"way": way, "path": path, "opacity": pale(column[output])}
            for way, path, column in zip(("value", "grad"), (top, low), heat, strict=True)
        ],
        "name": title(scene, group),
        "name_x": coordinate(x + width / 2),
        "name_y": coordinate(y + half + 5.4),
    }
