"""The sheet that any graph is drawn on: its size, its lids, and how small letters and lines may be."""

from typing import Any, Protocol

from chainrule.app.picture.layout import Box, Layout
from chainrule.app.picture.layout.geometry import coordinate
from chainrule.app.picture.lettering import CELLS, Lettering, is_far
from chainrule.app.picture.scene import Scene
from chainrule.app.picture.style import Theme, palette


def smallest_letter(zoom: float | None, theme: Theme, standalone: bool) -> float | None:
    """The smallest letter in the picture's units; 0 for all as they are, None for the page to decide."""
    if zoom is not None:
        return float(palette(theme)["--letter"].removesuffix("px")) / zoom
    return 0.0 if standalone else None


def thinnest_line(zoom: float | None) -> float | None:
    """The thinnest line in the picture's units where it is drawn for one scale."""
    return None if zoom is None else max(1.5, 1.0 / zoom)


class Drawing(Protocol):
    """What a sheet has to know of a picture."""

    @property
    def scene(self) -> Scene: ...
    @property
    def layout(self) -> Layout: ...
    @property
    def heat(self) -> tuple[str, str] | None: ...
    @property
    def letter(self) -> float | None: ...
    @property
    def zoom(self) -> float | None: ...
    @property
    def standalone(self) -> bool: ...


def sheet(
    picture: Drawing, groups: list[dict[str, Any]], edges: list[dict[str, Any]], nodes: list[dict[str, Any]]
) -> dict[str, Any]:
    """Return what the template shows of any graph, by name, with the room of every text."""
    scene, layout, zoom = picture.scene, picture.layout, picture.zoom
    lettering = Lettering(scene, layout, picture.letter)
    lids = lettering.lids(picture.heat)
    lettering.fit(groups, edges, nodes, lids)
    paper = lettering.paper()
    return {
        "paper": Box(*map(coordinate, paper)),
        "shown_width": coordinate(paper.width * (zoom or 1.0)),
        "shown_height": coordinate(paper.height * (zoom or 1.0)),
        "far": is_far(picture.letter),
        "cells": f"12 {CELLS:.1f}",
        "labels": scene.labels,
        "direction": scene.direction,
        "lines": layout.lines if scene.wrap is not None else None,
        "lang": scene.lang,
        "groups": groups,
        "edges": edges,
        "nodes": nodes,
        "lids": lids,
        "overhang": None if picture.standalone else lettering.overhang(),
    }
