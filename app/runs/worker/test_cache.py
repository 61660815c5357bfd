"""Evaluations of the test set, cached by step, so that paging through one costs nothing."""

from collections import OrderedDict
from collections.abc import Callable

from chainrule.core.training import Trainer
from chainrule.core.training.inference import Predictions

_MOST_STEPS = 4
_SHARE = 10
"""While a run trains, this many times the duration of an evaluation must pass before the next one."""


class TestCache:
    """The latest evaluations of one net."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._by_step: OrderedDict[int, Predictions] = OrderedDict()
        self._fresh_until = 0.0

    def at(self, trainer: Trainer, running: bool, step: int | None) -> tuple[int, Predictions]:
        """Return a step and its evaluation: the requested one if cached, else the newest."""
        if step is not None and step in self._by_step:
            return step, self._by_step[step]
        if running and self._by_step and self._clock() < self._fresh_until:
            return next(reversed(self._by_step.items()))
        begin = self._clock()
        predictions = trainer.test_predictions()
        self._fresh_until = begin + _SHARE * (self._clock() - begin)
        now = trainer.step_count
        self._by_step[now] = predictions
        self._by_step.move_to_end(now)
        while len(self._by_step) > _MOST_STEPS:
            self._by_step.popitem(last=False)
        return now, predictions

    def clear(self) -> None:
        """Drop all evaluations, because the parameters were replaced."""
        self._by_step.clear()
