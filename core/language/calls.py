"""Calls of the program language: of ops, of composites, and of the program's own functions."""

import ast
from functools import cache

from chainrule.core.errors import did_you_mean
from chainrule.core.language.builder import ALIASES, Builder, Scope, Walk
from chainrule.core.language.literals import MAKERS, argument, function_name, is_method
from chainrule.core.ops import OPS, shapes
from chainrule.core.ops.composites import COMPOSITES
from chainrule.core.text import Text


def call(build: Builder, node: ast.Call, scope: Scope) -> int | Walk:
    """Append what a call computes."""
    function, name, given = node.func, function_name(node), list(node.args)
    if not name and isinstance(function, ast.Attribute) and is_method(function.attr):
        name, given = function.attr, [function.value, *given]
    if not name:
        raise build.error(
            node, "함수는 이름으로만 부를 수 있습니다.", "A function can only be called by its name."
        )
    if name in ("max", "min") and len(given) == 2:
        name += "imum"
    own = build.functions.get(name)
    if own is not None:
        _refuse_calls_upwards(build, function, name, own, scope)
        return _own(build, node, own, given, scope)
    name = ALIASES.get(name, name)
    if name == "labels" and build.in_composite is not None:
        return _labels(build, node, given, scope)
    op = OPS.get(name)
    if op is not None and op.tensor is not None:
        return _tensor_op(build, node, name, given, scope)
    if op is not None:
        if op.defaults and op.arity - len(op.defaults) <= len(given) < op.arity:
            given += [
                ast.copy_location(ast.Constant(value), node) for value in op.defaults[len(given) - op.arity :]
            ]
        _check_arguments(build, node, name, given, op.arity)
        if len(given) == 1 and type(given[0]) is ast.Name:
            index = scope.nodes.get(given[0].id)
            if index is not None:
                return build.apply(node, name, index)
        return _op(build, node, name, given, scope)
    definition = _composite_definition(name)
    if definition is None:
        raise _unknown(build, function, name)
    return _own(build, node, definition, given, scope, built_in=True)


def _refuse_calls_upwards(build: Builder, at: ast.AST, name: str, own: ast.FunctionDef, scope: Scope) -> None:
    """Inside a function, one that is not above it: no function can come to call itself."""
    caller = build.functions.get(scope.function or "")
    if caller is not None and own.lineno >= caller.lineno:
        raise build.error(
            at,
            f"함수 `{caller.name}` 안에서는 그 위에 정의된 함수만 부를 수 있습니다.",
            f"Inside `{caller.name}` only functions defined above it can be called.",
            name=name,
        )


def _unknown(build: Builder, at: ast.AST, name: str) -> Exception:
    known = [*build.functions, *COMPOSITES, *OPS, *MAKERS, *ALIASES]
    listed = ", ".join(sorted(known))
    return build.error(
        at,
        f"`{name}`(이)라는 함수는 없습니다.",
        f"There is no function `{name}`.",
        name=name,
        hint=did_you_mean(name, known),
        allowed=Text(listed, listed),
    )


def _check_arguments(build: Builder, node: ast.Call, name: str, given: list[ast.expr], wanted: int) -> None:
    """As many arguments as are wanted, none of them by name."""
    if node.keywords or any(isinstance(each, ast.Starred) for each in given):
        raise build.error(
            node,
            "인수는 차례대로, 이름 없이 적어야 합니다.",
            "Arguments are given in order and without names.",
        )
    if len(given) != wanted:
        raise build.error(
            node,
            f"`{name}`의 인수는 {wanted}개여야 하는데 {len(given)}개입니다.",
            f"`{name}` takes {wanted} argument{'s' if wanted != 1 else ''}, not {len(given)}.",
            name=name,
        )


def _op(build: Builder, node: ast.Call, name: str, given: list[ast.expr], scope: Scope) -> Walk:
    """An elementwise op."""
    operands: list[int] = []
    for each in given:
        operands.append((yield each, scope))
    return build.apply(node, name, *operands)


