"""What stands in the layers of a level, and in which order: nodes, then numbers and passing edges, in turn.

``order`` sorts the columns of nodes. The numbers in each gap between two of them follow the order of the edges.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from chainrule.app.picture.layout.heights import Sizes, Stretch, heights
from chainrule.app.picture.layout.net import Net
from chainrule.app.picture.layout.order import Link, crossings, ordered
from chainrule.app.picture.layout.plain import BESIDE
from chainrule.app.picture.scene.space import EAST_PITCH
from chainrule.app.picture.scene.space import ports as equally

_APART, _LINES_APART = 14.0, 20.0
_FAR, _READERS = 5, 3
"""An input leads to a reader by the line above from so many columns on, if so many of its readers are as far."""
_NARROW = 4
"""Most elements in a column, on average, of a graph with such lines: in a wide one they would cross everything."""
_LONG, _MAIN = 8.0, 1.5
"""Importance of being straight: of a stretch within a long edge, and of an operand that arrives in the middle."""


@dataclass
class Elements:
    """What stands in the layers: nodes first, then the numbers of edges and the points where they pass a column."""

    above: list[float] = field(default_factory=list)
    below: list[float] = field(default_factory=list)
    thin: list[bool] = field(default_factory=list)

    def add(self, above: float, below: float, thin: bool) -> int:
        self.above.append(above)
        self.below.append(below)
        self.thin.append(thin)
        return len(self.thin) - 1


def work(net: Net) -> int:
    """The number of items, and of columns that edges pass: what a layout costs."""
    columns = net.columns()
    far = far_ties(net, columns)
    return len(net.items) + sum(
        columns[tie.target] - columns[tie.source] - 1 for at, tie in enumerate(net.ties) if at not in far
    )


def far_ties(net: Net, columns: Sequence[int]) -> set[int]:
    """The ties that lead to their reader by a line above the graph."""
    found: set[int] = set()
    leaving: list[list[int]] = [[] for _ in net.items]
    for place, tie in enumerate(net.ties):
        leaving[tie.source].append(place)
    for at, places in enumerate(leaving):
        if not net.incoming[at]:
            far = [place for place in places if columns[net.ties[place].target] - columns[at] >= _FAR]
            if len(far) >= _READERS:
                found.update(far)
    passed = sum(
        columns[tie.target] - columns[tie.source] - 1 for at, tie in enumerate(net.ties) if at not in found
    )
    return found if len(net.items) + passed <= _NARROW * (max(columns) + 1) else set()


class Layers:
    """The elements of one level in their layers, sorted."""

    def __init__(self, net: Net) -> None:
        self.net = net
        items, ties = net.items, net.ties
        self.columns = net.columns()
        self.far = far_ties(net, self.columns)
        # Ties from constants that stand among the numbers, close to their only reader.
        self.close = {
            at
            for at, tie in enumerate(ties)
            if items[tie.source].kind == "constant"
            and not tie.labelled
            and len(net.outgoing[tie.source]) == 1
        }
        self.among_numbers = {ties[at].source for at in self.close}
        self.elements = Elements()
        for item in items:
            self.elements.add(item.middle, item.height - item.middle, False)
        # The elements of each tie, from its numbers to the last column it passes; in turn of numbers and of nodes.
        self.chains: list[list[int]] = [[] for _ in ties]
        count = max(self.columns) + 1
        self.nodes = self._first_order(count)
        links: list[list[Link]] = [[] for _ in range(count)]
        self.members: list[list[tuple[int, int, int]]] = [[] for _ in range(count)]  # tie, from, to, by gap
        for at, tie in enumerate(ties):
            if at in self.far or at in self.close:
                self.chains[at] = [self._numbers(at) if at in self.far else tie.source]
                continue
            before = tie.source
            for column in range(self.columns[tie.source], self.columns[tie.target]):
                last = column + 1 == self.columns[tie.target]
                first = before == tie.source
                numbers = self._numbers(at) if first else self.elements.add(0.0, 0.0, True)
                self.chains[at].append(numbers)
                after = tie.target if last else self.elements.add(0.0, 0.0, True)
                if not last:
                    self.chains[at].append(after)
                    self.nodes[column + 1].append(after)
                links[column].append(Link(before, after, self._operand(at, after)))
                self.members[column].append((at, before, after))
                before = after
        self.nodes = ordered(self.nodes, links)
        self.crossings = crossings(self.nodes, links)
        self.numbers = self._number_layers()
        self.ports = self._ports()

    def _numbers(self, at: int) -> int:
        """Make the element of a tie's numbers, or of its line alone."""
        tie = self.net.ties[at]
        if not tie.labelled:
            return self.elements.add(0.0, 0.0, True)
        _, height = tie.room
        if self.net.down:
            return self.elements.add(_APART / 2, BESIDE + height, False)
        return self.elements.add(height / 2, height / 2, False)

    def _first_order(self, count: int) -> list[list[int]]:
        """The nodes of each column as a walk from the result meets them, operands from top to bottom."""
        found: list[list[int]] = [[] for _ in range(count)]
        seen = [False] * len(self.net.items)
        for start in range(len(seen) - 1, -1, -1):
            pending = [start]
            while pending:
                at = pending.pop()
                if seen[at]:
                    continue
                seen[at] = True
                if at not in self.among_numbers:
                    found[self.columns[at]].append(at)
                pending += [tie.source for tie in reversed(self.net.incoming[at])]
        return found

    def along(self, at: int, gap: int) -> int:
        """The element of a tie among the numbers of a gap."""
        passed = gap - self.columns[self.net.ties[at].source]
        return self.chains[at][0 if at in self.far or at in self.close else 2 * passed]

    def _number_layers(self) -> list[list[int]]:
        """Sort the numbers in each gap as their ties leave; those of far ones stand by their readers."""
        gaps: list[list[int]] = []
        places = [{element: at for at, element in enumerate(column)} for column in self.nodes]
        for gap, members in enumerate(self.members):
            keyed = []
            for at, before, after in members:
                arrives = places[gap + 1][after] + self._operand(at, after)
                keyed.append((places[gap][before], arrives, self.along(at, gap)))
            keyed.sort()
            gaps.append([along for _, _, along in keyed])
            arriving = [arrives for _, arrives, _ in keyed]
            far = [
                (places[gap + 1][tie.target] + self._operand(at, tie.target), at)
                for at in self.far | self.close
                if self.columns[(tie := self.net.ties[at]).target] == gap + 1
            ]
            for arrives, at in sorted(far):
                place = next((k for k, other in enumerate(arriving) if other > arrives), len(arriving))
                # Beside what leads to the same reader, if anything does.
                same = [k for k, other in enumerate(arriving) if abs(other - arrives) < 1.0]
                if same:
                    place = next((k for k in same if arriving[k] > arrives), same[-1] + 1)
                arriving.insert(place, arrives)
                gaps[-1].insert(place, self.chains[at][0])
        return gaps

    def _operand(self, at: int, after: int) -> float:
        """Where a tie arrives at an element: from −0.5 for the top of its target to 0.5; 0 on its way there."""
        tie = self.net.ties[at]
        if after != tie.target:
            return 0.0
        return (tie.slot + 1) / (len(self.net.items[after].west) + 1) - 0.5

    def _ports(self) -> dict[int, float]:
        """Where each tie leaves its source: an offset from its middle. Far ones leave at the top."""
        ports: dict[int, float] = {}
        place = {element: at for gap in self.numbers for at, element in enumerate(gap)}
        leaving: list[list[int]] = [[] for _ in self.net.items]
        for at, tie in enumerate(self.net.ties):
            leaving[tie.source].append(at)
        for item, ties in zip(self.net.items, leaving, strict=True):
            if item.leaves is not None:
                ports |= {at: item.leaves[self.net.ties[at].edge] - item.middle for at in ties}
                continue
            near = sorted((at for at in ties if at not in self.far), key=lambda at: place[self.chains[at][0]])
            offsets: Sequence[float] = item.east
            if len(near) < len(ties):  # far ties leave as one, above the others
                above, *offsets = equally(len(near) + 1, item.middle, EAST_PITCH)
                ports |= dict.fromkeys(self.far.intersection(ties), above - item.middle)
            for offset, at in zip(offsets, near, strict=True):
                ports[at] = offset - item.middle
        return ports

    def leaves(self, at: int, before: int) -> float:
        """Where a tie leaves an element: an offset from its height."""
        return self.ports[at] if before == self.net.ties[at].source else 0.0

    def arrives(self, at: int, after: int) -> float:
        """Where a tie arrives at an element: an offset from its height."""
        tie = self.net.ties[at]
        item = self.net.items[tie.target]
        return item.west[tie.slot] - item.middle if after == tie.target else 0.0

    def heights(self) -> list[float]:
        """Return the height of every element."""
        layers = [layer for pair in zip(self.nodes, self.numbers, strict=True) for layer in pair]
        elements = self.elements
        sizes = Sizes(elements.above, elements.below, elements.thin, _APART, _LINES_APART)
        return heights(layers[:-1], self._stretches(), sizes)

    def _stretches(self) -> list[list[Stretch]]:
        """The stretches between neighbouring layers, of nodes and of numbers in turn."""
        found: list[list[Stretch]] = [[] for _ in range(2 * len(self.members) - 2)]
        for gap, members in enumerate(self.members):
            for at, before, after in members:
                tie = self.net.ties[at]
                along = self.along(at, gap)
                arrives = self.arrives(at, after)
                long = self.columns[tie.target] - self.columns[tie.source] > 1
                main = _MAIN if arrives == 0.0 and after == tie.target else 1.0
                main -= 0.2 * (not tie.labelled)
                weight = main if before == tie.source else _LONG
                found[2 * gap].append(Stretch(before, self.leaves(at, before), along, 0.0, weight))
                weight = _LONG if long and after != tie.target else main
                found[2 * gap + 1].append(Stretch(along, 0.0, after, arrives, weight))
        for at in self.far | self.close:
            tie = self.net.ties[at]
            found[2 * self.columns[tie.target] - 1].append(
                Stretch(self.chains[at][0], 0.0, tie.target, self.arrives(at, tie.target), 0.9)
            )
        return found
