"""A graph with its numbers, written for other programs: DOT, Mermaid, the book's layers, PyTorch, JSON."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from chainrule.core.engine.graph import Graph
from chainrule.core.export import dot, graph_json, layers_script, mermaid, torch_script
from chainrule.core.export.origin import Origin, signed
from chainrule.core.view.evaluated import Evaluated, GradientColumns, Numbers

__all__ = ["FORMATS", "Export", "Origin", "export"]


class Export(NamedTuple):
    """A file: format, file name, media type and text."""

    format: str
    filename: str
    media_type: str
    text: str


class _Format(NamedTuple):
    filename: str
    media_type: str
    write: Callable[[Evaluated, str], str]


FORMATS: Mapping[str, _Format] = {
    "dot": _Format("graph.dot", "text/vnd.graphviz", dot.write),
    "mermaid": _Format("graph.mmd", "text/vnd.mermaid", mermaid.write),
    "python": _Format("graph_layers.py", "text/x-python", layers_script.write),
    "pytorch": _Format("graph_torch.py", "text/x-python", torch_script.write),
    "json": _Format("graph.json", "application/json", graph_json.write),
}
"""Every format by name."""


def export(
    graph: Graph,
    values: Numbers,
    gradients: GradientColumns,
    format: str,
    lang: str = "en",
    origin: Origin | None = None,
) -> Export:
    """Write the graph in a format, comments in ``lang``; with its ``origin`` the text can be pasted back.

    Raises KeyError for an unknown format.
    """
    written = FORMATS[format]
    text = written.write(Evaluated(graph, values, gradients), lang)
    if origin is not None:
        text = signed(text, format, origin)
    return Export(format, written.filename, written.media_type, text)
