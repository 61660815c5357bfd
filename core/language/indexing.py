"""Indexing: ``x[0]``, ``x[:, 1:3]``, ``x[None, ...]``, ``y[np.arange(N), t]``, ``params["W1"]``, and entries set."""

import ast
from typing import Any

import numpy as np

from chainrule.core.errors import ProgramError, did_you_mean
from chainrule.core.language.arguments import LARGEST_SIZE, Given
from chainrule.core.language.builder import Builder, Scope, Walk, kept, place_of
from chainrule.core.language.folding import constant_tensor, mapped, plain
from chainrule.core.language.in_place import array_of, changed, touch
from chainrule.core.language.own import composed
from chainrule.core.language.python_functions import node_of
from chainrule.core.language.values import (
    Absent,
    Instance,
    Items,
    Known,
    Pending,
    Table,
    Value,
    Written,
)
from chainrule.core.ops import BY_CODE, INPUT, shapes
from chainrule.core.ops.picking import picked_shape
from chainrule.core.text import Text

_FORMS = Text(
    "`x[0]`, `x[-1]`, `x[1:3]`, `x[:, 0]`, `x[[0, 2]]`", "`x[0]`, `x[-1]`, `x[1:3]`, `x[:, 0]`, `x[[0, 2]]`"
)


MOST_PLACES = 10_000

CONDITIONS = frozenset({"greater", "greater_equal", "less", "less_equal", "equal", "not_equal"})
"""Ops whose value is true or false."""


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
    sliced = any(isinstance(each.value, Known) and isinstance(each.value.value, slice) for each in parts)
    if len(parts) > 1 and not sliced:
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
            hint=did_you_mean(repr(key)[:40], [repr(each) for each in owner.entries]),
            allowed=Text(listed, listed) if known else None,
        )
    return build.read(owner.entries[key])


def _element(build: Builder, node: ast.Subscript, owner: Items, parts: list[Given]) -> Value:
    key = parts[0].value if len(parts) == 1 else None
    if isinstance(key, Known) and isinstance(key.value, slice):
        part = owner.elements[key.value]
        build.listed(node, len(part))
        return Items(part, owner.fixed)
    if key is None or isinstance(key, Items):
        return picked(build, node, node_of(build, Given(owner, node.value)), parts)
    return build.read(owner.elements[_place(build, owner, parts[0])])


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
    _check_places(build, node, key)
    places = [each for each in key if each is not None]
    if any(each != slice(None) for each in places) or None not in key:
        operand = build.apply_tensor(node, "getitem", [operand], places)
    if None in key:
        operand = build.apply_tensor(node, "reshape", [operand], [_with_new_axes(build.shape(operand), key)])
    return operand


def _check_places(build: Builder, node: ast.AST, key: list[Any]) -> None:
    """Hold the limit of places that lists pick, and refuse new axes beside them."""
    lists = [each for each in key if isinstance(each, tuple)]
    if lists and None in key:
        raise build.error(
            node,
            "번호의 목록과 `None`은 한 대괄호에 함께 쓸 수 없습니다.",
            "A list of places and `None` cannot stand in one bracket.",
            hint=Text(
                "`x[ids][:, None]`처럼 나누어 적으세요.", "write them one after the other: `x[ids][:, None]`"
            ),
        )
    count = sum(np.size(each) for each in lists)
    if count > MOST_PLACES:
        raise build.error(
            node,
            f"번호의 목록은 {MOST_PLACES:,}개까지 쓸 수 있는데 {count:,}개입니다.",
            f"A list of places has at most {MOST_PLACES:,} numbers, not {count:,}.",
        )


def _full_key(build: Builder, node: ast.AST, shape: tuple[int, ...], parts: list[Given]) -> list[Any]:
    """A key with an entry for each axis: ``...`` written out as slices."""
    read = [_part(build, each) for each in parts]
    taken = sum(each is not None and each is not ... for each in read)
    if sum(each is ... for each in read) > 1 or taken > len(shape):
        raise build.error(
            node,
            f"{shapes.shown(shape)} 모양에서 {taken}개의 번호로 고를 수 없습니다.",
            f"The shape {shapes.shown(shape)} cannot be indexed with {taken} number{'s' if taken != 1 else ''}.",
            hint=None
            if shape
            else Text(
                "수 하나에는 번호가 없습니다. `[1, 2]` 같은 목록에는 있습니다.",
                "one number has no elements; a list such as `[1, 2]` has",
            ),
        )
    if not any(each is ... for each in read):
        read.append(...)
    place = next(k for k, each in enumerate(read) if each is ...)
    return [*read[:place], *[slice(None)] * (len(shape) - taken), *read[place + 1 :]]


def _part(build: Builder, given: Given) -> Any:
    """One entry of a key: an int, a slice, None, ``...``, or a tuple of ints."""
    value, at = given
    if isinstance(value, Known) and (
        value.value is None or value.value is ... or isinstance(value.value, slice)
    ):
        return value.value
    if isinstance(value, Absent):
        raise build.no_number(value, at)
    if type(value) is int and _is_condition(build, value):
        raise build.error(
            at,
            "조건으로 고르면 개수가 입력값에 달려 있습니다.",
            "How many elements a condition picks depends on the inputs.",
            hint=Text("`where(c, x, 0)`이나 `x * c`로 적으세요.", "write `where(c, x, 0)` or `x * c`"),
        )
    mask = _written_mask(build, value, at)
    if mask is not None:
        if mask.ndim != 1:
            raise build.error(
                at,
                "여러 축의 조건으로는 고를 수 없습니다.",
                "A mask of several axes picks nothing here.",
                hint=Text("`where(c, x, 0)`이나 `x * c`로 적으세요.", "write `where(c, x, 0)` or `x * c`"),
            )
        return tuple(np.flatnonzero(mask).tolist())
    found = plain(build, value, at)
    pending = [found]
    for each in pending:
        if isinstance(each, tuple):
            pending += each
        elif type(each) is not int or abs(each) > LARGEST_SIZE:
            raise _no_index(build, at)
    if isinstance(found, tuple):
        try:
            np.array(found, dtype=int)
        except ValueError:
            raise _no_index(build, at) from None
    return found


