"""The numbers of one evaluation, column by column, as answers need them; the columns of graphs without tensors."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

from chainrule.app.encoding.encode import JsonNumber, encode, number, optional_numbers
from chainrule.app.graphs.compiled import Evaluation
from chainrule.app.graphs.static_json import HeardParts, StaticParts
from chainrule.core.engine.graph import Node
from chainrule.core.explain.advice import stable_forms
from chainrule.core.explain.notes import begins, gradient_note, note
from chainrule.core.number_text import text
from chainrule.core.text import Text

Piece = bytes | Iterable[bytes]
"""A piece of JSON: one for all nodes or edges, or a column with one for each."""


class Columns(ABC):
    """The numbers of one evaluation for `graph_json`, which writes them without knowing what they are.

    A column has one entry per node or per edge; None stands for a missing gradient.
    """

    def __init__(self, evaluation: Evaluation) -> None:
        self.evaluation = evaluation
        self.graph = evaluation.graph
        self.evaluated = evaluation.evaluated

    @cached_property
    def values(self) -> Sequence[JsonNumber | None]:
        """The values of nodes as JSON numbers."""
        return self.numbers(self.evaluation.values.values)

    @cached_property
    def grads(self) -> Sequence[JsonNumber | None]:
        """The gradients of nodes as JSON numbers."""
        return self.numbers(self.evaluation.gradients.nodes)

    @cached_property
    def value_texts(self) -> list[str | None]:
        """The values of nodes as a person reads them."""
        return self.texts(self.evaluation.values.values)

    @cached_property
    def grad_texts(self) -> list[str | None]:
        """The gradients of nodes as a person reads them."""
        return self.texts(self.evaluation.gradients.nodes)

    @cached_property
    def notes(self) -> dict[int, Text]:
        """Why a value or else a gradient is not finite, and where a loss broadcasts, by index of the node."""
        notes = dict(self.evaluation.compiled.broadcast_losses)
        if not self.may_have_notes:
            return notes
        broken: dict[int, Text] = {}
        for index in range(len(self.graph)):
            said = note(self.graph, self.evaluated.values, index) or gradient_note(self.evaluated, index)
            if said is not None:
                broken[index] = said
        for advice in (stable_forms(self.graph) if broken else {}, notes):
            broken |= {index: broken[index].then(said) for index, said in advice.items() if index in broken}
        return notes | broken

    @property
    def failing(self) -> list[int]:
        """The nodes where a value first becomes infinite or NaN, by index."""
        return [index for index in self.notes if begins(self.graph, self.evaluated.values, index)]

    def group_gradients(self) -> dict[str, Any]:
        """The gradient on each edge into a closed group, by the edge's id; None for a missing one."""
        edges = self.evaluation.gradients.edges
        gradients = {}
        for group_edge in self.evaluation.compiled.group_edges:
            parts = [edges[index] for index in group_edge.edges]
            gradients[group_edge.id] = None if parts[0] is None else self.total(parts)
        return gradients

    @property
    @abstractmethod
    def may_have_notes(self) -> bool:
        """Whether any value or gradient might not be finite."""

    @abstractmethod
    def numbers(self, column: Sequence[Any]) -> Sequence[JsonNumber | None]:
        """Convert a column to JSON numbers; a tensor becomes None."""

    @abstractmethod
    def texts(self, column: Sequence[Any]) -> list[str | None]:
        """Convert a column to texts as a person reads them."""

    @abstractmethod
    def encoded(self, column: Sequence[Any]) -> list[bytes]:
        """Encode each entry of a column; a tensor as nested lists or a summary."""

    @abstractmethod
    def total(self, parts: list[Any]) -> Any:
        """Add up gradients."""

    @abstractmethod
    def input(self, node: Node) -> dict[str, Any]:
        """The members of an input that hold its value, and its shape if there are tensors."""

    @abstractmethod
    def aria(self, static: StaticParts) -> list[Piece]:
        """What a screen reader says of each node, in pieces of JSON."""

    def node_members(self) -> Piece:
        """Further members of each node."""
        return b""

    def edge_members(self) -> Piece:
        """Further members of each edge."""
        return b""

    def tensors(self) -> dict[str, Any]:
        """Further members of the numbers alone."""
        return {}


class ScalarColumns(Columns):
    """The columns of a graph without tensors: floats, encoded a whole column at a time."""

    @property
    def may_have_notes(self) -> bool:
        evaluation = self.evaluation
        return self.values is not evaluation.values.values or self.grads is not evaluation.gradients.nodes

    def numbers(self, column: Sequence[Any]) -> Sequence[JsonNumber | None]:
        return optional_numbers(column)

    def texts(self, column: Sequence[Any]) -> list[str | None]:
        try:
            return list(map(text, column))
        except TypeError:  # a gradient is missing
            return [None if value is None else text(value) for value in column]

    def encoded(self, column: Sequence[Any]) -> list[bytes]:
        # The JSON of a number has no comma.
        return encode(self.numbers(column))[1:-1].split(b",") if column else []

    def total(self, parts: list[Any]) -> Any:
        return sum(parts)

    def input(self, node: Node) -> dict[str, Any]:
        value = self.evaluation.values[node.index]
        return {
            "value": number(value),
            "default": None if node.value is None else number(node.value),
        }

    def aria(self, static: StaticParts) -> list[Piece]:
        heard: HeardParts = static.heard
        values = _unquoted(self.value_texts)
        gradients = _unquoted(self.grad_texts)
        return [
            heard.korean,
            values,
            heard.korean_gradient,
            gradients,
            heard.english,
            values,
            heard.english_gradient,
            gradients,
            heard.end,
        ]


def _unquoted(texts: list[str | None]) -> list[bytes]:
    """Encode each text without quotation marks, None as nothing; the text of a number needs no escapes."""
    return "\n".join([said or "" for said in texts]).encode().split(b"\n") if texts else []
