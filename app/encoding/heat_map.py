"""Heat maps of matrices as small PNG images: one pixel an element, one colour for each side of 0.

Paper shows through where an element is 0, so that one image suits light and dark pages: what grows with an element's
size is how much its pole's colour covers the paper. Both poles have one lightness and one chroma in Oklab, blue and
orange are told apart in every kind of colour blindness, and the steps are even to the eye.
"""

import base64
import math
import struct
import zlib
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MOST = 64
"""Most pixels along either side; of a larger matrix each pixel is the mean of a block."""

NEGATIVE, POSITIVE = (189, 91, 26), (51, 124, 204)
"""The poles in sRGB: orange of gradients and blue of values, Oklab lightness 0.58, chroma 0.14."""
UNKNOWN = (128, 128, 128)
"""NaN: grey, and opaque."""
PAPERS = ((253, 252, 249), (23, 24, 26))
"""What may be beneath: the page's light and dark paper."""

_LEVELS = 127
"""Steps on either side of 0."""
_NAN = 2 * _LEVELS + 1

# Björn Ottosson, "A perceptual color space for image processing", 2020.
_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


class HeatMap(NamedTuple):
    """A matrix as an image."""

    href: str
    """The PNG as a `data:` address."""
    scale: float
    """The size of the number that has the full colour; 0 where every finite number is 0."""
    height: int
    """In pixels."""
    width: int


def heat_map(matrix: Any) -> HeatMap:
    """The heat map of a matrix of numbers; infinities have the full colour, NaN is grey."""
    pixels = pooled(np.asarray(matrix, dtype=float))
    finite = np.abs(pixels[np.isfinite(pixels)])
    scale = float(finite.max(initial=0.0))
    levels = np.full(pixels.shape, _NAN, np.uint8)
    known = ~np.isnan(pixels)
    with np.errstate(all="ignore"):
        shares = np.clip(pixels[known] / (scale or 1.0), -1.0, 1.0)
    levels[known] = np.rint(shares * _LEVELS).astype(np.int16) + _LEVELS
    height, width = pixels.shape
    data = base64.b64encode(png(levels, PALETTE)).decode()
    return HeatMap(f"data:image/png;base64,{data}", scale, height, width)


def pooled(matrix: Floats, most: int = MOST) -> Floats:
    """The matrix with at most so many rows and columns: means of blocks of one size, the last ones smaller.

    >>> pooled(np.array([[1.0, 3.0, 5.0]]), 2)
    array([[2., 5.]])
    """
    for axis in (0, 1):
        size = matrix.shape[axis]
        if size > most:
            starts = np.arange(0, size, math.ceil(size / most))
            lengths = np.diff(starts, append=size)
            with np.errstate(all="ignore"):
                # Each divided before they are added: a sum of finite numbers may have no finite value.
                shares = matrix / np.repeat(lengths, lengths).reshape((-1, 1) if axis == 0 else (1, -1))
                matrix = np.add.reduceat(shares, starts, axis=axis)
    return matrix


def oklab(colour: Any) -> Floats:
    """Lightness, green–red and blue–yellow of an sRGB colour of 0..255 each."""
    part = np.asarray(colour, dtype=float) / 255
    linear = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
    found: Floats = np.cbrt(linear @ _LMS.T) @ _LAB.T
    return found


def _opacities() -> NDArray[np.uint8]:
    """For each level from 0 to the full colour how opaque it is, of 255, so that steps are even to the eye.

    Along the blend of paper and pole the distance in Oklab is measured; that of light and dark paper is averaged.
    """
    opacity = np.linspace(0.0, 1.0, 256)
    found = []
    for pole in (NEGATIVE, POSITIVE):
        for paper in PAPERS:
            blend = np.outer(1 - opacity, paper) + np.outer(opacity, pole)
            steps = np.linalg.norm(np.diff(oklab(blend), axis=0), axis=1)
            way = np.concatenate([[0.0], np.cumsum(steps)])
            found.append(np.interp(np.linspace(0.0, way[-1], _LEVELS + 1), way, opacity))
    opacities: NDArray[np.uint8] = np.rint(255 * np.mean(found, axis=0)).astype(np.uint8)
    return opacities


def _palette() -> NDArray[np.uint8]:
    opacities = _opacities()
    colours = np.empty((_NAN + 1, 4), np.uint8)
    colours[:_LEVELS, :3], colours[_LEVELS:_NAN, :3], colours[_NAN, :3] = NEGATIVE, POSITIVE, UNKNOWN
    colours[: _LEVELS + 1, 3], colours[_LEVELS:_NAN, 3], colours[_NAN, 3] = opacities[::-1], opacities, 255
    return colours


PALETTE = _palette()
"""Red, green, blue and opacity of every level: full negative, 0 in the middle, full positive, then NaN."""


def png(levels: NDArray[np.uint8], palette: NDArray[np.uint8]) -> bytes:
    """A PNG of levels (height, width): the colours, rows of ``palette``, that are used become its own palette."""
    used, places = np.unique(levels, return_inverse=True)
    height, width = levels.shape
    rows = np.zeros((height, width + 1), np.uint8)  # each row begins with its filter: none
    rows[:, 1:] = places.reshape(height, width)
    colours = palette[used]
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
        (b"PLTE", colours[:, :3].tobytes()),
        (b"tRNS", colours[:, 3].tobytes()),
        (b"IDAT", zlib.compress(rows.tobytes(), 6)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


_INK = np.zeros((256, 4), np.uint8)
_INK[:, 3] = np.arange(256)
"""Black, as opaque as its level: such an image lies on a page of any colour, and as a CSS mask it takes any."""


def sprite(images: NDArray[np.uint8], side: tuple[int, int]) -> str:
    """Stack grey images in one PNG, from which a page cuts its thumbnails; returns its `data:` address.

    `images`: (N, height·width), 0 (paper) to 255 (ink), N at least 1. `side` is height and width.
    """
    height, width = side
    data = base64.b64encode(png(images.reshape(len(images) * height, width), _INK)).decode()
    return f"data:image/png;base64,{data}"
