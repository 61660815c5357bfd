"""Functions of NumPy that are made of ops: ``np.square``, ``np.outer``, ``np.split``, ``np.pad``, ``np.tile``."""

import ast
import itertools
import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from chainrule.core.language.arguments import Arguments, Given, axis, matched, misfit, one_axis, real, whole
from chainrule.core.language.builder import Builder, Walk
from chainrule.core.language.folding import plain
from chainrule.core.language.methods import swapped
from chainrule.core.language.own import composed
from chainrule.core.language.python_functions import Handler, elements, node_of
from chainrule.core.language.tensors import joined
from chainrule.core.language.values import Builtin, Items, Known, Value
from chainrule.core.ops import shapes
from chainrule.core.text import Text


def _square(build: Builder, node: ast.AST, builtin: Builtin, arguments: Arguments) -> Value:
    given = matched(build, node, "square(x)", arguments)["x"]
    operand = node_of(build, given)
    return build.apply(node, "pow", operand, build.constant(2.0, node))


def _dot(build: Builder, node: ast.AST, builtin: Builtin, arguments: Arguments) -> Value:
    found = matched(build, node, f"{builtin.name}(x, y)", arguments)
    x, y = node_of(build, found["x"]), node_of(build, found["y"])
    ranks = len(build.shape(x)), len(build.shape(y))
    if 0 in ranks and builtin.name != "matmul":
        return build.apply(node, "mul", x, y)
    if builtin.name == "dot" and ranks[1] > 2:
        raise build.error(
            node,
            "`dot`은 벡터와 행렬까지만 곱합니다.",
            "`dot` multiplies vectors and matrices only.",
            name="dot",
            allowed=Text("`x @ y`", "`x @ y`"),
        )
    return build.apply(node, "matmul", x, y)


def _outer(build: Builder, node: ast.AST, builtin: Builtin, arguments: Arguments) -> Value:
    found = matched(build, node, "outer(x, y)", arguments)
    x = build.apply_tensor(node, "reshape", [node_of(build, found["x"])], [(-1, 1)])
    y = build.apply_tensor(node, "reshape", [node_of(build, found["y"])], [(1, -1)])
    return build.apply(node, "mul", x, y)


def _inner(build: Builder, node: ast.AST, builtin: Builtin, arguments: Arguments) -> Value:
    found = matched(build, node, f"{builtin.name}(x, y)", arguments)
    x, y = node_of(build, found["x"]), node_of(build, found["y"])
    if max(len(build.shape(x)), len(build.shape(y))) > 1:
        raise build.error(
            node,
            f"`{builtin.name}`은(는) 벡터에만 쓸 수 있습니다.",
            f"`{builtin.name}` is for vectors.",
            name=builtin.name,
            allowed=Text("`x @ y`, `sum(x * y)`", "`x @ y`, `sum(x * y)`"),
        )
    return build.apply(node, "matmul" if build.shape(x) and build.shape(y) else "mul", x, y)


def _measured(build: Builder, node: ast.AST, builtin: Builtin, arguments: Arguments) -> Value:
    """``np.shape(x)``, ``np.size(x)``, ``np.ndim(x)``."""
    given = matched(build, node, f"{builtin.name}(x)", arguments)["x"]
    shape = build.shape(node_of(build, given))
    if builtin.name == "shape":
        return Items([Known(size) for size in shape], fixed=True)
    return Known(math.prod(shape) if builtin.name == "size" else len(shape))


def _reshaped(build: Builder, node: ast.AST, operand: int, shape: tuple[int, ...]) -> int:
    if build.shape(operand) == shape:
        return operand
    return build.apply_tensor(node, "reshape", [operand], [shape])


def _flat(build: Builder, node: ast.AST, builtin: Builtin, arguments: Arguments) -> Value:
    given = matched(build, node, f"{builtin.name}(x)", arguments)["x"]
    operand = node_of(build, given)
    return _reshaped(build, node, operand, (math.prod(build.shape(operand)),))


