"""Both branches of an ``if`` that an input decides: what they change in arrays, lists, dictionaries and objects."""

import ast
from typing import Any

from chainrule.core.language import conditions
from chainrule.core.language.builder import Builder, Walk
from chainrule.core.language.in_place import Holder, contents
from chainrule.core.language.values import Items, Known, Unsettled, Value


class Branches:
    """The state of a program before an ``if``, after its one branch and after the other."""

    def __init__(self, build: Builder) -> None:
        self._build = build
        self._mark = len(build.graph)
        self._around = build.touched
        self._turned = self._mark
        self._before = dict(build.arrays.newest)
        self._stale_before = dict(build.arrays.stale)
        self._stale: dict[int, Any] = {}
        self._yes: dict[int, int] = {}
        self._no: dict[int, int] = {}
        self._held: list[tuple[Holder, Any, Any]] = []
        self._touched: dict[int, tuple[Holder, Any]] = {}
        build.touched = self._touched

    def turn(self) -> None:
        """Put everything back to where the second branch begins."""
        build, touched = self._build, self._touched
        self._turned = len(build.graph)
        self._yes, build.arrays.newest = build.arrays.newest, dict(self._before)
        self._stale, build.arrays.stale = build.arrays.stale, dict(self._stale_before)
        for owner, before in touched.values():
            self._held.append((owner, _state(owner), None))
            _restore(owner, before)

    def end(self) -> None:
        """Note what the second branch has changed; until ``join`` every node stands for itself."""
        build = self._build
        self._no, build.arrays.newest = build.arrays.newest, {}
        # What the first branch has made was not there in the second.
        own = range(self._mark, self._turned)
        later = {each: error for each, error in build.arrays.stale.items() if each not in own}
        build.arrays.stale = self._stale | later
        first = {id(owner): after for owner, after, _ in self._held}
        self._held = [
            (owner, first.get(id(owner), before), _state(owner)) for owner, before in self._touched.values()
        ]
        build.touched = self._around
        if self._around is not None:
            build.touched = {**self._touched, **self._around}

    def newest(self, value: Value, *, yes: bool) -> Value:
        """A value at the end of one of the branches."""
        if type(value) is not int:
            return value
        build, newest = self._build, self._yes if yes else self._no
        while value in newest:
            build.after.copies.update(build.arrays.copies.get(value, ()))
            value = newest[value]
        return build.current(value)

    def join(self, at: ast.stmt, test: int) -> Walk:
        """Draw a ``where`` for each array, attribute and entry that the branches leave different."""
        build = self._build
        arrays = [
            old
            for old in {**self._yes, **self._no}
            if old not in self._before and (old < self._mark or old in build.arrays.held)
        ]
        joined: dict[int, int] = {}
        ends = {old: (self.newest(old, yes=True), self.newest(old, yes=False)) for old in arrays}
        for old, (yes, no) in ends.items():
            joined[old] = yield from conditions.chosen(build, at, test, (yes, at), (no, at))
            build.arrays.before[joined[old]] = old
        for owner, yes, no in self._held:
            yield from self._joined_holder(at, test, owner, yes, no)
        build.arrays.newest = {**self._yes, **self._no}
        for old, (yes, no) in ends.items():
            for end in (yes, no):
                build.arrays.newest[end] = joined[old]

    def _joined_holder(self, at: ast.stmt, test: int, owner: Holder, yes: Any, no: Any) -> Walk:
        """Give an object, a dictionary or a list what holds after both branches."""
        build = self._build
        if isinstance(owner, Items) and len(yes) != len(no):
            longest = max(len(yes), len(no))
            owner.elements[:] = [Unsettled(lambda: conditions.undecided(build, at.test))] * longest  # type: ignore[attr-defined]
            return
        keys = (
            [*range(len(yes))] if isinstance(owner, Items) else [*yes, *(key for key in no if key not in yes)]
        )
        for key in keys:
            a, b = (held[key] if isinstance(owner, Items) else held.get(key) for held in (yes, no))
            if a is b:
                continue
            settled: Value = Unsettled(lambda: conditions.undecided(build, at.test))  # type: ignore[attr-defined]
            if all(type(each) is int or isinstance(each, Known) for each in (a, b)):
                a, b = self.newest(a, yes=True), self.newest(b, yes=False)
                settled = yield from conditions.chosen(build, at, test, (a, at), (b, at))
                build.keep(settled)
            contents(owner)[key] = settled


def _state(owner: Holder) -> Any:
    """A copy of what a list, a dictionary or an object holds."""
    return contents(owner).copy()


def _restore(owner: Holder, state: Any) -> None:
    held = contents(owner)
    held.clear()
    (held.extend if isinstance(owner, Items) else held.update)(state)
