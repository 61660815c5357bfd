"""Interval arithmetic on arrays: what the shown digits of a number may stand for, carried through a formula."""

import itertools
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

Array = Any
LAST_DIGIT = np.longdouble(2) ** -60
SLACK = 1e-10
"""Relative room for the rounding of float64."""


_as_float64: list[bool] = []


@contextmanager
def float64() -> Iterator[None]:
    """Take what is too large for float64 as ∞ at every step, and what is too small as 0: then 0 · 10^600 is NaN."""
    _as_float64.append(True)
    try:
        yield
    finally:
        _as_float64.pop()


class Interval:
    """Arrays of one shape, the lowest and the highest that each element may be; NaN in both is NaN.

    Held in extended precision, so that ``log(e^1000)`` is 1000. Of an interval that is not ``known`` only the shape
    is said.
    """

    def __init__(
        self, low: Array, high: Array, known: bool = True, logarithm: "Interval | None" = None
    ) -> None:
        self.low, self.high = (np.asarray(end, dtype=np.longdouble) for end in (low, high))
        if _as_float64:
            self.low, self.high = (end.astype(float).astype(np.longdouble) for end in (self.low, self.high))
        self.known = known
        self.logarithm = logarithm
        """Of powers of e and their sums, of which even extended precision has no number: ``e^{10^{300}}``."""

    @classmethod
    def exact(cls, value: Array) -> "Interval":
        """A number that is known in full."""
        return cls(value, value)

    @classmethod
    def rounded(cls, value: Array) -> "Interval":
        """A number that was computed, right but for some roundings."""
        at = np.asarray(value, dtype=np.longdouble)
        room = np.where(np.isfinite(at), 1e-13 * np.abs(at), 0.0)
        return cls(at - room, at + room)

    @classmethod
    def of_shape(cls, shape: tuple[int, ...]) -> "Interval":
        """A tensor that is written by its shape."""
        return cls(np.full(shape, np.nan), np.full(shape, np.nan), False)

    @property
    def shape(self) -> tuple[int, ...]:
        return self.low.shape

    @property
    def middle(self) -> Array:
        """A number inside; where an end is infinite, the other one."""
        middle = self.low / 2 + self.high / 2
        return np.where(np.isfinite(middle), middle, np.where(np.isinf(self.low), self.high, self.low))

    def moved(self, change: Callable[[Array], Array]) -> "Interval":
        """The same elements in another order or shape."""
        return Interval(change(self.low), change(self.high), self.known)

    def meets(self, other: "Interval") -> bool:
        """Whether both can be one: as float64, which calls what is too large ∞ and what is too small 0."""
        if self.shape != other.shape:
            return False
        if not (self.known and other.known):
            return True
        a, b, c, d = (end.astype(float) for end in (self.low, self.high, other.low, other.high))
        slack = SLACK * np.fmax(np.abs(a), np.abs(c))
        slack = np.where(np.isfinite(slack), slack, 0.0) + 1e-300
        numbers = (a - slack <= d) & (c - slack <= b)
        undefined = (np.isnan(a) | ((a == -np.inf) & (b == np.inf))) & (
            np.isnan(c) | ((c == -np.inf) & (d == np.inf))
        )
        return bool(np.all(numbers | undefined))


def monotone(function: Callable[..., Array]) -> Callable[..., Interval]:
    """A function that only rises or only falls with each of its arguments: its extremes are at the corners."""

    def of(*arguments: Interval) -> Interval:
        corners = [
            np.asarray(function(*each)) for each in itertools.product(*((a.low, a.high) for a in arguments))
        ]
        if not all(each.known for each in arguments):
            return Interval.of_shape(corners[0].shape)
        open_ = [np.isnan(corner) for corner in corners]
        some, every = np.logical_or.reduce(open_), np.logical_and.reduce(open_)
        low, high = np.fmin.reduce(corners), np.fmax.reduce(corners)
        # ∞ − ∞ at one corner, a number at another: it may be anything.
        some = some & ~every
        return Interval(np.where(some, -np.inf, low), np.where(some, np.inf, high))

    return of


