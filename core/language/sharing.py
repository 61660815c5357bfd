"""Arrays of NumPy's: which nodes are one array that changes in place, and which are parts of one another."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from chainrule.core.engine.graph import Graph
from chainrule.core.errors import ProgramError
from chainrule.core.language.values import Known
from chainrule.core.ops import BY_CODE

_PARTS = frozenset({"getitem", "reshape", "transpose"})


class Arrays:
    """What changes in place have made of the arrays of a program.

    A name or a list keeps the node that it was given. That node stands for the array, whatever became of it since:
    ``current`` gives the array's newest node.
    """

    __slots__ = (
        "_doubtful",
        "_graph",
        "_roots",
        "_share",
        "before",
        "choices",
        "copies",
        "held",
        "known",
        "newest",
        "separate",
        "stale",
    )

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self.newest: dict[int, int] = {}
        """By a node whose array was changed, the node after the change."""
        self.before: dict[int, int] = {}
        """By a node that a change made, the node of the same array before."""
        self.stale: dict[int, Callable[[], ProgramError]] = {}
        """By a node of whose elements another array has changed some: the error where it is read."""
        self.copies: dict[int, set[Any]] = {}
        """By a node that stands for copies of its array too: the places where they were made."""
        self.separate: set[int] = set()
        """Nodes that look like parts of another array and are copies."""
        self.known: dict[int, tuple[Known, int]] = {}
        """By the identity of an array that is written out: it, and the node it became when it was changed."""
        self.choices: list[tuple[int, int, int]] = []
        """Arrays that are one of two others: each, and these."""
        self.held: set[int] = set()
        """Nodes of arrays that had none before they were changed."""
        self._doubtful: dict[int, set[Any]] = {}
        self._roots: list[int] = []
        self._share: dict[int, list[int]] = {}

    def change(self, old: int, new: int, error: Callable[[int, bool], Callable[[], ProgramError]]) -> None:
        """Note that the array of node ``old`` is ``new`` from now on.

        Arrays that share a changed element with it are stale: ``error`` says what is raised where one of them, given
        by its node and whether it is a part of the changed array, is read.
        """
        self.newest[old] = new
        self.before[new] = old
        self._extend()
        root = self._roots[old]
        doubts = self.doubts(old)
        for other in self._perhaps(root):
            for each in (other, *self._share.get(other, ())):
                if each not in self.newest and each not in self.stale:
                    self.stale[each] = error(each, False)
                    self._doubtful[each] = doubts
        family = self._share.get(root)
        if family is None:
            return
        hit = np.zeros(math.prod(self._graph.shapes.get(root, ())), dtype=bool)
        hit[self._places(old)[self._touched(old, new)]] = True
        whole = self._is_whole(old)
        for each in (root, *family):
            if each == new or each in self.newest or each in self.stale:
                continue
            if hit[self._places(each)].any():
                self.stale[each] = error(each, whole)
                self._doubtful[each] = doubts

    def doubts(self, index: int) -> set[Any]:
        """The places of copies that may be what a node stands for, or what has made it stale, and no array itself."""
        found = set(self._doubtful.get(index, ()))
        while index >= 0:
            found |= self.copies.get(index, set())
            index = self._parent(index)
        return found

    def choose(self, chosen: int, first: int, second: int) -> None:
        """Note that an array is one of two others, by a condition that an input decides."""
        self.choices.append((chosen, first, second))

    def _perhaps(self, root: int) -> set[int]:
        """The other roots that may be the same array, by what inputs decide."""
        if not self.choices:
            return set()
        met, pending = {root}, [root]
        groups = [{self._roots[each] for each in choice} for choice in self.choices]
        while pending:
            at = pending.pop()
            for group in groups:
                if at in group:
                    pending += group - met
                    met |= group
        return met - {root}

    def forget(self, first: int) -> None:
        """Drop what is kept of the nodes from this one on."""
        if len(self._roots) > first:
            del self._roots[first:]
            self._share = {
                root: [each for each in family if each < first] for root, family in self._share.items()
            }
        self.choices = [each for each in self.choices if max(each) < first]
        for links in (self.newest, self.before):
            for index in [each for each, other in links.items() if max(each, other) >= first]:
                del links[index]
        self.known = {key: held for key, held in self.known.items() if held[1] < first}
        self.stale = {index: error for index, error in self.stale.items() if index < first}
        self.separate = {index for index in self.separate if index < first}
        for index in [each for each in self.copies if each >= first]:
            del self.copies[index]

    def _extend(self) -> None:
        """Find what each of the nodes made since is a part of."""
        roots, graph = self._roots, self._graph
        for index in range(len(roots), len(graph.codes)):
            parent = self._parent(index)
            roots.append(index if parent < 0 else roots[parent])
            if parent >= 0:
                self._share.setdefault(roots[index], []).append(index)

    def _parent(self, index: int) -> int:
        """The node with whose array this one shares its elements, −1 for an array of its own."""
        if index in self.before:
            return self.before[index]
        if index in self.separate or index not in self._graph.shapes:
            return -1
        op = BY_CODE[self._graph.codes[index]]
        if op is None or op.name not in _PARTS:
            return -1
        key = self._graph.parameters.get(index, {}).get("key", ())
        return -1 if any(isinstance(each, tuple) for each in key) else self._graph.a[index]

    def _is_whole(self, index: int) -> bool:
        """Whether a node stands for an array of its own, and not for a part of another."""
        while index in self.before:
            index = self.before[index]
        return self._parent(index) < 0

    def _places(self, index: int) -> Any:
        """The elements of its root that a node stands for, counted through the root, (size of the node,)."""
        chain: list[int] = []
        while (parent := self._parent(index)) >= 0:
            if index not in self.before:
                chain.append(index)
            index = parent
        shape = self._graph.shapes.get(index, ())
        places: Any = np.arange(math.prod(shape)).reshape(shape)
        for each in reversed(chain):
            op = BY_CODE[self._graph.codes[each]]
            assert op is not None and op.tensor is not None
            places = op.tensor.value(places, **self._graph.parameters.get(each, {}))
        return np.ravel(places)

    def _touched(self, old: int, new: int) -> Any:
        """For each element of a node whether a change in place touches it, (size of the node,)."""
        shape = self._graph.shapes.get(old, ())
        touched = np.ones(shape, dtype=bool)
        op = BY_CODE[self._graph.codes[new]]
        if op is not None and op.name == "put":
            touched[...] = False
            key = self._graph.parameters[new]["key"]
            touched[tuple(np.array(part, dtype=int) if isinstance(part, tuple) else part for part in key)] = (
                True
            )
        return touched.ravel()
