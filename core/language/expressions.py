"""Expressions of the program language: each appends its nodes to the graph.

A function here returns the index of the expression's node, or a walk that does so after asking for its operands.
"""

import ast
from collections.abc import Callable, Mapping
from typing import Any

from chainrule.core.errors import did_you_mean
from chainrule.core.language import calls, literals
from chainrule.core.language.builder import Builder, Scope, Walk
from chainrule.core.ops import OPS
from chainrule.core.ops.composites import COMPOSITES
from chainrule.core.text import Text

_BINARY = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.Div: "div",
    ast.Pow: "pow",
    ast.MatMult: "matmul",
}
_OPERATOR_SIGNS = {
    ast.Mod: "%",
    ast.FloorDiv: "//",
    ast.LShift: "<<",
    ast.RShift: ">>",
    ast.BitAnd: "&",
    ast.BitOr: "|",
    ast.BitXor: "^",
}


def expression(build: Builder, node: ast.expr, scope: Scope) -> int | Walk:
    """Append an expression."""
    leaf = literals.leaf(build, node)
    return computed(build, node, scope) if leaf is None else build.place(build.graph.constant(leaf), node)


def computed(build: Builder, node: ast.expr, scope: Scope) -> int | Walk:
    """Append an expression that is no leaf."""
    return _BY_KIND.get(type(node), _refused)(build, node, scope)


def _name(build: Builder, node: ast.Name, scope: Scope) -> int:
    name = node.id
    known = scope.nodes.get(name)
    if known is not None:
        return known
    if name in scope.counters:
        return build.place(build.graph.constant(float(scope.counters[name])), node)
    if scope.function is None and name in build.given and name not in build.assigned:
        scope.nodes[name] = build.place(build.graph.input(name, shape=build.given[name]), node)
        return scope.nodes[name]
    raise _unknown(build, node, scope)


def _unknown(build: Builder, node: ast.Name, scope: Scope) -> Exception:
    name, known = node.id, [*scope.nodes, *scope.counters]
    if scope.function is not None:
        hint = did_you_mean(name, known) or Text(
            f"`{scope.function}`의 매개변수로 넘겨 주세요.",
            f"hand it to `{scope.function}` as an argument",
        )
    elif name in build.assigned:
        hint = Text("값을 쓰기 전에 먼저 정하세요.", "it is assigned further below; move that line up")
    elif name in OPS or name in COMPOSITES or name in build.functions:
        hint = Text(f"함수입니다. `{name}(…)`처럼 부르세요.", f"it is a function: call it as `{name}(…)`")
    else:
        hint = did_you_mean(name, known) or Text(
            f"위에 `{name} = 1`처럼 값을 정하세요.", f"give it a value above, as in `{name} = 1`"
        )
    return build.error(
        node,
        f"`{name}`의 값이 정해지지 않았습니다.",
        f"`{name}` is not defined.",
        name=name,
        hint=hint,
    )


def _binary(build: Builder, node: ast.BinOp, scope: Scope) -> int | Walk:
    op = _BINARY.get(type(node.op))
    if op is None:
        sign = _OPERATOR_SIGNS.get(type(node.op), "?")
        raise build.error(
            node,
            f"연산자 `{sign}`은(는) 쓸 수 없습니다.",
            f"The operator `{sign}` is not allowed.",
            name=sign,
            allowed=Text("`+ - * / ** @`", "`+ - * / ** @`"),
        )
    left, right = node.left, node.right
    # Most operands are names: no walk is needed to find their nodes.
    if type(left) is ast.Name and type(right) is ast.Name:
        first = _name(build, left, scope)
        return build.apply(node, op, first, _name(build, right, scope))
    if op == "div" and literals.number(left) == 1:
        return _applied(build, node, "inv", right, scope)
    return _both(build, node, op, scope)


def _both(build: Builder, node: ast.BinOp, op: str, scope: Scope) -> Walk:
    first = yield node.left, scope
    second = yield node.right, scope
    return build.apply(node, op, first, second)


def _applied(build: Builder, node: ast.expr, op: str, operand: ast.expr, scope: Scope) -> int | Walk:
    """An op with one operand and no parameters."""
    if type(operand) is ast.Name:
        return build.apply(node, op, _name(build, operand, scope))
    return _one(build, node, op, operand, scope)


def _one(build: Builder, node: ast.expr, op: str, operand: ast.expr, scope: Scope) -> Walk:
    index = yield operand, scope
    return build.apply(node, op, index)


def _unary(build: Builder, node: ast.UnaryOp, scope: Scope) -> int | Walk:
    if isinstance(node.op, ast.USub):
        return _applied(build, node, "neg", node.operand, scope)
    return _same(node.operand, scope) if isinstance(node.op, ast.UAdd) else _refused(build, node, scope)


def _same(inner: ast.expr, scope: Scope) -> Walk:
    return (yield inner, scope)


def _attribute(build: Builder, node: ast.Attribute, scope: Scope) -> int | Walk:
    if node.attr == "T":
        return _applied(build, node, "transpose", node.value, scope)
    return _refused(build, node, scope)


def _subscript(build: Builder, node: ast.Subscript, scope: Scope) -> Walk:
    operand = yield node.value, scope
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    picked = [literals.argument(build, part, scope) for part in parts]
    return build.apply_tensor(node, "getitem", [operand], picked, {})


def _constant(build: Builder, node: ast.Constant, scope: Scope) -> int:
    shown = str(node.value)[:40]
    raise build.error(
        node,
        f"`{shown}`은(는) 실수가 아닙니다.",
        f"`{shown}` is not a real number.",
        allowed=Text("`2`, `1.5`, `1e-3` 같은 수", "numbers such as `2`, `1.5`, `1e-3`"),
    )


def _refused(build: Builder, node: ast.expr, scope: Scope) -> int:
    text = build.source.text_of(node)
    raise build.error(
        node,
        f"`{text[:40]}` 꼴의 식은 쓸 수 없습니다.",
        f"An expression like `{text[:40]}` is not allowed.",
        allowed=Text(
            "수, 목록, 이름, `+ - * / ** @`, 함수 호출",
            "numbers, lists of numbers, names, `+ - * / ** @` and calls of functions",
        ),
    )


_BY_KIND: Mapping[type[ast.expr], Callable[[Builder, Any, Scope], int | Walk]] = {
    ast.Name: _name,
    ast.BinOp: _binary,
    ast.UnaryOp: _unary,
    ast.Call: calls.call,
    ast.Attribute: _attribute,
    ast.Subscript: _subscript,
    ast.Constant: _constant,
}
