"""Work on and off the event loop: short work runs at once, longer work in a thread, heavy work in a process."""

import math
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TypeVar

from anyio import CapacityLimiter, Semaphore, fail_after
from anyio.lowlevel import RunVar
from anyio.to_thread import run_sync

from chainrule.app.graphs import cost
from chainrule.app.graphs.compiled import Compiled
from chainrule.app.heavy.job import Job, Pool
from chainrule.app.web.bodies import is_large
from chainrule.app.web.leaving import while_there
from chainrule.app.web.problems import ProblemError
from chainrule.app.web.quotas import ADDRESS, visitor
from chainrule.core.text import Text

AT_ONCE = 3_000
"""Longest work on the event loop, in microseconds. A thread costs about 100, and more on a busy machine."""

HEAVY = 150_000
"""Longest work in a thread, in microseconds: a thread cannot be ended. Longer work goes to a process."""

# Microseconds per kind of work, measured on a small machine.
EVALUATE, SWEEP, VALUES, GRAPH, SCENE, DRAW, REDRAW, EXPLAIN, EXPORT = 1, 3, 2, 25, 20, 200, 50, 60, 10
"""Per node of the graph."""
STEP = 250
"""Per step of the walk."""
CHECK = 25
"""Per node, once and once more for every forty inputs."""

THREADS = 4
"""Threads computing at once. With more of them, the event loop waits longer for the interpreter."""
THREADS_OF_ONE = 2
"""Threads computing at once for one visitor: whoever asks for much does not keep others from being answered."""
THREADS_OF_MANY = 3
"""The same for all visitors of one address who sent no token, and for pages."""
MOST_WAITING = 32
"""Requests of one visitor that wait for a thread, and a tenth of those of many; past it the answer is 503 at once."""
MOST_HEAVY_WAITING = 16
"""The same for a process."""
MOST_HEAVY_WAITING_IN_ALL = 64
"""Requests of all visitors that wait for a process."""
MOST_TURNS = 64
"""Visitors in a queue at the same time."""
PATIENCE = 30.0
"""Seconds that a request waits for a thread or a process before its answer is 503."""

T = TypeVar("T")


def check_time(compiled: Compiled) -> float:
    """Estimate the numerical check of every input, in microseconds."""
    passes = CHECK * compiled.cost * (1 + len(compiled.graph.inputs) / 40)
    return max(passes, cost.check_time(compiled.graph)) if compiled.tensors else passes


_shared: RunVar[dict[str, "_Places"]] = RunVar("shared")


async def run(microseconds: float, work: Callable[[], T]) -> T:
    """Do `work` of about this length, in a thread if it is long."""
    return work() if microseconds <= AT_ONCE and not is_large.get() else await in_thread(work)


async def in_thread(work: Callable[[], T]) -> T:
    """Do `work` in a thread, once one is free and this visitor has not all of theirs at work.

    Raises ProblemError, and ClientGone if the client goes away before.
    """
    places = _places(
        "threads", lambda: _Places(THREADS, THREADS_OF_ONE, THREADS_OF_MANY, MOST_WAITING, math.inf)
    )
    async with AsyncExitStack() as held:
        async with while_there():  # a thread cannot be ended, but waiting for it can
            await held.enter_async_context(places.one_for(visitor.get()))
        return await run_sync(work, limiter=places.threads)


async def in_process(pool: Pool, job: Job) -> bytes:
    """Have a job done in a process, once one is free and this visitor has not all of theirs at work.

    It ends when its client goes away. Raises ProblemError and ClientGone, and what the job raises.
    """
    count = pool.at_once
    places = _places(
        "processes",
        lambda: _Places(
            count, max(1, count - 2), max(1, count - 1), MOST_HEAVY_WAITING, MOST_HEAVY_WAITING_IN_ALL
        ),
    )
    async with while_there(), places.one_for(visitor.get()):
        return await pool.submit(job)


@asynccontextmanager
async def turn(name: str) -> AsyncIterator[None]:
    """Have one of this visitor's turns at a queue of this name: theirs is one at a time, so others come between."""
    places = _places(name, lambda: _Places(MOST_TURNS, 1, 3, MOST_WAITING, math.inf))
    async with places.one_for(visitor.get()):
        yield


def _places(name: str, make: Callable[[], "_Places"]) -> "_Places":
    shared = _shared.get(None)
    if shared is None:
        shared = {}
        _shared.set(shared)
    if name not in shared:
        shared[name] = make()
    return shared[name]


class _Places:
    """The threads or processes of one event loop, shared by visitors."""

    def __init__(self, count: int, of_one: int, of_many: int, waiting: int, waiting_in_all: float) -> None:
        self.threads = CapacityLimiter(math.inf)
        self._of_one, self._of_many, self._waiting = of_one, of_many, waiting
        self._asking, self._most_asking = 0, count + waiting_in_all
        self._all = Semaphore(count)
        self._own: dict[str, tuple[Semaphore, list[None]]] = {}
        """By visitor, their places, and an entry for each request that has or awaits one."""

    @asynccontextmanager
    async def one_for(self, name: str) -> AsyncIterator[None]:
        """Have one of the places. Raises ProblemError if there is none for too long."""
        many = not name or name.startswith(ADDRESS)
        threads = self._of_many if many else self._of_one
        own, asking = self._own.setdefault(name, (Semaphore(threads), []))
        if len(asking) >= threads + self._waiting * (10 if many else 1) or self._asking >= self._most_asking:
            if not asking:
                del self._own[name]
            raise _busy()
        asking.append(None)
        self._asking += 1
        try:
            async with AsyncExitStack() as held:
                try:
                    with fail_after(PATIENCE):
                        for places in (own, self._all):
                            await held.enter_async_context(places)
                except TimeoutError:
                    raise _busy() from None
                yield
        finally:
            asking.pop()
            self._asking -= 1
            if not asking:
                del self._own[name]


def _busy() -> ProblemError:
    return ProblemError(
        "busy",
        Text(
            "서버가 다른 계산을 하고 있습니다. 잠시 뒤에 다시 해 보세요.",
            "The server is busy with other computations. Try again in a moment.",
        ),
    )


async def waiting(work: Callable[[], T]) -> T:
    """Do `work` that mostly waits for a disk or a network, in a thread outside the limit."""
    return await run_sync(work)
