"""Expressions of the program language: each appends its nodes to the graph.

Everything here is a generator that yields the walks it needs; ``run`` carries them out on one explicit stack, so
that depth is bounded by the limits and never by the interpreter's stack.
"""

import ast
from collections.abc import Generator
from functools import cache
from typing import Any

from core.composites import COMPOSITES
from core.errors import ProgramError, did_you_mean
from core.graph import Graph
from core.limits import Limits
from core.ops import CODES, OPS, Text
from core.source import Source

Walk = Generator["Walk", Any, Any]

_BINARY = {ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Div: "div", ast.Pow: "pow"}
_OPERATOR_SIGNS = {ast.Mod: "%", ast.FloorDiv: "//", ast.MatMult: "@", ast.LShift: "<<", ast.RShift: ">>"} | {
    ast.BitAnd: "&",
    ast.BitOr: "|",
    ast.BitXor: "^",
}
_ALIASES = {"max": "maximum", "min": "minimum"}
_MODULES = frozenset({"np", "numpy", "math"})
"""``np.exp(x)`` is read as ``exp(x)``, so that the book's code needs no change."""


def run(walk: Walk) -> Any:
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


class Scope:
    """The names that stand in a program or inside one call: node indices, and loop counters as plain numbers."""

    __slots__ = ("counters", "function", "nodes")

    def __init__(self, function: str | None = None) -> None:
        self.function = function
        self.nodes: dict[str, int] = {}
        self.counters: dict[str, int] = {}


class Expressions:
    """Appends expressions to a graph; ``core.program`` adds the statements."""

    def __init__(self, source: Source, given: frozenset[str], limits: Limits) -> None:
        self.graph = Graph()
        self.source = source
        self.given = given
        self.limits = limits
        self.steps = 0
        self.functions: dict[str, ast.FunctionDef] = {}
        self.assigned: frozenset[str] = frozenset()
        """Every name that the program itself gives a value."""
        self.in_composite: ast.AST | None = None
        """The call in the user's text while the body of a built-in composite is walked: errors point there."""

    def statement(self, statement: ast.stmt, scope: Scope) -> Walk:
        """Carry out one statement of a function's body."""
        raise NotImplementedError

    def expression(self, node: ast.expr, scope: Scope) -> Walk:
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
                        allowed=Text("`+ - * / **`", "`+ - * / **`"),
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

    def variable(self, node: ast.Name, name: str, scope: Scope) -> int:
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

    def call(self, node: ast.Call, scope: Scope) -> Walk:
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

    def enter(self, node: ast.Call, function: ast.FunctionDef, arguments: list[int], built_in: bool) -> Walk:
        """Append the body of a function as a group."""
        self.step(node)
        if self.graph.depth >= self.limits.call_depth:
            raise self.error(
                node,
                f"함수는 {self.limits.call_depth}겹까지 부를 수 있습니다.",
                f"Functions are called more than {self.limits.call_depth} deep inside one another.",
            )
        inner = Scope(function.name)
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
        if result in arguments:
            raise self.error(
                last,
                f"함수 `{function.name}`은(는) 받은 값을 그대로 돌려줍니다. 계산한 값을 돌려주어야 합니다.",
                f"The function `{function.name}` returns what it was given; it must return something it computes.",
            )
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


@cache
def _composite_definition(name: str) -> ast.FunctionDef | None:
    if name not in COMPOSITES:
        return None
    function = ast.parse(COMPOSITES[name].source).body[0]
    assert isinstance(function, ast.FunctionDef)
    return function
