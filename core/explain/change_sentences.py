"""Sentences that say why a gradient changed, with the numbers; the reason comes from the op's entry.

In the Korean sentences no particle depends on how a name or a number ends.
"""

import math
from collections.abc import Sequence, Set
from typing import Literal, NamedTuple

import numpy as np

from chainrule.core.engine.graph import Group
from chainrule.core.explain.change_steps import ChangeSteps, Step, element_text
from chainrule.core.explain.sentences import layer_title
from chainrule.core.latex.edge_text import group_edge_symbols
from chainrule.core.latex.formula import Formulas
from chainrule.core.latex.value_formula import simplified_vjp
from chainrule.core.number_text import signed, text
from chainrule.core.text import Text
from chainrule.core.view.elements import broadcast_to
from chainrule.core.view.evaluated import Evaluated, edges_into
from chainrule.core.view.visible import VisibleEdge


class EdgeChange(NamedTuple):
    """The change of what one edge brings back, split in its parts, at one element."""

    edge: VisibleEdge
    code: Literal["upstream", "local", "both"]
    upstream: float
    local: float
    difference: float
    where: tuple[int, ...]
    elements: int
    """How many elements changed; 1 for a number."""


class ChangeSentences:
    """Sentences about two evaluations of one visible graph; ``moved`` are the nodes with changed values."""

    def __init__(self, steps: ChangeSteps, moved: Set[int]) -> None:
        self.steps, self.moved = steps, moved
        old, new = self.old, self.new = steps.old, steps.new
        self.evaluated: Evaluated = new.evaluated
        self.graph = new.evaluated.graph
        self.formulas = steps.formulas
        self._steepness = _affine(old.evaluated, new.evaluated, moved)

    def edge(self, change: EdgeChange) -> Text:
        """Say why what an edge brings back changed."""
        step = self.steps.step(change.edge, change.where)
        said = self._by_sum(change) if step is None else self._by_step(change.edge, step)
        if not change.where:
            return said
        at = f"[{', '.join(map(str, change.where))}]"
        place = (
            Text(f"달라진 원소는 {at} 하나입니다.", f"Only {at} changed.")
            if change.elements == 1
            else Text(
                f"달라진 원소 {change.elements}개 가운데 변화가 가장 큰 곳은 {at}입니다.",
                f"{at} changed most of {change.elements} elements.",
            )
        )
        return Text(f"{place.ko} {said.ko}", f"{place.en} {said.en}")

    def sum(self, parts: Sequence[tuple[VisibleEdge, float]], difference: float) -> Text:
        """Say which of a value's branches changed its gradient, by how much."""
        named = [(self._name(edge.target), signed(part)) for edge, part in parts]
        whole = signed(difference)
        return Text(
            "여러 갈래로 돌아온 기울기의 합이고, 갈래마다 달라졌습니다. "
            + ", ".join(f"{name} 쪽: {part}" for name, part in named)
            + f". 모두 더해 {whole}.",
            "It is a sum over branches, and each changed. Through "
            + ", through ".join(f"{name}: {part}" for name, part in named)
            + f"; together {whole}.",
        )

    def not_finite(self) -> Text:
        """Say that infinity and NaN have no difference."""
        return Text(
            "전이나 후의 수가 무한대이거나 NaN이므로 차이를 나눌 수 없습니다.",
            "A number before or after is infinite or NaN, so there is no difference to explain.",
        )

    # The sentences

    def _name(self, position: int) -> str:
        return self.formulas.spoken(self.new.nodes[position].index)

    def _by_step(self, edge: VisibleEdge, step: Step) -> Text:
        (before, now), (old, new) = step.upstream, step.local
        if old == new:
            return self._by_upstream(step)
        why = self._why(edge, step)
        if before == now:
            return self._by_local(step, why)
        moved = _moved(now - before)
        first, second = _product(before, new - old), _product(now - before, new)
        whole = signed(now * new - before * old)
        return Text(
            f"{why.ko}: {first}. 상류의 기울기도 {moved.ko}: {second}. 모두 더해 {whole}.",
            f"{why.en}: {first}. The upstream gradient also {moved.en}: {second}. Together {whole}.",
        )

    def _by_upstream(self, step: Step) -> Text:
        local, name = step.local[1], step.target
        noun = "원소" if step.at else "노드"
        difference = step.upstream[1] - step.upstream[0]
        moved = _moved(difference)
        if local == 1.0:
            return Text(
                f"{name} {noun}는 상류의 기울기를 그대로 흘려보내는데, 그 기울기가 {moved.ko}.",
                f"{name} passes the upstream gradient on unchanged, and that {moved.en}.",
            )
        product = _product(local, difference)
        return Text(
            f"{name} {noun}의 국소적 미분은 {text(local)} 그대로이고, 상류의 기울기가 {moved.ko}: {product}.",
            f"The slope of {name} stays {text(local)}; the upstream gradient {moved.en}: {product}.",
        )

    def _by_local(self, step: Step, why: Text) -> Text:
        upstream = step.upstream[0]
        if upstream == 1.0:
            return Text(f"{why.ko}.", f"{why.en}.")
        product = _product(upstream, step.local[1] - step.local[0])
        return Text(
            f"{why.ko}. 여기에 상류의 기울기 {text(upstream)}: {product}.",
            f"{why.en}; times the upstream gradient {text(upstream)}: {product}.",
        )

    def _by_sum(self, change: EdgeChange) -> Text:
        """Say which share each part of the change has, where no single product is the gradient."""
        edge, reason = change.edge, None
        upstream, local = signed(change.upstream), signed(change.local)
        if change.code == "upstream":
            shares = Text(
                f"상류의 기울기가 달라져 {upstream}.", f"the changed upstream gradient makes {upstream}."
            )
        else:
            reason = self._reason(edge)
            shares = Text(f"국소적 미분이 달라져 {local}.", f"the changed slopes make {local}.")
        if change.code == "both":
            whole = signed(change.difference)
            shares = Text(
                f"국소적 미분이 달라져 {local}, 상류의 기울기가 달라져 {upstream}, 모두 더해 {whole}.",
                f"the changed slopes make {local}, the changed upstream gradient {upstream}, together {whole}.",
            )
        readers, target = len(self.steps.readers(edge, change.where)), self._name(edge.target)
        if readers > 1:
            source = element_text(self.formulas.spoken(edge.node), change.where)
            shares = Text(
                f"{target} 노드의 원소 {readers}개에서 돌아온 기울기의 합입니다. {shares.ko}",
                f"{source} gets back a sum over {readers} elements of {target}: {shares.en}",
            )
        else:
            shares = Text(shares.ko, shares.en[0].upper() + shares.en[1:])
        return shares if reason is None else Text(f"{reason.ko}. {shares.ko}", f"{reason.en}. {shares.en}")

    def _why(self, edge: VisibleEdge, step: Step) -> Text:
        """Say why the local derivative went from one number to another; no full stop behind."""
        old, new = step.local
        op = self.steps.op(edge)
        reason = self._reason(edge)
        carried = self._carried(edge) if op is not None else None
        moved = self._moved_value(carried, step.at) if carried is not None else _moved(new - old)
        if reason is not None and carried is not None:
            return Text(f"{reason.ko}. 그 값이 {moved.ko}", f"{reason.en}, and that {moved.en}")
        went = Text(f"{text(old)} → {text(new)}, {moved.ko}", f"went from {text(old)} to {text(new)}")
        if reason is None:
            name = step.target
            return Text(f"{name} 노드의 국소적 미분: {went.ko}", f"The slope of {name} {went.en}")
        if (op is not None and op.why is None) or self.steps.partial(edge) is not None:
            return Text(f"{reason.ko}. 이 값은 {went.ko}", f"{reason.en}; it {went.en}")
        return Text(f"{reason.ko}. 국소적 미분은 {went.ko}", f"{reason.en}; its slope {went.en}")

    def _reason(self, edge: VisibleEdge) -> Text | None:
        """Say what the local derivative is, as the beginning of a sentence."""
        target, source = self.new.nodes[edge.target], self.formulas.spoken(edge.node)
        group = self.new.group(target)
        op = self.steps.op(edge)
        broken = op is not None and self.steps.broken(op)
        if op is not None and op.why is not None and not broken:
            return Text(*(said.replace("$s", source) for said in op.why))
        if broken:
            return None
        if group is not None:
            title = layer_title(group)
            partial = self.steps.partial(edge)
            if partial is not None:
                slope = partial.text
                for letter, name in (("$a", source), ("$y", self.formulas.spoken(group.output))):
                    slope = slope.replace(letter, f"({name})" if " " in name else name)
                return Text(
                    f"{title.ko}에서 {source} 쪽 국소적 미분은 {slope}입니다",
                    f"In the {title.en} the slope toward {source} is {slope}",
                )
            formula = self._formula(edge, group)
            if formula is None:
                return Text(
                    f"{title.ko}의 안쪽 값이 달라졌습니다", f"The numbers inside the {title.en} changed"
                )
            return Text(
                f"{title.ko}에서 {source} 쪽 기울기는 {formula}입니다",
                f"In the {title.en} the gradient toward {source} is {formula}",
            )
        assert op is not None
        if op.tensor is not None:
            return None
        slope = self.formulas.names.in_words(self.formulas.local(edge.members[0]).symbols).partition(" = ")[2]
        name = op.title.en[0].upper() + op.title.en[1:]
        return Text(
            f"{op.title.ko}에서 {source} 쪽 국소적 미분은 {slope}입니다",
            f"{name}: toward {source} its slope is {slope}",
        )

    def _formula(self, edge: VisibleEdge, group: Group) -> str | None:
        """Write the gradient that a closed layer hands back in symbols; None if its entry has none that holds here."""
        if self.evaluated.rules.mistakes or simplified_vjp(self.graph, group, edge.node) is None:
            return None
        if any(Formulas(side.evaluated).corner(group) for side in (self.old, self.new)):
            return None
        written = group_edge_symbols(self.graph, group, edge.node, self.evaluated.upstream)[1]
        shapes = [self.graph.shapes.get(i, ()) for i in group.inputs]
        counts = {"N": shapes[0][:-1], "n": np.broadcast_shapes(*shapes) if written.endswith("/n") else ()}
        count = counts.get(written[-1]) if written[-2:-1] == "/" else None
        return written if count is None else f"{written} ({written[-1]} = {math.prod(count)})"

    def _carried(self, edge: VisibleEdge) -> int | None:
        """Return the node whose value the local derivative is; None where it is another number."""
        op = self.steps.op(edge)
        if op is None or op.tensor is not None:
            return None
        node = self.graph.nodes[self.new.nodes[edge.target].index]
        places = dict(zip("ab", node.inputs, strict=False), y=node.index)
        if self.steps.broken(op):
            return None
        return places.get(op.partials[edge.members[0].slot].code)

    def _moved_value(self, node: int, at: tuple[int, ...]) -> Text:
        """Say by how much a value rose or fell; as a product where it follows a changed input in a line.

        Of a tensor the element that is broadcast to ``at``.
        """
        place = broadcast_to(at, self.graph.shapes.get(node, ()))
        sides = self.evaluated, self.old.evaluated
        new, old = (float(np.asarray(side.values[node], float)[place]) for side in sides)
        difference = new - old
        steep = self._steepness.get(node)
        if steep is None:
            return _moved(difference)
        slope, step = steep
        if slope == 1.0 or not np.isclose(slope * step, difference, rtol=1e-9, atol=0.0):
            return _moved(difference)
        return _moved(difference, (slope, step))


