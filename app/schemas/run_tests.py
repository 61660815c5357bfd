"""Answers of the calls about a run's test images."""

from pydantic import Field

from chainrule.app.schemas.answer import Answer
from chainrule.app.schemas.numbers import Number


class TestedImage(Answer):
    """One test image."""

    index: int = Field(description="Its place in the test set, from 0.", examples=[149])
    label: int = Field(description="The class that it is of.", examples=[2])
    predicted: int = Field(description="The class that the net takes it for.", examples=[7])
    probability: Number = Field(description="How probable the net finds that.")
    probability_of_label: Number = Field(description="How probable it finds the right class.")


class TestSetAnswer(Answer):
    """The test set as the net sees it."""

    step: int = Field(description="The step at which the net went through the test set.")
    loss: Number = Field(description="The mean loss.")
    accuracy: float = Field(description="The share that it gets right.")
    count: int = Field(description="Images in the test set.", examples=[10_000])
    mistakes: int = Field(description="Those that it gets wrong.")
    confusion: list[list[int]] = Field(
        description="How many images of each class, by row, it takes for each class, by column."
    )
    total: int = Field(description="Images that pass the filters; all of them can be paged through.")
    offset: int = Field(description="The first of them in this answer, from 0.")
    side: list[int] = Field(description="Height and width of an image.", examples=[[28, 28]])
    images: list[TestedImage] = Field(description="Some of them.")
    sprite: str | None = Field(
        description="The images one below the other, as the `data:` address of a PNG: ink black and opaque, paper "
        "transparent, so that it also serves as a mask. Null where there are none."
    )


class TestImageAnswer(Answer):
    """One test image, and what the net makes of it."""

    step: int = Field(description="Steps that the net had taken.")
    index: int = Field(description="Its place in the test set.")
    label: int = Field(description="The class that it is of.")
    predicted: int = Field(description="The class that the net takes it for.")
    probabilities: list[Number] = Field(description="How probable the net finds each class.")
    side: list[int] = Field(description="Height and width.", examples=[[28, 28]])
    pixels: list[float] = Field(description="0 (paper) to 1 (ink), row by row.")
