"""What the inspector shows of one node, edge or group: where its numbers come from.

Only formulas, texts and records; the numerical check beside them is ``core.gradcheck``.
"""

import sys
from collections.abc import Collection, Iterable
from functools import reduce

import numpy as np

from chainrule.core.engine.graph import Graph, Group, Node
from chainrule.core.explain.advice import broadcast_loss, stable_form
from chainrule.core.explain.aria import closed_edge_aria, edge_aria, group_aria, node_aria, terminal_aria
from chainrule.core.explain.broken_rules import broken_rules, broken_sum
from chainrule.core.explain.composite_gradients import closed_gradients, derivation, open_and_closed
from chainrule.core.explain.explanation import Branch, Explanation, Local, ShownPath, ShownPaths
from chainrule.core.explain.kinks import KinkTold, in_smooth_layer, told
from chainrule.core.explain.notes import gradient_note, note
from chainrule.core.explain.paths import chain_paths
from chainrule.core.explain.sentences import Sentences
from chainrule.core.latex.formula import Formulas
from chainrule.core.number_text import text
from chainrule.core.ops import OPS
from chainrule.core.text import Text
from chainrule.core.view.evaluated import Evaluated, GradientColumns, Numbers, Value, edges_into
from chainrule.core.view.summary import value_text
from chainrule.core.view.visible import OUTPUT, Visible, VisibleEdge, VisibleNode

_CONSTANT = Text(
    "상수는 바뀌지 않으므로 기울기를 구하지 않습니다.",
    "A constant does not change, so it has no gradient.",
)
_INPUT = Text(
    "입력의 기울기는, 이 값이 아주 조금 바뀔 때 출력이 그 몇 배만큼 바뀌는지를 나타냅니다.",
    "An input's gradient is the factor by which a tiny change in the input shows up in the output.",
)
_TENSOR_PATHS = Text(
    "텐서가 지나는 경로는 수의 곱으로 쓸 수 없으므로, 흘러오는 기울기를 기호로 이어 적습니다.",
    "A path through tensors is not a product of numbers, so what flows back is written as a chain of symbols.",
)


@np.errstate(all="ignore")
def explain(
    graph: Graph,
    values: Numbers,
    gradients: GradientColumns,
    part: str,
    lang: str,
    open: Collection[str] = (),
    mistakes: Collection[str] = (),
) -> Explanation:
    """Explain the node, edge or group with the id ``part``, in the language ``lang`` ("ko" or "en").

    ``open`` are the open groups; those around the part count as open too. ``mistakes`` are the broken rules that
    made these gradients. Raises KeyError for an unknown id.
    """
    evaluated = Evaluated(graph, values, gradients)
    explainer = _Explainer(evaluated, frozenset(open), lang, frozenset(mistakes))
    if part in evaluated.group_index:
        return explainer.group(evaluated.group_index[part])
    if part in (OUTPUT, f"{graph.ids[graph.output]}->{OUTPUT}"):
        return explainer.terminal(part)
    if "->" in part:
        return explainer.edge(part)
    return explainer.node(graph.index(part))


