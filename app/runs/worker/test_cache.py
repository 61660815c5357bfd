"""What a net made of the test set, kept for some steps, so that paging through it costs nothing."""

import time
from collections import OrderedDict

from chainrule.core.training.inference import Predictions
from chainrule.core.training.trainer import Trainer

_KEPT = 4
_SHARE = 10
"""While a run trains the test set is not gone through again before so many times as long as it took have passed."""


class TestCache:
    """What one net made of the test set at the steps asked about last."""

    def __init__(self) -> None:
        self._kept: OrderedDict[int, Predictions] = OrderedDict()
        self._until = 0.0

    def at(self, trainer: Trainer, running: bool, step: int | None) -> tuple[int, Predictions]:
        """The evaluation at a step that is known, else the newest; and its step."""
        if step is not None and step in self._kept:
            return step, self._kept[step]
        if running and self._kept and time.monotonic() < self._until:
            return next(reversed(self._kept.items()))
        begin = time.monotonic()
        found = trainer.tested()
        self._until = begin + _SHARE * (time.monotonic() - begin)
        now = trainer.step_count
        self._kept[now] = found
        self._kept.move_to_end(now)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return now, found

    def forget(self) -> None:
        """The parameters are others now."""
        self._kept.clear()
