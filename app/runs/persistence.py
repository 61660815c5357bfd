"""Runs on disk, so that they outlive the service: written in the background, read back at the start."""

import asyncio
import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict
from typing import Protocol, TypeVar

import msgspec

from chainrule.app.graphs import work
from chainrule.app.runs import run_file
from chainrule.app.runs.clock import Clock
from chainrule.app.runs.protocol.curves import Curves
from chainrule.app.runs.protocol.refusals import unreadable
from chainrule.app.runs.protocol.wire import Snapshot
from chainrule.app.runs.run import Run
from chainrule.app.runs.run_file import FileDamaged, Header
from chainrule.app.runs.run_folder import RunStore, StoreTaken
from chainrule.app.web.problem_errors import ProblemError
from chainrule.core.text import Text

_TURN_SECONDS = 0.5
"""Time between two looks for something to write."""
_SETTLE_SECONDS = 1.0
"""Delay of a write for a run that does not train: single steps come many at a time."""

_AWAY = Text(
    "저장해 둔 학습을 지금은 읽을 수 없습니다. 잠시 뒤에 다시 해 보세요.",
    "Saved runs cannot be read at the moment. Try again in a while.",
)
_NOT_KEPT = Text(
    "학습을 둔 데이터베이스가 답하지 않아 새로 만들 수 없습니다. 잠시 뒤에 다시 해 보세요.",
    "The database of runs does not answer: no run can be made. Try again in a moment.",
)

T = TypeVar("T")

logger = logging.getLogger(__name__)


class Owner(Protocol):
    """The owner of the runs; `Registry` is one."""

    def get(self, run_id: str) -> Run | None:
        """Return the run with this id, if there is one."""

    def adopt(self, runs: Iterable[Run]) -> None:
        """Take over saved runs, longest idle first, as many as there is room for."""

    def unused(self, owner: str | None = None) -> Run | None:
        """Return the run to go first, an owner's before others', among those that nobody uses."""

    def forget(self, run: Run) -> None:
        """Remove a run; this calls `Persistence.forget` too."""


