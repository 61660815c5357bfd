"""A graph as objects with ids, for those who read it: nodes, edges and groups, made from its columns."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from chainrule.core.engine.ids import Ids
from chainrule.core.ops import BY_CODE, CONSTANT, INPUT
from chainrule.core.ops.op import Op, Shape

if TYPE_CHECKING:
    from chainrule.core.engine.graph import Graph, GroupRecord


class Node(NamedTuple):
    """One node: an input, a constant or an op."""

    index: int  # type: ignore[assignment]  # a field, not tuple.index
    id: str
    kind: str
    """``input``, ``constant`` or ``op``."""
    op: Op | None
    name: str | None
    label: str | None
    """The comment behind its assignment."""
    inputs: tuple[int, ...]
    """Indices of its operands, in operand order."""
    group: int | None
    """Index of the innermost group around it."""
    shape: Shape
    value: Any
    """The value of an input or a constant in the program; None for an op."""
    line: int
    column: int


class Edge(NamedTuple):
    """One operand of one node: its value flows forward, a gradient flows back."""

    index: int  # type: ignore[assignment]  # a field, not tuple.index
    id: str
    source: int
    target: int
    slot: int


class Group(NamedTuple):
    """The nodes made by one call of a function."""

    index: int  # type: ignore[assignment]  # a field, not tuple.index
    id: str
    name: str
    """The composite's name: ``sigmoid``, or that of the user's ``def``."""
    parent: int | None
    inputs: tuple[int, ...]
    """Indices of the argument nodes, in order."""
    output: int
    nodes: tuple[int, ...]
    """Indices of all nodes inside, inner groups included."""
    parameters: tuple[str, ...]


class Views:
    """The graph as objects with ids, made once on demand."""

    def __init__(self, graph: "Graph", ids: Ids, groups: Sequence["GroupRecord"]) -> None:
        self.index = {node_id: i for i, node_id in enumerate(ids.nodes)}
        kinds = {INPUT: "input", CONSTANT: "constant"}
        self.nodes: list[Node] = []
        self.edges: list[Edge] = []
        self.outgoing: list[list[Edge]] = [[] for _ in ids.nodes]
        for i, (code, a, b) in enumerate(zip(graph.codes, graph.a, graph.b, strict=True)):
            operands = () if a < 0 else (a,) if b < 0 else (a, b)
            line, column = graph.positions.get(i, (0, 0))
            self.nodes.append(
                Node(
                    i,
                    ids.nodes[i],
                    kinds.get(code, "op"),
                    BY_CODE[code],
                    graph.names[i][0] if i in graph.names else None,
                    graph.labels.get(i),
                    operands,
                    graph.group_of.get(i),
                    graph.shapes.get(i, ()),
                    graph.values.get(i),
                    line,
                    column,
                )
            )
            for slot, source in enumerate(operands):
                edge = Edge(len(self.edges), f"{ids.nodes[source]}->{ids.nodes[i]}.{slot}", source, i, slot)
                self.edges.append(edge)
                self.outgoing[source].append(edge)

        self.groups = [
            Group(
                g,
                ids.groups[g],
                group.name,
                group.parent if group.parent >= 0 else None,
                group.inputs,
                group.output,
                tuple(range(group.start, group.stop)),
                group.parameters,
            )
            for g, group in enumerate(groups)
        ]
