"""Work on and off the event loop: short work runs at once, long work in a thread."""

from collections.abc import Callable
from typing import TypeVar

from anyio import CapacityLimiter
from anyio.lowlevel import RunVar
from anyio.to_thread import run_sync

from chainrule.app.web.bodies import is_large

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

T = TypeVar("T")

_computing: RunVar[CapacityLimiter] = RunVar("computing")


async def run(microseconds: float, work: Callable[[], T]) -> T:
    """Do `work` of about this length, in a thread if it is long."""
    return work() if microseconds <= AT_ONCE and not is_large.get() else await in_thread(work)


async def in_thread(work: Callable[[], T]) -> T:
    """Do `work` in a thread, once one of `THREADS` is free."""
    limiter = _computing.get(None)
    if limiter is None:
        limiter = CapacityLimiter(THREADS)
        _computing.set(limiter)
    return await run_sync(work, limiter=limiter)


async def waiting(work: Callable[[], T]) -> T:
    """Do `work` that mostly waits for a disk or a network, in a thread outside the limit."""
    return await run_sync(work)
