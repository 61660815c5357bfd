"""What of a scene is lit, known and still to come at one step of the walk, as in static/js/panels/stepper/state.js."""

from typing import NamedTuple

from chainrule.app.picture.scene import Scene
from chainrule.core.explain.steps import Phase, walk


class Shown(NamedTuple):
    """Ids by what is to be said of them: ``done`` has its value, ``waiting`` has no gradient yet."""

    phase: Phase
    lit: frozenset[str]
    done: frozenset[str]
    waiting: frozenset[str]


def shown(scene: Scene, step: int) -> Shown:
    """The scene after ``step`` steps of ``steps``' walk: 0 is before the first, beyond the last is the end."""
    at_id = {node.id: at for at, node in enumerate(scene.nodes)}
    walked = [(phase, at_id[node_id]) for phase, node_id in walk(scene.graph, scene.open)[:step]]
    phase: Phase = walked[-1][0] if walked else "forward"
    backward = phase == "backward"
    terminal = len(scene.nodes) - 1

    known = {at for at, node in enumerate(scene.nodes) if node.kind in ("input", "constant")}
    known |= {at for went, at in walked if went == "forward"}
    if scene.edges[-1].source in known:
        known.add(terminal)
    done = {node.id for at, node in enumerate(scene.nodes) if backward or at in known}
    done |= {edge.id for edge in scene.edges if backward or edge.source in known}

    returned = {terminal, *(at for went, at in walked if went == "backward")}
    waiting = [edge for edge in scene.edges if not (backward and edge.target in returned)]
    lit: set[str] = set()
    if walked:
        active = walked[-1][1]
        node = scene.nodes[active]
        # At an input, and at the word at the far right, a step is about what comes back, or in from outside.
        edges = scene.outgoing[active] if node.kind == "input" else scene.incoming[active]
        if backward and node.kind in ("op", "closed"):
            edges = [edge for edge in edges if edge.has_gradient]
        lit = {node.id, *(edge.id for edge in edges)}
    return Shown(
        phase,
        frozenset(lit),
        frozenset(done),
        frozenset({scene.nodes[edge.source].id for edge in waiting} | {edge.id for edge in waiting}),
    )
