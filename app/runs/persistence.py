"""Runs outlive the service: what is new of each goes to its file, in a thread; what is there is found again."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Protocol, TypeVar

import msgspec

from chainrule.app.graphs import work
from chainrule.app.runs import run_file
from chainrule.app.runs.protocol.curves import Curves
from chainrule.app.runs.protocol.refusals import unreadable
from chainrule.app.runs.run import Run
from chainrule.app.runs.run_file import FileDamaged, Header
from chainrule.app.runs.run_folder import RunFolder
from chainrule.app.runs.workers import Snapshot

_TURN_SECONDS = 0.5
_STILL_SECONDS = 1.0
"""A run that does not train is written so soon after a change: single steps come many at a time."""

T = TypeVar("T")

logger = logging.getLogger(__name__)


class Owner(Protocol):
    """Who has the runs."""

    def known(self, run_id: str) -> bool:
        """Whether there is such a run."""

    def adopt(self, found: Iterable[Run]) -> None:
        """Take runs that were found, those left alone longest first; as many as there is room for."""

    def spare(self) -> Run | None:
        """The run that has been left alone longest, if there is one that nobody uses."""

    def drop(self, run: Run) -> None:
        """Forget it, as ``forget`` is told too."""


class Persistence:
    """What is kept of runs on disk. For one event loop; without a folder it does nothing."""

    def __init__(self, folder: RunFolder | None, every: float, most_files: int, most_bytes: int) -> None:
        """A run that trains is written every so many seconds; past either bound the oldest files go."""
        self._folder, self._every = folder, every
        self._most_files, self._most_bytes = most_files, most_bytes
        self._ours = False
        self._waits = False
        self._due: dict[Run, float] = {}
        """Runs with something new, and when it shall be written."""
        self._saved: dict[str, float] = {}
        """When each was written last."""
        self._sizes: dict[str, int] = {}
        """Bytes of the files that there are, oldest first."""
        self._unwanted: set[str] = set()
        self._end = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def open(self, owner: Owner) -> None:
        """Find what is there, then go on writing until ``close``."""
        self._end = asyncio.Event()
        await self._take(owner)
        self._task = asyncio.create_task(self._go_on(owner), name="keep runs")

    async def close(self, owner: Owner) -> None:
        """Write all that is new, and let go of the folder."""
        self._end.set()
        if self._task is not None:
            await self._task
            self._task = None
        if self._ours and self._folder is not None:
            await self._write_all(owner, time.monotonic() + self._every)
            self._folder.release()
            self._ours = False

    def mark(self, run: Run) -> None:
        """There is something new of this run."""
        if self._folder is None or run.removed:
            return
        now = time.monotonic()
        due = max(now, self._saved.get(run.id, 0.0) + self._every) if run.running else now + _STILL_SECONDS
        self._due[run] = min(due, self._due.get(run, due))

    def forget(self, run: Run) -> None:
        """The run is no more: its file goes soon."""
        self._due.pop(run, None)
        self._saved.pop(run.id, None)
        if self._ours:
            self._unwanted.add(run.id)

    async def snapshot(self, run: Run) -> Snapshot | None:
        """What the run goes on from. Raises Refused where it cannot be read any more."""
        if run.kept is not None:
            return run.kept
        return await self._read(run, run_file.read_snapshot)

    async def curves(self, run: Run) -> Curves:
        """The run's curves, as they were when it had a worker. Raises Refused where they cannot be read any more."""
        if run.kept is not None:
            return Curves(**run.kept["curves"])
        return await self._read(run, run_file.read_curves) or Curves()

    async def _read(self, run: Run, reader: Callable[[Path], T]) -> T | None:
        """What the run's file has, None where it has none. Raises Refused where it cannot be read any more."""
        if self._folder is None or not run.stored:
            return None
        path = self._folder.path(run.id)
        try:
            return await work.waiting(lambda: reader(path))
        except FileDamaged as damage:
            raise unreadable(damage) from None

    # Beside the service

    async def _go_on(self, owner: Owner) -> None:
        while not self._end.is_set() and self._folder is not None:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_TURN_SECONDS):
                    await self._end.wait()
            if self._end.is_set():
                return
            if not self._ours:
                await self._take(owner)
            if self._ours:
                await self._write_all(owner, time.monotonic())

    async def _take(self, owner: Owner) -> None:
        folder = self._folder
        if folder is None:
            return
        try:
            if not await work.waiting(folder.take):
                self._say_it_waits(folder)
                return
            files = await work.waiting(folder.found)
        except OSError as error:
            folder.release()
            self._folder = None
            self._due.clear()
            logger.warning("Runs live in memory alone: %s cannot be used (%s).", folder.folder, error)
            return
        self._ours = True
        self._sizes = {file.id: file.size for file in reversed(files)}
        now = time.time()
        owner.adopt(run_of(file.header, now - file.written) for file in reversed(files) if file.header)
        await self._bound(owner)

    def _say_it_waits(self, folder: RunFolder) -> None:
        if not self._waits:
            self._waits = True
            logger.warning(
                "Another service keeps its runs in %s: until it ends, those of this one live in memory alone.",
                folder.folder,
            )

    async def _write_all(self, owner: Owner, until: float) -> None:
        for run in [run for run, due in self._due.items() if due <= until]:
            try:
                await self._write(owner, run)
            except Exception:  # one run must not keep the others from being kept
                logger.exception("Run %s could not be kept.", run.id)
        for run_id in list(self._unwanted):
            self._unwanted.discard(run_id)
            await self._remove(run_id)

    async def _write(self, owner: Owner, run: Run) -> None:
        folder, snapshot = self._folder, run.kept
        self._due.pop(run, None)
        if folder is None or run.removed or (snapshot is None and run.stored):
            return
        self._saved[run.id] = time.monotonic()
        if snapshot is not None and _bytes(snapshot) > self._most_bytes:
            logger.warning("Run %s is larger than all files may be together: it is not kept.", run.id)
            return
        header, path = header_of(run), folder.path(run.id)
        try:
            size = await work.waiting(lambda: run_file.save(path, header, snapshot))
        except OSError as error:
            logger.warning("Run %s could not be written to %s: %s", run.id, path, error)
            self._due.setdefault(run, time.monotonic() + self._every)
            return
        self._sizes.pop(run.id, None)
        self._sizes[run.id] = size
        run.stored = True
        await self._bound(owner)
        if run.id not in self._sizes:  # it was the one that had to go
            run.stored = False
        elif run.kept is snapshot and not run.live and run.starting is None and not _trains(snapshot):
            run.kept = None

    async def _bound(self, owner: Owner) -> None:
        """Have the oldest files go until few enough are left: first those of no run, then of runs left alone."""
        while len(self._sizes) > self._most_files or sum(self._sizes.values()) > self._most_bytes:
            stray = next((run_id for run_id in self._sizes if not owner.known(run_id)), None)
            if stray is None and (run := owner.spare()) is not None:
                owner.drop(run)
                stray = run.id
            await self._remove(stray or next(reversed(self._sizes)))

    async def _remove(self, run_id: str) -> None:
        folder = self._folder
        if self._sizes.pop(run_id, None) is not None and folder is not None:
            try:
                await work.waiting(lambda: folder.remove(run_id))
            except OSError as error:
                logger.warning("The file of run %s could not be removed: %s", run_id, error)


