"""Expressions of the program language: each appends its nodes to the graph.

Everything here is a generator that yields the walks it needs; ``run`` carries them out on one explicit stack, so
that depth is bounded by the limits and never by the interpreter's stack.
"""

import ast
import math
from collections.abc import Generator, Mapping
from functools import cache
from typing import Any

from chainrule.core.engine.graph import Graph
from chainrule.core.errors import did_you_mean
from chainrule.core.language.limits import Limits
from chainrule.core.language.literals import METHODS, Literals, Scope
from chainrule.core.language.makers import MAKERS
from chainrule.core.language.source import Source
from chainrule.core.ops import CODES, OPS, shapes, tensor_calls
from chainrule.core.ops.composites import COMPOSITES
from chainrule.core.ops.op import Shape
from chainrule.core.text import Text

Walk = Generator["Walk", Any, Any]

_BINARY = {ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Div: "div", ast.Pow: "pow"} | {
    ast.MatMult: "matmul"
}
_OPERATOR_SIGNS = {ast.Mod: "%", ast.FloorDiv: "//", ast.LShift: "<<", ast.RShift: ">>"} | {
    ast.BitAnd: "&",
    ast.BitOr: "|",
    ast.BitXor: "^",
}
_ALIASES = {"min": "minimum", "dot": "matmul"}


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