def _tensor_op(build: Builder, node: ast.Call, name: str, given: list[ast.expr], scope: Scope) -> Walk:
    """A tensor op: its operands come first, then its parameters, by place or by name."""
    tensor = OPS[name].tensor
    assert tensor is not None
    arity, names = OPS[name].arity, tensor.parameters
    wrong = [keyword.arg for keyword in node.keywords if keyword.arg not in names]
    if wrong or len(given) < (1 if tensor.folds else arity) or (not names and len(given) > arity):
        listed = "`" + OPS[name].written + "`"
        form = (
            listed
            if tensor.folds
            else f"`{name}({', '.join(['x', 'y'][:arity] + [f'{n}=…' for n in names])})`"
        )
        raise build.error(
            node,
            f"`{name}`을(를) 이렇게 부를 수 없습니다.",
            f"`{name}` cannot be called like this.",
            name=name,
            allowed=Text(form, form),
        )
    if tensor.folds and given:
        return (yield from _folded(build, node, name, given, scope))
    operands: list[int] = []
    for each in given[:arity]:
        operands.append((yield each, scope))
    written = [argument(build, each, scope) for each in given[arity:]]
    named = {keyword.arg: argument(build, keyword.value, scope) for keyword in node.keywords}
    return build.apply_tensor(node, name, operands, written, named)


def _folded(build: Builder, node: ast.Call, name: str, given: list[ast.expr], scope: Scope) -> Walk:
    """An op of a list of tensors: joined from the left, two at a time."""
    first, *rest = given
    if not isinstance(first, ast.List | ast.Tuple) or len(first.elts) < 2:
        raise build.error(
            node,
            f"`{name}`에는 텐서를 둘 이상 목록으로 적습니다.",
            f"`{name}` takes a list of two tensors or more.",
            name=name,
            allowed=Text(f"`{OPS[name].written}`", f"`{OPS[name].written}`"),
        )
    written = [argument(build, each, scope) for each in rest]
    named = {keyword.arg: argument(build, keyword.value, scope) for keyword in node.keywords}
    joined: int = yield first.elts[0], scope
    for each in first.elts[1:]:
        joined = build.apply_tensor(node, name, [joined, (yield each, scope)], written, named)
    return joined


def _labels(build: Builder, node: ast.Call, given: list[ast.expr], scope: Scope) -> Walk:
    """``labels(t, scores)`` in a composite: one-hot targets as they are, class numbers made one-hot."""
    target: int = yield given[0], scope
    scores: int = yield given[1], scope
    wanted, found = (build.graph.shapes.get(i, ()) for i in (scores, target))
    if found == wanted:
        return target
    if found == wanted[:-1] and wanted:
        return build.apply_tensor(node, "one_hot", [target], [wanted[-1]], {})
    raise build.error(
        node,
        f"정답의 모양 {shapes.shown(found)}은(는) 점수의 모양 {shapes.shown(wanted)}과 맞지 않습니다.",
        f"Targets of shape {shapes.shown(found)} do not fit scores of shape {shapes.shown(wanted)}.",
        allowed=Text(
            f"원-핫 {shapes.shown(wanted)} 또는 번호 {shapes.shown(wanted[:-1])}",
            f"one-hot {shapes.shown(wanted)} or class numbers {shapes.shown(wanted[:-1])}",
        ),
    )


def _own(
    build: Builder,
    node: ast.Call,
    function: ast.FunctionDef,
    given: list[ast.expr],
    scope: Scope,
    built_in: bool = False,
) -> Walk:
    """A function written in the language: its body is appended as a group."""
    parameters = tuple(each.arg for each in function.args.args)
    _check_arguments(build, node, function.name, given, len(parameters))
    arguments: list[int] = []
    for each in given:
        arguments.append((yield each, scope))
    build.step(node)
    graph = build.graph
    if graph.depth >= build.limits.call_depth:
        raise build.error(
            node,
            f"함수는 {build.limits.call_depth}겹까지 부를 수 있습니다.",
            f"Functions are called more than {build.limits.call_depth} deep inside one another.",
        )
    inner = Scope(function.name)
    inner.nodes.update(zip(parameters, arguments, strict=True))
    outer_call = build.in_composite
    if built_in and outer_call is None:
        build.in_composite = node
    graph.open_group(function.name, tuple(arguments), parameters)
    *body, last = function.body
    for statement in body:
        yield statement, inner
    assert isinstance(last, ast.Return)
    assert last.value is not None
    result: int = yield last.value, inner
    if result in arguments:
        raise build.error(
            last,
            f"함수 `{function.name}`은(는) 받은 값을 그대로 돌려줍니다. 계산한 값을 돌려주어야 합니다.",
            f"The function `{function.name}` returns what it was given; it must return something it computes.",
        )
    graph.close_group(result)
    build.in_composite = outer_call
    return result


@cache
def _composite_definition(name: str) -> ast.FunctionDef | None:
    if name not in COMPOSITES:
        return None
    function = ast.parse(COMPOSITES[name].source).body[0]
    assert isinstance(function, ast.FunctionDef)
    return function
