"""A net's parameters as training has them: all in one array, their gradients in another, names as views.

Rows of W1 that belong to dead columns of the data (``nonzero_pixels``) are left out there, and are put in where
somebody reads.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.core.ops.op import Shape
from chainrule.core.training.nonzero_pixels import LiveColumns

Floats = NDArray[np.float32]


class Parameters:
    """``flat``: the parameters; ``gradients``: of the last pass; ``used``: the parameters it was made with.

    All three have one entry a live parameter, W1, b1, W2 … one behind the other, float32.
    """

    def __init__(self, values: Mapping[str, NDArray[Any]], columns: LiveColumns) -> None:
        """``values`` by name, W1 with a row for every column of the data."""
        self.shapes: dict[str, Shape] = {name: np.shape(value) for name, value in values.items()}
        self._columns = columns
        self._first: Floats = np.zeros(self.shapes["W1"], np.float32)
        self.live_shapes = {**self.shapes, "W1": (len(columns.index), self.shapes["W1"][1])}
        self.flat: Floats = np.empty(sum(int(np.prod(s)) for s in self.live_shapes.values()), np.float32)
        self.gradients: Floats = np.zeros_like(self.flat)
        self.load(values)
        self.used: Floats = self.flat.copy()

    def load(self, values: Mapping[str, Any]) -> None:
        """Take other values. Raises ValueError if a name is missing or has another shape; then none is taken."""
        for name, shape in self.shapes.items():
            if name not in values or np.shape(values[name]) != shape:
                raise ValueError(f"{name} must be there with the shape {shape}")
        np.copyto(self._first, values["W1"], casting="same_kind")
        for name, view in self.live(self.flat).items():
            np.copyto(
                view, self._first[self._columns.index] if name == "W1" else values[name], casting="same_kind"
            )

    def live(self, flat: Floats) -> dict[str, Floats]:
        """One of the arrays by name: views, W1 without dead rows."""
        views, start = {}, 0
        for name, shape in self.live_shapes.items():
            stop = start + int(np.prod(shape))
            views[name] = flat[start:stop].reshape(shape)
            start = stop
        return views

    def whole(self, flat: Floats) -> dict[str, Floats]:
        """``flat`` or ``used`` by name, W1 whole. W1 is a copy, the others are views."""
        views = self.live(flat)
        return {**views, "W1": self._columns.wide_rows(views["W1"], self._first)}

    def whole_gradients(self) -> dict[str, Floats]:
        """The gradients by name, W1's whole: zero in its dead rows."""
        views = self.live(self.gradients)
        return {**views, "W1": self._columns.wide_rows(views["W1"])}
