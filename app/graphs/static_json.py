"""What of a graph's answer is the same for every evaluation, as JSON text made once for each graph."""

import re
from typing import Any

from chainrule.app.encoding.encode import encode
from chainrule.app.graphs.latex_json import GraphLatex
from chainrule.core.engine.graph import Edge, Graph, Group, Node
from chainrule.core.explain.aria import node_words, numbers_heard


class _Pattern:
    """The words around a value and a gradient, taken from `aria.numbers_heard` with marks in their places."""

    def __init__(self, value_alone: str, both: str) -> None:
        before, after = value_alone.split("\0")
        self.value_alone = (before, after.encode())
        before, between, after = re.split("[\0\1]", both)
        self.both = (before, between.encode(), after.encode())


_ALONE, _BOTH = numbers_heard("\0", None), numbers_heard("\0", "\1")
_KOREAN, _ENGLISH = _Pattern(_ALONE.ko, _BOTH.ko), _Pattern(_ALONE.en, _BOTH.en)


class Heard:
    """What is heard of one node in one language: `core.explain.aria.node_aria` as pieces of a JSON string."""

    __slots__ = ("_after", "_alone", "_before", "_between", "_end")

    def __init__(self, words: str, pattern: _Pattern) -> None:
        alone, self._end = pattern.value_alone
        before, self._between, self._after = pattern.both
        self._alone = encode(f"{words}, {alone}")[1:-1]
        self._before = encode(f"{words}, {before}")[1:-1]

    def heard(self, value: bytes, gradient: bytes) -> tuple[bytes, ...]:
        """The pieces with the numbers' texts in their places; no gradient is said where it is empty."""
        if not gradient:
            return self._alone, value, self._end
        return self._before, value, self._between, gradient, self._after


class StaticParts:
    """The beginnings of all nodes and edges, and the whole groups. The numbers are put behind by `graph_json`.

    `seed` matters only to formulas: whether the output is differentiated, or an L behind it.
    """

    def __init__(self, graph: Graph, seed: float) -> None:
        self._graph = graph
        self._latex = GraphLatex(graph, seed)
        self.nodes = [_open(self._node(node)) for node in graph.nodes]
        self.edges = [_open(self._edge(edge)) for edge in graph.edges]
        self.sources = [edge.source for edge in graph.edges]
        self.groups = [self._group(group) for group in graph.groups]
        words = [node_words(graph, node) for node in graph.nodes]
        self.words = [(Heard(said.ko, _KOREAN), Heard(said.en, _ENGLISH)) for said in words]
        """What a screen reader says of each node, in Korean and in English."""

    def _node(self, node: Node) -> dict[str, Any]:
        ids, groups = self._graph.ids, self._graph.groups
        return {
            "id": node.id,
            "kind": node.kind,
            "op": node.op.name if node.op else None,
            "symbol": node.op.symbol if node.op else "",
            "name": node.name,
            "label": node.label,
            "inputs": [ids[source] for source in node.inputs],
            "group": None if node.group is None else groups[node.group].id,
            "shape": node.shape,
            "line": node.line,
            "column": node.column,
            "latex": self._latex.node(node),
        }

    def _edge(self, edge: Edge) -> dict[str, Any]:
        ids = self._graph.ids
        return {
            "id": edge.id,
            "source": ids[edge.source],
            "target": ids[edge.target],
            "slot": edge.slot,
            "latex": self._latex.edge(edge),
        }

    def _group(self, group: Group) -> dict[str, Any]:
        graph = self._graph
        return {
            "id": group.id,
            "name": group.name,
            "op": group.name,
            "parent": None if group.parent is None else graph.groups[group.parent].id,
            "inputs": [graph.ids[index] for index in group.inputs],
            "output": graph.ids[group.output],
            "latex": self._latex.group(group),
        }


VALUE = b'"value":'
"""The member that the beginnings of nodes and edges end with."""


def _open(item: dict[str, Any]) -> bytes:
    """The object's JSON as far as its last member, the value, which is put behind."""
    return encode(item)[:-1] + b"," + VALUE
