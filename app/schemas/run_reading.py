"""Models of the calls that read a run: predictions, curves, numerical checks."""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, Field, model_validator

from chainrule.app.runs.protocol.pass_request import PassRequest
from chainrule.app.schemas.answer import Answer
from chainrule.app.schemas.numbers import Nested, Number, OptionalNumber
from chainrule.app.schemas.runs import example

Pixels = Annotated[list[Annotated[float, Field(ge=0, le=1)]], Field(max_length=100_000)]
"""One image."""


class PredictRequest(BaseModel):
    """One image, and the loss or score whose gradient is wanted."""

    model_config = example(pixels=[0.0] * 784, label=3)

    pixels: Pixels | None = Field(None, description="Pixels 0 (paper) to 1 (ink), row by row; 784 for MNIST.")
    test: int | None = Field(
        None, ge=0, le=100_000_000, description="An image of the test set, from 0, instead of `pixels`."
    )
    label: int | None = Field(
        None,
        ge=0,
        le=255,
        description="Take the gradient of the loss at this class; else at the test image's own, or at the one "
        "predicted.",
    )
    score: int | None = Field(
        None, ge=0, le=255, description="Take the gradient of this class's score instead."
    )

    @model_validator(mode="after")
    def _one_image(self) -> Self:
        if (self.pixels is None) == (self.test is None):
            raise ValueError("Give one image: `pixels`, or `test`.")
        return self

    @property
    def pass_request(self) -> PassRequest:
        """The image for the worker."""
        pixels = None if self.pixels is None else tuple(self.pixels)
        return PassRequest(test=self.test, pixels=pixels, label=self.label)


class Mark(Answer):
    """Something that was changed on the way."""

    step: int = Field(description="At this step.")
    name: str = Field(description="The option's name, or `params`.")
    value: Any = Field(description="What it became.")


class HistoryAnswer(Answer):
    """The curves, in columns."""

    every: int = Field(description="Steps from point to point; it doubles as the run grows long.")
    steps: list[int] = Field(description="The steps of the points.")
    loss: list[Number] = Field(description="Mean loss of the steps since the point before.")
    accuracy: list[Number] = Field(description="Share of the point's batch that was right.")
    gradient_norms: list[list[Number]] = Field(
        description="Of each point, the norm of each layer's gradient."
    )
    dead_units: list[list[Number]] = Field(
        description="Of each point, the share of each hidden layer's units that no image of the batch moves."
    )
    test_steps: list[int] = Field(description="The steps of the tests.")
    test_accuracy: list[float] = Field(description="Share of the test set that was right at each.")
    marks: list[Mark] = Field(description="What was changed on the way.")


class Seen(Answer):
    """One node of the net, for one image."""

    value: Nested = Field(description="Its value.")
    grad: Nested = Field(description="Its gradient.")


class PixelGradient(Answer):
    """What comes back to the pixels."""

    of: Literal["loss", "score"] = Field(description="What it is the gradient of.")
    label: int = Field(description="The class of that loss or score.")
    pixels: Nested = Field(description="One number a pixel, row by row.")


class PredictAnswer(Answer):
    """What the net makes of the image."""

    step: int = Field(description="Steps that the net had taken.")
    predicted: int = Field(description="The class with the highest score.")
    scores: Nested = Field(description="The score of each class.")
    probabilities: Nested = Field(description="Their softmax.")
    loss: OptionalNumber = Field(description="The loss at `label`; null where the request takes a score.")
    pixels: Nested = Field(description="The image, 0 to 1, row by row.")
    nodes: dict[str, Seen] = Field(description="The nodes between the layers by id: a1, z1, a2 …")
    gradient: PixelGradient = Field(description="The gradient at every pixel.")


class WorstElement(Answer):
    """One parameter of many."""

    index: list[int] = Field(description="Where it stands.")
    backprop: Number = Field(description="Its gradient by backpropagation.")
    numerical: Number = Field(description="By central difference.")
    absolute: Number = Field(description="Their difference.")
    relative: Number = Field(description="The difference over the larger of the two.")
    excess: Number = Field(description="The difference over the largest allowed; above 1 they do not agree.")


class Scatter(Answer):
    """The elements; of more than 2,000 so many at random, always the same ones, and the worst."""

    backprop: Nested = Field(description="By backpropagation.")
    numerical: Nested = Field(description="By central difference.")


class CheckedParameter(Answer):
    """The check of one parameter."""

    id: str = Field(description="Its id.", examples=["W1"])
    count: int = Field(description="Elements checked: all, but for a large net.")
    of: int = Field(description="Elements it has.")
    ok: bool = Field(description="Whether all of them agree.")
    failing: int = Field(description="How many do not.")
    absolute: Number = Field(description="The largest absolute difference.")
    relative: Number = Field(
        description="The largest relative one; it may belong to a gradient that is next to nothing."
    )
    worst: list[WorstElement] = Field(description="The twenty that agree worst.")
    scatter: Scatter = Field(description="For a scatter plot.")


class RunGradcheck(Answer):
    """The parameters, numerical against backpropagation, on two images of the batch seen last."""

    step: int = Field(description="Steps that the net had taken.")
    images: int = Field(description="Images it was checked on.")
    seconds: float = Field(description="How long the check took.")
    ok: bool = Field(description="Whether all agree.")
    count: int = Field(description="Elements checked.")
    parameters: list[CheckedParameter] = Field(description="First layer first.")
