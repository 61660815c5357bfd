"""What of a scene is lit, known and still to come at one step of the walk; static/js/step-state.js does the same."""

from typing import Literal, NamedTuple

from app.scene import Scene

Phase = Literal["forward", "backward"]


class Shown(NamedTuple):
    """Ids by what is to be said of them: ``done`` has its value, ``waiting`` has no gradient yet."""

    phase: Phase
    lit: frozenset[str]
    done: frozenset[str]
    waiting: frozenset[str]


def walk(scene: Scene) -> list[tuple[Phase, int]]:
    """The walk as (phase, position in ``scene.nodes``): every op and closed layer, forward, then backward."""
    forward = [at for at, node in enumerate(scene.nodes) if node.kind in ("op", "closed")]
    back = [at for at in reversed(forward) if any(edge.has_gradient for edge in scene.incoming[at])]
    return [*(("forward", at) for at in forward), *(("backward", at) for at in back)]  # type: ignore[misc]


def shown(scene: Scene, step: int) -> Shown:
    """The scene after ``step`` steps: 0 is before the first, more than there are is the end."""
    walked = walk(scene)[:step]
    phase: Phase = walked[-1][0] if walked else "forward"
    backward = phase == "backward"
    known = {at for at, node in enumerate(scene.nodes) if node.kind in ("input", "constant")}
    known |= {at for went, at in walked if went == "forward"}
    returned = {len(scene.nodes) - 1} | {at for went, at in walked if went == "backward"}
    waiting_edges = [edge for edge in scene.edges if not (backward and edge.target in returned)]
    incomplete = {edge.source for edge in waiting_edges}

    lit: set[str] = set()
    if walked:
        active = walked[-1][1]
        lit = {scene.nodes[active].id, *(edge.id for edge in scene.incoming[active])}
    if scene.edges[-1].source in known:
        known.add(len(scene.nodes) - 1)
    everything = set(range(len(scene.nodes)))
    done = {scene.nodes[at].id for at in (everything if backward else known)}
    done |= {edge.id for edge in scene.edges if backward or edge.source in known}
    waiting = {scene.nodes[at].id for at in incomplete} | {edge.id for edge in waiting_edges}
    return Shown(phase, frozenset(lit), frozenset(done), frozenset(waiting))
