"""Requests of the graph calls."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AliasChoices, BaseModel, ConfigDict, Field, WithJsonSchema

from chainrule.app.schemas.numbers import Inputs, TensorOrNumber
from chainrule.core.errors import did_you_mean
from chainrule.core.ops.rules import CONVENTIONS, MISTAKES, known_conventions, two_conventions

Lang = Literal["ko", "en"]
Direction = Literal["right", "down"]
Wrap = Annotated[
    float | None,
    Field(
        ge=200,
        le=100_000,
        description="The width of a line, in the picture's own units: a chain half as long again is broken into "
        "lines, as text is; of one that runs down the height of a column. By default nothing is broken.",
    ),
]
Labels = Literal["numbers", "symbols", "shapes", "none", "blanks"]
Of = Literal["value", "grad"]
Theme = Literal["light", "dark", "projector"]
Format = Literal["dot", "mermaid", "python", "pytorch", "json"]

SHOPPING = """apple = 100  # 🍎 apple price
apple_num = 2
orange = 150  # 🍊 orange price
orange_num = 3
tax = 1.1
price = (apple * apple_num + orange * orange_num) * tax"""

AFFINE = """X = [[1, 2], [3, 4]]
W = [[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]]
B = [1, 2, 3]
Y = affine(X, W, B)
L = sum(Y)"""

_KNOWN_MISTAKES = frozenset(MISTAKES)


def _known_mistake(name: str) -> str:
    if name not in _KNOWN_MISTAKES:
        hint = did_you_mean(name[:64], list(MISTAKES))
        raise ValueError(
            f"There is no mistake `{name[:64]}`: {hint.en if hint else 'GET /api/v1/ops lists them'}."
        )
    return name


MistakeName = Annotated[
    str, AfterValidator(_known_mistake), WithJsonSchema({"type": "string", "enum": list(MISTAKES)})
]

_KNOWN_CONVENTIONS = known_conventions()


def _known_convention(name: str) -> str:
    if name not in _KNOWN_CONVENTIONS:
        hint = did_you_mean(name[:64], list(CONVENTIONS))
        raise ValueError(
            f"There is no convention `{name[:64]}`: {hint.en if hint else 'GET /api/v1/kinks lists them.'}"
        )
    return name


def _one_a_kink(names: list[str]) -> list[str]:
    kinks = [_KNOWN_CONVENTIONS[name] for name in names]
    for kink in kinks:
        if kinks.count(kink) > 1:
            raise ValueError(two_conventions(kink).en)
    return names


ConventionName = Annotated[
    str, AfterValidator(_known_convention), WithJsonSchema({"type": "string", "enum": list(CONVENTIONS)})
]
Conventions = Annotated[list[ConventionName], AfterValidator(_one_a_kink)]
"""At most one for each kink."""

Id = Annotated[str, Field(max_length=400)]
"""The id of a node, an edge or a group."""

Ids = Annotated[list[Id], Field(fail_fast=True)]
"""Several of them; the first that is none is told."""


def example(program: str = SHOPPING, **fields: Any) -> ConfigDict:
    """Model settings: no unknown fields, no guessing of types, one example."""
    return ConfigDict(
        extra="forbid", strict=True, json_schema_extra={"examples": [{"program": program} | fields]}
    )


class Backward(BaseModel):
    """How the gradients are taken."""

    upstream: TensorOrNumber = Field(
        1.0,
        validation_alias=AliasChoices("upstream", "seed"),
        description="The upstream gradient of the output: a number, or nested lists of the output's shape; a number "
        "stands for each element. `seed` is an older name for it.",
    )
    mistakes: list[MistakeName] = Field(
        default_factory=list,
        max_length=100,
        description="Backward rules to break on purpose, to see what goes wrong: `fan_out.not_summed`, or an op "
        "and its mistake as `GET /api/v1/ops` lists them.",
    )
    conventions: Conventions = Field(
        default_factory=list,
        max_length=100,
        description="What is passed back at kinks, where there is a choice: `maximum.tie.first`, as "
        "`GET /api/v1/kinks` lists them; at most one for each kink.",
    )


class GraphRequest(Backward):
    """A program, and the numbers put into it."""

    model_config = example(inputs={"apple": 130})

    program: str = Field(
        description="The program, in the small subset of Python that the documentation describes. A comment "
        "behind an assignment is its label. Its length is limited by the setting `max_source_length`.",
    )
    inputs: Inputs = Field(
        default_factory=dict,
        description="Other values for the program's inputs, by name: a number, or nested lists of the input's shape; "
        "a number stands for each element. A name that the program reads and never assigns needs one, and has its "
        "shape.",
    )
    output: Id | None = Field(
        None,
        description="Id of the node to differentiate, by default what the program assigns or shows last: any node but "
        "a constant, and of a layer its result.",
    )


Open = Annotated[
    Ids, Field(default_factory=list, max_length=5000, description="Ids of the groups drawn open.")
]
Partial = Annotated[
    bool,
    Field(
        description="With a program that has an error, answer about the part of the graph before it, instead of with "
        "the problem alone; a whole graph has the problem in `error`."
    ),
]
Language = Annotated[Lang, Field(description="The language of sentences.")]


class PartialRequest(GraphRequest):
    """A program that may have an error."""

    partial: Partial = False


class WholeGraph(Backward):
    """The whole graph, on request with its layout."""

    layout: bool = Field(False, description="Whether to place the nodes and route the edges.")
    direction: Direction = Field("right", description="Where the layout runs: `down` for a narrow view.")
    wrap: Wrap = None
    open: Open


class WholeGraphRequest(WholeGraph, PartialRequest):
    """The whole graph of a program, on request with its layout."""

    model_config = example(layout=True)


class Explain(Backward):
    """What to explain."""

    id: Id = Field(description="Id of a node, an edge or a group of the graph.")
    open: Open
    lang: Language = "ko"


class ExplainRequest(Explain, PartialRequest):
    """What to explain of a program's graph."""

    model_config = example(id="apple", lang="en")


