"""Small sets of images that tests make, as data and as IDX files."""

import gzip
import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from chainrule.core.training.datasets import PARTS, Dataset

Bytes = NDArray[np.uint8]


def idx(array: Bytes) -> bytes:
    """Write an array in the IDX format."""
    return struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape) + array.tobytes()


def arrays(rows: int = 300, side: int = 6, classes: int = 4, seed: int = 0) -> list[Bytes]:
    """Make four arrays like MNIST's: each class has bright pixels of its own; row and column 0 stay black."""
    rng = np.random.default_rng(seed)
    found = []
    for count in (rows, rows // 3):
        labels = rng.integers(0, classes, count).astype(np.uint8)
        images = rng.integers(0, 90, (count, side * side)).astype(np.uint8)
        images[np.arange(side * side) % classes == labels[:, None]] += 120
        images = images.reshape(count, side, side)
        images[:, 0], images[:, :, 0] = 0, 0
        found += [images, labels]
    return found


def written(folder: Path, parts: list[Bytes], packed: bool = False) -> Path:
    """Write the four files, and return their folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, array in zip(PARTS, parts, strict=True):
        if packed:
            (folder / f"{name}.gz").write_bytes(gzip.compress(idx(array)))
        else:
            (folder / name).write_bytes(idx(array))
    return folder


def dataset(rows: int = 300, side: int = 6, classes: int = 4, seed: int = 0) -> Dataset:
    """Such a set, ready for training."""
    images, labels, test_images, test_labels = arrays(rows, side, classes, seed)
    flat, test_flat = images.reshape(len(images), -1), test_images.reshape(len(test_images), -1)
    return Dataset("small", (side, side), flat, labels, test_flat, test_labels)
