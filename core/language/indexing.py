"""Indexing: ``x[0]``, ``x[:, 1:3]``, ``x[None, ...]``, ``y[np.arange(N), t]``, ``params["W1"]``, and entries set."""

import ast
from typing import Any

import numpy as np

from chainrule.core.errors import ProgramError, did_you_mean
from chainrule.core.language.arguments import LARGEST_SIZE, Given
from chainrule.core.language.builder import Builder, Scope, Walk, kept, place_of
from chainrule.core.language.folding import constant_tensor, mapped, number, plain
from chainrule.core.language.known_functions import node_of
from chainrule.core.language.values import (
    Absent,
    Instance,
    Items,
    Known,
    Pending,
    Span,
    Table,
    Value,
    Written,
)
from chainrule.core.ops import shapes
from chainrule.core.text import Text

_FORMS = Text(
    "`x[0]`, `x[-1]`, `x[1:3]`, `x[:, 0]`, `x[[0, 2]]`", "`x[0]`, `x[-1]`, `x[1:3]`, `x[:, 0]`, `x[[0, 2]]`"
)


def subscript(build: Builder, node: ast.Subscript, scope: Scope) -> Walk:
    """What stands in the brackets of a value."""
    owner = yield node.value, scope
    if isinstance(owner, Absent):
        return owner
    parts = yield from key_parts(build, node, scope)
    if isinstance(owner, Table):
        return _entry(build, node, owner, parts)
    if isinstance(owner, Items):
        return _element(build, node, owner, parts)
    return picked(build, node, build.node(owner, node.value), parts)


def key_parts(build: Builder, node: ast.Subscript, scope: Scope) -> Walk:
    """The parts of a key, evaluated: numbers, slices, None, ``...``, lists and nodes of numbers."""
    parts: list[Given] = []
    for each in node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]:
        if isinstance(each, ast.Slice):
            bounds: list[int | None] = []
            for bound in (each.lower, each.upper, each.step):
                value = None if bound is None else (yield from kept(build, bound, scope))
                bounds.append(None if value is None else _bound(build, value, bound))
            if bounds[2] == 0:
                raise build.error(
                    each.step or each,
                    "간격은 0일 수 없습니다.",
                    "The step of a slice must not be 0.",
                    allowed=Text("`x[::2]`, `x[::-1]`", "`x[::2]`, `x[::-1]`"),
                )
            parts.append(Given(Known(slice(*bounds)), each))
        else:
            parts.append(Given((yield from kept(build, each, scope)), each))
    return parts


def _bound(build: Builder, value: Value, at: ast.AST | None) -> int | None:
    assert at is not None
    found = plain(build, value, at)
    if found is None:
        return None
    if type(found) is not int:
        raise _no_index(build, at)
    return max(-LARGEST_SIZE, min(LARGEST_SIZE, found))


def _no_index(build: Builder, at: ast.AST) -> ProgramError:
    return build.error(
        at,
        "번호는 정수로 적어야 합니다.",
        "An index must be a whole number.",
        allowed=_FORMS,
    )


# Dictionaries and lists


def key_of(build: Builder, key: Any, at: ast.AST) -> Any:
    """The key of an entry: a text or a number."""
    if not isinstance(key, str | int | float | tuple | None):
        raise build.error(
            at,
            "사전의 키는 문자열이나 수여야 합니다.",
            "The key of a dictionary must be a text or a number.",
            allowed=Text('`params["W1"]`', '`params["W1"]`'),
        )
    return key


def _one_key(build: Builder, node: ast.Subscript, parts: list[Given]) -> Any:
    if len(parts) == 1 and not (
        isinstance(parts[0].value, Known) and isinstance(parts[0].value.value, slice)
    ):
        return key_of(build, plain(build, parts[0].value, parts[0].at), parts[0].at)
    if len(parts) > 1:
        return tuple(plain(build, each.value, each.at) for each in parts)
    raise _no_index(build, node)


def _entry(build: Builder, node: ast.Subscript, owner: Table, parts: list[Given]) -> Value:
    key = _one_key(build, node, parts)
    if key not in owner.entries:
        known = [str(each) for each in owner.entries]
        listed = ", ".join(f"`{each}`" for each in known[:20])
        raise build.error(
            node,
            f"사전에 `{str(key)[:40]}`(이)라는 키가 없습니다.",
            f"The dictionary has no key `{str(key)[:40]}`.",
            name=str(key)[:40],
            hint=did_you_mean(str(key)[:40], known),
            allowed=Text(listed, listed) if known else None,
        )
    return owner.entries[key]


def _element(build: Builder, node: ast.Subscript, owner: Items, parts: list[Given]) -> Value:
    key = parts[0].value
    if len(parts) == 1 and isinstance(key, Known) and isinstance(key.value, slice):
        return Items(owner.elements[key.value], owner.fixed)
    if len(parts) != 1 or isinstance(key, Items):
        return picked(build, node, node_of(build, Given(owner, node.value)), parts)
    return owner.elements[_place(build, owner, parts[0])]


def _place(build: Builder, owner: Items, given: Given) -> int:
    place = plain(build, given.value, given.at)
    size = len(owner.elements)
    if type(place) is not int:
        raise _no_index(build, given.at)
    if not -size <= place < size:
        raise build.error(
            given.at,
            f"목록의 원소는 {size}개뿐이어서 [{place}]은(는) 없습니다.",
            f"The list has {size} elements, so there is no [{place}].",
        )
    return place


