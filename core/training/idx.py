"""The IDX format of MNIST: a head that says type and shape, big-endian, then the elements.

Source: the format's description on the MNIST page. Bytes 0 and 1 are zero, byte 2 is the type (8: unsigned byte),
byte 3 the number of axes; then the length of each axis, four bytes.
"""

import gzip
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.core.errors import DatasetError
from chainrule.core.text import Text

_UNSIGNED_BYTE = 8


def head(shape: tuple[int, ...]) -> bytes:
    """The head of a file of unsigned bytes in this shape."""
    return bytes([0, 0, _UNSIGNED_BYTE, len(shape)]) + b"".join(n.to_bytes(4, "big") for n in shape)


def read(path: Path) -> NDArray[np.uint8]:
    """The array of a file of unsigned bytes; one whose name ends in .gz is unpacked. Raises DatasetError."""
    try:
        raw = path.read_bytes()
        content = gzip.decompress(raw) if path.suffix == ".gz" else raw
    except (OSError, EOFError, ValueError) as error:
        raise _damaged(path, str(error)) from None
    rank = content[3] if len(content) >= 4 else 0
    sizes = content[4 : 4 + 4 * rank]
    shape = tuple(int.from_bytes(sizes[k : k + 4], "big") for k in range(0, len(sizes), 4))
    begin = head(shape)
    if len(shape) != rank or not content.startswith(begin):
        raise _damaged(path, "it does not begin as an IDX file of unsigned bytes")
    body: NDArray[Any] = np.frombuffer(content, np.uint8, offset=len(begin))
    if body.size != int(np.prod(shape, dtype=int)):
        raise _damaged(path, f"{body.size} elements where the shape {shape} is told")
    return body.reshape(shape)


def _damaged(path: Path, why: str) -> DatasetError:
    return DatasetError(
        Text(
            f"`{path.name}` 파일을 읽을 수 없습니다: {why}", f"The file `{path.name}` cannot be read: {why}."
        ),
        name=str(path),
        hint=Text("파일을 다시 받으세요.", "Fetch the file again."),
    )
