"""Calls of functions written in the language: the program's own, and the built-in composites."""

import ast
from collections.abc import Generator
from functools import cache
from typing import Any

from chainrule.core.errors import ProgramError
from chainrule.core.language.arguments import Arguments, Given
from chainrule.core.language.builder import Builder, Scope
from chainrule.core.language.values import Counter, Function, Items, Known, Pending, Returned, Value
from chainrule.core.ops import CONSTANT, INPUT
from chainrule.core.ops.composites import COMPOSITES
from chainrule.core.python_tree import python_tree
from chainrule.core.text import Text


def entered(
    build: Builder, node: ast.AST, function: Function, arguments: Arguments
) -> Generator[tuple[ast.AST, Scope], Any, Value]:
    """What a function of the program gives; the nodes of its body are appended as a group.

    Methods, and functions that give several values, have no group: a closed group has one output.
    """
    given = _bound(build, node, function, arguments)
    _check_depth(build, node, function)
    definition = function.definition
    if function.owner is not None:
        inner = Scope(function.name, function.scope, sealed=True)
        inner.names.update(given)
        return _value((yield from _body(build, definition, inner)))
    if isinstance(definition, ast.FunctionDef) and not given and not _gives(definition):
        # A `main()` is the program itself.
        return _value(
            (yield from _body(build, definition, Scope(function.name, function.scope, inputs=True)))
        )
    graph, inner = build.graph, Scope(function.name, function.scope)
    for name, value in given.items():
        inner.names[name] = build.node(value, node) if isinstance(value, Pending) else build.read(value)
    parts = {name: value for name, value in inner.names.items() if type(value) is int}
    name = f"{function.name}_" if function.name in COMPOSITES else function.name
    start = len(graph)
    graph.open_group(name, tuple(parts.values()), tuple(parts))
    outcome = yield from _body(build, definition, inner)
    result = _value(outcome)
    if isinstance(result, Counter):
        result = build.node(result, outcome.at)
    if type(result) is int and result >= start and function.name not in build.before.flat:
        for leaf in [leaf for leaf in graph.leaves if leaf >= start and graph.codes[leaf] == INPUT]:
            graph.codes[leaf] = CONSTANT
        graph.close_group(result)
    else:
        graph.drop_group()
    return result


def _value(outcome: Any) -> Value:
    return outcome.value if isinstance(outcome, Returned) else Known(None)


def _body(build: Builder, definition: ast.FunctionDef | ast.Lambda, inner: Scope) -> Generator[Any, Any, Any]:
    """Carry out a function's body; what its ``return`` ends it with, None without one."""
    folding, build.folding = build.folding, False
    build.active.append(definition)
    outcome: Any = None
    if isinstance(definition, ast.Lambda):
        outcome = Returned((yield definition.body, inner), definition.body)
    else:
        for statement in definition.body:
            outcome = yield statement, inner
            if isinstance(outcome, Returned):
                break
    build.active.pop()
    build.folding = folding
    return outcome


def composed(
    build: Builder, node: ast.AST, name: str, arguments: list[int]
) -> Generator[tuple[ast.AST, Scope], Any, int]:
    """What a built-in composite gives; its body is appended as a group, and errors point at its call."""
    definition = _composite(name)
    parameters = tuple(each.arg for each in definition.args.args)
    build.step(node)
    inner = Scope(name)
    inner.names.update(zip(parameters, arguments, strict=True))
    outer_call, folding = build.in_composite, build.folding
    build.in_composite, build.folding = outer_call or node, False
    build.graph.open_group(name, tuple(arguments), parameters)
    result = _value((yield from _body(build, definition, inner)))
    assert type(result) is int
    build.graph.close_group(result)
    build.in_composite, build.folding = outer_call, folding
    return result


def composite_arity(name: str) -> int:
    """How many arguments a built-in composite takes."""
    return len(_composite(name).args.args)


@cache
def _composite(name: str) -> ast.FunctionDef:
    function = python_tree(COMPOSITES[name].source).body[0]
    assert isinstance(function, ast.FunctionDef)
    return function


@cache
def _gives(definition: ast.FunctionDef) -> bool:
    """Whether a function has a ``return`` with a value."""
    return any(isinstance(part, ast.Return) and part.value is not None for part in ast.walk(definition))


def _check_depth(build: Builder, node: ast.AST, function: Function) -> None:
    build.step(node)
    # A method may call that of another object: a net its layers. The limit of depth ends what does not end.
    if function.definition in build.active and function.owner is None:
        raise build.error(
            node,
            f"`{function.name}`이(가) 자기 자신을 부릅니다. 함수 안에서는 그 위에 정의된 함수만 부를 수 있습니다.",
            f"`{function.name}` calls itself; inside a function only functions defined above it can be called.",
            name=function.name,
            hint=Text("`for i in range(…)`로 반복하세요.", "repeat with `for i in range(…)`"),
        )
    if len(build.active) >= build.limits.call_depth:
        raise build.error(
            node,
            f"함수는 {build.limits.call_depth}겹까지 부를 수 있습니다.",
            f"Functions are called more than {build.limits.call_depth} deep inside one another.",
        )


def _bound(build: Builder, node: ast.AST, function: Function, arguments: Arguments) -> dict[str, Value]:
    """The value of each parameter. Raises ProgramError where arguments are missing, unknown or too many."""
    takes = function.definition.args
    names = [each.arg for each in (*takes.posonlyargs, *takes.args)]
    places = arguments.places
    found: dict[str, Value] = {name: each.value for name, each in zip(names, places, strict=False)}
    if takes.vararg is not None:
        found[takes.vararg.arg] = Items([each.value for each in places[len(names) :]], fixed=True)
    elif len(places) > len(names):
        raise _miscounted(build, node, function, names, len(places))
    known = {*names, *(each.arg for each in takes.kwonlyargs)}
    for name, each in arguments.names.items():
        if name not in known or name in found:
            raise _unknown_name(build, each, function, name, names)
        found[name] = each.value
    for name in known - found.keys():
        if name not in function.defaults:
            raise _miscounted(build, node, function, names, len(places) + len(arguments.names))
        found[name] = function.defaults[name]
    return found


def _miscounted(
    build: Builder, node: ast.AST, function: Function, names: list[str], given: int
) -> ProgramError:
    own = 1 if function.owner is not None else 0
    wanted, given = len(names) - own, given - own
    return build.error(
        node,
        f"`{function.name}`의 인수는 {wanted}개여야 하는데 {given}개입니다.",
        f"`{function.name}` takes {wanted} argument{'s' if wanted != 1 else ''}, not {given}.",
        name=function.name,
    )


def _unknown_name(
    build: Builder, each: Given, function: Function, name: str, names: list[str]
) -> ProgramError:
    listed = ", ".join(f"`{known}`" for known in names)
    return build.error(
        each.at,
        f"함수 `{function.name}`에는 인수 `{name}`이(가) 없거나 두 번 적었습니다.",
        f"`{function.name}` has no argument `{name}`, or it is given twice.",
        name=name,
        allowed=Text(listed, listed),
    )
