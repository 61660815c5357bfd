"""Every text of a drawn picture with the room it has: as data for the page, or drawn as seen at one scale."""

import math
from collections.abc import Iterator, Sequence
from typing import Any

from markupsafe import Markup

from chainrule.app.picture.layout import Box, Layout
from chainrule.app.picture.layout.geometry import coordinate
from chainrule.app.picture.letters import NUMBER, Letters, make_room, placed
from chainrule.app.picture.lids import SIZE, Under, closing, lid
from chainrule.app.picture.nodes import RESULT_SIZE
from chainrule.app.picture.scene import Scene
from chainrule.app.picture.scene.nodes import LINE, SIGN_SHARE
from chainrule.app.picture.scene.space import (
    CELL_HEIGHT,
    CELL_SIZE,
    CELL_WIDTH,
    FAR,
    LABEL_WIDTH,
    NOTE_SIZE,
)
from chainrule.app.picture.scene.text_width import text_width

LEAST_NUMBER = 7 * 0.63
"""Least width of a number, in multiples of its size: a drag may make it longer."""
_SIZES = {"label": 15.0, "name": 13.0, "symbol": 16.0, "sign": 25.0, "number": 16.0, "caption": 13.0}
_EDGE_SIZE = {"symbols": 13.0}
_OVERHANGS = (16.0, NUMBER, 24.0, 32.0, 48.0, 96.0, 192.0, 384.0, 768.0)
_MARGIN = 0.5
"""The paper beside a text at the picture's edge, as a share of its letter."""
_LINES = 15.0
"""The largest letter of the lines of shapes beneath a product."""
CELLS = min(CELL_WIDTH / (text_width("−0.123", 1.0) + 0.13), CELL_HEIGHT - 2)
"""The largest letter in a cell, with a gap between two of the longest numbers; some fonts have a wide minus."""

_OUTPUT, _INPUT, _LAYER, _BRIEF, _OP, _CAPTION, _SHAPE, _MORE = range(8)
"""Which names are more important than others."""


