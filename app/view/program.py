"""A program as a view: ``chainrule.graph("x = 3\\ny = x * x")``."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from chainrule.app.picture.scene import Direction, Labels
from chainrule.app.picture.style import Theme
from chainrule.app.picture.svg import draw, scene_of
from chainrule.app.saved.page import page
from chainrule.app.view.place import layouts
from chainrule.app.view.view import Lang, View
from chainrule.core.engine.graph import Graph
from chainrule.core.engine.tape import Gradients, Tape, Values
from chainrule.core.explain.explain import explain
from chainrule.core.explain.explanation import Explanation
from chainrule.core.export import Origin, export
from chainrule.core.language.program import parse
from chainrule.core.number_text import text
from chainrule.core.view import summary
from chainrule.core.view.evaluated import Evaluated
from chainrule.core.view.summary import display

ENDINGS = {"json": "json", "dot": "dot", "gv": "dot", "mmd": "mermaid", "py": "pytorch"}


@dataclass(frozen=True, slots=True, eq=False)
class ProgramNode:
    """A node of a program with its numbers: floats, or arrays of its shape."""

    id: str
    kind: str
    """``input``, ``constant`` or ``op``."""
    op: str | None
    """Name of the op; None for a leaf."""
    shape: tuple[int, ...]
    value: Any
    grad: Any
    """Gradient of the output by this node; None without one."""
    line: int


@dataclass(frozen=True, slots=True, eq=False)
class ProgramEdge:
    """One operand of a node, with what comes back on it."""

    id: str
    source: str
    target: str
    slot: int
    value: Any
    grad: Any
    """Contribution to the source's gradient; None without one."""
    local: Any
    """Derivative of the target by the source; None where one element depends on many."""


