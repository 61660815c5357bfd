"""Arithmetic on numbers that the program fixes: those of an index, of ``range(…)``, of a shape."""

import ast
import math
import operator
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from chainrule.core.engine.graph import Graph
from chainrule.core.engine.tape import Tape
from chainrule.core.errors import ProgramError
from chainrule.core.language.builder import Builder, as_float, place_of, tensor_call
from chainrule.core.language.values import (
    Class,
    Function,
    Instance,
    Items,
    Known,
    Method,
    Pending,
    Span,
    Table,
    Value,
    Written,
)
from chainrule.core.ops import BY_CODE, CODES, CONSTANT, INPUT, TENSOR_CODES, shapes
from chainrule.core.text import Text

LARGEST = 2**53
"""Whole numbers up to this size are exact as floats."""

_MOST_NODES = 200
"""Nodes that one number of the graph's form may be worked out from."""

_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "div": operator.truediv,
    "pow": operator.pow,
    "mod": operator.mod,
    "floordiv": operator.floordiv,
}


def is_number(value: Value) -> bool:
    """Whether this is a known number."""
    return isinstance(value, Known) and isinstance(value.value, int | float)


def folded(build: Builder, node: ast.AST, op: str, first: Known, second: Known) -> Known:
    """The number that an operator makes of two known numbers. Raises ProgramError where there is none."""
    if op not in _ARITHMETIC:  # the matrix product, which refuses numbers
        return worked_out(build, node, op, (first, second))
    a, b = first.value, second.value
    try:
        if op == "pow" and isinstance(a, int) and isinstance(b, int) and abs(b) * a.bit_length() > 64:
            a = float(a)
        with np.errstate(all="raise"):
            result = _ARITHMETIC[op](a, b)
        if isinstance(result, complex):
            raise ValueError("complex")
        if isinstance(result, int) and abs(result) > LARGEST:
            result = float(result)
    except (ArithmeticError, ValueError, TypeError):
        raise build.error(
            node,
            "이 수를 계산할 수 없습니다.",
            "This number cannot be worked out.",
            hint=Text(
                "0으로 나누거나 너무 큰 수를 만들지 마세요.", "no division by zero, and no enormous powers"
            ),
        ) from None
    both_written = type(first) is Written and type(second) is Written
    return Written(result) if both_written else Known(result)


def is_written(value: Value) -> bool:
    """Whether this is a known number or array."""
    return isinstance(value, Known) and isinstance(value.value, int | float | np.ndarray)


def worked_out(build: Builder, node: ast.AST, op: str, values: Sequence[Known]) -> Written:
    """What an op makes of numbers and arrays that are known."""
    alone = Graph()
    held = [value.value if isinstance(value.value, np.ndarray) else as_float(value.value) for value in values]
    try:
        nodes = [alone.constant(each) for each in held]
        parameters = None
        if CODES[op] in TENSOR_CODES:
            op, parameters = tensor_call(op, [alone.shapes.get(each, ()) for each in nodes])
        index = alone.apply(CODES[op], *nodes, parameters=parameters)
    except shapes.ShapeError as found:
        build.refuse_shapes(node, found)
    build.check_size(node, math.prod(alone.shapes.get(index, ())))
    return Written(_frozen(Tape(alone).forward()[index]))


def number(build: Builder, value: Value, at: ast.AST, what: Text | None = None) -> Any:
    """The number, truth value or text that a value is, whatever its form. Raises ProgramError.

    A number that the program computes from others is worked out here, and stops being an input.
    """
    if isinstance(value, Known | Pending):
        return value.value
    if type(value) is int:
        return _of_node(build, value, at, what)
    raise _not_known(build, at, what)


def _not_known(build: Builder, at: ast.AST, what: Text | None) -> ProgramError:
    ko, en = what or Text("여기에는 수를 그대로 적어야 합니다.", "A number must be written out here.")
    return build.error(at, ko, en, allowed=Text("`0`, `-1`, `(2, 3)`, `1:3`", "`0`, `-1`, `(2, 3)`, `1:3`"))


def ancestors(graph: Graph, index: int) -> set[int] | None:
    """A node and all that lead to it; None where there are too many, or where one has no value in the program."""
    needed, pending = {index}, [index]
    while pending:
        node = pending.pop()
        if len(needed) > _MOST_NODES or (graph.codes[node] == INPUT and node not in graph.values):
            return None
        for operand in (graph.a[node], graph.b[node]):
            if operand >= 0 and operand not in needed:
                needed.add(operand)
                pending.append(operand)
    return needed


def constant_tensor(build: Builder, index: int) -> Any:
    """The array that a node of a tensor has whatever the inputs are; None where they matter."""
    graph = build.graph
    needed = ancestors(graph, index) if index in graph.shapes else None
    if needed is None or any(graph.codes[node] == INPUT for node in needed):
        return None
    return _frozen(evaluated(graph, sorted(needed))[index])


def _of_node(build: Builder, index: int, at: ast.AST, what: Text | None) -> Any:
    """The value of a node that only numbers of the program lead to; they are fixed from now on."""
    graph = build.graph
    needed = ancestors(graph, index)
    if needed is None:
        raise _not_known(build, at, what)
    for node in needed:
        build.after.fixed.add(place_of(build.origin(node)))
    value = evaluated(graph, sorted(needed))[index]
    if getattr(value, "shape", ()):
        return value
    whole = float(value)
    return int(whole) if whole.is_integer() and abs(whole) <= LARGEST else whole


