"""Expressions of the program language: each appends its nodes to the graph, or is a value that needs none.

A function here returns the value, or a walk that finds it after asking for the operands.
"""

import ast
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from chainrule.core.errors import ProgramError, Remedy, did_you_mean, nearest
from chainrule.core.language import attributes, calls, conditions, indexing, iteration, literals
from chainrule.core.language.advice import CONSTANTS, REFUSED_FUNCTIONS, REFUSED_NAMES
from chainrule.core.language.arguments import LARGEST_SIZE
from chainrule.core.language.builder import Builder, Scope, Walk, kept, place_of
from chainrule.core.language.folding import folded, is_number, is_written, number, plain, worked_out
from chainrule.core.language.in_place import copied
from chainrule.core.language.modules import UNIMPORTED
from chainrule.core.language.operators import BINARY
from chainrule.core.language.tensors import stacked
from chainrule.core.language.values import (
    Absent,
    Builtin,
    Counter,
    Function,
    Items,
    Known,
    Module,
    Pending,
    Table,
    Value,
    Written,
)
from chainrule.core.ops import OPS
from chainrule.core.ops.composites import COMPOSITES
from chainrule.core.text import Text

_ONLY_NUMBERS = {ast.Mod: "mod", ast.FloorDiv: "floordiv"}
_OPERATOR_SIGNS = {
    ast.Mod: "%",
    ast.FloorDiv: "//",
    ast.LShift: "<<",
    ast.RShift: ">>",
    ast.BitAnd: "&",
    ast.BitOr: "|",
    ast.BitXor: "^",
}
_OPERATORS = Text("`+ - * / ** @`", "`+ - * / ** @`")

_COUNTED = Text(
    "`//`와 `%`는 크기나 자리를 세는 정수에만 쓸 수 있습니다.",
    "`//` and `%` are for whole numbers that count sizes and places.",
)

_REMAINDER = Text(
    "나머지는 값이 뛰어서 그래프에 그리지 않습니다. 값이 필요하면 수로 적으세요.",
    "a remainder jumps, so it is no op of the graph; write the number out if you need its value",
)


def expression(build: Builder, node: ast.expr, scope: Scope) -> Value | Walk:
    """The value of an expression."""
    fixed = build.before.fixed
    if fixed and build.in_composite is None and not build.folding and place_of(node) in fixed:
        return _fixed(build, node, scope)
    return computed(build, node, scope)


def computed(build: Builder, node: ast.expr, scope: Scope) -> Value | Walk:
    """The same without a look at what an earlier reading has shown."""
    return _BY_KIND.get(type(node), _refused)(build, node, scope)


def _fixed(build: Builder, node: ast.expr, scope: Scope) -> Walk:
    """An expression that decides on the graph's form: a number and no node."""
    build.folding = True
    outcome = computed(build, node, scope)
    value = (yield from outcome) if hasattr(outcome, "send") else outcome
    build.folding = False
    return Known(value.value) if isinstance(value, Written) else value


def _name(build: Builder, node: ast.Name, scope: Scope) -> Value:
    value = scope.names.get(node.id)
    return build.read(value) if value is not None else _looked_up(build, node, scope)


def _looked_up(build: Builder, node: ast.Name, scope: Scope) -> Value:
    name = node.id
    value = attributes.found_in(scope, name)
    if value is not None:
        return build.read(value)
    if name in build.given and name not in build.assigned and _reaches_globals(build, scope):
        value = build.place(build.graph.input(name, shape=build.given[name]), node)
        build.globals.names[name] = value
        return value
    if name in UNIMPORTED:
        return Module(UNIMPORTED[name])
    if name == "__name__":
        return Known("__main__")
    if name in OPS or name in COMPOSITES or name in calls.KNOWN:
        return Builtin(name)
    raise _undefined(build, node, scope)


def _reaches_globals(build: Builder, scope: Scope) -> bool:
    place: Scope | None = scope
    while place is not None:
        if place is build.globals:
            return not build.graph.depth
        place = place.outer
    return False


