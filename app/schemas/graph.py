"""What the graph calls answer: the whole graph, and its numbers alone."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.problems import Problem
from app.schemas.numbers import Number, OptionalNumber


class Answer(BaseModel):
    """The root of all answers."""

    model_config = ConfigDict(extra="forbid")


class Text(Answer):
    """A text in the two languages."""

    ko: str = Field(description="Korean.", examples=["덧셈"])
    en: str = Field(description="English.", examples=["addition"])


Line = Annotated[int, Field(description="Line in the program, from 1.", examples=[1])]
Column = Annotated[int, Field(description="Column in that line, from 1.", examples=[1])]
ValueText = Annotated[str, Field(description="The value as a person reads it.", examples=["4,620"])]
GradText = Annotated[
    str | None,
    Field(description="The gradient as a person reads it; null where there is none.", examples=["2.2"]),
]


class InputItem(Answer):
    """An input: a leaf whose number can be changed, and a slider that suits it."""

    id: str = Field(description="Id of its node.", examples=["apple"])
    name: str = Field(description="Its name in the program.", examples=["apple"])
    label: str | None = Field(description="What a comment behind it says.", examples=["🍎 apple price"])
    value: OptionalNumber = Field(
        description="Its value now; null only in a partial graph, where none is given."
    )
    default: OptionalNumber = Field(description="Its value in the program; null if the program gives none.")
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
    label: str | None = Field(description="What a comment behind it says.")
    inputs: list[str] = Field(description="Ids of its operands, in order.", examples=[["op_3", "tax"]])
    group: str | None = Field(description="Id of the innermost group it stands in.")
    shape: list[int] = Field(description="Its shape; empty for a number.")
    value: OptionalNumber = Field(description="Its forward value; null only in a partial graph.")
    grad: OptionalNumber = Field(
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
    value: OptionalNumber = Field(description="The value it carries forward.")
    grad: OptionalNumber = Field(
        description="The gradient it carries back: upstream × local. Null out of a constant."
    )
    local: OptionalNumber = Field(
        description="The local derivative of the target with respect to this operand."
    )
    value_text: ValueText
    grad_text: GradText
    local_text: str | None = Field(description="The local derivative as a person reads it.")
    latex: EdgeLatex = Field(description="Formulas.")


class GroupItem(Answer):
    """The nodes that one call of a composite or of a `def` made."""

    id: str = Field(description="Id of the group.", examples=["sigmoid_1"])
    name: str = Field(description="What was called.", examples=["sigmoid"])
    op: str = Field(description="The composite or `def` it is a call of.", examples=["sigmoid"])
    parent: str | None = Field(description="Id of the group around it.")
    inputs: list[str] = Field(description="Ids of the nodes given as arguments, in order.")
    output: str = Field(description="Id of the node whose value it gives.")
    latex: dict[str, str] = Field(
        description="Formulas: `value`, and `grad` where a simplified gradient is known."
    )


class GraphAnswer(Answer):
    """The whole graph with its numbers. Nodes are in topological order, edges ordered by target and slot."""

    output: str | None = Field(description="Id of the output's node; null only in an empty partial graph.")
    seed: Number = Field(description="The upstream gradient of the output.")
    structure: str = Field(
        description="A hash of what is connected to what: equal for two graphs that differ in numbers only."
    )
    inputs: list[InputItem] = Field(description="The inputs, in the program's order.")
    nodes: list[NodeItem] = Field(description="The nodes.")
    edges: list[EdgeItem] = Field(description="The edges.")
    groups: list[GroupItem] = Field(description="The groups.")
    error: Problem | None = Field(
        description="What is wrong with the program; only where `partial` was asked."
    )
    layout: dict[str, Any] | None = Field(
        None, description="Boxes of nodes, routes of edges, boxes of groups, in pixels; only where asked."
    )


class GroupNumbers(Answer):
    """What one closed group passes back to one of its inputs: the sum over the edges inside."""

    grad: OptionalNumber = Field(description="The sum.")
    grad_text: GradText


class ValuesAnswer(Answer):
    """The numbers alone, in the order of the graph's nodes and edges."""

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
    notes: dict[str, Text] = Field(description="By node: why its value is no ordinary number.")
    wrong: list[str] = Field(
        description="Ids of the nodes and edges whose gradient differs from the right one; only with `mistakes`."
    )
