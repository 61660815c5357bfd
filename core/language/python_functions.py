"""Functions of Python that are no ops: ``len``, ``float``, ``range``, ``zip``, ``sum`` of a list."""

import ast
import math
import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from chainrule.core.language import literals
from chainrule.core.language.arguments import Arguments, Given, matched, misfit, whole
from chainrule.core.language.builder import Builder, as_float
from chainrule.core.language.conditions import conjoined
from chainrule.core.language.folding import LARGEST, is_number, number, plain
from chainrule.core.language.in_place import copied
from chainrule.core.language.iteration import all_steps, steps
from chainrule.core.language.op_calls import tensor
from chainrule.core.language.tensors import stacked
from chainrule.core.language.values import (
    Builtin,
    Class,
    Counter,
    Instance,
    Items,
    Known,
    Pending,
    Span,
    Stream,
    Table,
    Value,
    Written,
)
from chainrule.core.ops import shapes
from chainrule.core.text import Text

Handler = Callable[[Builder, ast.AST, Builtin, Arguments], Value]


def node_of(build: Builder, given: Given) -> int:
    """The node of an argument; of a list of nodes, the tensor that they make."""
    value = given.value
    return stacked(build, given.at, value) if isinstance(value, Items) else build.node(value, given.at)


# Numbers and tensors


def _array(build: Builder, node: ast.AST, builtin: Builtin, arguments: Arguments) -> Value:
    kind = arguments.names.get("dtype")
    if kind is not None and "bool" in ast.unparse(kind.at):
        raise build.error(
            kind.at,
            "참과 거짓은 `True`와 `False`로 적어야 합니다.",
            "Truth values are written as `True` and `False`.",
            allowed=Text("`np.array([True, False])`", "`np.array([True, False])`"),
        )
    for name in ("dtype", "copy", "ndmin", "requires_grad", "label", "_children", "_op"):
        arguments.names.pop(name, None)
    if builtin.name == "array" and len(arguments.places) > 1:
        raise misfit(build, node, "array(x)", arguments.places[1].at)
    given = matched(build, node, f"{builtin.name}(x)", Arguments(arguments.places[:1], arguments.names))["x"]
    value = given.value
    if isinstance(value, Stream | Span):
        value = elements(build, value, given.at)
    if isinstance(value, Items):
        return _of_items(build, given.at, value)
    if is_number(value):
        return Written(as_float(value.value))
    if not isinstance(value, Known | Pending):
        value = build.node(value, given.at)
    return copied(build, value, node) if builtin.name == "array" else value


def _of_items(build: Builder, at: ast.AST, items: Items) -> Value:
    """A list as a tensor: of numbers alone it is as if written out."""
    held = _numbers(build, items, at)
    if held is None:
        return stacked(build, at, items)
    try:
        array = literals.tensor(held)
    except shapes.ShapeError as found:
        build.refuse_shapes(at, found)
    build.check_size(at, array.size)
    if _truths(items):
        # A mask stays one: as an index it picks where it is true.
        array = array.astype(bool)
        array.flags.writeable = False
    return Written(array)


def _truths(items: Items) -> bool:
    """Whether a list has nothing in it but True and False, in lists of them too."""
    return bool(items.elements) and all(
        _truths(each) if isinstance(each, Items) else isinstance(each, Known) and isinstance(each.value, bool)
        for each in items.elements
    )


def _numbers(build: Builder, items: Items, at: ast.AST, depth: int = 0) -> list[Any] | None:
    """Nested lists of numbers, None where one of them is a node."""
    found: list[Any] = []
    for each in items.elements:
        build.step(at)
        part: Any = None
        if isinstance(each, Items) and depth < 20:
            part = _numbers(build, each, at, depth + 1)
        elif isinstance(each, Known | Pending) and isinstance(each.value, int | float | np.ndarray):
            part = each.value.tolist() if isinstance(each.value, np.ndarray) else as_float(each.value)
        if part is None:
            return None
        found.append(part)
    return found