def _written_mask(build: Builder, value: Value, at: ast.AST) -> Any:
    """The truth values of a mask that stands written out, as ``[True, False]``; None for anything else."""
    if isinstance(value, Items) and value.elements:
        try:
            array = np.array(plain(build, value, at))
        except ValueError:
            return None
        return array if array.dtype.kind == "b" else None
    if isinstance(value, Known) and isinstance(value.value, np.ndarray):
        return value.value if value.value.dtype.kind == "b" else None
    if type(value) is int and build.graph.codes[value] == INPUT:
        written = [each.value for each in ast.walk(build.origin(value)) if isinstance(each, ast.Constant)]
        if written and all(isinstance(each, bool) for each in written):
            return np.array(plain(build, value, at), dtype=bool)
    return None


def _is_condition(build: Builder, node: int) -> bool:
    op = BY_CODE[build.graph.codes[node]]
    return op is not None and op.name in CONDITIONS


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


# Entries that are set


def held(build: Builder, value: Value, name: str, site: ast.AST) -> Value:
    """A value as an attribute or an entry of this name holds it: written numbers wait to become inputs."""

    made: dict[Any, Value] = {}

    def waiting(each: Value, key: Any) -> Value:
        known = each if type(each) is int else id(each)
        if known not in made:
            made[known] = input_of(each, key)
        return made[known]

    def input_of(each: Value, key: Any) -> Value:
        if type(each) is int:
            array = None if _is_condition(build, each) else constant_tensor(build, each)
            if array is None:
                build.keep(each)
                return each
            each = Written(array)
        if type(each) is not Written:
            return each
        own = key if isinstance(key, str) and key.isidentifier() else name
        found = Pending(own if own.isidentifier() else "x", each.value, site)
        if place_of(site) in build.before.early:
            found.node = build.place(build.graph.input(found.name, found.value), site)
        return found

    return mapped(build, value, waiting)


def put(
    build: Builder, node: ast.Subscript, owner: Value, parts: list[Given], value: Value, scope: Scope
) -> Walk:
    """Set an entry of a dictionary or a list, or elements of a tensor that a name holds; returns the new tensor."""
    if isinstance(owner, Table):
        key = _one_key(build, node, parts)
        touch(build, owner)
        name = key if isinstance(key, str) else getattr(node.value, "id", "x")
        owner.entries[key] = held(build, value, name, node)
        return None
    if isinstance(owner, Items) and len(parts) == 1 and not owner.fixed:
        build.keep(value)
        touch(build, owner)
        owner.elements[_place(build, owner, parts[0])] = value
        return None
    if isinstance(owner, Instance | Absent):
        raise build.error(node, "이 값의 원소는 바꿀 수 없습니다.", "Elements of this value cannot be set.")
    return (yield from _put_elements(build, node, array_of(build, owner, node.value), parts, value, scope))


def _put_elements(
    build: Builder, node: ast.Subscript, owner: int, parts: list[Given], value: Value, scope: Scope
) -> Walk:
    """Set elements of a tensor: a new tensor, which all names of the old one have from now on."""
    if len(parts) == 1 and type(parts[0].value) is int and _is_condition(build, parts[0].value):
        filled = node_of(build, Given(value, node))
        changed = yield from composed(build, node, "where", [parts[0].value, filled, owner])
    else:
        key = _full_key(build, node, build.shape(owner), parts)
        _check_places(build, node, key)
        if None in key:
            raise _no_index(build, node)
        filled = _fitted(
            build, node, node_of(build, Given(value, node)), picked_shape(build.shape(owner), tuple(key))
        )
        changed = build.apply_tensor(node, "put", [owner, filled], key)
    yield from _stored(build, node, owner, changed, scope)
    return changed


def _stored(build: Builder, node: ast.Subscript, old: int, new: int, scope: Scope) -> Walk:
    """Let all who hold a changed tensor have it changed: names, attributes, entries, or a tensor it is a part of."""
    place = node.value
    if isinstance(place, ast.Subscript):
        holder = yield from kept(build, place.value, scope)
        if type(holder) is int or isinstance(holder, Known | Pending):
            parts = yield from key_parts(build, place, scope)
            yield from put(build, place, holder, parts, new, scope)
            return None
    elif not isinstance(place, ast.Name | ast.Attribute) or (
        isinstance(place, ast.Attribute) and place.attr == "T"
    ):
        raise build.error(
            node,
            "원소는 이름이 있는 텐서에서만 바꿀 수 있습니다.",
            "Elements can only be set in a tensor that has a name.",
            hint=Text(
                "먼저 이름을 붙이세요: `h = …`, `h[0] = …`", "give it a name first: `h = …`, `h[0] = …`"
            ),
        )
    changed(build, node, old, new, place)
    if isinstance(place, ast.Name) and not scope.sealed:
        build.graph.name(new, place.id)
    return None


def _fitted(build: Builder, node: ast.AST, filled: int, place: tuple[int, ...]) -> int:
    """A tensor without the axes of 1 in front that its place does not have, as NumPy puts it there."""
    shape = build.shape(filled)
    extra = len(shape) - len(place)
    if extra <= 0 or any(size != 1 for size in shape[:extra]):
        return filled
    return build.apply_tensor(node, "reshape", [filled], [shape[extra:]])
