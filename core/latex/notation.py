"""Names, numbers and products in LaTeX, with parentheses where they are needed."""

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from chainrule.core import number_text
from chainrule.core.engine.graph import Edge, Graph
from chainrule.core.ops import shapes
from chainrule.core.ops.op import Op, Shape
from chainrule.core.view.summary import display, last_matrix, shape_of

ATOM = 10
"""Precedence of a name or a number; ops have 1 (sum) to 9 (function, fraction)."""

_NUMBERED = re.compile(r"(.*[^_])_(\d+)|(.*?[^_\d])(\d+)")
_PLACEHOLDER = re.compile(r"\$([abcgy])")
_GOES_ON = (r" \cdot", r" \odot", r" \times", " (")
"""How a template goes on behind a factor that must not swallow the next one."""
_FUNCTION = re.compile(r"\\(ln|log|sin|cos|tanh|operatorname\{\w+\}) $")
_SUM = re.compile(r" [+-] ")
_PRODUCT = re.compile(r"\\times |\\cdot |\\odot | \(|\\sum")
_MATRIX = re.compile(r"\\begin\{pmatrix\}.*?\\end\{pmatrix\}")


class Term(NamedTuple):
    """A piece of a formula, with its precedence."""

    latex: str
    precedence: int = ATOM
    open_end: bool = False
    r"""Whether it ends in a bare argument that would swallow a factor behind it: ``\log x``."""

    def closed(self, needed: int, sign: bool = True) -> str:
        """Write the term, in parentheses if its precedence is below ``needed`` or a leading minus is not allowed."""
        if self.precedence < needed or (not sign and self.latex.startswith("-")):
            return parenthesised(self.latex)
        return self.latex


def parenthesised(latex: str) -> str:
    """Put LaTeX in parentheses as tall as their content."""
    return rf"\left({latex}\right)" if r"\frac" in latex else f"({latex})"


def number_term(value: Any) -> Term:
    """Write a number, a small tensor as a matrix, a large one by its shape."""
    shape = shape_of(value)
    if shape:
        return Term(matrix_latex(value) if display(shape) == "matrix" and value.size else shape_latex(shape))
    latex = number_text.latex(value)
    return Term(latex, 2 if r"\times" in latex else 3 if latex.startswith("-") else ATOM)


def shape_term(value: Any) -> Term:
    """Write a tensor by its shape, a number by itself."""
    shape = shape_of(value)
    return Term(shape_latex(shape)) if shape else number_term(value)


def shape_latex(shape: Shape) -> str:
    """Write a shape: ``(2, 3)``."""
    return shapes.shown(shape)


def matrix_latex(value: Any) -> str:
    r"""Write a matrix: ``\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}``; a vector is one row."""
    rows = r" \\ ".join(" & ".join(map(number_text.short_latex, row)) for row in last_matrix(value).tolist())
    return rf"\begin{{pmatrix}} {rows} \end{{pmatrix}}"


def product(factors: list[Term], sign: str = r"\times") -> str:
    r"""Join factors with ``\times`` or ``\cdot``, in parentheses where needed."""
    last = len(factors) - 1
    return f" {sign} ".join(
        parenthesised(factor.latex) if factor.open_end and i < last else factor.closed(2, sign=i == 0)
        for i, factor in enumerate(factors)
    )


def value_template(graph: Graph, index: int) -> str:
    r"""Return the LaTeX of a node's op with its parameters: ``\sum_{0} $a``, ``$a[0, :]``, ``$a \odot $b``."""
    node = graph.nodes[index]
    assert node.op is not None
    parameters = graph.parameters.get(index, {})
    shape = graph.shapes.get(node.inputs[0], ())
    if node.op.tensor is None:
        tensors = all(graph.shapes.get(i) for i in node.inputs)
        return r"$a \odot $b" if node.op.latex == r"$a \times $b" and tensors else node.op.latex
    if node.op.tensor.template is not None:
        return node.op.tensor.template(node.op.latex, parameters, shape)
    axis = parameters.get("axis", ())
    if not 0 < len(axis) < len(shape):
        return node.op.latex
    # Of several axes, the one that is meant stands as an index: \sum_{0} a, \max_{1}(a).
    axes = ",".join(str(len(shape) + k) for k in axis)
    head, _, rest = node.op.latex.partition("$a")
    head = head.removesuffix("(").rstrip()
    return rf"{head}_{{{axes}}}{'(' if rest else ' '}$a{rest}"


