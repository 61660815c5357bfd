"""Comparisons and choices: settled at once on known numbers, else drawn as ops; nothing is decided by an input."""

import ast
import operator
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from chainrule.core.errors import ProgramError
from chainrule.core.language.builder import Builder, Scope, Walk, kept
from chainrule.core.language.own import composed
from chainrule.core.language.values import Absent, Items, Known, Module, Pending, Span, Table, Value
from chainrule.core.text import Text

_COMPARISONS: Mapping[type[ast.cmpop], tuple[str, Callable[[Any, Any], bool]]] = {
    ast.Gt: ("greater", operator.gt),
    ast.GtE: ("greater_equal", operator.ge),
    ast.Lt: ("less", operator.lt),
    ast.LtE: ("less_equal", operator.le),
    ast.Eq: ("equal", operator.eq),
    ast.NotEq: ("not_equal", operator.ne),
}


def is_settled(value: Value) -> bool:
    """Whether a value is known without any input: it can decide what is read next."""
    return type(value) is not int


def compare(build: Builder, node: ast.Compare, scope: Scope) -> Walk:
    """A comparison, or a chain of them: ``0 < x < 1``."""
    first = yield from kept(build, node.left, scope)
    at = node.left
    results: list[Value] = []
    for sign, right in zip(node.ops, node.comparators, strict=True):
        second = yield from kept(build, right, scope)
        results.append(_compared(build, node, sign, (first, at), (second, right)))
        first, at = second, right
    return conjoined(build, node, results, every=True)


def _compared(
    build: Builder,
    node: ast.Compare,
    sign: ast.cmpop,
    first: tuple[Value, ast.AST],
    second: tuple[Value, ast.AST],
) -> Value:
    (a, a_at), (b, b_at) = first, second
    if isinstance(sign, ast.Is | ast.IsNot):
        same = a is b or (isinstance(a, Known) and isinstance(b, Known) and a.value is b.value)
        return Known(same is isinstance(sign, ast.Is))
    if isinstance(sign, ast.In | ast.NotIn):
        held = (
            b.entries
            if isinstance(b, Table)
            else [getattr(each, "value", each) for each in getattr(b, "elements", ())]
        )
        if isinstance(b, Known) and isinstance(b.value, str):
            held = b.value  # type: ignore[assignment]
        if not isinstance(a, Known) or not isinstance(a.value, str | int | float):
            raise build.error(
                a_at, "`in` 앞에는 수나 이름이 와야 합니다.", "A number or a name stands before `in`."
            )
        return Known(
            (str(a.value) in held if isinstance(held, str) else a.value in held) is isinstance(sign, ast.In)
        )
    name, settle = _COMPARISONS[type(sign)]
    if is_settled(a) and is_settled(b) and not (_is_array(a) or _is_array(b)):
        left, right = _plain(a), _plain(b)
        try:
            return Known(bool(settle(left, right)))
        except (TypeError, ValueError):
            raise build.error(node, "이 둘은 견줄 수 없습니다.", "These two cannot be compared.") from None
    return build.apply(node, name, build.node(a, a_at), build.node(b, b_at))


def _is_array(value: Value) -> bool:
    return isinstance(value, Known | Pending) and isinstance(value.value, np.ndarray)


def _plain(value: Value) -> Any:
    if isinstance(value, Known | Pending):
        return value.value
    if isinstance(value, Items):
        flat = [each.value if isinstance(each, Known) else each for each in value.elements]
        return tuple(flat) if value.fixed else flat
    if isinstance(value, Span):
        return value.counts
    return value


def conjoined(build: Builder, node: ast.AST, parts: list[Value], every: bool) -> Value:
    """``and`` of truth values (every) or ``or``."""
    result = parts[0]
    for part in parts[1:]:
        if is_settled(result) and is_settled(part):
            result = part if truth(build, result, node) is every else result
            continue
        result = build.apply(
            node, "minimum" if every else "maximum", build.node(result, node), build.node(part, node)
        )
    return result


def boolean(build: Builder, node: ast.BoolOp, scope: Scope) -> Walk:
    """``and`` and ``or``: of known values as Python has them, of comparisons elementwise."""
    every = isinstance(node.op, ast.And)
    parts: list[Value] = []
    for each in node.values:
        part = yield from kept(build, each, scope)
        if is_settled(part) and not isinstance(part, Absent) and truth(build, part, each) is not every:
            if not parts:
                return part
            if all(map(is_settled, parts)):
                return part
        parts.append(part)
    return conjoined(build, node, parts, every)


def negated(build: Builder, node: ast.UnaryOp, scope: Scope) -> Walk:
    """``not c`` and ``~c``."""
    value = yield from kept(build, node.operand, scope)
    if is_settled(value):
        return Known(not truth(build, value, node.operand))
    one = build.constant(1.0, node)
    return build.apply(node, "sub", one, value)


def truth(build: Builder, value: Value, at: ast.AST) -> bool:
    """Whether a condition that no input decides holds."""
    if isinstance(value, Known):
        held = value.value
        if getattr(held, "shape", ()):
            raise build.error(
                at,
                "텐서 전체는 참도 거짓도 아닙니다.",
                "A whole tensor is neither true nor false.",
                allowed=Text("`where(c, a, b)`", "`where(c, a, b)`"),
            )
        return bool(held)
    if isinstance(value, Pending):
        return bool(value.value)
    if isinstance(value, Items):
        return bool(value.elements)
    if isinstance(value, Table):
        return bool(value.entries)
    if isinstance(value, Span):
        return bool(value.counts)
    return not isinstance(value, Module | Absent)


def choice(build: Builder, node: ast.IfExp, scope: Scope) -> Walk:
    """``a if c else b``: one of both where c is known, else a ``where`` that draws both."""
    test = yield from kept(build, node.test, scope)
    if is_settled(test):
        return (yield (node.body if truth(build, test, node.test) else node.orelse), scope)
    yes = yield from kept(build, node.body, scope)
    no = yield from kept(build, node.orelse, scope)
    return (yield from chosen(build, node, test, (yes, node.body), (no, node.orelse)))


def chosen(
    build: Builder, node: ast.AST, test: int, yes: tuple[Value, ast.AST], no: tuple[Value, ast.AST]
) -> Walk:
    """The ``where`` of two values: where they are arrays, it is one of them and no third."""
    first, second = build.node(*yes), build.node(*no)
    result = yield from composed(build, node, "where", [test, first, second])
    if build.shape(result):
        build.arrays.choose(result, first, second)
    return result


def undecided(build: Builder, at: ast.AST) -> ProgramError:
    """The error at an ``if`` that an input would decide, and whose branches cannot both be drawn."""
    return build.error(
        at,
        "이 조건은 입력값에 달려 있어, 그래프의 모양을 정할 수 없습니다.",
        "This condition depends on an input, and the graph cannot change with it.",
        hint=Text(
            "`y = a if c else b`나 `where(c, a, b)`로 적으세요.",
            "write `y = a if c else b` or `where(c, a, b)`",
        ),
    )
