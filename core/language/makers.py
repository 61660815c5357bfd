"""Tensors that a program makes instead of writing them out: ``randn(100, 784, seed=0)``, ``np.zeros((2, 3))``."""

import ast
import math
import random
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from chainrule.core.errors import ProgramError
from chainrule.core.language.advice import REFUSED_FUNCTIONS
from chainrule.core.language.arguments import Arguments, Given, evaluated, matched, real, sizes, whole
from chainrule.core.language.builder import Builder, Scope, Walk
from chainrule.core.language.folding import plain
from chainrule.core.language.values import Builtin, Known, Random, Value, Written
from chainrule.core.ops.op import Shape
from chainrule.core.text import Text

Maker = Callable[[Shape, int, float], Any]

MAKERS: Mapping[str, Maker] = {
    "randn": lambda shape, seed, scale: np.random.default_rng(seed).standard_normal(shape) * scale,
    "rand": lambda shape, seed, scale: np.random.default_rng(seed).random(shape) * scale,
    "zeros": lambda shape, seed, scale: np.zeros(shape),
    "empty": lambda shape, seed, scale: np.zeros(shape),
    "ones": lambda shape, seed, scale: np.full(shape, scale),
    "arange": lambda shape, seed, scale: np.arange(*shape) * scale,
}
"""By name: of the shape (for ``arange`` the bounds), a seed and a scale, an array of float64.

``randn`` draws from the standard normal distribution, ``rand`` evenly from 0 to 1, both by NumPy's PCG64 generator,
so that the same seed gives the same numbers everywhere.
"""

_IGNORED = ("dtype", "order", "copy", "requires_grad")
"""Arguments that change no number here: everything is float64."""


def made(build: Builder, node: ast.Call, builtin: Builtin, scope: Scope) -> Walk:
    """The array that a maker makes, within the limit of elements."""
    arguments = yield from evaluated(build, node, scope)
    for name in _IGNORED:
        arguments.names.pop(name, None)
    if builtin.name == "arange":
        return _arange(build, node, arguments)
    seed, scale = arguments.names.pop("seed", None), arguments.names.pop("scale", None)
    if "shape" in arguments.names and not arguments.places:
        arguments.places.append(arguments.names.pop("shape"))
    if arguments.names or not arguments.places:
        name, form = builtin.name, f"`{builtin.name}(2, 3)`"
        raise build.error(
            node,
            f"`{name}`에는 크기를 정수로 적고, 필요하면 `seed=`와 `scale=`을 적습니다.",
            f"`{name}` takes its size in whole numbers and, if wanted, `seed=` and `scale=`.",
            name=name,
            allowed=Text(form, form),
        )
    shape = sizes(build, arguments.places, builtin.name)
    build.check_size(node, math.prod(shape))
    if build.random is not None and builtin.home == "numpy.random" and builtin.name in ("randn", "rand"):
        return Written(_frozen(getattr(build.random, builtin.name)(*shape)))
    number = whole(build, seed, "seed") if seed else 0
    return Written(_frozen(MAKERS[builtin.name](shape, number, real(build, scale, "scale", 1.0))))


def _frozen(array: Any) -> Any:
    array = np.asarray(array, dtype=float)
    if array.shape:
        array.flags.writeable = False
        return array
    return float(array)


def _arange(build: Builder, node: ast.Call, arguments: Arguments) -> Written:
    scale = real(build, arguments.names.pop("scale", None), "scale", 1.0)
    arguments.names.pop("seed", None)
    form = "arange(start, stop=, step=)"
    found = matched(build, node, form, arguments)
    bounds = [real(build, found.get(name), name, math.nan) for name in ("start", "stop", "step")]
    start, stop, step = (0.0, bounds[0], 1.0) if "stop" not in found else bounds
    step = 1.0 if "step" not in found else step
    if step == 0 or not all(map(math.isfinite, (start, stop, step))):
        at = found["step"].at if step == 0 else node
        raise build.error(
            at,
            "`arange`의 간격은 0이 아닌 수여야 하고, 양 끝은 유한해야 합니다.",
            "The step of `arange` must not be 0, and its ends must be finite.",
            name="arange",
            allowed=Text("`arange(0, 5, 1)`", "`arange(0, 5, 1)`"),
        )
    count = max(0, math.ceil(min((stop - start) / step, 1e15)))
    build.check_size(node, count)
    if all(float(each).is_integer() for each in (start, stop, step)):
        return Written(_frozen(np.arange(int(start), int(stop), int(step)) * scale))
    return Written(_frozen(np.arange(start, stop, step) * scale))


