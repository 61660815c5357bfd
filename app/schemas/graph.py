"""Answers of the graph calls: the whole graph, and its numbers alone."""

from typing import Annotated, Any, Literal

from pydantic import Field

from chainrule.app.schemas.answer import Answer, Text
from chainrule.app.schemas.kinks import KinksMet
from chainrule.app.schemas.numbers import Nested, Number, OptionalNumber, TensorOrNumber
from chainrule.app.web.problems import Problem


class TensorSummary(Answer):
    """A tensor of more than 100 elements, in a few numbers. Elements that are NaN count in `nan` and nowhere else."""

    shape: list[int] = Field(description="Its shape.", examples=[[100, 784]])
    min: Number = Field(description="The smallest element.")
    max: Number = Field(description="The largest element.")
    mean: Number = Field(description="Their mean.")
    norm: Number = Field(description="The square root of the sum of their squares.")
    zeros: int = Field(description="How many are 0.")
    nan: int = Field(description="How many are NaN.")
    preview: Nested = Field(description="The first of them, at most 8 rows and 8 columns.")


Value = OptionalNumber | Nested | TensorSummary
"""A number; of a tensor its elements in nested lists, or, of more than 100, a summary."""

Cells = list[list[str]]
"""The elements of a small matrix as short texts, row by row; a vector is one row."""

Line = Annotated[int, Field(description="Line in the program, from 1.", examples=[1])]
Column = Annotated[int, Field(description="Column in that line, from 1.", examples=[1])]
ValueText = Annotated[str, Field(description="The value as a person reads it.", examples=["4,620"])]
GradText = Annotated[
    str | None,
    Field(description="The gradient as a person reads it; null where there is none.", examples=["2.2"]),
]


class NodeCells(Answer):
    """A small matrix as texts."""

    value: Cells = Field(description="Of the value.", examples=[[["1", "2"], ["3", "4"]]])
    grad: Cells | None = Field(description="Of the gradient; null where there is none.")


class HeatScale(Answer):
    """The size of the number that has a heat map's full colour."""

    value: OptionalNumber = Field(None, description="In the value's heat map.", examples=[2.5])
    grad: OptionalNumber = Field(None, description="In the gradient's heat map.", examples=[0.1])


class NodeImage(Answer):
    """A larger tensor as heat maps: orange below 0, blue above, paper shows through at 0."""

    value: str = Field(
        description="Of the value: a PNG as a `data:` address, one pixel an element up to 64 × 64."
    )
    grad: str | None = Field(description="Of the gradient; null where there is none.")
    scale: HeatScale = Field(description="What the full colours mean.")
    pixels: tuple[int, int] = Field(description="Height and width of the images.")


class EdgeCells(Answer):
    """The gradient on an edge as texts."""

    grad: Cells = Field(description="Of the gradient.")


class EdgeImage(Answer):
    """The gradient on an edge as a heat map."""

    grad: str = Field(description="A PNG as a `data:` address.")
    scale: HeatScale = Field(description="What the full colour means.")
    pixels: tuple[int, int] = Field(description="Height and width of the image.")


class InputItem(Answer):
    """An input: a leaf whose number can be changed, and a slider that suits it (a tensor's: each element)."""

    id: str = Field(description="Id of its node.", examples=["apple"])
    name: str = Field(description="Its name in the program.", examples=["apple"])
    label: str | None = Field(description="What a comment behind it says.", examples=["🍎 apple price"])
    value: Value = Field(description="Its value now; null only in a partial graph, where none is given.")
    default: Value = Field(description="Its value in the program; null if the program gives none.")
    shape: list[int] = Field(
        default_factory=list, description="Its shape; only in graphs that have tensors.", examples=[[2, 3]]
    )
    editable: bool = Field(
        True, description="Whether its elements are given one by one; only in graphs that have tensors."
    )
    min: float = Field(description="Left end of the slider.", examples=[0])
    max: float = Field(description="Right end of the slider.", examples=[200])
    step: float = Field(description="Step of the slider.", examples=[1])
    line: Line
    column: Column


