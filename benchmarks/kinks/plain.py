"""Numbers as JSON has them."""

import math
from typing import Any


def plain(value: Any) -> Any:
    """Numbers as JSON has them; those that it lacks as "NaN", "Infinity", "-Infinity"."""
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, str) or value is None:
        return value
    number = float(value)
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    rounded = round(number, 6)
    return int(rounded) if rounded == int(rounded) else rounded