class ChangesRequest(GraphRequest):
    """A program with its numbers now, and those of before."""

    model_config = example(inputs={"apple": 121}, before={})

    before: Inputs = Field(
        default_factory=dict, description="`inputs` as they were before; without any, as the program says."
    )
    open: Open
    about: Ids | None = Field(
        None,
        max_length=5000,
        description="The nodes and edges whose reasons are wanted; without it those of all.",
    )


class NudgeRequest(GraphRequest):
    """Which value is pushed, and by how much."""

    model_config = example(id="apple", delta=10)

    id: Id = Field(description="Id of the node whose value is pushed.")
    index: list[Annotated[int, Field(ge=0)]] = Field(
        default_factory=list, max_length=32, description="Which element of a tensor; empty for a number."
    )
    delta: float = Field(allow_inf_nan=False, description="By how much, Δ.")


class OrderRequest(GraphRequest):
    """In which order nodes pass their gradients back."""

    model_config = example(order=["price", "op_3"])

    order: Ids = Field(
        default_factory=list,
        max_length=1000,
        description="Ids of the nodes whose turn it was, in order; each has one turn, whether or not its gradient is "
        "whole. Inputs have none.",
    )


class RaceRequest(GraphRequest):
    """Which passes of which way to all slopes are done."""

    model_config = example(way="reverse")

    way: Literal["numerical", "forward", "reverse"] = Field(
        description="`numerical` moves every input both ways, `forward` takes one pass for each input, `reverse` one "
        "for each output."
    )
    moved: Ids = Field(
        default_factory=list,
        max_length=1000,
        description="Ids of the inputs whose slopes are sought; empty for all that have a gradient.",
    )
    first: int = Field(0, ge=0, le=100_000_000, description="Number of the first pass, from 0.")
    count: int = Field(
        100,
        ge=1,
        le=10_000,
        description="Most passes wanted. Fewer are done where they take long: go on from `next`.",
    )


