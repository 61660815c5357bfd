"""Statements of the program language: what each of them does to the names and to the graph."""

import ast
from collections.abc import Callable, Mapping
from typing import Any, TypeGuard

import numpy as np

from chainrule.core.errors import ProgramError
from chainrule.core.language import assignments, conditions, iteration, objects
from chainrule.core.language.attributes import found_in
from chainrule.core.language.branches import Branches
from chainrule.core.language.builder import Builder, Scope, Walk, kept
from chainrule.core.language.expressions import defaults_of
from chainrule.core.language.folding import fix_count
from chainrule.core.language.modules import imported, imported_from
from chainrule.core.language.source import STATEMENTS
from chainrule.core.language.values import Absent, Function, Known, Left, Returned, Unsettled, Value
from chainrule.core.text import Text


def _bare(build: Builder, statement: ast.Expr, scope: Scope) -> Value | Walk:
    """An expression that stands alone: a docstring, a ``print``, a call for its effect."""
    value = statement.value
    if isinstance(value, ast.Constant) and (isinstance(value.value, str) or value.value is ...):
        return None
    if _is_print(value):
        return _shown(build, value, scope)
    if build.source.prompts or isinstance(value, ast.Yield | ast.YieldFrom | ast.Await):
        return _looked_at(build, value, scope)
    if isinstance(value, ast.Call):
        return _called(build, statement, value, scope)
    raise _unused(build, statement)


def _unused(build: Builder, statement: ast.stmt) -> ProgramError:
    return build.error(
        statement,
        "이 식의 값은 아무 데도 쓰이지 않습니다.",
        "The value of this expression is not used.",
        hint=Text("이름을 붙이거나 맨 끝 줄로 옮기세요.", "give it a name, or make it the last line"),
    )


def _looked_at(build: Builder, value: ast.expr, scope: Scope) -> Walk:
    return (yield value, scope)


def _called(build: Builder, statement: ast.Expr, value: ast.Call, scope: Scope) -> Walk:
    """A call for its effect; one that computes a value nobody uses is an error."""
    mark, changes = len(build.graph), len(build.arrays.newest)
    found = yield value, scope
    changed = len(build.arrays.newest) > changes
    if type(found) is int and len(build.graph) > mark and scope.function is None and not changed:
        raise _unused(build, statement)
    return None


# Prints


def is_shown(value: ast.expr) -> bool:
    """Whether a bare expression shows its value at the end of a program."""
    return not _is_print(value) and not (isinstance(value, ast.Constant) and isinstance(value.value, str))


def _is_print(value: ast.expr) -> TypeGuard[ast.Call]:
    """``print(price)`` stands at the end of the book's scripts: it shows a value, as a bare expression does."""
    return isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "print"


_AROUND = frozenset({"round", "float", "str", "repr", "list", "item", "format", "tolist", "numpy", "int"})
"""What a value is put through only to be printed."""


def _shown(build: Builder, call: ast.Call, scope: Scope) -> Walk:
    """What a ``print`` shows: the value of its one argument, or the one node among the names in it."""
    if len(call.args) == 1 and _computes(call.args[0]) and not _measures(build, call.args[0], scope):
        value = yield call.args[0], scope
        return value if type(value) is int else None
    found: list[Value] = []
    for name in _names(call.args):
        value = yield from kept(build, name, scope)
        if type(value) is int and value not in found:
            found.append(value)
    computed = [node for node in found if build.graph.a[node] >= 0]
    return computed[0] if len(computed) == 1 else None


def _measures(build: Builder, value: ast.expr, scope: Scope) -> bool:
    """Whether a print shows what clocks and files give, as ``print(time.time() - start)`` does."""
    return any(
        isinstance(part, ast.Name) and isinstance(found_in(scope, part.id), Absent)
        for part in ast.walk(value)
    )


def _computes(value: ast.expr) -> bool:
    """Whether a print's only argument is a value to show and not a text, a gradient or a look at something."""
    for part in ast.walk(value):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            return False
        if isinstance(part, ast.JoinedStr | ast.Starred):
            return False
        if isinstance(part, ast.Call):
            called = part.func
            name = called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")
            if name in _AROUND or name in (
                "type",
                "allclose",
                "isclose",
                "keys",
                "items",
                "id",
                "dir",
                "isnan",
            ):
                return False
        if isinstance(part, ast.Attribute) and part.attr in ("grad", "shape", "dtype", "params", "grads"):
            return False
    return True


