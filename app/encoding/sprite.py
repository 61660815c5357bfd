"""Small grey images one below the other as one PNG, that a page cuts its thumbnails from.

Ink is black and opaque, paper is transparent: the image lies on a page of any colour, and as a CSS mask it takes any.
"""

import base64

import numpy as np
from numpy.typing import NDArray

from chainrule.app.encoding.heat_map import png

_PALETTE = np.zeros((256, 4), np.uint8)
_PALETTE[:, 3] = np.arange(256)


def sprite(images: NDArray[np.uint8], side: tuple[int, int]) -> str:
    """A `data:` address of images (N, height·width) of 0 (paper) … 255 (ink); N at least 1."""
    height, width = side
    data = base64.b64encode(png(images.reshape(len(images) * height, width), _PALETTE)).decode()
    return f"data:image/png;base64,{data}"
