"""The program language: a small, safe subset of Python, read with ``ast`` against an allow-list; nothing is executed.

Statements: ``name = expression``, a final bare expression, ``def f(a, b): …; return …``, ``for i in range(K):``
(unrolled). Expressions: numbers, names, ``+ - * / **``, unary minus, calls of ops, composites and the program's own
functions. A name that is given a plain number is an input; the comment behind an assignment is its label.

Expressions and calls are walked by generators on one explicit stack (``_run``), so depth is bounded by the limits
and never by the interpreter's stack.
"""

import ast
from collections.abc import Collection, Generator
from dataclasses import dataclass
from functools import cache
from typing import Any

from core.composites import COMPOSITES
from core.errors import ProgramError, did_you_mean
from core.graph import Graph
from core.ops import CODES, OPS, Text
from core.source import STATEMENTS, Source

_Walk = Generator["_Walk", Any, Any]

_BINARY = {ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Div: "div", ast.Pow: "pow"}
_ALIASES = {"max": "maximum", "min": "minimum"}
_MODULES = frozenset({"np", "numpy", "math"})
"""``np.exp(x)`` is read as ``exp(x)``, so that the book's code needs no change."""

_OPERATORS = Text("`+ - * / **`", "`+ - * / **`")


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a program may be; each limit ends in a ``ProgramError`` that names it."""

    source_length: int = 20_000
    """Characters of the program."""
    nodes: int = 5_000
    """Nodes of the graph, after loops are unrolled."""
    steps: int = 100_000
    """Statements carried out and functions called, after loops are unrolled."""
    call_depth: int = 50
    """Functions called inside one another."""


def parse(source: str, given: Collection[str] = (), limits: Limits | None = None) -> Graph:
    """The graph that a program means.

    ``given`` names the inputs whose values come with the request: a name that the program never assigns is an input
    if it stands there, and an error if not. Raises ProgramError; its ``partial`` is the graph before the error.
    """
    limits = limits or Limits()
    text = Source(source)
    statements, error = text.statements(limits.source_length)
    builder = _Builder(text, frozenset(given), limits)
    try:
        _run(builder.program(statements))
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


def _run(walk: _Walk) -> Any:
    """Carry out a walk and those it yields, on a stack of its own; what a walk returns goes to the one that asked."""
    stack, value = [walk], None
    while stack:
        try:
            stack.append(stack[-1].send(value))
            value = None
        except StopIteration as stop:
            stack.pop()
            value = stop.value
    return value


class _Scope:
    """The names that stand in a program or inside one call: node indices, and loop counters as plain numbers."""

    __slots__ = ("counters", "function", "nodes")

    def __init__(self, function: str | None = None) -> None:
        self.function = function
        self.nodes: dict[str, int] = {}
        self.counters: dict[str, int] = {}


class _Builder:
    """Walks the tree and appends to the graph."""

    def __init__(self, source: Source, given: frozenset[str], limits: Limits) -> None:
        self.graph = Graph()
        self.source = source
        self.given = given
        self.limits = limits
        self.steps = 0
        self.functions: dict[str, ast.FunctionDef] = {}
        self.assigned: frozenset[str] = frozenset()
        self.in_composite: ast.AST | None = None
        """The call in the user's text while the body of a built-in composite is walked: errors point there."""

    # Statements

    def program(self, body: list[ast.stmt]) -> _Walk:
        outside = [statement for statement in body if not isinstance(statement, ast.FunctionDef)]
        self.assigned = frozenset(
            node.id
            for node in ast.walk(ast.Module(outside, []))
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        )
        scope = _Scope()
        result: int | None = None
        for position, statement in enumerate(body):
            value = yield self.statement(statement, scope)
            if isinstance(statement, ast.Expr):
                if value is None:
                    continue
                if position < len(body) - 1 and not _is_print(statement.value):
                    raise self.error(
                        statement,
                        "이 식의 값은 아무 데도 쓰이지 않습니다.",
                        "The value of this expression is not used.",
                        hint=Text(
                            "이름을 붙이거나 마지막 줄로 옮기세요.",
                            "give it a name, or make it the last line",
                        ),
                    )
                result = value
            elif value is not None:
                result = value
        if result is not None:
            self.graph.output = result

    def statement(self, statement: ast.stmt, scope: _Scope) -> _Walk:
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
            case ast.Expr(value=value):
                if _is_print(value):
                    assert isinstance(value, ast.Call)
                    value = value.args[0] if len(value.args) == 1 and not value.keywords else value
                return (yield self.expression(value, scope))
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

    def assignment(self, statement: ast.stmt, name: str, value: ast.expr, scope: _Scope) -> _Walk:
        self.check_name(statement, name)
        scope.counters.pop(name, None)
        number = self.literal(value)
        if number is None:
            node = yield self.expression(value, scope)
        elif scope.function is None:
            node = self.graph.input(name, number)
            self.place(node, statement)
        else:
            node = self.place(self.graph.constant(number), statement)
        if len(self.graph) and self.in_composite is None:
            self.graph.name(node, name)
            label = self.source.comment(statement)
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

    def loop(self, statement: ast.For, scope: _Scope) -> _Walk:
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
                if value is None or value != int(value):
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
                self.step(statement)
                value = yield self.statement(inner, scope)
        return value

    # Expressions

    def expression(self, node: ast.expr, scope: _Scope) -> _Walk:
        """Append an expression; returns the index of its node."""
        number = self.literal(node)
        if number is not None:
            return self.place(self.graph.constant(number), node)
        match node:
            case ast.Name(id=name):
                return self.variable(node, name, scope)
            case ast.BinOp(op=ast.Div(), left=left, right=right) if self.literal(left) == 1:
                operand = yield self.expression(right, scope)
                return self.apply(node, "inv", operand)
            case ast.BinOp(left=left, op=operator, right=right):
                op = _BINARY.get(type(operator))
                if op is None:
                    sign = _OPERATOR_SIGNS.get(type(operator), "?")
                    raise self.error(
                        node,
                        f"연산자 `{sign}`은(는) 쓸 수 없습니다.",
                        f"The operator `{sign}` is not allowed.",
                        name=sign,
                        allowed=_OPERATORS,
                    )
                first = yield self.expression(left, scope)
                second = yield self.expression(right, scope)
                return self.apply(node, op, first, second)
            case ast.UnaryOp(op=ast.USub(), operand=inner):
                operand = yield self.expression(inner, scope)
                return self.apply(node, "neg", operand)
            case ast.UnaryOp(op=ast.UAdd(), operand=inner):
                return (yield self.expression(inner, scope))
            case ast.Call():
                return (yield self.call(node, scope))
            case ast.List() | ast.Tuple():
                raise self.error(
                    node,
                    "여기에는 수 하나만 올 수 있고 목록은 올 수 없습니다.",
                    "Only single numbers can stand here, no lists.",
                )
            case ast.Constant(value=value):
                raise self.error(
                    node,
                    f"`{str(value)[:40]}`은(는) 실수가 아닙니다.",
                    f"`{str(value)[:40]}` is not a real number.",
                    allowed=Text("`2`, `1.5`, `1e-3` 같은 수", "numbers such as `2`, `1.5`, `1e-3`"),
                )
            case _:
                text = self.source.text_of(node)
                raise self.error(
                    node,
                    f"`{text[:40]}` 꼴의 식은 쓸 수 없습니다.",
                    f"An expression like `{text[:40]}` is not allowed.",
                    allowed=Text(
                        "수, 이름, `+ - * / **`, 함수 호출",
                        "numbers, names, `+ - * / **` and calls of functions",
                    ),
                )

    def literal(self, node: ast.expr) -> float | None:
        """The number that a literal, signed or not, stands for; None for anything else."""
        sign = 1.0
        while isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
            if not isinstance(node.operand, ast.Constant):
                return None
            sign = -1.0 if isinstance(node.op, ast.USub) else 1.0
            node = node.operand
        if not isinstance(node, ast.Constant) or isinstance(node.value, bool):
            return None
        if not isinstance(node.value, int | float):
            return None
        try:
            return sign * float(node.value)
        except OverflowError:
            return sign * float("inf")

    def variable(self, node: ast.Name, name: str, scope: _Scope) -> int:
        if name in scope.nodes:
            return scope.nodes[name]
        if name in scope.counters:
            return self.place(self.graph.constant(float(scope.counters[name])), node)
        if scope.function is None and name in self.given and name not in self.assigned:
            scope.nodes[name] = self.place(self.graph.input(name), node)
            return scope.nodes[name]
        known = [*scope.nodes, *scope.counters]
        if scope.function is not None:
            hint = did_you_mean(name, known) or Text(
                f"`{scope.function}`의 매개변수로 넘겨 주세요.",
                f"hand it to `{scope.function}` as an argument",
            )
        elif name in self.assigned:
            hint = Text("값을 쓰기 전에 먼저 정하세요.", "it is assigned further below; move that line up")
        elif name in OPS or name in COMPOSITES or name in self.functions:
            hint = Text(f"함수입니다. `{name}(…)`처럼 부르세요.", f"it is a function: call it as `{name}(…)`")
        else:
            hint = did_you_mean(name, known) or Text(
                f"위에 `{name} = 1`처럼 값을 정하세요.", f"give it a value above, as in `{name} = 1`"
            )
        raise self.error(
            node,
            f"`{name}`의 값이 정해지지 않았습니다.",
            f"`{name}` is not defined.",
            name=name,
            hint=hint,
        )

    def call(self, node: ast.Call, scope: _Scope) -> _Walk:
        function = node.func
        if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
            name = function.attr if function.value.id in _MODULES else f"{function.value.id}.{function.attr}"
        elif isinstance(function, ast.Name):
            name = function.id
        else:
            raise self.error(
                node, "함수는 이름으로만 부를 수 있습니다.", "A function can only be called by its name."
            )
        own = self.functions.get(name)
        if (
            own is not None
            and scope.function in self.functions
            and own.lineno >= self.functions[scope.function].lineno
        ):
            raise self.error(
                function,
                f"함수 `{scope.function}` 안에서는 그 위에 정의된 함수만 부를 수 있습니다.",
                f"Inside `{scope.function}` only functions defined above it can be called.",
                name=name,
            )
        name = _ALIASES.get(name, name) if own is None else name
        if own is None and name not in OPS and name not in COMPOSITES:
            known = [*self.functions, *COMPOSITES, *OPS, *_ALIASES]
            raise self.error(
                function,
                f"`{name}`(이)라는 함수는 없습니다.",
                f"There is no function `{name}`.",
                name=name,
                hint=did_you_mean(name, known),
                allowed=Text(", ".join(sorted(known)), ", ".join(sorted(known))),
            )
        definition = own or _composite_definition(name)
        wanted = OPS[name].arity if definition is None else len(definition.args.args)
        if node.keywords or any(isinstance(argument, ast.Starred) for argument in node.args):
            raise self.error(
                node,
                "인수는 차례대로, 이름 없이 적어야 합니다.",
                "Arguments are given in order and without names.",
            )
        if len(node.args) != wanted:
            raise self.error(
                node,
                f"`{name}`의 인수는 {wanted}개여야 하는데 {len(node.args)}개입니다.",
                f"`{name}` takes {wanted} argument{'s' if wanted != 1 else ''}, not {len(node.args)}.",
                name=name,
            )
        arguments: list[int] = []
        for argument in node.args:
            arguments.append((yield self.expression(argument, scope)))
        if definition is None:
            return self.apply(node, name, *arguments)
        return (yield self.enter(node, definition, arguments, built_in=own is None))

    def enter(self, node: ast.Call, function: ast.FunctionDef, arguments: list[int], built_in: bool) -> _Walk:
        """Append the body of a function as a group."""
        self.step(node)
        if self.graph.depth >= self.limits.call_depth:
            raise self.error(
                node,
                f"함수는 {self.limits.call_depth}겹까지 부를 수 있습니다.",
                f"Functions are called more than {self.limits.call_depth} deep inside one another.",
            )
        inner = _Scope(function.name)
        parameters = tuple(argument.arg for argument in function.args.args)
        inner.nodes.update(zip(parameters, arguments, strict=True))
        outer_call = self.in_composite
        if built_in and outer_call is None:
            self.in_composite = node
        self.graph.open_group(function.name, tuple(arguments), parameters)
        *body, last = function.body
        for statement in body:
            yield self.statement(statement, inner)
        assert isinstance(last, ast.Return)
        assert last.value is not None
        result: int = yield self.expression(last.value, inner)
        self.graph.close_group(result)
        self.in_composite = outer_call
        return result

    # Nodes and errors

    def apply(self, node: ast.expr, op: str, *operands: int) -> int:
        return self.place(self.graph.apply(CODES[op], *operands), node)

    def place(self, index: int, node: ast.AST) -> int:
        """Note where a node comes from, and hold the limit of nodes."""
        at = self.in_composite or node
        if index >= self.limits.nodes:
            raise self.error(
                node,
                f"그래프의 노드는 {self.limits.nodes:,}개까지 만들 수 있습니다.",
                f"The graph would have more than {self.limits.nodes:,} nodes.",
            )
        self.graph.positions[index] = self.source.span(at)[:2]
        return index

    def step(self, node: ast.AST) -> None:
        self.steps += 1
        if self.steps > self.limits.steps:
            raise self.error(
                node,
                f"반복과 호출은 모두 합해 {self.limits.steps:,}번까지 할 수 있습니다.",
                f"Loops and calls come to more than {self.limits.steps:,} steps.",
            )

    def check_name(self, node: ast.AST, name: str) -> None:
        if name in OPS or name in COMPOSITES or name in _ALIASES:
            raise self.error(
                node,
                f"`{name}`은(는) 함수의 이름이라 다른 뜻으로 쓸 수 없습니다.",
                f"`{name}` is the name of a function and cannot mean anything else.",
                name=name,
                hint=Text(f"`{name}_1`처럼 다른 이름을 쓰세요.", f"use another name, such as `{name}_1`"),
            )

    def error(
        self,
        node: ast.AST,
        ko: str,
        en: str,
        *,
        name: str | None = None,
        hint: Text | None = None,
        allowed: Text | None = None,
    ) -> ProgramError:
        """An error at a node of the tree; inside a built-in composite, at its call in the user's text."""
        line, column, end = self.source.span(self.in_composite or node)
        return ProgramError(Text(ko, en), line, column, end, name=name, hint=hint, allowed=allowed)


_LOOP = Text("`for i in range(10):`", "`for i in range(10):`")
_OPERATOR_SIGNS = {ast.Mod: "%", ast.FloorDiv: "//", ast.MatMult: "@", ast.LShift: "<<", ast.RShift: ">>"} | {
    ast.BitAnd: "&",
    ast.BitOr: "|",
    ast.BitXor: "^",
}


def _is_print(value: ast.expr) -> bool:
    """``print(price)`` stands at the end of the book's scripts: it shows a value, as a bare expression does."""
    return isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "print"


def _statement_word(statement: ast.stmt) -> str:
    words = {"With": "with", "Try": "try", "While": "while", "If": "if", "ClassDef": "class", "Delete": "del"}
    name = type(statement).__name__
    return words.get(name, name.lower())


@cache
def _composite_definition(name: str) -> ast.FunctionDef | None:
    if name not in COMPOSITES:
        return None
    function = ast.parse(COMPOSITES[name].source).body[0]
    assert isinstance(function, ast.FunctionDef)
    return function