class Persistence:
    """Writes runs to a store and reads them back. For one event loop; without a store it does nothing."""

    def __init__(
        self, store: RunStore | None, every: float, most_files: int, most_bytes: int, clock: Clock
    ) -> None:
        """A run that trains is written once in `every` seconds. Beyond either limit the oldest files go."""
        self._store, self._every, self._clock = store, every, clock
        self._most_files, self._most_bytes = most_files, most_bytes
        self._locked = False
        """Whether this service has the store for itself."""
        self._warned = False
        self.failing = False
        """Whether the last write of a run failed."""
        self._due: dict[Run, float] = {}
        """When each changed run is to be written."""
        self._saved: dict[str, float] = {}
        """When each run was last written."""
        self._sizes: dict[str, int] = {}
        """Bytes of each file, oldest first."""
        self._unwanted: set[str] = set()
        """Runs whose files are to be removed."""
        self._end = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._writing = asyncio.Lock()
        self.lost = asyncio.Event()
        """Set once another service has the runs, which must not happen to one that others rely on."""

    async def open(self, owner: Owner, alone: bool = False) -> None:
        """Read the saved runs, then write changes until `close`; `alone` waits for another service to end."""
        self._end = asyncio.Event()
        await self._take(owner)
        while alone and self._store is not None and not self._locked:
            await self._clock.sleep(_TURN_SECONDS)
            await self._take(owner)
        self._task = asyncio.create_task(self._write_changes(owner), name="save runs")

    async def close(self, owner: Owner) -> None:
        """Write everything that changed and release the store."""
        self._end.set()
        if self._task is not None:
            await self._task
            self._task = None
        if self._locked and self._store is not None:
            await self._write_due(owner, self._clock.now() + self._every)
            self._store.release()
            self._locked = False

    def mark(self, run: Run) -> None:
        """Schedule a write of a run that changed."""
        if self._store is None or run.removed:
            return
        due = now = self._clock.now()
        if not run.running:
            due += _SETTLE_SECONDS
        elif run.id in self._saved:
            due = max(now, self._saved[run.id] + self._every)
        self._due[run] = min(due, self._due.get(run, due))

    async def keep(self, owner: Owner, run: Run) -> None:
        """Write a new run at once, so that whoever is told of it finds it again whatever happens.

        Raises ProblemError while a database does not take it; the run is gone then.
        """
        store = self._store
        if store is None or run.stored or not (self._locked or store.comes_back):
            return
        if self._locked:
            await self._write(owner, run)
        if store.comes_back and not run.stored:
            owner.forget(run)
            raise ProblemError("storage", _NOT_KEPT)

    def forget(self, run: Run) -> None:
        """Schedule the removal of a run's file."""
        self._due.pop(run, None)
        self._saved.pop(run.id, None)
        if self._locked:
            self._unwanted.add(run.id)

    async def snapshot(self, run: Run) -> Snapshot | None:
        """Return the snapshot that the run continues from. Raises Refused if its file cannot be read."""
        if run.snapshot is not None:
            return run.snapshot
        return await self._read(run, lambda store, run_id: store.snapshot(run_id))

    async def curves(self, run: Run) -> Curves:
        """Return the run's curves as of its last snapshot. Raises Refused if its file cannot be read."""
        if run.snapshot is not None:
            return Curves(**run.snapshot["curves"])
        return await self._read(run, lambda store, run_id: store.curves(run_id)) or Curves()

    async def _read(self, run: Run, reader: Callable[[RunStore, str], T]) -> T | None:
        store = self._store
        if store is None or not run.stored:
            return None
        try:
            return await work.waiting(lambda: reader(store, run.id))
        except FileDamaged as damage:
            raise unreadable(damage) from None
        except OSError as error:
            logger.warning("Run %s could not be read from %s: %s", run.id, store.name, error)
            raise ProblemError("storage", _AWAY) from None

    # In the background

    async def _write_changes(self, owner: Owner) -> None:
        while not self._end.is_set() and self._store is not None:
            await self._clock.wait(self._end, _TURN_SECONDS)
            if self._end.is_set():
                return
            if not self._locked:
                await self._take(owner)
            if self._locked:
                await self._renew()
            if self._locked:
                await self._write_due(owner, self._clock.now())

    async def _renew(self) -> None:
        store = self._store
        assert store is not None
        try:
            await work.waiting(store.renew)
        except StoreTaken as error:
            self._lose(error)
        except OSError as error:
            self.failing = True
            logger.warning("%s", error)

    def _lose(self, error: StoreTaken) -> None:
        """Keep nothing any more: what this service knows may be older than what another has written."""
        logger.error("%s", error)
        self._locked, self._store = False, None
        self._due.clear()
        self._unwanted.clear()
        self.lost.set()

    async def _take(self, owner: Owner) -> None:
        """Take the store and read its runs; where it cannot be used, do without it."""
        store = self._store
        if store is None:
            return
        try:
            if not await work.waiting(store.take):
                self._warn_once(
                    f"Another service saves its runs in {store.name}: until it ends, those of this one live in memory "
                    "alone."
                )
                return
            files = await work.waiting(store.files)
        except OSError as error:
            if store.comes_back:
                self.failing = True
                self._warn_once(f"{store.name} does not answer: {error}")
                return
            store.release()
            self._store = None
            self._due.clear()
            logger.warning("Runs live in memory alone: %s cannot be used (%s).", store.name, error)
            return
        self._locked, self.failing = True, False
        self._sizes = {file.id: file.size for file in reversed(files)}
        now = time.time()
        owner.adopt(
            run_of(file.header, now - file.written, self._clock) for file in reversed(files) if file.header
        )
        await self._enforce_limits(owner)

    def _warn_once(self, message: str) -> None:
        if not self._warned:
            self._warned = True
            logger.warning("%s", message)

    async def _write_due(self, owner: Owner, until: float) -> None:
        for run in [run for run, due in self._due.items() if due <= until]:
            try:
                await self._write(owner, run)
            except Exception:  # one run must not keep the others from being written
                logger.exception("Run %s could not be saved.", run.id)
        for run_id in list(self._unwanted):
            self._unwanted.discard(run_id)
            if not await self._remove(run_id):
                self._sizes[run_id] = 0
                self._unwanted.add(run_id)

    async def _write(self, owner: Owner, run: Run) -> None:
        store, snapshot = self._store, run.snapshot
        self._due.pop(run, None)
        if store is None or run.removed or (snapshot is None and run.stored):
            return
        self._saved[run.id] = self._clock.now()
        if snapshot is not None and _bytes(snapshot) > self._most_bytes:
            logger.warning("Run %s is larger than all files may be together: it is not saved.", run.id)
            return
        header = header_of(run)
        try:
            async with self._writing:
                size = await work.waiting(lambda: store.write(header, snapshot))
        except StoreTaken as error:
            self._lose(error)
            return
        except OSError as error:
            logger.warning("Run %s could not be written to %s: %s", run.id, store.name, error)
            self._due.setdefault(run, self._clock.now() + self._every)
            self.failing = True
            return
        self.failing = False
        self._sizes.pop(run.id, None)
        self._sizes[run.id] = size
        run.stored = True
        if run.removed:
            self._unwanted.add(run.id)
        await self._enforce_limits(owner, run.owner)
        if run.id not in self._sizes:  # its own file was the one that had to go
            run.stored = False
        elif run.snapshot is snapshot and not run.live and run.starting is None and not _trains(snapshot):
            run.snapshot = None

    async def _enforce_limits(self, owner: Owner, whose: str | None = None) -> None:
        """Remove the oldest files beyond the limits: first those without a run, then those of unused runs.

        Unused runs of `whose` go before others'.
        """
        while len(self._sizes) > self._most_files or sum(self._sizes.values()) > self._most_bytes:
            chosen = next((run_id for run_id in self._sizes if owner.get(run_id) is None), None)
            if chosen is None and (run := owner.unused(whose)) is not None:
                owner.forget(run)
                chosen = run.id
            await self._remove(chosen or next(reversed(self._sizes)))

    async def _remove(self, run_id: str) -> bool:
        """Remove a run's file; False if it is worth another attempt."""
        store = self._store
        if self._sizes.pop(run_id, None) is not None and store is not None:
            try:
                await work.waiting(lambda: store.remove(run_id))
            except StoreTaken as error:
                self._lose(error)
            except OSError as error:
                logger.warning("The file of run %s could not be removed: %s", run_id, error)
                return not store.comes_back
        return True


