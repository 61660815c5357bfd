"""What the registry, the places and the watchdog of one service share."""

from dataclasses import dataclass

from chainrule.app.runs.clock import Clock
from chainrule.app.runs.limits import RunLimits
from chainrule.app.runs.persistence import Persistence
from chainrule.app.runs.workers import Workers
from chainrule.app.web.metrics import Metrics


@dataclass(frozen=True, slots=True)
class Shared:
    """The means of one service of runs."""

    workers: Workers
    persistence: Persistence
    limits: RunLimits
    metrics: Metrics
    clock: Clock
