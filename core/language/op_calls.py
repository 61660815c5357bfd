"""Calls of ops: operands first, then parameters, by place or by name."""

import ast
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from chainrule.core.language.arguments import (
    Arguments,
    Given,
    axis,
    matched,
    misfit,
    sizes,
    truth,
    whole,
)
from chainrule.core.language.builder import Builder
from chainrule.core.language.folding import is_number, is_written, plain, worked_out
from chainrule.core.language.values import Counter, Known, Value
from chainrule.core.ops import OPS, tensor_calls
from chainrule.core.text import Text

IGNORED = ("dtype", "out")
"""NumPy's arguments that change no number here."""


def elementwise(build: Builder, node: ast.AST, name: str, arguments: Arguments) -> Value:
    """An op on each element; on numbers that are known in an index, a number."""
    wanted, places = OPS[name].arity, arguments.places
    if arguments.names:
        raise build.error(
            node,
            "인수는 차례대로, 이름 없이 적어야 합니다.",
            "Arguments are given in order and without names.",
        )
    if len(places) != wanted:
        raise miscounted(build, node, name, wanted, len(places))
    values = [each.value for each in places]
    if build.folding and all(map(is_written, values)):
        found = worked_out(build, node, name, values)
        return Known(found.value) if all(map(is_number, values)) else found
    if all(map(is_number, values)) and not all(type(each) is Counter for each in values):
        return Known(worked_out(build, node, name, values).value)
    return build.apply(node, name, *(build.node(each.value, each.at) for each in places))


def miscounted(build: Builder, node: ast.AST, name: str, wanted: int, given: int) -> Exception:
    """The error of a call with more or fewer arguments than the function takes."""
    return build.error(
        node,
        f"`{name}`의 인수는 {wanted}개여야 하는데 {given}개입니다.",
        f"`{name}` takes {wanted} argument{'s' if wanted != 1 else ''}, not {given}.",
        name=name,
    )


_KINDS: Mapping[str, Callable[[Builder, Given], Any]] = {
    "axis": axis,
    "keepdims": lambda build, given: truth(build, given, "keepdims"),
    "times": lambda build, given: whole(build, given, "times", 1),
    "classes": lambda build, given: whole(build, given, "classes", 1),
}
"""How a parameter is read, by its name."""


def tensor(build: Builder, node: ast.AST, name: str, arguments: Arguments, numpy: bool = False) -> int:
    """An op on whole tensors; with ``numpy`` its arguments stand as NumPy has them."""
    for ignored in IGNORED:
        arguments.names.pop(ignored, None)
    arity, parameters = OPS[name].arity, tensor_calls.CALLS[name][1]
    operands = [build.node(each.value, each.at) for each in arguments.places[:arity]]
    if name == "reshape":
        return _reshape(build, node, operands, arguments)
    found = matched(build, node, form(name, parameters, arity, numpy), arguments)
    named = {key: _read(build, key, found[key]) for key in parameters if key in found}
    return build.apply_tensor(node, name, operands, [], named)


def _read(build: Builder, key: str, given: Given) -> Any:
    return _KINDS[key](build, given) if key in _KINDS else plain(build, given.value, given.at)


def form(name: str, parameters: Sequence[str], arity: int, numpy: bool = False) -> str:
    """How an op is called, as an error shows it: ``sum(x, axis=, keepdims=)``."""
    optional = [f"{each}=" for each in parameters]
    if numpy and optional[-1:] == ["keepdims="]:
        optional.insert(-1, "*")
    return f"{name}({', '.join([*['x', 'y'][:arity], *optional])})"


def _reshape(build: Builder, node: ast.AST, operands: list[int], arguments: Arguments) -> int:
    places, names = arguments.places[1:], dict(arguments.names)
    names.pop("order", None)
    if "shape" in names and not places:
        places = [names.pop("shape")]
    if names or not places or not operands:
        raise misfit(build, node, "reshape(x, shape)", wrong=list(names))
    return build.apply_tensor(node, "reshape", operands, [sizes(build, places, "reshape", open_end=True)])


def example(text: str) -> Text:
    """Code that reads the same in both languages."""
    return Text(text, text)
