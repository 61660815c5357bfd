"""The program language: a safe subset of Python, read with ``ast`` against an allow-list; nothing is executed.

A name that is given a plain number is an input; the comment behind an assignment is its label. Loops are unrolled,
functions become groups, and a choice that an input decides is drawn as a ``where``.
"""

import ast
from collections.abc import Collection, Mapping
from types import GeneratorType
from typing import Any, NamedTuple

import numpy as np

from chainrule.core.engine.graph import Graph
from chainrule.core.errors import Fix, ProgramError, Remedy
from chainrule.core.language import statements
from chainrule.core.language.builder import Builder, Limits, LongProgram, Scope, Walk
from chainrule.core.language.expressions import expression
from chainrule.core.language.fixes import applied, fix_of
from chainrule.core.language.nothing import nothing_drawn
from chainrule.core.language.source import Source
from chainrule.core.language.values import Written
from chainrule.core.ops.op import Shape

__all__ = ["Limits", "LongProgram", "parse"]

_MOST_READINGS = 6
"""Each reading after the first knows more of what decides on the graph's form; two are nearly always enough."""


def parse(
    source: str, given: Collection[str] | Mapping[str, Shape] = (), limits: Limits | None = None
) -> Graph:
    """The graph that a program means.

    ``given`` names the inputs whose values come with the request: a name that the program never assigns is an input
    if it stands there, and an error if not; a mapping gives their shapes too. Raises ProgramError; its
    ``partial`` is the graph before the error. Raises LongProgram past the limits' soft ones.
    """
    reading = _parsed(source, given, limits or Limits())
    if reading.error is not None:
        error = reading.error
        error.fix = _sure_fix(reading, error.remedy, given, limits or Limits())
        error.other_fix = _sure_fix(reading, error.otherwise, given, limits or Limits())
        raise reading.error
    return reading.build.graph


class _Reading(NamedTuple):
    build: Builder
    error: ProgramError | None


@np.errstate(all="ignore")
def _parsed(source: str, given: Collection[str] | Mapping[str, Shape], limits: Limits) -> _Reading:
    text = Source(source)
    body, error = text.statements(limits.source_length)
    shapes = given if isinstance(given, Mapping) else dict.fromkeys(given, ())
    build = Builder(text, body, shapes, limits)
    for _ in range(_MOST_READINGS):
        found = _read(build)
        if build.after == build.before:
            break
        build = Builder(text, body, shapes, limits, build.after.again())
    error = found or error
    if error is None and not len(build.graph):
        error = nothing_drawn(build)
    if error is not None:
        error.partial = build.graph if len(build.graph) else None
    return _Reading(build, error)


def _sure_fix(
    reading: _Reading, remedy: Remedy | None, given: Collection[str] | Mapping[str, Shape], limits: Limits
) -> Fix | None:
    """Return a remedy as a fix; None if the program with it has an error at the same place or before."""
    build, error = reading
    assert error is not None
    fix = fix_of(build.source, build.body, error, remedy)
    if fix is None:
        return None
    fixed = applied("\n".join(build.source.lines), fix.edits)
    remaining = _parsed(fixed, given, limits).error
    added = len(fixed.splitlines()) - len(build.source.lines)
    behind = error.column + (len(fix.text) if fix.kind == "replace" else 1)
    if remaining is not None and (remaining.line - added, remaining.column) < (error.line, behind):
        return None
    return fix


def _read(build: Builder) -> ProgramError | None:
    """Carry out every statement; the value assigned or shown last is the output."""
    scope = build.globals
    result: int | None = None
    last = build.body[-1] if build.body else None
    try:
        for each in build.body:
            bare = type(each) is ast.Expr and each is last and statements.is_shown(each.value)
            value = _begun(build, each.value if bare else each, scope)  # type: ignore[attr-defined]
            if type(value) is GeneratorType:
                value = _run(build, value)
            if type(value) is int:
                result = value
            elif bare and isinstance(value, Written):
                result = build.node(value, each)
    except ProgramError as found:
        return found
    finally:
        build.finish()
    if build.shown is not None:
        result = build.shown
    if result is not None:
        build.graph.output = result
    return None


def _run(build: Builder, walk: Walk) -> Any:
    """Carry out a walk and all it asks for, on a stack of its own."""
    stack, value = [walk], None
    asked: list[ast.AST] = [build.body[0]]
    while stack:
        try:
            node, scope = stack[-1].send(value)
        except StopIteration as stop:
            stack.pop()
            value = stop.value
            node = asked.pop()
            if type(value) is Written and not build.folding and stack:
                value = build.node(value, node)
            continue
        value = _begun(build, node, scope)
        if type(value) is GeneratorType:
            stack.append(value)
            asked.append(node)
            value = None
        elif type(value) is Written and not build.folding:
            value = build.node(value, node)
    return value


def _begun(build: Builder, node: ast.AST, scope: Scope) -> Any:
    """The value of an expression, or what a statement assigns or shows; or a walk that finds it."""
    carry_out = statements.BY_KIND.get(type(node))
    if carry_out is None:
        if isinstance(node, ast.expr):
            return expression(build, node, scope)
        carry_out = statements.refused
    build.step(node)
    return carry_out(build, node, scope)
