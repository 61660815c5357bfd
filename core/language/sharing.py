"""Names that share one tensor: what else changes when it is changed in place, as NumPy has it."""

import ast
import math
from typing import Any

import numpy as np

from chainrule.core.language.builder import Builder, Scope
from chainrule.core.ops import BY_CODE
from chainrule.core.text import Text


def renamed(build: Builder, node: ast.Subscript, old: int, new: int, scope: Scope) -> None:
    """Give the names that hold a tensor its changed successor."""
    place: Scope | None = scope
    name = node.value.id if isinstance(node.value, ast.Name) else ""
    while place is not None and name not in place.names:
        place = place.outer
    if place is None:
        raise build.error(
            node,
            "원소는 이름이 있는 텐서에서만 바꿀 수 있습니다.",
            "Elements can only be set in a tensor that has a name.",
            hint=Text(
                "먼저 이름을 붙이세요: `h = …`, `h[0] = …`", "give it a name first: `h = …`, `h[0] = …`"
            ),
        )
    names = _same_tensor(build, node, name, place)
    _refuse_stale_views(build, node, names, old, new, place)
    for other in names:
        if place.names.get(other) == old:
            place.names[other] = new
    if not place.sealed:
        build.graph.name(new, name)


def changed_in_place(
    build: Builder, statement: ast.stmt, name: str, old: int, new: int, scope: Scope
) -> None:
    """Give the other names of a tensor its changed successor. Raises ProgramError where a part of another changes."""
    if scope.aliases.get(name) == "":
        source = scope.views.get(name)
        if source is None or not _read_later(build, source, statement):
            return
    names = _same_tensor(build, statement, name, scope)
    _refuse_stale_views(build, statement, names, old, new, scope)
    for other in names:
        if scope.names.get(other) == old:
            scope.names[other] = new


def _read_later(build: Builder, name: str, statement: ast.stmt | ast.expr) -> bool:
    """Whether a name is read behind a statement."""
    end = statement.end_lineno or statement.lineno
    return any(
        isinstance(node, ast.Name)
        and node.id == name
        and isinstance(node.ctx, ast.Load)
        and node.lineno > end
        for part in build.body
        for node in ast.walk(part)
    )


def _same_tensor(build: Builder, node: ast.AST, name: str, place: Scope) -> set[str]:
    """The names that stand for one tensor, as NumPy has it after ``b = a``."""
    names, pending = {name}, [name]
    while pending:
        one = pending.pop()
        joined = [other for other, held in place.aliases.items() if held == one]
        source = place.aliases.get(one)
        if source == "" or (source is not None and source not in place.names):
            raise build.error(
                node,
                f"`{name}`의 원소를 바꾸면 다른 텐서도 바뀝니다.",
                f"Setting elements of `{name}` would change another tensor too.",
                name=name,
                hint=Text(
                    f"먼저 `{name} = {name}.copy()`로 복사하세요.", f"copy it first: `{name} = {name}.copy()`"
                ),
            )
        if source is not None:
            joined.append(source)
        for other in joined:
            if other not in names:
                names.add(other)
                pending.append(other)
    return names


def _refuse_stale_views(
    build: Builder, node: ast.stmt | ast.expr, names: set[str], old: int, new: int, scope: Scope
) -> None:
    """Refuse a change of elements that a view has too, where the view is read behind it."""
    changed = _changed(build, old, new)
    for view, base in scope.views.items():
        held = scope.names.get(view)
        if base not in names or view in names or type(held) is not int or not _read_later(build, view, node):
            continue
        places = _places(build, held, old)
        if places is not None and np.any(changed[places]):
            raise build.error(
                node,
                f"`{view}`은(는) 여기서 바뀌는 텐서의 일부입니다.",
                f"`{view}` is a part of the tensor that changes here.",
                name=view,
                hint=Text(
                    f"먼저 `{view} = {view}.copy()`로 복사하세요.", f"copy it first: `{view} = {view}.copy()`"
                ),
            )


def _changed(build: Builder, old: int, new: int) -> Any:
    """For each element of a tensor whether a change in place touches it, counted through the whole tensor."""
    shape = build.shape(old)
    op = BY_CODE[build.graph.codes[new]]
    changed = np.ones(shape, dtype=bool)
    if op is not None and op.name == "put":
        changed[...] = False
        key = build.graph.parameters[new]["key"]
        changed[tuple(np.array(part, dtype=int) if isinstance(part, tuple) else part for part in key)] = True
    return changed.ravel()


_PARTS = frozenset({"getitem", "reshape", "transpose"})


def _places(build: Builder, view: int, base: int) -> Any:
    """The elements of a tensor that a view of it shows, None for what is a copy."""
    graph = build.graph
    chain: list[int] = []
    while view != base:
        op = BY_CODE[graph.codes[view]] if view >= 0 else None
        parameters = graph.parameters.get(view, {})
        if (
            op is None
            or op.name not in _PARTS
            or any(isinstance(each, tuple) for each in parameters.get("key", ()))
        ):
            return None
        chain.append(view)
        view = graph.a[view]
    shape = build.shape(base)
    places: Any = np.arange(math.prod(shape)).reshape(shape)
    for each in reversed(chain):
        op = BY_CODE[graph.codes[each]]
        assert op is not None and op.tensor is not None
        places = op.tensor.value(places, **graph.parameters.get(each, {}))
    return np.ravel(places)
