"""A net's parameters as an .npz archive, written and read."""

import io
import zipfile
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.app.runs.protocol.refusals import Refused
from chainrule.core.text import Text

_HEAD = 4096
"""Bytes allowed for the headers of each array."""
_MOST_NAMED = 5
"""Names that a refusal lists."""


def npz(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """Write arrays by name as an .npz archive."""
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, **arrays)
    return file.getvalue()


def read_npz(archive: bytes, wanted: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[np.float32]]:
    """Read the arrays named in `wanted` from an archive, as float32.

    Raises Refused for other files, and for arrays that are missing, surplus, of another shape, or not finite.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as inside:
            room = sum(value.size * 8 + _HEAD for value in wanted.values())
            unpacked = sum(item.file_size for item in inside.infolist())
            if unpacked > room:
                raise _refused(
                    f"압축을 풀면 {unpacked:,}바이트입니다. 이 신경망의 매개변수는 {room:,}바이트를 넘지 않습니다.",
                    f"Unpacked it has {unpacked:,} bytes; this net's parameters have at most {room:,}.",
                )
        with np.load(io.BytesIO(archive), allow_pickle=False) as arrays:
            given = {name: arrays[name] for name in wanted if name in arrays.files}
            surplus = [*arrays.files]
    except (ValueError, OSError, EOFError, KeyError, zipfile.BadZipFile, NotImplementedError) as error:
        raise _refused(
            f"이 파일은 온전한 .npz 파일이 아닙니다: {error}", f"This is not a valid .npz file: {error}."
        ) from None
    other = [name for name, value in wanted.items() if name not in given or given[name].shape != value.shape]
    if other:
        names = ", ".join(other)
        want = ", ".join(f"{name} {wanted[name].shape}" for name in other)
        got = ", ".join(f"{name} {given[name].shape}" for name in other if name in given) or "–"
        raise _refused(
            f"이 신경망과 모양이 다릅니다({names}). 필요한 것: {want}. 파일에 있는 것: {got}",
            f"The file belongs to another net ({names}): expected {want}; found {got}.",
        )
    for name in wanted:
        surplus.remove(name)
    if surplus:  # a second array of one name, too
        names = ", ".join(name[:40] for name in surplus[:_MOST_NAMED])
        raise _refused(
            f"이 신경망에 없는 것이 파일에 들어 있습니다: {names}",
            f"The file has arrays that this net lacks: {names}.",
        )
    return {name: _float32(name, value) for name, value in given.items()}


def _float32(name: str, value: NDArray[Any]) -> NDArray[np.float32]:
    """Cast an array, and check what the net would get: a number beyond float32 becomes infinite."""
    if value.dtype.kind in "fiu":
        with np.errstate(over="ignore"):
            cast = value.astype(np.float32)
        if np.isfinite(cast).all():
            return cast
    raise _refused(
        f"`{name}`에 float32의 유한한 수가 아닌 것이 있습니다.",
        f"`{name}` has elements that are not finite numbers in float32.",
    )


def _refused(ko: str, en: str) -> Refused:
    return Refused("params", Text(ko, en))
