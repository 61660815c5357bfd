"""Sentences that say why a gradient changed, with the numbers; the reason comes from the op's entry.

In the Korean sentences no particle depends on how a name or a number ends.
"""

import math
from collections.abc import Sequence, Set
from typing import Literal, NamedTuple

import numpy as np

from chainrule.core.explain.sentences import layer_title
from chainrule.core.latex.formula import Formulas
from chainrule.core.latex.plain_text import plain_text
from chainrule.core.number_text import signed, text
from chainrule.core.ops.op import Op
from chainrule.core.ops.rules import op_with
from chainrule.core.text import Text
from chainrule.core.view.evaluated import Evaluated, edges_into
from chainrule.core.view.visible import Visible, VisibleEdge


class EdgeChange(NamedTuple):
    """The change of what one edge brings back, split in its parts, at one element."""

    edge: VisibleEdge
    code: Literal["upstream", "local", "both"]
    upstream: float
    local: float
    difference: float
    where: tuple[int, ...]


class ChangeSentences:
    """Sentences about two evaluations of one visible graph; ``moved`` are the nodes with changed values."""

    def __init__(self, old: Visible, new: Visible, moved: Set[int]) -> None:
        self.old, self.new, self.moved = old, new, moved
        self.evaluated: Evaluated = new.evaluated
        self.graph = new.evaluated.graph
        self.formulas = Formulas(new.evaluated)
        self._steepness = _affine(old.evaluated, new.evaluated, moved)

    def edge(self, change: EdgeChange) -> Text:
        """Say why what an edge brings back changed."""
        edge = change.edge
        if not self.multiplies(edge):
            return self._at_element(change)
        if change.code == "upstream":
            return self._by_upstream(edge)
        if change.code == "local":
            return self._by_local(edge, change.local)
        return self._by_both(change)

    def sum(self, parts: Sequence[tuple[VisibleEdge, float]], difference: float) -> Text:
        """Say which of a value's branches changed its gradient, by how much."""
        named = [(self._name(edge.target), signed(part)) for edge, part in parts]
        whole = signed(difference)
        return Text(
            "여러 갈래로 돌아온 기울기의 합입니다. 달라진 만큼: "
            + ", ".join(f"{name} 쪽 {part}" for name, part in named)
            + f". 모두 더해 {whole}.",
            "It is a sum over branches, which changed: "
            + ", ".join(f"through {name} {part}" for name, part in named)
            + f"; together {whole}.",
        )

    def not_finite(self) -> Text:
        """Say that infinity and NaN have no difference."""
        return Text(
            "전이나 후의 수가 무한대이거나 NaN이므로 차이를 나눌 수 없습니다.",
            "A number before or after is infinite or NaN, so there is no difference to explain.",
        )

    def read(self, edge: VisibleEdge) -> set[int]:
        """Return the nodes whose values the local derivative of an edge depends on; of a group, all it reads."""
        target = self.new.nodes[edge.target]
        if target.group is not None:
            return {each.node for each in self.new.incoming[edge.target]} | {target.index}
        node = self.graph.nodes[target.index]
        assert node.op is not None
        places = dict(zip("ab", node.inputs, strict=False), y=node.index)
        return {places[letter] for letter in self._letters(node.op, edge.members[0].slot) if letter in places}

    # What the reasons are made of

    def _letters(self, op: Op, slot: int) -> frozenset[str]:
        """Return what the slope by an operand reads; a broken rule may read anything."""
        if any(mistake.startswith(f"{op.name}.") for mistake in self.evaluated.rules.mistakes):
            return frozenset("aby")
        return op_with(op, self.evaluated.rules.conventions).slope_reads(slot)

    def _op(self, edge: VisibleEdge) -> Op | None:
        target = self.new.nodes[edge.target]
        return None if target.group is not None else self.graph.nodes[target.index].op

    def _tensorial(self, edge: VisibleEdge) -> bool:
        shapes = self.graph.shapes
        return edge.node in shapes or self.new.nodes[edge.target].index in shapes

    def multiplies(self, edge: VisibleEdge) -> bool:
        """Whether numbers come back as upstream times local derivative, before and after: no rule forgets it."""
        if self._tensorial(edge):
            return False
        for side in (self.old, self.new):
            local = side.local(edge)
            if local is None:
                return False
            gradient = float(side.gradient(edge))
            if not math.isclose(self._upstream(side, edge) * local, gradient, rel_tol=1e-9):
                return False
        return True

    def _upstream(self, side: Visible, edge: VisibleEdge) -> float:
        return float(side.evaluated.gradients.nodes[side.nodes[edge.target].index])

    def _locals(self, edge: VisibleEdge) -> tuple[float, float]:
        old, new = self.old.local(edge), self.new.local(edge)
        assert old is not None
        assert new is not None
        return float(old), float(new)

    def _name(self, position: int) -> str:
        return self.formulas.spoken(self.new.nodes[position].index)

    # The sentences

    def _by_upstream(self, edge: VisibleEdge) -> Text:
        local = self._locals(edge)[1]
        old, new = self._upstream(self.old, edge), self._upstream(self.new, edge)
        name = self._name(edge.target)
        moved = _moved(new - old)
        if local == 1.0:
            return Text(
                f"{name} 노드는 상류의 기울기를 그대로 흘려보내는데, 그 기울기가 {moved.ko}.",
                f"{name} passes the upstream gradient on unchanged, and that {moved.en}.",
            )
        product = _product(local, new - old)
        return Text(
            f"{name} 노드의 국소적 미분은 {text(local)} 그대로이고, 상류의 기울기가 {moved.ko}: {product}.",
            f"The slope of {name} stays {text(local)}; the upstream gradient {moved.en}: {product}.",
        )

    def _by_local(self, edge: VisibleEdge, part: float) -> Text:
        old, new = self._locals(edge)
        upstream = self._upstream(self.old, edge)
        why = self._why(edge, old, new)
        if upstream == 1.0:
            return Text(f"{why.ko}.", f"{why.en}.")
        product = _product(upstream, new - old)
        return Text(
            f"{why.ko}. 여기에 상류의 기울기 {text(upstream)}: {product}.",
            f"{why.en}; times the upstream gradient {text(upstream)}: {product}.",
        )

    def _by_both(self, change: EdgeChange) -> Text:
        edge = change.edge
        old, new = self._locals(edge)
        before, now = self._upstream(self.old, edge), self._upstream(self.new, edge)
        why, moved = self._why(edge, old, new), _moved(now - before)
        first, second = _product(before, new - old), _product(now - before, new)
        whole = signed(change.difference)
        return Text(
            f"{why.ko}: {first}. 상류의 기울기도 {moved.ko}: {second}. 모두 더해 {whole}.",
            f"{why.en}: {first}. The upstream gradient also {moved.en}: {second}. Together {whole}.",
        )

    def _at_element(self, change: EdgeChange) -> Text:
        at = f"[{', '.join(map(str, change.where))}]"
        name, upstream, local = self._name(change.edge.target), signed(change.upstream), signed(change.local)
        place = Text(f"가장 많이 달라진 원소 {at}: ", f"Element {at} changed most: ")
        if not change.where:
            place = Text("", "")
        if change.code == "upstream":
            why = Text(
                f"{name} 노드의 국소적 미분은 그대로이고 상류의 기울기가 달라져 {upstream}.",
                f"the slope of {name} stays, and the changed upstream gradient makes {upstream}.",
            )
        else:
            reason = self._reason(change.edge)
            why = Text(
                f"국소적 미분이 달라져 {local}",
                f"the changed slope makes {local}",
            )
            if change.code == "both":
                why = Text(
                    f"{why.ko}, 상류의 기울기가 달라져 {upstream}, 모두 {signed(change.difference)}",
                    f"{why.en}, the changed upstream gradient {upstream}, together {signed(change.difference)}",
                )
            why = Text(f"{why.ko}. {reason.ko}.", f"{why.en}. {reason.en}.") if reason else why
            if reason is None:
                why = Text(f"{why.ko}.", f"{why.en}.")
        return Text(place.ko + why.ko, place.en + why.en if place.en else why.en[0].upper() + why.en[1:])

    def _why(self, edge: VisibleEdge, old: float, new: float) -> Text:
        """Say why the local derivative went from one number to another; no full stop behind."""
        op = self._op(edge)
        reason = self._reason(edge)
        carried = self._carried(edge) if op is not None else None
        moved = self._moved_value(carried) if carried is not None else _moved(new - old)
        if reason is not None and carried is not None:
            return Text(f"{reason.ko}. 그 값이 {moved.ko}", f"{reason.en}, and that {moved.en}")
        went = Text(f"{text(old)} → {text(new)}, {moved.ko}", f"went from {text(old)} to {text(new)}")
        if reason is None:
            name = self._name(edge.target)
            return Text(f"{name} 노드의 국소적 미분: {went.ko}", f"The slope of {name} {went.en}")
        if op is not None and op.why is None:
            return Text(f"{reason.ko}. 이 값은 {went.ko}", f"{reason.en}; it {went.en}")
        return Text(f"{reason.ko}. 국소적 미분은 {went.ko}", f"{reason.en}; its slope {went.en}")

    def _reason(self, edge: VisibleEdge) -> Text | None:
        """Say what the local derivative is, as the beginning of a sentence."""
        target, source = self.new.nodes[edge.target], self.formulas.spoken(edge.node)
        group = self.new.group(target)
        op = self._op(edge)
        broken = op is not None and self._letters(op, edge.members[0].slot) == frozenset("aby")
        if op is not None and op.why is not None and not broken:
            return Text(*(said.replace("$s", source) for said in op.why))
        if broken:
            return None
        if group is not None:
            title = layer_title(group)
            return Text(f"{title.ko}의 안쪽 값이 달라졌습니다", f"The numbers inside the {title.en} changed")
        assert op is not None
        if op.tensor is not None:
            return None
        slope = plain_text(self.formulas.local(edge.members[0]).symbols).partition(" = ")[2]
        return Text(
            f"{op.title.ko}의 {source} 쪽 국소적 미분은 {slope}입니다",
            f"Toward {source}, the slope of {op.title.en} is {slope}",
        )

    def _carried(self, edge: VisibleEdge) -> int | None:
        """Return the node whose value the local derivative is; None where it is another number."""
        op = self._op(edge)
        if op is None or op.tensor is not None:
            return None
        node = self.graph.nodes[self.new.nodes[edge.target].index]
        places = dict(zip("ab", node.inputs, strict=False), y=node.index)
        if self._letters(op, edge.members[0].slot) == frozenset("aby"):
            return None
        return places.get(op.partials[edge.members[0].slot].code)

    def _moved_value(self, node: int) -> Text:
        """Say by how much a value rose or fell; as a product where it follows a changed input in a line."""
        difference = float(self.evaluated.values[node]) - float(self.old.evaluated.values[node])
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