def _float(build: Builder, node: ast.AST, builtin: Builtin, arguments: Arguments) -> Value:
    given = matched(build, node, f"{builtin.name}(x)", arguments)["x"]
    value = given.value
    if isinstance(value, Known) and isinstance(value.value, str):
        try:
            return Written(float(value.value))
        except ValueError:
            raise build.no_number(value, given.at) from None
    if is_number(value):
        kind = Written if type(value) is Written else Known
        return kind(as_float(value.value))
    return value if isinstance(value, Pending) else build.node(value, given.at)


def _int(build: Builder, node: ast.AST, builtin: Builtin, arguments: Arguments) -> Value:
    given = matched(build, node, "int(x)", arguments)["x"]
    if builtin.home == "type" and type(given.value) is int:
        return given.value
    value = number(build, given.value, given.at)
    if not isinstance(value, int | float) or not math.isfinite(value):
        raise build.no_number(given.value, given.at)
    return Known(int(value))


def _every(build: Builder, node: ast.AST, builtin: Builtin, arguments: Arguments) -> Value:
    """``all(…)`` and ``any(…)``: of a list of conditions, or of all elements of a tensor."""
    given = matched(build, node, f"{builtin.name}(x)", arguments)["x"]
    if isinstance(given.value, Items | Stream):
        parts = elements(build, given.value, given.at).elements
        return conjoined(build, node, parts, builtin.name == "all") if parts else Known(builtin.name == "all")
    return build.apply(node, "min" if builtin.name == "all" else "max", node_of(build, given))


def _sorted(build: Builder, node: ast.AST, builtin: Builtin, arguments: Arguments) -> Value:
    """``sorted(params.items())``: by keys that the program fixes."""
    given = matched(build, node, "sorted(x)", arguments)["x"]
    listed = elements(build, given.value, given.at).elements
    heads = [each.elements[0] if isinstance(each, Items) and each.elements else each for each in listed]
    keys: list[Any] = [each.value if isinstance(each, Known) else None for each in heads]
    if not all(isinstance(key, str) for key in keys) and not all(
        isinstance(key, int | float) for key in keys
    ):
        raise build.error(
            node,
            "입력에서 나온 값은 순서를 정할 수 없습니다.",
            "Values that come from inputs cannot be sorted.",
            name="sorted",
            hint=Text("`max`와 `min`을 쓰세요.", "use `max` and `min`"),
        )
    order = sorted(range(len(listed)), key=lambda place: keys[place])
    return Items([listed[place] for place in order])


def _factorial(build: Builder, node: ast.AST, builtin: Builtin, arguments: Arguments) -> Value:
    """``math.factorial(3)`` of a number that counts."""
    count = whole(build, matched(build, node, "factorial(n)", arguments)["n"], "n")
    return Known(math.factorial(count) if count <= _LARGEST_FACTORIAL else math.inf)


_LARGEST_FACTORIAL = 170
"""Beyond it a factorial is no float64."""


def _is_instance(build: Builder, node: ast.AST, builtin: Builtin, arguments: Arguments) -> Value:
    """``isinstance(x, tuple)``: what a value is to Python."""
    found = matched(build, node, "isinstance(x, kind)", arguments)
    value, kinds = found["x"].value, set(re.findall(r"\w+", ast.unparse(found["kind"].at)))
    if isinstance(value, Items):
        return Known(bool(kinds & ({"tuple"} if value.fixed else {"list"})))
    if isinstance(value, Table):
        return Known(bool(kinds & {"dict", "OrderedDict"}))
    if isinstance(value, Instance):
        of: Class | None = value.of
        names: set[str] = set()
        while of is not None:
            names.add(of.name)
            of = of.base
        return Known(bool(kinds & names))
    held: Any = value.value if isinstance(value, Known | Pending) else None
    if isinstance(held, str):
        return Known("str" in kinds)
    shape = build.shape(value) if type(value) is int else np.shape(held)
    return Known(bool(kinds & ({"ndarray", "Tensor"} if shape else {"int", "float", "number", "floating"})))


