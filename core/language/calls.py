"""Calls: of ops, of composites, of what Python and NumPy have, and of the program's own functions and classes."""

import ast
from collections.abc import Mapping

from chainrule.core.errors import ProgramError, Remedy, did_you_mean, nearest
from chainrule.core.language import makers, methods, numpy_formulas, numpy_functions, python_functions
from chainrule.core.language.advice import REFUSED_FUNCTIONS, function_advice, meant_by
from chainrule.core.language.arguments import Arguments, Given, axis, evaluated, no_names
from chainrule.core.language.attributes import found_in, module_named, of
from chainrule.core.language.builder import Builder, Scope, Walk, last_word, settled
from chainrule.core.language.einsum import einsum
from chainrule.core.language.in_place import apart, array_of, changed, copied
from chainrule.core.language.modules import member
from chainrule.core.language.objects import constructed, method_called, parent_called, parent_of
from chainrule.core.language.op_calls import elementwise, miscounted, tensor
from chainrule.core.language.own import composed, composite_arity, entered
from chainrule.core.language.python_functions import Handler, node_of, reduced
from chainrule.core.language.values import (
    Absent,
    Builtin,
    Class,
    Function,
    Instance,
    Items,
    Known,
    Method,
    Parent,
    Random,
    Stream,
    Table,
    Value,
)
from chainrule.core.ops import CODES, OPS, TENSOR_CODES, shapes
from chainrule.core.ops.composites import COMPOSITES
from chainrule.core.ops.registry import BINARY
from chainrule.core.text import Text

SPELLINGS: Mapping[str, str] = {
    "subtract": "sub",
    "multiply": "mul",
    "divide": "div",
    "true_divide": "div",
    "negative": "neg",
    "power": "pow",
    "float_power": "pow",
    "reciprocal": "inv",
    "absolute": "abs",
    "fabs": "abs",
    "fmax": "maximum",
    "fmin": "minimum",
    "amax": "max",
    "amin": "min",
    "expit": "sigmoid",
    "atan": "arctan",
    "concat": "concatenate",
}
"""NumPy's names of ops that go by another name here."""

HANDLERS: Mapping[str, Handler] = {
    **python_functions.FUNCTIONS,
    **numpy_functions.FUNCTIONS,
    **numpy_formulas.FUNCTIONS,
    "einsum": einsum,
}

KNOWN = frozenset({*HANDLERS, *SPELLINGS, *makers.MAKERS, *makers.SPELLED, *makers.LIKE})
"""Functions that are no ops, by name."""

_REDUCED = frozenset({"sum", "max", "min"})


def call(build: Builder, node: ast.Call, scope: Scope) -> Value | Walk:
    """What a call gives."""
    function = node.func
    if type(function) is ast.Name:
        name = function.id
        found = found_in(scope, name)
        if found is not None:
            return _called(build, node, found, scope)
        if name in CODES and len(node.args) == 1 and not node.keywords and not build.folding:
            operand = node.args[0]
            index = scope.names.get(operand.id) if type(operand) is ast.Name else None
            code = CODES[name]
            if type(index) is int and not BINARY[code] and code not in TENSOR_CODES:
                return build.apply(node, name, index)
        return _built_in(build, node, Builtin(name), scope)
    if isinstance(function, ast.Attribute):
        module = module_named(build, function.value, scope)
        if module is not None:
            return _called(build, node, member(build, function, module, function.attr), scope)
        return _of_owner(build, node, function, scope)
    return _of_expression(build, node, function, scope)


def _of_owner(build: Builder, node: ast.Call, function: ast.Attribute, scope: Scope) -> Walk:
    """``owner.name(…)``."""
    if isinstance(function.value, ast.Name) and found_in(scope, function.value.id) is None:
        unknown = function.value.id
        if not (scope.function is None and unknown in build.given):
            raise _unknown(build, function, f"{unknown}.{function.attr}", scope)
    owner = yield function.value, scope
    found = of(build, function, owner, function.attr)
    return (yield from settled(_called(build, node, found, scope)))


def _of_expression(build: Builder, node: ast.Call, function: ast.expr, scope: Scope) -> Walk:
    found = yield function, scope
    return (yield from settled(_called(build, node, found, scope)))


