"""All runs by id: created, looked up, kept within a limit, removed."""

import copy
import logging
import math
import secrets
from collections.abc import Iterable
from typing import Any

from chainrule.app.runs.protocol.wire import Snapshot, Status
from chainrule.app.runs.run import Run
from chainrule.app.runs.shared import Shared
from chainrule.app.web.owners import is_owner
from chainrule.app.web.problems import ProblemError
from chainrule.core.text import Text

logger = logging.getLogger(__name__)


class Registry:
    """The runs of one service."""

    def __init__(self, shared: Shared) -> None:
        self._limits, self._persistence, self._clock = shared.limits, shared.persistence, shared.clock
        metrics = shared.metrics
        self._events = metrics.runs
        self._runs: dict[str, Run] = {}
        metrics.runs_now.labels("all").set_function(lambda: len(self._runs))
        metrics.runs_now.labels("running").set_function(lambda: sum(run.running for run in self.all()))

    def create(self, options: dict[str, Any], dataset: str, steps: int, owner: str | None = None) -> Run:
        """Make a run, ready to start; its first call gives it a worker.

        Raises ProblemError when all runs are in use and there is room for no more.
        """
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
        return self._add(Run(secrets.token_hex(6), options, dataset, status, self._clock, owner=owner))

    def copy(self, run: Run, snapshot: Snapshot | None, owner: str) -> Run:
        """Make a run of another owner that continues from a snapshot of `run`, paused if that trains.

        Raises ProblemError as `create` does.
        """
        status = copy.deepcopy(run.status)
        state = "ready" if snapshot is None else snapshot["state"]
        status["state"] = "paused" if state == "running" else state
        status["problem"] = None if snapshot is None else snapshot["problem"]
        status["steps_per_second"], status["seconds_left"] = 0.0, None
        if snapshot is not None:
            snapshot = {**snapshot, "state": status["state"], "stop_at": None}
        made = Run(secrets.token_hex(6), dict(run.options), run.dataset, status, self._clock, owner=owner)
        made.snapshot = snapshot
        return self._add(made)

    def _add(self, run: Run) -> Run:
        own = self.of(run.owner)
        if len(own) >= self._limits.kept_per_owner:
            self._forget_one_of(own)
        elif len(self._runs) >= self._limits.kept:
            self._forget_one(run.owner)
        self._runs[run.id] = run
        self._events.labels("made").inc()
        self._persistence.mark(run)
        return run

    def of(self, owner: str | None) -> list[Run]:
        """Return an owner's runs, oldest first."""
        return [run for run in self._runs.values() if is_owner(owner, run.owner)]

    def all(self) -> list[Run]:
        """Return every run, oldest first."""
        return list(self._runs.values())

    def get(self, run_id: str) -> Run | None:
        """Return the run with this id, if there is one."""
        return self._runs.get(run_id)

    def find(self, run_id: str) -> Run:
        """Return the run with this id. Raises ProblemError if there is none."""
        run = self._runs.get(run_id)
        if run is None:
            raise ProblemError(
                "run-missing",
                Text("그런 학습이 없습니다.", "There is no run with this id."),
                name=run_id[:40],
            )
        return run

    def unused(self, owner: str | None = None) -> Run | None:
        """Return the run to go first: an owner's before others', then the one that has been idle longest.

        A run with a worker, a watcher or a call stays, and so does one that was looked at a short while ago.
        """
        idle = [run for run in self._runs.values() if self._seconds_of_use(run) <= 0]
        return min(idle, key=lambda run: (not is_owner(owner, run.owner), run.last_used), default=None)

    def _seconds_of_use(self, run: Run) -> float:
        """Return how long at least the run counts as used; 0 or less if it does not."""
        if run.live or run.starting or run.queued or run.watchers or run.busy:
            return self._limits.looked_seconds
        return run.looked_at + self._limits.looked_seconds - self._clock.now()

    def forget(self, run: Run) -> None:
        """Remove the run, and soon its file."""
        run.removed = True
        if self._runs.pop(run.id, None) is not None:
            self._events.labels("removed").inc()
            self._persistence.forget(run)

    def adopt(self, runs: Iterable[Run]) -> None:
        """Take over runs of an earlier service, longest idle first, as many as there is room for.

        Runs whose dataset is no longer configured stay in their files.
        """
        known = [run for run in runs if run.dataset in self._limits.datasets and run.id not in self._runs]
        room = max(0, self._limits.kept - len(self._runs))
        taken = sorted(known[len(known) - room :] if room else [], key=lambda run: run.created)
        self._runs = {run.id: run for run in taken} | self._runs
        if taken:
            logger.info("Found %d runs of an earlier service.", len(taken))

    def _forget_one(self, owner: str | None) -> None:
        oldest = self.unused(owner)
        if oldest is None:
            raise ProblemError(
                "runs-full",
                Text(
                    f"이 서버는 학습을 {self._limits.kept}개까지 둡니다.",
                    f"This server keeps at most {self._limits.kept} runs.",
                ),
            )
        self.forget(oldest)

    def _forget_one_of(self, own: list[Run]) -> None:
        oldest = min(own, key=lambda run: (max(0.0, self._seconds_of_use(run)), run.last_used))
        if (wait := self._seconds_of_use(oldest)) > 0:
            raise ProblemError(
                "too-many",
                Text(
                    f"한 사람이 학습을 {self._limits.kept_per_owner}개까지 둘 수 있는데 모두 쓰고 있습니다. "
                    "하나를 지우거나 나중에 다시 해 보세요.",
                    f"You have {self._limits.kept_per_owner} runs here, all of them in use. Remove one, or try later.",
                ),
                retry_after=math.ceil(wait),
            )
        self.forget(oldest)