def _names(arguments: list[ast.expr]) -> list[ast.Name]:
    """The names whose values a print shows as they are."""
    found: list[ast.Name] = []
    pending = list(reversed(arguments))
    while pending:
        each = pending.pop()
        if isinstance(each, ast.Name):
            found.append(each)
        elif isinstance(each, ast.JoinedStr):
            pending += reversed(each.values)
        elif isinstance(each, ast.FormattedValue):
            pending.append(each.value)
        elif isinstance(each, ast.BinOp) and isinstance(each.op, ast.Mod):
            pending.append(each.right)
        elif isinstance(each, ast.Tuple):
            pending += reversed(each.elts)
        elif isinstance(each, ast.Attribute) and each.attr in ("data", "value"):
            pending.append(each.value)
        elif isinstance(each, ast.Call):
            called = each.func
            if isinstance(called, ast.Name) and called.id in _AROUND:
                pending += reversed(each.args)
            elif isinstance(called, ast.Attribute) and called.attr in _AROUND:
                pending += reversed([called.value, *each.args])
    return found


# Functions


def _define(build: Builder, function: ast.FunctionDef, scope: Scope) -> Walk:
    """Keep a function for later calls."""
    if function.args.kwarg is not None:
        raise build.error(
            function,
            "함수의 매개변수에 `**`는 쓸 수 없습니다.",
            "A function cannot have a parameter with `**`.",
            allowed=Text("`def f(a, b=1):`", "`def f(a, b=1):`"),
        )
    defaults = yield from defaults_of(build, function.args, scope)
    name = function.name
    scope.give(name, Function(name, function, scope, defaults))
    return None


def _return(build: Builder, statement: ast.Return, scope: Scope) -> Walk:
    if not build.active:
        raise build.error(
            statement,
            "`return`은 `def`의 맨 끝에만 올 수 있습니다.",
            "`return` can only stand at the end of a `def`.",
        )
    if statement.value is None:
        return Returned(Known(None), statement)
    value = yield statement.value, scope
    return Returned(value, statement.value)


# Loops and choices


def _loop(build: Builder, statement: ast.For, scope: Scope) -> Walk:
    """Carry out a loop's body once a round."""
    through = yield from kept(build, statement.iter, scope)
    value = None
    for each in iteration.steps(build, through, statement.iter):
        iteration.bind(build, statement.target, each, scope)
        outcome = yield from _block(build, statement.body, scope)
        if isinstance(outcome, Returned):
            return outcome
        if isinstance(outcome, Left):
            if outcome.loop:
                return value
            continue
        value = value if outcome is None else outcome
    if statement.orelse:
        outcome = yield from _block(build, statement.orelse, scope)
        value = value if outcome is None else outcome
    return value


def _block(build: Builder, body: list[ast.stmt], scope: Scope) -> Walk:
    """Statements one after the other, up to a ``return``, ``break`` or ``continue``."""
    value = None
    for inner in body:
        outcome = yield inner, scope
        if isinstance(outcome, Returned | Left):
            return outcome
        value = value if outcome is None else outcome
    return value


def _leave(build: Builder, statement: ast.Break | ast.Continue, scope: Scope) -> Left:
    return Left(isinstance(statement, ast.Break))


def _if(build: Builder, statement: ast.If, scope: Scope) -> Walk:
    """The branch that holds; where an input decides, both, and a ``where`` for what they set."""
    test = yield from kept(build, statement.test, scope)
    if conditions.is_settled(test):
        held = not isinstance(test, Absent) and conditions.truth(build, test, statement.test)
        return (yield from _block(build, statement.body if held else statement.orelse, scope))
    return (yield from _both_branches(build, statement, test, scope))


def _both_branches(build: Builder, statement: ast.If, test: int, scope: Scope) -> Walk:
    before = dict(scope.names)
    branches = Branches(build)
    yes = yield from _block(build, statement.body, scope)
    after_yes, scope.names = scope.names, dict(before)
    branches.turn()
    no = yield from _block(build, statement.orelse, scope)
    after_no = scope.names
    branches.end()
    if isinstance(yes, Left) or isinstance(no, Left):
        fix_count(build, test)
        raise conditions.undecided(build, statement.test)
    if isinstance(yes, Returned) and isinstance(no, Returned):
        chosen = yield from conditions.chosen(build, statement, test, (yes.value, yes.at), (no.value, no.at))
        return Returned(chosen, statement)
    if isinstance(yes, Returned) or isinstance(no, Returned):
        raise conditions.undecided(build, statement.test)
    value = None
    looped = _looped(statement)
    for name in [*after_yes, *(name for name in after_no if name not in after_yes)]:
        a, b = after_yes.get(name), after_no.get(name)
        if a is b:
            continue
        if name in looped and not (type(a) is int and type(b) is int):
            if not (isinstance(a, Known) and isinstance(b, Known) and np.array_equal(a.value, b.value)):
                scope.names[name] = Unsettled(lambda: conditions.undecided(build, statement.test))
            continue
        if a is None or b is None or (type(a) is not int and type(b) is not int and not _numbers(a, b)):
            raise conditions.undecided(build, statement.test)
        held = branches.newest(a, yes=True), branches.newest(b, yes=False)
        node = yield from conditions.chosen(
            build, statement, test, (held[0], statement), (held[1], statement)
        )
        value = assignments.bound(build, statement, statement, name, node, scope)
    yield from branches.join(statement, test)
    return value


