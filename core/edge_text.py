"""What the edges of the picture say in symbols, in plain text: ``apple``, and ``∂price/∂op_1 · apple_num`` back."""

from core import number_text
from core.graph import Edge, Graph
from core.notation import final_name, short_name

_POWERS = {1.0: "1", 2.0: "2·$a"}
"""b·a^(b−1) for exponents b that make it simpler."""


def edge_symbols(graph: Graph, edge: Edge, seed: float = 1.0) -> tuple[str, str]:
    """What an edge of the picture says in symbols: ``apple``, and ``∂price/∂op_1 · apple_num`` back."""
    target = graph.nodes[edge.target]
    assert target.op is not None
    local = target.op.partials[edge.slot].text
    exponent = graph.nodes[target.inputs[-1]]
    if (
        target.op.name == "pow"
        and edge.slot == 0
        and exponent.kind == "constant"
        and exponent.value is not None
    ):
        lowered = number_text.text(exponent.value - 1)
        local = _POWERS.get(
            exponent.value, local.replace("($b−1)", lowered if lowered.isdigit() else f"({lowered})")
        )
    for letter, index in zip("ab", target.inputs, strict=False):
        local = local.replace(f"${letter}", _plain(graph, index))
    local = local.replace("$y", _plain(graph, edge.target))
    forward = _plain(graph, edge.source)
    if edge.target == graph.output and seed == 1.0:
        return forward, local
    upstream = f"∂{final_name(graph, seed)}/∂{short_name(target.id)}"
    if local in ("1", "−1"):
        return forward, local.replace("1", upstream)
    return forward, f"{upstream} · {_closed(local)}"


def _plain(graph: Graph, index: int) -> str:
    node = graph.nodes[index]
    return number_text.text(node.value or 0.0) if node.kind == "constant" else short_name(node.id)


def _closed(factor: str) -> str:
    """The factor in parentheses if it is a sum or has a sign."""
    depth = 0
    for letter in factor:
        depth += (letter in "([") - (letter in ")]")
        if letter in "+−" and depth == 0:
            return f"({factor})"
    return factor
