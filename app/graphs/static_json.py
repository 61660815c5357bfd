"""The part of a graph's answer that no evaluation changes, encoded once per graph."""

import re
from functools import cached_property
from typing import Any, NamedTuple

from chainrule.app.encoding.encode import encode
from chainrule.app.graphs.latex_json import GraphLatex
from chainrule.core.engine.graph import Edge, Graph, Group, Node
from chainrule.core.explain.aria import node_words, numbers_heard
from chainrule.core.latex.names import names_of
from chainrule.core.text import Text


class HeardParts(NamedTuple):
    """What a screen reader says of each node, cut where its numbers go: one column for each piece.

    With the numbers they form the JSON of `core.explain.aria.node_aria`. A node without a gradient has empty pieces
    before its gradient.
    """

    korean: list[bytes]
    korean_gradient: list[bytes]
    english: list[bytes]
    english_gradient: list[bytes]
    end: list[bytes]


def heard_parts(graph: Graph) -> HeardParts:
    """Cut what a screen reader says of every node of a graph."""
    columns = HeardParts([], [], [], [], [])
    for node, has_gradient in zip(graph.nodes, graph.requires_grad(), strict=True):
        words, numbers = node_words(graph, node), _WITH_GRADIENT if has_gradient else _VALUE_ALONE
        korean, korean_gradient, korean_end = numbers.ko
        english, english_gradient, english_end = numbers.en
        columns.korean.append(b'{"ko":"%b, %b' % (_escaped(words.ko), korean))
        columns.korean_gradient.append(korean_gradient)
        columns.english.append(b'%b","en":"%b, %b' % (korean_end, _escaped(words.en), english))
        columns.english_gradient.append(english_gradient)
        columns.end.append(b'%b"}' % english_end)
    return columns


class _NumberWords(NamedTuple):
    """The words before a value, between value and gradient, and after, in both languages."""

    ko: tuple[bytes, ...]
    en: tuple[bytes, ...]


def _number_words(said: Text) -> _NumberWords:
    """Cut a text of `aria.numbers_heard` at its marks: \\0 for the value, \\1 for the gradient if there is one."""

    def cut(text: str) -> tuple[bytes, ...]:
        pieces = [_escaped(piece) for piece in re.split("[\0\1]", text)]
        return tuple(pieces if len(pieces) == 3 else (pieces[0], b"", pieces[1]))

    return _NumberWords(cut(said.ko), cut(said.en))


def _escaped(text: str) -> bytes:
    """The inside of a JSON string."""
    return encode(text)[1:-1]


_VALUE_ALONE = _number_words(numbers_heard("\0", None))
_WITH_GRADIENT = _number_words(numbers_heard("\0", "\1"))


class StaticParts:
    """The beginning of every node and edge, to which `graph_json` appends the numbers, and all groups.

    `upstream` affects formulas only: with 1 they differentiate the output, else an L after it.
    """

    def __init__(self, graph: Graph, upstream: float) -> None:
        self._graph = graph
        self._latex = GraphLatex(graph, upstream)
        self.nodes = [_open(self._node(node)) for node in graph.nodes]
        self.edges = [_open(self._edge(edge)) for edge in graph.edges]
        self.sources = [edge.source for edge in graph.edges]
        self.groups = [self._group(group) for group in graph.groups]

    @cached_property
    def heard(self) -> HeardParts:
        """What a screen reader says of the nodes, without the numbers."""
        return heard_parts(self._graph)

    def _node(self, node: Node) -> dict[str, Any]:
        ids, groups, names = self._graph.ids, self._graph.groups, names_of(self._graph)
        return {
            "id": node.id,
            "kind": node.kind,
            "op": node.op.name if node.op else None,
            "symbol": node.op.symbol if node.op else "",
            "name": node.name,
            "called": names.plain(node.index),
            "expression": None if names.is_named(node.index) else names.whole(node.index),
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
            "called": names_of(graph).call(group),
            "op": group.name,
            "parent": None if group.parent is None else graph.groups[group.parent].id,
            "inputs": [graph.ids[index] for index in group.inputs],
            "output": graph.ids[group.output],
            "latex": self._latex.group(group),
        }


def _open(item: dict[str, Any]) -> bytes:
    """Encode an object up to its value, the first member that `graph_json` appends."""
    return encode(item)[:-1] + b',"value":'