_add, subtract, multiply = (monotone(function) for function in (np.add, np.subtract, np.multiply))
sqrt = monotone(np.sqrt)


def add(a: Interval, b: Interval) -> Interval:
    total = _add(a, b)
    sizes = a.logarithm or np.all(a.low > 0), b.logarithm or np.all(b.low > 0)
    if (a.logarithm or b.logarithm) and all(sizes):
        total.logarithm = monotone(np.logaddexp)(ln(a), ln(b))
    return total


def ln(a: Interval) -> Interval:
    """A natural logarithm; near 1 it is sensitive to the last digit of its argument."""
    made = monotone(np.log)(Interval(a.low * (1 - LAST_DIGIT), a.high * (1 + LAST_DIGIT), a.known))
    if a.logarithm is None:
        return made
    low, high = a.logarithm.low, a.logarithm.high
    return Interval(
        np.where(np.isfinite(made.low), made.low, low),
        np.where(np.isfinite(made.high), made.high, high),
        a.known,
    )


def divide(a: Interval, b: Interval) -> Interval:
    quotient = monotone(np.divide)(a, b)
    # 0 is also −0, and 1 ÷ −0 is −∞.
    around = np.broadcast_to(((b.low < 0) & (b.high > 0)) | ((b.low == 0) & (b.high == 0)), quotient.shape)
    around = around & ~np.isnan(quotient.low)
    if a.logarithm is not None and b.logarithm is not None:
        without = subtract(a.logarithm, b.logarithm)
        lost = np.isnan(quotient.low) & np.isfinite(without.low) & np.isfinite(without.high)
        quotient.low = np.where(lost, np.exp(without.low), quotient.low)
        quotient.high = np.where(lost, np.exp(without.high), quotient.high)
    return Interval(
        np.where(around, -np.inf, quotient.low), np.where(around, np.inf, quotient.high), quotient.known
    )


def power(a: Interval, b: Interval) -> Interval:
    # Of a negative number there are whole powers only: what is written as one is exact.
    vague = np.broadcast_to((a.low < 0) & (b.high - b.low > 1e-3), np.broadcast_shapes(a.shape, b.shape))
    whole = np.round(b.middle)
    near = (np.abs(whole - b.middle) < 1e-9) & (a.low < 0)
    b = Interval(np.where(near, whole, b.low), np.where(near, whole, b.high), b.known)
    result = monotone(np.power)(a, b)
    with_zero = np.broadcast_to((a.low < 0) & (a.high > 0), result.shape)
    low = np.where(with_zero, np.fmin(result.low, 0), result.low)
    # What is too large even here is a number all the same.
    finite = np.isfinite(a.low) & np.isfinite(a.high) & np.isfinite(b.low) & np.isfinite(b.high) & (a.low > 0)
    low = np.where(finite & (low == np.inf), np.finfo(np.longdouble).max, low)
    high = np.where(finite & (result.high == 0), np.finfo(np.longdouble).tiny, result.high)
    # One to any power is 1, to that of NaN too.
    either = vague | np.broadcast_to((a.low <= 1) & (a.high >= 1) & np.isnan(b.low), result.shape)
    low, high = np.where(either, -np.inf, low), np.where(either, np.inf, high)
    of_e = not a.shape and abs(a.middle - np.e) < 1e-12
    return Interval(low, high, result.known, b if of_e and b.known else None)


def tangent(a: Interval) -> Interval:
    """A tangent; of a wide interval it may be anything."""
    wide = a.high - a.low > 1e-3
    ends = monotone(np.tan)(a)
    return Interval(np.where(wide, -np.inf, ends.low), np.where(wide, np.inf, ends.high), a.known)


def absolute(a: Interval) -> Interval:
    ends = monotone(np.abs)(a)
    return Interval(np.where((a.low <= 0) & (a.high >= 0), 0.0, ends.low), ends.high, a.known)


def gentle(function: Callable[..., Array], steepest: float = 1.0) -> Callable[..., Interval]:
    """A function of one number that changes at most ``steepest`` times as much as its argument."""

    def of(a: Interval) -> Interval:
        at, room = function(a.middle), steepest * (a.high - a.low)
        room = np.where(np.isfinite(room), room, 0.0)
        return Interval(at - room, at + room, a.known)

    return of


