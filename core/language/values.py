"""What a name can stand for besides a node of the graph: known numbers, lists, functions, objects."""

import ast
from collections.abc import Callable, Iterator
from typing import Any

from chainrule.core.errors import ProgramError
from chainrule.core.text import Text

Value = Any
"""A node of the graph, by its index as a plain ``int``; or one of the classes below, which are no nodes."""


class Known:
    """A number, truth value, text or None that the program itself fixes; a constant where an op reads it."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value


class Counter(Known):
    """What a loop counts."""

    __slots__ = ()


class Written(Known):
    """A number or an array that stands written out; it becomes an input when it gets a name."""

    __slots__ = ()


class Pending:
    """An input that gets its node when it is first read: an array in a dictionary or an attribute."""

    __slots__ = ("name", "node", "site", "value")

    def __init__(self, name: str, value: Any, site: ast.AST) -> None:
        self.name = name
        self.value = value
        self.site = site
        """Where the program writes it."""
        self.node: int | None = None


class Items:
    """A list or a tuple of values."""

    __slots__ = ("elements", "fixed")

    def __init__(self, elements: list[Value], fixed: bool = False) -> None:
        self.elements = elements
        self.fixed = fixed
        """Whether it is a tuple."""


class Table:
    """A dictionary; its keys are texts and numbers."""

    __slots__ = ("entries",)

    def __init__(self, entries: dict[Any, Value]) -> None:
        self.entries = entries


class Stream:
    """What a loop goes through without its length being known: ``zip(…)``, ``enumerate(…)``."""

    __slots__ = ("steps",)

    def __init__(self, steps: Iterator[Value]) -> None:
        self.steps = steps


class Span:
    """``range(…)``."""

    __slots__ = ("counts",)

    def __init__(self, counts: range) -> None:
        self.counts = counts


class Function:
    """A function of the program: a ``def`` or a ``lambda``, and the scope that it stands in."""

    __slots__ = ("defaults", "definition", "name", "owner", "scope")

    def __init__(
        self,
        name: str,
        definition: "ast.FunctionDef | ast.Lambda",
        scope: Any,
        defaults: dict[str, Value],
        owner: "Class | None" = None,
    ) -> None:
        self.name = name
        self.definition = definition
        self.scope = scope
        self.defaults = defaults
        """The values of the parameters that have one, by name."""
        self.owner = owner
        """The class of which it is a method."""


class Class:
    """A class of the program."""

    __slots__ = ("base", "fields", "members", "name")

    def __init__(
        self, name: str, base: "Class | None", members: dict[str, Value], fields: tuple[str, ...] = ()
    ) -> None:
        self.name = name
        self.base = base
        self.members = members
        self.fields = fields
        """The attributes that a ``@dataclass`` takes, in order."""

    def member(self, name: str) -> Value | None:
        """The method or value of this name, its own or inherited."""
        found: Class | None = self
        while found is not None:
            if name in found.members:
                return found.members[name]
            found = found.base
        return None


class Instance:
    """An object of a class of the program."""

    __slots__ = ("attributes", "of")

    def __init__(self, of: Class) -> None:
        self.of = of
        self.attributes: dict[str, Value] = {}


class Method:
    """A method of a value, not yet called: ``x.sum``, ``layer.forward``."""

    __slots__ = ("name", "owner")

    def __init__(self, owner: Value, name: str) -> None:
        self.owner = owner
        self.name = name


class Parent:
    """``super()``: the methods of the class above."""

    __slots__ = ("base", "instance")

    def __init__(self, base: Class | None, instance: Instance) -> None:
        self.base = base
        self.instance = instance


class Module:
    """A module that programs import: ``numpy``, ``math``."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name


class Builtin:
    """A function that the language has, by its name and the module that it is spelled with."""

    __slots__ = ("home", "name")

    def __init__(self, name: str, home: str = "") -> None:
        self.name = name
        self.home = home


class Random:
    """A generator of random numbers: ``np.random.default_rng(0)``."""

    __slots__ = ("source",)

    def __init__(self, source: Any) -> None:
        self.source = source


class Absent:
    """What a script has and a graph has not: gradients that it works out itself, plots."""

    __slots__ = ("reason",)

    def __init__(self, reason: Text) -> None:
        self.reason = reason
        """The error for a computation with it."""


class Unsettled:
    """What an ``if`` that an input decides has left different, and no op can choose between."""

    __slots__ = ("error",)

    def __init__(self, error: Callable[[], ProgramError]) -> None:
        self.error = error
        """The error where it is read."""


class Returned:
    """What a ``return`` ends a function with."""

    __slots__ = ("at", "value")

    def __init__(self, value: Value, at: ast.AST) -> None:
        self.value = value
        self.at = at


class Left:
    """What ``break`` or ``continue`` ends a round of a loop with."""

    __slots__ = ("loop",)

    def __init__(self, loop: bool) -> None:
        self.loop = loop
        """Whether the whole loop ends."""
