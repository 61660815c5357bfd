"""Inference: forward passes over many images at once."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from chainrule.core.training.batches import Bytes, Floats, to_unit
from chainrule.core.training.plan import Plan

_ROWS_AT_ONCE = 1000


class Predictions(NamedTuple):
    """A net's predictions for N images."""

    loss: float
    """Mean loss."""
    accuracy: float
    """Share of correct predictions."""
    predicted: NDArray[np.intp]
    """Predicted class of each image, (N,)."""
    probability: Floats
    """Probability of that class, (N,)."""
    of_label: Floats
    """Probability of the image's own class, (N,)."""


class Inference:
    """Forward passes of one net with its current parameters."""

    def __init__(self, make_plan: Callable[[int], Plan], scores: str, classes: int) -> None:
        """``make_plan(N)`` plans the net for N images x with labels t; ``scores`` is the id of its (N, C)."""
        self._make_plan, self._scores, self._classes = make_plan, scores, classes
        self._plans: dict[int, Plan] = {}

    def scores(self, images: Bytes) -> Floats:
        """Return the scores (N, C) of images (N, D), pixels 0 … 255."""
        scores = np.empty((len(images), self._classes), np.float32)
        for rows, plan in self._forward(images, np.zeros(len(images), np.uint8)):
            scores[rows] = plan.value(self._scores)
        return scores

    def evaluate(self, images: Bytes, labels: Bytes) -> Predictions:
        """Evaluate the net on images (N, D), pixels 0 … 255, with class numbers (N,)."""
        loss, predicted = 0.0, np.empty(len(images), np.intp)
        probability, of_label = np.empty((2, len(images)), np.float32)
        for rows, plan in self._forward(images, labels):
            loss += float(plan.values[plan.graph.output]) * (rows.stop - rows.start)
            scores = plan.value(self._scores)
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
        """Run the images forward in chunks; yield each chunk's rows and the plan that holds its values."""
        for start in range(0, len(images), _ROWS_AT_ONCE):
            rows = slice(start, min(start + _ROWS_AT_ONCE, len(images)))
            count = rows.stop - rows.start
            plan = self._plans.get(count) or self._make_plan(count)
            if count in (1, _ROWS_AT_ONCE):  # the counts that come again and again
                self._plans[count] = plan
            to_unit(images[rows], plan.value("x"))
            np.copyto(plan.value("t"), labels[rows])
            with np.errstate(all="ignore"):
                plan.forward()
            yield rows, plan
