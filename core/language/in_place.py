"""Changes in place, as NumPy has them: ``x += 1`` and ``x[0] = 3`` are seen by all who hold the array."""

import ast
from collections.abc import Callable
from typing import Any

import numpy as np

from chainrule.core.errors import ProgramError
from chainrule.core.language.builder import Builder, place_of
from chainrule.core.language.values import Instance, Items, Known, Table, Value
from chainrule.core.ops import INPUT, shapes
from chainrule.core.text import Text


def array_of(build: Builder, value: Value, at: ast.AST) -> int:
    """The node of an array that is to be changed in place; one that is written out has it from now on."""
    index = build.node(value, at)
    if type(value) is not int:
        build.arrays.held.add(index)
    if isinstance(value, Known) and build.shape(index):
        build.arrays.known[id(value)] = (value, index)
    return index


def changed(build: Builder, at: ast.AST, old: int, new: int, target: ast.AST) -> int:
    """Note a change in place: who holds the array of node ``old`` has ``new`` from now on."""
    shape, found = build.shape(old), build.shape(new)
    if shape != found:
        raise build.error(
            at,
            f"{shapes.shown(shape)} 모양의 텐서를 그 자리에서 {shapes.shown(found)} 모양으로 바꿀 수 없습니다.",
            f"A tensor of shape {shapes.shown(shape)} cannot become one of shape {shapes.shown(found)} in place.",
            hint=Text("`x = x + …`처럼 새 텐서로 적으세요.", "make a new tensor: `x = x + …`"),
        )
    build.reaches_out = build.reaches_out or bool(build.graph.depth)
    if new < old:
        # A function that gives its argument: its numbers are copied.
        new = build.apply_tensor(at, "reshape", [new], [shape])
    if old != new:
        build.arrays.change(old, new, lambda other, part: _changed_under(build, at, target, other, part))
    return new


def _changed_under(
    build: Builder, at: ast.AST, target: ast.AST, other: int, part: bool
) -> Callable[[], ProgramError]:
    """The error of reading an array after a change of another one that shares elements with it."""
    first = other
    while first in build.arrays.before and first not in build.graph.names:
        first = build.arrays.before[first]
    name = build.graph.names.get(first, ("",))[0] or build.source.text_of(build.origin(first))[:40]
    own = build.source.text_of(target)[:40]
    kept = name if part else own
    code = f"{kept} = {kept}.copy()" if kept.isidentifier() else f"{kept}.copy()"
    copy = Text(f"먼저 복사하세요: `{code}`.", f"copy it first: `{code}`")
    if part:
        return lambda: build.error(
            at,
            f"`{name}`은(는) 여기서 바뀌는 텐서의 일부입니다.",
            f"`{name}` is a part of the tensor that changes here.",
            name=name,
            hint=copy,
        )
    return lambda: build.error(
        at,
        f"`{own}`의 원소를 바꾸면 다른 텐서도 바뀝니다.",
        f"Setting elements of `{own}` would change another tensor too.",
        name=own,
        hint=Text(
            f"{copy.ko} 그 텐서도 바꾸려면 `x[0] = …`처럼 그 텐서의 자리에 적으세요.",
            f"{copy.en}; if that tensor is to change too, set its elements, as in `x[0] = …`",
        ),
    )


def copied(build: Builder, value: Value, at: ast.AST) -> Value:
    """A copy of a tensor: a node of its own where the tensor or the copy changes in place later."""
    if not build.sets_elements or build.in_composite is not None:
        return value
    if isinstance(value, Known):
        return type(value)(value.value) if isinstance(value.value, np.ndarray) else value
    index = build.node(value, at)
    shape = build.shape(index)
    if not shape:
        return value
    if place_of(at) in build.before.copies:
        index = build.apply_tensor(at, "reshape", [index], [shape])
        build.arrays.separate.add(index)
    else:
        build.arrays.copies.setdefault(index, set()).add(place_of(at))
    return index


def apart(build: Builder, index: int, owner: Value, at: ast.AST) -> Value:
    """A result that is a copy of its argument, though it could be a part of it."""
    if index == owner:
        return copied(build, index, at)
    build.arrays.separate.add(index)
    return index


def grows(build: Builder, value: Value) -> bool:
    """Whether a value is a list of numbers written out; it is read as a list the next time, and no tensor."""
    if type(value) is not int or build.graph.codes[value] != INPUT:
        return False
    site = build.origin(value)
    if not isinstance(site, ast.List):
        return False
    build.after.lists.add(place_of(site))
    return True


Holder = Items | Table | Instance


def contents(owner: Holder) -> Any:
    """What a list, a dictionary or an object holds, by its places, keys or names."""
    if isinstance(owner, Items):
        return owner.elements
    return owner.entries if isinstance(owner, Table) else owner.attributes


def touch(build: Builder, owner: Holder) -> None:
    """Note that a list, a dictionary or an object is about to change."""
    if build.touched is not None and id(owner) not in build.touched:
        build.touched[id(owner)] = (owner, contents(owner).copy())
