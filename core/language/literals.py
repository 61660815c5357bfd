"""What stands written out in a program: numbers, lists of numbers, makers, and the literal arguments of ops."""

import ast
import math
from typing import Any

from chainrule.core.errors import ProgramError
from chainrule.core.language.limits import Limits
from chainrule.core.language.makers import MAKERS
from chainrule.core.language.source import Source
from chainrule.core.ops import shapes, tensor_calls
from chainrule.core.text import Text

METHODS = frozenset({"dot", "max", "mean", "reshape", "sum", "transpose"})
"""Ops that can be called on a tensor: ``x.sum(axis=0)``."""


class Scope:
    """The names that stand in a program or inside one call: node indices, and loop counters as plain numbers."""

    __slots__ = ("counters", "function", "nodes")

    def __init__(self, function: str | None = None) -> None:
        self.function = function
        self.nodes: dict[str, int] = {}
        self.counters: dict[str, int] = {}


class Literals:
    """Reads what is written out; errors point at the user's text."""

    def __init__(self, source: Source, limits: Limits) -> None:
        self.source = source
        self.limits = limits
        self.elements = 0
        """Elements of all tensors so far."""
        self.functions: dict[str, ast.FunctionDef] = {}
        self.in_composite: ast.AST | None = None
        """The call in the user's text while the body of a built-in composite is walked: errors point there."""

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

    def leaf(self, node: ast.expr) -> Any:
        """The number or array that a literal, a list of literals or a maker stands for; None for anything else."""
        number = self.literal(node)
        if number is not None:
            return number
        if isinstance(node, ast.List):
            return self.listed(node)
        if isinstance(node, ast.Call):
            name = self.function_name(node)
            if name == "array" and len(node.args) == 1 and isinstance(node.args[0], ast.List):
                return self.listed(node.args[0])
            if name in MAKERS and name not in self.functions:
                return self.made(node, name)
        return None

    def listed(self, node: ast.List) -> Any:
        """A nested list of numbers as an array."""

        def nested(part: ast.expr, depth: int) -> Any:
            number = self.literal(part)
            if number is not None:
                return number
            if not isinstance(part, ast.List) or depth > 4:
                raise self.error(
                    part,
                    "목록에는 수만, 네 겹까지 올 수 있습니다.",
                    "A list can hold numbers only, at most four deep.",
                )
            return [nested(inner, depth + 1) for inner in part.elts]

        try:
            return tensor_calls.tensor(nested(node, 1))
        except shapes.ShapeError as found:
            raise self.error(node, *found.message) from None

    def made(self, node: ast.Call, name: str) -> Any:
        """The array that a maker makes, within the limit of elements."""
        scope = Scope()
        named = {keyword.arg or "": self.static(keyword.value, scope) for keyword in node.keywords}
        numbers = [self.static(argument, scope) for argument in node.args]
        shape = numbers[0] if len(numbers) == 1 and isinstance(numbers[0], tuple) else tuple(numbers)
        seed, scale = named.pop("seed", 0), named.pop("scale", 1)
        whole = all(type(n) is int and (n >= 0 or name == "arange") for n in shape) and type(seed) is int
        if named or not shape or not whole or isinstance(scale, tuple | slice | None) or seed < 0:
            raise self.error(
                node,
                f"`{name}`에는 크기를 정수로 적고, 필요하면 `seed=`와 `scale=`을 적습니다.",
                f"`{name}` takes its size in whole numbers and, if wanted, `seed=` and `scale=`.",
                name=name,
                allowed=Text(f"`{name}(2, 3)`", f"`{name}(2, 3)`"),
            )
        size = len(range(*shape)) if name == "arange" else math.prod(shape)
        self.check_size(node, size)
        array = MAKERS[name](shape, seed, float(scale))
        array.flags.writeable = False
        return array

    def static(self, node: ast.expr | None, scope: Scope) -> Any:
        """An argument that must stand in the text: a number, a tuple of them, a slice, True, False, None."""
        match node:
            case None | ast.Constant(value=None):
                return None
            case ast.Constant(value=bool() as value):
                return value
            case ast.Name(id=name) if name in scope.counters:
                return scope.counters[name]
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                return tuple(self.static(part, scope) for part in parts)
            case ast.Slice(lower=lower, upper=upper, step=step):
                return slice(self.static(lower, scope), self.static(upper, scope), self.static(step, scope))
            case ast.expr():
                number = self.literal(node)
                if number is not None:
                    return int(number) if float(number).is_integer() else number
        assert node is not None
        raise self.error(
            node,
            "여기에는 수를 그대로 적어야 합니다.",
            "A number must be written out here.",
            allowed=Text("`0`, `-1`, `(2, 3)`, `1:3`", "`0`, `-1`, `(2, 3)`, `1:3`"),
        )

    def function_name(self, node: ast.Call) -> str:
        """The name a call calls by, without ``np.``; empty for a call that has none."""
        match node.func:
            case ast.Name(id=name) | ast.Attribute(value=ast.Name(id="np" | "numpy" | "math"), attr=name):
                return name
            case ast.Attribute(
                value=ast.Attribute(value=ast.Name(id="np" | "numpy"), attr="random"), attr=name
            ):
                return name
            case ast.Attribute(value=ast.Name(id=owner), attr=name) if name not in METHODS:
                return f"{owner}.{name}"
        return ""

    def check_size(self, node: ast.AST, size: int) -> None:
        """Hold the limits of elements, before they are made."""
        self.elements += size
        for limit, elements in ((self.limits.tensor_elements, size), (self.limits.elements, self.elements)):
            if elements > limit:
                raise self.error(
                    node,
                    f"원소가 {elements:,}개입니다. {limit:,}개까지 쓸 수 있습니다.",
                    f"There are {elements:,} elements; at most {limit:,} are allowed.",
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
