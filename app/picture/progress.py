"""The parts of a scene lit, done and waiting at one step of the walk, as in static/js/panels/stepper/state.js."""

from typing import NamedTuple

from chainrule.app.picture.scene import Scene
from chainrule.core.explain.steps import Phase, walk


class Progress(NamedTuple):
    """The ids of parts: ``lit`` are active, ``done`` have a value, ``waiting`` have no gradient yet."""

    phase: Phase
    lit: frozenset[str]
    done: frozenset[str]
    waiting: frozenset[str]


def progress(scene: Scene, step: int) -> Progress:
    """How far the walk is after ``step`` steps: 0 is before the first, any number past the last is the end."""
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
        # At an input a step is about the gradients that arrive, at the output about the one from upstream.
        edges = scene.outgoing[active] if node.kind == "input" else scene.incoming[active]
        if backward and node.kind in ("op", "closed"):
            edges = [edge for edge in edges if edge.has_gradient]
        lit = {node.id, *(edge.id for edge in edges)}
    return Progress(
        phase,
        frozenset(lit),
        frozenset(done),
        frozenset({scene.nodes[edge.source].id for edge in waiting} | {edge.id for edge in waiting}),
    )
