"""The bytes of a frame are what docs/frames.md says, and keep the numbers within half a level."""

import re
from pathlib import Path

import numpy as np
import pytest

from chainrule.app.runs.protocol.frames import MOST_ELEMENTS, Picture, frame
from tests.app.runs import frames

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "frames.md"
GOLDEN = Path(__file__).resolve().parents[2] / "goldens" / "frame.bin"


def test_numbers_come_back_within_half_a_level():
    generator = np.random.default_rng(0)
    arrays = {
        name: (generator.normal(size=shape) * size).astype(np.float32)
        for name, shape, size in (("W1", (7, 3), 1e-3), ("b1", (5,), 1e6), ("a1", (3, 9), 1.0))
    }
    message = frame({"step": 3}, [Picture(name, "value", array) for name, array in arrays.items()])
    header, tensors = frames.read(message)
    assert header["step"] == 3
    for item in header["tensors"]:
        array = arrays[item["name"]]
        assert item["offset"] % 8 == 0
        assert item["norm"] == pytest.approx(np.linalg.norm(array), rel=1e-5)
        half = np.abs(array).max() / 127 / 2
        assert np.abs(tensors[item["name"], "value"] - array).max() <= half * 1.001


def test_what_is_no_number_is_marked():
    odd = np.array([np.nan, np.inf, -np.inf, 2.0, -1.0], np.float32)
    _, tensors = frames.read(frame({}, [Picture("b1", "grad", odd)]))
    found = tensors["b1", "grad"]
    assert np.isnan(found[0])
    assert found[1:].tolist() == pytest.approx([2.0, -2.0, 2.0, -1.0], abs=0.01)


@pytest.mark.parametrize("fill", [0.0, np.nan, 1e-44, 3e38])
def test_extremes_have_a_scale(fill):
    header, tensors = frames.read(frame({}, [Picture("b1", "value", np.full(4, fill, np.float32))]))
    assert header["tensors"][0]["scale"] > 0
    found = tensors["b1", "value"]
    assert np.isnan(found).all() if np.isnan(fill) else np.allclose(found, fill, rtol=0.01, atol=1e-36)


def test_large_tensors_are_sent_in_part():
    message = frame({}, [Picture("W1", "value", np.ones((784, 500), np.float32))])
    header, tensors = frames.read(message)
    assert header["tensors"][0]["whole"] == [784, 500]
    assert tensors["W1", "value"].shape == (784, MOST_ELEMENTS // 784)


def test_the_document_reads_a_frame():
    code = re.search(r"```python\n(.+?)```", DOCUMENT.read_text(), re.S)[1]
    names = {}
    exec(code, names)
    array = np.arange(6, dtype=np.float32).reshape(2, 3)
    header, tensors = names["read"](frame({"step": 1}, [Picture("W1", "value", array)]))
    assert header["step"] == 1
    assert tensors["W1", "value"] == pytest.approx(array, abs=0.03)


def test_the_page_reads_the_same_bytes():
    """tests/js/runs/client/frame.test.js reads this frame; a change of the format must reach both."""
    pictures = [
        Picture("W1", "value", np.array([[1.0, -0.5], [0.25, np.nan]], np.float32)),
        Picture("b1", "grad", np.array([0.0, 3.0, -3.0], np.float32)),
    ]
    header = {"run": "3f9c02ab71de", "seq": 7, "state": "running", "step": 120, "loss": 0.5, "labels": [7, 2]}
    assert GOLDEN.read_bytes() == frame(header, pictures)
