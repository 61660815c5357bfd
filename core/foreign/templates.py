"""Calls of another library written as our own: ``sum(a, dim, keepdim)`` → ``sum(a, axis=dim, keepdims=keepdim)``.

A template is our expression over the names of the other's parameters. An argument that was not given is left out.
"""

import ast
from collections.abc import Mapping, Sequence
from copy import deepcopy

Argument = ast.expr | list[ast.expr]


class Template:
    """One function of another library: its parameters in order, and our expression over them.

    Parameters are ``a`` (needed), ``dim=`` (may be missing), ``correction=1`` (has a default), ``*shape`` (the rest,
    or one list of it). ``ignored`` are keywords without a meaning here.
    """

    def __init__(self, parameters: str, expression: str, ignored: str = "") -> None:
        self._places: list[str] = []
        self._needed: set[str] = set()
        self._defaults: dict[str, ast.expr] = {}
        self._rest: str | None = None
        for parameter in parameters.split():
            name, optional, default = parameter.partition("=")
            if name.startswith("*"):
                self._rest = name = name[1:]
            elif default:
                self._defaults[name] = ast.parse(default, mode="eval").body
            elif not optional:
                self._needed.add(name)
            self._places.append(name)
        self._ignored = frozenset(ignored.split())
        self._expression = ast.parse(expression, mode="eval").body

    def written(self, arguments: Sequence[ast.expr], keywords: Sequence[ast.keyword]) -> ast.expr | None:
        """Our expression with the call's arguments put in; None if they do not fit."""
        given = self._given(arguments, keywords)
        if given is None:
            return None
        put_in = _PutIn(self._defaults | given, frozenset(self._places))
        return put_in.visit(deepcopy(self._expression))  # type: ignore[no-any-return]

    def _given(
        self, arguments: Sequence[ast.expr], keywords: Sequence[ast.keyword]
    ) -> dict[str, Argument] | None:
        given: dict[str, Argument] = {}
        for place, argument in enumerate(arguments):
            if place >= len(self._places) or self._places[place] == self._rest:
                break
            if isinstance(argument, ast.Starred):
                return None
            given[self._places[place]] = argument
        rest = list(arguments[len(given) :])
        if rest and self._rest is None:
            return None
        if self._rest is not None and rest:
            one = rest[0] if len(rest) == 1 else None
            given[self._rest] = list(one.elts) if isinstance(one, ast.Tuple | ast.List) else rest
        for keyword in keywords:
            if keyword.arg in self._ignored:
                continue
            if keyword.arg is None or keyword.arg not in self._places or keyword.arg in given:
                return None
            given[keyword.arg] = keyword.value
        return given if self._needed <= given.keys() else None


class _PutIn(ast.NodeTransformer):
    """Put arguments in the place of names; leave out arguments of a call that were not given."""

    def __init__(self, given: Mapping[str, Argument], names: frozenset[str]) -> None:
        self.given = given
        self.names = names

    def visit_Name(self, node: ast.Name) -> ast.AST:
        found = self.given.get(node.id)
        return found if isinstance(found, ast.expr) else node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        arguments: list[ast.expr] = []
        for each in node.args:
            inner = each.value if isinstance(each, ast.Starred) else each
            found = self.given.get(inner.id) if isinstance(inner, ast.Name) else None
            if isinstance(found, list):
                arguments += found
            elif not self._missing(inner):
                arguments.append(self.visit(each))
        keywords = [
            ast.keyword(each.arg, self.visit(each.value))
            for each in node.keywords
            if not self._missing(each.value)
        ]
        for given in keywords:  # `unbiased=False` says how many to take off
            if given.arg == "ddof" and isinstance(given.value, ast.Constant):
                given.value = ast.Constant(int(given.value.value is True or given.value.value == 1))
        return ast.Call(self.visit(node.func), arguments, keywords)

    def _missing(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Name) and node.id in self.names and node.id not in self.given