def _undefined(build: Builder, node: ast.Name, scope: Scope) -> ProgramError:
    name = node.id
    known = [*scope.names, *(() if scope.outer is None else build.globals.names)]
    remedy: Remedy | None = None
    otherwise: Remedy | None = None
    hint: Text | None
    if name in build.assigned and scope.function is None:
        hint = Text("값을 쓰기 전에 먼저 정하세요.", "it is assigned further below; move that line up")
    elif name in REFUSED_NAMES or name in REFUSED_FUNCTIONS:
        hint = REFUSED_NAMES.get(name) or REFUSED_FUNCTIONS[name]
        remedy = Remedy("replace", CONSTANTS[name]) if name in CONSTANTS else None
    elif "·" in name:
        written = name.replace("·", " * ")
        hint = Text(f"곱셈은 `{written}`로 적으세요.", f"write a product as `{written}`")
    elif near := nearest(name, known):
        hint = did_you_mean(name, [near])
        remedy = Remedy("replace", near)
        # `X` beside `x` may be a value of its own.
        if near.casefold() == name.casefold() and scope.function is None:
            otherwise = Remedy("define", name)
    elif scope.function is not None:
        hint = Text(
            f"`{scope.function}`의 매개변수로 넘겨 주세요.",
            f"hand it to `{scope.function}` as an argument",
        )
    else:
        hint = Text(f"위에 `{name} = 1`처럼 값을 정하세요.", f"give it a value above, as in `{name} = 1`")
        remedy = Remedy("define", name)
    return build.error(
        node,
        f"`{name}`의 값이 정해지지 않았습니다.",
        f"`{name}` is not defined.",
        name=name,
        hint=hint,
        remedy=remedy,
        otherwise=otherwise,
    )


# Operators


def _binary(build: Builder, node: ast.BinOp, scope: Scope) -> Value | Walk:
    op = BINARY.get(type(node.op))
    if op is None:
        return _numbers_only(build, node, scope)
    left, right = node.left, node.right
    # Most operands are names: no walk is needed to find their nodes.
    if type(left) is ast.Name and type(right) is ast.Name:
        names = scope.names
        first = names.get(left.id) if left.id in names else _looked_up(build, left, scope)
        second = names.get(right.id) if right.id in names else _looked_up(build, right, scope)
        if type(first) is int and type(second) is int:
            return build.apply(node, op, first, second)
        return combined(build, node, op, first, second)
    if op == "mul" and _one_listed(left):
        return _one_repeated(build, node, scope)
    if op == "div" and literals.number(left) == 1 and not build.folding:
        return _inverse(build, node, right, scope)
    return _both(build, node, op, scope)


def _both(build: Builder, node: ast.BinOp, op: str, scope: Scope) -> Walk:
    mark = len(build.graph)
    first = yield node.left, scope
    if op == "mul" and isinstance(first, Items) and isinstance(node.left, ast.List | ast.ListComp):
        return (yield from _list_repeated(build, node, first, scope))
    second = yield node.right, scope
    if type(first) is int and type(second) is int:
        return build.apply(node, op, first, second)
    if not build.folding:
        # A written number beside one that is known, as in `2 * x.shape[0]`: both are known.
        a, b = literals.exact(node.left), literals.exact(node.right)
        if a is not None and is_number(second) and type(second) is not Counter:
            build.forget(mark)
            first = Known(a)
        elif b is not None and is_number(first) and type(first) is not Counter:
            build.forget(mark)
            second = Known(b)
    return combined(build, node, op, first, second)


def combined(build: Builder, node: ast.BinOp, op: str, first: Value, second: Value) -> Value:
    """What an operator makes of two values, one of which at least is no node."""
    if isinstance(first, Absent) and isinstance(second, Absent):
        return first
    for each, at in ((first, node.left), (second, node.right)):
        if isinstance(each, Absent):
            return _absent(build, each, at)
    if is_number(first) and is_number(second):
        counters = type(first) is Counter and type(second) is Counter
        if build.folding or not counters:
            return folded(build, node, op, first, second)
    if build.folding and is_written(first) and is_written(second):
        return worked_out(build, node, op, (first, second))
    if op in ("add", "mul"):
        put_together = _put_together(build, node, op, first, second)
        if put_together is not None:
            return put_together
    return build.apply(node, op, _operand(build, first, node.left), _operand(build, second, node.right))


def _absent(build: Builder, value: Absent, at: ast.AST) -> Absent:
    """What comes of a gradient is as absent as the gradient; of plots and files nothing can come."""
    if value.reason is not attributes.GRADIENT:
        raise build.no_number(value, at)
    return value


