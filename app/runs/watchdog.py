"""Watch over runs: keep their snapshots, restart workers that end, pause and park idle runs."""

import logging

from chainrule.app.runs.places import Places
from chainrule.app.runs.protocol.refusals import Refused, WorkerGone
from chainrule.app.runs.protocol.wire import Snapshot, Status
from chainrule.app.runs.registry import Registry
from chainrule.app.runs.run import Run
from chainrule.app.runs.shared import Shared
from chainrule.app.runs.tasks import Tasks
from chainrule.app.web.problems import ProblemError

_SWEEP_SECONDS = 1.0

logger = logging.getLogger(__name__)


class Watchdog:
    """The listener of all workers, and a periodic sweep over idle runs. For one event loop."""

    def __init__(self, registry: Registry, places: Places, shared: Shared) -> None:
        self._registry, self._places, self._workers = registry, places, shared.workers
        self._persistence, self._limits, self._clock = shared.persistence, shared.limits, shared.clock
        self._events, self._steps = shared.metrics.runs, shared.metrics.run_steps
        self._tasks = Tasks()

    def open(self) -> None:
        """Sweep from now on."""
        self._tasks.spawn(self._sweep(), "watch over idle runs")

    async def close(self) -> None:
        """Sweep no more."""
        await self._tasks.cancel()

    # The workers' listener

    def on_snapshot(self, run_id: str, snapshot: Snapshot, status: Status) -> None:
        """Keep a worker's snapshot and status."""
        run = self._registry.get(run_id)
        if run is None:
            return
        before, run.snapshot = run.status["state"], snapshot
        self._steps.inc(max(0, status["step"] - run.status["step"]))
        run.status = status
        self._persistence.mark(run)
        if status["state"] != before:
            run.change()
            self._places.admit()

    def on_exit(self, run_id: str) -> None:
        """Restart a worker that ended unexpectedly, unless this run's workers keep ending."""
        run = self._registry.get(run_id)
        if run is None or self._places.closed:
            return
        run.live = False
        logger.warning("The worker of run %s ended at about step %s.", run_id, run.status["step"])
        if run.starting is not None:  # a start under way reports its failure by itself
            return
        if (reason := run.record_death()) is not None:
            self._places.give_up(run, reason)
            return
        run.note("restarted")
        self._events.labels("restarted").inc()
        self._places.restart(run)

    # Idle runs

    async def _sweep(self) -> None:
        pause = min(_SWEEP_SECONDS, self._limits.idle_pause / 4, self._limits.idle_park / 4)
        while True:
            await self._clock.sleep(pause)
            for run in self._registry.all():
                try:
                    await self._look_after(run)
                except (Refused, WorkerGone, ProblemError) as error:
                    logger.warning("Run %s: %s", run.id, error)
            self._places.admit()

    async def _look_after(self, run: Run) -> None:
        idle = run.idle_seconds()
        if run.running and idle >= self._limits.idle_pause:
            await self._workers.act(run.id, "pause", 1)
            run.note("idle")
        elif run.live and not run.running and idle >= self._limits.idle_park:
            await self._places.release_worker(run)
