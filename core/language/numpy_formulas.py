"""Functions of NumPy that are short formulas of ops: ``np.sinh``, ``np.diff``, ``np.trace``, ``np.roll``."""

import ast
import itertools
import math
from collections.abc import Mapping

import numpy as np

from chainrule.core.language.arguments import Arguments, Given, axis, matched, one_axis, sizes, whole
from chainrule.core.language.builder import Builder
from chainrule.core.language.folding import plain
from chainrule.core.language.numpy_functions import gathered
from chainrule.core.language.python_functions import Handler, node_of
from chainrule.core.language.values import Builtin, Value
from chainrule.core.ops import shapes
from chainrule.core.text import Text


def _one(build: Builder, node: ast.AST, builtin: Builtin, arguments: Arguments) -> int:
    return node_of(build, matched(build, node, f"{builtin.name}(x)", arguments)["x"])


def _hyperbolic(build: Builder, node: ast.AST, builtin: Builtin, arguments: Arguments) -> Value:
    """sinh x = (eˣ − e⁻ˣ) / 2, cosh x = (eˣ + e⁻ˣ) / 2."""
    x = _one(build, node, builtin, arguments)
    up, down = build.apply(node, "exp", x), build.apply(node, "exp", build.apply(node, "neg", x))
    both = build.apply(node, "sub" if builtin.name == "sinh" else "add", up, down)
    return build.apply(node, "mul", build.constant(0.5, node), both)


def _power_of_two(build: Builder, node: ast.AST, builtin: Builtin, arguments: Arguments) -> Value:
    return build.apply(node, "pow", build.constant(2.0, node), _one(build, node, builtin, arguments))


def _is_nan(build: Builder, node: ast.AST, builtin: Builtin, arguments: Arguments) -> Value:
    """``np.isnan(x)``: NaN alone differs from itself."""
    x = _one(build, node, builtin, arguments)
    return build.apply(node, "not_equal", x, x)


def _diff(build: Builder, node: ast.AST, builtin: Builtin, arguments: Arguments) -> Value:
    """``np.diff(x)``: each element less the one before it."""
    found = matched(build, node, "diff(x, *, axis=)", arguments)
    x = node_of(build, found["x"])
    place = _place(build, found, x, -1)
    before: list[object] = [slice(None)] * place
    later = build.apply_tensor(node, "getitem", [x], [*before, slice(1, None)])
    earlier = build.apply_tensor(node, "getitem", [x], [*before, slice(None, -1)])
    return build.apply(node, "sub", later, earlier)


def _place(build: Builder, found: Mapping[str, Given], x: int, default: int) -> int:
    rank = len(build.shape(x))
    if not rank:
        raise build.error(
            found["x"].at,
            "수 하나에는 축이 없습니다.",
            "One number has no axis.",
            allowed=Text("`np.array([1, 2])`", "`np.array([1, 2])`"),
        )
    return one_axis(build, found.get("axis"), rank, default)


def _flip(build: Builder, node: ast.AST, builtin: Builtin, arguments: Arguments) -> Value:
    """``np.flip(x, axis=0)``; without an axis, along all of them."""
    found = matched(build, node, "flip(x, axis=)", arguments)
    x = node_of(build, found["x"])
    given = axis(build, found.get("axis"))
    if given is None:
        key = [slice(None, None, -1)] * len(build.shape(x))
    else:
        key = [slice(None)] * _place(build, found, x, 0) + [slice(None, None, -1)]
    return build.apply_tensor(node, "getitem", [x], key)


def _roll(build: Builder, node: ast.AST, builtin: Builtin, arguments: Arguments) -> Value:
    """``np.roll(x, 1)``: what leaves at one end comes in at the other."""
    found = matched(build, node, "roll(x, shift, axis=)", arguments)
    x = node_of(build, found["x"])
    shift = plain(build, found["shift"].value, found["shift"].at)
    if type(shift) is not int:
        shift = whole(build, found["shift"], "shift")
    shape = build.shape(x)
    if "axis" not in found and len(shape) != 1:
        flat = build.apply_tensor(node, "reshape", [x], [(math.prod(shape),)])
        rolled = gathered(build, node, flat, 0, np.roll(np.arange(math.prod(shape)), shift))
        return build.apply_tensor(node, "reshape", [rolled], [shape])
    place = _place(build, found, x, 0)
    return gathered(build, node, x, place, np.roll(np.arange(shape[place]), shift))


