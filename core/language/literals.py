"""What stands written out in a program: numbers, lists of numbers, tensors made on the spot, literal arguments."""

import ast
import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from chainrule.core.language.builder import ALIASES, Builder, Scope
from chainrule.core.ops import OPS, shapes
from chainrule.core.ops.op import Shape
from chainrule.core.text import Text

Maker = Callable[[Shape, int, float], Any]

MAKERS: Mapping[str, Maker] = {
    "randn": lambda shape, seed, scale: np.random.default_rng(seed).standard_normal(shape) * scale,
    "rand": lambda shape, seed, scale: np.random.default_rng(seed).random(shape) * scale,
    "zeros": lambda shape, seed, scale: np.zeros(shape),
    "ones": lambda shape, seed, scale: np.full(shape, scale),
    "arange": lambda shape, seed, scale: np.arange(*shape) * scale,
}
"""By name: of the shape (for ``arange`` the bounds), a seed and a scale, an array of float64.

``randn`` draws from the standard normal distribution, ``rand`` evenly from 0 to 1, both by NumPy's PCG64 generator,
so that the same seed gives the same numbers everywhere.
"""


def is_method(name: str) -> bool:
    """Whether a program may write ``x.name(…)`` for ``name(x, …)``."""
    op = OPS.get(ALIASES.get(name, name))
    return op is not None and (op.method or name == "dot")


def number(node: ast.expr) -> float | None:
    """The number that a literal, signed or not, stands for; None for anything else."""
    sign = 1.0
    while type(node) is ast.UnaryOp and isinstance(node.op, ast.USub | ast.UAdd):
        if not isinstance(node.operand, ast.Constant):
            return None
        sign = -1.0 if isinstance(node.op, ast.USub) else 1.0
        node = node.operand
    value = node.value if type(node) is ast.Constant else None
    if not isinstance(value, int | float) or value is True or value is False:
        return None
    try:
        return sign * float(value)
    except OverflowError:
        return sign * math.inf


def leaf(build: Builder, node: ast.expr) -> Any:
    """The number or array that a literal, a list of literals or a maker stands for; None for anything else."""
    if type(node) is ast.List:
        return _listed(build, node)
    if type(node) is ast.Call:
        name = function_name(node)
        if name == "array" and len(node.args) == 1 and isinstance(node.args[0], ast.List):
            return _listed(build, node.args[0])
        return _made(build, node, name) if name in MAKERS and name not in build.functions else None
    return number(node)


def _array(value: Any) -> Any:
    """A nested list of numbers as a read-only array. Raises ShapeError where its rows differ in length."""
    try:
        array = np.array(value, dtype=float)
    except ValueError:
        raise shapes.ShapeError(
            Text(
                "목록의 줄마다 원소의 개수가 같아야 합니다.", "The rows of a list must have the same length."
            )
        ) from None
    array.flags.writeable = False
    return array


def _listed(build: Builder, node: ast.List) -> Any:
    """A nested list of numbers as an array."""

    def nested(part: ast.expr, depth: int) -> Any:
        value = number(part)
        if value is not None:
            return value
        if not isinstance(part, ast.List) or depth > 4:
            raise build.error(
                part,
                "목록에는 수만, 네 겹까지 올 수 있습니다.",
                "A list can hold numbers only, at most four deep.",
            )
        return [nested(inner, depth + 1) for inner in part.elts]

    try:
        return _array(nested(node, 1))
    except shapes.ShapeError as found:
        build.refuse_shapes(node, found)


def _made(build: Builder, node: ast.Call, name: str) -> Any:
    """The array that a maker makes, within the limit of elements."""
    scope = Scope()
    named = {keyword.arg or "": argument(build, keyword.value, scope) for keyword in node.keywords}
    numbers = [argument(build, each, scope) for each in node.args]
    shape = numbers[0] if len(numbers) == 1 and isinstance(numbers[0], tuple) else tuple(numbers)
    seed, scale = named.pop("seed", 0), named.pop("scale", 1)
    whole = all(type(n) is int and (n >= 0 or name == "arange") for n in shape) and type(seed) is int
    if named or not shape or not whole or isinstance(scale, tuple | slice | None) or seed < 0:
        raise build.error(
            node,
            f"`{name}`에는 크기를 정수로 적고, 필요하면 `seed=`와 `scale=`을 적습니다.",
            f"`{name}` takes its size in whole numbers and, if wanted, `seed=` and `scale=`.",
            name=name,
            allowed=Text(f"`{name}(2, 3)`", f"`{name}(2, 3)`"),
        )
    build.check_size(node, len(range(*shape)) if name == "arange" else math.prod(shape))
    array = MAKERS[name](shape, seed, float(scale))
    array.flags.writeable = False
    return array


def argument(build: Builder, node: ast.expr | None, scope: Scope) -> Any:
    """An argument that must stand in the text: a number, a tuple of them, a slice, True, False, None."""
    match node:
        case None | ast.Constant(value=None):
            return None
        case ast.Constant(value=bool() as said):
            return said
        case ast.Name(id=name) if name in scope.counters:
            return scope.counters[name]
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            return tuple(argument(build, part, scope) for part in parts)
        case ast.Slice(lower=lower, upper=upper, step=step):
            return slice(*(argument(build, part, scope) for part in (lower, upper, step)))
        case ast.expr():
            value = number(node)
            if value is not None:
                return int(value) if value.is_integer() else value
    assert node is not None
    raise build.error(
        node,
        "여기에는 수를 그대로 적어야 합니다.",
        "A number must be written out here.",
        allowed=Text("`0`, `-1`, `(2, 3)`, `1:3`", "`0`, `-1`, `(2, 3)`, `1:3`"),
    )


def function_name(node: ast.Call) -> str:
    """The name a call calls by, without ``np.``; empty for a call that has none."""
    match node.func:
        case ast.Name(id=name) | ast.Attribute(value=ast.Name(id="np" | "numpy" | "math"), attr=name):
            return name
        case ast.Attribute(value=ast.Attribute(value=ast.Name(id="np" | "numpy"), attr="random"), attr=name):
            return name
        case ast.Attribute(value=ast.Name(id=owner), attr=name) if not is_method(name):
            return f"{owner}.{name}"
    return ""
