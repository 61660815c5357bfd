"""Sets of images: packed and checked by the build, or from a folder; errors name a remedy."""

import hashlib
import io
from pathlib import Path

import numpy as np
import pytest

import hatch_build
from chainrule.core.errors import DatasetError
from chainrule.core.training import datasets
from chainrule.core.training.datasets import PARTS
from tests.helpers import idx_files


@pytest.fixture
def packed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, dict[str, str]]:
    """A small set packed by the build hook's own function, with the digests of its files."""
    parts = idx_files.arrays()
    folder = idx_files.written(tmp_path / "raw", parts)
    contents = {name: (folder / name).read_bytes() for name in PARTS}
    md5 = {name: hashlib.md5(content).hexdigest() for name, content in contents.items()}
    monkeypatch.setattr(hatch_build, "MNIST_FILES", md5)
    target = tmp_path / "_data" / "mnist.npz"
    hatch_build.pack_mnist(folder, target)
    return target, {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}


def test_what_the_build_packs_is_what_is_loaded(packed: tuple[Path, dict[str, str]]) -> None:
    path, digests = packed
    found = datasets.mnist(path, digests)
    images, labels, test_images, test_labels = idx_files.arrays()
    np.testing.assert_array_equal(found.train_images, images.reshape(300, 36))
    np.testing.assert_array_equal(found.train_labels, labels)
    np.testing.assert_array_equal(found.test_images, test_images.reshape(100, 36))
    np.testing.assert_array_equal(found.test_labels, test_labels)
    assert (found.name, found.side, found.classes) == ("mnist", (6, 6), 4)
    assert "copyright" in path.with_name("LICENCE.txt").read_text()
    assert not list(path.parent.glob("*.part"))


def test_packing_again_gives_the_same_bytes(packed: tuple[Path, dict[str, str]]) -> None:
    path, _ = packed
    before = path.read_bytes()
    hatch_build.pack_mnist(path.parents[1] / "raw", path)
    assert path.read_bytes() == before


def test_the_build_refuses_files_that_are_not_the_published_ones(packed: tuple[Path, dict[str, str]]) -> None:
    path, _ = packed
    raw = path.parents[1] / "raw" / PARTS[1]
    raw.write_bytes(raw.read_bytes()[:-1] + b"\xff")
    with pytest.raises(RuntimeError, match=PARTS[1]):
        hatch_build.pack_mnist(raw.parent, path)


@pytest.mark.parametrize("shape", [(5,), (60000,), (3, 28, 28), (12345, 6, 7)])
def test_hand_made_heads_are_numpy_s(shape: tuple[int, ...]) -> None:
    array = np.zeros(shape, np.uint8)
    content = hatch_build.npy(idx_files.idx(array))
    expected = io.BytesIO()
    np.lib.format.write_array(expected, array, version=(1, 0))
    assert content == expected.getvalue()


def test_one_changed_byte_is_found(packed: tuple[Path, dict[str, str]]) -> None:
    path, digests = packed
    with np.load(path) as archive:
        parts = {name: archive[name] for name in PARTS}
    parts[PARTS[2]][0, 3, 3] ^= 1
    np.savez(path, **parts)
    with pytest.raises(DatasetError, match=PARTS[2]) as error:
        datasets.mnist(path, digests)
    assert "pip install" in error.value.hint.en


@pytest.mark.parametrize("damage", ["missing", "cut", "empty", "text", "flipped"])
def test_a_file_that_is_missing_or_damaged_is_told_with_a_remedy(
    packed: tuple[Path, dict[str, str]], damage: str
) -> None:
    path, digests = packed
    content = path.read_bytes()
    middle = len(content) // 3
    if damage == "missing":
        path.unlink()
    else:
        path.write_bytes(
            {
                "cut": content[:middle],
                "empty": b"",
                "text": b"not found",
                "flipped": content[:middle] + bytes(255 - byte for byte in content[middle : middle + 99]),
            }[damage]
        )
    with pytest.raises(DatasetError) as error:
        datasets.mnist(path, digests)
    assert error.value.name == str(path)
    assert path.name in error.value.message.ko and path.name in error.value.message.en
    assert "pip install" in error.value.hint.en and "pip install" in error.value.hint.ko


@pytest.mark.parametrize("gzipped", [False, True])
def test_a_folder_of_idx_files(tmp_path: Path, gzipped: bool) -> None:
    parts = idx_files.arrays(seed=3)
    found = datasets.from_folder(idx_files.written(tmp_path / "fashion", parts, gzipped))
    assert found.name == "fashion"
    np.testing.assert_array_equal(found.train_images, parts[0].reshape(300, 36))
    np.testing.assert_array_equal(found.test_labels, parts[3])


def test_a_folder_without_a_file_names_it(tmp_path: Path) -> None:
    folder = idx_files.written(tmp_path, idx_files.arrays())
    (folder / PARTS[3]).unlink()
    with pytest.raises(DatasetError, match=PARTS[3]) as error:
        datasets.from_folder(folder)
    assert "four files" in error.value.hint.en


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0\0\x08",
        b"\0\0\x0d\x01\0\0\0\x01\0\0\0\0",
        b"\0\0\x08\x01\0\0\0\x05abc",
        b"\0\0\x08\x03\0\0\0\x05",
    ],
    ids=["empty", "no head", "floats", "too short", "half a head"],
)
def test_what_is_no_idx_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / PARTS[0]
    path.write_bytes(content)
    with pytest.raises(DatasetError, match=PARTS[0]):
        datasets.read_idx(path)


def test_images_and_labels_must_fit(tmp_path: Path) -> None:
    images, labels, test_images, test_labels = idx_files.arrays()
    folder = idx_files.written(tmp_path, [images, labels[:-1], test_images, test_labels])
    with pytest.raises(DatasetError, match="do not fit"):
        datasets.from_folder(folder)


def test_the_installed_mnist_is_the_canonical_one() -> None:
    """Where the build has run, as in every installed copy."""
    found = datasets.mnist()
    assert found.train_images.shape == (60000, 784) and found.test_images.shape == (10000, 784)
    assert found.train_labels[:5].tolist() == [5, 0, 4, 1, 9]
    assert found.classes == 10
