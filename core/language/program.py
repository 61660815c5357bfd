"""The program language: a small, safe subset of Python, read with ``ast`` against an allow-list; nothing is executed.

Statements: ``name = expression``, a final bare expression, ``def f(a, b): …; return …``, ``for i in range(K):``
(unrolled). Expressions: numbers, names, ``+ - * / **``, unary minus, calls of ops, composites and the program's own
functions. A name that is given a plain number is an input; the comment behind an assignment is its label.
"""

import ast
from collections.abc import Callable, Collection, Mapping
from types import GeneratorType
from typing import Any

from chainrule.core.engine.graph import Graph
from chainrule.core.errors import ProgramError
from chainrule.core.language import literals
from chainrule.core.language.builder import Builder, Limits, Scope, Walk, is_built_in
from chainrule.core.language.expressions import computed, expression
from chainrule.core.language.source import STATEMENTS, Source
from chainrule.core.ops.op import Shape
from chainrule.core.text import Text

__all__ = ["Limits", "parse"]


def parse(
    source: str, given: Collection[str] | Mapping[str, Shape] = (), limits: Limits | None = None
) -> Graph:
    """The graph that a program means.

    ``given`` names the inputs whose values come with the request: a name that the program never assigns is an input
    if it stands there, and an error if not; a mapping gives their shapes too. Raises ProgramError; its
    ``partial`` is the graph before the error.
    """
    limits = limits or Limits()
    text = Source(source)
    body, error = text.statements(limits.source_length)
    build = Builder(text, body, given if isinstance(given, Mapping) else dict.fromkeys(given, ()), limits)
    try:
        _program(build)
        if error is None and not len(build.graph):
            error = ProgramError(
                Text("프로그램이 비어 있습니다.", "The program is empty."), 1, 1, allowed=STATEMENTS
            )
    except ProgramError as found:
        error = found
    if error is not None:
        error.partial = build.graph if len(build.graph) else None
        raise error
    return build.graph


def _program(build: Builder) -> None:
    """Carry out every statement; the value assigned or shown last is the output."""
    scope = Scope()
    result: int | None = None
    last = build.body[-1] if build.body else None
    for each in build.body:
        bare = each is last and type(each) is ast.Expr and not _is_print(each.value)
        value = _begun(build, each.value if bare else each, scope)  # type: ignore[attr-defined]
        if type(value) is GeneratorType:
            value = _run(build, value)
        if value is not None:
            result = value
    if result is not None:
        build.graph.output = result


def _run(build: Builder, walk: Walk) -> Any:
    """Carry out a walk and all it asks for, on a stack of its own."""
    stack, value = [walk], None
    while stack:
        try:
            asked, inner = stack[-1].send(value)
        except StopIteration as stop:
            stack.pop()
            value = stop.value
            continue
        value = _begun(build, asked, inner)
        if type(value) is GeneratorType:
            stack.append(value)
            value = None
    return value


def _begun(build: Builder, node: ast.AST, scope: Scope) -> Any:
    """The node of an expression, or what a statement assigned or shows; or a walk that finds it."""
    carry_out = _BY_KIND.get(type(node))
    if carry_out is None:
        if isinstance(node, ast.expr):
            return expression(build, node, scope)
        carry_out = _refused
    build.step(node)
    return carry_out(build, node, scope)


def _assign(build: Builder, statement: ast.Assign, scope: Scope) -> int | Walk:
    targets = statement.targets
    if len(targets) == 1 and type(targets[0]) is ast.Name:
        return _assigned(build, statement, targets[0].id, statement.value, scope)
    raise _one_name(build, statement)


def _annotated(build: Builder, statement: ast.AnnAssign, scope: Scope) -> int | Walk:
    if isinstance(statement.target, ast.Name) and statement.value is not None:
        return _assigned(build, statement, statement.target.id, statement.value, scope)
    raise _one_name(build, statement)


def _augmented(build: Builder, statement: ast.AugAssign, scope: Scope) -> int | Walk:
    target = statement.target
    if not isinstance(target, ast.Name):
        raise _one_name(build, statement)
    read = ast.copy_location(ast.Name(target.id, ast.Load()), target)
    both = ast.copy_location(ast.BinOp(read, statement.op, statement.value), statement)
    return _assigned(build, statement, target.id, both, scope)


def _one_name(build: Builder, statement: ast.stmt) -> ProgramError:
    return build.error(
        statement,
        "한 번에 이름 하나에만 값을 줄 수 있습니다.",
        "A value can be given to one name at a time.",
        allowed=Text("`이름 = 식`", "`name = expression`"),
    )


def _assigned(build: Builder, statement: ast.stmt, name: str, value: ast.expr, scope: Scope) -> int | Walk:
    if is_built_in(name):
        build.check_name(statement, name)
    if scope.counters:
        scope.counters.pop(name, None)
    leaf = None if type(value) is ast.BinOp else literals.leaf(build, value)
    if leaf is None:
        node = computed(build, value, scope)
        if type(node) is not int:
            return _named_later(build, statement, name, node, scope)
    elif scope.function is None:
        node = build.place(build.graph.input(name, leaf), statement)
    else:
        node = build.place(build.graph.constant(leaf), statement)
    return _named(build, statement, name, node, scope)


def _named_later(build: Builder, statement: ast.stmt, name: str, walk: Any, scope: Scope) -> Walk:
    node = yield from walk
    return _named(build, statement, name, node, scope)


