"""The formulas in symbols of every node, edge and group; they depend on no numbers."""

from chainrule.core.engine.graph import Edge, Graph, Group, Node
from chainrule.core.latex.notation import (
    Term,
    applied,
    derivative_latex,
    fill,
    final_name,
    function_latex,
    name_latex,
    number_term,
    partial_template,
    product,
    value_template,
)
from chainrule.core.latex.tensor_formula import TensorFormulas
from chainrule.core.latex.value_formula import simplified_vjp
from chainrule.core.ops.composites import COMPOSITES
from chainrule.core.view.evaluated import Evaluated, Record
from chainrule.core.view.visible import Visible


class GraphLatex:
    """LaTeX for the parts of one graph, whose output is differentiated if `upstream` is 1, else an L after it."""

    def __init__(self, graph: Graph, upstream: float) -> None:
        self._graph = graph
        self._final = name_latex(final_name(graph, upstream)) if len(graph) else "L"
        self._terms = [_term(node) for node in graph.nodes]
        self._tensors = _Tensors(graph, upstream) if graph.has_tensors else None

    def node(self, node: Node) -> dict[str, str]:
        """Write a node's value over its operands, and the name of its gradient."""
        value = (
            applied(
                node.op,
                [self._terms[source] for source in node.inputs],
                value_template(self._graph, node.index) if self._tensors else None,
            ).latex
            if node.op
            else self._terms[node.index].latex
        )
        grad = "" if node.kind == "constant" else derivative_latex(self._final, self._terms[node.index].latex)
        return {"value": value, "grad": grad}

    def edge(self, edge: Edge) -> dict[str, str]:
        """Write an edge's local derivative, and the gradient on it: upstream × local."""
        target = self._graph.nodes[edge.target]
        assert target.op is not None
        back = self._tensors.back(edge) if self._tensors else None
        if target.op.tensor is not None:
            return {"local": "", "grad": back or ""}
        letters = dict(
            zip("aby", [*target.inputs, edge.target] if len(target.inputs) > 1 else [], strict=False)
        )
        if not letters:
            letters = {"a": target.inputs[0], "y": edge.target}
        local = fill(partial_template(self._graph, edge), lambda letter: self._terms[letters[letter]])
        upstream = Term(derivative_latex(self._final, self._terms[edge.target].latex))
        return {"local": local.latex, "grad": back or product([upstream, local], r"\cdot")}

    def group(self, group: Group) -> dict[str, str]:
        """Write a group's value as a call, and for a known composite its simplified gradients by parameter."""
        inputs = [self._terms[index] for index in group.inputs]
        call = ", ".join(term.latex for term in inputs)
        latex = {"value": f"{function_latex(group.name)}({call})"}
        known = COMPOSITES.get(group.name)
        if known is not None and len(known.partials) == len(inputs):
            letters = dict(zip("abc", inputs, strict=False)) | {"y": self._terms[group.output]}
            for parameter, partial in zip(group.parameters, known.partials, strict=True):
                latex[f"local.{parameter}"] = fill(partial.latex, letters.__getitem__).latex
        if self._tensors:
            latex |= self._tensors.group(group)
        return latex


class _Tensors:
    """Gradients in symbols where tensors meet, with every group open."""

    def __init__(self, graph: Graph, upstream: float) -> None:
        record = Record([upstream] * len(graph), (), [None] * len(graph.edges))
        evaluated = Evaluated(graph, (), record)
        self._formulas = TensorFormulas(evaluated)
        self._visible = Visible(evaluated, [group.id for group in graph.groups])
        self._ways = [way for ways in self._visible.incoming for way in ways]

    def back(self, edge: Edge) -> str | None:
        """Write the gradient on an edge with a tensor at an end; None for any other edge."""
        way = self._ways[edge.index]
        if not self._formulas.tensorial(self._visible, way):
            return None
        return self._formulas.back(self._visible, way, self._formulas.upstream(edge.target)).latex

    def group(self, group: Group) -> dict[str, str]:
        """Write the simplified gradients of a layer, by parameter."""
        gradients = {}
        for parameter, node in zip(group.parameters, group.inputs, strict=True):
            vjp = simplified_vjp(self._formulas.graph, group, node)
            if vjp is not None:
                gradients[f"grad.{parameter}"] = self._formulas.group_vjp(group, vjp, operand=node).latex
        return gradients


def _term(node: Node) -> Term:
    if node.kind == "constant":
        return number_term(node.value if node.value is not None else float("nan"))
    return Term(name_latex(node.id))
