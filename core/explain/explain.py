"""Where the numbers of one node, edge or group come from: what the inspector shows. LaTeX, texts and records only.

Reads a graph and its values; the numerical check beside it is ``core.gradcheck.gradcheck``'s.
"""

import sys
from collections.abc import Collection

from chainrule.core.engine.graph import Graph, Group
from chainrule.core.explain.aria import closed_edge_aria, edge_aria, group_aria, node_aria, terminal_aria
from chainrule.core.explain.composite_gradients import closed_gradients, derivation, open_and_closed
from chainrule.core.explain.explanation import Branch, Explanation, Local, ShownPath, ShownPaths
from chainrule.core.explain.notes import gradient_note, note
from chainrule.core.explain.paths import chain_paths
from chainrule.core.explain.sentences import Sentences
from chainrule.core.latex.formula import Formulas
from chainrule.core.number_text import text
from chainrule.core.ops import COPIES, COPIES_NOT_SUMMED, FAN_OUT_NOT_SUMMED, NOT_SUMMED, OPS, mistakes_of
from chainrule.core.ops.op import Op
from chainrule.core.text import Text
from chainrule.core.view.evaluated import Evaluated, GradientColumns, Numbers, Value, edges_into
from chainrule.core.view.summary import value_text
from chainrule.core.view.visible import OUTPUT, Visible, VisibleEdge, VisibleNode

_CONSTANT = Text(
    "상수는 바뀌지 않으므로 기울기를 구하지 않습니다.",
    "A constant does not change, so no gradient is asked for.",
)
_INPUT = Text(
    "입력의 기울기는, 이 값이 아주 조금 바뀔 때 출력이 그 몇 배만큼 바뀌는지를 나타냅니다.",
    "The gradient of an input says how many times a very small change of it the output changes.",
)

_TENSOR_PATHS = Text(
    "텐서가 지나는 경로는 수 하나의 곱이 아니므로, 흘러오는 기울기를 기호로 이어 적습니다.",
    "A path that tensors go along is no product of numbers, so what flows back is written as a chain of symbols.",
)


def explain(
    graph: Graph,
    values: Numbers,
    gradients: GradientColumns,
    part: str,
    lang: str,
    open: Collection[str] = (),
    mistakes: Collection[str] = (),
) -> Explanation:
    """Explain the node, edge or group with this id, in the words of ``lang`` ("ko" or "en").

    ``open`` are the groups that stand open; what is asked for is explained as if the groups around it were open.
    ``mistakes`` are the rules that were broken for these gradients. Raises KeyError if there is no such id.
    """
    evaluated = Evaluated(graph, values, gradients)
    reader = _Reader(evaluated, frozenset(open), lang, frozenset(mistakes))
    if part in evaluated.group_index:
        return reader.group(evaluated.group_index[part])
    if part in (OUTPUT, f"{graph.ids[graph.output]}->{OUTPUT}"):
        return reader.terminal(part)
    if "->" in part:
        return reader.way(part)
    return reader.node(graph.index(part))