def _moved(difference: float, product: tuple[float, float] | None = None) -> Text:
    """Write "rose by 42", or "rose by 2 × 21 = 42"; the sizes alone where it fell."""
    size = text(abs(difference))
    if product is not None:
        size = f"{text(abs(product[0]))} × {text(abs(product[1]))} = {size}"
    if difference < 0:
        return Text(f"{size}만큼 줄었습니다", f"fell by {size}")
    return Text(f"{size}만큼 늘었습니다", f"rose by {size}")


def _product(first: float, second: float) -> str:
    """Write "1.1 × 42 = +46.2"; a negative factor behind the sign stands in parentheses."""
    factor = f"({text(second)})" if second < 0 else text(second)
    return f"{text(first)} × {factor} = {signed(first * second)}"


def _affine(old: Evaluated, new: Evaluated, moved: Set[int]) -> dict[int, tuple[float, float]]:
    """Return every node that follows the one changed input in a straight line: its slope, and the input's step.

    Empty if several inputs changed, or a tensor.
    """
    graph = new.graph
    leaves = [leaf for leaf in graph.leaves if leaf in moved]
    if len(leaves) != 1 or graph.shapes.get(leaves[0]):
        return {}
    (leaf,) = leaves
    step = float(new.values[leaf]) - float(old.values[leaf])
    slopes: dict[int, float] = {leaf: 1.0}
    for node in graph.nodes[leaf + 1 :]:
        carried = [edge for edge in edges_into(graph, node.index) if edge.source in moved]
        if not carried or node.op is None or node.op.tensor is not None or node.index not in moved:
            continue
        places = dict(zip("ab", node.inputs, strict=False), y=node.index)
        read = {places[letter] for edge in carried for letter in node.op.slope_reads(edge.slot)}
        if read & moved or any(edge.source not in slopes for edge in carried):
            continue
        locals_ = [new.gradients.locals[edge.index] for edge in carried]
        if any(local is None or np.ndim(local) for local in locals_):
            continue
        slopes[node.index] = sum(
            float(local) * slopes[edge.source] for local, edge in zip(locals_, carried, strict=True)
        )
    return {node: (slope, step) for node, slope in slopes.items()}