class NodeLatex(Answer):
    """A node's formulas in LaTeX."""

    value: str = Field(
        description="The value, in symbols.", examples=[r"\mathrm{apple} \times \mathrm{apple\_num}"]
    )
    grad: str = Field(description="The name of its gradient.", examples=[r"\frac{\partial L}{\partial x}"])


class NodeItem(Answer):
    """A node: an input, a constant or an op."""

    id: str = Field(description="The program's name for it, else `op_1`, `const_1` …", examples=["price"])
    kind: Literal["input", "constant", "op"] = Field(description="What it is.")
    op: str | None = Field(description="Name of its op; null for inputs and constants.", examples=["mul"])
    symbol: str = Field(description="What stands in its circle.", examples=["×"])
    name: str | None = Field(description="Its name in the program.", examples=["price"])
    called: str = Field(
        description="Its name, number, or expression, which may be shortened.", examples=["apple × apple_num"]
    )
    expression: str | None = Field(
        description="Where it has no name: the expression, written out further.",
        examples=["apple × apple_num"],
    )
    label: str | None = Field(description="What a comment behind it says.")
    inputs: list[str] = Field(description="Ids of its operands, in order.", examples=[["op_3", "tax"]])
    group: str | None = Field(description="Id of the innermost group it stands in.")
    shape: list[int] = Field(description="Its shape; empty for a number.")
    value: Value = Field(description="Its forward value; null only in a partial graph.")
    grad: Value = Field(
        description="Its gradient: the derivative of the output with respect to it, times the seed. "
        "Null for constants."
    )
    value_text: ValueText
    grad_text: GradText
    note: Text | None = Field(description="Why its value is no ordinary number, if it is not.")
    line: Line
    column: Column
    latex: NodeLatex = Field(description="Formulas.")
    aria: Text = Field(description="The node in one line, as a screen reader says it.")
    axes: list[int | str] = Field(
        default_factory=list,
        description="Its shape with the batch axis by its name N; only in graphs that have tensors.",
        examples=[["N", 2]],
    )
    display: Literal["number", "matrix", "heat"] = Field(
        "number", description="How it is shown, which its shape decides; only in graphs that have tensors."
    )
    cells: NodeCells | None = Field(None, description="The texts of a matrix, for `display` `matrix`.")
    image: NodeImage | None = Field(None, description="The heat maps, for `display` `heat`.")


class EdgeLatex(Answer):
    """An edge's formulas in LaTeX."""

    local: str = Field(description="The local derivative, in symbols.", examples=[r"\mathrm{tax}"])
    grad: str = Field(description="The gradient that flows back, as a product.")


class EdgeItem(Answer):
    """One operand of one node: a value goes forward on it, a gradient comes back."""

    id: str = Field(description="`{source}->{target}.{slot}`", examples=["tax->price.1"])
    source: str = Field(description="Id of the node whose value goes forward.", examples=["tax"])
    target: str = Field(description="Id of the node that reads it.", examples=["price"])
    slot: int = Field(description="Which operand it is, from 0.", examples=[1])
    value: Value = Field(description="The value it carries forward.")
    grad: Value = Field(description="The gradient it carries back: upstream × local. Null out of a constant.")
    local: Value = Field(
        description="The local derivative of the target with respect to this operand, element by element. Null at "
        "an op such as a matrix product, which has none."
    )
    value_text: ValueText
    grad_text: GradText
    local_text: str | None = Field(description="The local derivative as a person reads it.")
    latex: EdgeLatex = Field(description="Formulas.")
    cells: EdgeCells | None = Field(
        None, description="The gradient's texts; only in graphs that have tensors."
    )
    image: EdgeImage | None = Field(None, description="Its heat map; only in graphs that have tensors.")


class GroupItem(Answer):
    """The nodes that one call of a composite or of a `def` made."""

    id: str = Field(description="Id of the group.", examples=["sigmoid_1"])
    name: str = Field(description="What was called.", examples=["sigmoid"])
    called: str = Field(description="The call with its arguments.", examples=["sigmoid(x)"])
    op: str = Field(description="The composite or `def` it is a call of.", examples=["sigmoid"])
    parent: str | None = Field(description="Id of the group around it.")
    inputs: list[str] = Field(description="Ids of the nodes given as arguments, in order.")
    output: str = Field(description="Id of the node whose value it gives.")
    latex: dict[str, str] = Field(
        description="Formulas: `value`; by parameter `local.…` or `grad.…` where a simplified gradient is known."
    )