def summed(a: Interval, axes: tuple[int, ...] | None, keep: bool) -> Interval:
    return a.moved(lambda end: np.sum(end, axis=axes, keepdims=keep))


def product(a: Interval, b: Interval) -> Interval:
    """A matrix product; one with a number is elementwise. Raises ValueError for shapes that do not fit."""
    if not a.shape or not b.shape:
        return multiply(a, b)
    rows = a.moved(lambda end: end[None, :]) if len(a.shape) == 1 else a
    columns = b.moved(lambda end: end[:, None]) if len(b.shape) == 1 else b
    if rows.shape[-1] != columns.shape[-2]:
        raise ValueError(f"shapes {a.shape} and {b.shape} do not fit")
    made = _of_matrices(rows, columns)
    if len(a.shape) == 1:
        made = made.moved(lambda end: end[..., 0, :])
    return made.moved(lambda end: end[..., 0]) if len(b.shape) == 1 else made


def _of_matrices(a: Interval, b: Interval) -> Interval:
    if not (a.known and b.known):
        return Interval.of_shape(np.matmul(a.low, b.low).shape)
    if all(np.isfinite(end).all() for end in (a.low, a.high, b.low, b.high)):
        at, by = a.middle, b.middle
        rooms = (a.high - a.low) / 2, (b.high - b.low) / 2
        room = np.abs(at) @ rooms[1] + rooms[0] @ (np.abs(by) + rooms[1])
        return Interval(at @ by - room, at @ by + room)
    cells = multiply(a.moved(lambda end: end[..., None]), b.moved(lambda end: end[..., None, :, :]))
    return summed(cells, (-2,), keep=False)


def estimated(function: Callable[..., Array], arguments: tuple[Interval, ...]) -> Interval:
    """Any function, its interval estimated from what each element of its arguments changes alone."""
    base = [each.middle.astype(float) for each in arguments]
    at = np.asarray(function(*base), dtype=float)
    if not all(each.known for each in arguments):
        return Interval.of_shape(at.shape)
    room = np.zeros_like(at)
    for k, argument in enumerate(arguments):
        wide = argument.high - argument.low > 1e-12 * np.abs(argument.high)
        for place in map(tuple, np.argwhere(wide)):
            for end in (argument.low, argument.high):
                moved = [np.array(value) for value in base]
                moved[k][place] = end[place]
                room = room + np.abs(np.nan_to_num(function(*moved) - at, nan=0.0))
    return Interval(at - 1.5 * room, at + 1.5 * room)


def written(digits: str, exponent: int | None) -> Interval:
    """All numbers that a text of six significant digits, four before a power of ten, stands for."""
    value = float(f"{digits}e{exponent or 0}")
    if value == 0:
        return Interval.exact(0.0)
    if exponent is not None:
        half = 0.5 * 10.0 ** (exponent - (3 if abs(exponent) < 100 else 2))
    else:
        half = 0.5 * 10.0 ** -min(6, max(0, 5 - math.floor(math.log10(value))))
    return Interval(value - half, value + half)


def in_cell(text: str) -> tuple[float, float]:
    """The lowest and the highest number that a cell of a matrix writes so, in at most six characters."""
    if text == "NaN":
        return math.nan, math.nan
    negative = text.startswith("-")
    digits, _, exponent = text.removeprefix("-").replace(",", "").partition("e")
    if digits in ("∞", "0"):
        low = high = math.inf if digits == "∞" else 0.0
        return (-1e-98 if digits == "0" else -high, -low) if negative else (low, high)
    size, room = float(f"{digits}e{exponent or 0}"), 6 - negative
    power = math.floor(math.log10(size) + 1e-12)
    if exponent:
        half = 0.5 * 10.0 ** (power - (1 if len(f"1.1e{power}") <= room else 0))
    else:
        fit = (d for k in (3, 2, 1) if len(f"{size:.{(d := max(0, k - 1 - power))}f}") <= room)
        half = 0.5 * 10.0 ** -next(fit, 0)
    return (-size - half, half - size) if negative else (size - half, size + half)