def _called(build: Builder, node: ast.Call, found: Value, scope: Scope) -> Walk:
    """The call of a value that is known."""
    if isinstance(found, Builtin):
        return (yield from _built_in(build, node, found, scope))
    if isinstance(found, Absent):
        return found
    if isinstance(found, Function):
        arguments = yield from evaluated(build, node, scope, folding=found.owner is not None)
        return (yield from entered(build, node, found, arguments))
    if isinstance(found, Class):
        arguments = yield from evaluated(build, node, scope)
        return (yield from constructed(build, node, found, arguments))
    if isinstance(found, Instance):
        arguments = yield from evaluated(build, node, scope)
        name = "__call__" if found.of.member("__call__") is not None else "forward"
        return (yield from method_called(build, node, found, name, arguments))
    if isinstance(found, Method):
        return (yield from _method(build, node, found, scope))
    shown = build.source.text_of(node.func)[:40]
    shadowed = isinstance(node.func, ast.Name) and (shown in OPS or shown in COMPOSITES or shown in KNOWN)
    raise build.error(
        node,
        f"`{shown}`은(는) 함수가 아니어서 부를 수 없습니다.",
        f"`{shown}` is no function and cannot be called.",
        hint=Text(
            f"위에서 `{shown}`이(가) 값의 이름이 되었습니다. 그 값에 다른 이름을 주세요.",
            f"`{shown}` has become the name of a value; give that value another name",
        )
        if shadowed
        else Text(f"곱하려면 `{shown} * (…)`로 적으세요.", f"to multiply, write `{shown} * (…)`"),
        remedy=Remedy("rename", shown) if shadowed else None,
    )


def _built_in(build: Builder, node: ast.Call, builtin: Builtin, scope: Scope) -> Walk:
    """The call of a function that the language has."""
    name = SPELLINGS.get(builtin.name, builtin.name)
    if name == "labels" and build.in_composite is not None:
        return (yield from _labels(build, node, scope))
    if builtin.home in ("numpy.linalg", "numpy.fft", "numpy.ma"):
        raise _unknown(build, node.func, f"{builtin.home.removeprefix('numpy.')}.{name}", scope)
    if name == "super" and not builtin.home:
        return parent_of(build, node, scope)
    if builtin.home in ("numpy.random", "random"):
        return (yield from _random(build, node, builtin, scope))
    if name in makers.MAKERS:
        return (yield from makers.made(build, node, builtin, scope))
    if name in makers.SPELLED:
        return (yield from makers.spelled(build, node, builtin, scope))
    if name in makers.LIKE:
        return (yield from makers.like(build, node, builtin, scope))
    known = name in HANDLERS or name in OPS or name in COMPOSITES
    if not known:
        raise _unknown(build, last_word(node.func), builtin.name, scope)
    arguments = yield from _evaluated_for(build, node, Builtin(name, builtin.home), scope)
    out = arguments.names.pop("out", None) if builtin.home == "numpy" else None
    into = None
    if out is not None and not (isinstance(out.value, Known) and out.value.value is None):
        into = array_of(build, out.value, out.at)
    found = yield from settled(applied(build, node, Builtin(name, builtin.home), arguments))
    if out is None or into is None:
        return _apart(build, node, name, found, arguments)
    return changed(build, node, into, build.node(found, node), out.at)


_PARTS = frozenset(
    {"asarray", "ravel", "squeeze", "transpose", "swapaxes", "ascontiguousarray", "expand_dims"}
)
"""Functions whose result may be their argument itself; that of any other is another array."""


def _apart(build: Builder, node: ast.AST, name: str, found: Value, arguments: Arguments) -> Value:
    """What a function gives; where that is one of its arguments, a copy of it."""
    if not build.sets_elements or name in _PARTS or type(found) is not int:
        return found
    for each in arguments.places:
        given = each.value.elements if isinstance(each.value, Items) else [each.value]
        if found in [build.read(one) for one in given if type(one) is int]:
            return copied(build, found, node)
    return found


