"""Assignments: names given to nodes, numbers that become inputs, several names at once, entries and attributes set."""

import ast
from typing import Any

import numpy as np

from chainrule.core.errors import ProgramError
from chainrule.core.language import indexing
from chainrule.core.language.arguments import Given
from chainrule.core.language.attributes import GRADIENT, found_in
from chainrule.core.language.builder import Builder, Scope, Walk, as_float, kept, place_of, settled
from chainrule.core.language.expressions import combined, computed
from chainrule.core.language.folding import constants_folded, is_number
from chainrule.core.language.in_place import array_of, changed, grows, touch
from chainrule.core.language.iteration import miscounted, steps
from chainrule.core.language.literals import number
from chainrule.core.language.methods import extended
from chainrule.core.language.operators import BINARY
from chainrule.core.language.tensors import stacked
from chainrule.core.language.values import (
    Absent,
    Function,
    Instance,
    Items,
    Known,
    Pending,
    Table,
    Value,
    Written,
)
from chainrule.core.text import Text


def assigned(build: Builder, statement: ast.Assign, scope: Scope) -> Value | Walk:
    """``x = …``, ``a, b = …``, ``x = y = …``, ``self.W = …``."""
    targets = statement.targets
    if len(targets) == 1 and type(targets[0]) is ast.Name:
        return _to_name(build, statement, targets[0].id, statement.value, scope)
    return _to_targets(build, statement, targets, statement.value, scope)


def annotated(build: Builder, statement: ast.AnnAssign, scope: Scope) -> Value | Walk:
    """``x: float = 2``; without a value it says nothing."""
    if statement.value is None:
        return None
    if isinstance(statement.target, ast.Name):
        return _to_name(build, statement, statement.target.id, statement.value, scope)
    return _to_targets(build, statement, [statement.target], statement.value, scope)


def _to_name(build: Builder, statement: ast.stmt, name: str, value: ast.expr, scope: Scope) -> Value | Walk:
    """A value given to one name: a written number becomes an input."""
    if build.before.fixed and place_of(value) in build.before.fixed:
        return _fixed(build, statement, name, value, scope)
    if type(value) is ast.Constant or type(value) is ast.UnaryOp:
        leaf = number(value)
        if leaf is not None:
            if name in build.only_shown:
                scope.give(name, Known(leaf))
                return None
            return _named(build, statement, name, _leaf(build, statement, value, name, leaf, scope), scope)
    if name in build.only_backward and _is_made(value):
        scope.give(name, Absent(GRADIENT))
        return None
    mark = len(build.graph.codes)
    found = computed(build, value, scope)
    if type(found) is not int:
        return _to_name_later(build, statement, value, name, found, mark, scope)
    a = build.graph.a[found]
    if a >= mark or a < 0 <= mark <= found:
        return _perhaps_written(build, statement, value, name, found, mark, scope)
    return _named(build, statement, name, found, scope)


_MAKERS = frozenset("array asarray float float64 float32 ones ones_like full full_like randn rand".split())