def _looped(statement: ast.If) -> set[str]:
    """The names that the loops inside a choice go through."""
    targets = [part.target for part in ast.walk(statement) if isinstance(part, ast.For)]
    return {part.id for target in targets for part in ast.walk(target) if isinstance(part, ast.Name)}


def _numbers(a: Value, b: Value) -> bool:
    return isinstance(a, Known) and isinstance(b, Known)


# What changes nothing, and what is refused


def _declared(build: Builder, statement: ast.Global | ast.Nonlocal, scope: Scope) -> None:
    """``global count``: the name stands outside of the function."""
    place: Scope | None = scope.outer
    for name in statement.names:
        owner = build.globals
        while isinstance(statement, ast.Nonlocal) and place is not None:
            if name in place.names:
                owner = place
                break
            place = place.outer
        if owner is not scope:
            scope.elsewhere[name] = owner


def _nothing(build: Builder, statement: ast.stmt, scope: Scope) -> None:
    return None


def _with(build: Builder, statement: ast.With, scope: Scope) -> Walk:
    """``with np.errstate(…):`` changes no number: its lines are carried out."""
    for item in statement.items:
        called = item.context_expr.func if isinstance(item.context_expr, ast.Call) else item.context_expr
        if getattr(called, "attr", "") not in ("errstate", "printoptions") or item.optional_vars is not None:
            refused(build, statement, scope)
    return (yield from _block(build, statement.body, scope))


def refused(build: Builder, statement: ast.AST, scope: Scope) -> None:
    """Refuse a statement, with what to write instead."""
    name = type(statement).__name__
    word, hint = _REFUSED.get(name, (name.lower(), None))
    if isinstance(statement, ast.With):
        hint = _without(ast.unparse(statement.items[0].context_expr))
    raise build.error(
        statement,
        f"`{word}`은(는) 쓸 수 없습니다.",
        f"`{word}` is not allowed.",
        name=word,
        hint=hint,
        allowed=STATEMENTS,
    )


_REPEAT = Text("`for i in range(10):`으로 반복하세요.", "repeat with `for i in range(10):`")
_ONLY_BODY = Text("안의 줄만 남기세요.", "keep the lines inside alone")


def _without(context: str) -> Text:
    """What to do with a ``with``, by what it is with."""
    if "no_grad" in context or "inference_mode" in context:
        return Text(
            "이 블록을 지우세요. 그래프는 갱신 없이 한 번의 순전파와 역전파를 그립니다.",
            "delete this block: the graph shows one forward and one backward pass, without the update",
        )
    if "open(" in context:
        return Text("데이터를 `np.array([[…]])`로 적으세요.", "write the data out: `np.array([[…]])`")
    return _ONLY_BODY


_REFUSED: Mapping[str, tuple[str, Text | None]] = {
    "While": ("while", _REPEAT),
    "With": ("with", _ONLY_BODY),
    "Try": ("try", _ONLY_BODY),
    "TryStar": ("try", _ONLY_BODY),
    "Match": ("match", Text("`if`와 `elif`로 적으세요.", "write it with `if` and `elif`")),
    "Raise": ("raise", Text("이 줄을 지우세요.", "delete this line")),
    "AsyncFunctionDef": ("async def", Text("`async` 없이 `def`로 적으세요.", "write `def` without `async`")),
    "AsyncFor": ("async for", Text("`async` 없이 `for`로 적으세요.", "write `for` without `async`")),
    "AsyncWith": ("async with", _ONLY_BODY),
}

BY_KIND: Mapping[type[ast.AST], Callable[[Builder, Any, Scope], Any]] = {
    ast.Assign: assignments.assigned,
    ast.AnnAssign: assignments.annotated,
    ast.AugAssign: assignments.augmented,
    ast.Expr: _bare,
    ast.FunctionDef: _define,
    ast.ClassDef: objects.defined,
    ast.Return: _return,
    ast.For: _loop,
    ast.If: _if,
    ast.With: _with,
    ast.Break: _leave,
    ast.Continue: _leave,
    ast.Import: imported,
    ast.ImportFrom: imported_from,
    ast.Pass: _nothing,
    ast.Assert: _nothing,
    ast.Global: _declared,
    ast.Nonlocal: _declared,
    ast.Delete: _nothing,
}