class Expressions(Literals):
    """Appends expressions to a graph; ``core.language.program`` adds the statements."""

    def __init__(self, source: Source, given: Mapping[str, Shape], limits: Limits) -> None:
        super().__init__(source, limits)
        self.graph = Graph()
        self.given = given
        self.steps = 0
        self.assigned: frozenset[str] = frozenset()
        """Every name that the program itself gives a value."""

    def statement(self, statement: ast.stmt, scope: Scope) -> Walk:
        """Carry out one statement of a function's body."""
        raise NotImplementedError

    def expression(self, node: ast.expr, scope: Scope) -> Walk:
        """Append an expression; returns the index of its node."""
        leaf = self.leaf(node)
        if leaf is not None:
            return self.place(self.graph.constant(leaf), node)
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
                        allowed=Text("`+ - * / ** @`", "`+ - * / ** @`"),
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
            case ast.Attribute(value=inner, attr="T"):
                operand = yield self.expression(inner, scope)
                return self.apply_tensor(node, "transpose", [operand], [], {})
            case ast.Subscript(value=inner, slice=key):
                operand = yield self.expression(inner, scope)
                parts = key.elts if isinstance(key, ast.Tuple) else [key]
                picked = [self.static(part, scope) for part in parts]
                return self.apply_tensor(node, "getitem", [operand], picked, {})
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
                        "수, 목록, 이름, `+ - * / ** @`, 함수 호출",
                        "numbers, lists of numbers, names, `+ - * / ** @` and calls of functions",
                    ),
                )

    def variable(self, node: ast.Name, name: str, scope: Scope) -> int:
        if name in scope.nodes:
            return scope.nodes[name]
        if name in scope.counters:
            return self.place(self.graph.constant(float(scope.counters[name])), node)
        if scope.function is None and name in self.given and name not in self.assigned:
            scope.nodes[name] = self.place(self.graph.input(name, shape=self.given[name]), node)
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
        function, name, given = node.func, self.function_name(node), list(node.args)
        if not name and isinstance(function, ast.Attribute) and function.attr in METHODS:
            name, given = function.attr, [function.value, *given]
        if not name:
            raise self.error(
                node, "함수는 이름으로만 부를 수 있습니다.", "A function can only be called by its name."
            )
        if name == "max" and len(given) == 2:
            name = "maximum"
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
        if (
            own is None
            and name not in OPS
            and name not in COMPOSITES
            and not (name == "labels" and self.in_composite)
        ):
            known = [*self.functions, *COMPOSITES, *OPS, *MAKERS, *_ALIASES]
            raise self.error(
                function,
                f"`{name}`(이)라는 함수는 없습니다.",
                f"There is no function `{name}`.",
                name=name,
                hint=did_you_mean(name, known),
                allowed=Text(", ".join(sorted(known)), ", ".join(sorted(known))),
            )
        if name == "labels" and self.in_composite is not None:
            return (yield self.labels(node, given, scope))
        if own is None and name in tensor_calls.CALLS:
            return (yield self.tensor_call(node, name, given, scope))
        definition = own or _composite_definition(name)
        wanted = OPS[name].arity if definition is None else len(definition.args.args)
        if node.keywords or any(isinstance(argument, ast.Starred) for argument in given):
            raise self.error(
                node,
                "인수는 차례대로, 이름 없이 적어야 합니다.",
                "Arguments are given in order and without names.",
            )
        if len(given) != wanted:
            raise self.error(
                node,
                f"`{name}`의 인수는 {wanted}개여야 하는데 {len(given)}개입니다.",
                f"`{name}` takes {wanted} argument{'s' if wanted != 1 else ''}, not {len(given)}.",
                name=name,
            )
        arguments: list[int] = []
        for argument in given:
            arguments.append((yield self.expression(argument, scope)))
        if definition is None:
            return self.apply(node, name, *arguments)
        return (yield self.enter(node, definition, arguments, built_in=own is None))

    def tensor_call(self, node: ast.Call, name: str, given: list[ast.expr], scope: Scope) -> Walk:
        """A call of a tensor op: its operands come first, then its parameters, by place or by name."""
        arity = OPS[name].arity
        names = tensor_calls.CALLS[name][1]
        wrong = [keyword.arg for keyword in node.keywords if keyword.arg not in names]
        if wrong or len(given) < arity or (not names and len(given) > arity):
            raise self.error(
                node,
                f"`{name}`을(를) 이렇게 부를 수 없습니다.",
                f"`{name}` cannot be called like this.",
                name=name,
                allowed=Text(
                    f"`{name}({', '.join(['x', 'y'][:arity] + [f'{n}=…' for n in names])})`",
                    f"`{name}({', '.join(['x', 'y'][:arity] + [f'{n}=…' for n in names])})`",
                ),
            )
        operands: list[int] = []
        for argument in given[:arity]:
            operands.append((yield self.expression(argument, scope)))
        literals = [self.static(argument, scope) for argument in given[arity:]]
        named = {keyword.arg: self.static(keyword.value, scope) for keyword in node.keywords}
        return self.apply_tensor(node, name, operands, literals, named)

    def labels(self, node: ast.Call, given: list[ast.expr], scope: Scope) -> Walk:
        """``labels(t, scores)`` in a composite: one-hot targets as they are, class numbers made one-hot."""
        target: int = yield self.expression(given[0], scope)
        scores: int = yield self.expression(given[1], scope)
        wanted, found = (self.graph.shapes.get(i, ()) for i in (scores, target))
        if found == wanted:
            return target
        if found == wanted[:-1] and wanted:
            return self.apply_tensor(node, "one_hot", [target], [wanted[-1]], {})
        raise self.error(
            node,
            f"정답의 모양 {shapes.shown(found)}은(는) 점수의 모양 {shapes.shown(wanted)}과 맞지 않습니다.",
            f"Targets of shape {shapes.shown(found)} do not fit scores of shape {shapes.shown(wanted)}.",
            allowed=Text(
                f"원-핫 {shapes.shown(wanted)} 또는 번호 {shapes.shown(wanted[:-1])}",
                f"one-hot {shapes.shown(wanted)} or class numbers {shapes.shown(wanted[:-1])}",
            ),
        )

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
        """Append an op; a product of tensors has parameters of its own."""
        if op in tensor_calls.CALLS:
            return self.apply_tensor(node, op, list(operands), [], {})
        try:
            return self.place(self.graph.apply(CODES[op], *operands), node)
        except shapes.ShapeError as found:
            raise self.error(node, *found.message) from None

    def apply_tensor(
        self, node: ast.expr, op: str, operands: list[int], literals: list[Any], named: dict[Any, Any]
    ) -> int:
        """Append a tensor op with the parameters that its arguments mean."""
        bind, _ = tensor_calls.CALLS[op]
        try:
            parameters = bind([self.graph.shapes.get(i, ()) for i in operands], literals, named)
            return self.place(self.graph.apply(CODES[op], *operands, parameters=parameters), node)
        except shapes.ShapeError as found:
            raise self.error(node, *found.message) from None

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
        if index in self.graph.shapes:
            self.check_size(node, math.prod(self.graph.shapes[index]))
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


@cache
def _composite_definition(name: str) -> ast.FunctionDef | None:
    if name not in COMPOSITES:
        return None
    function = ast.parse(COMPOSITES[name].source).body[0]
    assert isinstance(function, ast.FunctionDef)
    return function
