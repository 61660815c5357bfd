"""Dice that fall the same on every machine: whole numbers from a seed, by SplitMix64.

Nothing here depends on the hashes of Python, on NumPy or on a platform, so that a class with one seed has one set of
questions, whatever each of its machines runs.

Source: Steele, Lea, Flood, *Fast splittable pseudorandom number generators* (2014), for SplitMix64; FNV-1a for the
start.
"""

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

_BITS = (1 << 64) - 1


class Dice:
    """A stream of random numbers; ``Dice(7, 2)`` and ``Dice(7, 3)`` have nothing to do with each other."""

    def __init__(self, *key: int) -> None:
        state = 0xCBF29CE484222325
        for byte in ",".join(map(str, key)).encode():
            state = ((state ^ byte) * 0x100000001B3) & _BITS
        self._state = state

    def _next(self) -> int:
        self._state = (self._state + 0x9E3779B97F4A7C15) & _BITS
        z = self._state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _BITS
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _BITS
        return z ^ (z >> 31)

    def whole(self, low: int, high: int) -> int:
        """A whole number from ``low`` to ``high``, both of them possible."""
        return low + self._next() % (high - low + 1)

    def one(self, items: Sequence[T]) -> T:
        """One of the items."""
        return items[self.whole(0, len(items) - 1)]

    def some(self, items: Sequence[T], count: int) -> list[T]:
        """So many of the items, each at most once; all of them shuffled if there are no more."""
        left = list(items)
        for at in range(min(count, len(left))):
            other = self.whole(at, len(left) - 1)
            left[at], left[other] = left[other], left[at]
        return left[:count]

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """All items in another order."""
        return self.some(items, len(items))
