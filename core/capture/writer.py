"""A capture as JSON, schema version 1: every record an object with its fields' names.

Absent fields have their default. Numbers that JSON lacks are ``"NaN"``, ``"Infinity"``, ``"-Infinity"``. A tile's
values are little-endian float32 in base64, row by row. ``reader`` reads it back and checks every rule.
"""

import base64
import json
import math
from dataclasses import MISSING, fields
from typing import Any

import numpy as np

from chainrule.core.capture.records import Capture, Tile

VERSION = 1
"""Version of the schema; a reader refuses others."""

FORMAT = "chainrule-capture"
"""Value of the key ``format``."""


def capture_json(capture: Capture) -> str:
    """Write a capture as one line of JSON."""
    document = {"format": FORMAT, "version": VERSION, **_plain(capture)}
    return json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _plain(value: Any) -> Any:
    if isinstance(value, Tile):
        height, width = value.values.shape
        data = base64.b64encode(value.values.astype("<f4").tobytes()).decode("ascii")
        return {
            "rows": value.rows,
            "columns": value.columns,
            "height": height,
            "width": width,
            "data": data,
        }
    if hasattr(value, "__dataclass_fields__"):
        return {
            field.name: _plain(held)
            for field in fields(value)
            if (held := getattr(value, field.name)) is not None
            and not (field.default is not MISSING and held == field.default)
        }
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, float | np.floating):
        return _number(float(value))
    return value


def _number(value: float) -> float | str:
    if math.isfinite(value):
        return value
    return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"
