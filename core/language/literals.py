"""What stands written out in a program: numbers, and lists of numbers."""

import ast
import math
from typing import Any

import numpy as np

from chainrule.core.language.builder import Builder
from chainrule.core.ops import shapes
from chainrule.core.text import Text


def number(node: ast.AST) -> float | None:
    """The number that a literal, signed or not, stands for; None for anything else."""
    sign = 1.0
    while type(node) is ast.UnaryOp and isinstance(node.op, ast.USub | ast.UAdd):
        if not isinstance(node.operand, ast.Constant):
            return None
        sign = -1.0 if isinstance(node.op, ast.USub) else 1.0
        node = node.operand
    value = node.value if type(node) is ast.Constant else None
    if not isinstance(value, int | float) or value is True or value is False:
        return None
    try:
        return sign * float(value)
    except OverflowError:
        return sign * math.inf


def exact(node: ast.AST) -> int | float | None:
    """The same with whole numbers as such, as an index needs them."""
    value = number(node)
    if value is None or not value.is_integer() or abs(value) >= 2**53:
        return value
    written = node.operand if isinstance(node, ast.UnaryOp) else node
    return int(value) if isinstance(written, ast.Constant) and isinstance(written.value, int) else value


def text(build: Builder, node: ast.Constant) -> str:
    """A text that stands in a program. Raises ProgramError for one that cannot be shown, such as ``"\\ud800"``."""
    value = str(node.value)
    try:
        value.encode()
    except UnicodeEncodeError:
        raise build.error(
            node, "이 문자열에는 글자가 아닌 것이 있습니다.", "This text has a character that is none."
        ) from None
    return value


def has_tuples(node: ast.List) -> bool:
    """Whether there are tuples in a list, as in ``[([1, 2], 0), ([3, 4], 1)]``: its rows may differ then."""
    return any(isinstance(part, ast.Tuple) for part in ast.walk(node))


def only_numbers(node: ast.List | ast.Tuple) -> bool:
    """Whether a list has nothing in it but numbers and lists of numbers, and is not empty."""
    pending: list[ast.expr] = list(node.elts)
    for each in pending:
        if isinstance(each, ast.List | ast.Tuple):
            pending += each.elts
        elif number(each) is None:
            return False
    return bool(pending)


def listed(build: Builder, node: ast.List | ast.Tuple) -> Any:
    """A nested list of numbers as an array."""

    def nested(part: ast.expr, depth: int) -> Any:
        value = number(part)
        if value is not None:
            return value
        if not isinstance(part, ast.List | ast.Tuple) or depth > 4:
            raise build.error(
                part,
                "목록에는 수만, 네 겹까지 올 수 있습니다.",
                "A list can hold numbers only, at most four deep.",
            )
        return [nested(inner, depth + 1) for inner in part.elts]

    try:
        return tensor(nested(node, 1))
    except shapes.ShapeError as found:
        build.refuse_shapes(node, found)


def tensor(value: Any) -> Any:
    """A nested list of numbers as a read-only array. Raises ShapeError where its rows differ in length."""
    try:
        array = np.array(value, dtype=float)
    except ValueError:
        raise shapes.ShapeError(
            Text(
                "목록의 줄마다 원소의 개수가 같아야 합니다.", "The rows of a list must have the same length."
            )
        ) from None
    array.flags.writeable = False
    return array