def _evaluated_for(build: Builder, node: ast.Call, builtin: Builtin, scope: Scope) -> Walk:
    """The arguments of a built-in function: operands become nodes in their order, parameters stay numbers."""
    name = builtin.name
    op = OPS.get(name)
    nodes = 0
    if (
        name in COMPOSITES
        or (op is not None and op.tensor is None)
        or (name in _REDUCED and not builtin.home and name != "sum")
    ):
        nodes = len(node.args)
    elif op is not None and not (op.tensor and op.tensor.folds):
        nodes = op.arity
    places: list[Given] = []
    head = ast.copy_location(ast.Call(node.func, node.args[:nodes], []), node)
    tail = ast.copy_location(ast.Call(node.func, node.args[nodes:], node.keywords), node)
    first = yield from evaluated(build, head, scope, folding=build.folding)
    rest = yield from evaluated(build, tail, scope)
    places = [*first.places, *rest.places]
    return Arguments(places, rest.names)


def applied(build: Builder, node: ast.AST, builtin: Builtin, arguments: Arguments) -> Value | Walk:
    """What a built-in function gives of arguments that are evaluated."""
    name = builtin.name
    if any(isinstance(each.value, Absent) for each in arguments.places):
        return next(each.value for each in arguments.places if isinstance(each.value, Absent))
    if name == "repeat" and builtin.home:
        return HANDLERS["tile"](build, node, builtin, arguments)
    if name in _REDUCED and (name in OPS or not builtin.home):
        return reduced(build, node, builtin, arguments)
    if name in HANDLERS:
        return HANDLERS[name](build, node, builtin, arguments)
    op = OPS.get(name)
    operands = len(arguments.places) if op is None else 0 if op.tensor and op.tensor.folds else op.arity
    for place, each in enumerate(arguments.places[:operands]):
        if isinstance(each.value, Items | Stream):
            arguments.places[place] = Given(node_of(build, each), each.at)
    if name in COMPOSITES:
        return _composite(build, node, name, arguments)
    if OPS[name].tensor is not None:
        return tensor(build, node, name, arguments, numpy=bool(builtin.home))
    return elementwise(build, node, name, arguments)


def _composite(build: Builder, node: ast.AST, name: str, arguments: Arguments) -> Walk:
    wanted = composite_arity(name)
    if name == "softmax":
        _along_last_axis(build, arguments)
    if arguments.names:
        raise no_names(build, node, arguments, ["axis"] if name == "softmax" else [])
    if len(arguments.places) != wanted:
        raise miscounted(build, node, name, wanted, len(arguments.places))
    return (yield from composed(build, node, name, [build.node(*each) for each in arguments.places]))


def _along_last_axis(build: Builder, arguments: Arguments) -> None:
    """Take ``axis=-1`` away where that is the axis that softmax takes anyway."""
    given = arguments.names.get("axis")
    if given is None or not arguments.places:
        return
    rank = len(build.shape(build.node(*arguments.places[0])))
    place = axis(build, given)
    if place is not None and place not in (-1, rank - 1):
        raise build.error(
            given.at,
            "`softmax`는 마지막 축을 따라 계산합니다.",
            "`softmax` goes along the last axis.",
            name="softmax",
            hint=Text(
                "전치한 뒤 다시 전치하세요: `softmax(x.T).T`", "transpose, and back again: `softmax(x.T).T`"
            ),
            allowed=Text("`axis=-1`", "`axis=-1`"),
        )
    if place is not None:
        del arguments.names["axis"]


def _method(build: Builder, node: ast.Call, method: Method, scope: Scope) -> Walk:
    """``owner.name(…)`` of an owner that is evaluated."""
    owner, name = method.owner, method.name
    if isinstance(owner, Instance):
        arguments = yield from evaluated(build, node, scope)
        return (yield from method_called(build, node, owner, name, arguments))
    if isinstance(owner, Parent):
        arguments = yield from evaluated(build, node, scope)
        return (yield from parent_called(build, node, owner, name, arguments))
    if isinstance(owner, Random):
        return (yield from makers.draw(build, node, name, owner, scope))
    arguments = yield from evaluated(build, node, scope)
    if isinstance(owner, Items):
        return methods.of_list(build, node, owner, name, arguments)
    if isinstance(owner, Table):
        return methods.of_table(build, node, owner, name, arguments)
    found = methods.of_tensor(build, node, owner, name, arguments)
    if found is not None:
        return found
    flat = name == "flatten"
    name = SPELLINGS.get(name, methods.SPELLINGS.get(name, name))
    if not (name in OPS or name in COMPOSITES or name in HANDLERS):
        raise _no_method(build, node, name)
    arguments.places.insert(0, Given(owner, node.func))
    result = yield from settled(applied(build, node, Builtin(name, "method"), arguments))
    return apart(build, result, owner, node) if flat else result


