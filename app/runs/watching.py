"""Frames for watchers: made on demand, encoded once for all watchers of a run, only the newest kept."""

import asyncio
import logging
from collections import Counter
from typing import Any, Protocol

from chainrule.app.runs.protocol.frames import frame
from chainrule.app.runs.protocol.refusals import Refused, WorkerGone
from chainrule.app.runs.run import Run
from chainrule.app.runs.service import Runs
from chainrule.app.web.problems import ProblemError
from chainrule.core.text import Text

logger = logging.getLogger(__name__)

_STILL_SECONDS = 10.0
"""Time between two frames while nothing changes: they show that the run is still there."""
_RETRY_SECONDS = 10
_MOST_EVENTS = 10
"""Events that a frame repeats."""


class Channel:
    """The frames of one run. A slow watcher misses frames; none are stored for it."""

    def __init__(self, runs: Runs, run: Run) -> None:
        self._runs, self._run = runs, run
        self.latest = b""
        self.number = 0
        """Count of frames made."""
        self._wanted = asyncio.Event()
        self._made = asyncio.Event()
        self.task = asyncio.create_task(self._make_frames(), name=f"frames of {run.id}")
        self.task.add_done_callback(self._ended)

    async def next(self, after: int) -> tuple[int, bytes]:
        """Wait for a frame after number `after`; return its number and bytes. Raises WorkerGone if none come."""
        while self.number <= after:
            if self.task.done():
                raise WorkerGone("there are no frames any more")
            self._wanted.set()
            await self._made.wait()
        return self.number, self.latest

    async def _make_frames(self) -> None:
        run, clock = self._run, self._runs.clock
        pause = 1 / self._runs.limits.frames_per_second
        while not run.removed:
            await self._wanted.wait()
            self._wanted.clear()
            begin, version = clock.now(), run.version
            self._publish(await self._frame())
            await clock.sleep(max(0.0, pause - (clock.now() - begin)))
            if not run.running and run.version == version:
                await run.wait_for_change(_STILL_SECONDS)
        self._publish(self._frame_without_tensors())

    def _publish(self, message: bytes) -> None:
        self.latest = message
        self.number += 1
        self._wake()

    def _wake(self) -> None:
        made, self._made = self._made, asyncio.Event()
        made.set()

    def _ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("No more %s", task.get_name(), exc_info=error)
        self._wake()

    async def _frame(self) -> bytes:
        """Make a frame; without a worker it has no tensors."""
        run, places = self._run, self._runs.places
        try:
            if not places.may_serve_watchers(run):
                return self._frame_without_tensors()
            if await places.ensure_worker(run):
                return await self._runs.workers.frame(run.id, self._header())
            if not run.removed:
                places.enqueue(run)
        except (Refused, WorkerGone, ProblemError):
            pass
        return self._frame_without_tensors()

    def _header(self) -> dict[str, Any]:
        run = self._run
        run.seq += 1
        return {
            "run": run.id,
            "seq": run.seq,
            "live": run.live,
            "position": self._runs.places.position(run),
            "events": list(run.events)[-_MOST_EVENTS:],
        }

    def _frame_without_tensors(self) -> bytes:
        run = self._run
        header = {**self._header(), **run.status, "state": "removed" if run.removed else run.state}
        return frame({**header, "gradient_norms": [], "dead_units": [], "labels": []})


class Watching:
    """The watchers of all runs, and a channel for each watched run."""

    def __init__(self, runs: Runs) -> None:
        self._runs = runs
        self._channels: dict[str, Channel] = {}
        self.count = 0
        self._of_visitors: Counter[str] = Counter()

    def join(self, run: Run, visitor: str | None = None, most: int = 1) -> Channel:
        """Start watching. Raises ProblemError if there are too many watchers, or `most` of this visitor."""
        if visitor is not None and self._of_visitors[visitor] >= most:
            raise ProblemError(
                "too-many",
                Text(
                    "한 사람이 너무 많은 창에서 학습을 보고 있습니다. 몇 개를 닫으세요.",
                    "You watch runs in too many windows. Close some of them.",
                ),
                retry_after=_RETRY_SECONDS,
            )
        if self.count >= self._runs.limits.watchers:
            raise ProblemError(
                "runs-full",
                Text("보는 사람이 너무 많습니다.", "There are too many watchers. Try again later."),
            )
        channel = self._channels.get(run.id)
        if channel is None or channel.task.done():
            channel = self._channels[run.id] = Channel(self._runs, run)
        self.count += 1
        if visitor is not None:
            self._of_visitors[visitor] += 1
        run.watchers += 1
        run.yielded = False
        run.touch()
        return channel

    def leave(self, run: Run, visitor: str | None = None) -> None:
        """Stop watching, as the visitor that joined; the last watcher ends the frames."""
        self.count -= 1
        if visitor is not None:
            self._of_visitors[visitor] -= 1
            self._of_visitors += Counter()  # drops those that watch nothing
        run.watchers -= 1
        run.touch()
        if not run.watchers:
            channel = self._channels.pop(run.id, None)
            if channel is not None:
                channel.task.cancel()
            self._runs.places.watchers_left(run)

    def channel(self, run_id: str) -> Channel:
        """Return the channel of a watched run. Raises KeyError."""
        return self._channels[run_id]

    async def close(self) -> None:
        """End all channels."""
        tasks = [channel.task for channel in self._channels.values()]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=5)


class Seat(Protocol):
    """One watcher of a run."""

    @property
    def first(self) -> int:
        """The number after which to wait for the first frame: the newest one is sent at once."""

    @property
    def removed(self) -> bool:
        """Whether the run was removed."""

    async def next(self, after: int) -> tuple[int, bytes]:
        """Wait for a frame after number `after`; return its number and bytes. Raises WorkerGone if none come."""

    async def leave(self) -> None:
        """Stop watching."""


class Seats(Protocol):
    """Watching as the sockets need it, whether the runs are in this process or in another."""

    async def join(self, run_id: str, visitor: str, most: int) -> Seat:
        """Start watching. Raises ProblemError if there is no such run, or if there are too many watchers."""

    async def saves(self) -> bool:
        """Tell whether runs can be written."""

    async def counters(self, own: bytes) -> bytes:
        """Return the counters of all processes, of which this one has `own`."""


class SeatHere:
    """A watcher of a run in this process; see `Seat`."""

    def __init__(self, watching: Watching, run: Run, visitor: str, most: int) -> None:
        self._watching, self._run, self._visitor = watching, run, visitor
        self._channel = watching.join(run, visitor, most)
        self.first = -1 if self._channel.latest else 0

    @property
    def removed(self) -> bool:
        """Whether the run was removed."""
        return self._run.removed

    async def next(self, after: int) -> tuple[int, bytes]:
        """Wait for a frame after number `after`."""
        return await self._channel.next(after)

    async def leave(self) -> None:
        """Stop watching."""
        self._watching.leave(self._run, self._visitor)


class SeatsHere:
    """The watchers of runs in this process; see `Seats`."""

    def __init__(self, runs: Runs, watching: Watching) -> None:
        self._runs, self._watching = runs, watching

    async def join(self, run_id: str, visitor: str, most: int) -> SeatHere:
        """Start watching."""
        return SeatHere(self._watching, self._runs.registry.find(run_id), visitor, most)

    async def saves(self) -> bool:
        """Tell whether runs can be written."""
        return not self._runs.persistence.failing

    async def counters(self, own: bytes) -> bytes:
        """Return the counters of this process."""
        return own
