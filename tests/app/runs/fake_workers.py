"""Workers that train nothing: a script in place of processes, for the logic around them."""

import asyncio
from typing import Any

import numpy as np

from chainrule.app.runs.clock import Clock
from chainrule.app.runs.limits import RunLimits
from chainrule.app.runs.protocol.curves import Curves
from chainrule.app.runs.protocol.frames import frame
from chainrule.app.runs.protocol.refusals import WorkerGone
from chainrule.app.runs.service import Runs
from chainrule.app.web.metrics import Metrics

OPTIONS = {
    "hidden": (8,),
    "activation": "relu",
    "init": "he",
    "seed": 3,
    "optimizer": "sgd",
    "learning_rate": 0.1,
    "batch_size": 20,
}


def limits(**more: Any) -> RunLimits:
    """Make limits of two places and a queue of two, with generous times."""
    return RunLimits(
        **{
            "at_once": 2,
            "queued": 2,
            "kept": 10,
            "kept_per_owner": 10,
            "looked_seconds": 900.0,
            "keep_seconds": 1.0,
            "idle_pause": 600.0,
            "idle_park": 900.0,
            "yield_after": 30.0,
            "frames_per_second": 50.0,
            "send_seconds": 10.0,
            "watchers": 5,
            "datasets": {"tiny": "nowhere"},
            "folder": None,
            "save_seconds": 10.0,
            "folder_bytes": 10**9,
            "database": None,
        }
        | more
    )


def runs_of(workers: "FakeWorkers", clock: Clock, **more: Any) -> Runs:
    """Assemble the runs of a service with these workers."""
    return Runs(workers, limits(**more), Metrics(), clock)


class FakeWorkers:
    """Each worker is a state and a step count; every call lets other tasks run first."""

    def __init__(self) -> None:
        self.live: dict[str, dict[str, Any]] = {}
        self.created: list[str] = []
        """Ids in the order in which workers were started."""
        self.calls: list[tuple[str, str]] = []
        """Run and name of every other call."""
        self.fail_start: Exception | None = None
        """What the next start raises."""

    async def survivors(self, known: Any) -> list[str]:
        return []

    def subscribe(self, listener: Any) -> None:
        self._listener = listener

    async def create(self, run_id: str, order: Any) -> Any:
        await asyncio.sleep(0)
        self.created.append(run_id)
        if (error := self.fail_start) is not None:
            self.fail_start = None
            raise error
        snapshot = order["snapshot"]
        self.live[run_id] = {
            "order": order,
            "state": "ready" if snapshot is None else snapshot["state"],
            "step": 0 if snapshot is None else int(snapshot["trainer"]["progress"][0]),
        }
        self.deliver(run_id)
        return self.status(run_id)

    def status(self, run_id: str) -> dict[str, Any]:
        """Return a worker's status."""
        worker = self.live[run_id]
        options = worker["order"]["options"]
        return {
            "state": worker["state"],
            "step": worker["step"],
            "steps": worker["order"]["steps"],
            "epoch": 0,
            "loss": None,
            "accuracy": None,
            "test_step": None,
            "test_accuracy": None,
            "steps_per_second": 0.0,
            "seconds_left": None,
            "most_speed": 0.0,
            "options": {**options, "hidden": list(options["hidden"]), "dataset": worker["order"]["dataset"]},
            "problem": None,
        }

    def snapshot(self, run_id: str) -> dict[str, Any]:
        """Return a worker's snapshot."""
        worker = self.live[run_id]
        trainer = {"progress": np.array([worker["step"], 0, 0, 0]), "W1": np.full(100, float(worker["step"]))}
        return {
            "trainer": trainer,
            "curves": vars(Curves(points=[[worker["step"], 0.5, 0.5, [1.0], [0.0]]])),
            "state": worker["state"],
            "stop_at": None,
            "steps": worker["order"]["steps"],
            "most_speed": 0.0,
            "problem": None,
        }

    def deliver(self, run_id: str) -> None:
        """Send the listener a snapshot, as a worker does now and then."""
        self._listener.on_snapshot(run_id, self.snapshot(run_id), self.status(run_id))

    def train(self, run_id: str, steps: int, state: str | None = None) -> None:
        """Take steps, perhaps into another state, which the listener hears of."""
        self.live[run_id]["step"] += steps
        if state is not None:
            self.live[run_id]["state"] = state
        self.deliver(run_id)

    def kill(self, run_id: str) -> None:
        """End a worker as a crash would."""
        del self.live[run_id]
        self._listener.on_exit(run_id)

    async def _call(self, run_id: str, name: str) -> dict[str, Any]:
        await asyncio.sleep(0)
        self.calls.append((run_id, name))
        if run_id not in self.live:
            raise WorkerGone("there is no worker")
        return self.live[run_id]

    async def act(self, run_id: str, action: str, steps: int) -> Any:
        worker = await self._call(run_id, action)
        worker["state"] = {"start": "running", "pause": "paused", "step": "paused", "reset": "ready"}[action]
        if action == "step":
            worker["step"] += steps
        elif action == "reset":
            worker["step"] = 0
        self.deliver(run_id)
        return self.status(run_id)

    async def frame(self, run_id: str, header: Any) -> bytes:
        await self._call(run_id, "frame")
        return frame({**header, **self.status(run_id)})

    async def history(self, run_id: str, after: int) -> Any:
        await self._call(run_id, "history")
        return Curves(**self.snapshot(run_id)["curves"]).as_json(after)

    async def take_snapshot(self, run_id: str) -> None:
        await self._call(run_id, "snapshot")
        self.deliver(run_id)

    async def stop(self, run_id: str) -> None:
        await asyncio.sleep(0)
        self.live.pop(run_id, None)

    async def close(self) -> None:
        self.live.clear()