# Other makers, by the form of their call

_Make = Callable[[Builder, ast.AST, dict[str, Given]], Any]


def _size(build: Builder, node: ast.AST, given: Given | None, name: str) -> Shape:
    if given is None or (plain(build, given.value, given.at) is None):
        return ()
    shape = sizes(build, [given], name)
    build.check_size(node, math.prod(shape))
    return shape


def _full(build: Builder, node: ast.AST, found: dict[str, Given]) -> Any:
    shape = _size(build, node, found["shape"], "full")
    return np.full(shape, real(build, found["value"], "value", 0.0))


def _eye(build: Builder, node: ast.AST, found: dict[str, Given]) -> Any:
    rows = whole(build, found["rows"], "rows")
    columns = whole(build, found["columns"], "columns") if "columns" in found else rows
    build.check_size(node, rows * columns)
    return np.eye(rows, columns)


def _linspace(build: Builder, node: ast.AST, found: dict[str, Given]) -> Any:
    count = whole(build, found["num"], "num") if "num" in found else 50
    build.check_size(node, count)
    return np.linspace(
        real(build, found["start"], "start", 0.0), real(build, found["stop"], "stop", 1.0), count
    )


_SPELLED: Mapping[str, tuple[str, _Make]] = {
    "full": ("full(shape, value)", _full),
    "eye": ("eye(rows, columns=)", _eye),
    "identity": ("identity(rows)", _eye),
    "linspace": ("linspace(start, stop, num=)", _linspace),
}


def spelled(build: Builder, node: ast.Call, builtin: Builtin, scope: Scope) -> Walk:
    """``full``, ``eye``, ``linspace``: makers with arguments of their own."""
    arguments = yield from evaluated(build, node, scope)
    for name in _IGNORED:
        arguments.names.pop(name, None)
    if "fill_value" in arguments.names:
        arguments.names["value"] = arguments.names.pop("fill_value")
    form, make = _SPELLED[builtin.name]
    return Written(_frozen(make(build, node, matched(build, node, form, arguments))))


SPELLED = frozenset(_SPELLED)


def like(build: Builder, node: ast.Call, builtin: Builtin, scope: Scope) -> Walk:
    """``zeros_like(x)``, ``ones_like(x)``, ``full_like(x, value)``: a tensor of the shape of another."""
    arguments = yield from evaluated(build, node, scope, folding=False)
    arguments.names.pop("dtype", None)
    form = "full_like(x, value)" if builtin.name == "full_like" else f"{builtin.name}(x)"
    found = matched(build, node, form, arguments)
    shape = build.shape(build.node(found["x"].value, found["x"].at))
    build.check_size(node, math.prod(shape))
    value = {"zeros_like": 0.0, "empty_like": 0.0, "ones_like": 1.0}.get(builtin.name)
    if value is None:
        value = real(build, found["value"], "value", 0.0)
    return Written(_frozen(np.full(shape, value)))


LIKE = frozenset({"zeros_like", "ones_like", "full_like", "empty_like"})


# Random numbers with a state, as NumPy has them

_DRAWS: Mapping[str, str] = {
    "normal": "normal(loc=, scale=, size=)",
    "standard_normal": "standard_normal(size=)",
    "uniform": "uniform(low=, high=, size=)",
    "random": "random(size=)",
    "random_sample": "random_sample(size=)",
    "ranf": "ranf(size=)",
    "randint": "randint(low, high=, size=)",
    "integers": "integers(low, high=, size=)",
}
DRAWS = frozenset(_DRAWS)
"""What is drawn by the generator that ``np.random.seed`` sets, or by one of the program's own."""


