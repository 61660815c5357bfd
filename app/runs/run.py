"""One run as the service knows it: its options, its latest status, its snapshot, its events."""

import asyncio
import itertools
import math
from collections import deque
from dataclasses import InitVar, dataclass, field
from datetime import UTC, datetime
from typing import Any

from chainrule.app.runs.clock import Clock
from chainrule.app.runs.protocol.refusals import Refused
from chainrule.app.runs.protocol.wire import Snapshot, Status
from chainrule.core.text import Text

MOST_EVENTS = 50

_MOST_DEATHS, _DEATHS_WITHIN = 3, 30.0
"""A worker that ends this often within so many seconds is not started again."""

_EVENT_TEXTS = {
    "restarted": Text(
        "작업 프로세스가 갑자기 끝나서, 저장해 둔 {step}번째 스텝부터 이어서 합니다.",
        "The worker ended unexpectedly; the run continues from step {step}, its last snapshot.",
    ),
    "lost": Text(
        "작업 프로세스가 거듭 끝나서 더 시작하지 않습니다. 처음으로 되돌려 보세요.",
        "The worker keeps ending and is not started again. Reset the run.",
    ),
    "idle": Text(
        "오랫동안 보는 사람이 없어서 {step}번째 스텝에서 멈추었습니다.",
        "Paused at step {step}: nobody has watched for a while.",
    ),
    "parked": Text(
        "다른 학습을 위해 자리를 비웠습니다. {step}번째 스텝의 상태를 저장해 두었습니다.",
        "Its place is free for other runs; everything is saved as of step {step}.",
    ),
    "interrupted": Text(
        "학습하는 동안 서비스가 다시 시작되어, 저장해 둔 {step}번째 스텝에 멈추어 있습니다.",
        "The service restarted during training; the run is paused at step {step}, its last snapshot.",
    ),
    "resumed": Text(
        "저장해 둔 {step}번째 스텝에서 다시 열었습니다.", "Reopened at step {step}, as it was saved."
    ),
}
"""The sentence of each kind of event."""


@dataclass(eq=False)
class Run:
    """A run's mutable record. Only `registry`, `places`, `watchdog` and `service` change it."""

    id: str
    options: dict[str, Any]
    """The initial options: fields of `core.training.options.Options`."""
    dataset: str
    status: Status
    """The worker's latest status."""
    clock: Clock
    created: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="milliseconds"))
    snapshot: Snapshot | None = None
    """Where the run continues when its worker is gone; see `stored`."""
    stored: bool = False
    """Whether the run has a file. Without a `snapshot` in memory, the file holds the only one."""
    live: bool = False
    """Whether the run has a worker."""
    starting: asyncio.Task[None] | None = None
    """The start of its worker, while under way."""
    queued: bool = False
    pending_action: str | None = None
    """The action to take as soon as the queue gives it a worker."""
    watchers: int = 0
    yielded: bool = False
    """Whether it gave its worker to another run while somebody watched."""
    busy: int = 0
    """Calls under way."""
    deaths: list[float] = field(default_factory=list)
    """Times at which its worker ended unexpectedly."""
    lost: Refused | None = None
    """Why it gets no worker until it is reset."""
    events: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=MOST_EVENTS))
    seq: int = 0
    """Number of its last frame."""
    version: int = 0
    """Count of changes other than training's numbers."""
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held while its worker is started or stopped."""
    removed: bool = False
    owner: str | None = None
    """The hash of its owner's token; None for a run that was saved before runs had owners."""
    age: InitVar[float] = 0.0
    """Seconds since its last use."""
    last_used: float = field(init=False)
    """When somebody last called or watched it, or when it was made."""
    looked_at: float = field(default=-math.inf, init=False)
    """When somebody last called or watched it."""
    _changed: asyncio.Event = field(default_factory=asyncio.Event)
    _event_ids: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self, age: float) -> None:
        self.last_used = self.clock.now() - age

    @property
    def state(self) -> str:
        """One of queued, ready, running, paused, finished and failed."""
        return "queued" if self.queued else str(self.status["state"])

    @property
    def running(self) -> bool:
        """Whether its worker trains."""
        return self.live and self.status["state"] == "running"

    def touch(self) -> None:
        """Record activity, postponing idle release."""
        self.last_used = self.looked_at = self.clock.now()

    def idle_seconds(self) -> float:
        """Return the seconds without activity; 0 while somebody watches or calls."""
        return 0.0 if self.watchers or self.busy else self.clock.now() - self.last_used

    def note(self, kind: str) -> None:
        """Record an event of one of the known kinds and tell watchers."""
        step = self.status["step"]
        texts = {language: text.format(step=step) for language, text in _EVENT_TEXTS[kind]._asdict().items()}
        self.events.append(
            {
                "id": next(self._event_ids),
                "kind": kind,
                "step": step,
                "text": texts,
                "at": datetime.now(UTC).isoformat(timespec="seconds"),
            }
        )
        self.change()

    def record_death(self) -> Refused | None:
        """Record an unexpected end of the worker; return why there will be no other, if it ended too often."""
        now = self.clock.now()
        self.deaths = [*(at for at in self.deaths if now - at < _DEATHS_WITHIN), now]
        if len(self.deaths) < _MOST_DEATHS:
            return None
        self.note("lost")
        return Refused("run-failed", Text(**self.events[-1]["text"]))

    def survive(self) -> None:
        """Go on with the worker of an earlier service: nothing was interrupted."""
        self.live = True
        if self.events and self.events[-1]["kind"] == "interrupted":
            self.events.pop()
        self.change()

    def restore_events(self, events: list[dict[str, Any]]) -> None:
        """Take over the events of an earlier service; later ids follow theirs."""
        self.events.extend(events)
        self._event_ids = itertools.count(max((event["id"] for event in events), default=0) + 1)

    def change(self) -> None:
        """Count a change and wake all who wait for one."""
        self.version += 1
        self._changed.set()
        self._changed = asyncio.Event()

    async def wait_for_change(self, seconds: float) -> None:
        """Wait for the next change, but no longer than `seconds`."""
        await self.clock.wait(self._changed, seconds)
