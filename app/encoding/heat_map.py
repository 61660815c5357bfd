"""Matrices as small PNG images: heat maps, one pixel an element, and grey thumbnails.

A heat map is transparent at 0 and more opaque the larger the element, so one image suits light and dark pages. Its
two colours have equal lightness and chroma in Oklab, and differ in every kind of colour blindness. Equal steps of
numbers are equal steps to the eye.
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
"""Largest side in pixels; each pixel of a larger matrix is the mean of a block."""

NEGATIVE, POSITIVE = (189, 91, 26), (51, 124, 204)
"""The two colours in sRGB, orange and blue: Oklab lightness 0.58, chroma 0.14."""
UNKNOWN = (128, 128, 128)
"""NaN: opaque grey."""
PAPERS = ((253, 252, 249), (23, 24, 26))
"""The light and the dark paper of the page, beneath the image."""

_LEVELS = 127
"""Levels on either side of 0."""
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
    """The magnitude shown in full colour; 0 if every finite element is 0."""
    height: int
    """In pixels."""
    width: int


def heat_map(matrix: Any) -> HeatMap:
    """Draw the heat map of a matrix; infinities get the full colour, NaN is grey."""
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
    """Reduce a matrix to at most `most` rows and columns, by means of equal blocks; the last may be smaller.

    >>> pooled(np.array([[1.0, 3.0, 5.0]]), 2)
    array([[2., 5.]])
    """
    for axis in (0, 1):
        size = matrix.shape[axis]
        if size > most:
            starts = np.arange(0, size, math.ceil(size / most))
            lengths = np.diff(starts, append=size)
            with np.errstate(all="ignore"):
                # Divide before adding: a sum of finite numbers may overflow.
                shares = matrix / np.repeat(lengths, lengths).reshape((-1, 1) if axis == 0 else (1, -1))
                matrix = np.add.reduceat(shares, starts, axis=axis)
    return matrix


def oklab(colour: Any) -> Floats:
    """Convert an sRGB colour, 0..255 each, to Oklab: lightness, green–red, blue–yellow."""
    part = np.asarray(colour, dtype=float) / 255
    linear = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
    lab: Floats = np.cbrt(linear @ _LMS.T) @ _LAB.T
    return lab


def _opacities() -> NDArray[np.uint8]:
    """The opacity (0..255) of each level from 0 to full colour, with steps even to the eye.

    Measures distances in Oklab along the blend of paper and colour, averaged over both papers and both colours.
    """
    opacity = np.linspace(0.0, 1.0, 256)
    opacities_seen = []
    for pole in (NEGATIVE, POSITIVE):
        for paper in PAPERS:
            blend = np.outer(1 - opacity, paper) + np.outer(opacity, pole)
            steps = np.linalg.norm(np.diff(oklab(blend), axis=0), axis=1)
            distance = np.concatenate([[0.0], np.cumsum(steps)])
            opacities_seen.append(np.interp(np.linspace(0.0, distance[-1], _LEVELS + 1), distance, opacity))
    opacities: NDArray[np.uint8] = np.rint(255 * np.mean(opacities_seen, axis=0)).astype(np.uint8)
    return opacities


def _palette() -> NDArray[np.uint8]:
    opacities = _opacities()
    colours = np.empty((_NAN + 1, 4), np.uint8)
    colours[:_LEVELS, :3], colours[_LEVELS:_NAN, :3], colours[_NAN, :3] = NEGATIVE, POSITIVE, UNKNOWN
    colours[: _LEVELS + 1, 3], colours[_LEVELS:_NAN, 3], colours[_NAN, 3] = opacities[::-1], opacities, 255
    return colours


PALETTE = _palette()
"""Red, green, blue and opacity of every level: from full negative through 0 to full positive, then NaN."""


def png(levels: NDArray[np.uint8], palette: NDArray[np.uint8]) -> bytes:
    """Write levels (height, width) as a PNG, whose own palette has only the rows of ``palette`` in use."""
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
"""Black with the level as opacity: the image suits a page of any colour, and works as a CSS mask."""


def sprite(images: NDArray[np.uint8], side: tuple[int, int]) -> str:
    """Stack grey images in one PNG, from which a page cuts its thumbnails; returns its `data:` address.

    `images`: (N, height·width), 0 (paper) to 255 (ink), N at least 1. `side` is height and width.
    """
    height, width = side
    data = base64.b64encode(png(images.reshape(len(images) * height, width), _INK)).decode()
    return f"data:image/png;base64,{data}"
