"""Batches: every row once an epoch, in an order that the seed alone decides."""

import numpy as np
import pytest

from chainrule.core.training.batches import Batches, to_unit

IMAGES = np.arange(2500, dtype=np.uint32).view(np.uint8).reshape(2500, 4)
LABELS = (np.arange(2500) % 7).astype(np.uint8)


def rows_of(x: np.ndarray) -> np.ndarray:
    """Return the places of these rows in IMAGES."""
    return np.rint(x * 255).astype(np.uint8).view(np.uint32).ravel()


def taken(batches: Batches, rows: int, count: int) -> np.ndarray:
    """Return the rows of the next batches, with their labels checked."""
    x, t = np.empty((rows, 4), np.float32), np.empty(rows, np.float32)
    found = []
    for _ in range(count):
        batches.fill(x, t)
        np.testing.assert_array_equal(t, rows_of(x) % 7)
        found.append(rows_of(x))
        batches.advance(rows)
    return np.concatenate(found)


def test_pixels_become_numbers_from_0_to_1() -> None:
    out = np.empty((1, 256), np.float32)
    to_unit(np.arange(256, dtype=np.uint8)[None], out)
    np.testing.assert_allclose(out[0], np.arange(256) / 255, rtol=1e-6)
    assert out[0, 255] == 1


def test_an_epoch_has_every_row_once_and_the_next_another_order() -> None:
    batches = Batches(IMAGES, LABELS, rng_seed=5)
    first, second = taken(batches, 100, 25), taken(batches, 100, 25)
    assert sorted(first) == sorted(second) == list(range(2500))
    assert (first != second).any()
    assert (batches.epoch, batches.position) == (1, 2500)


def test_the_seed_decides_the_order() -> None:
    first, again, other = (taken(Batches(IMAGES, LABELS, seed), 100, 30) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_a_part_of_a_batch_is_left_out() -> None:
    batches = Batches(IMAGES, LABELS, rng_seed=1)
    found = taken(batches, 700, 4)
    assert len(set(found[:2100])) == 2100
    assert (batches.epoch, batches.position) == (1, 700)


def test_the_size_may_change_on_the_way() -> None:
    whole = taken(Batches(IMAGES, LABELS, rng_seed=3), 50, 50)
    batches = Batches(IMAGES, LABELS, rng_seed=3)
    pieces = [taken(batches, rows, count) for rows, count in ((50, 3), (300, 5), (1, 10), (840, 1))]
    np.testing.assert_array_equal(np.concatenate(pieces), whole)


def test_looking_ahead_moves_nothing() -> None:
    batches = Batches(IMAGES, LABELS, rng_seed=3)
    taken(batches, 700, 3)
    x, t = np.empty((700, 4), np.float32), np.empty(700, np.float32)
    batches.fill(x, t)  # of the next epoch
    ahead = rows_of(x)
    assert (batches.epoch, batches.position) == (0, 2100)
    end = taken(batches, 400, 1)
    assert not set(end) & set(taken(Batches(IMAGES, LABELS, rng_seed=3), 700, 3))
    np.testing.assert_array_equal(taken(batches, 700, 1), ahead)


def test_any_place_can_be_returned_to() -> None:
    batches = Batches(IMAGES, LABELS, rng_seed=3)
    taken(batches, 100, 40)
    other = Batches(IMAGES, LABELS, rng_seed=3)
    other.epoch, other.position = batches.epoch, batches.position
    np.testing.assert_array_equal(taken(other, 100, 20), taken(batches, 100, 20))


def test_a_batch_larger_than_the_set_is_refused() -> None:
    with pytest.raises(ValueError, match="2501"):
        Batches(IMAGES, LABELS, rng_seed=1).advance(2501)
