"""Classes of the program: layers with ``forward`` and ``backward``, as on the slides, and the objects made of them."""

import ast
from collections.abc import Generator
from typing import Any

from chainrule.core.errors import ProgramError
from chainrule.core.language.arguments import Arguments, Given, matched
from chainrule.core.language.attributes import GRADIENT
from chainrule.core.language.builder import Builder, Scope, Walk, kept
from chainrule.core.language.indexing import held
from chainrule.core.language.own import entered
from chainrule.core.language.values import (
    Absent,
    Builtin,
    Class,
    Function,
    Instance,
    Known,
    Parent,
    Value,
)
from chainrule.core.text import Text

BACKWARD = frozenset({"backward", "gradient", "numerical_gradient", "zero_grad", "zero_grads", "cleargrads"})
"""Methods that go back through the graph: that is done here for the script."""

_OPERATORS = frozenset({"__add__", "__mul__"})
"""A class that defines these, as micrograd's ``Value`` does, stands for numbers: so do its objects here."""


def defined(build: Builder, statement: ast.ClassDef, scope: Scope) -> Walk:
    """Keep a class."""
    methods = {part.name for part in statement.body if isinstance(part, ast.FunctionDef)}
    if methods >= _OPERATORS:
        scope.names[statement.name] = Builtin("Value")
        return None
    base: Class | None = None
    for each in statement.bases:
        found = yield from kept(build, each, scope)
        base = found if isinstance(found, Class) else base
    members: dict[str, Value] = {}
    made = Class(statement.name, base, members, _fields(statement))
    inside = Scope(statement.name, scope, sealed=True)
    inside.names = members
    for part in statement.body:
        yield part, inside
    for value in members.values():
        if isinstance(value, Function):
            value.owner, value.scope = made, scope
    scope.names[statement.name] = made
    return None


def _fields(statement: ast.ClassDef) -> tuple[str, ...]:
    """The attributes that a ``@dataclass`` takes."""
    if not any("dataclass" in ast.unparse(each) for each in statement.decorator_list):
        return ()
    return tuple(
        part.target.id
        for part in statement.body
        if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name)
    )


def constructed(build: Builder, node: ast.AST, of: Class, arguments: Arguments) -> Walk:
    """An object of a class, its ``__init__`` carried out."""
    instance = Instance(of)
    start = of.member("__init__")
    if isinstance(start, Function):
        yield from entered(build, node, start, _with_self(instance, arguments, node))
    elif of.fields:
        form = ", ".join(f"{each}=" if each in of.members else each for each in of.fields)
        given = matched(build, node, f"{of.name}({form})", arguments)
        for name, each in given.items():
            instance.attributes[name] = held(build, each.value, name, each.at)
    elif arguments.places or arguments.names:
        raise build.error(
            node,
            f"`{of.name}`에는 `__init__`이 없어 인수를 받지 않습니다.",
            f"`{of.name}` has no `__init__`, so it takes no arguments.",
            name=of.name,
        )
    return instance


def _with_self(instance: Instance, arguments: Arguments, node: ast.AST) -> Arguments:
    return Arguments([Given(instance, node), *arguments.places], arguments.names)


def method_called(
    build: Builder,
    node: ast.AST,
    instance: Instance,
    name: str,
    arguments: Arguments,
    above: Class | None = None,
) -> Generator[tuple[ast.AST, Scope], Any, Value]:
    """What a method of an object gives. Going backward is left to the graph."""
    if name in BACKWARD or any(isinstance(each.value, Absent) for each in arguments.places):
        return Absent(GRADIENT)
    found = (above or instance.of).member(name)
    if name in instance.attributes and above is None:
        found = instance.attributes[name]
    if not isinstance(found, Function):
        raise no_method(build, node, instance, name)
    if found.owner is None:
        return (yield from entered(build, node, found, arguments))
    if any(
        isinstance(each, ast.Name) and each.id in ("staticmethod", "classmethod")
        for each in getattr(found.definition, "decorator_list", ())
    ):
        return (yield from entered(build, node, found, arguments))
    return (yield from entered(build, node, found, _with_self(instance, arguments, node)))


def parent_called(
    build: Builder, node: ast.AST, parent: Parent, name: str, arguments: Arguments
) -> Generator[tuple[ast.AST, Scope], Any, Value]:
    """``super().__init__(…)``; of a class that is not in the program there is nothing to do."""
    if parent.base is None or parent.base.member(name) is None:
        return Known(None)
    return (yield from method_called(build, node, parent.instance, name, arguments, parent.base))


def parent_of(build: Builder, node: ast.AST, scope: Scope) -> Parent:
    """What ``super()`` means inside a method."""
    place: Scope | None = scope
    definition = build.active[-1] if build.active else None
    while place is not None and "self" not in place.names:
        place = place.outer
    instance = place.names["self"] if place else None
    if not isinstance(instance, Instance):
        raise build.error(
            node,
            "`super()`는 메서드 안에서만 쓸 수 있습니다.",
            "`super()` is for methods only.",
            name="super",
        )
    of: Class | None = instance.of
    while of is not None:
        if any(isinstance(each, Function) and each.definition is definition for each in of.members.values()):
            return Parent(of.base, instance)
        of = of.base
    return Parent(None, instance)


def no_method(build: Builder, node: ast.AST, instance: Instance, name: str) -> ProgramError:
    """The error of a method that an object does not have."""
    known = [key for key, value in instance.of.members.items() if isinstance(value, Function)]
    listed = ", ".join(f"`{each}`" for each in known[:20])
    return build.error(
        node,
        f"`{instance.of.name}`에는 `{name}`(이)라는 메서드가 없습니다.",
        f"`{instance.of.name}` has no method `{name}`.",
        name=name,
        allowed=Text(listed, listed) if known else None,
    )
