"""JSON bytes: fast, and with the numbers that JSON lacks as the strings "NaN", "Infinity", "-Infinity"."""

import math
from collections.abc import Sequence
from typing import Any

import msgspec

JSON = "application/json"

JsonNumber = float | str
"""A number as the answers carry it."""

NON_FINITE = ("NaN", "Infinity", "-Infinity")

_encoder = msgspec.json.Encoder()


def encode(data: Any) -> bytes:
    """`data` as JSON in UTF-8. Floats in it must be finite (msgspec makes `null` of others): see `number`."""
    return _encoder.encode(data)


def number(value: float) -> JsonNumber:
    """`value` if JSON can say it, else its name."""
    if math.isfinite(value):
        return value
    return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"


def numbers(values: Sequence[float]) -> Sequence[JsonNumber]:
    """`number` of each; the same list back if all are finite, which one sum finds out in C."""
    # A sum of finite numbers can overflow; then the list is mapped for nothing, and is right all the same.
    return values if math.isfinite(sum(values)) else [number(value) for value in values]


def optional_numbers(values: Sequence[float | None]) -> Sequence[JsonNumber | None]:
    """`number` of each that is there; the same list back if all are finite."""
    total: float
    try:
        total = sum(values)  # type: ignore[arg-type]
    except TypeError:  # one is missing
        total = sum(value for value in values if value is not None)
    if math.isfinite(total):
        return values
    return [None if value is None else number(value) for value in values]


def nested_numbers(elements: Any) -> Any:
    """`number` of each in lists of lists; of a number itself."""
    return [nested_numbers(item) for item in elements] if isinstance(elements, list) else number(elements)


def read_number(value: object) -> float:
    """A number from a request: a JSON number or the name of one that JSON lacks.

    Raises ValueError for everything else, for `true` and for a number in quotes too.
    """
    if isinstance(value, str) and value in NON_FINITE:
        return float(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError('Give a number, or one of the strings "NaN", "Infinity", "-Infinity".')
    try:
        return float(value)
    except OverflowError:
        raise ValueError("The number is too large.") from None


DEEPEST = 8
"""Lists in lists that a tensor of a request may have; a program has no op that makes so many axes."""


def read_tensor(value: object) -> Any:
    """A number, or nested lists of numbers whose rows are equally long, from a request: floats in lists.

    Raises ValueError for everything else.
    """
    if not isinstance(value, list):
        return read_number(value)
    return _read_rows(value, DEEPEST)[0]


def _read_rows(rows: list[Any], deepest: int) -> tuple[list[Any], tuple[int, ...]]:
    """The rows read, and their shape."""
    if not deepest:
        raise ValueError(f"A tensor has at most {DEEPEST} axes.")
    if rows and isinstance(rows[0], list):
        read = [_read_rows(row, deepest - 1) if isinstance(row, list) else (row, None) for row in rows]
        if any(shape != read[0][1] for _, shape in read):
            raise ValueError("The rows of a tensor are equally long.")
        return [row for row, _ in read], (len(rows), *(read[0][1] or ()))
    return [read_number(item) for item in rows], (len(rows),)
