"""What a net makes of images: forward passes only, many rows at once."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from chainrule.core.training.batches import Bytes, to_unit
from chainrule.core.training.plan import Plan

Floats = NDArray[np.float32]

_ROWS_AT_ONCE = 1000


class Predictions(NamedTuple):
    """How a net does on a set of N images."""

    loss: float
    """The mean."""
    accuracy: float
    """The share that it gets right."""
    predicted: NDArray[np.intp]
    """The class it takes each image for, (N,)."""
    probability: Floats
    """How probable it finds that class, (N,)."""
    of_label: Floats
    """How probable it finds the class that the image is of, (N,)."""


class Inference:
    """Forward passes of one net, by its parameters as they are at the time."""

    def __init__(self, planned: Callable[[int], Plan], scores: str, classes: int) -> None:
        """``planned(N)`` is the net planned for N images x with labels t; ``scores`` is the id of its (N, C)."""
        self._planned, self._node, self._classes = planned, scores, classes
        self._plans: dict[int, Plan] = {}

    def scores(self, images: Bytes) -> Floats:
        """The scores (N, C) of images (N, D), pixels 0 … 255."""
        found = np.empty((len(images), self._classes), np.float32)
        for rows, plan in self._forward(images, np.zeros(len(images), np.uint8)):
            found[rows] = plan.value(self._node)
        return found

    def evaluate(self, images: Bytes, labels: Bytes) -> Predictions:
        """How the net does on images (N, D), pixels 0 … 255, with class numbers (N,)."""
        loss, predicted = 0.0, np.empty(len(images), np.intp)
        probability, of_label = np.empty((2, len(images)), np.float32)
        for rows, plan in self._forward(images, labels):
            loss += float(plan.values[plan.graph.output]) * (rows.stop - rows.start)
            scores = plan.value(self._node)
            at, best = np.arange(len(scores)), np.argmax(scores, axis=1)
            with np.errstate(all="ignore"):
                shares = np.exp(scores - scores[at, best, None])
                shares /= shares.sum(axis=1, keepdims=True)
            predicted[rows], probability[rows], of_label[rows] = (
                best,
                shares[at, best],
                shares[at, labels[rows]],
            )
        return Predictions(
            loss / len(images), float(np.mean(predicted == labels)), predicted, probability, of_label
        )

    def _forward(self, images: Bytes, labels: Bytes) -> Iterator[tuple[slice, Plan]]:
        """The images taken forward, some at once: which they were, and the plan that has their values."""
        for start in range(0, len(images), _ROWS_AT_ONCE):
            rows = slice(start, min(start + _ROWS_AT_ONCE, len(images)))
            count = rows.stop - rows.start
            plan = self._plans.get(count) or self._planned(count)
            if count in (1, _ROWS_AT_ONCE):  # the numbers that come again and again
                self._plans[count] = plan
            to_unit(images[rows], plan.value("x"))
            np.copyto(plan.value("t"), labels[rows])
            with np.errstate(all="ignore"):
                plan.forward()
            yield rows, plan
