"""What a program is built with: its text, its limits, the graph so far, and errors that point at the text."""

import ast
import math
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NoReturn

from chainrule.core.engine.graph import Graph
from chainrule.core.errors import ProgramError
from chainrule.core.language.source import Source
from chainrule.core.ops import CODES, OPS, shapes
from chainrule.core.ops.composites import COMPOSITES
from chainrule.core.ops.op import Shape
from chainrule.core.text import Text

ALIASES = {"dot": "matmul"}
"""Other names of ops."""


def is_built_in(name: str) -> bool:
    """Whether the language has a function of this name: a program gives it no other meaning."""
    return name in OPS or name in COMPOSITES or name in ALIASES


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a program may be; each limit ends in a ``ProgramError`` that names it."""

    source_length: int = 20_000
    """Characters of the program."""
    nodes: int = 5_000
    """Nodes of the graph, after loops are unrolled."""
    steps: int = 100_000
    """Statements carried out and functions called, after loops are unrolled."""
    tensor_elements: int = 1_000_000
    """Elements of one tensor."""
    elements: int = 10_000_000
    """Elements of all tensors together."""
    call_depth: int = 50
    """Functions called inside one another."""


class Scope:
    """The names that stand in a program or inside one call: node indices, and loop counters as plain numbers."""

    __slots__ = ("counters", "function", "nodes")

    def __init__(self, function: str | None = None) -> None:
        self.function = function
        self.nodes: dict[str, int] = {}
        self.counters: dict[str, int] = {}


Walk = Generator[tuple[ast.AST, Scope], Any, Any]
"""A part of the tree that asks for parts below it: yields each with its scope, is sent its node, returns its own.

The asking is done on one explicit stack (``program.run``), so depth is bounded by the limits and never by the
interpreter's stack.
"""


class Builder:
    """The context in which one program becomes a graph; the functions of this package build with it."""

    def __init__(
        self, source: Source, body: Sequence[ast.stmt], given: Mapping[str, Shape], limits: Limits
    ) -> None:
        self.source = source
        self.body = body
        self.given = given
        self.limits = limits
        self.graph = Graph()
        self.functions: dict[str, ast.FunctionDef] = {}
        self.in_composite: ast.AST | None = None
        """The call in the user's text while the body of a built-in composite is walked: errors point there."""
        self._steps = 0
        self._elements = 0

    @cached_property
    def assigned(self) -> frozenset[str]:
        """Every name that the program itself gives a value, outside of functions."""
        outside: list[ast.stmt] = [part for part in self.body if not isinstance(part, ast.FunctionDef)]
        return frozenset(
            node.id
            for node in ast.walk(ast.Module(outside, []))
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        )

    # Nodes

    def apply(self, node: ast.expr, op: str, *operands: int) -> int:
        """Append an op whose arguments are all operands."""
        if OPS[op].tensor is not None:
            return self.apply_tensor(node, op, operands, [], {})
        try:
            index = self.graph.apply(CODES[op], *operands)
        except shapes.ShapeError as found:
            self.refuse_shapes(node, found)
        return self.place(index, node)

    def apply_tensor(
        self,
        node: ast.expr,
        op: str,
        operands: Sequence[int],
        literals: Sequence[Any],
        named: Mapping[Any, Any],
    ) -> int:
        """Append a tensor op with the parameters that its arguments mean."""
        tensor = OPS[op].tensor
        assert tensor is not None
        try:
            parameters = tensor.bind([self.graph.shapes.get(i, ()) for i in operands], literals, named)
            return self.place(self.graph.apply(CODES[op], *operands, parameters=parameters), node)
        except shapes.ShapeError as found:
            self.refuse_shapes(node, found)

    def place(self, index: int, node: ast.AST) -> int:
        """Note where a node comes from, and hold the limit of nodes."""
        if index >= self.limits.nodes:
            raise self.error(
                node,
                f"그래프의 노드는 {self.limits.nodes:,}개까지 만들 수 있습니다.",
                f"The graph would have more than {self.limits.nodes:,} nodes.",
            )
        self.graph.positions[index] = self.source.position(self.in_composite or node)
        shape = self.graph.shapes.get(index)
        if shape is not None:
            self.check_size(node, math.prod(shape))
        return index

    # Limits and errors

    def step(self, node: ast.AST) -> None:
        """Count one statement or call."""
        self._steps += 1
        if self._steps > self.limits.steps:
            raise self.error(
                node,
                f"반복과 호출은 모두 합해 {self.limits.steps:,}번까지 할 수 있습니다.",
                f"Loops and calls come to more than {self.limits.steps:,} steps.",
            )

    def check_size(self, node: ast.AST, size: int) -> None:
        """Hold the limits of elements, before they are made."""
        self._elements += size
        for limit, elements in (
            (self.limits.tensor_elements, size),
            (self.limits.elements, self._elements),
        ):
            if elements > limit:
                raise self.error(
                    node,
                    f"원소가 {elements:,}개입니다. {limit:,}개까지 쓸 수 있습니다.",
                    f"There are {elements:,} elements; at most {limit:,} are allowed.",
                )

    def check_name(self, node: ast.AST, name: str) -> None:
        """Refuse the name of a built-in function as a name of the program's own."""
        if is_built_in(name):
            raise self.error(
                node,
                f"`{name}`은(는) 함수의 이름이라 다른 뜻으로 쓸 수 없습니다.",
                f"`{name}` is the name of a function and cannot mean anything else.",
                name=name,
                hint=Text(f"`{name}_1`처럼 다른 이름을 쓰세요.", f"use another name, such as `{name}_1`"),
            )

    def refuse_shapes(self, node: ast.AST, found: shapes.ShapeError) -> NoReturn:
        """Raise the error of shapes that do not fit, at a node of the tree."""
        raise self.error(node, *found.message) from None

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