def _diagonal(build: Builder, node: ast.AST, builtin: Builtin, arguments: Arguments) -> Value:
    """``np.trace``, ``np.diag`` and ``np.diagonal`` of a matrix; ``np.diag`` of a vector is a matrix."""
    given = matched(build, node, f"{builtin.name}(x)", arguments)["x"]
    x = node_of(build, given)
    shape = build.shape(x)
    if len(shape) == 1 and builtin.name == "diag":
        build.check_size(node, shape[0] ** 2)
        return build.apply(node, "mul", x, build.constant(np.eye(shape[0]), node))
    if len(shape) != 2:
        raise build.error(
            given.at,
            f"`{builtin.name}`에는 행렬이 와야 하는데 {shapes.shown(shape)} 모양입니다.",
            f"`{builtin.name}` takes a matrix, not the shape {shapes.shown(shape)}.",
            name=builtin.name,
        )
    rows = tuple(range(min(shape)))
    diagonal = build.apply_tensor(node, "getitem", [x], [rows, rows])
    return build.apply(node, "sum", diagonal) if builtin.name == "trace" else diagonal


def _average(build: Builder, node: ast.AST, builtin: Builtin, arguments: Arguments) -> Value:
    """``np.average(x, weights=w)``."""
    found = matched(build, node, "average(x, *, weights=)", arguments)
    x = node_of(build, found["x"])
    if "weights" not in found:
        return build.apply(node, "mean", x)
    weights = node_of(build, found["weights"])
    weighed = build.apply(node, "sum", build.apply(node, "mul", x, weights))
    return build.apply(node, "div", weighed, build.apply(node, "sum", weights))


def _broadcast(build: Builder, node: ast.AST, builtin: Builtin, arguments: Arguments) -> Value:
    """``np.broadcast_to(x, (2, 3))``."""
    found = matched(build, node, "broadcast_to(x, shape)", arguments)
    shape = sizes(build, [found["shape"]], "broadcast_to")
    build.check_size(node, math.prod(shape))
    return build.apply(node, "mul", node_of(build, found["x"]), build.constant(np.ones(shape), node))


def _hypotenuse(build: Builder, node: ast.AST, builtin: Builtin, arguments: Arguments) -> Value:
    """``math.hypot(x, y)``: √(x² + y²)."""
    found = matched(build, node, "hypot(x, y)", arguments)
    squares = [
        build.apply(node, "pow", node_of(build, found[key]), build.constant(2.0, node)) for key in ("x", "y")
    ]
    return build.apply(node, "sqrt", build.apply(node, "add", *squares))


def _polynomial(build: Builder, node: ast.AST, builtin: Builtin, arguments: Arguments) -> Value:
    """``np.polyval(p, x)`` by Horner's rule, the highest power first."""
    found = matched(build, node, "polyval(p, x)", arguments)
    p, x = node_of(build, found["p"]), node_of(build, found["x"])
    shape = build.shape(p)
    if len(shape) != 1 or not shape[0]:
        raise build.error(
            found["p"].at,
            "계수는 목록으로 적습니다.",
            "The coefficients are a list.",
            allowed=Text("`np.polyval([1, 0, 2], x)`", "`np.polyval([1, 0, 2], x)`"),
        )
    coefficients = [build.apply_tensor(node, "getitem", [p], [k]) for k in range(shape[0])]
    result = coefficients[0]
    for each in itertools.islice(coefficients, 1, None):
        result = build.apply(node, "add", build.apply(node, "mul", result, x), each)
    return result


FUNCTIONS: Mapping[str, Handler] = {
    "sinh": _hyperbolic,
    "cosh": _hyperbolic,
    "exp2": _power_of_two,
    "isnan": _is_nan,
    "diff": _diff,
    "flip": _flip,
    "roll": _roll,
    "trace": _diagonal,
    "diag": _diagonal,
    "diagonal": _diagonal,
    "average": _average,
    "broadcast_to": _broadcast,
    "hypot": _hypotenuse,
    "polyval": _polynomial,
}
"""What a call by this name gives, of arguments that are evaluated."""
