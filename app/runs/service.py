"""The runs of one service: the parts assembled, and every call to a run's worker."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from chainrule.app.runs.clock import Clock
from chainrule.app.runs.limits import RunLimits
from chainrule.app.runs.persistence import Persistence
from chainrule.app.runs.places import Places
from chainrule.app.runs.protocol.refusals import Refused, WorkerGone
from chainrule.app.runs.protocol.wire import Status
from chainrule.app.runs.registry import Registry
from chainrule.app.runs.run import Run
from chainrule.app.runs.run_folder import RunFolder, RunStore
from chainrule.app.runs.run_table import RunTable
from chainrule.app.runs.shared import Shared
from chainrule.app.runs.watchdog import Watchdog
from chainrule.app.runs.workers import Workers
from chainrule.app.web.metrics import Metrics
from chainrule.app.web.problems import ProblemError
from chainrule.core.text import Text

T = TypeVar("T")

_LAST_SNAPSHOT_SECONDS = 3.0
"""Time for workers to deliver their last steps when the service ends."""
_ATTEMPTS = 2
"""A call whose worker ends is made once more, to the next worker."""


class Runs:
    """Registry, places and watchdog behind one set of calls. For one event loop."""

    def __init__(
        self, workers: Workers, limits: RunLimits, metrics: Metrics, clock: Clock | None = None
    ) -> None:
        clock = clock or Clock()
        store: RunStore | None = None
        if limits.folder is not None:
            store = RunFolder(limits.folder)
        elif limits.database is not None:
            store = RunTable(limits.database)
        self.workers, self.limits, self.clock = workers, limits, clock
        self.persistence = Persistence(store, limits.save_seconds, limits.kept, limits.folder_bytes, clock)
        shared = Shared(workers, self.persistence, limits, metrics, clock)
        self.registry = Registry(shared)
        self.places = Places(self.registry, shared)
        self._watchdog = Watchdog(self.registry, self.places, shared)
        workers.subscribe(self._watchdog)

    async def open(self, alone: bool = False) -> None:
        """Find the saved runs and begin to watch over them; `alone` waits until no other service has them."""
        self.places.open()
        await self.persistence.open(self.registry, alone)
        for run_id in await self.workers.survivors([run.id for run in self.registry.all()]):
            self.registry.find(run_id).survive()
        self._watchdog.open()

    async def close(self) -> None:
        """End all workers and save what they knew."""
        await self.places.close()
        await self._watchdog.close()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LAST_SNAPSHOT_SECONDS):
                training = [run.id for run in self.registry.all() if run.running]
                await asyncio.gather(*map(self.workers.take_snapshot, training), return_exceptions=True)
        await self.workers.close()
        for run in self.registry.all():
            run.live = False
        await self.persistence.close(self.registry)

    async def remove(self, run: Run) -> None:
        """End the run's worker and forget the run."""
        self.registry.forget(run)
        self.places.leave_queue(run)
        async with run.lock:
            await self.workers.stop(run.id)
            run.live = False
        run.snapshot = None
        run.change()
        self.places.admit()

    async def copy(self, run: Run, owner: str) -> Run:
        """Make a run of another owner that stands where this one stands; a run that trains is copied paused.

        Raises ProblemError if its state cannot be had, or if there is room for no more runs.
        """
        if run.live:
            await self.ask(run, lambda: self.workers.take_snapshot(run.id))
        try:
            snapshot = await self.persistence.snapshot(run)
        except Refused as refusal:
            raise ProblemError(refusal.kind, refusal.detail) from None
        return self.registry.copy(run, snapshot, owner)

    async def ask(self, run: Run, call: Callable[[], Awaitable[T]]) -> T:
        """Make one call to the run's worker, which is started if there is none.

        Raises ProblemError if the worker refuses, if the run is queued, or if two workers end over the call.
        """
        run.touch()
        run.busy += 1
        try:
            for _ in range(_ATTEMPTS):
                if not await self.places.ensure_worker(run):
                    raise self._waiting(run)
                try:
                    return await call()
                except WorkerGone:
                    # The listener hears of it now or soon, and the run continues from its snapshot.
                    run.live = False
        except Refused as refusal:
            raise ProblemError(refusal.kind, refusal.detail) from None
        finally:
            run.busy -= 1
            run.touch()
        raise ProblemError(
            "worker-gone",
            Text(
                "작업 프로세스가 답하지 않습니다. 잠시 뒤에 다시 해 보세요.",
                "The worker does not answer. Try again in a moment.",
            ),
        )

    def _waiting(self, run: Run) -> ProblemError:
        place = self.places.position(run) or 1
        return ProblemError(
            "run-queued",
            Text(
                f"학습할 자리가 없어 기다리고 있습니다. 순서: {place}",
                f"All places are taken; this run waits as number {place}.",
            ),
        )

    async def act(self, run: Run, action: str, steps: int) -> None:
        """Start, pause, step or reset the run. Without room, start and step queue it."""
        if action == "reset":
            run.lost = None
            run.deaths.clear()
        if run.queued and action in ("pause", "reset"):
            self.places.leave_queue(run)
            run.pending_action = None
            if action == "pause":
                run.change()
                return
        if action == "pause" and not run.live and not run.starting:
            return
        run.touch()
        if not run.live and action in ("start", "step") and not await self._has_worker(run):
            self.places.enqueue(run, "start" if action == "start" else None)
            return
        await self.change(run, lambda: self.workers.act(run.id, action, steps))

    async def _has_worker(self, run: Run) -> bool:
        try:
            return await self.places.ensure_worker(run)
        except Refused as refusal:
            raise ProblemError(refusal.kind, refusal.detail) from None

    async def change(self, run: Run, call: Callable[[], Awaitable[Status]]) -> None:
        """Make a call that changes the run; its new status is known when this returns."""
        await self.ask(run, call)
        run.change()
        self.places.admit()

    async def history(self, run: Run, after: int) -> dict[str, Any]:
        """Return the curves after a step; a run without a worker needs none for this."""
        if run.live:
            return await self.ask(run, lambda: self.workers.history(run.id, after))
        run.touch()
        try:
            return (await self.persistence.curves(run)).as_json(after)
        except Refused as refusal:
            raise ProblemError(refusal.kind, refusal.detail) from None
