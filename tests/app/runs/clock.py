"""A clock that stands still until a test moves it."""

import asyncio
import contextlib
import heapq
import itertools

from chainrule.app.runs.clock import Clock

_TURNS = 50
"""More turns of the event loop than any chain of tasks takes to settle."""


async def settle() -> None:
    """Let every task run until it waits for the clock, or for the test."""
    for _ in range(_TURNS):
        await asyncio.sleep(0)


class FakeClock(Clock):
    """Seconds from 1000 on, moved by `advance` alone."""

    def __init__(self) -> None:
        self._now = 1000.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = itertools.count()

    def now(self) -> float:
        return self._now

    async def sleep(self, seconds: float) -> None:
        await asyncio.shield(self._after(seconds))

    async def wait(self, event: asyncio.Event, seconds: float) -> None:
        waiting = asyncio.ensure_future(event.wait())
        try:
            await asyncio.wait({waiting, self._after(seconds)}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            waiting.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await waiting

    def _after(self, seconds: float) -> "asyncio.Future[None]":
        done = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._now + seconds, next(self._order), done))
        return done

    async def advance(self, seconds: float) -> None:
        """Move on, waking each sleeper at its time and letting it act before the next."""
        end = self._now + seconds
        await settle()
        while self._sleepers and self._sleepers[0][0] <= end:
            at, _, done = heapq.heappop(self._sleepers)
            self._now = max(self._now, at)
            if not done.done():
                done.set_result(None)
            await settle()
        self._now = end