class ProgramView(View):
    """The graph of a program with its values and gradients."""

    endings = ENDINGS

    def __init__(
        self,
        source: str,
        inputs: Mapping[str, Any] | None = None,
        *,
        output: str | None = None,
        upstream: Any = 1.0,
        title: str = "",
        lang: Lang = "en",
    ) -> None:
        inputs = {name: _plain(value) for name, value in (inputs or {}).items()}
        read = parse(source, {name: np.shape(value) for name, value in inputs.items()})
        if output is not None:
            read = read.with_output(output)
        super().__init__(title or read.ids[read.output], lang)
        self.source = source
        self.inputs = inputs
        self.upstream = upstream
        self.graph: Graph = read
        tape = Tape(read)
        self.values: Values = tape.forward(self.inputs)
        self.gradients: Gradients = tape.backward(upstream)

    def __repr__(self) -> str:
        graph = self.graph
        return f"<graph of {self.title}: {len(graph)} nodes, {len(graph.edges)} edges>"

    @cached_property
    def _evaluated(self) -> Evaluated:
        return Evaluated(self.graph, self.values, self.gradients)

    @cached_property
    def nodes(self) -> tuple[ProgramNode, ...]:
        """All nodes, operands before their readers."""
        return tuple(
            ProgramNode(
                node.id,
                node.kind,
                node.op.name if node.op else None,
                node.shape,
                self._evaluated.value(node.index),
                self._evaluated.gradient(node.index),
                node.line,
            )
            for node in self.graph.nodes
        )

    @cached_property
    def edges(self) -> tuple[ProgramEdge, ...]:
        """All edges, in order of target and operand."""
        ids, evaluated = self.graph.ids, self._evaluated
        return tuple(
            ProgramEdge(
                edge.id,
                ids[edge.source],
                ids[edge.target],
                edge.slot,
                evaluated.value(edge.source),
                evaluated.edge_gradient(edge),
                evaluated.local(edge) if evaluated.requires_grad[edge.source] else None,
            )
            for edge in self.graph.edges
        )

    def node(self, name: str) -> ProgramNode:
        """Return a node by its id, which is its name where the program names it. Raises KeyError."""
        return self.nodes[self.graph.index(name)]

    @property
    def groups(self) -> tuple[str, ...]:
        """The ids of all groups, outer before inner."""
        return tuple(group.id for group in self.graph.groups)

    def explain(self, part: str, *, lang: Lang | None = None, open: Collection[str] = ()) -> Explanation:
        """Explain where the numbers of a node, an edge or a group come from. Raises KeyError."""
        return explain(self.graph, self.values, self.gradients, part, lang or self.lang, self._around(open))

    def svg(
        self,
        open: Collection[str] | None = None,
        *,
        zoom: float | None = None,
        theme: Theme = "light",
        lang: Lang | None = None,
        labels: Labels = "numbers",
        direction: Direction = "right",
        step: int | None = None,
    ) -> str:
        """Draw the graph as the text of an SVG with its own styles.

        ``open`` are the ids of the groups drawn open; those around them open too. ``zoom`` is the scale at which the
        picture is seen. ``labels`` tells what edges show. ``step`` draws the graph after so many steps of the walk.
        Raises KeyError for a group that there is none of.
        """
        return self.drawn(
            self._around(open or ()), lang or self.lang, True, theme, zoom, labels, direction, step
        )

    def drawn(
        self,
        open: frozenset[str],
        lang: Lang,
        standalone: bool = False,
        theme: Theme = "light",
        zoom: float | None = None,
        labels: Labels = "numbers",
        direction: Direction = "right",
        step: int | None = None,
    ) -> str:
        """Draw one view, for a page unless it is ``standalone``."""
        scene = scene_of(self.graph, open, labels, lang, None, direction)
        return draw(
            self.graph,
            self.values,
            self.gradients,
            open=open,
            labels=labels,
            step=step,
            theme=theme,
            lang=lang,
            standalone=standalone,
            layout=layouts().place_now(scene),
            zoom=zoom,
            direction=direction,
        )

    def page(self, *, lang: Lang | None = None, budget: int = 2_000_000, seconds: float | None = None) -> str:
        """Return the text of the page that ``save`` writes; views are drawn for at most ``seconds``."""
        from chainrule.app.view.program_data import program_data

        return page(program_data(self, lang or self.lang, budget, seconds))

    def _around(self, open: Collection[str]) -> frozenset[str]:
        """The groups asked for with those around them. Raises KeyError for one that there is none of."""
        groups = self.graph.groups
        by_id = {group.id: group for group in groups}
        found: set[str] = set()
        for name in open:
            at = by_id[name]
            while at.id not in found:
                found.add(at.id)
                if at.parent is None:
                    break
                at = groups[at.parent]
        return frozenset(found)

    def export(self, format: str) -> str:
        """Write the graph as ``dot``, ``mermaid``, ``json``, ``pytorch`` or ``python`` (the book's layers).

        Raises KeyError for another format.
        """
        return export(self.graph, self.values, self.gradients, format, self.lang).text

    def to_json(self) -> str:
        """Write nodes, edges, groups, values and gradients as JSON, with the REST answer's names."""
        return self.export("json")

    def table(self) -> tuple[tuple[str, ...], Iterator[tuple[str, ...]]]:
        """Return heads and rows of a table of all nodes, as texts."""
        return ("line", "name", "op", "value", "gradient"), map(self._row, self.nodes)

    def _row(self, node: ProgramNode) -> tuple[str, ...]:
        return (
            str(node.line or ""),
            node.id,
            node.op or node.kind,
            _written(node.value),
            "–" if node.grad is None else _written(node.grad),
        )

    def serve(self, port: int = 0, *, browser: bool = True, wait: bool | None = None) -> str:
        """Open the workbench with this program on this machine and return its address.

        ``port`` 0 is any free one. ``wait`` keeps a script waiting until Ctrl+C: by default it does unless Python is
        interactive. ``browser`` opens the address.
        """
        from chainrule.app.view.browser import shown
        from chainrule.app.view.server import site

        return shown(f"{site(port)}?{self.query()}", browser=browser, wait=wait)

    def query(self) -> str:
        """Return the query of the page's address that shows this graph."""
        return Origin(self.source, self.inputs, self.upstream).query()


def _plain(value: Any) -> Any:
    """Return a number as a float, an array as nested lists."""
    array = np.asarray(value, dtype=float)
    return array.tolist()


def _written(value: Any) -> str:
    """Write a number, or a small tensor with its elements and a large one by its shape and norm."""
    shape = summary.shape_of(value)
    if display(shape) != "heat":
        rows = summary.cells(value)
        return text(float(value)) if not shape else "\n".join(" ".join(row) for row in rows)
    return f"{summary.value_text(value)}, norm {text(summary.summary(value).norm)}"
