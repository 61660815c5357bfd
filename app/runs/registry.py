"""All runs: made, found, brought to life, queued where there is no room, parked when idle, restarted when killed."""

import asyncio
import contextlib
import logging
import secrets
import time
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, TypeVar

from chainrule.app.runs.limits import RunLimits
from chainrule.app.runs.persistence import Persistence
from chainrule.app.runs.protocol.refusals import Refused, WorkerGone
from chainrule.app.runs.run import Run
from chainrule.app.runs.run_folder import RunFolder
from chainrule.app.runs.workers import Snapshot, Status, Workers
from chainrule.app.web.metrics import Metrics
from chainrule.app.web.problems import ProblemError
from chainrule.core.text import Text

T = TypeVar("T")

_DEATHS, _DEATHS_WITHIN = 3, 30.0
"""A worker that ends so often within so many seconds is not started again."""
_SWEEP_SECONDS = 1.0
_LAST_KEEP_SECONDS = 3.0
"""Time for workers to hand over their last steps when the service ends."""

logger = logging.getLogger(__name__)


class Runs:
    """The runs of one service. For one event loop."""

    def __init__(self, workers: Workers, limits: RunLimits, metrics: Metrics) -> None:
        self.workers, self.limits = workers, limits
        self._counted = metrics.runs
        self._steps = metrics.run_steps
        metrics.runs_now.labels("running").set_function(lambda: sum(run.running for run in self.all()))
        metrics.runs_now.labels("queued").set_function(lambda: len(self._queue))
        metrics.runs_now.labels("all").set_function(lambda: len(self._runs))
        self._runs: dict[str, Run] = {}
        self._queue: list[Run] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False
        folder = None if limits.folder is None else RunFolder(limits.folder)
        self._keeping = Persistence(folder, limits.save_seconds, limits.kept, limits.folder_bytes)

    async def open(self) -> None:
        """Find the runs of before, and begin to look after idle ones."""
        self._closed = False
        await self._keeping.open(self)
        self._spawn(self._sweep(), "look after idle runs")

    async def close(self) -> None:
        """End all workers and all that is under way; what they knew is kept."""
        self._closed = True
        for task in list(self._tasks):
            task.cancel()
        if self._tasks:
            await asyncio.wait(list(self._tasks), timeout=10)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LAST_KEEP_SECONDS):
                training = [run.id for run in self._runs.values() if run.running]
                await asyncio.gather(*map(self.workers.keep, training), return_exceptions=True)
        await self.workers.close()
        for run in self._runs.values():
            run.live = False
        await self._keeping.close(self)

    # Making and finding

    def create(self, options: dict[str, Any], dataset: str, steps: int) -> Run:
        """A run, ready; its worker is started when somebody asks something of it."""
        if len(self._runs) >= self.limits.kept:
            self._forget_one()
        status: Status = {
            "state": "ready",
            "step": 0,
            "steps": steps,
            "epoch": 0,
            "loss": None,
            "accuracy": None,
            "test_step": None,
            "test_accuracy": None,
            "steps_per_second": 0.0,
            "seconds_left": None,
            "most_speed": 0.0,
            "options": {**options, "hidden": list(options["hidden"]), "dataset": dataset},
            "problem": None,
        }
        run = Run(secrets.token_hex(6), options, dataset, status)
        self._runs[run.id] = run
        self._counted.labels("made").inc()
        self._keeping.mark(run)
        return run

    def _forget_one(self) -> None:
        """Make room by the run that has been left alone longest. Raises ProblemError if all are in use."""
        oldest = self.spare()
        if oldest is None:
            raise ProblemError(
                "runs-full",
                Text(
                    f"이 서버는 학습을 {self.limits.kept}개까지 둡니다.",
                    f"This server keeps at most {self.limits.kept} runs.",
                ),
            )
        self.drop(oldest)

    def spare(self) -> Run | None:
        """The run that has been left alone longest of those that nobody uses."""
        idle = [
            run
            for run in self._runs.values()
            if not (run.live or run.starting or run.queued or run.watchers or run.busy)
        ]
        return min(idle, key=lambda run: run.touched, default=None)

    def drop(self, run: Run) -> None:
        """Forget a run that nobody uses."""
        run.removed = True
        self._counted.labels("removed").inc()
        del self._runs[run.id]
        self._keeping.forget(run)

    def known(self, run_id: str) -> bool:
        """Whether there is a run with this id."""
        return run_id in self._runs

    def adopt(self, found: Iterable[Run]) -> None:
        """Take runs of before; those for whose data there is no setting any more are left where they are."""
        known = [run for run in found if run.dataset in self.limits.datasets and run.id not in self._runs]
        room = max(0, self.limits.kept - len(self._runs))
        taken = sorted(known[len(known) - room :] if room else [], key=lambda run: run.created)
        self._runs = {run.id: run for run in taken} | self._runs
        if taken:
            logger.info("Found %d runs of before.", len(taken))

    def all(self) -> list[Run]:
        """Every run, in the order they were made."""
        return list(self._runs.values())

    def find(self, run_id: str) -> Run:
        """The run with this id. Raises ProblemError."""
        run = self._runs.get(run_id)
        if run is None:
            raise ProblemError(
                "run-missing",
                Text("그런 학습이 없습니다.", "There is no run with this id."),
                name=run_id[:40],
            )
        return run

    def position(self, run: Run) -> int | None:
        """How many places from the front of the queue, from 1; None where it does not wait."""
        return self._queue.index(run) + 1 if run.queued else None

    async def remove(self, run: Run) -> None:
        """End it and forget it."""
        if self._runs.pop(run.id, None) is not None:
            self._counted.labels("removed").inc()
            self._keeping.forget(run)
        run.removed = True
        self._leave_queue(run)
        async with run.lock:
            await self.workers.stop(run.id)
            run.live = False
        run.kept = None
        run.change()
        self.admit()

    # Asking

    async def ask(self, run: Run, call: Callable[[], Awaitable[T]]) -> T:
        """What the worker says to one call; it is started if there is none.

        Raises ProblemError where it refuses, where it waits for a place, and where it ends twice over the call.
        """
        run.touch()
        run.busy += 1
        try:
            for _ in range(2):
                if not await self.ensure_worker(run):
                    raise self._waits(run)
                try:
                    return await call()
                except WorkerGone:
                    # `gone` has been told, or soon is; then the run comes back from what was kept.
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
                "The worker gives no answer; try again in a moment.",
            ),
        )

    def _waits(self, run: Run) -> ProblemError:
        place = self.position(run)
        return ProblemError(
            "run-queued",
            Text(
                f"학습할 자리가 없어 기다리고 있습니다. 순서: {place or 1}",
                f"All places are taken; this run waits as number {place or 1}.",
            ),
        )

    async def act(self, run: Run, action: str, steps: int) -> None:
        """start, pause, step, reset. Where there is no room, start and step wait in the queue."""
        if action == "reset":
            run.lost = None
            run.deaths.clear()
        if run.queued and action in ("pause", "reset"):
            self._leave_queue(run)
            run.wanted = None
            if action == "pause":
                run.change()
                return
        if action == "pause" and not run.live and not run.starting:
            return
        run.touch()
        if not run.live and action in ("start", "step") and not await self._awake_or_refuse(run):
            self._enqueue(run, "start" if action == "start" else None)
            return
        await self.change(run, lambda: self.workers.act(run.id, action, steps))

    async def _awake_or_refuse(self, run: Run) -> bool:
        try:
            return await self.ensure_worker(run)
        except Refused as refusal:
            raise ProblemError(refusal.kind, refusal.detail) from None

    async def change(self, run: Run, call: Callable[[], Awaitable[Status]]) -> None:
        """A call that changes the run; ``kept`` has its new status before it returns."""
        await self.ask(run, call)
        run.change()
        self.admit()

    async def history(self, run: Run, after: int) -> dict[str, Any]:
        """The curves behind a step; those of a run without a worker need none."""
        if not run.live:
            run.touch()
            try:
                return (await self._keeping.curves(run)).as_json(after)
            except Refused as refusal:
                raise ProblemError(refusal.kind, refusal.detail) from None
        return await self.ask(run, lambda: self.workers.history(run.id, after))

    # Coming to life

    async def ensure_worker(self, run: Run) -> bool:
        """Give the run a worker; False where all places are taken. Raises Refused, WorkerGone."""
        if run.live:
            return True
        run.yielded = False
        if run.lost is not None:
            raise Refused(run.lost.kind, run.lost.detail)
        if run.starting is None:
            if run.removed or self._closed:
                return False
            room = self._has_room() or await self._make_room()
            if run.live:
                return True
            # Another call for this run may have taken the room in the meantime: then both wait for its worker.
            if run.starting is None:
                if not room or not self._has_room():
                    return False
                run.starting = self._spawn(self._start(run), "start a worker")
        starting = run.starting
        await asyncio.wait([starting], timeout=90)
        if starting.done() and not starting.cancelled() and (error := starting.exception()) is not None:
            raise error
        return run.live

    def _has_room(self) -> bool:
        taken = sum(run.live or run.starting is not None for run in self._runs.values())
        return taken < self.limits.at_once

    async def _make_room(self) -> bool:
        """Park the run that was left alone longest and does not train, if there is one.

        One that is watched keeps its worker until nothing was asked of it for a while; then whoever watches it sees
        where it stands, and has its worker back, or a place in the queue, with the next thing that is asked of it.
        """
        latest = time.monotonic() - self.limits.yield_after
        idle = [
            run
            for run in self._runs.values()
            if run.live and not run.running and not run.busy and (not run.watchers or run.touched <= latest)
        ]
        if not idle:
            return False
        alone = min(idle, key=lambda run: (run.watchers > 0, run.touched))
        await self.release_worker(alone)
        alone.yielded = alone.watchers > 0 and not alone.live
        return self._has_room()

    def claims(self, run: Run) -> bool:
        """Whether watching alone is a reason to give this run a worker: not where it made room for others."""
        return run.live or not run.yielded or (self._has_room() and not self._queue)

    async def _start(self, run: Run, restart: bool = False) -> None:
        kept = None
        try:
            async with run.lock:
                self._leave_queue(run)
                kept = await self._keeping.snapshot(run)
                await self._create(run, kept)
            if kept is not None and not restart and run.live:
                run.note("resumed")
                self._counted.labels("resumed").inc()
        except Refused as refusal:
            if refusal.kind == "run-failed":  # what was kept is of no use: a reset begins again
                run.kept, run.stored = None, False
            self._lose(run, refusal)
            raise
        except WorkerGone:
            run.live = False
            self._died(run)
            raise
        finally:
            run.starting = None
            run.touch()
            run.change()
            self.admit()

    async def _create(self, run: Run, kept: Snapshot | None) -> None:
        run.kept = kept
        order = {
            "dataset": run.dataset,
            "folder": self.limits.datasets.get(run.dataset),
            "options": run.options,
            "steps": run.status["steps"],
            "kept": kept,
            "keep_seconds": self.limits.keep_seconds,
        }
        await self.workers.create(run.id, order, self)
        if run.removed:
            await self.workers.stop(run.id)
            return
        run.live = True
        if run.wanted is not None:
            await self.workers.act(run.id, run.wanted, 1)
            run.wanted = None

    async def release_worker(self, run: Run) -> None:
        """End the worker and keep all that it knew."""
        async with run.lock:
            if not run.live:
                return
            # If it ends now, what it kept last is as good: nothing happened since.
            with contextlib.suppress(WorkerGone, Refused):
                await self.workers.keep(run.id)
            if run.busy or run.running:
                return
            run.live = False
            await self.workers.stop(run.id)
        run.note("parked")
        self._counted.labels("parked").inc()
        self._keeping.mark(run)

    # The queue

    def _enqueue(self, run: Run, wanted: str | None) -> None:
        if run.queued and run.wanted == (wanted or run.wanted):
            return
        if not run.queued:
            if len(self._queue) >= self.limits.queued:
                raise ProblemError(
                    "runs-full",
                    Text(
                        f"기다리는 학습이 이미 {len(self._queue)}개입니다. 나중에 다시 해 보세요.",
                        f"{len(self._queue)} runs wait already; try again later.",
                    ),
                )
            self._queue.append(run)
            run.queued = True
        run.wanted = wanted or run.wanted
        run.change()

    def wait_for_place(self, run: Run) -> None:
        """Queue a run that somebody watches. Raises ProblemError where the queue is full."""
        self._enqueue(run, None)

    def no_watcher(self, run: Run) -> None:
        """The last watcher has left: a run that waited for nothing but pictures waits no more."""
        if run.queued and run.wanted is None:
            self._leave_queue(run)
        run.change()
        self.admit()

    def _leave_queue(self, run: Run) -> None:
        if run.queued:
            self._queue.remove(run)
            run.queued = False
            for other in self._queue:
                other.change()

    def admit(self) -> None:
        """Look whether one that waits can be started."""
        if self._queue and not self._closed:
            self._spawn(self._admit_first(), "start the first of the queue")

    async def _admit_first(self) -> None:
        if not self._queue:
            return
        run = self._queue[0]
        with contextlib.suppress(Refused, WorkerGone):
            if await self.ensure_worker(run) and run.queued:
                self._leave_queue(run)

    # What workers tell

    def kept(self, run_id: str, snapshot: Snapshot, status: Status) -> None:
        """A worker's snapshot has come."""
        run = self._runs.get(run_id)
        if run is None:
            return
        before, run.kept = run.status["state"], snapshot
        self._steps.inc(max(0, status["step"] - run.status["step"]))
        run.status = status
        self._keeping.mark(run)
        if status["state"] != before:
            run.change()
            self.admit()

    def gone(self, run_id: str) -> None:
        """A worker ended though nobody stopped it: it is started again from what was kept."""
        run = self._runs.get(run_id)
        if run is None or self._closed:
            return
        run.live = False
        logger.warning("The worker of run %s ended at about step %s.", run_id, run.status["step"])
        if run.starting is not None:  # it ended while it was being started: that fails by itself
            return
        self._died(run)
        if run.lost is None:
            if run.kept is not None:
                run.status = {**run.status, "step": int(run.kept["trainer"]["progress"][0])}
            run.note("restarted")
            self._counted.labels("restarted").inc()
            run.starting = self._spawn(self._start(run, restart=True), "restart a worker")

    def _died(self, run: Run) -> None:
        """Count it; a worker that does not stay alive is given up."""
        now = time.monotonic()
        run.deaths = [*(at for at in run.deaths if now - at < _DEATHS_WITHIN), now]
        if len(run.deaths) >= _DEATHS:
            run.note("lost")
            self._lose(run, Refused("run-failed", Text(**run.events[-1]["text"])))

    def _lose(self, run: Run, why: Refused) -> None:
        run.lost = why
        problem = {"detail": why.detail._asdict(), "hint": None, "step": None, "node": None, "of": None}
        run.status = {**run.status, "state": "failed", "problem": problem}
        self._leave_queue(run)
        run.change()
        self.admit()

    # Idle runs

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(min(_SWEEP_SECONDS, self.limits.idle_pause / 4, self.limits.idle_park / 4))
            for run in self.all():
                try:
                    await self._look_after(run)
                except (Refused, WorkerGone, ProblemError) as error:
                    logger.warning("Run %s: %s", run.id, error)
            self.admit()

    async def _look_after(self, run: Run) -> None:
        idle = run.idle_seconds()
        if run.running and idle >= self.limits.idle_pause:
            await self.workers.act(run.id, "pause", 1)
            run.note("idle")
        elif run.live and not run.running and idle >= self.limits.idle_park:
            await self.release_worker(run)

    def _spawn(self, work: Any, name: str) -> asyncio.Task[None]:
        task: asyncio.Task[None] = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None and not isinstance(error, Refused | WorkerGone):
            logger.error("%s failed", task.get_name(), exc_info=error)