def _operand(build: Builder, value: Value, at: ast.AST) -> int:
    """The node of an operand; a list of numbers beside a tensor is a tensor, as in NumPy."""
    return stacked(build, at, value) if isinstance(value, Items) else build.node(value, at)


def _put_together(build: Builder, node: ast.BinOp, op: str, first: Value, second: Value) -> Value | None:
    """Lists and texts put together: ``xs + [x]``, ``[x] * 3``, ``"W" + str(i)``."""
    found: list[Value] | None = None
    if op == "add" and isinstance(first, Items | Written) and isinstance(second, Items | Written):
        parts = [_listed(first), _listed(second)]
        if None not in parts and (isinstance(first, Items) or isinstance(second, Items)):
            found = [each for part in parts for each in part or ()]
    elif (
        op == "mul"
        and isinstance(first, Items)
        and (is_number(second) or _is_count(build, second))
        and not any(map(_text, first.elements))
    ):
        times = plain(build, second, node.right)
        if type(times) is int:
            found = _repeated(first.elements, times)
    elif op == "add" and _text(first) and _text(second):
        return Known((first.value + second.value)[:1000])
    if found is None:
        return None
    if len(found) > iteration.MOST_LISTED:
        raise build.error(
            node,
            f"목록의 원소는 {iteration.MOST_LISTED:,}개까지 쓸 수 있습니다.",
            f"A list has at most {iteration.MOST_LISTED:,} elements.",
        )
    build.listed(node, len(found))
    return Items(found, isinstance(first, Items) and first.fixed)


