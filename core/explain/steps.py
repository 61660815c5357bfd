"""The walk through a graph: the forward pass node by node, then the backward pass node by node.

A closed group is one step; inside an open group each node has its own. The backward pass starts at ``@output``, the
word at the far right. An input that is used several times has a backward step too: the sum of its gradients.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

import numpy as np

from chainrule.core.engine.graph import Graph
from chainrule.core.explain.sentences import Sentences
from chainrule.core.latex.formula import Formulas
from chainrule.core.text import Text
from chainrule.core.view.evaluated import Evaluated, GradientColumns, Numbers, Record
from chainrule.core.view.visible import OUTPUT, Visible, VisibleEdge

Phase = Literal["forward", "backward"]


@dataclass(frozen=True, slots=True)
class Step:
    """One step: the active node, the lit edges, and the words."""

    index: int
    phase: Phase
    node: str
    """Id of the active node or closed group."""
    edges: tuple[str, ...]
    """Ids of the edges whose value (forward) or gradient (backward) the step is about."""
    title: str
    sentence: str
    formula: str
    """LaTeX: the rule in symbols, then with its numbers."""


def walk(graph: Graph, open: Collection[str] = ()) -> list[tuple[Phase, str]]:
    """Return every step's phase and active node or closed group; they depend on structure only."""
    visible = Visible(Evaluated(graph, (), Record()), open)
    return [(phase, _id(visible, position)) for phase, position in _plan(visible)]


def step_count(graph: Graph, open: Collection[str] = ()) -> int:
    """Count the steps of the walk."""
    return len(_plan(Visible(Evaluated(graph, (), Record()), open)))


@np.errstate(all="ignore")
def steps(
    graph: Graph,
    values: Numbers,
    gradients: GradientColumns,
    lang: str,
    open: Collection[str] = (),
    start: int = 0,
    count: int | None = None,
) -> list[Step]:
    """Return at most ``count`` steps from ``start`` on, in the language ``lang`` ("ko" or "en")."""
    visible = Visible(Evaluated(graph, values, gradients), open)
    plan = _plan(visible)
    start = max(0, start)
    stop = len(plan) if count is None else min(len(plan), start + count)
    sentences = Sentences(visible)
    return [_step(sentences, index, *plan[index], lang) for index in range(start, stop)]


def _plan(visible: Visible) -> list[tuple[Phase, int | None]]:
    """Return every step's phase and position; None for the word at the far right."""
    computing = [node.position for node in visible.nodes if visible.computes(node)]
    plan: list[tuple[Phase, int | None]] = [("forward", position) for position in computing]
    if visible.evaluated.requires_grad[visible.evaluated.graph.output]:
        plan.append(("backward", None))
    for node in reversed(visible.nodes):
        if visible.computes(node):
            has_step = any(visible.requires_grad(edge) for edge in visible.incoming[node.position])
        else:
            has_step = visible.evaluated.requires_grad[node.index] and visible.fan_out(node) > 1
        if has_step:
            plan.append(("backward", node.position))
    return plan


def _id(visible: Visible, position: int | None) -> str:
    return OUTPUT if position is None else visible.nodes[position].id


def _step(sentences: Sentences, index: int, phase: Phase, position: int | None, lang: str) -> Step:
    visible = sentences.visible
    if position is None:
        output = visible.evaluated.graph.output
        title, sentence = Text("역전파의 시작", "Start of the backward pass"), sentences.start()
        formula = sentences.formulas.gradient(visible, visible.position[output]).whole
        lit = [f"{visible.evaluated.graph.ids[output]}->{OUTPUT}"]
    else:
        node = visible.nodes[position]
        title = sentences.title(node)
        formulas = sentences.formulas.within(
            visible.evaluated.node(node.index).group if node.group is None else None
        )
        incoming = visible.incoming[position]
        if phase == "forward":
            sentence = sentences.forward(node)
            group = visible.group(node)
            formula = (formulas.call(group) if group else formulas.value(node.index)).whole
        elif visible.computes(node):
            sentence = sentences.backward(node)
            incoming = [edge for edge in incoming if visible.requires_grad(edge)]
            formula = _rule_formula(formulas, visible, incoming)
        else:
            sentence = sentences.fan_out(node)
            incoming = visible.outgoing[position]
            formula = formulas.gradient(visible, position).whole
        lit = [edge.id for edge in incoming]
    words = title.in_language(lang), sentence.in_language(lang)
    return Step(index, phase, _id(visible, position), tuple(lit), *words, formula)


def _rule_formula(formulas: Formulas, visible: Visible, edges: list[VisibleEdge]) -> str:
    """Write what each operand gets back: its whole gradient, or this branch's share of it."""
    lines = []
    for edge in edges:
        whole = visible.fan_out(visible.nodes[edge.source]) == 1
        formula = formulas.edge_gradient(visible, edge).whole
        lines.append(
            f"{formulas.by(edge.node)} = {formula}"
            if whole
            else rf"{formulas.name(edge.node).latex} \leftarrow {formula}"
        )
    if len(lines) == 1:
        return lines[0]
    return r"\begin{gathered} " + r" \\ ".join(lines) + r" \end{gathered}"