class Steps(Backward):
    """Which part of the walk forward and backward."""

    open: Open
    lang: Language = "ko"
    start: int = Field(0, ge=0, le=1_000_000, description="First step wanted, from 0.")
    count: int = Field(200, ge=1, le=1000, description="Most steps wanted.")


class StepsRequest(Steps, PartialRequest):
    """The walk through a program's graph."""

    model_config = example(lang="en", start=0, count=3)


class GradcheckRequest(GraphRequest):
    """The numerical check."""

    model_config = example(epsilon=1e-5)

    epsilon: float | None = Field(
        None,
        gt=0,
        le=1,
        allow_inf_nan=False,
        description="Half the width of the central difference; without it each input gets a width that suits it.",
    )
    lang: Language = "ko"


class WholeTensor(Backward):
    """Which tensor is wanted whole."""

    id: Id = Field(description="Id of a node, of a group (its result), or of an edge.")
    of: Of = Field("value", description="Its value, or its gradient.")


class TensorRequest(WholeTensor, PartialRequest):
    """Which tensor of a program's graph is wanted whole."""

    model_config = example(AFFINE, id="W", of="grad")


class Element(Backward):
    """One element of a tensor."""

    id: Id = Field(description="Id of a node, or of a group: its result.")
    of: Of = Field("value", description="Its value, or its gradient.")
    index: list[Annotated[int, Field(ge=0)]] = Field(
        default_factory=list,
        max_length=32,
        description="Where the element stands, one number for each axis, from 0; empty for a number.",
    )
    open: Open


class ProvenanceRequest(Element, PartialRequest):
    """One element of a tensor of a program's graph."""

    model_config = example(AFFINE, id="Y", of="value", index=[0, 2])


class Picture(Backward):
    """What the picture shows."""

    open: Open
    labels: Labels = Field(
        "numbers",
        description="What the edges show; `shapes` are those of tensors, `blanks` boxes to fill in.",
    )
    blanks: Ids | None = Field(
        None,
        max_length=500,
        description="Draw a box in the place of these alone, with `labels` at `blanks` for numbers or at `shapes` for "
        "shapes: `value:` and a node's id, `grad:` and an edge's, `sum:` and that of a node whose gradients add up; "
        "behind it the place of an element, `value:Y[0,1]`. The other numbers are given, but for the elements beside "
        "an element that is asked, and for every gradient while a value is asked.",
    )
    step: int | None = Field(
        None, ge=0, le=1_000_000, description="Draw the picture as it stands at this step of the walk."
    )
    nudge: str | None = Field(
        None,
        max_length=500,
        pattern=r"^.+:-?(\d+\.?\d*|\.\d+)(e-?\d+)?$",
        description="Push one value: its id, the element of a tensor in brackets, and by how much: `apple:10`, "
        "`X[0,1]:0.5`. On every edge behind it stand the true change and slope × Δ.",
        examples=["apple:10"],
    )
    theme: Theme = Field("light", description="The colours, for a picture that stands alone.")
    lang: Language = "ko"
    zoom: float | None = Field(
        None,
        ge=0.02,
        le=8,
        description="The scale at which the picture is seen. From afar letters grow until they can be read, and what "
        "has no room is left out; by default all is drawn as at full size.",
    )
    direction: Direction = Field(
        "right", description="Where the picture runs from the inputs to the result: `down` for a narrow view."
    )
    wrap: Wrap = None
    standalone: bool = Field(
        False, description="Whether to put the styles inside, so that the picture opens anywhere."
    )


class PictureRequest(Picture, PartialRequest):
    """The picture of a program's graph."""

    model_config = example(labels="numbers", theme="light", lang="en", standalone=True)


class ExportRequest(GraphRequest):
    """The graph for another program."""

    model_config = example(format="python")

    format: Format = Field(
        description="`dot` for Graphviz, `mermaid` for Markdown, `python` in the book's layers, `pytorch` to check "
        "against it, `json` as the graph itself."
    )
    lang: Language = "ko"
