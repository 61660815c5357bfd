"""Tensors made of nodes: a list of numbers and names as one tensor."""

import ast

from chainrule.core.language.builder import Builder
from chainrule.core.language.folding import MOST_NESTED
from chainrule.core.language.values import Items
from chainrule.core.text import Text


def stacked(build: Builder, at: ast.AST, items: Items, depth: int = 0) -> int:
    """The tensor of a list's elements, stacked along a new first axis."""
    if not items.elements or depth > MOST_NESTED:
        raise build.error(
            at,
            "빈 목록으로는 텐서를 만들 수 없습니다.",
            "No tensor can be made of an empty list.",
            allowed=Text("`np.array([1, 2])`", "`np.array([1, 2])`"),
        )
    nodes: list[int] = []
    for each in items.elements:
        build.step(at)
        nodes.append(stacked(build, at, each, depth + 1) if isinstance(each, Items) else build.node(each, at))
    if len(nodes) == 1:
        alone = build.apply_tensor(at, "reshape", nodes, [(1, *build.shape(nodes[0]))])
        build.arrays.separate.add(alone)
        return alone
    return joined(build, at, "stack", nodes, 0)


def joined(build: Builder, at: ast.AST, op: str, nodes: list[int], axis: int) -> int:
    """Tensors joined from the left, two at a time."""
    result = nodes[0]
    for node in nodes[1:]:
        result = build.apply_tensor(at, op, [result, node], [], {"axis": axis})
    return result
