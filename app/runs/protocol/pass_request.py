"""Requests to a worker: one pass through the net, or a page of its test images."""

from typing import Literal, NamedTuple


class PassRequest(NamedTuple):
    """At most one of `sample`, `test` and `pixels`; without any, the whole batch of the last step.

    The batch and its images use the parameters of that training step, other images the current ones.
    """

    sample: int | None = None
    """Index of an image in that batch."""
    test: int | None = None
    """Index of an image in the test set."""
    pixels: tuple[float, ...] | None = None
    """An image of the visitor's own: pixels 0 … 1, row by row."""
    label: int | None = None
    """Class of the loss; by default the test image's label, or the predicted class."""


class ImagePage(NamedTuple):
    """A page of the test images."""

    mistakes: bool = False
    """Whether to list only misclassified images."""
    label: int | None = None
    """List only images of this class."""
    predicted: int | None = None
    """List only images predicted as this class."""
    order: Literal["index", "probability"] = "index"
    """Order of the test set, or most certain first."""
    offset: int = 0
    limit: int = 50
    step: int | None = None
    """Step of the evaluation to page through, if it is still cached."""
