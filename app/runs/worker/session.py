"""A worker's session: one trainer, its state, and when it stops."""

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from typing import Any

from chainrule.app.encoding.encode import number
from chainrule.app.runs.protocol.curves import Curves
from chainrule.app.runs.protocol.frames import MOST_IMAGES, Picture, frame
from chainrule.app.runs.protocol.refusals import Refused
from chainrule.app.runs.protocol.wire import Snapshot, Status
from chainrule.app.runs.worker.archive import read_npz
from chainrule.app.runs.worker.test_cache import TestCache
from chainrule.core.errors import TrainingStopped
from chainrule.core.text import Text
from chainrule.core.training import Options, Trainer
from chainrule.core.training.datasets import Dataset

_CHUNK_SECONDS = 0.01
"""Time spent on steps before the worker listens again."""
_SPEED_SECONDS = 0.5
"""Time over which steps per second are measured."""
_WITHOUT_RESTART = ("learning_rate", "batch_size", "optimizer")
"""Options that may change without another net."""


class Session:
    """A run inside its worker. `state` is ready, running, paused, finished or failed.

    Reading changes no number: the same options and changes at the same steps give the same parameters.
    """

    def __init__(
        self,
        dataset: Dataset,
        options: Options,
        steps: int,
        snapshot: Snapshot | None = None,
        name: str | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begin at step 0, or continue from another session's `snapshot()`. `name` is the dataset's."""
        self.dataset = dataset
        self.name = name or dataset.name
        self.steps = steps
        self.clock = clock
        self._pace = 1
        self._counted, self._counted_since, self.speed = 0, clock(), 0.0
        self.most_speed = 0.0
        """Speed limit in steps per second; 0 means unlimited."""
        self._due = 0.0
        """When the speed limit allows the next step."""
        self.changed = False
        """Whether something happened that the worker should report; the worker resets it."""
        if snapshot is None:
            self._begin(options)
            return
        self._continue(
            Trainer.restored(dataset, snapshot["trainer"]),
            Curves(**snapshot["curves"]),
            snapshot["state"],
            snapshot["stop_at"],
            snapshot["problem"],
        )
        self.steps, self.most_speed = snapshot["steps"], snapshot["most_speed"]

    def _begin(self, options: Options) -> None:
        _fits(self.dataset, options)
        self._continue(Trainer(self.dataset, options), Curves(), "ready")

    def _continue(
        self,
        trainer: Trainer,
        curves: Curves,
        state: str,
        stop_at: int | None = None,
        problem: dict[str, Any] | None = None,
    ) -> None:
        self.test_cache = TestCache(self.clock)
        self.trainer, self.curves, self.state, self.problem = trainer, curves, state, problem
        self.stop_at = stop_at
        """Step at which a call for single steps ends."""

    # Training

    @property
    def running(self) -> bool:
        """Whether `train` has something to do."""
        return self.state == "running"

    def seconds_to_step(self) -> float:
        """Return the seconds until the speed limit allows the next step."""
        return max(0.0, self._due - self.clock()) if self.most_speed else 0.0

    def train(self) -> None:
        """Take steps for about 0.01 s, up to the next point of the curves or the end."""
        trainer, curves = self.trainer, self.curves
        before = trainer.step_count
        end = self.steps if self.stop_at is None else self.stop_at
        count = min(self._pace, curves.to_next(before), max(1, end - before))
        if self.most_speed:
            count = 1
            self._due = max(self._due, self.clock() - 1 / self.most_speed) + 1 / self.most_speed
        begin = time.perf_counter()
        try:
            curves.add_losses(trainer.step(count))
        except TrainingStopped as error:
            self._fail(error)
            return
        took = time.perf_counter() - begin
        self._pace = max(1, min(1000, round(count * _CHUNK_SECONDS / max(took, 1e-6))))
        step = trainer.step_count
        if step % curves.every == 0:
            last = trainer.last
            curves.point(step, last.batch_accuracy(), last.gradient_norms(), last.dead_units())
        if step % curves.every == 0 and step >= _next_test(curves.tests):
            curves.test(step, trainer.accuracy())
        if step >= end:
            self._arrive()
        self._count(count)

    def _arrive(self) -> None:
        self.stop_at = None
        self.state = "finished" if self.trainer.step_count >= self.steps else "paused"
        if self.state == "finished":
            self.curves.test(self.trainer.step_count, self.trainer.accuracy())
        self.changed = True

    def _fail(self, error: TrainingStopped) -> None:
        self.state, self.stop_at = "failed", None
        self.problem = {
            "detail": error.message._asdict(),
            "hint": None if error.hint is None else error.hint._asdict(),
            "step": error.step,
            "node": error.node,
            "of": "grad" if error.backward else "value",
        }
        self.changed = True

    def _count(self, steps: int) -> None:
        now = self.clock()
        self._counted += steps
        if (passed := now - self._counted_since) >= _SPEED_SECONDS:
            self.speed = self._counted / passed
            self._counted, self._counted_since = 0, now

    # Changing

    def act(self, action: str, steps: int = 1) -> Status:
        """Start, pause, step or reset. Raises Refused if the state does not allow it."""
        if action == "reset":
            self._begin(self.trainer.options)
        elif action == "pause":
            if self.state == "running":
                self.state, self.stop_at = "paused", None
        elif self.state == "failed":
            raise Refused(
                "run-failed",
                Text(
                    "이 학습은 수가 걷잡을 수 없이 커져 멈추었습니다. 처음으로 되돌리거나 설정을 바꾸세요.",
                    "This run stopped because its numbers diverged. Reset it, or change its settings.",
                ),
            )
        elif action == "step":
            self.state, self.stop_at = "running", self.trainer.step_count + steps
        elif self.trainer.step_count < self.steps:
            if self.state != "running":
                self._counted, self._counted_since = 0, self.clock()
            self.state, self.stop_at = "running", None
        self.changed = True
        return self.status()

    def patch(self, changes: Mapping[str, Any]) -> Status:
        """Change options. Those that need another net restart at step 0, running if the run trained before."""
        changes = dict(changes)
        steps = changes.pop("steps", self.steps)
        self.most_speed = changes.pop("most_speed", self.most_speed)
        self._due = 0.0
        trainer = self.trainer
        options = replace(trainer.options, **changes)
        _fits(self.dataset, options)
        different = {name for name, value in changes.items() if value != getattr(trainer.options, name)}
        if different - set(_WITHOUT_RESTART):
            ran = self.state == "running"
            self._begin(options)
            self.state = "running" if ran else "ready"
        elif different:
            trainer.change(**{name: changes[name] for name in different})
        for name in sorted(different):
            self.curves.mark(self.trainer.step_count, name, changes[name])
        self._set_steps(steps)
        self.changed = True
        return self.status()

    def _set_steps(self, steps: int) -> None:
        self.steps = steps
        done = self.trainer.step_count >= steps
        if self.state == "finished" and not done:
            self.state = "paused"
        elif self.state == "running" and self.stop_at is None and done:
            self._arrive()

    def load(self, archive: bytes) -> Status:
        """Load parameters from the bytes of an .npz archive. Raises Refused if they do not fit."""
        self.trainer.load(read_npz(archive, self.trainer.parameters))
        self.test_cache.clear()
        if self.state == "failed":
            self.state, self.problem = "paused", None
        self.curves.mark(self.trainer.step_count, "params", None)
        self.changed = True
        return self.status()

    # Reading

    def status(self) -> Status:
        """Return the run's status, ready for JSON."""
        trainer = self.trainer
        options = asdict(trainer.options)
        step = trainer.step_count
        left = (self.steps - step) / self.speed if self.running and self.speed else None
        return {
            "state": self.state,
            "step": step,
            "steps": self.steps,
            "epoch": trainer.batches.epoch,
            "loss": number(trainer.last.loss),
            "accuracy": trainer.last.batch_accuracy(),
            "test_step": self.curves.tests[-1][0] if self.curves.tests else None,
            "test_accuracy": self.curves.tests[-1][1] if self.curves.tests else None,
            "steps_per_second": round(self.speed, 1) if self.running else 0.0,
            "seconds_left": left,
            "most_speed": self.most_speed,
            "options": {**options, "hidden": list(options["hidden"]), "dataset": self.name},
            "problem": self.problem,
        }

    def frame(self, header: Mapping[str, Any]) -> bytes:
        """Encode the newest numbers as one message; `header` precedes the session's own fields."""
        graph, last = self.trainer.graph, self.trainer.last
        whole_header = {
            **header,
            **self.status(),
            "gradient_norms": [number(norm) for norm in last.gradient_norms()],
            "dead_units": last.dead_units(),
            "labels": [int(label) for label in last.batch[1]],
        }
        pictures = []
        values, gradients = last.values(), last.gradients()
        for name, value, grad in zip(graph.ids, values, gradients, strict=True):
            if "." in name or name == "t" or not value.ndim:
                continue
            pictures.append(Picture(name, "value", value))
            if name == "x":
                grad = last.pixel_gradients(MOST_IMAGES)
            if grad is not None:
                pictures.append(Picture(name, "grad", grad))
        return frame(whole_header, pictures)

    def history(self, after: int) -> dict[str, Any]:
        """Return the curves after a step."""
        return self.curves.as_json(after)

    def snapshot(self) -> Snapshot:
        """Return everything needed to continue elsewhere with the same numbers."""
        return {
            "trainer": self.trainer.state(),
            "curves": {name: _copied(value) for name, value in vars(self.curves).items()},
            "state": self.state,
            "stop_at": self.stop_at,
            "steps": self.steps,
            "most_speed": self.most_speed,
            "problem": self.problem,
        }


def _copied(value: Any) -> Any:
    return list(value) if isinstance(value, list) else value


def _next_test(tests: list[list[Any]]) -> int:
    """Return the step of the next test. Tests are more frequent at the beginning, where more changes."""
    last = int(tests[-1][0]) if tests else 0
    return last + max(100, min(last // 10, 2000))


def _fits(dataset: Dataset, options: Options) -> None:
    if options.batch_size > len(dataset.train_images):
        raise Refused(
            "run-options",
            Text(
                f"배치 크기 {options.batch_size}이(가) 학습 이미지 수 {len(dataset.train_images)}보다 큽니다.",
                f"A batch of {options.batch_size} exceeds the {len(dataset.train_images)} training images.",
            ),
        )