def _len(build: Builder, node: ast.AST, builtin: Builtin, arguments: Arguments) -> Value:
    given = matched(build, node, "len(x)", arguments)["x"]
    value = given.value
    if isinstance(value, Items):
        return Known(len(value.elements))
    if isinstance(value, Table):
        return Known(len(value.entries))
    if isinstance(value, Span):
        return Known(len(value.counts))
    held = value.value if isinstance(value, Known | Pending) else None
    if isinstance(held, str):
        return Known(len(held))
    shape = np.shape(held) if held is not None else build.shape(build.node(value, given.at))
    if not shape:
        raise build.error(
            given.at,
            "수에는 길이가 없습니다.",
            "A number has no length.",
            name="len",
            hint=Text("`x.size`는 원소의 개수입니다.", "`x.size` is the number of elements"),
        )
    return Known(shape[0])


def _copied(build: Builder, node: ast.AST, builtin: Builtin, arguments: Arguments) -> Value:
    for name in ("dtype", "order"):
        arguments.names.pop(name, None)
    value = matched(build, node, f"{builtin.name}(x)", arguments)["x"].value
    return (
        value
        if builtin.name == "ascontiguousarray"
        else _copy(build, value, node, builtin.home == "deep", {})
    )


def _copy(build: Builder, value: Value, at: ast.AST, deep: bool, made: dict[int, Value]) -> Value:
    """A copy of a value; with ``deep``, of all that it holds too, each once."""
    if id(value) in made:
        return made[id(value)]

    def inner(each: Value) -> Value:
        return _copy(build, each, at, deep, made) if deep else each

    if not isinstance(value, Items | Table | Instance):
        found = copied(build, value, at)
    elif isinstance(value, Items):
        found = made[id(value)] = Items([], value.fixed)
        found.elements += [inner(each) for each in value.elements]
    elif isinstance(value, Table):
        found = made[id(value)] = Table({})
        found.entries |= {key: inner(each) for key, each in value.entries.items()}
    else:
        found = made[id(value)] = Instance(value.of)
        found.attributes |= {name: inner(each) for name, each in value.attributes.items()}
    made[id(value)] = found
    return found


# Loops and lists


def _range(build: Builder, node: ast.AST, builtin: Builtin, arguments: Arguments) -> Value:
    bounds: list[int] = []
    for each in arguments.places:
        value = plain(build, each.value, each.at) if not isinstance(each.value, Items) else None
        if type(value) is not int:
            raise build.error(
                each.at,
                "반복 횟수는 정수로 적어야 합니다.",
                "The number of repetitions must be written as a whole number.",
                allowed=Text("`for i in range(10):`", "`for i in range(10):`"),
            )
        bounds.append(value)
    if arguments.names or not 1 <= len(bounds) <= 3 or (len(bounds) == 3 and bounds[2] == 0):
        raise build.error(
            node,
            "`range(…)`에는 정수를 한 개에서 세 개까지 적고, 간격은 0이 아니어야 합니다.",
            "`range(…)` takes one to three whole numbers, and a step that is not 0.",
            name="range",
            allowed=Text("`range(10)`, `range(0, 10, 2)`", "`range(10)`, `range(0, 10, 2)`"),
        )
    return Span(range(*bounds))


def _zip(build: Builder, node: ast.AST, builtin: Builtin, arguments: Arguments) -> Value:
    arguments.names.pop("strict", None)
    each = [steps(build, given.value, given.at) for given in arguments.places]
    return Stream(Items(list(parts), fixed=True) for parts in zip(*each, strict=False))


def _enumerate(build: Builder, node: ast.AST, builtin: Builtin, arguments: Arguments) -> Value:
    found = matched(build, node, "enumerate(x, start=)", arguments)
    first = whole(build, found["start"], "start") if "start" in found else 0
    through = steps(build, found["x"].value, found["x"].at)
    return Stream(Items([Counter(k), each], fixed=True) for k, each in enumerate(through, first))


def _reversed(build: Builder, node: ast.AST, builtin: Builtin, arguments: Arguments) -> Value:
    given = matched(build, node, "reversed(x)", arguments)["x"]
    if isinstance(given.value, Span):
        return Span(given.value.counts[::-1])
    found = elements(build, given.value, given.at).elements[::-1]
    build.listed(node, len(found))
    return Items(found)


