"""What of a capture is seen with some groups open: nodes, closed groups, folded rows of equal blocks, edges."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from heapq import heappop, heappush
from typing import Literal

from chainrule.core.capture.records import Capture, Summary

ItemKind = Literal["node", "group", "row"]
"""``row``: equal blocks in a row, drawn as one: "Block × 12"."""

MOST_SEEN = 30
"""Nodes of a default view."""
FEW_SEEN = 12
"""Nodes below which a default view opens single groups, where all of a depth are too many."""

Tensor = tuple[int, int]
"""A node and one of its outputs."""


@dataclass(frozen=True, slots=True)
class Item:
    """One visible node of the picture."""

    id: str
    kind: ItemKind
    index: int
    """Index of the node; of the group; of the first group of a row."""
    groups: tuple[int, ...]
    """The groups that it stands for: none for a node."""
    parent: int
    """Index of the open group around it, -1 for none."""


@dataclass(frozen=True, slots=True)
class Link:
    """One visible edge: a tensor read by a visible node, with all edges of the capture that it stands for."""

    source: int
    """Place of the item it leaves."""
    target: int
    tensor: Tensor
    members: tuple[int, ...]
    returns: bool
    """Whether a gradient comes back on it."""


def row_id(capture: Capture, groups: tuple[int, ...]) -> str:
    """Return the id by which a row of equal blocks is opened: ``h.0×12``."""
    return f"{capture.groups[groups[0]].id}×{len(groups)}"


class Visible:
    """The visible part of a capture.

    ``open`` are ids of groups and of rows; a group inside a closed one stays unseen, and unknown ids are ignored. A
    row is open too if one of its groups is. With ``relabels`` False, ops that only give elements other places are not
    drawn: what reads them seems to read their operand.
    """

    def __init__(self, capture: Capture, open: Collection[str], relabels: bool = True) -> None:
        self.capture = capture
        self.relabels = relabels
        wanted = frozenset(open)
        self.rows = rows_of(capture)
        """By group: the row that it belongs to."""
        self.open: list[bool] = []
        """By group: whether it is open, and all around it."""
        for group in capture.groups:
            inside = group.parent < 0 or self.open[group.parent]
            self.open.append(inside and group.id in wanted)
        self._open_rows = {
            row
            for row in set(self.rows.values())
            if row_id(capture, row) in wanted or any(self.open[g] for g in row)
        }
        self._source = self._resolved()
        self._build()

    def _resolved(self) -> list[Tensor]:
        """By node: the tensor that readers of its first output seem to read."""
        capture = self.capture
        found: list[Tensor] = [(at, 0) for at in range(len(capture.nodes))]
        if self.relabels:
            return found
        kept = {capture.loss[0]} if capture.loss else set()
        for at, node in enumerate(capture.nodes):
            into = capture.into[at]
            if node.relabels and len(into) == 1 and len(node.outputs) == 1 and at not in kept:
                edge = capture.edges[into[0]]
                found[at] = found[edge.source] if edge.output == 0 else (edge.source, edge.output)
        return found

    def _holder(self, group: int) -> tuple[ItemKind, int, tuple[int, ...]] | None:
        """The closed group or row that hides what stands in ``group``; None if all around is open."""
        chain = []
        while group >= 0:
            chain.append(group)
            group = self.capture.groups[group].parent
        for at in reversed(chain):
            row = self.rows.get(at)
            if row is not None and row not in self._open_rows:
                return "row", row[0], row
            if not self.open[at]:
                return "group", at, (at,)
        return None

    def _build(self) -> None:
        capture = self.capture
        holders = [self._holder(at) for at in range(len(capture.groups))]
        self.items: list[Item] = []
        self.place: list[int] = []
        """By node: the place of its item, -1 for a relabelling op that is not drawn."""
        known: dict[tuple[ItemKind, int], int] = {}
        for at, node in enumerate(capture.nodes):
            holder = holders[node.group] if node.group >= 0 else None
            if holder is None and self._source[at] != (at, 0):
                self.place.append(-1)
                continue
            kind, index, groups = holder or ("node", at, ())
            place = known.get((kind, index))
            if place is None:
                place = known[kind, index] = len(self.items)
                self.items.append(self._item(kind, index, groups, node.group))
            self.place.append(place)
        links: dict[tuple[Tensor, int], list[int]] = {}
        for edge_at, edge in enumerate(capture.edges):
            tensor = self._source[edge.source] if edge.output == 0 else (edge.source, edge.output)
            source, target = self.place[tensor[0]], self.place[edge.target]
            if target >= 0 and source >= 0 and source != target:
                links.setdefault((tensor, target), []).append(edge_at)
        self._order(links)

    def _item(self, kind: ItemKind, index: int, groups: tuple[int, ...], inside: int) -> Item:
        if kind == "node":
            return Item(self.capture.nodes[index].id, kind, index, (), inside)
        group = self.capture.groups[index]
        name = group.id if kind == "group" else row_id(self.capture, groups)
        return Item(name, kind, index, groups, group.parent)

    def _order(self, links: dict[tuple[Tensor, int], list[int]]) -> None:
        """Put the items in topological order; where closed groups read one another, in the order of the capture."""
        readers: list[set[int]] = [set() for _ in self.items]
        missing = [0] * len(self.items)
        for (tensor, target), _ in links.items():
            source = self.place[tensor[0]]
            if target not in readers[source]:
                readers[source].add(target)
                missing[target] += 1
        # The first of the capture that waits for nothing; else, in a circle, the first of all.
        order: list[int] = []
        ready = [at for at in range(len(self.items)) if missing[at] == 0]
        done = [False] * len(self.items)
        while len(order) < len(self.items):
            at = heappop(ready) if ready else done.index(False)
            if done[at]:
                continue
            done[at] = True
            order.append(at)
            for target in readers[at]:
                missing[target] -= 1
                if missing[target] == 0 and not done[target]:
                    heappush(ready, target)
        moved = {old: new for new, old in enumerate(order)}
        self.items = [self.items[old] for old in order]
        self.place = [moved[place] if place >= 0 else -1 for place in self.place]
        edges = self.capture.edges
        self.links = sorted(
            (
                Link(
                    self.place[tensor[0]],
                    moved[target],
                    tensor,
                    tuple(members),
                    any(edges[member].returns for member in members),
                )
                for (tensor, target), members in links.items()
            ),
            key=lambda link: (link.target, edges[link.members[0]].slots[0], link.members[0]),
        )

    @cached_property
    def results(self) -> list[Tensor]:
        """By item: the tensor that it stands for; of a group, the last that is read outside."""
        capture = self.capture
        found: list[Tensor] = [(item.index, 0) if item.kind == "node" else (-1, 0) for item in self.items]
        for link in self.links:
            if self.items[link.source].kind != "node":
                found[link.source] = max(found[link.source], link.tensor)
        for tensor in (*capture.outputs, *([capture.loss] if capture.loss else ())):
            place = self.place[tensor[0]]
            if place >= 0 and self.items[place].kind != "node":
                found[place] = max(found[place], tensor)
        for place, item in enumerate(self.items):
            if item.groups and (returned := capture.groups[item.groups[-1]].outputs):
                found[place] = max(found[place], returned[0])
        for node, place in enumerate(self.place):
            if place >= 0 and found[place][0] < 0 and capture.nodes[node].kind in ("op", "box", "loss"):
                found[place] = (node, 0)
        first = {place: node for node, place in reversed(list(enumerate(self.place)))}
        return [tensor if tensor[0] >= 0 else (first[place], 0) for place, tensor in enumerate(found)]

    @property
    def boxes(self) -> Iterator[int]:
        """Indices of the open groups, outer before inner."""
        return (at for at, is_open in enumerate(self.open) if is_open)

    def contribution(self, link: Link) -> Summary | None:
        """What a visible edge brings back, if the capture says so: of one edge, or of all that read the tensor."""
        edges = self.capture.edges
        known = [edges[member].contribution for member in link.members if edges[member].returns]
        if len(known) == 1:
            return known[0]
        node, output = link.tensor
        all_readers = [at for at in self.capture.out_of[node] if edges[at].output == output]
        if len(link.members) == len(all_readers):
            return self.capture.nodes[node].outputs[output].gradient
        return None


def rows_of(capture: Capture) -> dict[int, tuple[int, ...]]:
    """By group: the row of at least three equal blocks beside each other that it belongs to.

    A row ends before a block that reads what others make of the row, as attention's last layer does behind its first
    three: folded, the two would read each other.
    """
    rows: dict[int, tuple[int, ...]] = {}
    for siblings in ((at for at, group in enumerate(capture.groups) if group.parent < 0), *capture.children):
        row: list[int] = []
        for at in (*siblings, -1):
            block = capture.groups[at].block if at >= 0 else -1
            if row and (at < 0 or block < 0 or capture.groups[row[0]].block != block):
                while len(row) > 2:
                    whole = _without_circle(capture, row)
                    if whole > 2:
                        rows.update(dict.fromkeys(row[:whole], tuple(row[:whole])))
                    row = row[whole:]
                row = []
            if at >= 0 and block >= 0:
                row.append(at)
    return rows


def _without_circle(capture: Capture, row: list[int]) -> int:
    """Count the blocks from the first on that read none of what nodes outside make of the row."""
    member = {group: at for at, group in enumerate(row)}
    of_group: list[int | None] = []
    for at, group in enumerate(capture.groups):
        of_group.append(member.get(at, of_group[group.parent] if group.parent >= 0 else None))
    made_of_row = bytearray(len(capture.nodes))
    whole = len(row)
    for edge in capture.edges:  # in order of their targets
        source, target = (
            of_group[group] if group >= 0 else None
            for group in (capture.nodes[edge.source].group, capture.nodes[edge.target].group)
        )
        if target is None and (made_of_row[edge.source] or source is not None):
            made_of_row[edge.target] = True
        elif target is not None and source is None and made_of_row[edge.source] and 0 < target < whole:
            whole = target
    return whole


def around(capture: Capture, open: Collection[str]) -> frozenset[str]:
    """Return the ids of open groups with those around them. Raises KeyError for one that there is none of."""
    by_id = {group.id: at for at, group in enumerate(capture.groups)}
    by_row = {row_id(capture, row): row for row in rows_of(capture).values()}
    found = set()
    for name in open:
        if name in by_row:
            found.add(name)
            at = capture.groups[by_row[name][0]].parent
        else:
            at = by_id[name]
        while at >= 0:
            found.add(capture.groups[at].id)
            at = capture.groups[at].parent
    return frozenset(found)


def first_open(capture: Capture, most: int = MOST_SEEN, relabels: bool = True) -> frozenset[str]:
    """Return the groups that a default view opens: breadth-first, while at most ``most`` nodes are seen.

    Groups of one depth open together, so that equal parts look equal; if few nodes are seen by then, one by one.
    Modules without others inside open last, all or none. A row of equal blocks stays folded.
    """
    rows = rows_of(capture)
    open: set[str] = set()

    def seen(groups: Collection[int]) -> int:
        names = open | {capture.groups[at].id for at in groups}
        return len(Visible(capture, names, relabels).items)

    def opened(groups: Collection[int]) -> None:
        open.update(capture.groups[at].id for at in groups)

    level = [at for at, group in enumerate(capture.groups) if group.parent < 0]
    last: list[int] = []
    while level:
        outer = [at for at in level if capture.children[at] and at not in rows]
        last += [at for at in level if not capture.children[at] and at not in rows]
        if not outer:
            break
        if open and seen(outer) > most:
            if seen(()) < FEW_SEEN:
                fitting: list[int] = []
                for at in outer:
                    if seen([*fitting, at]) <= most:
                        fitting.append(at)
                opened(fitting)
                last += [child for at in fitting for child in capture.children[at] if child not in rows]
            break
        opened(outer)
        level = [child for at in outer for child in capture.children[at]]
    last = [at for at in last if not capture.children[at]]
    if seen(last) <= most or not open:
        opened(last)
    return frozenset(open)
