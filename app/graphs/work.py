"""Work on and off the event loop: short work runs at once, long work in a thread."""

import math
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TypeVar

from anyio import CapacityLimiter, Semaphore, fail_after
from anyio.lowlevel import RunVar
from anyio.to_thread import run_sync

from chainrule.app.web.bodies import is_large
from chainrule.app.web.problems import ProblemError
from chainrule.app.web.quotas import ADDRESS, visitor
from chainrule.core.text import Text

AT_ONCE = 3_000
"""Longest work on the event loop, in microseconds. A thread costs about 100, and more on a busy machine."""

# Microseconds per kind of work, measured on a small machine.
EVALUATE, SWEEP, VALUES, GRAPH, SCENE, DRAW, EXPLAIN, EXPORT = 1, 3, 2, 25, 20, 200, 60, 10
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
PATIENCE = 30.0
"""Seconds that a request waits for a thread before its answer is 503."""

T = TypeVar("T")

_places: RunVar["_Places"] = RunVar("places")


async def run(microseconds: float, work: Callable[[], T]) -> T:
    """Do `work` of about this length, in a thread if it is long."""
    return work() if microseconds <= AT_ONCE and not is_large.get() else await in_thread(work)


async def in_thread(work: Callable[[], T]) -> T:
    """Do `work` in a thread, once one is free and this visitor has not all of theirs at work. Raises ProblemError."""
    places = _places.get(None)
    if places is None:
        places = _Places()
        _places.set(places)
    async with places.one_for(visitor.get()):
        return await run_sync(work, limiter=places.threads)


class _Places:
    """The threads of one event loop, shared by visitors."""

    def __init__(self) -> None:
        self.threads = CapacityLimiter(math.inf)
        self._all = Semaphore(THREADS)
        self._own: dict[str, tuple[Semaphore, list[None]]] = {}
        """By visitor, their places, and an entry for each request that has or awaits one."""

    @asynccontextmanager
    async def one_for(self, name: str) -> AsyncIterator[None]:
        """Have one of the places. Raises ProblemError if there is none for too long."""
        many = not name or name.startswith(ADDRESS)
        threads = THREADS_OF_MANY if many else THREADS_OF_ONE
        own, asking = self._own.setdefault(name, (Semaphore(threads), []))
        if len(asking) >= threads + MOST_WAITING * (10 if many else 1):
            raise _busy()
        asking.append(None)
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
