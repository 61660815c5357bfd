"""A set of small images that a net learns in a moment, as the four files of an IDX set."""

import struct
from pathlib import Path

import numpy as np

from chainrule.core.training.datasets import PARTS

SIDE, CLASSES = 6, 4
PIXELS = SIDE * SIDE


def write(folder: Path, train: int = 600, test: int = 100) -> Path:
    """Noise, with a bright row that says the class; 6 × 6 pixels, 4 classes."""
    folder.mkdir(parents=True, exist_ok=True)
    generator = np.random.default_rng(1)
    arrays = []
    for count in (train, test):
        labels = generator.integers(0, CLASSES, count).astype(np.uint8)
        images = generator.integers(0, 120, (count, SIDE, SIDE)).astype(np.uint8)
        images[np.arange(count), labels] += 100
        arrays += [images, labels]
    for part, array in zip(PARTS, arrays, strict=True):
        head = struct.pack(">BBBB", 0, 0, 8, array.ndim) + struct.pack(f">{array.ndim}I", *array.shape)
        (folder / part).write_bytes(head + array.tobytes())
    return folder