def elements(build: Builder, value: Value, at: ast.AST) -> Items:
    """What a loop through a value would bring, as a list."""
    return Items(all_steps(build, value, at))


def _list(build: Builder, node: ast.AST, builtin: Builtin, arguments: Arguments) -> Value:
    if not arguments.places:
        return Items([], builtin.name == "tuple")
    given = matched(build, node, f"{builtin.name}(x)", arguments)["x"]
    found = elements(build, given.value, given.at).elements
    build.listed(node, len(found))
    return Items(found, builtin.name == "tuple")


def _dict(build: Builder, node: ast.AST, builtin: Builtin, arguments: Arguments) -> Value:
    entries: dict[Any, Value] = {}
    for given in arguments.places:
        if isinstance(given.value, Table):
            entries |= given.value.entries
        elif isinstance(given.value, Builtin):
            continue  # defaultdict(list)
        else:
            for pair in all_steps(build, given.value, given.at):
                if not isinstance(pair, Items) or len(pair.elements) != 2:
                    raise misfit(build, node, "dict(a=1, b=2)", given.at)
                entries[plain(build, pair.elements[0], given.at)] = pair.elements[1]
    return Table(entries | {name: each.value for name, each in arguments.names.items()})


def _str(build: Builder, node: ast.AST, builtin: Builtin, arguments: Arguments) -> Value:
    given = matched(build, node, "str(x)", arguments)["x"]
    value = plain(build, given.value, given.at)
    return Known(str(value)[:100])


# Sums and extremes of several values

_JOINED = {"sum": "add", "max": "maximum", "min": "minimum"}


def several(build: Builder, node: ast.AST, name: str, values: list[Given]) -> Value:
    """``sum``, ``max`` or ``min`` of values that stand one beside the other."""
    if not values:
        raise build.error(
            node, f"`{name}`에 값이 하나도 없습니다.", f"`{name}` has no values to work on.", name=name
        )
    if all(is_number(each.value) for each in values):
        numbers = [each.value.value for each in values]
        found: Any = sum(numbers) if name == "sum" else max(numbers) if name == "max" else min(numbers)
        return Known(found if not isinstance(found, int) or abs(found) <= LARGEST else as_float(found))
    result = node_of(build, values[0])
    for each in values[1:]:
        result = build.apply(node, _JOINED[name], result, node_of(build, each))
    return result


def reduced(build: Builder, node: ast.AST, builtin: Builtin, arguments: Arguments) -> Value:
    """``sum``, ``max``, ``min``: of a list, of several values, or of the elements of a tensor."""
    name, places = builtin.name, arguments.places
    by_python = builtin.home == ""
    first = places[0].value if places else None
    if isinstance(first, Stream | Span | Items) and by_python and not arguments.names:
        values = [Given(each, places[0].at) for each in elements(build, first, places[0].at).elements]
        if name == "sum":
            values += places[1:]
            return several(build, node, name, values) if values else Known(0)
        if len(places) == 1:
            return several(build, node, name, values)
    if isinstance(first, Items):
        places[0] = Given(node_of(build, places[0]), places[0].at)
    if by_python and name != "sum" and len(places) > 1 and not arguments.names:
        return several(build, node, name, places)
    return tensor(build, node, name, arguments, numpy=not by_python)


FUNCTIONS: Mapping[str, Handler] = {
    "array": _array,
    "asarray": _array,
    "Value": _array,
    "Variable": _array,
    "float": _float,
    "int": _int,
    "len": _len,
    "factorial": _factorial,
    "all": _every,
    "any": _every,
    "sorted": _sorted,
    "isinstance": _is_instance,
    "copy": _copied,
    "deepcopy": lambda build, node, builtin, arguments: _copied(
        build, node, Builtin("copy", "deep"), arguments
    ),
    "ascontiguousarray": _copied,
    "range": _range,
    "zip": _zip,
    "enumerate": _enumerate,
    "reversed": _reversed,
    "list": _list,
    "tuple": _list,
    "dict": _dict,
    "str": _str,
}
"""What a call by this name gives, of arguments that are evaluated."""
