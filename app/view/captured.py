"""A captured model as a view: what ``chainrule.capture`` returns."""

import math
from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from chainrule.app.captures.details import Details
from chainrule.app.captures.export import EXPORTS
from chainrule.app.captures.page_data import page_data
from chainrule.app.captures.picture import LINE, draw, groups_open, scene_in
from chainrule.app.captures.scene import CaptureScene
from chainrule.app.picture.scene import Direction
from chainrule.app.picture.style import Theme
from chainrule.app.saved.page import page
from chainrule.app.saved.views import Images
from chainrule.app.view.place import layouts
from chainrule.app.view.view import Lang, View
from chainrule.core import number_text
from chainrule.core.capture import (
    Capture,
    Difference,
    Edge,
    Node,
    Summary,
    capture_json,
    difference,
    read_capture,
)
from chainrule.core.capture.diagnosis import Diagnosis, diagnose
from chainrule.core.errors import did_you_mean
from chainrule.core.ops import shapes


class CapturedNode:
    """A node of a captured model; ``value`` and ``grad`` are PyTorch's tensors where they were kept."""

    def __init__(self, view: "CaptureView", name: str, index: int, output: int) -> None:
        self._view, self._name = view, name
        self.record: Node = view.capture.nodes[index]
        """Everything that the capture says of it."""
        self.id = self.record.id
        self.op = self.record.op
        self.kind = self.record.kind
        self.module = self.record.path
        self.source = self.record.source
        self._output = self.record.outputs[output]
        self.shape = self._output.shape
        self.dtype = self._output.dtype
        self.device = self._output.device
        self.value_summary: Summary | None = self._output.value
        self.grad_summary: Summary | None = self._output.gradient

    def __repr__(self) -> str:
        return f"<{self.kind} {self.id}: {self.op} {shapes.shown(self.shape)} {self.dtype}>"

    @property
    def value(self) -> Any:
        """The tensor itself. Raises an error that tells how to keep it, if it was not kept."""
        return self._view.recording.value(self._name)

    @property
    def grad(self) -> Any:
        """Gradient of the loss by the tensor; None if none came back. Raises as ``value`` does."""
        return self._view.recording.gradient(self._name)


class CapturedEdge:
    """A tensor read by a node, with what the edge brings back."""

    def __init__(self, view: "CaptureView", index: int) -> None:
        self._view, self._index = view, index
        self.record: Edge = view.capture.edges[index]
        """Everything that the capture says of it."""
        self.source = view.capture.nodes[self.record.source].id
        self.target = view.capture.nodes[self.record.target].id
        self.slots = self.record.slots
        """Positions among the target's tensors."""
        self.returns = self.record.returns
        """Whether a gradient comes back on it."""
        self.grad_summary: Summary | None = self.record.contribution

    def __repr__(self) -> str:
        return f"<edge {self.source} → {self.target}>"

    @property
    def grad(self) -> Any:
        """Contribution to the source's gradient as a tensor; None if nothing comes back.

        Raises an error that tells how to keep it, if it was not kept.
        """
        return self._view.recording.contribution(self._index)


