"""Matrix products as lines of shapes: the dimensions that must agree, and the book's numbers of the gradients."""

from typing import NamedTuple

from chainrule.app.picture.scene.space import DIGIT
from chainrule.app.picture.scene.text_width import text_width
from chainrule.core.engine.graph import Graph
from chainrule.core.view.batch_axis import shown
from chainrule.core.view.evaluated import edges_into

Axes = tuple[str | int, ...]

PRODUCT_LINE, PRODUCT_SIZE = 21.0, 13.0
"""Height and font size of a line of shapes beneath a product."""
AFFINE = "affine"


class ShapeLine(NamedTuple):
    """A product by its shapes, ``(N, 2)·(2, 3)``, or a sum over axis 0.

    ``digit`` is the number of its formula in the book's figure of Affine.
    """

    way: str
    """``value`` for the forward product, ``grad`` for a backward one."""
    left: str
    right: str
    agree: tuple[str, str]
    """The two dimensions next to the dot; empty if none must agree."""
    digit: int | None

    @property
    def half_width(self) -> float:
        """Half the width of the line, centred on the dot."""
        left = text_width(self.left, PRODUCT_SIZE) + (DIGIT + 4 if self.digit else 0.0)
        return max(left, text_width(self.right, PRODUCT_SIZE)) + 6


def edge_digits(graph: Graph) -> dict[int, int]:
    """The book's numbers of Affine's gradients by edge: [1] and [2] into a product, [3] from the bias."""
    digits: dict[int, int] = {}
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
        digits |= {edge.index: edge.slot + 1 for edge in products} | {added.index: 3}
    return digits


def product_lines(
    names: list[Axes], requires_grad: list[bool], factors: tuple[int, ...], result: int, numbered: bool
) -> tuple[ShapeLine, ...]:
    """Write a product and its gradients by their shapes; a third factor is a bias, whose gradient is a sum.

    ``names`` are the axes of every node, ``factors`` and ``result`` indices of nodes. ``numbered`` adds the book's
    numbers.
    """
    a, b, y = names[factors[0]], names[factors[1]], names[result]
    if not a or not b:
        return ()
    lines = [_line("value", a, b, None)]
    if requires_grad[factors[0]] and y:
        # ∂L/∂Y·Wᵀ; a vector W is multiplied as a row.
        back = b[::-1] if len(b) == 2 else (1, *b)
        lines.append(_line("grad", y if len(b) == 2 else (*y, 1), back, 1 if numbered else None))
    if requires_grad[factors[1]] and y:
        # Xᵀ·∂L/∂Y; a vector X is multiplied as a column.
        turned = a[::-1] if len(a) == 2 else (*a, 1)
        lines.append(_line("grad", turned, y if len(a) == 2 else (1, *y), 2 if numbered else None))
    if len(factors) > 2 and requires_grad[factors[2]] and names[factors[2]] != y:
        lines.append(ShapeLine("grad", f"Σ₀ {shown(y)}", f"→ {shown(names[factors[2]])}", ("", ""), 3))
    return tuple(lines)


def _line(way: str, left: Axes, right: Axes, digit: int | None) -> ShapeLine:
    return ShapeLine(way, shown(left), shown(right), (str(left[-1]), str(right[0])), digit)
