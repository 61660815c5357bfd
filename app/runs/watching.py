"""Frames for those who watch: made when somebody wants one, encoded once for all, the newest alone kept."""

import asyncio
import contextlib
import logging
import time
from typing import Any

from chainrule.app.runs.protocol.frames import frame
from chainrule.app.runs.protocol.refusals import Refused, WorkerGone
from chainrule.app.runs.registry import Runs
from chainrule.app.runs.run import Run
from chainrule.app.web.problems import ProblemError
from chainrule.core.text import Text

logger = logging.getLogger(__name__)

_STILL_SECONDS = 10.0
"""While nothing changes a frame is made so often all the same, so that a watcher knows that the run is there."""


class Channel:
    """The frames of one run. A watcher that is slow misses frames; nothing is ever kept for it."""

    def __init__(self, runs: Runs, run: Run) -> None:
        self._runs, self._run = runs, run
        self.latest = b""
        self.number = 0
        """How many frames were made."""
        self._hungry = asyncio.Event()
        self._made = asyncio.Event()
        self.task = asyncio.create_task(self._make(), name=f"frames of {run.id}")
        self.task.add_done_callback(_ended)

    async def next(self, after: int) -> tuple[int, bytes]:
        """The newest frame behind number ``after``, as soon as there is one."""
        while self.number <= after:
            if self.task.done():
                raise WorkerGone("there are no frames any more")
            self._hungry.set()
            made = self._made
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(1.0):
                    await made.wait()
        return self.number, self.latest

    async def _make(self) -> None:
        run = self._run
        pause = 1 / self._runs.limits.frames_per_second
        while not run.removed:
            await self._hungry.wait()
            self._hungry.clear()
            begin, version = time.monotonic(), run.version
            self._publish(await self._frame())
            await asyncio.sleep(max(0.0, pause - (time.monotonic() - begin)))
            if not run.running and run.version == version:
                await run.news(_STILL_SECONDS)
        self._publish(self._plain())

    def _publish(self, message: bytes) -> None:
        self.latest = message
        self.number += 1
        made, self._made = self._made, asyncio.Event()
        made.set()

    async def _frame(self) -> bytes:
        """A frame with pictures; without a worker one of words alone."""
        run, runs = self._run, self._runs
        try:
            if not runs.claims(run):
                return self._plain()
            if await runs.ensure_worker(run):
                return await runs.workers.frame(run.id, self._header())
            if not run.removed:
                runs.wait_for_place(run)
        except (Refused, WorkerGone, ProblemError):
            pass
        return self._plain()

    def _header(self) -> dict[str, Any]:
        run = self._run
        run.seq += 1
        return {
            "run": run.id,
            "seq": run.seq,
            "live": run.live,
            "position": self._runs.position(run),
            "events": list(run.events)[-10:],
        }

    def _plain(self) -> bytes:
        run = self._run
        header = {**self._header(), **run.status, "state": "removed" if run.removed else run.state}
        return frame({**header, "gradient_norms": [], "dead_units": [], "labels": []})


def _ended(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        logger.error("%s ended", task.get_name(), exc_info=error)


class Watching:
    """Who watches which run."""

    def __init__(self, runs: Runs) -> None:
        self._runs = runs
        self._channels: dict[str, Channel] = {}
        self.count = 0

    def join(self, run: Run) -> Channel:
        """Begin to watch. Raises ProblemError where too many watch already."""
        if self.count >= self._runs.limits.watchers:
            raise ProblemError(
                "runs-full",
                Text("보는 사람이 너무 많습니다.", "Too many watch already; try again later."),
            )
        channel = self._channels.get(run.id)
        if channel is None or channel.task.done():
            channel = self._channels[run.id] = Channel(self._runs, run)
        self.count += 1
        run.watchers += 1
        run.yielded = False
        run.touch()
        return channel

    def leave(self, run: Run) -> None:
        """Watch no more; with the last one the frames end."""
        self.count -= 1
        run.watchers -= 1
        run.touch()
        if not run.watchers:
            channel = self._channels.pop(run.id, None)
            if channel is not None:
                channel.task.cancel()
            self._runs.no_watcher(run)

    def channel(self, run_id: str) -> Channel:
        """The frames of a run that is watched. Raises KeyError."""
        return self._channels[run_id]

    async def close(self) -> None:
        """End all frames."""
        tasks = [channel.task for channel in self._channels.values()]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=5)
