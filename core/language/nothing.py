"""Programs without a node: what there is instead, and how something comes of it."""

import ast

from chainrule.core.errors import ProgramError
from chainrule.core.language.builder import Builder
from chainrule.core.language.source import STATEMENTS
from chainrule.core.language.values import Absent, Class, Function, Items, Known, Table, Value
from chainrule.core.text import Text


def nothing_drawn(build: Builder) -> ProgramError:
    """The error of a program that makes no node, at the last statement that could have made one."""
    if not build.body:
        return ProgramError(
            Text("프로그램이 비어 있습니다.", "The program is empty."), 1, 1, allowed=STATEMENTS
        )
    for statement in reversed(build.body):
        for name in _given(statement):
            value = build.globals.names.get(name)
            if value is not None and (found := _because(build, statement, name, value)) is not None:
                return found
    return build.error(
        build.body[0],
        "그릴 것이 없습니다: 입력도 계산도 없습니다.",
        "There is nothing to draw: no input and no computation.",
        hint=Text(
            "`x = 2`처럼 이름에 수를 주고 계산하세요.", "give a name a number and compute with it: `x = 2`"
        ),
        allowed=STATEMENTS,
    )


def _given(statement: ast.stmt) -> list[str]:
    """The names that a statement gives a value."""
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return [statement.name]
    if isinstance(statement, ast.Assign):
        return [target.id for target in statement.targets if isinstance(target, ast.Name)]
    return []


def _because(build: Builder, statement: ast.stmt, name: str, value: Value) -> ProgramError | None:
    """The error of the value that stands there in place of a node."""
    at = statement.value if isinstance(statement, ast.Assign) else statement
    if isinstance(value, Absent):
        return build.error(at, value.reason.ko, value.reason.en)
    found = _reason(name, value, at)
    if found is None:
        return None
    reason, hint = found
    return build.error(
        _text_in(at) or at if isinstance(value, Items) else at,
        f"그릴 것이 없습니다: {reason.ko}",
        f"There is nothing to draw: {reason.en}",
        name=name,
        hint=hint,
    )


def _reason(name: str, value: Value, at: ast.AST) -> tuple[Text, Text] | None:
    match value:
        case Items() if _text_in(at):
            return (
                Text(
                    "목록에 문자열이 있어 텐서가 되지 않습니다.",
                    "the list has a text in it, so it is no tensor.",
                ),
                Text("수만으로 된 목록이어야 합니다: `[1, 2]`", "a tensor has numbers alone: `[1, 2]`"),
            )
        case Items():
            return (
                Text(f"`{name}`은(는) 튜플이나 빈 목록입니다.", f"`{name}` is a tuple or an empty list."),
                Text(
                    "대괄호로 적으면 텐서가 됩니다: `[1, 2]`", "in square brackets it is a tensor: `[1, 2]`"
                ),
            )
        case Table():
            return (
                Text(f"`{name}`은(는) 사전입니다.", f"`{name}` is a dictionary."),
                Text(
                    f'그 값으로 계산하세요: `y = {name}["a"] * 2`',
                    f'compute with what is in it: `y = {name}["a"] * 2`',
                ),
            )
        case Known(value=str()):
            return (
                Text(f"`{name}`은(는) 문자열입니다.", f"`{name}` is a text."),
                Text(f"수를 주세요: `{name} = 2`", f"give it a number: `{name} = 2`"),
            )
        case Known(value=int() | float()):
            return (
                Text(
                    f"`{name}`은(는) 크기나 자리를 세는 수입니다.",
                    f"`{name}` is a number that counts sizes or places.",
                ),
                Text("입력과 `+ - * / **`로 계산하세요.", "compute with an input and `+ - * / **`"),
            )
        case Class():
            return (
                Text(
                    f"`{name}`을(를) 정의하기만 하고 쓰지 않았습니다.", f"`{name}` is defined and never used."
                ),
                Text(
                    f"객체를 만들고 부르세요: `layer = {name}()`, `y = layer.forward(x)`",
                    f"make an object and call it: `layer = {name}()`, `y = layer.forward(x)`",
                ),
            )
        case Function():
            return (
                Text(
                    f"`{name}`을(를) 정의하기만 하고 부르지 않았습니다.",
                    f"`{name}` is defined and never called.",
                ),
                Text(
                    f"값을 주고 부르세요: `x = 2`, `y = {name}(x)`",
                    f"call it with a value: `x = 2`, `y = {name}(x)`",
                ),
            )
    return None


def _text_in(node: ast.AST) -> ast.AST | None:
    """The first text in a list that stands written out."""
    if not isinstance(node, ast.List | ast.Tuple):
        return None
    return next(
        (part for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str)),
        None,
    )