class CaptureView(View):
    """A captured model: its graph with the value and the gradient of every node and every edge."""

    endings: Mapping[str, str] = {
        "json": "json",
        "dot": "dot",
        "gv": "dot",
        "mmd": "mermaid",
        "graphml": "graphml",
    }

    def __init__(self, capture: Capture, recording: Any = None, lang: Lang = "en") -> None:
        super().__init__(capture.title, lang)
        self.capture = capture
        self._recording = recording

    @classmethod
    def read(cls, path: str | Path, lang: Lang = "en") -> "CaptureView":
        """Read a capture that was saved as JSON. Raises CaptureFileError, OSError."""
        return cls(read_capture(Path(path).read_bytes()), None, lang)

    def __repr__(self) -> str:
        capture = self.capture
        loss = "" if capture.loss_value is None else f", loss {number_text.text(capture.loss_value)}"
        return f"<capture of {self.title}: {len(capture.nodes)} nodes, {len(capture.edges)} edges{loss}>"

    @property
    def recording(self) -> Any:
        """The tensors. Raises AttributeError for a capture that was read from a file, which has summaries alone."""
        if self._recording is None:
            raise AttributeError(
                "a capture read from a file has summaries, no tensors: see value_summary, grad_summary"
            )
        return self._recording

    def node(self, name: str) -> CapturedNode:
        """Return a node by its id, a parameter by its name, or a module's result by its path. Raises KeyError."""
        capture = self.capture
        if name in capture.index:
            return CapturedNode(self, name, capture.index[name], 0)
        for group in capture.groups:
            if name in (group.id, group.path, *group.aliases) and group.outputs:
                return CapturedNode(self, name, *group.outputs[0])
        near = did_you_mean(name, [*capture.index, *(group.path for group in capture.groups)])
        raise KeyError(f"no node, parameter or module {name!r}" + (f"; {near.en}" if near else ""))

    @property
    def nodes(self) -> tuple[Node, ...]:
        """The records of all nodes, operands before their readers."""
        return self.capture.nodes

    @cached_property
    def edges(self) -> tuple[CapturedEdge, ...]:
        """All edges, in order of target and operand."""
        return tuple(CapturedEdge(self, index) for index in range(len(self.capture.edges)))

    @property
    def groups(self) -> tuple[str, ...]:
        """The ids of all modules' calls, outer before inner."""
        return tuple(group.id for group in self.capture.groups)

    @cached_property
    def diagnosis(self) -> Diagnosis:
        """What is wrong: NaN and infinity, gradients by depth, dead units, parameters without gradient."""
        return diagnose(self.capture)

    def difference(self, other: "CaptureView") -> Difference:
        """Compare with another capture of the same model: before and after a step, two seeds, two types of numbers.

        By the tensors that both kept, else by summaries.
        """
        if self._recording is not None and other._recording is not None:
            found: Difference = self._recording.difference(other._recording)
            return found
        return difference(self.capture, other.capture)

    def own_op(self, name: str) -> Any:
        """Work out an op by our own table: local derivatives, contributions, how far PyTorch's numbers differ.

        None for an op that the table lacks.
        """
        return self.recording.own_op(name)

    def explain(self, part: str, *, lang: Lang | None = None) -> dict[str, Any]:
        """Return what the panel says of a node, a parameter or a module. Raises KeyError."""
        details = Details(self.capture, lang or self.lang, Images())
        for at, group in enumerate(self.capture.groups):
            if part == group.id:
                return details.group(at)
        return details.node(self.capture.index[part])

    def svg(
        self,
        open: Collection[str] | None = None,
        *,
        zoom: float | None = None,
        theme: Theme = "light",
        lang: Lang | None = None,
        direction: Direction = "right",
        wrap: float | None = None,
        relabels: bool = True,
    ) -> str:
        """Draw the graph as the text of an SVG with its own styles.

        ``open`` are the ids of the groups drawn open, those around them too; None opens outer groups first, while at
        most 30 nodes are seen. ``zoom`` is the scale at which the picture is seen. ``wrap`` breaks a long picture into
        lines of that width; ``direction="down"`` has it run down. ``relabels`` False leaves out ops that only give
        elements other places: view, transpose. Raises KeyError for a group that there is none of.
        """
        chosen = groups_open(self.capture, open, relabels)
        scene = CaptureScene(self.capture, chosen, lang or self.lang, direction, wrap, relabels)
        return draw(scene, layouts().place_now(scene), theme=theme, standalone=True, zoom=zoom)

    def page(self, *, lang: Lang | None = None, budget: int = 2_000_000, seconds: float | None = None) -> str:
        """Return the text of the page that ``save`` writes; views are drawn for at most ``seconds``."""
        data = page_data(self.capture, layouts(), lang or self.lang, budget, seconds)
        return page(data)

    def export(self, format: str) -> str:
        """Write the graph as ``json``, ``dot``, ``mermaid`` or ``graphml``. Raises KeyError for another format."""
        return EXPORTS[format](self.capture)

    def to_json(self) -> str:
        """Write the capture as JSON, which ``CaptureView.read`` and the site read."""
        return capture_json(self.capture)

    def table(self) -> tuple[tuple[str, ...], Iterator[tuple[str, ...]]]:
        """Return heads and rows of a table of all nodes, as texts."""
        return ("name", "op", "shape", "value", "gradient"), map(self._row, self.capture.nodes)

    def _row(self, node: Node) -> tuple[str, ...]:
        first = node.outputs[0]
        shape = shapes.shown(first.shape) if first.shape else ""
        return node.id, node.op, shape, _size(first.value, first.shape), _size(first.gradient, first.shape)

    def serve(self, port: int = 0, *, browser: bool = True, wait: bool | None = None) -> str:
        """Open the page on this machine and return its address.

        ``port`` 0 is any free one. ``wait`` keeps a script waiting until Ctrl+C: by default it does unless Python is
        interactive. ``browser`` opens the address.
        """
        from chainrule.app.view.browser import shown
        from chainrule.app.view.local import serve

        data = page_data(self.capture, layouts(), self.lang, budget=0, live=True)
        return shown(serve(port, page(data), self._drawn), browser=browser, wait=wait)

    def still(self) -> str:
        """Draw the default view as a page shows it, for tools without scripts."""
        return self.svg(wrap=LINE)

    def _drawn(self, open: list[str], form: str) -> str:
        scene = scene_in(self.capture, groups_open(self.capture, open), self.lang, form)
        return draw(scene, layouts().place_now(scene))


def _size(held: Summary | None, shape: tuple[int, ...]) -> str:
    if held is None:
        return "–"
    if not shape:
        return number_text.text(held.mean)
    return f"rms {number_text.text(held.norm / math.sqrt(held.count) if held.count else 0.0)}"