_COUNTING = frozenset({"add", "sub", "greater", "greater_equal", "less", "less_equal", "equal", "not_equal"})


def fix_count(build: Builder, index: int) -> None:
    """Fix the numbers of a condition on a count, ``n = 0``, ``n += 1``, ``if n > 3:``, for the next reading."""
    graph = build.graph
    needed = ancestors(graph, index) or set()
    for node in needed:
        value = graph.values.get(node)
        op = BY_CODE[graph.codes[node]]
        if (op is not None and op.name not in _COUNTING) or (
            value is not None and (np.shape(value) or not float(value).is_integer())
        ):
            return
    build.after.fixed.update(place_of(build.origin(node)) for node in needed)


def evaluated(graph: Graph, nodes: list[int]) -> dict[int, Any]:
    """The values of nodes that only each other lead to."""
    alone = Graph()
    new = {-1: -1}
    for node in nodes:
        if graph.codes[node] in (INPUT, CONSTANT):
            new[node] = alone.constant(graph.values[node])
        else:
            new[node] = alone.apply(
                graph.codes[node],
                new[graph.a[node]],
                new[graph.b[node]],
                parameters=graph.parameters.get(node),
            )
    values = Tape(alone).forward()
    return {node: values[new[node]] for node in nodes}


def constants_folded(build: Builder, first: int, value: Value) -> Value:
    """A value whose nodes, all appended since ``first``, come from written numbers alone: the numbers again.

    ``W = 0.01 * randn(2, 3)`` gives W a tensor as ``W = randn(2, 3)`` does. Anything else stays as it is.
    """
    graph = build.graph
    nodes = range(first, len(graph))
    if not nodes or INPUT in graph.codes[first:] or any(each >= first for each in build.arrays.before):
        return value
    if (type(value) is int and 0 <= graph.b[value] < first) or build.stored >= first or _closes_over(value):
        return value
    for node in nodes:
        a, b = graph.a[node], graph.b[node]
        if 0 <= a < first or 0 <= b < first:
            return value
    if type(value) is int:
        # A number computed from numbers is drawn as the computation it is.
        irrational = any(
            graph.values.get(node) in (math.pi, math.e) for node in nodes if node not in graph.shapes
        )
        if value < first or not (irrational or any(node in graph.shapes for node in nodes)):
            return value
    found = {node: Written(_frozen(held)) for node, held in evaluated(graph, list(nodes)).items()}
    build.forget(first)
    return mapped(build, value, lambda each, _: found.get(each, each) if type(each) is int else each)


def _closes_over(value: Value) -> bool:
    """Whether there is a function or an object in a value: what it reads stays in the graph."""
    waiting, seen = [value], set[int]()
    while waiting:
        each = waiting.pop()
        if isinstance(each, Items | Table):
            if id(each) not in seen:  # a list may hold another many times, and that a third
                seen.add(id(each))
                waiting += each.elements if isinstance(each, Items) else each.entries.values()
        elif isinstance(each, Function | Class | Instance | Method):
            return True
    return False


def mapped(
    build: Builder, value: Value, change: Callable[[Value, Any], Value], name: Any = None, depth: int = 0
) -> Value:
    """A value with ``change`` applied to all that lists and dictionaries hold, under the key it is held by."""
    if depth > MOST_NESTED:
        return value
    if isinstance(value, Items):
        build.step(build.body[0])
        parts = [mapped(build, each, change, name, depth + 1) for each in value.elements]
        if all(new is old for new, old in zip(parts, value.elements, strict=True)):
            return value
        return Items(parts, value.fixed)
    if isinstance(value, Table):
        build.step(build.body[0])
        entries = {key: mapped(build, each, change, key, depth + 1) for key, each in value.entries.items()}
        if all(entries[key] is old for key, old in value.entries.items()):
            return value
        return Table(entries)
    return change(value, name)


MOST_NESTED = 20
"""How deep lists of lists are looked into."""


def _frozen(value: Any) -> Any:
    if getattr(value, "shape", ()):
        array = value.copy()
        array.flags.writeable = False
        return array
    return float(value)


def plain(build: Builder, value: Value, at: ast.AST, depth: int = 0) -> Any:
    """A literal argument as Python has it: a number, True, None, a tuple of them."""
    if isinstance(value, Items) and depth < MOST_NESTED:
        build.step(at)
        return tuple(plain(build, each, at, depth + 1) for each in value.elements)
    if isinstance(value, Span) and len(value.counts) <= 1000:
        return tuple(value.counts)
    found = number(build, value, at)
    if getattr(found, "shape", ()):
        return tuple(_listed(found.tolist()))
    if isinstance(found, float) and found.is_integer() and abs(found) <= LARGEST:
        return int(found)
    return found


def _listed(values: Any) -> list[Any]:
    return [
        tuple(_listed(each)) if isinstance(each, list) else int(each) if float(each).is_integer() else each
        for each in values
    ]
