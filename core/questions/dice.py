"""Random whole numbers from a seed, equal on every machine, by SplitMix64.

They depend neither on Python's hashes nor on NumPy nor on the platform. So one seed gives a whole class the same
questions.

Source: Steele, Lea, Flood, *Fast splittable pseudorandom number generators* (2014) for SplitMix64; FNV-1a turns the
key into the first state.
"""

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

_BITS = (1 << 64) - 1


class Dice:
    """A stream of random numbers; ``Dice(7, 2)`` and ``Dice(7, 3)`` are independent."""

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
        """Draw a whole number from ``low`` to ``high``, both included."""
        return low + self._next() % (high - low + 1)

    def one(self, items: Sequence[T]) -> T:
        """Draw one of the items."""
        return items[self.whole(0, len(items) - 1)]

    def some(self, items: Sequence[T], count: int) -> list[T]:
        """Draw ``count`` different items, or all of them if there are fewer, in random order."""
        left = list(items)
        for at in range(min(count, len(left))):
            other = self.whole(at, len(left) - 1)
            left[at], left[other] = left[other], left[at]
        return left[:count]

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """Return all items in random order."""
        return self.some(items, len(items))