def header_of(run: Run) -> Header:
    """What a file says of a run beside its arrays."""
    kept, status = run.kept, run.status
    now = {name: value for name, value in status["options"].items() if name != "dataset"}
    return msgspec.convert(
        {
            **{name: status[name] for name in Header.__struct_fields__ if name in status},
            "format": "chainrule-run-1",
            "id": run.id,
            "created": run.created,
            "dataset": run.dataset,
            "options": {**run.options, "hidden": tuple(run.options["hidden"])},
            "now": {**now, "hidden": tuple(now["hidden"])},
            "state": "ready" if kept is None else kept["state"],
            "problem": None if kept is None else kept["problem"],
            "seq": run.seq,
            "events": list(run.events),
            "opened": kept is not None,
        },
        Header,
    )


def run_of(header: Header, age: float) -> Run:
    """The run that a file tells of, written so many seconds ago."""
    run = Run(
        header.id,
        asdict(header.options),
        header.dataset,
        header.status(),
        header.created,
        stored=True,
        touched=time.monotonic() - age,
        seq=header.seq,
    )
    run.remember(msgspec.to_builtins(header.events))
    if header.state == "running":
        run.note("interrupted")
    return run


def _trains(snapshot: Snapshot | None) -> bool:
    return snapshot is not None and snapshot["state"] == "running"


def _bytes(snapshot: Snapshot) -> int:
    return sum(int(array.nbytes) for array in snapshot["trainer"].values())
