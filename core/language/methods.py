"""Methods of lists, dictionaries and tensors that are no ops: ``xs.append(x)``, ``params.items()``, ``x.copy()``."""

import ast
import math
from collections.abc import Mapping

import numpy as np

from chainrule.core.language.arguments import Arguments, Given, axis, matched, sizes
from chainrule.core.language.attributes import GRADIENT
from chainrule.core.language.builder import MOST_AXES, Builder
from chainrule.core.language.folding import ancestors, evaluated, plain
from chainrule.core.language.in_place import array_of, changed, copied, grows, touch
from chainrule.core.language.iteration import steps
from chainrule.core.language.values import Absent, Items, Known, Pending, Table, Value
from chainrule.core.ops import BY_CODE
from chainrule.core.text import Text

SPELLINGS: Mapping[str, str] = {
    "mm": "matmul",
    "bmm": "matmul",
    "view": "reshape",
    "unsqueeze": "expand_dims",
    "flatten": "ravel",
}
"""Methods that go by another name here."""

_SAME = frozenset("float double numpy cpu detach_ contiguous requires_grad_ retain_grad".split())
"""Methods whose result is the tensor itself."""

_COPIES = frozenset("copy clone astype tolist".split())
"""Methods whose result is another tensor of the same numbers."""

_NOTHING = frozenset("zero_grad zero_ train eval".split())

MOST_ELEMENTS = 10_000


def of_list(build: Builder, node: ast.AST, owner: Items, name: str, arguments: Arguments) -> Value:
    """A method of a list."""
    for given in arguments.places:
        build.keep(given.value)
    if name in ("append", "insert", "pop", "reverse"):
        touch(build, owner)
    if name == "append":
        owner.elements.append(matched(build, node, "append(x)", arguments)["x"].value)
        _check_length(build, node, owner)
        return Known(None)
    if name == "extend":
        extended(build, node, owner, matched(build, node, "extend(x)", arguments)["x"])
        return Known(None)
    if name == "insert":
        found = matched(build, node, "insert(place, x)", arguments)
        owner.elements.insert(_place(build, found["place"], owner, extra=1), found["x"].value)
        _check_length(build, node, owner)
        return Known(None)
    if name == "pop":
        found = matched(build, node, "pop(place=)", arguments)
        if not owner.elements:
            raise build.error(node, "빈 목록입니다.", "The list is empty.", name=name)
        return owner.elements.pop(_place(build, found["place"], owner) if "place" in found else -1)
    matched(build, node, f"{name}()", arguments)
    if name == "copy":
        build.listed(node, len(owner.elements))
        return Items(list(owner.elements), owner.fixed)
    if name == "reverse":
        owner.elements.reverse()
        return Known(None)
    raise build.error(
        node, f"목록의 `{name}`은(는) 쓸 수 없습니다.", f"`{name}` of a list cannot be used here.", name=name
    )


def extended(build: Builder, node: ast.AST, owner: Items, given: Given) -> None:
    """Put the elements of a list, or the rows of a tensor, behind those of a list."""
    build.keep(given.value)
    touch(build, owner)
    for each in steps(build, given.value, given.at):
        build.step(node)
        owner.elements.append(each)
        _check_length(build, node, owner)


def _place(build: Builder, given: Given, owner: Items, extra: int = 0) -> int:
    value = plain(build, given.value, given.at)
    size = len(owner.elements) + extra
    if type(value) is not int or not -size <= value < max(size, 1):
        raise build.error(given.at, "목록에 그런 번호는 없습니다.", "The list has no such place.")
    return value


def _check_length(build: Builder, node: ast.AST, owner: Items) -> None:
    if len(owner.elements) > MOST_ELEMENTS:
        raise build.error(
            node,
            f"목록의 원소는 {MOST_ELEMENTS:,}개까지 쓸 수 있습니다.",
            f"A list has at most {MOST_ELEMENTS:,} elements.",
        )


def of_table(build: Builder, node: ast.AST, owner: Table, name: str, arguments: Arguments) -> Value:
    """A method of a dictionary."""
    for given in (*arguments.places, *arguments.names.values()):
        build.keep(given.value)
    entries = owner.entries
    if name in ("pop", "setdefault", "update"):
        touch(build, owner)
    if name in ("get", "pop", "setdefault"):
        found = matched(build, node, f"{name}(key, otherwise=)", arguments)
        key = plain(build, found["key"].value, found["key"].at)
        otherwise = found["otherwise"].value if "otherwise" in found else Known(None)
        if name == "setdefault":
            return entries.setdefault(key, otherwise)
        return entries.pop(key, otherwise) if name == "pop" else entries.get(key, otherwise)
    if name == "update":
        for given in arguments.places:
            if isinstance(given.value, Table):
                entries.update(given.value.entries)
        entries.update({key: each.value for key, each in arguments.names.items()})
        return Known(None)
    matched(build, node, f"{name}()", arguments)
    if name in ("keys", "values", "items"):
        build.listed(node, len(entries))
    if name == "keys":
        return Items([Known(key) for key in entries])
    if name == "values":
        return Items(list(entries.values()))
    if name == "items":
        return Items([Items([Known(key), value], fixed=True) for key, value in entries.items()])
    return Table(dict(entries))


