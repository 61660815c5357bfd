"""Answers that tell where numbers come from: explanations, steps, checks, exports, tensors, provenance."""

from typing import Literal

from pydantic import Field

from chainrule.app.schemas.answer import Answer
from chainrule.app.schemas.graph import Value
from chainrule.app.schemas.kinks import Kink, KinkKind, Slopes
from chainrule.app.schemas.numbers import Nested, Number, OptionalNumber
from chainrule.app.schemas.requests import Of


class Formula(Answer):
    """A formula in two notations."""

    latex: str = Field(description="As LaTeX.", examples=[r"1.1 \times 2 = 2.2"])
    mathml: str = Field(description="As MathML, ready for a page.")


class LocalDerivative(Answer):
    """The local derivative on one edge into the node."""

    edge: str = Field(description="Id of the edge.")
    source: str = Field(description="Id of the operand.")
    target: str = Field(description="Id of the node that reads it.")
    symbols: Formula = Field(description="In symbols.")
    numbers: Formula = Field(description="With numbers put in.")
    value_text: str | None = Field(
        description="The number. Where an op has no local derivative, the shape of the gradient that comes back."
    )
    shapes: Formula | None = Field(
        None, description="At a matrix product the gradient with the shapes under its factors."
    )


class BranchGradient(Answer):
    """One of the gradients that a node's own gradient is the sum of."""

    edge: str = Field(description="Id of the edge that it comes back on.")
    target: str = Field(description="Id of the node that it comes from.")
    grad: Value = Field(description="The gradient on that edge.")
    grad_text: str | None = Field(description="Its text.")


class ChainPath(Answer):
    """One way from the node to the output: the local derivatives along it multiply."""

    nodes: list[str] = Field(description="Ids of the nodes along the way.")
    factors: list[str] = Field(
        description="Local derivatives along the way; an empty text for one that is no number."
    )
    formula: Formula = Field(description="The product.")
    product_text: str = Field(description="What it comes to; empty where tensors are on the way.")


class ChainPaths(Answer):
    """The chain rule over all ways from the node to the output."""

    items: list[ChainPath] = Field(description="The ways shown.")
    sum_text: str | None = Field(description="What their products sum to, times the seed.")
    count: OptionalNumber = Field(description="How many ways there are.")
    shown: int = Field(description="How many are shown.")
    note: str | None = Field(None, description="Why there are no products, if there are none.")


class CheckKink(Slopes):
    """Both one-sided derivatives of the output, where a kink on the way makes them differ."""

    kinks: list[str] = Field(description="The kinks on the way.", examples=[["relu.zero"]])
    sentence: str = Field(description="How the gradient compares with them.")


class CheckTrouble(Answer):
    """What keeps a gradient and a difference of outputs from being compared."""

    kind: Literal["kink", "cancellation", "underflow", "overflow", "undefined"] = Field(
        description="A kink nearer than any step; digits that rounding takes; numbers below or above what a float "
        "holds; a value that is NaN or infinite."
    )
    sentence: str = Field(description="The same in words.")


class NumericalCheck(Answer):
    """Backpropagation beside the numerical derivative."""

    backprop: Number = Field(description="Gradient by backpropagation.", examples=[2.2])
    numerical: Number = Field(description="Central difference.", examples=[2.2])
    absolute: Number = Field(description="Their difference.", examples=[1e-11])
    relative: Number = Field(description="The difference divided by the larger of the two.", examples=[5e-12])
    backprop_text: str = Field(description="Text of `backprop`.", examples=["2.2"])
    numerical_text: str = Field(description="Text of `numerical`.", examples=["2.2"])
    absolute_text: str = Field(description="Text of `absolute`.", examples=["1e-11"])
    relative_text: str = Field(description="Text of `relative`.", examples=["5e-12"])
    ok: bool = Field(
        description="Whether the two agree; at a kink, whether the gradient lies between both slopes."
    )
    epsilon: Number = Field(description="Half the width of the difference.", examples=[1e-5])
    kink: CheckKink | None = Field(description="Null away from any kink.")
    trouble: CheckTrouble | None = Field(description="Null where the two can be compared.")
    where: list[int] | None = Field(
        None,
        description="Of a tensor, the element that agrees worst. Only in graphs with tensors.",
        examples=[[0, 2]],
    )
    elements: int = Field(
        1, description="How many elements were checked: all. Only in graphs that have tensors.", examples=[6]
    )


class ValueFormula(Answer):
    """A formula in symbols, and what it comes to."""

    symbols: Formula = Field(description="In symbols.")
    numbers: Formula = Field(description="What stands behind the last = of it, with numbers put in.")


class ClosedGradient(Answer):
    """A layer's simplified gradient by one argument, compared with that through the nodes inside."""

    source: str = Field(description="The argument.", examples=["X"])
    formula: Formula = Field(description="The simplified gradient in symbols.")
    difference: Number = Field(description="The largest absolute difference of an element.", examples=[1e-16])
    difference_text: str = Field(description="Its text.", examples=["1e-16"])


class ConventionItem(Answer):
    """One thing that can be passed back at a kink, in the request's language."""

    name: str = Field(description="What `conventions` calls it.", examples=["maximum.tie.first"])
    title: str = Field(description="Its name in words.", examples=["all to the first"])
    default: bool = Field(description="Whether it is what happens without asking.")
    chosen: bool = Field(description="Whether it is what happened.")


class KinkTold(Kink):
    """A kink where this part stands."""

    kind: KinkKind
    place: Formula = Field(description="Where it is.")
    sentence: str = Field(description="The slopes on both sides and what was passed, as a sentence.")
    why: str = Field(description="Why that is passed.")
    choices: list[ConventionItem] = Field(description="What can be passed; empty if there is no choice.")
    elsewhere: str | None = Field(
        description="For `GET /api/v1/kinks/{id}`: what other engines give here; null if not measured."
    )