def vjp_template(graph: Graph, template: str, operand: int, result: int) -> str:
    r"""Return a vector-Jacobian product's LaTeX for one operand, with the axes of its sums.

    ``\sum_{n}`` is a sum along axis 0; a single sample has no batch to sum over, so it disappears.
    """
    if r"\sum_{n} $g" in template:
        same = graph.shapes.get(operand, ()) == graph.shapes.get(result, ())
        return template.replace(r"\sum_{n} $g", "$g" if same else r"\sum_{0} $g")
    return along_classes(graph, template, result)


def along_classes(graph: Graph, template: str, result: int) -> str:
    r"""Return a template with ``\sum_{k}`` as a sum along the op's axis, else the last one; of a vector, of all."""
    axes = class_axes(graph, result)
    return template.replace("_{k}", f"_{{{','.join(map(str, axes))}}}" if axes else "")


def class_axes(graph: Graph, result: int) -> tuple[int, ...]:
    """Return the axes that a template's sum over k goes along; none for a vector."""
    rank = len(graph.shapes.get(result, ()))
    axes = graph.parameters.get(result, {}).get("axis")
    along = axes if isinstance(axes, tuple) else (-1,)
    return tuple(axis % rank for axis in along) if rank > 1 else ()


def axes_in_front(graph: Graph, edge: Edge) -> tuple[Shape, Shape]:
    """Return the axes in front of the matrices in a product, of an operand and of the result."""
    operands = [graph.shapes.get(node, ()) for node in graph.nodes[edge.target].inputs]
    behind = sum(len(operand) > 1 for operand in operands)
    whole = graph.shapes.get(edge.target, ())
    return operands[edge.slot][:-2], whole[: len(whole) - behind]


def applied(op: Op, operands: list[Term], template: str | None = None) -> Term:
    """Write an op applied to its operands' terms; ``template`` replaces its LaTeX if it has parameters."""
    pieces: list[str] = []
    end = 0
    own = op.latex if template is None else template
    for found in _PLACEHOLDER.finditer(own):
        slot = "ab".index(found[1])
        before, after = own[: found.start()], own[found.end() :]
        term, needed = operands[slot], op.operand_precedence[slot]
        if after.startswith("}^") or (after and term.open_end and op.precedence == 2):
            needed = ATOM
        pieces += [own[end : found.start()], term.closed(needed, sign=not before or not needed)]
        end = found.end()
    latex = "".join(pieces) + own[end:]
    closes = own.startswith(r"\sqrt") or own.endswith((")", r"\right|"))
    bare = own[-2:] in ("$a", "$b") and pieces[-1] == operands[-1].latex
    return Term(
        latex, ATOM if closes else op.precedence, bare and (op.infix is None or operands[-1].open_end)
    )


def fill(template: str, terms: Callable[[str], Term]) -> Term:
    """Fill a template's $a, $b, $c, $g and $y with terms, in parentheses where their places need them."""
    pieces: list[str] = []
    end = 0
    open_end = False
    for found in _PLACEHOLDER.finditer(template):
        before, after = template[: found.start()], template[found.end() :]
        term = terms(found[1])
        between = template[end : found.start()]
        if re.search(r"\d $", before) and term.latex[0] in "-0123456789":
            between = between[:-1] + r" \cdot "
        pieces += [between, _placed(term, before, after)]
        end = found.end()
        open_end = not after and (
            bool(_FUNCTION.search(before)) or (term.open_end and pieces[-1] == term.latex)
        )
    pieces.append(template[end:])
    latex = "".join(pieces)
    return Term(latex, _loosest(latex), open_end)


_POWERS = {0.0: "0", 1.0: "1", 2.0: r"2 \cdot $a"}
"""b·a^(b−1), simplified for these exponents b."""