def _is_made(value: ast.expr) -> bool:
    """Whether an expression makes a tensor of written numbers: ``np.ones_like(y)``, ``[[1, 0]]``."""
    if isinstance(value, ast.Call):
        called = value.func
        return (called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")) in _MAKERS
    return isinstance(value, ast.List)


def _perhaps_written(
    build: Builder, statement: ast.stmt, site: ast.AST, name: str, value: Value, mark: int, scope: Scope
) -> Value:
    """A value that may come from written numbers alone."""
    if scope.inputs and not build.graph.depth:
        value = constants_folded(build, mark, value)
    return bound(build, statement, site, name, value, scope)


def _fixed(build: Builder, statement: ast.stmt, name: str, value: ast.expr, scope: Scope) -> Walk:
    """A number that decides on the graph's form: no input."""
    found = yield from kept(build, value, scope)
    if isinstance(found, Written):
        found = Known(found.value)
    return bound(build, statement, value, name, found, scope)


def _to_name_later(
    build: Builder, statement: ast.stmt, site: ast.AST, name: str, found: Any, mark: int, scope: Scope
) -> Walk:
    value = yield from settled(found)
    return _perhaps_written(build, statement, site, name, value, mark, scope)


def bound(build: Builder, statement: ast.stmt, site: ast.AST, name: str, value: Value, scope: Scope) -> Value:
    """Give a name a value of any kind, written at ``site``."""
    if type(value) is int:
        return _named(build, statement, name, value, scope)
    if isinstance(value, Written):
        if scope.sealed or place_of(site) in build.before.fixed:
            scope.give(name, value if scope.sealed else Known(value.value))
            return None
        held = value.value
        leaf = as_float(held) if is_number(value) else np.asarray(held, dtype=float)
        return _named(build, statement, name, _leaf(build, statement, site, name, leaf, scope), scope)
    if isinstance(value, Pending):
        return _named(build, statement, name, build.node(value, statement), scope)
    if isinstance(value, Function) and value.name == "lambda":
        value.name = name
    if isinstance(value, Items | Table) and scope.inputs:
        value = indexing.held(build, value, name, statement)
    before = scope.names.get(name)
    if isinstance(value, Absent) and (type(before) is int or isinstance(before, Pending)):
        build.updated = statement
    scope.give(name, value)
    return None


def _leaf(build: Builder, statement: ast.stmt, site: ast.AST, name: str, value: Any, scope: Scope) -> int:
    index = build.graph.input(name, value) if scope.inputs else build.graph.constant(value)
    return build.place(index, statement, site)


def _named(build: Builder, statement: ast.stmt, name: str, node: int, scope: Scope) -> int:
    node = _labelled(build, statement, name, build.read(node), scope)
    if scope.elsewhere:
        build.reaches_out = build.reaches_out or bool(build.graph.depth)
    scope.give(name, node)
    return node


def _labelled(build: Builder, statement: ast.stmt, name: str, node: int, scope: Scope) -> int:
    if not scope.sealed:
        build.graph.name(node, name)
        if build.source.commented and build.in_composite is None:
            label = build.source.comment(statement)
            if label:
                build.graph.labels.setdefault(node, label)
    return node


# Several targets


def _to_targets(
    build: Builder, statement: ast.stmt, targets: list[ast.expr], value: ast.expr, scope: Scope
) -> Walk:
    """A value given to several names, to an entry or to an attribute."""
    mark = len(build.graph.codes)
    found = yield from kept(build, value, scope)
    if scope.inputs and not build.graph.depth:
        found = constants_folded(build, mark, found)
    result: Value = None
    for target in targets:
        outcome = yield from to_target(build, statement, value, target, found, scope)
        result = result if outcome is None else outcome
    return result


def to_target(
    build: Builder, statement: ast.stmt, site: ast.AST, target: ast.expr, value: Value, scope: Scope
) -> Walk:
    """Give one target its value; returns the node of the last name."""
    if isinstance(target, ast.Name):
        return bound(build, statement, site, target.id, value, scope)
    if isinstance(target, ast.Tuple | ast.List):
        return (yield from _unpacked(build, statement, site, target, value, scope))
    if isinstance(target, ast.Attribute):
        owner = yield from kept(build, target.value, scope)
        if isinstance(owner, Instance):
            touch(build, owner)
            owner.attributes[target.attr] = indexing.held(build, value, target.attr, target)
            return None
        if target.attr in ("data", "grad") or isinstance(owner, Absent):
            build.updated = statement if target.attr == "data" else build.updated
            return None
        raise build.error(
            target,
            f"이 값에는 속성 `{target.attr}`을(를) 줄 수 없습니다.",
            f"This value cannot be given an attribute `{target.attr}`.",
            name=target.attr,
        )
    if isinstance(target, ast.Subscript):
        owner = yield from kept(build, target.value, scope)
        parts = yield from indexing.key_parts(build, target, scope)
        return (yield from indexing.put(build, target, owner, parts, value, scope))
    raise build.error(
        target,
        "이런 꼴의 왼쪽에는 값을 줄 수 없습니다.",
        "A value cannot be given to a left side of this form.",
        allowed=Text("`이름 = 식`, `a, b = 1, 2`", "`name = expression`, `a, b = 1, 2`"),
    )


def _unpacked(
    build: Builder,
    statement: ast.stmt,
    site: ast.AST,
    target: ast.Tuple | ast.List,
    value: Value,
    scope: Scope,
) -> Walk:
    if isinstance(value, Absent):
        parts: list[Value] = [value] * len(target.elts)
    elif isinstance(value, Written) and hasattr(value.value, "shape"):
        parts = [Written(each if getattr(each, "shape", ()) else float(each)) for each in value.value]
    else:
        parts = []
        for each in steps(build, value, statement):
            build.step(statement)
            parts.append(each)
            if len(parts) > len(target.elts) + 1 and not any(
                isinstance(one, ast.Starred) for one in target.elts
            ):
                break
    names: list[ast.expr] = list(target.elts)
    spread = next((k for k, each in enumerate(names) if isinstance(each, ast.Starred)), None)
    if spread is not None and len(parts) >= len(names) - 1:
        after = len(names) - spread - 1
        middle = Items(parts[spread : len(parts) - after])
        parts = [*parts[:spread], middle, *parts[len(parts) - after :]]
        names[spread] = names[spread].value  # type: ignore[attr-defined]
    if len(parts) != len(names):
        raise miscounted(build, target, len(names), len(parts))
    written = site.elts if isinstance(site, ast.Tuple | ast.List) and len(site.elts) == len(names) else []
    result: Value = None
    for place, (name, part) in enumerate(zip(names, parts, strict=True)):
        own = written[place] if written else site
        outcome = yield from to_target(build, statement, own, name, part, scope)
        result = result if outcome is None else outcome
    return result


# In place


def augmented(build: Builder, statement: ast.AugAssign, scope: Scope) -> Value | Walk:
    """``x += 1``."""
    target = statement.target
    if not isinstance(target, ast.Name):
        return _augmented_part(build, statement, target, scope)
    held = build.read(found_in(scope, target.id))
    if _is_list(statement, held):
        return _extended(build, statement, held, scope)
    if isinstance(statement.op, ast.Add) and isinstance(statement.value, ast.List) and grows(build, held):
        return None
    if _is_array(build, held) and type(statement.op) in BINARY:
        return _array_in_place(build, statement, target, held, scope)
    read = ast.copy_location(ast.Name(target.id, ast.Load()), target)
    both = ast.copy_location(ast.BinOp(read, statement.op, statement.value), statement)
    return _to_name(build, statement, target.id, both, scope)


def _is_array(build: Builder, value: Value) -> bool:
    """Whether this is an array, which changes in place for all who hold it, and no number."""
    if type(value) is int:
        return bool(build.shape(value))
    return isinstance(value, Pending | Known) and bool(np.shape(value.value))


def _is_list(statement: ast.AugAssign, value: Value) -> bool:
    return isinstance(value, Items) and not value.fixed and isinstance(statement.op, ast.Add)


def _extended(build: Builder, statement: ast.AugAssign, held: Items, scope: Scope) -> Walk:
    """``xs += [x]``: the list grows for all who hold it."""
    value = yield from kept(build, statement.value, scope)
    extended(build, statement, held, Given(value, statement.value))
    return None


def _array_in_place(
    build: Builder, statement: ast.AugAssign, target: ast.Name, held: Value, scope: Scope
) -> Walk:
    """``x += …`` of a tensor: NumPy changes it for all who hold it."""
    value = yield statement.value, scope
    if isinstance(value, Absent):
        result = combined(build, _both(statement), BINARY[type(statement.op)], held, value)
        return bound(build, statement, statement.value, target.id, result, scope)
    new = _changed(build, statement, held, value)
    return _labelled(build, statement, target.id, new, scope)


def _changed(build: Builder, statement: ast.AugAssign, held: Value, value: Value) -> int:
    old = array_of(build, held, statement.target)
    at = statement.value
    other = stacked(build, at, value) if isinstance(value, Items) else build.node(value, at)
    new = build.apply(_both(statement), BINARY[type(statement.op)], old, other)
    return changed(build, statement, old, new, statement.target)


def _both(statement: ast.AugAssign) -> ast.BinOp:
    """What ``x += 1`` computes."""
    return ast.copy_location(ast.BinOp(statement.target, statement.op, statement.value), statement)


def _augmented_part(build: Builder, statement: ast.AugAssign, target: ast.expr, scope: Scope) -> Walk:
    """``self.w += 1``, ``d["w"] += 1``, ``x[0] += 1``."""
    part_of_tensor = yield from _picks(build, target, scope)
    read = yield from kept(build, _loaded(target), scope)
    value = yield from kept(build, statement.value, scope)
    if isinstance(value, Absent) or isinstance(read, Absent):
        if not isinstance(read, Absent):
            build.updated = statement
        return None
    if _is_list(statement, read):
        extended(build, statement, read, Given(value, statement.value))
        return None
    op = BINARY.get(type(statement.op))
    if op is None:
        raise _no_update(build, statement)
    if _is_array(build, read) and not part_of_tensor:
        return _changed(build, statement, read, value)
    result = combined(build, _both(statement), op, read, value)
    yield from to_target(build, statement, statement.value, target, result, scope)
    return result if type(result) is int else None


def _picks(build: Builder, target: ast.expr, scope: Scope) -> Walk:
    """Whether a target picks elements of a tensor, and is not the entry of a list or a dictionary."""
    if not isinstance(target, ast.Subscript):
        return False
    mark = len(build.graph)
    owner = yield from kept(build, target.value, scope)
    if len(build.graph) > mark:
        build.forget(mark)
    return not isinstance(owner, Items | Table)


def _loaded(target: ast.expr) -> ast.expr:
    """The target as an expression that reads it."""
    if isinstance(target, ast.Attribute):
        return ast.copy_location(ast.Attribute(target.value, target.attr, ast.Load()), target)
    if isinstance(target, ast.Subscript):
        return ast.copy_location(ast.Subscript(target.value, target.slice, ast.Load()), target)
    return target


def _no_update(build: Builder, statement: ast.AugAssign) -> ProgramError:
    return build.error(
        statement,
        "이 연산으로는 값을 바꿀 수 없습니다.",
        "A value cannot be changed by this operator.",
        allowed=Text("`+= -= *= /=`", "`+= -= *= /=`"),
    )