def _named(build: Builder, statement: ast.stmt, name: str, node: int, scope: Scope) -> int:
    build.graph.name(node, name)
    if build.source.commented and build.in_composite is None:
        label = build.source.comment(statement)
        if label:
            build.graph.labels.setdefault(node, label)
    scope.nodes[name] = node
    return node


def _bare(build: Builder, statement: ast.Expr, scope: Scope) -> Walk:
    value = statement.value
    if _is_print(value) and len(value.args) == 1:  # type: ignore[attr-defined]
        return _shown(value.args[0], scope)  # type: ignore[attr-defined]
    raise build.error(
        statement,
        "이 식의 값은 아무 데도 쓰이지 않습니다.",
        "The value of this expression is not used.",
        hint=Text("이름을 붙이거나 맨 끝 줄로 옮기세요.", "give it a name, or make it the last line"),
    )


def _shown(value: ast.expr, scope: Scope) -> Walk:
    return (yield value, scope)


def _is_print(value: ast.expr) -> bool:
    """``print(price)`` stands at the end of the book's scripts: it shows a value, as a bare expression does."""
    return isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "print"


def _define(build: Builder, function: ast.FunctionDef, scope: Scope) -> None:
    """Keep a function for later calls, once its form is right."""
    if scope.function is not None:
        raise _refusal(build, function)
    build.check_name(function, function.name)
    if function.name in build.functions:
        raise build.error(
            function,
            f"`{function.name}`은(는) 이미 정의되었습니다.",
            f"`{function.name}` is defined already.",
        )
    arguments = function.args
    plain = not (
        arguments.vararg
        or arguments.kwarg
        or arguments.kwonlyargs
        or arguments.posonlyargs
        or arguments.defaults
        or function.decorator_list
    )
    if not plain:
        raise build.error(
            function,
            "함수에는 이름만 적은 매개변수만 쓸 수 있습니다.",
            "A function can only have plain parameters.",
            allowed=Text("`def f(a, b):`", "`def f(a, b):`"),
        )
    for argument in arguments.args:
        build.check_name(argument, argument.arg)
    last = function.body[-1]
    if not (isinstance(last, ast.Return) and last.value is not None):
        raise build.error(
            last,
            f"함수 `{function.name}`의 마지막 줄은 `return 식`이어야 합니다.",
            f"The last line of the function `{function.name}` must be `return expression`.",
        )
    build.functions[function.name] = function


def _loop(build: Builder, statement: ast.For, scope: Scope) -> Walk:
    """Carry out a loop's body once a count."""
    target = statement.target
    if not isinstance(target, ast.Name) or statement.orelse:
        raise build.error(
            statement, "반복문의 꼴이 맞지 않습니다.", "A loop of this form is not allowed.", allowed=_LOOP
        )
    build.check_name(target, target.id)
    value = None
    for count in _counts(build, statement.iter, scope):
        scope.nodes.pop(target.id, None)
        scope.counters[target.id] = count
        for inner in statement.body:
            value = yield inner, scope
    return value


def _counts(build: Builder, counted: ast.expr, scope: Scope) -> range:
    """The numbers that ``range(…)`` counts."""
    bounds: list[int] = []
    if isinstance(counted, ast.Call) and isinstance(counted.func, ast.Name) and counted.func.id == "range":
        for argument in counted.args:
            value = literals.number(argument)
            if value is None and isinstance(argument, ast.Name) and argument.id in scope.counters:
                value = scope.counters[argument.id]
            if value is None or not float(value).is_integer():
                raise build.error(
                    argument,
                    "반복 횟수는 정수로 적어야 합니다.",
                    "The number of repetitions must be written as a whole number.",
                    allowed=_LOOP,
                )
            bounds.append(int(value))
    if not 1 <= len(bounds) <= 3 or (len(bounds) == 3 and bounds[2] == 0):
        raise build.error(
            counted, "`range(…)`만 반복할 수 있습니다.", "Only `range(…)` can be looped over.", allowed=_LOOP
        )
    return range(*bounds)


_LOOP = Text("`for i in range(10):`", "`for i in range(10):`")


def _import(build: Builder, statement: ast.Import, scope: Scope) -> None:
    if not all(alias.name in ("numpy", "math") for alias in statement.names):
        raise _refusal(build, statement)


def _pass(build: Builder, statement: ast.Pass, scope: Scope) -> None:
    return None


def _return(build: Builder, statement: ast.Return, scope: Scope) -> None:
    raise build.error(
        statement,
        "`return`은 `def`의 맨 끝에만 올 수 있습니다.",
        "`return` can only stand at the end of a `def`.",
    )


def _refused(build: Builder, statement: ast.AST, scope: Scope) -> None:
    raise _refusal(build, statement)


def _refusal(build: Builder, statement: ast.AST) -> ProgramError:
    name = type(statement).__name__
    word = _WORDS.get(name, name.lower())
    return build.error(
        statement, f"`{word}`은(는) 쓸 수 없습니다.", f"`{word}` is not allowed.", allowed=STATEMENTS
    )


_WORDS = {"With": "with", "Try": "try", "While": "while", "If": "if", "ClassDef": "class", "Delete": "del"}

_BY_KIND: Mapping[type[ast.AST], Callable[[Builder, Any, Scope], Any]] = {
    ast.Assign: _assign,
    ast.AnnAssign: _annotated,
    ast.AugAssign: _augmented,
    ast.Expr: _bare,
    ast.FunctionDef: _define,
    ast.For: _loop,
    ast.Import: _import,
    ast.Pass: _pass,
    ast.Return: _return,
}
