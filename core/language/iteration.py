"""What loops and comprehensions go through: ranges, lists, the rows of a tensor, ``zip`` and ``enumerate``."""

import ast
from collections.abc import Iterator
from typing import Any

import numpy as np

from chainrule.core.errors import ProgramError
from chainrule.core.language.builder import Builder, Scope, Walk, kept
from chainrule.core.language.folding import number
from chainrule.core.language.values import Counter, Items, Known, Span, Stream, Table, Value, Written
from chainrule.core.text import Text

MOST_LOOPS = 8
LOOP = Text("`for i in range(10):`", "`for i in range(10):`")


MOST_LISTED = 10_000
"""Elements of one list."""


def all_steps(build: Builder, value: Value, at: ast.AST) -> list[Value]:
    """All values that a loop goes through. Raises ProgramError where there are none, or too many for a list."""
    found: list[Value] = []
    for each in steps(build, value, at):
        build.step(at)
        found.append(each)
        if len(found) > MOST_LISTED:
            raise build.error(
                at,
                f"목록의 원소는 {MOST_LISTED:,}개까지 쓸 수 있습니다.",
                f"A list has at most {MOST_LISTED:,} elements.",
            )
    return found


def steps(build: Builder, value: Value, at: ast.AST) -> Iterator[Value]:
    """The values that a loop goes through, one after another. Raises ProgramError where there are none."""
    if isinstance(value, Span):
        return (Counter(count) for count in value.counts)
    if isinstance(value, Items):
        return iter(value.elements)
    if isinstance(value, Stream):
        return value.steps
    if isinstance(value, Table):
        return (Known(key) for key in list(value.entries))
    if isinstance(value, Known) and isinstance(value.value, str):
        return (Known(letter) for letter in value.value)
    if isinstance(value, Known) and isinstance(value.value, np.ndarray) and value.value.shape:
        return (_known_row(row) for row in value.value)
    node = None if isinstance(value, Known) else build.node(value, at)
    if node is None or not build.shape(node):
        raise not_iterable(build, at)
    return (_row(build, node, row, at) for row in range(build.shape(node)[0]))


def _known_row(row: Any) -> Known:
    """A row of an array that is known; a single number counts as a loop's count does."""
    if np.shape(row):
        return Written(row)
    number = float(row)
    return Counter(int(number) if number.is_integer() else number)


def _row(build: Builder, node: int, row: int, at: ast.AST) -> int:
    return build.apply_tensor(at, "getitem", [node], [row])


def not_iterable(build: Builder, at: ast.AST) -> ProgramError:
    """The error at what no loop can go through."""
    return build.error(
        at,
        "`range(…)`, 목록, 텐서의 줄만 반복할 수 있습니다.",
        "Only `range(…)`, a list or the rows of a tensor can be looped over.",
        allowed=LOOP,
    )


def bind(build: Builder, target: ast.AST, value: Value, scope: Scope) -> None:
    """Give the names of a loop's target what this round brings."""
    if isinstance(target, ast.Name):
        scope.give(target.id, value)
    elif isinstance(target, ast.Tuple | ast.List):
        parts = all_steps(build, value, target)
        if len(parts) != len(target.elts):
            raise miscounted(build, target, len(target.elts), len(parts))
        for part, each in zip(target.elts, parts, strict=True):
            bind(build, part, each, scope)
    else:
        raise build.error(
            target,
            "반복문의 꼴이 맞지 않습니다.",
            "A loop of this form is not allowed.",
            allowed=LOOP,
        )


def miscounted(build: Builder, at: ast.AST, names: int, values: int) -> ProgramError:
    """The error of as many names as there are not values."""
    return build.error(
        at,
        f"이름은 {names}개인데 값은 {values}개입니다.",
        f"There are {names} names for {values} values.",
        allowed=Text("`a, b = 1, 2`", "`a, b = 1, 2`"),
    )


Comprehension = ast.ListComp | ast.GeneratorExp | ast.DictComp


def comprehension(build: Builder, node: Comprehension, scope: Scope) -> Walk:
    """``[f(x) for x in xs]`` as a list; of a dictionary, its pairs."""
    if len(node.generators) > MOST_LOOPS:
        raise build.error(node, "반복이 너무 많이 겹쳐 있습니다.", "Too many loops stand inside one another.")
    inner = Scope(scope.function, scope, scope.inputs, scope.sealed)
    found: list[Value] = []
    yield from _rounds(build, node, 0, inner, found)
    return Items(found)


def _rounds(build: Builder, node: Comprehension, level: int, inner: Scope, found: list[Value]) -> Walk:
    """The rounds of one of a comprehension's loops, those inside of it with them."""
    if level == len(node.generators):
        if isinstance(node, ast.DictComp):
            key = yield from kept(build, node.key, inner)
            found.append(Items([key, (yield from kept(build, node.value, inner))], fixed=True))
        else:
            found.append((yield from kept(build, node.elt, inner)))
        return None
    loop = node.generators[level]
    through = yield from kept(build, loop.iter, inner)
    for value in steps(build, through, loop.iter):
        build.step(node)
        bind(build, loop.target, value, inner)
        wanted = True
        for condition in loop.ifs:
            test = yield from kept(build, condition, inner)
            wanted = wanted and bool(number(build, test, condition))
        if wanted:
            yield from _rounds(build, node, level + 1, inner, found)
    return None
