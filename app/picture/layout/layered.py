"""A layered layout in Python, after Sugiyama: for graphs of hundreds of nodes, where ELK takes seconds.

Columns of nodes alternate with columns of numbers, each edge's beside its source. ``layers`` sorts the columns,
``heights`` makes edges straight, ``channels`` gives each bend a lane. An open layer is laid out first, then stands as
one item in the level around it.
"""

from chainrule.app.picture.layout.geometry import Layout, Route
from chainrule.app.picture.layout.layers import Layers
from chainrule.app.picture.layout.layers import work as work_of
from chainrule.app.picture.layout.levels import Circle, Levels
from chainrule.app.picture.layout.net import Net, Tie, Walls, item_of
from chainrule.app.picture.layout.places import placed
from chainrule.app.picture.layout.plain import turned
from chainrule.app.picture.scene import Scene

_MARGIN = 24.0


def work(scene: Scene) -> int:
    """The number of nodes, and of columns that edges pass: what a layout costs, open layers apart."""
    return work_of(_flat(scene))


def layout(scene: Scene, several: bool = False) -> Layout | None:
    """Lay out a scene; None if an open layer is left by more than its result, unless it may have ``several``.

    None too if layers read each other, open or closed.
    """
    if any(edge.source >= edge.target for edge in scene.edges):
        return None
    if scene.groups:
        levels = Levels(scene, Walls(_MARGIN, _MARGIN, _MARGIN, _MARGIN))
        try:
            return (
                _turned(scene, levels.layout()) if levels.are_calls or (several and levels.are_few) else None
            )
        except Circle:
            return None
    return _layout(scene, Layers(_flat(scene)))


def flat_layout(scene: Scene) -> Layout | None:
    """Lay out a scene without open layers, such as a chain or a tree, if no edges cross in it; else None."""
    layers = Layers(_flat(scene))
    return None if layers.crossings else _layout(scene, layers)


def _flat(scene: Scene) -> Net:
    """A scene as one level, whatever is open."""
    down = scene.direction == "down"
    ties = [
        Tie(at, e.source, e.target, e.slot, e.labelled, e.room[::-1] if down else e.room)
        for at, e in enumerate(scene.edges)
    ]
    items = [item_of(scene, at) for at in range(len(scene.nodes))]
    return Net(down, Walls(_MARGIN, _MARGIN, _MARGIN, _MARGIN), items, ties)


def _layout(scene: Scene, layers: Layers) -> Layout:
    width, height, boxes, routes = placed(layers)
    edges = tuple(Route(tuple(points), label) for points, label in routes)
    return _turned(scene, Layout("layered", width, height, tuple(boxes), edges, ()))


def _turned(scene: Scene, layout: Layout) -> Layout:
    """The layout in the scene's direction: one that runs down is made to the right, then x and y are exchanged."""
    if scene.direction == "right":
        return layout
    return Layout(
        layout.engine,
        layout.height,
        layout.width,
        tuple(map(turned, layout.nodes)),
        tuple(
            Route(tuple((y, x) for x, y in points), label and turned(label)) for points, label in layout.edges
        ),
        tuple(map(turned, layout.groups)),
    )
