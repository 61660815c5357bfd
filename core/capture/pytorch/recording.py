"""What a capture gives back: the graph as plain data, and the tensors that were kept."""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, NamedTuple

import torch

from chainrule.core.capture.difference import Difference, Side, difference
from chainrule.core.capture.own_ops import OwnOp, own_op
from chainrule.core.capture.pytorch.errors import CaptureError
from chainrule.core.capture.pytorch.summaries import Entry
from chainrule.core.capture.records import Capture
from chainrule.core.errors import did_you_mean
from chainrule.core.text import Text


class Records(NamedTuple):
    """A capture, and the tensors that were kept: values and gradients by node and output, contributions by edge."""

    capture: Capture
    values: Mapping[tuple[int, int], Entry]
    gradients: Mapping[tuple[int, int], Entry]
    contributions: Mapping[int, Entry]


class Recording:
    """A captured pass: ``capture`` without PyTorch, and the tensors that the budget left room for."""

    def __init__(self, make: Callable[[], Records], output: Any = None) -> None:
        self._make = make
        self.output = output
        """What the model returned, tensors detached."""

    @cached_property
    def _records(self) -> Records:
        records = self._make()
        del self._make
        return records

    @property
    def capture(self) -> Capture:
        """The graph as plain data; summarized when it is first read."""
        return self._records.capture

    def find(self, name: str) -> tuple[int, int]:
        """Return node and output of a node's id, a parameter's name or a module's path (its first result).

        Raises KeyError for an unknown name.
        """
        if name in self.capture.index:
            return self.capture.index[name], 0
        for group in self.capture.groups:
            if name in (group.id, group.path, *group.aliases) and group.outputs:
                return group.outputs[0]
        names = [*self.capture.index, *(group.path for group in self.capture.groups)]
        near = did_you_mean(name, names)
        raise KeyError(f"no node, parameter or module {name!r}" + (f"; {near.en}" if near else ""))

    def value(self, name: str, output: int = 0) -> Any:
        """Return the tensor itself. Raises CaptureError if it was not kept, KeyError for an unknown name."""
        return self._tensor(self._records.values, self._at(name, output), name)

    def gradient(self, name: str, output: int = 0) -> Any:
        """Return ∂loss/∂tensor, None if no gradient came back. Raises as ``value`` does."""
        at = self._at(name, output)
        if self.capture.nodes[at[0]].outputs[at[1]].gradient is None:
            return None
        return self._tensor(self._records.gradients, at, name)

    def contribution(self, edge: int) -> Any:
        """Return what an edge of ``capture.edges`` brings back, None if nothing. Raises CaptureError if not kept."""
        if self.capture.edges[edge].contribution is None:
            return None
        node = self.capture.nodes[self.capture.edges[edge].target]
        return self._tensor(self._records.contributions, edge, node.id)

    def own_op(self, name: str) -> OwnOp | None:
        """Work out a node by our own table: value, local derivatives, contributions, and differences.

        None for an op that the table lacks. Raises CaptureError if a tensor of it was not kept.
        """
        at, _ = self.find(name)
        upstream = self.gradient(name)
        if self.capture.nodes[at].formula is None or upstream is None:
            return None
        operands = {}
        for edge in (self.capture.edges[edge] for edge in self.capture.into[at]):
            value = self._tensor(
                self._records.values, (edge.source, edge.output), self.capture.nodes[edge.source].id
            )
            if value.is_complex() or value.layout is not torch.strided:
                return None
            for slot in edge.slots:
                operands[slot] = value.double().cpu().numpy()
        return own_op(self.capture, at, operands, upstream.double().cpu().numpy())

    def difference(self, other: "Recording") -> Difference:
        """Compare with another recording of the same model, by the tensors that both kept, else by summaries."""

        def apart(a: int, b: int, output: int, side: Side) -> float | None:
            ours, theirs = (
                (records.values if side == "value" else records.gradients).get((node, output))
                for records, node in ((self._records, a), (other._records, b))
            )
            if ours is None or theirs is None or ours.tensor is None or theirs.tensor is None:
                return None
            return _distance(ours.tensor, theirs.tensor)

        def edges_apart(a: int, b: int) -> float | None:
            ours, theirs = self._records.contributions.get(a), other._records.contributions.get(b)
            if ours is None or theirs is None or ours.tensor is None or theirs.tensor is None:
                return None
            return _distance(ours.tensor, theirs.tensor)

        return difference(self.capture, other.capture, apart, edges_apart)

    def _at(self, name: str, output: int) -> tuple[int, int]:
        node, first = self.find(name)
        return node, first + output

    def _tensor(self, table: Mapping[Any, Entry], at: Any, name: str) -> Any:
        entry = table.get(at)
        if entry is None or entry.tensor is None:
            raise CaptureError(
                Text(
                    f"`{name}`의 텐서는 보관되지 않았습니다. keep={name!r}(으)로 다시 캡처하세요.",
                    f"the tensor of `{name}` was not kept: capture again with keep={name!r}",
                ),
                name=name,
            )
        return entry.tensor


def _distance(a: Any, b: Any) -> float:
    """Return ‖a − b‖ in float64; 0 for equal tensors, NaN and ∞ included."""
    a, b = (x.to_dense() if x.layout is not torch.strided else x for x in (a, b))
    wide = torch.complex128 if a.is_complex() or b.is_complex() else torch.float64
    a, b = a.to("cpu", wide), b.to("cpu", wide)
    if bool(((a == b) | ((a != a) & (b != b))).all()):
        return 0.0
    return float(torch.linalg.vector_norm(a - b))
