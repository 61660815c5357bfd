"""One frame as one binary message: a JSON header, then tensors as int8. docs/frames.md specifies it for readers."""

import struct
from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from chainrule.app.encoding.encode import encode, number

_LENGTH = struct.Struct("<I")
_ALIGNED = 8

MOST_ELEMENTS = 65_536
"""Most elements of one tensor in a frame; a larger one is cut to its first columns, then rows."""
MOST_IMAGES = 16
"""Most images of the batch in a frame."""
_NAN = -128


class Picture(NamedTuple):
    """A tensor to put into a frame."""

    name: str
    of: str
    """`value` or `grad`."""
    values: NDArray[np.float32]


def frame(header: dict[str, Any], pictures: Iterable[Picture] = ()) -> bytes:
    """Return the message: u32 header length (little-endian), header, zeros to a multiple of 8, payload."""
    tensors: list[dict[str, Any]] = []
    payload: list[bytes] = []
    offset = 0
    for name, of, values in pictures:
        part = _part(name, values)
        levels, scale = quantized(part)
        gap = -len(levels) % _ALIGNED
        tensors.append(
            {
                "name": name,
                "of": of,
                "dtype": "int8",
                "shape": part.shape,
                "whole": values.shape,
                "offset": offset,
                "scale": scale,
                "norm": number(float(np.sqrt(np.vdot(values, values)))),
            }
        )
        payload += (levels, bytes(gap))
        offset += len(levels) + gap
    head = encode(header | {"tensors": tensors})
    gap = -(_LENGTH.size + len(head)) % _ALIGNED
    return b"".join((_LENGTH.pack(len(head)), head, bytes(gap), *payload))


def quantized(values: NDArray[Any]) -> tuple[bytes, float]:
    """Return the elements as int8, row by row, and the value of one level; −128 is NaN, ±127 also infinity."""
    with np.errstate(all="ignore"):
        size = np.abs(values)
        top = float(np.max(size, initial=0.0))
        ordinary = np.isfinite(top)
        if not ordinary:
            top = float(np.max(size[np.isfinite(size)], initial=0.0))
        # For subnormal numbers a level would round to 0.
        scale = top / 127 if top / 127 >= np.finfo(np.float32).tiny else 0.0
        levels = np.clip(np.rint(values * np.float32(1 / scale if scale else 1.0)), -127, 127)
    if not ordinary:
        levels = np.where(np.isnan(values), _NAN, levels)
    return levels.astype(np.int8).tobytes(), scale or 1.0


def _part(name: str, values: NDArray[Any]) -> NDArray[Any]:
    if name == "x":
        return values[:MOST_IMAGES]
    if values.size <= MOST_ELEMENTS or values.ndim != 2:
        return values
    rows, _ = values.shape
    return values[:, : max(1, MOST_ELEMENTS // rows)][:MOST_ELEMENTS]