# Tensors


def picked(build: Builder, node: ast.AST, operand: int, parts: list[Given]) -> int:
    """The elements of a tensor that a key picks, as NumPy does."""
    shape = build.shape(operand)
    key = _full_key(build, node, shape, parts)
    if any(isinstance(each, np.ndarray | _Index) for each in key):
        return _gathered(build, node, operand, key)
    plain_key = [each for each in key if each is not None]
    if any(each != slice(None) for each in plain_key) or None not in key:
        operand = build.apply_tensor(node, "getitem", [operand], plain_key)
    if None in key:
        operand = build.apply_tensor(node, "reshape", [operand], [_with_new_axes(build.shape(operand), key)])
    return operand


class _Index:
    """A node of numbers that stands in a key."""

    def __init__(self, node: int, at: ast.AST) -> None:
        self.node = node
        self.at = at


def _full_key(build: Builder, node: ast.AST, shape: tuple[int, ...], parts: list[Given]) -> list[Any]:
    """A key with an entry for each axis: ``...`` written out as slices."""
    read = [_part(build, each) for each in parts]
    taken = sum(each is not None and each is not ... for each in read)
    if sum(each is ... for each in read) > 1 or taken > len(shape):
        raise build.error(
            node,
            f"{shapes.shown(shape)} 모양에서 {taken}개의 번호로 고를 수 없습니다.",
            f"The shape {shapes.shown(shape)} cannot be indexed with {taken} numbers.",
        )
    if not any(each is ... for each in read):
        read.append(...)
    place = next(k for k, each in enumerate(read) if each is ...)
    return [*read[:place], *[slice(None)] * (len(shape) - taken), *read[place + 1 :]]


def _part(build: Builder, given: Given) -> Any:
    """One entry of a key: an int, a slice, None, ``...``, an array of ints, or a node."""
    value, at = given
    if type(value) is int:
        if build.shape(value):
            return _Index(value, at)
        found = number(build, value, at)
    elif isinstance(value, Items | Span):
        found = np.asarray(_numbers(build, given))
    elif isinstance(value, Known | Pending):
        found = value.value
    else:
        raise _no_index(build, at)
    if isinstance(found, bool):
        raise _no_index(build, at)
    if found is None or found is ... or isinstance(found, slice):
        return found
    if isinstance(found, np.ndarray) and found.shape:
        if not np.all(np.abs(found) <= LARGEST_SIZE) or not np.all(found == np.floor(found)):
            raise _no_index(build, at)
        return found.astype(int)
    if isinstance(found, int | float) and float(found).is_integer() and abs(found) <= LARGEST_SIZE:
        return int(found)
    raise _no_index(build, at)


def _numbers(build: Builder, given: Given) -> Any:
    found = plain(build, given.value, given.at)
    flat = list(found) if isinstance(found, tuple) else [found]
    for each in flat:
        if isinstance(each, tuple):
            flat += each
        elif isinstance(each, bool) or not isinstance(each, int):
            raise _no_index(build, given.at)
    try:
        return np.array(found, dtype=int)
    except (ValueError, OverflowError):
        raise _no_index(build, given.at) from None


def _with_new_axes(shape: tuple[int, ...], key: list[Any]) -> tuple[int, ...]:
    """The shape after indexing, with an axis of 1 for each None of the key."""
    left = iter(shape)
    found: list[int] = []
    for each in key:
        if each is None:
            found.append(1)
        elif isinstance(each, slice):
            found.append(next(left))
    return (*found, *left)


def _gathered(build: Builder, node: ast.AST, operand: int, key: list[Any]) -> int:
    raise NotImplementedError


# Entries that are set


def held(build: Builder, value: Value, name: str, site: ast.AST) -> Value:
    """A value as an attribute or an entry of this name holds it: written numbers wait to become inputs."""

    def waiting(each: Value, key: Any) -> Value:
        if type(each) is int:
            array = constant_tensor(build, each)
            if array is None:
                build.keep(each)
                return each
            each = Written(array)
        if type(each) is not Written:
            return each
        own = key if isinstance(key, str) and key.isidentifier() else name
        found = Pending(own if own.isidentifier() else "x", each.value, site)
        if place_of(site) in build.before.early:
            build.node(found, site)
        return found

    return mapped(build, value, waiting)


def put(
    build: Builder, node: ast.Subscript, owner: Value, parts: list[Given], value: Value, scope: Scope
) -> None:
    """Set an entry of a dictionary or a list, or an element of a tensor that a name holds."""
    if isinstance(owner, Table):
        key = _one_key(build, node, parts)
        owner.entries[key] = held(build, value, str(key), node)
    elif isinstance(owner, Items) and len(parts) == 1 and not owner.fixed:
        build.keep(value)
        owner.elements[_place(build, owner, parts[0])] = value
    elif isinstance(owner, Instance | Absent):
        raise build.error(node, "이 값의 원소는 바꿀 수 없습니다.", "Elements of this value cannot be set.")
    else:
        _put_elements(build, node, build.node(owner, node.value), parts, value, scope)


def _put_elements(
    build: Builder, node: ast.Subscript, owner: int, parts: list[Given], value: Value, scope: Scope
) -> None:
    raise NotImplementedError