def header_of(run: Run) -> Header:
    """Return what a run's file holds beside its arrays."""
    snapshot, status = run.snapshot, run.status
    now = {name: value for name, value in status["options"].items() if name != "dataset"}
    return msgspec.convert(
        {
            **{name: status[name] for name in Header.__struct_fields__ if name in status},
            "format": run_file.FORMAT,
            "id": run.id,
            "created": run.created,
            "dataset": run.dataset,
            "options": {**run.options, "hidden": tuple(run.options["hidden"])},
            "now": {**now, "hidden": tuple(now["hidden"])},
            "state": "ready" if snapshot is None else snapshot["state"],
            "problem": None if snapshot is None else snapshot["problem"],
            "seq": run.seq,
            "events": list(run.events),
            "opened": snapshot is not None,
            "owner": run.owner,
        },
        Header,
    )


def run_of(header: Header, age: float, clock: Clock) -> Run:
    """Make the run of a file that was written `age` seconds ago."""
    run = Run(
        header.id,
        asdict(header.options),
        header.dataset,
        header.status(),
        clock,
        header.created,
        stored=True,
        owner=header.owner,
        age=age,
        seq=header.seq,
    )
    run.looked_at = run.last_used
    run.restore_events(msgspec.to_builtins(header.events))
    if header.state == "running":
        run.note("interrupted")
    return run


def _trains(snapshot: Snapshot | None) -> bool:
    return snapshot is not None and snapshot["state"] == "running"


def _bytes(snapshot: Snapshot) -> int:
    return sum(int(array.nbytes) for array in snapshot["trainer"].values())