class Lettering:
    """Gives each text of a drawing its ``fit``: attributes, or None for a text not seen.

    ``letter`` is the smallest letter in the picture's units; with None the page decides, by the data of each text.
    """

    def __init__(self, scene: Scene, layout: Layout, letter: float | None) -> None:
        self._scene = scene
        self._layout = layout
        self._letter = letter
        self._until = closing(scene, layout)
        self._outlines = [
            Box(
                box.x + node.centre[0] - node.shape_width / 2,
                box.y + node.centre[1] - node.shape_height / 2,
                node.shape_width,
                node.shape_height,
            )
            for node, box in zip(scene.nodes, layout.nodes, strict=True)
        ]

    def lids(self, heat: tuple[str, str] | None) -> list[dict[str, Any]]:
        """The lids of open layers, outer over inner; with a letter given those that are shut."""
        boxes = zip(self._layout.groups, self._until, strict=True)
        return [
            lid(self._scene, at, box, until, heat)
            for at, (box, until) in reversed(list(enumerate(boxes)))
            if until < math.inf and (self._letter is None or self._letter > until)
        ]

    def fit(
        self,
        groups: list[dict[str, Any]],
        edges: list[dict[str, Any]],
        nodes: list[dict[str, Any]],
        lids: list[dict[str, Any]],
    ) -> None:
        """Set the ``fit`` of every text."""
        found = [
            *self._of_groups(groups),
            *self._of_edges(edges),
            *self._of_nodes(nodes),
            *self._of_lids(lids),
        ]
        if self._scene.groups:
            under = Under(self._layout, self._until)
            for _, key, letters in found:
                if key != "lid_fit":
                    letters.most = min(letters.most, under(letters.x, letters.y))
        make_room((letters for _, _, letters in found), self._shapes(), _tensor_boxes(edges))
        for owner, key, letters in found:
            owner[key] = self._attributes(letters)
            if owner.get("above"):
                owner["above"][key] = owner[key]
        self._names = [letters for _, _, letters in found if letters.rank is not None]
        self._seen = [letters for _, _, letters in found if letters.seen(self._letter or 0.0)]

    def overhang(self) -> str:
        """How far names reach beyond the picture's left and right, for ever larger letters, in multiples of these."""
        told = []
        for letter in _OVERHANGS:
            boxes = [text.box(letter) for text in self._names if text.seen(letter)]
            left = max(0.0, -min((box[0] for box in boxes), default=0.0)) / letter
            right = max(0.0, max((box[2] for box in boxes), default=0.0) - self._layout.width) / letter
            told.append(f"{letter:g},{left:.1f},{right:.1f}")
        return " ".join(told)

    def paper(self) -> Box:
        """The picture's sides, wide enough for the texts that have grown."""
        width, height = self._layout.width, self._layout.height
        if not self._letter:
            return Box(0.0, 0.0, width, height)
        sides = [(0.0, 0.0, width, height), *(text.box(self._letter, _MARGIN) for text in self._seen)]
        left, top = min(side[0] for side in sides), min(side[1] for side in sides)
        right, bottom = max(side[2] for side in sides), max(side[3] for side in sides)
        return Box(left, top, right - left, bottom - top)

    def _attributes(self, letters: Letters) -> Markup | None:
        if self._letter is None:
            return Markup(f' data-fits="{letters.told()}"')  # nothing but numbers
        if not letters.seen(self._letter):
            return None
        grown = letters.grown(self._letter)
        return Markup(f' transform="{grown}"' if grown else "")

    def _shapes(self) -> Iterator[Box]:
        return (
            outline
            for node, outline in zip(self._scene.nodes, self._outlines, strict=True)
            if node.kind in ("op", "closed")
        )

    def _of_groups(self, groups: Sequence[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], str, Letters]]:
        for group in groups:
            x, y = float(group["name_x"]), float(group["name_y"])
            most = float(group["width"])
            yield group, "fit", placed(group["name"], x, y, 15.0, "left", "down", most=most, rank=_LAYER)

    def _of_lids(self, lids: Sequence[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], str, Letters]]:
        places = {group.id: at for at, group in enumerate(self._scene.groups)}
        for part in lids:
            until = float(part["until"])
            outer = self._scene.groups[places[part["id"]]].parent
            # Once the lid around it is shut, a name is neither seen nor in the way.
            most = 1e3 if outer is None else self._until[outer]
            x, y = float(part["name_x"]), float(part["name_y"])
            yield (
                part,
                "lid_fit",
                placed(
                    part["name"],
                    x,
                    y,
                    SIZE,
                    most=most,
                    rank=_INPUT,
                    least=until,
                    own=Box(*(float(part[key]) for key in Box._fields)),
                ),
            )

    def _of_nodes(self, nodes: Sequence[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], str, Letters]]:
        for node, outline, drawn in zip(self._scene.nodes, self._outlines, nodes, strict=True):
            at = (float(drawn["x"]), float(drawn["y"]))
            whole: Letters | None = None
            above = [text["above"] for text in drawn["texts"] if text.get("above")]
            for text in drawn["texts"]:
                if any(text is line for line in above):
                    continue
                kind, _, side = text["kind"].partition(" ")
                more: dict[str, Any] = {"local": at, "rank": _MORE, "most": 1e3}
                grows = "down"
                if kind in ("symbol", "sign"):
                    grows = "centre"
                    width = text_width(text["text"], 1.0)
                    inside = SIGN_SHARE * min(node.shape_width / width, node.shape_height)
                    if side == "brief":
                        side = ""
                        more |= {"rank": _BRIEF, "own": outline, "after": whole}
                    elif node.kind == "closed":
                        more |= {"rank": _LAYER, "own": outline, "inside": inside}
                    else:
                        word = len(text["text"]) > 1
                        more |= (
                            {"rank": _OP, "own": outline, "inside": inside}
                            if word
                            else {"rank": None, "most": inside}
                        )
                elif kind == "label":
                    stacked = len(drawn["texts"]) > 1 or drawn["sum"] or drawn["result"]
                    grows = "up" if stacked else "centre"
                    more["rank"] = _OUTPUT if node.kind == "output" else _INPUT
                elif (kind == "name" and drawn["sum"] is not None) or kind == "number":
                    grows = "centre"
                elif kind == "caption":
                    more["rank"] = _CAPTION
                lines = [text["text"], text["above"]["text"]] if text.get("above") else [text["text"]]
                width = max(text_width(line, 1.0) for line in lines)
                letters = self._text(text | {"text": width}, at, _SIZES[kind], side, grows, more)
                letters.top -= LINE / _SIZES[kind] * (len(lines) - 1)
                whole = letters if kind == "symbol" else whole
                yield text, "fit", letters
            total = drawn["sum"]
            if total is not None:
                width = LEAST_NUMBER + text_width("∂ = ", 1.0)
                more = {"local": at, "rank": _MORE, "most": NUMBER}
                yield (
                    total,
                    "fit",
                    self._text(
                        total | {"text": width},
                        at,
                        13.0 if total["way"] == "grad" else 14.0,
                        total["side"],
                        "down",
                        more,
                    ),
                )
            result = drawn["result"]
            if result is not None:
                # Near, the number stands on the arrow that ends here.
                more = {"local": at, "rank": _OUTPUT, "most": 1e3, "least": 1.0001 * NUMBER}
                width = LEAST_NUMBER + text_width("= ", 1.0)
                said = result | {"text": width}
                yield result, "fit", self._text(said, at, RESULT_SIZE, result["side"], "below", more)
            for line in drawn["products"]:
                width = text_width(line["left"] + line["right"], 13.0) + 20
                size = NOTE_SIZE if line["digit"] else 13.0  # the number in a box is the smallest
                yield (
                    line,
                    "fit",
                    placed(width / size, at[0], at[1] + float(line["y"]), size, most=_LINES, local=at),
                )

    def _text(
        self,
        text: dict[str, Any],
        at: tuple[float, float],
        size: float,
        side: str,
        grows: str,
        more: dict[str, Any],
    ) -> Letters:
        x, y = at[0] + float(text["x"]), at[1] + float(text["y"])
        return placed(text["text"], x, y, size, side or "middle", grows, **more)

    def _of_edges(self, edges: Sequence[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], str, Letters]]:
        labels = self._scene.labels
        size = _EDGE_SIZE.get(labels, 14.0)
        for edge, drawn in zip(self._scene.edges, edges, strict=True):
            for way, grows in (("value", "up"), ("grad", "down")):
                said = drawn[way]
                if said is None:
                    continue
                width, most = text_width(said, 1.0), NUMBER
                if labels not in ("symbols", "shapes") and not edge.shape:
                    width = max(width, LEAST_NUMBER)
                else:
                    most = min(NUMBER, max(edge.room.width, LABEL_WIDTH["shapes"]) / max(width, 1.0))
                yield (
                    drawn,
                    f"{way}_fit",
                    placed(
                        width,
                        float(drawn["x"]),
                        float(drawn[f"{way}_y"]),
                        size,
                        drawn["side"] or "middle",
                        grows,
                        most=most,
                        beside=drawn["side"] is not None,
                    ),
                )
            if drawn["digit"]:
                x, y = float(drawn["digit"]["text_x"]), float(drawn["digit"]["text_y"])
                yield drawn, "digit_fit", placed("0", x, y, NOTE_SIZE, most=NOTE_SIZE * 1.1)
            for tensor in drawn["tensors"]:
                if tensor["kind"] == "matrix":
                    tensor["cell_size"] = self._cell_size()
                    for cell in tensor["cells"] if tensor["factors"] else ():
                        x, y, letters = float(cell["x"]), float(cell["y"]), float(tensor["terms_size"])
                        cell["terms_y"] = coordinate(y + 2.9)
                        yield cell, "terms_fit", placed(cell["terms"], x, y + 2.9, letters, most=letters)
                    if tensor["way"] == "value":
                        yield self._shape_of_matrix(tensor, self._scene.shape_text(edge.value_of))
                    continue
                y = float(tensor["note_y"])
                grows = "up" if tensor["way"] == "value" else "down"
                heat = Box(*(float(tensor[key]) for key in Box._fields))
                yield tensor, "shape_fit", placed(
                    tensor["shape"], float(tensor["left"]), y, NOTE_SIZE, "left", grows,
                    most=1e3 if tensor["way"] == "value" else NOTE_SIZE * 1.1, rank=_SHAPE, own=heat,
                )  # fmt: skip
                yield tensor, "scale_fit", placed(
                    tensor["scale"], float(tensor["right"]), y, NOTE_SIZE, "right", grows, most=NOTE_SIZE * 1.1
                )  # fmt: skip

    def _shape_of_matrix(self, tensor: dict[str, Any], shape: str) -> tuple[dict[str, Any], str, Letters]:
        """The shape that stands on a matrix from afar, in the place of its numbers."""
        box = Box(*tensor["place"])
        x, y = box.x + box.width / 2, box.y + box.height / 2 + 0.36 * NOTE_SIZE
        tensor |= {"shape": shape, "shape_x": coordinate(x), "shape_y": coordinate(y)}
        letters = placed(shape, x, y, NOTE_SIZE, most=1e3, rank=_SHAPE, least=CELLS, own=box)
        return tensor, "shape_fit", letters

    def _cell_size(self) -> float | None:
        """The letters of cells; None if they are not seen, 0 if the page decides."""
        if self._letter is None:
            return 0.0
        return max(CELL_SIZE, self._letter) if self._letter <= CELLS else None


def _tensor_boxes(edges: Sequence[dict[str, Any]]) -> Iterator[Box]:
    for edge in edges:
        for tensor in edge["tensors"]:
            if tensor["kind"] == "matrix":
                yield Box(*tensor["place"])
            else:
                yield Box(*(float(tensor[key]) for key in ("x", "y", "width", "height")))


def is_far(letter: float | None) -> bool:
    """Whether a picture whose smallest letter has this size, in its own units, is seen from far."""
    return letter is not None and letter > FAR
