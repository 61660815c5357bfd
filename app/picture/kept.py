"""Pictures of one graph drawn lately: where only numbers have changed since, only these are written anew.

A picture kept is its text cut at every text with a number in it. Nothing else in a picture of numbers depends on them,
but for the marks of numbers that are not finite, of wrong gradients and of kinks, and for the room of long numbers.
Pictures that have such marks are drawn whole, or kept apart by them.
"""

import math
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any, NamedTuple

from markupsafe import Markup, escape

from chainrule.app.encoding.heat_levels import opacity
from chainrule.app.picture.layout import Layout
from chainrule.app.picture.lettering import LEAST_NUMBER
from chainrule.app.picture.lids import pale
from chainrule.app.picture.scene import Direction, Labels, Scene
from chainrule.app.picture.scene.text_width import text_width
from chainrule.app.picture.svg import Drawing, scene_of
from chainrule.app.picture.texts import EdgeText
from chainrule.core.engine.graph import Graph

MOST = 4
"""Pictures kept of one graph: two labels in two colours, say."""
MOST_NODES = 120
"""Visible nodes of all of them."""
MOST_LETTERS = 150_000
"""Characters of all of them."""
MOST_OPEN = 2_000
"""Characters of the ids of open groups, of a picture that is kept."""
_CUT = "\0"
"""Stands before and behind the place of a number; no program has this character."""


_Shown = tuple[Layout, list[str], list[int]]


class View(NamedTuple):
    """What decides on the scene of a picture."""

    open: tuple[str, ...] = ()
    labels: Labels = "numbers"
    lang: str = "en"
    blanks: tuple[str, ...] | None = None
    direction: Direction = "right"
    wrap: float | None = None


@dataclass(slots=True)
class _Kept:
    scene: Scene
    shown: dict[Any, _Shown]
    """By what decides on the rest: the layout, what stands between numbers, and which number stands where."""


class Pictures:
    """The pictures of one graph. Safe to use from many threads."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._lock = Lock()
        self._kept: OrderedDict[View, _Kept] = OrderedDict()

    def scene(self, view: View) -> Scene:
        """Make the scene of a picture, or take the one that is kept."""
        with self._lock:
            if (kept := self._kept.get(view)) is not None:
                self._kept.move_to_end(view)
                return kept.scene
        open, labels, lang, blanks, direction, wrap = view
        scene = scene_of(self._graph, open, labels, lang, blanks, direction, wrap)
        if len(scene.nodes) <= MOST_NODES and sum(map(len, open)) <= MOST_OPEN:
            with self._lock:
                self._kept[view] = _Kept(scene, {})
                while self._is_full():
                    self._kept.popitem(last=False)
        return scene

    def has(self, view: View) -> bool:
        """Tell whether a picture is kept, so that another of this view will most likely take little time."""
        with self._lock:
            kept = self._kept.get(view)
            return kept is not None and bool(kept.shown)

    def _is_full(self) -> bool:
        nodes = sum(len(kept.scene.nodes) for kept in self._kept.values())
        return len(self._kept) > MOST or nodes > MOST_NODES

    def draw(self, picture: Drawing) -> str:
        """Write a picture of this graph, or new numbers into what has been written of its scene."""
        scene, layout = picture.scene, picture.layout
        shown = self._shown_of(scene)
        if shown is None or picture.wrong or picture.pushes or not _is_plain(picture):
            return picture.rendered()
        said = [picture.texts.edge(at) for at in range(len(scene.edges))]
        numbers = list(_numbers(picture, said))
        kinks = tuple(picture.kinks.items())
        key = (picture.step, picture.theme, picture.standalone, picture.zoom, kinks, tuple(_long(said)))
        found = shown.get(key)
        if found is None or found[0] is not layout:
            parts = picture.parts()
            _cut(parts)
            pieces = picture.rendered(parts).split(_CUT)
            found = layout, pieces[::2], [int(place) for place in pieces[1::2]]
            self._keep(shown, key, found)
        _, between, places = found
        written = [between[0]]
        for place, piece in zip(places, between[1:], strict=True):
            written += (numbers[place], piece)
        return "".join(written)

    def _keep(self, shown: dict[Any, _Shown], key: Any, found: _Shown) -> None:
        """Keep a picture, in the place of those kept longest: first of other views, then of its own."""
        with self._lock:
            shown[key] = found
            views = [kept.shown for kept in self._kept.values()]
            while sum(_letters(each) for view in views for each in view.values()) > MOST_LETTERS:
                oldest = next(view for view in views if view)
                del oldest[next(iter(oldest))]

    def _shown_of(self, scene: Scene) -> dict[Any, _Shown] | None:
        with self._lock:
            return next((kept.shown for kept in self._kept.values() if kept.scene is scene), None)


def _letters(shown: _Shown) -> int:
    return sum(map(len, shown[1]))


def _is_plain(picture: Drawing) -> bool:
    """Whether a picture shows numbers, all of them finite, of a graph without tensors."""
    values, labels = picture.values, picture.scene.labels
    if values is None or picture.blanks is not None or labels != "numbers" or picture.scene.graph.has_tensors:
        return False
    return math.isfinite(sum(values))


def _numbers(picture: Drawing, said: Sequence[EdgeText]) -> Iterator[str]:
    """Every text with a number in it, in the order of ``_cut``."""
    scene, texts = picture.scene, picture.texts
    yield str(escape(texts.picture_description())) if picture.standalone else ""
    for at, edge in enumerate(said):
        yield from (edge.value or "", edge.grad or "", str(escape(texts.edge_aria(at))))
    levels = picture.heat or ("", "")
    for at, node in enumerate(scene.nodes):
        yield texts.total(at) or texts.unread(at) or ""
        yield texts.result(at) or ""
        yield str(escape(texts.node_aria(at)))
        yield from (str(opacity(column[node.core])) for column in levels)
    for group in scene.groups:
        output = scene.graph.groups[group.core].output
        yield from (str(pale(column[output])) for column in levels)


def _cut(parts: dict[str, Any]) -> None:
    """Put the place of a number in the stead of each, in the parts of a picture."""
    places = iter(range(1_000_000))

    def put(owner: dict[str, Any] | None, name: str) -> None:
        place = next(places)
        if owner is not None and owner[name] is not None:
            owner[name] = Markup(f"{_CUT}{place}{_CUT}")

    put(parts, "description")
    for edge in parts["edges"]:
        for name in ("value", "grad", "aria"):
            put(edge, name)
    for node in parts["nodes"]:
        put(node["sum"], "text")
        put(node["result"], "text")
        put(node, "aria")
        for way in range(2):
            put(node["halves"][way] if way < len(node["halves"]) else None, "opacity")
    lids = {lid["id"]: lid for lid in parts["lids"]}
    for group in parts["groups"]:
        for way in range(2):
            lid = lids.get(group["id"])
            put(lid["halves"][way] if lid is not None else None, "opacity")


def _long(said: Sequence[EdgeText]) -> Iterator[float]:
    """The widths of numbers longer than those for which there is always room."""
    for edge in said:
        for number in (edge.value, edge.grad):
            yield 0.0 if number is None else max(0.0, text_width(number, 1.0) - LEAST_NUMBER)