class ExplainAnswer(Answer):
    """Where the numbers of one node, edge or group come from."""

    id: str = Field(description="The id of the request.")
    kind: Literal["node", "edge", "group", "input"] = Field(description="What it is.")
    title: str = Field(description="What it is, in words.")
    aria: str = Field(description="The same in one line with its numbers.")
    value_text: str | None = Field(description="Its value.")
    grad_text: str | None = Field(description="Its gradient.")
    formula: ValueFormula | None = Field(
        description="Of a node or group its value, of an edge the gradient that it brings back."
    )
    gradient: ValueFormula | None = Field(
        description="The gradient: upstream × local, or the sum over the edges out. Null without a gradient."
    )
    locals: list[LocalDerivative] = Field(description="Local derivatives on the edges into it.")
    sum: list[BranchGradient] = Field(description="The branches whose gradients it sums.")
    paths: ChainPaths | None = Field(description="The chain rule along each way to the output.")
    check: NumericalCheck | None = Field(
        description="The numerical check of its gradient; null for edges and for what has no gradient."
    )
    rule: str = Field(description="The backward rule as a sentence.")
    note: str | None = Field(description="Why its value is infinite or NaN, if it is.")
    derivation: list[Formula] = Field(description="How a layer's gradient is simplified, line by line.")
    closed: list[ClosedGradient] = Field(
        default_factory=list,
        description="Of a layer on tensors: its simplified gradients, each compared with the opened layer's.",
    )
    kinks: list[KinkTold] = Field(
        description="Kinks on the edges into it, out of a leaf, or inside of a closed group; also the places where "
        "only the formula has no value."
    )


class StepItem(Answer):
    """One step of the walk."""

    index: int = Field(description="Its number, from 0.")
    phase: Literal["forward", "backward"] = Field(description="Which pass it belongs to.")
    node: str = Field(description="Id of the active node or closed group.")
    edges: list[str] = Field(description="Ids of the edges lit.")
    title: str = Field(description="The step in a few words.")
    sentence: str = Field(description="The rule with its numbers, as a sentence.")
    formula: Formula = Field(description="The rule with its numbers, as a formula.")


class StepsAnswer(Answer):
    """The walk: first forward node by node, then backward."""

    count: int = Field(description="How many steps there are in all.")
    steps: list[StepItem] = Field(description="The steps of the requested page.")


class GradcheckItem(NumericalCheck):
    """One input: backpropagation beside the numerical derivative."""

    id: str = Field(description="Id of the input.", examples=["apple"])


class GradcheckAnswer(Answer):
    """All inputs checked by central differences. With mistakes given, the broken backpropagation is checked."""

    epsilon: OptionalNumber = Field(
        description="Half the width of the difference, as requested; null where each input has its own."
    )
    ok: bool = Field(description="Whether all inputs agree.")
    inputs: list[GradcheckItem] = Field(description="Each input.")


class ExportAnswer(Answer):
    """The graph for another program."""

    format: Literal["dot", "mermaid", "python", "pytorch", "json"] = Field(
        description="The requested format."
    )
    filename: str = Field(description="A name for the file.", examples=["graph.py"])
    media_type: str = Field(description="Its media type.", examples=["text/x-python"])
    text: str = Field(description="The file.")


class Histogram(Answer):
    """How the finite elements are spread."""

    edges: list[Number] = Field(description="Ends of the intervals; empty where there is no finite element.")
    counts: list[int] = Field(description="How many elements lie in each interval.")


class TensorAnswer(Answer):
    """One whole tensor. Elements that are NaN count in `nan` and nowhere else."""

    id: str = Field(description="The id of the request.", examples=["W"])
    of: Of = Field(description="Its value or its gradient.")
    shape: list[int] = Field(description="Its shape; empty for a number.", examples=[[2, 3]])
    values: Number | Nested = Field(description="All elements, in nested lists; a number as one.")
    min: Number = Field(description="The smallest element.")
    max: Number = Field(description="The largest element.")
    mean: Number = Field(description="Their mean.")
    norm: Number = Field(description="The square root of the sum of their squares.")
    zeros: int = Field(description="How many are 0.")
    nan: int = Field(description="How many are NaN.")
    histogram: Histogram = Field(description="How they are spread.")


class ElementTerm(Answer):
    """One of the terms that add up to an element."""

    formula: ValueFormula = Field(description="The product.")
    value: Number = Field(description="What it comes to.")
    value_text: str = Field(description="Its text.")


class Light(Answer):
    """Elements of one node that take part."""

    id: str = Field(description="Id of the node.", examples=["X"])
    of: Of = Field(description="Of its value or of its gradient.")
    cells: list[list[int]] = Field(
        description="Where they stand, at most 5,000 of them; a number is the one cell `[]`.",
        examples=[[[0, 0], [0, 1]]],
    )
    count: int = Field(description="How many they are.")


class ProvenanceAnswer(Answer):
    """The elements behind one element, and the products that make it up."""

    id: str = Field(description="The id of the request.", examples=["Y"])
    of: Of = Field(description="Its value or its gradient.")
    index: list[int] = Field(description="Which element.", examples=[[0, 2]])
    formula: ValueFormula = Field(description="The whole element.")
    terms: list[ElementTerm] = Field(
        description="What is added up, of more than 8 terms the largest; empty where the element is no sum."
    )
    count: int = Field(description="How many terms there are.")
    lights: list[Light] = Field(description="What takes part; the element itself first.")