def of_tensor(build: Builder, node: ast.AST, owner: Value, name: str, arguments: Arguments) -> Value | None:
    """A method of a tensor that is no op; None for one that is, or that is none."""
    if isinstance(owner, Known) and isinstance(owner.value, str):
        return Known(owner.value) if name in ("format", "lower", "upper", "strip") else None
    if not isinstance(owner, Known | Pending) and type(owner) is not int:
        return None
    if name in ("append", "extend", "insert", "pop"):
        if grows(build, owner):
            return Known(None)
        raise build.error(
            node,
            f"텐서에는 `{name}`이(가) 없습니다.",
            f"A tensor has no `{name}`.",
            name=name,
            hint=Text("`x = np.append(x, …)`처럼 적으세요.", "write `x = np.append(x, …)`"),
        )
    if name == "fill":
        return _filled(build, node, owner, arguments)
    if name == "backward":
        build.shown = build.node(owner, node)
        return Absent(GRADIENT)
    if name in _NOTHING:
        return Known(None)
    if name == "astype":
        _refuse_cut(build, node, owner, arguments)
    if name == "item":
        return _only_element(build, node, owner)
    if name in _COPIES:
        return copied(build, owner, node)
    if name in _SAME:
        return owner
    if name == "detach":
        raise build.error(
            node,
            "`detach`로 끊은 값은 기울기 없이 그릴 수 없습니다.",
            "A value cut off with `detach` cannot be drawn without its gradient.",
            name=name,
            hint=Text("그 값을 수로 적으세요.", "write that value out as a number"),
        )
    if name in ("transpose", "permute") and len(arguments.places) > 1:
        order = sizes(build, arguments.places, name, least=-MOST_AXES)
        return build.apply_tensor(node, "transpose", [build.node(owner, node)], [], {"axes": order})
    if name == "swapaxes":
        found = matched(build, node, "swapaxes(first, second)", arguments)
        return swapped(build, node, build.node(owner, node), [found["first"], found["second"]])
    if name == "view":
        shape = sizes(build, arguments.places, "view", open_end=True)
        return build.apply_tensor(node, "reshape", [build.node(owner, node)], [shape])
    return None


def _only_element(build: Builder, node: ast.AST, owner: Value) -> Value:
    """``x.item()``: the number in a tensor of one element."""
    shape = build.shape(owner) if type(owner) is int else np.shape(owner.value)
    if not shape:
        return owner
    if math.prod(shape) != 1:
        raise build.error(
            node,
            "`item()`은 원소가 하나인 텐서에만 쓸 수 있습니다.",
            "`item()` is for a tensor of one element.",
            name="item",
            hint=Text("`x[0]`처럼 원소를 고르세요.", "pick an element, as in `x[0]`"),
        )
    return build.apply_tensor(node, "reshape", [build.node(owner, node)], [()])


def _filled(build: Builder, node: ast.AST, owner: Value, arguments: Arguments) -> Value:
    """``x.fill(0)``: one number in every place."""
    given = matched(build, node, "fill(value)", arguments)["value"]
    old = array_of(build, owner, node)
    key = [slice(None)] * len(build.shape(old))
    new = build.apply_tensor(node, "put", [old, build.node(given.value, given.at)], key)
    changed(build, node, old, new, node)
    return Known(None)


def _refuse_cut(build: Builder, node: ast.AST, owner: Value, arguments: Arguments) -> None:
    """Refuse ``x.astype(int)`` where it would cut decimals off: that has no slope."""
    kinds = [*arguments.places, *arguments.names.values()]
    if not any("int" in ast.unparse(each.at) for each in kinds):
        return
    if type(owner) is int:
        op = BY_CODE[build.graph.codes[owner]]
        if op is not None and op.name in _WHOLE:
            return
        needed = ancestors(build.graph, owner)
        held = evaluated(build.graph, sorted(needed))[owner] if needed else 0.5
    else:
        held = owner.value
    if not np.all(np.equal(np.mod(held, 1), 0)):
        raise build.error(
            node,
            "`astype(int)`는 소수를 버립니다. 계단 모양이라 기울기가 0입니다.",
            "`astype(int)` cuts decimals off: a function of steps, without a slope.",
            name="astype",
            hint=Text("값이 필요하면 수로 적으세요.", "write the numbers out if you need their values"),
        )


_WHOLE = frozenset(
    {"greater", "greater_equal", "less", "less_equal", "equal", "not_equal", "argmax", "argmin", "one_hot"}
)
"""Ops whose values are whole."""


def swapped(build: Builder, node: ast.AST, operand: int, given: list[Given]) -> int:
    """A tensor with two of its axes exchanged."""
    rank = len(build.shape(operand))
    order = list(range(rank))
    first, second = (_axis(build, each, rank) for each in given)
    order[first], order[second] = second, first
    return build.apply_tensor(node, "transpose", [operand], [], {"axes": tuple(order)})


def _axis(build: Builder, given: Given, rank: int) -> int:
    place = axis(build, given)
    if not isinstance(place, int) or not -rank <= place < rank:
        raise build.error(
            given.at,
            f"축의 번호는 {-rank}부터 {rank - 1}까지입니다.",
            f"The number of an axis goes from {-rank} to {rank - 1}.",
        )
    return place % rank