def _no_method(build: Builder, node: ast.Call, name: str) -> ProgramError:
    known = [
        "T",
        "shape",
        "size",
        "reshape",
        "dot",
        "sum",
        "mean",
        "max",
        *(op for op in OPS if OPS[op].infix is None),
    ]
    advice, meant = _in_place(name) or REFUSED_FUNCTIONS.get(name), meant_by(name, known)
    return build.error(
        last_word(node.func),
        f"텐서에는 `{name}`(이)라는 메서드가 없습니다.",
        f"A tensor has no method `{name}`.",
        name=name,
        hint=advice or did_you_mean(name, meant),
        remedy=None if advice or not (near := nearest(name, meant)) else Remedy("replace", near),
        allowed=Text(
            "`x.sum(axis=0)`, `x.reshape(2, -1)`, `x.exp()`", "`x.sum(axis=0)`, `x.reshape(2, -1)`, `x.exp()`"
        ),
    )


def _in_place(name: str) -> Text | None:
    """Advice for PyTorch's methods that change a tensor: ``x.add_(1)``."""
    known = name.rstrip("_")
    if known == name or known not in OPS:
        return None
    return Text(
        f"텐서를 그 자리에서 바꾸지 말고 `x = {known}(x, …)`처럼 적으세요.",
        f"write `x = {known}(x, …)`: no tensor is changed in place",
    )


def _random(build: Builder, node: ast.Call, builtin: Builtin, scope: Scope) -> Walk:
    """``np.random.…`` and ``random.…``."""
    name = builtin.name
    if name in makers.MAKERS and builtin.home == "numpy.random":
        return (yield from makers.made(build, node, builtin, scope))
    arguments = yield from evaluated(build, node, scope)
    if name in ("seed", "default_rng", "RandomState", "Random", "Generator"):
        return makers.generator(build, node, builtin, arguments)
    drawn = makers.python_draw if builtin.home == "random" else makers.drawn
    if name not in makers.DRAWS and builtin.home != "random":
        raise _unknown(build, node.func, f"random.{name}", scope)
    return drawn(build, node, name, None, arguments)


def _labels(build: Builder, node: ast.Call, scope: Scope) -> Walk:
    """``labels(t, scores)`` in a composite: one-hot targets as they are, class numbers made one-hot."""
    target: int = yield node.args[0], scope
    scores: int = yield node.args[1], scope
    wanted, found = (build.graph.shapes.get(i, ()) for i in (scores, target))
    if found == wanted:
        return target
    if found == wanted[:-1] and wanted:
        return build.apply_tensor(node, "one_hot", [target], [wanted[-1]])
    raise build.error(
        node,
        f"정답의 모양 {shapes.shown(found)}은(는) 점수의 모양 {shapes.shown(wanted)}과 맞지 않습니다.",
        f"Targets of shape {shapes.shown(found)} do not fit scores of shape {shapes.shown(wanted)}.",
        allowed=Text(
            f"원-핫 {shapes.shown(wanted)} 또는 번호 {shapes.shown(wanted[:-1])}",
            f"one-hot {shapes.shown(wanted)} or class numbers {shapes.shown(wanted[:-1])}",
        ),
    )


def _unknown(build: Builder, at: ast.AST, name: str, scope: Scope) -> ProgramError:
    """The error of a function that there is none of, with what to write instead where that is known."""
    own = [key for key, value in build.globals.names.items() if isinstance(value, Function | Class)]
    known = [*own, *COMPOSITES, *OPS, *makers.MAKERS, *HANDLERS]
    listed = ", ".join(sorted({*known}))
    last = name.rpartition(".")[2]
    hint, near = function_advice(name, known), nearest(last, meant_by(last, known))
    return build.error(
        last_word(at),
        f"`{name[:60]}`(이)라는 함수는 없습니다.",
        f"There is no function `{name[:60]}`.",
        name=name[:60],
        hint=hint,
        remedy=Remedy("replace", near) if near and hint == did_you_mean(last, [near]) else None,
        allowed=Text(listed, listed),
    )
