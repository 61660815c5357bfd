"""Numbers as the service takes and gives them: JSON's own, and "NaN", "Infinity", "-Infinity" for the rest."""

from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema

from app.encode import NON_FINITE, read_number

_SCHEMA: dict[str, Any] = {
    "anyOf": [{"type": "number"}, {"type": "string", "enum": list(NON_FINITE)}],
    "title": "Number",
}

Number = Annotated[float, BeforeValidator(read_number), WithJsonSchema(_SCHEMA)]
"""A number of a request or an answer."""

NULLABLE_NUMBER_SCHEMA: dict[str, Any] = {"anyOf": [_SCHEMA, {"type": "null"}]}

OptionalNumber = Annotated[
    float | None,
    BeforeValidator(lambda value: None if value is None else read_number(value)),
    WithJsonSchema(NULLABLE_NUMBER_SCHEMA),
]
"""A number that may be missing: the gradient of a constant, the value of an input that has none."""
