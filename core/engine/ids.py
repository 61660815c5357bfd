"""Ids of nodes and groups: the program's own names, else numbered ones; unique and reproducible."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol

from chainrule.core.ops import CONSTANT


class Ids(NamedTuple):
    """The ids of all nodes and of all groups, by index."""

    nodes: list[str]
    groups: list[str]


class _Group(Protocol):
    name: str
    parent: int


def name_all(
    codes: Iterable[int],
    names: Mapping[int, tuple[str, int]],
    group_of: Mapping[int, int],
    groups: Sequence[_Group],
) -> Ids:
    """Ids from a graph's columns.

    A name that is given once is the id; given again it is `x_2`, `x_3`. Without a name it is `op_1`, `const_1`. A
    group is `sigmoid_1`, and what stands in it `sigmoid_1.op_1`. No number leads to a name of the program's own.
    """
    taken = {name for name, group in names.values() if group < 0}
    counts: dict[str, int] = {}

    def numbered(base: str, first: int) -> str:
        count = counts.get(base, first)
        while (candidate := f"{base}_{count}") in taken:
            count += 1
        counts[base] = count + 1
        taken.add(candidate)
        return candidate

    ids = Ids([], [])

    def inside(group: int) -> str:
        return f"{ids.groups[group]}." if group >= 0 else ""

    for group in groups:
        ids.groups.append(numbered(inside(group.parent) + group.name, first=1))
    met: set[str] = set()
    taken |= {inside(group) + name for name, group in names.values()}
    for node, code in enumerate(codes):
        if node not in names:
            prefix = inside(group_of.get(node, -1))
            ids.nodes.append(numbered(prefix + ("const" if code == CONSTANT else "op"), first=1))
            continue
        name, scope = names[node]
        name = inside(scope) + name
        ids.nodes.append(numbered(name, first=2) if name in met else name)
        met.add(name)
    return ids
