"""Models of the calls that move one input: the curve and the differences."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from chainrule.app.schemas.answer import Answer
from chainrule.app.schemas.numbers import Number
from chainrule.app.schemas.requests import GraphRequest, Id, example

CHAIN = "x = 1\ny = 2 * x + 1\nz = y ** 2\nw = sin(z)"

EPSILONS = [float(f"{digits}e-{power}") for power in range(2, 17) for digits in (10, 5.6, 3.2, 1.8)] + [1e-16]
"""From 0.1 to 1e-16, four a power of ten."""

InputName = Annotated[str, Field(max_length=400, description="The input that moves; it must be a number.")]
Index = Annotated[
    list[Annotated[int, Field(ge=0)]],
    Field(max_length=32, description="Which element of a tensor moves; empty for a number."),
]
Finite = Annotated[float, Field(allow_inf_nan=False)]


class CurveRequest(GraphRequest):
    """Which value moves, and from where to where."""

    model_config = example(CHAIN, input="x", start=-2, stop=2, points=5)

    input: InputName | None = Field(None, description="The input that moves; it must be a number.")
    node: Id | None = Field(
        None, description="In place of `input`: the id of any node, which moves by itself."
    )
    index: Index = Field(default_factory=list)
    start: Finite = Field(description="Where the input begins.")
    stop: Finite = Field(description="Where it ends; above `start`.")
    points: int = Field(200, ge=2, le=1000, description="How many places, both ends among them.")

    @model_validator(mode="after")
    def _in_order(self) -> "CurveRequest":
        if (self.input is None) == (self.node is None):
            raise ValueError("Give either `input` or `node`.")
        if not self.start < self.stop:
            raise ValueError(f"`stop` ({self.stop:g}) must be above `start` ({self.start:g}).")
        return self


class CurveAnswer(Answer):
    """The output at each place of the input."""

    input: str = Field(description="The input that moved.")
    at: list[Number] = Field(description="Its values, evenly spaced.")
    values: list[Number] = Field(description="The output there.")
    slopes: list[Number] = Field(
        description="The derivative of the output by the input there, by backpropagation."
    )


class Range(BaseModel):
    """Which input moves, or which element of it, and from where to where."""

    model_config = ConfigDict(extra="forbid", strict=True)

    input: Annotated[str, Field(max_length=400, description="The input that moves.")]
    index: Index = Field(default_factory=list)
    start: Finite = Field(description="Where the input begins.")
    stop: Finite = Field(description="Where it ends; above `start`.")

    @model_validator(mode="after")
    def _in_order(self) -> "Range":
        if not self.start < self.stop:
            raise ValueError(f"`stop` ({self.stop:g}) must be above `start` ({self.start:g}).")
        return self


class SurfaceRequest(GraphRequest):
    """Which two inputs move."""

    model_config = example(
        x={"input": "apple", "start": 0, "stop": 200}, y={"input": "tax", "start": 1, "stop": 2}, points=3
    )

    x: Range = Field(description="The input across.")
    y: Range = Field(description="The input upward.")
    points: int = Field(33, ge=2, le=100, description="How many places of each.")


class SurfaceAnswer(Answer):
    """The output at each pair of places."""

    x: list[Number] = Field(description="Places of the first input, evenly spaced.")
    y: list[Number] = Field(description="Places of the second.")
    values: list[list[Number]] = Field(description="The output: a row for each place of the second input.")


class DifferencesRequest(GraphRequest):
    """Which input's derivative is taken numerically, and by which steps."""

    model_config = example(CHAIN, input="x", epsilons=[1e-2, 1e-4])

    input: InputName
    epsilons: list[Annotated[float, Field(gt=0, allow_inf_nan=False)]] = Field(
        default_factory=lambda: list(EPSILONS),
        min_length=1,
        max_length=500,
        description="The steps ε; by default from 0.1 to 1e-16, four a power of ten.",
    )


class DifferencesAnswer(Answer):
    """Numerical derivatives beside the one by backpropagation, one entry a step."""

    input: str = Field(description="The input.")
    backprop: Number = Field(description="Its derivative by backpropagation.")
    backprop_text: str = Field(description="Text of `backprop`.")
    epsilons: list[Number] = Field(description="The steps ε.")
    forward: list[Number] = Field(description="(f(x + ε) − f(x)) / ε.")
    central: list[Number] = Field(description="(f(x + ε) − f(x − ε)) / 2ε.")
    forward_errors: list[Number] = Field(description="Distance of `forward` from `backprop`.")
    central_errors: list[Number] = Field(description="Distance of `central` from `backprop`.")
    forward_texts: list[str] = Field(description="Texts of `forward`.")
    central_texts: list[str] = Field(description="Texts of `central`.")
    forward_error_texts: list[str] = Field(description="Texts of `forward_errors`.")
    central_error_texts: list[str] = Field(description="Texts of `central_errors`.")
