"""The pixels that are ever other than black: a net that had the others as well would learn the same, in more time.

A column of the data that is zero in every row gives its row of W1 no gradient, and no optimizer here moves what has
none. So training goes without these columns, and whoever reads a tensor gets it with them.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

_MULTIPLE = 16
"""So many numbers are a cache line: rows of a multiple of it are quicker to multiply."""


class LiveColumns:
    """Which columns of images (N, D) are not zero throughout, and a few more to round their number up.

    ``index`` are their places, rising, among the ``width`` that there are.
    """

    def __init__(self, images: NDArray[np.uint8]) -> None:
        self.width = images.shape[1]
        live = np.bitwise_or.reduce(images, axis=0) > 0
        dead = np.flatnonzero(~live)
        live[dead[: max(-np.count_nonzero(live) % _MULTIPLE, not live.any())]] = True
        self.index: NDArray[np.intp] = np.flatnonzero(live)

    def narrow_columns(self, x: NDArray[Any]) -> NDArray[Any]:
        """A copy of x: (N, D) without the dead columns."""
        return np.ascontiguousarray(x[:, self.index])

    def wide_columns(self, x: NDArray[Any]) -> NDArray[Any]:
        """A copy of such an x with them, zero."""
        wide = np.zeros((len(x), self.width), x.dtype)
        wide[:, self.index] = x
        return wide

    def wide_rows(self, w: NDArray[Any], dead: NDArray[Any] | float = 0.0) -> NDArray[Any]:
        """A copy of w, the live rows of a (D, M), with the dead ones as in ``dead``."""
        wide = np.empty((self.width, w.shape[1]), w.dtype)
        wide[...] = dead
        wide[self.index] = w
        return wide
