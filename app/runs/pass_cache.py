"""Graphs of runs with their numbers, kept while nothing changes, so that a walk through one is quick."""

import asyncio
from collections import OrderedDict
from collections.abc import Collection
from weakref import WeakKeyDictionary

from chainrule.app.graphs import cost, work
from chainrule.app.graphs.compiled import Compiled, Evaluation
from chainrule.app.runs.protocol.pass_request import PassRequest
from chainrule.app.runs.registry import Runs
from chainrule.app.runs.run import Run

MOST_KEPT = 32
MOST_ELEMENTS = 8_000_000
"""Of all graphs kept, in their values and gradients: about as many times 16 bytes."""


_Key = tuple[str, int, int, PassRequest]


class PassCache:
    """The looks asked for last. For one event loop."""

    def __init__(self, runs: Runs) -> None:
        self._runs = runs
        self._kept: OrderedDict[_Key, Evaluation] = OrderedDict()
        self._elements = 0
        self._asking: WeakKeyDictionary[Run, asyncio.Lock] = WeakKeyDictionary()

    async def see(self, run: Run, look: PassRequest) -> Evaluation:
        """The run's graph with its numbers as they are now. Raises ProblemError as ``Runs.ask`` does."""
        # The page asks for picture, numbers and steps at once: the first asks the worker, the others wait for it.
        async with self._asking.setdefault(run, asyncio.Lock()):
            key = _key(run, look)
            if key is not None and (seen := self._kept.get(key)) is not None:
                self._kept.move_to_end(key)
                run.touch()
                return seen
            graph = await self._runs.ask(run, lambda: self._runs.workers.looked_at(run.id, look))
            compiled = Compiled(graph)
            seen = await work.run(work.EVALUATE * compiled.cost, lambda: compiled.evaluate({}))
            if key is not None and key == _key(run, look):
                self._keep(key, seen)
            return seen

    async def taken_back(self, seen: Evaluation, upstream: float, mistakes: Collection[str]) -> Evaluation:
        """The passes with another upstream gradient, or with rules broken on purpose."""
        if upstream == 1.0 and not mistakes:
            return seen
        compiled = seen.compiled
        return await work.run(
            work.EVALUATE * compiled.cost, lambda: compiled.evaluate({}, upstream, mistakes)
        )

    def _keep(self, key: _Key, seen: Evaluation) -> None:
        for old in [old for old in self._kept if old[0] == key[0] and old[:3] != key[:3]]:
            self._drop(old)  # it will never be asked for again
        self._kept[key] = seen
        self._elements += cost.elements(seen.graph)
        while self._kept and (self._elements > MOST_ELEMENTS or len(self._kept) > MOST_KEPT):
            self._drop(next(iter(self._kept)))

    def _drop(self, key: _Key) -> None:
        self._elements -= cost.elements(self._kept.pop(key).graph)


def _key(run: Run, look: PassRequest) -> _Key | None:
    """What a graph is kept under; None while the numbers move, or where there is nobody to ask."""
    if not run.live or run.running:
        return None
    return run.id, run.version, run.status["step"], look
