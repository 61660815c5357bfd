"""A captured model written for other programs: JSON, DOT, Mermaid, GraphML."""

import math
from collections.abc import Callable, Iterator, Mapping
from xml.sax.saxutils import escape, quoteattr

from chainrule.core import number_text
from chainrule.core.capture import Capture, Node, Output, Summary, capture_json
from chainrule.core.export.dot import BACKWARD, FORWARD, quoted
from chainrule.core.ops import shapes

_LEAVES = ("input", "target", "parameter", "buffer", "constant")


def dot(capture: Capture) -> str:
    """Write the DOT text: modules as clusters, on each edge shape and size of the gradient."""
    lines = ["digraph chainrule {", "  graph [rankdir=LR];"]
    lines += _clusters(capture, -1, "  ")
    for edge in capture.edges:
        output = capture.nodes[edge.source].outputs[edge.output]
        back = f"<br/>{_coloured(_size(edge.contribution), BACKWARD)}" if edge.contribution else ""
        label = f"<{_coloured(_shape(output), FORWARD)}{back}>"
        style = "" if edge.returns else ", style=dashed"
        lines.append(f"  n{edge.source} -> n{edge.target} [label={label}{style}];")
    return "\n".join([*lines, "}"]) + "\n"


def _coloured(text: str, colour: str) -> str:
    return f'<font color="{colour}">{escape(text)}</font>'


def _clusters(capture: Capture, group: int, indent: str) -> Iterator[str]:
    children = (
        capture.children[group]
        if group >= 0
        else [at for at, held in enumerate(capture.groups) if held.parent < 0]
    )
    members = (
        capture.members[group]
        if group >= 0
        else [at for at, node in enumerate(capture.nodes) if node.group < 0]
    )
    for at in members:
        node = capture.nodes[at]
        shape = "plaintext" if node.kind in _LEAVES else "box"
        yield f"{indent}n{at} [shape={shape}, label={quoted(node.name)}];"
    for at in children:
        held = capture.groups[at]
        yield f"{indent}subgraph cluster_{at} {{"
        yield f"{indent}  label={quoted(f'{held.path or held.id}: {held.module}')};"
        yield from _clusters(capture, at, indent + "  ")
        yield f"{indent}}}"


def mermaid(capture: Capture) -> str:
    """Write a Mermaid flowchart: modules as subgraphs."""
    lines = ["flowchart LR", *_subgraphs(capture, -1, "  ")]
    for edge in capture.edges:
        output = capture.nodes[edge.source].outputs[edge.output]
        back = f" ∂ {_size(edge.contribution)}" if edge.contribution else ""
        lines.append(f"  n{edge.source} -->|{_mermaid_text(_shape(output) + back)}| n{edge.target}")
    return "\n".join(lines) + "\n"


def _subgraphs(capture: Capture, group: int, indent: str) -> Iterator[str]:
    for at, node in enumerate(capture.nodes):
        if node.group == group:
            brackets = ("([", "])") if node.kind in _LEAVES else ("[", "]")
            yield f"{indent}n{at}{brackets[0]}{_mermaid_text(node.name)}{brackets[1]}"
    for at, held in enumerate(capture.groups):
        if held.parent == group:
            yield f"{indent}subgraph g{at} [{_mermaid_text(f'{held.path or held.id}: {held.module}')}]"
            yield from _subgraphs(capture, at, indent + "  ")
            yield f"{indent}end"


def _mermaid_text(text: str) -> str:
    """Quote a text; Mermaid reads entities in it."""
    return '"' + "".join(letter if letter not in '"<>&#`' else f"#{ord(letter)};" for letter in text) + '"'


_NODE_KEYS: Mapping[str, tuple[str, Callable[[Node], str | None]]] = {
    "kind": ("string", lambda node: node.kind),
    "op": ("string", lambda node: node.op),
    "module": ("string", lambda node: node.path),
    "shape": ("string", lambda node: shapes.shown(node.outputs[0].shape)),
    "dtype": ("string", lambda node: node.outputs[0].dtype),
    "value_mean": ("double", lambda node: _double(node.outputs[0].value, "mean")),
    "value_norm": ("double", lambda node: _double(node.outputs[0].value, "norm")),
    "gradient_norm": ("double", lambda node: _double(node.outputs[0].gradient, "norm")),
    "source": ("string", lambda node: f"{node.source.file}:{node.source.line}" if node.source else None),
}


def graphml(capture: Capture) -> str:
    """Write GraphML, as ``networkx.read_graphml`` reads it: a directed graph whose nodes are the capture's ids."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">',
    ]
    for name, (kind, _) in _NODE_KEYS.items():
        lines.append(f'  <key id="n_{name}" for="node" attr.name="{name}" attr.type="{kind}"/>')
    for name, kind in (
        ("output", "int"),
        ("slots", "string"),
        ("returns", "boolean"),
        ("gradient_norm", "double"),
    ):
        lines.append(f'  <key id="e_{name}" for="edge" attr.name="{name}" attr.type="{kind}"/>')
    lines.append('  <graph edgedefault="directed">')
    for node in capture.nodes:
        lines.append(f"    <node id={quoteattr(node.id)}>")
        for name, (_, read) in _NODE_KEYS.items():
            if (text := read(node)) is not None:
                lines.append(f'      <data key="n_{name}">{escape(text)}</data>')
        lines.append("    </node>")
    for at, edge in enumerate(capture.edges):
        source, target = (quoteattr(capture.nodes[end].id) for end in (edge.source, edge.target))
        lines.append(f'    <edge id="e{at}" source={source} target={target}>')
        slots = " ".join(map(str, edge.slots))
        given = {"output": str(edge.output), "slots": slots, "returns": str(edge.returns).lower()}
        size = _double(edge.contribution, "norm")
        for name, text in (given | ({} if size is None else {"gradient_norm": size})).items():
            lines.append(f'      <data key="e_{name}">{text}</data>')
        lines.append("    </edge>")
    return "\n".join([*lines, "  </graph>", "</graphml>"]) + "\n"


def _double(held: Summary | None, name: str) -> str | None:
    """Write a number as XML Schema's double: ``INF`` and ``NaN`` have names."""
    if held is None:
        return None
    value = float(getattr(held, name))
    if math.isinf(value):
        return "INF" if value > 0 else "-INF"
    return "NaN" if math.isnan(value) else repr(value)


def _shape(output: Output) -> str:
    return shapes.shown(output.shape) if output.shape else _size(output.value)


def _size(held: Summary | None) -> str:
    if held is None:
        return ""
    return number_text.short(held.mean if held.count == 1 else held.norm)


EXPORTS: Mapping[str, Callable[[Capture], str]] = {
    "json": capture_json,
    "dot": dot,
    "mermaid": mermaid,
    "graphml": graphml,
}
"""Every format by name."""