def _expanded(build: Builder, node: ast.AST, builtin: Builtin, arguments: Arguments) -> Value:
    found = matched(build, node, f"{builtin.name}(x, axis)", arguments)
    operand = node_of(build, found["x"])
    shape = list(build.shape(operand))
    place = axis(build, found["axis"])
    if not isinstance(place, int) or not -len(shape) - 1 <= place <= len(shape):
        raise _no_axis(build, found["axis"], shape)
    shape.insert(place if place >= 0 else len(shape) + 1 + place, 1)
    return build.apply_tensor(node, "reshape", [operand], [tuple(shape)])


def _no_axis(build: Builder, given: Given, shape: Any) -> Exception:
    shown = shapes.shown(tuple(shape))
    return build.error(
        given.at, f"{shown} 모양에는 그런 축이 없습니다.", f"The shape {shown} has no such axis."
    )


def _squeezed(build: Builder, node: ast.AST, builtin: Builtin, arguments: Arguments) -> Value:
    found = matched(build, node, "squeeze(x, axis=)", arguments)
    operand = node_of(build, found["x"])
    shape = build.shape(operand)
    chosen = axis(build, found.get("axis"))
    places = range(len(shape)) if chosen is None else (chosen,) if isinstance(chosen, int) else chosen
    gone = {place % max(len(shape), 1) for place in places if -len(shape) <= place < len(shape)}
    if chosen is not None and any(shape[place] != 1 for place in gone):
        raise _no_axis(build, found["axis"], shape)
    return _reshaped(build, node, operand, tuple(n for k, n in enumerate(shape) if k not in gone or n != 1))


def _tiled(build: Builder, node: ast.AST, builtin: Builtin, arguments: Arguments) -> Value:
    """``np.repeat`` and ``np.tile``: each element several times, by its place."""
    form = f"{builtin.name}(x, times, axis=)" if builtin.name == "repeat" else "tile(x, times)"
    if "repeats" in arguments.names:
        arguments.names["times"] = arguments.names.pop("repeats")
    found = matched(build, node, form, arguments)
    operand, times = node_of(build, found["x"]), whole(build, found["times"], "times", 1)
    shape = build.shape(operand)
    place = axis(build, found.get("axis"))
    if builtin.name == "tile":
        place = -1 if shape else None
    if place is None:
        operand, shape, place = _reshaped(build, node, operand, (math.prod(shape),)), (math.prod(shape),), 0
    if not isinstance(place, int) or not -len(shape) <= place < len(shape):
        raise _no_axis(build, found["axis"], shape)
    place %= len(shape)
    build.check_size(node, math.prod(shape) * times)
    numbers = np.arange(shape[place])
    rows = np.repeat(numbers, times) if builtin.name == "repeat" else np.tile(numbers, times)
    return gathered(build, node, operand, place, rows)


def gathered(build: Builder, node: ast.AST, operand: int, place: int, rows: Any) -> int:
    """The entries of these numbers along one axis."""
    return build.apply_tensor(node, "getitem", [operand], [*[slice(None)] * place, tuple(rows.tolist())])


def _swapped(build: Builder, node: ast.AST, builtin: Builtin, arguments: Arguments) -> Value:
    found = matched(build, node, "swapaxes(x, first, second)", arguments)
    return swapped(build, node, node_of(build, found["x"]), [found["first"], found["second"]])