def partial_template(graph: Graph, edge: Edge) -> str:
    """Return the template of an edge's local derivative, worked out for a power with a constant exponent."""
    node = graph.nodes[edge.target]
    assert node.op is not None
    template = node.op.partials[edge.slot].latex
    exponent = constant_exponent(graph, edge)
    if exponent is None:
        return template
    return _POWERS.get(exponent, template.replace("$b - 1", number_text.latex(exponent - 1)))


def constant_exponent(graph: Graph, edge: Edge) -> float | None:
    """Return the constant exponent of the power whose base this edge is; None for anything else."""
    node = graph.nodes[edge.target]
    exponent = graph.nodes[node.inputs[-1]]
    if node.op is None or node.op.name != "pow" or edge.slot != 0:
        return None
    if exponent.kind != "constant" or exponent.value is None or exponent.shape:
        return None
    return float(exponent.value)


def _placed(term: Term, before: str, after: str) -> str:
    if term.open_end and after.startswith(_GOES_ON):
        return parenthesised(term.latex)
    if before.endswith("{") and after.startswith("}^"):
        return term.closed(ATOM)
    if before.endswith(("{", "(", "[", r"\left|")) or not (before or after):
        return term.latex if not after.startswith((" +", " -")) else term.closed(1)
    if _FUNCTION.search(before):
        return term.closed(9)
    if before.endswith(("- ", "+ ")) or after.startswith((" -", " +")):
        return term.closed(2, sign=False)
    if before.endswith("-"):
        return term.closed(2, sign=False)
    if (after.startswith(("]", ")")) and not before.endswith(r"\cdot ")) or before.endswith(
        (", ", "> ", "< ")
    ):
        return term.latex
    return term.closed(4)


def _loosest(latex: str) -> int:
    """Return a formula's precedence: that of its loosest operator outside of all brackets."""
    outside = outside_brackets(latex)
    if _SUM.search(outside):
        return 1
    if _PRODUCT.search(outside):
        return 2
    return 3 if outside.startswith("-") else 9 if len(latex) > 1 else ATOM


def outside_brackets(latex: str) -> str:
    """Return a formula with all that is inside of brackets and matrices blotted out."""
    depth, flat = 0, []
    for letter in _MATRIX.sub("M", latex):
        depth -= letter in "})]"
        flat.append(letter if depth == 0 else "_")
        depth += letter in "{(["
    return "".join(flat)


def name_latex(node_id: str) -> str:
    r"""Write a node's id in LaTeX: ``x`` → x, ``x_2`` → ``x_{2}``, ``apple_num`` → ``\mathit{apple\_num}``.

    Names in other scripts are set as text: mathematical italics lack their letters.
    """
    return "{.}".join(_component(part) for part in node_id.split("."))


def _component(name: str) -> str:
    numbered = _NUMBERED.fullmatch(name)
    base, digits = (numbered[1] or numbered[3], numbered[2] or numbered[4]) if numbered else (name, "")
    if len(base) > 1 or not base.isascii():
        style = "mathit" if base.isascii() else "text"
        base = rf"\{style}{{{base}}}".replace("_", r"\_")
    elif base == "_":
        base = r"\_"
    return f"{base}_{{{digits}}}" if digits else base


def function_latex(name: str) -> str:
    """Write a function's name, upright if it is a word."""
    return name_latex(name).replace(r"\mathit", r"\mathrm")


def short_name(node_id: str) -> str:
    """Return an id without the groups around it: ``sigmoid_1.op_2`` → ``op_2``."""
    return node_id.rpartition(".")[2]


def final_name(graph: Graph, upstream: float = 1.0) -> str:
    """Return the name of what is differentiated: the output's own, else L.

    With an upstream gradient other than 1, or a tensor as output, L stands for what follows the output.
    """
    name = graph.nodes[graph.output].name
    if name is not None and upstream == 1.0 and not graph.shapes.get(graph.output):
        return graph.ids[graph.output]
    taken = {named for named, _ in graph.names.values()}
    return next((letter for letter in ("L", "J", "F") if letter not in taken), "ℒ")


def derivative_latex(of: str, by: str) -> str:
    """Write ∂of/∂by of two names in LaTeX."""
    return rf"\frac{{\partial {of}}}{{\partial {by}}}"
