"""Numbers and tensors as the service takes and gives them; "NaN", "Infinity", "-Infinity" are what JSON lacks."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema

from chainrule.app.encoding.encode import NON_FINITE, first_bad, read_number, read_tensor

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

_ROWS: dict[str, Any] = {
    "type": "array",
    "items": {"anyOf": [_SCHEMA, {"type": "array", "items": {}}]},
    "title": "Tensor",
}

TensorOrNumber = Annotated[
    float | list[Any],
    BeforeValidator(read_tensor),
    WithJsonSchema({"anyOf": [_SCHEMA, _ROWS]}),
]
"""A number, or lists of numbers in lists, equally long in each row."""

Name = Annotated[str, Field(max_length=20_000)]
"""The name of an input."""

Inputs = Annotated[dict[Name, TensorOrNumber], BeforeValidator(first_bad)]
"""Tensors and numbers by the name of an input."""

Nested = Annotated[list[Any], BeforeValidator(lambda value: _rows(value)), WithJsonSchema(_ROWS)]
"""A tensor of an answer as lists in lists."""


def _rows(value: Any) -> Any:
    if not isinstance(value, list):
        raise ValueError("A list is needed.")
    return read_tensor(value)