class _Reader:
    """Makes the records that answer one question."""

    def __init__(
        self, evaluated: Evaluated, open: frozenset[str], lang: str, mistakes: frozenset[str]
    ) -> None:
        self.evaluated, self.graph, self.open = evaluated, evaluated.graph, open
        self.lang, self.mistakes = lang, mistakes

    def node(self, index: int) -> Explanation:
        """A node, with the groups around it open."""
        node = self.evaluated.node(index)
        visible = self._visible(node.group)
        part = visible.parts[visible.position[index]]
        return self._part(visible, part, node_aria(self.evaluated, node))

    def group(self, group: Group) -> Explanation:
        """A group as one node, whether it stands open or not."""
        visible = self._visible(group.parent, closed=group.id)
        part = visible.parts[visible.of_group[group.index]]
        return self._part(visible, part, group_aria(self.evaluated, group))

    def _part(self, visible: Visible, part: VisibleNode, aria: Text) -> Explanation:
        evaluated = self.evaluated
        node, group, sentences = evaluated.node(part.node), visible.group(part), Sentences(visible)
        formulas = Formulas(evaluated).within(group.parent if group else node.group)
        incoming, outgoing = visible.incoming[part.position], visible.outgoing[part.position]
        asked = evaluated.requires_grad[part.node]
        if visible.computes(part):
            rule = sentences.rule(part)
        elif node.kind == "constant":
            rule = _CONSTANT
        elif not asked:
            rule = OPS["one_hot"].rule  # labels are the only input without a gradient
        else:
            rule = sentences.fan_out(part) if visible.fan_out(part) > 1 else _INPUT
        said = [rule, open_and_closed(visible, part, group)] if group else [rule]
        return Explanation(
            part.id,
            "group" if group else "input" if node.kind == "input" else "node",
            self._say(sentences.title(part)),
            self._say(aria),
            value_text(evaluated.value(part.node)),
            _text(evaluated.gradient(part.node)),
            formulas.call(group) if group else formulas.value(part.node) if node.op else None,
            formulas.gradient(visible, part.position) if asked else None,
            self._locals(visible, formulas, incoming if visible.computes(part) else outgoing),
            tuple(
                Branch(
                    way.id,
                    visible.parts[way.target].id,
                    visible.gradient(way),
                    value_text(visible.gradient(way)),
                )
                for way in outgoing
                if visible.asked(way)
            ),
            self._paths(visible, formulas, part) if asked and part.node != self.graph.output else None,
            " ".join(self._say(sentence) for sentence in said if sentence),
            self._note(visible, part),
            derivation(group) if group else (),
            closed_gradients(visible, part, group) if group else (),
        )

    def way(self, part: str) -> Explanation:
        """An edge, or the merged way into a closed group. Raises KeyError if there is none."""
        source_id, _, target_id = part.partition("->")
        source = self.graph.index(source_id)
        group = self.evaluated.group_index.get(target_id)
        if group is not None:
            visible = self._visible(group.parent, closed=group.id)
            into = visible.incoming[visible.of_group[group.index]]
            aria = closed_edge_aria(self.evaluated, source, group)
        else:
            target = self.graph.index(target_id.rpartition(".")[0])
            visible = self._visible(self.graph.nodes[target].group)
            into = visible.incoming[visible.position[target]]
            aria = self._edge_aria(part, target)
        way = next((way for way in into if way.id == part), None)
        if way is None:
            raise KeyError(part)
        read = visible.parts[way.target]
        inner = visible.group(read)
        formulas = Formulas(self.evaluated).within(
            inner.parent if inner else self.evaluated.node(read.node).group
        )
        asked = visible.asked(way)
        return Explanation(
            part,
            "edge",
            f"{source_id} → {read.id}",
            self._say(aria),
            value_text(self.evaluated.value(source)),
            value_text(visible.gradient(way)) if asked else None,
            formulas.way_gradient(visible, way) if asked else None,
            None,
            self._locals(visible, formulas, [way]),
            (),
            None,
            self._say(Sentences(visible).rule(read) if asked else self._unasked(source)),
            self._note_of([way], visible) or self._odd(note(self.graph, self.evaluated.values, source)),
        )

    def terminal(self, part: str) -> Explanation:
        """The output's word, and the edge that leads to it: where the backward pass starts."""
        output = self.graph.output
        visible = Visible(self.evaluated, self.open)
        asked = self.evaluated.requires_grad[output]
        name = self.graph.ids[output]
        return Explanation(
            part,
            "edge" if "->" in part else "node",
            f"{name} → {self._say(Text('출력', 'output'))}",
            self._say(terminal_aria(self.evaluated)),
            value_text(self.evaluated.value(output)),
            _text(self.evaluated.gradient(output)),
            Formulas(self.evaluated).gradient(visible, visible.position[output]) if asked else None,
            None,
            (),
            (),
            None,
            self._say(Sentences(visible).start() if asked else _CONSTANT),
            self._odd(note(self.graph, self.evaluated.values, output)),
        )

    def _unasked(self, node: int) -> Text:
        """Why no gradient comes back to a node."""
        labels = self.evaluated.node(node)
        learned = labels.kind == "constant" or (labels.op is not None and labels.op.name != "one_hot")
        return _CONSTANT if learned else OPS["one_hot"].rule

    def _visible(self, group: int | None, closed: str | None = None) -> Visible:
        """What is seen when the groups around are open, as they must be for the part to be seen."""
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

    def _locals(self, visible: Visible, formulas: Formulas, ways: list[VisibleEdge]) -> tuple[Local, ...]:
        found = []
        for way in ways:
            if visible.asked(way):
                formula = formulas.way_local(visible, way)
                target = visible.parts[way.target].id
                local = visible.local(way)
                shown = value_text(visible.gradient(way) if local is None else local)
                shapes = formulas.shapes_under(visible, way)
                found.append(Local(way.id, self.graph.ids[way.node], target, *formula, shown, shapes))
        return tuple(found)

    def _paths(self, visible: Visible, formulas: Formulas, part: VisibleNode) -> ShownPaths:
        paths = chain_paths(visible, part.position)
        items = tuple(
            ShownPath(
                (part.id, *(visible.parts[way.target].id for way in path.ways)),
                tuple("" if factor is None else text(factor) for factor in path.factors),
                formulas.path(visible, path.ways, path.factors, path.product),
                "" if path.product is None else text(path.product),
            )
            for path in paths.items
        )
        gradient = self.evaluated.gradient(part.node)
        total = gradient if paths.total is None else paths.total
        said = self._say(_TENSOR_PATHS) if paths.total is None else None
        return ShownPaths(items, value_text(total), _countable(paths.count), said)

    def _note(self, visible: Visible, part: VisibleNode) -> str | None:
        said = [
            self._odd(note(self.graph, self.evaluated.values, part.node)),
            self._odd(gradient_note(self.evaluated, part.node)),
            self._note_of(visible.outgoing[part.position], visible),
        ]
        if FAN_OUT_NOT_SUMMED in self.mistakes and visible.fan_out(part) > 1:
            said.append(self._broken(NOT_SUMMED))
        return " ".join(sentence for sentence in said if sentence) or None

    def _note_of(self, ways: list[VisibleEdge], visible: Visible) -> str | None:
        """Which broken rules the gradients on these ways went through."""
        ops: dict[str, Op] = {}
        copied = False
        for way in ways:
            for edge in way.edges:
                target = self.graph.nodes[edge.target]
                op = target.op
                if op is not None and visible.asked(way):
                    ops[op.name] = op
                    copied |= op.tensor is None and self.graph.nodes[edge.source].shape != target.shape
        said = [self._broken(COPIES)] if copied and COPIES_NOT_SUMMED in self.mistakes else []
        for op in ops.values():
            said += [
                self._broken(Text(f"{op.title.ko}: {title.ko}", f"{op.title.en}: {title.en}"))
                for name, title in mistakes_of(op).items()
                if name in self.mistakes
            ]
        return " ".join(said) or None

    def _broken(self, mistake: Text) -> str:
        return self._say(
            Text(
                f"역전파 규칙을 일부러 고장 냈습니다({mistake.ko}).",
                f"A backward rule is broken on purpose ({mistake.en}).",
            )
        )

    def _odd(self, found: Text | None) -> str | None:
        return self._say(found) if found else None

    def _say(self, said: Text) -> str:
        return said.ko if self.lang == "ko" else said.en


def _text(gradient: Value | None) -> str | None:
    return None if gradient is None else value_text(gradient)


def _countable(count: int) -> int | float:
    """Exact as long as every reader of JSON can hold it; beyond, the nearest float, and at most the largest."""
    return count if count <= 2**53 else float(min(count, int(sys.float_info.max)))
