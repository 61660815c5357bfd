"""Open layers in a layered layout: each level is placed by itself, the innermost first, then stands in the one around.

An edge into an open layer is a tie in each level that it passes. Its numbers stand outside, where both of its ends
meet. Edges enter a layer anywhere at its left wall. Those that leave it from one node, as from a call's result, may
change places outside; those of several results keep the heights at which they leave.
"""

from heapq import heapify, heappop, heappush
from typing import NamedTuple

from chainrule.app.picture.layout.geometry import Box, Layout, Point, Route
from chainrule.app.picture.layout.layers import Layers
from chainrule.app.picture.layout.net import Item, Net, Placed, Tie, Walls, item_of
from chainrule.app.picture.layout.places import placed, without_steps
from chainrule.app.picture.scene import Scene

_ROOT = -1
_MOST_LEAVING = 12
"""Most edges that leave an open layer; more would be a bundle, which ELK draws better."""
_TITLE, _SIDE, _FOOT = 40.0, 20.0, 18.0
"""Room of an open layer above what it holds, beside it, and below."""
_TITLED, _TITLED_DOWN = 44.0, 104.0
"""Room beside a title: of its toggle, and of edges that enter from above."""


class Circle(Exception):
    """Two layers of a level read each other, so that neither stands before the other."""


class _Path(NamedTuple):
    """The levels that an edge passes."""

    out: list[int]
    """Those it leaves, the innermost first."""
    shared: int
    into: list[int]
    """Those it enters, the outermost first."""


class _Level:
    """One level with its places, by what stands there: a node, a layer, or an edge at a wall."""

    def __init__(self, net: Net, place: dict[tuple[str, int], int]) -> None:
        self.place = place
        self.ties = {tie.edge: at for at, tie in enumerate(net.ties)}
        self.placed: Placed = placed(Layers(net))

    def box(self, kind: str, at: int) -> Box:
        """The box of an item, from the level's corner."""
        return self.placed.boxes[self.place[kind, at]]

    def walls(self, kind: str) -> list[tuple[float, int]]:
        """The edges at a wall with their heights, from the top."""
        return sorted((self.box(of, at).y, at) for of, at in self.place if of == kind)

    def route(self, edge: int) -> tuple[list[Point], Box | None]:
        """The corners of an edge in this level, and the box of its numbers."""
        return self.placed.routes[self.ties[edge]]


