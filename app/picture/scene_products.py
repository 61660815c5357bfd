"""The matrix products of a graph: the numbered formulas of their gradients, and the dimensions that must agree."""

from typing import NamedTuple

from chainrule.app.picture.scene_rooms import DIGIT
from chainrule.app.picture.text_width import text_width
from chainrule.core.engine.graph import Graph
from chainrule.core.view.batch_axis import shown
from chainrule.core.view.evaluated import edges_into

Axes = tuple[str | int, ...]

PRODUCT_LINE, PRODUCT_SIZE = 21.0, 13.0
"""Height and font size of a line of shapes beneath a product."""
AFFINE = "affine"


class ShapeLine(NamedTuple):
    """One product told by its shapes: ``(N, 2)·(2, 3)``, the two dimensions that must agree next to the dot.

    ``left`` alone is a sum over axis 0. ``digit`` is the number of the formula that it belongs to.
    """

    way: str
    """``value`` of the product forward, ``grad`` of one that goes backward."""
    left: str
    right: str
    agree: tuple[str, str]
    """The two dimensions as they are written; empty where nothing has to agree."""
    digit: int | None

    @property
    def half_width(self) -> float:
        """How far it reaches to either side of the dot."""
        left = text_width(self.left, PRODUCT_SIZE) + (DIGIT + 4 if self.digit else 0.0)
        return max(left, text_width(self.right, PRODUCT_SIZE)) + 6


def edge_digits(graph: Graph) -> dict[int, int]:
    """The numbers of the Affine figure by edge: [1] and [2] into a product, [3] from what is added to it."""
    found: dict[int, int] = {}
    for at in graph.shapes:
        node = graph.nodes[at]
        if node.op is None or node.op.name != "matmul":
            continue
        readers = graph.outgoing(at)
        adds = graph.nodes[readers[0].target] if len(readers) == 1 else node
        if adds.op is None or adds.op.name != "add":
            continue
        products, sums = edges_into(graph, at), edges_into(graph, adds.index)
        added = sums[1 - readers[0].slot]
        if not graph.nodes[added.source].shape or graph.nodes[added.source].kind == "op":
            continue
        found |= {edge.index: edge.slot + 1 for edge in products} | {added.index: 3}
    return found


def product_lines(
    names: list[Axes], requires_grad: list[bool], factors: tuple[int, ...], result: int, numbered: bool
) -> tuple[ShapeLine, ...]:
    """The shapes of a product ``a·b`` and of its gradients; with a third factor also of the sum for the bias.

    ``names`` are the axes of every node, ``needs`` says who asks for a gradient, ``factors`` and ``result`` are node
    indices, ``numbered`` puts the formulas' numbers in front.
    """
    a, b, y = names[factors[0]], names[factors[1]], names[result]
    if not a or not b:
        return ()
    lines = [_line("value", a, b, None)]
    if requires_grad[factors[0]] and y:
        # ∂L/∂Y·Wᵀ; a vector W stands as the row that it is multiplied as.
        back = b[::-1] if len(b) == 2 else (1, *b)
        lines.append(_line("grad", y if len(b) == 2 else (*y, 1), back, 1 if numbered else None))
    if requires_grad[factors[1]] and y:
        # Xᵀ·∂L/∂Y; a vector X stands as the column that it is turned into.
        turned = a[::-1] if len(a) == 2 else (*a, 1)
        lines.append(_line("grad", turned, y if len(a) == 2 else (1, *y), 2 if numbered else None))
    if len(factors) > 2 and requires_grad[factors[2]] and names[factors[2]] != y:
        lines.append(ShapeLine("grad", f"Σ₀ {shown(y)}", f"→ {shown(names[factors[2]])}", ("", ""), 3))
    return tuple(lines)


def _line(way: str, left: Axes, right: Axes, digit: int | None) -> ShapeLine:
    return ShapeLine(way, shown(left), shown(right), (str(left[-1]), str(right[0])), digit)
