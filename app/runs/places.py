"""Who gets a worker: a limited number of places, a queue for the rest, and idle runs that yield."""

import asyncio
import contextlib

from chainrule.app.runs.protocol.refusals import Refused, WorkerGone
from chainrule.app.runs.protocol.wire import Snapshot
from chainrule.app.runs.registry import Registry
from chainrule.app.runs.run import Run
from chainrule.app.runs.shared import Shared
from chainrule.app.runs.tasks import Tasks
from chainrule.app.web.problems import ProblemError
from chainrule.core.text import Text

_START_SECONDS = 90.0
"""Longest time that a call waits for its worker to start."""


class Places:
    """Starts and stops workers within the limit. For one event loop."""

    def __init__(self, registry: Registry, shared: Shared) -> None:
        self._registry, self._workers, self._persistence = registry, shared.workers, shared.persistence
        self._limits, self._clock = shared.limits, shared.clock
        self._events = shared.metrics.runs
        self._queue: list[Run] = []
        self._tasks = Tasks()
        self.closed = False
        """Whether workers may no longer start."""
        shared.metrics.runs_now.labels("queued").set_function(lambda: len(self._queue))

    def open(self) -> None:
        """Allow workers to start."""
        self.closed = False

    async def close(self) -> None:
        """Start no more workers and cancel the starts under way."""
        self.closed = True
        await self._tasks.cancel()

    # Workers

    async def ensure_worker(self, run: Run) -> bool:
        """Give the run a worker; False if all places are taken.

        Raises Refused if the run cannot start, WorkerGone if its worker ends at once.
        """
        if run.live:
            return True
        run.yielded = False
        if run.lost is not None:
            raise Refused(run.lost.kind, run.lost.detail)
        if run.starting is None:
            if run.removed or self.closed:
                return False
            room = self._has_room() or await self._make_room()
            if run.live:
                return True
            # Another call for this run may have taken the room meanwhile: then both wait for the same worker.
            if run.starting is None:
                if not room:
                    return False
                run.starting = self._tasks.spawn(self._start(run), "start a worker")
        starting = run.starting
        await asyncio.wait([starting], timeout=_START_SECONDS)
        if starting.done() and not starting.cancelled() and (error := starting.exception()) is not None:
            raise error
        return run.live

    async def release_worker(self, run: Run) -> None:
        """Save everything the worker knows and end it, unless it turns out to be in use."""
        async with run.lock:
            if not run.live:
                return
            # A worker that ends here loses nothing: it has not changed since its last snapshot.
            with contextlib.suppress(WorkerGone, Refused):
                await self._workers.take_snapshot(run.id)
            if run.busy or run.running:
                return
            run.live = False
            await self._workers.stop(run.id)
        run.note("parked")
        self._events.labels("parked").inc()
        self._persistence.mark(run)

    def restart(self, run: Run) -> None:
        """Start another worker for a run whose worker ended; it continues from the last snapshot."""
        run.starting = self._tasks.spawn(self._start(run, restarts=True), "restart a worker")

    def give_up(self, run: Run, reason: Refused) -> None:
        """Give the run no worker until it is reset."""
        run.lost = reason
        problem = {"detail": reason.detail._asdict(), "hint": None, "step": None, "node": None, "of": None}
        run.status = {**run.status, "state": "failed", "problem": problem}
        self.leave_queue(run)
        run.change()
        self.admit()

    async def _start(self, run: Run, restarts: bool = False) -> None:
        snapshot = None
        try:
            async with run.lock:
                self.leave_queue(run)
                snapshot = await self._persistence.snapshot(run)
                await self._create(run, snapshot)
            if snapshot is not None and not restarts and run.live:
                run.note("resumed")
                self._events.labels("resumed").inc()
        except Refused as refusal:
            if refusal.kind == "run-failed":  # the snapshot is useless: only a reset helps
                run.snapshot, run.stored = None, False
            self.give_up(run, refusal)
            raise
        except WorkerGone:
            run.live = False
            if (reason := run.record_death()) is not None:
                self.give_up(run, reason)
            raise
        finally:
            run.starting = None
            run.touch()
            run.change()
            self.admit()

    async def _create(self, run: Run, snapshot: Snapshot | None) -> None:
        run.snapshot = snapshot
        order = {
            "dataset": run.dataset,
            "folder": self._limits.datasets.get(run.dataset),
            "options": run.options,
            "steps": run.status["steps"],
            "snapshot": snapshot,
            "keep_seconds": self._limits.keep_seconds,
        }
        await self._workers.create(run.id, order)
        if run.removed:
            await self._workers.stop(run.id)
            return
        run.live = True
        if run.pending_action is not None:
            await self._workers.act(run.id, run.pending_action, 1)
            run.pending_action = None

    # Room

    def _has_room(self) -> bool:
        taken = sum(run.live or run.starting is not None for run in self._registry.all())
        return taken < self._limits.at_once

    async def _make_room(self) -> bool:
        """Release the worker that has been idle longest; True if that made room.

        A watched run yields only after a time without calls. Its watchers keep the last numbers, and the next call
        brings the worker back or queues the run.
        """
        latest = self._clock.now() - self._limits.yield_after
        idle = [
            run
            for run in self._registry.all()
            if run.live and not run.running and not run.busy and (not run.watchers or run.last_used <= latest)
        ]
        if not idle:
            return False
        chosen = min(idle, key=lambda run: (run.watchers > 0, run.last_used))
        await self.release_worker(chosen)
        chosen.yielded = chosen.watchers > 0 and not chosen.live
        return self._has_room()

    def may_serve_watchers(self, run: Run) -> bool:
        """Whether watching alone may give this run a worker. A run that yielded must not push others out."""
        return run.live or not run.yielded or (self._has_room() and not self._queue)

    # The queue

    def enqueue(self, run: Run, action: str | None = None) -> None:
        """Queue a run for a worker, then for an action. Raises ProblemError if the queue is full."""
        if run.queued and run.pending_action == (action or run.pending_action):
            return
        if not run.queued:
            if len(self._queue) >= self._limits.queued:
                raise ProblemError(
                    "runs-full",
                    Text(
                        f"기다리는 학습이 이미 {len(self._queue)}개입니다. 나중에 다시 해 보세요.",
                        f"{len(self._queue)} runs are waiting already. Try again later.",
                    ),
                )
            self._queue.append(run)
            run.queued = True
        run.pending_action = action or run.pending_action
        run.change()

    def leave_queue(self, run: Run) -> None:
        """Stop waiting for a worker; the runs behind move up."""
        if run.queued:
            self._queue.remove(run)
            run.queued = False
            for other in self._queue:
                other.change()

    def watchers_left(self, run: Run) -> None:
        """Handle the leaving of a run's last watcher: a run queued only for its frames leaves the queue."""
        if run.queued and run.pending_action is None:
            self.leave_queue(run)
        run.change()
        self.admit()

    def position(self, run: Run) -> int | None:
        """Return the run's place in the queue, from 1; None if it is not queued."""
        return self._queue.index(run) + 1 if run.queued else None

    def admit(self) -> None:
        """Start the first run of the queue if there is room."""
        if self._queue and not self.closed:
            self._tasks.spawn(self._admit_first(), "start the first run of the queue")

    async def _admit_first(self) -> None:
        if not self._queue:
            return
        run = self._queue[0]
        with contextlib.suppress(Refused, WorkerGone):
            if await self.ensure_worker(run) and run.queued:
                self.leave_queue(run)
