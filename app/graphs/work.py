"""Long work beside the event loop: small graphs are answered at once, large ones in a thread."""

from collections.abc import Callable
from typing import TypeVar

from anyio import CapacityLimiter
from anyio.lowlevel import RunVar
from anyio.to_thread import run_sync

AT_ONCE = 3_000
"""Microseconds up to which work is done in the event loop: the way to a thread and back takes about a hundred, and
on a busy machine a thread waits for its turn."""

# Microseconds that each kind of work takes, measured on a small machine.
EVALUATE, SWEEP, VALUES, GRAPH, SCENE, DRAW, EXPLAIN, EXPORT = 1, 3, 2, 25, 20, 200, 60, 10
"""For each node of the graph."""
STEP = 250
"""For each step of the walk told."""
CHECK = 25
"""For each node once and again for each forty inputs."""

THREADS = 4
"""Threads that compute at once. Each one more makes the event loop wait longer for its turn at the interpreter."""

T = TypeVar("T")

_computing: RunVar[CapacityLimiter] = RunVar("computing")


async def run(microseconds: float, work: Callable[[], T]) -> T:
    """The result of `work`, which takes about so long."""
    return work() if microseconds <= AT_ONCE else await in_thread(work)


async def in_thread(work: Callable[[], T]) -> T:
    """The result of `work`, computed in a thread as soon as one of `THREADS` is free."""
    limiter = _computing.get(None)
    if limiter is None:
        limiter = CapacityLimiter(THREADS)
        _computing.set(limiter)
    return await run_sync(work, limiter=limiter)


async def waiting(work: Callable[[], T]) -> T:
    """The result of `work`, which waits for a disk or a network more than it computes."""
    return await run_sync(work)
