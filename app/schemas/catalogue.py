"""Models of the catalogue, saved links and health calls."""

from typing import Annotated, Literal

from pydantic import AliasChoices, BaseModel, ConfigDict, Field

from chainrule.app.schemas.answer import Answer, Text
from chainrule.app.schemas.numbers import Inputs, Number, TensorOrNumber
from chainrule.app.schemas.requests import SHOPPING, Conventions, Id, Ids, Labels, Lang, MistakeName


class MistakeItem(Answer):
    """A known wrong rule."""

    name: str = Field(description="What `mistakes` calls it.", examples=["mul.not_swapped"])
    title: Text = Field(description="What is wrong in it.")
    advice: Text = Field(description="What to do instead.")


class OpItem(Answer):
    """Something a program can call, or the branching of a value with several readers."""

    kind: Literal["primitive", "composite", "branch"] = Field(
        description="`primitive`: one node; `composite`: built from primitives, drawn closed as one box or open; "
        "`branch`: no node, but a rule of its own: where a value is read more than once, gradients add up."
    )
    name: str = Field(description="Its name.", examples=["mul"])
    symbol: str = Field(description="What stands in its circle.", examples=["×"])
    arity: int = Field(description="Number of operands.", examples=[2])
    written: str = Field(description="How a program writes it.", examples=["a * b"])
    title: Text = Field(description="Its name in words.")
    forward: Text | None = Field(description="What it does forward, as a sentence.")
    rule: Text = Field(description="What it does backward, as a sentence.")
    latex: str = Field(description="Its value in LaTeX, over a and b.", examples=[r"a \times b"])
    partials: list[str] = Field(
        description="Local derivative of each operand, in LaTeX over a, b and the value y.",
        examples=[["b", "a"]],
    )
    gradients: list[str] = Field(
        description="Of an op or layer of tensors, which has no local derivative: the gradient of each operand, in "
        "LaTeX over the upstream gradient g, over a, b and the value y.",
        examples=[[r"g \cdot {b}^{\mathsf{T}}", r"{a}^{\mathsf{T}} \cdot g"]],
    )
    undefined: Text | None = Field(description="Where it has no value; null if it always has one.")
    definition: str | None = Field(description="A composite's definition in the program language.")
    mistakes: list[MistakeItem] = Field(description="Ways to break its backward rule on purpose.")
    kinks: list[str] = Field(
        description="Where it has no single slope, as `GET /api/v1/kinks` lists them.",
        examples=[["relu.zero"]],
    )


class ExampleChange(Answer):
    """What a deed changes on the page; what is left out stays."""

    inputs: dict[str, TensorOrNumber] | None = Field(None, description="Values other than the program's.")
    labels: Labels | None = Field(None, description="What the edges show.")
    open: list[str] | None = Field(None, description="Groups open.")
    selected: str | None = Field(None, description="The part of the graph that is selected.")
    step: int | None = Field(None, description="The step of the walk.")
    mistakes: list[MistakeName] | None = Field(None, description="Rules broken.")


class ExampleGuide(Answer):
    """What to ask of an example, and what to try."""

    question: Text = Field(description="The question.")
    task: Text = Field(description="What to do to find out.")
    change: ExampleChange = Field(description="The change of the page that does it.")


class ExampleItem(Answer):
    """An example of the lecture."""

    slug: str = Field(description="Its name in addresses.", examples=["apples-and-oranges"])
    part: int = Field(description="Part of the lecture.", examples=[4])
    title: Text = Field(description="Its title.")
    summary: Text = Field(description="What it shows.")
    program: str = Field(
        description="The program, its comments in the request's language.", examples=[SHOPPING]
    )
    inputs: dict[str, TensorOrNumber] = Field(description="Values other than the program's.")
    seed: Number = Field(description="The upstream gradient.")
    labels: Labels = Field(description="What the edges show at first.")
    open: list[str] = Field(description="Groups open at first.")
    guide: ExampleGuide = Field(description="A question, and what to try.")


class ShareView(BaseModel):
    """How the page shows the graph."""

    model_config = ConfigDict(extra="forbid", strict=True)

    upstream: TensorOrNumber = Field(
        1.0,
        validation_alias=AliasChoices("upstream", "seed"),
        serialization_alias="seed",
        description="The upstream gradient of the output; answers call it `seed`.",
    )
    labels: Labels = Field("numbers", description="What the edges show.")
    step: Annotated[int, Field(ge=0, le=1_000_000)] | None = Field(
        None, description="The step of the walk shown."
    )
    open: Ids = Field(default_factory=list, max_length=5000, description="Groups open.")
    output: Id | None = Field(None, description="Id of the node differentiated; null for the last one.")
    selected: Id | None = Field(None, description="Id of the selected node, edge or group.")
    mistakes: list[MistakeName] = Field(default_factory=list, max_length=100, description="Rules broken.")
    conventions: Conventions = Field(
        default_factory=list, max_length=100, description="What is passed back at kinks."
    )
    before: Inputs | None = Field(
        None, description="The inputs that the trace of changes compares with; null for no trace."
    )
    second: Literal["before", "rules"] | None = Field(
        None, description="What stands beside the picture: that of `before`, or that of the right rules."
    )
    nudge: Annotated[str, Field(max_length=500)] | None = Field(
        None, description="The pushed value and by how much: `apple:10`, `X[0,1]:0.5`."
    )
    lang: Lang | None = Field(None, description="Language of the page.")
    theme: Literal["system", "light", "dark", "projector"] | None = Field(
        None, description="Colours of the page."
    )


class ShareRequest(BaseModel):
    """A program to keep under a short address."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={
            "examples": [{"program": SHOPPING, "inputs": {"apple": 130}, "view": {"labels": "blanks"}}]
        },
    )

    program: str = Field(
        min_length=1,
        description="The program; limited by the setting `max_source_length`. It may have errors.",
    )
    inputs: Inputs = Field(default_factory=dict, description="Values other than the program's.")
    view: ShareView = Field(default_factory=lambda: ShareView(), description="How the page shows it.")


class ShareCreated(Answer):
    """The address of a saved link."""

    id: str = Field(description="Its id: a hash of its content, so that equal content has one id.")
    url: str = Field(description="The address that opens the page with it.")


class Share(Answer):
    """A saved link."""

    id: str = Field(description="Its id.")
    url: str = Field(description="The address that opens the page with it.")
    program: str = Field(description="The program.")
    inputs: dict[str, TensorOrNumber] = Field(description="Values other than the program's.")
    view: ShareView = Field(description="How the page shows it.")


class Health(Answer):
    """Whether the service works."""

    status: Literal["ok"] = Field(description="Always `ok`: where it is not, the answer is a problem.")
    version: str = Field(description="The service's version.", examples=["0.1.0"])


class Readiness(Health):
    """What the service can do."""

    save: bool = Field(
        description="Whether links and runs can be saved. Where they cannot, for instance on a full disk, everything "
        "else works."
    )
