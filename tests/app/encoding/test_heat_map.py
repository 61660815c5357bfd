"""Heat maps: even steps, paper at 0, the right pixel at the right place, whatever the numbers are."""

import base64
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from chainrule.app.encoding.heat_map import (
    MOST,
    NEGATIVE,
    PALETTE,
    PAPERS,
    POSITIVE,
    UNKNOWN,
    HeatMap,
    heat_map,
    oklab,
    pooled,
)

MIDDLE = 127


def pixels(found: HeatMap) -> np.ndarray:
    """Decode an image to (height, width, 4), by the PNG standard and not by our writer."""
    data = base64.b64decode(found.href.removeprefix("data:image/png;base64,"))
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    chunks, at = {}, 8
    while at < len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        kind, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        assert struct.unpack(">I", data[at + 8 + length : at + 12 + length])[0] == zlib.crc32(kind + body)
        chunks[kind], at = body, at + 12 + length
    width, height, depth, colour_type, *rest = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    assert (width, height) == (found.width, found.height)
    assert (depth, colour_type, *rest) == (8, 3, 0, 0, 0)
    rows = np.frombuffer(zlib.decompress(chunks[b"IDAT"]), np.uint8).reshape(height, width + 1)
    assert not rows[:, 0].any()
    colours = np.frombuffer(chunks[b"PLTE"], np.uint8).reshape(-1, 3)
    opacity = np.frombuffer(chunks[b"tRNS"], np.uint8)
    return np.hstack([colours, opacity[:, None]])[rows[:, 1:]]


def test_signs_have_their_colours_and_zero_is_paper():
    image = pixels(heat_map([[-2.0, 0.0, 2.0], [np.inf, -np.inf, np.nan]]))
    assert image[0, 0].tolist() == [*NEGATIVE, 255]
    assert image[0, 1, 3] == 0
    assert image[0, 2].tolist() == [*POSITIVE, 255]
    assert image[1].tolist() == [[*POSITIVE, 255], [*NEGATIVE, 255], [*UNKNOWN, 255]]


def test_the_scale_is_the_largest_finite_size():
    assert heat_map([[1.0, -3.0, np.inf, np.nan]]).scale == 3.0
    assert heat_map([[0.0, 0.0]]).scale == 0.0
    assert heat_map([[np.nan]]).scale == 0.0


def test_steps_are_even_to_the_eye_on_light_and_dark_paper():
    """Each eighth of the scale moves the colour by an eighth of the way in Oklab, to a hundredth and a half."""
    for side, pole in ((PALETTE[MIDDLE::-1], NEGATIVE), (PALETTE[MIDDLE : 2 * MIDDLE + 1], POSITIVE)):
        opacity = side[:, 3:] / 255
        for paper in PAPERS:
            blend = oklab((1 - opacity) * paper + opacity * np.array(pole))
            away = np.linalg.norm(blend - blend[0], axis=1)
            np.testing.assert_allclose(away / away[-1], np.linspace(0, 1, MIDDLE + 1), atol=0.015)


def test_the_poles_are_of_one_strength():
    """Neither sign looks larger than the other; blue against yellow tells them apart, and not red against green."""
    minus, plus = oklab(NEGATIVE), oklab(POSITIVE)
    assert minus[0] == pytest.approx(plus[0], abs=0.01)
    assert np.hypot(*minus[1:]) == pytest.approx(np.hypot(*plus[1:]), abs=0.01)
    assert abs(minus[2] - plus[2]) > 0.2


def test_a_larger_matrix_is_pooled_by_means():
    matrix = np.arange(12.0).reshape(2, 6)
    np.testing.assert_array_equal(pooled(matrix, 3), [[0.5, 2.5, 4.5], [6.5, 8.5, 10.5]])
    np.testing.assert_array_equal(pooled(np.arange(5.0)[None], 2), [[1.0, 3.5]])
    found = heat_map(np.ones((100, 784)))
    assert found.height <= MOST
    assert found.width <= MOST
    assert found.scale == pytest.approx(1.0)


@given(arrays(float, array_shapes(min_dims=2, max_dims=2, max_side=80), elements=st.floats()))
def test_any_matrix_has_a_heat_map(matrix):
    found = heat_map(matrix)
    image = pixels(found)
    assert max(image.shape[:2]) <= MOST
    assert np.isfinite(found.scale)
    if matrix.size and max(matrix.shape) <= MOST:
        known = ~np.isnan(matrix)
        blue = image[..., 2] == POSITIVE[2]
        assert (blue[known] == (np.sign(matrix[known]) >= 0))[image[..., 3][known] > 0].all()
