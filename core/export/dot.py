"""The graph in DOT, for Graphviz: circles for ops, boxes for groups, on each edge value and gradient."""

from chainrule.core.engine.graph import Edge, Node
from chainrule.core.export.script_names import printable
from chainrule.core.view.evaluated import Evaluated, Value
from chainrule.core.view.summary import value_text

FORWARD, BACKWARD = "#1f5fa8", "#c2570c"


def write(evaluated: Evaluated, lang: str = "en") -> str:
    """Write the DOT text."""
    graph = evaluated.graph
    lines = [
        "digraph chainrule {",
        '  graph [rankdir=LR, fontname="sans-serif"];',
        '  node [fontname="sans-serif"];',
        '  edge [fontname="sans-serif"];',
    ]
    starts: dict[int, list[int]] = {}
    stops: dict[int, int] = {}
    for group in graph.groups:
        if group.nodes:
            starts.setdefault(group.nodes[0], []).append(group.index)
            stops[group.nodes[-1]] = stops.get(group.nodes[-1], 0) + 1
    depth = 1
    for node in graph.nodes:  # a group's nodes come in one run, an inner group's within it
        for group_index in starts.get(node.index, ()):
            lines.append(f"{'  ' * depth}subgraph cluster_{group_index} {{")
            depth += 1
            lines.append(f"{'  ' * depth}label={quoted(graph.groups[group_index].id)};")
        lines.append(f"{'  ' * depth}n{node.index} [{_attributes(evaluated, node)}];")
        for _ in range(stops.get(node.index, 0)):
            depth -= 1
            lines.append(f"{'  ' * depth}}}")
    output = graph.nodes[graph.output]
    lines.append(f"  output [shape=plaintext, label={quoted(output.label or output.name or output.id)}];")
    lines += [f"  {_edge(evaluated, edge)}" for edge in graph.edges]
    numbers = _numbers(evaluated.value(output.index), evaluated.gradient(output.index))
    lines.append(f"  n{output.index} -> output [label={numbers}];")
    return "\n".join([*lines, "}"]) + "\n"


def quoted(*lines: str) -> str:
    """Quote lines as a DOT string that shows them as they are."""
    return '"' + r"\n".join(map(_escaped, lines)) + '"'


def _escaped(words: str) -> str:
    return printable(words).replace("\\", "\\\\").replace('"', '\\"')


def _attributes(evaluated: Evaluated, node: Node) -> str:
    if node.op is not None:
        name = node.label or node.name
        beside = f", xlabel={quoted(name)}" if name else ""
        return f"shape=circle, label={quoted(node.op.symbol)}{beside}"
    if node.kind == "constant":
        return f"shape=plaintext, label={quoted(value_text(evaluated.value(node.index)))}"
    return f"shape=box, style=rounded, label={quoted(node.label, node.id) if node.label else quoted(node.id)}"


def _edge(evaluated: Evaluated, edge: Edge) -> str:
    numbers = _numbers(evaluated.value(edge.source), evaluated.edge_gradient(edge))
    return f"n{edge.source} -> n{edge.target} [label={numbers}];"


def _numbers(value: Value, gradient: Value | None) -> str:
    """Write an HTML-like label: the value, and below it the gradient, each in its colour."""
    forward = f'<font color="{FORWARD}">{value_text(value)}</font>'
    if gradient is None:
        return f"<{forward}>"
    return f'<{forward}<br/><font color="{BACKWARD}">{value_text(gradient)}</font>>'
