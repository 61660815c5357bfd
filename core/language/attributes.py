"""Attributes of values: ``x.T``, ``x.shape``, ``self.W``, ``np.pi``, and methods that wait to be called."""

import ast
import math

from chainrule.core.errors import ProgramError, Remedy, did_you_mean, nearest
from chainrule.core.language.builder import Builder, Scope, Walk, last_word
from chainrule.core.language.modules import UNIMPORTED, member
from chainrule.core.language.values import (
    Absent,
    Class,
    Function,
    Instance,
    Items,
    Known,
    Method,
    Module,
    Parent,
    Pending,
    Random,
    Stream,
    Table,
    Value,
)
from chainrule.core.text import Text

GRADIENT = Text(
    "이 값은 역전파의 결과입니다. 기울기는 이 페이지가 구하니, 이 값으로 계산하는 줄은 지우세요.",
    "This is a result of backpropagation, which is done here for you: delete the lines that compute with it.",
)

_SAME = frozenset({"data", "real", "value"})
"""Attributes that are the tensor itself."""

_METHODS_OF_LISTS = frozenset({"append", "extend", "insert", "pop", "index", "count", "reverse", "copy"})
_METHODS_OF_TABLES = frozenset({"keys", "values", "items", "get", "update", "copy", "setdefault", "pop"})


def module_named(build: Builder, node: ast.expr, scope: Scope) -> Value | None:
    """The module that a name or a path such as ``np.random`` stands for, None if it is none."""
    path: list[str] = []
    part: ast.expr = node
    while isinstance(part, ast.Attribute):
        path.append(part.attr)
        part = part.value
    if not isinstance(part, ast.Name):
        return None
    found = found_in(scope, part.id)
    if found is None and part.id in UNIMPORTED:
        found = Module(UNIMPORTED[part.id])
    for name in reversed(path):
        if not isinstance(found, Module | Absent):
            return None
        found = member(build, node, found, name)
    return found if isinstance(found, Module | Absent) else None


def found_in(scope: Scope, name: str) -> Value | None:
    """What a name stands for in a scope or around it, None if for nothing."""
    place: Scope | None = scope.elsewhere.get(name, scope) if scope.elsewhere else scope
    while place is not None:
        if name in place.names:
            return place.names[name]
        place = place.outer
    return None


def attribute(build: Builder, node: ast.Attribute, scope: Scope) -> Value | Walk:
    """An attribute of a module, or of a value."""
    module = module_named(build, node.value, scope)
    if module is not None:
        return _settled(build, node, member(build, node, module, node.attr))
    return _of_value(build, node, scope)


def _settled(build: Builder, node: ast.AST, value: Value) -> Value:
    """A constant such as ``np.pi`` as the node it is outside of an index."""
    if isinstance(value, Known) and isinstance(value.value, float) and not build.folding:
        return build.constant(value.value, node)
    return value


def _of_value(build: Builder, node: ast.Attribute, scope: Scope) -> Walk:
    owner = yield node.value, scope
    return of(build, node, owner, node.attr)


def of(build: Builder, node: ast.AST, owner: Value, name: str) -> Value:
    """An attribute of a value. Raises ProgramError where there is none."""
    if isinstance(owner, Absent):
        return owner
    if isinstance(owner, Module):
        return member(build, node, owner, name)
    if isinstance(owner, Instance):
        return _of_instance(build, node, owner, name)
    if isinstance(owner, Class):
        found = owner.member(name)
        if found is None:
            raise _no_attribute(build, node, owner.name, name, list(owner.members))
        return found
    if isinstance(owner, Items):
        if name in _METHODS_OF_LISTS or name == "sort":
            return Method(owner, name)
        raise _no_attribute(build, node, "list", name, sorted(_METHODS_OF_LISTS))
    if isinstance(owner, Table):
        if name in _METHODS_OF_TABLES:
            return Method(owner, name)
        raise _no_attribute(build, node, "dict", name, sorted(_METHODS_OF_TABLES))
    if isinstance(owner, Random | Parent | Function | Stream) or (
        isinstance(owner, Known) and isinstance(owner.value, str)
    ):
        return Method(owner, name)
    return _of_tensor(build, node, build.node(owner, node) if name in _NODES else owner, name)


_NODES = frozenset({"T", "mT"})


def _of_instance(build: Builder, node: ast.AST, owner: Instance, name: str) -> Value:
    if name in owner.attributes:
        return build.read(owner.attributes[name])
    found = owner.of.member(name)
    if isinstance(found, Function):
        return Method(owner, name)
    if found is not None:
        return build.read(found)
    if name == "__class__":
        return owner.of
    if name in ("grad", "dW", "db", "dx", "dgamma", "dbeta"):
        return Absent(GRADIENT)
    raise _no_attribute(build, node, owner.of.name, name, [*owner.attributes, *owner.of.members])


def _of_tensor(build: Builder, node: ast.AST, owner: Value, name: str) -> Value:
    """An attribute of a node, or of a number that is known."""
    if name in _SAME:
        return owner
    if name in ("grad", "_grad"):
        return Absent(GRADIENT)
    if name in ("shape", "size", "ndim"):
        held = owner.value if isinstance(owner, Known | Pending) else None
        shape = build.shape(owner) if type(owner) is int else tuple(getattr(held, "shape", ()))
        if name == "shape":
            return Items([Known(size) for size in shape], fixed=True)
        return Known(math.prod(shape) if name == "size" else len(shape))
    if name in ("T", "mT"):
        axes = len(build.shape(owner))
        # NumPy's transpose of a vector is the vector.
        return owner if axes < 2 else build.apply(node, "transpose", owner)
    if name in ("dtype", "device", "requires_grad", "label", "name", "_prev", "_op"):
        return Known(name)
    return Method(owner, name)


def _no_attribute(build: Builder, node: ast.AST, owner: str, name: str, known: list[str]) -> ProgramError:
    listed = ", ".join(f"`{each}`" for each in known[:20])
    return build.error(
        last_word(node),
        f"`{owner}`에는 `{name}`이(가) 없습니다.",
        f"`{owner}` has no `{name}`.",
        name=name,
        hint=did_you_mean(name, known),
        remedy=Remedy("replace", near) if (near := nearest(name, known)) else None,
        allowed=Text(listed, listed) if known else None,
    )
