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
    no_names,
    one_axis,
    sizes,
    truth,
    whole,
)
from chainrule.core.language.builder import Builder
from chainrule.core.language.folding import is_number, is_written, worked_out
from chainrule.core.language.iteration import all_steps
from chainrule.core.language.tensors import joined, stacked
from chainrule.core.language.values import Counter, Items, Known, Value
from chainrule.core.ops import OPS, shapes
from chainrule.core.text import Text

IGNORED = ("dtype", "out")
"""NumPy's arguments that change no number here."""


def elementwise(build: Builder, node: ast.AST, name: str, arguments: Arguments) -> Value:
    """An op on each element; on numbers that are known in an index, a number."""
    op, places = OPS[name], arguments.places
    wanted = op.arity
    if op.defaults and wanted - len(op.defaults) <= len(places) < wanted:
        places = [*places, *(Given(Known(each), node) for each in op.defaults[len(places) - wanted :])]
    if arguments.names:
        raise no_names(build, node, arguments)
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
    "axes": lambda build, given: axis(build, given, "axes"),
    "ddof": lambda build, given: whole(build, given, "ddof"),
    "keepdims": lambda build, given: truth(build, given, "keepdims"),
    "times": lambda build, given: whole(build, given, "times", 1),
    "classes": lambda build, given: whole(build, given, "classes", 1),
}
"""How each parameter is read, by its name; a shape is read beside its tensor."""


def tensor(build: Builder, node: ast.AST, name: str, arguments: Arguments, numpy: bool = False) -> int:
    """An op on whole tensors; with ``numpy`` its arguments stand as NumPy has them."""
    for ignored in IGNORED:
        arguments.names.pop(ignored, None)
    rule = OPS[name].tensor
    assert rule is not None
    if rule.folds:
        return _joined(build, node, name, arguments)
    arity, parameters = OPS[name].arity, rule.parameters
    operands = [build.node(each.value, each.at) for each in arguments.places[:arity]]
    if name == "reshape":
        return _reshape(build, node, operands, arguments)
    found = matched(build, node, form(name, parameters, arity, numpy), arguments)
    named = {key: _read(build, key, found[key]) for key in parameters if key in found}
    return build.apply_tensor(node, name, operands, [], named)


def _joined(build: Builder, node: ast.AST, name: str, arguments: Arguments) -> int:
    """An op of a list of tensors: joined from the left, two at a time."""
    found = matched(build, node, f"{name}(xs, axis=)", arguments)
    given = found["xs"]
    parts = all_steps(build, given.value, given.at)
    if not parts:
        raise build.error(
            given.at,
            f"`{name}`에는 텐서의 목록을 적습니다.",
            f"`{name}` takes a list of tensors.",
            name=name,
            allowed=example(f"`{OPS[name].written}`"),
        )
    nodes = [
        stacked(build, given.at, each) if isinstance(each, Items) else build.node(each, given.at)
        for each in parts
    ]
    first = build.shape(nodes[0])
    other = next((shape for shape in map(build.shape, nodes) if shape != first), None)
    if name == "stack" and other is not None:
        one, two = shapes.shown(first), shapes.shown(other)
        raise build.error(
            given.at,
            f"`stack`은 모양이 모두 같은 것만 쌓습니다. {one} 모양과 {two} 모양은 쌓을 수 없습니다.",
            f"`stack` takes tensors of one shape: {one} and {two} cannot be stacked.",
            name=name,
        )
    rank = len(first) + (name == "stack")
    place = one_axis(build, found.get("axis"), rank) if rank else 0
    if len(nodes) == 1 and name == "stack":
        shape = build.shape(nodes[0])
        return build.apply_tensor(node, "reshape", nodes, [(*shape[:place], 1, *shape[place:])])
    return joined(build, node, name, nodes, place)


def _read(build: Builder, key: str, given: Given) -> Any:
    return _KINDS[key](build, given)


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
