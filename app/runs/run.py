"""One run as the service knows it: what it was asked to be, where it stood last, what happened to it."""

import asyncio
import itertools
import time
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from chainrule.app.runs.protocol.refusals import Refused
from chainrule.app.runs.workers import Snapshot, Status
from chainrule.core.text import Text

MOST_EVENTS = 50

_SAID = {
    "restarted": Text(
        "작업 프로세스가 갑자기 끝나서, 저장해 둔 {step}번째 스텝부터 이어서 합니다.",
        "The worker ended unexpectedly; the run goes on from step {step}, which had been kept.",
    ),
    "lost": Text(
        "작업 프로세스가 거듭 끝나서 더 시작하지 않습니다. 처음으로 되돌려 보세요.",
        "The worker ended again and again, and is not started any more: reset the run.",
    ),
    "idle": Text(
        "오랫동안 보는 사람이 없어서 {step}번째 스텝에서 멈추었습니다.",
        "Nobody watched for long: paused at step {step}.",
    ),
    "parked": Text(
        "다른 학습에 자리를 내주었습니다. {step}번째 스텝의 상태를 저장해 두었습니다.",
        "Its place was given to another run; all of it is kept as of step {step}.",
    ),
    "interrupted": Text(
        "학습하는 동안 서비스가 다시 시작되어, 저장해 둔 {step}번째 스텝에 멈추어 있습니다.",
        "The service was started again while this run trained: it is paused at step {step}, as it was kept.",
    ),
    "resumed": Text(
        "저장해 둔 {step}번째 스텝에서 다시 열었습니다.", "Opened again at step {step}, as it was kept."
    ),
}
"""What each kind of event says."""


@dataclass(eq=False)
class Run:
    """Mutable; ``app.runs.registry`` alone changes it."""

    id: str
    options: dict[str, Any]
    """As at the beginning: fields of ``core.training.options.Options``."""
    dataset: str
    status: Status
    """As the worker told it last."""
    created: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="milliseconds"))
    kept: Snapshot | None = None
    """What it goes on from when its worker is gone; see ``stored``."""
    stored: bool = False
    """Whether it has a file; where ``kept`` is None that says all that was kept."""
    live: bool = False
    """Whether it has a worker."""
    starting: asyncio.Task[None] | None = None
    queued: bool = False
    wanted: str | None = None
    """The action that it waits in the queue for."""
    watchers: int = 0
    yielded: bool = False
    """Whether it gave its worker to others though somebody watches it."""
    busy: int = 0
    """Calls under way."""
    touched: float = field(default_factory=time.monotonic)
    """When somebody last asked something of it or watched it."""
    deaths: list[float] = field(default_factory=list)
    events: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=MOST_EVENTS))
    seq: int = 0
    """The number of its last frame."""
    version: int = 0
    """How often something changed beside the numbers."""
    _changed: asyncio.Event = field(default_factory=asyncio.Event)
    _event_ids: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held while its worker is started or stopped."""
    removed: bool = False
    lost: Refused | None = None
    """Why it gets no worker any more, until it is reset."""

    @property
    def state(self) -> str:
        """queued, ready, running, paused, finished or failed."""
        return "queued" if self.queued else str(self.status["state"])

    @property
    def running(self) -> bool:
        """Whether its worker trains."""
        return self.live and self.status["state"] == "running"

    def touch(self) -> None:
        """Somebody is here."""
        self.touched = time.monotonic()

    def idle_seconds(self) -> float:
        """How long nobody has been here."""
        return 0.0 if self.watchers or self.busy else time.monotonic() - self.touched

    def note(self, kind: str, **more: Any) -> None:
        """Something happened that watchers should see."""
        step = self.status["step"]
        said = {key: text.format(step=step) for key, text in _SAID[kind]._asdict().items()}
        event = {"id": next(self._event_ids), "kind": kind, "step": step, "text": said, **more}
        event["at"] = datetime.now(UTC).isoformat(timespec="seconds")
        self.events.append(event)
        self.change()

    def remember(self, events: list[dict[str, Any]]) -> None:
        """What happened to it before the service was started."""
        self.events.extend(events)
        self._event_ids = itertools.count(max((event["id"] for event in events), default=0) + 1)

    def change(self) -> None:
        """Wake all who wait for news."""
        self.version += 1
        self._changed.set()
        self._changed = asyncio.Event()

    async def news(self, seconds: float) -> None:
        """Wait until something changes, at most so long."""
        event = self._changed
        try:
            async with asyncio.timeout(seconds):
                await event.wait()
        except TimeoutError:
            return
