"""Frames for the watchers of a web process: each is fetched from the engine once, however many watch."""

import asyncio
import contextlib
import logging

from chainrule.app.relay.client import EngineClient, away
from chainrule.app.relay.line import LineLost
from chainrule.app.runs.protocol.refusals import WorkerGone

logger = logging.getLogger(__name__)


class _Feed:
    """The frames of one run. A slow watcher misses frames; none are stored for it."""

    def __init__(self, engine: EngineClient) -> None:
        self._engine = engine
        self.seats: list[int] = []
        self.latest = b""
        self.number = -1
        self.removed = False
        self.over = False
        self._fetching: asyncio.Task[None] | None = None

    async def next(self, after: int) -> tuple[int, bytes]:
        """Wait for a frame after number `after`. Raises WorkerGone if none come."""
        while self.number <= after:
            if self.over:
                raise WorkerGone("there are no frames any more")
            if self._fetching is None:
                self._fetching = asyncio.create_task(self._fetch())
            await asyncio.shield(self._fetching)
        return self.number, self.latest

    async def _fetch(self) -> None:
        try:
            number, message, self.removed = await self._engine.call(
                "next", self.seats[0], self.number, patient=False
            )
        except (LineLost, WorkerGone):
            self.over = True
        except Exception:
            logger.exception("No more frames")
            self.over = True
        else:
            if number > self.number and message:
                self.number, self.latest = number, message
            else:
                self.over = True
        finally:
            self._fetching = None

    def close(self) -> None:
        if self._fetching is not None:
            self._fetching.cancel()


class RemoteSeat:
    """One watcher; see `Seat`."""

    def __init__(self, feeds: "Feeds", feed: _Feed, run_id: str, number: int, first: int) -> None:
        self._feeds, self._feed, self.run_id, self.number = feeds, feed, run_id, number
        self.first = first

    @property
    def removed(self) -> bool:
        """Whether the run was removed."""
        return self._feed.removed

    async def next(self, after: int) -> tuple[int, bytes]:
        """Wait for a frame after number `after`; return its number and bytes. Raises WorkerGone if none come."""
        return await self._feed.next(after)

    async def leave(self) -> None:
        """Stop watching."""
        await self._feeds.leave(self)


class Feeds:
    """The watchers of one web process, whom the engine counts; see `Seats`."""

    def __init__(self, engine: EngineClient) -> None:
        self._engine = engine
        self._feeds: dict[str, _Feed] = {}

    async def join(self, run_id: str, visitor: str, most: int) -> RemoteSeat:
        """Start watching. Raises ProblemError if there is no such run, or if there are too many watchers."""
        number = next(self._engine.numbers)
        try:
            has_frame = await self._engine.call("join", number, run_id, visitor, most)
        except LineLost:
            raise away() from None
        feed = self._feeds.get(run_id)
        if feed is None or feed.over:
            feed = self._feeds[run_id] = _Feed(self._engine)
        feed.seats.append(number)
        first = -1 if feed.latest or has_frame else 0
        return RemoteSeat(self, feed, run_id, number, first)

    async def leave(self, seat: RemoteSeat) -> None:
        """Stop watching; the last watcher ends the frames."""
        feed = seat._feed
        feed.seats.remove(seat.number)
        if not feed.seats:
            feed.close()
            if self._feeds.get(seat.run_id) is feed:
                del self._feeds[seat.run_id]
        with contextlib.suppress(LineLost):  # with the connection all of its watchers left
            await self._engine.call("leave", seat.number, patient=False)

    async def saves(self) -> bool:
        """Tell whether runs can be written."""
        try:
            return bool(await self._engine.call("saves", patient=False))
        except LineLost:
            return False

    async def counters(self, own: bytes) -> bytes:
        """Return the counters of all processes, or this one's `own` while the engine is away."""
        try:
            return bytes(await self._engine.call("counters", own, patient=False))
        except LineLost:
            return own
