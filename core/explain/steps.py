"""The walk through a graph: the forward pass node by node, then the backward pass node by node.

A closed group is one step; the nodes of an open one are steps of their own. Backward, the first step is at the word
at the far right, ``@output``, where the gradient comes in; an input whose value went several ways has a step too,
the sum of what comes back.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from chainrule.core.engine.graph import Graph
from chainrule.core.explain.sentences import Sentences
from chainrule.core.latex.formula import Formulas
from chainrule.core.text import Text
from chainrule.core.view.evaluated import Evaluated, GradientColumns, Numbers, Record
from chainrule.core.view.visible import OUTPUT, Visible, VisibleEdge

Phase = Literal["forward", "backward"]


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what is active, which edges are lit, and what is said."""

    index: int
    phase: Phase
    node: str
    """Id of the active node or closed group."""
    edges: tuple[str, ...]
    """Ids of the edges whose value (forward) or gradient (backward) this step is about."""
    title: str
    sentence: str
    formula: str
    """LaTeX: the rule in symbols and with its numbers."""


def walk(graph: Graph, open: Collection[str] = ()) -> list[tuple[Phase, str]]:
    """The phase and the active node or closed group of every step; they depend on structure only."""
    visible = Visible(Evaluated(graph, (), Record()), open)
    return [(phase, _id(visible, position)) for phase, position in _plan(visible)]


def step_count(graph: Graph, open: Collection[str] = ()) -> int:
    """How many steps the walk has."""
    return len(_plan(Visible(Evaluated(graph, (), Record()), open)))


def steps(
    graph: Graph,
    values: Numbers,
    gradients: GradientColumns,
    lang: str,
    open: Collection[str] = (),
    start: int = 0,
    count: int | None = None,
) -> list[Step]:
    """The steps from ``start``, at most ``count`` of them, in the words of ``lang`` ("ko" or "en")."""
    visible = Visible(Evaluated(graph, values, gradients), open)
    plan = _plan(visible)
    start = max(0, start)
    stop = len(plan) if count is None else min(len(plan), start + count)
    sentences = Sentences(visible)
    return [_step(sentences, index, *plan[index], lang) for index in range(start, stop)]


def _plan(visible: Visible) -> list[tuple[Phase, int | None]]:
    """Phase and position of every step; None for the word at the far right."""
    computing = [part.position for part in visible.parts if visible.computes(part)]
    plan: list[tuple[Phase, int | None]] = [("forward", position) for position in computing]
    if visible.evaluated.requires_grad[visible.evaluated.graph.output]:
        plan.append(("backward", None))
    for part in reversed(visible.parts):
        if visible.computes(part):
            asked = any(visible.asked(way) for way in visible.incoming[part.position])
        else:
            asked = visible.evaluated.requires_grad[part.node] and visible.fan_out(part) > 1
        if asked:
            plan.append(("backward", part.position))
    return plan


def _id(visible: Visible, position: int | None) -> str:
    return OUTPUT if position is None else visible.parts[position].id


def _step(sentences: Sentences, index: int, phase: Phase, position: int | None, lang: str) -> Step:
    visible = sentences.visible
    if position is None:
        output = visible.evaluated.graph.output
        title, sentence = Text("역전파의 시작", "Start of the backward pass"), sentences.start()
        formula = sentences.formulas.gradient(visible, visible.position[output]).whole
        ways = [f"{visible.evaluated.graph.ids[output]}->{OUTPUT}"]
    else:
        part = visible.parts[position]
        title = sentences.title(part)
        formulas = sentences.formulas.within(
            visible.evaluated.node(part.node).group if part.group is None else None
        )
        incoming = visible.incoming[position]
        if phase == "forward":
            sentence = sentences.forward(part)
            group = visible.group(part)
            formula = (formulas.call(group) if group else formulas.value(part.node)).whole
        elif visible.computes(part):
            sentence = sentences.backward(part)
            incoming = [way for way in incoming if visible.asked(way)]
            formula = _rule_formula(formulas, visible, incoming)
        else:
            sentence = sentences.fan_out(part)
            incoming = visible.outgoing[position]
            formula = formulas.gradient(visible, position).whole
        ways = [way.id for way in incoming]
    said = (title.ko, sentence.ko) if lang == "ko" else (title.en, sentence.en)
    return Step(index, phase, _id(visible, position), tuple(ways), *said, formula)


def _rule_formula(formulas: Formulas, visible: Visible, ways: list[VisibleEdge]) -> str:
    """What each operand gets back: its own gradient where this is all of it, else this branch's share."""
    lines = []
    for way in ways:
        whole = visible.fan_out(visible.parts[way.source]) == 1
        formula = formulas.way_gradient(visible, way).whole
        lines.append(
            f"{formulas.by(way.node)} = {formula}"
            if whole
            else rf"{formulas.name(way.node).latex} \leftarrow {formula}"
        )
    if len(lines) == 1:
        return lines[0]
    return r"\begin{gathered} " + r" \\ ".join(lines) + r" \end{gathered}"
