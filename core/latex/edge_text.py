"""Symbols on the picture's edges, in plain text: ``apple`` forward, ``∂price/∂op_1 · apple_num`` back."""

import re

from chainrule.core import number_text
from chainrule.core.engine.graph import Edge, Graph, Group
from chainrule.core.latex.names import names_of
from chainrule.core.latex.notation import axes_in_front, class_axes, constant_exponent, final_name, short_name
from chainrule.core.latex.value_formula import simplified_vjp
from chainrule.core.ops import shapes
from chainrule.core.ops.composites import COMPOSITES
from chainrule.core.ops.op import Vjp
from chainrule.core.ops.product import PRODUCT_NAMES, product_forms

_ROOM = 12
"""Characters of an expression within the symbols of a gradient."""
_WORD = re.compile(r"[\w.\[\],]+(?:\([^()]*\))?|[−-]?[\d.,e-]+|\([\d, ]*\)")
_LETTER = re.compile(r"\$([abcy])")

_POWERS = {0.0: "0", 1.0: "1", 2.0: "2·$a"}
"""b·a^(b−1), simplified for these exponents b."""


def edge_symbols(graph: Graph, edge: Edge, upstream: float = 1.0) -> tuple[str, str]:
    """Return an edge's symbols forward and backward: ``apple``, ``∂price/∂op_1 · apple_num``.

    ``upstream`` is the gradient that comes to the output.
    """
    target = graph.nodes[edge.target]
    assert target.op is not None
    if target.op.tensor is not None or target.shape:
        return node_text(graph, edge.source), _tensor_gradient(graph, edge, upstream)
    local = _local(graph, edge)
    forward = node_text(graph, edge.source)
    if edge.target == graph.output and upstream == 1.0:
        return forward, local
    arriving = f"∂{final_name(graph, upstream)}/∂{lower_text(graph, edge.target)}"
    if local in ("1", "−1"):
        return forward, local.replace("1", arriving)
    return forward, f"{arriving} · {_closed(local)}"


def group_edge_symbols(graph: Graph, group: Group, source: int, upstream: float = 1.0) -> tuple[str, str]:
    """Return the symbols of the only edge from a node into a closed group, by its simplified gradient if any."""
    forward, result = node_text(graph, source), graph.nodes[group.output]
    composite = COMPOSITES.get(group.name)
    slot = group.inputs.index(source) if group.inputs.count(source) == 1 else -1
    ends = group.output == graph.output and upstream == 1.0 and not result.shape
    arriving = f"∂{final_name(graph, upstream)}/∂{lower_text(graph, group.output)}"
    vjp = simplified_vjp(graph, group, source)
    if vjp is not None:
        return forward, vjp_text(graph, vjp, "1" if ends else arriving, group.inputs, group.output, source)
    local = f"∂{lower_text(graph, group.output)}/∂{lower_text(graph, source)}"
    if composite is not None and slot >= 0 and len(composite.partials) == len(group.inputs):
        places = dict(zip("abc", group.inputs, strict=False), y=group.output)
        text = composite.partials[slot].text
        local = _LETTER.sub(lambda found: lower_text(graph, places[found[1]]), text)
    return forward, f"{arriving} {'⊙' if result.shape else '·'} {_closed(local)}"


def _tensor_gradient(graph: Graph, edge: Edge, upstream: float) -> str:
    """Write what comes back between tensors: ``∂L/∂Y·Wᵀ``, ``Σ₀ ∂L/∂Y``, ``∂L/∂Y ⊙ X``."""
    target = graph.nodes[edge.target]
    assert target.op is not None
    ends = edge.target == graph.output and upstream == 1.0 and not target.shape
    arriving = "1" if ends else f"∂{final_name(graph, upstream)}/∂{lower_text(graph, edge.target)}"
    if target.op.tensor is not None:
        vjp = target.op.tensor.vjps[edge.slot]
        if target.op.name in PRODUCT_NAMES:
            vjp = Vjp(None, *product_forms(graph.parameters[edge.target]["ranks"])[edge.slot])
        text = vjp_text(graph, vjp, arriving, target.inputs, edge.target, edge.source)
        if target.op.name not in PRODUCT_NAMES:
            return text
        own, whole = axes_in_front(graph, edge)
        return f"Σ{shapes.subscript(shapes.copied_axes(whole, own))} ({text})" if own != whole else text
    local = _local(graph, edge)
    axes = shapes.copied_axes(target.shape, graph.shapes.get(edge.source, ()))
    if local in ("1", "−1"):
        product = local.replace("1", arriving)
    else:
        # A factor that is a number multiplies every element alike.
        number = local in {lower_text(graph, i) for i in target.inputs if not graph.shapes.get(i)}
        product = f"{arriving} {'·' if number else '⊙'} {_closed(local)}"
    if not axes:
        return product
    return f"Σ{shapes.subscript(axes)} {product if product == arriving else f'({product})'}"


def vjp_text(
    graph: Graph, vjp: Vjp, upstream: str, operands: tuple[int, ...], result: int, operand: int
) -> str:
    """Write a vector-Jacobian product for one operand in plain text, with names put in."""
    template = vjp.text
    if upstream == "1":
        template = template.replace("$g·", "").replace("·$g", "")
    if "Σ$g" in template:
        same = graph.shapes.get(operand, ()) == graph.shapes.get(result, ())
        template = template.replace("Σ$g", "$g" if same else "Σ₀ $g", 1)
    template = template.replace("Σₖ", f"Σ{shapes.subscript(class_axes(graph, result))} ")
    places = dict(zip("abc", operands, strict=False), y=result)
    named = _LETTER.sub(lambda found: lower_text(graph, places[found[1]]), template)
    return named.replace("$g", upstream)


def _local(graph: Graph, edge: Edge) -> str:
    target = graph.nodes[edge.target]
    assert target.op is not None
    local = target.op.partials[edge.slot].text
    exponent = constant_exponent(graph, edge)
    if exponent is not None:
        lowered = number_text.text(exponent - 1)
        local = _POWERS.get(
            exponent, local.replace("($b−1)", lowered if lowered.isdigit() else f"({lowered})")
        )
    for letter, index in zip("ab", target.inputs, strict=False):
        local = local.replace(f"${letter}", lower_text(graph, index))
    return local.replace("$y", lower_text(graph, edge.target))


def node_text(graph: Graph, index: int) -> str:
    """Write a node's name or expression, or a constant's number."""
    node = graph.nodes[index]
    if node.kind != "constant":
        return short_name(node.id) if names_of(graph).is_named(index) else names_of(graph).brief(index)
    return shapes.shown(node.shape) if node.shape else number_text.text(node.value or 0.0)


def lower_text(graph: Graph, index: int) -> str:
    """Write a node below a ∂, or as a factor: in parentheses if it is no name, and of a long one the op alone."""
    names, text = names_of(graph), node_text(graph, index)
    if len(text) > _ROOM and graph.nodes[index].op is not None and not names.is_named(index):
        text = names.outline(index)
    return _bracketed(text)


def _bracketed(text: str) -> str:
    """Put an expression in parentheses unless it is one word or one call."""
    return text if _WORD.fullmatch(text) else f"({text})"


def _closed(factor: str) -> str:
    """Put a factor in parentheses if it is a sum or has a sign."""
    depth = 0
    for letter in factor:
        depth += (letter in "([") - (letter in ")]")
        if letter in "+−" and depth == 0:
            return f"({factor})"
    return factor
