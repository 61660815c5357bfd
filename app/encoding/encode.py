"""JSON encoding, fast, with the strings "NaN", "Infinity" and "-Infinity" for the numbers that JSON lacks."""

import math
from collections.abc import Sequence
from typing import Any

import msgspec

JSON = "application/json"

JsonNumber = float | str
"""A number in an answer."""

NON_FINITE = ("NaN", "Infinity", "-Infinity")

_encoder = msgspec.json.Encoder()


def encode(data: Any) -> bytes:
    """Encode `data` as JSON in UTF-8. Floats must be finite (msgspec writes others as `null`): see `number`."""
    return _encoder.encode(data)


def number(value: float) -> JsonNumber:
    """`value` itself if finite, else its name."""
    if math.isfinite(value):
        return value
    return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"


def numbers(values: Sequence[float]) -> Sequence[JsonNumber]:
    """`number` of each value; the same list if all are finite, which one sum tells in C."""
    # A sum of finite numbers may overflow; the list is then mapped needlessly, with the same result.
    return values if math.isfinite(sum(values)) else [number(value) for value in values]


def optional_numbers(values: Sequence[float | None]) -> Sequence[JsonNumber | None]:
    """`number` of each value that is not None; the same list if all are finite."""
    total: float
    try:
        total = sum(values)  # type: ignore[arg-type]
    except TypeError:  # one is missing
        total = sum(value for value in values if value is not None)
    if math.isfinite(total):
        return values
    return [None if value is None else number(value) for value in values]


def nested_numbers(elements: Any) -> Any:
    """`number` of each value in nested lists, or of a single number."""
    return [nested_numbers(item) for item in elements] if isinstance(elements, list) else number(elements)


def read_number(value: object) -> float:
    """Read a number from a request: a JSON number, or the name of one that JSON lacks.

    Raises ValueError for anything else, including `true` and a number in quotes.
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
"""Axes that a tensor of a request may have; no op of a program makes as many."""


def read_tensor(value: object) -> Any:
    """Read a number or nested lists of numbers from a request, as floats.

    Raises ValueError for anything else, and for rows of unequal length.
    """
    if not isinstance(value, list):
        return read_number(value)
    return _read_rows(value, DEEPEST)[0]


def _read_rows(rows: list[Any], deepest: int) -> tuple[list[Any], tuple[int, ...]]:
    """Read the rows; returns them with their shape."""
    if not deepest:
        raise ValueError(f"A tensor has at most {DEEPEST} axes.")
    if rows and isinstance(rows[0], list):
        read = [_read_rows(row, deepest - 1) if isinstance(row, list) else (row, None) for row in rows]
        if any(shape != read[0][1] for _, shape in read):
            raise ValueError("All rows of a tensor must have the same length.")
        return [row for row, _ in read], (len(rows), *(read[0][1] or ()))
    return [read_number(item) for item in rows], (len(rows),)


_MOST_BAD = 20


def first_bad(values: object) -> object:
    """Keep only the first values that are no tensors, if there are any: whoever validates tells no more of them."""
    if not isinstance(values, dict) or len(values) <= _MOST_BAD:
        return values
    bad: dict[Any, Any] = {}
    for name, value in values.items():
        if type(value) is float or type(value) is int:
            continue
        try:
            read_tensor(value)
        except ValueError:
            bad[name] = value
            if len(bad) == _MOST_BAD:
                break
    return bad or values
