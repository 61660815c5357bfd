"""What lives in a worker: one trainer, where it is on its way, and when it stops."""

import time
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from chainrule.app.encoding.encode import number
from chainrule.app.runs.protocol.curves import Curves
from chainrule.app.runs.protocol.frames import MOST_IMAGES, Picture, frame
from chainrule.app.runs.protocol.refusals import Refused
from chainrule.app.runs.worker.archive import read_npz
from chainrule.app.runs.worker.test_cache import TestCache
from chainrule.core.errors import TrainingStopped
from chainrule.core.text import Text
from chainrule.core.training.datasets import Dataset
from chainrule.core.training.options import Options
from chainrule.core.training.trainer import Trainer

_CHUNK_SECONDS = 0.01
"""Time that steps are taken in a row before the worker listens again."""
_SPEED_SECONDS = 0.5
"""Steps a second are counted over so long."""
_ON_THE_WAY = ("learning_rate", "batch_size", "optimizer")
"""What can change without another net."""

Snapshot = dict[str, Any]


class Session:
    """A run as its worker has it. ``state`` is ready, running, paused, finished or failed.

    Nothing that is read changes a number: same options and same changes at the same steps, same parameters.
    """

    def __init__(
        self,
        dataset: Dataset,
        options: Options,
        steps: int,
        kept: Snapshot | None = None,
        name: str | None = None,
    ) -> None:
        """``kept`` is the ``snapshot()`` of the session that this one goes on from; ``name`` that of the data."""
        self.dataset = dataset
        self.name = name or dataset.name
        self.steps = steps
        self._pace = 1
        self._counted, self._counted_since, self.speed = 0, time.monotonic(), 0.0
        self.most_speed = 0.0
        """Most steps a second, for who wants to watch each; 0 is as many as it can."""
        self._due = 0.0
        self.changed = False
        """Whether something happened that whoever runs this should be told; they set it back."""
        if kept is None:
            self._begin(options)
            return
        self._go_on(
            Trainer.restored(dataset, kept["trainer"]),
            Curves(**kept["curves"]),
            kept["state"],
            kept["stop_at"],
            kept["problem"],
        )
        self.steps, self.most_speed = kept["steps"], kept["most_speed"]

    def _begin(self, options: Options) -> None:
        _fits(self.dataset, options)
        self._go_on(Trainer(self.dataset, options), Curves(), "ready")

    def _go_on(
        self,
        trainer: Trainer,
        curves: Curves,
        state: str,
        stop_at: int | None = None,
        problem: dict[str, Any] | None = None,
    ) -> None:
        self.tested = TestCache()
        self.trainer, self.curves, self.state, self.problem = trainer, curves, state, problem
        self.stop_at = stop_at
        """Where a walk of single steps ends."""

    # Training

    @property
    def running(self) -> bool:
        """Whether ``work`` has something to do."""
        return self.state == "running"

    def waits(self) -> float:
        """Seconds until the next step is due; 0 where it trains as fast as it can."""
        return max(0.0, self._due - time.monotonic()) if self.most_speed else 0.0

    def work(self) -> None:
        """Some steps: about a hundredth of a second's, never past a point of the curves or a stop."""
        trainer, curves = self.trainer, self.curves
        before = trainer.step_count
        end = self.steps if self.stop_at is None else self.stop_at
        count = min(self._pace, curves.to_next(before), max(1, end - before))
        if self.most_speed:
            count = 1
            self._due = max(self._due, time.monotonic() - 1 / self.most_speed) + 1 / self.most_speed
        begin = time.perf_counter()
        try:
            curves.add_losses(trainer.step(count))
        except TrainingStopped as error:
            self._failed(error)
            return
        took = time.perf_counter() - begin
        self._pace = max(1, min(1000, round(count * _CHUNK_SECONDS / max(took, 1e-6))))
        step = trainer.step_count
        if step % curves.every == 0:
            curves.point(step, trainer.batch_accuracy(), trainer.gradient_norms(), trainer.dead_units())
        if step % curves.every == 0 and step >= _next_test(curves.tests):
            curves.test(step, trainer.accuracy())
        if step >= end:
            self._arrived()
        self._count(count)

    def _arrived(self) -> None:
        self.stop_at = None
        self.state = "finished" if self.trainer.step_count >= self.steps else "paused"
        if self.state == "finished":
            self.curves.test(self.trainer.step_count, self.trainer.accuracy())
        self.changed = True

    def _failed(self, error: TrainingStopped) -> None:
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
        now = time.monotonic()
        self._counted += steps
        if (passed := now - self._counted_since) >= _SPEED_SECONDS:
            self.speed = self._counted / passed
            self._counted, self._counted_since = 0, now

    # What is asked of it

    def act(self, action: str, steps: int = 1) -> dict[str, Any]:
        """start, pause, step or reset. Raises Refused for what the state does not allow."""
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
                    "This run stopped because a number got out of hand: reset it, or change its settings.",
                ),
            )
        elif action == "step":
            self.state, self.stop_at = "running", self.trainer.step_count + steps
        elif self.trainer.step_count < self.steps:
            if self.state != "running":
                self._counted, self._counted_since = 0, time.monotonic()
            self.state, self.stop_at = "running", None
        self.changed = True
        return self.status()

    def patch(self, changes: Mapping[str, Any]) -> dict[str, Any]:
        """Other options. What needs another net begins again at step 0, running if it ran before."""
        changes = dict(changes)
        steps = changes.pop("steps", self.steps)
        self.most_speed = changes.pop("most_speed", self.most_speed)
        self._due = 0.0
        trainer = self.trainer
        options = replace(trainer.options, **changes)
        _fits(self.dataset, options)
        different = {name for name, value in changes.items() if value != getattr(trainer.options, name)}
        if different - set(_ON_THE_WAY):
            ran = self.state == "running"
            self._begin(options)
            self.state = "running" if ran else "ready"
        elif different:
            trainer.change(**{name: changes[name] for name in different})
        for name in sorted(different):
            self.curves.mark(self.trainer.step_count, name, changes[name])
        self._aim(steps)
        self.changed = True
        return self.status()

    def _aim(self, steps: int) -> None:
        self.steps = steps
        done = self.trainer.step_count >= steps
        if self.state == "finished" and not done:
            self.state = "paused"
        elif self.state == "running" and self.stop_at is None and done:
            self._arrived()

    def load(self, archive: bytes) -> dict[str, Any]:
        """Other parameters, from the bytes of an .npz. Raises Refused if they do not fit."""
        self.trainer.load(read_npz(archive, self.trainer.parameters))
        self.tested.forget()
        if self.state == "failed":
            self.state, self.problem = "paused", None
        self.curves.mark(self.trainer.step_count, "params", None)
        self.changed = True
        return self.status()

    # What is read

    def status(self) -> dict[str, Any]:
        """Where the run stands, ready for JSON."""
        trainer = self.trainer
        options = asdict(trainer.options)
        step = trainer.step_count
        left = (self.steps - step) / self.speed if self.running and self.speed else None
        return {
            "state": self.state,
            "step": step,
            "steps": self.steps,
            "epoch": trainer.batches.epoch,
            "loss": number(trainer.loss),
            "accuracy": trainer.batch_accuracy(),
            "test_step": self.curves.tests[-1][0] if self.curves.tests else None,
            "test_accuracy": self.curves.tests[-1][1] if self.curves.tests else None,
            "steps_per_second": round(self.speed, 1) if self.running else 0.0,
            "seconds_left": left,
            "most_speed": self.most_speed,
            "options": {**options, "hidden": list(options["hidden"]), "dataset": self.name},
            "problem": self.problem,
        }

    def frame(self, header: Mapping[str, Any]) -> bytes:
        """The newest numbers as one message; ``header`` is put before what the session knows."""
        trainer = self.trainer
        told = {
            **header,
            **self.status(),
            "gradient_norms": [number(norm) for norm in trainer.gradient_norms()],
            "dead_units": trainer.dead_units(),
            "labels": [int(label) for label in trainer.batch[1]],
        }
        pictures = []
        values, gradients = trainer.values(), trainer.gradients()
        for name, value, grad in zip(trainer.graph.ids, values, gradients, strict=True):
            if "." in name or name == "t" or not value.ndim:
                continue
            pictures.append(Picture(name, "value", value))
            if name == "x":
                grad = trainer.pixel_gradients(MOST_IMAGES)
            if grad is not None:
                pictures.append(Picture(name, "grad", grad))
        return frame(told, pictures)

    def history(self, after: int) -> dict[str, Any]:
        """The curves behind a step."""
        return self.curves.as_json(after)

    def snapshot(self) -> Snapshot:
        """All that is needed to go on elsewhere with the same numbers."""
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
    """The step of the next test: closer in the beginning, where more happens."""
    last = int(tests[-1][0]) if tests else 0
    return last + max(100, min(last // 10, 2000))


def _fits(dataset: Dataset, options: Options) -> None:
    if options.batch_size > len(dataset.train_images):
        raise Refused(
            "run-options",
            Text(
                f"배치 크기 {options.batch_size}이(가) 학습 이미지 수 {len(dataset.train_images)}보다 큽니다.",
                f"A batch of {options.batch_size} is more than the {len(dataset.train_images)} images there are.",
            ),
        )
