"""What the call about a race to all slopes answers."""

from typing import Literal

from pydantic import Field

from chainrule.app.schemas.answer import Answer
from chainrule.app.schemas.numbers import Number


class RaceElement(Answer):
    """A number, or one element of a tensor."""

    id: str = Field(description="Id of the node.", examples=["apple"])
    index: list[int] = Field(description="Which element of it; empty for a number.")


class RaceSlope(Answer):
    """∂output/∂input, of one element of each."""

    input: RaceElement = Field(description="The input.")
    output: RaceElement = Field(description="The output.")
    slope: Number = Field(description="The slope.", examples=[2.2])
    slope_text: str = Field(description="Text of `slope`.", examples=["2.2"])


class RacePass(Answer):
    """One pass through the graph."""

    kind: Literal["evaluation", "tangent", "backward"] = Field(
        description="A forward pass; one that carries the tangent of an input along; or a backward pass."
    )
    about: RaceElement | None = Field(
        description="The input that moves, or the output from which gradients flow; null for the plain evaluation."
    )
    sign: int = Field(description="Which way the input moves: 1, −1, or 0 for no step.")
    multiplications: int = Field(description="Multiplications of this pass, counted.")
    known: int = Field(description="How many slopes are known now and were not before.")
    slopes: list[RaceSlope] = Field(description="The first hundred of them.")


class RaceAnswer(Answer):
    """Passes of one of three ways to all slopes. A product, a quotient and a power each count as a multiplication."""

    way: Literal["numerical", "forward", "reverse"] = Field(description="The way asked for.")
    passes: int = Field(description="How many passes it takes to all slopes.", examples=[10])
    slopes: int = Field(description="How many slopes there are: inputs times outputs, element by element.")
    first: int = Field(description="Number of the first pass done here, from 0.")
    next: int = Field(description="Number of the next pass; `passes` when all are done.")
    multiplications: int = Field(description="Multiplications of the passes done here, counted.")
    known: int = Field(description="How many slopes they have found.")
    told: list[RacePass] = Field(description="The passes done here; of many the last hundred.")
