"""How a node's name and a derivative are written, in LaTeX and in plain text."""

import re

from core.graph import Graph

_NUMBERED = re.compile(r"(.*?[^_\d])_?(\d+)")


def name_latex(node_id: str) -> str:
    r"""A node's id as LaTeX: ``x`` → x, ``x_2`` → ``x_{2}``, ``apple_num`` → ``\mathit{apple\_num}``.

    Names of other scripts stand as text, because mathematical italics have none of their letters.
    """
    return "{.}".join(_component(part) for part in node_id.split("."))


def _component(name: str) -> str:
    numbered = _NUMBERED.fullmatch(name)
    base, digits = (numbered[1], numbered[2]) if numbered else (name, "")
    if len(base) > 1 or not base.isascii():
        style = "mathit" if base.isascii() else "text"
        base = rf"\{style}{{{base}}}".replace("_", r"\_")
    elif base == "_":
        base = r"\_"
    return f"{base}_{{{digits}}}" if digits else base


def short_name(node_id: str) -> str:
    """The id without the groups it stands in, where they are seen: ``sigmoid_1.op_2`` → ``op_2``."""
    return node_id.rpartition(".")[2]


def final_name(graph: Graph, seed: float = 1.0) -> str:
    """What is differentiated: the output by its own name, else L.

    With an upstream gradient other than 1, the output is not the end: L stands for what follows it.
    """
    name = graph.nodes[graph.output].name
    if name is not None and seed == 1.0:
        return graph.ids[graph.output]
    taken = {named for named, _ in graph.names.values()}
    return next((letter for letter in ("L", "J", "F") if letter not in taken), "ℒ")


def derivative_latex(of: str, by: str) -> str:
    """∂of/∂by, of two names in LaTeX."""
    return rf"\frac{{\partial {of}}}{{\partial {by}}}"
