"""A net's parameters in one flat array, without the weights of pixels that are black in every image.

A pixel that is zero in every image gives its row of W1 no gradient. No optimizer here moves a weight without one.
Training therefore leaves these rows out, which saves time and changes no result. Reading puts them back.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.core.ops.op import Shape
from chainrule.core.training.batches import Floats

_CACHE_LINE = 16
"""float32 numbers in a cache line: rows of a multiple of it multiply faster."""


class NonzeroPixels:
    """The columns of images (N, D) that training uses: those not zero throughout, rounded up to full cache lines.

    ``index`` holds their positions, rising; ``width`` is D.
    """

    def __init__(self, images: NDArray[np.uint8]) -> None:
        self.width = images.shape[1]
        used = np.bitwise_or.reduce(images, axis=0) > 0
        black = np.flatnonzero(~used)
        used[black[: max(-np.count_nonzero(used) % _CACHE_LINE, not used.any())]] = True
        self.index: NDArray[np.intp] = np.flatnonzero(used)

    def narrow(self, x: NDArray[Any]) -> NDArray[Any]:
        """Copy x: (N, D) without the columns that are left out."""
        return x.take(self.index, axis=1)

    def widen(self, x: NDArray[Any]) -> NDArray[Any]:
        """Copy a narrow x with all D columns, those left out being zero."""
        wide = np.zeros((len(x), self.width), x.dtype)
        wide[:, self.index] = x
        return wide

    def widen_rows(self, W: NDArray[Any], others: NDArray[Any] | float = 0.0) -> NDArray[Any]:
        """Copy the used rows of a (D, M) into a whole one; the rows left out are taken from ``others``."""
        wide = np.empty((self.width, W.shape[1]), W.dtype)
        wide[...] = others
        wide[self.index] = W
        return wide


class Parameters:
    """Parameters and gradients of a net as flat float32 arrays: W1, b1, W2 … one after another.

    ``flat`` holds the parameters, ``gradients`` those of the last pass, ``used`` the parameters of that pass.
    """

    def __init__(self, values: Mapping[str, NDArray[Any]], pixels: NonzeroPixels) -> None:
        """Take values by name; W1 has a row for every pixel."""
        self.shapes: dict[str, Shape] = {name: np.shape(value) for name, value in values.items()}
        self._pixels = pixels
        self._first: Floats = np.zeros(self.shapes["W1"], np.float32)
        self.narrow_shapes = {**self.shapes, "W1": (len(pixels.index), self.shapes["W1"][1])}
        self.flat: Floats = np.empty(sum(int(np.prod(s)) for s in self.narrow_shapes.values()), np.float32)
        self.gradients: Floats = np.zeros_like(self.flat)
        self.load(values)
        self.used: Floats = self.flat.copy()

    def load(self, values: Mapping[str, Any]) -> None:
        """Take other values. Raises ValueError, and takes none, if a name is missing or has another shape."""
        for name, shape in self.shapes.items():
            if name not in values or np.shape(values[name]) != shape:
                raise ValueError(f"{name} must be there with the shape {shape}")
        np.copyto(self._first, values["W1"], casting="same_kind")
        for name, view in self.narrow(self.flat).items():
            np.copyto(
                view, self._first[self._pixels.index] if name == "W1" else values[name], casting="same_kind"
            )

    def narrow(self, flat: Floats) -> dict[str, Floats]:
        """Return views into one of the flat arrays by name; W1 lacks the rows left out."""
        views, start = {}, 0
        for name, shape in self.narrow_shapes.items():
            stop = start + int(np.prod(shape))
            views[name] = flat[start:stop].reshape(shape)
            start = stop
        return views

    def whole(self, flat: Floats) -> dict[str, Floats]:
        """Return ``flat`` or ``used`` by name. W1 is a copy with all rows, the others are views."""
        views = self.narrow(flat)
        return {**views, "W1": self._pixels.widen_rows(views["W1"], self._first)}

    def whole_gradients(self) -> dict[str, Floats]:
        """Return the gradients by name; W1's rows left out are zero."""
        views = self.narrow(self.gradients)
        return {**views, "W1": self._pixels.widen_rows(views["W1"])}