def _parts(build: Builder, node: ast.AST, builtin: Builtin, arguments: Arguments) -> Value:
    """``np.split(x, 4, axis=1)``: equal parts, or parts up to given places."""
    found = matched(build, node, f"{builtin.name}(x, parts, axis=)", arguments)
    operand = node_of(build, found["x"])
    shape = build.shape(operand)
    if not shape:
        raise _no_axis(build, found["x"], shape)
    place = one_axis(build, found.get("axis"), len(shape))
    size = shape[place]
    cuts = plain(build, found["parts"].value, found["parts"].at)
    if type(cuts) is int and cuts > 0 and size % cuts == 0:
        ends = list(range(0, size + 1, size // cuts)) if size else [0] * (cuts + 1)
    elif isinstance(cuts, tuple) and all(type(each) is int and 0 <= each <= size for each in cuts):
        ends = [0, *sorted(cuts), size]
    else:
        raise build.error(
            found["parts"].at,
            f"크기가 {size}인 축을 이렇게 나눌 수 없습니다.",
            f"An axis of size {size} cannot be split like this.",
            name=builtin.name,
            allowed=Text("`np.split(x, 2, axis=0)`", "`np.split(x, 2, axis=0)`"),
        )
    before = [slice(None)] * place
    return Items(
        [
            build.apply_tensor(node, "getitem", [operand], [*before, slice(start, stop)])
            for start, stop in itertools.pairwise(ends)
        ]
    )


def _side_by_side(build: Builder, node: ast.AST, builtin: Builtin, arguments: Arguments) -> Value:
    """``np.hstack``, ``np.vstack``, ``np.column_stack``, ``np.append``."""
    name = builtin.name
    if name == "append":
        found = matched(build, node, "append(x, y, axis=)", arguments)
        nodes = [node_of(build, found[key]) for key in ("x", "y")]
        if axis(build, found.get("axis")) is None:
            nodes = [_reshaped(build, node, each, (math.prod(build.shape(each)),)) for each in nodes]
            return joined(build, node, "concatenate", nodes, 0)
        place = one_axis(build, found["axis"], max(len(build.shape(nodes[0])), 1))
        return joined(build, node, "concatenate", nodes, place)
    given = matched(build, node, f"{name}(xs)", arguments)["xs"]
    nodes = [
        node_of(build, Given(each, given.at)) for each in elements(build, given.value, given.at).elements
    ]
    if not nodes:
        raise misfit(build, node, f"{name}([x, y])", given.at)
    shaped: list[int] = []
    for each in nodes:
        shape = build.shape(each)
        if name in ("vstack", "row_stack") and len(shape) < 2:
            shape = (1, math.prod(shape))
        elif name == "column_stack" and len(shape) < 2:
            shape = (math.prod(shape), 1)
        elif not shape:
            shape = (1,)
        shaped.append(_reshaped(build, node, each, shape))
    along = (
        0 if name in ("vstack", "row_stack") or (name == "hstack" and len(build.shape(shaped[0])) == 1) else 1
    )
    return joined(build, node, "concatenate", shaped, along)


def _padded(build: Builder, node: ast.AST, builtin: Builtin, arguments: Arguments) -> Value:
    """``np.pad(x, 1)``: a frame of zeros."""
    for name in ("mode", "constant_values"):
        given = arguments.names.pop(name, None)
        if given is not None and plain(build, given.value, given.at) not in ("constant", 0):
            raise misfit(build, node, "pad(x, width)", given.at)
    places = arguments.places
    if len(places) == 3 and plain(build, places[2].value, places[2].at) == "constant":
        places.pop()
    found = matched(build, node, "pad(x, width)", arguments)
    operand = node_of(build, found["x"])
    shape = build.shape(operand)
    widths = _widths(build, found["width"], len(shape))
    full = tuple(before + size + after for size, (before, after) in zip(shape, widths, strict=True))
    build.check_size(node, math.prod(full))
    frame = build.constant(np.zeros(full), node)
    key = [slice(before, before + size) for size, (before, _) in zip(shape, widths, strict=True)]
    return build.apply_tensor(node, "put", [frame, operand], key)


def _widths(build: Builder, given: Given, rank: int) -> list[tuple[int, int]]:
    """The zeros before and behind each axis."""
    width = plain(build, given.value, given.at)
    pairs = list(width) if isinstance(width, tuple) else [width] * rank
    if isinstance(width, tuple) and all(type(each) is int for each in width):
        pairs = [width] * rank
    if len(pairs) == 1:
        pairs = pairs * rank
    pairs = [(each, each) if type(each) is int else each for each in pairs]
    if len(pairs) != rank or not all(
        isinstance(each, tuple) and len(each) == 2 and all(type(n) is int and 0 <= n <= 10**6 for n in each)
        for each in pairs
    ):
        forms = "`np.pad(x, 1)`, `np.pad(x, ((1, 1), (0, 0)))`"
        raise build.error(
            given.at,
            "채울 폭은 0 이상의 정수로, 축마다 앞뒤를 적습니다.",
            "The width of the frame is a whole number, or a pair for each axis.",
            name="pad",
            allowed=Text(forms, forms),
        )
    return pairs


def _sign(build: Builder, node: ast.AST, builtin: Builtin, arguments: Arguments) -> Value:
    operand = node_of(build, matched(build, node, "sign(x)", arguments)["x"])
    above = build.apply(node, "greater", operand, build.constant(0.0, node))
    below = build.apply(node, "less", operand, build.constant(0.0, node))
    return build.apply(node, "sub", above, below)


def _logic(build: Builder, node: ast.AST, builtin: Builtin, arguments: Arguments) -> Value:
    if builtin.name == "logical_not":
        operand = node_of(build, matched(build, node, "logical_not(x)", arguments)["x"])
        return build.apply(node, "equal", operand, build.constant(0.0, node))
    found = matched(build, node, f"{builtin.name}(x, y)", arguments)
    op = "minimum" if builtin.name == "logical_and" else "maximum"
    return build.apply(node, op, node_of(build, found["x"]), node_of(build, found["y"]))


def _triangle(build: Builder, node: ast.AST, builtin: Builtin, arguments: Arguments) -> Value:
    """``np.tril`` and ``np.triu`` of a tensor, by a mask."""
    found = matched(build, node, f"{builtin.name}(x, k=)", arguments)
    k = int(max(-1e6, min(1e6, real(build, found.get("k"), "k", 0.0))))
    operand = node_of(build, found["x"])
    shape = build.shape(operand)
    if len(shape) < 2:
        raise _no_axis(build, found["x"], shape)
    rows, columns = shape[-2:]
    mask = np.tri(rows, columns, k) if builtin.name == "tril" else 1.0 - np.tri(rows, columns, k - 1)
    return build.apply(node, "mul", operand, build.constant(mask, node))


def _clipped(build: Builder, node: ast.AST, builtin: Builtin, arguments: Arguments) -> Value | Walk:
    """``np.clip(x, 0, None)``: a bound that is None is none."""
    for ours, theirs in (("low", ("a_min", "min")), ("high", ("a_max", "max"))):
        for name in theirs:
            if name in arguments.names:
                arguments.names[ours] = arguments.names.pop(name)
    found = matched(build, node, "clip(x, low=, high=)", arguments)
    operand = node_of(build, found["x"])
    bounds = {
        op: found[name]
        for op, name in (("clamp_min", "low"), ("clamp_max", "high"))
        if name in found and not (isinstance(found[name].value, Known) and found[name].value.value is None)
    }
    if len(bounds) == 2:
        low, high = (node_of(build, each) for each in bounds.values())
        return composed(build, node, "clip", [operand, low, high])
    if not bounds:
        raise misfit(build, node, "clip(x, low, high)", missing=["low"])
    ((op, bound),) = bounds.items()
    return build.apply(node, op, operand, node_of(build, bound))


FUNCTIONS: Mapping[str, Handler] = {
    "square": _square,
    "clip": _clipped,
    "dot": _dot,
    "matmul": _dot,
    "outer": _outer,
    "inner": _inner,
    "vdot": _inner,
    "shape": _measured,
    "size": _measured,
    "ndim": _measured,
    "ravel": _flat,
    "flatten": _flat,
    "expand_dims": _expanded,
    "squeeze": _squeezed,
    "tile": _tiled,
    "swapaxes": _swapped,
    "split": _parts,
    "array_split": _parts,
    "hstack": _side_by_side,
    "vstack": _side_by_side,
    "row_stack": _side_by_side,
    "column_stack": _side_by_side,
    "append": _side_by_side,
    "pad": _padded,
    "sign": _sign,
    "logical_and": _logic,
    "logical_or": _logic,
    "logical_not": _logic,
    "tril": _triangle,
    "triu": _triangle,
}
"""What a call by this name gives, of arguments that are evaluated."""
