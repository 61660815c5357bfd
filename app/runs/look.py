"""Which pass through a run's net is looked at."""

from typing import NamedTuple


class Look(NamedTuple):
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
