"""Answers about kinks: those met in a graph, and the list of all with other engines' answers."""

from typing import Annotated, Any, Literal

from pydantic import Field

from chainrule.app.schemas.answer import Answer, Text
from chainrule.app.schemas.numbers import Number, OptionalNumber, TensorOrNumber

Slope = Annotated[OptionalNumber, Field(description="The slope on this side; null where there is none.")]
SlopeText = Annotated[str, Field(description="Its text; `—` for null.", examples=["1"])]


KinkKind = Annotated[
    Literal["corner", "step", "edge", "removable"],
    Field(
        description="`corner`: two slopes; `step`: the value jumps; `edge`: the edge of the domain, or an infinite "
        "slope; `removable`: only the formula has no value."
    ),
]


class Slopes(Answer):
    """The slopes on both sides of a kink, and what was passed."""

    left: Slope
    right: Slope
    passed: Number = Field(description="What the backward pass used.", examples=[0.5])
    left_text: SlopeText
    right_text: SlopeText
    passed_text: str = Field(description="Text of `passed`.", examples=["0.5"])


class KinkPlace(Slopes):
    """One element at a kink; the slopes are local ones, of the node that the edge enters."""

    index: list[int] = Field(
        description="Which element of that node; of an op that reduces, of its operand. Empty for a number."
    )


class Kink(Answer):
    """A kink that an edge meets."""

    edge: str = Field(description="Id of the edge.", examples=["a->y.0"])
    kink: str = Field(description="The kink, as `GET /api/v1/kinks` lists them.", examples=["maximum.tie"])
    count: int = Field(description="How many elements are at it.", examples=[1])
    places: list[KinkPlace] = Field(description="The first of them, at most 5.")


class KinkMet(Kink):
    """A kink that an edge meets, or a merged edge into a closed group."""

    node: str = Field(description="Id of the node that has the kink.", examples=["y"])


KinksMet = Annotated[
    list[KinkMet],
    Field(description="The kinks met at these numbers: where an edge has no single slope."),
]


class Convention(Answer):
    """One thing that can be passed back at a kink."""

    name: str = Field(description="What `conventions` calls it.", examples=["maximum.tie.first"])
    title: Text = Field(description="Its name in words.")
    default: bool = Field(description="Whether it is what happens without asking.")
    gradients: list[TensorOrNumber] | None = Field(
        description="What this engine gives with it where the engines were asked; null if none was.",
        examples=[[1, 0]],
    )


class Engine(Answer):
    """An engine that was measured."""

    id: str = Field(description="Its id.", examples=["pytorch"])
    name: str = Field(description="Its name.", examples=["PyTorch"])
    version: str = Field(description="The version measured.", examples=["2.13.0"])
    precision: str = Field(description="`float64`, `float32` or `exact`.", examples=["float64"])


class EngineAnswer(Answer):
    """One answer, and who gives it."""

    gradients: list[Number | str | list[Any] | None] | None = Field(
        description="By operand: a number, or a list for a list; of a symbolic engine also a formula, or null. Null "
        "for an error.",
        examples=[[0.5, 0.5]],
    )
    error: str | None = Field(description="The error that is raised instead, by its Python name.")
    text: str = Field(description="The answer as a person reads it.", examples=["0.5, 0.5"])
    own: bool = Field(description="Whether this engine gives it.")
    engines: list[Engine] = Field(description="The other engines that give it.")


class OwnAnswer(Answer):
    """What this engine gives, computed for this answer."""

    version: str = Field(description="Its version.")
    gradients: list[TensorOrNumber] = Field(description="By operand.", examples=[[0.5, 0.5]])


class KinkItem(Answer):
    """A kink of an op, or another place where engines were compared."""

    id: str = Field(description="Its name.", examples=["maximum.tie"])
    op: str | None = Field(description="The op; null for a place that is no kink of one.")
    kink: str | None = Field(description="The same as `id`; null for a place that is no kink of an op.")
    title: Text | None = Field(description="Its name in words.")
    kind: KinkKind | None = Field(description="Its kind; null for a place that is no kink.")
    latex: str | None = Field(
        description="Where it is, in LaTeX over a, b and the value y.", examples=["a = b"]
    )
    text: str | None = Field(description="The same as plain text.", examples=["a = b"])
    why: Text | None = Field(description="What is passed back there, and why.")
    choices: list[Convention] = Field(description="What can be passed; empty if there is no choice.")
    expression: str = Field(description="What was asked of each engine.", examples=["maximum(a, b)"])
    operands: list[TensorOrNumber] | None = Field(
        description="Where; null if no engine was asked.", examples=[[1, 1]]
    )
    measured: str | None = Field(description="The day it was measured.", examples=["2026-11-28"])
    own: OwnAnswer | None = Field(description="What this engine gives there.")
    answers: list[EngineAnswer] = Field(
        description="All different answers: this engine's first, then by the number of engines that give it."
    )
    missing: list[Engine] = Field(description="The engines that lack the function.")