def generator(build: Builder, node: ast.AST, builtin: Builtin, arguments: Arguments) -> Value:
    """``np.random.seed(0)``, ``random.seed(0)``, or a generator of the program's own."""
    given = arguments.places[0] if arguments.places else arguments.names.get("seed")
    seed = whole(build, given, "seed") if given and plain(build, given.value, given.at) is not None else 0
    if builtin.home == "random":
        source: Any = random.Random(seed)
        if builtin.name == "seed":
            build.python_random = source
            return Known(None)
        return Random(source)
    if builtin.name == "seed":
        build.random = np.random.RandomState(seed)
        return Known(None)
    return Random(
        np.random.RandomState(seed) if builtin.name == "RandomState" else np.random.default_rng(seed)
    )


_PYTHON_DRAWS: Mapping[str, str] = {
    "random": "random()",
    "uniform": "uniform(low, high)",
    "gauss": "gauss(mean=, deviation=)",
    "normalvariate": "normalvariate(mean=, deviation=)",
    "randint": "randint(low, high)",
}


def python_draw(
    build: Builder, node: ast.AST, name: str, source: Random | None, arguments: Arguments
) -> Value:
    """A number drawn as Python's own ``random`` does."""
    if name not in _PYTHON_DRAWS:
        raise _no_draw(build, node, name)
    found = matched(build, node, _PYTHON_DRAWS[name], arguments)
    numbers = [real(build, each, key, 0.0) for key, each in found.items()]
    if build.python_random is None:
        build.python_random = random.Random(0)
    if name == "randint":
        numbers = [int(each) if math.isfinite(each) else 0 for each in numbers]
        numbers[1] = max(numbers)
    return Written(float(getattr(source.source if source else build.python_random, name)(*numbers)))


def _no_draw(build: Builder, node: ast.AST, name: str) -> ProgramError:
    return build.error(
        node,
        f"이 난수 생성기에는 `{name}`이(가) 없습니다.",
        f"This generator of random numbers has no `{name}`.",
        name=name,
        hint=REFUSED_FUNCTIONS.get(name),
        allowed=Text("`rng.normal(size=(2, 3))`", "`rng.normal(size=(2, 3))`"),
    )


def draw(build: Builder, node: ast.Call, name: str, source: Random, scope: Scope) -> Walk:
    """Numbers drawn from a generator that goes on from where it was."""
    arguments = yield from evaluated(build, node, scope)
    if isinstance(source.source, random.Random):
        return python_draw(build, node, name, source, arguments)
    return drawn(build, node, name, source, arguments)


def drawn(build: Builder, node: ast.AST, name: str, source: Random | None, arguments: Arguments) -> Value:
    """The same of arguments that stand already; without a source of the generator that ``np.random.seed`` sets."""
    if source is None and build.random is None:
        build.random = np.random.RandomState(0)
    generator = source.source if source else build.random
    if name not in (*_DRAWS, "randn", "rand") or not hasattr(generator, name):
        raise _no_draw(build, node, name)
    if name in ("randn", "rand"):
        shape = sizes(build, arguments.places, name) if arguments.places else ()
        build.check_size(node, math.prod(shape))
        return Written(_frozen(getattr(generator, name)(*shape)))
    arguments.names.pop("dtype", None)
    found = matched(build, node, _DRAWS[name], arguments)
    size = _size(build, node, found.pop("size", None), name) or None
    numbers: dict[str, Any] = {key: real(build, each, key, 0.0) for key, each in found.items()}
    if name in ("randint", "integers"):
        numbers = {key: int(value) if math.isfinite(value) else 0 for key, value in numbers.items()}
    try:
        return Written(_frozen(getattr(generator, name)(**numbers, size=size)))
    except (ValueError, OverflowError):
        raise build.error(
            node,
            f"`{name}`을(를) 이 수들로 뽑을 수 없습니다.",
            f"`{name}` cannot draw with these numbers.",
            name=name,
            allowed=Text(f"`{_DRAWS[name]}`", f"`{_DRAWS[name]}`"),
        ) from None
