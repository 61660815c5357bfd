"""Batches of images and labels, shuffled anew every epoch."""

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

_ROWS_AHEAD = 1000
"""Rows gathered at once: few enough to be in the cache when their batch comes."""
_UNIT = np.float32(1 / 255)


def to_unit(images: Bytes, out: Floats) -> None:
    """Write pixels 0 … 255 to ``out`` as numbers 0 … 1; both are (N, D)."""
    np.copyto(out, images)
    np.multiply(out, _UNIT, out=out)


class Batches:
    """A position in shuffled data: ``epoch``, and ``position``, the rows of that epoch already used.

    The order of an epoch depends on the seed and the epoch's number alone. Rows at its end that do not fill a batch
    are skipped; the next epoch has them elsewhere.
    """

    def __init__(self, images: Bytes, labels: Bytes, rng_seed: int) -> None:
        """Take images: (N, D) of 0 … 255, and labels: (N,), class numbers."""
        self._images, self._labels, self._rng_seed = images, labels, rng_seed
        self.epoch = self.position = 0
        self._order: NDArray[np.intp] = np.empty(0, np.intp)
        self._order_epoch = -1
        self._rows: Bytes = np.empty((0, images.shape[1]), np.uint8)
        self._row_labels: Bytes = np.empty(0, np.uint8)
        self._held = (-1, 0, 0)
        """Epoch, first row and end of the rows in ``_rows``."""

    def __len__(self) -> int:
        return len(self._images)

    @property
    def place(self) -> tuple[int, int]:
        """``epoch`` and ``position``; they alone determine the next batch."""
        return self.epoch, self.position

    @place.setter
    def place(self, place: tuple[int, int]) -> None:
        self.epoch, self.position = place

    def fill(self, x: Floats, t: Floats) -> None:
        """Write the next batch to x: (B, D), pixels 0 … 1, and t: (B,), class numbers. The position stays."""
        epoch, start = self._next(len(x))
        held_epoch, first, last = self._held
        if epoch != held_epoch or start < first or start + len(x) > last:
            first = self._gather(epoch, start, len(x))
        here = slice(start - first, start - first + len(x))
        to_unit(self._rows[here], x)
        np.copyto(t, self._row_labels[here])

    def advance(self, rows: int) -> None:
        """Move past the next batch, which has ``rows`` rows."""
        self.epoch, start = self._next(rows)
        self.position = start + rows

    def _next(self, rows: int) -> tuple[int, int]:
        if rows > len(self):
            raise ValueError(f"a batch of {rows} exceeds the {len(self)} rows of the data")
        return (self.epoch, self.position) if self.position + rows <= len(self) else (self.epoch + 1, 0)

    def _gather(self, epoch: int, start: int, rows: int) -> int:
        """Gather the rows from ``start`` on in the epoch's order; return ``start``."""
        if epoch != self._order_epoch:
            # The seed alone is taken: the weights are drawn from it.
            self._order = np.random.default_rng([self._rng_seed, 1 + epoch]).permutation(len(self))
            self._order_epoch = epoch
        ahead = self._order[start : start + max(rows, _ROWS_AHEAD // rows * rows)]
        if len(self._rows) < len(ahead):
            self._rows = np.empty((len(ahead), self._images.shape[1]), np.uint8)
            self._row_labels = np.empty(len(ahead), np.uint8)
        # With "clip" NumPy writes straight to `out`; all indices are in range.
        np.take(self._images, ahead, axis=0, out=self._rows[: len(ahead)], mode="clip")
        np.take(self._labels, ahead, out=self._row_labels[: len(ahead)], mode="clip")
        self._held = (epoch, start, start + len(ahead))
        return start
