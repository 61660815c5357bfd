"""Evaluated passes of runs, cached until the run changes, so that walking through one is quick."""

import asyncio
from collections import OrderedDict
from collections.abc import Collection
from typing import Any
from weakref import WeakKeyDictionary

from chainrule.app.graphs import cost, work
from chainrule.app.graphs.compiled import Compiled, Evaluation
from chainrule.app.runs.protocol.pass_request import PassRequest
from chainrule.app.runs.run import Run
from chainrule.app.runs.service import Runs

MOST_PASSES = 32
MOST_ELEMENTS = 8_000_000
"""Elements of all cached graphs together; values and gradients take about 16 bytes each."""

_Key = tuple[str, int, int, PassRequest]


class PassCache:
    """The passes requested last. For one event loop."""

    def __init__(self, runs: Runs) -> None:
        self._runs = runs
        self._cached: OrderedDict[_Key, Evaluation] = OrderedDict()
        self._elements = 0
        self._locks: WeakKeyDictionary[Run, asyncio.Lock] = WeakKeyDictionary()

    async def evaluate(self, run: Run, pass_request: PassRequest) -> Evaluation:
        """Evaluate one pass with the run's current numbers. Raises ProblemError as `Runs.ask` does."""
        # The page requests picture, numbers and steps at once: one asks the worker, the others wait for its answer.
        async with self._locks.setdefault(run, asyncio.Lock()):
            key = _key(run, pass_request)
            if key is not None and (cached := self._cached.get(key)) is not None:
                self._cached.move_to_end(key)
                run.touch()
                return cached
            graph = await self._runs.ask(run, lambda: self._runs.workers.pass_graph(run.id, pass_request))
            compiled = Compiled(graph)
            evaluation = await work.run(work.EVALUATE * compiled.cost, lambda: compiled.evaluate({}))
            if key is not None and key == _key(run, pass_request):
                self._store(key, evaluation)
            return evaluation

    async def backward(
        self,
        evaluation: Evaluation,
        upstream: Any,
        mistakes: Collection[str],
        conventions: Collection[str],
    ) -> Evaluation:
        """Evaluate the pass again with another upstream gradient, with mistakes, or with conventions at kinks."""
        if upstream == 1.0 and not mistakes and not conventions:
            return evaluation
        compiled = evaluation.compiled
        return await work.run(
            work.EVALUATE * compiled.cost, lambda: compiled.evaluate({}, upstream, mistakes, conventions)
        )

    def _store(self, key: _Key, evaluation: Evaluation) -> None:
        for old in [old for old in self._cached if old[0] == key[0] and old[:3] != key[:3]]:
            self._drop(old)  # the run has moved on
        self._cached[key] = evaluation
        self._elements += cost.elements(evaluation.graph)
        while self._cached and (self._elements > MOST_ELEMENTS or len(self._cached) > MOST_PASSES):
            self._drop(next(iter(self._cached)))

    def _drop(self, key: _Key) -> None:
        self._elements -= cost.elements(self._cached.pop(key).graph)


def _key(run: Run, pass_request: PassRequest) -> _Key | None:
    """Return the cache key; None while the numbers move, or without a worker."""
    if not run.live or run.running:
        return None
    return run.id, run.version, run.status["step"], pass_request
