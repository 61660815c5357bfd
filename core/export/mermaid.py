"""The graph as a Mermaid flowchart: circles for ops, boxes for groups, on each edge value and gradient."""

import re

from chainrule.core.engine.graph import Node
from chainrule.core.export.script_names import printable
from chainrule.core.view.evaluated import Evaluated, Value
from chainrule.core.view.summary import value_text

_PLAIN = frozenset(" .,:+/()")
"""ASCII that means nothing to Mermaid between quotes; other signs are written as codes."""

_LIST = re.compile(r"^(\s*\d*)([.)+])(?=\s)")
"""What Mermaid would read as the start of a list: ``1. step``, ``+ y``."""


def write(evaluated: Evaluated, lang: str = "en") -> str:
    """Write the Mermaid text."""
    graph = evaluated.graph
    lines = ["flowchart LR"]
    starts: dict[int, list[int]] = {}
    stops: dict[int, int] = {}
    for group in graph.groups:
        if group.nodes:
            starts.setdefault(group.nodes[0], []).append(group.index)
            stops[group.nodes[-1]] = stops.get(group.nodes[-1], 0) + 1
    depth = 1
    for node in graph.nodes:
        for group_index in starts.get(node.index, ()):
            lines.append(f"{'  ' * depth}subgraph g{group_index}[{quoted(graph.groups[group_index].id)}]")
            depth += 1
        lines.append(f"{'  ' * depth}{_node(evaluated, node)}")
        for _ in range(stops.get(node.index, 0)):
            depth -= 1
            lines.append(f"{'  ' * depth}end")
    output = graph.nodes[graph.output]
    lines.append(f"  out[{quoted(output.label or output.name or output.id)}]")
    for edge in graph.edges:
        numbers = _numbers(evaluated.value(edge.source), evaluated.edge_gradient(edge))
        lines.append(f"  n{edge.source} -->|{numbers}| n{edge.target}")
    numbers = _numbers(evaluated.value(output.index), evaluated.gradient(output.index))
    lines.append(f"  n{output.index} -->|{numbers}| out")
    return "\n".join(lines) + "\n"


def quoted(words: str) -> str:
    """Quote words as a Mermaid string that shows them as they are."""
    shown = "".join(map(_letter, printable(words)))
    return '"' + _LIST.sub(lambda found: f"{found[1]}#{ord(found[2])};", shown) + '"'


def _letter(letter: str) -> str:
    return letter if letter in _PLAIN or letter.isalnum() or not letter.isascii() else f"#{ord(letter)};"


def _node(evaluated: Evaluated, node: Node) -> str:
    if node.op is not None:
        name = node.label or node.name
        return f"n{node.index}(({quoted(node.op.symbol if name is None else f'{node.op.symbol} {name}')}))"
    if node.kind == "constant":
        return f"n{node.index}[{quoted(value_text(evaluated.value(node.index)))}]"
    return f"n{node.index}([{quoted(f'{node.label} ({node.id})' if node.label else node.id)}])"


def _numbers(value: Value, gradient: Value | None) -> str:
    if gradient is None:
        return quoted(value_text(value))
    return quoted(f"{value_text(value)} / {value_text(gradient)}")
