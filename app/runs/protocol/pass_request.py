"""What of a run is looked at: one pass through its net, or a page of its test images."""

from typing import Literal, NamedTuple


class PassRequest(NamedTuple):
    """At most one of ``sample``, ``test`` and ``pixels``; with none the whole batch seen last.

    The batch, or one image of it, is seen with the parameters that it was seen with in training; any other image with
    the parameters as they are now.
    """

    sample: int | None = None
    """An image of that batch."""
    test: int | None = None
    """An image of the test set."""
    pixels: tuple[float, ...] | None = None
    """An image of one's own, 0 … 1, row by row."""
    label: int | None = None
    """The class that its loss is taken at; else that of the test image, or the one predicted."""


class ImagePage(NamedTuple):
    """Which test images are wanted."""

    mistakes: bool = False
    """Those alone that the net takes for another class."""
    label: int | None = None
    predicted: int | None = None
    order: Literal["index", "probability"] = "index"
    """As they lie in the set, or the surest first."""
    offset: int = 0
    limit: int = 50
    step: int | None = None
    """What the net made of them at this step, if that is still known."""
