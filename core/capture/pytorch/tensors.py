"""Tensors inside arguments and results of any kind: found, and replaced by others."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import torch
from torch.nn.utils.rnn import PackedSequence

_DEPTH = 8
"""Containers inside one another that are looked into."""


def flat(value: Any, depth: int = _DEPTH) -> list[Any]:
    """Return the tensors in arguments: lists, tuples, dictionaries and dataclasses are looked into."""
    found: list[Any] = []
    _collect(value, found, depth)
    return found


def _collect(value: Any, found: list[Any], depth: int) -> None:
    if isinstance(value, torch.Tensor):
        found.append(value)
    elif depth == 0 or value is None or isinstance(value, int | float | str | torch.dtype | torch.device):
        return
    elif isinstance(value, tuple | list):
        for item in value:
            _collect(item, found, depth - 1)
    elif isinstance(value, dict):
        for item in value.values():
            _collect(item, found, depth - 1)
    elif isinstance(value, Mapping):
        for key in value:
            _collect(value[key], found, depth - 1)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            _collect(getattr(value, field.name, None), found, depth - 1)


def named(value: Any, name: str, depth: int = _DEPTH) -> Iterator[tuple[str, Any]]:
    """Yield the tensors in an argument with a name for each: ``batch.image``, ``features[0]``."""
    if isinstance(value, torch.Tensor):
        yield name, value
    elif depth == 0:
        return
    elif isinstance(value, PackedSequence):
        yield name, value.data
    elif isinstance(value, tuple) and hasattr(value, "_fields"):
        for key, item in zip(value._fields, value, strict=True):
            yield from named(item, f"{name}.{key}", depth - 1)
    elif isinstance(value, tuple | list):
        for at, item in enumerate(value):
            yield from named(item, f"{name}[{at}]", depth - 1)
    elif isinstance(value, Mapping):
        for key in value:
            yield from named(value[key], f"{name}.{key}" if name else str(key), depth - 1)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from named(getattr(value, field.name, None), f"{name}.{field.name}", depth - 1)


def replaced(value: Any, change: Callable[[Any], Any], depth: int = _DEPTH) -> Any:
    """Return a copy of an argument with each tensor changed; what holds none is returned itself."""
    if isinstance(value, torch.Tensor):
        return change(value)
    if depth == 0 or not flat(value, depth):
        return value
    if isinstance(value, PackedSequence):
        return PackedSequence(
            change(value.data), value.batch_sizes, value.sorted_indices, value.unsorted_indices
        )
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*(replaced(item, change, depth - 1) for item in value))
    if type(value) in (tuple, list):
        return type(value)(replaced(item, change, depth - 1) for item in value)
    if isinstance(value, tuple | list | dict) or is_dataclass(value) or hasattr(value, "__dict__"):
        return _replaced_in_copy(value, change, depth)
    return value


def _replaced_in_copy(value: Any, change: Callable[[Any], Any], depth: int) -> Any:
    from copy import copy

    if isinstance(value, tuple):
        return type(value)(replaced(item, change, depth - 1) for item in value)
    other = copy(value)
    if isinstance(value, list):
        other[:] = [replaced(item, change, depth - 1) for item in value]
        return other
    if is_dataclass(value):
        for field in fields(value):
            held = getattr(value, field.name, None)
            object.__setattr__(other, field.name, replaced(held, change, depth - 1))
        if not isinstance(value, Mapping):
            return other
    if isinstance(value, dict):
        for key in list(value):
            other[key] = replaced(value[key], change, depth - 1)
        return other
    # A mapping of another kind keeps its items in an attribute.
    for key, held in vars(value).items():
        object.__setattr__(other, key, replaced(held, change, depth - 1))
    return other