class GraphAnswer(Answer):
    """The whole graph with its numbers. Nodes are in topological order, edges ordered by target and slot."""

    output: str | None = Field(description="Id of the output's node; null only in an empty partial graph.")
    seed: TensorOrNumber = Field(description="The upstream gradient of the output.")
    structure: str = Field(
        description="A hash of what is connected to what: equal for two graphs that differ in numbers only."
    )
    inputs: list[InputItem] = Field(description="The inputs, in the program's order.")
    nodes: list[NodeItem] = Field(description="The nodes.")
    edges: list[EdgeItem] = Field(description="The edges.")
    groups: list[GroupItem] = Field(description="The groups.")
    kinks: KinksMet
    error: Problem | None = Field(description="What is wrong with the program; only with `partial`.")
    layout: dict[str, Any] | None = Field(
        None, description="Boxes of nodes, routes of edges, boxes of groups, in pixels; only with `layout`."
    )


class GroupNumbers(Answer):
    """What one closed group passes back to one of its inputs: the sum over the edges inside."""

    grad: OptionalNumber = Field(description="The sum; null of a tensor, which stands in `edge_tensors`.")
    grad_text: GradText


class NodeTensor(Answer):
    """A tensor as the picture shows it: cells, or a heat map's `data:` address."""

    value: Cells | str = Field(description="The value.")
    grad: Cells | str | None = Field(description="The gradient; null where there is none.")
    scale: HeatScale | None = Field(None, description="What the full colours of heat maps mean.")


class EdgeTensor(Answer):
    """The gradient on an edge as the picture shows it: cells, or a heat map's `data:` address."""

    grad: Cells | str | None = Field(description="The gradient; null where there is none.")
    scale: HeatScale | None = Field(None, description="What the full colour of a heat map means.")


class HeatLevels(Answer):
    """How large the numbers of the nodes are, a digit each: 8 for the largest, one less for every half decade."""

    values: str = Field(
        description="Of each node's value; 0 for 0, 9 for a number that is not finite.", examples=["8650"]
    )
    grads: str = Field(description="Of each node's gradient; 0 where there is none.", examples=["3568"])


class ValuesAnswer(Answer):
    """The numbers alone, in the order of the graph's nodes and edges; null in the columns stands for a tensor."""

    structure: str = Field(description="The same hash as the graph's.")
    output: str = Field(description="Id of the output's node.")
    values: list[OptionalNumber] = Field(description="Value of each node.")
    grads: list[OptionalNumber] = Field(description="Gradient of each node.")
    value_texts: list[str] = Field(description="Text of each value.")
    grad_texts: list[str | None] = Field(description="Text of each node's gradient.")
    edge_grads: list[OptionalNumber] = Field(description="Gradient on each edge.")
    edge_locals: list[OptionalNumber] = Field(description="Local derivative on each edge.")
    edge_grad_texts: list[str | None] = Field(description="Text of each edge's gradient.")
    edge_local_texts: list[str | None] = Field(description="Text of each local derivative.")
    groups: dict[str, GroupNumbers] = Field(
        description="For each closed group and each of its sources, under `{source}->{group}`: the gradient."
    )
    notes: dict[str, Text] = Field(
        description="By node: why its value or gradient is not finite, or how a loss broadcasts."
    )
    failing: list[str] = Field(description="The nodes where a value that is no ordinary number first arises.")
    wrong: list[str] = Field(
        description="Ids of the nodes and edges whose gradient differs from the right one; only with `mistakes`."
    )
    kinks: KinksMet
    heat: HeatLevels = Field(description="The colours of the nodes in a picture seen from far.")
    tensors: dict[str, NodeTensor] = Field(
        default_factory=dict, description="By node its tensors; only in graphs that have tensors."
    )
    edge_tensors: dict[str, EdgeTensor] = Field(
        default_factory=dict,
        description="By edge, and by `{source}->{group}`, the tensor that comes back; only in graphs that have "
        "tensors.",
    )