def _repeated(elements: list[Value], times: int) -> list[Value]:
    return elements * max(0, min(times, iteration.MOST_LISTED // max(1, len(elements)) + 1))


def _one_repeated(build: Builder, node: ast.BinOp, scope: Scope) -> Walk:
    """``[0] * n``: a list of n zeros; by a number that is no count, a product."""
    assert isinstance(node.left, ast.List)
    times = yield from kept(build, node.right, scope)
    one = literals.number(node.left.elts[0])
    if _is_count(build, times):
        times = Known(plain(build, times, node.right))
    if isinstance(times, Known) and type(times.value) is int:
        found = _repeated([Known(one)], times.value)
        build.listed(node, len(found))
        return Items(found)
    return build.apply(
        node, "mul", build.constant(np.array([one]), node.left), _operand(build, times, node.right)
    )


def _list_repeated(build: Builder, node: ast.BinOp, first: Items, scope: Scope) -> Walk:
    """``[a, b] * 2``: the list twice; by a number that is no count, or a tensor, a product."""
    times = yield from kept(build, node.right, scope)
    if _is_count(build, times):
        times = Known(plain(build, times, node.right))
    return combined(build, node, "mul", first, times)


def _is_count(build: Builder, value: Value) -> bool:
    """Whether a value is a whole number that the program writes out."""
    if isinstance(value, Pending):
        return np.ndim(value.value) == 0 and float(value.value).is_integer()
    return type(value) is int and type(literals.exact(build.origin(value))) is int


def _one_listed(node: ast.expr) -> bool:
    """Whether this is a list of one number, written out: ``[0] * n`` is a list of n zeros."""
    return isinstance(node, ast.List) and len(node.elts) == 1 and literals.number(node.elts[0]) is not None


def _listed(value: Items | Written) -> list[Value] | None:
    """The elements of a list; of one written out those of sizes, ``[3, 1]`` beside ``[n]``, None of a tensor."""
    if isinstance(value, Items):
        return value.elements
    array = value.value
    if np.ndim(array) != 1 or not np.all(array == np.floor(array)) or np.any(np.abs(array) >= LARGEST_SIZE):
        return None
    return [Known(int(each)) for each in array]


def _text(value: Value) -> bool:
    return isinstance(value, Known) and isinstance(value.value, str)


def _numbers_only(build: Builder, node: ast.BinOp, scope: Scope) -> Walk:
    """``%`` and ``//`` of known numbers, ``&`` and ``|`` of conditions; refused on nodes."""
    first = yield from kept(build, node.left, scope)
    second = yield from kept(build, node.right, scope)
    kind = type(node.op)
    if kind in _ONLY_NUMBERS:
        if _text(first):
            return first
        # A remainder of an input is no op; one of numbers that decide on a shape or a place is a number.
        if build.folding or kind is ast.FloorDiv or is_number(first):
            a, b = number(build, first, node.left, _COUNTED), number(build, second, node.right, _COUNTED)
            return folded(build, node, _ONLY_NUMBERS[kind], Known(a), Known(b))
    if kind in (ast.BitAnd, ast.BitOr):
        return conditions.conjoined(build, node, [first, second], every=kind is ast.BitAnd)
    sign = _OPERATOR_SIGNS.get(kind, "?")
    hint = _REMAINDER if kind is ast.Mod else None
    if kind is ast.BitXor:
        left, right = build.source.text_of(node.left)[:20], build.source.text_of(node.right)[:20]
        hint = Text(f"거듭제곱은 `{left} ** {right}`로 적으세요.", f"write a power as `{left} ** {right}`")
    raise build.error(
        node,
        f"연산자 `{sign}`은(는) 쓸 수 없습니다.",
        f"The operator `{sign}` is not allowed.",
        name=sign,
        hint=hint,
        allowed=_OPERATORS,
    )


def _inverse(build: Builder, node: ast.BinOp, operand: ast.expr, scope: Scope) -> Walk:
    """``1 / x`` is the book's inverse node."""
    value = yield operand, scope
    if is_number(value) and type(value) is not Counter:
        return folded(build, node, "div", Known(1), value)
    if isinstance(value, Absent):
        return _absent(build, value, operand)
    return build.apply(node, "inv", _operand(build, value, operand))


def _unary(build: Builder, node: ast.UnaryOp, scope: Scope) -> Value | Walk:
    written = literals.number(node)
    if written is not None:
        return _written(build, node, written)
    if isinstance(node.op, ast.Not | ast.Invert):
        return conditions.negated(build, node, scope)
    if type(node.operand) is ast.Name and isinstance(node.op, ast.USub):
        value = _name(build, node.operand, scope)
        if type(value) is int:
            return build.apply(node, "neg", value)
    return _signed(build, node, scope)


def _signed(build: Builder, node: ast.UnaryOp, scope: Scope) -> Walk:
    value = yield node.operand, scope
    if isinstance(value, Absent):
        return _absent(build, value, node.operand)
    if isinstance(node.op, ast.UAdd):
        return copied(build, value, node) if type(value) is int else value
    if is_number(value) and (build.folding or type(value) is not Counter):
        return Known(-value.value) if type(value) is Counter else type(value)(-value.value)
    if build.folding and is_written(value):
        return worked_out(build, node, "neg", (value,))
    return build.apply(node, "neg", _operand(build, value, node.operand))


# What is written out


def _written(build: Builder, node: ast.expr, value: float) -> Value:
    if build.folding:
        exact = literals.exact(node)
        return Written(value if exact is None else exact)
    return build.constant(value, node)


def _constant(build: Builder, node: ast.Constant, scope: Scope) -> Value:
    number = literals.number(node)
    if number is not None:
        return _written(build, node, number)
    if isinstance(node.value, str):
        return Known(literals.text(build, node))
    if node.value is None or isinstance(node.value, bool) or node.value is ...:
        return Known(node.value)
    raise build.no_number(Known(node.value), node)


def _list(build: Builder, node: ast.List | ast.Tuple, scope: Scope) -> Value | Walk:
    if (
        isinstance(node, ast.List)
        and literals.only_numbers(node)
        and place_of(node) not in build.before.lists
    ):
        try:
            return Written(literals.listed(build, node))
        except ProgramError:
            if not literals.has_tuples(node):
                raise
    return _items(build, node, scope)


def _items(build: Builder, node: ast.List | ast.Tuple, scope: Scope) -> Walk:
    elements: list[Value] = []
    for each in node.elts:
        if isinstance(each, ast.Starred):
            spread = yield from kept(build, each.value, scope)
            elements += iteration.all_steps(build, spread, each)
            build.listed(each, len(elements))
        else:
            elements.append((yield from kept(build, each, scope)))
    return Items(elements, isinstance(node, ast.Tuple))


def _table(build: Builder, node: ast.Dict, scope: Scope) -> Walk:
    entries: dict[Any, Value] = {}
    for key, value in zip(node.keys, node.values, strict=True):
        held = yield from kept(build, value, scope)
        if key is None:
            entries |= held.entries if isinstance(held, Table) else {}
            continue
        name = plain(build, (yield from kept(build, key, scope)), key)
        entries[indexing.key_of(build, name, key)] = indexing.held(build, held, str(name), value)
    return Table(entries)


def _table_comprehension(build: Builder, node: ast.DictComp, scope: Scope) -> Walk:
    """``{name: f(p) for name, p in params.items()}``."""
    pairs = yield from iteration.comprehension(build, node, scope)
    entries: dict[Any, Value] = {}
    for pair in pairs.elements:
        key = indexing.key_of(build, plain(build, pair.elements[0], node.key), node.key)
        entries[key] = indexing.held(build, pair.elements[1], str(key), node.value)
    return Table(entries)


def _formatted(build: Builder, node: ast.JoinedStr, scope: Scope) -> Walk:
    """``f"W{i}"``: the name of an entry."""
    parts: list[str] = []
    for each in node.values:
        inner = each.value if isinstance(each, ast.FormattedValue) else each
        value = yield from kept(build, inner, scope)
        parts.append(str(plain(build, value, inner))[:100])
    return Known("".join(parts)[:1000])


def _lambda(build: Builder, node: ast.Lambda, scope: Scope) -> Walk:
    defaults = yield from defaults_of(build, node.args, scope)
    return Function("lambda", node, scope, defaults)


def defaults_of(build: Builder, takes: ast.arguments, scope: Scope) -> Walk:
    """The values of the parameters that have one, by name."""
    found: dict[str, Value] = {}
    names = [each.arg for each in (*takes.posonlyargs, *takes.args)]
    for name, value in zip(names[len(names) - len(takes.defaults) :], takes.defaults, strict=True):
        found[name] = yield from kept(build, value, scope)
    for each, default in zip(takes.kwonlyargs, takes.kw_defaults, strict=True):
        if default is not None:
            found[each.arg] = yield from kept(build, default, scope)
    return found


def _refused(build: Builder, node: ast.expr, scope: Scope) -> Value:
    text = build.source.text_of(node)
    raise build.error(
        node,
        f"`{text[:40]}` 꼴의 식은 쓸 수 없습니다.",
        f"An expression like `{text[:40]}` is not allowed.",
        hint=_INSTEAD.get(type(node)),
        allowed=Text(
            "수, 목록, 이름, `+ - * / ** @`, 함수 호출",
            "numbers, lists of numbers, names, `+ - * / ** @` and calls of functions",
        ),
    )


_INSTEAD: Mapping[type[ast.expr], Text] = {
    ast.Set: Text("`[1, 2]`처럼 목록으로 적으세요.", "write a list, such as `[1, 2]`"),
    ast.SetComp: Text("`[…]`로 묶어 목록으로 적으세요.", "write a list with `[…]`"),
    ast.NamedExpr: Text(
        "두 줄로 나누어 적으세요: `x = 2`, `y = x + 1`.", "write two lines: `x = 2`, then `y = x + 1`"
    ),
    ast.Yield: Text(
        "`return`을 쓰고 `[1, 2]` 같은 목록을 돌려주세요.",
        "use `return` and give back a list, such as `[1, 2]`",
    ),
    ast.YieldFrom: Text(
        "`return`을 쓰고 `[1, 2]` 같은 목록을 돌려주세요.",
        "use `return` and give back a list, such as `[1, 2]`",
    ),
    ast.Await: Text("`await …`에서 앞의 낱말을 지우세요.", "write it without the first word of `await …`"),
    ast.Starred: Text("원소를 하나씩 적으세요.", "write the elements one by one"),
}

_BY_KIND: Mapping[type[ast.expr], Callable[[Builder, Any, Scope], Value | Walk]] = {
    ast.Name: _name,
    ast.BinOp: _binary,
    ast.UnaryOp: _unary,
    ast.Call: calls.call,
    ast.Attribute: attributes.attribute,
    ast.Subscript: indexing.subscript,
    ast.Constant: _constant,
    ast.List: _list,
    ast.Tuple: _list,
    ast.Dict: _table,
    ast.ListComp: iteration.comprehension,
    ast.GeneratorExp: iteration.comprehension,
    ast.DictComp: _table_comprehension,
    ast.Compare: conditions.compare,
    ast.BoolOp: conditions.boolean,
    ast.IfExp: conditions.choice,
    ast.JoinedStr: _formatted,
    ast.Lambda: _lambda,
}