class Levels:
    """The levels of a scene with open layers."""

    def __init__(self, scene: Scene, walls: Walls) -> None:
        self._scene, self._walls, self._down = scene, walls, scene.direction == "down"
        self._groups = [self._out_of(group.parent) for group in scene.groups]
        self._nodes = [self._out_of(node.parent) for node in scene.nodes]
        """The levels around each layer and node, the innermost first."""
        self._paths = [self._path(edge.source, edge.target) for edge in scene.edges]
        self._results: dict[int, list[int]] = {}
        """By layer: the sources of the edges that leave it."""
        for edge, path in zip(scene.edges, self._paths, strict=True):
            for level in path.out:
                self._results.setdefault(level, []).append(edge.source)

    def _out_of(self, level: int | None) -> list[int]:
        """A level and those around it."""
        found: list[int] = []
        while level is not None:
            found.append(level)
            level = self._scene.groups[level].parent
        return [*found, _ROOT]

    def _path(self, source: int, target: int) -> _Path:
        out, into = self._nodes[source], self._nodes[target]
        shared = next(level for level in out if level in into)
        return _Path(out[: out.index(shared)], shared, into[: into.index(shared)][::-1])

    @property
    def are_calls(self) -> bool:
        """Whether every open layer is left from one node only, its result, and not by too many edges."""
        return self.are_few and all(len(set(sources)) == 1 for sources in self._results.values())

    @property
    def are_few(self) -> bool:
        """Whether no open layer is left by too many edges."""
        return all(len(sources) <= _MOST_LEAVING for sources in self._results.values())

    def layout(self) -> Layout:
        """Place all levels, to the right. Raises Circle where two layers read each other."""
        scene = self._scene
        inside: dict[int, list[tuple[str, int]]] = {at: [] for at in (_ROOT, *range(len(scene.groups)))}
        crossing: dict[int, list[int]] = {level: [] for level in inside}
        seen: set[int] = set()
        for at in range(len(scene.nodes) - 1, -1, -1):  # a layer stands where its last node does
            inside[self._nodes[at][0]].append(("node", at))
            for level in self._nodes[at][:-1]:
                if level not in seen:
                    seen.add(level)
                    inside[self._groups[level][0]].append(("layer", level))
        for at, path in enumerate(self._paths):
            for level in (*path.out, path.shared, *path.into):
                crossing[level].append(at)
        levels: dict[int, _Level] = {}
        for level in (*range(len(scene.groups) - 1, -1, -1), _ROOT):
            levels[level] = self._level(level, inside[level][::-1], crossing[level], levels)

        corners = {_ROOT: (0.0, 0.0)}
        frames = []
        for at, around in enumerate(self._groups):
            frame = _moved(levels[around[0]].box("layer", at), corners[around[0]])
            corners[at] = frame.x, frame.y
            frames.append(frame)
        boxes = [
            _moved(levels[around[0]].box("node", at), corners[around[0]])
            for at, around in enumerate(self._nodes)
        ]
        routes = [self._route(at, levels, corners) for at in range(len(scene.edges))]
        whole = levels[_ROOT].placed
        return Layout("layered", whole.width, whole.height, tuple(boxes), tuple(routes), tuple(frames))

    def _level(
        self, level: int, inside: list[tuple[str, int]], crossing: list[int], levels: dict[int, _Level]
    ) -> _Level:
        """Place a level whose inner levels are placed."""
        scene = self._scene
        entering = [("entry", at) for at in crossing if level in self._paths[at].into]
        leaving = [("exit", at) for at in crossing if level in self._paths[at].out]
        keys = [*entering, *inside, *leaving]
        place = {key: at for at, key in enumerate(keys)}
        slots: dict[tuple[int, int], int] = {}
        items = []
        for kind, at in keys:
            if kind == "node":
                items.append(item_of(scene, at))
            elif kind == "layer":
                inner = levels[at]
                west, east = inner.walls("entry"), inner.walls("exit")
                slots |= {(at, edge): slot for slot, (_, edge) in enumerate(west)}
                heights = [height for height, _ in east] or [height for height, _ in west] or [0.0]
                items.append(
                    Item(
                        "layer",
                        inner.placed.width,
                        inner.placed.height,
                        (heights[0] + heights[-1]) / 2,
                        [height for height, _ in west],
                        [height for height, _ in east],
                        {edge: height for height, edge in east} if self._has_several(at) else None,
                    )
                )
            else:
                ends = ((), (0.0,)) if kind == "entry" else ((0.0,), ())
                items.append(Item(kind, 0.0, 0.0, 0.0, *ends))
        ties = []
        for at in crossing:
            edge, path = scene.edges[at], self._paths[at]
            source = (
                ("entry", at)
                if level in path.into
                else self._item(self._nodes[edge.source], edge.source, level)
            )
            target = (
                ("exit", at)
                if level in path.out
                else self._item(self._nodes[edge.target], edge.target, level)
            )
            slot = slots[target[1], at] if target[0] == "layer" else edge.slot if target[0] == "node" else 0
            room = edge.room[::-1] if self._down else edge.room
            labelled = edge.labelled and level == path.shared
            ties.append(Tie(at, place[source], place[target], slot, labelled, room))
        moved = _order(len(items), ties)
        place = {key: moved[at] for key, at in place.items()}
        items = [item for _, item in sorted(zip(moved, items, strict=True), key=lambda pair: pair[0])]
        ties = [tie._replace(source=moved[tie.source], target=moved[tie.target]) for tie in ties]
        ties.sort(key=lambda tie: (tie.target, tie.slot))
        return _Level(
            Net(self._down, self._walls_of(level, bool(entering), bool(leaving)), items, ties), place
        )

    def _has_several(self, layer: int) -> bool:
        """Whether edges leave a layer from several nodes."""
        return len(set(self._results.get(layer, ()))) > 1

    def _item(self, around: list[int], node: int, level: int) -> tuple[str, int]:
        """What a node stands in, or is itself, at a level."""
        depth = around.index(level)
        return ("layer", around[depth - 1]) if depth else ("node", node)

    def _walls_of(self, level: int, entered: bool, left: bool) -> Walls:
        if level == _ROOT:
            return self._walls
        title = self._scene.groups[level].title_width
        before, after = (0.0 if entered else _SIDE), (0.0 if left else _SIDE)
        if self._down:
            return Walls(0.0 if entered else _TITLE, _SIDE, after, _SIDE, 0.0, title + _TITLED_DOWN)
        return Walls(before, _TITLE, after, _FOOT, title + _TITLED)

    def _route(self, at: int, levels: dict[int, _Level], corners: dict[int, Point]) -> Route:
        """Join the parts of an edge, from the inside of its source's layers to the inside of its target's."""
        path = self._paths[at]
        points, label = levels[path.shared].route(at)
        parts = [_shifted(points, corners[path.shared])]
        around = levels[path.shared]
        for level in reversed(path.out):
            same = at
            if not self._has_several(level):
                # All edges out of a layer come from one node: which of them takes which way within is free.
                height = points[0][1] - around.box("layer", level).y
                _, same = min(levels[level].walls("exit"), key=lambda wall: abs(wall[0] - height))
            points, _ = levels[level].route(same)
            parts.insert(0, _shifted(points, corners[level]))
            around = levels[level]
        parts += [_shifted(levels[level].route(at)[0], corners[level]) for level in path.into]
        whole = [point for part in parts for point in part]
        return Route(tuple(without_steps(whole)), label and _moved(label, corners[path.shared]))


def _order(count: int, ties: list[Tie]) -> list[int]:
    """The new place of each item: sources stand before their readers, all else as it was. Raises Circle."""
    if all(tie.source < tie.target for tie in ties):
        return list(range(count))
    missing, readers = [0] * count, [[] for _ in range(count)]  # type: tuple[list[int], list[list[int]]]
    for tie in ties:
        readers[tie.source].append(tie.target)
        missing[tie.target] += 1
    ready = [at for at in range(count) if not missing[at]]
    heapify(ready)
    moved, taken = [-1] * count, 0
    while ready:
        at = heappop(ready)
        moved[at] = taken
        taken += 1
        for reader in readers[at]:
            missing[reader] -= 1
            if not missing[reader]:
                heappush(ready, reader)
    if taken < count:
        raise Circle
    return moved


def _moved(box: Box, by: Point) -> Box:
    return box._replace(x=box.x + by[0], y=box.y + by[1])


def _shifted(points: list[Point], by: Point) -> list[Point]:
    return [(x + by[0], y + by[1]) for x, y in points]