class _Explainer:
    """Builds the explanation of one part of an evaluated graph."""

    def __init__(
        self, evaluated: Evaluated, open: frozenset[str], lang: str, mistakes: frozenset[str]
    ) -> None:
        self.evaluated, self.graph, self.open = evaluated, evaluated.graph, open
        self.lang, self.mistakes = lang, mistakes

    def node(self, index: int) -> Explanation:
        """Explain a node, with the groups around it open."""
        node = self.evaluated.node(index)
        visible = self._visible(node.group)
        return self._visible_node(
            visible, visible.nodes[visible.position[index]], node_aria(self.evaluated, node)
        )

    def group(self, group: Group) -> Explanation:
        """Explain a group as one node, whether it is open or closed."""
        visible = self._visible(group.parent, closed=group.id)
        return self._visible_node(
            visible, visible.nodes[visible.of_group[group.index]], group_aria(self.evaluated, group)
        )

    def _visible_node(self, visible: Visible, shown: VisibleNode, aria: Text) -> Explanation:
        evaluated = self.evaluated
        node, group, sentences = evaluated.node(shown.index), visible.group(shown), Sentences(visible)
        formulas = Formulas(evaluated).within(group.parent if group else node.group)
        incoming, outgoing = visible.incoming[shown.position], visible.outgoing[shown.position]
        requires_grad = evaluated.requires_grad[shown.index]
        if visible.computes(shown):
            rule = sentences.rule(shown)
        elif node.kind == "constant":
            rule = _CONSTANT
        elif not requires_grad:
            rule = OPS["one_hot"].rule_text  # labels are the only input without a gradient
        else:
            rule = sentences.fan_out(shown) if visible.fan_out(shown) > 1 else _INPUT
        rules = [rule, open_and_closed(visible, shown, group)] if group else [rule]
        return Explanation(
            shown.id,
            "group" if group else "input" if node.kind == "input" else "node",
            self._say(sentences.title(shown)),
            self._say(aria),
            value_text(evaluated.value(shown.index)),
            _text(evaluated.gradient(shown.index)),
            formulas.call(group) if group else formulas.value(shown.index) if node.op else None,
            formulas.gradient(visible, shown.position) if requires_grad else None,
            self._locals(visible, formulas, incoming if visible.computes(shown) else outgoing),
            tuple(
                Branch(
                    edge.id,
                    visible.nodes[edge.target].id,
                    visible.gradient(edge),
                    value_text(visible.gradient(edge)),
                )
                for edge in outgoing
                if visible.requires_grad(edge)
            ),
            self._paths(visible, formulas, shown)
            if requires_grad and shown.index != self.graph.output
            else None,
            self._say(*rules) or "",
            self._say(
                note(self.graph, evaluated.values, shown.index),
                gradient_note(evaluated, shown.index),
                stable_form(self.graph, shown.index),
                broadcast_loss(self.graph, shown.index),
                *broken_rules(visible, outgoing, self.mistakes),
                *broken_sum(visible, shown, self.mistakes),
            )
            or None,
            derivation(group) if group else (),
            closed_gradients(visible, shown, group) if group else (),
            self._kinks(formulas, node, group),
        )

    def edge(self, part: str) -> Explanation:
        """Explain an edge, or the merged edge into a closed group. Raises KeyError if there is none."""
        source_id, _, target_id = part.partition("->")
        source = self.graph.index(source_id)
        group = self.evaluated.group_index.get(target_id)
        if group is not None:
            visible = self._visible(group.parent, closed=group.id)
            incoming = visible.incoming[visible.of_group[group.index]]
            aria = closed_edge_aria(self.evaluated, source, group)
        else:
            target = self.graph.index(target_id.rpartition(".")[0])
            visible = self._visible(self.graph.nodes[target].group)
            incoming = visible.incoming[visible.position[target]]
            aria = self._edge_aria(part, target)
        edge = next((edge for edge in incoming if edge.id == part), None)
        if edge is None:
            raise KeyError(part)
        reader = visible.nodes[edge.target]
        inner = visible.group(reader)
        formulas = Formulas(self.evaluated).within(
            inner.parent if inner else self.evaluated.node(reader.index).group
        )
        requires_grad = visible.requires_grad(edge)
        names = formulas.names
        return Explanation(
            part,
            "edge",
            f"{names.plain(source)} → {names.call(inner) if inner else names.plain(reader.index)}",
            self._say(aria),
            value_text(self.evaluated.value(source)),
            value_text(visible.gradient(edge)) if requires_grad else None,
            formulas.edge_gradient(visible, edge) if requires_grad else None,
            None,
            self._locals(visible, formulas, [edge]),
            (),
            None,
            self._say(Sentences(visible).rule(reader) if requires_grad else self._no_gradient(source)),
            self._say(*broken_rules(visible, [edge], self.mistakes))
            or self._say(note(self.graph, self.evaluated.values, source))
            or None,
            kinks=self._kinks(formulas, self.evaluated.node(reader.index), inner, edge),
        )

    def terminal(self, part: str) -> Explanation:
        """Explain the word at the far right, or the edge to it: where the backward pass starts."""
        output = self.graph.output
        visible = Visible(self.evaluated, self.open)
        requires_grad = self.evaluated.requires_grad[output]
        name = Formulas(self.evaluated).spoken(output)
        return Explanation(
            part,
            "edge" if "->" in part else "node",
            f"{name} → {self._say(Text('출력', 'output'))}",
            self._say(terminal_aria(self.evaluated)),
            value_text(self.evaluated.value(output)),
            _text(self.evaluated.gradient(output)),
            Formulas(self.evaluated).gradient(visible, visible.position[output]) if requires_grad else None,
            None,
            (),
            (),
            None,
            self._say(Sentences(visible).start() if requires_grad else _CONSTANT),
            self._say(note(self.graph, self.evaluated.values, output)) or None,
        )

    def _no_gradient(self, index: int) -> Text:
        """Return why no gradient comes back to a node: it is constant, or it holds labels."""
        node = self.evaluated.node(index)
        constant = node.kind == "constant" or (node.op is not None and node.op.name != "one_hot")
        return _CONSTANT if constant else OPS["one_hot"].rule_text

    def _kinks(
        self, formulas: Formulas, node: Node, group: Group | None, edge: VisibleEdge | None = None
    ) -> tuple[KinkTold, ...]:
        """Tell the kinks inside a closed group, on edges into an op, or out of a leaf; on ``edge`` alone if given."""
        if group is not None:
            return tuple(told(self.evaluated, formulas, self._seen(group.nodes)))
        if node.op is None:
            readers = [out.target for out in self.graph.outgoing(node.index)]
            found = told(self.evaluated, formulas, self._seen(readers))
            return tuple(each for each in found if each.met.edge.source == node.index)
        wanted = None if edge is None else {member.index for member in edge.members}
        found = told(self.evaluated, formulas, [node.index])
        return tuple(each for each in found if wanted is None or each.met.edge.index in wanted)

    def _seen(self, nodes: Iterable[int]) -> list[int]:
        return [node for node in nodes if not in_smooth_layer(self.graph, node, self.open)]

    def _visible(self, group: int | None, closed: str | None = None) -> Visible:
        """Return the visible graph with this group and those around it open, and ``closed`` closed."""
        around = set(self.open)
        while group is not None:
            around.add(self.graph.groups[group].id)
            group = self.graph.groups[group].parent
        return Visible(self.evaluated, around - {closed})

    def _edge_aria(self, part: str, target: int) -> Text:
        edge = next((edge for edge in edges_into(self.graph, target) if edge.id == part), None)
        if edge is None:
            raise KeyError(part)
        return edge_aria(self.evaluated, edge)

    def _locals(self, visible: Visible, formulas: Formulas, edges: list[VisibleEdge]) -> tuple[Local, ...]:
        locals_: list[Local] = []
        for edge in edges:
            if visible.requires_grad(edge):
                formula = formulas.edge_local(visible, edge)
                target = visible.nodes[edge.target].id
                local = visible.local(edge)
                value = value_text(visible.gradient(edge) if local is None else local)
                shapes = formulas.shapes_under(visible, edge)
                locals_.append(Local(edge.id, self.graph.ids[edge.node], target, *formula, value, shapes))
        return tuple(locals_)

    def _paths(self, visible: Visible, formulas: Formulas, node: VisibleNode) -> ShownPaths:
        paths = chain_paths(visible, node.position)
        items = tuple(
            ShownPath(
                (node.id, *(visible.nodes[edge.target].id for edge in path.edges)),
                tuple("" if factor is None else text(factor) for factor in path.factors),
                formulas.path(visible, path.edges, path.factors, path.product),
                "" if path.product is None else text(path.product),
            )
            for path in paths.items
        )
        total = self.evaluated.gradient(node.index) if paths.total is None else paths.total
        why = self._say(_TENSOR_PATHS) if paths.total is None else None
        return ShownPaths(items, value_text(total), _countable(paths.count), why)

    def _say(self, *texts: Text | None) -> str:
        said = [text for text in texts if text]
        return reduce(Text.then, said).in_language(self.lang) if said else ""


def _text(gradient: Value | None) -> str | None:
    return None if gradient is None else value_text(gradient)


def _countable(count: int) -> int | float:
    """Return a count that JSON can hold: exact up to 2^53, else the nearest float up to the largest."""
    return count if count <= 2**53 else float(min(count, int(sys.float_info.max)))
