"""The program language: a small, safe subset of Python, read with ``ast`` against an allow-list; nothing is executed.

Statements: ``name = expression``, a final bare expression, ``def f(a, b): …; return …``, ``for i in range(K):``
(unrolled). Expressions: numbers, names, ``+ - * / **``, unary minus, calls of ops, composites and the program's own
functions. A name that is given a plain number is an input; the comment behind an assignment is its label.
"""

import ast
from collections.abc import Collection, Mapping

from chainrule.core.engine.graph import Graph
from chainrule.core.errors import ProgramError
from chainrule.core.language.expressions import Expressions, Walk, run
from chainrule.core.language.limits import Limits
from chainrule.core.language.literals import Scope
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
    statements, error = text.statements(limits.source_length)
    builder = _Statements(text, given if isinstance(given, Mapping) else dict.fromkeys(given, ()), limits)
    try:
        run(builder.program(statements))
        if error is None and not len(builder.graph):
            error = ProgramError(
                Text("프로그램이 비어 있습니다.", "The program is empty."), 1, 1, allowed=STATEMENTS
            )
    except ProgramError as found:
        error = found
    if error is not None:
        error.partial = builder.graph if len(builder.graph) else None
        raise error
    return builder.graph


class _Statements(Expressions):
    """Carries out the statements of a program."""

    def program(self, body: list[ast.stmt]) -> Walk:
        outside = [statement for statement in body if not isinstance(statement, ast.FunctionDef)]
        self.assigned = frozenset(
            node.id
            for node in ast.walk(ast.Module(outside, []))
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        )
        scope = Scope()
        result: int | None = None
        for position, statement in enumerate(body):
            if (
                isinstance(statement, ast.Expr)
                and position == len(body) - 1
                and not _is_print(statement.value)
            ):
                value = yield self.expression(statement.value, scope)
            else:
                value = yield self.statement(statement, scope)
            result = result if value is None else value
        if result is not None:
            self.graph.output = result

    def statement(self, statement: ast.stmt, scope: Scope) -> Walk:
        """Carry out one statement; returns the node of the value it assigns or shows."""
        self.step(statement)
        match statement:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
            ):
                return (yield self.assignment(statement, name, value, scope))
            case ast.AugAssign(target=ast.Name(id=name) as target, op=op, value=value):
                read = ast.copy_location(ast.Name(name, ast.Load()), target)
                both = ast.copy_location(ast.BinOp(read, op, value), statement)
                return (yield self.assignment(statement, name, both, scope))
            case ast.Expr(value=ast.Call(args=[shown]) as call) if _is_print(call):
                return (yield self.expression(shown, scope))
            case ast.Expr():
                raise self.error(
                    statement,
                    "이 식의 값은 아무 데도 쓰이지 않습니다.",
                    "The value of this expression is not used.",
                    hint=Text(
                        "이름을 붙이거나 맨 끝 줄로 옮기세요.", "give it a name, or make it the last line"
                    ),
                )
            case ast.FunctionDef() if scope.function is None:
                self.define(statement)
            case ast.For():
                return (yield self.loop(statement, scope))
            case ast.Import(names=names) if all(alias.name in ("numpy", "math") for alias in names):
                return None
            case ast.Pass():
                return None
            case ast.Return():
                raise self.error(
                    statement,
                    "`return`은 `def`의 맨 끝에만 올 수 있습니다.",
                    "`return` can only stand at the end of a `def`.",
                )
            case ast.Assign() | ast.AugAssign() | ast.AnnAssign():
                raise self.error(
                    statement,
                    "한 번에 이름 하나에만 값을 줄 수 있습니다.",
                    "A value can be given to one name at a time.",
                    allowed=Text("`이름 = 식`", "`name = expression`"),
                )
            case _:
                word = _statement_word(statement)
                raise self.error(
                    statement,
                    f"`{word}`은(는) 쓸 수 없습니다.",
                    f"`{word}` is not allowed.",
                    allowed=STATEMENTS,
                )
        return None

    def assignment(self, statement: ast.stmt, name: str, value: ast.expr, scope: Scope) -> Walk:
        self.check_name(statement, name)
        scope.counters.pop(name, None)
        leaf = self.leaf(value)
        if leaf is None:
            node = yield self.expression(value, scope)
        elif scope.function is None:
            node = self.graph.input(name, leaf)
            self.place(node, statement)
        else:
            node = self.place(self.graph.constant(leaf), statement)
        self.graph.name(node, name)
        label = self.source.comment(statement) if self.in_composite is None else None
        if label:
            self.graph.labels.setdefault(node, label)
        scope.nodes[name] = node
        return node

    def define(self, function: ast.FunctionDef) -> None:
        """Keep a function for later calls, once its form is right."""
        self.check_name(function, function.name)
        if function.name in self.functions:
            raise self.error(
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
            raise self.error(
                function,
                "함수에는 이름만 적은 매개변수만 쓸 수 있습니다.",
                "A function can only have plain parameters.",
                allowed=Text("`def f(a, b):`", "`def f(a, b):`"),
            )
        for argument in arguments.args:
            self.check_name(argument, argument.arg)
        last = function.body[-1]
        if not (isinstance(last, ast.Return) and last.value is not None):
            raise self.error(
                last,
                f"함수 `{function.name}`의 마지막 줄은 `return 식`이어야 합니다.",
                f"The last line of the function `{function.name}` must be `return expression`.",
            )
        self.functions[function.name] = function

    def loop(self, statement: ast.For, scope: Scope) -> Walk:
        target, counted = statement.target, statement.iter
        if not isinstance(target, ast.Name) or statement.orelse:
            raise self.error(
                statement,
                "반복문의 꼴이 맞지 않습니다.",
                "A loop of this form is not allowed.",
                allowed=_LOOP,
            )
        self.check_name(target, target.id)
        bounds: list[int] = []
        if (
            isinstance(counted, ast.Call)
            and isinstance(counted.func, ast.Name)
            and counted.func.id == "range"
        ):
            for argument in counted.args:
                value = self.literal(argument)
                if value is None and isinstance(argument, ast.Name) and argument.id in scope.counters:
                    value = scope.counters[argument.id]
                if value is None or not float(value).is_integer():
                    raise self.error(
                        argument,
                        "반복 횟수는 정수로 적어야 합니다.",
                        "The number of repetitions must be written as a whole number.",
                        allowed=_LOOP,
                    )
                bounds.append(int(value))
        if not 1 <= len(bounds) <= 3 or (len(bounds) == 3 and bounds[2] == 0):
            raise self.error(
                counted,
                "`range(…)`만 반복할 수 있습니다.",
                "Only `range(…)` can be looped over.",
                allowed=_LOOP,
            )
        value = None
        for count in range(*bounds):
            scope.nodes.pop(target.id, None)
            scope.counters[target.id] = count
            for inner in statement.body:
                value = yield self.statement(inner, scope)
        return value


_LOOP = Text("`for i in range(10):`", "`for i in range(10):`")


def _is_print(value: ast.expr) -> bool:
    """``print(price)`` stands at the end of the book's scripts: it shows a value, as a bare expression does."""
    return isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "print"


def _statement_word(statement: ast.stmt) -> str:
    words = {"With": "with", "Try": "try", "While": "while", "If": "if", "ClassDef": "class", "Delete": "del"}
    name = type(statement).__name__
    return words.get(name, name.lower())
