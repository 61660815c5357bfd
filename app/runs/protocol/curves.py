"""A run's curves: loss, accuracy, gradient norms and dead units, in a bounded number of points."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from chainrule.app.encoding.encode import nested_numbers

MOST_POINTS = 2_000
"""Most points. When they are reached, every second one goes, and from then on half as many are added."""


@dataclass
class Curves:
    """A point every `every` steps, tests of the net in between, and marks where options changed.

    Points depend on the steps alone, never on the clock or on watchers.
    """

    every: int = 10
    points: list[list[Any]] = field(default_factory=list)
    """Step, mean loss since the previous point, batch accuracy, gradient norms, shares of dead units."""
    tests: list[list[Any]] = field(default_factory=list)
    """Step, accuracy on the test set."""
    marks: list[dict[str, Any]] = field(default_factory=list)
    """`{"step", "name", "value"}` of every change during training."""
    loss_sum: float = 0.0
    loss_count: int = 0

    def to_next(self, step: int) -> int:
        """Return the number of steps from `step` to the next point, at least 1."""
        return self.every - step % self.every

    def add_losses(self, losses: NDArray[np.float64]) -> None:
        """Add the losses of completed steps."""
        self.loss_sum += float(losses.sum())
        self.loss_count += len(losses)

    def point(self, step: int, accuracy: float, norms: list[float], dead: list[float]) -> None:
        """Add a point at this step; thin the points out if there are too many."""
        mean = self.loss_sum / self.loss_count if self.loss_count else float("nan")
        self.loss_sum, self.loss_count = 0.0, 0
        self.points.append([step, mean, accuracy, norms, dead])
        if len(self.points) >= MOST_POINTS:
            self.every *= 2
            self.points = [point for point in self.points if point[0] % self.every == 0]

    def test(self, step: int, accuracy: float) -> None:
        """Add the accuracy on the test set at this step."""
        if not self.tests or self.tests[-1][0] != step:
            self.tests.append([step, accuracy])
        if len(self.tests) >= MOST_POINTS:
            self.tests = self.tests[::2]

    def mark(self, step: int, name: str, value: Any) -> None:
        """Mark a change at this step; the last thousand marks are kept."""
        self.marks = [*self.marks[-999:], {"step": step, "name": name, "value": value}]

    def as_json(self, after: int = -1) -> dict[str, Any]:
        """Return everything after a step, as columns."""
        points = [point for point in self.points if point[0] > after]
        tests = [test for test in self.tests if test[0] > after]
        columns = {
            name: nested_numbers([point[at] for point in points])
            for at, name in enumerate(("step", "loss", "accuracy", "gradient_norms", "dead_units"))
            if at
        }
        return {
            "every": self.every,
            "steps": [point[0] for point in points],
            **columns,
            "test_steps": [test[0] for test in tests],
            "test_accuracy": [test[1] for test in tests],
            "marks": [mark for mark in self.marks if mark["step"] > after],
        }

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return everything but the marks as arrays for `numpy.savez`: exact, and smaller than text."""
        steps, losses, accuracies, norms, dead = zip(*self.points, strict=True) if self.points else [()] * 5
        return {
            "counts": np.array([self.every, self.loss_count], np.int64),
            "loss_sum": np.array(self.loss_sum),
            "steps": np.array(steps, np.int64),
            "losses": np.array(losses, np.float64),
            "accuracies": np.array(accuracies, np.float64),
            "norms": _rows(norms),
            "dead": _rows(dead),
            "test_steps": np.array([test[0] for test in self.tests], np.int64),
            "test_accuracies": np.array([test[1] for test in self.tests], np.float64),
        }

    @classmethod
    def of_arrays(cls, arrays: Mapping[str, NDArray[Any]], marks: list[dict[str, Any]]) -> Self:
        """Rebuild curves from their `arrays()`. Raises KeyError or ValueError for other arrays."""
        every, loss_count = arrays["counts"].tolist()
        columns = (arrays[name].tolist() for name in ("steps", "losses", "accuracies", "norms", "dead"))
        tests = zip(arrays["test_steps"].tolist(), arrays["test_accuracies"].tolist(), strict=True)
        return cls(
            every,
            [list(point) for point in zip(*columns, strict=True)],
            [list(test) for test in tests],
            marks,
            float(arrays["loss_sum"]),
            loss_count,
        )


def _rows(lists: Sequence[list[float]]) -> NDArray[np.float64]:
    """Return one row per point, (P, L); L may be 0."""
    return np.array(lists, np.float64).reshape(len(lists), -1 if lists and lists[0] else 0)
